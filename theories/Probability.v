(** * Warrant: probability

    Bounds on the errors of classifiers.  Four files, as raw bytes: the statement of the bounds, the labels, the predictions, and a certificate
    (docs/probability.md).  [prove_accuracy] is a function to run, in Coq's kernel or extracted; the theorem says what its answer [true] means.  What
    [AccuracyBounds] means is defined in Spec/Accuracy.v.

    Main results: [accuracy_sound].

    Trust: proved. *)
From Coq Require Export Reals List.
From Warrant Require Export Spec.Bytes.
From Warrant Require Spec.Accuracy Checker.Probability.Accuracy.
Export ListNotations.
#[global] Open Scope R_scope.

Definition AccuracyBounds : bytes -> bytes -> bytes -> Prop := Spec.Accuracy.AccuracyBounds.
Definition prove_accuracy : bytes -> bytes -> bytes -> bytes -> bool := Checker.Probability.Accuracy.prove_accuracy.

(** The certificate [c] proves the bounds that the file [p] states, for the labels [y] and the predictions [z]. *)
Theorem accuracy_sound : forall p y z c : bytes, prove_accuracy p y z c = true -> AccuracyBounds p y z.
Proof. exact Checker.Probability.Accuracy.prove_accuracy_sound. Qed.
