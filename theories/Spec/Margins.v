(** * Losses of a margin

    A loss of a margin m (the label, 1 or -1, times the score) is a function of one number.  It is compared with the 0-1 loss, which is 1 where m <= 0.  It is
    calibrated for classification if, for every probability of the label 1 but 1/2, the scores of the wrong sign have a larger risk than some score, by a margin.

    Main definitions: [zero_one], [margin_risk], [classification_calibrated].

    Trust: SPEC.
    Source: P. Bartlett, M. Jordan, J. McAuliffe, Convexity, classification, and risk bounds, 2006, definition 1. *)
From Coq Require Import Reals.
Local Open Scope R_scope.

Definition zero_one (m : R) : R := if Rle_dec m 0 then 1 else 0.

(** the expected loss of the score s where the label is 1 with probability eta, and -1 otherwise *)
Definition margin_risk (phi : R -> R) (eta s : R) : R := eta * phi s + (1 - eta) * phi (- s).
Definition classification_calibrated (phi : R -> R) : Prop :=
  forall eta, 0 <= eta <= 1 -> eta <> / 2 ->
    exists s gap, 0 < gap /\ forall wrong, wrong * (2 * eta - 1) <= 0 -> margin_risk phi eta s + gap <= margin_risk phi eta wrong.
