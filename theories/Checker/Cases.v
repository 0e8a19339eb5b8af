(** * Proofs by cases

    Networks that jump: the place of the largest of some scores, labels, categories.  The property's queries are taken one by one.  An input that the query's box leaves
    one value counts as a constant, so that what depends on it alone is decided.  Where a node asks which of some scores is the largest, there is a case for each answer, with rows that
    say so; each case is lowered by itself, and each disjunct of the query has to fail in each case.

    Main definitions: [case], [winners], [deciding], [lower_cases], [prove_cases].

    Trust: proved, in Cases_sound.v.
    Source: docs/certificates.md, section 5. *)
From Coq Require Import PString Floats List Bool Uint63 ZArith.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Piecewise Spec.Decisions Spec.MachineLearning Spec.Encoders Spec.Onnx Spec.Network Spec.Formula Spec.VnnLib.
From Warrant Require Import Primitives.FloatBounds Checker.Blocks Checker.Intervals Checker.Forms Checker.Lowering Checker.Certificate Checker.Queries Checker.Inputs Checker.Tree.
Import ListNotations.
Local Open Scope bool_scope.

(** ** Cases of a node, for any scalars *)

Section Cases.
Context {S : Type} {SS : scalar S}.

(** what is the result where the guards hold: each is at most 0, or less where strict *)
Record case (A : Type) := Case { guards : list (S * bool); result : A }.
Arguments Case {A}.
Arguments guards {A}.
Arguments result {A}.

(** of scores with labels: for each of them, that it is the first of the largest; [before] are the scores that stand in front *)
Fixpoint winners (before : list S) (l : list (S * S)) : list (case S) :=
  match l with
  | [] => []
  | (s, a) :: l =>
    Case (map (fun b => (sub b s, true)) before ++ map (fun p => (sub (fst p) s, false)) l) a :: winners (before ++ [s]) l
  end.
Definition cases_of {A} (f : tensor S -> A) (T : tensor (list (S * S))) : option (list (case A)) :=
  match data T with [(_ :: _) as l] => Some (map (fun c => Case (guards c) (f (Tensor (shape T) [result c]))) (winners [] l)) | _ => None end.
(** the cases of a node that decides, if it is one (the names are tried in the order of [apply], [decision] and [ml_operator]) *)
Definition deciding (n : node) (xs : operands (S := S)) : option (list (case (list (value S)))) :=
  let is := same (op_type n) in
  match op_domain n with
  | Standard =>
    if is_piecewise (op_type n) then None
    else if negb (is_decision (op_type n)) then None
    else if is "And"%pstring then None
    else if is "ArgMax"%pstring then do (m, T) <- arg_extreme false (attrs n) xs; cases_of (fun L => [Wholes (Some m) L]) T
    else None
  | MachineLearning =>
    if is_encoder (op_type n) then None
    else if (is "TreeEnsembleRegressor" || is "TreeEnsembleClassifier")%pstring then None
    else if is "LinearClassifier"%pstring then
      do X <- reals xs 0; do (labels, Y) <- linear_classifier (attrs n) X; do T <- contests labels Y;
      cases_of (fun L => match linear_results (attrs n) L Y with Some vs => vs | None => [] end) T
    else None
  end.
End Cases.
Arguments case : clear implicits.
Arguments Case {S A}.
Arguments guards {S A}.
Arguments result {S A}.

(** ** Lowering *)

(** more cases than this are not made *)
Definition most_cases : nat := 256.
Fixpoint lower_cases (ns : list node) (e : environment form) (gs : list (form * bool)) (p : program) : option (list (case form (environment form)) * program) :=
  match ns with
  | [] => Some ([Case gs e], p)
  | n :: ns =>
    do xs <- map_all (fetch e) (ins n);
    match deciding n xs with
    | Some cs =>
      do _ <- apply n xs;   (* whether the node means anything *)
      (fix each (cs : list (case form (list (value form)))) (p : program) : option (list (case form (environment form)) * program) :=
        match cs with
        | [] => Some ([], p)
        | c :: cs =>
          do e <- bind (outs n) (result c) e; do (l, p) <- lower_cases ns e (gs ++ guards c) p;
          do (k, p) <- each cs p; when (length k + length l <=? most_cases)%nat (Some (l ++ k, p))
        end) cs p
    | None => do (vs, p) <- step n xs p; do e <- bind (outs n) vs e; lower_cases ns e gs p
    end
  end.
(** the network's outputs, in each case *)
Definition outputs_of {S} {SS : scalar S} (m : model) (c : case S (environment S)) : option (case S (list S)) :=
  do v <- lookup (result c) (output_name m); do Y <- as_numbers v; Some (Case (guards c) (data Y)).
Definition lower_network (m : model) (x : list form) (p : program) : option (list (case form (list form)) * program) :=
  do e <- initial m x; do (cs, p) <- lower_cases (nodes m) e [] p; do cs <- map_all (outputs_of m) cs; Some (cs, p).

(** ** Queries *)

(** inputs that can have one value only are constants *)
Definition settle (p : float * float) (f : form) : form :=
  let (l, h) := p in if (fin l && fin h && (l <=? h) && (h <=? l))%float then Constant (between l h) else f.
(** a row that certainly does not hold *)
Definition fails (r : form * bool) : bool :=
  match fst r with Constant i => let l := fst (ends i) in if snd r then (0 <=? l)%float else (0 <? l)%float | _ => false end.
(** the disjuncts in all cases, without those that have failed *)
Definition case_disjuncts (x : list form) (cs : list (case form (list form))) (ds : list (list (term * bool))) : list (list (form * bool)) :=
  filter (fun d => negb (existsb fails d))
    (flat_map (fun c => map (fun d => guards c ++ map (fun r => (term_value x (result c) (fst r), snd r)) d) ds) cs).
(** the function that [from] lowers into cases, for a query, and the query about it *)
Definition compile_case (from : list form -> program -> option (list (case form (list form)) * program)) (outputs : nat) (q : Queries.query) : option (list block * Tree.query) :=
  do (vs, n) <- fresh 0 (qbox q);
  let x := zip_with settle (qbox q) vs in
  do (cs, p) <- from x (Program [] n);
  do (b, ds) <- when (forallb (fun c => Nat.eqb (length (result c)) outputs) cs && (0 <? n)%uint63) (add_form_rows (next p) (case_disjuncts x cs (disjuncts q)));
  Some (rev (made p), (b, Region (qbox q) None, ds)).

(** ** Certificates: WRNT 0x01 C, then for each query the length (a varint) and the bytes of a proof about it alone; nothing where its box is empty *)

Definition magic (c : bytes) : bool :=
  forallb (fun p => byte c (fst p) =? snd p)%uint63 [(0, 87); (1, 82); (2, 78); (3, 84); (4, 1); (5, 67)]%uint63.
Fixpoint check_cases (from : list form -> program -> option (list (case form (list form)) * program)) (outputs : nat) (c : bytes) (i : int) (qs : list Queries.query) : bool :=
  match qs with
  | [] => (i =? size_of c)%uint63
  | q :: qs =>
    if existsb (fun p => snd p <? fst p)%float (qbox q) then check_cases from outputs c i qs
    else match varint c i with
    | Some (n, i) =>
      if (n <=? size_of c - i)%uint63 then
        match compile_case from outputs q with
        | Some (network, tq) => if check_queries (text c i (i + n)%uint63) network [tq] then check_cases from outputs c (i + n)%uint63 qs else false
        | None => false
        end
      else false
    | None => false
    end
  end.
Definition prove_cases (m : model) (p : property) (certificate : bytes) : bool :=
  match when (Z.of_nat (Formula.inputs p) =? input_count m)%Z (interval_network m (repeat everything (Formula.inputs p))), queries p with
  | Some y, Some qs => magic certificate && (length y =? outputs p)%nat && check_cases (lower_network m) (outputs p) certificate 6 qs
  | _, _ => false
  end.
