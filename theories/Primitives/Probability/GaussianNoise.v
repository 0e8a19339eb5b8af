(** * Robustness by Gaussian noise

    Of all events with the probability Φ(τ) under Gaussian noise, it is the half-space {z : <v, z> <= τ σ |v|} that loses most when the noise is shifted by v: its probability falls to Φ(τ - |v|/σ).  This is
    Neyman and Pearson's lemma.  An event B that is at least as probable as the half-space H has, outside of H, at least the probability that H has outside of B; there the shift multiplies densities by more
    than it does anywhere in H.

    Main results: [gaussian_shift], [gaussian_attained] (it is an equality for half-spaces), [gaussian_robust]; [gaussian_deviation] (the standard deviation is determined).  GaussianVectors.v has such
    a probability.

    Trust: proved.
    Source: J. Cohen, E. Rosenfeld and Z. Kolter, Certified adversarial robustness via randomized smoothing, 2019, Theorem 1 and Lemmas 3 and 4; J. Neyman and E. Pearson, 1933. *)
From Coq Require Import Reals Lra Lia Psatz Qreals FunctionalExtensionality Classical.
From Coquelicot Require Import Hierarchy.
From Warrant Require Import Spec.Probability Spec.Smoothing Primitives.Probability.Events Primitives.Probability.Normal.
Local Open Scope R_scope.

Lemma inner_plus d v z w : inner d v (plus z w) = inner d v z + inner d v w.
Proof. induction d as [|d IH]; cbn [inner]; [ring|]. rewrite IH. unfold plus. ring. Qed.
Lemma inner_ge0 d v : 0 <= inner d v v.
Proof. induction d as [|d IH]; cbn [inner]; [lra|]. nra. Qed.
Lemma norm2_square d v : inner d v v = norm2 d v * norm2 d v.
Proof. symmetry. apply sqrt_sqrt, inner_ge0. Qed.
Lemma norm2_zero d v : supported d v -> norm2 d v = 0 -> v = fun _ => 0.
Proof.
  intros beyond zero. assert (all : inner d v v = 0) by (rewrite norm2_square, zero; ring). apply functional_extensionality. intro i.
  destruct (Nat.le_gt_cases d i) as [out|within]; [now apply beyond|]. clear zero beyond. induction d as [|d IH]; [lia|]. cbn [inner] in all. pose proof (inner_ge0 d v).
  destruct (Nat.eq_dec i d) as [->|other]; [nra|]. apply IH; [nra|lia].
Qed.

Section Gaussian.
Variables (d : nat) (sigma : R) (N : probability vector).
Hypothesis law : gaussian N d sigma.

(** the half-space with the probability Φ(τ), and what is left of it after a shift *)
Definition half_space (v : vector) (tau : R) (z : vector) : Prop := inner d v z <= tau * (sigma * norm2 d v).
Lemma half_space_event v tau : supported d v -> 0 < norm2 d v -> event N (half_space v tau).
Proof. intros beyond long. destruct law as (_ & lines & _). exact (proj1 (lines v (tau * (sigma * norm2 d v)) beyond long)). Qed.
Theorem gaussian_attained v tau : supported d v -> 0 < norm2 d v ->
  P N (half_space v tau) = normal tau /\ P N (fun z => half_space v tau (plus z v)) = normal (tau - norm2 d v / sigma).
Proof.
  intros beyond long. destruct law as (sigma_gt0 & lines & _). split.
  - destruct (lines v (tau * (sigma * norm2 d v)) beyond long) as [_ value]. unfold half_space. rewrite value. f_equal. field. lra.
  - destruct (lines v (tau * (sigma * norm2 d v) - inner d v v) beyond long) as [is_line value].
    rewrite <- (P_same _ N (fun z => inner d v z <= tau * (sigma * norm2 d v) - inner d v v)); [|intro z; unfold half_space; rewrite inner_plus; lra|exact is_line].
    rewrite value, norm2_square. f_equal. field. lra.
Qed.

Theorem gaussian_shift B v tau : supported d v -> event N B -> normal tau <= P N B -> normal (tau - norm2 d v / sigma) <= P N (fun z => B (plus z v)).
Proof.
  intros beyond is_B enough. pose proof law as (sigma_gt0 & _ & shifts). destruct (Rle_lt_dec (norm2 d v) 0) as [none|long].
  { assert (zero : norm2 d v = 0) by (pose proof (sqrt_pos (inner d v v)); unfold norm2 in *; lra).
    rewrite zero. replace (tau - 0 / sigma) with tau by (field; lra). rewrite (norm2_zero d v beyond zero).
    replace (fun z => B (plus z (fun _ => 0))) with B; [exact enough|]. apply functional_extensionality. intro z. f_equal. apply functional_extensionality. intro i. unfold plus. ring. }
  destruct (gaussian_attained v tau beyond long) as [at_tau moved]. set (H := half_space v tau) in *.
  assert (is_H : event N H) by now apply half_space_event.
  set (more := fun z => B z /\ ~ H z). set (less := fun z => H z /\ ~ B z). set (both := fun z => B z /\ H z).
  assert (is_more : event N more) by (apply event_and; [|apply event_not]; assumption).
  assert (is_less : event N less) by (apply event_and; [|apply event_not]; assumption).
  assert (is_both : event N both) by (apply event_and; assumption).
  destruct (shifts more v beyond is_more) as [is_more' rates]. destruct (rates (tau * (sigma * norm2 d v))) as [_ gain].
  destruct (shifts less v beyond is_less) as [is_less' rates']. destruct (rates' (tau * (sigma * norm2 d v))) as [loss _]. clear rates rates'.
  set (ratio := exp _) in *. destruct (shifts both v beyond is_both) as [is_both' _].
  assert (ratio_gt0 : 0 < ratio) by apply exp_pos.
  specialize (gain ltac:(intros z [_ out]; unfold H, half_space in out; lra)). specialize (loss ltac:(intros z [within _]; exact within)).
  assert (parts : forall A C D : vector -> Prop, event N C -> event N D -> (forall z, ~ (C z /\ D z)) -> (forall z, A z <-> C z \/ D z) -> P N A = P N C + P N D).
  { intros A C D is_C is_D apart same. rewrite <- P_or by assumption. symmetry. apply P_same; [intro z; symmetry; apply same|now apply event_or]. }
  assert (of_B : P N B = P N both + P N more) by (apply parts; auto; unfold both, more; [tauto|intro z; pose proof (classic (H z)); tauto]).
  assert (of_H : P N H = P N both + P N less) by (apply parts; auto; unfold both, less; [tauto|intro z; pose proof (classic (B z)); tauto]).
  assert (of_B' : P N (fun z => B (plus z v)) = P N (fun z => both (plus z v)) + P N (fun z => more (plus z v))).
  { apply parts; auto; unfold both, more; [tauto|intro z; pose proof (classic (H (plus z v))); tauto]. }
  assert (of_H' : P N (fun z => H (plus z v)) = P N (fun z => both (plus z v)) + P N (fun z => less (plus z v))).
  { apply parts; auto; unfold both, less; [tauto|intro z; pose proof (classic (B (plus z v))); tauto]. }
  rewrite <- moved, of_B', of_H'. assert (P N less <= P N more) by lra. assert (ratio * P N less <= ratio * P N more) by (apply Rmult_le_compat_l; lra). lra.
Qed.
End Gaussian.

(** no probability is [gaussian] with two standard deviations *)
Theorem gaussian_deviation (N : probability vector) d sigma sigma' : (0 < d)%nat -> gaussian N d sigma -> gaussian N d sigma' -> sigma = sigma'.
Proof.
  intros d_gt0 (sigma_gt0 & lines & _) (sigma'_gt0 & lines' & _). set (v := fun i : nat => if Nat.eqb i 0 then 1 else 0).
  assert (length : norm2 d v = 1).
  { unfold norm2. rewrite <- sqrt_1. f_equal. destruct d as [|d]; [lia|]. clear. induction d as [|d IH]; [cbn; ring|]. cbn [inner] in *. rewrite IH. unfold v. cbn. ring. }
  assert (beyond : supported d v). { intros i out. unfold v. destruct i; [lia|reflexivity]. }
  destruct (lines v 1 beyond ltac:(lra)) as [_ value]. destruct (lines' v 1 beyond ltac:(lra)) as [_ value']. rewrite value, length, !Rmult_1_r in value'.
  assert (same : 1 / sigma = 1 / sigma').
  { destruct (Rtotal_order (1 / sigma) (1 / sigma')) as [less|[same|more]]; [|exact same|]; [apply normal_mono in less|apply normal_mono in more]; lra. }
  replace sigma with (/ (1 / sigma)) by (field; lra). rewrite same. field. lra.
Qed.

(** J. Cohen et al., 2019, Theorem 1, for one class against all others: where q + Φ(r/σ) < 1, no input within the ℓ2 distance r gets another class *)
Theorem gaussian_robust sigma q r : q + normal (r / Q2R sigma) < 1 -> robust (Gaussian sigma) q r.
Proof.
  intros enough d N f x v c law events x_supported v_supported short missed. pose proof law as (sigma_gt0 & _ & shifts).
  set (B := fun z : vector => f (plus z x) = c).
  assert (is_B : event N B) by exact (proj1 (shifts (fun z => f z = c) x x_supported (events c))).
  assert (B_value : P N B = 1 - q).
  { rewrite <- missed, <- (P_not N (fun z => f (plus z x) <> c)); [|exact (event_not _ N B is_B)]. apply P_same; [|exact is_B]. intro z. unfold B. split; [intros -> no; now apply no|].
    intro no. destruct (Nat.eq_dec (f (plus z x)) c) as [yes|other]; [exact yes|contradiction]. }
  (* a little beyond r/σ, Φ is still below 1 - q *)
  assert (room : exists tau, r / Q2R sigma < tau /\ normal tau <= 1 - q).
  { destruct (normal_continuous (r / Q2R sigma) (ball (normal (r / Q2R sigma)) (mkposreal (1 - q - normal (r / Q2R sigma)) ltac:(lra))) (locally_ball _ _)) as [eps near].
    exists (r / Q2R sigma + eps / 2). pose proof (cond_pos eps). split; [lra|]. specialize (near (r / Q2R sigma + eps / 2)).
    assert (in_ball : ball (r / Q2R sigma) eps (r / Q2R sigma + eps / 2)).
    { unfold ball. cbn. unfold AbsRing_ball, abs, Hierarchy.minus, Hierarchy.plus, opp. cbn. replace (r / Q2R sigma + eps / 2 + - (r / Q2R sigma)) with (eps / 2) by ring. rewrite Rabs_pos_eq; lra. }
    specialize (near in_ball). unfold ball in near. cbn in near. unfold AbsRing_ball, abs, Hierarchy.minus, Hierarchy.plus, opp in near. cbn in near. apply Rabs_def2 in near. lra. }
  destruct room as (tau & beyond_r & enough_tau).
  pose proof (gaussian_shift d (Q2R sigma) N law B v tau v_supported is_B ltac:(lra)) as moved.
  assert (half : 1 / 2 < normal (tau - norm2 d v / Q2R sigma)).
  { rewrite <- normal_zero. apply normal_mono. assert (norm2 d v / Q2R sigma <= r / Q2R sigma); [|lra]. apply Rmult_le_compat_r; [|exact short]. left. now apply Rinv_0_lt_compat. }
  rewrite (P_same _ N (fun z => f (plus z (plus x v)) = c) (fun z => B (plus z v))); [lra|..].
  - intro z. unfold B. replace (plus (plus z v) x) with (plus z (plus x v)); [reflexivity|]. apply functional_extensionality. intro i. unfold plus. ring.
  - apply (event_same _ N (fun z => B (plus z v))); [|exact (proj1 (shifts B v v_supported is_B))].
    intro z. unfold B. replace (plus (plus z v) x) with (plus z (plus x v)); [reflexivity|]. apply functional_extensionality. intro i. unfold plus. ring.
Qed.
