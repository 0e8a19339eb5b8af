(** * MachineLearning

    Operators of the domain ai.onnx.ml: scaling, linear models, and ensembles of decision trees, for any scalars.  As in Operators.v, whatever is not
    understood gives [None].

    Main definitions: [tree], [tree_value], [ensemble], [contests], [linear_classifier], [ml_operator] (the table).

    Trust: SPEC.
    Source: ONNX specification, "ai.onnx.ml", operator sets 1 to 5.  The choices that decide about missing values (NaN) have no meaning here,
    because inputs are real numbers; hit rates have none anywhere. *)
From Coq Require Import PString Uint63 ZArith QArith List Bool FMapPositive.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Decisions.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.
Local Open Scope pstring_scope.

(** ** Attributes *)

Definition needed_ints (l : attributes) (n : bytes) : option (list Z) := match attr l n with Some (AInts a) => Some a | _ => None end.
Definition needed_texts (l : attributes) (n : bytes) : option (list bytes) := match attr l n with Some (ATexts a) => Some a | _ => None end.
Definition plain_floats (l : attributes) (n : bytes) : option (list dyadic) := match attr l n with Some (AFloats a) => Some a | _ => None end.
(** numbers in single precision, or in a tensor, which has another name *)
Definition floats_of (l : attributes) (n tensor_name : bytes) : option (option (list dyadic)) :=
  match attr l n, attr l tensor_name with
  | None, None => Some None
  | Some (AFloats a), None => Some (Some a)
  | None, Some (ATensor (Numbers t)) => when (rank (shape t) =? 1) (Some (Some (data t)))
  | _, _ => None
  end.
Definition needed_floats (l : attributes) (n tensor_name : bytes) : option (list dyadic) := do o <- floats_of l n tensor_name; o.

(** ** Trees *)

(** At a leaf, numbers to add to the results of given indices.  At a branch, the feature is compared with the threshold: feature <= threshold
    (< where [strict]) leads to the first tree, else to the second. *)
Inductive tree :=
| Leaf (weights : list (Z * dyadic))
| Branch (strict : bool) (feature : Z) (threshold : dyadic) (yes no : tree).

(** A node as the lists of the operator describe it.  *)
Record described := Described { mode : bytes; at_feature : Z; value_of : dyadic; on_true : Z; on_false : Z }.

(** Nodes and weights are found by the key of (tree, node), both below 2^20. *)
Definition key (t n : Z) : positive := Z.to_pos (t * 1048576 + n + 1).
Definition key_ok (p : Z * Z) : bool := let (t, n) := p in (0 <=? t) && (t <? 1048576) && (0 <=? n) && (n <? 1048576).
Definition table := PositiveMap.t described.

(** [grow fuel weights t n nodes]: the tree that starts at the node [n], and the nodes that are left.  Each node is used once, so that nodes that
    meet again, or run in circles, are no tree. *)
Fixpoint grow (fuel : nat) (weights : PositiveMap.t (list (Z * dyadic))) (t n : Z) (nodes : table) : option (tree * table) :=
  match fuel with
  | O => None
  | S fuel =>
    let k := key t n in
    do d <- when (key_ok (t, n)) (PositiveMap.find k nodes);
    let nodes := PositiveMap.remove k nodes in
    let given := PositiveMap.find k weights in
    if same (mode d) "LEAF" then Some (Leaf match given with Some w => w | None => [] end, nodes)
    else
      do (yes, nodes) <- match given with None => grow fuel weights t (on_true d) nodes | Some _ => None end;
      do (no, nodes) <- grow fuel weights t (on_false d) nodes;
      let branch strict a b := Some (Branch strict (at_feature d) (value_of d) a b, nodes) in
      if same (mode d) "BRANCH_LEQ" then branch false yes no
      else if same (mode d) "BRANCH_LT" then branch true yes no
      else if same (mode d) "BRANCH_GT" then branch false no yes
      else if same (mode d) "BRANCH_GTE" then branch true no yes
      else None
  end.
(** no path through a tree is longer *)
Definition deepest : nat := 1000.

Fixpoint add_all {A} (l : list (positive * A)) (m : PositiveMap.t A) : option (PositiveMap.t A) :=
  match l with
  | [] => Some m
  | (k, a) :: l => match PositiveMap.find k m with None => add_all l (PositiveMap.add k a m) | Some _ => None end
  end.
(** the numbers of the trees whose first node is 0, each once, in the order in which they first occur *)
Fixpoint tree_ids (l : list (Z * Z)) (seen : PositiveMap.t unit) : list Z :=
  match l with
  | [] => []
  | (t, n) :: l =>
    match PositiveMap.find (key t 0) seen with
    | Some _ => tree_ids l seen
    | None => let rest := tree_ids l (PositiveMap.add (key t 0) tt seen) in if n =? 0 then t :: rest else rest
    end
  end.
(** Each tree starts at its node 0. *)
Fixpoint grow_all (weights : PositiveMap.t (list (Z * dyadic))) (ids : list Z) (nodes : table) : option (list tree * table) :=
  match ids with
  | [] => Some ([], nodes)
  | t :: ids => do (a, nodes) <- grow deepest weights t 0 nodes; do (l, nodes) <- grow_all weights ids nodes; Some (a :: l, nodes)
  end.

(** The names of the lists with the leaves' weights. *)
Record leaf_lists := LeafLists { of_trees : bytes; of_nodes : bytes; of_results : bytes; of_weights : bytes; of_weights_as_tensor : bytes }.
Definition target_lists := LeafLists "target_treeids" "target_nodeids" "target_ids" "target_weights" "target_weights_as_tensor".
Definition class_lists := LeafLists "class_treeids" "class_nodeids" "class_ids" "class_weights" "class_weights_as_tensor".

(** The trees of an ensemble, which use all the nodes. *)
Definition read_trees (names : leaf_lists) (results : Z) (l : attributes) : option (list tree) :=
  do ts <- needed_ints l "nodes_treeids"; do ns <- needed_ints l "nodes_nodeids"; do ms <- needed_texts l "nodes_modes";
  do fs <- needed_ints l "nodes_featureids"; do vs <- needed_floats l "nodes_values" "nodes_values_as_tensor";
  do yes <- needed_ints l "nodes_truenodeids"; do no <- needed_ints l "nodes_falsenodeids";
  do wt <- needed_ints l (of_trees names); do wn <- needed_ints l (of_nodes names);
  do wi <- needed_ints l (of_results names); do ww <- needed_floats l (of_weights names) (of_weights_as_tensor names);
  let n := length ts in let w := length wt in
  let places := combine ts ns in
  let leaves := combine wt wn in
  let described_ := zip_with (fun (p : bytes * (Z * dyadic)) (q : Z * Z) => Described (fst p) (fst (snd p)) (snd (snd p)) (fst q) (snd q))
    (combine ms (combine fs vs)) (combine yes no) in
  do nodes <- when (forallb (Nat.eqb n) [length ns; length ms; length fs; length vs; length yes; length no] && forallb key_ok places)
    (add_all (combine (map (fun p => key (fst p) (snd p)) places) described_) (PositiveMap.empty described));
  do weights <- when (forallb (Nat.eqb w) [length wn; length wi; length ww] && forallb key_ok leaves
      && forallb (fun p => match PositiveMap.find (key (fst p) (snd p)) nodes with Some _ => true | None => false end) leaves
      && forallb (fun i => (0 <=? i) && (i <? results)) wi)
    (Some (fold_right (fun (p : (Z * Z) * (Z * dyadic)) m =>
        let k := key (fst (fst p)) (snd (fst p)) in
        PositiveMap.add k (snd p :: match PositiveMap.find k m with Some l => l | None => [] end) m)
      (PositiveMap.empty (list (Z * dyadic))) (combine leaves (combine wi ww))));
  do (trees, left_over) <- grow_all weights (tree_ids places (PositiveMap.empty unit)) nodes;
  when (PositiveMap.is_empty left_over) (Some trees).

(** *** The newer operator [TreeEnsemble], of operator set 5: nodes are numbered through, and leaves stand in lists of their own.  Modes: 0 for <=, 1 for <, 2 for >=, 3 for >. *)

Record branching := Branching { branch_mode : Z; branch_feature : Z; branch_split : dyadic; true_at : Z; true_leaf : Z; false_at : Z; false_leaf : Z }.
Definition place (i : Z) : option positive := when (0 <=? i) (Some (Z.to_pos (i + 1))).
(** [grow_at fuel leaves i leaf nodes]: the tree at node [i], or at leaf [i]; each node is used once at most *)
Fixpoint grow_at (fuel : nat) (leaves : PositiveMap.t (Z * dyadic)) (i leaf : Z) (nodes : PositiveMap.t branching) : option (tree * PositiveMap.t branching) :=
  match fuel with
  | O => None
  | S fuel =>
    do k <- place i;
    if leaf =? 1 then do w <- PositiveMap.find k leaves; Some (Leaf [w], nodes)
    else
      do d <- when (leaf =? 0) (PositiveMap.find k nodes);
      do (yes, nodes) <- grow_at fuel leaves (true_at d) (true_leaf d) (PositiveMap.remove k nodes);
      do (no, nodes) <- grow_at fuel leaves (false_at d) (false_leaf d) nodes;
      let branch strict a b := Some (Branch strict (branch_feature d) (branch_split d) a b, nodes) in
      match branch_mode d with
      | 0 => branch false yes no
      | 1 => branch true yes no
      | 2 => branch true no yes
      | 3 => branch false no yes
      | _ => None
      end
  end.
Fixpoint grow_roots (leaves : PositiveMap.t (Z * dyadic)) (roots : list Z) (nodes : PositiveMap.t branching) : option (list tree) :=
  match roots with
  | [] => Some []
  | i :: roots => do (a, nodes) <- grow_at deepest leaves i 0 nodes; do l <- grow_roots leaves roots nodes; Some (a :: l)
  end.
Definition tensor_floats (l : attributes) (n : bytes) : option (list dyadic) :=
  match attr l n with Some (ATensor (Numbers t)) => when (rank (shape t) =? 1) (Some (data t)) | _ => None end.
Definition tensor_ints (l : attributes) (n : bytes) : option (list Z) :=
  match attr l n with Some (ATensor (Whole t)) => when (rank (shape t) =? 1) (Some (data t)) | _ => None end.
(** the entries of a list by their places *)
Definition placed {A} (l : list A) : PositiveMap.t A := numbered l 1 (PositiveMap.empty A).
Definition rooted_trees (results : Z) (l : attributes) : option (list tree) :=
  do roots <- needed_ints l "tree_roots"; do ms <- tensor_ints l "nodes_modes"; do fs <- needed_ints l "nodes_featureids"; do vs <- tensor_floats l "nodes_splits";
  do yes <- needed_ints l "nodes_truenodeids"; do yes_leaf <- needed_ints l "nodes_trueleafs";
  do no <- needed_ints l "nodes_falsenodeids"; do no_leaf <- needed_ints l "nodes_falseleafs";
  do ids <- needed_ints l "leaf_targetids"; do ws <- tensor_floats l "leaf_weights";
  let n := length ms in
  let nodes := zip_with (fun (p : Z * (Z * dyadic)) (q : (Z * Z) * (Z * Z)) =>
      Branching (fst p) (fst (snd p)) (snd (snd p)) (fst (fst q)) (snd (fst q)) (fst (snd q)) (snd (snd q)))
    (combine ms (combine fs vs)) (combine (combine yes yes_leaf) (combine no no_leaf)) in
  when (forallb (Nat.eqb n) [length fs; length vs; length yes; length yes_leaf; length no; length no_leaf]
      && Nat.eqb (length ids) (length ws) && forallb (fun i => (0 <=? i) && (i <? results)) ids)
    (grow_roots (placed (combine ids ws)) roots (placed nodes)).

(** ** Meaning *)

Section Meaning.
Context {S : Type} {SS : scalar S}.

(** what a tree adds to the result [k], for the features [x] *)
Fixpoint tree_value (x : Z -> S) (k : Z) (t : tree) : S :=
  match t with
  | Leaf w => sum (filter (fun p => fst p =? k) w) (fun p => literal (snd p))
  | Branch strict j v yes no => choose strict (x j) (literal v) (tree_value x k yes) (tree_value x k no)
  end.
Fixpoint tree_reads (n : Z) (t : tree) : bool :=
  match t with
  | Leaf _ => true
  | Branch _ j _ yes no => (0 <=? j) && (j <? n) && tree_reads n yes && tree_reads n no
  end.

(** Sums (or means) over the trees, plus the base values, for each row of X. *)
Definition ensemble (mean : bool) (trees : list tree) (results : Z) (base : option (list dyadic)) (X : tensor S) : option (tensor S) :=
  match shape X with
  | [n; f] =>
    let x := entry zero X in
    let start k := match base with Some b => literal (nth (Z.to_nat k) b zero_dyadic) | None => zero end in
    let count := number_of (inject_Z (Z.of_nat (length trees))) in
    when (match base with Some b => Z.of_nat (length b) =? results | None => true end
        && negb (Nat.eqb (length trees) 0) && forallb (tree_reads f) trees)
      (tabulate [n; results] (fun i => match i with
        | [r; k] => let total := sum trees (tree_value (fun j => x [r; j]) k) in
          add (if mean then div total count else total) (start k)
        | _ => zero end))
  | _ => None
  end.

(** for each row of scores, what there is to choose from, and the label that is chosen *)
Definition contests (labels : list Z) (Y : tensor S) : option (tensor (list (S * S))) :=
  let y := entry zero Y in
  match shape Y with
  | [n; k] =>
    when ((0 <? k) && (k =? Z.of_nat (length labels)))
      (tabulate [n] (fun i => combine (map (fun j => y (i ++ [j])) (range k)) (map whole labels)))
  | _ => None
  end.
Definition labels_of (labels : list Z) (Y : tensor S) : option (tensor S) := do T <- contests labels Y; Some (tensor_map winner T).

(** Where there are two classes and one score s, the other score is 1 - s, or -s where a transformation of the scores follows. *)
Definition one_minus (a : S) : S := sub (number_of 1) a.
Definition two_scores (other : S -> S) (Y : tensor S) : option (tensor S) :=
  let y := entry zero Y in
  match shape Y with
  | [n; _] => tabulate [n; 2] (fun i => match i with [r; k] => if k =? 0 then other (y [r; 0]) else y [r; 0] | _ => zero end)
  | _ => None
  end.

(** (X - offset) · scale; one number for each feature, or one for all *)
Definition scaler (offset scale : list dyadic) (X : tensor S) : option (tensor S) :=
  do D <- pointwise sub X (literals (vector offset)); do Y <- pointwise mul D (literals (vector scale));
  when (equal_lists (shape Y) (shape X)) (Some Y).

(** X · coefficients + intercepts; the coefficients of one result after those of another *)
Definition linear (coefficients : list dyadic) (intercepts : option (list dyadic)) (results : Z) (X : tensor S) : option (tensor S) :=
  match shape X with
  | [n; f] =>
    when ((Z.of_nat (length coefficients) =? results * f) && match intercepts with Some b => Z.of_nat (length b) =? results | None => true end)
      (gemm false true one_dyadic one_dyadic X (literals (Tensor [results; f] coefficients))
        (option_map (fun b => literals (vector b)) intercepts))
  | _ => None
  end.

(** [LinearClassifier]: a score for each label.  Where there are two labels and one score, runtimes disagree about the other; that has no meaning here.  The transformations LOGISTIC and
    SOFTMAX keep the order of the scores, so that the label is known without them; then the scores have no value here.  [multi_class] says how the model was trained. *)
Definition linear_classifier (l : attributes) (X : tensor S) : option (list Z * tensor S) :=
  do labels <- needed_ints l "classlabels_ints"; do c <- plain_floats l "coefficients"; do _ <- int_attr l "multi_class" 0;
  do b <- match attr l "intercepts" with None => Some None | Some (AFloats b) => Some (Some b) | _ => None end;
  let n := Z.of_nat (length labels) in
  do Y <- when (2 <=? n) (linear c b n X); Some (labels, Y).
Definition linear_results (l : attributes) (L Y : tensor S) : option (list (value S)) :=
  do post <- text_attr l "post_transform" "NONE";
  if same post "NONE" then Some [Wholes None L; Reals Y] else when (same post "LOGISTIC" || same post "SOFTMAX") (Some [Wholes None L]).

(** ** The table *)

Definition is_some {A} (o : option A) : bool := match o with Some _ => true | None => false end.
(** [TreeEnsembleClassifier]: labels and scores.  The transformations LOGISTIC and SOFTMAX keep the order of the scores, so that the labels are known
    without them; then the scores have no value here.  Two classes may have one score, of class 0 by its number; where it is not transformed, the
    weights must not be negative, and otherwise some weight must be: runtimes decide by that which of two thresholds they use. *)
Definition plain (l : attributes) : option unit := do t <- text_attr l "post_transform" "NONE"; when (same t "NONE") (Some tt).
Definition node_lists : list bytes :=
  ["nodes_falsenodeids"; "nodes_featureids"; "nodes_hitrates"; "nodes_hitrates_as_tensor"; "nodes_missing_value_tracks_true"; "nodes_modes";
   "nodes_nodeids"; "nodes_treeids"; "nodes_truenodeids"; "nodes_values"; "nodes_values_as_tensor"; "base_values"; "base_values_as_tensor"; "post_transform"].

Definition ml_operator (name : bytes) (l : attributes) (xs : operands (S := S)) : option (list (value S)) :=
  let is n := same name n in
  let fits names f := when (only names l && Nat.eqb (length xs) 1) f in
  if is "TreeEnsembleRegressor" then
    fits (["aggregate_function"; "n_targets"; "target_ids"; "target_nodeids"; "target_treeids"; "target_weights"; "target_weights_as_tensor"] ++ node_lists)
    (do X <- reals xs 0; do _ <- plain l;
     do f <- text_attr l "aggregate_function" "SUM";
     do n <- match attr l "n_targets" with Some (AInt n) => when (0 <? n) (Some n) | _ => None end;
     do base <- floats_of l "base_values" "base_values_as_tensor";
     do trees <- when (same f "SUM" || same f "AVERAGE") (read_trees target_lists n l);
     one_real (ensemble (same f "AVERAGE") trees n base X))
  else if is "TreeEnsembleClassifier" then
    fits (["class_ids"; "class_nodeids"; "class_treeids"; "class_weights"; "class_weights_as_tensor"; "classlabels_int64s"] ++ node_lists)
    (do X <- reals xs 0;
     do labels <- needed_ints l "classlabels_int64s"; do ids <- needed_ints l "class_ids"; do weights <- needed_floats l "class_weights" "class_weights_as_tensor";
     do base <- floats_of l "base_values" "base_values_as_tensor"; do post <- text_attr l "post_transform" "NONE";
     let n := Z.of_nat (length labels) in
     let none := same post "NONE" in
     do Y <-
       if (2 <=? n) && forallb (fun k => member k ids) (range n)
       then do trees <- read_trees class_lists n l; ensemble false trees n base X
       else   (* two classes and one score *)
         let nonnegative := forallb is_nonnegative weights in
         do trees <- when ((n =? 2) && (if none then nonnegative && negb (is_some base) else negb nonnegative)) (read_trees class_lists 1 l);
         do Y <- ensemble false trees 1 base X; two_scores (if none then one_minus else opp) Y;
     do L <- labels_of labels Y;
     if none then Some [Wholes None L; Reals Y]
     else when (same post "LOGISTIC" || same post "SOFTMAX") (Some [Wholes None L]))
  else if is "LinearClassifier" then fits ["classlabels_ints"; "coefficients"; "intercepts"; "multi_class"; "post_transform"]
    (do X <- reals xs 0; do (labels, Y) <- linear_classifier l X; do L <- labels_of labels Y; linear_results l L Y)
  else if is "TreeEnsemble" then
    fits ["aggregate_function"; "leaf_targetids"; "leaf_weights"; "n_targets"; "nodes_falseleafs"; "nodes_falsenodeids"; "nodes_featureids"; "nodes_hitrates";
          "nodes_missing_value_tracks_true"; "nodes_modes"; "nodes_splits"; "nodes_trueleafs"; "nodes_truenodeids"; "post_transform"; "tree_roots"]
    (do X <- reals xs 0; do post <- int_attr l "post_transform" 0; do f <- int_attr l "aggregate_function" 1;
     do n <- match attr l "n_targets" with Some (AInt n) => when (0 <? n) (Some n) | _ => None end;
     do trees <- when ((post =? 0) && member f [0; 1]) (rooted_trees n l);
     one_real (ensemble (f =? 0) trees n None X))
  else if is "Scaler" then fits ["offset"; "scale"]
    (do X <- reals xs 0; do a <- plain_floats l "offset"; do b <- plain_floats l "scale"; one_real (scaler a b X))
  else if is "LinearRegressor" then fits ["coefficients"; "intercepts"; "targets"; "post_transform"]
    (do X <- reals xs 0; do _ <- plain l; do c <- plain_floats l "coefficients"; do b <- match attr l "intercepts" with None => Some None | Some (AFloats b) => Some (Some b) | _ => None end;
     do n <- int_attr l "targets" 1; when (0 <? n) (one_real (linear c b n X)))
  else None.
End Meaning.
