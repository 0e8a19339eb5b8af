(** * Robustness by uniform noise

    Two cubes of side 2h, of which one is the other shifted by v, have all but a share of |v|/(2h) of their volume in common, |v| being the sum of the sizes of v's coordinates.  On what they
    have in common, uniform noise around x and around x + v is the same.  So the probability of a class falls by |v|/(2h) at most.

    Main results: [leaving_bound] (the share that is not in common), [uniform_shift], [uniform_robust]; [uniform_exists] (such a probability, in one dimension).

    Trust: proved.
    Source: G. Yang et al., Randomized smoothing of all shapes and sizes, 2020, and G.-H. Lee et al., Tight certificates of adversarial robustness for randomly smoothed classifiers, 2019 (the ℓ1 radius 2h(p - 1/2)). *)
From Coq Require Import Reals Lra Lia List Qreals FunctionalExtensionality Classical.
From Coquelicot Require Import Hierarchy RInt.
From Warrant Require Import Spec.Probability Spec.Smoothing Primitives.Probability.Events Primitives.Probability.Samples.
Local Open Scope R_scope.

Section Uniform.
Variables (d : nat) (h : R) (N : probability vector).
Hypothesis law : uniform N d h.

Lemma norm1_ge0 n v : 0 <= norm1 n v.
Proof. induction n as [|n IH]; cbn [norm1]; [lra|]. pose proof (Rabs_pos (v n)). lra. Qed.
Lemma norm1_coordinate n v i : (i < n)%nat -> Rabs (v i) <= norm1 n v.
Proof.
  induction n as [|n IH]; intro less; [lia|]. cbn [norm1]. pose proof (norm1_ge0 n v). pose proof (Rabs_pos (v n)).
  destruct (Nat.eq_dec i n) as [->|other]; [lra|]. pose proof (IH ltac:(lia)). lra.
Qed.

(** a point of the cube does not leave it when it moves by -v, as far as the coordinate [i] goes *)
Definition stays (v : vector) (i : nat) (z : vector) : Prop := if Rle_dec 0 (v i) then ~ z i < v i - h else z i <= v i + h.
Lemma stays_bound v i : (i < d)%nat -> norm1 d v <= 2 * h -> likely N (1 - Rabs (v i) / (2 * h)) (stays v i).
Proof.
  intros less short. destruct law as (h_gt0 & _ & sides & _). pose proof (norm1_coordinate d v i less) as small. unfold stays. destruct (Rle_dec 0 (v i)) as [right|left].
  - rewrite Rabs_pos_eq in * by exact right. destruct (sides i (v i - h) less ltac:(lra)) as (_ & _ & is_side & value).
    split; [now apply event_not|]. rewrite (P_not N _ is_side), value. right. field. lra.
  - rewrite Rabs_left in * by lra. destruct (sides i (v i + h) less ltac:(lra)) as (is_side & value & _).
    split; [exact is_side|]. rewrite value. right. field. lra.
Qed.
Lemma leaving_steps v n : (n <= d)%nat -> norm1 d v <= 2 * h -> likely N (1 - norm1 n v / (2 * h)) (fun z => forall i, (i < n)%nat -> stays v i z).
Proof.
  intros within short. induction n as [|n IH].
  - apply (likely_same N _ (fun _ => True)); [intro z; split; [intros _ i less; lia|easy]|]. split; [apply event_all|]. rewrite P_all. cbn [norm1]. unfold Rdiv. lra.
  - apply (likely_same N _ (fun z => (forall i, (i < n)%nat -> stays v i z) /\ stays v n z)).
    + intro z. split; [intros [before last] i less; destruct (Nat.eq_dec i n) as [->|other]; [exact last|apply before; lia]|]. intro all. split; [intros i less|]; apply all; lia.
    + apply (likely_mono N (1 - norm1 n v / (2 * h) + (1 - Rabs (v n) / (2 * h)) - 1)).
      * cbn [norm1]. unfold Rdiv. lra.
      * apply likely_and; [apply IH; lia|]. apply stays_bound; [lia|exact short].
Qed.
(** except with probability |v|/(2h), noise lies in the cube and stays in it when it moves by -v *)
Theorem leaving_bound v : supported d v -> norm1 d v <= 2 * h -> likely N (1 - norm1 d v / (2 * h)) (fun z => cube d h z /\ cube d h (minus z v)).
Proof.
  intros beyond short. pose proof law as (h_gt0 & [is_cube inside] & _ & shifts).
  assert (is_moved : event N (fun z => cube d h (minus z v))).
  { destruct (shifts (cube d h) (fun i => - v i)) as [moved _]; [intros i i_out; rewrite (beyond i i_out); ring|exact is_cube|exact moved]. }
  assert (both : likely N (1 + (1 - norm1 d v / (2 * h)) - 1) (fun z => cube d h z /\ forall i, (i < d)%nat -> stays v i z)).
  { apply likely_and; [now split|]. apply leaving_steps; [apply Nat.le_refl|exact short]. }
  destruct both as [is_both both]. split; [now apply event_and|]. apply Rle_trans with (P N (fun z => cube d h z /\ forall i, (i < d)%nat -> stays v i z)); [lra|].
  apply P_mono; [exact is_both|now apply event_and|]. intros z [in_cube all]. split; [exact in_cube|]. intros i less.
  pose proof (in_cube i less) as range. pose proof (all i less) as stay. unfold stays in stay. unfold minus. destruct (Rle_dec 0 (v i)); lra.
Qed.

(** a shift of the noise takes |v|/(2h) from an event's probability, at most *)
Theorem uniform_shift B v : supported d v -> event N B -> P N B - norm1 d v / (2 * h) <= P N (fun z => B (plus z v)).
Proof.
  intros beyond is_B. pose proof law as (h_gt0 & [is_cube inside] & _ & shifts).
  destruct (shifts B v beyond is_B) as [is_shifted value]. destruct (shifts (cube d h) v beyond is_cube) as [is_moved _].
  destruct (Rle_lt_dec (norm1 d v) (2 * h)) as [short|long].
  - destruct (likely_and N (P N B) (1 - norm1 d v / (2 * h)) B (fun z => cube d h z /\ cube d h (minus z v))) as [_ both].
    { split; [exact is_B|apply Rle_refl]. }
    { now apply leaving_bound. }
    apply Rle_trans with (P N (fun z => B z /\ cube d h z /\ cube d h (minus z v))); [lra|]. rewrite <- value.
    apply P_mono; [apply event_and; [|apply event_and]; assumption|exact is_shifted|tauto].
  - apply Rle_trans with 0; [|now apply P_ge0]. pose proof (P_le1 N B is_B). assert (1 <= norm1 d v / (2 * h)) as far; [|lra].
    apply (Rmult_le_reg_r (2 * h)); [lra|]. replace (norm1 d v / (2 * h) * (2 * h)) with (norm1 d v) by (field; lra). lra.
Qed.
End Uniform.

(** G. Yang et al., 2020: where q + r/(2h) < 1/2, no input within the ℓ1 distance r gets another class *)
Theorem uniform_robust h q r : q + r / (2 * Q2R h) < 1 / 2 -> robust (Uniform h) q r.
Proof.
  intros enough d N f x v c law events x_supported v_supported short missed. pose proof law as (h_gt0 & _ & _ & shifts).
  set (B := fun z : vector => f (plus z x) = c).
  assert (is_B : event N B) by exact (proj1 (shifts (fun z => f z = c) x x_supported (events c))).
  assert (B_value : P N B = 1 - q).
  { rewrite <- missed, <- (P_not N (fun z => f (plus z x) <> c)); [|exact (event_not _ N B is_B)]. apply P_same; [|exact is_B]. intro z. unfold B. split; [intros -> no; now apply no|].
    intro no. destruct (Nat.eq_dec (f (plus z x)) c) as [yes|other]; [exact yes|contradiction]. }
  pose proof (uniform_shift d (Q2R h) N law B v v_supported is_B) as moved. rewrite B_value in moved.
  rewrite (P_same _ N (fun z => f (plus z (plus x v)) = c) (fun z => B (plus z v))).
  - assert (norm1 d v / (2 * Q2R h) <= r / (2 * Q2R h)) as le; [|lra]. apply Rmult_le_compat_r; [|exact short]. left. apply Rinv_0_lt_compat. lra.
  - intro z. unfold B. replace (plus (plus z v) x) with (plus z (plus x v)); [reflexivity|]. apply functional_extensionality. intro i. unfold plus. ring.
  - apply (event_same _ N (fun z => B (plus z v))); [|exact (proj1 (shifts B v v_supported is_B))].
    intro z. unfold B. replace (plus (plus z v) x) with (plus z (plus x v)); [reflexivity|]. apply functional_extensionality. intro i. unfold plus. ring.
Qed.

(** ** One instance: uniform noise on an interval

    With one coordinate, events are the sets whose indicator has a Riemann integral on every interval, and the probability is that integral over [-h, h], divided by 2h. *)

Section Interval.
Variable h : R.
Hypothesis h_gt0 : 0 < h.

Definition at_point (t : R) : vector := fun i => if Nat.eqb i 0 then t else 0.
Definition among (B : vector -> Prop) (t : R) : R := indicator (B (at_point t)).
Definition measurable (B : vector -> Prop) : Prop := forall a b, ex_RInt (among B) a b.
Definition volume (B : vector -> Prop) : R := RInt (among B) (- h) h / (2 * h).

Lemma among_same A B : (forall z, A z <-> B z) -> forall t, among A t = among B t.
Proof. intros same t. apply indicator_same, same. Qed.
Lemma among_not A t : among (fun z => ~ A z) t = 1 - among A t.
Proof.
  unfold among. destruct (classic (A (at_point t))) as [yes|no].
  - rewrite (indicator_true (A _)), indicator_false by tauto. ring.
  - rewrite (indicator_false (A _)), indicator_true by tauto. ring.
Qed.
Lemma among_or A B t : among (fun z => A z \/ B z) t = / 2 * (among A t + among B t + Rabs (among A t - among B t)).
Proof.
  unfold among. destruct (classic (A (at_point t))) as [a|a], (classic (B (at_point t))) as [b|b].
  - rewrite !indicator_true by tauto. rewrite Rminus_diag, Rabs_R0. field.
  - rewrite (indicator_true (A _)), (indicator_false (B _)), indicator_true by tauto. rewrite Rminus_0_r, Rabs_R1. field.
  - rewrite (indicator_false (A _)), (indicator_true (B _)), indicator_true by tauto. rewrite Rminus_0_l, Rabs_Ropp, Rabs_R1. field.
  - rewrite !indicator_false by tauto. rewrite Rminus_diag, Rabs_R0. field.
Qed.
Local Lemma measurable_same A B : (forall z, A z <-> B z) -> measurable A -> measurable B.
Proof. intros same is_A a b. apply (ex_RInt_ext (among A)); [intros t _; now apply among_same|apply is_A]. Qed.
Local Lemma measurable_all : measurable (fun _ => True).
Proof. intros a b. apply (ex_RInt_ext (fun _ => 1)); [intros t _; symmetry; now apply indicator_true|apply ex_RInt_const]. Qed.
Local Lemma measurable_not A : measurable A -> measurable (fun z => ~ A z).
Proof.
  intros is_A a b. apply (ex_RInt_ext (fun t => Rminus 1 (among A t))); [intros t _; symmetry; apply among_not|].
  apply (ex_RInt_minus (fun _ => 1) (among A)); [apply ex_RInt_const|apply is_A].
Qed.
Local Lemma measurable_or A B : measurable A -> measurable B -> measurable (fun z => A z \/ B z).
Proof.
  intros is_A is_B a b. apply (ex_RInt_ext (fun t => scal (/ 2) (Hierarchy.plus (Hierarchy.plus (among A t) (among B t)) (norm (Hierarchy.minus (among A t) (among B t)))))).
  { intros t _. symmetry. apply among_or. }
  apply (ex_RInt_scal (V := R_NormedModule)). apply (ex_RInt_plus (V := R_NormedModule)); [apply (ex_RInt_plus (V := R_NormedModule)); auto|].
  apply (ex_RInt_norm (fun t => Hierarchy.minus (among A t) (among B t))). apply (ex_RInt_minus (V := R_NormedModule)); auto.
Qed.
Local Lemma volume_same A B : (forall z, A z <-> B z) -> measurable A -> volume A = volume B.
Proof. intros same _. unfold volume. f_equal. apply RInt_ext. intros t _. now apply among_same. Qed.
Local Lemma volume_all : volume (fun _ => True) = 1.
Proof.
  unfold volume. rewrite (RInt_ext _ (fun _ => 1)) by (intros t _; now apply indicator_true). rewrite RInt_const. unfold scal. cbn. unfold mult. cbn. field. lra.
Qed.
Local Lemma volume_ge0 A : measurable A -> 0 <= volume A.
Proof.
  intro is_A. unfold volume, Rdiv. apply Rmult_le_pos; [|left; apply Rinv_0_lt_compat; lra]. apply RInt_ge_0; [lra|apply is_A|]. intros t _. apply indicator_ge0.
Qed.
Local Lemma volume_or A B : measurable A -> measurable B -> (forall z, ~ (A z /\ B z)) -> volume (fun z => A z \/ B z) = volume A + volume B.
Proof.
  intros is_A is_B apart. unfold volume. rewrite (RInt_ext _ (fun t => Hierarchy.plus (among A t) (among B t))).
  - rewrite (RInt_plus (among A) (among B)) by auto. unfold Hierarchy.plus. cbn. field. lra.
  - intros t _. unfold among. apply indicator_or, apart.
Qed.

(** below c, and not above *)
Local Lemma step_measurable B c : (forall t, t < c -> among B t = 1) -> (forall t, c < t -> among B t = 0) -> measurable B.
Proof.
  intros low high. assert (to_c : forall a, ex_RInt (among B) a c).
  { intro a. destruct (Rle_lt_dec a c) as [le|less].
    - apply (ex_RInt_ext (fun _ => 1)); [|apply ex_RInt_const]. intros t. rewrite Rmin_left, Rmax_right by exact le. intro within. symmetry. apply low. lra.
    - apply (ex_RInt_ext (fun _ => 0)); [|apply ex_RInt_const]. intros t. rewrite Rmin_right, Rmax_left by lra. intro within. symmetry. apply high. lra. }
  intros a b. apply (ex_RInt_Chasles (among B) a c b); [apply to_c|apply ex_RInt_swap, to_c].
Qed.
Local Lemma step_volume B c : (forall t, t < c -> among B t = 1) -> (forall t, c < t -> among B t = 0) -> - h <= c <= h -> volume B = (c + h) / (2 * h).
Proof.
  intros low high range. pose proof (step_measurable B c low high) as is_B. unfold volume.
  rewrite <- (RInt_Chasles (among B) (- h) c h) by apply is_B.
  rewrite (RInt_ext (among B) (fun _ => 1) (- h) c), (RInt_ext (among B) (fun _ => 0) c h), !RInt_const.
  - unfold scal, Hierarchy.plus. cbn. unfold mult. cbn. field. lra.
  - intro t. rewrite Rmin_left, Rmax_right by lra. intro within. apply high. lra.
  - intro t. rewrite Rmin_left, Rmax_right by lra. intro within. apply low. lra.
Qed.
Lemma among_yes B t : B (at_point t) -> among B t = 1. Proof. apply indicator_true. Qed.
Lemma among_no B t : ~ B (at_point t) -> among B t = 0. Proof. apply indicator_false. Qed.

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

Definition interval : probability vector := {|
  event := measurable; P := volume; event_same := measurable_same; event_all := measurable_all; event_not := measurable_not; event_or := measurable_or;
  P_same := volume_same; P_all := volume_all; P_ge0 := volume_ge0; P_or := volume_or |}.

Lemma plus_point t v : supported 1 v -> plus (at_point t) v = at_point (t + v 0%nat).
Proof. intro beyond. apply functional_extensionality. intros [|i]; unfold plus, at_point; cbn; [reflexivity|]. rewrite (beyond (S i)) by lia. ring. Qed.
Local Lemma minus_point t v : supported 1 v -> minus (at_point t) v = at_point (t - v 0%nat).
Proof. intro beyond. apply functional_extensionality. intros [|i]; unfold minus, at_point; cbn; [reflexivity|]. rewrite (beyond (S i)) by lia. ring. Qed.
Local Lemma cube_point t : cube 1 h (at_point t) <-> - h <= t <= h.
Proof. split; [intro all; exact (all 0%nat ltac:(lia))|]. intros range i less. now replace i with 0%nat by lia. Qed.
Local Lemma shifted_measurable B v : supported 1 v -> measurable B -> measurable (fun z => B (plus z v)).
Proof.
  intros beyond is_B a b. apply (ex_RInt_ext (fun t => scal 1 (among B (1 * t + v 0%nat)))).
  - intros t _. unfold scal. cbn. unfold mult, among. cbn. rewrite plus_point by exact beyond. rewrite !Rmult_1_l. reflexivity.
  - apply (ex_RInt_comp_lin (among B)). apply is_B.
Qed.
Local Lemma cube_measurable : measurable (cube 1 h).
Proof.
  apply (event_same _ interval (fun z => z 0%nat <= h /\ ~ z 0%nat < - h)).
  - intro z. split; [intros [le ge] i less; replace i with 0%nat by lia; lra|intro all; pose proof (all 0%nat ltac:(lia)); lra].
  - apply event_and; [|apply event_not].
    + apply (step_measurable _ h); intros t less; [apply among_yes|apply among_no]; cbn; lra.
    + apply (step_measurable _ (- h)); intros t less; [apply among_yes|apply among_no]; cbn; lra.
Qed.

Theorem uniform_exists : uniform interval 1 h.
Proof.
  split; [exact h_gt0|]. split; [split; [exact cube_measurable|]|split].
  - cbn [P interval]. unfold volume. rewrite (RInt_ext _ (fun _ => 1)), RInt_const.
    + right. unfold scal. cbn. unfold mult. cbn. field. lra.
    + intro t. rewrite Rmin_left, Rmax_right by lra. intro within. apply among_yes, cube_point. lra.
  - intros i t less range. replace i with 0%nat by lia. cbn [P event interval].
    assert (sides : forall B : vector -> Prop, (forall s, s < t -> B (at_point s)) -> (forall s, t < s -> ~ B (at_point s)) -> measurable B /\ volume B = (t + h) / (2 * h)).
    { intros B low high. split; [apply (step_measurable B t)|apply (step_volume B t); [| |exact range]]; intros s s_less; [apply among_yes, low|apply among_no, high|apply among_yes, low|apply among_no, high]; exact s_less. }
    destruct (sides (fun z => z 0%nat <= t)) as [is_closed closed]; [intros s s_less; cbn; lra..|].
    destruct (sides (fun z => z 0%nat < t)) as [is_open opened]; [intros s s_less; cbn; lra..|]. now repeat split.
  - intros B v beyond is_B. split; [now apply shifted_measurable|]. cbn [P event interval] in *. unfold volume. f_equal.
    set (u := v 0%nat). set (F := among (fun z => B z /\ cube 1 h z /\ cube 1 h (minus z v))).
    assert (is_F : forall a b, ex_RInt F a b).
    { change (event interval (fun z => B z /\ cube 1 h z /\ cube 1 h (minus z v))). apply event_and; [exact is_B|]. apply event_and; [exact cube_measurable|].
      apply (shifted_measurable (cube 1 h) (fun i => - v i)); [|exact cube_measurable]. intros i i_out. rewrite (beyond i i_out). ring. }
    assert (zero : forall t, ~ (- h <= t <= h /\ - h <= t - u <= h) -> F t = 0).
    { intros t out. apply among_no. intros (_ & here & there). apply out. rewrite (minus_point t v beyond) in there. split; now apply cube_point. }
    assert (moved : forall t, among (fun z => B (plus z v) /\ cube 1 h z /\ cube 1 h (plus z v)) t = F (1 * t + u)).
    { intro t. unfold F, among. rewrite (plus_point t v beyond), (minus_point (1 * t + u) v beyond). fold u. rewrite Rmult_1_l. replace (t + u - u) with t by ring. apply indicator_same. tauto. }
    transitivity (RInt F (1 * - h + u) (1 * h + u)).
    { rewrite <- (RInt_comp_lin F 1 u (- h) h) by apply is_F. apply RInt_ext. intros t _. rewrite moved. unfold scal. cbn. unfold mult. cbn. ring. }
    pose proof (Rabs_pos u). pose proof (Rle_abs u). pose proof (Rle_abs (- u)) as other. rewrite Rabs_Ropp in other.
    rewrite (vanishing F (1 * - h + u) (1 * h + u) (h + Rabs u) is_F), (vanishing F (- h) h (h + Rabs u) is_F); try lra; intros t out; apply zero; lra.
Qed.
End Interval.
