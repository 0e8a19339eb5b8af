(** * Accuracy

    What it means that the errors of classifiers, seen on a set of examples, bound their probabilities of error.  One file has the labels (and perhaps the groups
    that the examples belong to), another one the predictions, a column for each model; a third one states the bounds, each for one model on all examples or on a
    group, and the confidence with which all of them hold at once.

    The claim has two parts.  The first is about the files: with any probability of error above the stated bound, so few mistakes as these would have a
    probability of at most δ, where m bounds share δ m = 1 - confidence.  The second says what that is worth, for every random experiment in which examples are drawn: if the mistakes of
    a model on each set of examples are independent and equally probable, then all these confidence sets have the true probabilities of error in them, with the stated confidence. Whether the
    mistakes in the files came about so (the examples drawn independently from one distribution, the model not fitted to them, the bounds' models and groups not chosen by looking at
    them) is a hypothesis that nothing in the files can show.

    Main definitions: [read_claim], [counts], [AccuracyBounds].

    Trust: SPEC.
    Source: as Spec/Probability.v; C. Bonferroni, 1936 (the shares). *)
From Coq Require Import PString Uint63 ZArith QArith Qreals Reals List Bool.
From Warrant Require Import Spec.Bytes Spec.SExpressions Spec.Tables Spec.Probability.
Import ListNotations.
Local Open Scope bool_scope.

(** ** The statement *)

Record bound := Bound {
  model : nat;           (* a column of the predictions, from 0 *)
  group : option value;  (* the value of the group's column; none: all rows *)
  limit : Q              (* the probability of error is at most this *)
}.
Record claim := Claim {
  confidence : Q;
  labels_skip : nat; label_column : nat;  (* rows of names to leave out at the top, and the column of the labels *)
  predictions_skip : nat;
  group_column : nat;
  bounds : list bound
}.

Section Reader.
Variable s : bytes.
Local Open Scope pstring_scope.
Local Open Scope uint63_scope.

Definition read_bound (e : expression) : option bound :=
  match e with
  | List [w; j; u] => do j <- small s j; do u <- rational s u; when (is_word s "bound" w) (Some (Bound j None u))
  | List [w; j; u; Atom a b] => do j <- small s j; do u <- rational s u; when (is_word s "bound" w) (Some (Bound j (Some (cell s a b)) u))
  | _ => None
  end.
Definition commands (l : list expression) : option claim :=
  match l with
  | List [w; v] :: List [w1; q] :: List [w2; ls; lc] :: List [w3; ps] :: List [w4; g] :: l =>
    do q <- rational s q; do ls <- small s ls; do lc <- small s lc; do ps <- small s ps; do g <- small s g; do l <- map_all read_bound l;
    when (is_word s "accuracy" w && is_word s "1" v && is_word s "confidence" w1 && is_word s "labels" w2 && is_word s "predictions" w3 && is_word s "groups" w4)
      (Some (Claim q ls lc ps g l))
  | _ => None
  end.
End Reader.

(** such as (accuracy 1) (confidence 0.99) (labels 0 0) (predictions 0) (groups 0) (bound 0 0.03) (bound 0 0.05 female) *)
Definition read_claim (s : bytes) : option claim := do t <- tokens s; do l <- parse t [] []; commands s l.

(** ** Mistakes *)

(** whether a row belongs to the group *)
Definition belongs (g : option value) (v : value) : bool := match g with None => true | Some g => agree g v end.
(** whether the prediction for each row of the group is a mistake *)
Definition mistakes_in (g : option value) (rows : list (value * value * value)) : list bool :=
  map (fun '(_, label, prediction) => negb (agree label prediction)) (filter (fun '(v, _, _) => belongs g v) rows).
(** for each bound the numbers of rows, at least one, and of mistakes *)
Definition counts (c : claim) (labels predictions : list (list value)) : option (list (nat * nat)) :=
  let labels := skipn (labels_skip c) labels in
  let predictions := skipn (predictions_skip c) predictions in
  if Nat.eqb (length labels) (length predictions) then
    do y <- column (label_column c) labels;
    map_all (fun b =>
      do z <- column (model b) predictions;
      do v <- (match group b with None => Some y | Some _ => column (group_column c) labels end);
      let found := mistakes_in (group b) (combine (combine v y) z) in
      when (Nat.leb 1 (length found)) (Some (length found, successes found))) (bounds c)
  else None.

(** ** The claim *)

Local Open Scope R_scope.

(** the share of each bound in what may go wrong *)
Definition share (c : claim) : R := (1 - Q2R (confidence c)) / INR (length (bounds c)).

Definition AccuracyBounds (claim_file labels_file predictions_file : bytes) : Prop :=
  match read_claim claim_file, read_table labels_file, read_table predictions_file with
  | Some c, Some labels, Some predictions =>
    match counts c labels predictions with
    | Some seen =>
      let m := length (bounds c) in
      let rows i := fst (nth i seen (0, 0)%nat) in
      0 < Q2R (confidence c) < 1 /\ (0 < m)%nat /\ length seen = m /\
      (* no probability of error above the bound is plausible, after what was seen *)
      Forall2 (fun b '(n, k) => forall p, plausible (share c) n k p -> p <= Q2R (limit b)) (bounds c) seen /\
      (* and the true ones are plausible, with the stated confidence *)
      forall (Omega : Type) (S : probability Omega) (p : nat -> R) (mistakes : nat -> Omega -> list bool),
        (forall i, (i < m)%nat -> trials S (p i) (rows i) (mistakes i)) ->
        likely S (Q2R (confidence c)) (fun w => forall i, (i < m)%nat -> plausible (share c) (rows i) (successes (mistakes i w)) (p i))
    | None => False
    end
  | _, _, _ => False
  end.
