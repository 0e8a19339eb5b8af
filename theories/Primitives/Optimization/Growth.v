(** * Growth around minimizers

    Classes that bound a function, or its gradient, only in comparison with its minimizers.

    Main results: [growth_lower], [error_bound_norm2], [lojasiewicz_minimizer], [lojasiewicz_descent].

    Trust: proved.
    Source: B. Goujaud, A. Taylor, A. Dieuleveut, Optimal first-order methods for convex functions with a quadratic upper bound, 2022, theorem 2.6 (quadratic
    growth); B. Polyak, Gradient methods for the minimisation of functionals, 1963 (the inequality named after him). *)
From Coq Require Import Reals Lra.
From Warrant Require Import Spec.InnerProduct Spec.Functions Primitives.Optimization.Spaces Primitives.Optimization.Convex Primitives.Optimization.Smooth.
Local Open Scope R_scope.

Section Growth.
Context {E : inner_product_space}.
Implicit Types (f : function E) (x y z g : E).

Theorem growth_lower L f x g z : quadratic_growth L f -> 0 < L -> subgradient f z vzero -> subgradient f x g ->
  f z >= f x + inner g (z - x)%V + / (2 * L) * norm2 g.
Proof.
  intros [f_total f_growth] L_gt0 stationary [_ below].
  set (y := (z + / L *: g)%V). pose proof (f_growth y z (proj2 (minimizer_subgradient f z) stationary)) as upper. pose proof (below y (f_total y)) as lower.
  replace (y - z)%V with (/ L *: g)%V in upper by (unfold y; vector_ring).
  replace (inner g (y - x)%V) with (inner g (z - x)%V + / L * norm2 g) in lower by (unfold y; expand_inner; ring).
  replace (norm2 (/ L *: g)%V) with (/ L * / L * norm2 g) in upper by (expand_inner; ring).
  replace (L / 2 * (/ L * / L * norm2 g)) with (/ L * norm2 g - / (2 * L) * norm2 g) in upper by (field; lra). lra.
Qed.

Lemma error_bound_norm2 L f x g z : error_bound L f -> gradient f x g -> gradient f z vzero -> norm2 g <= L * L * norm2 (x - z)%V.
Proof.
  intros f_bound x_g stationary. pose proof (f_bound x g z x_g stationary). pose proof (norm_ge0 g). rewrite !norm2_norm. nra.
Qed.

Lemma lojasiewicz_minimizer mu f z : lojasiewicz mu f -> 0 < mu -> gradient f z vzero -> minimizer f z.
Proof.
  intros f_pl mu_gt0 stationary. split; [exact (gradient_domain f z vzero stationary)|].
  intros y in_y. pose proof (f_pl z vzero y stationary in_y) as bound. rewrite norm2_zero in bound. nra.
Qed.
Theorem lojasiewicz_descent mu L f x g z : lojasiewicz mu f -> 0 < mu -> smooth L f -> 0 < L -> gradient f z vzero -> gradient f x g ->
  f z + / (2 * L) * norm2 g <= f x.
Proof.
  intros f_pl mu_gt0 f_smooth L_gt0 stationary x_g. destruct (lojasiewicz_minimizer mu f z f_pl mu_gt0 stationary) as [_ least].
  pose proof (gradient_step_decrease L f x g f_smooth L_gt0 x_g) as decrease. pose proof (least _ (smooth_total L f f_smooth (x - / L *: g)%V)). lra.
Qed.
End Growth.
