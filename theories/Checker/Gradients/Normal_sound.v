(** * Normal forms are right

    Main results: [normal_form_correct], [atom_values_correct] (there are values of the atoms that fit a table).

    Trust: proved. *)
From Coq Require Import ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra.
From Warrant Require Import Spec.Bytes Spec.Elementary Primitives.Fractions Primitives.ErrorFunction Primitives.Autodiff.Programs.
From Warrant Require Import Checker.Gradients.Polynomials Checker.Gradients.Normal.
Import ListNotations.
Local Open Scope positive_scope.

(** ** Tables *)

Definition ordered_table (T : table) : Prop :=
  forall a d, find_atom T a = Some d -> (forall b, In b (uses d) -> b < a) /\ a < count T.
Definition sub_table (T T' : table) : Prop := forall a d, find_atom T a = Some d -> find_atom T' a = Some d.
Lemma sub_trans T U V : sub_table T U -> sub_table U V -> sub_table T V.
Proof. intros tu uv a d found. auto. Qed.
Lemma empty_table_correct : ordered_table empty_table.
Proof. intros a d. unfold find_atom. simpl. now rewrite PositiveMap.gempty. Qed.

Local Lemma unary_eqb_correct f g : unary_eqb f g = true -> f = g.
Proof. now destruct f, g. Qed.
Local Lemma equal_atom_correct a b : equal_atom a b = true -> a = b.
Proof.
  destruct a, b; try discriminate; simpl; intro E.
  - now apply Pos.eqb_eq in E; subst.
  - now apply equal_poly_correct in E; subst.
  - apply andb_prop in E as [E F]. apply unary_eqb_correct in E. apply equal_poly_correct in F. now subst.
  - now apply equal_poly_correct in E; subst.
Qed.
Lemma intern_correct a T i T' : ordered_table T -> intern a T = Some (i, T') ->
  ordered_table T' /\ sub_table T T' /\ find_atom T' i = Some a /\
  forall b d, find_atom T' b = Some d -> find_atom T b = Some d \/ d = a.
Proof.
  intro wf. unfold intern.
  match goal with |- context [when ?c ?x] => set (new := when c x) end.
  assert (is_new : new = Some (i, T') -> ordered_table T' /\ sub_table T T' /\ find_atom T' i = Some a /\
    forall b d, find_atom T' b = Some d -> find_atom T b = Some d \/ d = a).
  { unfold new. destruct (forallb _ _) eqn:B; [|discriminate]. intro E. injection E as <- <-. unfold ordered_table, sub_table, find_atom in *. simpl.
    split; [|split; [|split]].
    - intros b d found. destruct (Pos.eq_dec b (count T)) as [->|other].
      + rewrite PositiveMap.gss in found. injection found as <-. split; [|lia]. intros c inc. rewrite forallb_forall in B. now apply Pos.ltb_lt, B.
      + rewrite PositiveMap.gso in found by exact other. destruct (wf _ _ found) as [u lt]. split; [exact u|lia].
    - intros b d found. rewrite PositiveMap.gso; [exact found|]. intros ->. apply wf in found. lia.
    - now rewrite PositiveMap.gss.
    - intros b d found. destruct (Pos.eq_dec b (count T)) as [->|other].
      + rewrite PositiveMap.gss in found. injection found as <-. now right.
      + rewrite PositiveMap.gso in found by exact other. now left. }
  destruct (PositiveMap.find (hash_atom a) (index T)) as [j|]; [|exact is_new].
  destruct (find_atom T j) as [b|] eqn:found; [|exact is_new].
  destruct (equal_atom a b) eqn:E; [|exact is_new]. apply equal_atom_correct in E. subst b.
  intro E. injection E as <- <-. split; [exact wf|split; [now intros ? ?|split; [exact found|auto]]].
Qed.

(** ** What atoms are worth *)

Definition atom_value (v r : positive -> R) (d : atom) : R :=
  match d with Node i => v i | Named p => eval r p | Applied f p => value1 f (eval r p) | Inverse p => (/ eval r p)%R end.
Definition interprets (A : PositiveMap.t atom) (v r : positive -> R) : Prop := forall a d, PositiveMap.find a A = Some d -> r a = atom_value v r d.
Definition atom_values (T : table) (v : positive -> R) : positive -> R := solve (atoms T) (fun _ d r => atom_value v r d) 0%R.
Theorem atom_values_correct T v : ordered_table T -> interprets (atoms T) v (atom_values T v).
Proof.
  intros wf a d found. apply (solve_correct uses (atoms T) (fun _ d r => atom_value v r d)); [| |exact found].
  - intros b e there. exact (proj1 (wf b e there)).
  - intros b e s t same. destruct e; simpl in *; try reflexivity; now rewrite (eval_local s t p same).
Qed.

Section Sound.
Variables (A : PositiveMap.t atom) (v r : positive -> R).   (* [A] is the final table *)
Hypothesis worth : interprets A v r.
Local Open Scope R_scope.

Definition admissible (d : atom) : Prop :=
  match d with Inverse p => eval r p <> 0 | Applied Root p => 0 <= eval r p | Applied Log p => 0 < eval r p | _ => True end.
Definition safe (T : table) : Prop := forall a d, find_atom T a = Some d -> admissible d.
Definition inside (T : table) : Prop := forall a d, find_atom T a = Some d -> PositiveMap.find a A = Some d.
(** what holds of a step from [T] to [T'] that, if [H], gives [P] *)
Definition goes (T T' : table) (H P : Prop) : Prop :=
  ordered_table T' /\ sub_table T T' /\ (inside T' -> safe T -> H -> safe T' /\ P).

Lemma inside_sub T T' : sub_table T T' -> inside T' -> inside T.
Proof. intros s i a d found. auto. Qed.
Lemma goes_refl T (H P : Prop) : ordered_table T -> (inside T -> safe T -> H -> P) -> goes T T H P.
Proof. intros wf p. split; [exact wf|split; [now intros ? ?|auto]]. Qed.
Lemma goes_trans T U V (H P H' Q X : Prop) : goes T U H P -> goes U V H' Q -> (P -> H') -> (inside V -> safe V -> P -> Q -> X) -> goes T V H X.
Proof.
  intros (wu & su & pu) (wv & sv & pv) link out. split; [exact wv|split; [exact (sub_trans _ _ _ su sv)|]].
  intros inV sT h. destruct (pu (inside_sub _ _ sv inV) sT h) as [sU p]. destruct (pv inV sU (link p)) as [sV q]. split; [exact sV|]. now apply out.
Qed.
Lemma goes_imp T U (H P H' Q : Prop) : goes T U H P -> (H' -> H) -> (inside U -> safe U -> H' -> P -> Q) -> goes T U H' Q.
Proof. intros (w & s & p) h q. split; [exact w|split; [exact s|]]. intros inU sT h'. destruct (p inU sT (h h')) as [sU pp]. auto. Qed.

Lemma intern_goes a T i T' : ordered_table T -> intern a T = Some (i, T') -> goes T T' (admissible a) (r i = atom_value v r a).
Proof.
  intros wf E. destruct (intern_correct _ _ _ _ wf E) as (wf' & s & at_i & only). split; [exact wf'|split; [exact s|]].
  intros inT safeT adm. split; [|exact (worth _ _ (inT _ _ at_i))].
  intros b d found. destruct (only b d found) as [old| ->]; [exact (safeT b d old)|exact adm].
Qed.

(** ** Signs *)

Definition sign_holds (s : sign) (a : R) : Prop := match s with Unknown => True | Nonzero => a <> 0 | Nonnegative => 0 <= a | Positive => 0 < a end.
Lemma meet_correct s t a : sign_holds s a -> sign_holds t a -> sign_holds (meet s t) a.
Proof. destruct s, t; simpl; intros; auto; lra. Qed.
Lemma is_nonzero_correct s a : sign_holds s a -> is_nonzero s = true -> a <> 0.
Proof. destruct s; simpl; try discriminate; intros; lra. Qed.
Lemma is_nonnegative_correct s a : sign_holds s a -> is_nonnegative s = true -> 0 <= a.
Proof. destruct s; simpl; try discriminate; intros; lra. Qed.
Lemma is_positive_correct s a : sign_holds s a -> is_positive s = true -> 0 < a.
Proof. destruct s; simpl; try discriminate; intros; lra. Qed.
Lemma product_sign_correct s t a b : sign_holds s a -> sign_holds t b -> sign_holds (product_sign s t) (a * b).
Proof.
  intros hs ht. unfold product_sign. apply meet_correct.
  - destruct (is_nonzero s && is_nonzero t) eqn:E; [|exact I]. apply andb_prop in E as [E F].
    apply Rmult_integral_contrapositive_currified; [exact (is_nonzero_correct _ _ hs E)|exact (is_nonzero_correct _ _ ht F)].
  - destruct (is_nonnegative s && is_nonnegative t) eqn:E; [|exact I]. apply andb_prop in E as [E F].
    apply Rmult_le_pos; [exact (is_nonnegative_correct _ _ hs E)|exact (is_nonnegative_correct _ _ ht F)].
Qed.
Lemma inverse_sign_correct t b : sign_holds t b -> is_nonzero t = true -> sign_holds t (/ b).
Proof.
  intros ht nz. destruct t; simpl in *; try discriminate; [now apply Rinv_neq_0_compat|now apply Rinv_0_lt_compat].
Qed.
Lemma number_sign_correct q : sign_holds (number_sign q) (Q2R q).
Proof.
  unfold number_sign, Q2R. assert (pos : 0 < / IZR (Z.pos (Qden q))) by (apply Rinv_0_lt_compat; now apply IZR_lt).
  destruct (Qnum q) as [|p|p]; simpl.
  - rewrite Rmult_0_l. lra.
  - apply Rmult_lt_0_compat; [now apply IZR_lt|exact pos].
  - apply Rmult_integral_contrapositive_currified; [|lra]. now apply eq_IZR_contrapositive.
Qed.
Lemma sum_sign_correct s t a b : sign_holds s a -> sign_holds t b -> sign_holds (sum_sign s t) (a + b).
Proof.
  intros ha hb. unfold sum_sign. destruct (is_nonnegative s && is_nonnegative t) eqn:E; [|exact I]. apply andb_prop in E as [E F].
  apply (is_nonnegative_correct _ _ ha) in E. apply (is_nonnegative_correct _ _ hb) in F.
  destruct (is_positive s) eqn:G; [apply (is_positive_correct _ _ ha) in G; simpl; lra|].
  destruct (is_positive t) eqn:K; [apply (is_positive_correct _ _ hb) in K; simpl; lra|]. simpl. lra.
Qed.
Lemma sign_of_correct x i o s : v i = value_of x v i o -> (forall a, sign_holds (s a) (v a)) -> sign_holds (sign_of s o) (v i).
Proof.
  intros -> known. destruct o as [|q|f a|f a b]; simpl; [exact I| | |].
  - apply number_sign_correct.
  - assert (ha := known a). destruct f; simpl.
    + destruct (is_nonzero (s a)) eqn:E; [|exact I]. apply (is_nonzero_correct _ _ ha) in E. simpl. lra.
    + destruct (is_positive (s a)) eqn:E; simpl; [apply sqrt_lt_R0; exact (is_positive_correct _ _ ha E)|apply sqrt_pos].
    + destruct (is_positive (s a)) eqn:E; simpl; [apply (is_positive_correct _ _ ha) in E; rewrite Rmax_right; lra|apply Rmax_l].
    + apply exp_pos.
    + exact I.
    + unfold step_R. destruct (Rlt_dec 0 (v a)); lra.
    + exact I.
    + apply bell_pos.
  - assert (ha := known a). assert (hb := known b). destruct f; simpl.
    + now apply sum_sign_correct.
    + apply meet_correct; [now apply product_sign_correct|]. destruct (Pos.eqb_spec a b) as [->|_]; simpl; [apply Rle_0_sqr|exact I].
    + destruct (is_nonzero (s b)) eqn:E; [|exact I]. apply product_sign_correct; [exact ha|]. now apply inverse_sign_correct.
Qed.
Lemma means_correct s o : (forall a, sign_holds (s a) (v a)) -> means s o = true -> good false v o.
Proof.
  intros known. destruct o as [|q|f a|f a b]; simpl; try easy.
  - destruct f; simpl; try easy; intro E; [exact (is_nonnegative_correct _ _ (known a) E)|exact (is_positive_correct _ _ (known a) E)].
  - destruct f; simpl; try easy. intro E. exact (is_nonzero_correct _ _ (known b) E).
Qed.

(** ** Reduction *)

Lemma one_poly_correct : eval r one_poly = 1.
Proof. unfold one_poly. simpl. rewrite Q2R_1. ring. Qed.
Local Lemma equal_Q_correct c d : equal_Q c d = true -> c = d.
Proof. unfold equal_Q. intro E. apply andb_prop in E as [E F]. apply Z.eqb_eq in E. apply Pos.eqb_eq in F. destruct c, d. simpl in *. now subst. Qed.
Lemma step_square a : step_R a * step_R a = step_R a.
Proof. unfold step_R. destruct (Rlt_dec 0 a); ring. Qed.

Lemma pick_correct f p : forall t rest, pick f p = Some (t, rest) -> eval r p = Q2R (snd t) * eval_mono r (fst t) + eval r rest.
Proof.
  induction p as [|[m c] p IH]; intros t rest; simpl; [discriminate|]. destruct (f m).
  - intro E. injection E as <- <-. reflexivity.
  - destruct (pick f p) as [[u s]|]; [|discriminate]. intro E. injection E as <- <-. simpl. rewrite (IH u s eq_refl). ring.
Qed.
Lemma number_in_correct p c : number_in p = Some c -> eval r p = Q2R c.
Proof.
  destruct p as [|[[|f m] d] [|t p]]; simpl; try discriminate; intro E; injection E as <-; [now rewrite Q2R_0|ring].
Qed.
Lemma steps_rule_correct T m a s q p : inside T -> find_atom T a = Some (Applied Step s) -> steps_rule T m a s = Some (q, p) ->
  eval_mono r m = eval_mono r q * eval r p.
Proof.
  intros inT found. unfold steps_rule. generalize m at 3. intro l. induction l as [|f l IH]; cbn [fold_right]; [discriminate|].
  match goal with |- match ?e with _ => _ end = _ -> _ => destruct e as [[q1 p1]|] eqn:E end; [|exact IH].
  intro F. injection F as -> ->. clear IH. destruct (find_atom T (fst f)) as [[|p0|[] t|p0]|] eqn:other; try discriminate E.
  destruct (Nat.leb _ _ && Nat.leb _ _ && negb _)%bool; [|discriminate].
  assert (is_a := worth _ _ (inT _ _ found)). assert (is_f := worth _ _ (inT _ _ other)). cbn [atom_value value1] in is_a, is_f.
  assert (sign : forall c, (Qnum c <= 0)%Z -> Q2R c <= 0).
  { intros c le. unfold Q2R. assert (pos : 0 < / IZR (Z.pos (Qden c))) by (apply Rinv_0_lt_compat; now apply IZR_lt).
    apply IZR_le in le. assert (0 <= - IZR (Qnum c) * / IZR (Z.pos (Qden c))) by (apply Rmult_le_pos; lra). lra. }
  destruct (number_in (add_poly s t)) as [c|] eqn:plus.
  - apply number_in_correct in plus. rewrite add_poly_correct in plus. destruct (Z.leb_spec (Qnum c) 0) as [le|]; [|discriminate]. apply sign in le.
    destruct (divide m _) as [q'|] eqn:D; [|discriminate]. assert (Eq : q = q') by congruence. assert (Ep : p = []) by congruence. subst q' p.
    apply (divide_correct r) in D. rewrite D, mul_mono_correct. cbn [eval_mono eval]. rewrite !pow_1, is_a, is_f. unfold step_R.
    destruct (Rlt_dec 0 (eval r s)), (Rlt_dec 0 (eval r t)); try ring. lra.
  - destruct (number_in (add_poly s (opp_poly t))) as [c|] eqn:minus; [|discriminate]. apply number_in_correct in minus. rewrite add_poly_correct, opp_poly_correct in minus.
    destruct (Z.leb_spec 0 (Qnum c)) as [le|]; [|discriminate].
    assert (le' : 0 <= Q2R c). { assert (h := sign (- c)%Q). rewrite Q2R_opp in h. simpl in h. assert (- Q2R c <= 0) by (apply h; lia). lra. }
    destruct (divide m _) as [q'|] eqn:D; [|discriminate]. assert (Eq : q = q') by congruence. assert (Ep : p = atom_poly (fst f)) by congruence. subst q' p.
    apply (divide_correct r) in D. rewrite D, mul_mono_correct, atom_poly_correct. cbn [eval_mono]. rewrite !pow_1, is_a, is_f. unfold step_R.
    destruct (Rlt_dec 0 (eval r s)), (Rlt_dec 0 (eval r t)); try ring. lra.
Qed.
Lemma rule_at_correct T m a q p : inside T -> safe T -> rule_at T m a = Some (q, p) -> eval_mono r m = eval_mono r q * eval r p.
Proof.
  intros inT safeT. unfold rule_at. destruct (find_atom T a) as [d|] eqn:found; [|discriminate].
  assert (is_a := worth _ _ (inT _ _ found)). assert (adm := safeT _ _ found).
  destruct d as [i|p'|f p'|p']; try discriminate.
  - destruct f; try discriminate.
    + destruct (divide m _) as [q'|] eqn:D; [|discriminate]. intro E. injection E as <- <-. apply (divide_correct r) in D. rewrite D.
      simpl in *. rewrite is_a. replace (sqrt (eval r p') * (sqrt (eval r p') * 1) * 1) with (sqrt (eval r p') * sqrt (eval r p')) by ring. rewrite sqrt_sqrt by exact adm. ring.
    + destruct (divide m _) as [q'|] eqn:D; [|exact (steps_rule_correct T m a p' q p inT found)]. intro E. injection E as <- <-. apply (divide_correct r) in D. rewrite D, atom_poly_correct.
      simpl in *. rewrite is_a. rewrite <- (step_square (eval r p')) at 3. ring.
  - destruct p' as [|[lead c] rest]; [discriminate|]. simpl in is_a, adm.
    destruct (if equal_Q c 1 then divide m (mul_mono lead [(a, 1%positive)]) else None) as [q'|] eqn:D.
    + destruct (equal_Q c 1) eqn:E; [|discriminate]. apply equal_Q_correct in E. subst c.
      intro F. apply (divide_correct r) in D.
      assert (Eq : q = q') by congruence. assert (Ep : p = add_poly one_poly (scale [(a, 1%positive)] (-1) rest)) by congruence. clear F. subst q. rewrite D, Ep.
      rewrite mul_mono_correct, add_poly_correct, scale_correct, one_poly_correct. simpl in *. rewrite Q2R_1 in *. rewrite Q2R_minus_one.
      assert (inv : r a * (1 * eval_mono r lead + eval r rest) = 1) by (rewrite is_a; apply Rinv_l; exact adm).
      assert (split : r a * eval_mono r lead = 1 - r a * eval r rest) by (rewrite <- inv; ring).
      transitivity (r a * eval_mono r lead * eval_mono r q'); [ring|]. rewrite split. ring.
    + set (d := (lead, c) :: rest) in *. destruct (quotient_in T d m) as [[[j t] rest']|] eqn:Q; [|discriminate].
      assert (parts : eval r d = Q2R (snd t) * eval_mono r (fst t) + eval r rest').
      { clear -Q. unfold quotient_in in Q. revert Q. generalize m. intro l. induction l as [|f l IH]; cbn [fold_right]; [discriminate|].
        match goal with |- match ?e with _ => _ end = _ -> _ => destruct e as [[[j1 t1] r1]|] eqn:E end; [|exact IH].
        intro F. injection F as -> -> ->. destruct (find_atom T (fst f)) as [[|p0|g p0|[|[[|[b k] [|]] e] [|]]]|]; try discriminate E.
        destruct (existsb _ d); [|discriminate]. destruct (pick _ d) as [[t2 r2]|] eqn:P; [|discriminate]. injection E as <- -> ->.
        exact (pick_correct _ _ _ _ P). }
      unfold quotient_rule. destruct (Z.eqb_spec (Qnum (snd t)) 0) as [|nz]; [discriminate|].
      set (ij := mul_mono [(a, 1%positive)] [(j, 1%positive)]).
      destruct (divide m (mul_mono (fst t) ij)) as [q'|] eqn:D'; [|discriminate]. intro F. apply (divide_correct r) in D'.
      assert (Eq : q = q') by congruence. assert (Ep : p = scale [] (/ snd t) (add_poly (atom_poly j) (scale ij (-1) rest'))) by congruence. clear F. subst q. rewrite D', Ep.
      rewrite scale_correct, add_poly_correct, atom_poly_correct, scale_correct, mul_mono_correct. unfold ij. rewrite mul_mono_correct.
      assert (tz : Q2R (snd t) <> 0) by (unfold Q2R; apply Rmult_integral_contrapositive_currified; [now apply eq_IZR_contrapositive|apply Rinv_neq_0_compat; now apply eq_IZR_contrapositive]).
      rewrite Q2R_inv by (intro z; apply tz; apply Qeq_eqR in z; rewrite z; exact Q2R_0). rewrite Q2R_minus_one.
      assert (inv : r a * eval r d = 1) by (rewrite is_a; apply Rinv_l; exact adm). rewrite parts in inv. simpl.
      assert (split : r a * eval_mono r (fst t) = / Q2R (snd t) * (1 - r a * eval r rest')) by (rewrite <- inv; field; exact tz).
      transitivity (r a * eval_mono r (fst t) * r j * eval_mono r q'); [ring|]. rewrite split. ring.
Qed.
Lemma rule_correct T m q p : inside T -> safe T -> rule T m = Some (q, p) -> eval_mono r m = eval_mono r q * eval r p.
Proof.
  intros inT safeT. unfold rule. generalize m at 2. intro l. induction l as [|[a k] l IH]; simpl; [discriminate|].
  destruct (rule_at T m a) as [x|] eqn:E; [|exact IH]. intro F. injection F as ->. exact (rule_at_correct T m a q p inT safeT E).
Qed.
Lemma reduce_correct n : forall T p, inside T -> safe T -> eval r (reduce n T p) = eval r p.
Proof.
  induction n as [|n IH]; intros T p inT safeT; cbn [reduce]; [reflexivity|]. destruct (existsb _ p); [|reflexivity].
  induction p as [|[m c] p IHp]; cbn [fold_right eval fst snd]; [reflexivity|]. rewrite add_poly_correct, IHp. f_equal.
  destruct (rule T m) as [[q s]|] eqn:E; [|simpl; ring]. rewrite IH, scale_correct by assumption. rewrite (rule_correct T m q s inT safeT E). ring.
Qed.
Lemma times_correct T p q : inside T -> safe T -> eval r (times T p q) = eval r p * eval r q.
Proof. intros inT safeT. unfold times. rewrite reduce_correct by assumption. destruct (Nat.leb _ _); rewrite mul_poly_correct; ring. Qed.
Lemma power_correct T p n : inside T -> safe T -> eval r (power T p n) = eval r p ^ n.
Proof.
  intros inT safeT. induction n as [|[|n] IH]; [apply one_poly_correct|simpl; ring|].
  change (power T p (S (S n))) with (times T p (power T p (S n))). rewrite times_correct, IH by assumption. simpl. ring.
Qed.

Lemma step_R_scale c a : 0 < c -> step_R (c * a) = step_R a.
Proof.
  intro pos. unfold step_R. destruct (Rlt_dec 0 a) as [p|n], (Rlt_dec 0 (c * a)) as [q|m]; try reflexivity; exfalso.
  - apply m. now apply Rmult_lt_0_compat.
  - apply n. apply (Rmult_lt_reg_l c); [exact pos|]. now rewrite Rmult_0_r.
Qed.
Lemma scaled_correct p : step_R (eval r (scaled p)) = step_R (eval r p).
Proof.
  unfold scaled. destruct p as [|[m c] p]; [reflexivity|]. destruct (Z.eqb_spec (Qnum c) 0) as [z|nz]; [reflexivity|].
  rewrite scale_correct. cbn [eval_mono]. rewrite Rmult_1_r. apply step_R_scale.
  assert (pos : 0 < Q2R (absolute_Q c)).
  { unfold absolute_Q, Q2R. simpl. apply Rmult_lt_0_compat; [apply IZR_lt; lia|]. apply Rinv_0_lt_compat. now apply IZR_lt. }
  rewrite Q2R_inv; [now apply Rinv_0_lt_compat|]. intro z. apply Qeq_eqR in z. rewrite z, Q2R_0 in pos. lra.
Qed.
Lemma scaled_zero p : eval r (scaled p) = 0 <-> eval r p = 0.
Proof.
  unfold scaled. destruct p as [|[m c] p]; [reflexivity|]. destruct (Z.eqb_spec (Qnum c) 0) as [z|nz]; [reflexivity|].
  rewrite scale_correct. cbn [eval_mono]. rewrite Rmult_1_r.
  assert (cz : Q2R (/ absolute_Q c) <> 0).
  { assert (pos : 0 < Q2R (absolute_Q c)).
    { unfold absolute_Q, Q2R. simpl. apply Rmult_lt_0_compat; [apply IZR_lt; lia|]. apply Rinv_0_lt_compat. now apply IZR_lt. }
    rewrite Q2R_inv; [apply Rinv_neq_0_compat; lra|]. intro z. apply Qeq_eqR in z. rewrite z, Q2R_0 in pos. lra. }
  split; [intro z; apply Rmult_integral in z as [z|z]; [now elim cz|exact z]|intros ->; ring].
Qed.
Lemma oriented_zero p : eval r (oriented p) = 0 <-> eval r p = 0.
Proof. unfold oriented. rewrite scaled_zero. destruct (leads_negative p); [rewrite opp_poly_correct; split; intro; lra|reflexivity]. Qed.
Lemma known_nonzero_correct T p : safe T -> known_nonzero T p = true -> eval r p <> 0.
Proof.
  intros safeT. unfold known_nonzero. destruct (PositiveMap.find _ _) as [i|]; [|discriminate]. destruct (find_atom T i) as [b|] eqn:found; [|discriminate].
  intro E. apply equal_atom_correct in E. subst b. intro z. apply (safeT _ _ found). now apply oriented_zero.
Qed.
Lemma factor_sign_correct s f : sign_holds (s (fst f)) (r (fst f)) -> sign_holds (factor_sign s f) (r (fst f) ^ Pos.to_nat (snd f)).
Proof.
  destruct f as [a k]. unfold factor_sign. cbn [fst snd]. intro h.
  assert (whole : sign_holds (s a) (r a ^ Pos.to_nat k)).
  { destruct (s a); simpl in *; [exact I|now apply pow_nonzero|now apply pow_le|now apply pow_lt]. }
  destruct k as [k|k|]; try exact whole. apply meet_correct.
  - simpl. rewrite Pos2Nat.inj_xO, pow_mult. apply pow_le. simpl. rewrite Rmult_1_r. apply Rle_0_sqr.
  - destruct (is_nonzero (s a)) eqn:E; [|exact I]. simpl. apply pow_nonzero. exact (is_nonzero_correct _ _ h E).
Qed.
Lemma mono_sign_correct s m : (forall a, sign_holds (s a) (r a)) -> sign_holds (mono_sign s m) (eval_mono r m).
Proof.
  intro known. induction m as [|[a k] m IH]; simpl; [lra|]. apply product_sign_correct; [|exact IH]. exact (factor_sign_correct s (a, k) (known a)).
Qed.
Lemma poly_sign_correct s p : (forall a, sign_holds (s a) (r a)) -> sign_holds (poly_sign s p) (eval r p).
Proof.
  intro known. assert (term : forall t, sign_holds (term_sign s t) (Q2R (snd t) * eval_mono r (fst t))).
  { intro t. apply product_sign_correct; [apply number_sign_correct|now apply mono_sign_correct]. }
  induction p as [|[m c] p IH]; [simpl; lra|]. cbn [eval]. destruct p as [|t p].
  - cbn [eval]. rewrite Rplus_0_r. exact (term (m, c)).
  - apply sum_sign_correct; [exact (term (m, c))|exact IH].
Qed.
Lemma atom_sign_correct n T : inside T -> safe T -> forall a, sign_holds (atom_sign n T a) (r a).
Proof.
  intros inT safeT. induction n as [|n IH]; intro a; [exact I|]. cbn [atom_sign].
  destruct (find_atom T a) as [d|] eqn:found; [|exact I]. assert (is_a := worth _ _ (inT _ _ found)). assert (adm := safeT _ _ found).
  destruct d as [i|p|f p|p]; [exact I| | |].
  - rewrite is_a. now apply poly_sign_correct.
  - destruct f; try exact I; rewrite is_a; cbn [atom_value value1].
    + destruct (is_positive _ || known_nonzero T p) eqn:E; simpl; [|apply sqrt_pos]. apply sqrt_lt_R0. apply orb_prop in E as [E|E].
      * exact (is_positive_correct _ _ (poly_sign_correct _ _ IH) E).
      * assert (nz := known_nonzero_correct _ _ safeT E). simpl in adm. lra.
    + apply exp_pos.
    + simpl. unfold step_R. destruct (Rlt_dec 0 (eval r p)); lra.
    + apply bell_pos.
  - rewrite is_a. cbn [atom_value]. simpl in adm. apply meet_correct; [simpl; now apply Rinv_neq_0_compat|].
    destruct (is_nonnegative _) eqn:E; [|exact I]. simpl. apply Rlt_le, Rinv_0_lt_compat.
    assert (nn := is_nonnegative_correct _ _ (poly_sign_correct _ _ IH) E). lra.
Qed.
Lemma sign_by_terms_correct T p : inside T -> safe T -> sign_holds (sign_by_terms T p) (eval r p).
Proof. intros inT safeT. unfold sign_by_terms. destruct (Nat.leb _ _); [|exact I]. apply poly_sign_correct. now apply atom_sign_correct. Qed.

(** ** Steps *)

Lemma step_in_correct T p h : step_in T p = Some h -> exists s, find_atom T h = Some (Applied Step s).
Proof.
  unfold step_in. destruct (filter _ _) as [|g l] eqn:F; [discriminate|]. destruct (forallb _ l); [|discriminate]. intro E. injection E as <-.
  assert (ing : In g (filter (is_step T) (atoms_of p))) by (rewrite F; now left). apply filter_In in ing as [_ is]. unfold is_step in is.
  destruct (find_atom T g) as [[| |[] s|]|]; try discriminate. now exists s.
Qed.
Lemma step_values T h s : inside T -> find_atom T h = Some (Applied Step s) -> r h = step_R (eval r s) /\ (r h = 0 \/ r h = 1).
Proof.
  intros inT found. assert (is_h := worth _ _ (inT _ _ found)). simpl in is_h. split; [exact is_h|]. rewrite is_h. unfold step_R. destruct (Rlt_dec _ _); auto.
Qed.
Lemma at_zero_correct h p : r h = 0 -> eval r (at_zero h p) = eval r p.
Proof.
  intro z. assert (gone : forall m, occurs h m = true -> eval_mono r m = 0).
  { unfold occurs. induction m as [|[a k] m IH]; [discriminate|]. cbn [existsb fst eval_mono]. destruct (Pos.eqb_spec a h) as [->|_]; simpl.
    - intros _. rewrite z, pow_i by apply Pos2Nat.is_pos. ring.
    - intro E. rewrite (IH E). ring. }
  induction p as [|[m c] p IH]; [reflexivity|]. unfold at_zero in *. cbn [filter fst]. destruct (occurs h m) eqn:O; cbn [negb eval]; rewrite IH; [|reflexivity].
  rewrite (gone _ O). ring.
Qed.
Lemma at_one_correct h p : r h = 1 -> eval r (at_one h p) = eval r p.
Proof.
  intro one. assert (same : forall m, eval_mono r (filter (fun f => negb (Pos.eqb (fst f) h)) m) = eval_mono r m).
  { induction m as [|[a k] m IH]; [reflexivity|]. cbn [filter fst]. destruct (Pos.eqb_spec a h) as [->|_]; cbn [negb eval_mono]; rewrite IH; [|reflexivity].
    rewrite one, pow1. ring. }
  induction p as [|[m c] p IH]; [reflexivity|]. unfold at_one in *. cbn [fold_right fst snd]. rewrite add_poly_correct, IH. cbn [eval]. rewrite same. ring.
Qed.
Lemma in_common s t a : sign_holds s a \/ sign_holds t a -> sign_holds (product_sign s t) a.
Proof.
  intro one. unfold product_sign. apply meet_correct.
  - destruct (is_nonzero s && is_nonzero t) eqn:E; [|exact I]. apply andb_prop in E as [E F]. destruct one as [h|h]; now apply is_nonzero_correct in h.
  - destruct (is_nonnegative s && is_nonnegative t) eqn:E; [|exact I]. apply andb_prop in E as [E F]. destruct one as [h|h]; now apply is_nonnegative_correct in h.
Qed.
Lemma sign_in_correct T p : inside T -> safe T -> sign_holds (sign_in T p) (eval r p).
Proof.
  intros inT safeT. unfold sign_in. apply meet_correct; [now apply sign_by_terms_correct|]. destruct (step_in T p) as [h|] eqn:E; [|exact I].
  destruct (step_in_correct _ _ _ E) as [s found]. apply in_common. destruct (step_values _ _ _ inT found) as [_ [z|o]].
  - left. rewrite <- (at_zero_correct _ _ z). now apply sign_by_terms_correct.
  - right. rewrite <- (at_one_correct _ _ o). now apply sign_by_terms_correct.
Qed.
Lemma by_cases_correct T h p q : inside T -> safe T -> (r h = 0 -> eval r (by_cases T h p q) = eval r p) /\ (r h = 1 -> eval r (by_cases T h p q) = eval r q).
Proof.
  intros inT safeT. unfold by_cases. rewrite add_poly_correct, times_correct, atom_poly_correct, add_poly_correct, opp_poly_correct by assumption.
  split; intros ->; ring.
Qed.
(** a function [f] of polynomials that meets [F], of what is [Good] *)
Definition meets (f : polynomial -> table -> option (polynomial * table)) (Good : R -> Prop) (F : R -> R -> Prop) : Prop :=
  forall p T q T', ordered_table T -> f p T = Some (q, T') -> goes T T' (Good (eval r p)) (F (eval r q) (eval r p)).
Lemma step_between_correct good T p h : step_between good T p = Some h ->
  (exists s, find_atom T h = Some (Applied Step s)) /\ good (sign_in T (at_zero h p)) = true /\ good (sign_in T (at_one h p)) = true.
Proof.
  unfold step_between. destruct (step_in T p) as [g|] eqn:E; [|discriminate]. destruct (good _ && good _)%bool eqn:G; [|discriminate]. intro F. injection F as <-.
  apply andb_prop in G. split; [exact (step_in_correct _ _ _ E)|exact G].
Qed.
Lemma both_sides_goes f good (Good : R -> Prop) F p T h u T1 w T2 : meets f Good F -> ordered_table T ->
  (forall s a, sign_holds s a -> good s = true -> Good a) ->
  step_between good T p = Some h -> f (at_zero h p) T = Some (u, T1) -> f (at_one h p) T1 = Some (w, T2) ->
  goes T T2 True (F (eval r (by_cases T2 h u w)) (eval r p)).
Proof.
  intros mf wf gg between Eu Ew. destruct (step_between_correct _ _ _ _ between) as ([s found] & g0 & g1).
  assert (gu := mf _ _ _ _ wf Eu). assert (gw := mf _ _ _ _ (proj1 gu) Ew).
  split; [exact (proj1 gw)|split; [exact (sub_trans _ _ _ (proj1 (proj2 gu)) (proj1 (proj2 gw)))|]]. intros in2 safe0 _.
  assert (in1 := inside_sub _ _ (proj1 (proj2 gw)) in2). assert (in0 := inside_sub _ _ (proj1 (proj2 gu)) in1).
  destruct (proj2 (proj2 gu) in1 safe0 (gg _ _ (sign_in_correct _ _ in0 safe0) g0)) as [safe1 pu].
  destruct (proj2 (proj2 gw) in2 safe1 (gg _ _ (sign_in_correct _ _ in0 safe0) g1)) as [safe2 pw]. split; [exact safe2|].
  destruct (by_cases_correct T2 h u w in2 safe2) as [c0 c1]. destruct (step_values _ _ _ in0 found) as [_ [z|o]].
  - rewrite (c0 z). rewrite (at_zero_correct _ _ z) in pu. exact pu.
  - rewrite (c1 o). rewrite (at_one_correct _ _ o) in pw. exact pw.
Qed.

(** ** Inverses *)

Local Lemma pow_nonzero_inv a k : a ^ Pos.to_nat k <> 0 -> a <> 0.
Proof. intros nz ->. apply nz. apply pow_i. apply Pos2Nat.is_pos. Qed.
Definition inverts (inv : polynomial -> table -> option (polynomial * table)) : Prop := meets inv (fun a => a <> 0) (fun b a => b * a = 1).
Lemma invert_atom_goes inv a k T q T' : inverts inv -> ordered_table T -> invert_atom inv a k T = Some (q, T') ->
  goes T T' (r a <> 0) (eval r q * r a ^ Pos.to_nat k = 1).
Proof.
  intros is_inv wf. unfold invert_atom.
  assert (new : (do (i, T) <- intern (Inverse (atom_poly a)) T; Some ([([(i, k)], 1%Q)], T)) = Some (q, T') -> goes T T' (r a <> 0) (eval r q * r a ^ Pos.to_nat k = 1)).
  { destruct (intern _ T) as [[i T1]|] eqn:E; [|discriminate]. intro F. injection F as <- <-.
    apply (goes_imp _ _ _ _ _ _ (intern_goes _ _ _ _ wf E)).
    - simpl. intro nz. rewrite Q2R_1. intro z. apply nz. rewrite <- z. ring.
    - intros _ _ nz is_i. simpl in *. rewrite Q2R_1 in *. rewrite is_i.
      replace (1 * (r a * 1 * 1) + 0) with (r a) by ring. rewrite pow_inv. field. now apply pow_nonzero. }
  destruct (find_atom T a) as [d|] eqn:found; [|exact new]. destruct d as [i|p|f p|p]; try exact new.
  - destruct f; try exact new. destruct (inv p T) as [[w T1]|] eqn:E; [|discriminate]. intro F. injection F as <- <-.
    assert (gi := is_inv _ _ _ _ wf E). split; [exact (proj1 gi)|split; [exact (proj1 (proj2 gi))|]]. intros in1 safe0 nz.
    assert (in0 := inside_sub _ _ (proj1 (proj2 gi)) in1). assert (is_a := worth _ _ (in0 _ _ found)). assert (adm := safe0 _ _ found). simpl in is_a, adm.
    destruct (proj2 (proj2 gi) in1 safe0) as [safe1 one]; [intro z; apply nz; rewrite is_a, z; exact sqrt_0|]. split; [exact safe1|].
    rewrite power_correct, times_correct, atom_poly_correct, <- Rpow_mult_distr by assumption.
    replace (r a * eval r w * r a) with (eval r w * (r a * r a)) by ring. rewrite is_a, sqrt_sqrt, one by exact adm. apply pow1.
  - intro F. injection F as <- <-. apply goes_refl; [exact wf|]. intros inT safeT nz. rewrite power_correct by assumption.
    assert (is_a := worth _ _ (inT _ _ found)). assert (adm := safeT _ _ found). simpl in *. rewrite is_a, pow_inv. field. now apply pow_nonzero.
Qed.
Lemma invert_mono_goes inv m : inverts inv -> forall T q T', ordered_table T -> invert_mono inv m T = Some (q, T') ->
  goes T T' (eval_mono r m <> 0) (eval r q * eval_mono r m = 1).
Proof.
  intro is_inv. induction m as [|[a k] m IH]; intros T q T' wf; simpl.
  - intro F. injection F as <- <-. apply goes_refl; [exact wf|]. intros. rewrite one_poly_correct. ring.
  - destruct (invert_atom inv a k T) as [[p T1]|] eqn:E1; [|discriminate]. destruct (invert_mono inv m T1) as [[s T2]|] eqn:E2; [|discriminate].
    intro F. injection F as <- <-. assert (g1 := invert_atom_goes _ _ _ _ _ _ is_inv wf E1). assert (g2 := IH _ _ _ (proj1 g1) E2).
    apply (goes_trans _ _ _ _ ((r a ^ Pos.to_nat k * eval_mono r m <> 0) /\ eval r p * r a ^ Pos.to_nat k = 1) _ (eval r s * eval_mono r m = 1) _) with (2 := g2).
    + apply (goes_imp _ _ _ _ _ _ g1); [|auto]. intros nz z. apply nz. rewrite z. rewrite pow_i by apply Pos2Nat.is_pos. ring.
    + intros [nz _] z. apply nz. rewrite z. ring.
    + intros inV safeV [_ p1] p2. rewrite times_correct by assumption.
      transitivity ((eval r p * r a ^ Pos.to_nat k) * (eval r s * eval_mono r m)); [ring|]. rewrite p1, p2. ring.
Qed.
Lemma inverse_in_correct T p d k : inside T -> safe T -> inverse_in T p = Some (d, k) -> eval r d <> 0.
Proof.
  intros inT safeT. unfold inverse_in. destruct (find _ _) as [[a e]|]; [|discriminate]. destruct (find_atom T a) as [x|] eqn:found; [|discriminate].
  destruct x; try discriminate. intro E. injection E as <- _. exact (safeT _ _ found).
Qed.
Lemma invert_goes n : forall p T q T', ordered_table T -> invert n p T = Some (q, T') -> goes T T' (eval r p <> 0) (eval r q * eval r p = 1).
Proof.
  induction n as [|n IH]; intros p T q T' wf; [discriminate|]. destruct p as [|[m c] p']; [discriminate|]. cbn [invert]. set (p := (m, c) :: p').
  assert (is_inv : inverts (invert n)) by exact IH.
  destruct (step_between is_nonzero T p) as [h|] eqn:between.
  { destruct (invert n (at_zero h p) T) as [[u T1]|] eqn:Eu; [|discriminate]. destruct (invert n (at_one h p) T1) as [[w T2]|] eqn:Ew; [|discriminate].
    intro F. injection F as <- <-.
    apply (goes_imp _ _ _ _ _ _ (both_sides_goes _ _ _ _ _ _ _ _ _ _ _ is_inv wf is_nonzero_correct between Eu Ew)); [easy|auto]. }
  set (g := content p). destruct (divide_poly p g c) as [s|]; [|discriminate].
  destruct (equal_poly (scale g c s) p) eqn:E; [|discriminate]. apply equal_poly_correct in E.
  assert (parts : eval r p = Q2R c * eval_mono r g * eval r s) by (rewrite <- E; apply scale_correct).
  destruct (invert_mono (invert n) g T) as [[u T1]|] eqn:Eg; [|discriminate]. assert (g1 := invert_mono_goes _ _ is_inv _ _ _ wf Eg).
  assert (first : goes T T1 (eval r p <> 0) (eval r s <> 0 /\ Q2R c <> 0 /\ eval r (scale [] (/ c) u) * (Q2R c * eval_mono r g) = 1)).
  { apply (goes_imp _ _ _ _ _ _ g1).
    - intros nz z. apply nz. rewrite parts, z. ring.
    - intros _ _ nz one. assert (cz : Q2R c <> 0) by (intro z; apply nz; rewrite parts, z; ring).
      split; [intro z; apply nz; rewrite parts, z; ring|split; [exact cz|]]. rewrite scale_correct. cbn [eval_mono].
      rewrite Q2R_inv; [|intro z; apply cz; apply Qeq_eqR in z; rewrite z; exact Q2R_0].
      transitivity (/ Q2R c * Q2R c * (eval r u * eval_mono r g)); [ring|]. rewrite one, Rinv_l by exact cz. ring. }
  set (w := scale [] (/ c) u) in *. cbv zeta.
  destruct (equal_poly s one_poly) eqn:E1.
  { apply equal_poly_correct in E1. intro F. injection F as <- <-. apply (goes_imp _ _ _ _ _ _ first); [auto|].
    intros _ _ _ (_ & _ & one). rewrite parts, E1, one_poly_correct.
    transitivity (eval r w * (Q2R c * eval_mono r g)); [ring|exact one]. }
  destruct (inverse_in T1 s) as [[d k]|] eqn:Ei.
  - set (e := power T1 d (Pos.to_nat k)). destruct (invert n (times T1 s e) T1) as [[x T2]|] eqn:E2; [|discriminate].
    intro F. injection F as <- <-. assert (g2 := IH _ _ _ _ (proj1 first) E2).
    split; [exact (proj1 g2)|split; [exact (sub_trans _ _ _ (proj1 (proj2 first)) (proj1 (proj2 g2)))|]]. intros in2 safeT nz.
    assert (in1 := inside_sub _ _ (proj1 (proj2 g2)) in2). destruct (proj2 (proj2 first) in1 safeT nz) as [safe1 (sz & cz & one)].
    assert (dz := inverse_in_correct _ _ _ _ in1 safe1 Ei).
    assert (prod : eval r (times T1 s e) = eval r s * eval r d ^ Pos.to_nat k) by (rewrite times_correct by assumption; unfold e; rewrite power_correct by assumption; reflexivity).
    destruct (proj2 (proj2 g2) in2 safe1) as [safe2 inv2].
    { rewrite prod. apply Rmult_integral_contrapositive_currified; [exact sz|]. now apply pow_nonzero. }
    split; [exact safe2|]. rewrite !times_correct by assumption. unfold e. rewrite power_correct by assumption. rewrite prod in inv2.
    rewrite parts. transitivity ((eval r w * (Q2R c * eval_mono r g)) * (eval r x * (eval r s * eval r d ^ Pos.to_nat k))); [ring|]. rewrite one, inv2. ring.
  - destruct (intern (Inverse s) T1) as [[i T2]|] eqn:E2; [|discriminate]. intro F. injection F as <- <-.
    assert (g2 := intern_goes _ _ _ _ (proj1 first) E2).
    apply (goes_trans _ _ _ _ _ _ _ _ first g2); [intros (sz & _); exact sz|].
    intros in2 safe2 (sz & cz & one) is_i. rewrite times_correct, atom_poly_correct by assumption. simpl in is_i. rewrite is_i, parts.
    transitivity ((eval r w * (Q2R c * eval_mono r g)) * (/ eval r s * eval r s)); [ring|]. rewrite one, Rinv_l by exact sz. ring.
Qed.

(** ** Exponentials *)

Local Lemma exp_times n y : exp (INR n * y) = exp y ^ n.
Proof.
  induction n as [|n IH]; [simpl; rewrite Rmult_0_l; apply exp_0|]. rewrite S_INR. replace ((INR n + 1) * y) with (y + INR n * y) by ring.
  rewrite exp_plus, IH. reflexivity.
Qed.
Lemma exponential_term_goes m c T q T' : (0 <= Qnum c)%Z -> ordered_table T -> exponential_term m c T = Some (q, T') -> goes T T' True (eval r q = exp (Q2R c * eval_mono r m)).
Proof.
  intros cpos wf. unfold exponential_term.
  set (bn := if small c then (1%Q, Z.to_nat (Qnum c)) else (c, 1%nat)).
  assert (split : Q2R c = INR (snd bn) * Q2R (fst bn)).
  { unfold bn. destruct (small c) eqn:sm; simpl; [|ring]. unfold small in sm. apply andb_prop in sm as [den num]. apply Pos.eqb_eq in den.
    rewrite Q2R_1, INR_IZR_INZ, Z2Nat.id by exact cpos. unfold Q2R. rewrite den. simpl. field. }
  destruct bn as [b n]. cbn [fst snd] in split.
  assert (by_atom : (do (i, T) <- intern (Applied Exp [(m, b)]) T; Some (power T (atom_poly i) n, T)) = Some (q, T') ->
    goes T T' True (eval r q = exp (Q2R c * eval_mono r m))).
  { destruct (intern _ T) as [[i T1]|] eqn:E; [|discriminate]. intro F. injection F as <- <-.
    apply (goes_imp _ _ _ _ _ _ (intern_goes _ _ _ _ wf E)); [easy|]. intros in1 safe1 _ is_i.
    rewrite power_correct, atom_poly_correct, is_i by assumption. simpl. rewrite <- exp_times, split. f_equal. ring. }
  destruct m as [|[a [k|k|]] [|]]; try exact by_atom.
  destruct (find_atom T a) as [d|] eqn:found; [|exact by_atom]. destruct d as [i|p|f p|p]; try exact by_atom. destruct f; try exact by_atom.
  destruct (equal_Q b 1) eqn:E; [|exact by_atom]. apply equal_Q_correct in E. subst b. intro F. injection F as <- <-.
  apply goes_refl; [exact wf|]. intros inT safeT _. rewrite power_correct by assumption.
  assert (is_a := worth _ _ (inT _ _ found)). assert (adm := safeT _ _ found). simpl in *. rewrite split, Q2R_1, is_a.
  replace (INR n * 1 * (ln (eval r p) * 1 * 1)) with (INR n * ln (eval r p)) by ring. rewrite exp_times, exp_ln by exact adm. reflexivity.
Qed.
Local Lemma exp_nonzero a : exp a <> 0. Proof. pose proof (exp_pos a). lra. Qed.
Lemma exponential_signed_goes m c T q T' : ordered_table T -> exponential_signed m c T = Some (q, T') -> goes T T' True (eval r q = exp (Q2R c * eval_mono r m)).
Proof.
  intro wf. unfold exponential_signed. destruct (exponential_term m _ T) as [[p T1]|] eqn:E; [|discriminate].
  apply exponential_term_goes in E; [|simpl; lia|exact wf].
  assert (mag : Q2R (absolute_Q c) = if (Qnum c <? 0)%Z then - Q2R c else Q2R c).
  { unfold absolute_Q, Q2R. simpl. destruct (Z.ltb_spec (Qnum c) 0).
    - rewrite Z.abs_neq by lia. rewrite opp_IZR. ring.
    - rewrite Z.abs_eq by lia. reflexivity. }
  rewrite mag in E. destruct (Qnum c <? 0)%Z.
  - intro F. assert (g2 := invert_goes _ _ _ _ _ (proj1 E) F). apply (goes_trans _ _ _ _ _ _ _ _ E g2).
    + intros ->. apply exp_nonzero.
    + intros _ _ is_p one. rewrite is_p in one. replace (- Q2R c * eval_mono r m) with (- (Q2R c * eval_mono r m)) in one by ring. rewrite exp_Ropp in one.
      apply (Rmult_eq_reg_r (/ exp (Q2R c * eval_mono r m))); [|apply Rinv_neq_0_compat, exp_nonzero]. rewrite one. field. apply exp_nonzero.
  - intro F. injection F as <- <-. exact E.
Qed.
Lemma exponential_of_goes p : forall T q T', ordered_table T -> exponential_of p T = Some (q, T') -> goes T T' True (eval r q = exp (eval r p)).
Proof.
  induction p as [|[m c] p IH]; intros T q T' wf; simpl.
  - intro F. injection F as <- <-. apply goes_refl; [exact wf|]. intros. rewrite exp_0. apply one_poly_correct.
  - destruct (exponential_signed m c T) as [[u T1]|] eqn:E1; [|discriminate]. destruct (exponential_of p T1) as [[w T2]|] eqn:E2; [|discriminate].
    intro F. injection F as <- <-. assert (g1 := exponential_signed_goes _ _ _ _ _ wf E1). assert (g2 := IH _ _ _ (proj1 g1) E2).
    apply (goes_trans _ _ _ _ _ _ _ _ g1 g2); [easy|]. intros in2 safe2 p1 p2. rewrite times_correct, p1, p2, exp_plus by assumption. reflexivity.
Qed.
Lemma exponential_whole_goes : meets exponential_whole (fun _ => True) (fun b a => b = exp a).
Proof.
  intros p T q T' wf. unfold exponential_whole. destruct (Nat.leb _ _); [now apply exponential_of_goes|]. cbv zeta.
  set (minus := match p with (_, c) :: _ => (Qnum c <? 0)%Z | [] => false end).
  destruct (intern _ T) as [[i T1]|] eqn:E; [|discriminate]. assert (g1 := intern_goes _ _ _ _ wf E). destruct minus.
  - intro F. assert (g2 := invert_goes _ _ _ _ _ (proj1 g1) F). simpl in g1. rewrite atom_poly_correct in g2.
    apply (goes_trans _ _ _ _ _ _ _ _ (goes_imp _ _ _ _ True _ g1 (fun _ => I) (fun _ _ _ x => x)) g2).
    + intros ->. apply exp_nonzero.
    + intros _ _ is_i one. rewrite is_i, opp_poly_correct, exp_Ropp in one.
      apply (Rmult_eq_reg_r (/ exp (eval r p))); [|apply Rinv_neq_0_compat, exp_nonzero]. rewrite one. field. apply exp_nonzero.
  - intro F. injection F as <- <-. apply (goes_imp _ _ _ _ _ _ g1); [easy|]. intros _ _ _ is_i. rewrite atom_poly_correct. exact is_i.
Qed.

Lemma on_both_sides_goes f good (Good : R -> Prop) F : meets f Good F -> (forall s a, sign_holds s a -> good s = true -> Good a) -> meets (on_both_sides good f) Good F.
Proof.
  intros mf gg p T q T' wf. unfold on_both_sides. destruct (step_between good T p) as [h|] eqn:between; [|now apply mf].
  destruct (f (at_zero h p) T) as [[u T1]|] eqn:Eu; [|discriminate]. destruct (f (at_one h p) T1) as [[w T2]|] eqn:Ew; [|discriminate].
  intro E. injection E as <- <-. apply (goes_imp _ _ _ _ _ _ (both_sides_goes _ _ _ _ _ _ _ _ _ _ _ mf wf gg between Eu Ew)); auto.
Qed.
Lemma exponential_goes p T q T' : ordered_table T -> exponential p T = Some (q, T') -> goes T T' True (eval r q = exp (eval r p)).
Proof. apply (on_both_sides_goes _ _ _ _ exponential_whole_goes). easy. Qed.

(** ** Normal forms *)

Variables (C : code) (x : positive -> R) (low : PositiveMap.t unit) (given : PositiveMap.t sign).
Hypothesis values : models C x v.
Hypothesis low_right : forall i u, PositiveMap.find i low = Some u -> v i <= 0.
Hypothesis given_right : forall i s, PositiveMap.find i given = Some s -> sign_holds s (v i).

Definition right (F : forms) : Prop :=
  (forall i p, PositiveMap.find i (polynomials F) = Some p -> v i = eval r p) /\ forall i s, PositiveMap.find i (signs F) = Some s -> sign_holds s (v i).
Lemma sign_at_correct F i : right F -> sign_holds (sign_at F i) (v i).
Proof. intros [_ rs]. unfold sign_at. destruct (PositiveMap.find i (signs F)) eqn:found; [now apply rs|exact I]. Qed.

Lemma applied_goes f : meets (applied f) (fun a => match f with Root => 0 <= a | Log => 0 < a | _ => True end) (fun b a => b = value1 f a).
Proof.
  intros p T q T' wf. unfold applied. destruct (intern _ _) as [[a T1]|] eqn:E; [|discriminate]. intro G. injection G as <- <-.
  apply (goes_imp _ _ _ _ _ _ (intern_goes _ _ _ _ wf E)); [now destruct f|]. intros _ _ _ is_a. rewrite atom_poly_correct. exact is_a.
Qed.
Lemma logarithm_form_goes : meets logarithm_form (fun a => 0 < a) (fun b a => b = ln a).
Proof.
  intros p T q T' wf. unfold logarithm_form. destruct (equal_poly p one_poly) eqn:E; [|exact (applied_goes Log _ _ _ _ wf)]. apply equal_poly_correct in E.
  intro G. injection G as <- <-. apply goes_refl; [exact wf|]. intros _ _ _. rewrite E, one_poly_correct, ln_1. reflexivity.
Qed.
Lemma error_function_form_goes : meets error_function_form (fun _ => True) (fun b a => b = error_function_R a).
Proof.
  intros p T q T' wf. unfold error_function_form. destruct (leads_negative p).
  - destruct (applied Erf _ T) as [[s U]|] eqn:E; [|discriminate]. intro G. injection G as <- <-. apply (applied_goes _ _ _ _ _ wf) in E.
    apply (goes_imp _ _ _ _ _ _ E); [easy|]. intros _ _ _ is_s. rewrite opp_poly_correct, is_s, opp_poly_correct. cbn [value1]. rewrite error_function_odd. ring.
  - intro E. exact (applied_goes Erf _ _ _ _ wf E).
Qed.
Lemma bell_form_goes : meets bell_form (fun _ => True) (fun b a => b = bell a).
Proof.
  intros p T q T' wf. unfold bell_form. destruct (applied Bell [] T) as [[k T1]|] eqn:Ek; [|discriminate]. destruct (exponential _ T1) as [[e T2]|] eqn:Ee; [|discriminate].
  intro G. injection G as <- <-. apply (applied_goes Bell _ _ _ _ wf) in Ek. assert (ge := exponential_goes _ _ _ _ (proj1 Ek) Ee).
  split; [exact (proj1 ge)|split; [exact (sub_trans _ _ _ (proj1 (proj2 Ek)) (proj1 (proj2 ge)))|]]. intros in2 safe0 _.
  assert (in1 := inside_sub _ _ (proj1 (proj2 ge)) in2). destruct (proj2 (proj2 Ek) in1 safe0 I) as [safe1 is_k]. destruct (proj2 (proj2 ge) in2 safe1 I) as [safe2 is_e].
  split; [exact safe2|]. rewrite times_correct, is_k, is_e, opp_poly_correct, times_correct by assumption. cbn [eval value1]. unfold bell.
  rewrite Rmult_0_l, Ropp_0, exp_0. ring.
Qed.
Lemma note_goes nonzero p T T' : ordered_table T -> note nonzero p T = Some T' -> goes T T' (nonzero = true -> eval r p <> 0) True.
Proof.
  intro wf. unfold note. destruct nonzero; [|intro E; injection E as <-; now apply goes_refl].
  destruct (intern _ T) as [[i T1]|] eqn:E; [|discriminate]. intro G. injection G as <-.
  apply (goes_imp _ _ _ _ _ _ (intern_goes _ _ _ _ wf E)); [|auto]. intros nz. simpl. rewrite oriented_zero. now apply nz.
Qed.
Lemma step_opposite a : a <> 0 -> step_R a = 1 - step_R (- a).
Proof. intro nz. unfold step_R. destruct (Rlt_dec 0 (- a)), (Rlt_dec 0 a); lra. Qed.
Lemma step_whole_goes : meets step_whole (fun _ => True) (fun b a => b = step_R a).
Proof.
  intros p T q T' wf. unfold step_whole.
  assert (long : (if leads_negative p && known_nonzero T p then do (h, T) <- applied Step (scaled (opp_poly p)) T; Some (add_poly one_poly (opp_poly h), T)
    else applied Step (scaled p) T) = Some (q, T') -> goes T T' True (eval r q = step_R (eval r p))).
  { destruct (leads_negative p && known_nonzero T p) eqn:N.
    - apply andb_prop in N as [_ N]. destruct (applied Step _ T) as [[h U]|] eqn:E; [|discriminate]. intro G.
      assert (Eq : q = add_poly one_poly (opp_poly h)) by congruence. assert (Et : T' = U) by congruence. clear G. subst T'.
      apply (applied_goes _ _ _ _ _ wf) in E. split; [exact (proj1 E)|split; [exact (proj1 (proj2 E))|]]. intros inU safeT _.
      destruct (proj2 (proj2 E) inU safeT I) as [safeU is_h]. split; [exact safeU|].
      rewrite Eq, add_poly_correct, opp_poly_correct, one_poly_correct, is_h. cbn [value1]. rewrite scaled_correct, opp_poly_correct.
      rewrite (step_opposite (eval r p)) by exact (known_nonzero_correct _ _ safeT N). ring.
    - intro E. apply (applied_goes _ _ _ _ _ wf) in E. apply (goes_imp _ _ _ _ _ _ E); [easy|]. intros _ _ _ is_q. rewrite is_q. apply scaled_correct. }
  assert (by_sign : (if is_positive (sign_in T p) then Some (one_poly, T) else if is_nonnegative (sign_in T (opp_poly p)) then Some ([], T)
    else if leads_negative p && known_nonzero T p then do (h, T) <- applied Step (scaled (opp_poly p)) T; Some (add_poly one_poly (opp_poly h), T)
    else applied Step (scaled p) T) = Some (q, T') -> goes T T' True (eval r q = step_R (eval r p))).
  { destruct (is_positive _) eqn:P.
    { intro E. assert (Eq : q = one_poly) by congruence. assert (Et : T' = T) by congruence. subst T' q. apply goes_refl; [exact wf|]. intros inT safeT _.
      assert (pos := is_positive_correct _ _ (sign_in_correct T p inT safeT) P). rewrite one_poly_correct. unfold step_R. destruct (Rlt_dec _ _); lra. }
    destruct (is_nonnegative _) eqn:N; [|exact long].
    intro E. assert (Eq : q = []) by congruence. assert (Et : T' = T) by congruence. subst T' q. apply goes_refl; [exact wf|]. intros inT safeT _.
    assert (neg := is_nonnegative_correct _ _ (sign_in_correct T (opp_poly p) inT safeT) N). rewrite opp_poly_correct in neg.
    change (0 = step_R (eval r p)). unfold step_R. destruct (Rlt_dec 0 (eval r p)) as [up|]; [lra|reflexivity]. }
  clear long. destruct p as [|[[|f m] c] [|t p]]; try exact by_sign.
  intro E. assert (Eq : q = if (0 <? Qnum c)%Z then one_poly else []) by congruence. assert (Et : T' = T) by congruence. subst T'.
  apply goes_refl; [exact wf|]. intros _ _ _. rewrite Eq. cbn [eval eval_mono]. rewrite Rmult_1_r, Rplus_0_r.
  assert (pos : 0 < / IZR (Z.pos (Qden c))) by (apply Rinv_0_lt_compat; now apply IZR_lt). unfold step_R, Q2R.
  destruct (Z.ltb_spec 0 (Qnum c)) as [lt|le].
  - rewrite one_poly_correct. apply IZR_lt in lt. destruct (Rlt_dec _ _) as [_|no]; [reflexivity|]. elim no. now apply Rmult_lt_0_compat.
  - apply IZR_le in le. destruct (Rlt_dec _ _) as [yes|_]; [|reflexivity]. exfalso.
    assert (0 <= - IZR (Qnum c) * / IZR (Z.pos (Qden c))) by (apply Rmult_le_pos; lra). lra.
Qed.
Lemma step_beside_goes s up p T q T' : ordered_table T -> step_beside s up p T = Some (q, T') ->
  goes T T' True (step_R (eval r s) = (if up then 1 else 0) -> eval r q = step_R (eval r p)).
Proof.
  intro wf. unfold step_beside. destruct (equal_poly (scaled p) s) eqn:E1.
  { apply equal_poly_correct in E1. intro G. assert (Eq : q = if up then one_poly else []) by congruence. assert (Et : T' = T) by congruence. subst T'.
    apply goes_refl; [exact wf|]. intros _ _ _ here. rewrite Eq, <- (scaled_correct p), E1, here. destruct up; [apply one_poly_correct|reflexivity]. }
  destruct (equal_poly (scaled (opp_poly p)) s && (up || known_nonzero T s)) eqn:E2.
  { apply andb_prop in E2 as [E2 N]. apply equal_poly_correct in E2. intro G.
    assert (Eq := f_equal (fun o => match o with Some a => fst a | None => q end) G). assert (Et := f_equal (fun o => match o with Some a => snd a | None => T' end) G).
    cbn [fst snd] in Eq, Et. subst T'. apply goes_refl; [exact wf|]. intros _ safeT _ here. rewrite <- Eq. rewrite <- E2, scaled_correct, opp_poly_correct in here. destruct up; simpl.
    - unfold step_R in *. destruct (Rlt_dec 0 (- eval r p)); [|lra]. destruct (Rlt_dec 0 (eval r p)); lra.
    - rewrite Q2R_1, step_opposite, here; [ring|]. intro z. apply (known_nonzero_correct _ _ safeT N). rewrite <- E2. apply scaled_zero. rewrite opp_poly_correct, z. ring. }
  intro E. apply (goes_imp _ _ _ _ _ _ (step_whole_goes _ _ _ _ wf E)); auto.
Qed.
Lemma number_sign_le c : ((Qnum c <=? 0)%Z = true <-> Q2R c <= 0) /\ ((0 <? Qnum c)%Z = true <-> 0 < Q2R c).
Proof.
  assert (pos : 0 < / IZR (Z.pos (Qden c))) by (apply Rinv_0_lt_compat; now apply IZR_lt). unfold Q2R.
  destruct (Z.leb_spec (Qnum c) 0) as [le|lt], (Z.ltb_spec 0 (Qnum c)) as [lt'|le']; try lia.
  - apply IZR_le in le. assert (0 <= - IZR (Qnum c) * / IZR (Z.pos (Qden c))) by (apply Rmult_le_pos; lra). split; split; intro h; try easy; lra.
  - apply IZR_lt in lt. assert (0 < IZR (Qnum c) * / IZR (Z.pos (Qden c))) by now apply Rmult_lt_0_compat. split; split; intro h; try easy; lra.
Qed.
Lemma apart_correct s up p : apart s up p = true -> step_R (eval r s) = (if up then 1 else 0) -> eval r p <> 0.
Proof.
  intros E here z. apply scaled_zero in z. revert E here. unfold apart, step_R.
  destruct (number_in (add_poly (scaled p) s)) as [c|] eqn:plus.
  - apply number_in_correct in plus. rewrite add_poly_correct, z in plus. destruct (number_sign_le c) as [le lt].
    destruct up; intro E; [apply le in E|apply lt in E]; destruct (Rlt_dec _ _); lra.
  - destruct (number_in (add_poly (scaled p) (opp_poly s))) as [c|] eqn:minus; [|discriminate]. apply number_in_correct in minus. rewrite add_poly_correct, opp_poly_correct, z in minus.
    destruct (number_sign_le (- c)%Q) as [le lt]. rewrite Q2R_opp in le, lt. simpl in le, lt.
    destruct up; intro E; [assert (N : (- Qnum c <=? 0)%Z = true) by (apply Z.leb_le in E; apply Z.leb_le; lia); apply le in N
                          |assert (N : (0 <? - Qnum c)%Z = true) by (apply Z.ltb_lt in E; apply Z.ltb_lt; lia); apply lt in N]; destruct (Rlt_dec _ _); lra.
Qed.
Lemma note_sides_goes nonzero h s p T T' : ordered_table T -> note_sides nonzero h s p T = Some T' ->
  goes T T' ((nonzero = true -> eval r p <> 0) /\ r h = step_R (eval r s) /\ (r h = 0 \/ r h = 1)) True.
Proof.
  intro wf. unfold note_sides. destruct (note (nonzero && apart s true _) _ T) as [T1|] eqn:E1; [|discriminate]. intro E2.
  assert (g1 := note_goes _ _ _ _ wf E1). assert (g2 := note_goes _ _ _ _ (proj1 g1) E2).
  set (H := (nonzero = true -> eval r p <> 0) /\ r h = step_R (eval r s) /\ (r h = 0 \/ r h = 1)).
  assert (g1' : goes T T1 H H).
  { apply (goes_imp _ _ _ _ _ _ g1); [|auto]. intros (nz & is_h & [z|o]) both; apply andb_prop in both as [n ap].
    - rewrite at_zero_correct by exact z. now apply nz.
    - apply (apart_correct s true _ ap). now rewrite <- is_h. }
  apply (goes_trans _ _ _ _ _ _ _ _ g1' g2); [|easy]. intros (nz & is_h & [z|o]) both; apply andb_prop in both as [n ap].
  - apply (apart_correct s false _ ap). now rewrite <- is_h.
  - rewrite at_one_correct by exact o. now apply nz.
Qed.
Lemma step_form_goes nonzero p T q T' : ordered_table T -> step_form nonzero p T = Some (q, T') ->
  goes T T' (nonzero = true -> eval r p <> 0) (eval r q = step_R (eval r p)).
Proof.
  intro wf. unfold step_form.
  destruct (note nonzero p T) as [T0|] eqn:E0; [|discriminate]. assert (g0 := note_goes _ _ _ _ wf E0).
  assert (whole : step_whole p T0 = Some (q, T') -> goes T T' (nonzero = true -> eval r p <> 0) (eval r q = step_R (eval r p))).
  { intro E. apply (goes_trans _ _ _ _ _ _ _ _ g0 (step_whole_goes _ _ _ _ (proj1 g0) E)); auto. }
  destruct (step_in T0 p) as [h|]; [|exact whole]. destruct (find_atom T0 h) as [d|] eqn:found; [|exact whole].
  destruct d as [i|p0|[] s|p0]; try exact whole.
  destruct (note_sides nonzero h s p T0) as [T0'|] eqn:E0'; [|discriminate].
  assert (g0' : goes T T0' (nonzero = true -> eval r p <> 0) True).
  { assert (g00 : goes T T0 (nonzero = true -> eval r p <> 0) (nonzero = true -> eval r p <> 0)) by (apply (goes_imp _ _ _ _ _ _ g0); auto).
    assert (g01 : goes T0 T0' (nonzero = true -> eval r p <> 0) True).
    { assert (n := note_sides_goes _ _ _ _ _ _ (proj1 g0) E0'). split; [exact (proj1 n)|split; [exact (proj1 (proj2 n))|]]. intros in1 safe1 nz.
      apply (proj2 (proj2 n) in1 safe1). split; [exact nz|exact (step_values _ _ _ (inside_sub _ _ (proj1 (proj2 n)) in1) found)]. }
    apply (goes_trans _ _ _ _ _ _ _ _ g00 g01); auto. }
  assert (sub0 : sub_table T0 T0') by exact (proj1 (proj2 (note_sides_goes _ _ _ _ _ _ (proj1 g0) E0'))).
  clear whole.
  destruct (step_beside s false _ T0') as [[u T1]|] eqn:Eu; [|discriminate]. destruct (step_beside s true _ T1) as [[w T2]|] eqn:Ew; [|discriminate].
  intro E. assert (Eq : q = by_cases T2 h u w) by congruence. assert (Et : T' = T2) by congruence. clear E. subst T' q. assert (gu := step_beside_goes _ _ _ _ _ _ (proj1 g0') Eu). assert (gw := step_beside_goes _ _ _ _ _ _ (proj1 gu) Ew).
  assert (g1 := goes_trans _ _ _ _ _ _ _ _ g0' gu (fun _ => I) (fun _ _ _ h => h)).
  apply (goes_trans _ _ _ _ _ _ _ _ g1 gw); [easy|]. intros in2 safe2 pu pw.
  assert (in0 := inside_sub _ _ sub0 (inside_sub _ _ (proj1 (proj2 gu)) (inside_sub _ _ (proj1 (proj2 gw)) in2))).
  destruct (by_cases_correct T2 h u w in2 safe2) as [c0 c1]. destruct (step_values _ _ _ in0 found) as [is_h [z|o]].
  - rewrite (c0 z), pu by (rewrite <- is_h; exact z). now rewrite at_zero_correct.
  - rewrite (c1 o), pw by (rewrite <- is_h; exact o). now rewrite at_one_correct.
Qed.
Lemma relu_step a : Rmax 0 a = a * step_R a.
Proof. unfold step_R. destruct (Rlt_dec 0 a); [rewrite Rmax_right|rewrite Rmax_left]; lra. Qed.

Lemma inverse_of_goes F n : forall b U q U', ordered_table U -> inverse_of C F n b U = Some (q, U') -> goes U U' (right F /\ v b <> 0) (eval r q * v b = 1).
Proof.
  induction n as [|n IH]; intros b U q U' wf; cbn [inverse_of];
    (destruct (poly_at F b) as [p|] eqn:Eb; [|discriminate]);
    assert (whole : invert depth p U = Some (q, U') -> goes U U' (right F /\ v b <> 0) (eval r q * v b = 1)) by
      (intro E; assert (is_b : right F -> eval r p = v b) by (intros [rp _]; symmetry; now apply rp);
       apply (goes_imp _ _ _ _ _ _ (invert_goes _ _ _ _ _ wf E)); [intros [rF nz]; now rewrite is_b|intros _ _ [rF _]; now rewrite is_b]);
    try exact whole.
  destruct (PositiveMap.find b C) as [[| | |[] c d]|] eqn:found; try exact whole. destruct (is_simple p); [exact whole|].
  destruct (inverse_of C F n c U) as [[u U1]|] eqn:E1; [|discriminate]. destruct (inverse_of C F n d U1) as [[w U2]|] eqn:E2; [|discriminate].
  intro G. injection G as <- <-. assert (g1 := IH _ _ _ _ wf E1). assert (g2 := IH _ _ _ _ (proj1 g1) E2).
  assert (is_b : v b = v c * v d) by exact (values _ _ found).
  split; [exact (proj1 g2)|split; [exact (sub_trans _ _ _ (proj1 (proj2 g1)) (proj1 (proj2 g2)))|]]. intros in2 safe0 [rF nz].
  destruct (proj2 (proj2 g1) (inside_sub _ _ (proj1 (proj2 g2)) in2) safe0) as [safe1 p1]; [split; [exact rF|intro z; apply nz; rewrite is_b, z; ring]|].
  destruct (proj2 (proj2 g2) in2 safe1) as [safe2 p2]; [split; [exact rF|intro z; apply nz; rewrite is_b, z; ring]|].
  split; [exact safe2|]. rewrite times_correct, is_b by assumption. transitivity ((eval r u * v c) * (eval r w * v d)); [ring|]. rewrite p1, p2. ring.
Qed.
Lemma decided_correct F a up : right F -> decided low F a = Some up -> step_R (v a) = if up then 1 else 0.
Proof.
  intro rF. unfold decided, step_R. destruct (is_positive _) eqn:P.
  - intro E. injection E as <-. assert (pos := is_positive_correct _ _ (sign_at_correct F a rF) P). destruct (Rlt_dec _ _); lra.
  - destruct (PositiveMap.find a low) as [u|] eqn:L; [|discriminate]. intro E. injection E as <-. assert (neg := low_right _ _ L). destruct (Rlt_dec _ _); lra.
Qed.
Lemma form_of_goes F i o q T' : ordered_table (known_atoms F) -> PositiveMap.find i C = Some o -> form_of C low F i o = Some (q, T') ->
  goes (known_atoms F) T' (right F) (eval r q = v i).
Proof.
  intros wf found. assert (here := values _ _ found).
  assert (by_node : forall q T', opaque F i = Some (q, T') -> goes (known_atoms F) T' (right F) (eval r q = v i)).
  { intros q0 T0. unfold opaque. destruct (intern _ _) as [[a T1]|] eqn:E; [|discriminate]. intro G. injection G as <- <-.
    apply (goes_imp _ _ _ _ _ _ (intern_goes _ _ _ _ wf E)); [easy|]. intros _ _ _ is_a. rewrite atom_poly_correct. exact is_a. }
  destruct o as [|n|f a|f a b]; cbn [form_of].
  - apply by_node.
  - intro E. injection E as <- <-. apply goes_refl; [exact wf|]. intros _ _ _. rewrite here. apply constant_correct.
  - assert (operand : forall b p, poly_at F b = Some p -> right F -> eval r p = v b) by (intros b p at_b [rp _]; symmetry; now apply rp).
    destruct f; simpl in here.
    + destruct (poly_at F a) as [p|] eqn:Ea; [|discriminate]. intro E. injection E as <- <-. apply goes_refl; [exact wf|]. intros _ _ rF.
      rewrite opp_poly_correct, here, (operand _ _ Ea rF). reflexivity.
    + destruct (is_nonnegative _) eqn:S; [|apply by_node]. destruct (poly_at F a) as [p|] eqn:Ea; [|discriminate].
      destruct (note _ p _) as [T0|] eqn:E0; [|discriminate]. assert (g0 := note_goes _ _ _ _ wf E0). intro E.
      apply (on_both_sides_goes _ _ _ _ (applied_goes Root) is_nonnegative_correct _ _ _ _ (proj1 g0)) in E.
      assert (g0' : goes (known_atoms F) T0 (right F) (right F)).
      { apply (goes_imp _ _ _ _ _ _ g0); [|auto]. intros rF nz. rewrite (operand _ _ Ea rF). exact (is_nonzero_correct _ _ (sign_at_correct F a rF) nz). }
      apply (goes_trans _ _ _ _ _ _ _ _ g0' E).
      * intro rF. rewrite (operand _ _ Ea rF). exact (is_nonnegative_correct _ _ (sign_at_correct F a rF) S).
      * intros _ _ rF is_q. rewrite is_q, here, (operand _ _ Ea rF). reflexivity.
    + destruct (poly_at F a) as [p|] eqn:Ea; [|discriminate]. destruct (decided low F a) as [up|] eqn:dec.
      { intro E. injection E as <- <-. apply goes_refl; [exact wf|]. intros _ _ rF. rewrite here, relu_step, (decided_correct _ _ _ rF dec), <- (operand _ _ Ea rF).
        destruct up; simpl; ring. }
      destruct (step_form _ p _) as [[h T1]|] eqn:E; [|discriminate]. intro G. injection G as <- <-.
      apply (goes_imp _ _ _ _ _ _ (step_form_goes _ _ _ _ _ wf E)); [intros rF nz; rewrite (operand _ _ Ea rF); exact (is_nonzero_correct _ _ (sign_at_correct F a rF) nz)|]. intros in1 safe1 rF is_h.
      rewrite times_correct, is_h, here, relu_step, (operand _ _ Ea rF) by assumption. reflexivity.
    + destruct (poly_at F a) as [p|] eqn:Ea; [|discriminate]. intro E.
      apply (goes_imp _ _ _ _ _ _ (exponential_goes _ _ _ _ wf E)); [easy|]. intros _ _ rF is_q. rewrite is_q, here, (operand _ _ Ea rF). reflexivity.
    + destruct (is_positive _) eqn:S; [|apply by_node]. destruct (poly_at F a) as [p|] eqn:Ea; [|discriminate]. intro E.
      apply (on_both_sides_goes _ _ _ _ logarithm_form_goes is_positive_correct _ _ _ _ wf) in E. apply (goes_imp _ _ _ _ _ _ E).
      * intro rF. simpl. rewrite (operand _ _ Ea rF). exact (is_positive_correct _ _ (sign_at_correct F a rF) S).
      * intros _ _ rF is_q. rewrite is_q, here, (operand _ _ Ea rF). reflexivity.
    + destruct (decided low F a) as [up|] eqn:dec.
      { intro E. injection E as <- <-. apply goes_refl; [exact wf|]. intros _ _ rF. rewrite here, (decided_correct _ _ _ rF dec). destruct up; [apply one_poly_correct|reflexivity]. }
      set (b := match PositiveMap.find a C with Some (Unary Relu b) => b | _ => a end).
      assert (same : step_R (v b) = step_R (v a)).
      { unfold b. destruct (PositiveMap.find a C) as [[| |[] c|]|] eqn:Ea; try reflexivity. rewrite (values _ _ Ea). simpl. unfold step_R.
        destruct (Rlt_dec 0 (v c)), (Rlt_dec 0 (Rmax 0 (v c))) as [m|m]; try reflexivity; exfalso.
        - rewrite Rmax_right in m; lra.
        - rewrite Rmax_left in m; lra. }
      destruct (poly_at F b) as [p|] eqn:Eb; [|discriminate]. intro E.
      apply (goes_imp _ _ _ _ _ _ (step_form_goes _ _ _ _ _ wf E)); [intros rF nz; rewrite (operand _ _ Eb rF); exact (is_nonzero_correct _ _ (sign_at_correct F b rF) nz)|].
      intros _ _ rF is_q. rewrite is_q, here, (operand _ _ Eb rF). exact same.
    + destruct (poly_at F a) as [p|] eqn:Ea; [|discriminate]. intro E.
      apply (goes_imp _ _ _ _ _ _ (error_function_form_goes _ _ _ _ wf E)); [easy|]. intros _ _ rF is_q. rewrite is_q, here, (operand _ _ Ea rF). reflexivity.
    + destruct (poly_at F a) as [p|] eqn:Ea; [|discriminate]. intro E.
      apply (goes_imp _ _ _ _ _ _ (bell_form_goes _ _ _ _ wf E)); [easy|]. intros _ _ rF is_q. rewrite is_q, here, (operand _ _ Ea rF). reflexivity.
  - assert (operand : forall b p, poly_at F b = Some p -> right F -> eval r p = v b) by (intros c p at_c [rp _]; symmetry; now apply rp).
    destruct f; simpl in here.
    + destruct (poly_at F a) as [p|] eqn:Ea; [|discriminate]. destruct (poly_at F b) as [p'|] eqn:Eb; [|discriminate]. intro E. injection E as <- <-.
      apply goes_refl; [exact wf|]. intros _ _ rF. rewrite add_poly_correct, here, (operand _ _ Ea rF), (operand _ _ Eb rF). reflexivity.
    + destruct (poly_at F a) as [p|] eqn:Ea; [|discriminate]. destruct (poly_at F b) as [p'|] eqn:Eb; [|discriminate]. intro E. injection E as <- <-.
      apply goes_refl; [exact wf|]. intros inT safeT rF. rewrite times_correct, here, (operand _ _ Ea rF), (operand _ _ Eb rF) by assumption. reflexivity.
    + destruct (is_nonzero _) eqn:S; [|apply by_node]. destruct (poly_at F a) as [p|] eqn:Ea; [|discriminate].
      destruct (inverse_of C F depth b (known_atoms F)) as [[w T1]|] eqn:E; [|discriminate]. intro G. injection G as <- <-.
      assert (nz : right F -> v b <> 0) by (intro rF; exact (is_nonzero_correct _ _ (sign_at_correct F b rF) S)).
      apply (goes_imp _ _ _ _ _ _ (inverse_of_goes _ _ _ _ _ _ wf E)); [intro rF; split; [exact rF|now apply nz]|].
      intros in1 safe1 rF one. rewrite times_correct, here, (operand _ _ Ea rF) by assumption. unfold Rdiv. f_equal.
      apply (Rmult_eq_reg_r (v b)); [|now apply nz]. rewrite one. rewrite Rinv_l; [reflexivity|now apply nz].
Qed.

Theorem normal_form_correct named i F F' : ordered_table (known_atoms F) -> normal_form C low given named i F = Some F' ->
  goes (known_atoms F) (known_atoms F') (right F) (right F').
Proof.
  intro wf. unfold normal_form. destruct (PositiveMap.find i C) as [o|] eqn:found; [|discriminate].
  destruct (form_of C low F i o) as [[p T1]|] eqn:E1; [|discriminate]. assert (g1 := form_of_goes _ _ _ _ _ wf found E1).
  match goal with |- (match ?c with _ => _ end) = _ -> _ => destruct c as [[q T2]|] eqn:E2; [|discriminate] end.
  intro G. injection G as <-. cbn [known_atoms].
  assert (g2 : goes T1 T2 True (eval r q = eval r p)).
  { destruct (named && negb (is_simple p)).
    - destruct (intern _ _) as [[a T3]|] eqn:E; [|discriminate]. injection E2 as <- <-.
      apply (goes_imp _ _ _ _ _ _ (intern_goes _ _ _ _ (proj1 g1) E)); [easy|]. intros _ _ _ is_a. rewrite atom_poly_correct. exact is_a.
    - injection E2 as <- <-. apply goes_refl; [exact (proj1 g1)|easy]. }
  assert (g : goes (known_atoms F) T2 (right F) (right F /\ eval r q = v i /\ sign_holds (sign_in T2 q) (v i))).
  { assert (g1' := goes_imp _ _ _ _ (right F) (right F /\ eval r p = v i) g1 (fun h => h) (fun _ _ h e => conj h e)).
    apply (goes_trans _ _ _ _ _ _ _ _ g1' g2); [easy|]. intros in2 safe2 [rF e] e'. rewrite <- e, <- e'.
    split; [exact rF|split; [reflexivity|now apply sign_in_correct]]. }
  apply (goes_imp _ _ _ _ _ _ g); [auto|]. intros _ _ _ ([rp rs] & is_i & by_form). split; cbn [polynomials signs].
  - intros j s. destruct (Pos.eq_dec j i) as [->|other]; [rewrite PositiveMap.gss|rewrite PositiveMap.gso by exact other; apply rp].
    intro E. injection E as <-. congruence.
  - intros j s. destruct (Pos.eq_dec j i) as [->|other]; [rewrite PositiveMap.gss|rewrite PositiveMap.gso by exact other; apply rs].
    intro E. injection E as <-. apply meet_correct; [apply meet_correct; [|exact by_form]|].
    + apply (sign_of_correct x i o); [exact (values _ _ found)|]. intro a. apply sign_at_correct. now split.
    + destruct (PositiveMap.find i given) as [s|] eqn:giv; [now apply given_right|exact I].
Qed.
End Sound.
