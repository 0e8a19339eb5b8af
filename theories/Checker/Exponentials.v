(** * Enclosures of exponentials

    The exponential of an interval: it is divided by 2^16, where the cubic polynomial p(t) = 1 + t + t²/2 + t³/6 and 1/p(-t) enclose the exponential of t closely, and
    the result is squared 16 times.

    Main definitions: [certainly_less], [exponential_interval].
    Main results: [exp_cubic_bound], [exponential_interval_correct].

    Trust: proved. *)
From Coq Require Import Floats ZArith QArith Qreals Reals List Bool Lra.
From Warrant Require Import Spec.Bytes Spec.Tensor Primitives.FloatBounds Primitives.Fractions Checker.Relational Checker.Intervals.
Local Open Scope R_scope.

Definition certainly_less (i j : interval) : bool := match compare_intervals true i j with Some true => true | _ => false end.
Definition unit_interval : interval := number_of 1%Q.
Definition zero_interval : interval := Tensor.zero.
Definition minus (i j : interval) : interval := add i (opp j).

Definition squarings : nat := 16.
Definition cubic (t : interval) : interval :=
  add unit_interval (mul t (add unit_interval (mul t (add (number_of (1 # 2)) (mul t (number_of (1 # 6))))))).
Definition exponential_base (t : interval) : interval :=
  let d := cubic (opp t) in if certainly_less zero_interval d then (fst (cubic t), snd (interval_inverse d)) else everything.
Fixpoint square (n : nat) (e : interval) : interval := match n with O => e | S n => square n (mul e e) end.
(** Where that overflows, an exponential still is positive, and at least 1 for numbers that are at least 0. *)
Definition raised (i e : interval) : interval := if fin (fst e) then e else (if (0 <=? fst i)%float then 1%float else 0%float, snd e).
Definition exponential_interval (i : interval) : interval := raised i (square squarings (exponential_base (mul (number_of (1 # 65536)) i))).

(** ** Soundness *)

Lemma certainly_less_correct i j r s : encloses i r -> encloses j s -> certainly_less i j = true -> r < s.
Proof.
  intros ei ej. unfold certainly_less. pose proof (compare_intervals_sound true i j r s ei ej) as told. unfold tells in told.
  destruct (compare_intervals true i j) as [[|]|]; try discriminate. intros _. destruct (Rlt_dec r s); [assumption|discriminate].
Qed.
Lemma unit_encloses : encloses unit_interval 1.
Proof. rewrite <- Q2R_1. exact (rel_number _ interval_rel 1%Q). Qed.
Lemma zero_encloses : encloses zero_interval 0.
Proof. exact (rel_zero _ interval_rel). Qed.
Lemma minus_encloses i j r s : encloses i r -> encloses j s -> encloses (minus i j) (r - s).
Proof. intros. apply (rel_add _ interval_rel); [assumption|]. now apply (rel_opp _ interval_rel). Qed.
Lemma mul_encloses i j r s : encloses i r -> encloses j s -> encloses (mul i j) (r * s).
Proof. exact (rel_mul _ interval_rel i r j s). Qed.

(** A function with the value 0 at 0 grows to the right of it where its derivative does not fall below 0. *)
Local Lemma from_zero (f g : R -> R) x : (forall t, derivable_pt_lim f t (g t)) -> f 0 = 0 -> exists c, Rmin 0 x <= c <= Rmax 0 x /\ f x = g c * x.
Proof.
  intros derivative at_zero. destruct (Rtotal_order 0 x) as [pos|[<-|neg]].
  - destruct (MVT_cor2 f g 0 x pos (fun t _ => derivative t)) as (c & mean & between). exists c. rewrite Rmin_left, Rmax_right by lra. split; lra.
  - exists 0. rewrite Rmin_left, Rmax_left by lra. split; lra.
  - destruct (MVT_cor2 f g x 0 neg (fun t _ => derivative t)) as (c & mean & between). exists c. rewrite Rmin_right, Rmax_left by lra. split; lra.
Qed.
Local Lemma derivative_square t : derivable_pt_lim (fun t => exp t - 1 - t - t * t / 2) t (exp t - 1 - t).
Proof.
  replace (exp t - 1 - t) with (exp t - 0 - 1 - (1 * t + t * 1) * / 2) by field.
  apply (derivable_pt_lim_minus (fun t => exp t - 1 - t)); [|apply (derivable_pt_lim_scal_right (fun t => t * t)); apply (derivable_pt_lim_mult id id); apply derivable_pt_lim_id].
  apply (derivable_pt_lim_minus (fun t => exp t - 1)); [|apply derivable_pt_lim_id].
  apply (derivable_pt_lim_minus exp (fun _ => 1)); [apply derivable_pt_lim_exp|apply derivable_pt_lim_const].
Qed.
Local Lemma derivative_cube t : derivable_pt_lim (fun t => exp t - 1 - t - t * t / 2 - t * t * t / 6) t (exp t - 1 - t - t * t / 2).
Proof.
  replace (exp t - 1 - t - t * t / 2) with (exp t - 1 - t - ((1 * t + t * 1) * t + t * t * 1) * / 6) by field.
  apply (derivable_pt_lim_minus (fun t => exp t - 1 - t - t * t / 2)); [apply derivative_square|].
  apply (derivable_pt_lim_scal_right (fun t => t * t * t)). apply (derivable_pt_lim_mult (fun t => t * t) id); [|apply derivable_pt_lim_id].
  apply (derivable_pt_lim_mult id id); apply derivable_pt_lim_id.
Qed.
Theorem exp_cubic_bound x : 1 + x + x * x / 2 + x * x * x / 6 <= exp x.
Proof.
  destruct (from_zero _ _ x derivative_cube) as (c & c_in & cube); [rewrite exp_0; field|].
  destruct (from_zero _ _ c derivative_square) as (b & b_in & square); [rewrite exp_0; field|].
  pose proof (exp_ineq1_le b) as above. assert (same_sign : 0 <= c * x) by (destruct (Rle_dec 0 x); [rewrite Rmin_left, Rmax_right in c_in by lra|rewrite Rmin_right, Rmax_left in c_in by lra]; nra).
  rewrite square in cube. replace ((exp b - 1 - b) * c * x) with ((exp b - 1 - b) * (c * x)) in cube by ring.
  assert (0 <= (exp b - 1 - b) * (c * x)) by (apply Rmult_le_pos; lra). lra.
Qed.

Local Lemma cubic_correct t r : encloses t r -> encloses (cubic t) (1 + r + r * r / 2 + r * r * r / 6).
Proof.
  intro et. replace (1 + r + r * r / 2 + r * r * r / 6) with (1 + r * (1 + r * (Q2R (1 # 2) + r * Q2R (1 # 6)))) by (unfold Q2R; simpl; field).
  apply (rel_add _ interval_rel); [exact unit_encloses|]. apply mul_encloses; [exact et|].
  apply (rel_add _ interval_rel); [exact unit_encloses|]. apply mul_encloses; [exact et|].
  apply (rel_add _ interval_rel); [exact (rel_number _ interval_rel _)|]. apply mul_encloses; [exact et|exact (rel_number _ interval_rel _)].
Qed.
Lemma exponential_base_correct t r : encloses t r -> encloses (exponential_base t) (exp r).
Proof.
  intro et. unfold exponential_base. pose proof (cubic_correct _ _ (rel_opp _ interval_rel _ _ et)) as ed. set (d := cubic (opp t)) in *.
  destruct (certainly_less zero_interval d) eqn:E; [|apply everything_encloses]. apply (certainly_less_correct _ _ _ _ zero_encloses ed) in E.
  split; cbn [fst snd].
  - apply (LB_le _ _ _ (proj1 (cubic_correct _ _ et))). apply exp_cubic_bound.
  - apply (UB_le _ _ _ (proj2 (interval_inverse_sound _ _ ed))). pose proof (exp_cubic_bound (- r)) as le. rewrite exp_Ropp in le. pose proof (exp_pos r) as pos.
    rewrite <- (Rinv_inv (exp r)). apply Rinv_le_contravar; assumption.
Qed.
Lemma square_correct n : forall e y, encloses e (exp y) -> encloses (square n e) (exp (2 ^ n * y)).
Proof.
  induction n as [|n IH]; intros e y ey; simpl; [now rewrite Rmult_1_l|].
  replace (2 * 2 ^ n * y) with (2 ^ n * (y + y)) by ring. apply IH. rewrite exp_plus. now apply mul_encloses.
Qed.
Lemma raised_correct i e r : encloses i r -> encloses e (exp r) -> encloses (raised i e) (exp r).
Proof.
  intros ei ee. unfold raised. destruct (fin (fst e)); [exact ee|]. split; [|exact (proj2 ee)]. cbn [fst]. destruct (0 <=? fst i)%float eqn:pos; [|apply LB0; left; apply exp_pos].
  apply LB_fin; [reflexivity|]. rewrite toR1. pose proof (LB_ge0 _ _ (proj1 ei) pos). pose proof (exp_ineq1_le r). lra.
Qed.
Theorem exponential_interval_correct i r : encloses i r -> encloses (exponential_interval i) (exp r).
Proof.
  intro ei. unfold exponential_interval. apply raised_correct; [exact ei|]. replace r with (2 ^ squarings * (Q2R (1 # 65536) * r)) at 1 by (unfold Q2R, squarings; simpl; field).
  apply square_correct, exponential_base_correct, mul_encloses; [exact (rel_number _ interval_rel _)|exact ei].
Qed.
