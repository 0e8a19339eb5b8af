(** * Gradient descent and single steps, on examples

    What the theorems of GradientDescent.v, Gaps.v and Steps.v say of least squares, of logistic regression, of the cosine, which is smooth and not convex, and of
    the squared norm; and for each kind of step one that is of this kind and one that is not.  The steps exist from every starting point.

    Main definitions: [opposite_labels], [cosine].

    | theorem | example |
    | [gradient_descent_strongly_convex], [gradient_descent_strongly_convex_value], [gradient_descent_strongly_convex_gradient] | [least_squares_gradient_descent] |
    | [gradient_descent_convex_inverse] | [logistic_gradient_descent] |
    | [gradient_descent_gap], [nesterov_gap] | [logistic_gradient_descent_gap], [half_distance_nesterov_gap] |
    | [gradient_descent_nonconvex], [gradient_descent_nonconvex_long] | [cosine_gradient_descent], [cosine_long_steps] |
    | [gradient_descent_nonconvex_every] | [cosine_every_step] |
    | [proximal_steps_rate] | [half_norm2_proximal_steps] |
    | [proximal_gradient_steps_rate] | [norm2_proximal_gradient_steps] |
    | [projected_gradient_steps_rate] | [half_distance_projected_steps] |
    | [line_search_decrease], [line_search_rate] | [half_norm2_line_search], [least_squares_line_search] |
    | [inexact_step_decrease] | [half_norm2_inexact_step] |

    | kind of step | one that is | one that is not |
    | proximal | [half_norm2_proximal_step] | [half_norm2_no_proximal_step] |
    | projection | [ball_projection_step] | [ball_no_projection_step] |
    | line search | [half_norm2_line_search_step] | [half_norm2_no_line_search_step] |
    | inexact gradient | [half_norm2_inexact_gradient] | [half_norm2_no_inexact_gradient] |

    Trust: proved. *)
From Coq Require Import Reals List Lra Lia.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant.Primitives.Optimization Require Import Spaces Convex Smooth Quadratics FiniteSums Losses Examples.
From Warrant.Primitives.Optimization Require Import GradientDescent Sharpness Acceleration Gaps Steps Instantiated.
From Warrant.Primitives.Optimization Require Instances.
Import ListNotations.
Local Open Scope R_scope.

(** ** Least squares *)

Lemma example_minimizer : minimizer (linear_model half_square example_rows) (vec (4 / 3) (7 / 3)).
Proof.
  apply convex_stationary; [exact least_squares_example_convex|]. set (z := vec (4 / 3) (7 / 3)).
  replace (vzero : plane) with (linear_model_gradient (fun t => t) example_rows z); [apply (linear_model_has_gradient 1 _ _ half_square_loss)|].
  apply inner_separates. intros y. rewrite inner_zero_l. unfold linear_model_gradient. rewrite inner_vector_sum.
  unfold add_up, example_rows. cbn [fold_right fst snd]. rewrite !inner_scale_l, !inner_plane. cbn. field.
Qed.
(** on the three rows of Examples.v, with every step below 2/L *)
Theorem least_squares_gradient_descent (x0 : plane) gamma N : 0 < gamma < 2 / 3 ->
  let f := linear_model half_square example_rows in let z := vec (4 / 3) (7 / 3) in let q := contraction_factor gamma 1 3 in
  exists x g, x O = x0 /\ gradient_descent gamma f x g /\ 0 <= q < 1 /\
    norm2 (x N - z)%V <= q ^ (2 * N) * norm2 (x0 - z)%V /\ f (x N) - f z <= q ^ (2 * N) * (f x0 - f z) /\ norm2 (g N) <= q ^ (2 * N) * norm2 (g O).
Proof.
  intros gamma_in f z q. set (G := linear_model_gradient (fun t => t) example_rows).
  assert (grad : forall y, gradient f y (G y)) by (intro y; apply (linear_model_has_gradient 1 _ _ half_square_loss)).
  assert (steps : gradient_descent gamma f (descend G gamma x0) (fun k => G (descend G gamma x0 k))) by now apply descend_correct.
  exists (descend G gamma x0), (fun k => G (descend G gamma x0 k)). split; [reflexivity|]. split; [exact steps|].
  pose proof least_squares_example_smooth as smooth_f. pose proof least_squares_example_strongly_convex as convex_f.
  split; [apply contraction_factor_bound; lra|]. split; [|split].
  - exact (gradient_descent_strongly_convex 1 3 gamma f _ _ z N smooth_f convex_f ltac:(lra) example_minimizer steps).
  - exact (gradient_descent_strongly_convex_value 1 3 gamma f _ _ z N smooth_f convex_f ltac:(lra) ltac:(lra) example_minimizer steps).
  - exact (gradient_descent_strongly_convex_gradient 1 3 gamma f _ _ N smooth_f convex_f ltac:(lra) ltac:(lra) steps).
Qed.

(** an exact line search along the gradient, which ends where the next gradient is orthogonal *)
Lemma quadratic_line_search {E : inner_product_space} mu L (f : function E) : quadratic mu L f -> 0 < mu ->
  exists next, forall x g, gradient f x g -> line_search_step f [g] x (next x).
Proof.
  intros quadratic_f mu_gt0. pose proof (quadratic_strongly_convex mu L f quadratic_f) as convex_f. assert (total_f : total f) by apply quadratic_f.
  destruct (quadratic_gradient mu L f quadratic_f) as (z & Q & linear_Q & _ & spectrum & grad & unique).
  set (t := fun g => - (norm2 g / inner (Q g) g)). exists (fun x => x + t (Q (x - z)%V) *: Q (x - z))%V. intros x g x_g. rewrite <- (unique x g x_g).
  set (y := (x + t g *: g)%V). split; [exists (t g); reflexivity|]. split; [apply total_f|]. intros w (s & ->) _.
  pose proof (gradient_lower mu f (x + s *: g)%V y _ convex_f (grad y) (total_f _)) as lower.
  assert (orthogonal : inner (Q (y - z)%V) g = 0).
  { replace (y - z)%V with (t g *: g + (x - z))%V by (unfold y; vector_ring). rewrite linear_Q, <- (unique x g x_g), inner_add_l, inner_scale_l.
    fold (norm2 g). pose proof (spectrum g) as (below & _). pose proof (norm2_ge0 g) as g_ge0. unfold t.
    destruct (Req_dec (norm2 g) 0) as [-> | nonzero]; [unfold Rdiv; ring|]. assert (0 < inner (Q g) g) by nra. field. lra. }
  replace (x + s *: g - y)%V with ((s - t g) *: g)%V in lower by (unfold y; vector_ring). rewrite inner_scale_r, orthogonal in lower.
  pose proof (norm2_ge0 ((s - t g) *: g)%V). nra.
Qed.
Theorem least_squares_line_search (x0 : plane) N : let f := linear_model half_square example_rows in let z := vec (4 / 3) (7 / 3) in
  exists x g, x O = x0 /\ (forall k, gradient f (x k) (g k) /\ line_search_step f [g k] (x k) (x (S k))) /\ f (x N) - f z <= (1 / 2) ^ (2 * N) * (f x0 - f z).
Proof.
  intros f z. set (G := linear_model_gradient (fun t => t) example_rows).
  assert (grad : forall y, gradient f y (G y)) by (intro y; apply (linear_model_has_gradient 1 _ _ half_square_loss)).
  destruct (quadratic_line_search 1 3 f least_squares_example_quadratic Rlt_0_1) as (next & search).
  set (x := fix x k := match k with O => x0 | S k => next (x k) end).
  assert (steps : forall k, gradient f (x k) (G (x k)) /\ line_search_step f [G (x k)] (x k) (x (S k))) by (intro k; split; [apply grad|apply search, grad]).
  exists x, (fun k => G (x k)). split; [reflexivity|]. split; [exact steps|].
  pose proof (line_search_rate 1 3 f x _ z N least_squares_example_smooth least_squares_example_strongly_convex ltac:(lra) example_minimizer steps) as rate.
  replace ((3 - 1) / (3 + 1)) with (1 / 2) in rate by field. exact rate.
Qed.

(** ** Logistic regression *)

Section Logistic.
Context {E : inner_product_space}.
Implicit Types (a : E).

(** two rows that contradict each other, so that the logistic loss has a minimizer *)
Definition opposite_labels a : list (E * R) := [(a, 0); ((- a)%V, 0)].
Lemma opposite_labels_gradient a : linear_model_gradient sigmoid (opposite_labels a) vzero = vzero.
Proof.
  unfold linear_model_gradient, opposite_labels. cbn. rewrite !inner_zero_r, !Rplus_0_r. vector_ring.
Qed.
Theorem logistic_gradient_descent a (x0 : E) N : 0 < norm2 a -> let f := linear_model logistic (opposite_labels a) in let L := norm2 a / 2 in
  exists x g, x O = x0 /\ gradient_descent (/ L) f x g /\ f (x N) - 2 * ln 2 <= L / (4 * INR N + 2) * norm2 x0.
Proof.
  intros a_gt0 f L. set (G := linear_model_gradient sigmoid (opposite_labels a)).
  assert (grad : forall y, gradient f y (G y)) by (intro y; apply (linear_model_has_gradient (/ 4) _ _ logistic_loss)).
  assert (convex_f : convex f) by exact (linear_model_convex (/ 4) _ _ logistic_loss _).
  assert (smooth_f : smooth L f).
  { pose proof (linear_model_rows_smooth (/ 4) _ _ logistic_loss (opposite_labels a)) as smooth_f. cbn in smooth_f. rewrite norm2_opp in smooth_f.
    replace (/ 4 * (norm2 a + (norm2 a + 0))) with L in smooth_f by (unfold L; field). exact smooth_f. }
  assert (least : minimizer f vzero) by (apply convex_stationary; [exact convex_f|]; rewrite <- (opposite_labels_gradient a) at 2; apply grad).
  assert (steps : gradient_descent (/ L) f (descend G (/ L) x0) (fun k => G (descend G (/ L) x0 k))) by now apply descend_correct.
  exists (descend G (/ L) x0), (fun k => G (descend G (/ L) x0 k)). split; [reflexivity|]. split; [exact steps|].
  pose proof (gradient_descent_convex_inverse L f _ _ vzero N smooth_f convex_f ltac:(unfold L; lra) least steps) as rate.
  replace (f vzero) with (2 * ln 2) in rate.
  - replace (descend G (/ L) x0 O - vzero)%V with x0 in rate by (cbn; vector_ring). exact rate.
  - unfold f. rewrite linear_model_value. cbn. rewrite !inner_zero_r, !Rplus_0_r. unfold logistic. rewrite exp_0. replace (1 + 1) with 2 by ring. ring.
Qed.
End Logistic.

(** with the penalty λ/2 ‖x‖², against every point w *)
Theorem logistic_gradient_descent_gap (x0 w : plane) lambda N : 0 < lambda ->
  let f := regularized lambda (linear_model logistic example_rows) in let L := 3 / 4 + lambda in let r := 1 - / L * lambda in
  exists x g, x O = x0 /\ gradient_descent (/ L) f x g /\ 0 <= r < 1 /\ f (x N) - f w <= (r * r) ^ N * (f x0 - f w).
Proof.
  intros lambda_gt0 f L r. set (G := fun y => (linear_model_gradient sigmoid example_rows y + lambda *: y)%V).
  assert (grad : forall y, gradient f y (G y)).
  { intro y. apply sum_gradient; [apply (linear_model_has_gradient (/ 4) _ _ logistic_loss)|]. apply multiple_gradient, half_norm2_gradient. }
  assert (steps : gradient_descent (/ L) f (descend G (/ L) x0) (fun k => G (descend G (/ L) x0 k))) by now apply descend_correct.
  assert (L_gt0 : 0 < L) by (unfold L; lra). pose proof (Rinv_0_lt_compat L L_gt0) as step_gt0.
  assert (product : L * / L = 1) by (field; lra).
  assert (part : 0 < / L * lambda < 1).
  { split; [now apply Rmult_lt_0_compat|]. apply (Rmult_lt_reg_l L); [exact L_gt0|]. rewrite <- Rmult_assoc, product. unfold L. lra. }
  exists (descend G (/ L) x0), (fun k => G (descend G (/ L) x0 k)). split; [reflexivity|]. split; [exact steps|]. split; [unfold r; lra|].
  assert (smooth_f : smooth L f) by (apply regularized_smooth; [lra|exact logistic_example_smooth]).
  assert (convex_f : strongly_convex lambda f).
  { rewrite <- (Rplus_0_l lambda). apply regularized_strongly_convex; [lra|exact logistic_example_convex]. }
  assert (factor : shrinks lambda L (/ L) (r * r)) by (right; split; [lra|]; split; [unfold L; lra|reflexivity]).
  exact (gradient_descent_gap lambda L (/ L) (r * r) f (descend G (/ L) x0) _ w N smooth_f convex_f ltac:(lra) ltac:(lra) (Rle_0_sqr r) factor steps).
Qed.

(** ** Nesterov's method against every point, on ½‖x - a‖² *)

Theorem half_distance_nesterov_gap {E : inner_product_space} (a w : E) N : let q := / 2 in
  exists x y g, x O = vzero /\ nesterov (/ 4) (fun _ => (1 - q) / (1 + q)) (half_distance a) x y g /\
    half_distance a (x N) - half_distance a w <= (1 - q) ^ N * (4 * half_distance a vzero).
Proof.
  intro q. pose proof (half_distance_run_steps (/ 4) (fun _ => (1 - q) / (1 + q)) a vzero) as steps. cbn zeta in steps.
  do 3 eexists. split; [|split; [exact steps|]]; [reflexivity|].
  assert (smooth_f : smooth 4 (half_distance a)) by (apply smooth_mono with 1; [lra|apply half_distance_smooth]).
  assert (f_ge0 : forall v, 0 <= half_distance a v) by (intro v; pose proof (norm2_ge0 (v - a)%V); cbn; lra).
  exact (nesterov_gap 1 4 (/ 4) q _ _ _ _ w N smooth_f (half_distance_convex a) f_ge0 ltac:(lra) ltac:(lra) ltac:(unfold q; lra) ltac:(unfold q; lra) steps eq_refl).
Qed.

(** ** The cosine *)

Definition cosine : function Instances.line := everywhere (E := Instances.line) cos.
Local Definition slope (t : R) : R := - sin t.

Lemma sin_lipschitz s t : Rabs (sin s - sin t) <= Rabs (s - t).
Proof.
  destruct (MVT_abs sin cos t s (fun c _ => derivable_pt_lim_sin c)) as (c & -> & _).
  pose proof (COS_bound c) as bound. pose proof (Rabs_pos (s - t)). assert (Rabs (cos c) <= 1) by (apply Rabs_le; lra). nra.
Qed.
Lemma cosine_gradient (t : R) : gradient cosine t (slope t).
Proof.
  apply (tangent_gradient (E := Instances.line) 1). intro s. split; [exact I|]. unfold slope. cbn in s |- *.
  assert (derivative : forall c, Rmin t s <= c <= Rmax t s -> derivable_pt_lim (fun c => cos c + sin t * c) c (- sin c + sin t * 1)).
  { intros c _. apply (derivable_pt_lim_plus cos (fun c => sin t * c)); [apply derivable_pt_lim_cos|]. apply (derivable_pt_lim_scal id), derivable_pt_lim_id. }
  destruct (MVT_abs _ _ t s derivative) as (c & mean & between).
  replace (cos s - cos t - - sin t * (s + -1 * t)) with (cos s + sin t * s - (cos t + sin t * t)) by ring. rewrite mean.
  replace (- sin c + sin t * 1) with (sin t - sin c) by ring. pose proof (sin_lipschitz t c) as close.
  assert (near : Rabs (t - c) <= Rabs (s - t)).
  { revert between. unfold Rmin, Rmax. destruct Rle_dec; intros between; unfold Rabs; repeat destruct Rcase_abs; lra. }
  unfold norm2. cbn. replace (1 * ((s + -1 * t) * (s + -1 * t))) with (Rabs (s - t) * Rabs (s - t)).
  - apply Rmult_le_compat_r; [apply Rabs_pos|]. lra.
  - rewrite <- Rabs_mult, Rabs_pos_eq by apply Rle_0_sqr. ring.
Qed.
Lemma norm_line (t : Instances.line) : norm t = Rabs t.
Proof. unfold norm, norm2. cbn. apply sqrt_Rsqr_abs. Qed.
Lemma cosine_smooth : smooth 1 cosine.
Proof.
  exists slope. split; [exact cosine_gradient|]. intros s t. rewrite !norm_line, Rmult_1_l. unfold slope. cbn in s, t |- *.
  replace (- sin s + -1 * - sin t) with (- (sin s - sin t)) by ring. replace (s + -1 * t) with (s - t) by ring. rewrite Rabs_Ropp. apply sin_lipschitz.
Qed.
Lemma cosine_not_convex : ~ convex cosine.
Proof.
  intros convex_cos. destruct (convex_cos PI (- PI) (/ 2) I I ltac:(lra)) as (_ & below). cbn in below.
  replace (/ 2 * PI + (1 - / 2) * - PI) with 0 in below by field. rewrite cos_neg, cos_0, cos_PI in below. lra.
Qed.
Lemma cosine_above (t : Instances.line) : -1 <= cosine t.
Proof. apply COS_bound. Qed.

Local Notation run := (descend (E := Instances.line) slope).
Local Lemma cosine_steps gamma (x0 : R) : gradient_descent gamma cosine (run gamma x0) (fun k => slope (run gamma x0 k)).
Proof. exact (descend_correct (E := Instances.line) slope gamma x0 cosine cosine_gradient). Qed.
Local Lemma norm2_slope t : norm2 (slope t : Instances.line) = sin t * sin t.
Proof. unfold norm2, slope. cbn. ring. Qed.
Theorem cosine_gradient_descent (x0 : R) N :
  exists x g, x O = x0 /\ gradient_descent 1 cosine x g /\ exists k, (k <= N)%nat /\ sin (x k) * sin (x k) <= 4 * (cos x0 + 1) / (3 * INR N + 2).
Proof.
  do 2 eexists. split; [|split; [apply cosine_steps|]]; [reflexivity|].
  destruct (gradient_descent_nonconvex 1 1 cosine _ _ (-1) N cosine_smooth Rlt_0_1 ltac:(lra) cosine_above (cosine_steps 1 x0)) as (k & k_le & small).
  exists k. split; [exact k_le|]. rewrite norm2_slope in small. cbn - [INR descend] in small. cbn [descend] in small.
  replace (4 * 1 * (cos x0 - -1) / (INR N * (1 * 1 * (4 - 1 * 1)) + 2)) with (4 * (cos x0 + 1) / (3 * INR N + 2)) in small; [exact small|].
  pose proof (pos_INR N). field. lra.
Qed.
Theorem cosine_long_steps (x0 : R) N :
  exists x g, x O = x0 /\ gradient_descent (3 / 2) cosine x g /\ exists k, (k <= N)%nat /\ sin (x k) * sin (x k) <= 32 * (cos x0 + 1) / (21 * INR N + 16).
Proof.
  do 2 eexists. split; [|split; [apply cosine_steps|]]; [reflexivity|].
  assert (root : 3 / 2 <= sqrt 3) by (rewrite <- (sqrt_square (3 / 2)) by lra; apply sqrt_le_1_alt; lra).
  destruct (gradient_descent_nonconvex_long 1 (3 / 2) cosine _ _ (-1) N cosine_smooth Rlt_0_1 ltac:(lra) cosine_above (cosine_steps (3 / 2) x0)) as (k & k_le & small).
  exists k. split; [exact k_le|]. rewrite norm2_slope in small. cbn - [INR descend pow] in small. cbn [descend] in small.
  replace (4 * 1 * (cos x0 - -1) / (INR N * (3 / 2 * 1 * (4 - (3 / 2 * 1) ^ 2)) + 2)) with (32 * (cos x0 + 1) / (21 * INR N + 16)) in small; [exact small|].
  pose proof (pos_INR N). field. lra.
Qed.
Theorem cosine_every_step (x0 : R) N :
  exists x g, x O = x0 /\ gradient_descent (19 / 10) cosine x g /\ exists k, (k <= N)%nat /\ sin (x k) * sin (x k) <= 200 * (cos x0 + 1) / (19 * INR N + 100).
Proof.
  do 2 eexists. split; [|split; [apply cosine_steps|]]; [reflexivity|].
  destruct (gradient_descent_nonconvex_every 1 (19 / 10) cosine _ _ (-1) N cosine_smooth Rlt_0_1 ltac:(lra) cosine_above (cosine_steps (19 / 10) x0)) as (k & k_le & small).
  exists k. split; [exact k_le|]. rewrite norm2_slope in small. cbn - [INR descend] in small. cbn [descend] in small.
  replace (2 * 1 * (cos x0 - -1) / (INR N * (19 / 10 * 1 * (2 - 19 / 10 * 1)) + 1)) with (200 * (cos x0 + 1) / (19 * INR N + 100)) in small; [exact small|].
  pose proof (pos_INR N). field. lra.
Qed.

(** ** Single steps *)

Section Steps.
Context {E : inner_product_space}.
Implicit Types (a x y : E).
Local Notation half_norm2 := (@half_norm2 E).
Local Lemma half_convex : convex half_norm2.
Proof. apply (strongly_convex_convex 1); [lra|exact half_norm2_strongly_convex]. Qed.

Lemma half_norm2_proximal_step gamma x : 0 < gamma -> proximal_step gamma half_norm2 x (/ (1 + gamma) *: x)%V.
Proof.
  intro gamma_gt0. apply proximal_step_subgradient; [exact half_convex|exact gamma_gt0|].
  replace (/ gamma *: (x - / (1 + gamma) *: x))%V with (/ (1 + gamma) *: x)%V by (vector_coefficients; field; lra).
  apply gradient_subgradient; [exact half_convex|apply half_norm2_gradient].
Qed.
Lemma half_norm2_no_proximal_step gamma a : 0 < norm2 a -> 0 < gamma -> ~ proximal_step gamma half_norm2 a a.
Proof.
  intros a_gt0 gamma_gt0 stays. pose proof (proximal_step_unique gamma _ _ _ _ half_convex gamma_gt0 stays (half_norm2_proximal_step gamma a gamma_gt0)) as same.
  assert (shorter : norm2 a = / (1 + gamma) * / (1 + gamma) * norm2 a) by (rewrite same at 1; apply norm2_scale).
  assert (part : / (1 + gamma) < 1) by (rewrite <- Rinv_1; apply Rinv_lt_contravar; lra).
  assert (part_gt0 : 0 < / (1 + gamma)) by (apply Rinv_0_lt_compat; lra). assert (square : / (1 + gamma) * / (1 + gamma) < 1) by nra. nra.
Qed.
Theorem half_norm2_proximal_steps gamma (x0 : E) N : 0 < gamma -> (0 < N)%nat ->
  exists x : nat -> E, x O = x0 /\ (forall k, proximal_step gamma half_norm2 (x k) (x (S k))) /\ / 2 * norm2 (x N) <= norm2 x0 / (4 * gamma * INR N).
Proof.
  intros gamma_gt0 n_gt0. set (x := fix x k := match k with O => x0 | S k => (/ (1 + gamma) *: x k)%V end). exists x. split; [reflexivity|].
  assert (steps : forall k, proximal_step gamma half_norm2 (x k) (x (S k))) by (intro k; now apply half_norm2_proximal_step).
  split; [exact steps|]. pose proof (proximal_steps_rate gamma half_norm2 x vzero N half_convex gamma_gt0 steps I n_gt0) as rate.
  cbn - [x INR] in rate. rewrite norm2_zero in rate. replace (x O - vzero)%V with x0 in rate by (cbn; vector_ring). lra.
Qed.

(** ‖x‖² as ½‖x‖² + ½‖x‖² *)
Theorem norm2_proximal_gradient_steps (x0 : E) N : (0 < N)%nat ->
  exists x : nat -> E, x O = x0 /\ (forall k, proximal_step (/ 2) half_norm2 (x k - / 2 *: x k)%V (x (S k))) /\ norm2 (x N) <= 2 / (4 * INR N) * norm2 x0.
Proof.
  intros n_gt0. set (x := fix x k := match k with O => x0 | S k => (/ 3 *: x k)%V end). exists x. split; [reflexivity|].
  assert (steps : forall k, proximal_step (/ 2) half_norm2 (x k - / 2 *: x k)%V (x (S k))).
  { intro k. replace (x (S k)) with (/ (1 + / 2) *: (x k - / 2 *: x k))%V; [apply half_norm2_proximal_step; lra|].
    change (x (S k)) with (/ 3 *: x k)%V. vector_coefficients. field. }
  split; [exact steps|]. assert (smooth_f : smooth 2 half_norm2) by (apply smooth_mono with 1; [lra|exact half_norm2_smooth]).
  pose proof (proximal_gradient_steps_rate 2 half_norm2 half_norm2 x x vzero N smooth_f half_convex half_convex Rlt_0_2
    (fun k => conj (half_norm2_gradient (x k)) (steps k)) I n_gt0) as rate.
  cbn - [x INR] in rate. rewrite norm2_zero in rate. replace (x O - vzero)%V with x0 in rate by (cbn; vector_ring). lra.
Qed.

Lemma ball_projection_step r y : 0 < r -> projection_step (fun c => norm c <= r) y (project r y).
Proof. intro r_gt0. apply (projection_step_subgradient (ball_indicator r)); [apply ball_indicator_indicator|now apply project_correct]. Qed.
(** zero is not nearest to another point of the ball *)
Lemma ball_no_projection_step r a : 0 < norm2 a -> norm a <= r -> ~ projection_step (fun c => norm c <= r) a vzero.
Proof.
  intros a_gt0 inside (_ & nearest). specialize (nearest a inside). replace (a - a)%V with (@vzero E) in nearest by vector_ring.
  rewrite norm_zero, norm_sub_comm in nearest. replace (a - vzero)%V with a in nearest by vector_ring. pose proof (sqrt_lt_R0 _ a_gt0 : 0 < norm a). lra.
Qed.
Theorem half_distance_projected_steps a (x0 : E) r z N : 0 < r -> norm z <= r -> (0 < N)%nat ->
  exists x : nat -> E, x O = x0 /\ (forall k, projection_step (fun c => norm c <= r) (x k - / 1 *: (x k - a))%V (x (S k))) /\
    half_distance a (x N) - half_distance a z <= 1 / (4 * INR N) * norm2 (x0 - z)%V.
Proof.
  intros r_gt0 there n_gt0. set (x := fix x k := match k with O => x0 | S k => project r (x k - / 1 *: (x k - a))%V end). exists x. split; [reflexivity|].
  assert (steps : forall k, projection_step (fun c => norm c <= r) (x k - / 1 *: (x k - a))%V (x (S k))) by (intro k; now apply ball_projection_step).
  split; [exact steps|].
  apply (projected_gradient_steps_rate 1 (half_distance a) (ball_indicator r) x (fun k => x k - a)%V z N); auto; try lra.
  - apply half_distance_smooth.
  - apply (strongly_convex_convex 1); [lra|apply half_distance_convex].
  - apply ball_indicator_indicator.
  - intro k. split; [apply half_distance_gradient|apply steps].
Qed.

Lemma half_norm2_line_search_step x : line_search_step half_norm2 [x] x vzero.
Proof.
  split; [|split; [exact I|]].
  - exists (-1). cbn. vector_ring.
  - intros z _ _. cbn. rewrite norm2_zero. pose proof (norm2_ge0 z). lra.
Qed.
Lemma half_norm2_no_line_search_step a : 0 < norm2 a -> ~ line_search_step half_norm2 [a] a a.
Proof.
  intros a_gt0 search. destruct (line_search_orthogonal _ _ _ _ a search (half_norm2_gradient a)) as (orthogonal & _).
  pose proof (orthogonal a (or_introl eq_refl)) as zero. unfold norm2 in a_gt0. lra.
Qed.
Theorem half_norm2_line_search x : exists y, line_search_step half_norm2 [x] x y /\ half_norm2 y <= half_norm2 x - norm2 x / (2 * 1).
Proof.
  exists vzero. split; [apply half_norm2_line_search_step|].
  exact (line_search_decrease 1 half_norm2 x vzero x half_norm2_smooth Rlt_0_1 (half_norm2_gradient x) (half_norm2_line_search_step x)).
Qed.

Lemma half_norm2_inexact_gradient x : relatively_inexact_gradient (/ 2) half_norm2 x (/ 2 *: x)%V /\ inexact_gradient (/ 2 * norm x) half_norm2 x (/ 2 *: x)%V.
Proof.
  assert (close : norm (/ 2 *: x - x)%V <= / 2 * norm x).
  { replace (/ 2 *: x - x)%V with ((- / 2) *: x)%V by (vector_coefficients; field). rewrite norm_scale, Rabs_left by lra. lra. }
  split; exists x; (split; [apply half_norm2_gradient|exact close]).
Qed.
Theorem half_norm2_inexact_step x : half_norm2 (x - / 1 *: (/ 2 *: x))%V <= half_norm2 x - (1 - (/ 2) ^ 2) / (2 * 1) * norm2 x.
Proof.
  apply inexact_step_decrease; [exact half_norm2_smooth|lra|lra|apply half_norm2_inexact_gradient|apply half_norm2_gradient].
Qed.
Lemma half_norm2_no_inexact_gradient a eps : 0 < norm2 a -> eps < 2 -> ~ relatively_inexact_gradient eps half_norm2 a (- a)%V.
Proof.
  intros a_gt0 eps_lt (g & grad & close). rewrite (half_norm2_gradient_unique a g grad) in close.
  replace (- a - a)%V with ((- 2) *: a)%V in close by vector_ring. rewrite norm_scale, Rabs_left in close by lra.
  pose proof (sqrt_lt_R0 _ a_gt0 : 0 < norm a). nra.
Qed.
End Steps.
