(** * Linked relations: probabilities of several runs

    Claims about several runs at once, as in Relations.v, of models whose last step makes probabilities of scores, as in Links.v: outputs are the probabilities.

    Main definitions: [ProbabilitiesHoldTogether], [ProbabilitiesFailTogether].  Main result: [linked_not_both].

    Trust: SPEC.
    Source: Relations.v, Links.v. *)
From Coq Require Import ZArith Reals List.
From Warrant Require Import Spec.Bytes Spec.Onnx Spec.Network Spec.Formula Spec.VnnLib Spec.Relations Spec.Links.
Import ListNotations.

(** the model has inputs and outputs as declared, and probabilities on every input *)
Definition Links (n : model) (d : declared) : Prop :=
  Z.of_nat (entries (input d)) = input_count n /\
  forall x : list R, length x = entries (input d) -> exists y, probabilities n x = Some y /\ length y = entries (output d).
(** the models' probabilities on inputs [xs] are [ys] *)
Fixpoint LinkTogether (ns : list model) (ds : list declared) (xs ys : list (list R)) : Prop :=
  match ns, ds, xs, ys with
  | [], [], [], [] => True
  | n :: ns, d :: ds, x :: xs, y :: ys => length x = entries (input d) /\ probabilities n x = Some y /\ LinkTogether ns ds xs ys
  | _, _, _, _ => False
  end.

(** The claim holds: no inputs, one for each run, satisfy the assertions together with the probabilities there. *)
Definition ProbabilitiesHoldTogether (model_files : list bytes) (property_file : bytes) : Prop :=
  match map_all read_model model_files, read_relation property_file with
  | Some ms, Some r =>
    match models_of ms r with
    | Some ns =>
      length ms = models r /\ Forall2 Links ns (networks r) /\
      forall xs ys, LinkTogether ns (networks r) xs ys -> ~ satisfies (concat xs) (concat ys) (statement r)
    | None => False
    end
  | _, _ => False
  end.
(** The claim fails: some inputs satisfy the assertions together with the probabilities there. *)
Definition ProbabilitiesFailTogether (model_files : list bytes) (property_file : bytes) : Prop :=
  match map_all read_model model_files, read_relation property_file with
  | Some ms, Some r =>
    match models_of ms r with
    | Some ns =>
      length ms = models r /\ Forall2 Links ns (networks r) /\
      exists xs ys, LinkTogether ns (networks r) xs ys /\ satisfies (concat xs) (concat ys) (statement r)
    | None => False
    end
  | _, _ => False
  end.

Lemma linked_not_both ms p : ProbabilitiesHoldTogether ms p -> ProbabilitiesFailTogether ms p -> False.
Proof.
  unfold ProbabilitiesHoldTogether, ProbabilitiesFailTogether. destruct (map_all read_model ms) as [l|]; [|easy]. destruct (read_relation p) as [r|]; [|easy].
  destruct (models_of l r) as [ns|]; [|easy]. intros (_ & _ & none) (_ & _ & xs & ys & run & bad). exact (none xs ys run bad).
Qed.
