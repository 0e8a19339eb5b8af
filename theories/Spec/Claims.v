(** * Claims

    What the verdicts PROVED and REFUTED mean, as propositions about the raw bytes of two files.

    Main definitions: [Holds], [Refuted]; [Reachable], [Unreachable].  Main results: [not_both], [reachable_not_both].

    Trust: SPEC. *)
From Coq Require Import ZArith Reals List.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Onnx Spec.Network Spec.Formula Spec.VnnLib.

(** [Runs n p]: the model and the property agree in the number of inputs and outputs, and the network has an output on every input. *)
Definition Runs (n : model) (p : property) : Prop :=
  Z.of_nat (inputs p) = input_count n /\
  forall x : list R, length x = inputs p -> exists y, network n x = Some y /\ length y = outputs p.

(** The claim holds: no input and output of the network satisfy the assertions. *)
Definition Holds (model_file property_file : bytes) : Prop :=
  match read_model model_file, read_property property_file with
  | Some n, Some p =>
    Runs n p /\ forall x y : list R, length x = inputs p -> network n x = Some y -> ~ satisfies x y (assertion p)
  | _, _ => False
  end.

(** The claim is refuted: some input and output of the network satisfy the assertions. *)
Definition Refuted (model_file property_file : bytes) : Prop :=
  match read_model model_file, read_property property_file with
  | Some n, Some p =>
    Runs n p /\ exists x y : list R, length x = inputs p /\ network n x = Some y /\ satisfies x y (assertion p)
  | _, _ => False
  end.

Lemma not_both m p : Holds m p -> Refuted m p -> False.
Proof.
  unfold Holds, Refuted. destruct (read_model m); [|easy]. destruct (read_property p); [|easy].
  intros [_ none] (_ & x & y & len & run & bad). exact (none x y len run bad).
Qed.

(** ** The other way round: there is such an input

    Here the property describes what is claimed to occur, so that an input proves the claim, and a proof about all inputs refutes it. *)

(** The claim holds: some input and output of the network satisfy the assertions, which is what [Refuted] says. *)
Definition Reachable (model_file target_file : bytes) : Prop := Refuted model_file target_file.
(** The claim is refuted: no input and output of the network satisfy them, which is what [Holds] says. *)
Definition Unreachable (model_file target_file : bytes) : Prop := Holds model_file target_file.

Lemma reachable_not_both m t : Reachable m t -> Unreachable m t -> False.
Proof. unfold Reachable, Unreachable. intros is_reached is_not. exact (not_both m t is_not is_reached). Qed.
