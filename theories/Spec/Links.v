(** * Links: probabilities from scores

    A classifier's last step makes probabilities of scores: by the logistic function, one by one, or by softmax, all together.  The meaning of a model whose last node is Sigmoid or Softmax, and
    of claims about its outputs, over the exact real numbers.

    Main definitions: [logistic], [softmax]; [scored] (a model, without its last node); [probabilities]; [ProbabilitiesHold], [ProbabilitiesFail].
    Main result: [probabilities_not_both].

    Trust: SPEC.
    Source: ONNX specification, "ONNX Operators", Sigmoid and Softmax (operator sets 7 to 26, which agree about one row). *)
From Coq Require Import PString ZArith Reals List Bool.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Network Spec.Formula Spec.VnnLib.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope pstring_scope.

Definition logistic (z : R) : R := (/ (1 + exp (- z)))%R.
Definition softmax (row : list R) : list R :=
  let total := fold_right Rplus 0%R (map exp row) in map (fun z => (exp z / total)%R) row.
Inductive link := Logistic | Softmax.
Definition probabilities_of (l : link) (scores : list R) : list R :=
  match l with Logistic => map logistic scores | Softmax => softmax scores end.

(** The model of the scores: that without the last node, if this alone makes the output, and what the last node does.  Softmax is over the last axis, or over the axis 1, which is the
    same for a matrix of one row; it is wanted below that it is such a matrix. *)
Definition scored (m : model) : option (model * link) :=
  match rev (nodes m) with
  | last :: before =>
    match op_domain last, ins last, outs last with
    | Standard, [i], [o] =>
      let below := Model (rev before) (initializers m) (input_name m) (input_shape m) i in
      when (same o (output_name m) && negb (same i o) && negb (same i ""))%bool
        (if same (op_type last) "Sigmoid" then when (only [] (attrs last)) (Some (below, Logistic))
         else if same (op_type last) "Softmax" then
           do a <- int_attr (attrs last) "axis" (-1); when (only ["axis"] (attrs last) && member a [-1; 1])%bool (Some (below, Softmax))
         else None)
    | _, _, _ => None
    end
  | [] => None
  end.

(** the scores, as a tensor of floats *)
Definition scores_at {S} {_ : scalar S} (m : model) (x : list S) : option (tensor S) :=
  do e <- initial m x; do e <- run (nodes m) e; do v <- lookup e (output_name m); as_reals v.
Definition one_row (s : list Z) : bool := match s with [n; _] => n =? 1 | _ => false end.
(** the outputs of the model on an input *)
Definition probabilities (m : model) (x : list R) : option (list R) :=
  do (below, l) <- scored m; do Y <- scores_at below x;
  match l with
  | Logistic => Some (probabilities_of l (data Y))
  | Softmax => when (one_row (shape Y)) (Some (probabilities_of l (data Y)))
  end.

(** the model and the property agree in the number of inputs and outputs, and there is an output on every input *)
Definition Gives (m : model) (p : property) : Prop :=
  Z.of_nat (inputs p) = input_count m /\
  forall x : list R, length x = inputs p -> exists y, probabilities m x = Some y /\ length y = outputs p.

(** The claim holds: no input and the probabilities there satisfy the assertions. *)
Definition ProbabilitiesHold (model_file property_file : bytes) : Prop :=
  match read_model model_file, read_property property_file with
  | Some m, Some p => Gives m p /\ forall x y : list R, length x = inputs p -> probabilities m x = Some y -> ~ satisfies x y (assertion p)
  | _, _ => False
  end.
(** The claim fails: some input and the probabilities there do. *)
Definition ProbabilitiesFail (model_file property_file : bytes) : Prop :=
  match read_model model_file, read_property property_file with
  | Some m, Some p => Gives m p /\ exists x y : list R, length x = inputs p /\ probabilities m x = Some y /\ satisfies x y (assertion p)
  | _, _ => False
  end.

Lemma probabilities_not_both m p : ProbabilitiesHold m p -> ProbabilitiesFail m p -> False.
Proof.
  unfold ProbabilitiesHold, ProbabilitiesFail. destruct (read_model m); [|easy]. destruct (read_property p); [|easy].
  intros [_ none] (_ & x & y & len & run & bad). exact (none x y len run bad).
Qed.
