(** * The checker of training runs

    [check] takes the contents of the files and checks the certificate's two bounds of Σ <a(i), w>², a multiple [top] of ‖w‖² from above and a
    multiple [bottom] from below: with A the matrix of features and F an upper triangular factor from the certificate, A'A + F'F is almost [top] times the identity;
    A'A - F'F, with another factor, almost [bottom] times.  With an intercept, A has a column of ones, and the penalty of the others is added to the diagonal for [bottom].
    From these come the constants of smoothness and strong convexity, and a factor by which the gap to any
    point shrinks in each step.  Its power, times the objective at 0, has to be at most the accuracy.

    Main definitions: [gram], [promise], [check].

    Trust: proved (Check_sound.v). *)
From Coq Require Import Floats PString Uint63 ZArith QArith List Bool.
From Warrant Require Import Spec.Bytes Spec.Training Primitives.FloatBounds Primitives.Rationals Checker.Training.Triangles.
Import ListNotations.
Local Open Scope bool_scope.

(** ** Numbers *)

(** the rational that a finite float is *)
Definition float_rational (f : float) : option Q :=
  match exactly f with
  | Some (m, Zneg e) => Some (Qmake m (2 ^ e))
  | Some (m, e) => Some (inject_Z (m * 2 ^ e))
  | None => None
  end.
Fixpoint floats (l : list dyadic) : option (list float) :=
  match l with
  | [] => Some []
  | x :: l => let f := dyadic_float x in if finite f then do r <- floats l; Some (f :: r) else None
  end.

(** an upper bound of the product of two numbers that are at least 0 *)
Definition times (x y : float) : float := if fin x then up (x * y)%float else nan.
(** a power, by a product that is rounded up or down *)
Fixpoint power (product : float -> float -> float) (x : float) (n : positive) : float :=
  match n with
  | xH => x
  | xO n => let y := power product x n in product y y
  | xI n => let y := power product x n in product (product y y) x
  end.

(** ** Data *)

(** A'A *)
Fixpoint gram (rows : list (list dyadic)) (T : triangle) : option triangle :=
  match rows with [] => Some T | r :: rows => do a <- floats r; gram rows (add_row false T a) end.
(** Σ y², from above, of labels that fit the loss *)
Fixpoint labels_square (l : loss) (labels : list (list dyadic)) (s : float) : option float :=
  match labels with
  | [] => Some s
  | r :: labels =>
    let y := dyadic_float (hd (Dyadic false 0 0) r) in
    let fits := match l with Logistic => (y =? 1)%float || (y =? -1)%float | _ => finite y end in
    if fits then labels_square l labels (up (s + up (y * y)))%float else None
  end.

(** ** The certificate: six bytes, [top], [bottom], and one or two factors (docs/training.md) *)

Section Certificate.
Variable c : bytes.
Local Open Scope uint63_scope.
Definition number_at (i : int) : float := match float64 c i with Some x => dyadic_float x | None => nan end.
Fixpoint numbers_at (n : nat) (i : int) : list float := match n with O => [] | S n => number_at i :: numbers_at n (i + 8) end.
Fixpoint factor_at (d : nat) (i : int) : list (list float) :=
  match d with O => [] | S d' => numbers_at d i :: factor_at d' (i + 8 * of_Z (Z.of_nat d)) end.
Definition magic : bytes := "WRNT"%pstring.
(** a certificate of this kind: 84 for a proof, 82 for a refutation, 68 for one of a run that diverges (T, R, D) *)
Definition is_certificate (kind : int) : bool := same magic (text c 0 4) && (byte c 4 =? 1) && (byte c 5 =? kind).
End Certificate.
Definition header_size : Z := 22.
Definition factor_size (d : nat) : Z := (4 * Z.of_nat d * (Z.of_nat d + 1))%Z.
Definition factor_finite (factor : list (list float)) : bool := forallb (forallb (fun f => finite f)) factor.

(** ** The check *)

Section Constants.
Local Open Scope Q_scope.
Definition curvature (l : loss) : Q := match l with Logistic => 1 # 4 | _ => 1 end.
Definition loss_sane (l : loss) : bool := match l with Huber delta => Qle_bool 0 delta | _ => true end.
(** the smoothness L and the strong convexity µ *)
Definition smoothness (p : problem) (n top : Q) : Q := Qred (curvature (problem_loss p) * top / n + penalty p).
Definition convexity (p : problem) (n bottom : Q) : Q :=
  let alpha := if intercept p then 0 else penalty p in
  Qred (match problem_loss p with Squared => bottom / n + alpha | _ => alpha end).
(** by which factor the gap to any point shrinks in each step, and from which multiple of f(0) on *)
Definition less (p q : Q) : bool := negb (Qle_bool q p).
Definition promise (m : method) (mu L : Q) : option (Q * Q) :=
  match m with
  | GradientDescent step =>
    let rho :=
      if Qle_bool (L * step) 1 && less mu L then Qred ((1 - step * mu) * (1 - step * mu))
      else Qred (1 - 2 * mu * (step * (1 - L * step / 2))) in
    when (Qle_bool 0 step && Qle_bool (L * step) 2 && Qle_bool 0 rho) (Some (rho, 1))
  | Nesterov step momentum =>
    let q := Qred ((1 - momentum) / (1 + momentum)) in
    when (Qle_bool 0 momentum && less momentum 1 && less 0 step && Qle_bool (L * step) 1 && Qle_bool (q * q) (step * mu))
      (Some (Qred (1 - q), 4))
  | Accelerated _ => None
  end.
(** at least f(0); ln 2 is less than 7/10 *)
Definition start (l : loss) (n square : Q) : Q := match l with Logistic => 7 # 10 | _ => square / (2 * n) end.
(** an upper bound of q^N *)
Definition power_bound (q : Q) (n : N) : option Q :=
  match n with N0 => Some 1 | Npos k => float_rational (power times (float_above q) k) end.
Definition converges (p : problem) (n top bottom square : Q) : bool :=
  let L := smoothness p n top in
  let mu := convexity p n bottom in
  if loss_sane (problem_loss p) && Qle_bool 0 (penalty p) && Qle_bool 0 top && Qle_bool 0 mu then
    match promise (problem_method p) mu L with
    | Some (rho, c) =>
      match power_bound rho (steps p) with
      | Some q => Qle_bool (q * (c * start (problem_loss p) n square)) (accuracy p)
      | None => false
      end
    | None => false
    end
  else false.
End Constants.

Definition some {A} (a : option A) (f : A -> bool) : bool := match a with Some a => f a | None => false end.
Definition check (p : problem) (d : nat) (features labels : list (list dyadic)) (c : bytes) : bool :=
  let n := Z.of_nat (length features) in
  let size := to_Z (size_of c) in
  let one := (size =? header_size + factor_size d)%Z in
  let two := (size =? header_size + 2 * factor_size d)%Z in
  if is_certificate c 84 && (one || two) && (0 <? n)%Z && Nat.eqb (length features) (length labels) then
    let top := number_at c 6 in
    let bottom := if two then number_at c 14 else 0%float in
    some (labels_square (problem_loss p) labels 0) (fun square =>
    some (float_rational top) (fun top_q =>
    some (float_rational bottom) (fun bottom_q =>
    some (float_rational square) (fun square_q =>
    if converges p (inject_Z n) top_q bottom_q square_q then
      some (gram features (diagonal d)) (fun G =>
      let upper := factor_at c d 22 in
      if factor_finite upper && below top G upper then
        if two then
          let lower := factor_at c d (22 + of_Z (factor_size d)) in
          let alpha := float_below (inject_Z n * penalty p) in
          factor_finite lower && finite alpha && above bottom (if intercept p then raise alpha G else G) lower
        else true
      else false)
    else false))))
  else false.
