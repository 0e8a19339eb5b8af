(** * Randomised coordinate descent

    Rates, in expectation, of x(k+1) = x(k) - 1/L P(c) ∇f(x(k)), where c is drawn from a list of blocks at step k, and P(c) is the orthogonal projection onto
    block c; on R^n with single coordinates, one partial derivative is computed at each step.  Only along the blocks need the gradient be L-Lipschitz.

    Main definitions: [orthogonal_blocks], [smooth_by_blocks], [coordinate_descent].
    Main results: [smooth_smooth_by_blocks], [coordinate_descent_convex], [coordinate_descent_strongly_convex].

    Trust: proved.
    Source: Y. Nesterov, Efficiency of coordinate descent methods on huge-scale optimization problems, 2012, theorems 1 and 2; Z. Lu and L. Xiao, On the
    complexity analysis of randomized block-coordinate descent methods, 2015 (the constant in the convex case). *)
From Coq Require Import Reals List Lra Lia.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant.Primitives.Optimization Require Import Spaces Convex Operators Blocks FiniteSums Averages Expectations.
Import ListNotations.
Local Open Scope R_scope.

Section CoordinateDescent.
Context {E : inner_product_space} {C : Type}.
Implicit Types (f : function E) (P : C -> E -> E) (l past : list C) (y z d : E).

(** each P(c) is an orthogonal projection, and the projections of every vector add up to it *)
Definition orthogonal_blocks l P : Prop := (forall c, In c l -> projection (P c)) /\ forall v, vector_sum (fun c => P c v) l = v.
(** f is L-smooth along each block *)
Definition smooth_by_blocks (L : R) l P f : Prop := forall c, In c l -> block_smooth (fun y u => u = P c y) L f.
(** the point x(past) after the draws in [past], and the gradient of f there *)
Definition coordinate_descent (L : R) l P f (x g : list C -> E) : Prop :=
  forall past, incl past l -> gradient f (x past) (g past) /\ forall c, In c l -> x (c :: past) = (x past - / L *: P c (g past))%V.

(** ** Blocks *)

Section Blocks.
Variables (l : list C) (P : C -> E -> E).
Hypothesis blocks : orthogonal_blocks l P.

Lemma block_norm2 c v : In c l -> inner v (P c v) = norm2 (P c v).
Proof. intro member. now apply projection_norm2, blocks. Qed.
Lemma blocks_norm2 v : add_up (fun c => norm2 (P c v)) l = norm2 v.
Proof.
  transitivity (inner (vector_sum (fun c => P c v) l) v); [|now rewrite (proj2 blocks)].
  rewrite inner_vector_sum. apply add_up_ext. intros c member. rewrite inner_comm. symmetry. now apply block_norm2.
Qed.
(** an L-smooth function *)
Theorem smooth_smooth_by_blocks L f : 0 <= L -> smooth L f -> smooth_by_blocks L l P f.
Proof. intros L_ge0 smooth_f c member. apply smooth_block_smooth; [now apply blocks|exact L_ge0|exact smooth_f]. Qed.
End Blocks.

(** ** Rates *)

(* The mean over the next draw of f(x(k+1)) is at most f(x(k)) - ‖∇f‖²/(2nL), and that of L/2 ‖x(k+1) - z‖² is L/2 ‖x(k) - z‖² - <∇f, x(k) - z>/n + ‖∇f‖²/(2nL).
   *)
Section Rates.
Variables (L : R) (l : list C) (P : C -> E -> E) (f : function E) (x g : list C -> E) (z : E) (N : nat).
Hypotheses (nonempty : l <> []) (blocks : orthogonal_blocks l P) (smooth_f : smooth_by_blocks L l P f) (L_gt0 : 0 < L).
Hypothesis steps : coordinate_descent L l P f x g.
Local Notation n := (INR (length l)).

Local Lemma next_value past : incl past l -> mean (fun c => f (x (c :: past))) l <= f (x past) - / (2 * n * L) * norm2 (g past).
Proof.
  intro inside. destruct (steps past inside) as (grad & step). pose proof (length_gt0 l nonempty) as n_gt0.
  apply Rle_trans with (mean (fun c => f (x past) + - (/ (2 * L)) * norm2 (P c (g past))) l).
  - apply mean_mono; [exact nonempty|]. intros c member. rewrite (step c member).
    pose proof (proj1 blocks c member) as project.
    assert (scaled : P c (- / L *: g past)%V = (- / L *: P c (g past))%V) by now apply linear_scale, projection_linear.
    assert (unchanged : P c (- / L *: P c (g past))%V = (- / L *: P c (g past))%V) by (rewrite <- scaled; now apply projection_again).
    pose proof (block_smooth_upper (P c) _ project (fun _ _ => iff_refl _) L f (x past) (- / L *: P c (g past))%V _ (smooth_f c member) unchanged grad) as high.
    rewrite inner_scale_r, norm2_scale, (block_norm2 l P blocks c _ member) in high.
    replace (x past - / L *: P c (g past))%V with (x past + - / L *: P c (g past))%V by vector_ring.
    replace (- / (2 * L) * norm2 (P c (g past))) with (- / L * norm2 (P c (g past)) + L / 2 * (- / L * - / L * norm2 (P c (g past)))) by (field; lra). lra.
  - right. rewrite mean_plus, mean_scale, mean_constant by exact nonempty. unfold mean. rewrite (blocks_norm2 l P blocks). field. lra.
Qed.
Local Lemma next_distance past : incl past l ->
  mean (fun c => norm2 (x (c :: past) - z)%V) l = norm2 (x past - z)%V - 2 / (n * L) * inner (g past) (x past - z)%V + / (n * L ^ 2) * norm2 (g past).
Proof.
  intro inside. destruct (steps past inside) as (_ & step). pose proof (length_gt0 l nonempty) as n_gt0.
  rewrite (mean_ext _ (fun c => norm2 (x past - / L *: P c (g past) - z)%V)) by (intros c member; now rewrite (step c member)).
  rewrite mean_norm2_step by exact nonempty. unfold vector_mean, mean. rewrite (proj2 blocks), (blocks_norm2 l P blocks), inner_scale_l. field. lra.
Qed.

(** E f(x(N)) - f(z) <= n/(n + N) (L/2 ‖x(0) - z‖² + f(x(0)) - f(z)) for n blocks and f convex *)
Theorem coordinate_descent_convex : convex f -> minimizer f z ->
  expectation l N (fun past => f (x past) - f z) <= n / (n + INR N) * (L / 2 * norm2 (x [] - z)%V + (f (x []) - f z)).
Proof.
  intros convex_f (there & least). pose proof (length_gt0 l nonempty) as n_gt0. pose proof (pos_INR N) as N_ge0.
  assert (inside_f : forall y, domain f y) by (intro y; destruct l as [|c l']; [easy|]; exact (block_total _ _ _ (smooth_f c (or_introl eq_refl)) y)).
  assert (falls : expectation l N (fun past => L / 2 * norm2 (x past - z)%V + (f (x past) - f z)) <=
    L / 2 * norm2 (x [] - z)%V + (f (x []) - f z) - sum_below (fun k => expectation l k (fun past => / n * (f (x past) - f z))) N).
  { apply (expectation_telescope l (fun past => L / 2 * norm2 (x past - z)%V + (f (x past) - f z))); [exact nonempty|]. intros past inside.
    replace (mean (fun c => L / 2 * norm2 (x (c :: past) - z)%V + (f (x (c :: past)) - f z)) l) with
      (L / 2 * mean (fun c => norm2 (x (c :: past) - z)%V) l + (mean (fun c => f (x (c :: past))) l - f z)).
    2: { rewrite mean_plus, mean_scale. now rewrite (mean_shift (f z) (fun c => f (x (c :: past)))). }
    rewrite (next_distance past inside). pose proof (next_value past inside) as value. destruct (steps past inside) as (grad & _).
    pose proof (gradient_lower 0 f z _ _ convex_f grad there) as low. assert (inv_gt0 : 0 < / n) by now apply Rinv_0_lt_compat.
    apply Rge_le, (Rmult_le_compat_l (/ n)) in low; [|lra].
    replace (inner (g past) (x past - z)%V) with (- inner (g past) (z - x past)%V) by (expand_inner; ring).
    replace (L / 2 * (norm2 (x past - z)%V - 2 / (n * L) * - inner (g past) (z - x past)%V + / (n * L ^ 2) * norm2 (g past))) with
      (L / 2 * norm2 (x past - z)%V + / n * inner (g past) (z - x past)%V + / (2 * n * L) * norm2 (g past)) by (field; lra).
    lra. }
  (* the expected values decrease *)
  assert (decrease : forall k, expectation l (S k) (fun past => f (x past) - f z) <= expectation l k (fun past => f (x past) - f z)).
  { intro k. rewrite expectation_step by exact nonempty. apply expectation_mono; [exact nonempty|]. intros past inside _.
    rewrite (mean_shift (f z) (fun c => f (x (c :: past)))) by exact nonempty. pose proof (next_value past inside) as value.
    assert (part : 0 <= / (2 * n * L) * norm2 (g past)).
    { apply Rmult_le_pos; [left; apply Rinv_0_lt_compat; repeat apply Rmult_lt_0_compat; lra|apply norm2_ge0]. }
    lra. }
  assert (last : forall m k, (k <= m)%nat -> expectation l m (fun past => f (x past) - f z) <= expectation l k (fun past => f (x past) - f z)).
  { intro m. induction m as [|m IH]; intros k k_le; [replace k with O by lia; lra|]. destruct (Nat.eq_dec k (S m)) as [->|neq]; [lra|].
    apply (Rle_trans _ _ _ (decrease m)). apply IH. lia. }
  assert (total : sum_below (fun _ => / n * expectation l N (fun past => f (x past) - f z)) N <=
    sum_below (fun k => expectation l k (fun past => / n * (f (x past) - f z))) N).
  { apply sum_below_mono. intros k k_lt. unfold expectation at 2. rewrite mean_scale. fold (expectation l k (fun past => f (x past) - f z)).
    apply Rmult_le_compat_l; [left; now apply Rinv_0_lt_compat|]. apply last. lia. }
  rewrite sum_below_constant in total.
  assert (value : expectation l N (fun past => f (x past) - f z) <= expectation l N (fun past => L / 2 * norm2 (x past - z)%V + (f (x past) - f z))).
  { apply expectation_mono; [exact nonempty|]. intros past _ _. pose proof (norm2_ge0 (x past - z)%V) as square.
    apply (Rmult_le_pos (L / 2)) in square; lra. }
  set (v := expectation l N (fun past => f (x past) - f z)) in *. set (b := L / 2 * norm2 (x [] - z)%V + (f (x []) - f z)) in *.
  apply (Rmult_le_reg_l (1 + INR N * / n)).
  - apply Rplus_lt_le_0_compat; [lra|]. apply Rmult_le_pos; [exact N_ge0|left; now apply Rinv_0_lt_compat].
  - replace ((1 + INR N * / n) * (n / (n + INR N) * b)) with b by (field; lra). lra.
Qed.
(** E f(x(N)) - f(z) <= (1 - µ/(nL))^N (f(x(0)) - f(z)) for n blocks and f µ-strongly convex *)
Theorem coordinate_descent_strongly_convex mu : strongly_convex mu f -> 0 < mu -> mu <= n * L -> domain f z ->
  expectation l N (fun past => f (x past) - f z) <= (1 - mu / (n * L)) ^ N * (f (x []) - f z).
Proof.
  intros convex_f mu_gt0 mu_le there. pose proof (length_gt0 l nonempty) as n_gt0. assert (part : 0 < n * L) by now apply Rmult_lt_0_compat.
  assert (a_in : 0 < mu / (n * L) <= 1).
  { split; [now apply Rdiv_lt_0_compat|]. apply (Rmult_le_reg_r (n * L)); [exact part|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
  apply Rle_trans with ((1 - mu / (n * L)) ^ N * (f (x []) - f z) + (1 - (1 - mu / (n * L)) ^ N) * (0 / (mu / (n * L)))).
  2: { unfold Rdiv at 3. rewrite Rmult_0_l, Rmult_0_r, Rplus_0_r. lra. }
  apply (expectation_contraction l (fun past => f (x past) - f z)); [exact nonempty|exact a_in|]. intros past inside.
  rewrite (mean_shift (f z) (fun c => f (x (c :: past)))) by exact nonempty. pose proof (next_value past inside) as value.
  destruct (steps past inside) as (grad & _). pose proof (gradient_lower mu f z _ _ convex_f grad there) as low.
  (* 2µ (f(x) - f(z)) <= ‖∇f(x)‖² *)
  pose proof (norm2_ge0 (g past + mu *: (z - x past))%V) as square.
  apply Rge_le, (Rmult_le_compat_l (2 * mu)) in low; [|lra].
  assert (steep : 2 * mu * (f (x past) - f z) <= norm2 (g past)).
  { set (d := (z - x past)%V) in *. clearbody d. clear - low square. expand_inner in *. lra. }
  assert (inv_gt0 : 0 < / (2 * n * L)) by (apply Rinv_0_lt_compat; repeat apply Rmult_lt_0_compat; lra).
  apply (Rmult_le_compat_l (/ (2 * n * L))) in steep; [|lra].
  replace (/ (2 * n * L) * (2 * mu * (f (x past) - f z))) with (mu / (n * L) * (f (x past) - f z)) in steep by (field; lra). lra.
Qed.
End Rates.
End CoordinateDescent.
