(** * The checker of runs that are compared with a point

    Where the objective is not strongly convex, as with an intercept, which has no penalty, a run is compared with a point w of the certificate that is nearly the least:
    f(w(N)) - f(w) is at most a multiple of ‖w‖² that gets smaller with N.  That no point is much better than w follows from the gradient at w, which the checker
    encloses: the penalty bounds what the weights may gain, and the losses bound the intercept of every point that is better than w.

    Main definitions: [slope_interval], [rate], [farthest], [near], [check_near].

    Trust: proved (Near_sound.v).
    Source: Primitives/Optimization/ProximalGradient.v, Acceleration.v. *)
From Coq Require Import Floats PString Uint63 ZArith QArith List Bool.
From Warrant Require Import Spec.Bytes Spec.Training Primitives.FloatBounds Primitives.Rationals Checker.Intervals Checker.Exponentials.
From Warrant.Checker.Training Require Import Triangles Vectors Check.
Import ListNotations.
Local Open Scope bool_scope.

(** ** The gradient *)

(** the derivative of the loss at the prediction z, for the label y *)
Definition slope_interval (l : loss) (z : interval) (y : float) : interval :=
  match l with
  | Squared => minus z (y, y)
  | Logistic => scale (- y) (interval_inverse (interval_add unit_interval (exponential_interval (scale y z))))
  | Huber delta =>
    let t := minus z (y, y) in
    let e := (float_below delta, float_above delta) in
    minus (minus (relu_bounds (interval_add t e)) (relu_bounds (minus t e))) e
  end.
(** Σ slope a, on top of T *)
Fixpoint slopes (l : loss) (w : list interval) (rows labels : list (list dyadic)) (T : list interval) : option (list interval) :=
  match rows, labels with
  | r :: rows, b :: labels =>
    do a <- floats r;
    let y := dyadic_float (hd (Dyadic false 0 0) b) in
    if finite y then slopes l w rows labels (add_interval (slope_interval l (product a w) y) a T) else None
  | _, _ => Some T
  end.
(** how many labels are 1, where all are 1 or -1 *)
Definition positives (labels : list (list dyadic)) : Z :=
  Z.of_nat (length (filter (fun b => 0 <=? dyadic_float (hd (Dyadic false 0 0) b))%float labels)).

(** ** The bounds *)

Section Bounds.
Local Open Scope Q_scope.
(** the multiple of ‖w‖² *)
Definition rate (m : method) (L : Q) (n : N) : option Q :=
  let n := inject_Z (Z.of_N n) in
  match m with
  | GradientDescent step => when (less 0 step && Qle_bool (L * step) 1 && less 0 n) (Some (1 / (4 * step * n)))
  | Accelerated step => when (less 0 step && Qle_bool (L * step) 1 && less 0 n) (Some (2 / (step * ((n + 1) * (n + 1)))))
  | Nesterov _ _ => None
  end.
(** an upper bound of a square root *)
Definition root_above (q : Q) : Q := inject_Z (Z.sqrt (Qnum q / Zpos (Qden q) + 1) + 1).
(** how far the intercept of a point may be from 0 where the objective is at most F; [least] is the number of the rarer label *)
Definition farthest (p : problem) (n top square least F : Q) : option Q :=
  let predictions := root_above (n * top * (2 * F / penalty p)) in
  if intercept p then
    match problem_loss p with
    | Squared => Some ((n * (F + (1 # 2)) + root_above (n * square) + predictions) / n)
    | Huber delta => when (less 0 delta) (Some ((n * (F / delta + delta / 2) + root_above (n * square) + predictions) / n))
    | Logistic => when (less 0 least) (Some ((n * F + predictions) / least))
    end
  else Some 0.
(** With Σ |n g(j)|, Σ |w(j)| and Σ w(j)² at most [slope], [size] and [norm2], for the gradient g at w. *)
Definition near (p : problem) (n top square least slope size norm2 : Q) : bool :=
  let g := Qred (slope / n) in
  let F := Qred (start (problem_loss p) n square + g * size) in
  if loss_sane (problem_loss p) && less 0 (penalty p) && Qle_bool 0 top then
    match rate (problem_method p) (smoothness p n top) (steps p), farthest p n top square least F with
    | Some c, Some far => Qle_bool (c * norm2 + g * g / (2 * penalty p) + g * (far + size)) (accuracy p)
    | _, _ => false
    end
  else false.
End Bounds.

(** ** The check: a certificate of six bytes, [top], 0, the point, and the factor for [top] (docs/training.md) *)

Definition check_near (p : problem) (d : nat) (features labels : list (list dyadic)) (c : bytes) : bool :=
  let n := Z.of_nat (length features) in
  if is_certificate c 78 && (to_Z (size_of c) =? header_size + 8 * Z.of_nat d + factor_size d)%Z && (0 <? n)%Z && Nat.eqb (length features) (length labels) then
    let top := number_at c 6 in
    let v := numbers_at c d 22 in
    let alpha := (inject_Z n * penalty p)%Q in
    let w := map (fun x => (x, x)) v in
    let kept := if intercept p then match v with [] => [] | _ :: v => 0%float :: v end else v in
    if forallb (fun f => finite f) v then
      some (labels_square (problem_loss p) labels 0) (fun square =>
      some (slopes (problem_loss p) w features labels (add_interval (float_below alpha, float_above alpha) kept (repeat (0, 0)%float d))) (fun g =>
      some (float_rational top) (fun top_q =>
      some (float_rational square) (fun square_q =>
      some (float_rational (add_magnitudes 0 g)) (fun slope =>
      some (float_rational (add_magnitudes 0 w)) (fun size =>
      some (float_rational (squares_above v 0)) (fun norm2 =>
      if near p (inject_Z n) top_q square_q (inject_Z (Z.min (positives labels) (n - positives labels))) slope size norm2 then
        some (gram features (diagonal d)) (fun G =>
        let upper := factor_at c d (22 + 8 * of_Z (Z.of_nat d)) in
        factor_finite upper && below top G upper)
      else false)))))))
    else false
  else false.
