(** * A gradient is unique

    At a point there is at most one gradient, so that no claim about a gradient is both proved and refuted.

    Main results: [gradient_unique], [gradient_not_both], [gradient_within_not_both], [gradient_at_kinks_weakens], [subgradient_weakens],
    [gradient_everywhere_weakens], [gradient_weakens].

    Trust: proved. *)
From Coq Require Import ZArith QArith Qreals Reals List Lia Lra.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Elementary Spec.Gradients Checker.Gradients.Domain Checker.Gradients.Refute.
From Warrant Require Spec.Onnx Spec.SExpressions.
From Coquelicot Require Import Hierarchy Derive.
Import ListNotations.
Local Open Scope R_scope.

Lemma coordinates_scale n t : forall h : space n, coordinates n (scal t h) = map (Rmult t) (coordinates n h).
Proof. induction n as [|n IH]; intro h; [reflexivity|]. destruct h as [a h]. simpl. f_equal. exact (IH h). Qed.
Lemma dot_scale t g : forall l, dot g (map (Rmult t) l) = t * dot g l.
Proof. induction g as [|a g IH]; intros [|b l]; simpl; try ring. rewrite IH. ring. Qed.
Lemma dot_zeros g : forall n, dot g (repeat 0 n) = 0.
Proof. induction g as [|a g IH]; intros [|n]; simpl; try reflexivity. rewrite IH. ring. Qed.
Lemma dot_unique g : forall g', length g = length g' -> (forall l, length l = length g -> dot g l = dot g' l) -> g = g'.
Proof.
  induction g as [|a g IH]; intros [|b g'] len same; try discriminate; [reflexivity|]. simpl in len. injection len as len.
  assert (first := same (1 :: repeat 0 (length g)) ltac:(simpl; now rewrite repeat_length)). simpl in first. rewrite !dot_zeros in first.
  f_equal; [lra|]. apply IH; [exact len|]. intros l is_len. specialize (same (0 :: l) ltac:(simpl; now rewrite is_len)). simpl in same. lra.
Qed.

Theorem gradient_unique n (f : space n -> R) (x : space n) g g' : length g = S n -> length g' = S n ->
  filterdiff f (locally x) (fun h => dot g (coordinates n h)) -> filterdiff f (locally x) (fun h => dot g' (coordinates n h)) -> g = g'.
Proof.
  intros len len' D D'.
  assert (along : forall k h, filterdiff f (locally x) (fun h => dot k (coordinates n h)) ->
    is_derive (fun t => f (plus x (scal t h))) 0 (dot k (coordinates n h))).
  { intros k h Dk.
    assert (line : filterdiff (fun t : R_NormedModule => plus x (scal (t : R_AbsRing) h)) (locally (0 : R_NormedModule)) (fun t : R_NormedModule => scal (t : R_AbsRing) h)).
    { apply (filterdiff_ext_lin _ (fun t : R_NormedModule => plus zero (scal (t : R_AbsRing) h))); [|intro; apply plus_zero_l].
      apply (filterdiff_plus_fct (fun _ : R_NormedModule => x) (fun t : R_NormedModule => scal (t : R_AbsRing) h)); [apply filterdiff_const|apply filterdiff_scal_l]. }
    apply (filterdiff_ext_lin _ (fun t : R_NormedModule => dot k (coordinates n (scal (t : R_AbsRing) h)))).
    - apply (filterdiff_comp' (fun t : R_NormedModule => plus x (scal (t : R_AbsRing) h)) f 0 (fun t : R_NormedModule => scal (t : R_AbsRing) h) (fun h => dot k (coordinates n h))); [exact line|].
      assert (none : scal (0 : R_AbsRing) h = zero) by exact (scal_zero_l (K := R_AbsRing) (V := space n) h).
      assert (here : plus x (scal (0 : R_AbsRing) h) = x) by (rewrite none; apply plus_zero_r).
      match goal with |- filterdiff _ (locally ?p) _ => replace p with x; exact Dk end.
    - intro t. rewrite coordinates_scale, dot_scale. reflexivity. }
  apply dot_unique; [congruence|]. intros l is_len. rewrite len in is_len.
  assert (same : forall h, dot g (coordinates n h) = dot g' (coordinates n h)).
  { intro h. transitivity (Derive (fun t => f (plus x (scal t h))) 0); [symmetry|]; apply is_derive_unique; now apply along. }
  specialize (same (point_with n l)). now rewrite (point_with_correct n l is_len) in same.
Qed.

(** numbers that are equal are within every tolerance *)
Lemma exact_within q g : (0 <= Q2R (tolerance q))%R -> within_tolerance q g (map number g).
Proof.
  intro eps0. unfold within_tolerance. induction g as [|a g IH]; simpl; constructor; [|exact IH].
  replace (number a - number a) with 0 by ring. now rewrite Rabs_R0.
Qed.
Lemma tolerance_ge0 f d w q : read_question f d w = Some q -> 0 <= Q2R (tolerance q).
Proof.
  assert (terms : forall s eps l, read_terms s = Some (eps, l) -> 0 <= Q2R eps).
  { intros s eps l. unfold read_terms. destruct (SExpressions.tokens s) as [t|]; [|discriminate]. destruct (SExpressions.parse t [] []) as [es|]; [|discriminate].
    destruct (read_tolerance s es) as [[eps' es']|] eqn:E; [|discriminate]. destruct (map_all _ es'); [|discriminate]. intro G. injection G as -> _.
    assert (none : Some (0%Q, es) = Some (eps, es') -> 0 <= Q2R eps) by (intro G; injection G as <- _; unfold Q2R; simpl; lra).
    unfold read_tolerance in E. destruct es as [|[|[|a [|b [|]]]] rest]; try exact (none E).
    destruct (SExpressions.rational s b) as [e|]; [|discriminate]. destruct (_ && Qle_bool 0 e)%bool eqn:ok; [|discriminate]. injection E as <- _.
    apply andb_prop in ok as [_ ok]. apply Domain.le_correct in ok. unfold Q2R at 1 in ok. simpl in ok. lra. }
  unfold read_question. destruct (Onnx.read_graph f); [|discriminate]. destruct (Onnx.read_graph d); [|discriminate]. destruct (lines w) as [[names rest]|]; [|discriminate].
  destruct (read_terms _) as [[eps l]|] eqn:E; [|discriminate]. destruct (map_all _ l); [|discriminate]. destruct (map_all _ names); [|discriminate]. cbv zeta.
  destruct (_ && _)%bool; [|discriminate]. destruct (filter _ _) as [|c [|]]; try discriminate; intro G; injection G as <-; exact (terms _ _ _ E).
Qed.

(** What is proved but for a tolerance is not refuted. *)
Theorem gradient_within_not_both f d w : GradientHoldsWithin f d w -> GradientRefuted f d w -> False.
Proof.
  unfold GradientHoldsWithin, throughout, GradientRefuted. destruct (read_question f d w) as [q|]; [|easy].
  intros (n & s & is_n & (c0 & cot) & _ & all) (m & x & v & c & y & gs & g & is_m & bound_x & bound_v & len_v & run_y & is_c & smooth & run_g & shapes & defined & D & len_g & mild & other).
  assert (E : m = n) by lia. subst m.
  destruct (all x v c0 bound_x bound_v len_v cot) as (y0 & _ & run_0 & shape_0 & _). rewrite run_y in run_0. injection run_0 as <-. subst s.
  destruct (all x v c bound_x bound_v len_v is_c) as (y1 & gs1 & run_1 & _ & _ & run_g1 & _ & len_gs & claim). rewrite run_y in run_1. injection run_1 as <-.
  rewrite run_g in run_g1. injection run_g1 as <-. destruct (claim smooth mild) as (_ & d1 & len_d & D1 & near). apply other.
  now rewrite (gradient_unique n _ x _ _ len_g len_d D D1).
Qed.
(** The plain claim implies that with a tolerance. *)
Theorem gradient_weakens f d w : GradientHolds f d w -> GradientHoldsWithin f d w.
Proof.
  unfold GradientHolds, GradientHoldsWithin, throughout. destruct (read_question f d w) as [q|] eqn:read; [|easy].
  intros (n & s & is_n & cot & point & all). exists n, s. split; [exact is_n|split; [exact cot|split; [exact point|]]].
  intros x v c bound_x bound_v len_v is_c. destruct (all x v c bound_x bound_v len_v is_c) as (y & gs & a1 & a2 & a3 & a4 & a5 & a6 & claim). exists y, gs.
  repeat (split; [assumption|]). intros smooth _. destruct (claim smooth) as [defined D]. split; [exact defined|]. exists (map number (flat_map data gs)).
  split; [now rewrite length_map|split; [exact D|]]. exact (exact_within q _ (tolerance_ge0 f d w q read)).
Qed.
Theorem gradient_not_both f d w : GradientHolds f d w -> GradientRefuted f d w -> False.
Proof. intro holds. exact (gradient_within_not_both f d w (gradient_weakens f d w holds)). Qed.

(** The stronger claims imply the plain one. *)
Theorem gradient_at_kinks_weakens f d w : GradientHoldsAtKinks f d w -> GradientHolds f d w.
Proof.
  unfold GradientHoldsAtKinks, GradientHolds, throughout. destruct (read_question f d w) as [q|]; [|easy].
  intros (n & s & is_n & cot & point & all). exists n, s. split; [exact is_n|split; [exact cot|split; [exact point|]]].
  intros x v c bound_x bound_v len_v is_c. destruct (all x v c bound_x bound_v len_v is_c) as (y & gs & a1 & a2 & a3 & a4 & a5 & a6 & claim & _). now exists y, gs.
Qed.
Theorem subgradient_weakens f d w : SubgradientHolds f d w -> GradientHoldsAtKinks f d w.
Proof.
  unfold SubgradientHolds, GradientHoldsAtKinks, throughout. destruct (read_question f d w) as [q|]; [|easy].
  intros (n & s & is_n & cot & point & all). exists n, s. split; [exact is_n|split; [exact cot|split; [exact point|]]].
  intros x v c bound_x bound_v len_v is_c. destruct (all x v c bound_x bound_v len_v is_c) as (y & gs & a1 & a2 & a3 & a4 & a5 & a6 & claim & chain & _).
  exists y, gs. exact (conj a1 (conj a2 (conj a3 (conj a4 (conj a5 (conj a6 (conj claim chain))))))).
Qed.
Theorem gradient_everywhere_weakens f d w : GradientHoldsEverywhere f d w -> GradientHolds f d w.
Proof.
  unfold GradientHoldsEverywhere, GradientHolds, throughout. destruct (read_question f d w) as [q|]; [|easy].
  intros (n & s & is_n & cot & point & all). exists n, s. split; [exact is_n|split; [exact cot|split; [exact point|]]].
  intros x v c bound_x bound_v len_v is_c. destruct (all x v c bound_x bound_v len_v is_c) as (y & gs & a1 & a2 & a3 & a4 & a5 & a6 & _ & claim). now exists y, gs.
Qed.
