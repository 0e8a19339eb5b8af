(** * Rademacher complexity of linear classes

    How well linear functions with weights of norm at most B can agree with n random signs, on average: not better than B times the root of the sum of the points' squared norms, divided by n.

    On paper.  For signs s and points x the best weights agree with s by B |Σ sᵢxᵢ| / n (Cauchy and Schwarz); the expectation of |Σ sᵢxᵢ|² is Σ |xᵢ|², since v + x and v - x have together
    twice the squared norms of v and of x; and a mean is at most the root of the mean of squares.

    Main results: [signed_norm2] (the expectation), [rademacher_linear], [rademacher_bounded] (for points of norm at most ρ: Bρ/√n), [rademacher_one_point] (an instance in which the bound is attained).

    Trust: proved.
    Source: S. Shalev-Shwartz and S. Ben-David, Understanding Machine Learning, 2014, lemma 26.10; P. Bartlett and S. Mendelson, Rademacher and Gaussian complexities, 2002. *)
From Coq Require Import Reals Lra Lia List.
From Warrant Require Import Spec.InnerProduct Primitives.Optimization.Spaces Primitives.Probability.Concentration.
Import ListNotations.
Local Open Scope R_scope.

(** a fair sign *)
Definition signs : list (R * R) := [(1, / 2); (-1, / 2)].
Lemma signs_law : law signs.
Proof. split; [repeat constructor; cbn; lra|cbn; field]. Qed.

Section Linear.
Context {E : inner_product_space}.
Implicit Types (x v w : E) (xs : list E) (s : list R).

(** Σ sᵢ xᵢ *)
Fixpoint signed s xs : E := match s, xs with r :: s, x :: xs => (r *: x + signed s xs)%V | _, _ => vzero end.
Definition energy xs : R := fold_right (fun x t => norm2 x + t) 0 xs.
Definition drawn xs : list (list R * R) := sample signs (length xs).
Lemma drawn_law xs : law (drawn xs).
Proof. apply independent_law, Forall_forall. intros l l_in. apply repeat_spec in l_in as ->. exact signs_law. Qed.

Theorem signed_norm2 xs v : expectation (drawn xs) (fun s => norm2 (v + signed s xs)%V) = norm2 v + energy xs.
Proof.
  unfold drawn, sample. revert v. induction xs as [|x xs IH]; intro v; cbn [length repeat].
  - cbn. rewrite vadd_zero. ring.
  - rewrite expectation_independent.
    rewrite (expectation_ext _ _ (fun r => norm2 (v + r *: x)%V + energy xs)).
    + cbn. fold (energy xs). expand_inner. field.
    + intro r. rewrite <- IH. apply expectation_ext. intro s. cbn [signed]. now rewrite vadd_assoc.
Qed.

(** a mean is at most the root of the mean of squares *)
Lemma mean_square {A} (l : list (A * R)) (X : A -> R) : law l -> expectation l X ^ 2 <= expectation l (fun a => X a ^ 2).
Proof.
  intro is_law. set (m := expectation l X).
  assert (spread : 0 <= expectation l (fun a => (X a - m) ^ 2)).
  { apply Rle_trans with (expectation l (fun _ => 0)); [right; symmetry; now apply expectation_const|]. apply expectation_mono; [exact is_law|]. intros a _. apply pow2_ge_0. }
  rewrite (expectation_ext l _ (fun a => 1 * X a ^ 2 + 1 * (- 2 * m * X a + m ^ 2 * 1))) in spread by (intro; ring).
  rewrite (expectation_linear l 1 1 (fun a => X a ^ 2) (fun a => - 2 * m * X a + m ^ 2 * 1)), (expectation_linear l (- 2 * m) (m ^ 2) X (fun _ => 1)), expectation_const in spread by exact is_law.
  fold m in spread. lra.
Qed.

(** the best agreement with the signs s on average over the points, by weights of norm at most B *)
Definition best (B : R) xs s (g : R) : Prop := is_lub (fun t => exists w, norm w <= B /\ t = inner w (signed s xs) / INR (length xs)) g.

(** S. Shalev-Shwartz and S. Ben-David, 2014, lemma 26.10 *)
Theorem rademacher_linear xs B (g : list R -> R) : xs <> [] -> (forall s, length s = length xs -> best B xs s (g s)) ->
  expectation (drawn xs) g <= B * sqrt (energy xs) / INR (length xs).
Proof.
  intros some supremum. assert (n_gt0 : 0 < INR (length xs)) by (apply lt_0_INR; destruct xs; [easy|cbn; lia]).
  assert (B_ge0 : 0 <= B \/ B < 0) by lra. destruct B_ge0 as [B_ge0|B_less].
  - assert (each : forall s, length s = length xs -> g s <= B / INR (length xs) * norm (signed s xs)).
    { intros s s_length. apply (supremum s s_length). intros t (w & w_norm & ->). unfold Rdiv. rewrite (Rmult_comm B), Rmult_assoc, (Rmult_comm _ (/ INR (length xs))).
      apply Rmult_le_compat_l; [now apply Rlt_le, Rinv_0_lt_compat|]. pose proof (inner_bound w (signed s xs)) as [_ above]. apply Rle_trans with (1 := above).
      apply Rmult_le_compat_r; [apply norm_ge0|exact w_norm]. }
    apply Rle_trans with (expectation (drawn xs) (fun s => B / INR (length xs) * norm (signed s xs))).
    + apply expectation_mono; [apply drawn_law|]. intros s s_in. apply each. unfold drawn, sample in s_in.
      pose proof (independent_length (repeat signs (length xs))) as lengths. rewrite Forall_forall in lengths. rewrite (lengths s s_in). apply repeat_length.
    + rewrite expectation_scale. unfold Rdiv. rewrite Rmult_assoc, (Rmult_comm (/ INR (length xs))), <- Rmult_assoc. apply Rmult_le_compat_r; [now apply Rlt_le, Rinv_0_lt_compat|].
      apply Rmult_le_compat_l; [exact B_ge0|]. pose proof (mean_square (drawn xs) (fun s => norm (signed s xs)) (drawn_law xs)) as square.
      rewrite (expectation_ext _ (fun s => norm (signed s xs) ^ 2) (fun s => norm2 (vzero + signed s xs)%V)) in square.
      * rewrite signed_norm2, norm2_zero, Rplus_0_l in square. apply Rsqr_incr_0_var; [|apply sqrt_pos]. rewrite Rsqr_sqrt.
        -- unfold Rsqr. lra.
        -- apply Rle_trans with (2 := square). apply pow2_ge_0.
      * intro s. rewrite vadd_comm, vadd_zero, norm2_norm. ring.
  - exfalso. destruct (supremum (map (fun _ => 1) xs) ltac:(apply length_map)) as [_ least].
    assert (lower : g (map (fun _ => 1) xs) <= g (map (fun _ => 1) xs) - 1); [|lra]. apply least. intros t (w & w_norm & _). pose proof (norm_ge0 w). lra.
Qed.
Theorem rademacher_bounded xs B rho (g : list R -> R) : xs <> [] -> 0 <= B -> 0 <= rho -> Forall (fun x => norm x <= rho) xs -> (forall s, length s = length xs -> best B xs s (g s)) ->
  expectation (drawn xs) g <= B * rho / sqrt (INR (length xs)).
Proof.
  intros some B_ge0 rho_ge0 bounded supremum. assert (n_gt0 : 0 < INR (length xs)) by (apply lt_0_INR; destruct xs; [easy|cbn; lia]).
  assert (total : energy xs <= INR (length xs) * (rho * rho)).
  { clear - bounded. induction bounded as [|x xs x_bound _ IH]; [cbn; lra|]. cbn [energy fold_right length]. fold (energy xs). rewrite S_INR. pose proof (norm2_bound x rho x_bound). lra. }
  apply Rle_trans with (1 := rademacher_linear xs B g some supremum). unfold Rdiv. rewrite !Rmult_assoc. apply Rmult_le_compat_l; [exact B_ge0|].
  pose proof (sqrt_lt_R0 _ n_gt0) as root_gt0. apply sqrt_le_1_alt in total. rewrite sqrt_mult_alt, sqrt_square in total by lra.
  apply Rle_trans with (sqrt (INR (length xs)) * rho * / INR (length xs)); [apply Rmult_le_compat_r; [now apply Rlt_le, Rinv_0_lt_compat|exact total]|].
  right. rewrite <- (sqrt_sqrt (INR (length xs))) at 2 by lra. field. lra.
Qed.

(** One point of norm 1: whatever the sign, the best weights agree with it by B, and the bound is B. *)
Theorem rademacher_one_point x B : 0 <= B -> norm x = 1 ->
  (forall r, r = 1 \/ r = -1 -> best B [x] [r] B) /\ expectation (drawn [x]) (fun _ => B) = B * sqrt (energy [x]) / INR (length [x]).
Proof.
  intros B_ge0 unit. assert (square : norm2 x = 1) by (rewrite norm2_norm, unit; ring). split.
  - intros r sign. assert (r_square : r * r = 1) by (destruct sign as [-> | ->]; ring). unfold best. cbn [signed length INR]. rewrite vadd_zero. split.
    + intros t (w & w_norm & ->). unfold Rdiv. rewrite Rinv_1, Rmult_1_r. pose proof (inner_bound w (r *: x)%V) as [_ above]. apply Rle_trans with (1 := above).
      rewrite norm_scale, unit. replace (Rabs r) with 1 by (destruct sign as [-> | ->]; [now rewrite Rabs_R1|rewrite Rabs_left by lra; ring]). lra.
    + intros b upper. apply upper. exists (B * r *: x)%V. split.
      * rewrite norm_scale, unit, Rabs_mult, (Rabs_pos_eq B) by exact B_ge0. destruct sign as [-> | ->]; [rewrite Rabs_R1|rewrite (Rabs_left (-1)) by lra]; lra.
      * unfold norm2 in square. rewrite inner_scale, (inner_comm _ x), inner_scale, square. unfold Rdiv. rewrite Rinv_1. transitivity (B * (r * r)); [rewrite r_square; ring|ring].
  - rewrite expectation_const by apply drawn_law. cbn [energy fold_right length INR]. rewrite square, Rplus_0_r, sqrt_1. field.
Qed.
End Linear.
