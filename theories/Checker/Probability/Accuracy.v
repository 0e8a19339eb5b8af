(** * The checker of bounds on errors

    [prove_accuracy claim labels predictions certificate] reads the files, counts the rows and the mistakes, and shows for each bound that so few mistakes would be
    rare if the probability of error were the bound itself.  In a bin of scores, the bounds of both fractions leave an interval for the probability of a positive label, and the end that is further from the mean
    score is what the bin adds to the calibration error at most.  The certificate has nothing in it but its first six bytes.

    Main definitions: [prove_accuracy].
    Main results: [prove_accuracy_sound].

    Trust: proved. *)
From Coq Require Import PString Uint63 ZArith QArith Qreals Reals Lra Lia List Bool.
From Warrant Require Import Spec.Bytes Spec.Tables Primitives.Fractions Checker.Probability.Tail.
From Warrant Require Import Spec.Probability Spec.Accuracy Primitives.Probability.ClopperPearson.
From Warrant Require Checker.Probability.Chains.
Import ListNotations.

Definition magic : bytes := "WRNT"%pstring.
Definition is_certificate (c : bytes) : bool :=
  (same magic (text c 0 4) && (byte c 4 =? 1) && (byte c 5 =? 65) && (size_of c =? 6))%uint63%bool.

Section Check.
Local Open Scope Q_scope.
Local Open Scope bool_scope.
Definition share_Q (c : claim) : Q := Qred ((1 - confidence c) / inject_Z (Z.of_nat (length (bounds c)))).
Definition check_bound (delta : Q) (b : bound) (seen : nat * nat) : bool :=
  let (n, k) := seen in if Qle_bool 1 (limit b) then true else tail_at_most delta n k (limit b).
(** the limits of both bounds leave no more room *)
Definition check_difference (c : claim) (d : difference) : bool :=
  match nth_error (bounds c) (one d), nth_error (bounds c) (other d) with Some a, Some b => Qle_bool (limit a + limit b) (1 + excess d) | _, _ => false end.
(** the length of the scores, times how far the probability of a positive label may be from their mean: [u] and [v] are the limits of both fractions *)
Definition furthest (scores : list Q) (u v : Q) : Q :=
  let n := inject_Z (Z.of_nat (length scores)) in
  let sum := Checker.Probability.Chains.add_up scores in
  let above := Qred (n * u - sum) in let below := Qred (sum - n * (1 - v)) in if Qle_bool above below then below else above.
Definition limit_at (c : claim) (i : nat) : Q := match nth_error (bounds c) i with Some b => limit b | None => 1 end.
Definition check_calibration (c : claim) (predictions : list (list value)) (e : calibration) : bool :=
  match map_all (bin_of c (scored e)) (pairs e), column (scored e) (skipn (predictions_skip c) predictions) with
  | Some bins, Some z =>
    let scores := map (fun bin => scores_in bin z) bins in
    ascending bins && Nat.eqb (fold_right (fun l n => length l + n)%nat 0%nat scores) (length z) && Nat.ltb 0 (length z) &&
    Qle_bool (fold_right (fun '((i, j), l) sum => Qred (furthest l (limit_at c i) (limit_at c j) + sum)) 0 (combine (pairs e) scores)) (most e * inject_Z (Z.of_nat (length z)))
  | _, _ => false
  end.
Definition check (c : claim) (predictions : list (list value)) (seen : list (nat * nat)) : bool :=
  Tail.inside (confidence c) && Nat.ltb 0 (length (bounds c)) && Nat.eqb (length seen) (length (bounds c)) &&
  forallb (fun '(b, s) => check_bound (share_Q c) b s) (combine (bounds c) seen) && forallb (check_difference c) (differences c) && forallb (check_calibration c predictions) (calibrations c).
Definition prove_accuracy (claim_file labels_file predictions_file certificate : bytes) : bool :=
  if is_certificate certificate then
    match read_claim claim_file, read_table labels_file, read_table predictions_file with
    | Some c, Some labels, Some predictions =>
      match counts c labels predictions with Some seen => check c predictions seen | None => false end
    | _, _, _ => false
    end
  else false.
End Check.

Local Open Scope R_scope.

Lemma share_correct c : (0 < length (bounds c))%nat -> Q2R (share_Q c) = share c.
Proof.
  intro some. unfold share_Q, share. pose proof (lt_INR _ _ some) as m_gt0. cbn [INR] in m_gt0.
  rewrite Q2R_Qred, Q2R_Qdiv, Q2R_inject, Q2R_minus, Q2R_1, <- INR_IZR_INZ; [reflexivity|].
  rewrite Q2R_inject, <- INR_IZR_INZ. lra.
Qed.
Lemma check_bound_sound delta b n k : check_bound delta b (n, k) = true -> forall p, plausible (Q2R delta) n k p -> p <= Q2R (limit b).
Proof.
  unfold check_bound. destruct (Qle_bool 1 (limit b)) eqn:one.
  - intros _ p [p_range _]. apply Qle_bool_R in one. rewrite Q2R_1 in one. lra.
  - intros accepted p. destruct (tail_at_most_sound _ _ _ _ accepted) as [u_range rare]. apply plausible_bound; [lra|exact rare].
Qed.
Lemma check_sound c predictions seen : check c predictions seen = true ->
  0 < Q2R (confidence c) < 1 /\ (0 < length (bounds c))%nat /\ length seen = length (bounds c) /\
  Forall2 (fun b '(n, k) => forall p, plausible (share c) n k p -> p <= Q2R (limit b)) (bounds c) seen /\ forallb (check_difference c) (differences c) = true /\
  forallb (check_calibration c predictions) (calibrations c) = true.
Proof.
  unfold check. rewrite !andb_true_iff. intros [[[[[confident some] same] each] apart] errors].
  apply inside_R in confident. apply Nat.ltb_lt in some. apply Nat.eqb_eq in same. split; [exact confident|]. split; [exact some|]. split; [exact same|]. split; [|now split]. clear apart errors.
  rewrite <- (share_correct c some). rewrite forallb_forall in each. revert each. generalize (share_Q c) as delta. intro delta.
  clear confident some. revert seen same. induction (bounds c) as [|b l IH]; intros [|[n k] seen] same each; try discriminate; constructor.
  - apply check_bound_sound. exact (each _ (or_introl eq_refl)).
  - apply IH; [now injection same|]. intros x x_in. apply each. now right.
Qed.

Section Sound.
Variables (c : claim) (seen : list (nat * nat)).
Hypothesis each : Forall2 (fun b '(n, k) => forall p, plausible (share c) n k p -> p <= Q2R (limit b)) (bounds c) seen.
Lemma limited i b : nth_error (bounds c) i = Some b -> (i < length (bounds c))%nat /\
  forall p, plausible (share c) (fst (nth i seen (0, 0)%nat)) (snd (nth i seen (0, 0)%nat)) p -> p <= Q2R (limit b).
Proof.
  generalize each. clear each. intro given. revert i b. induction given as [|y [n k] l l' bounded _ IH]; intros [|i] b b_at; try discriminate.
  - injection b_at as <-. split; [cbn; lia|exact bounded].
  - destruct (IH i b b_at) as [less all]. split; [cbn; lia|exact all].
Qed.
Lemma check_difference_sound d : check_difference c d = true ->
  (one d < length (bounds c))%nat /\ (other d < length (bounds c))%nat /\
  forall p q, plausible (share c) (fst (nth (one d) seen (0, 0)%nat)) (snd (nth (one d) seen (0, 0)%nat)) p ->
    plausible (share c) (fst (nth (other d) seen (0, 0)%nat)) (snd (nth (other d) seen (0, 0)%nat)) q -> p + q <= 1 + Q2R (excess d).
Proof.
  unfold check_difference. destruct (nth_error (bounds c) (one d)) as [a|] eqn:a_at; [|discriminate]. destruct (nth_error (bounds c) (other d)) as [b|] eqn:b_at; [|discriminate]. intro room.
  destruct (limited _ _ a_at) as [one_less first], (limited _ _ b_at) as [other_less second]. split; [exact one_less|]. split; [exact other_less|].
  intros p q p_seen q_seen. apply Qle_bool_R in room. rewrite !Q2R_plus, Q2R_1 in room. pose proof (first p p_seen). pose proof (second q q_seen). lra.
Qed.

Lemma furthest_bound l u v p : p <= Q2R u -> 1 - p <= Q2R v -> INR (length l) * Rabs (p - mean l) <= Q2R (furthest l u v).
Proof.
  intros above below. destruct l as [|s l].
  - cbn [length INR]. rewrite Rmult_0_l. unfold furthest. cbn [length Z.of_nat].
    assert (none : Q2R (Checker.Probability.Chains.add_up []) = 0) by (rewrite (Qeq_eqR _ _ (Checker.Probability.Chains.add_up_correct [])); exact Q2R_0).
    destruct (Qle_bool _ _) eqn:order; [|right; symmetry]; rewrite Q2R_Qred, Q2R_minus, Q2R_mult, none, Q2R_inject; lra.
  - remember (s :: l) as m eqn:m_is. assert (n_gt0 : 0 < INR (length m)) by (rewrite m_is; apply lt_0_INR; cbn; lia).
    set (n := INR (length m)) in *. set (sum := Q2R (Checker.Probability.Chains.add_up m)).
    assert (sum_value : Q2R (fold_right Qplus 0%Q m) = sum) by (unfold sum; symmetry; exact (Qeq_eqR _ _ (Checker.Probability.Chains.add_up_correct m))).
    assert (scaled : n * Rabs (p - mean m) = Rabs (n * p - sum)).
    { unfold mean. rewrite sum_value. fold n. rewrite <- (Rabs_pos_eq n) at 1 by lra. rewrite <- Rabs_mult. f_equal. field. lra. }
    rewrite scaled. assert (length_value : Q2R (inject_Z (Z.of_nat (length m))) = n) by (rewrite Q2R_inject; unfold n; now rewrite INR_IZR_INZ).
    assert (up : n * p - sum <= Q2R (Qred (inject_Z (Z.of_nat (length m)) * u - Checker.Probability.Chains.add_up m))).
    { rewrite Q2R_Qred, Q2R_minus, Q2R_mult, length_value. fold sum. pose proof (Rmult_le_compat_l n _ _ ltac:(lra) above). lra. }
    assert (down : sum - n * p <= Q2R (Qred (Checker.Probability.Chains.add_up m - inject_Z (Z.of_nat (length m)) * (1 - v)))).
    { rewrite Q2R_Qred, Q2R_minus, Q2R_mult, Q2R_minus, Q2R_1, length_value. fold sum. pose proof (Rmult_le_compat_l n _ _ ltac:(lra) below). lra. }
    unfold furthest. cbv zeta. destruct (Qle_bool _ _) eqn:order.
    + apply Qle_bool_R in order. apply Rabs_le. lra.
    + assert (less : Q2R (Qred (Checker.Probability.Chains.add_up m - inject_Z (Z.of_nat (length m)) * (1 - v))) < Q2R (Qred (inject_Z (Z.of_nat (length m)) * u - Checker.Probability.Chains.add_up m))).
      { apply Qlt_Rlt, Qnot_le_lt. intro le. apply Qle_bool_iff in le. congruence. }
      apply Rabs_le. lra.
Qed.
Lemma bin_of_bounds m pair bin : bin_of c m pair = Some bin -> exists a b, nth_error (bounds c) (fst pair) = Some a /\ nth_error (bounds c) (snd pair) = Some b.
Proof. unfold bin_of. destruct (nth_error (bounds c) (fst pair)) as [a|]; [|discriminate]. destruct (nth_error (bounds c) (snd pair)) as [b|]; [eauto|]. destruct a as [[| |[] ? ? ?] ? [] ?]; discriminate. Qed.
Lemma check_calibration_sound predictions e : check_calibration c predictions e = true -> calibrated c predictions seen e.
Proof.
  unfold check_calibration, calibrated. destruct (map_all _ (pairs e)) as [bins|] eqn:binned; [|discriminate]. destruct (column _ _) as [z|]; [|discriminate]. cbv zeta.
  rewrite !andb_true_iff. intros [[[order covered] some] less]. apply Nat.eqb_eq in covered. apply Nat.ltb_lt in some. split; [exact order|]. split.
  { rewrite <- covered. clear. induction bins as [|bin bins IH]; [reflexivity|]. cbn [map fold_right]. now rewrite IH. }
  intros p possible. pose proof (lt_0_INR _ some) as n_gt0. apply Qle_bool_R in less. rewrite Q2R_mult, Q2R_inject, <- INR_IZR_INZ in less.
  apply (Rmult_le_reg_r (INR (length z))); [exact n_gt0|]. apply Rle_trans with (2 := less). clear less covered order. revert bins binned possible.
  induction (pairs e) as [|[i j] l IH]; intros bins binned possible.
  - injection binned as <-. cbn. rewrite Q2R_0. lra.
  - cbn [map_all] in binned. destruct (bin_of c (scored e) (i, j)) as [bin|] eqn:bin_found; [|discriminate]. destruct (map_all _ l) as [rest|]; [|discriminate]. injection binned as <-.
    specialize (IH rest eq_refl ltac:(intros a b ab_in; apply possible; now right)). cbn [map combine fold_right fst expected_calibration_error].
    rewrite Q2R_Qred, Q2R_plus. destruct (bin_of_bounds _ _ _ bin_found) as (a & b & a_at & b_at). cbn [fst snd] in a_at, b_at.
    destruct (possible i j (or_introl eq_refl)) as [p_seen q_seen]. destruct (limited _ _ a_at) as [_ first]. destruct (limited _ _ b_at) as [_ second].
    pose proof (furthest_bound (scores_in bin z) (limit_at c i) (limit_at c j) (p i)) as part. unfold limit_at in part at 1 2. rewrite a_at, b_at in part. specialize (part (first _ p_seen) (second _ q_seen)).
    unfold expected_calibration_error in IH. rewrite Rmult_plus_distr_r. apply Rplus_le_compat; [|exact IH].
    replace (INR (length (scores_in bin z)) / INR (length z) * Rabs (p i - mean (scores_in bin z)) * INR (length z)) with (INR (length (scores_in bin z)) * Rabs (p i - mean (scores_in bin z))) by (field; lra).
    exact part.
Qed.
End Sound.

Theorem prove_accuracy_sound claim_file labels_file predictions_file certificate :
  prove_accuracy claim_file labels_file predictions_file certificate = true -> AccuracyBounds claim_file labels_file predictions_file.
Proof.
  unfold prove_accuracy, AccuracyBounds. destruct (is_certificate certificate); [|discriminate].
  destruct (read_claim claim_file) as [c|]; [|discriminate]. destruct (read_table labels_file) as [labels|]; [|discriminate].
  destruct (read_table predictions_file) as [predictions|]; [|discriminate]. destruct (counts c labels predictions) as [seen|]; [|discriminate].
  intro accepted. destruct (check_sound c predictions seen accepted) as (confident & some & same & each & apart & errors).
  split; [exact confident|]. split; [exact some|]. split; [exact same|]. split; [exact each|]. split.
  { apply Forall_forall. intros d d_in. rewrite forallb_forall in apart. exact (check_difference_sound c seen each d (apart d d_in)). }
  split.
  { apply Forall_forall. intros e e_in. rewrite forallb_forall in errors. exact (check_calibration_sound c seen each predictions e (errors e e_in)). }
  intros Omega S p mistakes drawn. split.
  all: pose proof (lt_INR _ _ some) as m_gt0; cbn [INR] in m_gt0.
  all: destruct (plausible_coverage_all S (share c) (length (bounds c)) (fun i => fst (nth i seen (0, 0)%nat)) p mistakes) as [is_event covered];
    [unfold share; apply Rmult_le_pos; [lra|left; now apply Rinv_0_lt_compat]|assumption|].
  - exact is_event.
  - apply Rle_trans with (2 := covered). unfold share. right. field. lra.
Qed.
