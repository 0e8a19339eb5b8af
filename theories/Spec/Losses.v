(** * Losses

    What it means that a loss, an ONNX graph whose output is one number, is convex, Lipschitz, smooth, at least 0, or least exactly at its target; that as a loss of a
    margin it bounds the 0-1 loss or is calibrated; or that as a loss of a forecast it is strictly proper; or that it is evaluated in floating point with at most so large an error, as a proposition about the raw bytes of two files: the graph, and a text that says the property, in which inputs, and between which bounds the inputs lie.

    The loss is a function of the entries x of the selected inputs; those of the other inputs, w, are held fixed, at any numbers within their bounds.  Its domain
    is the set of the x within their bounds at which it is defined: denominators are not 0, logarithms are taken of positive numbers, roots of numbers
    that are not negative.

    And what it means that one loss is nowhere less than another, as a proposition about two graphs and a text.

    Main definitions: [question], [read_question], [in_domain], [loss], [holds], [LossHolds], [LossFails], [LossAbove], [LossNotAbove].

    Trust: SPEC.
    Source: S. Boyd, L. Vandenberghe, Convex Optimization, 2004, section 3.1 (convexity, with the domain being convex); Y. Nesterov,
    Lectures on Convex Optimization, 2018, theorem 2.1.5 (smoothness without derivatives). *)
From Coq Require Import PString Uint63 ZArith QArith Qreals Reals List Bool.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Network Spec.Elementary Spec.SExpressions Spec.Margins Spec.Forecasts Spec.FloatingPoint.
From Flocq Require IEEE754.BinarySingleNaN.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.
Local Open Scope pstring_scope.

(** what the entries of the selected inputs are to be equal to: the entries of another input, their logarithms, or a number *)
Inductive target := AtInput (name : bytes) | AtLogarithm (name : bytes) | AtNumber (number : Q).
Inductive property := Convex | NonNegative | Lipschitz (constant : Q) | Smooth (constant : Q) | BoundsZeroOne | Calibrated | MinimisedAt (where_ : target) | StrictlyProper
  | RoundingError (f : format) (ulps absolute relative : Q).
(** the least and the greatest number that an entry may be, where there is such a bound *)
Definition bounds := (option Q * option Q)%type.
Record question := Question {
  graph_of : graph;
  claimed : property;
  selected : list (bytes * list Z);   (* the inputs in which the loss is convex, or Lipschitz, with their shapes *)
  others : list (bytes * list Z);     (* the other inputs *)
  limits : list (bytes * bounds) }.

(** ** The text: (loss 1) (claim convex) (by NAME ...) and then any number of (least NAME NUMBER) and (most NAME NUMBER)

    The claims are [convex], [nonnegative], [(lipschitz NUMBER)] and [(smooth NUMBER)]; and, where the named inputs have one entry together, the margin,
    [(upper-bounds zero-one)] and [calibrated]; and [(minimised-at NAME)] and [(minimised-at-logarithm NAME)], of another input with as many entries, and [(minimised-at-number NUMBER)]; and
    [strictly-proper], where there is one other input, with as many entries, the outcome; and [(rounding FORMAT ULPS ABSOLUTE RELATIVE)], with [binary32] or [binary64] and at least 1 unit in the last place.  A bound holds for all entries of the input. *)
Section Reader.
Variable s : bytes.
Definition word (e : expression) : option bytes := match e with Atom a b => Some (text s a b) | List _ => None end.
Definition read_format (e : expression) : option format :=
  if is_word s "binary32" e then Some Binary32 else if is_word s "binary64" e then Some Binary64 else None.
Definition read_property (e : expression) : option property :=
  if is_word s "convex" e then Some Convex
  else if is_word s "nonnegative" e then Some NonNegative
  else if is_word s "calibrated" e then Some Calibrated
  else if is_word s "strictly-proper" e then Some StrictlyProper
  else
    match e with
    | List [w; n] =>
      if is_word s "lipschitz" w then do q <- rational s n; Some (Lipschitz q)
      else if is_word s "smooth" w then do q <- rational s n; Some (Smooth q)
      else if is_word s "upper-bounds" w && is_word s "zero-one" n then Some BoundsZeroOne
      else if is_word s "minimised-at" w then do n <- word n; Some (MinimisedAt (AtInput n))
      else if is_word s "minimised-at-logarithm" w then do n <- word n; Some (MinimisedAt (AtLogarithm n))
      else if is_word s "minimised-at-number" w then do q <- rational s n; Some (MinimisedAt (AtNumber q))
      else None
    | List [w; f; k; a; r] =>
      do f <- read_format f; do k <- rational s k; do a <- rational s a; do r <- rational s r;
      when (is_word s "rounding" w && Qle_bool 1 k) (Some (RoundingError f k a r))
    | _ => None
    end.
Definition read_limit (e : expression) : option (bytes * bounds) :=
  match e with
  | List [w; name; n] =>
    do name <- word name; do q <- rational s n;
    if is_word s "least" w then Some (name, (Some q, None)) else if is_word s "most" w then Some (name, (None, Some q)) else None
  | _ => None
  end.
Definition read_text : option (property * list bytes * list (bytes * bounds)) :=
  do t <- tokens s; do l <- parse t [] [];
  match l with
  | List [w; v] :: List [c; p] :: List (b :: names) :: limits =>
    if is_word s "loss" w && is_word s "1" v && is_word s "claim" c && is_word s "by" b then
      do p <- read_property p; do names <- map_all word names; do limits <- map_all read_limit limits; Some (p, names, limits)
    else None
  | _ => None
  end.
End Reader.

Definition find_input (l : list (bytes * list Z)) (n : bytes) : option (bytes * list Z) := find (fun p => same n (fst p)) l.
Fixpoint different (l : list bytes) : bool := match l with [] => true | n :: l => negb (existsb (same n) l) && different l end.
Definition entries (l : list (bytes * list Z)) : Z := fold_right (fun p n => size (snd p) + n) 0 l.
(** whether a property can be said of inputs of these shapes *)
Definition fits (p : property) (selected others : list (bytes * list Z)) : bool :=
  match p with
  | BoundsZeroOne | Calibrated => entries selected =? 1
  | MinimisedAt (AtInput n) | MinimisedAt (AtLogarithm n) => match find_input others n with Some i => size (snd i) =? entries selected | None => false end
  | StrictlyProper => match others with [i] => size (snd i) =? entries selected | _ => false end
  | _ => true
  end.
Definition read_question (loss_file property_file : bytes) : option question :=
  do g <- read_graph loss_file; do (p, names, limits) <- read_text property_file;
  do selected <- map_all (find_input (graph_inputs g)) names;
  do _ <- map_all (fun l => find_input (graph_inputs g) (fst l)) limits;
  let others := filter (fun p => negb (existsb (same (fst p)) names)) (graph_inputs g) in
  when (different names && fits p selected others) (Some (Question g p selected others limits)).

(** ** The function, and its domain *)

Section Loss.
Variable q : question.

(** The number that the graph gives, and when it is one; [None]: the graph does not give one number. *)
Definition value_at (x w : list R) : option guarded :=
  do l <- @outputs guarded (guarded_scalar false) (guarded_elementary false) (graph_of q) (cut (selected q) (map sure x) ++ cut (others q) (map sure w));
  match l with [y] => match data y with [a] => Some a | _ => None end | _ => None end.

(** the bounds of an input, and of all entries of some inputs *)
Definition limits_of (name : bytes) : list bounds := map snd (filter (fun l => same name (fst l)) (limits q)).
Definition ranges (l : list (bytes * list Z)) : list (list bounds) :=
  flat_map (fun p => repeat (limits_of (fst p)) (Z.to_nat (size (snd p)))) l.
Definition above (o : option Q) (a : R) : Prop := match o with Some b => (Q2R b <= a)%R | None => True end.
Definition below (o : option Q) (a : R) : Prop := match o with Some b => (a <= Q2R b)%R | None => True end.
Definition within_limits (l : list bounds) (a : R) : Prop := forall b, In b l -> above (fst b) a /\ below (snd b) a.
(** as many numbers as there are entries, each within its bounds *)
Definition inside (l : list (bytes * list Z)) (x : list R) : Prop := Forall2 within_limits (ranges l) x.

Definition in_domain (x w : list R) : Prop :=
  inside (selected q) x /\ inside (others q) w /\ match value_at x w with Some a => guard a | None => False end.
Definition loss (x w : list R) : R := match value_at x w with Some a => number a | None => 0%R end.

(** the numbers that the graph may compute of floating-point numbers *)
Definition computed_at (f : format) (ulps : Q) (x w : list (floating f)) : option (results f) :=
  do l <- computed f ulps (graph_of q) (cut (selected q) (map (exactly f) x) ++ cut (others q) (map (exactly f) w));
  match l with [y] => match data y with [a] => Some a | _ => None end | _ => None end.
(** finite floating-point numbers, and the real numbers that they are *)
Definition all_finite {f : format} (x : list (floating f)) : Prop := Forall (fun a => BinarySingleNaN.is_finite a = true) x.
Definition reals_of {f : format} : list (floating f) -> list R := map BinarySingleNaN.B2R.
End Loss.

(** ** The properties *)

(** among the entries of some inputs, those of one *)
Fixpoint entries_of {A} (name : bytes) (l : list (bytes * list Z)) (w : list A) : list A :=
  match l with [] => [] | (m, s) :: l => let k := Z.to_nat (size s) in if same name m then firstn k w else entries_of name l (skipn k w) end.
Definition target_of (q : question) (t : target) (w : list R) : list R :=
  match t with
  | AtInput n => entries_of n (others q) w
  | AtLogarithm n => map ln (entries_of n (others q) w)
  | AtNumber c => repeat (Q2R c) (Z.to_nat (entries (selected q)))
  end.
(** logarithms are of positive numbers *)
Definition target_exists (q : question) (t : target) (w : list R) : Prop :=
  match t with AtLogarithm n => Forall (fun b => (0 < b)%R) (entries_of n (others q) w) | _ => True end.

(** t x + (1 - t) y *)
Definition mix (t : R) (x y : list R) : list R := zip_with (fun a b => t * a + (1 - t) * b)%R x y.
(** the Euclidean distance *)
Definition distance (x y : list R) : R := sqrt (fold_right Rplus 0%R (zip_with (fun a b => (a - b) * (a - b))%R x y)).

(** the vector of some numbers; the outcome k, as a vector with one 1 *)
Definition vector (n : nat) (p : nat -> R) : list R := map p (seq 0 n).
Definition outcome (k : nat) : nat -> R := fun j => if Nat.eqb j k then 1%R else 0%R.
(** a forecast: probabilities at which the loss is defined, whatever the outcome *)
Definition forecast (q : question) (p : nat -> R) : Prop :=
  let n := Z.to_nat (entries (selected q)) in distribution n p /\ forall k, (k < n)%nat -> in_domain q (vector n p) (vector n (outcome k)).

Definition holds (q : question) : Prop :=
  match claimed q with
  | Convex => forall w x y t, in_domain q x w -> in_domain q y w -> (0 <= t <= 1)%R ->
      in_domain q (mix t x y) w /\ (loss q (mix t x y) w <= t * loss q x w + (1 - t) * loss q y w)%R
  | NonNegative => forall w x, in_domain q x w -> (0 <= loss q x w)%R
  | Lipschitz L => forall w x y, in_domain q x w -> in_domain q y w -> (Rabs (loss q x w - loss q y w) <= Q2R L * distance x y)%R
  (* between two points it is as near to its chord as a parabola of the second derivative L: where the domain is open, it has a gradient, which is L-Lipschitz *)
  | Smooth L => forall w x y t, in_domain q x w -> in_domain q y w -> (0 <= t <= 1)%R ->
      in_domain q (mix t x y) w /\
      (Rabs (t * loss q x w + (1 - t) * loss q y w - loss q (mix t x y) w) <= Q2R L / 2 * (t * (1 - t)) * (distance x y * distance x y))%R
  | BoundsZeroOne => forall w m, in_domain q [m] w -> (zero_one m <= loss q [m] w)%R
  (* the loss is least at the target, and nowhere else *)
  | MinimisedAt t => forall w x, in_domain q x w ->
      let y := target_of q t w in target_exists q t w /\ in_domain q y w /\ (loss q y w <= loss q x w)%R /\ (loss q x w = loss q y w -> x = y)
  (* there is a forecast; and among all forecasts the loss is strictly proper *)
  | StrictlyProper => let n := Z.to_nat (entries (selected q)) in
      (exists p, forecast q p) /\ strictly_proper n (forecast q) (fun p k => loss q (vector n p) (vector n (outcome k)))
  (* it is defined for every margin, and calibrated *)
  | Calibrated => forall w, inside q (others q) w -> (forall m, in_domain q [m] w) /\ classification_calibrated (fun m => loss q [m] w)
  (* whatever the library and the order of sums, no result is infinite or no number, or further off *)
  | RoundingError f ulps a r => forall x w : list (floating f), all_finite x -> all_finite w -> in_domain q (reals_of x) (reals_of w) ->
      match computed_at q f ulps x w with
      | Some s => forall y, s y -> BinarySingleNaN.is_finite y = true /\
          (Rabs (BinarySingleNaN.B2R y - loss q (reals_of x) (reals_of w)) <= Q2R a + Q2R r * Rabs (loss q (reals_of x) (reals_of w)))%R
      | None => False
      end
  end.

(** The graph gives one number for all numbers. *)
Definition runs (q : question) : Prop :=
  forall x w, Z.of_nat (length x) = entries (selected q) -> Z.of_nat (length w) = entries (others q) -> exists a, value_at q x w = Some a.

(** The points that the claim is about *)
Definition concerned (q : question) (x w : list R) : Prop :=
  in_domain q x w /\
  match claimed q with
  | RoundingError f _ _ _ => exists x' w' : list (floating f), all_finite x' /\ all_finite w' /\ reals_of x' = x /\ reals_of w' = w
  | _ => True
  end.
(** The claim, which is not empty: it is about some point. *)
Definition LossHolds (loss_file property_file : bytes) : Prop :=
  match read_question loss_file property_file with
  | None => False
  | Some q => runs q /\ (exists x w, concerned q x w) /\ holds q
  end.
Definition LossFails (loss_file property_file : bytes) : Prop :=
  match read_question loss_file property_file with
  | None => False
  | Some q => runs q /\ ~ holds q
  end.

(** ** One loss above another

    Two graphs, and a text: (upper-bounds 1), and then any number of bounds, as above.  The second loss takes inputs of the first by their names, in the same shapes; it need not
    take all.  The claim is about the inputs within their bounds at which both are defined. *)
Definition read_bounds (s : bytes) : option (list (bytes * bounds)) :=
  do t <- tokens s; do l <- parse t [] [];
  match l with List [w; v] :: limits => if is_word s "upper-bounds" w && is_word s "1" v then map_all (read_limit s) limits else None | _ => None end.
(** both losses as functions of all inputs of the first; which property is claimed of each alone does not matter *)
Definition read_pair (upper_file lower_file text_file : bytes) : option (question * question) :=
  do f <- read_graph upper_file; do g <- read_graph lower_file; do limits <- read_bounds text_file;
  do _ <- map_all (fun l => find_input (graph_inputs f) (fst l)) limits;
  let known := forallb (fun p => match find_input (graph_inputs f) (fst p) with Some i => equal_lists (snd p) (snd i) | None => false end) (graph_inputs g) in
  let as_function h := Question h NonNegative (graph_inputs f) [] limits in
  when (known && different (map fst (graph_inputs f))) (Some (as_function f, as_function g)).
(** The first is nowhere less than the second; and there is a point at which both are defined. *)
Definition LossAbove (upper_file lower_file text_file : bytes) : Prop :=
  match read_pair upper_file lower_file text_file with
  | None => False
  | Some (q, r) => runs q /\ runs r /\ (exists x, in_domain q x [] /\ in_domain r x []) /\
      forall x, in_domain q x [] -> in_domain r x [] -> (loss r x [] <= loss q x [])%R
  end.
Definition LossNotAbove (upper_file lower_file text_file : bytes) : Prop :=
  match read_pair upper_file lower_file text_file with
  | None => False
  | Some (q, r) => runs q /\ runs r /\ exists x, in_domain q x [] /\ in_domain r x [] /\ (loss q x [] < loss r x [])%R
  end.
