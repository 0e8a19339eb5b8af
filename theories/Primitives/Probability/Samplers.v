(** * Samplers

    The kernels of Metropolis and Hastings and of Gibbs are chains that are in detailed balance with the distribution that they are made for; so are mixtures of such kernels (a site drawn at random), while
    kernels one after the other (the sites in turn) keep it stationary.

    Main results: [metropolis_hastings_balanced], [metropolis_hastings_stochastic], [gibbs_balanced], [gibbs_stochastic], [mixture_balanced], [scan_stationary],
    [inverted_acceptance_fails].

    Trust: proved.
    Source: W. Hastings, Monte Carlo sampling methods using Markov chains and their applications, 1970; S. Geman, D. Geman, Stochastic relaxation, 1984. *)
From Coq Require Import ZArith QArith Qminmax List Bool Lia Lqa.
From Warrant Require Import Spec.Chains Primitives.Probability.Kernels.
Import ListNotations.
Local Open Scope Q_scope.

Section Samplers.
Variable n : nat.
Implicit Types (K proposal : nat -> nat -> Q) (pi : nat -> Q).

(** detailed balance and stationarity of kernels, as Spec/Chains.v has them of matrices *)
Definition reversible K pi : Prop := forall i j, (i < n)%nat -> (j < n)%nat -> pi i * K i j == pi j * K j i.
Definition keeps K pi : Prop := equal n (push n K pi) pi.
Lemma reversible_keeps K pi : stochastic n K -> reversible K pi -> keeps K pi.
Proof.
  intros rows balance j less. unfold push. rewrite (total_same n _ (fun i => pi j * K j i)) by (intros i i_less; now apply balance).
  rewrite total_scale, (proj2 (rows j less)). ring.
Qed.
(** the matrix of a kernel *)
Definition matrix K : list (list Q) := map (fun i => map (K i) (seq 0 n)) (seq 0 n).
Theorem reversible_matrix K pi : reversible K pi -> balanced (matrix K) (map pi (seq 0 n)).
Proof.
  unfold balanced, matrix. rewrite length_map, length_seq. intros balance i j i_less j_less. unfold step, at_state.
  rewrite !nth_tabulated by assumption. now apply balance.
Qed.

(** ** Metropolis and Hastings *)

Section MetropolisHastings.
Variables (proposal : nat -> nat -> Q) (pi : nat -> Q).
(** the probability that a proposed state is taken; where the quotient is one by 0, the proposal is never made from a state that has a probability *)
Definition acceptance (i j : nat) : Q := Qmin 1 (pi j * proposal j i / (pi i * proposal i j)).
Definition moves (i j : nat) : Q := if Nat.eqb i j then 0 else proposal i j * acceptance i j.
(** where no other state is taken, the chain stays *)
Definition metropolis_hastings (i j : nat) : Q := if Nat.eqb i j then 1 - total n (moves i) else moves i j.
Hypotheses (pi_ge0 : forall i, (i < n)%nat -> 0 <= pi i) (proposal_ok : stochastic n proposal).

Local Lemma flow i j : (i < n)%nat -> (j < n)%nat -> pi i * (proposal i j * acceptance i j) == Qmin (pi i * proposal i j) (pi j * proposal j i).
Proof.
  intros i_less j_less. unfold acceptance. set (a := pi i * proposal i j). set (b := pi j * proposal j i).
  assert (a_ge0 : 0 <= a) by (apply Qmult_le_0_compat; [now apply pi_ge0|now apply (proposal_ok i i_less)]).
  assert (b_ge0 : 0 <= b) by (apply Qmult_le_0_compat; [now apply pi_ge0|now apply (proposal_ok j j_less)]).
  rewrite Qmult_assoc. fold a. destruct (Qeq_dec a 0) as [zero|some].
  - rewrite zero. rewrite Qmult_0_l, Q.min_l by exact b_ge0. reflexivity.
  - assert (a_gt0 : 0 < a) by (destruct (Qlt_le_dec 0 a) as [|le]; [assumption|]; contradiction some; lra).
    destruct (Qlt_le_dec a b) as [less|more].
    + rewrite !Q.min_l; [ring|lra|]. apply Qle_shift_div_l; lra.
    + rewrite !Q.min_r; [now field|exact more|]. apply Qle_shift_div_r; lra.
Qed.
Theorem metropolis_hastings_balanced : reversible metropolis_hastings pi.
Proof.
  intros i j i_less j_less. unfold metropolis_hastings, moves. rewrite (Nat.eqb_sym j i). destruct (Nat.eqb i j) eqn:same; [apply Nat.eqb_eq in same as ->; reflexivity|].
  rewrite !flow by assumption. apply Q.min_comm.
Qed.
Theorem metropolis_hastings_stochastic : stochastic n metropolis_hastings.
Proof.
  assert (moves_ok : forall i j, (i < n)%nat -> (j < n)%nat -> 0 <= moves i j <= proposal i j).
  { intros i j i_less j_less. pose proof (proj1 (proposal_ok i i_less) j j_less) as ge0. unfold moves. destruct (Nat.eqb i j); [lra|]. split.
    - apply Qmult_le_0_compat; [exact ge0|]. unfold acceptance. apply Q.min_glb; [discriminate|]. apply Qmult_le_0_compat.
      + apply Qmult_le_0_compat; [now apply pi_ge0|now apply (proposal_ok j j_less)].
      + apply Qinv_le_0_compat, Qmult_le_0_compat; [now apply pi_ge0|exact ge0].
    - rewrite <- (Qmult_1_r (proposal i j)) at 2. rewrite !(Qmult_comm (proposal i j)). apply Qmult_le_compat_r; [apply Q.le_min_l|exact ge0]. }
  assert (split_row : forall i j, metropolis_hastings i j == moves i j + (if Nat.eqb j i then 1 - total n (moves i) else 0)).
  { intros i j. unfold metropolis_hastings, moves. rewrite (Nat.eqb_sym j i). destruct (Nat.eqb i j) eqn:same; ring. }
  intros i i_less. assert (leaves : total n (moves i) <= 1).
  { rewrite <- (proj2 (proposal_ok i i_less)). apply total_mono. intros j j_less. now apply moves_ok. }
  split.
  - intros j j_less. unfold metropolis_hastings. destruct (Nat.eqb i j); [lra|now apply moves_ok].
  - rewrite (total_same n _ _ (fun j _ => split_row i j)), total_plus. rewrite (total_one n i) by exact i_less. ring.
Qed.
End MetropolisHastings.

(** ** Gibbs *)

Section Gibbs.
(** the states that agree with a state off the site that is drawn anew have the same [block] *)
Variables (block : nat -> nat) (pi : nat -> Q).
Definition block_mass (b : nat) : Q := total n (fun k => if Nat.eqb (block k) b then pi k else 0).
(** the site is drawn from its distribution given the others *)
Definition gibbs (i j : nat) : Q := if Nat.eqb (block j) (block i) then pi j / block_mass (block i) else 0.
Hypothesis pi_ge0 : forall i, (i < n)%nat -> 0 <= pi i.
Hypothesis block_gt0 : forall i, (i < n)%nat -> 0 < block_mass (block i).

Theorem gibbs_balanced : reversible gibbs pi.
Proof.
  intros i j _ _. unfold gibbs. rewrite (Nat.eqb_sym (block i)). destruct (Nat.eqb (block j) (block i)) eqn:same; [|ring].
  apply Nat.eqb_eq in same. rewrite same. unfold Qdiv. ring.
Qed.
Theorem gibbs_stochastic : stochastic n gibbs.
Proof.
  intros i i_less. pose proof (block_gt0 i i_less) as positive. split.
  - intros j j_less. unfold gibbs. destruct (Nat.eqb (block j) (block i)); [|apply Qle_refl]. apply Qle_shift_div_l; [exact positive|]. rewrite Qmult_0_l. now apply pi_ge0.
  - rewrite (total_same n _ (fun j => / block_mass (block i) * (if Nat.eqb (block j) (block i) then pi j else 0))).
    + rewrite total_scale. fold (block_mass (block i)). field. lra.
    + intros j _. unfold gibbs, Qdiv. destruct (Nat.eqb (block j) (block i)); ring.
Qed.
End Gibbs.

(** ** Mixtures and scans *)

Theorem mixture_balanced K L pi a : reversible K pi -> reversible L pi -> reversible (fun i j => a * K i j + (1 - a) * L i j) pi.
Proof.
  intros K_balance L_balance i j i_less j_less. pose proof (K_balance i j i_less j_less) as first. pose proof (L_balance i j i_less j_less) as second.
  setoid_replace (pi i * (a * K i j + (1 - a) * L i j)) with (a * (pi i * K i j) + (1 - a) * (pi i * L i j)) by ring. rewrite first, second. ring.
Qed.
Theorem scan_stationary K L pi : keeps K pi -> keeps L pi -> keeps (times n K L) pi.
Proof. intros K_keeps L_keeps j less. rewrite (push_times n K L pi j less). rewrite (push_same n L _ _ K_keeps j less). now apply L_keeps. Qed.
End Samplers.

(** With the ratio of acceptance upside down, the kernel is in balance with another distribution, and changes this one. *)
Theorem inverted_acceptance_fails :
  let pi := fun i => match i with O => 1 # 3 | _ => 2 # 3 end in
  let K := metropolis_hastings 2 (fun _ _ => 1 # 2) (fun i => match i with O => 2 # 3 | _ => 1 # 3 end) in
  stochastic 2 K /\ ~ keeps 2 K pi /\ reversible 2 (metropolis_hastings 2 (fun _ _ => 1 # 2) pi) pi.
Proof.
  cbv zeta. assert (fair : stochastic 2 (fun _ _ => 1 # 2)) by (intros i _; split; [discriminate|reflexivity]). split; [|split].
  - apply metropolis_hastings_stochastic; [intros [|i] _; discriminate|exact fair].
  - intro keeps. specialize (keeps 0%nat ltac:(lia)). vm_compute in keeps. discriminate.
  - apply metropolis_hastings_balanced; [intros [|i] _; discriminate|exact fair].
Qed.
