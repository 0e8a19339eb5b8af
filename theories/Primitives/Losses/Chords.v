(** * How far a function lies from its chords

    A function whose gradient is L-Lipschitz lies at most L/2 t (1 - t) |x - y|² from the chord between x and y, at t x + (1 - t) y; on an open convex set the functions for which this
    is so are those.  Here are the bounds for smooth losses of one number, and for the logarithm of a sum of exponentials, whose exponents change between the two points by amounts in an interval
    of length r: r²/8 (Hoeffding's lemma), so that log-sum-exp is 1/2-smooth and softplus is 1/4-smooth.

    Main results: [smooth_loss_chord], [softplus_chord], [log_sum_exp_chord].

    Trust: proved.
    Source: Y. Nesterov, Lectures on Convex Optimization, 2018, theorem 2.1.5; W. Hoeffding, Probability inequalities for sums of bounded random variables, 1963, equation 4.16. *)
From Coq Require Import Reals List Lra Psatz.
From Warrant Require Import Primitives.Optimization.Losses Primitives.Losses.Composition.
Import ListNotations.
Local Open Scope R_scope.

(** ** Losses of one number *)

Section Smooth.
Variables (K : R) (phi phi' : R -> R).
Hypothesis phi_loss : smooth_loss K phi phi'.
(** the parabola above the tangent at t *)
Lemma parabola_bound s t : phi s - phi t - phi' t * (s - t) <= K / 2 * ((s - t) * (s - t)).
Proof.
  destruct phi_loss as [derivative steep].
  set (g := fun s => phi s - phi' t * (s - t) - K / 2 * ((s - t) * (s - t))).
  assert (g_derivative : forall s, derivable_pt_lim g s (phi' s - phi' t - K * (s - t))).
  { intro u. unfold g. replace (phi' u - phi' t - K * (u - t)) with (phi' u - phi' t * (1 - 0) - K / 2 * ((1 - 0) * (u - t) + (u - t) * (1 - 0))) by field.
    assert (shift : derivable_pt_lim (fun s => s - t) u (1 - 0)) by (apply (derivable_pt_lim_minus id (fun _ => t)); [apply derivable_pt_lim_id|apply derivable_pt_lim_const]).
    apply (derivable_pt_lim_minus (fun s => phi s - phi' t * (s - t))); [apply (derivable_pt_lim_minus phi)|].
    - apply derivative.
    - now apply (derivable_pt_lim_scal (fun s => s - t)).
    - apply (derivable_pt_lim_scal (fun s => (s - t) * (s - t))). now apply (derivable_pt_lim_mult (fun s => s - t) (fun s => s - t)). }
  enough (g s <= g t) by (unfold g in *; lra). destruct (Rtotal_order t s) as [lt | [-> | gt]]; [|lra|].
  - destruct (MVT_cor2 g _ t s lt (fun c _ => g_derivative c)) as (c & change & between). pose proof (steep t c ltac:(lra)). nra.
  - destruct (MVT_cor2 g _ s t gt (fun c _ => g_derivative c)) as (c & change & between). pose proof (steep c t ltac:(lra)). nra.
Qed.
Theorem smooth_loss_chord t a b : 0 <= t <= 1 -> mean t (phi a) (phi b) - phi (mean t a b) <= K / 2 * (t * (1 - t) * ((a - b) * (a - b))).
Proof.
  intro t_in. set (m := mean t a b). pose proof (parabola_bound a m) as pa. pose proof (parabola_bound b m) as pb.
  apply (Rmult_le_compat_l t) in pa; [|lra]. apply (Rmult_le_compat_l (1 - t)) in pb; [|lra].
  assert (line : t * (phi' m * (a - m)) + (1 - t) * (phi' m * (b - m)) = 0) by (unfold m, mean; ring).
  assert (squares : t * (K / 2 * ((a - m) * (a - m))) + (1 - t) * (K / 2 * ((b - m) * (b - m))) = K / 2 * (t * (1 - t) * ((a - b) * (a - b)))) by (unfold m, mean; field).
  unfold mean. fold m. lra.
Qed.
End Smooth.
Theorem softplus_chord t a b : 0 <= t <= 1 -> mean t (ln (1 + exp a)) (ln (1 + exp b)) - ln (1 + exp (mean t a b)) <= / 8 * (t * (1 - t) * ((a - b) * (a - b))).
Proof. intro t_in. pose proof (smooth_loss_chord _ _ _ logistic_loss t a b t_in) as le. unfold logistic in le. lra. Qed.

(** ** The logarithm of a sum of exponentials *)

(** the exponents at two points: in between they are mean t (fst p) (snd p) *)
Definition exponential_sum (f : R * R -> R) (l : list (R * R)) : R := fold_right (fun p s => exp (f p) + s) 0 l.
Lemma exponential_sum_gt0 f p l : 0 < exponential_sum f (p :: l).
Proof.
  assert (all_ge0 : forall l, 0 <= exponential_sum f l) by (intro m; induction m as [|q m IH]; simpl; [lra|]; pose proof (exp_pos (f q)); lra).
  simpl. pose proof (exp_pos (f p)). specialize (all_ge0 l). lra.
Qed.

Section Hoeffding.
Variables (t low r : R).
Hypothesis t_in : 0 <= t <= 1.
Hypothesis r_ge0 : 0 <= r.
Let between (p : R * R) : R := mean t (fst p) (snd p).
Definition within_range (p : R * R) : Prop := low <= fst p - snd p <= low + r.

(** a convex function lies below its chord *)
Lemma exponential_chord s pi : 0 <= pi <= 1 -> exp (s * (low + pi * r)) <= exp (s * low) * (1 - pi + pi * exp (s * r)).
Proof.
  intro pi_in. pose proof (exp_convex pi pi_in (s * r) 0) as le. unfold mean in le. rewrite exp_0 in le. replace (pi * (s * r) + (1 - pi) * 0) with (s * (pi * r)) in le by ring.
  replace (s * (low + pi * r)) with (s * low + s * (pi * r)) by ring. rewrite exp_plus. apply Rmult_le_compat_l; [left; apply exp_pos|lra].
Qed.
Lemma sums_bound l : (forall p, In p l -> within_range p) -> exists m, 0 <= m <= exponential_sum between l /\
  exponential_sum fst l <= exp ((1 - t) * low) * (exponential_sum between l - m + m * exp ((1 - t) * r)) /\
  exponential_sum snd l <= exp (- t * low) * (exponential_sum between l - m + m * exp (- t * r)).
Proof.
  induction l as [|p l IH]; intro all; [exists 0; simpl; lra|]. destruct IH as (m & m_in & first & second); [intros q inq; apply all; now right|]. specialize (all p (or_introl eq_refl)).
  assert (share : exists pi, 0 <= pi <= 1 /\ fst p - snd p = low + pi * r).
  { unfold within_range in all. destruct (Req_dec r 0) as [-> | r_neq0]; [exists 0; lra|]. exists ((fst p - snd p - low) / r). split; [|field; exact r_neq0].
    split; [apply Rmult_le_pos; [lra|apply Rlt_le, Rinv_0_lt_compat; lra]|]. apply (Rmult_le_reg_r r); [lra|]. replace ((fst p - snd p - low) / r * r) with (fst p - snd p - low) by (field; exact r_neq0). lra. }
  destruct share as (pi & pi_in & is_pi). exists (m + exp (between p) * pi). cbn [exponential_sum fold_right]. fold (exponential_sum between l) (exponential_sum fst l) (exponential_sum snd l).
  pose proof (exp_pos (between p)) as pos.
  assert (at_first : exp (fst p) <= exp (between p) * (exp ((1 - t) * low) * (1 - pi + pi * exp ((1 - t) * r)))).
  { replace (fst p) with (between p + (1 - t) * (low + pi * r)) by (unfold between, mean; rewrite <- is_pi; ring). rewrite exp_plus. apply Rmult_le_compat_l; [lra|]. now apply exponential_chord. }
  assert (at_second : exp (snd p) <= exp (between p) * (exp (- t * low) * (1 - pi + pi * exp (- t * r)))).
  { replace (snd p) with (between p + - t * (low + pi * r)) by (unfold between, mean; rewrite <- is_pi; ring). rewrite exp_plus. apply Rmult_le_compat_l; [lra|]. now apply exponential_chord. }
  split; [|split].
  - assert (0 <= exp (between p) * pi) by (apply Rmult_le_pos; lra). assert (exp (between p) * pi <= exp (between p) * 1) by (apply Rmult_le_compat_l; lra). lra.
  - eapply Rle_trans; [apply Rplus_le_compat; [exact at_first|exact first]|]. right. ring.
  - eapply Rle_trans; [apply Rplus_le_compat; [exact at_second|exact second]|]. right. ring.
Qed.
(** the same for one exponent with the weights 1 - pi and pi *)
Lemma two_points pi : 0 <= pi <= 1 -> t * ln (1 - pi + pi * exp ((1 - t) * r)) + (1 - t) * ln (1 - pi + pi * exp (- t * r)) <= / 8 * (t * (1 - t) * (r * r)).
Proof.
  intro pi_in. assert (0 <= t * (1 - t)) by nra. assert (0 <= / 8 * (t * (1 - t) * (r * r))) by (apply Rmult_le_pos; [lra|apply Rmult_le_pos; nra]).
  destruct (Req_dec pi 0) as [-> | pi_neq0].
  { replace (1 - 0 + 0 * exp ((1 - t) * r)) with 1 by ring. replace (1 - 0 + 0 * exp (- t * r)) with 1 by ring. rewrite ln_1. lra. }
  destruct (Req_dec pi 1) as [-> | pi_neq1].
  { replace (1 - 1 + 1 * exp ((1 - t) * r)) with (exp ((1 - t) * r)) by ring. replace (1 - 1 + 1 * exp (- t * r)) with (exp (- t * r)) by ring. rewrite !ln_exp.
    replace (t * ((1 - t) * r) + (1 - t) * (- t * r)) with 0 by ring. assumption. }
  set (lam := ln (pi / (1 - pi))). assert (ratio : 0 < pi / (1 - pi)) by (apply Rdiv_lt_0_compat; lra).
  assert (as_softplus : forall u, ln (1 - pi + pi * exp u) = ln (1 - pi) + ln (1 + exp (lam + u))).
  { intro u. rewrite exp_plus. unfold lam. rewrite exp_ln by exact ratio. pose proof (exp_pos u). assert (0 < pi / (1 - pi) * exp u) by now apply Rmult_lt_0_compat. rewrite <- ln_mult by lra. f_equal. field. lra. }
  assert (zero : ln (1 - pi) + ln (1 + exp lam) = 0).
  { pose proof (as_softplus 0) as E. rewrite Rplus_0_r, exp_0 in E. rewrite <- E. replace (1 - pi + pi * 1) with 1 by ring. apply ln_1. }
  rewrite !as_softplus. pose proof (softplus_chord t (lam + (1 - t) * r) (lam + - t * r) t_in) as le. unfold mean in le.
  replace (t * (lam + (1 - t) * r) + (1 - t) * (lam + - t * r)) with lam in le by ring. replace (lam + (1 - t) * r - (lam + - t * r)) with r in le by ring. lra.
Qed.
Theorem log_sum_exp_chord p l : (forall q, In q (p :: l) -> within_range q) ->
  mean t (ln (exponential_sum fst (p :: l))) (ln (exponential_sum snd (p :: l))) - ln (exponential_sum between (p :: l)) <= / 8 * (t * (1 - t) * (r * r)).
Proof.
  intro all. destruct (sums_bound _ all) as (m & m_in & first & second). set (A := exponential_sum fst (p :: l)) in *. set (B := exponential_sum snd (p :: l)) in *. set (C := exponential_sum between (p :: l)) in *.
  assert (A_gt0 : 0 < A) by apply exponential_sum_gt0. assert (B_gt0 : 0 < B) by apply exponential_sum_gt0. assert (C_gt0 : 0 < C) by apply exponential_sum_gt0.
  set (pi := m / C). assert (is_m : m = C * pi) by (unfold pi; field; lra).
  assert (pi_in : 0 <= pi <= 1).
  { split; [apply Rmult_le_pos; [lra|apply Rlt_le, Rinv_0_lt_compat; lra]|]. apply (Rmult_le_reg_l C); [exact C_gt0|]. rewrite <- is_m. lra. }
  assert (part : forall X s, 0 < X -> X <= exp (s * low) * (C - m + m * exp (s * r)) -> ln X <= s * low + (ln C + ln (1 - pi + pi * exp (s * r)))).
  { intros X s X_gt0 le. pose proof (exp_pos (s * r)). assert (pos : 0 < 1 - pi + pi * exp (s * r)) by (destruct (Req_dec pi 1); nra).
    replace (C - m + m * exp (s * r)) with (C * (1 - pi + pi * exp (s * r))) in le by (rewrite is_m; ring). apply ln_le in le; [|exact X_gt0].
    rewrite ln_mult, ln_exp, ln_mult in le; [lra|lra|exact pos|apply exp_pos|now apply Rmult_lt_0_compat]. }
  pose proof (part A (1 - t) A_gt0 first) as le. pose proof (part B (- t) B_gt0 second) as le'. pose proof (two_points pi pi_in) as bound.
  apply (Rmult_le_compat_l t) in le; [|lra]. apply (Rmult_le_compat_l (1 - t)) in le'; [|lra]. unfold mean. lra.
Qed.
End Hoeffding.
