(** * The checkers of certified accuracy are sound

    Main results: [prove_certified_sound], [refute_certified_sound].

    Trust: proved. *)
From Coq Require Import Floats Uint63 ZArith QArith Qabs Qround Qreals Reals Lra Lia List Bool.
From Flocq Require Import Core.Raux.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Npy Spec.Onnx Spec.Network Spec.Formula Spec.Certified.
From Warrant Require Import Primitives.FloatBounds Primitives.Rationals Primitives.Fractions Primitives.NpyRows.
From Warrant Require Import Checker.Blocks Checker.Intervals Checker.Forms Checker.Lowering Checker.Lowering_sound.
From Warrant Require Import Checker.Queries Checker.Inputs Checker.Tree Checker.Prove Checker.Witness Checker.Certified.Check.
From Warrant Require Checker.Boxes Checker.Cases Checker.Cases_sound.
Import ListNotations.
Local Open Scope R_scope.
Local Notation at_least := Certified.at_least.

(** ** At least so many *)

Lemma at_least_mono {A} (P : A -> Prop) l : forall k m, (k <= m)%nat -> at_least m P l -> at_least k P l.
Proof.
  induction l as [|a l IH]; intros [|k] [|m] le all; cbn in *; try lia; auto.
  destruct all as [[here all]|all]; [left; split; [exact here|]; apply (IH k m); auto; lia|right; apply (IH (S k) (S m)); auto].
Qed.
Lemma at_least_skip {A} (P : A -> Prop) k a l : at_least k P l -> at_least k P (a :: l).
Proof. destruct k; cbn; auto. Qed.
Lemma at_least_marked {A} (P : A -> Prop) c from l : forall i, Forall P (marked c from i l) -> at_least (length (marked c from i l)) P l.
Proof.
  induction l as [|a l IH]; intros i all; [exact I|]. cbn [marked] in *. destruct (_ =? 1)%uint63.
  - inversion all as [|? ? here rest]; subst. cbn. left. split; [exact here|now apply IH].
  - apply at_least_skip. now apply IH.
Qed.
Lemma at_least_filter {A} (P : A -> Prop) (f : A -> bool) l : (forall a, f a = true -> P a) -> at_least (length (filter f l)) P l.
Proof.
  intro all. induction l as [|a l IH]; [exact I|]. cbn [filter]. destruct (f a) eqn:here; [|now apply at_least_skip].
  cbn. left. auto.
Qed.
Lemma at_least_choose {A} (P : A -> Prop) (f : A -> bool) l : (forall a, P a -> f a = true) -> forall k, at_least k P l ->
  Exists (Forall P) (choose k (filter f l)).
Proof.
  intro all. assert (start : forall l', Exists (Forall P) (choose 0 l')) by (intros [|a l']; cbn; left; constructor).
  induction l as [|a l IH]; intros [|k] holds; auto; [now destruct holds|]. cbn [at_least] in holds. cbn [filter].
  destruct holds as [[here holds]|holds].
  - rewrite (all a here). cbn [choose]. apply Exists_app. left. apply Exists_map. specialize (IH k holds).
    apply Exists_exists in IH as (g & is_in & each). apply Exists_exists. exists g. split; [exact is_in|now constructor].
  - destruct (f a); [|now apply IH]. cbn [choose]. apply Exists_app. right. now apply IH.
Qed.

(** ** Labels *)

Lemma class_of_correct label k : class_of label = Some k -> (label == inject_Z (Z.of_nat k))%Q.
Proof.
  unfold class_of. cbv zeta. destruct (Qeq_bool label _) eqn:whole_; [|discriminate]. destruct (0 <=? _)%Z eqn:ge0; [|discriminate].
  destruct (_ <? _)%Z; [|discriminate]. intros [= <-]. apply Z.leb_le in ge0. rewrite Z2Nat.id by exact ge0. now apply Qeq_bool_iff.
Qed.
Lemma class_unique (label : Q) j k : (label == inject_Z (Z.of_nat j))%Q -> (label == inject_Z (Z.of_nat k))%Q -> j = k.
Proof. intros is_j is_k. rewrite is_j in is_k. apply (proj1 (inject_Z_injective _ _)) in is_k. lia. Qed.

Lemma claims_at_most x y a b : claims x y (at_most a b) <-> term_value x y a <= term_value x y b.
Proof. unfold claims, at_most. cbn. split; lra. Qed.
Lemma claims_less x y a b : claims x y (less a b) <-> term_value x y a < term_value x y b.
Proof. unfold claims, less. cbn. split; lra. Qed.

Lemma failures_sound d label x out ds : failures d label (length out) = Some ds -> ~ Exists (Forall (claims x out)) ds -> right d label out.
Proof.
  destruct d as [top|t|delta]; cbn [failures right].
  - destruct (class_of label) as [k|] eqn:class; [|discriminate]. cbv zeta.
    destruct (Nat.ltb k (length out) && _ && _)%bool eqn:ok; [|discriminate]. intros [= <-] none.
    apply andb_prop in ok as [ok _]. apply andb_prop in ok as [ok _]. apply Nat.ltb_lt in ok.
    exists k. split; [now apply class_of_correct|]. split; [exact ok|]. intro many. apply none.
    apply (at_least_choose _ (fun j => negb (Nat.eqb j k))) in many.
    + rewrite Exists_map. apply Exists_exists in many as (g & is_in & each). apply Exists_exists. exists g. split; [exact is_in|].
      apply Forall_map. eapply Forall_impl; [|exact each]. intros j [_ le_kj]. apply claims_at_most. exact le_kj.
    + intros j [differs _]. apply negb_true_iff, Nat.eqb_neq. exact differs.
  - destruct (Nat.eqb (length out) 1) eqn:one; [|discriminate]. apply Nat.eqb_eq in one. destruct out as [|y [|]]; try discriminate one.
    destruct (Qeq_bool label 1) eqn:is_1.
    + intros [= <-] none. exists y. split; [reflexivity|]. left. split; [now apply Qeq_bool_iff|].
      apply Rnot_le_lt. intro le_yt. apply none. left. constructor; [|constructor]. apply claims_at_most. exact le_yt.
    + destruct (Qeq_bool label 0) eqn:is_0; [|discriminate]. intros [= <-] none. exists y. split; [reflexivity|]. right.
      split; [now apply Qeq_bool_iff|]. apply Rnot_lt_le. intro less_ty. apply none. left. constructor; [|constructor].
      apply claims_less. exact less_ty.
  - destruct (Nat.eqb (length out) 1) eqn:one; [|discriminate]. apply Nat.eqb_eq in one. destruct out as [|y [|]]; try discriminate one.
    intros [= <-] none. exists y. split; [reflexivity|]. apply Rabs_le. split; apply Rnot_lt_le; intro bad; apply none.
    + left. constructor; [|constructor]. apply claims_less. cbn. rewrite Q2R_minus. lra.
    + right. left. constructor; [|constructor]. apply claims_less. cbn. rewrite Q2R_plus. lra.
Qed.

(** ** Boxes *)

Lemma larger_correct a b r : Q2R a <= r -> Q2R b <= r -> Q2R (larger a b) <= r.
Proof. unfold larger. destruct (Qle_bool a b); auto. Qed.
Lemma smaller_correct a b r : r <= Q2R a -> r <= Q2R b -> r <= Q2R (smaller a b).
Proof. unfold smaller. destruct (Qle_bool a b); auto. Qed.
(** none, or one for each *)
Definition ends_ok (P : Q -> R -> Prop) (l : list Q) (x : list R) : Prop := l = [] \/ Forall2 P l x.
Lemma ends_tail P l a x : ends_ok P l (a :: x) -> ends_ok P (tl l) x /\ forall q, hd_error l = Some q -> P q a.
Proof.
  intros [->|all]; [split; [now left|easy]|]. inversion all; subst. cbn. split; [now right|]. now intros q [= <-].
Qed.
Lemma box_around_sound x : forall radii low high x', Forall2 (fun r p => Rabs (snd p - fst p) <= r) (map Q2R radii) (combine (map Q2R x) x') ->
  length radii = length x -> length x' = length x ->
  ends_ok (fun q a => Q2R q <= a) low x' -> ends_ok (fun q a => a <= Q2R q) high x' -> Forall2 inb (box_around x radii low high) x'.
Proof.
  induction x as [|a x IH]; intros [|r radii] low high [|b x'] dists len len' above below; cbn in *; try lia; constructor.
  - inversion dists as [|? ? ? ? dist _]; subst. cbn in dist. apply Rabs_le_inv in dist.
    destruct (ends_tail _ _ _ _ above) as [_ first_low]. destruct (ends_tail _ _ _ _ below) as [_ first_high]. split.
    + eapply LB_le; [apply float_below_LB|]. assert (from_a : Q2R (a - r) <= b) by (rewrite Q2R_minus; lra).
      destruct low as [|l low]; [exact from_a|]. apply larger_correct; [exact from_a|now apply first_low].
    + eapply UB_le; [apply float_above_UB|]. assert (from_a : b <= Q2R (a + r)) by (rewrite Q2R_plus; lra).
      destruct high as [|h high]; [exact from_a|]. apply smaller_correct; [exact from_a|now apply first_high].
  - inversion dists; subst. destruct (ends_tail _ _ _ _ above), (ends_tail _ _ _ _ below). apply IH; auto.
Qed.

Lemma for_each_nil d : for_each d [] = []. Proof. reflexivity. Qed.
Lemma for_each_length d l : l <> [] -> forall c, fits c d = true -> (l = low_ends c \/ l = high_ends c) -> length (for_each d l) = d.
Proof.
  intros some c ok which. unfold fits in ok. apply andb_prop in ok as [ok _]. apply andb_prop in ok as [ok1 ok2].
  destruct which as [->| ->]; [destruct (low_ends c); [easy|now apply Nat.eqb_eq in ok1]|destruct (high_ends c); [easy|now apply Nat.eqb_eq in ok2]].
Qed.
Lemma pairwise_sum_ge0 f : (forall a b, 0 <= f a b) -> forall x x', 0 <= pairwise_sum f x x'.
Proof. intro ge0. induction x as [|a x IH]; intros [|b x']; cbn; try lra. specialize (IH x'). specialize (ge0 a b). lra. Qed.
(** each distance is at most the radius, where the sum of some function of them is *)
Lemma pairwise_sum_each f P : (forall a b, 0 <= f a b) -> forall x x' s, pairwise_sum f x x' <= s -> (forall a b, f a b <= s -> P (b - a)) -> length x' = length x ->
  Forall (fun p => P (snd p - fst p)) (combine x x').
Proof.
  intro ge0. induction x as [|a x IH]; intros [|b x'] s sum small len; cbn in *; try lia; constructor.
  - cbn. apply small. pose proof (pairwise_sum_ge0 f ge0 x x'). lra.
  - apply (IH x' s); auto. specialize (ge0 a b). lra.
Qed.
Lemma Forall_Forall2 {A B} (P : A -> B -> Prop) a l : Forall (P a) l -> Forall2 P (repeat a (length l)) l.
Proof. induction 1; cbn; constructor; auto. Qed.
Lemma near_distances c x x' : fits c (length x) = true -> near c (map Q2R x) x' ->
  length (for_each (length x) (radii c)) = length x /\
  Forall2 (fun r p => Rabs (snd p - fst p) <= r) (map Q2R (for_each (length x) (radii c))) (combine (map Q2R x) x').
Proof.
  intros ok (len & in_ball & _). rewrite length_map in len. unfold fits in ok. apply andb_prop in ok as [_ ok]. unfold Certified.in_ball in in_ball.
  rewrite length_map in in_ball. destruct (metric c).
  - split; [now apply Nat.eqb_eq in ok|exact in_ball].
  - apply Nat.eqb_eq in ok. destruct (radii c) as [|r [|]]; try discriminate ok. cbn [for_each map hd] in *. rewrite repeat_length. split; [reflexivity|].
    rewrite map_repeat. replace (length x) with (length (combine (map Q2R x) x')) by (rewrite length_combine, length_map; lia).
    apply Forall_Forall2. apply (pairwise_sum_each (fun a b => Rabs (b - a)) (fun t => Rabs t <= Q2R r) (fun a b => Rabs_pos _) _ _ _ in_ball); [auto|now rewrite length_map].
  - apply Nat.eqb_eq in ok. destruct (radii c) as [|r [|]]; try discriminate ok. cbn [for_each map hd] in *. rewrite repeat_length. split; [reflexivity|].
    rewrite map_repeat. replace (length x) with (length (combine (map Q2R x) x')) by (rewrite length_combine, length_map; lia).
    apply Forall_Forall2. destruct in_ball as [r_ge0 in_ball].
    apply (pairwise_sum_each (fun a b => (b - a) * (b - a)) (fun t => Rabs t <= Q2R r) (fun a b => Rle_0_sqr (b - a)) _ _ _ in_ball); [|now rewrite length_map].
    intros a b small. apply Rsqr_le_abs_0 in small. now rewrite (Rabs_right (Q2R r)) in small by lra.
Qed.
Lemma near_box c x x' : fits c (length x) = true -> near c (map Q2R x) x' ->
  Forall2 inb (box_around x (for_each (length x) (radii c)) (for_each (length x) (low_ends c)) (for_each (length x) (high_ends c))) x'.
Proof.
  intros ok is_near. destruct (near_distances c x x' ok is_near) as [len dists]. destruct is_near as (len' & _ & above & below).
  rewrite length_map in len'. rewrite len' in above, below. apply box_around_sound; auto.
  - destruct above as [->|above]; [now left|now right].
  - destruct below as [->|below]; [now left|now right].
Qed.

Lemma size_between_sum (q : bool) f : (forall a b, size_of_one q (b - a) = f a b) -> forall x c, size_between q x c = pairwise_sum f c x.
Proof. intro same. induction x as [|a x IH]; intros [|b c]; cbn [size_between pairwise_sum]; try easy. now rewrite same, IH. Qed.
Lemma near_ball c x x' : near c (map Q2R x) x' -> match ball_around c x with None => True | Some g => point_in_ball x' g end.
Proof.
  intros (len & in_ball & _). unfold ball_around. cbv zeta. unfold Certified.in_ball in in_ball.
  assert (centre_ok : Forall2 inb (map (fun q => (float_below q, float_above q)) x) (map Q2R x)).
  { clear. induction x as [|a x IH]; cbn; constructor; [split; [apply float_below_LB|apply float_above_UB]|exact IH]. }
  assert (radius_ok : hd 0 (map Q2R (radii c)) = Q2R (hd 0%Q (radii c))) by (destruct (radii c); cbn [hd map]; [now rewrite Q2R_0|reflexivity]).
  rewrite radius_ok in in_ball. destruct (metric c); [exact I| |].
  - exists (map Q2R x), (Q2R (hd 0%Q (radii c))). cbn [centre radius squares]. split; [congruence|]. split; [exact centre_ok|].
    split; [eapply Rle_trans; [|exact in_ball]; apply (pairwise_sum_ge0 (fun a b => Rabs (b - a))); intros; apply Rabs_pos|]. split; [apply float_above_UB|].
    now rewrite (size_between_sum false (fun a b => Rabs (b - a))).
  - destruct in_ball as [r_ge0 in_ball].
    exists (map Q2R x), (Q2R (hd 0%Q (radii c))). cbn [centre radius squares]. split; [congruence|]. split; [exact centre_ok|].
    split; [exact r_ge0|]. split; [apply float_above_UB|]. now rewrite (size_between_sum true (fun a b => (b - a) * (b - a))).
Qed.

(** ** Near, in rational numbers *)

Lemma combine_forall2 (P : Q -> Q -> bool) (R_ : R -> R -> Prop) : (forall a b, P a b = true -> R_ (Q2R a) (Q2R b)) -> forall l x,
  length l = length x -> forallb (fun p => P (fst p) (snd p)) (combine l x) = true -> Forall2 (fun q a => R_ (Q2R q) a) l (map Q2R x).
Proof.
  intro sound. induction l as [|a l IH]; intros [|b x] len all; cbn in *; try lia; constructor; apply andb_prop in all as [here all]; auto.
Qed.
Lemma sum_onto_correct f g : (forall a b, Q2R (f a b) = g (Q2R a) (Q2R b)) -> forall x x' acc,
  Q2R (sum_onto f x x' acc) = Q2R acc + pairwise_sum g (map Q2R x) (map Q2R x').
Proof.
  intro same. induction x as [|a x IH]; intros [|b x'] acc; cbn [sum_onto map pairwise_sum]; try lra.
  rewrite IH, Q2R_Qred, Q2R_plus, same. lra.
Qed.
Lemma Q2R_abs q : Q2R (Qabs q) = Rabs (Q2R q).
Proof.
  destruct (Qlt_le_dec q 0) as [neg|pos].
  - rewrite (Qeq_eqR _ _ (Qabs_neg q (Qlt_le_weak _ _ neg))), Q2R_opp. apply Qlt_Rlt in neg. rewrite Q2R_0 in neg. now rewrite Rabs_left.
  - rewrite (Qeq_eqR _ _ (Qabs_pos q pos)). apply Qle_Rle in pos. rewrite Q2R_0 in pos. now rewrite Rabs_right by lra.
Qed.
Lemma distances_correct : forall r x x', length r = length x -> length x' = length x ->
  forallb (fun p => Qle_bool (Qabs (snd (snd p) - fst (snd p))) (fst p)) (combine r (combine x x')) = true ->
  Forall2 (fun r p => Rabs (snd p - fst p) <= r) (map Q2R r) (combine (map Q2R x) (map Q2R x')).
Proof.
  induction r as [|r rs IH]; intros [|a x] [|b x'] len len' all; cbn [combine map forallb fst snd length] in *; try lia; constructor;
    apply andb_prop in all as [here all].
  - apply Qle_bool_R in here. now rewrite Q2R_abs, Q2R_minus in here.
  - apply IH; auto.
Qed.
Lemma is_near_sound c x x' : fits c (length x) = true -> is_near c x x' = true -> near c (map Q2R x) (map Q2R x').
Proof.
  intros ok is_near_. unfold is_near in is_near_. apply andb_prop in is_near_ as [is_near_ ends]. apply andb_prop in is_near_ as [len ball_ok].
  apply Nat.eqb_eq in len. unfold near. rewrite !length_map. split; [exact len|]. split.
  - unfold in_ball_at in ball_ok. unfold in_ball. rewrite length_map. unfold fits in ok. apply andb_prop in ok as [_ ok].
    destruct (metric c).
    + apply Nat.eqb_eq in ok. now apply distances_correct.
    + apply Qle_bool_R in ball_ok. rewrite (sum_onto_correct _ (fun a b => Rabs (b - a))), Q2R_0, Rplus_0_l in ball_ok by (intros; now rewrite Q2R_abs, Q2R_minus).
      destruct (radii c); cbn [map hd] in *; [now rewrite Q2R_0 in ball_ok|exact ball_ok].
    + apply andb_prop in ball_ok as [r_ge0 ball_ok]. apply Qle_bool_R in ball_ok. apply Qle_bool_R0 in r_ge0.
      rewrite (sum_onto_correct _ (fun a b => (b - a) * (b - a))), Q2R_0, Rplus_0_l, Q2R_mult in ball_ok by (intros; now rewrite Q2R_mult, Q2R_minus).
      destruct (radii c); cbn [map hd] in *; [rewrite Q2R_0 in *|]; now split.
  - unfold between_ends_at in ends. apply andb_prop in ends as [low high]. unfold between_ends. rewrite length_map, len in *. split.
    + destruct (low_ends c) as [|q l] eqn:is_low; [now left|]. right. apply (combine_forall2 Qle_bool Rle); auto using Qle_bool_R.
      rewrite len. now apply (for_each_length _ (q :: l) ltac:(easy) c ok); left.
    + destruct (high_ends c) as [|q l] eqn:is_high; [now left|]. right.
      apply (combine_forall2 (fun a b => Qle_bool b a) (fun a b => b <= a)); auto using Qle_bool_R.
      rewrite len. now apply (for_each_length _ (q :: l) ltac:(easy) c ok); right.
Qed.

(** ** The files *)

Lemma read_all_fits m p x y c n d rows : read_all m p x y = Some (c, n, d, rows) -> Forall (fun p => length (fst p) = d) rows /\ fits c d = true /\ Z.of_nat d = input_count n.
Proof.
  unfold read_all. destruct (read_model m) as [n'|]; [|discriminate]. destruct (read_claim p) as [c'|]; [|discriminate].
  destruct (read_inputs x) as [[d' l]|] eqn:inputs_; [|discriminate]. destruct (read_labels y) as [labels|]; [|discriminate].
  destruct (_ && _)%bool eqn:ok; [|discriminate]. intros [= <- <- <- <-]. apply andb_prop in ok as [ok count]. apply andb_prop in ok as [_ ok].
  split; [|split; [exact ok|now apply Z.eqb_eq]]. apply Forall_forall. intros [a b] is_in. apply in_combine_l in is_in. cbn.
  unfold read_inputs in inputs_. destruct (read_header x) as [h|]; [|discriminate]. destruct (sizes_of h) as [[k e]|]; [|discriminate].
  destruct (rational_rows x h k e) as [l'|] eqn:is_rows; [|discriminate]. injection inputs_ as <- <-. unfold rational_rows in is_rows.
  destruct (find _ _) as [[w [size number]]|]; [|discriminate]. pose proof (rows_of_fit _ _ _ _ _ _ _ is_rows) as all.
  rewrite Forall_forall in all. now apply all.
Qed.
Lemma marked_forall {A} (P : A -> Prop) c from l : forall i, Forall P l -> Forall P (marked c from i l).
Proof.
  induction l as [|a l IH]; intros i all; [constructor|]. inversion all; subst. cbn [marked]. destruct (_ =? 1)%uint63; [constructor|]; auto.
Qed.

(** ** Proofs *)

Lemma map_all_in {A B} (f : A -> option B) l k a : map_all f l = Some k -> In a l -> exists b, f a = Some b /\ In b k.
Proof.
  revert k. induction l as [|a' l IH]; intros k all is_in; [easy|]. cbn in all. destruct (f a') as [b|] eqn:here; [|discriminate].
  destruct (map_all f l) as [r|]; [|discriminate]. injection all as <-. destruct is_in as [->|is_in].
  - exists b. split; [exact here|now left].
  - destruct (IH r eq_refl is_in) as (b' & e & i). exists b'. split; [exact e|now right].
Qed.

(** what is shown of an input by a proof *)
Definition says_label (cl : claim) (n : model) (p : list Q * Q) : Prop :=
  forall x', near cl (map Q2R (fst p)) x' -> exists out, network n x' = Some out /\ right (says_what cl) (snd p) out.

Lemma by_trees_sound cl n d c i chosen p : by_trees cl n d c i chosen = true -> In p chosen -> length (fst p) = d -> fits cl d = true -> says_label cl n p.
Proof.
  unfold by_trees, says_label. intros accept is_in len ok x' is_near_. destruct p as [row label]. cbn [fst snd] in *. subst d.
  destruct (lower_with (lower_from n) _) as [L|] eqn:lowered_; [|discriminate].
  destruct (map_all _ chosen) as [qs|] eqn:is_qs; [|discriminate].
  destruct (compile_lowered L qs) as [[blocks l]|] eqn:compiled; [|discriminate].
  destruct (map_all_in _ _ _ _ is_qs is_in) as ([q g] & is_q & in_qs). cbn [query_of] in is_q.
  destruct (failures _ _ _) as [ds|] eqn:fails; [|discriminate]. injection is_q as <- <-.
  pose proof (near_box cl row x' ok is_near_) as in_box.
  assert (len' : length x' = length row) by (destruct is_near_ as [e _]; now rewrite length_map in e).
  destruct (lowered_sound _ _ _ _ _ _ _ _ _ (lower_from_sound n) lowered_ compiled accept x' len') as (out & run & len_out & none).
  exists out. split; [exact run|]. rewrite <- len_out in fails. apply (failures_sound _ _ x' _ _ fails). apply (none _ _ in_qs). split; [exact in_box|now apply near_ball].
Qed.
Lemma by_cases_or_boxes_sound cl n d c i chosen p : by_cases_or_boxes cl n d c i chosen = true -> In p chosen -> length (fst p) = d -> fits cl d = true -> says_label cl n p.
Proof.
  unfold by_cases_or_boxes, says_label. intros accept is_in len ok x' is_near_. destruct p as [row label]. cbn [fst snd] in *. subst d.
  destruct (interval_network n _) as [total|] eqn:runs; [|discriminate]. cbv zeta in accept.
  destruct (map_all _ chosen) as [qs|] eqn:is_qs; [|discriminate].
  destruct (map_all_in _ _ _ _ is_qs is_in) as ([q g] & is_q & in_qs). cbn [query_of] in is_q.
  destruct (failures _ _ _) as [ds|] eqn:fails; [|discriminate]. injection is_q as <- <-.
  pose proof (near_box cl row x' ok is_near_) as in_box.
  assert (len' : length x' = length row) by (destruct is_near_ as [e _]; now rewrite length_map in e).
  destruct (network_total _ _ _ runs x') as (out & run & len_out); [now rewrite repeat_length|].
  exists out. split; [exact run|]. rewrite <- len_out in fails. apply (failures_sound _ _ x' _ _ fails). intro bad.
  assert (found : Exists (fun q => Forall2 inb (qbox q) x' /\ Exists (Forall (claims x' out)) (disjuncts q)) (map fst qs)).
  { apply Exists_exists. eexists. split; [exact (in_map fst _ _ in_qs)|]. split; [exact in_box|exact bad]. }
  destruct (magic 67 c).
  - exact (Cases_sound.check_cases_sound _ _ _ _ (Cases_sound.lower_network_sound n) _ _ accept x' out run found).
  - apply andb_prop in accept as [_ accept]. destruct (Boxes.check_boxes _ _ _ _ _) as [j|] eqn:checked; [|discriminate].
    exact (Boxes.check_boxes_sound _ _ _ _ _ run _ _ _ checked found).
Qed.

Theorem prove_certified_sound m p x y c : prove_certified m p x y c = true -> Certified m p x y.
Proof.
  unfold prove_certified, Certified. destruct (read_all m p x y) as [[[[cl n] d] rows]|] eqn:files; [|easy].
  set (chosen := marked c 6 0 rows). intro accept. destruct (_ && _)%bool eqn:first; [|discriminate].
  apply andb_prop in first as [enough sane]. apply N.leb_le in enough.
  destruct (read_all_fits _ _ _ _ _ _ _ _ files) as (fit & ok & _).
  apply (at_least_mono _ _ _ (length chosen)); [lia|]. apply at_least_marked.
  apply Forall_forall. intros [row label] is_in. fold chosen in is_in.
  assert (len : length row = d) by (pose proof (marked_forall _ c 6 rows 0 fit) as all; rewrite Forall_forall in all; exact (all _ is_in)).
  rewrite forallb_forall in sane. pose proof (sane _ is_in) as self. cbn [fst] in self.
  split; [subst d; now apply is_near_sound|].
  destruct (magic 80 c); [exact (by_trees_sound _ _ _ _ _ _ _ accept is_in len ok)|exact (by_cases_or_boxes_sound _ _ _ _ _ _ _ accept is_in len ok)].
Qed.

(** ** Refutations *)

Local Lemma nth_scores out outr j : Forall2 encloses out outr -> means (nth j (map Enclosed out) (Exact 0)) (nth j outr 0).
Proof.
  intro all. revert j. induction all as [|k r x xr head _ IH]; intros [|j]; cbn; auto; unfold Q2R; simpl; lra.
Qed.
Lemma certainly_wrong_sound d label out outr : Forall2 encloses out outr -> certainly_wrong d label out = true -> ~ right d label outr.
Proof.
  intros all wrong. destruct d as [top|t|delta]; cbn [certainly_wrong right] in *.
  - destruct (class_of label) as [k|] eqn:class; [|discriminate]. cbv zeta in wrong. apply andb_prop in wrong as [_ many]. apply N.leb_le in many.
    intros (k' & is_k' & _ & few). apply few. assert (k' = k) by (apply (class_unique label); [exact is_k'|now apply class_of_correct]). subst k'.
    rewrite <- (Forall2_length all). eapply at_least_mono; [|apply (at_least_filter _ (fun j => negb (Nat.eqb j k) && certainly_le (nth k (map Enclosed out) (Exact 0)) (nth j (map Enclosed out) (Exact 0)))%bool)]; [lia|].
    intros j both. apply andb_prop in both as [differs le]. split; [now apply negb_true_iff, Nat.eqb_neq in differs|].
    exact (certainly_le_sound _ _ _ _ (nth_scores _ _ k all) (nth_scores _ _ j all) le).
  - destruct all as [|y r out outr y_r [|]]; try discriminate wrong. intros (r' & [= <-] & cases).
    destruct (Qeq_bool label 1) eqn:is_1.
    + apply (certainly_le_sound (Enclosed y) (Exact t) r (Q2R t) y_r eq_refl) in wrong. apply Qeq_bool_iff in is_1. destruct cases as [[_ lt]|[is_0 _]]; [lra|].
      rewrite is_0 in is_1. discriminate is_1.
    + apply andb_prop in wrong as [_ wrong]. apply (certainly_less_sound (Exact t) (Enclosed y) (Q2R t) r eq_refl y_r) in wrong.
      destruct cases as [[is_1' _]|[_ le]]; [|lra]. apply Qeq_bool_iff in is_1'. congruence.
  - destruct all as [|y r out outr y_r [|]]; try discriminate wrong. intros (r' & [= <-] & small). apply Rabs_le_inv in small.
    apply orb_prop in wrong as [wrong|wrong].
    + apply (certainly_less_sound (Enclosed y) (Exact (label - delta)) r _ y_r eq_refl) in wrong. rewrite Q2R_minus in wrong. lra.
    + apply (certainly_less_sound (Exact (label + delta)) (Enclosed y) _ r eq_refl y_r) in wrong. rewrite Q2R_plus in wrong. lra.
Qed.
Lemma fails_at_sound c n p x : fits c (length (fst p)) = true -> fails_at c n p x = true -> Fails c n p.
Proof.
  intros ok fails. unfold fails_at in fails. apply andb_prop in fails as [close fails].
  destruct (outputs_at n x) as [out|] eqn:run; [|discriminate]. apply outputs_at_sound in run as (_ & _ & outr & value & inside).
  exists (map Q2R x), outr. split; [now apply is_near_sound|]. split; [exact value|]. now apply (certainly_wrong_sound _ _ out).
Qed.
Lemma all_fail_sound c n d certificate l : forall i, fits c d = true -> Forall (fun p => length (fst p) = d) l ->
  all_fail c n d certificate l i = true -> Forall (Fails c n) l.
Proof.
  induction l as [|p l IH]; intros i ok len accept; constructor; inversion len; subst; cbn [all_fail] in accept;
    destruct (point_at _ _ _) as [x|]; try discriminate; destruct (fails_at c n p x) eqn:fails; try discriminate.
  - now apply (fails_at_sound c n p x).
  - now apply (IH _ ok) in accept.
Qed.

Theorem refute_certified_sound m p x y c : refute_certified m p x y c = true -> NotCertified m p x y.
Proof.
  unfold refute_certified, NotCertified. destruct (read_all m p x y) as [[[[cl n] d] rows]|] eqn:files; [|easy].
  set (chosen := marked c 6 0 rows). destruct (_ && _)%bool eqn:first; [|discriminate]. intro accept.
  apply andb_prop in first as [_ enough]. apply N.leb_le in enough. destruct (read_all_fits _ _ _ _ _ _ _ _ files) as (fit & ok & _).
  apply (at_least_mono _ _ _ (length chosen)); [lia|]. apply at_least_marked. fold chosen.
  refine (all_fail_sound cl n d c chosen _ ok _ accept). now apply marked_forall.
Qed.
