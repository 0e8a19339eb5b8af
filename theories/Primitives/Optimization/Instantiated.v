(** * The rates, on examples

    For each method a function to which its theorem applies, steps that exist from every starting point, and what the theorem then says: none of the theorems
    below is vacuous.

    Main definitions: [half_distance], [direction], [project].

    | theorem | example |
    | [lipschitz_subgradient_method_rate] | [norm_subgradient_method] |
    | [projected_subgradient_method_average_rate] | [norm_projected_subgradient_method] |
    | [strongly_convex_subgradient_method_average] | [half_norm2_projected_subgradient_method] |
    | [proximal_point_constant], [proximal_point_residual] | [half_norm2_proximal_point] |
    | [resolvent_residual], [resolvent_contraction] | [identity_resolvent] |
    | [proximal_gradient_inverse], [proximal_gradient_strongly_convex] | [norm2_proximal_gradient] |
    | [projected_gradient_inverse] | [half_distance_projected_gradient] |
    | [fista_rate], [linear_fista_rate], [accelerated_strongly_convex] | [norm2_fista], [norm2_linear_fista], [norm2_accelerated] |
    | [nesterov_rate], [nesterov_strongly_convex] | [half_distance_nesterov], [norm2_nesterov] |
    | [frank_wolfe_rate] | [half_distance_frank_wolfe] |
    | [finite_mean_subgradient_average] | [mean_of_norms_stochastic] |
    | [stochastic_gradient_variance], [stochastic_gradient_finite_mean] | [data_mean_variance], [data_mean_stochastic] |
    | [coordinate_descent_convex], [coordinate_descent_strongly_convex] | [half_norm2_coordinate_descent] |
    | [decomposition_orthogonal] | [part_decomposition], [whole_no_decomposition] |
    | [linear_span_bound], [adjoint_span_bound] | [move_linear], [move_adjoint], [move_bound] |

    Trust: proved. *)
From Coq Require Import Reals List Lra Lia.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant.Primitives.Optimization Require Import Spaces Convex Smooth Quadratics FiniteSums Losses Examples Averages Expectations.
From Warrant.Primitives.Optimization Require Import SubgradientMethod ProximalPoint ProximalGradient Acceleration FrankWolfe StochasticGradient Blocks CoordinateDescent.
From Warrant.Primitives.Optimization Require Instances.
Import ListNotations.
Local Open Scope R_scope.

Section Examples.
Context {E : inner_product_space}.
Implicit Types (a z : E).
Local Notation half_norm2 := (@half_norm2 E).
Local Notation norm_function := (@norm_function E).

(** ** Functions and projections *)

(** ½‖x - a‖² *)
Definition half_distance a : function E := everywhere (fun x => / 2 * norm2 (x - a)%V).
Lemma half_distance_quadratic a : quadratic 1 1 (half_distance a).
Proof.
  split; [now intros x|]. exists a, (fun x => x). repeat split; unfold norm2; try lra. intro x. cbn.
  replace (a - a)%V with (@vzero E) by vector_ring. unfold norm2. rewrite inner_zero_l. ring.
Qed.
Lemma half_distance_convex a : strongly_convex 1 (half_distance a).
Proof. apply quadratic_strongly_convex with 1. apply half_distance_quadratic. Qed.
Lemma half_distance_smooth a : smooth 1 (half_distance a).
Proof. apply quadratic_smooth with 1; [lra|lra|apply half_distance_quadratic]. Qed.
Lemma half_distance_gradient a y : gradient (half_distance a) y (y - a)%V.
Proof.
  apply (tangent_gradient (/ 2)). intro w. split; [exact I|]. cbn.
  replace (/ 2 * norm2 (w - a)%V - / 2 * norm2 (y - a)%V - inner (y - a)%V (w - y)%V) with (/ 2 * norm2 (w - y)%V) by (expand_inner; field).
  rewrite Rabs_pos_eq; [lra|]. pose proof (norm2_ge0 (w - y)%V). lra.
Qed.
Local Lemma half_convex : convex half_norm2.
Proof. apply (strongly_convex_convex 1); [lra|exact half_norm2_strongly_convex]. Qed.

(** the vector of norm 1 that points to y, or zero: a subgradient of the norm *)
Definition direction (y : E) : E := if Req_dec_T (norm y) 0 then vzero else (/ norm y *: y)%V.
Lemma direction_inner (y : E) : inner (direction y) y = norm y.
Proof.
  unfold direction. destruct Req_dec_T as [null|nonzero]; [now rewrite null, inner_zero_l|].
  rewrite inner_scale_l. fold (norm2 y). rewrite norm2_norm. now field.
Qed.
Lemma direction_norm (y : E) : norm (direction y) <= 1.
Proof.
  unfold direction. destruct Req_dec_T as [null|nonzero]; [rewrite norm_zero; lra|]. pose proof (norm_ge0 y) as y_ge0.
  rewrite norm_scale, Rabs_pos_eq by (left; apply Rinv_0_lt_compat; lra). rewrite Rinv_l; lra.
Qed.
Lemma direction_bound (y : E) z : Rabs (inner (direction y) z) <= norm z.
Proof.
  apply (Rle_trans _ _ _ (cauchy_schwarz _ _)). pose proof (direction_norm y) as short. pose proof (norm_ge0 z) as z_ge0.
  apply (Rmult_le_compat_r _ _ _ z_ge0) in short. lra.
Qed.
Lemma norm_subgradient (y : E) : subgradient norm_function y (direction y).
Proof.
  split; [exact I|]. intros z _. cbn. rewrite inner_sub_r, direction_inner. pose proof (Rle_abs (inner (direction y) z)) as le.
  pose proof (direction_bound y z). lra.
Qed.

(** onto the ball of radius r around zero *)
Definition project (r : R) (y : E) : E := ((r / Rmax r (norm y)) *: y)%V.
Lemma project_correct r (y : E) : 0 < r -> subgradient (ball_indicator r) (project r y) (y - project r y)%V.
Proof.
  intro r_gt0. unfold project. pose proof (norm_ge0 y) as y_ge0. destruct (Rle_dec (norm y) r) as [inside|outside].
  - rewrite Rmax_left by exact inside. unfold Rdiv. rewrite Rinv_r, vscale_one by lra. split; [exact inside|]. intros z _. cbn.
    replace (y - y)%V with (@vzero E) by vector_ring. rewrite inner_zero_l. lra.
  - rewrite Rmax_right by lra. set (n := norm y) in *. assert (ratio : 0 < r / n <= 1).
    { split; [apply Rdiv_lt_0_compat; lra|]. apply (Rmult_le_reg_r n); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
    assert (edge : r / n * n = r) by (field; lra). set (q := r / n) in *. split.
    + cbn. rewrite norm_scale, Rabs_pos_eq by lra. fold n. lra.
    + intros z short. cbn in short |- *. pose proof (inner_bound y z) as (_ & above). fold n in above.
      assert (product : inner y z <= n * r) by (apply (Rle_trans _ _ _ above); apply Rmult_le_compat_l; lra).
      assert (square : inner y y = n * n) by apply norm2_norm.
      replace (y - q *: y)%V with ((1 - q) *: y)%V by vector_ring. rewrite inner_scale_l, inner_sub_r, inner_scale_r, square.
      replace (q * (n * n)) with (n * r) by (rewrite <- edge; ring).
      assert (part : 0 <= (1 - q) * (n * r - inner y z)) by (apply Rmult_le_pos; lra). lra.
Qed.

(** ** The subgradient method *)

Theorem norm_subgradient_method (x0 : E) r N : 0 < r -> norm x0 <= r ->
  exists x g, x O = x0 /\ subgradient_method (fun _ => r / (1 * sqrt (INR (S N)))) norm_function x g /\
    exists k, (k <= N)%nat /\ norm (x k) <= r / sqrt (INR (S N)).
Proof.
  intros r_gt0 close. set (gamma := r / (1 * sqrt (INR (S N)))).
  set (x := fix x k := match k with O => x0 | S k => (x k - gamma *: direction (x k))%V end).
  exists x, (fun k => direction (x k)). split; [reflexivity|].
  assert (steps : subgradient_method (fun _ => gamma) norm_function x (fun k => direction (x k))).
  { intro k. split; [apply norm_subgradient|reflexivity]. }
  split; [exact steps|].
  destruct (lipschitz_subgradient_method_rate 1 r norm_function x (fun k => direction (x k)) vzero N norm_lipschitz Rlt_0_1 r_gt0) as (k & k_le & low); [|exact steps|].
  - replace (x O - vzero)%V with x0 by (cbn; vector_ring). exact close.
  - exists k. split; [exact k_le|]. cbn - [sqrt INR] in low. rewrite norm_zero in low. unfold Rdiv in *. lra.
Qed.
(** on the ball of radius r *)
Theorem norm_projected_subgradient_method (x0 : E) r N : 0 < r -> norm x0 <= r ->
  exists x g, x O = x0 /\ projected_subgradient_method (fun _ => r / (1 * sqrt (INR (S N)))) norm_function (ball_indicator r) x g /\
    norm (average (fun _ => r / (1 * sqrt (INR (S N)))) x (S N)) <= r / sqrt (INR (S N)).
Proof.
  intros r_gt0 close. set (gamma := r / (1 * sqrt (INR (S N)))).
  set (x := fix x k := match k with O => x0 | S k => project r (x k - gamma *: direction (x k))%V end).
  exists x, (fun k => direction (x k)). split; [reflexivity|].
  assert (steps : projected_subgradient_method (fun _ => gamma) norm_function (ball_indicator r) x (fun k => direction (x k))).
  { intro k. split; [apply norm_subgradient|now apply project_correct]. }
  split; [exact steps|]. assert (center : norm (@vzero E) <= r) by (rewrite norm_zero; lra).
  pose proof (projected_subgradient_method_average_rate 1 gamma r norm_function (ball_indicator r) x (fun k => direction (x k)) vzero N (ball_indicator_indicator r) I center) as rate.
  cbn - [sqrt INR average] in rate. rewrite norm_zero in rate.
  enough (norm (average (fun _ => gamma) x (S N)) - 0 <= 1 * r / sqrt (INR (S N))) by (unfold Rdiv in *; lra).
  apply rate; [|lra|exact r_gt0| |exact norm_convex|reflexivity|exact steps].
  - intros k _. pose proof (direction_norm (x k)) as short. apply norm2_bound in short. lra.
  - replace (x0 - vzero)%V with x0 by vector_ring. exact close.
Qed.

Theorem half_norm2_projected_subgradient_method (x0 : E) r N : 0 < r -> norm x0 <= r ->
  exists x g, x O = x0 /\ projected_subgradient_method (fun k => 2 / (1 * (INR k + 2))) half_norm2 (ball_indicator r) x g /\
    / 2 * norm2 (average (fun k => INR k + 1) x (S N)) <= 2 * r ^ 2 / (1 * (INR N + 2)).
Proof.
  intros r_gt0 close.
  set (x := fix x k := match k with O => x0 | S k => project r (x k - (2 / (1 * (INR k + 2))) *: x k)%V end). exists x, x. split; [reflexivity|].
  assert (steps : projected_subgradient_method (fun k => 2 / (1 * (INR k + 2))) half_norm2 (ball_indicator r) x x).
  { intro k. split; [apply gradient_subgradient; [exact half_convex|apply half_norm2_gradient]|now apply project_correct]. }
  split; [exact steps|]. assert (center : norm (@vzero E) <= r) by (rewrite norm_zero; lra).
  assert (short : forall k, (k <= N)%nat -> norm2 (x k) <= r ^ 2).
  { intros k _. simpl. rewrite Rmult_1_r. apply norm2_bound. destruct k as [|k]; [exact close|]. exact (subgradient_domain _ _ _ (proj2 (steps k))). }
  pose proof (strongly_convex_subgradient_method_average r 1 half_norm2 (ball_indicator r) x x vzero N (ball_indicator_indicator r)
    half_norm2_strongly_convex Rlt_0_1 I center steps short) as rate.
  cbn - [INR average x pow] in rate. rewrite norm2_zero in rate. lra.
Qed.

(** ** Proximal points *)

Theorem half_norm2_proximal_point gamma (x0 : E) N : 0 < gamma -> (0 < N)%nat ->
  exists x g, x O = x0 /\ proximal_point (fun _ => gamma) half_norm2 x g /\ / 2 * norm2 (x N) <= norm2 x0 / (4 * gamma * INR N) /\
    norm2 (g N) <= norm2 x0 / (gamma * INR N) ^ 2.
Proof.
  intros gamma_gt0 n_gt0. set (x := fix x k := match k with O => x0 | S k => (/ (1 + gamma) *: x k)%V end). exists x, x. split; [reflexivity|].
  assert (steps : proximal_point (fun _ => gamma) half_norm2 x x).
  { intro k. split; [apply gradient_subgradient; [exact half_convex|apply half_norm2_gradient]|]. cbn. vector_coefficients. field. lra. }
  split; [exact steps|]. pose proof (proximal_point_constant gamma half_norm2 x x vzero N gamma_gt0 steps I n_gt0) as rate.
  pose proof (proximal_point_residual gamma half_norm2 x x vzero N gamma_gt0 steps zero_minimizer n_gt0) as residual.
  assert (start : (x O - vzero)%V = x0) by (cbn; vector_ring). rewrite start in rate, residual. split; [|exact residual].
  cbn - [x INR] in rate. rewrite norm2_zero in rate. lra.
Qed.
Theorem identity_resolvent gamma (x0 : E) N : 0 < gamma -> (0 < N)%nat ->
  exists x u, x O = x0 /\ resolvent_steps gamma identity x u /\ norm2 (u N) <= norm2 x0 / (gamma ^ 2 * INR N) /\
    norm2 (x N) <= (/ (1 + gamma * 1)) ^ (2 * N) * norm2 x0.
Proof.
  intros gamma_gt0 n_gt0. set (x := fix x k := match k with O => x0 | S k => (/ (1 + gamma) *: x k)%V end). exists x, x. split; [reflexivity|].
  assert (steps : resolvent_steps gamma identity x x).
  { intro k. split; [reflexivity|]. cbn. vector_coefficients. field. lra. }
  split; [exact steps|].
  assert (order : monotone (@identity E)).
  { intros y u z v -> ->. pose proof (norm2_ge0 (y - z)%V). unfold norm2 in *. lra. }
  pose proof (resolvent_residual gamma identity x x vzero N order gamma_gt0 steps eq_refl n_gt0) as rate.
  pose proof (resolvent_contraction 1 gamma identity x x vzero N identity_strongly_monotone Rle_0_1 gamma_gt0 steps eq_refl) as closer.
  assert (start : (x O - vzero)%V = x0) by (cbn; vector_ring). rewrite start in rate, closer.
  replace (x N - vzero)%V with (x N) in closer by vector_ring. now split.
Qed.

(** ** Proximal gradient: ‖x‖² as ½‖x‖² + ½‖x‖², and ½‖x - a‖² on a ball *)

Theorem norm2_proximal_gradient (x0 : E) N : (0 < N)%nat ->
  exists x g s, x O = x0 /\ proximal_gradient (/ 2) half_norm2 half_norm2 x g s /\
    norm2 (x N) <= 2 / (4 * INR N) * norm2 x0 /\ norm2 (x N) <= (1 - / 2 * 1) ^ N * norm2 x0.
Proof.
  intro n_gt0. set (x := fix x k := match k with O => x0 | S k => (/ 3 *: x k)%V end). exists x, x, (fun k => x (S k)). split; [reflexivity|].
  assert (steps : proximal_gradient (/ 2) half_norm2 half_norm2 x x (fun k => x (S k))).
  { intro k. split; [apply half_norm2_gradient|]. split; [apply gradient_subgradient; [exact half_convex|apply half_norm2_gradient]|].
    cbn. vector_coefficients. field. }
  assert (smooth_f : smooth 2 half_norm2) by (apply smooth_mono with 1; [lra|exact half_norm2_smooth]).
  assert (start : (x O - vzero)%V = x0) by (cbn; vector_ring). split; [exact steps|]. split.
  - pose proof (proximal_gradient_inverse 2 half_norm2 half_norm2 x x _ vzero N smooth_f half_convex Rlt_0_2 steps I n_gt0) as rate.
    rewrite start in rate. cbn - [x INR] in rate. rewrite norm2_zero in rate. lra.
  - assert (least : minimizer (sum half_norm2 half_norm2) vzero).
    { split; [split; exact I|]. intros y _. cbn. rewrite norm2_zero. pose proof (norm2_ge0 y). lra. }
    pose proof (proximal_gradient_strongly_convex 1 2 (/ 2) half_norm2 half_norm2 x x _ smooth_f ltac:(lra) ltac:(lra) steps vzero N
      half_norm2_strongly_convex ltac:(lra) least) as rate.
    rewrite start in rate. replace (x N - vzero)%V with (x N) in rate by vector_ring. exact rate.
Qed.
Theorem half_distance_projected_gradient a (x0 : E) r z N : 0 < r -> norm z <= r -> (0 < N)%nat ->
  exists x g s, x O = x0 /\ proximal_gradient (/ 1) (half_distance a) (ball_indicator r) x g s /\
    half_distance a (x N) - half_distance a z <= 1 / (4 * INR N) * norm2 (x0 - z)%V.
Proof.
  intros r_gt0 there n_gt0. set (x := fix x k := match k with O => x0 | S k => project r (x k - (x k - a))%V end).
  set (s := fun k => ((x k - (x k - a)) - project r (x k - (x k - a)))%V). exists x, (fun k => (x k - a)%V), s. split; [reflexivity|].
  assert (steps : proximal_gradient (/ 1) (half_distance a) (ball_indicator r) x (fun k => (x k - a)%V) s).
  { intro k. split; [apply half_distance_gradient|]. split; [now apply project_correct|]. unfold s. rewrite Rinv_1.
    change (x (S k)) with (project r (x k - (x k - a))%V). set (p := project r _). vector_ring. }
  split; [exact steps|].
  exact (projected_gradient_inverse 1 _ _ x _ s z N (half_distance_smooth a) (strongly_convex_convex 1 _ Rle_0_1 (half_distance_convex a)) Rlt_0_1
    (ball_indicator_indicator r) steps there n_gt0).
Qed.

(** ** Accelerated methods *)

(** the points of [accelerated] for ‖x‖² = ½‖x‖² + ½‖x‖² and the step 1/2, as pairs (x(k), y(k)) *)
Fixpoint norm2_run (beta : nat -> R) (x0 : E) (k : nat) : E * E :=
  match k with
  | O => (x0, x0)
  | S k => let (x, y) := norm2_run beta x0 k in let x' := (/ 3 *: y)%V in (x', (x' + beta k *: (x' - x))%V)
  end.
Lemma norm2_run_steps beta (x0 : E) : let x := fun k => fst (norm2_run beta x0 k) in let y := fun k => snd (norm2_run beta x0 k) in
  accelerated (/ 2) beta half_norm2 half_norm2 x y y (fun k => x (S k)).
Proof.
  cbn zeta. split; [reflexivity|]. intro k. cbn [norm2_run]. destruct (norm2_run beta x0 k) as (x & y). cbn [fst snd].
  split; [apply half_norm2_gradient|]. split; [apply gradient_subgradient; [exact half_convex|apply half_norm2_gradient]|].
  split; [vector_coefficients; field|reflexivity].
Qed.
Local Lemma smooth_two : smooth 2 half_norm2.
Proof. apply smooth_mono with 1; [lra|exact half_norm2_smooth]. Qed.
Local Lemma minimizer_sum : minimizer (sum half_norm2 half_norm2) vzero.
Proof. split; [split; exact I|]. intros y _. cbn. rewrite norm2_zero. pose proof (norm2_ge0 y). lra. Qed.
Local Lemma sum_value y z : sum half_norm2 half_norm2 y - sum half_norm2 half_norm2 z = norm2 y - norm2 z.
Proof. cbn. field. Qed.

Theorem norm2_fista (x0 : E) N : (0 < N)%nat ->
  exists x y g s, x O = x0 /\ accelerated (/ 2) (momentum fista_weight) half_norm2 half_norm2 x y g s /\ norm2 (x N) <= 2 * 2 / INR (S N) ^ 2 * norm2 x0.
Proof.
  intro n_gt0. pose proof (norm2_run_steps (momentum fista_weight) x0) as steps. cbn zeta in steps. do 4 eexists. split; [|split; [exact steps|]]; [reflexivity|].
  pose proof (fista_rate 2 half_norm2 half_norm2 _ _ _ _ vzero N smooth_two half_convex Rlt_0_2 steps I n_gt0) as rate.
  rewrite sum_value, norm2_zero in rate. cbn [norm2_run fst] in rate. replace (x0 - vzero)%V with x0 in rate by vector_ring. lra.
Qed.
Theorem norm2_linear_fista (x0 : E) N : (0 < N)%nat ->
  exists x y g s, x O = x0 /\ accelerated (/ 2) (fun k => INR k / (INR k + 3)) half_norm2 half_norm2 x y g s /\
    norm2 (x N) <= 2 * 2 / INR (S N) ^ 2 * norm2 x0.
Proof.
  intro n_gt0. pose proof (norm2_run_steps (fun k => INR k / (INR k + 3)) x0) as steps. cbn zeta in steps. do 4 eexists.
  split; [|split; [exact steps|]]; [reflexivity|].
  pose proof (linear_fista_rate 2 half_norm2 half_norm2 _ _ _ _ vzero N smooth_two half_convex Rlt_0_2 steps minimizer_sum n_gt0) as rate.
  rewrite sum_value, norm2_zero in rate. cbn [norm2_run fst] in rate. replace (x0 - vzero)%V with x0 in rate by vector_ring. lra.
Qed.
Theorem norm2_accelerated (x0 : E) N :
  exists x y g s, x O = x0 /\ accelerated (/ 2) (fun _ => (1 - sqrt (/ 2 * 1)) / (1 + sqrt (/ 2 * 1))) half_norm2 half_norm2 x y g s /\
    norm2 (x N) <= (1 - sqrt (/ 2 * 1)) ^ N * (norm2 x0 + 1 / 2 * norm2 x0).
Proof.
  pose proof (norm2_run_steps (fun _ => (1 - sqrt (/ 2 * 1)) / (1 + sqrt (/ 2 * 1))) x0) as steps. cbn zeta in steps.
  do 4 eexists. split; [|split; [exact steps|]]; [reflexivity|].
  pose proof (accelerated_strongly_convex 1 2 (/ 2) half_norm2 half_norm2 _ _ _ _ vzero N smooth_two half_norm2_strongly_convex ltac:(lra) ltac:(lra) ltac:(lra) ltac:(lra)
    steps I I) as rate.
  rewrite !sum_value, norm2_zero in rate. cbn [norm2_run fst] in rate. replace (x0 - vzero)%V with x0 in rate by vector_ring. rewrite !Rminus_0_r in rate.
  exact rate.
Qed.

(** Nesterov's method for ½‖x - a‖² and the step γ *)
Fixpoint half_distance_run (gamma : R) (beta : nat -> R) a (x0 : E) (k : nat) : E * E :=
  match k with
  | O => (x0, x0)
  | S k => let (x, y) := half_distance_run gamma beta a x0 k in let x' := (y - gamma *: (y - a))%V in (x', (x' + beta k *: (x' - x))%V)
  end.
Lemma half_distance_run_steps gamma beta a (x0 : E) :
  let x := fun k => fst (half_distance_run gamma beta a x0 k) in let y := fun k => snd (half_distance_run gamma beta a x0 k) in
  nesterov gamma beta (half_distance a) x y (fun k => (y k - a)%V).
Proof.
  cbn zeta. split; [reflexivity|]. intro k. cbn [half_distance_run]. destruct (half_distance_run gamma beta a x0 k) as (x & y). cbn [fst snd].
  split; [apply half_distance_gradient|now split].
Qed.
Theorem half_distance_nesterov a (x0 : E) N : (0 < N)%nat ->
  exists x y g, x O = x0 /\ nesterov (/ 2) (momentum fista_weight) (half_distance a) x y g /\
    / 2 * norm2 (x N - a)%V <= 2 * 2 / INR (S N) ^ 2 * norm2 (x0 - a)%V.
Proof.
  intro n_gt0. pose proof (half_distance_run_steps (/ 2) (momentum fista_weight) a x0) as steps. cbn zeta in steps.
  do 3 eexists. split; [|split; [exact steps|]]; [reflexivity|].
  assert (smooth_f : smooth 2 (half_distance a)) by (apply smooth_mono with 1; [lra|apply half_distance_smooth]).
  pose proof (nesterov_rate 2 _ _ _ _ a N smooth_f (strongly_convex_convex 1 _ Rle_0_1 (half_distance_convex a)) Rlt_0_2 steps n_gt0) as rate.
  cbn - [INR pow half_distance_run] in rate. replace (a - a)%V with (@vzero E) in rate by vector_ring. rewrite norm2_zero in rate.
  cbn [half_distance_run fst] in rate. lra.
Qed.
Theorem norm2_nesterov a (x0 : E) N :
  exists x y g, x O = x0 /\ nesterov (/ 2) (fun _ => (1 - sqrt (1 / 2)) / (1 + sqrt (1 / 2))) (half_distance a) x y g /\
    / 2 * norm2 (x N - a)%V <= (1 - sqrt (1 / 2)) ^ N * norm2 (x0 - a)%V.
Proof.
  pose proof (half_distance_run_steps (/ 2) (fun _ => (1 - sqrt (1 / 2)) / (1 + sqrt (1 / 2))) a x0) as steps. cbn zeta in steps.
  do 3 eexists. split; [|split; [exact steps|]]; [reflexivity|].
  assert (smooth_f : smooth 2 (half_distance a)) by (apply smooth_mono with 1; [lra|apply half_distance_smooth]).
  pose proof (nesterov_strongly_convex 1 2 _ _ _ _ a N smooth_f (half_distance_convex a) ltac:(lra) steps) as rate.
  cbn - [INR pow half_distance_run sqrt] in rate. replace (a - a)%V with (@vzero E) in rate by vector_ring. rewrite norm2_zero in rate.
  cbn [half_distance_run fst] in rate.
  replace (/ 2 * norm2 (x0 - a)%V - / 2 * 0 + 1 / 2 * norm2 (x0 - a)%V) with (norm2 (x0 - a)%V) in rate by field. lra.
Qed.

(** ** The Frank-Wolfe method, on a ball *)

Theorem half_distance_frank_wolfe a (x0 : E) r z N : 0 < r -> norm x0 <= r -> norm z <= r -> (0 < N)%nat ->
  exists x g s, x O = x0 /\ frank_wolfe (fun _ => 0) (half_distance a) (ball_indicator r) x g s /\
    half_distance a (x N) - half_distance a z <= 2 * 1 * (2 * r) ^ 2 / (INR N + 2).
Proof.
  intros r_gt0 start there n_gt0.
  set (x := fix x k := match k with O => x0 | S k => (x k + 2 / (INR k + 2) *: (- r *: direction (x k - a) - x k))%V end).
  exists x, (fun k => (x k - a)%V), (fun k => (- r *: direction (x k - a))%V). split; [reflexivity|].
  assert (steps : frank_wolfe (fun _ => 0) (half_distance a) (ball_indicator r) x (fun k => (x k - a)%V) (fun k => (- r *: direction (x k - a))%V)).
  { split; [exact start|]. intro k. split; [apply half_distance_gradient|]. split; [|reflexivity]. set (g := (x k - a)%V). split.
    - cbn. rewrite norm_scale, Rabs_left by lra. pose proof (direction_norm g) as short. apply (Rmult_le_compat_l r) in short; lra.
    - intros y inside. cbn in inside. rewrite inner_scale_r, (inner_comm _ g), direction_inner. pose proof (inner_bound g y) as (below & _).
      pose proof (norm_ge0 g) as g_ge0. apply (Rmult_le_compat_l (norm g)) in inside; lra. }
  split; [exact steps|].
  exact (frank_wolfe_rate 1 (2 * r) _ _ x _ _ z N (half_distance_smooth a) Rle_0_1 (strongly_convex_convex 1 _ Rle_0_1 (half_distance_convex a))
    (proj1 (ball_indicator_indicator r)) (ball_indicator_diameter r) steps there n_gt0).
Qed.

(** ** Stochastic gradients: the mean of ‖x - a‖, and of ½‖x - a‖², over the members a of a list *)

Definition distance a : function E := everywhere (fun x => norm (x - a)%V).
Lemma distance_convex a : convex (distance a).
Proof.
  intros x y t _ _ t_in. split; [exact I|]. cbn. destruct (norm_convex (x - a)%V (y - a)%V t I I t_in) as (_ & below). cbn in below.
  replace (t *: x + (1 - t) *: y - a)%V with (t *: (x - a) + (1 - t) *: (y - a))%V by vector_ring. lra.
Qed.
Theorem mean_of_norms_stochastic (l : list E) gamma (x0 : E) z N : l <> [] -> 0 < gamma ->
  exists x g, x [] = x0 /\ stochastic_gradient gamma l x g /\
    expectation l N (fun past => finite_mean distance l (average (fun _ => 1) (fun k => x (skipn k past)) (S N)) - finite_mean distance l z) <=
    (norm2 (x0 - z)%V + gamma ^ 2 * 1 ^ 2 * INR (S N)) / (2 * gamma * INR (S N)).
Proof.
  intros nonempty gamma_gt0.
  set (x := fix x (past : list E) := match past with [] => x0 | a :: past => (x past - gamma *: direction (x past - a))%V end).
  exists x, (fun past a => direction (x past - a)%V). split; [reflexivity|].
  assert (steps : stochastic_gradient gamma l x (fun past a => direction (x past - a)%V)) by (intros past a _ _; reflexivity).
  split; [exact steps|]. apply (finite_mean_subgradient_average 1 gamma l distance x _ z N nonempty (fun a _ => distance_convex a) gamma_gt0 steps).
  - intros past a _ _. split; [exact I|]. intros y _. cbn. destruct (norm_subgradient (x past - a)%V) as (_ & above). specialize (above (y - a)%V I).
    cbn in above.
    replace (y - x past)%V with ((y - a) - (x past - a))%V by vector_ring. exact above.
  - intros past _. rewrite <- (mean_constant (1 ^ 2) l nonempty). apply mean_mono; [exact nonempty|]. intros a _.
    pose proof (direction_norm (x past - a)%V) as short. apply norm2_bound in short. lra.
  - intros a _. exact I.
Qed.

(** the run of stochastic gradient descent that computes the mean of the data *)
Fixpoint data_run (gamma : R) (x0 : E) (past : list E) : E :=
  match past with [] => x0 | a :: past => (data_run gamma x0 past - gamma *: (data_run gamma x0 past - a))%V end.
Local Notation center l := (vector_mean (fun a : E => a) l).
Local Notation spread l := (mean (fun a : E => norm2 (vsub (center l) a)) l).

Lemma data_gradient l y : l <> [] -> vector_mean (fun a => (y - a)%V) l = (y - center l)%V.
Proof.
  intro nonempty. apply inner_separates. intro w. rewrite inner_vector_mean, inner_sub_l, inner_vector_mean.
  rewrite (mean_ext _ (fun a => -1 * inner a w + inner y w)) by (intros a _; rewrite inner_sub_l; ring).
  rewrite mean_plus, mean_scale, mean_constant by exact nonempty. ring.
Qed.
Lemma data_convex l : l <> [] -> strongly_convex 1 (finite_mean half_distance l).
Proof.
  intro nonempty. pose proof (length_gt0 l nonempty) as n_gt0.
  replace 1 with (/ INR (length l) * add_up (fun _ : E => 1) l) at 1 by exact (mean_constant 1 l nonempty).
  apply multiple_strongly_convex; [left; now apply Rinv_0_lt_compat|]. apply finite_sum_strongly_convex. intros a _. apply half_distance_convex.
Qed.
Lemma data_smooth l : l <> [] -> smooth 1 (finite_mean half_distance l).
Proof.
  intro nonempty. pose proof (length_gt0 l nonempty) as n_gt0.
  replace 1 with (Rabs (/ INR (length l)) * add_up (fun _ : E => 1) l) at 1.
  2: { rewrite Rabs_pos_eq by (left; now apply Rinv_0_lt_compat). exact (mean_constant 1 l nonempty). }
  apply multiple_smooth. apply finite_sum_smooth. intros a _. apply half_distance_smooth.
Qed.
Lemma data_minimizer l : l <> [] -> minimizer (finite_mean half_distance l) (center l).
Proof.
  intro nonempty. apply convex_stationary; [apply (strongly_convex_convex 1); [lra|now apply data_convex]|].
  replace vzero with (vector_mean (fun a => (center l - a)%V) l).
  - apply mean_gradient. intros a _. apply half_distance_gradient.
  - rewrite data_gradient by exact nonempty. vector_ring.
Qed.
Theorem data_mean_stochastic (l : list E) gamma (x0 : E) N : l <> [] -> 0 < gamma <= / 2 ->
  expectation l N (fun past => norm2 (data_run gamma x0 past - center l)%V) <=
  (1 - gamma * 1) ^ N * norm2 (x0 - center l)%V + 2 * gamma * spread l / 1.
Proof.
  intros nonempty (gamma_gt0 & gamma_le).
  apply (stochastic_gradient_finite_mean 1 1 gamma l half_distance (data_run gamma x0) (fun past a => (data_run gamma x0 past - a)%V)); auto; try lra.
  - intros a _. split; [apply half_distance_smooth|apply (strongly_convex_convex 1); [lra|apply half_distance_convex]].
  - now apply data_convex.
  - intros past a _ _. reflexivity.
  - intros past a _ _. apply half_distance_gradient.
  - now apply data_minimizer.
  - intros a _. apply half_distance_gradient.
Qed.
Theorem data_mean_variance (l : list E) gamma (x0 : E) N : l <> [] -> 0 < gamma <= 1 ->
  expectation l N (fun past => norm2 (data_run gamma x0 past - center l)%V) <=
  (1 - gamma * 1) ^ N * norm2 (x0 - center l)%V + gamma * sqrt (spread l) ^ 2 / 1.
Proof.
  intros nonempty (gamma_gt0 & gamma_le).
  assert (spread_ge0 : 0 <= spread l).
  { rewrite <- (mean_constant 0 l nonempty). apply mean_mono; [exact nonempty|]. intros a _. apply norm2_ge0. }
  apply (stochastic_gradient_variance 1 1 (sqrt (spread l)) gamma l (finite_mean half_distance l) (data_run gamma x0) (fun past a => (data_run gamma x0 past - a)%V));
    auto; try lra.
  - now apply data_smooth.
  - now apply data_convex.
  - now apply data_minimizer.
  - intros past a _ _. reflexivity.
  - intros past _. apply mean_gradient. intros a _. apply half_distance_gradient.
  - intros past _. rewrite pow2_sqrt by exact spread_ge0. right. apply mean_ext. intros a _. rewrite data_gradient by exact nonempty. f_equal. vector_ring.
Qed.
End Examples.

(** ** Coordinate descent, with the two factors of a product as the blocks *)

Section Blocks.
Variables E F : inner_product_space.
Local Notation space := (Instances.product E F).
Definition part (b : bool) (x : space) : space := if b then (fst x, vzero) else (vzero, snd x).
Lemma part_blocks : orthogonal_blocks [true; false] part.
Proof.
  split.
  - intros b _ v w. destruct b; cbn; unfold Instances.pair_inner; cbn; rewrite !inner_zero_l; ring.
  - intros (y & w). cbn. unfold Instances.pair_sum. cbn. f_equal; vector_ring.
Qed.
Theorem part_decomposition : decomposition [(fun x u : space => u = part true x); (fun x u : space => u = part false x)].
Proof.
  exists [part true; part false]. split; [|split].
  - repeat constructor; auto.
  - repeat constructor. intros x y. cbn. unfold Instances.pair_inner. cbn. rewrite inner_zero_l, inner_zero_r. ring.
  - exact (proj2 part_blocks).
Qed.
(** a relation that keeps the whole vector is no block beside another one *)
Theorem whole_no_decomposition (a : E) : a <> vzero -> ~ decomposition [(fun x u : space => u = part true x); (fun x u : space => u = x)].
Proof.
  intros nonzero blocks. apply nonzero, norm2_definite.
  pose proof (decomposition_orthogonal _ 0 1 _ _ ((a, vzero) : space) _ ((a, vzero) : space) _ blocks ltac:(discriminate) eq_refl eq_refl eq_refl eq_refl) as null.
  cbn in null. unfold Instances.pair_inner in null. cbn in null. rewrite inner_zero_l in null. unfold norm2. lra.
Qed.
Fixpoint part_run (x0 : space) (past : list bool) : space := match past with [] => x0 | b :: past => (part_run x0 past - / 1 *: part b (part_run x0 past))%V end.
Theorem half_norm2_coordinate_descent (x0 : space) N :
  coordinate_descent 1 [true; false] part half_norm2 (part_run x0) (part_run x0) /\
  expectation [true; false] N (fun past => half_norm2 (part_run x0 past)) <= 2 / (2 + INR N) * norm2 x0 /\
  expectation [true; false] N (fun past => half_norm2 (part_run x0 past)) <= (1 - 1 / (2 * 1)) ^ N * half_norm2 x0.
Proof.
  assert (steps : coordinate_descent 1 [true; false] part half_norm2 (part_run x0) (part_run x0)).
  { intros past _. split; [apply half_norm2_gradient|]. intros b _. reflexivity. }
  assert (nonempty : [true; false] <> []) by discriminate.
  pose proof (smooth_smooth_by_blocks [true; false] part part_blocks 1 half_norm2 Rle_0_1 half_norm2_smooth) as smooth_f.
  split; [exact steps|]. assert (zero : half_norm2 (vzero : space) = 0) by (change (/ 2 * norm2 (vzero : space) = 0); rewrite norm2_zero; ring).
  assert (same : forall u : list bool -> R, expectation [true; false] N (fun past => u past - half_norm2 (vzero : space)) = expectation [true; false] N u).
  { intro u. unfold expectation. rewrite mean_shift by now apply histories_nonempty. rewrite zero. ring. }
  split.
  - pose proof (coordinate_descent_convex 1 [true; false] part half_norm2 _ _ vzero N nonempty part_blocks smooth_f Rlt_0_1 steps half_convex zero_minimizer) as rate.
    rewrite same, zero in rate. cbn [length] in rate. replace (INR 2) with 2 in rate by (cbn; ring). apply (Rle_trans _ _ _ rate). right. f_equal.
    cbn [part_run]. replace (x0 - vzero)%V with x0 by vector_ring. cbn. field.
  - pose proof (coordinate_descent_strongly_convex 1 [true; false] part half_norm2 _ _ vzero N nonempty part_blocks smooth_f Rlt_0_1 steps 1
      half_norm2_strongly_convex Rlt_0_1 ltac:(cbn; lra) I) as rate.
    rewrite same, zero in rate. cbn [length] in rate. replace (INR 2) with 2 in rate by (cbn; ring). rewrite Rminus_0_r in rate. exact rate.
Qed.
End Blocks.

(** ** A linear map, from the first factor of a product to the second, and its adjoint *)

Section Linear.
Variable E : inner_product_space.
Local Notation space := (Instances.product E E).
Definition move (x u : space) : Prop := u = (vzero, fst x).
Local Ltac moved := cbn; unfold Instances.pair_sum, Instances.pair_multiple, Instances.pair_inner; cbn.
Theorem move_linear : linear_operator 1 move.
Proof.
  exists (fun x : space => (vzero, fst x) : space). split; [|split].
  - intros a x y. moved. f_equal; vector_ring.
  - intro x. rewrite Rmult_1_l. apply sqrt_le_1_alt. unfold norm2. moved. rewrite inner_zero_l. pose proof (inner_ge0 _ (snd x)). lra.
  - intros x u. reflexivity.
Qed.
Theorem move_adjoint (u : space) : adjoint move u (snd u, vzero).
Proof. intros x y ->. moved. rewrite inner_zero_l, inner_zero_r. ring. Qed.
(** its norm is not smaller than 1 *)
Theorem move_bound L (a : E) : a <> vzero -> linear_operator L move -> 1 <= L.
Proof.
  intros nonzero (M & _ & bounded & graph). specialize (bounded ((a, vzero) : space)). rewrite <- (proj1 (graph (a, vzero) _) eq_refl) in bounded.
  assert (same : norm ((vzero, fst ((a, vzero) : space)) : space) = norm ((a, vzero) : space)).
  { unfold norm. f_equal. unfold norm2. moved. rewrite !inner_zero_l. ring. }
  rewrite same in bounded. assert (positive : 0 < norm ((a, vzero) : space)).
  { destruct (norm_ge0 ((a, vzero) : space)) as [gt0|null]; [exact gt0|]. exfalso. apply nonzero. symmetry in null. apply norm_definite in null. now injection null. }
  apply (Rmult_le_reg_r (norm ((a, vzero) : space))); lra.
Qed.
End Linear.
