(** * Differential privacy

    For discrete distributions, privacy in the sense of Spec/Privacy.v (every event, in every pair of experiments) is the same as an inequality between finite sums, [close].  From it follow
    the rules of calculation: whatever is done with private outputs is private; epsilon and delta add up over releases, each of which may depend on the outputs before; releases about disjoint
    parts of the data count once; groups of n count n times.

    Main definitions: [close], [image], [connected].
    Main results: [close_private], [private_close]; [post_processing], [randomised_post_processing], [adaptive_composition], [parallel_composition], [group_privacy]; [no_noise_not_private].

    Trust: proved.
    Source: C. Dwork, A. Roth, The Algorithmic Foundations of Differential Privacy, 2014, Proposition 2.1 (post-processing), Theorem 2.2 (groups), Theorem 3.16 and Appendix B (composition);
    F. McSherry, Privacy integrated queries, 2009 (parallel composition). *)
From Coq Require Import Reals Lra Lia List Bool Classical.
From Warrant Require Import Spec.Probability Spec.Privacy Primitives.Probability.Events Primitives.Probability.Sums.
Import ListNotations.
Local Open Scope R_scope.

(** the probabilities under [p] of finite sets exceed those under [q] by at most the factor e^epsilon and the summand delta *)
Definition close {T} (epsilon delta : R) (p q : T -> R) : Prop := forall l, NoDup l -> sum p l <= exp epsilon * sum q l + delta.

Section Close.
Context {T : Type}.
Implicit Types p q : T -> R.
Lemma close_same p : close 0 0 p p.
Proof. intros l _. rewrite exp_0. lra. Qed.
Lemma close_mono e e' d d' p q : (forall o, 0 <= q o) -> e <= e' -> d <= d' -> close e d p q -> close e' d' p q.
Proof.
  intros q_ge0 e_le d_le pq l once. pose proof (pq l once). pose proof (sum_ge0 q l (fun o _ => q_ge0 o)).
  assert (exp e <= exp e') by (destruct e_le as [less| ->]; [left; now apply exp_increasing|right; reflexivity]). nra.
Qed.
Lemma close_pointwise e p q : (forall o, p o <= exp e * q o) -> close e 0 p q.
Proof. intros le l _. rewrite Rplus_0_r, <- sum_scale. now apply sum_mono. Qed.
(** the same for weights between 0 and 1 in place of sets *)
Lemma close_weighted e d p q (m : T -> R) l : close e d p q -> (forall o, 0 <= m o <= 1) -> NoDup l ->
  sum (fun o => p o * m o) l <= exp e * sum (fun o => q o * m o) l + d.
Proof.
  intros pq m_range once. pose proof (pq _ (within_once (fun o => exp e * q o < p o) l once)) as most. set (k := within _ l) in most.
  assert (positive : sum (fun o => p o * m o + - (exp e) * (q o * m o)) l <= sum (fun o => p o + - (exp e) * q o) k).
  { rewrite (sum_split _ (fun o => exp e * q o < p o) l). fold k.
    assert (rest : sum (fun o => p o * m o + - (exp e) * (q o * m o)) (within (fun o => ~ exp e * q o < p o) l) <= sum (fun _ => 0) (within (fun o => ~ exp e * q o < p o) l)).
    { apply sum_mono. intros o o_in. apply within_in in o_in as [_ small]. pose proof (m_range o). nra. }
    rewrite sum_zero in rest. apply Rle_trans with (sum (fun o => p o * m o + - (exp e) * (q o * m o)) k); [lra|]. apply sum_mono.
    intros o o_in. apply within_in in o_in as [_ large]. pose proof (m_range o). nra. }
  rewrite !sum_plus, !sum_scale in positive. lra.
Qed.
Lemma close_trans e d e' d' p q r : close e d p q -> close e' d' q r -> close (e + e') (d + exp e * d') p r.
Proof. intros pq qr l once. pose proof (pq l once). pose proof (qr l once). pose proof (exp_pos e). rewrite exp_plus. nra. Qed.
End Close.

Section Laws.
Context {Data Out : Type} (near : Data -> Data -> Prop) (law : Data -> Out -> R).
Theorem close_private_near e d : (forall x y, near x y -> distribution (law x) /\ close e d (law x) (law y)) -> private near law e d.
Proof.
  intros all x y xy Omega Omega' S S' X Y drawn drawn' A is_A is_A'. apply Rle_plus_epsilon. intros eta eta_gt0.
  destruct (all x y xy) as [law_dist closeness]. destruct (follows_bound S X (law x) drawn A eta law_dist is_A eta_gt0) as (l & once & inside & le).
  pose proof (closeness l once). pose proof (follows_sum_le S' Y (law y) drawn' A l is_A' once inside). pose proof (exp_pos e). nra.
Qed.
Lemma private_close_near e d x y : private near law e d -> near x y -> distribution (law x) -> distribution (law y) -> close e d (law x) (law y).
Proof.
  intros all xy x_dist y_dist l once. pose proof (all x y xy _ _ _ _ _ _ (countable_follows _ x_dist) (countable_follows _ y_dist) (fun o => In o l) I I) as le.
  destruct (follows_sum _ _ _ (countable_follows _ x_dist) l once) as [_ <-]. destruct (follows_sum _ _ _ (countable_follows _ y_dist) l once) as [_ <-]. exact le.
Qed.
Hypothesis law_dist : forall x, distribution (law x).
Theorem close_private e d : (forall x y, near x y -> close e d (law x) (law y)) -> private near law e d.
Proof. intro all. apply close_private_near. auto. Qed.
Theorem private_close e d : private near law e d -> forall x y, near x y -> close e d (law x) (law y).
Proof. intros all x y xy. now apply private_close_near. Qed.
End Laws.

(** ** Post-processing *)

Section Image.
Context {T U : Type} (f : T -> U).
(** the law of [f X], where [X] follows [p] *)
Definition image (p : T -> R) (p_dist : distribution p) (u : U) : R := mass_of p p_dist (fun t => f t = u).
Lemma image_follows p p_dist : follows (countable p p_dist) f (image p p_dist).
Proof. intro u. split; [exact I|reflexivity]. Qed.
Lemma image_distribution p p_dist : distribution (image p p_dist).
Proof.
  split; [intro; apply mass_of_ge0|]. split.
  - intros l once. destruct (follows_sum _ f _ (image_follows p p_dist) l once) as [_ <-]. apply P_le1. exact I.
  - intros eta eta_gt0. destruct (dist_most p p_dist [] eta eta_gt0 (NoDup_nil T)) as (k & once & _ & most).
    assert (covered : exists l, NoDup l /\ forall t, In t k -> In (f t) l).
    { clear. induction k as [|t k (l & once & members)]; [exists []; split; [constructor|easy]|]. destruct (classic (In (f t) l)) as [there|new].
      - exists l. split; [exact once|]. intros s [<-|s_in]; auto.
      - exists (f t :: l). split; [now constructor|]. intros s [<-|s_in]; [now left|right; auto]. }
    destruct covered as (l & once_l & members). exists l. split; [exact once_l|]. apply Rle_trans with (1 := most).
    destruct (follows_sum _ f _ (image_follows p p_dist) l once_l) as [_ <-]. cbn. apply mass_of_sum; [exact once|]. now apply Forall_forall.
Qed.
End Image.

Section Processing.
Context {Data Out : Type} (near : Data -> Data -> Prop) (law : Data -> Out -> R).
Hypothesis law_dist : forall x, distribution (law x).
Theorem post_processing {Out' : Type} (f : Out -> Out') e d : private near law e d -> private near (fun x => image f (law x) (law_dist x)) e d.
Proof.
  intro all. apply close_private; [intro x; apply image_distribution|]. intros x y xy l once.
  pose proof (all x y xy _ _ _ _ _ _ (countable_follows _ (law_dist x)) (countable_follows _ (law_dist y)) (fun o => In (f o) l) I I) as le.
  destruct (follows_sum _ f _ (image_follows f _ (law_dist x)) l once) as [_ <-]. destruct (follows_sum _ f _ (image_follows f _ (law_dist y)) l once) as [_ <-]. exact le.
Qed.
End Processing.

(** ** Composition *)

Theorem close_joint {T U} e d e' d' (p q : T -> R) (k k' : T -> U -> R) :
  distribution p -> (forall o, 0 <= q o) -> (forall t, distribution (k t)) -> (forall t u, 0 <= k' t u) -> 0 <= d' ->
  close e d p q -> (forall t, close e' d' (k t) (k' t)) -> close (e + e') (d + d') (joint p k) (joint q k').
Proof.
  intros p_dist q_ge0 k_dist k'_ge0 d'_ge0 pq kk l once. destruct (sum_pairs l once) as (lt & lu & once_t & once_u & value). rewrite !value. unfold joint. cbn [fst snd].
  set (m := fun t => Rmin 1 (exp e' * sum (k' t) (lu t))).
  assert (scaled : forall (r : T -> R) (h : T -> U -> R), sum (fun t => sum (fun u => r t * h t u) (lu t)) lt = sum (fun t => r t * sum (h t) (lu t)) lt).
  { intros r h. apply sum_same. intros t _. apply sum_scale. }
  rewrite !scaled. pose proof (exp_pos e') as e'_gt0.
  assert (k'_sum : forall t, 0 <= sum (k' t) (lu t)) by (intro t; apply sum_ge0; auto).
  assert (m_range : forall t, 0 <= m t <= 1) by (intro t; unfold m; split; [apply Rmin_glb; [lra|]; pose proof (k'_sum t); nra|apply Rmin_l]).
  assert (split_left : sum (fun t => p t * sum (k t) (lu t)) lt <= sum (fun t => p t * m t + d' * p t) lt).
  { apply sum_mono. intros t _. pose proof (dist_ge0 p p_dist t). pose proof (dist_le1 _ (k_dist t) (lu t) (once_u t)). pose proof (kk t (lu t) (once_u t)).
    assert (sum (k t) (lu t) <= m t + d') by (unfold m, Rmin; destruct (Rle_dec _ _); lra). nra. }
  rewrite sum_plus, sum_scale in split_left. pose proof (dist_le1 p p_dist lt once_t) as p_le1.
  pose proof (close_weighted e d p q m lt pq m_range once_t) as weighted.
  assert (right_side : sum (fun t => q t * m t) lt <= exp e' * sum (fun t => q t * sum (k' t) (lu t)) lt).
  { rewrite <- sum_scale. apply sum_mono. intros t _. pose proof (q_ge0 t). pose proof (Rmin_r 1 (exp e' * sum (k' t) (lu t)) : m t <= _). nra. }
  pose proof (exp_pos e). rewrite exp_plus.
  assert (d' * sum p lt <= d') by nra. nra.
Qed.

Section Composition.
Context {Data Out Out' : Type} (near : Data -> Data -> Prop) (law : Data -> Out -> R) (next : Data -> Out -> Out' -> R).
Hypotheses (law_dist : forall x, distribution (law x)) (next_dist : forall x o, distribution (next x o)).
(** the second mechanism sees the first one's output *)
Theorem adaptive_composition e d e' d' : 0 <= d' -> private near law e d -> (forall o, private near (fun x => next x o) e' d') ->
  private near (fun x => joint (law x) (next x)) (e + e') (d + d').
Proof.
  intros d'_ge0 first second. apply close_private; [intro x; now apply joint_distribution|]. intros x y xy.
  apply close_joint; auto; try (intros; now apply dist_ge0).
  - now apply (private_close near).
  - intro o. now apply (private_close near (fun x => next x o)).
Qed.
End Composition.
(** what is drawn in processing does not look at the data *)
Theorem randomised_post_processing {Data Out Out'} near (law : Data -> Out -> R) (k : Out -> Out' -> R) law_dist (k_dist : forall o, distribution (k o)) e d :
  private near law e d -> private near (fun x => image snd (joint (law x) k) (joint_distribution (law x) k (law_dist x) k_dist)) e d.
Proof.
  intro all. apply (post_processing near (fun x => joint (law x) k) (fun x => joint_distribution (law x) k (law_dist x) k_dist)).
  rewrite <- (Rplus_0_r e), <- (Rplus_0_r d). apply (adaptive_composition near law (fun _ => k)); auto; [lra|].
  intro o. apply close_private; auto. intros x y _. apply close_same.
Qed.

(** ** Disjoint parts of the data *)

Definition one_part {A B} (near : A -> A -> Prop) (near' : B -> B -> Prop) (x y : A * B) : Prop :=
  (near (fst x) (fst y) /\ snd x = snd y) \/ (fst x = fst y /\ near' (snd x) (snd y)).
Theorem parallel_composition {A B Out Out'} near near' (law : A -> Out -> R) (law' : B -> Out' -> R) e d :
  (forall x, distribution (law x)) -> (forall x, distribution (law' x)) -> 0 <= d -> private near law e d -> private near' law' e d ->
  private (one_part near near') (fun x => joint (law (fst x)) (fun _ => law' (snd x))) e d.
Proof.
  intros law_dist law'_dist d_ge0 first second. apply close_private; [intro x; now apply joint_distribution|].
  intros [a b] [a' b'] [[aa same]|[same bb]]; cbn [fst snd] in *; subst.
  - rewrite <- (Rplus_0_r e), <- (Rplus_0_r d). apply close_joint; auto; try (intros; now apply dist_ge0); [lra|now apply (private_close near)|intros _; apply close_same].
  - rewrite <- (Rplus_0_l e), <- (Rplus_0_l d). apply close_joint; auto; try (intros; now apply dist_ge0); [apply close_same|intros _; now apply (private_close near')].
Qed.

(** ** Groups *)

(** [y] is reached from [x] by [n] steps to neighbours *)
Inductive connected {Data} (near : Data -> Data -> Prop) : nat -> Data -> Data -> Prop :=
| connected_none x : connected near 0 x x
| connected_step n x y z : near x y -> connected near n y z -> connected near (S n) x z.
(** 1 + e^epsilon + e^(2 epsilon) + ..., n summands *)
Fixpoint powers (e : R) (n : nat) : R := match n with O => 0 | S n => 1 + exp e * powers e n end.
Theorem group_privacy {Data Out} near (law : Data -> Out -> R) e d n : (forall x, distribution (law x)) ->
  private near law e d -> private (connected near n) law (INR n * e) (d * powers e n).
Proof.
  intros law_dist all. apply close_private; [exact law_dist|]. intros x y path. induction path as [x|n x y z xy path IH].
  - cbn. rewrite Rmult_0_l, Rmult_0_r. apply close_same.
  - pose proof (close_trans _ _ _ _ _ _ _ (private_close near law law_dist e d all x y xy) IH) as both.
    rewrite S_INR. cbn [powers]. replace ((INR n + 1) * e) with (e + INR n * e) by ring.
    replace (d * (1 + exp e * powers e n)) with (d + exp e * (d * powers e n)) by ring. exact both.
Qed.

(** ** Without noise there is no privacy *)

Definition exact_answer (x o : bool) : R := if Bool.eqb x o then 1 else 0.
Lemma exact_distribution x : distribution (exact_answer x).
Proof.
  assert (ge0 : forall o, 0 <= exact_answer x o) by (intro o; unfold exact_answer; destruct (Bool.eqb x o); lra).
  split; [exact ge0|]. split.
  - intros l once. apply Rle_trans with (sum (exact_answer x) [true; false]); [|destruct x; cbn; lra].
    apply sum_incl; auto. intros [] _; [now left|right; now left].
  - intros eta eta_gt0. exists [x]. split; [repeat constructor; easy|]. unfold exact_answer. cbn. rewrite eqb_reflx. lra.
Qed.
Theorem no_noise_not_private e d : d < 1 -> ~ private (fun x y => x <> y) exact_answer e d.
Proof.
  intros d_lt1 all. pose proof (private_close _ _ exact_distribution e d all true false (diff_true_false) [true]) as le.
  specialize (le ltac:(repeat constructor; easy)). cbn in le. lra.
Qed.
