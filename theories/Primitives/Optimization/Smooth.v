(** * Smooth functions

    A function is L-smooth if it has a gradient everywhere and the gradient is L-Lipschitz.  Then it lies between two parabolas at every point, and its values and
    gradients at any two points satisfy an inequality that is the best possible: the one that interpolation of smooth (strongly) convex functions rests on.

    Main results: [smooth_lower], [smooth_upper], [smooth_weakly_convex], [smooth_strongly_convex_interpolation], [smooth_convex_interpolation],
    [smooth_interpolation], [gradient_cocoercive], [gradient_step_decrease], [sum_smooth], [multiple_smooth].

    Trust: proved.
    Source: A. Taylor, J. Hendrickx, F. Glineur, Smooth strongly convex interpolation and exact worst-case performance of first-order methods, 2017, theorem 4;
    by the same, Exact worst-case performance of first-order methods for composite convex optimization, 2017, theorem 3.10
    (without convexity); Y. Nesterov, Lectures on Convex Optimization, 2018, section 2.1. *)
From Coq Require Import Reals Lra.
From Warrant Require Import Spec.InnerProduct Spec.Functions Primitives.Optimization.Spaces Primitives.Optimization.Convex.
Local Open Scope R_scope.

Section Smooth.
Context {E : inner_product_space}.
Implicit Types (f k : function E) (x y z g h d : E).

(** ** Gradients of smooth functions *)

Lemma smooth_gradient_exists L f x : smooth L f -> exists g, gradient f x g.
Proof. intros (G & grad & _). now exists (G x). Qed.
Lemma smooth_total L f : smooth L f -> total f.
Proof. intros (G & grad & _) x. exact (gradient_domain f x _ (grad x)). Qed.
Theorem gradient_lipschitz L f : smooth L f -> lipschitz_operator L (gradient f).
Proof.
  intros (G & grad & steep) x g y h grad_g grad_h.
  rewrite (gradient_unique f x g (G x)), (gradient_unique f y h (G y)) by auto. apply steep.
Qed.
Lemma subgradient_gradient L f x g : smooth L f -> subgradient f x g -> gradient f x g.
Proof. intros (G & grad & _) sub. now rewrite (subgradient_unique f x g (G x)). Qed.
Lemma smooth_mono L M f : L <= M -> smooth L f -> smooth M f.
Proof.
  intros le (G & grad & steep). exists G. split; [exact grad|]. intros x y. apply (Rle_trans _ _ _ (steep x y)).
  apply Rmult_le_compat_r; [apply norm_ge0|exact le].
Qed.

(** ** Two parabolas *)

(** the derivative along a line *)
Lemma gradient_derivative f x d t g : gradient f (x + t *: d)%V g -> derivable_pt_lim (fun t => f (x + t *: d)%V) t (inner g d).
Proof.
  intros grad eps eps_gt0. destruct (gradient_along f _ g d (eps / 2) grad) as (delta & delta_gt0 & near); [lra|].
  exists (mkposreal delta delta_gt0). intros s s_nonzero close. cbn in close. destruct (near s) as (_ & small); [lra|].
  replace ((x + t *: d) + s *: d)%V with (x + (t + s) *: d)%V in small by vector_ring.
  assert (s_gt0 : 0 < Rabs s) by now apply Rabs_pos_lt.
  replace ((f (x + (t + s) *: d)%V - f (x + t *: d)%V) / s - inner g d) with
    ((f (x + (t + s) *: d)%V - f (x + t *: d)%V - s * inner g d) * / s) by now field.
  rewrite Rabs_mult, Rabs_inv. apply Rle_lt_trans with (eps / 2 * Rabs s * / Rabs s).
  - apply Rmult_le_compat_r; [left; now apply Rinv_0_lt_compat|exact small].
  - rewrite Rmult_assoc, Rinv_r by lra. lra.
Qed.

(** the mean value theorem along the segment from x to y: a = 1 gives the upper bound, a = -1 the lower one *)
Local Lemma parabola_bound (a : R) L f x y g : Rabs a = 1 -> smooth L f -> gradient f x g ->
  a * (f y - f x - inner g (y - x)%V) <= L / 2 * norm2 (y - x)%V.
Proof.
  intros a_sign smooth_f grad. pose proof (gradient_lipschitz L f smooth_f) as steep. destruct smooth_f as (G & grad_G & _).
  set (d := (y - x)%V).
  set (F := fun t => a * (f (x + t *: d)%V - t * inner g d) - L / 2 * norm2 d * (t * t)).
  set (F' := fun t => a * (inner (G (x + t *: d)%V) d - inner g d) - L * norm2 d * t).
  assert (derivative : forall t, 0 <= t <= 1 -> derivable_pt_lim F t (F' t)).
  { intros t _. unfold F, F'.
    replace (a * (inner (G (x + t *: d)%V) d - inner g d) - L * norm2 d * t) with
      (a * (inner (G (x + t *: d)%V) d - 1 * inner g d) - L / 2 * norm2 d * (1 * t + t * 1)) by field.
    apply (derivable_pt_lim_minus (fun t => a * (f (x + t *: d)%V - t * inner g d)) (fun t => L / 2 * norm2 d * (t * t))).
    - apply (derivable_pt_lim_scal (fun t => f (x + t *: d)%V - t * inner g d)).
      apply (derivable_pt_lim_minus (fun t => f (x + t *: d)%V) (fun t => t * inner g d)); [apply gradient_derivative, grad_G|].
      replace (1 * inner g d) with (1 * inner g d + t * 0) by ring.
      apply (derivable_pt_lim_mult id (fun _ => inner g d)); [apply derivable_pt_lim_id|apply derivable_pt_lim_const].
    - apply (derivable_pt_lim_scal (fun t => t * t)).
      apply (derivable_pt_lim_mult id id); apply derivable_pt_lim_id. }
  assert (decreasing : forall t, 0 <= t <= 1 -> F' t <= 0).
  { intros t t_in. unfold F'. rewrite <- inner_sub_l.
    specialize (steep _ _ x g (grad_G (x + t *: d)%V) grad).
    replace (x + t *: d - x)%V with (t *: d)%V in steep by vector_ring. rewrite norm_scale, Rabs_pos_eq in steep by lra.
    pose proof (cauchy_schwarz (G (x + t *: d) - g)%V d) as cs. pose proof (norm_ge0 d) as d_ge0.
    assert (product : a * inner (G (x + t *: d) - g)%V d <= Rabs (inner (G (x + t *: d) - g)%V d)).
    { apply (Rle_trans _ _ _ (Rle_abs _)). rewrite Rabs_mult, a_sign. lra. }
    rewrite norm2_norm. apply (Rmult_le_compat_r (norm d)) in steep; [|exact d_ge0]. lra. }
  destruct (MVT_cor2 F F' 0 1 Rlt_0_1 derivative) as (c & mean & c_in).
  specialize (decreasing c ltac:(lra)). unfold F in mean.
  replace (x + 1 *: d)%V with y in mean by (unfold d; vector_ring). replace (x + 0 *: d)%V with x in mean by vector_ring. lra.
Qed.
Theorem smooth_upper L f x y g : smooth L f -> gradient f x g -> f y <= f x + inner g (y - x)%V + L / 2 * norm2 (y - x)%V.
Proof. intros smooth_f grad. pose proof (parabola_bound 1 L f x y g Rabs_R1 smooth_f grad) as bound. lra. Qed.
Theorem smooth_lower L f x y g : smooth L f -> gradient f x g -> f y >= f x + inner g (y - x)%V - L / 2 * norm2 (y - x)%V.
Proof. intros smooth_f grad. pose proof (parabola_bound (-1) L f x y g ltac:(rewrite Rabs_left; lra) smooth_f grad) as bound. lra. Qed.

Theorem smooth_weakly_convex L f : smooth L f -> strongly_convex (- L) f.
Proof.
  intros smooth_f x y t here there t_in. split; [exact (smooth_total L f smooth_f _)|].
  set (z := (t *: x + (1 - t) *: y)%V). destruct (smooth_gradient_exists L f z smooth_f) as (g & grad).
  pose proof (smooth_lower L f z x g smooth_f grad) as low_x. pose proof (smooth_lower L f z y g smooth_f grad) as low_y.
  replace (x - z)%V with ((1 - t) *: (x - y))%V in low_x by (unfold z; vector_ring).
  replace (y - z)%V with ((- t) *: (x - y))%V in low_y by (unfold z; vector_ring).
  rewrite norm2_scale, inner_scale_r in *.
  apply Rge_le, (Rmult_le_compat_l t) in low_x; [|lra]. apply Rge_le, (Rmult_le_compat_l (1 - t)) in low_y; [|lra]. lra.
Qed.

(** ** Interpolation inequalities *)

(** The upper bound at x and the lower bound at y are compared where they come closest. *)
Theorem smooth_strongly_convex_interpolation mu L f x y g h :
  smooth L f -> strongly_convex mu f -> mu < L -> 0 < L -> gradient f x g -> gradient f y h ->
  f x >= f y + inner h (x - y)%V +
    / (2 * (1 - mu / L)) * (/ L * norm2 (g - h)%V + mu * norm2 (x - y)%V - 2 * (mu / L) * inner (h - g)%V (y - x)%V).
Proof.
  intros smooth_f convex_f mu_lt L_gt0 grad_g grad_h.
  set (z := (/ (L - mu) *: (h - g - mu *: y + L *: x))%V).
  pose proof (smooth_upper L f x z g smooth_f grad_g) as high.
  pose proof (gradient_lower mu f z y h convex_f grad_h (smooth_total L f smooth_f z)) as low.
  enough (gap : f y + inner h (z - y)%V + mu / 2 * norm2 (z - y)%V - inner g (z - x)%V - L / 2 * norm2 (z - x)%V =
    f y + inner h (x - y)%V +
    / (2 * (1 - mu / L)) * (/ L * norm2 (g - h)%V + mu * norm2 (x - y)%V - 2 * (mu / L) * inner (h - g)%V (y - x)%V)) by lra.
  unfold z. clear - mu_lt L_gt0. expand_inner. field. lra.
Qed.
Theorem smooth_convex_interpolation L f x y g h :
  smooth L f -> convex f -> 0 < L -> gradient f x g -> gradient f y h ->
  f x >= f y + inner h (x - y)%V + / (2 * L) * norm2 (g - h)%V.
Proof.
  intros smooth_f convex_f L_gt0 grad_g grad_h.
  pose proof (smooth_strongly_convex_interpolation 0 L f x y g h smooth_f convex_f L_gt0 L_gt0 grad_g grad_h) as low.
  replace (/ (2 * L) * norm2 (g - h)%V) with
    (/ (2 * (1 - 0 / L)) * (/ L * norm2 (g - h)%V + 0 * norm2 (x - y)%V - 2 * (0 / L) * inner (h - g)%V (y - x)%V)) by (field; lra).
  exact low.
Qed.
(** without convexity *)
Theorem smooth_interpolation L f x y g h :
  smooth L f -> 0 < L -> gradient f x g -> gradient f y h ->
  f x >= f y + / 2 * inner (g + h)%V (x - y)%V + / (4 * L) * norm2 (g - h)%V - L / 4 * norm2 (x - y)%V.
Proof.
  intros smooth_f L_gt0 grad_g grad_h.
  pose proof (smooth_strongly_convex_interpolation (- L) L f x y g h smooth_f (smooth_weakly_convex L f smooth_f) ltac:(lra) L_gt0 grad_g grad_h) as low.
  enough (same : inner h (x - y)%V + / (2 * (1 - - L / L)) *
      (/ L * norm2 (g - h)%V + - L * norm2 (x - y)%V - 2 * (- L / L) * inner (h - g)%V (y - x)%V) =
    / 2 * inner (g + h)%V (x - y)%V + / (4 * L) * norm2 (g - h)%V - L / 4 * norm2 (x - y)%V) by lra.
  expand_inner. field. lra.
Qed.

(** the theorem of Baillon and Haddad *)
Theorem gradient_cocoercive L f : smooth L f -> convex f -> 0 < L -> cocoercive (/ L) (gradient f).
Proof.
  intros smooth_f convex_f L_gt0 x g y h grad_g grad_h.
  pose proof (smooth_convex_interpolation L f x y g h smooth_f convex_f L_gt0 grad_g grad_h) as low_x.
  pose proof (smooth_convex_interpolation L f y x h g smooth_f convex_f L_gt0 grad_h grad_g) as low_y.
  replace (/ (2 * L)) with (/ 2 * / L) in * by (field; lra). expand_inner in *. lra.
Qed.
(** <g - h, x - y> >= (µL‖x - y‖² + ‖g - h‖²)/(µ + L) *)
Theorem gradient_strongly_cocoercive mu L f x y g h :
  smooth L f -> strongly_convex mu f -> mu < L -> 0 < L -> gradient f x g -> gradient f y h ->
  (mu + L) * inner (g - h)%V (x - y)%V >= mu * L * norm2 (x - y)%V + norm2 (g - h)%V.
Proof.
  intros smooth_f convex_f mu_lt L_gt0 grad_g grad_h.
  pose proof (smooth_strongly_convex_interpolation mu L f x y g h smooth_f convex_f mu_lt L_gt0 grad_g grad_h) as low_x.
  pose proof (smooth_strongly_convex_interpolation mu L f y x h g smooth_f convex_f mu_lt L_gt0 grad_h grad_g) as low_y.
  assert (gap : f x + f y - (f x + f y) >= / (L - mu) *
    (mu * L * norm2 (x - y)%V + norm2 (g - h)%V - (mu + L) * inner (g - h)%V (x - y)%V)).
  { replace (/ (L - mu) * (mu * L * norm2 (x - y)%V + norm2 (g - h)%V - (mu + L) * inner (g - h)%V (x - y)%V)) with
      (inner h (x - y)%V + / (2 * (1 - mu / L)) * (/ L * norm2 (g - h)%V + mu * norm2 (x - y)%V - 2 * (mu / L) * inner (h - g)%V (y - x)%V) +
      (inner g (y - x)%V + / (2 * (1 - mu / L)) * (/ L * norm2 (h - g)%V + mu * norm2 (y - x)%V - 2 * (mu / L) * inner (g - h)%V (x - y)%V)))
      by (expand_inner; field; lra).
    lra. }
  assert (inv_gt0 : 0 < / (L - mu)) by (apply Rinv_0_lt_compat; lra). nra.
Qed.

(** ** Steps along the gradient *)

Theorem gradient_step_bound L f x g gamma : smooth L f -> gradient f x g ->
  f (x - gamma *: g)%V <= f x - gamma * (1 - L * gamma / 2) * norm2 g.
Proof.
  intros smooth_f grad. pose proof (smooth_upper L f x (x - gamma *: g)%V g smooth_f grad) as high.
  replace (x - gamma *: g - x)%V with ((- gamma) *: g)%V in high by vector_ring. rewrite inner_scale_r, norm2_scale in high. unfold norm2 in *. lra.
Qed.
Theorem gradient_step_decrease L f x g : smooth L f -> 0 < L -> gradient f x g -> f (x - / L *: g)%V <= f x - / (2 * L) * norm2 g.
Proof.
  intros smooth_f L_gt0 grad. pose proof (gradient_step_bound L f x g (/ L) smooth_f grad) as bound.
  replace (/ (2 * L)) with (/ L * (1 - L * / L / 2)) by (field; lra). exact bound.
Qed.
(** a gradient is small where the value is close to the least one *)
Theorem gradient_bound L f x g z : smooth L f -> 0 < L -> gradient f x g -> minimizer f z -> norm2 g <= 2 * L * (f x - f z).
Proof.
  intros smooth_f L_gt0 grad (_ & least). pose proof (gradient_step_decrease L f x g smooth_f L_gt0 grad) as decrease.
  specialize (least (x - / L *: g)%V (smooth_total L f smooth_f _)).
  apply (Rmult_le_reg_l (/ (2 * L))); [apply Rinv_0_lt_compat; lra|]. replace (/ (2 * L) * (2 * L * (f x - f z))) with (f x - f z) by (field; lra). lra.
Qed.

(** ** Sums and multiples *)

Theorem sum_smooth L M f k : smooth L f -> smooth M k -> smooth (L + M) (sum f k).
Proof.
  intros (G & grad_f & steep_f) (H & grad_k & steep_k). exists (fun x => G x + H x)%V. split.
  - intro x. now apply sum_gradient.
  - intros x y. replace (G x + H x - (G y + H y))%V with ((G x - G y) + (H x - H y))%V by vector_ring.
    apply (Rle_trans _ _ _ (norm_triangle _ _)). specialize (steep_f x y). specialize (steep_k x y). lra.
Qed.
Theorem multiple_smooth a L f : smooth L f -> smooth (Rabs a * L) (multiple a f).
Proof.
  intros (G & grad & steep). exists (fun x => a *: G x)%V. split.
  - intro x. now apply multiple_gradient.
  - intros x y. replace (a *: G x - a *: G y)%V with (a *: (G x - G y))%V by vector_ring. rewrite norm_scale, Rmult_assoc.
    apply Rmult_le_compat_l; [apply Rabs_pos|apply steep].
Qed.
End Smooth.
