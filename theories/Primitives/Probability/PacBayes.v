(** * A PAC-Bayes bound

    A randomised predictor draws its hypothesis from a posterior that may depend on the examples in any way.  Its risk is bounded by its mean loss on them and by how far the
    posterior is from a prior that was fixed before, at once for all posteriors, except with probability δ.

    On paper.  For every function f of the hypotheses, E_q f <= KL(q, p) + ln E_p exp f ([change_of_measure]), since ln x <= x - 1.  With f = λ (risk - mean loss) - λ² / (8 n), Hoeffding's lemma gives
    E exp f <= 1 over the examples for each hypothesis, so that E_p exp f has expectation at most 1, and is below 1/δ except with probability δ by Markov's inequality.

    Main results: [change_of_measure], [pac_bayes].

    Trust: proved.
    Source: D. McAllester, Some PAC-Bayesian theorems, 1998; O. Catoni, PAC-Bayesian supervised classification, 2007; P. Alquier, User-friendly introduction to PAC-Bayes bounds,
    2024, theorem 2.1 ([pac_bayes]); M. Donsker and S. Varadhan, 1975 ([change_of_measure]). *)
From Coq Require Import Reals Lra Lia List.
From Warrant Require Import Spec.Probability Primitives.Probability.Events Primitives.Probability.Samples Primitives.Probability.Concentration.
Import ListNotations.
Local Open Scope R_scope.

(** ** Change of measure *)

Section Measures.
Context {H : Type}.
(** hypotheses, each with its prior and its posterior probability *)
Implicit Types (hs : list (H * R * R)) (f : H -> R).

Definition prior hs : list (H * R) := map fst hs.
Definition posterior hs : list (H * R) := map (fun h => (fst (fst h), snd h)) hs.
(** Σ q ln(q / p), where 0 ln 0 is 0 *)
Definition divergence hs : R := fold_right (fun h s => (if Req_EM_T (snd h) 0 then 0 else snd h * ln (snd h / snd (fst h))) + s) 0 hs.

Local Lemma ln_bound x : 0 < x -> ln x <= x - 1.
Proof. intro x_gt0. pose proof (exp_ineq1_le (ln x)) as bound. rewrite exp_ln in bound by exact x_gt0. lra. Qed.

Theorem change_of_measure hs f : Forall (fun h => 0 < snd (fst h)) hs -> law (prior hs) -> law (posterior hs) ->
  expectation (posterior hs) f <= divergence hs + ln (expectation (prior hs) (fun h => exp (f h))).
Proof.
  intros prior_gt0 is_prior is_posterior. set (Z := expectation (prior hs) (fun h => exp (f h))).
  assert (Z_gt0 : 0 < Z).
  { apply expectation_gt0; [now apply law_nonempty|apply Forall_map, prior_gt0|intro; apply exp_pos]. }
  (* one hypothesis at a time: q (f - ln(q / p) - ln Z) <= p exp f / Z - q *)
  assert (each : forall k : list (H * R * R), Forall (fun h => 0 < snd (fst h)) k -> Forall (fun h => 0 <= snd h) (posterior k) ->
    expectation (posterior k) f - divergence k - ln Z * expectation (posterior k) (fun _ => 1) <=
    expectation (prior k) (fun h => exp (f h)) / Z - expectation (posterior k) (fun _ => 1)).
  { intros k p_gt0 q_ge0. induction k as [|[[h p] q] k IH]; [cbn; unfold Rdiv; lra|].
    inversion p_gt0 as [|? ? this_p rest_p]; subst. inversion q_ge0 as [|? ? this_q rest_q]; subst. specialize (IH rest_p rest_q). cbn in this_p, this_q.
    cbn [posterior prior map divergence fold_right fst snd expectation] in *. fold (divergence k) in *.
    change (fold_right (fun o s => snd o * f (fst o) + s) 0 (map (fun h => (fst (fst h), snd h)) k)) with (expectation (posterior k) f) in *.
    change (fold_right (fun o s => snd o * 1 + s) 0 (map (fun h => (fst (fst h), snd h)) k)) with (expectation (posterior k) (fun _ => 1)) in *.
    change (fold_right (fun o s => snd o * exp (f (fst o)) + s) 0 (map fst k)) with (expectation (prior k) (fun h => exp (f h))) in *.
    assert (term : q * f h - (if Req_EM_T q 0 then 0 else q * ln (q / p)) - ln Z * q <= p * exp (f h) / Z - q).
    { destruct (Req_EM_T q 0) as [->|q_other].
      - pose proof (Rmult_lt_0_compat _ _ this_p (exp_pos (f h))) as top. pose proof (Rmult_lt_0_compat _ _ top (Rinv_0_lt_compat _ Z_gt0)). unfold Rdiv. lra.
      - assert (q_gt0 : 0 < q) by lra.
        assert (x_gt0 : 0 < p * exp (f h) / (q * Z)).
        { apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat; [exact this_p|apply exp_pos]|]. apply Rinv_0_lt_compat. now apply Rmult_lt_0_compat. }
        assert (log : ln (p * exp (f h) / (q * Z)) = f h - ln (q / p) - ln Z).
        { unfold Rdiv. rewrite ln_mult; [|apply Rmult_lt_0_compat; [exact this_p|apply exp_pos]|apply Rinv_0_lt_compat; now apply Rmult_lt_0_compat].
          rewrite ln_mult, ln_exp, ln_Rinv, ln_mult, ln_mult, ln_Rinv; try assumption; try apply exp_pos; [ring|now apply Rinv_0_lt_compat|now apply Rmult_lt_0_compat]. }
        pose proof (ln_bound _ x_gt0) as below. rewrite log in below. apply (Rmult_le_compat_l q) in below; [|lra].
        replace (q * (p * exp (f h) / (q * Z) - 1)) with (p * exp (f h) / Z - q) in below by (field; lra). lra. }
    unfold Rdiv in *. lra. }
  pose proof (each hs prior_gt0 (proj1 is_posterior)) as all. rewrite (expectation_const (posterior hs) 1 is_posterior) in all. fold Z in all.
  replace (Z / Z) with 1 in all by (field; lra). lra.
Qed.
End Measures.

(** ** The bound *)

Section Bound.
Context {Omega : Type}.
Implicit Types (l : list (Omega * R)).

(** Alquier, 2024, theorem 2.1: for losses in [0, 1], a prior, and a λ > 0 that are fixed before the n examples are drawn, except with probability δ for all posteriors at once
    E_q risk < E_q (mean loss) + (KL(q, p) + ln(1/δ)) / λ + λ / (8 n) *)
Theorem pac_bayes l n (prior_of : list ((Omega -> R) * R)) lambda delta :
  law l -> (0 < n)%nat -> Forall (fun h => 0 < snd h) prior_of -> law prior_of -> (forall L, In L (map fst prior_of) -> forall w, 0 <= L w <= 1) -> 0 < lambda -> 0 < delta ->
  1 - delta <= mass (sample l n) (fun ws => forall hs : list ((Omega -> R) * R * R), prior hs = prior_of -> law (posterior hs) ->
    expectation (posterior hs) (fun L => expectation l L) <
    expectation (posterior hs) (fun L => mean L ws) + (divergence hs + ln (/ delta)) / lambda + lambda / (8 * INR n)).
Proof.
  intros is_law n_gt0 prior_gt0 is_prior range lambda_gt0 delta_gt0. assert (N_gt0 : 0 < INR n) by now apply lt_0_INR.
  pose proof (sample_law l n is_law) as drawn.
  set (f := fun (ws : list Omega) (L : Omega -> R) => lambda * (expectation l L - mean L ws) - lambda ^ 2 / (8 * INR n)).
  set (Z := fun ws => expectation prior_of (fun L => exp (f ws L))).
  (* E exp f <= 1 for each hypothesis *)
  assert (each : forall L, (forall w, 0 <= L w <= 1) -> expectation (sample l n) (fun ws => exp (f ws L)) <= 1).
  { intros L L_range. pose proof (mean_moment l n L (- lambda) 1 is_law n_gt0) as moment.
    rewrite (expectation_ext _ (fun ws => exp (f ws L)) (fun ws => exp (- (lambda ^ 2 / (8 * INR n))) * exp (- lambda * (mean L ws - expectation l L)))).
    - rewrite expectation_scale. rewrite <- (exp_0), <- (Rplus_opp_l (lambda ^ 2 / (8 * INR n))), exp_plus. apply Rmult_le_compat_l; [apply Rlt_le, exp_pos|].
      replace (lambda ^ 2 / (8 * INR n)) with ((- lambda) ^ 2 * 1 ^ 2 / (8 * INR n)) by (field; lra). apply moment. intros v w. pose proof (L_range v). pose proof (L_range w). lra.
    - intro ws. rewrite <- exp_plus. f_equal. unfold f. ring. }
  assert (Z_mean : expectation (sample l n) Z <= 1).
  { unfold Z. rewrite expectation_swap. rewrite <- (expectation_const prior_of 1 is_prior). apply expectation_mono; [exact is_prior|]. intros L L_in. apply each, range, L_in. }
  assert (Z_ge0 : forall ws, 0 <= Z ws).
  { intro ws. unfold Z. rewrite <- (expectation_const prior_of 0 is_prior). apply expectation_mono; [exact is_prior|]. intros L _. apply Rlt_le, exp_pos. }
  pose proof (markov (sample l n) Z (/ delta) drawn (Rinv_0_lt_compat _ delta_gt0) Z_ge0) as rare.
  assert (rare' : mass (sample l n) (fun ws => / delta <= Z ws) <= delta).
  { eapply Rle_trans; [exact rare|]. unfold Rdiv. rewrite Rinv_inv. rewrite <- (Rmult_1_l delta) at 2. apply Rmult_le_compat_r; lra. }
  apply Rle_trans with (mass (sample l n) (fun ws => ~ / delta <= Z ws)); [rewrite mass_not by exact drawn; lra|].
  apply mass_mono; [exact drawn|]. intros ws _ common hs same is_posterior. apply Rnot_le_lt in common.
  assert (gt0 : Forall (fun h => 0 < snd (fst h)) hs) by (apply (proj1 (Forall_map fst (fun h : (Omega -> R) * R => 0 < snd h) hs)); fold (prior hs); rewrite same; exact prior_gt0).
  assert (is_prior' : law (prior hs)) by (rewrite same; exact is_prior).
  pose proof (change_of_measure hs (f ws) gt0 is_prior' is_posterior) as change. rewrite same in change. fold (Z ws) in change.
  assert (Z_gt0 : 0 < Z ws).
  { apply expectation_gt0; [now apply law_nonempty|exact prior_gt0|intro; apply exp_pos]. }
  apply ln_increasing in common; [|exact Z_gt0].
  assert (linear : expectation (posterior hs) (f ws) = lambda * (expectation (posterior hs) (fun L => expectation l L) - expectation (posterior hs) (fun L => mean L ws)) - lambda ^ 2 / (8 * INR n)).
  { unfold f. rewrite (expectation_ext _ _ (fun L => lambda * (1 * expectation l L + (- 1) * mean L ws) + (- (lambda ^ 2 / (8 * INR n))) * 1)) by (intro; ring).
    rewrite (expectation_linear _ lambda _ (fun L => 1 * expectation l L + (- 1) * mean L ws) (fun _ => 1)), expectation_const by exact is_posterior.
    rewrite (expectation_linear (posterior hs) 1 (- 1) (fun L => expectation l L) (fun L => mean L ws)). ring. }
  rewrite linear in change.
  apply (Rmult_lt_reg_l lambda); [exact lambda_gt0|].
  replace (lambda * (expectation (posterior hs) (fun L => mean L ws) + (divergence hs + ln (/ delta)) / lambda + lambda / (8 * INR n)))
    with (lambda * expectation (posterior hs) (fun L => mean L ws) + divergence hs + ln (/ delta) + lambda ^ 2 / (8 * INR n)) by (field; lra).
  lra.
Qed.
End Bound.

(** ** One instance: two guesses at a fair coin *)

Definition guesses : list ((bool -> R) * R) := [(fun b : bool => if b then 0 else 1, / 2); (fun b : bool => if b then 1 else 0, / 2)].
(** Whoever always guesses the side that came up more often in 100 flips (any rule may choose) has a risk of at most the share of wrong guesses + (ln 2 + ln 20)/40 + 1/20,
    except with probability 1/20. *)
Theorem pac_bayes_guesses : 1 - / 20 <= mass (sample fair 100) (fun ws => forall hs, prior hs = guesses -> law (posterior hs) ->
  expectation (posterior hs) (fun L => expectation fair L) < expectation (posterior hs) (fun L => mean L ws) + (divergence hs + ln (/ / 20)) / 40 + 40 / (8 * INR 100)).
Proof.
  apply pac_bayes; try lra; [exact fair_law|lia|repeat constructor; cbn; lra|split; [repeat constructor; cbn; lra|cbn; field]|].
  intros L [<-|[<-|[]]] []; cbn; lra.
Qed.
