(** * Differential privacy

    What it means that a plan of private releases keeps to a budget.  A mechanism answers questions about a data set at random; it is (epsilon, delta)-differentially private where the
    probability of no set of outputs rises, from one data set to a neighbouring one, by more than the factor e^epsilon and the summand delta.  A plan lists which mechanisms
    answer how many questions, each about the whole data set or about one of disjoint parts of it.  The claim is about all outputs of the plan together, for all data sets, all notions of
    neighbouring, and all questions that are as sensitive as the plan says; a question may depend on all earlier outputs.

    That the questions are as sensitive as stated, and that the noise really has the stated distribution, is a hypothesis which nothing in the file can show.

    Main definitions: [follows], [private], [chance], [law], [study], [read_plan], [PlanPrivate], [PlanExceeds].

    Trust: SPEC.
    Source: C. Dwork, A. Roth, The Algorithmic Foundations of Differential Privacy, 2014, section 2.3; A. Ghosh, T. Roughgarden, M. Sundararajan, Universally utility-maximizing privacy
    mechanisms, 2009 (geometric noise); C. Canonne, G. Kamath, T. Steinke, The discrete Gaussian for differential privacy, 2020, Definition 1; S. Warner, 1965 (randomised response). *)
From Coq Require Import PString Uint63 ZArith QArith Qreals Reals List Bool.
From Coquelicot Require Series.
From Warrant Require Import Spec.Bytes Spec.SExpressions Spec.Tables Spec.Probability.
Import ListNotations.

(** ** Privacy *)

Section Private.
Local Open Scope R_scope.
(** the random output [X] takes each value [o] with the probability [law o] *)
Definition follows {Omega Out : Type} (S : probability Omega) (X : Omega -> Out) (law : Out -> R) : Prop :=
  forall o, event S (fun w => X w = o) /\ P S (fun w => X w = o) = law o.
(** [near x y]: the data sets [x] and [y] are neighbours; [law x]: the distribution of the outputs for the data set [x] *)
Definition private {Data Out : Type} (near : Data -> Data -> Prop) (law : Data -> Out -> R) (epsilon delta : R) : Prop :=
  forall x y, near x y ->
  forall (Omega Omega' : Type) (S : probability Omega) (S' : probability Omega') (X : Omega -> Out) (Y : Omega' -> Out),
  follows S X (law x) -> follows S' Y (law y) ->
  forall A : Out -> Prop, event S (fun w => A (X w)) -> event S' (fun w => A (Y w)) ->
  P S (fun w => A (X w)) <= exp epsilon * P S' (fun w => A (Y w)) + delta.
End Private.

(** ** Mechanisms *)

Inductive noise :=
| Geometric (alpha : Q)     (* the integer z with probability (1 - alpha)/(1 + alpha) alpha^|z| *)
| Laplace (scale : Q)       (* the discrete Laplace distribution: geometric noise with alpha = e^(-1/scale) *)
| Gaussian (variance : Q).  (* the discrete Gaussian distribution: z with a probability proportional to e^(-z^2/(2 variance)) *)
Inductive mechanism :=
| Response (k : Z) (p : Q)         (* randomised response: of the answers 0 ... k - 1 the true one with probability p, else another one, all equally probable *)
| Additive (n : noise) (d : Z).    (* the true answer plus noise; neighbours have answers that differ by at most d *)

Section Mechanisms.
Local Open Scope R_scope.
Definition geometric (alpha : R) (z : Z) : R := (1 - alpha) / (1 + alpha) * alpha ^ Z.abs_nat z.
(** the density at 0 is 1, and there is a pair of integers at each distance n + 1 *)
Definition gaussian (v : R) (z : Z) : R :=
  exp (- (IZR z * IZR z / (2 * v))) / (1 + 2 * Series.Series (fun n => exp (- (INR (S n) * INR (S n) / (2 * v))))).
Definition noise_at (n : noise) (z : Z) : R :=
  match n with
  | Geometric alpha => geometric (Q2R alpha) z
  | Laplace scale => geometric (exp (- / Q2R scale)) z
  | Gaussian variance => gaussian (Q2R variance) z
  end.
(** the probability of the output [z] where the true answer is [a] *)
Definition chance (m : mechanism) (a z : Z) : R :=
  match m with
  | Response k p => if (z =? a)%Z then Q2R p else if ((0 <=? z) && (z <? k))%Z then (1 - Q2R p) / IZR (k - 1) else 0
  | Additive n _ => noise_at n (z - a)
  end.
(** [a] and [b] may be the true answers on neighbouring data sets *)
Definition answers (m : mechanism) (a b : Z) : Prop :=
  match m with Response k _ => (0 <= a < k /\ 0 <= b < k)%Z | Additive _ d => (Z.abs (a - b) <= d)%Z end.
(** parameters that make [chance] a distribution *)
Definition proper (m : mechanism) : Prop :=
  match m with
  | Response k p => (2 <= k)%Z /\ 0 < Q2R p < 1
  | Additive n d => (0 <= d)%Z /\ match n with Geometric alpha => 0 < Q2R alpha < 1 | Laplace a | Gaussian a => 0 < Q2R a end
  end.
End Mechanisms.

(** ** Plans *)

Record use := Use {
  runs : mechanism;
  times : Z;
  part : option Z     (* the part of the data that its questions are about; none: all data *)
}.
Record plan := Plan { epsilon : Q; delta : Q; uses : list use }.
(** the mechanisms in their order, each as often as it is used *)
Definition steps (l : list use) : list use := flat_map (fun u => repeat u (Z.to_nat (times u))) l.

Section Studies.
Local Open Scope R_scope.
(** [query h x]: the true answer, on the data set [x], to the question that is asked after the outputs [h], the latest first *)
Variables (Data Piece : Type) (near : Data -> Data -> Prop) (piece : Z -> Data -> Piece) (query : list Z -> Data -> Z).
(** the probability that the next outputs are [o] *)
Fixpoint law (l : list use) (h : list Z) (x : Data) (o : list Z) : R :=
  match l, o with
  | [], [] => 1
  | u :: l, z :: o => chance (runs u) (query h x) z * law l (z :: h) x o
  | _, _ => 0
  end.
(** Neighbours differ in one part at most ([piece j x] is part j of the data set x), and the questions are as the plan says. *)
Definition study (l : list use) : Prop :=
  (forall x y, near x y -> exists k, forall j, j <> k -> piece j x = piece j y) /\
  forall h u, nth_error l (length h) = Some u -> forall x y, near x y ->
    answers (runs u) (query h x) (query h y) /\
    (forall k, part u = Some k -> piece k x = piece k y -> query h x = query h y).
End Studies.

(** ** The claim *)

Section Reader.
Variable s : bytes.
Definition read_part (l : list expression) : option (option Z) :=
  match l with [] => Some None | [k] => do k <- count s k; Some (Some k) | _ => None end.
Definition read_use (e : expression) : option use :=
  match e with
  | List (w :: n :: m :: a :: b :: l) =>
    do n <- count s n; do k <- read_part l;
    if is_word s "use"%pstring w then
      if is_word s "response"%pstring m then do a <- count s a; do b <- rational s b; Some (Use (Response a b) n k)
      else
        do a <- rational s a; do b <- count s b;
        if is_word s "geometric"%pstring m then Some (Use (Additive (Geometric a) b) n k)
        else if is_word s "laplace"%pstring m then Some (Use (Additive (Laplace a) b) n k)
        else if is_word s "gaussian"%pstring m then Some (Use (Additive (Gaussian a) b) n k)
        else None
    else None
  | _ => None
  end.
End Reader.
(** such as (privacy 1) (budget 1.5 0) (use 10 response 2 3/4) (use 1 geometric 0.9 1) (use 3 laplace 20 1 7): ten times randomised response with two answers, the true one with
    probability 3/4; geometric noise once, with alpha = 0.9 and sensitivity 1; discrete Laplace noise three times, of scale 20 and sensitivity 1, on part 7 *)
Definition read_plan (s : bytes) : option plan :=
  do t <- tokens s; do l <- parse t [] [];
  match l with
  | List [w; v] :: List [b; e; d] :: l =>
    do e <- rational s e; do d <- rational s d; do l <- map_all (read_use s) l;
    when (is_word s "privacy"%pstring w && is_word s "1"%pstring v && is_word s "budget"%pstring b) (Some (Plan e d l))
  | _ => None
  end.

Section Claim.
Local Open Scope R_scope.
Definition proper_plan (p : plan) : Prop :=
  0 <= Q2R (epsilon p) /\ 0 <= Q2R (delta p) <= 1 /\ Forall (fun u => proper (runs u)) (uses p).
(** whatever the data sets, neighbours and questions are, all outputs together are (epsilon, delta)-private *)
Definition within_budget (p : plan) : Prop :=
  forall (Data Piece : Type) (near : Data -> Data -> Prop) (piece : Z -> Data -> Piece) (query : list Z -> Data -> Z),
  study Data Piece near piece query (steps (uses p)) ->
  private near (law Data query (steps (uses p)) []) (Q2R (epsilon p)) (Q2R (delta p)).
Definition about (holds : Prop -> Prop) (file : bytes) : Prop :=
  match read_plan file with Some p => proper_plan p /\ holds (within_budget p) | None => False end.
Definition PlanPrivate : bytes -> Prop := about (fun p => p).
Definition PlanExceeds : bytes -> Prop := about not.
End Claim.
