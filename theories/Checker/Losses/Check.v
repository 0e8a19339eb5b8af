(** * The checker of losses

    [prove_loss loss property certificate] lowers the graph to a straight-line program (Program.v) and has the facts about each instruction computed (Analysis.v), or their slopes
    (Slopes.v): the loss is convex if its last instruction is, at least 0 if that one is, Lipschitz with that one's slope, and smooth by how far it lies from chords (Bends.v); of losses of a margin, see Margins.v, of where a loss is least, Minimum.v and Stationary.v, of losses of forecasts, Forecasts.v, and of rounding errors, Evaluation.v.  The certificate is only a point of the domain, so that the theorem is not empty.
    Where these rules do not suffice, a certificate may also bisect a box of what the loss is made of, in whose parts its derivatives are enclosed (Curvature.v).

    [refute_loss loss property certificate] evaluates the program on intervals at points that the certificate names: two points x and y of the domain between which the loss
    lies above its chord, or further from it than smoothness allows, or which it takes further apart than the constant allows; or a point of the domain at which it is negative,
    below the 0-1 loss, not larger than at its target, or at which its evaluation overflows or is further off than claimed; or probabilities, and another forecast of which the expected loss is not larger.

    Main definitions: [prove_loss], [refute_loss]; [listing], for messages and for the search.

    Trust: proved (Check_sound.v). *)
From Coq Require Import PString Uint63 Floats ZArith QArith List Bool FMapPositive.
From Warrant Require Import Spec.Bytes Spec.Protobuf Spec.Tensor Spec.Operators Spec.Onnx Spec.Elementary Spec.Losses.
From Warrant Require Import Primitives.Autodiff.Programs Primitives.Autodiff.Reverse Checker.Relational Checker.Intervals.
From Warrant Require Import Checker.Gradients.Lowering Checker.Gradients.Enclosures Checker.Gradients.Domain Checker.Losses.Facts Checker.Losses.Forms Checker.Losses.Quadratic Checker.Losses.Analysis Checker.Losses.Slopes Checker.Losses.Program Checker.Losses.Margins Checker.Losses.Minimum Checker.Losses.Stationary Checker.Losses.Forecasts Checker.Losses.Evaluation Checker.Losses.Curvature.
From Warrant Require Checker.Gradients.Check Checker.Losses.Rounding Primitives.FloatBounds.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.

(** ** Certificates: six bytes, and then binary64 numbers *)

Definition is_kind (kind : int) (c : bytes) : bool := (same Gradients.Check.magic (text c 0 4) && (byte c 4 =? 1) && (byte c 5 =? kind))%uint63.
Definition read_points (kind : int) (c : bytes) : option (list Q) :=
  when (is_kind kind c) (do l <- Protobuf.strided (float64 c) 8 6 (size_of c); Some (map dyadic_Q l)).
(** so many binary64 numbers, and then numbers in four bytes *)
Definition read_cover (kind : int) (n : Z) (c : bytes) : option (list Q * list int) :=
  let e := (6 + 8 * of_Z n)%uint63 in
  when (is_kind kind c && (0 <=? n) && (n <=? to_Z (size_of c)))
    (do l <- Protobuf.strided (float64 c) 8 6 e; do k <- Protobuf.strided (fun i => Some (le32 c i)) 4 e (size_of c); Some (map dyadic_Q l, k)).

(** ** Proofs *)

Definition follows (q : question) (st : state) (a : positive) (point : list Q) : bool :=
  match claimed q with
  | Convex => loss_convex a (program_facts q st)
  | NonNegative => loss_ge0 a (program_facts q st)
  | Lipschitz L => match slope_of_loss q st a with Some s => Qle_bool s L | None => false end
  | Smooth L => is_smooth q st a L
  | BoundsZeroOne => match point with [h] => bounds_zero_one q st a (program_facts q st) h | _ => false end
  | Calibrated => match point with [h] => is_calibrated q st a (program_facts q st) h | _ => false end
  | MinimisedAt t => is_minimised q st a (program_facts q st) t || is_least q st a (program_facts q st) t
  | StrictlyProper => is_proper q st a (firstn (Z.to_nat (entries (selected q))) point)
  | RoundingError f ulps b r => representable f point && rounding_follows q f ulps b r
  end.
(** the point is in the domain, and the test says so of the program *)
Definition at_point_and (q : question) (point : list Q) (test : state -> positive -> bool) : bool :=
  let n := Z.to_nat (entries (selected q)) in
  match compile q with
  | Some (st, a) => match domain_point q st (firstn n point) (skipn n point) with Some _ => test st a | None => false end
  | None => false
  end.
Definition prove (q : question) (point : list Q) : bool := at_point_and q point (fun st a => follows q st a point).
Definition prove_in_boxes (q : question) (cover : list Q * list int) : bool := at_point_and q (fst cover) (fun st a => follows_in_boxes q st a (snd cover)).
(** WRNT 0x01 L, and then the entries of the selected inputs and of the others; or WRNT 0x01 B, the same, and in four bytes each the numbers that bisect a box (Curvature.v) *)
Definition prove_loss (loss_file property_file certificate : bytes) : bool :=
  match read_question loss_file property_file with
  | Some q =>
    match read_points 76 certificate with
    | Some point => prove q point
    | None => match read_cover 66 (entries (selected q) + entries (others q)) certificate with Some cover => prove_in_boxes q cover | None => false end
    end
  | None => false
  end.

(** ** Refutations *)

Definition middle (a b : Q) : Q := Qred ((1 # 2) * a + (1 # 2) * b).
Definition half : interval := number_of (1 # 2)%Q.
Definition squared_distance (x y : list Q) : Q := Qred (fold_right Qplus 0%Q (zip_with (fun a b => (a - b) * (a - b))%Q x y)).
(** |r| > s, whatever numbers are in the intervals *)
Definition certainly_larger (i j : interval) : bool := certainly_less j i || certainly_less j (opp i).
Definition refute (q : question) (points : list Q) : bool :=
  let n := Z.to_nat (entries (selected q)) in
  let x := firstn n points in
  let y := firstn n (skipn n points) in
  let w := skipn n (skipn n points) in
  match compile q with
  | Some (st, a) =>
    let at_point test := match domain_point q st x (skipn n points) with Some M => test M | None => false end in
    let at_two test := match domain_point q st x w, domain_point q st y w with Some M, Some N => test (at_ M a) (at_ N a) | _, _ => false end in
    let chord e f := add (mul half e) (mul half f) in
    let middle_value := at_ (enclosures_at st (zip_with middle x y ++ w)) a in
    match claimed q with
    | Convex => at_two (fun e f => certainly_less (chord e f) middle_value)
    | NonNegative => at_point (fun M => certainly_less (at_ M a) zero_interval)
    | Lipschitz L => at_two (fun e f => certainly_larger (minus e f) (mul (number_of L) (root (number_of (squared_distance x y)))))
    | Smooth L => at_two (fun e f => certainly_larger (minus (chord e f) middle_value) (number_of (L * (1 # 8) * squared_distance x y)%Q))
    | BoundsZeroOne => at_point (fun M => match x with [m] => below_zero_one a m M | _ => false end)
    | Calibrated => match points with [u] => not_calibrated q st a (program_facts q st) u | _ => false end
    | MinimisedAt t => not_minimised q st a t x (skipn n points) || not_least q st a t x (skipn n points)
    | StrictlyProper => not_proper q st a x y
    | RoundingError f ulps b r => at_point (fun _ => rounding_fails q f ulps b r x (skipn n points))
    end
  | None => false
  end.
(** WRNT 0x01 R, and then the entries of the selected inputs (at two points if the claim is about two) and of the others *)
Definition refute_loss (loss_file property_file certificate : bytes) : bool :=
  match read_question loss_file property_file, read_points 82 certificate with
  | Some q, Some points => refute q points
  | _, _ => false
  end.

(** ** For messages and for the search; no verdict depends on these *)

Definition describe (loss_file property_file : bytes) : option (state * positive) :=
  do q <- read_question loss_file property_file; compile q.
(** Numbers for a certificate that bisects a box into at most so many; or a part of it in which the claim does not follow, as instructions with their intervals.  [None]: nothing was
    looked for *)
Definition most_boxes : int := 4000.
Definition cover_found (loss_file property_file : bytes) : option (list int + list (positive * interval)) :=
  do q <- read_question loss_file property_file; do (st, a) <- compile q; if by_derivatives q then cover_loss q st a most_boxes else None.
(** How the analysis of a claim about rounding errors ends, with the bound that it finds *)
Definition rounding_found (loss_file property_file : bytes) : option (bytes * float) :=
  do q <- read_question loss_file property_file;
  match claimed q with
  | RoundingError f ulps _ _ =>
    Some match rounding_bound q f ulps with
         | Some (Rounding.Near _ d _) => ("bounded", FloatBounds.magnitude d)
         | Some Rounding.Infinite => ("overflows", infinity)
         | Some (Rounding.Unsure Rounding.MayOverflow) => ("may-overflow", nan)
         | Some (Rounding.Unsure Rounding.MayBeUndefined) => ("may-be-undefined", nan)
         | Some (Rounding.Unsure Rounding.NotKnown) => ("not-known", nan)
         | None => ("no-meaning", nan)
         end%pstring
  | _ => None
  end.
(** All instructions (number, name, operands, and the number that it is), with what is known of each: convex, concave, at least 0; the loss, its slope and bend, and whether
    the claim follows at any point of the domain *)
Definition listing (loss_file property_file : bytes) :
    option (list (positive * (bytes * (list positive * Q)) * option (bool * bool * bool)) * (positive * (option Q * option Q * bool))) :=
  do q <- read_question loss_file property_file; do (st, a) <- compile q;
  let F := program_facts q st in
  let line i := match PositiveMap.find i (instructions st) with
                | Some o => [(i, (Gradients.Check.op_name o, (operands o, match o with Number q => q | _ => 0%Q end)),
                              do f <- PositiveMap.find i F; Some (convex f, concave f, ge0 (sign f)))] | None => [] end in
  Some (flat_map line (numbers_from 1 (length_of st)), (a, (slope_of_loss q st a, bend_of_loss q st a, follows q st a []))).
