(** * Bounds of ratios and products of positive numbers

    Division of binary64 floats with outward rounding, products of bounds of numbers that are at least 0, and whole numbers as floats.

    Main results: [LB_div], [UB_div], [mul_dn_sound], [mul_up_sound], [whole_exact].

    Trust: proved.
    Source: as Primitives/FloatBounds.v. *)
From Coq Require Import Floats Uint63 ZArith Reals Lra.
From Interval Require Import Float.Basic Float.Sig Float.Primitive_ops Real.Xreal.
From Warrant Require Import Spec.Bytes Primitives.FloatBounds Primitives.Rationals.
Local Open Scope R_scope.

Lemma LB_div x y : fin x = true -> fin y = true -> 0 < toR y -> LB (dn (x / y)%float) (toR x / toR y).
Proof.
  intros x_fin y_fin y_gt0. pose proof (fin_toX _ x_fin) as Ex. pose proof (fin_toX _ y_fin) as Ey.
  destruct (PrimitiveFloat.div_DN_correct (PrimitiveFloat.PtoP 53) x y) as [V L].
  { right. unfold PrimitiveFloat.is_real_lb, PrimitiveFloat.is_pos_real. now rewrite Ex, Ey. }
  split; [exact V|]. change (PrimitiveFloat.div_DN _ x y) with (dn (x / y)%float) in L.
  rewrite Ex, Ey in L. unfold le_lower in L. cbn [Xdiv Xbind2 Xlift2] in L. unfold Xdiv' in L. rewrite is_zero_false in L by lra.
  destruct (toX (dn _)); simpl in *; auto. lra.
Qed.
Lemma UB_div x y : fin x = true -> fin y = true -> 0 < toR y -> UB (up (x / y)%float) (toR x / toR y).
Proof.
  intros x_fin y_fin y_gt0. pose proof (fin_toX _ x_fin) as Ex. pose proof (fin_toX _ y_fin) as Ey.
  destruct (PrimitiveFloat.div_UP_correct (PrimitiveFloat.PtoP 53) x y) as [V L].
  { left. unfold PrimitiveFloat.is_real_ub, PrimitiveFloat.is_pos_real. now rewrite Ex, Ey. }
  split; [exact V|]. change (PrimitiveFloat.div_UP _ x y) with (up (x / y)%float) in L.
  rewrite Ex, Ey in L. cbn [Xdiv Xbind2 Xlift2] in L. unfold Xdiv' in L. rewrite is_zero_false in L by lra.
  destruct (toX (up _)); simpl in *; auto.
Qed.

(** bounds of products of numbers that are at least 0 *)
Definition mul_up (x y : float) : float := if fin x then up (x * y)%float else nan.
Definition mul_dn (x y : float) : float := if fin x then if (0 <=? x)%float then dn (x * y)%float else 0%float else 0%float.
Lemma mul_up_sound x y a b : UB x a -> UB y b -> 0 <= a -> 0 <= b -> UB (mul_up x y) (a * b).
Proof.
  intros x_upper y_upper a_ge0 b_ge0. unfold mul_up. destruct (fin x) eqn:x_fin; [|apply UB_nan].
  pose proof (UB_toR _ _ x_upper x_fin) as above_a. eapply UB_le; [apply (UB_mulp x y b); auto; lra|].
  now apply Rmult_le_compat_r.
Qed.
Lemma mul_dn_sound x y a b : LB x a -> LB y b -> 0 <= a -> 0 <= b -> LB (mul_dn x y) (a * b).
Proof.
  intros x_lower y_lower a_ge0 b_ge0. assert (product : 0 <= a * b) by now apply Rmult_le_pos.
  unfold mul_dn. destruct (fin x) eqn:x_fin; [|now apply LB0]. pose proof (sign_case x x_fin) as sign.
  destruct (0 <=? x)%float; [|now apply LB0].
  pose proof (LB_toR _ _ x_lower x_fin) as below_a. eapply LB_le; [apply (LB_mulp x y b); auto|].
  now apply Rmult_le_compat_r.
Qed.

(** a whole number, exactly where it has at most 53 bits (else NaN) *)
Definition whole (i : int) : float := dyadic_float (Dyadic false i 1074).
Lemma whole_exact i : fin (whole i) = true -> toR (whole i) = IZR (to_Z i).
Proof. intro is_fin. unfold whole. rewrite dyadic_float_exact by exact is_fin. unfold dyadic_R. cbn [man ex negative]. change (to_Z 1074 - 1074)%Z with 0%Z. simpl. ring. Qed.
