(** * Gradient descent

    Rates of gradient descent with a constant step, x(k+1) = x(k) - γ ∇f(x(k)), after any number N of steps: the value on smooth convex functions; distance, gradient
    and value on smooth strongly convex functions; the smallest gradient on smooth functions.  Sharpness.v shows
    that those on convex and strongly convex functions cannot be improved.

    Main definitions: [gradient_descent], [contraction_factor].
    Main results: [gradient_descent_convex], [gradient_descent_convex_inverse] (the step 1/L); [contraction_factor_bound], [gradient_step_contraction],
    [gradient_descent_strongly_convex], [gradient_descent_strongly_convex_gradient], [gradient_descent_strongly_convex_value];
    [gradient_descent_nonconvex] (steps up to 1/L), [gradient_descent_nonconvex_long] (up to √3/L), [gradient_descent_nonconvex_every] (up to 2/L).

    Trust: proved.
    Source: Y. Drori and M. Teboulle, Performance of first-order methods for smooth convex minimization: a novel approach, 2014, theorem 3.1 (convex);
    A. Taylor, J. Hendrickx, F. Glineur, Exact worst-case convergence rates of the proximal gradient method for composite convex minimization, 2018, theorem 3.1
    (strongly convex); H. Abbaszadehpeivasti, E. de Klerk, M. Zamani, The exact worst-case convergence rate of the gradient method with fixed step lengths for
    L-smooth functions, 2022 (nonconvex); Y. Nesterov, Lectures on Convex Optimization, 2018, section 1.2.3 (nonconvex, steps up to 2/L). *)
From Coq Require Import Reals Lra Lia.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant Require Import Primitives.Optimization.Spaces Primitives.Optimization.Convex Primitives.Optimization.Smooth.
Local Open Scope R_scope.

Section GradientDescent.
Context {E : inner_product_space}.
Implicit Types (f : function E) (u v w : E) (x g : nat -> E).

(** the points x(k) of gradient descent with step γ, and the gradients g(k) there *)
Definition gradient_descent (gamma : R) f x g : Prop :=
  forall k, gradient f (x k) (g k) /\ x (S k) = (x k - gamma *: g k)%V.

(** ** Smooth convex functions *)

Section SmoothConvex.
Variables (L gamma : R) (f : function E) (x g : nat -> E) (xs : E) (N : nat).
Hypotheses (smooth_f : smooth L f) (convex_f : convex f) (L_gt0 : 0 < L) (step_in : 0 <= gamma <= / L).
Hypotheses (least : minimizer f xs) (steps : gradient_descent gamma f x g).

Local Lemma towards_minimizer k : f (x k) - f xs <= inner (g k) (x k - xs)%V - / L / 2 * norm2 (g k).
Proof.
  destruct (smooth_gradient_exists L f xs smooth_f) as (gs & grad_s).
  pose proof (smooth_convex_interpolation L f xs (x k) gs (g k) smooth_f convex_f L_gt0 grad_s (proj1 (steps k))) as low.
  rewrite (minimizer_gradient f xs gs least grad_s), Rinv_mult in low. expand_inner in *. lra.
Qed.
Local Lemma between_steps k : f (x (S k)) <= f (x k) - gamma / 2 * (norm2 (g k) + norm2 (g (S k))).
Proof.
  destruct (steps k) as (grad & step). destruct (steps (S k)) as (grad' & _).
  pose proof (smooth_convex_interpolation L f _ _ _ _ smooth_f convex_f L_gt0 grad grad') as low.
  rewrite step in low at 2. replace (x k - (x k - gamma *: g k))%V with (gamma *: g k)%V in low by vector_ring.
  rewrite Rinv_mult in low. pose proof (norm2_ge0 (g k - g (S k))%V) as square.
  apply (Rmult_le_compat_r (norm2 (g k - g (S k))%V) gamma (/ L)) in square as gap; [|apply step_in]. expand_inner in *. lra.
Qed.

(** Multipliers of the inequalities above: i/(2N+1-i) for the step to i, their differences for the minimizer.  [T] is the sum of the gradients, weighted by the latter,
    and the two nonnegative forms are sums of squares ‖w - g(k)‖². *)
Local Definition multiplier (i : nat) : R := INR i / (2 * INR N + 1 - INR i).
Local Definition combined (i : nat) : Prop :=
  exists (T S : E) (M J : R),
    x i = (x O - gamma *: S)%V /\
    (forall w, 0 <= ((2 * INR N + 1) * multiplier i - INR i) * norm2 w - 2 * inner w ((2 * INR N + 1) *: T - S)%V + M) /\
    (forall w, 0 <= multiplier i * norm2 w - 2 * inner w T + J) /\
    multiplier i * (f (x i) - f xs) <= inner T (x O - xs)%V -
      gamma / 2 * ((2 * INR N + 1) * norm2 T + (1 - multiplier i) * M + multiplier i * norm2 (g i)) - (/ L - gamma) / 2 * J.

Local Lemma combined_start : combined O.
Proof.
  exists vzero, vzero, 0, 0. assert (none : multiplier 0 = 0) by (unfold multiplier, Rdiv; cbn; ring). rewrite none.
  split; [vector_ring|]. cbn [INR].
  split; [|split]; [intro w|intro w|]; expand_inner; lra.
Qed.
Local Lemma combined_step i : (i < N)%nat -> combined i -> combined (S i).
Proof.
  intros i_lt (T & S & M & J & place & laplacian & variance & low).
  assert (i_le : INR i + 1 <= INR N) by (rewrite <- S_INR; now apply le_INR). pose proof (pos_INR i) as i_ge0.
  set (n := INR N) in *. set (a := INR i) in *.
  set (m := multiplier i) in *. set (m' := multiplier (Datatypes.S i)). set (t := m' - m).
  assert (t_eq : t = (2 * n + 1) / ((2 * n - a) * (2 * n + 1 - a))).
  { unfold t, m', m, multiplier. rewrite S_INR. fold n a. field. lra. }
  assert (t_rate : t * (2 * n - a) = 1 + m).
  { rewrite t_eq. unfold m, multiplier. fold n a. field. lra. }
  assert (m_ge0 : 0 <= m) by (unfold m, multiplier; fold n a; apply Rmult_le_pos; [|left; apply Rinv_0_lt_compat]; lra).
  assert (t_ge0 : 0 <= t) by nra.
  assert (c_ge0 : 0 <= (2 * n + 1) * t - 1) by nra.
  destruct (steps i) as (_ & step).
  exists (T + t *: g i)%V, (S + g i)%V, (M + ((2 * n + 1) * t - 1) * norm2 (g i)), (J + t * norm2 (g i)).
  rewrite S_INR. fold n a m'. replace m' with (m + t) by (unfold t; ring).
  split; [|split; [|split]].
  - rewrite step, place. vector_ring.
  - intro w. specialize (laplacian w). pose proof (Rmult_le_pos _ _ c_ge0 (norm2_ge0 (w - g i)%V)) as square.
    expand_inner in *. lra.
  - intro w. specialize (variance w). pose proof (Rmult_le_pos _ _ t_ge0 (norm2_ge0 (w - g i)%V)) as square.
    expand_inner in *. lra.
  - pose proof (towards_minimizer i) as at_i. pose proof (between_steps i) as descent.
    specialize (laplacian (g i)). apply (Rmult_le_pos (gamma / 2 * t)) in laplacian; [|apply Rmult_le_pos; lra].
    apply (Rmult_le_compat_l t) in at_i; [|exact t_ge0]. apply (Rmult_le_compat_l (m + t)) in descent; [|lra].
    assert (rate : gamma / 2 * norm2 (g i) * (t * (2 * n - a)) = gamma / 2 * norm2 (g i) * (1 + m)) by now rewrite t_rate.
    rewrite place in at_i, descent, low. clear - low at_i laplacian descent rate.
    expand_inner in *. lra.
Qed.
Local Lemma combined_steps i : (i <= N)%nat -> combined i.
Proof. induction i as [|i IH]; intro i_le; [exact combined_start|]. apply combined_step; [lia|]. apply IH. lia. Qed.

Local Lemma convex_rate : f (x N) - f xs <= L / (4 * INR N * (gamma * L) + 2) * norm2 (x O - xs)%V.
Proof.
  destruct (combined_steps N (le_n N)) as (T & S & M & J & place & laplacian & variance & low).
  pose proof (towards_minimizer N) as at_N. pose proof (pos_INR N) as n_ge0.
  set (t := / (INR N + 1)). assert (t_gt0 : 0 < t) by (apply Rinv_0_lt_compat; lra).
  assert (t_rate : t * (INR N + 1) = 1) by (unfold t; field; lra).
  assert (m_eq : multiplier N = 1 - t) by (unfold multiplier, t; field; lra). rewrite m_eq in *.
  set (r := / L) in *. assert (r_gt0 : 0 < r) by now apply Rinv_0_lt_compat.
  apply (Rmult_le_compat_l t) in at_N; [|lra].
  specialize (laplacian (g N)). apply (Rmult_le_pos (gamma / 2 * t)) in laplacian; [|apply Rmult_le_pos; lra].
  specialize (variance (T + t *: g N)%V). pose proof (Rmult_le_pos _ _ (Rlt_le _ _ t_gt0) (norm2_ge0 (T + t *: g N - g N)%V)) as square.
  assert (jensen : 0 <= (r - gamma) / 2 * (J + t * norm2 (g N) - norm2 (T + t *: g N)%V)).
  { apply Rmult_le_pos; [lra|]. clear - variance square. expand_inner in *. lra. }
  assert (rate : gamma / 2 * norm2 (g N) * (t * (INR N + 1)) = gamma / 2 * norm2 (g N)) by (rewrite t_rate; ring).
  assert (a_gt0 : 0 < r + 2 * INR N * gamma) by (apply Rplus_lt_le_0_compat; [|apply Rmult_le_pos]; lra).
  pose proof (norm2_young (r + 2 * INR N * gamma) (T + t *: g N)%V (x O - xs)%V a_gt0) as young.
  replace (L / (4 * INR N * (gamma * L) + 2)) with (/ 2 * / (r + 2 * INR N * gamma)).
  2: { assert (part : 0 <= INR N * (gamma * L)) by (repeat apply Rmult_le_pos; lra). unfold r. field. lra. }
  set (bound := / (r + 2 * INR N * gamma)) in *. rewrite place in at_N, low |- *. clear - at_N laplacian jensen rate young low.
  expand_inner in *. lra.
Qed.
End SmoothConvex.

(** f(x(N)) - f(x⋆) <= L‖x(0) - x⋆‖²/(4NγL + 2), for steps up to 1/L *)
Theorem gradient_descent_convex L gamma f x g xs N :
  smooth L f -> convex f -> 0 < L -> 0 <= gamma <= / L -> minimizer f xs -> gradient_descent gamma f x g ->
  f (x N) - f xs <= L / (4 * INR N * (gamma * L) + 2) * norm2 (x O - xs)%V.
Proof. intros smooth_f convex_f L_gt0 step_in least steps. exact (convex_rate L gamma f x g xs N smooth_f convex_f L_gt0 step_in least steps). Qed.
(** f(x(N)) - f(x⋆) <= L‖x(0) - x⋆‖²/(4N + 2), for the step 1/L *)
Theorem gradient_descent_convex_inverse L f x g xs N :
  smooth L f -> convex f -> 0 < L -> minimizer f xs -> gradient_descent (/ L) f x g ->
  f (x N) - f xs <= L / (4 * INR N + 2) * norm2 (x O - xs)%V.
Proof.
  intros smooth_f convex_f L_gt0 least steps.
  assert (step_in : 0 <= / L <= / L) by (split; [left; now apply Rinv_0_lt_compat|lra]).
  pose proof (gradient_descent_convex L (/ L) f x g xs N smooth_f convex_f L_gt0 step_in least steps) as rate.
  rewrite Rinv_l, Rmult_1_r in rate by lra. exact rate.
Qed.

(** ** Smooth strongly convex functions *)

(** max(|1 - γµ|, |1 - γL|) *)
Definition contraction_factor (gamma mu L : R) : R := Rmax (Rabs (1 - gamma * mu)) (Rabs (1 - gamma * L)).
Theorem contraction_factor_bound gamma mu L : 0 < mu <= L -> 0 < gamma < 2 / L -> 0 <= contraction_factor gamma mu L < 1.
Proof.
  intros (mu_gt0 & mu_le) (gamma_gt0 & gamma_lt).
  apply (Rmult_lt_compat_r L) in gamma_lt; [|lra]. replace (2 / L * L) with 2 in gamma_lt by (field; lra).
  pose proof (Rmult_lt_0_compat _ _ gamma_gt0 mu_gt0) as low. pose proof (Rmult_le_compat_l gamma _ _ (Rlt_le _ _ gamma_gt0) mu_le) as high.
  split; [apply (Rle_trans _ _ _ (Rabs_pos _) (Rmax_l _ _))|]. apply Rmax_lub_lt; apply Rabs_def1; lra.
Qed.

(** <(g - h) - µ(x - y), L(x - y) - (g - h)> >= 0: as if the gradient were linear with spectrum between µ and L *)
Lemma gradient_sector mu L f (x y g h : E) :
  smooth L f -> strongly_convex mu f -> 0 < L -> gradient f x g -> gradient f y h ->
  0 <= inner ((g - h) - mu *: (x - y))%V (L *: (x - y) - (g - h))%V.
Proof.
  intros smooth_f convex_f L_gt0 grad_x grad_y.
  pose proof (gradient_monotone mu f convex_f x g y h grad_x grad_y) as monotone.
  pose proof (gradient_lipschitz L f smooth_f x g y h grad_x grad_y) as steep.
  destruct (Rtotal_order mu L) as [mu_lt|[mu_eq|mu_gt]].
  - pose proof (gradient_strongly_cocoercive mu L f x y g h smooth_f convex_f mu_lt L_gt0 grad_x grad_y) as sector. expand_inner in *. lra.
  - subst mu. apply norm2_bound in steep.
    replace (L * norm (x - y)%V * (L * norm (x - y)%V)) with (L * L * norm2 (x - y)%V) in steep by (rewrite norm2_norm; ring).
    apply Rge_le, (Rmult_le_compat_l L) in monotone; [|lra]. expand_inner in *. lra.
  - assert (same : x = y).
    { apply norm2_separates. pose proof (inner_bound (g - h)%V (x - y)%V) as cs. pose proof (norm_ge0 (x - y)%V) as d_ge0.
      apply (Rmult_le_compat_r (norm (x - y)%V)) in steep; [|exact d_ge0].
      rewrite norm2_norm in *. nra. }
    subst y. rewrite (gradient_unique f x g h grad_x grad_y). expand_inner. lra.
Qed.
(** one step from two points *)
Theorem gradient_step_contraction mu L gamma f (x y g h : E) :
  smooth L f -> strongly_convex mu f -> 0 < L -> gradient f x g -> gradient f y h ->
  norm2 ((x - gamma *: g) - (y - gamma *: h))%V <= contraction_factor gamma mu L ^ 2 * norm2 (x - y)%V.
Proof.
  intros smooth_f convex_f L_gt0 grad_x grad_y.
  pose proof (gradient_sector mu L f x y g h smooth_f convex_f L_gt0 grad_x grad_y) as sector.
  set (d := (x - y)%V) in *. set (e := (g - h)%V) in *.
  replace ((x - gamma *: g) - (y - gamma *: h))%V with (d - gamma *: e)%V by (unfold d, e; vector_ring).
  pose proof (Rmax_l (Rabs (1 - gamma * mu)) (Rabs (1 - gamma * L))) as factor_mu.
  pose proof (Rmax_r (Rabs (1 - gamma * mu)) (Rabs (1 - gamma * L))) as factor_L.
  fold (contraction_factor gamma mu L) in factor_mu, factor_L. set (rho := contraction_factor gamma mu L) in *.
  assert (product : forall a b, Rabs a <= rho -> Rabs b <= rho -> a * b <= rho ^ 2).
  { intros a b a_le b_le. apply (Rle_trans _ _ _ (Rle_abs _)). rewrite Rabs_mult. simpl. rewrite Rmult_1_r.
    apply Rmult_le_compat; auto; apply Rabs_pos. }
  set (a := 1 - gamma * mu) in *. set (b := 1 - gamma * L) in *.
  set (u := (e - mu *: d)%V) in *. set (v := (L *: d - e)%V) in *.
  assert (mixed : norm2 (a *: v + b *: u)%V <= rho ^ 2 * norm2 (u + v)%V).
  { pose proof (Rmult_le_compat_r _ _ _ (norm2_ge0 v) (product a a factor_mu factor_mu)) as square_v.
    pose proof (Rmult_le_compat_r _ _ _ (norm2_ge0 u) (product b b factor_L factor_L)) as square_u.
    pose proof (Rmult_le_compat_r _ _ _ sector (product a b factor_mu factor_L)) as cross. clear - square_u square_v cross.
    expand_inner in *. lra. }
  replace (a *: v + b *: u)%V with ((L - mu) *: (d - gamma *: e))%V in mixed by (unfold a, b, u, v; vector_ring).
  replace (u + v)%V with ((L - mu) *: d)%V in mixed by (unfold u, v; vector_ring).
  destruct (Req_dec mu L) as [mu_eq|mu_neq].
  - assert (linear : e = (L *: d)%V).
    { apply norm2_separates. pose proof (norm2_ge0 (e - L *: d)%V) as square. subst u v mu. clear - sector square. expand_inner in *. lra. }
    rewrite linear. replace (d - gamma *: (L *: d))%V with (b *: d)%V by (unfold b; vector_ring). rewrite norm2_scale.
    apply Rmult_le_compat_r; [apply norm2_ge0|]. now apply product.
  - rewrite !norm2_scale in mixed. assert (square_gt0 : 0 < (L - mu) * (L - mu)) by nra.
    apply (Rmult_le_reg_l _ _ _ square_gt0). lra.
Qed.

(** ‖x(N) - x⋆‖² <= ρ^2N ‖x(0) - x⋆‖² *)
Theorem gradient_descent_strongly_convex mu L gamma f x g xs N :
  smooth L f -> strongly_convex mu f -> 0 < L -> minimizer f xs -> gradient_descent gamma f x g ->
  norm2 (x N - xs)%V <= contraction_factor gamma mu L ^ (2 * N) * norm2 (x O - xs)%V.
Proof.
  intros smooth_f convex_f L_gt0 least steps. destruct (smooth_gradient_exists L f xs smooth_f) as (gs & grad_s).
  rewrite (minimizer_gradient f xs gs least grad_s) in grad_s.
  induction N as [|N IH]; [simpl; lra|]. destruct (steps N) as (grad & ->).
  pose proof (gradient_step_contraction mu L gamma f _ _ _ _ smooth_f convex_f L_gt0 grad grad_s) as step.
  replace (xs - gamma *: vzero)%V with xs in step by vector_ring. apply (Rle_trans _ _ _ step).
  replace (2 * S N)%nat with (2 + 2 * N)%nat by lia. rewrite pow_add, Rmult_assoc. apply Rmult_le_compat_l; [apply pow2_ge_0|exact IH].
Qed.
(** ‖g(N)‖² <= ρ^2N ‖g(0)‖² *)
Theorem gradient_descent_strongly_convex_gradient mu L gamma f x g N :
  smooth L f -> strongly_convex mu f -> 0 < L -> gamma <> 0 -> gradient_descent gamma f x g ->
  norm2 (g N) <= contraction_factor gamma mu L ^ (2 * N) * norm2 (g O).
Proof.
  intros smooth_f convex_f L_gt0 gamma_neq0 steps. induction N as [|N IH]; [simpl; lra|].
  destruct (steps N) as (grad & step). destruct (steps (S N)) as (grad' & _).
  pose proof (gradient_step_contraction mu L gamma f _ _ _ _ smooth_f convex_f L_gt0 grad grad') as contraction.
  rewrite step in contraction.
  replace (x N - gamma *: g N - (x N - gamma *: g N - gamma *: g (S N)))%V with (gamma *: g (S N))%V in contraction by vector_ring.
  replace (x N - (x N - gamma *: g N))%V with (gamma *: g N)%V in contraction by vector_ring. rewrite !norm2_scale in contraction.
  replace (2 * S N)%nat with (2 + 2 * N)%nat by lia. rewrite pow_add, Rmult_assoc.
  apply Rle_trans with (contraction_factor gamma mu L ^ 2 * norm2 (g N)); [|apply Rmult_le_compat_l; [apply pow2_ge_0|exact IH]].
  assert (square_gt0 : 0 < gamma * gamma) by nra. apply (Rmult_le_reg_l _ _ _ square_gt0). lra.
Qed.

Local Lemma interpolation_scaled mu L f (x y g h : E) : smooth L f -> strongly_convex mu f -> mu < L -> 0 < L -> gradient f x g -> gradient f y h ->
  norm2 (g - h)%V + mu * L * norm2 (x - y)%V - 2 * mu * inner (h - g)%V (y - x)%V <= 2 * (L - mu) * (f x - f y - inner h (x - y)%V).
Proof.
  intros smooth_f convex_f mu_lt L_gt0 grad_x grad_y.
  pose proof (smooth_strongly_convex_interpolation mu L f x y g h smooth_f convex_f mu_lt L_gt0 grad_x grad_y) as low.
  apply Rge_le, (Rmult_le_compat_l (2 * (L - mu))) in low; [|lra].
  replace (/ (2 * (1 - mu / L)) * (/ L * norm2 (g - h)%V + mu * norm2 (x - y)%V - 2 * (mu / L) * inner (h - g)%V (y - x)%V)) with
    (/ (2 * (L - mu)) * (norm2 (g - h)%V + mu * L * norm2 (x - y)%V - 2 * mu * inner (h - g)%V (y - x)%V)) in low by (field; lra).
  rewrite Rmult_plus_distr_l, <- Rmult_assoc, Rinv_r, Rmult_1_l in low by lra. lra.
Qed.
Lemma gradient_step_value mu L gamma f (x g h xs : E) :
  smooth L f -> strongly_convex mu f -> 0 <= mu < L -> 0 <= gamma <= 2 / L -> minimizer f xs ->
  gradient f x g -> gradient f (x - gamma *: g)%V h ->
  f (x - gamma *: g)%V - f xs <= contraction_factor gamma mu L ^ 2 * (f x - f xs).
Proof.
  intros smooth_f convex_f (mu_ge0 & mu_lt) (gamma_ge0 & gamma_le) least grad grad'. assert (L_gt0 : 0 < L) by lra.
  destruct (smooth_gradient_exists L f xs smooth_f) as (gs & grad_s). rewrite (minimizer_gradient f xs gs least grad_s) in grad_s.
  set (x' := (x - gamma *: g)%V) in *.
  pose proof (interpolation_scaled mu L f _ _ _ _ smooth_f convex_f mu_lt L_gt0 grad grad') as ahead.
  pose proof (interpolation_scaled mu L f _ _ _ _ smooth_f convex_f mu_lt L_gt0 grad_s grad) as start.
  pose proof (interpolation_scaled mu L f _ _ _ _ smooth_f convex_f mu_lt L_gt0 grad_s grad') as end_.
  apply (Rmult_le_compat_r L) in gamma_le; [|lra]. replace (2 / L * L) with 2 in gamma_le by (field; lra).
  assert (product_ge0 : 0 <= gamma * mu) by (apply Rmult_le_pos; lra).
  assert (value_ge0 : 0 <= f x - f xs) by (apply Rge_le, Rge_minus, Rle_ge, (proj2 least), (gradient_domain f x g grad)).
  enough (exists rho, 0 <= rho <= contraction_factor gamma mu L /\ 2 * (L - mu) * (f x' - f xs) <= 2 * (L - mu) * (rho ^ 2 * (f x - f xs)))
    as (rho & (rho_ge0 & rho_le) & step).
  { apply Rmult_le_reg_l in step; [|lra]. apply (Rle_trans _ _ _ step). apply Rmult_le_compat_r; [exact value_ge0|]. apply pow_incr. lra. }
  destruct (Rle_lt_dec (gamma * (L + mu)) 2) as [short|long].
  - exists (1 - gamma * mu). assert (rho_ge0 : 0 <= 1 - gamma * mu) by nra.
    split; [split; [exact rho_ge0|apply (Rle_trans _ _ _ (Rle_abs _) (Rmax_l _ _))]|].
    apply (Rmult_le_compat_l (1 - gamma * mu)) in ahead; [|exact rho_ge0].
    apply (Rmult_le_compat_l ((1 - gamma * mu) * (gamma * mu))) in start; [|now apply Rmult_le_pos].
    apply (Rmult_le_compat_l (gamma * mu)) in end_; [|exact product_ge0].
    pose proof (norm2_ge0 (h + (L * gamma + gamma * mu - 1) *: g - (L * gamma * mu) *: (x - xs))%V) as square.
    assert (square' : 0 <= L * gamma * (2 - gamma * (L + mu)) * norm2 (g - mu *: (x - xs))%V)
      by (repeat apply Rmult_le_pos; try lra; apply norm2_ge0).
    apply Rminus_le. set (v := f x) in *. set (v' := f x') in *. set (vs := f xs) in *. clearbody v v' vs. subst x'.
    clear - ahead start end_ square square'. expand_inner in *. lra.
  - exists (gamma * L - 1). assert (rho_ge0 : 0 <= gamma * L - 1) by nra.
    split; [split; [exact rho_ge0|]|].
    { apply Rle_trans with (2 := Rmax_r _ _). rewrite Rabs_minus_sym. apply Rle_abs. }
    apply (Rmult_le_compat_l (gamma * L - 1)) in ahead; [|exact rho_ge0].
    apply (Rmult_le_compat_l ((gamma * L - 1) * (2 - gamma * L))) in start; [|apply Rmult_le_pos; lra].
    apply (Rmult_le_compat_l (2 - gamma * L)) in end_; [|lra].
    pose proof (norm2_ge0 (h + g - (L * (2 - L * gamma)) *: (x - xs))%V) as square.
    assert (square' : 0 <= (2 - L * gamma) * (gamma * (L + mu) - 2) * norm2 (g - L *: (x - xs))%V)
      by (repeat apply Rmult_le_pos; try lra; apply norm2_ge0).
    apply Rminus_le. set (v := f x) in *. set (v' := f x') in *. set (vs := f xs) in *. clearbody v v' vs. subst x'.
    clear - ahead start end_ square square'. expand_inner in *. lra.
Qed.
(** f(x(N)) - f(x⋆) <= ρ^2N (f(x(0)) - f(x⋆)) *)
Theorem gradient_descent_strongly_convex_value mu L gamma f x g xs N :
  smooth L f -> strongly_convex mu f -> 0 <= mu < L -> 0 <= gamma <= 2 / L -> minimizer f xs -> gradient_descent gamma f x g ->
  f (x N) - f xs <= contraction_factor gamma mu L ^ (2 * N) * (f (x O) - f xs).
Proof.
  intros smooth_f convex_f mu_in gamma_in least steps. induction N as [|N IH]; [simpl; lra|].
  destruct (steps N) as (grad & step). destruct (steps (S N)) as (grad' & _). rewrite step in *.
  pose proof (gradient_step_value mu L gamma f _ _ _ xs smooth_f convex_f mu_in gamma_in least grad grad') as contraction.
  apply (Rle_trans _ _ _ contraction).
  replace (2 * S N)%nat with (2 + 2 * N)%nat by lia. rewrite pow_add, Rmult_assoc. apply Rmult_le_compat_l; [apply pow2_ge_0|exact IH].
Qed.

(** ** Smooth functions *)

(** the smallest of the first N + 1 gradients *)
Lemma least_exists (a : nat -> R) N : exists k, (k <= N)%nat /\ forall j, (j <= N)%nat -> a k <= a j.
Proof.
  induction N as [|N (k & k_le & least)].
  - exists O. split; [lia|]. intros j j_le. replace j with O by lia. lra.
  - destruct (Rle_lt_dec (a k) (a (S N))) as [le|lt].
    + exists k. split; [lia|]. intros j j_le. destruct (Nat.eq_dec j (S N)) as [->|neq]; [exact le|]. apply least. lia.
    + exists (S N). split; [lia|]. intros j j_le. destruct (Nat.eq_dec j (S N)) as [->|neq]; [lra|].
      apply Rlt_le, (Rlt_le_trans _ _ _ lt), least. lia.
Qed.
(** values that fall by c each time, while the steps are among the first N *)
Local Lemma total_decrease (v : nat -> R) c N : (forall k, (k < N)%nat -> v (S k) <= v k - c) -> v N <= v O - INR N * c.
Proof.
  intro falls. induction N as [|N IH]; [simpl; lra|]. specialize (falls N ltac:(lia)) as last.
  assert (before : v N <= v O - INR N * c) by (apply IH; intros k k_lt; apply falls; lia). rewrite S_INR. lra.
Qed.
(** steps that decrease the value by p‖g(k)‖² + q‖g(k+1)‖² *)
Local Lemma decrease_rate L gamma f x g bound N p q :
  smooth L f -> 0 < L -> 0 <= p -> 0 <= q -> (forall z, bound <= f z) -> gradient_descent gamma f x g ->
  (forall k, f (x (S k)) <= f (x k) - p * norm2 (g k) - q * norm2 (g (S k))) ->
  exists k, (k <= N)%nat /\ norm2 (g k) <= 4 * L * (f (x O) - bound) / (INR N * (4 * L * (p + q)) + 2).
Proof.
  intros smooth_f L_gt0 p_ge0 q_ge0 above steps decrease. destruct (least_exists (fun k => norm2 (g k)) N) as (k & k_le & least).
  exists k. split; [exact k_le|]. cbn beta in least. set (b := norm2 (g k)) in *.
  assert (falls : f (x N) <= f (x O) - INR N * ((p + q) * b)).
  { apply (total_decrease (fun k => f (x k))). intros j j_lt. cbn beta. specialize (decrease j).
    pose proof (Rmult_le_compat_l p _ _ p_ge0 (least j ltac:(lia))) as least_j.
    pose proof (Rmult_le_compat_l q _ _ q_ge0 (least (S j) ltac:(lia))) as least_j'. lra. }
  pose proof (gradient_step_decrease L f (x N) (g N) smooth_f L_gt0 (proj1 (steps N))) as last.
  specialize (above (x N - / L *: g N)%V). specialize (least N (le_n N)).
  assert (c_ge0 : 0 <= INR N * (4 * L * (p + q))) by (repeat apply Rmult_le_pos; try lra; apply pos_INR).
  apply (Rmult_le_compat_l (/ (2 * L))) in least; [|left; apply Rinv_0_lt_compat; lra].
  assert (sum : / (2 * L) * b + INR N * ((p + q) * b) <= f (x O) - bound) by lra.
  apply (Rmult_le_compat_l (4 * L)) in sum; [|lra].
  apply (Rmult_le_reg_r (INR N * (4 * L * (p + q)) + 2)); [lra|].
  replace (4 * L * (f (x O) - bound) / (INR N * (4 * L * (p + q)) + 2) * (INR N * (4 * L * (p + q)) + 2)) with (4 * L * (f (x O) - bound))
    by (field; lra).
  replace (4 * L * (/ (2 * L) * b + INR N * ((p + q) * b))) with (b * (INR N * (4 * L * (p + q)) + 2)) in sum by (field; lra).
  exact sum.
Qed.

(** with a lower bound of f, one of the first N + 1 gradients is small: ‖g(k)‖² <= 4L(f(x(0)) - bound)/(NγL(4 - γL) + 2), for steps up to 1/L *)
Theorem gradient_descent_nonconvex L gamma f x g bound N :
  smooth L f -> 0 < L -> 0 <= gamma <= / L -> (forall z, bound <= f z) -> gradient_descent gamma f x g ->
  exists k, (k <= N)%nat /\ norm2 (g k) <= 4 * L * (f (x O) - bound) / (INR N * (gamma * L * (4 - gamma * L)) + 2).
Proof.
  intros smooth_f L_gt0 (gamma_ge0 & gamma_le) above steps.
  apply (Rmult_le_compat_r L) in gamma_le as product_le; [|lra]. rewrite Rinv_l in product_le by lra.
  replace (gamma * L * (4 - gamma * L)) with (4 * L * (gamma / 4 * (3 - gamma * L) + gamma / 4)) by field.
  apply (decrease_rate L gamma f x g bound N); auto; [apply Rmult_le_pos; lra|lra|]. intro k.
  destruct (steps k) as (grad & step). destruct (steps (S k)) as (grad' & _).
  pose proof (smooth_interpolation L f _ _ _ _ smooth_f L_gt0 grad grad') as low.
  rewrite step in low at 2 3. replace (x k - (x k - gamma *: g k))%V with (gamma *: g k)%V in low by vector_ring.
  replace (/ (4 * L)) with (/ L / 4) in low by (field; lra).
  apply (Rmult_le_compat_r (norm2 (g k - g (S k))%V)) in gamma_le; [|apply norm2_ge0].
  clear - low gamma_le. expand_inner in *. lra.
Qed.
(** the same with NγL(4 - (γL)²) + 2, for steps between 1/L and √3/L *)
Theorem gradient_descent_nonconvex_long L gamma f x g bound N :
  smooth L f -> 0 < L -> / L <= gamma <= sqrt 3 / L -> (forall z, bound <= f z) -> gradient_descent gamma f x g ->
  exists k, (k <= N)%nat /\ norm2 (g k) <= 4 * L * (f (x O) - bound) / (INR N * (gamma * L * (4 - (gamma * L) ^ 2)) + 2).
Proof.
  intros smooth_f L_gt0 (gamma_ge & gamma_le) above steps.
  apply (Rmult_le_compat_r L) in gamma_ge, gamma_le; [|lra|lra].
  rewrite Rinv_l in gamma_ge by lra. replace (sqrt 3 / L * L) with (sqrt 3) in gamma_le by (field; lra).
  set (h := gamma * L) in *. assert (gamma_eq : gamma = h / L) by (unfold h; field; lra). clearbody h.
  assert (h_le : h * h <= 3) by (rewrite <- (sqrt_sqrt 3) by lra; apply Rmult_le_compat; lra).
  assert (r_gt0 : 0 < / L) by now apply Rinv_0_lt_compat.
  replace (h * (4 - h ^ 2)) with (4 * L * (/ L * (h * (3 - h * h)) / 4 + / L * h / 4)) by (field; lra).
  apply (decrease_rate L gamma f x g bound N); auto.
  1: { unfold Rdiv. repeat apply Rmult_le_pos; lra. }
  1: { unfold Rdiv. repeat apply Rmult_le_pos; lra. }
  intro k. destruct (steps k) as (grad & step). destruct (steps (S k)) as (grad' & _).
  pose proof (smooth_interpolation L f _ _ _ _ smooth_f L_gt0 grad grad') as low. rewrite step in low at 2 3.
  pose proof (smooth_interpolation L f _ _ _ _ smooth_f L_gt0 grad' grad) as low'. rewrite step in low' at 2 3.
  replace (x k - (x k - gamma *: g k))%V with (gamma *: g k)%V in low by vector_ring.
  replace (x k - gamma *: g k - x k)%V with (- gamma *: g k)%V in low' by vector_ring.
  rewrite norm2_scale, inner_scale_r in low, low'.
  replace (L / 4 * (gamma * gamma * norm2 (g k))) with (/ L * (h * h) / 4 * norm2 (g k)) in low by (rewrite gamma_eq; field; lra).
  replace (L / 4 * (- gamma * - gamma * norm2 (g k))) with (/ L * (h * h) / 4 * norm2 (g k)) in low' by (rewrite gamma_eq; field; lra).
  replace (/ (4 * L)) with (/ L / 4) in * by (field; lra). rewrite gamma_eq in low, low'.
  apply Rge_le, (Rmult_le_compat_l ((h + 1) / 2)) in low; [|lra]. apply Rge_le, (Rmult_le_compat_l ((h - 1) / 2)) in low'; [|lra].
  clear - low low'. expand_inner in *. lra.
Qed.
(** ‖g(k)‖² <= 2L(f(x(0)) - bound)/(NγL(2 - γL) + 1), for steps up to 2/L *)
Theorem gradient_descent_nonconvex_every L gamma f x g bound N :
  smooth L f -> 0 < L -> 0 <= gamma <= 2 / L -> (forall z, bound <= f z) -> gradient_descent gamma f x g ->
  exists k, (k <= N)%nat /\ norm2 (g k) <= 2 * L * (f (x O) - bound) / (INR N * (gamma * L * (2 - gamma * L)) + 1).
Proof.
  intros smooth_f L_gt0 (gamma_ge0 & gamma_le) above steps.
  apply (Rmult_le_compat_r L) in gamma_le; [|lra]. replace (2 / L * L) with 2 in gamma_le by (field; lra).
  assert (p_ge0 : 0 <= gamma * (1 - L * gamma / 2)) by (apply Rmult_le_pos; lra).
  destruct (decrease_rate L gamma f x g bound N (gamma * (1 - L * gamma / 2)) 0) as (k & k_le & small); auto; [lra| |].
  { intro k. destruct (steps k) as (grad & step). rewrite step.
    pose proof (gradient_step_bound L f (x k) (g k) gamma smooth_f grad) as decrease. lra. }
  exists k. split; [exact k_le|]. apply (Rle_trans _ _ _ small). right.
  assert (part : 0 <= INR N * (gamma * L * (2 - gamma * L))) by (repeat apply Rmult_le_pos; try lra; apply pos_INR).
  field. lra.
Qed.
End GradientDescent.
