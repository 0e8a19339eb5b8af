(** * The checker of gradients

    [prove_gradient function derivative names certificate] lowers both graphs to one straight-line program, adds the adjoints of the function in reverse mode,
    and compares them with the outputs of the derivative by their normal forms.  Signs are given: those that the domain's bounds enforce, and, unless the gradient
    is to be proved everywhere, what has to be positive, or not 0, where the function is defined (and, unless the claim is about kinks too, none of its kinks is hit).
    That the derivative is defined has to follow by signs.  The certificate (docs/gradients.md) says which of the four claims it is about, and which instructions' values
    become atoms of their own.

    Where the derivative may be off by a tolerance, what is left of the normal forms has to be enclosed by it in boxes that cover the domain (Residuals.v).

    Main definitions: [compile], [extent], [facts], [prove_gradient], [prove_gradient_at_kinks], [prove_subgradient], [prove_gradient_everywhere], [prove_gradient_within];
    [differing], [boxes] and [describe], for messages and for the search.

    Trust: proved (Check_sound.v). *)
From Coq Require Import PString Uint63 ZArith QArith List Bool FMapPositive.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Gradients Spec.Elementary.
From Warrant Require Import Primitives.Autodiff.Programs Primitives.Autodiff.Reverse Checker.Intervals.
From Warrant Require Import Checker.Gradients.Lowering Checker.Gradients.Polynomials Checker.Gradients.Normal Checker.Gradients.Enclosures Checker.Gradients.Domain
  Checker.Gradients.Tangents Checker.Gradients.Residuals.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.

(** ** From the files to a program *)

Fixpoint append_inputs (n : nat) (st : state) : option state :=
  match n with O => Some st | S n => do (_, st) <- append Input st; append_inputs n st end.
Definition cotangent_size (q : question) : Z := match cotangent q with Some p => size (snd p) | None => 0 end.
Definition equal_shapes (l k : list (list Z)) : bool := Nat.eqb (length l) (length k) && forallb (fun p => equal_lists (fst p) (snd p)) (combine l k).

(** [value]: the function's output; [sources]: the adjoints; [claimed]: the derivative's outputs *)
Record compiled := Compiled { program : state; value : tensor positive; sources : adjoints; claimed : list (tensor positive) }.
(** the expressions of [n] inputs from number [i] on *)
Definition results (i n : Z) : list expression := map Result (numbers_from (Z.to_pos i) (Z.to_nat n)).
Definition compile (q : question) : option compiled :=
  let nx := entries (selected q) in
  let nw := entries (others q) in
  let nc := cotangent_size q in
  let given := cut (selected q) (results 1 nx) ++ cut (others q) (results (1 + nx) nw) in
  if negb ((0 <? nx) && (0 <=? nw) && (0 <=? nc)) then None else
  do st <- append_inputs (Z.to_nat (nx + nw + nc)) start;
  do (ys, st) <- lower (function q) given st;
  match ys with
  | [y] =>
    do (weights, st) <-
      match cotangent q with
      | Some p => when (equal_lists (snd p) (shape y)) (Some (numbers_from (Z.to_pos (1 + nx + nw)) (Z.to_nat nc), st))
      | None => when (size (shape y) =? 1) (do (one, st) <- emit (Number 1) st; Some ([one], st))
      end;
    do (adj, st) <- reverse (combine (data y) weights) st;
    do (gs, st) <- lower (derivative q) (given ++ match cotangent q with Some p => cut [p] (results (1 + nx + nw) nc) | None => [] end) st;
    when ((Z.of_nat (length (data y)) =? size (shape y)) && equal_shapes (map shape gs) (map snd (selected q)) && (Z.of_nat (length (flat_map data gs)) =? nx)
        && forallb (fun g => g <? next st)%positive (flat_map data gs)) (Some (Compiled st y adj gs))
  | _ => None
  end.

(** ** What the domain's bounds enforce *)

Definition all_ranges (q : question) : list (list Losses.bounds) := ranges q (selected q) ++ ranges q (others q).
Definition has_point (q : question) : bool := all_within (all_ranges q) (map some_point (all_ranges q)).
Definition domain_enclosures (q : question) (st : state) : PositiveMap.t interval :=
  match limits q with
  | [] => PositiveMap.empty interval
  | _ => enclosures (instructions st) (numbered_from 1 (map interval_of (all_ranges q)) (PositiveMap.empty interval))
      (numbers_from 1 (length_of st)) (PositiveMap.empty interval)
  end.
Definition sign_of_interval (e : interval) : sign :=
  if certainly_less zero_interval e then Positive
  else if certainly_less e zero_interval then Nonzero
  else if certainly_at_most zero_interval e then Nonnegative else Unknown.
Definition signs_of (M : PositiveMap.t interval) : PositiveMap.t sign := PositiveMap.map sign_of_interval M.
(** values that are at most 0 *)
Definition low_of (M : PositiveMap.t interval) : PositiveMap.t unit :=
  PositiveMap.fold (fun i e m => if certainly_at_most e zero_interval then PositiveMap.add i tt m else m) M (PositiveMap.empty unit).

(** ** What is given where the function is smooth, or has its derivatives but for kinks: [marked] instructions are fine, and signs follow *)

(** which inputs a claim is about: those at which no kink is hit; kinks too; kinks too, and a subgradient is claimed; all of the domain *)
Inductive extent := Smooth | Kinks | Subgradients | Everywhere.
Definition learn (a : positive) (s : sign) (given : PositiveMap.t sign) : PositiveMap.t sign :=
  PositiveMap.add a (meet s match PositiveMap.find a given with Some t => t | None => Unknown end) given.
Definition lesson (e : extent) (o : op) (given : PositiveMap.t sign) : PositiveMap.t sign :=
  match e, o with
  | Everywhere, _ => given
  | _, Unary (Root | Log) a => learn a Positive given
  | Smooth, Unary (Relu | Step) a => learn a Nonzero given
  | _, Binary Div _ b => learn b Nonzero given
  | _, _ => given
  end.
Fixpoint facts (e : extent) (C : code) (l : list positive) (marked : PositiveMap.t unit) (given : PositiveMap.t sign) : PositiveMap.t sign :=
  match l with
  | [] => given
  | i :: l =>
    match PositiveMap.find i marked, PositiveMap.find i C with
    | Some _, Some o => facts e C l (fold_right (fun a m => PositiveMap.add a tt m) marked (operands o)) (lesson e o given)
    | _, _ => facts e C l marked given
    end
  end.

(** ** The check *)

Fixpoint normal_forms (C : code) (low : PositiveMap.t unit) (given : PositiveMap.t sign) (named : PositiveMap.t unit) (l : list positive) (F : forms) : option forms :=
  match l with
  | [] => Some F
  | i :: l =>
    do F <- normal_form C low given (match PositiveMap.find i named with Some _ => true | None => false end) i F;
    normal_forms C low given named l F
  end.
Definition no_forms : forms := Forms (PositiveMap.empty sign) (PositiveMap.empty polynomial) empty_table.
Definition forms_of (q : question) (e : extent) (k : compiled) (named : PositiveMap.t unit) : option forms :=
  let C := instructions (program k) in
  let l := numbers_from 1 (length_of (program k)) in
  let M := domain_enclosures q (program k) in
  let marked := fold_right (fun a m => PositiveMap.add a tt m) (PositiveMap.empty unit) (data (value k)) in
  normal_forms C (low_of M) (facts e C (rev_append l []) marked (signs_of M)) named l no_forms.
(** the adjoints and what the derivative gives, by entries of the selected inputs *)
Definition pairs (k : compiled) : list (option positive * positive) :=
  let gs := flat_map data (claimed k) in
  combine (map (fun i => PositiveMap.find i (sources k)) (numbers_from 1 (length gs))) gs.
Definition agree (F : forms) (p : option positive * positive) : bool :=
  let (a, g) := p in
  match match a with Some a => poly_at F a | None => Some [] end, poly_at F g with Some u, Some w => equal_poly u w | _, _ => false end.
Definition all_mean (C : code) (F : forms) (l : list positive) : bool :=
  forallb (fun i => match PositiveMap.find i C with Some o => means (sign_at F) o | None => true end) l.
(** the function's instructions are all smooth, by their operands' signs *)
Definition is_smooth (s : positive -> sign) (o : op) : bool :=
  match o with
  | Unary (Root | Log) a => is_positive (s a)
  | Unary (Relu | Step) a => is_nonzero (s a)
  | Binary Div _ b => is_nonzero (s b)
  | _ => true
  end.
Definition last_of (k : compiled) : positive := fold_right Pos.max 1%positive (data (value k)).
Definition all_smooth (k : compiled) (F : forms) : bool :=
  forallb (fun i => match PositiveMap.find i (instructions (program k)) with Some o => is_smooth (sign_at F) o | None => false end)
    (numbers_from 1 (Pos.to_nat (last_of k))).
(** the function is one number, which lies above its tangents *)
Definition is_selected (q : question) (i : positive) : bool := Zpos i <=? entries (selected q).
Definition has_subgradients (q : question) (k : compiled) (F : forms) : bool :=
  match cotangent q, data (value k) with
  | None, [a] =>
    over (side_at (all_sides (instructions (program k)) (sign_at F) (is_selected q) (numbers_from 1 (length_of (program k))) (PositiveMap.empty side)) a)
  | _, _ => false
  end.
Definition check (e : extent) (q : question) (named : PositiveMap.t unit) : bool :=
  has_point q &&
  match compile q with
  | Some k =>
    match forms_of q e k named with
    | Some F =>
      all_mean (instructions (program k)) F (numbers_from 1 (length_of (program k))) && forallb (agree F) (pairs k)
      && match e with Everywhere => all_smooth k F | Subgradients => has_subgradients q k F | _ => true end
    | None => false
    end
  | None => false
  end.

(** ** Within a tolerance *)

(** the box of all inputs: the selected and the others within their bounds, cotangents between -1 and 1 *)
Definition unit_range : list Losses.bounds := [(Some (-1)%Q, Some 1%Q)].
Definition domain_box (q : question) : PositiveMap.t interval :=
  numbered_from 1 (map interval_of (all_ranges q ++ repeat unit_range (Z.to_nat (cotangent_size q)))) (PositiveMap.empty interval).
(** what is left between the adjoints and what the derivative gives *)
Definition residual (F : forms) (p : option positive * positive) : option polynomial :=
  let (a, g) := p in
  do u <- match a with Some a => poly_at F a | None => Some [] end; do w <- poly_at F g; Some (add_poly u (opp_poly w)).
Definition is_input_at (C : code) (i : positive) : bool := match PositiveMap.find i C with Some Input => true | _ => false end.
Definition box_size (q : question) : nat := length (all_ranges q) + Z.to_nat (cotangent_size q).
Definition check_within (q : question) (named : PositiveMap.t unit) (choices : list int) : bool :=
  (0 <? Qnum (tolerance q)) && has_point q &&
  match compile q with
  | Some k =>
    match forms_of q Smooth k named with
    | Some F =>
      forallb (is_input_at (instructions (program k))) (numbers_from 1 (box_size q))
      && all_mean (instructions (program k)) F (numbers_from 1 (length_of (program k)))
      && match map_all (residual F) (pairs k) with
         | Some ps => all_covered (known_atoms F) (domain_enclosures q (program k)) (tolerance q) (domain_box q) ps choices
         | None => false
         end
    | None => false
    end
  | None => false
  end.

(** ** The certificate: six bytes, and then for each named instruction its number, in four bytes (little-endian) *)

Definition magic : bytes := "WRNT"%pstring.
Definition letter (e : extent) : int := match e with Smooth => 71 | Kinks => 75 | Subgradients => 83 | Everywhere => 69 end.   (* G, K, S, E *)
Definition read_names (c : bytes) : option (PositiveMap.t unit) :=
  let turn (st : int * PositiveMap.t unit) :=
    let (i, m) := st in
    if (i =? size_of c)%uint63 then inr (Some m)
    else if (size_of c <? i + 4)%uint63 then inr None
    else inl (i + 4, PositiveMap.add (Z.to_pos (to_Z (le32 c i))) tt m)%uint63 in
  if (same magic (text c 0 4) && (byte c 4 =? 1))%uint63 then
    match loop turns turn (6%uint63, PositiveMap.empty unit) with inr r => r | inl _ => None end
  else None.
Definition prove (e : extent) (function_file derivative_file names_file certificate : bytes) : bool :=
  (byte certificate 5 =? letter e)%uint63 &&
  match read_question function_file derivative_file names_file, read_names certificate with
  | Some q, Some named => check e q named
  | _, _ => false
  end.
(** WRNT 1 W, and then numbers in four bytes: how many instructions are named, their numbers, and the choices that cover the domain by boxes *)
Definition read_numbers (c : bytes) : option (list int) :=
  let turn (st : int * list int) :=
    let (i, l) := st in
    if (i =? size_of c)%uint63 then inr (Some (rev' l))
    else if (size_of c <? i + 4)%uint63 then inr None
    else inl (i + 4, le32 c i :: l)%uint63 in
  if (same magic (text c 0 4) && (byte c 4 =? 1) && (byte c 5 =? 87))%uint63 then
    match loop turns turn (6%uint63, []) with inr r => r | inl _ => None end
  else None.
Fixpoint take_names (n : nat) (l : list int) (m : PositiveMap.t unit) : option (PositiveMap.t unit * list int) :=
  match n, l with
  | O, _ => Some (m, l)
  | S n, i :: l => take_names n l (PositiveMap.add (Z.to_pos (to_Z i)) tt m)
  | S _, [] => None
  end.
Definition read_cover (c : bytes) : option (PositiveMap.t unit * list int) :=
  do l <- read_numbers c;
  match l with n :: l => when (n <=? size_of c)%uint63 (take_names (Z.to_nat (to_Z n)) l (PositiveMap.empty unit)) | [] => None end.
Definition prove_gradient_within (function_file derivative_file names_file certificate : bytes) : bool :=
  match read_question function_file derivative_file names_file, read_cover certificate with
  | Some q, Some (named, choices) => check_within q named choices
  | _, _ => false
  end.
Definition prove_gradient : bytes -> bytes -> bytes -> bytes -> bool := prove Smooth.
Definition prove_gradient_at_kinks : bytes -> bytes -> bytes -> bytes -> bool := prove Kinks.
Definition prove_subgradient : bytes -> bytes -> bytes -> bytes -> bool := prove Subgradients.
Definition prove_gradient_everywhere : bytes -> bytes -> bytes -> bytes -> bool := prove Everywhere.

(** ** For messages and for the search; no verdict depends on these *)

Definition describe (function_file derivative_file names_file : bytes) : option compiled :=
  do q <- read_question function_file derivative_file names_file; compile q.
Definition op_name (o : op) : bytes :=
  match o with
  | Input => "input" | Number _ => "number"
  | Unary f _ => match f with Opp => "opp" | Root => "root" | Relu => "relu" | Exp => "exp" | Log => "log" | Step => "step" | Erf => "erf" | Bell => "bell" end
  | Binary f _ _ => match f with Add => "add" | Mul => "mul" | Div => "div" end
  end%pstring.
(** All instructions (number, name, operands, and the number that it is), the function's output, and the adjoints with what the derivative gives *)
Definition listing (function_file derivative_file names_file : bytes) :
    option (list (positive * (bytes * (list positive * Q))) * (list positive * list (option positive * positive))) :=
  do k <- describe function_file derivative_file names_file;
  let line i := match PositiveMap.find i (instructions (program k)) with
                | Some o => [(i, (op_name o, (operands o, match o with Number q => q | _ => 0%Q end)))] | None => [] end in
  Some (flat_map line (numbers_from 1 (length_of (program k))), (data (value k), pairs k)).
(** Which instructions' meaning does not follow (for a claim about everything: nor that they are smooth), and at which entries the normal forms differ *)
Definition differing (function_file derivative_file names_file certificate : bytes) : option (list positive * list positive) :=
  do q <- read_question function_file derivative_file names_file; do k <- compile q; do named <- read_names certificate;
  let is e := (byte certificate 5 =? letter e)%uint63 in
  let e := if is Everywhere then Everywhere else if is Kinks || is Subgradients then Kinks else Smooth in
  do F <- forms_of q e k named;
  let C := instructions (program k) in
  let open i o := negb (means (sign_at F) o && match e with Everywhere => (last_of k <? i)%positive || is_smooth (sign_at F) o | _ => true end) in
  Some (filter (fun i => match PositiveMap.find i C with Some o => open i o | None => false end) (numbers_from 1 (length_of (program k))),
        map fst (filter (fun p => negb (agree F (snd p))) (combine (numbers_from 1 (length (pairs k))) (pairs k)))).
(** Choices that cover the domain by at most so many boxes, for a certificate within a tolerance that names instructions (those that it has itself are not looked at);
    [None] where the forms are not reached or something is not known to be defined; none of the second kind where boxes do not suffice *)
Definition most_boxes : int := 4000.
Definition boxes (function_file derivative_file names_file certificate : bytes) : option (option (list int)) :=
  do q <- read_question function_file derivative_file names_file; do k <- compile q; do (named, _) <- read_cover certificate;
  do F <- forms_of q Smooth k named;
  if has_point q && all_mean (instructions (program k)) F (numbers_from 1 (length_of (program k))) then
    do ps <- map_all (residual F) (pairs k);
    Some (cover_all (known_atoms F) (domain_enclosures q (program k)) (tolerance q) (domain_box q) most_boxes ps [])
  else None.
