(** * S-expressions

    The lexical structure that VNN-LIB and Warrant's own text files share: words and parentheses, comments, and decimal numbers.

    Main definitions: [tokens], [parse], [decimal], [rational].

    Trust: SPEC.
    Source: SMT-LIB 2.6, section 3.1. *)
From Coq Require Import PString Uint63 ZArith QArith List Bool.
From Warrant Require Import Spec.Bytes.
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

Definition is_word (w : bytes) (e : expression) : bool := match e with Atom a b => same w (text s a b) | List _ => false end.

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
(** a decimal number, or a fraction of two whole numbers: [-3/4] *)
Definition fraction (i e : int) : option Q :=
  let (neg, i) := sign_at i e in
  let (n, j) := digits 1000 i e 0 in
  if (i <? j) && (j <? e) && (byte s j =? 47) then
    let (d, k) := digits 1000 (j + 1) e 0 in
    match d with Zpos d => when (k =? e) (Some (Qmake (signed_by neg n) d)) | _ => None end
  else None.
Definition rational (e : expression) : option Q :=
  match e with Atom a b => match decimal a b with Some q => Some q | None => fraction a b end | List _ => None end.
End Reader.
