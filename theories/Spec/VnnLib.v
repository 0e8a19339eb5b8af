(** * VnnLib

    From the text of a VNN-LIB 1.0 file to a property.  Such a file declares real inputs [X_0], [X_1], … and outputs [Y_0], [Y_1], …, each kind in order, and
    asserts formulas; the property is their conjunction: it describes the pairs (input, output) that must not occur.

    Main definitions: [tokens], [expression], [decimal], [read_property].

    Trust: SPEC.
    Source: VNN-LIB standard, version 1.0; SMT-LIB 2.6 for its lexical structure. *)
From Coq Require Import PString Uint63 ZArith QArith List Bool.
From Warrant Require Import Spec.Bytes Spec.Formula.
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

(** ** Variables: [X_] or [Y_] and a number without leading zeros *)
Definition subscript (i e : int) : option nat :=
  let (k, j) := digits 9 i e 0 in
  when ((i <? j) && (j =? e) && (negb (byte s i =? 48) || (j =? i + 1))) (Some (Z.to_nat k)).
Inductive variable := X (i : nat) | Y (i : nat).
Definition variable_name (i e : int) : option variable :=
  if (i + 2 <? e) && (byte s (i + 1) =? 95) then
    do k <- subscript (i + 2) e;
    if byte s i =? 88 then Some (X k) else if byte s i =? 89 then Some (Y k) else None
  else None.

(** ** Terms and formulas, over [nx] inputs and [ny] outputs declared before *)
Variables nx ny : nat.
Definition is_word (w : bytes) (e : expression) : bool := match e with Atom a b => same w (text s a b) | List _ => false end.

Definition fold_terms (f : term -> term -> term) (l : list term) : option term :=
  match l with a :: l => Some (fold_left f l a) | [] => None end.
Fixpoint read_term (e : expression) : option term :=
  match e with
  | Atom a b =>
    match variable_name a b with
    | Some (X k) => when (Nat.ltb k nx) (Some (Input k))
    | Some (Y k) => when (Nat.ltb k ny) (Some (Output k))
    | None => do q <- decimal a b; Some (Number q)
    end
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
  else if is_word "=" op then Some (And (Leq a b) (Leq b a))
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

(** ** Files: declarations and assertions, in any order, each variable before its use *)
Fixpoint read_commands (s : bytes) (l : list expression) (nx ny : nat) (asserts : list formula) : option property :=
  match l with
  | [] => Some (Property nx ny (fold_right And True_ (rev' asserts)))
  | List [c; a] :: l =>
    if is_word s "assert" c then do f <- read_formula s nx ny a; read_commands s l nx ny (f :: asserts) else None
  | List [c; Atom a b; type] :: l =>
    if is_word s "declare-const" c && is_word s "Real" type then
      match variable_name s a b with
      | Some (X k) => if Nat.eqb k nx then read_commands s l (S nx) ny asserts else None
      | Some (Y k) => if Nat.eqb k ny then read_commands s l nx (S ny) asserts else None
      | None => None
      end
    else None
  | _ => None
  end.
Definition read_property (s : bytes) : option property :=
  do t <- tokens s; do l <- parse t [] []; read_commands s l 0 0 [].
