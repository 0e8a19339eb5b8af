(** * Split conformal prediction

    Among n + 1 exchangeable scores, each is equally likely to be the one that was not used for calibration.  So the k-th smallest of n calibration scores covers a new one with probability
    k / (n + 1) at least, and with just this probability where no two scores are equal.

    On paper.  The new score is at most the k-th smallest of the others if and only if fewer than k of all scores are below it.  Whatever the scores are, this is true of at least k among
    n + 1 of them (and of at most k, if they are distinct), so that the probabilities that it is true of the first, of the second ... sum to at least k; by exchangeability they are all equal.

    Main results: [covered_bound_l], [covered_bound_r] (counting), [conformal_coverage], [conformal_coverage_exact], [conformal_guarantee] (with rounding up), [independent_exchangeable] (draws from one distribution are
    exchangeable), [drifting_scores] (without exchangeability nothing may be covered), [tied_scores] (with ties everything may be).

    Trust: proved.
    Source: V. Vovk, A. Gammerman and G. Shafer, Algorithmic Learning in a Random World, 2005, proposition 2.1 (coverage); J. Lei et al., Distribution-free predictive inference for regression, 2018,
    theorem 2 (both sides). *)
From Coq Require Import ZArith QArith Qround Qreals Reals Lra Lia List Bool Permutation Classical FinFun.
From Warrant Require Import Spec.Probability Spec.Conformal Primitives.Fractions.
From Warrant Require Import Primitives.Probability.Events Primitives.Probability.Samples Primitives.Probability.Concentration.
Import ListNotations.
Local Open Scope R_scope.

(** ** Counting *)

Definition is_below (a b : R) : bool := if Rlt_dec a b then true else false.
Definition is_at_most (a b : R) : bool := if Rle_dec a b then true else false.
Lemma is_below_true a b : is_below a b = true <-> a < b.
Proof. unfold is_below. destruct (Rlt_dec a b); split; easy. Qed.
Lemma is_at_most_true a b : is_at_most a b = true <-> a <= b.
Proof. unfold is_at_most. destruct (Rle_dec a b); split; easy. Qed.

Lemma least_of {A} (f : A -> R) l : l <> [] -> exists a, In a l /\ forall b, In b l -> f a <= f b.
Proof.
  induction l as [|a [|b l] IH]; intro some; [easy| |].
  - exists a. split; [now left|]. intros c [<-|[]]. apply Rle_refl.
  - destruct (IH ltac:(easy)) as (c & c_in & least). destruct (Rle_lt_dec (f a) (f c)) as [le|lt].
    + exists a. split; [now left|]. intros d [<-|d_in]; [apply Rle_refl|]. exact (Rle_trans _ _ _ le (least d d_in)).
    + exists c. split; [now right|]. intros d [<-|d_in]; [lra|exact (least d d_in)].
Qed.
Lemma greatest_of {A} (f : A -> R) l : l <> [] -> exists a, In a l /\ forall b, In b l -> f b <= f a.
Proof.
  intro some. destruct (least_of (fun a => - f a) l some) as (a & a_in & least). exists a. split; [exact a_in|].
  intros b b_in. pose proof (least b b_in). lra.
Qed.
Lemma filter_weaker {A} (f g : A -> bool) l : (forall a, In a l -> f a = true -> g a = true) -> (length (filter f l) <= length (filter g l))%nat.
Proof.
  induction l as [|a l IH]; intro implied; cbn [filter]; [lia|]. specialize (IH (fun b b_in => implied b (or_intror b_in))).
  pose proof (implied a (or_introl eq_refl)) as first. destruct (f a); [rewrite (first eq_refl); cbn; lia|destruct (g a); cbn; lia].
Qed.

Section Counting.
Context {A : Type} (l : list A) (x : A -> R).
(** how many are below a *)
Definition below (a : A) : nat := length (filter (fun b => is_below (x b) (x a)) l).
Definition covered (k : nat) : list A := filter (fun a => Nat.ltb (below a) k) l.

(** at least k of them have fewer than k below *)
Theorem covered_bound_l k : NoDup l -> (k <= length l)%nat -> (k <= length (covered k))%nat.
Proof.
  intro once. induction k as [|k IH]; intro within; [lia|]. specialize (IH ltac:(lia)).
  assert (more : incl (covered k) (covered (S k))).
  { intros a a_in. apply filter_In in a_in as [a_in less]. apply filter_In. split; [exact a_in|]. apply Nat.ltb_lt in less. apply Nat.ltb_lt. lia. }
  assert (covered_once : NoDup (covered k)) by now apply NoDup_filter.
  destruct (Nat.le_gt_cases (S k) (length (covered k))) as [enough|few].
  { pose proof (NoDup_incl_length covered_once more). lia. }
  set (others := filter (fun a => negb (Nat.ltb (below a) k)) l).
  assert (some : others <> []).
  { intro none. assert (sizes : (length (covered k) + length others = length l)%nat) by apply (filter_length (fun a => Nat.ltb (below a) k)).
    rewrite none in sizes. cbn in sizes. lia. }
  destruct (least_of x others some) as (a & a_in & least). apply filter_In in a_in as [a_in a_out].
  assert (few_below : (below a <= length (covered k))%nat).
  { apply NoDup_incl_length; [now apply NoDup_filter|]. intros b b_in. apply filter_In in b_in as [b_in b_below]. apply filter_In. split; [exact b_in|].
    destruct (Nat.ltb (below b) k) eqn:b_out; [reflexivity|]. exfalso. apply is_below_true in b_below.
    assert (b_other : In b others) by (apply filter_In; now rewrite b_out). pose proof (least b b_other). lra. }
  assert (added : incl (a :: covered k) (covered (S k))).
  { intros b [<-|b_in]; [|now apply more]. apply filter_In. split; [exact a_in|]. apply Nat.ltb_lt. lia. }
  assert (new : NoDup (a :: covered k)).
  { constructor; [|exact covered_once]. intro a_covered. apply filter_In in a_covered as [_ yes]. rewrite yes in a_out. discriminate. }
  pose proof (NoDup_incl_length new added) as sizes. cbn in sizes. lia.
Qed.
(** and at most k, if no two are equal *)
Theorem covered_bound_r k : NoDup l -> (forall a b, In a l -> In b l -> x a = x b -> a = b) -> (length (covered k) <= k)%nat.
Proof.
  intros once apart. destruct (covered k) as [|first rest] eqn:all; [cbn; lia|]. rewrite <- all.
  destruct (greatest_of x (covered k)) as (a & a_in & greatest); [now rewrite all|]. pose proof a_in as a_covered. apply filter_In in a_in as [a_in a_few].
  apply Nat.ltb_lt in a_few.
  assert (others : incl (covered k) (a :: filter (fun b => is_below (x b) (x a)) l)).
  { intros b b_in. pose proof (greatest b b_in) as le. apply filter_In in b_in as [b_in _]. destruct (Req_dec (x b) (x a)) as [same|other].
    - left. now apply apart.
    - right. apply filter_In. split; [exact b_in|]. apply is_below_true. lra. }
  pose proof (NoDup_incl_length (NoDup_filter _ once) others) as sizes. cbn [length] in sizes. fold (below a) in sizes. unfold covered. lia.
Qed.
End Counting.

(** there is a k-th smallest number, and one only *)
Lemma smallest_exists k l : (0 < k <= length l)%nat -> exists t, smallest k l t.
Proof.
  intros [k_gt0 within]. set (enough := filter (fun t => Nat.leb k (length (filter (fun x => is_at_most x t) l))) l).
  assert (some : enough <> []).
  { destruct (greatest_of (fun x => x) l) as (t & t_in & greatest); [intros ->; cbn in within; lia|].
    assert (all : filter (fun x => is_at_most x t) l = l) by (apply forallb_filter_id, forallb_forall; intros b b_in; now apply is_at_most_true, greatest).
    intro none. assert (t_enough : In t enough) by (apply filter_In; split; [exact t_in|]; rewrite all; now apply Nat.leb_le). rewrite none in t_enough. exact t_enough. }
  destruct (least_of (fun x => x) enough some) as (t & t_in & least). apply filter_In in t_in as [t_in t_enough]. apply Nat.leb_le in t_enough.
  exists t. split; [exact t_in|]. split; [|exact t_enough]. change (length (filter (fun x => is_below x t) l) < k)%nat.
  apply Nat.nle_gt. intro many. destruct (greatest_of (fun x => x) (filter (fun x => is_below x t) l)) as (u & u_in & greatest).
  { intro none. rewrite none in many. cbn in many. lia. }
  apply filter_In in u_in as [u_in u_below]. apply is_below_true in u_below.
  assert (u_enough : In u enough).
  { apply filter_In. split; [exact u_in|]. apply Nat.leb_le. eapply Nat.le_trans; [exact many|]. apply filter_weaker. intros b b_in b_below.
    apply is_at_most_true, greatest, filter_In. now split. }
  pose proof (least u u_enough). lra.
Qed.
(** a number is at most the k-th smallest if and only if fewer than k are below it *)
Lemma smallest_above k l t y : smallest k l t -> y <= t <-> (length (filter (fun x => is_below x y) l) < k)%nat.
Proof.
  intros (_ & few & enough). change (length (filter (fun x => is_below x t) l) < k)%nat in few. change (k <= length (filter (fun x => is_at_most x t) l))%nat in enough. split.
  - intro le. eapply Nat.le_lt_trans; [|exact few]. apply filter_weaker. intros x _ less. apply is_below_true. apply is_below_true in less. lra.
  - intro less. apply Rnot_lt_le. intro above. apply (Nat.lt_irrefl k). eapply Nat.le_lt_trans; [|exact less]. eapply Nat.le_trans; [exact enough|].
    apply filter_weaker. intros x _ le. apply is_below_true. apply is_at_most_true in le. lra.
Qed.
Lemma smallest_unique k l t u : smallest k l t -> smallest k l u -> t = u.
Proof.
  intros t_smallest u_smallest. pose proof (smallest_above k l t u t_smallest) as first. pose proof (smallest_above k l u t u_smallest) as second.
  destruct t_smallest as (_ & t_few & _), u_smallest as (_ & u_few & _). apply Rle_antisym; [apply second|apply first]; assumption.
Qed.

(** ** Counting in probability *)

Section Events.
Context {Omega : Type} (S : probability Omega).

Definition sum_of {A} (f : A -> R) (l : list A) : R := fold_right (fun a s => f a + s) 0 l.
Lemma sum_of_ext {A} (f g : A -> R) l : (forall a, In a l -> f a = g a) -> sum_of f l = sum_of g l.
Proof. unfold sum_of. induction l as [|a l IH]; intro same; cbn; [reflexivity|]. rewrite (same a (or_introl eq_refl)). f_equal. apply IH. intros b b_in. apply same. now right. Qed.
Lemma sum_of_const {A} (l : list A) c : sum_of (fun _ => c) l = INR (length l) * c.
Proof. unfold sum_of. induction l as [|a l IH]; cbn [fold_right length]; [cbn; ring|]. rewrite IH, S_INR. ring. Qed.
Lemma sum_of_plus {A} (f g : A -> R) l : sum_of (fun a => f a + g a) l = sum_of f l + sum_of g l.
Proof. unfold sum_of. induction l as [|a l IH]; cbn; [ring|]. rewrite IH. ring. Qed.

Lemma P_split A B : event S A -> event S B -> P S A = P S (fun w => A w /\ B w) + P S (fun w => A w /\ ~ B w).
Proof.
  intros is_A is_B. rewrite <- P_or; [apply P_same; [intro w; pose proof (classic (B w)); tauto|exact is_A]|now apply event_and|apply event_and; [|apply event_not]; assumption|tauto].
Qed.

(** where at least c of the events happen within B, their probabilities within B sum to at least c times that of B *)
Lemma counted_bound_l {A} (l : list A) (a : A -> Omega -> bool) (B : Omega -> Prop) c :
  (forall i, In i l -> event S (fun w => a i w = true)) -> event S B ->
  (forall w, B w -> c <= INR (length (filter (fun i => a i w) l))) ->
  c * P S B <= sum_of (fun i => P S (fun w => B w /\ a i w = true)) l.
Proof.
  revert B c. induction l as [|i l IH]; intros B c events is_B count.
  - cbn in *. destruct (Rle_lt_dec c 0) as [le|gt].
    + pose proof (P_ge0 _ S B is_B). nra.
    + rewrite (P_same _ S B (fun _ => False)); [rewrite P_none; lra| |exact is_B]. intro w. split; [|easy]. intro in_B. pose proof (count w in_B). lra.
  - pose proof (events i (or_introl eq_refl)) as is_i. pose proof (fun j j_in => events j (or_intror j_in)) as others.
    assert (is_with : event S (fun w => B w /\ a i w = true)) by now apply event_and.
    assert (is_without : event S (fun w => B w /\ ~ a i w = true)) by (apply event_and; [|apply event_not]; assumption).
    assert (with_i : (c - 1) * P S (fun w => B w /\ a i w = true) <= sum_of (fun j => P S (fun w => (B w /\ a i w = true) /\ a j w = true)) l).
    { apply IH; [exact others|exact is_with|]. intros w [in_B yes]. pose proof (count w in_B) as this. cbn [filter] in this. rewrite yes in this. cbn [length] in this. rewrite S_INR in this. lra. }
    assert (without : c * P S (fun w => B w /\ ~ a i w = true) <= sum_of (fun j => P S (fun w => (B w /\ ~ a i w = true) /\ a j w = true)) l).
    { apply IH; [exact others|exact is_without|]. intros w [in_B no]. pose proof (count w in_B) as this. cbn [filter] in this. destruct (a i w); [now contradiction no|exact this]. }
    rewrite (P_split B (fun w => a i w = true)) by assumption. cbn [sum_of fold_right]. fold (sum_of (fun j => P S (fun w => B w /\ a j w = true)) l).
    rewrite (sum_of_ext (fun j => P S (fun w => B w /\ a j w = true))
      (fun j => P S (fun w => (B w /\ a i w = true) /\ a j w = true) + P S (fun w => (B w /\ ~ a i w = true) /\ a j w = true))).
    + rewrite sum_of_plus. lra.
    + intros j j_in. pose proof (others j j_in) as is_j. rewrite (P_split _ (fun w => a i w = true)); [|now apply event_and|exact is_i].
      f_equal; apply P_same; try tauto; apply event_and; try apply event_not; try assumption; now apply event_and.
Qed.
(** and where at most c of them happen, to at most that *)
Lemma counted_bound_r {A} (l : list A) (a : A -> Omega -> bool) (B : Omega -> Prop) c :
  (forall i, In i l -> event S (fun w => a i w = true)) -> event S B ->
  (forall w, B w -> INR (length (filter (fun i => a i w) l)) <= c) ->
  sum_of (fun i => P S (fun w => B w /\ a i w = true)) l <= c * P S B.
Proof.
  intros events is_B count.
  assert (opposite : (INR (length l) - c) * P S B <= sum_of (fun i => P S (fun w => B w /\ negb (a i w) = true)) l).
  { apply counted_bound_l; [|exact is_B|].
    - intros i i_in. apply (event_same _ S (fun w => ~ a i w = true)); [|now apply event_not, events]. intro w. destruct (a i w); cbn; split; intuition discriminate.
    - intros w in_B. pose proof (count w in_B). pose proof (filter_length (fun i => a i w) l) as sizes. apply (f_equal INR) in sizes. rewrite plus_INR in sizes. lra. }
  assert (both : sum_of (fun i => P S (fun w => B w /\ a i w = true)) l + sum_of (fun i => P S (fun w => B w /\ negb (a i w) = true)) l = INR (length l) * P S B).
  { rewrite <- sum_of_plus, <- sum_of_const. apply sum_of_ext. intros i i_in. pose proof (events i i_in) as is_i. rewrite (P_split B (fun w => a i w = true)) by assumption. f_equal.
    symmetry. apply P_same; [intro w; destruct (a i w); cbn; split; intuition discriminate|]. apply event_and; [|apply event_not]; assumption. }
  lra.
Qed.
End Events.

(** ** Coverage *)

Section Coverage.
Context {Omega : Type} (S : probability Omega) (n : nat) (score : Omega -> nat -> R).
Hypothesis exchange : exchangeable S n score.

Definition numbers : list nat := seq 0 (n + 1).
Lemma numbers_in i : In i numbers <-> (i <= n)%nat.
Proof. unfold numbers. rewrite in_seq. lia. Qed.
Lemma numbers_length : length numbers = (n + 1)%nat. Proof. apply length_seq. Qed.
Lemma numbers_total c : sum_of (fun _ : nat => c) numbers = INR (n + 1) * c.
Proof. now rewrite sum_of_const, numbers_length. Qed.
Lemma N_gt0 : 0 < INR (n + 1). Proof. apply lt_0_INR. lia. Qed.
Lemma numbers_nth (f : nat -> R) i : (i <= n)%nat -> nth i (map f numbers) 0 = f i.
Proof.
  intro i_le. rewrite (nth_indep (map f numbers) 0 (f 0%nat)) by (rewrite length_map, numbers_length; lia). rewrite map_nth. unfold numbers. now rewrite seq_nth by lia.
Qed.
Lemma numbers_once : NoDup numbers. Proof. apply seq_NoDup. Qed.

(** whether fewer than k scores are below that of number i *)
Definition is_covered (k i : nat) (x : nat -> R) : bool := Nat.ltb (below numbers x i) k.

Lemma is_covered_order k i : (i <= n)%nat -> of_order n (fun x => is_covered k i x = true).
Proof.
  intros i_le x y same. unfold is_covered, below. rewrite (filter_ext_in (fun b => is_below (x b) (x i)) (fun b => is_below (y b) (y i))); [easy|].
  intros b b_in. apply numbers_in in b_in. apply eq_iff_eq_true. rewrite !is_below_true. pose proof (same i b i_le b_in) as orders.
  split; intro less; apply Rnot_le_lt; intro le; apply orders in le; lra.
Qed.

Lemma numbers_permuted s : permutes n s -> Permutation (map s numbers) numbers.
Proof.
  intros [within apart]. apply NoDup_Permutation_bis.
  - apply NoDup_map_NoDup_ForallPairs; [|exact numbers_once]. intros i j i_in j_in. apply apart; now apply numbers_in.
  - now rewrite length_map.
  - intros i i_in. apply in_map_iff in i_in as (j & <- & j_in). apply numbers_in, within. now apply numbers_in.
Qed.
Lemma filter_permuted {A} (f : A -> bool) l l' : Permutation l l' -> length (filter f l) = length (filter f l').
Proof. induction 1 as [|a l l' _ IH|a b l|l l' l'' _ IH _ IH']; cbn [filter]; [reflexivity|destruct (f a); cbn; now rewrite IH|destruct (f a), (f b); reflexivity|now rewrite IH]. Qed.
Lemma below_permuted s x i : permutes n s -> below numbers (fun j => x (s j)) i = below numbers x (s i).
Proof.
  intro permuted. unfold below. rewrite <- (filter_permuted (fun b => is_below (x b) (x (s i))) _ _ (numbers_permuted s permuted)). rewrite filter_map, length_map. reflexivity.
Qed.

Definition swap (i j : nat) : nat := if Nat.eqb j i then n else if Nat.eqb j n then i else j.
Lemma swap_permutes i : (i <= n)%nat -> permutes n (swap i).
Proof. intro i_le. split; intros j; [|intros m]; unfold swap; repeat match goal with |- context [Nat.eqb ?a ?b] => destruct (Nat.eqb_spec a b) end; intros; subst; lia. Qed.
Lemma swap_last i : swap i n = i. Proof. unfold swap. destruct (Nat.eqb_spec n i); [easy|]. now rewrite Nat.eqb_refl. Qed.

Lemma is_covered_event k i : (i <= n)%nat -> event S (fun w => is_covered k i (score w) = true).
Proof. intro i_le. apply (exchange (fun x => is_covered k i x = true) (swap i)); [now apply is_covered_order|now apply swap_permutes]. Qed.
(** all scores are covered with the same probability *)
Lemma is_covered_same k i : (i <= n)%nat -> P S (fun w => is_covered k i (score w) = true) = P S (fun w => is_covered k n (score w) = true).
Proof.
  intro i_le. destruct (exchange (fun x => is_covered k n x = true) (swap i)) as [_ same]; [now apply is_covered_order|now apply swap_permutes|].
  rewrite <- same. apply P_same; [|now apply is_covered_event]. intro w. unfold is_covered. rewrite (below_permuted (swap i) (score w) n (swap_permutes i i_le)), swap_last. reflexivity.
Qed.

(** the new score is covered if and only if it is at most the k-th smallest of the others *)
Lemma is_covered_smallest k w t : smallest k (map (score w) (seq 0 n)) t -> is_covered k n (score w) = true <-> score w n <= t.
Proof.
  intro rule. rewrite (smallest_above k _ t _ rule), filter_map, length_map. unfold is_covered. rewrite Nat.ltb_lt. unfold below, numbers.
  rewrite Nat.add_1_r, seq_S, filter_app, length_app. cbn [filter Nat.add]. destruct (is_below (score w n) (score w n)) eqn:never; [apply is_below_true in never; lra|].
  cbn [length]. rewrite Nat.add_0_r. reflexivity.
Qed.

Variables (k : nat) (T : Omega -> R).
Hypothesis within : (k <= n)%nat.
Hypothesis rule : forall w, smallest k (map (score w) (seq 0 n)) (T w).

Lemma covered_event : event S (fun w => score w n <= T w).
Proof. apply (event_same _ S (fun w => is_covered k n (score w) = true)); [intro w; now apply is_covered_smallest|]. now apply is_covered_event. Qed.
Lemma covered_value : P S (fun w => score w n <= T w) = P S (fun w => is_covered k n (score w) = true).
Proof. symmetry. apply P_same; [intro w; now apply is_covered_smallest|]. now apply is_covered_event. Qed.

(** V. Vovk et al., 2005, proposition 2.1: P(the new score is at most the k-th smallest of n) >= k / (n + 1) *)
Theorem conformal_coverage : likely S (INR k / INR (n + 1)) (fun w => score w n <= T w).
Proof.
  split; [exact covered_event|]. rewrite covered_value. set (p := P S (fun w => is_covered k n (score w) = true)). pose proof N_gt0 as positive.
  assert (total : INR k * P S (fun _ => True) <= sum_of (fun i => P S (fun w => True /\ is_covered k i (score w) = true)) numbers).
  { apply counted_bound_l; [intros i i_in; now apply is_covered_event, numbers_in|apply event_all|].
    intros w _. apply le_INR. apply (covered_bound_l numbers (score w) k numbers_once). rewrite numbers_length. lia. }
  rewrite (sum_of_ext _ (fun _ => p)), numbers_total, P_all in total.
  - apply (Rmult_le_reg_l (INR (n + 1))); [exact positive|]. replace (INR (n + 1) * (INR k / INR (n + 1))) with (INR k) by (field; lra). lra.
  - intros i i_in. apply numbers_in in i_in. unfold p. rewrite <- (is_covered_same k i i_in). symmetry. apply P_same; [tauto|]. now apply is_covered_event.
Qed.

Lemma distinct_event : event S (fun w => exists i j, (i < j <= n)%nat /\ score w i = score w j).
Proof.
  apply (exchange (fun x => exists i j, (i < j <= n)%nat /\ x i = x j) (fun i => i)).
  - intros x y same (i & j & [less j_le] & equal). exists i, j. split; [easy|]. apply Rle_antisym; apply same; try lia; rewrite equal; apply Rle_refl.
  - split; auto.
Qed.
(** J. Lei et al., 2018, theorem 2: without ties it is exactly k / (n + 1) *)
Theorem conformal_coverage_exact : distinct S n score -> P S (fun w => score w n <= T w) = INR k / INR (n + 1).
Proof.
  intro no_ties. apply Rle_antisym; [|apply conformal_coverage]. rewrite covered_value. set (p := P S (fun w => is_covered k n (score w) = true)). pose proof N_gt0 as positive.
  pose proof distinct_event as is_tied. set (tied := fun w => exists i j, (i < j <= n)%nat /\ score w i = score w j) in *.
  assert (total : sum_of (fun i => P S (fun w => ~ tied w /\ is_covered k i (score w) = true)) numbers <= INR k * P S (fun w => ~ tied w)).
  { apply counted_bound_r; [intros i i_in; now apply is_covered_event, numbers_in|now apply event_not|].
    intros w apart. apply le_INR. apply (covered_bound_r numbers (score w) k numbers_once). intros i j i_in j_in same. apply numbers_in in i_in, j_in.
    destruct (Nat.lt_trichotomy i j) as [less|[equal|greater]]; [|exact equal|]; exfalso; apply apart; [exists i, j|exists j, i]; now split. }
  rewrite (sum_of_ext _ (fun _ => p)), numbers_total, (P_not S _ is_tied) in total.
  - unfold distinct in no_ties. fold tied in no_ties. rewrite no_ties in total.
    apply (Rmult_le_reg_l (INR (n + 1))); [exact positive|]. replace (INR (n + 1) * (INR k / INR (n + 1))) with (INR k) by (field; lra). lra.
  - intros i i_in. apply numbers_in in i_in. unfold p. rewrite <- (is_covered_same k i i_in). pose proof (is_covered_event k i i_in) as is_i.
    rewrite (P_split S (fun w => is_covered k i (score w) = true) tied) by assumption.
    assert (none : P S (fun w => is_covered k i (score w) = true /\ tied w) = 0).
    { apply Rle_antisym; [|apply P_ge0; now apply event_and]. unfold distinct in no_ties. fold tied in no_ties. rewrite <- no_ties. apply P_mono; [now apply event_and|exact is_tied|tauto]. }
    rewrite none, Rplus_0_l. apply P_same; [tauto|]. apply event_and; [now apply event_not|exact is_i].
Qed.
End Coverage.

(** with k = (n + 1) q, rounded up, the coverage is at least q, and without ties at most q + 1 / (n + 1) *)
Theorem conformal_guarantee q n : (0 < rank q n <= Z.of_nat n)%Z -> coverage_guaranteed (Q2R q) n (Z.to_nat (rank q n)).
Proof.
  intros k_range Omega S score T exchange rule. set (k := Z.to_nat (rank q n)) in *. pose proof (N_gt0 n) as positive.
  assert (k_value : INR k = IZR (rank q n)) by (unfold k; rewrite INR_IZR_INZ, Z2Nat.id by lia; reflexivity).
  assert (N_value : Q2R (inject_Z (Z.of_nat n + 1)) = INR (n + 1)).
  { rewrite Q2R_inject, plus_INR, plus_IZR, <- INR_IZR_INZ. reflexivity. }
  assert (above : INR (n + 1) * Q2R q <= INR k).
  { rewrite k_value, <- N_value, <- Q2R_mult, <- Q2R_inject. apply Qle_Rle, Qle_ceiling. }
  assert (under : INR k < INR (n + 1) * Q2R q + 1).
  { rewrite k_value, <- N_value, <- Q2R_mult, <- (Q2R_inject (rank q n)). unfold rank. set (x := (inject_Z (Z.of_nat n + 1) * q)%Q).
    pose proof (Qlt_Rlt _ _ (Qceiling_lt x)) as less. unfold Z.sub in less. rewrite inject_Z_plus, Q2R_plus, !Q2R_inject in less. rewrite Q2R_inject. change (IZR (- (1))) with (-1) in less. lra. }
  assert (within : (k <= n)%nat) by (unfold k; lia). split.
  - apply (likely_mono S (INR k / INR (n + 1))); [|now apply conformal_coverage].
    apply (Rmult_le_reg_l (INR (n + 1))); [exact positive|]. replace (INR (n + 1) * (INR k / INR (n + 1))) with (INR k) by (field; lra). exact above.
  - intro no_ties. rewrite (conformal_coverage_exact S n score exchange k T within rule no_ties).
    apply (Rmult_le_reg_l (INR (n + 1))); [exact positive|]. replace (INR (n + 1) * (INR k / INR (n + 1))) with (INR k) by (field; lra).
    replace (INR (n + 1) * (Q2R q + / INR (n + 1))) with (INR (n + 1) * Q2R q + 1) by (field; lra). lra.
Qed.

(** ** Draws from one distribution are exchangeable *)

(** what is rearranged in a list of places is rearranged in the same way in every list of outcomes, and a law of independent draws does not notice *)
Lemma rearranged {Omega : Type} (l : list (Omega * R)) (p p' : list nat) : Permutation p p' -> exists g : list Omega -> list Omega,
  (forall f : nat -> Omega, g (map f p) = map f p') /\ forall F, expectation (sample l (length p)) (fun ws => F (g ws)) = expectation (sample l (length p)) F.
Proof.
  unfold sample. induction 1 as [|i p p' _ (g & equal & same)|i j p|p p' p'' first (g & equal & same) _ (h & equal' & same')].
  - exists (fun ws => ws). now split.
  - exists (fun ws => match ws with [] => [] | w :: ws => w :: g ws end). split; [intro f; cbn; now rewrite equal|].
    intro F. cbn [length repeat]. rewrite !expectation_independent. apply expectation_ext. intro w. apply (same (fun ws => F (w :: ws))).
  - exists (fun ws => match ws with v :: w :: ws => w :: v :: ws | ws => ws end). split; [reflexivity|].
    intro F. cbn [length repeat]. rewrite !expectation_independent.
    rewrite (expectation_ext l _ (fun v => expectation l (fun w => expectation (independent (repeat l (length p))) (fun ws => F (w :: v :: ws)))))
      by (intro v; now rewrite expectation_independent).
    rewrite (expectation_swap l l (fun v w => expectation (independent (repeat l (length p))) (fun ws => F (v :: w :: ws)))).
    apply expectation_ext. intro v. now rewrite expectation_independent.
  - exists (fun ws => h (g ws)). split; [intro f; now rewrite equal, equal'|].
    intro F. rewrite (same (fun ws => F (h ws))). rewrite (Permutation_length first). apply same'.
Qed.

Lemma expectation_same {Omega : Type} (l : list (Omega * R)) X Y : law l -> (forall w, In w (map fst l) -> X w = Y w) -> expectation l X = expectation l Y.
Proof. intros is_law same. apply Rle_antisym; apply expectation_mono; try exact is_law; intros w w_in; rewrite (same w w_in); apply Rle_refl. Qed.

Section Draws.
Context (l : list (R * R)) (n : nat).
Hypothesis is_law : law l.
Definition draws_law : law (sample l (n + 1)).
Proof. apply independent_law, Forall_forall. intros k k_in. now apply repeat_spec in k_in as ->. Qed.
Definition draw_scores : probability (list R) := weighted (sample l (n + 1)) (proj1 draws_law) (proj2 draws_law).

Theorem independent_exchangeable : exchangeable draw_scores n (fun ws i => nth i ws 0).
Proof.
  intros A s order permuted. split; [exact I|]. unfold draw_scores. cbn [P weighted]. rewrite !mass_expectation.
  destruct (rearranged l _ _ (Permutation_sym (numbers_permuted n s permuted))) as (g & equal & same). rewrite numbers_length in same.
  rewrite <- (same (fun ws => indicator (A (fun i => nth i ws 0)))). apply expectation_same; [exact draws_law|].
  intros ws ws_in. apply indicator_same.
  assert (ws_length : length ws = (n + 1)%nat).
  { pose proof (independent_length (repeat l (n + 1))) as all. rewrite Forall_forall in all. rewrite (all ws ws_in). apply repeat_length. }
  assert (spelled : ws = map (fun i => nth i ws 0) (numbers n)).
  { apply (nth_ext _ _ 0 0); [now rewrite length_map, numbers_length|]. intros i less. rewrite (numbers_nth n (fun i => nth i ws 0)) by lia. reflexivity. }
  assert (moved : forall i, (i <= n)%nat -> nth i (g ws) 0 = nth (s i) ws 0).
  { intros i i_le. rewrite spelled at 1. rewrite equal, map_map. exact (numbers_nth n (fun i => nth (s i) ws 0) i i_le). }
  split; apply order; intros i j i_le j_le; rewrite !moved by assumption; reflexivity.
Qed.
End Draws.

(** ** What fails without the hypotheses *)

Definition certain : list (unit * R) := [(tt, 1)].
Lemma certain_ge0 : Forall (fun o => 0 <= snd o) certain. Proof. repeat constructor. cbn. lra. Qed.
Lemma certain_sum : fold_right (fun o s => snd o + s) 0 certain = 1. Proof. cbn. lra. Qed.
Definition sure : probability unit := weighted certain certain_ge0 certain_sum.

(** Scores that grow with time are distinct, and the newest one is never covered. *)
Theorem drifting_scores n k (T : unit -> R) : (forall w, smallest k (map INR (seq 0 n)) (T w)) ->
  distinct sure n (fun _ => INR) /\ P sure (fun w => INR n <= T w) = 0.
Proof.
  intro rule. unfold distinct, sure. cbn [P weighted mass certain fold_right fst snd]. split; rewrite indicator_false; try ring.
  - intros (i & j & [less _] & same). apply INR_eq in same. lia.
  - destruct (rule tt) as (t_in & _). apply in_map_iff in t_in as (i & value & i_in). apply in_seq in i_in. rewrite <- value. intro le. apply INR_le in le. lia.
Qed.
(** Scores that are all equal are exchangeable, and the new one is always covered: only without ties is the coverage exact. *)
Theorem tied_scores n k (T : unit -> R) : (forall w, smallest k (map (fun _ => 0) (seq 0 n)) (T w)) ->
  exchangeable sure n (fun _ _ => 0) /\ P sure (fun w => 0 <= T w) = 1.
Proof.
  intro rule. split.
  - intros A s _ _. split; [exact I|reflexivity].
  - unfold sure. cbn [P weighted mass certain fold_right fst snd]. rewrite indicator_true; [ring|].
    destruct (rule tt) as (t_in & _). apply in_map_iff in t_in as (i & value & _). rewrite <- value. apply Rle_refl.
Qed.
