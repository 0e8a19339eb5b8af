(** * Proof certificates, read

    A certificate's bytes become one tree for each query.  Tables of slopes, sets of rows and weights stay in the bytes
    and are decoded when they are used.  Nothing is proved about this reader, and nothing has to be: any tree is sound
    (Tree_sound.v).  It is total, and refuses whatever does not follow docs/certificates.md to the letter.

    Main definitions: [tree], [read_proof]; [place], [slope_entry], [row_sides], [weight] (decoding what stayed in the
    bytes).

    Trust: proved (no statement is needed).
    Source: docs/certificates.md, section 2. *)
From Coq Require Import Floats List Uint63.
From Warrant.Spec Require Import Bytes.
Import ListNotations.
Local Open Scope uint63_scope.

(** Where tables of slopes have the entry of row q: at place q, or at the one that stands in two bytes at [from + 2q], if
    these are among the [count] bytes there *)
Inductive places := InOrder | Placed (from count : int).
(** Slopes of a backward pass: by default, or a table of [count] bytes at offset [from]; [unit] is what 1 means in the
    entries of stable rows *)
Inductive slopes :=
| DefaultSlopes
| Slopes4 (unit : float) (pl : places) (from count : int)
| Slopes8 (pl : places) (from count : int).
(** Rows to improve: those with 0 inside their interval, all, or by two bits a row *)
Inductive selection := UnstableRows | AllRows | ListedRows (from count : int).

Inductive tree :=
| Done
| Empty (block row : int)
| Split (block row : int) (v : float) (below above : tree)
| Advance (t : tree)
| Improve (block : int) (rows : selection) (sl : slopes) (t : tree)
| Close (disjunct : int) (weights : int) (sl : slopes) (t : tree).    (** weights: the offset of the first *)

(** ** Decoding *)

Definition dyadic_float (d : option dyadic) : float :=
  match d with
  | Some d => let f := ldshiftexp (of_uint63 (man d)) (ex d + 1027) in if negative d then (- f)%float else f
  | None => nan
  end.
(** the place of row [q]'s entry, beyond all tables if it has none *)
Definition place (c : bytes) (pl : places) (q : int) : int :=
  match pl with
  | InOrder => q
  | Placed from count => let i := q << 1 in if i + 1 <? count then le16 c (from + i) else max_int
  end.
(** the entry of row [q], which is [stable] or not; entries missing at the end are 0 *)
Definition slope_entry (c : bytes) (sl : slopes) (stable : bool) (q : int) : float :=
  match sl with
  | DefaultSlopes => nan
  | Slopes4 unit pl from count =>
    let q := place c pl q in
    let i := q >> 1 in
    if i <? count then
      let n := of_uint63 ((byte c (from + i) >> ((q land 1) << 2)) land 15) in
      if stable then (n * unit)%float else (n / 15)%float
    else 0%float
  | Slopes8 pl from count =>
    let q := place c pl q in
    if q <? count then (of_uint63 (byte c (from + q)) / 255)%float else 0%float
  end.
(** the sides of row [j] to improve: 1 for the lower, 2 for the upper, 3 for both *)
Definition row_sides (c : bytes) (rows : selection) (j : int) (p : float * float) : int :=
  match rows with
  | UnstableRows => if (fst p <? 0)%float then if (0 <? snd p)%float then 3 else 0 else 0
  | AllRows => 3
  | ListedRows from count =>
    let i := j >> 2 in if i <? count then (byte c (from + i) >> ((j land 3) << 1)) land 3 else 0
  end.
Definition weight (c : bytes) (i : int) : float := of_uint63 (byte c i).

(** ** Reading

    A reader takes the offset to read at and gives what was read and the offset after it.  Reading beyond the end gives
    zeros, which [read_proof] notices when it compares the last offset with the size. *)

(** the item of a list at a position *)
Fixpoint item {A} (l : list A) (i : int) : option A :=
  match l with [] => None | a :: l => if i =? 0 then Some a else item l (i - 1) end.

Fixpoint varint_from (n : nat) (c : bytes) (i shift acc : int) : option (int * int) :=
  match n with
  | O => None
  | S n =>
    let b := byte c i in
    let acc := acc lor ((b land 127) << shift) in
    if b <? 128 then when (acc <? 1 << 62) (Some (acc, i + 1)) else varint_from n c (i + 1) (shift + 7) acc
  end.
Definition varint (c : bytes) (i : int) : option (int * int) := varint_from 9 c i 0 0.
(** n:varint byte^n, as the offset and the number of the bytes *)
Definition read_span (c : bytes) (i : int) : option (int * int * int) :=
  do (n, i) <- varint c i; when (i + n <=? size_of c) (Some ((i, n), i + n)).

Definition read_slopes (c : bytes) (pl : places) (i : int) : option (slopes * int) :=
  let kind := byte c i in
  let i := i + 1 in
  if kind =? 0 then Some (DefaultSlopes, i)
  else if kind =? 1 then do (from, n, i) <- read_span c i; Some (Slopes4 0 pl from n, i)
  else if kind =? 2 then do (from, n, i) <- read_span c i; Some (Slopes8 pl from n, i)
  else if kind =? 3 then
    let unit := dyadic_float (float32 c i) in do (from, n, i) <- read_span c (i + 4); Some (Slopes4 unit pl from n, i)
  else None.
Definition read_rows (c : bytes) (i : int) : option (selection * int) :=
  let kind := byte c i in
  let i := i + 1 in
  if kind =? 0 then Some (UnstableRows, i)
  else if kind =? 1 then Some (AllRows, i)
  else if kind =? 2 then do (from, n, i) <- read_span c i; Some (ListedRows from n, i)
  else None.

(** [sizes]: the number of rows of each disjunct, which is how many weights a CLOSE has; [pl]: of the tables in the tree *)
Fixpoint read_tree (fuel : nat) (c : bytes) (sizes : list int) (pl : places) (i : int) : option (tree * int) :=
  match fuel with
  | O => None
  | S fuel =>
    let op := byte c i in
    let i := i + 1 in
    if op =? 0x00 then Some (Done, i)
    else if op =? 0x01 then
      do (k, i) <- varint c i;
      do (j, i) <- varint c i;
      Some (Empty k j, i)
    else if op =? 0x02 then
      do (k, i) <- varint c i;
      do (j, i) <- varint c i;
      let v := dyadic_float (float64 c i) in
      do (below, i) <- read_tree fuel c sizes pl (i + 8);
      do (above, i) <- read_tree fuel c sizes pl i;
      Some (Split k j v below above, i)
    else if op =? 0x10 then
      do (t, i) <- read_tree fuel c sizes pl i;
      Some (Advance t, i)
    else if op =? 0x11 then
      do (k, i) <- varint c i;
      do (rows, i) <- read_rows c i;
      do (sl, i) <- read_slopes c pl i;
      do (t, i) <- read_tree fuel c sizes pl i;
      Some (Improve k rows sl t, i)
    else if op =? 0x12 then
      do (d, i) <- varint c i;
      do n <- item sizes d;
      do (sl, j) <- read_slopes c pl (i + n);
      do (t, j) <- read_tree fuel c sizes pl j;
      Some (Close d i sl t, j)
    else if op =? 0x13 then do (from, n, i) <- read_span c i; read_tree fuel c sizes (Placed from n) i
    else None
  end.
(** the most ops and ends on the way from a tree's root to a leaf *)
Definition nesting : nat := Nat.pow 10 4.

Fixpoint read_trees (c : bytes) (sizes : list (list int)) (i : int) : option (list tree) :=
  match sizes with
  | [] => when (i =? size_of c) (Some [])
  | s :: sizes =>
    do (t, i) <- read_tree nesting c s InOrder i;
    do ts <- read_trees c sizes i;
    Some (t :: ts)
  end.
(** WRNT 0x01 and a letter: P, or D for two networks in lock step *)
Definition letter_P : int := 80.
Definition letter_D : int := 68.
Definition magic (letter : int) (c : bytes) : bool :=
  forallb (fun p => byte c (fst p) =? snd p) [(0, 87); (1, 82); (2, 78); (3, 84); (4, 1); (5, letter)].
(** [sizes]: for each query, the number of rows of each of its disjuncts *)
Definition read_proof (letter : int) (c : bytes) (sizes : list (list int)) : option (list tree) :=
  when (magic letter c) (read_trees c sizes 6).
