(** * Examples of private releases

    A count with geometric noise, alpha = 1/2: one release costs ln 2; it stays private when it is cut off below 0; for three people at once it costs 3 ln 2; two releases about the same people cost 2 ln 2, and
    not less, but ln 2 only if they are about different people.

    Main results: [noisy_count], [noisy_count_cut], [noisy_count_group], [two_counts], [two_disjoint_counts], [two_counts_not_disjoint], [hundred_answers] (advanced composition).

    Trust: proved. *)
From Coq Require Import ZArith QArith Qreals Reals Lra Lia List.
From Warrant Require Import Spec.Privacy Primitives.Fractions Primitives.Probability.Sums Primitives.Probability.Privacy Primitives.Probability.IntegerNoise Primitives.Probability.Renyi
  Primitives.Probability.PrivacyMechanisms.
Import ListNotations.
Local Open Scope R_scope.

(** one person more or less *)
Definition next_to (x y : Z) : Prop := (Z.abs (x - y) <= 1)%Z.
Definition noisy (x z : Z) : R := geometric (Q2R (1 # 2)) (z - x).
Lemma half_range : 0 < Q2R (1 # 2) < 1. Proof. rewrite Q2R_half. lra. Qed.
Lemma noisy_distribution x : distribution (noisy x).
Proof. apply (shifted_distribution (geometric (Q2R (1 # 2)))), geometric_distribution, half_range. Qed.
Theorem noisy_count : private next_to noisy (ln 2) 0.
Proof.
  replace (ln 2) with (IZR 1 * ln (/ Q2R (1 # 2))) by (rewrite Q2R_half, Rinv_inv; ring).
  apply (geometric_private next_to (1 # 2) 1 (fun x => x)); [exact half_range|easy|auto].
Qed.
(** post-processing: no negative counts *)
Theorem noisy_count_cut : private next_to (fun x => image (Z.max 0) (noisy x) (noisy_distribution x)) (ln 2) 0.
Proof. apply post_processing, noisy_count. Qed.
Theorem noisy_count_group : private (connected next_to 3) noisy (3 * ln 2) 0.
Proof.
  pose proof (group_privacy next_to noisy (ln 2) 0 3 noisy_distribution noisy_count) as three. rewrite Rmult_0_l in three. replace (INR 3) with 3 in three by (cbn; ring). exact three.
Qed.
Theorem two_counts : private next_to (fun x => joint (noisy x) (fun _ => noisy x)) (ln 2 + ln 2) 0.
Proof.
  rewrite <- (Rplus_0_r 0). apply (adaptive_composition next_to noisy (fun x _ => noisy x)); auto using noisy_distribution, noisy_count, Rle_refl.
Qed.
Theorem two_disjoint_counts : private (one_part next_to next_to) (fun x => joint (noisy (fst x)) (fun _ => noisy (snd x))) (ln 2) 0.
Proof. apply parallel_composition; auto using noisy_distribution, noisy_count, Rle_refl. Qed.
(** the same people, asked twice: one ln 2 is not enough *)
Theorem two_counts_not_disjoint : ~ private next_to (fun x => joint (noisy x) (fun _ => noisy x)) (ln 2) 0.
Proof.
  intro all. assert (law_dist : forall x, distribution (joint (noisy x) (fun _ => noisy x))) by (intro x; apply joint_distribution; auto using noisy_distribution).
  pose proof (private_close _ _ law_dist _ _ all 0%Z 1%Z ltac:(unfold next_to; lia) [(0%Z, 0%Z)] ltac:(repeat constructor; easy)) as le.
  rewrite exp_ln in le by lra. unfold joint, noisy, geometric in le. cbn in le. rewrite Q2R_half in le. replace ((1 - / 2) / (1 + / 2)) with (1 / 3) in le by field. change (Pos.to_nat 1) with 1%nat in le. lra.
Qed.
(** a hundred answers that cost 1/10 each: 10 by the sum of losses, 6.2 with delta = e^(-12.5), which is less than 4e-6 *)
Theorem hundred_answers {Data Out} (near : Data -> Data -> Prop) (law : Data -> list Out -> Out -> R) : (forall x y, near x y -> near y x) ->
  (forall x h, distribution (law x h)) -> (forall h, private near (fun x => law x h) (1 / 10) 0) -> private near (repeated law 100 []) (62 / 10) (exp (- (25 / 2))).
Proof.
  intros symmetric law_dist each. assert (small : 0 < exp (- (25 / 2)) <= 1) by (split; [apply exp_pos|rewrite <- exp_0; left; apply exp_increasing; lra]).
  pose proof (advanced_composition near law symmetric law_dist (1 / 10) 100 (exp (- (25 / 2))) ltac:(lra) ltac:(lia) small each) as all.
  set (e := _ + _) in all. assert (e_le : e <= 62 / 10).
  { unfold e. replace (INR 100) with 100 by (rewrite INR_IZR_INZ; reflexivity). rewrite <- exp_Ropp, Ropp_involutive, ln_exp. replace (2 * 100 * (25 / 2)) with (50 * 50) by lra. rewrite sqrt_square by lra.
    assert (exp (1 / 10) <= 10 / 9); [|lra]. pose proof (exp_ineq1_le (- (1 / 10))) as le. rewrite exp_Ropp in le. pose proof (exp_pos (1 / 10)).
    apply (Rmult_le_compat_r (exp (1 / 10))) in le; [|lra]. rewrite Rinv_l in le by lra. lra. }
  apply close_private; [intro x; now apply repeated_distribution|]. intros x y xy.
  apply (close_mono e _ (exp (- (25 / 2))) _); [intro o; apply dist_ge0; now apply repeated_distribution|exact e_le|apply Rle_refl|].
  apply (private_close near); auto. intro z. now apply repeated_distribution.
Qed.
