(** * Losses that are attained

    The losses of randomised response, of geometric noise, of samples and of plans of them cannot be improved: there are two neighbouring data sets (no record, and one record) and questions, exactly as sensitive
    as the plan says, for which one output (that where every answer is 0) is more probable by just the factor e^loss.  With Gaussian noise no finite loss is enough: far out, at -n, the factor
    is e^((2 n + 1)/(2 variance)) where the answers are 0 and 1.

    With a delta above 0: randomised response with two answers exceeds a budget where the outputs with few ones are too much more probable if all true answers are 0 than if all are 1.

    Main definitions: [extremes], [extreme_output], [attained], [step_attained], [votes].
    Main results: [chance_tight], [spent_tight], [gaussian_unbounded], [votes_exceed].

    Trust: proved.
    Source: A. Ghosh, T. Roughgarden, M. Sundararajan, Universally utility-maximizing privacy mechanisms, 2009, section 2. *)
From Coq Require Import ZArith QArith Qreals Reals Lra Lia List Bool FinFun.
From Warrant Require Import Spec.Probability Spec.Privacy Primitives.Probability.Binomial Primitives.Probability.Events Primitives.Probability.Sums Primitives.Probability.Privacy Primitives.Probability.IntegerNoise Primitives.Probability.PrivacyMechanisms
  Primitives.Probability.DiscreteGaussian Primitives.Probability.VectorNoise Primitives.Probability.Subsampling Primitives.Probability.PrivacySteps Primitives.Probability.PrivacyPlans.
Import ListNotations.
Local Open Scope R_scope.

(** true answers of neighbours for which the output below gives most away *)
Definition extremes (m : mechanism) : list Z * list Z :=
  match m with
  | Response k p => if Rle_dec 1 (odds k p) then ([0], [1])%Z else ([1], [0])%Z
  | Additive (Gaussian _) d => ([0], [Z.min 1 d])%Z
  | Additive _ d => ([0], [d])%Z
  end.
Lemma extremes_possible m : proper m -> answers m (fst (extremes m)) (snd (extremes m)).
Proof.
  destruct m as [k p|[alpha|scale|v] d]; cbn [extremes answers proper]; [intros [k_ge2 _]; destruct (Rle_dec 1 (odds k p)); cbn [fst snd answers]; lia|..];
    intros [d_ge0 _]; cbn [fst snd answers distance1 square_distance length]; (split; [reflexivity|nia]).
Qed.
Section Far.
Variable n : nat.   (* how far out, for Gaussian noise *)
Definition extreme_output (m : mechanism) : list Z := match m with Additive (Gaussian _) _ => [(- Z.of_nat n)%Z] | _ => [0%Z] end.
Definition attained (m : mechanism) : R :=
  match m with Additive (Gaussian v) d => (2 * INR n * IZR (Z.min 1 d) + IZR (Z.min 1 d) * IZR (Z.min 1 d)) / (2 * Q2R v) | _ => loss m end.
Lemma attained_ge0 m : proper m -> 0 <= attained m.
Proof.
  intro right. destruct m as [k p|[alpha|scale|v] d]; try now apply loss_ge0. destruct right as [d_ge0 v_gt0]. cbn [attained]. assert (0 <= IZR (Z.min 1 d)) by (apply IZR_le; lia).
  apply Rmult_le_pos; [|left; apply Rinv_0_lt_compat; lra]. pose proof (pos_INR n). nra.
Qed.
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
  - cbn [extremes attained extreme_output chance]. assert (positive : forall alpha, 0 < alpha < 1 -> 0 < geometric alpha (0 - d)).
    { intros alpha range. unfold geometric. apply Rmult_lt_0_compat; [|apply pow_lt; lra]. apply Rmult_lt_0_compat; [lra|apply Rinv_0_lt_compat; lra]. }
    assert (same : forall alpha, 0 < alpha < 1 -> (0 <= d)%Z -> geometric alpha (0 - 0) = exp (IZR d * ln (/ alpha)) * geometric alpha (0 - d)).
    { intros alpha range d_ge0. pose proof (exp_power alpha d (proj1 range) d_ge0) as factor. unfold geometric. replace (Z.abs_nat (0 - d)) with (Z.to_nat d) by lia.
      change (Z.abs_nat (0 - 0)) with O. cbn [pow]. rewrite Rmult_1_r. rewrite <- (Rmult_1_r ((1 - alpha) / (1 + alpha))) at 1. rewrite <- factor. ring. }
    destruct noise as [alpha|scale|v]; destruct right as [d_ge0 range]; cbn [fst snd noise_at loss vector_law]; rewrite !Rmult_1_r; [split; auto| |].
    + pose proof (laplace_range scale range) as alpha_range.
      split; [now apply positive|]. rewrite (same _ alpha_range d_ge0), <- exp_Ropp, Ropp_involutive, ln_exp. reflexivity.
    + pose proof (total_ge1 (Q2R v) range) as total_large. rewrite !gaussian_density. set (t := 1 + _) in *. set (e := Z.min 1 d). split; [apply Rmult_lt_0_compat; [apply exp_pos|apply Rinv_0_lt_compat; lra]|].
      unfold Rdiv at 1 4. rewrite <- Rmult_assoc, <- exp_plus. do 2 f_equal. rewrite !minus_IZR, opp_IZR, <- INR_IZR_INZ. field. lra.
Qed.
(** the same for samples, in the definition of the loss *)
Definition step_attained (u : use) : R := match about_what u with Sample q => amplified (Q2R q) (attained (runs u)) | _ => attained (runs u) end.
Lemma step_attained_ge0 u : proper_use u -> 0 <= step_attained u.
Proof. intros [right rate]. pose proof (attained_ge0 _ right). unfold step_attained. destruct (about_what u); auto. now apply amplified_ge0. Qed.
Definition extreme (u : use) (s : list unit) : list Z := match s with [] => snd (extremes (runs u)) | _ => fst (extremes (runs u)) end.
Theorem step_tight u : proper_use u ->
  0 < step unit u (extreme u) [] (extreme_output (runs u)) /\ step unit u (extreme u) [tt] (extreme_output (runs u)) = exp (step_attained u) * step unit u (extreme u) [] (extreme_output (runs u)).
Proof.
  intros [right rate]. destruct (chance_tight _ right) as [positive tight]. unfold step, step_attained. destruct (about_what u) as [|k|q]; try now split. cbn [sampled extreme].
  split; [exact positive|]. destruct (amplified_exp (Q2R q) rate _ (attained_ge0 _ right)) as [-> _]. rewrite tight. ring.
Qed.
End Far.

Section Plan.
Variables (n : nat) (key : option Z) (l : list use).
Hypothesis right : Forall proper_use l.
Definition pair_near (x y : list unit) : Prop := (x = [] /\ y = [tt]) \/ (x = [tt] /\ y = []).
Definition pair_piece (j : Z) (x : list unit) : list unit := match key with Some k => if (j =? k)%Z then x else [] | None => [] end.
Definition extreme_answer (u : use) (x : list unit) : list Z := if touches key u then extreme u x else [0%Z].
Definition extreme_step (u : use) : list Z := if touches key u then extreme_output n (runs u) else [0%Z].
Definition extreme_query (h : list (list Z)) (x : list unit) : list Z := match nth_error l (length h) with Some u => extreme_answer u x | None => [0%Z] end.

Lemma extreme_possible u s t : proper_use u -> answers (runs u) (extreme_answer u s) (extreme_answer u t).
Proof.
  intros [u_right _]. pose proof (extremes_possible _ u_right) as possible. pose proof (answers_symmetric _ _ _ possible) as possible'.
  unfold extreme_answer. destruct (touches key u); [destruct s, t; cbn [extreme]; eauto using answers_same|].
  destruct (runs u) as [k p|[alpha|scale|v] d]; cbn [answers proper length distance1 square_distance] in *; lia.
Qed.
Lemma extreme_study : study unit (list unit) pair_near pair_piece extreme_query l.
Proof.
  split.
  - intros x y _. exists (match key with Some k => k | None => 0%Z end). intros j other. unfold pair_piece. destruct key as [k|]; [|reflexivity]. now apply Z.eqb_neq in other as ->.
  - intros h u found x y xy. rewrite Forall_forall in right. pose proof (right u (nth_error_In _ _ found)) as u_right.
    assert (answer : forall s, extreme_query h s = extreme_answer u s) by (intro s; unfold extreme_query; now rewrite found).
    assert (possible : forall s t, answers (runs u) (extreme_query h s) (extreme_query h t)) by (intros s t; rewrite !answer; now apply extreme_possible).
    unfold allowed. destruct (about_what u) as [|j|q] eqn:is_about; [apply possible|split; [apply possible|]|split; [|intros s t _; apply possible]].
    + intro same. rewrite !answer. unfold extreme_answer, touches. rewrite is_about. unfold pair_piece in same. destruct key as [k|]; [|reflexivity].
      destruct (Z.eqb_spec j k) as [->|other]; [|reflexivity]. destruct xy as [[-> ->]|[-> ->]]; discriminate.
    + destruct xy as [[-> ->]|[-> ->]]; [left|right]; now exists [], tt, [].
Qed.
Lemma extreme_law rest h : (exists pre, l = pre ++ rest /\ length pre = length h) ->
  0 < law unit extreme_query rest h [] (map extreme_step rest) /\
  law unit extreme_query rest h [tt] (map extreme_step rest) = exp (spent (step_attained n) key rest) * law unit extreme_query rest h [] (map extreme_step rest).
Proof.
  revert h. induction rest as [|u rest IH]; intros h (pre & split_l & lengths); [unfold spent; cbn; rewrite exp_0; split; lra|].
  assert (found : nth_error l (length h) = Some u) by (rewrite split_l, <- lengths, nth_error_app2, Nat.sub_diag by lia; reflexivity).
  cbn [map law]. assert (answer : forall x, step unit u (extreme_query h) x = step unit u (extreme_answer u) x) by (intro x; unfold step, extreme_query; now rewrite found).
  rewrite !answer. unfold spent. rewrite sum_cons. fold (spent (step_attained n) key rest). rewrite exp_plus.
  destruct (IH (extreme_step u :: h)) as [later_gt0 later]; [exists (pre ++ [u]); split; [now rewrite <- app_assoc|rewrite length_app; cbn; lia]|]. rewrite later. clear later.
  set (rest_law := law unit extreme_query rest (extreme_step u :: h) [] (map extreme_step rest)) in *. clearbody rest_law.
  rewrite Forall_forall in right. pose proof (right u (nth_error_In _ _ found)) as u_right. unfold extreme_step, spent_by.
  assert (same : extreme_answer u = if touches key u then extreme u else fun _ => [0%Z]) by (unfold extreme_answer; destruct (touches key u); reflexivity). rewrite same.
  destruct (touches key u) eqn:touched.
  - destruct (step_tight n u u_right) as [now_gt0 now_tight]. split; [now apply Rmult_lt_0_compat|]. rewrite now_tight. ring.
  - assert (now_gt0 : 0 < chance (runs u) [0%Z] [0%Z]).
    { destruct u_right as [u_right _]. destruct (runs u) as [k p|noise d]; cbn [chance vector_law Z.eqb proper] in *; [tauto|]. rewrite Rmult_1_r. destruct noise as [alpha|scale|v]; cbn [noise_at] in *.
      - unfold geometric. cbn. rewrite Rmult_1_r. apply Rmult_lt_0_compat; [lra|apply Rinv_0_lt_compat; lra].
      - pose proof (laplace_range scale (proj2 u_right)). unfold geometric. cbn. rewrite Rmult_1_r. apply Rmult_lt_0_compat; [lra|apply Rinv_0_lt_compat; lra].
      - pose proof (total_ge1 _ (proj2 u_right)) as total_large. rewrite gaussian_density. apply Rmult_lt_0_compat; [apply exp_pos|apply Rinv_0_lt_compat; lra]. }
    unfold step, touches in *. destruct (about_what u); try discriminate. split; [now apply Rmult_lt_0_compat|]. rewrite exp_0. ring.
Qed.
Theorem spent_tight e : e < spent (step_attained n) key l -> ~ private pair_near (law unit extreme_query l []) e 0.
Proof.
  intros less all. assert (near : pair_near [tt] []) by (right; now split).
  destruct (study_fits _ _ _ _ _ l [tt] [] extreme_study near) as [k fit]. pose proof (law_distribution _ _ k l [] [tt] [] right fit) as law_one. pose proof (law_distribution _ _ k l [] [] [tt] right (fits_symmetric _ _ _ _ _ _ _ fit)) as law_none.
  pose proof (private_close_near _ _ e 0 _ _ all near law_one law_none [map extreme_step l] ltac:(repeat constructor; easy)) as le.
  destruct (extreme_law l [] (ex_intro _ [] (conj eq_refl eq_refl))) as [positive tight]. cbn [sum fold_right] in le. rewrite tight in le.
  pose proof (exp_increasing _ _ less). nra.
Qed.
End Plan.

(** one use of Gaussian noise, and a question that is not constant: no epsilon is enough without a delta *)
Theorem gaussian_unbounded key l v d e : Forall proper_use l -> (0 < d)%Z ->
  (exists u, In u l /\ touches key u = true /\ runs u = Additive (Gaussian v) d /\ match about_what u with Sample q => 0 < Q2R q | _ => True end) -> exists n, e < spent (step_attained n) key l.
Proof.
  intros right d_gt0 (u & u_in & touched & is_gaussian & kept). rewrite Forall_forall in right. pose proof (right u u_in) as [u_right rate]. rewrite is_gaussian in u_right. destruct u_right as [_ v_gt0].
  assert (ge0 : forall n w, In w l -> 0 <= spent_by (step_attained n) key w).
  { intros n w w_in. unfold spent_by. destruct (touches key w); [|lra]. now apply step_attained_ge0, right. }
  set (bound := match about_what u with Sample q => exp e / Q2R q | _ => e end).
  destruct (archimed (Rmax 0 (bound * (2 * Q2R v)))) as [far _]. exists (Z.to_nat (up (Rmax 0 (bound * (2 * Q2R v))))). set (n := Z.to_nat _).
  assert (n_large : bound * (2 * Q2R v) < INR n).
  { pose proof (Rmax_l 0 (bound * (2 * Q2R v))). pose proof (Rmax_r 0 (bound * (2 * Q2R v))). assert (0 < IZR (up (Rmax 0 (bound * (2 * Q2R v))))) as positive by lra. apply lt_IZR in positive.
    unfold n. rewrite INR_IZR_INZ, Z2Nat.id by lia. lra. }
  assert (large : bound < attained n (runs u)).
  { rewrite is_gaussian. cbn [attained]. replace (Z.min 1 d) with 1%Z by lia. apply (Rmult_lt_reg_r (2 * Q2R v)); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. pose proof (pos_INR n). lra. }
  apply in_split in u_in as (before & after & E). rewrite E in *. unfold spent. rewrite sum_app, sum_cons.
  pose proof (sum_ge0 (spent_by (step_attained n) key) before) as b_ge0. pose proof (sum_ge0 (spent_by (step_attained n) key) after) as a_ge0.
  specialize (b_ge0 ltac:(intros w w_in; apply ge0, in_app_iff; now left)). specialize (a_ge0 ltac:(intros w w_in; apply ge0, in_app_iff; right; now right)).
  assert (now_large : e < spent_by (step_attained n) key u); [|lra].
  unfold spent_by, step_attained, bound in *. rewrite touched. destruct (about_what u) as [|k|q]; auto.
  (* e^a - 1 >= a > e^e/q *)
  unfold amplified. rewrite <- (ln_exp e) at 1. apply ln_increasing; [apply exp_pos|]. pose proof (exp_ineq1_le (attained n (runs u))) as grows.
  apply (Rmult_lt_compat_l (Q2R q)) in large; [|exact kept]. replace (Q2R q * (exp e / Q2R q)) with (exp e) in large by (field; lra).
  apply Rlt_trans with (1 := large). apply Rle_lt_trans with (Q2R q * (exp (attained n (runs u)) - 1)); [apply Rmult_le_compat_l; lra|lra].
Qed.

(** ** Budgets with a delta: randomised response with two answers *)

Section Votes.
Variables (p : Q) (l : list use).
Hypothesis all_votes : Forall (fun u => runs u = Response 2 p /\ about_what u = All) l.
Hypothesis p_range : 0 < Q2R p < 1.
Definition vote (h : list (list Z)) (x : list unit) : list Z := match x with [] => [1%Z] | _ => [0%Z] end.
Definition votes (b : list bool) : list (list Z) := map (fun yes : bool => if yes then [1%Z] else [0%Z]) b.
Lemma votes_study : study unit unit pair_near (fun _ _ => tt) vote l.
Proof.
  split; [intros x y _; now exists 0%Z|]. intros h u found x y _. rewrite Forall_forall in all_votes. destruct (all_votes u (nth_error_In _ _ found)) as [is_vote whole].
  unfold allowed. rewrite is_vote, whole. unfold vote. destruct x, y; cbn [answers]; lia.
Qed.
Lemma votes_law b h : length b = length l ->
  law unit vote l h [tt] (votes b) = weight (1 - Q2R p) b /\ law unit vote l h [] (votes b) = weight (Q2R p) b.
Proof.
  clear p_range. revert b h. induction l as [|u rest IH]; intros [|yes b] h lengths; try discriminate; [now split|].
  injection lengths as lengths. apply Forall_cons_iff in all_votes as [[u_runs u_about] rest_votes]. cbn [votes map law]. fold (votes b).
  destruct (IH rest_votes b ((if yes then [1%Z] else [0%Z]) :: h) lengths) as [-> ->]. unfold step. rewrite u_runs, u_about. unfold vote.
  assert (one : IZR (2 - 1) = 1) by reflexivity. destruct yes; cbn [weight chance Z.eqb Pos.eqb Z.leb Z.ltb Z.compare Pos.compare Pos.compare_cont andb]; rewrite ?one; split; field.
Qed.
(** so few ones as [k] among all outputs *)
Theorem votes_exceed k e d : exp e * at_most (length l) k (Q2R p) + d < at_most (length l) k (1 - Q2R p) -> ~ private pair_near (law unit vote l []) e d.
Proof.
  intros more all. assert (right : Forall proper_use l).
  { apply Forall_impl with (2 := all_votes). intros u [u_runs u_about]. unfold proper_use. rewrite u_runs, u_about. split; [split; [lia|exact p_range]|exact I]. }
  assert (near : pair_near [tt] []) by (right; now split). destruct (study_fits _ _ _ _ _ l [tt] [] votes_study near) as [j fit].
  pose proof (law_distribution _ _ j l [] [tt] [] right fit) as law_one. pose proof (law_distribution _ _ j l [] [] [tt] right (fits_symmetric _ _ _ _ _ _ _ fit)) as law_none.
  set (few := filter (fun b => Nat.leb (successes b) k) (patterns (length l))).
  assert (once : NoDup (map votes few)).
  { apply Injective_map_NoDup; [|apply NoDup_filter, patterns_once]. intros a. induction a as [|x a IH]; intros [|y b] same; try discriminate; [reflexivity|].
    injection same as first rest. f_equal; [destruct x, y; congruence|now apply IH]. }
  pose proof (private_close_near _ _ e d _ _ all near law_one law_none (map votes few) once) as le. rewrite !sum_map in le.
  assert (lengths : forall b, In b few -> length b = length l) by (intros b b_in; apply filter_In in b_in as [b_in _]; now apply patterns_all).
  rewrite (sum_same _ (weight (1 - Q2R p)) few), (sum_same (fun b => law unit vote l [] [] (votes b)) (weight (Q2R p)) few) in le
    by (intros b b_in; now apply votes_law, lengths).
  change (sum (weight (1 - Q2R p)) few) with (total (1 - Q2R p) few) in le. change (sum (weight (Q2R p)) few) with (total (Q2R p) few) in le.
  unfold few in le. rewrite !total_at_most in le. lra.
Qed.
End Votes.
