(** * The proximal point method

    Rates of x(k+1) = x(k) - γ(k) g(k+1), where g(k+1) is a subgradient of f at the new point x(k+1), or an element of A(x(k+1)) for a monotone operator A.
    Neither convexity of f nor maximality of A is needed: they matter for whether the steps exist.

    Main definitions: [proximal_point], [resolvent_steps].
    Main results: [proximal_point_steps] (any steps; the best bound that holds for every convex function, as the paper shows and is not proved here),
    [proximal_point_constant], [proximal_point_residual], [resolvent_decrease], [resolvent_residual], [resolvent_contraction] (strongly monotone operators).

    Trust: proved.
    Source: A. Taylor, J. Hendrickx, F. Glineur, Exact worst-case performance of first-order methods for composite convex optimization, 2017, theorem 4.1
    (functions); G. Gu and J. Yang, Tight convergence rate in subgradient norm of the proximal point algorithm, 2023 (residual); H. Brezis and P.-L. Lions,
    Produits infinis de résolvantes, 1978 (operators); R. T. Rockafellar, Monotone operators and the proximal point algorithm, 1976 (strongly monotone). *)
From Coq Require Import Reals Lra Lia.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant Require Import Primitives.Optimization.Spaces Primitives.Optimization.Convex Primitives.Optimization.Averages.
Local Open Scope R_scope.

Section ProximalPoint.
Context {E : inner_product_space}.
Implicit Types (f : function E) (A : E -> E -> Prop) (x g u : nat -> E) (z : E).

(** the points x(k), and the subgradients g(k) there, for k > 0 *)
Definition proximal_point (gamma : nat -> R) f x g : Prop := forall k, subgradient f (x (S k)) (g (S k)) /\ x (S k) = (x k - gamma k *: g (S k))%V.
(** the same for operators: x(k+1) = (1 + γA)⁻¹ x(k) *)
Definition resolvent_steps (gamma : R) A x u : Prop := forall k, A (x (S k)) (u (S k)) /\ x (S k) = (x k - gamma *: u (S k))%V.

(** ** Functions *)

(* With s(i) = γ(0) + … + γ(i-1), Γ = s(N), the multipliers are λ(i) = s(i)/(2Γ - s(i)) for f(x(i)) >= f(x(i+1)) + γ(i) ‖g(i+1)‖², and t(i) = λ(i) - λ(i-1) for
   f(z) >= f(x(i)) + <g(i), z - x(i)>.  Adding up gives, with T = Σ t(i) g(i), f(x(N)) - f(z) <= <T, x(0) - z> - Γ ‖T‖² - (a sum of terms c ‖g(i) - g(j)‖², c >=
   0). The sums over i, j are kept as a form in a vector w: Σ (2Γ t(j) - γ(j-1)) ‖w - g(j)‖² >= 0. *)
Section Steps.
Variables (gamma : nat -> R) (f : function E) (x g : nat -> E) (z : E) (N : nat).
Hypotheses (steps : proximal_point gamma f x g) (there : domain f z).
Hypotheses (gamma_ge0 : forall k, (k < N)%nat -> 0 <= gamma k) (total_gt0 : 0 < sum_below gamma N).

Local Definition elapsed (i : nat) : R := sum_below gamma i.
Local Definition multiplier (i : nat) : R := elapsed i / (2 * elapsed N - elapsed i).
Local Definition combined (i : nat) : Prop :=
  exists (T S : E) (M : R),
    x i = (x O - S)%V /\
    (forall w, 0 <= (2 * elapsed N * multiplier i - elapsed i) * norm2 w - 2 * inner w (2 * elapsed N *: T - S)%V + M) /\
    multiplier i * (f (x i) - f z) <= inner T (x O - z)%V - elapsed N * norm2 T - (1 - multiplier i) / 2 * M.

Local Lemma elapsed_mono i j : (i <= j <= N)%nat -> 0 <= elapsed i <= elapsed j.
Proof.
  intros (i_le & j_le). induction j as [|j IH].
  - replace i with O by lia. cbn. lra.
  - assert (step : elapsed (S j) = elapsed j + gamma j) by reflexivity. specialize (gamma_ge0 j ltac:(lia)) as step_ge0.
    destruct (Nat.eq_dec i (S j)) as [->|neq]; [|specialize (IH ltac:(lia) ltac:(lia)); lra].
    enough (0 <= elapsed j) by lra. clear - gamma_ge0 j_le. induction j as [|j IH]; [cbn; lra|].
    assert (step : elapsed (S j) = elapsed j + gamma j) by reflexivity. specialize (gamma_ge0 j ltac:(lia)) as step_ge0. specialize (IH ltac:(lia)). lra.
Qed.
Local Lemma combined_start : combined O.
Proof.
  exists vzero, vzero, 0. assert (none : multiplier O = 0) by (unfold multiplier, elapsed; cbn; unfold Rdiv; ring). rewrite none. cbn [elapsed sum_below].
  replace (elapsed O) with 0 by reflexivity. split; [vector_ring|]. split; [intro w|]; expand_inner; lra.
Qed.
Local Lemma combined_step i : (i < N)%nat -> combined i -> combined (S i).
Proof.
  intros i_lt (T & S & M & place & laplacian & low).
  pose proof (elapsed_mono i (Datatypes.S i) ltac:(lia)) as (s_ge0 & _). pose proof (elapsed_mono (Datatypes.S i) N ltac:(lia)) as (_ & s_le).
  assert (total_pos : 0 < elapsed N) by exact total_gt0. pose proof (gamma_ge0 i i_lt) as step_ge0.
  assert (next : elapsed (Datatypes.S i) = elapsed i + gamma i) by reflexivity.
  destruct (steps i) as (sub & step). set (h := g (Datatypes.S i)) in *.
  set (m := multiplier i) in *. set (m' := multiplier (Datatypes.S i)). set (t := m' - m).
  set (s := elapsed i) in *. set (n := elapsed N) in *. set (c := gamma i) in *. rewrite next in s_le.
  assert (t_eq : t = 2 * n * c / ((2 * n - s) * (2 * n - s - c))).
  { unfold t, m', m, multiplier. rewrite next. fold s n c. field. lra. }
  assert (t_rate : t * (2 * n - s) = c * (1 + m')).
  { rewrite t_eq. unfold m', multiplier. rewrite next. fold s n c. field. lra. }
  assert (t_ge0 : 0 <= t).
  { rewrite t_eq. apply Rmult_le_pos; [apply Rmult_le_pos; lra|]. left. apply Rinv_0_lt_compat, Rmult_lt_0_compat; lra. }
  assert (m_ge0 : 0 <= m) by (unfold m, multiplier; fold s n; apply Rmult_le_pos; [|left; apply Rinv_0_lt_compat]; lra).
  assert (c_le : 0 <= 2 * n * t - c).
  { assert (product : 2 * n * t - c = s * t + c * m') by lra. rewrite product.
    apply Rplus_le_le_0_compat; apply Rmult_le_pos; unfold t in *; lra. }
  exists (T + t *: h)%V, (S + c *: h)%V, (M + (2 * n * t - c) * norm2 h). rewrite next. fold m' n.
  replace m' with (m + t) in t_rate |- * by (unfold t; ring).
  split; [|split].
  - rewrite step, place. vector_ring.
  - intro w. specialize (laplacian w). pose proof (Rmult_le_pos _ _ c_le (norm2_ge0 (w - h)%V)) as square. clear - laplacian square. expand_inner in *. lra.
  - pose proof (subgradient_lower f z _ h sub there) as at_z. apply Rge_le, (Rmult_le_compat_l t) in at_z; [|exact t_ge0].
    assert (descent : m * (f (x (Datatypes.S i)) + c * norm2 h) <= m * f (x i)).
    { destruct i as [|j].
      - assert (none : m = 0) by (unfold m, multiplier, elapsed; cbn; unfold Rdiv; ring). rewrite none. lra.
      - apply Rmult_le_compat_l; [exact m_ge0|]. pose proof (subgradient_lower f (x (Datatypes.S j)) _ h sub (proj1 (proj1 (steps j)))) as low_j.
        rewrite step in low_j at 2. replace (x (Datatypes.S j) - (x (Datatypes.S j) - c *: h))%V with (c *: h)%V in low_j by vector_ring.
        rewrite inner_scale_r in low_j. unfold norm2. lra. }
    specialize (laplacian h). apply (Rmult_le_pos (t / 2)) in laplacian; [|lra].
    assert (rate : norm2 h / 2 * (t * (2 * n - s)) = norm2 h / 2 * (c * (1 + (m + t)))) by now rewrite t_rate.
    set (v := f (x (Datatypes.S i))) in *. rewrite step, place in at_z. clear - at_z descent laplacian rate low. expand_inner in *. lra.
Qed.
Local Lemma combined_steps i : (i <= N)%nat -> combined i.
Proof. induction i as [|i IH]; intro i_le; [exact combined_start|]. apply combined_step; [lia|]. apply IH. lia. Qed.

(** f(x(N)) - f(z) <= ‖x(0) - z‖²/(4 (γ(0) + … + γ(N-1))), for every z where f is finite *)
Theorem proximal_point_steps : f (x N) - f z <= norm2 (x O - z)%V / (4 * sum_below gamma N).
Proof.
  destruct (combined_steps N (le_n N)) as (T & S & M & _ & _ & low). fold (elapsed N) in *.
  assert (last : multiplier N = 1) by (unfold multiplier; field; lra). rewrite last in low.
  assert (double_gt0 : 0 < 2 * elapsed N) by lra. pose proof (norm2_young _ T (x O - z)%V double_gt0) as young.
  replace (norm2 (x O - z)%V / (4 * elapsed N)) with (/ 2 * (/ (2 * elapsed N) * norm2 (x O - z)%V)) by (field; lra). lra.
Qed.
End Steps.

(** f(x(N)) - f(z) <= ‖x(0) - z‖²/(4γN) *)
Theorem proximal_point_constant gamma f x g z N : 0 < gamma -> proximal_point (fun _ => gamma) f x g -> domain f z -> (0 < N)%nat ->
  f (x N) - f z <= norm2 (x O - z)%V / (4 * gamma * INR N).
Proof.
  intros gamma_gt0 steps there n_gt0. apply lt_0_INR in n_gt0. cbn in n_gt0.
  replace (4 * gamma * INR N) with (4 * sum_below (fun _ => gamma) N) by (rewrite sum_below_constant; ring).
  apply (proximal_point_steps (fun _ => gamma) f x g z N steps there); [intros k _; lra|]. rewrite sum_below_constant. now apply Rmult_lt_0_compat.
Qed.

(* Since f(x(k+1)) <= f(x(k)) - γ ‖g(k+1)‖² and ‖g(k+1)‖ <= ‖g(k)‖, the sum 2γk (f(x(k)) - f(z)) + k²γ² ‖g(k)‖² + ‖x(k) - z‖² does not increase. *)
(** ‖g(N)‖² <= ‖x(0) - z‖²/(γN)², for every minimizer z *)
Theorem proximal_point_residual gamma f x g z N : 0 < gamma -> proximal_point (fun _ => gamma) f x g -> minimizer f z -> (0 < N)%nat ->
  norm2 (g N) <= norm2 (x O - z)%V / (gamma * INR N) ^ 2.
Proof.
  intros gamma_gt0 steps (there & least) n_gt0.
  set (potential := fun k => 2 * (gamma * INR k) * (f (x k) - f z) + (gamma * INR k) ^ 2 * norm2 (g k) + norm2 (x k - z)%V).
  assert (falls : forall k, potential (S k) <= potential k).
  { intro k. unfold potential. rewrite S_INR. destruct (steps k) as (sub & step). set (h := g (S k)) in *.
    pose proof (subgradient_lower f z _ h sub there) as at_z. apply Rge_le, (Rmult_le_compat_l (2 * gamma)) in at_z; [|lra].
    assert (before : 2 * (gamma * INR k) * (f (x (S k)) + gamma * norm2 h) + (gamma * INR k) ^ 2 * norm2 h <=
      2 * (gamma * INR k) * f (x k) + (gamma * INR k) ^ 2 * norm2 (g k)).
    { destruct k as [|k]; [cbn; lra|]. assert (c_ge0 : 0 <= gamma * INR (S k)) by (apply Rmult_le_pos; [lra|apply pos_INR]).
      destruct (steps k) as (sub' & _). pose proof (subgradient_lower f _ _ h sub (subgradient_domain _ _ _ sub')) as low.
      pose proof (subgradient_lower f _ _ _ sub' (subgradient_domain _ _ _ sub)) as low'. set (v := f (x (S k))) in *. set (v' := f (x (S (S k)))) in *.
      rewrite step in low, low'. replace (x (S k) - (x (S k) - gamma *: h))%V with (gamma *: h)%V in low by vector_ring.
      replace (x (S k) - gamma *: h - x (S k))%V with ((- gamma) *: h)%V in low' by vector_ring. rewrite inner_scale_r in low, low'.
      assert (angle : inner h h <= inner (g (S k)) h) by (apply (Rmult_le_reg_l gamma); lra).
      assert (shorter : norm2 h <= norm2 (g (S k))).
      { pose proof (norm2_ge0 (g (S k) - h)%V) as square. clear - square angle. expand_inner in *. lra. }
      apply Rplus_le_compat; [|apply Rmult_le_compat_l; [apply pow2_ge_0|exact shorter]]. apply Rmult_le_compat_l; [lra|]. unfold norm2. lra. }
    set (v := f (x k)) in *. set (v' := f (x (S k))) in *. rewrite step in at_z |- *. set (q := norm2 (g k)) in *. set (a := INR k) in *. clearbody v v' q a.
    clear - at_z before gamma_gt0. expand_inner in *. lra. }
  assert (bound : potential N <= norm2 (x O - z)%V).
  { clear n_gt0. induction N as [|n IH]; [unfold potential; cbn; lra|exact (Rle_trans _ _ _ (falls n) IH)]. }
  unfold potential in bound. apply lt_0_INR in n_gt0. cbn in n_gt0. assert (c_gt0 : 0 < gamma * INR N) by now apply Rmult_lt_0_compat.
  set (c := gamma * INR N) in *. pose proof (norm2_ge0 (x N - z)%V) as square.
  assert (above : 0 <= 2 * c * (f (x N) - f z)).
  { apply Rmult_le_pos; [lra|]. destruct N as [|n]; [cbn in n_gt0; lra|]. specialize (least (x (S n)) (subgradient_domain _ _ _ (proj1 (steps n)))). lra. }
  assert (part : 0 < c ^ 2) by now apply pow_lt. apply (Rmult_le_reg_l (c ^ 2)); [exact part|].
  replace (c ^ 2 * (norm2 (x O - z)%V / c ^ 2)) with (norm2 (x O - z)%V) by (field; lra). lra.
Qed.

(** ** Operators *)

(* ‖u(k+1)‖ <= ‖u(k)‖ by monotonicity between consecutive points, and γ² ‖u(k+1)‖² <= ‖x(k) - z‖² - ‖x(k+1) - z‖² by monotonicity between x(k+1) and the zero z.
   *)

(** the residuals decrease *)
Theorem resolvent_decrease gamma A x u k : monotone A -> 0 < gamma -> resolvent_steps gamma A x u -> norm2 (u (S (S k))) <= norm2 (u (S k)).
Proof.
  intros monotone_A gamma_gt0 steps. destruct (steps k) as (image & _). destruct (steps (S k)) as (image' & step).
  pose proof (monotone_A _ _ _ _ image' image) as order. rewrite step in order.
  replace (x (S k) - gamma *: u (S (S k)) - x (S k))%V with ((- gamma) *: u (S (S k)))%V in order by vector_ring.
  rewrite inner_scale_r, Rmult_0_l in order.
  assert (angle : inner (u (S (S k)) - u (S k))%V (u (S (S k))) <= 0) by (apply (Rmult_le_reg_l gamma); lra).
  pose proof (norm2_ge0 (u (S (S k)) - u (S k))%V) as square. expand_inner in *. lra.
Qed.
(** ‖u(N)‖² <= ‖x(0) - z‖²/(γ²N), for every zero z of A *)
Theorem resolvent_residual gamma A x u z N : monotone A -> 0 < gamma -> resolvent_steps gamma A x u -> A z vzero -> (0 < N)%nat ->
  norm2 (u N) <= norm2 (x O - z)%V / (gamma ^ 2 * INR N).
Proof.
  intros monotone_A gamma_gt0 steps zero n_gt0.
  assert (closer : norm2 (x N - z)%V <= norm2 (x O - z)%V - sum_below (fun k => gamma ^ 2 * norm2 (u (S k))) N).
  { apply (sum_below_telescope _ (fun k => norm2 (x k - z)%V)). intros k _. cbn beta. destruct (steps k) as (image & step).
    pose proof (monotone_A _ _ _ _ image zero) as order. apply Rge_le, (Rmult_le_compat_l gamma) in order; [|lra].
    rewrite step in order |- *. clear - order. expand_inner in *. lra. }
  assert (last : forall k, (k < N)%nat -> norm2 (u N) <= norm2 (u (S k))).
  { clear closer n_gt0. induction N as [|n IH]; [lia|]. intros k k_lt. destruct (Nat.eq_dec k n) as [->|neq]; [lra|].
    destruct n as [|n]; [lia|]. apply Rle_trans with (norm2 (u (S n))); [now apply (resolvent_decrease gamma A x)|]. apply IH. lia. }
  assert (total : sum_below (fun _ => gamma ^ 2 * norm2 (u N)) N <= sum_below (fun k => gamma ^ 2 * norm2 (u (S k))) N).
  { apply sum_below_mono. intros k k_lt. apply Rmult_le_compat_l; [apply pow2_ge_0|now apply last]. }
  rewrite sum_below_constant in total. pose proof (norm2_ge0 (x N - z)%V) as square. apply lt_0_INR in n_gt0. cbn in n_gt0.
  assert (part : 0 < gamma ^ 2 * INR N) by (apply Rmult_lt_0_compat; [apply pow_lt|]; assumption).
  apply (Rmult_le_reg_r (gamma ^ 2 * INR N)); [exact part|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.
(** ‖x(N) - z‖² <= ‖x(0) - z‖²/(1 + γµ)^2N, for the zero z of a µ-strongly monotone operator *)
Theorem resolvent_contraction mu gamma A x u z N : strongly_monotone mu A -> 0 <= mu -> 0 < gamma -> resolvent_steps gamma A x u -> A z vzero ->
  norm2 (x N - z)%V <= (/ (1 + gamma * mu)) ^ (2 * N) * norm2 (x O - z)%V.
Proof.
  intros monotone_A mu_ge0 gamma_gt0 steps zero. pose proof (Rmult_le_pos _ _ (Rlt_le _ _ gamma_gt0) mu_ge0) as product.
  induction N as [|n IH]; [cbn; lra|]. destruct (steps n) as (image & step).
  pose proof (monotone_A _ _ _ _ image zero) as order. set (c := 1 + gamma * mu). set (d := (x (S n) - z)%V) in *.
  assert (before : (x n - z = d + gamma *: u (S n))%V) by (unfold d; rewrite step; vector_ring).
  replace (u (S n) - vzero)%V with (u (S n)) in order by vector_ring. apply Rge_le, (Rmult_le_compat_l gamma) in order; [|lra].
  (* (1 + γµ) ‖d‖² <= <x(n) - z, d> <= ‖x(n) - z‖ ‖d‖ *)
  assert (closer : c ^ 2 * norm2 d <= norm2 (x n - z)%V).
  { pose proof (norm2_ge0 ((x n - z) - c *: d)%V) as square. rewrite before in square |- *. unfold c in *.
    assert (twice : (1 + gamma * mu) * (gamma * (mu * norm2 d)) <= (1 + gamma * mu) * (gamma * inner (u (S n)) d)) by (apply Rmult_le_compat_l; lra).
    clearbody d. clear - square twice order. expand_inner in *. lra. }
  assert (c_gt0 : 0 < c) by (unfold c; lra). apply (Rmult_le_reg_l (c ^ 2)); [now apply pow_lt|]. apply (Rle_trans _ _ _ closer), (Rle_trans _ _ _ IH).
  replace (2 * S n)%nat with (2 + 2 * n)%nat by lia. rewrite pow_add. right. fold c. field. lra.
Qed.
End ProximalPoint.
