(** * Plans of private releases

    A plan's loss is the sum of the losses of its steps that look at the part of the data in which neighbours differ, whatever the questions are and however they depend on earlier outputs;
    the deltas add up, and so do the logarithms of moments.

    Main definitions: [touches], [spent], [fits].
    Main results: [law_distribution]; [law_close], [spent_private]; [law_moment], [raised_private].

    Trust: proved.
    Source: C. Dwork, A. Roth, The Algorithmic Foundations of Differential Privacy, 2014, Theorem 3.16; F. McSherry, Privacy integrated queries, 2009, Theorem 4; I. Mironov, Rényi differential
    privacy, 2017, Proposition 1. *)
From Coq Require Import ZArith QArith Qreals Reals Lra Lia List Bool.
From Warrant Require Import Spec.Privacy Primitives.Probability.Sums Primitives.Probability.Privacy Primitives.Probability.Renyi Primitives.Probability.PrivacyMechanisms Primitives.Probability.PrivacySteps.
Import ListNotations.
Local Open Scope R_scope.

(** whether a use looks at part [k]; a sample is of all data *)
Definition touches (k : option Z) (u : use) : bool := match about_what u, k with Part j, Some k => (j =? k)%Z | Part _, None => false | _, _ => true end.
(** the sum, over the uses that look at it, of what each costs *)
Definition spent_by (cost : use -> R) (k : option Z) (u : use) : R := if touches k u then cost u else 0.
Definition spent (cost : use -> R) (k : option Z) (l : list use) : R := sum (spent_by cost k) l.
Lemma spent_ge0 cost k l : Forall (fun u => touches k u = true -> 0 <= cost u) l -> 0 <= spent cost k l.
Proof. intro all. apply sum_ge0. intros u u_in. rewrite Forall_forall in all. specialize (all u u_in). unfold spent_by. destruct (touches k u); [auto|lra]. Qed.

Section Plans.
Variables (Rec Piece : Type) (near : list Rec -> list Rec -> Prop) (piece : Z -> list Rec -> Piece) (query : list (list Z) -> list Rec -> list Z).
Notation study := (study Rec Piece near piece query).
Notation law := (law Rec query).
Notation step := (step Rec).
(** after the outputs [h], the questions to come fit the steps [l], where neighbours differ in the part [k] only *)
Definition fits (k : Z) (l : list use) (h : list (list Z)) (x y : list Rec) : Prop :=
  forall h' u, nth_error l (length h') = Some u -> comparable u (query (h' ++ h)) x y /\ (touches (Some k) u = false -> query (h' ++ h) x = query (h' ++ h) y).
Lemma fits_symmetric k l h x y : fits k l h x y -> fits k l h y x.
Proof.
  intros fit h' v found. destruct (fit h' v found) as [possible same]. split; [now apply comparable_symmetric|]. intro e. symmetry. auto.
Qed.
Lemma fits_now k u l h x y : fits k (u :: l) h x y -> comparable u (query h) x y /\ (touches (Some k) u = false -> query h x = query h y).
Proof. intro fit. exact (fit [] u eq_refl). Qed.
Lemma fits_later k u l h x y z : fits k (u :: l) h x y -> fits k l (z :: h) x y.
Proof.
  intros fit h' v found. specialize (fit (h' ++ [z]) v). rewrite length_app, Nat.add_comm in fit. rewrite <- app_assoc in fit. exact (fit found).
Qed.
Lemma study_fits l x y : study l -> near x y -> exists k, fits k l [] x y.
Proof.
  intros [one fit] xy. destruct (one x y xy) as [k others]. exists k. intros h u found. rewrite app_nil_r. pose proof (fit h u found x y xy) as right.
  unfold allowed, comparable, touches in *. destruct (about_what u) as [|j|q]; [now split| |now split]. destruct right as [possible same].
  split; [exact possible|]. intro other. apply Z.eqb_neq in other. apply same, others, other.
Qed.
Lemma step_same k u h x y : touches (Some k) u = false -> query h x = query h y -> step u (query h) x = step u (query h) y.
Proof. unfold touches, Spec.Privacy.step. destruct (about_what u); try discriminate. now intros _ ->. Qed.

Theorem law_distribution k l h x y : Forall proper_use l -> fits k l h x y -> distribution (law l h x).
Proof.
  intro right. revert h. induction right as [|u l u_right _ IH]; intros h fit.
  - apply (finite_distribution _ [[]]); [intros [|]; cbn; lra|repeat constructor; easy|intros [|z o] out; [exfalso; apply out; now left|reflexivity]|cbn; ring].
  - apply (distribution_renamed (fun o => fst o :: snd o)).
    + intros [a b] [a' b'] same. injection same as -> ->. reflexivity.
    + intros [|z o] none; [reflexivity|]. exfalso. now apply (none (z, o)).
    + apply (joint_distribution (step u (query h) x) (fun z => law l (z :: h) x)).
      * exact (step_distribution _ _ _ y u_right (proj1 (fits_now _ _ _ _ _ _ fit))).
      * intro z. apply IH, (fits_later _ _ _ _ _ _ _ fit).
Qed.
(** the outputs of a step, and all that come later, as one list *)
Lemma law_joint u l h outs : NoDup outs -> exists pairs, NoDup pairs /\
  (forall x, sum (law (u :: l) h x) outs = sum (joint (step u (query h) x) (fun z => law l (z :: h) x)) pairs) /\
  forall x y (f : R -> R -> R), f 0 0 = 0 ->
    sum (fun o => f (law (u :: l) h x o) (law (u :: l) h y o)) outs =
    sum (fun o => f (joint (step u (query h) x) (fun z => law l (z :: h) x) o) (joint (step u (query h) y) (fun z => law l (z :: h) y) o)) pairs.
Proof.
  intro once. assert (injective : forall a b : list Z * list (list Z), fst a :: snd a = fst b :: snd b -> a = b) by (intros [a b] [a' b'] same; injection same as -> ->; reflexivity).
  destruct (sum_renamed (fun o => fst o :: snd o) outs once) as (pairs & once_pairs & value).
  exists pairs. split; [exact once_pairs|]. assert (missing : forall (p : list (list Z) -> R), p [] = 0 -> sum p outs = sum (fun o => p (fst o :: snd o)) pairs).
  { intros p none. apply value. intros [|z o] out; [exact none|]. exfalso. now apply (out (z, o)). }
  split; [intro x|intros x y f zero]; (rewrite missing; [apply sum_same; now intros [z o] _|now try exact zero]).
Qed.
Theorem law_close e d k l h x y : Forall proper_use l -> Forall (fun u => touches (Some k) u = true -> tolerates u (e u) (d u) /\ 0 <= d u) l -> fits k l h x y ->
  close (spent e (Some k) l) (spent d (Some k) l) (law l h x) (law l h y).
Proof.
  intro right. revert h. induction right as [|u l u_right l_right IH]; intros h all fit; [apply close_same|].
  apply Forall_cons_iff in all as [u_all l_all]. destruct (fits_now _ _ _ _ _ _ fit) as [possible same].
  assert (d_ge0 : 0 <= spent d (Some k) l) by (apply spent_ge0; apply Forall_impl with (2 := l_all); intros v v_all touched; now apply v_all).
  assert (pairs : close (spent_by e (Some k) u + spent e (Some k) l) (spent_by d (Some k) u + spent d (Some k) l)
    (joint (step u (query h) x) (fun z => law l (z :: h) x)) (joint (step u (query h) y) (fun z => law l (z :: h) y))).
  { apply close_joint; [now apply (step_distribution u _ x y)| | | |exact d_ge0| |intro z; apply IH; [exact l_all|now apply (fits_later k u)]].
    - apply dist_ge0. apply (step_distribution u _ y x u_right). now apply comparable_symmetric.
    - intro z. apply (law_distribution k l (z :: h) x y l_right). now apply (fits_later k u).
    - intro z. apply dist_ge0. apply (law_distribution k l (z :: h) y x l_right), fits_symmetric. now apply (fits_later k u).
    - unfold spent_by. destruct (touches (Some k) u) eqn:touched; [now apply u_all|]. rewrite (step_same k u h x y touched (same eq_refl)). apply close_same. }
  intros outs once. destruct (law_joint u l h outs once) as (list_pairs & once_pairs & sums & _). rewrite !sums. exact (pairs list_pairs once_pairs).
Qed.
(** privacy of a plan: epsilons and deltas add up, on each part of the data for itself *)
Theorem spent_private l e d epsilon delta : Forall proper_use l -> Forall (fun u => tolerates u (e u) (d u) /\ 0 <= d u) l -> (forall k, spent e (Some k) l <= epsilon) -> (forall k, spent d (Some k) l <= delta) ->
  study l -> private near (law l []) epsilon delta.
Proof.
  intros right all within within' fit. apply close_private_near. intros x y xy. destruct (study_fits l x y fit xy) as [k fitting].
  split; [exact (law_distribution k l [] x y right fitting)|]. pose proof (law_distribution k l [] y x right (fits_symmetric _ _ _ _ _ fitting)) as y_dist.
  apply (close_mono (spent e (Some k) l) epsilon (spent d (Some k) l) delta); [apply dist_ge0, y_dist|apply within|apply within'|].
  apply law_close; auto. apply Forall_impl with (2 := all). auto.
Qed.

(** the moments of order b + 1 of all outputs together *)
Theorem law_moment b growth k l h x y : Forall proper_use l -> Forall (fun u => touches (Some k) u = true -> rises b u (growth u)) l -> fits k l h x y ->
  moment (S b) (exp (spent growth (Some k) l)) (law l h x) (law l h y).
Proof.
  intros right. revert h. induction right as [|u l u_right l_right IH]; intros h l_rises fit.
  - unfold spent. cbn [sum fold_right]. rewrite exp_0. apply (moment_same (S b) (law [] h x)). apply (law_distribution k [] h x y); [constructor|exact fit].
  - apply Forall_cons_iff in l_rises as [u_rises l_rises]. destruct (fits_now _ _ _ _ _ _ fit) as [possible same]. pose proof (comparable_symmetric _ _ _ _ possible) as possible'.
    pose proof (step_distribution _ _ _ _ u_right possible) as x_dist. pose proof (step_distribution _ _ _ _ u_right possible') as y_dist.
    unfold spent. rewrite sum_cons. fold (spent growth (Some k) l). rewrite exp_plus.
    assert (pairs : moment (S b) (exp (spent_by growth (Some k) u) * exp (spent growth (Some k) l))
      (joint (step u (query h) x) (fun z => law l (z :: h) x)) (joint (step u (query h) y) (fun z => law l (z :: h) y))).
    { apply moment_joint; [intro z; now apply dist_ge0..|left; apply exp_pos| |intro z; apply IH; [exact l_rises|exact (fits_later _ _ _ _ _ _ z fit)]].
      unfold spent_by. destruct (touches (Some k) u) eqn:touched; [now apply u_rises|]. rewrite (step_same k u h x y touched (same eq_refl)), exp_0. now apply moment_same. }
    destruct pairs as [zero all]. split.
    + intros [|z o]; [reflexivity|]. exact (zero (z, o)).
    + intros outs once. destruct (law_joint u l h outs once) as (list_pairs & once_pairs & _ & sums).
      rewrite (sums x y (fun p q => q * (p / q) ^ S b)) by (cbn [pow]; ring). exact (all list_pairs once_pairs).
Qed.
(** approximate privacy of a plan, by moments of one order *)
Theorem raised_private b growth l e d : (1 <= b)%nat -> 0 < d -> Forall proper_use l -> Forall (fun u => rises b u (growth u)) l ->
  (forall k, spent growth (Some k) l + ln (conversion b) - INR b * e <= ln d) -> study l -> private near (law l []) e d.
Proof.
  intros b_ge1 d_gt0 right l_rises within fit. apply close_private_near. intros x y xy. destruct (study_fits l x y fit xy) as [k fitting].
  pose proof (law_distribution k l [] x y right fitting) as x_dist. pose proof (law_distribution k l [] y x right (fits_symmetric _ _ _ _ _ fitting)) as y_dist. split; [exact x_dist|].
  assert (moments : moment (S b) (exp (spent growth (Some k) l)) (law l [] x) (law l [] y)).
  { apply law_moment; auto. apply Forall_forall. intros u u_in _. rewrite Forall_forall in l_rises. now apply l_rises. }
  pose proof (moment_close b _ e _ _ b_ge1 (dist_ge0 _ x_dist) (dist_ge0 _ y_dist) moments) as closeness.
  apply (close_mono e e (conversion b * exp (spent growth (Some k) l) * exp (- (INR b * e))) d); [now apply dist_ge0|apply Rle_refl| |exact closeness].
  destruct (conversion_range b b_ge1) as [c_gt0 _]. rewrite <- (exp_ln (conversion b)), <- !exp_plus by exact c_gt0. rewrite <- (exp_ln d) by exact d_gt0. specialize (within k).
  destruct within as [less|same]; [left; apply exp_increasing; lra|right; f_equal; lra].
Qed.
End Plans.
