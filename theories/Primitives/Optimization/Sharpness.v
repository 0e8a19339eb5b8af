(** * Rates of gradient descent that cannot be improved

    In every inner-product space with a vector of norm 1, and for every number of steps, there is a function and a run of gradient descent on it for which the rate of
    GradientDescent.v is an equality.  On convex functions it is Huber's function, with such a start that the run stays where it is a straight line; on strongly convex
    functions it is µ/2 ‖x‖² or L/2 ‖x‖².

    Main definitions: [descend].
    Main results: [gradient_descent_convex_sharp], [gradient_descent_strongly_convex_sharp].

    Trust: proved.
    Source: Y. Drori and M. Teboulle, Performance of first-order methods for smooth convex minimization: a novel approach, 2014, theorem 3.2. *)
From Coq Require Import Reals Lra Lia.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant.Primitives.Optimization Require Import Spaces Convex Smooth Losses Examples GradientDescent.
Local Open Scope R_scope.

Local Lemma clip_line t : 1 <= t -> clip 1 t = 1.
Proof. intro t_ge. unfold clip, Rmax, Rmin. repeat destruct Rle_dec; lra. Qed.
Local Lemma huber_line t : 1 <= t -> huber 1 t = t - / 2.
Proof. intro t_ge. unfold huber. rewrite Rabs_pos_eq by lra. destruct Rle_dec; [replace t with 1 by lra|]; lra. Qed.

Section Sharpness.
Context {E : inner_product_space}.
Variable e : E.
Hypothesis unit_e : norm2 e = 1.

(** the run of gradient descent with step γ from [start], for the gradient G *)
Fixpoint descend (G : E -> E) (gamma : R) (start : E) (k : nat) : E :=
  match k with O => start | S k => (descend G gamma start k - gamma *: G (descend G gamma start k))%V end.
Lemma descend_correct G gamma start (f : function E) : (forall x, gradient f x (G x)) ->
  gradient_descent gamma f (descend G gamma start) (fun k => G (descend G gamma start k)).
Proof. intros grad k. split; [apply grad|reflexivity]. Qed.

Theorem gradient_descent_convex_sharp L gamma N : 0 < L -> 0 <= gamma <= / L ->
  exists f x g (xs : E), smooth L f /\ convex f /\ minimizer f xs /\ gradient_descent gamma f x g /\ x O <> xs /\
    f (x N) - f xs = L / (4 * INR N * (gamma * L) + 2) * norm2 (x O - xs)%V.
Proof.
  intros L_gt0 (gamma_ge0 & gamma_le). set (loss := huber_loss 1 Rle_0_1).
  apply (Rmult_le_compat_r L) in gamma_le; [|lra]. rewrite Rinv_l in gamma_le by lra.
  set (h := gamma * L) in *. assert (h_ge0 : 0 <= h) by (apply Rmult_le_pos; lra). pose proof (pos_INR N) as n_ge0.
  assert (nh_ge0 : 0 <= INR N * h) by now apply Rmult_le_pos.
  set (f := multiple L (along (huber 1) e 0)). set (G := fun x => (L *: (clip 1 (inner e x + 0) *: e))%V).
  assert (grad : forall x, gradient f x (G x)) by (intro x; apply multiple_gradient, (along_gradient 1 _ _ loss)).
  assert (flat : G vzero = vzero).
  { unfold G. rewrite inner_zero_r. unfold clip. rewrite Rmin_right, Rmax_right by (try rewrite Rmin_right; lra). vector_ring. }
  assert (convex_f : convex f) by (apply multiple_convex; [lra|]; exact (along_convex 1 _ _ loss e 0)).
  set (x := descend G gamma ((2 * INR N * h + 1) *: e)%V).
  assert (place : forall k, (k <= N)%nat -> x k = ((2 * INR N * h + 1 - INR k * h) *: e)%V).
  { induction k as [|k IH]; intro k_le; [cbn; vector_ring|]. unfold x in *. cbn [descend]. rewrite IH by lia. rewrite S_INR.
    assert (k_le' : INR k <= INR N) by (apply le_INR; lia). pose proof (Rmult_le_compat_r h _ _ h_ge0 k_le') as kh_le.
    unfold G at 1. rewrite inner_scale_r. fold (norm2 e). rewrite unit_e. rewrite clip_line by lra.
    vector_coefficients. unfold h. ring. }
  exists f, x, (fun k => G (x k)), vzero.
  assert (start : norm2 (x O - vzero)%V = (2 * INR N * h + 1) * (2 * INR N * h + 1)).
  { replace (x O - vzero)%V with ((2 * INR N * h + 1) *: e)%V by (cbn; vector_ring). rewrite norm2_scale, unit_e. ring. }
  split; [|split; [|split; [|split; [|split]]]].
  - pose proof (multiple_smooth L _ _ (along_smooth 1 _ _ loss e 0)) as smooth_f. rewrite unit_e, Rabs_pos_eq, !Rmult_1_r in smooth_f by lra. exact smooth_f.
  - exact convex_f.
  - apply convex_stationary; [exact convex_f|]. rewrite <- flat at 2. apply grad.
  - apply descend_correct, grad.
  - intro same. rewrite same in start. replace (vzero - vzero)%V with (@vzero E) in start by vector_ring. rewrite norm2_zero in start. nra.
  - rewrite start, place by lia. cbn. rewrite inner_zero_r, inner_scale_r, !Rplus_0_r. fold (norm2 e). rewrite unit_e.
    rewrite huber_line by lra. unfold huber. rewrite Rabs_R0. destruct Rle_dec; [field|]; lra.
Qed.

(** the value, the gradient and the distance *)
Theorem gradient_descent_strongly_convex_sharp mu L gamma N : 0 <= mu <= L -> 0 < L ->
  exists f x g (xs : E), smooth L f /\ strongly_convex mu f /\ minimizer f xs /\ gradient_descent gamma f x g /\ x O <> xs /\
    norm2 (x N - xs)%V = contraction_factor gamma mu L ^ (2 * N) * norm2 (x O - xs)%V /\
    norm2 (g N) = contraction_factor gamma mu L ^ (2 * N) * norm2 (g O) /\
    f (x N) - f xs = contraction_factor gamma mu L ^ (2 * N) * (f (x O) - f xs).
Proof.
  intros (mu_ge0 & mu_le) L_gt0.
  assert (curvature : exists c, mu <= c <= L /\ contraction_factor gamma mu L = Rabs (1 - gamma * c)).
  { unfold contraction_factor, Rmax. destruct Rle_dec; [exists L|exists mu]; (split; [lra|reflexivity]). }
  destruct curvature as (c & (mu_le_c & c_le) & ->). rewrite pow_mult, pow2_abs.
  set (f := multiple c (@half_norm2 E)). set (G := fun x : E => (c *: x)%V).
  assert (grad : forall x, gradient f x (G x)) by (intro x; apply multiple_gradient, half_norm2_gradient).
  assert (convex_f : strongly_convex c f).
  { pose proof (multiple_strongly_convex c _ _ ltac:(lra) (@half_norm2_strongly_convex E)) as convex_f. now rewrite Rmult_1_r in convex_f. }
  set (x := descend G gamma e).
  assert (place : forall k, x k = ((1 - gamma * c) ^ k *: e)%V).
  { induction k as [|k IH]; [cbn; vector_ring|]. unfold x in *. cbn [descend]. rewrite IH. unfold G. cbn [pow]. vector_ring. }
  assert (power : forall k, norm2 (x k) = ((1 - gamma * c) ^ 2) ^ k).
  { intro k. rewrite place, norm2_scale, unit_e, <- pow_mult, (Nat.mul_comm 2), pow_mult. simpl. ring. }
  assert (zero : forall y : E, (y - vzero)%V = y) by (intro y; vector_ring).
  exists f, x, (fun k => G (x k)), vzero. rewrite !zero. unfold G. rewrite !norm2_scale. cbn [value f multiple half_norm2 everywhere]. rewrite !power, norm2_zero.
  split; [|split; [|split; [|split; [|split; [|split; [|split]]]]]]; try (simpl; ring).
  - pose proof (multiple_smooth c _ _ (@half_norm2_smooth E)) as smooth_f. rewrite Rabs_pos_eq, Rmult_1_r in smooth_f by lra.
    exact (smooth_mono c L f c_le smooth_f).
  - exact (strongly_convex_mono c mu f mu_le_c convex_f).
  - apply convex_stationary; [exact (strongly_convex_convex c f ltac:(lra) convex_f)|].
    replace (@vzero E) with (G vzero) at 2 by (unfold G; vector_ring). apply grad.
  - apply descend_correct, grad.
  - cbn. intro same. rewrite same, norm2_zero in unit_e. lra.
Qed.
End Sharpness.
