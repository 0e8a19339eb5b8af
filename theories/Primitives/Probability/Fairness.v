(** * Fairness criteria that exclude each other

    A population is a list of people, each with a score in [0, 1] and whether the person is positive.  Scores are calibrated if among those with the score v a share of v is positive.
    If scores are calibrated in two groups, and the positive members of both have the same mean score, and so have the negative ones, then either the groups have the same share of
    positive members, or every score is 1 for positive and 0 for negative people.  For decisions: two groups with different shares cannot have the same predictive value and the same two
    rates of error, unless the decision is perfect or never right about a positive person.

    On paper.  Calibration makes the sum of scores that of positive people.  So a share of r positive people, whose mean score is x, and 1 - r negative ones with mean y
    give r x + (1 - r) y = r; for two different r this line is the identity, y = 0 and x = 1.

    Main results: [calibrated_total], [calibration_excludes_balance], [predictive_parity_excludes_equal_errors].

    Trust: proved.
    Source: J. Kleinberg, S. Mullainathan and M. Raghavan, Inherent trade-offs in the fair determination of risk scores, 2017, theorem 1.1;
    A. Chouldechova, Fair prediction with disparate impact, 2017, equation (2.6). *)
From Coq Require Import Reals Lra Lia List Bool.
Import ListNotations.
Local Open Scope R_scope.

Definition person : Type := R * bool.
Implicit Types people : list person.

Definition sum (f : person -> R) people : R := fold_right (fun a s => f a + s) 0 people.
Definition positive (a : person) : R := if snd a then 1 else 0.
Definition negative (a : person) : R := if snd a then 0 else 1.
Definition has_score (v : R) (a : person) : bool := if Req_EM_T (fst a) v then true else false.

(** among the people with score v, a share of v is positive *)
Definition calibrated people : Prop := forall v, sum positive (filter (has_score v) people) = v * sum (fun _ => 1) (filter (has_score v) people).
Definition share people : R := sum positive people / sum (fun _ => 1) people.
Definition mean_score (f : person -> R) people : R := sum (fun a => f a * fst a) people / sum f people.

Lemma sum_linear a b f g people : sum (fun x => a * f x + b * g x) people = a * sum f people + b * sum g people.
Proof. unfold sum. induction people as [|x people IH]; cbn [fold_right]; [ring|]. rewrite IH. ring. Qed.
Lemma sum_ext f g people : (forall a, f a = g a) -> sum f people = sum g people.
Proof. intro same. unfold sum. induction people as [|x people IH]; cbn [fold_right]; [reflexivity|]. now rewrite IH, same. Qed.
Lemma sum_filter f (keep : person -> bool) people : sum f people = sum f (filter keep people) + sum f (filter (fun a => negb (keep a)) people).
Proof. unfold sum. induction people as [|x people IH]; cbn [filter fold_right]; [ring|]. destruct (keep x); cbn [negb fold_right]; rewrite IH; ring. Qed.
Lemma sum_ge0 f people : (forall a, In a people -> 0 <= f a) -> 0 <= sum f people.
Proof.
  unfold sum. induction people as [|x people IH]; intro all; cbn [fold_right]; [lra|].
  pose proof (all x (or_introl eq_refl)). pose proof (IH (fun a a_in => all a (or_intror a_in))). lra.
Qed.
Lemma sum_zero f people : (forall a, In a people -> 0 <= f a) -> sum f people = 0 -> forall a, In a people -> f a = 0.
Proof.
  unfold sum. induction people as [|x people IH]; intros all zero a a_in; [destruct a_in|]. cbn [fold_right] in zero.
  pose proof (all x (or_introl eq_refl)) as x_ge0. pose proof (sum_ge0 f people (fun b b_in => all b (or_intror b_in))) as rest_ge0. unfold sum in rest_ge0.
  destruct a_in as [<-|a_in]; [lra|]. apply IH; [intros b b_in; apply all; now right|lra|exact a_in].
Qed.

Lemma has_score_true v a : has_score v a = true <-> fst a = v.
Proof. unfold has_score. destruct (Req_EM_T (fst a) v); split; congruence. Qed.
Lemma filter_none (f g : person -> bool) people : (forall a, f a = true -> g a = false) -> filter g (filter f people) = [].
Proof.
  intro never. induction people as [|a people IH]; cbn [filter]; [reflexivity|]. destruct (f a) eqn:f_a; [|exact IH]. cbn [filter]. now rewrite (never a f_a).
Qed.
Lemma filter_keeps (f g : person -> bool) people : (forall a, g a = true -> f a = true) -> filter g (filter f people) = filter g people.
Proof.
  intro always. induction people as [|a people IH]; cbn [filter]; [reflexivity|]. destruct (f a) eqn:f_a; cbn [filter].
  - now rewrite IH.
  - destruct (g a) eqn:g_a; [|exact IH]. rewrite (always a g_a) in f_a. discriminate.
Qed.

(** calibrated scores sum to the number of positive people *)
Theorem calibrated_total people : calibrated people -> sum fst people = sum positive people.
Proof.
  remember (length people) as n eqn:size. assert (bound : (length people <= n)%nat) by lia. clear size. revert people bound.
  induction n as [|n IH]; intros [|a people] bound calibration; cbn in bound; try reflexivity; try lia.
  set (v := fst a). rewrite (sum_filter fst (has_score v)), (sum_filter positive (has_score v)). f_equal.
  - rewrite (calibration v). unfold sum. generalize (a :: people). intro all. induction all as [|b all IHall]; cbn [filter fold_right]; [ring|].
    destruct (has_score v b) eqn:at_v; [|exact IHall]. apply has_score_true in at_v. cbn [fold_right]. rewrite IHall, at_v. ring.
  - apply IH.
    + cbn [filter]. replace (has_score v a) with true by (symmetry; now apply has_score_true). cbn [negb].
      pose proof (filter_length_le (fun b => negb (has_score v b)) people). lia.
    + intro u. destruct (Req_EM_T u v) as [->|other].
      * rewrite filter_none; [cbn; ring|]. intros b. destruct (has_score v b); [discriminate|reflexivity].
      * rewrite filter_keeps; [apply calibration|]. intros b at_u. apply has_score_true in at_u. destruct (has_score v b) eqn:at_v; [|reflexivity].
        apply has_score_true in at_v. congruence.
Qed.

(** J. Kleinberg, S. Mullainathan and M. Raghavan, 2017, theorem 1.1 *)
Theorem calibration_excludes_balance (group other : list person) :
  (forall a, In a (group ++ other) -> 0 <= fst a <= 1) -> calibrated group -> calibrated other ->
  0 < sum positive group -> 0 < sum negative group -> 0 < sum positive other -> 0 < sum negative other ->
  mean_score positive group = mean_score positive other -> mean_score negative group = mean_score negative other ->
  share group = share other \/ forall a, In a (group ++ other) -> fst a = positive a.
Proof.
  intros range cal_g cal_o pos_g neg_g pos_o neg_o same_pos same_neg.
  assert (line : forall people, calibrated people -> 0 < sum positive people -> 0 < sum negative people ->
    share people * mean_score positive people + (1 - share people) * mean_score negative people = share people).
  { intros people cal pos neg. pose proof (calibrated_total people cal) as total.
    assert (count : sum (fun _ => 1) people = sum positive people + sum negative people).
    { rewrite (sum_ext _ (fun a => 1 * positive a + 1 * negative a)), sum_linear by (intros [s []]; cbn; ring). ring. }
    assert (scores : sum fst people = sum (fun a => positive a * fst a) people + sum (fun a => negative a * fst a) people).
    { rewrite (sum_ext _ (fun a => 1 * (positive a * fst a) + 1 * (negative a * fst a))), sum_linear by (intros [s []]; cbn; ring). ring. }
    unfold share, mean_score. rewrite count. rewrite total in scores.
    transitivity ((sum (fun a => positive a * fst a) people + sum (fun a => negative a * fst a) people) / (sum positive people + sum negative people)); [field; lra|]. now rewrite <- scores. }
  pose proof (line group cal_g pos_g neg_g) as line_g. pose proof (line other cal_o pos_o neg_o) as line_o. rewrite same_pos, same_neg in line_g.
  destruct (Req_dec (share group) (share other)) as [same|different]; [now left|right].
  set (x := mean_score positive other) in *. set (y := mean_score negative other) in *.
  assert (slope : (share group - share other) * (x - y - 1) = 0) by lra.
  apply Rmult_integral in slope as [zero|slope]; [exfalso; lra|].
  assert (y_0 : y = 0) by nra. assert (x_1 : x = 1) by lra.
  assert (perfect : forall people, (forall a, In a people -> 0 <= fst a <= 1) -> 0 < sum positive people -> 0 < sum negative people ->
    mean_score positive people = 1 -> mean_score negative people = 0 -> forall a, In a people -> fst a = positive a).
  { intros people scores pos neg one zero a a_in.
    assert (ones : sum (fun a => positive a * fst a) people = sum positive people).
    { unfold mean_score in one. apply (Rmult_eq_compat_r (sum positive people)) in one. unfold Rdiv in one. rewrite Rmult_assoc, Rinv_l in one by lra. lra. }
    assert (zeros : sum (fun a => negative a * fst a) people = 0).
    { unfold mean_score in zero. apply (Rmult_eq_compat_r (sum negative people)) in zero. unfold Rdiv in zero. rewrite Rmult_assoc, Rinv_l in zero by lra. lra. }
    assert (missing : sum (fun a => 1 * positive a + (- 1) * (positive a * fst a)) people = 0) by (rewrite sum_linear, ones; ring).
    assert (missing_ge0 : forall b, In b people -> 0 <= 1 * positive b + (- 1) * (positive b * fst b)).
    { intros b b_in. pose proof (scores b b_in). unfold positive. destruct (snd b); lra. }
    assert (zeros_ge0 : forall b, In b people -> 0 <= negative b * fst b) by (intros b b_in; pose proof (scores b b_in); unfold negative; destruct (snd b); lra).
    pose proof (sum_zero _ people missing_ge0 missing a a_in) as at_positive. pose proof (sum_zero _ people zeros_ge0 zeros a a_in) as at_negative.
    unfold positive, negative in *. destruct (snd a); lra. }
  intros a a_in. apply in_app_iff in a_in as [a_in|a_in].
  - apply (perfect group); auto; try congruence. intros b b_in. apply range, in_app_iff. now left.
  - apply (perfect other); auto. intros b b_in. apply range, in_app_iff. now right.
Qed.

(** ** Decisions *)

(** numbers of people in a group: decided rightly and wrongly to be positive, and wrongly and rightly to be negative *)
Record decisions := { tp : R; fp : R; fn : R; tn : R }.
Section Rates.
Variable d : decisions.
Definition base_rate : R := (tp d + fn d) / (tp d + fn d + fp d + tn d).
Definition predictive_value : R := tp d / (tp d + fp d).
Definition false_positive_rate : R := fp d / (fp d + tn d).
Definition false_negative_rate : R := fn d / (tp d + fn d).

(** A. Chouldechova, 2017, (2.6) *)
Lemma error_rates_base : 0 < tp d -> 0 <= fp d -> 0 <= fn d -> 0 <= tn d -> 0 < fp d + tn d ->
  false_positive_rate = base_rate / (1 - base_rate) * ((1 - predictive_value) / predictive_value) * (1 - false_negative_rate).
Proof.
  intros tp_gt0 fp_ge0 fn_ge0 tn_ge0 neg_gt0. unfold false_positive_rate, base_rate, predictive_value, false_negative_rate. field. repeat split; lra.
Qed.
End Rates.

Theorem predictive_parity_excludes_equal_errors d e :
  0 < tp d -> 0 < tp e -> 0 <= fp d -> 0 <= fp e -> 0 <= fn d -> 0 <= fn e -> 0 <= tn d -> 0 <= tn e -> 0 < fp d + tn d -> 0 < fp e + tn e ->
  predictive_value d = predictive_value e -> false_positive_rate d = false_positive_rate e -> false_negative_rate d = false_negative_rate e ->
  base_rate d = base_rate e \/ (fp d = 0 /\ fp e = 0).
Proof.
  intros tp_d tp_e fp_d fp_e fn_d fn_e tn_d tn_e neg_d neg_e same_value same_fpr same_fnr.
  assert (odds : forall x, 0 < tp x -> 0 <= fp x -> 0 <= fn x -> 0 <= tn x -> 0 < fp x + tn x ->
    false_positive_rate x * (1 - base_rate x) * predictive_value x = base_rate x * (1 - predictive_value x) * (1 - false_negative_rate x) /\
    0 < base_rate x < 1 /\ 0 < predictive_value x /\ 0 < 1 - false_negative_rate x /\ (predictive_value x = 1 -> fp x = 0)).
  { intros x tp_x fp_x fn_x tn_x neg_x. unfold false_positive_rate, base_rate, predictive_value, false_negative_rate. repeat split.
    - field. repeat split; lra.
    - apply Rmult_lt_0_compat; [lra|apply Rinv_0_lt_compat; lra].
    - apply (Rmult_lt_reg_r (tp x + fn x + fp x + tn x)); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
    - apply Rmult_lt_0_compat; [lra|apply Rinv_0_lt_compat; lra].
    - replace (1 - fn x / (tp x + fn x)) with (tp x / (tp x + fn x)) by (field; lra). apply Rmult_lt_0_compat; [lra|apply Rinv_0_lt_compat; lra].
    - intro one. apply (Rmult_eq_compat_r (tp x + fp x)) in one. unfold Rdiv in one. rewrite Rmult_assoc, Rinv_l in one by lra. lra. }
  destruct (odds d tp_d fp_d fn_d tn_d neg_d) as (line_d & rate_d & value_d & fnr_d & perfect_d).
  destruct (odds e tp_e fp_e fn_e tn_e neg_e) as (line_e & rate_e & value_e & fnr_e & perfect_e).
  destruct (Req_dec (predictive_value d) 1) as [one|imperfect]; [right; split; [now apply perfect_d|apply perfect_e; congruence]|left].
  rewrite <- same_value, <- same_fpr, <- same_fnr in line_e.
  set (v := predictive_value d) in *. set (f := false_positive_rate d) in *. set (k := 1 - false_negative_rate d) in *.
  assert (slope : (base_rate d - base_rate e) * ((1 - v) * k + f * v) = 0) by lra.
  apply Rmult_integral in slope as [same|slope]; [lra|]. exfalso.
  (* then both terms of line_d are 0, but v is not 1 *)
  assert (zero : (1 - v) * k = 0) by nra. apply Rmult_integral in zero as [zero|zero]; [apply imperfect; lra|lra].
Qed.

(** ** One instance: two groups with calibrated scores and different shares, whose positive members have different mean scores *)

Definition half : list person := [(/ 2, true); (/ 2, false)].
Definition quarter : list person := [(/ 4, true); (/ 4, false); (/ 4, false); (/ 4, false)].
Theorem calibrated_groups : calibrated half /\ calibrated quarter /\ share half <> share quarter /\ mean_score positive half <> mean_score positive quarter.
Proof.
  repeat split.
  - intro v. unfold half, sum. cbn [filter has_score fst]. unfold has_score. cbn [fst]. destruct (Req_EM_T (/ 2) v) as [<-|_]; cbn; lra.
  - intro v. unfold quarter, sum. cbn [filter has_score fst]. unfold has_score. cbn [fst]. destruct (Req_EM_T (/ 4) v) as [<-|_]; cbn; lra.
  - unfold share, half, quarter, sum. cbn. lra.
  - unfold mean_score, half, quarter, sum. cbn. lra.
Qed.
