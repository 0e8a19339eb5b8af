(** * Probability

    Random experiments, as far as claims about samples need them: a probability assigns a number to events, adds over disjoint ones, and is 1 for what always
    happens.  Every probability measure is one (that countable sums add, too, is not used), and so is every list of outcomes with weights that sum to 1.  A sample of
    [n] trials is a random list of yes and no; that the trials are independent and all succeed with the same probability is a property of it, which claims have as a
    hypothesis: no file can show that it holds.

    Main definitions: [probability], [likely], [trials], [exactly], [at_most], [plausible].

    Trust: SPEC.
    Source: C. Clopper and E. Pearson, The use of confidence or fiducial limits illustrated in the case of the binomial, 1934 ([plausible]). *)
From Coq Require Import Reals List.
Import ListNotations.
Local Open Scope R_scope.

(** ** Experiments with outcomes in [Omega] *)

Record probability (Omega : Type) := {
  event : (Omega -> Prop) -> Prop;   (* the sets of outcomes that have a probability *)
  P : (Omega -> Prop) -> R;          (* their probabilities *)
  event_same : forall A B, (forall w, A w <-> B w) -> event A -> event B;
  event_all : event (fun _ => True);
  event_not : forall A, event A -> event (fun w => ~ A w);
  event_or : forall A B, event A -> event B -> event (fun w => A w \/ B w);
  P_same : forall A B, (forall w, A w <-> B w) -> event A -> P A = P B;
  P_all : P (fun _ => True) = 1;
  P_ge0 : forall A, event A -> 0 <= P A;
  P_or : forall A B, event A -> event B -> (forall w, ~ (A w /\ B w)) -> P (fun w => A w \/ B w) = P A + P B
}.
Arguments event {Omega}. Arguments P {Omega}.

(** [A] happens with probability [q] or more *)
Definition likely {Omega} (S : probability Omega) (q : R) (A : Omega -> Prop) : Prop := event S A /\ q <= P S A.

(** ** Independent trials *)

(** the product of p for each success, [true], and 1 - p for each failure *)
Fixpoint weight (p : R) (b : list bool) : R :=
  match b with [] => 1 | true :: b => p * weight p b | false :: b => (1 - p) * weight p b end.
(** The random list [X] has [n] members, which are independent, and each is [true] with probability [p]: a list [b] is drawn with the probability that is the
    product of those of its members. *)
Definition trials {Omega} (S : probability Omega) (p : R) (n : nat) (X : Omega -> list bool) : Prop :=
  0 <= p <= 1 /\ (forall w, length (X w) = n) /\
  forall b, length b = n -> event S (fun w => X w = b) /\ P S (fun w => X w = b) = weight p b.
Definition successes (b : list bool) : nat := count_occ Bool.bool_dec b true.

(** ** The binomial distribution *)

(** the probability of [j] successes in [n] independent trials, by what the first trial gives: binomial(n, j) p^j (1 - p)^(n - j) *)
Fixpoint exactly (n j : nat) (p : R) : R :=
  match n, j with
  | O, O => 1
  | O, S _ => 0
  | S n, O => (1 - p) * exactly n O p
  | S n, S i => p * exactly n i p + (1 - p) * exactly n (S i) p
  end.
(** of at most [k] successes *)
Definition at_most (n k : nat) (p : R) : R := sum_f_R0 (fun j => exactly n j p) k.
(** Clopper and Pearson's one-sided confidence set: with [p], so few successes as [k] in [n] trials are not rarer than [delta].  Its least upper bound is their
    upper confidence limit. *)
Definition plausible (delta : R) (n k : nat) (p : R) : Prop := 0 <= p <= 1 /\ delta < at_most n k p.
