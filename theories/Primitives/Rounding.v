(** * Rounding to nearest

    Additions and multiplications of binary64 numbers, rounded to nearest: if the result is finite so are the operands,
    and the error is at most [unit_roundoff] times the exact result, plus [tiny_error] near underflow.  [growth] and
    [drift] bound what such errors become after n steps.

    Main results: [add_near], [mul_near], [growth_drift_bound], [dot_bound] (sums of products).

    Trust: proved.
    Source: Higham, "Accuracy and Stability of Numerical Algorithms", chapter 2, through the library Flocq. *)
From Coq Require Import Floats Reals Lra List Psatz.
From Interval Require Import Float.Primitive_ops.
From Flocq Require Import IEEE754.BinarySingleNaN IEEE754.PrimFloat Core Relative Plus_error.
From Warrant.Primitives Require Import FloatBounds.
Import ListNotations.
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
Lemma zero_fin c : zero c = true -> fin c = true.
Proof. rewrite fin_Prim2B, eqb_equiv. destruct (Prim2B c) as [s|s| |s m e b]; [easy|now destruct s|easy|easy]. Qed.
(** a sum that is 0 was not rounded *)
Lemma add_cancels x y : fin (x + y)%float = true -> toR (x + y)%float = 0 -> toR x + toR y = 0.
Proof.
  intros F zero_. destruct (add_near x y F) as (Hx & Hy & _). revert F zero_. rewrite fin_Prim2B in *. rewrite !toR_Prim2B, add_equiv. intros F zero_.
  generalize (Bplus_correct _ _ Hprec Hmax mode_NE _ _ Hx Hy). case Rlt_bool_spec; intros _ [E _].
  - rewrite zero_ in E. symmetry in E. revert E. pose proof (fexp_correct prec emax Hprec) as valid. pose proof (fexp_monotone prec emax) as monotone.
    apply round_plus_eq_0; try exact _; apply (generic_format_B2R prec emax).
  - exfalso. rewrite <- is_finite_SF_B2SF in F. rewrite E in F. now destruct (Bsign _).
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

(** ** A sum of products *)

Fixpoint dot (l : list (float * float)) : float := match l with [] => 0%float | p :: l => (dot l + fst p * snd p)%float end.
Fixpoint dotR (l : list (float * float)) : R := match l with [] => 0 | p :: l => dotR l + toR (fst p) * toR (snd p) end.
Fixpoint dot_abs (l : list (float * float)) : R :=
  match l with [] => 0 | p :: l => dot_abs l + Rabs (toR (fst p) * toR (snd p)) end.
Lemma dot_abs_ge0 l : 0 <= dot_abs l.
Proof. induction l as [|p l IH]; simpl; [lra|]. generalize (Rabs_pos (toR (fst p) * toR (snd p))). lra. Qed.
Lemma dotR_abs l : Rabs (dotR l) <= dot_abs l.
Proof.
  induction l as [|p l IH]; simpl; [rewrite Rabs_R0; lra|].
  eapply Rle_trans; [apply Rabs_triang|]. lra.
Qed.
Local Lemma dot_error l : fin (dot l) = true ->
  Forall (fun p => fin (fst p) = true /\ fin (snd p) = true) l /\
  Rabs (toR (dot l) - dotR l) <= (growth (S (length l)) - 1) * dot_abs l + 3 * drift (length l).
Proof.
  generalize unit_roundoff_ge0 tiny_error_ge0. intros Pu Pe.
  induction l as [|[x b] l IH]; intro F; cbn [dot dotR dot_abs length fst snd] in *.
  - split; [constructor|]. rewrite toR0, Rminus_0_r, Rabs_R0. simpl. lra.
  - destruct (add_near _ _ F) as (Fs & Fp & Es). destruct (mul_near _ _ Fp) as (Fx & Fb & Ep).
    destruct (IH Fs) as [all E]. split; [now constructor|]. clear IH.
    set (s := toR (dot l + x * b)%float) in *. set (p := toR (x * b)%float) in *. set (q := toR x * toR b) in *.
    set (s1 := toR (dot l)) in *. set (t := dotR l) in *. pose proof (dotR_abs l) as tM. fold t in tM.
    set (M := dot_abs l) in *. pose proof (dot_abs_ge0 l) as M_ge0. fold M in M_ge0.
    pose proof (growth_ge1 (length l)) as g_ge1. pose proof (drift_ge0 (length l)) as d_ge0. cbn [growth drift] in *.
    set (g := growth (length l)) in *. set (D := drift (length l)) in *.
    assert (abs_p : Rabs p <= Rabs q + Rabs (p - q)).
    { replace p with (q + (p - q)) at 1 by ring. apply Rabs_triang. }
    assert (abs_s : Rabs s1 <= Rabs t + Rabs (s1 - t)).
    { replace s1 with (t + (s1 - t)) at 1 by ring. apply Rabs_triang. }
    pose proof (Rabs_triang s1 p) as abs_sum. pose proof (Rabs_pos q) as q_ge0.
    replace (s - (t + q)) with ((s - (s1 + p)) + (s1 - t) + (p - q)) by ring.
    eapply Rle_trans; [apply Rabs_triang|].
    eapply Rle_trans; [apply Rplus_le_compat_r, Rabs_triang|].
    assert (sum_le : Rabs (s1 + p) <= M + ((g * (1 + u) - 1) * M + 3 * D) + (1 + u) * Rabs q + eta) by lra.
    assert (u_sum : u * Rabs (s1 + p) <= u * (M + ((g * (1 + u) - 1) * M + 3 * D) + (1 + u) * Rabs q + eta))
      by (apply Rmult_le_compat_l; lra).
    assert (gq : 0 <= (g - 1) * ((1 + u) * (1 + u) * Rabs q)) by (repeat apply Rmult_le_pos; lra).
    assert (ue : u * eta <= eta).
    { assert (u_le1 : u <= 1) by (unfold unit_roundoff; simpl; lra).
      rewrite <- (Rmult_1_l eta) at 2. now apply Rmult_le_compat_r. }
    ring_simplify in u_sum. ring_simplify in gq. ring_simplify in E. ring_simplify in Ep. ring_simplify in Es.
    ring_simplify. lra.
Qed.
(** what a sum of products to nearest differs from the exact one *)
Lemma dot_bound l : fin (dot l) = true -> 2 * u * INR (S (length l)) <= 1 ->
  Forall (fun p => fin (fst p) = true /\ fin (snd p) = true) l /\
  Rabs (toR (dot l) - dotR l) <= 2 * u * INR (S (length l)) * dot_abs l + 6 * eta * INR (length l).
Proof.
  intros F small. destruct (dot_error l F) as [all E]. split; [exact all|]. eapply Rle_trans; [exact E|].
  destruct (growth_drift_bound _ small) as [G _].
  assert (small' : 2 * u * INR (length l) <= 1).
  { generalize unit_roundoff_ge0. rewrite S_INR in small. nra. }
  destruct (growth_drift_bound _ small') as [_ D]. pose proof (dot_abs_ge0 l). apply Rplus_le_compat; [|lra].
  now apply Rmult_le_compat_r.
Qed.
