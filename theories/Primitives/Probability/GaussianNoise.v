(** * Robustness by Gaussian noise

    Of all events with the probability Φ(τ) under Gaussian noise, it is the half-space {z : <v, z> <= τ σ |v|} that loses most when the noise is shifted by v: its probability falls to Φ(τ - |v|/σ).  This is
    Neyman and Pearson's lemma.  An event B that is at least as probable as the half-space H has, outside of H, at least the probability that H has outside of B; there the shift multiplies densities by more
    than it does anywhere in H.

    Main results: [gaussian_shift], [gaussian_attained] (it is an equality for half-spaces), [gaussian_robust]; [gaussian_exists] (such a probability, in one dimension).

    Trust: proved.
    Source: J. Cohen, E. Rosenfeld and Z. Kolter, Certified adversarial robustness via randomized smoothing, 2019, Theorem 1 and Lemmas 3 and 4; J. Neyman and E. Pearson, 1933. *)
From Coq Require Import Reals Lra Lia Psatz Qreals FunctionalExtensionality Classical.
From Coquelicot Require Import Hierarchy RInt RInt_analysis.
From Coquelicot Require Rbar Lub.
From Warrant Require Import Spec.Probability Spec.Smoothing Primitives.Probability.Events Primitives.Probability.Samples Primitives.Probability.UniformNoise Primitives.Probability.Normal.
Local Open Scope R_scope.

Lemma inner_plus d v z w : inner d v (plus z w) = inner d v z + inner d v w.
Proof. induction d as [|d IH]; cbn [inner]; [ring|]. rewrite IH. unfold plus. ring. Qed.
Lemma inner_ge0 d v : 0 <= inner d v v.
Proof. induction d as [|d IH]; cbn [inner]; [lra|]. nra. Qed.
Lemma norm2_square d v : inner d v v = norm2 d v * norm2 d v.
Proof. symmetry. apply sqrt_sqrt, inner_ge0. Qed.
Lemma norm2_zero d v : supported d v -> norm2 d v = 0 -> v = fun _ => 0.
Proof.
  intros beyond zero. assert (all : inner d v v = 0) by (rewrite norm2_square, zero; ring). apply functional_extensionality. intro i.
  destruct (Nat.le_gt_cases d i) as [out|within]; [now apply beyond|]. clear zero beyond. induction d as [|d IH]; [lia|]. cbn [inner] in all. pose proof (inner_ge0 d v).
  destruct (Nat.eq_dec i d) as [->|other]; [nra|]. apply IH; [nra|lia].
Qed.

Section Gaussian.
Variables (d : nat) (sigma : R) (N : probability vector).
Hypothesis law : gaussian N d sigma.

(** the half-space with the probability Φ(τ), and what is left of it after a shift *)
Definition half_space (v : vector) (tau : R) (z : vector) : Prop := inner d v z <= tau * (sigma * norm2 d v).
Lemma half_space_event v tau : supported d v -> 0 < norm2 d v -> event N (half_space v tau).
Proof. intros beyond long. destruct law as (_ & lines & _). exact (proj1 (lines v (tau * (sigma * norm2 d v)) beyond long)). Qed.
Theorem gaussian_attained v tau : supported d v -> 0 < norm2 d v ->
  P N (half_space v tau) = normal tau /\ P N (fun z => half_space v tau (plus z v)) = normal (tau - norm2 d v / sigma).
Proof.
  intros beyond long. destruct law as (sigma_gt0 & lines & _). split.
  - destruct (lines v (tau * (sigma * norm2 d v)) beyond long) as [_ value]. unfold half_space. rewrite value. f_equal. field. lra.
  - destruct (lines v (tau * (sigma * norm2 d v) - inner d v v) beyond long) as [is_line value].
    rewrite <- (P_same _ N (fun z => inner d v z <= tau * (sigma * norm2 d v) - inner d v v)); [|intro z; unfold half_space; rewrite inner_plus; lra|exact is_line].
    rewrite value, norm2_square. f_equal. field. lra.
Qed.

Theorem gaussian_shift B v tau : supported d v -> event N B -> normal tau <= P N B -> normal (tau - norm2 d v / sigma) <= P N (fun z => B (plus z v)).
Proof.
  intros beyond is_B enough. pose proof law as (sigma_gt0 & _ & shifts). destruct (Rle_lt_dec (norm2 d v) 0) as [none|long].
  { assert (zero : norm2 d v = 0) by (pose proof (sqrt_pos (inner d v v)); unfold norm2 in *; lra).
    rewrite zero. replace (tau - 0 / sigma) with tau by (field; lra). rewrite (norm2_zero d v beyond zero).
    replace (fun z => B (plus z (fun _ => 0))) with B; [exact enough|]. apply functional_extensionality. intro z. f_equal. apply functional_extensionality. intro i. unfold plus. ring. }
  destruct (gaussian_attained v tau beyond long) as [at_tau moved]. set (H := half_space v tau) in *.
  assert (is_H : event N H) by now apply half_space_event.
  set (more := fun z => B z /\ ~ H z). set (less := fun z => H z /\ ~ B z). set (both := fun z => B z /\ H z).
  assert (is_more : event N more) by (apply event_and; [|apply event_not]; assumption).
  assert (is_less : event N less) by (apply event_and; [|apply event_not]; assumption).
  assert (is_both : event N both) by (apply event_and; assumption).
  destruct (shifts more v beyond is_more) as [is_more' rates]. destruct (rates (tau * (sigma * norm2 d v))) as [_ gain].
  destruct (shifts less v beyond is_less) as [is_less' rates']. destruct (rates' (tau * (sigma * norm2 d v))) as [loss _]. clear rates rates'.
  set (ratio := exp _) in *. destruct (shifts both v beyond is_both) as [is_both' _].
  assert (ratio_gt0 : 0 < ratio) by apply exp_pos.
  specialize (gain ltac:(intros z [_ out]; unfold H, half_space in out; lra)). specialize (loss ltac:(intros z [within _]; exact within)).
  assert (parts : forall A C D : vector -> Prop, event N C -> event N D -> (forall z, ~ (C z /\ D z)) -> (forall z, A z <-> C z \/ D z) -> P N A = P N C + P N D).
  { intros A C D is_C is_D apart same. rewrite <- P_or by assumption. symmetry. apply P_same; [intro z; symmetry; apply same|now apply event_or]. }
  assert (of_B : P N B = P N both + P N more) by (apply parts; auto; unfold both, more; [tauto|intro z; pose proof (classic (H z)); tauto]).
  assert (of_H : P N H = P N both + P N less) by (apply parts; auto; unfold both, less; [tauto|intro z; pose proof (classic (B z)); tauto]).
  assert (of_B' : P N (fun z => B (plus z v)) = P N (fun z => both (plus z v)) + P N (fun z => more (plus z v))).
  { apply parts; auto; unfold both, more; [tauto|intro z; pose proof (classic (H (plus z v))); tauto]. }
  assert (of_H' : P N (fun z => H (plus z v)) = P N (fun z => both (plus z v)) + P N (fun z => less (plus z v))).
  { apply parts; auto; unfold both, less; [tauto|intro z; pose proof (classic (B (plus z v))); tauto]. }
  rewrite <- moved, of_B', of_H'. assert (P N less <= P N more) by lra. assert (ratio * P N less <= ratio * P N more) by (apply Rmult_le_compat_l; lra). lra.
Qed.
End Gaussian.

(** J. Cohen et al., 2019, Theorem 1, for one class against all others: where q + Φ(r/σ) < 1, no input within the ℓ2 distance r gets another class *)
Theorem gaussian_robust sigma q r : q + normal (r / Q2R sigma) < 1 -> robust (Gaussian sigma) q r.
Proof.
  intros enough d N f x v c law events x_supported v_supported short missed. pose proof law as (sigma_gt0 & _ & shifts).
  set (B := fun z : vector => f (plus z x) = c).
  assert (is_B : event N B) by exact (proj1 (shifts (fun z => f z = c) x x_supported (events c))).
  assert (B_value : P N B = 1 - q).
  { rewrite <- missed, <- (P_not N (fun z => f (plus z x) <> c)); [|exact (event_not _ N B is_B)]. apply P_same; [|exact is_B]. intro z. unfold B. split; [intros -> no; now apply no|].
    intro no. destruct (Nat.eq_dec (f (plus z x)) c) as [yes|other]; [exact yes|contradiction]. }
  (* a little beyond r/σ, Φ is still below 1 - q *)
  assert (room : exists tau, r / Q2R sigma < tau /\ normal tau <= 1 - q).
  { destruct (normal_continuous (r / Q2R sigma) (ball (normal (r / Q2R sigma)) (mkposreal (1 - q - normal (r / Q2R sigma)) ltac:(lra))) (locally_ball _ _)) as [eps near].
    exists (r / Q2R sigma + eps / 2). pose proof (cond_pos eps). split; [lra|]. specialize (near (r / Q2R sigma + eps / 2)).
    assert (in_ball : ball (r / Q2R sigma) eps (r / Q2R sigma + eps / 2)).
    { unfold ball. cbn. unfold AbsRing_ball, abs, Hierarchy.minus, Hierarchy.plus, opp. cbn. replace (r / Q2R sigma + eps / 2 + - (r / Q2R sigma)) with (eps / 2) by ring. rewrite Rabs_pos_eq; lra. }
    specialize (near in_ball). unfold ball in near. cbn in near. unfold AbsRing_ball, abs, Hierarchy.minus, Hierarchy.plus, opp in near. cbn in near. apply Rabs_def2 in near. lra. }
  destruct room as (tau & beyond_r & enough_tau).
  pose proof (gaussian_shift d (Q2R sigma) N law B v tau v_supported is_B ltac:(lra)) as moved.
  assert (half : 1 / 2 < normal (tau - norm2 d v / Q2R sigma)).
  { rewrite <- normal_zero. apply normal_mono. assert (norm2 d v / Q2R sigma <= r / Q2R sigma); [|lra]. apply Rmult_le_compat_r; [|exact short]. left. now apply Rinv_0_lt_compat. }
  rewrite (P_same _ N (fun z => f (plus z (plus x v)) = c) (fun z => B (plus z v))); [lra|..].
  - intro z. unfold B. replace (plus (plus z v) x) with (plus z (plus x v)); [reflexivity|]. apply functional_extensionality. intro i. unfold plus. ring.
  - apply (event_same _ N (fun z => B (plus z v))); [|exact (proj1 (shifts B v v_supported is_B))].
    intro z. unfold B. replace (plus (plus z v) x) with (plus z (plus x v)); [reflexivity|]. apply functional_extensionality. intro i. unfold plus. ring.
Qed.

(** ** One instance: Gaussian noise on the line

    With one coordinate, events are the sets whose indicator, times a normal density with any mean, has a Riemann integral on every interval, and the probability is the least upper bound of these integrals
    for the mean 0. *)

Section Line.
Variable sigma : R.
Hypothesis sigma_gt0 : 0 < sigma.

Definition density (t : R) : R := bell (/ sigma * t) * (/ sigma * / sqrt (2 * PI)).
Definition weighted (s : R) (B : vector -> Prop) (t : R) : R := density (t - s) * among B t.
Definition gaussian_event (B : vector -> Prop) : Prop := forall s a b, ex_RInt (weighted s B) a b.
Definition windows (B : vector -> Prop) (x : R) : Prop := exists a b, a <= b /\ x = RInt (weighted 0 B) a b.
Definition gaussian_measure (B : vector -> Prop) : R := Rbar.real (Lub.Lub_Rbar (windows B)).

(* for [ring], which does not see through Coquelicot's structures *)
Local Ltac reals := match goal with |- ?a = ?b => change (@eq R a b) end.
Local Lemma among_range B t : 0 <= among B t <= 1.
Proof. unfold among. destruct (classic (B (at_point t))); [rewrite indicator_true by assumption|rewrite indicator_false by assumption]; lra. Qed.
Local Lemma density_gt0 t : 0 < density t.
Proof. apply Rmult_lt_0_compat; [apply bell_gt0|]. apply Rmult_lt_0_compat; apply Rinv_0_lt_compat; [exact sigma_gt0|apply root_gt0]. Qed.
Local Lemma weighted_ge0 s B t : 0 <= weighted s B t.
Proof. apply Rmult_le_pos; [left; apply density_gt0|apply among_range]. Qed.
Local Lemma density_integral a b : is_RInt density a b (normal (b / sigma) - normal (a / sigma)).
Proof.
  pose proof (is_RInt_comp_lin bell (/ sigma) 0 a b (area (/ sigma * b + 0) - area (/ sigma * a + 0))) as moved.
  rewrite <- area_difference in moved. specialize (moved (RInt_correct (V := R_CompleteNormedModule) bell _ _ (bell_integrable _ _))). rewrite area_difference in moved.
  apply (is_RInt_scal _ _ _ (/ sqrt (2 * PI))) in moved. rewrite !normal_area.
  replace (1 / 2 + area (b / sigma) / sqrt (2 * PI) - (1 / 2 + area (a / sigma) / sqrt (2 * PI))) with (scal (/ sqrt (2 * PI)) (area (/ sigma * b + 0) - area (/ sigma * a + 0))).
  - revert moved. apply is_RInt_ext. intros t _. unfold scal. cbn. unfold mult, density. cbn. rewrite Rplus_0_r. ring.
  - unfold scal. cbn. unfold mult. cbn. rewrite !Rplus_0_r. unfold Rdiv. rewrite !(Rmult_comm (/ sigma)). ring.
Qed.
Local Lemma shifted_density_integrable s a b : ex_RInt (fun t => density (t - s)) a b.
Proof.
  apply (ex_RInt_ext (fun t => scal 1 (density (1 * t + - s)))).
  - intros t _. unfold scal. cbn. unfold mult. cbn. rewrite !Rmult_1_l. reflexivity.
  - apply (ex_RInt_comp_lin density). eexists. apply density_integral.
Qed.
Local Lemma normal_range t : 0 < normal t < 1.
Proof.
  assert (below : forall t, normal t < 1).
  { intro x. rewrite normal_area. pose proof (area_bound x) as bound. pose proof root_gt0 as root. assert (area x / sqrt (2 * PI) < 1 / 2); [|lra].
    apply (Rmult_lt_reg_r (sqrt (2 * PI))); [exact root|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
  split; [|apply below]. pose proof (below (- t)) as opposite. rewrite normal_opposite in opposite. lra.
Qed.
Local Lemma normal_limit eta : 0 < eta -> exists x, 0 < x /\ 1 - eta < normal x.
Proof.
  intro eta_gt0. pose proof root_gt0 as root. destruct (bell_limit (eta * sqrt (2 * PI)) ltac:(nra)) as (x & x_gt0 & close_by). exists x. split; [exact x_gt0|]. rewrite normal_area.
  assert (1 / 2 - eta < area x / sqrt (2 * PI)); [|lra]. apply (Rmult_lt_reg_r (sqrt (2 * PI))); [exact root|]. unfold Rdiv at 2. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.
Local Lemma window_bound B a b : gaussian_event B -> a <= b -> RInt (weighted 0 B) a b <= normal (b / sigma) - normal (a / sigma).
Proof.
  intros is_B le. rewrite <- (is_RInt_unique _ _ _ _ (density_integral a b)). apply RInt_le; [exact le|apply is_B|eexists; apply density_integral|].
  intros t _. unfold weighted. rewrite Rminus_0_r. pose proof (density_gt0 t). pose proof (among_range B t). nra.
Qed.
Local Lemma window_mono B a b a' b' : gaussian_event B -> a' <= a -> a <= b -> b <= b' -> RInt (weighted 0 B) a b <= RInt (weighted 0 B) a' b'.
Proof.
  intros is_B left middle right.
  assert (parts : RInt (weighted 0 B) a' b' = RInt (weighted 0 B) a' a + (RInt (weighted 0 B) a b + RInt (weighted 0 B) b b')).
  { rewrite <- (RInt_Chasles (weighted 0 B) a' a b'), <- (RInt_Chasles (weighted 0 B) a b b') by apply is_B. reflexivity. }
  pose proof (RInt_ge_0 (weighted 0 B) a' a left (is_B _ _ _) (fun t _ => weighted_ge0 0 B t)). pose proof (RInt_ge_0 (weighted 0 B) b b' right (is_B _ _ _) (fun t _ => weighted_ge0 0 B t)). lra.
Qed.
(** the measure is the least upper bound *)
Local Lemma measure_correct B : gaussian_event B ->
  (forall a b, a <= b -> RInt (weighted 0 B) a b <= gaussian_measure B) /\ (forall c, (forall a b, a <= b -> RInt (weighted 0 B) a b <= c) -> gaussian_measure B <= c).
Proof.
  intro is_B. destruct (Lub.Lub_Rbar_correct (windows B)) as [above least]. unfold gaussian_measure.
  assert (finite : exists l, Lub.Lub_Rbar (windows B) = Rbar.Finite l).
  { pose proof (above 0 ltac:(exists 0, 0; split; [lra|]; now rewrite RInt_point)) as low.
    pose proof (least (Rbar.Finite 1)) as high. destruct (Lub.Lub_Rbar (windows B)) as [l| |]; [now exists l| |contradiction].
    exfalso. apply high. intros x (a & b & le & ->). change (RInt (weighted 0 B) a b <= 1). pose proof (window_bound B a b is_B le). pose proof (normal_range (b / sigma)). pose proof (normal_range (a / sigma)). lra. }
  destruct finite as [l finite]. rewrite finite in *. cbn [Rbar.real]. split.
  - intros a b le. apply (above (RInt (weighted 0 B) a b)). now exists a, b.
  - intros c bound. apply (least (Rbar.Finite c)). intros x (a & b & le & ->). now apply bound.
Qed.

Local Lemma weighted_same s A B : (forall z, A z <-> B z) -> forall t, weighted s A t = weighted s B t.
Proof. intros same t. unfold weighted. f_equal. now apply among_same. Qed.
Local Lemma gaussian_event_same A B : (forall z, A z <-> B z) -> gaussian_event A -> gaussian_event B.
Proof. intros same is_A s a b. apply (ex_RInt_ext (weighted s A)); [intros t _; now apply weighted_same|apply is_A]. Qed.
Local Lemma gaussian_event_all : gaussian_event (fun _ => True).
Proof. intros s a b. apply (ex_RInt_ext (fun t => density (t - s))); [intros t _; unfold weighted; rewrite among_yes by trivial; symmetry; apply Rmult_1_r|apply shifted_density_integrable]. Qed.
Local Lemma gaussian_event_not A : gaussian_event A -> gaussian_event (fun z => ~ A z).
Proof.
  intros is_A s a b. apply (ex_RInt_ext (fun t => Rminus (density (t - s)) (weighted s A t))); [intros t _; reals; unfold weighted; rewrite among_not; ring|].
  apply (ex_RInt_minus (fun t => density (t - s)) (weighted s A)); [apply shifted_density_integrable|apply is_A].
Qed.
Local Lemma gaussian_event_or A B : gaussian_event A -> gaussian_event B -> gaussian_event (fun z => A z \/ B z).
Proof.
  intros is_A is_B s a b. apply (ex_RInt_ext (fun t => scal (/ 2) (Hierarchy.plus (Hierarchy.plus (weighted s A t) (weighted s B t)) (norm (Hierarchy.minus (weighted s A t) (weighted s B t)))))).
  { intros t _. reals. unfold scal, norm, Hierarchy.plus, Hierarchy.minus, Hierarchy.plus, opp. cbn. unfold mult, abs. cbn. unfold weighted. rewrite among_or.
    replace (density (t - s) * among A t + - (density (t - s) * among B t)) with (density (t - s) * (among A t - among B t)) by ring.
    rewrite Rabs_mult, (Rabs_pos_eq (density (t - s))) by (left; apply density_gt0). ring. }
  apply (ex_RInt_scal (V := R_NormedModule)). apply (ex_RInt_plus (V := R_NormedModule)); [apply (ex_RInt_plus (V := R_NormedModule)); auto|].
  apply (ex_RInt_norm (fun t => Hierarchy.minus (weighted s A t) (weighted s B t))). apply (ex_RInt_minus (V := R_NormedModule)); auto.
Qed.
Local Lemma measure_same A B : (forall z, A z <-> B z) -> gaussian_event A -> gaussian_measure A = gaussian_measure B.
Proof.
  intros same is_A. pose proof (gaussian_event_same A B same is_A) as is_B. destruct (measure_correct A is_A) as [above least], (measure_correct B is_B) as [above' least'].
  assert (integrals : forall a b, RInt (weighted 0 A) a b = RInt (weighted 0 B) a b) by (intros a b; apply RInt_ext; intros t _; now apply weighted_same).
  apply Rle_antisym; [apply least|apply least']; intros a b le; [rewrite integrals; now apply above'|rewrite <- integrals; now apply above].
Qed.
Local Lemma measure_ge0 A : gaussian_event A -> 0 <= gaussian_measure A.
Proof. intro is_A. destruct (measure_correct A is_A) as [above _]. specialize (above 0 0 (Rle_refl 0)). rewrite RInt_point in above. exact above. Qed.
Local Lemma measure_or A B : gaussian_event A -> gaussian_event B -> (forall z, ~ (A z /\ B z)) -> gaussian_measure (fun z => A z \/ B z) = gaussian_measure A + gaussian_measure B.
Proof.
  intros is_A is_B apart. pose proof (gaussian_event_or A B is_A is_B) as is_or.
  destruct (measure_correct A is_A) as [above least], (measure_correct B is_B) as [above' least'], (measure_correct _ is_or) as [above_or least_or].
  assert (sum : forall a b, RInt (weighted 0 (fun z => A z \/ B z)) a b = RInt (weighted 0 A) a b + RInt (weighted 0 B) a b).
  { intros a b. transitivity (RInt (fun t => Hierarchy.plus (weighted 0 A t) (weighted 0 B t)) a b); [|exact (RInt_plus (weighted 0 A) (weighted 0 B) a b (is_A 0 a b) (is_B 0 a b))].
    apply RInt_ext. intros t _. reals. unfold weighted, among, Hierarchy.plus. cbn. rewrite (indicator_or (A (at_point t)) (B (at_point t))) by apply apart. ring. }
  apply Rle_antisym.
  - apply least_or. intros a b le. rewrite sum. specialize (above a b le). specialize (above' a b le). lra.
  - cut (gaussian_measure A <= gaussian_measure (fun z => A z \/ B z) - gaussian_measure B); [lra|]. apply least. intros a b le.
    cut (gaussian_measure B <= gaussian_measure (fun z => A z \/ B z) - RInt (weighted 0 A) a b); [lra|]. apply least'. intros a' b' le'.
    pose proof (Rmin_l a a'). pose proof (Rmin_r a a'). pose proof (Rmax_l b b'). pose proof (Rmax_r b b').
    specialize (above_or (Rmin a a') (Rmax b b') ltac:(lra)). rewrite sum in above_or.
    pose proof (window_mono A a b (Rmin a a') (Rmax b b') is_A ltac:(lra) le ltac:(lra)). pose proof (window_mono B a' b' (Rmin a a') (Rmax b b') is_B ltac:(lra) le' ltac:(lra)). lra.
Qed.

(** below c, and not above *)
Local Lemma step_event B c : (forall t, t < c -> among B t = 1) -> (forall t, c < t -> among B t = 0) -> gaussian_event B.
Proof.
  intros low high s. assert (to_c : forall a, ex_RInt (weighted s B) a c).
  { intro a. destruct (Rle_lt_dec a c) as [le|less].
    - apply (ex_RInt_ext (fun t => density (t - s))); [|apply shifted_density_integrable]. intros t. rewrite Rmin_left, Rmax_right by exact le. intro within. unfold weighted. rewrite low by lra. symmetry. apply Rmult_1_r.
    - apply (ex_RInt_ext (fun _ => 0)); [|apply ex_RInt_const]. intros t. rewrite Rmin_right, Rmax_left by lra. intro within. unfold weighted. rewrite high by lra. symmetry. apply Rmult_0_r. }
  intros a b. apply (ex_RInt_Chasles (weighted s B) a c b); [apply to_c|apply ex_RInt_swap, to_c].
Qed.
Local Lemma step_integral B c a b : (forall t, t < c -> among B t = 1) -> (forall t, c < t -> among B t = 0) -> a <= c <= b -> RInt (weighted 0 B) a b = normal (c / sigma) - normal (a / sigma).
Proof.
  intros low high range. pose proof (step_event B c low high) as is_B. rewrite <- (RInt_Chasles (weighted 0 B) a c b) by apply is_B.
  rewrite (RInt_ext (weighted 0 B) density a c), (RInt_ext (weighted 0 B) (fun _ => 0) c b), RInt_const, (is_RInt_unique _ _ _ _ (density_integral a c)).
  - unfold scal, Hierarchy.plus. cbn. unfold mult. cbn. ring.
  - intros t. rewrite Rmin_left, Rmax_right by lra. intro within. unfold weighted. rewrite high by lra. apply Rmult_0_r.
  - intros t. rewrite Rmin_left, Rmax_right by lra. intro within. unfold weighted. rewrite low, Rminus_0_r by lra. apply Rmult_1_r.
Qed.
Local Lemma step_measure B c : (forall t, t < c -> among B t = 1) -> (forall t, c < t -> among B t = 0) -> gaussian_measure B = normal (c / sigma).
Proof.
  intros low high. pose proof (step_event B c low high) as is_B. destruct (measure_correct B is_B) as [above least]. apply Rle_antisym.
  - apply least. intros a b le. pose proof (Rmin_l a c). pose proof (Rmin_r a c). pose proof (Rmax_l b c). pose proof (Rmax_r b c).
    pose proof (step_integral B c (Rmin a c) (Rmax b c) low high ltac:(split; lra)) as value.
    pose proof (window_mono B a b (Rmin a c) (Rmax b c) is_B ltac:(lra) le ltac:(lra)) as wider. pose proof (normal_range (Rmin a c / sigma)). lra.
  - destruct (Rle_lt_dec (normal (c / sigma)) (gaussian_measure B)) as [le|less]; [exact le|exfalso].
    destruct (normal_limit (normal (c / sigma) - gaussian_measure B) ltac:(lra)) as (x & x_gt0 & close_by).
    set (a := Rmin c (- (sigma * x))). pose proof (Rmin_l c (- (sigma * x))) as a_le. pose proof (Rmin_r c (- (sigma * x))) as a_low. fold a in a_le, a_low.
    specialize (above a c a_le). pose proof (step_integral B c a c low high ltac:(split; lra)) as value.
    assert (small : normal (a / sigma) <= normal (- x)).
    { destruct (Req_dec (a / sigma) (- x)) as [->|other]; [lra|]. left. apply normal_mono. assert (a / sigma <= - x); [|lra].
      apply (Rmult_le_reg_r sigma); [exact sigma_gt0|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
    rewrite normal_opposite in small. lra.
Qed.
Local Lemma measure_all : gaussian_measure (fun _ => True) = 1.
Proof.
  destruct (measure_correct _ gaussian_event_all) as [above least].
  assert (value : forall a b, RInt (weighted 0 (fun _ => True)) a b = normal (b / sigma) - normal (a / sigma)).
  { intros a b. rewrite (RInt_ext _ density), (is_RInt_unique _ _ _ _ (density_integral a b)); [reflexivity|]. intros t _. unfold weighted. rewrite among_yes, Rminus_0_r by trivial. apply Rmult_1_r. }
  apply Rle_antisym.
  - apply least. intros a b _. rewrite value. pose proof (normal_range (a / sigma)). pose proof (normal_range (b / sigma)). lra.
  - destruct (Rle_lt_dec 1 (gaussian_measure (fun _ => True))) as [le|less]; [exact le|exfalso].
    destruct (normal_limit ((1 - gaussian_measure (fun _ => True)) / 2) ltac:(lra)) as (x & x_gt0 & close_by).
    specialize (above (- x * sigma) (x * sigma) ltac:(nra)). rewrite value in above. replace (- x * sigma / sigma) with (- x) in above by (field; lra). replace (x * sigma / sigma) with x in above by (field; lra).
    rewrite normal_opposite in above. lra.
Qed.

Definition line : probability vector := {|
  event := gaussian_event; P := gaussian_measure; event_same := gaussian_event_same; event_all := gaussian_event_all; event_not := gaussian_event_not; event_or := gaussian_event_or;
  P_same := measure_same; P_all := measure_all; P_ge0 := measure_ge0; P_or := measure_or |}.

Local Lemma density_shift u t : density (t - u) = exp ((u * t - u * u / 2) / (sigma * sigma)) * density t.
Proof.
  unfold density, bell. rewrite <- (Rmult_assoc (exp ((u * t - u * u / 2) / (sigma * sigma)))), <- exp_plus. do 2 f_equal. field. lra.
Qed.
Local Lemma moved_weight B v s t : supported 1 v -> weighted s (fun z => B (plus z v)) t = weighted (s + v 0%nat) B (1 * t + v 0%nat).
Proof. intro beyond. unfold weighted, among. rewrite plus_point by exact beyond. rewrite Rmult_1_l. f_equal. f_equal. ring. Qed.
Local Lemma moved_event B v : supported 1 v -> gaussian_event B -> gaussian_event (fun z => B (plus z v)).
Proof.
  intros beyond is_B s a b. apply (ex_RInt_ext (fun t => scal 1 (weighted (s + v 0%nat) B (1 * t + v 0%nat)))).
  - intros t _. rewrite moved_weight by exact beyond. unfold scal. cbn. unfold mult. cbn. now rewrite Rmult_1_l.
  - apply (ex_RInt_comp_lin (weighted (s + v 0%nat) B)), is_B.
Qed.
Local Lemma moved_integral B v a b : supported 1 v -> gaussian_event B -> RInt (weighted 0 (fun z => B (plus z v))) a b = RInt (weighted (v 0%nat) B) (a + v 0%nat) (b + v 0%nat).
Proof.
  intros beyond is_B. pose proof (RInt_comp_lin (weighted (0 + v 0%nat) B) 1 (v 0%nat) a b (is_B _ _ _)) as moved. rewrite !Rmult_1_l, Rplus_0_l in moved. rewrite <- moved.
  apply RInt_ext. intros t _. rewrite moved_weight by exact beyond. unfold scal. cbn. unfold mult. cbn. rewrite Rplus_0_l. symmetry. apply Rmult_1_l.
Qed.

Theorem gaussian_exists : gaussian line 1 sigma.
Proof.
  split; [exact sigma_gt0|]. split.
  - intros v t beyond long. cbn [P event line]. set (u := v 0%nat).
    assert (length : norm2 1 v = Rabs u). { unfold norm2. cbn [inner]. fold u. rewrite Rplus_0_l. change (u * u) with (Rsqr u). apply sqrt_Rsqr_abs. }
    rewrite length in *. assert (point : forall s, inner 1 v (at_point s) = u * s) by (intro s; cbn; fold u; ring).
    destruct (Rlt_le_dec 0 u) as [right|left].
    + rewrite Rabs_pos_eq in * by lra.
      assert (low : forall s, s < t / u -> among (fun z => inner 1 v z <= t) s = 1).
      { intros s less. apply among_yes. rewrite point. apply (Rmult_lt_compat_l u) in less; [|exact right]. replace (u * (t / u)) with t in less by (field; lra). lra. }
      assert (high : forall s, t / u < s -> among (fun z => inner 1 v z <= t) s = 0).
      { intros s more. apply among_no. rewrite point. apply (Rmult_lt_compat_l u) in more; [|exact right]. replace (u * (t / u)) with t in more by (field; lra). lra. }
      split; [exact (step_event _ _ low high)|]. rewrite (step_measure _ _ low high). f_equal. field. lra.
    + assert (u_lt0 : u < 0) by (destruct left as [less|same]; [exact less|]; rewrite same, Rabs_R0 in long; lra). rewrite Rabs_left in * by exact u_lt0.
      (* the complement is the lower half of the line *)
      set (B := fun z : vector => ~ inner 1 v z <= t).
      assert (low : forall s, s < t / u -> among B s = 1).
      { intros s less. apply among_yes. unfold B. rewrite point. apply (Rmult_lt_compat_l (- u)) in less; [|lra]. replace (- u * (t / u)) with (- t) in less by (field; lra). lra. }
      assert (high : forall s, t / u < s -> among B s = 0).
      { intros s more. apply among_no. unfold B. rewrite point. apply (Rmult_lt_compat_l (- u)) in more; [|lra]. replace (- u * (t / u)) with (- t) in more by (field; lra). lra. }
      assert (same : forall z, ~ B z <-> inner 1 v z <= t) by (intro z; unfold B; split; [intro no; now apply NNPP|tauto]).
      pose proof (step_event _ _ low high) as is_B. split; [exact (gaussian_event_same _ _ same (gaussian_event_not _ is_B))|].
      rewrite <- (measure_same _ _ same (gaussian_event_not _ is_B)). change (P line (fun z => ~ B z) = normal (t / (sigma * - u))). rewrite (P_not line B is_B). cbn [P line].
      rewrite (step_measure _ _ low high), <- normal_opposite. f_equal. field. lra.
  - intros B v beyond is_B. cbn [P event line] in *. pose proof (moved_event B v beyond is_B) as is_moved. split; [exact is_moved|]. intro t. cbv zeta. set (u := v 0%nat).
    assert (length : inner 1 v v = u * u) by (cbn; fold u; ring). rewrite length. set (ratio := exp _). assert (ratio_gt0 : 0 < ratio) by apply exp_pos.
    assert (point : forall s, inner 1 v (at_point s) = u * s) by (intro s; cbn; fold u; ring).
    destruct (measure_correct B is_B) as [above least], (measure_correct _ is_moved) as [above' least'].
    assert (exp_le : forall x y, x <= y -> exp x <= exp y) by (intros x y [less|<-]; [left; now apply exp_increasing|apply Rle_refl]).
    assert (scaled : forall a b, RInt (fun y => scal ratio (weighted 0 B y)) a b = ratio * RInt (weighted 0 B) a b).
    { intros a b. apply (RInt_scal (V := R_CompleteNormedModule)), is_B. }
    assert (scaled_event : forall a b, ex_RInt (fun y => scal ratio (weighted 0 B y)) a b) by (intros a b; apply (ex_RInt_scal (V := R_NormedModule)), is_B).
    assert (inverse : 0 < / (sigma * sigma)) by (apply Rinv_0_lt_compat; nra).
    split; intro side.
    + apply least'. intros a b le. rewrite moved_integral by assumption. fold u.
      apply Rle_trans with (ratio * RInt (weighted 0 B) (a + u) (b + u)); [|apply Rmult_le_compat_l; [lra|apply above; lra]]. rewrite <- scaled. apply RInt_le; [lra|apply is_B|apply scaled_event|].
      intros y _. unfold weighted, scal. cbn. unfold mult. cbn. rewrite Rminus_0_r, density_shift. destruct (classic (B (at_point y))) as [yes|no].
      * specialize (side _ yes). rewrite point in side. rewrite among_yes, !Rmult_1_r by exact yes. apply Rmult_le_compat_r; [left; apply density_gt0|]. apply exp_le. apply Rmult_le_compat_r; lra.
      * rewrite among_no by exact no. lra.
    + apply (Rmult_le_reg_l (/ ratio)); [now apply Rinv_0_lt_compat|]. rewrite <- Rmult_assoc, Rinv_l, Rmult_1_l by lra. apply least. intros a b le.
      apply (Rmult_le_reg_l ratio); [exact ratio_gt0|]. rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra. specialize (above' (a - u) (b - u) ltac:(lra)). rewrite moved_integral in above' by assumption. fold u in above'.
      replace (a - u + u) with a in above' by ring. replace (b - u + u) with b in above' by ring. apply Rle_trans with (2 := above'). rewrite <- scaled. apply RInt_le; [lra|apply scaled_event|apply is_B|].
      intros y _. unfold weighted, scal. cbn. unfold mult. cbn. rewrite Rminus_0_r, density_shift. destruct (classic (B (at_point y))) as [yes|no].
      * specialize (side _ yes). rewrite point in side. rewrite among_yes, !Rmult_1_r by exact yes. apply Rmult_le_compat_r; [left; apply density_gt0|]. apply exp_le. apply Rmult_le_compat_r; lra.
      * rewrite among_no by exact no. lra.
Qed.
End Line.
