(** * The checker of chains

    Sums of exact rationals, kept in lowest terms, without the terms that are 0.  The distribution after one step is added up row by row; for detailed balance the matrix of
    flows is compared with its transpose.  Mixing is for Mixing.v.

    Main definitions: [check_chain], [prove_chain], [refute_chain].
    Main results: [prove_chain_sound], [refute_chain_sound].

    Trust: proved. *)
From Coq Require Import PString Uint63 ZArith QArith List Bool Lia Morphisms.
From Warrant Require Import Spec.Bytes Spec.Tables Spec.Chains Primitives.Probability.Kernels Checker.Probability.Mixing.
Import ListNotations.
Local Open Scope bool_scope.
Local Open Scope Q_scope.

(** ** Sums *)

Definition is_zero (q : Q) : bool := match Qnum q with Z0 => true | _ => false end.
Definition plus (a b : Q) : Q := if is_zero a then b else if is_zero b then a else Qred (a + b).
Definition times (a b : Q) : Q := if is_zero a then 0 else if is_zero b then 0 else a * b.
Lemma is_zero_correct q : is_zero q = true -> q == 0.
Proof. destruct q as [[| |] d]; try discriminate. reflexivity. Qed.
Lemma plus_correct a b : plus a b == a + b.
Proof.
  unfold plus. destruct (is_zero a) eqn:a0; [rewrite (is_zero_correct _ a0); ring|].
  destruct (is_zero b) eqn:b0; [rewrite (is_zero_correct _ b0); ring|apply Qred_correct].
Qed.
Lemma times_correct a b : times a b == a * b.
Proof.
  unfold times. destruct (is_zero a) eqn:a0; [rewrite (is_zero_correct _ a0); ring|].
  destruct (is_zero b) eqn:b0; [rewrite (is_zero_correct _ b0); ring|reflexivity].
Qed.
Definition add_up (l : list Q) : Q := fold_right plus 0 l.
Lemma add_up_correct l : add_up l == sum l.
Proof. induction l as [|a l IH]; cbn; [reflexivity|]. rewrite plus_correct. fold (add_up l). now rewrite IH. Qed.

(** ** The check *)

Fixpoint add_scaled (p : Q) (row acc : list Q) : list Q :=
  match row, acc with q :: row, a :: acc => plus (times p q) a :: add_scaled p row acc | _, _ => [] end.
Fixpoint flow (pi : list Q) (rows : list (list Q)) (acc : list Q) : list Q :=
  match pi, rows with p :: pi, row :: rows => flow pi rows (if is_zero p then acc else add_scaled p row acc) | _, _ => acc end.
Fixpoint same_numbers (k l : list Q) : bool :=
  match k, l with [], [] => true | a :: k, b :: l => Qeq_bool a b && same_numbers k l | _, _ => false end.

Definition is_distribution (l : list Q) : bool := forallb (Qle_bool 0) l && Qeq_bool (add_up l) 1.
Definition is_chain (rows : list (list Q)) : bool :=
  let n := length rows in negb (Nat.eqb n 0) && forallb (fun row => Nat.eqb (length row) n && is_distribution row) rows.
Definition is_stationary (rows : list (list Q)) (pi : list Q) : bool := same_numbers (flow pi rows (map (fun _ => 0) pi)) pi.

Lemma is_distribution_correct l : is_distribution l = true -> distribution l.
Proof.
  unfold is_distribution. rewrite andb_true_iff, forallb_forall. intros [ge0 total]. split.
  - apply Forall_forall. intros q q_in. apply Qle_bool_iff. now apply ge0.
  - apply Qeq_bool_iff in total. now rewrite <- add_up_correct.
Qed.
Lemma is_chain_correct rows : is_chain rows = true -> chain rows.
Proof.
  unfold is_chain. rewrite andb_true_iff, forallb_forall. intros [some each]. split.
  - now intros ->.
  - apply Forall_forall. intros row row_in. specialize (each row row_in). rewrite andb_true_iff in each. destruct each as [width total].
    split; [now apply Nat.eqb_eq|now apply is_distribution_correct].
Qed.

Lemma same_numbers_correct k l : same_numbers k l = true <-> length k = length l /\ forall j, (j < length l)%nat -> nth j k 0 == nth j l 0.
Proof.
  revert l. induction k as [|a k IH]; intros [|b l]; cbn [same_numbers length].
  - split; [intros _; split; [reflexivity|lia]|easy].
  - split; [discriminate|]. intros [no _]. discriminate.
  - split; [discriminate|]. intros [no _]. discriminate.
  - rewrite andb_true_iff, Qeq_bool_iff, IH. split.
    + intros [first [lengths rest]]. split; [now f_equal|]. intros [|j] less; [exact first|]. apply rest. lia.
    + intros [lengths all]. split; [exact (all 0%nat ltac:(lia))|]. split; [lia|]. intros j less. exact (all (S j) ltac:(lia)).
Qed.

Lemma add_scaled_correct p row acc : length row = length acc ->
  length (add_scaled p row acc) = length acc /\ forall j, nth j (add_scaled p row acc) 0 == p * nth j row 0 + nth j acc 0.
Proof.
  revert acc. induction row as [|q row IH]; intros [|a acc]; cbn [add_scaled length]; intro lengths; try discriminate.
  - split; [reflexivity|]. intros [|j]; cbn; ring.
  - destruct (IH acc ltac:(lia)) as [same values]. split; [now f_equal|]. intros [|j]; cbn [nth]; [rewrite plus_correct, times_correct; reflexivity|apply values].
Qed.
Lemma flow_correct pi rows acc : length pi = length rows -> Forall (fun row => length row = length acc) rows ->
  length (flow pi rows acc) = length acc /\
  forall j, nth j (flow pi rows acc) 0 == sum (map (fun i => at_state pi i * step rows i j) (seq 0 (length rows))) + nth j acc 0.
Proof.
  revert rows acc. induction pi as [|p pi IH]; intros [|row rows] acc lengths widths; try discriminate.
  - split; [reflexivity|]. intro j. cbn. ring.
  - cbn [flow]. inversion widths as [|? ? width widths']. subst.
    set (next := if is_zero p then acc else add_scaled p row acc).
    assert (added : length next = length acc /\ forall j, nth j next 0 == p * nth j row 0 + nth j acc 0).
    { unfold next. destruct (is_zero p) eqn:p0; [|now apply add_scaled_correct]. split; [reflexivity|]. intro j. rewrite (is_zero_correct _ p0). ring. }
    destruct added as [same values]. destruct (IH rows next ltac:(cbn in lengths; lia)) as [length_same totals]; [now rewrite same|].
    split; [now rewrite length_same|]. intro j. rewrite totals, values. cbn [length seq map]. rewrite <- seq_shift, map_map.
    cbn [sum fold_right]. fold (sum (map (fun i => at_state (p :: pi) (S i) * step (row :: rows) (S i) j) (seq 0 (length rows)))).
    change (at_state (p :: pi) 0) with p. change (step (row :: rows) 0 j) with (nth j row 0).
    change (sum (map (fun i => at_state (p :: pi) (S i) * step (row :: rows) (S i) j) (seq 0 (length rows)))) with
      (sum (map (fun i => at_state pi i * step rows i j) (seq 0 (length rows)))). ring.
Qed.
Lemma is_stationary_correct rows pi : chain rows -> length pi = length rows -> is_stationary rows pi = true <-> stationary rows pi.
Proof.
  intros [_ fine] lengths. unfold is_stationary. rewrite same_numbers_correct.
  destruct (flow_correct pi rows (map (fun _ => 0) pi) lengths) as [same values].
  { rewrite length_map. apply Forall_forall. intros row row_in. rewrite Forall_forall in fine. rewrite (proj1 (fine row row_in)). congruence. }
  assert (zero : forall j, nth j (map (fun _ : Q => 0) pi) 0 == 0).
  { intro j. clear. revert j. induction pi as [|p pi IH]; intros [|j]; cbn; try reflexivity. apply IH. }
  rewrite length_map in same. unfold stationary, after. split.
  - intros [_ all] j less. rewrite <- (all j ltac:(lia)), values, zero. ring.
  - intro all. split; [exact same|]. intros j less. rewrite values, zero, (all j ltac:(lia)). unfold at_state. ring.
Qed.

(** ** Detailed balance *)

Fixpoint flows (pi : list Q) (rows : list (list Q)) : list (list Q) :=
  match pi, rows with p :: pi, row :: rows => map (times p) row :: flows pi rows | _, _ => [] end.
Fixpoint before_all (row : list Q) (columns : list (list Q)) : list (list Q) :=
  match row, columns with q :: row, c :: columns => (q :: c) :: before_all row columns | _, _ => [] end.
(** the [n] columns of a matrix *)
Definition columns (n : nat) (rows : list (list Q)) : list (list Q) := fold_right before_all (repeat [] n) rows.
Fixpoint same_rows (k l : list (list Q)) : bool :=
  match k, l with [], [] => true | a :: k, b :: l => same_numbers a b && same_rows k l | _, _ => false end.
Definition is_balanced (rows : list (list Q)) (pi : list Q) : bool :=
  let all := flows pi rows in same_rows all (columns (length rows) all).

Lemma flows_length pi rows : length pi = length rows -> length (flows pi rows) = length rows.
Proof. revert rows. induction pi as [|p pi IH]; intros [|row rows] lengths; try discriminate; [reflexivity|]. cbn in *. f_equal. apply IH. lia. Qed.
Lemma nth_times p row j : nth j (map (times p) row) 0 == p * nth j row 0.
Proof. revert j. induction row as [|q row IH]; intros [|j]; cbn; try ring; [apply times_correct|apply IH]. Qed.
Lemma flows_correct pi rows i j : length pi = length rows -> nth j (nth i (flows pi rows) []) 0 == at_state pi i * step rows i j.
Proof.
  revert rows i. induction pi as [|p pi IH]; intros [|row rows] i lengths; try discriminate.
  - unfold at_state. cbn. destruct i, j; cbn; ring.
  - cbn [flows]. destruct i as [|i].
    + apply nth_times.
    + apply (IH rows i). cbn in lengths. lia.
Qed.
Lemma flows_width pi rows n : Forall (fun row => length row = n) rows -> Forall (fun row => length row = n) (flows pi rows).
Proof. intro widths. revert pi. induction widths as [|row rows width _ IH]; intros [|p pi]; constructor; [now rewrite length_map|apply IH]. Qed.

Lemma before_all_correct row cs : length row = length cs ->
  length (before_all row cs) = length cs /\ forall j, (j < length cs)%nat -> nth j (before_all row cs) [] = nth j row 0 :: nth j cs [].
Proof.
  revert cs. induction row as [|q row IH]; intros [|c cs] lengths; try discriminate; [split; [reflexivity|cbn; lia]|].
  destruct (IH cs ltac:(cbn in lengths; lia)) as [same values]. split; [cbn; now f_equal|]. intros [|j] less; [reflexivity|]. apply values. cbn in less. lia.
Qed.
Lemma columns_correct n rows : Forall (fun row => length row = n) rows ->
  length (columns n rows) = n /\ forall j, (j < n)%nat -> length (nth j (columns n rows) []) = length rows /\
    forall i, nth i (nth j (columns n rows) []) 0 = nth j (nth i rows []) 0.
Proof.
  intro widths. induction widths as [|row rows width _ [IH_length IH]]; cbn [columns fold_right].
  - rewrite repeat_length. split; [reflexivity|]. intros j less. rewrite nth_repeat. split; [reflexivity|]. intros [|i]; now destruct j.
  - fold (columns n rows). destruct (before_all_correct row (columns n rows) ltac:(congruence)) as [same values]. split; [congruence|].
    intros j less. rewrite values by congruence. destruct (IH j less) as [height entries]. split; [cbn; now f_equal|]. intros [|i]; [reflexivity|apply entries].
Qed.
Lemma same_rows_correct k l : same_rows k l = true <-> length k = length l /\ forall i, (i < length l)%nat -> same_numbers (nth i k []) (nth i l []) = true.
Proof.
  revert l. induction k as [|a k IH]; intros [|b l]; cbn [same_rows length].
  - split; [intros _; split; [reflexivity|lia]|easy].
  - split; [discriminate|]. intros [no _]. discriminate.
  - split; [discriminate|]. intros [no _]. discriminate.
  - rewrite andb_true_iff, IH. split.
    + intros [first [lengths rest]]. split; [now f_equal|]. intros [|i] less; [exact first|]. apply rest. lia.
    + intros [lengths all]. split; [exact (all 0%nat ltac:(lia))|]. split; [lia|]. intros i less. exact (all (S i) ltac:(lia)).
Qed.
Lemma is_balanced_correct rows pi : chain rows -> length pi = length rows -> is_balanced rows pi = true <-> balanced rows pi.
Proof.
  intros [_ fine] lengths. unfold is_balanced. set (n := length rows). set (all := flows pi rows).
  assert (widths : Forall (fun row => length row = n) all).
  { apply flows_width. apply Forall_forall. intros row row_in. rewrite Forall_forall in fine. exact (proj1 (fine row row_in)). }
  assert (height : length all = n) by now apply flows_length.
  destruct (columns_correct n all widths) as [columns_length entries]. rewrite same_rows_correct, columns_length, height. split.
  - intros [_ same] i j i_less j_less. specialize (same i i_less). apply same_numbers_correct in same as [_ same].
    destruct (entries i i_less) as [column_height entry]. rewrite column_height, height in same. specialize (same j j_less).
    rewrite entry in same. unfold all in same. now rewrite !flows_correct in same by exact lengths.
  - intro balance. split; [reflexivity|]. intros i i_less. apply same_numbers_correct. destruct (entries i i_less) as [column_height entry].
    rewrite column_height, height. split.
    + rewrite Forall_forall in widths. apply widths, nth_In. now rewrite height.
    + intros j j_less. rewrite entry. unfold all. rewrite !flows_correct by exact lengths. now apply balance.
Qed.

(** ** Files *)

Definition magic : bytes := "WRNT"%pstring.
(** The sixth byte is C for a proof, D for a refutation.  What follows is for people, except in claims about mixing: there the next byte has the number of squarings and one
    more the number of blocks, or, in a refutation, two bytes the state. *)
Definition is_certificate (kind : int) (c : bytes) : bool := (same magic (text c 0 4) && (byte c 4 =? 1) && (byte c 5 =? kind))%uint63.
Definition number_at (i : int) : nat := Z.to_nat (to_Z i).
Definition proves (p : property) (rows : list (list Q)) (pi : list Q) (c : bytes) : bool :=
  match p with
  | Stationary => is_stationary rows pi
  | Balanced => is_balanced rows pi
  | Mixing t eps => is_stationary rows pi && proves_mixing (number_at (byte c 6)) (number_at (byte c 7)) (byte c 8 =? 1)%uint63 rows t eps
  end.
Definition refutes (p : property) (rows : list (list Q)) (pi : list Q) (c : bytes) : bool :=
  match p with
  | Stationary => negb (is_stationary rows pi)
  | Balanced => negb (is_balanced rows pi)
  | Mixing t eps => if is_stationary rows pi then refutes_mixing (number_at (le16 c 6)) rows t eps pi else true
  end.
Definition check_chain (decide : property -> list (list Q) -> list Q -> bytes -> bool) (claim_file matrix_file vector_file c : bytes) : bool :=
  match read_claim claim_file, read_matrix matrix_file, read_vector vector_file with
  | Some p, Some rows, Some pi => is_chain rows && Nat.eqb (length pi) (length rows) && is_distribution pi && decide p rows pi c
  | _, _, _ => false
  end.
Definition prove_chain (claim_file matrix_file vector_file c : bytes) : bool :=
  if is_certificate 67 c then check_chain proves claim_file matrix_file vector_file c else false.
Definition refute_chain (claim_file matrix_file vector_file c : bytes) : bool :=
  if is_certificate 68 c then check_chain refutes claim_file matrix_file vector_file c else false.

Section Decisions.
Variables (rows : list (list Q)) (pi : list Q).
Hypotheses (is_ch : chain rows) (lengths : length pi = length rows) (is_dist : distribution pi).
Lemma proves_sound p c : proves p rows pi c = true -> satisfies p rows pi.
Proof.
  destruct p; cbn [proves satisfies].
  - now apply is_stationary_correct.
  - now apply is_balanced_correct.
  - rewrite andb_true_iff, is_stationary_correct by assumption. intros [stays small]. eapply proves_mixing_sound; eassumption.
Qed.
Lemma refutes_sound p c : refutes p rows pi c = true -> ~ satisfies p rows pi.
Proof.
  destruct p; cbn [refutes satisfies].
  - rewrite negb_true_iff, <- is_stationary_correct by assumption. congruence.
  - rewrite negb_true_iff, <- is_balanced_correct by assumption. congruence.
  - destruct (is_stationary rows pi) eqn:stays; [now apply refutes_mixing_sound|]. intros _ [yes _]. apply is_stationary_correct in yes; congruence.
Qed.
End Decisions.
Lemma check_chain_sound decide (holds : Prop -> Prop) claim_file matrix_file vector_file c :
  (forall p rows pi, chain rows -> length pi = length rows -> distribution pi -> decide p rows pi c = true -> holds (satisfies p rows pi)) ->
  check_chain decide claim_file matrix_file vector_file c = true -> about holds claim_file matrix_file vector_file.
Proof.
  intro sound. unfold check_chain, about. destruct (read_claim claim_file) as [p|]; [|discriminate]. destruct (read_matrix matrix_file) as [rows|]; [|discriminate].
  destruct (read_vector vector_file) as [pi|]; [|discriminate]. rewrite !andb_true_iff. intros [[[is_ch lengths] is_dist] decided].
  apply is_chain_correct in is_ch. apply Nat.eqb_eq in lengths. apply is_distribution_correct in is_dist.
  exact (conj is_ch (conj lengths (conj is_dist (sound p rows pi is_ch lengths is_dist decided)))).
Qed.
Theorem prove_chain_sound claim_file matrix_file vector_file c :
  prove_chain claim_file matrix_file vector_file c = true -> ChainHolds claim_file matrix_file vector_file.
Proof.
  unfold prove_chain. destruct (is_certificate 67 c); [|discriminate]. apply check_chain_sound. intros p rows pi is_ch lengths is_dist. now apply proves_sound.
Qed.
Theorem refute_chain_sound claim_file matrix_file vector_file c :
  refute_chain claim_file matrix_file vector_file c = true -> ChainFails claim_file matrix_file vector_file.
Proof.
  unfold refute_chain. destruct (is_certificate 68 c); [|discriminate]. apply check_chain_sound. intros p rows pi is_ch lengths is_dist. now apply refutes_sound.
Qed.
