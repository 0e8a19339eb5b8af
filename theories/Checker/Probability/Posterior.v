(** * The checker of posterior distributions

    The probability of the evidence together with each state of the variable that is asked for, by elimination of all other variables; the certificate has the order of elimination, and for each
    variable a rank above those of its parents.

    Main definitions: [weights], [prove_posterior].
    Main results: [weights_correct], [prove_posterior_sound].

    Trust: proved.
    Source: as Elimination.v. *)
From Coq Require Import PString Uint63 ZArith QArith List Bool Lia Permutation.
From Warrant Require Import Spec.Bytes Spec.Networks Primitives.Probability.Kernels Checker.Probability.Elimination.
From Warrant Require Spec.Chains Checker.Probability.Chains.
Import ListNotations.
Local Open Scope bool_scope.

(** ** Networks that are proper *)

Definition fits (n : network) (ranks : list nat) (c : conditional) : bool :=
  let below v := Nat.ltb v (count n) in
  let rank v := nth v ranks 0%nat in
  below (child c) && forallb below (parents c) && forallb (fun p => Nat.ltb (rank p) (rank (child c))) (parents c) &&
  Nat.eqb (length (rows c)) (length (assignments (map (size n) (parents c)))) &&
  forallb (fun states =>
    match find (fun row => same_list (fst row) states) (rows c) with
    | Some (found, numbers) => same_list found states && Nat.eqb (length numbers) (size n (child c)) && Checker.Probability.Chains.is_distribution numbers
    | None => false
    end) (assignments (map (size n) (parents c))).
Definition is_proper (n : network) (ranks : list nat) : bool :=
  forallb (Nat.ltb 0) (sizes n) && same_list (map child (conditionals n)) (seq 0 (count n)) && forallb (fits n ranks) (conditionals n).

Lemma same_list_correct k l : same_list k l = true -> k = l.
Proof.
  revert l. induction k as [|a k IH]; intros [|b l]; cbn; try easy. rewrite andb_true_iff, Nat.eqb_eq. intros [-> same]. f_equal. now apply IH.
Qed.
Lemma is_proper_correct n ranks : is_proper n ranks = true -> proper n.
Proof.
  unfold is_proper. rewrite !andb_true_iff, !forallb_forall. intros [[some children] each].
  split; [apply Forall_forall; intros s s_in; now apply Nat.ltb_lt, some|]. split; [now apply same_list_correct|].
  assert (all : forall c, In c (conditionals n) -> _) by (intros c c_in; exact (each c c_in)). unfold fits in all. split.
  - apply Forall_forall. intros c c_in. specialize (all c c_in). rewrite !andb_true_iff, !forallb_forall in all. destruct all as [[[[small parents_small] _] number] tables].
    split; [now apply Nat.ltb_lt|]. split; [apply Forall_forall; intros p p_in; now apply Nat.ltb_lt, parents_small|]. split; [now apply Nat.eqb_eq|].
    intros states states_in. specialize (tables states states_in). destruct (find _ (rows c)) as [[found numbers]|]; [|discriminate].
    rewrite !andb_true_iff in tables. destruct tables as [[same width] is_dist]. apply same_list_correct in same as ->.
    exists numbers. split; [reflexivity|]. split; [now apply Nat.eqb_eq|now apply Checker.Probability.Chains.is_distribution_correct].
  - exists (fun v => nth v ranks 0%nat). apply Forall_forall. intros c c_in. specialize (all c c_in). rewrite !andb_true_iff, !forallb_forall in all.
    destruct all as [[[_ ranked] _] _]. apply Forall_forall. intros p p_in. now apply Nat.ltb_lt, ranked.
Qed.

(** ** Probabilities *)

Section Mass.
Variables (n : network) (others : list nat) (x : nat).
(** the variable that is asked for is the last one *)
Definition order : list nat := others ++ [x].
(** what is no variable has one state *)
Definition states_of (v : nat) : nat := nth v (sizes n) 1%nat.
Definition family (c : conditional) (v : nat) : bool := existsb (Nat.eqb v) (child c :: parents c).
Definition scope (c : conditional) : list nat := filter (family c) order.
Definition nowhere (_ : nat) : nat := 0%nat.
(** a conditional probability, or 0 where the evidence about child or parents says otherwise *)
Definition restricted (e : evidence) (c : conditional) (a : nat -> nat) : Q :=
  if agrees (filter (fun vi => family c (fst vi)) e) a then Qred (entry c a) else 0.
Definition tables (e : evidence) : list tree :=
  map (fun vi => table states_of [fst vi] (fun a => if Nat.eqb (a (fst vi)) (snd vi) then 1 else 0)%Q nowhere) e ++
  map (fun c => table states_of (scope c) (restricted e c) nowhere) (conditionals n).
Fixpoint place (v : nat) (l : list nat) : nat := match l with [] => O | w :: l => if Nat.eqb v w then O else S (place v l) end.
(** the probability of the evidence together with each state of the variable *)
Definition weights (e : evidence) : option (list Q) :=
  let places := map (fun v => place v order) (seq 0 (count n)) in
  let before v w := Nat.ltb (nth v places 0%nat) (nth w places 0%nat) in
  do fs <- eliminate states_of before (2 + count n) Checker.Probability.Chains.plus (fun p q => Qred (Checker.Probability.Chains.times p q)) others (tables e);
  Some (map (fun i => Qred (product_of fs (set nowhere x i))) (seq 0 (states_of x))).
Definition is_order : bool := Nat.eqb (length order) (count n) && forallb (fun v => existsb (Nat.eqb v) order) (seq 0 (count n)).

Hypotheses (proper_n : proper n) (order_ok : is_order = true).
Lemma is_order_correct : Permutation order (seq 0 (count n)).
Proof.
  unfold is_order in order_ok. rewrite andb_true_iff, forallb_forall in order_ok. destruct order_ok as [lengths all]. apply Nat.eqb_eq in lengths.
  symmetry. apply NoDup_Permutation_bis; [apply seq_NoDup|rewrite length_seq; lia|]. intros v v_in. specialize (all v v_in). apply existsb_exists in all as (w & w_in & same).
  now apply Nat.eqb_eq in same as ->.
Qed.
Lemma entry_same c a b : (forall v, In v (child c :: parents c) -> a v = b v) -> entry c a = entry c b.
Proof.
  intro same. unfold entry. rewrite (map_ext_in a b) by (intros v v_in; apply same; now right). rewrite (same (child c)) by now left. reflexivity.
Qed.
Local Lemma product_of_cons t l a : product_of (t :: l) a = (eval t a * product_of l a)%Q. Proof. reflexivity. Qed.
Lemma agrees_filter e g a : agrees e a = true -> agrees (filter g e) a = true.
Proof.
  unfold agrees. rewrite !forallb_forall. intros all vi vi_in. apply filter_In in vi_in. now apply all.
Qed.
Lemma tables_correct e a : in_range states_of a -> (product_of (tables e) a == if agrees e a then joint n a else 0)%Q.
Proof.
  intro a_ok. unfold tables. set (conditionals_part := map (fun c => table states_of (scope c) (restricted e c) nowhere) (conditionals n)).
  assert (evidence_part : forall k, (product_of (map (fun vi => table states_of [fst vi] (fun a => if Nat.eqb (a (fst vi)) (snd vi) then 1 else 0)%Q nowhere) k ++ conditionals_part) a ==
    if agrees k a then product_of conditionals_part a else 0)%Q).
  { induction k as [|[v i] k IH]; [reflexivity|]. cbn [map app agrees forallb fst snd]. rewrite product_of_cons, IH.
    rewrite table_correct by exact a_ok. cbn [taken]. unfold set at 1. rewrite Nat.eqb_refl. unfold agrees.
    destruct (Nat.eqb (a v) i); cbn [andb]; [ring|]. ring. }
  rewrite evidence_part. destruct (agrees e a) eqn:agreed; [|reflexivity]. unfold conditionals_part, joint. clear evidence_part conditionals_part.
  assert (each : forall cs, (forall c, In c cs -> In c (conditionals n)) ->
    (product_of (map (fun c => table states_of (scope c) (restricted e c) nowhere) cs) a == fold_right (fun c p => entry c a * p) 1 cs)%Q); [|now apply each].
  induction cs as [|c cs IH]; intro inside; [reflexivity|]. cbn [map product_of fold_right]. fold (product_of (map (fun c => table states_of (scope c) (restricted e c) nowhere) cs) a).
  rewrite IH by (intros d d_in; apply inside; now right). rewrite table_correct by exact a_ok.
  assert (same : forall v, In v (child c :: parents c) -> taken (scope c) a nowhere v = a v).
  { intros v v_in. apply taken_correct. left. unfold scope. apply filter_In. split; [|apply existsb_exists; exists v; split; [exact v_in|apply Nat.eqb_refl]].
    apply (Permutation_in _ (Permutation_sym is_order_correct)), in_seq. destruct proper_n as (_ & _ & fine & _). rewrite Forall_forall in fine.
    destruct (fine c (inside c (or_introl eq_refl))) as (child_less & parents_less & _). rewrite Forall_forall in parents_less. cbn.
    destruct v_in as [<-|v_in]; [exact (conj (Nat.le_0_l _) child_less)|]. exact (conj (Nat.le_0_l _) (parents_less v v_in)). }
  unfold restricted. replace (agrees _ (taken (scope c) a nowhere)) with true; [now rewrite Qred_correct, (entry_same c _ a same)|].
  symmetry. rewrite <- (agrees_filter e (fun vi => family c (fst vi)) a agreed). unfold agrees. apply eq_true_iff_eq. rewrite !forallb_forall.
  split; intros all [v i] vi_in; specialize (all (v, i) vi_in); cbn beta iota in *; apply filter_In in vi_in as [_ in_family]; apply existsb_exists in in_family as (w & w_in & equal);
    apply Nat.eqb_eq in equal; cbn [fst] in equal; subst w; (rewrite same in * by exact w_in); exact all.
Qed.
Lemma states_gt0 v : (0 < states_of v)%nat.
Proof.
  unfold states_of. destruct (Nat.lt_ge_cases v (length (sizes n))) as [less|more]; [|rewrite nth_overflow by exact more; lia].
  destruct proper_n as (some & _). rewrite Forall_forall in some. now apply some, nth_In.
Qed.
Lemma mass_over e : (mass n e == over states_of order (fun a => if agrees e a then joint n a else 0) nowhere)%Q.
Proof.
  rewrite <- (over_order states_of _ (count n) order states_gt0 is_order_correct). unfold mass.
  assert (all : map states_of (seq 0 (count n)) = sizes n).
  { unfold states_of, count. rewrite <- (length_map (fun v => length (snd v)) (variables n)). apply map_nth_seq. }
  now rewrite all.
Qed.
Lemma x_last v : In v others -> x <> v.
Proof.
  intros v_in <-. assert (once : NoDup order) by exact (Permutation_NoDup (Permutation_sym is_order_correct) (seq_NoDup _ _)).
  apply NoDup_remove_2 with (l := others) (l' := []) in once. apply once. rewrite app_nil_r. exact v_in.
Qed.
Theorem weights_correct e ws : weights e = Some ws ->
  length ws = states_of x /\ (mass n e == Chains.sum ws)%Q /\ forall i, (i < states_of x)%nat -> (mass n ((x, i) :: e) == nth i ws 0)%Q.
Proof.
  unfold weights. destruct (eliminate _ _ _ _ _ _ _) as [fs|] eqn:eliminated; [|discriminate]. injection 1 as <-.
  assert (start : in_range states_of nowhere) by (intro v; apply states_gt0).
  set (F := fun a => if agrees e a then joint n a else 0%Q).
  assert (left_over : forall i, (i < states_of x)%nat -> (over states_of others F (set nowhere x i) == product_of fs (set nowhere x i))%Q).
  { intros i less. pose proof (set_in_range states_of nowhere x i start less) as range.
    rewrite (eliminate_correct states_of _ _ _ _ Checker.Probability.Chains.plus_correct
      (fun p q => Qeq_trans _ _ _ (Qred_correct _) (Checker.Probability.Chains.times_correct p q)) _ _ _ eliminated _ range).
    apply over_same; [|exact range]. intros a a_ok. symmetry. now apply tables_correct. }
  split; [now rewrite length_map, length_seq|]. split.
  - rewrite mass_over. unfold order. rewrite over_app. cbn [over]. unfold over_states, total. apply sum_same. intros i i_in. apply in_seq in i_in.
    rewrite Qred_correct. apply left_over. lia.
  - intros i less. rewrite nth_tabulated, Qred_correct, mass_over by exact less. unfold order. rewrite over_app. cbn [over]. unfold over_states.
    rewrite (total_same _ _ (fun j => if Nat.eqb j i then product_of fs (set nowhere x i) else 0)%Q); [now apply total_one|].
    intros j j_less. pose proof (set_in_range states_of nowhere x j start j_less) as range.
    assert (indicated : agree states_of (fun a => if agrees ((x, i) :: e) a then joint n a else 0)%Q (fun a => (if Nat.eqb (a x) i then 1 else 0) * F a)%Q).
    { intros a _. cbn [agrees forallb]. unfold F, agrees. destruct (Nat.eqb (a x) i); cbn [andb]; ring. }
    assert (constant : forall v a k, In v others -> (if Nat.eqb (set a v k x) i then 1 else 0)%Q = (if Nat.eqb (a x) i then 1 else 0)%Q).
    { intros v a k v_in. unfold set. destruct (Nat.eqb_spec x v) as [same|]; [destruct (x_last v v_in same)|reflexivity]. }
    eapply Qeq_trans; [exact (over_same states_of others _ _ indicated _ range)|].
    eapply Qeq_trans; [exact (over_scale states_of others (fun a => if Nat.eqb (a x) i then 1 else 0)%Q F constant _ range)|]. cbv beta.
    unfold set at 1. rewrite Nat.eqb_refl. destruct (Nat.eqb_spec j i) as [->|_]; [rewrite left_over by exact less|]; ring.
Qed.
End Mass.

(** ** The check *)

Definition magic : bytes := "WRNT"%pstring.
(** so many numbers of two bytes each *)
Fixpoint numbers_at (k : nat) (c : bytes) (i : int) : list nat :=
  match k with O => [] | S k => Z.to_nat (to_Z (le16 c i)) :: numbers_at k c (i + 2)%uint63 end.

(** each weight is the number times the probability of the evidence *)
Fixpoint check_states (m : Q) (ws : list Q) (l : list (bytes * Q)) : bool :=
  match ws, l with [], [] => true | p :: ws, (_, q) :: l => Qeq_bool p (q * m) && check_states m ws l | _, _ => false end.
Lemma check_states_correct m ws l i d : (0 < m)%Q -> check_states m ws l = true -> (i < length ws)%nat -> (nth i ws 0 / m == snd (nth i l d))%Q.
Proof.
  intro m_gt0. revert l i. induction ws as [|p ws IH]; intros [|[name q] l] i; cbn [length check_states]; try lia; try discriminate. intros checked less.
  apply andb_prop in checked as [here rest]. destruct i as [|i]; cbn [nth snd]; [|apply (IH l); [exact rest|lia]].
  apply Qeq_bool_iff in here. rewrite here. field. intro zero. rewrite zero in m_gt0. discriminate.
Qed.

Definition check_posterior (q : query) (n : network) (others ranks : list nat) : bool :=
  match index (asked q) (map fst (variables n)), map_all (locate n) (given q) with
  | Some x, Some e =>
    is_proper n ranks && is_order n others x && same_words (map fst (posterior q)) (snd (nth x (variables n) (asked q, []))) &&
    match weights n others x e with Some ws => let m := Checker.Probability.Chains.add_up ws in negb (Qle_bool m 0) && check_states m ws (posterior q) | None => false end
  | _, _ => false
  end.
(** WRNT, 1, Q, the other variables in the order of their elimination, and the ranks *)
Definition prove_posterior (query_file network_file c : bytes) : bool :=
  if (same magic (text c 0 4) && (byte c 4 =? 1) && (byte c 5 =? 81))%uint63 then
    match read_query query_file, read_network network_file with
    | Some q, Some written => let n := if normalised q then normalise written else written in
      let k := count n in check_posterior q n (numbers_at (k - 1) c 6) (numbers_at k c (6 + 2 * of_Z (Z.of_nat (k - 1)))%uint63)
    | _, _ => false
    end
  else false.

Theorem prove_posterior_sound query_file network_file c : prove_posterior query_file network_file c = true -> PosteriorIs query_file network_file.
Proof.
  unfold prove_posterior, PosteriorIs. destruct (_ && _ && _)%uint63; [|discriminate]. destruct (read_query query_file) as [q|]; [|discriminate].
  destruct (read_network network_file) as [written|]; [|discriminate]. cbv zeta. generalize (if normalised q then normalise written else written). clear written. intro n.
  generalize (numbers_at (count n - 1) c 6) (numbers_at (count n) c (6 + 2 * of_Z (Z.of_nat (count n - 1)))%uint63). intros others ranks.
  unfold check_posterior. destruct (index (asked q) (map fst (variables n))) as [x|]; [|discriminate].
  destruct (map_all (locate n) (given q)) as [e|]; [|discriminate]. rewrite !andb_true_iff. intros [[[ranked ordered] names] checked].
  apply is_proper_correct in ranked. revert checked. destruct (weights n others x e) as [ws|] eqn:found; [|discriminate]. cbv zeta. rewrite andb_true_iff. intros [positive states].
  destruct (weights_correct n others x ranked ordered e ws found) as (width & all & each). pose proof (Checker.Probability.Chains.add_up_correct ws) as m_ok.
  set (m := Checker.Probability.Chains.add_up ws) in *.
  assert (m_gt0 : (0 < m)%Q).
  { apply negb_true_iff in positive. destruct (Qlt_le_dec 0 m) as [|le]; [assumption|]. apply Qle_bool_iff in le. congruence. }
  rewrite <- m_ok in all. split; [exact ranked|]. split; [now rewrite all|]. split; [exact names|]. intros i less.
  assert (i_less : (i < states_of n x)%nat).
  { unfold states_of, size in *. destruct (Nat.lt_ge_cases x (length (sizes n))) as [inside|outside]; [now rewrite (nth_indep _ 1%nat 0%nat)|].
    rewrite nth_overflow in less by exact outside. lia. }
  rewrite each, all by exact i_less. apply check_states_correct; [exact m_gt0|exact states|now rewrite width].
Qed.
