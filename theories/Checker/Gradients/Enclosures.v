(** * Enclosures of a program's values

    A program evaluated on intervals (Checker/Intervals.v) at a point, with the exponentials of Checker/Exponentials.v.  Logarithms of the 24-fold square root, between
    1 - 1 / b and b - 1, are multiplied by 2^24.

    Main definitions: [logarithm_interval], [enclosures], [certainly_good].
    Main results: [enclosures_correct], [certainly_good_correct], [numbered_from_correct].

    Trust: proved. *)
From Coq Require Import Floats ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Elementary Primitives.FloatBounds Primitives.Fractions Checker.Relational Checker.Intervals.
From Warrant Require Export Checker.Exponentials Checker.ErrorFunction.
From Warrant Require Import Primitives.Autodiff.Programs.
Import ListNotations.
Local Open Scope R_scope.

Definition halvings : nat := 24.
Definition scale_up : Q := 16777216 # 1.
Fixpoint roots (n : nat) (i : interval) : interval := match n with O => i | S n => roots n (root i) end.
Definition logarithm_interval (i : interval) : interval :=
  if certainly_less zero_interval i then
    let b := roots halvings i in
    mul (number_of scale_up) (fst (minus unit_interval (interval_inverse b)), snd (minus b unit_interval))
  else everything.
Definition step_interval (i : interval) : interval := choose true zero_interval i unit_interval zero_interval.
Definition unary_interval (f : unary) (e : interval) : interval :=
  match f with
  | Opp => opp e | Root => root e | Relu => relu e | Exp => exponential_interval e | Log => logarithm_interval e | Step => step_interval e
  | Erf => error_function_interval e | Bell => bell_interval e
  end.

(** ** Soundness *)

Local Lemma scale_value : Q2R scale_up = 2 ^ halvings.
Proof. unfold Q2R, scale_up, halvings. simpl. lra. Qed.
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
  rewrite is_ln, <- scale_value. apply mul_encloses; [exact (rel_number _ interval_rel scale_up)|].
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
Lemma unary_interval_correct f i r : encloses i r -> encloses (unary_interval f i) (value1 f r).
Proof.
  intro ei. destruct f; simpl.
  - exact (rel_opp _ interval_rel _ _ ei).
  - exact (rel_root _ interval_rel _ _ ei).
  - exact (rel_relu _ interval_rel _ _ ei).
  - now apply exponential_interval_correct.
  - now apply logarithm_interval_correct.
  - now apply step_interval_correct.
  - now apply error_function_interval_correct.
  - now apply bell_interval_correct.
Qed.

(** ** Programs *)

Section Programs.
Variables (C : code) (point : PositiveMap.t interval).
Definition at_ (M : PositiveMap.t interval) (i : positive) : interval := match PositiveMap.find i M with Some e => e | None => everything end.
Definition enclose (M : PositiveMap.t interval) (i : positive) (o : op) : interval :=
  match o with
  | Input => at_ point i
  | Number q => number_of q
  | Unary f a => unary_interval f (at_ M a)
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
  - now apply unary_interval_correct.
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
