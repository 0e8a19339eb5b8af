(** * Events

    What follows from the laws of probability in Spec/Probability.v: complements, intersections, events that a sample decides, and the union bound.

    Main results: [likely_all] (the union bound), [trials_count] (the number of successes in independent trials has the binomial distribution).

    Trust: proved.
    Source: A. Kolmogorov, Foundations of the Theory of Probability, 1933; C. Bonferroni, 1936. *)
From Coq Require Import Reals Lra Lia List Bool Classical FinFun.
From Warrant Require Import Spec.Probability Primitives.Probability.Binomial.
Import ListNotations.
Local Open Scope R_scope.

Section Events.
Context {Omega : Type} (S : probability Omega).

Lemma event_none : event S (fun _ => False).
Proof. apply (event_same _ S (fun w => ~ True)); [intro w; tauto|]. apply event_not, event_all. Qed.
Lemma event_and A B : event S A -> event S B -> event S (fun w => A w /\ B w).
Proof.
  intros is_A is_B. apply (event_same _ S (fun w => ~ (~ A w \/ ~ B w))).
  - intro w. split; [|tauto]. intro neither. split; apply NNPP; tauto.
  - apply event_not, event_or; now apply event_not.
Qed.
Lemma P_not A : event S A -> P S (fun w => ~ A w) = 1 - P S A.
Proof.
  intro is_A. assert (sum : P S (fun w => A w \/ ~ A w) = P S A + P S (fun w => ~ A w)).
  { apply P_or; [exact is_A|now apply event_not|tauto]. }
  rewrite (P_same _ S _ (fun _ => True)), P_all in sum.
  - lra.
  - intro w. pose proof (classic (A w)). tauto.
  - apply event_or; [exact is_A|now apply event_not].
Qed.
Lemma P_none : P S (fun _ => False) = 0.
Proof. rewrite (P_same _ S _ (fun w => ~ True)); [|tauto|apply event_none]. rewrite (P_not (fun _ => True)), P_all by apply event_all. ring. Qed.
Lemma P_le1 A : event S A -> P S A <= 1.
Proof. intro is_A. pose proof (P_ge0 _ S _ (event_not _ S A is_A)) as rest. rewrite (P_not A is_A) in rest. lra. Qed.
Lemma P_mono A B : event S A -> event S B -> (forall w, A w -> B w) -> P S A <= P S B.
Proof.
  intros is_A is_B within. assert (difference : event S (fun w => B w /\ ~ A w)) by (apply event_and; [|apply event_not]; assumption).
  rewrite (P_same _ S B (fun w => A w \/ (B w /\ ~ A w))); [|intro w; pose proof (classic (A w)); pose proof (within w); tauto|exact is_B].
  rewrite P_or; [|assumption..|tauto]. pose proof (P_ge0 _ S _ difference). lra.
Qed.

Lemma likely_and q r A B : likely S q A -> likely S r B -> likely S (q + r - 1) (fun w => A w /\ B w).
Proof.
  intros [is_A A_likely] [is_B B_likely]. split; [now apply event_and|].
  assert (difference : event S (fun w => A w /\ ~ B w)) by (apply event_and; [|apply event_not]; assumption).
  assert (both : event S (fun w => A w /\ B w)) by now apply event_and.
  assert (split_A : P S A = P S (fun w => A w /\ B w) + P S (fun w => A w /\ ~ B w)).
  { rewrite <- P_or; [|assumption..|tauto]. apply P_same; [|exact is_A]. intro w. pose proof (classic (B w)). tauto. }
  assert (union : P S (fun w => (A w /\ ~ B w) \/ B w) <= 1) by (apply P_le1, event_or; assumption).
  rewrite P_or in union; [|assumption..|tauto]. lra.
Qed.
Lemma likely_mono q r A : r <= q -> likely S q A -> likely S r A.
Proof. intros le [is_A A_likely]. split; [exact is_A|lra]. Qed.
Lemma likely_same q A B : (forall w, A w <-> B w) -> likely S q A -> likely S q B.
Proof. intros same [is_A A_likely]. split; [now apply (event_same _ S A)|]. now rewrite <- (P_same _ S A B). Qed.

(** the union bound: what fails with probability at most [delta] for each of [m] fails for some of them with probability at most [m delta] *)
Theorem likely_all m delta (A : nat -> Omega -> Prop) :
  (forall i, (i < m)%nat -> likely S (1 - delta) (A i)) -> likely S (1 - INR m * delta) (fun w => forall i, (i < m)%nat -> A i w).
Proof.
  induction m as [|m IH]; intro each.
  - apply (likely_same _ (fun _ => True)); [intro w; split; [intros _ i less; inversion less|easy]|].
    split; [apply event_all|]. rewrite P_all. cbn [INR]. lra.
  - apply (likely_same _ (fun w => (forall i, (i < m)%nat -> A i w) /\ A m w)).
    + intro w. split.
      * intros [before last] i less. destruct (Nat.eq_dec i m) as [->|other]; [exact last|]. apply before. lia.
      * intro all. split; [intros i less|]; apply all; lia.
    + apply (likely_mono (1 - INR m * delta + (1 - delta) - 1)); [rewrite S_INR; lra|].
      apply likely_and; [apply IH; intros i less|]; apply each; lia.
Qed.

(** ** Samples *)

(** all lists of [n] successes and failures *)
Fixpoint patterns (n : nat) : list (list bool) :=
  match n with O => [[]] | Datatypes.S n => map (cons true) (patterns n) ++ map (cons false) (patterns n) end.
Lemma patterns_all n b : In b (patterns n) <-> length b = n.
Proof.
  revert b. induction n as [|n IH]; intro b; cbn [patterns].
  - split; [intros [<-|[]]; reflexivity|]. destruct b; [now left|discriminate].
  - rewrite in_app_iff, !in_map_iff. split.
    + intros [(c & <- & c_in)|(c & <- & c_in)]; cbn; f_equal; now apply IH.
    + destruct b as [|[] b]; [discriminate|left|right]; injection H as b_length; exists b; split; auto; now apply IH.
Qed.
Lemma patterns_once n : NoDup (patterns n).
Proof.
  induction n as [|n IH]; cbn [patterns]; [repeat constructor; easy|].
  apply NoDup_app; [apply Injective_map_NoDup; [intros a b same; congruence|exact IH]..|].
  intros b first second. apply in_map_iff in first as (c & <- & _), second as (d & same & _). discriminate.
Qed.

Definition total (p : R) (l : list (list bool)) : R := fold_right (fun b s => weight p b + s) 0 l.
Lemma total_cons p b l : total p (b :: l) = weight p b + total p l. Proof. reflexivity. Qed.
Lemma total_app p k l : total p (k ++ l) = total p k + total p l.
Proof. induction k as [|b k IH]; [symmetry; apply Rplus_0_l|]. rewrite <- app_comm_cons, !total_cons, IH. ring. Qed.

Lemma P_in X p n l : trials S p n X -> NoDup l -> (forall b, In b l -> length b = n) ->
  event S (fun w => In (X w) l) /\ P S (fun w => In (X w) l) = total p l.
Proof.
  intros (_ & _ & each) once. induction once as [|b l new once IH]; intro lengths.
  - split; [apply event_none|apply P_none].
  - destruct (each b (lengths b (or_introl eq_refl))) as [b_event b_value].
    destruct (IH (fun c c_in => lengths c (or_intror c_in))) as [l_event l_value].
    assert (same : forall w, (X w = b \/ In (X w) l) <-> In (X w) (b :: l)) by (intro w; cbn; split; intros [e|e]; auto).
    split; [apply (event_same _ S _ _ same); now apply event_or|].
    rewrite <- (P_same _ S _ _ same) by now apply event_or. rewrite P_or; [|assumption..|intros w [-> b_in]; contradiction].
    now rewrite total_cons, b_value, l_value.
Qed.

Lemma filter_map {A B} (f : A -> B) (g : B -> bool) l : filter g (map f l) = map f (filter (fun a => g (f a)) l).
Proof. induction l as [|a l IH]; cbn; [reflexivity|]. rewrite IH. now destruct (g (f a)). Qed.
Lemma total_true p l : total p (map (cons true) l) = p * total p l.
Proof. induction l as [|b l IH]; [cbn; ring|]. rewrite map_cons, !total_cons, IH. cbn [weight]. ring. Qed.
Lemma total_false p l : total p (map (cons false) l) = (1 - p) * total p l.
Proof. induction l as [|b l IH]; [cbn; ring|]. rewrite map_cons, !total_cons, IH. cbn [weight]. ring. Qed.

Lemma total_at_most p n k : total p (filter (fun b => Nat.leb (successes b) k) (patterns n)) = at_most n k p.
Proof.
  revert k. induction n as [|n IH]; intro k.
  - rewrite at_most_all by lia. cbn. ring.
  - cbn [patterns]. rewrite filter_app, total_app, !filter_map, total_true, total_false.
    assert (failed : filter (fun a => Nat.leb (successes (false :: a)) k) (patterns n) = filter (fun b => Nat.leb (successes b) k) (patterns n)).
    { apply filter_ext. intro b. unfold successes. now rewrite count_occ_cons_neq by discriminate. }
    rewrite failed, IH. destruct k as [|k].
    + assert (none : filter (fun a => Nat.leb (successes (true :: a)) 0) (patterns n) = []).
      { rewrite (filter_ext _ (fun _ => false)); [|intro b; unfold successes; now rewrite count_occ_cons_eq by reflexivity].
        clear. induction (patterns n) as [|b l IHl]; [reflexivity|exact IHl]. }
      rewrite none. unfold at_most. cbn. ring.
    + assert (succeeded : filter (fun a => Nat.leb (successes (true :: a)) (Datatypes.S k)) (patterns n) = filter (fun b => Nat.leb (successes b) k) (patterns n)).
      { apply filter_ext. intro b. unfold successes. now rewrite count_occ_cons_eq by reflexivity. }
      rewrite succeeded, IH, at_most_step. ring.
Qed.

Theorem trials_count X p n k : trials S p n X ->
  event S (fun w => (successes (X w) <= k)%nat) /\ P S (fun w => (successes (X w) <= k)%nat) = at_most n k p.
Proof.
  intro drawn. pose proof drawn as (_ & lengths & _). set (l := filter (fun b => Nat.leb (successes b) k) (patterns n)).
  destruct (P_in X p n l drawn) as [l_event l_value].
  - apply NoDup_filter, patterns_once.
  - intros b b_in. apply filter_In in b_in as [b_in _]. now apply patterns_all.
  - assert (same : forall w, In (X w) l <-> (successes (X w) <= k)%nat).
    { intro w. unfold l. rewrite filter_In, patterns_all, Nat.leb_le. pose proof (lengths w). tauto. }
    split; [now apply (event_same _ S _ _ same)|]. rewrite <- (P_same _ S _ _ same l_event), l_value. apply total_at_most.
Qed.
End Events.
