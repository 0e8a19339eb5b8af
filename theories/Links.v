(** * Warrant: what users get, for probabilities

    A model that makes probabilities of scores in its last step (ONNX), a property (VNN-LIB) and a certificate, as raw bytes.  What [ProbabilitiesHold] and [ProbabilitiesFail] mean is defined in
    Spec/Links.v, from which everything that has to be trusted can be read downwards.

    Claims about several runs of such a model, or runs of two of them, are those of Spec/LinkedRelations.v.

    Main results: [probabilities_proved_sound], [probabilities_refuted_sound], [probabilities_not_both]; [linked_relation_proved_sound], [linked_relation_refuted_sound],
    [linked_comparison_proved_sound], [linked_comparison_refuted_sound], [linked_not_both].

    Trust: proved. *)
From Coq Require Import List.
From Warrant Require Export Spec.Bytes Spec.Links Spec.LinkedRelations.
From Warrant Require Checker.Links.Check Checker.Links.Relations.
Import ListNotations.

Definition prove_probabilities : bytes -> bytes -> bytes -> bool := Checker.Links.Check.prove_probabilities.
Definition refute_probabilities : bytes -> bytes -> bytes -> bool := Checker.Links.Check.refute_probabilities.

(** The certificate [c] proves that no input of the model in the file [m], with the probabilities there, satisfies the assertions of the file [p]. *)
Theorem probabilities_proved_sound : forall m p c : bytes, prove_probabilities m p c = true -> ProbabilitiesHold m p.
Proof. exact Checker.Links.Check.prove_probabilities_sound. Qed.
(** The witness [w] is an input that does. *)
Theorem probabilities_refuted_sound : forall m p w : bytes, refute_probabilities m p w = true -> ProbabilitiesFail m p.
Proof. exact Checker.Links.Check.refute_probabilities_sound. Qed.

(** No claim is both. *)
Theorem probabilities_not_both : forall m p : bytes, ProbabilitiesHold m p -> ProbabilitiesFail m p -> False.
Proof. exact Spec.Links.probabilities_not_both. Qed.

(** ** Several runs *)

Definition prove_linked_relation (m p c : bytes) : bool := Checker.Links.Relations.prove_linked [m] p c.
Definition refute_linked_relation (m p w : bytes) : bool := Checker.Links.Relations.refute_linked [m] p w.
Definition prove_linked_comparison (m n p c : bytes) : bool := Checker.Links.Relations.prove_linked [m; n] p c.
Definition refute_linked_comparison (m n p w : bytes) : bool := Checker.Links.Relations.refute_linked [m; n] p w.

(** The certificate [c] proves that no inputs of the runs in the file [p], all of them of the model in [m], satisfy the file's assertions together with the probabilities there. *)
Theorem linked_relation_proved_sound : forall m p c : bytes, prove_linked_relation m p c = true -> ProbabilitiesHoldTogether [m] p.
Proof. intros m p c. apply Checker.Links.Relations.prove_linked_sound. Qed.
(** The witness [w] gives inputs that do. *)
Theorem linked_relation_refuted_sound : forall m p w : bytes, refute_linked_relation m p w = true -> ProbabilitiesFailTogether [m] p.
Proof. intros m p w. apply Checker.Links.Relations.refute_linked_sound. Qed.

(** The same of the two models in [m] and [n]. *)
Theorem linked_comparison_proved_sound : forall m n p c : bytes, prove_linked_comparison m n p c = true -> ProbabilitiesHoldTogether [m; n] p.
Proof. intros m n p c. apply Checker.Links.Relations.prove_linked_sound. Qed.
Theorem linked_comparison_refuted_sound : forall m n p w : bytes, refute_linked_comparison m n p w = true -> ProbabilitiesFailTogether [m; n] p.
Proof. intros m n p w. apply Checker.Links.Relations.refute_linked_sound. Qed.

(** No claim is both. *)
Theorem linked_not_both : forall (ms : list bytes) (p : bytes), ProbabilitiesHoldTogether ms p -> ProbabilitiesFailTogether ms p -> False.
Proof. exact Spec.LinkedRelations.linked_not_both. Qed.
