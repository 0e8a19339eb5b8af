(** * Scores of forecasts

    A forecast over n outcomes 0, …, n - 1 gives each a probability.  A score, the loss of a forecast at an outcome, is strictly proper among some forecasts if the expected loss, for
    outcomes with the probabilities of one of them, is least for that forecast, and for no other one.

    Main definitions: [total], [distribution], [expected], [strictly_proper].

    Trust: SPEC.
    Source: T. Gneiting, A. Raftery, Strictly proper scoring rules, prediction, and estimation, 2007, section 2.1. *)
From Coq Require Import Reals.
Local Open Scope R_scope.

Fixpoint total (n : nat) (f : nat -> R) : R := match n with O => 0 | S n => total n f + f n end.
Definition distribution (n : nat) (p : nat -> R) : Prop := (forall k, (k < n)%nat -> 0 <= p k) /\ total n p = 1.
Definition expected (n : nat) (q : nat -> R) (s : nat -> R) : R := total n (fun k => q k * s k).
(** among the forecasts that are allowed *)
Definition strictly_proper (n : nat) (allowed : (nat -> R) -> Prop) (score : (nat -> R) -> nat -> R) : Prop :=
  forall p q, allowed p -> allowed q ->
    expected n q (score q) <= expected n q (score p) /\ (expected n q (score p) = expected n q (score q) -> forall k, (k < n)%nat -> p k = q k).
