(** * The checkers of slopes are sound

    Between two inputs of the box at a distance T, the network is looked at along the segment in the direction (x′ − x)/T, whose length is 1.

    Main results: [prove_slopes_sound], [refute_slopes_sound].

    Trust: proved. *)
From Coq Require Import Floats Uint63 ZArith QArith Qabs Qreals Reals Lra Lia List Bool.
From Flocq Require Import Core.Raux.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Onnx Spec.Network Spec.Formula Spec.Certified Spec.Slopes.
From Warrant Require Import Primitives.FloatBounds Primitives.Rationals Primitives.Fractions Checker.Relational.
From Warrant Require Import Checker.Blocks Checker.Intervals Checker.Forms Checker.Forms_sound Checker.Lowering Checker.Lowering_sound.
From Warrant Require Import Checker.Queries Checker.Inputs Checker.Tree Checker.Prove Checker.Witness.
From Warrant Require Import Checker.Certified.Check Checker.Certified.Check_sound Checker.Slopes.Tangents Checker.Slopes.Tangents_sound Checker.Slopes.Check.
Import ListNotations.
Local Open Scope R_scope.
Local Notation distance := Spec.Slopes.distance.

(** ** Distances *)

Lemma nth_sum f : (forall a b, 0 <= f a b) -> forall x x' i, length x' = length x -> (i < length x)%nat -> f (nth i x 0) (nth i x' 0) <= pairwise_sum f x x'.
Proof.
  intro ge0. induction x as [|a x IH]; intros [|b x'] [|i] len lt; cbn in *; try lia.
  - pose proof (pairwise_sum_ge0 f ge0 x x'). lra.
  - specialize (IH x' i ltac:(lia) ltac:(lia)). specialize (ge0 a b). lra.
Qed.
Lemma pairwise_most_ge0 f x x' : 0 <= pairwise_most f x x'.
Proof. revert x'. induction x as [|a x IH]; intros [|b x']; cbn; try lra. eapply Rle_trans; [apply IH|apply Rmax_r]. Qed.
Lemma nth_most f : forall x x' i, length x' = length x -> (i < length x)%nat -> f (nth i x 0) (nth i x' 0) <= pairwise_most f x x'.
Proof.
  induction x as [|a x IH]; intros [|b x'] [|i] len lt; cbn in *; try lia; [apply Rmax_l|].
  eapply Rle_trans; [apply IH; lia|apply Rmax_r].
Qed.
Lemma most_attained f : forall x x', length x' = length x -> 0 < pairwise_most f x x' -> exists i, (i < length x)%nat /\ f (nth i x 0) (nth i x' 0) = pairwise_most f x x'.
Proof.
  induction x as [|a x IH]; intros [|b x'] len pos; cbn in *; try lra; try lia. unfold Rmax in *. destruct (Rle_dec _ _).
  - destruct (IH x' ltac:(lia) pos) as (i & lt & e). exists (S i). split; [lia|exact e].
  - exists O. split; [lia|reflexivity].
Qed.
Lemma distance_ge0 m x x' : 0 <= distance m x x'.
Proof.
  destruct m; cbn [distance]; [apply pairwise_most_ge0|apply pairwise_sum_ge0; intros; apply Rabs_pos|apply sqrt_pos].
Qed.
Lemma distance_each m x x' i : length x' = length x -> (i < length x)%nat -> Rabs (nth i x' 0 - nth i x 0) <= distance m x x'.
Proof.
  intros len lt. destruct m; cbn [distance].
  - exact (nth_most (fun a b => Rabs (b - a)) x x' i len lt).
  - exact (nth_sum (fun a b => Rabs (b - a)) (fun a b => Rabs_pos _) x x' i len lt).
  - rewrite <- sqrt_Rsqr_abs. apply sqrt_le_1_alt. exact (nth_sum (fun a b => (b - a) * (b - a)) (fun a b => Rle_0_sqr (b - a)) x x' i len lt).
Qed.
Lemma distance_0 m x x' : length x' = length x -> distance m x x' = 0 -> x' = x.
Proof.
  intros len zero. apply (nth_ext _ _ 0 0 len). intros i lt. rewrite len in lt. pose proof (distance_each m x x' i len lt) as near. rewrite zero in near.
  apply Rabs_le_inv in near. lra.
Qed.

(** ** Directions *)

Definition direction (T : R) (x x' : list R) : list R := zip_with (fun a b => (b - a) / T) x x'.
Lemma direction_length T x : forall x', length x' = length x -> length (direction T x x') = length x.
Proof. induction x as [|a x IH]; intros [|b x'] len; simpl in *; try lia. f_equal. apply IH. lia. Qed.
Lemma nth_direction T : T <> 0 -> forall x x' i, length x' = length x -> nth i (direction T x x') 0 = (nth i x' 0 - nth i x 0) / T.
Proof.
  intro T_ne0. induction x as [|a x IH]; intros [|b x'] [|i] len; simpl in *; try lia; try (field; exact T_ne0). apply IH. lia.
Qed.
Lemma Forall2_by_index {A B} (P : A -> B -> Prop) a b l : forall k, length l = length k -> (forall i, (i < length l)%nat -> P (nth i l a) (nth i k b)) -> Forall2 P l k.
Proof.
  induction l as [|h l IH]; intros [|h' k] len each; try discriminate; constructor; [exact (each O ltac:(simpl; lia))|].
  apply IH; [now injection len|]. intros i lt. exact (each (S i) ltac:(simpl; lia)).
Qed.
Lemma Forall2_index {A B} (P : A -> B -> Prop) a b l k : Forall2 P l k -> forall i, (i < length l)%nat -> P (nth i l a) (nth i k b).
Proof. induction 1 as [|h h' l k here _ IH]; intros [|i] lt; simpl in *; try lia; auto. apply IH. lia. Qed.

Local Lemma inb_exactly f r : fin f = true -> toR f = r -> inb (f, f) r.
Proof. intros F <-. split; [apply LB_fin|apply UB_fin]; auto; apply Rle_refl. Qed.
Local Lemma toR_m1 : toR (-1) = -1. Proof. exact (eq_trans (toR_opp 1%float) (f_equal Ropp toR1)). Qed.
Lemma direction_ends_sound c m x x' i : let T := distance m x x' in 0 < T -> length x' = length x -> (i < length x)%nat -> may_follow c x x' ->
  inb (direction_ends c i) (nth i (direction T x x') 0).
Proof.
  intros T T_gt0 len lt follow. pose proof (distance_each m x x' i len lt) as near. fold T in near. specialize (follow i lt). unfold may_change in follow.
  rewrite nth_direction by (lra || exact len). apply Rabs_le_inv in near.
  assert (low : -1 <= (nth i x' 0 - nth i x 0) / T) by (apply (Rmult_le_reg_r T); [exact T_gt0|unfold Rdiv; rewrite Rmult_assoc, Rinv_l by lra; lra]).
  assert (high : (nth i x' 0 - nth i x 0) / T <= 1) by (apply (Rmult_le_reg_r T); [exact T_gt0|unfold Rdiv; rewrite Rmult_assoc, Rinv_l by lra; lra]).
  unfold direction_ends, among. destruct (existsb (Nat.eqb i) (moved c)).
  - split; [apply LB_fin; [reflexivity|cbn [fst]; rewrite toR_m1; exact low]|apply UB_fin; [reflexivity|cbn [snd]; rewrite toR1; exact high]].
  - destruct (existsb (Nat.eqb i) (raised c)).
    + split; [apply LB_fin; [reflexivity|cbn [fst]; rewrite toR0]|apply UB_fin; [reflexivity|cbn [snd]; rewrite toR1; exact high]].
      apply Rmult_le_pos; [lra|left; now apply Rinv_0_lt_compat].
    + rewrite follow. replace ((nth i x 0 - nth i x 0) / T) with 0 by (field; lra). apply inb_exactly; [reflexivity|exact toR0].
Qed.
Lemma directions_sound c x x' : let T := distance (distance_in c) x x' in 0 < T -> length x' = length x -> may_follow c x x' ->
  exists b, In b (directions c (length x)) /\ Forall2 inb b (direction T x x').
Proof.
  intros T T_gt0 len follow. pose proof (direction_length T x x' len) as len_e.
  assert (any : forall f, (forall i, (i < length x)%nat -> inb (f i) (nth i (direction T x x') 0)) -> Forall2 inb (map f (seq 0 (length x))) (direction T x x')).
  { intros f each. apply (Forall2_by_index _ (f O) 0); [now rewrite length_map, length_seq|]. intros i lt. rewrite length_map, length_seq in lt.
    rewrite map_nth, seq_nth by exact lt. exact (each i lt). }
  assert (whole : Forall2 inb (map (direction_ends c) (seq 0 (length x))) (direction T x x')).
  { apply any. intros i lt. now apply direction_ends_sound. }
  unfold directions. destruct (moved c) as [|i0 l0] eqn:em; [|exists (map (direction_ends c) (seq 0 (length x))); split; [now left|exact whole]].
  destruct (distance_in c) eqn:norm_; [|exists (map (direction_ends c) (seq 0 (length x))); split; [now left|exact whole]..].
  destruct (most_attained _ x x' len T_gt0) as (k & k_lt & e). fold T in e. cbn [distance] in T.
  pose proof (follow k k_lt) as changes. unfold may_change in changes. rewrite em in changes. cbn [existsb] in changes.
  destruct (existsb (Nat.eqb k) (raised c)) eqn:up_.
  2: { rewrite changes, Rminus_diag_eq, Rabs_R0 in e by reflexivity. unfold T in T_gt0. cbn [distance] in T_gt0. lra. }
  exists (map (upwards c k) (seq 0 (length x))). split.
  - apply (in_map (fun k => map (upwards c k) (seq 0 (length x)))). apply filter_In. apply existsb_exists in up_ as (k' & is_in & same). apply Nat.eqb_eq in same. subst k'. split; [exact is_in|now apply Nat.ltb_lt].
  - apply any. intros i lt. unfold upwards. destruct (Nat.eqb i k) eqn:same.
    + apply Nat.eqb_eq in same. subst i. rewrite nth_direction by (exact len || lra). apply inb_exactly; [reflexivity|]. rewrite toR1.
      rewrite Rabs_right in e by lra. unfold T in *. cbn [distance] in *. rewrite e. field. lra.
    + apply (direction_ends_sound c Linf); auto.
Qed.
Local Lemma size_of_direction (sq : bool) T y x : forall x' i pad, 0 < T -> length x' = length x -> assigned y i (direction T x x' ++ pad) ->
  size_from sq (fun i => y i - 0) i (repeat (0, 0)%float (length x)) =
  (if sq then pairwise_sum (fun a b => (b - a) * (b - a)) x x' / (T * T) else pairwise_sum (fun a b => Rabs (b - a)) x x' / T).
Proof.
  induction x as [|a x IH]; intros [|b x'] i pad T_gt0 len set_; simpl in len; try lia; [destruct sq; simpl; field; lra|].
  destruct set_ as [e set_]. cbn [length repeat size_from]. rewrite (IH x' (i + 1)%uint63 pad T_gt0 ltac:(lia) set_), e.
  unfold size_of_one. destruct sq; cbn [pairwise_sum]; [field; lra|]. rewrite Rminus_0_r. unfold Rdiv. rewrite Rabs_mult, (Rabs_right (/ T)); [ring|].
  apply Rle_ge. left. now apply Rinv_0_lt_compat.
Qed.
Lemma unit_ball_sound c y x x' pad : let T := distance (distance_in c) x x' in 0 < T -> length x' = length x ->
  assigned y 0%uint63 (direction T x x' ++ pad) -> match unit_ball c (length x) with None => True | Some g => ball_holds y g end.
Proof.
  intros T T_gt0 len set_. unfold unit_ball.
  assert (centre_ok : forall i, inputs_hold (fun _ => 0) i (repeat (0, 0)%float (length x))).
  { generalize (length x). clear. induction n as [|n IH]; intro i; simpl; [exact I|]. split; [|apply IH]. apply inb_exactly; [reflexivity|exact toR0]. }
  destruct (distance_in c) eqn:norm_; [exact I| |]; (exists (fun _ => 0), 1; cbn [centre radius squares]; split; [apply centre_ok|]; split; [lra|]);
    (split; [apply UB_fin; [reflexivity|rewrite toR1; apply Rle_refl]|]).
  - rewrite (size_of_direction false T y x x' _ pad T_gt0 len set_). unfold T. cbn [distance]. apply Req_le. field. unfold T in T_gt0. cbn [distance] in T_gt0. lra.
  - rewrite (size_of_direction true T y x x' _ pad T_gt0 len set_). unfold T in *. cbn [distance] in *. rewrite sqrt_sqrt.
    + apply Req_le. field. intro zero. rewrite zero, sqrt_0 in T_gt0. lra.
    + apply (pairwise_sum_ge0 (fun a b => (b - a) * (b - a))). intros a b. exact (Rle_0_sqr (b - a)).
Qed.

(** ** Points *)

Lemma segment_ends T x : T <> 0 -> forall x', length x' = length x ->
  map (fun h => h 0) (segment x (direction T x x')) = x /\ map (fun h => h T) (segment x (direction T x x')) = x'.
Proof.
  intro T_ne0. induction x as [|a x IH]; intros [|b x'] len; simpl in *; try lia; [now split|]. destruct (IH x' ltac:(lia)) as [first last].
  fold (segment x (direction T x x')) in *. split; f_equal; auto; [ring|field; exact T_ne0].
Qed.
Lemma nth_segment T t : T <> 0 -> forall x x' i, length x' = length x -> (i < length x)%nat ->
  nth i (map (fun h => h t) (segment x (direction T x x'))) 0 = nth i x 0 + t * ((nth i x' 0 - nth i x 0) / T).
Proof.
  intro T_ne0. induction x as [|a x IH]; intros [|b x'] [|i] len lt; simpl in *; try lia; [reflexivity|]. apply IH; lia.
Qed.
Local Lemma convex a b l h T t : 0 < T -> 0 <= t <= T -> l <= a <= h -> l <= b <= h -> l <= a + t * ((b - a) / T) <= h.
Proof.
  intros T_gt0 t_in a_in b_in. replace (a + t * ((b - a) / T)) with ((a * (T - t) + b * t) / T) by (field; lra).
  split; apply (Rmult_le_reg_r T); auto; unfold Rdiv; rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra; nra.
Qed.
Lemma points_sound c x x' t : let T := distance (distance_in c) x x' in 0 < T -> 0 <= t <= T -> length x' = length x -> well_formed c (length x) = true ->
  in_box c x -> in_box c x' -> Forall2 inb (points c (length x)) (map (fun h => h t) (segment x (direction T x x'))).
Proof.
  intros T T_gt0 t_in len ok [low high] [low' high']. unfold points. rewrite len in low', high'.
  pose proof (Forall2_length low) as len_l. pose proof (Forall2_length high) as len_h.
  assert (seg_len : length (segment x (direction T x x')) = length x).
  { unfold segment. clearbody T. clear -len. revert x' len. induction x as [|a x IH]; intros [|b x'] len; simpl in *; try lia. f_equal. apply IH. lia. }
  apply (Forall2_by_index _ (float_below 0%Q, float_above 0%Q) 0).
  { rewrite length_combine, !length_map, len_l, len_h, seg_len. lia. }
  intros i lt. rewrite length_combine, !length_map, len_l, len_h, Nat.min_id in lt. rewrite combine_nth by (rewrite !length_map; lia).
  rewrite !map_nth, nth_segment by (lra || auto).
  pose proof (Forall2_index _ 0%Q 0 _ _ low i ltac:(lia)) as l1. pose proof (Forall2_index _ 0%Q 0 _ _ high i ltac:(lia)) as h1.
  pose proof (Forall2_index _ 0%Q 0 _ _ low' i ltac:(lia)) as l2. pose proof (Forall2_index _ 0%Q 0 _ _ high' i ltac:(lia)) as h2.
  destruct (convex (nth i x 0) (nth i x' 0) _ _ T t T_gt0 t_in (conj l1 h1) (conj l2 h2)) as [above below].
  split; [eapply LB_le; [apply float_below_LB|exact above]|eapply UB_le; [apply float_above_UB|exact below]].
Qed.

(** ** Alternatives *)

Section Alternatives.
Variables (c : slopes) (x x' : list R).
Local Notation T := (distance (distance_in c) x x').
Local Notation e := (direction T x x').
Hypothesis T_gt0 : 0 < T.
Hypothesis len : length x' = length x.
Hypothesis follow : may_follow c x x'.
Local Notation d := (length x).
(** what is said of a place is so all along the way *)
Definition pin_holds (a : nat * (float * float)) : Prop := forall t, 0 <= t <= T -> inb (snd a) (nth (fst a) (e ++ map (fun h => h t) (segment x e)) 0).

Local Lemma in_direction k t : (k < d)%nat -> nth k (e ++ map (fun h => h t) (segment x e)) 0 = (nth k x' 0 - nth k x 0) / T.
Proof. intro lt. rewrite app_nth1 by (rewrite direction_length; auto). apply nth_direction; [lra|exact len]. Qed.
Local Lemma in_point k t : (k < d)%nat -> nth (d + k) (e ++ map (fun h => h t) (segment x e)) 0 = nth k x 0 + t * ((nth k x' 0 - nth k x 0) / T).
Proof.
  intro lt. rewrite app_nth2, direction_length by (rewrite ?direction_length; auto; lia). replace (d + k - d)%nat with k by lia.
  apply nth_segment; auto. lra.
Qed.
Local Lemma share u : 0 <= u <= T -> 0 <= u * / T <= 1.
Proof.
  intros [low high]. split; [apply Rmult_le_pos; [exact low|left; now apply Rinv_0_lt_compat]|].
  apply (Rmult_le_reg_r T); [exact T_gt0|]. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.
Lemma stays_holds k q : (k < d)%nat -> nth k x 0 = Q2R q -> nth k x' 0 = Q2R q -> Forall pin_holds (stays d k q).
Proof.
  intros lt is_q is_q'. constructor; [|constructor; [|constructor]]; intros t t_in; cbn [fst snd].
  - rewrite in_direction, is_q, is_q' by exact lt. apply inb_exactly; [reflexivity|]. rewrite toR0. field. lra.
  - rewrite in_point, is_q, is_q' by exact lt. replace (Q2R q + t * ((Q2R q - Q2R q) / T)) with (Q2R q) by (field; lra).
    split; [apply float_below_LB|apply float_above_UB].
Qed.
Local Lemma unit_in (r : R) : 0 <= r <= 1 -> inb (0, 1)%float r.
Proof. intros [low high]. split; [apply LB_fin; [reflexivity|cbn [fst]; now rewrite toR0]|apply UB_fin; [reflexivity|cbn [snd]; now rewrite toR1]]. Qed.
Local Lemma T_ge1 k : (k < d)%nat -> Rabs (nth k x' 0 - nth k x 0) = 1 -> 1 <= T.
Proof. intros lt one. rewrite <- one. now apply distance_each. Qed.
Lemma falls_holds k : (k < d)%nat -> nth k x 0 = 1 -> nth k x' 0 = 0 -> Forall pin_holds (falls d k).
Proof.
  intros lt is_1 is_0. assert (ge1 : 1 <= T) by (apply (T_ge1 k lt); rewrite is_0, is_1; rewrite Rabs_left; lra).
  constructor; [|constructor; [|constructor]]; intros t t_in; cbn [fst snd].
  - rewrite in_direction, is_0, is_1 by exact lt. replace ((0 - 1) / T) with (- (1 * / T)) by (field; lra). pose proof (share 1 ltac:(lra)).
    split; [apply LB_fin; [reflexivity|cbn [fst]; rewrite toR_m1; lra]|apply UB_fin; [reflexivity|cbn [snd]; rewrite toR0; lra]].
  - rewrite in_point, is_0, is_1 by exact lt. replace (1 + t * ((0 - 1) / T)) with (1 - t * / T) by (field; lra). pose proof (share t t_in). apply unit_in. lra.
Qed.
Lemma rises_holds k : (k < d)%nat -> nth k x 0 = 0 -> nth k x' 0 = 1 -> Forall pin_holds (rises d k).
Proof.
  intros lt is_0 is_1. assert (ge1 : 1 <= T) by (apply (T_ge1 k lt); rewrite is_0, is_1; rewrite Rabs_right; lra).
  constructor; [|constructor; [|constructor]]; intros t t_in; cbn [fst snd].
  - rewrite in_direction, is_0, is_1 by exact lt. replace ((1 - 0) / T) with (1 * / T) by (field; lra). apply unit_in, share. lra.
  - rewrite in_point, is_0, is_1 by exact lt. replace (0 + t * ((1 - 0) / T)) with (t * / T) by (field; lra). apply unit_in, share. exact t_in.
Qed.

Local Lemma same_or_may k : (k < d)%nat -> among k (moved c) = false -> among k (raised c) = false -> nth k x' 0 = nth k x 0.
Proof. intros lt no_move no_raise. specialize (follow k lt). unfold may_change, among in *. now rewrite no_move, no_raise in follow. Qed.
Lemma values_at_sound p : (fst p < d)%nat -> Exists (fun v => nth (fst p) x 0 = Q2R v) (snd p) -> exists a, In a (values_at c d p) /\ Forall pin_holds a.
Proof.
  intros lt some. unfold values_at. destruct (among (fst p) (moved c)) eqn:m; [exists []; split; [now left|constructor]|].
  destruct (among (fst p) (raised c)) eqn:r; [exists []; split; [now left|constructor]|]. cbn [orb].
  apply Exists_exists in some as (v & in_v & is_v). exists (stays d (fst p) v). split; [now apply in_map|].
  apply stays_holds; auto. now rewrite (same_or_may _ lt m r).
Qed.
Lemma steps_of_sound g : (forall k, In k g -> (k < d)%nat) -> Exists (is_hot x g) g -> Exists (is_hot x' g) g -> exists a, In a (steps_of c d g) /\ Forall pin_holds a.
Proof.
  intros lt some some'. apply Exists_exists in some as (p & in_p & hot). apply Exists_exists in some' as (q & in_q & hot').
  unfold is_hot in hot, hot'. rewrite Forall_forall in hot, hot'. exists (step_in d g p q). split.
  - apply in_flat_map. exists p. split; [exact in_p|]. apply in_map, filter_In. split; [exact in_q|].
    destruct (Nat.eqb p q) eqn:same; [reflexivity|]. cbn [orb].
    pose proof (hot p in_p) as p1. pose proof (hot' p in_p) as p0. pose proof (hot q in_q) as q0. pose proof (hot' q in_q) as q1.
    rewrite Nat.eqb_refl in p1, q1. rewrite same in p0. rewrite Nat.eqb_sym, same in q0.
    pose proof (follow p (lt p in_p)) as fp. pose proof (follow q (lt q in_q)) as fq. unfold may_change in fp, fq. unfold among.
    rewrite p1, p0 in fp. rewrite q0, q1 in fq. destruct (existsb (Nat.eqb p) (moved c)); [|exfalso; destruct (existsb (Nat.eqb p) (raised c)); lra].
    destruct (existsb (Nat.eqb q) (moved c)); [reflexivity|]. destruct (existsb (Nat.eqb q) (raised c)); [reflexivity|exfalso; lra].
  - apply Forall_flat_map, Forall_forall. intros j in_j. specialize (hot j in_j). specialize (hot' j in_j). specialize (lt j in_j). destruct (Nat.eqb p q) eqn:same.
    + apply Nat.eqb_eq in same. subst q. apply stays_holds; auto; destruct (Nat.eqb j p); now rewrite ?RMicromega.Q2R_1, ?RMicromega.Q2R_0.
    + destruct (Nat.eqb j p) eqn:is_p.
      * apply Nat.eqb_eq in is_p. subst j. rewrite same in hot'. now apply falls_holds.
      * destruct (Nat.eqb j q) eqn:is_q; [now apply rises_holds|]. apply stays_holds; auto; now rewrite ?RMicromega.Q2R_0.
Qed.
Lemma combinations_sound (P : nat * (float * float) -> Prop) l : (forall alts, In alts l -> exists a, In a alts /\ Forall P a) -> exists p, In p (combinations l) /\ Forall P p.
Proof.
  induction l as [|alts l IH]; intro each; [exists []; split; [now left|constructor]|].
  destruct (each alts (or_introl eq_refl)) as (a & in_a & ha). destruct IH as (p & in_p & hp); [intros; apply each; now right|].
  exists (a ++ p). split; [|now apply Forall_app]. cbn. apply in_flat_map. exists a. split; [exact in_a|]. now apply in_map.
Qed.
Lemma alternatives_sound : well_formed c d = true -> in_domain c x -> in_domain c x' -> exists p, In p (combinations (alternatives c d)) /\ Forall pin_holds p.
Proof.
  intros ok (_ & vs & gs) (_ & _ & gs'). unfold well_formed in ok. apply andb_prop in ok as [ok in_groups]. apply andb_prop in ok as [_ in_lists].
  rewrite forallb_forall in in_lists, in_groups. rewrite Forall_forall in vs, gs, gs'.
  apply combinations_sound. intros alts is_in. apply in_app_or in is_in as [is_in|is_in]; apply in_map_iff in is_in as (u & <- & in_u).
  - apply values_at_sound; [now apply Nat.ltb_lt, in_lists|now apply vs].
  - apply steps_of_sound; [|now apply gs|now apply gs']. intros k in_k. specialize (in_groups u in_u). rewrite forallb_forall in in_groups. now apply Nat.ltb_lt, in_groups.
Qed.
End Alternatives.

Lemma put_holds v : forall i b z, Forall2 inb b z -> inb v (nth i z 0) -> Forall2 inb (put i v b) z.
Proof.
  induction i as [|i IH]; intros b z all here; destruct all as [|h r b z first rest]; cbn in *; constructor; auto.
Qed.
Lemma pinned_holds p b z : Forall2 inb b z -> Forall (fun a => inb (snd a) (nth (fst a) z 0)) p -> Forall2 inb (pinned p b) z.
Proof. intros all. induction 1 as [|a p here _ IH]; [exact all|]. cbn. now apply put_holds. Qed.

(** ** Proofs *)

Lemma too_steep_sound c x y : ~ Exists (Forall (claims x y)) (too_steep c) -> Forall (fun k => steep c 1 (nth k y 0)) (meant c).
Proof.
  intro none. apply Forall_forall. intros k is_in. unfold steep.
  assert (out : forall r, In [r] (too_steep c) -> ~ claims x y r).
  { intros r in_r holds. apply none. apply Exists_exists. exists [r]. split; [exact in_r|]. constructor; [exact holds|constructor]. }
  unfold too_steep in out. split.
  - destruct (least_slope c) as [q|] eqn:limit_; [|exact I]. rewrite Rmult_1_r. apply Rnot_lt_le. intro lt. apply (out (less (Output k) (Number q))).
    + apply in_flat_map. exists k. split; [exact is_in|]. now left.
    + apply claims_less. exact lt.
  - destruct (most_slope c) as [q|] eqn:limit_; [|exact I]. rewrite Rmult_1_r. apply Rnot_lt_le. intro lt. apply (out (less (Number q) (Output k))).
    + apply in_flat_map. exists k. split; [exact is_in|]. apply in_or_app. right. now left.
    + apply claims_less. exact lt.
Qed.
Local Lemma steep_scale c d r : 0 <= d -> steep c 1 r -> steep c d (r * d).
Proof.
  intros d_ge0 [low high]. split.
  - destruct (least_slope c); [|exact I]. apply Rmult_le_compat_r; lra.
  - destruct (most_slope c); [|exact I]. apply Rmult_le_compat_r; lra.
Qed.
Local Lemma steep_add c d d' r r' : steep c d r -> steep c d' r' -> steep c (d + d') (r + r').
Proof. intros [l h] [l' h']. split; [destruct (least_slope c)|destruct (most_slope c)]; auto; lra. Qed.

Lemma read_both_fits m p n c d : read_both m p = Some (n, c, d) -> well_formed c d = true.
Proof.
  unfold read_both. destruct (read_model m) as [n'|]; [|discriminate]. destruct (read_slopes p) as [c'|]; [|discriminate]. cbv zeta.
  destruct (well_formed c' (Z.to_nat (input_count n'))) eqn:fits_; [|discriminate]. intros [= _ <- <-]. exact fits_.
Qed.
Theorem prove_slopes_sound m p c : prove_slopes m p c = true -> SlopesHold m p.
Proof.
  unfold prove_slopes, SlopesHold. destruct (read_both m p) as [[[n cl] d]|] eqn:files; [|easy].
  pose proof (read_both_fits _ _ _ _ _ files) as ok. unfold compile_slopes. destruct (lower_with (lower_tangents n d) (d + d)) as [L|] eqn:lowered_; [|easy].
  destruct (_ && forallb _ (meant cl))%bool eqn:there; [|easy]. apply andb_prop in there as [_ there].
  destruct (compile_lowered L (queries_of cl d)) as [[blocks l]|] eqn:compiled; [|easy]. unfold check_queries. intros checked x x' len len' in_x in_x' follow.
  rewrite forallb_forall in there. subst d. set (T := distance (distance_in cl) x x').
  set (meets := fun (e : list R) (p' q' : R) => exists out, network n (segment x e) = Some out /\ length out = length (output_forms L)).
  assert (runs : forall e p' q', length e = length x -> p' < q' -> meets e p' q').
  { intros e p' q' len_e lt. apply (lower_tangents_sound (meets e) n (length x) L x e p' q' (fun _ _ _ _ met _ => met) lowered_ eq_refl len_e lt).
    intros p1 q1 out t y _ _ _ net _ z _ _ _ outs. exists out. split; [exact net|]. apply Forall2_length in outs. rewrite length_map in outs. now symmetry. }
  destruct (distance_ge0 (distance_in cl) x x') as [T_gt0|T_0]; fold T in T_gt0 || fold T in T_0.
  2: { symmetry in T_0. pose proof (distance_0 _ _ _ len' T_0) as ->. destruct (runs (map (fun _ => 0) x) 0 1 ltac:(now rewrite length_map) ltac:(lra)) as (out & net & outs).
    apply (network_at n _ out 0) in net. replace (map (fun h => h 0) (segment x (map (fun _ => 0) x))) with x in net.
    2: { clear. unfold segment. induction x as [|a x IH]; simpl; [reflexivity|]. f_equal; [ring|exact IH]. }
    exists (map (fun h => h 0) out), (map (fun h => h 0) out). split; [exact net|]. split; [exact net|]. apply Forall_forall. intros k is_in.
    rewrite length_map, outs. split; [apply Nat.ltb_lt; now apply there|]. fold T. rewrite T_0, Rminus_diag_eq by reflexivity.
    split; [destruct (least_slope cl)|destruct (most_slope cl)]; auto; lra. }
  set (e := direction T x x'). assert (len_e : length e = length x) by now apply direction_length.
  set (C := fun p' q' : R => 0 <= p' -> q' <= T -> exists out, network n (segment x e) = Some out /\ length out = length (output_forms L) /\
    Forall (fun k => steep cl (q' - p') (nth k (map (fun h => h q') out) 0 - nth k (map (fun h => h p') out) 0)) (meant cl)).
  assert (done : C 0 T).
  { refine (lower_tangents_sound C n (length x) L x e 0 T _ lowered_ eq_refl len_e T_gt0 _).
    - intros p1 m1 q1 m_in left_ right_ p_ge0 q_le. destruct (left_ p_ge0 ltac:(lra)) as (out & net & outs & first). destruct (right_ ltac:(lra) q_le) as (out' & net' & _ & second).
      replace out' with out in second by congruence. exists out. split; [exact net|]. split; [exact outs|]. rewrite Forall_forall in *. intros k is_in.
      pose proof (steep_add _ _ _ _ _ (first k is_in) (second k is_in)) as sum. replace (q1 - p1) with (m1 - p1 + (q1 - m1)) by ring.
      replace (nth k (map (fun h => h q1) out) 0 - nth k (map (fun h => h p1) out) 0) with
        (nth k (map (fun h => h m1) out) 0 - nth k (map (fun h => h p1) out) 0 + (nth k (map (fun h => h q1) out) 0 - nth k (map (fun h => h m1) out) 0)) by ring. exact sum.
    - intros p1 q1 out t y le lt le' net t_in z ok_y set_z rin rout p_ge0 q_le. exists out. split; [exact net|].
      pose proof (Forall2_length rout) as outs. rewrite length_map in outs. split; [now symmetry|].
      destruct (directions_sound cl x x' T_gt0 len' follow) as (b & in_b & inside). assert (t_between : 0 <= t <= T) by lra.
      destruct (alternatives_sound cl x x' T_gt0 len' follow ok in_x in_x') as (pin & in_pin & pin_ok).
      assert (is_q : In (Query (pinned pin (b ++ points cl (length x))) (too_steep cl), unit_ball cl (length x)) (queries_of cl (length x))).
      { unfold queries_of. apply in_flat_map. exists pin. split; [exact in_pin|]. apply in_map_iff. exists b. now split. }
      assert (in_z : Forall2 inb (pinned pin (b ++ points cl (length x))) z).
      { apply pinned_holds; [apply Forall2_app; [exact inside|]; exact (points_sound cl x x' t T_gt0 t_between len' ok (proj1 in_x) (proj1 in_x'))|].
        eapply Forall_impl; [|exact pin_ok]. intros a holds. exact (holds t t_between). }
      assert (start : after 0%uint63 (pinned pin (b ++ points cl (length x))) = after 0%uint63 z) by (rewrite !after_length, (Forall2_length in_z); reflexivity).
      pose proof (accepted_at L _ blocks l c _ (after 0%uint63 z) y z (map (rate p1 q1) out) compiled checked ok_y rin rout _ _ is_q start) as none.
      cbn [qbox disjuncts] in none. assert (within_limits : ~ Exists (Forall (claims z (map (rate p1 q1) out))) (too_steep cl)).
      { apply none. intros y' same. split; [exact (inputs_hold_assigned _ _ in_z _ _ (set_z _ same))|]. cbn [rball].
        pose proof (unit_ball_sound cl y' x x' _ T_gt0 len' (set_z _ same)) as g_ok. destruct (unit_ball cl (length x)); [exact g_ok|exact I]. }
      pose proof (too_steep_sound _ _ _ within_limits) as each. rewrite Forall_forall in *. intros k is_in. specialize (each k is_in).
      assert (k_lt : (k < length out)%nat) by (rewrite <- outs; apply Nat.ltb_lt; now apply there).
      rewrite (nth_indep _ 0 (rate p1 q1 (fun _ => 0))), map_nth in each by (now rewrite length_map).
      assert (value : forall u, nth k (map (fun h : R -> R => h u) out) 0 = nth k out (fun _ => 0) u) by (intro u; exact (map_nth (fun h : R -> R => h u) out (fun _ => 0) k)).
      rewrite !value.
      replace (nth k out (fun _ => 0) q1 - nth k out (fun _ => 0) p1) with (rate p1 q1 (nth k out (fun _ => 0)) * (q1 - p1)) by (unfold rate; field; lra).
      apply steep_scale; [lra|exact each]. }
  destruct (done (Rle_refl 0) (Rle_refl T)) as (out & net & outs & each). destruct (segment_ends T x ltac:(lra) x' len') as [first last]. fold e in first, last.
  exists (map (fun h => h 0) out), (map (fun h => h T) out).
  pose proof (network_at n _ out 0 net) as run_0. pose proof (network_at n _ out T net) as run_T. rewrite first in run_0. rewrite last in run_T.
  split; [exact run_0|]. split; [exact run_T|]. rewrite Rminus_0_r in each. rewrite Forall_forall in *. intros k is_in.
  rewrite length_map, outs. split; [apply Nat.ltb_lt; now apply there|exact (each k is_in)].
Qed.

(** ** Refutations *)

Lemma in_box_at_sound c x : well_formed c (length x) = true -> in_box_at c x = true -> in_box c (map Q2R x).
Proof.
  intros ok inside. unfold well_formed in ok. apply andb_prop in ok as [ok _]. apply andb_prop in ok as [ok _]. apply andb_prop in ok as [len order]. apply Nat.eqb_eq in len.
  assert (len' : length (for_each (length x) (box_high c)) = length x).
  { rewrite <- len at 2. revert order. clear. generalize (for_each (length x) (box_low c)) (for_each (length x) (box_high c)).
    induction l as [|a l IH]; intros [|b k] order; try discriminate; [reflexivity|]. simpl in *. apply andb_prop in order as [_ order]. f_equal. now apply IH. }
  unfold in_box_at in inside. apply andb_prop in inside as [low high]. unfold in_box. rewrite length_map. split.
  - apply (combine_forall2 Qle_bool Rle); [intros a b; apply Qle_bool_R|congruence|exact low].
  - apply (combine_forall2 (fun q a => Qle_bool a q) (fun q a => a <= q)); [intros a b; apply Qle_bool_R|congruence|exact high].
Qed.
Lemma nth_Q2R i l : nth i (map Q2R l) 0 = Q2R (nth i l 0%Q).
Proof. rewrite <- Q2R_0, map_nth. reflexivity. Qed.
Lemma in_domain_at_sound c x : well_formed c (length x) = true -> in_domain_at c x = true -> in_domain c (map Q2R x).
Proof.
  intros ok inside. unfold in_domain_at in inside. apply andb_prop in inside as [inside gs]. apply andb_prop in inside as [inside vs].
  split; [now apply in_box_at_sound|]. rewrite forallb_forall in vs, gs. split; apply Forall_forall.
  - intros p in_p. specialize (vs p in_p). apply existsb_exists in vs as (v & in_v & same). apply Exists_exists. exists v. split; [exact in_v|].
    rewrite nth_Q2R. apply Qeq_eqR. now apply Qeq_bool_iff.
  - intros g in_g. specialize (gs g in_g). apply existsb_exists in gs as (k & in_k & hot). apply Exists_exists. exists k. split; [exact in_k|].
    unfold is_hot_at in hot. rewrite forallb_forall in hot. apply Forall_forall. intros j in_j. specialize (hot j in_j). rewrite nth_Q2R.
    apply Qeq_bool_iff, Qeq_eqR in hot. rewrite hot. destruct (Nat.eqb j k); [exact RMicromega.Q2R_1|exact Q2R_0].
Qed.
Lemma may_follow_at_sound c x x' : length x' = length x -> may_follow_at c x x' = true -> may_follow c (map Q2R x) (map Q2R x').
Proof.
  intros len follow i lt. rewrite length_map in lt. unfold may_follow_at in follow. rewrite forallb_forall in follow. specialize (follow i ltac:(apply in_seq; lia)).
  rewrite !nth_Q2R. unfold may_change_at, among in follow. unfold may_change. destruct (existsb (Nat.eqb i) (moved c)); [exact I|].
  destruct (existsb (Nat.eqb i) (raised c)); [now apply Qle_bool_R|]. apply Qeq_bool_iff in follow. now apply Qeq_eqR.
Qed.
Lemma greatest_correct x : forall x', Q2R (greatest x x') = pairwise_most (fun a b => Rabs (b - a)) (map Q2R x) (map Q2R x').
Proof.
  induction x as [|a x IH]; intros [|b x']; cbn [greatest map pairwise_most]; try exact Q2R_0. rewrite <- IH. unfold larger.
  destruct (Qle_bool (Qabs (b - a)) (greatest x x')) eqn:le.
  - apply Qle_bool_R in le. rewrite Q2R_abs, Q2R_minus in le. now rewrite Rmax_right.
  - rewrite Q2R_abs, Q2R_minus. rewrite Rmax_left; [reflexivity|].
    assert (lt : (greatest x x' < Qabs (b - a))%Q) by (apply Qnot_le_lt; intro le'; apply Qle_bool_iff in le'; congruence).
    apply Qlt_Rlt in lt. rewrite Q2R_abs, Q2R_minus in lt. lra.
Qed.
Lemma distance_at_sound m x x' : encloses (distance_at m x x') (distance m (map Q2R x) (map Q2R x')).
Proof.
  pose proof interval_rel as H. destruct m; cbn [distance_at distance].
  - rewrite <- greatest_correct. apply (rel_number _ H).
  - rewrite <- (Rplus_0_l (pairwise_sum _ _ _)). rewrite <- Q2R_0 at 1.
    rewrite <- (sum_onto_correct (fun a b => Qabs (b - a)) (fun a b => Rabs (b - a))); [apply (rel_number _ H)|]. intros a b. now rewrite Q2R_abs, Q2R_minus.
  - rewrite <- (Rplus_0_l (pairwise_sum _ _ _)). rewrite <- Q2R_0 at 1.
    rewrite <- (sum_onto_correct (fun a b => (b - a) * (b - a))%Q (fun a b => (b - a) * (b - a))).
    + exact (rel_root _ H _ _ (rel_number _ H _)).
    + intros a b. now rewrite Q2R_mult, Q2R_minus.
Qed.
Lemma surely_steep_sound c d rise dr rr : encloses d dr -> encloses rise rr -> surely_steep c d rise = true -> ~ steep c dr rr.
Proof.
  intros ed er sure [low high]. pose proof interval_rel as H. unfold surely_steep in sure. apply orb_prop in sure as [sure|sure].
  - destruct (least_slope c) as [q|]; [|discriminate].
    apply (certainly_less_sound (Enclosed rise) (Enclosed (Tensor.mul (number_of q) d)) rr (Q2R q * dr) er (rel_mul _ H _ _ _ _ (rel_number _ H q) ed)) in sure. lra.
  - destruct (most_slope c) as [q|]; [|discriminate].
    apply (certainly_less_sound (Enclosed (Tensor.mul (number_of q) d)) (Enclosed rise) (Q2R q * dr) rr (rel_mul _ H _ _ _ _ (rel_number _ H q) ed) er) in sure. lra.
Qed.

Theorem refute_slopes_sound m p w : refute_slopes m p w = true -> SlopesFail m p.
Proof.
  unfold refute_slopes, SlopesFail. destruct (read_both m p) as [[[n c] d]|] eqn:files; [|easy].
  pose proof (read_both_fits _ _ _ _ _ files) as ok.
  destruct (read_witness w) as [z|]; [|easy]. set (x := firstn d z). set (x' := skipn d z).
  destruct (_ && _ && _ && _ && _)%bool eqn:first; [|easy]. apply andb_prop in first as [first follow]. apply andb_prop in first as [first in_x'].
  apply andb_prop in first as [first in_x]. apply andb_prop in first as [len _]. apply Nat.eqb_eq in len.
  assert (len_x : length x = d) by (unfold x; rewrite length_firstn; lia). assert (len_x' : length x' = d) by (unfold x'; rewrite length_skipn; lia).
  destruct (outputs_at n x) as [y|] eqn:run_; [|easy]. destruct (outputs_at n x') as [y'|] eqn:run_'; [|easy]. intro some.
  apply outputs_at_sound in run_ as (_ & _ & yr & value & inside). apply outputs_at_sound in run_' as (_ & _ & yr' & value' & inside').
  apply existsb_exists in some as (k & is_in & sure). apply andb_prop in sure as [both sure]. apply andb_prop in both as [lt lt'].
  apply Nat.ltb_lt in lt, lt'.
  exists (map Q2R x), (map Q2R x'), yr, yr'. rewrite !length_map. split; [exact len_x|]. split; [exact len_x'|].
  split; [apply in_domain_at_sound; [now rewrite len_x|exact in_x]|]. split; [apply in_domain_at_sound; [now rewrite len_x'|exact in_x']|].
  split; [apply may_follow_at_sound; [congruence|exact follow]|]. split; [exact value|]. split; [exact value'|].
  apply Exists_exists. exists k. split; [exact is_in|].
  refine (surely_steep_sound c _ _ _ _ (distance_at_sound (distance_in c) x x') _ sure).
  pose proof (Forall2_index _ Tensor.zero 0 _ _ inside k lt) as e. pose proof (Forall2_index _ Tensor.zero 0 _ _ inside' k lt') as e'.
  exact (rel_add _ interval_rel _ _ _ _ e' (rel_opp _ interval_rel _ _ e)).
Qed.
