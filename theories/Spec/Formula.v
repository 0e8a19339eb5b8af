(** * Formula

    Statements about the inputs and outputs of a network: comparisons of arithmetic terms, joined by and, or, not.

    Main definitions: [term], [formula], [term_value], [satisfies], [property].

    Trust: SPEC. *)
From Coq Require Import ZArith QArith Reals List.
From Warrant Require Import Spec.Tensor.
Import ListNotations.

Inductive term :=
| Input (i : nat) | Output (i : nat)       (* counted from 0, in row-major order *)
| Number (q : Q)
| Plus (a b : term) | Opposite (a : term) | Times (a b : term).

Inductive formula :=
| Leq (a b : term) | Less (a b : term)
| True_ | False_
| And (f g : formula) | Or (f g : formula) | Not (f : formula).

(** A statement about a network of so many inputs and outputs. *)
Record property := Property { inputs : nat; outputs : nat; assertion : formula }.

Section Value.
Context {S : Type} {SS : scalar S} (x y : list S).
Fixpoint term_value (t : term) : S :=
  match t with
  | Input i => nth i x zero
  | Output i => nth i y zero
  | Number q => number_of q
  | Plus a b => add (term_value a) (term_value b)
  | Opposite a => opp (term_value a)
  | Times a b => mul (term_value a) (term_value b)
  end.
End Value.

Fixpoint satisfies (x y : list R) (f : formula) : Prop :=
  match f with
  | Leq a b => (term_value x y a <= term_value x y b)%R
  | Less a b => (term_value x y a < term_value x y b)%R
  | True_ => True
  | False_ => False
  | And f g => satisfies x y f /\ satisfies x y g
  | Or f g => satisfies x y f \/ satisfies x y g
  | Not f => ~ satisfies x y f
  end.
