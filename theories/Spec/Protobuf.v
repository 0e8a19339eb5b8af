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

(** [from] and [to] delimit the payload; for a varint, [from] is its value and [to] is 0. *)
Inductive kind := Varint | Fixed32 | Fixed64 | Delimited.
Record field := Field { number : int; wire : kind; from : int; to : int }.

(** A varint that starts at [i], before [e]: its value and what follows.  Only numbers that fit in 63 bits as two's complement are read:
    the bits 62 and 63 must be equal (bit 63, if there, stands alone in a tenth byte). *)
Fixpoint varint_from (n : nat) (s : bytes) (i e shift acc : int) : option (int * int) :=
  match n with
  | O => None
  | S n =>
    if i <? e then
      let b := byte s i in
      if shift =? 63 then when ((b <? 2) && (b =? acc >> 62)) (Some (acc, i + 1))
      else
        let acc := acc lor ((b land 127) << shift) in
        if b <? 128 then when (acc >> 62 =? 0) (Some (acc, i + 1))
        else varint_from n s (i + 1) e (shift + 7) acc
    else None
  end.
Definition varint (s : bytes) (i e : int) : option (int * int) := varint_from 10 s i e 0 0.

(** One field that starts at [i], before [e]. *)
Definition one_field (s : bytes) (i e : int) : option (field * int) :=
  do (key, i) <- varint s i e;
  let n := key >> 3 in
  let payload k i length := when (length <=? e - i) (Some (Field n k i (i + length), i + length)) in
  match to_Z (key land 7) with
  | 0%Z => do (v, i) <- varint s i e; Some (Field n Varint v 0, i)
  | 1%Z => payload Fixed64 i 8
  | 2%Z => do (l, i) <- varint s i e; payload Delimited i l
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
Definition as_int (f : field) : option Z := when (is_varint f) (Some (signed (from f))).

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
Definition packed_varints (s : bytes) (i e : int) : option (list int) :=
  let turn (st : int * list int) :=
    let (i, l) := st in
    if i =? e then inr (Some (rev' l))
    else match varint s i e with Some (v, i) => inl (i, v :: l) | None => inr None end in
  match loop turns turn (i, []) with inr r => r | inl _ => None end.

Definition repeated_varints (s : bytes) (n : int) (m : list field) : option (list int) :=
  do l <- map_all (fun f =>
    match wire f with
    | Varint => Some [from f]
    | Delimited => packed_varints s (from f) (to f)
    | _ => None
    end) (all_fields n m);
  Some (concat l).
Definition repeated_fixed {A} (read : int -> option A) (k : kind) (step n : int) (m : list field) : option (list A) :=
  do l <- map_all (fun f =>
    match wire f, k with
    | Fixed32, Fixed32 | Fixed64, Fixed64 | Delimited, _ => strided read step (from f) (to f)
    | _, _ => None
    end) (all_fields n m);
  Some (concat l).
