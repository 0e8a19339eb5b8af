(** * Rates

    What a worst-case statement about an optimisation method says.  A problem names functions and operators of given classes, points, and numbers; states how the
    points are related (what the method does, where it asks for gradients, what is known of its start); and concludes that one of some quantities is at most a
    given number.  It is read from a text file of S-expressions, whose words are explained in docs/rates.md.

    Main definitions: [problem], [Rate], [read_problem], [RateHolds].

    Trust: SPEC.
    Source: Y. Drori and M. Teboulle, Performance of first-order methods for smooth convex minimization, 2014; B. Goujaud et al., PEPit, 2022. *)
From Coq Require Import PString Uint63 ZArith QArith Reals List Bool.
From Warrant Require Import Spec.Bytes Spec.SExpressions Spec.InnerProduct Spec.Functions.
Import ListNotations.
Local Open Scope bool_scope.
Local Open Scope pstring_scope.

(** ** Problems *)

(** classes of functions, then of operators; several may be asked of one object *)
Inductive class :=
| Convex | StronglyConvex (mu : Q) | Smooth (L : Q) | Lipschitz (M : Q)
| Indicator | Diameter (D : Q) | Support | BoundedSupport (M : Q)
| QuadraticGrowth (L : Q) | Quadratic (mu L : Q) | RestrictedSecant (mu : Q) | ErrorBound (L : Q) | Lojasiewicz (mu : Q)
| BlockSmooth (b : nat) (L : Q)             (* along the block that operator b is *)
| StronglyMonotone (mu : Q) | Cocoercive (beta : Q) | LipschitzOperator (L : Q)
| Symmetric (mu L : Q) | SkewSymmetric (L : Q) | Linear (L : Q).

(** points, by their number; and numbers *)
Inductive point :=
| Point (i : nat) | Zero | Plus (a b : point) | Minus (a b : point) | Opposite (a : point) | Scaled (q : Q) (a : point).
Inductive number :=
| Number (i : nat) | Constant (q : Q) | Inner (a b : point) | Norm2 (a : point)
| Add (a b : number) | Subtract (a b : number) | Negate (a : number) | Multiple (q : Q) (a : number).

Inductive relation :=
| IsSubgradient (k : nat) (x g : point)     (* g is a subgradient of function k at x *)
| IsGradient (k : nat) (x g : point)        (* g is the gradient of function k at x *)
| IsValue (k : nat) (x : point) (v : number)    (* v is the value of function k at x *)
| IsImage (k : nat) (x u : point)           (* u is an element of operator k at x *)
| IsAdjoint (k : nat) (u v : point)         (* v is the value at u of the adjoint of operator k *)
| AreBlocks (ks : list nat)                 (* operators ks are the blocks of a decomposition of the space *)
| Same (a b : point)
| Leq (a b : number) | Equal (a b : number).

(** what object number k is, and the classes that it belongs to *)
Inductive object := FunctionIn (l : list class) | OperatorIn (l : list class).
Record problem := Problem {
  objects : list object;
  relations : list relation;
  metrics : list number;     (* one of these … *)
  bound : Q                  (* … is at most this *)
}.

(** ** Meaning *)

(** a rational as a real number: 3, 1 / 6 *)
Definition real (q : Q) : R := match Qden q with xH => IZR (Qnum q) | d => (IZR (Qnum q) / IZR (Zpos d))%R end.

Section Meaning.
Context {E : inner_product_space}.
Variables (functions : nat -> function E) (operators : nat -> E -> E -> Prop) (points : nat -> E) (numbers : nat -> R).
Local Open Scope R_scope.

Fixpoint point_value (a : point) : E :=
  match a with
  | Point i => points i
  | Zero => vzero
  | Plus a b => point_value a + point_value b
  | Minus a b => point_value a - point_value b
  | Opposite a => - point_value a
  | Scaled q a => real q *: point_value a
  end%V.
Fixpoint number_value (a : number) : R :=
  match a with
  | Number i => numbers i
  | Constant q => real q
  | Inner a b => inner (point_value a) (point_value b)
  | Norm2 a => norm2 (point_value a)
  | Add a b => number_value a + number_value b
  | Subtract a b => number_value a - number_value b
  | Negate a => - number_value a
  | Multiple q a => real q * number_value a
  end.
Definition relation_holds (r : relation) : Prop :=
  match r with
  | IsSubgradient k x g => subgradient (functions k) (point_value x) (point_value g)
  | IsGradient k x g => gradient (functions k) (point_value x) (point_value g)
  | IsValue k x v => number_value v = functions k (point_value x)
  | IsImage k x u => operators k (point_value x) (point_value u)
  | IsAdjoint k u v => adjoint (operators k) (point_value u) (point_value v)
  | AreBlocks ks => decomposition (map operators ks)
  | Same a b => point_value a = point_value b
  | Leq a b => number_value a <= number_value b
  | Equal a b => number_value a = number_value b
  end.
(** (a class of operators holds of no function, nor the other way round) *)
Definition function_in (f : function E) (c : class) : Prop :=
  match c with
  | Convex => convex f
  | StronglyConvex mu => strongly_convex (real mu) f
  | Smooth L => smooth (real L) f
  | Lipschitz M => lipschitz (real M) f
  | Indicator => indicator f
  | Diameter D => diameter (real D) f
  | Support => support f
  | BoundedSupport M => bounded_support (real M) f
  | QuadraticGrowth L => quadratic_growth (real L) f
  | Quadratic mu L => quadratic (real mu) (real L) f
  | RestrictedSecant mu => restricted_secant (real mu) f
  | ErrorBound L => error_bound (real L) f
  | Lojasiewicz mu => lojasiewicz (real mu) f
  | BlockSmooth b L => block_smooth (operators b) (real L) f
  | _ => False
  end.
Definition operator_in (A : E -> E -> Prop) (c : class) : Prop :=
  match c with
  | StronglyMonotone mu => strongly_monotone (real mu) A
  | Cocoercive beta => cocoercive (real beta) A
  | LipschitzOperator L => lipschitz_operator (real L) A
  | Symmetric mu L => symmetric (real mu) (real L) A
  | SkewSymmetric L => skew_symmetric (real L) A
  | Linear L => linear_operator (real L) A
  | _ => False
  end.

(** a -> b -> … -> goal, and a \/ b \/ … *)
Fixpoint implies (l : list Prop) (goal : Prop) : Prop := match l with [] => goal | a :: l => a -> implies l goal end.
Fixpoint some_of (l : list Prop) : Prop := match l with [] => False | [a] => a | a :: l => a \/ some_of l end.

Fixpoint memberships (k : nat) (l : list object) : list Prop :=
  match l with
  | [] => []
  | FunctionIn cs :: l => map (function_in (functions k)) cs ++ memberships (S k) l
  | OperatorIn cs :: l => map (operator_in (operators k)) cs ++ memberships (S k) l
  end.
Definition statement (p : problem) : Prop :=
  implies (memberships 0 (objects p)) (implies (map relation_holds (relations p))
    (some_of (map (fun m => number_value m <= real (bound p)) (metrics p)))).
End Meaning.

(** The conclusion holds in every inner-product space, for all functions and operators of the given classes, all points and numbers that are so related. *)
Definition Rate (p : problem) : Prop :=
  forall (E : inner_product_space) (functions : nat -> function E) (operators : nat -> E -> E -> Prop) (points : nat -> E) (numbers : nat -> R),
    statement functions operators points numbers p.

(** ** The text *)

Section Reader.
Variable s : bytes.
Local Open Scope uint63_scope.

(** names, newest first, with their numbers *)
Definition names := list (bytes * nat).
Fixpoint find_name (w : bytes) (l : names) : option nat :=
  match l with [] => None | (v, k) :: l => if same w v then Some k else find_name w l end.
Definition numbered (l : names) (e : expression) : option nat :=
  match e with Atom a b => find_name (text s a b) l | List _ => None end.
Definition next (l : names) : nat := match l with [] => 0%nat | (_, k) :: _ => S k end.
Definition is_letter (c : int) : bool := ((65 <=? c) && (c <=? 90)) || ((97 <=? c) && (c <=? 122)).
(** a new name, which begins with a letter *)
Definition declare (l : names) (e : expression) : option names :=
  match e with
  | Atom a b => match find_name (text s a b) l with None => when (is_letter (byte s a)) (Some ((text s a b, next l) :: l)) | Some _ => None end
  | List _ => None
  end.
Fixpoint declare_all (l : names) (es : list expression) : option names :=
  match es with [] => Some l | e :: es => do l <- declare l e; declare_all l es end.

Fixpoint read_point (points : names) (e : expression) : option point :=
  match e with
  | Atom _ _ =>
    match numbered points e with
    | Some i => Some (Point i)
    | None => when (is_word s "0" e) (Some Zero)
    end
  | List (op :: args) =>
    if is_word s "*" op then match args with [q; a] => do q <- rational s q; do a <- read_point points a; Some (Scaled q a) | _ => None end
    else
      do l <- map_all (read_point points) args;
      if is_word s "+" op then fold_all Plus l
      else if is_word s "-" op then match l with [a] => Some (Opposite a) | _ => fold_all Minus l end
      else None
  | List [] => None
  end.

Fixpoint read_number (points numbers : names) (e : expression) : option number :=
  match e with
  | Atom _ _ =>
    match numbered numbers e with
    | Some i => Some (Number i)
    | None => do q <- rational s e; Some (Constant q)
    end
  | List (op :: args) =>
    if is_word s "*" op then match args with [q; a] => do q <- rational s q; do a <- read_number points numbers a; Some (Multiple q a) | _ => None end
    else if is_word s "inner" op then
      match args with [a; b] => do a <- read_point points a; do b <- read_point points b; Some (Inner a b) | _ => None end
    else if is_word s "norm2" op then match args with [a] => do a <- read_point points a; Some (Norm2 a) | _ => None end
    else
      do l <- map_all (read_number points numbers) args;
      if is_word s "+" op then fold_all Add l
      else if is_word s "-" op then match l with [a] => Some (Negate a) | _ => fold_all Subtract l end
      else None
  | List [] => None
  end.

Definition read_class (objects : names) (e : expression) : option class :=
  match e with
  | Atom _ _ =>
    if is_word s "convex" e then Some Convex
    else if is_word s "indicator" e then Some Indicator
    else if is_word s "support" e then Some Support
    else None
  | List [c; a] =>
    do q <- rational s a;
    if is_word s "strongly-convex" c then Some (StronglyConvex q)
    else if is_word s "smooth" c then Some (Smooth q)
    else if is_word s "lipschitz" c then Some (Lipschitz q)
    else if is_word s "diameter" c then Some (Diameter q)
    else if is_word s "bounded-support" c then Some (BoundedSupport q)
    else if is_word s "quadratic-growth" c then Some (QuadraticGrowth q)
    else if is_word s "restricted-secant" c then Some (RestrictedSecant q)
    else if is_word s "error-bound" c then Some (ErrorBound q)
    else if is_word s "lojasiewicz" c then Some (Lojasiewicz q)
    else if is_word s "strongly-monotone" c then Some (StronglyMonotone q)
    else if is_word s "cocoercive" c then Some (Cocoercive q)
    else if is_word s "lipschitz-operator" c then Some (LipschitzOperator q)
    else if is_word s "skew-symmetric" c then Some (SkewSymmetric q)
    else if is_word s "linear" c then Some (Linear q)
    else None
  | List [c; a; b] =>
    do q <- rational s b;
    if is_word s "block-smooth" c then do k <- numbered objects a; Some (BlockSmooth k q)
    else
      do p <- rational s a;
      if is_word s "quadratic" c then Some (Quadratic p q)
      else if is_word s "symmetric" c then Some (Symmetric p q)
      else None
  | _ => None
  end.

Definition read_relation (objects points numbers : names) (r : expression) : option relation :=
  match r with
  | List [op; k; x; g] =>
    do k <- numbered objects k; do x <- read_point points x;
    if is_word s "value" op then do v <- read_number points numbers g; Some (IsValue k x v)
    else
      do g <- read_point points g;
      if is_word s "subgradient" op then Some (IsSubgradient k x g)
      else if is_word s "gradient" op then Some (IsGradient k x g)
      else if is_word s "image" op then Some (IsImage k x g)
      else if is_word s "adjoint" op then Some (IsAdjoint k x g)
      else None
  | List [op; a; b] =>
    if is_word s "same" op then do a <- read_point points a; do b <- read_point points b; Some (Same a b)
    else
      do a <- read_number points numbers a; do b <- read_number points numbers b;
      if is_word s "<=" op then Some (Leq a b)
      else if is_word s ">=" op then Some (Leq b a)
      else if is_word s "=" op then Some (Equal a b)
      else None
  | _ => None
  end.
Definition read_blocks (objects : names) (l : list expression) : option relation :=
  do ks <- map_all (numbered objects) l; Some (AreBlocks ks).

(** declarations, relations, and the conclusion last *)
Fixpoint commands (l : list expression) (names_o names_p names_n : names) (os : list object) (rs : list relation) : option problem :=
  match l with
  | [List (c :: b :: ms)] =>
    when (is_word s "conclude" c)
      (do b <- rational s b; do ms <- map_all (read_number names_p names_n) ms; Some (Problem (rev' os) (rev' rs) ms b))
  | List (c :: args) as r :: l =>
    if is_word s "function" c then
      match args with
      | name :: cs => do names_o <- declare names_o name; do cs <- map_all (read_class names_o) cs; commands l names_o names_p names_n (FunctionIn cs :: os) rs
      | [] => None
      end
    else if is_word s "operator" c then
      match args with
      | name :: cs => do names_o <- declare names_o name; do cs <- map_all (read_class names_o) cs; commands l names_o names_p names_n (OperatorIn cs :: os) rs
      | [] => None
      end
    else if is_word s "points" c then do names_p <- declare_all names_p args; commands l names_o names_p names_n os rs
    else if is_word s "numbers" c then do names_n <- declare_all names_n args; commands l names_o names_p names_n os rs
    else if is_word s "blocks" c then do r <- read_blocks names_o args; commands l names_o names_p names_n os (r :: rs)
    else do r <- read_relation names_o names_p names_n r; commands l names_o names_p names_n os (r :: rs)
  | _ => None
  end.
End Reader.

(** the first words say which version of the format this is *)
Definition read_problem (s : bytes) : option problem :=
  do t <- tokens s; do l <- parse t [] [];
  match l with
  | List [c; v] :: l => when (is_word s "rate" c && is_word s "1" v) (commands s l [] [] [] [] [])
  | _ => None
  end.

(** The file is readable, and what it says is true. *)
Definition RateHolds (file : bytes) : Prop := match read_problem file with Some p => Rate p | None => False end.
