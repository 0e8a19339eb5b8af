(** * Rationals as floats

    The closest binary64 floats below and above a rational number, and the float that equals a number of a model.  The
    floats are guessed fast and then compared with the rational exactly, so that nothing has to be known about the guess.

    Main definitions: [float_below], [float_above], [dyadic_float].
    Main results: [float_below_LB], [float_above_UB], [dyadic_float_exact].

    Trust: proved.
    Source: Flocq, for the meaning of the primitive floats. *)
From Coq Require Import Floats Uint63 ZArith QArith Qreals Reals Lra Lia List Bool.
From Flocq Require Import IEEE754.BinarySingleNaN IEEE754.PrimFloat Core.
From Interval Require Import Float.Primitive_ops.
From Warrant Require Import Spec.Bytes Primitives.FloatBounds.
Local Open Scope Z_scope.

(** ** Comparing a float with a rational *)

(** the integers m and e such that the float is m · 2^e *)
Definition exactly (f : float) : option (Z * Z) :=
  match Prim2SF f with
  | S754_zero _ => Some (0, 0)
  | S754_finite s m e => Some (if s then Zneg m else Zpos m, e)
  | _ => None
  end.
(** m · 2^e compared with q *)
Definition compare_scaled (m e : Z) (q : Q) : comparison :=
  match e with
  | Zneg p => m * Zpos (Qden q) ?= Z.shiftl (Qnum q) (Zpos p)
  | _ => Z.shiftl m e * Zpos (Qden q) ?= Qnum q
  end.
(** certainly f <= q, and certainly q <= f *)
Definition is_below (f : float) (q : Q) : bool :=
  match exactly f with Some (m, e) => match compare_scaled m e q with Gt => false | _ => true end | None => false end.
Definition is_above (f : float) (q : Q) : bool :=
  match exactly f with Some (m, e) => match compare_scaled m e q with Lt => false | _ => true end | None => false end.

Lemma exactly_correct f m e : exactly f = Some (m, e) -> fin f = true /\ toR f = (IZR m * bpow radix2 e)%R.
Proof.
  unfold exactly. intro E.
  rewrite toR_Prim2B, <- (SF2R_B2SF _ _ (Prim2B f)), B2SF_Prim2B.
  split.
  - rewrite fin_Prim2B, <- is_finite_SF_B2SF, B2SF_Prim2B. now destruct (Prim2SF f).
  - destruct (Prim2SF f) as [s|s| |s p k]; try discriminate E.
    + injection E as <- <-. simpl. ring.
    + injection E as <- <-. now destruct s.
Qed.

Local Lemma Rcompare_scale a b d : (0 < d)%R -> Rcompare (a * d) (b * d) = Rcompare a b.
Proof. intro d_gt0. rewrite !(Rmult_comm _ d). now apply Rcompare_mult_l. Qed.
Local Lemma power_of_2 p : IZR (2 ^ Zpos p) = bpow radix2 (Zpos p).
Proof. exact (IZR_Zpower radix2 (Zpos p) ltac:(easy)). Qed.
Lemma compare_scaled_correct m e q : compare_scaled m e q = Rcompare (IZR m * bpow radix2 e) (Q2R q).
Proof.
  unfold Q2R. assert (d_gt0 : (0 < IZR (Zpos (Qden q)))%R) by now apply IZR_lt.
  rewrite <- (Rcompare_scale _ _ _ d_gt0), (Rmult_assoc _ (/ _)), Rinv_l, Rmult_1_r by lra.
  unfold compare_scaled. destruct e as [|p|p].
  - rewrite Z.shiftl_0_r, <- Rcompare_IZR, mult_IZR. simpl. now rewrite Rmult_1_r.
  - rewrite Z.shiftl_mul_pow2, <- Rcompare_IZR, !mult_IZR by easy.
    now rewrite power_of_2.
  - rewrite Z.shiftl_mul_pow2, <- Rcompare_IZR, !mult_IZR by easy.
    assert (p_gt0 := bpow_gt_0 radix2 (Zpos p)).
    rewrite <- (Rcompare_scale _ (IZR (Qnum q)) _ p_gt0). f_equal.
    assert (one : (bpow radix2 (Zneg p) * bpow radix2 (Zpos p))%R = 1%R).
    { rewrite <- bpow_plus. now replace (Zneg p + Zpos p) with 0 by lia. }
    transitivity (IZR m * IZR (Zpos (Qden q)) * (bpow radix2 (Zneg p) * bpow radix2 (Zpos p)))%R; [|ring].
    rewrite one. ring.
Qed.
Lemma is_below_correct f q : is_below f q = true -> fin f = true /\ (toR f <= Q2R q)%R.
Proof.
  unfold is_below. destruct (exactly f) as [[m e]|] eqn:E; [|easy].
  destruct (exactly_correct _ _ _ E) as [F R]. rewrite compare_scaled_correct, <- R.
  case Rcompare_spec; try easy; intros; split; auto; lra.
Qed.
Lemma is_above_correct f q : is_above f q = true -> fin f = true /\ (Q2R q <= toR f)%R.
Proof.
  unfold is_above. destruct (exactly f) as [[m e]|] eqn:E; [|easy].
  destruct (exactly_correct _ _ _ E) as [F R]. rewrite compare_scaled_correct, <- R.
  case Rcompare_spec; try easy; intros; split; auto; lra.
Qed.

(** ** The closest floats *)

(** the first 63 bits of a number, and how many bits follow *)
Definition leading (p : positive) : int * Z :=
  let s := Z.max 0 (Z.log2 (Zpos p) - 62) in (of_Z (Z.shiftr (Zpos p) s), s).
(** a float close to n/d: the quotient is computed with 62 or 63 bits *)
Definition guess (n d : positive) : float :=
  let (n, a) := leading n in
  let (d, b) := leading d in
  let i := head0 n in
  let j := head0 d in
  let n := (n << i)%uint63 in
  let (q, _) := diveucl_21 (n >> 1) (n << 62) (d << j) in
  let e := a - b + to_Z j - to_Z i - 62 in
  ldshiftexp (of_uint63 q) (of_Z (2101 + Z.max (-2000) (Z.min 2000 e))).
Definition nearby (q : Q) : float :=
  match Qnum q with
  | Z0 => 0%float
  | Zpos n => guess n (Qden q)
  | Zneg n => (- guess n (Qden q))%float
  end.

(** The largest float that is at most [q], and the smallest one that is at least [q]; infinite if there is none. *)
Definition float_below (q : Q) : float :=
  let f := nearby q in
  if is_below f q then let g := next_up f in if is_below g q then g else f
  else let g := next_down f in if is_below g q then g else neg_infinity.
Definition float_above (q : Q) : float :=
  let f := nearby q in
  if is_above f q then let g := next_down f in if is_above g q then g else f
  else let g := next_up f in if is_above g q then g else infinity.

Lemma LB_neg_infinity r : LB neg_infinity r. Proof. split; [reflexivity|exact I]. Qed.
Lemma UB_infinity r : UB infinity r. Proof. split; [reflexivity|exact I]. Qed.

Local Lemma is_below_LB f q : is_below f q = true -> LB f (Q2R q).
Proof. intro below. apply is_below_correct in below as [F le_q]. now apply LB_fin. Qed.
Local Lemma is_above_UB f q : is_above f q = true -> UB f (Q2R q).
Proof. intro above. apply is_above_correct in above as [F ge_q]. now apply UB_fin. Qed.
Theorem float_below_LB q : LB (float_below q) (Q2R q).
Proof.
  unfold float_below. generalize (nearby q). intro f. cbv zeta.
  destruct (is_below f q) eqn:E, (is_below (next_up f) q) eqn:E', (is_below (next_down f) q) eqn:E'';
    auto using is_below_LB, LB_neg_infinity.
Qed.
Theorem float_above_UB q : UB (float_above q) (Q2R q).
Proof.
  unfold float_above. generalize (nearby q). intro f. cbv zeta.
  destruct (is_above f q) eqn:E, (is_above (next_up f) q) eqn:E', (is_above (next_down f) q) eqn:E'';
    auto using is_above_UB, UB_infinity.
Qed.

(** ** Numbers of a model *)

(** The float that equals ± man · 2^(ex - 1074), or NaN if there is none (or [man] has more than 53 bits). *)
Definition dyadic_float (d : dyadic) : float :=
  if ((man d <? 9007199254740992) && (ex d <? 4096))%uint63%bool then
    let f := ldshiftexp (of_uint63 (man d)) (ex d + 1027)%uint63 in
    if PrimitiveFloat.real f then if negative d then (- f)%float else f else nan
  else nan.

Local Lemma format m e : Z.abs m < 2 ^ 53 -> -1074 <= e ->
  round radix2 (SpecFloat.fexp prec emax) (round_mode mode_NE) (IZR m * bpow radix2 e) = (IZR m * bpow radix2 e)%R.
Proof.
  intros m_small e_large. apply round_generic. apply valid_rnd_round_mode.
  apply (generic_format_FLT radix2 (3 - emax - prec) prec).
  apply (FLT_spec radix2 _ _ _ (Float radix2 m e)); simpl; auto; lia.
Qed.
Lemma dyadic_float_exact d : fin (dyadic_float d) = true -> toR (dyadic_float d) = dyadic_R d.
Proof.
  unfold dyadic_float, dyadic_R.
  destruct (man d <? _)%uint63 eqn:man_small; [|easy]. destruct (ex d <? _)%uint63 eqn:ex_small; [|easy].
  cbv beta iota zeta delta [andb]. apply ltb_spec in man_small, ex_small.
  change (to_Z 9007199254740992) with (2 ^ 53) in man_small. change (to_Z 4096) with 4096 in ex_small.
  set (f := ldshiftexp _ _). destruct (fin f) eqn:F; [|easy].
  assert (m_range := to_Z_bounded (man d)). assert (e_range := to_Z_bounded (ex d)).
  assert (value : toR f = (IZR (to_Z (man d)) * bpow radix2 (to_Z (ex d) - 1074))%R).
  { assert (whole : B2R (Prim2B (of_uint63 (man d))) = IZR (to_Z (man d)) /\
                    is_finite (Prim2B (of_uint63 (man d))) = true).
    { rewrite of_int63_equiv.
      generalize (binary_normalize_correct prec emax Hprec Hmax mode_NE (to_Z (man d)) 0 false).
      cbv zeta. unfold F2R. cbn [Fnum Fexp]. rewrite format by (rewrite ?Z.abs_eq; lia).
      rewrite Rlt_bool_true.
      - intros (E & is_fin & _). split; auto. rewrite E. simpl. ring.
      - change (bpow radix2 0) with 1%R. rewrite Rmult_1_r, Rabs_pos_eq by (apply IZR_le; lia).
        apply Rlt_trans with (bpow radix2 53); [|apply (bpow_lt radix2 53 1024); easy].
        rewrite <- (IZR_Zpower radix2) by easy. now apply IZR_lt. }
    destruct whole as [whole whole_fin].
    rewrite fin_Prim2B in F. rewrite toR_Prim2B. unfold f in *. rewrite ldshiftexp_equiv in *.
    assert (e : to_Z (ex d + 1027)%uint63 - FloatOps.shift = to_Z (ex d) - 1074).
    { rewrite add_spec. change (to_Z 1027) with 1027. change FloatOps.shift with 2101.
      rewrite Z.mod_small; [lia|]. change wB with 9223372036854775808. lia. }
    rewrite e in *.
    generalize (Bldexp_correct prec emax Hprec Hmax mode_NE (Prim2B (of_uint63 (man d))) (to_Z (ex d) - 1074)).
    rewrite whole, format by (rewrite ?Z.abs_eq; lia). case Rlt_bool_spec; intros _.
    - now intros (E & _).
    - intro E. exfalso. rewrite <- is_finite_SF_B2SF, E in F.
      discriminate F. }
  rewrite <- (bpow_powerRZ radix2). destruct (negative d); intros _.
  - destruct (fin_opp _ F) as [_ E]. now rewrite E, value.
  - exact value.
Qed.
