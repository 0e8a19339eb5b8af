(** * Curvature and signs, instruction by instruction

    What the checker of losses finds out about each instruction of a straight-line program: signs, whether it is held fixed, and its curvature.  There is no search: the
    rules of disciplined convex programming (Primitives/Losses/Composition.v) are applied in order.  An instruction that may be undefined on the segment between two points
    of the domain has no facts, nor have those that use it.

    Main definitions: [signs], [facts], [complete], [facts_of].

    Trust: proved (Facts_sound.v). *)
From Coq Require Import ZArith QArith List Bool FMapPositive.
From Warrant Require Import Spec.Bytes Spec.Losses Primitives.Autodiff.Programs.
Import ListNotations.
Local Open Scope bool_scope.
Local Open Scope positive_scope.

(** ** Signs: what is known of a number *)

Record signs := Signs { ge0 : bool; gt0 : bool; le0 : bool; lt0 : bool; ge1 : bool; le1 : bool }.
Definition no_signs : signs := Signs false false false false false false.
Definition or_signs (s u : signs) : signs :=
  Signs (ge0 s || ge0 u) (gt0 s || gt0 u) (le0 s || le0 u) (lt0 s || lt0 u) (ge1 s || ge1 u) (le1 s || le1 u).
(** what follows from a sign, too *)
Definition complete_signs (s : signs) : signs :=
  Signs (ge0 s || gt0 s || ge1 s) (gt0 s || ge1 s) (le0 s || lt0 s) (lt0 s) (ge1 s) (le1 s || le0 s || lt0 s).
Definition less (p q : Q) : bool := negb (Qle_bool q p).
Definition number_signs (q : Q) : signs := Signs (Qle_bool 0 q) (less 0 q) (Qle_bool q 0) (less q 0) (Qle_bool 1 q) (Qle_bool q 1).
Definition opp_signs (s : signs) : signs := Signs (le0 s) (lt0 s) (ge0 s) (gt0 s) false (ge0 s).
Definition add_signs (s u : signs) : signs :=
  Signs (ge0 s && ge0 u) (gt0 s && ge0 u || ge0 s && gt0 u) (le0 s && le0 u) (lt0 s && le0 u || le0 s && lt0 u)
    (ge1 s && ge0 u || ge0 s && ge1 u) (le1 s && le0 u || le0 s && le1 u).
Definition mul_signs (s u : signs) : signs :=
  Signs (ge0 s && ge0 u || le0 s && le0 u) (gt0 s && gt0 u || lt0 s && lt0 u) (ge0 s && le0 u || le0 s && ge0 u) (gt0 s && lt0 u || lt0 s && gt0 u)
    (ge1 s && ge1 u) (ge0 s && le1 s && ge0 u && le1 u).
(** of numbers that are not 0 *)
Definition inverse_signs (s : signs) : signs := Signs (ge0 s) (gt0 s) (le0 s) (lt0 s) (gt0 s && le1 s) (ge1 s).
Definition exp_signs (s : signs) : signs := Signs true true false false (ge0 s) (le0 s).
Definition log_signs (s : signs) : signs := Signs (ge1 s) false (le1 s) false false (le1 s).
Definition root_signs (s : signs) : signs := Signs true (gt0 s) false false (ge1 s) (le1 s).
Definition relu_signs (s : signs) : signs := Signs true (gt0 s) (le0 s) false (ge1 s) (le1 s).
Definition max_signs (s u : signs) : signs := Signs (ge0 s || ge0 u) (gt0 s || gt0 u) (le0 s && le0 u) (lt0 s && lt0 u) (ge1 s || ge1 u) (le1 s && le1 u).
Definition min_signs (s u : signs) : signs := Signs (ge0 s && ge0 u) (gt0 s && gt0 u) (le0 s || le0 u) (lt0 s || lt0 u) (ge1 s && ge1 u) (le1 s || le1 u).
Definition step_signs (s : signs) : signs := Signs true (gt0 s) (le0 s) false (gt0 s) true.

(** ** Facts about the values at two points and between them *)

Record facts := Facts {
  sign : signs;               (* of all three values *)
  fixed : bool;               (* the three are equal *)
  convex : bool; concave : bool;
  log_convex : bool; log_concave : bool; root_convex : bool }.
Definition no_facts : facts := Facts no_signs false false false false false false.
Definition affine (f : facts) : bool := convex f && concave f.
Definition or_facts (f g : facts) : facts :=
  Facts (or_signs (sign f) (sign g)) (fixed f || fixed g) (convex f || convex g) (concave f || concave g)
    (log_convex f || log_convex g) (log_concave f || log_concave g) (root_convex f || root_convex g).
Definition only_convex (b : bool) : facts := Facts no_signs false b false false false false.
Definition only_concave (b : bool) : facts := Facts no_signs false false b false false false.
Definition only_positive : facts := Facts (Signs true true false false false false) false false false false false false.
(** what follows from a fact, too *)
Definition complete (f : facts) : facts :=
  let s := complete_signs (sign f) in
  let lx := log_convex f || fixed f && gt0 s in
  let lv := log_concave f || (fixed f || concave f) && gt0 s in
  let rx := root_convex f || lx || fixed f && ge0 s in
  Facts s (fixed f) (convex f || fixed f || lx || rx) (concave f || fixed f) lx lv rx.

Definition opp_facts (f : facts) : facts := Facts (opp_signs (sign f)) (fixed f) (concave f) (convex f) false false false.
Definition add_facts (f g : facts) : facts :=
  Facts (add_signs (sign f) (sign g)) (fixed f && fixed g) (convex f && convex g) (concave f && concave g)
    (log_convex f && log_convex g) false (root_convex f && root_convex g).
(** a fixed multiple *)
Definition scale_facts (k f : facts) : facts :=
  let up := fixed k && ge0 (sign k) in
  let down := fixed k && le0 (sign k) in
  let any := fixed k && affine f in
  Facts no_signs false (up && convex f || down && concave f || any) (up && concave f || down && convex f || any) false false (up && root_convex f).
Definition product_facts (f g : facts) : facts :=
  Facts (mul_signs (sign f) (sign g)) (fixed f && fixed g) false false (log_convex f && log_convex g) (log_concave f && log_concave g) false.
Definition mul_facts (f g : facts) : facts := or_facts (product_facts f g) (or_facts (scale_facts f g) (scale_facts g f)).
Definition square_facts (f : facts) : facts :=
  Facts (Signs true (gt0 (sign f) || lt0 (sign f)) false false false false) (fixed f) false false false false
    (convex f && ge0 (sign f) || concave f && le0 (sign f) || affine f).
Definition inverse_facts (f : facts) : facts :=
  Facts (inverse_signs (sign f)) (fixed f) (gt0 (sign f) && concave f) false (log_concave f) (log_convex f) false.
Definition div_facts (f g : facts) : facts :=
  or_facts (mul_facts f (complete (inverse_facts g))) (only_convex (root_convex f && gt0 (sign g) && concave g)).
Definition exp_facts (f : facts) : facts := Facts (exp_signs (sign f)) (fixed f) false false (convex f) (concave f) false.
Definition log_facts (f : facts) : facts := Facts (log_signs (sign f)) (fixed f) (log_convex f) (log_concave f) false false false.
Definition root_facts (f : facts) : facts :=
  Facts (root_signs (sign f)) (fixed f) (root_convex f) (concave f) (log_convex f) (log_concave f) false.
Definition relu_facts (f : facts) : facts :=
  if le0 (sign f) then Facts (number_signs 0) true true true false false true
  else if ge0 (sign f) then f
  else Facts (relu_signs (sign f)) (fixed f) (convex f) false false false false.
Definition max_facts (f g : facts) : facts := Facts (max_signs (sign f) (sign g)) false (convex f && convex g) false false false false.
Definition min_facts (f g : facts) : facts := Facts (min_signs (sign f) (sign g)) false false (concave f && concave g) false false false.
Definition step_facts (f : facts) : facts := Facts (step_signs (sign f)) (fixed f) false false false false false.

(** facts about what is not 0, positive, at least 0 at the two points: then it is so between them, too *)
Definition not_zero (f : facts) : option facts :=
  let s := sign f in
  if gt0 s || lt0 s || fixed f then Some f else if ge0 s && concave f then Some (complete (or_facts f only_positive)) else None.
Definition made_positive (f : facts) : option facts :=
  when (gt0 (sign f) || fixed f || concave f) (Some (complete (or_facts f only_positive))).
Definition not_negative (f : facts) : bool := ge0 (sign f) || fixed f || concave f.

(** ** Instructions *)

Section Analysis.
Variables (C : code) (varied : positive -> bool) (range : positive -> list bounds).

Definition bound_signs (b : bounds) : signs :=
  or_signs (match fst b with Some q => let s := number_signs q in Signs (ge0 s) (gt0 s) false false (ge1 s) false | None => no_signs end)
           (match snd b with Some q => let s := number_signs q in Signs false false (le0 s) (lt0 s) false (le1 s) | None => no_signs end).
Definition range_signs (l : list bounds) : signs := fold_right (fun b s => or_signs (bound_signs b) s) no_signs l.

Definition is_opp (i j : positive) : bool := match PositiveMap.find i C with Some (Unary Opp k) => Pos.eqb k j | _ => false end.
Definition is_relu (i j : positive) : bool := match PositiveMap.find i C with Some (Unary Relu k) => Pos.eqb k j | _ => false end.
Definition is_log (i j : positive) : bool := match PositiveMap.find i C with Some (Unary Log k) => Pos.eqb k j | _ => false end.
(** [Some b]: i + j is the maximum of i and b *)
Definition maximum_of (i j : positive) : option positive :=
  match PositiveMap.find j C with
  | Some (Unary Relu k) => match PositiveMap.find k C with Some (Binary Add b m) => when (is_opp m i) (Some b) | _ => None end
  | _ => None
  end.
(** [Some b]: i + j is the minimum of i and b *)
Definition minimum_of (i j : positive) : option positive :=
  match PositiveMap.find j C with
  | Some (Unary Opp r) =>
    match PositiveMap.find r C with
    | Some (Unary Relu k) =>
      match PositiveMap.find k C with
      | Some (Binary Add i' m) =>
        if Pos.eqb i' i then match PositiveMap.find m C with Some (Unary Opp b) => Some b | _ => None end else None
      | _ => None
      end
    | _ => None
    end
  | _ => None
  end.
(** [Some None]: j is ln i; [Some (Some (k, false))]: j is ln(i / k); [Some (Some (k, true))]: it is ln i - ln k *)
Definition logarithm_of (i j : positive) : option (option (positive * bool)) :=
  match PositiveMap.find j C with
  | Some (Unary Log k) =>
    if Pos.eqb k i then Some None
    else match PositiveMap.find k C with Some (Binary Div i' b) => when (Pos.eqb i' i) (Some (Some (b, false))) | _ => None end
  | Some (Binary Add l m) =>
    if is_log l i then
      match PositiveMap.find m C with
      | Some (Unary Opp p) => match PositiveMap.find p C with Some (Unary Log b) => Some (Some (b, true)) | _ => None end
      | _ => None
      end
    else None
  | _ => None
  end.
(** [Some (b, m)]: i is b^2, and j is -max(0, b + m)^2 *)
Definition huber_of (i j : positive) : option (positive * positive) :=
  match PositiveMap.find i C, PositiveMap.find j C with
  | Some (Binary Mul b b'), Some (Unary Opp k) =>
    match PositiveMap.find k C with
    | Some (Binary Mul r r') =>
      match PositiveMap.find r C with
      | Some (Unary Relu s) =>
        match PositiveMap.find s C with
        | Some (Binary Add c m) => when (Pos.eqb b b' && Pos.eqb r r' && Pos.eqb b c) (Some (b, m))
        | _ => None
        end
      | _ => None
      end
    | _ => None
    end
  | _, _ => None
  end.
Definition is_exp (i j : positive) : bool := match PositiveMap.find i C with Some (Unary Exp k) => Pos.eqb k j | _ => false end.

Section At.
Variable F : PositiveMap.t facts.
Definition facts_at (i : positive) : option facts := PositiveMap.find i F.
Definition maximum_facts (i j : positive) (f : facts) : facts :=
  match maximum_of i j with Some b => match facts_at b with Some g => max_facts f g | None => no_facts end | None => no_facts end.
Definition minimum_facts (i j : positive) (f : facts) : facts :=
  match minimum_of i j with Some b => match facts_at b with Some g => min_facts f g | None => no_facts end | None => no_facts end.
(** i + max(0, -i), which is max(i, 0); and i - max(0, i), which is min(i, 0) *)
Definition clipped_facts (i j : positive) (f : facts) : facts :=
  match PositiveMap.find j C with
  | Some (Unary Relu k) => if is_opp k i then relu_facts f else no_facts
  | Some (Unary Opp k) => if is_relu k i then opp_facts (relu_facts (opp_facts f)) else no_facts
  | _ => no_facts
  end.
(** i + j, where j is -k: which of i and k is at least 1, and which at most *)
Definition difference_facts (i j : positive) (f : facts) : facts :=
  match PositiveMap.find j C with
  | Some (Unary Opp k) =>
    match facts_at k with
    | Some g => Facts (Signs (ge1 (sign f) && le1 (sign g)) false (le1 (sign f) && ge1 (sign g)) false false false) false false false false false false
    | None => no_facts
    end
  | _ => no_facts
  end.
Definition entropy_facts (i j : positive) (f : facts) : facts :=
  match logarithm_of i j with
  | Some None => only_convex (affine f)
  | Some (Some (b, positive)) =>
    match facts_at b with Some g => only_convex (affine f && affine g && (positive || gt0 (sign f) && gt0 (sign g))) | None => no_facts end
  | None => no_facts
  end.
Definition huber_facts (i j : positive) : facts :=
  match huber_of i j with
  | Some (b, m) =>
    match facts_at b, facts_at m with
    | Some f, Some g =>
      let shape := ge0 (sign f) && le0 (sign g) in
      Facts (Signs shape false false false false false) false (shape && convex f && fixed g) false false false false
    | _, _ => no_facts
    end
  | None => no_facts
  end.
Definition xexp_facts (i j : positive) (f : facts) : facts := only_convex (is_exp j i && convex f && ge0 (sign f)).
Definition facts_of (i : positive) (o : op) : option facts :=
  match o with
  | Input => Some (Facts (range_signs (range i)) (negb (varied i)) true true false false false)
  | Number q => Some (Facts (number_signs q) true true true false false false)
  | Unary f a =>
    do g <- facts_at a;
    match f with
    | Opp => Some (opp_facts g)
    | Exp => Some (exp_facts g)
    | Log => do g <- made_positive g; Some (log_facts g)
    | Root => when (not_negative g) (Some (root_facts g))
    | Relu => Some (relu_facts g)
    | Step => Some (step_facts g)
    | Erf | Bell => Some no_facts
    end
  | Binary f a b =>
    do g <- facts_at a; do h <- facts_at b;
    match f with
    | Add => Some (or_facts (add_facts g h) (or_facts (difference_facts a b g)
                     (or_facts (or_facts (clipped_facts a b g) (huber_facts a b)) (or_facts (maximum_facts a b g) (minimum_facts a b g)))))
    | Mul => Some (or_facts (if Pos.eqb a b then or_facts (square_facts g) (mul_facts g h) else mul_facts g h)
                     (or_facts (or_facts (entropy_facts a b g) (entropy_facts b a h)) (or_facts (xexp_facts a b g) (xexp_facts b a h))))
    | Div => do h <- not_zero h; Some (div_facts g h)
    end
  end.
End At.
End Analysis.
