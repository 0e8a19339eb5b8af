(** * Rounding to nearest

    Additions and multiplications of binary64 numbers, rounded to nearest: if the result is finite so are the operands,
    and the error is at most [unit_roundoff] times the exact result, plus [tiny_error] near underflow.  [growth] and
    [drift] bound what such errors become after n steps.

    Main results: [add_near], [mul_near], [growth_drift_bound].

    Trust: proved.
    Source: Higham, "Accuracy and Stability of Numerical Algorithms", chapter 2, through the library Flocq. *)
From Coq Require Import Floats Reals Lra.
From Interval Require Import Float.Primitive_ops.
From Flocq Require Import IEEE754.BinarySingleNaN IEEE754.PrimFloat Core Relative.
From Warrant.Primitives Require Import FloatBounds.
Local Open Scope R_scope.

(** 2^-53 and 2^-1075 *)
Definition unit_roundoff : R := / 2 * bpow radix2 (- 53 + 1).
Definition tiny_error : R := / 2 * bpow radix2 (3 - 1024 - 53).
Local Notation u := unit_roundoff.
Local Notation eta := tiny_error.

Lemma unit_roundoff_ge0 : 0 <= u.
Proof. unfold u. generalize (bpow_ge_0 radix2 (-53+1)). lra. Qed.
Lemma tiny_error_ge0 : 0 <= eta.
Proof. unfold eta. generalize (bpow_ge_0 radix2 (3-1024-53)). lra. Qed.
Lemma tiny_error_unit_roundoff : eta = u * bpow radix2 (-1022).
Proof.
  unfold eta, u.
  replace (bpow radix2 (3 - 1024 - 53)) with (bpow radix2 (-53 + 1) * bpow radix2 (-1022))
    by (rewrite <- bpow_plus; reflexivity).
  ring.
Qed.

Local Lemma round_error x :
  Rabs (round radix2 (SpecFloat.fexp 53 1024) (round_mode mode_NE) x - x) <= u * Rabs x + eta.
Proof.
  destruct (error_N_FLT radix2 (3 - 1024 - 53) 53 eq_refl (fun x => negb (Z.even x)) x)
    as (e & t & He & Ht & _ & E).
  change (SpecFloat.fexp 53 1024) with (FLT_exp (3-1024-53) 53).
  change (round_mode mode_NE) with ZnearestE. rewrite E.
  replace (x * (1 + e) + t - x) with (e * x + t) by ring.
  eapply Rle_trans. apply Rabs_triang. rewrite Rabs_mult. unfold u, eta.
  apply Rplus_le_compat; auto. apply Rmult_le_compat_r; auto. apply Rabs_pos.
Qed.

Lemma add_near x y : fin (x + y)%float = true ->
  fin x = true /\ fin y = true /\
  Rabs (toR (x + y)%float - (toR x + toR y)) <= u * Rabs (toR x + toR y) + eta.
Proof.
  rewrite !fin_Prim2B, add_equiv. intro F.
  assert (is_finite (Prim2B x) = true /\ is_finite (Prim2B y) = true) as [Hx Hy].
  { destruct (Prim2B x) as [s|s| |s m e p], (Prim2B y) as [t|t| |t n g q]; simpl in F |- *; try tauto; try easy.
    destruct s, t; easy. }
  repeat split; auto. rewrite !toR_Prim2B, add_equiv.
  generalize (Bplus_correct _ _ Hprec Hmax mode_NE _ _ Hx Hy). case Rlt_bool_spec; intros _.
  - intros [E _]. rewrite E. apply round_error.
  - intros [E _]. exfalso. rewrite <- is_finite_SF_B2SF in F. rewrite E in F. now destruct (Bsign _).
Qed.
Lemma mul_near x y : fin (x * y)%float = true ->
  fin x = true /\ fin y = true /\
  Rabs (toR (x * y)%float - (toR x * toR y)) <= u * Rabs (toR x * toR y) + eta.
Proof.
  rewrite !fin_Prim2B, mul_equiv. intro F.
  assert (is_finite (Prim2B x) = true /\ is_finite (Prim2B y) = true) as [Hx Hy].
  { destruct (Prim2B x) as [s|s| |s m e p], (Prim2B y) as [t|t| |t n g q]; simpl in F |- *; try tauto; easy. }
  repeat split; auto. rewrite !toR_Prim2B, mul_equiv.
  generalize (Bmult_correct _ _ Hprec Hmax mode_NE (Prim2B x) (Prim2B y)). case Rlt_bool_spec; intros _.
  - intros [E _]. rewrite E. apply round_error.
  - intros E. exfalso. rewrite <- is_finite_SF_B2SF in F. rewrite E in F. now destruct (xorb _ _).
Qed.

(** ** n steps *)

(** (1 + u)^n, and the sum of eta (1 + u)^k for k < n *)
Fixpoint growth (n : nat) : R := match n with O => 1 | S n => growth n * (1 + u) end.
Fixpoint drift (n : nat) : R := match n with O => 0 | S n => drift n * (1 + u) + eta end.
Lemma growth_ge1 n : 1 <= growth n.
Proof. generalize unit_roundoff_ge0. intro. induction n; simpl; nra. Qed.
Lemma drift_ge0 n : 0 <= drift n.
Proof. generalize unit_roundoff_ge0 tiny_error_ge0. intros. induction n; simpl; nra. Qed.
Lemma growth_drift_bound n : 2 * u * INR n <= 1 ->
  growth n - 1 <= 2 * u * INR n /\ drift n <= 2 * eta * INR n.
Proof.
  generalize unit_roundoff_ge0 tiny_error_ge0. intros Pu Pe.
  induction n as [|n IH]; intro small. simpl; lra. rewrite S_INR in *. cbn [growth drift].
  generalize (pos_INR n). intro Pn. destruct IH as [I1 I2]. nra. split.
  - assert (growth n * (1 + u) <= (1 + 2 * u * INR n) * (1 + u)) by (apply Rmult_le_compat_r; lra). nra.
  - assert (drift n * (1 + u) <= (2 * eta * INR n) * (1 + u)) by (apply Rmult_le_compat_r; lra). nra.
Qed.
