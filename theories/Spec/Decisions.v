(** * Decisions

    The operators that jump: comparisons, what joins them, choices by them, and the place of the largest or least number.  A condition is 1 where it is true, else 0.  As in Operators.v,
    whatever is not understood gives [None].

    Main definitions: [winner] (the label of the first of the largest scores), [arg_extreme], [where_]; [decision] (the table).

    Trust: SPEC.
    Source: ONNX specification, "ONNX Operators" (domain ai.onnx, operator sets 7 to 26). *)
From Coq Require Import PString Uint63 ZArith QArith List Bool.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.
Local Open Scope pstring_scope.

Section Decisions.
Context {S : Type} {SS : scalar S}.

(** ** The first of the largest *)

(** of a score with its label, and of pairs of them that stand behind: the label of the first of the largest scores *)
Fixpoint best (scores : list (S * S)) (score label : S) : S :=
  match scores with
  | [] => label
  | (s, a) :: scores => best scores (choose true score s s score) (choose true score s a label)
  end.
Definition winner (l : list (S * S)) : S := match l with [] => zero | (s, a) :: l => best l s a end.

(** [ArgMax] and [ArgMin]: where along an axis the largest entry stands, or the least, whose opposite is the largest; the first one, or the last.  For each entry of the
    result, the entries and their places; and how many places there are. *)
Definition arg_extreme (least : bool) (l : attributes) (xs : operands (S := S)) : option (Z * tensor (list (S * S))) :=
  do X <- reals xs 0; do axis <- int_attr l "axis" 0; do keep <- flag l "keepdims" 1; do last <- flag l "select_last_index" 0;
  do a <- axis_of (rank (shape X)) axis;
  let n := nth_or 0 (shape X) a in
  let pairs entries := combine (map (fun s => if least then opp s else s) entries) (map whole (range n)) in
  do T <- reduce_by false (fun entries => if last then rev' (pairs entries) else pairs entries) keep [a] X; Some (n, T).

(** ** Comparisons *)

Definition holds (strict : bool) (a b : S) : S := choose strict a b (whole 1) zero.   (* a <= b, or a < b *)
Definition equals (a b : S) : S := choose false a b (choose false b a (whole 1) zero) zero.
Definition conjunction (a b : S) : S := choose false (whole 1) a b zero.
Definition disjunction (a b : S) : S := choose false (whole 1) a (whole 1) b.
Definition negation (a : S) : S := choose false (whole 1) a zero (whole 1).
Definition sign (a : S) : S := choose true zero a (whole 1) (choose true a zero (whole (-1)) zero).

(** one of two, by a condition; all three are stretched *)
Definition where_ (C X Y : tensor S) : option (tensor S) :=
  let c := entry zero C in let x := entry zero X in let y := entry zero Y in
  do s <- broadcast (shape C) (shape X); do s <- broadcast s (shape Y);
  tabulate s (fun i => choose false (whole 1) (c (unstretch (shape C) i)) (x (unstretch (shape X) i)) (y (unstretch (shape Y) i))).

(** ** The table *)

(** real numbers, or whole numbers; and whether they are whole *)
Definition compared (xs : operands (S := S)) (k : nat) : option (bool * tensor S) :=
  do v <- operand xs k; match as_wholes v with Some t => Some (true, t) | None => do t <- as_reals v; Some (false, t) end.
Definition condition (xs : operands (S := S)) (k : nat) : option (tensor S) :=
  do v <- operand xs k;
  match v with
  | Wholes (Some n) t => when (n =? 2) (Some t)
  | Integers t => when (forallb (fun k => member k [0; 1]) (data t)) (as_wholes v)
  | _ => None
  end.

Definition decision_names : list bytes :=
  ["And"; "ArgMax"; "ArgMin"; "Equal"; "Greater"; "GreaterOrEqual"; "Less"; "LessOrEqual"; "Not"; "Or"; "Sign"; "Where"].
Definition is_decision (name : bytes) : bool := existsb (same name) decision_names.

Definition decision (name : bytes) (l : attributes) (xs : operands (S := S)) : option (list (value S)) :=
  let is n := same name n in
  let fits n f := when (only [] l && Nat.eqb (length xs) n) f in
  let truth (o : option (tensor S)) := do t <- o; Some [Wholes (Some 2) t] in
  let comparison f := fits 2%nat (do (a, X) <- compared xs 0; do (b, Y) <- compared xs 1; when (Bool.eqb a b) (truth (pointwise f X Y))) in
  let connective f := fits 2%nat (do X <- condition xs 0; do Y <- condition xs 1; truth (pointwise f X Y)) in
  let place least := when (only ["axis"; "keepdims"; "select_last_index"] l && Nat.eqb (length xs) 1)
    (do (n, T) <- arg_extreme least l xs; Some [Wholes (Some n) (tensor_map winner T)]) in
  if is "And" then connective conjunction
  else if is "ArgMax" then place false
  else if is "ArgMin" then place true
  else if is "Equal" then comparison equals
  else if is "Greater" then comparison (fun a b => holds true b a)
  else if is "GreaterOrEqual" then comparison (fun a b => holds false b a)
  else if is "Less" then comparison (holds true)
  else if is "LessOrEqual" then comparison (holds false)
  else if is "Not" then fits 1%nat (do X <- condition xs 0; truth (Some (tensor_map negation X)))
  else if is "Or" then connective disjunction
  else if is "Sign" then fits 1%nat (do X <- reals xs 0; one_real (Some (tensor_map sign X)))
  else if is "Where" then fits 3%nat
    (do C <- condition xs 0; do (a, X) <- compared xs 1; do (b, Y) <- compared xs 2;
     do Z <- when (Bool.eqb a b) (where_ C X Y); Some [if a then Wholes None Z else Reals Z])
  else None.
End Decisions.
