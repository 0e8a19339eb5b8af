(** * Plans of private releases

    A plan's loss is the sum of the losses of its steps that look at the part of the data in which neighbours differ, whatever the questions are and however they depend on earlier outputs;
    and the logarithms of moments add up likewise.

    Main definitions: [touches], [spent], [fits].
    Main results: [law_distribution]; [law_bound], [spent_private]; [law_moment], [raised_private].

    Trust: proved.
    Source: C. Dwork, A. Roth, The Algorithmic Foundations of Differential Privacy, 2014, Theorem 3.16; F. McSherry, Privacy integrated queries, 2009, Theorem 4; I. Mironov, Rényi differential
    privacy, 2017, Proposition 1. *)
From Coq Require Import ZArith QArith Qreals Reals Lra Lia List Bool.
From Warrant Require Import Spec.Privacy Primitives.Probability.Sums Primitives.Probability.Privacy Primitives.Probability.Renyi Primitives.Probability.PrivacyMechanisms.
Import ListNotations.
Local Open Scope R_scope.

(** whether a use looks at part [k] *)
Definition touches (k : option Z) (u : use) : bool := match part u, k with None, _ => true | Some j, Some k => (j =? k)%Z | Some _, None => false end.
(** the sum, over the uses that look at it, of what each costs *)
Definition spent_by (cost : mechanism -> R) (k : option Z) (u : use) : R := if touches k u then cost (runs u) else 0.
Definition spent (cost : mechanism -> R) (k : option Z) (l : list use) : R := sum (spent_by cost k) l.

Section Plans.
Variables (Data Piece : Type) (near : Data -> Data -> Prop) (piece : Z -> Data -> Piece) (query : list Z -> Data -> Z).
(** after the outputs [h], the questions to come fit the steps [l], where neighbours differ in the part [k] only *)
Definition fits (k : Z) (l : list use) (h : list Z) (x y : Data) : Prop :=
  forall h' u, nth_error l (length h') = Some u -> answers (runs u) (query (h' ++ h) x) (query (h' ++ h) y) /\
    (touches (Some k) u = false -> query (h' ++ h) x = query (h' ++ h) y).
Lemma fits_symmetric k l h x y : fits k l h x y -> fits k l h y x.
Proof.
  intros fit h' v found. destruct (fit h' v found) as [possible same]. split; [now apply answers_symmetric|]. intro e. symmetry. auto.
Qed.
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
Theorem law_bound k l h x y o : Forall (fun u => proper (runs u)) l -> Forall (fun u => touches (Some k) u = true -> pure (runs u) = true) l -> fits k l h x y -> 0 <= law Data query l h y o ->
  law Data query l h x o <= exp (spent loss (Some k) l) * law Data query l h y o.
Proof.
  intro right. revert h o. induction right as [|u l u_right l_right IH]; intros h o l_pure fit _.
  - unfold spent. cbn. rewrite exp_0. lra.
  - destruct o as [|z o]; cbn [law]; [lra|]. unfold spent. rewrite sum_cons. fold (spent loss (Some k) l). rewrite exp_plus.
    apply Forall_cons_iff in l_pure as [u_pure l_pure]. destruct (fits_now _ _ _ _ _ _ fit) as [possible same]. pose proof (answers_symmetric _ _ _ possible) as possible'.
    pose proof (dist_ge0 _ (chance_distribution _ _ _ u_right possible) z) as a_ge0. pose proof (dist_ge0 _ (chance_distribution _ _ _ u_right possible') z) as b_ge0.
    assert (now_bound : chance (runs u) (query h x) z <= exp (spent_by loss (Some k) u) * chance (runs u) (query h y) z).
    { unfold spent_by. destruct (touches (Some k) u); [apply chance_bound; auto|]. rewrite (same eq_refl), exp_0. lra. }
    pose proof (fits_later _ _ _ _ _ _ z fit) as fit'.
    pose proof (dist_ge0 _ (law_distribution k l (z :: h) y x l_right (fits_symmetric _ _ _ _ _ fit')) o) as rest_ge0.
    pose proof (IH (z :: h) o l_pure fit' rest_ge0) as later.
    apply Rle_trans with (chance (runs u) (query h x) z * (exp (spent loss (Some k) l) * law Data query l (z :: h) y o)); [now apply Rmult_le_compat_l|].
    pose proof (exp_pos (spent loss (Some k) l)). assert (0 <= exp (spent loss (Some k) l) * law Data query l (z :: h) y o) by nra. nra.
Qed.
(** pure privacy of a plan: the losses add up, on each part of the data for itself *)
Theorem spent_private l e : Forall (fun u => proper (runs u)) l -> Forall (fun u => pure (runs u) = true) l -> (forall k, spent loss (Some k) l <= e) -> study Data Piece near piece query l ->
  private near (law Data query l []) e 0.
Proof.
  intros right l_pure within fit. apply close_private_near. intros x y xy. destruct (study_fits l x y fit xy) as [k fitting].
  split; [exact (law_distribution k l [] x y right fitting)|]. pose proof (law_distribution k l [] y x right (fits_symmetric _ _ _ _ _ fitting)) as y_dist.
  apply (close_mono (spent loss (Some k) l) e 0 0); [apply dist_ge0, y_dist|apply within|lra|]. apply close_pointwise. intro o.
  apply law_bound; auto; [|now apply dist_ge0]. apply Forall_forall. intros u u_in _. rewrite Forall_forall in l_pure. now apply l_pure.
Qed.

(** the moments of order b + 1 of all outputs together *)
Theorem law_moment b growth k l h x y : Forall (fun u => proper (runs u)) l -> Forall (fun u => touches (Some k) u = true -> rises b (runs u) (growth (runs u))) l -> fits k l h x y ->
  moment (S b) (exp (spent growth (Some k) l)) (law Data query l h x) (law Data query l h y).
Proof.
  intros right. revert h. induction right as [|u l u_right l_right IH]; intros h l_rises fit.
  - unfold spent. cbn [sum fold_right]. rewrite exp_0. apply (moment_same (S b) (law Data query [] h x)). apply (law_distribution k [] h x y); [constructor|exact fit].
  - apply Forall_cons_iff in l_rises as [u_rises l_rises]. destruct (fits_now _ _ _ _ _ _ fit) as [possible same]. pose proof (answers_symmetric _ _ _ possible) as possible'.
    pose proof (chance_distribution _ _ _ u_right possible) as x_dist. pose proof (chance_distribution _ _ _ u_right possible') as y_dist.
    unfold spent. rewrite sum_cons. fold (spent growth (Some k) l). rewrite exp_plus.
    assert (pairs : moment (S b) (exp (spent_by growth (Some k) u) * exp (spent growth (Some k) l))
      (joint (chance (runs u) (query h x)) (fun z => law Data query l (z :: h) x)) (joint (chance (runs u) (query h y)) (fun z => law Data query l (z :: h) y))).
    { apply moment_joint; [intro z; now apply dist_ge0..|left; apply exp_pos| |intro z; apply IH; [exact l_rises|exact (fits_later _ _ _ _ _ _ z fit)]].
      unfold spent_by. destruct (touches (Some k) u); [now apply u_rises|]. rewrite (same eq_refl), exp_0. now apply moment_same. }
    destruct pairs as [zero all]. split.
    + intros [|z o]; [reflexivity|]. exact (zero (z, o)).
    + intros outs once. destruct (sum_renamed (fun o => fst o :: snd o) outs once) as (pairs & once_pairs & value). rewrite value.
      { apply Rle_trans with (2 := all pairs once_pairs). right. apply sum_same. intros [z o] _. reflexivity. }
      intros [|z o] none; [cbn; ring|]. exfalso. now apply (none (z, o)).
Qed.
(** approximate privacy of a plan, by moments of one order *)
Theorem raised_private b growth l e d : (1 <= b)%nat -> 0 < d -> Forall (fun u => proper (runs u)) l -> Forall (fun u => rises b (runs u) (growth (runs u))) l ->
  (forall k, spent growth (Some k) l + ln (conversion b) - INR b * e <= ln d) -> study Data Piece near piece query l -> private near (law Data query l []) e d.
Proof.
  intros b_ge1 d_gt0 right l_rises within fit. apply close_private_near. intros x y xy. destruct (study_fits l x y fit xy) as [k fitting].
  pose proof (law_distribution k l [] x y right fitting) as x_dist. pose proof (law_distribution k l [] y x right (fits_symmetric _ _ _ _ _ fitting)) as y_dist. split; [exact x_dist|].
  assert (moments : moment (S b) (exp (spent growth (Some k) l)) (law Data query l [] x) (law Data query l [] y)).
  { apply law_moment; auto. apply Forall_forall. intros u u_in _. rewrite Forall_forall in l_rises. now apply l_rises. }
  pose proof (moment_close b _ e _ _ b_ge1 (dist_ge0 _ x_dist) (dist_ge0 _ y_dist) moments) as closeness.
  apply (close_mono e e (conversion b * exp (spent growth (Some k) l) * exp (- (INR b * e))) d); [now apply dist_ge0|apply Rle_refl| |exact closeness].
  destruct (conversion_range b b_ge1) as [c_gt0 _]. rewrite <- (exp_ln (conversion b)), <- !exp_plus by exact c_gt0. rewrite <- (exp_ln d) by exact d_gt0. specialize (within k).
  destruct within as [less|same]; [left; apply exp_increasing; lra|right; f_equal; lra].
Qed.
End Plans.
