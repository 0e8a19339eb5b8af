(** * Functions and operators that are optimised

    The classes of functions and operators about which rates are stated, by their textbook definitions.  A function takes real values on its domain, and is
    taken to be +∞ elsewhere; a set-valued operator is the relation between x and the elements of A(x).

    Main definitions: [function], [subgradient], [gradient], [minimizer], [adjoint], [decomposition]; the predicates on functions and operators.

    Trust: SPEC.
    Source: Y. Nesterov, Lectures on Convex Optimization, 2018 (functions); H. Bauschke and P. Combettes, Convex Analysis and Monotone Operator Theory, 2017
    (operators); for quadratic growth: B. Goujaud, A. Taylor, A. Dieuleveut, Optimal first-order methods for convex functions with a quadratic upper bound, 2022;
    for blocks: Y. Nesterov, Efficiency of coordinate descent methods on huge-scale optimization problems, 2012. *)
From Coq Require Import Reals List.
From Warrant Require Import Spec.InnerProduct.
Local Open Scope R_scope.

Record function (E : inner_product_space) := Function { domain : E -> Prop; value :> E -> R }.
Arguments Function {_}.
Arguments domain {_}.
Arguments value {_}.

(** a function that is finite everywhere *)
Definition everywhere {E : inner_product_space} (f : E -> R) : function E := Function (fun _ => True) f.

Section Functions.
Context {E : inner_product_space}.
Implicit Types (f : function E) (A : E -> E -> Prop) (x y g : E).

(** *** Derivatives *)

(** g is a subgradient of f at x *)
Definition subgradient f x g : Prop := domain f x /\ forall y, domain f y -> f y >= f x + inner g (y - x)%V.
(** g is the gradient of f at x: f is finite around x, and differentiable (Fréchet) *)
Definition gradient f x g : Prop :=
  forall eps, eps > 0 -> exists delta, delta > 0 /\
    forall y, norm (y - x)%V <= delta -> domain f y /\ Rabs (f y - f x - inner g (y - x)%V) <= eps * norm (y - x)%V.
Definition minimizer f x : Prop := domain f x /\ forall y, domain f y -> f x <= f y.

(** *** Functions *)

Definition total f : Prop := forall x, domain f x.
(** µ-strongly convex; convex with µ = 0 *)
Definition strongly_convex (mu : R) f : Prop :=
  forall x y t, domain f x -> domain f y -> 0 <= t <= 1 ->
    domain f (t *: x + (1 - t) *: y)%V /\
    f (t *: x + (1 - t) *: y)%V <= t * f x + (1 - t) * f y - mu / 2 * (t * (1 - t)) * norm2 (x - y)%V.
Definition convex f : Prop := strongly_convex 0 f.
(** L-smooth: differentiable everywhere, and the gradient is L-Lipschitz *)
Definition smooth (L : R) f : Prop :=
  exists G : E -> E, (forall x, gradient f x (G x)) /\ forall x y, norm (G x - G y)%V <= L * norm (x - y)%V.
Definition lipschitz (M : R) f : Prop := total f /\ forall x y, Rabs (f x - f y) <= M * norm (x - y)%V.
(** the indicator function of a convex set *)
Definition indicator f : Prop := convex f /\ forall x, domain f x -> f x = 0.
(** the set where f is finite has diameter at most D *)
Definition diameter (D : R) f : Prop := forall x y, domain f x -> domain f y -> norm (x - y)%V <= D.
(** the support function of a set C, [sup_{c in C} <c, x>] *)
Definition support_of (C : E -> Prop) f : Prop := total f /\ forall x, is_lub (fun r => exists c, C c /\ r = inner c x) (f x).
Definition support f : Prop := exists C, support_of C f.
Definition bounded_support (M : R) f : Prop := exists C, support_of C f /\ forall c, C c -> norm c <= M.
(** quadratic upper bound around each minimizer (QG⁺) *)
Definition quadratic_growth (L : R) f : Prop := total f /\ forall x z, minimizer f z -> f x - f z <= L / 2 * norm2 (x - z)%V.
(** the function x ↦ f(z) + ½ <x - z, Q (x - z)> for a linear, symmetric Q between µ and L *)
Definition quadratic (mu L : R) f : Prop :=
  total f /\ exists (z : E) (Q : E -> E),
    (forall a x y, Q (a *: x + y)%V = (a *: Q x + Q y)%V) /\ (forall x y, inner (Q x) y = inner x (Q y)) /\
    (forall x, mu * norm2 x <= inner (Q x) x <= L * norm2 x) /\ (forall x, f x = f z + / 2 * inner (Q (x - z)%V) (x - z)%V).
(** restricted secant inequality and error bound, towards every point where the gradient is zero *)
Definition restricted_secant (mu : R) f : Prop := forall x g z, gradient f x g -> gradient f z vzero -> inner g (x - z)%V >= mu * norm2 (x - z)%V.
Definition error_bound (L : R) f : Prop := forall x g z, gradient f x g -> gradient f z vzero -> norm g <= L * norm (x - z)%V.
(** the Polyak-Łojasiewicz inequality: 2µ (f(x) - inf f) <= ‖∇f(x)‖² *)
Definition lojasiewicz (mu : R) f : Prop := forall x g y, gradient f x g -> domain f y -> 2 * mu * (f x - f y) <= norm2 g.

(** *** Operators *)

(** µ-strongly monotone; monotone with µ = 0; with µ = -ρ: ρ-weakly monotone *)
Definition strongly_monotone (mu : R) A : Prop := forall x u y v, A x u -> A y v -> inner (u - v)%V (x - y)%V >= mu * norm2 (x - y)%V.
Definition monotone A : Prop := strongly_monotone 0 A.
(** β-cocoercive; with β = -ρ: ρ-negatively comonotone *)
Definition cocoercive (beta : R) A : Prop := forall x u y v, A x u -> A y v -> inner (u - v)%V (x - y)%V >= beta * norm2 (u - v)%V.
Definition lipschitz_operator (L : R) A : Prop := forall x u y v, A x u -> A y v -> norm (u - v)%V <= L * norm (x - y)%V.
Definition nonexpansive A : Prop := lipschitz_operator 1 A.
(** linear and symmetric, with spectrum between µ and L *)
Definition symmetric (mu L : R) A : Prop :=
  exists M : E -> E, (forall a x y, M (a *: x + y)%V = (a *: M x + M y)%V) /\ (forall x y, inner (M x) y = inner x (M y)) /\
    (forall x, mu * norm2 x <= inner (M x) x <= L * norm2 x) /\ forall x u, A x u -> u = M x.
(** linear and skew-symmetric, of norm at most L *)
Definition skew_symmetric (L : R) A : Prop :=
  exists M : E -> E, (forall a x y, M (a *: x + y)%V = (a *: M x + M y)%V) /\ (forall x y, inner (M x) y = - inner x (M y)) /\
    (forall x, norm (M x) <= L * norm x) /\ forall x u, A x u -> u = M x.
(** linear, of norm at most L; between two spaces, where E is their sum *)
Definition linear_operator (L : R) A : Prop :=
  exists M : E -> E, (forall a x y, M (a *: x + y)%V = (a *: M x + M y)%V) /\ (forall x, norm (M x) <= L * norm x) /\ forall x u, A x u <-> u = M x.
(** v is the value at u of the adjoint of A *)
Definition adjoint A u v : Prop := forall x y, A x y -> inner x v = inner y u.

(** *** Blocks of coordinates *)

(** E is the sum of subspaces that are orthogonal to each other, and each relation of the list gives the part of a vector that lies in one of them *)
Definition decomposition (blocks : list (E -> E -> Prop)) : Prop :=
  exists P : list (E -> E), Forall2 (fun B p => forall x u, B x u <-> u = p x) blocks P /\
    ForallOrdPairs (fun p q => forall x y, inner (p x) (q y) = 0) P /\ forall x, fold_right (fun p z => p x + z)%V vzero P = x.
(** L-smooth along the block B: f is differentiable, and that block of the gradient changes at most L times as fast as x moves in it *)
Definition block_smooth (B : E -> E -> Prop) (L : R) f : Prop :=
  exists G : E -> E, (forall x, gradient f x (G x)) /\
    forall x h u v, B h h -> B (G (x + h)%V) u -> B (G x) v -> norm (u - v)%V <= L * norm h.
End Functions.
