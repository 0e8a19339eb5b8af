(** * Gradients, subgradients and convexity

    What follows from the textbook definitions: the lower bounds that (strongly) convex functions have at every subgradient or gradient, the uniqueness of gradients,
    minimizers and zero (sub)gradients, the bound on the (sub)gradients of Lipschitz functions, and sums and multiples of functions.

    Main definitions: [sum], [multiple].
    Main results: [strongly_convex_lower], [gradient_lower], [gradient_unique], [gradient_subgradient], [minimizer_subgradient], [minimizer_gradient],
    [convex_stationary], [subgradient_monotone], [gradient_monotone], [lipschitz_subgradient], [lipschitz_gradient], [sum_strongly_convex], [sum_gradient].

    Trust: proved.
    Source: Y. Nesterov, Lectures on Convex Optimization, 2018, sections 2.1 and 3.1. *)
From Coq Require Import Reals Lra.
From Warrant Require Import Spec.InnerProduct Spec.Functions Primitives.Optimization.Spaces.
Local Open Scope R_scope.

(** ** Two limits *)

Lemma limit_slack a b : (forall eps, 0 < eps -> a <= b + eps) -> a <= b.
Proof. intro near. destruct (Rle_lt_dec a b) as [le|gt]; [exact le|]. specialize (near ((a - b) / 2)). lra. Qed.
Lemma limit_line a b c delta : 0 < delta -> (forall t, 0 < t <= delta -> a <= b + c * t) -> a <= b.
Proof.
  intros delta_gt0 near. apply limit_slack. intros eps eps_gt0.
  pose proof (Rabs_pos c) as c_ge0. pose proof (Rle_abs c) as c_le.
  set (s := eps / (Rabs c + 1)). assert (s_gt0 : 0 < s) by (apply Rdiv_lt_0_compat; lra).
  assert (s_eq : s * (Rabs c + 1) = eps) by (unfold s; field; lra).
  pose proof (Rmin_l delta s) as le_delta. pose proof (Rmin_r delta s) as le_s. pose proof (Rmin_glb_lt _ _ _ delta_gt0 s_gt0) as min_gt0.
  specialize (near (Rmin delta s) (conj min_gt0 le_delta)). nra.
Qed.

Section Convex.
Context {E : inner_product_space}.
Implicit Types (f k : function E) (x y z g h d : E).

(** ** Gradients *)

Lemma gradient_domain f x g : gradient f x g -> domain f x.
Proof.
  intro grad. destruct (grad 1 Rlt_0_1) as (delta & delta_gt0 & near). apply near.
  replace (x - x)%V with (@vzero E) by vector_ring. rewrite norm_zero. lra.
Qed.
Lemma subgradient_domain f x g : subgradient f x g -> domain f x.
Proof. now intros (here & _). Qed.

(** differentiability along a line *)
Lemma gradient_along f x g d eps : gradient f x g -> 0 < eps ->
  exists delta, 0 < delta /\ forall t, Rabs t <= delta ->
    domain f (x + t *: d)%V /\ Rabs (f (x + t *: d)%V - f x - t * inner g d) <= eps * Rabs t.
Proof.
  intros grad eps_gt0. pose proof (norm_ge0 d) as n_ge0.
  destruct (grad (eps / (norm d + 1))) as (delta & delta_gt0 & near); [apply Rdiv_lt_0_compat; lra|].
  exists (delta / (norm d + 1)). split; [apply Rdiv_lt_0_compat; lra|]. intros t t_le.
  assert (shift : ((x + t *: d) - x = t *: d)%V) by vector_ring.
  pose proof (Rabs_pos t) as t_ge0.
  apply (Rmult_le_compat_r (norm d + 1)) in t_le; [|lra]. replace (delta / (norm d + 1) * (norm d + 1)) with delta in t_le by (field; lra).
  destruct (near (x + t *: d)%V) as (there & close); rewrite shift, norm_scale in *; [nra|].
  split; [exact there|]. rewrite inner_scale_r in close. apply (Rle_trans _ _ _ close).
  assert (part : 0 < eps / (norm d + 1)) by (apply Rdiv_lt_0_compat; lra).
  apply Rle_trans with (eps / (norm d + 1) * (Rabs t * (norm d + 1))); [nra|]. right. field. lra.
Qed.
(** the values just above a point, from both sides *)
Lemma gradient_ahead f x g d eps : gradient f x g -> 0 < eps ->
  exists delta, 0 < delta <= 1 /\ forall t, 0 < t <= delta ->
    domain f (x + t *: d)%V /\ t * (inner g d - eps) <= f (x + t *: d)%V - f x <= t * (inner g d + eps).
Proof.
  intros grad eps_gt0. destruct (gradient_along f x g d eps grad eps_gt0) as (delta & delta_gt0 & near).
  exists (Rmin delta 1). split; [split; [now apply Rmin_glb_lt; [|lra]|apply Rmin_r]|]. intros t (t_gt0 & t_le).
  pose proof (Rmin_l delta 1) as le_delta. rewrite <- (Rabs_pos_eq t) in t_le by lra.
  destruct (near t) as (there & close); [lra|]. split; [exact there|].
  rewrite (Rabs_pos_eq t) in close by lra. unfold Rabs in close. destruct Rcase_abs in close; lra.
Qed.

Lemma gradient_slope f x g d s : gradient f x g -> (exists delta, 0 < delta /\ forall t, 0 < t <= delta -> t * s <= f (x + t *: d)%V - f x) -> s <= inner g d.
Proof.
  intros grad (delta & delta_gt0 & above). apply limit_slack. intros eps eps_gt0.
  destruct (gradient_ahead f x g d eps grad eps_gt0) as (delta' & (delta'_gt0 & _) & near).
  pose proof (Rmin_l delta delta') as le_delta. pose proof (Rmin_r delta delta') as le_delta'.
  pose proof (Rmin_glb_lt _ _ _ delta_gt0 delta'_gt0) as min_gt0.
  destruct (near (Rmin delta delta')) as (_ & _ & high); [lra|]. specialize (above (Rmin delta delta')). nra.
Qed.

Theorem gradient_unique f x g h : gradient f x g -> gradient f x h -> g = h.
Proof.
  intros grad_g grad_h. apply norm2_separates. pose proof (norm2_ge0 (g - h)%V) as square.
  enough (inner g (g - h)%V <= inner h (g - h)%V) by (expand_inner in *; lra).
  apply limit_slack. intros eps eps_gt0.
  enough (slope : inner g (g - h)%V - eps <= inner h (g - h)%V) by lra.
  apply (gradient_slope f x h _ _ grad_h).
  destruct (gradient_ahead f x g (g - h)%V eps grad_g eps_gt0) as (delta & (delta_gt0 & _) & near).
  exists delta. split; [exact delta_gt0|]. intros t t_le. now apply near.
Qed.
(** where there is a gradient, it is the only possible subgradient *)
Theorem subgradient_unique f x g h : gradient f x h -> subgradient f x g -> g = h.
Proof.
  intros grad (here & above). apply norm2_separates. pose proof (norm2_ge0 (g - h)%V) as square.
  enough (inner g (g - h)%V <= inner h (g - h)%V) by (expand_inner in *; lra).
  apply (gradient_slope f x h _ _ grad).
  destruct (gradient_ahead f x h (g - h)%V 1 grad Rlt_0_1) as (delta & (delta_gt0 & _) & near).
  exists delta. split; [exact delta_gt0|]. intros t t_le.
  destruct (near t t_le) as (there & _). specialize (above _ there).
  replace (x + t *: (g - h) - x)%V with (t *: (g - h))%V in above by vector_ring. rewrite inner_scale_r in above. lra.
Qed.

(** ** Lower bounds *)

Lemma subgradient_lower f x y h : subgradient f y h -> domain f x -> f x >= f y + inner h (x - y)%V.
Proof. intros (_ & above) there. now apply above. Qed.

(** along the segment from y to x *)
Local Lemma segment_point x y t : (t *: x + (1 - t) *: y = y + t *: (x - y))%V.
Proof. vector_ring. Qed.
Theorem strongly_convex_lower mu f x y h :
  strongly_convex mu f -> subgradient f y h -> domain f x -> f x >= f y + inner h (x - y)%V + mu / 2 * norm2 (x - y)%V.
Proof.
  intros convex_f (here & above) there. apply Rle_ge.
  apply (limit_line _ _ (mu / 2 * norm2 (x - y)%V) 1 Rlt_0_1). intros t (t_gt0 & t_le).
  destruct (convex_f x y t there here ltac:(lra)) as (inside & below). rewrite segment_point in *.
  specialize (above _ inside). replace (y + t *: (x - y) - y)%V with (t *: (x - y))%V in above by vector_ring.
  rewrite inner_scale_r in above. apply (Rmult_le_reg_l t); [exact t_gt0|]. lra.
Qed.
Theorem gradient_lower mu f x y h :
  strongly_convex mu f -> gradient f y h -> domain f x -> f x >= f y + inner h (x - y)%V + mu / 2 * norm2 (x - y)%V.
Proof.
  intros convex_f grad there. apply Rle_ge. apply limit_slack. intros eps eps_gt0.
  destruct (gradient_ahead f y h (x - y)%V eps grad eps_gt0) as (delta & (delta_gt0 & delta_le) & near).
  apply (limit_line _ _ (mu / 2 * norm2 (x - y)%V) delta delta_gt0). intros t t_le.
  destruct (convex_f x y t there (gradient_domain f y h grad) ltac:(lra)) as (_ & below). rewrite segment_point in below.
  destruct (near t t_le) as (_ & low & _). apply (Rmult_le_reg_l t); lra.
Qed.

Theorem gradient_subgradient f x g : convex f -> gradient f x g -> subgradient f x g.
Proof.
  intros convex_f grad. split; [exact (gradient_domain f x g grad)|]. intros y there.
  pose proof (gradient_lower 0 f y x g convex_f grad there) as low. lra.
Qed.

(** strong convexity makes (sub)gradients strongly monotone *)
Theorem subgradient_monotone mu f : strongly_convex mu f -> strongly_monotone mu (subgradient f).
Proof.
  intros convex_f x g y h sub_g sub_h.
  pose proof (strongly_convex_lower mu f x y h convex_f sub_h (subgradient_domain _ _ _ sub_g)) as low_x.
  pose proof (strongly_convex_lower mu f y x g convex_f sub_g (subgradient_domain _ _ _ sub_h)) as low_y.
  expand_inner in *. lra.
Qed.
Theorem gradient_monotone mu f : strongly_convex mu f -> strongly_monotone mu (gradient f).
Proof.
  intros convex_f x g y h grad_g grad_h.
  pose proof (gradient_lower mu f x y h convex_f grad_h (gradient_domain _ _ _ grad_g)) as low_x.
  pose proof (gradient_lower mu f y x g convex_f grad_g (gradient_domain _ _ _ grad_h)) as low_y.
  expand_inner in *. lra.
Qed.

Lemma strongly_convex_mono mu nu f : nu <= mu -> strongly_convex mu f -> strongly_convex nu f.
Proof.
  intros le convex_f x y t here there t_in. destruct (convex_f x y t here there t_in) as (inside & below). split; [exact inside|].
  pose proof (norm2_ge0 (x - y)%V) as square. assert (part : 0 <= t * (1 - t) * norm2 (x - y)%V) by (apply Rmult_le_pos; nra). nra.
Qed.
Lemma strongly_convex_convex mu f : 0 <= mu -> strongly_convex mu f -> convex f.
Proof. apply strongly_convex_mono. Qed.

(** ** Minimizers *)

Theorem minimizer_subgradient f x : minimizer f x <-> subgradient f x vzero.
Proof.
  unfold minimizer, subgradient. split; intros (here & low); (split; [exact here|]); intros y there; specialize (low y there); rewrite inner_zero_l in *; lra.
Qed.
Theorem minimizer_gradient f x g : minimizer f x -> gradient f x g -> g = vzero.
Proof. intros least grad. symmetry. apply (subgradient_unique f x); [exact grad|]. now apply minimizer_subgradient. Qed.
Theorem convex_stationary f x : convex f -> gradient f x vzero -> minimizer f x.
Proof. intros convex_f grad. now apply minimizer_subgradient, gradient_subgradient. Qed.
(** a strongly convex function grows quadratically around its minimizer *)
Theorem minimizer_growth mu f x y : strongly_convex mu f -> minimizer f y -> domain f x -> f x >= f y + mu / 2 * norm2 (x - y)%V.
Proof.
  intros convex_f least there. apply minimizer_subgradient in least.
  pose proof (strongly_convex_lower mu f x y vzero convex_f least there) as low. rewrite inner_zero_l in low. lra.
Qed.
Theorem minimizer_unique mu f x y : 0 < mu -> strongly_convex mu f -> minimizer f x -> minimizer f y -> x = y.
Proof.
  intros mu_gt0 convex_f least_x least_y. apply norm2_separates. pose proof (norm2_ge0 (x - y)%V) as square.
  pose proof (minimizer_growth mu f x y convex_f least_y (proj1 least_x)) as growth. pose proof (proj2 least_x y (proj1 least_y)) as le. nra.
Qed.

(** ** Lipschitz functions *)

Local Lemma square_bound n M : 0 <= n -> n * n <= M * n -> n * n <= M * M.
Proof. intros n_ge0 le. destruct n_ge0 as [n_gt0|<-]; [apply Rmult_le_reg_r in le|]; nra. Qed.
Theorem lipschitz_subgradient M f x g : lipschitz M f -> subgradient f x g -> norm2 g <= M * M.
Proof.
  intros (everywhere_f & steep) (_ & above). rewrite norm2_norm. apply square_bound; [apply norm_ge0|]. rewrite <- norm2_norm.
  specialize (above (x + g)%V (everywhere_f _)). specialize (steep (x + g)%V x).
  replace (x + g - x)%V with g in * by vector_ring. pose proof (Rle_abs (f (x + g)%V - f x)) as rise. unfold norm2. lra.
Qed.
Theorem lipschitz_gradient M f x g : lipschitz M f -> gradient f x g -> norm2 g <= M * M.
Proof.
  intros (_ & steep) grad. rewrite norm2_norm. apply square_bound; [apply norm_ge0|]. rewrite <- norm2_norm.
  apply limit_slack. intros eps eps_gt0.
  destruct (gradient_ahead f x g g eps grad eps_gt0) as (delta & (delta_gt0 & _) & near).
  destruct (near delta) as (_ & low & _); [lra|]. specialize (steep (x + delta *: g)%V x).
  replace (x + delta *: g - x)%V with (delta *: g)%V in steep by vector_ring. rewrite norm_scale, (Rabs_pos_eq delta) in steep by lra.
  pose proof (Rle_abs (f (x + delta *: g)%V - f x)) as rise. apply (Rmult_le_reg_l delta); [exact delta_gt0|]. unfold norm2. lra.
Qed.

(** ** Sums and multiples *)

Definition sum f k : function E := Function (fun x => domain f x /\ domain k x) (fun x => f x + k x).
Definition multiple (a : R) f : function E := Function (domain f) (fun x => a * f x).

Theorem sum_subgradient f k x g h : subgradient f x g -> subgradient k x h -> subgradient (sum f k) x (g + h)%V.
Proof.
  intros (here_f & above_f) (here_k & above_k). split; [now split|]. intros y (there_f & there_k). cbn.
  specialize (above_f y there_f). specialize (above_k y there_k). rewrite inner_add_l. lra.
Qed.
Theorem multiple_subgradient a f x g : 0 <= a -> subgradient f x g -> subgradient (multiple a f) x (a *: g)%V.
Proof.
  intros a_ge0 (here & above). split; [exact here|]. intros y there. cbn. specialize (above y there). rewrite inner_scale_l. nra.
Qed.
Theorem sum_gradient f k x g h : gradient f x g -> gradient k x h -> gradient (sum f k) x (g + h)%V.
Proof.
  intros grad_f grad_k eps eps_gt0.
  destruct (grad_f (eps / 2)) as (delta & delta_gt0 & near_f); [lra|]. destruct (grad_k (eps / 2)) as (delta' & delta'_gt0 & near_k); [lra|].
  exists (Rmin delta delta'). split; [now apply Rmin_glb_lt|]. intros y close. pose proof (Rmin_l delta delta') as le. pose proof (Rmin_r delta delta') as le'.
  destruct (near_f y) as (there_f & small_f); [lra|]. destruct (near_k y) as (there_k & small_k); [lra|]. split; [now split|]. cbn.
  replace (f y + k y - (f x + k x) - inner (g + h)%V (y - x)%V) with
    ((f y - f x - inner g (y - x)%V) + (k y - k x - inner h (y - x)%V)) by (rewrite inner_add_l; ring).
  eapply Rle_trans; [apply Rabs_triang|]. lra.
Qed.
Theorem multiple_gradient a f x g : gradient f x g -> gradient (multiple a f) x (a *: g)%V.
Proof.
  intros grad eps eps_gt0. pose proof (Rabs_pos a) as a_ge0.
  destruct (grad (eps / (Rabs a + 1))) as (delta & delta_gt0 & near); [apply Rdiv_lt_0_compat; lra|].
  exists delta. split; [exact delta_gt0|]. intros y close. destruct (near y close) as (there & small). split; [exact there|]. cbn.
  replace (a * f y - a * f x - inner (a *: g)%V (y - x)%V) with (a * (f y - f x - inner g (y - x)%V)) by (rewrite inner_scale_l; ring).
  rewrite Rabs_mult. pose proof (norm_ge0 (y - x)%V) as n_ge0. pose proof (Rabs_pos (f y - f x - inner g (y - x)%V)) as r_ge0.
  apply Rle_trans with ((Rabs a + 1) * (eps / (Rabs a + 1) * norm (y - x)%V)); [nra|]. right. field. lra.
Qed.
Theorem sum_strongly_convex mu nu f k : strongly_convex mu f -> strongly_convex nu k -> strongly_convex (mu + nu) (sum f k).
Proof.
  intros convex_f convex_k x y t (here_f & here_k) (there_f & there_k) t_in.
  destruct (convex_f x y t here_f there_f t_in) as (inside_f & below_f). destruct (convex_k x y t here_k there_k t_in) as (inside_k & below_k).
  split; [now split|]. cbn. lra.
Qed.
Theorem multiple_strongly_convex a mu f : 0 <= a -> strongly_convex mu f -> strongly_convex (a * mu) (multiple a f).
Proof.
  intros a_ge0 convex_f x y t here there t_in. destruct (convex_f x y t here there t_in) as (inside & below).
  split; [exact inside|]. cbn. apply (Rmult_le_compat_l a) in below; [|exact a_ge0]. lra.
Qed.
Theorem sum_convex f k : convex f -> convex k -> convex (sum f k).
Proof. intros convex_f convex_k. unfold convex. rewrite <- (Rplus_0_l 0). now apply sum_strongly_convex. Qed.
Theorem multiple_convex a f : 0 <= a -> convex f -> convex (multiple a f).
Proof. intros a_ge0 convex_f. unfold convex. rewrite <- (Rmult_0_r a). now apply multiple_strongly_convex. Qed.
End Convex.
