(** * Runs that fail

    Gradient descent on a quadratic, with any step γ: the gradient after N steps is (1 - γQ)^N times the first one, so that its component along an eigenvector v of Q grows
    by the factor 1 - γλ in each step.  An approximate eigenvector is enough: with the residual r = Qv - λv the rest is at most Nγ‖r‖ ‖∇f(x(0))‖ σ^N, where σ bounds
    the norm of 1 - γQ.  A component of the gradient shows a better point.  Neither a minimizer nor an exact eigenvector need be known, nor exist.

    Main definitions: [expands], [second_derivative].
    Main results: [component_bound] (the gradient along v, from below), [gradient_gap_bound] (a better point), [failing_run] (both), [norms_log_convex],
    [diverging_run] (a gradient that has grown once grows forever), [least_squares_expands] (an instance: regularized least squares).

    Trust: proved.
    Source: B. Parlett, The Symmetric Eigenvalue Problem, 1998, section 4 (residuals); Y. Nesterov, Lectures on Convex Optimization, 2018, section 2.1. *)
From Coq Require Import Reals Lra Lia List.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant.Primitives.Optimization Require Import Spaces Convex Operators FiniteSums Losses.
Local Open Scope R_scope.

Section Divergence.
Context {E : inner_product_space}.
Implicit Types x y v w g r : E.

(** f is a quadratic with the gradient G and the second derivative Q *)
Definition expands (f : E -> R) (G Q : E -> E) : Prop :=
  forall x y, f y = f x + inner (G x) (y - x)%V + / 2 * inner (Q (y - x)%V) (y - x)%V /\ G y = (G x + Q (y - x)%V)%V.

Variables (Q : E -> E) (L : R).
Hypothesis Q_linear : linear Q.
Hypothesis Q_symmetric : forall x y, inner (Q x) y = inner x (Q y).
Hypothesis Q_between : forall x, 0 <= inner (Q x) x <= L * norm2 x.

(** ** One step *)

Local Lemma step_norm gamma sigma g : 1 <= sigma -> Rabs (1 - gamma * L) <= sigma -> norm (g - gamma *: Q g)%V <= sigma * norm g.
Proof.
  intros sigma_ge1 sigma_ge. apply norm_bound; [apply Rmult_le_pos; [lra|apply norm_ge0]|].
  replace (sigma * norm g * (sigma * norm g)) with (sigma * sigma * norm2 g) by (rewrite norm2_norm; ring).
  assert (between : forall x, 0 * norm2 x <= inner (Q x) x <= L * norm2 x) by (intro x; rewrite Rmult_0_l; apply Q_between).
  pose proof (symmetric_spectrum 0 L Q Q_linear Q_symmetric between g) as square. destruct (Q_between g) as [low high].
  pose proof (norm2_ge0 g) as g_ge0.
  assert (parts : norm2 (g - gamma *: Q g)%V = norm2 g - 2 * gamma * inner (Q g) g + gamma * gamma * norm2 (Q g)).
  { rewrite (norm2_inner (g - gamma *: Q g)%V). expand_inner. ring. }
  assert (square' : norm2 (Q g) <= L * inner (Q g) g) by (expand_inner in square; unfold norm2; lra).
  assert (step : norm2 (g - gamma *: Q g)%V <= norm2 g + (gamma * gamma * L - 2 * gamma) * inner (Q g) g).
  { rewrite parts. apply (Rmult_le_compat_l (gamma * gamma)) in square'; [|apply Rle_0_sqr]. lra. }
  apply (Rle_trans _ _ _ step). destruct (Rle_lt_dec (gamma * gamma * L - 2 * gamma) 0) as [small|large].
  - apply Rle_trans with (1 * norm2 g); [|apply Rmult_le_compat_r; nra]. pose proof (Rmult_le_compat_neg_l _ _ _ small low). lra.
  - apply (Rmult_le_compat_l _ _ _ (Rlt_le _ _ large)) in high.
    apply Rle_trans with ((1 - gamma * L) * (1 - gamma * L) * norm2 g); [lra|]. apply Rmult_le_compat_r; [exact g_ge0|].
    pose proof (Rabs_pos (1 - gamma * L)). replace ((1 - gamma * L) * (1 - gamma * L)) with (Rabs (1 - gamma * L) * Rabs (1 - gamma * L)) by (rewrite <- Rabs_mult; apply Rabs_pos_eq, Rle_0_sqr).
    apply Rmult_le_compat; lra.
Qed.

(** ** The gradients of a run *)

Section Gradients.
Variables (gamma : R) (g : nat -> E).
Hypothesis steps : forall k, g (S k) = (g k - gamma *: Q (g k))%V.

Local Lemma gradients_norm sigma N : 1 <= sigma -> Rabs (1 - gamma * L) <= sigma -> norm (g N) <= sigma ^ N * norm (g O).
Proof.
  intros sigma_ge1 sigma_ge. induction N as [|N IH]; [cbn; lra|]. rewrite steps. eapply Rle_trans; [apply (step_norm gamma sigma); assumption|].
  cbn [pow]. rewrite Rmult_assoc. apply Rmult_le_compat_l; lra.
Qed.
Theorem component_bound sigma v lambda N : 1 <= sigma -> Rabs (1 - gamma * L) <= sigma -> Rabs (1 - gamma * lambda) <= sigma ->
  Rabs (1 - gamma * lambda) ^ N * Rabs (inner v (g O)) - INR N * (Rabs gamma * norm (Q v - lambda *: v)%V * norm (g O)) * sigma ^ N
    <= Rabs (inner v (g N)).
Proof.
  intros sigma_ge1 sigma_ge tau_le. set (tau := Rabs (1 - gamma * lambda)) in *. set (r := (Q v - lambda *: v)%V).
  set (rho := Rabs gamma * norm r * norm (g O)).
  assert (rho_ge0 : 0 <= rho) by (unfold rho; repeat apply Rmult_le_pos; apply Rabs_pos || apply norm_ge0).
  induction N as [|N IH]; [cbn; lra|]. rewrite steps.
  assert (along : inner v (g N - gamma *: Q (g N))%V = (1 - gamma * lambda) * inner v (g N) - gamma * inner r (g N)).
  { unfold r. rewrite inner_sub_r, inner_scale_r, <- Q_symmetric. expand_inner. ring. }
  assert (low : tau * Rabs (inner v (g N)) - Rabs gamma * Rabs (inner r (g N)) <= Rabs (inner v (g N - gamma *: Q (g N))%V)).
  { rewrite along. unfold tau. rewrite <- !Rabs_mult. apply Rabs_triang_inv. }
  eapply Rle_trans; [|exact low]. pose proof (pow_R1_Rle sigma N sigma_ge1) as power_ge1.
  assert (rest : Rabs gamma * Rabs (inner r (g N)) <= rho * sigma ^ N).
  { unfold rho. rewrite !Rmult_assoc. apply Rmult_le_compat_l; [apply Rabs_pos|]. eapply Rle_trans; [apply cauchy_schwarz|].
    apply Rmult_le_compat_l; [apply norm_ge0|]. rewrite (Rmult_comm (norm (g O))). now apply gradients_norm. }
  pose proof (Rabs_pos (1 - gamma * lambda)) as tau_ge0. fold tau in tau_ge0. apply (Rmult_le_compat_l _ _ _ tau_ge0) in IH.
  pose proof (Rmult_le_pos _ _ rho_ge0 (Rle_trans _ _ _ Rle_0_1 power_ge1)) as step_ge0. set (s := rho * sigma ^ N) in *.
  assert (s_le : s <= sigma * s) by (rewrite <- (Rmult_1_l s) at 1; now apply Rmult_le_compat_r).
  assert (previous : INR N * (tau * s) <= INR N * (sigma * s)) by (apply Rmult_le_compat_l; [apply pos_INR|]; now apply Rmult_le_compat_r).
  replace (INR N * rho * sigma ^ N) with (INR N * s) in IH by (unfold s; ring).
  replace (INR (S N) * rho * sigma ^ S N) with (INR N * (sigma * s) + sigma * s) by (rewrite S_INR; cbn [pow]; unfold s; ring).
  cbn [pow]. lra.
Qed.

(** ‖g(k + 1)‖² <= ‖g(k)‖ ‖g(k + 2)‖ *)
Lemma norms_log_convex k : norm2 (g (S k)) <= norm (g k) * norm (g (S (S k))).
Proof.
  assert (same : norm2 (g (S k)) = inner (g k) (g (S (S k)))).
  { rewrite (steps (S k)), (steps k), (linear_subtract Q), (linear_scale Q) by exact Q_linear. set (a := g k).
    assert (swap : inner a (Q (Q a)) = inner (Q a) (Q a)) by now rewrite <- Q_symmetric.
    autorewrite with inner. rewrite swap, <- (Q_symmetric a a). ring. }
  rewrite same. eapply Rle_trans; [apply Rle_abs|apply cauchy_schwarz].
Qed.
Local Lemma growing_once N : norm (g O) < norm (g N) -> exists j, (j < N)%nat /\ norm (g j) < norm (g (S j)).
Proof.
  induction N as [|N IH]; intro grown; [lra|]. destruct (Rlt_le_dec (norm (g N)) (norm (g (S N)))) as [here|not_here]; [exists N; split; [lia|exact here]|].
  destruct IH as (j & j_lt & rises); [lra|]. exists j. split; [lia|exact rises].
Qed.
Theorem norms_grow N : norm (g O) < norm (g N) -> exists q, 1 < q /\ forall k, q ^ k * norm (g N) <= norm (g (N + k)%nat).
Proof.
  intro grown. destruct (growing_once N grown) as (j & j_lt & rises).
  assert (start : 0 < norm (g j)).
  { destruct (norm_ge0 (g j)) as [gt0|zero]; [exact gt0|exfalso]. symmetry in zero. apply norm_definite in zero.
    rewrite (steps j), zero, (linear_zero Q) in rises by exact Q_linear.
    replace (vzero - gamma *: vzero)%V with (@vzero E) in rises by vector_ring. lra. }
  set (q := norm (g (S j)) / norm (g j)).
  assert (q_gt1 : 1 < q) by (apply Rmult_lt_reg_r with (norm (g j)); [exact start|]; unfold q, Rdiv; rewrite Rmult_assoc, Rinv_l; lra).
  assert (each : forall i, 0 < norm (g (j + i)%nat) /\ q * norm (g (j + i)%nat) <= norm (g (S (j + i)))).
  { induction i as [|i [gt0 le]].
    - rewrite Nat.add_0_r. split; [exact start|]. unfold q. right. field. lra.
    - replace (j + S i)%nat with (S (j + i)) by lia. assert (next_gt0 : 0 < norm (g (S (j + i)))) by nra. split; [exact next_gt0|].
      pose proof (norms_log_convex (j + i)) as convex. rewrite norm2_norm in convex.
      apply Rmult_le_reg_l with (norm (g (j + i)%nat)); [exact gt0|]. eapply Rle_trans; [|exact convex].
      replace (norm (g (j + i)%nat) * (q * norm (g (S (j + i))))) with (q * norm (g (j + i)%nat) * norm (g (S (j + i)))) by ring.
      apply Rmult_le_compat_r; lra. }
  exists q. split; [exact q_gt1|]. induction k as [|k IH]; [rewrite Nat.add_0_r; cbn; lra|].
  replace (N + S k)%nat with (S (N + k)) by lia. destruct (each (N + k - j)%nat) as [_ le]. replace (j + (N + k - j))%nat with (N + k)%nat in le by lia.
  eapply Rle_trans; [|exact le]. cbn [pow]. rewrite Rmult_assoc. apply Rmult_le_compat_l; lra.
Qed.
End Gradients.

(** ** Better points *)

Variables (f : E -> R) (G : E -> E).
Hypothesis f_expands : expands f G Q.

Theorem gradient_gap_bound x v K : 0 < K -> inner (Q v) v <= K -> exists w, inner v (G x) * inner v (G x) <= 2 * K * (f x - f w).
Proof.
  intros K_gt0 K_ge. set (c := inner v (G x)). exists (x - (c / K) *: v)%V.
  destruct (f_expands x (x - (c / K) *: v)%V) as [-> _].
  replace (x - (c / K) *: v - x)%V with ((- (c / K)) *: v)%V by vector_ring. rewrite (linear_scale Q) by exact Q_linear.
  rewrite !inner_scale_l, !inner_scale_r, (inner_comm _ (G x)). fold c.
  replace (2 * K * (f x - (f x + - (c / K) * c + / 2 * (- (c / K) * (- (c / K) * inner (Q v) v)))))
    with (2 * (c * c) - (c * c) * (inner (Q v) v * / K)) by (field; lra).
  assert (share : inner (Q v) v * / K <= 1).
  { apply Rmult_le_reg_r with K; [exact K_gt0|]. rewrite Rmult_assoc, Rinv_l, Rmult_1_r, Rmult_1_l by lra. exact K_ge. }
  apply (Rmult_le_compat_l _ _ _ (Rle_0_sqr c)) in share. unfold Rsqr in share. lra.
Qed.

Variables (gamma : R) (x : nat -> E).
Hypothesis steps : forall k, x (S k) = (x k - gamma *: G (x k))%V.
Local Lemma gradient_steps k : G (x (S k)) = (G (x k) - gamma *: Q (G (x k)))%V.
Proof.
  rewrite steps. destruct (f_expands (x k) (x k - gamma *: G (x k))%V) as [_ ->].
  replace (x k - gamma *: G (x k) - x k)%V with ((- gamma) *: G (x k))%V by vector_ring. rewrite (linear_scale Q) by exact Q_linear. vector_ring.
Qed.

(** If what is left of the component is at least b >= 0, some point is better than x(N) by b²/(2K), and the gradient there is at least b/‖v‖ long. *)
Theorem failing_run sigma v lambda K b N :
  1 <= sigma -> Rabs (1 - gamma * L) <= sigma -> Rabs (1 - gamma * lambda) <= sigma -> 0 < K -> inner (Q v) v <= K -> 0 <= b ->
  b + INR N * (Rabs gamma * norm (Q v - lambda *: v)%V * norm (G (x O))) * sigma ^ N <= Rabs (1 - gamma * lambda) ^ N * Rabs (inner v (G (x O))) ->
  (exists w, b * b <= 2 * K * (f (x N) - f w)) /\ b <= norm v * norm (G (x N)).
Proof.
  intros sigma_ge1 sigma_ge tau_le K_gt0 K_ge b_ge0 left_over.
  pose proof (component_bound gamma (fun k => G (x k)) gradient_steps sigma v lambda N sigma_ge1 sigma_ge tau_le) as low. cbn beta in low.
  split; [|pose proof (cauchy_schwarz v (G (x N))); lra]. destruct (gradient_gap_bound (x N) v K K_gt0 K_ge) as (w & gap). exists w. eapply Rle_trans; [|exact gap].
  rewrite <- (Rabs_pos_eq (inner v (G (x N)) * _)), Rabs_mult by apply Rle_0_sqr. apply Rmult_le_compat; lra.
Qed.

(** A gradient that is longer than the first one was: the gap to the best points then exceeds every bound, for ever. *)
Theorem diverging_run N bound : norm (G (x O)) < norm (G (x N)) -> exists K, forall k, (K <= k)%nat -> exists w, f w + bound < f (x k).
Proof.
  intro grown. destruct (norms_grow gamma (fun k => G (x k)) gradient_steps N grown) as (q & q_gt1 & growth). cbn beta in growth.
  pose proof (norm_ge0 (G (x O))) as start_ge0. set (c := norm (G (x N))) in *. assert (c_gt0 : 0 < c) by lra.
  assert (L_ge0 : 0 <= L).
  { destruct (Q_between (G (x N))) as [low high]. assert (0 < norm2 (G (x N))) by (rewrite norm2_norm; fold c; nra). nra. }
  set (K := L + 1). assert (K_gt0 : 0 < K) by (unfold K; lra).
  set (wanted := (2 * K * (Rabs bound + 1)) / (c * c) + 1). destruct (Pow_x_infinity q ltac:(rewrite Rabs_pos_eq; lra) wanted) as (M & large).
  exists (N + M)%nat. intros k k_ge. set (i := (k - N)%nat). specialize (large i ltac:(unfold i; lia)). specialize (growth i).
  replace (N + i)%nat with k in growth by (unfold i; lia). pose proof (pow_R1_Rle q i ltac:(lra)) as power_ge1. rewrite Rabs_pos_eq in large by lra.
  destruct (gradient_gap_bound (x k) (G (x k)) (K * norm2 (G (x k)))) as (w & gap).
  - apply Rmult_lt_0_compat; [exact K_gt0|]. rewrite norm2_norm. assert (0 < norm (G (x k))) by nra. nra.
  - destruct (Q_between (G (x k))) as [_ high]. eapply Rle_trans; [exact high|]. apply Rmult_le_compat_r; [apply norm2_ge0|unfold K; lra].
  - exists w. fold (norm2 (G (x k))) in gap. set (s := norm2 (G (x k))) in *.
    assert (s_ge : c * c * q ^ i <= s).
    { unfold s. rewrite norm2_norm. apply Rle_trans with (q ^ i * c * (q ^ i * c)); [|apply Rmult_le_compat; nra].
      replace (q ^ i * c * (q ^ i * c)) with (c * c * (q ^ i * q ^ i)) by ring. apply Rmult_le_compat_l; nra. }
    assert (s_gt0 : 0 < s) by nra. assert (gap' : s <= 2 * K * (f (x k) - f w)) by (apply Rmult_le_reg_l with s; [exact s_gt0|]; lra).
    assert (s_large : 2 * K * (Rabs bound + 1) < s).
    { apply Rlt_le_trans with (c * c * wanted); [|eapply Rle_trans; [|exact s_ge]; apply Rmult_le_compat_l; nra].
      replace (c * c * wanted) with (2 * K * (Rabs bound + 1) + c * c) by (unfold wanted; field; lra). nra. }
    pose proof (Rle_abs bound). nra.
Qed.
End Divergence.

(** ** Regularized least squares *)

Section LeastSquares.
Context {E : inner_product_space}.
Variables (P : E -> E) (c alpha : R) (rows : list (E * R)).
Hypothesis P_linear : linear P.
Hypothesis P_symmetric : forall x y, inner (P x) y = inner x (P y).
Hypothesis P_between : forall x, 0 <= inner (P x) x <= norm2 x.
Definition second_derivative (d : E) : E := (c *: vector_sum (fun row => inner (fst row) d *: fst row) rows + alpha *: P d)%V.

Local Lemma inner_second x y : inner (second_derivative x) y = c * add_up (fun row => inner (fst row) x * inner (fst row) y) rows + alpha * inner (P x) y.
Proof.
  unfold second_derivative. rewrite inner_add_l, !inner_scale_l, inner_vector_sum. f_equal. f_equal. apply add_up_ext. intros row _. apply inner_scale_l.
Qed.
Lemma second_derivative_linear : linear second_derivative.
Proof.
  intros r x y. apply inner_separates. intro v. rewrite inner_add_l, inner_scale_l, !inner_second.
  rewrite (add_up_ext _ (fun row => r * (inner (fst row) x * inner (fst row) v) + inner (fst row) y * inner (fst row) v) rows).
  - rewrite add_up_plus, add_up_scale, P_linear, inner_add_l, inner_scale_l. ring.
  - intros row _. rewrite inner_add_r, inner_scale_r. ring.
Qed.
Lemma second_derivative_symmetric x y : inner (second_derivative x) y = inner x (second_derivative y).
Proof. rewrite (inner_comm _ x), !inner_second, P_symmetric, (inner_comm _ x). f_equal. f_equal. apply add_up_ext. intros row _. ring. Qed.
Lemma second_derivative_bound top x : 0 <= c -> 0 <= alpha ->
  (forall d, c * add_up (fun row => inner (fst row) d * inner (fst row) d) rows + alpha * inner (P d) d <= top * norm2 d) ->
  0 <= inner (second_derivative x) x <= top * norm2 x.
Proof.
  intros c_ge0 alpha_ge0 top_bound. rewrite inner_second. specialize (top_bound x). destruct (P_between x) as [P_ge0 _].
  pose proof (Rmult_le_pos _ _ c_ge0 (add_up_squares_ge0 (fun row => inner (fst row) x) rows)) as low.
  pose proof (Rmult_le_pos _ _ alpha_ge0 P_ge0). lra.
Qed.

Theorem least_squares_expands : expands (partly_regularized P alpha (multiple c (linear_model half_square rows)))
  (fun x => c *: linear_model_gradient (fun t => t) rows x + alpha *: P x)%V second_derivative.
Proof.
  intros x y. split.
  - cbn. rewrite inner_second, inner_add_l, !inner_scale_l, !linear_model_value. unfold linear_model_gradient, half_square. rewrite inner_vector_sum.
    set (d := (y - x)%V).
    assert (form : inner (P y) y = inner (P x) x + 2 * inner (P x) d + inner (P d) d).
    { replace y with (x + d)%V by (unfold d; vector_ring). rewrite (linear_add P P_linear). autorewrite with inner. rewrite (P_symmetric d x), (inner_comm _ d (P x)). ring. }
    rewrite form.
    rewrite (add_up_ext _ (fun row => / 2 * ((inner (fst row) x + snd row) * (inner (fst row) x + snd row)) +
      (inner ((inner (fst row) x + snd row) *: fst row)%V d + / 2 * (inner (fst row) d * inner (fst row) d))) rows).
    + rewrite !add_up_plus, !add_up_scale. field.
    + intros row _. unfold d. expand_inner. field.
  - unfold second_derivative. set (d := (y - x)%V).
    assert (same : linear_model_gradient (fun t => t) rows y =
      (linear_model_gradient (fun t => t) rows x + vector_sum (fun row => inner (fst row) d *: fst row) rows)%V).
    { apply inner_separates. intro v. unfold linear_model_gradient. rewrite inner_add_l, !inner_vector_sum, <- add_up_plus. apply add_up_ext. intros row _.
      unfold d. expand_inner. ring. }
    rewrite same. unfold d. rewrite (linear_subtract P P_linear). vector_ring.
Qed.
End LeastSquares.
