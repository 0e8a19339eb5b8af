(** * Losses of a residual, and of a margin

    The losses of regression, functions of the residual r, and those of classification, functions of the margin m, each with its constants; and which
    properties fail, by a counterexample.

    Main definitions: [absolute], [pinball], [hinge], [squared_hinge], [logistic_margin], [exponential], [perceptron], [poisson].
    Main results: for each loss LOSS, as far as they hold: LOSS_convex, LOSS_lipschitz, LOSS_smooth, LOSS_ge0, LOSS_minimised, LOSS_upper_bound (of the 0-1 loss), LOSS_calibrated; and
    LOSS_not_lipschitz, LOSS_not_smooth, … where they do not.  docs/losses.md has the table.

    Trust: proved.
    Source: P. Bartlett, M. Jordan, J. McAuliffe, Convexity, classification, and risk bounds, 2006 (margins); P. Huber, Robust estimation of a location parameter, 1964;
    R. Koenker, G. Bassett, Regression quantiles, 1978 (pinball). *)
From Coq Require Import Reals Lra Psatz.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant.Primitives.Optimization Require Import Instances Losses.
From Warrant Require Import Primitives.Losses.Composition Primitives.Losses.Properties.
Local Open Scope R_scope.

(** ** Tools *)

Lemma derivative_lipschitz M phi phi' : (forall r, derivable_pt_lim phi r (phi' r)) -> (forall r, Rabs (phi' r) <= M) -> lipschitz M (real_loss phi).
Proof.
  intros derivative bounded. apply real_loss_lipschitz.
  assert (ordered : forall a b, a < b -> Rabs (phi a - phi b) <= M * Rabs (a - b)).
  { intros a b lt. destruct (MVT_cor2 phi phi' a b lt) as (c & E & _); [auto|]. replace (phi a - phi b) with (- (phi b - phi a)) by ring. rewrite E, Rabs_Ropp, Rabs_mult, (Rabs_minus_sym a b).
    apply Rmult_le_compat_r; [apply Rabs_pos|apply bounded]. }
  intros a b. destruct (Rtotal_order a b) as [lt | [-> | gt]]; [now apply ordered| |rewrite Rabs_minus_sym, (Rabs_minus_sym a); now apply ordered].
  replace (phi b - phi b) with 0 by ring. replace (b - b) with 0 by ring. rewrite Rabs_R0. lra.
Qed.
(** two slopes that differ at a: no gradient there *)
Lemma kink_not_smooth phi a l r : l <> r -> (forall h, 0 <= h <= 1 -> phi (a + h) = phi a + r * h /\ phi (a - h) = phi a - l * h) -> forall L, ~ smooth L (real_loss phi).
Proof.
  intros differ slopes L (G & is_gradient & _). set (g := (G a : R)). set (eps := Rabs (l - r) / 4).
  assert (pos : 0 < Rabs (l - r)) by (apply Rabs_pos_lt; lra). assert (eps_gt0 : eps > 0) by (unfold eps; lra).
  destruct (is_gradient a eps eps_gt0) as (delta & delta_gt0 & close). set (h := Rmin 1 delta).
  assert (h_in : 0 < h <= 1 /\ h <= delta) by (unfold h, Rmin; destruct Rle_dec; lra). destruct (slopes h ltac:(lra)) as [up down].
  assert (near : forall s, Rabs s = h -> Rabs (phi (a + s) - phi a - g * s) <= eps * h).
  { intros s is_h. destruct (close (a + s : line)) as [_ le]; [rewrite norm_line, sub_line; replace (a + s - a) with s by ring; lra|].
    rewrite norm_line, sub_line in le. change (Rabs (phi (a + s) - phi a - g * (a + s - a)) <= eps * Rabs (a + s - a)) in le.
    replace (a + s - a) with s in le by ring. now rewrite is_h in le. }
  pose proof (near h (Rabs_pos_eq h ltac:(lra))) as right. pose proof (near (- h) ltac:(rewrite Rabs_Ropp; apply Rabs_pos_eq; lra)) as left.
  fold (a - h) in left. rewrite up in right. rewrite down in left.
  replace (phi a + r * h - phi a - g * h) with ((r - g) * h) in right by ring. replace (phi a - l * h - phi a - g * - h) with (- ((l - g) * h)) in left by ring.
  rewrite Rabs_Ropp in left. rewrite Rabs_mult, (Rabs_pos_eq h) in right, left by lra. apply Rmult_le_reg_r in right, left; [|lra..].
  pose proof (Rabs_triang (l - g) (- (r - g))) as triangle. rewrite Rabs_Ropp in triangle. replace (l - g + - (r - g)) with (l - r) in triangle by ring.
  unfold eps in *. lra.
Qed.
(** the gradient of a smooth loss is its derivative, and so that is Lipschitz *)
Lemma smooth_derivative L phi phi' : (forall r, derivable_pt_lim phi r (phi' r)) -> smooth L (real_loss phi) -> forall a b, Rabs (phi' a - phi' b) <= L * Rabs (a - b).
Proof.
  intros derivative (G & is_gradient & steep).
  assert (same : forall a : R, (G a : R) = phi' a).
  { intro a. set (g := (G a : R)). destruct (Req_dec g (phi' a)) as [|differ]; [assumption|exfalso]. set (eps := Rabs (g - phi' a) / 4).
    assert (pos : 0 < Rabs (g - phi' a)) by (apply Rabs_pos_lt; lra). assert (eps_gt0 : 0 < eps) by (unfold eps; lra).
    destruct (is_gradient a eps eps_gt0) as (delta & delta_gt0 & near). destruct (derivative a eps eps_gt0) as (rho & close). pose proof (cond_pos rho) as rho_gt0.
    set (h := Rmin delta (rho / 2)). assert (h_in : 0 < h /\ h <= delta /\ h < rho) by (unfold h, Rmin; destruct Rle_dec; lra).
    destruct (near (a + h : line)) as [_ le]; [rewrite norm_line, sub_line; replace (a + h - a) with h by ring; rewrite Rabs_pos_eq; lra|].
    rewrite norm_line, sub_line in le. change (Rabs (phi (a + h) - phi a - g * (a + h - a)) <= eps * Rabs (a + h - a)) in le. replace (a + h - a) with h in le by ring.
    rewrite (Rabs_pos_eq h) in le by lra. specialize (close h ltac:(lra) ltac:(rewrite Rabs_pos_eq; lra)).
    replace (phi (a + h) - phi a) with ((phi (a + h) - phi a) / h * h) in le by (field; lra). set (s := (phi (a + h) - phi a) / h) in *.
    replace (s * h - g * h) with ((s - g) * h) in le by ring. rewrite Rabs_mult, (Rabs_pos_eq h) in le by lra. apply Rmult_le_reg_r in le; [|lra].
    pose proof (Rabs_triang (g - s) (s - phi' a)) as triangle. replace (g - s + (s - phi' a)) with (g - phi' a) in triangle by ring. rewrite (Rabs_minus_sym g s) in triangle.
    unfold eps in *. lra. }
  intros a b. specialize (steep a b). rewrite !norm_line, !sub_line in steep. change (Rabs ((G a : R) - (G b : R)) <= L * Rabs (a - b)) in steep. now rewrite !same in steep.
Qed.
Lemma abs_mean t a b : 0 <= t <= 1 -> Rabs (mean t a b) <= mean t (Rabs a) (Rabs b).
Proof. intro t_in. apply (abs_convex t t_in a b (mean t a b)); unfold convex_on, concave_on; lra. Qed.
Lemma max_lipschitz a b c : Rabs (Rmax c a - Rmax c b) <= Rabs (a - b).
Proof. unfold Rmax. destruct (Rle_dec c a), (Rle_dec c b); unfold Rabs; repeat destruct Rcase_abs; lra. Qed.

(** ** The squared loss r²/2 *)

Theorem half_square_convex : convex (real_loss half_square).
Proof. apply real_loss_convex. exact (smooth_loss_convex 1 _ _ half_square_loss). Qed.
Theorem half_square_smooth : smooth 1 (real_loss half_square).
Proof. exact (smooth_loss_smooth 1 _ _ half_square_loss). Qed.
Theorem half_square_not_lipschitz M : ~ lipschitz M (real_loss half_square).
Proof.
  intro lip. pose proof (proj2 (real_loss_lipschitz M half_square) lip (2 * Rabs M + 1) 0) as le. unfold half_square in le. pose proof (Rle_abs M). pose proof (Rabs_pos M).
  rewrite (Rabs_pos_eq (2 * Rabs M + 1 - 0)) in le by lra. rewrite Rabs_pos_eq in le by nra. nra.
Qed.
Theorem half_square_ge0 : nonnegative half_square.
Proof. intro r. unfold half_square. nra. Qed.
Theorem half_square_minimised : minimised_exactly_at half_square 0.
Proof. intro r. unfold half_square. split; [nra|]. intro E. nra. Qed.

(** ** The absolute loss *)

Definition absolute (r : R) : R := Rabs r.
Theorem absolute_convex : convex (real_loss absolute).
Proof. apply real_loss_convex. intros. now apply abs_mean. Qed.
Theorem absolute_lipschitz : lipschitz 1 (real_loss absolute).
Proof. apply real_loss_lipschitz. intros a b. rewrite Rmult_1_l. apply Rabs_triang_inv2. Qed.
Theorem absolute_not_smooth L : ~ smooth L (real_loss absolute).
Proof.
  apply (kink_not_smooth absolute 0 (-1) 1); [lra|]. intros h h_in. unfold absolute.
  rewrite Rplus_0_l, Rminus_0_l, Rabs_Ropp, Rabs_R0, Rabs_pos_eq by lra. lra.
Qed.
Theorem absolute_ge0 : nonnegative absolute.
Proof. exact Rabs_pos. Qed.
Theorem absolute_minimised : minimised_exactly_at absolute 0.
Proof.
  intro r. unfold absolute. rewrite Rabs_R0. split; [apply Rabs_pos|]. intro E. destruct (Req_dec r 0) as [|neq]; [assumption|]. apply Rabs_no_R0 in neq. contradiction.
Qed.

(** ** Huber's loss *)

Theorem huber_convex delta : 0 <= delta -> convex (real_loss (huber delta)).
Proof. intro delta_ge0. apply real_loss_convex. exact (smooth_loss_convex 1 _ _ (huber_loss delta delta_ge0)). Qed.
Theorem huber_smooth delta : 0 <= delta -> smooth 1 (real_loss (huber delta)).
Proof. intro delta_ge0. exact (smooth_loss_smooth 1 _ _ (huber_loss delta delta_ge0)). Qed.
Theorem huber_lipschitz delta : 0 <= delta -> lipschitz delta (real_loss (huber delta)).
Proof.
  intro delta_ge0. apply (derivative_lipschitz delta _ (clip delta)); [exact (proj1 (huber_loss delta delta_ge0))|].
  intro r. unfold clip. apply Rabs_le. unfold Rmax, Rmin. repeat destruct Rle_dec; lra.
Qed.
Theorem huber_ge0 delta : 0 <= delta -> nonnegative (huber delta).
Proof. intros delta_ge0 r. unfold huber. destruct Rle_dec; [nra|]. pose proof (Rabs_pos r). nra. Qed.
Theorem huber_minimised delta : 0 < delta -> minimised_exactly_at (huber delta) 0.
Proof.
  intros delta_gt0 r. assert (E0 : huber delta 0 = 0) by (unfold huber; rewrite Rabs_R0; destruct Rle_dec; lra). rewrite E0.
  split; [apply huber_ge0; lra|]. unfold huber. destruct Rle_dec as [|far]; intro E; [nra|]. exfalso. nra.
Qed.
(** with delta = 0 it is 0 everywhere *)
Theorem huber_not_minimised : ~ minimised_exactly_at (huber 0) 0.
Proof.
  assert (zero : forall r, 0 <= r -> huber 0 r = 0) by (intros r pos; unfold huber; destruct Rle_dec as [le|]; [rewrite Rabs_pos_eq in le by lra; nra|lra]).
  intro unique. destruct (unique 1) as [_ only]. rewrite !zero in only by lra. specialize (only eq_refl). lra.
Qed.

(** ** The pinball loss of the quantile tau: tau r for r >= 0, (tau - 1) r for r <= 0 *)

Definition pinball (tau r : R) : R := Rmax (tau * r) ((tau - 1) * r).
Lemma pinball_cases tau r : (0 <= r /\ pinball tau r = tau * r) \/ (r <= 0 /\ pinball tau r = (tau - 1) * r).
Proof. unfold pinball, Rmax. destruct (Rle_dec 0 r), Rle_dec; [left|left|right|right]; split; nra. Qed.
Theorem pinball_convex tau : convex (real_loss (pinball tau)).
Proof.
  apply real_loss_convex. intros a b t t_in. apply (max_convex t t_in); unfold convex_on, mean; lra.
Qed.
Theorem pinball_lipschitz tau : 0 <= tau <= 1 -> lipschitz (Rmax tau (1 - tau)) (real_loss (pinball tau)).
Proof.
  intro tau_in. apply real_loss_lipschitz. intros a b. pose proof (Rmax_l tau (1 - tau)). pose proof (Rmax_r tau (1 - tau)).
  destruct (pinball_cases tau a) as [[? ->]|[? ->]], (pinball_cases tau b) as [[? ->]|[? ->]]; apply Rabs_le; unfold Rabs; destruct Rcase_abs; nra.
Qed.
Theorem pinball_not_smooth tau L : ~ smooth L (real_loss (pinball tau)).
Proof.
  apply (kink_not_smooth (pinball tau) 0 (tau - 1) tau); [lra|]. intros h h_in. rewrite Rplus_0_l, Rminus_0_l.
  destruct (pinball_cases tau h) as [[? ->]|[? ->]], (pinball_cases tau (- h)) as [[? ->]|[? ->]], (pinball_cases tau 0) as [[? ->]|[? ->]]; split; nra.
Qed.
Theorem pinball_ge0 tau : 0 <= tau <= 1 -> nonnegative (pinball tau).
Proof. intros tau_in r. destruct (pinball_cases tau r) as [[? ->]|[? ->]]; nra. Qed.
Theorem pinball_minimised tau : 0 < tau < 1 -> minimised_exactly_at (pinball tau) 0.
Proof. intros tau_in r. assert (E0 : pinball tau 0 = 0) by (destruct (pinball_cases tau 0) as [[? ->]|[? ->]]; ring). rewrite E0. destruct (pinball_cases tau r) as [[? ->]|[? ->]]; split; intros; nra. Qed.
Theorem pinball_not_minimised : ~ minimised_exactly_at (pinball 0) 0.
Proof.
  intro unique. destruct (unique 1) as [_ only]. assert (E : pinball 0 1 = pinball 0 0) by (destruct (pinball_cases 0 1) as [[? ->]|[? ->]], (pinball_cases 0 0) as [[? ->]|[? ->]]; lra).
  specialize (only E). lra.
Qed.

(** ** Poisson's negative log-likelihood exp z - y z, in the logarithm z of the rate *)

Definition poisson (y z : R) : R := exp z - y * z.
Theorem poisson_convex y : convex (real_loss (poisson y)).
Proof. apply real_loss_convex. intros a b t t_in. unfold poisson. pose proof (exp_convex t t_in a b). unfold mean in *. lra. Qed.
Theorem poisson_minimised y : 0 < y -> minimised_exactly_at (poisson y) (ln y).
Proof.
  intros y_gt0 z. unfold poisson. rewrite exp_ln by exact y_gt0. assert (E : exp z = y * exp (z - ln y)) by (unfold Rminus; rewrite exp_plus, exp_Ropp, exp_ln by exact y_gt0; field; lra).
  split.
  - rewrite E. pose proof (exp_ineq1_le (z - ln y)). nra.
  - intro same. destruct (Req_dec (z - ln y) 0) as [zero|neq]; [lra|]. pose proof (exp_ineq1 (z - ln y) neq). exfalso. rewrite E in same. nra.
Qed.
Lemma exp_quadratic_bound a : 0 <= a -> 1 + a + a * a / 4 <= exp a.
Proof. intro a_ge0. replace a with (a / 2 + a / 2) at 4 by field. rewrite exp_plus. pose proof (exp_ineq1_le (a / 2)). nra. Qed.
Theorem poisson_not_lipschitz y M : ~ lipschitz M (real_loss (poisson y)).
Proof.
  intro lip. set (a := 4 * (Rabs M + Rabs y)). pose proof (Rabs_pos M). pose proof (Rabs_pos y). pose proof (Rle_abs M). pose proof (Rle_abs y).
  pose proof (proj2 (real_loss_lipschitz M (poisson y)) lip (a + 4) 0) as le. unfold poisson in le. rewrite exp_0 in le.
  pose proof (exp_quadratic_bound (a + 4) ltac:(unfold a; lra)) as big. rewrite (Rabs_pos_eq (a + 4 - 0)) in le by (unfold a; lra).
  pose proof (Rle_abs (exp (a + 4) - y * (a + 4) - (1 - y * 0))). unfold a in *. nra.
Qed.
Theorem poisson_not_smooth y L : ~ smooth L (real_loss (poisson y)).
Proof.
  intro is_smooth. pose proof (Rabs_pos L). pose proof (Rle_abs L). set (a := 4 * Rabs L).
  assert (derivative : forall z, derivable_pt_lim (poisson y) z (exp z - y)).
  { intro z. unfold poisson. apply (derivable_pt_lim_minus exp (fun z => y * z)); [apply derivable_pt_lim_exp|].
    pose proof (derivable_pt_lim_scal (fun z => z) y z 1 (derivable_pt_lim_id z)) as linear. rewrite Rmult_1_r in linear. exact linear. }
  pose proof (smooth_derivative L _ _ derivative is_smooth (a + 4) 0) as le. cbv beta in le. rewrite exp_0, Rminus_0_r in le.
  pose proof (exp_quadratic_bound (a + 4) ltac:(unfold a; lra)). pose proof (Rle_abs (exp (a + 4) - y - (1 - y))). rewrite (Rabs_pos_eq (a + 4)) in le by (unfold a; lra). unfold a in *. nra.
Qed.
Theorem poisson_not_nonnegative : ~ nonnegative (poisson 4).
Proof. intro pos. specialize (pos 1). unfold poisson in pos. pose proof exp_le_3. lra. Qed.

(** ** The hinge loss max(0, 1 - m), and its square *)

Definition hinge (m : R) : R := Rmax 0 (1 - m).
Definition squared_hinge (m : R) : R := hinge m * hinge m.
Lemma hinge_cases m : (m <= 1 /\ hinge m = 1 - m) \/ (1 <= m /\ hinge m = 0).
Proof. unfold hinge, Rmax. destruct Rle_dec; [left|right]; lra. Qed.
Theorem hinge_convex : convex (real_loss hinge).
Proof. apply real_loss_convex. intros a b t t_in. apply (max_convex t t_in); unfold convex_on, mean; lra. Qed.
Theorem hinge_lipschitz : lipschitz 1 (real_loss hinge).
Proof.
  apply real_loss_lipschitz. intros a b. rewrite Rmult_1_l. unfold hinge. eapply Rle_trans; [apply max_lipschitz|].
  replace (1 - a - (1 - b)) with (- (a - b)) by ring. rewrite Rabs_Ropp. lra.
Qed.
Theorem hinge_not_smooth L : ~ smooth L (real_loss hinge).
Proof.
  apply (kink_not_smooth hinge 1 (-1) 0); [lra|]. intros h h_in.
  destruct (hinge_cases (1 + h)) as [[? ->]|[? ->]], (hinge_cases (1 - h)) as [[? ->]|[? ->]], (hinge_cases 1) as [[? ->]|[? ->]]; lra.
Qed.
Theorem hinge_ge0 : nonnegative hinge.
Proof. intro m. apply Rmax_l. Qed.
Theorem hinge_upper_bound : upper_bounds hinge zero_one.
Proof. intro m. unfold zero_one. destruct (hinge_cases m) as [[? ->]|[? ->]], Rle_dec; lra. Qed.
Theorem hinge_calibrated : classification_calibrated hinge.
Proof.
  apply (convex_calibrated hinge (-1)); [apply real_loss_convex, hinge_convex| |lra].
  intros eps eps_gt0. exists (mkposreal 1 Rlt_0_1). cbn. intros h h_neq0 short. apply Rabs_def2 in short. rewrite Rplus_0_l.
  destruct (hinge_cases h) as [[? ->]|[? ->]]; [|lra]. destruct (hinge_cases 0) as [[? ->]|[? ->]]; [|lra].
  replace ((1 - h - (1 - 0)) / h - -1) with 0 by (field; exact h_neq0). now rewrite Rabs_R0.
Qed.
Lemma squared_hinge_loss : smooth_loss 2 squared_hinge (fun m => - (2 * hinge m)).
Proof.
  split.
  - intros m eps eps_gt0. exists (mkposreal eps eps_gt0). cbn. intros h h_neq0 short. unfold squared_hinge.
    assert (tangent : Rabs (hinge (m + h) * hinge (m + h) - hinge m * hinge m - - (2 * hinge m) * h) <= h * h).
    { apply Rabs_le. destruct (hinge_cases (m + h)) as [[? ->]|[? ->]], (hinge_cases m) as [[? ->]|[? ->]]; nra. }
    replace ((hinge (m + h) * hinge (m + h) - hinge m * hinge m) / h - - (2 * hinge m))
      with ((hinge (m + h) * hinge (m + h) - hinge m * hinge m - - (2 * hinge m) * h) / h) by (field; assumption).
    unfold Rdiv. rewrite Rabs_mult, Rabs_inv. pose proof (Rabs_pos_lt h h_neq0).
    replace (h * h) with (Rabs h * Rabs h) in tangent by (rewrite <- Rabs_mult; apply Rabs_pos_eq, Rle_0_sqr).
    apply Rmult_lt_reg_r with (Rabs h); [assumption|]. rewrite Rmult_assoc, Rinv_l by lra. nra.
  - intros s t le. destruct (hinge_cases s) as [[? ->]|[? ->]], (hinge_cases t) as [[? ->]|[? ->]]; lra.
Qed.
Theorem squared_hinge_convex : convex (real_loss squared_hinge).
Proof. apply real_loss_convex. exact (smooth_loss_convex 2 _ _ squared_hinge_loss). Qed.
Theorem squared_hinge_smooth : smooth 2 (real_loss squared_hinge).
Proof. exact (smooth_loss_smooth 2 _ _ squared_hinge_loss). Qed.
Theorem squared_hinge_not_lipschitz M : ~ lipschitz M (real_loss squared_hinge).
Proof.
  intro lip. pose proof (proj2 (real_loss_lipschitz M squared_hinge) lip (- Rabs M) 1) as le. pose proof (Rle_abs M). pose proof (Rabs_pos M). unfold squared_hinge in le.
  destruct (hinge_cases (- Rabs M)) as [[? E]|[? E]]; [|lra]. destruct (hinge_cases 1) as [[? E']|[? E']]; rewrite E, E' in le;
    rewrite (Rabs_minus_sym (- Rabs M)), (Rabs_pos_eq (1 - - Rabs M)) in le by lra; rewrite Rabs_pos_eq in le by nra; nra.
Qed.
Theorem squared_hinge_ge0 : nonnegative squared_hinge.
Proof. intro m. apply Rle_0_sqr. Qed.
Theorem squared_hinge_upper_bound : upper_bounds squared_hinge zero_one.
Proof. intro m. unfold squared_hinge, zero_one. destruct (hinge_cases m) as [[? ->]|[? ->]], Rle_dec; nra. Qed.
Theorem squared_hinge_calibrated : classification_calibrated squared_hinge.
Proof.
  apply (convex_calibrated squared_hinge (- (2 * hinge 0))); [exact (smooth_loss_convex 2 _ _ squared_hinge_loss)|exact (proj1 squared_hinge_loss 0)|].
  destruct (hinge_cases 0) as [[? ->]|[? ->]]; lra.
Qed.

(** ** The logistic loss ln(1 + exp(-m)) *)

Definition logistic_margin (m : R) : R := logistic (- m).
Lemma logistic_margin_loss : smooth_loss (/ 4) logistic_margin (fun m => - sigmoid (- m)).
Proof.
  destruct logistic_loss as [derivative steep]. split.
  - intro m. unfold logistic_margin. replace (- sigmoid (- m)) with (sigmoid (- m) * -1) by ring. apply (derivable_pt_lim_comp (fun m => - m) logistic); [|apply derivative].
    apply derivable_pt_lim_opp with (f := fun s => s). apply derivable_pt_lim_id.
  - intros s t le. specialize (steep (- t) (- s) ltac:(lra)). lra.
Qed.
Theorem logistic_margin_convex : convex (real_loss logistic_margin).
Proof. apply real_loss_convex. exact (smooth_loss_convex _ _ _ logistic_margin_loss). Qed.
Theorem logistic_margin_smooth : smooth (/ 4) (real_loss logistic_margin).
Proof. exact (smooth_loss_smooth _ _ _ logistic_margin_loss). Qed.
Lemma sigmoid_bound t : 0 < sigmoid t < 1.
Proof.
  pose proof (exp_pos t). unfold sigmoid. split; [apply Rdiv_lt_0_compat; lra|]. apply (Rmult_lt_reg_r (1 + exp t)); [lra|].
  unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.
Theorem logistic_margin_lipschitz : lipschitz 1 (real_loss logistic_margin).
Proof.
  apply (derivative_lipschitz 1 _ _ (proj1 logistic_margin_loss)). intro m. pose proof (sigmoid_bound (- m)). rewrite Rabs_Ropp, Rabs_pos_eq; lra.
Qed.
Theorem logistic_margin_ge0 : nonnegative logistic_margin.
Proof. intro m. unfold logistic_margin, logistic. pose proof (exp_pos (- m)). rewrite <- ln_1. apply ln_le; lra. Qed.
Theorem logistic_margin_upper_bound : upper_bounds (fun m => logistic_margin m / ln 2) zero_one.
Proof.
  intro m. assert (ln2 : 0 < ln 2) by (rewrite <- ln_1; apply ln_increasing; lra). unfold zero_one. destruct Rle_dec as [le|].
  - apply (Rmult_le_reg_r (ln 2)); [exact ln2|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_l, Rmult_1_r by lra. unfold logistic_margin, logistic.
    apply ln_le; [lra|]. assert (exp 0 <= exp (- m)) by (apply exp_le; lra). rewrite exp_0 in *. lra.
  - pose proof (logistic_margin_ge0 m). apply Rmult_le_pos; [assumption|]. left. now apply Rinv_0_lt_compat.
Qed.
(** without the factor it does not *)
Theorem logistic_margin_no_upper_bound : ~ upper_bounds logistic_margin zero_one.
Proof.
  intro above. specialize (above 0). unfold zero_one, logistic_margin, logistic in above. destruct Rle_dec; [|lra]. rewrite Ropp_0, exp_0 in above.
  assert (ln 2 < 1); [|replace (1 + 1) with 2 in above by ring; lra]. rewrite <- (ln_exp 1). apply ln_increasing; [lra|]. pose proof (exp_ineq1 1). lra.
Qed.
Theorem logistic_margin_calibrated : classification_calibrated logistic_margin.
Proof.
  apply (convex_calibrated logistic_margin (- sigmoid (- 0))); [exact (smooth_loss_convex _ _ _ logistic_margin_loss)|exact (proj1 logistic_margin_loss 0)|].
  pose proof (sigmoid_bound (- 0)). lra.
Qed.

(** ** The exponential loss exp(-m) *)

Definition exponential (m : R) : R := exp (- m).
Theorem exponential_convex : convex (real_loss exponential).
Proof.
  apply real_loss_convex. intros a b t t_in. unfold exponential. replace (- mean t a b) with (mean t (- a) (- b)) by (unfold mean; ring). now apply exp_convex.
Qed.
Theorem exponential_ge0 : nonnegative exponential.
Proof. intro m. left. apply exp_pos. Qed.
Theorem exponential_upper_bound : upper_bounds exponential zero_one.
Proof.
  intro m. unfold exponential, zero_one. destruct Rle_dec; [|left; apply exp_pos]. rewrite <- exp_0. apply exp_le. lra.
Qed.
Theorem exponential_calibrated : classification_calibrated exponential.
Proof.
  apply (convex_calibrated exponential (-1)); [apply real_loss_convex, exponential_convex| |lra].
  replace (-1) with (exp (- 0) * -1) by (rewrite Ropp_0, exp_0; ring). unfold exponential. apply (derivable_pt_lim_comp (fun m => - m) exp); [|apply derivable_pt_lim_exp].
  apply derivable_pt_lim_opp with (f := fun s => s). apply derivable_pt_lim_id.
Qed.
Theorem exponential_not_lipschitz M : ~ lipschitz M (real_loss exponential).
Proof.
  intro lip. set (a := 4 * Rabs M). pose proof (Rabs_pos M). pose proof (Rle_abs M). pose proof (proj2 (real_loss_lipschitz M exponential) lip (- (a + 4)) 0) as le.
  unfold exponential in le. rewrite Ropp_0, exp_0, Ropp_involutive in le. pose proof (exp_quadratic_bound (a + 4) ltac:(unfold a; lra)).
  pose proof (Rle_abs (exp (a + 4) - 1)). rewrite Rminus_0_r, Rabs_Ropp, (Rabs_pos_eq (a + 4)) in le by (unfold a; lra). unfold a in *. nra.
Qed.
Theorem exponential_not_smooth L : ~ smooth L (real_loss exponential).
Proof.
  intro is_smooth. pose proof (Rabs_pos L). pose proof (Rle_abs L). set (a := 4 * Rabs L).
  assert (derivative : forall m, derivable_pt_lim exponential m (- exp (- m))).
  { intro m. replace (- exp (- m)) with (exp (- m) * -1) by ring. unfold exponential. apply (derivable_pt_lim_comp (fun m => - m) exp); [|apply derivable_pt_lim_exp].
    apply derivable_pt_lim_opp with (f := fun s => s). apply derivable_pt_lim_id. }
  pose proof (smooth_derivative L _ _ derivative is_smooth 0 (- (a + 4))) as le. cbv beta in le. rewrite Ropp_0, exp_0, Ropp_involutive in le.
  replace (0 - - (a + 4)) with (a + 4) in le by ring. rewrite (Rabs_pos_eq (a + 4)) in le by (unfold a; lra).
  pose proof (exp_quadratic_bound (a + 4) ltac:(unfold a; lra)). pose proof (Rle_abs (Ropp 1 - - exp (a + 4))). unfold a in *. nra.
Qed.

(** ** The 0-1 loss, and the perceptron's *)

Theorem zero_one_not_convex : ~ convex (real_loss zero_one).
Proof.
  intro conv. pose proof (proj2 (real_loss_convex zero_one) conv (-1) 1 (/ 2) ltac:(lra)) as le. unfold mean, zero_one in le.
  repeat destruct Rle_dec; lra.
Qed.
Theorem zero_one_not_lipschitz M : ~ lipschitz M (real_loss zero_one).
Proof.
  intro lip. set (h := / (2 * (Rabs M + 1))). pose proof (Rabs_pos M). pose proof (Rle_abs M). assert (h_gt0 : 0 < h) by (apply Rinv_0_lt_compat; lra).
  pose proof (proj2 (real_loss_lipschitz M zero_one) lip 0 h) as le. unfold zero_one in le. repeat destruct Rle_dec; try lra.
  rewrite Rminus_0_r, Rabs_R1, Rminus_0_l, Rabs_Ropp, (Rabs_pos_eq h) in le by lra. assert (E : (Rabs M + 1) * h = / 2) by (unfold h; field; lra). nra.
Qed.
Theorem zero_one_ge0 : nonnegative zero_one.
Proof. intro m. unfold zero_one. destruct Rle_dec; lra. Qed.

Definition perceptron (m : R) : R := Rmax 0 (- m).
Theorem perceptron_convex : convex (real_loss perceptron).
Proof. apply real_loss_convex. intros a b t t_in. apply (max_convex t t_in); unfold convex_on, mean; lra. Qed.
Theorem perceptron_lipschitz : lipschitz 1 (real_loss perceptron).
Proof.
  apply real_loss_lipschitz. intros a b. rewrite Rmult_1_l. unfold perceptron. eapply Rle_trans; [apply max_lipschitz|].
  replace (- a - - b) with (- (a - b)) by ring. rewrite Rabs_Ropp. lra.
Qed.
Theorem perceptron_not_smooth L : ~ smooth L (real_loss perceptron).
Proof.
  apply (kink_not_smooth perceptron 0 (-1) 0); [lra|]. intros h h_in. unfold perceptron. rewrite Rplus_0_l, Rminus_0_l. unfold Rmax. repeat destruct Rle_dec; lra.
Qed.
Theorem perceptron_ge0 : nonnegative perceptron.
Proof. intro m. apply Rmax_l. Qed.
Theorem perceptron_no_upper_bound : ~ upper_bounds perceptron zero_one.
Proof. intro above. specialize (above 0). unfold perceptron, zero_one, Rmax in above. repeat destruct Rle_dec; lra. Qed.
