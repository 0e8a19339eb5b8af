(** * Losses of probabilities, and of scores of several classes

    Scoring rules of forecasts over finitely many outcomes 0, …, n - 1: the loss of the forecast p at the outcome k.  A rule is strictly proper if the expected loss, for
    outcomes with probabilities q, is least at p = q and only there.  Then the losses made of them, the cross-entropy of softmax and its variants, the triplet loss, and the
    evidence lower bound.

    Main definitions: [brier], [log_score], [smoothed_score], [divergence], [log_sum_exp], [cross_entropy], [focal], [focal_at], [triplet].
    Main results: [brier_proper], [log_score_proper], [mixed_score_proper] (sums of multiples of the two), [linear_score_not_proper], [smoothed_score_not_proper], [focal_not_convex], [focal_at_not_convex], [focal_ge0], [focal_bound],
    [divergence_ge0], [divergence_zero], [evidence_bound] (ELBO), [log_sum_exp_convex], [cross_entropy_convex], [cross_entropy_ge0], [cross_entropy_bound] (2-Lipschitz in the
    largest difference), [cross_entropy_upper_bound], [info_nce_bound], [triplet_ge0], [triplet_convex], [triplet_not_convex], [gaussian_not_convex], [gaussian_convex].

    Trust: proved.
    Source: T. Gneiting, A. Raftery, Strictly proper scoring rules, prediction, and estimation, 2007; C. Szegedy et al., Rethinking the Inception architecture, 2016 (label
    smoothing); T.-Y. Lin et al., Focal loss for dense object detection, 2017; F. Schroff et al., FaceNet, 2015 (triplet); A. van den Oord et al., Representation learning
    with contrastive predictive coding, 2018 (InfoNCE); D. Blei et al., Variational inference, 2017 (ELBO). *)
From Coq Require Import Reals Lra Psatz Lia.
From Warrant Require Import Primitives.Losses.Composition Primitives.Losses.Powers.
From Warrant Require Export Spec.Forecasts.
Local Open Scope R_scope.

(** ** Sums *)

Lemma total_ext n f g : (forall k, (k < n)%nat -> f k = g k) -> total n f = total n g.
Proof. induction n as [|n IH]; intro E; simpl; [reflexivity|]. rewrite IH by (intros; apply E; lia). now rewrite E by lia. Qed.
Lemma total_add n f g : total n (fun k => f k + g k) = total n f + total n g.
Proof. induction n as [|n IH]; simpl; [ring|]. rewrite IH. ring. Qed.
Lemma total_scale n c f : total n (fun k => c * f k) = c * total n f.
Proof. induction n as [|n IH]; simpl; [ring|]. rewrite IH. ring. Qed.
Lemma total_mono n f g : (forall k, (k < n)%nat -> f k <= g k) -> total n f <= total n g.
Proof. induction n as [|n IH]; intro le; simpl; [lra|]. assert (total n f <= total n g) by (apply IH; intros; apply le; lia). specialize (le n ltac:(lia)). lra. Qed.
Lemma total_ge0 n f : (forall k, (k < n)%nat -> 0 <= f k) -> 0 <= total n f.
Proof. induction n as [|n IH]; intro pos; simpl; [lra|]. assert (0 <= total n f) by (apply IH; intros; apply pos; lia). specialize (pos n ltac:(lia)). lra. Qed.
Lemma total_gt0 n f : (0 < n)%nat -> (forall k, (k < n)%nat -> 0 < f k) -> 0 < total n f.
Proof.
  intros some pos. destruct n as [|n]; [lia|]. simpl. assert (0 <= total n f) by (apply total_ge0; intros; left; apply pos; lia). specialize (pos n ltac:(lia)). lra.
Qed.
Lemma total_zero n f : (forall k, (k < n)%nat -> 0 <= f k) -> total n f = 0 -> forall k, (k < n)%nat -> f k = 0.
Proof.
  induction n as [|n IH]; intros pos zero k lt; [lia|]. simpl in zero. assert (0 <= total n f) by (apply total_ge0; intros; apply pos; lia). pose proof (pos n ltac:(lia)).
  destruct (Nat.eq_dec k n) as [->|neq]; [lra|]. apply IH; [intros; apply pos; lia|lra|lia].
Qed.
Lemma total_member n f k : (k < n)%nat -> (forall j, (j < n)%nat -> 0 <= f j) -> f k <= total n f.
Proof.
  induction n as [|n IH]; intros lt pos; [lia|]. simpl. pose proof (pos n ltac:(lia)). destruct (Nat.eq_dec k n) as [->|neq].
  - assert (0 <= total n f) by (apply total_ge0; intros; apply pos; lia). lra.
  - assert (f k <= total n f) by (apply IH; [lia|intros; apply pos; lia]). lra.
Qed.

(** ** Scoring rules *)

Definition positive_distribution (n : nat) (p : nat -> R) : Prop := (forall k, (k < n)%nat -> 0 < p k) /\ total n p = 1.

Definition indicator (j k : nat) : R := if Nat.eqb j k then 1 else 0.
Definition brier (n : nat) (p : nat -> R) (k : nat) : R := total n (fun j => (p j - indicator j k) * (p j - indicator j k)).
Lemma brier_expanded n p k : (k < n)%nat -> brier n p k = total n (fun j => p j * p j) - 2 * p k + 1.
Proof.
  unfold brier. assert (outside : forall n, (n <= k)%nat -> total n (fun j => (p j - indicator j k) * (p j - indicator j k)) = total n (fun j => p j * p j)).
  { intros m le. apply total_ext. intros j lt. unfold indicator. destruct (Nat.eqb_spec j k); [lia|ring]. }
  induction n as [|n IH]; intro lt; [lia|]. simpl. destruct (Nat.eq_dec k n) as [->|neq].
  - rewrite outside by lia. unfold indicator. rewrite Nat.eqb_refl. ring.
  - rewrite IH by lia. unfold indicator. destruct (Nat.eqb_spec n k); [lia|]. ring.
Qed.
Lemma expected_brier n p q : total n q = 1 -> expected n q (brier n p) = total n (fun j => (p j - q j) * (p j - q j)) + expected n q (brier n q).
Proof.
  intro sum1. assert (E : forall r, expected n q (brier n r) = total n (fun j => r j * r j) + -2 * total n (fun k => q k * r k) + 1).
  { intro r. unfold expected. rewrite (total_ext n _ (fun k => (total n (fun j => r j * r j) + 1) * q k + -2 * (q k * r k))) by (intros k lt; rewrite brier_expanded by exact lt; ring).
    rewrite total_add, !total_scale, sum1. ring. }
  rewrite !E. rewrite (total_ext n (fun j => (p j - q j) * (p j - q j)) (fun j => p j * p j + (-2 * (q j * p j) + q j * q j))) by (intros; ring).
  rewrite !total_add, total_scale. ring.
Qed.
Theorem brier_proper n : strictly_proper n (distribution n) (brier n).
Proof.
  intros p q _ [_ sum1]. rewrite (expected_brier n p q sum1). assert (squares : forall k, (k < n)%nat -> 0 <= (p k - q k) * (p k - q k)) by (intros; apply Rle_0_sqr).
  pose proof (total_ge0 _ _ squares). split; [lra|]. intros same k lt. pose proof (total_zero _ _ squares ltac:(lra) k lt). nra.
Qed.
Theorem brier_ge0 n p k : 0 <= brier n p k.
Proof. apply total_ge0. intros. apply Rle_0_sqr. Qed.
Theorem brier_convex n p q k t : 0 <= t <= 1 -> brier n (fun j => mean t (p j) (q j)) k <= mean t (brier n p k) (brier n q k).
Proof.
  intro t_in. unfold brier. apply Rle_trans with (total n (fun j => t * ((p j - indicator j k) * (p j - indicator j k)) + (1 - t) * ((q j - indicator j k) * (q j - indicator j k)))).
  - apply total_mono. intros j _. pose proof (square_mean_le t t_in (p j - indicator j k) (q j - indicator j k)) as sq. unfold mean in *. nra.
  - rewrite total_add, !total_scale. right. reflexivity.
Qed.

(** the logarithmic score, and the Kullback-Leibler divergence *)
Definition log_score (p : nat -> R) (k : nat) : R := - ln (p k).
Theorem log_score_convex p q k t : 0 <= t <= 1 -> 0 < p k -> 0 < q k -> log_score (fun j => mean t (p j) (q j)) k <= mean t (log_score p k) (log_score q k).
Proof.
  intros t_in pp pq. unfold log_score. pose proof (ln_concave t t_in (p k) (q k) (mean t (p k) (q k))) as le.
  assert (pm : 0 < mean t (p k) (q k)) by now apply mean_gt0. specialize (le (conj pp (conj pq pm)) (Rle_refl _)). unfold concave_on, mean in *. lra.
Qed.
Definition divergence (n : nat) (q p : nat -> R) : R := total n (fun k => q k * ln (q k / p k)).
Lemma divergence_term q p : 0 < q -> 0 < p -> q - p <= q * ln (q / p) /\ (q * ln (q / p) = q - p -> p = q).
Proof.
  intros pq pp. assert (E : ln (q / p) = - ln (p / q)).
  { unfold Rdiv. rewrite !ln_mult, !ln_Rinv; try assumption; try (now apply Rinv_0_lt_compat). ring. }
  assert (r_gt0 : 0 < p / q) by now apply Rdiv_lt_0_compat. rewrite E. assert (back : q * (p / q) = p) by (field; lra). split.
  - pose proof (exp_ineq1_le (ln (p / q))) as le. rewrite exp_ln in le by exact r_gt0. nra.
  - intro same. destruct (Req_dec (ln (p / q)) 0) as [zero|neq].
    + rewrite zero in same. lra.
    + pose proof (exp_ineq1 _ neq) as lt. rewrite exp_ln in lt by exact r_gt0. exfalso. nra.
Qed.
Section Divergence.
Variables (n : nat) (p q : nat -> R).
Hypothesis p_ok : positive_distribution n p.
Hypothesis q_ok : positive_distribution n q.
Local Lemma gaps_ge0 k : (k < n)%nat -> 0 <= q k * ln (q k / p k) + -1 * (q k + -1 * p k).
Proof. intro lt. destruct (divergence_term (q k) (p k)); [now apply (proj1 q_ok)|now apply (proj1 p_ok)|lra]. Qed.
Local Lemma gaps_total : total n (fun k => q k * ln (q k / p k) + -1 * (q k + -1 * p k)) = divergence n q p.
Proof. rewrite total_add, total_scale, total_add, total_scale. rewrite (proj2 p_ok), (proj2 q_ok). unfold divergence. ring. Qed.
Theorem divergence_ge0 : 0 <= divergence n q p.
Proof. rewrite <- gaps_total. apply total_ge0. exact gaps_ge0. Qed.
Theorem divergence_zero : divergence n q p = 0 -> forall k, (k < n)%nat -> p k = q k.
Proof.
  intros zero k lt. rewrite <- gaps_total in zero. pose proof (total_zero n _ gaps_ge0 zero k lt) as gap.
  destruct (divergence_term (q k) (p k)) as [_ only]; [now apply (proj1 q_ok)|now apply (proj1 p_ok)|]. apply only. lra.
Qed.
Lemma expected_log_score : expected n q (log_score p) = divergence n q p + expected n q (log_score q).
Proof.
  unfold expected, divergence, log_score. rewrite <- total_add. apply total_ext. intros k lt. pose proof (proj1 p_ok k lt). pose proof (proj1 q_ok k lt).
  unfold Rdiv. rewrite ln_mult, ln_Rinv; [ring|assumption..|now apply Rinv_0_lt_compat].
Qed.
End Divergence.
Theorem log_score_proper n : strictly_proper n (positive_distribution n) log_score.
Proof.
  intros p q p_ok q_ok. rewrite (expected_log_score n p q p_ok q_ok). pose proof (divergence_ge0 n p q p_ok q_ok). split; [lra|]. intro same. apply (divergence_zero n p q p_ok q_ok). lra.
Qed.
(** a multiple of Brier's score, one of the logarithmic score, and numbers that depend on the outcome alone *)
Theorem mixed_score_proper n a b c : 0 <= a -> 0 <= b -> 0 < a \/ 0 < b ->
  strictly_proper n (fun p => distribution n p /\ (0 < b -> forall k, (k < n)%nat -> 0 < p k)) (fun p k => a * (total n (fun j => p j * p j) - 2 * p k) + b * log_score p k + c k).
Proof.
  intros a_ge0 b_ge0 some p q [dist_p pos_p] [dist_q pos_q].
  assert (parts : forall r, expected n q (fun k => a * (total n (fun j => r j * r j) - 2 * r k) + b * log_score r k + c k) =
    a * (expected n q (brier n r) - 1) + b * expected n q (log_score r) + expected n q c).
  { intro r. unfold expected. transitivity (total n (fun k => a * (q k * brier n r k) + (- a * q k + (b * (q k * log_score r k) + q k * c k)))).
    - apply total_ext. intros k lt. rewrite brier_expanded by exact lt. ring.
    - rewrite !total_add, !total_scale, (proj2 dist_q). ring. }
  rewrite !parts. destruct (brier_proper n p q dist_p dist_q) as [brier_le brier_only].
  assert (log_part : 0 < b -> expected n q (log_score q) <= expected n q (log_score p) /\ (expected n q (log_score p) = expected n q (log_score q) -> forall k, (k < n)%nat -> p k = q k)).
  { intro b_gt0. apply log_score_proper; (split; [auto|]); [exact (proj2 dist_p)|exact (proj2 dist_q)]. }
  assert (b_part : b * expected n q (log_score q) <= b * expected n q (log_score p)).
  { destruct (Rle_lt_or_eq_dec 0 b b_ge0) as [b_gt0 | <-]; [apply Rmult_le_compat_l; [exact b_ge0|exact (proj1 (log_part b_gt0))]|lra]. }
  apply (Rmult_le_compat_l a) in brier_le; [|exact a_ge0]. split; [lra|]. intro same. destruct some as [a_gt0 | b_gt0].
  - apply brier_only. apply (Rmult_eq_reg_l a); lra.
  - apply (log_part b_gt0). apply (Rmult_eq_reg_l b); lra.
Qed.
(** the probability that the forecast did not give to the outcome: not proper *)
Definition pair_of (a b : R) (k : nat) : R := match k with O => a | _ => b end.
Theorem linear_score_not_proper : ~ strictly_proper 2 (distribution 2) (fun p k => - p k).
Proof.
  intro proper. destruct (proper (pair_of 1 0) (pair_of (3 / 4) (1 / 4))) as [le _].
  - split; [intros [|[|]]; simpl; intros; lra|simpl; lra].
  - split; [intros [|[|]]; simpl; intros; lra|simpl; lra].
  - unfold expected in le. simpl in le. lra.
Qed.
(** label smoothing: the outcome k counts as the distribution (1 - eps) on k plus eps / n on all *)
Definition smoothed_score (n : nat) (eps : R) (p : nat -> R) (k : nat) : R := total n (fun j => ((1 - eps) * indicator j k + eps / INR n) * log_score p j).
Theorem smoothed_score_not_proper : ~ strictly_proper 2 (positive_distribution 2) (smoothed_score 2 (/ 2)).
Proof.
  intro proper. set (q := pair_of (3 / 4) (1 / 4)). set (p := pair_of (5 / 8) (3 / 8)).
  assert (q_ok : positive_distribution 2 q) by (split; [intros [|[|]]; simpl; intros; lra|simpl; lra]).
  assert (p_ok : positive_distribution 2 p) by (split; [intros [|[|]]; simpl; intros; lra|simpl; lra]).
  destruct (proper p q p_ok q_ok) as [le _]. destruct (log_score_proper 2 q p q_ok p_ok) as [least only].
  assert (E : forall r, expected 2 q (smoothed_score 2 (/ 2) r) = expected 2 p (log_score r)).
  { intro r. unfold expected, smoothed_score, indicator, q, p. simpl. field. }
  rewrite !E in le. specialize (only (Rle_antisym _ _ le least) 0%nat ltac:(lia)). unfold p, q in only. simpl in only. lra.
Qed.

(** ** The evidence lower bound: for a latent variable with the joint probabilities a with what was observed, and any distribution q *)

Theorem evidence_bound n a q : (0 < n)%nat -> (forall k, (k < n)%nat -> 0 < a k) -> positive_distribution n q ->
  total n (fun k => q k * (ln (a k) - ln (q k))) <= ln (total n a).
Proof.
  intros some a_gt0 q_ok. set (A := total n a). assert (A_gt0 : 0 < A) by now apply total_gt0.
  assert (p_ok : positive_distribution n (fun k => / A * a k)).
  { split; [intros k lt; apply Rmult_lt_0_compat; [now apply Rinv_0_lt_compat|now apply a_gt0]|]. rewrite total_scale. fold A. field. lra. }
  pose proof (divergence_ge0 n _ q p_ok q_ok) as pos. unfold divergence in pos.
  rewrite (total_ext n _ (fun k => -1 * (q k * (ln (a k) - ln (q k))) + ln A * q k)) in pos.
  - rewrite total_add, !total_scale, (proj2 q_ok) in pos. lra.
  - intros k lt. pose proof (a_gt0 k lt). pose proof (proj1 q_ok k lt). assert (0 < / A) by now apply Rinv_0_lt_compat. unfold Rdiv.
    rewrite ln_mult, ln_Rinv, ln_mult, ln_Rinv; try assumption; [ring| |apply Rinv_0_lt_compat]; now apply Rmult_lt_0_compat.
Qed.

(** ** Scores of n classes: log-sum-exp, and the cross-entropy of softmax *)

Definition log_sum_exp (n : nat) (z : nat -> R) : R := ln (total n (fun k => exp (z k))).
Definition cross_entropy (n : nat) (z : nat -> R) (k : nat) : R := log_sum_exp n z - z k.
Lemma sum_exp_gt0 n z : (0 < n)%nat -> 0 < total n (fun k => exp (z k)).
Proof. intro some. apply total_gt0; [exact some|]. intros. apply exp_pos. Qed.
Lemma log_convex_total n t f g h : 0 <= t <= 1 -> (forall k, (k <= n)%nat -> log_convex_on t (f k) (g k) (h k)) -> log_convex_on t (total (S n) f) (total (S n) g) (total (S n) h).
Proof.
  intros t_in all. induction n as [|n IH].
  - simpl. rewrite !Rplus_0_l. now apply all.
  - change (log_convex_on t (total (S n) f + f (S n)) (total (S n) g + g (S n)) (total (S n) h + h (S n))). apply add_log_convex; [exact t_in|apply IH; intros; apply all; lia|apply all; lia].
Qed.
Theorem log_sum_exp_convex n z z' t : (0 < n)%nat -> 0 <= t <= 1 ->
  log_sum_exp n (fun k => mean t (z k) (z' k)) <= mean t (log_sum_exp n z) (log_sum_exp n z').
Proof.
  intros some t_in. destruct n as [|n]; [lia|]. apply (log_convex_total n t (fun k => exp (z k)) (fun k => exp (z' k)) (fun k => exp (mean t (z k) (z' k))) t_in).
  intros. apply exp_log_convex. unfold convex_on. lra.
Qed.
Theorem cross_entropy_convex n z z' k t : (0 < n)%nat -> 0 <= t <= 1 ->
  cross_entropy n (fun k => mean t (z k) (z' k)) k <= mean t (cross_entropy n z k) (cross_entropy n z' k).
Proof. intros some t_in. pose proof (log_sum_exp_convex n z z' t some t_in). unfold cross_entropy, mean in *. lra. Qed.
Theorem cross_entropy_ge0 n z k : (k < n)%nat -> 0 <= cross_entropy n z k.
Proof.
  intro lt. unfold cross_entropy, log_sum_exp. assert (ln (exp (z k)) <= ln (total n (fun k => exp (z k)))); [|rewrite ln_exp in *; lra].
  apply ln_le; [apply exp_pos|]. apply (total_member n (fun k => exp (z k))); [exact lt|]. intros. left. apply exp_pos.
Qed.
Lemma log_sum_exp_bound n z z' d : (0 < n)%nat -> (forall k, (k < n)%nat -> z k <= z' k + d) -> log_sum_exp n z <= log_sum_exp n z' + d.
Proof.
  intros some near. unfold log_sum_exp. rewrite <- (ln_exp d) at 1. rewrite <- ln_mult; [|now apply sum_exp_gt0|apply exp_pos]. apply ln_le; [now apply sum_exp_gt0|].
  rewrite Rmult_comm, <- total_scale. apply total_mono. intros k lt. rewrite <- exp_plus. apply exp_le. specialize (near k lt). lra.
Qed.
Theorem cross_entropy_bound n z z' k d : (k < n)%nat -> (forall j, (j < n)%nat -> Rabs (z j - z' j) <= d) ->
  Rabs (cross_entropy n z k - cross_entropy n z' k) <= 2 * d.
Proof.
  intros lt near. assert (both : forall j, (j < n)%nat -> - d <= z j - z' j <= d) by (intros j ltj; specialize (near j ltj); unfold Rabs in near; destruct Rcase_abs; lra).
  pose proof (log_sum_exp_bound n z z' d ltac:(lia) ltac:(intros j ltj; specialize (both j ltj); lra)).
  pose proof (log_sum_exp_bound n z' z d ltac:(lia) ltac:(intros j ltj; specialize (both j ltj); lra)). specialize (both k lt).
  unfold cross_entropy. apply Rabs_le. lra.
Qed.
(** where another class has at least the score of the true one, the loss is at least ln 2 *)
Theorem cross_entropy_upper_bound n z k j : (k < n)%nat -> (j < n)%nat -> j <> k -> z k <= z j -> ln 2 <= cross_entropy n z k.
Proof.
  intros lt_k lt_j neq le. unfold cross_entropy, log_sum_exp. assert (two : ln (2 * exp (z k)) <= ln (total n (fun k => exp (z k)))).
  - apply ln_le; [pose proof (exp_pos (z k)); lra|]. set (f := fun k => exp (z k)).
    assert (f_gt0 : forall i, 0 < f i) by (intro; apply exp_pos). assert (fj : f k <= f j) by now apply exp_le.
    assert (pair : forall m, (k < m)%nat -> (j < m)%nat -> f k + f j <= total m f); [|specialize (pair n lt_k lt_j); unfold f in *; lra].
    induction m as [|m IH]; intros lk lj; [lia|]. simpl. destruct (Nat.eq_dec k m) as [->|nk]; [|destruct (Nat.eq_dec j m) as [->|nj]].
    + assert (f j <= total m f) by (apply total_member; [lia|intros; left; apply f_gt0]). lra.
    + assert (f k <= total m f) by (apply total_member; [lia|intros; left; apply f_gt0]). lra.
    + specialize (IH ltac:(lia) ltac:(lia)). pose proof (f_gt0 m). lra.
  - rewrite ln_mult, ln_exp in two by (apply exp_pos || lra). lra.
Qed.
(** InfoNCE is the cross-entropy of one positive among n candidates; its estimate ln n - loss of the mutual information is never more than ln n *)
Theorem info_nce_bound n z k : (k < n)%nat -> ln (INR n) - cross_entropy n z k <= ln (INR n).
Proof. intro lt. pose proof (cross_entropy_ge0 n z k lt). lra. Qed.

(** ** The focal loss -(1 - p)² ln p of the probability p = 1 / (1 + exp(-z)) *)

Definition probability (z : R) : R := / (1 + exp (- z)).
Definition focal (z : R) : R := (1 - probability z) * (1 - probability z) * - ln (probability z).
Lemma probability_bound z : 0 < probability z < 1.
Proof.
  unfold probability. pose proof (exp_pos (- z)). split; [apply Rinv_0_lt_compat; lra|]. rewrite <- Rinv_1. apply Rinv_lt_contravar; lra.
Qed.
Lemma surprise_ge0 z : 0 <= - ln (probability z).
Proof. pose proof (probability_bound z). assert (ln (probability z) <= ln 1) by (apply ln_le; lra). rewrite ln_1 in *. lra. Qed.
Theorem focal_ge0 z : 0 <= focal z.
Proof. apply Rmult_le_pos; [apply Rle_0_sqr|apply surprise_ge0]. Qed.
(** at most the cross-entropy *)
Theorem focal_bound z : focal z <= - ln (probability z).
Proof.
  unfold focal. pose proof (probability_bound z). pose proof (surprise_ge0 z) as pos. rewrite <- (Rmult_1_l (- ln (probability z))) at 2.
  apply Rmult_le_compat_r; [exact pos|nra].
Qed.
Lemma focal_expanded z : focal z = / (1 + exp z) * / (1 + exp z) * (- z + ln (1 + exp z)).
Proof.
  pose proof (exp_pos z). pose proof (exp_pos (- z)). unfold focal, probability. assert (E : 1 + exp (- z) = exp (- z) * (1 + exp z)) by (rewrite Rmult_plus_distr_l, <- exp_plus, Rplus_opp_l, exp_0; ring).
  assert (inverse : exp (- z) * exp z = 1) by now rewrite <- exp_plus, Rplus_opp_l, exp_0.
  replace (1 - / (1 + exp (- z))) with (/ (1 + exp z)).
  - rewrite ln_Rinv, Ropp_involutive, E, ln_mult, ln_exp by lra. reflexivity.
  - apply (Rmult_eq_reg_r ((1 + exp z) * (1 + exp (- z)))); [|apply Rgt_not_eq, Rmult_lt_0_compat; lra].
    replace (/ (1 + exp z) * ((1 + exp z) * (1 + exp (- z)))) with (1 + exp (- z)) by (field; lra).
    replace ((1 - / (1 + exp (- z))) * ((1 + exp z) * (1 + exp (- z)))) with ((1 + exp z) * exp (- z)) by (field; lra). nra.
Qed.
Lemma softplus_bound z : 0 <= ln (1 + exp z) <= exp z.
Proof.
  pose proof (exp_pos z). split; [rewrite <- ln_1; apply ln_le; lra|]. rewrite <- (ln_exp (exp z)) at 2. apply ln_le; [lra|]. apply exp_ineq1_le.
Qed.
(** between -20 and -2: it is at most 20 + 1/21 and 1823/1000 there, and at least 1097/100 in the middle *)
Theorem focal_not_convex : ~ (forall a b t, 0 <= t <= 1 -> focal (mean t a b) <= mean t (focal a) (focal b)).
Proof.
  intro conv. specialize (conv (-20) (-2) (/ 2) ltac:(lra)). replace (mean (/ 2) (-20) (-2)) with (-11) in conv by (unfold mean; lra). rewrite !focal_expanded in conv.
  assert (inverse : forall u z, u = - z -> exp u = / exp z) by (intros u z ->; apply exp_Ropp).
  assert (at20 : 0 < exp (-20) <= / 21).
  { split; [apply exp_pos|]. rewrite (inverse (-20) 20) by lra. apply Rinv_le_contravar; [lra|]. pose proof (exp_ineq1_le 20). lra. }
  assert (at2 : / 9 <= exp (-2) <= / 4).
  { rewrite (inverse (-2) (1 + 1)) by lra. rewrite exp_plus. pose proof exp_le_3. pose proof (exp_ineq1_le 1). split; apply Rinv_le_contravar; nra. }
  assert (at11 : 0 < exp (-11) <= / 1000).
  { split; [apply exp_pos|]. rewrite (inverse (-11) (11 / 2 + 11 / 2)) by lra. apply Rinv_le_contravar; [lra|]. pose proof (exp_ineq1_le (11 / 8)) as e1.
    assert (e2 : (19 / 8) * (19 / 8) <= exp (11 / 4)) by (replace (11 / 4) with (11 / 8 + 11 / 8) by field; rewrite exp_plus; nra).
    assert (e3 : 563 / 100 * (563 / 100) <= exp (11 / 2)) by (replace (11 / 2) with (11 / 4 + 11 / 4) by field; rewrite exp_plus; nra).
    rewrite exp_plus. nra. }
  assert (high : / (1 + exp (-20)) * / (1 + exp (-20)) * (- (-20) + ln (1 + exp (-20))) <= 20 + / 21).
  { pose proof (softplus_bound (-20)) as soft. assert (r : 0 < / (1 + exp (-20)) <= 1) by (split; [apply Rinv_0_lt_compat; lra|rewrite <- Rinv_1; apply Rinv_le_contravar; lra]).
    set (x := / (1 + exp (-20))) in *. set (l := ln (1 + exp (-20))) in *. assert (x * x <= 1) by nra. nra. }
  assert (low : / (1 + exp (-2)) * / (1 + exp (-2)) * (- (-2) + ln (1 + exp (-2))) <= 1823 / 1000).
  { pose proof (softplus_bound (-2)) as soft. assert (r : 0 < / (1 + exp (-2)) <= 9 / 10).
    { split; [apply Rinv_0_lt_compat; lra|]. replace (9 / 10) with (/ (1 + / 9)) by field. apply Rinv_le_contravar; lra. }
    set (x := / (1 + exp (-2))) in *. set (l := ln (1 + exp (-2))) in *. assert (x * x <= 81 / 100) by nra. nra. }
  assert (middle : 1097 / 100 <= / (1 + exp (-11)) * / (1 + exp (-11)) * (- (-11) + ln (1 + exp (-11)))).
  { pose proof (softplus_bound (-11)) as soft. assert (r : 1000 / 1001 <= / (1 + exp (-11))).
    { replace (1000 / 1001) with (/ (1 + / 1000)) by field. apply Rinv_le_contravar; lra. }
    set (x := / (1 + exp (-11))) in *. set (l := ln (1 + exp (-11))) in *. assert (998 / 1000 <= x * x) by nra. nra. }
  unfold mean in conv. lra.
Qed.

(** ** The focal loss -(1 - p)^gamma ln p with any gamma > 0 *)

Definition focal_at (gamma z : R) : R := rpower (1 - probability z) gamma * - ln (probability z).
Theorem focal_at_ge0 gamma z : 0 <= focal_at gamma z.
Proof. apply Rmult_le_pos; [apply rpower_ge0|apply surprise_ge0]. Qed.
Theorem focal_at_bound gamma z : 0 <= gamma -> focal_at gamma z <= - ln (probability z).
Proof.
  intro gamma_ge0. unfold focal_at. pose proof (probability_bound z). rewrite <- (Rmult_1_l (- ln (probability z))) at 2. apply Rmult_le_compat_r; [apply surprise_ge0|].
  replace 1 with (rpower 1 gamma) at 2 by (rewrite rpower_pos, ln_1, Rmult_0_r, exp_0 by lra; reflexivity). apply rpower_mono; lra.
Qed.
(** 1 - (1 - p)^gamma lies between gamma p and p *)
Lemma focal_weight gamma z : 0 < gamma -> Rmin gamma 1 * probability z <= 1 - rpower (1 - probability z) gamma <= Rmax gamma 1 * probability z.
Proof.
  intro gamma_gt0. pose proof (probability_bound z). set (p := probability z) in *. assert (q_gt0 : 0 < 1 - p) by lra.
  assert (one : rpower (1 - p) 1 = 1 - p) by (apply rpower_1; lra). destruct (Rle_dec gamma 1) as [small|large].
  - rewrite Rmin_left, Rmax_right by lra. pose proof (small_power_bound (1 - p) gamma ltac:(lra) ltac:(lra)). split; [lra|].
    assert (rpower (1 - p) 1 <= rpower (1 - p) gamma); [|lra]. rewrite !rpower_pos by lra. apply exp_le. assert (ln (1 - p) <= ln 1) by (apply ln_le; lra). rewrite ln_1 in *. nra.
  - rewrite Rmin_right, Rmax_left by lra. pose proof (large_power_bound (1 - p) gamma ltac:(lra) ltac:(lra)). split; [|lra].
    assert (rpower (1 - p) gamma <= rpower (1 - p) 1); [|lra]. rewrite !rpower_pos by lra. apply exp_le. assert (ln (1 - p) <= ln 1) by (apply ln_le; lra). rewrite ln_1 in *. nra.
Qed.
(** Far to the left it is nearly -z: focal(z) + z is negative, but tends to 0, which a convex function cannot do. *)
Lemma focal_left gamma z : 0 < gamma -> z <= 0 -> Rmax gamma 1 * z * exp z <= focal_at gamma z + z <= exp z * (Rmin gamma 1 * z / 2 + 1).
Proof.
  intros gamma_gt0 z_le0. pose proof (focal_weight gamma z gamma_gt0) as weight. pose proof (exp_pos z) as e_gt0. pose proof (softplus_bound z) as soft. pose proof (probability_bound z) as p_in.
  assert (e_le1 : exp z <= 1) by (rewrite <- exp_0; apply exp_le; exact z_le0).
  assert (is_p : probability z = exp z * / (1 + exp z)).
  { unfold probability. rewrite exp_Ropp. field. lra. }
  assert (surprise : - ln (probability z) = - z + ln (1 + exp z)) by (rewrite is_p, ln_mult, ln_Rinv, ln_exp by (try apply Rinv_0_lt_compat; lra); ring).
  assert (p_low : exp z / 2 <= probability z).
  { rewrite is_p. unfold Rdiv. apply Rmult_le_compat_l; [lra|]. apply Rinv_le_contravar; lra. }
  assert (p_high : probability z <= exp z).
  { rewrite is_p. rewrite <- (Rmult_1_r (exp z)) at 3. apply Rmult_le_compat_l; [lra|]. rewrite <- Rinv_1. apply Rinv_le_contravar; lra. }
  unfold focal_at. rewrite surprise. set (w := rpower (1 - probability z) gamma) in *. set (p := probability z) in *. set (l := ln (1 + exp z)) in *. set (e := exp z) in *.
  assert (lo_gt0 : 0 < Rmin gamma 1) by (apply Rmin_glb_lt; lra). assert (hi_gt0 : 0 < Rmax gamma 1) by (pose proof (Rmax_l gamma 1); lra). assert (w_ge0 : 0 <= w) by apply rpower_ge0.
  set (lo := Rmin gamma 1) in *. set (hi := Rmax gamma 1) in *. replace (w * (- z + l) + z) with (z * (1 - w) + w * l) by ring. split.
  - assert (up : 1 - w <= hi * e) by (apply Rle_trans with (hi * p); [lra|apply Rmult_le_compat_l; lra]). apply (Rmult_le_compat_neg_l z) in up; [|exact z_le0]. assert (0 <= w * l) by (apply Rmult_le_pos; lra). lra.
  - assert (down : lo * (e / 2) <= 1 - w) by (apply Rle_trans with (lo * p); [apply Rmult_le_compat_l; lra|lra]). apply (Rmult_le_compat_neg_l z) in down; [|exact z_le0].
    assert (0 <= lo * p) by (apply Rmult_le_pos; lra). assert (w * l <= 1 * e) by (apply Rmult_le_compat; lra). lra.
Qed.
Theorem focal_at_not_convex gamma : 0 < gamma -> ~ (forall a b t, 0 <= t <= 1 -> focal_at gamma (mean t a b) <= mean t (focal_at gamma a) (focal_at gamma b)).
Proof.
  intros gamma_gt0 conv. assert (lo_gt0 : 0 < Rmin gamma 1) by (apply Rmin_glb_lt; lra). assert (hi_ge1 : 1 <= Rmax gamma 1) by apply Rmax_r.
  pose proof (focal_left gamma) as left. set (lo := Rmin gamma 1) in *. set (hi := Rmax gamma 1) in *. set (k := / lo). assert (k_gt0 : 0 < k) by now apply Rinv_0_lt_compat.
  assert (lo_k : lo * k = 1) by (unfold k; field; lra).
  set (x := 8 * hi + 5 * k). set (b := - (4 * k)). set (m := b - x). set (a := 2 * m - b).
  specialize (conv a b (/ 2) ltac:(lra)). replace (mean (/ 2) a b) with m in conv by (unfold mean, a; lra). unfold mean in conv.
  assert (x_gt0 : 0 < x) by (unfold x; lra). assert (b_lt0 : b < 0) by (unfold b; lra). assert (m_lt0 : m < 0) by (unfold m; lra). assert (a_lt0 : a < 0) by (unfold a, m; lra).
  destruct (left a gamma_gt0 ltac:(lra)) as [_ at_a]. destruct (left b gamma_gt0 ltac:(lra)) as [_ at_b]. destruct (left m gamma_gt0 ltac:(lra)) as [at_m _].
  assert (near_b : focal_at gamma b + b <= - exp b).
  { eapply Rle_trans; [exact at_b|]. right. unfold b. replace (lo * - (4 * k) / 2 + 1) with (-2 * (lo * k) + 1) by field. rewrite lo_k. ring. }
  assert (near_a : focal_at gamma a + a <= 0).
  { eapply Rle_trans; [exact at_a|]. assert (lo * a / 2 + 1 <= 0); [|pose proof (exp_pos a); nra]. assert (lo * a <= lo * b) by (apply Rmult_le_compat_l; unfold a, m in *; lra).
    assert (lo * b = -4) by (unfold b; replace (lo * - (4 * k)) with (-4 * (lo * k)) by ring; rewrite lo_k; ring). lra. }
  assert (far : exp b = exp m * exp x) by (rewrite <- exp_plus; f_equal; unfold m; ring).
  assert (large : 1 + x + x * x / 4 <= exp x).
  { replace x with (x / 2 + x / 2) at 4 by field. rewrite exp_plus. pose proof (exp_ineq1_le (x / 2)). nra. }
  assert (enough : 2 * hi * - m < exp x).
  { eapply Rlt_le_trans; [|exact large]. replace (- m) with (x + 4 * k) by (unfold m, b; ring). assert (8 * hi * k <= x * k) by (apply Rmult_le_compat_r; unfold x; lra).
    assert (2 * hi * x + 5 / 4 * (x * k) = x * x / 4) by (unfold x; field). assert (0 < x * k) by (now apply Rmult_lt_0_compat). nra. }
  pose proof (exp_pos m). assert (exp m * (2 * hi * - m) < exp m * exp x) by (apply Rmult_lt_compat_l; assumption). rewrite <- far in *.
  replace (exp m * (2 * hi * - m)) with (- (2 * (hi * m * exp m))) in * by ring. unfold a in *. lra.
Qed.

(** ** The triplet loss, of embeddings on the line: anchor a, positive p, negative b, margin m *)

Definition triplet (m a p b : R) : R := Rmax 0 ((a - p) * (a - p) - (a - b) * (a - b) + m).
Theorem triplet_ge0 m a p b : 0 <= triplet m a p b.
Proof. apply Rmax_l. Qed.
(** in the anchor *)
Theorem triplet_convex m p b t x y : 0 <= t <= 1 -> triplet m (mean t x y) p b <= mean t (triplet m x p b) (triplet m y p b).
Proof. intro t_in. apply (max_convex t t_in); unfold convex_on, mean; [lra|]. right. ring. Qed.
(** but not in the negative *)
Theorem triplet_not_convex : ~ (forall m a p x y t, 0 <= t <= 1 -> triplet m a p (mean t x y) <= mean t (triplet m a p x) (triplet m a p y)).
Proof.
  intro conv. specialize (conv 1 0 1 (-1) 1 (/ 2) ltac:(lra)). unfold triplet, mean in conv.
  rewrite (Rmax_right 0 ((0 - 1) * (0 - 1) - (0 - (/ 2 * -1 + (1 - / 2) * 1)) * (0 - (/ 2 * -1 + (1 - / 2) * 1)) + 1)) in conv by lra.
  rewrite (Rmax_right 0 ((0 - 1) * (0 - 1) - (0 - -1) * (0 - -1) + 1)), (Rmax_right 0 ((0 - 1) * (0 - 1) - (0 - 1) * (0 - 1) + 1)) in conv by lra. lra.
Qed.

(** ** The Gaussian negative log-likelihood, for the residual r and the variance s *)

Definition gaussian (r s : R) : R := r * r / (2 * s) + / 2 * ln s.
(** in the residual *)
Theorem gaussian_convex s t x y : 0 < s -> 0 <= t <= 1 -> gaussian (mean t x y) s <= mean t (gaussian x s) (gaussian y s).
Proof.
  intros s_gt0 t_in. unfold gaussian, Rdiv. assert (pos : 0 <= / (2 * s)) by (left; apply Rinv_0_lt_compat; lra). pose proof (square_mean_le t t_in x y) as sq.
  apply (Rmult_le_compat_r _ _ _ pos) in sq. unfold mean in *. lra.
Qed.
(** but not in the variance *)
Theorem gaussian_not_convex : ~ (forall x y t, 0 < x -> 0 < y -> 0 <= t <= 1 -> gaussian 0 (mean t x y) <= mean t (gaussian 0 x) (gaussian 0 y)).
Proof.
  intro conv. specialize (conv 1 4 (/ 2) ltac:(lra) ltac:(lra) ltac:(lra)). unfold gaussian, mean in conv. rewrite ln_1 in conv.
  replace (ln 4) with (ln 2 + ln 2) in conv by (rewrite <- ln_mult by lra; f_equal; ring). assert (ln 2 < ln (/ 2 * 1 + (1 - / 2) * 4)) by (apply ln_increasing; lra). lra.
Qed.
