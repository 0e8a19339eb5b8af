(** * Dual numbers

    The chain rule, as arithmetic.  A dual number is a number with its rate of change in some direction.  Evaluating a program on dual numbers gives its value and the rate at
    which that changes, by the chain rule.  At a kink, where there is no derivative, a choice is made, that of the frameworks: Relu and steps have the derivative 0 at 0, and a
    choice between two values changes as the value that it takes.  A dual number also says whether everything else that it was made with has a derivative: denominators are not 0,
    and logarithms and roots are taken of positive numbers.

    Main definitions: [dual], [dual_scalar], [dual_elementary].

    Trust: SPEC.
    Source: A. Griewank and A. Walther, Evaluating Derivatives, 2008, sections 3.1 and 14.1. *)
From Coq Require Import ZArith QArith Qreals Reals.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Elementary.
Local Open Scope R_scope.

Record dual := Dual { primal : R; rate : R; regular : Prop }.
Definition fixed (a : R) : dual := Dual a 0 True.
Definition towards (a h : R) : dual := Dual a h True.

#[local] Instance dual_scalar : scalar dual := {|
  zero := fixed 0;
  literal d := fixed (dyadic_R d);
  number_of q := fixed (Q2R q);
  add a b := Dual (primal a + primal b) (rate a + rate b) (regular a /\ regular b);
  opp a := Dual (- primal a) (- rate a) (regular a);
  mul a b := Dual (primal a * primal b) (rate a * primal b + primal a * rate b) (regular a /\ regular b);
  div a b := Dual (primal a / primal b) (rate a / primal b - primal a / primal b * (rate b / primal b)) (regular a /\ regular b /\ primal b <> 0);
  root a := Dual (sqrt (primal a)) (rate a / (2 * sqrt (primal a))) (regular a /\ 0 < primal a);
  relu a := Dual (Rmax 0 (primal a)) (step_R (primal a) * rate a) (regular a);
  choose strict a b x y :=
    Dual (choose strict (primal a) (primal b) (primal x) (primal y)) (choose strict (primal a) (primal b) (rate x) (rate y))
      (regular a /\ regular b /\ regular x /\ regular y) |}.
#[local] Instance dual_elementary : elementary dual := {|
  exponential a := Dual (exp (primal a)) (exp (primal a) * rate a) (regular a);
  logarithm a := Dual (ln (primal a)) (rate a / primal a) (regular a /\ 0 < primal a);
  step a := Dual (step_R (primal a)) 0 (regular a);
  error_function a := Dual (error_function_R (primal a)) (bell (primal a) * rate a) (regular a) |}.
