(** * Queries

    A property becomes queries: a box of the inputs, and disjuncts of inequalities.  A point that satisfies the property
    lies in the box of some query, and satisfies one of its disjuncts (Queries_sound.v).

    Main definitions: [query], [queries], [empty_region].

    Notation: variables are numbered by positives, input i (counted from 1) by [xO i] and output i by [xI i]; a
    constraint is s <= 0, or s < 0 where it is strict.

    Trust: proved, in Queries_sound.v.
    Source: docs/certificates.md, section 1. *)
From Coq Require Import Floats Uint63 ZArith QArith List Bool FMapPositive Mergesort Orders Lia.
From Interval Require Import Float.Primitive_ops.
From Warrant Require Import Spec.Bytes Spec.Formula Primitives.Rationals.
Import ListNotations.
Local Open Scope bool_scope.

Definition row := (term * bool)%type.     (* the term, and whether it is strict *)
Record query := Query { qbox : list (float * float); disjuncts : list (list row) }.

(** ** Terms as sums of variables *)

Definition monomial := (positive * Q)%type.

(** the value of a term without variables *)
Fixpoint constant (t : term) : option Q :=
  match t with
  | Input _ | Output _ => None
  | Number q => Some q
  | Plus a b => do p <- constant a; do q <- constant b; Some (p + q)%Q
  | Opposite a => do p <- constant a; Some (- p)%Q
  | Times a b => do p <- constant a; do q <- constant b; Some (p * q)%Q
  end.
(** [linear t c (l, k)]: the sum [l] and the constant [k], to which c · t is added; a product needs a factor without variables *)
Fixpoint linear (t : term) (c : Q) (acc : list monomial * Q) : option (list monomial * Q) :=
  match t with
  | Input i => Some ((xO (Pos.of_succ_nat i), c) :: fst acc, snd acc)
  | Output i => Some ((xI (Pos.of_succ_nat i), c) :: fst acc, snd acc)
  | Number q => Some (fst acc, snd acc + c * q)%Q
  | Plus a b => do acc <- linear a c acc; linear b c acc
  | Opposite a => linear a (- c)%Q acc
  | Times a b =>
    match constant a with
    | Some q => linear b (c * q)%Q acc
    | None => do q <- constant b; linear a (c * q)%Q acc
    end
  end.

Module MonomialOrder <: TotalLeBool.
  Definition t := monomial.
  Definition leb (a b : t) := (fst a <=? fst b)%positive.
  Lemma leb_total a b : leb a b = true \/ leb b a = true.
  Proof. unfold leb. rewrite !Pos.leb_le. lia. Qed.
End MonomialOrder.
Module MonomialSort := Sort MonomialOrder.

(** (p, c) and then a sorted list, with one monomial for each variable whose coefficient is not 0 *)
Fixpoint add_up (p : positive) (c : Q) (l : list monomial) : list monomial :=
  match l with
  | [] => if (Qnum c =? 0)%Z then [] else [(p, c)]
  | (p', c') :: l =>
    if (p =? p')%positive then add_up p (c + c')%Q l
    else if (Qnum c =? 0)%Z then add_up p' c' l else (p, c) :: add_up p' c' l
  end.
Definition collect (l : list monomial) : list monomial :=
  match MonomialSort.sort l with [] => [] | (p, c) :: l => add_up p c l end.

(** ** Constraints *)

(** input p at most q (and so at most the float), at least q; or a row *)
Inductive constraint :=
| AtMost (p : positive) (q : Q) (f : float)
| AtLeast (p : positive) (q : Q) (f : float)
| Inequality (r : row).

(** l <= r, or l < r *)
Definition constrain (strict : bool) (l r : term) : constraint :=
  let s := Plus l (Opposite r) in
  match linear s 1 ([], 0%Q) with
  | Some (m, b) =>
    match collect m with
    | [(xO p, a)] =>
      let q := (- b / a)%Q in
      match Qnum a with
      | Zpos _ => AtMost p q (float_above q)
      | Zneg _ => AtLeast p q (float_below q)
      | Z0 => Inequality (s, strict)
      end
    | _ => Inequality (s, strict)
    end
  | None => Inequality (s, strict)
  end.

(** ** Clauses *)

Definition clause := list constraint.
(** a disjunction of clauses, how many they are, and how many constraints they have *)
Record disjunction := Disjunction { count : int; total : int; clauses : list clause }.
Definition max_clauses : int := 4096.
Definition max_total : int := 16777216.
Definition limited (d : disjunction) : option disjunction :=
  when ((count d <=? max_clauses) && (total d <=? max_total))%uint63 (Some d).

Definition none : disjunction := Disjunction 0 0 [].
Definition attach (c : constraint) (d : disjunction) : option disjunction :=
  limited (Disjunction (count d) (total d + count d)%uint63 (map (cons c) (clauses d))).
Definition either (d e : disjunction) : option disjunction :=
  limited (Disjunction (count d + count e)%uint63 (total d + total e)%uint63 (clauses d ++ clauses e)).

(** [expand yes f d]: the conjunction of [f] (or its negation) and [d], as a disjunction *)
Fixpoint expand (yes : bool) (f : formula) (d : disjunction) : option disjunction :=
  match f with
  | Leq a b => attach (if yes then constrain false a b else constrain true b a) d
  | Less a b => attach (if yes then constrain true a b else constrain false b a) d
  | True_ => Some (if yes then d else none)
  | False_ => Some (if yes then none else d)
  | And f g =>
    if yes then do e <- expand yes g d; expand yes f e
    else do a <- expand yes f d; do b <- expand yes g d; either a b
  | Or f g =>
    if yes then do a <- expand yes f d; do b <- expand yes g d; either a b
    else do e <- expand yes g d; expand yes f e
  | Not f => expand (negb yes) f d
  end.
Definition property_clauses (p : property) : option (list clause) :=
  do d <- expand true (assertion p) (Disjunction 1 0 [[]]); Some (clauses d).

(** ** Boxes *)

Definition bounds := PositiveMap.t (float * float).
Definition bounds_at (m : bounds) (p : positive) : float * float :=
  match PositiveMap.find p m with Some b => b | None => (neg_infinity, infinity) end.
Definition tighten (m : bounds) (c : constraint) : bounds :=
  match c with
  | AtMost p _ f => let (l, h) := bounds_at m p in PositiveMap.add p (l, if (f <? h)%float then f else h) m
  | AtLeast p _ f => let (l, h) := bounds_at m p in PositiveMap.add p (if (l <? f)%float then f else l, h) m
  | Inequality _ => m
  end.
Definition finite (f : float) : bool := PrimitiveFloat.real f.
(** the bounds of [n] inputs from [p] on *)
Fixpoint bounds_from (m : bounds) (n : nat) (p : positive) : option (list (float * float)) :=
  match n with
  | O => Some []
  | S n =>
    let b := bounds_at m p in
    if finite (fst b) && finite (snd b) then do l <- bounds_from m n (Pos.succ p); Some (b :: l) else None
  end.
Definition box_of (n : nat) (c : clause) : option (list (float * float)) :=
  bounds_from (fold_left tighten c (PositiveMap.empty _)) n 1.
Fixpoint rows_of (c : clause) : list row :=
  match c with
  | [] => []
  | Inequality r :: c => r :: rows_of c
  | _ :: c => rows_of c
  end.

(** ** Queries *)

Definition same_float (f g : float) : bool := ((f <=? g) && (g <=? f))%float && finite g.
Definition same_bounds (a b : float * float) : bool := same_float (fst a) (fst b) && same_float (snd a) (snd b).
Fixpoint same_box (a b : list (float * float)) : bool :=
  match a, b with
  | [], [] => true
  | a :: l, b :: k => same_bounds a b && same_box l k
  | _, _ => false
  end.
Fixpoint group (n : nat) (l : list clause) : option (list query) :=
  match l with
  | [] => Some []
  | c :: l =>
    do b <- box_of n c;
    do qs <- group n l;
    let apart := Query b [rows_of c] :: qs in
    Some match qs with
      | [] => apart
      | q :: qs => if same_box b (qbox q) then Query (qbox q) (rows_of c :: disjuncts q) :: qs else apart
      end
  end.
(** [None]: too many clauses, or an input without two finite bounds *)
Definition queries (p : property) : option (list query) :=
  do l <- property_clauses p; group (inputs p) l.

(** ** Empty regions *)

(** the largest lower and the smallest upper bounds so far, and whether some of them cross *)
Record extremes := Extremes { lows : PositiveMap.t Q; highs : PositiveMap.t Q; crossed : bool }.
Definition at_least (q : Q) (o : option Q) : bool := match o with Some p => Qle_bool p q | None => true end.
Definition at_most (q : Q) (o : option Q) : bool := match o with Some p => Qle_bool q p | None => true end.
Definition narrow (e : extremes) (c : constraint) : extremes :=
  match c with
  | AtMost p q _ =>
    if at_least q (PositiveMap.find p (lows e)) then
      if at_most q (PositiveMap.find p (highs e)) then Extremes (lows e) (PositiveMap.add p q (highs e)) (crossed e) else e
    else Extremes (lows e) (highs e) true
  | AtLeast p q _ =>
    if at_most q (PositiveMap.find p (highs e)) then
      if at_least q (PositiveMap.find p (lows e)) then Extremes (PositiveMap.add p q (lows e)) (highs e) (crossed e) else e
    else Extremes (lows e) (highs e) true
  | Inequality _ => e
  end.
(** the bounds of inputs whose rounded bounds nearly cross: only these have to be compared exactly *)
Definition nearly_crossed (m : bounds) (c : constraint) : bool :=
  match c with
  | AtMost p _ f => (f <=? next_up (fst (bounds_at m p)))%float
  | AtLeast p _ f => (snd (bounds_at m p) <=? next_up f)%float
  | Inequality _ => false
  end.
Definition no_point (c : clause) : bool :=
  let m := fold_left tighten c (PositiveMap.empty _) in
  let start := Extremes (PositiveMap.empty _) (PositiveMap.empty _) false in
  crossed (fold_left narrow (filter (nearly_crossed m) c) start).
(** No point satisfies the bounds of any clause: a claim about this property is vacuous. *)
Definition empty_region (p : property) : bool :=
  match property_clauses p with Some l => forallb no_point l | None => false end.
