(** * The checkers of slopes

    A proof has trees (Tree.v) about the network and its derivative (Tangents.v): at no point of the box, and in no direction of length 1 in which features may change,
    does a derivative leave the limits.  A refutation is a pair of inputs, at which the network is evaluated with intervals.

    Features with a list of values, and groups of which one is 1, make alternatives: such a feature that stays the same has one of its values all along the way from x to x′; a group has the same
    feature at 1, or one that falls from 1 to 0 while another one rises, and the rest of it is 0.  There are queries for each combination of alternatives.  (A listed feature that may change
    is let run through all numbers in between.)

    Directions are the first inputs of what is lowered, so that their ball stands first.  Where features may only be raised, and the norm is ℓ∞, one feature is raised
    by 1 in each query: a limit of 0 may then be approached in no direction of length 0.

    Main definitions: [directions], [alternatives], [queries_of]; [prove_slopes], [refute_slopes].

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

(** places in a direction (0 to d − 1) and a point (d to 2d − 1), and what lies there *)
Definition pins := list (nat * (float * float)).
Definition stays (d k : nat) (q : Q) : pins := [(k, (0, 0)%float); (d + k, (float_below q, float_above q))]%nat.
Definition falls (d k : nat) : pins := [(k, (-1, 0)%float); (d + k, (0, 1)%float)]%nat.
Definition rises (d k : nat) : pins := [(k, (0, 1)%float); (d + k, (0, 1)%float)]%nat.
Definition values_at (c : slopes) (d : nat) (p : nat * list Q) : list pins :=
  if among (fst p) (moved c) || among (fst p) (raised c) then [[]] else map (stays d (fst p)) (snd p).
(** [p] is 1 in x, and [q] is 1 in x′ *)
Definition step_in (d : nat) (g : list nat) (p q : nat) : pins :=
  flat_map (fun j =>
    if Nat.eqb p q then stays d j (if Nat.eqb j p then 1 else 0)
    else if Nat.eqb j p then falls d j else if Nat.eqb j q then rises d j else stays d j 0) g.
Definition steps_of (c : slopes) (d : nat) (g : list nat) : list pins :=
  flat_map (fun p => map (step_in d g p)
    (filter (fun q => Nat.eqb p q || among p (moved c) && (among q (moved c) || among q (raised c))) g)) g.
Definition alternatives (c : slopes) (d : nat) : list (list pins) := map (values_at c d) (listed c) ++ map (steps_of c d) (one_hot c).
(** not too many, without making them *)
Definition few (c : slopes) (d : nat) : bool :=
  forallb (fun g => Nat.leb (length g) 64) (one_hot c) && (fold_right (fun l n => N.of_nat (length l) * n) 1 (alternatives c d) <=? 4096)%N.
(** one of each, one after the other *)
Definition combinations (l : list (list pins)) : list pins := fold_right (fun alts rest => flat_map (fun a => map (app a) rest) alts) [[]] l.
Fixpoint put {A} (i : nat) (v : A) (l : list A) : list A :=
  match l, i with [], _ => [] | _ :: l, O => v :: l | a :: l, S i => a :: put i v l end.
Definition pinned (p : pins) (b : list (float * float)) : list (float * float) := fold_right (fun a b => put (fst a) (snd a) b) b p.
Definition queries_of (c : slopes) (d : nat) : list (Queries.query * option ball) :=
  flat_map (fun p => map (fun b => (Query (pinned p (b ++ points c d)) (too_steep c), unit_ball c d)) (directions c d)) (combinations (alternatives c d)).
(** blocks and queries *)
Definition compile_slopes (n : model) (c : slopes) (d : nat) : option (list block * list Tree.query) :=
  do L <- lower_with (lower_tangents n d) (d + d);
  do qs <- when (few c d && forallb (fun k => Nat.ltb k (length (output_forms L))) (meant c)) (Some (queries_of c d));
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
Definition is_hot_at (x : list Q) (group : list nat) (k : nat) : bool := forallb (fun j => Qeq_bool (nth j x 0) (if Nat.eqb j k then 1 else 0)) group.
Definition in_domain_at (c : slopes) (x : list Q) : bool :=
  in_box_at c x && forallb (fun p => existsb (Qeq_bool (nth (fst p) x 0)) (snd p)) (listed c) && forallb (fun g => existsb (is_hot_at x g) g) (one_hot c).
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
    if Nat.eqb (length z) (d + d) && few c d && in_domain_at c x && in_domain_at c x' && may_follow_at c x x' then
      match outputs_at n x, outputs_at n x' with
      | Some y, Some y' =>
        existsb (fun k => Nat.ltb k (length y) && Nat.ltb k (length y') &&
          surely_steep c (distance_at (distance_in c) x x') (Tensor.add (nth k y' Tensor.zero) (Tensor.opp (nth k y Tensor.zero)))) (meant c)
      | _, _ => false
      end
    else false
  | _, _ => false
  end.
