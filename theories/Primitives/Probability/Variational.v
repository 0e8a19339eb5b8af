(** * The evidence lower bound

    Of a model with latent states, a prior on them and the likelihood of what was observed in each, variational inference maximises the mean logarithm of the likelihood under an approximate posterior, minus the
    divergence of that from the prior.  Whatever the approximate posterior is, this is at most the logarithm of the evidence, the probability of what was observed; of the posterior itself it is equal to it.

    Main definitions: [elbo].
    Main results: [elbo_bound], [elbo_posterior].

    Trust: proved.
    Source: M. Jordan, Z. Ghahramani, T. Jaakkola, L. Saul, An introduction to variational methods for graphical models, 1999, section 5; C. Bishop, Pattern Recognition and Machine Learning, 2006, section 9.4. *)
From Coq Require Import Reals Lra List.
From Warrant Require Import Spec.Probability Primitives.Probability.Events Primitives.Probability.Samples Primitives.Probability.Concentration Primitives.Probability.PacBayes.
Import ListNotations.
Local Open Scope R_scope.

Section Variational.
Context {H : Type}.
(** latent states, each with its prior and its approximate posterior probability *)
Implicit Types (hs : list (H * R * R)) (likelihood : H -> R).

Definition evidence hs likelihood : R := expectation (prior hs) likelihood.
(** E_q ln p(observed | state) - KL(q, p) *)
Definition elbo hs likelihood : R := expectation (posterior hs) (fun h => ln (likelihood h)) - divergence hs.

Theorem elbo_bound hs likelihood : Forall (fun h => 0 < snd (fst h)) hs -> law (prior hs) -> law (posterior hs) -> (forall h, 0 < likelihood h) ->
  elbo hs likelihood <= ln (evidence hs likelihood).
Proof.
  intros prior_gt0 is_prior is_posterior likelihood_gt0. unfold elbo, evidence.
  pose proof (change_of_measure hs (fun h => ln (likelihood h)) prior_gt0 is_prior is_posterior) as change.
  rewrite (expectation_ext _ (fun h => exp (ln (likelihood h))) likelihood) in change by (intro h; now apply exp_ln). lra.
Qed.

(** the posterior by Bayes' rule *)
Definition bayes (p : list (H * R)) likelihood : list (H * R * R) := map (fun h => (h, snd h * likelihood (fst h) / expectation p likelihood)) p.
Theorem elbo_posterior p likelihood : Forall (fun h => 0 < snd h) p -> law p -> (forall h, 0 < likelihood h) ->
  prior (bayes p likelihood) = p /\ law (posterior (bayes p likelihood)) /\ elbo (bayes p likelihood) likelihood = ln (evidence (bayes p likelihood) likelihood).
Proof.
  intros p_gt0 is_law likelihood_gt0. set (Z := expectation p likelihood).
  assert (Z_gt0 : 0 < Z) by (apply expectation_gt0; [now apply law_nonempty|exact p_gt0|exact likelihood_gt0]).
  assert (same : prior (bayes p likelihood) = p) by (unfold prior, bayes; rewrite map_map; cbn; apply map_id).
  assert (weight_gt0 : forall h, In h p -> 0 < snd h * likelihood (fst h) / Z).
  { intros h h_in. rewrite Forall_forall in p_gt0. apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat; [now apply p_gt0|apply likelihood_gt0]|now apply Rinv_0_lt_compat]. }
  assert (sums : forall f, expectation (posterior (bayes p likelihood)) f = expectation p (fun h => likelihood h * f h) / Z).
  { intro f. unfold posterior, bayes. fold Z. clearbody Z. rewrite map_map. cbn [fst snd]. clear -Z_gt0. unfold expectation. induction p as [|[h w] k IH]; cbn [map fold_right fst snd]; [lra|].
    rewrite IH. field. lra. }
  split; [exact same|]. split.
  - split.
    + unfold posterior, bayes. rewrite map_map. apply Forall_map, Forall_forall. intros h h_in. cbn. apply Rlt_le, weight_gt0, h_in.
    + assert (count : forall l : list (H * R), fold_right (fun o s => snd o + s) 0 l = expectation l (fun _ => 1)).
      { induction l as [|o l IH]; [reflexivity|]. cbn. rewrite IH. unfold expectation. ring. }
      rewrite count, sums. replace (expectation p (fun h => likelihood h * 1)) with Z by (apply expectation_ext; intro; ring). field. lra.
  - unfold elbo, evidence. rewrite same. fold Z. rewrite sums.
    assert (divergence_is : divergence (bayes p likelihood) = expectation p (fun h => likelihood h * ln (likelihood h)) / Z - ln Z * (expectation p likelihood / Z)).
    { change (bayes p likelihood) with (map (fun h => (h, snd h * likelihood (fst h) / Z)) p). clearbody Z. clear same sums is_law. revert p_gt0 weight_gt0. generalize p. intro k. induction k as [|[h w] k IH]; intros k_gt0 weights; cbn [map divergence fold_right expectation fst snd]; [unfold Rdiv; ring|].
      fold (divergence (map (fun h => (h, snd h * likelihood (fst h) / Z)) k)). inversion k_gt0 as [|? ? w_gt0 rest]; subst. cbn [snd] in w_gt0.
      rewrite IH; [|exact rest|intros v v_in; apply weights; now right]. fold (expectation k (fun h => likelihood h * ln (likelihood h))) (expectation k likelihood).
      pose proof (weights (h, w) (or_introl eq_refl)) as here. cbn [fst snd] in here. pose proof (likelihood_gt0 h) as L_gt0.
      destruct (Req_EM_T (w * likelihood h / Z) 0) as [zero|_]; [lra|].
      replace (w * likelihood h / Z / w) with (likelihood h * / Z) by (field; lra). rewrite ln_mult, ln_Rinv by first [assumption|now apply Rinv_0_lt_compat].
      unfold expectation. field. lra. }
    rewrite divergence_is. fold Z. field. lra.
Qed.
End Variational.

(** ** One instance: which of two coins was flipped, one of which shows heads three times as often *)

Theorem elbo_coins q : 0 <= q <= 1 ->
  elbo [(true, / 2, q); (false, / 2, 1 - q)] (fun h : bool => if h then 3 / 4 else / 4) <= ln (/ 2).
Proof.
  intro range. replace (/ 2) with (evidence [(true, / 2, q); (false, / 2, 1 - q)] (fun h : bool => if h then 3 / 4 else / 4)) at 3 by (unfold evidence, expectation; cbn; field).
  apply elbo_bound.
  - repeat apply Forall_cons; try apply Forall_nil; cbn; lra.
  - unfold law, prior. cbn. split; [repeat apply Forall_cons; try apply Forall_nil; cbn; lra|lra].
  - unfold law, posterior. cbn. split; [repeat apply Forall_cons; try apply Forall_nil; cbn; lra|lra].
  - intros []; lra.
Qed.
