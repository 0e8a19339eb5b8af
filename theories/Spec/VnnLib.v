(** * VnnLib

    From the text of a VNN-LIB file to a property.  A file of version 1.0 declares real inputs [X_0], [X_1], … and outputs [Y_0], [Y_1], …, each kind in order; a file
    of version 2.0 declares a network with one input and one output tensor of reals, whose entries are written [X[0,3]].  Both assert formulas; the property
    is their conjunction: it describes the pairs (input, output) that must not occur.

    Main definitions: [read_formula], [read_property].

    Trust: SPEC.
    Source: VNN-LIB standard, versions 1.0 and 2.0. *)
From Coq Require Import PString Uint63 ZArith QArith List Bool.
From Warrant Require Import Spec.Bytes Spec.SExpressions Spec.Tensor Spec.Formula.
Import ListNotations.
Local Open Scope bool_scope.
Local Open Scope pstring_scope.
Local Open Scope uint63_scope.

Section Reader.
Variable s : bytes.

(** ** Terms and formulas; [variable] reads the words that are variables *)
Variable variable : int -> int -> option term.

Fixpoint read_term (e : expression) : option term :=
  match e with
  | Atom a b => match variable a b with Some t => Some t | None => do q <- decimal s a b; Some (Number q) end
  | List (op :: args) =>
    do l <- map_all read_term args;
    if is_word s "+" op then fold_all Plus l
    else if is_word s "*" op then fold_all Times l
    else if is_word s "-" op then
      match l with [a] => Some (Opposite a) | _ => fold_all (fun a b => Plus a (Opposite b)) l end
    else None
  | List [] => None
  end.
Definition comparison (op : expression) (a b : term) : option formula :=
  if is_word s "<=" op then Some (Leq a b)
  else if is_word s "<" op then Some (Less a b)
  else if is_word s ">=" op then Some (Leq b a)
  else if is_word s ">" op then Some (Less b a)
  else if is_word s "=" op || is_word s "==" op then Some (And (Leq a b) (Leq b a))
  else if is_word s "!=" op then Some (Not (And (Leq a b) (Leq b a)))
  else None.
Fixpoint read_formula (e : expression) : option formula :=
  match e with
  | List (op :: args) =>
    if is_word s "and" op then do l <- map_all read_formula args; Some (fold_right And True_ l)
    else if is_word s "or" op then do l <- map_all read_formula args; Some (fold_right Or False_ l)
    else if is_word s "not" op then match args with [f] => do f <- read_formula f; Some (Not f) | _ => None end
    else match args with [a; b] => do a <- read_term a; do b <- read_term b; comparison op a b | _ => None end
  | _ => None
  end.
End Reader.

(** ** Version 1.0: declarations and assertions, in any order, each variable before its use *)

(** [X_] or [Y_] and a number without leading zeros *)
Definition subscript (s : bytes) (i e : int) : option nat :=
  let (k, j) := digits s 9 i e 0 in
  when ((i <? j) && (j =? e) && (negb (byte s i =? 48) || (j =? i + 1))) (Some (Z.to_nat k)).
Definition variable_1 (s : bytes) (i e : int) : option term :=
  if (i + 2 <? e) && (byte s (i + 1) =? 95) then
    do k <- subscript s (i + 2) e;
    if byte s i =? 88 then Some (Input k) else if byte s i =? 89 then Some (Output k) else None
  else None.
(** one of the [nx] inputs and [ny] outputs that are declared *)
Definition declared_1 (s : bytes) (nx ny : nat) (i e : int) : option term :=
  match variable_1 s i e with
  | Some (Input k) => when (Nat.ltb k nx) (Some (Input k))
  | Some (Output k) => when (Nat.ltb k ny) (Some (Output k))
  | _ => None
  end.
Fixpoint commands_1 (s : bytes) (l : list expression) (nx ny : nat) (asserts : list formula) : option property :=
  match l with
  | [] => Some (Property nx ny (fold_right And True_ (rev' asserts)))
  | List [c; a] :: l =>
    if is_word s "assert" c then do f <- read_formula s (declared_1 s nx ny) a; commands_1 s l nx ny (f :: asserts) else None
  | List [c; Atom a b; type] :: l =>
    if is_word s "declare-const" c && is_word s "Real" type then
      match variable_1 s a b with
      | Some (Input k) => if Nat.eqb k nx then commands_1 s l (S nx) ny asserts else None
      | Some (Output k) => if Nat.eqb k ny then commands_1 s l nx (S ny) asserts else None
      | _ => None
      end
    else None
  | _ => None
  end.

(** ** Version 2.0: one network with one input and one output, then assertions *)

(** [[1,5]]: numbers in brackets, at most 16, without spaces *)
Fixpoint numbers (s : bytes) (n : nat) (i e : int) : option (list Z) :=
  match n with
  | O => None
  | S n =>
    let (k, j) := digits s 9 i e 0 in
    if j =? i then None else if j =? e then Some [k]
    else if byte s j =? 44 then do r <- numbers s n (j + 1) e; Some (k :: r) else None
  end.
Definition bracketed (s : bytes) (i e : int) : option (list Z) :=
  if (i + 1 <? e) && (byte s i =? 91) && (byte s (e - 1) =? 93) then
    if i + 2 =? e then Some [] else numbers s 16 (i + 1) (e - 1)
  else None.
(** a declared tensor: its name and its shape *)
Record variable_2 := Variable2 { name : bytes; dims : list Z }.
Definition declaration (s : bytes) (kind : bytes) (l : expression) : option variable_2 :=
  match l with
  | List [k; Atom a b; type; Atom c d] =>
    if is_word s kind k && is_word s "Real" type then do sh <- bracketed s c d; when (shape_ok sh) (Some (Variable2 (text s a b) sh)) else None
  | _ => None
  end.
(** the entry that a word names, counted in row-major order; the name alone if the shape has no dimensions *)
Definition element (s : bytes) (v : variable_2) (i e : int) : option nat :=
  let j := i + size_of (name v) in
  if (j <=? e) && same (text s i j) (name v) then
    do index <- if j =? e then Some [] else bracketed s j e;
    do k <- offset (dims v) index; Some (Z.to_nat k)
  else None.
Definition declared_2 (s : bytes) (x y : variable_2) (i e : int) : option term :=
  match element s x i e with
  | Some k => Some (Input k)
  | None => do k <- element s y i e; Some (Output k)
  end.
Definition commands_2 (s : bytes) (l : list expression) : option property :=
  match l with
  | List [c; Atom _ _; input; output] :: l =>
    do x <- declaration s "declare-input" input; do y <- declaration s "declare-output" output;
    do fs <- map_all (fun e => match e with
      | List [c; a] => if is_word s "assert" c then read_formula s (declared_2 s x y) a else None
      | _ => None end) l;
    when (is_word s "declare-network" c && negb (same (name x) (name y)))
      (Some (Property (Z.to_nat (size (dims x))) (Z.to_nat (size (dims y))) (fold_right And True_ fs)))
  | _ => None
  end.

Definition read_property (s : bytes) : option property :=
  do t <- tokens s; do l <- parse t [] [];
  match l with
  | List [c; v] :: rest => if is_word s "vnnlib-version" c then if is_word s "<2.0>" v then commands_2 s rest else None else commands_1 s l 0 0 []
  | _ => commands_1 s l 0 0 []
  end.
