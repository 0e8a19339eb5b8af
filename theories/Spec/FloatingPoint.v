(** * Floating-point evaluation

    What an ONNX graph may compute in IEEE 754 binary32 or binary64, rounded to nearest, ties to even: operation by operation, in the file's order.  What the standards leave
    open is left open: an operation gives a set of floating-point numbers, all those that it may give.

    - Additions, multiplications, divisions and square roots are those of IEEE 754, in Flocq's words.  Constants of the file are rounded to the format.
    - An exponential or logarithm is within [ulps] units in the last place of the real one; it may overflow only where the real one, increased by that much,
      does.  No more is known of the machine's library: it need not be the same function in all places.
    - A sum of n entries is made by n - 1 additions in any order and grouping.
    - Greatest, least and absolute values of finite numbers are exact.  What becomes there of infinities and of what is not a number is left open.

    Only operators for which the file says which operations are made have a meaning here: not Softmax, for instance.

    Main definitions: [format], [results], [evaluated_operator] (the table of operators), [evaluate] (what a graph may compute).

    Trust: SPEC.
    Source: IEEE 754-2019, sections 4.3.1, 5.4.1 and 9.2; S. Boldo, G. Melquiond, Flocq (BinarySingleNaN.v). *)
From Coq Require Import PString ZArith QArith Qreals Reals List Bool Permutation.
From Flocq Require Import Core IEEE754.BinarySingleNaN.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Network Spec.Elementary.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.
Local Open Scope pstring_scope.

Inductive format := Binary32 | Binary64.
Definition precision (f : format) : Z := match f with Binary32 => 24 | Binary64 => 53 end.
Definition greatest_exponent (f : format) : Z := match f with Binary32 => 128 | Binary64 => 1024 end.
#[export] Instance precision_positive f : Prec_gt_0 (precision f).
Proof. now destruct f. Defined.
#[export] Instance precision_small f : Prec_lt_emax (precision f) (greatest_exponent f).
Proof. now destruct f. Defined.
Definition floating (f : format) : Set := binary_float (precision f) (greatest_exponent f).

(** ** Operations *)

Section Operations.
Variables (f : format) (ulps : Q).
Notation floating := (floating f).

(** what an operation may give *)
Definition results : Type := floating -> Prop.
Definition exactly (x : floating) : results := fun y => y = x.

Definition exponents : Z -> Z := SpecFloat.fexp (precision f) (greatest_exponent f).
(** from here on numbers overflow *)
Definition overflow : R := bpow radix2 (greatest_exponent f).
Definition nearest (t : R) : R := round radix2 exponents ZnearestE t.
(** y is the real number t, rounded *)
Definition rounds_to (t : R) (y : floating) : Prop :=
  if Rlt_bool (Rabs (nearest t)) overflow then is_finite y = true /\ B2R y = nearest t else y = B754_infinity (Rlt_bool t 0).

(** y is within so many units in the last place of t *)
Definition close_to (t : R) (y : floating) : Prop :=
  let slack := (Q2R ulps * ulp radix2 exponents t)%R in
  match y with
  | B754_nan => False
  | B754_infinity s => (overflow <= (if s then - t else t) + slack)%R
  | _ => (Rabs (B2R y - t) <= slack)%R
  end.
Definition is_exponential (x y : floating) : Prop :=
  match x with
  | B754_infinity true => is_finite y = true /\ B2R y = 0%R
  | B754_infinity false | B754_nan => y = x
  | _ => close_to (exp (B2R x)) y
  end.
Definition is_logarithm (x y : floating) : Prop :=
  match x with
  | B754_finite false _ _ _ => close_to (ln (B2R x)) y
  | B754_zero _ => y = B754_infinity true
  | B754_infinity false => y = x
  | _ => y = B754_nan
  end.
(** y is the exact value of a function of finite numbers *)
Definition is_exact1 (g : R -> R) (x y : floating) : Prop := is_finite x = true -> is_finite y = true /\ B2R y = g (B2R x).
Definition is_exact2 (g : R -> R -> R) (x x' y : floating) : Prop :=
  is_finite x = true -> is_finite x' = true -> is_finite y = true /\ B2R y = g (B2R x) (B2R x').

Definition of_one (r : floating -> floating -> Prop) (s : results) : results := fun y => exists x, s x /\ r x y.
Definition of_two (r : floating -> floating -> floating -> Prop) (s t : results) : results := fun y => exists x x', s x /\ t x' /\ r x x' y.
(** sums of several numbers, in any order and grouping *)
Inductive sums : list results -> floating -> Prop :=
| Sum_none y : rounds_to 0 y -> sums [] y
| Sum_one s y : s y -> sums [s] y
| Sum_more l l' k x y : Permutation l (l' ++ k) -> l' <> [] -> k <> [] -> sums l' x -> sums k y -> sums l (Bplus mode_NE x y).

Definition results_scalar : scalar results := {|
  zero := rounds_to 0;
  literal d := rounds_to (dyadic_R d);
  number_of q := rounds_to (Q2R q);
  add := of_two (fun x y z => z = Bplus mode_NE x y);
  opp := of_one (fun x y => y = Bopp x);
  mul := of_two (fun x y z => z = Bmult mode_NE x y);
  div := of_two (fun x y z => z = Bdiv mode_NE x y);
  root := of_one (fun x y => y = Bsqrt mode_NE x);
  relu := of_one (is_exact1 (Rmax 0));
  choose _ _ _ _ _ := fun _ => True |}.   (* no operator below uses it *)
Definition results_elementary : elementary results := {|
  exponential := of_one is_exponential;
  logarithm := of_one is_logarithm;
  step _ := fun _ => True;                 (* nor these *)
  error_function _ := fun _ => True |}.
End Operations.

(** ** Operators *)

(** operations that are one here, and not a composition of others *)
Class machine (S : Type) := {
  larger : S -> S -> S;
  smaller : S -> S -> S;
  absolute_value : S -> S;
  total_of : list S -> S }.
Definition results_machine (f : format) : machine (results f) := {|
  larger := of_two f (is_exact2 f Rmax);
  smaller := of_two f (is_exact2 f Rmin);
  absolute_value := of_one f (is_exact1 f Rabs);
  total_of := sums f |}.

Section Operators.
Context {S : Type} {SS : scalar S} {SE : elementary S} {SM : machine S}.

(** operators that are made of the operations above as Operators.v and Elementary.v define them, or move data *)
Definition plain : list bytes :=
  ["Add"; "Sub"; "Mul"; "Div"; "Neg"; "Reciprocal"; "Exp"; "Log"; "Sqrt"; "Relu"; "Identity"; "Constant"; "Reshape"; "Flatten"; "Transpose"; "Squeeze"; "Unsqueeze"; "Concat"; "Slice";
   "Gather"; "Split"; "Expand"].
Definition greatest_of (row : list S) : S := match row with [] => zero | a :: row => fold_left larger row a end.
Definition mean_of (row : list S) : S := div (total_of row) (count (Z.of_nat (length row))).

Definition evaluated_operator (name : bytes) (l : attributes) (outs : Z) (xs : operands) : option (list (value S)) :=
  let is n := same name n in
  let several f := when (only [] l) (do vs <- map_all (fun o => o) xs; do ts <- map_all as_reals vs; one_real (fold_pointwise f ts)) in
  let reduction f := when (only ["axes"; "keepdims"; "noop_with_empty_axes"] l && Nat.leb 1 (length xs) && Nat.leb (length xs) 2) (op_reduce_by f l xs) in
  if is "Max" then several larger
  else if is "Min" then several smaller
  else if is "Abs" then when (only [] l && Nat.leb 1 (length xs) && Nat.leb (length xs) 1) (do X <- reals xs 0; one_by_one absolute_value X)
  else if is "ReduceMax" then reduction greatest_of
  else if is "ReduceSum" then reduction total_of
  else if is "ReduceMean" then reduction mean_of
  else if existsb (same name) plain then program_operator name l outs xs
  else None.

(** ** Graphs: as in Elementary.v *)

Fixpoint evaluate_nodes (ns : list node) (e : environment S) : option (environment S) :=
  match ns with
  | [] => Some e
  | n :: ns =>
    do xs <- map_all (fetch e) (ins n);
    do vs <- match op_domain n with Standard => evaluated_operator (op_type n) (attrs n) (Z.of_nat (length (outs n))) xs | MachineLearning => None end;
    do e <- bind (outs n) vs e; evaluate_nodes ns e
  end.
Definition evaluate (g : graph) (given : environment S) : option (list (tensor S)) :=
  do vs <- map_all (fun p => lookup given (fst p)) (graph_inputs g);
  do e <- bind (map fst (graph_inputs g) ++ map fst (graph_initializers g))
               (vs ++ map (fun p => constant_value (snd p)) (graph_initializers g)) [];
  do e <- evaluate_nodes (graph_nodes g) e;
  map_all (fun n => do v <- lookup e n; as_reals v) (graph_outputs g).
End Operators.

(** what a graph may compute of floating-point numbers *)
Definition computed (f : format) (ulps : Q) (g : graph) (given : environment (results f)) : option (list (tensor (results f))) :=
  @evaluate (results f) (results_scalar f) (results_elementary f ulps) (results_machine f) g given.
