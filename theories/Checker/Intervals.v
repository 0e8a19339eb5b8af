(** * Intervals as scalars

    Intervals between binary64 floats, rounded outwards, as scalars to evaluate networks with.  Whatever is computed with
    them encloses what is computed with the reals.

    Main definitions: [interval], [encloses], [interval_scalar].
    Main results: [interval_rel] (each operation encloses), [interval_network_sound] (so do networks),
    [network_total] (if the network has an output on some intervals, it has one on all inputs).

    Trust: proved.
    Source: Melquiond, "Floating-point arithmetic in the Coq system" (2012), through the library Interval. *)
From Coq Require Import Floats ZArith QArith Qreals Reals Lra List Bool.
From Interval Require Import Float.Basic Float.Sig Float.Primitive_ops Real.Xreal Interval.Interval Interval.Float_full.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Onnx Spec.Network.
From Warrant Require Import Primitives.FloatBounds Primitives.Rationals Checker.Relational.
Import ListNotations.
Local Open Scope R_scope.

Module I := FloatIntervalFull PrimitiveFloat.

Definition interval := I.type.
Definition encloses (i : interval) (r : R) : Prop := contains (I.convert i) (Xreal r).
Definition between (l u : float) : interval := I.bnd l u.
Definition everything : interval := I.nai.
(** the ends of an interval; NaN where there is none *)
Definition ends (i : interval) : float * float := (I.lower i, I.upper i).

Lemma between_encloses l u r : inb (l, u) r -> encloses (between l u) r.
Proof.
  intros [[Vl L] [Vu U]]. unfold encloses, between. rewrite I.bnd_correct by assumption. simpl in *.
  destruct (toX l), (toX u); simpl; auto.
Qed.
Lemma everything_encloses r : encloses everything r.
Proof. unfold encloses, everything. now rewrite I.nai_correct. Qed.
Lemma ends_sound i r : encloses i r -> inb (ends i) r.
Proof.
  unfold encloses, ends. destruct i as [|l u]; simpl; [split; [apply LB_nan|apply UB_nan]|].
  unfold inb, LB, UB. simpl.
  destruct (PrimitiveFloat.valid_lb l) eqn:Vl, (PrimitiveFloat.valid_ub u) eqn:Vu; simpl; intros [L U]; try lra.
  destruct (toX l), (toX u); auto.
Qed.

Definition precision := PrimitiveFloat.PtoP 53.
#[export] Instance interval_scalar : scalar interval := {|
  Tensor.zero := I.zero;
  literal := fun d => let f := dyadic_float d in if PrimitiveFloat.real f then between f f else everything;
  number_of := fun q => between (float_below q) (float_above q);
  add := I.add precision;
  opp := I.neg;
  mul := I.mul precision;
  div := I.div precision;
  root := I.sqrt precision;
  relu := fun i => let (l, u) := relu_bounds (ends i) in between l u |}.

Theorem interval_rel : scalar_rel encloses.
Proof.
  split; simpl.
  - unfold encloses. rewrite I.zero_correct. simpl. lra.
  - intro d. destruct (fin (dyadic_float d)) eqn:F; [|apply everything_encloses].
    assert (value := dyadic_float_exact _ F).
    apply between_encloses. split; [apply LB_fin|apply UB_fin]; simpl; auto; lra.
  - intro q. apply between_encloses. split; [apply float_below_LB|apply float_above_UB].
  - intros a r b s. exact (I.add_correct precision a b (Xreal r) (Xreal s)).
  - intros a r. exact (I.neg_correct a (Xreal r)).
  - intros a r b s. exact (I.mul_correct precision a b (Xreal r) (Xreal s)).
  - intros a r b s ha hb. assert (hd := I.div_correct precision a b (Xreal r) (Xreal s) ha hb).
    simpl in hd. unfold Xdiv' in hd. unfold encloses. destruct (is_zero s); [|exact hd].
    destruct (I.convert (I.div precision a b)); [exact I|easy].
  - intros a r. exact (I.sqrt_correct precision a (Xreal r)).
  - intros a r ha. assert (hr := relu_bounds_sound _ _ (ends_sound _ _ ha)).
    exact (between_encloses _ _ _ hr).
Qed.

(** ** Networks *)

Definition interval_network (m : model) (x : list interval) : option (list interval) := network m x.
Theorem interval_network_sound m i x : Forall2 encloses i x ->
  match interval_network m i, network m x with
  | Some j, Some y => Forall2 encloses j y
  | None, None => True
  | _, _ => False
  end.
Proof. exact (network_rel encloses interval_rel m i x). Qed.

Lemma unrelated_rel : scalar_rel (fun (_ : interval) (_ : R) => True).
Proof. now split. Qed.
(** Whether a network has an output, and of what length, does not depend on the numbers. *)
Theorem network_total m i j : interval_network m i = Some j ->
  forall x : list R, length x = length i -> exists y, network m x = Some y /\ length y = length j.
Proof.
  intros run x len. assert (related : Forall2 (fun (_ : interval) (_ : R) => True) i x).
  { clear run. revert x len. induction i as [|a i IH]; intros [|r x] len; try discriminate len; constructor; [exact I|].
    apply IH. now injection len. }
  assert (outputs := network_rel _ unrelated_rel m i x related).
  unfold interval_network in run. rewrite run in outputs.
  destruct (network m x) as [y|]; [|easy]. exists y. split; [reflexivity|]. symmetry. exact (Forall2_length outputs).
Qed.
