(** * Real inner-product spaces

    A vector space over the reals with an inner product, of any dimension, finite or not, complete or not.  Claims about optimisation methods hold in every one.

    Main definitions: [inner_product_space], [norm2], [norm].

    | notation | meaning |
    | x + y, x - y, - x | sum, difference, opposite of vectors |
    | a *: x | the vector x scaled by the real a |

    Trust: SPEC.
    Source: any textbook, for instance W. Rudin, Functional Analysis, chapter 12. *)
From Coq Require Import Reals.
Local Open Scope R_scope.

Record inner_product_space := InnerProductSpace {
  vector :> Type;
  vzero : vector;
  vadd : vector -> vector -> vector;
  vscale : R -> vector -> vector;
  inner : vector -> vector -> R;
  vadd_comm : forall x y, vadd x y = vadd y x;
  vadd_assoc : forall x y z, vadd x (vadd y z) = vadd (vadd x y) z;
  vadd_zero : forall x, vadd x vzero = x;
  vadd_opposite : forall x, vadd x (vscale (-1) x) = vzero;
  vscale_one : forall x, vscale 1 x = x;
  vscale_scale : forall a b x, vscale a (vscale b x) = vscale (a * b) x;
  vscale_add : forall a x y, vscale a (vadd x y) = vadd (vscale a x) (vscale a y);
  vscale_plus : forall a b x, vscale (a + b) x = vadd (vscale a x) (vscale b x);
  inner_comm : forall x y, inner x y = inner y x;
  inner_add : forall x y z, inner (vadd x y) z = inner x z + inner y z;
  inner_scale : forall a x z, inner (vscale a x) z = a * inner x z;
  inner_ge0 : forall x, 0 <= inner x x;
  inner_definite : forall x, inner x x = 0 -> x = vzero
}.
Arguments vzero {_}.
Arguments vadd {_}.
Arguments vscale {_}.
Arguments inner {_}.

Definition vopp {E : inner_product_space} (x : E) : E := vscale (-1) x.
Definition vsub {E : inner_product_space} (x y : E) : E := vadd x (vopp y).
(** the square of the norm, and the norm *)
Definition norm2 {E : inner_product_space} (x : E) : R := inner x x.
Definition norm {E : inner_product_space} (x : E) : R := sqrt (norm2 x).

Declare Scope vector_scope.
Delimit Scope vector_scope with V.
Bind Scope vector_scope with vector.
Notation "x + y" := (vadd x y) : vector_scope.
Notation "x - y" := (vsub x y) : vector_scope.
Notation "- x" := (vopp x) : vector_scope.
Notation "a *: x" := (vscale a%R x%V) (at level 40) : vector_scope.
