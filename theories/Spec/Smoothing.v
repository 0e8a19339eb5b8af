(** * Randomised smoothing

    What it means that counts of a classifier's answers on noisy copies of inputs certify radii of robustness.  A smoothed classifier gives an input the class that the base classifier gives
    its noisy copies more often than not.  One file has the counts: a row for each input, a column for each class, the number of noisy copies that got the class.  Another one states the noise,
    a confidence, and for some inputs a class and a radius: no input within the radius gets another class from the smoothed classifier.

    The claim has two parts.  The first is about the numbers in the files: for every base classifier and every input, if the probability that a noisy copy does not get the class is
    plausible after these counts, then for all inputs within the radius more than half of the probability belongs to the class.  The second says that with the stated confidence the true probabilities are all
    plausible, of all inputs and classes at once, if the noisy copies of each input are independent; so the classes and the inputs may be chosen by looking at the counts.

    Three kinds of noise.  Ablation keeps k of d coordinates, chosen at random, and hides the others; the radius is the number of coordinates that are changed (the distance ℓ0).  Uniform noise adds to each
    coordinate a random number from [-λ, λ]; the radius is the sum of the changes (ℓ1).  Gaussian noise adds to each coordinate a random number with the normal distribution of mean 0 and standard
    deviation σ; the radius is the length of the change (ℓ2).

    Main definitions: [ablation], [uniform], [gaussian], [robust], [certifies], [SmoothingCertifies].

    Trust: SPEC.
    Source: J. Cohen, E. Rosenfeld and Z. Kolter, Certified adversarial robustness via randomized smoothing, 2019 (ℓ2, Gaussian noise); A. Levine and S. Feizi, Robustness certificates for sparse adversarial attacks
    by randomized ablation, 2020 (ℓ0); G. Yang et al., Randomized smoothing of all shapes and sizes, 2020 (ℓ1, uniform noise). *)
From Coq Require Import PString Uint63 ZArith QArith Qreals Reals List Bool.
From Coquelicot Require Hierarchy RInt.
From Warrant Require Import Spec.Bytes Spec.SExpressions Spec.Tables Spec.Probability.
Import ListNotations.
Local Open Scope bool_scope.

(** ** The statement *)

Inductive noise :=
| Ablation (d k : nat)        (* k of d coordinates are kept *)
| Uniform (half_width : Q)    (* λ *)
| Gaussian (deviation : Q).   (* σ *)
Record entry := Entry {
  row : nat;
  class : nat;   (* a column of the counts *)
  radius : Q
}.
Record claim := Claim {
  confidence : Q;
  kind : noise;
  skip : nat;    (* rows of names to leave out at the top of the counts *)
  entries : list entry
}.

Section Reader.
Variable s : bytes.
Local Open Scope pstring_scope.
Local Open Scope uint63_scope.

(** a whole number of at most six digits *)
Definition large (e : expression) : option nat :=
  match e with
  | Atom a b => let (n, j) := digits s 6 a b 0 in when ((a <? b) && (j =? b)) (Some (Z.to_nat n))
  | List _ => None
  end.
Definition read_noise (e : expression) : option noise :=
  match e with
  | List [w; v; d; k] => do d <- large d; do k <- large k; when (is_word s "noise" w && is_word s "ablation" v) (Some (Ablation d k))
  | List [w; v; q] =>
    do q <- rational s q;
    when (is_word s "noise" w) (if is_word s "uniform" v then Some (Uniform q) else when (is_word s "gaussian" v) (Some (Gaussian q)))
  | _ => None
  end.
Definition read_entry (e : expression) : option entry :=
  match e with
  | List [w; i; c; r] => do i <- large i; do c <- large c; do r <- rational s r; when (is_word s "certify" w) (Some (Entry i c r))
  | _ => None
  end.
Definition commands (l : list expression) : option claim :=
  match l with
  | List [w; v] :: List [w1; q] :: e :: List [w2; n] :: l =>
    do q <- rational s q; do k <- read_noise e; do n <- small s n; do l <- map_all read_entry l;
    when (is_word s "smoothing" w && is_word s "1" v && is_word s "confidence" w1 && is_word s "counts" w2) (Some (Claim q k n l))
  | _ => None
  end.
End Reader.
(** such as (smoothing 1) (confidence 0.999) (noise uniform 0.5) (counts 0) (certify 0 3 0.31) (certify 1 7 0.12) *)
Definition read_claim (s : bytes) : option claim := do t <- tokens s; do l <- parse t [] []; commands s l.

(** the rational number as a whole number of at least 0 *)
Definition whole_number (q : Q) : option Z := let z := (Qnum q / Zpos (Qden q))%Z in when (Qeq_bool q (inject_Z z) && (0 <=? z)%Z) (Some z).
(** the counts of each input, at least one of each class *)
Definition read_counts (skip : nat) (s : bytes) : option (list (list Z)) :=
  do rows <- read_table s; map_all (map_all (fun v => do q <- number v; whole_number q)) (skipn skip rows).
Definition read_question (claim_file counts_file : bytes) : option (claim * list (list Z)) :=
  do c <- read_claim claim_file; do rows <- read_counts (skip c) counts_file; Some (c, rows).

(** how many noisy copies an input has, and how many of them did not get the class *)
Definition copies (row : list Z) : Z := fold_right Z.add 0%Z row.
Definition misses (row : list Z) (class : nat) : Z := (copies row - nth class row 0)%Z.

Local Open Scope R_scope.

(** ** Ablation *)

(** k of the d members are true, and all such lists are equally probable *)
Definition ablation {Omega} (N : probability Omega) (d k : nat) (kept : Omega -> list bool) : Prop :=
  let allowed b := length b = d /\ successes b = k in
  (forall w, allowed (kept w)) /\ (forall b, allowed b -> event N (fun w => kept w = b)) /\
  forall a b, allowed a -> allowed b -> P N (fun w => kept w = a) = P N (fun w => kept w = b).
(** what is kept of an input *)
Definition ablate {A} (kept : list bool) (x : list A) : list (option A) := map (fun '(b, a) => if b : bool then Some a else None) (combine kept x).
(** the inputs have d coordinates each, and differ in at most r of them *)
Definition near_l0 {A} (d : nat) (r : R) (x y : list A) : Prop :=
  length x = d /\ length y = d /\
  exists changed : list nat, INR (length changed) <= r /\ forall i, ~ In i changed -> nth_error x i = nth_error y i.

(** ** Uniform noise

    Vectors have the coordinates 0, ..., d - 1; what they have beyond is never changed.  A probability on vectors is that of uniform noise if each coordinate is distributed uniformly, and an event that is
    shifted within the cube keeps its probability.  The measure of volume on the cube, divided by its volume, is such a probability. *)
Definition vector : Type := nat -> R.
Definition plus (x v : vector) : vector := fun i => x i + v i.
Definition minus (x v : vector) : vector := fun i => x i - v i.
Definition cube (d : nat) (h : R) (z : vector) : Prop := forall i, (i < d)%nat -> - h <= z i <= h.
Definition supported (d : nat) (v : vector) : Prop := forall i, (d <= i)%nat -> v i = 0.
Definition uniform (N : probability vector) (d : nat) (h : R) : Prop :=
  0 < h /\ likely N 1 (cube d h) /\
  (forall i t, (i < d)%nat -> - h <= t <= h ->
    event N (fun z => z i <= t) /\ P N (fun z => z i <= t) = (t + h) / (2 * h) /\
    event N (fun z => z i < t) /\ P N (fun z => z i < t) = (t + h) / (2 * h)) /\
  forall B v, supported d v -> event N B ->
    event N (fun z => B (plus z v)) /\
    P N (fun z => B (plus z v) /\ cube d h z /\ cube d h (plus z v)) = P N (fun z => B z /\ cube d h z /\ cube d h (minus z v)).
(** the sum of the coordinates' sizes *)
Fixpoint norm1 (d : nat) (v : vector) : R := match d with O => 0 | S d => norm1 d v + Rabs (v d) end.

(** ** Gaussian noise

    Two properties of the normal distribution on vectors of d coordinates, of mean 0 and covariance σ² I.  The projection on a vector v is normal, of mean 0 and standard deviation σ |v|.  And where noise
    is shifted by v, its density at a vector z is multiplied by exp((<v, z> - |v|²/2)/σ²): this is said without densities, of the probabilities of events on one side of a hyperplane across v. *)
Fixpoint inner (d : nat) (v z : vector) : R := match d with O => 0 | S d => inner d v z + v d * z d end.
Definition norm2 (d : nat) (v : vector) : R := sqrt (inner d v v).
(** Φ, the distribution function of the standard normal distribution *)
Definition normal (t : R) : R := 1 / 2 + RInt.RInt (V := Hierarchy.R_CompleteNormedModule) (fun s => exp (- (s * s / 2))) 0 t / sqrt (2 * PI).
Definition gaussian (N : probability vector) (d : nat) (sigma : R) : Prop :=
  0 < sigma /\
  (forall v t, supported d v -> 0 < norm2 d v ->
    event N (fun z => inner d v z <= t) /\ P N (fun z => inner d v z <= t) = normal (t / (sigma * norm2 d v))) /\
  forall B v, supported d v -> event N B ->
    event N (fun z => B (plus z v)) /\
    forall t, let ratio := exp ((t - inner d v v / 2) / (sigma * sigma)) in
      ((forall z, B z -> inner d v z <= t) -> P N (fun z => B (plus z v)) <= ratio * P N B) /\
      ((forall z, B z -> t <= inner d v z) -> ratio * P N B <= P N (fun z => B (plus z v))).

(** ** The claim *)

(** Whatever the base classifier, the input and the class: if noisy copies of the input do not get the class with probability [q], then more than half of those of each input within the radius [r] do *)
Definition robust (kind : noise) (q r : R) : Prop :=
  match kind with
  | Ablation d k =>
    forall (Omega : Type) (N : probability Omega) (kept : Omega -> list bool) (A : Type) (f : list (option A) -> nat) (x y : list A) (c : nat),
      ablation N d k kept -> near_l0 d r x y -> P N (fun w => f (ablate (kept w) x) <> c) = q -> P N (fun w => f (ablate (kept w) y) = c) > 1 / 2
  | Uniform h =>
    forall (d : nat) (N : probability vector) (f : vector -> nat) (x v : vector) (c : nat),
      uniform N d (Q2R h) -> (forall a, event N (fun z => f z = a)) -> supported d x -> supported d v -> norm1 d v <= r ->
      P N (fun z => f (plus z x) <> c) = q -> P N (fun z => f (plus z (plus x v)) = c) > 1 / 2
  | Gaussian sigma =>
    forall (d : nat) (N : probability vector) (f : vector -> nat) (x v : vector) (c : nat),
      gaussian N d (Q2R sigma) -> (forall a, event N (fun z => f z = a)) -> supported d x -> supported d v -> norm2 d v <= r ->
      P N (fun z => f (plus z x) <> c) = q -> P N (fun z => f (plus z (plus x v)) = c) > 1 / 2
  end.
(** the radius is right for every probability that is plausible after [k] misses among [n] noisy copies *)
Definition certifies (kind : noise) (delta : R) (n k : nat) (r : R) : Prop := forall q, plausible delta n k q -> robust kind q r.

Definition SmoothingCertifies (claim_file counts_file : bytes) : Prop :=
  match read_question claim_file counts_file with
  | Some (c, rows) =>
    let inputs := length rows in
    let classes := length (hd [] rows) in
    let delta := (1 - Q2R (confidence c)) / (INR inputs * INR classes) in
    let n i := Z.to_nat (copies (nth i rows [])) in
    0 < Q2R (confidence c) < 1 /\ (0 < inputs)%nat /\ (0 < classes)%nat /\
    (* the radii are right if the probabilities of a miss are plausible *)
    Forall (fun e => (row e < inputs)%nat /\ (class e < classes)%nat /\
      certifies (kind c) delta (n (row e)) (Z.to_nat (misses (nth (row e) rows []) (class e))) (Q2R (radius e))) (entries c) /\
    (* and with the stated confidence they all are *)
    forall (Omega : Type) (S : probability Omega) (q : nat -> nat -> R) (missed : nat -> nat -> Omega -> list bool),
      (forall i a, (i < inputs)%nat -> (a < classes)%nat -> trials S (q i a) (n i) (missed i a)) ->
      likely S (Q2R (confidence c)) (fun w => forall i a, (i < inputs)%nat -> (a < classes)%nat -> plausible delta (n i) (successes (missed i a w)) (q i a))
  | None => False
  end.
