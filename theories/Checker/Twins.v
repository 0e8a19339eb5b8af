(** * Twins: two runs in lock step, of one network or of two that differ in their numbers only

    A twin is two forms: of a value in the first run, and of the difference to the second run.  Where both runs are of one network, weights are the same in both, so that biases
    have the difference 0 and a dense layer multiplies differences by its weights: what both runs share cancels before anything is bounded.  Else (Alike.v) a weight is a twin
    itself, and a product changes by what either factor does.  Where a rectifier is applied, three blocks are made: the first run's values, the second run's, and their differences
    (a Rise).

    Main definitions: [twin], [is_zero], [rectify], [lower_twin] (with any treatment of rectifiers), [lower_twice].

    Trust: proved, in Twins_sound.v.
    Source: Paulsen, Wang, Wang, "ReluDiff: differential verification of deep neural networks" (2020); docs/relations.md. *)
From Coq Require Import PString Floats List Bool Uint63 ZArith.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Network.
From Warrant Require Import Primitives.FloatBounds Checker.Blocks Checker.Intervals Checker.Forms Checker.Lowering Checker.Alike.
Import ListNotations.

Definition twin := (form * form)%type.
(** certainly 0 *)
Definition is_zero (f : form) : bool :=
  match f with Constant i => let (l, h) := ends i in (0 <=? l)%float && (h <=? 0)%float | _ => false end.
Definition on_equal (a : twin) (f : form -> form) : twin := if is_zero (snd a) then (f (fst a), Tensor.zero) else (Opaque, Opaque).

(** [mixed a b]: the difference of a product whose factors both differ *)
Definition twin_scalar_with (mixed : twin -> twin -> form) : scalar twin := {|
  Tensor.zero := (Tensor.zero, Tensor.zero);
  literal d := (literal d, Tensor.zero);
  number_of q := (number_of q, Tensor.zero);
  add a b := (add (fst a) (fst b), if is_zero (snd a) && is_zero (snd b) then Tensor.zero else add (snd a) (snd b));
  opp a := (opp (fst a), if is_zero (snd a) then Tensor.zero else opp (snd a));
  mul a b := (mul (fst a) (fst b),
    if is_zero (snd a) then if is_zero (snd b) then Tensor.zero else mul (fst a) (snd b)
    else if is_zero (snd b) then mul (snd a) (fst b) else mixed a b);
  div a b := (div (fst a) (fst b),
    if is_zero (snd b) then if is_zero (snd a) then Tensor.zero else div (snd a) (fst b) else Opaque);
  root a := on_equal a root;
  relu a := on_equal a relu;
  choose strict a b x y :=
    if is_zero (snd a) && is_zero (snd b) && is_zero (snd x) && is_zero (snd y) then (choose strict (fst a) (fst b) (fst x) (fst y), Tensor.zero)
    else (Opaque, Opaque) |}.
(** where differences are of values along a line (Slopes/Tangents.v), such products are left out *)
Definition tangent_scalar : scalar twin := twin_scalar_with (fun _ _ => Opaque).
(** a′b′ − ab = (a′ − a) b′ + a (b′ − b) *)
#[export] Instance twin_scalar : scalar twin := twin_scalar_with (fun a b => add (mul (snd a) (add (fst b) (snd b))) (mul (fst a) (snd b))).
(** a number of the first network and one of the second *)
Definition two_numbers (d e : dyadic) : twin := (literal d, if same_dyadic d e then Tensor.zero else add (literal e) (opp (literal d))).

(** ** Nodes *)

Definition force_list (l : list form) (p : program) : option (list form * program) :=
  if forallb is_plain l then Some (l, p) else materialise Id l p.
Definition force_twins (X : tensor twin) (p : program) : option (tensor twin * program) :=
  do (v, p) <- force_list (map fst (data X)) p; do (d, p) <- force_list (map snd (data X)) p;
  Some (Tensor (shape X) (combine v d), p).
Fixpoint force_twin_operands (xs : list (option (value twin))) (p : program) : option (list (option (value twin)) * program) :=
  match xs with
  | [] => Some ([], p)
  | Some (Reals X) :: xs => do (X, p) <- force_twins X p; do (ys, p) <- force_twin_operands xs p; Some (Some (Reals X) :: ys, p)
  | x :: xs => do (ys, p) <- force_twin_operands xs p; Some (x :: ys, p)
  end.
(** the values of both runs, and their differences *)
Definition rectify (l : list twin) (p : program) : option (list twin * program) :=
  do (r, q) <- materialise Relu (map fst l) p;
  do (_, e) <- materialise Relu (map (fun a => add (fst a) (snd a)) l) q;
  do (d, e) <- materialise (Rise (next p - next e) (next q - next e)) (map snd l) e;
  Some (combine r d, e).
Section Network.
Context {TS : scalar twin}.
(** what is made of a rectifier *)
Variable bend : list twin -> program -> option (list twin * program).
Definition twin_step (n : node) (xs : list (option (value twin))) (p : program) : option (list (value twin) * program) :=
  match treatment_of n with
  | Plain => do vs <- apply n xs; Some (vs, p)
  | Multiply => do (xs, p) <- force_twin_operands xs p; do vs <- apply n xs; Some (vs, p)
  | Rectify =>
    do _ <- apply n xs;   (* whether the node means anything *)
    do X <- reals xs 0; do (vs, p) <- bend (data X) p; Some ([Reals (Tensor (shape X) vs)], p)
  | _ => None
  end.
Fixpoint twin_nodes (ns : list node) (e : environment twin) (p : program) : option (environment twin * program) :=
  match ns with
  | [] => Some (e, p)
  | n :: ns =>
    do xs <- map_all (fetch e) (ins n); do (vs, p) <- twin_step n xs p;
    do e <- bind (outs n) vs e; twin_nodes ns e p
  end.

(** ** Networks *)

(** a network's outputs, from the values with which it begins *)
Definition lower_twin (m : model) (e : environment twin) (p : program) : option (list twin * program) :=
  do (e, p) <- twin_nodes (nodes m) e p;
  do v <- lookup e (output_name m); do Y <- as_numbers v;
  do (Y, p) <- force_twins Y p;
  Some (data Y, p).
End Network.
(** with what two runs begin: of [m], or of [m] and of [m'], which has the same graph *)
Definition begin_twice (m : model) (other : option model) (x : list twin) : option (environment twin) :=
  match other with None => initial m x | Some m' => joined two_numbers m m' x end.
(** two runs of networks with [n] inputs and [outs] outputs: from the first inputs and the differences to the outputs of both *)
Definition lower_twice (m : model) (other : option model) (n outs : nat) (z : list form) (p : program) : option (list form * program) :=
  do e <- begin_twice m other (combine (firstn n z) (firstn n (skipn n z)));
  do (Y, p) <- lower_twin rectify m e p;
  do (T, p) <- force_list (map (fun a => add (fst a) (snd a)) Y) p;
  when (Nat.eqb (length (firstn n (skipn n z))) n && Nat.eqb (length Y) outs) (Some (map fst Y ++ T, p)).
