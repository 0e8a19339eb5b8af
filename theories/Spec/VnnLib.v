(** * VnnLib

    From the text of a VNN-LIB file to a property.  A file of version 1.0 declares real inputs [X_0], [X_1], … and outputs [Y_0], [Y_1], …, each kind in order; a file
    of version 2.0 declares a network with one input and one output tensor of reals, whose entries are written [X[0,3]].  Both assert formulas; the property
    is their conjunction: it describes the pairs (input, output) that must not occur.

    Main definitions: [tokens], [expression], [decimal], [read_property].

    Trust: SPEC.
    Source: VNN-LIB standard, versions 1.0 and 2.0; SMT-LIB 2.6 for the lexical structure. *)
From Coq Require Import PString Uint63 ZArith QArith List Bool.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Formula.
Import ListNotations.
Local Open Scope bool_scope.
Local Open Scope pstring_scope.
Local Open Scope uint63_scope.

(** ** Characters *)
Definition is_space (c : int) : bool := (c =? 32) || ((9 <=? c) && (c <=? 13)).
Definition is_digit (c : int) : bool := (48 <=? c) && (c <=? 57).
Definition opening : int := 40.   (* ( *)
Definition closing : int := 41.   (* ) *)
Definition comment : int := 59.   (* ; *)
Definition is_delimiter (c : int) : bool := is_space c || (c =? opening) || (c =? closing) || (c =? comment).

(** ** Tokens: parentheses and words (from, to); a comment runs to the end of its line *)
Inductive token := Open | Close | Word (from to : int).

(** what is being read: nothing, a comment, or a word that began somewhere *)
Inductive mode := Between | InComment | InWord (from : int).
Definition tokens (s : bytes) : option (list token) :=
  let n := size_of s in
  let turn (st : int * mode * list token) :=
    let '(i, m, l) := st in
    let l := match m with InWord a => if (i =? n) || is_delimiter (byte s i) then Word a i :: l else l | _ => l end in
    if i =? n then inr (rev' l)
    else
      let c := byte s i in
      let next m l := inl (i + 1, m, l) in
      match m with
      | InComment => next (if (c =? 10) || (c =? 13) then Between else InComment) l
      | _ =>
        if is_space c then next Between l
        else if c =? opening then next Between (Open :: l)
        else if c =? closing then next Between (Close :: l)
        else if c =? comment then next InComment l
        else next (match m with InWord a => InWord a | _ => InWord i end) l
      end in
  match loop turns turn (0, Between, []) with inr l => Some l | inl _ => None end.

(** ** Expressions *)
Inductive expression := Atom (from to : int) | List (l : list expression).

(** [stack]: the members so far (last first) of each list that is still open, innermost first *)
Fixpoint parse (l : list token) (top : list expression) (stack : list (list expression)) : option (list expression) :=
  match l with
  | [] => match stack with [] => Some (rev' top) | _ => None end
  | Word a b :: l => parse l (Atom a b :: top) stack
  | Open :: l => parse l [] (top :: stack)
  | Close :: l => match stack with outer :: stack => parse l (List (rev' top) :: outer) stack | [] => None end
  end.

Section Reader.
Variable s : bytes.

(** ** Numbers: [sign] digits [. digits] [e [sign] digits], exactly.  At most 1000 characters, and exponents of at most 3 digits. *)
Fixpoint digits (n : nat) (i e : int) (acc : Z) : Z * int :=
  match n with
  | O => (acc, i)
  | S n => if (i <? e) && is_digit (byte s i) then digits n (i + 1) e (10 * acc + to_Z (byte s i - 48))%Z else (acc, i)
  end.
Definition sign_at (i e : int) : bool * int :=
  if (i <? e) && (byte s i =? 45) then (true, i + 1) else if (i <? e) && (byte s i =? 43) then (false, i + 1) else (false, i).
Definition signed_by (b : bool) (a : Z) : Z := if b then (- a)%Z else a.
Definition scaled (a k : Z) : Q := if (0 <=? k)%Z then inject_Z (a * 10 ^ k) else Qmake a (Z.to_pos (10 ^ (- k))).
Definition decimal (i e : int) : option Q :=
  let (neg, i) := sign_at i e in
  let (whole, j) := digits 1000 i e 0 in
  let (all, k) := if (j <? e) && (byte s j =? 46) then digits 1000 (j + 1) e whole else (whole, j) in
  let places := if j <? k then (to_Z (k - j) - 1)%Z else 0%Z in
  let some := (i <? j) || (j + 1 <? k) in
  let result p := Some (scaled (signed_by neg all) (p - places)) in
  if (1000 <? e - i) || negb some then None
  else if k =? e then result 0%Z
  else if (byte s k =? 101) || (byte s k =? 69) then
    let (down, first) := sign_at (k + 1) e in
    let (p, last) := digits 3 first e 0 in
    when ((first <? last) && (last =? e)) (result (signed_by down p))
  else None.

(** ** Terms and formulas; [variable] reads the words that are variables *)
Variable variable : int -> int -> option term.
Definition is_word (w : bytes) (e : expression) : bool := match e with Atom a b => same w (text s a b) | List _ => false end.

Definition fold_terms (f : term -> term -> term) (l : list term) : option term :=
  match l with a :: l => Some (fold_left f l a) | [] => None end.
Fixpoint read_term (e : expression) : option term :=
  match e with
  | Atom a b => match variable a b with Some t => Some t | None => do q <- decimal a b; Some (Number q) end
  | List (op :: args) =>
    do l <- map_all read_term args;
    if is_word "+" op then fold_terms Plus l
    else if is_word "*" op then fold_terms Times l
    else if is_word "-" op then
      match l with [a] => Some (Opposite a) | _ => fold_terms (fun a b => Plus a (Opposite b)) l end
    else None
  | List [] => None
  end.
Definition comparison (op : expression) (a b : term) : option formula :=
  if is_word "<=" op then Some (Leq a b)
  else if is_word "<" op then Some (Less a b)
  else if is_word ">=" op then Some (Leq b a)
  else if is_word ">" op then Some (Less b a)
  else if is_word "=" op || is_word "==" op then Some (And (Leq a b) (Leq b a))
  else if is_word "!=" op then Some (Not (And (Leq a b) (Leq b a)))
  else None.
Fixpoint read_formula (e : expression) : option formula :=
  match e with
  | List (op :: args) =>
    if is_word "and" op then do l <- map_all read_formula args; Some (fold_right And True_ l)
    else if is_word "or" op then do l <- map_all read_formula args; Some (fold_right Or False_ l)
    else if is_word "not" op then match args with [f] => do f <- read_formula f; Some (Not f) | _ => None end
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
