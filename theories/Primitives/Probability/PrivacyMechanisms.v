(** * Mechanisms of differential privacy

    Every mechanism of Spec/Privacy.v is a distribution.  For the purely private ones no output is more probable, from one data set to a neighbour, by more than the factor e^loss; and of
    Gaussian noise the moments (Renyi.v) are bounded.

    Main definitions: [pure], [loss].
    Main results: [chance_distribution]; [chance_bound], [mechanism_private], [geometric_private], [response_private]; [chance_concentrated].

    Trust: proved.
    Source: C. Dwork, A. Roth, The Algorithmic Foundations of Differential Privacy, 2014, section 3.2 (randomised response); A. Ghosh, T. Roughgarden, M. Sundararajan, Universally
    utility-maximizing privacy mechanisms, 2009, section 2 (geometric noise); M. Bun, T. Steinke, Concentrated differential privacy, 2016, Proposition 1.4. *)
From Coq Require Import ZArith QArith Qreals Reals Lra Lia List Bool FinFun.
From Warrant Require Import Spec.Privacy Primitives.Fractions Primitives.Probability.Sums Primitives.Probability.Privacy Primitives.Probability.IntegerNoise Primitives.Probability.Renyi
  Primitives.Probability.DiscreteGaussian Primitives.Probability.VectorNoise.
Import ListNotations.
Local Open Scope R_scope.

(** ** Losses *)

(** whether no output can give everything away *)
Definition pure (m : mechanism) : bool := match m with Additive (Gaussian _) _ => false | _ => true end.

(** the quotient of the probabilities of the true answer and of another one *)
Definition odds (k : Z) (p : Q) : R := Q2R p * IZR (k - 1) / (1 - Q2R p).
Definition loss (m : mechanism) : R :=
  match m with
  | Response k p => Rabs (ln (odds k p))
  | Additive (Geometric alpha) d => IZR d * ln (/ Q2R alpha)
  | Additive (Laplace scale) d => IZR d / Q2R scale
  | Additive (Gaussian _) _ => 0   (* not pure *)
  end.

Lemma laplace_range scale : 0 < Q2R scale -> 0 < exp (- / Q2R scale) < 1.
Proof.
  intro scale_gt0. split; [apply exp_pos|]. rewrite <- exp_0. apply exp_increasing. pose proof (Rinv_0_lt_compat _ scale_gt0). lra.
Qed.
Lemma noise_distribution n d : proper (Additive n d) -> distribution (noise_at n).
Proof.
  intros [_ right]. destruct n as [alpha|scale|v]; cbn [noise_at]; [now apply geometric_distribution| |now apply gaussian_distribution].
  apply (geometric_distribution (exp (- / Q2R scale))). now apply laplace_range.
Qed.

Lemma seq_Z_in k z : In z (map Z.of_nat (seq 0 (Z.to_nat k))) <-> (0 <= z < k)%Z.
Proof.
  rewrite in_map_iff. split.
  - intros (i & <- & i_in). apply in_seq in i_in. lia.
  - intro range. exists (Z.to_nat z). rewrite in_seq. lia.
Qed.
Lemma response_distribution k p a : proper (Response k p) -> (0 <= a < k)%Z -> distribution (chance (Response k p) [a]).
Proof.
  intros [k_ge2 p_range] a_range. apply (distribution_renamed (fun j => [j])); [intros i j same; now injection same|intros [|j [|]] none; try reflexivity; exfalso; now apply (none j)|]. assert (k_gt0 : 0 < IZR (k - 1)) by (apply IZR_lt; lia). set (c := (1 - Q2R p) / IZR (k - 1)).
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
    assert (others : forall l, (forall z, In z l -> z <> a /\ (0 <= z < k)%Z) -> sum (fun j => chance (Response k p) [a] [j]) l = INR (length l) * c).
    { intros l inside. rewrite <- sum_const. apply sum_same. intros z z_in. destruct (inside z z_in) as [other range]. cbn [chance].
      apply Z.eqb_neq in other as ->. assert ((0 <=? z)%Z && (z <? k)%Z = true) as -> by (apply andb_true_iff; lia). reflexivity. }
    apply NoDup_remove_2 in once. rewrite in_app_iff in once.
    assert (member : forall z, z <> a -> In z (before ++ after) -> z <> a /\ (0 <= z < k)%Z).
    { intros z other z_in. split; [exact other|]. apply seq_Z_in. fold all. rewrite E. apply in_app_iff in z_in. apply in_app_iff. cbn. tauto. }
    rewrite (others before), (others after) by (intros z z_in; apply member; [intros ->; tauto|apply in_app_iff; tauto]).
    cbn [chance]. rewrite Z.eqb_refl. rewrite length_app in length_all. cbn [length] in length_all.
    assert (INR (length before) + INR (length after) = IZR (k - 1)) as total by (rewrite <- plus_INR, INR_IZR_INZ; f_equal; lia).
    assert (c * IZR (k - 1) = 1 - Q2R p) by (unfold c; field; lra). nra.
Qed.
Theorem chance_distribution m a b : proper m -> answers m a b -> distribution (chance m a).
Proof.
  destruct m as [k p|n d]; intros right possible; [destruct a as [|a [|]], b as [|b [|]]; try contradiction; exact (response_distribution k p a right (proj1 possible))|].
  apply (vector_distribution (noise_at n)). now apply (noise_distribution n d).
Qed.

Lemma exp_ge1 x : 0 <= x -> 1 <= exp x.
Proof. intros [x_gt0|<-]; [left; rewrite <- exp_0; now apply exp_increasing|rewrite exp_0; lra]. Qed.
Lemma loss_ge0 m : proper m -> 0 <= loss m.
Proof.
  destruct m as [k p|[alpha|scale|v] d]; cbn [loss proper].
  - intros _. apply Rabs_pos.
  - intros [d_ge0 range]. apply Rmult_le_pos; [now apply IZR_le|]. rewrite ln_Rinv by lra. assert (ln (Q2R alpha) < ln 1) by (apply ln_increasing; lra). rewrite ln_1 in *. lra.
  - intros [d_ge0 scale_gt0]. apply Rmult_le_pos; [now apply IZR_le|]. left. now apply Rinv_0_lt_compat.
  - intros _. apply Rle_refl.
Qed.
(** the factor alpha^-d, as a power of e *)
Lemma exp_power alpha d : 0 < alpha -> (0 <= d)%Z -> exp (IZR d * ln (/ alpha)) * alpha ^ Z.to_nat d = 1.
Proof.
  intros alpha_gt0 d_ge0. rewrite <- Rpower_pow by exact alpha_gt0. unfold Rpower. rewrite <- exp_plus, INR_IZR_INZ, Z2Nat.id, ln_Rinv by assumption.
  replace (IZR d * - ln alpha + IZR d * ln alpha) with 0 by ring. apply exp_0.
Qed.
Theorem chance_bound m a b z : pure m = true -> proper m -> answers m a b -> chance m a z <= exp (loss m) * chance m b z.
Proof.
  intros is_pure right. pose proof (exp_ge1 _ (loss_ge0 m right)) as grows. destruct m as [k p|n d].
  - destruct a as [|a [|]], b as [|b [|]]; try contradiction. destruct z as [|z [|]]; [cbn [chance]; lra| |cbn [chance]; lra]. intros [a_range b_range]. destruct right as [k_ge2 p_range]. assert (k_gt0 : 0 < IZR (k - 1)) by (apply IZR_lt; lia).
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
  - destruct n as [alpha|scale|v]; [| |discriminate is_pure]; destruct right as [d_ge0 range]; cbn [answers chance noise_at loss]; intros [same near].
    + now apply geometric_vector_loss.
    + pose proof (geometric_vector_loss _ a b d z (laplace_range scale range) same near) as le. now rewrite <- exp_Ropp, Ropp_involutive, ln_exp in le.
Qed.

(** one mechanism, and a question of which the plan says how sensitive it is *)
Theorem mechanism_private {Data} (near : Data -> Data -> Prop) m (query : Data -> list Z) : pure m = true -> proper m -> (forall x y, near x y -> answers m (query x) (query y)) ->
  private near (fun x => chance m (query x)) (loss m) 0.
Proof.
  intros is_pure right possible. apply close_private_near. intros x y xy. split; [now apply (chance_distribution m _ (query y)), possible|].
  apply close_pointwise. intro z. apply chance_bound; auto.
Qed.
(** answers that are one number *)
Theorem geometric_private {Data} (near : Data -> Data -> Prop) alpha d (query : Data -> Z) : 0 < Q2R alpha < 1 -> (0 <= d)%Z ->
  (forall x y, near x y -> (Z.abs (query x - query y) <= d)%Z) -> private near (fun x z => geometric (Q2R alpha) (z - query x)) (IZR d * ln (/ Q2R alpha)) 0.
Proof.
  intros range d_ge0 sensitivity. apply close_private; [intro x; apply (shifted_distribution (geometric (Q2R alpha))); now apply geometric_distribution|]. intros x y xy.
  apply close_pointwise. intro z. pose proof (geometric_vector_loss (Q2R alpha) [query x] [query y] d [z] range eq_refl) as le. cbn [vector_law distance1] in le. rewrite !Rmult_1_r in le.
  apply le. rewrite Z.add_0_r. now apply sensitivity.
Qed.
Theorem response_private {Data} (near : Data -> Data -> Prop) k p (query : Data -> Z) : (2 <= k)%Z -> 0 < Q2R p < 1 ->
  (forall x, (0 <= query x < k)%Z) -> private near (fun x => chance (Response k p) [query x]) (Rabs (ln (odds k p))) 0.
Proof. intros k_ge2 p_range range. apply (mechanism_private near (Response k p) (fun x => [query x])); [reflexivity|now split|]. intros x y _. split; apply range. Qed.

(** ** Concentration *)

Lemma distance1_symmetric a b : distance1 a b = distance1 b a.
Proof. revert b. induction a as [|x a IH]; intros [|y b]; cbn [distance1]; try reflexivity. rewrite IH. lia. Qed.
Lemma square_symmetric a b : square_distance a b = square_distance b a.
Proof. revert b. induction a as [|x a IH]; intros [|y b]; cbn [square_distance]; try reflexivity. rewrite IH. lia. Qed.
Lemma answers_symmetric m a b : answers m a b -> answers m b a.
Proof.
  destruct m as [k p|[alpha|scale|v] d]; cbn [answers]; [destruct a as [|i [|]], b as [|j [|]]; tauto|..]; intros [same within];
    (split; [now symmetry|]); now rewrite 1?distance1_symmetric, 1?square_symmetric.
Qed.
Lemma answers_same m a b : proper m -> answers m a b -> answers m a a.
Proof.
  assert (nothing : distance1 a a = 0%Z /\ square_distance a a = 0%Z) by (induction a as [|x a [IH IH']]; cbn [distance1 square_distance]; [easy|rewrite IH, IH'; lia]). destruct nothing as [none none'].
  destruct m as [k p|[alpha|scale|v] d]; cbn [answers proper]; [destruct a as [|i [|]], b as [|j [|]]; tauto|..]; intros [d_ge0 _] [_ within]; (split; [reflexivity|]); now rewrite ?none, ?none'.
Qed.
Theorem chance_concentrated v d a b : 0 < Q2R v -> answers (Additive (Gaussian v) d) a b ->
  concentrated (IZR d / (2 * Q2R v)) (chance (Additive (Gaussian v) d) a) (chance (Additive (Gaussian v) d) b).
Proof. intros v_gt0 [same within]. now apply gaussian_vector_within. Qed.
