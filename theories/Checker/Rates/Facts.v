(** * Facts about calls

    What belonging to a class says of the (sub)gradients and values, or of the images, that were asked for: the interpolation inequalities of the class, as terms
    that the checker can sum up.

    Main definitions: [call], [term], [fact], [function_fact], [operator_fact], [block_fact], [function_span], [operator_span].

    Trust: proved (Facts_sound.v).
    Source: A. Taylor, J. Hendrickx, F. Glineur, Smooth strongly convex interpolation and exact worst-case performance of first-order methods, 2017; and
    docs/rates.md, which lists them. *)
From Coq Require Import ZArith QArith List Bool.
From Warrant Require Import Spec.Bytes Spec.Rates Checker.Rates.Sums.
Import ListNotations.

(** What was asked of object number [object_of], and the answer. *)
Inductive kind := Subgradient | Gradient | Image | Adjoint.
Record call := Call { object_of : nat; kind_of : kind; place : form; slope : form; value_of : option number }.
Definition is_gradient (c : call) : bool := match kind_of c with Gradient => true | _ => false end.
Definition is_subgradient (c : call) : bool := match kind_of c with Subgradient => true | _ => false end.
Definition is_image (c : call) : bool := match kind_of c with Image => true | _ => false end.
Definition is_adjoint (c : call) : bool := match kind_of c with Adjoint => true | _ => false end.
Definition is_stationary (c : call) : bool := match slope c with [] => true | _ => false end.

(** A fact is a sum of terms that is at most 0; an equation, if it is 0. *)
Inductive term := Product (q : Q) (a b : form) | Square (q : Q) (a : form) | Value (q : Q) (v : number) | Fixed (q : Q).
Record fact := Fact { equation : bool; terms : list term }.
Definition at_most : list term -> option fact := fun l => Some (Fact false l).
Definition equal_to : list term -> option fact := fun l => Some (Fact true l).

Inductive name :=
| FConvex | FSmooth | FLipschitz | FIndicator | FDiameter | FSupportValue | FSupportOrder | FSupportBound | FGrowth
| FQuadraticValue | FQuadraticSymmetry | FQuadraticSpectrum | FSecant | FErrorBound | FLojasiewicz | FDescent
| FMonotone | FCocoercive | FLipschitzOperator | FSymmetric | FSymmetricSpectrum | FSkewSymmetric | FSkewBound
| FAdjoint | FLinearBound | FAdjointBound | FOrthogonal | FBlockSmooth.

(** ** The classes of an object *)
Fixpoint first {A} (f : class -> option A) (cs : list class) : option A :=
  match cs with [] => None | c :: cs => match f c with Some a => Some a | None => first f cs end end.
(** how convex: the µ of the first class that says so *)
Definition convexity (c : class) : option Q := match c with Convex => Some 0%Q | StronglyConvex mu => Some mu | _ => None end.
Definition smoothness (c : class) : option Q := match c with Smooth L => Some L | _ => None end.

Definition positive_q (q : Q) : bool := negb (Qle_bool q 0).
Definition less_q (p q : Q) : bool := negb (Qle_bool q p).
Definition difference (a b : form) : form := combine a (-1) b.
(** Σ q·a(c) over the members (q, c) *)
Definition span_of (a : call -> form) (l : list (Q * call)) : form := fold_right (fun m f => combine f (fst m) (a (snd m))) [] l.

(** ** Facts about functions; the calls are all of this function, and no images *)
Definition function_fact (n : name) (cs : list class) (calls : list call) : option fact :=
  match n, calls with
  | FConvex, [i; j] =>
    do vi <- value_of i; do vj <- value_of j;
    do mu <- match first convexity cs with Some mu => Some mu | None => when (is_subgradient j) (Some 0%Q) end;
    let d := difference (place i) (place j) in
    at_most [Value 1 vj; Product 1 (slope j) d; Square (mu * (1 # 2)) d; Value (-1) vi]
  | FSmooth, [i; j] =>
    do vi <- value_of i; do vj <- value_of j;
    do L <- first smoothness cs;
    let mu := match first convexity cs with Some mu => mu | None => (- L)%Q end in
    let d := difference (place i) (place j) in
    let e := difference (slope i) (slope j) in
    let c := Qred (/ (2 * (1 - mu / L))) in
    when (is_gradient i && is_gradient j && positive_q L && less_q mu L)
      (at_most [Value 1 vj; Product 1 (slope j) d; Square (Qred (c / L)) e; Square (Qred (c * mu)) d; Product (Qred (- (2 * c * mu / L))) e d; Value (-1) vi])
  | FLipschitz, [i] =>
    do M <- first (fun c => match c with Lipschitz M => Some M | _ => None end) cs;
    at_most [Square 1 (slope i); Fixed (- (M * M))]
  | FIndicator, [i] =>
    do vi <- value_of i;
    do _ <- first (fun c => match c with Indicator => Some tt | _ => None end) cs;
    equal_to [Value 1 vi]
  | FDiameter, [i; j] =>
    do D <- first (fun c => match c with Diameter D => Some D | _ => None end) cs;
    at_most [Square 1 (difference (place i) (place j)); Fixed (- (D * D))]
  | FSupportValue, [i] =>
    do vi <- value_of i;
    do _ <- first (fun c => match c with Support => Some tt | _ => None end) cs;
    when (is_subgradient i) (equal_to [Product 1 (slope i) (place i); Value (-1) vi])
  | FSupportOrder, [i; j] =>
    do _ <- first (fun c => match c with Support => Some tt | _ => None end) cs;
    when (is_subgradient i && is_subgradient j) (at_most [Product 1 (place j) (difference (slope i) (slope j))])
  | FSupportBound, [i] =>
    do M <- first (fun c => match c with BoundedSupport M => Some M | _ => None end) cs;
    when (is_subgradient i) (at_most [Square 1 (slope i); Fixed (- (M * M))])
  | FGrowth, [i; j] =>
    do vi <- value_of i; do vj <- value_of j;
    do L <- first (fun c => match c with QuadraticGrowth L => Some L | _ => None end) cs;
    when (is_subgradient i && is_subgradient j && is_stationary i && positive_q L)
      (at_most [Value 1 vj; Product 1 (slope j) (difference (place i) (place j)); Square (/ (2 * L)) (slope j); Value (-1) vi])
  | FQuadraticValue, [i; j] =>
    do vi <- value_of i; do vj <- value_of j;
    do _ <- first (fun c => match c with Quadratic _ _ => Some tt | _ => None end) cs;
    when (is_gradient i && is_gradient j && is_stationary i)
      (equal_to [Value 1 vj; Value (-1) vi; Product (-1 # 2) (difference (place j) (place i)) (slope j)])
  | FQuadraticSymmetry, [i; j; k] =>
    do _ <- first (fun c => match c with Quadratic _ _ => Some tt | _ => None end) cs;
    when (is_gradient i && is_gradient j && is_gradient k && is_stationary i)
      (equal_to [Product 1 (difference (place j) (place i)) (slope k); Product (-1) (difference (place k) (place i)) (slope j)])
  | FSecant, [i; j] =>
    do mu <- first (fun c => match c with RestrictedSecant mu => Some mu | _ => None end) cs;
    let d := difference (place j) (place i) in
    when (is_gradient i && is_gradient j && is_stationary i) (at_most [Square mu d; Product (-1) (slope j) d])
  | FErrorBound, [i; j] =>
    do L <- first (fun c => match c with ErrorBound L => Some L | _ => None end) cs;
    when (is_gradient i && is_gradient j && is_stationary i) (at_most [Square 1 (slope j); Square (- (L * L)) (difference (place j) (place i))])
  | FLojasiewicz, [i; j] =>
    do vi <- value_of i; do vj <- value_of j;
    do mu <- first (fun c => match c with Lojasiewicz mu => Some mu | _ => None end) cs;
    when (is_gradient i) (at_most [Value (2 * mu) vi; Value (- (2 * mu)) vj; Square (-1) (slope i)])
  | FDescent, [i; j] =>
    do vi <- value_of i; do vj <- value_of j;
    do mu <- first (fun c => match c with Lojasiewicz mu => Some mu | _ => None end) cs;
    do L <- first smoothness cs;
    when (is_gradient i && is_gradient j && is_stationary i && positive_q mu && positive_q L)
      (at_most [Value 1 vi; Square (/ (2 * L)) (slope j); Value (-1) vj])
  | _, _ => None
  end.

(** for a quadratic, the calls' places are taken from its minimizer [i] *)
Definition function_span (n : name) (cs : list class) (i : call) (l : list (Q * call)) : option fact :=
  match n with
  | FQuadraticSpectrum =>
    do (mu, L) <- first (fun c => match c with Quadratic mu L => Some (mu, L) | _ => None end) cs;
    let z := span_of (fun c => difference (place c) (place i)) l in
    let g := span_of slope l in
    when (is_gradient i && is_stationary i && forallb (fun m => is_gradient (snd m)) l)
      (at_most [Product (-1) (combine g (- mu) z) (combine [] L z); Product 1 (combine g (- mu) z) g])
  | _ => None
  end.

(** ** Facts about operators; the calls are all images under this operator *)
Definition operator_fact (n : name) (cs : list class) (calls : list call) : option fact :=
  match n, calls with
  | FMonotone, [i; j] =>
    do mu <- first (fun c => match c with StronglyMonotone mu => Some mu | _ => None end) cs;
    let d := difference (place i) (place j) in
    at_most [Square mu d; Product (-1) (difference (slope i) (slope j)) d]
  | FCocoercive, [i; j] =>
    do beta <- first (fun c => match c with Cocoercive beta => Some beta | _ => None end) cs;
    let e := difference (slope i) (slope j) in
    at_most [Square beta e; Product (-1) e (difference (place i) (place j))]
  | FLipschitzOperator, [i; j] =>
    do L <- first (fun c => match c with LipschitzOperator L => Some L | _ => None end) cs;
    at_most [Square 1 (difference (slope i) (slope j)); Square (- (L * L)) (difference (place i) (place j))]
  | FSymmetric, [i; j] =>
    do _ <- first (fun c => match c with Symmetric _ _ => Some tt | _ => None end) cs;
    equal_to [Product 1 (place i) (slope j); Product (-1) (place j) (slope i)]
  | FSkewSymmetric, [i; j] =>
    do _ <- first (fun c => match c with SkewSymmetric _ => Some tt | _ => None end) cs;
    equal_to [Product 1 (place i) (slope j); Product 1 (place j) (slope i)]
  | _, _ => None
  end.
(** the value of an adjoint is the second call *)
Definition adjoint_fact (n : name) (calls : list call) : option fact :=
  match n, calls with
  | FAdjoint, [i; j] => when (is_image i && is_adjoint j) (equal_to [Product 1 (place i) (slope j); Product (-1) (slope i) (place j)])
  | _, _ => None
  end.
Definition linearity (c : class) : option Q := match c with Linear L => Some L | _ => None end.
Definition operator_span (n : name) (cs : list class) (l : list (Q * call)) : option fact :=
  let z := span_of place l in
  let g := span_of slope l in
  match n with
  | FSymmetricSpectrum =>
    do (mu, L) <- first (fun c => match c with Symmetric mu L => Some (mu, L) | _ => None end) cs;
    at_most [Product (-1) (combine g (- mu) z) (combine [] L z); Product 1 (combine g (- mu) z) g]
  | FSkewBound =>
    do L <- first (fun c => match c with SkewSymmetric L => Some L | _ => None end) cs;
    at_most [Square 1 g; Square (- (L * L)) z]
  | FLinearBound => do L <- first linearity cs; at_most [Square 1 g; Square (- (L * L)) z]
  | _ => None
  end.
Definition adjoint_span (n : name) (cs : list class) (l : list (Q * call)) : option fact :=
  match n with
  | FAdjointBound => do L <- first linearity cs; at_most [Square 1 (span_of slope l); Square (- (L * L)) (span_of place l)]
  | _ => None
  end.

Definition same_object (k : nat) (c : call) : bool := Nat.eqb (object_of c) k.

(** ** Facts about decompositions of the space, each given by the operators that its blocks are *)
Definition among (k : nat) (ks : list nat) : bool := existsb (Nat.eqb k) ks.
(** whether two vectors are the same combination *)
Definition same_form (a b : form) : bool := match difference a b with [] => true | _ => false end.
Definition block_smoothness (k : nat) (c : class) : option Q := match c with BlockSmooth b L => when (Nat.eqb b k) (Some L) | _ => None end.
(** [orthogonal]: a and b are images under different blocks; [block-smooth]: a and b are images, under one block, of the gradients of i and j *)
Definition block_fact (objects : list object) (decompositions : list (list nat)) (n : name) (calls : list call) : option fact :=
  match n, calls with
  | FOrthogonal, [a; b] =>
    when (is_image a && is_image b && negb (Nat.eqb (object_of a) (object_of b)) &&
          existsb (fun ks => among (object_of a) ks && among (object_of b) ks) decompositions)
      (equal_to [Product 1 (slope a) (slope b)])
  | FBlockSmooth, [i; j; a; b] =>
    do vi <- value_of i; do vj <- value_of j;
    match nth_error objects (object_of i) with
    | Some (FunctionIn cs) =>
      do mu <- first convexity cs;
      do L <- first (block_smoothness (object_of a)) cs;
      when (same_object (object_of i) j && same_object (object_of a) b && is_gradient i && is_gradient j && is_image a && is_image b &&
            same_form (place a) (slope i) && same_form (place b) (slope j) && existsb (among (object_of a)) decompositions &&
            Qle_bool 0 mu && positive_q L)
        (at_most [Value 1 vj; Product 1 (slope j) (difference (place i) (place j)); Square (Qred (/ (2 * L))) (difference (slope a) (slope b)); Value (-1) vi])
    | _ => None
    end
  | _, _ => None
  end.

(** ** Facts about any object *)
Definition fact_of (objects : list object) (decompositions : list (list nat)) (n : name) (calls : list call) : option fact :=
  match n, calls with
  | FOrthogonal, _ | FBlockSmooth, _ => block_fact objects decompositions n calls
  | _, [] => None
  | _, c :: _ =>
    let k := object_of c in
    if forallb (same_object k) calls then
      match nth_error objects k with
      | Some (FunctionIn cs) => when (forallb (fun c => is_subgradient c || is_gradient c) calls) (function_fact n cs calls)
      | Some (OperatorIn cs) => if forallb is_image calls then operator_fact n cs calls else adjoint_fact n calls
      | None => None
      end
    else None
  end.
Definition span_fact (objects : list object) (n : name) (i : call) (l : list (Q * call)) : option fact :=
  let k := object_of i in
  if same_object k i && forallb (fun m => same_object k (snd m)) l then
    match nth_error objects k with
    | Some (FunctionIn cs) => function_span n cs i l
    | Some (OperatorIn cs) =>
      if forallb (fun m => is_image (snd m)) l then operator_span n cs l
      else when (forallb (fun m => is_adjoint (snd m)) l) (adjoint_span n cs l)
    | None => None
    end
  else None.
