(** * Piecewise linear operators

    The operators whose results are extremes of affine functions, in the words of the ONNX specification.  Each entry of the result is the least of some largest
    numbers; so min (max (a, b), c) is [[[a; b]; [c]]].  As in Operators.v, whatever is not understood gives [None].

    Main definitions: [larger], [smaller], [least_of_largest]; [choices] (the table: of what numbers), [piecewise].

    Trust: SPEC.
    Source: ONNX specification, "ONNX Operators" (domain ai.onnx, operator sets 7 to 26).  A bound of Clip that is left out bounds nothing: the largest number of the type
    stands there, and no number of the type exceeds it. *)
From Coq Require Import PString Uint63 ZArith QArith List Bool.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.
Local Open Scope pstring_scope.

Section Piecewise.
Context {S : Type} {SS : scalar S}.

Definition larger (a b : S) : S := choose false a b b a.
Definition smaller (a b : S) : S := choose false a b a b.
(** over a list, from the left; there is at least one number *)
Definition overall (f : S -> S -> S) (l : list S) : S := match l with [] => zero | a :: l => fold_left f l a end.
Definition least_of_largest (l : list (list S)) : S := overall smaller (map (overall larger) l).
(** the largest, or the least, of some numbers *)
Definition largest_of (l : list S) : list (list S) := [l].
Definition least_of (l : list S) : list (list S) := map (fun a => [a]) l.

(** ** Operators *)

(** the entries of several tensors at each place of their common shape *)
Fixpoint common_shape (l : list (list Z)) : option (list Z) :=
  match l with [] => None | [s] => Some s | s :: l => do t <- common_shape l; broadcast s t end.
Definition aligned (l : list (tensor S)) : option (tensor (list S)) :=
  let entries := map (fun X => let x := entry zero X in fun i => x (unstretch (shape X) i)) l in
  do s <- common_shape (map shape l); tabulate s (fun i => map (fun x => x i) entries).

(** the entries in each window, those in the padding left out; in each there is one at least *)
Definition pooled (l : attributes) (X : tensor S) : option (tensor (list S)) :=
  match shape X with
  | n :: c :: dims =>
    do ks <- ints_attr l "kernel_shape" []; do up <- flag l "ceil_mode" 0; do w <- window_of up l dims ks;
    let x := entry zero X in
    when (negb (rank dims =? 0) && forallb (fun p => negb (Nat.eqb (length (real_cells w dims p)) 0)) (indices (extents w)))
      (tabulate (n :: c :: extents w) (fun i => match i with
        | b :: o :: p => map (fun q => x (b :: o :: q)) (real_cells w dims p)
        | _ => [] end))
  | _ => None
  end.
(** the entries along some axes, or along all *)
Definition reduced (l : attributes) (xs : operands (S := S)) : option (tensor (list S)) :=
  do X <- reals xs 0; do axes <- integers_or_attr xs 1 l "axes"; do keep <- flag l "keepdims" 1; do noop <- flag l "noop_with_empty_axes" 0;
  when (negb noop) (reduce_by false (fun a => a) keep (match axes with Some ((_ :: _) as a) => a | _ => range (rank (shape X)) end) X).

(** a bound that stands in an operand, or in an attribute of older operator sets: a number of the model *)
Definition clip_bound (xs : operands (S := S)) (k : nat) (l : attributes) (n : bytes) : option (option dyadic) :=
  match operand xs k, attr l n with
  | None, None => Some None
  | Some v, None => do t <- as_literals v; match data t with [d] => Some (Some d) | _ => None end
  | None, Some (AFloat d) => Some (Some d)
  | _, _ => None
  end.
(** the smaller of hi and the larger of lo and a *)
Definition clip (lo hi : option dyadic) (a : S) : list (list S) :=
  let low := match lo with Some d => [literal d; a] | None => [a] end in
  match hi with Some d => [[literal d]; low] | None => [low] end.

(** max (0, min (1, alpha a + beta)), which is the smaller of 1 and the larger of 0 and alpha a + beta *)
Definition hard_sigmoid (alpha beta : dyadic) (a : S) : list (list S) :=
  [[number_of 1%Q]; [zero; add (mul (literal alpha) a) (literal beta)]].

(** ** The table *)

Definition piecewise_names : list bytes :=
  ["Abs"; "Clip"; "GlobalMaxPool"; "HardSigmoid"; "Max"; "MaxPool"; "Min"; "ReduceMax"; "ReduceMin"].
Definition is_piecewise (name : bytes) : bool := existsb (same name) piecewise_names.

Definition choices (name : bytes) (l : attributes) (xs : operands (S := S)) : option (tensor (list (list S))) :=
  let is n := same name n in
  let fits {A} names a b (f : option A) := when (only names l && Nat.leb a (length xs) && Nat.leb (length xs) b) f in
  let each f (o : option (tensor (list S))) := do X <- o; Some (tensor_map f X) in
  let several := when (only [] l) (do vs <- map_all (fun o => o) xs; do Xs <- map_all as_reals vs; aligned Xs) in
  let reduction := fits ["axes"; "keepdims"; "noop_with_empty_axes"] 1%nat 2%nat (reduced l xs) in
  if is "Abs" then fits [] 1%nat 1%nat (do X <- reals xs 0; Some (tensor_map (fun a => [[a; opp a]]) X))
  else if is "Clip" then fits ["min"; "max"] 1%nat 3%nat
    (do X <- reals xs 0; do lo <- clip_bound xs 1 l "min"; do hi <- clip_bound xs 2 l "max"; Some (tensor_map (clip lo hi) X))
  else if is "GlobalMaxPool" then fits [] 1%nat 1%nat
    (do X <- reals xs 0; when (3 <=? rank (shape X)) (reduce_by false largest_of true (skipn 2 (range (rank (shape X)))) X))
  else if is "HardSigmoid" then fits ["alpha"; "beta"] 1%nat 1%nat
    (do X <- reals xs 0; do a <- float_attr l "alpha" (Dyadic false 13421773 1048); do b <- float_attr l "beta" (Dyadic false 1 1073);
     Some (tensor_map (hard_sigmoid a b) X))
  else if is "Max" then each largest_of several
  else if is "MaxPool" then fits ["ceil_mode"; "storage_order"; "strides"; "dilations"; "pads"; "auto_pad"; "kernel_shape"] 1%nat 1%nat
    (do X <- reals xs 0; each largest_of (pooled l X))   (* the storage order is that of the indices, which have no value *)
  else if is "Min" then each least_of several
  else if is "ReduceMax" then each largest_of reduction
  else if is "ReduceMin" then each least_of reduction
  else None.
Definition piecewise (name : bytes) (l : attributes) (xs : operands (S := S)) : option (list (value S)) :=
  do T <- choices name l xs; Some [Reals (tensor_map least_of_largest T)].
End Piecewise.
