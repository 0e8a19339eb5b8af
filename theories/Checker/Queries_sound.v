(** * Queries are sound

    A point that satisfies a property lies in the box of one of its queries and satisfies one of the disjuncts.

    Main results: [queries_sound], [empty_region_sound].

    Trust: proved.
    Source: docs/certificates.md, section 1. *)
From Coq Require Import Floats ZArith QArith Qreals Reals Lra Lia List Bool FMapPositive Permutation.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Formula Primitives.FloatBounds Primitives.Rationals Primitives.Fractions Checker.Queries.
Import ListNotations.
Local Open Scope R_scope.

Section Point.
Variables x y : list R.

(** ** Terms *)

Definition input_value (p : positive) : R := nth (pred (Pos.to_nat p)) x 0.
Definition variable_value (k : positive) : R :=
  match k with
  | xO p => input_value p
  | xI p => nth (pred (Pos.to_nat p)) y 0
  | xH => 0
  end.
Fixpoint sum_value (l : list monomial) : R :=
  match l with [] => 0 | (k, c) :: l => Q2R c * variable_value k + sum_value l end.

Local Lemma bind_some {A B} (o : option A) (f : A -> option B) b :
  match o with Some a => f a | None => None end = Some b -> exists a, o = Some a /\ f a = Some b.
Proof. destruct o; [eauto|easy]. Qed.

Lemma constant_correct t q : constant t = Some q -> term_value x y t = Q2R q.
Proof.
  revert q. induction t as [i|i|p|a IHa b IHb|a IHa|a IHa b IHb]; simpl; intros q E; try easy.
  - now injection E as <-.
  - apply bind_some in E as (p & Ep & E). apply bind_some in E as (r & Er & E). injection E as <-.
    now rewrite Q2R_plus, (IHa p), (IHb r).
  - apply bind_some in E as (p & Ep & E). injection E as <-. now rewrite Q2R_opp, (IHa p).
  - apply bind_some in E as (p & Ep & E). apply bind_some in E as (r & Er & E). injection E as <-.
    now rewrite Q2R_mult, (IHa p), (IHb r).
Qed.
Lemma linear_correct t : forall c l k m b, linear t c (l, k) = Some (m, b) ->
  sum_value m + Q2R b = Q2R c * term_value x y t + (sum_value l + Q2R k).
Proof.
  induction t as [i|i|q|t IHt u IHu|t IHt|t IHt u IHu]; simpl; intros c l k m b E.
  - injection E as <- <-. simpl. unfold input_value. rewrite SuccNat2Pos.id_succ. simpl. ring.
  - injection E as <- <-. simpl. rewrite SuccNat2Pos.id_succ. simpl. ring.
  - injection E as <- <-. rewrite Q2R_plus, Q2R_mult. ring.
  - apply bind_some in E as ([l' k'] & E' & E). apply IHt in E'. apply IHu in E. rewrite E, E'. ring.
  - apply IHt in E. rewrite E, Q2R_opp. ring.
  - destruct (constant t) as [q|] eqn:C.
    + apply IHu in E. rewrite E, Q2R_mult, (constant_correct _ _ C). ring.
    + apply bind_some in E as (q & C' & E). apply IHt in E. rewrite E, Q2R_mult, (constant_correct _ _ C'). ring.
Qed.

Lemma sum_value_perm l k : Permutation l k -> sum_value l = sum_value k.
Proof.
  induction 1 as [|[p c] l k _ IH|[p c] [q d] l|l k m _ IH1 _ IH2]; simpl; try lra.
Qed.
Local Lemma Qnum_0 c : (Qnum c =? 0)%Z = true -> Q2R c = 0.
Proof. intro z. apply Z.eqb_eq in z. unfold Q2R. rewrite z. ring. Qed.
Lemma add_up_correct l : forall p c, sum_value (add_up p c l) = Q2R c * variable_value p + sum_value l.
Proof.
  induction l as [|[p' c'] l IH]; intros p c; simpl.
  - destruct (Qnum c =? 0)%Z eqn:z; simpl; [rewrite (Qnum_0 _ z)|]; ring.
  - destruct (p =? p')%positive eqn:same_key.
    + apply Pos.eqb_eq in same_key as <-. rewrite IH, Q2R_plus. ring.
    + destruct (Qnum c =? 0)%Z eqn:z; simpl; rewrite IH; [rewrite (Qnum_0 _ z)|]; ring.
Qed.
Lemma collect_correct l : sum_value (collect l) = sum_value l.
Proof.
  unfold collect. rewrite (sum_value_perm _ _ (MonomialSort.Permuted_sort l)).
  destruct (MonomialSort.sort l) as [|[p c] k]; [easy|]. apply add_up_correct.
Qed.

(** ** Constraints *)

Definition row_holds (r : row) : Prop :=
  let s := term_value x y (fst r) in if snd r then s < 0 else s <= 0.
Definition holds (c : constraint) : Prop :=
  match c with
  | AtMost p q f => input_value p <= Q2R q /\ UB f (input_value p)
  | AtLeast p q f => Q2R q <= input_value p /\ LB f (input_value p)
  | Inequality r => row_holds r
  end.

Local Lemma Q2R_pos a p : Qnum a = Zpos p -> 0 < Q2R a.
Proof. intro E. unfold Q2R. rewrite E. apply Rmult_lt_0_compat; [|apply Rinv_0_lt_compat]; now apply IZR_lt. Qed.
Local Lemma Q2R_neg a p : Qnum a = Zneg p -> Q2R a < 0.
Proof.
  intro E. assert (0 < Q2R (- a)) by (apply (Q2R_pos _ p); unfold Qopp; simpl; now rewrite E).
  rewrite Q2R_opp in *. lra.
Qed.
Local Lemma Q2R_ratio a b : Q2R a <> 0 -> Q2R (- b / a) = - Q2R b / Q2R a.
Proof.
  intro a_ne0. rewrite Q2R_div, Q2R_opp; [reflexivity|]. intro E. apply a_ne0. rewrite (Qeq_eqR _ _ E). apply Q2R_0.
Qed.
Lemma constrain_correct (strict : bool) l r :
  (if strict then term_value x y l < term_value x y r else term_value x y l <= term_value x y r) ->
  holds (constrain strict l r).
Proof.
  intro le_lr. unfold constrain.
  assert (plain : holds (Inequality (Plus l (Opposite r), strict))) by (destruct strict; simpl in *; unfold row_holds; simpl; lra).
  destruct (linear _ _ _) as [[m b]|] eqn:E; [|exact plain].
  apply linear_correct in E. rewrite <- collect_correct in E.
  destruct (collect m) as [|[[p|p|] a] [|? ?]]; try exact plain.
  simpl in E. rewrite Q2R_0, Q2R_1 in E.
  assert (le0 : Q2R a * input_value p + Q2R b <= 0) by (destruct strict; lra).
  cbv zeta. destruct (Qnum a) as [|z|z] eqn:sign; [exact plain| |].
  - apply Q2R_pos in sign.
    assert (le_q : input_value p <= Q2R (- b / a)).
    { rewrite Q2R_ratio by lra. apply (Rmult_le_reg_l (Q2R a)); [lra|].
      replace (Q2R a * (- Q2R b / Q2R a)) with (- Q2R b) by (field; lra). lra. }
    split; [exact le_q|]. eapply UB_le; [apply float_above_UB|exact le_q].
  - apply Q2R_neg in sign.
    assert (ge_q : Q2R (- b / a) <= input_value p).
    { rewrite Q2R_ratio by lra. apply (Rmult_le_reg_l (- Q2R a)); [lra|].
      replace (- Q2R a * (- Q2R b / Q2R a)) with (Q2R b) by (field; lra). lra. }
    split; [exact ge_q|]. eapply LB_le; [apply float_below_LB|exact ge_q].
Qed.

(** ** Clauses *)

Definition some_clause (l : list clause) : Prop := Exists (Forall holds) l.

Lemma satisfies_dec f : satisfies x y f \/ ~ satisfies x y f.
Proof.
  induction f as [a b|a b| | |f IHf g IHg|f IHf g IHg|f IHf]; simpl; [| |tauto..].
  - destruct (Rle_dec (term_value x y a) (term_value x y b)); auto.
  - destruct (Rlt_dec (term_value x y a) (term_value x y b)); auto.
Qed.
Lemma limited_some d e : limited d = Some e -> d = e.
Proof. unfold limited. destruct (_ && _)%bool; congruence. Qed.
Lemma attach_correct c d e : attach c d = Some e -> holds c -> some_clause (clauses d) -> some_clause (clauses e).
Proof.
  intros E hold some. apply limited_some in E as <-. simpl.
  induction some as [k l all|k l _ IH]; simpl; [left; now constructor|now right].
Qed.
Lemma either_correct a b e : either a b = Some e -> some_clause (clauses a) \/ some_clause (clauses b) -> some_clause (clauses e).
Proof. intros E some. apply limited_some in E as <-. apply Exists_app. exact some. Qed.

Lemma expand_correct f : forall yes d e, expand yes f d = Some e ->
  (if yes then satisfies x y f else ~ satisfies x y f) -> some_clause (clauses d) -> some_clause (clauses e).
Proof.
  induction f as [a b|a b| | |f IHf g IHg|f IHf g IHg|f IHf]; simpl; intros yes d e E sat some.
  - apply (attach_correct _ _ _ E); [|exact some]. destruct yes; apply constrain_correct; lra.
  - apply (attach_correct _ _ _ E); [|exact some]. destruct yes; apply constrain_correct; lra.
  - injection E as <-. now destruct yes.
  - injection E as <-. now destruct yes.
  - destruct yes.
    + apply bind_some in E as (c & E' & E). apply (IHf true _ _ E); [tauto|]. apply (IHg true _ _ E'); tauto.
    + apply bind_some in E as (a & Ea & E). apply bind_some in E as (b & Eb & E).
      apply (either_correct _ _ _ E). destruct (satisfies_dec f); [right; apply (IHg false _ _ Eb)|left; apply (IHf false _ _ Ea)]; tauto.
  - destruct yes.
    + apply bind_some in E as (a & Ea & E). apply bind_some in E as (b & Eb & E).
      apply (either_correct _ _ _ E). destruct sat; [left; apply (IHf true _ _ Ea)|right; apply (IHg true _ _ Eb)]; tauto.
    + apply bind_some in E as (c & E' & E). apply (IHf false _ _ E); [tauto|]. apply (IHg false _ _ E'); tauto.
  - apply (IHf _ _ _ E); [|exact some]. destruct yes; simpl; [exact sat|]. destruct (satisfies_dec f); tauto.
Qed.
Lemma property_clauses_correct p l : property_clauses p = Some l -> satisfies x y (assertion p) -> some_clause l.
Proof.
  unfold property_clauses. intros E sat. apply bind_some in E as (d & E & clauses_d). injection clauses_d as <-.
  apply (expand_correct _ _ _ _ E sat). left. constructor.
Qed.

(** ** Boxes *)

Definition within (m : bounds) : Prop := forall p, inb (bounds_at m p) (input_value p).
Lemma within_empty : within (PositiveMap.empty _).
Proof. intro p. unfold bounds_at. rewrite PositiveMap.gempty. split; [apply LB_neg_infinity|apply UB_infinity]. Qed.
Lemma within_add m p b : within m -> inb b (input_value p) -> within (PositiveMap.add p b m).
Proof.
  intros all new q. unfold bounds_at. destruct (Pos.eq_dec q p) as [->|other].
  - now rewrite PositiveMap.gss.
  - rewrite PositiveMap.gso by exact other. apply all.
Qed.
Lemma tighten_correct m c : within m -> holds c -> within (tighten m c).
Proof.
  intros all hold. destruct c as [p q f|p q f|r]; simpl in *; [| |exact all].
  - assert (old := all p). destruct (bounds_at m p) as [l h]. destruct old, hold. apply within_add; [exact all|].
    split; simpl in *; [|destruct (f <? h)%float]; auto.
  - assert (old := all p). destruct (bounds_at m p) as [l h]. destruct old, hold. apply within_add; [exact all|].
    split; simpl in *; [destruct (l <? f)%float|]; auto.
Qed.
Lemma tighten_all_correct c : forall m, within m -> Forall holds c -> within (fold_left tighten c m).
Proof.
  induction c as [|a c IH]; simpl; intros m all hold; [exact all|]. inversion hold. apply IH; auto using tighten_correct.
Qed.
Lemma bounds_from_correct m : within m -> forall k p l, bounds_from m (length k) p = Some l ->
  (forall i, nth i k 0 = input_value (Pos.of_nat (Pos.to_nat p + i))) -> Forall2 inb l k.
Proof.
  intros all. induction k as [|r k IH]; simpl; intros p l E values.
  - injection E as <-. constructor.
  - destruct (finite _ && finite _)%bool; [|easy]. apply bind_some in E as (l' & E & El). injection El as <-. constructor.
    + assert (value := values 0%nat). simpl in value. rewrite Nat.add_0_r, Pos2Nat.id in value. rewrite value. apply all.
    + apply (IH _ _ E). intro i. assert (value := values (S i)). simpl in value. rewrite value.
      f_equal. f_equal. rewrite Pos2Nat.inj_succ. lia.
Qed.
Lemma box_of_correct c b : box_of (length x) c = Some b -> Forall holds c -> Forall2 inb b x.
Proof.
  intros E hold. refine (bounds_from_correct _ _ x _ _ E _).
  - apply tighten_all_correct; [apply within_empty|exact hold].
  - intro i. unfold input_value. rewrite Nat2Pos.id by lia. reflexivity.
Qed.
Lemma rows_of_correct c : Forall holds c -> Forall row_holds (rows_of c).
Proof.
  induction 1 as [|a c hold _ IH]; simpl; [constructor|]. destruct a; auto.
Qed.

(** ** Queries *)

Lemma same_box_correct a : forall b k, same_box a b = true -> Forall2 inb a k -> Forall2 inb b k.
Proof.
  induction a as [|[l h] a IH]; intros [|[l' h'] b] k E inside; try easy.
  simpl in E. apply andb_prop in E as [E rest]. apply andb_prop in E as [El Eh]. unfold same_float in El, Eh. simpl in El, Eh.
  apply andb_prop in El as [El Fl]. apply andb_prop in El as [_ El]. apply andb_prop in Eh as [Eh Fh]. apply andb_prop in Eh as [Eh _].
  inversion inside as [|? r ? k' [L U] inside' E1 E2]; subst. constructor; [|eauto].
  split; [apply LB_fin; [exact Fl|exact (LB_leb _ _ _ L Fl El)]|apply UB_fin; [exact Fh|exact (UB_leb _ _ _ U Fh Eh)]].
Qed.
Definition in_query (q : query) : Prop :=
  Forall2 inb (qbox q) x /\ Exists (Forall row_holds) (disjuncts q).
Lemma group_correct l : forall qs, group (length x) l = Some qs -> some_clause l -> Exists in_query qs.
Proof.
  induction l as [|c l IH]; intros qs E some; [inversion some|].
  simpl in E. apply bind_some in E as (b & Eb & E). apply bind_some in E as (rest & Erest & E). injection E as <-.
  assert (cases : (Forall2 inb b x /\ Forall row_holds (rows_of c)) \/ Exists in_query rest).
  { inversion some as [? ? all|? ? some']; subst; [left|right; now apply IH].
    split; [now apply (box_of_correct c)|now apply rows_of_correct]. }
  assert (apart : Exists in_query (Query b [rows_of c] :: rest)).
  { destruct cases as [[inside rows]|later]; [left; split; [exact inside|now left]|now right]. }
  destruct rest as [|q rest]; [exact apart|]. destruct (same_box b (qbox q)) eqn:E; [|exact apart].
  destruct cases as [[inside rows]|later].
  - left. split; simpl; [exact (same_box_correct _ _ _ E inside)|now left].
  - inversion later as [? ? [inside some_row]|]; subst; [left; split; [exact inside|now right]|now right].
Qed.

(** ** Empty regions *)

Definition respected (e : extremes) : Prop :=
  (forall p q, PositiveMap.find p (lows e) = Some q -> Q2R q <= input_value p) /\
  (forall p q, PositiveMap.find p (highs e) = Some q -> input_value p <= Q2R q) /\ crossed e = false.
Local Lemma find_add {A} (P : positive -> A -> Prop) m p a : (forall k b, PositiveMap.find k m = Some b -> P k b) -> P p a ->
  forall k b, PositiveMap.find k (PositiveMap.add p a m) = Some b -> P k b.
Proof.
  intros all new k b E. destruct (Pos.eq_dec k p) as [->|other].
  - rewrite PositiveMap.gss in E. now injection E as <-.
  - rewrite PositiveMap.gso in E by exact other. eauto.
Qed.
Local Lemma Qle_bool_false a b : Qle_bool a b = false -> Q2R b < Q2R a.
Proof.
  intro E. apply Qlt_Rlt. apply Qnot_le_lt. intro le_ab. apply Qle_bool_iff in le_ab. congruence.
Qed.
Lemma narrow_correct e c : respected e -> holds c -> respected (narrow e c).
Proof.
  intros (low & high & open) hold. destruct c as [p q f|p q f|r]; simpl in *; [| |now split].
  - destruct hold as [le_q _]. destruct (at_least q _) eqn:E.
    + destruct (at_most q _); [|now split]. split; [exact low|]. split; [|exact open]. simpl.
      now apply (find_add (fun k a => input_value k <= Q2R a)).
    + exfalso. destruct (PositiveMap.find p (lows e)) as [a|] eqn:found; [|easy]. simpl in E.
      apply Qle_bool_false in E. apply low in found. lra.
  - destruct hold as [ge_q _]. destruct (at_most q _) eqn:E.
    + destruct (at_least q _); [|now split]. split; [|now split]. simpl.
      now apply (find_add (fun k a => Q2R a <= input_value k)).
    + exfalso. destruct (PositiveMap.find p (highs e)) as [a|] eqn:found; [|easy]. simpl in E.
      apply Qle_bool_false in E. apply high in found. lra.
Qed.
Lemma narrow_all_correct c : forall e, respected e -> Forall holds c -> respected (fold_left narrow c e).
Proof.
  induction c as [|a c IH]; simpl; intros e ok hold; [exact ok|]. inversion hold. apply IH; auto using narrow_correct.
Qed.
Lemma no_point_correct c : no_point c = true -> ~ Forall holds c.
Proof.
  unfold no_point. cbv zeta. set (l := filter _ c). intros is_crossed hold.
  assert (hold_l : Forall holds l) by exact (incl_Forall (incl_filter _ c) hold).
  destruct (narrow_all_correct l (Extremes (PositiveMap.empty _) (PositiveMap.empty _) false)) as (_ & _ & open); [|exact hold_l|congruence].
  split; [|split; [|reflexivity]]; intros p q E; simpl in E; now rewrite PositiveMap.gempty in E.
Qed.
End Point.

Theorem queries_sound p qs : queries p = Some qs -> forall x y, length x = inputs p -> satisfies x y (assertion p) ->
  Exists (fun q => Forall2 inb (qbox q) x /\
    Exists (fun d => Forall (fun r : row => let s := term_value x y (fst r) in if snd r then s < 0 else s <= 0) d) (disjuncts q)) qs.
Proof.
  unfold queries. intros E x y len sat. apply bind_some in E as (l & El & E). rewrite <- len in E.
  apply (group_correct x y l qs E). now apply (property_clauses_correct x y p).
Qed.

Theorem empty_region_sound p : empty_region p = true -> forall x y, ~ satisfies x y (assertion p).
Proof.
  unfold empty_region. destruct (property_clauses p) as [l|] eqn:E; [|easy]. intros all x y sat.
  apply (property_clauses_correct x y p l E), Exists_exists in sat. destruct sat as (c & is_in & hold).
  rewrite forallb_forall in all. now apply (no_point_correct x y c (all c is_in)).
Qed.
