(** * Discrete Gaussian noise

    Integers with probabilities proportional to exp(-z^2/(2 v)) are a distribution; two of them whose centres are the integers m and n are ((m - n)^2/(2 v))-concentrated (at whole orders exactly so).

    Main results: [gaussian_distribution], [gaussian_concentrated], [gaussian_private].

    Trust: proved.
    Source: C. Canonne, G. Kamath, T. Steinke, The discrete Gaussian for differential privacy, 2020, Theorem 4. *)
From Coq Require Import ZArith QArith Qreals Reals Lra Lia List.
From Coquelicot Require Import Hierarchy.
From Coquelicot Require Rbar Lim_seq Series.
From Warrant Require Import Spec.Privacy Primitives.Probability.Sums Primitives.Probability.Privacy Primitives.Probability.IntegerNoise Primitives.Probability.Renyi.
Import ListNotations.
Local Open Scope R_scope.

Section Gaussian.
Variable v : R.
Hypothesis v_gt0 : 0 < v.
Let density (z : Z) : R := exp (- (IZR z * IZR z / (2 * v))).
Let tail (n : nat) : R := exp (- (INR (S n) * INR (S n) / (2 * v))).
Let total : R := 1 + 2 * Series.Series tail.

Lemma tail_summable : Series.ex_series tail.
Proof.
  set (r := exp (- / (2 * v))). assert (r_range : 0 < r < 1).
  { unfold r. split; [apply exp_pos|]. rewrite <- exp_0. apply exp_increasing. pose proof (Rinv_0_lt_compat (2 * v) ltac:(lra)). lra. }
  apply (Series.ex_series_le tail (fun n => r ^ n)); [|apply Series.ex_series_geom; rewrite Rabs_pos_eq; lra].
  intro n. change (norm (tail n)) with (Rabs (tail n)). unfold tail. rewrite Rabs_pos_eq by (left; apply exp_pos).
  rewrite <- Rpower_pow by lra. unfold Rpower, r. rewrite ln_exp.
  assert (le : - (INR (S n) * INR (S n) / (2 * v)) <= INR n * - / (2 * v)).
  { pose proof (Rinv_0_lt_compat (2 * v) ltac:(lra)). pose proof (pos_INR n). rewrite S_INR. unfold Rdiv. nra. }
  destruct le as [less|same]; [left; now apply exp_increasing|right; now rewrite same].
Qed.
Lemma density_window n : sum density (window (S n)) = 1 + 2 * sum_n tail n.
Proof.
  assert (two : forall m, density (Z.of_nat (S m)) = tail m /\ density (- Z.of_nat (S m)) = tail m).
  { intro m. unfold density, tail. rewrite opp_IZR, <- INR_IZR_INZ. split; [reflexivity|]. do 3 f_equal. ring. }
  induction n as [|n IH].
  - rewrite sum_O. cbn [window]. rewrite !sum_cons. destruct (two O) as [-> ->]. unfold density at 1. cbn [sum fold_right]. replace (- (0 * 0 / (2 * v))) with 0 by (field; lra).
    rewrite exp_0. ring.
  - change (window (S (S n))) with (Z.of_nat (S (S n)) :: (- Z.of_nat (S (S n)))%Z :: window (S n)). rewrite !sum_cons, IH, sum_Sn. destruct (two (S n)) as [-> ->].
    change (plus (sum_n tail n) (tail (S n))) with (sum_n tail n + tail (S n)). ring.
Qed.
Lemma tail_bound n : sum_n tail n <= Series.Series tail.
Proof.
  apply (Lim_seq.is_lim_seq_incr_compare (sum_n tail)); [apply Series.Series_correct, tail_summable|]. intro m. rewrite sum_Sn. pose proof (exp_pos (- (INR (S (S m)) * INR (S (S m)) / (2 * v)))).
  change (plus (sum_n tail m) (tail (S m))) with (sum_n tail m + tail (S m)). unfold tail at 3. lra.
Qed.
Lemma total_ge1 : 1 <= total.
Proof.
  pose proof (tail_bound O) as le. rewrite sum_O in le. pose proof (exp_pos (- (INR 1 * INR 1 / (2 * v)))). unfold total. unfold tail at 1 in le. lra.
Qed.
Lemma gaussian_density z : gaussian v z = density z / total.
Proof. reflexivity. Qed.
Theorem gaussian_distribution : distribution (gaussian v).
Proof.
  pose proof total_ge1 as total_large. assert (ge0 : forall z, 0 <= gaussian v z).
  { intro z. rewrite gaussian_density. apply Rmult_le_pos; [left; apply exp_pos|left; apply Rinv_0_lt_compat; lra]. }
  assert (scaled : forall l, sum (gaussian v) l = sum density l / total).
  { intro l. unfold Rdiv. rewrite Rmult_comm, <- sum_scale. apply sum_same. intros z _. rewrite gaussian_density. unfold Rdiv. ring. }
  split; [exact ge0|]. split.
  - intros l once. destruct (window_covers l) as [n covers]. apply Rle_trans with (sum (gaussian v) (window (S n))).
    + apply sum_incl; auto. intros z z_in. apply covers, window_in in z_in. apply window_in. lia.
    + rewrite scaled, density_window. apply (Rmult_le_reg_r total); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. pose proof (tail_bound n). unfold total. lra.
  - intros eta eta_gt0. pose proof (Series.Series_correct tail tail_summable) as limit. apply (proj2 (Lim_seq.is_lim_seq_spec (sum_n tail) (Rbar.Finite (Series.Series tail)))) in limit.
    destruct (limit (mkposreal (eta / 2) ltac:(lra))) as [n close_by]. specialize (close_by n (le_n n)). cbn [pos] in close_by. apply Rabs_def2 in close_by as [_ below].
    exists (window (S n)). split; [apply window_once|]. rewrite scaled, density_window. apply (Rmult_le_reg_r total); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra.
    change (sum_n tail n - Series.Series tail) with (sum_n tail n + - Series.Series tail) in below.
    assert (value : total = 1 + 2 * Series.Series tail) by reflexivity. pose proof (Rmult_le_compat_l eta 1 total ltac:(lra) total_large). replace ((1 - eta) * total) with (total - eta * total) by ring. lra.
Qed.

(** centres m and n: the product of powers of the two densities is again one, at another centre *)
Lemma gaussian_moment b m n : moment (S b) (exp (INR (S b) * INR b * (IZR (m - n) * IZR (m - n) / (2 * v)))) (fun z => gaussian v (z - m)) (fun z => gaussian v (z - n)).
Proof.
  pose proof total_ge1 as total_large. assert (positive : forall z, 0 < gaussian v z).
  { intro z. rewrite gaussian_density. apply Rmult_lt_0_compat; [apply exp_pos|apply Rinv_0_lt_compat; lra]. }
  split; [intros z none; pose proof (positive (z - n)%Z); lra|]. intros l once.
  set (c := (Z.of_nat (S b) * m - Z.of_nat b * n)%Z). set (k := exp _).
  rewrite (sum_same _ (fun z => k * gaussian v (z - c))).
  - rewrite sum_scale. rewrite <- (Rmult_1_r k) at 2. apply Rmult_le_compat_l; [left; apply exp_pos|].
    exact (dist_le1 _ (shifted_distribution _ c gaussian_distribution) l once).
  - intros z _. rewrite !gaussian_density. unfold density, k.
    set (x := IZR (z - m)). set (y := IZR (z - n)). pose proof (exp_pos (- (y * y / (2 * v)))) as y_gt0.
    replace (exp (- (x * x / (2 * v))) / total / (exp (- (y * y / (2 * v))) / total)) with (exp (y * y / (2 * v) - x * x / (2 * v))).
    + rewrite <- Rpower_pow by apply exp_pos. unfold Rpower. rewrite ln_exp.
      transitivity (exp (- (y * y / (2 * v))) * exp (INR (S b) * (y * y / (2 * v) - x * x / (2 * v))) / total); [unfold Rdiv; ring|].
      rewrite <- exp_plus. transitivity (exp (INR (S b) * INR b * (IZR (m - n) * IZR (m - n) / (2 * v))) * exp (- (IZR (z - c) * IZR (z - c) / (2 * v))) / total); [|unfold Rdiv; ring].
      rewrite <- exp_plus. do 2 f_equal. unfold x, y, c. rewrite !minus_IZR, !mult_IZR, <- !INR_IZR_INZ, S_INR. field. lra.
    + unfold Rminus. rewrite exp_plus, <- (Ropp_involutive (y * y / (2 * v))), exp_Ropp at 1. field. split; lra.
Qed.
Theorem gaussian_concentrated m n d : (Z.abs (m - n) <= d)%Z -> concentrated (IZR d * IZR d / (2 * v)) (fun z => gaussian v (z - m)) (fun z => gaussian v (z - n)).
Proof.
  intros near b _. apply (moment_mono _ (exp (INR (S b) * INR b * (IZR (m - n) * IZR (m - n) / (2 * v))))); [|apply gaussian_moment].
  assert (squares : IZR (m - n) * IZR (m - n) <= IZR d * IZR d) by (rewrite <- !mult_IZR; apply IZR_le; nia).
  assert (le : INR (S b) * INR b * (IZR (m - n) * IZR (m - n) / (2 * v)) <= INR (S b) * INR b * (IZR d * IZR d / (2 * v))).
  { apply Rmult_le_compat_l; [apply Rmult_le_pos; apply pos_INR|]. apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat; lra|exact squares]. }
  destruct le as [less|same]; [left; now apply exp_increasing|right; now rewrite same].
Qed.
End Gaussian.

Theorem gaussian_private {Data} (near : Data -> Data -> Prop) v d (query : Data -> Z) delta : 0 < v -> (0 < d)%Z -> 0 < delta <= 1 -> (forall x y, near x y -> (Z.abs (query x - query y) <= d)%Z) ->
  private near (fun x z => gaussian v (z - query x)) (2 * (IZR d * IZR d / (2 * v)) + 2 * sqrt (IZR d * IZR d / (2 * v) * ln (/ delta))) delta.
Proof.
  intros v_gt0 d_gt0 delta_range sensitivity. assert (IZR d > 0) by (apply IZR_lt; lia).
  apply concentrated_private; auto.
  - intro x. apply shifted_distribution, gaussian_distribution, v_gt0.
  - apply Rdiv_lt_0_compat; [|lra]. now apply Rmult_lt_0_compat.
  - intros x y xy. apply gaussian_concentrated; auto.
Qed.
