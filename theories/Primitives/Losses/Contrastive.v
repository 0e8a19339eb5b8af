(** * InfoNCE bounds the mutual information

    For x and y with finitely many values and the joint probabilities p x y, a score f x y > 0 says how well x and y belong together.  Given x, and among n + 1 candidates one y that was drawn together
    with x and n that were drawn by themselves, InfoNCE is the expected cross-entropy of telling which one it was, with the probabilities in proportion to the scores.  Whatever the scores,
    ln(n + 1) - InfoNCE is at most the mutual information of x and y.

    Main definitions: [candidates], [info_nce], [mutual_information].
    Main results: [info_nce_mutual_information].

    Trust: proved.
    Source: A. van den Oord, Y. Li, O. Vinyals, Representation learning with contrastive predictive coding, 2018, section 2.3; B. Poole et al., On variational bounds of mutual information, 2019,
    section 2.3. *)
From Coq Require Import Reals Lra Lia.
From Warrant Require Import Spec.Forecasts Primitives.Losses.Scores.
Local Open Scope R_scope.

Lemma total_swap m n (f : nat -> nat -> R) : total m (fun x => total n (fun y => f x y)) = total n (fun y => total m (fun x => f x y)).
Proof.
  induction m as [|m IH]; simpl; [induction n as [|n IHn]; simpl; [reflexivity|rewrite <- IHn; ring]|]. rewrite IH, <- total_add. reflexivity.
Qed.

(** ** Candidates that are drawn by themselves *)

Section Candidates.
Variables (b : nat) (w score : nat -> R).   (* the values of y, their probabilities and their scores *)
(** the expectation of g(s + the scores of n candidates) *)
Fixpoint candidates (n : nat) (g : R -> R) (s : R) : R := match n with O => g s | S n => total b (fun y => w y * candidates n g (s + score y)) end.

Lemma candidates_ext n g h : (forall s, g s = h s) -> forall s, candidates n g s = candidates n h s.
Proof. intro same. induction n as [|n IH]; intro s; simpl; [apply same|]. apply total_ext. intros y _. now rewrite IH. Qed.
Lemma candidates_add n g h : forall s, candidates n (fun s => g s + h s) s = candidates n g s + candidates n h s.
Proof. induction n as [|n IH]; intro s; simpl; [reflexivity|]. rewrite <- total_add. apply total_ext. intros y _. rewrite IH. ring. Qed.
Lemma candidates_scale n c g : forall s, candidates n (fun s => c * g s) s = c * candidates n g s.
Proof. induction n as [|n IH]; intro s; simpl; [reflexivity|]. rewrite <- total_scale. apply total_ext. intros y _. rewrite IH. ring. Qed.

(** Each of the n + 1 candidates has the same expected share of the scores. *)
Lemma shares_equal n : forall c, INR (S n) * total b (fun y => w y * candidates n (fun s => score y / s) (score y + c)) = candidates (S n) (fun s => (s - c) / s) c.
Proof.
  induction n as [|n IH]; intro c.
  - simpl. rewrite Rmult_1_l. apply total_ext. intros y _. replace (c + score y) with (score y + c) by ring. replace (score y + c - c) with (score y) by ring. reflexivity.
  - set (B := fun n c => total b (fun y => w y * candidates n (fun s => score y / s) (score y + c))). fold (B (S n) c).
    assert (one : forall y, candidates (S n) (fun s => (s - c) / s) (c + score y) = INR (S n) * B n (c + score y) + candidates (S n) (fun s => score y / s) (score y + c)).
    { intro y. unfold B. rewrite IH. replace (score y + c) with (c + score y) by ring. rewrite <- candidates_add. apply candidates_ext. intro s. unfold Rdiv. ring. }
    change (candidates (S (S n)) (fun s => (s - c) / s) c) with (total b (fun y => w y * candidates (S n) (fun s => (s - c) / s) (c + score y))).
    rewrite (total_ext b _ (fun y => INR (S n) * (w y * B n (c + score y)) + w y * candidates (S n) (fun s => score y / s) (score y + c))) by (intros y _; rewrite one; ring).
    rewrite total_add, total_scale. fold (B (S n) c).
    assert (swapped : total b (fun y => w y * B n (c + score y)) = B (S n) c).
    { unfold B. transitivity (total b (fun y => total b (fun z => w y * (w z * candidates n (fun s => score z / s) (score z + (c + score y)))))); [apply total_ext; intros y _; now rewrite total_scale|].
      rewrite total_swap. apply total_ext. intros z _. simpl. rewrite <- total_scale. apply total_ext. intros y _. replace (score z + (c + score y)) with (score z + c + score y) by ring. ring. }
    rewrite swapped, (S_INR (S n)). ring.
Qed.

Hypothesis w_distribution : distribution b w.
Hypothesis score_gt0 : forall y, (y < b)%nat -> 0 < score y.
Lemma candidates_constant n c : forall s, candidates n (fun _ => c) s = c.
Proof.
  destruct w_distribution as [_ sum1]. induction n as [|n IH]; intro s; simpl; [reflexivity|]. rewrite (total_ext b _ (fun y => c * w y)) by (intros y _; rewrite IH; ring). rewrite total_scale, sum1. ring.
Qed.
Lemma candidates_mono n g h : (forall s, 0 < s -> g s <= h s) -> forall s, 0 < s -> candidates n g s <= candidates n h s.
Proof.
  destruct w_distribution as [w_ge0 _]. intro le. induction n as [|n IH]; intros s s_gt0; simpl; [now apply le|]. apply total_mono. intros y lt. apply Rmult_le_compat_l; [now apply w_ge0|].
  apply IH. specialize (score_gt0 y lt). lra.
Qed.
Lemma candidates_same n g h : (forall s, 0 < s -> g s = h s) -> forall s, 0 < s -> candidates n g s = candidates n h s.
Proof. intros same s s_gt0. apply Rle_antisym; apply candidates_mono; try exact s_gt0; intros r r_gt0; rewrite (same r r_gt0); apply Rle_refl. Qed.
(** the expected share of one of them is 1/(n + 1) *)
Lemma share_of_one n : INR (S n) * total b (fun y => w y * candidates n (fun s => score y / s) (score y)) = 1.
Proof.
  pose proof (shares_equal n 0) as E. rewrite (total_ext b _ (fun y => w y * candidates n (fun s => score y / s) (score y))) in E by (intros y _; now rewrite Rplus_0_r). rewrite E. cbn [candidates].
  rewrite (total_ext b _ (fun y => 1 * w y)); [rewrite total_scale, (proj2 w_distribution); ring|]. intros y lt. rewrite Rplus_0_l.
  rewrite (candidates_same n _ (fun _ => 1)); [rewrite candidates_constant; ring| |now apply score_gt0]. intros s s_gt0. field. lra.
Qed.
End Candidates.

(** ** The bound *)

Section Bound.
Variables (a b : nat) (p f : nat -> nat -> R).
Definition of_x (x : nat) : R := total b (p x).
Definition of_y (y : nat) : R := total a (fun x => p x y).
Definition mutual_information : R := total a (fun x => total b (fun y => p x y * ln (p x y / (of_x x * of_y y)))).
Definition info_nce (n : nat) : R := total a (fun x => total b (fun y => p x y * candidates b of_y (f x) n (fun s => - ln (f x y / s)) (f x y))).

Hypothesis p_ge0 : forall x y, (x < a)%nat -> (y < b)%nat -> 0 <= p x y.
Hypothesis p_sum : total a of_x = 1.
Hypothesis f_gt0 : forall x y, (x < a)%nat -> (y < b)%nat -> 0 < f x y.

Lemma of_x_ge0 x : (x < a)%nat -> 0 <= of_x x.
Proof. intro lt. apply total_ge0. intros y lt_y. now apply p_ge0. Qed.
Lemma of_y_distribution : distribution b of_y.
Proof. split; [intros y lt; apply total_ge0; intros x lt_x; now apply p_ge0|]. unfold of_y. rewrite <- total_swap. exact p_sum. Qed.
Lemma term_bound n g k : (forall j, (j < n)%nat -> 0 <= g j) -> (k < n)%nat -> g k <= total n g.
Proof.
  intros ge0 lt. induction n as [|n IH]; [lia|]. simpl. assert (0 <= total n g) by (apply total_ge0; intros; apply ge0; lia). pose proof (ge0 n ltac:(lia)).
  destruct (Nat.eq_dec k n) as [->|neq]; [lra|]. assert (g k <= total n g) by (apply IH; [intros; apply ge0; lia|lia]). lra.
Qed.
(** u ln (u / v) >= u - v *)
Lemma divergence_term u v : 0 <= u -> 0 <= v -> (0 < u -> 0 < v) -> u - v <= u * ln (u / v).
Proof.
  intros u_ge0 v_ge0 both. destruct (Rle_lt_or_eq_dec 0 u u_ge0) as [u_gt0 | <-]; [|lra]. specialize (both u_gt0). assert (ratio : 0 < v / u) by now apply Rdiv_lt_0_compat.
  pose proof (exp_ineq1_le (ln (v / u))) as le. rewrite exp_ln in le by exact ratio. assert (flip : ln (u / v) = - ln (v / u)) by (rewrite <- ln_Rinv by exact ratio; f_equal; field; lra).
  rewrite flip. apply (Rmult_le_compat_l u) in le; [|exact u_ge0]. replace (u * (v / u)) with v in le by (field; lra). lra.
Qed.
(** for one x and y: how much they tell of each other, the share of the score, and the divergence between the two *)
Lemma pair_bound n x y : (x < a)%nat -> (y < b)%nat ->
  p x y - of_x x * (INR (S n) * (of_y y * candidates b of_y (f x) n (fun s => f x y / s) (f x y))) <=
  p x y * ln (p x y / (of_x x * of_y y)) - p x y * ln (INR (S n)) + p x y * candidates b of_y (f x) n (fun s => - ln (f x y / s)) (f x y).
Proof.
  intros lt_x lt_y. set (P := p x y). set (A := of_x x). set (B := of_y y). set (N := INR (S n)). set (F := f x y). assert (N_gt0 : 0 < N) by (apply lt_0_INR; lia). assert (F_gt0 : 0 < F) by now apply f_gt0.
  assert (P_ge0 : 0 <= P) by now apply p_ge0. assert (A_ge0 : 0 <= A) by now apply of_x_ge0. assert (B_ge0 : 0 <= B) by now apply (proj1 of_y_distribution).
  assert (P_A : P <= A) by (apply (term_bound b (p x)); [intros; now apply p_ge0|exact lt_y]). assert (P_B : P <= B) by (apply (term_bound a (fun x => p x y)); [intros; now apply p_ge0|exact lt_x]).
  set (E := candidates b of_y (f x) n).
  assert (as_sum : forall c d g s, c + d * E g s = E (fun s => c + d * g s) s).
  { intros c d g s. unfold E. rewrite (candidates_add b of_y (f x) n (fun _ => c)), candidates_scale, (candidates_constant b of_y (f x) of_y_distribution). reflexivity. }
  replace (P - A * (N * (B * E (fun s => F / s) F))) with (P + (- (A * (N * B))) * E (fun s => F / s) F) by ring. rewrite !as_sum.
  apply (candidates_mono b of_y (f x) of_y_distribution (fun z lt => f_gt0 x z lt_x lt)); [|exact F_gt0]. intros s s_gt0.
  assert (share : 0 < N * (F / s)) by (apply Rmult_lt_0_compat; [exact N_gt0|now apply Rdiv_lt_0_compat]).
  assert (v_ge0 : 0 <= A * B * (N * (F / s))) by (apply Rmult_le_pos; [now apply Rmult_le_pos|lra]).
  pose proof (divergence_term P (A * B * (N * (F / s))) P_ge0 v_ge0 ltac:(intro pos; apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat; lra|exact share])) as le.
  destruct (Rle_lt_or_eq_dec 0 P P_ge0) as [P_gt0 | zero]; [|rewrite <- zero in *; lra].
  assert (ratio : 0 < P / (A * B)) by (apply Rdiv_lt_0_compat; [exact P_gt0|apply Rmult_lt_0_compat; lra]).
  assert (parts : ln (P / (A * B * (N * (F / s)))) = ln (P / (A * B)) - ln N - ln (F / s)).
  { replace (P / (A * B * (N * (F / s)))) with (P / (A * B) * / (N * (F / s))) by (field; repeat split; lra).
    rewrite ln_mult, ln_Rinv, ln_mult; try assumption; [ring|now apply Rdiv_lt_0_compat|now apply Rinv_0_lt_compat]. }
  rewrite parts in le. replace (A * (N * B)) with (A * B * N) by ring. lra.
Qed.
(** with n candidates besides the right one, whatever the scores *)
Theorem info_nce_mutual_information n : ln (INR (S n)) - info_nce n <= mutual_information.
Proof.
  set (rows := fun g : nat -> nat -> R => total a (fun x => total b (g x))).
  assert (rows_add : forall g h, rows (fun x y => g x y + h x y) = rows g + rows h) by (intros g h; unfold rows; rewrite <- total_add; apply total_ext; intros x _; apply total_add).
  assert (rows_scale : forall c g, rows (fun x y => c * g x y) = c * rows g) by (intros c g; unfold rows; rewrite <- total_scale; apply total_ext; intros x _; apply total_scale).
  assert (le : rows (fun x y => p x y + -1 * (of_x x * (INR (S n) * (of_y y * candidates b of_y (f x) n (fun s => f x y / s) (f x y))))) <=
    rows (fun x y => p x y * ln (p x y / (of_x x * of_y y)) + (- ln (INR (S n)) * p x y + p x y * candidates b of_y (f x) n (fun s => - ln (f x y / s)) (f x y)))).
  { apply total_mono. intros x lt_x. apply total_mono. intros y lt_y. pose proof (pair_bound n x y lt_x lt_y). lra. }
  rewrite !rows_add, !rows_scale in le. change (rows p) with (total a of_x) in le. rewrite p_sum in le.
  assert (shares : rows (fun x y => of_x x * (INR (S n) * (of_y y * candidates b of_y (f x) n (fun s => f x y / s) (f x y)))) = 1).
  { unfold rows. rewrite <- p_sum. apply total_ext. intros x lt_x. rewrite total_scale, total_scale, (share_of_one b of_y (f x) of_y_distribution (fun y lt => f_gt0 x y lt_x lt) n). ring. }
  rewrite shares in le. unfold mutual_information, info_nce. fold (rows (fun x y => p x y * ln (p x y / (of_x x * of_y y)))). fold (rows (fun x y => p x y * candidates b of_y (f x) n (fun s => - ln (f x y / s)) (f x y))). lra.
Qed.
End Bound.
