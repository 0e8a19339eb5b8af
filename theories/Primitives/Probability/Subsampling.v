(** * Privacy amplification by Poisson subsampling

    Each record of a data set is kept with the probability q, independently of the others, and a mechanism answers about those that are kept; nobody learns which these are.  If the mechanism is (epsilon, delta)-private where
    neighbours have one record more or less, the whole is (ln(1 + q (e^epsilon - 1)), q delta)-private.

    On paper.  Let y have one record more than x.  The outputs for y are those for x with the probability 1 - q, and else those with the record added to what is kept of x, which are (epsilon, delta)-close to them in both
    directions.  So each event of probability p for x, and w with the record, has the probability (1 - q) p + q w for y, where w <= e^epsilon p + delta and p <= e^epsilon w + delta.

    Main definitions: [mix], [amplified].
    Main results: [sampled_distribution], [sampled_near], [subsampling_private]; [sampled_count] (an instance), [whole_count] (without sampling it is less private).

    Trust: proved.
    Source: B. Balle, G. Barthe, M. Gaboardi, Privacy amplification by subsampling, 2018 (Poisson subsampling, neighbours by adding or removing a record); N. Li, W. Qardaji, D. Su, On sampling, anonymization, and differential privacy, 2012. *)
From Coq Require Import ZArith QArith Qreals Reals Lra Lia Psatz List.
From Warrant Require Import Spec.Privacy Primitives.Fractions Primitives.Probability.Sums Primitives.Probability.Privacy Primitives.Probability.IntegerNoise Primitives.Probability.PrivacyMechanisms.
Import ListNotations.
Local Open Scope R_scope.

(** ** Mixtures *)

Section Mixtures.
Context {Out : Type}.
Implicit Types p r w : Out -> R.
Definition mix (q : R) p r (o : Out) : R := (1 - q) * p o + q * r o.
Lemma mix_sum q p r l : sum (mix q p r) l = (1 - q) * sum p l + q * sum r l.
Proof. unfold mix. rewrite sum_plus, !sum_scale. reflexivity. Qed.
Variable q : R.
Hypothesis q_range : 0 <= q <= 1.
Lemma mix_distribution p r : distribution p -> distribution r -> distribution (mix q p r).
Proof.
  intros p_dist r_dist. split.
  - intro o. unfold mix. pose proof (dist_ge0 p p_dist o). pose proof (dist_ge0 r r_dist o). apply Rplus_le_le_0_compat; apply Rmult_le_pos; lra.
  - split.
    + intros l once. rewrite mix_sum. pose proof (dist_le1 p p_dist l once). pose proof (dist_le1 r r_dist l once). nra.
    + intros eta eta_gt0. destruct (dist_most p p_dist [] eta eta_gt0 (NoDup_nil _)) as (k & once & _ & most). destruct (dist_most r r_dist k eta eta_gt0 once) as (l & once' & within & most').
      exists l. split; [exact once'|]. rewrite mix_sum. pose proof (sum_incl p k l (dist_ge0 p p_dist) once within). nra.
Qed.
Lemma mix_close e d p p' r r' : close e d p p' -> close e d r r' -> close e d (mix q p r) (mix q p' r').
Proof. intros first second l once. rewrite !mix_sum. pose proof (first l once). pose proof (second l once). nra. Qed.

(** the factor 1 + q (e^epsilon - 1) *)
Definition amplified (e : R) : R := ln (1 + q * (exp e - 1)).
Lemma amplified_exp e : 0 <= e -> exp (amplified e) = 1 + q * (exp e - 1) /\ 1 <= exp e.
Proof.
  intro e_ge0. assert (1 <= exp e) by (rewrite <- exp_0; destruct e_ge0 as [more|<-]; [left; now apply exp_increasing|right; reflexivity]).
  split; [|assumption]. apply exp_ln. nra.
Qed.
Lemma mix_close_l e d p w : 0 <= e -> close e d w p -> close (amplified e) (q * d) (mix q p w) p.
Proof. intros e_ge0 wp l once. destruct (amplified_exp e e_ge0) as [-> _]. rewrite mix_sum. pose proof (wp l once). nra. Qed.
Lemma mix_close_r e d p w : 0 <= e -> 0 <= d -> (forall o, 0 <= p o) -> close e d p w -> close (amplified e) (q * d) p (mix q p w).
Proof.
  intros e_ge0 d_ge0 p_ge0 pw l once. destruct (amplified_exp e e_ge0) as [-> large]. rewrite mix_sum. pose proof (pw l once) as le. pose proof (sum_ge0 p l (fun o _ => p_ge0 o)) as p_sum.
  set (P := sum p l) in *. set (W := sum w l) in *. set (E := exp e) in *. assert (E_gt0 : 0 < E) by lra.
  assert (w_large : (P - d) / E <= W) by (apply (Rmult_le_reg_r E); [exact E_gt0|]; unfold Rdiv; rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra; lra).
  set (F := 1 + q * (E - 1)). assert (F_range : 1 <= F <= E) by (unfold F; nra).
  apply Rle_trans with (F * ((1 - q) * P + q * ((P - d) / E)) + q * d).
  - assert (gain : F * ((1 - q) * P + q * (P / E)) = P + P * (q * (1 - q) * (E - 1) ^ 2 / E)) by (unfold F; field; lra).
    assert (loss : F * (q * (d / E)) <= q * d).
    { replace (q * d) with (E * (q * (d / E))) by (field; lra). apply Rmult_le_compat_r; [|lra]. apply Rmult_le_pos; [lra|]. apply Rmult_le_pos; [exact d_ge0|left; now apply Rinv_0_lt_compat]. }
    assert (0 <= P * (q * (1 - q) * (E - 1) ^ 2 / E)).
    { apply Rmult_le_pos; [exact p_sum|]. apply Rmult_le_pos; [|left; now apply Rinv_0_lt_compat]. apply Rmult_le_pos; [apply Rmult_le_pos; lra|apply pow2_ge_0]. }
    replace (F * ((1 - q) * P + q * ((P - d) / E))) with (F * ((1 - q) * P + q * (P / E)) - F * (q * (d / E))) by (field; lra). lra.
  - apply Rplus_le_compat_r, Rmult_le_compat_l; [lra|]. apply Rplus_le_compat_l, Rmult_le_compat_l; lra.
Qed.
End Mixtures.

(** ** Subsampling *)

Section Sampling.
Context {Rec Out : Type}.
Variable q : R.
Hypothesis q_range : 0 <= q <= 1.
Implicit Types law : list Rec -> Out -> R.
Theorem sampled_distribution law x : (forall s, distribution (law s)) -> distribution (sampled q law x).
Proof.
  revert law. induction x as [|a x IH]; intros law law_dist; [apply law_dist|]. apply (mix_distribution q q_range); [now apply IH|]. apply IH. intro s. apply law_dist.
Qed.
Lemma sampled_close e d law law' x : (forall s, close e d (law s) (law' s)) -> close e d (sampled q law x) (sampled q law' x).
Proof.
  revert law law'. induction x as [|a x IH]; intros law law' each; [apply each|]. apply (mix_close q q_range); [now apply IH|]. apply IH. intro s. apply each.
Qed.
(** with one record more the law is a mixture of that without it, and of one that is close to it *)
Lemma sampled_added e d law l a m : (forall s t, added s t -> close e d (law t) (law s) /\ close e d (law s) (law t)) ->
  exists w, (forall o, sampled q law (l ++ a :: m) o = mix q (sampled q law (l ++ m)) w o) /\ close e d w (sampled q law (l ++ m)) /\ close e d (sampled q law (l ++ m)) w.
Proof.
  revert law. induction l as [|b l IH]; intros law near.
  - exists (sampled q (fun s => law (a :: s)) m). split; [reflexivity|]. split; apply sampled_close; intro s; apply (near s (a :: s)); now exists [], a, s.
  - destruct (IH law near) as (w & same & one & other).
    destruct (IH (fun s => law (b :: s))) as (w' & same' & one' & other').
    { intros s t (k & c & j & -> & ->). apply near. now exists (b :: k), c, j. }
    exists (mix q w w'). cbn [app sampled]. split; [|split; now apply mix_close].
    intro o. unfold mix at 1. rewrite same, same'. unfold mix. ring.
Qed.
Theorem sampled_near law e d : 0 <= e -> 0 <= d -> (forall s, distribution (law s)) -> (forall s t, one_record s t -> close e d (law s) (law t)) ->
  forall x y, one_record x y -> close (amplified q e) (q * d) (sampled q law x) (sampled q law y).
Proof.
  intros e_ge0 d_ge0 law_dist near.
  assert (both : forall l a m, close (amplified q e) (q * d) (sampled q law (l ++ a :: m)) (sampled q law (l ++ m)) /\ close (amplified q e) (q * d) (sampled q law (l ++ m)) (sampled q law (l ++ a :: m))).
  { intros l a m. destruct (sampled_added e d law l a m) as (w & same & one & other).
    { intros s t st. split; apply near; [now right|now left]. }
    assert (sums : forall k, sum (sampled q law (l ++ a :: m)) k = sum (mix q (sampled q law (l ++ m)) w) k) by (intro k; apply sum_same; intros o _; apply same).
    split; intros k once; rewrite sums.
    - exact (mix_close_l q q_range e d _ _ e_ge0 one k once).
    - exact (mix_close_r q q_range e d _ _ e_ge0 d_ge0 (dist_ge0 _ (sampled_distribution law (l ++ m) law_dist)) other k once). }
  intros x y [(l & a & m & -> & ->)|(l & a & m & -> & ->)]; apply both.
Qed.
Theorem subsampling_private law e d : 0 <= e -> 0 <= d -> (forall s, distribution (law s)) -> private one_record law e d ->
  private one_record (sampled q law) (amplified q e) (q * d).
Proof.
  intros e_ge0 d_ge0 law_dist all. apply close_private; [intro x; now apply sampled_distribution|].
  apply sampled_near; auto. exact (private_close one_record law law_dist e d all).
Qed.
End Sampling.

(** ** One instance: a noisy count of one record in ten *)

Definition count_law (s : list unit) (z : Z) : R := geometric (Q2R (1 # 2)) (z - Z.of_nat (length s)).
Local Lemma half_inside : 0 < Q2R (1 # 2) < 1. Proof. rewrite Q2R_half. lra. Qed.
(** all records cost ln 2 ... *)
Theorem whole_count : private one_record count_law (ln 2) 0.
Proof.
  replace (ln 2) with (IZR 1 * ln (/ Q2R (1 # 2))) by (rewrite Q2R_half, Rinv_inv; ring).
  apply (geometric_private one_record (1 # 2) 1 (fun s => Z.of_nat (length s))); [exact half_inside|easy|].
  intros x y [(l & a & m & -> & ->)|(l & a & m & -> & ->)]; rewrite !length_app; cbn [length]; lia.
Qed.
(** ... and one in ten ln 1.1, less than a seventh of it. *)
Theorem sampled_count : private one_record (sampled (1 / 10) count_law) (ln (11 / 10)) 0.
Proof.
  pose proof (subsampling_private (1 / 10) ltac:(lra) count_law (ln 2) 0) as amplify. unfold amplified in amplify. rewrite exp_ln, Rmult_0_r in amplify by lra.
  replace (1 + 1 / 10 * (2 - 1)) with (11 / 10) in amplify by lra. apply amplify; [|lra| |exact whole_count].
  - rewrite <- ln_1. left. apply ln_increasing; lra.
  - intro s. apply (shifted_distribution (geometric (Q2R (1 # 2)))), geometric_distribution, half_inside.
Qed.
