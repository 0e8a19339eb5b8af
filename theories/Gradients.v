(** * Warrant: gradients

    Four files, as raw bytes: two ONNX graphs, a function and its derivative; the names of the inputs by which it is differentiated; and a certificate
    (docs/gradients.md).  [prove_gradient], [prove_gradient_at_kinks], [prove_subgradient], [prove_gradient_everywhere], [prove_gradient_within] and [refute_gradient] are functions to run, in
    Coq's kernel or extracted; the theorems say what their answer [true] means.  What [GradientHolds], [GradientHoldsAtKinks], [SubgradientHolds], [GradientHoldsEverywhere],
    [GradientHoldsWithin] and [GradientRefuted] mean is defined in Spec/Gradients.v.

    Main results: [gradient_sound], [gradient_at_kinks_sound], [subgradient_sound], [gradient_everywhere_sound], [gradient_within_sound], [gradient_refuted_sound], [gradient_not_both],
    [gradient_within_not_both].

    Trust: proved. *)
From Coq Require Export Reals List.
From Warrant Require Export Spec.Bytes.
From Warrant Require Spec.Gradients Checker.Gradients.Check Checker.Gradients.Check_sound Checker.Gradients.Refute Checker.Gradients.Uniqueness.
Export ListNotations.
#[global] Open Scope R_scope.

Definition GradientHolds : bytes -> bytes -> bytes -> Prop := Spec.Gradients.GradientHolds.
Definition GradientHoldsAtKinks : bytes -> bytes -> bytes -> Prop := Spec.Gradients.GradientHoldsAtKinks.
Definition SubgradientHolds : bytes -> bytes -> bytes -> Prop := Spec.Gradients.SubgradientHolds.
Definition GradientHoldsEverywhere : bytes -> bytes -> bytes -> Prop := Spec.Gradients.GradientHoldsEverywhere.
Definition GradientHoldsWithin : bytes -> bytes -> bytes -> Prop := Spec.Gradients.GradientHoldsWithin.
Definition GradientRefuted : bytes -> bytes -> bytes -> Prop := Spec.Gradients.GradientRefuted.
Definition prove_gradient : bytes -> bytes -> bytes -> bytes -> bool := Check.prove_gradient.
Definition prove_gradient_at_kinks : bytes -> bytes -> bytes -> bytes -> bool := Check.prove_gradient_at_kinks.
Definition prove_subgradient : bytes -> bytes -> bytes -> bytes -> bool := Check.prove_subgradient.
Definition prove_gradient_everywhere : bytes -> bytes -> bytes -> bytes -> bool := Check.prove_gradient_everywhere.
Definition prove_gradient_within : bytes -> bytes -> bytes -> bytes -> bool := Check.prove_gradient_within.
Definition refute_gradient : bytes -> bytes -> bytes -> bytes -> bool := Refute.refute_gradient.

(** The certificate [c] proves that the graph [d] computes the gradient of the graph [f] by the inputs that [w] names, wherever in the domain [f] is defined
    and none of its kinks is hit. *)
Theorem gradient_sound : forall f d w c : bytes, prove_gradient f d w c = true -> GradientHolds f d w.
Proof. exact Check_sound.prove_gradient_sound. Qed.

(** Moreover, at kinks [d] gives what the chain rule gives where the derivatives of Relu and of steps at 0 are taken to be 0. *)
Theorem gradient_at_kinks_sound : forall f d w c : bytes, prove_gradient_at_kinks f d w c = true -> GradientHoldsAtKinks f d w.
Proof. exact Check_sound.prove_gradient_at_kinks_sound. Qed.

(** Moreover, what [d] gives is a subgradient of [f], at kinks and elsewhere. *)
Theorem subgradient_sound : forall f d w c : bytes, prove_subgradient f d w c = true -> SubgradientHolds f d w.
Proof. exact Check_sound.prove_subgradient_sound. Qed.

(** Everywhere in the domain [f] is defined and has no kink, and [d] computes its gradient. *)
Theorem gradient_everywhere_sound : forall f d w c : bytes, prove_gradient_everywhere f d w c = true -> GradientHoldsEverywhere f d w.
Proof. exact Check_sound.prove_gradient_everywhere_sound. Qed.

(** Wherever in the domain [f] is defined and none of its kinks is hit, each entry of what [d] computes is within the tolerance, which [w] states, of the gradient's, for
    cotangents whose entries lie between -1 and 1. *)
Theorem gradient_within_sound : forall f d w c : bytes, prove_gradient_within f d w c = true -> GradientHoldsWithin f d w.
Proof. exact Check_sound.prove_gradient_within_sound. Qed.

(** The certificate [c] holds an input at which [f] is smooth and [d] gives something else than the gradient, by more than the tolerance
    if [w] states one. *)
Theorem gradient_refuted_sound : forall f d w c : bytes, refute_gradient f d w c = true -> GradientRefuted f d w.
Proof. exact Refute.refute_gradient_sound. Qed.

(** no refuted claim holds in any of these ways: the others imply the first *)
Theorem gradient_not_both : forall f d w : bytes, GradientHolds f d w -> GradientRefuted f d w -> False.
Proof. exact Uniqueness.gradient_not_both. Qed.
Theorem gradient_within_not_both : forall f d w : bytes, GradientHoldsWithin f d w -> GradientRefuted f d w -> False.
Proof. exact Uniqueness.gradient_within_not_both. Qed.
Theorem gradient_weakens : forall f d w : bytes, GradientHolds f d w -> GradientHoldsWithin f d w.
Proof. exact Uniqueness.gradient_weakens. Qed.
Theorem gradient_at_kinks_weakens : forall f d w : bytes, GradientHoldsAtKinks f d w -> GradientHolds f d w.
Proof. exact Uniqueness.gradient_at_kinks_weakens. Qed.
Theorem subgradient_weakens : forall f d w : bytes, SubgradientHolds f d w -> GradientHoldsAtKinks f d w.
Proof. exact Uniqueness.subgradient_weakens. Qed.
Theorem gradient_everywhere_weakens : forall f d w : bytes, GradientHoldsEverywhere f d w -> GradientHolds f d w.
Proof. exact Uniqueness.gradient_everywhere_weakens. Qed.
