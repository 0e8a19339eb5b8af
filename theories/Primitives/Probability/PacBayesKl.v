(** * PAC-Bayes bounds by the divergence of risk and mean loss

    For losses in [0, 1], a prior, and n examples that are drawn independently, except with probability δ for all posteriors q at once: the divergence kl of the posterior's mean loss on the examples from its risk is at most
    (KL(q, p) + ln(ξ(n)/δ))/n.  Here ξ(n) may be replaced by n + 1, or by 2 sqrt n.  Where the mean loss is small, this is far better than a bound with a square root, which follows from it.

    The bound means that kl is finite, too: a risk of 0 allows the mean loss 0 only, and a risk of 1 the mean loss 1 ([within_kl]).  Outcomes of probability 0 are left out of the law of an example.

    On paper.  With f = n kl(mean loss, risk) for each hypothesis, E exp f <= ξ(n) over the examples ([kl_moment_bound]), so that E_p exp f is below ξ(n)/δ except with probability δ, by Markov's inequality.
    Then E_q f <= KL(q, p) + ln(ξ(n)/δ) by the change of measure, and n kl(E_q mean loss, E_q risk) <= E_q f since kl is convex.

    Main definitions: [within_kl].
    Main results: [pac_bayes_kl], [langford_seeger], [maurer], [mcallester]; [kl_variational], [pinsker]; [guesses_risk] (an instance with numbers).

    Trust: proved.
    Source: M. Seeger, PAC-Bayesian generalisation error bounds for Gaussian process classification, 2002, theorem 1; J. Langford, Tutorial on practical prediction theory for classification, 2005, theorem 5.1 (n + 1);
    A. Maurer, A note on the PAC Bayesian theorem, 2004, theorem 5 (2 sqrt n, and losses in [0, 1]); D. McAllester, PAC-Bayesian stochastic model selection, 2003 (the square root). *)
From Coq Require Import Reals Lra Lia List.
From Interval Require Import Tactic.
From Warrant Require Import Spec.Probability Primitives.Probability.Events Primitives.Probability.Samples Primitives.Probability.Concentration Primitives.Probability.PacBayes
  Primitives.Probability.BinaryDivergence Primitives.Probability.Abel.
Import ListNotations.
Local Open Scope R_scope.

(** kl(a, b) is finite and at most [c] *)
Definition within_kl (c a b : R) : Prop := (b = 0 -> a = 0) /\ (b = 1 -> a = 1) /\ kl a b <= c.

(** ** Bounds of the divergence *)

Theorem kl_variational a b t : finite a b -> t * a - ln (1 - b + b * exp t) <= kl a b.
Proof.
  intros (a_range & b_range & zero & one). set (D := 1 - b + b * exp t). pose proof (exp_pos t) as e_gt0.
  assert (D_gt0 : 0 < D) by (unfold D; destruct (Req_dec b 1) as [->|]; [lra|]; assert (0 <= b * exp t) by (apply Rmult_le_pos; lra); lra).
  pose proof (kl_tangent a b (t - ln D) (proj1 a_range) (proj1 b_range) zero) as heads. pose proof (kl_tangent (1 - a) (1 - b) (- ln D) ltac:(lra) ltac:(lra) ltac:(intro none; rewrite one; lra)) as tails.
  unfold Rminus at 3 in heads. rewrite exp_plus in heads. rewrite exp_Ropp, exp_ln in heads, tails by exact D_gt0. unfold kl.
  assert (sum : b * (exp t * / D) + (1 - b) * / D = 1) by (transitivity (D * / D); [unfold D; ring|apply Rinv_r; lra]). lra.
Qed.
Theorem pinsker a b : finite a b -> 2 * (a - b) ^ 2 <= kl a b.
Proof.
  intro fine. pose proof (kl_variational a b (4 * (a - b)) fine) as below. destruct fine as (_ & b_range & _). pose proof (Concentration.mixture_bound b (4 * (a - b)) b_range) as mixed.
  assert (positive : 0 < 1 - b + b * exp (4 * (a - b))).
  { pose proof (exp_pos (4 * (a - b))). destruct (Req_dec b 1) as [->|]; [lra|]. assert (0 <= b * exp (4 * (a - b))) by (apply Rmult_le_pos; lra). lra. }
  apply Rcomplements.ln_le in mixed; [|exact positive]. rewrite ln_exp in mixed. lra.
Qed.

(** ** Sure events *)

Section Sure.
Context {Omega : Type}.
Implicit Types (l : list (Omega * R)) (L : Omega -> R).
Lemma sample_outcomes l n ws : In ws (map fst (sample l n)) -> Forall (fun w => In w (map fst l)) ws.
Proof.
  revert ws. induction n as [|n IH]; intros ws ws_in; [destruct ws_in as [<-|[]]; constructor|]. change (sample l (S n)) with (independent (l :: repeat l n)) in ws_in. cbn [independent] in ws_in.
  apply in_map_iff in ws_in as (s & <- & s_in). apply in_flat_map in s_in as (o & o_in & s_in). apply in_map_iff in s_in as (r & <- & r_in). cbn [fst]. constructor; [now apply in_map|]. apply IH. now apply in_map.
Qed.
Lemma expectation_range l L : law l -> (forall w, 0 <= L w <= 1) -> 0 <= expectation l L <= 1.
Proof. intros is_law range. split; [rewrite <- (expectation_const l 0 is_law)|rewrite <- (expectation_const l 1 is_law)]; apply expectation_mono; auto; intros; apply range. Qed.
Lemma total_constant L c ws : Forall (fun w => L w = c) ws -> total L ws = INR (length ws) * c.
Proof. induction 1 as [|w ws this _ IH]; [cbn; ring|]. unfold total in *. cbn [fold_right]. rewrite IH, this. cbn [length]. rewrite S_INR. ring. Qed.
Lemma total_range L ws : (forall w, 0 <= L w <= 1) -> 0 <= total L ws <= INR (length ws).
Proof. intro range. induction ws as [|w ws IH]; [cbn; lra|]. unfold total in *. cbn [fold_right length]. rewrite S_INR. pose proof (range w). lra. Qed.
Lemma opposite_expectation l L : law l -> expectation l (fun w => 1 - L w) = 1 - expectation l L.
Proof.
  intro is_law. rewrite (expectation_ext l (fun w => 1 - L w) (fun w => 1 * 1 + (-1) * L w)) by (intro; ring). rewrite (expectation_linear l 1 (-1) (fun _ => 1) L), expectation_const by exact is_law. ring.
Qed.
Lemma mean_finite l n L ws : law l -> Forall (fun o => 0 < snd o) l -> (0 < n)%nat -> (forall w, 0 <= L w <= 1) -> In ws (map fst (sample l n)) -> finite (mean L ws) (expectation l L).
Proof.
  intros is_law weights n_gt0 range ws_in. pose proof (sample_length l n ws ws_in) as length_ws. pose proof (lt_0_INR n n_gt0) as N_gt0. pose proof (total_range L ws range) as within. rewrite length_ws in within.
  assert (share : forall t, 0 <= t <= INR n -> 0 <= t / INR n <= 1).
  { intros t t_range. split; [apply Rmult_le_pos; [lra|left; now apply Rinv_0_lt_compat]|]. apply (Rmult_le_reg_r (INR n)); [exact N_gt0|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
  assert (sure : forall X c, (forall w, In w (map fst l) -> 0 <= X w) -> expectation l X = 0 -> (forall w, X w = 0 -> L w = c) -> mean L ws = c).
  { intros X c X_ge0 none value. unfold mean. rewrite (total_constant L c ws), length_ws; [field; lra|]. apply Forall_impl with (2 := sample_outcomes l n ws ws_in). intros w w_in. apply value.
    apply in_map_iff in w_in as ([v q] & <- & v_in). rewrite Forall_forall in weights. pose proof (weights _ v_in) as q_gt0. cbn in q_gt0.
    destruct (expectation_zero l X (proj1 is_law) X_ge0 none v q v_in) as [q_none|]; [lra|assumption]. }
  unfold finite. refine (conj _ (conj _ (conj _ _))).
  - unfold mean. rewrite length_ws. now apply share.
  - now apply expectation_range.
  - intro none. apply (sure L 0); auto. intros; apply range.
  - intro all. apply (sure (fun w => 1 - L w) 1); [intros w _; pose proof (range w); lra|rewrite opposite_expectation by exact is_law; lra|intros; lra].
Qed.
End Sure.

(** ** The bounds *)

Section Bound.
Context {Omega : Type}.
Variables (l : list (Omega * R)) (n : nat) (prior_of : list ((Omega -> R) * R)) (delta : R).
Hypotheses (is_law : law l) (weights : Forall (fun o => 0 < snd o) l) (n_gt0 : (0 < n)%nat) (prior_gt0 : Forall (fun h => 0 < snd h) prior_of) (is_prior : law prior_of).
Hypotheses (range : forall L, In L (map fst prior_of) -> forall w, 0 <= L w <= 1) (delta_gt0 : 0 < delta).

Local Lemma each_bound L : In L (map fst prior_of) -> expectation (sample l n) (fun ws => exp (INR n * kl (mean L ws) (expectation l L))) <= xi n.
Proof.
  intro L_in. pose proof (range L L_in) as L_range. pose proof (expectation_range l L is_law L_range) as r_range. destruct (xi_bound n n_gt0) as [xi_ge1 _].
  assert (sure : (expectation l L = 0 \/ expectation l L = 1) -> expectation (sample l n) (fun ws => exp (INR n * kl (mean L ws) (expectation l L))) <= xi n).
  { intro edge. apply Rle_trans with (2 := xi_ge1). rewrite <- (expectation_const (sample l n) 1 (sample_law l n is_law)). apply expectation_mono; [now apply sample_law|]. intros ws ws_in.
    destruct (mean_finite l n L ws is_law weights n_gt0 L_range ws_in) as (_ & _ & zero & one). rewrite <- exp_0. right. f_equal. rewrite <- (Rmult_0_r (INR n)). f_equal. unfold kl. destruct edge as [edge|edge].
    - rewrite (zero edge), edge. replace ((1 - 0) / (1 - 0)) with 1 by field. rewrite ln_1. ring.
    - rewrite (one edge), edge. replace (1 / 1) with 1 by field. rewrite ln_1. ring. }
  destruct (Req_dec (expectation l L) 0) as [low|low]; [auto|]. destruct (Req_dec (expectation l L) 1) as [high|high]; [auto|]. apply kl_moment_bound; auto; lra.
Qed.
(** A. Maurer, 2004, theorem 5, with ξ(n) or anything above it *)
Theorem pac_bayes_kl x : xi n <= x ->
  1 - delta <= mass (sample l n) (fun ws => forall hs : list ((Omega -> R) * R * R), prior hs = prior_of -> law (posterior hs) ->
    within_kl ((divergence hs + ln (x / delta)) / INR n) (expectation (posterior hs) (fun L => mean L ws)) (expectation (posterior hs) (fun L => expectation l L))).
Proof.
  intro x_ge. pose proof (lt_0_INR n n_gt0) as N_gt0. pose proof (sample_law l n is_law) as drawn. destruct (xi_bound n n_gt0) as [xi_ge1 _].
  set (f := fun (ws : list Omega) (L : Omega -> R) => INR n * kl (mean L ws) (expectation l L)). set (Z := fun ws => expectation prior_of (fun L => exp (f ws L))).
  assert (Z_mean : expectation (sample l n) Z <= x).
  { unfold Z. rewrite expectation_swap. rewrite <- (expectation_const prior_of x is_prior). apply expectation_mono; [exact is_prior|]. intros L L_in. apply Rle_trans with (2 := x_ge). now apply each_bound. }
  assert (Z_gt0 : forall ws, 0 < Z ws) by (intro ws; apply expectation_gt0; [now apply law_nonempty|exact prior_gt0|intro; apply exp_pos]).
  assert (level_gt0 : 0 < x / delta) by (apply Rdiv_lt_0_compat; lra).
  pose proof (markov (sample l n) Z (x / delta) drawn level_gt0 (fun ws => Rlt_le _ _ (Z_gt0 ws))) as rare.
  assert (rare' : mass (sample l n) (fun ws => x / delta <= Z ws) <= delta).
  { apply Rle_trans with (1 := rare). apply (Rmult_le_reg_r (x / delta)); [exact level_gt0|]. unfold Rdiv at 1. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. replace (delta * (x / delta)) with x by (field; lra). exact Z_mean. }
  apply Rle_trans with (mass (sample l n) (fun ws => ~ x / delta <= Z ws)); [rewrite mass_not by exact drawn; lra|].
  apply mass_mono; [exact drawn|]. intros ws ws_in common hs same is_posterior. apply Rnot_le_lt in common.
  assert (gt0 : Forall (fun h => 0 < snd (fst h)) hs) by (apply (proj1 (Forall_map fst (fun h : (Omega -> R) * R => 0 < snd h) hs)); fold (prior hs); rewrite same; exact prior_gt0).
  assert (is_prior' : law (prior hs)) by (rewrite same; exact is_prior).
  assert (fine : forall L, In L (map fst (posterior hs)) -> finite (mean L ws) (expectation l L)).
  { intros L L_in. apply (mean_finite l n); auto. apply range. rewrite <- same. unfold prior, posterior in *. rewrite map_map in *. exact L_in. }
  pose proof (change_of_measure hs (f ws) gt0 is_prior' is_posterior) as change. rewrite same in change. fold (Z ws) in change. apply ln_increasing in common; [|apply Z_gt0].
  unfold f in change. rewrite expectation_scale in change. pose proof (kl_convex (posterior hs) (fun L => mean L ws) (fun L => expectation l L) is_posterior fine) as convex.
  refine (conj _ (conj _ _)).
  - intro none. apply expectation_none. intros L q L_in.
    destruct (expectation_zero (posterior hs) (fun L => expectation l L) (proj1 is_posterior) ltac:(intros M M_in; now apply fine) none L q L_in) as [|sure]; [now left|right].
    apply (fine L); [now apply (in_map fst _ (L, q))|exact sure].
  - intro all. assert (none : expectation (posterior hs) (fun L => 1 - mean L ws) = 0).
    { apply expectation_none. intros L q L_in.
      destruct (expectation_zero (posterior hs) (fun L => 1 - expectation l L) (proj1 is_posterior) ltac:(intros M M_in; destruct (fine M M_in) as (_ & ? & _); lra)
        ltac:(rewrite (opposite_expectation (posterior hs) (fun L => expectation l L)) by exact is_posterior; lra) L q L_in) as [|sure]; [now left|right].
      destruct (fine L (in_map fst _ (L, q) L_in)) as (_ & _ & _ & one). rewrite one; lra. }
    rewrite (opposite_expectation (posterior hs) (fun L => mean L ws)) in none by exact is_posterior. lra.
  - apply (Rmult_le_reg_l (INR n)); [exact N_gt0|]. replace (INR n * ((divergence hs + ln (x / delta)) / INR n)) with (divergence hs + ln (x / delta)) by (field; lra).
    apply Rle_trans with (INR n * expectation (posterior hs) (fun L => kl (mean L ws) (expectation l L))); [apply Rmult_le_compat_l; lra|]. lra.
Qed.
Theorem langford_seeger :
  1 - delta <= mass (sample l n) (fun ws => forall hs : list ((Omega -> R) * R * R), prior hs = prior_of -> law (posterior hs) ->
    within_kl ((divergence hs + ln ((INR n + 1) / delta)) / INR n) (expectation (posterior hs) (fun L => mean L ws)) (expectation (posterior hs) (fun L => expectation l L))).
Proof. apply pac_bayes_kl. now apply xi_bound. Qed.
Theorem maurer :
  1 - delta <= mass (sample l n) (fun ws => forall hs : list ((Omega -> R) * R * R), prior hs = prior_of -> law (posterior hs) ->
    within_kl ((divergence hs + ln (2 * sqrt (INR n) / delta)) / INR n) (expectation (posterior hs) (fun L => mean L ws)) (expectation (posterior hs) (fun L => expectation l L))).
Proof. apply pac_bayes_kl. now apply xi_root_bound. Qed.
(** the usual form with a square root, by Pinsker's inequality *)
Theorem mcallester :
  1 - delta <= mass (sample l n) (fun ws => forall hs : list ((Omega -> R) * R * R), prior hs = prior_of -> law (posterior hs) ->
    expectation (posterior hs) (fun L => expectation l L) <= expectation (posterior hs) (fun L => mean L ws) + sqrt ((divergence hs + ln (2 * sqrt (INR n) / delta)) / (2 * INR n))).
Proof.
  apply Rle_trans with (1 := maurer). apply mass_mono; [now apply sample_law|]. intros ws ws_in all hs same is_posterior. destruct (all hs same is_posterior) as (zero & one & le). clear all.
  pose proof (lt_0_INR n n_gt0) as N_gt0. set (a := expectation (posterior hs) (fun L => mean L ws)) in *. set (b := expectation (posterior hs) (fun L => expectation l L)) in *.
  assert (fine : forall L, In L (map fst (posterior hs)) -> finite (mean L ws) (expectation l L)).
  { intros L L_in. apply (mean_finite l n); auto. apply range. rewrite <- same. unfold prior, posterior in *. rewrite map_map in *. exact L_in. }
  assert (inside : forall X : (Omega -> R) -> R, (forall L, In L (map fst (posterior hs)) -> 0 <= X L <= 1) -> 0 <= expectation (posterior hs) X <= 1).
  { intros X X_range. split; [rewrite <- (expectation_const (posterior hs) 0 is_posterior)|rewrite <- (expectation_const (posterior hs) 1 is_posterior)]; apply expectation_mono; auto; intros; now apply X_range. }
  assert (ends : finite a b) by (refine (conj _ (conj _ (conj zero one))); apply inside; intros L L_in; now apply fine).
  pose proof (pinsker a b ends) as square. set (e := divergence hs + ln (2 * sqrt (INR n) / delta)) in *.
  assert (squared : (b - a) ^ 2 <= e / (2 * INR n)) by (replace (e / (2 * INR n)) with (e / INR n / 2) by (field; lra); nra).
  assert (b - a <= sqrt (e / (2 * INR n))); [|lra]. apply Rle_trans with (Rabs (b - a)); [apply Rle_abs|]. rewrite <- sqrt_Rsqr_abs. apply sqrt_le_1_alt. unfold Rsqr. lra.
Qed.
End Bound.

(** ** One instance: two guesses at a coin

    Always heads, or always tails, whichever was wrong less often in 100 flips, or by any other rule: if it was wrong at most 10 times, its risk is below 0.245, except with probability 1/20, whatever the coin is.  The square root gives 0.283. *)
Definition coin (p : R) : list (bool * R) := [(true, p); (false, 1 - p)].
Theorem guesses_risk p : 0 < p < 1 ->
  1 - / 20 <= mass (sample (coin p) 100) (fun ws => forall L, In L (map fst guesses) -> mean L ws <= 1 / 10 -> expectation (coin p) L < 245 / 1000).
Proof.
  intro p_range. assert (is_law : law (coin p)) by (split; [apply Forall_cons; [cbn; lra|apply Forall_cons; [cbn; lra|constructor]]|cbn; ring]).
  assert (guesses_range : forall L, In L (map fst guesses) -> forall w, 0 <= L w <= 1) by (intros L [<-|[<-|[]]] []; cbn; lra).
  assert (weights : Forall (fun o : bool * R => 0 < snd o) (coin p)) by (apply Forall_cons; [cbn; lra|apply Forall_cons; [cbn; lra|constructor]]).
  pose proof (maurer (coin p) 100 guesses (/ 20) is_law weights ltac:(lia)) as bound.
  assert (prior_gt0 : Forall (fun h : (bool -> R) * R => 0 < snd h) guesses) by (repeat constructor; cbn; lra).
  assert (is_prior : law guesses) by (split; [repeat constructor; cbn; lra|cbn; field]). specialize (bound prior_gt0 is_prior guesses_range ltac:(lra)).
  apply Rle_trans with (1 := bound). apply mass_mono; [now apply sample_law|]. intros ws ws_in all L L_in few. apply Rnot_le_lt. intro large.
  set (c := (ln 2 + ln (2 * sqrt (INR 100) / / 20)) / INR 100).
  assert (one : within_kl c (mean L ws) (expectation (coin p) L)).
  { destruct L_in as [<-|[<-|[]]]; set (heads := fst (fun b : bool => if b then 0 else 1, / 2)) in *; set (tails := fst (fun b : bool => if b then 1 else 0, / 2)) in *.
    - specialize (all [(heads, / 2, 1); (tails, / 2, 0)] eq_refl ltac:(split; [repeat constructor; cbn; lra|cbn; ring])). cbn [posterior map expectation fold_right fst snd] in all.
      rewrite !Rmult_1_l, !Rmult_0_l, !Rplus_0_r in all. replace c with ((divergence [(heads, / 2, 1); (tails, / 2, 0)] + ln (2 * sqrt (INR 100) / / 20)) / INR 100); [exact all|].
      unfold c. do 2 f_equal. cbn. destruct (Req_EM_T 1 0) as [|_]; [lra|]. destruct (Req_EM_T 0 0) as [_|]; [|lra]. unfold Rdiv. rewrite Rinv_inv. rewrite !Rmult_1_l. ring.
    - specialize (all [(heads, / 2, 0); (tails, / 2, 1)] eq_refl ltac:(split; [repeat constructor; cbn; lra|cbn; ring])). cbn [posterior map expectation fold_right fst snd] in all.
      rewrite !Rmult_1_l, !Rmult_0_l, !Rplus_0_l, !Rplus_0_r in all. replace c with ((divergence [(heads, / 2, 0); (tails, / 2, 1)] + ln (2 * sqrt (INR 100) / / 20)) / INR 100); [exact all|].
      unfold c. do 2 f_equal. cbn. destruct (Req_EM_T 1 0) as [|_]; [lra|]. destruct (Req_EM_T 0 0) as [_|]; [|lra]. unfold Rdiv. rewrite Rinv_inv. rewrite !Rmult_1_l. ring. }
  destruct one as (_ & _ & le). pose proof (mean_finite (coin p) 100 L ws is_law weights ltac:(lia) (guesses_range L L_in) ws_in) as fine.
  pose proof (kl_variational _ _ (ln (/ 3)) fine) as below. destruct fine as (a_range & b_range & _). set (a := mean L ws) in *. set (b := expectation (coin p) L) in *. rewrite exp_ln in below by lra.
  assert (c_value : c < 67 / 1000) by (unfold c; replace (INR 100) with 100 by (rewrite INR_IZR_INZ; reflexivity); interval with (i_prec 80)).
  assert (low : ln (/ 3) * a >= - (11 / 100)) by (assert (- (11 / 10) < ln (/ 3) < 0) by (split; interval with (i_prec 80)); nra).
  assert (high : ln (1 - b + b * / 3) <= ln (1 - 245 / 1000 * (2 / 3))) by (apply Rcomplements.ln_le; lra).
  assert (ln (1 - 245 / 1000 * (2 / 3)) < - (178 / 1000)) by (interval with (i_prec 80)). lra.
Qed.
