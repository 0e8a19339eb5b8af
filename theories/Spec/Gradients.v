(** * Gradients

    What it means that one program computes the gradient of another, as a proposition about the raw bytes of three files: two ONNX graphs, and the names of
    the inputs of the first by which it is differentiated.

    The first graph, the function, has one output.  The second one, the derivative, takes the inputs of the first by their names (it need not take all), and
    may take one more, the cotangent c, of the shape of the function's output; without it, that output is one number and c is 1.  It gives, for each of the
    names, the gradient of <c, F> with respect to that input, in its shape.

    The claims are about all inputs of a domain: the text that holds the names may also say between which bounds the entries of an input lie, and how far the derivative
    may be off the gradient, for claims that allow for that.

    Main definitions: [space] (R^n as a normed space of Coquelicot), [question], [read_question], [GradientHolds], [GradientHoldsAtKinks],
    [GradientHoldsEverywhere], [SubgradientHolds], [GradientHoldsWithin], [GradientRefuted].

    Trust: SPEC. *)
From Coq Require Import PString Uint63 ZArith QArith Qreals Reals List Bool.
From Coquelicot Require Import Hierarchy Derive.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Network Spec.SExpressions Spec.Elementary Spec.Dual.
From Warrant Require Spec.Losses.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.

(** ** The space R^(n+1) *)

Fixpoint space (n : nat) : NormedModule R_AbsRing :=
  match n with O => R_NormedModule | S n => prod_NormedModule R_AbsRing R_NormedModule (space n) end.
Fixpoint coordinates (n : nat) : space n -> list R :=
  match n with O => fun x => [x] | S n => fun x => fst x :: coordinates n (snd x) end.
Fixpoint dot (x y : list R) : R := match x, y with a :: x, b :: y => (a * b + dot x y)%R | _, _ => 0%R end.

(** ** The three files *)

Record question := Question {
  function : graph;
  derivative : graph;
  selected : list (bytes * list Z);               (* the inputs by which it is differentiated *)
  others : list (bytes * list Z);                 (* the other inputs of the function *)
  cotangent : option (bytes * list Z);
  limits : list (bytes * Losses.bounds);          (* bounds of inputs' entries *)
  tolerance : Q }.                                (* how far the derivative may be off; at least 0 *)

Definition find_input (l : list (bytes * list Z)) (n : bytes) : option (bytes * list Z) := find (fun p => same n (fst p)) l.
Definition is_input (l : list (bytes * list Z)) (n : bytes) : bool := match find_input l n with Some _ => true | None => false end.

(** the lines of a text, each of which ends with a newline (byte 10), up to the first empty one if there is one; and where the rest begins *)
Definition lines (s : bytes) : option (list bytes * int) :=
  let turn (st : int * int * list bytes) :=
    let '(from, i, l) := st in
    if (i =? size_of s)%uint63 then inr (if (from =? i)%uint63 then Some (rev' l, i) else None)
    else if negb (byte s i =? 10)%uint63 then inl (from, i + 1, l)%uint63
    else if (from =? i)%uint63 then inr (Some (rev' l, i + 1)%uint63)
    else inl (i + 1, i + 1, text s from i :: l)%uint63 in
  match loop turns turn (0, 0, [])%uint63 with inr r => r | inl _ => None end.
(** (within NUMBER) or nothing; then any number of (least NAME NUMBER) and (most NAME NUMBER), as in the text of a claim about a loss *)
Definition read_tolerance (s : bytes) (l : list expression) : option (Q * list expression) :=
  match l with
  | List [w; n] :: rest => do eps <- rational s n; when (is_word s "within"%pstring w && Qle_bool 0 eps) (Some (eps, rest))
  | _ => Some (0%Q, l)
  end.
Definition read_terms (s : bytes) : option (Q * list (bytes * Losses.bounds)) :=
  do t <- tokens s; do l <- parse t [] []; do (eps, l) <- read_tolerance s l; do limits <- map_all (Losses.read_limit s) l; Some (eps, limits).

Fixpoint different (l : list bytes) : bool := match l with [] => true | n :: l => negb (existsb (same n) l) && different l end.
Definition read_question (function_file derivative_file names_file : bytes) : option question :=
  do f <- read_graph function_file; do d <- read_graph derivative_file; do (names, rest) <- lines names_file;
  do (eps, limits) <- read_terms (text names_file rest (size_of names_file)); do _ <- map_all (fun l => find_input (graph_inputs f) (fst l)) limits;
  do selected <- map_all (find_input (graph_inputs f)) names;
  let others := filter (fun p => negb (existsb (same (fst p)) names)) (graph_inputs f) in
  let known := forallb (fun p => match find_input (graph_inputs f) (fst p) with Some q => equal_lists (snd p) (snd q) | None => true end) (graph_inputs d) in
  let more := filter (fun p => negb (is_input (graph_inputs f) (fst p))) (graph_inputs d) in
  when (known && different names)
    match more with
    | [] => Some (Question f d selected others None limits eps)
    | [c] => Some (Question f d selected others (Some c) limits eps)
    | _ => None
    end.

(** ** What they compute *)

Definition entries (l : list (bytes * list Z)) : Z := fold_right (fun p n => size (snd p) + n) 0 l.

Section Values.
Context {S : Type} {SS : scalar S} {SE : elementary S}.
Variable q : question.
(** the function's output, at the entries [x] of the selected inputs and [w] of the others *)
Definition function_value (x w : list S) : option (tensor S) :=
  do l <- outputs (function q) (cut (selected q) x ++ cut (others q) w); match l with [y] => Some y | _ => None end.
(** the derivative's outputs *)
Definition derivative_values (x w c : list S) : option (list (tensor S)) :=
  outputs (derivative q) (cut (selected q) x ++ cut (others q) w ++ match cotangent q with Some p => cut [p] c | None => [] end).
End Values.

(** the same on numbers; the function with its kinks excluded *)
Definition guarded_function (q : question) (x w : list R) : option (tensor guarded) :=
  @function_value guarded (guarded_scalar true) (guarded_elementary true) q (map sure x) (map sure w).
Definition guarded_derivative (q : question) (x w c : list R) : option (list (tensor guarded)) :=
  @derivative_values guarded (guarded_scalar false) (guarded_elementary false) q (map sure x) (map sure w) (map sure c).
(** <c, F(x, w)> *)
Definition weighted (q : question) (w c x : list R) : R :=
  match guarded_function q x w with Some y => dot c (map number (data y)) | None => 0%R end.
(** the function's value, and its rate of change by the chain rule where x changes by h *)
Definition chained_function (q : question) (x w h : list R) : option (tensor dual) :=
  @function_value dual dual_scalar dual_elementary q (zip_with towards x h) (map fixed w).

Definition all_guards (l : list guarded) : Prop := forall a, In a l -> guard a.
Definition all_regular (l : list dual) : Prop := forall a, In a l -> regular a.
(** The cotangents that a question is about, for a function's output of shape [s] *)
Definition is_cotangent (q : question) (s : list Z) (c : list R) : Prop :=
  match cotangent q with Some p => snd p = s /\ Z.of_nat (length c) = size s | None => size s = 1 /\ c = [1%R] end.

(** ** The domain *)

(** the bounds of all entries of some inputs *)
Definition ranges (q : question) (l : list (bytes * list Z)) : list (list Losses.bounds) :=
  flat_map (fun p => repeat (map snd (filter (fun b => same (fst p) (fst b)) (limits q))) (Z.to_nat (size (snd p)))) l.
(** as many numbers as there are entries, each within its bounds *)
Definition within_bounds (q : question) (l : list (bytes * list Z)) (x : list R) : Prop := Forall2 Losses.within_limits (ranges q l) x.

(** ** The claims *)

(** g, the numbers that the derivative gives, is the gradient (Fréchet's) of u ↦ <c, F(u, w)> at x; and it is defined. *)
Definition is_gradient (q : question) (n : nat) (x : space n) (w c : list R) (g : list guarded) : Prop :=
  all_guards g /\ filterdiff (fun u => weighted q w c (coordinates n u)) (locally x) (fun h => dot (map number g) (coordinates n h)).
(** The numbers that the derivative gives are the entries of [d], but for the tolerance. *)
Definition within_tolerance (q : question) (g : list guarded) (d : list R) : Prop :=
  Forall2 (fun a b => (Rabs (number a - b) <= Q2R (tolerance q))%R) g d.
(** Where a tolerance is given, it is for cotangents whose entries lie between -1 and 1. *)
Definition moderate (q : question) (c : list R) : Prop := (0 < Q2R (tolerance q))%R -> Forall (fun a => (Rabs a <= 1)%R) c.
(** d is the gradient, and g is it but for the tolerance; and g is defined. *)
Definition is_near_gradient (q : question) (n : nat) (x : space n) (w c : list R) (g : list guarded) : Prop :=
  all_guards g /\ exists d : list R, length d = S n /\
    filterdiff (fun u => weighted q w c (coordinates n u)) (locally x) (fun h => dot d (coordinates n h)) /\ within_tolerance q g d.
(** In every direction h, <g, h> is the rate at which <c, F(x, w)> changes by the chain rule, kinks included (Spec/Dual.v says which choice is made there);
    where everything else has a derivative, g is defined. *)
Definition follows_chain_rule (q : question) (x w c : list R) (g : list guarded) : Prop :=
  forall h, length h = length x -> exists y, chained_function q x w h = Some y /\
    (all_regular (data y) -> all_guards g /\ dot (map number g) h = dot c (map rate (data y))).

(** At x the function has a value, and a derivative but for kinks. *)
Definition is_regular (q : question) (x w : list R) : Prop :=
  match chained_function q x w (map (fun _ => 0%R) x) with Some y => all_regular (data y) | None => False end.
(** g is a subgradient at x: the function of any other point x' of the domain lies above the plane that g gives. *)
Definition is_subgradient (q : question) (n : nat) (x : space n) (w c : list R) (g : list guarded) : Prop :=
  is_regular q (coordinates n x) w -> forall x' : space n, within_bounds q (selected q) (coordinates n x') -> is_regular q (coordinates n x') w ->
  (weighted q w c (coordinates n x) + dot (map number g) (zip_with Rminus (coordinates n x') (coordinates n x)) <= weighted q w c (coordinates n x'))%R.

(** What the claims have in common: the domain has a point; for all inputs in it and all cotangents, both programs have their outputs; and something holds of the
    inputs x by which the function is differentiated, the others w, the cotangent c, the function's output and the numbers that the derivative gives. *)
Definition throughout (claim : forall (q : question) (n : nat), space n -> list R -> list R -> list guarded -> list guarded -> Prop)
    (function_file derivative_file names_file : bytes) : Prop :=
  match read_question function_file derivative_file names_file with
  | None => False
  | Some q =>
    exists (n : nat) (s : list Z),
    Z.of_nat (S n) = entries (selected q) /\
    (exists c, is_cotangent q s c) /\ (exists x w, within_bounds q (selected q) x /\ within_bounds q (others q) w) /\
    forall (x : space n) (w c : list R), within_bounds q (selected q) (coordinates n x) -> within_bounds q (others q) w ->
    Z.of_nat (length w) = entries (others q) -> is_cotangent q s c ->
    exists y gs,
      guarded_function q (coordinates n x) w = Some y /\ shape y = s /\ Z.of_nat (length (data y)) = size s /\
      guarded_derivative q (coordinates n x) w c = Some gs /\ map shape gs = map snd (selected q) /\ length (flat_map data gs) = S n /\
      claim q n x w c (data y) (flat_map data gs)
  end.

(** Where the function is defined and none of its kinks is hit, the derivative is defined too, and gives the gradient. *)
Definition GradientHolds : bytes -> bytes -> bytes -> Prop :=
  throughout (fun q n x w c y g => all_guards y -> is_gradient q n x w c g).
(** Moreover, what it gives at kinks is what the chain rule gives there. *)
Definition GradientHoldsAtKinks : bytes -> bytes -> bytes -> Prop :=
  throughout (fun q n x w c y g => (all_guards y -> is_gradient q n x w c g) /\ follows_chain_rule q (coordinates n x) w c g).
(** Moreover, that is a subgradient, at kinks and elsewhere (so that the function is convex, if the domain is all of its regular points). *)
Definition SubgradientHolds : bytes -> bytes -> bytes -> Prop :=
  throughout (fun q n x w c y g =>
    (all_guards y -> is_gradient q n x w c g) /\ follows_chain_rule q (coordinates n x) w c g /\ is_subgradient q n x w c g).
(** No kink is in the domain, the function is defined in all of it, and the derivative gives its gradient everywhere. *)
Definition GradientHoldsEverywhere : bytes -> bytes -> bytes -> Prop :=
  throughout (fun q n x w c y g => all_guards y /\ is_gradient q n x w c g).
(** Where the function is defined and none of its kinks is hit, the derivative is defined too, and each of its entries is within the tolerance of the gradient's. *)
Definition GradientHoldsWithin : bytes -> bytes -> bytes -> Prop :=
  throughout (fun q n x w c y g => all_guards y -> moderate q c -> is_near_gradient q n x w c g).

(** The claim is refuted: at some inputs in the domain and for some cotangent at which the function is smooth and the derivative is defined, the gradient is g, and the
    derivative gives something else, by more than the tolerance if there is one. *)
Definition GradientRefuted (function_file derivative_file names_file : bytes) : Prop :=
  match read_question function_file derivative_file names_file with
  | None => False
  | Some q =>
    exists (n : nat) (x : space n) (w c : list R) (y : tensor guarded) (gs : list (tensor guarded)) (g : list R),
    Z.of_nat (S n) = entries (selected q) /\ within_bounds q (selected q) (coordinates n x) /\ within_bounds q (others q) w /\ Z.of_nat (length w) = entries (others q) /\
    guarded_function q (coordinates n x) w = Some y /\ is_cotangent q (shape y) c /\ all_guards (data y) /\
    guarded_derivative q (coordinates n x) w c = Some gs /\ map shape gs = map snd (selected q) /\ all_guards (flat_map data gs) /\
    filterdiff (fun u => weighted q w c (coordinates n u)) (locally x) (fun h => dot g (coordinates n h)) /\ length g = S n /\
    moderate q c /\ ~ within_tolerance q (flat_map data gs) g
  end.
