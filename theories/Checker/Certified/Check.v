(** * The checkers of certified accuracy

    A certificate marks the inputs that it is about, one bit each.  A proof has a tree (Tree.v) for each of them, about what is near the input (a box, and perhaps a ball) and the
    ways in which the outputs can fail to say the label; the network is lowered once for all.  Of models that answer labels, and of ensembles of trees, it has a proof by cases (Cases.v) or
    by boxes (Boxes.v) for each of them, about the box alone.  A refutation has, for each of them, a point near it, at which the network is evaluated with intervals.

    Main definitions: [failures], [box_around]; [by_cases_or_boxes], [prove_certified], [refute_certified].

    Trust: proved, in Check_sound.v.
    Source: docs/certified.md. *)
From Coq Require Import Floats Uint63 ZArith QArith Qabs Qround List Bool.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Npy Spec.Onnx Spec.Network Spec.Formula Spec.Certified.
From Warrant Require Import Primitives.Rationals Checker.Blocks Checker.Intervals Checker.Forms Checker.Lowering.
From Warrant Require Import Checker.Queries Checker.Inputs Checker.Tree Checker.Prove Checker.Witness.
From Warrant Require Checker.Certificate Checker.Boxes Checker.Cases.
Import ListNotations.
Local Open Scope bool_scope.

(** ** How outputs fail to say the label *)

(** all choices of [k] members *)
Fixpoint choose {A} (k : nat) (l : list A) : list (list A) :=
  match k, l with
  | O, _ => [[]]
  | S _, [] => []
  | S k', a :: l => map (cons a) (choose k' l) ++ choose k l
  end.
(** how many they are, of [n] members *)
Definition choices (n k : nat) : Z :=
  fold_left (fun c i => c * (Z.of_nat n - Z.of_nat i) / (Z.of_nat i + 1))%Z (seq 0 k) 1%Z.
(** the class that a label names *)
Definition class_of (label : Q) : option nat :=
  let z := Qfloor label in when (Qeq_bool label (inject_Z z) && (0 <=? z)%Z && (z <? 2 ^ 20)%Z) (Some (Z.to_nat z)).
Definition at_most (a b : term) : row := (Plus a (Opposite b), false).
Definition less (a b : term) : row := (Plus a (Opposite b), true).
(** for [outs] outputs: one of these lists of rows holds where the label is not said *)
Definition failures (d : decision) (label : Q) (outs : nat) : option (list (list row)) :=
  match d with
  | Scores top =>
    do k <- class_of label;
    let others := filter (fun j => negb (Nat.eqb j k)) (seq 0 outs) in
    if Nat.ltb k outs && (top <=? N.of_nat outs)%N && (choices (outs - 1) (N.to_nat top) <=? 4096)%Z then
      Some (map (map (fun j => at_most (Output k) (Output j))) (choose (N.to_nat top) others))
    else None
  | Threshold t =>
    if Nat.eqb outs 1 then
      if Qeq_bool label 1 then Some [[at_most (Output 0) (Number t)]]
      else when (Qeq_bool label 0) (Some [[less (Number t) (Output 0)]])
    else None
  | Tolerance delta =>
    when (Nat.eqb outs 1) (Some [[less (Output 0) (Number (label - delta))]; [less (Number (label + delta)) (Output 0)]])
  end.

(** ** What is near *)

Definition larger (a b : Q) : Q := if Qle_bool a b then b else a.
Definition smaller (a b : Q) : Q := if Qle_bool a b then a else b.
(** [low] and [high]: the ends, one for each, or none *)
Fixpoint box_around (x radii low high : list Q) : list (float * float) :=
  match x, radii with
  | a :: x, r :: radii =>
    (float_below (match low with l :: _ => larger (a - r) l | [] => a - r end),
     float_above (match high with h :: _ => smaller (a + r) h | [] => a + r end)) :: box_around x radii (tl low) (tl high)
  | _, _ => []
  end.
(** [acc] plus the sum of f(x(i), x′(i)) *)
Fixpoint sum_onto (f : Q -> Q -> Q) (x x' : list Q) (acc : Q) : Q :=
  match x, x' with a :: x, b :: x' => sum_onto f x x' (Qred (acc + f a b)) | _, _ => acc end.
Definition in_ball_at (c : claim) (x x' : list Q) : bool :=
  let r := hd 0 (radii c) in
  match metric c with
  | Linf => forallb (fun p => Qle_bool (Qabs (snd (snd p) - fst (snd p))) (fst p)) (combine (for_each (length x) (radii c)) (combine x x'))
  | L1 => Qle_bool (sum_onto (fun a b => Qabs (b - a)) x x' 0) r
  | L2 => Qle_bool 0 r && Qle_bool (sum_onto (fun a b => (b - a) * (b - a)) x x' 0) (r * r)
  end.
Definition between_ends_at (c : claim) (x : list Q) : bool :=
  forallb (fun p => Qle_bool (fst p) (snd p)) (combine (for_each (length x) (low_ends c)) x)
  && forallb (fun p => Qle_bool (snd p) (fst p)) (combine (for_each (length x) (high_ends c)) x).
Definition is_near (c : claim) (x x' : list Q) : bool := Nat.eqb (length x') (length x) && in_ball_at c x x' && between_ends_at c x'.

(** ** The inputs that a certificate is about *)

(** the members whose bits, from bit [i] at offset [from] on, are 1 *)
Fixpoint marked {A} (c : bytes) (from i : int) (l : list A) : list A :=
  match l with
  | [] => []
  | a :: l => if ((byte c (from + (i >> 3)) >> (i land 7)) land 1 =? 1)%uint63 then a :: marked c from (i + 1)%uint63 l else marked c from (i + 1)%uint63 l
  end.
(** WRNT 0x01 and a letter; then follow as many bytes as hold a bit for each of the rows *)
Definition magic (letter : int) (c : bytes) : bool :=
  forallb (fun p => byte c (fst p) =? snd p)%uint63 [(0, 87); (1, 82); (2, 78); (3, 84); (4, 1); (5, letter)]%uint63.
Definition after_marks {A} (rows : list A) : int := (6 + (fold_left (fun n _ => n + 1) rows 7 >> 3))%uint63.

(** ** Proofs *)

(** the ball, where the box does not say it all *)
Definition ball_around (c : claim) (x : list Q) : option ball :=
  let around squares := Some (Ball squares (map (fun q => (float_below q, float_above q)) x) (float_above (hd 0 (radii c)))) in
  match metric c with Linf => None | L1 => around false | L2 => around true end.
Definition query_of (c : claim) (outs : nat) (p : list Q * Q) : option (Queries.query * option ball) :=
  let (x, label) := p in
  let d := length x in
  do ds <- failures (says_what c) label outs;
  Some (Query (box_around x (for_each d (radii c)) (for_each d (low_ends c)) (for_each d (high_ends c))) ds, ball_around c x).
(** trees of the lowered network, from offset [i] on, for the inputs [chosen] *)
Definition by_trees (c : claim) (n : model) (d : nat) (certificate : bytes) (i : int) (chosen : list (list Q * Q)) : bool :=
  match lower_with (lower_from n) d with
  | Some L =>
    match (do qs <- map_all (query_of c (length (output_forms L))) chosen; compile_lowered L qs) with
    | Some (blocks, qs) => check_with (Certificate.read_trees certificate (map sizes qs) i) certificate blocks qs
    | None => false
    end
  | None => false
  end.
(** proofs by cases (the letter C) or by boxes (B), of every operator, from offset [i] on *)
Definition by_cases_or_boxes (c : claim) (n : model) (d : nat) (certificate : bytes) (i : int) (chosen : list (list Q * Q)) : bool :=
  match interval_network n (repeat everything d) with
  | Some y =>
    let outs := length y in
    match map_all (query_of c outs) chosen with
    | Some qs =>
      if magic 67 certificate then Cases.check_cases (Cases.lower_network n) outs certificate i (map fst qs)
      else magic 66 certificate && match Boxes.check_boxes n outs certificate i (map fst qs) with Some j => (j =? size_of certificate)%uint63 | None => false end
    | None => false
    end
  | None => false
  end.
Definition prove_certified (model_file claim_file inputs_file labels_file certificate : bytes) : bool :=
  match read_all model_file claim_file inputs_file labels_file with
  | Some (c, n, d, rows) =>
    let chosen := marked certificate 6 0 rows in
    if (least c <=? N.of_nat (length chosen))%N && forallb (fun p => is_near c (fst p) (fst p)) chosen then
      if magic 80 certificate then by_trees c n d certificate (after_marks rows) chosen
      else by_cases_or_boxes c n d certificate (after_marks rows) chosen
    else false
  | None => false
  end.

(** ** Refutations *)

(** the outputs, within these intervals, certainly do not say the label *)
Definition certainly_wrong (d : decision) (label : Q) (out : list interval) : bool :=
  match d with
  | Scores top =>
    match class_of label with
    | Some k =>
      let score j := nth j (map Enclosed out) (Exact 0) in
      Nat.ltb k (length out) &&
      (top <=? N.of_nat (length (filter (fun j => negb (Nat.eqb j k) && certainly_le (score k) (score j)) (seq 0 (length out)))))%N
    | None => false
    end
  | Threshold t =>
    match out with
    | [y] => if Qeq_bool label 1 then certainly_le (Enclosed y) (Exact t) else Qeq_bool label 0 && certainly_less (Exact t) (Enclosed y)
    | _ => false
    end
  | Tolerance delta =>
    match out with
    | [y] => certainly_less (Enclosed y) (Exact (label - delta)) || certainly_less (Exact (label + delta)) (Enclosed y)
    | _ => false
    end
  end.
(** [n] binary64 numbers from offset [i] on *)
Fixpoint point_at (c : bytes) (n : nat) (i : int) : option (list Q) :=
  match n with
  | O => Some []
  | S n => do x <- float64 c i; do l <- point_at c n (i + 8)%uint63; Some (dyadic_Q x :: l)
  end.
Definition fails_at (c : claim) (n : model) (p : list Q * Q) (x : list Q) : bool :=
  is_near c (fst p) x && match outputs_at n x with Some out => certainly_wrong (says_what c) (snd p) out | None => false end.
(** the points for these inputs, each of [d] numbers, stand one after the other *)
Fixpoint all_fail (c : claim) (n : model) (d : nat) (certificate : bytes) (l : list (list Q * Q)) (i : int) : bool :=
  match l with
  | [] => (i =? size_of certificate)%uint63
  | p :: l =>
    match point_at certificate d i with
    | Some x => if fails_at c n p x then all_fail c n d certificate l (i + 8 * of_Z (Z.of_nat d))%uint63 else false
    | None => false
    end
  end.
Definition refute_certified (model_file claim_file inputs_file labels_file certificate : bytes) : bool :=
  match read_all model_file claim_file inputs_file labels_file with
  | Some (c, n, d, rows) =>
    let chosen := marked certificate 6 0 rows in
    if magic 82 certificate && (N.of_nat (length rows) + 1 - least c <=? N.of_nat (length chosen))%N
    then all_fail c n d certificate chosen (after_marks rows) else false
  | None => false
  end.
