(** * Bernstein's inequality

    How far the mean of independent draws is from the expectation, where the variance is small.

    On paper.  For y <= c < 3, exp(y) is at most 1 + y + y²/(2 (1 - c/3)): with the series, (1 - y/3) (exp(y) - 1 - y) has no coefficient above that of y²/2.  So for a variable that exceeds its expectation by at most b, and has a
    variance of at most v, E exp(t (X - E X)) is at most exp(t² v/(2 (1 - t b/3))), for t b < 3; n draws have the n-th power.  Then t = s/(v + b s/3) gives the bound by Chernoff's.

    Main results: [bernstein_lemma], [bernstein]; [rare_faults] (an instance).

    Trust: proved.
    Source: S. Bernstein, 1924; S. Boucheron, G. Lugosi and P. Massart, Concentration Inequalities, 2013, section 2.8. *)
From Coq Require Import Reals Lra Lia Psatz List.
From Coquelicot Require Import Hierarchy Derive.
From Coquelicot Require AutoDerive.
From Warrant Require Import Spec.Probability Primitives.Probability.Samples Primitives.Probability.Concentration.
Import ListNotations.
Local Open Scope R_scope.

Local Lemma exp_le x y : x <= y -> exp x <= exp y.
Proof. intros [less| ->]; [now apply Rlt_le, exp_increasing|apply Rle_refl]. Qed.

(** ** An upper bound of the exponential *)

(** what is 0 at 0 and does not decrease from there on is at least 0 *)
Local Lemma growing (f g : R -> R) y : 0 <= y -> (forall x, is_derive f x (g x)) -> f 0 = 0 -> (forall x, 0 <= x <= y -> 0 <= g x) -> 0 <= f y.
Proof.
  intros y_ge0 slope zero above. destruct (MVT_gen f 0 y g) as (c & range & change).
  - intros x _. apply slope.
  - intros x _. apply continuity_pt_filterlim, (ex_derive_continuous f). eexists. apply slope.
  - rewrite Rmin_left, Rmax_right in range by exact y_ge0. pose proof (above c range). assert (0 <= g c * (y - 0)) by (apply Rmult_le_pos; lra). lra.
Qed.
Local Lemma exp_right y : 0 <= y -> (1 - y / 3) * (exp y - 1 - y) <= y ^ 2 / 2.
Proof.
  intro y_ge0. set (second := fun x => / 3 + exp x * (x / 3 - / 3)). set (first := fun x => x / 3 + 2 / 3 + exp x * (x / 3 - 2 / 3)).
  assert (second_ge0 : forall x, 0 <= x -> 0 <= second x).
  { intros x x_ge0. apply (growing second (fun x => exp x * (x / 3)) x x_ge0).
    - intro z. unfold second. AutoDerive.auto_derive; [trivial|]. field.
    - unfold second. rewrite exp_0. field.
    - intros z range. apply Rmult_le_pos; [apply Rlt_le, exp_pos|lra]. }
  assert (first_ge0 : forall x, 0 <= x -> 0 <= first x).
  { intros x x_ge0. apply (growing first second x x_ge0).
    - intro z. unfold first, second. AutoDerive.auto_derive; [trivial|]. field.
    - unfold first. rewrite exp_0. field.
    - intros z range. now apply second_ge0. }
  assert (0 <= y ^ 2 / 2 - (1 - y / 3) * (exp y - 1 - y)); [|lra].
  apply (growing (fun y => y ^ 2 / 2 - (1 - y / 3) * (exp y - 1 - y)) first y y_ge0).
  - intro z. unfold first. AutoDerive.auto_derive; [trivial|]. field.
  - rewrite exp_0. field.
  - intros z range. now apply first_ge0.
Qed.
Local Lemma exp_left y : y <= 0 -> exp y <= 1 + y + y ^ 2 / 2.
Proof.
  intro y_le0. set (slope := fun x => exp (- x) - 1 + x).
  assert (slope_ge0 : forall x, 0 <= x -> 0 <= slope x).
  { intros x _. unfold slope. pose proof (exp_ineq1_le (- x)). lra. }
  pose proof (growing (fun x => 1 - x + x ^ 2 / 2 - exp (- x)) slope (- y) ltac:(lra)) as grows. cbv beta in grows. rewrite Ropp_involutive in grows.
  assert (0 <= 1 - - y + (- y) ^ 2 / 2 - exp y); [|nra]. apply grows.
  - intro z. unfold slope. AutoDerive.auto_derive; [trivial|]. field.
  - rewrite Ropp_0, exp_0. field.
  - intros z range. now apply slope_ge0.
Qed.
Lemma exp_bound y c : y <= c -> 0 <= c < 3 -> exp y <= 1 + y + y ^ 2 * (/ (2 * (1 - c / 3))).
Proof.
  intros y_le range. assert (large : / 2 <= / (2 * (1 - c / 3))) by (apply Rinv_le_contravar; lra). pose proof (pow2_ge_0 y).
  destruct (Rle_lt_dec y 0) as [left|right].
  - pose proof (exp_left y left). nra.
  - pose proof (exp_right y ltac:(lra)) as bound. pose proof (exp_ineq1_le y). assert (pos : 0 < 1 - c / 3) by lra.
    assert ((exp y - 1 - y) * (2 * (1 - c / 3)) <= y ^ 2) as scaled by nra.
    assert (exp y - 1 - y <= y ^ 2 * / (2 * (1 - c / 3))); [|lra]. apply (Rmult_le_reg_r (2 * (1 - c / 3))); [lra|]. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. exact scaled.
Qed.

(** ** The inequality *)

Section Bernstein.
Context {Omega : Type}.
Implicit Types (l : list (Omega * R)) (X : Omega -> R).

Theorem bernstein_lemma l X b v t : law l -> (forall w, X w - expectation l X <= b) -> variance l X <= v -> 0 <= t -> 0 <= t * b < 3 ->
  expectation l (fun w => exp (t * (X w - expectation l X))) <= exp (t ^ 2 * v / (2 * (1 - t * b / 3))).
Proof.
  intros is_law below small t_ge0 range. set (m := expectation l X) in *. set (k := / (2 * (1 - t * b / 3))). assert (k_gt0 : 0 < k) by (apply Rinv_0_lt_compat; lra).
  assert (mean : expectation l (fun w => X w - m) = 0).
  { rewrite (expectation_ext l _ (fun w => 1 * X w + (- m) * 1)) by (intro; ring). rewrite (expectation_linear l 1 (- m) X (fun _ => 1)), expectation_const by exact is_law. unfold m. ring. }
  apply Rle_trans with (expectation l (fun w => 1 * (1 + t * (X w - m)) + (t ^ 2 * k) * (X w - m) ^ 2)).
  - apply expectation_mono; [exact is_law|]. intros w _. eapply Rle_trans; [apply (exp_bound _ (t * b)); [apply Rmult_le_compat_l; [exact t_ge0|apply below]|exact range]|]. fold k. right. ring.
  - rewrite (expectation_linear l 1 (t ^ 2 * k) (fun w => 1 + t * (X w - m)) (fun w => (X w - m) ^ 2)).
    rewrite (expectation_ext l (fun w => 1 + t * (X w - m)) (fun w => 1 * 1 + t * (X w - m))) by (intro; ring).
    rewrite (expectation_linear l 1 t (fun _ => 1) (fun w => X w - m)), mean, expectation_const by exact is_law. change (expectation l (fun w => (X w - m) ^ 2)) with (variance l X).
    replace (t ^ 2 * v / (2 * (1 - t * b / 3))) with (t ^ 2 * k * v) by (unfold k, Rdiv; ring).
    pose proof (exp_ineq1_le (t ^ 2 * k * v)). assert (t ^ 2 * k * variance l X <= t ^ 2 * k * v) by (apply Rmult_le_compat_l; [apply Rmult_le_pos; [apply pow2_ge_0|now apply Rlt_le]|exact small]). lra.
Qed.

Local Lemma sample_moment l X n t M : law l -> expectation l (fun w => exp (t * (X w - expectation l X))) <= M ->
  expectation (sample l n) (fun ws => exp (t * (total X ws - INR n * expectation l X))) <= M ^ n.
Proof.
  intros is_law one. set (m := expectation l X) in *. assert (M_ge0 : 0 <= M).
  { apply Rle_trans with (2 := one). rewrite <- (expectation_const l 0 is_law). apply expectation_mono; [exact is_law|]. intros w _. apply Rlt_le, exp_pos. }
  induction n as [|n IH].
  - cbn. rewrite Rmult_0_l, Rminus_diag, Rmult_0_r, exp_0. lra.
  - change (sample l (S n)) with (independent (l :: repeat l n)). rewrite expectation_independent. change (independent (repeat l n)) with (sample l n).
    rewrite (expectation_ext l _ (fun w => expectation (sample l n) (fun ws => exp (t * (total X ws - INR n * m))) * exp (t * (X w - m)))).
    + rewrite expectation_scale. cbn [pow]. rewrite Rmult_comm. apply Rmult_le_compat; [| |exact one|exact IH].
      * rewrite <- (expectation_const l 0 is_law). apply expectation_mono; [exact is_law|]. intros w _. apply Rlt_le, exp_pos.
      * rewrite <- (expectation_const (sample l n) 0) by now apply sample_law. apply expectation_mono; [now apply sample_law|]. intros ws _. apply Rlt_le, exp_pos.
    + intro w. rewrite (Rmult_comm (expectation _ _)), <- expectation_scale. apply expectation_ext. intro ws. rewrite <- exp_plus. f_equal. unfold total. cbn [fold_right]. rewrite S_INR. ring.
Qed.

(** except with probability exp(-n s²/(2 (v + b s/3))), the mean of n draws is less than s above the expectation *)
Theorem bernstein l n X b v s : law l -> (0 < n)%nat -> (forall w, X w - expectation l X <= b) -> variance l X <= v -> 0 <= b -> 0 < v -> 0 <= s ->
  mass (sample l n) (fun ws => s <= mean X ws - expectation l X) <= exp (- (INR n * s ^ 2 / (2 * (v + b * s / 3)))).
Proof.
  intros is_law n_gt0 below small b_ge0 v_gt0 s_ge0. assert (N_gt0 : 0 < INR n) by now apply lt_0_INR. set (m := expectation l X) in *.
  assert (bs_ge0 : 0 <= b * s) by now apply Rmult_le_pos. set (d := v + b * s / 3). assert (d_gt0 : 0 < d) by (unfold d; lra). set (t := s / d).
  assert (t_ge0 : 0 <= t) by (apply Rmult_le_pos; [exact s_ge0|now apply Rlt_le, Rinv_0_lt_compat]).
  assert (tb : t * b = b * s / d) by (unfold t; field; lra). assert (rest : 1 - t * b / 3 = v / d) by (rewrite tb; unfold d; field; unfold d in d_gt0; lra).
  assert (range : 0 <= t * b < 3).
  { split; [now apply Rmult_le_pos|]. pose proof (Rdiv_lt_0_compat v d v_gt0 d_gt0). lra. }
  pose proof (bernstein_lemma l X b v t is_law below small t_ge0 range) as one. fold m in one. pose proof (sample_moment l X n t _ is_law one) as all. fold m in all.
  apply Rle_trans with (mass (sample l n) (fun ws => INR n * s <= total X ws - INR n * m)).
  - apply mass_mono; [now apply sample_law|]. intros ws ws_in. unfold mean. rewrite (sample_length l n ws ws_in). intro above. apply (Rmult_le_compat_l (INR n)) in above; [|lra].
    replace (INR n * (total X ws / INR n - m)) with (total X ws - INR n * m) in above by (field; lra). exact above.
  - eapply Rle_trans; [apply (chernoff _ _ (INR n * s) t); [now apply sample_law|exact t_ge0]|].
    eapply Rle_trans; [apply Rmult_le_compat_l; [apply Rlt_le, exp_pos|exact all]|].
    assert (powers : forall x k, exp x ^ k = exp (INR k * x)).
    { intros x k. induction k as [|k IH]; [cbn; now rewrite Rmult_0_l, exp_0|]. cbn [pow]. rewrite IH, <- exp_plus, S_INR. f_equal. ring. }
    rewrite powers, <- exp_plus, rest. apply exp_le. right. unfold t. fold d. field. lra.
Qed.
End Bernstein.

(** ** One instance: faults that are rare

    A fault has the probability 1/100.  That 1 000 parts have a mean of 3/100 or more of them has a probability of at most exp(-12), where Hoeffding's inequality gives exp(-0.8). *)
Definition faults : list (bool * R) := [(true, / 100); (false, 99 / 100)].
Definition faulty (b : bool) : R := if b then 1 else 0.
Theorem rare_faults : mass (sample faults 1000) (fun ws => 2 / 100 <= mean faulty ws - expectation faults faulty) <= exp (- 12).
Proof.
  assert (expected : expectation faults faulty = / 100) by (cbn; field).
  eapply Rle_trans; [apply (bernstein faults 1000 faulty (99 / 100) (99 / 10000) (2 / 100))|].
  - split; [repeat constructor; cbn; lra|cbn; field].
  - lia.
  - intros []; rewrite expected; cbn; lra.
  - unfold variance. rewrite expected. cbn. lra.
  - lra.
  - lra.
  - lra.
  - apply exp_le. replace (INR 1000) with 1000 by (rewrite INR_IZR_INZ; reflexivity). lra.
Qed.
