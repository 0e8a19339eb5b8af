(** * The binomial distribution

    The number of successes in [n] independent trials: its distribution function rises in the number of successes and falls in their probability, and
    neighbouring probabilities have a simple ratio.

    Main results: [exactly_binomial] (the textbook formula), [exactly_ratio], [at_most_mono_l] (in the number), [at_most_mono_r] (in the probability),
    [at_most_complement].

    Trust: proved.
    Source: W. Feller, An Introduction to Probability Theory and Its Applications I, 1968, chapter VI. *)
From Coq Require Import Reals Lra Lia List.
From Warrant Require Import Spec.Probability.
Local Open Scope R_scope.

Lemma exactly_ge0 n j p : 0 <= p <= 1 -> 0 <= exactly n j p.
Proof.
  intro p_range. revert j. induction n as [|n IH]; intros [|j]; cbn [exactly]; try lra.
  - apply Rmult_le_pos; [lra|apply IH].
  - apply Rplus_le_le_0_compat; apply Rmult_le_pos; try lra; apply IH.
Qed.
Lemma exactly_beyond n j p : (n < j)%nat -> exactly n j p = 0.
Proof.
  revert j. induction n as [|n IH]; intros [|j] beyond; cbn [exactly]; try lia; [reflexivity|].
  rewrite !IH by lia. ring.
Qed.

(** (j + 1) (1 - p) exactly (j + 1) = (n - j) p exactly j *)
Theorem exactly_ratio n j p : INR (S j) * (1 - p) * exactly n (S j) p = (INR n - INR j) * p * exactly n j p.
Proof.
  revert j. induction n as [|n IH]; intros j; cbn [exactly].
  - destruct j as [|j]; cbn [exactly]; [simpl; ring|ring].
  - destruct j as [|j]; cbn [exactly].
    + pose proof (IH 0%nat) as at_0. rewrite (S_INR n). change (INR 1) with 1 in *. change (INR 0) with 0 in *.
      transitivity ((1 - p) * p * exactly n 0 p + (1 - p) * (1 * (1 - p) * exactly n 1 p)); [ring|].
      rewrite at_0. ring.
    + pose proof (IH j) as lower. pose proof (IH (S j)) as upper. rewrite !S_INR in *.
      transitivity ((INR j + 1 + 1) * (1 - p) * p * exactly n (S j) p + (1 - p) * ((INR j + 1 + 1) * (1 - p) * exactly n (S (S j)) p)); [ring|].
      rewrite upper.
      transitivity (p * ((INR n - INR j) * p * exactly n j p) + (INR n + 1 - (INR j + 1)) * p * (1 - p) * exactly n (S j) p); [|ring].
      rewrite <- lower. ring.
Qed.

(** the textbook formula *)
Theorem exactly_binomial n j p : (j <= n)%nat -> exactly n j p = Binomial.C n j * p ^ j * (1 - p) ^ (n - j).
Proof.
  revert j. induction n as [|n IH]; intros [|j] within; cbn [exactly].
  - unfold Binomial.C. simpl. field.
  - lia.
  - rewrite IH by lia. rewrite !Nat.sub_0_r. unfold Binomial.C. rewrite !Nat.sub_0_r. cbn [pow]. change (fact 0) with 1%nat.
    cbn [INR]. field. split; apply INR_fact_neq_0.
  - destruct (Nat.eq_dec j n) as [->|not_last].
    + rewrite IH by lia. rewrite (exactly_beyond n (S n)) by lia. rewrite !Nat.sub_diag. unfold Binomial.C. rewrite !Nat.sub_diag. cbn [pow].
      change (fact 0) with 1%nat. cbn [INR]. field. split; apply INR_fact_neq_0.
    + rewrite !IH by lia. rewrite <- Binomial.pascal by lia. replace (S n - S j)%nat with (S (n - S j)) by lia. replace (n - j)%nat with (S (n - S j)) by lia.
      cbn [pow]. ring.
Qed.

(** ** The distribution function *)

Lemma at_most_first n p : at_most n 0 p = exactly n 0 p. Proof. reflexivity. Qed.
Lemma at_most_next n k p : at_most n (S k) p = at_most n k p + exactly n (S k) p. Proof. reflexivity. Qed.
Lemma at_most_step n k p : at_most (S n) (S k) p = p * at_most n k p + (1 - p) * at_most n (S k) p.
Proof.
  induction k as [|k IH].
  - unfold at_most. cbn [sum_f_R0 exactly]. ring.
  - rewrite at_most_next, IH, !at_most_next. cbn [exactly]. ring.
Qed.
Lemma at_most_ge0 n k p : 0 <= p <= 1 -> 0 <= at_most n k p.
Proof. intro p_range. induction k as [|k IH]; [now apply exactly_ge0|]. rewrite at_most_next. pose proof (exactly_ge0 n (S k) p p_range). lra. Qed.
Theorem at_most_mono_l n k l p : 0 <= p <= 1 -> (k <= l)%nat -> at_most n k p <= at_most n l p.
Proof.
  intros p_range le. induction le as [|l le IH]; [lra|]. rewrite at_most_next. pose proof (exactly_ge0 n (S l) p p_range). lra.
Qed.
Theorem at_most_mono_r n k p q : 0 <= p -> p <= q -> q <= 1 -> at_most n k q <= at_most n k p.
Proof.
  intros p_ge0 le q_le1. revert k. induction n as [|n IH]; intros k.
  - right. induction k as [|k IHk]; [reflexivity|]. rewrite !at_most_next, IHk. reflexivity.
  - destruct k as [|k].
    + unfold at_most. cbn [sum_f_R0 exactly]. pose proof (IH 0%nat) as first. rewrite !at_most_first in first.
      pose proof (exactly_ge0 n 0 q ltac:(lra)). apply Rmult_le_compat; lra.
    + rewrite !at_most_step. pose proof (IH k) as lower. pose proof (IH (S k)) as upper.
      pose proof (at_most_mono_l n k (S k) p ltac:(lra) ltac:(lia)) as rises.
      apply Rle_trans with (q * at_most n k p + (1 - q) * at_most n (S k) p).
      * apply Rplus_le_compat; apply Rmult_le_compat_l; lra.
      * pose proof (Rmult_le_pos (q - p) (at_most n (S k) p - at_most n k p) ltac:(lra) ltac:(lra)). lra.
Qed.
Lemma at_most_all n k p : (n <= k)%nat -> at_most n k p = 1.
Proof.
  revert k. induction n as [|n IH]; intros k all.
  - induction k as [|k IHk]; [reflexivity|]. rewrite at_most_next, IHk by lia. cbn [exactly]. ring.
  - destruct k as [|k]; [lia|]. rewrite at_most_step, !IH by lia. ring.
Qed.
Lemma at_most_le1 n k p : 0 <= p <= 1 -> at_most n k p <= 1.
Proof. intro p_range. rewrite <- (at_most_all n (Nat.max n k) p) by lia. apply at_most_mono_l; [exact p_range|lia]. Qed.

(** more than [k] successes are at most [n - k - 1] failures *)
Theorem at_most_complement n k p : (k < n)%nat -> at_most n k p + at_most n (n - S k) (1 - p) = 1.
Proof.
  revert k. induction n as [|n IH]; intros k within; [lia|]. replace (S n - S k)%nat with (n - k)%nat by lia.
  destruct k as [|k].
  - destruct n as [|n].
    + unfold at_most. cbn [sum_f_R0 exactly Nat.sub]. ring.
    + rewrite Nat.sub_0_r. rewrite at_most_step, (at_most_all (S n) (S n)) by lia. rewrite at_most_first. cbn [exactly].
      pose proof (IH 0%nat ltac:(lia)) as rest. rewrite at_most_first in rest. cbn [exactly] in rest. replace (S n - 1)%nat with n in rest by lia.
      transitivity ((1 - p) * ((1 - p) * exactly n 0 p + at_most (S n) n (1 - p)) + (1 - (1 - p))); [ring|]. rewrite rest. ring.
  - rewrite at_most_step. destruct (Nat.eq_dec (S k) n) as [last|not_last].
    + subst n. rewrite Nat.sub_diag, at_most_first. cbn [exactly]. rewrite (at_most_all (S k) (S k)) by lia.
      pose proof (IH k ltac:(lia)) as rest. rewrite Nat.sub_diag, at_most_first in rest. cbn [exactly] in rest.
      transitivity (p * (at_most (S k) k p + (1 - (1 - p)) * exactly k 0 (1 - p)) + (1 - p)); [ring|]. rewrite rest. ring.
    + pose proof (IH k ltac:(lia)) as lower. pose proof (IH (S k) ltac:(lia)) as upper. replace (n - S k)%nat with (S (n - S (S k))) in * by lia.
      rewrite at_most_step.
      transitivity (p * (at_most n k p + at_most n (S (n - S (S k))) (1 - p)) + (1 - p) * (at_most n (S k) p + at_most n (n - S (S k)) (1 - p))); [ring|].
      rewrite lower, upper. ring.
Qed.
Lemma exactly_complement n k p : (k < n)%nat -> exactly n (n - S k) (1 - p) = exactly n (S k) p.
Proof.
  intro within. pose proof (at_most_complement n k p within) as this. destruct (Nat.eq_dec (S k) n) as [last|not_last].
  - subst n. rewrite Nat.sub_diag in *. rewrite at_most_first in this. pose proof (at_most_all (S k) (S k) p ltac:(lia)) as all.
    rewrite at_most_next in all. lra.
  - pose proof (at_most_complement n (S k) p ltac:(lia)) as next. replace (n - S k)%nat with (S (n - S (S k))) in * by lia.
    rewrite at_most_next in this, next. lra.
Qed.
