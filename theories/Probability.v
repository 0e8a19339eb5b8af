(** * Warrant: probability

    Markov chains: three files, the property that is claimed, the matrix and a distribution on its states, and a certificate; what [ChainHolds] and [ChainFails] mean
    is defined in Spec/Chains.v.  Bayesian networks: a query with the posterior, or variables
    that are said to be independent, and the network (Spec/Networks.v).  Bounds on the errors of classifiers: four files, as raw bytes: the statement of the bounds, the labels, the predictions, and a certificate
    (docs/probability.md).  [prove_accuracy] is a function to run, in Coq's kernel or extracted; the theorem says what its answer [true] means.  What
    [AccuracyBounds] means is defined in Spec/Accuracy.v.  Conformal prediction: a coverage and a threshold, and the calibration scores (Spec/Conformal.v).
    Randomised smoothing: radii for inputs, and the counts of their noisy copies' classes (Spec/Smoothing.v).
    Plans of private releases: one file, the plan with its budget (Spec/Privacy.v, docs/privacy.md).

    Main results: [accuracy_sound], [smoothing_sound], [conformal_proved_sound], [conformal_refuted_sound], [chain_proved_sound], [chain_refuted_sound], [posterior_sound],
    [independence_proved_sound], [independence_refuted_sound],
    [privacy_proved_sound], [privacy_refuted_sound].

    Trust: proved. *)
From Coq Require Export Reals List.
From Warrant Require Export Spec.Bytes.
From Warrant Require Spec.Accuracy Spec.Chains Spec.Conformal Spec.Networks Spec.Privacy Spec.Smoothing Checker.Probability.Accuracy Checker.Probability.Chains Checker.Probability.Conformal
  Checker.Probability.Independence Checker.Probability.Posterior Checker.Probability.Privacy Checker.Probability.Smoothing.
Export ListNotations.
#[global] Open Scope R_scope.

Definition AccuracyBounds : bytes -> bytes -> bytes -> Prop := Spec.Accuracy.AccuracyBounds.
Definition prove_accuracy : bytes -> bytes -> bytes -> bytes -> bool := Checker.Probability.Accuracy.prove_accuracy.

(** The certificate [c] proves the bounds that the file [p] states, for the labels [y] and the predictions [z]. *)
Theorem accuracy_sound : forall p y z c : bytes, prove_accuracy p y z c = true -> AccuracyBounds p y z.
Proof. exact Checker.Probability.Accuracy.prove_accuracy_sound. Qed.

Definition ConformalCovers : bytes -> bytes -> Prop := Spec.Conformal.ConformalCovers.
Definition ConformalFails : bytes -> bytes -> Prop := Spec.Conformal.ConformalFails.
Definition prove_conformal : bytes -> bytes -> bytes -> bool := Checker.Probability.Conformal.prove_conformal.
Definition refute_conformal : bytes -> bytes -> bytes -> bool := Checker.Probability.Conformal.refute_conformal.

(** The threshold that the file [p] states is at least the one of split conformal prediction for the calibration scores [s], a rule that has the stated coverage ... *)
Theorem conformal_proved_sound : forall p s c : bytes, prove_conformal p s c = true -> ConformalCovers p s.
Proof. exact Checker.Probability.Conformal.prove_conformal_sound. Qed.
(** ... or it is below that one. *)
Theorem conformal_refuted_sound : forall p s c : bytes, refute_conformal p s c = true -> ConformalFails p s.
Proof. exact Checker.Probability.Conformal.refute_conformal_sound. Qed.

Definition SmoothingCertifies : bytes -> bytes -> Prop := Spec.Smoothing.SmoothingCertifies.
Definition prove_smoothing : bytes -> bytes -> bytes -> bool := Checker.Probability.Smoothing.prove_smoothing.

(** The radii that the file [p] states follow from the counts [n], for a classifier that is smoothed with the stated noise. *)
Theorem smoothing_sound : forall p n c : bytes, prove_smoothing p n c = true -> SmoothingCertifies p n.
Proof. exact Checker.Probability.Smoothing.prove_smoothing_sound. Qed.

Definition ChainHolds : bytes -> bytes -> bytes -> Prop := Spec.Chains.ChainHolds.
Definition ChainFails : bytes -> bytes -> bytes -> Prop := Spec.Chains.ChainFails.
Definition prove_chain : bytes -> bytes -> bytes -> bytes -> bool := Checker.Probability.Chains.prove_chain.
Definition refute_chain : bytes -> bytes -> bytes -> bytes -> bool := Checker.Probability.Chains.refute_chain.

(** The distribution [v] has the property that [p] names, for the chain with the matrix [m] ... *)
Theorem chain_proved_sound : forall p m v c : bytes, prove_chain p m v c = true -> ChainHolds p m v.
Proof. exact Checker.Probability.Chains.prove_chain_sound. Qed.
(** ... or has it not. *)
Theorem chain_refuted_sound : forall p m v c : bytes, refute_chain p m v c = true -> ChainFails p m v.
Proof. exact Checker.Probability.Chains.refute_chain_sound. Qed.

Definition PosteriorIs : bytes -> bytes -> Prop := Spec.Networks.PosteriorIs.
Definition prove_posterior : bytes -> bytes -> bytes -> bool := Checker.Probability.Posterior.prove_posterior.

(** The numbers in the file [q] are the posterior distribution that it asks for, in the Bayesian network [n] (Spec/Networks.v). *)
Theorem posterior_sound : forall q n c : bytes, prove_posterior q n c = true -> PosteriorIs q n.
Proof. exact Checker.Probability.Posterior.prove_posterior_sound. Qed.

Definition VariablesIndependent : bytes -> bytes -> Prop := Spec.Networks.VariablesIndependent.
Definition VariablesDependent : bytes -> bytes -> Prop := Spec.Networks.VariablesDependent.
Definition prove_independence : bytes -> bytes -> bytes -> bool := Checker.Probability.Independence.prove_independence.
Definition refute_independence : bytes -> bytes -> bytes -> bool := Checker.Probability.Independence.refute_independence.

(** In the Bayesian network [n], the two variables that [q] names are independent given the others that it names, since these d-separate them ... *)
Theorem independence_proved_sound : forall q n c : bytes, prove_independence q n c = true -> VariablesIndependent q n.
Proof. exact Checker.Probability.Independence.prove_independence_sound. Qed.
(** ... or they are not: for some states the probabilities differ. *)
Theorem independence_refuted_sound : forall q n c : bytes, refute_independence q n c = true -> VariablesDependent q n.
Proof. exact Checker.Probability.Independence.refute_independence_sound. Qed.

Definition PlanPrivate : bytes -> Prop := Spec.Privacy.PlanPrivate.
Definition PlanExceeds : bytes -> Prop := Spec.Privacy.PlanExceeds.
Definition prove_privacy : bytes -> bytes -> bool := Checker.Probability.Privacy.prove_privacy.
Definition refute_privacy : bytes -> bytes -> bool := Checker.Probability.Privacy.refute_privacy.

(** All releases of the plan [p] together keep to its budget, for all data sets and all questions as sensitive as it says ... *)
Theorem privacy_proved_sound : forall p c : bytes, prove_privacy p c = true -> PlanPrivate p.
Proof. exact Checker.Probability.Privacy.prove_privacy_sound. Qed.
(** ... or not for all. *)
Theorem privacy_refuted_sound : forall p c : bytes, refute_privacy p c = true -> PlanExceeds p.
Proof. exact Checker.Probability.Privacy.refute_privacy_sound. Qed.
