(** * The checker of posterior distributions

    The probability of the evidence, alone and together with each state of the variable that is asked for, by variable elimination; the certificate has the order of elimination, and for each
    variable a rank above those of its parents.

    Main definitions: [prove_posterior].
    Main results: [mass_of_correct], [prove_posterior_sound].

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
  - apply Forall_forall. intros c c_in. specialize (all c c_in). rewrite !andb_true_iff, !forallb_forall in all. destruct all as [[[small parents_small] _] tables].
    split; [now apply Nat.ltb_lt|]. split; [apply Forall_forall; intros p p_in; now apply Nat.ltb_lt, parents_small|].
    intros states states_in. specialize (tables states states_in). destruct (find _ (rows c)) as [[found numbers]|]; [|discriminate].
    rewrite !andb_true_iff in tables. destruct tables as [[same width] is_dist]. apply same_list_correct in same as ->.
    exists numbers. split; [reflexivity|]. split; [now apply Nat.eqb_eq|now apply Checker.Probability.Chains.is_distribution_correct].
  - exists (fun v => nth v ranks 0%nat). apply Forall_forall. intros c c_in. specialize (all c c_in). rewrite !andb_true_iff, !forallb_forall in all.
    destruct all as [[_ ranked] _]. apply Forall_forall. intros p p_in. now apply Nat.ltb_lt, ranked.
Qed.

(** ** Probabilities *)

Section Mass.
Variables (n : network) (order : list nat).
(** what is no variable has one state *)
Definition states_of (v : nat) : nat := nth v (sizes n) 1%nat.
Definition scope (c : conditional) : list nat := filter (fun v => existsb (Nat.eqb v) (child c :: parents c)) order.
Definition nowhere (_ : nat) : nat := 0%nat.
Definition tables (e : evidence) : list tree :=
  map (fun vi => table states_of [fst vi] (fun a => if Nat.eqb (a (fst vi)) (snd vi) then 1 else 0)%Q nowhere) e ++
  map (fun c => table states_of (scope c) (entry c) nowhere) (conditionals n).
Fixpoint place (v : nat) (l : list nat) : nat := match l with [] => O | w :: l => if Nat.eqb v w then O else S (place v l) end.
Definition mass_of (e : evidence) : option Q :=
  let places := map (fun v => place v order) (seq 0 (count n)) in
  let before v w := Nat.ltb (nth v places 0%nat) (nth w places 0%nat) in
  do fs <- eliminate states_of before (2 + count n) Checker.Probability.Chains.plus (fun p q => Qred (Checker.Probability.Chains.times p q)) order (tables e);
  Some (product_of fs nowhere).
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
Lemma tables_correct e a : in_range states_of a -> (product_of (tables e) a == if agrees e a then joint n a else 0)%Q.
Proof.
  intro a_ok. unfold tables.
  assert (conditionals_part : forall cs, (forall c, In c cs -> In c (conditionals n)) ->
    (product_of (map (fun c => table states_of (scope c) (entry c) nowhere) cs) a == fold_right (fun c p => entry c a * p) 1 cs)%Q).
  { induction cs as [|c cs IH]; intro inside; [reflexivity|]. cbn [map product_of fold_right]. fold (product_of (map (fun c => table states_of (scope c) (entry c) nowhere) cs) a).
    rewrite IH by (intros d d_in; apply inside; now right). rewrite table_correct by exact a_ok.
    rewrite (entry_same c _ a); [reflexivity|]. intros v v_in. apply taken_correct. left. unfold scope. apply filter_In. split.
    - apply (Permutation_in _ (Permutation_sym is_order_correct)), in_seq. destruct proper_n as (_ & _ & fine & _). rewrite Forall_forall in fine.
      destruct (fine c (inside c (or_introl eq_refl))) as (child_less & parents_less & _). rewrite Forall_forall in parents_less. cbn. destruct v_in as [<-|v_in]; [exact (conj (Nat.le_0_l _) child_less)|].
      exact (conj (Nat.le_0_l _) (parents_less v v_in)).
    - apply existsb_exists. exists v. split; [exact v_in|apply Nat.eqb_refl]. }
  induction e as [|[v i] e IH]; [now apply conditionals_part|]. cbn [map app product_of fold_right agrees forallb fst snd].
  rewrite table_correct by exact a_ok. cbn [taken]. unfold set at 1. rewrite Nat.eqb_refl. unfold product_of in IH. rewrite IH. unfold agrees.
  destruct (Nat.eqb (a v) i); cbn [andb]; [ring|]. ring.
Qed.
Lemma states_gt0 v : (0 < states_of v)%nat.
Proof.
  unfold states_of. destruct (Nat.lt_ge_cases v (length (sizes n))) as [less|more]; [|rewrite nth_overflow by exact more; lia].
  destruct proper_n as (some & _). rewrite Forall_forall in some. now apply some, nth_In.
Qed.
Theorem mass_of_correct e m : mass_of e = Some m -> (m == mass n e)%Q.
Proof.
  unfold mass_of. destruct (eliminate _ _ _ _ _ _ _) as [fs|] eqn:eliminated; [|discriminate]. injection 1 as <-.
  assert (start : in_range states_of nowhere) by (intro v; apply states_gt0).
  rewrite (eliminate_correct states_of _ _ _ _ Checker.Probability.Chains.plus_correct
    (fun p q => Qeq_trans _ _ _ (Qred_correct _) (Checker.Probability.Chains.times_correct p q)) _ _ _ eliminated nowhere start).
  rewrite (over_same states_of order (product_of (tables e)) (fun a => if agrees e a then joint n a else 0)%Q (tables_correct e) nowhere start).
  rewrite <- (over_order states_of _ (count n) order states_gt0 is_order_correct). unfold mass.
  assert (all : map states_of (seq 0 (count n)) = sizes n).
  { unfold states_of, count. rewrite <- (length_map (fun v => length (snd v)) (variables n)). apply map_nth_seq. }
  now rewrite all.
Qed.
End Mass.

(** ** The check *)

Definition magic : bytes := "WRNT"%pstring.
(** so many numbers of two bytes each *)
Fixpoint numbers_at (k : nat) (c : bytes) (i : int) : list nat :=
  match k with O => [] | S k => Z.to_nat (to_Z (le16 c i)) :: numbers_at k c (i + 2)%uint63 end.

Section Check.
Variables (n : network) (order : list nat) (x : nat) (e : evidence) (m : Q).
Fixpoint check_states (i : nat) (l : list (bytes * Q)) : bool :=
  match l with
  | [] => true
  | (_, q) :: l => match mass_of n order ((x, i) :: e) with Some p => Qeq_bool p (q * m) && check_states (S i) l | None => false end
  end.
Hypotheses (proper_n : proper n) (order_ok : is_order n order = true) (m_ok : (m == mass n e)%Q) (m_gt0 : (0 < m)%Q).
Lemma check_states_correct i l d : check_states i l = true ->
  forall j, (j < length l)%nat -> (mass n ((x, i + j)%nat :: e) / mass n e == snd (nth j l d))%Q.
Proof.
  revert i. induction l as [|[name q] l IH]; intros i checked j less; [cbn in less; lia|]. cbn [check_states] in checked.
  destruct (mass_of n order ((x, i) :: e)) as [p|] eqn:found; [|discriminate]. apply andb_prop in checked as [here rest]. destruct j as [|j]; cbn [nth snd].
  - rewrite Nat.add_0_r, <- (mass_of_correct n order proper_n order_ok _ _ found). apply Qeq_bool_iff in here. rewrite here, <- m_ok. field. intro zero. rewrite zero in m_gt0. discriminate.
  - replace (i + S j)%nat with (S i + j)%nat by lia. apply IH; [exact rest|cbn in less; lia].
Qed.
End Check.

Definition check_posterior (q : query) (n : network) (order ranks : list nat) : bool :=
  match index (asked q) (map fst (variables n)), map_all (locate n) (given q) with
  | Some x, Some e =>
    is_proper n ranks && is_order n order && same_words (map fst (posterior q)) (snd (nth x (variables n) (asked q, []))) &&
    match mass_of n order e with Some m => negb (Qle_bool m 0) && check_states n order x e m 0 (posterior q) | None => false end
  | _, _ => false
  end.
(** WRNT, 1, Q, the order of elimination and the ranks *)
Definition prove_posterior (query_file network_file c : bytes) : bool :=
  if (same magic (text c 0 4) && (byte c 4 =? 1) && (byte c 5 =? 81))%uint63 then
    match read_query query_file, read_network network_file with
    | Some q, Some n => check_posterior q n (numbers_at (count n) c 6) (numbers_at (count n) c (6 + 2 * of_Z (Z.of_nat (count n)))%uint63)
    | _, _ => false
    end
  else false.

Lemma same_words_length k l : same_words k l = true -> length k = length l.
Proof. revert l. induction k as [|a k IH]; intros [|b l]; cbn; try easy. rewrite andb_true_iff. intros [_ rest]. f_equal. now apply IH. Qed.
Theorem prove_posterior_sound query_file network_file c : prove_posterior query_file network_file c = true -> PosteriorIs query_file network_file.
Proof.
  unfold prove_posterior, PosteriorIs. destruct (_ && _ && _)%uint63; [|discriminate]. destruct (read_query query_file) as [q|]; [|discriminate].
  destruct (read_network network_file) as [n|]; [|discriminate]. unfold check_posterior. destruct (index (asked q) (map fst (variables n))) as [x|]; [|discriminate].
  destruct (map_all (locate n) (given q)) as [e|]; [|discriminate]. set (order := numbers_at (count n) c 6). rewrite !andb_true_iff. intros [[[ranked ordered] names] checked].
  apply is_proper_correct in ranked. revert checked. destruct (mass_of n order e) as [m|] eqn:found; [|discriminate]. intro checked. apply andb_prop in checked as [positive states].
  pose proof (mass_of_correct n order ranked ordered e m found) as m_ok.
  assert (m_gt0 : (0 < m)%Q).
  { apply negb_true_iff in positive. destruct (Qlt_le_dec 0 m) as [|le]; [assumption|]. apply Qle_bool_iff in le. congruence. }
  split; [exact ranked|]. split; [now rewrite <- m_ok|]. split; [exact names|]. intros i less.
  apply (check_states_correct n order x e m ranked ordered m_ok m_gt0 0 (posterior q) (asked q, 0%Q) states).
  apply same_words_length in names. rewrite length_map in names. rewrite names. unfold size, sizes in less.
  destruct (Nat.lt_ge_cases x (length (variables n))) as [inside|outside].
  - rewrite (nth_indep _ 0%nat (length (snd (asked q, @nil bytes)))) in less by now rewrite length_map. now rewrite (map_nth (fun v => length (snd v))) in less.
  - rewrite nth_overflow in less by now rewrite length_map. lia.
Qed.
