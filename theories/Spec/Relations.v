(** * Relations between networks

    Claims about several runs at once: of one network on several inputs (is it monotone?), or of several networks (do they agree?).  A VNN-LIB file of version 2.0
    declares any number of networks, each with one input and one output tensor of reals, and asserts formulas over all their entries; the claim is that these hold
    together for no inputs.  A network declared [equal-to] an earlier one is the same model; the others are the models in the files that are given, in order.

    Main definitions: [relation], [read_relation]; [HoldsTogether], [RefutedTogether].  Main result: [together_not_both].

    Trust: SPEC.
    Source: VNN-LIB standard, version 2.0, section "Multiple networks". *)
From Coq Require Import PString Uint63 ZArith Reals List Bool.
From Warrant Require Import Spec.Bytes Spec.SExpressions Spec.Tensor Spec.Onnx Spec.Network Spec.Formula Spec.VnnLib.
Import ListNotations.
Local Open Scope bool_scope.
Local Open Scope pstring_scope.
Local Open Scope uint63_scope.

(** ** Reading *)

(** a declared network: its name, which of the model files it is (counted from 0), its input and output *)
Record declared := Declared { network_name : bytes; file_number : nat; input : variable_2; output : variable_2 }.
Definition entries (v : variable_2) : nat := Z.to_nat (size (dims v)).
Definition declared_tensors (s : bytes) (x y : expression) : option (variable_2 * variable_2) :=
  do x <- declaration s "declare-input" x; do y <- declaration s "declare-output" y; Some (x, y).
(** [known] are the networks declared before, of [files] models *)
Definition read_network (s : bytes) (known : list declared) (files : nat) (e : expression) : option declared :=
  match e with
  | List [c; Atom a b; x; y] =>
    do (x, y) <- declared_tensors s x y; when (is_word s "declare-network" c) (Some (Declared (text s a b) files x y))
  | List [c; Atom a b; List [same_as; Atom i j]; x; y] =>
    do (x, y) <- declared_tensors s x y; do d <- find (fun d => same (network_name d) (text s i j)) known;
    when (is_word s "declare-network" c && is_word s "equal-to" same_as && equal_lists (dims x) (dims (input d)) && equal_lists (dims y) (dims (output d)))
      (Some (Declared (text s a b) (file_number d) x y))
  | _ => None
  end.
(** the networks at the head of the commands, after those already [known]; the number of models; the other commands *)
Fixpoint read_networks (s : bytes) (l : list expression) (known : list declared) (files : nat) : list declared * nat * list expression :=
  match l with
  | [] => (known, files, [])
  | e :: rest =>
    match read_network s known files e with
    | Some d => read_networks s rest (known ++ [d]) (Nat.max files (S (file_number d)))
    | None => (known, files, l)
    end
  end.

(** The inputs of all networks are numbered through, in the order of the declarations; so are their outputs. *)
Fixpoint tensors (ds : list declared) (i o : nat) : list (variable_2 * (nat -> term)) :=
  match ds with
  | [] => []
  | d :: ds =>
    (input d, fun k => Input (i + k)) :: (output d, fun k => Output (o + k))
      :: tensors ds (i + entries (input d)) (o + entries (output d))
  end.
Fixpoint declared_entry (s : bytes) (ts : list (variable_2 * (nat -> term))) (i e : int) : option term :=
  match ts with
  | [] => None
  | (v, t) :: ts => match element s v i e with Some k => Some (t k) | None => declared_entry s ts i e end
  end.
Fixpoint distinct_names (l : list bytes) : bool :=
  match l with [] => true | a :: l => forallb (fun b => negb (same a b)) l && distinct_names l end.

(** networks; of how many models; what must not hold of all inputs and outputs *)
Record relation := Relation { networks : list declared; models : nat; statement : formula }.
Definition read_relation (s : bytes) : option relation :=
  do t <- tokens s; do l <- parse t [] [];
  match l with
  | List [c; v] :: rest =>
    let '(ds, files, rest) := read_networks s rest [] 0 in
    let ts := tensors ds 0 0 in
    do fs <- map_all (fun e => match e with
      | List [c; a] => if is_word s "assert" c then read_formula s (declared_entry s ts) a else None
      | _ => None end) rest;
    when (is_word s "vnnlib-version" c && is_word s "<2.0>" v && distinct_names (map network_name ds) && distinct_names (map (fun t => name (fst t)) ts))
      (Some (Relation ds files (fold_right And True_ fs)))
  | _ => None
  end.

(** ** Meaning *)

(** [Fits n d]: the model has inputs and outputs as declared, and an output on every input *)
Definition Fits (n : model) (d : declared) : Prop :=
  Z.of_nat (entries (input d)) = input_count n /\
  forall x : list R, length x = entries (input d) -> exists y, network n x = Some y /\ length y = entries (output d).
(** the networks' outputs on inputs [xs] are [ys] *)
Fixpoint RunTogether (ns : list model) (ds : list declared) (xs ys : list (list R)) : Prop :=
  match ns, ds, xs, ys with
  | [], [], [], [] => True
  | n :: ns, d :: ds, x :: xs, y :: ys => length x = entries (input d) /\ network n x = Some y /\ RunTogether ns ds xs ys
  | _, _, _, _ => False
  end.
(** the model of each network *)
Definition models_of (ms : list model) (r : relation) : option (list model) :=
  map_all (fun d => nth_error ms (file_number d)) (networks r).

(** The claim holds: no inputs, one for each network, satisfy the assertions together with the networks' outputs. *)
Definition HoldsTogether (model_files : list bytes) (property_file : bytes) : Prop :=
  match map_all read_model model_files, read_relation property_file with
  | Some ms, Some r =>
    match models_of ms r with
    | Some ns =>
      length ms = models r /\ Forall2 Fits ns (networks r) /\
      forall xs ys, RunTogether ns (networks r) xs ys -> ~ satisfies (concat xs) (concat ys) (statement r)
    | None => False
    end
  | _, _ => False
  end.

(** The claim is refuted: some inputs satisfy the assertions together with the networks' outputs. *)
Definition RefutedTogether (model_files : list bytes) (property_file : bytes) : Prop :=
  match map_all read_model model_files, read_relation property_file with
  | Some ms, Some r =>
    match models_of ms r with
    | Some ns =>
      length ms = models r /\ Forall2 Fits ns (networks r) /\
      exists xs ys, RunTogether ns (networks r) xs ys /\ satisfies (concat xs) (concat ys) (statement r)
    | None => False
    end
  | _, _ => False
  end.

Lemma together_not_both ms p : HoldsTogether ms p -> RefutedTogether ms p -> False.
Proof.
  unfold HoldsTogether, RefutedTogether. destruct (map_all read_model ms) as [l|]; [|easy]. destruct (read_relation p) as [r|]; [|easy].
  destruct (models_of l r) as [ns|]; [|easy]. intros (_ & _ & none) (_ & _ & xs & ys & run & bad). exact (none xs ys run bad).
Qed.
