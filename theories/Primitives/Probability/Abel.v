(** * Abel's identity, and the sum ξ(n) of the PAC-Bayes bound

    The sum of C(n, i) (x + i)^i (y + j)^j over i + j = n depends on x + y only: with w = x + y + n it is the sum of n!/(n - k)! w^(n - k).  With x = y = 0 this says that ξ(n), the sum of C(n, k) (k/n)^k (1 - k/n)^(n - k),
    is the sum of the products (1 - 1/n) (1 - 2/n) ... (1 - (k - 1)/n), which grows as the square root of n: it is at most 2 sqrt n.

    On paper.  By induction on n.  Both sides of the identity have the same derivative in y, n times the identity for n - 1, x and y + 1.  At y = - x - n the left side is the sum of C(n, i) (-1)^(n - i) (x + i)^n, an n-th
    difference of the n-th power, which is n!, as the right side is.  The product with k factors is at most exp(- k (k - 1)/(2 n)), and so the sum of those with k >= 2 is at most the integral of exp(- t²/(2 n)), which is
    sqrt(π n/2).  Then ξ(n) <= 2 + sqrt(π n/2), which is at most 2 sqrt n from n = 8 on; below 8 the sums are computed.

    Main definitions: [spread], [falling], [below].
    Main results: [differences_factorial], [abel_identity], [xi_below], [xi_root_bound].

    Trust: proved.
    Source: J. Riordan, Combinatorial Identities, 1968, section 1.5 (Abel's identity); A. Maurer, A note on the PAC Bayesian theorem, 2004, theorem 1 (2 sqrt n for n >= 8). *)
From Coq Require Import Reals Lra Lia.
From Interval Require Import Tactic.
From Coquelicot Require Import Hierarchy Derive AutoDerive.
From Warrant Require Import Spec.Probability Primitives.Probability.Binomial Primitives.Probability.Normal Primitives.Probability.BinaryDivergence.
Local Open Scope R_scope.

(** ** Sums with binomial coefficients *)

(** the sum of C(n, i) f(i, j) over i + j = n, by Pascal's rule *)
Fixpoint spread (n : nat) (f : nat -> nat -> R) : R :=
  match n with O => f O O | S n => spread n (fun i j => f (S i) j) + spread n (fun i j => f i (S j)) end.
Lemma spread_ext n f g : (forall i j, (i + j)%nat = n -> f i j = g i j) -> spread n f = spread n g.
Proof. revert f g. induction n as [|n IH]; intros f g same; cbn; [now apply same|]. f_equal; apply IH; intros i j total; apply same; lia. Qed.
Lemma spread_scale n a f : spread n (fun i j => a * f i j) = a * spread n f.
Proof. revert f. induction n as [|n IH]; intro f; cbn; [ring|]. rewrite (IH (fun i j => f (S i) j)), (IH (fun i j => f i (S j))). ring. Qed.
Lemma spread_plus n f g : spread n (fun i j => f i j + g i j) = spread n f + spread n g.
Proof. revert f g. induction n as [|n IH]; intros f g; cbn; [ring|]. rewrite (IH (fun i j => f (S i) j) (fun i j => g (S i) j)), (IH (fun i j => f i (S j)) (fun i j => g i (S j))). ring. Qed.
Lemma spread_sum n f : spread n f = sum_f_R0 (fun k => Binomial.C n k * f k (n - k)%nat) n.
Proof.
  assert (halves : forall n f, spread n f = 2 ^ n * binomial_mean n (/ 2) (fun k => f k (n - k)%nat)).
  { clear. induction n as [|n IH]; intro f; cbn [spread binomial_mean pow]; [cbn; ring|]. rewrite (IH (fun i j => f (S i) j)), (IH (fun i j => f i (S j))).
    rewrite (binomial_mean_ext n (/ 2) (fun k => f k (S (n - k))) (fun k => f k (S n - k)%nat)) by (intros k k_le; f_equal; lia). cbn [Nat.sub]. field. }
  rewrite halves, binomial_mean_sum, scal_sum. apply sum_eq. intros k k_le. rewrite exactly_binomial by exact k_le. replace (1 - / 2) with (/ 2) by field.
  rewrite (Rmult_assoc (Binomial.C n k)), <- pow_add. replace (k + (n - k))%nat with n by lia. rewrite pow_inv. field. apply pow_nonzero. lra.
Qed.
Lemma spread_absorb n g : spread (S n) (fun i j => INR j * g i j) = INR (S n) * spread n (fun i j => g i (S j)).
Proof.
  revert g. induction n as [|n IH]; intro g; [cbn; ring|]. change (spread (S (S n)) (fun i j => INR j * g i j)) with
    (spread (S n) (fun i j => INR j * g (S i) j) + spread (S n) (fun i j => INR (S j) * g i (S j))).
  rewrite (spread_ext (S n) (fun i j => INR (S j) * g i (S j)) (fun i j => INR j * g i (S j) + g i (S j))) by (intros i j _; rewrite S_INR; ring).
  rewrite spread_plus, (IH (fun i j => g (S i) j)), (IH (fun i j => g i (S j))).
  change (spread (S n) (fun i j => g i (S j))) with (spread n (fun i j => g (S i) (S j)) + spread n (fun i j => g i (S (S j)))). rewrite (S_INR (S n)). ring.
Qed.
Lemma spread_derive n (f f' : nat -> nat -> R -> R) t : (forall i j, is_derive (f i j) t (f' i j t)) -> is_derive (fun t => spread n (fun i j => f i j t)) t (spread n (fun i j => f' i j t)).
Proof.
  revert f f'. induction n as [|n IH]; intros f f' each; cbn [spread]; [apply each|].
  apply (is_derive_plus (fun t => spread n (fun i j => f (S i) j t)) (fun t => spread n (fun i j => f i (S j) t))).
  - apply (IH (fun i j => f (S i) j) (fun i j => f' (S i) j)). intros i j. apply each.
  - apply (IH (fun i j => f i (S j)) (fun i j => f' i (S j))). intros i j. apply each.
Qed.
Local Lemma constant_slope (f : R -> R) c a b : (forall t, is_derive f t c) -> f b - f a = c * (b - a).
Proof.
  intro slope. destruct (MVT_gen f a b (fun _ => c)) as (s & _ & value); [intros t _; apply slope| |exact value].
  intros t _. apply derivable_continuous_pt. exists c. apply is_derive_Reals, slope.
Qed.

(** ** Differences of powers *)

Definition differences (n m : nat) (x : R) : R := spread n (fun i j => (-1) ^ j * (x + INR i) ^ m).
Lemma differences_step n m x : differences (S n) m x = differences n m (x + 1) - differences n m x.
Proof.
  unfold differences. cbn [spread]. rewrite (spread_ext n (fun i j => (-1) ^ j * (x + INR (S i)) ^ m) (fun i j => (-1) ^ j * (x + 1 + INR i) ^ m)) by (intros i j _; rewrite S_INR; do 2 f_equal; ring).
  rewrite (spread_ext n (fun i j => (-1) ^ S j * (x + INR i) ^ m) (fun i j => (-1) * ((-1) ^ j * (x + INR i) ^ m))) by (intros i j _; cbn [pow]; ring). rewrite spread_scale. ring.
Qed.
Theorem differences_factorial n : (forall m x, (m < n)%nat -> differences n m x = 0) /\ forall x, differences n n x = INR (fact n).
Proof.
  induction n as [|n [lower top]]; [split; [intros; lia|intro; cbn; ring]|]. split.
  - intros m x less. rewrite differences_step. destruct (Nat.eq_dec m n) as [->|other]; [rewrite !top|rewrite !lower by lia]; ring.
  - intro x. rewrite differences_step. rewrite (constant_slope (differences n (S n)) (INR (fact (S n))) x (x + 1)); [ring|]. intro t.
    replace (INR (fact (S n))) with (spread n (fun i j => (-1) ^ j * (INR (S n) * (t + INR i) ^ n))).
    + apply (spread_derive n (fun i j t => (-1) ^ j * (t + INR i) ^ S n) (fun i j t => (-1) ^ j * (INR (S n) * (t + INR i) ^ n))). intros i j.
      auto_derive; [trivial|]. cbn [pred]. change (match n with O => 1 | S _ => INR n + 1 end) with (INR (S n)). ring.
    + rewrite (spread_ext n _ (fun i j => INR (S n) * ((-1) ^ j * (t + INR i) ^ n))) by (intros; ring). rewrite spread_scale. fold (differences n n t). rewrite top. change (fact (S n)) with (S n * fact n)%nat.
      now rewrite mult_INR.
Qed.

(** ** Abel's identity *)

(** the sum of n!/(n - k)! w^(n - k) *)
Fixpoint falling (n : nat) (w : R) : R := match n with O => 1 | S m => w ^ n + INR n * falling m w end.
Lemma falling_derive n w : is_derive (falling (S n)) w (INR (S n) * falling n w).
Proof.
  induction n as [|n IH].
  - cbn [falling]. auto_derive; [trivial|]. cbn. ring.
  - apply (is_derive_ext (fun w => w ^ S (S n) + INR (S (S n)) * falling (S n) w)); [reflexivity|].
    replace (INR (S (S n)) * falling (S n) w) with (INR (S (S n)) * w ^ S n + INR (S (S n)) * (INR (S n) * falling n w)) by (cbn [falling]; ring).
    apply (is_derive_plus (fun w => w ^ S (S n)) (fun w => INR (S (S n)) * falling (S n) w)); [|apply is_derive_scal, IH].
    replace (INR (S (S n)) * w ^ S n) with (INR (S (S n)) * 1 * w ^ pred (S (S n))) by (cbn [pred]; ring). apply (is_derive_pow (fun w => w) (S (S n)) w 1). exact (is_derive_id (w : R_AbsRing)).
Qed.
Lemma falling_zero n : falling n 0 = INR (fact n).
Proof. induction n as [|n IH]; [reflexivity|]. cbn [falling]. rewrite IH, pow_i by lia. change (fact (S n)) with (S n * fact n)%nat. rewrite mult_INR. ring. Qed.
Theorem abel_identity n x y : spread n (fun i j => (x + INR i) ^ i * (y + INR j) ^ j) = falling n (x + y + INR n).
Proof.
  revert x y. induction n as [|n IH]; intros x y; [cbn; ring|].
  set (G := fun y => spread (S n) (fun i j => (x + INR i) ^ i * (y + INR j) ^ j) - falling (S n) (x + y + INR (S n))).
  assert (flat : forall t, is_derive G t 0).
  { intro t. set (s := INR (S n) * falling n (x + t + INR (S n))). replace 0 with (s - 1 * s) by ring.
    apply (is_derive_minus (fun y => spread (S n) (fun i j => (x + INR i) ^ i * (y + INR j) ^ j)) (fun y => falling (S n) (x + y + INR (S n)))).
    - replace s with (spread (S n) (fun i j => INR j * ((x + INR i) ^ i * (t + INR j) ^ pred j))).
      + rewrite (spread_ext (S n) (fun i j => INR j * ((x + INR i) ^ i * (t + INR j) ^ pred j)) (fun i j => (x + INR i) ^ i * (INR j * (t + INR j) ^ pred j))) by (intros; ring).
        apply (spread_derive (S n) (fun i j t => (x + INR i) ^ i * (t + INR j) ^ j) (fun i j t => (x + INR i) ^ i * (INR j * (t + INR j) ^ pred j))). intros i j.
        auto_derive; [trivial|]. ring.
      + rewrite spread_absorb. unfold s. f_equal. cbn [pred].
        rewrite (spread_ext n _ (fun i j => (x + INR i) ^ i * (t + 1 + INR j) ^ j)) by (intros i j _; rewrite S_INR; do 2 f_equal; ring). rewrite IH, S_INR. f_equal. ring.
    - apply (is_derive_comp (falling (S n)) (fun y => x + y + INR (S n)) t); [apply falling_derive|]. auto_derive; [trivial|ring]. }
  assert (same : G y = G (- x - INR (S n))) by (pose proof (constant_slope G 0 (- x - INR (S n)) y flat); lra).
  assert (start : G (- x - INR (S n)) = 0).
  { unfold G. replace (x + (- x - INR (S n)) + INR (S n)) with 0 by ring. rewrite falling_zero. destruct (differences_factorial (S n)) as [_ top]. rewrite <- (top x). unfold differences.
    rewrite (spread_ext (S n) (fun i j => (x + INR i) ^ i * (- x - INR (S n) + INR j) ^ j) (fun i j => (-1) ^ j * (x + INR i) ^ S n)); [ring|].
    intros i j total. rewrite <- total, plus_INR, pow_add. replace (- x - (INR i + INR j) + INR j) with ((-1) * (x + INR i)) by ring. rewrite Rpow_mult_distr. ring. }
  rewrite start in same. unfold G in same. lra.
Qed.

(** ** The sum of Maurer's bound *)

(** (1 - 0/N) (1 - 1/N) ... (1 - (k - 1)/N) *)
Fixpoint below (N : R) (k : nat) : R := match k with O => 1 | S k => below N k * (1 - INR k / N) end.
Theorem xi_below n : (0 < n)%nat -> xi n = sum_f_R0 (below (INR n)) n.
Proof.
  intro n_gt0. pose proof (lt_0_INR n n_gt0) as N_gt0. set (N := INR n) in *.
  assert (powers : forall k, N ^ k <> 0) by (intro; apply pow_nonzero; lra).
  assert (scaled : xi n = falling n N / N ^ n).
  { apply (Rmult_eq_reg_r (N ^ n)); [|apply powers]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by apply powers.
    pose proof (abel_identity n 0 0) as abel. rewrite !Rplus_0_l in abel. fold N in abel. rewrite <- abel, spread_sum. unfold xi. fold N. rewrite Rmult_comm, scal_sum. apply sum_eq. intros k k_le.
    rewrite !Rplus_0_l. assert (rest : 1 - INR k / N = INR (n - k) / N) by (rewrite minus_INR by exact k_le; fold N; field; lra). rewrite rest. unfold Rdiv. rewrite !Rpow_mult_distr, !pow_inv.
    replace (N ^ n) with (N ^ k * N ^ (n - k)) by (rewrite <- pow_add; f_equal; lia). field. split; apply powers. }
  set (v := fun m => falling m N / N ^ m). assert (v_step : forall m, v (S m) = 1 + INR (S m) / N * v m).
  { intro m. unfold v. cbn [falling pow]. field. split; [apply powers|lra]. }
  assert (unrolled : forall k, (k <= n)%nat -> v n = match k with O => 0 | S i => sum_f_R0 (below N) i end + below N k * v (n - k)%nat).
  { induction k as [|k IH]; intro k_le; [cbn [below]; rewrite Nat.sub_0_r; ring|]. rewrite (IH ltac:(lia)). replace (n - k)%nat with (S (n - S k)) by lia. rewrite v_step.
    replace (INR (S (n - S k)) / N) with (1 - INR k / N) by (replace (S (n - S k)) with (n - k)%nat by lia; rewrite minus_INR by lia; fold N; field; lra).
    cbn [below]. destruct k as [|k]; cbn [sum_f_R0 below]; ring. }
  rewrite scaled. fold (v n). rewrite (unrolled n (le_n n)), Nat.sub_diag. destruct n as [|m]; [lia|]. unfold v. cbn [falling pow sum_f_R0]. field.
Qed.
Lemma below_bound N k : 0 < N -> INR k <= N -> 0 <= below N k <= exp (- (INR k * (INR k - 1) / (2 * N))).
Proof.
  intros N_gt0. induction k as [|k IH]; intro k_le; [cbn; replace (- (0 * (0 - 1) / (2 * N))) with 0 by (field; lra); rewrite exp_0; lra|]. rewrite S_INR in k_le. destruct IH as [ge0 le]; [lra|]. cbn [below].
  assert (factor : 0 <= 1 - INR k / N <= exp (- (INR k / N))).
  { split; [|pose proof (exp_ineq1_le (- (INR k / N))); lra]. assert (INR k / N <= 1); [|lra]. apply (Rmult_le_reg_r N); [exact N_gt0|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
  split; [now apply Rmult_le_pos|]. apply Rle_trans with (exp (- (INR k * (INR k - 1) / (2 * N))) * exp (- (INR k / N))); [now apply Rmult_le_compat|].
  rewrite <- exp_plus. right. f_equal. rewrite S_INR. field. lra.
Qed.
Local Lemma bell_below_area a b : 0 <= a <= b -> bell b * (b - a) <= area b - area a.
Proof.
  intro order. destruct (MVT_gen area a b bell) as (c & c_range & ->).
  - intros t _. apply area_derive.
  - intros t _. apply derivable_continuous_pt. exists (bell t). apply is_derive_Reals, area_derive.
  - rewrite Rmin_left, Rmax_right in c_range by lra. apply Rmult_le_compat_r; [lra|]. unfold bell. destruct (Rle_lt_or_eq_dec c b (proj2 c_range)) as [less| ->]; [left|right; reflexivity]. apply exp_increasing. nra.
Qed.
Lemma below_sum_bound n m : (S m <= n)%nat -> sum_f_R0 (below (INR n)) (S m) <= 2 + sqrt (INR n) * area (INR m / sqrt (INR n)).
Proof.
  intro m_le. assert (N_gt0 : 0 < INR n) by (apply lt_0_INR; lia). set (N := INR n) in *. pose proof (sqrt_lt_R0 N N_gt0) as root_gt0. pose proof (sqrt_sqrt N (Rlt_le _ _ N_gt0)) as square.
  induction m as [|m IH].
  - cbn [sum_f_R0 below INR]. unfold Rdiv. rewrite !Rmult_0_l, area_zero. lra.
  - change (sum_f_R0 (below N) (S (S m))) with (sum_f_R0 (below N) (S m) + below N (S (S m))). specialize (IH ltac:(lia)). pose proof (pos_INR m) as m_ge0.
    assert (last : below N (S (S m)) <= sqrt N * (area (INR (S m) / sqrt N) - area (INR m / sqrt N))); [|lra].
    destruct (below_bound N (S (S m)) N_gt0 ltac:(apply le_INR; exact m_le)) as [_ le]. apply Rle_trans with (1 := le).
    pose proof (bell_below_area (INR m / sqrt N) (INR (S m) / sqrt N)) as strip.
    assert (inverse_gt0 : 0 < / sqrt N) by now apply Rinv_0_lt_compat. pose proof (S_INR m) as next. set (k := INR (S m)) in *.
    specialize (strip ltac:(unfold Rdiv; split; [apply Rmult_le_pos; lra|apply Rmult_le_compat_r; lra])).
    apply Rle_trans with (sqrt N * (bell (k / sqrt N) * (k / sqrt N - INR m / sqrt N))); [|apply Rmult_le_compat_l; lra].
    replace (sqrt N * (bell (k / sqrt N) * (k / sqrt N - INR m / sqrt N))) with (bell (k / sqrt N)) by (generalize (bell (k / sqrt N)); intro height; rewrite next; field; lra). unfold bell.
    replace (k / sqrt N * (k / sqrt N) / 2) with (k * k / (2 * N)) by (transitivity (k * k / (2 * (sqrt N * sqrt N))); [now rewrite square|field; lra]).
    assert (order : k * k / (2 * N) <= INR (S (S m)) * (INR (S (S m)) - 1) / (2 * N)); [|destruct order as [less| ->]; [left; apply exp_increasing; lra|right; reflexivity]].
    rewrite (S_INR (S m)). fold k. apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat; lra|nra].
Qed.
(** for every n, and not only from n = 8 on *)
Theorem xi_root_bound n : (0 < n)%nat -> xi n <= 2 * sqrt (INR n).
Proof.
  intro n_gt0. rewrite xi_below by exact n_gt0. destruct (Nat.le_gt_cases 8 n) as [large|small].
  - destruct n as [|m]; [lia|]. pose proof (below_sum_bound (S m) m (le_n _)) as bound. set (N := INR (S m)) in *. assert (N_ge8 : 8 <= N) by (unfold N; replace 8 with (INR 8) by (cbn; ring); now apply le_INR).
    pose proof (area_bound (INR m / sqrt N)) as area_le. assert (root : sqrt 8 <= sqrt N) by (apply sqrt_le_1; lra). assert (14 / 5 < sqrt 8) by (interval with (i_prec 80)). assert (sqrt (2 * PI) / 2 < 5 / 4 + 1 / 200) by (interval with (i_prec 80)).
    assert (sqrt N * area (INR m / sqrt N) <= sqrt N * (5 / 4 + 1 / 200)) by (apply Rmult_le_compat_l; [apply sqrt_pos|lra]). lra.
  - assert (enough : forall s, 0 <= s -> s * s <= 4 * INR n -> s <= 2 * sqrt (INR n)).
    { intros s s_ge0 le. pose proof (sqrt_pos (INR n)) as root_ge0. pose proof (sqrt_sqrt (INR n) (pos_INR n)) as square. apply Rsqr_incr_0_var; [unfold Rsqr; nra|lra]. }
    destruct n as [|[|[|[|[|[|[|[|n]]]]]]]]; try lia; (apply enough; [|]); cbn [sum_f_R0 below INR]; lra.
Qed.
