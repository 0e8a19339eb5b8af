(** * Warrant: what users get, for probabilities

    A model that makes probabilities of scores in its last step (ONNX), a property (VNN-LIB) and a certificate, as raw bytes.  What [ProbabilitiesHold] and [ProbabilitiesFail] mean is defined in
    Spec/Links.v, from which everything that has to be trusted can be read downwards.

    Main results: [probabilities_proved_sound], [probabilities_refuted_sound], [probabilities_not_both].

    Trust: proved. *)
From Warrant Require Export Spec.Bytes Spec.Links.
From Warrant Require Checker.Links.Check.

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
