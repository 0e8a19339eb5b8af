(** * Differential privacy

    What it means that a plan of private releases keeps to a budget.  A mechanism answers questions about a data set at random; it is (epsilon, delta)-differentially private where the
    probability of no set of outputs rises, from one data set to a neighbouring one, by more than the factor e^epsilon and the summand delta.  A plan lists which mechanisms
    answer how many questions, each about the whole data set, about one of disjoint parts of it, or about a random sample of its records.  The claim is about all outputs of the plan together, for all data
    sets, all notions of neighbouring, and all questions that are as sensitive as the plan says; a question may depend on all earlier outputs.

    A data set is a list of records of any kind, and neighbours are any two of them that the study calls so.  Samples are for neighbours of which one has one record more.  Answers are vectors of whole numbers.

    That the questions are as sensitive as stated, and that the noise really has the stated distribution, is a hypothesis which nothing in the file can show.

    Main definitions: [follows], [private], [vector_law], [chance], [sampled], [step], [law], [study], [read_plan], [PlanPrivate], [PlanExceeds].

    Trust: SPEC.
    Source: C. Dwork, A. Roth, The Algorithmic Foundations of Differential Privacy, 2014, section 2.3; A. Ghosh, T. Roughgarden, M. Sundararajan, Universally utility-maximizing privacy
    mechanisms, 2009 (geometric noise); C. Canonne, G. Kamath, T. Steinke, The discrete Gaussian for differential privacy, 2020, Definition 1; S. Warner, 1965 (randomised response);
    C. Dwork, F. McSherry, K. Nissim, A. Smith, Calibrating noise to sensitivity in private data analysis, 2006 (vectors); B. Balle, G. Barthe, M. Gaboardi, Privacy amplification by subsampling,
    2018, section 2 (Poisson subsampling). *)
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
| Additive (n : noise) (d : Z).    (* the true answer, a vector, plus noise on each of its coordinates; d is the sensitivity, for Gaussian noise its square: see [answers] *)

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
(** the probability of the outputs [z] where the answers are [a], with independent noise of the distribution [p] on each *)
Fixpoint vector_law (p : Z -> R) (a z : list Z) : R :=
  match a, z with [], [] => 1 | x :: a, y :: z => p (y - x)%Z * vector_law p a z | _, _ => 0 end.
(** the probability of the output [z] where the true answer is [a]; for randomised response both are vectors of one number *)
Definition chance (m : mechanism) (a z : list Z) : R :=
  match m, a, z with
  | Response k p, [i], [j] => if (j =? i)%Z then Q2R p else if ((0 <=? j) && (j <? k))%Z then (1 - Q2R p) / IZR (k - 1) else 0
  | Response _ _, _, _ => 0
  | Additive n _, _, _ => vector_law (noise_at n) a z
  end.
(** the sum of the changes, the ℓ1 distance; and that of their squares, the square of the ℓ2 distance *)
Fixpoint distance1 (a b : list Z) : Z := match a, b with x :: a, y :: b => Z.abs (x - y) + distance1 a b | _, _ => 0 end%Z.
Fixpoint square_distance (a b : list Z) : Z := match a, b with x :: a, y :: b => (x - y) * (x - y) + square_distance a b | _, _ => 0 end%Z.
(** [a] and [b] may be the true answers on neighbouring data sets *)
Definition answers (m : mechanism) (a b : list Z) : Prop :=
  match m with
  | Response k _ => match a, b with [i], [j] => (0 <= i < k /\ 0 <= j < k)%Z | _, _ => False end
  | Additive (Gaussian _) d => length a = length b /\ (square_distance a b <= d)%Z
  | Additive _ d => length a = length b /\ (distance1 a b <= d)%Z
  end.
(** parameters that make [chance] a distribution *)
Definition proper (m : mechanism) : Prop :=
  match m with
  | Response k p => (2 <= k)%Z /\ 0 < Q2R p < 1
  | Additive n d => (0 <= d)%Z /\ match n with Geometric alpha => 0 < Q2R alpha < 1 | Laplace a | Gaussian a => 0 < Q2R a end
  end.
End Mechanisms.

(** ** Samples *)

Section Samples.
Local Open Scope R_scope.
Context {Rec : Type}.
(** Poisson subsampling: each record is kept with the probability [q], independently of the others; [law s o] is the probability of the output [o] where [s] is kept *)
Fixpoint sampled {Out : Type} (q : R) (law : list Rec -> Out -> R) (x : list Rec) (o : Out) : R :=
  match x with [] => law [] o | r :: x => (1 - q) * sampled q law x o + q * sampled q (fun s => law (r :: s)) x o end.
(** one record more, or less *)
Definition added (x y : list Rec) : Prop := exists l r m, x = l ++ m /\ y = l ++ r :: m.
Definition one_record (x y : list Rec) : Prop := added x y \/ added y x.
End Samples.

(** ** Plans *)

(** what a question is about *)
Inductive scope :=
| All             (* the data set *)
| Part (k : Z)    (* the part k of it *)
| Sample (q : Q). (* a Poisson subsample of it, drawn anew for each question *)
Record use := Use {
  runs : mechanism;
  times : Z;
  about_what : scope
}.
Record plan := Plan { epsilon : Q; delta : Q; uses : list use }.
(** the mechanisms in their order, each as often as it is used *)
Definition steps (l : list use) : list use := flat_map (fun u => repeat u (Z.to_nat (times u))) l.

Section Studies.
Local Open Scope R_scope.
(** [query h x]: the true answer, on the data set [x], to the question that is asked after the outputs [h], the latest first *)
Variables (Rec Piece : Type) (near : list Rec -> list Rec -> Prop) (piece : Z -> list Rec -> Piece) (query : list (list Z) -> list Rec -> list Z).
(** the probability of the output [z], where [answer s] is the true answer on the data set or sample [s] *)
Definition step (u : use) (answer : list Rec -> list Z) (x : list Rec) (z : list Z) : R :=
  match about_what u with
  | Sample q => sampled (Q2R q) (fun s => chance (runs u) (answer s)) x z
  | _ => chance (runs u) (answer x) z
  end.
(** the probability that the next outputs are [o] *)
Fixpoint law (l : list use) (h : list (list Z)) (x : list Rec) (o : list (list Z)) : R :=
  match l, o with
  | [], [] => 1
  | u :: l, z :: o => step u (query h) x z * law l (z :: h) x o
  | _, _ => 0
  end.
(** the neighbours [x] and [y] and the answers are as the use says *)
Definition allowed (u : use) (answer : list Rec -> list Z) (x y : list Rec) : Prop :=
  match about_what u with
  | Sample _ => one_record x y /\ forall s t, one_record s t -> answers (runs u) (answer s) (answer t)
  | Part k => answers (runs u) (answer x) (answer y) /\ (piece k x = piece k y -> answer x = answer y)
  | All => answers (runs u) (answer x) (answer y)
  end.
(** Neighbours differ in one part at most ([piece j x] is part j of the data set x), and the questions are as the plan says. *)
Definition study (l : list use) : Prop :=
  (forall x y, near x y -> exists k, forall j, j <> k -> piece j x = piece j y) /\
  forall h u, nth_error l (length h) = Some u -> forall x y, near x y -> allowed u (query h) x y.
End Studies.

(** ** The claim *)

Section Reader.
Variable s : bytes.
(** nothing, the number of a part, or (sampled 1/100) *)
Definition read_scope (l : list expression) : option scope :=
  match l with
  | [] => Some All
  | [List [w; q]] => do q <- rational s q; when (is_word s "sampled"%pstring w) (Some (Sample q))
  | [k] => do k <- count s k; Some (Part k)
  | _ => None
  end.
(** for Gaussian noise the square of the sensitivity: d^2 for d, and d for (root d) *)
Definition read_square (e : expression) : option Z :=
  match e with
  | List [w; d] => do d <- count s d; when (is_word s "root"%pstring w) (Some d)
  | e => do d <- count s e; Some (d * d)%Z
  end.
Definition read_use (e : expression) : option use :=
  match e with
  | List (w :: n :: m :: a :: b :: l) =>
    do n <- count s n; do k <- read_scope l;
    if is_word s "use"%pstring w then
      if is_word s "response"%pstring m then do a <- count s a; do b <- rational s b; Some (Use (Response a b) n k)
      else
        do a <- rational s a;
        if is_word s "gaussian"%pstring m then do b <- read_square b; Some (Use (Additive (Gaussian a) b) n k)
        else
          do b <- count s b;
          if is_word s "geometric"%pstring m then Some (Use (Additive (Geometric a) b) n k)
          else if is_word s "laplace"%pstring m then Some (Use (Additive (Laplace a) b) n k)
          else None
    else None
  | _ => None
  end.
End Reader.
(** such as (privacy 1) (budget 1.5 0) (use 10 response 2 3/4) (use 1 geometric 0.9 1) (use 3 laplace 20 1 7) (use 2 gaussian 100 (root 2) (sampled 1/100)): ten times
    randomised response with two answers, the true one with probability 3/4; geometric noise once, with alpha = 0.9 and ℓ1 sensitivity 1; discrete Laplace noise three times, of scale 20 and ℓ1 sensitivity 1,
    on part 7; discrete Gaussian noise twice, of variance 100 and ℓ2 sensitivity √2, each time on a sample of one record in a hundred *)
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
Definition proper_use (u : use) : Prop := proper (runs u) /\ match about_what u with Sample q => 0 <= Q2R q <= 1 | _ => True end.
Definition proper_plan (p : plan) : Prop := 0 <= Q2R (epsilon p) /\ 0 <= Q2R (delta p) <= 1 /\ Forall proper_use (uses p).
(** whatever the data sets, neighbours and questions are, all outputs together are (epsilon, delta)-private *)
Definition within_budget (p : plan) : Prop :=
  forall (Rec Piece : Type) (near : list Rec -> list Rec -> Prop) (piece : Z -> list Rec -> Piece) (query : list (list Z) -> list Rec -> list Z),
  study Rec Piece near piece query (steps (uses p)) ->
  private near (law Rec query (steps (uses p)) []) (Q2R (epsilon p)) (Q2R (delta p)).
Definition about (holds : Prop -> Prop) (file : bytes) : Prop :=
  match read_plan file with Some p => proper_plan p /\ holds (within_budget p) | None => False end.
Definition PlanPrivate : bytes -> Prop := about (fun p => p).
Definition PlanExceeds : bytes -> Prop := about not.
End Claim.
