(** * Properties of losses

    What is said of losses in papers, as definitions.  Losses of a residual or of a margin are functions of one number; convex, Lipschitz and smooth are those of
    Spec/Functions.v on the line.  A loss of a margin m (the label, 1 or -1, times the score) is compared with the 0-1 loss, which is 1 where m <= 0.  It is
    calibrated if, for every probability of the label 1 but 1/2, the scores of the wrong sign have a larger risk than some score, by a margin.

    Main definitions: [real_loss], [nonnegative], [minimised_exactly_at], [upper_bounds], [zero_one], [margin_risk], [classification_calibrated].
    Main results: [real_loss_convex], [real_loss_lipschitz], [smooth_loss_convex], [smooth_loss_smooth], [convex_calibrated] (a convex loss that decreases at 0 is calibrated),
    [perceptron_not_calibrated].

    Trust: proved.
    Source: P. Bartlett, M. Jordan, J. McAuliffe, Convexity, classification, and risk bounds, 2006, definition 1 and theorem 2. *)
From Coq Require Import Reals Lra Psatz.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant.Primitives.Optimization Require Import Instances Losses.
From Warrant Require Import Primitives.Losses.Composition.
Local Open Scope R_scope.

(** a function of one number, as those that are optimised *)
Definition real_loss (phi : R -> R) : function line := everywhere (E := line) phi.
Definition nonnegative (phi : R -> R) : Prop := forall r, 0 <= phi r.
Definition minimised_exactly_at (phi : R -> R) (a : R) : Prop := forall r, phi a <= phi r /\ (phi r = phi a -> r = a).
Definition upper_bounds (phi psi : R -> R) : Prop := forall r, psi r <= phi r.
Definition zero_one (m : R) : R := if Rle_dec m 0 then 1 else 0.

(** the expected loss of the score s where the label is 1 with probability eta, and -1 otherwise *)
Definition margin_risk (phi : R -> R) (eta s : R) : R := eta * phi s + (1 - eta) * phi (- s).
Definition classification_calibrated (phi : R -> R) : Prop :=
  forall eta, 0 <= eta <= 1 -> eta <> / 2 ->
    exists s gap, 0 < gap /\ forall wrong, wrong * (2 * eta - 1) <= 0 -> margin_risk phi eta s + gap <= margin_risk phi eta wrong.

(** ** Convex and Lipschitz functions of one number *)

Lemma norm_line (x : line) : norm x = Rabs x.
Proof. unfold norm, norm2. cbn. exact (sqrt_Rsqr_abs x). Qed.
Lemma sub_line (x y : line) : (x - y)%V = (x - y)%R.
Proof. unfold vsub, vopp. cbn. ring. Qed.
Theorem real_loss_convex phi : (forall a b t, 0 <= t <= 1 -> phi (mean t a b) <= mean t (phi a) (phi b)) <-> convex (real_loss phi).
Proof.
  unfold convex, strongly_convex, mean. cbn. split.
  - intros le x y t _ _ t_in. split; [exact I|]. specialize (le x y t t_in). lra.
  - intros conv a b t t_in. destruct (conv a b t I I t_in) as [_ le]. lra.
Qed.
Theorem real_loss_lipschitz M phi : (forall a b, Rabs (phi a - phi b) <= M * Rabs (a - b)) <-> lipschitz M (real_loss phi).
Proof.
  unfold lipschitz. split.
  - intro le. split; [intro; exact I|]. intros x y. rewrite norm_line, sub_line. apply le.
  - intros [_ le] a b. specialize (le a b). now rewrite norm_line, sub_line in le.
Qed.

(** with the hypotheses of the losses of linear models: an increasing derivative, which is K-Lipschitz *)
Theorem smooth_loss_convex K phi phi' : smooth_loss K phi phi' -> forall a b t, 0 <= t <= 1 -> phi (mean t a b) <= mean t (phi a) (phi b).
Proof.
  intros loss a b t t_in. set (m := mean t a b).
  pose proof (loss_tangent K phi phi' loss a m) as la. pose proof (loss_tangent K phi phi' loss b m) as lb.
  assert (E : t * (phi' m * (a - m)) + (1 - t) * (phi' m * (b - m)) = 0) by (unfold m, mean; ring). unfold mean. nra.
Qed.
Theorem smooth_loss_smooth K phi phi' : smooth_loss K phi phi' -> smooth K (real_loss phi).
Proof.
  intro loss. exists (phi' : line -> line). split.
  - intros x eps eps_gt0. pose proof (loss_constant_ge0 K phi phi' loss) as K_ge0. exists (eps / (K + 1)). split; [apply Rdiv_lt_0_compat; lra|].
    intros y close. split; [exact I|]. rewrite norm_line, sub_line in *. pose proof (loss_tangent K phi phi' loss y x) as tangent.
    change (Rabs (phi y - phi x - phi' x * (y - x)) <= eps * Rabs (y - x)).
    rewrite Rabs_pos_eq by lra. apply Rle_trans with (K * ((y - x) * (y - x))); [lra|].
    replace ((y - x) * (y - x)) with (Rabs (y - x) * Rabs (y - x)) by (rewrite <- Rabs_mult; apply Rabs_pos_eq, Rle_0_sqr).
    pose proof (Rabs_pos (y - x)). rewrite <- Rmult_assoc. apply Rmult_le_compat_r; [assumption|].
    apply Rle_trans with (K * (eps / (K + 1))); [now apply Rmult_le_compat_l|]. apply (Rmult_le_reg_r (K + 1)); [lra|].
    replace (K * (eps / (K + 1)) * (K + 1)) with (K * eps) by (field; lra). nra.
  - intros x y. rewrite !norm_line, !sub_line. exact (loss_lipschitz K phi phi' loss x y).
Qed.

(** ** Calibration *)

Section Calibrated.
Variables (phi : R -> R) (d : R).
Hypothesis phi_convex : forall a b t, 0 <= t <= 1 -> phi (mean t a b) <= mean t (phi a) (phi b).
Hypothesis phi_derivative : derivable_pt_lim phi 0 d.
Hypothesis decreasing : d < 0.

(** the tangent at 0 lies below *)
Lemma above_tangent s : phi 0 + d * s <= phi s.
Proof.
  destruct (Req_dec s 0) as [-> | s_neq0]; [lra|]. destruct (Rle_dec (phi 0 + d * s) (phi s)) as [le | gt]; [exact le|exfalso].
  assert (pos : 0 < Rabs s) by now apply Rabs_pos_lt. set (eps := (phi 0 + d * s - phi s) / Rabs s).
  assert (eps_gt0 : 0 < eps / 2) by (apply Rdiv_lt_0_compat; [apply Rdiv_lt_0_compat|]; lra).
  assert (is_eps : eps * Rabs s = phi 0 + d * s - phi s) by (unfold eps; field; lra).
  destruct (phi_derivative _ eps_gt0) as [delta close]. pose proof (cond_pos delta) as delta_gt0. set (t := Rmin 1 (delta / (2 * Rabs s))).
  assert (t_in : 0 < t <= 1) by (unfold t, Rmin; destruct Rle_dec; [lra|split; [apply Rdiv_lt_0_compat|]; lra]).
  assert (short : Rabs (t * s) < delta).
  { rewrite Rabs_mult, (Rabs_pos_eq t) by lra. apply Rle_lt_trans with (delta / (2 * Rabs s) * Rabs s); [apply Rmult_le_compat_r; [lra|apply Rmin_r]|].
    replace (delta / (2 * Rabs s) * Rabs s) with (delta / 2) by (field; lra). lra. }
  assert (h_neq0 : t * s <> 0) by (apply Rmult_integral_contrapositive_currified; lra).
  specialize (close _ h_neq0 short). rewrite Rplus_0_l in close.
  assert (slope : Rabs (phi (t * s) - phi 0 - d * (t * s)) <= eps / 2 * Rabs (t * s)).
  { replace (phi (t * s) - phi 0 - d * (t * s)) with (((phi (t * s) - phi 0) / (t * s) - d) * (t * s)) by (field; split; lra).
    rewrite Rabs_mult. apply Rmult_le_compat_r; [apply Rabs_pos|lra]. }
  rewrite (Rabs_mult t), (Rabs_pos_eq t) in slope by lra.
  pose proof (phi_convex s 0 t ltac:(lra)) as chord. unfold mean in chord. replace (t * s + (1 - t) * 0) with (t * s) in chord by ring.
  pose proof (Rle_abs (- (phi (t * s) - phi 0 - d * (t * s)))) as below. rewrite Rabs_Ropp in below.
  assert (le : t * (eps * Rabs s) <= t * (eps / 2 * Rabs s)) by (rewrite is_eps; lra).
  apply Rmult_le_reg_l in le; [|lra]. assert (0 < eps / 2 * Rabs s) by (apply Rmult_lt_0_compat; lra). lra.
Qed.
Theorem convex_calibrated : classification_calibrated phi.
Proof.
  intros eta eta_in eta_neq. set (c := 2 * eta - 1). assert (c_neq0 : c <> 0) by (unfold c; lra).
  set (risk := margin_risk phi eta).
  assert (mirror : derivable_pt_lim (fun s => phi (- s)) 0 (- d)).
  { replace (- d) with (d * -1) by ring. apply (derivable_pt_lim_comp (fun s => - s) phi).
    - apply derivable_pt_lim_opp with (f := fun s => s). apply derivable_pt_lim_id.
    - now rewrite Ropp_0. }
  assert (risk_derivative : derivable_pt_lim risk 0 (c * d)).
  { replace (c * d) with (eta * d + (1 - eta) * - d) by (unfold c; ring).
    apply (derivable_pt_lim_plus (fun s => eta * phi s) (fun s => (1 - eta) * phi (- s))); now apply (derivable_pt_lim_scal). }
  assert (size_gt0 : 0 < Rabs (c * d) / 2) by (apply Rdiv_lt_0_compat; [apply Rabs_pos_lt, Rmult_integral_contrapositive_currified|]; lra).
  destruct (risk_derivative _ size_gt0) as [delta close]. pose proof (cond_pos delta) as delta_gt0.
  set (h := if Rlt_dec 0 c then delta / 2 else - (delta / 2)).
  assert (right_sign : 0 < c * h) by (unfold h; destruct Rlt_dec; nra).
  assert (h_neq0 : h <> 0) by (unfold h; destruct Rlt_dec; lra).
  assert (short : Rabs h < delta) by (unfold h; destruct Rlt_dec; [rewrite Rabs_pos_eq|rewrite Rabs_Ropp, Rabs_pos_eq]; lra).
  specialize (close h h_neq0 short). rewrite Rplus_0_l in close.
  assert (less : risk h < risk 0).
  { set (q := (risk h - risk 0) / h) in *. assert (E : risk h - risk 0 = q * h) by (unfold q; field; exact h_neq0).
    assert (same_sign : q * (c * d) > 0).
    { destruct (Rle_dec 0 (c * d)) as [p | n].
      - rewrite (Rabs_pos_eq (c * d)) in * by exact p. apply Rabs_def2 in close. nra.
      - rewrite (Rabs_left (c * d)) in * by lra. apply Rabs_def2 in close. nra. }
    assert (0 < c * c) by nra. assert (q * h < 0); [|lra].
    assert (q * c < 0) by nra. destruct (Rle_dec 0 c); nra. }
  exists h, (risk 0 - risk h). split; [lra|]. intros wrong is_wrong. fold c in is_wrong. fold (risk h) (risk wrong). replace (risk h + (risk 0 - risk h)) with (risk 0) by ring.
  unfold risk, margin_risk. rewrite Ropp_0. pose proof (above_tangent wrong). pose proof (above_tangent (- wrong)).
  assert (0 <= d * (wrong * c)) by nra. unfold c in *. nra.
Qed.
End Calibrated.

(** The perceptron's loss max(0, -m) is convex, and not calibrated: the score 0 has the least risk. *)
Theorem perceptron_not_calibrated : ~ classification_calibrated (fun m => Rmax 0 (- m)).
Proof.
  intro calibrated. destruct (calibrated 1) as (s & gap & gap_gt0 & least); [lra|lra|]. specialize (least 0 ltac:(lra)). unfold margin_risk in least.
  rewrite Ropp_0 in least. rewrite (Rmax_left 0 0) in least by lra. rewrite Ropp_0, (Rmax_left 0 0) in least by lra. pose proof (Rmax_l 0 (- s)). lra.
Qed.
