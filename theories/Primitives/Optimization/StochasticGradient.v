(** * Stochastic gradient descent

    Rates, in expectation, of x(k+1) = x(k) - γ g(c), where c is drawn from a list l at step k and g(c) is a vector whose mean over l is a (sub)gradient of f at
    x(k): for a finite sum, a (sub)gradient of the function with number c.  The point x(k) is a function of the draws so far, the latest first; the expectation
    after N steps is the mean over all sequences of N draws.

    Main definitions: [stochastic_gradient].
    Main results: [stochastic_subgradient_best], [stochastic_subgradient_average] (convex, the mean of ‖g‖² at most M²), [stochastic_gradient_variance] (smooth
    and strongly convex, the variance of g at most σ²), [stochastic_gradient_finite_mean] (smooth convex functions with a strongly convex mean, only the
    gradients at the minimizer matter), [finite_mean_subgradient_average].

    Trust: proved.
    Source: A. Nemirovski, A. Juditsky, G. Lan, A. Shapiro, Robust stochastic approximation approach to stochastic programming, 2009 (convex); L.
    Bottou, F. Curtis, J. Nocedal, Optimization methods for large-scale machine learning, 2018, section 4.2 (variance); R. Gower et al., SGD: general analysis
    and improved rates, 2019, theorem 3.1 (finite sums). *)
From Coq Require Import Reals List Lra Lia.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant.Primitives.Optimization Require Import Spaces Convex Smooth FiniteSums Averages Expectations.
Import ListNotations.
Local Open Scope R_scope.

Section StochasticGradient.
Context {E : inner_product_space} {C : Type}.
Implicit Types (f : function E) (l past : list C) (z : E).

(** the point x(past) after the draws in [past], and the vector g(past, c) that is taken there if c is drawn next *)
Definition stochastic_gradient (gamma : R) l (x : list C -> E) (g : list C -> C -> E) : Prop :=
  forall past c, incl past l -> In c l -> x (c :: past) = (x past - gamma *: g past c)%V.

(* The mean of ‖x(k+1) - z‖² over the next draw is ‖x(k) - z‖² - 2γ <E g, x(k) - z> + γ² E‖g‖². *)
Local Lemma next_distance gamma l x g z past : l <> [] -> stochastic_gradient gamma l x g -> incl past l ->
  mean (fun c => norm2 (x (c :: past) - z)%V) l =
  norm2 (x past - z)%V - 2 * gamma * inner (vector_mean (g past) l) (x past - z)%V + gamma ^ 2 * mean (fun c => norm2 (g past c)) l.
Proof.
  intros nonempty steps inside. rewrite <- mean_norm2_step by exact nonempty. apply mean_ext. intros c member. now rewrite (steps past c inside member).
Qed.

(** ** Convex functions *)

Section Convex.
Variables (M gamma : R) (l : list C) (f : function E) (x : list C -> E) (g : list C -> C -> E) (z : E) (N : nat).
Hypotheses (nonempty : l <> []) (gamma_gt0 : 0 < gamma) (steps : stochastic_gradient gamma l x g) (there : domain f z).
Hypothesis unbiased : forall past, incl past l -> subgradient f (x past) (vector_mean (g past) l).
Hypothesis bounded : forall past, incl past l -> mean (fun c => norm2 (g past c)) l <= M ^ 2.

Local Lemma expected_sum : sum_below (fun k => 1 * expectation l k (fun past => f (x past) - f z)) (S N) <=
  sum_below (fun _ => 1) (S N) * ((norm2 (x [] - z)%V + gamma ^ 2 * M ^ 2 * INR (S N)) / (2 * gamma * INR (S N))).
Proof.
  assert (n_gt0 : 0 < INR (S N)) by (apply lt_0_INR; lia).
  pose proof (expectation_telescope l (fun past => norm2 (x past - z)%V) (fun past => 2 * gamma * (f (x past) - f z) + - (gamma ^ 2 * M ^ 2)) (S N) nonempty) as falls.
  cbn beta in falls.
  assert (closer : expectation l (S N) (fun past => norm2 (x past - z)%V) <= norm2 (x [] - z)%V -
    sum_below (fun k => expectation l k (fun past => 2 * gamma * (f (x past) - f z) + - (gamma ^ 2 * M ^ 2))) (S N)).
  { apply falls. intros past inside. rewrite (next_distance gamma l x g z past nonempty steps inside).
    pose proof (subgradient_lower f z _ _ (unbiased past inside) there) as low. apply Rge_le, (Rmult_le_compat_l (2 * gamma)) in low; [|lra].
    pose proof (bounded past inside) as short. apply (Rmult_le_compat_l (gamma ^ 2)) in short; [|apply pow2_ge_0].
    replace (inner (vector_mean (g past) l) (x past - z)%V) with (- inner (vector_mean (g past) l) (z - x past)%V) by (expand_inner; ring). lra. }
  assert (positive : 0 <= expectation l (S N) (fun past => norm2 (x past - z)%V)).
  { rewrite <- (expectation_constant l (S N) 0 nonempty). apply expectation_mono; [exact nonempty|]. intros past _ _. apply norm2_ge0. }
  assert (split : forall n, sum_below (fun k => expectation l k (fun past => 2 * gamma * (f (x past) - f z) + - (gamma ^ 2 * M ^ 2))) n =
    2 * gamma * sum_below (fun k => 1 * expectation l k (fun past => f (x past) - f z)) n - INR n * (gamma ^ 2 * M ^ 2)).
  { intro n. induction n as [|n IH]; [cbn; ring|]. rewrite S_INR. cbn [sum_below]. rewrite IH. unfold expectation.
    rewrite mean_plus, mean_scale, mean_constant by now apply histories_nonempty. ring. }
  rewrite split in closer. rewrite sum_below_constant. set (total := sum_below _ (S N)) in *. set (n := INR (S N)) in *.
  apply (Rmult_le_reg_l (2 * gamma)); [lra|].
  replace (2 * gamma * (n * 1 * ((norm2 (x [] - z)%V + gamma ^ 2 * M ^ 2 * n) / (2 * gamma * n)))) with (norm2 (x [] - z)%V + n * (gamma ^ 2 * M ^ 2))
    by (field; lra).
  lra.
Qed.
(** for one of the steps k <= N, E f(x(k)) - f(z) <= (‖x(0) - z‖² + γ² M² (N + 1))/(2γ(N + 1)) *)
Theorem stochastic_subgradient_best :
  exists k, (k <= N)%nat /\
    expectation l k (fun past => f (x past) - f z) <= (norm2 (x [] - z)%V + gamma ^ 2 * M ^ 2 * INR (S N)) / (2 * gamma * INR (S N)).
Proof.
  destruct (some_below (fun _ => 1) (fun k => expectation l k (fun past => f (x past) - f z)) _ (S N) ltac:(lia) ltac:(intros; lra) expected_sum)
    as (k & k_lt & low).
  exists k. split; [lia|exact low].
Qed.
(** the same for the average of x(0), …, x(N) *)
Theorem stochastic_subgradient_average : convex f ->
  expectation l N (fun past => f (average (fun _ => 1) (fun k => x (skipn k past)) (S N)) - f z) <=
  (norm2 (x [] - z)%V + gamma ^ 2 * M ^ 2 * INR (S N)) / (2 * gamma * INR (S N)).
Proof.
  intro convex_f. assert (n_gt0 : 0 < INR (S N)) by (apply lt_0_INR; lia). pose proof expected_sum as total. rewrite sum_below_constant in total.
  set (b := (norm2 (x [] - z)%V + gamma ^ 2 * M ^ 2 * INR (S N)) / (2 * gamma * INR (S N))) in *.
  apply Rle_trans with (expectation l N (fun past => / INR (S N) * sum_below (fun k => f (x (skipn k past)) - f z) (S N))).
  - apply expectation_mono; [exact nonempty|]. intros past inside _. apply average_below; [exact convex_f|lia| |].
    + intros k _. split; [lra|]. apply (subgradient_domain _ _ (vector_mean (g (skipn k past)) l)). apply unbiased.
      intros c member. apply inside. rewrite <- (firstn_skipn k past). apply in_or_app. now right.
    + rewrite sum_below_constant. right. rewrite sum_below_scale. field. lra.
  - unfold expectation. rewrite mean_scale, mean_sum_below. fold (expectation l N).
    rewrite (sum_below_ext _ (fun k => expectation l (N - k) (fun past => f (x past) - f z))).
    2: { intros k k_lt. apply (expectation_earlier l N k (fun past => f (x past) - f z)); [exact nonempty|lia]. }
    rewrite (sum_below_reverse (fun k => expectation l k (fun past => f (x past) - f z))).
    apply (Rmult_le_reg_l (INR (S N))); [exact n_gt0|]. rewrite sum_below_scale in total.
    rewrite <- Rmult_assoc, Rinv_r by lra. lra.
Qed.
End Convex.

(** for a mean of convex functions: g(past, c) is a subgradient of the function c *)
Theorem finite_mean_subgradient_average M gamma l (F : C -> function E) x g z N :
  l <> [] -> (forall c, In c l -> convex (F c)) -> 0 < gamma -> stochastic_gradient gamma l x g ->
  (forall past c, incl past l -> In c l -> subgradient (F c) (x past) (g past c)) ->
  (forall past, incl past l -> mean (fun c => norm2 (g past c)) l <= M ^ 2) -> (forall c, In c l -> domain (F c) z) ->
  expectation l N (fun past => finite_mean F l (average (fun _ => 1) (fun k => x (skipn k past)) (S N)) - finite_mean F l z) <=
  (norm2 (x [] - z)%V + gamma ^ 2 * M ^ 2 * INR (S N)) / (2 * gamma * INR (S N)).
Proof.
  intros nonempty convex_F gamma_gt0 steps subs bounded there.
  apply (stochastic_subgradient_average M gamma l _ x g z N nonempty gamma_gt0 steps); auto.
  - now apply finite_sum_domain.
  - intros past inside. apply mean_subgradient; [exact nonempty|]. intros c member. now apply subs.
  - apply multiple_convex; [left; now apply Rinv_0_lt_compat, length_gt0|]. now apply finite_sum_convex.
Qed.

(** ** Smooth strongly convex functions *)

Local Lemma geometric_part (a b : R) N : 0 < a <= 1 -> 0 <= b -> (1 - (1 - a) ^ N) * (b / a) <= b / a.
Proof.
  intros a_in b_ge0. assert (power : 0 <= (1 - a) ^ N) by (apply pow_le; lra).
  assert (part : 0 <= b / a) by (apply Rmult_le_pos; [exact b_ge0|left; apply Rinv_0_lt_compat; lra]).
  apply (Rmult_le_pos _ _ power) in part. lra.
Qed.

(* <∇f(x), x - z> >= f(x) - f(z) + µ/2 ‖x - z‖², and ‖∇f(x)‖² <= 2L (f(x) - f(z)). *)
(** if the variance of g is at most σ²: E‖x(N) - z‖² <= (1 - γµ)^N ‖x(0) - z‖² + γσ²/µ, for steps up to 1/L *)
Theorem stochastic_gradient_variance mu L sigma gamma l f x g z N :
  l <> [] -> smooth L f -> strongly_convex mu f -> 0 < mu -> 0 < L -> 0 < gamma -> L * gamma <= 1 -> gamma * mu <= 1 -> minimizer f z ->
  stochastic_gradient gamma l x g -> (forall past, incl past l -> gradient f (x past) (vector_mean (g past) l)) ->
  (forall past, incl past l -> mean (fun c => norm2 (g past c - vector_mean (g past) l)%V) l <= sigma ^ 2) ->
  expectation l N (fun past => norm2 (x past - z)%V) <= (1 - gamma * mu) ^ N * norm2 (x [] - z)%V + gamma * sigma ^ 2 / mu.
Proof.
  intros nonempty smooth_f convex_f mu_gt0 L_gt0 gamma_gt0 step_le mu_le least steps unbiased bounded.
  assert (a_in : 0 < gamma * mu <= 1) by (split; [now apply Rmult_lt_0_compat|exact mu_le]).
  assert (b_ge0 : 0 <= gamma ^ 2 * sigma ^ 2) by (apply Rmult_le_pos; apply pow2_ge_0).
  pose proof (geometric_part _ _ N a_in b_ge0) as rest. replace (gamma * sigma ^ 2 / mu) with (gamma ^ 2 * sigma ^ 2 / (gamma * mu)) by (field; lra).
  apply Rle_trans with ((1 - gamma * mu) ^ N * norm2 (x [] - z)%V + (1 - (1 - gamma * mu) ^ N) * (gamma ^ 2 * sigma ^ 2 / (gamma * mu))); [|lra].
  apply (expectation_contraction l (fun past => norm2 (x past - z)%V)); [exact nonempty|exact a_in|]. intros past inside.
  rewrite (next_distance gamma l x g z past nonempty steps inside), mean_variance by exact nonempty.
  specialize (unbiased past inside) as grad. specialize (bounded past inside) as short. set (m := vector_mean (g past) l) in *.
  pose proof (gradient_lower mu f z _ m convex_f grad (proj1 least)) as low. pose proof (gradient_bound L f _ m z smooth_f L_gt0 grad least) as high.
  pose proof (proj2 least (x past) (smooth_total L f smooth_f _)) as above.
  apply Rge_le, (Rmult_le_compat_l (2 * gamma)) in low; [|lra]. apply (Rmult_le_compat_l (gamma ^ 2)) in high, short; try apply pow2_ge_0.
  assert (part : gamma * (L * gamma) * (f (x past) - f z) <= gamma * 1 * (f (x past) - f z)).
  { apply Rmult_le_compat_r; [lra|]. apply Rmult_le_compat_l; lra. }
  rewrite norm2_sub_comm in low. replace (inner m (x past - z)%V) with (- inner m (z - x past)%V) by (expand_inner; ring).
  set (v := mean _ l) in *. set (d := norm2 (x past - z)%V) in *. set (p := inner m _) in *. set (q := norm2 m) in *. clearbody v d p q. simpl in *. lra.
Qed.

(* E‖∇F(c)(x)‖² <= 2E‖∇F(c)(x) - ∇F(c)(z)‖² + 2σ² <= 4L (f(x) - f(z)) + 2σ², by the interpolation inequality of each F(c) between x and z. *)
(** E‖x(N) - z‖² <= (1 - γµ)^N ‖x(0) - z‖² + 2γσ²/µ, where σ² is the mean of ‖∇F(c)(z)‖² and f the mean of the functions F(c), for steps up to 1/(2L) *)
Theorem stochastic_gradient_finite_mean mu L gamma l (F : C -> function E) x g gz z N :
  l <> [] -> (forall c, In c l -> smooth L (F c) /\ convex (F c)) -> strongly_convex mu (finite_mean F l) ->
  0 < mu -> 0 < L -> 0 < gamma -> 2 * (L * gamma) <= 1 -> gamma * mu <= 1 ->
  stochastic_gradient gamma l x g -> (forall past c, incl past l -> In c l -> gradient (F c) (x past) (g past c)) ->
  minimizer (finite_mean F l) z -> (forall c, In c l -> gradient (F c) z (gz c)) ->
  expectation l N (fun past => norm2 (x past - z)%V) <=
  (1 - gamma * mu) ^ N * norm2 (x [] - z)%V + 2 * gamma * mean (fun c => norm2 (gz c)) l / mu.
Proof.
  intros nonempty members convex_f mu_gt0 L_gt0 gamma_gt0 step_le mu_le steps grads least grads_z. set (f := finite_mean F l) in *.
  assert (a_in : 0 < gamma * mu <= 1) by (split; [now apply Rmult_lt_0_compat|exact mu_le]).
  set (noise := mean (fun c => norm2 (gz c)) l).
  assert (noise_ge0 : 0 <= noise).
  { rewrite <- (mean_constant 0 l nonempty). apply mean_mono; [exact nonempty|]. intros c _. apply norm2_ge0. }
  assert (b_ge0 : 0 <= gamma ^ 2 * (2 * noise)) by (apply Rmult_le_pos; [apply pow2_ge_0|lra]).
  pose proof (geometric_part _ _ N a_in b_ge0) as rest. replace (2 * gamma * noise / mu) with (gamma ^ 2 * (2 * noise) / (gamma * mu)) by (field; lra).
  apply Rle_trans with ((1 - gamma * mu) ^ N * norm2 (x [] - z)%V + (1 - (1 - gamma * mu) ^ N) * (gamma ^ 2 * (2 * noise) / (gamma * mu))); [|lra].
  apply (expectation_contraction l (fun past => norm2 (x past - z)%V)); [exact nonempty|exact a_in|]. intros past inside.
  rewrite (next_distance gamma l x g z past nonempty steps inside).
  assert (null : vector_mean gz l = vzero) by (apply (minimizer_gradient f z); [exact least|]; now apply mean_gradient).
  assert (grad : gradient f (x past) (vector_mean (g past) l)) by (apply mean_gradient; intros c member; now apply grads).
  assert (there : domain f (x past)) by exact (gradient_domain _ _ _ grad).
  assert (short : mean (fun c => norm2 (g past c)) l <= 4 * L * (f (x past) - f z) + 2 * noise).
  { apply Rle_trans with (mean (fun c => 4 * L * (F c (x past) + -1 * F c z + -1 * inner (gz c) (x past - z)%V) + 2 * norm2 (gz c)) l).
    - apply mean_mono; [exact nonempty|]. intros c member. destruct (members c member) as (smooth_c & convex_c).
      pose proof (smooth_convex_interpolation L (F c) _ z _ _ smooth_c convex_c L_gt0 (grads past c inside member) (grads_z c member)) as low.
      apply Rge_le, (Rmult_le_compat_l (4 * L)) in low; [|lra].
      replace (4 * L * (F c z + inner (gz c) (x past - z)%V + / (2 * L) * norm2 (g past c - gz c)%V)) with
        (4 * L * (F c z + inner (gz c) (x past - z)%V) + 2 * norm2 (g past c - gz c)%V) in low by (field; lra).
      assert (square : norm2 (g past c) <= 2 * norm2 (g past c - gz c)%V + 2 * norm2 (gz c)).
      { pose proof (norm2_ge0 (g past c - gz c - gz c)%V) as square. clear - square. expand_inner in *. lra. }
      lra.
    - right. rewrite mean_plus, !mean_scale, !mean_plus, !mean_scale, <- inner_vector_mean, null, inner_zero_l. fold noise.
      unfold f. rewrite !finite_mean_value. ring. }
  pose proof (gradient_lower mu f z _ _ convex_f grad (proj1 least)) as low. pose proof (proj2 least (x past) there) as above.
  apply Rge_le, (Rmult_le_compat_l (2 * gamma)) in low; [|lra]. apply (Rmult_le_compat_l (gamma ^ 2)) in short; [|apply pow2_ge_0].
  assert (part : 2 * gamma * (2 * (L * gamma)) * (f (x past) - f z) <= 2 * gamma * 1 * (f (x past) - f z)).
  { apply Rmult_le_compat_r; [lra|]. apply Rmult_le_compat_l; lra. }
  rewrite norm2_sub_comm in low.
  replace (inner (vector_mean (g past) l) (x past - z)%V) with (- inner (vector_mean (g past) l) (z - x past)%V) by (expand_inner; ring).
  set (v := mean _ l) in *. set (d := norm2 (x past - z)%V) in *. set (p := inner _ (z - x past)%V) in *.
  set (fx := f (x past)) in *. set (fz := f z) in *. clearbody v d p noise fx fz. simpl in *. lra.
Qed.
End StochasticGradient.
