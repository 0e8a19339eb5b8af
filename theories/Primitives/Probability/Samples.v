(** * Experiments that exist

    Lists of outcomes with weights are probabilities; independent trials exist for each number of them and each probability of success, so that no claim about
    them is vacuous.  A coin that is read twice shows that a confidence set may miss the truth far too often where trials are not independent.

    Main results: [weighted] (a probability), [independent_trials], [dependent_coverage_fails].

    Trust: proved.
    Source: A. Kolmogorov, Foundations of the Theory of Probability, 1933. *)
From Coq Require Import Reals Lra Lia List Bool Classical ClassicalDedekindReals.
From Warrant Require Import Spec.Probability Primitives.Probability.Binomial Primitives.Probability.Events.
Import ListNotations.
Local Open Scope R_scope.

(** 1 where a statement holds, else 0 *)
Definition indicator (A : Prop) : R := if sig_not_dec A then 1 else 0.
Lemma indicator_true A : A -> indicator A = 1.
Proof. unfold indicator. destruct (sig_not_dec A) as [|no]; [reflexivity|]. intro yes. now contradiction no. Qed.
Lemma indicator_false A : ~ A -> indicator A = 0.
Proof. unfold indicator. destruct (sig_not_dec A) as [yes|]; [|reflexivity]. intro no. now contradiction yes. Qed.
Lemma indicator_same A B : (A <-> B) -> indicator A = indicator B.
Proof.
  intro same. destruct (classic A) as [yes|no].
  - rewrite !indicator_true; tauto.
  - rewrite !indicator_false; tauto.
Qed.
Lemma indicator_ge0 A : 0 <= indicator A.
Proof. unfold indicator. destruct (sig_not_dec A); lra. Qed.
Lemma indicator_or A B : ~ (A /\ B) -> indicator (A \/ B) = indicator A + indicator B.
Proof.
  intro apart. destruct (classic A) as [a|a].
  - rewrite (indicator_true A), (indicator_true (A \/ B)), (indicator_false B) by tauto. ring.
  - rewrite (indicator_false A) by tauto. rewrite (indicator_same (A \/ B) B) by tauto. ring.
Qed.

Section Weighted.
Context {Omega : Type} (outcomes : list (Omega * R)).
Hypothesis weights_ge0 : Forall (fun o => 0 <= snd o) outcomes.
Hypothesis weights_sum : fold_right (fun o s => snd o + s) 0 outcomes = 1.

Definition mass (l : list (Omega * R)) (A : Omega -> Prop) : R := fold_right (fun o s => snd o * indicator (A (fst o)) + s) 0 l.

Lemma mass_same l A B : (forall w, A w <-> B w) -> mass l A = mass l B.
Proof. intro same. induction l as [|o l IH]; cbn; [reflexivity|]. fold (mass l A) (mass l B). now rewrite IH, (indicator_same _ _ (same (fst o))). Qed.
Lemma mass_all l : mass l (fun _ => True) = fold_right (fun o s => snd o + s) 0 l.
Proof. induction l as [|o l IH]; cbn; [reflexivity|]. fold (mass l (fun _ => True)). rewrite IH, indicator_true by easy. ring. Qed.
Lemma mass_ge0 l A : Forall (fun o => 0 <= snd o) l -> 0 <= mass l A.
Proof.
  intro all. induction all as [|o l o_ge0 _ IH]; cbn; [lra|]. fold (mass l A).
  pose proof (Rmult_le_pos _ _ o_ge0 (indicator_ge0 (A (fst o)))). lra.
Qed.
Lemma mass_or l A B : (forall w, ~ (A w /\ B w)) -> mass l (fun w => A w \/ B w) = mass l A + mass l B.
Proof.
  intro apart. induction l as [|o l IH]; cbn; [ring|]. fold (mass l A) (mass l B) (mass l (fun w => A w \/ B w)).
  rewrite IH, indicator_or by apply apart. ring.
Qed.

(** every set of outcomes has the sum of its weights as probability *)
Definition weighted : probability Omega := {|
  event := fun _ => True;
  P := mass outcomes;
  event_same := fun _ _ _ _ => I;
  event_all := I;
  event_not := fun _ _ => I;
  event_or := fun _ _ _ _ => I;
  P_same := fun A B same _ => mass_same outcomes A B same;
  P_all := eq_trans (mass_all outcomes) weights_sum;
  P_ge0 := fun A _ => mass_ge0 outcomes A weights_ge0;
  P_or := fun A B _ _ apart => mass_or outcomes A B apart
|}.
End Weighted.

(** ** Independent trials exist *)

Section Trials.
Variables (p : R) (n : nat).
Hypothesis p_range : 0 <= p <= 1.
Definition draws : list (list bool * R) := map (fun b => (b, weight p b)) (patterns n).

Local Lemma weight_ge0 b : 0 <= weight p b.
Proof. induction b as [|[] b IH]; cbn [weight]; [lra|apply Rmult_le_pos; lra..]. Qed.
Lemma draws_ge0 : Forall (fun o => 0 <= snd o) draws.
Proof. unfold draws. apply Forall_map, Forall_forall. intros b _. apply weight_ge0. Qed.
Lemma draws_sum : fold_right (fun o s => snd o + s) 0 draws = 1.
Proof.
  rewrite <- (at_most_all n n p) by lia. rewrite <- (total_at_most p n n). unfold draws.
  replace (filter (fun b => Nat.leb (successes b) n) (patterns n)) with (patterns n).
  - unfold total. induction (patterns n) as [|b l IH]; cbn; [reflexivity|now rewrite IH].
  - symmetry. apply forallb_filter_id, forallb_forall. intros b b_in. apply Nat.leb_le. apply patterns_all in b_in. rewrite <- b_in.
    unfold successes. apply count_occ_bound.
Qed.

Theorem independent_trials : trials (weighted draws draws_ge0 draws_sum) p n (fun b => firstn n (b ++ repeat true n)).
Proof.
  split; [exact p_range|]. split.
  - intro b. rewrite length_firstn, length_app, repeat_length. lia.
  - intros b b_length. split; [exact I|]. cbn [P weighted]. unfold draws.
    assert (inside : forall l, NoDup l -> (forall c, In c l -> length c = n) ->
      mass (map (fun b => (b, weight p b)) l) (fun c => firstn n (c ++ repeat true n) = b) = if in_dec (list_eq_dec bool_dec) b l then weight p b else 0).
    { intros l once. induction once as [|c l new once IH]; intro lengths; [reflexivity|]. cbn [map mass fold_right fst snd].
      fold (mass (map (fun b => (b, weight p b)) l) (fun c => firstn n (c ++ repeat true n) = b)).
      rewrite IH by (intros d d_in; apply lengths; now right).
      assert (same : firstn n (c ++ repeat true n) = c).
      { rewrite <- (lengths c (or_introl eq_refl)) at 1. rewrite firstn_app, Nat.sub_diag, firstn_all. cbn. apply app_nil_r. }
      destruct (list_eq_dec bool_dec c b) as [->|other].
      - rewrite indicator_true by exact same. destruct (in_dec _ b l) as [again|_]; [contradiction|]. destruct (in_dec _ b (b :: l)) as [_|no]; [ring|]. exfalso. apply no. now left.
      - rewrite indicator_false by congruence. destruct (in_dec _ b l) as [b_in|b_out], (in_dec _ b (c :: l)) as [b_in'|b_out']; try ring.
        + exfalso. apply b_out'. now right.
        + exfalso. destruct b_in' as [same'|b_in']; contradiction. }
    rewrite inside; [|apply patterns_once|intros c; apply patterns_all].
    destruct (in_dec _ b (patterns n)) as [_|out]; [reflexivity|]. exfalso. apply out. now apply patterns_all.
Qed.
End Trials.

(** ** Dependent trials: one fair coin, read twice *)

Definition coin : list (bool * R) := [(true, / 2); (false, / 2)].
Lemma coin_ge0 : Forall (fun o => 0 <= snd o) coin. Proof. repeat constructor; cbn; lra. Qed.
Lemma coin_sum : fold_right (fun o s => snd o + s) 0 coin = 1. Proof. cbn. field. Qed.

(** each reading succeeds with probability 1/2, and still the confidence set at 3/10 misses 1/2 every second time *)
Theorem dependent_coverage_fails :
  let S := weighted coin coin_ge0 coin_sum in
  P S (fun b => b = true) = / 2 /\ ~ likely S (1 - 3 / 10) (fun b => plausible (3 / 10) 2 (successes [b; b]) (/ 2)).
Proof.
  cbv zeta. cbn [P weighted mass coin fold_right fst snd]. split.
  - rewrite indicator_true, indicator_false by easy. ring.
  - intros [_ covered]. cbn [P weighted mass coin fold_right fst snd] in covered.
    rewrite (indicator_false (plausible _ _ (successes [false; false]) _)) in covered.
    + assert (le1 : indicator (plausible (3 / 10) 2 (successes [true; true]) (/ 2)) <= 1) by (unfold indicator; destruct (sig_not_dec _); lra). lra.
    + intros [_ common]. unfold successes in common. cbn in common. unfold at_most in common. cbn in common. lra.
Qed.
