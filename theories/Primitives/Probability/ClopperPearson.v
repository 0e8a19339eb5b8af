(** * Clopper-Pearson confidence sets

    The set of the probabilities with which so few successes as were seen are not rarer than [delta] has the true probability in it, except with probability at most
    [delta], whatever it is; simultaneously for several samples that may depend on one another, if each gets a share of [delta].

    Main results: [plausible_coverage], [plausible_coverage_all]; [plausible_bound] (a number above all of the set).

    Trust: proved.
    Source: C. Clopper and E. Pearson, The use of confidence or fiducial limits illustrated in the case of the binomial, Biometrika 26, 1934. *)
From Coq Require Import Reals Lra Lia List Bool Classical.
From Warrant Require Import Spec.Probability Primitives.Probability.Binomial Primitives.Probability.Events.
Local Open Scope R_scope.

(** the greatest number of successes, up to [m], that is rare *)
Lemma rare_counts delta n p m : 0 <= p <= 1 ->
  (forall k, (k <= m)%nat -> delta < at_most n k p) \/
  (exists l, (l <= m)%nat /\ at_most n l p <= delta /\ forall k, (k <= m)%nat -> (k <= l)%nat <-> at_most n k p <= delta).
Proof.
  intro p_range. induction m as [|m [none|(l & l_le & l_rare & l_last)]].
  - destruct (Rle_lt_dec (at_most n 0 p) delta) as [rare|common].
    + right. exists 0%nat. repeat split; auto. intros _. replace k with 0%nat by lia. exact rare.
    + left. intros k k_le. now replace k with 0%nat by lia.
  - destruct (Rle_lt_dec (at_most n (S m) p) delta) as [rare|common].
    + exfalso. pose proof (none m ltac:(lia)). pose proof (at_most_mono_l n m (S m) p p_range ltac:(lia)). lra.
    + left. intros k k_le. destruct (Nat.eq_dec k (S m)) as [->|other]; [exact common|]. apply none. lia.
  - right. destruct (Rle_lt_dec (at_most n (S m) p) delta) as [rare|common].
    + exists (S m). repeat split; auto. intros _. apply Rle_trans with (at_most n (S m) p); [|exact rare]. now apply at_most_mono_l.
    + exists l. split; [lia|]. split; [exact l_rare|]. intros k k_le. destruct (Nat.eq_dec k (S m)) as [->|other].
      * split; [lia|intro; lra].
      * apply l_last. lia.
Qed.

Lemma successes_le b : (successes b <= length b)%nat.
Proof. induction b as [|[] b IH]; unfold successes in *; cbn; lia. Qed.

Theorem plausible_coverage {Omega} (S : probability Omega) delta n p X :
  0 <= delta -> trials S p n X -> likely S (1 - delta) (fun w => plausible delta n (successes (X w)) p).
Proof.
  intros delta_ge0 drawn. pose proof drawn as (p_range & lengths & _).
  assert (within : forall w, (successes (X w) <= n)%nat) by (intro w; rewrite <- (lengths w); apply successes_le).
  destruct (rare_counts delta n p n p_range) as [none|(l & _ & l_rare & l_last)].
  - apply (likely_same S _ (fun _ => True)).
    + intro w. split; [intros _; split; [exact p_range|now apply none]|easy].
    + split; [apply event_all|]. rewrite P_all. lra.
  - destruct (trials_count S X p n l drawn) as [is_event value].
    apply (likely_same S _ (fun w => ~ (successes (X w) <= l)%nat)).
    + intro w. rewrite (l_last _ (within w)). unfold plausible. split; [intro; split; [exact p_range|lra]|intros [_ more]; lra].
    + split; [now apply event_not|]. rewrite (P_not S _ is_event), value. lra.
Qed.

Theorem plausible_coverage_all {Omega} (S : probability Omega) delta m (n : nat -> nat) (p : nat -> R) (X : nat -> Omega -> list bool) :
  0 <= delta -> (forall i, (i < m)%nat -> trials S (p i) (n i) (X i)) ->
  likely S (1 - INR m * delta) (fun w => forall i, (i < m)%nat -> plausible delta (n i) (successes (X i w)) (p i)).
Proof. intros delta_ge0 drawn. apply (likely_all S m delta (fun i w => plausible delta (n i) (successes (X i w)) (p i))). intros i less. now apply plausible_coverage; [|apply drawn]. Qed.

(** where so few successes are rare with [u], no plausible probability is [u] or above *)
Lemma plausible_below delta n k u p : 0 <= u -> at_most n k u <= delta -> plausible delta n k p -> p < u.
Proof.
  intros u_ge0 rare [p_range common]. apply Rnot_le_lt. intro above.
  pose proof (at_most_mono_r n k u p u_ge0 above ltac:(lra)). lra.
Qed.
Theorem plausible_bound delta n k u p : 0 <= u -> at_most n k u <= delta -> plausible delta n k p -> p <= u.
Proof. intros u_ge0 rare seen. apply Rlt_le. exact (plausible_below delta n k u p u_ge0 rare seen). Qed.
