(** * Warrant: training runs

    Four files, as raw bytes: the statement of a training problem, two NumPy files with the features and the labels, and a certificate (docs/training.md).
    [prove_training] is a function to run, in Coq's kernel or extracted; the theorem says what its answer [true] means.  What [TrainingConverges] means is defined in
    Spec/Training.v.

    Main results: [training_sound].

    Trust: proved. *)
From Coq Require Export Reals List.
From Warrant Require Export Spec.Bytes.
From Warrant Require Spec.Training Checker.Training.Check Checker.Training.Check_sound.
Export ListNotations.
#[global] Open Scope R_scope.

Definition TrainingConverges : bytes -> bytes -> bytes -> Prop := Spec.Training.TrainingConverges.
Definition prove_training : bytes -> bytes -> bytes -> bytes -> bool := Check.prove_training.

(** The certificate [c] proves that the run which the problem [p] describes, on the features [x] and the labels [y], ends with an objective that is as small as at
    any other point, up to the accuracy. *)
Theorem training_sound : forall p x y c : bytes, prove_training p x y c = true -> TrainingConverges p x y.
Proof. exact Check_sound.prove_training_sound. Qed.
