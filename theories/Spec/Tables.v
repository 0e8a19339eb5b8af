(** * Tables

    Tables in files: comma-separated text, or NumPy arrays with one or two dimensions.  A cell is a number, exactly, or a text.  Everything here is total, and takes
    time bounded by the size of the file.

    Main definitions: [value], [agree], [read_table], [column].

    Trust: SPEC.
    Source: RFC 4180 (without quotation marks); the NumPy enhancement proposal 1 (the format of npy files). *)
From Coq Require Import PString Uint63 ZArith QArith List Bool.
From Warrant Require Import Spec.Bytes Spec.SExpressions.
From Warrant Require Spec.Training.
Import ListNotations.
Local Open Scope bool_scope.

Inductive value := Number (q : Q) | Text (t : bytes).
(** A number is no text; texts agree if they have the same bytes. *)
Definition agree (a b : value) : bool :=
  match a, b with Number p, Number q => Qeq_bool p q | Text a, Text b => same a b | _, _ => false end.

(** the rational number that a binary floating-point number is *)
Definition dyadic_Q (d : dyadic) : Q :=
  let m := (if negative d then - to_Z (man d) else to_Z (man d))%Z in
  let e := (to_Z (ex d) - 1074)%Z in
  if (m =? 0)%Z then 0 else if (0 <=? e)%Z then inject_Z (m * 2 ^ e) else Qmake m (Z.to_pos (2 ^ (- e))).

Section Reader.
Variable s : bytes.
Local Open Scope pstring_scope.
Local Open Scope uint63_scope.

(** ** Comma-separated text *)

(** What stands from [a] on before [e]; a carriage return at its end does not belong to it.  What reads as a decimal number or as a fraction is a number. *)
Definition cell (a e : int) : value :=
  let e := if (a <? e) && (byte s (e - 1) =? 13) then e - 1 else e in
  match rational s (Atom a e) with Some q => Number q | None => Text (text s a e) end.
(** Read from the end: the first [i] bytes are still to be read, [e] is where the cell ends, [row] has the cells behind it, [rows] the rows below it. *)
Definition read_csv : option (list (list value)) :=
  let n := size_of s in
  let last := if byte s (n - 1) =? 10 then n - 1 else n in
  let turn (st : int * int * list value * list (list value)) :=
    let '(i, e, row, rows) := st in
    if i =? 0 then inr (Some ((cell 0 e :: row) :: rows))
    else
      let c := byte s (i - 1) in
      if c =? 44 then inl (i - 1, i - 1, cell i e :: row, rows)              (* , *)
      else if c =? 10 then inl (i - 1, i - 1, [], (cell i e :: row) :: rows)
      else if c =? 34 then inr None                                          (* quotation marks are not read *)
      else inl (i - 1, e, row, rows) in
  match loop turns turn (last, last, [], []) with inr r => r | inl _ => None end.

(** ** NumPy arrays *)

(** The sizes in bytes of the numbers of the types that are read, and the number at an offset. *)
Definition kinds : list (bytes * (int * (int -> option Q))) :=
  [("<f8", (8, fun i => do x <- float64 s i; Some (dyadic_Q x)));
   ("<f4", (4, fun i => do x <- float32 s i; Some (dyadic_Q x)));
   ("<i8", (8, fun i => do z <- int64 s i; Some (inject_Z z)));
   ("<i4", (4, fun i => let v := le32 s i in Some (inject_Z (if v <? 2147483648 then to_Z v else to_Z v - 4294967296))));
   ("|u1", (1, fun i => Some (inject_Z (to_Z (byte s i)))));
   ("|b1", (1, fun i => Some (inject_Z (to_Z (byte s i)))))].
(** the type, the offset of the first number, the numbers of rows and of columns *)
Definition read_header : option (int * (int -> option Q) * int * Z * Z) :=
  let (first, data) := if byte s 6 =? 1 then (10, 10 + le16 s 8) else (12, 12 + le32 s 8) in
  let says := Training.says s in
  do (_, (size, number)) <- find (fun k => says (fst k) (first + 11)) kinds;
  let open := "', 'fortran_order': False, 'shape': (" in
  let (n, i) := digits s 8 (first + 14 + size_of open) data 0 in
  let (d, j) := if says ",)" i then (1%Z, i + 1) else digits s 8 (i + 2) data 0 in
  when (((byte s 6 =? 1) || (byte s 6 =? 2)) && (byte s 7 =? 0) && says "{'descr': '" first && says open (first + 14) &&
        (says ",)" i || says ", " i) && says "), }" j && (Training.spaces s 1000 (j + 4) =? data - 1) && (byte s (data - 1) =? 10))
    (Some (size, number, data, n, d)).
Section Array.
Variables (size : int) (number : int -> option Q).
(** the [d] numbers of which the last ends at [e] *)
Fixpoint read_numbers (d : nat) (e : int) (row : list value) : option (list value) :=
  match d with O => Some row | S d => do q <- number (e - size); read_numbers d (e - size) (Number q :: row) end.
Fixpoint read_rows (d n : nat) (e : int) (rows : list (list value)) : option (list (list value)) :=
  match n with
  | O => Some rows
  | S n => do row <- read_numbers d e []; read_rows d n (e - size * of_Z (Z.of_nat d)) (row :: rows)
  end.
End Array.
Definition read_array : option (list (list value)) :=
  do (size, number, data, n, d) <- read_header;
  if (0 <? n)%Z && (0 <? d)%Z && (to_Z size * n * d =? to_Z (size_of s) - to_Z data)%Z then
    read_rows size number (Z.to_nat d) (Z.to_nat n) (size_of s) []
  else None.

(** Rows of the same number of cells.  The first six bytes of a NumPy file say that it is one. *)
Definition read_table : option (list (list value)) :=
  do rows <- (if (byte s 0 =? 147) && Training.says s "NUMPY" 1 then read_array else read_csv);
  let width := length (hd [] rows) in
  when (forallb (fun row => Nat.eqb (length row) width) rows) (Some rows).
End Reader.

(** The cells of the column [j], none of which may be empty. *)
Definition column (j : nat) (rows : list (list value)) : option (list value) :=
  map_all (fun row => do v <- nth_error row j; when (negb (agree v (Text ""%pstring))) (Some v)) rows.
