(** * The subgradient method

    Rates of x(k+1) = x(k) - γ(k) g(k) with subgradients g(k) of f at x(k), and of its projected form, where the result of each step is projected onto a set.
    After N steps, one of x(0), …, x(N), and their average if f is convex, is as good as the bound says.  Nothing is asked of f but that it has the
    subgradients, and that these are at most M long.

    A set C is given by its indicator function h, and the projection of y is the point p such that y - p is a subgradient of h at p (<y - p, c - p> <= 0 for all
    c in C).

    Main definitions: [subgradient_method], [projected_subgradient_method].
    Main results: [projected_subgradient_method_sum] (any steps), [projected_subgradient_method_best], [projected_subgradient_method_average] (a constant step),
    [projected_subgradient_method_rate], [projected_subgradient_method_average_rate] (the step r/(M √(N+1))); [subgradient_method_best],
    [subgradient_method_average], [subgradient_method_rate], [subgradient_method_average_rate], [lipschitz_subgradient_method_rate];
    [strongly_convex_subgradient_method_best], [strongly_convex_subgradient_method_average] (the steps 2/(µ(k+2))).

    Trust: proved.
    Source: Y. Nesterov, Lectures on Convex Optimization, 2018, section 3.2.3; S. Bubeck, Convex Optimization: Algorithms and Complexity, 2015, theorem 3.2; S.
    Lacoste-Julien, M. Schmidt, F. Bach, A simpler approach to obtaining an O(1/t) convergence rate for the projected stochastic subgradient method, 2012
    (strongly convex). *)
From Coq Require Import Reals Lra Lia.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant Require Import Primitives.Optimization.Spaces Primitives.Optimization.Convex Primitives.Optimization.Averages.
Local Open Scope R_scope.

Section SubgradientMethod.
Context {E : inner_product_space}.
Implicit Types (f h : function E) (x g : nat -> E) (gamma : nat -> R) (z : E).

(** the points x(k), and the subgradients g(k) of f there *)
Definition subgradient_method gamma f x g : Prop := forall k, subgradient f (x k) (g k) /\ x (S k) = (x k - gamma k *: g k)%V.
Definition projected_subgradient_method gamma f h x g : Prop :=
  forall k, subgradient f (x k) (g k) /\ subgradient h (x (S k)) (x k - gamma k *: g k - x (S k))%V.

(** the whole space as a set *)
Lemma subgradient_method_projected gamma f x g : subgradient_method gamma f x g -> projected_subgradient_method gamma f (everywhere (fun _ => 0)) x g.
Proof.
  intros steps k. destruct (steps k) as (sub & ->). split; [exact sub|]. split; [exact I|]. intros y _. cbn.
  replace (x k - gamma k *: g k - (x k - gamma k *: g k))%V with (@vzero E) by vector_ring. rewrite inner_zero_l. lra.
Qed.

(** ** Any steps *)

(* For z in C, and any y with projection p: ‖p - z‖² <= ‖y - z‖².  So ‖x(k+1) - z‖² <= ‖x(k) - z‖² - 2γ(k) <g(k), x(k) - z> + γ(k)² ‖g(k)‖²; these are added up.
   *)
Lemma projection_closer h y p z : indicator h -> subgradient h p (y - p)%V -> domain h z -> norm2 (p - z)%V <= norm2 (y - z)%V.
Proof.
  intros (_ & null) (here & above) there. specialize (above z there). rewrite (null z there), (null p here) in above.
  pose proof (norm2_ge0 (y - p)%V) as square. expand_inner in *. lra.
Qed.

Section Steps.
Variables (M : R) (gamma : nat -> R) (f h : function E) (x g : nat -> E) (z : E).
Hypotheses (indicator_h : indicator h) (steps : projected_subgradient_method gamma f h x g) (there : domain f z) (allowed : domain h z).

(** Σ γ(k) (f(x(k)) - f(z)) <= (‖x(0) - z‖² + M² Σ γ(k)²)/2 *)
Theorem projected_subgradient_method_sum n : (forall k, (k < n)%nat -> 0 <= gamma k /\ norm2 (g k) <= M ^ 2) ->
  sum_below (fun k => gamma k * (f (x k) - f z)) n <= (norm2 (x O - z)%V + M ^ 2 * sum_below (fun k => gamma k ^ 2) n) / 2.
Proof.
  intro bounded. rewrite <- sum_below_scale.
  assert (falls : norm2 (x n - z)%V <= norm2 (x O - z)%V - sum_below (fun k => 2 * (gamma k * (f (x k) - f z)) - M ^ 2 * gamma k ^ 2) n).
  { apply (sum_below_telescope _ (fun k => norm2 (x k - z)%V)). intros k k_lt. cbn beta. destruct (steps k) as (sub & projected).
    destruct (bounded k k_lt) as (step_ge0 & short).
    pose proof (projection_closer h _ _ z indicator_h projected allowed) as closer.
    pose proof (subgradient_lower f z (x k) (g k) sub there) as low. apply Rge_le, (Rmult_le_compat_l (gamma k)) in low; [|exact step_ge0].
    apply (Rmult_le_compat_l (gamma k ^ 2)) in short; [|apply pow2_ge_0].
    clear - closer low short. expand_inner in *. lra. }
  pose proof (norm2_ge0 (x n - z)%V) as square.
  assert (split : sum_below (fun k => 2 * (gamma k * (f (x k) - f z)) - M ^ 2 * gamma k ^ 2) n =
    2 * sum_below (fun k => gamma k * (f (x k) - f z)) n - sum_below (fun k => M ^ 2 * gamma k ^ 2) n).
  { clear. induction n as [|n IH]; cbn [sum_below]; [|rewrite IH]; ring. }
  lra.
Qed.
End Steps.

(** ** A constant step *)

Section Constant.
Variables (M gamma r : R) (f h : function E) (x g : nat -> E) (z : E) (N : nat).
Hypotheses (indicator_h : indicator h) (there : domain f z) (allowed : domain h z).
Hypothesis short : forall k, (k <= N)%nat -> norm2 (g k) <= M ^ 2.

Local Lemma constant_sum : 0 < gamma -> projected_subgradient_method (fun _ => gamma) f h x g ->
  sum_below (fun k => gamma * (f (x k) - f z)) (S N) <=
  sum_below (fun _ => gamma) (S N) * ((norm2 (x O - z)%V + gamma ^ 2 * M ^ 2 * INR (S N)) / (2 * gamma * INR (S N))).
Proof.
  intros gamma_gt0 steps. rewrite sum_below_constant. assert (n_gt0 : 0 < INR (S N)) by (apply lt_0_INR; lia).
  pose proof (projected_subgradient_method_sum M (fun _ => gamma) f h x g z indicator_h steps there allowed (S N)) as total.
  cbn beta in total. rewrite sum_below_constant in total. set (n := INR (S N)) in *.
  replace (n * gamma * ((norm2 (x O - z)%V + gamma ^ 2 * M ^ 2 * n) / (2 * gamma * n)))
    with ((norm2 (x O - z)%V + M ^ 2 * (n * gamma ^ 2)) / 2) by (field; lra).
  apply total. intros k k_lt. split; [lra|]. apply short. lia.
Qed.
(** (‖x(0) - z‖² + γ² M² (N + 1))/(2γ(N + 1)) *)
Theorem projected_subgradient_method_best : 0 < gamma -> projected_subgradient_method (fun _ => gamma) f h x g ->
  exists k, (k <= N)%nat /\ f (x k) - f z <= (norm2 (x O - z)%V + gamma ^ 2 * M ^ 2 * INR (S N)) / (2 * gamma * INR (S N)).
Proof.
  intros gamma_gt0 steps.
  destruct (some_below (fun _ => gamma) (fun k => f (x k) - f z) _ (S N) ltac:(lia) ltac:(auto) (constant_sum gamma_gt0 steps)) as (k & k_lt & low).
  exists k. split; [lia|exact low].
Qed.
Theorem projected_subgradient_method_average : convex f -> 0 < gamma -> projected_subgradient_method (fun _ => gamma) f h x g ->
  f (average (fun _ => gamma) x (S N)) - f z <= (norm2 (x O - z)%V + gamma ^ 2 * M ^ 2 * INR (S N)) / (2 * gamma * INR (S N)).
Proof.
  intros convex_f gamma_gt0 steps. apply average_below; [exact convex_f|lia| |exact (constant_sum gamma_gt0 steps)].
  intros k _. split; [exact gamma_gt0|]. exact (subgradient_domain f _ _ (proj1 (steps k))).
Qed.

(** with the step r/(M √(N + 1)), where r is a bound of the distance: M r/√(N + 1) *)
Hypotheses (M_gt0 : 0 < M) (r_gt0 : 0 < r) (close : norm (x O - z)%V <= r).
Local Lemma step_rate : gamma = r / (M * sqrt (INR (S N))) ->
  0 < gamma /\ (norm2 (x O - z)%V + gamma ^ 2 * M ^ 2 * INR (S N)) / (2 * gamma * INR (S N)) <= M * r / sqrt (INR (S N)).
Proof.
  intros ->. assert (n_gt0 : 0 < INR (S N)) by (apply lt_0_INR; lia). pose proof (sqrt_lt_R0 _ n_gt0) as root_gt0.
  pose proof (sqrt_sqrt _ (Rlt_le _ _ n_gt0)) as square. set (s := sqrt (INR (S N))) in *. rewrite <- square.
  split; [apply Rdiv_lt_0_compat; [exact r_gt0|now apply Rmult_lt_0_compat]|].
  apply norm2_bound in close. apply Rle_trans with ((r * r + (r / (M * s)) ^ 2 * M ^ 2 * (s * s)) / (2 * (r / (M * s)) * (s * s))).
  - apply Rmult_le_compat_r; [|lra]. left. apply Rinv_0_lt_compat. repeat apply Rmult_lt_0_compat; try lra. apply Rinv_0_lt_compat. now apply Rmult_lt_0_compat.
  - right. field. lra.
Qed.
Theorem projected_subgradient_method_rate : gamma = r / (M * sqrt (INR (S N))) -> projected_subgradient_method (fun _ => gamma) f h x g ->
  exists k, (k <= N)%nat /\ f (x k) - f z <= M * r / sqrt (INR (S N)).
Proof.
  intros step steps. destruct (step_rate step) as (gamma_gt0 & rate). destruct (projected_subgradient_method_best gamma_gt0 steps) as (k & k_le & low).
  exists k. split; [exact k_le|lra].
Qed.
Theorem projected_subgradient_method_average_rate : convex f -> gamma = r / (M * sqrt (INR (S N))) -> projected_subgradient_method (fun _ => gamma) f h x g ->
  f (average (fun _ => gamma) x (S N)) - f z <= M * r / sqrt (INR (S N)).
Proof.
  intros convex_f step steps. destruct (step_rate step) as (gamma_gt0 & rate). pose proof (projected_subgradient_method_average convex_f gamma_gt0 steps). lra.
Qed.
End Constant.

(** ** Strongly convex functions, with the steps 2/(µ(k+2)) *)

(* (k+1)(f(x(k)) - f(z)) <= (k+1)/(k+2) M²/µ + µ/4 (k(k+1) ‖x(k) - z‖² - (k+1)(k+2) ‖x(k+1) - z‖²); these are added up. *)
Section StronglyConvex.
Variables (M mu : R) (f h : function E) (x g : nat -> E) (z : E) (N : nat).
Hypotheses (indicator_h : indicator h) (convex_f : strongly_convex mu f) (mu_gt0 : 0 < mu) (there : domain f z) (allowed : domain h z).
Hypothesis steps : projected_subgradient_method (fun k => 2 / (mu * (INR k + 2))) f h x g.
Hypothesis short : forall k, (k <= N)%nat -> norm2 (g k) <= M ^ 2.

Local Lemma weighted_sum : sum_below (fun k => (INR k + 1) * (f (x k) - f z)) (S N) <=
  sum_below (fun k => INR k + 1) (S N) * (2 * M ^ 2 / (mu * (INR N + 2))).
Proof.
  set (potential := fun k => mu / 4 * (INR k * (INR k + 1) * norm2 (x k - z)%V)).
  assert (falls : potential (S N) <= potential O - sum_below (fun k => (INR k + 1) * (f (x k) - f z) + -1 * (M ^ 2 / mu)) (S N)).
  { apply sum_below_telescope. intros k k_lt. unfold potential. destruct (steps k) as (sub & projected). specialize (short k ltac:(lia)).
    rewrite S_INR. pose proof (pos_INR k) as k_ge0. set (a := INR k) in *. clearbody a.
    pose proof (projection_closer h _ _ z indicator_h projected allowed) as closer.
    pose proof (strongly_convex_lower mu f z (x k) (g k) convex_f sub there) as low. apply Rge_le, (Rmult_le_compat_l (a + 1)) in low; [|lra].
    rewrite norm2_sub_comm in low. set (gamma := 2 / (mu * (a + 2))) in *.
    assert (gamma_eq : mu * ((a + 2) * gamma) = 2) by (unfold gamma; field; lra).
    replace (norm2 (x k - gamma *: g k - z)%V) with (norm2 (x k - z)%V + 2 * gamma * inner (g k) (z - x k)%V + gamma ^ 2 * norm2 (g k)) in closer
      by (expand_inner; ring).
    apply (Rmult_le_compat_l (mu / 4 * ((a + 1) * (a + 2)))) in closer; [|repeat apply Rmult_le_pos; lra].
    set (d := norm2 (x k - z)%V) in *. set (d' := norm2 (x (S k) - z)%V) in *. set (p := inner (g k) (z - x k)%V) in *.
    assert (product : mu / 4 * ((a + 1) * (a + 2)) * (d + 2 * gamma * p + gamma ^ 2 * norm2 (g k)) =
      mu / 4 * ((a + 1) * (a + 2)) * d + (a + 1) * p + (a + 1) / (a + 2) * (/ mu * norm2 (g k))) by (unfold gamma; field; lra).
    rewrite product in closer.
    assert (noise : (a + 1) / (a + 2) * (/ mu * norm2 (g k)) <= M ^ 2 / mu).
    { pose proof (Rinv_0_lt_compat _ mu_gt0) as inv_gt0. apply (Rmult_le_compat_l (/ mu)) in short; [|lra].
      assert (ratio : (a + 1) / (a + 2) <= 1) by (apply (Rmult_le_reg_r (a + 2)); [lra|]; unfold Rdiv; rewrite Rmult_assoc, Rinv_l; lra).
      pose proof (Rmult_le_pos _ _ (Rlt_le _ _ inv_gt0) (norm2_ge0 (g k))) as size_ge0.
      apply (Rmult_le_compat_r _ _ _ size_ge0) in ratio. unfold Rdiv in *. lra. }
    set (v := f (x k)) in *. set (w := f z) in *. clear - low closer noise. clearbody d d' p v w. lra. }
  assert (positive : 0 <= potential (S N)).
  { unfold potential. pose proof (pos_INR (S N)) as n_ge0. pose proof (norm2_ge0 (x (S N) - z)%V). repeat apply Rmult_le_pos; lra. }
  assert (start : potential O = 0) by (unfold potential; cbn; ring).
  assert (split : forall n, sum_below (fun k => (INR k + 1) * (f (x k) - f z) + -1 * (M ^ 2 / mu)) n =
    sum_below (fun k => (INR k + 1) * (f (x k) - f z)) n - INR n * (M ^ 2 / mu)).
  { intro n. induction n as [|n IH]; [cbn; ring|]. rewrite S_INR. cbn [sum_below]. rewrite IH. ring. }
  assert (total : forall n, sum_below (fun k => INR k + 1) n = INR n * (INR n + 1) / 2).
  { intro n. induction n as [|n IH]; [cbn; field|]. rewrite S_INR. cbn [sum_below]. rewrite IH. field. }
  rewrite total. rewrite split in falls. rewrite !S_INR in *. pose proof (pos_INR N) as n_ge0.
  replace ((INR N + 1) * (INR N + 1 + 1) / 2 * (2 * M ^ 2 / (mu * (INR N + 2)))) with ((INR N + 1) * (M ^ 2 / mu)) by (field; lra). lra.
Qed.
(** 2M²/(µ(N + 2)) *)
Theorem strongly_convex_subgradient_method_best : exists k, (k <= N)%nat /\ f (x k) - f z <= 2 * M ^ 2 / (mu * (INR N + 2)).
Proof.
  destruct (some_below (fun k => INR k + 1) (fun k => f (x k) - f z) _ (S N) ltac:(lia) ltac:(intros k _; pose proof (pos_INR k); lra) weighted_sum)
    as (k & k_lt & low).
  exists k. split; [lia|exact low].
Qed.
(** the same for the average with the weights k + 1 *)
Theorem strongly_convex_subgradient_method_average : f (average (fun k => INR k + 1) x (S N)) - f z <= 2 * M ^ 2 / (mu * (INR N + 2)).
Proof.
  apply average_below; [apply (strongly_convex_convex mu); [lra|exact convex_f]|lia| |exact weighted_sum].
  intros k _. split; [pose proof (pos_INR k); lra|]. exact (subgradient_domain f _ _ (proj1 (steps k))).
Qed.
End StronglyConvex.

(** ** Without projection *)

Local Lemma whole_space : indicator (everywhere (fun _ : E => 0)).
Proof. split; [|reflexivity]. intros x y t _ _ _. split; [exact I|]. cbn. lra. Qed.

Theorem subgradient_method_best M (gamma : R) f x g z N :
  0 < gamma -> subgradient_method (fun _ => gamma) f x g -> (forall k, (k <= N)%nat -> norm2 (g k) <= M ^ 2) -> domain f z ->
  exists k, (k <= N)%nat /\ f (x k) - f z <= (norm2 (x O - z)%V + gamma ^ 2 * M ^ 2 * INR (S N)) / (2 * gamma * INR (S N)).
Proof.
  intros gamma_gt0 steps short there.
  exact (projected_subgradient_method_best M gamma f _ x g z N whole_space there I short gamma_gt0 (subgradient_method_projected _ f x g steps)).
Qed.
Theorem subgradient_method_average M (gamma : R) f x g z N :
  convex f -> 0 < gamma -> subgradient_method (fun _ => gamma) f x g -> (forall k, (k <= N)%nat -> norm2 (g k) <= M ^ 2) -> domain f z ->
  f (average (fun _ => gamma) x (S N)) - f z <= (norm2 (x O - z)%V + gamma ^ 2 * M ^ 2 * INR (S N)) / (2 * gamma * INR (S N)).
Proof.
  intros convex_f gamma_gt0 steps short there.
  exact (projected_subgradient_method_average M gamma f _ x g z N whole_space there I short convex_f gamma_gt0 (subgradient_method_projected _ f x g steps)).
Qed.
Theorem subgradient_method_rate M r f x g z N :
  0 < M -> 0 < r -> norm (x O - z)%V <= r -> subgradient_method (fun _ => r / (M * sqrt (INR (S N)))) f x g ->
  (forall k, (k <= N)%nat -> norm2 (g k) <= M ^ 2) -> domain f z ->
  exists k, (k <= N)%nat /\ f (x k) - f z <= M * r / sqrt (INR (S N)).
Proof.
  intros M_gt0 r_gt0 close steps short there.
  exact (projected_subgradient_method_rate M _ r f _ x g z N whole_space there I short M_gt0 r_gt0 close eq_refl (subgradient_method_projected _ f x g steps)).
Qed.
Theorem subgradient_method_average_rate M r f x g z N :
  convex f -> 0 < M -> 0 < r -> norm (x O - z)%V <= r -> subgradient_method (fun _ => r / (M * sqrt (INR (S N)))) f x g ->
  (forall k, (k <= N)%nat -> norm2 (g k) <= M ^ 2) -> domain f z ->
  f (average (fun _ => r / (M * sqrt (INR (S N)))) x (S N)) - f z <= M * r / sqrt (INR (S N)).
Proof.
  intros convex_f M_gt0 r_gt0 close steps short there.
  exact (projected_subgradient_method_average_rate M _ r f _ x g z N whole_space there I short M_gt0 r_gt0 close convex_f eq_refl
    (subgradient_method_projected _ f x g steps)).
Qed.
(** the subgradients of an M-Lipschitz function are at most M long *)
Theorem lipschitz_subgradient_method_rate M r f x g z N :
  lipschitz M f -> 0 < M -> 0 < r -> norm (x O - z)%V <= r -> subgradient_method (fun _ => r / (M * sqrt (INR (S N)))) f x g ->
  exists k, (k <= N)%nat /\ f (x k) - f z <= M * r / sqrt (INR (S N)).
Proof.
  intros lipschitz_f M_gt0 r_gt0 close steps. apply subgradient_method_rate with g; auto; [|apply lipschitz_f].
  intros k _. pose proof (lipschitz_subgradient M f (x k) (g k) lipschitz_f (proj1 (steps k))) as short. simpl. lra.
Qed.
End SubgradientMethod.
