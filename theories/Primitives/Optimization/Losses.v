(** * Losses of linear models

    The objectives of linear regression and classification: sums, over the rows (a, b) of a data set, of φ(<a, x> + b) for a function φ of a real number.  If
    φ' is increasing and K-Lipschitz, and Σ <a, d>² <= S ‖d‖² for all d, then the sum is convex and (K·S)-smooth.  The squared loss and Huber's have K = 1, the
    logistic loss has K = 1/4.  Regularisation with λ/2 ‖x‖² adds λ to the constants of convexity and smoothness.  A form ½ <x, Px> may leave some directions, such as
    an intercept, without a penalty.

    Main definitions: [smooth_loss], [along], [linear_model], [half_square], [logistic], [huber], [half_norm2], [regularized], [half_form], [partly_regularized].
    Main results: [along_convex], [along_smooth], [linear_model_convex], [linear_model_smooth], [linear_model_rows_smooth], [least_squares_strongly_convex],
    [least_squares_quadratic], [half_square_loss], [logistic_loss], [huber_loss], [half_norm2_quadratic], [regularized_strongly_convex], [regularized_smooth],
    [half_form_quadratic], [partly_regularized_smooth], [partly_regularized_convex],
    [partly_regularized_lower], [partly_regularized_least_squares].

    | notation | meaning |
    | along φ a b | the function x ↦ φ(<a, x> + b) |
    | linear_model φ rows | the function x ↦ Σ φ(<a, x> + b) over the rows (a, b) |

    Trust: proved.
    Source: S. Shalev-Shwartz and S. Ben-David, Understanding Machine Learning, 2014, chapters 9 and 12; P. Huber, Robust estimation of a location
    parameter, 1964. *)
From Coq Require Import Reals List Lra Psatz.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant.Primitives.Optimization Require Import Spaces Convex Smooth Operators Quadratics FiniteSums.
Local Open Scope R_scope.

(** ** Losses *)

(** φ has the derivative φ', which is increasing and K-Lipschitz *)
Definition smooth_loss (K : R) (phi phi' : R -> R) : Prop :=
  (forall t, derivable_pt_lim phi t (phi' t)) /\ forall s t, s <= t -> 0 <= phi' t - phi' s <= K * (t - s).

Section Loss.
Variables (K : R) (phi phi' : R -> R).
Hypothesis phi_loss : smooth_loss K phi phi'.

Lemma loss_constant_ge0 : 0 <= K.
Proof. destruct phi_loss as [_ steep]. pose proof (steep 0 1 Rle_0_1). lra. Qed.
Lemma loss_lipschitz s t : Rabs (phi' s - phi' t) <= K * Rabs (s - t).
Proof.
  destruct phi_loss as [_ steep]. destruct (Rle_dec s t) as [s_le | s_gt].
  - pose proof (steep s t s_le). rewrite (Rabs_left1 (s - t)), (Rabs_left1 (phi' s - phi' t)); lra.
  - pose proof (steep t s). rewrite (Rabs_pos_eq (s - t)), (Rabs_pos_eq (phi' s - phi' t)); lra.
Qed.
(** φ lies above its tangents, and not far *)
Lemma loss_tangent s t : 0 <= phi s - phi t - phi' t * (s - t) <= K * ((s - t) * (s - t)).
Proof.
  destruct phi_loss as [derivative steep]. pose proof loss_constant_ge0 as K_ge0. destruct (Rtotal_order t s) as [t_lt | [-> | s_lt]].
  - destruct (MVT_cor2 phi phi' t s t_lt) as (c & mean & between); [auto|]. pose proof (steep t c). rewrite mean.
    pose proof (Rmult_le_compat_l K (c - t) (s - t)). nra.
  - lra.
  - destruct (MVT_cor2 phi phi' s t s_lt) as (c & mean & between); [auto|]. pose proof (steep c t).
    replace (phi s - phi t) with (- (phi t - phi s)) by ring. rewrite mean. pose proof (Rmult_le_compat_l K (t - c) (t - s)). nra.
Qed.
End Loss.

(** ** One row *)

Section Along.
Context {E : inner_product_space}.
Implicit Types (a x y : E) (b : R).

Definition along (phi : R -> R) a b : function E := everywhere (fun x => phi (inner a x + b)).

Variables (K : R) (phi phi' : R -> R).
Hypothesis phi_loss : smooth_loss K phi phi'.

Lemma inner_square_bound a x : inner a x * inner a x <= norm2 a * norm2 x.
Proof.
  pose proof (cauchy_schwarz a x) as bound. pose proof (Rabs_pos (inner a x)). pose proof (norm_ge0 a). pose proof (norm_ge0 x). rewrite !norm2_norm.
  replace (inner a x * inner a x) with (Rabs (inner a x) * Rabs (inner a x)) by (rewrite <- Rabs_mult; apply Rabs_pos_eq, Rle_0_sqr). nra.
Qed.
Theorem along_gradient a b x : gradient (along phi a b) x (phi' (inner a x + b) *: a)%V.
Proof.
  apply (tangent_gradient (K * norm2 a)). intros y. split; [exact I|]. cbn. rewrite inner_scale_l.
  pose proof (loss_tangent K phi phi' phi_loss (inner a y + b) (inner a x + b)) as tangent.
  replace (inner a y + b - (inner a x + b)) with (inner a (y - x)%V) in tangent by (rewrite inner_sub_r; ring).
  pose proof (inner_square_bound a (y - x)%V). pose proof (loss_constant_ge0 K phi phi' phi_loss). rewrite Rabs_pos_eq by lra. nra.
Qed.
Theorem along_convex a b : convex (along phi a b).
Proof.
  intros x y t _ _ t_between. split; [exact I|]. cbn.
  set (z := inner a (t *: x + (1 - t) *: y)%V + b).
  pose proof (loss_tangent K phi phi' phi_loss (inner a x + b) z) as at_x. pose proof (loss_tangent K phi phi' phi_loss (inner a y + b) z) as at_y.
  replace (inner a x + b - z) with ((1 - t) * (inner a x - inner a y)) in at_x by (unfold z; expand_inner; ring).
  replace (inner a y + b - z) with (- t * (inner a x - inner a y)) in at_y by (unfold z; expand_inner; ring).
  destruct at_x as [at_x _]. destruct at_y as [at_y _].
  apply (Rmult_le_compat_l t) in at_x; [|lra]. apply (Rmult_le_compat_l (1 - t)) in at_y; [|lra]. lra.
Qed.

(** ** Many rows *)

Implicit Type rows : list (E * R).
Definition linear_model (psi : R -> R) rows : function E := finite_sum (fun row => along psi (fst row) (snd row)) rows.
Definition linear_model_gradient rows x : E := vector_sum (fun row => phi' (inner (fst row) x + snd row) *: fst row)%V rows.

Lemma linear_model_value psi rows x : linear_model psi rows x = add_up (fun row => psi (inner (fst row) x + snd row)) rows.
Proof. unfold linear_model. now rewrite finite_sum_value. Qed.
Lemma linear_model_total psi rows : total (linear_model psi rows).
Proof. now apply finite_sum_total. Qed.
Theorem linear_model_convex rows : convex (linear_model phi rows).
Proof. apply finite_sum_convex. intros row _. apply along_convex. Qed.
Theorem linear_model_has_gradient rows x : gradient (linear_model phi rows) x (linear_model_gradient rows x).
Proof. apply (finite_sum_gradient _ (fun row => phi' (inner (fst row) x + snd row) *: fst row)%V). intros row _. apply along_gradient. Qed.

Theorem linear_model_smooth S rows : 0 <= S -> (forall d, add_up (fun row => inner (fst row) d * inner (fst row) d) rows <= S * norm2 d) ->
  smooth (K * S) (linear_model phi rows).
Proof.
  intros S_ge0 rows_bound. exists (linear_model_gradient rows). split; [apply linear_model_has_gradient|]. intros x y. set (d := (x - y)%V).
  pose proof (loss_constant_ge0 K phi phi' phi_loss) as K_ge0.
  set (c := fun row : E * R => phi' (inner (fst row) x + snd row) - phi' (inner (fst row) y + snd row)).
  set (g := (linear_model_gradient rows x - linear_model_gradient rows y)%V).
  (* ‖g‖² = Σ c <a, g>, where c² <= K² <a, d>² *)
  assert (square : norm2 g = add_up (fun row => c row * inner (fst row) g) rows).
  { transitivity (inner (vector_sum (fun row => c row *: fst row)%V rows) g);
      [|rewrite inner_vector_sum; apply add_up_ext; intros row _; apply inner_scale_l].
    unfold norm2. f_equal. unfold g, linear_model_gradient. rewrite <- vector_sum_sub. apply vector_sum_ext. intros row _. unfold c. vector_ring. }
  assert (steep : add_up (fun row => c row * c row) rows <= K * K * (S * norm2 d)).
  { apply Rle_trans with (add_up (fun row => K * K * (inner (fst row) d * inner (fst row) d)) rows).
    - apply add_up_mono. intros row _.
      pose proof (loss_lipschitz K phi phi' phi_loss (inner (fst row) x + snd row) (inner (fst row) y + snd row)) as lipschitz.
      replace (inner (fst row) x + snd row - (inner (fst row) y + snd row)) with (inner (fst row) d) in lipschitz by (unfold d; expand_inner; ring).
      fold (c row) in lipschitz.
      replace (c row * c row) with (Rabs (c row) * Rabs (c row)) by (rewrite <- Rabs_mult; apply Rabs_pos_eq, Rle_0_sqr).
      replace (inner (fst row) d * inner (fst row) d) with (Rabs (inner (fst row) d) * Rabs (inner (fst row) d))
        by (rewrite <- Rabs_mult; apply Rabs_pos_eq, Rle_0_sqr).
      pose proof (Rabs_pos (c row)). nra.
    - rewrite add_up_scale. apply Rmult_le_compat_l; [nra | apply rows_bound]. }
  pose proof (add_up_cauchy_schwarz c (fun row => inner (fst row) g) rows) as product. cbn in product. rewrite <- square in product.
  pose proof (rows_bound g) as along_g.
  pose proof (add_up_squares_ge0 c rows). pose proof (add_up_squares_ge0 (fun row => inner (fst row) g) rows). cbn in *.
  pose proof (norm2_ge0 g). pose proof (norm2_ge0 d).
  assert (bound : norm2 g * norm2 g <= K * K * (S * norm2 d) * (S * norm2 g)).
  { eapply Rle_trans; [exact product|]. apply Rmult_le_compat; assumption. }
  pose proof (norm_ge0 d). apply norm_bound; [apply Rmult_le_pos; [nra|assumption]|].
  replace (K * S * norm d * (K * S * norm d)) with (K * K * (S * norm2 d) * S) by (rewrite norm2_norm; ring).
  destruct (Req_dec (norm2 g) 0) as [-> | g_neq0]; [nra|]. apply Rmult_le_reg_r with (norm2 g); [lra|]. lra.
Qed.
(** always possible: S = Σ ‖a‖² *)
Theorem linear_model_rows_smooth rows : smooth (K * add_up (fun row => norm2 (fst row)) rows) (linear_model phi rows).
Proof.
  apply linear_model_smooth.
  - rewrite <- (add_up_zero rows). apply add_up_mono. intros row _. apply norm2_ge0.
  - intros d. rewrite (Rmult_comm _ (norm2 d)), <- add_up_scale. apply add_up_mono. intros row _. rewrite (Rmult_comm (norm2 d)). apply inner_square_bound.
Qed.
Theorem along_smooth a b : smooth (K * norm2 a) (along phi a b).
Proof.
  exists (fun x => phi' (inner a x + b) *: a)%V. split; [apply along_gradient|]. intros x y.
  replace (phi' (inner a x + b) *: a - phi' (inner a y + b) *: a)%V with ((phi' (inner a x + b) - phi' (inner a y + b)) *: a)%V by vector_ring.
  rewrite norm_scale. pose proof (loss_lipschitz K phi phi' phi_loss (inner a x + b) (inner a y + b)) as lipschitz.
  replace (inner a x + b - (inner a y + b)) with (inner a (x - y)%V) in lipschitz by (expand_inner; ring).
  pose proof (cauchy_schwarz a (x - y)%V). pose proof (loss_constant_ge0 K phi phi' phi_loss). pose proof (norm_ge0 a). rewrite norm2_norm.
  apply Rle_trans with (K * (norm a * norm (x - y)%V) * norm a); [|lra]. apply Rmult_le_compat_r; [assumption|]. nra.
Qed.
End Along.

(** ** The squared loss *)

Definition half_square (t : R) : R := / 2 * (t * t).
Theorem half_square_loss : smooth_loss 1 half_square (fun t => t).
Proof.
  split; [|intros s t; lra]. intros t. unfold half_square. replace t with (/ 2 * (1 * t + t * 1)) at 2 by field.
  apply (derivable_pt_lim_scal (fun t => t * t)). apply (derivable_pt_lim_mult id id); apply derivable_pt_lim_id.
Qed.

Section LeastSquares.
Context {E : inner_product_space}.
Implicit Types (rows : list (E * R)) (f : function E).
Local Lemma least_squares_middle rows x y t : 0 <= t <= 1 -> linear_model half_square rows (t *: x + (1 - t) *: y)%V =
  t * linear_model half_square rows x + (1 - t) * linear_model half_square rows y -
  / 2 * (t * (1 - t)) * add_up (fun row => inner (fst row) (x - y)%V * inner (fst row) (x - y)%V) rows.
Proof.
  intro t_between. rewrite !linear_model_value. unfold half_square. set (z := (t *: x + (1 - t) *: y)%V). set (d := (x - y)%V).
  transitivity (t * add_up (fun row => / 2 * ((inner (fst row) x + snd row) * (inner (fst row) x + snd row))) rows +
    ((1 - t) * add_up (fun row => / 2 * ((inner (fst row) y + snd row) * (inner (fst row) y + snd row))) rows +
     - (/ 2 * (t * (1 - t))) * add_up (fun row => inner (fst row) d * inner (fst row) d) rows)); [|ring].
  rewrite <- !add_up_scale, <- !add_up_plus. apply add_up_ext. intros row _. unfold d, z. expand_inner. field.
Qed.
Theorem least_squares_strongly_convex m rows : (forall d, m * norm2 d <= add_up (fun row => inner (fst row) d * inner (fst row) d) rows) ->
  strongly_convex m (linear_model half_square rows).
Proof.
  intros rows_bound x y t _ _ t_between. split; [apply linear_model_total|]. rewrite least_squares_middle by exact t_between.
  specialize (rows_bound (x - y)%V). assert (0 <= t * (1 - t)) by nra. nra.
Qed.

(** with a minimizer z it is a quadratic: Q d = Σ <a, d> a *)
Theorem least_squares_quadratic m S rows z :
  (forall d, m * norm2 d <= add_up (fun row => inner (fst row) d * inner (fst row) d) rows <= S * norm2 d) ->
  gradient (linear_model half_square rows) z vzero -> quadratic m S (linear_model half_square rows).
Proof.
  intros rows_between stationary. split; [apply linear_model_total|].
  set (Q := fun d => vector_sum (fun row => inner (fst row) d *: fst row)%V rows).
  assert (inner_Q : forall x y, inner (Q x) y = add_up (fun row => inner (fst row) x * inner (fst row) y) rows).
  { intros x y. unfold Q. rewrite inner_vector_sum. apply add_up_ext. intros row _. apply inner_scale_l. }
  exists z, Q. split; [|split; [|split]].
  - intros r x y. apply inner_separates. intros v. rewrite inner_add_l, inner_scale_l, !inner_Q, <- add_up_scale, <- add_up_plus.
    apply add_up_ext. intros row _. rewrite inner_add_r, inner_scale_r. ring.
  - intros x y. rewrite (inner_comm _ x), !inner_Q. apply add_up_ext. intros row _. ring.
  - intros x. rewrite inner_Q. apply rows_between.
  - intros x. rewrite inner_Q, !linear_model_value. unfold half_square. set (d := (x - z)%V).
    pose proof (gradient_unique _ _ _ _ stationary (linear_model_has_gradient 1 half_square _ half_square_loss rows z)) as zero.
    assert (normal : 0 = add_up (fun row => (inner (fst row) z + snd row) * inner (fst row) d) rows).
    { rewrite <- (inner_zero_l d), zero. unfold linear_model_gradient. rewrite inner_vector_sum. apply add_up_ext. intros row _. apply inner_scale_l. }
    rewrite <- Rplus_0_r, normal, <- add_up_scale, <- !add_up_plus. apply add_up_ext. intros row _. unfold d. expand_inner. field.
Qed.

(** ** The squared norm, and regularisation with it *)

Definition half_norm2 : function E := everywhere (fun x => / 2 * norm2 x).
Definition regularized (lambda : R) f : function E := sum f (multiple lambda half_norm2).

Theorem half_norm2_quadratic : quadratic 1 1 half_norm2.
Proof.
  split; [now intros x|]. exists vzero, (fun x => x). repeat split; unfold norm2; try lra.
  intros x. cbn. replace (x - vzero)%V with x by vector_ring. rewrite norm2_zero. unfold norm2. ring.
Qed.
Lemma half_norm2_strongly_convex : strongly_convex 1 half_norm2.
Proof. apply quadratic_strongly_convex with 1. exact half_norm2_quadratic. Qed.
Lemma half_norm2_smooth : smooth 1 half_norm2.
Proof. apply quadratic_smooth with 1; [lra | lra | exact half_norm2_quadratic]. Qed.
Theorem regularized_strongly_convex lambda mu f : 0 <= lambda -> strongly_convex mu f -> strongly_convex (mu + lambda) (regularized lambda f).
Proof.
  intros lambda_ge0 f_convex. apply sum_strongly_convex; [exact f_convex|].
  rewrite <- (Rmult_1_r lambda) at 1. apply multiple_strongly_convex; [exact lambda_ge0 | exact half_norm2_strongly_convex].
Qed.
Theorem regularized_smooth lambda L f : 0 <= lambda -> smooth L f -> smooth (L + lambda) (regularized lambda f).
Proof.
  intros lambda_ge0 f_smooth. apply sum_smooth; [exact f_smooth|].
  rewrite <- (Rmult_1_r lambda), <- (Rabs_pos_eq lambda lambda_ge0) at 1. apply multiple_smooth. exact half_norm2_smooth.
Qed.

(** ** Regularisation in some directions *)

Section Partly.
Variable P : E -> E.
Hypothesis P_linear : linear P.
Hypothesis P_symmetric : forall x y, inner (P x) y = inner x (P y).
Hypothesis P_between : forall x, 0 <= inner (P x) x <= norm2 x.
Definition half_form : function E := everywhere (fun x => / 2 * inner (P x) x).
Definition partly_regularized (lambda : R) f : function E := sum f (multiple lambda half_form).

Lemma half_form_gradient x : gradient half_form x (P x).
Proof.
  apply (tangent_gradient (/ 2)). intro y. split; [exact I|]. cbn. set (d := (y - x)%V).
  replace (inner (P y) y) with (inner (P x) x + 2 * inner (P x) d + inner (P d) d).
  - pose proof (P_between d) as d_between. rewrite Rabs_pos_eq; lra.
  - replace y with (x + d)%V by (unfold d; vector_ring). rewrite (linear_add P P_linear). autorewrite with inner.
    rewrite (P_symmetric d x), (inner_comm _ d (P x)). ring.
Qed.
Theorem half_form_quadratic : quadratic 0 1 half_form.
Proof.
  split; [now intros x|]. exists vzero, P. split; [exact P_linear|]. split; [exact P_symmetric|]. split.
  - intro x. rewrite Rmult_0_l, Rmult_1_l. apply P_between.
  - intro x. cbn. replace (x - vzero)%V with x by vector_ring. rewrite inner_zero_r. ring.
Qed.
Theorem partly_regularized_smooth lambda L f : 0 <= lambda -> smooth L f -> smooth (L + lambda) (partly_regularized lambda f).
Proof.
  intros lambda_ge0 f_smooth. apply sum_smooth; [exact f_smooth|].
  rewrite <- (Rmult_1_r lambda), <- (Rabs_pos_eq lambda lambda_ge0) at 1. apply multiple_smooth.
  apply quadratic_smooth with 0; [lra | lra | exact half_form_quadratic].
Qed.
Theorem partly_regularized_convex lambda f : 0 <= lambda -> convex f -> convex (partly_regularized lambda f).
Proof.
  intros lambda_ge0 f_convex. unfold convex. replace 0 with (0 + lambda * 0) by ring. apply sum_strongly_convex; [exact f_convex|].
  apply multiple_strongly_convex; [exact lambda_ge0|]. apply quadratic_strongly_convex with 1. exact half_form_quadratic.
Qed.
(** f lies above its tangents, and the form makes a difference *)
Theorem partly_regularized_lower lambda f x y h : convex f -> gradient f y h -> domain f x ->
  partly_regularized lambda f y + inner (h + lambda *: P y)%V (x - y)%V + lambda / 2 * inner (P (x - y)%V) (x - y)%V <= partly_regularized lambda f x.
Proof.
  intros convex_f grad there. pose proof (gradient_lower 0 f x y h convex_f grad there) as low.
  cbn [value partly_regularized sum multiple half_form everywhere]. set (d := (x - y)%V) in *.
  assert (form : inner (P x) x = inner (P y) y + 2 * inner (P y) d + inner (P d) d).
  { replace x with (y + d)%V by (unfold d; vector_ring). rewrite (linear_add P P_linear). autorewrite with inner. rewrite (P_symmetric d y), (inner_comm _ d (P y)). ring. }
  rewrite form, inner_add_l, inner_scale_l. lra.
Qed.
(** the data may make up for what the form leaves out *)
Theorem partly_regularized_least_squares c lambda mu rows :
  (forall d, mu * norm2 d <= c * add_up (fun row => inner (fst row) d * inner (fst row) d) rows + lambda * inner (P d) d) ->
  strongly_convex mu (partly_regularized lambda (multiple c (linear_model half_square rows))).
Proof.
  intros rows_bound x y t _ _ t_between. split; [split; [apply linear_model_total|exact I]|]. cbn [value partly_regularized sum multiple half_form everywhere].
  rewrite least_squares_middle by exact t_between. specialize (rows_bound (x - y)%V). set (d := (x - y)%V) in *.
  replace (inner (P (t *: x + (1 - t) *: y)%V) (t *: x + (1 - t) *: y)%V) with
    (t * inner (P x) x + (1 - t) * inner (P y) y - t * (1 - t) * inner (P d) d).
  - assert (weight_ge0 : 0 <= t * (1 - t)) by nra. nra.
  - unfold d. rewrite (linear_subtract P P_linear), P_linear, (linear_scale P P_linear). autorewrite with inner.
    rewrite (P_symmetric y x), (inner_comm _ y (P x)). ring.
Qed.
End Partly.
End LeastSquares.

(** ** The logistic loss *)

Definition logistic (t : R) : R := ln (1 + exp t).
Definition sigmoid (t : R) : R := exp t / (1 + exp t).
Lemma sigmoid_derivative t : derivable_pt_lim sigmoid t (exp t / ((1 + exp t) * (1 + exp t))).
Proof.
  pose proof (exp_pos t). unfold sigmoid.
  replace (exp t / ((1 + exp t) * (1 + exp t))) with ((exp t * (1 + exp t) - (0 + exp t) * exp t) / Rsqr (1 + exp t)) by (unfold Rsqr; field; lra).
  apply (derivable_pt_lim_div exp (fun t => 1 + exp t)); [apply derivable_pt_lim_exp | | lra].
  apply (derivable_pt_lim_plus (fun _ => 1) exp); [apply derivable_pt_lim_const | apply derivable_pt_lim_exp].
Qed.
Theorem logistic_loss : smooth_loss (/ 4) logistic sigmoid.
Proof.
  split.
  - intros t. pose proof (exp_pos t). unfold logistic, sigmoid. replace (exp t / (1 + exp t)) with (/ (1 + exp t) * (0 + exp t)) by (field; lra).
    apply (derivable_pt_lim_comp (fun t => 1 + exp t) ln); [|apply derivable_pt_lim_ln; lra].
    apply (derivable_pt_lim_plus (fun _ => 1) exp); [apply derivable_pt_lim_const | apply derivable_pt_lim_exp].
  - intros s t [s_lt | ->]; [|lra].
    destruct (MVT_cor2 sigmoid _ s t s_lt (fun c _ => sigmoid_derivative c)) as (c & -> & _).
    pose proof (exp_pos c). assert (0 <= exp c / ((1 + exp c) * (1 + exp c)) <= / 4); [|nra]. split.
    + apply Rlt_le, Rdiv_lt_0_compat; nra.
    + apply Rmult_le_reg_r with ((1 + exp c) * (1 + exp c)); [nra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by nra.
      pose proof (Rle_0_sqr (1 - exp c)) as square. unfold Rsqr in square. lra.
Qed.

(** ** Huber's loss *)

(** t²/2 between -δ and δ, and straight lines outside *)
Definition huber (delta t : R) : R := if Rle_dec (Rabs t) delta then / 2 * (t * t) else delta * (Rabs t - / 2 * delta).
Definition clip (delta t : R) : R := Rmax (- delta) (Rmin delta t).
Local Lemma huber_cases delta t : 0 <= delta ->
  (t <= - delta /\ huber delta t = delta * (- t - / 2 * delta) /\ clip delta t = - delta) \/
  (- delta <= t <= delta /\ huber delta t = / 2 * (t * t) /\ clip delta t = t) \/
  (delta <= t /\ huber delta t = delta * (t - / 2 * delta) /\ clip delta t = delta).
Proof.
  intros delta_ge0. unfold huber, clip, Rabs, Rmax, Rmin.
  destruct Rcase_abs; destruct Rle_dec; destruct Rle_dec; destruct Rle_dec; try (exfalso; lra);
    first [left; repeat split; lra | right; left; repeat split; lra | right; right; repeat split; lra].
Qed.
Theorem huber_loss delta : 0 <= delta -> smooth_loss 1 (huber delta) (clip delta).
Proof.
  intros delta_ge0. split.
  - intros t eps eps_gt0. exists (mkposreal eps eps_gt0). cbn. intros h h_neq0 h_lt.
    assert (tangent : Rabs (huber delta (t + h) - huber delta t - clip delta t * h) <= / 2 * (h * h)).
    { apply Rabs_le. destruct (huber_cases delta t delta_ge0) as [(at_t & -> & ->) | [(at_t & -> & ->) | (at_t & -> & ->)]];
        destruct (huber_cases delta (t + h) delta_ge0) as [(at_h & -> & _) | [(at_h & -> & _) | (at_h & -> & _)]]; nra. }
    replace ((huber delta (t + h) - huber delta t) / h - clip delta t)
      with ((huber delta (t + h) - huber delta t - clip delta t * h) / h) by (field; assumption).
    unfold Rdiv. rewrite Rabs_mult, Rabs_inv. pose proof (Rabs_pos_lt h h_neq0) as h_gt0.
    replace (h * h) with (Rabs h * Rabs h) in tangent by (rewrite <- Rabs_mult; apply Rabs_pos_eq, Rle_0_sqr).
    apply Rmult_lt_reg_r with (Rabs h); [exact h_gt0|]. rewrite Rmult_assoc, Rinv_l by lra. nra.
  - intros s t s_le. unfold clip, Rmax, Rmin. repeat destruct Rle_dec; lra.
Qed.
