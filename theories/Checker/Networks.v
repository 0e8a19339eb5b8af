(** * Proofs about one network

    A certificate about a network and a property that have been read: by linear bounds, by boxes, or by cases.

    Main definitions: [prove_network].
    Main results: [prove_network_sound].

    Trust: proved.
    Source: docs/certificates.md. *)
From Warrant Require Import Spec.Bytes Spec.Onnx Spec.Formula Checker.Prove.
From Warrant Require Checker.Boxes Checker.Cases Checker.Cases_sound.

Definition prove_network (n : model) (p : property) (c : bytes) : bool :=
  if Boxes.magic c then Boxes.prove_boxes n p c else if Cases.magic c then Cases.prove_cases n p c else prove n p c.
Theorem prove_network_sound n p c : prove_network n p c = true -> Never n p.
Proof. unfold prove_network. destruct (Boxes.magic c); [apply Boxes.boxes_sound|]. destruct (Cases.magic c); [apply Cases_sound.cases_sound|apply proved_sound]. Qed.
