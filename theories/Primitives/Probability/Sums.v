(** * Sums over finite sets of outcomes, and discrete distributions

    A distribution on any type, countably infinite ones among them, is a function with values at least 0 whose finite sums are at most 1 and come as close to 1 as one likes.  Sums are
    over lists without repetitions; no order of the outcomes is needed.  Every distribution is that of an experiment, and an experiment that follows it gives every event
    the probability that finite sums approximate.

    Main definitions: [sum], [distribution], [countable], [joint].
    Main results: [countable_follows] (every distribution has an experiment), [follows_bound] (events from finite sums), [sum_pairs], [joint_distribution].

    Trust: proved.
    Source: A. Kolmogorov, Foundations of the Theory of Probability, 1933. *)
From Coq Require Import ClassicalDedekindReals Reals Lra Lia List Bool Classical FinFun.
From Warrant Require Import Spec.Probability Spec.Privacy Primitives.Probability.Events.
Import ListNotations.
Local Open Scope R_scope.

(** excluded middle as a choice *)
Definition decide (A : Prop) : bool := if sig_not_dec A then true else false.
Lemma decide_correct A : decide A = true <-> A.
Proof. unfold decide. destruct (sig_not_dec A) as [yes|no]; split; intro given; try easy. now apply NNPP. Qed.
Lemma decide_false A : decide A = false <-> ~ A.
Proof. rewrite <- not_true_iff_false, decide_correct. reflexivity. Qed.

(** ** Sums *)

Section Sums.
Context {T : Type}.
Implicit Types (f g : T -> R) (l k : list T) (A : T -> Prop).
Definition sum f l : R := fold_right (fun o s => f o + s) 0 l.
Definition within A l : list T := filter (fun o => decide (A o)) l.

Lemma sum_cons f o l : sum f (o :: l) = f o + sum f l. Proof. reflexivity. Qed.
Lemma sum_app f l k : sum f (l ++ k) = sum f l + sum f k.
Proof. induction l as [|o l IH]; [symmetry; apply Rplus_0_l|]. rewrite <- app_comm_cons, !sum_cons, IH. ring. Qed.
Lemma sum_same f g l : (forall o, In o l -> f o = g o) -> sum f l = sum g l.
Proof. induction l as [|o l IH]; intro same; [reflexivity|]. rewrite !sum_cons, same, IH; auto using in_eq, in_cons. Qed.
Lemma sum_mono f g l : (forall o, In o l -> f o <= g o) -> sum f l <= sum g l.
Proof.
  induction l as [|o l IH]; intro less; [apply Rle_refl|]. rewrite !sum_cons. apply Rplus_le_compat; auto using in_eq.
  apply IH. auto using in_cons.
Qed.
Lemma sum_ge0 f l : (forall o, In o l -> 0 <= f o) -> 0 <= sum f l.
Proof. induction l as [|o l IH]; intro all; [apply Rle_refl|]. rewrite sum_cons. apply Rplus_le_le_0_compat; auto using in_eq. apply IH. auto using in_cons. Qed.
Lemma sum_scale c f l : sum (fun o => c * f o) l = c * sum f l.
Proof. induction l as [|o l IH]; [cbn; ring|]. rewrite !sum_cons, IH. ring. Qed.
Lemma sum_plus f g l : sum (fun o => f o + g o) l = sum f l + sum g l.
Proof. induction l as [|o l IH]; [cbn; ring|]. rewrite !sum_cons, IH. ring. Qed.
Lemma sum_const c l : sum (fun _ => c) l = INR (length l) * c.
Proof. induction l as [|o l IH]; [cbn; ring|]. rewrite sum_cons, IH. cbn [length]. rewrite S_INR. ring. Qed.
Lemma sum_zero l : sum (fun _ => 0) l = 0.
Proof. rewrite sum_const. ring. Qed.
Lemma sum_split f A l : sum f l = sum f (within A l) + sum f (within (fun o => ~ A o) l).
Proof.
  unfold within. induction l as [|o l IH]; [cbn; ring|]. cbn [filter]. rewrite sum_cons, IH. destruct (decide (A o)) eqn:E.
  - assert (decide (~ A o) = false) as -> by (apply decide_false; rewrite decide_correct in E; tauto). rewrite sum_cons. ring.
  - assert (decide (~ A o) = true) as -> by (apply decide_correct; now apply decide_false). rewrite sum_cons. ring.
Qed.
Lemma within_in A l o : In o (within A l) <-> In o l /\ A o.
Proof. unfold within. rewrite filter_In, decide_correct. reflexivity. Qed.
Lemma within_once A l : NoDup l -> NoDup (within A l). Proof. apply NoDup_filter. Qed.
(** lists with the same members, of which the first has no more than the second *)
Lemma sum_incl f l k : (forall o, 0 <= f o) -> NoDup l -> incl l k -> sum f l <= sum f k.
Proof.
  intros f_ge0 once. revert k. induction once as [|o l new once IH]; intros k included; [apply sum_ge0; auto|].
  destruct (in_split o k (included o (in_eq o l))) as (k1 & k2 & ->).
  assert (smaller : sum f l <= sum f (k1 ++ k2)).
  { apply IH. intros a a_in. pose proof (included a (in_cons o a l a_in)) as a_in_k. rewrite in_app_iff in *. cbn in a_in_k.
    destruct a_in_k as [|[->|]]; auto; contradiction. }
  rewrite sum_app in smaller. rewrite sum_cons, sum_app, sum_cons. lra.
Qed.
Lemma union_once l k : NoDup l -> NoDup k -> NoDup (l ++ within (fun o => ~ In o l) k).
Proof.
  intros once once'. apply NoDup_app; [exact once|now apply within_once|]. intros o o_in o_in'. apply within_in in o_in'. tauto.
Qed.
Lemma union_in l k o : In o (l ++ within (fun o => ~ In o l) k) <-> In o l \/ In o k.
Proof. rewrite in_app_iff, within_in. pose proof (classic (In o l)). tauto. Qed.
End Sums.
Lemma sum_map {T U} (g : U -> R) (c : T -> U) l : sum g (map c l) = sum (fun o => g (c o)) l.
Proof. induction l as [|o l IH]; [reflexivity|]. cbn [map]. now rewrite !sum_cons, IH. Qed.

(** ** Distributions *)

Definition distribution {T} (p : T -> R) : Prop :=
  (forall o, 0 <= p o) /\ (forall l, NoDup l -> sum p l <= 1) /\ forall eta, 0 < eta -> exists l, NoDup l /\ 1 - eta <= sum p l.

(** finitely many outcomes *)
Lemma finite_distribution {T} (p : T -> R) k : (forall o, 0 <= p o) -> NoDup k -> (forall o, ~ In o k -> p o = 0) -> sum p k = 1 -> distribution p.
Proof.
  intros p_ge0 once outside total. split; [exact p_ge0|]. split; [|intros eta eta_gt0; exists k; split; [exact once|lra]].
  intros l once'. rewrite (sum_split p (fun o => In o k) l), (sum_same p (fun _ => 0) (within (fun o => ~ In o k) l)), sum_zero, <- total.
  - rewrite Rplus_0_r. apply sum_incl; [exact p_ge0|now apply within_once|]. intros o o_in. now apply within_in in o_in.
  - intros o o_in. apply outside. now apply within_in in o_in.
Qed.

Section Distributions.
Context {T : Type} (p : T -> R).
Hypothesis p_dist : distribution p.
Lemma dist_ge0 o : 0 <= p o. Proof. apply p_dist. Qed.
Lemma dist_le1 l : NoDup l -> sum p l <= 1. Proof. apply p_dist. Qed.
(** finite sets hold almost all of the mass, and may be taken to hold a given one *)
Lemma dist_most l eta : 0 < eta -> NoDup l -> exists k, NoDup k /\ incl l k /\ 1 - eta <= sum p k.
Proof.
  intros eta_gt0 once. destruct p_dist as (p_ge0 & _ & most). destruct (most eta eta_gt0) as (k & once' & mass).
  exists (l ++ within (fun o => ~ In o l) k). split; [now apply union_once|]. split; [intros o o_in; apply union_in; now left|].
  apply Rle_trans with (1 := mass). apply sum_incl; [exact p_ge0|exact once'|]. intros o o_in. apply union_in. now right.
Qed.

(** ** The experiment of a distribution: all sets of outcomes are events *)

Definition sums_of (A : T -> Prop) (r : R) : Prop := exists l, NoDup l /\ Forall A l /\ r = sum p l.
Lemma sums_of_bound A : bound (sums_of A).
Proof. exists 1. intros r (l & once & _ & ->). now apply dist_le1. Qed.
Lemma sums_of_some A : exists r, sums_of A r.
Proof. exists 0, []. repeat constructor. Qed.
Definition mass_of (A : T -> Prop) : R := proj1_sig (completeness (sums_of A) (sums_of_bound A) (sums_of_some A)).
Lemma mass_of_lub A : is_lub (sums_of A) (mass_of A).
Proof. exact (proj2_sig (completeness (sums_of A) (sums_of_bound A) (sums_of_some A))). Qed.
Lemma mass_of_sum A l : NoDup l -> Forall A l -> sum p l <= mass_of A.
Proof. intros once inside. apply (mass_of_lub A). now exists l. Qed.
Lemma mass_of_bound A r : (forall l, NoDup l -> Forall A l -> sum p l <= r) -> mass_of A <= r.
Proof. intro all. apply (mass_of_lub A). intros s (l & once & inside & ->). now apply all. Qed.
Lemma mass_of_same A B : (forall w, A w <-> B w) -> mass_of A = mass_of B.
Proof. intro same. apply Rle_antisym; apply mass_of_bound; intros l once inside; apply mass_of_sum; auto; eapply Forall_impl; [|exact inside| |exact inside]; firstorder. Qed.
Lemma mass_of_all : mass_of (fun _ => True) = 1.
Proof.
  apply Rle_antisym; [apply mass_of_bound; intros; now apply dist_le1|]. apply Rle_plus_epsilon. intros eta eta_gt0.
  destruct (dist_most [] eta eta_gt0 (NoDup_nil T)) as (k & once & _ & most). pose proof (mass_of_sum (fun _ => True) k once) as le.
  assert (Forall (fun _ : T => True) k) as inside by (now apply Forall_forall). specialize (le inside). lra.
Qed.
Lemma mass_of_ge0 A : 0 <= mass_of A.
Proof. exact (mass_of_sum A [] (NoDup_nil T) (Forall_nil A)). Qed.
Lemma mass_of_or A B : (forall w, ~ (A w /\ B w)) -> mass_of (fun w => A w \/ B w) = mass_of A + mass_of B.
Proof.
  intro apart. apply Rle_antisym.
  - apply mass_of_bound. intros l once inside. rewrite (sum_split p A l). apply Rplus_le_compat; apply mass_of_sum; try now apply within_once.
    + apply Forall_forall. intros o o_in. now apply within_in in o_in.
    + apply Forall_forall. intros o o_in. apply within_in in o_in as [o_in out]. rewrite Forall_forall in inside. now destruct (inside o o_in).
  - assert (mass_of A <= mass_of (fun w => A w \/ B w) - mass_of B); [|lra].
    apply mass_of_bound. intros l once inside. assert (mass_of B <= mass_of (fun w => A w \/ B w) - sum p l); [|lra].
    apply mass_of_bound. intros k once' inside'. assert (sum p (l ++ k) <= mass_of (fun w => A w \/ B w)) as both; [|rewrite sum_app in both; lra].
    rewrite Forall_forall in inside, inside'. apply mass_of_sum.
    + apply NoDup_app; auto. intros o o_in o_in'. exact (apart o (conj (inside o o_in) (inside' o o_in'))).
    + apply Forall_forall. intros o o_in. apply in_app_iff in o_in as [o_in|o_in]; auto.
Qed.
Definition countable : probability T := {|
  event := fun _ => True;
  P := mass_of;
  event_same := fun _ _ _ _ => I;
  event_all := I;
  event_not := fun _ _ => I;
  event_or := fun _ _ _ _ => I;
  P_same := fun A B same _ => mass_of_same A B same;
  P_all := mass_of_all;
  P_ge0 := fun A _ => mass_of_ge0 A;
  P_or := fun A B _ _ apart => mass_of_or A B apart
|}.
Theorem countable_follows : follows countable (fun o => o) p.
Proof.
  intro o. split; [exact I|]. cbn. apply Rle_antisym.
  - apply mass_of_bound. intros l once inside. replace (p o) with (sum p [o]) by (cbn; ring). apply sum_incl; [apply dist_ge0|exact once|].
    intros a a_in. rewrite Forall_forall in inside. rewrite (inside a a_in). apply in_eq.
  - replace (p o) with (sum p [o]) by (cbn; ring). apply mass_of_sum; [repeat constructor; easy|now repeat constructor].
Qed.
End Distributions.

(** ** Experiments that follow a distribution *)

Section Follows.
Context {Omega T : Type} (S : probability Omega) (X : Omega -> T) (p : T -> R).
Hypothesis drawn : follows S X p.
Lemma follows_sum l : NoDup l -> event S (fun w => In (X w) l) /\ P S (fun w => In (X w) l) = sum p l.
Proof.
  intro once. induction once as [|o l new once [l_event l_value]]; [split; [apply event_none|apply P_none]|].
  destruct (drawn o) as [o_event o_value].
  assert (same : forall w, (X w = o \/ In (X w) l) <-> In (X w) (o :: l)) by (intro w; cbn; split; intros [e|e]; auto).
  split; [apply (event_same _ S _ _ same); now apply event_or|].
  rewrite <- (P_same _ S _ _ same) by now apply event_or. rewrite P_or; [|assumption..|intros w [-> o_in]; contradiction].
  now rewrite sum_cons, o_value, l_value.
Qed.
Lemma follows_sum_le A l : event S (fun w => A (X w)) -> NoDup l -> Forall A l -> sum p l <= P S (fun w => A (X w)).
Proof.
  intros is_A once inside. destruct (follows_sum l once) as [is_l <-]. apply P_mono; [assumption..|]. intros w. rewrite Forall_forall in inside. apply inside.
Qed.
(** almost all of an event's probability is that of finitely many outcomes *)
Theorem follows_bound A eta : distribution p -> event S (fun w => A (X w)) -> 0 < eta ->
  exists l, NoDup l /\ Forall A l /\ P S (fun w => A (X w)) <= sum p l + eta.
Proof.
  intros p_dist is_A eta_gt0. destruct (dist_most p p_dist [] eta eta_gt0 (NoDup_nil T)) as (k & once & _ & most).
  exists (within A k). split; [now apply within_once|]. split; [apply Forall_forall; intros o o_in; now apply within_in in o_in|].
  assert (rest : sum p (within (fun o => ~ A o) k) <= P S (fun w => ~ A (X w))).
  { apply (follows_sum_le (fun o => ~ A o)); [now apply event_not|now apply within_once|]. apply Forall_forall. intros o o_in. now apply within_in in o_in. }
  rewrite P_not in rest by exact is_A. rewrite (sum_split p A k) in most. lra.
Qed.
End Follows.

(** ** One draw after another *)

Section Pairs.
Context {T U : Type}.
(** the law of a pair: the second component's law depends on the first *)
Definition joint (p : T -> R) (k : T -> U -> R) (o : T * U) : R := p (fst o) * k (fst o) (snd o).
Theorem sum_pairs (l : list (T * U)) : NoDup l -> exists lt lu, NoDup lt /\ (forall t, NoDup (lu t)) /\
  forall F : T * U -> R, sum F l = sum (fun t => sum (fun u => F (t, u)) (lu t)) lt.
Proof.
  intro once. cut (exists lt lu, NoDup lt /\ (forall t, NoDup (lu t)) /\ (forall t u, In u (lu t) <-> In (t, u) l) /\ (forall t u, In (t, u) l -> In t lt) /\
    forall F : T * U -> R, sum F l = sum (fun t => sum (fun u => F (t, u)) (lu t)) lt).
  { intros (lt & lu & once_t & once_u & _ & _ & value). now exists lt, lu. }
  induction once as [|[t u] l new once (lt & lu & once_t & once_u & members & firsts & value)].
  - exists [], (fun _ => []). repeat split; try constructor; easy.
  - exists (if decide (In t lt) then lt else t :: lt), (fun s => if decide (s = t) then u :: lu t else lu s).
    assert (now_t : decide (t = t) = true) by (now apply decide_correct).
    split; [|split; [|split; [|split]]].
    + destruct (decide (In t lt)) eqn:E; [exact once_t|]. constructor; [now apply decide_false|exact once_t].
    + intro s. destruct (decide (s = t)) eqn:E; [|apply once_u]. constructor; [|apply once_u]. rewrite members. exact new.
    + intros s v. destruct (decide (s = t)) eqn:E.
      * rewrite decide_correct in E; subst s. cbn. rewrite members. split; intros [e|e]; auto; left; congruence.
      * rewrite decide_false in E. rewrite members. cbn. split; [auto|intros [e|e]; [congruence|exact e]].
    + intros s v [e|s_in]; [injection e as -> ->|]; destruct (decide (In _ lt)) eqn:E.
      * now apply decide_correct.
      * apply in_eq.
      * eapply firsts, s_in.
      * eapply in_cons, firsts, s_in.
    + intro F. rewrite sum_cons, value. destruct (decide (In t lt)) eqn:E.
      * rewrite decide_correct in E. apply in_split in E as (before & after & ->). rewrite !sum_app, !sum_cons, now_t, sum_cons.
        apply NoDup_remove_2 in once_t. rewrite in_app_iff in once_t.
        assert (others : forall k, ~ In t k -> sum (fun s => sum (fun v => F (s, v)) (if decide (s = t) then u :: lu t else lu s)) k = sum (fun s => sum (fun v => F (s, v)) (lu s)) k).
        { intros k out. apply sum_same. intros s s_in. assert (decide (s = t) = false) as -> by (apply decide_false; intros ->; contradiction). reflexivity. }
        rewrite (others before), (others after) by tauto. ring.
      * rewrite decide_false in E. rewrite sum_cons, now_t, sum_cons.
        assert (lu t = []) as -> by (destruct (lu t) as [|v rest] eqn:L; [reflexivity|]; exfalso; apply E, (firsts t v), members; rewrite L; apply in_eq).
        rewrite (sum_same (fun s => sum (fun v => F (s, v)) (if decide (s = t) then [u] else lu s)) (fun s => sum (fun v => F (s, v)) (lu s)) lt); [cbn; ring|].
        intros s s_in. assert (decide (s = t) = false) as -> by (apply decide_false; intros ->; contradiction). reflexivity.
Qed.
Theorem joint_distribution p k : distribution p -> (forall t, distribution (k t)) -> distribution (joint p k).
Proof.
  intros p_dist k_dist. split; [|split].
  - intro o. apply Rmult_le_pos; [now apply dist_ge0|apply dist_ge0, k_dist].
  - intros l once. destruct (sum_pairs l once) as (lt & lu & once_t & once_u & value). rewrite value.
    apply Rle_trans with (sum p lt); [|now apply dist_le1]. apply sum_mono. intros t _. unfold joint. cbn [fst snd]. rewrite sum_scale.
    pose proof (dist_ge0 p p_dist t). pose proof (dist_le1 (k t) (k_dist t) (lu t) (once_u t)). nra.
  - intros eta eta_gt0. assert (most : forall lt, NoDup lt -> exists l, NoDup l /\ (forall o, In o l -> In (fst o) lt) /\ (1 - eta / 2) * sum p lt <= sum (joint p k) l).
    { intros lt once. induction once as [|t lt new once (l & once_l & firsts & mass)]; [exists []; repeat split; [constructor|easy|cbn; lra]|].
      destruct (dist_most (k t) (k_dist t) [] (eta / 2) ltac:(lra) (NoDup_nil U)) as (lu & once_u & _ & most).
      exists (map (pair t) lu ++ l). split; [|split].
      - apply NoDup_app; [apply Injective_map_NoDup; [intros a b e; congruence|exact once_u]|exact once_l|].
        intros o o_in o_in'. apply in_map_iff in o_in as (u & <- & _). exact (new (firsts _ o_in')).
      - intros o o_in. apply in_app_iff in o_in as [o_in|o_in]; [|right; now apply firsts]. apply in_map_iff in o_in as (u & <- & _). now left.
      - rewrite sum_app, sum_cons, sum_map. unfold joint at 1. cbn [fst snd]. rewrite sum_scale. pose proof (dist_ge0 p p_dist t). nra. }
    destruct (dist_most p p_dist [] (eta / 2) ltac:(lra) (NoDup_nil T)) as (lt & once & _ & mass). destruct (most lt once) as (l & once_l & _ & joint_mass).
    exists l. split; [exact once_l|]. apply Rle_trans with (2 := joint_mass).
    pose proof (dist_le1 p p_dist lt once). destruct (Rle_dec (eta / 2) 1); nra.
Qed.
End Pairs.

(** ** The same outcomes under other names *)

Section Renaming.
Context {T U : Type} (c : T -> U).
Hypothesis c_injective : forall a b, c a = c b -> a = b.
(** functions that are 0 outside the image of [c] have the same sums *)
Theorem sum_renamed (l : list U) : NoDup l -> exists k : list T, NoDup k /\
  forall F : U -> R, (forall u, (forall t, u <> c t) -> F u = 0) -> sum F l = sum (fun t => F (c t)) k.
Proof.
  intro once. cut (exists k : list T, NoDup k /\ (forall t, In t k -> In (c t) l) /\ forall F : U -> R, (forall u, (forall t, u <> c t) -> F u = 0) -> sum F l = sum (fun t => F (c t)) k).
  { intros (k & once_k & _ & value). now exists k. }
  induction once as [|u l new once (k & once_k & members & value)]; [exists []; repeat split; [constructor|easy]|].
  destruct (classic (exists t, u = c t)) as [[t ->]|none].
  - exists (t :: k). split; [|split].
    + constructor; [|exact once_k]. intro t_in. exact (new (members t t_in)).
    + intros s [->|s_in]; [now left|right; now apply members].
    + intros F outside. rewrite !sum_cons. now rewrite (value F outside).
  - exists k. split; [exact once_k|]. split; [intros t t_in; right; now apply members|]. intros F outside. rewrite sum_cons, (outside u), (value F outside); [ring|].
    intros t e. apply none. now exists t.
Qed.
Lemma distribution_renamed (p : U -> R) : (forall u, (forall t, u <> c t) -> p u = 0) -> distribution (fun t => p (c t)) -> distribution p.
Proof.
  intros outside p_dist. split; [|split].
  - intro u. destruct (classic (exists t, u = c t)) as [[t ->]|none]; [exact (dist_ge0 _ p_dist t)|]. rewrite outside; [lra|]. intros t e. apply none. now exists t.
  - intros l once. destruct (sum_renamed l once) as (k & once_k & value). rewrite (value p outside). now apply (dist_le1 _ p_dist).
  - intros eta eta_gt0. destruct (dist_most _ p_dist [] eta eta_gt0 (NoDup_nil T)) as (k & once & _ & most). exists (map c k).
    split; [now apply Injective_map_NoDup|]. now rewrite sum_map.
Qed.
End Renaming.
