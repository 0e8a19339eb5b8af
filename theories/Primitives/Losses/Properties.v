(** * Properties of losses

    What is said of losses in papers, as definitions.  Losses of a residual or of a margin are functions of one number; convex, Lipschitz and smooth are those of
    Spec/Functions.v on the line; the 0-1 loss and calibration, those of Spec/Margins.v.

    Main definitions: [real_loss], [nonnegative], [minimised_exactly_at], [upper_bounds].
    Main results: [real_loss_convex], [real_loss_lipschitz], [smooth_loss_convex], [smooth_loss_smooth], [convex_calibrated] (a convex loss that decreases at 0 is calibrated),
    [minimum_not_calibrated], [increasing_not_calibrated], [perceptron_not_calibrated], [convex_calibrated_iff] (and no other convex loss is).

    Trust: proved.
    Source: P. Bartlett, M. Jordan, J. McAuliffe, Convexity, classification, and risk bounds, 2006, definition 1 and theorem 2. *)
From Coq Require Import Reals Lra Psatz.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant Require Export Spec.Margins.
From Warrant.Primitives.Optimization Require Import Instances Losses.
From Warrant Require Import Primitives.Losses.Composition.
Local Open Scope R_scope.

(** a function of one number, as those that are optimised *)
Definition real_loss (phi : R -> R) : function line := everywhere (E := line) phi.
Definition nonnegative (phi : R -> R) : Prop := forall r, 0 <= phi r.
Definition minimised_exactly_at (phi : R -> R) (a : R) : Prop := forall r, phi a <= phi r /\ (phi r = phi a -> r = a).
Definition upper_bounds (phi psi : R -> R) : Prop := forall r, psi r <= phi r.

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

(** A loss that is least at 0 is not calibrated. *)
Theorem minimum_not_calibrated phi : (forall s, phi 0 <= phi s) -> ~ classification_calibrated phi.
Proof.
  intros at_zero calibrated. destruct (calibrated 1) as (s & gap & gap_gt0 & least); [lra|lra|]. specialize (least 0 ltac:(lra)). unfold margin_risk in least.
  rewrite Ropp_0 in least. specialize (at_zero s). lra.
Qed.
(** Nor is a convex one that is at some u < 0 no larger than at 0. *)
Theorem increasing_not_calibrated phi u : (forall a b t, 0 <= t <= 1 -> phi (mean t a b) <= mean t (phi a) (phi b)) -> u < 0 -> phi u <= phi 0 -> ~ classification_calibrated phi.
Proof.
  intros phi_convex u_lt0 le calibrated. destruct (calibrated 1) as (s & gap & gap_gt0 & least); [lra|lra|]. unfold margin_risk in least.
  destruct (Rle_dec s 0) as [wrong|right]; [specialize (least s ltac:(lra)); lra|]. specialize (least u ltac:(lra)).
  set (t := s / (s - u)). assert (t_in : 0 < t < 1).
  { unfold t. split; [apply Rdiv_lt_0_compat; lra|]. apply (Rmult_lt_reg_r (s - u)); [lra|]. replace (s / (s - u) * (s - u)) with s by (field; lra). lra. }
  assert (zero : mean t u s = 0) by (unfold mean, t; field; lra). pose proof (phi_convex u s t ltac:(lra)) as chord. rewrite zero in chord. unfold mean in chord. nra.
Qed.
(** The perceptron's loss max(0, -m) is convex, and not calibrated: the score 0 has the least risk. *)
Theorem perceptron_not_calibrated : ~ classification_calibrated (fun m => Rmax 0 (- m)).
Proof. apply minimum_not_calibrated. intro s. rewrite Ropp_0, (Rmax_left 0 0) by lra. apply Rmax_l. Qed.

(** ** Convex losses that are calibrated: those that decrease at 0 *)

Section Necessary.
Variable phi : R -> R.
Hypothesis phi_convex : forall a b t, 0 <= t <= 1 -> phi (mean t a b) <= mean t (phi a) (phi b).

(** the slope of the chord from 0 to h *)
Let chord (h : R) : R := (phi h - phi 0) / h.
Lemma chord_value h : h <> 0 -> phi h = phi 0 + chord h * h.
Proof. intro h_neq0. unfold chord. field. exact h_neq0. Qed.
Lemma chord_mono h k : h <> 0 -> k <> 0 -> h <= k -> chord h <= chord k.
Proof.
  intros h_neq0 k_neq0 le. destruct (Req_dec h k) as [-> | h_neq_k]; [lra|]. pose proof (chord_value h h_neq0) as at_h. pose proof (chord_value k k_neq0) as at_k.
  assert (scaled : forall t r s, 0 <= t <= 1 -> s <> 0 -> r = t * s -> phi r <= t * phi s + (1 - t) * phi 0).
  { intros t r s t_in s_neq0 ->. pose proof (phi_convex s 0 t t_in) as le'. unfold mean in le'. now replace (t * s + (1 - t) * 0) with (t * s) in le' by ring. }
  destruct (Rlt_dec 0 h) as [h_gt0 | h_le0].
  - assert (t_in : 0 <= h / k <= 1).
    { split; [apply Rlt_le, Rdiv_lt_0_compat; lra|]. apply (Rmult_le_reg_r k); [lra|]. replace (h / k * k) with h by (field; lra). lra. }
    pose proof (scaled (h / k) h k t_in k_neq0 ltac:(field; lra)) as below. rewrite at_h, at_k in below.
    replace (h / k * (phi 0 + chord k * k) + (1 - h / k) * phi 0) with (phi 0 + chord k * h) in below by (field; lra). apply (Rmult_le_reg_r h); [exact h_gt0|lra].
  - destruct (Rlt_dec k 0) as [k_lt0 | k_ge0].
    + assert (t_in : 0 <= k / h <= 1).
      { replace (k / h) with (- k / - h) by (field; lra). split; [apply Rlt_le, Rdiv_lt_0_compat; lra|]. apply (Rmult_le_reg_r (- h)); [lra|]. replace (- k / - h * - h) with (- k) by (field; lra). lra. }
      pose proof (scaled (k / h) k h t_in h_neq0 ltac:(field; lra)) as below. rewrite at_h, at_k in below.
      replace (k / h * (phi 0 + chord h * h) + (1 - k / h) * phi 0) with (phi 0 + chord h * k) in below by (field; lra). nra.
    + set (t := k / (k - h)). assert (t_in : 0 < t < 1).
      { unfold t. split; [apply Rdiv_lt_0_compat; lra|]. apply (Rmult_lt_reg_r (k - h)); [lra|]. replace (k / (k - h) * (k - h)) with k by (field; lra). lra. }
      pose proof (phi_convex h k t ltac:(lra)) as below. replace (mean t h k) with 0 in below by (unfold mean, t; field; lra). unfold mean in below. rewrite at_h, at_k in below.
      assert (E : t * h + (1 - t) * k = 0) by (unfold t; field; lra). assert (F : (1 - t) * k = - (t * h)) by lra.
      assert (G : 0 <= t * h * chord h + (1 - t) * k * chord k) by lra. rewrite F in G. assert (pos : 0 < t * - h) by (apply Rmult_lt_0_compat; lra). nra.
Qed.
(** the slope of a line through the point at 0 that lies below *)
Definition supports (g : R) : Prop := forall s, phi 0 + g * s <= phi s.
Lemma supports_chords g : (forall h, 0 < h -> g <= chord h) -> (forall h, h < 0 -> chord h <= g) -> supports g.
Proof.
  intros right left s. destruct (Rtotal_order s 0) as [neg | [-> | pos]]; [| lra |].
  - rewrite (chord_value s) by lra. specialize (left s neg). nra.
  - rewrite (chord_value s) by lra. specialize (right s pos). nra.
Qed.
(** the steepest and the flattest of these lines; where they are one, it is the tangent *)
Lemma extreme_supports : exists a b, a <= b /\ supports a /\ supports b /\ (a = b -> derivable_pt_lim phi 0 a).
Proof.
  destruct (completeness (fun r => exists h, h < 0 /\ r = chord h)) as [a [a_upper a_least]].
  { exists (chord 1). intros r (h & neg & ->). apply chord_mono; lra. }
  { exists (chord (-1)), (-1). split; [lra|reflexivity]. }
  destruct (completeness (fun r => exists h, 0 < h /\ r = - chord h)) as [b' [b_upper b_least]].
  { exists (- chord (-1)). intros r (h & pos & ->). apply Ropp_le_contravar, chord_mono; lra. }
  { exists (- chord 1), 1. split; [lra|reflexivity]. }
  assert (left : forall h, h < 0 -> chord h <= a) by (intros h neg; apply a_upper; now exists h).
  assert (right : forall h, 0 < h -> - b' <= chord h) by (intros h pos; specialize (b_upper (- chord h) ltac:(now exists h)); lra).
  assert (order : a <= - b').
  { apply a_least. intros r (h & neg & ->). assert (b' <= - chord h); [|lra]. apply b_least. intros r (k & pos & ->). apply Ropp_le_contravar, chord_mono; lra. }
  exists a, (- b'). split; [exact order|split; [|split]].
  - apply supports_chords; [intros h pos; specialize (right h pos); lra|exact left].
  - apply supports_chords; [exact right|intros h neg; specialize (left h neg); lra].
  - intros same eps eps_gt0.
    assert (near_left : exists h, h < 0 /\ a - eps < chord h).
    { destruct (Classical_Prop.classic (exists h, h < 0 /\ a - eps < chord h)) as [yes | no]; [exact yes|]. exfalso. assert (a <= a - eps); [|lra].
      apply a_least. intros r (h & neg & ->). destruct (Rle_dec (chord h) (a - eps)) as [le | gt]; [exact le|]. exfalso. apply no. exists h. lra. }
    assert (near_right : exists h, 0 < h /\ chord h < a + eps).
    { destruct (Classical_Prop.classic (exists h, 0 < h /\ chord h < a + eps)) as [yes | no]; [exact yes|]. exfalso. assert (b' <= b' - eps); [|lra].
      apply b_least. intros r (h & pos & ->). destruct (Rle_dec (- chord h) (b' - eps)) as [le | gt]; [exact le|]. exfalso. apply no. exists h. lra. }
    destruct near_left as (l & l_lt0 & above), near_right as (r & r_gt0 & under). assert (delta_gt0 : 0 < Rmin (- l) r) by (apply Rmin_pos; lra).
    exists (mkposreal _ delta_gt0). intros h h_neq0 close. cbn in close. pose proof (Rmin_l (- l) r). pose proof (Rmin_r (- l) r). apply Rabs_def2 in close. rewrite Rplus_0_l. fold (chord h).
    apply Rabs_def1.
    + destruct (Rlt_dec 0 h) as [pos | neg]; [pose proof (chord_mono h r h_neq0 ltac:(lra) ltac:(lra)); lra|specialize (left h ltac:(lra)); lra].
    + destruct (Rlt_dec 0 h) as [pos | neg]; [specialize (right h pos); lra|pose proof (chord_mono l h ltac:(lra) h_neq0 ltac:(lra)); lra].
Qed.
(** Two lines of different slopes and of one sign make 0 the best score for some probability other than 1/2. *)
Lemma two_supports g g' : supports g -> supports g' -> 0 < g * g' -> g <> g' -> ~ classification_calibrated phi.
Proof.
  intros line line' same_sign differ calibrated. assert (g_neq0 : g <> 0) by (intros ->; lra). assert (sum_neq0 : g + g' <> 0) by nra.
  set (eta := g' / (g + g')).
  assert (eta_in : 0 <= eta <= 1).
  { assert (part : eta = g' * (g + g') / ((g + g') * (g + g'))) by (unfold eta; field; exact sum_neq0). assert (other : 1 - eta = g * (g + g') / ((g + g') * (g + g'))) by (unfold eta; field; exact sum_neq0).
    assert (0 < (g + g') * (g + g')) by nra. assert (0 <= eta) by (rewrite part; apply Rmult_le_pos; [nra|apply Rlt_le, Rinv_0_lt_compat; assumption]).
    assert (0 <= 1 - eta) by (rewrite other; apply Rmult_le_pos; [nra|apply Rlt_le, Rinv_0_lt_compat; assumption]). lra. }
  assert (eta_neq : eta <> / 2).
  { intro E. apply differ. assert (eta * (g + g') = g') by (unfold eta; field; exact sum_neq0). rewrite E in H. lra. }
  destruct (calibrated eta eta_in eta_neq) as (s & gap & gap_gt0 & least). specialize (least 0 ltac:(lra)). unfold margin_risk in least. rewrite Ropp_0 in least.
  specialize (line s). specialize (line' (- s)). assert (E : eta * g = (1 - eta) * g') by (unfold eta; field; exact sum_neq0).
  apply (Rmult_le_compat_l eta) in line; [|lra]. apply (Rmult_le_compat_l (1 - eta)) in line'; [|lra].
  assert (balanced : eta * (phi 0 + g * s) + (1 - eta) * (phi 0 + g' * - s) = phi 0 + (eta * g - (1 - eta) * g') * s) by ring. rewrite E in balanced. lra.
Qed.
Theorem calibrated_decreasing : classification_calibrated phi -> exists d, derivable_pt_lim phi 0 d /\ d < 0.
Proof.
  intro calibrated. destruct extreme_supports as (a & b & order & below_a & below_b & tangent). destruct (Req_dec a b) as [same | differ].
  - exists a. split; [exact (tangent same)|]. destruct (Rlt_dec a 0) as [neg | nonneg]; [exact neg|]. exfalso.
    destruct (calibrated 1) as (s & gap & gap_gt0 & least); [lra|lra|]. unfold margin_risk in least. destruct (Rle_dec s 0) as [wrong | right]; [specialize (least s ltac:(lra)); lra|].
    specialize (least 0 ltac:(lra)). specialize (below_a s). nra.
  - exfalso. assert (between : forall g, a <= g <= b -> supports g) by (intros g g_in s; specialize (below_a s); specialize (below_b s); destruct (Rle_dec 0 s); nra).
    destruct (Rlt_dec 0 b) as [b_gt0 | b_le0].
    + assert (c_in : a <= Rmax a (b / 2) <= b /\ 0 < Rmax a (b / 2) /\ Rmax a (b / 2) <> b) by (unfold Rmax; destruct Rle_dec; lra).
      destruct c_in as (c_in & c_gt0 & c_neq). apply (two_supports (Rmax a (b / 2)) b); auto. now apply Rmult_lt_0_compat.
    + assert (c_in : a <= Rmin b (a / 2) <= b /\ Rmin b (a / 2) < 0 /\ a <> Rmin b (a / 2)) by (unfold Rmin; destruct Rle_dec; lra).
      destruct c_in as (c_in & c_lt0 & c_neq). apply (two_supports a (Rmin b (a / 2))); auto. nra.
Qed.
(** A convex loss of a margin is calibrated if and only if it has a derivative at 0, which is negative. *)
Theorem convex_calibrated_iff : classification_calibrated phi <-> exists d, derivable_pt_lim phi 0 d /\ d < 0.
Proof. split; [exact calibrated_decreasing|]. intros (d & derivative & decreasing). now apply (convex_calibrated phi d). Qed.
End Necessary.
