(** * Accelerated gradient methods

    Rates of FISTA, x(k+1) = y(k) - γ (∇f(y(k)) + s(k)) with s(k) a subgradient of h at x(k+1) and y(k+1) = x(k+1) + β(k) (x(k+1) - x(k)), for F = f + h, and of
    Nesterov's method, which is the same with h = 0.  Two kinds of momentum: β(k) = (t(k) - 1)/t(k+1) with t(0) = 1 and t(k+1)² - t(k+1) <= t(k)², for convex f;
    and the constant β = (1 - q)/(1 + q) with q = √(γµ), for µ-strongly convex f.

    Main definitions: [accelerated], [momentum_weights], [fista_weight], [linear_weight], [nesterov].
    Main results: [accelerated_convex] (any weights t), [fista_weight_weights], [linear_weight_weights], [fista_rate], [linear_fista_rate],
    [nesterov_rate], [accelerated_strongly_convex], [nesterov_strongly_convex].

    Trust: proved.
    Source: A. Beck and M. Teboulle, A fast iterative shrinkage-thresholding algorithm for linear inverse problems, 2009, theorem 4.4; Y. Nesterov, Lectures on
    Convex Optimization, 2018, section 2.2.1; A. d'Aspremont, D. Scieur, A. Taylor, Acceleration Methods, 2021, corollary 4.15 (constant momentum). *)
From Coq Require Import Reals Lra Lia.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant Require Import Primitives.Optimization.Spaces Primitives.Optimization.Convex Primitives.Optimization.Smooth.
From Warrant Require Import Primitives.Optimization.ProximalGradient.
Local Open Scope R_scope.

Section Acceleration.
Context {E : inner_product_space}.
Implicit Types (f h : function E) (beta : nat -> R) (t : nat -> R).

(** the points x(k) and y(k), the gradients g(k) of f at y(k), and the subgradients s(k) of h at x(k+1) *)
Definition accelerated (gamma : R) beta f h (x y g s : nat -> E) : Prop :=
  y O = x O /\
  forall k, gradient f (y k) (g k) /\ subgradient h (x (S k)) (s k) /\
    x (S k) = (y k - gamma *: (g k + s k))%V /\ y (S k) = (x (S k) + beta k *: (x (S k) - x k))%V.
(** the same with h = 0 *)
Definition nesterov (gamma : R) beta f (x y g : nat -> E) : Prop :=
  y O = x O /\
  forall k, gradient f (y k) (g k) /\ x (S k) = (y k - gamma *: g k)%V /\ y (S k) = (x (S k) + beta k *: (x (S k) - x k))%V.

Local Definition nothing : function E := everywhere (fun _ => 0).
Lemma nesterov_accelerated gamma beta f x y g : nesterov gamma beta f x y g -> accelerated gamma beta f nothing x y g (fun _ => vzero).
Proof.
  intros (start & steps). split; [exact start|]. intro k. destruct (steps k) as (grad & step & momentum).
  split; [exact grad|]. split; [|split; [|exact momentum]].
  - split; [exact I|]. intros z _. cbn. rewrite inner_zero_l. lra.
  - rewrite step. vector_ring.
Qed.

(** ** Convex functions *)

Definition momentum_weights t : Prop := t O = 1 /\ forall k, 1 <= t k /\ t (S k) * t (S k) - t (S k) <= t k * t k.
Definition momentum t (k : nat) : R := (t k - 1) / t (S k).

(* With u(k) = t(k) x(k+1) - (t(k) - 1) x(k), which is t(k+1) y(k+1) - (t(k+1) - 1) x(k+1): the step from y(k+1), compared with x(k+1) (weight t(k+1) - 1) and
   with z (weight 1), shows that 2γ t(k)² (F(x(k+1)) - F(z)) + ‖u(k) - z‖² does not increase. *)
Section Weights.
Variables (L gamma : R) (t : nat -> R) (f h : function E) (x y g s : nat -> E) (z : E).
Hypotheses (smooth_f : smooth L f) (convex_f : convex f) (gamma_gt0 : 0 < gamma) (step_le : L * gamma <= 1).
Hypotheses (start : t O = 1) (t_ge1 : forall k, 1 <= t k) (steps : accelerated gamma (momentum t) f h x y g s) (there : domain h z).
Local Notation gap k := (sum f h (x k) - sum f h z).
(** t(k+1)² - t(k+1) is t(k)², or is less and z is a minimizer *)
Hypothesis weights : forall k, (t (S k) * t (S k) - t (S k)) * gap (S k) <= t k * t k * gap (S k).

Local Lemma potential_start : 2 * gamma * (t O * t O * gap 1) + norm2 (t O *: x 1%nat - (t O - 1) *: x O - z)%V <= norm2 (x O - z)%V.
Proof.
  destruct steps as (same & each). destruct (each O) as (grad & sub & step & _). rewrite same in *. rewrite start. rewrite step in sub |- *.
  pose proof (proximal_gradient_closer 0 L gamma f h (x O) z _ _ smooth_f convex_f gamma_gt0 step_le grad sub there) as near.
  set (p := (x O - gamma *: (g O + s O))%V) in *. replace (1 *: p - (1 - 1) *: x O - z)%V with (p - z)%V by vector_ring. lra.
Qed.
Local Lemma potential_step k :
  2 * gamma * (t (S k) * t (S k) * gap (S (S k))) + norm2 (t (S k) *: x (S (S k)) - (t (S k) - 1) *: x (S k) - z)%V <=
  2 * gamma * (t k * t k * gap (S k)) + norm2 (t k *: x (S k) - (t k - 1) *: x k - z)%V.
Proof.
  destruct steps as (_ & each). destruct (each (S k)) as (grad & sub & step & _). destruct (each k) as (_ & here & _ & place). apply subgradient_domain in here.
  specialize (weights k). pose proof (t_ge1 (S k)) as ge1. set (a := t (S k)) in *. rewrite step in sub.
  pose proof (proximal_gradient_step 0 L gamma f h _ (x (S k)) _ _ smooth_f convex_f ltac:(lra) step_le grad sub here) as at_x.
  pose proof (proximal_gradient_step 0 L gamma f h _ z _ _ smooth_f convex_f ltac:(lra) step_le grad sub there) as at_z.
  rewrite <- step in at_x, at_z. set (d := (g (S k) + s (S k))%V) in *.
  (* a y(k+1) = u(k) + (a - 1) x(k+1) *)
  set (u := (t k *: x (S k) - (t k - 1) *: x k)%V).
  assert (mix : (a *: y (S k) = u + (a - 1) *: x (S k))%V).
  { rewrite place. unfold u, momentum. fold a. vector_coefficients; field; lra. }
  assert (next : (a *: x (S (S k)) - (a - 1) *: x (S k) - z = (u - z) - (a * gamma) *: d)%V).
  { rewrite step. transitivity (a *: y (S k) - (a - 1) *: x (S k) - z - (a * gamma) *: d)%V; [vector_ring|]. rewrite mix. vector_ring. }
  rewrite next.
  apply (Rmult_le_compat_l (2 * gamma * a * (a - 1))) in at_x; [|repeat apply Rmult_le_pos; lra].
  apply (Rmult_le_compat_l (2 * gamma * a)) in at_z; [|repeat apply Rmult_le_pos; lra].
  apply (Rmult_le_compat_l (2 * gamma)) in weights; [|lra].
  assert (angle : (a - 1) * inner d (y (S k) - x (S k))%V + inner d (y (S k) - z)%V = inner d (u - z)%V).
  { transitivity (inner d (a *: y (S k))%V - (a - 1) * inner d (x (S k)) - inner d z); [expand_inner; ring|]. rewrite mix. expand_inner. ring. }
  assert (scaled : 2 * gamma * a * ((a - 1) * inner d (y (S k) - x (S k))%V + inner d (y (S k) - z)%V) = 2 * gamma * a * inner d (u - z)%V)
    by now rewrite angle.
  replace (norm2 (u - z - a * gamma *: d)%V) with (norm2 (u - z)%V - 2 * gamma * a * inner d (u - z)%V + a * gamma * (a * gamma) * norm2 d)
    by (expand_inner; ring).
  clear - at_x at_z weights scaled. set (q := norm2 (u - z)%V). set (p := inner d (u - z)%V) in *. set (D := norm2 d) in *.
  set (v := inner d (y (S k) - x (S k))%V) in *. set (w := inner d (y (S k) - z)%V) in *.
  set (v2 := norm2 (y (S k) - x (S k))%V) in *. set (w2 := norm2 (y (S k) - z)%V) in *.
  set (F2 := sum f h (x (S (S k)))) in *. set (F1 := sum f h (x (S k))) in *. set (F0 := sum f h z) in *. clearbody q p D v w v2 w2 F2 F1 F0 a. lra.
Qed.
Local Lemma weights_rate N : gap (S N) <= norm2 (x O - z)%V / (2 * gamma * (t N * t N)).
Proof.
  assert (bound : 2 * gamma * (t N * t N * gap (S N)) + norm2 (t N *: x (S N) - (t N - 1) *: x N - z)%V <= norm2 (x O - z)%V).
  { induction N as [|n IH]; [exact potential_start|]. exact (Rle_trans _ _ _ (potential_step n) IH). }
  pose proof (norm2_ge0 (t N *: x (S N) - (t N - 1) *: x N - z)%V) as square. pose proof (t_ge1 N) as ge1.
  assert (part : 0 < 2 * gamma * (t N * t N)) by (repeat apply Rmult_lt_0_compat; lra).
  apply (Rmult_le_reg_r (2 * gamma * (t N * t N))); [exact part|].
  replace (norm2 (x O - z)%V / (2 * gamma * (t N * t N)) * (2 * gamma * (t N * t N))) with (norm2 (x O - z)%V) by (field; lra). lra.
Qed.
End Weights.

(** F(x(N+1)) - F(z) <= ‖x(0) - z‖²/(2γ t(N)²), for steps up to 1/L *)
Theorem accelerated_convex L gamma t f h x y g s z N :
  smooth L f -> convex f -> 0 < gamma -> L * gamma <= 1 -> momentum_weights t -> accelerated gamma (momentum t) f h x y g s -> minimizer (sum f h) z ->
  sum f h (x (S N)) - sum f h z <= norm2 (x O - z)%V / (2 * gamma * (t N * t N)).
Proof.
  intros smooth_f convex_f gamma_gt0 step_le (start & weights) steps ((_ & there) & least).
  apply (weights_rate L gamma t f h x y g s z smooth_f convex_f gamma_gt0 step_le start (fun k => proj1 (weights k)) steps there).
  intro k. apply Rmult_le_compat_r; [|apply weights].
  specialize (least (x (S k)) (conj (smooth_total L f smooth_f _) (subgradient_domain _ _ _ (proj1 (proj2 (proj2 steps k)))))). lra.
Qed.

(** *** Two sequences of weights *)

(** t(k+1) = (1 + √(1 + 4 t(k)²))/2, with equality in t(k+1)² - t(k+1) <= t(k)² *)
Fixpoint fista_weight (k : nat) : R := match k with O => 1 | S k => (1 + sqrt (1 + 4 * (fista_weight k * fista_weight k))) / 2 end.
(** t(k) = (k + 2)/2 *)
Definition linear_weight (k : nat) : R := (INR k + 2) / 2.

Lemma fista_weight_equation k : fista_weight (S k) * fista_weight (S k) - fista_weight (S k) = fista_weight k * fista_weight k.
Proof.
  cbn [fista_weight]. set (a := fista_weight k). pose proof (Rle_0_sqr a) as square. unfold Rsqr in square.
  pose proof (sqrt_sqrt (1 + 4 * (a * a)) ltac:(lra)) as root. set (r := sqrt _) in *. clearbody r a. lra.
Qed.
Lemma fista_weight_bound k : (INR k + 2) / 2 <= fista_weight k.
Proof.
  induction k as [|k IH]; [cbn; lra|]. pose proof (pos_INR k) as k_ge0. rewrite S_INR. cbn [fista_weight]. set (a := fista_weight k) in *.
  assert (root : 2 * a <= sqrt (1 + 4 * (a * a))).
  { rewrite <- (sqrt_square (2 * a)) by lra. apply sqrt_le_1_alt. lra. }
  lra.
Qed.
Theorem fista_weight_weights : momentum_weights fista_weight.
Proof.
  split; [reflexivity|]. intro k. split; [|right; apply fista_weight_equation]. pose proof (fista_weight_bound k). pose proof (pos_INR k). lra.
Qed.
Theorem linear_weight_weights : momentum_weights linear_weight.
Proof.
  split; [unfold linear_weight; cbn; lra|]. intro k. pose proof (pos_INR k) as k_ge0. unfold linear_weight. rewrite S_INR. split; [lra|].
  set (a := INR k) in *. clearbody a. lra.
Qed.

(** *** FISTA: F(x(N)) - F(z) <= 2L/(N+1)² ‖x(0) - z‖² *)

Local Lemma weight_rate (L t r : R) N : 0 < L -> 0 <= r -> (INR N + 2) / 2 <= t -> r / (2 * / L * (t * t)) <= 2 * L / INR (S (S N)) ^ 2 * r.
Proof.
  intros L_gt0 r_ge0 above. rewrite !S_INR. pose proof (pos_INR N) as n_ge0. set (a := INR N) in *. clearbody a.
  replace (2 * L / (a + 1 + 1) ^ 2 * r) with (L * r / 2 * / ((a + 2) / 2 * ((a + 2) / 2))) by (field; lra).
  replace (r / (2 * / L * (t * t))) with (L * r / 2 * / (t * t)) by (field; lra).
  apply Rmult_le_compat_l; [apply Rmult_le_pos; [apply Rmult_le_pos|]; lra|].
  apply Rinv_le_contravar; [apply Rmult_lt_0_compat; lra|]. apply Rmult_le_compat; lra.
Qed.
(** with FISTA's own weights, for every z where h is finite *)
Theorem fista_rate L f h x y g s z N :
  smooth L f -> convex f -> 0 < L -> accelerated (/ L) (momentum fista_weight) f h x y g s -> domain h z -> (0 < N)%nat ->
  sum f h (x N) - sum f h z <= 2 * L / INR (S N) ^ 2 * norm2 (x O - z)%V.
Proof.
  intros smooth_f convex_f L_gt0 steps there n_gt0. destruct N as [|n]; [lia|].
  apply Rle_trans with (norm2 (x O - z)%V / (2 * / L * (fista_weight n * fista_weight n))).
  - apply (weights_rate L (/ L) fista_weight f h x y g s z smooth_f convex_f); auto; [now apply Rinv_0_lt_compat|rewrite Rinv_r; lra| |].
    + intro k. apply fista_weight_weights.
    + intro k. rewrite fista_weight_equation. lra.
  - apply weight_rate; [exact L_gt0|apply norm2_ge0|apply fista_weight_bound].
Qed.
(** with β(k) = k/(k+3) *)
Lemma linear_momentum k : momentum linear_weight k = INR k / (INR k + 3).
Proof. unfold momentum, linear_weight. rewrite S_INR. pose proof (pos_INR k). field. lra. Qed.
Theorem linear_fista_rate L f h x y g s z N :
  smooth L f -> convex f -> 0 < L -> accelerated (/ L) (fun k => INR k / (INR k + 3)) f h x y g s -> minimizer (sum f h) z -> (0 < N)%nat ->
  sum f h (x N) - sum f h z <= 2 * L / INR (S N) ^ 2 * norm2 (x O - z)%V.
Proof.
  intros smooth_f convex_f L_gt0 (start & steps) least n_gt0. destruct N as [|n]; [lia|].
  apply Rle_trans with (norm2 (x O - z)%V / (2 * / L * (linear_weight n * linear_weight n))).
  - apply (accelerated_convex L (/ L) linear_weight f h x y g s z n smooth_f convex_f); auto; [now apply Rinv_0_lt_compat|rewrite Rinv_r; lra| |].
    + exact linear_weight_weights.
    + split; [exact start|]. intro k. rewrite linear_momentum. apply steps.
  - apply weight_rate; [exact L_gt0|apply norm2_ge0|unfold linear_weight; lra].
Qed.

(** *** Nesterov's method: f(x(N)) - f(z) <= 2L/(N+1)² ‖x(0) - z‖² *)

Theorem nesterov_rate L f x y g z N :
  smooth L f -> convex f -> 0 < L -> nesterov (/ L) (momentum fista_weight) f x y g -> (0 < N)%nat ->
  f (x N) - f z <= 2 * L / INR (S N) ^ 2 * norm2 (x O - z)%V.
Proof.
  intros smooth_f convex_f L_gt0 steps n_gt0. apply nesterov_accelerated in steps.
  pose proof (fista_rate L f nothing x y g _ z N smooth_f convex_f L_gt0 steps I n_gt0) as rate. cbn - [INR pow] in rate. lra.
Qed.

(** ** Strongly convex functions *)

(* With q = √(γµ) and v(k) = x(k) + (y(k) - x(k)) (1 + q)/q, the step from y(k), compared with x(k) (weight 1 - q) and with z (weight q), shows that
   F(x(k)) - F(z) + µ/2 ‖v(k) - z‖² falls by the factor 1 - q. *)
Section StronglyConvex.
Variables (mu L gamma q : R) (f h : function E) (x y g s : nat -> E) (z : E).
Hypotheses (smooth_f : smooth L f) (convex_f : strongly_convex mu f) (mu_gt0 : 0 < mu) (gamma_gt0 : 0 < gamma) (step_le : L * gamma <= 1).
Hypotheses (q_gt0 : 0 < q) (q_le : q <= 1) (q_square : q * q = gamma * mu).
Hypotheses (steps : accelerated gamma (fun _ => (1 - q) / (1 + q)) f h x y g s) (there : domain h z) (start : domain h (x O)).
Local Notation gap k := (sum f h (x k) - sum f h z).
Local Definition leader (k : nat) : E := (x k + ((1 + q) / q) *: (y k - x k))%V.

Local Lemma inside k : domain h (x k).
Proof. destruct k as [|k]; [exact start|]. exact (subgradient_domain _ _ _ (proj1 (proj2 (proj2 steps k)))). Qed.
Local Lemma leader_step k : leader (S k) = ((1 - q) *: leader k + q *: y k - (gamma / q) *: (g k + s k))%V.
Proof.
  destruct steps as (_ & each). destruct (each k) as (_ & _ & step & place). unfold leader. rewrite place, step. vector_coefficients; field; lra.
Qed.
Local Lemma contraction k : gap (S k) + mu / 2 * norm2 (leader (S k) - z)%V <= (1 - q) * (gap k + mu / 2 * norm2 (leader k - z)%V).
Proof.
  rewrite leader_step. destruct steps as (_ & each). destruct (each k) as (grad & sub & step & _). rewrite step in sub.
  pose proof (proximal_gradient_step mu L gamma f h _ (x k) _ _ smooth_f convex_f ltac:(lra) step_le grad sub (inside k)) as at_x.
  pose proof (proximal_gradient_step mu L gamma f h _ z _ _ smooth_f convex_f ltac:(lra) step_le grad sub there) as at_z.
  rewrite <- step in at_x, at_z. set (d := (g k + s k)%V) in *. set (v := leader k).
  assert (x_eq : x k = ((1 + q) *: y k - q *: v)%V) by (unfold v, leader; vector_coefficients; field; lra).
  apply (Rmult_le_compat_l (1 - q)) in at_x; [|lra]. apply (Rmult_le_compat_l q) in at_z; [|lra].
  set (F1 := sum f h (x (S k))) in *. set (F0 := sum f h (x k)) in *. set (Fz := sum f h z) in *.
  pose proof (Rmult_le_pos _ _ (Rmult_le_pos _ _ (Rlt_le _ _ q_gt0) (Rlt_le _ _ mu_gt0)) (norm2_ge0 (v - y k)%V)) as square.
  apply (Rmult_le_pos ((1 - q) / 2)) in square; [|lra].
  pose proof (Rmult_le_pos _ _ (Rmult_le_pos _ _ (Rlt_le _ _ q_gt0) (Rlt_le _ _ mu_gt0)) (Rmult_le_pos _ _ (Rlt_le _ _ q_gt0) (norm2_ge0 (v - y k)%V))) as square'.
  apply (Rmult_le_pos ((1 - q) / 2)) in square'; [|lra].
  rewrite x_eq in at_x. set (w := y k) in *. clearbody v w d F1 F0 Fz.
  replace (mu / 2 * norm2 ((1 - q) *: v + q *: w - gamma / q *: d - z)%V) with
    (mu / 2 * norm2 ((1 - q) *: v + q *: w - z)%V - q * inner d ((1 - q) *: v + q *: w - z)%V + gamma / 2 * norm2 d).
  - clear - at_x at_z square square'. expand_inner in *. lra.
  - assert (mu_eq : mu = q * q / gamma) by (rewrite q_square; field; lra). rewrite mu_eq. clear - q_gt0 gamma_gt0. expand_inner. field. lra.
Qed.
Local Lemma strongly_convex_rate N : gap N + mu / 2 * norm2 (leader N - z)%V <= (1 - q) ^ N * (gap O + mu / 2 * norm2 (x O - z)%V).
Proof.
  induction N as [|n IH].
  - replace (leader O) with (x O); [simpl; lra|]. unfold leader. rewrite (proj1 steps). vector_ring.
  - apply (Rle_trans _ _ _ (contraction n)). rewrite <- tech_pow_Rmult, Rmult_assoc. apply Rmult_le_compat_l; [lra|exact IH].
Qed.
End StronglyConvex.

(** F(x(N)) - F(z) <= (1 - √(γµ))^N (F(x(0)) - F(z) + µ/2 ‖x(0) - z‖²), for steps up to 1/L and every z where h is finite *)
Theorem accelerated_strongly_convex mu L gamma f h x y g s z N :
  smooth L f -> strongly_convex mu f -> 0 < mu -> 0 < gamma -> L * gamma <= 1 -> gamma * mu <= 1 ->
  accelerated gamma (fun _ => (1 - sqrt (gamma * mu)) / (1 + sqrt (gamma * mu))) f h x y g s -> domain h z -> domain h (x O) ->
  sum f h (x N) - sum f h z <= (1 - sqrt (gamma * mu)) ^ N * (sum f h (x O) - sum f h z + mu / 2 * norm2 (x O - z)%V).
Proof.
  intros smooth_f convex_f mu_gt0 gamma_gt0 step_le mu_le steps there start.
  pose proof (Rmult_lt_0_compat _ _ gamma_gt0 mu_gt0) as product. pose proof (sqrt_lt_R0 _ product) as q_gt0.
  assert (q_le : sqrt (gamma * mu) <= 1) by (rewrite <- sqrt_1; now apply sqrt_le_1_alt).
  pose proof (strongly_convex_rate mu L gamma _ f h x y g s z smooth_f convex_f mu_gt0 gamma_gt0 step_le q_gt0 q_le (sqrt_sqrt _ (Rlt_le _ _ product))
    steps there start N) as rate.
  pose proof (norm2_ge0 (leader (sqrt (gamma * mu)) x y N - z)%V) as square. apply (Rmult_le_pos (mu / 2)) in square; lra.
Qed.
(** f(x(N)) - f(z) <= (1 - √(µ/L))^N (f(x(0)) - f(z) + µ/2 ‖x(0) - z‖²) *)
Theorem nesterov_strongly_convex mu L f x y g z N :
  smooth L f -> strongly_convex mu f -> 0 < mu <= L -> nesterov (/ L) (fun _ => (1 - sqrt (mu / L)) / (1 + sqrt (mu / L))) f x y g ->
  f (x N) - f z <= (1 - sqrt (mu / L)) ^ N * (f (x O) - f z + mu / 2 * norm2 (x O - z)%V).
Proof.
  intros smooth_f convex_f (mu_gt0 & mu_le) steps. replace (mu / L) with (/ L * mu) in * by (unfold Rdiv; ring).
  assert (L_gt0 : 0 < L) by lra. pose proof (Rinv_0_lt_compat _ L_gt0) as inv_gt0. assert (inv : / L * L = 1) by (field; lra).
  assert (mu_le' : / L * mu <= 1) by (rewrite <- inv; apply Rmult_le_compat_l; lra).
  apply nesterov_accelerated in steps.
  pose proof (accelerated_strongly_convex mu L (/ L) f nothing x y g _ z N smooth_f convex_f mu_gt0 inv_gt0 ltac:(lra) mu_le' steps I I) as rate.
  cbn - [pow] in rate. lra.
Qed.
End Acceleration.
