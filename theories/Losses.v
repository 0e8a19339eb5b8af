(** * Warrant: losses

    Three files, as raw bytes: an ONNX graph whose output is one number, a loss; a text that says which property it has in which inputs, and between which bounds the
    inputs lie; and a certificate (docs/losses.md).  Or four: two such graphs, a text with bounds, and a certificate of whether the first loss is nowhere less than the second.
    [prove_loss], [refute_loss], [prove_above] and [refute_above] are functions to run, in Coq's kernel or extracted; the theorems say what their
    answer [true] means.  What [LossHolds], [LossFails], [LossAbove] and [LossNotAbove] mean is defined in Spec/Losses.v.

    Main results: [loss_sound], [loss_refuted_sound], [loss_not_both], [above_sound], [above_refuted_sound], [above_not_both].

    Trust: proved. *)
From Coq Require Export Reals List.
From Warrant Require Export Spec.Bytes.
From Warrant Require Spec.Losses Checker.Losses.Check Checker.Losses.Check_sound Checker.Losses.Above Checker.Losses.Above_sound.
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

Definition LossAbove : bytes -> bytes -> bytes -> Prop := Spec.Losses.LossAbove.
Definition LossNotAbove : bytes -> bytes -> bytes -> Prop := Spec.Losses.LossNotAbove.
Definition prove_above : bytes -> bytes -> bytes -> bytes -> bool := Above.prove_above.
Definition refute_above : bytes -> bytes -> bytes -> bytes -> bool := Above.refute_above.

(** The loss [l] is nowhere less than the loss [m], within the bounds in [t]; and both are defined at the point in the certificate [c]. *)
Theorem above_sound : forall l m t c : bytes, prove_above l m t c = true -> LossAbove l m t.
Proof. exact Above_sound.prove_above_sound. Qed.

(** The certificate [c] holds a point at which the loss [l] is less than the loss [m]. *)
Theorem above_refuted_sound : forall l m t c : bytes, refute_above l m t c = true -> LossNotAbove l m t.
Proof. exact Above_sound.refute_above_sound. Qed.

Theorem above_not_both : forall l m t : bytes, LossAbove l m t -> LossNotAbove l m t -> False.
Proof.
  unfold LossAbove, LossNotAbove, Spec.Losses.LossAbove, Spec.Losses.LossNotAbove. intros l m t. destruct (Spec.Losses.read_pair l m t) as [[q r]|]; [|easy].
  intros (_ & _ & _ & above) (_ & _ & x & dx & dx' & less). exact (Rlt_irrefl _ (Rle_lt_trans _ _ _ (above x dx dx') less)).
Qed.
