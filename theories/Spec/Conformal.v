(** * Conformal prediction

    What it means that a threshold, computed from the scores of calibration examples, covers the score of a new example with a stated probability.  A score says how badly a model's
    prediction fits an example, such as the absolute error of a regression.  One file has the n calibration scores, another one states the coverage and a threshold.  Split conformal
    prediction is a rule: with k = (n + 1) times the coverage, rounded up, take the k-th smallest calibration score.

    The claim has two parts.  The first is about the files: the stated threshold is at least the rule's for these scores.  The second says what the rule is worth: in every random experiment
    with n + 1 exchangeable scores, the last one is at most the k-th smallest of the others with the stated probability or more; and, where no two scores are equal, with a
    probability that exceeds the stated one by 1/(n + 1) at most.  The probability is over calibration scores and new score together, as the threshold is itself random.  Whether the scores in the
    file came about so is a hypothesis that nothing in it can show.

    Main definitions: [smallest], [exchangeable], [coverage_guaranteed], [ConformalCovers], [ConformalFails].

    Trust: SPEC.
    Source: V. Vovk, A. Gammerman and G. Shafer, Algorithmic Learning in a Random World, 2005; H. Papadopoulos et al., Inductive confidence machines for regression, 2002;
    J. Lei et al., Distribution-free predictive inference for regression, 2018, theorem 2. *)
From Coq Require Import PString Uint63 ZArith QArith Qround Qreals Reals List Bool.
From Warrant Require Import Spec.Bytes Spec.SExpressions Spec.Tables Spec.Probability.
Import ListNotations.
Local Open Scope bool_scope.

(** ** The statement *)

Record claim := Claim {
  coverage : Q;
  skip : nat; score_column : nat;  (* rows of names to leave out at the top, and the column of the scores *)
  threshold : Q
}.
(** (conformal 1) (coverage 0.9) (scores 0 0) (threshold 1.75) *)
Definition read_claim (s : bytes) : option claim :=
  do t <- tokens s; do l <- parse t [] [];
  match l with
  | [List [w; v]; List [w1; c]; List [w2; n; j]; List [w3; q]] =>
    do c <- rational s c; do n <- small s n; do j <- small s j; do q <- rational s q;
    when (is_word s "conformal"%pstring w && is_word s "1"%pstring v && is_word s "coverage"%pstring w1 && is_word s "scores"%pstring w2 && is_word s "threshold"%pstring w3)
      (Some (Claim c n j q))
  | _ => None
  end.
(** the claim, and the calibration scores, which are numbers *)
Definition read_question (claim_file scores_file : bytes) : option (claim * list Q) :=
  do c <- read_claim claim_file; do rows <- read_table scores_file;
  do cells <- column (score_column c) (skipn (skip c) rows); do scores <- map_all number cells; Some (c, scores).

(** ** The rule *)

(** k = (n + 1) times the coverage, rounded up *)
Definition rank (coverage : Q) (n : nat) : Z := Qceiling (inject_Z (Z.of_nat n + 1) * coverage).

Local Open Scope R_scope.
(** [t] is the [k]-th smallest of the numbers *)
Definition smallest (k : nat) (l : list R) (t : R) : Prop :=
  In t l /\ (length (filter (fun x => if Rlt_dec x t then true else false) l) < k <= length (filter (fun x => if Rle_dec x t then true else false) l))%nat.

(** ** Exchangeable scores

    Scores with the numbers 0 to n, of which n is that of the new example.  What is true of them as to their order is as probable if they change places, in whatever way.  It follows from the
    usual definition, by which every event in the scores has the same probability after they change places; and that one follows from independent draws out of one distribution. *)

(** whether a statement about n + 1 numbers depends on nothing but their order *)
Definition of_order (n : nat) (A : (nat -> R) -> Prop) : Prop :=
  forall x y, (forall i j, (i <= n)%nat -> (j <= n)%nat -> x i <= x j <-> y i <= y j) -> A x -> A y.
(** a permutation of 0, ..., n *)
Definition permutes (n : nat) (s : nat -> nat) : Prop :=
  (forall i, (i <= n)%nat -> (s i <= n)%nat) /\ (forall i j, (i <= n)%nat -> (j <= n)%nat -> s i = s j -> i = j).
Definition exchangeable {Omega} (S : probability Omega) (n : nat) (score : Omega -> nat -> R) : Prop :=
  forall A s, of_order n A -> permutes n s ->
    event S (fun w => A (score w)) /\ P S (fun w => A (fun i => score w (s i))) = P S (fun w => A (score w)).
(** almost surely no two are equal *)
Definition distinct {Omega} (S : probability Omega) (n : nat) (score : Omega -> nat -> R) : Prop :=
  P S (fun w => exists i j, (i < j <= n)%nat /\ score w i = score w j) = 0.

(** ** The claim *)

(** [T] is the rule: the k-th smallest of the first n scores *)
Definition coverage_guaranteed (q : R) (n k : nat) : Prop :=
  forall (Omega : Type) (S : probability Omega) (score : Omega -> nat -> R) (T : Omega -> R),
    exchangeable S n score -> (forall w, smallest k (map (score w) (seq 0 n)) (T w)) ->
    likely S q (fun w => score w n <= T w) /\
    (distinct S n score -> P S (fun w => score w n <= T w) <= q + / INR (n + 1)).

(** whether the stated threshold and the rule's value on the scores in the file are as [compare] says *)
Definition about (compare : R -> R -> Prop) (claim_file scores_file : bytes) : Prop :=
  match read_question claim_file scores_file with
  | Some (c, scores) =>
    let n := length scores in
    let k := rank (coverage c) n in
    0 < Q2R (coverage c) < 1 /\ (0 < k <= Z.of_nat n)%Z /\
    (exists t, smallest (Z.to_nat k) (map Q2R scores) t /\ compare t (Q2R (threshold c))) /\
    coverage_guaranteed (Q2R (coverage c)) n (Z.to_nat k)
  | None => False
  end.
Definition ConformalCovers : bytes -> bytes -> Prop := about Rle.
(** the stated threshold is below the rule's *)
Definition ConformalFails : bytes -> bytes -> Prop := about Rgt.
