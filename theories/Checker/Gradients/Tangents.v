(** * Which values lie above their tangents

    A rule for each instruction: whether its value at any other point is at least what its tangent at this point says (as of convex functions), or at most that (concave), or does
    not change at all.  A program whose value lies above its tangents, kinks included, has subgradients for adjoints.

    Main definitions: [side], [side_of], [all_sides].
    Main results: [all_sides_correct].

    Trust: proved.
    Source: S. Boyd, L. Vandenberghe, Convex Optimization, 2004, sections 3.1.3 and 3.2.4. *)
From Coq Require Import ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra.
From Warrant Require Import Spec.Bytes Spec.Elementary Primitives.Autodiff.Programs Primitives.Autodiff.Forward Checker.Gradients.Normal Checker.Gradients.Normal_sound.
Import ListNotations.
Local Open Scope bool_scope.

(** it does not change; it lies above its tangents; below them *)
Record side := Side { still : bool; over : bool; under : bool }.
Definition unmoved : side := Side true true true.
Definition no_side : side := Side false false false.

Inductive direction := Up | Down | Either.
Definition scaled_side (d : direction) (p : side) : side :=
  match d with
  | Up => Side false (over p) (under p)
  | Down => Side false (under p) (over p)
  | Either => Side false (over p && under p) (over p && under p)
  end.

Section Rules.
Variables (C : code) (s : positive -> sign) (varied : positive -> bool).
(** of a factor *)
Definition direction_of (a : positive) : direction :=
  match PositiveMap.find a C with
  | Some (Number q) => if (0 <=? Qnum q)%Z then Up else Down
  | _ => if is_nonnegative (s a) then Up else Either
  end.
Definition side_of (S : positive -> side) (i : positive) (o : op) : side :=
  match o with
  | Input => if varied i then Side false true true else unmoved
  | Number _ => unmoved
  | Unary f a =>
    if still (S a) then unmoved
    else match f with
         | Opp => Side false (under (S a)) (over (S a))
         | Relu | Exp => Side false (over (S a)) false
         | Log | Root => Side false false (under (S a))
         | Step | Erf | Bell => no_side
         end
  | Binary Add a b => Side (still (S a) && still (S b)) (over (S a) && over (S b)) (under (S a) && under (S b))
  | Binary Mul a b =>
    if still (S a) then if still (S b) then unmoved else scaled_side (direction_of a) (S b)
    else if still (S b) then scaled_side (direction_of b) (S a)
    else if Pos.eqb a b then Side false (over (S a) && (under (S a) || is_nonnegative (s a))) false
    else no_side
  | Binary Div a b => if still (S b) then if still (S a) then unmoved else scaled_side (direction_of b) (S a) else no_side
  end.
Definition side_at (M : PositiveMap.t side) (i : positive) : side := match PositiveMap.find i M with Some p => p | None => no_side end.
Fixpoint all_sides (l : list positive) (M : PositiveMap.t side) : PositiveMap.t side :=
  match l with
  | [] => M
  | i :: l => all_sides l match PositiveMap.find i C with Some o => PositiveMap.add i (side_of (side_at M) i o) M | None => M end
  end.

(** ** Soundness *)

Local Open Scope R_scope.
Variables (x v x' v' dx dv : positive -> R).
Hypothesis values : models C x v.
Hypothesis values' : models C x' v'.
Hypothesis tangents : linearises C v dx dv.
Hypothesis signs : forall a, sign_holds (s a) (v a).
Hypothesis moved : forall i, PositiveMap.find i C = Some Input -> dx i = x' i - x i.
Hypothesis unvaried : forall i, PositiveMap.find i C = Some Input -> varied i = false -> x' i = x i.

Definition side_holds (p : side) (i : positive) : Prop :=
  (still p = true -> v' i = v i /\ dv i = 0) /\ (over p = true -> v i + dv i <= v' i) /\ (under p = true -> v' i <= v i + dv i).
Definition differentiable_both (i : positive) : Prop := supported (differentiable v) C i /\ supported (differentiable v') C i.

Lemma exact_holds i : v' i = v i + dv i -> side_holds (Side false true true) i.
Proof. intro E. split; [discriminate|]. split; intros _; simpl; lra. Qed.
Lemma unmoved_holds i : v' i = v i -> dv i = 0 -> side_holds unmoved i.
Proof. intros E F. split; [now split|]. split; intros _; lra. Qed.
Lemma no_side_holds i : side_holds no_side i.
Proof. now split. Qed.
Lemma direction_of_correct a : match direction_of a with Up => 0 <= v a | Down => v a <= 0 | Either => True end.
Proof.
  assert (by_sign : match (if is_nonnegative (s a) then Up else Either) with Up => 0 <= v a | Down => v a <= 0 | Either => True end).
  { destruct (is_nonnegative (s a)) eqn:N; [|exact I]. exact (is_nonnegative_correct _ _ (signs a) N). }
  unfold direction_of. destruct (PositiveMap.find a C) as [[|q| |]|] eqn:found; try exact by_sign.
  rewrite (values _ _ found). simpl. unfold Q2R. assert (pos : 0 < / IZR (Z.pos (Qden q))) by (apply Rinv_0_lt_compat; now apply IZR_lt).
  destruct (Z.leb_spec 0 (Qnum q)) as [le|lt].
  - apply IZR_le in le. apply Rmult_le_pos; lra.
  - apply IZR_lt in lt. assert (0 <= - IZR (Qnum q) * / IZR (Z.pos (Qden q))) by (apply Rmult_le_pos; lra). lra.
Qed.
(** the value k · v a, where k does not change *)
Lemma scaled_holds i a d k p : match d with Up => 0 <= k | Down => k <= 0 | Either => True end ->
  v i = k * v a -> v' i = k * v' a -> dv i = k * dv a -> side_holds p a -> side_holds (scaled_side d p) i.
Proof.
  intros dir E E' D (_ & up & down). unfold side_holds. rewrite E, E', D.
  assert (grow : forall r t, 0 <= k -> r <= t -> k * r <= k * t) by (intros; now apply Rmult_le_compat_l).
  assert (fall : forall r t, k <= 0 -> r <= t -> k * t <= k * r) by (intros r t neg le; assert (- k * r <= - k * t) by (apply Rmult_le_compat_l; lra); lra).
  destruct d; simpl; (split; [discriminate|split]); intro h.
  - specialize (grow _ _ dir (up h)). lra.
  - specialize (grow _ _ dir (down h)). lra.
  - specialize (fall _ _ dir (down h)). lra.
  - specialize (fall _ _ dir (up h)). lra.
  - apply andb_prop in h as [o u]. replace (v' a) with (v a + dv a); [lra|]. apply Rle_antisym; auto.
  - apply andb_prop in h as [o u]. replace (v' a) with (v a + dv a); [lra|]. apply Rle_antisym; auto.
Qed.
Lemma relu_over a a' d : a + d <= a' -> Rmax 0 a + step_R a * d <= Rmax 0 a'.
Proof.
  intro le. unfold step_R. destruct (Rlt_dec 0 a) as [pos|neg].
  - rewrite (Rmax_right 0 a) by lra. pose proof (Rmax_r 0 a'). lra.
  - rewrite (Rmax_left 0 a) by lra. pose proof (Rmax_l 0 a'). lra.
Qed.
Lemma exp_over a a' d : a + d <= a' -> exp a + exp a * d <= exp a'.
Proof.
  intro le. replace a' with (a + (a' - a)) by ring. rewrite exp_plus. pose proof (exp_pos a). pose proof (exp_ineq1_le (a' - a)).
  replace (exp a + exp a * d) with (exp a * (1 + d)) by ring. apply Rmult_le_compat_l; lra.
Qed.
Lemma ln_under a a' d : 0 < a -> 0 < a' -> a' <= a + d -> ln a' <= ln a + / a * d.
Proof.
  intros pos pos' le. replace a' with (a * (a' / a)) at 1 by (field; lra). assert (0 < a' / a) by (apply Rdiv_lt_0_compat; lra).
  rewrite ln_mult by assumption. pose proof (exp_ineq1_le (ln (a' / a))) as b. rewrite exp_ln in b by assumption.
  assert (ia : 0 < / a) by now apply Rinv_0_lt_compat. assert (a' / a <= 1 + / a * d); [|lra].
  unfold Rdiv. rewrite Rmult_comm. replace (1 + / a * d) with (/ a * (a + d)) by (field; lra). apply Rmult_le_compat_l; lra.
Qed.
Lemma sqrt_under a a' d : 0 < a -> 0 < a' -> a' <= a + d -> sqrt a' <= sqrt a + / 2 / sqrt a * d.
Proof.
  intros pos pos' le. assert (r := sqrt_lt_R0 a pos). assert (r' := sqrt_lt_R0 a' pos'). pose proof (sqrt_sqrt a ltac:(lra)) as sq. pose proof (sqrt_sqrt a' ltac:(lra)) as sq'.
  apply (Rmult_le_reg_l (2 * sqrt a)); [lra|]. replace (2 * sqrt a * (sqrt a + / 2 / sqrt a * d)) with (2 * (sqrt a * sqrt a) + d) by (field; lra).
  pose proof (Rle_0_sqr (sqrt a - sqrt a')) as square. unfold Rsqr in square. lra.
Qed.
Lemma square_over a a' d : a + d <= a' -> (a' <= a + d \/ 0 <= a) -> a * a + (d * a + a * d) <= a' * a'.
Proof.
  intros le [ge|pos].
  - replace a' with (a + d) by lra. pose proof (Rle_0_sqr d) as square. unfold Rsqr in square. lra.
  - assert (0 <= a * (a' - (a + d))) by (apply Rmult_le_pos; lra). pose proof (Rle_0_sqr (a' - a)) as square. unfold Rsqr in square. lra.
Qed.

Lemma side_of_correct (S : positive -> side) i o : PositiveMap.find i C = Some o -> differentiable v o -> differentiable v' o ->
  (forall a, In a (operands o) -> side_holds (S a) a) -> side_holds (side_of S i o) i.
Proof.
  intros found ok ok' all. assert (E := values _ _ found). assert (E' := values' _ _ found). assert (D := tangents _ _ found).
  destruct o as [|q|f a|f a b]; simpl in *.
  - assert (M := moved _ found). destruct (varied i) eqn:V; [apply exact_holds; lra|]. assert (F := unvaried _ found V). apply unmoved_holds; lra.
  - now apply unmoved_holds; rewrite ?E, ?E', ?D.
  - destruct (all a (or_introl eq_refl)) as (rest & up & down). destruct (still (S a)) eqn:st.
    { destruct (rest eq_refl) as [same none]. apply unmoved_holds; [now rewrite E, E', same|]. rewrite D, none. ring. }
    destruct f; simpl in *; unfold side_holds; rewrite ?E, ?E', ?D, ?E; simpl; (split; [discriminate|split]); intro h; try discriminate h.
    + specialize (down h). lra.
    + specialize (up h). lra.
    + apply sqrt_under; auto.
    + apply relu_over; auto.
    + apply exp_over; auto.
    + apply ln_under; auto.
  - destruct (all a (or_introl eq_refl)) as (rest_a & up_a & down_a). destruct (all b (or_intror (or_introl eq_refl))) as (rest_b & up_b & down_b).
    destruct f; simpl in *.
    + unfold side_holds. rewrite E, E', D. simpl. split; [|split]; intro h; apply andb_prop in h as [ha hb].
      * destruct (rest_a ha) as [-> ->], (rest_b hb) as [-> ->]. split; ring.
      * specialize (up_a ha). specialize (up_b hb). lra.
      * specialize (down_a ha). specialize (down_b hb). lra.
    + destruct (still (S a)) eqn:sa.
      { destruct (rest_a eq_refl) as [same_a none_a]. destruct (still (S b)) eqn:sb.
        { destruct (rest_b eq_refl) as [same_b none_b]. apply unmoved_holds; [now rewrite E, E', same_a, same_b|]. rewrite D, none_a, none_b. ring. }
        apply (scaled_holds i b _ (v a)); [apply direction_of_correct|exact E|now rewrite E', same_a|rewrite D, none_a; ring|now apply all; right; left]. }
      destruct (still (S b)) eqn:sb.
      { destruct (rest_b eq_refl) as [same_b none_b].
        apply (scaled_holds i a _ (v b)); [apply direction_of_correct|rewrite E; ring|rewrite E', same_b; ring|rewrite D, none_b; ring|now apply all; left]. }
      destruct (Pos.eqb_spec a b) as [<-|_]; [|apply no_side_holds]. unfold side_holds. rewrite E, E', D. simpl. split; [discriminate|split; [|discriminate]].
      intro h. apply andb_prop in h as [o h]. apply square_over; [now apply up_a|]. apply orb_prop in h. destruct h as [u|n]; [left; now apply down_a|right].
      exact (is_nonnegative_correct _ _ (signs a) n).
    + destruct (still (S b)) eqn:sb; [|apply no_side_holds]. destruct (rest_b eq_refl) as [same_b none_b]. destruct (still (S a)) eqn:sa.
      { destruct (rest_a eq_refl) as [same_a none_a]. apply unmoved_holds; [now rewrite E, E', same_a, same_b|]. rewrite D, none_a, none_b. unfold Rdiv. ring. }
      assert (inv : match direction_of b with Up => 0 <= / v b | Down => / v b <= 0 | Either => True end).
      { assert (dir := direction_of_correct b). destruct (direction_of b); [left; apply Rinv_0_lt_compat; lra|left; apply Rinv_lt_0_compat; lra|exact I]. }
      apply (scaled_holds i a _ (/ v b)); [exact inv|rewrite E; unfold Rdiv; ring|rewrite E', same_b; unfold Rdiv; ring|rewrite D, none_b; unfold Rdiv; ring|now apply all; left].
Qed.

Theorem all_sides_correct l : forall M, (forall i, differentiable_both i -> side_holds (side_at M i) i) ->
  forall i, differentiable_both i -> side_holds (side_at (all_sides l M) i) i.
Proof.
  induction l as [|j l IH]; intros M hm; simpl; [exact hm|]. apply IH. destruct (PositiveMap.find j C) as [o|] eqn:found; [|exact hm].
  intros i ok. unfold side_at. destruct (Pos.eq_dec i j) as [->|other]; [|rewrite PositiveMap.gso by exact other; now apply hm].
  rewrite PositiveMap.gss. destruct ok as [okv okv']. apply (supported_iff _ _ _ _ found) in okv, okv'.
  apply side_of_correct; [exact found|apply okv|apply okv'|]. intros a ina. apply hm. split; [now apply okv|now apply okv'].
Qed.
End Rules.
