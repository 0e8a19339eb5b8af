(** * The checkers of slopes

    A proof has trees (Tree.v) about the network and its derivative (Tangents.v): at no point of the box, and in no direction of length 1 in which features may change,
    does a derivative leave the limits.  A refutation is a pair of inputs, at which the network is evaluated with intervals.

    Directions are the first inputs of what is lowered, so that their ball stands first.  Where features may only be raised, and the norm is ℓ∞, one feature is raised
    by 1 in each query: a limit of 0 may then be approached in no direction of length 0.

    Main definitions: [directions], [queries_of]; [prove_slopes], [refute_slopes].

    Trust: proved, in Check_sound.v.
    Source: docs/slopes.md; Jordan and Dimakis, "Exactly computing the local Lipschitz constant of ReLU networks" (2020). *)
From Coq Require Import Floats ZArith QArith Qabs List Bool.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Onnx Spec.Network Spec.Formula Spec.Certified Spec.Slopes.
From Warrant Require Import Primitives.Rationals Checker.Blocks Checker.Intervals Checker.Forms Checker.Lowering.
From Warrant Require Import Checker.Queries Checker.Inputs Checker.Tree Checker.Prove Checker.Witness Checker.Certified.Check Checker.Slopes.Tangents.
Import ListNotations.
Local Open Scope bool_scope.

(** ** Proofs *)

Definition among (i : nat) (l : list nat) : bool := existsb (Nat.eqb i) l.
Definition direction_ends (c : slopes) (i : nat) : float * float :=
  if among i (moved c) then (-1, 1)%float else if among i (raised c) then (0, 1)%float else (0, 0)%float.
(** the directions in which feature [k] is raised by 1 *)
Definition upwards (c : slopes) (k i : nat) : float * float := if Nat.eqb i k then (1, 1)%float else direction_ends c i.
(** boxes for the direction, of [d] inputs; any direction of length 1 is in one of them *)
Definition directions (c : slopes) (d : nat) : list (list (float * float)) :=
  match moved c, distance_in c with
  | [], Linf => map (fun k => map (upwards c k) (seq 0 d)) (filter (fun k => Nat.ltb k d) (raised c))
  | _, _ => [map (direction_ends c) (seq 0 d)]
  end.
Definition unit_ball (c : slopes) (d : nat) : option ball :=
  let around squares := Some (Ball squares (repeat (0, 0)%float d) 1) in
  match distance_in c with Linf => None | L1 => around false | L2 => around true end.
Definition points (c : slopes) (d : nat) : list (float * float) :=
  combine (map float_below (for_each d (box_low c))) (map float_above (for_each d (box_high c))).
(** one of these lists of rows holds where a derivative is outside of the limits *)
Definition too_steep (c : slopes) : list (list Queries.row) :=
  flat_map (fun k =>
    match least_slope c with Some q => [[less (Output k) (Number q)]] | None => [] end ++
    match most_slope c with Some q => [[less (Number q) (Output k)]] | None => [] end) (meant c).
Definition queries_of (c : slopes) (d : nat) : list (Queries.query * option ball) :=
  map (fun b => (Query (b ++ points c d) (too_steep c), unit_ball c d)) (directions c d).
(** blocks and queries *)
Definition compile_slopes (n : model) (c : slopes) (d : nat) : option (list block * list Tree.query) :=
  do L <- lower_with (lower_tangents n d) (d + d);
  do qs <- when (forallb (fun k => Nat.ltb k (length (output_forms L))) (meant c)) (Some (queries_of c d));
  compile_lowered L qs.
Definition prove_slopes (model_file claim_file certificate : bytes) : bool :=
  match read_both model_file claim_file with
  | Some (n, c, d) => match compile_slopes n c d with Some (network, qs) => check_queries certificate network qs | None => false end
  | None => false
  end.

(** ** Refutations *)

Definition in_box_at (c : slopes) (x : list Q) : bool :=
  forallb (fun p => Qle_bool (fst p) (snd p)) (combine (for_each (length x) (box_low c)) x)
  && forallb (fun p => Qle_bool (snd p) (fst p)) (combine (for_each (length x) (box_high c)) x).
Definition may_change_at (c : slopes) (i : nat) (a b : Q) : bool :=
  if among i (moved c) then true else if among i (raised c) then Qle_bool a b else Qeq_bool b a.
Definition may_follow_at (c : slopes) (x x' : list Q) : bool := forallb (fun i => may_change_at c i (nth i x 0) (nth i x' 0)) (seq 0 (length x)).
Fixpoint greatest (x x' : list Q) : Q := match x, x' with a :: x, b :: x' => larger (Qabs (b - a)) (greatest x x') | _, _ => 0 end.
Definition distance_at (m : norm) (x x' : list Q) : interval :=
  match m with
  | Linf => number_of (greatest x x')
  | L1 => number_of (sum_onto (fun a b => Qabs (b - a)) x x' 0)
  | L2 => root (number_of (sum_onto (fun a b => (b - a) * (b - a)) x x' 0))
  end.
(** an output that rises by [rise] over the distance [d] is certainly outside of the limits *)
Definition surely_steep (c : slopes) (d rise : interval) : bool :=
  match least_slope c with Some q => certainly_less (Enclosed rise) (Enclosed (Tensor.mul (number_of q) d)) | None => false end
  || match most_slope c with Some q => certainly_less (Enclosed (Tensor.mul (number_of q) d)) (Enclosed rise) | None => false end.
Definition refute_slopes (model_file claim_file witness : bytes) : bool :=
  match read_both model_file claim_file, read_witness witness with
  | Some (n, c, d), Some z =>
    let (x, x') := (firstn d z, skipn d z) in
    if Nat.eqb (length z) (d + d) && in_box_at c x && in_box_at c x' && may_follow_at c x x' then
      match outputs_at n x, outputs_at n x' with
      | Some y, Some y' =>
        existsb (fun k => Nat.ltb k (length y) && Nat.ltb k (length y') &&
          surely_steep c (distance_at (distance_in c) x x') (Tensor.add (nth k y' Tensor.zero) (Tensor.opp (nth k y Tensor.zero)))) (meant c)
      | _, _ => false
      end
    else false
  | _, _ => false
  end.
