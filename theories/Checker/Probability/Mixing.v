(** * The checker of mixing bounds

    A matrix of whole numbers, each at most 2^31 times a probability of the chain, is squared as often as the certificate says, always rounded down: what
    its rows have in common, all of them (Doeblin) or every two of them (Dobrushin), is a lower bound on what those of 2^h steps have in common, and so the distance shrinks by a factor
    with each 2^h steps.  The numbers are machine integers; where one of them overflows, it becomes smaller, which loses a proof and never makes one.  A bound is refuted from a state
    whose distribution after so many steps has, by lower bounds of the same kind, more than the distance above the stationary one.

    Main definitions: [proves_mixing], [refutes_mixing].
    Main results: [proves_mixing_sound], [refutes_mixing_sound].

    Trust: proved.
    Source: as Primitives/Probability/Kernels.v. *)
From Coq Require Import Uint63 ZArith QArith Qabs List Bool Lia Lqa.
From Warrant Require Import Spec.Chains Primitives.Probability.Kernels.
Import ListNotations.
Local Open Scope bool_scope.
Local Open Scope Q_scope.

(** ** Lower bounds *)

Definition one : Z := (2 ^ 31)%Z.
(** [a] is no more than 2^31 times [q] *)
Definition under (a : int) (q : Q) : Prop := inject_Z (to_Z a) <= inject_Z one * q.
Definition floor (q : Q) : int := of_Z (Qnum q * one / Zpos (Qden q)).
Definition scale_down (a : int) : int := (a >> 31)%uint63.

Lemma Z_of_ge0 a : (0 <= to_Z a)%Z. Proof. apply to_Z_bounded. Qed.
Lemma add_bound a b : (to_Z (a + b)%uint63 <= to_Z a + to_Z b)%Z.
Proof. rewrite add_spec. apply Z.mod_le; [pose proof (Z_of_ge0 a); pose proof (Z_of_ge0 b); lia|reflexivity]. Qed.
Lemma mul_bound a b : (to_Z (a * b)%uint63 <= to_Z a * to_Z b)%Z.
Proof. rewrite mul_spec. apply Z.mod_le; [apply Z.mul_nonneg_nonneg; apply Z_of_ge0|reflexivity]. Qed.
Lemma floor_correct q : 0 <= q -> under (floor q) q.
Proof.
  intro q_ge0. unfold under, floor. rewrite of_Z_spec. destruct q as [m d]. unfold Qle in q_ge0. cbn in q_ge0.
  assert (m_ge0 : (0 <= m * one / Z.pos d)%Z) by (apply Z.div_pos; [unfold one; lia|reflexivity]).
  apply Qle_trans with (inject_Z (m * one / Z.pos d)); [rewrite <- Zle_Qle; now apply Z.mod_le|].
  unfold Qle, inject_Z, Qmult. cbn [Qnum Qden]. rewrite Pos.mul_1_l, Z.mul_1_r.
  rewrite (Z.mul_comm one). rewrite Z.mul_comm. apply Z.mul_div_le. reflexivity.
Qed.
Lemma scale_down_correct a x : inject_Z (to_Z a) <= inject_Z one * (inject_Z one * x) -> under (scale_down a) x.
Proof.
  intro le. unfold under, scale_down. rewrite lsr_spec. change (to_Z 31) with 31%Z. fold one.
  assert (down : inject_Z one * inject_Z (to_Z a / one) <= inject_Z (to_Z a)).
  { rewrite <- inject_Z_mult, <- Zle_Qle. apply Z.mul_div_le. reflexivity. }
  apply Qmult_le_l with (inject_Z one); [reflexivity|]. eapply Qle_trans; eassumption.
Qed.

(** ** Rows *)

(** [a] times the row, added to what is there *)
Fixpoint add_times (a : int) (row acc : list int) : list int :=
  match row, acc with b :: row, c :: acc => (c + a * b)%uint63 :: add_times a row acc | _, _ => [] end.
Definition is_nothing (a : int) : bool := (a =? 0)%uint63.
(** the row times the matrix, not yet scaled down *)
Fixpoint combination (row : list int) (rows : list (list int)) (acc : list int) : list int :=
  match row, rows with
  | a :: row, r :: rows => combination row rows (if is_nothing a then acc else add_times a r acc)
  | _, _ => acc
  end.
Definition row_times (zeros : list int) (rows : list (list int)) (row : list int) : list int := map scale_down (combination row rows zeros).
Definition square (zeros : list int) (rows : list (list int)) : list (list int) := map (row_times zeros rows) rows.
Fixpoint squares (zeros : list int) (h : nat) (rows : list (list int)) : list (list int) :=
  match h with O => rows | S h => squares zeros h (square zeros rows) end.

Definition row_under (n : nat) (row : list int) (f : nat -> Q) : Prop := forall j, (j < n)%nat -> under (nth j row 0%uint63) (f j).
Definition rows_under (n : nat) (rows : list (list int)) (K : nat -> nat -> Q) : Prop :=
  length rows = n /\ forall i, (i < n)%nat -> row_under n (nth i rows []) (K i).

Lemma add_times_bound a row acc j : (to_Z (nth j (add_times a row acc) 0%uint63) <= to_Z (nth j acc 0%uint63) + to_Z a * to_Z (nth j row 0%uint63))%Z.
Proof.
  revert acc j. induction row as [|b row IH]; intros acc j.
  - cbn [add_times]. pose proof (Z_of_ge0 (nth j acc 0%uint63)). destruct j; cbn [nth]; change (to_Z 0) with 0%Z; lia.
  - destruct acc as [|c acc]; cbn [add_times].
    + pose proof (Z_of_ge0 a). pose proof (Z_of_ge0 (nth j (b :: row) 0%uint63)).
      assert (0 <= to_Z a * to_Z (nth j (b :: row) 0%uint63))%Z by now apply Z.mul_nonneg_nonneg.
      assert (nothing : nth j ([] : list int) 0%uint63 = 0%uint63) by now destruct j. rewrite nothing. change (to_Z 0) with 0%Z. lia.
    + destruct j as [|j]; cbn [nth]; [|apply IH]. pose proof (add_bound c (a * b)%uint63). pose proof (mul_bound a b). lia.
Qed.

Local Notation from d k := (seq d k).
Lemma combination_bound K f n j : (j < n)%nat -> (forall i, 0 <= f i) -> forall row rows acc d x,
  (forall i, (i < length rows)%nat -> under (nth i row 0%uint63) (f (d + i)%nat)) ->
  (forall i, (i < length rows)%nat -> under (nth j (nth i rows []) 0%uint63) (K (d + i)%nat j)) ->
  inject_Z (to_Z (nth j acc 0%uint63)) <= inject_Z one * (inject_Z one * x) ->
  (forall i, 0 <= K i j) ->
  inject_Z (to_Z (nth j (combination row rows acc) 0%uint63)) <= inject_Z one * (inject_Z one * (x + sum (map (fun i => f i * K i j) (from d (length rows))))).
Proof.
  intros less f_ge0 row rows. revert row. induction rows as [|r rows IH]; intros row acc d x row_ok rows_ok acc_ok K_ge0.
  - cbn [length seq map]. destruct row; cbn [combination]; change (sum []) with 0; rewrite Qplus_0_r; exact acc_ok.
  - destruct row as [|a row].
    + cbn [combination]. eapply Qle_trans; [exact acc_ok|]. rewrite !Qmult_assoc. apply Qmult_le_l; [reflexivity|].
      assert (0 <= sum (map (fun i => f i * K i j) (from d (length (r :: rows))))) by (apply sum_ge0; intros i _; now apply Qmult_le_0_compat). lra.
    + cbn [combination length seq map]. rewrite sum_cons.
      setoid_replace (x + (f d * K d j + sum (map (fun i => f i * K i j) (from (S d) (length rows))))) with
        ((x + f d * K d j) + sum (map (fun i => f i * K i j) (from (S d) (length rows)))) by ring.
      apply IH; [..|exact K_ge0].
      * intros i i_less. specialize (row_ok (S i) ltac:(cbn; lia)). cbn [nth] in row_ok. now rewrite Nat.add_succ_r in row_ok.
      * intros i i_less. specialize (rows_ok (S i) ltac:(cbn; lia)). cbn [nth] in rows_ok. now rewrite Nat.add_succ_r in rows_ok.
      * pose proof (row_ok 0%nat ltac:(cbn; lia)) as a_ok. pose proof (rows_ok 0%nat ltac:(cbn; lia)) as r_ok. cbn [nth] in a_ok, r_ok.
        rewrite Nat.add_0_r in a_ok, r_ok. unfold under in a_ok, r_ok.
        assert (product : inject_Z (to_Z a * to_Z (nth j r 0%uint63)) <= inject_Z one * (inject_Z one * (f d * K d j))).
        { rewrite inject_Z_mult. setoid_replace (inject_Z one * (inject_Z one * (f d * K d j))) with ((inject_Z one * f d) * (inject_Z one * K d j)) by ring.
          apply Qmult_le_compat_nonneg; (split; [|assumption]); change 0 with (inject_Z 0); rewrite <- Zle_Qle; apply Z_of_ge0. }
        assert (step : inject_Z (to_Z (nth j (if is_nothing a then acc else add_times a r acc) 0%uint63)) <=
          inject_Z (to_Z (nth j acc 0%uint63)) + inject_Z (to_Z a * to_Z (nth j r 0%uint63))).
        { rewrite <- inject_Z_plus, <- Zle_Qle. destruct (is_nothing a); [|apply add_times_bound].
          pose proof (Z.mul_nonneg_nonneg _ _ (Z_of_ge0 a) (Z_of_ge0 (nth j r 0%uint63))). lia. }
        eapply Qle_trans; [exact step|]. rewrite !Qmult_plus_distr_r. now apply Qplus_le_compat.
Qed.

Lemma nth_scale_down j row : nth j (map scale_down row) 0%uint63 = scale_down (nth j row 0%uint63).
Proof. change 0%uint63 with (scale_down 0%uint63) at 1. apply map_nth. Qed.
Lemma nth_zeros {A} j (l : list A) : nth j (map (fun _ => 0%uint63) l) 0%uint63 = 0%uint63.
Proof. revert j. induction l as [|a l IH]; intros [|j]; cbn; auto. Qed.

Section Matrix.
Variables (n : nat) (zeros : list int).
Hypothesis zeros_ok : forall j, nth j zeros 0%uint63 = 0%uint63.

(** entries outside the states are nothing *)
Local Definition inner (K : nat -> nat -> Q) (i j : nat) : Q := if (i <? n)%nat then K i j else 0.
Local Definition inside (f : nat -> Q) (i : nat) : Q := if (i <? n)%nat then f i else 0.

Lemma row_times_correct rows K row f : rows_under n rows K -> row_under n row f -> (forall i, (i < n)%nat -> 0 <= f i) ->
  (forall i j, (i < n)%nat -> (j < n)%nat -> 0 <= K i j) -> row_under n (row_times zeros rows row) (push n K f).
Proof.
  intros [rows_length rows_ok] row_ok f_ge0 K_ge0 j less. unfold row_times. rewrite nth_scale_down. apply scale_down_correct.
  pose proof (combination_bound (inner K) (inside f) n j less) as bound.
  assert (same : push n K f j == 0 + sum (map (fun i => inside f i * inner K i j) (from 0%nat (length rows)))).
  { rewrite Qplus_0_l, rows_length. apply sum_same. intros i i_in. apply in_seq in i_in. unfold inside, inner.
    replace (i <? n)%nat with true by (symmetry; apply Nat.ltb_lt; lia). reflexivity. }
  rewrite same. apply bound.
  - intro i. unfold inside. destruct (i <? n)%nat eqn:in_range; [apply f_ge0; now apply Nat.ltb_lt|apply Qle_refl].
  - intros i i_less. rewrite rows_length in i_less. unfold inside. change (0 + i)%nat with i. replace (i <? n)%nat with true by (symmetry; apply Nat.ltb_lt; lia). now apply row_ok.
  - intros i i_less. rewrite rows_length in i_less. unfold inner. change (0 + i)%nat with i. replace (i <? n)%nat with true by (symmetry; apply Nat.ltb_lt; lia). now apply rows_ok.
  - rewrite zeros_ok. discriminate.
  - intro i. unfold inner. destruct (i <? n)%nat eqn:in_range; [apply K_ge0; [now apply Nat.ltb_lt|exact less]|apply Qle_refl].
Qed.
Lemma square_correct rows K : stochastic n K -> rows_under n rows K -> rows_under n (square zeros rows) (times n K K).
Proof.
  intros K_rows ok. pose proof ok as [rows_length rows_ok]. split; [unfold square; now rewrite length_map|]. intros i less. unfold square.
  rewrite (nth_indep _ [] (row_times zeros rows [])) by (rewrite length_map; lia). rewrite map_nth.
  apply (row_times_correct rows K (nth i rows []) (K i) ok); [now apply rows_ok|intros j j_less; now apply (K_rows i less)|].
  intros k j k_less j_less. now apply (K_rows k k_less).
Qed.
Lemma squares_correct h rows K L m : stochastic n L -> steps n K m L -> rows_under n rows L ->
  exists L', stochastic n L' /\ steps n K (m * 2 ^ h) L' /\ rows_under n (squares zeros h rows) L'.
Proof.
  revert rows L m. induction h as [|h IH]; intros rows L m L_rows L_steps ok.
  - exists L. rewrite Nat.mul_1_r. exact (conj L_rows (conj L_steps ok)).
  - cbn [squares]. replace (m * 2 ^ S h)%nat with ((m + m) * 2 ^ h)%nat by (cbn; lia).
    apply (IH (square zeros rows) (times n L L)); [now apply times_stochastic|now apply steps_times|now apply square_correct].
Qed.
End Matrix.

(** ** What the rows have in common *)

Definition least (a b : int) : int := if (a <=? b)%uint63 then a else b.
Fixpoint least_of (k l : list int) : list int := match k, l with a :: k, b :: l => least a b :: least_of k l | _, _ => [] end.
Definition common (rows : list (list int)) : list int := match rows with [] => [] | r :: rows => fold_left least_of rows r end.
(** as a whole number; where it overflows, it becomes smaller *)
Definition mass (row : list int) : Z := to_Z (fold_left add row 0%uint63).

Lemma least_of_bound k l j : (to_Z (nth j (least_of k l) 0%uint63) <= to_Z (nth j k 0%uint63))%Z /\ (to_Z (nth j (least_of k l) 0%uint63) <= to_Z (nth j l 0%uint63))%Z.
Proof.
  revert l j. induction k as [|a k IH]; intros l j.
  - cbn [least_of]. destruct j; cbn [nth]; change (to_Z 0) with 0%Z; (split; [lia|apply Z_of_ge0]).
  - destruct l as [|b l]; cbn [least_of].
    + destruct j; cbn [nth]; change (to_Z 0) with 0%Z; (split; [apply Z_of_ge0|lia]).
    + destruct j as [|j]; cbn [nth]; [|apply IH]. unfold least. destruct (a <=? b)%uint63 eqn:le; [apply leb_spec in le; lia|].
      assert (~ (to_Z a <= to_Z b)%Z) by (intro yes; apply leb_spec in yes; congruence). lia.
Qed.
Lemma least_of_length k l : length (least_of k l) = Nat.min (length k) (length l).
Proof. revert l. induction k as [|a k IH]; intros [|b l]; cbn; try reflexivity. now rewrite IH. Qed.
Lemma fold_least_bound rows r j : (to_Z (nth j (fold_left least_of rows r) 0%uint63) <= to_Z (nth j r 0%uint63))%Z /\
  forall i, (i < length rows)%nat -> (to_Z (nth j (fold_left least_of rows r) 0%uint63) <= to_Z (nth j (nth i rows []) 0%uint63))%Z.
Proof.
  revert r. induction rows as [|s rows IH]; intro r; cbn [fold_left length].
  - split; [lia|]. intros i less. lia.
  - destruct (IH (least_of r s)) as [first others], (least_of_bound r s j) as [r_le s_le]. split; [lia|].
    intros [|i] less; cbn [nth]; [lia|]. apply others. lia.
Qed.
Lemma common_bound rows i j : (i < length rows)%nat -> (to_Z (nth j (common rows) 0%uint63) <= to_Z (nth j (nth i rows []) 0%uint63))%Z.
Proof.
  destruct rows as [|r rows]; cbn [common length]; intro less; [lia|]. destruct (fold_least_bound rows r j) as [first others].
  destruct i as [|i]; cbn [nth]; [exact first|]. apply others. lia.
Qed.
Lemma mass_bound row n : length row = n -> inject_Z (mass row) <= sum (map (fun j => inject_Z (to_Z (nth j row 0%uint63))) (seq 0 n)).
Proof.
  intros <-. unfold mass.
  assert (general : forall acc, inject_Z (to_Z (fold_left add row acc)) <= inject_Z (to_Z acc) + sum (map (fun j => inject_Z (to_Z (nth j row 0%uint63))) (seq 0 (length row)))).
  { induction row as [|a row IH]; intro acc; cbn [fold_left length seq map].
    - change (sum []) with 0. rewrite Qplus_0_r. apply Qle_refl.
    - eapply Qle_trans; [apply IH|]. rewrite sum_cons, <- seq_shift, map_map. cbn [nth].
      pose proof (add_bound acc a) as le. rewrite Zle_Qle, inject_Z_plus in le. lra. }
  specialize (general 0%uint63). change (inject_Z (to_Z 0)) with 0 in general. now rewrite Qplus_0_l in general.
Qed.

(** the least mass that two of the rows have in common, or [so_far] if that is less *)
Definition overlap (k l : list int) : int := fold_left add (least_of k l) 0%uint63.
Fixpoint least_overlap (rows : list (list int)) (so_far : int) : int :=
  match rows with [] => so_far | r :: rows => least_overlap rows (fold_left (fun m l => least m (overlap r l)) rows so_far) end.
Lemma least_bound a b : (to_Z (least a b) <= to_Z a)%Z /\ (to_Z (least a b) <= to_Z b)%Z.
Proof.
  unfold least. destruct (a <=? b)%uint63 eqn:le; [apply leb_spec in le; lia|]. assert (~ (to_Z a <= to_Z b)%Z) by (intro yes; apply leb_spec in yes; congruence). lia.
Qed.
Lemma fold_overlap_bound r rows m : (to_Z (fold_left (fun m l => least m (overlap r l)) rows m) <= to_Z m)%Z /\
  forall i, (i < length rows)%nat -> (to_Z (fold_left (fun m l => least m (overlap r l)) rows m) <= to_Z (overlap r (nth i rows [])))%Z.
Proof.
  revert m. induction rows as [|l rows IH]; intro m; cbn [fold_left length]; [split; [lia|intros i less; lia]|].
  destruct (IH (least m (overlap r l))) as [first others]. destruct (least_bound m (overlap r l)) as [m_le l_le]. split; [lia|].
  intros [|i] less; cbn [nth]; [lia|]. apply others. lia.
Qed.
Lemma least_overlap_bound rows m : (to_Z (least_overlap rows m) <= to_Z m)%Z /\
  forall i k, (i < k)%nat -> (k < length rows)%nat -> (to_Z (least_overlap rows m) <= to_Z (overlap (nth i rows []) (nth k rows [])))%Z.
Proof.
  revert m. induction rows as [|r rows IH]; intro m; cbn [least_overlap length]; [split; [lia|intros i k _ less; lia]|].
  destruct (fold_overlap_bound r rows m) as [m_le each]. destruct (IH (fold_left (fun m l => least m (overlap r l)) rows m)) as [first others]. split; [lia|].
  intros i [|k] i_less k_less; [lia|]. destruct i as [|i]; cbn [nth]; [|apply others; lia]. specialize (each k ltac:(lia)). lia.
Qed.

(** what all rows, or every two of them, have in common *)
Definition in_common (pairs : bool) (n : nat) (rows : list (list int)) : Z :=
  if pairs then if forallb (fun row => Nat.eqb (length row) n) rows then to_Z (least_overlap rows (of_Z one)) else 0
  else let shared := common rows in if Nat.eqb (length shared) n then mass shared else 0.

Lemma unscale x y : x <= inject_Z one * y -> x * (1 # 2 ^ 31) <= y.
Proof.
  intro le. setoid_replace y with (inject_Z one * y * (1 # 2 ^ 31))
    by (rewrite <- Qmult_assoc, (Qmult_comm y), Qmult_assoc; setoid_replace (inject_Z one * (1 # 2 ^ 31)) with 1 by reflexivity; ring). now apply Qmult_le_compat_r.
Qed.
Local Definition portion (row : list int) (j : nat) : Q := inject_Z (to_Z (nth j row 0%uint63)) * (1 # 2 ^ 31).
Local Lemma portion_total row n : length row = n -> inject_Z (mass row) * (1 # 2 ^ 31) <= total n (portion row).
Proof.
  intro width. unfold portion. rewrite (total_same n _ (fun j => (1 # 2 ^ 31) * inject_Z (to_Z (nth j row 0%uint63)))) by (intros j _; ring).
  rewrite total_scale, (Qmult_comm (1 # 2 ^ 31)). apply Qmult_le_compat_r; [|discriminate]. now apply mass_bound.
Qed.
Lemma in_common_correct pairs n rows L : (0 < n)%nat -> stochastic n L -> rows_under n rows L -> (0 < in_common pairs n rows)%Z ->
  let delta := inject_Z (in_common pairs n rows) * (1 # 2 ^ 31) in delta <= 1 /\ contracts n L (1 - delta).
Proof.
  intros some L_rows [L_length L_under] positive. cbv zeta.
  assert (below : forall row i j, (i < n)%nat -> (j < n)%nat -> (to_Z (nth j row 0%uint63) <= to_Z (nth j (nth i rows []) 0%uint63))%Z -> portion row j <= L i j).
  { intros row i j i_less j_less le. apply unscale. eapply Qle_trans; [|exact (L_under i i_less j j_less)]. now rewrite <- Zle_Qle. }
  unfold in_common in *. destruct pairs.
  - destruct (forallb _ rows) eqn:widths; [|discriminate]. rewrite forallb_forall in widths. destruct (least_overlap_bound rows (of_Z one)) as [le_one each].
    set (found := least_overlap rows (of_Z one)) in *. assert (delta_le1 : inject_Z (to_Z found) * (1 # 2 ^ 31) <= 1).
    { apply unscale. rewrite Qmult_1_r, <- Zle_Qle. exact le_one. }
    split; [exact delta_le1|]. apply pairs_contraction; [exact L_rows|].
    assert (ordered : forall i k, (i < k)%nat -> (k < n)%nat -> exists nu, (forall j, (j < n)%nat -> nu j <= L i j /\ nu j <= L k j) /\ inject_Z (to_Z found) * (1 # 2 ^ 31) <= total n nu).
    { intros i k i_less k_less. exists (portion (least_of (nth i rows []) (nth k rows []))). split.
      - intros j j_less. destruct (least_of_bound (nth i rows []) (nth k rows []) j) as [i_le k_le]. split; [apply (below _ i)|apply (below _ k)]; (assumption || lia).
      - assert (width : forall i, (i < n)%nat -> length (nth i rows []) = n) by (intros u u_less; apply Nat.eqb_eq, widths, nth_In; lia).
        eapply Qle_trans; [|apply portion_total; rewrite least_of_length, !width by lia; apply Nat.min_id].
        apply Qmult_le_compat_r; [|discriminate]. rewrite <- Zle_Qle. apply (each i k); lia. }
    intros i k i_less k_less. destruct (Nat.lt_trichotomy i k) as [less|[->|more]].
    + now apply ordered.
    + exists (L k). split; [intros; split; apply Qle_refl|]. now rewrite (proj2 (L_rows k k_less)).
    + destruct (ordered k i more i_less) as (nu & nu_below & nu_mass). exists nu. split; [intros j j_less; destruct (nu_below j j_less); now split|exact nu_mass].
  - destruct (Nat.eqb_spec (length (common rows)) n) as [width|]; [|discriminate]. pose proof (portion_total (common rows) n width) as delta_le.
    assert (shares : forall i j, (i < n)%nat -> (j < n)%nat -> portion (common rows) j <= L i j) by (intros i j i_less j_less; apply below; try assumption; apply common_bound; lia).
    split.
    + eapply Qle_trans; [exact delta_le|]. rewrite <- (proj2 (L_rows 0%nat some)). apply total_mono. intros j j_less. now apply shares.
    + intros v balance. eapply Qle_trans; [now apply (doeblin_contraction n L (portion (common rows)) L_rows shares)|]. apply Qmult_le_compat_r; [lra|apply norm_ge0].
Qed.

(** ** The check *)

Definition floors (rows : list (list Q)) : list (list int) := map (map floor) rows.
Definition nothing (rows : list (list Q)) : list int := map (fun _ => 0%uint63) rows.

(** [k] blocks of 2^h steps, and how much probability the rows of each have in common *)
Definition proves_mixing (h k : nat) (pairs : bool) (rows : list (list Q)) (t : Z) (eps : Q) : bool :=
  if (Z.of_nat k * 2 ^ Z.of_nat h <=? t)%Z then
    let delta := in_common pairs (length rows) (squares (nothing rows) h (floors rows)) in
    (0 <? delta)%Z && Qle_bool (power (Qmake (one - delta) (2 ^ 31)) k) eps
  else false.

Lemma power_scaled m k : power (one - m # 2 ^ 31) k == power (1 - inject_Z m * (1 # 2 ^ 31)) k.
Proof.
  induction k as [|k IH]; cbn [power]; [reflexivity|]. rewrite IH. apply Qmult_comp; [|reflexivity].
  unfold one, Qeq, Qminus, Qplus, Qmult, Qopp, inject_Z. cbn [Qnum Qden]. lia.
Qed.
Lemma steps_of_chain rows mu t : length mu = length rows -> forall j, (j < length rows)%nat ->
  at_state (later rows t mu) j == pushes (length rows) (step rows) t (at_state mu) j.
Proof.
  intros lengths. induction t as [|t IH]; intros j less; [reflexivity|]. cbn [later pushes]. unfold at_state at 1. rewrite nth_tabulated by exact less.
  unfold after. apply push_same; [exact IH|exact less].
Qed.
Lemma chain_stochastic rows : chain rows -> stochastic (length rows) (step rows).
Proof.
  intros [_ fine] i less. rewrite Forall_forall in fine. destruct (fine (nth i rows []) (nth_In _ _ less)) as [width [ge0 sum1]]. split.
  - intros j j_less. rewrite Forall_forall in ge0. apply ge0. unfold step. apply nth_In. congruence.
  - unfold total, step. now rewrite <- width, map_nth_seq.
Qed.
Lemma distribution_total (rows : list (list Q)) mu : length mu = length rows -> distribution mu -> total (length rows) (at_state mu) == 1.
Proof. intros lengths [_ sum1]. unfold total, at_state. now rewrite <- lengths, map_nth_seq. Qed.
Lemma distribution_ge0 mu i : distribution mu -> 0 <= at_state mu i.
Proof.
  intros [ge0 _]. unfold at_state. destruct (Nat.lt_ge_cases i (length mu)) as [less|more]; [|rewrite nth_overflow by exact more; apply Qle_refl].
  rewrite Forall_forall in ge0. apply ge0. now apply nth_In.
Qed.
Lemma floors_under rows : chain rows -> rows_under (length rows) (floors rows) (step rows).
Proof.
  intro is_chain. pose proof (chain_stochastic rows is_chain) as K_rows. split; [unfold floors; now rewrite length_map|]. intros i less j j_less.
  unfold floors. rewrite (nth_indep _ [] (map floor [])) by now rewrite length_map. rewrite map_nth.
  assert (same : nth j (map floor (nth i rows [])) 0%uint63 = floor (step rows i j)).
  { unfold step. change 0%uint63 with (floor 0). apply map_nth. }
  rewrite same. apply floor_correct. now apply (K_rows i less).
Qed.

(** the distance is at most 1 *)
Lemma norm_distributions (rows : list (list Q)) mu pi : length mu = length rows -> length pi = length rows -> distribution mu -> distribution pi ->
  norm (length rows) (fun i => at_state mu i + (-1) * at_state pi i) <= 2.
Proof.
  intros mu_length pi_length mu_dist pi_dist. unfold norm.
  apply Qle_trans with (total (length rows) (fun i => at_state mu i + at_state pi i)).
  - apply total_mono. intros i _. eapply Qle_trans; [apply Qabs_triangle|]. rewrite Qabs_Qmult, (Qabs_pos (at_state mu i)) by now apply distribution_ge0.
    rewrite (Qabs_pos (at_state pi i)) by now apply distribution_ge0. change (Qabs (-1)) with 1. lra.
  - rewrite total_plus, !distribution_total by assumption. discriminate.
Qed.

Theorem proves_mixing_sound h k pairs rows t eps pi : chain rows -> length pi = length rows -> distribution pi -> stationary rows pi ->
  proves_mixing h k pairs rows t eps = true -> mixing rows t eps pi.
Proof.
  intros is_chain pi_length pi_dist pi_stays. unfold proves_mixing. destruct (Z.of_nat k * 2 ^ Z.of_nat h <=? t)%Z eqn:enough; [|discriminate].
  rewrite andb_true_iff. intros [delta_gt0 small]. apply Z.ltb_lt in delta_gt0.
  apply Qle_bool_iff in small. apply Z.leb_le in enough. pose proof (chain_stochastic rows is_chain) as K_rows.
  destruct (squares_correct (length rows) (nothing rows) (fun j => nth_zeros j rows) h (floors rows) (step rows) (step rows) 1 K_rows (steps_one _ _) (floors_under rows is_chain))
    as (L & L_rows & L_steps & L_under).
  rewrite Nat.mul_1_l in L_steps. assert (some : (0 < length rows)%nat) by (destruct is_chain as [some _]; destruct rows; [now contradiction some|cbn; lia]).
  destruct (in_common_correct pairs _ _ L some L_rows L_under delta_gt0) as [delta_le1 shrinks].
  set (delta := inject_Z (in_common pairs _ _) * (1 # 2 ^ 31)) in *.
  assert (delta_range : 0 < delta).
  { unfold delta. apply Qmult_lt_0_compat; [|reflexivity]. change 0 with (inject_Z 0). now rewrite <- Zlt_Qlt. }
  split; [exact pi_stays|]. split.
  - intros mu mu_length mu_dist mu_stays.
    apply (contraction_unique (length rows) (step rows) L (2 ^ h) (1 - delta)); [exact L_steps|exact shrinks|lra| | |].
    + rewrite !distribution_total by assumption. reflexivity.
    + intros j less. now apply mu_stays.
    + intros j less. now apply pi_stays.
  - intros mu s mu_length mu_dist late. unfold variation. fold (total (length rows) (fun i => Qabs (at_state (later rows s mu) i - at_state pi i))).
    assert (rest : exists r, s = (r + k * 2 ^ h)%nat).
    { exists (s - k * 2 ^ h)%nat. assert (Z.of_nat (k * 2 ^ h) <= Z.of_nat s)%Z by (rewrite Nat2Z.inj_mul, Nat2Z.inj_pow; lia). lia. }
    destruct rest as [r ->]. set (d := fun i => at_state mu i + (-1) * at_state pi i).
    assert (balance : total (length rows) d == 0).
    { unfold d. rewrite total_plus, total_scale, !distribution_total by assumption. reflexivity. }
    assert (pushed : forall u j, (j < length rows)%nat -> pushes (length rows) (step rows) u d j == at_state (later rows u mu) j - at_state pi j).
    { intro u. induction u as [|u IH]; intros j less; [unfold d; cbn [pushes later]; ring|]. cbn [pushes later]. rewrite (push_same _ _ _ _ IH j less).
      unfold push. rewrite (total_same _ _ (fun i => at_state (later rows u mu) i * step rows i j + (-1) * (at_state pi i * step rows i j))) by (intros i _; ring).
      rewrite total_plus, total_scale. pose proof (pi_stays j less) as stays. unfold after in stays. unfold total at 2. rewrite stays.
      unfold at_state at 3. rewrite nth_tabulated by exact less. unfold after, total. ring. }
    assert (bound : norm (length rows) (pushes (length rows) (step rows) (r + k * 2 ^ h) d) <= power (1 - delta) k * norm (length rows) d)
      by (apply (contraction_mixing (length rows) (step rows) L (2 ^ h) (1 - delta) k r d); [exact K_rows|exact L_steps|exact shrinks|lra|exact balance]).
    unfold norm at 1 in bound. rewrite (total_same _ _ (fun i => Qabs (at_state (later rows (r + k * 2 ^ h) mu) i - at_state pi i))) in bound
      by (intros i less; now rewrite (pushed _ i less)).
    pose proof (norm_distributions rows mu pi mu_length pi_length mu_dist pi_dist) as d_le. fold d in d_le.
    rewrite power_scaled in small. fold delta in small. assert (product : power (1 - delta) k * norm (length rows) d <= power (1 - delta) k * 2).
    { rewrite !(Qmult_comm (power _ _)). apply Qmult_le_compat_r; [exact d_le|apply power_ge0; lra]. }
    apply Qle_shift_div_r; [reflexivity|]. lra.
Qed.

(** ** Refutation *)

Fixpoint row_later (zeros : list int) (rows : list (list int)) (t : nat) (row : list int) : list int :=
  match t with O => row | S t => row_later zeros rows t (row_times zeros rows row) end.
Definition unit_row (n i : nat) : list int := map (fun j => if Nat.eqb j i then of_Z one else 0%uint63) (seq 0 n).
(** by how much [a] exceeds 2^31 times [p], at least *)
Definition above (a : int) (p : Q) : Z := Z.max 0 (to_Z a - (Qnum p * one / Zpos (Qden p) + 1)).
Fixpoint excess (row : list int) (pi : list Q) : Z := match row, pi with a :: row, p :: pi => above a p + excess row pi | _, _ => 0 end.

(** the distance after [t] steps from state [i] *)
Definition refutes_mixing (i : nat) (rows : list (list Q)) (t : Z) (eps : Q) (pi : list Q) : bool :=
  if (t <=? 100000)%Z && Nat.ltb i (length rows) then
    negb (Qle_bool (Qmake (excess (row_later (nothing rows) (floors rows) (Z.to_nat t) (unit_row (length rows) i)) pi) (2 ^ 31)) eps)
  else false.

Lemma row_later_correct n zeros rows K t row f : (forall j, nth j zeros 0%uint63 = 0%uint63) -> stochastic n K -> rows_under n rows K -> row_under n row f ->
  (forall i, (i < n)%nat -> 0 <= f i) -> row_under n (row_later zeros rows t row) (pushes n K t f).
Proof.
  intros zeros_ok K_rows rows_ok. revert row f. induction t as [|t IH]; intros row f row_ok f_ge0; [exact row_ok|]. cbn [row_later].
  replace (pushes n K (S t) f) with (pushes n K t (push n K f)) by (change (push n K f) with (pushes n K 1 f); rewrite <- pushes_plus; f_equal; lia).
  apply IH.
  - apply row_times_correct; [exact zeros_ok|exact rows_ok|exact row_ok|exact f_ge0|]. intros i j i_less j_less. now apply (K_rows i i_less).
  - intros j less. apply total_ge0. intros i i_less. apply Qmult_le_0_compat; [now apply f_ge0|now apply (K_rows i i_less)].
Qed.
Lemma above_bound a p x : under a x -> inject_Z (above a p) * 2 <= inject_Z one * (Qabs (x - p) + (x - p)).
Proof.
  intro a_ok. pose proof (Qle_Qabs (x - p)) as up. pose proof (Qle_Qabs (- (x - p))) as down. rewrite Qabs_opp in down. unfold above.
  destruct (Z.max_spec 0 (to_Z a - (Qnum p * one / Z.pos (Qden p) + 1))) as [[_ ->]|[_ ->]].
  - assert (p_le : inject_Z one * p <= inject_Z (Qnum p * one / Z.pos (Qden p) + 1)).
    { destruct p as [m d]. unfold Qle, inject_Z, Qmult. cbn [Qnum Qden]. rewrite Pos.mul_1_l, Z.mul_1_r.
      pose proof (Z.mul_succ_div_gt (m * one) (Z.pos d) ltac:(reflexivity)). unfold Z.succ in *. lia. }
    unfold under in a_ok. unfold Z.sub. rewrite inject_Z_plus, inject_Z_opp.
    assert (twice : inject_Z one * x * 2 - inject_Z one * p * 2 <= inject_Z one * (Qabs (x - p) + (x - p))).
    { setoid_replace (inject_Z one * x * 2 - inject_Z one * p * 2) with (inject_Z one * ((x - p) * 2)) by ring. apply Qmult_le_l; [reflexivity|]. lra. }
    lra.
  - change (inject_Z 0 * 2) with 0. apply Qmult_le_0_compat; [discriminate|lra].
Qed.
Lemma excess_bound row pi f : (forall j, (j < length pi)%nat -> under (nth j row 0%uint63) (f j)) ->
  inject_Z (excess row pi) * 2 <= inject_Z one * sum (map (fun j => Qabs (f j - nth j pi 0) + (f j - nth j pi 0)) (seq 0 (length pi))).
Proof.
  assert (ge0 : forall g (l : list nat), 0 <= inject_Z one * sum (map (fun j : nat => Qabs (g j) + g j) l)).
  { intros g l. apply Qmult_le_0_compat; [discriminate|]. apply sum_ge0. intros j _. pose proof (Qle_Qabs (- g j)) as down. rewrite Qabs_opp in down. lra. }
  revert pi f. induction row as [|a row IH]; intros pi f row_ok; [apply (ge0 (fun j => f j - nth j pi 0))|].
  destruct pi as [|p pi]; [apply (ge0 (fun j => f j - nth j [] 0))|]. cbn [excess length seq map]. rewrite sum_cons, <- seq_shift, map_map. cbn [nth].
  rewrite inject_Z_plus, Qmult_plus_distr_l, Qmult_plus_distr_r. apply Qplus_le_compat.
  - apply above_bound. exact (row_ok 0%nat ltac:(cbn; lia)).
  - apply (IH pi (fun j => f (S j))). intros j less. exact (row_ok (S j) ltac:(cbn; lia)).
Qed.

(** the distribution that is at one state *)
Definition at_one (n i : nat) : list Q := map (fun j => if Nat.eqb j i then 1 else 0) (seq 0 n).
Lemma at_one_correct n i : (i < n)%nat -> distribution (at_one n i).
Proof.
  intro less. split.
  - apply Forall_map, Forall_forall. intros j _. destruct (Nat.eqb j i); discriminate.
  - unfold at_one. pose proof (total_one n i 1 less) as all. unfold total in all. exact all.
Qed.

Lemma unscaled e : inject_Z one * (e # 2 ^ 31) == inject_Z e.
Proof. unfold Qeq, Qmult, inject_Z, one. cbn [Qnum Qden]. rewrite Pos.mul_1_l, Z.mul_1_r. apply Z.mul_comm. Qed.

Theorem refutes_mixing_sound i rows t eps pi : chain rows -> length pi = length rows -> distribution pi ->
  refutes_mixing i rows t eps pi = true -> ~ mixing rows t eps pi.
Proof.
  intros is_chain pi_length pi_dist. unfold refutes_mixing. destruct ((t <=? 100000)%Z && Nat.ltb i (length rows)) eqn:fits; [|discriminate].
  apply andb_prop in fits as [_ i_less]. apply Nat.ltb_lt in i_less. rewrite negb_true_iff. intros too_far [_ [_ close]].
  set (n := length rows) in *. set (mu := at_one n i). assert (mu_length : length mu = n) by (unfold mu, at_one; now rewrite length_map, length_seq).
  specialize (close mu (Z.to_nat t) mu_length (at_one_correct n i i_less) ltac:(lia)).
  pose proof (chain_stochastic rows is_chain) as K_rows. fold n in K_rows.
  assert (start : row_under n (unit_row n i) (at_state mu)).
  { intros j less. unfold unit_row, mu, at_one, at_state. rewrite !nth_tabulated by exact less. destruct (Nat.eqb j i); discriminate. }
  pose proof (row_later_correct n (nothing rows) (floors rows) (step rows) (Z.to_nat t) (unit_row n i) (at_state mu) (fun j => nth_zeros j rows) K_rows
    (floors_under rows is_chain) start (fun j _ => distribution_ge0 mu j (at_one_correct n i i_less))) as late.
  set (found := row_later _ _ _ _) in *. pose proof (excess_bound found pi (at_state (later rows (Z.to_nat t) mu))) as far.
  assert (far' : inject_Z (excess found pi) * 2 <= inject_Z one * sum (map (fun j => Qabs (at_state (later rows (Z.to_nat t) mu) j - nth j pi 0) +
    (at_state (later rows (Z.to_nat t) mu) j - nth j pi 0)) (seq 0 (length pi)))).
  { apply far. intros j less. rewrite pi_length in less. unfold under. rewrite (steps_of_chain rows mu (Z.to_nat t) mu_length j less). exact (late j less). }
  clear far. rewrite sum_plus, pi_length in far'. fold n in far'.
  assert (masses : sum (map (fun j => at_state (later rows (Z.to_nat t) mu) j - nth j pi 0) (seq 0 n)) == 0).
  { apply Qeq_trans with (sum (map (fun j => at_state (later rows (Z.to_nat t) mu) j + (-1) * at_state pi j) (seq 0 n)));
      [apply sum_same; intros j _; unfold at_state; ring|].
    rewrite sum_plus, sum_scale. fold (total n (at_state pi)) (total n (at_state (later rows (Z.to_nat t) mu))).
    pose proof (distribution_total rows pi pi_length pi_dist) as pi_one. pose proof (distribution_total rows mu mu_length (at_one_correct n i i_less)) as mu_one.
    fold n in pi_one, mu_one. rewrite pi_one.
    rewrite (total_same n _ (pushes n (step rows) (Z.to_nat t) (at_state mu))) by (intros j less; now apply steps_of_chain).
    rewrite pushes_total by exact K_rows. rewrite mu_one. reflexivity. }
  rewrite masses, Qplus_0_r in far'. unfold variation in close. fold n in close. unfold at_state in close at 2.
  set (distance := sum (map _ _)) in far'. change (distance / 2 <= eps) in close.
  assert (small : (excess found pi # 2 ^ 31) <= eps).
  { eapply Qle_trans; [|exact close]. apply Qle_shift_div_l; [reflexivity|]. apply Qmult_le_l with (inject_Z one); [reflexivity|]. eapply Qle_trans; [|exact far'].
    rewrite Qmult_assoc, unscaled. apply Qle_refl. }
  apply Qle_bool_iff in small. congruence.
Qed.
