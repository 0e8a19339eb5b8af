(** * Claims

    What the verdicts PROVED and REFUTED mean, as propositions about the raw bytes of two files.

    Main definitions: [Holds], [Refuted].  Main result: [not_both].

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
