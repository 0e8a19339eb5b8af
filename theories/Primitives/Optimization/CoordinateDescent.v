(** * Randomised coordinate descent

    Rates, in expectation, of x(k+1) = x(k) - 1/L P(c) ∇f(x(k)), where c is drawn from a list of blocks at step k, and P(c) is the orthogonal projection onto
    block c; on R^n with single coordinates, one partial derivative is computed at each step.  Only along the blocks need the gradient be L-Lipschitz.

    Main definitions: [orthogonal_blocks], [block_smooth], [coordinate_descent].
    Main results: [block_smooth_upper], [smooth_block_smooth], [coordinate_descent_convex], [coordinate_descent_strongly_convex].

    Trust: proved.
    Source: Y. Nesterov, Efficiency of coordinate descent methods on huge-scale optimization problems, 2012, theorems 1 and 2; Z. Lu and L. Xiao, On the
    complexity analysis of randomized block-coordinate descent methods, 2015, theorem 1 (the constant in the convex case). *)
From Coq Require Import Reals List Lra Lia.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant.Primitives.Optimization Require Import Spaces Convex Smooth FiniteSums Averages Expectations.
From Warrant.Primitives.Optimization Require Instances.
Import ListNotations.
Local Open Scope R_scope.

Section CoordinateDescent.
Context {E : inner_product_space} {C : Type}.
Implicit Types (f : function E) (P : C -> E -> E) (l past : list C) (y z d : E).

(** each P(c) is an orthogonal projection, and the projections of every vector add up to it *)
Definition orthogonal_blocks l P : Prop :=
  (forall c a v w, In c l -> P c (a *: v + w)%V = (a *: P c v + P c w)%V) /\
  (forall c v w, In c l -> inner (P c v) w = inner (P c v) (P c w)) /\ forall v, vector_sum (fun c => P c v) l = v.
(** f is differentiable, and in each block the gradient changes at most L times as fast as the point moves *)
Definition block_smooth (L : R) l P f : Prop :=
  exists G : E -> E, (forall y, gradient f y (G y)) /\
    forall c y d, In c l -> norm (P c (G (y + P c d)) - P c (G y))%V <= L * norm (P c d).
(** the point x(past) after the draws in [past], and the gradient of f there *)
Definition coordinate_descent (L : R) l P f (x g : list C -> E) : Prop :=
  forall past, incl past l -> gradient f (x past) (g past) /\ forall c, In c l -> x (c :: past) = (x past - / L *: P c (g past))%V.

(** ** Blocks *)

Section Blocks.
Variables (l : list C) (P : C -> E -> E).
Hypothesis blocks : orthogonal_blocks l P.

Lemma block_norm2 c v : In c l -> inner v (P c v) = norm2 (P c v).
Proof. intro member. rewrite inner_comm. now apply (proj1 (proj2 blocks)). Qed.
Lemma blocks_norm2 v : add_up (fun c => norm2 (P c v)) l = norm2 v.
Proof.
  transitivity (inner (vector_sum (fun c => P c v) l) v); [|now rewrite (proj2 (proj2 blocks))].
  rewrite inner_vector_sum. apply add_up_ext. intros c member. rewrite inner_comm. symmetry. now apply block_norm2.
Qed.
Lemma blocks_norm2_bound c v : In c l -> norm2 (P c v) <= norm2 v.
Proof.
  intro member. pose proof (norm2_ge0 (v - P c v)%V) as square. pose proof (block_norm2 c v member) as angle. expand_inner in *. unfold norm2 in *. lra.
Qed.
(** an L-smooth function *)
Theorem smooth_block_smooth L f : 0 <= L -> smooth L f -> block_smooth L l P f.
Proof.
  intros L_ge0 (G & grad & steep). exists G. split; [exact grad|]. intros c y d member. destruct blocks as (linear & _).
  replace (P c (G (y + P c d)) - P c (G y))%V with (P c (G (y + P c d) - G y))%V.
  2: { replace (G (y + P c d) - G y)%V with ((-1) *: G y + G (y + P c d))%V by vector_ring. rewrite linear by exact member. vector_ring. }
  apply Rle_trans with (norm (G (y + P c d) - G y)%V); [apply sqrt_le_1_alt; now apply blocks_norm2_bound|].
  apply (Rle_trans _ _ _ (steep _ _)). replace (y + P c d - y)%V with (P c d) by vector_ring. lra.
Qed.

Local Lemma norm_line (a b : Instances.line) : norm (a - b)%V = Rabs (a - b).
Proof. transitivity (sqrt (Rsqr (a - b))); [|apply sqrt_Rsqr_abs]. unfold norm. f_equal. cbn. unfold Rsqr. ring. Qed.
(* On the line t ↦ y + t P(c) d, f is (L ‖P(c) d‖²)-smooth. *)
Theorem block_smooth_upper L f y c d g : block_smooth L l P f -> In c l -> gradient f y g ->
  f (y + P c d)%V <= f y + inner g (P c d) + L / 2 * norm2 (P c d).
Proof.
  intros (G & grad & steep) member grad_y. destruct blocks as (linear & project & _). set (e := P c d).
  assert (zero : P c vzero = vzero).
  { pose proof (linear c (-1) vzero vzero member) as expanded. replace ((-1) *: vzero + vzero)%V with (vzero : E) in expanded by vector_ring.
    rewrite expanded. vector_ring. }
  assert (multiple : forall t, (t *: e)%V = P c (t *: d)%V).
  { intro t. replace (t *: d)%V with (t *: d + vzero)%V by vector_ring. rewrite linear, zero by exact member. unfold e. vector_ring. }
  set (k := everywhere (fun t : Instances.line => f (y + t *: e)%V) : function Instances.line).
  assert (along : forall t, gradient k t (inner (G (y + t *: e)%V) e : Instances.line)).
  { intros t eps eps_gt0. destruct (gradient_along f _ _ e eps (grad (y + t *: e)%V) eps_gt0) as (delta & delta_gt0 & near).
    exists delta. split; [exact delta_gt0|]. intros s close. split; [exact I|].
    rewrite norm_line in *. destruct (near (s - t) close) as (_ & small). cbn.
    replace (y + t *: e + (s - t) *: e)%V with (y + s *: e)%V in small by vector_ring.
    replace (inner (G (y + t *: e)%V) e * (s + -1 * t)) with ((s - t) * inner (G (y + t *: e)%V) e) by ring. exact small. }
  assert (smooth_k : smooth (L * norm2 e) k).
  { exists (fun t => inner (G (y + t *: e)%V) e). split; [exact along|]. intros s t.
    rewrite !norm_line, <- inner_sub_l, inner_comm. unfold e at 1. rewrite project by exact member. fold e.
    apply (Rle_trans _ _ _ (cauchy_schwarz _ _)).
    replace (P c (G (y + s *: e) - G (y + t *: e)))%V with (P c (G ((y + t *: e) + P c ((s - t) *: d))) - P c (G (y + t *: e)))%V.
    - specialize (steep c (y + t *: e)%V ((s - t) *: d)%V member). rewrite <- multiple in steep at 2. rewrite norm_scale in steep.
      apply (Rmult_le_compat_l (norm e)) in steep; [|apply norm_ge0]. rewrite norm2_norm. lra.
    - rewrite <- multiple. replace (y + t *: e + (s - t) *: e)%V with (y + s *: e)%V by vector_ring.
      replace (G (y + s *: e) - G (y + t *: e))%V with ((-1) *: G (y + t *: e) + G (y + s *: e))%V by vector_ring.
      rewrite linear by exact member. vector_ring. }
  pose proof (smooth_upper _ k (0 : Instances.line) (1 : Instances.line) _ smooth_k (along 0)) as high. cbn in high.
  replace (y + 1 *: e)%V with (y + e)%V in high by vector_ring. replace (y + 0 *: e)%V with y in high by vector_ring.
  rewrite (gradient_unique f y g (G y) grad_y (grad y)). unfold norm2 in *. cbn in high. lra.
Qed.
End Blocks.

(** ** Rates *)

(* The mean over the next draw of f(x(k+1)) is at most f(x(k)) - ‖∇f‖²/(2nL), and that of L/2 ‖x(k+1) - z‖² is L/2 ‖x(k) - z‖² - <∇f, x(k) - z>/n + ‖∇f‖²/(2nL).
   *)
Section Rates.
Variables (L : R) (l : list C) (P : C -> E -> E) (f : function E) (x g : list C -> E) (z : E) (N : nat).
Hypotheses (nonempty : l <> []) (blocks : orthogonal_blocks l P) (smooth_f : block_smooth L l P f) (L_gt0 : 0 < L).
Hypothesis steps : coordinate_descent L l P f x g.
Local Notation n := (INR (length l)).

Local Lemma next_value past : incl past l -> mean (fun c => f (x (c :: past))) l <= f (x past) - / (2 * n * L) * norm2 (g past).
Proof.
  intro inside. destruct (steps past inside) as (grad & step). pose proof (length_gt0 l nonempty) as n_gt0.
  apply Rle_trans with (mean (fun c => f (x past) + - (/ (2 * L)) * norm2 (P c (g past))) l).
  - apply mean_mono; [exact nonempty|]. intros c member. rewrite (step c member).
    pose proof (block_smooth_upper l P blocks L f (x past) c (- / L *: g past)%V _ smooth_f member grad) as high.
    assert (scaled : P c (- / L *: g past)%V = (- / L *: P c (g past))%V).
    { destruct blocks as (linear & _). pose proof (linear c (-1) vzero vzero member) as expanded.
      replace ((-1) *: vzero + vzero)%V with (vzero : E) in expanded by vector_ring. replace (- / L *: g past)%V with (- / L *: g past + vzero)%V by vector_ring.
      rewrite linear, expanded by exact member. vector_ring. }
    rewrite scaled, inner_scale_r, norm2_scale, (block_norm2 l P blocks c _ member) in high.
    replace (x past - / L *: P c (g past))%V with (x past + - / L *: P c (g past))%V by vector_ring.
    replace (- / (2 * L) * norm2 (P c (g past))) with (- / L * norm2 (P c (g past)) + L / 2 * (- / L * - / L * norm2 (P c (g past)))) by (field; lra). lra.
  - right. rewrite mean_plus, mean_scale, mean_constant by exact nonempty. unfold mean. rewrite (blocks_norm2 l P blocks). field. lra.
Qed.
Local Lemma next_distance past : incl past l ->
  mean (fun c => norm2 (x (c :: past) - z)%V) l = norm2 (x past - z)%V - 2 / (n * L) * inner (g past) (x past - z)%V + / (n * L ^ 2) * norm2 (g past).
Proof.
  intro inside. destruct (steps past inside) as (_ & step). pose proof (length_gt0 l nonempty) as n_gt0.
  rewrite (mean_ext _ (fun c => norm2 (x past - / L *: P c (g past) - z)%V)) by (intros c member; now rewrite (step c member)).
  rewrite mean_norm2_step by exact nonempty. unfold vector_mean, mean. rewrite (proj2 (proj2 blocks)), (blocks_norm2 l P blocks), inner_scale_l. field. lra.
Qed.

(** E f(x(N)) - f(z) <= n/(n + N) (L/2 ‖x(0) - z‖² + f(x(0)) - f(z)) for n blocks and f convex *)
Theorem coordinate_descent_convex : convex f -> minimizer f z ->
  expectation l N (fun past => f (x past) - f z) <= n / (n + INR N) * (L / 2 * norm2 (x [] - z)%V + (f (x []) - f z)).
Proof.
  intros convex_f (there & least). pose proof (length_gt0 l nonempty) as n_gt0. pose proof (pos_INR N) as N_ge0.
  assert (inside_f : forall y, domain f y) by (intro y; destruct smooth_f as (G & grad & _); exact (gradient_domain _ _ _ (grad y))).
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
