(** * Training

    What it means that a training run converges.  A text file states the problem: the loss, the penalty, the method with its step, the number of steps, the accuracy.
    Two NumPy files hold the data: the rows a(i) of features and the labels y(i), whose binary64 numbers stand for the real numbers that they are.  The objective is

      f(w) = 1/n Σ loss(<a(i), w>, y(i)) + α/2 ‖w‖².

    With an intercept, each row begins with a 1, and the first number of w, which belongs to these ones, has no part in the penalty.  The claim is that f(w(N)) <= f(w) + ε for every w, where w(N) is the point that the method reaches from 0 after N steps, all in exact arithmetic; a run fails if there is a w
    where this is not so, and diverges if from some step on f(w(k)) is larger than f at some w by more than any bound.  Gradient
    descent is w(k+1) = w(k) - γ ∇f(w(k)); Nesterov's method is w(k+1) = v(k) - γ ∇f(v(k)) and v(k+1) = w(k+1) + β(k) (w(k+1) - w(k)), with v(0) = w(0).  Its momentum
    is either constant, or β(k) = (t(k) - 1) / t(k+1) with t(0) = 1 and t(k+1) = (1 + √(1 + 4 t(k)²)) / 2.

    Main definitions: [read_matrix], [with_ones], [problem], [read_problem], [penalised], [objective], [gradient], [iterate], [TrainingConverges], [TrainingFails],
    [TrainingDiverges].

    Trust: SPEC.
    Source: P. Huber, Robust estimation of a location parameter, 1964; Y. Nesterov, Lectures on Convex
    Optimization, 2018, section 2.2.1 (constant momentum); Y. Nesterov, A method of solving a convex programming problem with convergence rate O(1/k²), 1983 (the other one). *)
From Coq Require Import PString Uint63 ZArith QArith Qreals Reals List Bool.
From Warrant Require Import Spec.Bytes Spec.SExpressions Spec.Npy.
Import ListNotations.
Local Open Scope bool_scope.

(** ** The data *)

(** the number of columns, and the rows, of an array of binary64 numbers *)
Definition read_matrix (s : bytes) : option (nat * list (list dyadic)) :=
  do h <- read_header s; do (n, d) <- table_shape h;
  if says s "<f8"%pstring (type_at h) then do l <- rows_of s 8%uint63 (float64 s) h n d; Some (Z.to_nat d, l) else None.

(** with an intercept, every row begins with a 1 *)
Definition one : dyadic := Dyadic false 1 1074.
Definition with_ones (intercept : bool) (d : nat) (features : list (list dyadic)) : nat * list (list dyadic) :=
  if intercept then (S d, map (cons one) features) else (d, features).

(** ** Problems *)

Inductive loss := Squared | Logistic | Huber (delta : Q).
(** Nesterov's method with a constant momentum, or with the one of 1983 *)
Inductive method := GradientDescent (step : Q) | Nesterov (step momentum : Q) | Accelerated (step : Q).
Record problem := Problem {
  problem_loss : loss;
  intercept : bool;
  penalty : Q;           (* α *)
  problem_method : method;
  steps : N;             (* N *)
  accuracy : Q           (* ε *)
}.

Section Reader.
Variable s : bytes.
Local Open Scope pstring_scope.
Local Open Scope uint63_scope.

Definition read_loss (l : list expression) : option loss :=
  match l with
  | [c] => if is_word s "squared" c then Some Squared else if is_word s "logistic" c then Some Logistic else None
  | [c; q] => do q <- rational s q; when (is_word s "huber" c) (Some (Huber q))
  | _ => None
  end.
Definition read_method (l : list expression) : option method :=
  match l with
  | [c; q] =>
    do q <- rational s q;
    if is_word s "gradient-descent" c then Some (GradientDescent q) else if is_word s "nesterov" c then Some (Accelerated q) else None
  | [c; q; b] => do q <- rational s q; do b <- rational s b; when (is_word s "nesterov" c) (Some (Nesterov q b))
  | _ => None
  end.
(** a whole number of at most nine digits *)
Definition read_count (e : expression) : option N :=
  match e with
  | Atom a b => let (n, j) := digits s 9 a b 0 in when ((a <? b) && (j =? b)) (Some (Z.to_N n))
  | List _ => None
  end.
Definition commands (l : list expression) : option problem :=
  match l with
  | List [c; v] :: List (c1 :: l) :: rest =>
    let (b, rest) := match rest with List [c] :: rest' => if is_word s "intercept" c then (true, rest') else (false, rest) | _ => (false, rest) end in
    match rest with
    | [List [c2; alpha]; List (c3 :: m); List [c4; n]; List [c5; eps]] =>
      do l <- read_loss l; do alpha <- rational s alpha; do m <- read_method m; do n <- read_count n; do eps <- rational s eps;
      when (is_word s "training" c && is_word s "1" v && is_word s "loss" c1 && is_word s "penalty" c2 && is_word s "method" c3 &&
            is_word s "steps" c4 && is_word s "accuracy" c5)
        (Some (Problem l b alpha m n eps))
    | _ => None
    end
  | _ => None
  end.
End Reader.

(** such as (training 1) (loss squared) (intercept) (penalty 1/10) (method gradient-descent 1/4) (steps 100) (accuracy 1e-6), where (intercept) may be left out *)
Definition read_problem (s : bytes) : option problem := do t <- tokens s; do l <- parse t [] []; commands s l.

(** ** The objective, its gradient, and the method *)

Local Open Scope R_scope.

(** vectors are lists of numbers of the same length *)
Fixpoint dot (x y : list R) : R := match x, y with a :: x, b :: y => a * b + dot x y | _, _ => 0 end.
(** c x + y *)
Fixpoint plus_scaled (c : R) (x y : list R) : list R := match x, y with a :: x, b :: y => c * a + b :: plus_scaled c x y | _, _ => [] end.
Definition zeros (d : nat) : list R := repeat 0 d.

(** the loss of the prediction z for the label y, and its derivative in z *)
Definition loss_at (l : loss) (z y : R) : R :=
  match l with
  | Squared => / 2 * ((z - y) * (z - y))
  | Logistic => ln (1 + exp (- y * z))
  | Huber delta =>
    let delta := Q2R delta in
    if Rle_dec (Rabs (z - y)) delta then / 2 * ((z - y) * (z - y)) else delta * (Rabs (z - y) - / 2 * delta)
  end.
Definition slope_at (l : loss) (z y : R) : R :=
  match l with
  | Squared => z - y
  | Logistic => - y * (exp (- y * z) / (1 + exp (- y * z)))
  | Huber delta => Rmax (- Q2R delta) (Rmin (Q2R delta) (z - y))
  end.
(** logistic regression has the labels 1 and -1 *)
Definition label_fits (l : loss) (y : R) : Prop := match l with Logistic => y = 1 \/ y = -1 | _ => True end.

Section Objective.
Variables (l : loss) (b : bool) (alpha : R) (d : nat) (rows : list (list R * R)).
(** the weights that are penalised, with 0 in place of an intercept *)
Definition penalised (w : list R) : list R := if b then match w with [] => [] | _ :: w => 0 :: w end else w.
(** Σ u over the rows *)
Definition total (u : list R * R -> R) : R := fold_right (fun row s => u row + s) 0 rows.
Definition objective (w : list R) : R :=
  / INR (length rows) * total (fun row => loss_at l (dot (fst row) w) (snd row)) + alpha * (/ 2 * dot (penalised w) (penalised w)).
(** 1/n Σ slope(<a, w>, y) a + α w, the latter without the intercept *)
Definition gradient (w : list R) : list R :=
  fold_right (fun row g => plus_scaled (/ INR (length rows) * slope_at l (dot (fst row) w) (snd row)) (fst row) g)
    (plus_scaled alpha (penalised w) (zeros d)) rows.
(** w - γ ∇f(w) *)
Definition gradient_step (gamma : R) (w : list R) : list R := plus_scaled (- gamma) (gradient w) w.
Fixpoint gradient_descent (gamma : R) (n : nat) : list R :=
  match n with O => zeros d | S n => gradient_step gamma (gradient_descent gamma n) end.
(** w(n) and v(n) *)
Fixpoint nesterov (gamma : R) (beta : nat -> R) (n : nat) : list R * list R :=
  match n with
  | O => (zeros d, zeros d)
  | S n =>
    let (w, v) := nesterov gamma beta n in
    let next := gradient_step gamma v in
    (next, plus_scaled (beta n) (plus_scaled (-1) w next) next)
  end.
Fixpoint weight (k : nat) : R := match k with O => 1 | S k => (1 + sqrt (1 + 4 * (weight k * weight k))) / 2 end.
Definition growing_momentum (k : nat) : R := (weight k - 1) / weight (S k).
(** the point after [n] steps *)
Definition iterate (m : method) (n : nat) : list R :=
  match m with
  | GradientDescent step => gradient_descent (Q2R step) n
  | Nesterov step momentum => fst (nesterov (Q2R step) (fun _ => Q2R momentum) n)
  | Accelerated step => fst (nesterov (Q2R step) growing_momentum n)
  end.
End Objective.

(** ** The claim *)

(** the rows of features with their labels, as real numbers *)
Definition dataset (features labels : list (list dyadic)) : list (list R * R) :=
  combine (map (map dyadic_R) features) (map (fun r => dyadic_R (hd (Dyadic false 0 0) r)) labels).

Section Claims.
Variables (p : problem) (d : nat) (rows : list (list R * R)).
Definition objective_of (w : list R) : R := objective (problem_loss p) (intercept p) (Q2R (penalty p)) rows w.
Definition objective_after (k : nat) : R := objective_of (iterate (problem_loss p) (intercept p) (Q2R (penalty p)) d rows (problem_method p) k).
(** the point after the given number of steps is as good as any, up to the accuracy *)
Definition converges : Prop := forall w : list R, length w = d -> objective_after (N.to_nat (steps p)) <= objective_of w + Q2R (accuracy p).
(** the points after ever more steps are worse than others by more than any bound *)
Definition diverges : Prop := forall bound : R, exists K : nat, forall k : nat, (K <= k)%nat -> exists w : list R, length w = d /\ objective_of w + bound < objective_after k.
End Claims.

(** The files are readable and fit together, and the claim holds of them. *)
Definition about (claim : problem -> nat -> list (list R * R) -> Prop) (problem_file features_file labels_file : bytes) : Prop :=
  match read_problem problem_file, read_matrix features_file, read_matrix labels_file with
  | Some p, Some (d, features), Some (1%nat, labels) =>
    let (d, features) := with_ones (intercept p) d features in
    let rows := dataset features labels in
    length features = length labels /\ Forall (fun row => label_fits (problem_loss p) (snd row)) rows /\ claim p d rows
  | _, _, _ => False
  end.
Definition TrainingConverges : bytes -> bytes -> bytes -> Prop := about converges.
Definition TrainingFails : bytes -> bytes -> bytes -> Prop := about (fun p d rows => ~ converges p d rows).
Definition TrainingDiverges : bytes -> bytes -> bytes -> Prop := about (fun p d rows => ~ converges p d rows /\ diverges p d rows).
