(** * The divergence of two probabilities

    kl(a, b) is the relative entropy of a coin that shows heads with the probability a, from one that does with the probability b.  It is convex in both together.  If n draws from [0, 1] with the expectation r have the mean
    a, then exp(n kl(a, r)) has an expectation of at most ξ(n), whatever the law of the draws is, which lies between 1 and n + 1; with r = 0 or r = 1 the mean is r.

    On paper.  x ln(x / y) >= x c + x - y e^c for every c; with c = ln(E x / E y) and expectations on both sides this is E x ln(E x / E y) <= E x ln(x / y) (the log-sum inequality), and twice that is convexity.
    So exp(n kl(a, r)) is convex in a, and lies below its chord as a function of each single draw: draws from [0, 1] can be replaced, one by one, by coins that show 1 with probability r.
    For coins, the term with k ones is C(n, k) r^k (1 - r)^(n - k) exp(n kl(k/n, r)) = C(n, k) (k/n)^k (1 - k/n)^(n - k): the probability r cancels.

    Main definitions: [kl], [xi], [binomial_mean].
    Main results: [log_sum_bound], [kl_convex], [reduction_bound], [kl_moment_bound], [xi_bound].

    Trust: proved.
    Source: A. Maurer, A note on the PAC Bayesian theorem, 2004, lemmas 2 and 3, theorem 1; T. Cover and J. Thomas, Elements of Information Theory, 2006, theorems 2.7.1 and 2.7.2. *)
From Coq Require Import Reals Lra Lia List.
From Warrant Require Import Spec.Probability Primitives.Probability.Events Primitives.Probability.Samples Primitives.Probability.Concentration Primitives.Probability.Binomial.
Import ListNotations.
Local Open Scope R_scope.

Definition kl (a b : R) : R := a * ln (a / b) + (1 - a) * ln ((1 - a) / (1 - b)).

(** ** Convexity *)

(** 0 ln 0 is 0 *)
Lemma kl_tangent a b c : 0 <= a -> 0 <= b -> (b = 0 -> a = 0) -> a * c + a - b * exp c <= a * ln (a / b).
Proof.
  intros a_ge0 b_ge0 zero. pose proof (exp_pos c) as e_gt0. destruct a_ge0 as [a_gt0|<-]; [|nra]. destruct b_ge0 as [b_gt0|none]; [|exfalso; rewrite (zero (eq_sym none)) in a_gt0; lra].
  pose proof (exp_ineq1_le (ln (b * exp c / a))) as below. assert (positive : 0 < b * exp c / a) by (apply Rdiv_lt_0_compat; [now apply Rmult_lt_0_compat|exact a_gt0]). rewrite exp_ln in below by exact positive.
  unfold Rdiv in *. rewrite !ln_mult, ln_exp, ln_Rinv in below by first [assumption|apply Rinv_0_lt_compat; assumption|now apply Rmult_lt_0_compat].
  rewrite ln_mult, ln_Rinv by first [assumption|apply Rinv_0_lt_compat; assumption]. apply (Rmult_le_compat_l a) in below; [|lra].
  replace (a * (b * exp c * / a)) with (b * exp c) in below by (field; lra). lra.
Qed.
Section Convexity.
Context {H : Type}.
Implicit Types (l : list (H * R)) (a b : H -> R).
Lemma expectation_zero l a : Forall (fun o => 0 <= snd o) l -> (forall h, In h (map fst l) -> 0 <= a h) -> expectation l a = 0 -> forall h q, In (h, q) l -> q = 0 \/ a h = 0.
Proof.
  intros weights. induction weights as [|[g p] l p_ge0 weights IH]; intros a_ge0 none h q h_in; [easy|]. cbn [expectation fold_right fst snd] in none. fold (expectation l a) in none. cbn in p_ge0.
  assert (rest_ge0 : 0 <= expectation l a).
  { clear -weights a_ge0. induction weights as [|[g' p'] l p'_ge0 _ IH]; cbn; [lra|]. fold (expectation l a). cbn in p'_ge0. apply Rplus_le_le_0_compat; [apply Rmult_le_pos; [exact p'_ge0|]; apply a_ge0; right; now left|].
    apply IH. intros h [<-|h_in]; apply a_ge0; [now left|right; now right]. }
  pose proof (a_ge0 g (or_introl eq_refl)) as this_ge0. pose proof (Rmult_le_pos _ _ p_ge0 this_ge0).
  destruct h_in as [this|h_in]; [injection this as -> ->; apply Rmult_integral; lra|]. apply (IH ltac:(intros; apply a_ge0; now right) ltac:(lra) h q h_in).
Qed.
Lemma expectation_none l a : (forall h q, In (h, q) l -> q = 0 \/ a h = 0) -> expectation l a = 0.
Proof.
  induction l as [|[h q] l IH]; intro all; [reflexivity|]. cbn [expectation fold_right fst snd]. fold (expectation l a). rewrite IH by (intros g p g_in; apply all; now right). destruct (all h q (or_introl eq_refl)) as [->| ->]; ring.
Qed.
Theorem log_sum_bound l a b : law l -> (forall h, In h (map fst l) -> 0 <= a h /\ 0 <= b h /\ (b h = 0 -> a h = 0)) ->
  expectation l a * ln (expectation l a / expectation l b) <= expectation l (fun h => a h * ln (a h / b h)).
Proof.
  intros is_law fine. set (A := expectation l a). set (B := expectation l b).
  assert (A_ge0 : 0 <= A) by (unfold A; rewrite <- (expectation_const l 0 is_law); apply expectation_mono; [exact is_law|intros h h_in; now apply fine]).
  assert (B_ge0 : 0 <= B) by (unfold B; rewrite <- (expectation_const l 0 is_law); apply expectation_mono; [exact is_law|intros h h_in; now apply fine]).
  destruct A_ge0 as [A_gt0|A_none].
  - assert (B_gt0 : 0 < B).
    { destruct B_ge0 as [B_gt0|B_none]; [exact B_gt0|]. exfalso. apply (Rlt_not_eq _ _ A_gt0). symmetry. apply expectation_none. intros h q h_in.
      destruct (expectation_zero l b (proj1 is_law) ltac:(intros g g_in; now apply fine) (eq_sym B_none) h q h_in) as [none|none]; [now left|right]. apply fine; [|exact none]. now apply (in_map fst l (h, q)). }
    set (c := ln (A / B)). assert (c_exp : exp c = A / B) by (apply exp_ln; now apply Rdiv_lt_0_compat).
    apply Rle_trans with (expectation l (fun h => (c + 1) * a h + (- exp c) * b h)).
    + rewrite expectation_linear. fold A B. rewrite c_exp. right. field. lra.
    + apply expectation_mono; [exact is_law|]. intros h h_in. destruct (fine h h_in) as (a_ge0 & b_ge0 & zero). pose proof (kl_tangent (a h) (b h) c a_ge0 b_ge0 zero). lra.
  - rewrite <- A_none, Rmult_0_l. right. symmetry. apply expectation_none. intros h q h_in.
    destruct (expectation_zero l a (proj1 is_law) ltac:(intros g g_in; now apply fine) (eq_sym A_none) h q h_in) as [none|none]; [now left|right; rewrite none; ring].
Qed.
(** where kl(a, b) is finite *)
Definition finite (a b : R) : Prop := 0 <= a <= 1 /\ 0 <= b <= 1 /\ (b = 0 -> a = 0) /\ (b = 1 -> a = 1).
Theorem kl_convex l a b : law l -> (forall h, In h (map fst l) -> finite (a h) (b h)) -> kl (expectation l a) (expectation l b) <= expectation l (fun h => kl (a h) (b h)).
Proof.
  intros is_law fine. assert (opposite : forall c, expectation l (fun h => 1 - c h) = 1 - expectation l c).
  { intro c. rewrite (expectation_ext l _ (fun h => 1 * 1 + (-1) * c h)) by (intro; ring). rewrite (expectation_linear l 1 (-1) (fun _ => 1) c), expectation_const by exact is_law. ring. }
  pose proof (log_sum_bound l a b is_law ltac:(intros h h_in; pose proof (fine h h_in) as (? & ? & ? & ?); repeat split; try lra; assumption)) as heads.
  pose proof (log_sum_bound l (fun h => 1 - a h) (fun h => 1 - b h) is_law) as tails. rewrite !opposite in tails. unfold kl.
  rewrite (expectation_ext l (fun h => a h * ln (a h / b h) + (1 - a h) * ln ((1 - a h) / (1 - b h))) (fun h => 1 * (a h * ln (a h / b h)) + 1 * ((1 - a h) * ln ((1 - a h) / (1 - b h))))) by (intro; ring).
  rewrite (expectation_linear l 1 1 (fun h => a h * ln (a h / b h)) (fun h => (1 - a h) * ln ((1 - a h) / (1 - b h)))).
  assert (tails_fine : forall h, In h (map fst l) -> 0 <= 1 - a h /\ 0 <= 1 - b h /\ (1 - b h = 0 -> 1 - a h = 0)).
  { intros h h_in. pose proof (fine h h_in) as (? & ? & ? & one). refine (conj _ (conj _ _)); [lra|lra|]. intro none. rewrite one; lra. }
  specialize (tails tails_fine). lra.
Qed.
Lemma jensen_exp l a : law l -> exp (expectation l a) <= expectation l (fun h => exp (a h)).
Proof.
  intro is_law. set (m := expectation l a). pose proof (exp_pos m) as positive. apply Rle_trans with (expectation l (fun h => exp m * (1 - m) * 1 + exp m * a h)).
  - rewrite (expectation_linear l (exp m * (1 - m)) (exp m) (fun _ => 1) a), expectation_const by exact is_law. fold m. right. ring.
  - apply expectation_mono; [exact is_law|]. intros h _. pose proof (exp_ineq1_le (a h - m)) as grows. apply (Rmult_le_compat_l (exp m)) in grows; [|lra]. rewrite <- exp_plus in grows.
    replace (m + (a h - m)) with (a h) in grows by ring. lra.
Qed.
End Convexity.
Lemma exp_kl_chord n b u v x : 0 <= n -> 0 <= x <= 1 -> 0 < b < 1 -> 0 <= u <= 1 -> 0 <= v <= 1 ->
  exp (n * kl ((1 - x) * u + x * v) b) <= (1 - x) * exp (n * kl u b) + x * exp (n * kl v b).
Proof.
  intros n_ge0 x_range b_range u_range v_range. set (l := [(u, 1 - x); (v, x)]). assert (is_law : law l) by (unfold l; split; [apply Forall_cons; [cbn; lra|apply Forall_cons; [cbn; lra|constructor]]|cbn; ring]).
  assert (pair : forall f : R -> R, expectation l f = (1 - x) * f u + x * f v) by (intro f; cbn; ring).
  pose proof (kl_convex l (fun a => a) (fun _ => b) is_law) as convex. rewrite (expectation_const l b is_law), !pair in convex.
  assert (fine : forall h, In h (map fst l) -> finite h b) by (intros h [<-|[<-|[]]]; cbn [fst]; refine (conj _ (conj _ (conj _ _))); try intro; lra).
  specialize (convex fine). pose proof (jensen_exp l (fun a => n * kl a b) is_law) as jensen. rewrite !pair in jensen. apply Rle_trans with (2 := jensen).
  apply (Rmult_le_compat_l n) in convex; [|exact n_ge0]. destruct convex as [less|same]; [left; apply exp_increasing; lra|right; f_equal; lra].
Qed.

(** ** Coins instead of draws from [0, 1] *)

(** the expectation of f(k) for k ones in n flips with probability p *)
Fixpoint binomial_mean (n : nat) (p : R) (f : nat -> R) : R :=
  match n with O => f O | S n => (1 - p) * binomial_mean n p f + p * binomial_mean n p (fun k => f (S k)) end.
Lemma binomial_mean_ext n p f g : (forall k, (k <= n)%nat -> f k = g k) -> binomial_mean n p f = binomial_mean n p g.
Proof. revert f g. induction n as [|n IH]; intros f g same; cbn; [now apply same|]. rewrite (IH f g), (IH (fun k => f (S k)) (fun k => g (S k))); [reflexivity|intros; apply same; lia..]. Qed.
Lemma binomial_mean_mono n p f g : 0 <= p <= 1 -> (forall k, (k <= n)%nat -> f k <= g k) -> binomial_mean n p f <= binomial_mean n p g.
Proof.
  intro p_range. revert f g. induction n as [|n IH]; intros f g le; cbn; [now apply le|].
  apply Rplus_le_compat; (apply Rmult_le_compat_l; [lra|]); apply IH; intros; apply le; lia.
Qed.
Lemma binomial_mean_linear n p a b f g : binomial_mean n p (fun k => a * f k + b * g k) = a * binomial_mean n p f + b * binomial_mean n p g.
Proof. revert f g. induction n as [|n IH]; intros f g; cbn; [ring|]. rewrite IH, (IH (fun k => f (S k)) (fun k => g (S k))). ring. Qed.
Lemma binomial_mean_sum n p f : binomial_mean n p f = sum_f_R0 (fun k => exactly n k p * f k) n.
Proof.
  revert f. induction n as [|n IH]; intro f; [cbn; ring|]. cbn [binomial_mean]. rewrite (IH f), (IH (fun k => f (S k))). rewrite (decomp_sum (fun k => exactly (S n) k p * f k)) by lia. cbn [pred].
  rewrite (sum_eq (fun k => exactly (S n) (S k) p * f (S k)) (fun k => exactly n k p * f (S k) * p + exactly n (S k) p * f (S k) * (1 - p)) n) by (intros k _; cbn [exactly]; ring).
  rewrite sum_plus, <- !scal_sum. cbn [exactly].
  assert (whole : sum_f_R0 (fun k => exactly n k p * f k) n = exactly n 0 p * f 0%nat + sum_f_R0 (fun k => exactly n (S k) p * f (S k)) n); [|rewrite whole; ring].
  pose proof (decomp_sum (fun k => exactly n k p * f k) (S n) ltac:(lia)) as parts. cbn [pred] in parts. rewrite <- parts. cbn [sum_f_R0]. rewrite (exactly_beyond n (S n) p) by lia. ring.
Qed.
Section Reduction.
Context {Omega : Type}.
Theorem reduction_bound (l : list (Omega * R)) L (f : R -> R) N : law l -> (forall w, 0 <= L w <= 1) ->
  (forall u x, 0 <= u -> u + 1 <= N -> 0 <= x <= 1 -> f (u + x) <= (1 - x) * f u + x * f (u + 1)) ->
  forall m s, 0 <= s -> s + INR m <= N -> expectation (sample l m) (fun ws => f (s + total L ws)) <= binomial_mean m (expectation l L) (fun k => f (s + INR k)).
Proof.
  intros is_law range chord. assert (r_range : 0 <= expectation l L <= 1).
  { split; [rewrite <- (expectation_const l 0 is_law)|rewrite <- (expectation_const l 1 is_law)]; apply expectation_mono; auto; intros; apply range. }
  induction m as [|m IH]; intros s s_ge0 within; [cbn; rewrite !Rplus_0_r; lra|].
  change (sample l (S m)) with (independent (l :: repeat l m)). rewrite expectation_independent. cbn [binomial_mean]. rewrite S_INR in within.
  set (here := binomial_mean m (expectation l L) (fun k => f (s + INR k))). set (there := binomial_mean m (expectation l L) (fun k => f (s + INR (S k)))).
  apply Rle_trans with (expectation l (fun w => here * 1 + (there - here) * L w)).
  - apply expectation_mono; [exact is_law|]. intros w _. pose proof (range w) as w_range.
    rewrite (expectation_ext _ _ (fun ws => f (s + L w + total L ws))) by (intro ws; unfold total; cbn [fold_right]; f_equal; ring).
    apply Rle_trans with (1 := IH (s + L w) ltac:(lra) ltac:(lra)).
    apply Rle_trans with (binomial_mean m (expectation l L) (fun k => (1 - L w) * f (s + INR k) + L w * f (s + INR (S k)))); [|rewrite binomial_mean_linear; fold here there; right; ring].
    apply binomial_mean_mono; [exact r_range|]. intros k k_le. apply le_INR in k_le. pose proof (pos_INR k). rewrite S_INR.
    replace (s + L w + INR k) with (s + INR k + L w) by ring. replace (s + (INR k + 1)) with (s + INR k + 1) by ring. apply chord; lra.
  - rewrite (expectation_linear l here (there - here) (fun _ => 1) L), expectation_const by exact is_law. right. ring.
Qed.
End Reduction.

(** ** Moments *)

(** Maurer's ξ(n) *)
Definition xi (n : nat) : R := sum_f_R0 (fun k => Binomial.C n k * (INR k / INR n) ^ k * (1 - INR k / INR n) ^ (n - k)) n.
Lemma share_range n k : (0 < n)%nat -> (k <= n)%nat -> 0 <= INR k / INR n <= 1.
Proof.
  intros n_gt0 k_le. apply lt_0_INR in n_gt0. apply le_INR in k_le. pose proof (pos_INR k). split; [apply Rmult_le_pos; [assumption|left; now apply Rinv_0_lt_compat]|].
  apply (Rmult_le_reg_r (INR n)); [exact n_gt0|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra.
Qed.
Lemma xi_exactly n : xi n = sum_f_R0 (fun k => exactly n k (INR k / INR n)) n.
Proof. apply sum_eq. intros k k_le. symmetry. now apply exactly_binomial. Qed.
Theorem xi_bound n : (0 < n)%nat -> 1 <= xi n <= INR n + 1.
Proof.
  intro n_gt0. rewrite xi_exactly. split.
  - destruct n as [|n]; [lia|]. rewrite decomp_sum by lia. cbn [pred].
    assert (never : forall m, exactly m 0 0 = 1) by (induction m as [|m IH]; cbn [exactly]; [reflexivity|rewrite IH; ring]).
    assert (first : exactly (S n) 0 (INR 0 / INR (S n)) = 1) by (change (INR 0) with 0; unfold Rdiv; rewrite Rmult_0_l; apply never).
    rewrite first. assert (0 <= sum_f_R0 (fun k => exactly (S n) (S k) (INR (S k) / INR (S n))) n); [|lra].
    apply cond_pos_sum. intro k. destruct (Nat.le_gt_cases (S k) (S n)); [apply exactly_ge0, share_range; lia|rewrite exactly_beyond by lia; lra].
  - rewrite <- S_INR. rewrite <- (Rmult_1_l (INR (S n))), <- sum_cte. apply sum_Rle. intros k k_le. pose proof (share_range n k n_gt0 k_le) as range.
    apply Rle_trans with (at_most n k (INR k / INR n)); [|now apply at_most_le1]. destruct k as [|k]; [rewrite at_most_first; lra|]. rewrite at_most_next. pose proof (at_most_ge0 n k _ range). lra.
Qed.
Local Lemma exp_ln_power k y : k = O \/ 0 < y -> exp (INR k * ln y) = y ^ k.
Proof. intros [->|y_gt0]; [cbn; rewrite Rmult_0_l; apply exp_0|]. rewrite <- Rpower_pow by exact y_gt0. reflexivity. Qed.
(** the probability cancels *)
Lemma exactly_kl n k r : (0 < n)%nat -> (k <= n)%nat -> 0 < r < 1 -> exactly n k r * exp (INR n * kl (INR k / INR n) r) = exactly n k (INR k / INR n).
Proof.
  intros n_gt0 k_le r_range. pose proof (lt_0_INR n n_gt0) as N_gt0. rewrite !exactly_binomial by exact k_le. unfold kl. set (a := INR k / INR n).
  assert (heads : INR n * a = INR k) by (unfold a; field; lra). assert (tails : INR n * (1 - a) = INR (n - k)) by (rewrite minus_INR by exact k_le; unfold a; field; lra).
  rewrite Rmult_plus_distr_l, <- !Rmult_assoc, heads, tails, exp_plus, !exp_ln_power.
  - unfold Rdiv. rewrite !Rpow_mult_distr, !pow_inv. field. split; apply pow_nonzero; lra.
  - destruct (Nat.eq_dec k n) as [->|other]; [left; lia|right]. apply Rdiv_lt_0_compat; [|lra]. apply (Rmult_lt_reg_l (INR n)); [exact N_gt0|]. rewrite tails, Rmult_0_r. apply lt_0_INR. lia.
  - destruct k as [|k]; [now left|right]. apply Rdiv_lt_0_compat; [|lra]. apply Rdiv_lt_0_compat; [apply lt_0_INR; lia|exact N_gt0].
Qed.
Section Moment.
Context {Omega : Type}.
Variables (l : list (Omega * R)) (n : nat) (L : Omega -> R).
Hypotheses (is_law : law l) (n_gt0 : (0 < n)%nat) (range : forall w, 0 <= L w <= 1).
Let r := expectation l L.
Theorem kl_moment_bound : 0 < r < 1 -> expectation (sample l n) (fun ws => exp (INR n * kl (mean L ws) r)) <= xi n.
Proof.
  intro r_range. pose proof (lt_0_INR n n_gt0) as N_gt0. set (f := fun t => exp (INR n * kl (t / INR n) r)).
  assert (chord : forall u x, 0 <= u -> u + 1 <= INR n -> 0 <= x <= 1 -> f (u + x) <= (1 - x) * f u + x * f (u + 1)).
  { intros u x u_ge0 u_le x_range. unfold f. replace ((u + x) / INR n) with ((1 - x) * (u / INR n) + x * ((u + 1) / INR n)) by (field; lra).
    assert (inside : forall t, 0 <= t -> t <= INR n -> 0 <= t / INR n <= 1).
    { intros t t_ge0 t_le. split; [apply Rmult_le_pos; [lra|left; now apply Rinv_0_lt_compat]|]. apply (Rmult_le_reg_r (INR n)); [exact N_gt0|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
    apply exp_kl_chord; try lra; apply inside; lra. }
  pose proof (reduction_bound l L f (INR n) is_law range chord n 0 (Rle_refl 0) ltac:(lra)) as reduced. fold r in reduced.
  apply Rle_trans with (expectation (sample l n) (fun ws => f (0 + total L ws))).
  - apply expectation_mono; [now apply sample_law|]. intros ws ws_in. unfold f, mean. rewrite (sample_length l n ws ws_in), Rplus_0_l. apply Rle_refl.
  - apply Rle_trans with (1 := reduced). rewrite binomial_mean_sum, xi_exactly. right. apply sum_eq. intros k k_le. unfold f. rewrite Rplus_0_l. now apply exactly_kl.
Qed.
End Moment.
