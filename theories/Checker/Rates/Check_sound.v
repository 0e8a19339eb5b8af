(** * The checker of rates is sound

    If [prove_rate] accepts, what the problem's file says holds in every inner-product space.

    Main results: [prove_rate_sound].

    Trust: proved. *)
From Coq Require Import ZArith QArith Qreals Reals Lra Lia List Bool FMapPositive.
From Warrant Require Import Spec.Bytes Spec.InnerProduct Spec.Functions Spec.Rates Primitives.Fractions Primitives.Optimization.Spaces.
From Warrant Require Import Checker.Rates.Sums Checker.Rates.Facts Checker.Rates.Facts_sound Checker.Rates.Certificate Checker.Rates.Check.
Import ListNotations.
Local Open Scope R_scope.

Section Soundness.
Context {E : inner_product_space}.
Variables (functions : nat -> function E) (operators : nat -> E -> E -> Prop) (points : nat -> E) (numbers : nat -> R).
Notation holds := (relation_holds functions operators points numbers).
Notation number_value := (number_value points numbers).
Notation point_value := (point_value points).

(** points and numbers by their keys *)
Definition vector_at (k : positive) : E := points (Nat.pred (Pos.to_nat k)).
Definition value_at (k : positive) : R := numbers (Nat.pred (Pos.to_nat k)).
Local Lemma key_correct i : Nat.pred (Pos.to_nat (key i)) = i.
Proof. unfold key. now rewrite SuccNat2Pos.id_succ. Qed.

Section Environment.
(** the coordinates *)
Variable y : positive -> E.
Notation form_value := (form_value y).
Notation sum_value := (sum_value y value_at).
Definition env_ok (env : environment) : Prop := forall k, form_value (look_up env k) = vector_at k.

Lemma form_of_correct env a : env_ok env -> form_value (form_of env a) = point_value a.
Proof.
  intro ok. induction a; cbn [form_of Rates.point_value]; rewrite ?real_correct.
  - rewrite ok. unfold vector_at. now rewrite key_correct.
  - easy.
  - rewrite combine_correct, IHa1, IHa2, Q2R_1. vector_ring.
  - rewrite combine_correct, IHa1, IHa2, Q2R_minus_one. vector_ring.
  - rewrite combine_correct, IHa, Q2R_minus_one. cbn [Sums.form_value]. vector_ring.
  - rewrite combine_correct, IHa. cbn [Sums.form_value]. vector_ring.
Qed.

Lemma define_sound env r : env_ok env -> holds r -> env_ok (define env r).
Proof.
  intros ok rel. destruct r as [| | | | | |a e| |]; try exact ok. destruct a as [i| | | | |]; try exact ok.
  intro k. cbn [define]. unfold look_up. destruct (Pos.eq_dec k (key i)) as [->|other].
  - rewrite PositiveMap.gss, form_of_correct by exact ok. cbn in rel. rewrite <- rel. unfold vector_at. now rewrite key_correct.
  - rewrite PositiveMap.gso by exact other. apply ok.
Qed.
Lemma define_all_sound l env : env_ok env -> Forall holds l -> env_ok (fold_left define l env).
Proof. intros ok all. revert env ok. induction all as [|r l rel _ IH]; intros env ok; [exact ok|]. simpl. now apply IH, define_sound. Qed.

Variable env : environment.
Hypothesis ok : env_ok env.

(** *** Calls *)
Notation call_ok := (call_ok functions operators points numbers y).
Lemma point_eqb_sound a b : point_eqb a b = true -> a = b.
Proof.
  revert b. induction a; intros [] eq; cbn in eq; try discriminate; repeat (apply andb_true_iff in eq as [eq ?]).
  - now apply Nat.eqb_eq in eq as ->.
  - easy.
  - f_equal; auto.
  - f_equal; auto.
  - f_equal; auto.
  - destruct q, q0; cbn in *. apply Z.eqb_eq in eq as ->. match goal with H : Pos.eqb _ _ = true |- _ => apply Pos.eqb_eq in H as -> end. f_equal; auto.
Qed.
Lemma value_after_sound k x l v : value_after k x l = Some v -> Forall holds l -> number_value v = functions k (point_value x).
Proof.
  destruct l as [|[| |j z w| | | | | |] l]; cbn; try discriminate. destruct (Nat.eqb_spec j k) as [->|]; [|discriminate]. cbn [andb].
  destruct (point_eqb x z) eqn:same; [|discriminate]. apply point_eqb_sound in same as <-. intro eq. injection eq as <-. intro all. now inversion all.
Qed.
Lemma calls_of_sound l : Forall holds l -> Forall call_ok (calls_of env l).
Proof.
  induction 1 as [|r l rel all IH]; [constructor|].
  destruct r as [k x g|k x g|k x v|k x u|k u v|ks|a b|a b|a b]; cbn [calls_of]; try exact IH; (constructor; [|exact IH]);
    unfold Facts_sound.call_ok; cbn [object_of kind_of place slope value_of]; rewrite !form_of_correct by exact ok;
    (split; [exact rel|]); try exact I;
    destruct (value_after k x l) as [v|] eqn:after; try exact I; exact (value_after_sound k x l v after all).
Qed.

Lemma decompositions_sound l : Forall holds l -> Forall (fun ks => decomposition (map operators ks)) (decompositions l).
Proof. induction 1 as [|r l rel _ IH]; [constructor|]. destruct r; try exact IH. now constructor. Qed.

(** *** Sums *)
Lemma add_number_of_correct q n s : sum_value (add_number_of env q n s) = sum_value s + Q2R q * number_value n.
Proof.
  revert q s. induction n; intros c s; cbn [add_number_of Rates.number_value]; rewrite ?real_correct.
  - rewrite add_number_correct. unfold value_at. now rewrite key_correct.
  - now rewrite add_constant_correct, Q2R_mult.
  - now rewrite add_product_correct, !form_of_correct.
  - now rewrite add_square_correct, !form_of_correct.
  - rewrite IHn1, IHn2. lra.
  - rewrite IHn1, IHn2, Q2R_opp. lra.
  - rewrite IHn, Q2R_opp. lra.
  - rewrite IHn, Q2R_mult. lra.
Qed.
Notation terms_value := (terms_value points numbers y).
Lemma add_terms_correct q l s : sum_value (fold_left (fun s t => add_term env q t s) l s) = sum_value s + Q2R q * terms_value l.
Proof.
  revert s. induction l as [|t l IH]; intro s; [cbn; lra|]. cbn [fold_left]. rewrite IH. cbn [Facts_sound.terms_value].
  destruct t; cbn [add_term term_value]; rewrite ?add_product_correct, ?add_square_correct, ?add_number_of_correct, ?add_constant_correct, Q2R_mult; lra.
Qed.
Notation fact_ok := (fact_ok points numbers y).
Lemma add_fact_bound q f s s' : fact_ok f -> add_fact env q f s = Some s' -> sum_value s' <= sum_value s.
Proof.
  unfold add_fact. intros [low eq] added. destruct (Qle_bool 0 q || equation f) eqn:cond; [|discriminate]. injection added as <-.
  rewrite add_terms_correct. apply orb_true_iff in cond as [q_ge0|is_eq].
  - apply Qle_bool_R0 in q_ge0. nra.
  - rewrite (eq is_eq). lra.
Qed.

Lemma relation_fact_sound r f : relation_fact r = Some f -> holds r -> fact_ok f.
Proof.
  destruct r; cbn; try discriminate; intros eq rel; injection eq as <-; unfold Facts_sound.fact_ok; cbn [equation terms Facts_sound.terms_value term_value];
    rewrite Q2R_1, Q2R_minus_one; split; intros; try discriminate; lra.
Qed.

(** *** The steps *)
Variables (os : list object) (ds : list (list nat)) (call_number : nat -> option call) (relation_number : nat -> option relation).
Hypothesis objects_ok : objects_hold functions operators os.
Hypothesis decompositions_ok : Forall (fun ks => decomposition (map operators ks)) ds.
Hypothesis calls_ok : forall i c, call_number i = Some c -> call_ok c.
Hypothesis relations_ok : forall i r, relation_number i = Some r -> holds r.

Local Lemma map_all_Forall {A B} (f : A -> option B) (P : B -> Prop) l r :
  (forall a b, f a = Some b -> P b) -> map_all f l = Some r -> Forall P r.
Proof.
  intro each. revert r. induction l as [|a l IH]; cbn; intros r eq; [injection eq as <-; constructor|].
  destruct (f a) as [b|] eqn:fa; [|discriminate]. destruct (map_all f l) as [bs|]; [|discriminate]. injection eq as <-.
  constructor; [now apply (each a)|now apply IH].
Qed.
Lemma follow_bound st s s' : follow os ds env call_number relation_number st s = Some s' -> sum_value s' <= sum_value s.
Proof.
  destruct st as [i f|w|r q|n q l|n d i l|d f]; cbn [follow].
  - intro eq. injection eq as <-. lra.
  - intro eq. injection eq as <-. lra.
  - destruct (relation_number r) as [rel|] eqn:found; [|discriminate]. destruct (relation_fact rel) as [f|] eqn:is; [|discriminate].
    apply add_fact_bound. exact (relation_fact_sound rel f is (relations_ok r rel found)).
  - destruct (map_all call_number l) as [cs|] eqn:found; [|discriminate]. destruct (fact_of os ds n cs) as [f|] eqn:is; [|discriminate].
    apply add_fact_bound. refine (fact_of_sound functions operators points numbers y os ds n cs f objects_ok decompositions_ok _ is).
    exact (map_all_Forall _ _ _ _ calls_ok found).
  - destruct (call_number i) as [c|] eqn:at_i; [|discriminate].
    destruct (map_all _ l) as [cs|] eqn:found; [|discriminate]. destruct (span_fact os n c cs) as [f|] eqn:is; [|discriminate].
    apply add_fact_bound. refine (span_fact_sound functions operators points numbers y os n c cs f objects_ok (calls_ok i c at_i) _ is).
    refine (map_all_Forall _ _ _ _ _ found). intros [q j] [q' c'] eq. cbn in eq. destruct (call_number j) as [cj|] eqn:at_j; [|discriminate].
    injection eq as <- <-. exact (calls_ok j cj at_j).
  - destruct (Qle_bool 0 d) eqn:d_ge0; [|discriminate]. intro eq. injection eq as <-. rewrite add_square_correct, Q2R_opp.
    pose proof (Qle_bool_R0 d d_ge0). pose proof (inner_ge0 _ (form_value f)). unfold norm2. nra.
Qed.
Lemma follow_all_bound l s s' : follow_all os ds env call_number relation_number l s = Some s' -> sum_value s' <= sum_value s.
Proof.
  revert s. induction l as [|st l IH]; cbn [follow_all]; intros s done; [injection done as <-; lra|].
  destruct (follow os ds env call_number relation_number st s) as [s1|] eqn:first; [|discriminate].
  pose proof (follow_bound st s s1 first). specialize (IH s1 done). lra.
Qed.

(** *** The metrics: if all of them were above the bound, so would be their weighted mean *)
Lemma subtract_metrics_bound b l ms left s s' : subtract_metrics env l ms left s = Some s' -> Forall (fun m => b < number_value m) ms ->
  sum_value s' <= sum_value s - Q2R left * b /\ (0 < Q2R left -> sum_value s' < sum_value s - Q2R left * b).
Proof.
  revert ms left s. induction l as [|q l IH]; intros [|m ms] left s done above; cbn [subtract_metrics] in done; try discriminate.
  - destruct (Qeq_bool left 0) eqn:null; [|discriminate]. injection done as <-. apply Qeq_bool_eq, Qeq_eqR in null. rewrite null, Q2R_0. lra.
  - destruct (Qle_bool 0 q) eqn:q_ge0; [|discriminate]. apply Qle_bool_R0 in q_ge0. inversion above as [|? ? m_above ms_above]; subst.
    destruct (IH ms _ _ done ms_above) as [weak strict]. rewrite add_number_of_correct, Q2R_opp in weak, strict.
    rewrite (Qeq_eqR _ _ (Qred_correct (left - q))), Q2R_minus in weak, strict.
    split; [nra|]. intro left_gt0. destruct (Rle_lt_or_eq_dec _ _ q_ge0) as [q_gt0|q_0]; [nra|].
    rewrite <- q_0 in *. specialize (strict ltac:(lra)). lra.
Qed.
End Environment.

Lemma coordinates_sound t env : coordinates t = Some env -> exists y, env_ok y env.
Proof.
  unfold coordinates. destruct (every (unshifted t) t) eqn:fine; [|discriminate]. intro eq. injection eq as <-.
  set (y k := match PositiveMap.find k t with Some f => (vector_at k - form_value vector_at f)%V | None => vector_at k end).
  assert (y_is : forall k, y k = match PositiveMap.find k t with Some f => (vector_at k - form_value vector_at f)%V | None => vector_at k end) by easy.
  clearbody y. exists y. intro k. unfold look_up. rewrite PositiveMap.gmapi. destruct (PositiveMap.find k t) as [f|] eqn:is_shifted; cbn [option_map].
  - pose proof (every_get _ t k f fine is_shifted) as plain.
    assert (same : form_value y f = form_value vector_at f).
    { unfold unshifted in plain. clear is_shifted. induction f as [|[j q] f IH]; [easy|]. cbn in plain. apply andb_true_iff in plain as [here rest].
      cbn [form_value]. rewrite (IH rest), y_is. now destruct (PositiveMap.find j t). }
    unfold Check.shifted. rewrite combine_correct, same, Q2R_1. cbn [form_value]. rewrite Q2R_1, y_is, is_shifted. vector_ring.
  - cbn [form_value]. rewrite Q2R_1, y_is, is_shifted. vector_ring.
Qed.

Local Lemma numbered_In {A} (l : list A) p t k a : PositiveMap.find k (Tensor.numbered l p t) = Some a -> In a l \/ PositiveMap.find k t = Some a.
Proof.
  revert p t. induction l as [|b l IH]; intros p t found; [now right|]. cbn [Tensor.numbered] in found.
  destruct (IH _ _ found) as [there|before]; [left; now right|]. destruct (Pos.eq_dec k p) as [->|other].
  - rewrite PositiveMap.gss in before. injection before as <-. left. now left.
  - rewrite PositiveMap.gso in before by exact other. now right.
Qed.
Lemma member_number_Forall {A} (P : A -> Prop) l i a : Forall P l -> member_number l i = Some a -> P a.
Proof.
  intros all found. destruct (numbered_In _ _ _ _ _ found) as [there|none]; [|now rewrite PositiveMap.gempty in none].
  rewrite Forall_forall in all. now apply all.
Qed.

Local Lemma some_of_or b ms : some_of (map (fun m => number_value m <= b) ms) \/ Forall (fun m => b < number_value m) ms.
Proof.
  induction ms as [|m ms [some|none]]; [right; constructor| |].
  - left. destruct ms; [easy|]. right. exact some.
  - destruct (Rle_lt_dec (number_value m) b) as [le|lt]; [|right; now constructor]. left. destruct ms; [exact le|]. now left.
Qed.
Lemma implies_intro l (goal : Prop) : (Forall (fun a => a) l -> goal) -> implies l goal.
Proof.
  intro all. induction l as [|a l IH]; [apply all; constructor|]. intro holds_a. apply IH. intro rest. apply all. now constructor.
Qed.
Lemma memberships_sound k l : Forall (fun a => a) (memberships functions operators k l) ->
  forall i, match nth_error l i with
            | Some (FunctionIn cs) => Forall (function_in operators (functions (k + i))) cs
            | Some (OperatorIn cs) => Forall (operator_in (operators (k + i))) cs
            | None => True
            end.
Proof.
  revert k. induction l as [|o l IH]; intros k all i; [now destruct i|].
  destruct i as [|i]; cbn [nth_error].
  - rewrite Nat.add_0_r. destruct o as [cs|cs]; cbn [memberships] in all; apply Forall_app in all as [here _]; now apply Forall_map in here.
  - replace (k + S i)%nat with (S k + i)%nat by lia. apply IH. destruct o as [cs|cs]; cbn [memberships] in all; now apply Forall_app in all as [_ rest].
Qed.

Lemma check_sound p steps : check p steps = true -> statement functions operators points numbers p.
Proof.
  unfold check. destruct (coordinates (shifts steps)) as [env0|] eqn:coords; [|discriminate].
  destruct (coordinates_sound _ _ coords) as [y ok0].
  set (env := fold_left define (relations p) env0). destruct (subtract_metrics _ _ _ _ _) as [s|] eqn:metrics_; [|discriminate].
  destruct (follow_all _ _ _ _ _ _) as [s'|] eqn:followed; [|discriminate]. intro fine.
  unfold statement. apply implies_intro. intro objects_. apply implies_intro. intros relations_%Forall_map.
  assert (ok : env_ok y env) by now apply define_all_sound.
  destruct (some_of_or (real (bound p)) (metrics p)) as [some|none]; [exact some|exfalso]. rewrite real_correct in none.
  destruct (subtract_metrics_bound y env ok _ _ _ _ _ _ metrics_ none) as [_ strict].
  rewrite Q2R_1 in strict. specialize (strict ltac:(lra)).
  assert (start : sum_value y value_at (add_constant (bound p) nothing) = Q2R (bound p)).
  { rewrite add_constant_correct. unfold sum_value, nothing. cbn [constant Sums.numbers products total PositiveMap.empty]. rewrite Q2R_0. lra. }
  rewrite start in strict.
  assert (sum_value y value_at s' <= sum_value y value_at s).
  { refine (follow_all_bound y env ok _ _ _ _ _ _ _ _ _ _ _ followed).
    - intros k. exact (memberships_sound 0 _ objects_ k).
    - now apply decompositions_sound.
    - intros i c found. refine (member_number_Forall _ _ _ _ _ found). now apply calls_of_sound.
    - intros i r found. exact (member_number_Forall _ _ _ _ relations_ found). }
  pose proof (nonnegative_sound y value_at s' fine). lra.
Qed.
End Soundness.

(** Whatever the certificate: if it is accepted, the problem's statement is true in every inner-product space. *)
Theorem prove_rate_sound problem_file certificate : prove_rate problem_file certificate = true -> RateHolds problem_file.
Proof.
  unfold prove_rate, RateHolds. destruct (read_problem problem_file) as [p|]; [|discriminate].
  destruct (read_certificate certificate) as [steps|]; [|discriminate]. intros accepted E functions operators points numbers.
  exact (check_sound functions operators points numbers p steps accepted).
Qed.
