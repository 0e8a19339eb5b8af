(** * Conditional independence in Bayesian networks

    What a Bayesian network of Spec/Networks.v implies about its variables.  A set of variables that has the parents of its members has the product of their conditional probabilities as its joint
    distribution, since those of all other variables add up to 1.  If the states of some variables are given, and no conditional of such a set joins others of one side with others of another
    side, then the sides are independent, given these states.  This is so where the sides are d-separated: Bayes-ball, which moves from variable to variable along the arrows and against them,
    through a variable that is not given, or bounces back from one that is given or has a descendant that is, does not get from the first side to the second.

    On paper.  Let W be the ancestors of all variables in question, Z those that are given, L those in W outside Z that the ball reaches, and R the rest of W.  A family in W, a child with its parents, has no
    member in L together with one in R: from a parent the ball goes down to the child, from there up to the other parents if the child is given or has a descendant that is; and if it has none, then it is an
    ancestor of the second side, to which the ball would go down, or of the first, from which it comes up to the child and goes on to the parents.  So the product of the conditionals in W is one of a function of L and Z
    and a function of R and Z; the sum over the variables outside W is 1, the sums over L and over R are separate, and only one term is left of that over Z.

    Main definitions: [reached], [d_separated].
    Main results: [mass_over], [barren_sum], [separation_independent], [global_markov], [coins_independent], [coins_dependent].

    Trust: proved.
    Source: J. Pearl, Probabilistic Reasoning in Intelligent Systems, 1988, section 3.3; T. Verma, J. Pearl, Causal networks: semantics and expressiveness, 1988 ([global_markov]); R. Shachter, Bayes-ball, 1998 ([reached]). *)
From Coq Require Import PString ZArith QArith List Bool Lia Permutation Classical.
From Warrant Require Import Spec.Bytes Spec.Networks Primitives.Probability.Kernels Primitives.Probability.Elimination.
From Warrant Require Spec.Chains.
Import ListNotations.
Local Open Scope bool_scope.

(** ** Sums over all assignments *)

Section Network.
Variable n : network.
(** what is no variable has one state *)
Definition states_of (v : nat) : nat := nth v (sizes n) 1%nat.
Definition nowhere (_ : nat) : nat := 0%nat.
(** a child or its parents *)
Definition family (c : conditional) (v : nat) : bool := existsb (Nat.eqb v) (child c :: parents c).
Lemma family_correct c v : family c v = true <-> In v (child c :: parents c).
Proof.
  unfold family. rewrite existsb_exists. split; [intros (w & w_in & same); apply Nat.eqb_eq in same as ->; exact w_in|]. intro v_in. exists v. split; [exact v_in|apply Nat.eqb_refl].
Qed.
Lemma entry_same c a b : (forall v, In v (child c :: parents c) -> a v = b v) -> entry c a = entry c b.
Proof.
  intro same. unfold entry. rewrite (map_ext_in a b) by (intros v v_in; apply same; now right). rewrite (same (child c)) by now left. reflexivity.
Qed.
Lemma entry_set c a v i : family c v = false -> entry c (set a v i) = entry c a.
Proof.
  intro out. apply entry_same. intros w w_in. unfold set. destruct (Nat.eqb_spec w v) as [->|_]; [|reflexivity]. apply family_correct in w_in. congruence.
Qed.

Hypothesis proper_n : proper n.
Lemma states_gt0 v : (0 < states_of v)%nat.
Proof.
  unfold states_of. destruct (Nat.lt_ge_cases v (length (sizes n))) as [less|more]; [|rewrite nth_overflow by exact more; lia].
  destruct proper_n as (some & _). rewrite Forall_forall in some. now apply some, nth_In.
Qed.
Lemma nowhere_in_range : in_range states_of nowhere.
Proof. intro v. apply states_gt0. Qed.
(** The probability of the evidence is a sum over the variables, one after the other, in any order. *)
Theorem mass_over order e : Permutation order (seq 0 (count n)) ->
  (mass n e == over states_of order (fun a => if agrees e a then joint n a else 0) nowhere)%Q.
Proof.
  intro all_once. rewrite <- (over_order states_of _ (count n) order states_gt0 all_once). unfold mass.
  assert (all : map states_of (seq 0 (count n)) = sizes n).
  { unfold states_of, count. rewrite <- (length_map (fun v => length (snd v)) (variables n)). apply map_nth_seq. }
  now rewrite all.
Qed.

(** ** The conditionals of some variables *)

Definition cond (v : nat) : conditional := nth v (conditionals n) (Conditional 0 [] []).
Definition factors (vs : list nat) (a : nat -> nat) : Q := fold_right (fun v p => entry (cond v) a * p)%Q 1 vs.

Lemma conditionals_width : length (conditionals n) = count n.
Proof. destruct proper_n as (_ & children & _). rewrite <- (length_map child), children. apply length_seq. Qed.
Lemma cond_in v : (v < count n)%nat -> In (cond v) (conditionals n).
Proof. intro less. apply nth_In. now rewrite conditionals_width. Qed.
Lemma cond_child v : (v < count n)%nat -> child (cond v) = v.
Proof.
  intro less. destruct proper_n as (_ & children & _). unfold cond. rewrite <- (map_nth child), children, seq_nth by exact less. reflexivity.
Qed.
Lemma joint_factors a : joint n a = factors (seq 0 (count n)) a.
Proof.
  unfold joint, factors. rewrite <- (map_nth_seq (conditionals n) (Conditional 0 [] [])) at 1. rewrite conditionals_width. fold cond.
  induction (seq 0 (count n)) as [|v vs IH]; [reflexivity|]. cbn [map fold_right]. now rewrite IH.
Qed.
Lemma factors_permutation vs ws a : Permutation vs ws -> (factors vs a == factors ws a)%Q.
Proof.
  induction 1 as [|v vs ws _ IH|v w vs|us vs ws _ IH1 _ IH2]; cbn [factors fold_right]; [reflexivity|now fold (factors vs a) (factors ws a); rewrite IH|ring|now rewrite IH1].
Qed.
Lemma factors_split f vs a : (factors vs a == factors (filter f vs) a * factors (filter (fun v => negb (f v)) vs) a)%Q.
Proof.
  induction vs as [|v vs IH]; [reflexivity|]. cbn [filter]. destruct (f v); cbn [negb factors fold_right]; fold (factors vs a); rewrite IH; unfold factors; cbn [fold_right]; ring.
Qed.
Lemma factors_set vs a v i : (forall w, In w vs -> family (cond w) v = false) -> factors vs (set a v i) = factors vs a.
Proof.
  intro out. induction vs as [|w vs IH]; [reflexivity|]. cbn [factors fold_right]. fold (factors vs (set a v i)) (factors vs a).
  rewrite IH by (intros u u_in; apply out; now right). now rewrite entry_set by (apply out; now left).
Qed.

Lemma assignments_map ps a : (forall p, In p ps -> (a p < size n p)%nat) -> In (map a ps) (assignments (map (size n) ps)).
Proof.
  induction ps as [|p ps IH]; intro less; [now left|]. cbn [map assignments]. apply in_flat_map. exists (a p). split.
  - apply in_seq. specialize (less p (or_introl eq_refl)). lia.
  - apply in_map, IH. intros q q_in. apply less. now right.
Qed.
Lemma size_states v : (v < count n)%nat -> size n v = states_of v.
Proof. intro less. unfold size, states_of. apply nth_indep. unfold sizes. now rewrite length_map. Qed.
(** the probabilities of the child's states add up to 1 *)
Lemma entry_total v a : (v < count n)%nat -> in_range states_of a -> (total (states_of v) (fun i => entry (cond v) (set a v i)) == 1)%Q.
Proof.
  intros less a_ok. destruct proper_n as (_ & _ & fine & rank & ranked). rewrite Forall_forall in fine, ranked.
  specialize (fine _ (cond_in v less)). specialize (ranked _ (cond_in v less)). rewrite cond_child in fine, ranked by exact less.
  destruct fine as (_ & parents_less & _ & rows_ok). rewrite Forall_forall in parents_less, ranked.
  destruct (rows_ok (map a (parents (cond v)))) as (numbers & found & width & is_law).
  { apply assignments_map. intros p p_in. rewrite size_states by now apply parents_less. apply a_ok. }
  rewrite (total_same _ _ (fun i => nth i numbers 0)).
  - unfold total. rewrite <- size_states, <- width, map_nth_seq by exact less. apply is_law.
  - intros i _. unfold entry. rewrite (map_ext_in (set a v i) a).
    + rewrite found, cond_child by exact less. unfold set. now rewrite Nat.eqb_refl.
    + intros p p_in. unfold set. destruct (Nat.eqb_spec p v) as [->|_]; [|reflexivity]. specialize (ranked v p_in). lia.
Qed.

Lemma rank_max (rank : nat -> nat) vs : vs <> [] -> exists b, In b vs /\ forall v, In v vs -> (rank v <= rank b)%nat.
Proof.
  induction vs as [|v vs IH]; [easy|]. intros _. destruct vs as [|w vs].
  - exists v. split; [now left|]. intros u [->|[]]. lia.
  - destruct (IH ltac:(easy)) as (b & b_in & most). destruct (Nat.le_gt_cases (rank v) (rank b)) as [le|gt].
    + exists b. split; [now right|]. intros u [->|u_in]; [exact le|now apply most].
    + exists v. split; [now left|]. intros u [->|u_in]; [lia|]. specialize (most u u_in). lia.
Qed.
(** The conditionals of variables that nothing else depends on add up to 1. *)
Theorem barren_sum B G : NoDup B -> (forall v, In v B -> (v < count n)%nat) -> (forall v a i, In v B -> (G (set a v i) == G a)%Q) ->
  agree states_of (over states_of B (fun a => factors B a * G a)%Q) G.
Proof.
  assert (by_length : forall k B, length B = k -> NoDup B -> (forall v, In v B -> (v < count n)%nat) -> (forall v a i, In v B -> (G (set a v i) == G a)%Q) ->
    agree states_of (over states_of B (fun a => factors B a * G a)%Q) G); [|now apply (by_length (length B))].
  clear B. intro k. induction k as [|k IH]; intros B width once small constant a a_ok.
  - destruct B; [|discriminate]. cbn [over factors fold_right]. ring.
  - pose proof proper_n as (_ & _ & _ & rank & ranked). rewrite Forall_forall in ranked.
    destruct (rank_max rank B ltac:(now destruct B)) as (b & b_in & most). destruct (in_split b B b_in) as (l & m & parts).
    assert (front : Permutation B (b :: l ++ m)) by (rewrite parts; symmetry; apply Permutation_middle).
    assert (once' : NoDup (b :: l ++ m)) by exact (Permutation_NoDup front once). inversion once' as [|? ? b_new rest_once]; subst.
    set (rest := l ++ m) in *. assert (rest_in : forall v, In v rest -> In v (l ++ b :: m)) by (intros v v_in; apply (Permutation_in _ (Permutation_sym front)); now right).
    eapply Qeq_trans; [exact (over_permutation states_of _ _ _ front once a a_ok)|]. cbn [over].
    eapply Qeq_trans; [|apply (IH rest); [apply Permutation_length in front; cbn in front; lia|exact rest_once|intros v v_in; now apply small, rest_in|intros v c i v_in; now apply constant, rest_in|exact a_ok]].
    apply over_same; [|exact a_ok]. intros c c_ok. unfold over_states.
    assert (others : forall v, In v rest -> family (cond v) b = false).
    { intros v v_in. pose proof (small v (rest_in v v_in)) as v_less. apply not_true_iff_false. rewrite family_correct, cond_child by exact v_less.
      intros [<-|is_parent]; [contradiction|]. specialize (ranked _ (cond_in v v_less)). rewrite Forall_forall in ranked. specialize (ranked b is_parent).
      rewrite cond_child in ranked by exact v_less. specialize (most v (rest_in v v_in)). lia. }
    rewrite (total_same _ _ (fun i => (factors rest c * G c) * entry (cond b) (set c b i))%Q).
    + rewrite total_scale, entry_total; [ring|now apply small|exact c_ok].
    + intros i _. rewrite (factors_permutation _ _ (set c b i) front), (constant b c i b_in). cbn [factors fold_right]. fold (factors rest (set c b i)).
      rewrite factors_set by exact others. ring.
Qed.

(** ** Evidence *)

Definition agreement (e : evidence) (a : nat -> nat) : Q := if agrees e a then 1 else 0.
Lemma agreement_app k l a : (agreement (k ++ l) a == agreement k a * agreement l a)%Q.
Proof. unfold agreement, agrees. rewrite forallb_app. destruct (forallb _ k), (forallb _ l); cbn [andb]; ring. Qed.
Lemma agreement_set e a v i : ~ In v (map fst e) -> agreement e (set a v i) = agreement e a.
Proof.
  intro out. unfold agreement. replace (agrees e (set a v i)) with (agrees e a); [reflexivity|]. unfold agrees.
  induction e as [|[w j] e IH]; [reflexivity|]. cbn [forallb map fst In] in *. rewrite IH by tauto. f_equal. unfold set.
  destruct (Nat.eqb_spec w v) as [->|_]; [tauto|reflexivity].
Qed.
Definition mentions (e : evidence) (v : nat) : bool := existsb (Nat.eqb v) (map fst e).
Lemma mentions_correct e v : mentions e v = true <-> In v (map fst e).
Proof.
  unfold mentions. rewrite existsb_exists. split; [intros (w & w_in & same); apply Nat.eqb_eq in same as ->; exact w_in|]. intro v_in. exists v. split; [exact v_in|apply Nat.eqb_refl].
Qed.
(** the state that the evidence gives to a variable *)
Definition told (e : evidence) (v : nat) : nat := match find (fun vi => Nat.eqb (fst vi) v) e with Some vi => snd vi | None => 0%nat end.
Lemma agreement_told e v a : In v (map fst e) -> a v <> told e v -> (agreement e a == 0)%Q.
Proof.
  intros v_in other. unfold agreement. destruct (agrees e a) eqn:all; [|reflexivity]. exfalso. apply other. unfold told. unfold agrees in all. rewrite forallb_forall in all.
  destruct (find _ e) as [[w i]|] eqn:found.
  - apply find_some in found as [inside same]. apply Nat.eqb_eq in same. cbn [fst] in same. subst w. now apply Nat.eqb_eq, (all (v, i)).
  - apply in_map_iff in v_in as ((w & i) & <- & inside). pose proof (find_none _ _ found _ inside) as no. cbn [fst] in no. rewrite Nat.eqb_refl in no. discriminate.
Qed.

(** ** Two sides that no conditional joins *)

Lemma filter_split (f : nat -> bool) l : Permutation (filter f l ++ filter (fun v => negb (f v)) l) l.
Proof.
  induction l as [|v l IH]; [constructor|]. cbn [filter]. destruct (f v); cbn [negb app]; [now constructor|]. symmetry. apply Permutation_cons_app. symmetry. exact IH.
Qed.
Section Sides.
Variables (x y z : evidence) (inside left : nat -> bool).
Hypotheses
  (parents_inside : forall v p, (v < count n)%nat -> inside v = true -> In p (parents (cond v)) -> inside p = true)
  (one_side : forall c v w, (c < count n)%nat -> inside c = true -> family (cond c) v = true -> family (cond c) w = true -> mentions z v = false -> mentions z w = false -> left v = left w)
  (x_side : forall v, In v (map fst x) -> inside v = true /\ mentions z v = false /\ left v = true)
  (y_side : forall v, In v (map fst y) -> inside v = true /\ mentions z v = false /\ left v = false)
  (z_inside : forall v, In v (map fst z) -> inside v = true).

Local Definition variables_of := seq 0 (count n).
Local Definition W := filter inside variables_of.
Local Definition Others := filter (fun v => negb (inside v)) variables_of.
Local Definition Given := filter (mentions z) W.
Local Definition Free := filter (fun v => negb (mentions z v)) W.
Local Definition Left := filter left Free.
Local Definition Right := filter (fun v => negb (left v)) Free.
(** whether a variable of the first side is in the family *)
Local Definition joins (c : nat) : bool := existsb (fun v => negb (mentions z v) && left v) (child (cond c) :: parents (cond c)).
Local Definition first (a : nat -> nat) : Q := factors (filter joins W) a.
Local Definition second (a : nat -> nat) : Q := factors (filter (fun c => negb (joins c)) W) a.

Local Lemma order_once : Permutation (Others ++ (Left ++ Right) ++ Given) variables_of.
Proof.
  transitivity (W ++ Others); [|apply filter_split]. transitivity (Others ++ W); [|apply Permutation_app_comm]. apply Permutation_app_head.
  transitivity (Free ++ Given); [apply Permutation_app_tail, filter_split|]. transitivity (Given ++ Free); [apply Permutation_app_comm|apply filter_split].
Qed.
Local Lemma W_in v : In v W <-> (v < count n)%nat /\ inside v = true.
Proof. unfold W, variables_of. rewrite filter_In, in_seq. split; intros [small yes]; split; auto; lia. Qed.
Local Lemma Left_in v : In v Left -> (v < count n)%nat /\ inside v = true /\ mentions z v = false /\ left v = true.
Proof. unfold Left, Free. rewrite !filter_In, W_in, negb_true_iff. tauto. Qed.
Local Lemma Right_in v : In v Right -> (v < count n)%nat /\ inside v = true /\ mentions z v = false /\ left v = false.
Proof. unfold Right, Free. rewrite !filter_In, W_in, !negb_true_iff. tauto. Qed.
Local Lemma family_inside c v : In c W -> family (cond c) v = true -> inside v = true.
Proof.
  rewrite W_in. intros [small c_in]. rewrite family_correct, cond_child by exact small. intros [<-|is_parent]; [exact c_in|]. now apply (parents_inside c).
Qed.
Local Lemma joins_correct c : joins c = true <-> exists v, family (cond c) v = true /\ mentions z v = false /\ left v = true.
Proof.
  unfold joins. rewrite existsb_exists. split; intros (v & v_in & rest); exists v.
  - rewrite andb_true_iff, negb_true_iff in rest. split; [now apply family_correct|exact rest].
  - split; [now apply family_correct|]. rewrite andb_true_iff, negb_true_iff. exact rest.
Qed.
Local Lemma first_constant v a i : inside v = false \/ In v Right -> first (set a v i) = first a.
Proof.
  intro where_v. apply factors_set. intros c c_in. apply filter_In in c_in as [c_in joining]. apply not_true_iff_false. intro member.
  destruct where_v as [out|right]; [rewrite (family_inside c v c_in member) in out; discriminate|]. apply Right_in in right as (_ & _ & not_given & right).
  apply joins_correct in joining as (w & w_member & w_free & w_left). apply W_in in c_in as [small c_inside]. rewrite (one_side c v w) in right; try assumption. congruence.
Qed.
Local Lemma second_constant v a i : inside v = false \/ In v Left -> second (set a v i) = second a.
Proof.
  intro where_v. apply factors_set. intros c c_in. apply filter_In in c_in as [c_in joining]. apply not_true_iff_false. intro member.
  destruct where_v as [out|is_left]; [rewrite (family_inside c v c_in member) in out; discriminate|]. apply Left_in in is_left as (_ & _ & not_given & is_left).
  apply negb_true_iff, not_true_iff_false in joining. apply joining, joins_correct. now exists v.
Qed.
Local Lemma outside_constant e v a i : (forall w, In w (map fst e) -> inside w = true) -> inside v = false -> agreement e (set a v i) = agreement e a.
Proof. intros within out. apply agreement_set. intro v_in. rewrite (within v v_in) in out. discriminate. Qed.

(** the probability of evidence about one side or about none, about the other side or about none, together with what is given *)
Local Lemma mass_sides : exists (c : Q) (U V : evidence -> Q), forall k l, k = x \/ k = [] -> l = y \/ l = [] -> (mass n (k ++ l ++ z) == c * (U k * V l))%Q.
Proof.
  assert (once : NoDup (Others ++ (Left ++ Right) ++ Given)) by exact (Permutation_NoDup (Permutation_sym order_once) (seq_NoDup _ _)).
  assert (Given_once : NoDup Given) by (apply NoDup_filter, NoDup_filter, seq_NoDup).
  assert (apart : forall v, In v Left -> ~ In v Right) by (intros v first_in second_in; apply Left_in in first_in; apply Right_in in second_in; destruct first_in as (_ & _ & _ & yes), second_in as (_ & _ & _ & no); congruence).
  destruct (over_pick states_of Given (told z) (agreement z) states_gt0 Given_once) with (a := nowhere) as (b & b_ok & pick); [|exact nowhere_in_range|].
  { intros v c v_in. apply agreement_told, mentions_correct. now apply filter_In in v_in. }
  exists (agreement z b), (fun k => over states_of Left (fun a => agreement k a * first a)%Q b), (fun l => over states_of Right (fun a => agreement l a * second a)%Q b).
  intros k l k_x l_y. rewrite (mass_over _ _ order_once), !over_app.
  assert (k_side : forall v, In v (map fst k) -> inside v = true /\ mentions z v = false /\ left v = true) by (destruct k_x as [->| ->]; [exact x_side|easy]).
  assert (l_side : forall v, In v (map fst l) -> inside v = true /\ mentions z v = false /\ left v = false) by (destruct l_y as [->| ->]; [exact y_side|easy]).
  set (U := over states_of Left (fun a => agreement k a * first a)%Q). set (V := over states_of Right (fun a => agreement l a * second a)%Q).
  set (G := fun a => ((agreement l a * agreement z a * second a) * (agreement k a * first a))%Q).
  rewrite <- (pick (fun a => U a * V a)%Q). apply over_same; [|exact nowhere_in_range].
  assert (others_summed : agree states_of (over states_of Others (fun a => if agrees (k ++ l ++ z) a then joint n a else 0)%Q) G).
  { intros a a_ok. eapply Qeq_trans; [apply (over_same states_of Others) with (G := fun a => (factors Others a * G a)%Q); [|exact a_ok]|].
    - intros d _. transitivity (agreement (k ++ l ++ z) d * joint n d)%Q; [unfold agreement; destruct (agrees _ d); ring|].
      rewrite !agreement_app, joint_factors, (factors_split inside), (factors_split joins (filter inside _)). unfold G, first, second, W, Others, variables_of. ring.
    - apply barren_sum; [apply NoDup_filter, seq_NoDup|intros v v_in; apply filter_In in v_in as [v_in _]; apply in_seq in v_in; lia| |exact a_ok].
      intros v d i v_in. apply filter_In in v_in as [_ out]. apply negb_true_iff in out. unfold G.
      rewrite first_constant, second_constant, !outside_constant by first [now left|exact out|exact z_inside|intros w w_in; now apply k_side|intros w w_in; now apply l_side]. reflexivity. }
  intros a a_ok. eapply Qeq_trans; [apply over_same; [apply over_same; exact others_summed|exact a_ok]|].
  eapply Qeq_trans; [apply over_same; [|exact a_ok]|].
  - apply (over_scale states_of Left (fun d => agreement l d * agreement z d * second d)%Q (fun d => agreement k d * first d)%Q).
    intros v d i v_in. rewrite second_constant by now right. apply Left_in in v_in as (_ & _ & free & is_left).
    rewrite !agreement_set; [reflexivity| |]; [apply not_true_iff_false in free; rewrite mentions_correct in free; exact free|].
    intro about. destruct (l_side v about) as (_ & _ & no). congruence.
  - fold U. eapply Qeq_trans; [apply over_same with (G := fun d => (agreement z d * U d * (agreement l d * second d))%Q); [intros d _; ring|exact a_ok]|].
    eapply Qeq_trans; [apply (over_scale states_of Right (fun d => agreement z d * U d)%Q); [|exact a_ok]|cbv beta; fold V; ring].
    intros v d i v_in. pose proof (Right_in v v_in) as (_ & _ & free & is_right). unfold U. rewrite over_constant.
    + rewrite agreement_set; [reflexivity|]. apply not_true_iff_false in free. rewrite mentions_correct in free. exact free.
    + intro also. exact (apart v also v_in).
    + intro c. rewrite first_constant by now right. rewrite agreement_set; [reflexivity|]. intro about. destruct (k_side v about) as (_ & _ & no). congruence.
Qed.
(** P(x, y, z) P(z) = P(x, z) P(y, z) *)
Theorem separation_independent : (mass n (x ++ y ++ z) * mass n z == mass n (x ++ z) * mass n (y ++ z))%Q.
Proof.
  destruct mass_sides as (c & U & V & mass_of). pose proof (mass_of [] y (or_intror eq_refl) (or_introl eq_refl)) as about_y.
  pose proof (mass_of x [] (or_introl eq_refl) (or_intror eq_refl)) as about_x. pose proof (mass_of [] [] (or_intror eq_refl) (or_intror eq_refl)) as about_z.
  cbn [app] in *. rewrite (mass_of x y (or_introl eq_refl) (or_introl eq_refl)), about_x, about_y, about_z. ring.
Qed.
End Sides.
End Network.

(** ** d-separation *)

Section Separation.
Variable n : network.
Definition is_parent (p v : nat) : Prop := (v < count n)%nat /\ In p (parents (cond n v)).
(** a member of the set, or an ancestor of one *)
Inductive above (s : nat -> Prop) : nat -> Prop :=
| above_here v : s v -> above s v
| above_parent p v : is_parent p v -> above s v -> above s p.
(** how the ball came to a variable: from a child, as it also begins, or from a parent *)
Inductive way := Up | Down.
Section Ball.
Variables first given : list nat.
Inductive reached : way -> nat -> Prop :=
| begins v : In v first -> reached Up v
| rises v p : reached Up v -> ~ In v given -> is_parent p v -> reached Up p
| falls w v c : reached w v -> ~ In v given -> is_parent v c -> reached Down c
| bounces v p : reached Down v -> above (fun u => In u given) v -> is_parent p v -> reached Up p.
End Ball.
(** no variable that is given is on a side, and the ball does not get from the first side to the second: there is no active trail between them *)
Definition d_separated (first second given : list nat) : Prop :=
  (forall v, In v first -> ~ In v given) /\ (forall v, In v second -> ~ In v given) /\ forall w v, In v second -> ~ reached first given w v.

Local Lemma decided (P : nat -> Prop) k : exists f : nat -> bool, forall v, (v < k)%nat -> (f v = true <-> P v).
Proof.
  induction k as [|k [f f_ok]]; [exists (fun _ => true); intros v less; inversion less|].
  assert (extend : forall b : bool, (b = true <-> P k) -> exists f : nat -> bool, forall v, (v < S k)%nat -> (f v = true <-> P v)).
  { intros b b_ok. exists (fun v => if Nat.eqb v k then b else f v). intros v less. destruct (Nat.eqb_spec v k) as [->|other]; [exact b_ok|]. apply f_ok. lia. }
  destruct (classic (P k)) as [yes|no]; [apply (extend true); tauto|apply (extend false); split; [discriminate|tauto]].
Qed.
Local Lemma above_any s t v : above (fun u => s u \/ t u) v -> above s v \/ above t v.
Proof.
  induction 1 as [v [here|here]|p v parent _ [IH|IH]]; [left|right|left|right]; try (now apply above_here); now apply (above_parent _ p v).
Qed.

Variables first second given : list nat.
Hypothesis separated : d_separated first second given.
Notation ancestor_of_given := (above (fun u => In u given)).
(** what has a descendant on the second side, and none that is given, is not reached *)
Local Lemma unreached v : above (fun u => In u second) v -> ~ ancestor_of_given v -> forall w, ~ reached first given w v.
Proof.
  induction 1 as [v here|p v parent _ IH]; intros free w ball; [exact (proj2 (proj2 separated) w v here ball)|].
  apply (IH (fun is_above => free (above_parent _ p v parent is_above)) Down). apply (falls first given w p v); [exact ball| |exact parent]. intro p_given. now apply free, above_here.
Qed.
(** what has a descendant on the first side, and none that is given, is reached from below *)
Local Lemma reached_below v : above (fun u => In u first) v -> ~ ancestor_of_given v -> reached first given Up v.
Proof.
  induction 1 as [v here|p v parent _ IH]; intro free; [now apply begins|].
  assert (v_free : ~ ancestor_of_given v) by (intro is_above; now apply free, (above_parent _ p v)).
  apply (rises first given v p); [now apply IH| |exact parent]. intro v_given. now apply v_free, above_here.
Qed.
Local Lemma reached_up v w : above (fun u => In u first \/ In u second \/ In u given) v -> reached first given w v -> ~ ancestor_of_given v -> reached first given Up v.
Proof.
  intros inside ball free. apply above_any in inside as [is_first|rest]; [now apply reached_below|]. apply above_any in rest as [is_second|is_given]; [|contradiction].
  exfalso. exact (unreached v is_second free w ball).
Qed.
(** from one member of a family to all others *)
Local Lemma family_reached c v u w : (c < count n)%nat -> above (fun u => In u first \/ In u second \/ In u given) c -> v = c \/ In v (parents (cond n c)) -> u = c \/ In u (parents (cond n c)) ->
  ~ In v given -> reached first given w v -> exists w, reached first given w u.
Proof.
  intros small inside v_member u_member v_free ball.
  assert (from_child : forall way, reached first given way c -> In u (parents (cond n c)) -> exists w, reached first given w u).
  { intros way at_child u_parent. exists Up. assert (parent : is_parent u c) by (split; assumption). destruct (classic (ancestor_of_given c)) as [is_above|free].
    - destruct way; [|exact (bounces _ _ c u at_child is_above parent)].
      destruct (classic (In c given)) as [c_given|c_free]; [|exact (rises _ _ c u at_child c_free parent)].
      (* only a beginning or a child leads up to c *)
      destruct v_member as [->|v_parent]; [contradiction|]. apply (bounces _ _ c u); [|exact is_above|exact parent]. apply (falls _ _ w v c ball v_free). split; assumption.
    - apply (rises _ _ c u); [now apply (reached_up c way)| |exact parent]. intro c_given. now apply free, above_here. }
  destruct v_member as [->|v_parent].
  - destruct u_member as [->|u_parent]; [now exists w|]. exact (from_child w ball u_parent).
  - assert (down : reached first given Down c) by (apply (falls _ _ w v c ball v_free); split; assumption).
    destruct u_member as [->|u_parent]; [now exists Down|]. exact (from_child Down down u_parent).
Qed.
End Separation.

(** The global Markov property.  If the variables of x and y are d-separated by those of z, they are independent given these: P(x, y, z) P(z) = P(x, z) P(y, z), for all states. *)
Theorem global_markov n x y z : proper n -> (forall v, In v (map fst (x ++ y ++ z)) -> (v < count n)%nat) -> d_separated n (map fst x) (map fst y) (map fst z) ->
  (mass n (x ++ y ++ z) * mass n z == mass n (x ++ z) * mass n (y ++ z))%Q.
Proof.
  intros proper_n small separated. pose proof separated as (x_free & y_free & unreached_y).
  set (inside := fun v => above n (fun u => In u (map fst x) \/ In u (map fst y) \/ In u (map fst z)) v).
  destruct (decided inside (count n)) as (within & within_ok). destruct (decided (fun v => exists w, reached n (map fst x) (map fst z) w v) (count n)) as (left & left_ok).
  assert (parent_small : forall v p, (v < count n)%nat -> In p (parents (cond n v)) -> (p < count n)%nat).
  { intros v p less p_in. pose proof proper_n as (_ & _ & fine & _). rewrite Forall_forall in fine. destruct (fine _ (cond_in n proper_n v less)) as (_ & parents_less & _).
    rewrite Forall_forall in parents_less. now apply parents_less. }
  rewrite !map_app in small. assert (x_small : forall v, In v (map fst x) -> (v < count n)%nat) by (intros; apply small; rewrite !in_app_iff; tauto).
  assert (y_small : forall v, In v (map fst y) -> (v < count n)%nat) by (intros; apply small; rewrite !in_app_iff; tauto).
  assert (z_small : forall v, In v (map fst z) -> (v < count n)%nat) by (intros; apply small; rewrite !in_app_iff; tauto).
  assert (not_given : forall v, mentions z v = false <-> ~ In v (map fst z)) by (intro v; rewrite <- mentions_correct; apply not_true_iff_false || (symmetry; apply not_true_iff_false)).
  apply (separation_independent n proper_n x y z within left).
  - intros v p less v_in p_in. apply within_ok; [now apply (parent_small v)|]. apply (above_parent n _ p v); [split; assumption|now apply within_ok].
  - intros c v w less c_in v_member w_member v_free w_free. rewrite not_given in v_free, w_free. apply within_ok in c_in; [|exact less].
    apply family_correct in v_member, w_member. rewrite cond_child in v_member, w_member by assumption.
    assert (v_less : (v < count n)%nat) by (destruct v_member as [<-|v_parent]; [exact less|now apply (parent_small c)]).
    assert (w_less : (w < count n)%nat) by (destruct w_member as [<-|w_parent]; [exact less|now apply (parent_small c)]).
    assert (member : forall u, In u (c :: parents (cond n c)) -> u = c \/ In u (parents (cond n c))) by (intros u [<-|u_in]; [now left|now right]).
    apply eq_true_iff_eq. rewrite !left_ok by assumption. split; intros (way & ball).
    + exact (family_reached n _ _ _ separated c v w way less c_in (member v v_member) (member w w_member) v_free ball).
    + exact (family_reached n _ _ _ separated c w v way less c_in (member w w_member) (member v v_member) w_free ball).
  - intros v v_in. pose proof (x_small v v_in) as less. split; [apply within_ok; [exact less|]; apply above_here; tauto|]. split; [apply not_given; now apply x_free|].
    apply left_ok; [exact less|]. exists Up. now apply begins.
  - intros v v_in. pose proof (y_small v v_in) as less. split; [apply within_ok; [exact less|]; apply above_here; tauto|]. split; [apply not_given; now apply y_free|].
    apply not_true_iff_false. rewrite left_ok by exact less. intros (w & ball). exact (unreached_y w v v_in ball).
  - intros v v_in. apply within_ok; [now apply z_small|]. apply above_here. tauto.
Qed.

(** ** One instance: two coins, and whether they show the same side *)

Definition coins : network :=
  let sides := ["heads"; "tails"]%pstring in
  Network [("first", sides); ("second", sides); ("same", sides)]%pstring
    [Conditional 0 [] [([], [1 # 2; 1 # 2])]; Conditional 1 [] [([], [1 # 2; 1 # 2])];
     Conditional 2 [0; 1]%nat [([0; 0]%nat, [1; 0]); ([0; 1]%nat, [0; 1]); ([1; 0]%nat, [0; 1]); ([1; 1]%nat, [1; 0])]]%Q.
Lemma coins_proper : proper coins.
Proof.
  assert (law : forall p q, (0 <= p)%Q -> (0 <= q)%Q -> (p + (q + 0) == 1)%Q -> Chains.distribution [p; q]).
  { intros p q p_ge0 q_ge0 one. split; [now repeat constructor|exact one]. }
  split; [repeat constructor|]. split; [reflexivity|]. split.
  - repeat apply Forall_cons; [..|apply Forall_nil]; (split; [cbn; lia|]); (split; [repeat constructor|]); (split; [reflexivity|]);
      intros states states_in; cbn in states_in;
      repeat (destruct states_in as [<-|states_in]; [eexists; split; [reflexivity|]; split; [reflexivity|]; now apply law|]); destruct states_in.
  - exists (fun v => Nat.div v 2). repeat constructor.
Qed.
(** The coins are d-separated, and so independent ... *)
Theorem coins_independent i j : (mass coins [(0, i); (1, j)]%nat * mass coins [] == mass coins [(0, i)]%nat * mass coins [(1, j)]%nat)%Q.
Proof.
  apply (global_markov coins [(0, i)]%nat [(1, j)]%nat []); [exact coins_proper|cbn; intuition lia|]. split; [easy|]. split; [easy|].
  assert (only : forall w v, reached coins [0%nat] [] w v -> (w = Up /\ v = 0%nat) \/ (w = Down /\ v = 2%nat)).
  { assert (parents_of : forall p v, is_parent coins p v -> v = 2%nat /\ (p = 0%nat \/ p = 1%nat)).
    { intros p v [less p_in]. cbn in less. destruct v as [|[|[|v]]]; cbn in p_in; [easy|easy|intuition|lia]. }
    induction 1 as [v [<-|[]]|v p _ IH _ parent|w v c _ IH _ parent|v p _ _ is_above _].
    - now left.
    - apply parents_of in parent as [-> _]. destruct IH as [[_ wrong]|[wrong _]]; discriminate.
    - apply parents_of in parent as [-> _]. now right.
    - exfalso. clear - is_above. induction is_above; [contradiction|assumption]. }
  intros w v [<-|[]] ball. apply only in ball as [[_ wrong]|[_ wrong]]; discriminate.
Qed.
(** ... but not given that they show the same side: one coin then tells the other (and a ball bounces). *)
Theorem coins_dependent : ~ (mass coins [(0, 0); (1, 0); (2, 0)]%nat * mass coins [(2, 0)]%nat == mass coins [(0, 0); (2, 0)]%nat * mass coins [(1, 0); (2, 0)]%nat)%Q.
Proof. vm_compute. discriminate. Qed.
Theorem coins_connected : ~ d_separated coins [0%nat] [1%nat] [2%nat].
Proof.
  intros (_ & _ & apart). apply (apart Up 1%nat (or_introl eq_refl)). assert (second : is_parent coins 1 2) by (split; [cbn; lia|cbn; tauto]).
  apply (bounces coins _ _ 2); [|now apply above_here; left|exact second]. apply (falls coins _ _ Up 0 2); [apply begins; now left|intros [wrong|[]]; discriminate|split; [cbn; lia|cbn; tauto]].
Qed.
