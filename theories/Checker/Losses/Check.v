(** * The checker of losses

    [prove_loss loss property certificate] lowers the graph to a straight-line program and has the facts about each instruction computed (Analysis.v), or their slopes
    (Slopes.v): the loss is convex if its last instruction is, at least 0 if that one is, and Lipschitz with that one's slope.  The certificate is only a point of the domain, so that the theorem is not empty.

    [refute_loss loss property certificate] evaluates the program on intervals at points that the certificate names: two points x and y of the domain between which the loss
    lies above its chord, or which it takes further apart than the constant allows; or a point of the domain at which it is negative.

    Main definitions: [compile], [prove_loss], [refute_loss]; [listing], for messages and for the search.

    Trust: proved (Check_sound.v). *)
From Coq Require Import PString Uint63 Floats ZArith QArith List Bool FMapPositive.
From Warrant Require Import Spec.Bytes Spec.Protobuf Spec.Tensor Spec.Operators Spec.Onnx Spec.Elementary Spec.Losses.
From Warrant Require Import Primitives.Autodiff.Programs Primitives.Autodiff.Reverse Checker.Relational Checker.Intervals.
From Warrant Require Import Checker.Gradients.Lowering Checker.Gradients.Enclosures Checker.Gradients.Domain Checker.Losses.Facts Checker.Losses.Forms Checker.Losses.Quadratic Checker.Losses.Analysis Checker.Losses.Slopes.
From Warrant Require Checker.Gradients.Check.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.

(** ** From the graph to a program, and the instruction that is the loss *)

Definition compile (q : question) : option (state * positive) :=
  let nx := entries (selected q) in
  let nw := entries (others q) in
  if negb (forallb (fun p => 0 <=? Tensor.size (snd p)) (selected q ++ others q)) then None else
  do st <- Gradients.Check.append_inputs (Z.to_nat (nx + nw)) start;
  do (ys, st) <- lower (graph_of q) (cut (selected q) (Gradients.Check.results 1 nx) ++ cut (others q) (Gradients.Check.results (1 + nx) nw)) st;
  match ys with
  | [y] => match data y with [a] => when (a <? next st)%positive (Some (st, a)) | _ => None end
  | _ => None
  end.

Definition all_ranges (q : question) : list (list bounds) := ranges q (selected q) ++ ranges q (others q).
Definition range_in (l : list (list bounds)) (i : positive) : list bounds := nth (Nat.pred (Pos.to_nat i)) l [].
Definition is_varied (q : question) (i : positive) : bool := Zpos i <=? entries (selected q).
(** quadratic functions of more entries are not looked for *)
Definition most_inputs : Z := 24.
Definition program_polynomials (q : question) (st : state) : PositiveMap.t polynomial :=
  let none := PositiveMap.empty polynomial in
  if entries (selected q) + entries (others q) <=? most_inputs then all_polynomials (instructions st) (numbers_from 1 (length_of st)) none else none.
Definition program_facts (q : question) (st : state) : PositiveMap.t facts :=
  let all := numbers_from 1 (length_of st) in
  let forms := all_forms (instructions st) all (PositiveMap.empty form) in
  all_facts (instructions st) (is_varied q) (range_in (all_ranges q)) forms (program_polynomials q st) all (PositiveMap.empty facts) (PositiveMap.empty shifts).
Definition slope_of_loss (q : question) (st : state) (a : positive) : option Q :=
  slope (slopes_at (all_slopes (instructions st) (is_varied q) (range_in (all_ranges q)) (numbers_from 1 (length_of st)) (PositiveMap.empty slopes)) a).

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

(** ** Certificates: six bytes, and then binary64 numbers *)

Definition read_points (kind : int) (c : bytes) : option (list Q) :=
  if (same Gradients.Check.magic (text c 0 4) && (byte c 4 =? 1) && (byte c 5 =? kind))%uint63 then
    do l <- Protobuf.strided (float64 c) 8 6 (size_of c); Some (map dyadic_Q l)
  else None.

(** ** Proofs *)

Definition follows (q : question) (st : state) (a : positive) : bool :=
  match claimed q with
  | Lipschitz L => match slope_of_loss q st a with Some s => Qle_bool s L | None => false end
  | p =>
    match PositiveMap.find a (program_facts q st) with
    | Some f => match p with Convex => convex f | _ => ge0 (sign f) end
    | None => false
    end
  end.
Definition prove (q : question) (point : list Q) : bool :=
  let n := Z.to_nat (entries (selected q)) in
  match compile q with
  | Some (st, a) => match domain_point q st (firstn n point) (skipn n point) with Some _ => follows q st a | None => false end
  | None => false
  end.
(** WRNT 0x01 L, and then the entries of the selected inputs and of the others *)
Definition prove_loss (loss_file property_file certificate : bytes) : bool :=
  match read_question loss_file property_file, read_points 76 certificate with
  | Some q, Some point => prove q point
  | _, _ => false
  end.

(** ** Refutations *)

Definition middle (a b : Q) : Q := Qred ((1 # 2) * a + (1 # 2) * b).
Definition half : interval := number_of (1 # 2)%Q.
Definition squared_distance (x y : list Q) : Q := Qred (fold_right Qplus 0%Q (zip_with (fun a b => (a - b) * (a - b))%Q x y)).
Definition refute (q : question) (points : list Q) : bool :=
  let n := Z.to_nat (entries (selected q)) in
  let x := firstn n points in
  match compile q with
  | Some (st, a) =>
    match claimed q with
    | NonNegative =>
      match domain_point q st x (skipn n points) with Some M => certainly_less (at_ M a) zero_interval | None => false end
    | p =>
      let y := firstn n (skipn n points) in
      let w := skipn n (skipn n points) in
      match domain_point q st x w, domain_point q st y w with
      | Some M, Some N =>
        match p with
        | Lipschitz L =>
          let d := minus (at_ M a) (at_ N a) in
          let far := mul (number_of L) (root (number_of (squared_distance x y))) in
          certainly_less far d || certainly_less far (opp d)
        | _ => certainly_less (add (mul half (at_ M a)) (mul half (at_ N a))) (at_ (enclosures_at st (zip_with middle x y ++ w)) a)
        end
      | _, _ => false
      end
    end
  | None => false
  end.
(** WRNT 0x01 R, and then the entries of the selected inputs (at two points, but for [nonnegative]) and of the others *)
Definition refute_loss (loss_file property_file certificate : bytes) : bool :=
  match read_question loss_file property_file, read_points 82 certificate with
  | Some q, Some points => refute q points
  | _, _ => false
  end.

(** ** For messages and for the search; no verdict depends on these *)

Definition describe (loss_file property_file : bytes) : option (state * positive) :=
  do q <- read_question loss_file property_file; compile q.
(** All instructions (number, name, operands, and the number that it is), with what is known of each: convex, concave, at least 0; the loss, and its slope *)
Definition listing (loss_file property_file : bytes) :
    option (list (positive * (bytes * (list positive * Q)) * option (bool * bool * bool)) * (positive * option Q)) :=
  do q <- read_question loss_file property_file; do (st, a) <- compile q;
  let F := program_facts q st in
  let line i := match PositiveMap.find i (instructions st) with
                | Some o => [(i, (Gradients.Check.op_name o, (operands o, match o with Number q => q | _ => 0%Q end)),
                              do f <- PositiveMap.find i F; Some (convex f, concave f, ge0 (sign f)))] | None => [] end in
  Some (flat_map line (numbers_from 1 (length_of st)), (a, slope_of_loss q st a)).
