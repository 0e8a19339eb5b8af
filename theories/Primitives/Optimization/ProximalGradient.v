(** * Proximal and projected gradient

    Rates of x(k+1) = x(k) - γ (∇f(x(k)) + s(k)), where s(k) is a subgradient of h at the new point x(k+1): the proximal gradient method (ISTA) for F = f + h with f
    smooth and convex.  If h is the indicator function of a set, this is the projected gradient method.  Nothing is asked of h but that it has these subgradients.

    Main definitions: [proximal_gradient].
    Main results: [proximal_gradient_step] (what one step from any point achieves, compared with any other point), [proximal_gradient_decrease],
    [proximal_gradient_convex], [proximal_gradient_inverse] (the step 1/L), [proximal_gradient_strongly_convex], [projected_gradient_inverse].

    Trust: proved.
    Source: A. Beck and M. Teboulle, A fast iterative shrinkage-thresholding algorithm for linear inverse problems, 2009, lemma 2.3 and theorem 3.1; A. Beck, First-Order
    Methods in Optimization, 2017, theorem 10.29 (strongly convex). *)
From Coq Require Import Reals Lra Lia.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant Require Import Primitives.Optimization.Spaces Primitives.Optimization.Convex Primitives.Optimization.Smooth Primitives.Optimization.Averages.
Local Open Scope R_scope.

Section ProximalGradient.
Context {E : inner_product_space}.
Implicit Types (f h : function E) (y z : E).

(** the points x(k), the gradients g(k) of f at x(k), and the subgradients s(k) of h at x(k+1) *)
Definition proximal_gradient (gamma : R) f h (x g s : nat -> E) : Prop :=
  forall k, gradient f (x k) (g k) /\ subgradient h (x (S k)) (s k) /\ x (S k) = (x k - gamma *: (g k + s k))%V.

(** ** One step *)

(* With p = y - γ(g + s): f(p) <= f(y) + <g, p - y> + L/2 ‖p - y‖², f(y) + <g, z - y> + µ/2 ‖z - y‖² <= f(z), and h(p) + <s, z - p> <= h(z). *)
Theorem proximal_gradient_step mu L gamma f h y z g s :
  smooth L f -> strongly_convex mu f -> 0 <= gamma -> L * gamma <= 1 ->
  gradient f y g -> subgradient h (y - gamma *: (g + s))%V s -> domain h z ->
  sum f h (y - gamma *: (g + s))%V - sum f h z <= inner (g + s)%V (y - z)%V - gamma / 2 * norm2 (g + s)%V - mu / 2 * norm2 (y - z)%V.
Proof.
  intros smooth_f convex_f gamma_ge0 step_le grad sub there. set (d := (g + s)%V) in *. set (p := (y - gamma *: d)%V) in *. cbn.
  pose proof (smooth_upper L f y p g smooth_f grad) as high. pose proof (gradient_lower mu f z y g convex_f grad (smooth_total L f smooth_f z)) as low.
  pose proof (subgradient_lower h z p s sub there) as low_h.
  replace (p - y)%V with ((- gamma) *: d)%V in high by (unfold p; vector_ring). rewrite norm2_scale in high.
  assert (short : L / 2 * (- gamma * - gamma * norm2 d) <= gamma / 2 * norm2 d).
  { replace (L / 2 * (- gamma * - gamma * norm2 d)) with (L * gamma * (gamma / 2 * norm2 d)) by field.
    rewrite <- (Rmult_1_l (gamma / 2 * norm2 d)) at 2. apply Rmult_le_compat_r; [|exact step_le]. apply Rmult_le_pos; [lra|apply norm2_ge0]. }
  replace (z - p)%V with ((z - y) + gamma *: d)%V in low_h by (unfold p; vector_ring). rewrite norm2_sub_comm in low.
  replace (inner d (y - z)%V) with (inner g (y - z)%V + inner s (y - z)%V) by (unfold d; expand_inner; ring).
  rewrite inner_add_r, inner_scale_r in low_h. rewrite inner_scale_r in high.
  assert (split : norm2 d = inner g d + inner s d) by (unfold norm2; unfold d at 1; now rewrite inner_add_l).
  replace (inner g (z - y)%V) with (- inner g (y - z)%V) in low by (expand_inner; ring).
  replace (inner s (z - y)%V) with (- inner s (y - z)%V) in low_h by (expand_inner; ring).
  rewrite split in *. lra.
Qed.
(** the same with the distances to z before and after *)
Lemma proximal_gradient_closer mu L gamma f h y z g s :
  smooth L f -> strongly_convex mu f -> 0 < gamma -> L * gamma <= 1 ->
  gradient f y g -> subgradient h (y - gamma *: (g + s))%V s -> domain h z ->
  2 * gamma * (sum f h (y - gamma *: (g + s))%V - sum f h z) <= (1 - gamma * mu) * norm2 (y - z)%V - norm2 (y - gamma *: (g + s) - z)%V.
Proof.
  intros smooth_f convex_f gamma_gt0 step_le grad sub there.
  pose proof (proximal_gradient_step mu L gamma f h y z g s smooth_f convex_f ltac:(lra) step_le grad sub there) as step.
  apply (Rmult_le_compat_l (2 * gamma)) in step; [|lra]. set (d := (g + s)%V) in *. set (v := sum f h _ - _) in *. clearbody v d. clear - step.
  expand_inner in *. lra.
Qed.

(** ** After N steps *)

Section Steps.
Variables (mu L gamma : R) (f h : function E) (x g s : nat -> E).
Hypotheses (smooth_f : smooth L f) (gamma_gt0 : 0 < gamma) (step_le : L * gamma <= 1) (steps : proximal_gradient gamma f h x g s).

Theorem proximal_gradient_decrease k : convex f -> domain h (x k) -> sum f h (x (S k)) <= sum f h (x k).
Proof.
  intros convex_f here. destruct (steps k) as (grad & sub & step). rewrite step in sub |- *.
  pose proof (proximal_gradient_step 0 L gamma f h (x k) (x k) _ _ smooth_f convex_f ltac:(lra) step_le grad sub here) as fall.
  replace (x k - x k)%V with (@vzero E) in fall by vector_ring. rewrite inner_zero_r, norm2_zero in fall.
  pose proof (norm2_ge0 (g k + s k)%V) as square. apply (Rmult_le_pos (gamma / 2)) in square; lra.
Qed.
(** F(x(N)) - F(z) <= ‖x(0) - z‖²/(2γN), for steps up to 1/L *)
Theorem proximal_gradient_convex z N : convex f -> domain h z -> (0 < N)%nat ->
  sum f h (x N) - sum f h z <= norm2 (x O - z)%V / (2 * gamma * INR N).
Proof.
  intros convex_f there n_gt0.
  assert (closer : norm2 (x N - z)%V <= norm2 (x O - z)%V - sum_below (fun k => 2 * gamma * (sum f h (x (S k)) - sum f h z)) N).
  { apply (sum_below_telescope _ (fun k => norm2 (x k - z)%V)). intros k _. destruct (steps k) as (grad & sub & step). rewrite step in sub |- *.
    pose proof (proximal_gradient_closer 0 L gamma f h (x k) z _ _ smooth_f convex_f gamma_gt0 step_le grad sub there) as near. lra. }
  assert (last : forall k, (k < N)%nat -> sum f h (x N) <= sum f h (x (S k))).
  { clear closer n_gt0. induction N as [|n IH]; [lia|]. intros k k_lt. destruct (Nat.eq_dec k n) as [->|neq]; [lra|].
    destruct n as [|n]; [lia|]. apply Rle_trans with (sum f h (x (S n))); [|apply IH; lia].
    apply (proximal_gradient_decrease (S n) convex_f). exact (subgradient_domain _ _ _ (proj1 (proj2 (steps n)))). }
  assert (total : sum_below (fun _ => 2 * gamma * (sum f h (x N) - sum f h z)) N <= sum_below (fun k => 2 * gamma * (sum f h (x (S k)) - sum f h z)) N).
  { apply sum_below_mono. intros k k_lt. apply Rmult_le_compat_l; [lra|]. specialize (last k k_lt). lra. }
  rewrite sum_below_constant in total. pose proof (norm2_ge0 (x N - z)%V) as square. apply lt_0_INR in n_gt0. cbn in n_gt0.
  assert (part : 0 < 2 * gamma * INR N) by (apply Rmult_lt_0_compat; lra).
  apply (Rmult_le_reg_r (2 * gamma * INR N)); [exact part|].
  replace (norm2 (x O - z)%V / (2 * gamma * INR N) * (2 * gamma * INR N)) with (norm2 (x O - z)%V) by (field; lra). lra.
Qed.
(** ‖x(N) - z‖² <= (1 - γµ)^N ‖x(0) - z‖² for the minimizer z of F *)
Theorem proximal_gradient_strongly_convex z N : strongly_convex mu f -> gamma * mu <= 1 -> minimizer (sum f h) z ->
  norm2 (x N - z)%V <= (1 - gamma * mu) ^ N * norm2 (x O - z)%V.
Proof.
  intros convex_f mu_le ((_ & there) & least). induction N as [|n IH]; [cbn; lra|]. destruct (steps n) as (grad & sub & step). rewrite step in sub |- *.
  pose proof (proximal_gradient_closer mu L gamma f h (x n) z _ _ smooth_f convex_f gamma_gt0 step_le grad sub there) as near.
  specialize (least (x n - gamma *: (g n + s n))%V (conj (smooth_total L f smooth_f _) (subgradient_domain _ _ _ sub))).
  set (v := sum f h (x n - gamma *: (g n + s n))%V) in *. assert (above : 0 <= 2 * gamma * (v - sum f h z)) by (apply Rmult_le_pos; lra).
  apply (Rmult_le_compat_l (1 - gamma * mu)) in IH; [|lra]. simpl. lra.
Qed.
End Steps.

(** F(x(N)) - F(z) <= L/(2N) ‖x(0) - z‖², for the step 1/L *)
Theorem proximal_gradient_inverse L f h x g s z N : smooth L f -> convex f -> 0 < L -> proximal_gradient (/ L) f h x g s -> domain h z -> (0 < N)%nat ->
  sum f h (x N) - sum f h z <= L / (2 * INR N) * norm2 (x O - z)%V.
Proof.
  intros smooth_f convex_f L_gt0 steps there n_gt0. assert (part : 0 < INR N) by (apply lt_0_INR; exact n_gt0).
  replace (L / (2 * INR N) * norm2 (x O - z)%V) with (norm2 (x O - z)%V / (2 * / L * INR N)) by (field; lra).
  apply (proximal_gradient_convex L (/ L) f h x g s smooth_f); auto; [now apply Rinv_0_lt_compat|]. rewrite Rinv_r; lra.
Qed.
(** f(x(N)) - f(z) <= L/(2N) ‖x(0) - z‖² for every z in the set whose indicator function is h *)
Theorem projected_gradient_inverse L f h x g s z N :
  smooth L f -> convex f -> 0 < L -> indicator h -> proximal_gradient (/ L) f h x g s -> domain h z -> (0 < N)%nat ->
  f (x N) - f z <= L / (2 * INR N) * norm2 (x O - z)%V.
Proof.
  intros smooth_f convex_f L_gt0 (_ & null) steps there n_gt0.
  pose proof (proximal_gradient_inverse L f h x g s z N smooth_f convex_f L_gt0 steps there n_gt0) as rate. cbn in rate.
  rewrite (null z there) in rate. destruct N as [|n]; [lia|]. rewrite (null (x (S n))) in rate; [lra|].
  exact (subgradient_domain _ _ _ (proj1 (proj2 (steps n)))).
Qed.
End ProximalGradient.
