(** * Warrant: what users get, for relations between networks

    Several runs of one network ([prove_relation]), or runs of two networks ([prove_comparison]): model files (ONNX), a property (VNN-LIB 2.0 with several networks) and a
    certificate, as raw bytes.  What [HoldsTogether] and [RefutedTogether] mean is defined in Spec/Relations.v, from which everything that has to be trusted can be read
    downwards.

    Main results: [relation_proved_sound], [relation_refuted_sound], [comparison_proved_sound], [comparison_refuted_sound], [together_not_both].

    Trust: proved. *)
From Coq Require Import List.
From Warrant Require Export Spec.Bytes Spec.Relations.
From Warrant Require Spec.Onnx Checker.Relations Checker.Relations_sound Checker.Ensembles.Check.
Import ListNotations.

Definition prove_models (ms : list bytes) (p c : bytes) : bool :=
  match map_all Onnx.read_model ms, read_relation p with Some l, Some r => Ensembles.Check.prove_models l r c | _, _ => false end.
Definition prove_relation (m p c : bytes) : bool := prove_models [m] p c.
Definition refute_relation (m p w : bytes) : bool := Checker.Relations.refute_together [m] p w.
Definition prove_comparison (m n p c : bytes) : bool := prove_models [m; n] p c.
Definition refute_comparison (m n p w : bytes) : bool := Checker.Relations.refute_together [m; n] p w.

Local Lemma models_sound ms p c : prove_models ms p c = true -> HoldsTogether ms p.
Proof. unfold prove_models, HoldsTogether. destruct (map_all _ ms) as [l|]; [|easy]. destruct (read_relation p) as [r|]; [|easy]. apply Ensembles.Check.models_sound. Qed.
(** The certificate [c] proves that no inputs of the networks in the file [p], all of them the model in [m], satisfy the file's assertions together with the outputs there. *)
Theorem relation_proved_sound : forall m p c : bytes, prove_relation m p c = true -> HoldsTogether [m] p.
Proof. intros m p c. apply models_sound. Qed.
(** The witness [w] gives inputs that do. *)
Theorem relation_refuted_sound : forall m p w : bytes, refute_relation m p w = true -> RefutedTogether [m] p.
Proof. intros m p w. apply Relations_sound.together_refuted_sound. Qed.

(** The same of the two models in [m] and [n]. *)
Theorem comparison_proved_sound : forall m n p c : bytes, prove_comparison m n p c = true -> HoldsTogether [m; n] p.
Proof. intros m n p c. apply models_sound. Qed.
Theorem comparison_refuted_sound : forall m n p w : bytes, refute_comparison m n p w = true -> RefutedTogether [m; n] p.
Proof. intros m n p w. apply Relations_sound.together_refuted_sound. Qed.

(** No claim is both. *)
Theorem together_not_both : forall (ms : list bytes) (p : bytes), HoldsTogether ms p -> RefutedTogether ms p -> False.
Proof. exact Spec.Relations.together_not_both. Qed.
