(** * Warrant: what users get

    Three files, as raw bytes: a model (ONNX), a property (VNN-LIB) and a certificate.  [prove] and [refute] are functions to run, in Coq's kernel or extracted;
    the theorems say what their answer [true] means.  What [Holds] and [Refuted] mean is defined in Spec/Claims.v, from which everything that has to be trusted
    can be read downwards.  A claim that some input is so ([Reachable]) is checked by the same two functions with their roles exchanged.

    Main results: [proved_sound], [refuted_sound], [not_both], [vacuous_sound]; [reachable_sound], [unreachable_sound], [reachable_not_both].

    Trust: proved. *)
From Coq Require Import Reals List.
From Warrant Require Export Spec.Bytes Spec.Claims.
From Warrant Require Import Spec.Onnx Spec.Formula Spec.VnnLib Checker.Queries Checker.Queries_sound.
From Warrant Require Checker.Networks Checker.Witness.

(** a proof by boxes, by cases, or by linear bounds alone *)
Definition prove (m p c : bytes) : bool :=
  match read_model m, read_property p with Some n, Some q => Networks.prove_network n q c | _, _ => false end.
Definition refute : bytes -> bytes -> bytes -> bool := Witness.refute.
(** [vacuous p]: the property's input region is empty, so that a claim about it says nothing *)
Definition vacuous (property_file : bytes) : bool :=
  match read_property property_file with Some p => empty_region p | None => false end.

(** The certificate [c] proves that no input and output of the network in the file [m] satisfy the assertions of the file [p]. *)
Theorem proved_sound : forall m p c : bytes, prove m p c = true -> Holds m p.
Proof. intros m p c. unfold prove, Holds. destruct (read_model m) as [n|]; [|easy]. destruct (read_property p) as [q|]; [|easy]. apply Networks.prove_network_sound. Qed.

(** The witness [w] is an input of the network in [m] that, with its output, satisfies the assertions of [p]. *)
Theorem refuted_sound : forall m p w : bytes, refute m p w = true -> Refuted m p.
Proof. intros m p w. unfold refute. apply Witness.refuted_sound. Qed.

(** No claim is both. *)
Theorem not_both : forall m p : bytes, Holds m p -> Refuted m p -> False.
Proof. exact Claims.not_both. Qed.

(** A vacuous property is satisfied by no input and output at all, whatever the network. *)
Theorem vacuous_sound : forall p : bytes, vacuous p = true ->
  exists q, read_property p = Some q /\ forall x y : list R, ~ satisfies x y (assertion q).
Proof.
  intros p. unfold vacuous. destruct (read_property p) as [q|]; [|discriminate].
  intro empty. exists q. split; [reflexivity|]. exact (empty_region_sound q empty).
Qed.

(** ** Claims that some input is so *)

(** a witness proves such a claim, and a proof about all inputs refutes it *)
Definition prove_reachable : bytes -> bytes -> bytes -> bool := refute.
Definition refute_reachable : bytes -> bytes -> bytes -> bool := prove.

(** The witness [w] is an input of the network in [m] that, with its output, satisfies the assertions of [t]. *)
Theorem reachable_sound : forall m t w : bytes, prove_reachable m t w = true -> Reachable m t.
Proof. unfold prove_reachable, Reachable. exact refuted_sound. Qed.

(** The certificate [c] proves that no input and output of the network in the file [m] satisfy the assertions of the file [t]. *)
Theorem unreachable_sound : forall m t c : bytes, refute_reachable m t c = true -> Unreachable m t.
Proof. unfold refute_reachable, Unreachable. exact proved_sound. Qed.

(** No claim is both. *)
Theorem reachable_not_both : forall m t : bytes, Reachable m t -> Unreachable m t -> False.
Proof. exact Claims.reachable_not_both. Qed.
