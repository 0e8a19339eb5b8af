(** * The checker of bounds on errors

    [prove_accuracy claim labels predictions certificate] reads the files, counts the rows and the mistakes, and shows for each bound that so few mistakes would be
    rare if the probability of error were the bound itself.  The certificate has nothing in it but its first six bytes.

    Main definitions: [prove_accuracy].
    Main results: [prove_accuracy_sound].

    Trust: proved. *)
From Coq Require Import PString Uint63 ZArith QArith Qreals Reals Lra Lia List Bool.
From Warrant Require Import Spec.Bytes Spec.Tables Primitives.Fractions Checker.Probability.Tail.
From Warrant Require Import Spec.Probability Spec.Accuracy Primitives.Probability.ClopperPearson.
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
Definition check (c : claim) (seen : list (nat * nat)) : bool :=
  inside (confidence c) && Nat.ltb 0 (length (bounds c)) && Nat.eqb (length seen) (length (bounds c)) &&
  forallb (fun '(b, s) => check_bound (share_Q c) b s) (combine (bounds c) seen) && forallb (check_difference c) (differences c).
Definition prove_accuracy (claim_file labels_file predictions_file certificate : bytes) : bool :=
  if is_certificate certificate then
    match read_claim claim_file, read_table labels_file, read_table predictions_file with
    | Some c, Some labels, Some predictions =>
      match counts c labels predictions with Some seen => check c seen | None => false end
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
Lemma check_sound c seen : check c seen = true ->
  0 < Q2R (confidence c) < 1 /\ (0 < length (bounds c))%nat /\ length seen = length (bounds c) /\
  Forall2 (fun b '(n, k) => forall p, plausible (share c) n k p -> p <= Q2R (limit b)) (bounds c) seen /\ forallb (check_difference c) (differences c) = true.
Proof.
  unfold check. rewrite !andb_true_iff. intros [[[[confident some] same] each] apart].
  apply inside_R in confident. apply Nat.ltb_lt in some. apply Nat.eqb_eq in same. split; [exact confident|]. split; [exact some|]. split; [exact same|]. split; [|exact apart]. clear apart.
  rewrite <- (share_correct c some). rewrite forallb_forall in each. revert each. generalize (share_Q c) as delta. intro delta.
  clear confident some. revert seen same. induction (bounds c) as [|b l IH]; intros [|[n k] seen] same each; try discriminate; constructor.
  - apply check_bound_sound. exact (each _ (or_introl eq_refl)).
  - apply IH; [now injection same|]. intros x x_in. apply each. now right.
Qed.

Lemma check_difference_sound c seen d : length seen = length (bounds c) -> Forall2 (fun b '(n, k) => forall p, plausible (share c) n k p -> p <= Q2R (limit b)) (bounds c) seen ->
  check_difference c d = true ->
  (one d < length (bounds c))%nat /\ (other d < length (bounds c))%nat /\
  forall p q, plausible (share c) (fst (nth (one d) seen (0, 0)%nat)) (snd (nth (one d) seen (0, 0)%nat)) p ->
    plausible (share c) (fst (nth (other d) seen (0, 0)%nat)) (snd (nth (other d) seen (0, 0)%nat)) q -> p + q <= 1 + Q2R (excess d).
Proof.
  intros same each. unfold check_difference.
  destruct (nth_error (bounds c) (one d)) as [a|] eqn:a_at; [|discriminate]. destruct (nth_error (bounds c) (other d)) as [b|] eqn:b_at; [|discriminate]. intro room.
  assert (limited : forall i x, nth_error (bounds c) i = Some x -> (i < length (bounds c))%nat /\
    forall p, plausible (share c) (fst (nth i seen (0, 0)%nat)) (snd (nth i seen (0, 0)%nat)) p -> p <= Q2R (limit x)).
  { clear - each. induction each as [|y [n k] l seen bounded each IH]; intros [|i] x x_at; try discriminate.
    - injection x_at as <-. split; [cbn; lia|exact bounded].
    - destruct (IH i x x_at) as [less all]. split; [cbn; lia|exact all]. }
  destruct (limited _ _ a_at) as [one_less first], (limited _ _ b_at) as [other_less second]. split; [exact one_less|]. split; [exact other_less|].
  intros p q p_seen q_seen. apply Qle_bool_R in room. rewrite !Q2R_plus, Q2R_1 in room. pose proof (first p p_seen). pose proof (second q q_seen). lra.
Qed.

Theorem prove_accuracy_sound claim_file labels_file predictions_file certificate :
  prove_accuracy claim_file labels_file predictions_file certificate = true -> AccuracyBounds claim_file labels_file predictions_file.
Proof.
  unfold prove_accuracy, AccuracyBounds. destruct (is_certificate certificate); [|discriminate].
  destruct (read_claim claim_file) as [c|]; [|discriminate]. destruct (read_table labels_file) as [labels|]; [|discriminate].
  destruct (read_table predictions_file) as [predictions|]; [|discriminate]. destruct (counts c labels predictions) as [seen|]; [|discriminate].
  intro accepted. destruct (check_sound c seen accepted) as (confident & some & same & each & apart).
  split; [exact confident|]. split; [exact some|]. split; [exact same|]. split; [exact each|]. split.
  { apply Forall_forall. intros d d_in. rewrite forallb_forall in apart. exact (check_difference_sound c seen d same each (apart d d_in)). }
  intros Omega S p mistakes drawn. split.
  all: pose proof (lt_INR _ _ some) as m_gt0; cbn [INR] in m_gt0.
  all: destruct (plausible_coverage_all S (share c) (length (bounds c)) (fun i => fst (nth i seen (0, 0)%nat)) p mistakes) as [is_event covered];
    [unfold share; apply Rmult_le_pos; [lra|left; now apply Rinv_0_lt_compat]|assumption|].
  - exact is_event.
  - apply Rle_trans with (2 := covered). unfold share. right. field. lra.
Qed.
