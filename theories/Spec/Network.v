(** * Network

    What a model computes: its nodes are applied one after the other to named values.  At the reals this is the meaning of a model.

    Main definitions: [run], [network].

    Trust: SPEC. *)
From Coq Require Import PString Uint63 ZArith Reals List Bool.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Piecewise Spec.Decisions Spec.MachineLearning Spec.Encoders.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.
Local Open Scope pstring_scope.

Section Run.
Context {S : Type} {SS : scalar S}.

Definition environment := list (bytes * value S).
Definition lookup (e : environment) (n : bytes) : option (value S) := option_map snd (find (fun p => same n (fst p)) e).
(** An empty name stands for an optional input that is left out. *)
Definition fetch (e : environment) (n : bytes) : option (option (value S)) :=
  if same n "" then Some None else do v <- lookup e n; Some (Some v).
(** Results get the names of the outputs; no name may be given twice.  Outputs beyond the results (Dropout's mask) have no value. *)
Fixpoint bind (names : list bytes) (vs : list (value S)) (e : environment) : option environment :=
  match names, vs with
  | n :: names, v :: vs =>
    if same n "" then bind names vs e
    else match lookup e n with None => bind names vs ((n, v) :: e) | Some _ => None end
  | _, _ => Some e
  end.
Definition apply (n : node) (xs : list (option (value S))) : option (list (value S)) :=
  match op_domain n with
  | Standard =>
    if is_piecewise (op_type n) then piecewise (op_type n) (attrs n) xs
    else if is_decision (op_type n) then decision (op_type n) (attrs n) xs
    else operator (op_type n) (attrs n) (Z.of_nat (length (outs n))) xs
  | MachineLearning => if is_encoder (op_type n) then encoder (op_type n) (attrs n) xs else ml_operator (op_type n) (attrs n) xs
  end.
Fixpoint run (ns : list node) (e : environment) : option environment :=
  match ns with
  | [] => Some e
  | n :: ns => do xs <- map_all (fetch e) (ins n); do vs <- apply n xs; do e <- bind (outs n) vs e; run ns e
  end.

Definition initial (m : model) (x : list S) : option environment :=
  bind (input_name m :: map fst (initializers m))
       (Reals (Tensor (input_shape m) x) :: map (fun p => constant_value (snd p)) (initializers m)) [].
End Run.
Arguments environment : clear implicits.

Definition input_count (m : model) : Z := size (input_shape m).

(** [network m x]: the output, in row-major order, on the input [x] (in row-major order, of [input_count m] numbers). *)
Definition network {S} {_ : scalar S} (m : model) (x : list S) : option (list S) :=
  do e <- initial m x; do e <- run (nodes m) e; do v <- lookup e (output_name m); do t <- as_numbers v; Some (data t).
