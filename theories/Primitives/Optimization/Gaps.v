(** * Gaps to any point

    Gradient descent on a smooth, strongly convex function, compared with an arbitrary point w: a minimizer need not be known, nor exist.

    Main definitions: [shrinks].
    Main results: [gradient_step_gap] (every step up to 2/L), [gradient_short_step_gap] (the best factor, up to 1/L), [gradient_descent_gap],
    [accelerated_start_bound], [nesterov_gap].

    Trust: proved.
    Source: B. Polyak, Gradient methods for the minimisation of functionals, 1963; A. Taylor, J. Hendrickx, F. Glineur, Exact worst-case convergence rates of the proximal
    gradient method for composite convex minimization, 2018 (the factor of short steps); Y. Nesterov, Lectures on Convex Optimization, 2018, section 2.2.1. *)
From Coq Require Import Reals Lra.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant Require Import Primitives.Optimization.Spaces Primitives.Optimization.Convex Primitives.Optimization.Smooth
  Primitives.Optimization.Acceleration.
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

(** every step *)
Theorem gradient_step_gap mu L gamma f y g w :
  smooth L f -> strongly_convex mu f -> 0 <= mu -> 0 <= gamma -> L * gamma <= 2 -> gradient f y g ->
  f (y - gamma *: g)%V - f w <= (1 - 2 * mu * (gamma * (1 - L * gamma / 2))) * (f y - f w).
Proof.
  intros smooth_f convex_f mu_ge0 gamma_ge0 step_le grad. pose proof (gradient_step_bound L f y g gamma smooth_f grad) as decrease.
  pose proof (gap_gradient_bound mu f y w g mu_ge0 convex_f grad (smooth_total L f smooth_f w)) as steep.
  assert (part : 0 <= gamma * (1 - L * gamma / 2)) by (apply Rmult_le_pos; lra).
  apply (Rmult_le_compat_l _ _ _ part) in steep. lra.
Qed.

(** Steps up to 1/L.  With s = 1 - γµ, h the gradient after the step and g the one before: s times the inequality that interpolates the two points, and the gaps of both
    (weights s(1 - s) and 1 - s), differ from the claim by a multiple of ‖h - s g‖². *)
Theorem gradient_short_step_gap mu L gamma f y g w :
  smooth L f -> strongly_convex mu f -> 0 <= mu -> mu < L -> 0 <= gamma -> L * gamma <= 1 -> gradient f y g ->
  f (y - gamma *: g)%V - f w <= (1 - gamma * mu) * (1 - gamma * mu) * (f y - f w).
Proof.
  intros smooth_f convex_f mu_ge0 mu_lt gamma_ge0 step_le grad. set (z := (y - gamma *: g)%V).
  destruct (smooth_gradient_exists L f z smooth_f) as (h & grad_h). assert (L_gt0 : 0 < L) by lra.
  pose proof (smooth_strongly_convex_interpolation mu L f y z g h smooth_f convex_f mu_lt L_gt0 grad grad_h) as between.
  pose proof (gap_gradient_bound mu f y w g mu_ge0 convex_f grad (smooth_total L f smooth_f w)) as gap_y.
  pose proof (gap_gradient_bound mu f z w h mu_ge0 convex_f grad_h (smooth_total L f smooth_f w)) as gap_z.
  pose proof (norm2_ge0 (h - (1 - gamma * mu) *: g)%V) as square.
  replace (y - z)%V with (gamma *: g)%V in between by (unfold z; vector_ring). replace (z - y)%V with ((- gamma) *: g)%V in between by (unfold z; vector_ring).
  set (k := / (2 * (L - mu))). assert (k_gt0 : 0 < k) by (apply Rinv_0_lt_compat; lra).
  replace (/ (2 * (1 - mu / L))) with (k * L) in between by (unfold k; field; lra).
  expand_inner in between. expand_inner in square. unfold norm2 in gap_y, gap_z.
  set (a := inner g g) in *. set (b := inner h h) in *. rewrite ?(inner_comm _ g h) in *. set (c := inner h g) in *.
  set (Q := a - 2 * c + b + L * mu * (gamma * gamma) * a + 2 * mu * gamma * (c - a)).
  assert (low : 0 <= f y - f z - gamma * c - k * Q).
  { replace (k * Q) with (k * L * (/ L * (a - 2 * c + b) + mu * (gamma * gamma) * a + 2 * (mu / L) * gamma * (c - a))) by (unfold Q; field; lra). lra. }
  assert (s_ge0 : 0 <= 1 - gamma * mu).
  { pose proof (Rmult_le_compat_l gamma mu L gamma_ge0 (Rlt_le _ _ mu_lt)). lra. }
  assert (same : (1 - gamma * mu) * k * Q + (1 - gamma * mu) * gamma * c - (1 - gamma * mu) * gamma * (a / 2) - gamma * (b / 2) =
    (1 - L * gamma) * k * (b - 2 * (1 - gamma * mu) * c + (1 - gamma * mu) * (1 - gamma * mu) * a)) by (unfold k, Q; field; lra).
  assert (rest : 0 <= (1 - L * gamma) * k * (b - 2 * (1 - gamma * mu) * c + (1 - gamma * mu) * (1 - gamma * mu) * a)).
  { apply Rmult_le_pos; [apply Rmult_le_pos; lra | lra]. }
  apply (Rmult_le_pos _ _ s_ge0) in low.
  apply (Rmult_le_compat_l ((1 - gamma * mu) * gamma)) in gap_y; [|apply Rmult_le_pos; lra]. apply (Rmult_le_compat_l gamma) in gap_z; [|lra].
  rewrite <- same in rest. clear - low gap_y gap_z rest. clearbody a b c k Q. lra.
Qed.

(** ** Runs *)

(** the factor by which a step of gradient descent shrinks every gap *)
Definition shrinks (mu L gamma rho : R) : Prop :=
  (L * gamma <= 2 /\ rho = 1 - 2 * mu * (gamma * (1 - L * gamma / 2))) \/
  (L * gamma <= 1 /\ mu < L /\ rho = (1 - gamma * mu) * (1 - gamma * mu)).
(** f(x(N)) - f(w) <= ρ^N (f(x(0)) - f(w)) *)
Theorem gradient_descent_gap mu L gamma rho f (x g : nat -> E) w N :
  smooth L f -> strongly_convex mu f -> 0 <= mu -> 0 <= gamma -> 0 <= rho -> shrinks mu L gamma rho ->
  (forall k, gradient f (x k) (g k) /\ x (S k) = (x k - gamma *: g k)%V) ->
  f (x N) - f w <= rho ^ N * (f (x O) - f w).
Proof.
  intros smooth_f convex_f mu_ge0 gamma_ge0 rho_ge0 factor steps. induction N as [|N IH]; [cbn; lra|].
  destruct (steps N) as (grad & ->). apply (Rmult_le_compat_l _ _ _ rho_ge0) in IH. cbn [pow]. rewrite Rmult_assoc. eapply Rle_trans; [|exact IH].
  destruct factor as [(step_le & ->) | (step_le & mu_lt & ->)]; [now apply gradient_step_gap | now apply (gradient_short_step_gap mu L)].
Qed.

(** the potential at the start, 0: a point that is better than it is not far *)
Lemma accelerated_start_bound mu nu f w : strongly_convex mu f -> total f -> nu <= mu -> (forall v, 0 <= f v) -> f w <= f vzero ->
  f vzero - f w + nu / 2 * norm2 (vzero - w)%V <= 4 * f vzero.
Proof.
  intros convex_f everywhere_f le f_ge0 better. destruct (convex_f vzero w (/ 2) (everywhere_f _) (everywhere_f _) ltac:(lra)) as [_ middle].
  specialize (f_ge0 (/ 2 *: vzero + (1 - / 2) *: w)%V). pose proof (norm2_ge0 (vzero - w)%V) as far.
  apply (Rmult_le_compat_r _ _ _ far) in le. lra.
Qed.
(** Nesterov's method with the momentum β = (1 - q)/(1 + q), from 0, on a function that is not negative *)
Theorem nesterov_gap mu L gamma q f (x y g : nat -> E) w N :
  smooth L f -> strongly_convex mu f -> (forall v, 0 <= f v) -> 0 < gamma -> L * gamma <= 1 -> 0 < q <= 1 -> q * q <= gamma * mu ->
  nesterov gamma (fun _ => (1 - q) / (1 + q)) f x y g -> x O = vzero ->
  f (x N) - f w <= (1 - q) ^ N * (4 * f vzero).
Proof.
  intros smooth_f convex_f f_ge0 gamma_gt0 step_le (q_gt0 & q_le) q_square steps start.
  set (nu := q * q / gamma). assert (product : gamma * nu = q * q) by (unfold nu; field; lra).
  assert (nu_gt0 : 0 < nu) by (apply Rdiv_lt_0_compat; nra). assert (nu_le : nu <= mu) by (apply Rmult_le_reg_l with gamma; lra).
  assert (root : sqrt (gamma * nu) = q) by (rewrite product; apply sqrt_square; lra).
  assert (rate : forall v, f (x N) - f v <= (1 - q) ^ N * (f vzero - f v + nu / 2 * norm2 (vzero - v)%V)).
  { intro v. pose proof (accelerated_strongly_convex nu L gamma f (everywhere (fun _ => 0)) x y g (fun _ => vzero) v N smooth_f (strongly_convex_mono mu nu f nu_le convex_f) nu_gt0 gamma_gt0 step_le) as rate.
    rewrite root, start in rate. specialize (rate ltac:(nra) (nesterov_accelerated _ _ _ _ _ _ steps) I I). cbn - [pow] in rate. lra. }
  pose proof (pow_le (1 - q) N ltac:(lra)) as power_ge0. destruct (Rle_lt_dec (f w) (f vzero)) as [better|worse].
  - eapply Rle_trans; [apply rate|]. apply Rmult_le_compat_l; [exact power_ge0|].
    exact (accelerated_start_bound mu nu f w convex_f (smooth_total L f smooth_f) nu_le f_ge0 better).
  - pose proof (rate vzero) as at_zero. replace (vzero - vzero)%V with (@vzero E) in at_zero by vector_ring. rewrite norm2_zero in at_zero.
    pose proof (Rmult_le_pos _ _ power_ge0 (f_ge0 vzero)). lra.
Qed.
End Gaps.
