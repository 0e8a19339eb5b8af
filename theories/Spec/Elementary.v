(** * Elementary functions, and where they are smooth

    Scalars with more functions than networks need, and the operators that programs with gradients are made of.  They are defined once for any scalars, as those of
    Operators.v.  At guarded reals they have their meaning: a guarded real is a number, with the condition under which it is one.  Evaluating a program on guarded reals
    collects the conditions: that denominators are not 0, that logarithms are taken of positive numbers, roots of numbers that are not negative; and, where the
    program is to be differentiated, that no kink is hit: the arguments of Relu and of comparisons (and of what is made of them: Abs, Max, Min, Sign) are
    not 0, and roots are taken of positive numbers.

    Main definitions: [elementary], [guarded], [program_operator] (the table of operators), [outputs] (what a graph computes).

    Trust: SPEC.
    Source: ONNX specification, "ONNX Operators" (domain ai.onnx). *)
From Coq Require Import PString Uint63 ZArith QArith Qreals Reals List Bool.
From Coquelicot Require Hierarchy RInt.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Network.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.
Local Open Scope pstring_scope.

Class elementary (S : Type) := {
  exponential : S -> S;
  logarithm : S -> S;
  step : S -> S;             (* 1 above 0, and 0 elsewhere *)
  error_function : S -> S }.

(** ** Guarded reals *)

Record guarded := Guarded { number : R; guard : Prop }.
Definition sure (a : R) : guarded := Guarded a True.
Definition step_R (a : R) : R := if Rlt_dec 0 a then 1%R else 0%R.
(** the error function, which is the integral from 0 of its derivative, a bell curve *)
Definition bell (a : R) : R := (2 / sqrt PI * exp (- (a * a)))%R.
Definition error_function_R (a : R) : R := @RInt.RInt Hierarchy.R_CompleteNormedModule bell 0%R a.

Section Guarded.
Variable smooth : bool.   (* whether kinks are excluded *)
Definition one_guard (f : R -> R) (good : R -> Prop) (a : guarded) : guarded := Guarded (f (number a)) (guard a /\ good (number a)).
Definition both (f : R -> R -> R) (a b : guarded) : guarded := Guarded (f (number a) (number b)) (guard a /\ guard b).
Definition no_kink (a : R) : Prop := if smooth then (a <> 0)%R else True.
Definition guarded_scalar : scalar guarded := {|
  zero := sure 0;
  literal d := sure (dyadic_R d);
  number_of q := sure (Q2R q);
  add := both Rplus;
  opp a := Guarded (- number a) (guard a);
  mul := both Rmult;
  div a b := Guarded (number a / number b) (guard a /\ guard b /\ number b <> 0%R);
  root := one_guard sqrt (fun a => if smooth then (0 < a)%R else (0 <= a)%R);
  relu := one_guard (Rmax 0) no_kink;
  choose strict a b x y :=
    Guarded (choose strict (number a) (number b) (number x) (number y))
      (guard a /\ guard b /\ guard x /\ guard y /\ no_kink (number b - number a)) |}.
Definition guarded_elementary : elementary guarded := {|
  exponential a := Guarded (exp (number a)) (guard a);
  logarithm := one_guard ln (fun a => 0 < a)%R;
  step := one_guard step_R no_kink;
  error_function a := Guarded (error_function_R (number a)) (guard a) |}.
End Guarded.

(** ** Operators *)

Section Operators.
Context {S : Type} {SS : scalar S} {SE : elementary S}.

Definition count (n : Z) : S := number_of (inject_Z n).
Definition one : S := count 1.
Definition sigmoid (a : S) : S := div one (add one (exponential (opp a))).
Definition hyperbolic_tangent (a : S) : S :=
  let e := exponential a in let f := exponential (opp a) in div (sub e f) (add e f).
Definition softplus (a : S) : S := logarithm (add one (exponential a)).
Definition greater (a b : S) : S := step (sub a b).
Definition negate (a : S) : S := sub one a.
Definition equal (a b : S) : S := mul (negate (greater a b)) (negate (greater b a)).
Definition absolute (a : S) : S := add (relu a) (relu (opp a)).
Definition sign (a : S) : S := sub (step a) (step (opp a)).
Definition maximum (a b : S) : S := add a (relu (sub b a)).
Definition minimum (a b : S) : S := sub a (relu (sub a b)).

(** the integer that a number of the model is, if it is a small one *)
Definition whole (d : dyadic) : option Z :=
  let m := to_Z (man d) in
  let e := (to_Z (ex d) - 1074)%Z in
  let n := if e <? 0 then m / 2 ^ (- e) else m * 2 ^ e in
  when ((-1074 <=? e) && (e <=? 4) && ((0 <=? e) || (n * 2 ^ (- e) =? m)) && (n <=? 64)) (Some (if negative d then - n else n)).
(** the [n]-th power, for n >= 0 *)
Fixpoint natural_power (n : nat) (a : S) : S :=
  match n with O => one | 1%nat => a | Datatypes.S n => mul a (natural_power n a) end.
Definition power (n : Z) (a : S) : S := if n <? 0 then div one (natural_power (Z.to_nat (- n)) a) else natural_power (Z.to_nat n) a.
(** [Pow] with a constant exponent, a multiple of 1/2 *)
Definition pow_constant (d : dyadic) : option (S -> S) :=
  match whole d, whole (Dyadic (negative d) (man d) (ex d + 1)) with
  | Some n, _ => Some (power n)
  | None, Some n => Some (fun a => power n (root a))
  | None, None => None
  end.

(** over the last axis: a function of the entry, and of all the entries of its row *)
Definition by_rows (f : S -> list S -> S) (X : tensor S) : option (tensor S) :=
  let r := rank (shape X) in
  let n := nth_or 0 (shape X) (r - 1) in
  let x := entry zero X in
  when (0 <? r)
    (tabulate (shape X) (fun i => f (x i) (map (fun k => x (replace i (r - 1) k)) (range n)))).
Definition softmax (a : S) (row : list S) : S := div (exponential a) (sum row exponential).
Definition log_softmax (a : S) (row : list S) : S := sub a (logarithm (sum row exponential)).

(** (x - mean) / √(variance + ε) in its row *)
Definition normalise (eps : dyadic) (a : S) (row : list S) : S :=
  let n := count (Z.of_nat (length row)) in
  let mean := div (sum row (fun b => b)) n in
  let variance := div (sum row (fun b => let d := sub b mean in mul d d)) n in
  div (sub a mean) (root (add variance (literal eps))).
Definition layer_normalization (eps : dyadic) (X scale : tensor S) (bias : option (tensor S)) : option (tensor S) :=
  do N <- by_rows (normalise eps) X; do Y <- pointwise mul N scale;
  do Y <- match bias with Some B => pointwise add Y B | None => Some Y end;
  when (equal_lists (shape Y) (shape X)) (Some Y).

Definition greatest (row : list S) : S := match row with [] => zero | a :: row => fold_left maximum row a end.
Definition product (row : list S) : S := fold_left mul row one.
Definition squares (row : list S) : S := sum row (fun a => mul a a).
Definition op_reduce_by (f : list S -> S) (l : attributes) (xs : operands) : option (list (value S)) :=
  do X <- reals xs 0; do axes <- integers_or_attr xs 1 l "axes"; do keep <- flag l "keepdims" 1; do noop <- flag l "noop_with_empty_axes" 0;
  when (negb noop) (one_real (reduce_by false f keep (match axes with Some ((_ :: _) as a) => a | _ => range (rank (shape X)) end) X)).

(** a condition is 1 or 0 *)
Definition where_ (C X Y : tensor S) : option (tensor S) :=
  do A <- pointwise mul C X; do B <- pointwise mul (tensor_map negate C) Y; pointwise add A B.

(** two or more operands, from the left *)
Definition fold_pointwise (f : S -> S -> S) (l : list (tensor S)) : option (tensor S) :=
  match l with [] => None | X :: l => fold_left (fun o Y => do A <- o; pointwise f A Y) l (Some X) end.

(** stretched to a shape, as far as it has to be *)
Definition expand {A} (d : A) (s : list Z) (X : tensor A) : option (tensor A) :=
  let x := entry d X in do s <- broadcast (shape X) s; tabulate s (fun i => x (unstretch (shape X) i)).

Notation value := (value S).
Definition one_by_one (f : S -> S) (X : tensor S) : option (list value) := Some [Reals (tensor_map f X)].
(** Softmax and its like over the last axis, where all operator sets agree; the axis that is meant where none is given depends on them, but for matrices. *)
Definition last_axis (l : attributes) (X : tensor S) : bool :=
  let r := rank (shape X) in
  match attr l "axis" with None => r =? 2 | Some (AInt a) => (a =? -1) || (a =? r - 1) | _ => false end.

(** The operators that are not those of Operators.v; [None]: it is none of them. *)
Definition more_operators (name : bytes) (l : attributes) (xs : operands) : option (option (list value)) :=
  let is n := same name n in
  let between names m n f := Some (when (only names l && Nat.leb m (length xs) && Nat.leb (length xs) n) f) in
  let fits names n f := between names n n f in
  let several f := Some (when (only [] l) (do vs <- map_all (fun o => o) xs; do ts <- map_all as_reals vs; one_real (fold_pointwise f ts))) in
  let reduction f := between ["axes"; "keepdims"; "noop_with_empty_axes"] 1%nat 2%nat (op_reduce_by f l xs) in
  let unary f := fits [] 1%nat (do X <- reals xs 0; one_by_one f X) in
  let binary f := fits [] 2%nat (do X <- reals xs 0; do Y <- reals xs 1; one_real (pointwise f X Y)) in
  if is "Div" then binary div
  else if is "Reciprocal" then unary (div one)
  else if is "Exp" then unary exponential
  else if is "Log" then unary logarithm
  else if is "Sqrt" then unary root
  else if is "Erf" then unary error_function
  else if is "Sigmoid" then unary sigmoid
  else if is "Tanh" then unary hyperbolic_tangent
  else if is "Softplus" then unary softplus
  else if is "Abs" then unary absolute
  else if is "Sign" then unary sign
  else if is "Sum" then several add
  else if is "Max" then several maximum
  else if is "Min" then several minimum
  else if is "Greater" then binary greater
  else if is "Less" then binary (fun a b => greater b a)
  else if is "GreaterOrEqual" then binary (fun a b => negate (greater b a))
  else if is "LessOrEqual" then binary (fun a b => negate (greater a b))
  else if is "Equal" then binary equal
  else if is "Not" then unary negate
  else if is "And" then binary mul
  else if is "Or" then binary (fun a b => negate (mul (negate a) (negate b)))
  else if is "Where" then fits [] 3%nat (do C <- reals xs 0; do X <- reals xs 1; do Y <- reals xs 2; one_real (where_ C X Y))
  else if is "Pow" then fits [] 2%nat
    (do X <- reals xs 0; do E <- numbers xs 1;
     match data E with [d] => do f <- pow_constant d; do s <- broadcast (shape X) (shape E); when (equal_lists s (shape X)) (one_by_one f X) | _ => None end)
  else if is "Softmax" then fits ["axis"] 1%nat (do X <- reals xs 0; when (last_axis l X) (one_real (by_rows softmax X)))
  else if is "LogSoftmax" then fits ["axis"] 1%nat (do X <- reals xs 0; when (last_axis l X) (one_real (by_rows log_softmax X)))
  else if is "LayerNormalization" then between ["axis"; "epsilon"; "stash_type"] 2%nat 3%nat
    (do X <- reals xs 0; do W <- reals xs 1; do B <- reals_if xs 2; do a <- int_attr l "axis" (-1); do eps <- float_attr l "epsilon" (Dyadic false 10995116 1034);
     when (((a =? -1) || (a =? rank (shape X) - 1)) && is_nonnegative eps) (one_real (layer_normalization eps X W B)))
  else if is "ReduceMax" then reduction greatest
  else if is "ReduceProd" then reduction product
  else if is "ReduceSumSquare" then reduction squares
  else if is "ReduceL2" then reduction (fun row => root (squares row))
  else if is "ReduceLogSumExp" then reduction (fun row => logarithm (sum row exponential))
  else if is "Expand" then fits [] 2%nat (do v <- operand xs 0; do s <- integers xs 1; move (fun _ d => expand d s) v)
  else None.
Definition program_operator (name : bytes) (l : attributes) (outs : Z) (xs : operands) : option (list value) :=
  match more_operators name l xs with Some r => r | None => operator name l outs xs end.

(** ** Graphs *)

Fixpoint execute (ns : list node) (e : environment S) : option (environment S) :=
  match ns with
  | [] => Some e
  | n :: ns =>
    do xs <- map_all (fetch e) (ins n);
    do vs <- match op_domain n with
             | Standard => program_operator (op_type n) (attrs n) (Z.of_nat (length (outs n))) xs
             | MachineLearning => None
             end;
    do e <- bind (outs n) vs e; execute ns e
  end.

(** Numbers for some inputs: the inputs with their shapes, and all their entries, one input after the other, each in row-major order *)
Fixpoint cut (inputs : list (bytes * list Z)) (x : list S) : environment S :=
  match inputs with
  | [] => []
  | (n, s) :: inputs => let k := Z.to_nat (size s) in (n, Reals (Tensor s (firstn k x))) :: cut inputs (skipn k x)
  end.
(** the outputs of a graph, whose inputs are looked up by their names among [given] *)
Definition outputs (g : graph) (given : environment S) : option (list (tensor S)) :=
  do vs <- map_all (fun p => lookup given (fst p)) (graph_inputs g);
  do e <- bind (map fst (graph_inputs g) ++ map fst (graph_initializers g))
               (vs ++ map (fun p => constant_value (snd p)) (graph_initializers g)) [];
  do e <- execute (graph_nodes g) e;
  map_all (fun n => do v <- lookup e n; as_reals v) (graph_outputs g).
End Operators.
