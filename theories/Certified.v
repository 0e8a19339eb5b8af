(** * Warrant: certified accuracy

    Five files, as raw bytes: a model (ONNX), the statement of the claim, two NumPy files with the inputs and the labels, and a certificate (docs/certified.md).
    [prove_certified] and [refute_certified] are functions to run, in Coq's kernel or extracted; the theorems say what their answer [true] means.  What [Certified]
    and [NotCertified] mean is defined in Spec/Certified.v.

    Main results: [certified_sound], [certified_refuted_sound], [certified_not_both].

    Trust: proved. *)
From Warrant Require Export Spec.Bytes.
From Warrant Require Spec.Certified Checker.Certified.Check Checker.Certified.Check_sound.

Definition Certified : bytes -> bytes -> bytes -> bytes -> Prop := Spec.Certified.Certified.
Definition NotCertified : bytes -> bytes -> bytes -> bytes -> Prop := Spec.Certified.NotCertified.
Definition prove_certified : bytes -> bytes -> bytes -> bytes -> bytes -> bool := Check.prove_certified.
Definition refute_certified : bytes -> bytes -> bytes -> bytes -> bytes -> bool := Check.refute_certified.

(** The certificate [c] proves that the model [m] classifies at least so many of the inputs [x] rightly and robustly as the claim [p] says, by the labels [y]. *)
Theorem certified_sound : forall m p x y c : bytes, prove_certified m p x y c = true -> Certified m p x y.
Proof. exact Check_sound.prove_certified_sound. Qed.

(** The certificate [c] shows that for too many inputs, some input near them is not classified as the label says. *)
Theorem certified_refuted_sound : forall m p x y c : bytes, refute_certified m p x y c = true -> NotCertified m p x y.
Proof. exact Check_sound.refute_certified_sound. Qed.

(** No claim is both. *)
Theorem certified_not_both : forall m p x y : bytes, Certified m p x y -> NotCertified m p x y -> False.
Proof. exact Spec.Certified.certified_not_both. Qed.
