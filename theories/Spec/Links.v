(** * Links: probabilities from scores

    A classifier's last step makes probabilities of scores: by the logistic function, one by one, or by softmax, all together.  The meaning of a model whose output is made by Sigmoid, by Softmax,
    or by a classifier of ai.onnx.ml that transforms its scores so (post_transform LOGISTIC or SOFTMAX), and of claims about its outputs, over the exact real numbers.

    Main definitions: [logistic], [softmax]; [linear_scores], [tree_scores] (a classifier as the regression that gives its scores); [scored] (the model of the scores); [probabilities];
    [ProbabilitiesHold], [ProbabilitiesFail].
    Main results: [softmax_normalised], [probabilities_not_both].

    Trust: SPEC.
    Source: ONNX specification, "ONNX Operators", Sigmoid and Softmax (operator sets 7 to 26, which agree about one row); "ai.onnx.ml", LinearClassifier and TreeEnsembleClassifier. *)
From Coq Require Import PString ZArith Reals Lra List Bool.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.MachineLearning Spec.Network Spec.Formula Spec.VnnLib.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope pstring_scope.

Definition logistic (z : R) : R := (/ (1 + exp (- z)))%R.
Definition softmax (row : list R) : list R :=
  let total := fold_right Rplus 0%R (map exp row) in map (fun z => (exp z / total)%R) row.
Inductive link := Logistic | Softmax.
Definition probabilities_of (l : link) (scores : list R) : list R :=
  match l with Logistic => map logistic scores | Softmax => softmax scores end.

(** ** Classifiers that transform their scores

    Before the transformation, the scores are what a regression with a result for each class gives.  Labels may be whole numbers or texts: here they are only counted. *)

Definition link_of (post : bytes) : option link := if same post "LOGISTIC" then Some Logistic else if same post "SOFTMAX" then Some Softmax else None.
Definition class_count (numbers texts : bytes) (l : attributes) : option Z :=
  match attr l numbers, attr l texts with
  | Some (AInts a), None => Some (Z.of_nat (length a))
  | None, Some (ATexts a) => Some (Z.of_nat (length a))
  | _, _ => None
  end.
Definition kept (names : list bytes) (l : attributes) : attributes := filter (fun p => existsb (same (fst p)) names) l.
(** of a LinearClassifier, the attributes of the LinearRegressor; a score for each label, as in MachineLearning.v *)
Definition linear_scores (l : attributes) : option attributes :=
  do n <- class_count "classlabels_ints" "classlabels_strings" l;
  when ((2 <=? n) && only ["classlabels_ints"; "classlabels_strings"; "coefficients"; "intercepts"; "multi_class"; "post_transform"] l)%bool
    (Some (("targets", AInt n) :: kept ["coefficients"; "intercepts"] l)).

Definition opposite (d : dyadic) : dyadic := Dyadic (negb (negative d)) (man d) (ex d).
(** the lists that say what the trees are like *)
Definition tree_lists : list bytes := filter (fun n => negb (existsb (same n) ["base_values"; "base_values_as_tensor"; "post_transform"])) node_lists.
(** Of a TreeEnsembleClassifier, the attributes of the TreeEnsembleRegressor.  Three classes or more have a score each.  Two classes have one score s, and LOGISTIC: then the scores are -s and s, of
    the same trees with the opposite leaves and with these leaves.  In other cases runtimes disagree, and there is no meaning here. *)
Definition tree_scores (l : attributes) (how : link) : option attributes :=
  do n <- class_count "classlabels_int64s" "classlabels_strings" l;
  do trees <- needed_ints l "class_treeids"; do nodes <- needed_ints l "class_nodeids"; do ids <- needed_ints l "class_ids";
  do weights <- needed_floats l "class_weights" "class_weights_as_tensor"; do base <- floats_of l "base_values" "base_values_as_tensor";
  let made trees nodes ids weights base :=
    Some (kept tree_lists l
      ++ [("n_targets", AInt n); ("target_treeids", AInts trees); ("target_nodeids", AInts nodes); ("target_ids", AInts ids); ("target_weights", AFloats weights)]
      ++ match base with Some b => [("base_values", AFloats b)] | None => [] end) in
  when (only (["class_ids"; "class_nodeids"; "class_treeids"; "class_weights"; "class_weights_as_tensor"; "classlabels_int64s"; "classlabels_strings"] ++ node_lists) l)
    (if 3 <=? n then when (forallb (fun k => member k ids) (range n)) (made trees nodes ids weights base)
     else when ((n =? 2) && match how with Logistic => true | Softmax => false end && forallb (Z.eqb 0) ids && negb (forallb is_nonnegative weights))%bool
       (made (trees ++ trees) (nodes ++ nodes) (ids ++ map (fun _ => 1) ids) (map opposite weights ++ weights) (option_map (fun b => map opposite b ++ b) base))).
(** the node that gives the scores under the name [o], and what is made of them *)
Definition untransformed (n : node) (o : bytes) : option (node * link) :=
  do post <- text_attr (attrs n) "post_transform" "NONE"; do how <- link_of post;
  let regression name l := Some (Node MachineLearning name l (ins n) [o], how) in
  if same (op_type n) "LinearClassifier" then do l <- linear_scores (attrs n); regression "LinearRegressor" l
  else if same (op_type n) "TreeEnsembleClassifier" then do l <- tree_scores (attrs n) how; regression "TreeEnsembleRegressor" l
  else None.

(** ** Models *)

(** The model of the scores, and what is made of them: the node that makes [o] is Sigmoid, Softmax, or a classifier whose second output it is.  [l] are nodes, the last one first; those that come after the
    one that makes [o] do not matter.  Softmax is over the last axis, or over the axis 1, which is the same for a matrix of one row; it is wanted below that it is such a matrix.  Identity may stand behind, and behind
    softmax Normalizer with the norm L1, which changes nothing ([softmax_normalised]). *)
Fixpoint scored_from (m : model) (l : list node) (o : bytes) : option (model * link) :=
  match l with
  | [] => None
  | n :: before =>
    let below nodes i := Model (rev nodes) (initializers m) (input_name m) (input_shape m) i in
    if negb (existsb (same o) (outs n)) then scored_from m before o
    else match op_domain n, ins n, outs n with
    | Standard, [i], [_] =>
      when (negb (same i o) && negb (same i ""))%bool
        (if same (op_type n) "Sigmoid" then when (only [] (attrs n)) (Some (below before i, Logistic))
         else if same (op_type n) "Softmax" then
           do a <- int_attr (attrs n) "axis" (-1); when (only ["axis"] (attrs n) && member a [-1; 1])%bool (Some (below before i, Softmax))
         else if same (op_type n) "Identity" then when (only [] (attrs n)) (scored_from m before i)
         else None)
    | MachineLearning, [i], [_] =>
      do norm <- text_attr (attrs n) "norm" "MAX";
      do (b, how) <- when (same (op_type n) "Normalizer" && only ["norm"] (attrs n) && same norm "L1" && negb (same i o))%bool (scored_from m before i);
      match how with Softmax => Some (b, how) | Logistic => None end
    | MachineLearning, [_], [label; _] =>
      do (n', how) <- when (negb (same label o)) (untransformed n o); Some (below (n' :: before) o, how)
    | _, _, _ => None
    end
  end.
Definition scored (m : model) : option (model * link) := when (negb (same (output_name m) "")) (scored_from m (rev (nodes m)) (output_name m)).

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

(** What softmax gives has the sum 1, so that dividing by the sum of the absolute values changes nothing. *)
Lemma softmax_normalised z : let p := softmax z in map (fun a => (a / fold_right Rplus 0 (map Rabs p))%R) p = p.
Proof.
  cbv zeta. unfold softmax. set (t := fold_right Rplus 0%R (map exp z)). destruct z as [|a z]; [reflexivity|].
  assert (t_gt0 : (0 < t)%R).
  { unfold t. simpl. pose proof (exp_pos a). enough (0 <= fold_right Rplus 0 (map exp z))%R by lra.
    clear. induction z as [|b z IH]; simpl; [lra|]. pose proof (exp_pos b). lra. }
  assert (one : fold_right Rplus 0%R (map Rabs (map (fun z => (exp z / t)%R) (a :: z))) = 1%R).
  { replace 1%R with (fold_right Rplus 0%R (map exp (a :: z)) / t)%R by (fold t; field; lra). clearbody t.
    induction (a :: z) as [|b l IH]; simpl; [lra|]. rewrite IH, Rabs_pos_eq; [lra|]. apply Rlt_le, Rdiv_lt_0_compat; [apply exp_pos|exact t_gt0]. }
  rewrite one, map_map. apply map_ext. intro b. lra.
Qed.

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
