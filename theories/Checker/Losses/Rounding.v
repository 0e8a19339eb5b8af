(** * Bounds of rounding errors

    A loss evaluated on bounds, forwards: for each real number an interval that it is in, and one for what the number computed in its place is off by, for each
    operation from those of its operands (the simplest form of what Gappa and FPTaylor do).

    Intervals alone know nothing of what z - max z and the sum of such exponentials have in common.  So a bound also carries, where it is short, the term that the
    number is of the inputs' entries: z - max z is at most 0, and the sum of exp (zₖ - max z) over all k is at least 1.

    Main definitions: [term], [bound], [bound_scalar], [bound_elementary], [bound_machine]; [arithmetic_of] (the constants of a format); [float_of] (a rational number as a floating-point number).

    Trust: proved (Rounding_sound.v).
    Source: M. Daumas, G. Melquiond, "Certification of bounds on expressions involving rounded operators", 2010; N. Higham, "Accuracy and Stability of Numerical Algorithms", 2002, sections 3.1 and 4.2. *)
From Coq Require Import PString Floats ZArith QArith List Bool.
From Flocq Require Import IEEE754.BinarySingleNaN.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Elementary Spec.FloatingPoint Primitives.FloatBounds Checker.Intervals.
From Warrant Require Import Primitives.Autodiff.Programs Checker.Gradients.Enclosures Checker.Gradients.Domain.
From Warrant Require Checker.Gradients.Lowering.
Import ListNotations.
Local Open Scope bool_scope.

(** ** Names of operators *)

(** those that Elementary.v and Operators.v ask for, up to the last one that Spec/FloatingPoint.v treats in its own way *)
Definition operator_names : list bytes :=
  ["Div"; "Reciprocal"; "Exp"; "Log"; "Sqrt"; "Sigmoid"; "Tanh"; "Softplus"; "Abs"; "Sign"; "Sum"; "Max"; "Min"; "Greater"; "Less"; "GreaterOrEqual"; "LessOrEqual"; "Equal"; "Not"; "And";
   "Or"; "Where"; "Pow"; "Softmax"; "LogSoftmax"; "LayerNormalization"; "ReduceMax"; "ReduceProd"; "ReduceSumSquare"; "ReduceL2"; "ReduceLogSumExp"; "Expand"; "Add"; "Sub"; "Mul"; "Neg"; "Relu";
   "LeakyRelu"; "MatMul"; "Gemm"; "Conv"; "AveragePool"; "GlobalAveragePool"; "BatchNormalization"; "ReduceSum"; "ReduceMean"; "Erf"]%pstring.
(** It is at most one of them.  (So it always is; this saves the axioms about comparisons of strings.) *)
Fixpoint at_most_one {X} (p : X -> bool) (l : list X) : bool := match l with [] => true | a :: l => if p a then forallb (fun b => negb (p b)) l else at_most_one p l end.
Definition one_name (name : bytes) : bool := at_most_one (same name) operator_names.

(** ** Terms *)

Inductive term :=
| Unnamed
| Entry (n : nat)
| Fixed (q : Q)
| Apply1 (g : unary) (a : term)
| Apply2 (g : binary) (a b : term)
| Greatest (a b : term).

Fixpoint term_eqb (a b : term) : bool :=
  match a, b with
  | Entry n, Entry m => Nat.eqb n m
  | Fixed p, Fixed q => Qeq_bool p q
  | Apply1 g a, Apply1 h b => unary_eqb g h && term_eqb a b
  | Apply2 g a c, Apply2 h b d => binary_eqb g h && term_eqb a b && term_eqb c d
  | Greatest a c, Greatest b d => term_eqb a b && term_eqb c d
  | _, _ => false
  end.
(** Terms that are longer are not kept. *)
Definition most_symbols : Z := 4096.
Fixpoint symbols (t : term) : Z :=
  match t with Apply1 _ a => 1 + symbols a | Apply2 _ a b | Greatest a b => 1 + symbols a + symbols b | _ => 1 end.
Definition kept (t : term) : term := if (symbols t <=? most_symbols)%Z then t else Unnamed.

(** t is one of those of which m is the greatest *)
Fixpoint member_of (t m : term) : bool :=
  term_eqb t m || match m with Greatest a b => member_of t a || member_of t b | _ => false end.
(** all those of which m is the greatest are in the list *)
Fixpoint covered (m : term) (l : list term) : bool :=
  existsb (term_eqb m) l || match m with Greatest a b => covered a l && covered b l | _ => false end.
Fixpoint named (t : term) : bool :=
  match t with Unnamed => false | Entry _ | Fixed _ => true | Apply1 _ a => named a | Apply2 _ a b | Greatest a b => named a && named b end.
(** a + t is at most 0, because t is minus a greatest number, of which a is one *)
Definition not_positive (a t : term) : bool := match t with Apply1 Opp m => named m && member_of a m | _ => false end.
(** a and m, of exp (a - m) *)
Definition shifted (t : term) : option (term * term) :=
  match t with Apply1 Exp (Apply2 Add a (Apply1 Opp m)) => Some (a, m) | _ => None end.
Definition shifted_by (m t : term) : list term :=
  match shifted t with Some (a, m') => if term_eqb m m' then [a] else [] | None => [] end.
Fixpoint first_shift (l : list term) : option term :=
  match l with [] => None | t :: l => match shifted t with Some (_, m) => Some m | None => first_shift l end end.

(** ** Bounds *)

Inductive reason := MayOverflow | MayBeUndefined | NotKnown.
(** The real number is in [real], and every number that may be computed for it is finite, and off by something in [off]; or none is finite; or nothing is known. *)
Inductive bound := Near (real off : interval) (name : term) | Infinite | Unsure (why : reason).

Definition rational_pow (base : positive) (n : Z) : Q := match n with Zneg p => 1 # Pos.pow base p | n => inject_Z (Zpos base ^ n) end.
(** intervals that contain the unit roundoff, half the least positive number, a number up to which nothing overflows, the arguments from which exponentials do overflow, and the library's accuracy *)
Record arithmetic := Arithmetic { target : format; unit_of : interval; least : interval; limit : interval; beyond : interval; accuracy : interval; accurate : bool }.
Definition arithmetic_of (f : format) (ulps : Q) : arithmetic :=
  let p := precision f in let e := greatest_exponent f in
  Arithmetic f (number_of (rational_pow 2 (- p))) (number_of (rational_pow 2 (2 - e - p))) (number_of (rational_pow 2 (e - 1)))
    (number_of match f with Binary32 => inject_Z 93 | Binary64 => inject_Z 738 end) (number_of ulps) (Qle_bool ulps 1024).

(** the number of the format that a rational number is *)
Definition float_value {f} (x : floating f) : Q :=
  match x with
  | B754_finite s m e _ => inject_Z (if s then Zneg m else Zpos m) * rational_pow 2 e
  | _ => 0
  end%Q.
Definition float_of (f : format) (q : Q) : option (floating f) :=
  let x := binary_normalize (precision f) (greatest_exponent f) (precision_positive f) (precision_small f) mode_NE (Qnum q) (- Z.log2 (Zpos (Qden q))) false in
  if is_finite x && Qeq_bool (float_value x) q then Some x else None.

(** an interval of absolute values, and one of all numbers that are at most as large *)
Definition size (i : interval) : interval := (0%float, magnitude i).
Definition symmetric (e : interval) : interval := (- snd e, snd e)%float.
Definition interval_max (i j : interval) : interval := choose false i j j i.
Definition interval_min (i j : interval) : interval := choose false i j i j.
Definition at_most_zero (i : interval) : interval := if (snd i <=? 0)%float then i else (fst i, 0%float).
Definition at_least_one (i : interval) : interval := if (1 <=? fst i)%float then i else (1%float, snd i).
Definition total_interval (l : list interval) : interval := fold_right interval_add zero_interval l.

Section Bounds.
Variable A : arithmetic.

Definition fits (t : interval) : bool := certainly_at_most (size t) (limit A).
Definition rounding (t : interval) : interval := symmetric (add (mul (unit_of A) (size t)) (least A)).
(** the real number, what is rounded instead, and by how much that is off *)
Definition rounded (real t off : interval) (name : term) : bound :=
  if fits t then Near real (add off (rounding t)) (kept name) else Unsure MayOverflow.
Definition slack (t : interval) : interval :=
  mul (accuracy A) (add (mul (number_of 2) (mul (unit_of A) (size t))) (mul (number_of 2) (least A))).
(** the same for library functions *)
Definition approximated (real t off : interval) (name : term) : bound :=
  let s := slack t in
  if fits (add (size t) s) then Near real (add off (symmetric s)) (kept name) else Unsure MayOverflow.

Definition bound_number (q : Q) : bound :=
  match float_of (target A) q with
  | Some _ => Near (number_of q) zero_interval (Fixed q)
  | None => rounded (number_of q) (number_of q) zero_interval (Fixed q)
  end.
(** whether the sum of these is at least 1, being one of exponentials of all numbers minus the greatest of them *)
Definition one_is_one (l : list (interval * term)) : bool :=
  match first_shift (map snd l) with
  | Some m => named m && forallb (fun p => (0 <=? fst (fst p))%float) l && covered m (flat_map (shifted_by m) (map snd l))
  | None => false
  end.

Definition bound_add (a b : bound) : bound :=
  match a, b with
  | Infinite, _ | _, Infinite => Infinite
  | Unsure r, _ | _, Unsure r => Unsure r
  | Near v d t, Near v' d' t' =>
    let sum := add v v' in
    let sum := if not_positive t t' || not_positive t' t then at_most_zero sum else sum in
    let sum := if one_is_one [(v, t); (v', t')] then at_least_one sum else sum in
    rounded sum (add (add v d) (add v' d')) (add d d') (Apply2 Add t t')
  end.
Definition bound_opp (a : bound) : bound :=
  match a with Near v d t => Near (opp v) (opp d) (kept (Apply1 Opp t)) | a => a end.
Definition bound_mul (a b : bound) : bound :=
  match a, b with
  | Infinite, _ | _, Infinite => Infinite
  | Unsure r, _ | _, Unsure r => Unsure r
  | Near v d t, Near v' d' t' =>
    let product := mul v v' in
    rounded (if term_eqb t t' then relu product else product) (mul (add v d) (add v' d')) (add (add (mul d v') (mul v d')) (mul d d')) (Apply2 Mul t t')
  end.
Definition bound_div (a b : bound) : bound :=
  match a, b with
  | Infinite, _ => Infinite
  | _, Infinite => Unsure MayOverflow
  | Unsure r, _ | _, Unsure r => Unsure r
  | Near v d t, Near v' d' t' =>
    let c' := add v' d' in
    if certainly_nonzero v' && certainly_nonzero c' then
      rounded (div v v') (div (add v d) c') (div (minus d (mul (div v v') d')) c') (Apply2 Div t t')
    else Unsure MayBeUndefined
  end.
Definition bound_root (a : bound) : bound :=
  match a with
  | Near v d t =>
    let c := add v d in
    if certainly_less zero_interval v && certainly_less zero_interval c then
      rounded (root v) (root c) (div d (add (root c) (root v))) (Apply1 Root t)
    else Unsure MayBeUndefined
  | a => a
  end.
Definition bound_exp (a : bound) : bound :=
  match a with
  | Near v d t =>
    let c := add v d in
    if accurate A && certainly_at_most (beyond A) c then Infinite else
    let e := relu (exponential_interval v) in
    approximated e (exponential_interval c) (mul e (mul d (exponential_interval (hull d zero_interval)))) (Apply1 Exp t)
  | Infinite => Unsure MayOverflow
  | a => a
  end.
Definition bound_log (a : bound) : bound :=
  match a with
  | Near v d t =>
    let c := add v d in
    if certainly_less zero_interval v && certainly_less zero_interval c then
      approximated (logarithm_interval v) (logarithm_interval c) (fst (div d c), snd (div d v)) (Apply1 Log t)
    else Unsure MayBeUndefined
  | a => a
  end.
Definition bound_relu (a : bound) : bound :=
  match a with
  | Near v d t => Near (relu v) (hull d zero_interval) (kept (Apply1 Relu t))
  | Infinite => Unsure MayOverflow
  | a => a
  end.
Definition bound_of_two (g : interval -> interval -> interval) (name : term -> term -> term) (a b : bound) : bound :=
  match a, b with
  | Near v d t, Near v' d' t' => Near (g v v') (hull d d') (kept (name t t'))
  | Unsure r, _ | _, Unsure r => Unsure r
  | _, _ => Unsure MayOverflow
  end.
Definition bound_abs (a : bound) : bound :=
  match a with
  | Near v d t => Near (relu (interval_max v (opp v))) (hull d (opp d)) Unnamed
  | Infinite => Unsure MayOverflow
  | a => a
  end.

Definition is_infinite (b : bound) : bool := match b with Infinite => true | _ => false end.
Definition part := (interval * interval * term)%type.
Definition part_of (b : bound) : option part := match b with Near v d t => Some (v, d, t) | _ => None end.
Fixpoint why_not (l : list bound) : reason := match l with [] => NotKnown | Unsure r :: _ => r | _ :: l => why_not l end.
Definition bound_total (l : list bound) : bound :=
  if existsb is_infinite l then Infinite else
  match map_all part_of l with
  | None => Unsure (why_not l)
  | Some [] => Unsure NotKnown
  | Some ((_ :: ps) as all) =>
    let real := map (fun p : part => fst (fst p)) all in
    let off := map (fun p : part => snd (fst p)) all in
    let sum := total_interval real in
    let sum := if one_is_one (map (fun p : part => (fst (fst p), snd p)) all) then at_least_one sum else sum in
    let sizes := total_interval (map (fun p : part => size (add (fst (fst p)) (snd (fst p)))) all) in
    let c := mul (unit_of A) (number_of (inject_Z (Z.of_nat (length ps)))) in
    let g := add c (mul c c) in
    if certainly_at_most c unit_interval && fits (mul (add unit_interval g) sizes) then
      Near sum (add (total_interval off) (symmetric (mul g sizes))) Unnamed
    else Unsure MayOverflow
  end.

Definition bound_scalar : scalar bound := {|
  Tensor.zero := bound_number 0;
  literal d := bound_number (Gradients.Lowering.dyadic_Q d);
  number_of := bound_number;
  add := bound_add;
  opp := bound_opp;
  mul := bound_mul;
  div := bound_div;
  root := bound_root;
  relu := bound_relu;
  choose _ _ _ _ _ := Unsure NotKnown |}.
Definition bound_elementary : elementary bound := {| exponential := bound_exp; logarithm := bound_log; step _ := Unsure NotKnown; error_function _ := Unsure NotKnown |}.
Definition bound_machine : machine bound := {|
  larger := bound_of_two interval_max Greatest;
  smaller := bound_of_two interval_min (fun _ _ => Unnamed);
  absolute_value := bound_abs;
  total_of := bound_total |}.
End Bounds.
