(** * Enclosures of a program's values

    A program evaluated on intervals (Checker/Intervals.v) at a point.  Exponentials are taken of a number divided by 2^24, where 1 + t and 1 / (1 - t) enclose
    them closely, and squared 24 times; logarithms of the 24-fold square root, between 1 - 1 / b and b - 1, are multiplied by 2^24.

    Main definitions: [exponential_interval], [logarithm_interval], [enclosures], [certainly_good].
    Main results: [enclosures_correct], [certainly_good_correct], [numbered_from_correct].

    Trust: proved. *)
From Coq Require Import Floats ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Elementary Primitives.FloatBounds Primitives.Fractions Checker.Relational Checker.Intervals.
From Warrant Require Import Primitives.Autodiff.Programs.
Import ListNotations.
Local Open Scope R_scope.

Definition halvings : nat := 24.
Definition scale_down : Q := 1 # 16777216.
Definition scale_up : Q := 16777216 # 1.
Definition certainly_less (i j : interval) : bool := match compare_intervals true i j with Some true => true | _ => false end.
Definition unit_interval : interval := number_of 1%Q.
Definition zero_interval : interval := Tensor.zero.
Definition minus (i j : interval) : interval := add i (opp j).

Definition exponential_base (t : interval) : interval :=
  let d := minus unit_interval t in
  if certainly_less zero_interval d then (fst (add unit_interval t), snd (interval_inverse d)) else everything.
Fixpoint square (n : nat) (e : interval) : interval := match n with O => e | S n => square n (mul e e) end.
Definition exponential_interval (i : interval) : interval := square halvings (exponential_base (mul (number_of scale_down) i)).
Fixpoint roots (n : nat) (i : interval) : interval := match n with O => i | S n => roots n (root i) end.
Definition logarithm_interval (i : interval) : interval :=
  if certainly_less zero_interval i then
    let b := roots halvings i in
    mul (number_of scale_up) (fst (minus unit_interval (interval_inverse b)), snd (minus b unit_interval))
  else everything.
Definition step_interval (i : interval) : interval := choose true zero_interval i unit_interval zero_interval.

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

Lemma exponential_base_correct t r : encloses t r -> encloses (exponential_base t) (exp r).
Proof.
  intro et. unfold exponential_base. pose proof (minus_encloses _ _ _ _ unit_encloses et) as ed. set (d := minus unit_interval t) in *.
  destruct (certainly_less zero_interval d) eqn:E; [|apply everything_encloses]. apply (certainly_less_correct _ _ _ _ zero_encloses ed) in E.
  split; cbn [fst snd].
  - apply (LB_le _ (1 + r)); [exact (proj1 (rel_add _ interval_rel _ _ _ _ unit_encloses et))|pose proof (exp_ineq1_le r); lra].
  - apply (UB_le _ (/ (1 - r))); [exact (proj2 (interval_inverse_sound _ _ ed))|].
    pose proof (exp_ineq1_le (- r)) as le. rewrite exp_Ropp in le. pose proof (exp_pos r).
    apply (Rmult_le_reg_r (1 - r)); [lra|]. rewrite Rinv_l by lra.
    apply (Rmult_le_compat_l (exp r)) in le; [|lra]. rewrite Rinv_r in le by lra. lra.
Qed.
Lemma square_correct n : forall e y, encloses e (exp y) -> encloses (square n e) (exp (2 ^ n * y)).
Proof.
  induction n as [|n IH]; intros e y ey; simpl; [now rewrite Rmult_1_l|].
  replace (2 * 2 ^ n * y) with (2 ^ n * (y + y)) by ring. apply IH. rewrite exp_plus. now apply mul_encloses.
Qed.
Local Lemma scales : Q2R scale_down = / 2 ^ halvings /\ Q2R scale_up = 2 ^ halvings.
Proof. unfold Q2R, scale_down, scale_up, halvings. simpl. split; lra. Qed.
Lemma exponential_interval_correct i r : encloses i r -> encloses (exponential_interval i) (exp r).
Proof.
  intro ei. unfold exponential_interval. assert (nz : 2 ^ halvings <> 0) by (apply pow_nonzero; lra).
  replace r with (2 ^ halvings * (Q2R scale_down * r)) at 1 by (rewrite (proj1 scales); field; exact nz).
  apply square_correct, exponential_base_correct, mul_encloses; [exact (rel_number _ interval_rel scale_down)|exact ei].
Qed.
Lemma roots_correct n : forall i r, encloses i r -> 0 < r -> exists y, 0 < y /\ encloses (roots n i) y /\ ln r = 2 ^ n * ln y.
Proof.
  induction n as [|n IH]; intros i r ei pos; simpl; [exists r; split; [exact pos|split; [exact ei|ring]]|].
  assert (pos' : 0 < sqrt r) by now apply sqrt_lt_R0.
  destruct (IH (root i) (sqrt r)) as (y & y0 & ey & E); [exact (rel_root _ interval_rel i r ei)|exact pos'|].
  exists y. split; [exact y0|split; [exact ey|]]. rewrite <- (sqrt_sqrt r) at 1 by lra. rewrite ln_mult by exact pos'. rewrite E. ring.
Qed.
Lemma logarithm_interval_correct i r : encloses i r -> encloses (logarithm_interval i) (ln r).
Proof.
  intro ei. unfold logarithm_interval. destruct (certainly_less zero_interval i) eqn:E; [|apply everything_encloses].
  apply (certainly_less_correct _ _ _ _ zero_encloses ei) in E. destruct (roots_correct halvings i r ei E) as (y & y0 & ey & is_ln).
  rewrite is_ln, <- (proj2 scales). apply mul_encloses; [exact (rel_number _ interval_rel scale_up)|].
  assert (above : ln y <= y - 1) by (pose proof (exp_ineq1_le (ln y)) as le; rewrite exp_ln in le by exact y0; lra).
  assert (below : 1 - / y <= ln y).
  { pose proof (exp_ineq1_le (- ln y)) as le. rewrite exp_Ropp, exp_ln in le by exact y0. lra. }
  split; cbn [fst snd].
  - exact (LB_le _ _ _ (proj1 (minus_encloses _ _ _ _ unit_encloses (interval_inverse_sound _ _ ey))) below).
  - exact (UB_le _ _ _ (proj2 (minus_encloses _ _ _ _ ey unit_encloses)) above).
Qed.
Lemma step_interval_correct i r : encloses i r -> encloses (step_interval i) (step_R r).
Proof.
  intro ei. exact (rel_choose _ interval_rel true _ _ _ _ _ _ _ _ zero_encloses ei unit_encloses zero_encloses).
Qed.

(** ** Programs *)

Section Programs.
Variables (C : code) (point : PositiveMap.t interval).
Definition at_ (M : PositiveMap.t interval) (i : positive) : interval := match PositiveMap.find i M with Some e => e | None => everything end.
Definition enclose (M : PositiveMap.t interval) (i : positive) (o : op) : interval :=
  match o with
  | Input => at_ point i
  | Number q => number_of q
  | Unary f a =>
    let e := at_ M a in
    match f with
    | Opp => opp e | Root => root e | Relu => relu e | Exp => exponential_interval e | Log => logarithm_interval e | Step => step_interval e
    end
  | Binary f a b => match f with Add => add | Mul => mul | Div => div end (at_ M a) (at_ M b)
  end.
Fixpoint enclosures (l : list positive) (M : PositiveMap.t interval) : PositiveMap.t interval :=
  match l with
  | [] => M
  | i :: l => enclosures l match PositiveMap.find i C with Some o => PositiveMap.add i (enclose M i o) M | None => M end
  end.
Definition certainly_nonzero (e : interval) : bool := certainly_less zero_interval e || certainly_less e zero_interval.
Definition certainly_good (smooth : bool) (M : PositiveMap.t interval) (o : op) : bool :=
  match o with
  | Unary (Root | Log) a => certainly_less zero_interval (at_ M a)
  | Unary (Relu | Step) a => negb smooth || certainly_nonzero (at_ M a)
  | Binary Div _ b => certainly_nonzero (at_ M b)
  | _ => true
  end.

Variables (x v : positive -> R).
Hypothesis values : models C x v.
Hypothesis inputs : forall i, encloses (at_ point i) (x i).
Definition enclosing (M : PositiveMap.t interval) : Prop := forall i, encloses (at_ M i) (v i).

Lemma enclose_correct M i o : enclosing M -> encloses (enclose M i o) (value_of x v i o).
Proof.
  intro em. destruct o as [|q|f a|f a b]; simpl.
  - apply inputs.
  - exact (rel_number _ interval_rel q).
  - destruct f; simpl.
    + exact (rel_opp _ interval_rel _ _ (em a)).
    + exact (rel_root _ interval_rel _ _ (em a)).
    + exact (rel_relu _ interval_rel _ _ (em a)).
    + now apply exponential_interval_correct.
    + now apply logarithm_interval_correct.
    + now apply step_interval_correct.
  - destruct f; simpl.
    + exact (rel_add _ interval_rel _ _ _ _ (em a) (em b)).
    + exact (rel_mul _ interval_rel _ _ _ _ (em a) (em b)).
    + exact (rel_div _ interval_rel _ _ _ _ (em a) (em b)).
Qed.
Theorem enclosures_correct l : forall M, enclosing M -> enclosing (enclosures l M).
Proof.
  induction l as [|i l IH]; intros M em; simpl; [exact em|]. apply IH. destruct (PositiveMap.find i C) as [o|] eqn:found; [|exact em].
  intro j. unfold at_. destruct (Pos.eq_dec j i) as [->|other].
  - rewrite PositiveMap.gss, (values _ _ found). now apply enclose_correct.
  - rewrite PositiveMap.gso by exact other. exact (em j).
Qed.
Lemma certainly_nonzero_correct e r : encloses e r -> certainly_nonzero e = true -> r <> 0.
Proof.
  intros ee E. apply orb_prop in E. destruct E as [E|E].
  - apply (certainly_less_correct _ _ _ _ zero_encloses ee) in E. lra.
  - apply (certainly_less_correct _ _ _ _ ee zero_encloses) in E. lra.
Qed.
Theorem certainly_good_correct smooth M o : enclosing M -> certainly_good smooth M o = true -> good smooth v o.
Proof.
  intro em. destruct o as [|q|f a|f a b]; simpl; try easy.
  - destruct f; simpl; try easy.
    + intro E. apply (certainly_less_correct _ _ _ _ zero_encloses (em a)) in E. destruct smooth; lra.
    + destruct smooth; [|easy]. intro E. exact (certainly_nonzero_correct _ _ (em a) E).
    + intro E. exact (certainly_less_correct _ _ _ _ zero_encloses (em a) E).
    + destruct smooth; [|easy]. intro E. exact (certainly_nonzero_correct _ _ (em a) E).
  - destruct f; simpl; try easy. intro E. exact (certainly_nonzero_correct _ _ (em b) E).
Qed.
End Programs.

(** ** Points and boxes *)

(** intervals for the inputs from number [i] on *)
Fixpoint numbered_from (i : positive) (l : list interval) (m : PositiveMap.t interval) : PositiveMap.t interval :=
  match l with [] => m | a :: l => numbered_from (Pos.succ i) l (PositiveMap.add i a m) end.
Lemma numbered_from_correct l (xs : list R) : Forall2 encloses l xs -> forall i m (x : positive -> R),
  (forall j, (j < i)%positive -> encloses (at_ m j) (x j)) -> (forall j, (i <= j)%positive -> PositiveMap.find j m = None) ->
  (forall k, (k < length xs)%nat -> x (Pos.of_nat (Pos.to_nat i + k)) = nth k xs 0%R) ->
  forall j, encloses (at_ (numbered_from i l m) j) (x j).
Proof.
  induction 1 as [|a r l xs ar _ IH]; intros i m x before after is_x j; simpl.
  - destruct (Pos.lt_total j i) as [lt|[->|gt]]; [now apply before| |]; unfold at_; rewrite after by lia; apply everything_encloses.
  - assert (here : x i = r) by (specialize (is_x 0%nat); simpl in is_x; rewrite Nat.add_0_r, Pos2Nat.id in is_x; apply is_x; lia).
    apply IH.
    + intros j' lt. unfold at_. destruct (Pos.eq_dec j' i) as [->|other]; [rewrite PositiveMap.gss, here; exact ar|].
      rewrite PositiveMap.gso by exact other. apply before. lia.
    + intros j' le. rewrite PositiveMap.gso by lia. apply after. lia.
    + intros k' lt. specialize (is_x (S k')). simpl in is_x. rewrite <- is_x by lia. f_equal. f_equal. rewrite Pos2Nat.inj_succ. lia.
Qed.
