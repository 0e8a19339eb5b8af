(** * Accuracy

    What it means that the errors of classifiers, seen on a set of examples, bound their probabilities of error.  One file has the labels (and perhaps the groups
    that the examples belong to), another one the predictions, a column for each model; a third one states the bounds, each for one model on all examples or on a
    group, and the confidence with which all of them hold at once.  Instead of the probability of error a bound may be of a rate of decisions, such as the true positive rate: the probability that
    something happens in those rows that count for it.  With a rate in one group and the opposite rate in another one, the difference of the rates between the groups is bounded, too (demographic
    parity, equalised odds, predictive parity).  And where predictions are scores, a bound may be of the fraction of positive labels among the rows whose scores lie in a bin (calibration); bounds of
    all bins together bound the expected calibration error.

    The claim has two parts.  The first is about the files: with any probability above the stated bound, so few mistakes as these would have a
    probability of at most δ, where m bounds share δ m = 1 - confidence.  The second says what that is worth, for every random experiment in which examples are drawn: if the mistakes of
    a model on each set of examples are independent and equally probable, then all these confidence sets have the true probabilities of error in them, with the stated confidence. Whether the
    mistakes in the files came about so (the examples drawn independently from one distribution, the model not fitted to them, the bounds' models and groups not chosen by looking at
    them) is a hypothesis that nothing in the files can show.

    Main definitions: [rates], [in_bin], [read_claim], [counts], [expected_calibration_error], [AccuracyBounds].

    Trust: SPEC.
    Source: as Spec/Probability.v; C. Bonferroni, 1936 (the shares); H. Weerts et al., Fairlearn: assessing and improving fairness of AI systems, 2023 (the rates' names);
    C. Guo et al., On calibration of modern neural networks, 2017 ([expected_calibration_error]). *)
From Coq Require Import PString Uint63 ZArith QArith Qreals Reals List Bool.
From Warrant Require Import Spec.Bytes Spec.SExpressions Spec.Tables Spec.Probability.
Import ListNotations.
Local Open Scope bool_scope.

(** ** What is bounded *)

(** of a row with this label and this prediction: whether it happened; none: the row does not count *)
Definition happening : Type := value -> value -> option bool.
Definition error : happening := fun label prediction => Some (negb (agree label prediction)).
(** the same where all that matters is whether the label is positive (y) and whether the prediction is (z); every second rate is 1 minus the one before *)
Definition rates : list (bytes * (bool -> bool -> option bool)) :=
  [("selection_rate", fun y z : bool => Some z);                     ("rejection_rate", fun y z : bool => Some (negb z));
   ("true_positive_rate", fun y z : bool => when y (Some z));        ("false_negative_rate", fun y z : bool => when y (Some (negb z)));
   ("false_positive_rate", fun y z : bool => when (negb y) (Some z)); ("true_negative_rate", fun y z : bool => when (negb y) (Some (negb z)));
   ("precision", fun y z : bool => when z (Some y));                 ("false_discovery_rate", fun y z : bool => when z (Some (negb y)))]%pstring.

(** a score that is above [low] and not above [high] *)
Definition inside (low high q : Q) : bool := negb (Qle_bool q low) && Qle_bool q high.
(** of a row whose prediction is a score in a bin: whether the label is positive, or whether it is not *)
Definition in_bin (negated : bool) (positive : value) (low high : Q) : happening := fun label prediction =>
  match prediction with Number q => when (inside low high q) (Some (xorb negated (agree positive label))) | Text _ => None end.

Inductive subject :=
| Errors
| Rate (rate : bool -> bool -> option bool) (positive : value)
| Bin (negated : bool) (positive : value) (low high : Q).
Definition happened (s : subject) : happening :=
  match s with
  | Errors => error
  | Rate rate positive => fun label prediction => rate (agree positive label) (agree positive prediction)
  | Bin negated positive low high => in_bin negated positive low high
  end.
Definition rate_of (name : bytes) (positive : value) : option subject := do (_, r) <- find (fun r => same name (fst r)) rates; Some (Rate r positive).

(** ** The statement *)

Record bound := Bound {
  what : subject;
  model : nat;           (* a column of the predictions, from 0 *)
  group : option value;  (* the value of the group's column; none: all rows *)
  limit : Q              (* its probability is at most this *)
}.
(** the probabilities of two bounds, by number from 0, sum to at most 1 plus [excess]: where the second is 1 minus the rate of the first, in another group, the rates differ by that at most *)
Record difference := Difference { one : nat; other : nat; excess : Q }.
(** pairs of bounds, by number from 0: of the fractions of positive and of negative labels in the same bin of the model's scores; the model's expected calibration error is at most [most] *)
Record calibration := Calibration { scored : nat; most : Q; pairs : list (nat * nat) }.
Record claim := Claim {
  confidence : Q;
  labels_skip : nat; label_column : nat;  (* rows of names to leave out at the top, and the column of the labels *)
  predictions_skip : nat;
  group_column : nat;
  bounds : list bound;
  differences : list difference;
  calibrations : list calibration
}.

Section Reader.
Variable s : bytes.
Local Open Scope pstring_scope.
Local Open Scope uint63_scope.

Definition read_bound (e : expression) : option bound :=
  let bound f j g u := do f <- f; do j <- small s j; do u <- rational s u; Some (Bound f j g u) in
  let rate name positive := match name, positive with Atom a b, Atom c d => rate_of (text s a b) (cell s c d) | _, _ => None end in
  let bin negated positive a b := match positive with Atom c d => do a <- rational s a; do b <- rational s b; Some (Bin negated (cell s c d) a b) | _ => None end in
  match e with
  | List [w; j; u] => when (is_word s "bound" w) (bound (Some Errors) j None u)
  | List [w; j; u; Atom a b] => when (is_word s "bound" w) (bound (Some Errors) j (Some (cell s a b)) u)
  | List [w; name; v; j; u] => when (is_word s "rate" w) (bound (rate name v) j None u)
  | List [w; name; v; j; u; Atom a b] => when (is_word s "rate" w) (bound (rate name v) j (Some (cell s a b)) u)
  | List [w; name; v; a; b; j; u] =>
    if is_word s "bin" w && is_word s "fraction_of_positives" name then bound (bin false v a b) j None u
    else if is_word s "bin" w && is_word s "fraction_of_negatives" name then bound (bin true v a b) j None u else None
  | _ => None
  end.
Definition read_difference (e : expression) : option difference :=
  match e with
  | List [w; i; j; u] => do i <- small s i; do j <- small s j; do u <- rational s u; when (is_word s "difference" w) (Some (Difference i j u))
  | _ => None
  end.
Fixpoint read_pairs (l : list expression) : option (list (nat * nat)) :=
  match l with [] => Some [] | i :: j :: l => do i <- small s i; do j <- small s j; do l <- read_pairs l; Some ((i, j) :: l) | [_] => None end.
Definition read_calibration (e : expression) : option calibration :=
  match e with
  | List (w :: j :: u :: l) => do j <- small s j; do u <- rational s u; do l <- read_pairs l; when (is_word s "calibration" w) (Some (Calibration j u l))
  | _ => None
  end.
Definition begins (name : bytes) (e : expression) : bool := match e with List (w :: _) => is_word s name w | _ => false end.
Definition commands (l : list expression) : option claim :=
  match l with
  | List [w; v] :: List [w1; q] :: List [w2; ls; lc] :: List [w3; ps] :: List [w4; g] :: l =>
    do q <- rational s q; do ls <- small s ls; do lc <- small s lc; do ps <- small s ps; do g <- small s g;
    do b <- map_all read_bound (filter (fun e => negb (begins "difference" e || begins "calibration" e)) l);
    do d <- map_all read_difference (filter (begins "difference") l); do e <- map_all read_calibration (filter (begins "calibration") l);
    when (is_word s "accuracy" w && is_word s "1" v && is_word s "confidence" w1 && is_word s "labels" w2 && is_word s "predictions" w3 && is_word s "groups" w4)
      (Some (Claim q ls lc ps g b d e))
  | _ => None
  end.
End Reader.

(** such as (accuracy 1) (confidence 0.99) (labels 0 0) (predictions 0) (groups 0) (bound 0 0.03) (bound 0 0.05 female),
    or with (rate selection_rate 1 0 0.4 female) (rate rejection_rate 1 0 0.7 male) (difference 0 1 0.1), or (bin fraction_of_positives 1 0.2 0.3 0 0.41),
    or (bin fraction_of_positives 1 -1 0.5 0 0.3) (bin fraction_of_negatives 1 -1 0.5 0 0.9) and so on for (0.5, 1], with (calibration 0 0.08 0 1 2 3) *)
Definition read_claim (s : bytes) : option claim := do t <- tokens s; do l <- parse t [] []; commands s l.

(** ** Counts *)

(** whether a row belongs to the group *)
Definition belongs (g : option value) (v : value) : bool := match g with None => true | Some g => agree g v end.
(** of the rows of the group that count, whether it happened in each *)
Definition seen_in (f : happening) (g : option value) (rows : list (value * value * value)) : list bool :=
  flat_map (fun '(_, label, prediction) => match f label prediction with Some b => [b] | None => [] end) (filter (fun '(v, _, _) => belongs g v) rows).
(** for each bound the numbers of rows that count, at least one, and of those in which it happened *)
Definition counts (c : claim) (labels predictions : list (list value)) : option (list (nat * nat)) :=
  let labels := skipn (labels_skip c) labels in
  let predictions := skipn (predictions_skip c) predictions in
  if Nat.eqb (length labels) (length predictions) then
    do y <- column (label_column c) labels;
    map_all (fun b =>
      do z <- column (model b) predictions;
      do v <- (match group b with None => Some y | Some _ => column (group_column c) labels end);
      let found := seen_in (happened (what b)) (group b) (combine (combine v y) z) in
      when (Nat.leb 1 (length found)) (Some (length found, successes found))) (bounds c)
  else None.

(** ** The claim *)

Local Open Scope R_scope.

(** the share of each bound in what may go wrong *)
Definition share (c : claim) : R := (1 - Q2R (confidence c)) / INR (length (bounds c)).

(** The bin that both bounds of each pair are about, of all rows of the model; and no two bins have a score in common, since each one begins where the one before has ended, or later. *)
Definition bin_of (c : claim) (m : nat) (pair : nat * nat) : option (Q * Q) :=
  match nth_error (bounds c) (fst pair), nth_error (bounds c) (snd pair) with
  | Some (Bound (Bin false v low high) j None _), Some (Bound (Bin true v' low' high') j' None _) =>
    when (Nat.eqb j m && Nat.eqb j' m && agree v v' && Qeq_bool low low' && Qeq_bool high high')%bool (Some (low, high))
  | _, _ => None
  end.
Fixpoint ascending (bins : list (Q * Q)) : bool :=
  match bins with (_, high) :: ((low, _) :: _) as rest => (Qle_bool high low && ascending rest)%bool | _ => true end.
Definition scores_in (bin : Q * Q) (z : list value) : list Q :=
  flat_map (fun v => match v with Number q => if inside (fst bin) (snd bin) q then [q] else [] | Text _ => [] end) z.
Definition mean (l : list Q) : R := Q2R (fold_right Qplus 0%Q l) / INR (length l).
(** The sum over the bins, of the share of the scores [z] that are in the bin times the distance of the probability of a positive label from the mean score there.  Guo et al. have the observed fraction of positive
    labels in place of the probability [p]; the shares and the mean scores are those of the rows in both. *)
Definition expected_calibration_error (z : list value) (p : nat -> R) (bins : list (nat * (Q * Q))) : R :=
  fold_right (fun '(i, bin) sum => let l := scores_in bin z in INR (length l) / INR (length z) * Rabs (p i - mean l) + sum) 0 bins.
(** Every score is in a bin, and the error is at most the bound, whichever the probabilities are that no bound of the bins excludes. *)
Definition calibrated (c : claim) (predictions : list (list value)) (seen : list (nat * nat)) (e : calibration) : Prop :=
  match map_all (bin_of c (scored e)) (pairs e), column (scored e) (skipn (predictions_skip c) predictions) with
  | Some bins, Some z =>
    let possible i q := plausible (share c) (fst (nth i seen (0, 0)%nat)) (snd (nth i seen (0, 0)%nat)) q in
    ascending bins = true /\ (fold_right (fun bin n => length (scores_in bin z) + n) 0 bins = length z)%nat /\
    forall p : nat -> R, (forall i j, In (i, j) (pairs e) -> possible i (p i) /\ possible j (1 - p i)) ->
      expected_calibration_error z p (combine (map fst (pairs e)) bins) <= Q2R (most e)
  | _, _ => False
  end.

Definition AccuracyBounds (claim_file labels_file predictions_file : bytes) : Prop :=
  match read_claim claim_file, read_table labels_file, read_table predictions_file with
  | Some c, Some labels, Some predictions =>
    match counts c labels predictions with
    | Some seen =>
      let m := length (bounds c) in
      let rows i := fst (nth i seen (0, 0)%nat) in
      0 < Q2R (confidence c) < 1 /\ (0 < m)%nat /\ length seen = m /\
      (* no probability above the bound is plausible, after what was seen *)
      Forall2 (fun b '(n, k) => forall p, plausible (share c) n k p -> p <= Q2R (limit b)) (bounds c) seen /\
      (* and no two of them are further apart than stated *)
      Forall (fun d => (one d < m)%nat /\ (other d < m)%nat /\
        forall p q, plausible (share c) (rows (one d)) (snd (nth (one d) seen (0, 0)%nat)) p -> plausible (share c) (rows (other d)) (snd (nth (other d) seen (0, 0)%nat)) q ->
          p + q <= 1 + Q2R (excess d)) (differences c) /\
      (* and calibration errors are at most as large as stated *)
      Forall (calibrated c predictions seen) (calibrations c) /\
      (* and the true ones are plausible, with the stated confidence *)
      forall (Omega : Type) (S : probability Omega) (p : nat -> R) (mistakes : nat -> Omega -> list bool),
        (forall i, (i < m)%nat -> trials S (p i) (rows i) (mistakes i)) ->
        likely S (Q2R (confidence c)) (fun w => forall i, (i < m)%nat -> plausible (share c) (rows i) (successes (mistakes i w)) (p i))
    | None => False
    end
  | _, _, _ => False
  end.
