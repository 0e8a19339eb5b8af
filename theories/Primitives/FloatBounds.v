(** * Float bounds

    Binary64 floats as bounds of reals.  [LB f r] says that the float [f] is a lower bound of the real [r], where NaN
    and minus infinity say nothing; [UB f r] likewise from above.  The operations round outwards ([dn] and [up] after
    each), so overflow needs no attention: a computation that overflows ends in a bound that says nothing.

    Main definitions: [LB], [UB], [inb] (an interval), [dn], [up], [fmin], [fmax], [zero].
    Main results: [LB_add], [LB_sub], [LB_mulf], [LB_scale], [UB_add], [UB_mulf], [UB_scale] (arithmetic);
    [LB_leb], [UB_leb], [LB_ge0], [LB_gt0], [crossed] (comparisons); [LB_fmin], [UB_fmax].

    Notation: [float] primitive floats; [toR f] the real of a finite float (0 of others); [fin f] "[f] is finite".

    Trust: proved.
    Source: IEEE 754-2019; Martin-Dorel, Melquiond, Roux, "Enabling floating-point arithmetic in the Coq proof
    assistant" (2023), through the libraries Interval and Flocq. *)
From Coq Require Import Floats Reals Lra List Bool.
From Interval Require Import Float.Basic Float.Sig Float.Primitive_ops Real.Xreal.
From Flocq Require Import IEEE754.BinarySingleNaN IEEE754.PrimFloat Core.
Local Open Scope R_scope.

Notation float := PrimFloat.float.
Notation toX := PrimitiveFloat.toX.
Notation toR := PrimitiveFloat.toR.
Notation fin := PrimitiveFloat.real.
Notation dn := next_down.
Notation up := next_up.

Definition LB (f : float) (r : R) : Prop :=
  PrimitiveFloat.valid_lb f = true /\ match toX f with Xreal l => l <= r | Xnan => True end.
Definition UB (f : float) (r : R) : Prop :=
  PrimitiveFloat.valid_ub f = true /\ match toX f with Xreal h => r <= h | Xnan => True end.
(** [r] lies in the interval [b] *)
Definition inb (b : float * float) (r : R) : Prop := LB (fst b) r /\ UB (snd b) r.

Definition fmin (a b : float) : float :=
  if (a <=? b)%float then a else if (b <=? a)%float then b else nan.
Definition fmax (a b : float) : float :=
  if (a <=? b)%float then b else if (b <=? a)%float then a else nan.
(** implies [fin], and is faster *)
Notation finite c := (if (neg_infinity <? c)%float then (c <? infinity)%float else false) (only parsing).
(** +0 or -0 *)
Notation zero c := (c =? 0)%float (only parsing).

(** ** Finite floats *)

Lemma fin_toX f : fin f = true -> toX f = Xreal (toR f).
Proof. rewrite PrimitiveFloat.real_correct. unfold toR. now destruct (toX f). Qed.
Lemma toX_fin f r : toX f = Xreal r -> fin f = true /\ toR f = r.
Proof. intro E. rewrite PrimitiveFloat.real_correct. unfold toR. now rewrite E. Qed.
Lemma not_fin_toX f : fin f = false -> toX f = Xnan.
Proof. rewrite PrimitiveFloat.real_correct. now destruct (toX f). Qed.
Lemma fin_valid f : fin f = true -> PrimitiveFloat.valid_lb f = true /\ PrimitiveFloat.valid_ub f = true.
Proof.
  rewrite PrimitiveFloat.valid_lb_correct, PrimitiveFloat.valid_ub_correct, PrimitiveFloat.classify_correct.
  now destruct (PrimitiveFloat.classify f).
Qed.
Lemma fin_Prim2B f : fin f = true <-> is_finite (Prim2B f) = true.
Proof. rewrite <- PrimitiveFloat.real_is_finite, B2Prim_Prim2B. tauto. Qed.
Lemma toR_Prim2B f : toR f = B2R (Prim2B f).
Proof.
  unfold toR. rewrite PrimitiveFloat.toX_Prim2B. destruct (is_finite (Prim2B f)) eqn:E.
  - now rewrite (PrimitiveFloat.B2R_BtoX _ E).
  - now destruct (Prim2B f).
Qed.
Lemma toR0 : toR 0%float = 0. Proof. reflexivity. Qed.
(** how literals that are powers of two are read *)
Lemma toR_pow f k : Prim2SF f = SpecFloat.S754_finite false 4503599627370496 (k - 52) ->
  toR f = bpow radix2 k.
Proof.
  intro E. rewrite toR_Prim2B, <- BinarySingleNaN.SF2R_B2SF, PrimFloat.B2SF_Prim2B, E.
  simpl. unfold F2R. simpl Fnum. simpl Fexp.
  change (IZR 4503599627370496) with (bpow radix2 52).
  rewrite <- bpow_plus. f_equal. ring.
Qed.
Lemma toR1 : toR 1%float = 1. Proof. exact (toR_pow 1%float 0 eq_refl). Qed.

Lemma fin_opp c : fin c = true -> fin (- c)%float = true /\ toR (- c)%float = - toR c.
Proof.
  intro F. apply toX_fin. change (- c)%float with (PrimitiveFloat.neg c).
  rewrite PrimitiveFloat.toX_neg, (fin_toX _ F). reflexivity.
Qed.
Lemma toR_opp a : toR (- a)%float = - toR a.
Proof.
  pose proof (PrimitiveFloat.toX_neg a) as value. unfold toR.
  change (PrimitiveFloat.neg a) with (- a)%float in value. rewrite value. destruct (toX a); simpl; ring.
Qed.
Lemma fin_abs c : fin c = true -> fin (abs c) = true /\ toR (abs c) = Rabs (toR c).
Proof.
  intro F. destruct (PrimitiveFloat.abs_correct c) as [E _]. rewrite (fin_toX _ F) in E. now apply toX_fin.
Qed.

(** ** Bounds *)

Lemma LB_fin f r : fin f = true -> toR f <= r -> LB f r.
Proof. intros F L. split. now apply fin_valid. now rewrite fin_toX. Qed.
Lemma UB_fin f r : fin f = true -> r <= toR f -> UB f r.
Proof. intros F L. split. now apply fin_valid. now rewrite fin_toX. Qed.
Lemma LB_toR f r : LB f r -> fin f = true -> toR f <= r.
Proof. intros [_ L] F. now rewrite (fin_toX _ F) in L. Qed.
Lemma UB_toR f r : UB f r -> fin f = true -> r <= toR f.
Proof. intros [_ L] F. now rewrite (fin_toX _ F) in L. Qed.
Lemma LB_le f r s : LB f r -> r <= s -> LB f s.
Proof. intros [V L] le_rs. split; auto. destruct (toX f); auto. lra. Qed.
Lemma UB_le f r s : UB f r -> s <= r -> UB f s.
Proof. intros [V L] le_sr. split; auto. destruct (toX f); auto. lra. Qed.
Lemma LB_nan r : LB nan r. Proof. split; [reflexivity|exact I]. Qed.
Lemma UB_nan r : UB nan r. Proof. split; [reflexivity|exact I]. Qed.
Lemma LB0 r : 0 <= r -> LB 0%float r.
Proof. intro ge0. apply LB_fin; [reflexivity|rewrite toR0; exact ge0]. Qed.
Lemma UB0 r : r <= 0 -> UB 0%float r.
Proof. intro le0. apply UB_fin; [reflexivity|rewrite toR0; exact le0]. Qed.

Lemma LB_add x y a b : LB x a -> LB y b -> LB (dn (x + y)%float) (a + b).
Proof.
  intros [Hx Lx] [Hy Ly].
  destruct (PrimitiveFloat.add_DN_correct (PrimitiveFloat.PtoP 53) x y Hx Hy) as [V L].
  split. exact V.
  change (PrimitiveFloat.add_DN _ x y) with (dn (x + y)%float) in L.
  unfold le_lower in L. destruct (toX (dn _)) as [|z]; auto; simpl in L.
  destruct (toX x), (toX y); simpl in L; try easy. lra.
Qed.
Lemma UB_add x y a b : UB x a -> UB y b -> UB (up (x + y)%float) (a + b).
Proof.
  intros [Hx Lx] [Hy Ly].
  destruct (PrimitiveFloat.add_UP_correct (PrimitiveFloat.PtoP 53) x y Hx Hy) as [V L].
  split. exact V.
  change (PrimitiveFloat.add_UP _ x y) with (up (x + y)%float) in L.
  destruct (toX (up _)) as [|z]; auto; simpl in L.
  destruct (toX x), (toX y); simpl in L; try easy. lra.
Qed.
Lemma LB_sub x y a b : LB x a -> UB y b -> LB (dn (x - y)%float) (a - b).
Proof.
  intros [Hx Lx] [Hy Ly].
  destruct (PrimitiveFloat.sub_DN_correct (PrimitiveFloat.PtoP 53) x y Hx Hy) as [V L].
  split. exact V. change (PrimitiveFloat.sub_DN _ x y) with (dn (x - y)%float) in L.
  unfold le_lower in L. destruct (toX (dn _)) as [|z]; auto; simpl in L.
  destruct (toX x), (toX y); simpl in L; try easy. lra.
Qed.
(** a difference from something that says nothing says nothing *)
Lemma LB_sub_none x y a b s : LB x a -> UB y b -> fin y = false -> LB (dn (x - y)%float) s.
Proof.
  intros [Hx Lx] [Hy Ly] not_fin.
  destruct (PrimitiveFloat.sub_DN_correct (PrimitiveFloat.PtoP 53) x y Hx Hy) as [V L].
  split. exact V. change (PrimitiveFloat.sub_DN _ x y) with (dn (x - y)%float) in L.
  unfold le_lower in L. rewrite (not_fin_toX _ not_fin) in L.
  destruct (toX (dn _)) as [|z]; auto. destruct (toX x); simpl in L; easy.
Qed.

Local Lemma toX_opp x : toX (- x)%float = (- toX x)%XR /\
  PrimitiveFloat.valid_ub (- x)%float = PrimitiveFloat.valid_lb x /\
  PrimitiveFloat.valid_lb (- x)%float = PrimitiveFloat.valid_ub x.
Proof.
  split; [apply PrimitiveFloat.toX_neg|].
  rewrite !PrimitiveFloat.valid_ub_correct, !PrimitiveFloat.valid_lb_correct.
  generalize (PrimitiveFloat.neg_correct x). unfold PrimitiveFloat.neg.
  destruct (PrimitiveFloat.classify x) eqn:E; intro N; try (now rewrite N).
  assert (F : fin (- x)%float = true).
  { rewrite PrimitiveFloat.real_correct, N.
    assert (Fx : fin x = true) by now rewrite PrimitiveFloat.classify_correct, E.
    now rewrite (fin_toX _ Fx). }
  rewrite PrimitiveFloat.classify_correct in F. now destruct (PrimitiveFloat.classify (- x)%float).
Qed.
Lemma UB_opp l y : LB l y -> UB (- l)%float (- y).
Proof.
  intros [V L]. destruct (toX_opp l) as (E1 & E2 & E3). split. congruence.
  rewrite E1. destruct (toX l); simpl; auto. lra.
Qed.

(** *** Products *)

Local Ltac sign_cases :=
  unfold PrimitiveFloat.is_non_neg_real, PrimitiveFloat.is_non_pos_real,
    PrimitiveFloat.is_non_neg', PrimitiveFloat.is_non_pos'.
Lemma LB_mulf x y : fin x = true -> fin y = true -> LB (dn (x * y)%float) (toR x * toR y).
Proof.
  intros Hx Hy. pose proof (fin_toX _ Hx) as Ex. pose proof (fin_toX _ Hy) as Ey.
  destruct (PrimitiveFloat.mul_DN_correct (PrimitiveFloat.PtoP 53) x y) as [V L].
  { sign_cases. rewrite Ex, Ey.
    destruct (Rle_lt_dec 0 (toR x)), (Rle_lt_dec 0 (toR y));
      [left|right;right;left|right;right;right|right;left]; lra. }
  split. exact V.
  change (PrimitiveFloat.mul_DN _ x y) with (dn (x * y)%float) in L.
  rewrite Ex, Ey in L. unfold le_lower in L. destruct (toX (dn _)); simpl in *; auto. lra.
Qed.
Lemma UB_mulf x y : fin x = true -> fin y = true -> UB (up (x * y)%float) (toR x * toR y).
Proof.
  intros Hx Hy. pose proof (fin_toX _ Hx) as Ex. pose proof (fin_toX _ Hy) as Ey.
  destruct (PrimitiveFloat.mul_UP_correct (PrimitiveFloat.PtoP 53) x y) as [V L].
  { sign_cases. rewrite Ex, Ey.
    destruct (Rle_lt_dec 0 (toR x)), (Rle_lt_dec 0 (toR y));
      [left|right;right;right|right;right;left|right;left]; lra. }
  split. exact V.
  change (PrimitiveFloat.mul_UP _ x y) with (up (x * y)%float) in L.
  rewrite Ex, Ey in L. destruct (toX (up _)); simpl in *; auto.
Qed.
(** finite weight times bound, by the sign of the weight *)
Local Ltac weight_times rule x y Hw Hl L :=
  destruct (rule (PrimitiveFloat.PtoP 53) x y) as [V L]; [sign_cases; rewrite (fin_toX _ Hw), Hl; tauto|].
Lemma LB_mulp w l x : fin w = true -> 0 <= toR w -> LB l x -> LB (dn (w * l)%float) (toR w * x).
Proof.
  intros Hw P [Hv Hl]. destruct (toX l) as [|r] eqn:El.
  - weight_times PrimitiveFloat.mul_DN_correct w l Hw El L. split. exact V.
    change (PrimitiveFloat.mul_DN _ w l) with (dn (w * l)%float) in L.
    rewrite El, Xmul_comm in L. unfold le_lower in L. simpl in L. now destruct (toX (dn _)).
  - destruct (toX_fin _ _ El) as [F E]. eapply LB_le. apply LB_mulf; auto. apply Rmult_le_compat_l; lra.
Qed.
Lemma LB_muln w h x : fin w = true -> toR w <= 0 -> UB h x -> LB (dn (w * h)%float) (toR w * x).
Proof.
  intros Hw P [Hv Hl]. destruct (toX h) as [|r] eqn:El.
  - weight_times PrimitiveFloat.mul_DN_correct w h Hw El L. split. exact V.
    change (PrimitiveFloat.mul_DN _ w h) with (dn (w * h)%float) in L.
    rewrite El, Xmul_comm in L. unfold le_lower in L. simpl in L. now destruct (toX (dn _)).
  - destruct (toX_fin _ _ El) as [F E]. eapply LB_le. apply LB_mulf; auto. apply Rmult_le_compat_neg_l; lra.
Qed.
Lemma UB_mulp w h x : fin w = true -> 0 <= toR w -> UB h x -> UB (up (w * h)%float) (toR w * x).
Proof.
  intros Hw P [Hv Hl]. destruct (toX h) as [|r] eqn:El.
  - weight_times PrimitiveFloat.mul_UP_correct w h Hw El L. split. exact V.
    change (PrimitiveFloat.mul_UP _ w h) with (up (w * h)%float) in L.
    rewrite El, Xmul_comm in L. simpl in L. now destruct (toX (up _)).
  - destruct (toX_fin _ _ El) as [F E]. eapply UB_le. apply UB_mulf; auto. apply Rmult_le_compat_l; lra.
Qed.
Lemma UB_muln w l x : fin w = true -> toR w <= 0 -> LB l x -> UB (up (w * l)%float) (toR w * x).
Proof.
  intros Hw P [Hv Hl]. destruct (toX l) as [|r] eqn:El.
  - weight_times PrimitiveFloat.mul_UP_correct w l Hw El L. split. exact V.
    change (PrimitiveFloat.mul_UP _ w l) with (up (w * l)%float) in L.
    rewrite El, Xmul_comm in L. simpl in L. now destruct (toX (up _)).
  - destruct (toX_fin _ _ El) as [F E]. eapply UB_le. apply UB_mulf; auto. apply Rmult_le_compat_neg_l; lra.
Qed.

(** ** Comparisons *)

Lemma leb_fin x y : fin x = true -> fin y = true -> (x <=? y)%float = Rle_bool (toR x) (toR y).
Proof.
  intros Hx Hy. rewrite leb_equiv, !toR_Prim2B. apply Bleb_correct; now apply fin_Prim2B.
Qed.
Local Lemma leb_cmp x y : (x <=? y)%float =
  match PrimitiveFloat.cmp x y with Xlt | Xeq => true | _ => false end.
Proof.
  assert (E : (x <=? y)%float = match (x ?= y)%float with FLt | FEq => true | _ => false end).
  { rewrite FloatAxioms.leb_spec, FloatAxioms.compare_spec. unfold SFleb. now destruct (SFcompare _ _) as [[]|]. }
  rewrite E, PrimitiveFloat.compare_cmp. now destruct (PrimitiveFloat.cmp x y).
Qed.
Local Lemma ltb_cmp x y : (x <? y)%float = match PrimitiveFloat.cmp x y with Xlt => true | _ => false end.
Proof.
  assert (E : (x <? y)%float = match (x ?= y)%float with FLt => true | _ => false end).
  { rewrite FloatAxioms.ltb_spec, FloatAxioms.compare_spec. unfold SFltb. now destruct (SFcompare _ _) as [[]|]. }
  rewrite E, PrimitiveFloat.compare_cmp. now destruct (PrimitiveFloat.cmp x y).
Qed.
Local Lemma classify_toX f :
  toX f = match PrimitiveFloat.classify f with Freal => Xreal (toR f) | _ => Xnan end.
Proof.
  pose proof (PrimitiveFloat.classify_correct f) as C. rewrite PrimitiveFloat.real_correct in C.
  unfold toR. destruct (toX f); now destruct (PrimitiveFloat.classify f).
Qed.
Lemma finite_fin c : finite c = true -> fin c = true.
Proof.
  rewrite !ltb_cmp, !PrimitiveFloat.cmp_correct, PrimitiveFloat.classify_correct.
  change (PrimitiveFloat.classify infinity) with Sig.Fpinfty. change (PrimitiveFloat.classify neg_infinity) with Sig.Fminfty.
  now destruct (PrimitiveFloat.classify c).
Qed.
Local Lemma leb_cases x y : (x <=? y)%float = true ->
  match toX x, toX y with
  | Xreal a, Xreal b => a <= b
  | Xreal _, Xnan => y = infinity \/ PrimitiveFloat.valid_lb y = false
  | Xnan, _ => PrimitiveFloat.valid_ub x = false \/ PrimitiveFloat.valid_lb y = false
  end.
Proof.
  rewrite leb_cmp, PrimitiveFloat.cmp_correct, PrimitiveFloat.valid_ub_correct,
    PrimitiveFloat.valid_lb_correct, (classify_toX x), (classify_toX y).
  destruct (PrimitiveFloat.classify x), (PrimitiveFloat.classify y); try discriminate; auto.
  simpl. case Rcompare_spec; try discriminate; intros; lra.
Qed.
Lemma LB_leb f r a : LB f r -> fin a = true -> (a <=? f)%float = true -> toR a <= r.
Proof.
  intros [V L] Ha le_af. apply leb_cases in le_af. rewrite (fin_toX _ Ha) in le_af.
  destruct (toX f). destruct le_af as [->|no]; [discriminate V|congruence]. lra.
Qed.
Lemma UB_leb f r a : UB f r -> fin a = true -> (f <=? a)%float = true -> r <= toR a.
Proof.
  intros [V L] Ha le_fa. apply leb_cases in le_fa. rewrite (fin_toX _ Ha) in le_fa.
  destruct (toX f). destruct le_fa as [no|no]; [congruence|].
  destruct (fin_valid _ Ha). congruence. lra.
Qed.
Lemma LB_ge0 f r : LB f r -> (0 <=? f)%float = true -> 0 <= r.
Proof. intros L ge0. rewrite <- toR0. now apply (LB_leb _ _ _ L). Qed.
(** an interval that is strictly upside down holds nothing *)
Lemma crossed l h r : LB l r -> UB h r -> (h <? l)%float = true -> False.
Proof.
  intros [Vl Ll] [Vh Lh]. revert Vl Ll Vh Lh.
  rewrite ltb_cmp, PrimitiveFloat.cmp_correct, PrimitiveFloat.valid_ub_correct,
    PrimitiveFloat.valid_lb_correct, (classify_toX l), (classify_toX h).
  destruct (PrimitiveFloat.classify h), (PrimitiveFloat.classify l); try discriminate.
  simpl. case Rcompare_spec; try discriminate; intros; lra.
Qed.
(** an upper bound that is not above a lower bound *)
Lemma UB_leb_LB h l r s : UB h r -> LB l s -> (h <=? l)%float = true -> r <= s.
Proof.
  intros [Vh Lh] [Vl Ll] le_hl. apply leb_cases in le_hl. destruct (toX h), (toX l).
  - destruct le_hl; congruence.
  - destruct le_hl; congruence.
  - destruct le_hl as [->|no]; [discriminate Vl|congruence].
  - lra.
Qed.
Lemma LB_gt0 f r : LB f r -> (0 <? f)%float = true -> 0 < r.
Proof.
  intros L gt0. destruct (Rlt_le_dec 0 r) as [|le0]; auto.
  exfalso. exact (crossed _ _ _ L (UB0 _ le0) gt0).
Qed.
Lemma fin_ltb0 c : fin c = true -> (0 <? c)%float = true -> 0 < toR c.
Proof. intros F. apply LB_gt0, LB_fin; auto. apply Rle_refl. Qed.
Lemma sign_case w : fin w = true -> if (0 <=? w)%float then 0 <= toR w else toR w <= 0.
Proof. intro F. rewrite leb_fin; auto. rewrite toR0. case Rle_bool_spec; lra. Qed.
Lemma zero_leb c : zero c = true -> (c <=? 0)%float = true /\ (0 <=? c)%float = true.
Proof.
  rewrite FloatAxioms.eqb_spec, !FloatAxioms.leb_spec. change (Prim2SF 0) with (SpecFloat.S754_zero false).
  destruct (Prim2SF c) as [s|s| |s m e]; [now split| |easy|]; now destruct s.
Qed.
Lemma zero_sound c : fin c = true -> zero c = true -> toR c = 0.
Proof.
  intros F Z. apply zero_leb in Z. rewrite !leb_fin in Z by (auto; reflexivity).
  rewrite toR0 in Z. destruct Z as [Z1 Z2]. revert Z1 Z2. do 2 case Rle_bool_spec; try easy. intros. lra.
Qed.
Lemma LB_scale w l h x : fin w = true -> inb (l, h) x ->
  LB (dn (w * (if (0 <=? w)%float then l else h))%float) (toR w * x).
Proof.
  intros F [L U]. simpl in L, U. generalize (sign_case w F).
  destruct (0 <=? w)%float; intro S; [now apply LB_mulp|now apply LB_muln].
Qed.
Lemma UB_scale w l h x : fin w = true -> inb (l, h) x ->
  UB (up (w * (if (0 <=? w)%float then h else l))%float) (toR w * x).
Proof.
  intros F [L U]. simpl in L, U. generalize (sign_case w F).
  destruct (0 <=? w)%float; intro S; [now apply UB_mulp|now apply UB_muln].
Qed.
(** |w| x for x >= 0 *)
Lemma UB_mul_abs w m x : fin w = true -> UB m x -> UB (up (abs w * m)%float) (Rabs (toR w) * x).
Proof.
  intros F U. destruct (fin_abs w F) as [Fa Ea]. rewrite <- Ea. apply UB_mulp; auto.
  rewrite Ea. apply Rabs_pos.
Qed.

(** ** Minimum and maximum *)

Local Lemma LB_leb_tr a b r : (b <=? a)%float = true -> LB a r -> LB b r \/ PrimitiveFloat.valid_lb b = false.
Proof.
  intros le_ba [V L]. destruct (PrimitiveFloat.valid_lb b) eqn:E; auto. left. split; auto.
  apply leb_cases in le_ba. destruct (toX b); auto. destruct (toX a).
  - destruct le_ba as [->|no]; [discriminate V|congruence].
  - lra.
Qed.
Local Lemma UB_leb_tr a b r : (a <=? b)%float = true -> UB a r -> UB b r \/ PrimitiveFloat.valid_ub b = false.
Proof.
  intros le_ab [V L]. destruct (PrimitiveFloat.valid_ub b) eqn:E; auto. left. split; auto.
  apply leb_cases in le_ab. destruct (toX b) eqn:Eb; auto. destruct (toX a).
  - destruct le_ab as [no|no]; [congruence|]. exfalso.
    destruct (toX_fin _ _ Eb) as [F _]. destruct (fin_valid _ F). congruence.
  - lra.
Qed.
Lemma LB_fmin a b r s : LB a r -> LB b s -> LB (fmin a b) r /\ LB (fmin a b) s.
Proof.
  intros Ha Hb. unfold fmin. destruct (a <=? b)%float eqn:E.
  - split; auto. destruct (LB_leb_tr _ _ _ E Hb) as [L|no]; auto. destruct Ha; congruence.
  - destruct (b <=? a)%float eqn:E'; [|split; apply LB_nan].
    split; auto. destruct (LB_leb_tr _ _ _ E' Ha) as [L|no]; auto. destruct Hb; congruence.
Qed.
Lemma UB_fmax a b r s : UB a r -> UB b s -> UB (fmax a b) r /\ UB (fmax a b) s.
Proof.
  intros Ha Hb. unfold fmax. destruct (a <=? b)%float eqn:E.
  - split; auto. destruct (UB_leb_tr _ _ _ E Ha) as [L|no]; auto. destruct Hb; congruence.
  - destruct (b <=? a)%float eqn:E'; [|split; apply UB_nan].
    split; auto. destruct (UB_leb_tr _ _ _ E' Hb) as [L|no]; auto. destruct Ha; congruence.
Qed.

(** ** The rectifier, and magnitudes *)

Definition relu_bounds (p : float * float) : float * float :=
  (if (0 <=? fst p)%float then fst p else 0%float, if (snd p <=? 0)%float then 0%float else snd p).
Lemma relu_bounds_sound p x : inb p x -> inb (relu_bounds p) (Rmax 0 x).
Proof.
  intros [L U]. destruct p as [l h]. simpl in *. split; simpl.
  - destruct (0 <=? l)%float.
    + eapply LB_le. exact L. apply Rmax_r.
    + apply LB0, Rmax_l.
  - destruct (h <=? 0)%float eqn:E.
    + apply (UB_leb _ _ _ U) in E; [|reflexivity]. apply UB0. rewrite toR0 in E. apply Rmax_lub; lra.
    + destruct U as [V U]. split; auto. destruct (toX h) as [|r] eqn:Eh; auto.
      destruct (toX_fin _ _ Eh) as [Fh Rh]. rewrite leb_fin in E by auto.
      revert E. case Rle_bool_spec; try easy. rewrite toR0. intros. apply Rmax_lub; lra.
Qed.
Definition magnitude (p : float * float) : float := fmax (- fst p)%float (snd p).
Lemma magnitude_sound p y : inb p y -> UB (magnitude p) (Rabs y).
Proof.
  intros [L U]. destruct (UB_fmax _ _ _ _ (UB_opp _ _ L) U) as [A B].
  unfold magnitude, Rabs. destruct (Rcase_abs y); auto.
Qed.
