(** * The checkers of relations between networks

    Several networks with inputs of the same size n are one function of n·k numbers: the first network's inputs, and the differences of the others' inputs from them.
    In these coordinates, bounds on a difference of inputs are bounds of a box, and equal inputs have the difference 0.  The relation becomes a property of this
    function, and all else is as for one network.

    Main definitions: [inputs_at], [spread] (between inputs and differences); [change] (a formula in the new coordinates); [lower_each], [lower_each_case]; [prove_networks], [refute_together].

    Trust: proved, in Relations_sound.v.
    Source: docs/relations.md. *)
From Coq Require Import Floats QArith Reals List Bool ZArith Uint63.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Onnx Spec.Network Spec.Formula Spec.VnnLib Spec.Relations.
From Warrant Require Import Checker.Blocks Checker.Intervals Checker.Forms Checker.Lowering Checker.Alike Checker.Twins Checker.Certificate Checker.Queries Checker.Tree Checker.Prove Checker.Cases Checker.Witness.
Import ListNotations.
Local Open Scope bool_scope.

(** ** Inputs and differences *)

Section Inputs.
Context {S : Type} {SS : scalar S}.
(** [base] plus each of the [k] pieces of [rest] *)
Fixpoint shifted (n k : nat) (base rest : list S) : list (list S) :=
  match k with O => [] | Datatypes.S k => zip_with add base (firstn n rest) :: shifted n k base (skipn n rest) end.
(** the inputs of [k] networks, from those of the first and the differences *)
Definition inputs_at (n k : nat) (z : list S) : list (list S) :=
  match k with O => [] | Datatypes.S k => firstn n z :: shifted n k (firstn n z) (skipn n z) end.
End Inputs.
(** and back, at the reals *)
Definition spread (xs : list (list R)) : list R :=
  match xs with [] => [] | x :: rest => x ++ concat (map (zip_with (fun a b => b - a)%R x) rest) end.

(** A formula about the inputs of all networks, as one about the first inputs and the differences; [m] inputs in all *)
Section Change.
Variables n m : nat.
Fixpoint change_term (t : term) : term :=
  match t with
  | Input i => if (i <? n)%nat || (m <=? i)%nat then Input i else Plus (Input (i mod n)) (Input i)
  | Output i => Output i
  | Number q => Number q
  | Plus a b => Plus (change_term a) (change_term b)
  | Opposite a => Opposite (change_term a)
  | Times a b => Times (change_term a) (change_term b)
  end.
Fixpoint change (f : formula) : formula :=
  match f with
  | Leq a b => Leq (change_term a) (change_term b)
  | Less a b => Less (change_term a) (change_term b)
  | True_ => True_
  | False_ => False_
  | And f g => And (change f) (change g)
  | Or f g => Or (change f) (change g)
  | Not f => Not (change f)
  end.
End Change.

(** ** Proofs *)

Definition part := (model * nat)%type.   (* a network, and how many outputs it has *)
Fixpoint lower_each (ns : list part) (xs : list (list form)) (p : program) : option (list form * program) :=
  match ns, xs with
  | [], [] => Some ([], p)
  | (n, outs) :: ns, x :: xs =>
    do (Y, p) <- lower_from n x p; do (Ys, p) <- lower_each ns xs p;
    when (Nat.eqb (length Y) outs) (Some (Y ++ Ys, p))
  | _, _ => None
  end.

(** the models of the networks, if they are as many as the relation is about *)
Definition read_models (model_files : list bytes) (r : relation) : option (list model) :=
  do ms <- map_all read_model model_files; when (Nat.eqb (length ms) (models r)) (models_of ms r).
Definition outputs_of (d : declared) : nat := entries (Relations.output d).
Definition inputs_of (d : declared) : nat := entries (Relations.input d).
(** networks with inputs of one size, their number [n]; the property in the new coordinates *)
Definition same_inputs (ns : list model) (ds : list declared) (n : nat) : bool :=
  forallb (fun m => Z.of_nat n =? input_count m)%Z ns && forallb (fun d => Nat.eqb (inputs_of d) n) ds.
(** the model, where there are two runs of one; or, where [two] are to go in lock step, two models with one graph *)
Definition twice (two : bool) (ns : list model) (ds : list declared) : option (model * option model) :=
  match ns, ds with
  | [m; m'], [d; e] =>
    if Nat.eqb (outputs_of d) (outputs_of e) then
      if Nat.eqb (file_number d) (file_number e) then Some (m, None) else when (two && one_graph m m') (Some (m, Some m'))
    else None
  | _, _ => None
  end.
(** Two runs of one network, or [two] networks with one graph, are lowered in lock step; if that is not possible, or else, the networks are lowered one after the other. *)
Definition compile_together (two : bool) (ns : list model) (r : relation) : option (list block * list Tree.query) :=
  match networks r with
  | [] => None
  | d :: _ =>
    let n := inputs_of d in
    let k := length ns in
    let outs := map outputs_of (networks r) in
    let q := Property (n * k) (list_sum outs) (change n (n * k) (statement r)) in
    if same_inputs ns (networks r) n then
      match (do (m, other) <- twice two ns (networks r); compile_with (lower_twice m other n (outputs_of d)) q) with
      | Some c => Some c
      | None => compile_with (fun z p => lower_each (combine ns outs) (inputs_at n k z) p) q
      end
    else None
  end.

(** *** Proofs by cases, for networks that jump: each network is lowered into cases, one after the other. *)

(** the integer that all of an interval is, if there is one *)
Definition candidate (f : float) : Z :=
  match Prim2SF f with
  | S754_finite s m e => let a := if (e <? 0)%Z then (Zpos m / 2 ^ (- e))%Z else Zpos m in if s then (- a)%Z else a
  | _ => 0%Z
  end.
Definition the_integer (i : interval) : option Z :=
  let k := candidate (fst i) in
  let (l, h) := ends (number_of (inject_Z k)) in
  when ((snd i <=? l) && (h <=? fst i))%float (Some k).
(** sums of integers are not rounded, so that categories stay categories *)
Definition add_input (f g : form) : form :=
  match f, g with
  | Constant i, Constant j => match the_integer i, the_integer j with Some a, Some b => number_of (inject_Z (a + b)) | _, _ => add f g end
  | _, _ => add f g
  end.
(** as [inputs_at] *)
Fixpoint shifted_cases (n k : nat) (base rest : list form) : list (list form) :=
  match k with O => [] | S k => zip_with add_input base (firstn n rest) :: shifted_cases n k base (skipn n rest) end.
Definition inputs_in_case (n k : nat) (z : list form) : list (list form) :=
  match k with O => [] | S k => firstn n z :: shifted_cases n k (firstn n z) (skipn n z) end.
(** more cases than this are not made of all networks *)
Definition most_pairs : nat := 4096.
Definition both (cs ds : list (case form (list form))) : list (case form (list form)) :=
  flat_map (fun c => map (fun d => Case (guards c ++ guards d) (result c ++ result d)) ds) cs.
Fixpoint lower_each_case (ns : list part) (xs : list (list form)) (p : program) : option (list (case form (list form)) * program) :=
  match ns, xs with
  | [], [] => Some ([Case [] []], p)
  | (n, outs) :: ns, x :: xs =>
    do (cs, p) <- lower_network n x p; do (ds, p) <- lower_each_case ns xs p;
    when (length cs * length ds <=? most_pairs)%nat (Some (both cs ds, p))
  | _, _ => None
  end.
(** every network has so many outputs, whatever its [n] inputs *)
Definition total (n : nat) (ns : list part) : bool :=
  forallb (fun '(m, outs) => match interval_network m (repeat everything n) with Some y => Nat.eqb (length y) outs | None => false end) ns.
Definition prove_in_cases (ns : list model) (r : relation) (certificate : bytes) : bool :=
  match networks r with
  | [] => false
  | d :: _ =>
    let n := inputs_of d in
    let k := length ns in
    let outs := map outputs_of (networks r) in
    let q := Property (n * k) (list_sum outs) (change n (n * k) (statement r)) in
    same_inputs ns (networks r) n && total n (combine ns outs) &&
    match queries q with
    | Some qs => check_cases (fun z p => lower_each_case (combine ns outs) (inputs_in_case n k z) p) (list_sum outs) certificate 6 qs
    | None => false
    end
  end.
(** by trees, as for one network *)
Definition prove_by_trees (ns : list model) (r : relation) (certificate : bytes) : bool :=
  let two := Certificate.magic letter_D certificate in
  match compile_together two ns r with
  | Some (blocks, qs) => check_with (read_proof (if two then letter_D else letter_P) certificate (map sizes qs)) certificate blocks qs
  | None => false
  end.
(** the certificate is about these networks, one for each that the relation declares *)
Definition prove_networks (ns : list model) (r : relation) (certificate : bytes) : bool :=
  if Cases.magic certificate then prove_in_cases ns r certificate else prove_by_trees ns r certificate.

(** ** Counterexamples: the inputs of all networks, one after the other *)

Fixpoint pieces {A} (ks : list nat) (x : list A) : list (list A) :=
  match ks with [] => [] | k :: ks => firstn k x :: pieces ks (skipn k x) end.
Fixpoint outputs_each (ns : list model) (ds : list declared) (xs : list (list Q)) : option (list (list interval)) :=
  match ns, ds, xs with
  | [], [], [] => Some []
  | n :: ns, d :: ds, x :: xs =>
    do y <- outputs_at n x; do ys <- outputs_each ns ds xs;
    when (Nat.eqb (length x) (inputs_of d) && Nat.eqb (length y) (outputs_of d)) (Some (y :: ys))
  | _, _, _ => None
  end.
Definition refute_together (model_files : list bytes) (property_file witness : bytes) : bool :=
  match read_relation property_file with
  | Some r =>
    match read_models model_files r, read_witness witness with
    | Some ns, Some x =>
      match outputs_each ns (networks r) (pieces (map inputs_of (networks r)) x) with
      | Some ys =>
        Nat.eqb (length x) (list_sum (map inputs_of (networks r)))
        && certain (map Exact x) (map Enclosed (concat ys)) true (statement r)
      | None => false
      end
    | _, _ => false
    end
  | None => false
  end.
