(** * Tails of the normal distribution

    [upper_tail t] is a rational number below 1 - Φ(t), for a rational t from 0 to 8.  The integral of exp(-s²/2) from 0 to t is at most t times a partial sum of an alternating series
    (Primitives/Probability/Normal.v), which is computed by Horner's scheme with outward rounding.  The summands are as large as exp(t²/2), so that the result is less exact the further out t is: by about 1e-12 at 4,
    1e-10 at 5.

    Main definitions: [upper_tail].
    Main results: [upper_tail_bound].

    Trust: proved. *)
From Coq Require Import Floats Uint63 ZArith QArith Qround Qreals Reals Lra Lia List Bool.
From Interval Require Import Tactic.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Smoothing Primitives.FloatBounds Primitives.Rationals Primitives.Fractions Checker.Relational Checker.Intervals Checker.Exponentials.
From Warrant Require Import Primitives.Probability.Normal.
Local Open Scope R_scope.

(** at least 1 / sqrt (2 pi) *)
Definition reciprocal_root : Q := 39894228040143267794 # 100000000000000000000.
(** [nested_area n k u], where [j] is k + 1 *)
Fixpoint series (n : nat) (j : positive) (u : interval) : interval :=
  let first := number_of (1 # Pos.pred_double j) in
  match n with
  | O => first
  | S n => minus first (mul (mul u (number_of (1 # j))) (series n (Pos.succ j) u))
  end.
(** how many turns suffice for [t] at most 8 *)
Definition turns (t : Q) : nat := 2 * (8 + Z.to_nat (Qceiling (6 * t))).
(** the number that a float is; it is compared with the float again below *)
Definition fraction (f : float) : Q :=
  match exactly f with Some (m, Zneg p) => m # (2 ^ p) | Some (m, e) => inject_Z (m * 2 ^ e) | None => -1 end.
Definition upper_tail (t : Q) : option Q :=
  if (Qle_bool 0 t && Qle_bool t 8)%bool then
    let sum := mul (mul (number_of reciprocal_root) (number_of t)) (series (turns t) 1 (number_of (t * t / 2)%Q)) in
    let (l, _) := minus (number_of (1 # 2)) sum in
    let q := fraction l in
    let f := float_above q in
    if (fin l && fin f && (f <=? l)%float)%bool then Some q else None
  else None.

(** ** Soundness *)

Lemma reciprocal_root_bound : / sqrt (2 * PI) <= Q2R reciprocal_root.
Proof. unfold Q2R, reciprocal_root. cbn [Qnum Qden]. interval with (i_prec 100). Qed.
Lemma series_correct n k j u r : Pos.to_nat j = S k -> encloses u r -> encloses (series n j u) (nested_area n k r).
Proof.
  revert k j. induction n as [|n IH]; intros k j j_same u_r; cbn [series nested_area].
  all: assert (first : encloses (number_of (1 # Pos.pred_double j)) (/ INR (2 * k + 1))).
  1, 3: replace (/ INR (2 * k + 1)) with (Q2R (1 # Pos.pred_double j)); [exact (rel_number _ interval_rel _)|]; unfold Q2R; cbn [Qnum Qden]; rewrite Rmult_1_l; f_equal; rewrite INR_IZR_INZ; f_equal; lia.
  - exact first.
  - apply minus_encloses; [exact first|]. apply mul_encloses; [|apply IH; [lia|exact u_r]]. unfold Rdiv. apply mul_encloses; [exact u_r|].
    replace (/ INR (S k)) with (Q2R (1 # j)); [exact (rel_number _ interval_rel _)|]. unfold Q2R. cbn [Qnum Qden]. rewrite Rmult_1_l. f_equal. rewrite INR_IZR_INZ. f_equal. lia.
Qed.
Theorem upper_tail_bound t q : upper_tail t = Some q -> 0 <= Q2R t /\ Q2R q <= 1 - normal (Q2R t).
Proof.
  unfold upper_tail. destruct (Qle_bool 0 t && Qle_bool t 8)%bool eqn:range; [|discriminate]. apply andb_true_iff in range as [t_ge0 _]. apply Qle_bool_R0 in t_ge0.
  set (sum := mul _ _). destruct (minus (number_of (1 # 2)) sum) as [l h] eqn:difference. destruct (_ && _)%bool eqn:fine; [|discriminate]. intro found. injection found as <-.
  rewrite !andb_true_iff in fine. destruct fine as [[l_fin f_fin] le]. split; [exact t_ge0|].
  assert (enclosed : encloses (minus (number_of (1 # 2)) sum) (Q2R (1 # 2) - Q2R reciprocal_root * Q2R t * nested_area (turns t) 0 (Q2R (t * t / 2)))).
  { apply minus_encloses; [exact (rel_number _ interval_rel _)|]. apply mul_encloses; [apply mul_encloses; exact (rel_number _ interval_rel _)|]. apply series_correct; [reflexivity|exact (rel_number _ interval_rel _)]. }
  rewrite difference in enclosed. destruct enclosed as [low _]. cbn [fst] in low. apply LB_toR in low; [|exact l_fin].
  pose proof (float_above_UB (fraction l)) as above. apply UB_toR in above; [|exact f_fin]. rewrite leb_fin in le by assumption.
  revert le. case Flocq.Core.Raux.Rle_bool_spec; [intros le _|discriminate].
  pose proof (series_bound (8 + Z.to_nat (Qceiling (6 * t))) (Q2R t) t_ge0) as bound. fold (turns t) in bound.
  assert (half_square : Q2R (t * t / 2) = Q2R t * Q2R t / 2) by (rewrite Q2R_Qdiv, Q2R_mult, Q2R_2 by (rewrite Q2R_2; lra); reflexivity). rewrite half_square, Q2R_half in low.
  rewrite normal_area. pose proof root_gt0 as root. pose proof (Rinv_0_lt_compat _ root) as inverse.
  assert (area_ge0 : 0 <= area (Q2R t)).
  { rewrite <- area_zero. destruct t_ge0 as [more|<-]; [left; now apply area_mono|right; reflexivity]. }
  assert (area (Q2R t) / sqrt (2 * PI) <= Q2R reciprocal_root * Q2R t * nested_area (turns t) 0 (Q2R t * Q2R t / 2)); [|lra].
  unfold Rdiv at 1. rewrite Rmult_comm, Rmult_assoc. apply Rmult_le_compat; [lra|exact area_ge0|exact reciprocal_root_bound|exact bound].
Qed.
