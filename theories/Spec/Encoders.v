(** * Encoders

    Operators of the domain ai.onnx.ml that choose columns, look values up and norm rows, as pipelines have them before a model.  As in Operators.v, whatever is not understood
    gives [None].

    Main definitions: [matches] (whether an entry is a key), [one_hot], [look_up], [extract], [normalizer]; [encoder] (the table).

    Trust: SPEC.
    Source: ONNX specification, "ai.onnx.ml", operator sets 1 to 5.  Where [OneHotEncoder] fails (a category that is not in its list, and [zeros] is 0), the result is zeros here.
    [Imputer] leaves everything as it is where it is to replace NaN, because inputs are real numbers.  The specification divides by max(X) or by sum(X); for the norm L1 the runtimes take the
    sum of absolute values, and so it is here. *)
From Coq Require Import PString Uint63 ZArith QArith List Bool.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Piecewise Spec.Decisions Spec.MachineLearning.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.
Local Open Scope pstring_scope.

Section Encoders.
Context {S : Type} {SS : scalar S}.

(** ** Keys *)

(** [yes] if lo <= a <= hi (with < where strict), else [no] *)
Definition between (strict_low strict_high : bool) (lo hi a yes no : S) : S := choose strict_low lo a (choose strict_high a hi yes no) no.
(** [matches truncated k a yes no]: [yes] if a, or what is left of it without its fraction, is the integer k *)
Definition matches (truncated : bool) (k : Z) (a yes no : S) : S :=
  if truncated then
    if 0 <? k then between false true (whole k) (whole (k + 1)) a yes no
    else if k =? 0 then between true true (whole (-1)) (whole 1) a yes no
    else between true false (whole (k - 1)) (whole k) a yes no
  else between false false (whole k) (whole k) a yes no.

(** an operand of integers: its entries, and whether they have to be truncated *)
Definition integral (xs : operands (S := S)) (k : nat) : option (bool * tensor S) :=
  do v <- operand xs k; match v with Truncated t => Some (true, t) | _ => do t <- as_wholes v; Some (false, t) end.

(** [OneHotEncoder]: a new last dimension, with 1 at the category and 0 elsewhere; reals are truncated *)
Definition one_hot (categories : list Z) (truncated : bool) (X : tensor S) : option (tensor S) :=
  let x := entry zero X in
  let r := length (shape X) in
  when (distinct categories)
    (tabulate (shape X ++ [Z.of_nat (length categories)]) (fun i =>
      matches truncated (nth_or 0 categories (nth_or 0 i (Z.of_nat r))) (x (firstn r i)) (whole 1) zero)).

(** [LabelEncoder] with keys and values that are numbers: the value of the key, or the default.  No key is there twice. *)
Inductive keys := IntegerKeys (l : list Z) | RealKeys (l : list dyadic).
Definition same_number (a b : dyadic) : bool :=
  (is_zero a && is_zero b) || (Bool.eqb (negative a) (negative b) && (man a =? man b)%uint63 && (ex a =? ex b)%uint63).
Fixpoint distinct_numbers (l : list dyadic) : bool :=
  match l with [] => true | a :: l => negb (existsb (same_number a) l) && distinct_numbers l end.
Definition look_up {K} (is_key : K -> S -> S -> S -> S) (l : list (K * S)) (default a : S) : S :=
  fold_right (fun p rest => is_key (fst p) a (snd p) rest) default l.
Definition keys_of (l : attributes) : option keys :=
  match attr l "keys_int64s", attr l "keys_floats" with
  | Some (AInts k), None => when (distinct k) (Some (IntegerKeys k))
  | None, Some (AFloats k) => when (distinct_numbers k) (Some (RealKeys k))
  | _, _ => None
  end.
(** the values, the default, and whether they are integers *)
Definition values_of (l : attributes) : option (bool * list S * S) :=
  do n <- int_attr l "default_int64" (-1); do d <- float_attr l "default_float" zero_dyadic;
  match attr l "values_int64s", attr l "values_floats" with
  | Some (AInts v), None => Some (true, map whole v, whole n)
  | None, Some (AFloats v) => Some (false, map literal v, literal d)
  | _, _ => None
  end.
Definition op_label_encoder (l : attributes) (xs : operands (S := S)) : option (list (value S)) :=
  do k <- keys_of l; do (integer, v, default) <- values_of l;
  do Y <- match k with
          | IntegerKeys k =>
            do (truncated, X) <- integral xs 0; when (Nat.eqb (length k) (length v)) (Some (tensor_map (look_up (matches truncated) (combine k v) default) X))
          | RealKeys k =>
            do X <- reals xs 0;
            when (Nat.eqb (length k) (length v)) (Some (tensor_map (look_up (fun d => between false false (literal d) (literal d)) (combine k v) default) X))
          end;
  Some [if integer : bool then Wholes None Y else Reals Y].

(** [Imputer] for reals: a number to replace, by one for each column, or by one for all *)
Definition op_imputer (l : attributes) (xs : operands (S := S)) : option (list (value S)) :=
  do X <- reals xs 0; do v <- plain_floats l "imputed_value_floats";
  let m := nth_or 0 (shape X) (rank (shape X) - 1) in
  let n := Z.of_nat (length v) in
  let x := entry zero X in let new := entry zero (literals (vector v)) in
  when ((1 <=? rank (shape X)) && ((n =? 1) || (n =? m)))
    match attr l "replaced_value_float" with
    | Some ANoNumber => one_real (Some X)
    | _ =>
      do d <- float_attr l "replaced_value_float" zero_dyadic;
      one_real (tabulate (shape X) (fun i => between false false (literal d) (literal d) (x i) (new [if n =? 1 then 0 else nth_or 0 i (rank (shape X) - 1)]) (x i)))
    end.

(** ** Columns *)

(** the entry of a list at a place, which is one of 0, 1, … *)
Fixpoint at_place (k : Z) (l : list S) (i : S) : S :=
  match l with [] => zero | [a] => a | a :: l => choose false i (whole k) a (at_place (k + 1) l i) end.
(** [ArrayFeatureExtractor]: entries along the last axis; a vector counts as one row.  Places that depend on the input choose from a vector of the model. *)
Definition extract (xs : operands (S := S)) : option (list (value S)) :=
  do v <- operand xs 0; do k <- operand xs 1;
  match k with
  | Integers J =>
    let go {A} (d : A) (X : tensor A) :=
      when ((1 <=? rank (shape X)) && forallb (fun k => 0 <=? k) (data J))
        (do Y <- gather d (-1) (vector (data J)) X; if rank (shape Y) =? 1 then reshape_to (1 :: shape Y) Y else Some Y) in
    move (fun _ d => go d) v
  | Wholes (Some n) J =>
    let s := [1; size (shape J)] in
    let go l := tensor_map (at_place 0 l) J in
    match v with
    | Integers X => when ((rank (shape X) =? 1) && (n <=? size (shape X))) (do Y <- reshape_to s (go (map whole (data X))); Some [Wholes None Y])
    | Literals X => when ((rank (shape X) =? 1) && (n <=? size (shape X))) (one_real (reshape_to s (go (map literal (data X)))))
    | _ => None
    end
  | _ => None
  end.

(** [FeatureVectorizer]: matrices side by side, whose numbers of columns are given *)
Definition op_feature_vectorizer (l : attributes) (xs : operands (S := S)) : option (list (value S)) :=
  do vs <- map_all (fun o => o) xs; do ts <- map_all as_numbers vs; do n <- needed_ints l "inputdimensions";
  when (forallb (fun t => rank (shape t) =? 2) ts && equal_lists (map (fun t => nth_or 0 (shape t) 1) ts) n) (one_real (concat zero 1 ts)).

(** ** Rows *)

(** [Normalizer]: each row of a matrix divided by its largest entry, or by the sum of absolute values; by nothing if that is 0 *)
Definition unless_zero (a : S) : S := choose false a zero (choose false zero a (whole 1) a) a.
Definition normalizer (row_norm : list S -> S) (X : tensor S) : option (tensor S) :=
  let x := entry zero X in
  match shape X with
  | [n; m] =>
    let norms := map (fun r => unless_zero (row_norm (map (fun c => x [r; c]) (range m)))) (range n) in
    when (0 <? m) (pointwise div X (Tensor [n; 1] norms))
  | _ => None
  end.
Definition sum_of_absolutes (row : list S) : S := sum row (fun a => larger a (opp a)).

(** ** The table *)

Definition encoder_names : list bytes :=
  ["ArrayFeatureExtractor"; "Binarizer"; "FeatureVectorizer"; "Imputer"; "LabelEncoder"; "Normalizer"; "OneHotEncoder"].
Definition is_encoder (name : bytes) : bool := existsb (same name) encoder_names.

Definition encoder (name : bytes) (l : attributes) (xs : operands (S := S)) : option (list (value S)) :=
  let is n := same name n in
  let fits names n f := when (only names l && Nat.eqb (length xs) n) f in
  if is "ArrayFeatureExtractor" then fits [] 2%nat (extract xs)
  else if is "Binarizer" then fits ["threshold"] 1%nat
    (do X <- reals xs 0; do t <- float_attr l "threshold" zero_dyadic; one_real (Some (tensor_map (holds true (literal t)) X)))
  else if is "FeatureVectorizer" then when (only ["inputdimensions"] l) (op_feature_vectorizer l xs)
  else if is "Imputer" then fits ["imputed_value_floats"; "replaced_value_float"] 1%nat (op_imputer l xs)
  else if is "LabelEncoder" then fits ["keys_int64s"; "keys_floats"; "values_int64s"; "values_floats"; "default_int64"; "default_float"; "default_string"] 1%nat
    (op_label_encoder l xs)
  else if is "Normalizer" then fits ["norm"] 1%nat
    (do X <- reals xs 0; do n <- text_attr l "norm" "MAX";
     if same n "MAX" then one_real (normalizer (overall larger) X) else when (same n "L1") (one_real (normalizer sum_of_absolutes X)))
  else if is "OneHotEncoder" then fits ["cats_int64s"; "zeros"] 1%nat
    (do c <- needed_ints l "cats_int64s"; do _ <- flag l "zeros" 1;
     do (truncated, X) <- match reals xs 0 with Some X => Some (true, X) | None => integral xs 0 end; one_real (one_hot c truncated X))
  else None.
End Encoders.
