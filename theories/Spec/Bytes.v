(** * Bytes

    A file is a primitive string: the raw bytes, at most 16 777 211 of them.  Everything here is total: reading
    outside a file gives 0, and loops are bounded.

    Main definitions: [bytes], [loop], [dyadic] (a binary floating-point number, exactly) and its real [dyadic_R].

    Trust: SPEC.
    Source: IEEE 754-2019, section 3.4 (binary interchange formats). *)
From Coq Require Import PString Uint63 ZArith QArith Reals List.
Import ListNotations.
Local Open Scope uint63_scope.

Definition bytes := PrimString.string.
Definition size_of (s : bytes) : int := PrimString.length s.
Definition byte (s : bytes) (i : int) : int := PrimString.get s i.
Definition text (s : bytes) (from to : int) : bytes := PrimString.sub s from (to - from).
Definition same (a b : bytes) : bool := match PrimString.compare a b with Eq => true | _ => false end.

Notation "'do' p <- e ; f" := (match e with Some p => f | None => None end)
  (at level 60, p pattern, e at level 60, f at level 60, right associativity).
(** (a notation, so that what is refused is not computed first) *)
Notation when b a := (if b then a else None).

Fixpoint map_all {A B} (f : A -> option B) (l : list A) : option (list B) :=
  match l with
  | [] => Some []
  | a :: l => do b <- f a; do r <- map_all f l; Some (b :: r)
  end.

(** the members joined from the left; none without a member *)
Definition fold_all {A} (f : A -> A -> A) (l : list A) : option A := match l with a :: l => Some (fold_left f l a) | [] => None end.

(** [loop n f a] repeats [f] until it answers [inr], but at most 2^n times. *)
Fixpoint loop {A B} (n : nat) (f : A -> A + B) (a : A) : A + B :=
  match n with
  | O => f a
  | S n => match loop n f a with inl a => loop n f a | inr b => inr b end
  end.
(** enough for one turn a byte *)
Definition turns : nat := 24.

(** ** Numbers in files *)

(** The number ± man · 2^(ex - 1074), of which every IEEE format up to binary64 is a special case. *)
Record dyadic := Dyadic { negative : bool; man : int; ex : int }.
Definition dyadic_R (d : dyadic) : R :=
  let a := (IZR (to_Z (man d)) * powerRZ 2 (to_Z (ex d) - 1074))%R in
  if negative d then Ropp a else a.

(** An IEEE interchange format with [p] stored significand bits and [w] exponent bits, held in the integers
    [sign] (0 or 1), [e] (the biased exponent) and [f] (the stored significand).  [low] is
    1074 minus the absolute value of the least exponent.  Infinities and NaNs are no numbers. *)
Definition ieee (p w low sign e f : int) : option dyadic :=
  if e =? (1 << w) - 1 then None
  else if e =? 0 then Some (Dyadic (sign =? 1) f low)
  else Some (Dyadic (sign =? 1) (f + (1 << p)) (e + low - 1)).

Definition le16 (s : bytes) (i : int) : int := byte s i lor (byte s (i + 1) << 8).
Definition le32 (s : bytes) (i : int) : int := le16 s i lor (le16 s (i + 2) << 16).

(** the four formats, of the number stored (little-endian) at offset [i] *)
Definition float16 (h : int) : option dyadic := ieee 10 5 1050 (h >> 15) ((h >> 10) land 31) (h land 1023).
Definition bfloat16 (h : int) : option dyadic := ieee 7 8 941 (h >> 15) ((h >> 7) land 255) (h land 127).
Definition float32 (s : bytes) (i : int) : option dyadic :=
  let v := le32 s i in ieee 23 8 925 (v >> 31) ((v >> 23) land 255) (v land 8388607).
Definition float64 (s : bytes) (i : int) : option dyadic :=
  let hi := le32 s (i + 4) in
  ieee 52 11 0 (hi >> 31) ((hi >> 20) land 2047) (((hi land 1048575) << 32) lor le32 s i).

(** The 64-bit two's-complement integer whose low 63 bits are [v] and whose sign bit is [top] *)
Definition signed (v top : int) : Z := if top =? 0 then to_Z v else (to_Z v - 2 ^ 63)%Z.
Definition int64 (s : bytes) (i : int) : option Z :=
  let hi := le32 s (i + 4) in Some (signed (le32 s i lor ((hi land 2147483647) << 32)) (hi >> 31)).
