(** * Noise on vectors

    A question whose answer is a vector of whole numbers, with independent noise on each coordinate.  With geometric (discrete Laplace) noise the loss goes by the ℓ1 distance of the answers on neighbouring data sets, the sum of the
    changes: the losses of the coordinates add up.  With discrete Gaussian noise it is the ℓ2 distance: zCDP adds up the squares of the changes.

    Main results: [vector_distribution], [geometric_vector_loss], [geometric_vector_private], [gaussian_vector_concentrated], [gaussian_vector_private]; [histogram_private] (an instance), [histogram_bound_l1] (no smaller distance would do).

    Trust: proved.
    Source: C. Dwork, F. McSherry, K. Nissim, A. Smith, Calibrating noise to sensitivity in private data analysis, 2006 (ℓ1); C. Canonne, G. Kamath, T. Steinke, The discrete Gaussian for differential privacy, 2020 (ℓ2). *)
From Coq Require Import ZArith QArith Qreals Reals Lra Lia List.
From Warrant Require Import Spec.Privacy Primitives.Fractions Primitives.Probability.Sums Primitives.Probability.Privacy Primitives.Probability.IntegerNoise Primitives.Probability.Renyi
  Primitives.Probability.DiscreteGaussian.
Import ListNotations.
Local Open Scope R_scope.

Lemma distance1_ge0 a b : (0 <= distance1 a b)%Z.
Proof. revert b. induction a as [|x a IH]; intros [|y b]; cbn; try lia. pose proof (IH b). lia. Qed.

Local Lemma nothing_distribution p : distribution (vector_law p []).
Proof.
  apply (finite_distribution _ [[]]); [intros [|]; cbn; lra|repeat constructor; easy|intros [|z o] out; [exfalso; apply out; now left|reflexivity]|cbn; ring].
Qed.
Theorem vector_distribution p a : distribution p -> distribution (vector_law p a).
Proof.
  intro p_dist. induction a as [|x a IH]; [apply nothing_distribution|].
  apply (distribution_renamed (fun o => fst o :: snd o)).
  - intros [s b] [s' b'] same. injection same as -> ->. reflexivity.
  - intros [|z o] none; [reflexivity|]. exfalso. now apply (none (z, o)).
  - apply (joint_distribution (fun z => p (z - x)%Z) (fun _ => vector_law p a)); [now apply shifted_distribution|intros _; exact IH].
Qed.

(** ** Geometric noise: ℓ1 *)

Local Lemma geometric_vector_bound alpha a b z : 0 < alpha < 1 -> length a = length b ->
  vector_law (geometric alpha) a z * alpha ^ Z.to_nat (distance1 a b) <= vector_law (geometric alpha) b z.
Proof.
  intro range. pose proof (geometric_distribution alpha range) as is_dist. revert b z. induction a as [|x a IH]; intros [|y b] z same; try discriminate.
  - destruct z; cbn; lra.
  - destruct z as [|s z]; [cbn; lra|]. cbn [vector_law distance1]. pose proof (distance1_ge0 a b).
    rewrite Z2Nat.inj_add, pow_add by lia. pose proof (geometric_bound alpha x y (Z.abs (x - y)) s range ltac:(lia)) as one. pose proof (IH b z ltac:(now injection same)) as rest.
    pose proof (dist_ge0 _ is_dist (s - x)%Z) as p_ge0. pose proof (dist_ge0 _ (vector_distribution _ a is_dist) z) as v_ge0.
    pose proof (pow_le alpha (Z.to_nat (Z.abs (x - y))) ltac:(lra)) as pow1_ge0. pose proof (pow_le alpha (Z.to_nat (distance1 a b)) ltac:(lra)) as pow2_ge0.
    apply Rle_trans with ((geometric alpha (s - x) * alpha ^ Z.to_nat (Z.abs (x - y))) * (vector_law (geometric alpha) a z * alpha ^ Z.to_nat (distance1 a b))); [right; ring|].
    apply Rmult_le_compat; [now apply Rmult_le_pos|now apply Rmult_le_pos|exact one|exact rest].
Qed.
(** [d] bounds the ℓ1 distance *)
Lemma geometric_vector_loss alpha a b d z : 0 < alpha < 1 -> length a = length b -> (distance1 a b <= d)%Z ->
  vector_law (geometric alpha) a z <= exp (IZR d * ln (/ alpha)) * vector_law (geometric alpha) b z.
Proof.
  intros range same within. pose proof (geometric_distribution alpha range) as is_dist. pose proof (geometric_vector_bound alpha a b z range same) as bound. pose proof (distance1_ge0 a b) as n_ge0.
  set (n := distance1 _ _) in *. pose proof (dist_ge0 _ (vector_distribution _ a is_dist) z) as v_ge0. pose proof (dist_ge0 _ (vector_distribution _ b is_dist) z) as w_ge0.
  assert (power : exp (IZR n * ln (/ alpha)) * alpha ^ Z.to_nat n = 1).
  { rewrite <- (Rpower_pow _ alpha) by lra. unfold Rpower. rewrite <- exp_plus, INR_IZR_INZ, Z2Nat.id, ln_Rinv by (lia || lra). replace (IZR n * - ln alpha + IZR n * ln alpha) with 0 by ring. apply exp_0. }
  apply Rle_trans with (exp (IZR n * ln (/ alpha)) * vector_law (geometric alpha) b z).
  - pose proof (exp_pos (IZR n * ln (/ alpha))) as positive. apply Rle_trans with (exp (IZR n * ln (/ alpha)) * (vector_law (geometric alpha) a z * alpha ^ Z.to_nat n)); [right|now apply Rmult_le_compat_l; [lra|]].
    transitivity (vector_law (geometric alpha) a z * (exp (IZR n * ln (/ alpha)) * alpha ^ Z.to_nat n)); [rewrite power; ring|ring].
  - apply Rmult_le_compat_r; [exact w_ge0|]. apply IZR_le in within. assert (0 < ln (/ alpha)) by (rewrite ln_Rinv by lra; pose proof (ln_increasing alpha 1 ltac:(lra) ltac:(lra)) as less; rewrite ln_1 in less; lra).
    destruct within as [less|<-]; [left; apply exp_increasing; now apply Rmult_lt_compat_r|apply Rle_refl].
Qed.
Theorem geometric_vector_private {Data} (near : Data -> Data -> Prop) alpha d (query : Data -> list Z) : 0 < alpha < 1 ->
  (forall x y, near x y -> length (query x) = length (query y) /\ (distance1 (query x) (query y) <= d)%Z) ->
  private near (fun x => vector_law (geometric alpha) (query x)) (IZR d * ln (/ alpha)) 0.
Proof.
  intros range sensitive. pose proof (geometric_distribution alpha range) as is_dist. apply close_private; [intro x; now apply vector_distribution|]. intros x y xy. destruct (sensitive x y xy) as [same within].
  apply close_pointwise. intro z. now apply geometric_vector_loss.
Qed.

(** ** Gaussian noise: ℓ2 *)

Theorem gaussian_vector_concentrated v a b : 0 < v -> length a = length b -> concentrated (IZR (square_distance a b) / (2 * v)) (vector_law (gaussian v) a) (vector_law (gaussian v) b).
Proof.
  intro v_gt0. pose proof (gaussian_distribution v v_gt0) as is_dist. revert b. induction a as [|x a IH]; intros [|y b] same; try discriminate.
  - intros k _. cbn [square_distance]. replace (INR (S k) * INR k * (IZR 0 / (2 * v))) with 0 by (field; lra). rewrite exp_0. apply moment_same, nothing_distribution.
  - specialize (IH b ltac:(now injection same)).
    assert (pairs : concentrated (IZR (x - y) * IZR (x - y) / (2 * v) + IZR (square_distance a b) / (2 * v))
      (joint (fun z => gaussian v (z - x)) (fun _ => vector_law (gaussian v) a)) (joint (fun z => gaussian v (z - y)) (fun _ => vector_law (gaussian v) b))).
    { apply concentrated_joint; [intro z; apply (dist_ge0 _ is_dist)..| |intros _; exact IH].
      replace (IZR (x - y) * IZR (x - y)) with (IZR (Z.abs (x - y)) * IZR (Z.abs (x - y))) by (rewrite <- !mult_IZR; f_equal; apply Z.abs_square). now apply gaussian_concentrated. }
    intros k k_ge1. destruct (pairs k k_ge1) as [zero all]. cbn [square_distance]. rewrite plus_IZR, mult_IZR.
    replace ((IZR (x - y) * IZR (x - y) + IZR (square_distance a b)) / (2 * v)) with (IZR (x - y) * IZR (x - y) / (2 * v) + IZR (square_distance a b) / (2 * v)) by (field; lra). split.
    + intros [|z o]; [reflexivity|]. exact (zero (z, o)).
    + intros outs once. destruct (sum_renamed (fun o => fst o :: snd o) outs once) as (l & once_l & value). rewrite value.
      { apply Rle_trans with (2 := all l once_l). right. apply sum_same. intros [z o] _. reflexivity. }
      intros [|z o] none; [cbn; ring|]. exfalso. now apply (none (z, o)).
Qed.
(** [d2] bounds the square of the ℓ2 distance *)
Lemma gaussian_vector_within v a b d2 : 0 < v -> length a = length b -> (square_distance a b <= d2)%Z -> concentrated (IZR d2 / (2 * v)) (vector_law (gaussian v) a) (vector_law (gaussian v) b).
Proof.
  intros v_gt0 same within k k_ge1. apply IZR_le in within. destruct (gaussian_vector_concentrated v a b v_gt0 same k k_ge1) as [zero all].
  split; [exact zero|]. intros l once. apply Rle_trans with (1 := all l once).
  assert (le : INR (S k) * INR k * (IZR (square_distance a b) / (2 * v)) <= INR (S k) * INR k * (IZR d2 / (2 * v))).
  { apply Rmult_le_compat_l; [apply Rmult_le_pos; apply pos_INR|]. apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat; lra|exact within]. }
  destruct le as [less|same_value]; [left; now apply exp_increasing|right; now rewrite same_value].
Qed.
Theorem gaussian_vector_private {Data} (near : Data -> Data -> Prop) v d2 (query : Data -> list Z) delta : 0 < v -> (0 < d2)%Z -> 0 < delta <= 1 ->
  (forall x y, near x y -> length (query x) = length (query y) /\ (square_distance (query x) (query y) <= d2)%Z) ->
  private near (fun x => vector_law (gaussian v) (query x)) (2 * (IZR d2 / (2 * v)) + 2 * sqrt (IZR d2 / (2 * v) * ln (/ delta))) delta.
Proof.
  intros v_gt0 d2_gt0 delta_range sensitive. apply IZR_lt in d2_gt0. apply concentrated_private; auto.
  - intro x. now apply vector_distribution, gaussian_distribution.
  - apply Rdiv_lt_0_compat; lra.
  - intros x y xy. destruct (sensitive x y xy) as [same within]. now apply gaussian_vector_within.
Qed.

(** ** One instance: a histogram

    Neighbours differ in that one person is in another bin.  The counts of two bins change, by 1 each, so that the loss is 2 ln 2 with alpha = 1/2, however many bins there are. *)
Definition moved (x y : list Z) : Prop := length x = length y /\ (distance1 x y <= 2)%Z.
Theorem histogram_private : private moved (fun x => vector_law (geometric (/ 2)) x) (2 * ln 2) 0.
Proof.
  pose proof (geometric_vector_private moved (/ 2) 2 (fun x => x) ltac:(lra) (fun x y xy => xy)) as bound. now rewrite Rinv_inv in bound.
Qed.
(** With two bins, one person in the first or in the second: the loss is attained. *)
Theorem histogram_bound_l1 : vector_law (geometric (/ 2)) [1; 0]%Z [1; 0]%Z = exp (2 * ln 2) * vector_law (geometric (/ 2)) [0; 1]%Z [1; 0]%Z.
Proof.
  replace (2 * ln 2) with (ln 2 + ln 2) by ring. rewrite exp_plus, exp_ln by lra. unfold vector_law, geometric.
  change (Z.abs_nat (1 - 1)) with 0%nat. change (Z.abs_nat (0 - 0)) with 0%nat. change (Z.abs_nat (1 - 0)) with 1%nat. change (Z.abs_nat (0 - 1)) with 1%nat. field.
Qed.
