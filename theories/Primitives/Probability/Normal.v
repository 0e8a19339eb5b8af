(** * The normal distribution

    The distribution function Φ ([normal] in Spec/Smoothing.v) is increasing, Φ(-t) = 1 - Φ(t), and it tends to 1: the square of the integral I(x) of exp(-s²/2) from 0 to x has the derivative
    2 I(x) exp(-x²/2), which is that of -2 J(x) with J(x) the integral from 0 to 1 of exp(-x² (1 + u²)/2)/(1 + u²).  So I(x)² + 2 J(x) is always 2 J(0) = π/2, and J tends to 0.  Bounds of Φ come
    from the series of the exponential, whose partial sums lie above and below it by turns.

    Main results: [bell_total] (I² + 2 J = π/2), [bell_limit], [normal_mono], [normal_opposite], [normal_error_function], [series_bound].
    The density with standard deviation σ: [density], [density_integral], [density_shift].

    Trust: proved.
    Source: P.-S. Laplace, 1774; the proof of the integral: J. van Yzeren, Moivre's and Fresnel's integrals by simple integration, 1979. *)
From Coq Require Import Reals Lra Lia Psatz.
From Warrant Require Import Spec.Smoothing.
From Warrant Require Spec.Elementary.
From Coquelicot Require Import Rcomplements Hierarchy Continuity Derive Derive_2d RInt RInt_analysis AutoDerive ElemFct.
Local Open Scope R_scope.

Definition bell (s : R) : R := exp (- (s * s / 2)).
Definition area (t : R) : R := RInt bell 0 t.
Lemma bell_gt0 s : 0 < bell s. Proof. apply exp_pos. Qed.
Lemma bell_continuous (s : R) : continuous bell s.
Proof. apply (ex_derive_continuous bell). unfold bell. auto_derive. trivial. Qed.
Lemma bell_integrable (a b : R) : ex_RInt bell a b.
Proof. apply (ex_RInt_continuous (V := R_CompleteNormedModule)). intros s _. apply bell_continuous. Qed.
Lemma normal_area (t : R) : normal t = 1 / 2 + area t / sqrt (2 * PI). Proof. reflexivity. Qed.
Lemma area_derive (t : R) : is_derive area t (bell t).
Proof.
  apply (is_derive_RInt bell area 0 t); [|apply bell_continuous].
  exists (mkposreal 1 Rlt_0_1). intros y _. apply (RInt_correct (V := R_CompleteNormedModule)), bell_integrable.
Qed.
Lemma area_zero : area 0 = 0. Proof. unfold area. rewrite RInt_point. reflexivity. Qed.
Lemma area_difference (a b : R) : RInt bell a b = area b - area a.
Proof.
  unfold area. rewrite <- (RInt_Chasles bell 0 a b) by apply bell_integrable. unfold plus. cbn. ring.
Qed.
Lemma area_mono (a b : R) : a < b -> area a < area b.
Proof.
  intro less. pose proof (area_difference a b) as difference. pose proof (RInt_gt_0 bell a b less (fun s _ => bell_gt0 s) (fun s _ => bell_continuous s)). lra.
Qed.
Lemma area_opposite (t : R) : area (- t) = - area t.
Proof.
  unfold area. pose proof (RInt_comp_lin bell (-1) 0 0 t) as moved. rewrite Rmult_0_r, Rplus_0_r in moved. replace (-1 * t + 0) with (- t) in moved by ring.
  rewrite <- moved by apply bell_integrable. transitivity (RInt (fun s => opp (bell s)) 0 t); [|exact (RInt_opp bell 0 t (bell_integrable 0 t))].
  apply RInt_ext. intros s _. unfold scal, opp. cbn. unfold mult, bell. cbn. replace ((-1 * s + 0) * (-1 * s + 0)) with (s * s) by ring. ring.
Qed.

Lemma root_gt0 : 0 < sqrt (2 * PI). Proof. apply sqrt_lt_R0. pose proof PI_RGT_0. lra. Qed.
Theorem normal_mono (a b : R) : a < b -> normal a < normal b.
Proof. intro less. rewrite !normal_area. apply Rplus_lt_compat_l. apply Rmult_lt_compat_r; [apply Rinv_0_lt_compat, root_gt0|now apply area_mono]. Qed.
Theorem normal_opposite (t : R) : normal (- t) = 1 - normal t.
Proof. rewrite !normal_area, area_opposite. field. pose proof root_gt0. lra. Qed.
Lemma normal_zero : normal 0 = 1 / 2. Proof. rewrite normal_area, area_zero. unfold Rdiv. ring. Qed.
Lemma normal_continuous (t : R) : continuous normal t.
Proof.
  apply (ex_derive_continuous normal). exists (0 + bell t / sqrt (2 * PI)). apply (is_derive_ext (fun t => 1 / 2 + area t / sqrt (2 * PI))); [reflexivity|].
  apply (is_derive_plus (fun _ => 1 / 2) (fun t => area t / sqrt (2 * PI))); [apply (is_derive_const (1 / 2))|]. unfold Rdiv.
  apply (is_derive_ext (fun t => scal (/ sqrt (2 * PI)) (area t))); [intro; unfold scal; cbn; unfold mult; cbn; ring|].
  replace (bell t * / sqrt (2 * PI)) with (scal (/ sqrt (2 * PI)) (bell t)) by (unfold scal; cbn; unfold mult; cbn; ring). apply is_derive_scal, area_derive.
Qed.

(** Φ by the error function of Spec/Elementary.v *)
Theorem normal_error_function (t : R) : normal t = (1 + Elementary.error_function_R (t / sqrt 2)) / 2.
Proof.
  pose proof (sqrt_lt_R0 2 ltac:(lra)) as root2. pose proof (sqrt_lt_R0 PI PI_RGT_0) as root_pi.
  assert (root : sqrt (2 * PI) = sqrt 2 * sqrt PI) by (apply sqrt_mult; [lra|pose proof PI_RGT_0; lra]).
  assert (moved : area t = sqrt 2 * sqrt PI / 2 * Elementary.error_function_R (t / sqrt 2)).
  { pose proof (RInt_comp_lin bell (sqrt 2) 0 0 (t / sqrt 2)) as scaled. replace (sqrt 2 * 0 + 0) with 0 in scaled by ring.
    replace (sqrt 2 * (t / sqrt 2) + 0) with t in scaled by (field; lra). unfold area. rewrite <- scaled by apply bell_integrable.
    unfold Elementary.error_function_R. transitivity (RInt (fun u => scal (sqrt 2 * sqrt PI / 2) (Elementary.bell u)) 0 (t / sqrt 2)).
    - apply RInt_ext. intros u _. unfold bell, Elementary.bell, scal. cbn. unfold mult. cbn.
      replace ((sqrt 2 * u + 0) * (sqrt 2 * u + 0) / 2) with (u * u * (sqrt 2 * sqrt 2) / 2) by field. rewrite sqrt_sqrt by lra.
      replace (u * u * 2 / 2) with (u * u) by field. field. lra.
    - apply (RInt_scal (V := R_CompleteNormedModule)), (ex_RInt_continuous (V := R_CompleteNormedModule)). intros u _.
      apply (ex_derive_continuous Elementary.bell). unfold Elementary.bell. auto_derive. trivial. }
  rewrite normal_area, moved, root. field. lra.
Qed.

(** ** The whole integral *)

Definition helper (x u : R) : R := exp (- (x * x * (1 + u * u) / 2)) / (1 + u * u).
Definition rest (x : R) : R := RInt (helper x) 0 1.
Lemma square_gt0 u : 0 < 1 + u * u. Proof. nra. Qed.
Lemma helper_derive (x u : R) : is_derive (fun y => helper y u) x (- x * exp (- (x * x * (1 + u * u) / 2))).
Proof. unfold helper. pose proof (square_gt0 u). auto_derive; [lra|]. unfold Rdiv. set (e := exp _). field. lra. Qed.
Lemma helper_slope (x u : R) : Derive (fun y : R => helper y u) x = - x * exp (- (x * x * (1 + u * u) / 2)).
Proof. apply is_derive_unique, helper_derive. Qed.
Lemma helper_continuous (x u : R) : continuous (helper x) u.
Proof. apply (ex_derive_continuous (helper x)). unfold helper. pose proof (square_gt0 u). auto_derive. lra. Qed.
Lemma helper_integrable (x : R) : ex_RInt (helper x) 0 1.
Proof. apply (ex_RInt_continuous (V := R_CompleteNormedModule)). intros u _. apply helper_continuous. Qed.
Lemma rest_derive (x : R) : is_derive rest x (- bell x * area x).
Proof.
  assert (value : RInt (fun u => Derive (fun y => helper y u) x) 0 1 = - bell x * area x).
  { transitivity (RInt (fun u => scal (- bell x) (scal x (bell (x * u + 0)))) 0 1).
    - apply RInt_ext. intros u _. rewrite helper_slope. unfold scal. cbn. unfold mult, bell. cbn.
      replace (- exp (- (x * x / 2)) * (x * exp (- ((x * u + 0) * (x * u + 0) / 2)))) with (- x * (exp (- (x * x / 2)) * exp (- ((x * u + 0) * (x * u + 0) / 2)))) by ring.
      rewrite <- exp_plus. do 2 f_equal. field.
    - transitivity (scal (- bell x) (RInt (fun u => scal x (bell (x * u + 0))) 0 1)); [apply (RInt_scal (V := R_CompleteNormedModule)), (ex_RInt_comp_lin bell), bell_integrable|].
      rewrite (RInt_comp_lin bell) by apply bell_integrable. replace (x * 0 + 0) with 0 by ring. replace (x * 1 + 0) with x by ring. reflexivity. }
  rewrite <- value. apply (is_derive_RInt_param helper 0 1 x).
  - exists (mkposreal 1 Rlt_0_1). intros y _ u _. eexists. apply helper_derive.
  - intros u _. apply (continuity_2d_pt_ext (fun x u => - x * exp (- (x * x * (1 + u * u) / 2)))).
    + intros y z. symmetry. apply helper_slope.
    + apply continuity_2d_pt_mult; [apply continuity_2d_pt_opp, continuity_2d_pt_id1|].
      apply (continuity_1d_2d_pt_comp exp (fun x u => - (x * x * (1 + u * u) / 2))); [apply derivable_continuous_pt, derivable_pt_exp|].
      apply continuity_2d_pt_opp. unfold Rdiv. repeat (apply continuity_2d_pt_mult || apply continuity_2d_pt_plus || apply continuity_2d_pt_id1 || apply continuity_2d_pt_id2 || apply continuity_2d_pt_const).
  - exists (mkposreal 1 Rlt_0_1). intros y _. apply helper_integrable.
Qed.
Lemma rest_zero : rest 0 = PI / 4.
Proof.
  unfold rest. rewrite <- atan_1. replace (atan 1) with (minus (atan 1) (atan 0)) by (rewrite atan_0; unfold minus, plus, opp; cbn; ring).
  apply is_RInt_unique. apply (is_RInt_ext (fun u => / (1 + u ^ 2))).
  - intros u _. assert (same : / (1 + u ^ 2) = helper 0 u); [|exact same].
    unfold helper. rewrite !Rmult_0_l. replace (- (0 / 2)) with 0 by field. rewrite exp_0. pose proof (square_gt0 u). field. nra.
  - apply (is_RInt_derive atan (fun u => / (1 + u ^ 2))); intros u _.
    + apply is_derive_Reals, derivable_pt_lim_atan.
    + apply (ex_derive_continuous (fun u => / (1 + u ^ 2))). pose proof (square_gt0 u). auto_derive. nra.
Qed.
(** I² + 2 J is constant *)
Theorem bell_total (x : R) : area x * area x + 2 * rest x = PI / 2.
Proof.
  set (g := fun x => area x * area x + 2 * rest x).
  assert (flat : forall y, is_derive g y 0).
  { intro y. replace 0 with (bell y * area y + area y * bell y + 2 * (- bell y * area y)) by ring.
    apply (is_derive_plus (fun x => area x * area x) (fun x => 2 * rest x)); [apply (is_derive_mult area area); [apply area_derive..|intros; apply Rmult_comm]|apply is_derive_scal, rest_derive]. }
  transitivity (g 0); [|unfold g; rewrite area_zero, rest_zero; field].
  assert (same : RInt (fun _ => 0) 0 x = g x - g 0).
  { apply is_RInt_unique. apply (is_RInt_derive g (fun _ => 0)); intros y _; [apply flat|apply continuous_const]. }
  rewrite RInt_const in same. unfold scal in same. cbn in same. unfold mult in same. cbn in same. change (g x = g 0). lra.
Qed.
Lemma rest_bound (x : R) : 0 <= rest x <= bell x.
Proof.
  split.
  - apply RInt_ge_0; [lra|apply helper_integrable|]. intros u _. unfold helper. left. apply Rdiv_lt_0_compat; [apply exp_pos|apply square_gt0].
  - transitivity (RInt (fun _ => bell x) 0 1); [|right; rewrite RInt_const; unfold scal; cbn; unfold mult; cbn; ring].
    apply RInt_le; [lra|apply helper_integrable|apply ex_RInt_const|]. intros u _. unfold helper, bell. pose proof (square_gt0 u).
    apply (Rmult_le_reg_r (1 + u * u)); [lra|]. unfold Rdiv at 1. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra.
    assert (le : exp (- (x * x * (1 + u * u) / 2)) <= exp (- (x * x / 2))).
    { destruct (Req_dec (x * x * (u * u)) 0) as [zero|nonzero]; [right; f_equal; nra|left; apply exp_increasing]. assert (0 < x * x * (u * u)) by (pose proof (Rle_0_sqr x); pose proof (Rle_0_sqr u); unfold Rsqr in *; nra). nra. }
    pose proof (exp_pos (- (x * x / 2))). assert (0 <= u * u) by nra. nra.
Qed.
(** the integral from 0 on tends to half of the root of 2π, and is always less *)
Lemma area_bound (x : R) : area x < sqrt (2 * PI) / 2.
Proof.
  pose proof (bell_total (x + 1)) as total. pose proof (rest_bound (x + 1)) as [rest_ge0 _]. pose proof (area_mono x (x + 1) ltac:(lra)) as less. pose proof root_gt0 as root.
  destruct (Rle_lt_dec (sqrt (2 * PI) / 2) (area x)) as [large|small]; [exfalso|exact small].
  pose proof (sqrt_sqrt (2 * PI) ltac:(pose proof PI_RGT_0; lra)). nra.
Qed.
Theorem bell_limit (eta : R) : 0 < eta -> exists x, 0 < x /\ sqrt (2 * PI) / 2 - eta < area x.
Proof.
  intro eta_gt0. pose proof root_gt0 as root. pose proof (sqrt_sqrt (2 * PI) ltac:(pose proof PI_RGT_0; lra)) as square.
  set (gap := eta * (sqrt (2 * PI) / 2)). assert (gap_gt0 : 0 < gap) by (unfold gap; nra).
  (* where the bell is below gap/2 *)
  set (x := 1 + 2 * / gap). pose proof (Rinv_0_lt_compat gap gap_gt0) as inverse. assert (x_gt1 : 1 < x) by (unfold x; lra).
  assert (small : bell x < gap / 2).
  { unfold bell. rewrite exp_Ropp. replace (gap / 2) with (/ (2 * / gap)) by (field; lra). apply Rinv_lt_contravar; [apply Rmult_lt_0_compat; [lra|apply exp_pos]|].
    apply Rlt_trans with (1 + x * x / 2); [|apply exp_ineq1; nra]. unfold x in *. nra. }
  exists x. split; [lra|]. pose proof (bell_total x) as total. pose proof (rest_bound x) as [_ rest_le]. pose proof (area_bound x) as above. pose proof (area_mono 0 x ltac:(lra)) as positive. rewrite area_zero in positive.
  destruct (Rlt_le_dec (sqrt (2 * PI) / 2 - eta) (area x)) as [close_by|far]; [exact close_by|exfalso].
  (* otherwise area² would be below π/2 - gap *)
  assert (gap < gap); [|lra]. unfold gap in *. nra.
Qed.

Lemma normal_range (t : R) : 0 < normal t < 1.
Proof.
  assert (below : forall t, normal t < 1).
  { intro x. rewrite normal_area. pose proof (area_bound x) as bound. pose proof root_gt0 as root. assert (area x / sqrt (2 * PI) < 1 / 2); [|lra].
    apply (Rmult_lt_reg_r (sqrt (2 * PI))); [exact root|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
  split; [|apply below]. pose proof (below (- t)) as opposite. rewrite normal_opposite in opposite. lra.
Qed.
Lemma normal_limit (eta : R) : 0 < eta -> exists x, 0 < x /\ 1 - eta < normal x.
Proof.
  intro eta_gt0. pose proof root_gt0 as root. destruct (bell_limit (eta * sqrt (2 * PI)) ltac:(nra)) as (x & x_gt0 & close_by). exists x. split; [exact x_gt0|]. rewrite normal_area.
  assert (1 / 2 - eta < area x / sqrt (2 * PI)); [|lra]. apply (Rmult_lt_reg_r (sqrt (2 * PI))); [exact root|]. unfold Rdiv at 2. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

(** ** The density with mean 0 and standard deviation σ *)

Section Density.
Variable sigma : R.
Hypothesis sigma_gt0 : 0 < sigma.

Definition density (t : R) : R := bell (/ sigma * t) * (/ sigma * / sqrt (2 * PI)).
Lemma density_gt0 t : 0 < density t.
Proof. apply Rmult_lt_0_compat; [apply bell_gt0|]. apply Rmult_lt_0_compat; apply Rinv_0_lt_compat; [exact sigma_gt0|apply root_gt0]. Qed.
Lemma density_continuous (t : R) : continuous density t.
Proof. apply (ex_derive_continuous density). unfold density, bell. auto_derive. trivial. Qed.
Lemma density_integral a b : is_RInt density a b (normal (b / sigma) - normal (a / sigma)).
Proof.
  pose proof (is_RInt_comp_lin bell (/ sigma) 0 a b (area (/ sigma * b + 0) - area (/ sigma * a + 0))) as moved.
  rewrite <- area_difference in moved. specialize (moved (RInt_correct (V := R_CompleteNormedModule) bell _ _ (bell_integrable _ _))). rewrite area_difference in moved.
  apply (is_RInt_scal _ _ _ (/ sqrt (2 * PI))) in moved. rewrite !normal_area.
  replace (1 / 2 + area (b / sigma) / sqrt (2 * PI) - (1 / 2 + area (a / sigma) / sqrt (2 * PI))) with (scal (/ sqrt (2 * PI)) (area (/ sigma * b + 0) - area (/ sigma * a + 0))).
  - revert moved. apply is_RInt_ext. intros t _. unfold scal. cbn. unfold mult, density. cbn. rewrite Rplus_0_r. ring.
  - unfold scal. cbn. unfold mult. cbn. rewrite !Rplus_0_r. unfold Rdiv. rewrite !(Rmult_comm (/ sigma)). ring.
Qed.
Lemma density_shift u t : density (t - u) = exp ((u * t - u * u / 2) / (sigma * sigma)) * density t.
Proof.
  unfold density, bell. rewrite <- (Rmult_assoc (exp ((u * t - u * u / 2) / (sigma * sigma)))), <- exp_plus. do 2 f_equal. field. lra.
Qed.
Lemma density_bound t : density t <= density 0.
Proof.
  unfold density, bell. apply Rmult_le_compat_r; [left; apply Rmult_lt_0_compat; apply Rinv_0_lt_compat; [exact sigma_gt0|apply root_gt0]|].
  destruct (Req_dec t 0) as [->|other]; [apply Rle_refl|]. left. apply exp_increasing. rewrite Rmult_0_r. assert (0 < / sigma * t * (/ sigma * t)); [|lra].
  assert (/ sigma * t <> 0) by (apply Rmult_integral_contrapositive; split; [apply Rinv_neq_0_compat; lra|exact other]). nra.
Qed.
End Density.

(** ** Bounds by series

    What the series of exp(-u) lacks after k terms is s(k) = u^k/k! - u^(k + 1)/(k + 1)! + ... up to its sign: s(0) = exp(-u), s(k) + s(k + 1) = u^k/k!, and each is the derivative of the next. *)
Fixpoint lacking (k : nat) (u : R) : R := match k with O => exp (- u) | S k => u ^ k / INR (fact k) - lacking k u end.
Lemma lacking_next k u : lacking (S k) u = u ^ k / INR (fact k) - lacking k u. Proof. reflexivity. Qed.
Lemma power_derive k (u : R) : is_derive (fun u => u ^ S k / INR (fact (S k))) u (u ^ k / INR (fact k)).
Proof.
  auto_derive; [trivial|]. change (match k with O => 1 | S _ => INR k + 1 end) with (INR (S k)). change (fact k + k * fact k)%nat with (S k * fact k)%nat. rewrite mult_INR. pose proof (INR_fact_neq_0 k). field. split; first [assumption|apply not_0_INR; lia].
Qed.
Lemma lacking_derive k (u : R) : is_derive (lacking (S k)) u (lacking k u).
Proof.
  revert u. induction k as [|k IH]; intro u.
  - apply (is_derive_ext (fun u => 1 - exp (- u))); [intro t; cbn; field|]. cbn [lacking]. auto_derive; [trivial|]. ring.
  - apply (is_derive_ext (fun u => u ^ S k / INR (fact (S k)) - lacking (S k) u)); [intro t; now rewrite (lacking_next (S k))|]. rewrite lacking_next.
    apply (is_derive_minus (fun u => u ^ S k / INR (fact (S k))) (lacking (S k))); [apply power_derive|apply IH].
Qed.
Lemma lacking_zero k : lacking (S k) 0 = 0.
Proof.
  induction k as [|k IH].
  - cbn. rewrite Ropp_0, exp_0. field.
  - rewrite lacking_next, IH, pow_i by lia. unfold Rdiv. ring.
Qed.
Lemma lacking_ge0 k (u : R) : 0 <= u -> 0 <= lacking k u.
Proof.
  intro u_ge0. revert u u_ge0. induction k as [|k IH]; intros u u_ge0; [left; apply exp_pos|].
  destruct (MVT_gen (lacking (S k)) 0 u (lacking k)) as (c & range & change_of).
  - intros y _. apply lacking_derive.
  - intros y _. apply continuity_pt_filterlim, (ex_derive_continuous (lacking (S k))). eexists. apply lacking_derive.
  - rewrite Rmin_left, Rmax_right in range by exact u_ge0. rewrite lacking_zero in change_of. pose proof (IH c (proj1 range)). assert (0 <= lacking k c * (u - 0)) by (apply Rmult_le_pos; lra). lra.
Qed.

(** Horner's schemes: k! times the sum of (-u)^j/(k + j)! for j up to n, and the same with each summand divided by 2 (k + j) + 1 *)
Fixpoint nested (n k : nat) (u : R) : R := match n with O => 1 | S n => 1 - u / INR (S k) * nested n (S k) u end.
Fixpoint nested_area (n k : nat) (u : R) : R := match n with O => / INR (2 * k + 1) | S n => / INR (2 * k + 1) - u / INR (S k) * nested_area n (S k) u end.
Lemma nested_bound m k (u : R) : 0 <= u -> lacking k u <= u ^ k / INR (fact k) * nested (2 * m) k u.
Proof.
  intro u_ge0. revert k. induction m as [|m IH]; intro k.
  - change (2 * 0)%nat with 0%nat. cbn [nested]. pose proof (lacking_ge0 (S k) u u_ge0) as more. rewrite lacking_next in more. lra.
  - assert (step : forall n j, u ^ j / INR (fact j) * nested (S n) j u = u ^ j / INR (fact j) - u ^ S j / INR (fact (S j)) * nested n (S j) u).
    { intros n j. cbn [nested]. change (fact (S j)) with (S j * fact j)%nat. rewrite mult_INR. cbn [pow]. pose proof (INR_fact_neq_0 j). field. split; first [assumption|apply not_0_INR; lia]. }
    replace (2 * S m)%nat with (S (S (2 * m))) by lia. rewrite !step. pose proof (IH (S (S k))) as bound. pose proof (lacking_next k u). pose proof (lacking_next (S k) u). lra.
Qed.
Lemma odd_power_derive k (s : R) : is_derive (fun s => s ^ (2 * k + 1) * / INR (2 * k + 1)) s (s ^ (2 * k)).
Proof.
  generalize (2 * k)%nat. intro n. replace (n + 1)%nat with (S n) by lia. auto_derive; [trivial|]. change (match n with O => 1 | S _ => INR n + 1 end) with (INR (S n)).
  field. apply not_0_INR. discriminate.
Qed.
Lemma nested_derive n k (s : R) : is_derive (fun s => s ^ (2 * k + 1) * nested_area n k (s * s / 2)) s (s ^ (2 * k) * nested n k (s * s / 2)).
Proof.
  revert k. induction n as [|n IH]; intro k.
  - cbn [nested nested_area]. rewrite Rmult_1_r. apply odd_power_derive.
  - apply (is_derive_ext (fun s => s ^ (2 * k + 1) * / INR (2 * k + 1) - / (2 * INR (S k)) * (s ^ (2 * S k + 1) * nested_area n (S k) (s * s / 2)))).
    + intro t. cbn [nested_area]. replace (2 * S k + 1)%nat with (S (S (2 * k + 1))) by lia. cbn [pow].
      match goal with |- ?a = ?b => change (@eq R a b) end. field. split; apply not_0_INR; lia.
    + cbn [nested]. replace (s ^ (2 * k) * (1 - s * s / 2 / INR (S k) * nested n (S k) (s * s / 2))) with (s ^ (2 * k) - / (2 * INR (S k)) * (s ^ (2 * S k) * nested n (S k) (s * s / 2))).
      * apply (is_derive_minus (fun s => s ^ (2 * k + 1) * / INR (2 * k + 1)) (fun s => / (2 * INR (S k)) * (s ^ (2 * S k + 1) * nested_area n (S k) (s * s / 2)))).
        -- apply odd_power_derive.
        -- apply (is_derive_scal (fun s => s ^ (2 * S k + 1) * nested_area n (S k) (s * s / 2))), IH.
      * replace (2 * S k)%nat with (S (S (2 * k))) by lia. cbn [pow]. field. apply not_0_INR. discriminate.
Qed.
Theorem series_bound m (t : R) : 0 <= t -> area t <= t * nested_area (2 * m) 0 (t * t / 2).
Proof.
  intro t_ge0. set (f := fun s => s * nested_area (2 * m) 0 (s * s / 2) - area s).
  assert (slope : forall s, is_derive f s (nested (2 * m) 0 (s * s / 2) - bell s)).
  { intro s. apply (is_derive_minus (fun s => s * nested_area (2 * m) 0 (s * s / 2)) area); [|apply area_derive].
    apply (is_derive_ext (fun s => s ^ (2 * 0 + 1) * nested_area (2 * m) 0 (s * s / 2))); [intro y; cbn [Nat.mul Nat.add]; now rewrite pow_1|].
    pose proof (nested_derive (2 * m) 0 s) as known. cbn [Nat.mul pow] in known. now rewrite Rmult_1_l in known. }
  destruct (MVT_gen f 0 t (fun s => nested (2 * m) 0 (s * s / 2) - bell s)) as (c & range & change_of).
  - intros y _. apply slope.
  - intros y _. apply continuity_pt_filterlim, (ex_derive_continuous f). eexists. apply slope.
  - assert (f 0 = 0) by (unfold f; rewrite area_zero; ring). rewrite Rmin_left, Rmax_right in range by exact t_ge0.
    assert (above : 0 <= nested (2 * m) 0 (c * c / 2) - bell c).
    { pose proof (nested_bound m 0 (c * c / 2) ltac:(nra)) as bound. cbn [lacking pow fact INR] in bound. unfold bell. lra. }
    assert (0 <= (nested (2 * m) 0 (c * c / 2) - bell c) * (t - 0)) by (apply Rmult_le_pos; lra). unfold f in *. lra.
Qed.
