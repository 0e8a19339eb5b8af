(** * Warrant: gradients

    Four files, as raw bytes: two ONNX graphs, a function and its derivative; the names of the inputs by which it is differentiated; and a certificate
    (docs/gradients.md).  [prove_gradient] is a function to run, in Coq's kernel or extracted; the theorem says what its answer [true] means.  What
    [GradientHolds] means is defined in Spec/Gradients.v.

    Main results: [gradient_sound].

    Trust: proved. *)
From Coq Require Export Reals List.
From Warrant Require Export Spec.Bytes.
From Warrant Require Spec.Gradients Checker.Gradients.Check Checker.Gradients.Check_sound.
Export ListNotations.
#[global] Open Scope R_scope.

Definition GradientHolds : bytes -> bytes -> bytes -> Prop := Spec.Gradients.GradientHolds.
Definition prove_gradient : bytes -> bytes -> bytes -> bytes -> bool := Check.prove_gradient.

(** The certificate [c] proves that the graph [d] computes the gradient of the graph [f] by the inputs that [w] names, wherever [f] is defined and none of its
    kinks is hit. *)
Theorem gradient_sound : forall f d w c : bytes, prove_gradient f d w c = true -> GradientHolds f d w.
Proof. exact Check_sound.prove_gradient_sound. Qed.
