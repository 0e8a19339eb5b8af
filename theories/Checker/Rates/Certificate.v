(** * The certificate of a rate

    From the text of a certificate (docs/rates.md) to the steps that the checker follows.  Nothing here has to be right for the checker to be sound.

    Main definitions: [step], [read_certificate].

    Trust: proved (there is nothing to prove: every list of steps is checked). *)
From Coq Require Import PString Uint63 ZArith QArith List Bool.
From Warrant Require Import Spec.Bytes Spec.SExpressions Spec.Rates Checker.Rates.Sums Checker.Rates.Facts.
Import ListNotations.
Local Open Scope bool_scope.
Local Open Scope pstring_scope.
Local Open Scope uint63_scope.

Inductive step :=
| Shift (i : positive) (f : form)
| Weights (l : list Q)
| Use (r : nat) (q : Q)
| Apply (n : name) (q : Q) (calls : list nat)
| Span (n : name) (d : Q) (i : nat) (l : list (Q * nat))
| SubtractSquare (d : Q) (f : form).

Section Reader.
Variable s : bytes.

(** whole numbers of at most six digits *)
Definition whole (e : expression) : option nat :=
  match e with
  | Atom a b => let (n, j) := digits s 6 a b 0 in when ((j =? b) && (a <? b)) (Some (Z.to_nat n))
  | List _ => None
  end.
Definition read_name (e : expression) : option name :=
  let is w := is_word s w e in
  if is "convex" then Some FConvex else if is "smooth" then Some FSmooth else if is "lipschitz" then Some FLipschitz
  else if is "indicator" then Some FIndicator else if is "diameter" then Some FDiameter
  else if is "support-value" then Some FSupportValue else if is "support-order" then Some FSupportOrder
  else if is "support-bound" then Some FSupportBound else if is "growth" then Some FGrowth
  else if is "quadratic-value" then Some FQuadraticValue else if is "quadratic-symmetry" then Some FQuadraticSymmetry
  else if is "quadratic-spectrum" then Some FQuadraticSpectrum else if is "secant" then Some FSecant
  else if is "error-bound" then Some FErrorBound else if is "lojasiewicz" then Some FLojasiewicz else if is "descent" then Some FDescent
  else if is "monotone" then Some FMonotone else if is "cocoercive" then Some FCocoercive
  else if is "lipschitz-operator" then Some FLipschitzOperator else if is "symmetric" then Some FSymmetric
  else if is "symmetric-spectrum" then Some FSymmetricSpectrum else if is "skew-symmetric" then Some FSkewSymmetric
  else if is "skew-bound" then Some FSkewBound else if is "adjoint" then Some FAdjoint else if is "linear-bound" then Some FLinearBound
  else if is "adjoint-bound" then Some FAdjointBound else if is "orthogonal" then Some FOrthogonal
  else if is "block-smooth" then Some FBlockSmooth else None.
(** [(i q)] *)
Definition pair (e : expression) : option (nat * Q) :=
  match e with List [i; q] => do i <- whole i; do q <- rational s q; Some (i, q) | _ => None end.
Definition read_form (l : list expression) : option form :=
  do l <- map_all pair l; Some (map (fun m => (Pos.of_succ_nat (fst m), snd m)) l).

Definition read_step (e : expression) : option step :=
  match e with
  | List (c :: args) =>
    if is_word s "weights" c then do l <- map_all (rational s) args; Some (Weights l)
    else
      match args with
      | a :: args =>
        if is_word s "shift" c then do i <- whole a; do f <- read_form args; Some (Shift (Pos.of_succ_nat i) f)
        else if is_word s "square" c then do d <- rational s a; do f <- read_form args; Some (SubtractSquare d f)
        else
          match args with
          | q :: args =>
            do q <- rational s q;
            if is_word s "use" c then do r <- whole a; Some (Use r q)
            else
              do n <- read_name a;
              if is_word s "fact" c then do l <- map_all whole args; Some (Apply n q l)
              else if is_word s "span" c then
                match args with
                | i :: args => do i <- whole i; do l <- map_all pair args; Some (Span n q i (map (fun m => (snd m, fst m)) l))
                | [] => None
                end
              else None
          | [] => None
          end
      | [] => None
      end
  | _ => None
  end.
End Reader.

Definition read_certificate (s : bytes) : option (list step) :=
  do t <- tokens s; do l <- parse t [] [];
  match l with
  | List [c; v] :: l => when (is_word s "certificate" c && is_word s "1" v) (map_all (read_step s) l)
  | _ => None
  end.
