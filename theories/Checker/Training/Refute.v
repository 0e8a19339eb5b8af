(** * The checker of training runs that fail

    [refute_training problem features labels certificate] reads the files and checks that gradient descent on regularized least squares misses its accuracy: because the step
    is too large, so that the run diverges, or because the steps are too few.  The certificate has a bound [top] of Σ <a(i), w>², as that of a proof (with an intercept it includes the penalty), and an approximate
    eigenvector v of A'A with its eigenvalue κ.  The gradient's component along v is multiplied by almost 1 - γ(κ/n + α) in each step; what the residual A'Av - κv may have added
    after N steps is subtracted.  With an intercept, which has no penalty, the residual has α n v(0) more.  What is left shows a point that is better than the last one; the difference has to be more than the accuracy.  [diverge_training] also checks that
    the gradient has become longer than the first one; then it grows in each further step, and the run diverges.

    Main definitions: [sums], [fails], [refute], [refute_training], [diverge_training].

    Trust: proved (Refute_sound.v).
    Source: Primitives/Optimization/Divergence.v. *)
From Coq Require Import Floats PString Uint63 ZArith QArith Qabs Qminmax List Bool.
From Warrant Require Import Spec.Bytes Spec.Training Primitives.FloatBounds Primitives.Rationals Checker.Training.Triangles Checker.Training.Vectors Checker.Training.Check.
Import ListNotations.
Local Open Scope bool_scope.

(** ** Sums over the rows *)

(** A'Av and A'y *)
Fixpoint sums (v : list interval) (rows labels : list (list dyadic)) (S B : list interval) : option (list interval * list interval) :=
  match rows, labels with
  | r :: rows, l :: labels =>
    do a <- floats r;
    let y := dyadic_float (hd (Dyadic false 0 0) l) in
    if finite y then sums v rows labels (add_interval (product a v) a S) (add_multiple y a B) else None
  | _, _ => Some (S, B)
  end.

(** ** Powers from below *)

Definition times_below (x y : float) : float := if fin x then if (0 <=? x)%float then dn (x * y)%float else 0%float else 0%float.
(** a lower bound of q^N *)
Definition power_least (q : Q) (n : N) : option Q :=
  match n with N0 => Some 1%Q | Npos k => float_rational (power times_below (float_below q) k) end.

(** ** The check *)

(** what the second derivative is at most *)
Definition largest (p : problem) (n top : Q) : Q := Qred (top / n + if intercept p then 0 else penalty p).
(** With <v, A'y> at least [component], the sums of the absolute values of A'Av - κv and A'y at most [residual] and [moment], ‖Av‖² at most [energy] and ‖v‖² at most
    [square]. *)
Definition fails (forever : bool) (p : problem) (step n top kappa component residual moment energy square : Q) : bool :=
  let L := largest p n top in
  let tau := Qred (Qabs (1 - step * (kappa / n + penalty p))) in
  let sigma := Qred (Qmax 1 (Qmax (Qabs (1 - step * L)) tau)) in
  let rest := Qred (inject_Z (Z.of_N (steps p)) * (Qabs step * (residual / n) * (moment / n))) in
  let K := Qred (energy / n + penalty p * square) in
  if Qle_bool 0 (penalty p) && less 0 tau && less 0 K then
    match power_bound (Qred (sigma / tau)) (steps p), power_least tau (steps p) with
    | Some q, Some t =>
      let b := Qred (t * (component / n - rest * q)) in
      Qle_bool 0 t && less 0 b && less (2 * K * accuracy p) (b * b) &&
      (negb forever || less (square * (moment / n * (moment / n))) (b * b))
    | _, _ => false
    end
  else false.

Definition refute (forever : bool) (p : problem) (step : Q) (d : nat) (features labels : list (list dyadic)) (c : bytes) : bool :=
  let n := Z.of_nat (length features) in
  if is_certificate c (if forever then 68 else 82) && (to_Z (size_of c) =? header_size + 8 * Z.of_nat d + factor_size d)%Z && (0 <? n)%Z &&
     Nat.eqb (length features) (length labels)
  then
    let top := number_at c 6 in
    let kappa := number_at c 14 in
    let v := numbers_at c d 22 in
    let nothing := repeat (0, 0)%float d in
    if forallb (fun f => finite f) v then
      some (sums (map (fun x => (x, x)) v) features labels nothing nothing) (fun SB =>
      some (float_rational top) (fun top_q =>
      some (float_rational kappa) (fun kappa_q =>
      some (float_rational (fst (product v (snd SB)))) (fun component =>
      let r := add_multiple (- kappa) v (fst SB) in
      let alpha := (- (inject_Z n * penalty p))%Q in
      let r := if intercept p then add_interval (float_below alpha, float_above alpha) (alone v) r else r in
      some (float_rational (add_magnitudes 0 r)) (fun residual =>
      some (float_rational (add_magnitudes 0 (snd SB))) (fun moment =>
      some (float_rational (snd (product v (fst SB)))) (fun energy =>
      some (float_rational (squares_above v 0)) (fun square =>
      if fails forever p step (inject_Z n) top_q kappa_q component residual moment energy square then
        some (gram features (diagonal d)) (fun G =>
        let upper := factor_at c d (22 + 8 * of_Z (Z.of_nat d)) in
        let alpha := float_above (inject_Z n * penalty p) in
        factor_finite upper && finite alpha && below top (if intercept p then raise alpha G else G) upper)
      else false))))))))
    else false
  else false.

Definition refute_run (forever : bool) (problem_file features_file labels_file certificate : bytes) : bool :=
  match read_problem problem_file, read_matrix features_file, read_matrix labels_file with
  | Some p, Some (d, features), Some (1%nat, labels) =>
    match problem_loss p, problem_method p with
    | Squared, GradientDescent step => let (d, features) := with_ones (intercept p) d features in refute forever p step d features labels certificate
    | _, _ => false
    end
  | _, _, _ => false
  end.
Definition refute_training : bytes -> bytes -> bytes -> bytes -> bool := refute_run false.
Definition diverge_training : bytes -> bytes -> bytes -> bytes -> bool := refute_run true.
