(** * Warrant: losses

    Three files, as raw bytes: an ONNX graph whose output is one number, a loss; a text that says which property it has in which inputs, and between which bounds the
    inputs lie; and a certificate (docs/losses.md).  [prove_loss] and [refute_loss] are functions to run, in Coq's kernel or extracted; the theorems say what their
    answer [true] means.  What [LossHolds] and [LossFails] mean is defined in Spec/Losses.v.

    Main results: [loss_sound], [loss_refuted_sound], [loss_not_both].

    Trust: proved. *)
From Coq Require Export Reals List.
From Warrant Require Export Spec.Bytes.
From Warrant Require Spec.Losses Checker.Losses.Check Checker.Losses.Check_sound.
Export ListNotations.
#[global] Open Scope R_scope.

Definition LossHolds : bytes -> bytes -> Prop := Spec.Losses.LossHolds.
Definition LossFails : bytes -> bytes -> Prop := Spec.Losses.LossFails.
Definition prove_loss : bytes -> bytes -> bytes -> bool := Check.prove_loss.
Definition refute_loss : bytes -> bytes -> bytes -> bool := Check.refute_loss.

(** The loss [l] has the property [p], and its domain, with the point in the certificate [c], is not empty. *)
Theorem loss_sound : forall l p c : bytes, prove_loss l p c = true -> LossHolds l p.
Proof. exact Check_sound.prove_loss_sound. Qed.

(** The certificate [c] holds points that show that the loss [l] does not have the property [p]. *)
Theorem loss_refuted_sound : forall l p c : bytes, refute_loss l p c = true -> LossFails l p.
Proof. exact Check_sound.refute_loss_sound. Qed.

Theorem loss_not_both : forall l p : bytes, LossHolds l p -> LossFails l p -> False.
Proof.
  unfold LossHolds, LossFails, Spec.Losses.LossHolds, Spec.Losses.LossFails. intros l p. destruct (Spec.Losses.read_question l p); [|easy].
  intros (_ & _ & yes) (_ & no). exact (no yes).
Qed.
