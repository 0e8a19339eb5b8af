(** * Robustness by uniform noise

    Two cubes of side 2h, of which one is the other shifted by v, have all but a share of |v|/(2h) of their volume in common, |v| being the sum of the sizes of v's coordinates.  On what they
    have in common, uniform noise around x and around x + v is the same.  So the probability of a class falls by |v|/(2h) at most.

    Main results: [leaving_bound] (the share that is not in common), [uniform_shift], [uniform_robust].  UniformVectors.v has such a probability.

    Trust: proved.
    Source: G. Yang et al., Randomized smoothing of all shapes and sizes, 2020, and G.-H. Lee et al., Tight certificates of adversarial robustness for randomly smoothed classifiers, 2019 (the ℓ1 radius 2h(p - 1/2)). *)
From Coq Require Import Reals Lra Lia Qreals FunctionalExtensionality.
From Warrant Require Import Spec.Probability Spec.Smoothing Primitives.Probability.Events.
Local Open Scope R_scope.

Section Uniform.
Variables (d : nat) (h : R) (N : probability vector).
Hypothesis law : uniform N d h.

Lemma norm1_ge0 n v : 0 <= norm1 n v.
Proof. induction n as [|n IH]; cbn [norm1]; [lra|]. pose proof (Rabs_pos (v n)). lra. Qed.
Lemma norm1_coordinate n v i : (i < n)%nat -> Rabs (v i) <= norm1 n v.
Proof.
  induction n as [|n IH]; intro less; [lia|]. cbn [norm1]. pose proof (norm1_ge0 n v). pose proof (Rabs_pos (v n)).
  destruct (Nat.eq_dec i n) as [->|other]; [lra|]. pose proof (IH ltac:(lia)). lra.
Qed.

(** a point of the cube does not leave it when it moves by -v, as far as the coordinate [i] goes *)
Definition stays (v : vector) (i : nat) (z : vector) : Prop := if Rle_dec 0 (v i) then ~ z i < v i - h else z i <= v i + h.
Lemma stays_bound v i : (i < d)%nat -> norm1 d v <= 2 * h -> likely N (1 - Rabs (v i) / (2 * h)) (stays v i).
Proof.
  intros less short. destruct law as (h_gt0 & _ & sides & _). pose proof (norm1_coordinate d v i less) as small. unfold stays. destruct (Rle_dec 0 (v i)) as [right|left].
  - rewrite Rabs_pos_eq in * by exact right. destruct (sides i (v i - h) less ltac:(lra)) as (_ & _ & is_side & value).
    split; [now apply event_not|]. rewrite (P_not N _ is_side), value. right. field. lra.
  - rewrite Rabs_left in * by lra. destruct (sides i (v i + h) less ltac:(lra)) as (is_side & value & _).
    split; [exact is_side|]. rewrite value. right. field. lra.
Qed.
Lemma leaving_steps v n : (n <= d)%nat -> norm1 d v <= 2 * h -> likely N (1 - norm1 n v / (2 * h)) (fun z => forall i, (i < n)%nat -> stays v i z).
Proof.
  intros within short. induction n as [|n IH].
  - apply (likely_same N _ (fun _ => True)); [intro z; split; [intros _ i less; lia|easy]|]. split; [apply event_all|]. rewrite P_all. cbn [norm1]. unfold Rdiv. lra.
  - apply (likely_same N _ (fun z => (forall i, (i < n)%nat -> stays v i z) /\ stays v n z)).
    + intro z. split; [intros [before last] i less; destruct (Nat.eq_dec i n) as [->|other]; [exact last|apply before; lia]|]. intro all. split; [intros i less|]; apply all; lia.
    + apply (likely_mono N (1 - norm1 n v / (2 * h) + (1 - Rabs (v n) / (2 * h)) - 1)).
      * cbn [norm1]. unfold Rdiv. lra.
      * apply likely_and; [apply IH; lia|]. apply stays_bound; [lia|exact short].
Qed.
(** except with probability |v|/(2h), noise lies in the cube and stays in it when it moves by -v *)
Theorem leaving_bound v : supported d v -> norm1 d v <= 2 * h -> likely N (1 - norm1 d v / (2 * h)) (fun z => cube d h z /\ cube d h (minus z v)).
Proof.
  intros beyond short. pose proof law as (h_gt0 & [is_cube inside] & _ & shifts).
  assert (is_moved : event N (fun z => cube d h (minus z v))).
  { destruct (shifts (cube d h) (fun i => - v i)) as [moved _]; [intros i i_out; rewrite (beyond i i_out); ring|exact is_cube|exact moved]. }
  assert (both : likely N (1 + (1 - norm1 d v / (2 * h)) - 1) (fun z => cube d h z /\ forall i, (i < d)%nat -> stays v i z)).
  { apply likely_and; [now split|]. apply leaving_steps; [apply Nat.le_refl|exact short]. }
  destruct both as [is_both both]. split; [now apply event_and|]. apply Rle_trans with (P N (fun z => cube d h z /\ forall i, (i < d)%nat -> stays v i z)); [lra|].
  apply P_mono; [exact is_both|now apply event_and|]. intros z [in_cube all]. split; [exact in_cube|]. intros i less.
  pose proof (in_cube i less) as range. pose proof (all i less) as stay. unfold stays in stay. unfold minus. destruct (Rle_dec 0 (v i)); lra.
Qed.

(** a shift of the noise takes |v|/(2h) from an event's probability, at most *)
Theorem uniform_shift B v : supported d v -> event N B -> P N B - norm1 d v / (2 * h) <= P N (fun z => B (plus z v)).
Proof.
  intros beyond is_B. pose proof law as (h_gt0 & [is_cube inside] & _ & shifts).
  destruct (shifts B v beyond is_B) as [is_shifted value]. destruct (shifts (cube d h) v beyond is_cube) as [is_moved _].
  destruct (Rle_lt_dec (norm1 d v) (2 * h)) as [short|long].
  - destruct (likely_and N (P N B) (1 - norm1 d v / (2 * h)) B (fun z => cube d h z /\ cube d h (minus z v))) as [_ both].
    { split; [exact is_B|apply Rle_refl]. }
    { now apply leaving_bound. }
    apply Rle_trans with (P N (fun z => B z /\ cube d h z /\ cube d h (minus z v))); [lra|]. rewrite <- value.
    apply P_mono; [apply event_and; [|apply event_and]; assumption|exact is_shifted|tauto].
  - apply Rle_trans with 0; [|now apply P_ge0]. pose proof (P_le1 N B is_B). assert (1 <= norm1 d v / (2 * h)) as far; [|lra].
    apply (Rmult_le_reg_r (2 * h)); [lra|]. replace (norm1 d v / (2 * h) * (2 * h)) with (norm1 d v) by (field; lra). lra.
Qed.
End Uniform.

(** G. Yang et al., 2020: where q + r/(2h) < 1/2, no input within the ℓ1 distance r gets another class *)
Theorem uniform_robust h q r : q + r / (2 * Q2R h) < 1 / 2 -> robust (Uniform h) q r.
Proof.
  intros enough d N f x v c law events x_supported v_supported short missed. pose proof law as (h_gt0 & _ & _ & shifts).
  set (B := fun z : vector => f (plus z x) = c).
  assert (is_B : event N B) by exact (proj1 (shifts (fun z => f z = c) x x_supported (events c))).
  assert (B_value : P N B = 1 - q).
  { rewrite <- missed, <- (P_not N (fun z => f (plus z x) <> c)); [|exact (event_not _ N B is_B)]. apply P_same; [|exact is_B]. intro z. unfold B. split; [intros -> no; now apply no|].
    intro no. destruct (Nat.eq_dec (f (plus z x)) c) as [yes|other]; [exact yes|contradiction]. }
  pose proof (uniform_shift d (Q2R h) N law B v v_supported is_B) as moved. rewrite B_value in moved.
  rewrite (P_same _ N (fun z => f (plus z (plus x v)) = c) (fun z => B (plus z v))).
  - assert (norm1 d v / (2 * Q2R h) <= r / (2 * Q2R h)) as le; [|lra]. apply Rmult_le_compat_r; [|exact short]. left. apply Rinv_0_lt_compat. lra.
  - intro z. unfold B. replace (plus (plus z v) x) with (plus z (plus x v)); [reflexivity|]. apply functional_extensionality. intro i. unfold plus. ring.
  - apply (event_same _ N (fun z => B (plus z v))); [|exact (proj1 (shifts B v v_supported is_B))].
    intro z. unfold B. replace (plus (plus z v) x) with (plus z (plus x v)); [reflexivity|]. apply functional_extensionality. intro i. unfold plus. ring.
Qed.
