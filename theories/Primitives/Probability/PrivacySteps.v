(** * Steps of plans of private releases

    What one step of a plan costs, whatever its question is: its loss, which sampling makes smaller; its moments, where it is purely private or Gaussian noise; and, where moments of Gaussian noise are turned into an
    epsilon and a delta, what sampling leaves of both.

    Main definitions: [comparable], [step_loss], [tolerates], [rises], [converted].
    Main results: [step_distribution]; [tolerates_pure], [tolerates_gaussian], [tolerates_sampled]; [rises_gaussian], [rises_pure], [rises_square].

    Trust: proved.
    Source: B. Balle, G. Barthe, M. Gaboardi, Privacy amplification by subsampling, 2018, Theorem 8; M. Bun, T. Steinke, Concentrated differential privacy, 2016, Proposition 1.4; C. Canonne, G. Kamath,
    T. Steinke, The discrete Gaussian for differential privacy, 2020, Proposition 12. *)
From Coq Require Import ZArith QArith Qreals Reals Lra Lia List Bool.
From Warrant Require Import Spec.Privacy Primitives.Probability.Sums Primitives.Probability.Privacy Primitives.Probability.Renyi Primitives.Probability.PrivacyMechanisms Primitives.Probability.Subsampling.
Import ListNotations.
Local Open Scope R_scope.

(** data sets and answers that a use allows, but for the parts *)
Definition comparable {Rec} (u : use) (answer : list Rec -> list Z) (x y : list Rec) : Prop :=
  match about_what u with Sample _ => one_record x y /\ forall s t, one_record s t -> answers (runs u) (answer s) (answer t) | _ => answers (runs u) (answer x) (answer y) end.
Lemma one_record_symmetric {Rec} (x y : list Rec) : one_record x y -> one_record y x.
Proof. unfold one_record. tauto. Qed.
Lemma comparable_symmetric {Rec} u (answer : list Rec -> list Z) x y : comparable u answer x y -> comparable u answer y x.
Proof. unfold comparable. destruct (about_what u); try apply answers_symmetric. intros [one all]. split; [now apply one_record_symmetric|exact all]. Qed.
Lemma sample_distribution {Rec} m (answer : list Rec -> list Z) (x y : list Rec) : proper m -> one_record x y -> (forall s t, one_record s t -> answers m (answer s) (answer t)) -> forall s, distribution (chance m (answer s)).
Proof.
  intros right one all s. assert (longer : forall r : Rec, distribution (chance m (answer s))); [|destruct one as [(l & r & k & _)|(l & r & k & _)]; exact (longer r)].
  intro r. apply (chance_distribution m _ (answer (r :: s)) right), all. left. now exists [], r, s.
Qed.
Theorem step_distribution {Rec} u (answer : list Rec -> list Z) x y : proper_use u -> comparable u answer x y -> distribution (step Rec u answer x).
Proof.
  intros [right rate] fit. unfold step, comparable in *. destruct (about_what u) as [|k|q]; [now apply (chance_distribution _ _ (answer y))..|].
  destruct fit as [one all]. apply (sampled_distribution (Q2R q) rate). now apply (sample_distribution (runs u) answer x y).
Qed.

(** ** Losses *)

Definition step_loss (u : use) : R := match about_what u with Sample q => amplified (Q2R q) (loss (runs u)) | _ => loss (runs u) end.
(** the outputs for neighbours are (e, d)-close *)
Definition tolerates (u : use) (e d : R) : Prop := forall Rec (answer : list Rec -> list Z) x y, comparable u answer x y -> close e d (step Rec u answer x) (step Rec u answer y).
Lemma amplified_ge0 q e : 0 <= q -> 0 <= e -> 0 <= amplified q e.
Proof.
  intros q_ge0 e_ge0. unfold amplified. pose proof (exp_ge1 e e_ge0). rewrite <- ln_1. destruct (Rle_lt_or_eq_dec 1 (1 + q * (exp e - 1))) as [less|same]; [nra|left; apply ln_increasing; lra|].
  rewrite <- same. apply Rle_refl.
Qed.
Lemma step_loss_ge0 u : proper_use u -> 0 <= step_loss u.
Proof.
  intros [right rate]. pose proof (loss_ge0 _ right). unfold step_loss. destruct (about_what u); auto. now apply amplified_ge0.
Qed.
(** what holds of all neighbours without sampling, holds with it for less *)
Theorem tolerates_sampled u m q e d : runs u = m -> about_what u = Sample q -> proper_use u -> 0 <= e -> 0 <= d -> (forall a b, answers m a b -> close e d (chance m a) (chance m b)) ->
  tolerates u (amplified (Q2R q) e) (Q2R q * d).
Proof.
  intros <- is_sample [right rate] e_ge0 d_ge0 all Rec answer x y fit. unfold step, comparable in *. rewrite is_sample in *. destruct fit as [one fit].
  apply (sampled_near (Q2R q) rate); auto. now apply (sample_distribution _ answer x y).
Qed.
Theorem tolerates_pure u : pure (runs u) = true -> proper_use u -> tolerates u (step_loss u) 0.
Proof.
  intros is_pure right. assert (all : forall a b, answers (runs u) a b -> close (loss (runs u)) 0 (chance (runs u) a) (chance (runs u) b)).
  { intros a b possible. apply close_pointwise. intro z. apply chance_bound; [exact is_pure|apply right|exact possible]. }
  destruct (about_what u) as [|k|q] eqn:is_about.
  - intros Rec answer x y. unfold step, step_loss, comparable. rewrite is_about. apply all.
  - intros Rec answer x y. unfold step, step_loss, comparable. rewrite is_about. apply all.
  - unfold step_loss. rewrite is_about, <- (Rmult_0_r (Q2R q)). apply (tolerates_sampled u (runs u)); auto; [apply loss_ge0, right|lra].
Qed.

(** ** Moments *)

(** e^g bounds the moments of order b + 1 of the outputs for neighbours *)
Definition rises (b : nat) (u : use) (g : R) : Prop := forall Rec (answer : list Rec -> list Z) x y, comparable u answer x y -> moment (S b) (exp g) (step Rec u answer x) (step Rec u answer y).
Definition in_sample (u : use) : bool := match about_what u with Sample _ => true | _ => false end.
Theorem rises_gaussian b u v d : (1 <= b)%nat -> runs u = Additive (Gaussian v) d -> in_sample u = false -> proper_use u -> rises b u (INR (S b) * INR b * (IZR d / (2 * Q2R v))).
Proof.
  intros b_ge1 is_gaussian whole [right _] Rec answer x y. unfold step, comparable, in_sample in *. rewrite is_gaussian in *. destruct right as [_ v_gt0].
  destruct (about_what u); try discriminate; intro fit; now apply chance_concentrated.
Qed.
Theorem rises_pure b u : pure (runs u) = true -> proper_use u -> rises b u (ln (pure_moment (exp (step_loss u)) b)).
Proof.
  intros is_pure right Rec answer x y fit. pose proof (exp_pos (step_loss u)) as r_gt0. pose proof (comparable_symmetric _ _ _ _ fit) as fit'.
  assert (pointwise : forall x y, comparable u answer x y -> forall z, step Rec u answer x z <= exp (step_loss u) * step Rec u answer y z).
  { intros s t st z. pose proof (tolerates_pure u is_pure right Rec answer s t st [z] ltac:(repeat constructor; easy)) as le. cbn in le. lra. }
  rewrite exp_ln.
  - apply moment_pure; [apply exp_ge1, step_loss_ge0, right|now apply (step_distribution u answer x y)|now apply (step_distribution u answer y x)|now apply pointwise..].
  - unfold pure_moment. apply Rmult_lt_0_compat; [|apply Rinv_0_lt_compat; lra]. apply Rplus_lt_0_compat; [now apply pow_lt|apply Rinv_0_lt_compat; now apply pow_lt].
Qed.
Theorem rises_square b u : pure (runs u) = true -> proper_use u -> rises b u (INR (S b) * INR b * (step_loss u * step_loss u / 2)).
Proof.
  intros is_pure right Rec answer x y fit. apply (moment_mono (S b) (exp (ln (pure_moment (exp (step_loss u)) b)))); [|now apply (rises_pure b u is_pure right)].
  pose proof (exp_pos (step_loss u)) as r_gt0. rewrite exp_ln; [apply pure_moment_bound, step_loss_ge0, right|].
  unfold pure_moment. apply Rmult_lt_0_compat; [|apply Rinv_0_lt_compat; lra]. apply Rplus_lt_0_compat; [now apply pow_lt|apply Rinv_0_lt_compat; now apply pow_lt].
Qed.

(** ** Gaussian noise as (epsilon, delta) *)

(** what moments of order b + 1, with the logarithm g, give for a delta *)
Definition converted (b : nat) (g d : R) : R := (g + ln (conversion b) - ln d) / INR b.
Lemma moment_converted {T} b g d (p q : T -> R) : (1 <= b)%nat -> 0 < d -> (forall o, 0 <= p o) -> (forall o, 0 <= q o) -> moment (S b) (exp g) p q -> close (converted b g d) d p q.
Proof.
  intros b_ge1 d_gt0 p_ge0 q_ge0 moments. pose proof (moment_close b (exp g) (converted b g d) p q b_ge1 p_ge0 q_ge0 moments) as closeness.
  replace (conversion b * exp g * exp (- (INR b * converted b g d))) with d in closeness; [exact closeness|].
  assert (b_gt0 : 0 < INR b) by (apply lt_0_INR; lia). destruct (conversion_range b b_ge1) as [c_gt0 _]. unfold converted. rewrite <- (exp_ln (conversion b)) at 1 by exact c_gt0. rewrite <- !exp_plus.
  rewrite <- (exp_ln d) at 1 by exact d_gt0. f_equal. field. lra.
Qed.
Theorem tolerates_gaussian b d' u v d : (1 <= b)%nat -> 0 < d' -> runs u = Additive (Gaussian v) d -> proper_use u ->
  let e := converted b (INR (S b) * INR b * (IZR d / (2 * Q2R v))) d' in
  match about_what u with Sample q => 0 <= e -> tolerates u (amplified (Q2R q) e) (Q2R q * d') | _ => tolerates u e d' end.
Proof.
  intros b_ge1 d'_gt0 is_gaussian right e. pose proof (proj1 right) as is_proper. assert (all : forall x y, answers (runs u) x y -> close e d' (chance (runs u) x) (chance (runs u) y)).
  { intros x y possible. apply moment_converted; auto; try (apply dist_ge0); [now apply (chance_distribution _ x y)|apply (chance_distribution _ y x), answers_symmetric; auto|].
    rewrite is_gaussian in *. destruct is_proper as [_ v_gt0]. now apply chance_concentrated. }
  destruct (about_what u) as [|k|q] eqn:is_about; [| |intro e_ge0; apply (tolerates_sampled u (runs u)); auto; lra];
    intros Rec answer x y; unfold step, comparable; rewrite is_about; apply all.
Qed.
