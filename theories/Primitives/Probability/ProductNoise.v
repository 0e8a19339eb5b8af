(** * Noise with independent coordinates

    A mean on the line, such as the integral with a density, gives a probability on vectors of d coordinates that have it independently.  The expectation of a bounded Lipschitz function is taken coordinate by
    coordinate, which leaves a bounded Lipschitz function each time.  The probability of a set is the least upper bound of the expectations of such functions between 0 and its indicator, and it is an event if
    in this way its probability and that of its complement add up to 1, wherever both are shifted.  So each set between hyperplanes is an event, if the mean of what lies near a point is small; no measure theory is
    needed, and no countable sums are had.

    Main definitions: [averages], [expect], [fits], [product].
    Main results: [fits_bound] (the probability of an event is the least upper bound), [expect_shift] (where noise is shifted by v), [side_event] (half-spaces are events).

    Trust: proved.
    Source: P. Daniell, A general form of integral, 1918; C. Jordan, Remarques sur les intégrales définies, 1892 (contents). *)
From Coq Require Import Reals Lra Lia Psatz FunctionalExtensionality Classical.
From Coquelicot Require Import Hierarchy Continuity Derive RInt RInt_analysis AutoDerive.
From Coquelicot Require Rbar Lub.
From Warrant Require Import Spec.Probability Spec.Smoothing Primitives.Probability.UniformNoise.
Local Open Scope R_scope.

(** ** Functions of one number, and means *)

(** bounded, and Lipschitz *)
Definition tame (f : R -> R) : Prop := exists bound slope, (forall s, - bound <= f s <= bound) /\ forall s t, f s - f t <= slope * Rabs (s - t).
Definition averages (mean : (R -> R) -> R) : Prop :=
  (forall f g, tame f -> tame g -> mean (fun s => f s + g s) = mean f + mean g) /\
  (forall c f, tame f -> mean (fun s => c * f s) = c * mean f) /\
  (forall f g, tame f -> tame g -> (forall s, f s <= g s) -> mean f <= mean g) /\
  mean (fun _ => 1) = 1.
(** from 0 to 1 *)
Definition clamp (x : R) : R := Rmax 0 (Rmin 1 x).
(** the mean of what lies near a point, at most 1/|k| from it, is at most in proportion to that *)
Definition spreads (mean : (R -> R) -> R) : Prop := exists c, forall a k, k <> 0 -> mean (fun s => clamp (1 - Rabs (a + k * s))) <= c / Rabs k.

Lemma tame_const c : tame (fun _ => c).
Proof. exists (Rabs c), 0. split; [intros _; pose proof (Rle_abs c); pose proof (Rle_abs (- c)) as opposite; rewrite Rabs_Ropp in opposite; lra|]. intros s t. lra. Qed.
Lemma tame_plus f g : tame f -> tame g -> tame (fun s => f s + g s).
Proof.
  intros (b & k & b_bound & k_slope) (b' & k' & b'_bound & k'_slope). exists (b + b'), (k + k').
  split; [intro s; specialize (b_bound s); specialize (b'_bound s); lra|]. intros s t. specialize (k_slope s t). specialize (k'_slope s t). lra.
Qed.
Lemma clamp_range x : 0 <= clamp x <= 1. Proof. unfold clamp, Rmax, Rmin. repeat destruct (Rle_dec _ _); lra. Qed.
Lemma clamp_slope x y c : 0 <= c -> x - y <= c -> clamp x - clamp y <= c. Proof. unfold clamp, Rmax, Rmin. repeat destruct (Rle_dec _ _); lra. Qed.
Lemma clamp_gt0 x : 0 < clamp x -> 0 < x. Proof. unfold clamp, Rmax, Rmin. repeat destruct (Rle_dec _ _); lra. Qed.
Lemma clamp_sides y : 1 <= clamp y + clamp (- y) + clamp (1 - Rabs y). Proof. unfold clamp, Rmax, Rmin, Rabs. destruct (Rcase_abs y); repeat destruct (Rle_dec _ _); lra. Qed.

Lemma tame_continuous f s : tame f -> continuous f s.
Proof.
  intros (b & k & _ & slope). apply continuity_pt_filterlim. intros eps eps_gt0. pose proof (Rabs_pos k). exists (eps / (Rabs k + 1)).
  assert (radius : 0 < eps / (Rabs k + 1)) by (apply Rdiv_lt_0_compat; lra). split; [exact radius|]. intros t [_ near]. cbn in *. unfold R_dist in *.
  assert (k_le : k * Rabs (t - s) <= Rabs k * Rabs (t - s)) by (apply Rmult_le_compat_r; [apply Rabs_pos|apply Rle_abs]).
  pose proof (slope t s) as up. pose proof (slope s t) as down. rewrite (Rabs_minus_sym s t) in down.
  apply Rle_lt_trans with (Rabs k * Rabs (t - s)); [apply Rabs_le; lra|].
  apply Rle_lt_trans with ((Rabs k + 1) * Rabs (t - s)); [apply Rmult_le_compat_r; [apply Rabs_pos|lra]|].
  apply (Rmult_lt_compat_l (Rabs k + 1)) in near; [|lra]. replace ((Rabs k + 1) * (eps / (Rabs k + 1))) with eps in near by (field; lra). exact near.
Qed.
Lemma tame_integrable f a b : tame f -> ex_RInt f a b.
Proof. intro is_f. apply (ex_RInt_continuous (V := R_CompleteNormedModule)). intros s _. now apply tame_continuous. Qed.
(** what lies near a point: the derivative of an arc tangent is above the triangle *)
Lemma near_tame a k : tame (fun s => clamp (1 - Rabs (a + k * s))).
Proof.
  exists 1, (Rabs k). split; [intro s; pose proof (clamp_range (1 - Rabs (a + k * s))); lra|]. intros s t. apply clamp_slope; [apply Rmult_le_pos; apply Rabs_pos|].
  rewrite <- Rabs_mult. replace (k * (s - t)) with (- (a + k * t) + (a + k * s)) by ring. pose proof (Rabs_triang_inv (- (a + k * t)) (- (a + k * s))) as triangle. rewrite !Rabs_Ropp in triangle.
  replace (- (a + k * t) - - (a + k * s)) with (- (a + k * t) + (a + k * s)) in triangle by ring. lra.
Qed.
Lemma near_integral a k x y : k <> 0 -> x <= y -> RInt (fun s => clamp (1 - Rabs (a + k * s))) x y <= 2 * PI / Rabs k.
Proof.
  intros k_nonzero le. pose proof (Rabs_pos_lt k k_nonzero) as k_gt0. set (F := fun s => 2 / k * atan (a + k * s)). set (f := fun s => 2 * / (1 + (a + k * s) ^ 2)).
  assert (square : forall s, 0 < 1 + (a + k * s) ^ 2) by (intro s; pose proof (pow2_ge_0 (a + k * s)); lra).
  assert (continuous_f : forall s, continuous f s) by (intro s; apply (ex_derive_continuous f); unfold f; auto_derive; specialize (square s); cbn in *; lra).
  assert (integral : is_RInt f x y (Hierarchy.minus (F y) (F x))).
  { apply (is_RInt_derive F f); intros s _; [|apply continuous_f]. unfold F, f. auto_derive; [trivial|]. specialize (square s). field. split; lra. }
  apply Rle_trans with (RInt f x y).
  - apply RInt_le; [exact le|apply tame_integrable, near_tame|eexists; exact integral|]. intros s _. unfold f. specialize (square s). set (t := a + k * s) in *.
    apply (Rmult_le_reg_r (1 + t ^ 2)); [exact square|]. replace (2 * / (1 + t ^ 2) * (1 + t ^ 2)) with 2 by (field; lra). pose proof (clamp_range (1 - Rabs t)).
    destruct (Rle_lt_dec 1 (Rabs t)) as [far|near].
    + assert (clamp (1 - Rabs t) = 0) as ->; [|lra]. unfold clamp, Rmax, Rmin. repeat destruct (Rle_dec _ _); lra.
    + assert (t ^ 2 < 1). { rewrite <- (pow2_abs t). pose proof (Rabs_pos t). nra. } nra.
  - rewrite (is_RInt_unique _ _ _ _ integral). unfold Hierarchy.minus, Hierarchy.plus, opp, F. cbn. set (p := atan (a + k * y)). set (q := atan (a + k * x)).
    pose proof (atan_bound (a + k * y)) as p_range. pose proof (atan_bound (a + k * x)) as q_range. fold p in p_range. fold q in q_range.
    replace (2 / k * p + - (2 / k * q)) with (2 * ((p - q) / k)) by (field; lra). replace (2 * PI / Rabs k) with (2 * (PI / Rabs k)) by (field; lra).
    apply Rmult_le_compat_l; [lra|]. apply Rle_trans with (1 := Rle_abs _). unfold Rdiv. rewrite Rabs_mult, Rabs_inv. apply Rmult_le_compat_r; [left; now apply Rinv_0_lt_compat|]. apply Rabs_le. lra.
Qed.

(** ** Functions of vectors *)

(** bounded, and Lipschitz in the first d coordinates (so that the others do not matter) *)
Definition gentle (d : nat) (f : vector -> R) : Prop :=
  exists bound slope, (forall z, - bound <= f z <= bound) /\ forall z y, f z - f y <= slope * norm1 d (minus z y).

Lemma norm1_same d v w : (forall i, (i < d)%nat -> v i = w i) -> norm1 d v = norm1 d w.
Proof. induction d as [|d IH]; intro same; cbn [norm1]; [reflexivity|]. rewrite (same d) by lia. rewrite IH; [reflexivity|]. intros i less. apply same. lia. Qed.
Lemma inner_same d v z y : (forall i, (i < d)%nat -> z i = y i) -> inner d v z = inner d v y.
Proof. induction d as [|d IH]; intro same; cbn [inner]; [reflexivity|]. rewrite (same d) by lia. rewrite IH; [reflexivity|]. intros i less. apply same. lia. Qed.
Lemma norm1_swap d z y : norm1 d (minus z y) = norm1 d (minus y z).
Proof. induction d as [|d IH]; cbn [norm1]; [reflexivity|]. rewrite IH. unfold minus. now rewrite Rabs_minus_sym. Qed.
Lemma inner_slope d v z y : inner d v z - inner d v y <= norm1 d v * norm1 d (minus z y).
Proof.
  induction d as [|d IH]; cbn [inner norm1]; [lra|]. pose proof (norm1_ge0 d v). pose proof (norm1_ge0 d (minus z y)). pose proof (Rabs_pos (v d)). pose proof (Rabs_pos (minus z y d)).
  pose proof (Rle_abs (v d * (z d - y d))) as last. rewrite Rabs_mult in last. change (minus z y d) with (z d - y d) in *.
  assert (0 <= norm1 d v * Rabs (z d - y d)) by now apply Rmult_le_pos. assert (0 <= Rabs (v d) * norm1 d (minus z y)) by now apply Rmult_le_pos. lra.
Qed.

Lemma gentle_const d c : gentle d (fun _ => c).
Proof. destruct (tame_const c) as (b & _ & b_bound & _). exists b, 0. split; [intros _; exact (b_bound 0)|]. intros z y. lra. Qed.
Lemma gentle_plus d f g : gentle d f -> gentle d g -> gentle d (fun z => f z + g z).
Proof.
  intros (b & k & b_bound & k_slope) (b' & k' & b'_bound & k'_slope). exists (b + b'), (k + k').
  split; [intro z; specialize (b_bound z); specialize (b'_bound z); lra|]. intros z y. specialize (k_slope z y). specialize (k'_slope z y). lra.
Qed.
Lemma gentle_scal d c f : gentle d f -> gentle d (fun z => c * f z).
Proof.
  intros (b & k & b_bound & k_slope). exists (Rabs c * b), (Rabs c * k). pose proof (Rabs_pos c). split.
  - intro z. specialize (b_bound z). assert (Rabs (c * f z) <= Rabs c * b) as size.
    { rewrite Rabs_mult. apply Rmult_le_compat_l; [assumption|]. apply Rabs_le. lra. }
    pose proof (Rle_abs (c * f z)). pose proof (Rle_abs (- (c * f z))) as opposite. rewrite Rabs_Ropp in opposite. lra.
  - intros z y. pose proof (k_slope z y). pose proof (k_slope y z) as back. rewrite norm1_swap in back. pose proof (Rle_abs (c * (f z - f y))) as size. rewrite Rabs_mult in size.
    assert (Rabs (f z - f y) <= k * norm1 d (minus z y)) by (apply Rabs_le; lra).
    assert (Rabs c * Rabs (f z - f y) <= Rabs c * (k * norm1 d (minus z y))) by now apply Rmult_le_compat_l. lra.
Qed.
Lemma gentle_max d f g : gentle d f -> gentle d g -> gentle d (fun z => Rmax (f z) (g z)).
Proof.
  intros (b & k & b_bound & k_slope) (b' & k' & b'_bound & k'_slope). exists (Rmax b b'), (Rmax k k'). pose proof (Rmax_l b b'). pose proof (Rmax_r b b'). split.
  - intro z. specialize (b_bound z). specialize (b'_bound z). pose proof (Rmax_l (f z) (g z)). split; [lra|]. apply Rmax_lub; lra.
  - intros z y. specialize (k_slope z y). specialize (k'_slope z y). pose proof (Rmax_l (f y) (g y)). pose proof (Rmax_r (f y) (g y)).
    pose proof (Rmult_le_compat_r _ _ _ (norm1_ge0 d (minus z y)) (Rmax_l k k')). pose proof (Rmult_le_compat_r _ _ _ (norm1_ge0 d (minus z y)) (Rmax_r k k')).
    cut (Rmax (f z) (g z) <= Rmax k k' * norm1 d (minus z y) + Rmax (f y) (g y)); [lra|]. apply Rmax_lub; lra.
Qed.
Lemma gentle_min d f g : gentle d f -> gentle d g -> gentle d (fun z => Rmin (f z) (g z)).
Proof.
  intros is_f is_g. replace (fun z => Rmin (f z) (g z)) with (fun z => -1 * Rmax (-1 * f z) (-1 * g z)).
  - apply gentle_scal, gentle_max; now apply gentle_scal.
  - apply functional_extensionality. intro z. unfold Rmin, Rmax. repeat destruct (Rle_dec _ _); lra.
Qed.
Lemma gentle_shift d f v : gentle d f -> gentle d (fun z => f (plus z v)).
Proof.
  intros (b & k & b_bound & k_slope). exists b, k. split; [intro z; apply b_bound|]. intros z y. specialize (k_slope (plus z v) (plus y v)).
  rewrite (norm1_same d _ (minus z y)) in k_slope; [exact k_slope|]. intros i _. unfold minus, plus. ring.
Qed.
Lemma gentle_clamp d f k : 0 <= k -> (forall z y, f z - f y <= k * norm1 d (minus z y)) -> gentle d (fun z => clamp (f z)).
Proof.
  intros k_ge0 k_slope. exists 1, k. split; [intro z; pose proof (clamp_range (f z)); lra|]. intros z y. apply clamp_slope; [|apply k_slope]. apply Rmult_le_pos; [exact k_ge0|apply norm1_ge0].
Qed.

(** forth and back again *)
Lemma back_and_forth f v : (fun z => f (plus (plus z (fun i => - v i)) v)) = (f : vector -> R).
Proof. apply functional_extensionality. intro z. f_equal. apply functional_extensionality. intro i. unfold plus. ring. Qed.
Lemma forth_and_back f v : (fun z => f (plus (plus z v) (fun i => - v i))) = (f : vector -> R).
Proof. apply functional_extensionality. intro z. f_equal. apply functional_extensionality. intro i. unfold plus. ring. Qed.

(** ** Expectations *)

Section Product.
Variable mean : (R -> R) -> R.
Hypothesis mean_averages : averages mean.

(** the vector with [s] as its coordinate [d] *)
Definition put (d : nat) (s : R) (z : vector) : vector := fun i => if Nat.eqb i d then s else z i.
Fixpoint expect (d : nat) (f : vector -> R) : R := match d with O => f (fun _ => 0) | S d => expect d (fun z => mean (fun s => f (put d s z))) end.

Lemma put_here d s z : put d s z d = s. Proof. unfold put. now rewrite Nat.eqb_refl. Qed.
Lemma put_other d s z i : (i < d)%nat -> put d s z i = z i. Proof. intro less. unfold put. now rewrite (proj2 (Nat.eqb_neq i d)) by lia. Qed.
Lemma norm1_put d s t z y : norm1 (S d) (minus (put d s z) (put d t y)) = norm1 d (minus z y) + Rabs (s - t).
Proof. cbn [norm1]. f_equal; [|unfold minus; now rewrite !put_here]. apply norm1_same. intros i less. unfold minus. now rewrite !put_other. Qed.
Lemma inner_put d v s z : inner (S d) v (put d s z) = inner d v z + v d * s.
Proof. cbn [inner]. rewrite put_here. f_equal. apply inner_same. intros i less. now apply put_other. Qed.
Lemma plus_put d v s z : plus (put d s z) v = put d (s + v d) (plus z v).
Proof. apply functional_extensionality. intro i. unfold plus, put. destruct (Nat.eqb_spec i d) as [->|other]; reflexivity. Qed.

Lemma mean_const c : mean (fun _ => c) = c.
Proof. destruct mean_averages as (_ & scaled & _ & one). specialize (scaled c (fun _ => 1) (tame_const 1)). cbn in scaled. rewrite Rmult_1_r, one in scaled. lra. Qed.
Lemma mean_slope f g c : tame f -> tame g -> (forall s, f s <= g s + c) -> mean f <= mean g + c.
Proof.
  intros is_f is_g le. destruct mean_averages as (sum & _ & order & _). rewrite <- (mean_const c) at 1. rewrite <- sum; [|exact is_g|apply tame_const].
  apply order; [exact is_f|apply tame_plus; [exact is_g|apply tame_const]|exact le].
Qed.
Lemma slice_tame d f z : gentle (S d) f -> tame (fun s => f (put d s z)).
Proof.
  intros (b & k & b_bound & k_slope). exists b, k. split; [intro s; apply b_bound|]. intros s t. specialize (k_slope (put d s z) (put d t z)). rewrite norm1_put in k_slope.
  replace (norm1 d (minus z z)) with 0 in k_slope; [lra|]. clear k_slope. induction d as [|d IH]; cbn [norm1]; [reflexivity|]. rewrite <- IH. unfold minus. rewrite Rminus_diag, Rabs_R0. ring.
Qed.
Lemma marginal_gentle d f : gentle (S d) f -> gentle d (fun z => mean (fun s => f (put d s z))).
Proof.
  intro is_f. pose proof (fun z => slice_tame d f z is_f) as slices. destruct is_f as (b & k & b_bound & k_slope). exists b, k. split.
  - intro z. split.
    + pose proof (mean_slope (fun _ => 0) _ b (tame_const 0) (slices z)) as low. rewrite mean_const in low. cut (0 <= mean (fun s => f (put d s z)) + b); [lra|]. apply low. intro s. specialize (b_bound (put d s z)). lra.
    + pose proof (mean_slope _ (fun _ => 0) b (slices z) (tame_const 0)) as high. rewrite mean_const in high. cut (mean (fun s => f (put d s z)) <= 0 + b); [lra|]. apply high. intro s. specialize (b_bound (put d s z)). lra.
  - intros z y. cut (mean (fun s => f (put d s z)) <= mean (fun s => f (put d s y)) + k * norm1 d (minus z y)); [lra|]. apply mean_slope; [apply slices..|].
    intro s. specialize (k_slope (put d s z) (put d s y)). rewrite norm1_put, Rminus_diag, Rabs_R0, Rplus_0_r in k_slope. lra.
Qed.

Lemma expect_const d c : expect d (fun _ => c) = c.
Proof. induction d as [|d IH]; cbn [expect]; [reflexivity|]. now rewrite mean_const. Qed.
Lemma expect_plus d f g : gentle d f -> gentle d g -> expect d (fun z => f z + g z) = expect d f + expect d g.
Proof.
  revert f g. induction d as [|d IH]; intros f g is_f is_g; cbn [expect]; [reflexivity|]. rewrite <- IH by now apply marginal_gentle. f_equal. apply functional_extensionality. intro z.
  destruct mean_averages as (sum & _). apply (sum (fun s => f (put d s z)) (fun s => g (put d s z))); now apply slice_tame.
Qed.
Lemma expect_scal d c f : gentle d f -> expect d (fun z => c * f z) = c * expect d f.
Proof.
  revert f. induction d as [|d IH]; intros f is_f; cbn [expect]; [reflexivity|]. rewrite <- IH by now apply marginal_gentle. f_equal. apply functional_extensionality. intro z.
  destruct mean_averages as (_ & scaled & _). apply (scaled c (fun s => f (put d s z))). now apply slice_tame.
Qed.
Lemma expect_mono d f g : gentle d f -> gentle d g -> (forall z, f z <= g z) -> expect d f <= expect d g.
Proof.
  revert f g. induction d as [|d IH]; intros f g is_f is_g le; cbn [expect]; [apply le|]. apply IH; [now apply marginal_gentle..|]. intro z.
  destruct mean_averages as (_ & _ & order & _). apply order; [now apply slice_tame..|]. intro s. apply le.
Qed.
Lemma expect_coordinate d i f : (i < d)%nat -> expect d (fun z => f (z i)) = mean f.
Proof.
  induction d as [|d IH]; intro less; [lia|]. cbn [expect]. destruct (Nat.eq_dec i d) as [->|other].
  - rewrite <- (expect_const d (mean f)). f_equal. apply functional_extensionality. intro z. f_equal. apply functional_extensionality. intro s. now rewrite put_here.
  - rewrite <- IH by lia. f_equal. apply functional_extensionality. intro z. rewrite <- (mean_const (f (z i))). f_equal. apply functional_extensionality. intro s. now rewrite put_other by lia.
Qed.

(** ** Shifts

    Where noise is shifted by v, its density at z is multiplied by the product of the factors [weight (v i) (z i)] of the coordinates, at all points that are [allowed]: if the means on the line are such, as far
    as lower bounds of them go, then so are expectations. *)
Section Shift.
Variables (weight : R -> R -> R) (allowed : R -> R -> Prop).
Hypothesis weight_ge0 : forall u s, 0 <= weight u s.
Definition shifts_line : Prop := forall k u f g, 0 <= k -> tame f -> tame g -> (forall s, 0 <= f s) -> (forall s, 0 < f s -> allowed u s) ->
  (forall s, k * weight u s * f s <= g s) -> k * mean (fun s => f (s + u)) <= mean g.
Hypothesis line : shifts_line.

Fixpoint factor (d : nat) (v z : vector) : R := match d with O => 1 | S d => factor d v z * weight (v d) (z d) end.
Lemma factor_ge0 d v z : 0 <= factor d v z.
Proof. induction d as [|d IH]; cbn [factor]; [lra|]. now apply Rmult_le_pos. Qed.
Lemma factor_put d v s z : factor (S d) v (put d s z) = factor d v z * weight (v d) s.
Proof.
  cbn [factor]. rewrite put_here. f_equal. assert (same : forall n, (n <= d)%nat -> factor n v (put d s z) = factor n v z); [|now apply same].
  induction n as [|n IH]; intro le; cbn [factor]; [reflexivity|]. rewrite put_other by lia. rewrite IH by lia. reflexivity.
Qed.
Theorem expect_shift d v f g : gentle d f -> gentle d g -> (forall z, 0 <= f z) -> (forall z, 0 < f z -> forall i, (i < d)%nat -> allowed (v i) (z i)) ->
  (forall z, factor d v z * f z <= g z) -> expect d (fun z => f (plus z v)) <= expect d g.
Proof.
  revert f g. induction d as [|d IH]; intros f g is_f is_g f_ge0 within le; cbn [expect].
  - specialize (le (plus (fun _ => 0) v)). cbn [factor] in le. destruct is_g as (b & k & _ & flat). specialize (flat (plus (fun _ => 0) v) (fun _ => 0)). cbn in flat. lra.
  - set (last := fun i => if Nat.eqb i d then v d else 0). set (f' := fun z => mean (fun s => f (put d (s + v d) z))).
    assert (moved : forall s z, put d (s + v d) z = plus (put d s z) last).
    { intros s z. apply functional_extensionality. intro i. unfold plus, put, last. destruct (Nat.eqb i d); ring. }
    replace (fun z => mean (fun s => f (plus (put d s z) v))) with (fun z => f' (plus z v)).
    2: { apply functional_extensionality. intro z. unfold f'. f_equal. apply functional_extensionality. intro s. now rewrite plus_put. }
    assert (is_f' : gentle d f').
    { unfold f'. replace (fun z => mean (fun s => f (put d (s + v d) z))) with (fun z => mean (fun s => (fun y => f (plus y last)) (put d s z))).
      - apply (marginal_gentle d (fun y => f (plus y last))). now apply gentle_shift.
      - apply functional_extensionality. intro z. f_equal. apply functional_extensionality. intro s. now rewrite moved. }
    pose proof (fun z => slice_tame d f z is_f) as slices. assert (slices' : forall z, tame (fun s => f (put d (s + v d) z))).
    { intro z. replace (fun s => f (put d (s + v d) z)) with (fun s => (fun y => f (plus y last)) (put d s z)) by (apply functional_extensionality; intro s; now rewrite moved).
      apply (slice_tame d (fun y => f (plus y last))). now apply gentle_shift. }
    apply (IH f' (fun z => mean (fun s => g (put d s z)))).
    + exact is_f'.
    + now apply marginal_gentle.
    + intro z. rewrite <- (mean_const 0). destruct mean_averages as (_ & _ & order & _). apply order; [apply tame_const|apply slices'|]. intro s. apply f_ge0.
    + intros z positive i less. apply NNPP. intro out. assert (zero : f' z <= 0); [|lra]. rewrite <- (mean_const 0). destruct mean_averages as (_ & _ & order & _).
      apply order; [apply slices'|apply tame_const|]. intro s. destruct (Rle_lt_dec (f (put d (s + v d) z)) 0) as [none|some]; [exact none|exfalso]. apply out.
      rewrite <- (put_other d (s + v d) z i less). apply (within _ some). lia.
    + intro z. unfold f'. apply (line (factor d v z) (v d) (fun s => f (put d s z))).
      * apply factor_ge0.
      * apply slices.
      * now apply slice_tame.
      * intro s. apply f_ge0.
      * intros s some. pose proof (within _ some d ltac:(lia)) as here. now rewrite put_here in here.
      * intro s. rewrite <- factor_put. apply le.
Qed.
End Shift.

(** ** The probability *)

Section Dimension.
Variable d : nat.

(** between 0 and the indicator of [B] *)
Definition fits (B : vector -> Prop) (f : vector -> R) : Prop := gentle d f /\ forall z, 0 <= f z <= 1 /\ (0 < f z -> B z).
Definition squeezed (B : vector -> Prop) : Prop := forall eps, 0 < eps -> exists f g, fits B f /\ fits (fun z => ~ B z) g /\ 1 - eps < expect d f + expect d g.
Definition product_event (B : vector -> Prop) : Prop := forall v, supported d v -> squeezed (fun z => B (plus z v)).
Definition product_measure (B : vector -> Prop) : R := Rbar.real (Lub.Lub_Rbar (fun x => exists f, fits B f /\ x = expect d f)).

Lemma fits_same A B f : (forall z, A z -> B z) -> fits A f -> fits B f.
Proof. intros within [is_f f_fits]. split; [exact is_f|]. intro z. destruct (f_fits z) as [range here]. split; [exact range|]. intro some. now apply within, here. Qed.
Lemma fits_none B : fits B (fun _ => 0).
Proof. split; [apply gentle_const|]. intro z. split; [lra|]. intro no. lra. Qed.
Lemma fits_apart A B f g : (forall z, ~ (A z /\ B z)) -> fits A f -> fits B g -> forall z, f z + g z <= 1.
Proof.
  intros apart [_ f_fits] [_ g_fits] z. destruct (f_fits z) as [f_range f_here], (g_fits z) as [g_range g_here].
  destruct (Rle_lt_dec (f z) 0) as [f_none|f_some]; [lra|]. destruct (Rle_lt_dec (g z) 0) as [g_none|g_some]; [lra|]. exfalso. apply (apart z). auto.
Qed.
Lemma expect_apart A B f g : (forall z, ~ (A z /\ B z)) -> fits A f -> fits B g -> expect d f + expect d g <= 1.
Proof.
  intros apart f_fits g_fits. rewrite <- expect_plus by apply f_fits || apply g_fits. rewrite <- (expect_const d 1).
  apply expect_mono; [apply gentle_plus; [apply f_fits|apply g_fits]|apply gentle_const|]. now apply (fits_apart A B).
Qed.

(** the probability is the least upper bound *)
Theorem fits_bound B : (forall f, fits B f -> expect d f <= product_measure B) /\ (forall c, (forall f, fits B f -> expect d f <= c) -> product_measure B <= c).
Proof.
  destruct (Lub.Lub_Rbar_correct (fun x => exists f, fits B f /\ x = expect d f)) as [above least]. unfold product_measure.
  assert (finite : exists l, Lub.Lub_Rbar (fun x => exists f, fits B f /\ x = expect d f) = Rbar.Finite l).
  { pose proof (above 0) as low. pose proof (least (Rbar.Finite 1)) as high. destruct (Lub.Lub_Rbar _) as [l| |]; [now exists l|exfalso; apply high|exfalso; apply low].
    - intros x (f & f_fits & ->). cbn. rewrite <- (expect_const d 1). apply expect_mono; [apply f_fits|apply gentle_const|]. intro z. apply f_fits.
    - exists (fun _ => 0). split; [apply fits_none|]. symmetry. apply expect_const. }
  destruct finite as [l finite]. rewrite finite in *. cbn [Rbar.real]. split.
  - intros f f_fits. apply (above (expect d f)). now exists f.
  - intros c bound. apply (least (Rbar.Finite c)). intros x (f & f_fits & ->). now apply bound.
Qed.
Lemma squeezed_event B : product_event B -> squeezed B.
Proof.
  intro is_B. specialize (is_B (fun _ => 0) (fun _ _ => eq_refl)). replace (fun z => B (plus z (fun _ => 0))) with B in is_B; [exact is_B|].
  apply functional_extensionality. intro z. f_equal. apply functional_extensionality. intro i. unfold plus. ring.
Qed.

Lemma squeezed_same A B : (forall z, A z <-> B z) -> squeezed A -> squeezed B.
Proof.
  intros same is_A eps eps_gt0. destruct (is_A eps eps_gt0) as (f & g & f_fits & g_fits & enough). exists f, g. split; [|split; [|exact enough]].
  - apply (fits_same A); [apply same|exact f_fits].
  - apply (fits_same (fun z => ~ A z)); [|exact g_fits]. intros z no yes. now apply no, same.
Qed.
Local Lemma product_same A B : (forall z, A z <-> B z) -> product_event A -> product_event B.
Proof. intros same is_A v beyond. apply (squeezed_same (fun z => A (plus z v))); [intro z; apply same|now apply is_A]. Qed.
Local Lemma product_all : product_event (fun _ => True).
Proof.
  intros v _ eps eps_gt0. exists (fun _ => 1), (fun _ => 0). split; [|split; [apply fits_none|rewrite !expect_const; lra]]. split; [apply gentle_const|]. intro z. split; [lra|trivial].
Qed.
Local Lemma product_not A : product_event A -> product_event (fun z => ~ A z).
Proof.
  intros is_A v beyond eps eps_gt0. destruct (is_A v beyond eps eps_gt0) as (f & g & f_fits & g_fits & enough). exists g, f. split; [exact g_fits|split; [|lra]].
  apply (fits_same (fun z => A (plus z v))); [intros z yes no; exact (no yes)|exact f_fits].
Qed.
Local Lemma product_or A B : product_event A -> product_event B -> product_event (fun z => A z \/ B z).
Proof.
  intros is_A is_B v beyond eps eps_gt0. destruct (is_A v beyond (eps / 2) ltac:(lra)) as (f & g & f_fits & g_fits & enough).
  destruct (is_B v beyond (eps / 2) ltac:(lra)) as (f' & g' & f'_fits & g'_fits & enough'). exists (fun z => Rmax (f z) (f' z)), (fun z => Rmin (g z) (g' z)).
  assert (is_max : gentle d (fun z => Rmax (f z) (f' z))) by (apply gentle_max; [apply f_fits|apply f'_fits]).
  assert (is_min : gentle d (fun z => Rmin (g z) (g' z))) by (apply gentle_min; [apply g_fits|apply g'_fits]). split; [|split].
  - split; [exact is_max|]. intro z. destruct (proj2 f_fits z) as [range here], (proj2 f'_fits z) as [range' here']. unfold Rmax. destruct (Rle_dec _ _); (split; [lra|]); auto.
  - split; [exact is_min|]. intro z. destruct (proj2 g_fits z) as [range here], (proj2 g'_fits z) as [range' here']. split; [unfold Rmin; destruct (Rle_dec _ _); lra|].
    intro some. pose proof (Rmin_l (g z) (g' z)). pose proof (Rmin_r (g z) (g' z)). specialize (here ltac:(lra)). specialize (here' ltac:(lra)). tauto.
  - pose proof (fits_apart _ _ f g (fun z both => proj2 both (proj1 both)) f_fits g_fits) as room. pose proof (fits_apart _ _ f' g' (fun z both => proj2 both (proj1 both)) f'_fits g'_fits) as room'.
    pose proof (proj1 f_fits). pose proof (proj1 g_fits). pose proof (proj1 f'_fits). pose proof (proj1 g'_fits).
    assert (sum : expect d (fun z => ((f z + g z) + (f' z + g' z)) + -1) <= expect d (fun z => Rmax (f z) (f' z) + Rmin (g z) (g' z))).
    { apply expect_mono; [apply gentle_plus; [apply gentle_plus; now apply gentle_plus|apply gentle_const]|now apply gentle_plus|].
      intro z. specialize (room z). specialize (room' z). pose proof (Rmax_l (f z) (f' z)). pose proof (Rmax_r (f z) (f' z)). unfold Rmin. destruct (Rle_dec _ _); lra. }
    rewrite !expect_plus, expect_const in sum by first [assumption|apply gentle_const|apply gentle_plus; assumption|apply gentle_plus; apply gentle_plus; assumption]. lra.
Qed.
Local Lemma measure_same A B : (forall z, A z <-> B z) -> product_event A -> product_measure A = product_measure B.
Proof.
  intros same _. destruct (fits_bound A) as [above least], (fits_bound B) as [above' least'].
  apply Rle_antisym; [apply least|apply least']; intros f f_fits; [apply above'; apply (fits_same A)|apply above; apply (fits_same B)]; try exact f_fits; apply same.
Qed.
Local Lemma measure_all : product_measure (fun _ => True) = 1.
Proof.
  destruct (fits_bound (fun _ => True)) as [above least]. apply Rle_antisym.
  - apply least. intros f f_fits. rewrite <- (expect_const d 1). apply expect_mono; [apply f_fits|apply gentle_const|]. intro z. apply f_fits.
  - rewrite <- (expect_const d 1) at 1. apply above. split; [apply gentle_const|]. intro z. split; [lra|trivial].
Qed.
Local Lemma measure_ge0 A : product_event A -> 0 <= product_measure A.
Proof. intros _. rewrite <- (expect_const d 0). apply (fits_bound A), fits_none. Qed.
Local Lemma measure_or A B : product_event A -> product_event B -> (forall z, ~ (A z /\ B z)) -> product_measure (fun z => A z \/ B z) = product_measure A + product_measure B.
Proof.
  intros is_A is_B apart. destruct (fits_bound A) as [above_A least_A], (fits_bound B) as [above_B least_B], (fits_bound (fun z => A z \/ B z)) as [above least]. apply Rle_antisym.
  - apply least. intros f f_fits. apply le_epsilon. intros eps eps_gt0.
    destruct (squeezed_event A is_A (eps / 2) ltac:(lra)) as (f_A & g_A & f_A_fits & g_A_fits & enough_A). destruct (squeezed_event B is_B (eps / 2) ltac:(lra)) as (f_B & g_B & f_B_fits & g_B_fits & enough_B).
    pose proof (above_A f_A f_A_fits). pose proof (above_B f_B f_B_fits). pose proof (proj1 f_fits). pose proof (proj1 g_A_fits). pose proof (proj1 g_B_fits).
    (* outside of both *)
    assert (below : expect d (fun z => (f z + (g_A z + g_B z)) + -1) <= expect d (fun _ => 1)).
    { apply expect_mono; [apply gentle_plus; [apply gentle_plus; [|apply gentle_plus]; assumption|apply gentle_const]|apply gentle_const|].
      intro z. destruct (proj2 f_fits z) as [range here], (proj2 g_A_fits z) as [range_A here_A], (proj2 g_B_fits z) as [range_B here_B].
      destruct (Rle_lt_dec (f z) 0); [lra|]. destruct (Rle_lt_dec (g_A z) 0); [lra|]. destruct (Rle_lt_dec (g_B z) 0); [lra|]. exfalso. destruct here as [a|b]; [assumption|apply here_A|apply here_B]; assumption. }
    rewrite !expect_plus, !expect_const in below by first [assumption|apply gentle_const|apply gentle_plus; assumption|apply gentle_plus; [assumption|apply gentle_plus; assumption]]. lra.
  - cut (product_measure A <= product_measure (fun z => A z \/ B z) - product_measure B); [lra|]. apply least_A. intros f f_fits.
    cut (product_measure B <= product_measure (fun z => A z \/ B z) - expect d f); [lra|]. apply least_B. intros g g_fits.
    cut (expect d f + expect d g <= product_measure (fun z => A z \/ B z)); [lra|]. pose proof (fits_apart A B f g apart f_fits g_fits) as room. rewrite <- expect_plus by apply f_fits || apply g_fits. apply above. split; [apply gentle_plus; [apply f_fits|apply g_fits]|].
    intro z. specialize (room z). destruct (proj2 f_fits z) as [range here], (proj2 g_fits z) as [range' here']. split; [lra|]. intro some.
    destruct (Rle_lt_dec (f z) 0); [right; apply here'; lra|left; now apply here].
Qed.

Definition product : probability vector := {|
  event := product_event; P := product_measure; event_same := product_same; event_all := product_all; event_not := product_not; event_or := product_or;
  P_same := measure_same; P_all := measure_all; P_ge0 := measure_ge0; P_or := measure_or |}.

Lemma product_shifted B v : supported d v -> event product B -> event product (fun z => B (plus z v)).
Proof.
  intros beyond is_B w w_beyond. replace (fun z => B (plus (plus z w) v)) with (fun z => B (plus z (plus w v))).
  - apply (is_B (plus w v)). intros i out. unfold plus. rewrite beyond, w_beyond by exact out. ring.
  - apply functional_extensionality. intro z. f_equal. apply functional_extensionality. intro i. unfold plus. ring.
Qed.
End Dimension.

(** ** Half-spaces *)

Hypothesis mean_spreads : spreads mean.

(** what is near a hyperplane, at most at the distance 1/n but for a constant, is rare *)
Lemma near_gentle d v a n : 0 < n -> gentle d (fun z => clamp (1 - Rabs (n * (a - inner d v z)))).
Proof.
  intro n_gt0. pose proof (norm1_ge0 d v). apply (gentle_clamp d (fun z => 1 - Rabs (n * (a - inner d v z))) (n * norm1 d v)); [apply Rmult_le_pos; lra|]. intros z y.
  pose proof (inner_slope d v z y) as up. pose proof (inner_slope d v y z) as down. rewrite norm1_swap in down.
  assert (Rabs (n * (a - inner d v y)) - Rabs (n * (a - inner d v z)) <= n * (norm1 d v * norm1 d (minus z y))); [|lra].
  rewrite !Rabs_mult, (Rabs_pos_eq n) by lra. rewrite <- Rmult_minus_distr_l. apply Rmult_le_compat_l; [lra|].
  set (k := norm1 d v * norm1 d (minus z y)) in *. unfold Rabs. repeat destruct (Rcase_abs _); lra.
Qed.
Lemma near_bound d v : inner d v v <> 0 -> exists c, forall a n, 0 < n -> expect d (fun z => clamp (1 - Rabs (n * (a - inner d v z)))) <= c / n.
Proof.
  induction d as [|d IH]; intro some; [now contradict some|]. destruct (Req_dec (v d) 0) as [zero|here].
  - cbn [inner] in some. rewrite zero, Rmult_0_l, Rplus_0_r in some. destruct (IH some) as [c bound]. exists c. intros a n n_gt0. cbn [expect].
    replace (fun z => mean (fun s => clamp (1 - Rabs (n * (a - inner (S d) v (put d s z)))))) with (fun z => clamp (1 - Rabs (n * (a - inner d v z)))); [now apply bound|].
    apply functional_extensionality. intro z. rewrite <- mean_const at 1. f_equal. apply functional_extensionality. intro s. rewrite inner_put, zero. do 5 f_equal. ring.
  - destruct mean_spreads as [c bound]. exists (c / Rabs (v d)). intros a n n_gt0. rewrite <- (expect_const d (c / Rabs (v d) / n)). cbn [expect].
    apply expect_mono; [apply (marginal_gentle d (fun z => clamp (1 - Rabs (n * (a - inner (S d) v z))))); now apply near_gentle|apply gentle_const|]. intro z.
    replace (fun s => clamp (1 - Rabs (n * (a - inner (S d) v (put d s z))))) with (fun s => clamp (1 - Rabs (n * (a - inner d v z) + - n * v d * s))).
    + replace (c / Rabs (v d) / n) with (c / Rabs (- n * v d)); [apply bound; nra|]. rewrite Rabs_mult, Rabs_Ropp, (Rabs_pos_eq n) by lra. field. split; first [lra|now apply Rabs_no_R0].
    + apply functional_extensionality. intro s. rewrite inner_put. do 3 f_equal. ring.
Qed.
Lemma side_bound d v t B eps : inner d v v <> 0 -> (forall z, inner d v z < t -> B z) -> (forall z, t < inner d v z -> ~ B z) -> 0 < eps ->
  exists n, let low z := clamp (n * (t - inner d v z)) in let high z := clamp (- (n * (t - inner d v z))) in
    0 < n /\ fits d B low /\ fits d (fun z => ~ B z) high /\ 1 - eps < expect d low + expect d high.
Proof.
  intros some low high eps_gt0. destruct (near_bound d v some) as [c bound]. set (n := 1 + Rmax 0 (c / eps)). pose proof (Rmax_l 0 (c / eps)). pose proof (Rmax_r 0 (c / eps)). assert (n_gt0 : 0 < n) by (unfold n; lra).
  assert (small : c / n < eps).
  { apply (Rmult_lt_reg_r n); [exact n_gt0|]. replace (c / n * n) with c by (field; lra). assert (c = eps * (c / eps)) as -> by (field; lra). apply Rmult_lt_compat_l; [exact eps_gt0|unfold n; lra]. }
  pose proof (norm1_ge0 d v). assert (0 <= n * norm1 d v) by (apply Rmult_le_pos; lra).
  assert (is_low : gentle d (fun z => clamp (n * (t - inner d v z)))).
  { apply (gentle_clamp d (fun z => n * (t - inner d v z)) (n * norm1 d v)); [assumption|]. intros z y. pose proof (inner_slope d v y z) as slope. rewrite norm1_swap in slope.
    pose proof (Rmult_le_compat_l n _ _ ltac:(lra) slope). lra. }
  assert (is_high : gentle d (fun z => clamp (- (n * (t - inner d v z))))).
  { apply (gentle_clamp d (fun z => - (n * (t - inner d v z))) (n * norm1 d v)); [assumption|]. intros z y. pose proof (inner_slope d v z y) as slope.
    pose proof (Rmult_le_compat_l n _ _ ltac:(lra) slope). lra. }
  exists n. cbv zeta. split; [exact n_gt0|split; [|split]].
  - split; [exact is_low|]. intro z. split; [apply clamp_range|]. intro positive. apply clamp_gt0 in positive. apply low. nra.
  - split; [exact is_high|]. intro z. split; [apply clamp_range|]. intro positive. apply clamp_gt0 in positive. apply high. nra.
  - specialize (bound t n n_gt0). pose proof (near_gentle d v t n n_gt0) as is_near.
    assert (whole : expect d (fun _ => 1) <= expect d (fun z => (clamp (n * (t - inner d v z)) + clamp (- (n * (t - inner d v z)))) + clamp (1 - Rabs (n * (t - inner d v z))))).
    { apply expect_mono; [apply gentle_const|apply gentle_plus; [apply gentle_plus|]; assumption|]. intro z. apply clamp_sides. }
    rewrite (expect_plus d (fun z => clamp (n * (t - inner d v z)) + clamp (- (n * (t - inner d v z))))) in whole by first [assumption|apply gentle_plus; assumption]. rewrite expect_plus, expect_const in whole by assumption. lra.
Qed.
Theorem side_event d v t B : inner d v v <> 0 -> (forall z, inner d v z < t -> B z) -> (forall z, t < inner d v z -> ~ B z) -> event (product d) B.
Proof.
  intros some low high w w_beyond eps eps_gt0. assert (sum : forall z, inner d v (plus z w) = inner d v z + inner d v w).
  { intro z. clear. induction d as [|d IH]; cbn [inner]; [ring|]. rewrite IH. unfold plus. ring. }
  destruct (side_bound d v (t - inner d v w) (fun z => B (plus z w)) eps some) as (n & _ & f_fits & g_fits & enough).
  - intros z less. apply low. rewrite sum. lra.
  - intros z more. apply high. rewrite sum. lra.
  - exact eps_gt0.
  - eexists _, _. split; [exact f_fits|split; [exact g_fits|exact enough]].
Qed.
End Product.
