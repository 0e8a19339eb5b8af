(** * Mechanisms of differential privacy

    Geometric noise, the discrete Laplace distribution and randomised response are distributions, and no output is more probable, from one data set to a neighbour, by more than the factor
    e^loss.  A plan's loss is the sum of the losses of its steps that look at the part of the data in which neighbours differ, whatever the questions are and however they depend on earlier outputs.

    Main definitions: [loss], [spent].
    Main results: [chance_distribution], [chance_bound]; [geometric_private], [response_private]; [law_distribution], [law_bound], [spent_private].

    Trust: proved.
    Source: C. Dwork, A. Roth, The Algorithmic Foundations of Differential Privacy, 2014, section 3.2 (randomised response) and Theorem 3.16; A. Ghosh, T. Roughgarden, M. Sundararajan,
    Universally utility-maximizing privacy mechanisms, 2009, section 2 (geometric noise); F. McSherry, Privacy integrated queries, 2009, Theorem 4. *)
From Coq Require Import ZArith QArith Qreals Reals Lra Lia List Bool FinFun.
From Warrant Require Import Spec.Privacy Primitives.Fractions Primitives.Probability.Sums Primitives.Probability.Privacy.
Import ListNotations.
Local Open Scope R_scope.

(** ** Geometric noise *)

(** the integers from -n to n *)
Fixpoint window (n : nat) : list Z := match n with O => [0%Z] | S m => Z.of_nat n :: (- Z.of_nat n)%Z :: window m end.
Lemma window_in n z : In z (window n) <-> (Z.abs z <= Z.of_nat n)%Z.
Proof.
  induction n as [|n IH]; [cbn; lia|]. cbn [window In]. rewrite IH. lia.
Qed.
Lemma window_once n : NoDup (window n).
Proof.
  induction n as [|n IH]; [repeat constructor; easy|]. cbn [window]. constructor; [|constructor; [|exact IH]].
  - intros [e|e]; [lia|]. apply window_in in e. lia.
  - intro e. apply window_in in e. lia.
Qed.
Lemma window_covers (l : list Z) : exists n, incl l (window n).
Proof.
  induction l as [|z l [n covers]]; [exists O; easy|]. exists (Nat.max n (Z.abs_nat z)). intros y [<-|y_in]; apply window_in; [lia|].
  apply covers, window_in in y_in. lia.
Qed.
Lemma shifted_distribution (p : Z -> R) a : distribution p -> distribution (fun z => p (z - a)%Z).
Proof.
  intro p_dist. apply (distribution_renamed (fun z => (z + a)%Z)); [intros; lia|intros z none; exfalso; apply (none (z - a)%Z); lia|].
  assert (same : forall z, p (z + a - a)%Z = p z) by (intro z; f_equal; lia).
  destruct p_dist as (p_ge0 & p_le1 & most). split; [intro z; rewrite same; apply p_ge0|].
  split; [intros l once|intros eta eta_gt0; destruct (most eta eta_gt0) as (l & once & mass); exists l; split; [exact once|]].
  all: rewrite (sum_same _ p l) by (intros z _; apply same); auto.
Qed.

Lemma geometric_sum alpha n : 0 < alpha < 1 -> sum (geometric alpha) (window n) = 1 - 2 * alpha ^ S n / (1 + alpha).
Proof.
  intro range. induction n as [|n IH]; [unfold geometric; cbn; field; lra|]. cbn [window]. rewrite !sum_cons, IH. unfold geometric.
  replace (Z.abs_nat (- Z.of_nat (S n))) with (S n) by lia. replace (Z.abs_nat (Z.of_nat (S n))) with (S n) by lia. cbn [pow]. field. lra.
Qed.
Lemma geometric_distribution alpha : 0 < alpha < 1 -> distribution (geometric alpha).
Proof.
  intro range. assert (ge0 : forall z, 0 <= geometric alpha z).
  { intro z. unfold geometric. apply Rmult_le_pos; [|apply pow_le; lra]. apply Rmult_le_pos; [lra|]. left. apply Rinv_0_lt_compat. lra. }
  split; [exact ge0|]. split.
  - intros l once. destruct (window_covers l) as [n covers]. apply Rle_trans with (sum (geometric alpha) (window n)); [now apply sum_incl|].
    rewrite geometric_sum by exact range. assert (0 <= 2 * alpha ^ S n / (1 + alpha)); [|lra].
    apply Rmult_le_pos; [|left; apply Rinv_0_lt_compat; lra]. pose proof (pow_le alpha (S n)). lra.
  - intros eta eta_gt0. destruct (pow_lt_1_zero alpha ltac:(rewrite Rabs_pos_eq; lra) (eta / 2) ltac:(lra)) as (n & small).
    exists (window n). split; [apply window_once|]. rewrite geometric_sum by exact range. specialize (small (S n) ltac:(lia)).
    pose proof (pow_le alpha (S n) ltac:(lra)) as pow_ge0. rewrite Rabs_pos_eq in small by exact pow_ge0.
    assert (2 * alpha ^ S n / (1 + alpha) <= 2 * alpha ^ S n); [|lra]. apply (Rmult_le_reg_r (1 + alpha)); [lra|].
    unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. nra.
Qed.
(** neighbouring centres: the probabilities differ by the factor alpha^-d at most *)
Lemma geometric_bound alpha a b d z : 0 < alpha < 1 -> (Z.abs (a - b) <= d)%Z -> geometric alpha (z - a) * alpha ^ Z.to_nat d <= geometric alpha (z - b).
Proof.
  intros range near. unfold geometric. rewrite Rmult_assoc. apply Rmult_le_compat_l; [apply Rmult_le_pos; [lra|left; apply Rinv_0_lt_compat; lra]|].
  rewrite <- pow_add. replace (Z.abs_nat (z - a) + Z.to_nat d)%nat with (Z.abs_nat (z - b) + (Z.abs_nat (z - a) + Z.to_nat d - Z.abs_nat (z - b)))%nat by lia.
  rewrite pow_add. pose proof (pow_le alpha (Z.abs_nat (z - b)) ltac:(lra)).
  pose proof (pow_incr alpha 1 (Z.abs_nat (z - a) + Z.to_nat d - Z.abs_nat (z - b)) ltac:(lra)) as le. rewrite pow1 in le. nra.
Qed.

(** ** All mechanisms *)

(** the quotient of the probabilities of the true answer and of another one *)
Definition odds (k : Z) (p : Q) : R := Q2R p * IZR (k - 1) / (1 - Q2R p).
Definition loss (m : mechanism) : R :=
  match m with
  | Response k p => Rabs (ln (odds k p))
  | Additive (Geometric alpha) d => IZR d * ln (/ Q2R alpha)
  | Additive (Laplace scale) d => IZR d / Q2R scale
  end.

Lemma laplace_range scale : 0 < Q2R scale -> 0 < exp (- / Q2R scale) < 1.
Proof.
  intro scale_gt0. split; [apply exp_pos|]. rewrite <- exp_0. apply exp_increasing. pose proof (Rinv_0_lt_compat _ scale_gt0). lra.
Qed.
Lemma noise_distribution n d : proper (Additive n d) -> distribution (noise_at n).
Proof.
  intros [_ right]. destruct n as [alpha|scale]; cbn [noise_at]; [now apply geometric_distribution|]. apply (geometric_distribution (exp (- / Q2R scale))). now apply laplace_range.
Qed.

Lemma seq_Z_in k z : In z (map Z.of_nat (seq 0 (Z.to_nat k))) <-> (0 <= z < k)%Z.
Proof.
  rewrite in_map_iff. split.
  - intros (i & <- & i_in). apply in_seq in i_in. lia.
  - intro range. exists (Z.to_nat z). rewrite in_seq. lia.
Qed.
Lemma response_distribution k p a : proper (Response k p) -> (0 <= a < k)%Z -> distribution (chance (Response k p) a).
Proof.
  intros [k_ge2 p_range] a_range. assert (k_gt0 : 0 < IZR (k - 1)) by (apply IZR_lt; lia). set (c := (1 - Q2R p) / IZR (k - 1)).
  assert (c_ge0 : 0 <= c) by (apply Rmult_le_pos; [lra|left; now apply Rinv_0_lt_compat]).
  set (all := map Z.of_nat (seq 0 (Z.to_nat k))).
  assert (once : NoDup all) by (apply Injective_map_NoDup; [intros i j; lia|apply seq_NoDup]).
  apply (finite_distribution _ all).
  - intro z. cbn [chance]. fold c. destruct (z =? a)%Z; [lra|]. destruct (_ && _); lra.
  - exact once.
  - intros z out. unfold all in out. rewrite seq_Z_in in out. cbn [chance]. destruct (Z.eqb_spec z a) as [->|other]; [lia|].
    destruct (_ && _) eqn:E; [|reflexivity]. apply andb_true_iff in E. lia.
  - assert (a_in : In a all) by (unfold all; now rewrite seq_Z_in). assert (length_all : length all = Z.to_nat k) by (unfold all; now rewrite length_map, length_seq).
    apply in_split in a_in as (before & after & E). rewrite E in *. rewrite sum_app, sum_cons.
    assert (others : forall l, (forall z, In z l -> z <> a /\ (0 <= z < k)%Z) -> sum (chance (Response k p) a) l = INR (length l) * c).
    { intros l inside. rewrite <- sum_const. apply sum_same. intros z z_in. destruct (inside z z_in) as [other range]. cbn [chance].
      apply Z.eqb_neq in other as ->. assert ((0 <=? z)%Z && (z <? k)%Z = true) as -> by (apply andb_true_iff; lia). reflexivity. }
    apply NoDup_remove_2 in once. rewrite in_app_iff in once.
    rewrite (others before), (others after).
    2, 3: intros z z_in; split; [intros ->; tauto|]; apply seq_Z_in; fold all; rewrite E, in_app_iff; cbn; auto.
    cbn [chance]. rewrite Z.eqb_refl. rewrite length_app in length_all. cbn [length] in length_all.
    assert (INR (length before) + INR (length after) = IZR (k - 1)) as total by (rewrite <- plus_INR, INR_IZR_INZ; f_equal; lia).
    assert (c * IZR (k - 1) = 1 - Q2R p) by (unfold c; field; lra). nra.
Qed.
Theorem chance_distribution m a b : proper m -> answers m a b -> distribution (chance m a).
Proof.
  destruct m as [k p|n d]; intros right possible; [exact (response_distribution k p a right (proj1 possible))|]. apply (shifted_distribution (noise_at n)). now apply (noise_distribution n d).
Qed.

Lemma exp_ge1 x : 0 <= x -> 1 <= exp x.
Proof. intros [x_gt0|<-]; [left; rewrite <- exp_0; now apply exp_increasing|rewrite exp_0; lra]. Qed.
Lemma loss_ge0 m : proper m -> 0 <= loss m.
Proof.
  destruct m as [k p|[alpha|scale] d]; cbn [loss proper].
  - intros _. apply Rabs_pos.
  - intros [d_ge0 range]. apply Rmult_le_pos; [now apply IZR_le|]. rewrite ln_Rinv by lra. assert (ln (Q2R alpha) < ln 1) by (apply ln_increasing; lra). rewrite ln_1 in *. lra.
  - intros [d_ge0 scale_gt0]. apply Rmult_le_pos; [now apply IZR_le|]. left. now apply Rinv_0_lt_compat.
Qed.
(** the factor alpha^-d, as a power of e *)
Lemma exp_power alpha d : 0 < alpha -> (0 <= d)%Z -> exp (IZR d * ln (/ alpha)) * alpha ^ Z.to_nat d = 1.
Proof.
  intros alpha_gt0 d_ge0. rewrite <- Rpower_pow by exact alpha_gt0. unfold Rpower. rewrite <- exp_plus, INR_IZR_INZ, Z2Nat.id, ln_Rinv by assumption.
  replace (IZR d * - ln alpha + IZR d * ln alpha) with 0 by ring. apply exp_0.
Qed.
Local Lemma divided e c g g' : e * c = 1 -> 0 < e -> g * c <= g' -> g <= e * g'.
Proof. intros inverse e_gt0 le. apply (Rmult_le_compat_l e) in le; [|lra]. replace (e * (g * c)) with (e * c * g) in le by ring. rewrite inverse in le. lra. Qed.
Theorem chance_bound m a b z : proper m -> answers m a b -> chance m a z <= exp (loss m) * chance m b z.
Proof.
  intros right. pose proof (exp_ge1 _ (loss_ge0 m right)) as grows. destruct m as [k p|n d].
  - intros [a_range b_range]. destruct right as [k_ge2 p_range]. assert (k_gt0 : 0 < IZR (k - 1)) by (apply IZR_lt; lia).
    set (c := (1 - Q2R p) / IZR (k - 1)). assert (c_gt0 : 0 < c) by (apply Rmult_lt_0_compat; [lra|now apply Rinv_0_lt_compat]).
    assert (r_gt0 : 0 < odds k p) by (unfold odds; apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat; [lra|exact k_gt0]|apply Rinv_0_lt_compat; lra]).
    assert (quotient : odds k p * c = Q2R p) by (unfold odds, c; field; lra).
    assert (up : odds k p <= exp (loss (Response k p))).
    { rewrite <- (exp_ln (odds k p)) at 1 by exact r_gt0. cbn [loss]. destruct (Rle_abs (ln (odds k p))) as [less|same]; [left; now apply exp_increasing|rewrite <- same; right; reflexivity]. }
    assert (down : 1 <= exp (loss (Response k p)) * odds k p).
    { rewrite <- (exp_ln (odds k p)) at 1 by exact r_gt0. rewrite <- exp_plus. apply exp_ge1. cbn [loss]. pose proof (Rle_abs (- ln (odds k p))) as le. rewrite Rabs_Ropp in le. lra. }
    cbn [chance]. fold c. destruct (Z.eqb_spec z a) as [za|za], (Z.eqb_spec z b) as [zb|zb].
    + nra.
    + assert ((0 <=? z)%Z && (z <? k)%Z = true) as -> by (apply andb_true_iff; lia). nra.
    + assert ((0 <=? z)%Z && (z <? k)%Z = true) as -> by (apply andb_true_iff; lia). nra.
    + destruct (_ && _); nra.
  - cbn [answers chance]. intro near. destruct n as [alpha|scale]; destruct right as [d_ge0 range]; cbn [noise_at loss] in *.
    + pose proof (geometric_bound _ a b d z range near) as le. pose proof (exp_power (Q2R alpha) d ltac:(lra) d_ge0) as factor.
      exact (divided _ _ _ _ factor (exp_pos _) le).
    + pose proof (laplace_range scale range) as alpha_range. pose proof (geometric_bound _ a b d z alpha_range near) as le.
      pose proof (exp_power _ d (proj1 alpha_range) d_ge0) as factor. rewrite <- exp_Ropp, Ropp_involutive, ln_exp in factor.
      exact (divided _ _ _ _ factor (exp_pos _) le).
Qed.

(** one mechanism, and a question of which the plan says how sensitive it is *)
Theorem mechanism_private {Data} (near : Data -> Data -> Prop) m (query : Data -> Z) : proper m -> (forall x y, near x y -> answers m (query x) (query y)) ->
  private near (fun x => chance m (query x)) (loss m) 0.
Proof.
  intros right possible. apply close_private_near. intros x y xy. split; [now apply (chance_distribution m _ (query y)), possible|].
  apply close_pointwise. intro z. apply chance_bound; auto.
Qed.
Theorem geometric_private {Data} (near : Data -> Data -> Prop) alpha d (query : Data -> Z) : 0 < Q2R alpha < 1 -> (0 <= d)%Z ->
  (forall x y, near x y -> (Z.abs (query x - query y) <= d)%Z) -> private near (fun x z => geometric (Q2R alpha) (z - query x)) (IZR d * ln (/ Q2R alpha)) 0.
Proof. intros range d_ge0 sensitivity. now apply (mechanism_private near (Additive (Geometric alpha) d) query). Qed.
Theorem response_private {Data} (near : Data -> Data -> Prop) k p (query : Data -> Z) : (2 <= k)%Z -> 0 < Q2R p < 1 ->
  (forall x, (0 <= query x < k)%Z) -> private near (fun x => chance (Response k p) (query x)) (Rabs (ln (odds k p))) 0.
Proof. intros k_ge2 p_range range. apply (mechanism_private near (Response k p) query); [now split|]. intros x y _. split; apply range. Qed.

(** ** Plans *)

(** whether a use looks at part [k] *)
Definition touches (k : option Z) (u : use) : bool := match part u, k with None, _ => true | Some j, Some k => (j =? k)%Z | Some _, None => false end.
Definition spent_by (k : option Z) (u : use) : R := if touches k u then loss (runs u) else 0.
Definition spent (k : option Z) (l : list use) : R := sum (spent_by k) l.

Section Plans.
Variables (Data Piece : Type) (near : Data -> Data -> Prop) (piece : Z -> Data -> Piece) (query : list Z -> Data -> Z).
(** after the outputs [h], the questions to come fit the steps [l], where neighbours differ in the part [k] only *)
Definition fits (k : Z) (l : list use) (h : list Z) (x y : Data) : Prop :=
  forall h' u, nth_error l (length h') = Some u -> answers (runs u) (query (h' ++ h) x) (query (h' ++ h) y) /\
    (touches (Some k) u = false -> query (h' ++ h) x = query (h' ++ h) y).
Lemma fits_now k u l h x y : fits k (u :: l) h x y -> answers (runs u) (query h x) (query h y) /\ (touches (Some k) u = false -> query h x = query h y).
Proof. intro fit. exact (fit [] u eq_refl). Qed.
Lemma fits_later k u l h x y z : fits k (u :: l) h x y -> fits k l (z :: h) x y.
Proof.
  intros fit h' v found. specialize (fit (h' ++ [z]) v). rewrite length_app, Nat.add_comm in fit. rewrite <- app_assoc in fit. exact (fit found).
Qed.
Lemma study_fits l x y : study Data Piece near piece query l -> near x y -> exists k, fits k l [] x y.
Proof.
  intros [one fit] xy. destruct (one x y xy) as [k others]. exists k. intros h u found. rewrite app_nil_r. destruct (fit h u found x y xy) as [possible same].
  split; [exact possible|]. unfold touches. destruct (part u) as [j|]; [|discriminate]. intro other. apply Z.eqb_neq in other. apply (same j eq_refl), others, other.
Qed.

Theorem law_distribution k l h x y : Forall (fun u => proper (runs u)) l -> fits k l h x y -> distribution (law Data query l h x).
Proof.
  intro right. revert h. induction right as [|u l u_right _ IH]; intros h fit.
  - apply (finite_distribution _ [[]]); [intros [|]; cbn; lra|repeat constructor; easy|intros [|z o] out; [exfalso; apply out; now left|reflexivity]|cbn; ring].
  - apply (distribution_renamed (fun o => fst o :: snd o)).
    + intros [a b] [a' b'] same. injection same as -> ->. reflexivity.
    + intros [|z o] none; [reflexivity|]. exfalso. now apply (none (z, o)).
    + apply (joint_distribution (chance (runs u) (query h x)) (fun z => law Data query l (z :: h) x)).
      * exact (chance_distribution _ _ _ u_right (proj1 (fits_now _ _ _ _ _ _ fit))).
      * intro z. apply IH, (fits_later _ _ _ _ _ _ _ fit).
Qed.
Theorem law_bound k l h x y o : Forall (fun u => proper (runs u)) l -> fits k l h x y -> 0 <= law Data query l h y o ->
  law Data query l h x o <= exp (spent (Some k) l) * law Data query l h y o.
Proof.
  intro right. revert h o. induction right as [|u l u_right l_right IH]; intros h o fit _.
  - unfold spent. cbn. rewrite exp_0. lra.
  - destruct o as [|z o]; cbn [law]; [lra|]. unfold spent. rewrite sum_cons. fold (spent (Some k) l). rewrite exp_plus.
    destruct (fits_now _ _ _ _ _ _ fit) as [possible same].
    assert (possible' : answers (runs u) (query h y) (query h x)) by (destruct (runs u); cbn [answers] in *; [tauto|lia]).
    pose proof (dist_ge0 _ (chance_distribution _ _ _ u_right possible) z) as a_ge0. pose proof (dist_ge0 _ (chance_distribution _ _ _ u_right possible') z) as b_ge0.
    assert (now_bound : chance (runs u) (query h x) z <= exp (spent_by (Some k) u) * chance (runs u) (query h y) z).
    { unfold spent_by. destruct (touches (Some k) u); [now apply chance_bound|]. rewrite (same eq_refl), exp_0. lra. }
    assert (fit' : fits k l (z :: h) y x).
    { intros h' v found. destruct (fits_later _ _ _ _ _ _ z fit h' v found) as [p s]. split; [destruct (runs v); cbn [answers] in *; [tauto|lia]|]. intro e. symmetry. auto. }
    pose proof (dist_ge0 _ (law_distribution k l (z :: h) y x l_right fit') o) as rest_ge0.
    pose proof (IH (z :: h) o (fits_later _ _ _ _ _ _ z fit) rest_ge0) as later.
    apply Rle_trans with (chance (runs u) (query h x) z * (exp (spent (Some k) l) * law Data query l (z :: h) y o)); [now apply Rmult_le_compat_l|].
    pose proof (exp_pos (spent (Some k) l)). assert (0 <= exp (spent (Some k) l) * law Data query l (z :: h) y o) by nra. nra.
Qed.
Lemma fits_symmetric k l h x y : fits k l h x y -> fits k l h y x.
Proof.
  intros fit h' v found. destruct (fit h' v found) as [p s]. split; [destruct (runs v); cbn [answers] in *; [tauto|lia]|]. intro e. symmetry. auto.
Qed.
(** pure privacy of a plan: the losses add up, on each part of the data for itself *)
Theorem spent_private l e : Forall (fun u => proper (runs u)) l -> (forall k, spent (Some k) l <= e) -> study Data Piece near piece query l ->
  private near (law Data query l []) e 0.
Proof.
  intros right within fit. apply close_private_near. intros x y xy. destruct (study_fits l x y fit xy) as [k fitting].
  split; [exact (law_distribution k l [] x y right fitting)|]. pose proof (law_distribution k l [] y x right (fits_symmetric _ _ _ _ _ fitting)) as y_dist.
  apply (close_mono (spent (Some k) l) e 0 0); [apply dist_ge0, y_dist|apply within|lra|]. apply close_pointwise. intro o. apply law_bound; auto. now apply dist_ge0.
Qed.
End Plans.
