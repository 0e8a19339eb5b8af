(** * Losses that are attained

    The losses of randomised response, of geometric noise and of plans of them cannot be improved: there are two neighbouring data sets and questions, exactly as sensitive as the plan says,
    for which one output (that where every answer is 0) is more probable by just the factor e^loss.

    Main definitions: [extremes].
    Main results: [chance_tight], [spent_tight].

    Trust: proved.
    Source: A. Ghosh, T. Roughgarden, M. Sundararajan, Universally utility-maximizing privacy mechanisms, 2009, section 2. *)
From Coq Require Import ZArith QArith Qreals Reals Lra Lia List Bool.
From Warrant Require Import Spec.Privacy Primitives.Probability.Sums Primitives.Probability.Privacy Primitives.Probability.PrivacyMechanisms.
Import ListNotations.
Local Open Scope R_scope.

(** true answers of neighbours for which the output 0 gives most away *)
Definition extremes (m : mechanism) : Z * Z :=
  match m with Response k p => if Rle_dec 1 (odds k p) then (0, 1)%Z else (1, 0)%Z | Additive _ d => (0, d)%Z end.
Lemma extremes_possible m : proper m -> answers m (fst (extremes m)) (snd (extremes m)) /\ answers m (snd (extremes m)) (fst (extremes m)).
Proof. destruct m as [k p|n d]; cbn [extremes answers proper]; [intros [k_ge2 _]; destruct (Rle_dec 1 (odds k p)); cbn [fst snd]; lia|intros [d_ge0 _]; cbn [fst snd]; lia]. Qed.
Theorem chance_tight m : proper m ->
  0 < chance m (snd (extremes m)) 0 /\ chance m (fst (extremes m)) 0 = exp (loss m) * chance m (snd (extremes m)) 0.
Proof.
  destruct m as [k p|n d]; intro right.
  - destruct right as [k_ge2 p_range]. assert (k_gt0 : 0 < IZR (k - 1)) by (apply IZR_lt; lia). set (c := (1 - Q2R p) / IZR (k - 1)).
    assert (c_gt0 : 0 < c) by (apply Rmult_lt_0_compat; [lra|now apply Rinv_0_lt_compat]).
    assert (r_gt0 : 0 < odds k p) by (unfold odds; apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat; [lra|exact k_gt0]|apply Rinv_0_lt_compat; lra]).
    assert (quotient : odds k p * c = Q2R p) by (unfold odds, c; field; lra).
    assert (inside : ((0 <=? 0)%Z && (0 <? k)%Z)%bool = true) by (apply andb_true_iff; lia).
    cbn [extremes loss]. destruct (Rle_dec 1 (odds k p)) as [large|small]; cbn [fst snd chance Z.eqb]; rewrite inside; fold c.
    + split; [exact c_gt0|]. rewrite Rabs_pos_eq, exp_ln by (exact r_gt0 || (rewrite <- ln_1; destruct large as [less|<-]; [left; apply ln_increasing; lra|right; reflexivity])). lra.
    + split; [lra|]. rewrite Rabs_left, exp_Ropp, exp_ln by (exact r_gt0 || (rewrite <- ln_1; apply ln_increasing; lra)). rewrite <- quotient. field. lra.
  - cbn [extremes fst snd chance]. assert (positive : forall alpha, 0 < alpha < 1 -> 0 < geometric alpha (0 - d)).
    { intros alpha range. unfold geometric. apply Rmult_lt_0_compat; [|apply pow_lt; lra]. apply Rmult_lt_0_compat; [lra|apply Rinv_0_lt_compat; lra]. }
    assert (same : forall alpha, 0 < alpha < 1 -> (0 <= d)%Z -> geometric alpha (0 - 0) = exp (IZR d * ln (/ alpha)) * geometric alpha (0 - d)).
    { intros alpha range d_ge0. pose proof (exp_power alpha d (proj1 range) d_ge0) as factor. unfold geometric. replace (Z.abs_nat (0 - d)) with (Z.to_nat d) by lia.
      change (Z.abs_nat (0 - 0)) with O. cbn [pow]. rewrite Rmult_1_r. rewrite <- (Rmult_1_r ((1 - alpha) / (1 + alpha))) at 1. rewrite <- factor. ring. }
    destruct n as [alpha|scale]; destruct right as [d_ge0 range]; cbn [noise_at loss]; [split; auto|]. pose proof (laplace_range scale range) as alpha_range.
    split; [now apply positive|]. rewrite (same _ alpha_range d_ge0), <- exp_Ropp, Ropp_involutive, ln_exp. reflexivity.
Qed.

Section Plan.
Variables (key : option Z) (l : list use).
Hypothesis right : Forall (fun u => proper (runs u)) l.
Definition pair_near (x y : bool) : Prop := x <> y.
Definition pair_piece (j : Z) (x : bool) : bool := match key with Some k => if (j =? k)%Z then x else false | None => false end.
Definition extreme_answer (u : use) (x : bool) : Z := if touches key u then if x then fst (extremes (runs u)) else snd (extremes (runs u)) else 0%Z.
Definition extreme_query (h : list Z) (x : bool) : Z := match nth_error l (length h) with Some u => extreme_answer u x | None => 0%Z end.

Lemma extreme_study : study bool bool pair_near pair_piece extreme_query l.
Proof.
  split.
  - intros x y _. exists (match key with Some k => k | None => 0%Z end). intros j other. unfold pair_piece. destruct key as [k|]; [|reflexivity]. now apply Z.eqb_neq in other as ->.
  - intros h u found x y xy. unfold extreme_query. rewrite found. rewrite Forall_forall in right. pose proof (right u (nth_error_In _ _ found)) as u_right. unfold extreme_answer. split.
    + destruct (touches key u).
      * pose proof (extremes_possible _ u_right). destruct x, y; tauto || contradiction (xy eq_refl).
      * destruct (runs u) as [k p|n d]; cbn [answers proper] in *; lia.
    + intros k named same. unfold touches. rewrite named. unfold pair_piece in same. destruct key as [j|]; [|reflexivity].
      destruct (Z.eqb_spec k j) as [->|other]; [contradiction|reflexivity].
Qed.
Lemma extreme_law rest h : (exists pre, l = pre ++ rest /\ length pre = length h) ->
  0 < law bool extreme_query rest h false (map (fun _ => 0%Z) rest) /\
  law bool extreme_query rest h true (map (fun _ => 0%Z) rest) = exp (spent key rest) * law bool extreme_query rest h false (map (fun _ => 0%Z) rest).
Proof.
  revert h. induction rest as [|u rest IH]; intros h (pre & split_l & lengths); [unfold spent; cbn; rewrite exp_0; split; lra|].
  assert (found : nth_error l (length h) = Some u) by (rewrite split_l, <- lengths, nth_error_app2, Nat.sub_diag by lia; reflexivity).
  cbn [map law]. unfold extreme_query at 1 3 5. rewrite found. unfold spent. rewrite sum_cons. fold (spent key rest). rewrite exp_plus.
  destruct (IH (0%Z :: h)) as [later_gt0 later]; [exists (pre ++ [u]); split; [now rewrite <- app_assoc|rewrite length_app; cbn; lia]|]. rewrite later.
  rewrite Forall_forall in right. pose proof (right u (nth_error_In _ _ found)) as u_right. unfold extreme_answer, spent_by. destruct (touches key u).
  - destruct (chance_tight _ u_right) as [now_gt0 now_tight]. split; [now apply Rmult_lt_0_compat|]. rewrite now_tight. ring.
  - assert (now_gt0 : 0 < chance (runs u) 0 0).
    { destruct (runs u) as [k p|n d]; cbn [chance Z.eqb proper] in *; [tauto|]. destruct n as [alpha|scale]; cbn [noise_at] in *.
      - unfold geometric. cbn. rewrite Rmult_1_r. apply Rmult_lt_0_compat; [lra|apply Rinv_0_lt_compat; lra].
      - pose proof (laplace_range scale (proj2 u_right)). unfold geometric. cbn. rewrite Rmult_1_r. apply Rmult_lt_0_compat; [lra|apply Rinv_0_lt_compat; lra]. }
    split; [now apply Rmult_lt_0_compat|]. rewrite exp_0. ring.
Qed.
Theorem spent_tight e : e < spent key l -> ~ private pair_near (law bool extreme_query l []) e 0.
Proof.
  intros less all. assert (law_dist : forall x, distribution (law bool extreme_query l [] x)).
  { intro x. assert (xy : pair_near x (negb x)) by (unfold pair_near; destruct x; discriminate).
    destruct (study_fits _ _ _ _ _ l x (negb x) extreme_study xy) as [k fit]. exact (law_distribution _ _ k l [] x (negb x) right fit). }
  pose proof (private_close _ _ law_dist e 0 all true false (diff_true_false) [map (fun _ => 0%Z) l] ltac:(repeat constructor; easy)) as le.
  destruct (extreme_law l [] (ex_intro _ [] (conj eq_refl eq_refl))) as [positive tight]. cbn [sum fold_right] in le. rewrite tight in le.
  pose proof (exp_increasing _ _ less). nra.
Qed.
End Plan.
