(** * Kernels on finitely many states

    What one step of a Markov chain does to a distribution, and to a difference of two: it never grows, and it shrinks by the factor 1 - delta where all rows have
    the mass delta in common (Doeblin), or every two of them (Dobrushin).  So the distributions after many steps come together whatever the first one was, and
    only one distribution is stationary.

    Main results: [balanced_stationary], [doeblin_contraction], [dobrushin_contraction], [contraction_mixing], [contraction_unique].

    Trust: proved.
    Source: R. Dobrushin, Central limit theorem for nonstationary Markov chains, 1956; D. Levin, Y. Peres, Markov Chains and Mixing Times, 2017, sections 1.5, 1.6, 4.1 and 4.6. *)
From Coq Require Import ZArith QArith Qabs Qminmax List Bool Lia Lqa Morphisms.
From Warrant Require Import Spec.Chains.
Import ListNotations.
Local Open Scope Q_scope.

(** ** Sums *)

Lemma sum_cons a l : sum (a :: l) = a + sum l.
Proof. reflexivity. Qed.
Lemma sum_app k l : sum (k ++ l) == sum k + sum l.
Proof. induction k as [|a k IH]; cbn [app]; [cbn; ring|]. rewrite !sum_cons, IH. ring. Qed.
Lemma sum_same f g (l : list nat) : (forall i, In i l -> f i == g i) -> sum (map f l) == sum (map g l).
Proof.
  intro same. induction l as [|i l IH]; cbn [map]; [reflexivity|]. rewrite !sum_cons, (same i (or_introl eq_refl)), IH; [reflexivity|].
  intros k k_in. apply same. now right.
Qed.
Lemma sum_mono f g (l : list nat) : (forall i, In i l -> f i <= g i) -> sum (map f l) <= sum (map g l).
Proof.
  intro le. induction l as [|i l IH]; cbn [map]; [apply Qle_refl|]. rewrite !sum_cons. apply Qplus_le_compat; [apply le; now left|].
  apply IH. intros k k_in. apply le. now right.
Qed.
Lemma sum_scale c f (l : list nat) : sum (map (fun i => c * f i) l) == c * sum (map f l).
Proof. induction l as [|i l IH]; cbn [map]; [cbn; ring|]. rewrite !sum_cons, IH. ring. Qed.
Lemma sum_plus f g (l : list nat) : sum (map (fun i => f i + g i) l) == sum (map f l) + sum (map g l).
Proof. induction l as [|i l IH]; cbn [map]; [cbn; ring|]. rewrite !sum_cons, IH. ring. Qed.
Lemma sum_zero (l : list nat) : sum (map (fun _ => 0) l) == 0.
Proof. induction l as [|i l IH]; cbn [map]; [reflexivity|]. rewrite sum_cons, IH. ring. Qed.
Lemma sum_ge0 f (l : list nat) : (forall i, In i l -> 0 <= f i) -> 0 <= sum (map f l).
Proof. intro ge0. rewrite <- (sum_zero l). now apply sum_mono. Qed.
Lemma sum_swap f (k l : list nat) : sum (map (fun i => sum (map (f i) l)) k) == sum (map (fun j => sum (map (fun i => f i j) k)) l).
Proof.
  induction k as [|i k IH]; cbn [map].
  - cbn. now rewrite sum_zero.
  - rewrite sum_cons, IH, <- sum_plus. apply sum_same. intros j _. reflexivity.
Qed.
Lemma sum_abs f (l : list nat) : Qabs (sum (map f l)) <= sum (map (fun i => Qabs (f i)) l).
Proof.
  induction l as [|i l IH]; cbn [map]; [apply Qle_refl|]. rewrite !sum_cons. eapply Qle_trans; [apply Qabs_triangle|]. now apply Qplus_le_compat; [apply Qle_refl|].
Qed.
Lemma sum_one f (l : list nat) i : (forall j, In j l -> 0 <= f j) -> In i l -> f i <= sum (map f l).
Proof.
  intros ge0 i_in. induction l as [|j l IH]; [easy|]. cbn [map]. rewrite sum_cons. destruct i_in as [->|i_in].
  - assert (0 <= sum (map f l)) by (apply sum_ge0; intros k k_in; apply ge0; now right). lra.
  - assert (f i <= sum (map f l)) by (apply IH; [intros k k_in; apply ge0; now right|exact i_in]). pose proof (ge0 j (or_introl eq_refl)). lra.
Qed.

Lemma map_nth_seq {A} (l : list A) d : map (fun i => nth i l d) (seq 0 (length l)) = l.
Proof.
  induction l as [|a l IH]; [reflexivity|]. cbn [length seq map nth]. f_equal. rewrite <- seq_shift, map_map. exact IH.
Qed.
Lemma nth_tabulated {A} (f : nat -> A) n j d : (j < n)%nat -> nth j (map f (seq 0 n)) d = f j.
Proof. intro less. rewrite (nth_indep _ d (f 0%nat)) by now rewrite length_map, length_seq. rewrite map_nth, seq_nth by exact less. reflexivity. Qed.

(** ** Detailed balance implies stationarity *)

Theorem balanced_stationary rows pi : chain rows -> balanced rows pi -> stationary rows pi.
Proof.
  intros [_ fine] balance j less. unfold after.
  rewrite (sum_same _ (fun i => at_state pi j * step rows j i)); [|intros i i_in; apply in_seq in i_in; apply balance; lia].
  rewrite sum_scale. rewrite Forall_forall in fine. destruct (fine (nth j rows []) (nth_In _ _ less)) as [width [_ total]].
  unfold step. rewrite <- width, map_nth_seq, total. ring.
Qed.

(** ** Kernels and what they do to numbers on the states below [n] *)

Section Kernels.
Variable n : nat.
Notation states := (seq 0 n).
Definition total (f : nat -> Q) : Q := sum (map f states).
Definition stochastic (K : nat -> nat -> Q) : Prop :=
  forall i, (i < n)%nat -> (forall j, (j < n)%nat -> 0 <= K i j) /\ total (K i) == 1.
Definition push (K : nat -> nat -> Q) (v : nat -> Q) (j : nat) : Q := total (fun i => v i * K i j).
Fixpoint pushes (K : nat -> nat -> Q) (t : nat) (v : nat -> Q) : nat -> Q :=
  match t with O => v | S t => push K (pushes K t v) end.
Definition norm (v : nat -> Q) : Q := total (fun i => Qabs (v i)).
Definition equal (v w : nat -> Q) : Prop := forall i, (i < n)%nat -> v i == w i.
(** the sums over paths of two steps *)
Definition times (K L : nat -> nat -> Q) (i j : nat) : Q := total (fun k => K i k * L k j).
(** [L] is [t] steps of [K] at once *)
Definition steps (K : nat -> nat -> Q) (t : nat) (L : nat -> nat -> Q) : Prop := forall v, equal (push L v) (pushes K t v).

Local Lemma below i : In i states -> (i < n)%nat. Proof. rewrite in_seq. lia. Qed.
Local Lemma inside i : (i < n)%nat -> In i states. Proof. rewrite in_seq. lia. Qed.

Lemma total_same f g : equal f g -> total f == total g.
Proof. intro same. apply sum_same. intros i i_in. apply same, below, i_in. Qed.
Lemma total_mono f g : (forall i, (i < n)%nat -> f i <= g i) -> total f <= total g.
Proof. intro le. apply sum_mono. intros i i_in. apply le, below, i_in. Qed.
Lemma total_ge0 f : (forall i, (i < n)%nat -> 0 <= f i) -> 0 <= total f.
Proof. intro ge0. apply sum_ge0. intros i i_in. apply ge0, below, i_in. Qed.
Lemma total_scale c f : total (fun i => c * f i) == c * total f. Proof. apply sum_scale. Qed.
Lemma total_plus f g : total (fun i => f i + g i) == total f + total g. Proof. apply sum_plus. Qed.
Lemma total_swap f : total (fun i => total (f i)) == total (fun j => total (fun i => f i j)). Proof. apply sum_swap. Qed.

(** a number at one state *)
Lemma total_one i c : (i < n)%nat -> total (fun j => if Nat.eqb j i then c else 0) == c.
Proof.
  unfold total. intro less. replace n with (i + (1 + (n - S i)))%nat by lia. rewrite seq_app, map_app, sum_app. cbn [seq map Nat.add].
  rewrite sum_cons, Nat.eqb_refl.
  assert (none : forall d k, (i < d \/ d + k <= i)%nat -> sum (map (fun j => if Nat.eqb j i then c else 0) (seq d k)) == 0).
  { intros d k outside. rewrite (sum_same _ (fun _ => 0)); [apply sum_zero|]. intros j j_in. apply in_seq in j_in.
    replace (Nat.eqb j i) with false; [reflexivity|]. symmetry. apply Nat.eqb_neq. lia. }
  rewrite !none by lia. ring.
Qed.

Lemma push_same K v w : equal v w -> equal (push K v) (push K w).
Proof. intros same j less. apply total_same. intros i i_less. now rewrite (same i i_less). Qed.
Lemma pushes_same K t v w : equal v w -> equal (pushes K t v) (pushes K t w).
Proof. intro same. induction t as [|t IH]; [exact same|]. now apply push_same. Qed.
Lemma pushes_plus K s t v : pushes K (s + t) v = pushes K s (pushes K t v).
Proof. induction s as [|s IH]; cbn; [reflexivity|]. now rewrite IH. Qed.
Lemma norm_same v w : equal v w -> norm v == norm w.
Proof. intro same. apply total_same. intros i less. now rewrite (same i less). Qed.
Lemma norm_ge0 v : 0 <= norm v. Proof. apply total_ge0. intros i _. apply Qabs_nonneg. Qed.

Lemma push_total K v : stochastic K -> total (push K v) == total v.
Proof.
  intro rows. unfold push. rewrite total_swap. apply total_same. intros i less. rewrite total_scale, (proj2 (rows i less)). ring.
Qed.
Lemma pushes_total K t v : stochastic K -> total (pushes K t v) == total v.
Proof. intro rows. induction t as [|t IH]; cbn [pushes]; [reflexivity|]. now rewrite push_total. Qed.
Lemma push_times K L v : equal (push (times K L) v) (push L (push K v)).
Proof.
  intros j less. unfold push, times.
  rewrite (total_same _ (fun i => total (fun k => v i * K i k * L k j))); [|intros i _; rewrite <- total_scale; apply total_same; intros k _; ring].
  rewrite total_swap. apply total_same. intros k _. rewrite Qmult_comm, <- total_scale. apply total_same. intros i _. ring.
Qed.
Lemma times_stochastic K L : stochastic K -> stochastic L -> stochastic (times K L).
Proof.
  intros K_rows L_rows i less. split.
  - intros j j_less. apply total_ge0. intros k k_less. apply Qmult_le_0_compat; [now apply (K_rows i less)|now apply (L_rows k k_less)].
  - unfold times. rewrite total_swap, (total_same _ (K i)); [apply (K_rows i less)|]. intros k k_less. rewrite total_scale, (proj2 (L_rows k k_less)). ring.
Qed.
Lemma steps_one K : steps K 1 K. Proof. intros v j _. reflexivity. Qed.
Lemma steps_times K s t L M : steps K s L -> steps K t M -> steps K (t + s) (times L M).
Proof.
  intros L_steps M_steps v j less. rewrite (push_times L M v j less), (M_steps (push L v) j less), pushes_plus.
  apply pushes_same; [|exact less]. exact (L_steps v).
Qed.

(** ** Contraction *)

(** differences of distributions shrink by the factor [r] *)
Definition contracts (L : nat -> nat -> Q) (r : Q) : Prop := forall v, total v == 0 -> norm (push L v) <= r * norm v.

(** all rows have [nu] in common, of mass delta *)
Theorem doeblin_contraction L nu : stochastic L -> (forall i j, (i < n)%nat -> (j < n)%nat -> nu j <= L i j) -> contracts L (1 - total nu).
Proof.
  intros rows common v balance. unfold norm at 1.
  apply Qle_trans with (total (fun j => total (fun i => Qabs (v i) * (L i j - nu j)))).
  - apply total_mono. intros j j_less. unfold push.
    rewrite (total_same _ (fun i => nu j * v i + v i * (L i j - nu j))) by (intros i _; ring).
    rewrite total_plus, total_scale, balance, Qmult_0_r, Qplus_0_l. eapply Qle_trans; [apply sum_abs|]. apply total_mono. intros i i_less.
    rewrite Qabs_Qmult, (Qabs_pos (L i j - nu j)); [apply Qle_refl|]. pose proof (common i j i_less j_less). lra.
  - rewrite total_swap. unfold norm. rewrite <- total_scale. apply total_mono. intros i i_less.
    rewrite total_scale, (total_same (fun j => L i j - nu j) (fun j => L i j + (-1) * nu j)) by (intros j _; ring).
    rewrite total_plus, total_scale, (proj2 (rows i i_less)). apply Qle_lteq. right. ring.
Qed.
Lemma contracts_one K : stochastic K -> contracts K 1.
Proof.
  intros rows v balance. pose proof (doeblin_contraction K (fun _ => 0) rows (fun i j i_less j_less => proj1 (rows i i_less) j j_less) v balance) as le.
  unfold total at 1 in le. rewrite sum_zero in le. unfold Qminus in le. setoid_replace (1 + - 0) with 1 in le by reflexivity. exact le.
Qed.

Fixpoint power (q : Q) (k : nat) : Q := match k with O => 1 | S k => q * power q k end.
Lemma power_ge0 q k : 0 <= q -> 0 <= power q k.
Proof. intro q_ge0. induction k as [|k IH]; cbn [power]; [easy|now apply Qmult_le_0_compat]. Qed.

Lemma norm_shrinks K t v : stochastic K -> total v == 0 -> norm (pushes K t v) <= norm v.
Proof.
  intros rows balance. induction t as [|t IH]; cbn [pushes]; [apply Qle_refl|]. eapply Qle_trans; [|exact IH].
  rewrite <- (Qmult_1_l (norm (pushes K t v))). apply contracts_one; [exact rows|]. now rewrite pushes_total.
Qed.
(** After k blocks of m steps, and any number of steps more, a difference of distributions is at most the k-th power of the factor of one block. *)
Theorem contraction_mixing K L m r k s v : stochastic K -> steps K m L -> contracts L r -> 0 <= r -> total v == 0 ->
  norm (pushes K (s + k * m) v) <= power r k * norm v.
Proof.
  intros rows L_steps shrinks r_ge0 balance. rewrite pushes_plus.
  eapply Qle_trans; [apply norm_shrinks; [exact rows|now rewrite pushes_total]|].
  induction k as [|k IH]; cbn [power Nat.mul]; [cbn [pushes]; rewrite Qmult_1_l; apply Qle_refl|].
  rewrite pushes_plus, <- (norm_same (push L (pushes K (k * m) v))) by exact (L_steps _).
  eapply Qle_trans; [apply shrinks; now rewrite pushes_total|]. rewrite <- Qmult_assoc, !(Qmult_comm r). now apply Qmult_le_compat_r.
Qed.

Lemma norm_zero v : norm v == 0 -> forall i, (i < n)%nat -> v i == 0.
Proof.
  intros zero i less. assert (le : Qabs (v i) <= norm v) by (apply (sum_one (fun i => Qabs (v i))); [intros j _; apply Qabs_nonneg|now apply inside]).
  rewrite zero in le. pose proof (Qle_Qabs (v i)). pose proof (Qle_Qabs (- v i)) as minus. rewrite Qabs_opp in minus. lra.
Qed.
(** Dobrushin: differences shrink by the largest total variation distance of two rows.  On paper: if p and q are the positive and the negative part of v, both of mass m, then m times the image of v is the sum over i and k
    of p(i) q(k) times the difference of the rows i and k. *)
Theorem dobrushin_contraction L r : (forall i k, (i < n)%nat -> (k < n)%nat -> norm (fun j => L i j - L k j) <= 2 * r) -> contracts L r.
Proof.
  intros rows v balance. set (p := fun i => Qmax 0 (v i)). set (q := fun i => Qmax 0 (- v i)). set (m := total p).
  assert (parts : forall i, v i == p i - q i /\ Qabs (v i) == p i + q i /\ 0 <= p i /\ 0 <= q i).
  { intro i. unfold p, q. destruct (Qlt_le_dec (v i) 0) as [neg|pos].
    - rewrite (Q.max_l 0 (v i)), (Q.max_r 0 (- v i)), Qabs_neg by lra. repeat split; lra.
    - rewrite (Q.max_r 0 (v i)), (Q.max_l 0 (- v i)), Qabs_pos by lra. repeat split; lra. }
  assert (q_mass : total q == m).
  { assert (both : total (fun i => p i + (-1) * q i) == 0) by (rewrite <- balance; apply total_same; intros i _; destruct (parts i) as [same _]; lra).
    rewrite total_plus, total_scale in both. unfold m. lra. }
  assert (v_norm : norm v == 2 * m).
  { unfold norm. rewrite (total_same _ (fun i => p i + q i)) by (intros i _; apply (parts i)). rewrite total_plus, q_mass. unfold m. ring. }
  assert (m_ge0 : 0 <= m) by (apply total_ge0; intros i _; apply (parts i)).
  assert (image : forall j, m * push L v j == total (fun i => total (fun k => p i * q k * (L i j - L k j)))).
  { intro j. set (up := total (fun i => p i * L i j)). set (down := total (fun k => q k * L k j)). transitivity (m * up + (-1) * (m * down)).
    - assert (split_push : push L v j == up + (-1) * down); [|rewrite split_push; ring]. unfold push, up, down. rewrite <- total_scale, <- total_plus.
      apply total_same. intros i _. destruct (parts i) as [-> _]. ring.
    - symmetry. transitivity (total (fun i => m * (p i * L i j) + ((-1) * down) * p i)).
      + apply total_same. intros i _. rewrite (total_same _ (fun k => (p i * L i j) * q k + (- p i) * (q k * L k j))) by (intros k _; ring).
        rewrite total_plus, !total_scale, q_mass. fold down. ring.
      + rewrite total_plus, !total_scale. fold up m. ring. }
  assert (bound : m * norm (push L v) <= m * (r * norm v)).
  { unfold norm at 1. rewrite <- total_scale. apply Qle_trans with (total (fun i => total (fun k => p i * q k * (2 * r)))).
    - apply Qle_trans with (total (fun j => total (fun i => total (fun k => p i * q k * Qabs (L i j - L k j))))).
      + apply total_mono. intros j _. rewrite <- (Qabs_pos m m_ge0) at 1. rewrite <- Qabs_Qmult, image.
        eapply Qle_trans; [apply sum_abs|]. apply total_mono. intros i _. eapply Qle_trans; [apply sum_abs|]. apply total_mono. intros k _.
        rewrite Qabs_Qmult, (Qabs_pos (p i * q k)); [apply Qle_refl|]. apply Qmult_le_0_compat; [apply (parts i)|apply (parts k)].
      + rewrite total_swap. apply total_mono. intros i i_less. rewrite total_swap. apply total_mono. intros k k_less. rewrite total_scale. fold (norm (fun j => L i j - L k j)).
        rewrite !(Qmult_comm (p i * q k)). apply Qmult_le_compat_r; [now apply rows|]. apply Qmult_le_0_compat; [apply (parts i)|apply (parts k)].
    - rewrite (total_same _ (fun i => (2 * r * m) * p i)).
      + rewrite total_scale, v_norm. fold m. apply Qle_lteq. right. ring.
      + intros i _. rewrite (total_same _ (fun k => (p i * (2 * r)) * q k)) by (intros k _; ring). rewrite total_scale, q_mass. ring. }
  destruct (Qlt_le_dec 0 m) as [positive|le]; [now apply (Qmult_le_l _ _ m positive)|].
  assert (zero : norm v == 0) by lra. rewrite zero, Qmult_0_r. apply Qle_lteq. right. unfold norm.
  rewrite (total_same _ (fun _ => 0)); [apply sum_zero|]. intros j _. unfold push. rewrite (total_same _ (fun _ => 0)); [unfold total; now rewrite sum_zero|].
  intros i i_less. rewrite (norm_zero v zero i i_less). ring.
Qed.
(** the same, if every two rows have the mass delta in common *)
Theorem pairs_contraction L delta : stochastic L ->
  (forall i k, (i < n)%nat -> (k < n)%nat -> exists nu, (forall j, (j < n)%nat -> nu j <= L i j /\ nu j <= L k j) /\ delta <= total nu) -> contracts L (1 - delta).
Proof.
  intros rows common. apply dobrushin_contraction. intros i k i_less k_less. destruct (common i k i_less k_less) as (nu & below & mass).
  apply Qle_trans with (total (fun j => (L i j + L k j) + (-2) * nu j)).
  - apply total_mono. intros j j_less. destruct (below j j_less). apply Qabs_Qle_condition. lra.
  - rewrite !total_plus, total_scale, (proj2 (rows i i_less)), (proj2 (rows k k_less)). lra.
Qed.
(** two distributions that some number of steps leaves as they are *)
Theorem contraction_unique K L m r v w : steps K m L -> contracts L r -> r < 1 -> total v == total w ->
  equal (push K v) v -> equal (push K w) w -> equal v w.
Proof.
  intros L_steps shrinks r_lt1 masses v_stays w_stays.
  assert (stay : forall t u, equal (push K u) u -> equal (pushes K t u) u).
  { intros t u stays. induction t as [|t IH]; cbn [pushes]; [easy|]. intros i less. rewrite (push_same K _ _ IH i less). now apply stays. }
  set (d := fun i => v i + (-1) * w i). assert (d_stays : equal (push K d) d).
  { intros j less. unfold push, d. rewrite (total_same _ (fun i => v i * K i j + (-1) * (w i * K i j))) by (intros i _; ring).
    rewrite total_plus, total_scale. fold (push K v j) (push K w j). now rewrite (v_stays j less), (w_stays j less). }
  assert (balance : total d == 0) by (unfold d; rewrite total_plus, total_scale, masses; ring).
  pose proof (shrinks d balance) as le. rewrite (norm_same (push L d) d) in le by (intros j less; rewrite (L_steps d j less); now apply stay).
  pose proof (norm_ge0 d) as ge0.
  assert (zero : norm d == 0).
  { destruct (Qlt_le_dec 0 (norm d)) as [positive|]; [|lra]. assert (r * norm d < 1 * norm d) by now apply Qmult_lt_compat_r. lra. }
  intros i less. pose proof (norm_zero d zero i less) as same. unfold d in same. lra.
Qed.
End Kernels.
