(** * Quadratic functions

    The gradient of x ↦ f(z) + ½ <x - z, Q (x - z)> at x is Q (x - z), and the facts about the linear, symmetric map Q carry over.  Seen from a stationary
    point s, the gradient at x is Q (x - s).

    Main results: [quadratic_gradient], [quadratic_stationary], [quadratic_value], [quadratic_symmetry], [quadratic_spectrum], [quadratic_smooth],
    [quadratic_strongly_convex].

    Trust: proved.
    Source: N. Bousselmi, J. Hendrickx, F. Glineur, Interpolation conditions for linear operators and applications to performance estimation
    problems, 2024, theorem 3.9. *)
From Coq Require Import Reals List Lra.
From Warrant Require Import Spec.InnerProduct Spec.Functions Primitives.Optimization.Spaces Primitives.Optimization.Convex Primitives.Optimization.Operators.
Local Open Scope R_scope.

Section Quadratics.
Context {E : inner_product_space}.
Implicit Types (f : function E) (x y s g h : E).

(** a function that differs from its tangent by at most a multiple of the squared distance *)
Lemma tangent_gradient C f x g :
  (forall y, domain f y /\ Rabs (f y - f x - inner g (y - x)%V) <= C * norm2 (y - x)%V) -> gradient f x g.
Proof.
  intros near eps eps_gt0. exists (eps / (Rabs C + 1)). pose proof (Rabs_pos C). pose proof (Rle_abs C).
  split; [apply Rdiv_lt_0_compat; lra|]. intros y close. destruct (near y) as [inside bound]. split; [exact inside|].
  apply (Rmult_le_compat_r (Rabs C + 1)) in close; [|lra]. replace (eps / (Rabs C + 1) * (Rabs C + 1)) with eps in close by (field; lra).
  rewrite norm2_norm in bound. pose proof (norm_ge0 (y - x)%V). nra.
Qed.

Section Known.
Variables (mu L : R) (f : function E) (z : E) (Q : E -> E).
Hypothesis f_total : total f.
Hypothesis Q_linear : linear Q.
Hypothesis Q_symmetric : forall x y, inner (Q x) y = inner x (Q y).
Hypothesis Q_between : forall x, mu * norm2 x <= inner (Q x) x <= L * norm2 x.
Hypothesis f_value : forall x, f x = f z + / 2 * inner (Q (x - z)%V) (x - z)%V.

Local Lemma known_expansion x y : f y = f x + inner (Q (x - z)%V) (y - x)%V + / 2 * inner (Q (y - x)%V) (y - x)%V.
Proof.
  rewrite (f_value y), (f_value x). replace (y - z)%V with ((x - z) + (y - x))%V by vector_ring.
  set (u := (x - z)%V). set (d := (y - x)%V). rewrite (linear_add Q) by exact Q_linear. expand_inner.
  rewrite (inner_comm _ (Q d) u), <- (Q_symmetric u d). field.
Qed.
Local Lemma known_gradient x : gradient f x (Q (x - z)%V).
Proof.
  apply (tangent_gradient (Rabs mu + Rabs L)). intros y. split; [apply f_total|]. rewrite (known_expansion x y).
  pose proof (Q_between (y - x)%V). pose proof (norm2_ge0 (y - x)%V). pose proof (Rle_abs L). pose proof (Rabs_pos L). pose proof (Rabs_pos mu).
  pose proof (Rle_abs (- mu)) as below. rewrite Rabs_Ropp in below. apply Rabs_le. nra.
Qed.
End Known.

Theorem quadratic_gradient mu L f : quadratic mu L f ->
  exists z Q, linear Q /\ (forall x y, inner (Q x) y = inner x (Q y)) /\ (forall x, mu * norm2 x <= inner (Q x) x <= L * norm2 x) /\
    (forall x, gradient f x (Q (x - z)%V)) /\ forall x g, gradient f x g -> g = Q (x - z)%V.
Proof.
  intros (f_total & z & Q & Q_linear & Q_symmetric & Q_between & f_value). exists z, Q. repeat split; try assumption; try apply Q_between.
  - intros x. now apply (known_gradient mu L).
  - intros x g g_gradient. apply (gradient_unique f x); [exact g_gradient|]. now apply (known_gradient mu L).
Qed.
(** the same, seen from a stationary point *)
Lemma quadratic_stationary mu L f s : quadratic mu L f -> gradient f s vzero ->
  exists Q, linear Q /\ (forall x y, inner (Q x) y = inner x (Q y)) /\ (forall x, mu * norm2 x <= inner (Q x) x <= L * norm2 x) /\
    (forall x, f x = f s + / 2 * inner (Q (x - s)%V) (x - s)%V) /\ forall x g, gradient f x g -> g = Q (x - s)%V.
Proof.
  intros (f_total & z & Q & Q_linear & Q_symmetric & Q_between & f_value) stationary. exists Q.
  assert (gradient_Q : forall x, gradient f x (Q (x - z)%V)) by (intros x; now apply (known_gradient mu L)).
  pose proof (gradient_unique _ _ _ _ (gradient_Q s) stationary) as zero.
  repeat split; try assumption; try apply Q_between.
  - intros x. rewrite (known_expansion f z Q Q_linear Q_symmetric f_value s x), zero, inner_zero_l. ring.
  - intros x g g_gradient. rewrite (gradient_unique _ _ _ _ g_gradient (gradient_Q x)).
    replace (x - z)%V with ((x - s) + (s - z))%V by vector_ring. rewrite (linear_add Q), zero by exact Q_linear. vector_ring.
Qed.

Theorem quadratic_value mu L f s x g : quadratic mu L f -> gradient f s vzero -> gradient f x g -> f x - f s = / 2 * inner (x - s)%V g.
Proof.
  intros f_quadratic stationary g_gradient. destruct (quadratic_stationary _ _ _ _ f_quadratic stationary) as (Q & _ & _ & _ & f_value & gradient_Q).
  rewrite (gradient_Q x g g_gradient), (f_value x), (inner_comm _ (x - s)%V). ring.
Qed.
Theorem quadratic_symmetry mu L f s x g y h : quadratic mu L f -> gradient f s vzero -> gradient f x g -> gradient f y h ->
  inner (x - s)%V h = inner (y - s)%V g.
Proof.
  intros f_quadratic stationary g_gradient h_gradient.
  destruct (quadratic_stationary _ _ _ _ f_quadratic stationary) as (Q & _ & Q_symmetric & _ & _ & gradient_Q).
  rewrite (gradient_Q x g g_gradient), (gradient_Q y h h_gradient), <- Q_symmetric. apply inner_comm.
Qed.
Theorem quadratic_spectrum {C} mu L f s (q : C -> R) (x g : C -> E) l : quadratic mu L f -> gradient f s vzero ->
  (forall c, In c l -> gradient f (x c) (g c)) ->
  0 <= inner (span q g l - mu *: span q (fun c => x c - s)%V l)%V (L *: span q (fun c => x c - s)%V l - span q g l)%V.
Proof.
  intros f_quadratic stationary gradients.
  destruct (quadratic_stationary _ _ _ _ f_quadratic stationary) as (Q & Q_linear & Q_symmetric & Q_between & _ & gradient_Q).
  rewrite (linear_span Q q (fun c => x c - s)%V g l) by auto. now apply symmetric_spectrum.
Qed.

(** ** Other classes to which a quadratic belongs *)

Theorem quadratic_smooth mu L f : 0 <= L -> - L <= mu -> quadratic mu L f -> smooth L f.
Proof.
  intros L_ge0 mu_ge f_quadratic. destruct (quadratic_gradient _ _ _ f_quadratic) as (z & Q & Q_linear & Q_symmetric & Q_between & gradient_Q & _).
  exists (fun x => Q (x - z)%V). split; [exact gradient_Q|]. intros x y.
  rewrite <- (linear_subtract Q) by exact Q_linear. replace (x - z - (y - z))%V with (x - y)%V by vector_ring. set (d := (x - y)%V).
  assert (between : forall v, - L * norm2 v <= inner (Q v) v <= L * norm2 v).
  { intros v. pose proof (Q_between v). pose proof (norm2_ge0 v). nra. }
  pose proof (symmetric_spectrum (- L) L Q Q_linear Q_symmetric between d) as product. expand_inner in product.
  rewrite (inner_comm _ d (Q d)) in product. fold (norm2 (Q d)) in product. fold (norm2 d) in product. rewrite !norm2_norm in product.
  pose proof (norm_ge0 d). apply Rsqr_incr_0_var; unfold Rsqr; nra.
Qed.
Theorem quadratic_strongly_convex mu L f : quadratic mu L f -> strongly_convex mu f.
Proof.
  intros (f_total & z & Q & Q_linear & Q_symmetric & Q_between & f_value) x y t _ _ t_between. split; [apply f_total|].
  set (w := (t *: x + (1 - t) *: y)%V). set (d := (x - y)%V).
  rewrite (known_expansion f z Q Q_linear Q_symmetric f_value w x), (known_expansion f z Q Q_linear Q_symmetric f_value w y).
  replace (x - w)%V with ((1 - t) *: d)%V by (unfold w, d; vector_ring). replace (y - w)%V with ((- t) *: d)%V by (unfold w, d; vector_ring).
  rewrite !(linear_scale Q) by exact Q_linear. rewrite !inner_scale, !inner_scale_r. pose proof (Q_between d) as [above _].
  assert (0 <= t * (1 - t)) by nra. nra.
Qed.
End Quadratics.
