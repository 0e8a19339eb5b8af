(** * The Frank-Wolfe method

    Rates of x(k+1) = x(k) + 2/(k+2) (s(k) - x(k)), where s(k) minimizes the linear function <∇f(x(k)), .> over a convex set, the domain of a function h, of
    diameter at most D.  The vertex s(k) may also be inexact, with an error of at most δ(k) in the linear function; an error that shrinks like the steps costs a
    constant factor.

    Main definitions: [linear_minimizer], [frank_wolfe].
    Main results: [frank_wolfe_inexact], [frank_wolfe_rate].

    Trust: proved.
    Source: M. Jaggi, Revisiting Frank-Wolfe: projection-free sparse convex optimization, 2013, theorem 1. *)
From Coq Require Import Reals Lra Lia.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant Require Import Primitives.Optimization.Spaces Primitives.Optimization.Convex Primitives.Optimization.Smooth Primitives.Optimization.Supports.
Local Open Scope R_scope.

Section FrankWolfe.
Context {E : inner_product_space}.
Implicit Types (f h : function E) (z : E).

(** s minimizes <g, .> over the domain of h, up to δ *)
Definition linear_minimizer (delta : R) h (g s : E) : Prop := domain h s /\ forall y, domain h y -> inner g s <= inner g y + delta.
Definition frank_wolfe (delta : nat -> R) f h (x g s : nat -> E) : Prop :=
  domain h (x O) /\
  forall k, gradient f (x k) (g k) /\ linear_minimizer (delta k) h (g k) (s k) /\ x (S k) = (x k + (2 / (INR k + 2)) *: (s k - x k))%V.

(* f(x(k+1)) - f(z) <= (1 - a)(f(x(k)) - f(z)) + a δ(k) + a² L D²/2 with a = 2/(k+2), since <g(k), s(k)> <= <g(k), z> + δ(k).  With the bound b/(k+2) for k,
   this gives k b/(k+2)² + b/(k+2)² <= b/(k+3). *)
Section Steps.
Variables (L D : R) (delta : nat -> R) (f h : function E) (x g s : nat -> E).
Hypotheses (smooth_f : smooth L f) (L_ge0 : 0 <= L) (convex_f : convex f) (convex_h : convex h) (diameter_h : diameter D h).
Hypothesis steps : frank_wolfe delta f h x g s.

Local Lemma step_bound k : 0 < 2 / (INR k + 2) <= 1.
Proof.
  pose proof (pos_INR k) as k_ge0. split; [apply Rdiv_lt_0_compat; lra|]. apply (Rmult_le_reg_r (INR k + 2)); [lra|]. unfold Rdiv.
  rewrite Rmult_assoc, Rinv_l; lra.
Qed.
Local Lemma inside k : domain h (x k).
Proof.
  destruct steps as (start & each). induction k as [|k IH]; [exact start|]. destruct (each k) as (_ & (vertex & _) & ->). pose proof (step_bound k) as a_in.
  set (a := 2 / (INR k + 2)) in *. replace (x k + a *: (s k - x k))%V with (a *: s k + (1 - a) *: x k)%V by vector_ring.
  apply convex_h; [exact vertex|exact IH|lra].
Qed.
Local Lemma improvement z k : domain h z -> let a := 2 / (INR k + 2) in
  f (x (S k)) - f z <= (1 - a) * (f (x k) - f z) + a * delta k + a ^ 2 * (L * D ^ 2 / 2).
Proof.
  intros there a. destruct steps as (_ & each). destruct (each k) as (grad & (vertex & least) & ->). fold a. pose proof (step_bound k) as (a_gt0 & a_le).
  fold a in a_gt0, a_le. clearbody a.
  pose proof (smooth_upper L f (x k) (x k + a *: (s k - x k))%V _ smooth_f grad) as high.
  replace (x k + a *: (s k - x k) - x k)%V with (a *: (s k - x k))%V in high by vector_ring. rewrite norm2_scale in high.
  pose proof (diameter_norm2 D h _ _ diameter_h vertex (inside k)) as short.
  apply (Rmult_le_compat_l (a * a * (L / 2))) in short; [|repeat apply Rmult_le_pos; lra].
  pose proof (gradient_lower 0 f z _ _ convex_f grad (smooth_total L f smooth_f z)) as low. apply Rge_le, (Rmult_le_compat_l a) in low; [|lra].
  specialize (least z there). apply (Rmult_le_compat_l a) in least; [|lra].
  rewrite inner_scale_r in high. set (v := norm2 (s k - x k)%V) in *. set (w := norm2 (z - x k)%V) in *. rewrite inner_sub_r in high, low.
  clearbody v w. simpl. lra.
Qed.
(** f(x(N)) - f(z) <= 2LD²(1 + ε)/(N + 2), if the errors are at most ε L D²/(k + 2) *)
Theorem frank_wolfe_inexact eps z N : (forall k, delta k <= eps * (L * D ^ 2) / (INR k + 2)) -> 0 <= eps -> domain h z -> (0 < N)%nat ->
  f (x N) - f z <= 2 * L * D ^ 2 * (1 + eps) / (INR N + 2).
Proof.
  intros small eps_ge0 there n_gt0. destruct N as [|n]; [lia|]. clear n_gt0. rewrite S_INR.
  pose proof (Rmult_le_pos _ _ L_ge0 (pow2_ge_0 D)) as size_ge0. rewrite (Rmult_assoc 2 L). set (c := L * D ^ 2) in *.
  assert (b_ge0 : 0 <= c * eps) by now apply Rmult_le_pos.
  induction n as [|n IH]; [pose proof (improvement z O there) as step; specialize (small O)|
    pose proof (improvement z (S n) there) as step; specialize (small (S n)); rewrite S_INR in *]; cbn zeta in step; fold c in step.
  - cbn in *. replace (2 / (0 + 2)) with 1 in step by field. clearbody c. lra.
  - pose proof (pos_INR n) as n_ge0. set (m := INR n + 1 + 2) in *. set (v := f (x (S n)) - f z) in *.
    assert (m_ge : 3 <= m) by (unfold m; lra).
    replace (INR n + 1 + 1 + 2) with (m + 1) by (unfold m; ring). clearbody m v c.
    apply (Rmult_le_compat_l (1 - 2 / m)) in IH. 2: { apply (Rmult_le_reg_r m); [lra|]. replace ((1 - 2 / m) * m) with (m - 2) by (field; lra). lra. }
    apply (Rmult_le_compat_l (2 / m)) in small; [|apply Rmult_le_pos; [lra|left; apply Rinv_0_lt_compat; lra]].
    apply Rle_trans with ((1 - 2 / m) * (2 * c * (1 + eps) / m) + 2 / m * (eps * c / m) + (2 / m) ^ 2 * (c / 2)); [lra|].
    apply Rle_trans with (2 * c * (1 + eps) * ((m - 1) / (m * m))); [right; field; lra|].
    unfold Rdiv at 2. apply Rmult_le_compat_l; [lra|].
    apply (Rmult_le_reg_r (m * m * (m + 1))); [repeat apply Rmult_lt_0_compat; lra|].
    replace ((m - 1) / (m * m) * (m * m * (m + 1))) with (m * m - 1) by (field; lra).
    replace (/ (m + 1) * (m * m * (m + 1))) with (m * m) by (field; lra). lra.
Qed.
End Steps.

(** f(x(N)) - f(z) <= 2LD²/(N + 2), for every z in the set *)
Theorem frank_wolfe_rate L D f h x g s z N :
  smooth L f -> 0 <= L -> convex f -> convex h -> diameter D h -> frank_wolfe (fun _ => 0) f h x g s -> domain h z -> (0 < N)%nat ->
  f (x N) - f z <= 2 * L * D ^ 2 / (INR N + 2).
Proof.
  intros smooth_f L_ge0 convex_f convex_h diameter_h steps there n_gt0. rewrite <- (Rmult_1_r (2 * L * D ^ 2)). replace 1 with (1 + 0) by ring.
  apply (frank_wolfe_inexact L D _ f h x g s smooth_f L_ge0 convex_f convex_h diameter_h steps); auto; [|lra].
  intro k. unfold Rdiv. rewrite Rmult_0_l, Rmult_0_l. lra.
Qed.
End FrankWolfe.
