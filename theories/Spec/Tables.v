(** * Tables

    Tables in files: comma-separated text, or NumPy arrays with one or two dimensions.  A cell is a number, exactly, or a text.  Everything here is total, and takes
    time bounded by the size of the file.

    Main definitions: [value], [agree], [read_table], [small], [column].

    Trust: SPEC.
    Source: RFC 4180 (without quotation marks); the NumPy enhancement proposal 1 (the format of npy files). *)
From Coq Require Import PString Uint63 ZArith QArith List Bool.
From Warrant Require Import Spec.Bytes Spec.SExpressions Spec.Npy.
Import ListNotations.
Local Open Scope bool_scope.

Inductive value := Number (q : Q) | Text (t : bytes).
Definition number (v : value) : option Q := match v with Number q => Some q | Text _ => None end.
(** A number is no text; texts agree if they have the same bytes. *)
Definition agree (a b : value) : bool :=
  match a, b with Number p, Number q => Qeq_bool p q | Text a, Text b => same a b | _, _ => false end.

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

Definition read_array : option (list (list value)) :=
  do h <- read_header s; do (n, d) <- table_shape h; do rows <- rational_rows s h n d; Some (map (map Number) rows).

(** Rows of the same number of cells.  The first six bytes of a NumPy file say that it is one. *)
Definition read_table : option (list (list value)) :=
  do rows <- (if (byte s 0 =? 147) && says s "NUMPY" 1 then read_array else read_csv);
  let width := length (hd [] rows) in
  when (forallb (fun row => Nat.eqb (length row) width) rows) (Some rows).

(** ** Whole numbers in statements *)

(** the number of a column, or of rows: at most four digits *)
Definition small (e : expression) : option nat :=
  match e with
  | Atom a b => let (n, j) := digits s 4 a b 0 in when ((a <? b) && (j =? b)) (Some (Z.to_nat n))
  | List _ => None
  end.
(** how many steps, or uses: at most nine digits *)
Definition count (e : expression) : option Z :=
  match e with Atom a b => let (n, j) := digits s 9 a b 0 in when ((a <? b) && (j =? b)) (Some n) | List _ => None end.
End Reader.

(** The cells of the column [j], none of which may be empty. *)
Definition column (j : nat) (rows : list (list value)) : option (list value) :=
  map_all (fun row => do v <- nth_error row j; when (negb (agree v (Text ""%pstring))) (Some v)) rows.
