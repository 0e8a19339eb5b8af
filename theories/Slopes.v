(** * Warrant: slopes

    Three files, as raw bytes: a model (ONNX), the statement of the claim, and a certificate (docs/slopes.md).  [prove_slopes] and [refute_slopes] are functions to run,
    in Coq's kernel or extracted; the theorems say what their answer [true] means.  What [SlopesHold] and [SlopesFail] mean is defined in Spec/Slopes.v.

    Main results: [slopes_sound], [slopes_refuted_sound], [slopes_not_both].

    Trust: proved. *)
From Warrant Require Export Spec.Bytes.
From Warrant Require Spec.Slopes Checker.Slopes.Check Checker.Slopes.Check_sound.

Definition SlopesHold : bytes -> bytes -> Prop := Spec.Slopes.SlopesHold.
Definition SlopesFail : bytes -> bytes -> Prop := Spec.Slopes.SlopesFail.
Definition prove_slopes : bytes -> bytes -> bytes -> bool := Check.prove_slopes.
Definition refute_slopes : bytes -> bytes -> bytes -> bool := Check.refute_slopes.

(** The certificate [c] proves that between any two inputs that the claim [p] is about, the outputs of the model [m] change within its limits. *)
Theorem slopes_sound : forall m p c : bytes, prove_slopes m p c = true -> SlopesHold m p.
Proof. exact Check_sound.prove_slopes_sound. Qed.

(** The witness [w] gives two inputs between which they do not. *)
Theorem slopes_refuted_sound : forall m p w : bytes, refute_slopes m p w = true -> SlopesFail m p.
Proof. exact Check_sound.refute_slopes_sound. Qed.

(** No claim is both. *)
Theorem slopes_not_both : forall m p : bytes, SlopesHold m p -> SlopesFail m p -> False.
Proof. exact Spec.Slopes.slopes_not_both. Qed.
