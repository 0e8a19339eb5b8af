(** * Onnx

    From the bytes of an ONNX file to a graph of operators: the fields of the ONNX schema that bear on the meaning.  Documentation, names of nodes, recorded shapes of
    intermediate values and metadata are passed over; whatever else could change the meaning makes the file unreadable.

    Main definitions: [node], [graph], [read_graph]; [model] and [read_model], for graphs with one input and one output.

    Trust: SPEC.
    Source: ONNX specification, onnx.proto (field numbers are quoted at their use). *)
From Coq Require Import PString Uint63 ZArith List Bool.
From Warrant Require Import Spec.Bytes Spec.Protobuf Spec.Tensor Spec.Operators.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.
Local Open Scope pstring_scope.

(** the set of operators that a node's operator belongs to: ai.onnx, or ai.onnx.ml *)
Inductive domain := Standard | MachineLearning.
Record node := Node { op_domain : domain; op_type : bytes; attrs : attributes; ins : list bytes; outs : list bytes }.
(** The inputs are those that are not initializers, with their shapes. *)
Record graph := Graph {
  graph_nodes : list node; graph_initializers : list (bytes * constant); graph_inputs : list (bytes * list Z); graph_outputs : list bytes }.
(** The network has one input, which is not an initializer, and one output. *)
Record model := Model {
  nodes : list node; initializers : list (bytes * constant);
  input_name : bytes; input_shape : list Z; output_name : bytes }.

Section Reader.
Variable s : bytes.

Definition int_or (d : Z) (n : int) (m : list field) : option Z :=
  do o <- at_most_one n m; match o with Some f => as_int f | None => Some d end.
Definition absent (n : int) (m : list field) : bool := match all_fields n m with [] => true | _ => false end.

(** ** TensorProto: dims = 1, data_type = 2, segment = 3, float_data = 4, int32_data = 5, int64_data = 7, name = 8, raw_data = 9,
    double_data = 10, data_location = 14.  Types: FLOAT = 1, UINT8 = 2, INT32 = 6, INT64 = 7, BOOL = 9, FLOAT16 = 10, DOUBLE = 11, BFLOAT16 = 16.
    Truth is the integer 1. *)
Definition raw {A} (read : bytes -> int -> option A) (step : int) (m : list field) : option (option (list A)) :=
  do o <- at_most_one 9 m;
  match o with
  | None => Some None
  | Some f => do l <- if is_delimited f then Protobuf.strided (read s) step (from f) (to f) else None; Some (Some l)
  end.
Definition half (read : int -> option dyadic) (p : int * int) : option dyadic :=
  let (v, top) := p in when ((v <? 65536) && (top =? 0))%uint63 (read v).
Definition int32 (s : bytes) (i : int) : option Z := let v := to_Z (le32 s i) in Some (if (v <? 2 ^ 31)%Z then v else (v - 2 ^ 32)%Z).
Definition octet (s : bytes) (i : int) : option Z := Some (to_Z (byte s i)).
Definition between (lo hi k : Z) : bool := (lo <=? k) && (k <? hi).
Definition tensor_proto (m : list field) : option (bytes * constant) :=
  do name <- text_or_empty s 8 m;
  do type <- int_or 0 2 m;
  do place <- int_or 0 14 m;
  do dims <- repeated_ints s 1 m;
  let entries {A} (r : option (list A)) (typed : option (list A)) : option (tensor A) :=
    do l <- match r with Some l => Some l | None => typed end;
    when (Z.of_nat (length l) =? size dims) (Some (Tensor dims l)) in
  when ((place =? 0) && absent 3 m && shape_ok dims)
    (do c <- match type with
      | 1 => do r <- raw float32 4 m; do t <- entries r (repeated_fixed (float32 s) Fixed32 4 4 m); Some (Numbers t)
      | 11 => do r <- raw float64 8 m; do t <- entries r (repeated_fixed (float64 s) Fixed64 8 10 m); Some (Numbers t)
      | 10 => do r <- raw (fun s i => float16 (le16 s i)) 2 m;
              do t <- entries r (do l <- repeated_varints s 5 m; map_all (half float16) l); Some (Numbers t)
      | 16 => do r <- raw (fun s i => bfloat16 (le16 s i)) 2 m;
              do t <- entries r (do l <- repeated_varints s 5 m; map_all (half bfloat16) l); Some (Numbers t)
      | 7 => do r <- raw int64 8 m; do t <- entries r (repeated_ints s 7 m); Some (Whole t)
      | 6 => do r <- raw int32 4 m; do t <- entries r (repeated_ints s 5 m); when (forallb (between (- 2 ^ 31) (2 ^ 31)) (data t)) (Some (Whole t))
      | 2 => do r <- raw octet 1 m; do t <- entries r (repeated_ints s 5 m); when (forallb (between 0 256) (data t)) (Some (Whole t))
      | 9 => do r <- raw octet 1 m; do t <- entries r (repeated_ints s 5 m); when (forallb (between 0 2) (data t)) (Some (Whole t))
      | _ => None
      end; Some (name, c)).

(** ** AttributeProto: name = 1, f = 2, i = 3, s = 4, t = 5, floats = 7, ints = 8, strings = 9, type = 20, ref_attr_name = 21.
    Types: FLOAT = 1, INT = 2, STRING = 3, TENSOR = 4, FLOATS = 6, INTS = 7, STRINGS = 8. *)
Definition attribute_proto (m : list field) : option (bytes * attribute) :=
  do name <- text_or_empty s 1 m;
  do type <- int_or 0 20 m;
  do a <- match type with
    | 1 => do o <- at_most_one 2 m;
           match o with
           | None => Some (AFloat zero_dyadic)
           | Some f => match wire f with Fixed32 => Some match float32 s (from f) with Some d => AFloat d | None => ANoNumber end | _ => None end
           end
    | 2 => do i <- int_or 0 3 m; Some (AInt i)
    | 3 => do t <- text_or_empty s 4 m; Some (AText t)
    | 4 => do f <- exactly_one 5 m; do t <- as_message s f; do p <- tensor_proto t; Some (ATensor (snd p))
    | 6 => do l <- repeated_fixed (float32 s) Fixed32 4 7 m; Some (AFloats l)
    | 7 => do l <- repeated_ints s 8 m; Some (AInts l)
    | 8 => do l <- map_all (as_text s) (all_fields 9 m); Some (ATexts l)
    | _ => None
    end;
  when (absent 21 m) (Some (name, a)).

(** ** NodeProto: input = 1, output = 2, op_type = 4, attribute = 5, domain = 7, overload = 8 *)
Definition ai_onnx (name : bytes) : bool := same name "" || same name "ai.onnx".
Definition ai_onnx_ml (name : bytes) : bool := same name "ai.onnx.ml".
Definition node_proto (m : list field) : option node :=
  do op <- text_or_empty s 4 m;
  do name <- text_or_empty s 7 m;
  do d <- if ai_onnx name then Some Standard else if ai_onnx_ml name then Some MachineLearning else None;
  do overload <- text_or_empty s 8 m;
  do is <- map_all (as_text s) (all_fields 1 m);
  do os <- map_all (as_text s) (all_fields 2 m);
  do l <- map_all (fun f => do a <- as_message s f; attribute_proto a) (all_fields 5 m);
  when (same overload "") (Some (Node d op l is os)).

(** ** ValueInfoProto: name = 1, type = 2.  TypeProto: tensor_type = 1.  Tensor: elem_type = 1, shape = 2.
    TensorShapeProto: dim = 1.  Dimension: dim_value = 1, dim_param = 2. *)
Definition info_name (m : list field) : option bytes := text_or_empty s 1 m.
(** A first dimension that is left open (named, or not given) is 1. *)
Definition dimension (first : bool) (m : list field) : option Z :=
  do v <- at_most_one 1 m;
  match v with
  | Some f => do d <- as_int f; when ((0 <? d) && absent 2 m) (Some d)
  | None => when first (Some 1)
  end.
Definition info_shape (m : list field) : option (list Z) :=
  do f <- exactly_one 2 m; do type <- as_message s f;
  do f <- exactly_one 1 type; do tensor_type <- as_message s f;
  do elem <- int_or 0 1 tensor_type;
  do f <- exactly_one 2 tensor_type; do shape <- as_message s f;
  do dims <- map_all (as_message s) (all_fields 1 shape);
  do l <- match dims with
    | [] => Some []
    | d :: rest => do a <- dimension true d; do l <- map_all (dimension false) rest; Some (a :: l)
    end;
  when (member elem [1; 10; 11; 16] && shape_ok l) (Some l).

(** ** GraphProto: node = 1, initializer = 5, input = 11, output = 12, sparse_initializer = 15 *)
Definition graph_proto (m : list field) : option graph :=
  do ns <- map_all (fun f => do n <- as_message s f; node_proto n) (all_fields 1 m);
  do cs <- map_all (fun f => do t <- as_message s f; tensor_proto t) (all_fields 5 m);
  do is <- map_all (fun f => do i <- as_message s f; do n <- info_name i; Some (n, i)) (all_fields 11 m);
  do os <- map_all (fun f => do o <- as_message s f; info_name o) (all_fields 12 m);
  do is <- map_all (fun p => do shape <- info_shape (snd p); Some (fst p, shape))
    (filter (fun p => negb (existsb (fun c => same (fst p) (fst c)) cs)) is);
  when (absent 15 m) (Some (Graph ns cs is os)).

(** ** ModelProto: graph = 7, opset_import = 8, functions = 25.  OperatorSetIdProto: domain = 1, version = 2 *)
Definition opset (m : list field) : option (bytes * Z) :=
  do domain <- text_or_empty s 1 m; do version <- int_or 0 2 m; Some (domain, version).
Definition model_proto (m : list field) : option graph :=
  do sets <- map_all (fun f => do o <- as_message s f; opset o) (all_fields 8 m);
  do f <- exactly_one 7 m; do g <- as_message s f;
  do n <- graph_proto g;
  let version_within (of : bytes -> bool) lo hi :=
    match map snd (filter (fun p => of (fst p)) sets) with
    | v :: again => forallb (Z.eqb v) again && (lo <=? v) && (v <=? hi)
    | [] => false
    end in
  let used := existsb (fun n => match op_domain n with MachineLearning => true | Standard => false end) (graph_nodes n) in
  when (version_within ai_onnx 7 26 && (negb used || version_within ai_onnx_ml 1 5) && absent 25 m) (Some n).
End Reader.

Definition read_graph (s : bytes) : option graph := do m <- message s 0 (size_of s); model_proto s m.
Definition read_model (s : bytes) : option model :=
  do g <- read_graph s;
  match graph_inputs g, graph_outputs g with
  | [(name, shape)], [out] => Some (Model (graph_nodes g) (graph_initializers g) name shape out)
  | _, _ => None
  end.
