(** * Protobuf

    The wire format of Protocol Buffers, without a schema: a message is a list of fields, each with its number and a value, or the
    place in the file where its payload stands.

    Main definitions: [field], [message].

    Trust: SPEC.
    Source: Protocol Buffers documentation, "Encoding".  Groups (deprecated) are refused. *)
From Coq Require Import PString Uint63 ZArith List Bool.
From Warrant Require Import Spec.Bytes.
Import ListNotations.
Local Open Scope uint63_scope.

(** [from] and [to] delimit the payload; for a varint, [from] holds its low 63 bits and [to] is its bit 63. *)
Inductive kind := Varint | Fixed32 | Fixed64 | Delimited.
Record field := Field { number : int; wire : kind; from : int; to : int }.

(** A varint that starts at [i], before [e]: its low 63 bits, its bit 63 (which stands alone in a tenth byte), and what follows. *)
Fixpoint varint_from (n : nat) (s : bytes) (i e shift acc : int) : option (int * int * int) :=
  match n with
  | O => None
  | S n =>
    if i <? e then
      let b := byte s i in
      if shift =? 63 then when (b <? 2) (Some (acc, b, i + 1))
      else
        let acc := acc lor ((b land 127) << shift) in
        if b <? 128 then Some (acc, 0, i + 1)
        else varint_from n s (i + 1) e (shift + 7) acc
    else None
  end.
Definition varint (s : bytes) (i e : int) : option (int * int * int) := varint_from 10 s i e 0 0.

(** One field that starts at [i], before [e]. *)
Definition one_field (s : bytes) (i e : int) : option (field * int) :=
  do (key, top, i) <- varint s i e;
  let n := key >> 3 in
  let payload k i length := when (length <=? e - i) (Some (Field n k i (i + length), i + length)) in
  if negb (top =? 0) then None else
  match to_Z (key land 7) with
  | 0%Z => do (v, top, i) <- varint s i e; Some (Field n Varint v top, i)
  | 1%Z => payload Fixed64 i 8
  | 2%Z => do (l, top, i) <- varint s i e; when (top =? 0) (payload Delimited i l)
  | 5%Z => payload Fixed32 i 4
  | _ => None
  end.

(** The message that fills the file from [i] to [e]. *)
Definition message (s : bytes) (i e : int) : option (list field) :=
  let turn (st : int * list field) :=
    let (i, l) := st in
    if i =? e then inr (Some (rev' l))
    else match one_field s i e with Some (f, i) => inl (i, f :: l) | None => inr None end in
  match loop turns turn (i, []) with inr r => r | inl _ => None end.

(** ** Fields of a message *)

Definition is_field (n : int) (f : field) : bool := number f =? n.
Definition all_fields (n : int) (m : list field) : list field := filter (is_field n) m.
(** A field that may stand at most once; twice makes the file unreadable. *)
Definition at_most_one (n : int) (m : list field) : option (option field) :=
  match all_fields n m with [] => Some None | [f] => Some (Some f) | _ => None end.
Definition exactly_one (n : int) (m : list field) : option field :=
  match all_fields n m with [f] => Some f | _ => None end.

Definition is_varint (f : field) : bool := match wire f with Varint => true | _ => false end.
Definition is_delimited (f : field) : bool := match wire f with Delimited => true | _ => false end.
Definition as_text (s : bytes) (f : field) : option bytes := when (is_delimited f) (Some (text s (from f) (to f))).
Definition as_message (s : bytes) (f : field) : option (list field) :=
  if is_delimited f then message s (from f) (to f) else None.
Definition as_int (f : field) : option Z := when (is_varint f) (Some (signed (from f) (to f))).

(** The text of field [n], empty if absent. *)
Definition text_or_empty (s : bytes) (n : int) (m : list field) : option bytes :=
  do o <- at_most_one n m;
  match o with Some f => as_text s f | None => Some (text s 0 0) end.

(** ** Repeated numbers: each alone in a field, or many packed in one *)

(** every [step] bytes from [i] to [e] *)
Definition strided {A} (read : int -> option A) (step i e : int) : option (list A) :=
  let turn (st : int * list A) :=
    let (i, l) := st in
    if i =? e then inr (Some (rev' l))
    else if e <? i + step then inr None
    else match read i with Some a => inl (i + step, a :: l) | None => inr None end in
  match loop turns turn (i, []) with inr r => r | inl _ => None end.
(** varints as their low 63 bits and bit 63 *)
Definition packed_varints (s : bytes) (i e : int) : option (list (int * int)) :=
  let turn (st : int * list (int * int)) :=
    let (i, l) := st in
    if i =? e then inr (Some (rev' l))
    else match varint s i e with Some (v, top, i) => inl (i, (v, top) :: l) | None => inr None end in
  match loop turns turn (i, []) with inr r => r | inl _ => None end.

Definition repeated_varints (s : bytes) (n : int) (m : list field) : option (list (int * int)) :=
  do l <- map_all (fun f =>
    match wire f with
    | Varint => Some [(from f, to f)]
    | Delimited => packed_varints s (from f) (to f)
    | _ => None
    end) (all_fields n m);
  Some (concat l).
Definition repeated_ints (s : bytes) (n : int) (m : list field) : option (list Z) :=
  do l <- repeated_varints s n m; Some (map (fun p => signed (fst p) (snd p)) l).
Definition repeated_fixed {A} (read : int -> option A) (k : kind) (step n : int) (m : list field) : option (list A) :=
  do l <- map_all (fun f =>
    match wire f, k with
    | Fixed32, Fixed32 | Fixed64, Fixed64 | Delimited, _ => strided read step (from f) (to f)
    | _, _ => None
    end) (all_fields n m);
  Some (concat l).
