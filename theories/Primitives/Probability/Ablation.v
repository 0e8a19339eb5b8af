(** * Robustness by randomised ablation

    A classifier that sees k of d coordinates, chosen at random, does not notice a change of r others: with the probability C(d - r, k) / C(d, k) none of the changed ones is among those that it
    sees.  So the probability of a class falls by one minus that, at most.

    Main results: [choose_falling] (binomial coefficients by products), [avoiding_count], [avoiding_value], [ablation_robust]; [one_of_three], [one_of_two] (an instance, and one where the radius would be too large).

    Notation: [choose n k] is Pascal's number of k-subsets of n.

    Trust: proved.
    Source: A. Levine and S. Feizi, Robustness certificates for sparse adversarial attacks by randomized ablation, 2020, theorem 1. *)
From Coq Require Import ZArith Reals Lra Lia List Bool Arith FunctionalExtensionality.
From Warrant Require Import Spec.Probability Spec.Smoothing Primitives.Probability.Events Primitives.Probability.ClopperPearson Primitives.Probability.Samples.
Import ListNotations.
Local Open Scope R_scope.

(** ** Binomial coefficients *)

Fixpoint choose (n k : nat) : nat :=
  match n, k with _, O => 1 | O, S _ => 0 | S n, S k => choose n k + choose n (S k) end.
Lemma choose_0_r n : choose n 0 = 1%nat. Proof. now destruct n. Qed.
Lemma choose_mono m n k : (m <= n)%nat -> (choose m k <= choose n k)%nat.
Proof.
  intro le. induction le as [|n le IH]; [reflexivity|]. destruct k as [|k]; [now rewrite !choose_0_r in *|]. cbn [choose]. lia.
Qed.
Lemma choose_ratio n k : INR (choose n (S k)) * INR (S k) = INR (choose n k) * (INR n - INR k).
Proof.
  revert k. induction n as [|n IH]; intro k; [destruct k; cbn; ring|]. destruct k as [|k].
  - pose proof (IH 0%nat) as first. cbn [choose]. rewrite choose_0_r in *. rewrite plus_INR, (S_INR n). cbn [INR] in *. lra.
  - pose proof (IH k) as lower. pose proof (IH (S k)) as upper. cbn [choose]. rewrite !plus_INR, (S_INR n). rewrite (S_INR (S k)) in *.
    replace ((INR (choose n (S k)) + INR (choose n (S (S k)))) * (INR (S k) + 1)) with (INR (choose n (S k)) * (INR (S k) + 1) + INR (choose n (S (S k))) * (INR (S k) + 1)) by ring.
    rewrite upper. rewrite (S_INR k) in *. nra.
Qed.

(** n (n - 1) ... (n - k + 1) *)
Fixpoint falling (n : Z) (k : nat) : Z := match k with O => 1 | S k => falling n k * (n - Z.of_nat k) end.
Theorem choose_falling n k : IZR (falling (Z.of_nat n) k) = INR (choose n k) * INR (fact k).
Proof.
  induction k as [|k IH]; [rewrite choose_0_r; cbn; ring|]. cbn [falling]. rewrite mult_IZR, minus_IZR, <- !INR_IZR_INZ, IH.
  change (fact (S k)) with (S k * fact k)%nat. rewrite mult_INR.
  transitivity (INR (choose n k) * (INR n - INR k) * INR (fact k)); [ring|]. rewrite <- choose_ratio. ring.
Qed.

(** ** How many lists avoid some places *)

Definition disjoint (b c : list bool) : bool := forallb (fun '(x, y) => negb (x && y)) (combine b c).
Definition avoiding (k : nat) (c b : list bool) : bool := Nat.eqb (successes b) k && disjoint b c.
Lemma successes_true b : successes (true :: b) = S (successes b). Proof. reflexivity. Qed.
Lemma successes_false b : successes (false :: b) = successes b. Proof. reflexivity. Qed.

Lemma filter_false {A} (l : list A) : filter (fun _ => false) l = [].
Proof. induction l as [|a l IH]; [reflexivity|exact IH]. Qed.
Theorem avoiding_count k c : length (filter (avoiding k c) (patterns (length c))) = choose (length c - successes c) k.
Proof.
  revert k. induction c as [|y c IH]; intro k; [now destruct k|]. cbn [length patterns].
  assert (within : (successes c <= length c)%nat) by apply successes_le.
  rewrite filter_app, length_app, !filter_map, !length_map.
  assert (hidden : filter (fun b => avoiding k (y :: c) (false :: b)) (patterns (length c)) = filter (avoiding k c) (patterns (length c))) by reflexivity.
  rewrite hidden, IH. destruct y.
  - assert (none : filter (fun b => avoiding k (true :: c) (true :: b)) (patterns (length c)) = []).
    { rewrite (filter_ext _ (fun _ => false)); [apply filter_false|]. intro b. unfold avoiding, disjoint. cbn. apply andb_false_r. }
    rewrite none, successes_true. reflexivity.
  - rewrite successes_false. replace (S (length c) - successes c)%nat with (S (length c - successes c)) by lia. destruct k as [|k].
    + assert (none : filter (fun b => avoiding 0 (false :: c) (true :: b)) (patterns (length c)) = []).
      { rewrite (filter_ext _ (fun _ => false)); [apply filter_false|]. reflexivity. }
      rewrite none, !choose_0_r. reflexivity.
    + assert (shown : filter (fun b => avoiding (S k) (false :: c) (true :: b)) (patterns (length c)) = filter (avoiding k c) (patterns (length c))) by reflexivity.
      rewrite shown, IH. reflexivity.
Qed.

(** ** The law *)

Section Law.
Context {Omega : Type} (N : probability Omega) (d k : nat) (kept : Omega -> list bool).
Hypothesis law : ablation N d k kept.
Let allowed b : Prop := length b = d /\ successes b = k.

Lemma kept_in (p : R) l : (forall b, allowed b -> P N (fun w => kept w = b) = p) -> NoDup l -> (forall b, In b l -> allowed b) ->
  event N (fun w => In (kept w) l) /\ P N (fun w => In (kept w) l) = INR (length l) * p.
Proof.
  destruct law as (_ & events & _). intros equal once. induction once as [|b l new once IH]; intro fine.
  - split; [apply event_none|]. cbn. rewrite Rmult_0_l. apply P_none.
  - destruct (IH (fun c c_in => fine c (or_intror c_in))) as [is_l value]. pose proof (fine b (or_introl eq_refl)) as b_fine.
    assert (same : forall w, (kept w = b \/ In (kept w) l) <-> In (kept w) (b :: l)) by (intro w; cbn; split; intros [e|e]; auto).
    split; [apply (event_same _ N _ _ same), event_or; auto|]. rewrite <- (P_same _ N _ _ same) by (apply event_or; auto).
    rewrite P_or; [|auto..|intros w [-> b_in]; contradiction]. rewrite value, (equal b b_fine). cbn [length]. rewrite S_INR. ring.
Qed.

Definition everything : list (list bool) := filter (fun b => Nat.eqb (successes b) k) (patterns d).
Lemma everything_in b : In b everything <-> allowed b.
Proof. unfold everything. now rewrite filter_In, patterns_all, Nat.eqb_eq. Qed.
Lemma everything_once : NoDup everything. Proof. apply NoDup_filter, patterns_once. Qed.
Lemma everything_count : length everything = choose d k.
Proof.
  assert (none : length (repeat false d) = d) by apply repeat_length. assert (zero : successes (repeat false d) = 0%nat) by (clear; induction d as [|n IH]; [reflexivity|exact IH]).
  pose proof (avoiding_count k (repeat false d)) as count. rewrite none, zero, Nat.sub_0_r in count. rewrite <- count. unfold everything. f_equal. apply filter_ext. intro b.
  unfold avoiding. assert (apart : disjoint b (repeat false d) = true).
  { clear. unfold disjoint. revert b. induction d as [|n IH]; intros [|x b]; try reflexivity. cbn. rewrite andb_false_r. apply IH. }
  now rewrite apart, andb_true_r.
Qed.

(** every question about what is kept is an event *)
Lemma kept_event (g : list bool -> bool) : event N (fun w => g (kept w) = true).
Proof.
  destruct law as (always & events & _). set (l := filter g everything).
  apply (event_same _ N (fun w => In (kept w) l)).
  - intro w. unfold l. rewrite filter_In, everything_in. split; [now intros [_ yes]|intro yes; split; [exact (always w)|exact yes]].
  - assert (fine : forall b, In b l -> allowed b) by (intros b b_in; apply filter_In in b_in as [b_in _]; now apply everything_in). revert fine. generalize l. clear l.
    intro l. induction l as [|b l IH]; intro fine; [apply event_none|]. apply (event_same _ N (fun w => kept w = b \/ In (kept w) l)).
    + intro w. cbn. split; intros [e|e]; auto.
    + apply event_or; [apply events, fine; now left|apply IH; intros c c_in; apply fine; now right].
Qed.
(** a question that is answered yes by so many lists *)
Lemma kept_value (g : list bool -> bool) : P N (fun w => g (kept w) = true) = INR (length (filter g everything)) / INR (choose d k).
Proof.
  destruct law as (always & events & equal). pose proof everything_count as count.
  assert (exists p, forall b, allowed b -> P N (fun w => kept w = b) = p) as [p p_value].
  { destruct everything as [|a rest] eqn:all.
    - exists 0. intros b b_fine. apply everything_in in b_fine. rewrite all in b_fine. destruct b_fine.
    - exists (P N (fun w => kept w = a)). intros b b_fine. apply equal; [exact b_fine|]. apply everything_in. rewrite all. now left. }
  destruct (kept_in p everything p_value everything_once (fun b => proj1 (everything_in b))) as [_ total].
  rewrite (P_same _ N _ (fun _ => True)), P_all, count in total.
  - assert (positive : INR (choose d k) <> 0) by (intro zero; rewrite zero in total; lra).
    destruct (kept_in p (filter g everything) p_value (NoDup_filter _ everything_once)) as [is_l value].
    { intros b b_in. apply filter_In in b_in as [b_in _]. now apply everything_in. }
    rewrite (P_same _ N _ (fun w => In (kept w) (filter g everything))), value.
    + replace p with (/ INR (choose d k)); [reflexivity|]. apply (Rmult_eq_reg_l (INR (choose d k))); [|exact positive]. rewrite Rinv_r by exact positive. exact total.
    + intro w. rewrite filter_In, everything_in. split; [intro yes; split; [exact (always w)|exact yes]|now intros [_ yes]].
    + apply kept_event.
  - intro w. rewrite everything_in. split; [easy|intros _; exact (always w)].
  - apply (kept_in p everything p_value everything_once (fun b => proj1 (everything_in b))).
Qed.

(** the places where c is true are avoided with the probability C(d - r, k) / C(d, k) *)
Theorem avoiding_value c : length c = d -> P N (fun w => disjoint (kept w) c = true) = INR (choose (d - successes c) k) / INR (choose d k).
Proof.
  intro lengths. rewrite (kept_value (fun b => disjoint b c)). unfold everything. do 2 f_equal.
  pose proof (avoiding_count k c) as count. rewrite lengths in count. rewrite <- count. f_equal. clear. generalize (patterns d). intro l.
  induction l as [|b l IH]; [reflexivity|]. cbn [filter]. unfold avoiding at 1. destruct (Nat.eqb (successes b) k); cbn [andb filter]; [|exact IH]. destruct (disjoint b c); now rewrite IH.
Qed.
End Law.

(** ** Robustness *)

Lemma ablate_same {A} (b c : list bool) (x y : list A) : length b = length c -> length x = length c -> length y = length c -> disjoint b c = true ->
  (forall i, nth i c false = false -> nth_error x i = nth_error y i) -> ablate b x = ablate b y.
Proof.
  revert c x y. induction b as [|k b IH]; intros [|m c] [|u x] [|v y]; try discriminate; [reflexivity|]. cbn [length]. intros b_c x_c y_c apart same.
  unfold disjoint in apart. cbn in apart. apply andb_true_iff in apart as [first rest]. unfold ablate. cbn [combine map]. f_equal.
  - destruct k; [|reflexivity]. destruct m; [discriminate|]. pose proof (same 0%nat eq_refl) as head. cbn in head. congruence.
  - apply (IH c x y); [congruence..|exact rest|]. intro i. apply (same (S i)).
Qed.
Lemma marked_count d (changed : list nat) : (successes (map (fun i => if in_dec Nat.eq_dec i changed then true else false) (seq 0 d)) <= length changed)%nat.
Proof.
  transitivity (length (filter (fun i => if in_dec Nat.eq_dec i changed then true else false) (seq 0 d))).
  - generalize (seq 0 d). intro l. induction l as [|i l IH]; cbn [map filter]; [apply Nat.le_refl|]. destruct (in_dec Nat.eq_dec i changed); [rewrite successes_true|rewrite successes_false]; cbn [length]; lia.
  - apply NoDup_incl_length; [apply NoDup_filter, seq_NoDup|]. intros i i_in. apply filter_In in i_in as [_ yes]. now destruct (in_dec Nat.eq_dec i changed).
Qed.

(** A. Levine and S. Feizi, 2020, theorem 1, for a majority: where C(d - m, k) / C(d, k) - q > 1/2, no change of at most m coordinates matters *)
Theorem ablation_robust d k m q r : (forall n : nat, INR n <= r -> (n <= m)%nat) ->
  INR (choose (d - m) k) / INR (choose d k) - q > 1 / 2 -> robust (Ablation d k) q r.
Proof.
  intros whole enough Omega N kept A f x y c law (x_length & y_length & changed & few & same) missed.
  set (mark := fun i => if in_dec Nat.eq_dec i changed then true else false). set (marks := map mark (seq 0 d)).
  assert (marks_length : length marks = d) by (unfold marks; now rewrite length_map, length_seq).
  assert (is_hit : forall z : list A, event N (fun w => f (ablate (kept w) z) = c)).
  { intro z. apply (event_same _ N (fun w => Nat.eqb (f (ablate (kept w) z)) c = true)); [intro w; apply Nat.eqb_eq|]. exact (kept_event N d k kept law (fun b => Nat.eqb (f (ablate b z)) c)). }
  assert (is_apart : event N (fun w => disjoint (kept w) marks = true)) by exact (kept_event N d k kept law (fun b => disjoint b marks)).
  pose proof (avoiding_value N d k kept law marks marks_length) as apart.
  assert (survives : INR (choose (d - m) k) / INR (choose d k) <= P N (fun w => disjoint (kept w) marks = true)).
  { rewrite apart. apply Rmult_le_compat_r.
    - destruct (choose d k) as [|n]; [cbn; rewrite Rinv_0; lra|]. left. apply Rinv_0_lt_compat, lt_0_INR. lia.
    - apply le_INR, choose_mono. pose proof (marked_count d changed) as marked. fold mark in marked. fold marks in marked. pose proof (whole _ few). lia. }
  assert (hit_x : P N (fun w => f (ablate (kept w) x) = c) = 1 - q).
  { rewrite <- missed, <- (P_not N (fun w => f (ablate (kept w) x) <> c)); [|now apply event_not]. apply P_same; [intro w; split; [intros -> no; now apply no|]|apply is_hit].
    intro no. destruct (Nat.eq_dec (f (ablate (kept w) x)) c) as [yes|other]; [exact yes|contradiction]. }
  assert (both : likely N ((1 - q) + P N (fun w => disjoint (kept w) marks = true) - 1) (fun w => f (ablate (kept w) x) = c /\ disjoint (kept w) marks = true)).
  { apply likely_and; split; auto; [rewrite hit_x|]; apply Rle_refl. }
  destruct both as [is_both both].
  apply Rlt_gt, Rlt_le_trans with (P N (fun w => f (ablate (kept w) x) = c /\ disjoint (kept w) marks = true)); [lra|].
  apply P_mono; [exact is_both|apply is_hit|]. intros w [hit away]. rewrite <- hit. f_equal. symmetry.
  destruct law as (always & _). destruct (always w) as [kept_length _].
  apply (ablate_same (kept w) marks); try congruence. intros i unmarked.
  destruct (Nat.lt_ge_cases i d) as [less|beyond].
  - apply same. intro i_in. unfold marks in unmarked.
    rewrite (nth_indep (map mark (seq 0 d)) false (mark 0%nat)), map_nth, seq_nth in unmarked; [|exact less|now rewrite length_map, length_seq].
    unfold mark in unmarked. cbn [Nat.add] in unmarked. destruct (in_dec Nat.eq_dec i changed); [discriminate|contradiction].
  - rewrite (proj2 (nth_error_None x i)), (proj2 (nth_error_None y i)) by lia. reflexivity.
Qed.

(** ** One instance: one of two coordinates is shown, by a fair coin *)

Definition shown (b : bool) : list bool := [b; negb b].
Definition fair_coin : probability bool := weighted coin coin_ge0 coin_sum.
Lemma shown_law : ablation fair_coin 2 1 shown.
Proof.
  unfold ablation, fair_coin. cbn [P event weighted mass coin fold_right fst snd]. split; [now intros []|]. split; [intros; exact I|].
  assert (half : forall b, length b = 2%nat /\ successes b = 1%nat -> / 2 * indicator (shown true = b) + (/ 2 * indicator (shown false = b) + 0) = / 2).
  { intros [|[] [|[] [|x b]]] [lengths count]; try discriminate; unfold shown; cbn [negb].
    - rewrite indicator_true, indicator_false by easy. ring.
    - rewrite indicator_false, indicator_true by easy. ring. }
  intros a b a_fine b_fine. now rewrite !half.
Qed.
(** With no misses, changing one of three coordinates never matters where one is shown, as 2/3 of the probability is left; changing one of two may leave a half only. *)
Theorem one_of_three : robust (Ablation 3 1) 0 1.
Proof.
  apply (ablation_robust 3 1 1); [|cbn; lra]. intros n le. change 1 with (INR 1) in le. now apply INR_le.
Qed.
Theorem one_of_two : ~ robust (Ablation 2 1) 0 1.
Proof.
  intro all. pose proof (all bool fair_coin shown nat (fun l => if existsb (fun o => match o with Some 1%nat => true | _ => false end) l then 1%nat else 0%nat) [0; 0]%nat [1; 0]%nat 0%nat shown_law) as gone.
  assert (near : near_l0 2 1 [0; 0]%nat [1; 0]%nat).
  { split; [reflexivity|]. split; [reflexivity|]. exists [0%nat]. split; [cbn; lra|]. intros [|i] out; [exfalso; apply out; now left|reflexivity]. }
  specialize (gone near). unfold fair_coin in gone. cbn [P weighted mass coin fold_right fst snd] in gone.
  rewrite (indicator_false (_ <> _)), (indicator_false (_ <> _)) in gone by (cbn; intro no; now apply no). specialize (gone ltac:(ring)).
  rewrite (indicator_false (_ = _)) in gone by (cbn; discriminate). rewrite indicator_true in gone by reflexivity. lra.
Qed.
