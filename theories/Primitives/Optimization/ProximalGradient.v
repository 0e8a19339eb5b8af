(** * Proximal and projected gradient

    Rates of x(k+1) = x(k) - γ (∇f(x(k)) + s(k)), where s(k) is a subgradient of h at the new point x(k+1): the proximal gradient method (ISTA) for F = f + h
    with f smooth and convex.  If h is the indicator function of a set, this is the projected gradient method.  Nothing is asked of h but that it has these
    subgradients.  With f = 0 this is the proximal point method; so the constant of [proximal_gradient_convex] is the best that holds for all f and h (which is
    not proved here).

    Main definitions: [proximal_gradient].
    Main results: [proximal_gradient_step] (what one step from any point achieves, compared with any other point), [proximal_gradient_decrease],
    [proximal_gradient_convex], [proximal_gradient_inverse] (the step 1/L), [proximal_gradient_strongly_convex], [projected_gradient_inverse].

    Trust: proved.
    Source: A. Beck and M. Teboulle, A fast iterative shrinkage-thresholding algorithm for linear inverse problems, 2009 (one step); M. Teboulle and
    Y. Vaisbourd, An elementary approach to tight worst case complexity analysis of gradient based methods, 2023 (the constant 1/4);
    A. Beck, First-Order Methods in Optimization, 2017, theorem 10.29 (strongly convex). *)
From Coq Require Import Reals Lra Lia.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant Require Import Primitives.Optimization.Spaces Primitives.Optimization.Convex Primitives.Optimization.Smooth.
Local Open Scope R_scope.

Section ProximalGradient.
Context {E : inner_product_space}.
Implicit Types (f h : function E) (y z : E).

(** the points x(k), the gradients g(k) of f at x(k), and the subgradients s(k) of h at x(k+1) *)
Definition proximal_gradient (gamma : R) f h (x g s : nat -> E) : Prop :=
  forall k, gradient f (x k) (g k) /\ subgradient h (x (S k)) (s k) /\ x (S k) = (x k - gamma *: (g k + s k))%V.

(** ** One step *)

(* With p = y - γ(g + s): f(p) <= f(y) + <g, p - y> + L/2 ‖p - y‖², f(y) + <g, z - y> + µ/2 ‖z - y‖² <= f(z), and h(p) + <s, z - p> <= h(z). *)
Theorem proximal_gradient_step mu L gamma f h y z g s :
  smooth L f -> strongly_convex mu f -> 0 <= gamma -> L * gamma <= 1 ->
  gradient f y g -> subgradient h (y - gamma *: (g + s))%V s -> domain h z ->
  sum f h (y - gamma *: (g + s))%V - sum f h z <= inner (g + s)%V (y - z)%V - gamma / 2 * norm2 (g + s)%V - mu / 2 * norm2 (y - z)%V.
Proof.
  intros smooth_f convex_f gamma_ge0 step_le grad sub there. set (d := (g + s)%V) in *. set (p := (y - gamma *: d)%V) in *. cbn.
  pose proof (smooth_upper L f y p g smooth_f grad) as high. pose proof (gradient_lower mu f z y g convex_f grad (smooth_total L f smooth_f z)) as low.
  pose proof (subgradient_lower h z p s sub there) as low_h.
  replace (p - y)%V with ((- gamma) *: d)%V in high by (unfold p; vector_ring). rewrite norm2_scale in high.
  assert (short : L / 2 * (- gamma * - gamma * norm2 d) <= gamma / 2 * norm2 d).
  { replace (L / 2 * (- gamma * - gamma * norm2 d)) with (L * gamma * (gamma / 2 * norm2 d)) by field.
    rewrite <- (Rmult_1_l (gamma / 2 * norm2 d)) at 2. apply Rmult_le_compat_r; [|exact step_le]. apply Rmult_le_pos; [lra|apply norm2_ge0]. }
  replace (z - p)%V with ((z - y) + gamma *: d)%V in low_h by (unfold p; vector_ring). rewrite norm2_sub_comm in low.
  replace (inner d (y - z)%V) with (inner g (y - z)%V + inner s (y - z)%V) by (unfold d; expand_inner; ring).
  rewrite inner_add_r, inner_scale_r in low_h. rewrite inner_scale_r in high.
  assert (split : norm2 d = inner g d + inner s d) by (unfold norm2; unfold d at 1; now rewrite inner_add_l).
  replace (inner g (z - y)%V) with (- inner g (y - z)%V) in low by (expand_inner; ring).
  replace (inner s (z - y)%V) with (- inner s (y - z)%V) in low_h by (expand_inner; ring).
  rewrite split in *. lra.
Qed.
(** the same with the distances to z before and after *)
Lemma proximal_gradient_closer mu L gamma f h y z g s :
  smooth L f -> strongly_convex mu f -> 0 < gamma -> L * gamma <= 1 ->
  gradient f y g -> subgradient h (y - gamma *: (g + s))%V s -> domain h z ->
  2 * gamma * (sum f h (y - gamma *: (g + s))%V - sum f h z) <= (1 - gamma * mu) * norm2 (y - z)%V - norm2 (y - gamma *: (g + s) - z)%V.
Proof.
  intros smooth_f convex_f gamma_gt0 step_le grad sub there.
  pose proof (proximal_gradient_step mu L gamma f h y z g s smooth_f convex_f ltac:(lra) step_le grad sub there) as step.
  apply (Rmult_le_compat_l (2 * gamma)) in step; [|lra]. set (d := (g + s)%V) in *. set (v := sum f h _ - _) in *. clearbody v d. clear - step.
  expand_inner in *. lra.
Qed.

(** ** The multipliers of N steps, for convex functions *)

(* The proof works with values and vectors that need not come from functions: values fv(k), hv(k) of f and h at x(k), values fz, hz at z, gradients e(k),
   subgradients r(k), for γ = 1.  The multipliers are α(k) = k/(2N+1-k) for the inequality of f from x(k-1) to x(k), α(k+1) - α(k) for that from z to x(k), β(k)
   = k/(2N-k) for that of h from x(k) to x(k+1), and β(k) - β(k-1) for that from z to x(k).  Adding up gives, with the so weighted sum T of the vectors, F(x(N))
   - F(z) <= <T, x(0) - z> - N ‖T‖² - Q for a quadratic form Q in the vectors.  That Q >= 0 is shown by adding two vectors at a time: [form] is what the vectors
   so far contribute, minimized over them, as a function of the two ways (w, g) in which later ones enter. *)
Lemma quadratic_form_ge0 A B C D F (u v w : E) : 0 < A -> 0 < F -> A * D ^ 2 + F * B ^ 2 <= A * F * C ->
  0 <= A * norm2 u + 2 * B * inner u v + C * norm2 v + 2 * D * inner v w + F * norm2 w.
Proof.
  intros A_gt0 F_gt0 det. assert (product : 0 < A * F) by now apply Rmult_lt_0_compat.
  pose proof (norm2_ge0 (A *: u + B *: v)%V) as square_u. pose proof (norm2_ge0 (F *: w + D *: v)%V) as square_w.
  apply (Rmult_le_pos F) in square_u; [|lra]. apply (Rmult_le_pos A) in square_w; [|lra].
  pose proof (Rmult_le_compat_r _ _ _ (norm2_ge0 v) det) as rest. apply (Rmult_le_reg_l (A * F)); [exact product|].
  clear - square_u square_w rest. expand_inner in *. lra.
Qed.

(** the coefficients of the form that is left in a step from i, for m = N - i - 1 *)
Local Definition square_g (i m : R) : R :=
  (2 * i ^ 3 * m + i ^ 3 + 8 * i ^ 2 * m ^ 2 + 16 * i ^ 2 * m + 6 * i ^ 2 + 8 * i * m ^ 3 + 28 * i * m ^ 2 + 36 * i * m + 15 * i + 8 * m ^ 2 + 18 * m + 10) /
  (4 * (m + 1) * (i + 2 * m + 2) * (i + 2 * m + 3) ^ 2).
Local Definition cross_g (i m : R) : R := i * m / (2 * (m + 1) * (i + 2 * m + 1)).
Local Definition square_v (i m : R) : R := (i ^ 2 * m + 2 * i * m ^ 2 + 2 * i * m + m ^ 2 + m) / ((m + 1) * (i + 2 * m + 1) ^ 2).
Local Definition cross_h (i m : R) : R := (i + 1) / (2 * (i + 2 * m + 2)).
Local Definition square_h (i m : R) : R :=
  (2 * i ^ 2 * m + i ^ 2 + 4 * i * m ^ 2 + 10 * i * m + 2 * i + 8 * m ^ 2 + 8 * m + 1) / (4 * m * (i + 2 * m + 2) ^ 2).
Local Ltac positive := repeat (apply Rplus_le_le_0_compat || apply Rmult_le_pos || apply pow_le); lra.
Local Lemma square_g_gt0 i m : 0 <= i -> 0 < m -> 0 < square_g i m.
Proof.
  intros i_ge0 m_gt0. apply Rdiv_lt_0_compat; [|repeat (apply Rmult_lt_0_compat || apply pow_lt); lra]. apply Rplus_le_lt_0_compat; [positive|lra].
Qed.
Local Lemma square_h_gt0 i m : 0 <= i -> 0 < m -> 0 < square_h i m.
Proof.
  intros i_ge0 m_gt0. apply Rdiv_lt_0_compat; [|repeat (apply Rmult_lt_0_compat || apply pow_lt); lra]. apply Rplus_le_lt_0_compat; [positive|lra].
Qed.
Local Lemma determinant i m : 0 <= i -> 0 < m ->
  square_g i m * cross_h i m ^ 2 + square_h i m * cross_g i m ^ 2 <= square_g i m * square_h i m * square_v i m.
Proof.
  intros i_ge0 m_gt0. apply Rle_trans with (square_g i m * square_h i m * square_v i m -
    (2 * i ^ 6 * m + 14 * i ^ 5 * m ^ 2 + 21 * i ^ 5 * m + 36 * i ^ 4 * m ^ 3 + 112 * i ^ 4 * m ^ 2 +
      89 * i ^ 4 * m + 40 * i ^ 3 * m ^ 4 + 200 * i ^ 3 * m ^ 3 + 346 * i ^ 3 * m ^ 2 + 183 * i ^ 3 * m + 16 * i ^ 2 * m ^ 5 + 128 * i ^ 2 * m ^ 4 +
      396 * i ^ 2 * m ^ 3 + 480 * i ^ 2 * m ^ 2 + 193 * i ^ 2 * m + 16 * i * m ^ 5 + 120 * i * m ^ 4 + 292 * i * m ^ 3 + 288 * i * m ^ 2 + 100 * i * m +
      16 * m ^ 4 + 52 * m ^ 3 + 56 * m ^ 2 + 20 * m) * / (8 * (i + 1 + 2 * m) ^ 2 * (m + 1) * (i + 2 * m + 2) ^ 3 * (i + 2 * m + 3) ^ 2)).
  - right. unfold square_g, cross_g, square_v, cross_h, square_h. field. repeat split; lra.
  - match goal with |- ?a - ?b <= _ => assert (part : 0 <= b) end; [|lra].
    apply Rmult_le_pos; [positive|]. left. apply Rinv_0_lt_compat. repeat (apply Rmult_lt_0_compat || apply pow_lt); lra.
Qed.

Section Multipliers.
Variables (x e r : nat -> E) (fv hv : nat -> R) (z : E) (fz hz : R) (N : nat).
Hypothesis f_at_z : forall k, (k <= N)%nat -> fv k + inner (e k) (z - x k)%V + / 2 * norm2 (e k) <= fz.
Hypothesis f_between : forall k, (k < N)%nat -> fv (S k) + inner (e (S k)) (x k - x (S k))%V + / 2 * norm2 (e k - e (S k))%V <= fv k.
Hypothesis h_at_z : forall k, (k < N)%nat -> hv (S k) + inner (r (S k)) (z - x (S k))%V <= hz.
Hypothesis h_between : forall k, (S k < N)%nat -> hv (S (S k)) + inner (r (S (S k))) (x (S k) - x (S (S k)))%V <= hv (S k).
Hypothesis step : forall k, (k < N)%nat -> x (S k) = (x k - (e k + r (S k)))%V.
Local Notation n := (INR N).
Local Definition alpha (k : nat) : R := INR k / (2 * n + 1 - INR k).
Local Definition beta (k : nat) : R := INR k / (2 * n - INR k).
Local Definition added (k : nat) : E := ((alpha (S k) - alpha k) *: e k + (beta (S k) - beta k) *: r (S k))%V.

Local Definition level (k : nat) (T S l : E) (Q : R) : Prop :=
  x k = (x O - S)%V /\ alpha k * (fv k - fz) + beta k * (hv k - hz) <=
    inner T (x O - z)%V - n * norm2 T - Q - alpha k * inner (e k) l - alpha k / 2 * norm2 (e k).
Local Definition form (k : nat) (T S l : E) (Q : R) : Prop :=
  forall w g, 0 <= Q - inner w (2 * n *: T - S)%V + alpha k * inner g l +
    / (4 * (n - INR k)) * norm2 (INR k *: w - ((2 * n - INR k) / (2 * n + 1 - INR k)) *: g)%V + alpha k / 2 * norm2 g.
Local Definition next (k : nat) (T S l : E) (Q : R) : R :=
  Q - inner (added k) (2 * n *: T - S)%V + alpha k * inner (e k) l + alpha (Datatypes.S k) * norm2 (e k) +
  beta (Datatypes.S k) * inner (r (Datatypes.S k)) (e k + r (Datatypes.S k))%V - n * norm2 (added k).

Local Lemma level_step k T S l Q : (k < N)%nat -> level k T S l Q ->
  level (Datatypes.S k) (T + added k)%V (S + (e k + r (Datatypes.S k)))%V (r (Datatypes.S k)) (next k T S l Q).
Proof.
  intros k_lt (place & low). assert (k_le : INR k + 1 <= n) by (rewrite <- S_INR; now apply le_INR). pose proof (pos_INR k) as k_ge0.
  assert (alpha_ge0 : 0 <= alpha (Datatypes.S k)) by (unfold alpha; rewrite S_INR; apply Rmult_le_pos; [|left; apply Rinv_0_lt_compat]; lra).
  assert (beta_ge0 : 0 <= beta k) by (unfold beta; apply Rmult_le_pos; [|left; apply Rinv_0_lt_compat]; lra).
  assert (a_ge0 : 0 <= alpha (Datatypes.S k) - alpha k).
  { replace (alpha (Datatypes.S k) - alpha k) with ((2 * n + 1) * / ((2 * n - INR k) * (2 * n + 1 - INR k))) by (unfold alpha; rewrite S_INR; field; lra).
    apply Rmult_le_pos; [lra|]. left. apply Rinv_0_lt_compat, Rmult_lt_0_compat; lra. }
  assert (b_ge0 : 0 <= beta (Datatypes.S k) - beta k).
  { replace (beta (Datatypes.S k) - beta k) with (2 * n * / ((2 * n - INR k - 1) * (2 * n - INR k))) by (unfold beta; rewrite S_INR; field; lra).
    apply Rmult_le_pos; [lra|]. left. apply Rinv_0_lt_compat, Rmult_lt_0_compat; lra. }
  pose proof (f_at_z k ltac:(lia)) as z_f. apply (Rmult_le_compat_l _ _ _ a_ge0) in z_f.
  pose proof (f_between k k_lt) as between_f. apply (Rmult_le_compat_l _ _ _ alpha_ge0) in between_f.
  pose proof (h_at_z k k_lt) as z_h. apply (Rmult_le_compat_l _ _ _ b_ge0) in z_h.
  assert (between_h : beta k * (hv (Datatypes.S k) + inner (r (Datatypes.S k)) (x k - x (Datatypes.S k))%V) <= beta k * hv k).
  { destruct k as [|k]; [unfold beta, Rdiv; cbn [INR]; lra|]. apply Rmult_le_compat_l; [exact beta_ge0|now apply h_between]. }
  unfold level, next, added. specialize (step k k_lt). split; [rewrite step, place; vector_ring|].
  set (a' := alpha (Datatypes.S k)) in *. set (a := alpha k) in *. set (b' := beta (Datatypes.S k)) in *. set (b := beta k) in *.
  set (v := fv (Datatypes.S k)) in *. set (v' := hv (Datatypes.S k)) in *. set (s := r (Datatypes.S k)) in *. set (g' := e (Datatypes.S k)) in *.
  rewrite step, place in *. clearbody a a' b b' v v' s g'. clear - low z_f between_f z_h between_h. expand_inner in *. lra.
Qed.
Local Lemma form_step k T S l Q : (Datatypes.S k < N)%nat -> form k T S l Q ->
  form (Datatypes.S k) (T + added k)%V (S + (e k + r (Datatypes.S k)))%V (r (Datatypes.S k)) (next k T S l Q).
Proof.
  intros k_lt before w h. specialize (before (w + added k)%V (e k)). unfold next.
  pose proof (pos_INR k) as i_ge0. assert (k_le : INR k + 1 + 1 <= n) by (rewrite <- !S_INR; now apply le_INR).
  unfold added, alpha, beta in *. rewrite S_INR in *. set (g := e k) in *. set (s := r (Datatypes.S k)) in *. set (i := INR k) in *.
  set (m := n - (i + 1)). assert (m_gt0 : 0 < m) by (unfold m; lra). assert (n_eq : n = i + 1 + m) by (unfold m; ring). rewrite n_eq in *.
  clearbody g s i m. clear n_eq k_le k_lt.
  set (v := (s - ((i + 1 + 2 * m) / (2 * m)) *: w)%V).
  assert (rest : 0 <= square_g i m * norm2 g + 2 * cross_g i m * inner g v + square_v i m * norm2 v + 2 * cross_h i m * inner v h + square_h i m * norm2 h)
    by (apply quadratic_form_ge0; [now apply square_g_gt0|now apply square_h_gt0|now apply determinant]).
  match goal with |- 0 <= ?after => match type of before with 0 <= ?sofar => match type of rest with 0 <= ?gap =>
    replace after with (sofar + gap); [lra|] end end end.
  unfold v, square_g, cross_g, square_v, cross_h, square_h. clear - i_ge0 m_gt0. expand_inner. field. repeat split; lra.
Qed.
Local Lemma states k : (k < N)%nat -> exists T S l Q, level k T S l Q /\ form k T S l Q.
Proof.
  induction k as [|k IH]; intro k_lt.
  - exists vzero, vzero, vzero, 0. assert (n_gt0 : 0 < n) by now apply lt_0_INR. unfold level, form, alpha, beta. cbn [INR].
    replace (0 / (2 * n + 1 - 0)) with 0 by (field; lra). replace (0 / (2 * n - 0)) with 0 by (field; lra). split; [split; [vector_ring|]|].
    + expand_inner. lra.
    + intros w g. pose proof (norm2_ge0 (0 *: w - ((2 * n - 0) / (2 * n + 1 - 0)) *: g)%V) as square.
      apply (Rmult_le_pos (/ (4 * (n - 0)))) in square; [|left; apply Rinv_0_lt_compat; lra].
      replace (2 * n *: vzero - vzero)%V with (@vzero E) by vector_ring. rewrite inner_zero_r. lra.
  - destruct IH as (T & S & l & Q & low & positive); [lia|]. do 4 eexists. split; [apply level_step; [lia|exact low]|apply form_step; [exact k_lt|exact positive]].
Qed.
Local Lemma multipliers_rate : (0 < N)%nat -> fv N + hv N - (fz + hz) <= norm2 (x O - z)%V / (4 * n).
Proof.
  intro n_gt0. destruct (Nat.eq_dec N 0) as [|neq]; [lia|]. pose proof (f_at_z N (le_n N)) as last.
  destruct (states (N - 1)%nat ltac:(lia)) as (T & S & l & Q & low & positive). set (k := (N - 1)%nat) in *. assert (N_eq : N = Datatypes.S k) by (unfold k; lia).
  apply level_step in low; [|lia]. rewrite <- N_eq in low. destruct low as (place & low).
  assert (c_eq : INR k = n - 1) by (rewrite N_eq, S_INR; ring). assert (c_ge1 : 1 <= n) by (rewrite N_eq, S_INR; pose proof (pos_INR k); lra).
  specialize (positive (/ (n + 1) *: e N + added k)%V (e k)).
  assert (rest : 0 <= n * (n ^ 2 + 3 * n + 6) / (4 * (n + 1) * (n + 2) ^ 2) * norm2 (e k) + 2 * (- (n - 1) / (4 * (n + 1))) * inner (e k) (e N) +
    / 4 * norm2 (e N) + 2 * 0 * inner (e N) vzero + 1 * norm2 (@vzero E)).
  { apply quadratic_form_ge0; [|lra|].
    - apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat; [lra|]; apply Rplus_le_lt_0_compat; [|lra]; apply Rplus_le_le_0_compat; [apply pow2_ge_0|lra]|].
      repeat (apply Rmult_lt_0_compat || apply pow_lt); lra.
    - apply Rle_trans with (n * (n ^ 2 + 3 * n + 6) / (4 * (n + 1) * (n + 2) ^ 2) * 1 * / 4 - (2 * n ^ 3 + 12 * n ^ 2 + 10 * n - 4) * / (16 * (n + 1) ^ 2 * (n + 2) ^ 2)).
      + right. field. lra.
      + assert (part : 0 <= (2 * n ^ 3 + 12 * n ^ 2 + 10 * n - 4) * / (16 * (n + 1) ^ 2 * (n + 2) ^ 2)); [|lra].
        apply Rmult_le_pos; [|left; apply Rinv_0_lt_compat; repeat (apply Rmult_lt_0_compat || apply pow_lt); lra].
        pose proof (pow_le n 3 ltac:(lra)). pose proof (pow_le n 2 ltac:(lra)). lra. }
  assert (alpha_N : alpha N = n / (n + 1)) by (unfold alpha; field; lra). assert (beta_N : beta N = 1) by (unfold beta; field; lra).
  rewrite alpha_N, beta_N in low.
  assert (remaining : 0 <= next k T S l Q - / (n + 1) * inner (e N) (2 * n *: (T + added k) - (S + (e k + r N)))%V +
    n / (n + 1) * inner (e N) (r N) + (/ 2 - n * (/ (n + 1)) ^ 2) * norm2 (e N)).
  { assert (same : r N = r (Datatypes.S k)) by now rewrite N_eq at 1. rewrite same. clear same.
    unfold next, added, alpha, beta in *. rewrite S_INR in *. rewrite c_eq in *. set (g := e k) in *. set (h := e N) in *. set (s := r (Datatypes.S k)) in *.
    set (c := INR N) in *. clearbody c g h s.
    match goal with |- 0 <= ?after => match type of positive with 0 <= ?sofar => match type of rest with 0 <= ?gap =>
      replace after with (sofar + gap); [lra|] end end end.
    clear - c_ge1. expand_inner. field. repeat split; lra. }
  set (T' := (T + added k)%V) in *. set (S' := (S + (e k + r N))%V) in *. set (Q' := next k T S l Q) in *. set (s := r N) in *.
  apply (Rmult_le_compat_l (/ (n + 1))) in last; [|left; apply Rinv_0_lt_compat; lra].
  assert (share : n / (n + 1) = 1 - / (n + 1)) by (field; lra). rewrite share in *. set (t := / (n + 1)) in *.
  assert (double_gt0 : 0 < 2 * n) by lra. pose proof (norm2_young _ (T' + t *: e N)%V (x O - z)%V double_gt0) as young.
  replace (norm2 (x O - z)%V / (4 * n)) with (/ 2 * (/ (2 * n) * norm2 (x O - z)%V)) by (field; lra). set (bound := / (2 * n) * norm2 (x O - z)%V) in *.
  rewrite place in last. set (c := INR N) in *. set (v := fv N) in *. set (v' := hv N) in *. set (h := e N) in *. clearbody c v v' h s Q' S' T' bound t.
  clear - low last young remaining. expand_inner in *. lra.
Qed.
End Multipliers.

(** ** After N steps *)

Section Steps.
Variables (mu L gamma : R) (f h : function E) (x g s : nat -> E).
Hypotheses (smooth_f : smooth L f) (gamma_gt0 : 0 < gamma) (step_le : L * gamma <= 1) (steps : proximal_gradient gamma f h x g s).

Theorem proximal_gradient_decrease k : convex f -> domain h (x k) -> sum f h (x (S k)) <= sum f h (x k).
Proof.
  intros convex_f here. destruct (steps k) as (grad & sub & step). rewrite step in sub |- *.
  pose proof (proximal_gradient_step 0 L gamma f h (x k) (x k) _ _ smooth_f convex_f ltac:(lra) step_le grad sub here) as fall.
  replace (x k - x k)%V with (@vzero E) in fall by vector_ring. rewrite inner_zero_r, norm2_zero in fall.
  pose proof (norm2_ge0 (g k + s k)%V) as square. apply (Rmult_le_pos (gamma / 2)) in square; lra.
Qed.
(** F(x(N)) - F(z) <= ‖x(0) - z‖²/(4γN), for steps up to 1/L *)
Theorem proximal_gradient_convex z N : convex f -> domain h z -> (0 < N)%nat ->
  sum f h (x N) - sum f h z <= norm2 (x O - z)%V / (4 * gamma * INR N).
Proof.
  intros convex_f there n_gt0. pose proof (Rinv_0_lt_compat _ gamma_gt0) as inv_gt0. assert (n_pos : 0 < INR N) by now apply lt_0_INR.
  assert (smooth_inv : smooth (/ gamma) f).
  { apply (smooth_mono L); [|exact smooth_f]. apply (Rmult_le_reg_r gamma); [exact gamma_gt0|]. rewrite Rinv_l; lra. }
  destruct (smooth_gradient_exists L f z smooth_f) as (c & grad_z).
  (* values and vectors times γ, and less the gradient c at z *)
  set (r := fun k => match k with O => vzero | S k => (gamma *: (s k + c))%V end).
  assert (rate : gamma * (f (x N) - inner c (x N)) + gamma * (h (x N) + inner c (x N)) -
    (gamma * (f z - inner c z) + gamma * (h z + inner c z)) <= norm2 (x O - z)%V / (4 * INR N)).
  { apply (multipliers_rate x (fun k => (gamma *: (g k - c))%V) r (fun k => gamma * (f (x k) - inner c (x k))) (fun k => gamma * (h (x k) + inner c (x k))) z);
      [| | | | |exact n_gt0]; intros k k_le; unfold r; destruct (steps k) as (grad & sub & step).
    - pose proof (smooth_convex_interpolation (/ gamma) f z (x k) c (g k) smooth_inv convex_f inv_gt0 grad_z grad) as low.
      replace (/ (2 * / gamma)) with (/ 2 * gamma) in low by (field; lra). apply Rge_le, (Rmult_le_compat_l gamma) in low; [|lra]. expand_inner in *. lra.
    - destruct (steps (S k)) as (grad' & _).
      pose proof (smooth_convex_interpolation (/ gamma) f (x k) (x (S k)) (g k) (g (S k)) smooth_inv convex_f inv_gt0 grad grad') as low.
      replace (/ (2 * / gamma)) with (/ 2 * gamma) in low by (field; lra). apply Rge_le, (Rmult_le_compat_l gamma) in low; [|lra].
      clear - low. expand_inner in *. lra.
    - pose proof (subgradient_lower h z _ _ sub there) as low. apply Rge_le, (Rmult_le_compat_l gamma) in low; [|lra]. clear - low. expand_inner in *. lra.
    - destruct (steps (S k)) as (_ & sub' & _). pose proof (subgradient_lower h _ _ _ sub' (subgradient_domain _ _ _ sub)) as low.
      apply Rge_le, (Rmult_le_compat_l gamma) in low; [|lra]. clear - low. expand_inner in *. lra.
    - rewrite step. vector_ring. }
  apply (Rmult_le_reg_l gamma); [exact gamma_gt0|].
  replace (gamma * (norm2 (x O - z)%V / (4 * gamma * INR N))) with (norm2 (x O - z)%V / (4 * INR N)) by (field; lra). cbn. lra.
Qed.
(** ‖x(N) - z‖² <= (1 - γµ)^N ‖x(0) - z‖² for the minimizer z of F *)
Theorem proximal_gradient_strongly_convex z N : strongly_convex mu f -> gamma * mu <= 1 -> minimizer (sum f h) z ->
  norm2 (x N - z)%V <= (1 - gamma * mu) ^ N * norm2 (x O - z)%V.
Proof.
  intros convex_f mu_le ((_ & there) & least). induction N as [|n IH]; [cbn; lra|]. destruct (steps n) as (grad & sub & step). rewrite step in sub |- *.
  pose proof (proximal_gradient_closer mu L gamma f h (x n) z _ _ smooth_f convex_f gamma_gt0 step_le grad sub there) as near.
  specialize (least (x n - gamma *: (g n + s n))%V (conj (smooth_total L f smooth_f _) (subgradient_domain _ _ _ sub))).
  set (v := sum f h (x n - gamma *: (g n + s n))%V) in *. assert (above : 0 <= 2 * gamma * (v - sum f h z)) by (apply Rmult_le_pos; lra).
  apply (Rmult_le_compat_l (1 - gamma * mu)) in IH; [|lra]. simpl. lra.
Qed.
End Steps.

(** F(x(N)) - F(z) <= L/(4N) ‖x(0) - z‖², for the step 1/L *)
Theorem proximal_gradient_inverse L f h x g s z N : smooth L f -> convex f -> 0 < L -> proximal_gradient (/ L) f h x g s -> domain h z -> (0 < N)%nat ->
  sum f h (x N) - sum f h z <= L / (4 * INR N) * norm2 (x O - z)%V.
Proof.
  intros smooth_f convex_f L_gt0 steps there n_gt0. assert (part : 0 < INR N) by (apply lt_0_INR; exact n_gt0).
  replace (L / (4 * INR N) * norm2 (x O - z)%V) with (norm2 (x O - z)%V / (4 * / L * INR N)) by (field; lra).
  apply (proximal_gradient_convex L (/ L) f h x g s smooth_f); auto; [now apply Rinv_0_lt_compat|]. rewrite Rinv_r; lra.
Qed.
(** f(x(N)) - f(z) <= L/(4N) ‖x(0) - z‖² for every z in the set whose indicator function is h *)
Theorem projected_gradient_inverse L f h x g s z N :
  smooth L f -> convex f -> 0 < L -> indicator h -> proximal_gradient (/ L) f h x g s -> domain h z -> (0 < N)%nat ->
  f (x N) - f z <= L / (4 * INR N) * norm2 (x O - z)%V.
Proof.
  intros smooth_f convex_f L_gt0 (_ & null) steps there n_gt0.
  pose proof (proximal_gradient_inverse L f h x g s z N smooth_f convex_f L_gt0 steps there n_gt0) as rate. cbn in rate.
  rewrite (null z there) in rate. destruct N as [|n]; [lia|]. rewrite (null (x (S n))) in rate; [lra|].
  exact (subgradient_domain _ _ _ (proj1 (proj2 (steps n)))).
Qed.
End ProximalGradient.
