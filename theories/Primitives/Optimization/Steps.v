(** * Steps, by their definitions

    Proximal steps, projections, exact line searches (along several directions at once, too) and inexact gradients, as relations between the point where a step
    begins and the one where it ends, in the words of textbooks; and the conditions on (sub)gradients that they are equivalent to, or imply.  The rates of the
    other files are about the latter, so that they hold of these steps.

    Main definitions: [proximal_step], [projection_step], [reachable], [line_search_step], [inexact_gradient], [relatively_inexact_gradient].
    Main results: [proximal_step_subgradient], [proximal_step_firm], [projection_step_subgradient], [line_search_orthogonal], [line_search_decrease],
    [line_search_contraction], [inexact_step_decrease]; [line_search_rate], [proximal_steps_rate], [projected_gradient_steps_rate],
    [proximal_gradient_steps_rate] (rates with these steps).

    | notation | meaning |
    | reachable l x y | y is x plus a linear combination of the vectors of the list l |

    Trust: proved.
    Source: A. Beck, First-Order Methods in Optimization, 2017 (proximal steps and projections); A. Taylor, J. Hendrickx, F. Glineur, Exact worst-case
    performance of first-order methods for composite convex optimization, 2017 (these steps as conditions on subgradients); E. de Klerk, F. Glineur, A. Taylor, On the worst-case complexity of the
    gradient method with exact line search for smooth strongly convex functions, 2017, theorem 1.2 (line search); by the same, Worst-case convergence analysis of
    inexact gradient and Newton methods through semidefinite programming performance estimation, 2020 (inexact gradients). *)
From Coq Require Import Reals List Lra Lia.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant.Primitives.Optimization Require Import Spaces Convex Smooth ProximalPoint ProximalGradient.
Import ListNotations.
Local Open Scope R_scope.

Section Steps.
Context {E : inner_product_space}.
Implicit Types (f h : function E) (x y p q g d : E).

(** ** Proximal steps *)

(** p minimizes h(u) + ‖u - x‖²/(2γ) over u *)
Definition proximal_step (gamma : R) h x p : Prop := minimizer (Function (domain h) (fun u => h u + / (2 * gamma) * norm2 (u - x)%V)) p.

(* <=: ‖u - x‖² - ‖p - x‖² >= 2 <p - x, u - p>.  =>: compare p with p + t(u - p), divide by t, and let t go to 0 *)
Theorem proximal_step_subgradient gamma h x p : convex h -> 0 < gamma -> proximal_step gamma h x p <-> subgradient h p (/ gamma *: (x - p))%V.
Proof.
  intros convex_h gamma_gt0. set (c := / (2 * gamma)). assert (c_gt0 : 0 < c) by (apply Rinv_0_lt_compat; lra).
  assert (twice : / gamma = 2 * c) by (unfold c; field; lra). split.
  - intros [there least]. cbn in there, least. split; [exact there|]. intros u inside. rewrite twice.
    apply Rle_ge, (limit_line _ _ (c * norm2 (u - p)%V) 1 Rlt_0_1). intros t (t_gt0 & t_le).
    destruct (convex_h u p t inside there ltac:(lra)) as (between & below).
    pose proof (least _ between) as compared. fold c in compared.
    set (n := norm2 (u - p)%V). apply (Rmult_le_reg_l t); [exact t_gt0|].
    assert (moved : norm2 (t *: u + (1 - t) *: p - x)%V = norm2 (p - x)%V - 2 * t * inner (x - p)%V (u - p)%V + t * t * n) by (unfold n; expand_inner; ring).
    rewrite moved in compared. rewrite inner_scale_l. clear moved. set (s := inner (x - p)%V (u - p)%V) in *. nra.
  - intros [there above]. split; [exact there|]. intros u inside. cbn. cbn in inside. fold c.
    pose proof (above u inside) as lower. rewrite inner_scale_l, twice in lower.
    assert (moved : norm2 (u - x)%V = norm2 (p - x)%V - 2 * inner (x - p)%V (u - p)%V + norm2 (u - p)%V) by (expand_inner; ring).
    rewrite moved. pose proof (norm2_ge0 (u - p)%V) as square. apply (Rmult_le_pos c) in square; lra.
Qed.
(** the proximal step is firmly nonexpansive; so there is at most one from each point *)
Theorem proximal_step_firm gamma h x y p q : convex h -> 0 < gamma -> proximal_step gamma h x p -> proximal_step gamma h y q ->
  norm2 (p - q)%V <= inner (p - q)%V (x - y)%V.
Proof.
  intros convex_h gamma_gt0 to_p to_q. apply proximal_step_subgradient in to_p, to_q; auto.
  pose proof (subgradient_monotone 0 h convex_h _ _ _ _ to_p to_q) as order.
  replace (/ gamma *: (x - p) - / gamma *: (y - q))%V with (/ gamma *: ((x - y) - (p - q)))%V in order by vector_ring.
  rewrite inner_scale_l in order. pose proof (Rinv_0_lt_compat _ gamma_gt0) as inverse_gt0. apply (Rmult_le_reg_l _ _ _ inverse_gt0).
  rewrite inner_sub_l in order. fold (norm2 (p - q)%V) in order. rewrite (inner_comm _ (p - q)%V). lra.
Qed.
Lemma proximal_step_unique gamma h x p q : convex h -> 0 < gamma -> proximal_step gamma h x p -> proximal_step gamma h x q -> p = q.
Proof.
  intros convex_h gamma_gt0 to_p to_q. apply norm2_separates. pose proof (proximal_step_firm gamma h x x p q convex_h gamma_gt0 to_p to_q) as firm.
  replace (x - x)%V with (@vzero E) in firm by vector_ring. rewrite inner_zero_r in firm. pose proof (norm2_ge0 (p - q)%V). lra.
Qed.

(** ** Projections *)

(** p is a point of C that is nearest to y *)
Definition projection_step (C : E -> Prop) y p : Prop := C p /\ forall c, C c -> norm (p - y)%V <= norm (c - y)%V.

Lemma projection_proximal h y p : indicator h -> projection_step (domain h) y p <-> proximal_step 1 h y p.
Proof.
  intros (_ & null). split.
  - intros (there & nearest). split; [exact there|]. intros u inside. cbn. rewrite (null p there), (null u inside).
    pose proof (norm2_bound _ _ (nearest u inside)) as closer. rewrite <- norm2_norm in closer. lra.
  - intros (there & least). split; [exact there|]. intros u inside. pose proof (least u inside) as closer. cbn in closer.
    rewrite (null p there), (null u inside) in closer. apply norm_bound; [apply norm_ge0|]. rewrite <- norm2_norm. lra.
Qed.
Theorem projection_step_subgradient h y p : indicator h -> projection_step (domain h) y p <-> subgradient h p (y - p)%V.
Proof.
  intro h_indicator. rewrite projection_proximal by exact h_indicator. rewrite proximal_step_subgradient by (apply h_indicator || lra).
  now rewrite Rinv_1, vscale_one.
Qed.

(** ** Exact line search *)

Fixpoint reachable (l : list E) x y : Prop := match l with [] => y = x | d :: l => exists t, reachable l (x + t *: d)%V y end.
Lemma reachable_translate l x y v : reachable l x y -> reachable l (x + v)%V (y + v)%V.
Proof.
  revert x. induction l as [|d l IH]; intro x; cbn; [now intros ->|]. intros (t & there). exists t.
  replace (x + v + t *: d)%V with (x + t *: d + v)%V by vector_ring. now apply IH.
Qed.
Lemma reachable_again l x y d t : reachable l x y -> In d l -> reachable l x (y + t *: d)%V.
Proof.
  revert x. induction l as [|e l IH]; intro x; cbn; [tauto|]. intros (s & there) [-> | inside]; [|exists s; now apply IH].
  exists (s + t). replace (x + (s + t) *: d)%V with (x + s *: d + t *: d)%V by vector_ring. now apply reachable_translate.
Qed.
Lemma reachable_start l x : reachable l x x.
Proof. revert x. induction l as [|d l IH]; intro x; [reflexivity|]. exists 0. replace (x + 0 *: d)%V with x by vector_ring. apply IH. Qed.

(** y minimizes f among the points that are reachable from x in the directions l *)
Definition line_search_step f l x y : Prop := reachable l x y /\ domain f y /\ forall z, reachable l x z -> domain f z -> f y <= f z.

Local Lemma flat f y g d : gradient f y g -> (forall t, domain f (y + t *: d)%V -> f y <= f (y + t *: d)%V) -> 0 <= inner g d.
Proof.
  intros grad least. destruct (gradient_along f y g d 1 grad Rlt_0_1) as (delta & delta_gt0 & near).
  apply (gradient_slope f y g d 0 grad). exists delta. split; [exact delta_gt0|]. intros t (t_gt0 & t_le). rewrite Rmult_0_r.
  destruct (near t) as (inside & _); [now rewrite Rabs_pos_eq by lra|]. pose proof (least t inside). lra.
Qed.
(** the gradient where the search ends is orthogonal to the directions, and to the step *)
Theorem line_search_orthogonal f l x y g : line_search_step f l x y -> gradient f y g -> (forall d, In d l -> inner g d = 0) /\ inner g (y - x)%V = 0.
Proof.
  intros (there & _ & least) grad. assert (orthogonal : forall d, In d l -> inner g d = 0).
  { intros d inside. apply Rle_antisym.
    - assert (back : 0 <= inner g (- d)%V).
      { apply (flat f y g (- d)%V grad). intros t finite. apply least; [|exact finite].
        replace (y + t *: - d)%V with (y + (- t) *: d)%V by vector_ring. now apply reachable_again. }
      rewrite inner_opp_r in back. lra.
    - apply (flat f y g d grad). intros t finite. apply least; [|exact finite]. now apply reachable_again. }
  split; [exact orthogonal|]. clear least grad. revert x there. induction l as [|d l IH]; intro x; cbn.
  - intros ->. replace (x - x)%V with (@vzero E) by vector_ring. apply inner_zero_r.
  - intros (t & there). assert (rest : inner g (y - (x + t *: d))%V = 0) by (apply IH; [intros e inside; apply orthogonal; now right|exact there]).
    pose proof (orthogonal d (or_introl eq_refl)) as first. expand_inner in *. nra.
Qed.
(** along the gradient, it does at least as well as the step 1/L *)
Theorem line_search_decrease L f x y g : smooth L f -> 0 < L -> gradient f x g -> line_search_step f [g] x y -> f y <= f x - norm2 g / (2 * L).
Proof.
  intros smooth_f L_gt0 grad (_ & _ & least). pose proof (gradient_step_decrease L f x g smooth_f L_gt0 grad) as decrease.
  assert (below : f y <= f (x - / L *: g)%V).
  { apply least; [|now apply (smooth_total L f)]. exists (- / L). cbn. vector_ring. }
  unfold Rdiv in *. lra.
Qed.

(** on smooth strongly convex functions, the best factor (which is not proved here).  The inequalities that interpolate x and y, z and x, z and y, and both
    orthogonalities, with the multipliers of the paper, leave two squares. *)
Theorem line_search_contraction mu L f l x y z g : smooth L f -> strongly_convex mu f -> 0 < mu < L -> minimizer f z -> gradient f x g -> In g l ->
  line_search_step f l x y -> f y - f z <= ((L - mu) / (L + mu)) ^ 2 * (f x - f z).
Proof.
  intros smooth_f convex_f (mu_gt0 & mu_lt) least grad inside search.
  destruct (smooth_gradient_exists L f y smooth_f) as (h & grad_h). destruct (smooth_gradient_exists L f z smooth_f) as (zero & grad_z).
  rewrite (minimizer_gradient f z zero least grad_z) in grad_z. clear zero.
  destruct (line_search_orthogonal f l x y h search grad_h) as (orthogonal & along). specialize (orthogonal g inside). clear search inside.
  assert (L_gt0 : 0 < L) by lra.
  pose proof (smooth_strongly_convex_interpolation mu L f x y g h smooth_f convex_f mu_lt L_gt0 grad grad_h) as x_y.
  pose proof (smooth_strongly_convex_interpolation mu L f z x vzero g smooth_f convex_f mu_lt L_gt0 grad_z grad) as z_x.
  pose proof (smooth_strongly_convex_interpolation mu L f z y vzero h smooth_f convex_f mu_lt L_gt0 grad_z grad_h) as z_y.
  pose proof (norm2_ge0 ((x - z) - (L + mu) / (L + 3 * mu) *: (y - z) - (3 * L + mu) / (L * (L + 3 * mu)) *: g - (L + mu) / (L * (L + 3 * mu)) *: h)%V) as square_x.
  pose proof (norm2_ge0 ((y - z) - (L - mu) ^ 2 / (2 * mu * L * (L + mu)) *: g - (L + mu) / (2 * mu * L) *: h)%V) as square_y.
  assert (sum_gt0 : 0 < L + mu) by lra. assert (wide_gt0 : 0 < L + 3 * mu) by lra. assert (gap_gt0 : 0 < L - mu) by lra.
  apply (Rmult_le_pos (mu * L * (L + 3 * mu) / (2 * (L + mu) ^ 2))) in square_x.
  2: { apply Rmult_le_pos; [nra|left; apply Rinv_0_lt_compat; nra]. }
  apply (Rmult_le_pos (2 * L * mu ^ 2 / ((L - mu) * (L + 3 * mu)))) in square_y.
  2: { apply Rmult_le_pos; [nra|left; apply Rinv_0_lt_compat; nra]. }
  apply (Rmult_ge_compat_l ((L - mu) / (L + mu))) in x_y; [|apply Rle_ge, Rmult_le_pos; [lra|left; now apply Rinv_0_lt_compat]].
  apply (Rmult_ge_compat_l (2 * mu * (L - mu) / (L + mu) ^ 2)) in z_x; [|apply Rle_ge, Rmult_le_pos; [nra|left; apply Rinv_0_lt_compat; nra]].
  apply (Rmult_ge_compat_l (2 * mu / (L + mu))) in z_y; [|apply Rle_ge, Rmult_le_pos; [lra|left; now apply Rinv_0_lt_compat]].
  enough (identity : ((L - mu) / (L + mu)) ^ 2 * (f x - f z) - (f y - f z) =
    (L - mu) / (L + mu) * (f x - (f y + inner h (x - y)%V + / (2 * (1 - mu / L)) * (/ L * norm2 (g - h)%V + mu * norm2 (x - y)%V -
      2 * (mu / L) * inner (h - g)%V (y - x)%V)))
    + 2 * mu * (L - mu) / (L + mu) ^ 2 * (f z - (f x + inner g (z - x)%V + / (2 * (1 - mu / L)) * (/ L * norm2 (vzero - g)%V +
      mu * norm2 (z - x)%V - 2 * (mu / L) * inner (g - vzero)%V (x - z)%V)))
    + 2 * mu / (L + mu) * (f z - (f y + inner h (z - y)%V + / (2 * (1 - mu / L)) * (/ L * norm2 (vzero - h)%V +
      mu * norm2 (z - y)%V - 2 * (mu / L) * inner (h - vzero)%V (y - z)%V)))
    - 2 / (L + mu) * inner h g - inner h (y - x)%V
    + mu * L * (L + 3 * mu) / (2 * (L + mu) ^ 2) *
      norm2 ((x - z) - (L + mu) / (L + 3 * mu) *: (y - z) - (3 * L + mu) / (L * (L + 3 * mu)) *: g - (L + mu) / (L * (L + 3 * mu)) *: h)%V
    + 2 * L * mu ^ 2 / ((L - mu) * (L + 3 * mu)) * norm2 ((y - z) - (L - mu) ^ 2 / (2 * mu * L * (L + mu)) *: g - (L + mu) / (2 * mu * L) *: h)%V).
  { rewrite orthogonal, along in identity. lra. }
  clear - mu_gt0 L_gt0 sum_gt0 wide_gt0 gap_gt0. expand_inner. field. repeat split; lra.
Qed.

(** ** Inexact gradients *)

(** d is the gradient of f at x up to ε, absolutely; and relatively to the gradient's length *)
Definition inexact_gradient (eps : R) f x d : Prop := exists g, gradient f x g /\ norm (d - g)%V <= eps.
Definition relatively_inexact_gradient (eps : R) f x d : Prop := exists g, gradient f x g /\ norm (d - g)%V <= eps * norm g.

(** the step 1/L along an inexact gradient *)
Theorem inexact_step_decrease L eps f x d g : smooth L f -> 0 < L -> 0 <= eps -> relatively_inexact_gradient eps f x d -> gradient f x g ->
  f (x - / L *: d)%V <= f x - (1 - eps ^ 2) / (2 * L) * norm2 g.
Proof.
  intros smooth_f L_gt0 eps_ge0 (g' & grad' & close) grad. rewrite (gradient_unique f x g' g grad' grad) in close. clear g' grad'.
  apply norm2_bound in close. replace (eps * norm g * (eps * norm g)) with (eps ^ 2 * norm2 g) in close by (rewrite norm2_norm; ring).
  pose proof (smooth_upper L f x (x - / L *: d)%V g smooth_f grad) as upper.
  replace (x - / L *: d - x)%V with ((- / L) *: d)%V in upper by vector_ring. rewrite norm2_scale, inner_scale_r in upper.
  replace (L / 2 * (- / L * - / L * norm2 d)) with (/ (2 * L) * norm2 d) in upper by (field; lra).
  assert (error : norm2 (d - g)%V = norm2 d - 2 * inner g d + norm2 g) by (expand_inner; ring). rewrite error in close.
  replace ((1 - eps ^ 2) / (2 * L) * norm2 g) with (/ (2 * L) * (norm2 g - eps ^ 2 * norm2 g)) by (field; lra).
  replace (- / L * inner g d) with (/ (2 * L) * (- 2 * inner g d)) in upper by (field; lra).
  assert (part : 0 < / (2 * L)) by (apply Rinv_0_lt_compat; lra). apply (Rmult_le_compat_l (/ (2 * L))) in close; lra.
Qed.

(** ** Methods with these steps *)

(** f(x(N)) - f(z) <= ((L - µ)/(L + µ))^(2N) (f(x(0)) - f(z)) for the minimizer z, with an exact line search along the gradient *)
Theorem line_search_rate mu L f (x g : nat -> E) z N : smooth L f -> strongly_convex mu f -> 0 < mu < L -> minimizer f z ->
  (forall k, gradient f (x k) (g k) /\ line_search_step f [g k] (x k) (x (S k))) -> f (x N) - f z <= ((L - mu) / (L + mu)) ^ (2 * N) * (f (x O) - f z).
Proof.
  intros smooth_f convex_f mu_in least steps. induction N as [|N IH]; [simpl; lra|]. destruct (steps N) as (grad & search).
  pose proof (line_search_contraction mu L f [g N] _ _ z (g N) smooth_f convex_f mu_in least grad (or_introl eq_refl) search) as step.
  apply (Rle_trans _ _ _ step). replace (2 * S N)%nat with (2 + 2 * N)%nat by lia. rewrite pow_add, Rmult_assoc.
  apply Rmult_le_compat_l; [apply pow2_ge_0|exact IH].
Qed.
(** f(x(N)) - f(z) <= ‖x(0) - z‖²/(4γN) *)
Theorem proximal_steps_rate gamma f (x : nat -> E) z N : convex f -> 0 < gamma -> (forall k, proximal_step gamma f (x k) (x (S k))) -> domain f z -> (0 < N)%nat ->
  f (x N) - f z <= norm2 (x O - z)%V / (4 * gamma * INR N).
Proof.
  intros convex_f gamma_gt0 steps there n_gt0.
  apply (proximal_point_constant gamma f x (fun k => / gamma *: (x (pred k) - x k))%V z N gamma_gt0); [|exact there|exact n_gt0].
  intro k. split; [apply proximal_step_subgradient; auto|]. cbn [pred]. vector_coefficients; field; lra.
Qed.
(** F(x(N)) - F(z) <= L/(4N) ‖x(0) - z‖² for F = f + h *)
Theorem proximal_gradient_steps_rate L f h (x g : nat -> E) z N : smooth L f -> convex f -> convex h -> 0 < L ->
  (forall k, gradient f (x k) (g k) /\ proximal_step (/ L) h (x k - / L *: g k)%V (x (S k))) -> domain h z -> (0 < N)%nat ->
  sum f h (x N) - sum f h z <= L / (4 * INR N) * norm2 (x O - z)%V.
Proof.
  intros smooth_f convex_f convex_h L_gt0 steps there n_gt0.
  apply (proximal_gradient_inverse L f h x g (fun k => / / L *: (x k - / L *: g k - x (S k)))%V); auto.
  intro k. destruct (steps k) as (grad & step). split; [exact grad|]. split.
  - apply proximal_step_subgradient; [exact convex_h|now apply Rinv_0_lt_compat|exact step].
  - vector_coefficients; field; lra.
Qed.
(** f(x(N)) - f(z) <= L/(4N) ‖x(0) - z‖² for z in the set onto which the steps are projected *)
Theorem projected_gradient_steps_rate L f h (x g : nat -> E) z N : smooth L f -> convex f -> 0 < L -> indicator h ->
  (forall k, gradient f (x k) (g k) /\ projection_step (domain h) (x k - / L *: g k)%V (x (S k))) -> domain h z -> (0 < N)%nat ->
  f (x N) - f z <= L / (4 * INR N) * norm2 (x O - z)%V.
Proof.
  intros smooth_f convex_f L_gt0 h_indicator steps there n_gt0.
  apply (projected_gradient_inverse L f h x g (fun k => L *: (x k - / L *: g k - x (S k)))%V); auto.
  intro k. destruct (steps k) as (grad & step). split; [exact grad|]. apply projection_step_subgradient in step; [|exact h_indicator]. split.
  - destruct h_indicator as (_ & null). destruct step as (inside & above). split; [exact inside|]. intros c c_in. pose proof (above c c_in) as side.
    rewrite inner_scale_l. rewrite (null _ c_in), (null _ inside) in *.
    assert (scaled : L * inner (x k - / L *: g k - x (S k))%V (c - x (S k))%V <= L * 0) by (apply Rmult_le_compat_l; lra). lra.
  - vector_coefficients; field; lra.
Qed.
End Steps.
