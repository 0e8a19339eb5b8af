(** * Slopes: how fast the outputs of a network change

    What it means that between any two inputs x and x′ of a box the outputs change at least [least] and at most [most] times as much as the inputs: for each output k that is named,
    least·‖x′ − x‖ <= f(x′)[k] − f(x)[k] <= most·‖x′ − x‖.  With the limits −L and L, f is Lipschitz with the constant L; where x′ is x with some features raised, and the lower limit is 0, f is
    monotone in these features.  A text file says which outputs, which norm of the difference of the inputs, the limits, how features may differ, and the domain: a box, in which
    some features have one of some values (whole numbers, say), and of some groups of features exactly one is 1 and the others are 0.  Where x and x′ differ in such a feature, or in which feature of a
    group is 1, they differ by that much: nothing in between is meant, and the distance counts all entries.

    Main definitions: [read_slopes]; [in_domain], [may_change], [distance], [steep]; [SlopesHold], [SlopesFail].  Main result: [slopes_not_both].

    Trust: SPEC. *)
From Coq Require Import PString Uint63 ZArith NArith QArith Qreals Reals Lra List Bool Lia.
From Warrant Require Import Spec.Bytes Spec.SExpressions Spec.Tensor Spec.Onnx Spec.Network.
From Warrant Require Import Spec.Certified.
Import ListNotations.
Local Open Scope bool_scope.

(** ** The statement *)

Record slopes := Slopes {
  meant : list nat;           (* outputs, counted from 0 *)
  distance_in : norm;
  least_slope : option Q;     (* None: there is no limit *)
  most_slope : option Q;
  raised : list nat;          (* features, counted from 0: in x′ these are as in x or greater; *)
  moved : list nat;           (* these are anything; all others are as in x *)
  box_low : list Q;           (* one for all features, or one for each *)
  box_high : list Q;
  listed : list (nat * list Q);   (* these features have one of these values *)
  one_hot : list (list nat)       (* of each of these groups exactly one feature is 1, the others are 0 *)
}.

Section Reader.
Variable s : bytes.
Local Open Scope pstring_scope.
Definition numbers (l : list expression) : option (list nat) := map_all (fun e => do n <- whole s e; Some (N.to_nat n)) l.
Definition limit (l : list expression) : option (option Q) :=
  match l with [] => Some None | [e] => do q <- rational s e; Some (Some q) | _ => None end.
(** (values k v …): a feature and its values; (one-hot k …): a group *)
Fixpoint choices_of (l : list expression) : option (list (nat * list Q) * list (list nat)) :=
  match l with
  | [] => Some ([], [])
  | List (w :: a :: args) :: l =>
    do (vs, gs) <- choices_of l;
    if is_word s "values" w then do k <- whole s a; do v <- map_all (rational s) args; Some ((N.to_nat k, v) :: vs, gs)
    else if is_word s "one-hot" w then do g <- numbers (a :: args); Some (vs, g :: gs)
    else None
  | _ => None
  end.
Definition slopes_of (l : list expression) : option slopes :=
  match l with
  | List [w; v] :: List (w1 :: k1 :: ks) :: List [w2; b] :: List (w3 :: least) :: List (w4 :: most) :: List (w5 :: up) :: List (w6 :: any) :: List (w7 :: low) :: List (w8 :: high) :: rest =>
    do (vs, gs) <- choices_of rest; do ks <- numbers (k1 :: ks); do b <- read_norm s b; do least <- limit least; do most <- limit most; do up <- numbers up; do any <- numbers any;
    do low <- map_all (rational s) low; do high <- map_all (rational s) high;
    when (is_word s "slopes" w && is_word s "1" v && is_word s "outputs" w1 && is_word s "norm" w2 && is_word s "least" w3 && is_word s "most" w4 &&
          is_word s "raised" w5 && is_word s "moved" w6 && is_word s "low" w7 && is_word s "high" w8)
      (Some (Slopes ks b least most up any low high vs gs))
  | _ => None
  end.
End Reader.

(** such as (slopes 1) (outputs 0) (norm l2) (least -3) (most 3) (raised) (moved 0 1 2) (low 0) (high 1 1 2), or with (least) where there is no lower limit;
    there may follow (values 0 0 1/2 1) (one-hot 1 2), as many as there are *)
Definition read_slopes (s : bytes) : option slopes := do t <- tokens s; do l <- parse t [] []; slopes_of s l.

(** there are as many ends as there have to be, and they are in order; and there are the features that are named *)
Fixpoint in_order (low high : list Q) : bool :=
  match low, high with [], [] => true | l :: low, h :: high => Qle_bool l h && in_order low high | _, _ => false end.
Definition well_formed (c : slopes) (d : nat) : bool :=
  Nat.eqb (length (for_each d (box_low c))) d && in_order (for_each d (box_low c)) (for_each d (box_high c)) &&
  forallb (fun p => Nat.ltb (fst p) d) (listed c) && forallb (forallb (fun k => Nat.ltb k d)) (one_hot c).

(** ** Meaning *)
Local Open Scope R_scope.

Definition in_box (c : slopes) (x : list R) : Prop :=
  Forall2 (fun q a => Q2R q <= a) (for_each (length x) (box_low c)) x /\ Forall2 (fun q a => a <= Q2R q) (for_each (length x) (box_high c)) x.
(** the feature [k] of the group is 1, all others of it are 0 *)
Definition is_hot (x : list R) (group : list nat) (k : nat) : Prop := Forall (fun j => nth j x 0 = if Nat.eqb j k then 1 else 0) group.
Definition in_domain (c : slopes) (x : list R) : Prop :=
  in_box c x /\ Forall (fun p => Exists (fun v => nth (fst p) x 0 = Q2R v) (snd p)) (listed c) /\ Forall (fun g => Exists (is_hot x g) g) (one_hot c).
(** feature [i] may be [a] in x and [b] in x′ *)
Definition may_change (c : slopes) (i : nat) (a b : R) : Prop :=
  if existsb (Nat.eqb i) (moved c) then True else if existsb (Nat.eqb i) (raised c) then a <= b else b = a.
Definition may_follow (c : slopes) (x x' : list R) : Prop := forall i, (i < length x)%nat -> may_change c i (nth i x 0) (nth i x' 0).

(** the greatest f(x(i), x′(i)), or 0 *)
Fixpoint pairwise_most (f : R -> R -> R) (x x' : list R) : R := match x, x' with a :: x, b :: x' => Rmax (f a b) (pairwise_most f x x') | _, _ => 0 end.
Definition distance (m : norm) (x x' : list R) : R :=
  match m with
  | Linf => pairwise_most (fun a b => Rabs (b - a)) x x'
  | L1 => pairwise_sum (fun a b => Rabs (b - a)) x x'
  | L2 => sqrt (pairwise_sum (fun a b => (b - a) * (b - a)) x x')
  end.
(** an output that rises by [rise] over the distance [d] is within the limits *)
Definition steep (c : slopes) (d rise : R) : Prop :=
  match least_slope c with Some q => Q2R q * d <= rise | None => True end /\ match most_slope c with Some q => rise <= Q2R q * d | None => True end.

(** the model and the claim, if the files are readable and fit together *)
Definition read_both (model_file claim_file : bytes) : option (model * slopes * nat) :=
  match read_model model_file, read_slopes claim_file with
  | Some n, Some c => let d := Z.to_nat (input_count n) in when (well_formed c d) (Some (n, c, d))
  | _, _ => None
  end.

(** Between any two inputs of the domain that may follow each other, the outputs change within the limits. *)
Definition SlopesHold (model_file claim_file : bytes) : Prop :=
  match read_both model_file claim_file with
  | Some (n, c, d) =>
    forall x x', length x = d -> length x' = d -> in_domain c x -> in_domain c x' -> may_follow c x x' ->
    exists y y', network n x = Some y /\ network n x' = Some y' /\
      Forall (fun k => (k < length y)%nat /\ steep c (distance (distance_in c) x x') (nth k y' 0 - nth k y 0)) (meant c)
  | None => False
  end.
(** Between some two of them, they do not. *)
Definition SlopesFail (model_file claim_file : bytes) : Prop :=
  match read_both model_file claim_file with
  | Some (n, c, d) =>
    exists x x' y y', length x = d /\ length x' = d /\ in_domain c x /\ in_domain c x' /\ may_follow c x x' /\
      network n x = Some y /\ network n x' = Some y' /\
      Exists (fun k => ~ steep c (distance (distance_in c) x x') (nth k y' 0 - nth k y 0)) (meant c)
  | None => False
  end.

Lemma slopes_not_both m c : SlopesHold m c -> SlopesFail m c -> False.
Proof.
  unfold SlopesHold, SlopesFail. destruct (read_both m c) as [[[n cl] d]|]; [|easy]. intros holds (x & x' & y & y' & len & len' & inx & inx' & follow & run & run' & bad).
  destruct (holds x x' len len' inx inx' follow) as (z & z' & run2 & run2' & good).
  replace z with y in * by congruence. replace z' with y' in * by congruence.
  rewrite Forall_forall in good. apply Exists_exists in bad as (k & is_in & bad). exact (bad (proj2 (good k is_in))).
Qed.
