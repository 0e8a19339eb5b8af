(** * Rates for every number of steps

    What a statement about all steps of an optimisation method says.  It names functions and operators of given classes, fixed points and numbers, and infinite
    sequences of points and numbers; states how the members k and k + 1 of the sequences are related, for every k; and concludes, for every N, that

      (c0 + c1 N + c2 N² + …) · A(N) <= ρ^N · B(0)

    for a quantity A at step N and a quantity B at the start.  It is read from a text file of S-expressions, whose words are explained in docs/rates.md; those of
    classes, relations, points and numbers are those of Spec/Rates.v.

    Main definitions: [method], [ForAllSteps], [read_method], [MethodHolds].

    Trust: SPEC.
    Source: N. Bansal and A. Gupta, Potential-function proofs for gradient methods, 2019; A. Taylor, B. Van Scoy, L. Lessard, Lyapunov functions for first-order
    methods: tight automated convergence guarantees, 2018. *)
From Coq Require Import PString Uint63 QArith Reals List Bool.
From Warrant Require Import Spec.Bytes Spec.SExpressions Spec.InnerProduct Spec.Functions Spec.Rates.
Import ListNotations.
Local Open Scope bool_scope.
Local Open Scope pstring_scope.

(** ** Methods *)
Record method := Method {
  objects : list object;
  relations : list relation;         (* for every k, between the members k and k + 1 *)
  vanishing : list (list point);     (* for every k: a0 + k·a1 + k²·a2 + … is the vector 0 *)
  start : list relation;             (* for k = 0 *)
  measure : number;                  (* A *)
  factors : list Q;                  (* c0, c1, … *)
  ratio : Q;                         (* ρ *)
  initial : number                   (* B *)
}.

(** ** Meaning *)

(** What an expression's point (or number) i is at step k: 3 j is what is fixed, 3 j + 1 the member k of sequence j, and 3 j + 2 its member k + 1. *)
Definition place {A} (fixed : nat -> A) (sequences : nat -> nat -> A) (k i : nat) : A :=
  match (i mod 3)%nat with
  | O => fixed (i / 3)%nat
  | 1%nat => sequences (i / 3)%nat k
  | _ => sequences (i / 3)%nat (S k)
  end.

Local Open Scope R_scope.
(** c0 + k·c1 + k²·c2 + … *)
Fixpoint polynomial (l : list Q) (k : R) : R :=
  match l with [] => 0 | [c] => real c | c :: l => real c + k * polynomial l k end.

Section Meaning.
Context {E : inner_product_space}.
Variables (functions : nat -> function E) (operators : nat -> E -> E -> Prop).
Variables (points : nat -> E) (point_sequences : nat -> nat -> E) (numbers : nat -> R) (number_sequences : nat -> nat -> R).

Definition point_at (k : nat) : point -> E := point_value (place points point_sequences k).
Definition number_at (k : nat) : number -> R := number_value (place points point_sequences k) (place numbers number_sequences k).
Definition relation_at (k : nat) : relation -> Prop :=
  relation_holds functions operators (place points point_sequences k) (place numbers number_sequences k).
Fixpoint polynomial_point (l : list point) (k : nat) : E :=
  match l with [] => vzero | [a] => point_at k a | a :: l => point_at k a + INR k *: polynomial_point l k end%V.

Definition method_statement (m : method) : Prop :=
  implies (memberships functions operators 0 (objects m))
    (implies (map (fun r => forall k, relation_at k r) (relations m))
      (implies (map (fun l => forall k, polynomial_point l k = vzero) (vanishing m))
        (implies (map (relation_at 0) (start m))
          (forall N, polynomial (factors m) (INR N) * number_at N (measure m) <= real (ratio m) ^ N * number_at 0 (initial m))))).
End Meaning.

(** The conclusion holds in every inner-product space, for all functions and operators of the given classes, and all points, numbers and sequences that are so related. *)
Definition ForAllSteps (m : method) : Prop :=
  forall (E : inner_product_space) (functions : nat -> function E) (operators : nat -> E -> E -> Prop)
    (points : nat -> E) (point_sequences : nat -> nat -> E) (numbers : nat -> R) (number_sequences : nat -> nat -> R),
    method_statement functions operators points point_sequences numbers number_sequences m.

(** ** The text *)

Section Reader.
Variable s : bytes.
Local Open Scope uint63_scope.

(** the first of the next three numbers: names come with numbers, newest first *)
Definition next_place (l : names) : nat := match l with [] => 0%nat | (_, i) :: _ => (3 * S (i / 3))%nat end.
Definition new_name (l : names) (w : bytes) (i : nat) : option names := match find_name w l with None => Some ((w, i) :: l) | Some _ => None end.
Definition declare_fixed (l : names) (e : expression) : option names :=
  match e with
  | Atom a b => when (is_letter (byte s a)) (new_name l (text s a b) (next_place l))
  | List _ => None
  end.
(** a sequence x is known as x, for its member k, and as x+, for its member k + 1 *)
Definition declare_sequence (l : names) (e : expression) : option names :=
  match e with
  | Atom a b =>
    let i := next_place l in
    when (is_letter (byte s a)) (do l <- new_name l (text s a b) (S i); new_name l (PrimString.cat (text s a b) "+") (S (S i)))
  | List _ => None
  end.
Fixpoint declare_each (declare : names -> expression -> option names) (l : names) (es : list expression) : option names :=
  match es with [] => Some l | e :: es => do l <- declare l e; declare_each declare l es end.

(** declarations, relations, and the conclusion last *)
Fixpoint method_commands (l : list expression) (names_o names_p names_n : names)
    (os : list object) (rs : list relation) (vs : list (list point)) (ss : list relation) : option method :=
  match l with
  | [List [c; a; List cs; r; b]] =>
    when (is_word s "conclude" c)
      (do a <- read_number s names_p names_n a; do cs <- map_all (rational s) cs; do r <- rational s r; do b <- read_number s names_p names_n b;
       Some (Method (rev' os) (rev' rs) (rev' vs) (rev' ss) a cs r b))
  | List (c :: args) as r :: l =>
    if is_word s "function" c then
      match args with
      | name :: cs => do names_o <- declare s names_o name; do cs <- map_all (read_class s names_o) cs; method_commands l names_o names_p names_n (FunctionIn cs :: os) rs vs ss
      | [] => None
      end
    else if is_word s "operator" c then
      match args with
      | name :: cs => do names_o <- declare s names_o name; do cs <- map_all (read_class s names_o) cs; method_commands l names_o names_p names_n (OperatorIn cs :: os) rs vs ss
      | [] => None
      end
    else if is_word s "points" c then do names_p <- declare_each declare_fixed names_p args; method_commands l names_o names_p names_n os rs vs ss
    else if is_word s "numbers" c then do names_n <- declare_each declare_fixed names_n args; method_commands l names_o names_p names_n os rs vs ss
    else if is_word s "point-sequences" c then do names_p <- declare_each declare_sequence names_p args; method_commands l names_o names_p names_n os rs vs ss
    else if is_word s "number-sequences" c then do names_n <- declare_each declare_sequence names_n args; method_commands l names_o names_p names_n os rs vs ss
    else if is_word s "vanish" c then do v <- map_all (read_point s names_p) args; method_commands l names_o names_p names_n os rs (v :: vs) ss
    else if is_word s "start" c then do s' <- map_all (read_relation s names_o names_p names_n) args; method_commands l names_o names_p names_n os rs vs (rev_append s' ss)
    else do r <- read_relation s names_o names_p names_n r; method_commands l names_o names_p names_n os (r :: rs) vs ss
  | _ => None
  end.
End Reader.

(** the first words say which version of the format this is *)
Definition read_method (s : bytes) : option method :=
  do t <- tokens s; do l <- parse t [] [];
  match l with
  | List [c; v] :: l => when (is_word s "method" c && is_word s "1" v) (method_commands s l [] [] [] [] [] [] [])
  | _ => None
  end.

(** The file is readable, and what it says is true. *)
Definition MethodHolds (file : bytes) : Prop := match read_method file with Some m => ForAllSteps m | None => False end.
