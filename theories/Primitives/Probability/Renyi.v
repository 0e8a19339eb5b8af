(** * Rényi differential privacy and concentrated differential privacy

    The moment of order a of two distributions p and q is the expectation of (p/q)^a under q; its logarithm, divided by a - 1, is their Rényi divergence.  Moments multiply over
    releases, each of which may depend on the outputs before, and a small moment gives (epsilon, delta)-closeness.  Orders are whole numbers here: then the moments of discrete Gaussian noise are
    known exactly, and nothing is lost that matters: the advanced composition theorem follows in its usual form.

    Main definitions: [moment], [concentrated] (rho-zCDP at whole orders), [conversion].
    Main results: [moment_close] (conversion), [moment_joint], [concentrated_joint] (composition), [moment_pure], [pure_concentrated] (epsilon-privacy is epsilon^2/2-zCDP),
    [concentrated_close], [concentrated_private], [advanced_composition].

    Trust: proved.
    Source: I. Mironov, Rényi differential privacy, 2017, Propositions 1 and 3; M. Bun, T. Steinke, Concentrated differential privacy, 2016, Propositions 1.3, 1.4 and Lemma 3.5; C. Canonne, G. Kamath,
    T. Steinke, The discrete Gaussian for differential privacy, 2020, Proposition 12 (the conversion); C. Dwork, G. Rothblum, S. Vadhan, Boosting and differential privacy, 2010 (advanced composition). *)
From Coq Require Import ZArith Reals Lra Lia List Classical.
From Coquelicot Require Import Hierarchy Derive AutoDerive ElemFct.
From Warrant Require Import Spec.Probability Spec.Privacy Primitives.Probability.Sums Primitives.Probability.Privacy.
Import ListNotations.
Local Open Scope R_scope.

Definition moment {T} (a : nat) (m : R) (p q : T -> R) : Prop :=
  (forall o, q o = 0 -> p o = 0) /\ forall l, NoDup l -> sum (fun o => q o * (p o / q o) ^ a) l <= m.
Definition concentrated {T} (rho : R) (p q : T -> R) : Prop := forall b, (1 <= b)%nat -> moment (S b) (exp (INR (S b) * INR b * rho)) p q.

(** ** From a moment to (epsilon, delta) *)

Lemma bernoulli v n : 0 <= v -> 1 + INR n * (v - 1) <= v ^ n.
Proof.
  intro v_ge0. induction n as [|n IH]; [cbn; lra|]. rewrite S_INR. cbn [pow]. pose proof (pos_INR n).
  apply Rle_trans with (v * (1 + INR n * (v - 1))); [|now apply Rmult_le_compat_l]. pose proof (Rmult_le_pos _ _ (pos_INR n) (Rle_0_sqr (v - 1))) as square. unfold Rsqr in square. lra.
Qed.
(** b^b / (b + 1)^(b + 1) *)
Definition conversion (b : nat) : R := INR b ^ b / INR (S b) ^ S b.
Lemma conversion_bound u b : 0 <= u -> (1 <= b)%nat -> u - 1 <= conversion b * u ^ S b.
Proof.
  intros u_ge0 b_ge1. assert (b_gt0 : 0 < INR b) by (apply lt_0_INR; lia). assert (n_gt0 : 0 < INR (S b)) by (apply lt_0_INR; lia).
  assert (q_ge0 : 0 <= INR b / INR (S b)) by (left; now apply Rdiv_lt_0_compat).
  pose proof (bernoulli (u * (INR b / INR (S b))) (S b) ltac:(now apply Rmult_le_pos)) as tangent.
  rewrite Rpow_mult_distr in tangent. unfold Rdiv in tangent at 2. rewrite Rpow_mult_distr, pow_inv in tangent.
  replace (1 + INR (S b) * (u * (INR b / INR (S b)) - 1)) with (INR b * (u - 1)) in tangent by (rewrite S_INR in *; field; lra).
  apply (Rmult_le_reg_l (INR b)); [exact b_gt0|]. apply Rle_trans with (1 := tangent). right. unfold conversion. cbn [pow]. field.
  split; [apply pow_nonzero; lra|lra].
Qed.
Section Moments.
Context {T : Type}.
Implicit Types p q : T -> R.
Lemma moment_ge0 a m p q : moment a m p q -> 0 <= m.
Proof. intros [_ all]. exact (all [] (NoDup_nil T)). Qed.
Lemma moment_mono a m m' p q : m <= m' -> moment a m p q -> moment a m' p q.
Proof. intros le [zero all]. split; [exact zero|]. intros l once. pose proof (all l once). lra. Qed.
Theorem moment_close b m e p q : (1 <= b)%nat -> (forall o, 0 <= p o) -> (forall o, 0 <= q o) -> moment (S b) m p q -> close e (conversion b * m * exp (- (INR b * e))) p q.
Proof.
  intros b_ge1 p_ge0 q_ge0 [zero all] l once. pose proof (exp_pos e) as e_gt0. pose proof (exp_pos (- (INR b * e))) as small.
  assert (c_ge0 : 0 <= conversion b).
  { unfold conversion. apply Rmult_le_pos; [apply pow_le, pos_INR|]. left. apply Rinv_0_lt_compat, pow_lt, lt_0_INR. lia. }
  assert (powers : exp (- (INR b * e)) = exp e * (/ exp e) ^ S b).
  { rewrite <- exp_Ropp, <- Rpower_pow, S_INR by apply exp_pos. unfold Rpower. rewrite ln_exp, <- exp_plus. f_equal. ring. }
  assert (pointwise : forall o, p o <= exp e * q o + conversion b * exp (- (INR b * e)) * (q o * (p o / q o) ^ S b)).
  { intro o. destruct (q_ge0 o) as [q_gt0|none].
    - pose proof (conversion_bound (p o / q o * / exp e) b) as bound. rewrite Rpow_mult_distr in bound. specialize (fun h => bound h b_ge1).
      assert (u_ge0 : 0 <= p o / q o * / exp e).
      { apply Rmult_le_pos; [apply Rmult_le_pos; [apply p_ge0|left; now apply Rinv_0_lt_compat]|left; now apply Rinv_0_lt_compat]. }
      specialize (bound u_ge0). rewrite powers. apply (Rmult_le_compat_l (exp e * q o)) in bound; [|apply Rmult_le_pos; lra].
      replace (exp e * q o * (p o / q o * / exp e - 1)) with (p o - exp e * q o) in bound by (field; lra). lra.
    - rewrite (zero o (eq_sym none)), <- none, !Rmult_0_l. lra. }
  apply Rle_trans with (sum (fun o => exp e * q o + conversion b * exp (- (INR b * e)) * (q o * (p o / q o) ^ S b)) l); [apply sum_mono; auto|].
  rewrite sum_plus, !sum_scale. apply Rplus_le_compat_l. replace (conversion b * m * exp (- (INR b * e))) with (conversion b * exp (- (INR b * e)) * m) by ring.
  apply Rmult_le_compat_l; [|now apply all]. apply Rmult_le_pos; lra.
Qed.
Lemma moment_same a p : distribution p -> moment a 1 p p.
Proof.
  intro p_dist. split; [auto|]. intros l once. apply Rle_trans with (2 := dist_le1 p p_dist l once). apply sum_mono. intros o _.
  destruct (dist_ge0 p p_dist o) as [p_gt0|<-]; [|right; ring]. right. replace (p o / p o) with 1 by (field; lra). rewrite pow1. ring.
Qed.
End Moments.

(** ** Composition *)

Theorem moment_joint {T U} a m m' (p q : T -> R) (k k' : T -> U -> R) : (forall o, 0 <= p o) -> (forall o, 0 <= q o) ->
  0 <= m' -> moment a m p q -> (forall t, moment a m' (k t) (k' t)) -> moment a (m * m') (joint p k) (joint q k').
Proof.
  intros p_ge0 q_ge0 m'_ge0 [zero all] rest. unfold joint. split.
  - intros o none. apply Rmult_integral in none as [none|none]; [rewrite (zero _ none); ring|rewrite (proj1 (rest (fst o)) _ none); ring].
  - intros l once. destruct (sum_pairs l once) as (lt & lu & once_t & once_u & value). rewrite value. cbn [fst snd].
    apply Rle_trans with (sum (fun t => m' * (q t * (p t / q t) ^ a)) lt); [|rewrite sum_scale, Rmult_comm; apply Rmult_le_compat_r; auto].
    apply sum_mono. intros t _. rewrite (sum_same _ (fun u => q t * (p t / q t) ^ a * (k' t u * (k t u / k' t u) ^ a))).
    + rewrite sum_scale, Rmult_comm. apply Rmult_le_compat_r; [|now apply rest]. apply Rmult_le_pos; [apply q_ge0|]. apply pow_le.
      destruct (q_ge0 t) as [q_gt0|<-]; [apply Rmult_le_pos; [apply p_ge0|left; now apply Rinv_0_lt_compat]|unfold Rdiv; rewrite Rinv_0; lra].
    + intros u _. unfold Rdiv. rewrite Rinv_mult, !Rpow_mult_distr. ring.
Qed.
Theorem concentrated_joint {T U} rho rho' (p q : T -> R) (k k' : T -> U -> R) : (forall o, 0 <= p o) -> (forall o, 0 <= q o) ->
  concentrated rho p q -> (forall t, concentrated rho' (k t) (k' t)) -> concentrated (rho + rho') (joint p k) (joint q k').
Proof.
  intros p_ge0 q_ge0 first second b b_ge1. rewrite Rmult_plus_distr_l, exp_plus. apply moment_joint; auto; [left; apply exp_pos|].
  intro t. now apply second.
Qed.

(** ** Moments of what is purely private *)

Lemma chord x y s n : 0 < x -> x <= s <= y -> (y - x) * s ^ n <= (s - x) * y ^ n + (y - s) * x ^ n.
Proof.
  intros x_gt0 between. induction n as [|n IH]; [cbn; lra|]. cbn [pow].
  apply Rle_trans with (s * ((s - x) * y ^ n + (y - s) * x ^ n)); [replace ((y - x) * (s * s ^ n)) with (s * ((y - x) * s ^ n)) by ring; apply Rmult_le_compat_l; lra|].
  assert (0 <= (s - x) * (y - s) * (y ^ n - x ^ n)); [|lra].
  apply Rmult_le_pos; [apply Rmult_le_pos; lra|]. pose proof (pow_incr x y n ltac:(lra)). lra.
Qed.
Definition pure_moment (r : R) (b : nat) : R := (r ^ S b + / r ^ b) / (1 + r).
Theorem moment_pure {T} b r (p q : T -> R) : 1 <= r -> distribution p -> distribution q -> (forall o, p o <= r * q o) -> (forall o, q o <= r * p o) ->
  moment (S b) (pure_moment r b) p q.
Proof.
  intros r_ge1 p_dist q_dist pq qp. pose proof (dist_ge0 p p_dist) as p_ge0. pose proof (dist_ge0 q q_dist) as q_ge0.
  assert (zero : forall o, q o = 0 -> p o = 0) by (intros o none; pose proof (p_ge0 o); pose proof (pq o); rewrite none in *; lra).
  destruct r_ge1 as [r_gt1|<-].
  - split; [exact zero|]. intros l once. set (d := r - / r).
    assert (inverse_lt1 : / r < 1) by (rewrite <- Rinv_1; apply Rinv_lt_contravar; lra). assert (d_gt0 : 0 < d) by (unfold d; lra).
    set (up := r ^ S b). set (down := (/ r) ^ S b).
    assert (pointwise : forall o, d * (q o * (p o / q o) ^ S b) <= (up - down) * p o + (r * down - / r * up) * q o).
    { intro o. destruct (q_ge0 o) as [q_gt0|none]; [|rewrite (zero o (eq_sym none)), <- none; lra].
      assert (between : / r <= p o / q o <= r).
      { split; [apply (Rmult_le_reg_r (r * q o)); [nra|]; replace (/ r * (r * q o)) with (q o) by (field; lra); replace (p o / q o * (r * q o)) with (r * p o) by (field; lra); apply qp|].
        apply (Rmult_le_reg_r (q o)); [exact q_gt0|]. replace (p o / q o * q o) with (p o) by (field; lra). apply pq. }
      pose proof (chord (/ r) r (p o / q o) (S b) ltac:(apply Rinv_0_lt_compat; lra) between) as secant. fold d up down in secant.
      apply (Rmult_le_compat_l (q o)) in secant; [|lra].
      replace (q o * ((p o / q o - / r) * up + (r - p o / q o) * down)) with ((up - down) * p o + (r * down - / r * up) * q o) in secant by (field; lra). lra. }
    assert (up_ge1 : 1 <= up) by (apply pow_R1_Rle; lra).
    assert (down_le : 0 < down <= 1).
    { unfold down. split; [apply pow_lt, Rinv_0_lt_compat; lra|]. rewrite <- (pow1 (S b)). apply pow_incr. split; [left; apply Rinv_0_lt_compat|]; lra. }
    assert (value : d * pure_moment r b = (up - down) + (r * down - / r * up)).
    { unfold d, pure_moment, up, down. cbn [pow]. rewrite pow_inv. field. repeat split; try lra. apply pow_nonzero. lra. }
    apply (Rmult_le_reg_l d); [exact d_gt0|]. rewrite value. apply Rle_plus_epsilon. intros eta eta_gt0.
    set (slope := Rabs (r * down - / r * up)).
    destruct (dist_most q q_dist l (eta / (slope + 1)) ltac:(apply Rdiv_lt_0_compat; [lra|]; pose proof (Rabs_pos (r * down - / r * up) : 0 <= slope); lra) once) as (k & once_k & covers & most).
    apply Rle_trans with (d * sum (fun o => q o * (p o / q o) ^ S b) k).
    { apply Rmult_le_compat_l; [lra|]. apply sum_incl; auto. intro o. apply Rmult_le_pos; [apply q_ge0|]. apply pow_le.
      destruct (q_ge0 o) as [q_gt0|<-]; [apply Rmult_le_pos; [apply p_ge0|left; now apply Rinv_0_lt_compat]|unfold Rdiv; rewrite Rinv_0; lra]. }
    rewrite <- sum_scale. apply Rle_trans with (sum (fun o => (up - down) * p o + (r * down - / r * up) * q o) k); [apply sum_mono; auto|].
    rewrite sum_plus, !sum_scale. pose proof (dist_le1 p p_dist k once_k) as p_le1. pose proof (dist_le1 q q_dist k once_k) as q_le1.
    assert (slope_ge0 : 0 <= slope) by apply Rabs_pos.
    assert (gap : (r * down - / r * up) * sum q k <= (r * down - / r * up) + eta).
    { assert (small : slope * (eta / (slope + 1)) <= eta).
      { replace (slope * (eta / (slope + 1))) with (eta * (slope / (slope + 1))) by (field; lra). rewrite <- (Rmult_1_r eta) at 2. apply Rmult_le_compat_l; [lra|].
        apply (Rmult_le_reg_r (slope + 1)); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
      assert (distance : - ((r * down - / r * up) * (1 - sum q k)) <= slope * (eta / (slope + 1))).
      { apply Rle_trans with (slope * (1 - sum q k)); [|apply Rmult_le_compat_l; lra]. unfold slope. pose proof (Rle_abs (- (r * down - / r * up))) as le. rewrite Rabs_Ropp in le.
        rewrite Ropp_mult_distr_l. apply Rmult_le_compat_r; lra. }
      lra. }
    pose proof (Rmult_le_compat_l (up - down) _ _ ltac:(lra) p_le1). lra.
  - replace (pure_moment 1 b) with 1 by (unfold pure_moment; rewrite !pow1; field). apply (moment_mono (S b) 1); [lra|].
    split; [exact zero|]. intros l once. rewrite (sum_same _ (fun o => q o * (q o / q o) ^ S b)); [now apply (moment_same (S b) q q_dist)|].
    intros o _. pose proof (pq o). pose proof (qp o). replace (p o) with (q o) by lra. reflexivity.
Qed.

(** ** Epsilon-privacy is epsilon^2/2-concentrated *)

Local Definition gap (x : R) : R := x * (exp x + exp (- x)) - (exp x - exp (- x)).
Local Lemma exp_order x : 0 <= x -> exp (- x) <= exp x.
Proof. intro x_ge0. destruct x_ge0 as [x_gt0|<-]; [left; apply exp_increasing; lra|rewrite Ropp_0; lra]. Qed.
(** tanh x <= x *)
Local Lemma gap_ge0 x : 0 <= x -> 0 <= gap x.
Proof.
  intro x_ge0. destruct (MVT_gen gap 0 x (fun t => t * (exp t - exp (- t)))) as (c & c_range & value).
  - intros t _. unfold gap. auto_derive; [trivial|ring].
  - intros t _. apply derivable_continuous_pt, ex_derive_Reals_0. unfold gap. auto_derive. trivial.
  - rewrite Rmin_left, Rmax_right in c_range by lra. unfold gap at 2 in value. rewrite Ropp_0, exp_0 in value.
    assert (0 <= c * (exp c - exp (- c)) * (x - 0)); [|lra]. apply Rmult_le_pos; [|lra]. apply Rmult_le_pos; [lra|]. pose proof (exp_order c ltac:(lra)). lra.
Qed.
Local Definition bell (x : R) : R := (exp x + exp (- x)) * exp (- (x * x / 2)).
Local Lemma bell_decreasing x y : 0 <= x <= y -> bell y <= bell x.
Proof.
  intro order. destruct (MVT_gen bell x y (fun t => - (gap t * exp (- (t * t / 2))))) as (c & c_range & value).
  - intros t _. unfold bell, gap. auto_derive; [trivial|unfold gap, Rdiv; field].
  - intros t _. apply derivable_continuous_pt, ex_derive_Reals_0. unfold bell. auto_derive. trivial.
  - rewrite Rmin_left, Rmax_right in c_range by lra. pose proof (gap_ge0 c ltac:(lra)) as c_gap. pose proof (exp_pos (- (c * c / 2))).
    assert (0 <= gap c * exp (- (c * c / 2)) * (y - x)); [|lra]. apply Rmult_le_pos; [apply Rmult_le_pos; lra|lra].
Qed.
Theorem pure_moment_bound e b : 0 <= e -> pure_moment (exp e) b <= exp (INR (S b) * INR b * (e * e / 2)).
Proof.
  intro e_ge0. set (x := e / 2). set (y := (INR b + 1 / 2) * e). pose proof (pos_INR b) as b_ge0.
  pose proof (bell_decreasing x y) as decreasing. unfold bell in decreasing.
  assert (order : 0 <= x <= y) by (unfold x, y; split; nra). specialize (decreasing order).
  assert (top : exp e ^ S b + / exp e ^ b = exp x * (exp y + exp (- y))).
  { rewrite <- !Rpower_pow, S_INR by apply exp_pos. unfold Rpower. rewrite ln_exp, <- exp_Ropp, Rmult_plus_distr_l, <- !exp_plus. unfold x, y. f_equal; f_equal; field. }
  assert (bottom : 1 + exp e = exp x * (exp x + exp (- x))).
  { rewrite Rmult_plus_distr_l, <- !exp_plus. unfold x. replace (e / 2 + e / 2) with e by field. replace (e / 2 + - (e / 2)) with 0 by field. rewrite exp_0. ring. }
  unfold pure_moment. rewrite top, bottom. pose proof (exp_pos x) as ex. pose proof (exp_pos (- x)) as enx.
  apply (Rmult_le_reg_r (exp x + exp (- x))); [lra|]. replace (exp x * (exp y + exp (- y)) / (exp x * (exp x + exp (- x))) * (exp x + exp (- x))) with (exp y + exp (- y)) by (field; lra).
  apply (Rmult_le_reg_r (exp (- (y * y / 2)))); [apply exp_pos|]. apply Rle_trans with (1 := decreasing). right.
  transitivity ((exp x + exp (- x)) * (exp (INR (S b) * INR b * (e * e / 2)) * exp (- (y * y / 2)))); [|ring].
  rewrite <- exp_plus. f_equal. f_equal. rewrite S_INR. unfold x, y. field.
Qed.
Theorem pure_concentrated {T} e (p q : T -> R) : 0 <= e -> distribution p -> distribution q ->
  (forall o, p o <= exp e * q o) -> (forall o, q o <= exp e * p o) -> concentrated (e * e / 2) p q.
Proof.
  intros e_ge0 p_dist q_dist pq qp b _. apply (moment_mono _ (pure_moment (exp e) b)); [now apply pure_moment_bound|]. apply moment_pure; auto.
  rewrite <- exp_0. destruct e_ge0 as [e_gt0|<-]; [left; now apply exp_increasing|right; reflexivity].
Qed.

(** ** Budgets *)

(** ln(b^b / (b + 1)^(b + 1)) at most -1 - ln b: the usual conversion is a little better than rho alone *)
Lemma conversion_range b : (1 <= b)%nat -> 0 < conversion b <= 1.
Proof.
  intro b_ge1. assert (b_gt0 : 0 < INR b) by (apply lt_0_INR; lia). assert (n_ge1 : 1 <= INR (S b)) by (rewrite S_INR; lra). unfold conversion. split; [apply Rdiv_lt_0_compat; apply pow_lt; lra|].
  apply (Rmult_le_reg_r (INR (S b) ^ S b)); [apply pow_lt; lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r, Rmult_1_l by (apply pow_nonzero; lra).
  cbn [pow]. pose proof (pow_incr (INR b) (INR (S b)) b ltac:(rewrite S_INR; lra)). pose proof (pow_le (INR b) b ltac:(lra)). nra.
Qed.
(** rho-concentrated: for every order b + 1, epsilon = rho (b + 1) + ln(1/delta)/b *)
Theorem concentrated_close {T} rho b delta (p q : T -> R) : (1 <= b)%nat -> 0 < delta -> (forall o, 0 <= p o) -> (forall o, 0 <= q o) -> concentrated rho p q ->
  close (INR (S b) * rho + ln (/ delta) / INR b) delta p q.
Proof.
  intros b_ge1 delta_gt0 p_ge0 q_ge0 small. pose proof (moment_close b _ (INR (S b) * rho + ln (/ delta) / INR b) p q b_ge1 p_ge0 q_ge0 (small b b_ge1)) as bound.
  intros l once. apply Rle_trans with (1 := bound l once). apply Rplus_le_compat_l. destruct (conversion_range b b_ge1) as [_ c_le1].
  assert (b_gt0 : 0 < INR b) by (apply lt_0_INR; lia).
  rewrite Rmult_assoc, <- exp_plus. replace (INR (S b) * INR b * rho + - (INR b * (INR (S b) * rho + ln (/ delta) / INR b))) with (ln delta).
  - rewrite exp_ln by exact delta_gt0. nra.
  - rewrite ln_Rinv by exact delta_gt0. field. lra.
Qed.
(** the same with the best whole order: rho-zCDP gives (2 rho + 2 sqrt(rho ln(1/delta)), delta); real orders would give rho in place of 2 rho *)
Theorem concentrated_bound {T} rho delta (p q : T -> R) : 0 < rho -> 0 < delta <= 1 -> (forall o, 0 <= p o) -> (forall o, 0 <= q o) -> concentrated rho p q ->
  close (2 * rho + 2 * sqrt (rho * ln (/ delta))) delta p q.
Proof.
  intros rho_gt0 [delta_gt0 delta_le1] p_ge0 q_ge0 small. set (L := ln (/ delta)).
  assert (L_ge0 : 0 <= L).
  { unfold L. rewrite ln_Rinv by exact delta_gt0. destruct delta_le1 as [less| ->]; [|rewrite ln_1; lra]. pose proof (ln_increasing delta 1 delta_gt0 less). rewrite ln_1 in *. lra. }
  set (s := sqrt (rho * L)). assert (s_ge0 : 0 <= s) by apply sqrt_pos. assert (s_square : s * s = rho * L) by (apply sqrt_sqrt, Rmult_le_pos; lra).
  (* the order: b - 1 <= s / rho <= b *)
  destruct (archimed (s / rho)) as [above below]. set (b := Z.to_nat (Z.max 1 (up (s / rho)))).
  assert (ratio_ge0 : 0 <= s / rho) by (apply Rmult_le_pos; [exact s_ge0|left; now apply Rinv_0_lt_compat]).
  assert (up_ge1 : (1 <= up (s / rho))%Z) by (assert (0 < IZR (up (s / rho))) as pos by lra; apply lt_IZR in pos; lia).
  assert (b_value : INR b = IZR (up (s / rho))) by (unfold b; rewrite INR_IZR_INZ, Z2Nat.id by lia; f_equal; lia).
  assert (b_ge1 : (1 <= b)%nat) by (unfold b; lia).
  assert (enough : s <= INR b * rho) by (rewrite b_value; apply (Rmult_le_reg_r (/ rho)); [now apply Rinv_0_lt_compat|]; rewrite Rmult_assoc, Rinv_r by lra; fold (s / rho); lra).
  assert (not_more : INR b * rho <= s + rho).
  { rewrite b_value. apply (Rmult_le_reg_r (/ rho)); [now apply Rinv_0_lt_compat|]. rewrite Rmult_assoc, Rinv_r, Rmult_plus_distr_r, Rinv_r by lra. fold (s / rho). lra. }
  assert (b_gt0 : 0 < INR b) by (apply lt_0_INR; lia).
  assert (L_over : L / INR b <= s).
  { apply (Rmult_le_reg_r (INR b)); [exact b_gt0|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. apply (Rmult_le_reg_l rho); [exact rho_gt0|]. nra. }
  apply (close_mono (INR (S b) * rho + ln (/ delta) / INR b) _ delta); [exact q_ge0| |lra|now apply concentrated_close]. fold L. rewrite S_INR. lra.
Qed.

Section Laws.
Context {Data Out : Type} (near : Data -> Data -> Prop) (law : Data -> Out -> R).
Hypothesis law_dist : forall x, distribution (law x).
Theorem concentrated_private rho delta : 0 < rho -> 0 < delta <= 1 -> (forall x y, near x y -> concentrated rho (law x) (law y)) ->
  private near law (2 * rho + 2 * sqrt (rho * ln (/ delta))) delta.
Proof.
  intros rho_gt0 delta_range all. apply close_private; [exact law_dist|]. intros x y xy. apply concentrated_bound; auto; intro o; now apply dist_ge0.
Qed.
End Laws.

(** the outputs of [n] mechanisms, each of which sees those before *)
Fixpoint repeated {Data Out} (law : Data -> list Out -> Out -> R) (n : nat) (h : list Out) (x : Data) (o : list Out) : R :=
  match n, o with O, [] => 1 | S n, z :: o => law x h z * repeated law n (z :: h) x o | _, _ => 0 end.
Section Repeated.
Context {Data Out : Type} (near : Data -> Data -> Prop) (law : Data -> list Out -> Out -> R).
Hypotheses (symmetric : forall x y, near x y -> near y x) (law_dist : forall x h, distribution (law x h)).
Local Lemma injective : forall a b : Out * list Out, fst a :: snd a = fst b :: snd b -> a = b.
Proof. intros [a b] [a' b'] same. injection same as -> ->. reflexivity. Qed.
Lemma repeated_distribution n h x : distribution (repeated law n h x).
Proof.
  revert h. induction n as [|n IH]; intro h.
  - apply (finite_distribution _ [[]]); [intros [|]; cbn; lra|repeat constructor; easy|intros [|z o] out; [exfalso; apply out; now left|reflexivity]|cbn; ring].
  - apply (distribution_renamed (fun o => fst o :: snd o) injective); [intros [|z o] none; [reflexivity|]; exfalso; now apply (none (z, o))|].
    apply (joint_distribution (law x h) (fun z => repeated law n (z :: h) x)); auto.
Qed.
Lemma repeated_concentrated rho n h x y : 0 <= rho -> (forall h, concentrated rho (law x h) (law y h)) -> concentrated (INR n * rho) (repeated law n h x) (repeated law n h y).
Proof.
  intros rho_ge0 each. revert h. induction n as [|n IH]; intro h.
  - intros b _. rewrite Rmult_0_l, Rmult_0_r, exp_0. replace (repeated law 0 h x) with (repeated law 0 h y) by reflexivity. apply moment_same, repeated_distribution.
  - intros b b_ge1. assert (pairs : concentrated (rho + INR n * rho) (joint (law x h) (fun z => repeated law n (z :: h) x)) (joint (law y h) (fun z => repeated law n (z :: h) y))).
    { apply concentrated_joint; auto; intro o; apply dist_ge0; auto. }
    replace (INR (S n) * rho) with (rho + INR n * rho) by (rewrite S_INR; ring). destruct (pairs b b_ge1) as [zero all]. split.
    + intros [|z o]; [auto|]. exact (zero (z, o)).
    + intros l once. destruct (sum_renamed (fun o => fst o :: snd o) l once) as (k & once_k & value). rewrite value.
      { apply Rle_trans with (2 := all k once_k). right. apply sum_same. intros [z o] _. reflexivity. }
      intros [|z o] none; [cbn; ring|]. exfalso. now apply (none (z, o)).
Qed.
(** n uses of purely epsilon-private mechanisms *)
Theorem advanced_composition e n delta : 0 < e -> (0 < n)%nat -> 0 < delta <= 1 -> (forall h, private near (fun x => law x h) e 0) ->
  private near (repeated law n []) (e * sqrt (2 * INR n * ln (/ delta)) + INR n * e * (exp e - 1)) delta.
Proof.
  intros e_gt0 n_gt0 delta_range each. assert (N_gt0 : 0 < INR n) by now apply lt_0_INR.
  assert (pointwise : forall x y h o, near x y -> law x h o <= exp e * law y h o).
  { intros x y h o xy. pose proof (private_close near (fun x => law x h) (fun x => law_dist x h) e 0 (each h) x y xy [o] ltac:(repeat constructor; easy)) as le. cbn in le. lra. }
  set (rho := INR n * (e * e / 2)). assert (rho_gt0 : 0 < rho) by (unfold rho; apply Rmult_lt_0_compat; [exact N_gt0|nra]).
  assert (all : private near (repeated law n []) (2 * rho + 2 * sqrt (rho * ln (/ delta))) delta).
  { apply concentrated_private; auto; [intro x; apply repeated_distribution|]. intros x y xy. apply repeated_concentrated; [nra|]. intro h. apply pure_concentrated; auto; lra. }
  assert (L_ge0 : 0 <= ln (/ delta)).
  { rewrite ln_Rinv by lra. destruct (proj2 delta_range) as [less| ->]; [|rewrite ln_1; lra]. pose proof (ln_increasing delta 1 (proj1 delta_range) less). rewrite ln_1 in *. lra. }
  assert (roots : 2 * sqrt (rho * ln (/ delta)) = e * sqrt (2 * INR n * ln (/ delta))).
  { replace (rho * ln (/ delta)) with ((e / 2) * (e / 2) * (2 * INR n * ln (/ delta))) by (unfold rho; field).
    rewrite sqrt_mult; [rewrite sqrt_square by lra; field|nra|apply Rmult_le_pos; [lra|exact L_ge0]]. }
  assert (linear : 2 * rho <= INR n * e * (exp e - 1)).
  { unfold rho. pose proof (exp_ineq1_le e). replace (2 * (INR n * (e * e / 2))) with (INR n * e * e) by field. apply Rmult_le_compat_l; [|lra]. apply Rmult_le_pos; lra. }
  intros x y xy Omega Omega' S S' X Y drawn drawn' A is_A is_A'. pose proof (all x y xy _ _ S S' X Y drawn drawn' A is_A is_A') as le. rewrite roots in le.
  apply Rle_trans with (1 := le). apply Rplus_le_compat_r, Rmult_le_compat_r; [now apply P_ge0|].
  destruct (Rle_lt_or_eq_dec _ _ linear) as [less|same]; [left; apply exp_increasing; lra|right; f_equal; lra].
Qed.
End Repeated.
