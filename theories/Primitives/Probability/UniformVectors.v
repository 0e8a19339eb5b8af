(** * Uniform noise in every dimension

    There is a probability on vectors that is [uniform], for every number of coordinates and every half-width h: the coordinates have the integral over [-h, h], divided by 2h, as their mean, independently
    (ProductNoise.v).  A bounded Lipschitz function that vanishes outside of the cube, and outside of the cube that is shifted by v, has the same expectation where the noise is shifted by v.

    Main definitions: [uniform_noise].
    Main results: [uniform_exists].

    Trust: proved. *)
From Coq Require Import Reals Lra Lia Psatz FunctionalExtensionality.
From Coquelicot Require Import Hierarchy RInt RInt_analysis.
From Warrant Require Import Spec.Probability Spec.Smoothing Primitives.Probability.Events Primitives.Probability.UniformNoise Primitives.Probability.ProductNoise.
Local Open Scope R_scope.

Section Uniform.
Variable h : R.
Hypothesis h_gt0 : 0 < h.

(** ** The mean on the line *)

Definition uniform_mean (f : R -> R) : R := RInt f (- h) h / (2 * h).

Local Lemma inverse_gt0 : 0 < / (2 * h). Proof. apply Rinv_0_lt_compat. lra. Qed.
Lemma uniform_mean_averages : averages uniform_mean.
Proof.
  pose proof inverse_gt0 as inverse. unfold uniform_mean. split; [|split; [|split]].
  - intros f g is_f is_g. unfold Rdiv. rewrite <- Rmult_plus_distr_r. f_equal. apply (RInt_plus (V := R_CompleteNormedModule)); now apply tame_integrable.
  - intros c f is_f. unfold Rdiv. rewrite <- Rmult_assoc. f_equal. apply (RInt_scal (V := R_CompleteNormedModule)). now apply tame_integrable.
  - intros f g is_f is_g le. apply Rmult_le_compat_r; [lra|]. apply RInt_le; [lra|now apply tame_integrable..|]. intros s _. apply le.
  - rewrite RInt_const. unfold scal. cbn. unfold mult. cbn. field. lra.
Qed.
Lemma uniform_mean_spreads : spreads uniform_mean.
Proof.
  exists (2 * PI / (2 * h)). intros a k k_nonzero. pose proof (near_integral a k (- h) h k_nonzero ltac:(lra)) as bound. unfold uniform_mean.
  replace (2 * PI / (2 * h) / Rabs k) with (2 * PI / Rabs k / (2 * h)) by (field; split; first [lra|now apply Rabs_no_R0]). apply Rmult_le_compat_r; [left; exact inverse_gt0|exact bound].
Qed.
(** a function that vanishes outside of an interval has the same integral over a larger one *)
Local Lemma vanishing (F : R -> R) a b m : (forall a b, ex_RInt F a b) -> - m <= a -> a <= b -> b <= m -> (forall t, t < a \/ b < t -> F t = 0) -> RInt F a b = RInt F (- m) m.
Proof.
  intros is_F left middle right zero.
  rewrite <- (RInt_Chasles F (- m) a m), <- (RInt_Chasles F a b m) by apply is_F.
  rewrite (RInt_ext F (fun _ => 0) (- m) a), (RInt_ext F (fun _ => 0) b m), !RInt_const.
  - unfold scal, Hierarchy.plus. cbn. unfold mult. cbn. ring.
  - intro t. rewrite Rmin_left, Rmax_right by lra. intro within. apply zero. lra.
  - intro t. rewrite Rmin_left, Rmax_right by lra. intro within. apply zero. lra.
Qed.
Definition stays_within (u s : R) : Prop := - h <= s <= h /\ - h <= s - u <= h.
Lemma uniform_mean_shifts : shifts_line uniform_mean (fun _ _ => 1) stays_within.
Proof.
  intros k u f g k_ge0 is_f is_g f_ge0 within le. pose proof inverse_gt0 as inverse. pose proof (fun a b => tame_integrable f a b is_f) as integrable.
  assert (zero : forall s, ~ stays_within u s -> f s = 0).
  { intros s out. destruct (Rle_lt_dec (f s) 0) as [none|some]; [specialize (f_ge0 s); lra|]. now specialize (within s some). }
  assert (moved : RInt (fun s => f (s + u)) (- h) h = RInt f (- h) h).
  { pose proof (RInt_comp_lin f 1 u (- h) h (integrable _ _)) as change_of. rewrite !Rmult_1_l in change_of. pose proof (Rabs_pos u). pose proof (Rle_abs u). pose proof (Rle_abs (- u)) as other. rewrite Rabs_Ropp in other.
    transitivity (RInt f (- h + u) (h + u)).
    - rewrite <- change_of. apply RInt_ext. intros s _. unfold scal. cbn. unfold mult. cbn. now rewrite !Rmult_1_l.
    - rewrite (vanishing f (- h + u) (h + u) (h + Rabs u) integrable), (vanishing f (- h) h (h + Rabs u) integrable); try lra; intros t out; apply zero; unfold stays_within; lra. }
  unfold uniform_mean. rewrite moved. unfold Rdiv. rewrite <- Rmult_assoc. apply Rmult_le_compat_r; [lra|]. change (scal k (RInt f (- h) h) <= RInt g (- h) h). rewrite <- (RInt_scal (V := R_CompleteNormedModule)) by apply integrable.
  apply RInt_le; [lra|apply (ex_RInt_scal (V := R_NormedModule)), integrable|now apply tame_integrable|]. intros s _. unfold scal. cbn. unfold mult. cbn. specialize (le s). lra.
Qed.
(** of a function between 0 and 1 that vanishes above t, and of one that vanishes below *)
Local Lemma low_bound f t : tame f -> - h <= t <= h -> (forall s, f s <= 1) -> (forall s, t < s -> f s = 0) -> uniform_mean f <= (t + h) / (2 * h).
Proof.
  intros is_f range le1 zero. pose proof (fun a b => tame_integrable f a b is_f) as integrable. apply Rmult_le_compat_r; [left; exact inverse_gt0|].
  rewrite <- (RInt_Chasles f (- h) t h) by apply integrable. rewrite (RInt_ext f (fun _ => 0) t h), RInt_const.
  - assert (RInt f (- h) t <= t + h) as bound; [|change (RInt f (- h) t + (h - t) * 0 <= t + h); lra].
    apply Rle_trans with (RInt (fun _ => 1) (- h) t); [apply RInt_le; [lra|apply integrable|apply ex_RInt_const|intros s _; apply le1]|]. rewrite RInt_const. right. unfold scal. cbn. unfold mult. cbn. ring.
  - intros s. rewrite Rmin_left, Rmax_right by lra. intro within. apply zero. lra.
Qed.
Local Lemma high_bound f t : tame f -> - h <= t <= h -> (forall s, f s <= 1) -> (forall s, s < t -> f s = 0) -> uniform_mean f <= (h - t) / (2 * h).
Proof.
  intros is_f range le1 zero. pose proof (fun a b => tame_integrable f a b is_f) as integrable. apply Rmult_le_compat_r; [left; exact inverse_gt0|].
  rewrite <- (RInt_Chasles f (- h) t h) by apply integrable. rewrite (RInt_ext f (fun _ => 0) (- h) t), RInt_const.
  - assert (RInt f t h <= h - t) as bound; [|change ((t - - h) * 0 + RInt f t h <= h - t); lra].
    apply Rle_trans with (RInt (fun _ => 1) t h); [apply RInt_le; [lra|apply integrable|apply ex_RInt_const|intros s _; apply le1]|]. rewrite RInt_const. right. unfold scal. cbn. unfold mult. cbn. ring.
  - intros s. rewrite Rmin_left, Rmax_right by lra. intro within. apply zero. lra.
Qed.

(** ** The noise *)

Variable d : nat.
Definition uniform_noise : probability vector := product uniform_mean uniform_mean_averages d.

(** the unit vector of a coordinate *)
Definition unit (i : nat) : vector := fun j => if Nat.eqb j i then 1 else 0.
Local Lemma unit_inner n i z : inner n (unit i) z = if Nat.ltb i n then z i else 0.
Proof.
  induction n as [|n IH]; cbn [inner]; [reflexivity|]. rewrite IH. unfold unit. destruct (Nat.eqb_spec n i) as [same|other], (Nat.ltb_spec i n), (Nat.ltb_spec i (S n)); try lia; try rewrite same; lra.
Qed.
Local Lemma coordinate i z : (i < d)%nat -> inner d (unit i) z = z i.
Proof. intro less. rewrite unit_inner. now rewrite (proj2 (Nat.ltb_lt i d) less). Qed.
Local Lemma unit_square i : (i < d)%nat -> inner d (unit i) (unit i) <> 0.
Proof. intro less. rewrite coordinate by exact less. unfold unit. rewrite Nat.eqb_refl. lra. Qed.
Local Lemma side_tame n t sign : tame (fun s => clamp (sign * (n * (t - s)))).
Proof.
  exists 1, (Rabs (sign * n)). split; [intro s; pose proof (clamp_range (sign * (n * (t - s)))); lra|]. intros s r. apply clamp_slope; [apply Rmult_le_pos; apply Rabs_pos|].
  rewrite <- Rabs_mult. replace (sign * (n * (t - s)) - sign * (n * (t - r))) with (- (sign * n * (s - r))) by ring. rewrite <- Rabs_Ropp. apply Rle_abs.
Qed.
Lemma coordinate_value i t B : (i < d)%nat -> - h <= t <= h -> (forall z, z i < t -> B z) -> (forall z, t < z i -> ~ B z) ->
  event uniform_noise B /\ P uniform_noise B = (t + h) / (2 * h).
Proof.
  intros less range low high. assert (low' : forall z, inner d (unit i) z < t -> B z) by (intros z; rewrite coordinate by exact less; apply low).
  assert (high' : forall z, t < inner d (unit i) z -> ~ B z) by (intros z; rewrite coordinate by exact less; apply high).
  pose proof (side_event uniform_mean uniform_mean_averages uniform_mean_spreads d (unit i) t B (unit_square i less) low' high') as is_B. split; [exact is_B|].
  destruct (fits_bound uniform_mean uniform_mean_averages d B) as [above least].
  assert (near : forall eps, 0 < eps -> (t + h) / (2 * h) - eps <= P uniform_noise B <= (t + h) / (2 * h) + eps).
  { intros eps eps_gt0. destruct (side_bound uniform_mean uniform_mean_averages uniform_mean_spreads d (unit i) t B eps (unit_square i less) low' high' eps_gt0) as (n & n_gt0 & f_fits & g_fits & enough).
    set (f := fun z => clamp (n * (t - inner d (unit i) z))) in *. set (g := fun z => clamp (- (n * (t - inner d (unit i) z)))) in *.
    assert (f_value : expect uniform_mean d f = uniform_mean (fun s => clamp (1 * (n * (t - s))))).
    { rewrite <- (expect_coordinate uniform_mean uniform_mean_averages d i) by exact less. f_equal. apply functional_extensionality. intro z. unfold f. now rewrite coordinate, Rmult_1_l by exact less. }
    assert (g_value : expect uniform_mean d g = uniform_mean (fun s => clamp (-1 * (n * (t - s))))).
    { rewrite <- (expect_coordinate uniform_mean uniform_mean_averages d i) by exact less. f_equal. apply functional_extensionality. intro z. unfold g. rewrite coordinate by exact less. f_equal. ring. }
    assert (none : forall x, x <= 0 -> clamp x = 0) by (intros x x_le; unfold clamp, Rmax, Rmin; repeat destruct (Rle_dec _ _); lra).
    assert (f_le : expect uniform_mean d f <= (t + h) / (2 * h)).
    { rewrite f_value. apply low_bound; [apply side_tame|exact range|intro s; apply clamp_range|]. intros s more. apply none. nra. }
    assert (g_le : expect uniform_mean d g <= (h - t) / (2 * h)).
    { rewrite g_value. apply high_bound; [apply side_tame|exact range|intro s; apply clamp_range|]. intros s fewer. apply none. nra. }
    assert (whole : (t + h) / (2 * h) + (h - t) / (2 * h) = 1) by (field; lra). split.
    - specialize (above f f_fits). cbn [P uniform_noise product]. lra.
    - apply least. intros e e_fits. pose proof (expect_apart uniform_mean uniform_mean_averages d B _ e g (fun z both => proj2 both (proj1 both)) e_fits g_fits). lra. }
  apply Rle_antisym; apply le_epsilon; intros eps eps_gt0; specialize (near eps eps_gt0); lra.
Qed.
Lemma cube_likely : likely uniform_noise 1 (cube d h).
Proof.
  apply (likely_mono uniform_noise (1 - INR d * 0)); [lra|]. apply (likely_all uniform_noise d 0 (fun i (z : vector) => - h <= z i <= h)). intros i less.
  destruct (coordinate_value i h (fun z : vector => z i <= h) less ltac:(lra)) as [is_low low]; [intros z; lra..|]. destruct (coordinate_value i (- h) (fun z : vector => z i < - h) less ltac:(lra)) as [is_high high]; [intros z; lra..|].
  apply (likely_same uniform_noise _ (fun z : vector => z i <= h /\ ~ z i < - h)); [intro z; lra|]. apply (likely_mono uniform_noise (1 + 1 - 1)); [lra|]. apply likely_and.
  - split; [exact is_low|]. rewrite low. right. field. lra.
  - split; [now apply event_not|]. rewrite (P_not uniform_noise _ is_high), high. right. field. lra.
Qed.
Lemma factor_one v z : factor (fun _ _ => 1) d v z = 1.
Proof. generalize d. intro n. induction n as [|n IH]; cbn [factor]; [reflexivity|]. rewrite IH. ring. Qed.
(** the expectation of what vanishes outside of both cubes *)
Lemma expect_shift_within v f : gentle d f -> (forall z, 0 <= f z) -> (forall z, 0 < f z -> cube d h z /\ cube d h (minus z v)) -> expect uniform_mean d (fun z => f (plus z v)) <= expect uniform_mean d f.
Proof.
  intros is_f f_ge0 within. apply (expect_shift uniform_mean uniform_mean_averages (fun _ _ => 1) stays_within ltac:(intros; lra) uniform_mean_shifts d v f f is_f is_f f_ge0).
  - intros z some i less. destruct (within z some) as [here there]. exact (conj (here i less) (there i less)).
  - intro z. rewrite factor_one. lra.
Qed.

Theorem uniform_exists : uniform uniform_noise d h.
Proof.
  split; [exact h_gt0|]. split; [exact cube_likely|]. split.
  - intros i t less range. destruct (coordinate_value i t (fun z => z i <= t) less range) as [is_closed closed]; [intros z; lra..|].
    destruct (coordinate_value i t (fun z => z i < t) less range) as [is_open opened]; [intros z; lra..|]. now repeat split.
  - intros B v beyond is_B. split; [now apply (product_shifted uniform_mean uniform_mean_averages)|].
    set (C := fun z => B z /\ cube d h z /\ cube d h (minus z v)). set (C' := fun z => B (plus z v) /\ cube d h z /\ cube d h (plus z v)).
    assert (back : forall z : vector, minus (plus z v) v = z) by (intro z; apply functional_extensionality; intro i; unfold minus, plus; ring).
    assert (forth : forall z : vector, plus (plus z (fun i => - v i)) v = z) by (intro z; apply functional_extensionality; intro i; unfold plus; ring).
    assert (away : forall z : vector, minus z (fun i => - v i) = plus z v) by (intro z; apply functional_extensionality; intro i; unfold minus, plus; ring).
    cbn [P uniform_noise product]. destruct (fits_bound uniform_mean uniform_mean_averages d C) as [above least], (fits_bound uniform_mean uniform_mean_averages d C') as [above' least']. apply Rle_antisym.
    + apply least'. intros f [is_f f_fits]. set (e := fun z => f (plus z (fun i => - v i))).
      assert (e_fits : fits d C e).
      { split; [now apply gentle_shift|]. intro z. destruct (f_fits (plus z (fun i => - v i))) as [range here]. split; [exact range|]. intro some. destruct (here some) as (yes & inside & moved).
        rewrite forth in yes, moved. exact (conj yes (conj moved inside)). }
      rewrite <- (forth_and_back f v). apply Rle_trans with (expect uniform_mean d e); [|now apply above]. apply (expect_shift_within v e); [apply e_fits|intro z; apply e_fits|]. intros z some. now apply e_fits.
    + apply least. intros f [is_f f_fits]. set (e := fun z => f (plus z v)).
      assert (e_fits : fits d C' e).
      { split; [now apply gentle_shift|]. intro z. destruct (f_fits (plus z v)) as [range here]. split; [exact range|]. intro some. destruct (here some) as (yes & inside & moved).
        rewrite back in moved. exact (conj yes (conj moved inside)). }
      rewrite <- (back_and_forth f v). apply Rle_trans with (expect uniform_mean d e); [|now apply above']. apply (expect_shift_within (fun i => - v i) e); [apply e_fits|intro z; apply e_fits|].
      intros z some. rewrite away. now apply e_fits.
Qed.
End Uniform.
