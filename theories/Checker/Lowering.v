(** * Lowering: from a model to blocks

    The nodes of a graph are evaluated on forms (Forms.v), by the operators' own definitions.  Where an entry has to become a value of its own, because a
    function is applied to it, or because a form would be copied many times, a block is made.

    Main definitions: [program] (blocks made so far), [materialise], [force], [tournament] (extremes by rectifiers), [lower_from], [lower_with], [add_form_rows], [add_rows].

    Trust: proved (Lowering_sound.v).
    Source: docs/certificates.md, section 1. *)
From Coq Require Import PString Floats List Bool Uint63 ZArith.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Piecewise Spec.Decisions Spec.Onnx Spec.Network Spec.Formula.
From Warrant Require Import Primitives.FloatBounds Checker.Blocks Checker.Intervals Checker.Forms.
Import ListNotations.

(** blocks so far, newest first, and the number of the next value *)
Record program := Program { made : list block; next : int }.

(** values are numbered below this; far away from where integers wrap around *)
Definition most_values : int := (1 << 40)%uint63.
(** a new value for each member of a list *)
Fixpoint fresh {A} (i : int) (l : list A) : option (list form * int) :=
  match l with
  | [] => Some ([], i)
  | _ :: l => if (i <? most_values)%uint63 then do (vs, j) <- fresh (i + 1)%uint63 l; Some (Value i :: vs, j) else None
  end.
Definition row_of (f : form) : option row :=
  do a <- to_affine f;
  let (v, d) := merge_near (weights a) 0 in
  let s := plus_up d (relative a) in
  when (fin (error a) && fin s) (Some (Row v (bias a) (error a) s)).

(** [materialise a l p]: a block that applies [a] to the forms [l]; they become its values *)
Definition materialise (a : act) (l : list form) (p : program) : option (list form * program) :=
  do rows <- map_all row_of l;
  do (vs, n) <- fresh (next p) l;
  Some (vs, Program (Block a rows :: made p) n).

Definition is_plain (f : form) : bool := match f with Constant _ | Value _ => true | _ => false end.
(** values, unless the entries are values and constants already *)
Definition force (X : tensor form) (p : program) : option (tensor form * program) :=
  if forallb is_plain (data X) then Some (X, p)
  else do (vs, p) <- materialise Id (data X) p; Some (Tensor (shape X) vs, p).

(** the real operands of a node, forced from left to right *)
Fixpoint force_operands (xs : list (option (value form))) (p : program) : option (list (option (value form)) * program) :=
  match xs with
  | [] => Some ([], p)
  | Some (Reals X) :: xs => do (X, p) <- force X p; do (ys, p) <- force_operands xs p; Some (Some (Reals X) :: ys, p)
  | x :: xs => do (ys, p) <- force_operands xs p; Some (x :: ys, p)
  end.

(** Rectifiers make values; products of matrices and convolutions want values, and so do extremes, where the operands occur more than once.  (The names are
    tried in the order of [apply] and [operator].) *)
Inductive treatment := Rectify | Leak | Extreme (forced : bool) | Multiply | Plain.
Definition treatment_of (n : node) : treatment :=
  let is := same (op_type n) in
  if match op_domain n with Standard => false | MachineLearning => true end then Plain
  else if is_piecewise (op_type n) then Extreme (negb (is "Clip" || is "HardSigmoid")%pstring)
  else if is_decision (op_type n) then Plain
  else if (is "Add" || is "Sub" || is "Mul" || is "Div" || is "Neg")%pstring then Plain
  else if is "Relu"%pstring then Rectify
  else if is "LeakyRelu"%pstring then Leak
  else if (is "MatMul" || is "Gemm" || is "Conv")%pstring then Multiply
  else Plain.

(** alpha · z + (1 - alpha) · relu z *)
Definition leak (alpha : dyadic) (z r : form) : form :=
  add (mul (literal alpha) z) (mul (add (number_of (QArith_base.inject_Z 1)) (opp (literal alpha))) r).

(** *** Extremes: max (a, b) = a + relu (b - a), and min (a, b) = a - relu (a - b) *)

Definition gap (most : bool) (a b : form) : form := if most then add b (opp a) else add a (opp b).
Definition joined (most : bool) (a r : form) : form := add a (if most then r else opp r).
(** of the members of a list, two by two *)
Fixpoint gaps (most : bool) (l : list form) : list form :=
  match l with a :: b :: l => gap most a b :: gaps most l | _ => [] end.
(** a list with half as many members, where the rectified gaps stand in front of [rs] *)
Fixpoint join (most : bool) (l rs : list form) : option (list form * list form) :=
  match l, rs with
  | a :: _ :: l, r :: rs => do (l, rs) <- join most l rs; Some (joined most a r :: l, rs)
  | _ :: _ :: _, [] => None
  | _, _ => Some (l, rs)
  end.
Fixpoint join_each (most : bool) (ls : list (list form)) (rs : list form) : option (list (list form)) :=
  match ls with [] => Some [] | l :: ls => do (l, rs) <- join most l rs; do ls <- join_each most ls rs; Some (l :: ls) end.
Definition the_member {A} (l : list A) : option A := match l with [a] => Some a | _ => None end.
(** rounds of a tournament in each list, until it has one member *)
Fixpoint tournament (rounds : nat) (most : bool) (ls : list (list form)) (p : program) : option (list form * program) :=
  match map_all the_member ls, rounds with
  | Some l, _ => Some (l, p)
  | None, O => None
  | None, S rounds =>
    do (rs, p) <- materialise Relu (List.concat (map (gaps most) ls)) p;
    do ls <- join_each most ls rs; tournament rounds most ls p
  end.
(** no list has more than 2 to this power of members *)
Definition most_rounds : nat := 22.
(** the members of [l], in lists as long as those of [ls] *)
Fixpoint parted {A B} (ls : list (list A)) (l : list B) : list (list B) :=
  match ls with [] => [] | m :: ls => firstn (length m) l :: parted ls (skipn (length m) l) end.
Definition least_of_largest_forms (T : list (list (list form))) (p : program) : option (list form * program) :=
  do (l, p) <- tournament most_rounds true (List.concat T) p; tournament most_rounds false (parted T l) p.

Definition step (n : node) (xs : list (option (value form))) (p : program) : option (list (value form) * program) :=
  match treatment_of n with
  | Plain => do vs <- apply n xs; Some (vs, p)
  | Multiply => do (xs, p) <- force_operands xs p; do vs <- apply n xs; Some (vs, p)
  | Extreme forced =>
    do (xs, p) <- if forced then force_operands xs p else Some (xs, p);
    do T <- choices (op_type n) (attrs n) xs; do (vs, p) <- least_of_largest_forms (data T) p; Some ([Reals (Tensor (shape T) vs)], p)
  | Rectify =>
    do _ <- apply n xs;   (* whether the node means anything *)
    do X <- reals xs 0; do (vs, p) <- materialise Relu (data X) p; Some ([Reals (Tensor (shape X) vs)], p)
  | Leak =>
    do _ <- apply n xs;
    do X <- reals xs 0; do alpha <- float_attr (attrs n) "alpha"%pstring (Dyadic false 10737418 1044);
    do (X, p) <- force X p; do (vs, p) <- materialise Relu (data X) p;
    Some ([Reals (Tensor (shape X) (zip_with (leak alpha) (data X) vs))], p)
  end.
Fixpoint lower_nodes (ns : list node) (e : environment form) (p : program) : option (environment form * program) :=
  match ns with
  | [] => Some (e, p)
  | n :: ns =>
    do xs <- map_all (fetch e) (ins n); do (vs, p) <- step n xs p;
    do e <- bind (outs n) vs e; lower_nodes ns e p
  end.

(** The network's blocks, with the values of its inputs ([k] in number) and its outputs. *)
Record lowered := Lowered { program_of : program; input_forms : list form; output_forms : list form }.
(** the network's outputs on these inputs, after blocks made so far *)
Definition lower_from (m : model) (x : list form) (p : program) : option (list form * program) :=
  do e <- initial m x;
  do (e, p) <- lower_nodes (nodes m) e p;
  do v <- lookup e (output_name m); do Y <- as_numbers v;
  do (Y, p) <- force Y p;
  Some (data Y, p).
(** [from], which lowers a function of lists of reals, applied to [k] inputs *)
Definition lower_with (from : list form -> program -> option (list form * program)) (k : nat) : option lowered :=
  do (xs, n) <- fresh 0 (repeat tt k);
  do (Y, p) <- from xs (Program [] n);
  when (0 <? n)%uint63 (Some (Lowered p xs Y)).

(** The rows of a query's disjuncts, as one more block; for each disjunct, its values, and whether they are strict. *)
Fixpoint number_rows {A} (i : int) (d : list (A * bool)) : list (int * bool) * int :=
  match d with
  | [] => ([], i)
  | (_, strict) :: d => let (r, j) := number_rows (i + 1)%uint63 d in ((i, strict) :: r, j)
  end.
Fixpoint number_disjuncts {A} (i : int) (ds : list (list (A * bool))) : list (list (int * bool)) :=
  match ds with [] => [] | d :: ds => let (r, j) := number_rows i d in r :: number_disjuncts j ds end.
Definition add_form_rows (n : int) (ds : list (list (form * bool))) : option (block * list (list (int * bool))) :=
  let forms := List.concat ds in
  do rows <- map_all (fun r => row_of (fst r)) forms; do _ <- fresh n forms; Some (Block Id rows, number_disjuncts n ds).
Definition add_rows (l : lowered) (ds : list (list (term * bool))) : option (block * list (list (int * bool))) :=
  add_form_rows (next (program_of l)) (map (map (fun r => (term_value (input_forms l) (output_forms l) (fst r), snd r))) ds).
