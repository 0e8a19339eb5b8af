(** * NumPy files

    The header of an npy file, and its numbers as rows.  Everything here is total, and takes time bounded by the size of the file.

    Main definitions: [header], [read_header], [rows_of], [rational_rows].

    Trust: SPEC.
    Source: the NumPy enhancement proposal 1 (the format of npy files). *)
From Coq Require Import PString Uint63 ZArith QArith List Bool.
From Warrant Require Import Spec.Bytes Spec.SExpressions.
Import ListNotations.
Local Open Scope bool_scope.
Local Open Scope pstring_scope.
Local Open Scope uint63_scope.

(** the offset of the three letters that name the type, such as <f8; the offset of the first number; the sizes of the dimensions *)
Record header := Header { type_at : int; data_at : int; array_shape : list Z }.

(** the rational number that a binary floating-point number is *)
Definition dyadic_Q (d : dyadic) : Q :=
  let m := (if negative d then - to_Z (man d) else to_Z (man d))%Z in
  let e := (to_Z (ex d) - 1074)%Z in
  if (m =? 0)%Z then 0 else if (0 <=? e)%Z then inject_Z (m * 2 ^ e) else Qmake m (Z.to_pos (2 ^ (- e))).

Section Npy.
Variable s : bytes.

(** whether the file says [w] at offset [i] *)
Definition says (w : bytes) (i : int) : bool := same w (text s i (i + size_of w)).
(** spaces, at most [n] of them *)
Fixpoint spaces (n : nat) (i : int) : int :=
  match n with O => i | S n => if byte s i =? 32 then spaces n (i + 1) else i end.
(** at most [n] + 1 numbers with commas between them, from [i] on before [e], and the offset after them *)
Fixpoint dimensions (n : nat) (i e : int) : list Z * int :=
  let (k, j) := digits s 8 i e 0 in
  match n with
  | O => ([k], j)
  | S n => if says ", " j then let (l, j) := dimensions n (j + 2) e in (k :: l, j) else ([k], j)
  end.

(** The header is the one that NumPy writes for numbers of three letters, row by row (versions 1.0 and 2.0), with at most eight dimensions. *)
Definition read_header : option header :=
  let (first, data) := if byte s 6 =? 1 then (10, 10 + le16 s 8) else (12, 12 + le32 s 8) in
  let open := "', 'fortran_order': False, 'shape': (" in
  let (l, i) := dimensions 7 (first + 14 + size_of open) data in
  let j := match l with [_] => i + 1 | _ => i end in   (* after a comma, where there is one dimension *)
  when ((byte s 0 =? 147) && says "NUMPY" 1 && ((byte s 6 =? 1) || (byte s 6 =? 2)) && (byte s 7 =? 0) && says "{'descr': '" first &&
        says open (first + 14) && match l with [_] => says ",)" i | _ => true end && says "), }" j &&
        (spaces 1000 (j + 4) =? data - 1) && (byte s (data - 1) =? 10))
    (Some (Header (first + 11) data l)).

(** ** Rows of numbers *)

Section Rows.
(** the size of a number in bytes, and the number at an offset *)
Context {A : Type} (size : int) (number : int -> option A).

(** the [n] numbers of which the last ends at [e], followed by those in [l] *)
Fixpoint read_numbers (n : nat) (e : int) (l : list A) : option (list A) :=
  match n with O => Some l | S n => do x <- number (e - size); read_numbers n (e - size) (x :: l) end.
(** the [n] rows of [d] numbers of which the last ends at [e], followed by those in [l] *)
Fixpoint read_rows (d n : nat) (e : int) (l : list (list A)) : option (list (list A)) :=
  match n with O => Some l | S n => do r <- read_numbers d e []; read_rows d n (e - size * of_Z (Z.of_nat d)) (r :: l) end.
(** the numbers of an array after its header, which fill the file: [n] rows of [d], at least one of each *)
Definition rows_of (h : header) (n d : Z) : option (list (list A)) :=
  if (0 <? n)%Z && (0 <? d)%Z && (to_Z size * n * d =? to_Z (size_of s) - to_Z (data_at h))%Z
  then read_rows (Z.to_nat d) (Z.to_nat n) (size_of s) [] else None.
End Rows.

(** ** Numbers of several types, as rational numbers

    The sizes in bytes of the numbers of the types that are read, and the number at an offset. *)
Definition kinds : list (bytes * (int * (int -> option Q))) :=
  [("<f8", (8, fun i => do x <- float64 s i; Some (dyadic_Q x)));
   ("<f4", (4, fun i => do x <- float32 s i; Some (dyadic_Q x)));
   ("<i8", (8, fun i => do z <- int64 s i; Some (inject_Z z)));
   ("<i4", (4, fun i => let v := le32 s i in Some (inject_Z (if v <? 2147483648 then to_Z v else to_Z v - 4294967296))));
   ("|u1", (1, fun i => Some (inject_Z (to_Z (byte s i)))));
   ("|b1", (1, fun i => Some (inject_Z (to_Z (byte s i)))))].
(** the rows of an array of one of these types *)
Definition rational_rows (h : header) (n d : Z) : option (list (list Q)) :=
  do (_, (size, number)) <- find (fun k => says (fst k) (type_at h)) kinds; rows_of size number h n d.
End Npy.

(** the numbers of rows and of columns of an array with one dimension, which is a column, or with two *)
Definition table_shape (h : header) : option (Z * Z) :=
  match array_shape h with [n] => Some (n, 1%Z) | [n; d] => Some (n, d) | _ => None end.
