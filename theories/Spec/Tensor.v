(** * Tensors

    Tensors with entries of any type, and the scalars that operators compute with.  Each operator is defined once, for any scalars; at the reals
    ([R_scalar]) it is what a model means, and at other scalars what a checker computes.

    Main definitions: [tensor], [entry], [tabulate], [scalar], [R_scalar].

    Trust: SPEC. *)
From Coq Require Import ZArith QArith Qreals Reals List Bool FMapPositive.
From Warrant Require Import Spec.Bytes.
Import ListNotations.
Local Open Scope Z_scope.

(** Entries in row-major order (the last index runs fastest). *)
Record tensor (A : Type) := Tensor { shape : list Z; data : list A }.
Arguments Tensor {A}.
Arguments shape {A}.
Arguments data {A}.
Definition index := list Z.

Definition size (s : list Z) : Z := fold_right Z.mul 1 s.
Definition rank (s : list Z) : Z := Z.of_nat (length s).

(** [range n] is 0, 1, …, n - 1. *)
Definition range (n : Z) : list Z := map Z.of_nat (seq 0 (Z.to_nat n)).
(** All indices of a shape, in row-major order. *)
Fixpoint indices (s : list Z) : list index :=
  match s with
  | [] => [[]]
  | d :: s => let rest := indices s in flat_map (fun i => map (cons i) rest) (range d)
  end.

(** Nothing larger is read or made (2^22 entries; the float32 weights that fit into a file are fewer). *)
Definition max_entries : Z := 4194304.
Definition shape_ok (s : list Z) : bool := forallb (fun d => 0 <=? d) s && (size s <=? max_entries).

Definition tabulate {A} (s : list Z) (f : index -> A) : option (tensor A) :=
  when (shape_ok s) (Some (Tensor s (map f (indices s)))).
Definition tensor_map {A B} (f : A -> B) (t : tensor A) : tensor B := Tensor (shape t) (map f (data t)).

(** The place of an index in row-major order; [None] outside the shape. *)
Fixpoint offset_from (s : list Z) (i : index) (acc : Z) : option Z :=
  match s, i with
  | [], [] => Some acc
  | d :: s, k :: i => if (0 <=? k) && (k <? d) then offset_from s i (acc * d + k) else None
  | _, _ => None
  end.
Definition offset (s : list Z) (i : index) : option Z := offset_from s i 0.

(** [entry d t i] is the entry of [t] at [i], and [d] outside the shape.  (The entries are put in a search tree first, so that many are found fast.) *)
Fixpoint numbered {A} (l : list A) (p : positive) (m : PositiveMap.t A) : PositiveMap.t A :=
  match l with [] => m | a :: l => numbered l (Pos.succ p) (PositiveMap.add p a m) end.
Definition entry {A} (d : A) (t : tensor A) : index -> A :=
  let m := numbered (data t) 1 (PositiveMap.empty A) in
  fun i =>
    match offset (shape t) i with
    | Some k => match PositiveMap.find (Z.to_pos (k + 1)) m with Some a => a | None => d end
    | None => d
    end.

(** ** Lists of numbers *)

Definition nth_or (d : Z) (l : list Z) (i : Z) : Z := if i <? 0 then d else nth (Z.to_nat i) l d.
(** the list with its [i]-th member replaced *)
Fixpoint replace (l : list Z) (i v : Z) : list Z :=
  match l with [] => [] | a :: l => (if i =? 0 then v else a) :: replace l (i - 1) v end.
Fixpoint zip_with {A B C} (f : A -> B -> C) (l : list A) (k : list B) : list C :=
  match l, k with a :: l, b :: k => f a b :: zip_with f l k | _, _ => [] end.
Fixpoint equal_lists (l k : list Z) : bool :=
  match l, k with [], [] => true | a :: l, b :: k => (a =? b) && equal_lists l k | _, _ => false end.
Definition member (a : Z) (l : list Z) : bool := existsb (Z.eqb a) l.
Fixpoint distinct (l : list Z) : bool :=
  match l with [] => true | a :: l => negb (member a l) && distinct l end.

(** ** NumPy broadcasting: shapes are aligned at their last dimensions, and a dimension 1 (or none) stretches *)

Definition align (n : nat) (s : list Z) : list Z := repeat 1 (n - length s)%nat ++ s.
Definition broadcast (s t : list Z) : option (list Z) :=
  let n := Nat.max (length s) (length t) in
  map_all (fun p : Z * Z => let (a, b) := p in
    if a =? b then Some a else if a =? 1 then Some b else if b =? 1 then Some a else None)
    (combine (align n s) (align n t)).
(** the index into a tensor of shape [s] that an index of the stretched shape stands for *)
Definition unstretch (s : list Z) (i : index) : index :=
  zip_with (fun d k => if d =? 1 then 0 else k) s (skipn (length i - length s) i).

(** ** Scalars *)

Class scalar (S : Type) := {
  zero : S;
  literal : dyadic -> S;      (* a number of the model *)
  number_of : Q -> S;         (* a number of the property, or a count *)
  add : S -> S -> S;
  opp : S -> S;
  mul : S -> S -> S;
  div : S -> S -> S;
  root : S -> S;              (* square root *)
  relu : S -> S;
  choose : bool -> S -> S -> S -> S -> S }.   (* [choose strict a b x y]: x if a <= b (a < b where [strict]), else y *)

(** The reals.  Division and root are used only where a denominator is known not to be 0, a radicand not to be negative. *)
#[export] Instance R_scalar : scalar R := {|
  zero := 0%R;
  literal := dyadic_R;
  number_of := Q2R;
  add := Rplus;
  opp := Ropp;
  mul := Rmult;
  div := Rdiv;
  root := sqrt;
  relu := Rmax 0;
  choose := fun strict a b x y =>
    if strict then (if Rlt_dec a b then x else y) else (if Rle_dec a b then x else y) |}.

Definition sum {S} {_ : scalar S} {I} (l : list I) (f : I -> S) : S := fold_right (fun i a => add (f i) a) zero l.
