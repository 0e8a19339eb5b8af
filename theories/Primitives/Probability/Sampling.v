(** * Importance and rejection sampling

    Both draw from a law q where p is wanted, on a finite set of outcomes.  Importance sampling weighs what was drawn by p / q: its expectation is that under p for every function exactly
    if q is positive wherever p is.  Rejection sampling accepts an outcome with probability p / (M q): what is accepted has the law p.

    Main results: [importance_unbiased], [importance_biased], [mean_unbiased], [rejection_correct].

    Trust: proved.
    Source: C. Robert and G. Casella, Monte Carlo Statistical Methods, 2004, sections 3.3 (importance sampling) and 2.3 (the accept-reject method). *)
From Coq Require Import Reals Lra Lia List.
From Warrant Require Import Spec.Probability Primitives.Probability.Samples Primitives.Probability.Concentration.
Import ListNotations.
Local Open Scope R_scope.

Section Sampling.
Context {Omega : Type}.
(** all outcomes, each once, with their weights under p and under q *)
Variables (outcomes : list Omega) (p q : Omega -> R).
Definition under (r : Omega -> R) : list (Omega * R) := map (fun w => (w, r w)) outcomes.

Lemma expectation_under r f : expectation (under r) f = fold_right (fun w s => r w * f w + s) 0 outcomes.
Proof. unfold under, expectation. induction outcomes as [|w ws IH]; cbn [map fold_right fst snd]; [reflexivity|]. now rewrite IH. Qed.

(** Robert and Casella, 2004, (3.9) *)
Theorem importance_unbiased f : (forall w, In w outcomes -> p w <> 0 -> q w <> 0) ->
  expectation (under q) (fun w => p w / q w * f w) = expectation (under p) f.
Proof.
  rewrite !expectation_under. induction outcomes as [|w ws IH]; intro supported; cbn [fold_right]; [reflexivity|].
  rewrite IH by (intros v v_in; apply supported; now right). f_equal.
  destruct (Req_dec (p w) 0) as [zero|other]; [rewrite zero; unfold Rdiv; ring|]. field. apply supported; [now left|exact other].
Qed.

(** where an outcome of p is never drawn, some function is estimated wrongly *)
Theorem importance_biased v : NoDup outcomes -> In v outcomes -> p v <> 0 -> q v = 0 ->
  exists f, expectation (under q) (fun w => p w / q w * f w) <> expectation (under p) f.
Proof.
  intros once v_in p_other q_zero. exists (fun w => indicator (w = v)). rewrite !expectation_under.
  assert (none : forall ws (r : Omega -> R), ~ In v ws -> fold_right (fun w s => r w * indicator (w = v) + s) 0 ws = 0).
  { intros ws r. induction ws as [|w ws IH]; intro out; cbn [fold_right]; [reflexivity|]. rewrite IH by (intro again; apply out; now right).
    rewrite indicator_false by (intros ->; apply out; now left). ring. }
  assert (one : forall ws (r : Omega -> R), NoDup ws -> In v ws -> fold_right (fun w s => r w * indicator (w = v) + s) 0 ws = r v).
  { intros ws r ws_once. induction ws_once as [|w ws new ws_once IH]; intro v_at; [destruct v_at|]. cbn [fold_right]. destruct v_at as [->|v_at].
    - rewrite indicator_true by reflexivity. rewrite none by exact new. ring.
    - rewrite indicator_false by (intros ->; contradiction). rewrite IH by exact v_at. ring. }
  rewrite (one outcomes p once v_in).
  assert (same : fold_right (fun w s => q w * (p w / q w * indicator (w = v)) + s) 0 outcomes = fold_right (fun w s => (q w * (p w / q w)) * indicator (w = v) + s) 0 outcomes).
  { clear. induction outcomes as [|w ws IH]; cbn [fold_right]; [reflexivity|]. rewrite IH. ring. }
  rewrite same, (one outcomes (fun w => q w * (p w / q w)) once v_in), q_zero. lra.
Qed.

(** A proposal w is accepted with probability p w / (M q w).  The probability to propose and accept w, divided by that to accept anything, is p w. *)
Theorem rejection_correct M w : law (under p) -> In w outcomes -> (forall v, In v outcomes -> 0 < q v /\ 0 <= p v <= M * q v) -> 0 < M ->
  let accepted v := p v / (M * q v) in
  (forall v, In v outcomes -> 0 <= accepted v <= 1) /\ expectation (under q) accepted = / M /\ q w * accepted w / expectation (under q) accepted = p w.
Proof.
  intros is_law w_in range M_gt0. cbv zeta. split; [|assert (overall : expectation (under q) (fun v => p v / (M * q v)) = / M)].
  - intros v v_in. destruct (range v v_in) as [q_gt0 [p_ge0 p_le]]. pose proof (Rmult_lt_0_compat _ _ M_gt0 q_gt0) as top_gt0. split.
    + apply Rmult_le_pos; [exact p_ge0|now apply Rlt_le, Rinv_0_lt_compat].
    + apply (Rmult_le_reg_r (M * q v)); [exact top_gt0|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
  - rewrite <- (Rmult_1_r (/ M)), <- (expectation_const (under p) 1 is_law), <- expectation_scale, !expectation_under.
    clear is_law w_in. induction outcomes as [|v ws IH]; cbn [fold_right]; [reflexivity|]. rewrite IH by (intros u u_in; apply range; now right). f_equal.
    destruct (range v (or_introl eq_refl)) as [q_gt0 _]. field. lra.
  - split; [exact overall|]. rewrite overall. destruct (range w w_in) as [q_gt0 _]. field. lra.
Qed.
End Sampling.

(** the mean of n draws has the expectation of one: the estimate from n draws is unbiased, too *)
Theorem mean_unbiased {Omega} (l : list (Omega * R)) X n : law l -> (0 < n)%nat -> expectation (sample l n) (mean X) = expectation l X.
Proof.
  intros is_law n_gt0. assert (N_gt0 : 0 < INR n) by now apply lt_0_INR.
  transitivity (expectation (sample l n) (fun ws => / INR n * total X ws)).
  - apply Rle_antisym; (apply expectation_mono; [now apply sample_law|]); intros ws ws_in; apply Req_le; unfold mean; rewrite (sample_length l n ws ws_in); unfold Rdiv; ring.
  - rewrite expectation_scale, expectation_total by exact is_law. field. lra.
Qed.

(** ** Instances: a biased coin estimated from a fair one, and from one that never shows tails *)

Definition biased (b : bool) : R := if b then 3 / 4 else / 4.
Theorem importance_coin : expectation (under [true; false] (fun _ => / 2)) (fun b => biased b / / 2 * (if b then 1 else 0)) = 3 / 4.
Proof. rewrite (importance_unbiased [true; false] biased (fun _ => / 2)); [cbn; lra|intros; lra]. Qed.
Theorem importance_coin_fails : exists f, expectation (under [true; false] (fun b : bool => if b then 1 else 0)) (fun b => biased b / (if b then 1 else 0) * f b) <>
  expectation (under [true; false] biased) f.
Proof. apply (importance_biased _ _ (fun b : bool => if b then 1 else 0) false); cbn; [repeat constructor; cbn; intuition discriminate|auto|lra|reflexivity]. Qed.
Theorem rejection_coin : / 2 * (biased true / (3 / 2 * / 2)) / expectation (under [true; false] (fun _ => / 2)) (fun b => biased b / (3 / 2 * / 2)) = 3 / 4.
Proof.
  pose proof (rejection_correct [true; false] biased (fun _ => / 2) (3 / 2) true) as correct. cbv zeta beta in correct. apply correct.
  - split; [repeat constructor; cbn; lra|cbn; lra].
  - now left.
  - intros v _. unfold biased. destruct v; lra.
  - lra.
Qed.
