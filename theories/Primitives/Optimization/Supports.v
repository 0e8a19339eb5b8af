(** * Indicator and support functions

    What is known of sets through the functions that stand for them: points of a set of bounded diameter, and the value and the subgradients of the support
    function of a set C, sup_{c in C} <c, x>, which is positively homogeneous.

    Main results: [diameter_norm2], [support_value], [support_order], [bounded_support_norm2].

    Trust: proved.
    Source: A. Taylor, J. Hendrickx, F. Glineur, Exact worst-case performance of first-order methods for composite convex optimization, 2017, theorem 3.6
    (indicator functions) and corollary 3.7 (support functions). *)
From Coq Require Import Reals Lra.
From Warrant Require Import Spec.InnerProduct Spec.Functions Primitives.Optimization.Spaces.
Local Open Scope R_scope.

Section Supports.
Context {E : inner_product_space}.
Implicit Types (f : function E) (x y g h : E) (C : E -> Prop).

Lemma diameter_norm2 D f x y : diameter D f -> domain f x -> domain f y -> norm2 (x - y)%V <= D * D.
Proof. intros f_diameter in_x in_y. rewrite norm2_norm. pose proof (f_diameter x y in_x in_y). pose proof (norm_ge0 (x - y)%V). nra. Qed.

(** ** Support functions *)

Lemma support_total f : support f -> total f.
Proof. now intros (C & f_total & _). Qed.
Lemma support_zero f : support f -> f vzero = 0.
Proof.
  intros (C & _ & f_sup). destruct (f_sup vzero) as [above least]. apply Rle_antisym.
  - apply least. intros r (c & _ & ->). rewrite inner_zero_r. lra.
  - (* if f(0) < 0 then C is empty, and there is no least upper bound *)
    destruct (Rle_lt_dec 0 (f vzero)) as [|negative]; [assumption|].
    assert (is_upper_bound (fun r => exists c, C c /\ r = inner c vzero) (f vzero - 1)) as lower.
    { intros r (c & in_c & ->). enough (inner c vzero <= f vzero) as bound by (rewrite inner_zero_r in *; lra). apply above. now exists c. }
    apply least in lower. lra.
Qed.
Lemma support_double f x : support f -> f (2 *: x)%V = 2 * f x.
Proof.
  intros (C & _ & f_sup). destruct (f_sup x) as [above least]. destruct (f_sup (2 *: x)%V) as [above2 least2]. apply Rle_antisym.
  - apply least2. intros r (c & in_c & ->). rewrite inner_scale_r. enough (inner c x <= f x) by lra. apply above. now exists c.
  - enough (f x <= / 2 * f (2 *: x)%V) by lra. apply least. intros r (c & in_c & ->).
    enough (2 * inner c x <= f (2 *: x)%V) by lra. rewrite <- inner_scale_r. apply above2. now exists c.
Qed.

Theorem support_value f x g : support f -> subgradient f x g -> inner g x = f x.
Proof.
  intros f_support [_ below]. pose proof (support_total _ f_support) as f_total.
  pose proof (below vzero (f_total _)) as at_zero. pose proof (below (2 *: x)%V (f_total _)) as at_double.
  rewrite support_zero in at_zero by assumption. rewrite support_double in at_double by assumption. expand_inner in at_zero. expand_inner in at_double. lra.
Qed.
Lemma support_above f x g y : support f -> subgradient f x g -> inner g y <= f y.
Proof.
  intros f_support x_g. pose proof (support_value f x g f_support x_g) as value. destruct x_g as [_ below].
  pose proof (below y (support_total _ f_support y)) as at_y. expand_inner in at_y. lra.
Qed.
Theorem support_order f x g y h : support f -> subgradient f x g -> subgradient f y h -> inner y (g - h)%V <= 0.
Proof.
  intros f_support x_g y_h. pose proof (support_above f x g y f_support x_g). pose proof (support_value f y h f_support y_h).
  expand_inner. lra.
Qed.

Lemma bounded_support_support M f : bounded_support M f -> support f.
Proof. intros (C & f_support & _). now exists C. Qed.
Theorem bounded_support_norm2 M f x g : bounded_support M f -> subgradient f x g -> norm2 g <= M * M.
Proof.
  intros f_bounded x_g. pose proof (support_above f x g g (bounded_support_support _ _ f_bounded) x_g) as below.
  destruct f_bounded as (C & (_ & f_sup) & C_bounded). destruct (f_sup g) as [_ least].
  assert (f g <= M * norm g).
  { apply least. intros r (c & in_c & ->). pose proof (C_bounded c in_c). pose proof (norm_ge0 g).
    pose proof (cauchy_schwarz c g). pose proof (Rle_abs (inner c g)). nra. }
  fold (norm2 g) in below. rewrite norm2_norm in *. pose proof (norm_ge0 g) as [g_gt0 | <-]; [|nra].
  assert (norm g <= M) by nra. nra.
Qed.
End Supports.
