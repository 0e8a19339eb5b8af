(** * The program of a loss, and points of its domain

    The graph of a question is lowered to a straight-line program, the facts, slopes and bends of whose instructions are computed; and points of rational numbers are tried: are they
    certainly in the domain, and within which bounds is every instruction there?

    Main definitions: [compile], [program_facts], [slope_of_loss], [is_smooth], [domain_point].

    Trust: proved (Program_sound.v). *)
From Coq Require Import PString Uint63 Floats ZArith QArith List Bool FMapPositive.
From Warrant Require Import Spec.Bytes Spec.Protobuf Spec.Tensor Spec.Operators Spec.Onnx Spec.Elementary Spec.Losses.
From Warrant Require Import Primitives.Autodiff.Programs Primitives.Autodiff.Reverse Checker.Relational Checker.Intervals.
From Warrant Require Import Checker.Gradients.Lowering Checker.Gradients.Enclosures Checker.Gradients.Domain Checker.Losses.Facts Checker.Losses.Forms Checker.Losses.Quadratic Checker.Losses.Analysis Checker.Losses.Slopes Checker.Losses.Bends.
From Warrant Require Checker.Gradients.Check.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.

(** ** From the graph to a program, and the instruction that is the loss *)

Definition sized (q : question) : bool := forallb (fun p => 0 <=? Tensor.size (snd p)) (selected q ++ others q).
Definition append_entries (q : question) : option state := Gradients.Check.append_inputs (Z.to_nat (entries (selected q) + entries (others q))) start.
(** the graph of a question on these entries, which stand first in the program *)
Definition lower_loss (q : question) (st : state) : option (state * positive) :=
  let nx := entries (selected q) in
  let nw := entries (others q) in
  do (ys, st) <- lower (graph_of q) (cut (selected q) (Gradients.Check.results 1 nx) ++ cut (others q) (Gradients.Check.results (1 + nx) nw)) st;
  match ys with
  | [y] => match data y with [a] => when (a <? next st)%positive (Some (st, a)) | _ => None end
  | _ => None
  end.
Definition compile (q : question) : option (state * positive) := if sized q then do st <- append_entries q; lower_loss q st else None.

Definition all_ranges (q : question) : list (list bounds) := ranges q (selected q) ++ ranges q (others q).
Definition range_in (l : list (list bounds)) (i : positive) : list bounds := nth (Nat.pred (Pos.to_nat i)) l [].
Definition is_varied (q : question) (i : positive) : bool := Zpos i <=? entries (selected q).
(** quadratic functions of more entries are not looked for *)
Definition most_inputs : Z := 8.
Definition program_polynomials (q : question) (st : state) : PositiveMap.t polynomial :=
  let none := PositiveMap.empty polynomial in
  if entries (selected q) + entries (others q) <=? most_inputs then all_polynomials (instructions st) (numbers_from 1 (length_of st)) none else none.
Definition program_facts (q : question) (st : state) : PositiveMap.t facts :=
  let all := numbers_from 1 (length_of st) in
  let forms := all_forms (instructions st) all (PositiveMap.empty form) in
  all_facts (instructions st) (is_varied q) (range_in (all_ranges q)) forms (program_polynomials q st) all (PositiveMap.empty facts) (PositiveMap.empty shifts).
Definition program_slopes (q : question) (st : state) : PositiveMap.t slopes :=
  all_slopes (instructions st) (is_varied q) (range_in (all_ranges q)) (numbers_from 1 (length_of st)) (PositiveMap.empty slopes).
Definition slope_of_loss (q : question) (st : state) (a : positive) : option Q := slope (slopes_at (program_slopes q st) a).
(** the larger of the two numbers that say how far the loss lies from its chords *)
Definition bend_of_loss (q : question) (st : state) (a : positive) : option Q :=
  most (bends_at (all_bends (instructions st) (program_slopes q st) (program_facts q st) (numbers_from 1 (length_of st)) (PositiveMap.empty bends) (PositiveMap.empty exponents)) a).
Definition is_smooth (q : question) (st : state) (a : positive) (L : Q) : bool :=
  match PositiveMap.find a (program_facts q st) with
  | Some _ =>
    Qle_bool 0 L &&
    (match bend_of_loss q st a with Some s => Qle_bool s L | None => false end ||
     match quadratic (polynomial_at (program_polynomials q st) a) with
     | Some l => smooth_quadratic (is_varied q) (numbers_from 1 (Z.to_nat (entries (selected q)))) L l
     | None => false
     end)
  | None => false
  end.

(** ** Points of the domain *)

Definition enclosures_at (st : state) (p : list Q) : PositiveMap.t interval :=
  enclosures (instructions st) (numbered_from 1 (map number_of p) (PositiveMap.empty interval)) (numbers_from 1 (length_of st)) (PositiveMap.empty interval).
Definition all_good (st : state) (M : PositiveMap.t interval) : bool :=
  forallb (fun i => match PositiveMap.find i (instructions st) with Some o => certainly_good false M o | None => true end)
    (numbers_from 1 (length_of st)).
(** the point of the entries x and w is in the domain: the enclosures of all instructions there *)
Definition domain_point (q : question) (st : state) (x w : list Q) : option (PositiveMap.t interval) :=
  let M := enclosures_at st (x ++ w) in
  when (all_within (ranges q (selected q)) x && all_within (ranges q (others q)) w && all_good st M) (Some M).
