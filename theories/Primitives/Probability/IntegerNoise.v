(** * Integer noise

    Windows of integers around 0, which in the end contain every finite set; distributions moved to another centre; and the geometric distribution on both sides of 0, whose
    probabilities at a distance d differ by the factor alpha^d at most.

    Main results: [window_covers], [shifted_distribution], [geometric_distribution], [geometric_bound].

    Trust: proved.
    Source: A. Ghosh, T. Roughgarden, M. Sundararajan, Universally utility-maximizing privacy mechanisms, 2009, section 2. *)
From Coq Require Import ZArith QArith Qreals Reals Lra Lia List.
From Warrant Require Import Spec.Privacy Primitives.Probability.Sums.
Import ListNotations.
Local Open Scope R_scope.

(** the integers from -n to n *)
Fixpoint window (n : nat) : list Z := match n with O => [0%Z] | S m => Z.of_nat n :: (- Z.of_nat n)%Z :: window m end.
Lemma window_in n z : In z (window n) <-> (Z.abs z <= Z.of_nat n)%Z.
Proof.
  induction n as [|n IH]; [cbn; lia|]. cbn [window In]. rewrite IH. lia.
Qed.
Lemma window_once n : NoDup (window n).
Proof.
  induction n as [|n IH]; [repeat constructor; easy|]. cbn [window]. constructor; [|constructor; [|exact IH]].
  - intros [e|e]; [lia|]. apply window_in in e. lia.
  - intro e. apply window_in in e. lia.
Qed.
Theorem window_covers (l : list Z) : exists n, incl l (window n).
Proof.
  induction l as [|z l [n covers]]; [exists O; easy|]. exists (Nat.max n (Z.abs_nat z)). intros y [<-|y_in]; apply window_in; [lia|].
  apply covers, window_in in y_in. lia.
Qed.
Theorem shifted_distribution (p : Z -> R) a : distribution p -> distribution (fun z => p (z - a)%Z).
Proof.
  intro p_dist. apply (distribution_renamed (fun z => (z + a)%Z)); [intros; lia|intros z none; exfalso; apply (none (z - a)%Z); lia|].
  assert (same : forall z, p (z + a - a)%Z = p z) by (intro z; f_equal; lia).
  assert (sums : forall l, sum (fun z => p (z + a - a)%Z) l = sum p l) by (intro l; apply sum_same; auto).
  destruct p_dist as (p_ge0 & p_le1 & most). split; [intro z; rewrite same; apply p_ge0|].
  split; [intros l once; rewrite sums; auto|intros eta eta_gt0; destruct (most eta eta_gt0) as (l & once & mass); exists l; rewrite sums; auto].
Qed.

(** ** Geometric noise *)

Lemma geometric_sum alpha n : 0 < alpha < 1 -> sum (geometric alpha) (window n) = 1 - 2 * alpha ^ S n / (1 + alpha).
Proof.
  intro range. induction n as [|n IH]; [unfold geometric; cbn; field; lra|]. cbn [window]. rewrite !sum_cons, IH. unfold geometric.
  replace (Z.abs_nat (- Z.of_nat (S n))) with (S n) by lia. replace (Z.abs_nat (Z.of_nat (S n))) with (S n) by lia. cbn [pow]. field. lra.
Qed.
Theorem geometric_distribution alpha : 0 < alpha < 1 -> distribution (geometric alpha).
Proof.
  intro range. assert (ge0 : forall z, 0 <= geometric alpha z).
  { intro z. unfold geometric. apply Rmult_le_pos; [|apply pow_le; lra]. apply Rmult_le_pos; [lra|]. left. apply Rinv_0_lt_compat. lra. }
  split; [exact ge0|]. split.
  - intros l once. destruct (window_covers l) as [n covers]. apply Rle_trans with (sum (geometric alpha) (window n)); [now apply sum_incl|].
    rewrite geometric_sum by exact range. assert (0 <= 2 * alpha ^ S n / (1 + alpha)); [|lra].
    apply Rmult_le_pos; [|left; apply Rinv_0_lt_compat; lra]. pose proof (pow_le alpha (S n)). lra.
  - intros eta eta_gt0. destruct (pow_lt_1_zero alpha ltac:(rewrite Rabs_pos_eq; lra) (eta / 2) ltac:(lra)) as (n & small).
    exists (window n). split; [apply window_once|]. rewrite geometric_sum by exact range. specialize (small (S n) ltac:(lia)).
    pose proof (pow_le alpha (S n) ltac:(lra)) as pow_ge0. rewrite Rabs_pos_eq in small by exact pow_ge0.
    assert (2 * alpha ^ S n / (1 + alpha) <= 2 * alpha ^ S n); [|lra]. apply (Rmult_le_reg_r (1 + alpha)); [lra|].
    unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. nra.
Qed.
(** neighbouring centres: the probabilities differ by the factor alpha^-d at most *)
Theorem geometric_bound alpha a b d z : 0 < alpha < 1 -> (Z.abs (a - b) <= d)%Z -> geometric alpha (z - a) * alpha ^ Z.to_nat d <= geometric alpha (z - b).
Proof.
  intros range near. unfold geometric. rewrite Rmult_assoc. apply Rmult_le_compat_l; [apply Rmult_le_pos; [lra|left; apply Rinv_0_lt_compat; lra]|].
  rewrite <- pow_add. replace (Z.abs_nat (z - a) + Z.to_nat d)%nat with (Z.abs_nat (z - b) + (Z.abs_nat (z - a) + Z.to_nat d - Z.abs_nat (z - b)))%nat by lia.
  rewrite pow_add. pose proof (pow_le alpha (Z.abs_nat (z - b)) ltac:(lra)).
  pose proof (pow_incr alpha 1 (Z.abs_nat (z - a) + Z.to_nat d - Z.abs_nat (z - b)) ltac:(lra)) as le. rewrite pow1 in le. nra.
Qed.
