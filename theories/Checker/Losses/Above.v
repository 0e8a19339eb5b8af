(** * One loss above another

    Both graphs are lowered to one program, in which equal instructions are made once.  That the one loss is nowhere less than the other is derived by rules that compare instructions: v(i) <= v(j) + c, with a rational
    number c, follows from comparisons of their operands, since maxima, sums, products of what is at least 0, exponentials and logarithms keep order; from signs; from ln a <= a - 1 and
    1 + a <= exp a; or since the difference is a polynomial of degree 2 that completed squares show to be at least 0.  Rules are tried to a fixed depth and number.

    Main definitions: [compile_pair], [no_more], [prove_above], [refute_above].

    Trust: proved (Above_sound.v). *)
From Coq Require Import PString Uint63 Floats ZArith QArith List Bool FMapPositive.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Elementary Spec.Losses Primitives.Autodiff.Programs Checker.Intervals.
From Warrant Require Import Checker.Gradients.Enclosures Checker.Losses.Facts Checker.Losses.Forms Checker.Losses.Quadratic Checker.Losses.Program Checker.Losses.Check.
Import ListNotations.
Local Open Scope bool_scope.

(** ** Attempts: a test that may be tried only so often *)

Definition attempt := nat -> bool * nat.
Definition test (b : bool) : attempt := fun n => (b, n).
Definition either (f g : attempt) : attempt := fun n => let (b, n) := f n in if b then (true, n) else g n.
Definition both (f g : attempt) : attempt := fun n => let (b, n) := f n in if b then g n else (false, n).
Definition provided (b : bool) (f : attempt) : attempt := if b then f else test false.
Definition with_some {A} (o : option A) (f : A -> attempt) : attempt := match o with Some a => f a | None => test false end.
(** one more try *)
Definition paid (f : attempt) : attempt := fun n => match n with O => (false, O) | S n => f n end.

Section Rules.
Variables (C : code) (F : PositiveMap.t facts) (P : PositiveMap.t polynomial) (coordinates : list positive).

(** ** What is known without looking at operands *)

Definition sign_of (i : positive) : signs := match PositiveMap.find i F with Some f => sign f | None => no_signs end.
(** numbers that an instruction is not above, and not below *)
Definition upper_of (i : positive) : option Q :=
  match PositiveMap.find i C with Some (Number q) => Some q | _ => if le0 (sign_of i) then Some 0%Q else if le1 (sign_of i) then Some 1%Q else None end.
Definition lower_of (i : positive) : option Q :=
  match PositiveMap.find i C with Some (Number q) => Some q | _ => if ge1 (sign_of i) then Some 1%Q else if ge0 (sign_of i) then Some 0%Q else None end.
Definition at_least0 (i : positive) : bool := match lower_of i with Some l => Qle_bool 0 l | None => false end.
Definition at_least1 (i : positive) : bool := match lower_of i with Some l => Qle_bool 1 l | None => false end.
Definition at_most1 (i : positive) : bool := match upper_of i with Some u => Qle_bool u 1 | None => false end.
Definition at_most (i : positive) (c : Q) : bool := match upper_of i with Some u => Qle_bool u c | None => false end.
Definition above_0 (i : positive) : bool := gt0 (sign_of i) || match PositiveMap.find i C with Some (Number q) => less 0 q | _ => false end.
Definition polynomial_gap (i j : positive) (c : Q) : bool :=
  match as_quadratic (sum_of (sum_of (polynomial_at P j) (scaled (-1) (polynomial_at P i))) (Polynomial (Some [(1%positive, c)]) None)) with
  | Some l => semidefinite coordinates l
  | None => false
  end.
Definition plainly (i j : positive) (c : Q) : bool :=
  Pos.eqb i j && Qle_bool 0 c
  || match upper_of i, lower_of j with Some u, Some l => Qle_bool u (l + c) | _, _ => false end
  || polynomial_gap i j c.

(** ** By the operands: [go i j c] tries to show that v(i) <= v(j) + c *)

Section Step.
Variable go : positive -> positive -> Q -> attempt.
Definition plus (c d : Q) : Q := Qred (c + d).
(** v(i) is at most something simpler *)
Definition by_lower (i j : positive) (c : Q) : attempt :=
  match PositiveMap.find i C with
  | Some (Unary Relu a) => both (test match lower_of j with Some l => Qle_bool 0 (l + c) | None => false end) (go a j c)
  | Some (Unary Log a) => go a j (plus c 1)
  | Some (Binary Add a b) =>
    either (with_some (maximum_of C a b) (fun m => both (go a j c) (go m j c)))
      (either (with_some (minimum_of C a b) (fun m => either (go a j c) (go m j c)))
      (either (with_some (upper_of a) (fun u => go b j (plus c (- u)))) (with_some (upper_of b) (fun u => go a j (plus c (- u))))))
  | Some (Binary Mul a b) => either (provided (at_least0 a && at_most1 b) (go a j c)) (provided (at_least0 b && at_most1 a) (go b j c))
  | Some (Binary Div a b) => provided (at_least0 a && at_least1 b) (go a j c)
  | _ => test false
  end.
(** v(j) is at least something simpler *)
Definition by_upper (i j : positive) (c : Q) : attempt :=
  match PositiveMap.find j C with
  | Some (Unary Relu b) => either (test (at_most i c)) (go i b c)
  | Some (Unary Exp b) => go i b (plus c 1)
  | Some (Unary Log s) =>
    match PositiveMap.find s C with
    | Some (Unary Exp b) => go i b c
    | Some (Binary Add p q) =>
      let summand p q := provided (at_least0 q) match PositiveMap.find p C with Some (Unary Exp b) => go i b c | _ => test false end in
      either (summand p q) (summand q p)
    | _ => test false
    end
  | Some (Binary Add a b) =>
    either (with_some (maximum_of C a b) (fun m => either (go i a c) (go i m c)))
      (either (with_some (minimum_of C a b) (fun m => both (go i a c) (go i m c)))
      (either (with_some (lower_of a) (fun l => go i b (plus c l))) (with_some (lower_of b) (fun l => go i a (plus c l)))))
  | Some (Binary Mul a b) => either (provided (at_least0 a && at_least1 b) (go i a c)) (provided (at_least0 b && at_least1 a) (go i b c))
  | Some (Binary Div a b) => provided (at_least0 a && above_0 b && at_most1 b) (go i a c)
  | _ => test false
  end.
(** v(a) is of no larger size than v(d) *)
Fixpoint no_larger (depth : nat) (a d : positive) : bool :=
  Pos.eqb a d ||
  match depth, PositiveMap.find a C with
  | S depth, Some (Unary Opp k) | S depth, Some (Unary Relu k) => no_larger depth k d
  | S depth, Some (Binary Add p m) =>
    match PositiveMap.find p C, PositiveMap.find m C with
    | Some (Unary Relu k), Some (Unary Relu l) => (is_opp C l k || is_opp C k l) && no_larger depth k d
    | _, _ => false
    end
  | _, _ => false
  end.
(** a square is at most another one *)
Definition by_squares (a d : positive) : attempt :=
  either (test (no_larger 4 a d)) match PositiveMap.find a C with Some (Unary Relu k) => go k d 0%Q | _ => test false end.
(** c / k for a number k > 0 *)
Definition shared_out (c : Q) (k : positive) : option Q :=
  match PositiveMap.find k C with Some (Number q) => if less 0 q then Some (Qred (c / q)) else None | _ => if Qeq_bool c 0 && at_least0 k then Some 0%Q else None end.
Definition by_both (i j : positive) (c : Q) : attempt :=
  match PositiveMap.find i C, PositiveMap.find j C with
  | Some (Unary f a), Some (Unary g b) =>
    match f, g with
    | Opp, Opp => go b a c
    | Relu, Relu => provided (Qle_bool 0 c) (go a b c)
    | Exp, Exp | Log, Log | Root, Root => provided (Qle_bool 0 c) (go a b 0%Q)
    | _, _ => test false
    end
  | Some (Binary Add a b), Some (Binary Add d e) =>
    either (both (go a d c) (go b e 0%Q)) (either (both (go a d 0%Q) (go b e c)) (either (both (go a e c) (go b d 0%Q)) (both (go a e 0%Q) (go b d c))))
  | Some (Binary Mul a b), Some (Binary Mul d e) =>
    let common k m n := with_some (shared_out c k) (fun r => go m n r) in
    let growing a b d e := provided (Qle_bool 0 c && at_least0 a && at_least0 b) (both (go a d 0%Q) (go b e 0%Q)) in
    either (if Pos.eqb a d then common a b e else if Pos.eqb a e then common a b d else if Pos.eqb b d then common b a e else if Pos.eqb b e then common b a d else test false)
      (either (provided (Qle_bool 0 c && Pos.eqb a b && Pos.eqb d e) (by_squares a d)) (either (growing a b d e) (growing a b e d)))
  | Some (Binary Div a b), Some (Binary Div d e) =>
    provided (Qle_bool 0 c && above_0 b)
      (either (provided (Pos.eqb b e) (go a d 0%Q)) (provided (Pos.eqb a d && at_least0 a && above_0 e) (go e b 0%Q)))
  | _, _ => test false
  end.
End Step.
Fixpoint no_more (depth : nat) (i j : positive) (c : Q) : attempt :=
  match depth with
  | O => test false
  | S depth => paid (either (test (plainly i j c)) (either (by_both (no_more depth) i j c) (either (by_lower (no_more depth) i j c) (by_upper (no_more depth) i j c))))
  end.
End Rules.
Definition deepest : nat := 16.
Definition most_tries : nat := 5000.

(** ** Both losses in one program *)

(** the program; where the first loss stands, the second one, and the first one less the second *)
Definition compile_pair (q r : question) : option (state * (positive * positive * positive)) :=
  if sized q then
    do st <- append_entries q; do (st, a) <- lower_loss q st; do (st, b) <- lower_loss r st;
    do (m, st) <- emit (Unary Opp b) st; do (d, st) <- emit (Binary Add a m) st; Some (st, (a, b, d))
  else None.
Definition is_above (q : question) (st : state) (a b d : positive) : bool :=
  let F := program_facts q st in
  let n := Z.to_nat (entries (selected q)) in
  match PositiveMap.find d F with Some f => ge0 (sign f) | None => false end
  || fst (no_more (instructions st) F (program_polynomials q st) (numbers_from 1 (S n)) deepest b a 0%Q most_tries).

(** WRNT 0x01 L, and then a point of both domains *)
Definition prove_above (upper_file lower_file text_file certificate : bytes) : bool :=
  match read_pair upper_file lower_file text_file, read_points 76 certificate with
  | Some (q, r), Some point =>
    match compile_pair q r with
    | Some (st, (a, b, d)) => match domain_point q st point [] with Some _ => is_above q st a b d | None => false end
    | None => false
    end
  | _, _ => false
  end.
(** WRNT 0x01 R, and then a point of both domains, at which the first is certainly less than the second *)
Definition refute_above (upper_file lower_file text_file certificate : bytes) : bool :=
  match read_pair upper_file lower_file text_file, read_points 82 certificate with
  | Some (q, r), Some point =>
    match compile_pair q r with
    | Some (st, (a, b, d)) => match domain_point q st point [] with Some M => certainly_less (at_ M d) zero_interval | None => false end
    | None => false
    end
  | _, _ => false
  end.
(** for messages *)
Definition reads_pair (upper_file lower_file text_file : bytes) : bool := match read_pair upper_file lower_file text_file with Some _ => true | None => false end.
Definition compiles_pair (upper_file lower_file text_file : bytes) : bool :=
  match read_pair upper_file lower_file text_file with Some (q, r) => match compile_pair q r with Some _ => true | None => false end | None => false end.
