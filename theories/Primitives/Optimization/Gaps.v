(** * Gaps to any point

    Gradient descent on a smooth, strongly convex function, compared with an arbitrary point w: a minimizer need not be known, nor exist.

    Main definitions: [gap_factor].
    Main results: [gradient_step_gap], [gradient_descent_gap].

    Trust: proved.
    Source: B. Polyak, Gradient methods for minimizing functionals, 1963; Y. Nesterov, Lectures on Convex Optimization, 2018, section 1.2.3. *)
From Coq Require Import Reals Lra.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant Require Import Primitives.Optimization.Spaces Primitives.Optimization.Convex Primitives.Optimization.Smooth.
Local Open Scope R_scope.

Section Gaps.
Context {E : inner_product_space}.
Implicit Types (f : function E) (w y g : E).

(** a large gap has a large gradient *)
Lemma gap_gradient_bound mu f y w g : 0 <= mu -> strongly_convex mu f -> gradient f y g -> domain f w -> 2 * mu * (f y - f w) <= norm2 g.
Proof.
  intros mu_ge0 convex_f grad there. pose proof (gradient_lower mu f w y g convex_f grad there) as low.
  set (v := (w - y)%V) in *. pose proof (norm2_ge0 (g + mu *: v)%V) as square.
  assert (parts : norm2 (g + mu *: v)%V = norm2 g + 2 * mu * inner g v + mu * mu * norm2 v) by (expand_inner; ring). rewrite parts in square.
  apply Rge_le in low. apply (Rmult_le_compat_l (2 * mu)) in low; lra.
Qed.

(** 1 - 2µγ(1 - Lγ/2) *)
Definition gap_factor (mu L gamma : R) : R := 1 - 2 * mu * (gamma * (1 - L * gamma / 2)).
Theorem gradient_step_gap mu L gamma f y g w :
  smooth L f -> strongly_convex mu f -> 0 <= mu -> 0 <= gamma -> L * gamma <= 2 -> gradient f y g ->
  f (y - gamma *: g)%V - f w <= gap_factor mu L gamma * (f y - f w).
Proof.
  intros smooth_f convex_f mu_ge0 gamma_ge0 step_le grad. pose proof (gradient_step_bound L f y g gamma smooth_f grad) as decrease.
  pose proof (gap_gradient_bound mu f y w g mu_ge0 convex_f grad (smooth_total L f smooth_f w)) as steep.
  assert (part : 0 <= gamma * (1 - L * gamma / 2)) by (apply Rmult_le_pos; lra).
  apply (Rmult_le_compat_l _ _ _ part) in steep. unfold gap_factor. lra.
Qed.
(** f(x(N)) - f(w) <= ρ^N (f(x(0)) - f(w)) *)
Theorem gradient_descent_gap mu L gamma f (x g : nat -> E) w N :
  smooth L f -> strongly_convex mu f -> 0 <= mu -> 0 <= gamma -> L * gamma <= 2 -> 0 <= gap_factor mu L gamma ->
  (forall k, gradient f (x k) (g k) /\ x (S k) = (x k - gamma *: g k)%V) ->
  f (x N) - f w <= gap_factor mu L gamma ^ N * (f (x O) - f w).
Proof.
  intros smooth_f convex_f mu_ge0 gamma_ge0 step_le factor_ge0 steps. induction N as [|N IH]; [cbn; lra|].
  destruct (steps N) as (grad & ->). apply (Rmult_le_compat_l _ _ _ factor_ge0) in IH.
  pose proof (gradient_step_gap mu L gamma f (x N) (g N) w smooth_f convex_f mu_ge0 gamma_ge0 step_le grad) as step. cbn [pow]. lra.
Qed.
End Gaps.
