(** * Warrant: training runs

    Four files, as raw bytes: the statement of a training problem, two NumPy files with the features and the labels, and a certificate (docs/training.md).
    [prove_training], [refute_training] and [diverge_training] are functions to run, in Coq's kernel or extracted; the theorems say what their answer [true] means.  What
    [TrainingConverges], [TrainingFails] and [TrainingDiverges] mean is defined in Spec/Training.v.

    Main results: [training_sound], [training_refuted_sound], [training_diverges_sound], [training_diverges_fails], [training_not_both].

    Trust: proved. *)
From Coq Require Export Reals List.
From Warrant Require Export Spec.Bytes.
From Warrant Require Spec.Training Checker.Training.Prove Checker.Training.Refute Checker.Training.Refute_sound.
Export ListNotations.
#[global] Open Scope R_scope.

Definition TrainingConverges : bytes -> bytes -> bytes -> Prop := Spec.Training.TrainingConverges.
Definition prove_training : bytes -> bytes -> bytes -> bytes -> bool := Prove.prove_training.

(** The certificate [c] proves that the run which the problem [p] describes, on the features [x] and the labels [y], ends with an objective that is as small as at
    any other point, up to the accuracy. *)
Theorem training_sound : forall p x y c : bytes, prove_training p x y c = true -> TrainingConverges p x y.
Proof. exact Prove.prove_training_sound. Qed.

Definition TrainingFails : bytes -> bytes -> bytes -> Prop := Spec.Training.TrainingFails.
Definition refute_training : bytes -> bytes -> bytes -> bytes -> bool := Refute.refute_training.

(** The certificate [c] shows that the run ends with an objective that is larger than at some other point, by more than the accuracy ... *)
Theorem training_refuted_sound : forall p x y c : bytes, refute_training p x y c = true -> TrainingFails p x y.
Proof. exact Refute_sound.refute_training_sound. Qed.

Definition TrainingDiverges : bytes -> bytes -> bytes -> Prop := Spec.Training.TrainingDiverges.
Definition diverge_training : bytes -> bytes -> bytes -> bytes -> bool := Refute.diverge_training.

(** ... and that with ever more steps the objective becomes larger than at other points by more than any bound. *)
Theorem training_diverges_sound : forall p x y c : bytes, diverge_training p x y c = true -> TrainingDiverges p x y.
Proof. exact Refute_sound.diverge_training_sound. Qed.
Theorem training_diverges_fails : forall p x y : bytes, TrainingDiverges p x y -> TrainingFails p x y.
Proof.
  intros p x y. unfold TrainingDiverges, TrainingFails, Spec.Training.TrainingDiverges, Spec.Training.TrainingFails, Spec.Training.about.
  destruct (Spec.Training.read_problem p) as [q|], (Spec.Training.read_matrix x) as [[d features]|], (Spec.Training.read_matrix y) as [[[|[|k]] labels]|]; try easy.
  now destruct (Spec.Training.with_ones (Spec.Training.intercept q) d features).
Qed.
(** ... so that no certificate can prove that it converges. *)
Theorem training_not_both : forall p x y : bytes, ~ (TrainingConverges p x y /\ TrainingFails p x y).
Proof.
  intros p x y [converges fails]. revert converges fails.
  unfold TrainingConverges, TrainingFails, Spec.Training.TrainingConverges, Spec.Training.TrainingFails, Spec.Training.about.
  destruct (Spec.Training.read_problem p) as [q|], (Spec.Training.read_matrix x) as [[d features]|], (Spec.Training.read_matrix y) as [[[|[|k]] labels]|]; try easy.
  now destruct (Spec.Training.with_ones (Spec.Training.intercept q) d features).
Qed.
