(** * Losses that are attained

    The losses of randomised response, of geometric noise and of plans of them cannot be improved: there are two neighbouring data sets and questions, exactly as sensitive as the plan says,
    for which one output (that where every answer is 0) is more probable by just the factor e^loss.  With Gaussian noise no finite loss is enough: far out, at -n, the factor
    is e^((2 n d + d^2)/(2 variance)).

    With a delta above 0: randomised response with two answers exceeds a budget where the outputs with few ones are too much more probable if all true answers are 0 than if all are 1.

    Main definitions: [extremes], [extreme_output], [attained], [votes].
    Main results: [chance_tight], [spent_tight], [gaussian_unbounded], [votes_exceed].

    Trust: proved.
    Source: A. Ghosh, T. Roughgarden, M. Sundararajan, Universally utility-maximizing privacy mechanisms, 2009, section 2. *)
From Coq Require Import ZArith QArith Qreals Reals Lra Lia List Bool FinFun.
From Warrant Require Import Spec.Probability Spec.Privacy Primitives.Probability.Binomial Primitives.Probability.Events Primitives.Probability.Sums Primitives.Probability.Privacy Primitives.Probability.IntegerNoise Primitives.Probability.PrivacyMechanisms
  Primitives.Probability.DiscreteGaussian Primitives.Probability.PrivacyPlans.
Import ListNotations.
Local Open Scope R_scope.

(** true answers of neighbours for which the output below gives most away *)
Definition extremes (m : mechanism) : Z * Z :=
  match m with Response k p => if Rle_dec 1 (odds k p) then (0, 1)%Z else (1, 0)%Z | Additive _ d => (0, d)%Z end.
Lemma extremes_possible m : proper m -> answers m (fst (extremes m)) (snd (extremes m)) /\ answers m (snd (extremes m)) (fst (extremes m)).
Proof. destruct m as [k p|n d]; cbn [extremes answers proper]; [intros [k_ge2 _]; destruct (Rle_dec 1 (odds k p)); cbn [fst snd]; lia|intros [d_ge0 _]; cbn [fst snd]; lia]. Qed.
Section Far.
Variable n : nat.   (* how far out, for Gaussian noise *)
Definition extreme_output (m : mechanism) : Z := match m with Additive (Gaussian _) _ => (- Z.of_nat n)%Z | _ => 0%Z end.
Definition attained (m : mechanism) : R :=
  match m with Additive (Gaussian v) d => (2 * INR n * IZR d + IZR d * IZR d) / (2 * Q2R v) | _ => loss m end.
Theorem chance_tight m : proper m ->
  0 < chance m (snd (extremes m)) (extreme_output m) /\ chance m (fst (extremes m)) (extreme_output m) = exp (attained m) * chance m (snd (extremes m)) (extreme_output m).
Proof.
  destruct m as [k p|noise d]; intro right.
  - destruct right as [k_ge2 p_range]. assert (k_gt0 : 0 < IZR (k - 1)) by (apply IZR_lt; lia). set (c := (1 - Q2R p) / IZR (k - 1)).
    assert (c_gt0 : 0 < c) by (apply Rmult_lt_0_compat; [lra|now apply Rinv_0_lt_compat]).
    assert (r_gt0 : 0 < odds k p) by (unfold odds; apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat; [lra|exact k_gt0]|apply Rinv_0_lt_compat; lra]).
    assert (quotient : odds k p * c = Q2R p) by (unfold odds, c; field; lra).
    assert (inside : ((0 <=? 0)%Z && (0 <? k)%Z)%bool = true) by (apply andb_true_iff; lia).
    cbn [extremes extreme_output attained loss]. destruct (Rle_dec 1 (odds k p)) as [large|small]; cbn [fst snd chance Z.eqb]; rewrite inside; fold c.
    + split; [exact c_gt0|]. rewrite Rabs_pos_eq, exp_ln by (exact r_gt0 || (rewrite <- ln_1; destruct large as [less|<-]; [left; apply ln_increasing; lra|right; reflexivity])). lra.
    + split; [lra|]. rewrite Rabs_left, exp_Ropp, exp_ln by (exact r_gt0 || (rewrite <- ln_1; apply ln_increasing; lra)). rewrite <- quotient. field. lra.
  - cbn [extremes fst snd chance]. assert (positive : forall alpha, 0 < alpha < 1 -> 0 < geometric alpha (0 - d)).
    { intros alpha range. unfold geometric. apply Rmult_lt_0_compat; [|apply pow_lt; lra]. apply Rmult_lt_0_compat; [lra|apply Rinv_0_lt_compat; lra]. }
    assert (same : forall alpha, 0 < alpha < 1 -> (0 <= d)%Z -> geometric alpha (0 - 0) = exp (IZR d * ln (/ alpha)) * geometric alpha (0 - d)).
    { intros alpha range d_ge0. pose proof (exp_power alpha d (proj1 range) d_ge0) as factor. unfold geometric. replace (Z.abs_nat (0 - d)) with (Z.to_nat d) by lia.
      change (Z.abs_nat (0 - 0)) with O. cbn [pow]. rewrite Rmult_1_r. rewrite <- (Rmult_1_r ((1 - alpha) / (1 + alpha))) at 1. rewrite <- factor. ring. }
    destruct noise as [alpha|scale|v]; destruct right as [d_ge0 range]; cbn [noise_at loss attained extreme_output]; [split; auto| |].
    + pose proof (laplace_range scale range) as alpha_range.
      split; [now apply positive|]. rewrite (same _ alpha_range d_ge0), <- exp_Ropp, Ropp_involutive, ln_exp. reflexivity.
    + pose proof (total_ge1 (Q2R v) range) as total_large. rewrite !gaussian_density. set (t := 1 + _) in *. split; [apply Rmult_lt_0_compat; [apply exp_pos|apply Rinv_0_lt_compat; lra]|].
      unfold Rdiv at 1 4. rewrite <- Rmult_assoc, <- exp_plus. do 2 f_equal. rewrite !minus_IZR, opp_IZR, <- INR_IZR_INZ. field. lra.
Qed.
End Far.

Section Plan.
Variables (n : nat) (key : option Z) (l : list use).
Hypothesis right : Forall (fun u => proper (runs u)) l.
Definition pair_near (x y : bool) : Prop := x <> y.
Definition pair_piece (j : Z) (x : bool) : bool := match key with Some k => if (j =? k)%Z then x else false | None => false end.
Definition extreme_answer (u : use) (x : bool) : Z := if touches key u then if x then fst (extremes (runs u)) else snd (extremes (runs u)) else 0%Z.
Definition extreme_step (u : use) : Z := if touches key u then extreme_output n (runs u) else 0%Z.
Definition extreme_query (h : list Z) (x : bool) : Z := match nth_error l (length h) with Some u => extreme_answer u x | None => 0%Z end.

Lemma extreme_study : study bool bool pair_near pair_piece extreme_query l.
Proof.
  split.
  - intros x y _. exists (match key with Some k => k | None => 0%Z end). intros j other. unfold pair_piece. destruct key as [k|]; [|reflexivity]. now apply Z.eqb_neq in other as ->.
  - intros h u found x y xy. unfold extreme_query. rewrite found. rewrite Forall_forall in right. pose proof (right u (nth_error_In _ _ found)) as u_right. unfold extreme_answer. split.
    + destruct (touches key u).
      * pose proof (extremes_possible _ u_right). destruct x, y; tauto || contradiction (xy eq_refl).
      * destruct (runs u) as [k p|noise d]; cbn [answers proper] in *; lia.
    + intros k named same. unfold touches. rewrite named. unfold pair_piece in same. destruct key as [j|]; [|reflexivity].
      destruct (Z.eqb_spec k j) as [->|other]; [contradiction|reflexivity].
Qed.
Lemma extreme_law rest h : (exists pre, l = pre ++ rest /\ length pre = length h) ->
  0 < law bool extreme_query rest h false (map extreme_step rest) /\
  law bool extreme_query rest h true (map extreme_step rest) = exp (spent (attained n) key rest) * law bool extreme_query rest h false (map extreme_step rest).
Proof.
  revert h. induction rest as [|u rest IH]; intros h (pre & split_l & lengths); [unfold spent; cbn; rewrite exp_0; split; lra|].
  assert (found : nth_error l (length h) = Some u) by (rewrite split_l, <- lengths, nth_error_app2, Nat.sub_diag by lia; reflexivity).
  cbn [map law]. unfold extreme_query at 1 3 5. rewrite found. unfold spent. rewrite sum_cons. fold (spent (attained n) key rest). rewrite exp_plus.
  destruct (IH (extreme_step u :: h)) as [later_gt0 later]; [exists (pre ++ [u]); split; [now rewrite <- app_assoc|rewrite length_app; cbn; lia]|]. rewrite later. clear later.
  set (rest_law := law bool extreme_query rest (extreme_step u :: h) false (map extreme_step rest)) in *. clearbody rest_law.
  rewrite Forall_forall in right. pose proof (right u (nth_error_In _ _ found)) as u_right. unfold extreme_answer, extreme_step, spent_by. destruct (touches key u).
  - destruct (chance_tight n _ u_right) as [now_gt0 now_tight]. split; [now apply Rmult_lt_0_compat|]. rewrite now_tight. ring.
  - assert (now_gt0 : 0 < chance (runs u) 0 0).
    { destruct (runs u) as [k p|noise d]; cbn [chance Z.eqb proper] in *; [tauto|]. destruct noise as [alpha|scale|v]; cbn [noise_at] in *.
      - unfold geometric. cbn. rewrite Rmult_1_r. apply Rmult_lt_0_compat; [lra|apply Rinv_0_lt_compat; lra].
      - pose proof (laplace_range scale (proj2 u_right)). unfold geometric. cbn. rewrite Rmult_1_r. apply Rmult_lt_0_compat; [lra|apply Rinv_0_lt_compat; lra].
      - pose proof (total_ge1 _ (proj2 u_right)) as total_large. rewrite gaussian_density. apply Rmult_lt_0_compat; [apply exp_pos|apply Rinv_0_lt_compat; lra]. }
    split; [now apply Rmult_lt_0_compat|]. rewrite exp_0. ring.
Qed.
Theorem spent_tight e : e < spent (attained n) key l -> ~ private pair_near (law bool extreme_query l []) e 0.
Proof.
  intros less all. assert (law_dist : forall x, distribution (law bool extreme_query l [] x)).
  { intro x. assert (xy : pair_near x (negb x)) by (unfold pair_near; destruct x; discriminate).
    destruct (study_fits _ _ _ _ _ l x (negb x) extreme_study xy) as [k fit]. exact (law_distribution _ _ k l [] x (negb x) right fit). }
  pose proof (private_close _ _ law_dist e 0 all true false (diff_true_false) [map extreme_step l] ltac:(repeat constructor; easy)) as le.
  destruct (extreme_law l [] (ex_intro _ [] (conj eq_refl eq_refl))) as [positive tight]. cbn [sum fold_right] in le. rewrite tight in le.
  pose proof (exp_increasing _ _ less). nra.
Qed.
End Plan.

(** one use of Gaussian noise, and a question that is not constant: no epsilon is enough without a delta *)
Theorem gaussian_unbounded key l v d e : Forall (fun u => proper (runs u)) l -> (0 < d)%Z ->
  (exists u, In u l /\ touches key u = true /\ runs u = Additive (Gaussian v) d) -> exists n, e < spent (attained n) key l.
Proof.
  intros right d_gt0 (u & u_in & touched & is_gaussian). rewrite Forall_forall in right. pose proof (right u u_in) as u_right. rewrite is_gaussian in u_right. destruct u_right as [_ v_gt0].
  assert (ge0 : forall n w, In w l -> 0 <= spent_by (attained n) key w).
  { intros n w w_in. unfold spent_by. destruct (touches key w); [|lra]. pose proof (right w w_in) as w_right. pose proof (loss_ge0 _ w_right) as loss_ge0.
    destruct (runs w) as [k p|[alpha|scale|v'] d']; cbn [attained]; auto. destruct w_right as [d'_ge0 v'_gt0]. apply IZR_le in d'_ge0. pose proof (pos_INR n).
    apply Rmult_le_pos; [|left; apply Rinv_0_lt_compat; lra]. pose proof (Rmult_le_pos _ _ (pos_INR n) d'_ge0). nra. }
  destruct (archimed (Rmax 0 (e * (2 * Q2R v)))) as [far _]. exists (Z.to_nat (up (Rmax 0 (e * (2 * Q2R v))))). set (n := Z.to_nat _).
  assert (n_large : e * (2 * Q2R v) < INR n).
  { pose proof (Rmax_l 0 (e * (2 * Q2R v))). pose proof (Rmax_r 0 (e * (2 * Q2R v))). assert (0 < IZR (up (Rmax 0 (e * (2 * Q2R v))))) as positive by lra. apply lt_IZR in positive.
    unfold n. rewrite INR_IZR_INZ, Z2Nat.id by lia. lra. }
  apply in_split in u_in as (before & after & E). rewrite E in *. unfold spent. rewrite sum_app, sum_cons.
  pose proof (sum_ge0 (spent_by (attained n) key) before) as b_ge0. pose proof (sum_ge0 (spent_by (attained n) key) after) as a_ge0.
  specialize (b_ge0 ltac:(intros w w_in; apply ge0, in_app_iff; now left)). specialize (a_ge0 ltac:(intros w w_in; apply ge0, in_app_iff; right; now right)).
  assert (now_large : e < spent_by (attained n) key u); [|lra].
  unfold spent_by. rewrite touched, is_gaussian. cbn [attained]. apply (Rmult_lt_reg_r (2 * Q2R v)); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra.
  assert (1 <= IZR d) by (apply IZR_le; lia). pose proof (pos_INR n). nra.
Qed.

(** ** Budgets with a delta: randomised response with two answers *)

Section Votes.
Variables (p : Q) (l : list use).
Hypothesis all_votes : Forall (fun u => runs u = Response 2 p /\ part u = None) l.
Hypothesis p_range : 0 < Q2R p < 1.
Definition vote (h : list Z) (x : bool) : Z := if x then 0%Z else 1%Z.
Definition votes (b : list bool) : list Z := map (fun yes : bool => if yes then 1%Z else 0%Z) b.
Lemma votes_study : study bool unit pair_near (fun _ _ => tt) vote l.
Proof.
  split; [intros x y _; now exists 0%Z|]. intros h u found x y _. rewrite Forall_forall in all_votes. destruct (all_votes u (nth_error_In _ _ found)) as [-> whole].
  split; [unfold vote; cbn [answers]; destruct x, y; lia|]. intros k named. congruence.
Qed.
Lemma votes_law b h : length b = length l ->
  law bool vote l h true (votes b) = weight (1 - Q2R p) b /\ law bool vote l h false (votes b) = weight (Q2R p) b.
Proof.
  clear p_range. revert b h. induction l as [|u rest IH]; intros [|yes b] h lengths; try discriminate; [now split|].
  injection lengths as lengths. apply Forall_cons_iff in all_votes as [[u_runs _] rest_votes]. cbn [votes map law]. fold (votes b).
  destruct (IH rest_votes b ((if yes then 1 else 0)%Z :: h) lengths) as [-> ->]. rewrite u_runs. unfold vote.
  assert (one : IZR (2 - 1) = 1) by reflexivity. destruct yes; cbn [weight chance Z.eqb Pos.eqb Z.leb Z.ltb Z.compare Pos.compare Pos.compare_cont andb]; rewrite ?one; split; field.
Qed.
(** so few ones as [k] among all outputs *)
Theorem votes_exceed k e d : exp e * at_most (length l) k (Q2R p) + d < at_most (length l) k (1 - Q2R p) -> ~ private pair_near (law bool vote l []) e d.
Proof.
  intros more all. assert (right : Forall (fun u => proper (runs u)) l).
  { apply Forall_impl with (2 := all_votes). intros u [-> _]. split; [lia|exact p_range]. }
  assert (law_dist : forall x, distribution (law bool vote l [] x)).
  { intro x. assert (xy : pair_near x (negb x)) by (unfold pair_near; destruct x; discriminate).
    destruct (study_fits _ _ _ _ _ l x (negb x) votes_study xy) as [j fit]. exact (law_distribution _ _ j l [] x (negb x) right fit). }
  set (few := filter (fun b => Nat.leb (successes b) k) (patterns (length l))).
  assert (once : NoDup (map votes few)).
  { apply Injective_map_NoDup; [|apply NoDup_filter, patterns_once]. intros a. induction a as [|x a IH]; intros [|y b] same; try discriminate; [reflexivity|].
    injection same as first rest. f_equal; [destruct x, y; congruence|now apply IH]. }
  pose proof (private_close _ _ law_dist e d all true false (diff_true_false) (map votes few) once) as le. rewrite !sum_map in le.
  assert (lengths : forall b, In b few -> length b = length l) by (intros b b_in; apply filter_In in b_in as [b_in _]; now apply patterns_all).
  rewrite (sum_same _ (weight (1 - Q2R p)) few), (sum_same (fun b => law bool vote l [] false (votes b)) (weight (Q2R p)) few) in le
    by (intros b b_in; now apply votes_law, lengths).
  change (sum (weight (1 - Q2R p)) few) with (total (1 - Q2R p) few) in le. change (sum (weight (Q2R p)) few) with (total (Q2R p) few) in le.
  unfold few in le. rewrite !total_at_most in le. lra.
Qed.
End Votes.
