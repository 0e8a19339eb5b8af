(** * The checker of privacy plans

    The losses of a plan's steps are rational numbers, or logarithms of rational numbers.  The former are added exactly; of the latter the checker computes enclosures with outward rounding.
    The sums, one for each part of the data, are compared with the budget.  A plan of pure mechanisms whose losses exceed an epsilon, where delta is 0, is refuted: of one set of outputs the
    probabilities differ by just that factor.

    Main definitions: [prove_privacy], [refute_privacy].
    Main results: [prove_privacy_sound], [refute_privacy_sound].

    Trust: proved. *)
From Coq Require Import PString Uint63 ZArith QArith Qreals Reals List Bool Lra Lia.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Privacy Primitives.Fractions Checker.Relational Checker.Intervals Checker.Gradients.Enclosures.
From Warrant Require Import Primitives.Probability.Sums Primitives.Probability.Privacy Primitives.Probability.PrivacyMechanisms
  Primitives.Probability.PrivacyTight.
From Warrant Require Checker.Probability.Accuracy Checker.Probability.Tail.
Import ListNotations.
Local Open Scope bool_scope.
Local Open Scope Q_scope.

(** ** Parameters *)

Definition is_proper (m : mechanism) : bool :=
  match m with
  | Response k p => (2 <=? k)%Z && Tail.inside p
  | Additive n d => (0 <=? d)%Z && match n with Geometric alpha => Tail.inside alpha | Laplace scale => negb (Qle_bool scale 0) end
  end.
Definition is_proper_plan (p : plan) : bool :=
  Qle_bool 0 (epsilon p) && Qle_bool 0 (delta p) && Qle_bool (delta p) 1 && forallb (fun u => is_proper (runs u)) (uses p).

(** ** Sums of losses *)

(** a rational number, or n times the logarithm of a rational number *)
Inductive cost := Rational (q : Q) | Logarithm (n : Z) (r : Q).
Definition cost_of (m : mechanism) : cost :=
  match m with
  | Response k p => let r := Qred (p * inject_Z (k - 1) / (1 - p)) in Logarithm 1 (if Qle_bool 1 r then r else / r)
  | Additive (Geometric alpha) d => Logarithm d (/ alpha)
  | Additive (Laplace scale) d => Rational (inject_Z d / scale)
  end.
Definition amount (u : use) : Z := Z.max 0 (times u).
(** the rational summands, and an enclosure of the others if there are any *)
Definition total : Type := Q * option interval.
Definition plus (u : use) (t : total) : total :=
  let (q, i) := t in
  match cost_of (runs u) with
  | Rational c => (Qred (q + inject_Z (amount u) * c), i)
  | Logarithm n r =>
    let summand := mul (number_of (inject_Z (amount u * n))) (logarithm_interval (number_of r)) in
    (q, Some (match i with None => summand | Some i => add i summand end))
  end.
Definition total_of (k : option Z) (l : list use) : total := fold_right (fun u t => if touches k u then plus u t else t) (0, None) l.
Definition certainly_within (t : total) (e : Q) : bool :=
  match t with (q, None) => Qle_bool q e | (q, Some i) => certainly_less i (number_of (Qred (e - q))) end.
Definition certainly_beyond (t : total) (e : Q) : bool :=
  match t with (q, None) => negb (Qle_bool q e) | (q, Some i) => certainly_less (number_of (Qred (e - q))) i end.
(** all data, and each part that is mentioned *)
Definition key_equal (a b : option Z) : {a = b} + {a <> b}. Proof. decide equality. apply Z.eq_dec. Defined.
Definition keys (l : list use) : list (option Z) := nodup key_equal (None :: map part l).

(** ** The checker *)

Definition is_certificate (kind : int) (c : bytes) : bool := (same Accuracy.magic (text c 0 4) && (byte c 4 =? 1) && (byte c 5 =? kind))%uint63.
Definition proves (p : plan) : bool := forallb (fun k => certainly_within (total_of k (uses p)) (epsilon p)) (keys (uses p)).
Definition refutes (p : plan) : bool :=
  Qle_bool (delta p) 0 && existsb (fun k => certainly_beyond (total_of k (uses p)) (epsilon p)) (keys (uses p)).
Definition check (decision : plan -> bool) (file : bytes) : bool :=
  match read_plan file with Some p => is_proper_plan p && decision p | None => false end.
Definition prove_privacy (file c : bytes) : bool := if is_certificate 80 c then check proves file else false.
Definition refute_privacy (file c : bytes) : bool := if is_certificate 82 c then check refutes file else false.

(** ** Soundness *)

Local Open Scope R_scope.

Lemma is_proper_correct m : is_proper m = true -> proper m.
Proof.
  destruct m as [k p|[alpha|scale] d]; cbn [is_proper proper]; rewrite andb_true_iff; intros [first second]; split; try lia; try now apply Tail.inside_R.
  rewrite negb_true_iff in second. rewrite <- Q2R_0. apply Qlt_Rlt, Qnot_le_lt. intro le. apply Qle_bool_iff in le. congruence.
Qed.
Lemma is_proper_plan_correct p : is_proper_plan p = true -> proper_plan p.
Proof.
  unfold is_proper_plan, proper_plan. rewrite !andb_true_iff. intros [[[e_ge0 d_ge0] d_le1] all]. apply Qle_bool_R0 in e_ge0, d_ge0. apply Qle_bool_R in d_le1. rewrite Q2R_1 in d_le1.
  repeat split; auto. apply Forall_forall. intros u u_in. rewrite forallb_forall in all. now apply is_proper_correct, all.
Qed.

Lemma odds_gt0 k p : proper (Response k p) -> 0 < odds k p.
Proof.
  intros [k_ge2 p_range]. assert (k_gt0 : 0 < IZR (k - 1)) by (apply IZR_lt; lia). unfold odds.
  apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat; [lra|exact k_gt0]|apply Rinv_0_lt_compat; lra].
Qed.
Lemma odds_correct k p : proper (Response k p) -> Q2R (Qred (p * inject_Z (k - 1) / (1 - p))) = odds k p.
Proof.
  intros [k_ge2 p_range]. assert (one : Q2R (1 - p) = 1 - Q2R p) by now rewrite Q2R_minus, Q2R_1.
  rewrite Q2R_Qred, Q2R_Qdiv, Q2R_mult, Q2R_inject, one; [reflexivity|lra].
Qed.
Lemma Q2R_over q : Q2R q <> 0 -> Q2R (/ q) = / Q2R q.
Proof. intro nonzero. apply Q2R_inv. intro zero. apply nonzero. now rewrite (Qeq_eqR _ _ zero), Q2R_0. Qed.
Lemma cost_correct m : proper m -> loss m = match cost_of m with Rational q => Q2R q | Logarithm n r => IZR n * ln (Q2R r) end.
Proof.
  destruct m as [k p|[alpha|scale] d]; intro right; cbn [loss cost_of].
  - pose proof (odds_gt0 k p right) as positive. pose proof (odds_correct k p right) as same. set (r := Qred _) in *. rewrite Rmult_1_l, <- same in *.
    destruct (Qle_bool 1 r) eqn:order.
    + apply Qle_bool_R in order. rewrite Q2R_1 in order. apply Rabs_pos_eq. rewrite <- ln_1. destruct order as [less|<-]; [left; apply ln_increasing; lra|right; reflexivity].
    + assert (r_lt1 : Q2R r < 1) by (rewrite <- Q2R_1; apply Qlt_Rlt, Qnot_le_lt; intro le; apply Qle_bool_iff in le; congruence).
      rewrite Q2R_over, ln_Rinv by lra. apply Rabs_left. rewrite <- ln_1. apply ln_increasing; lra.
  - destruct right as [_ range]. rewrite Q2R_over by lra. reflexivity.
  - destruct right as [_ scale_gt0]. rewrite Q2R_Qdiv by lra. now rewrite Q2R_inject.
Qed.

Definition about_total (t : total) (s : R) : Prop :=
  exists rest, s = Q2R (fst t) + rest /\ match snd t with None => rest = 0 | Some i => encloses i rest end.
Lemma plus_correct u t s : proper (runs u) -> about_total t s -> about_total (plus u t) (IZR (amount u) * loss (runs u) + s).
Proof.
  intros right (rest & -> & enclosed). unfold plus. rewrite (cost_correct _ right). destruct t as [q i]. cbn [fst snd] in *. destruct (cost_of (runs u)) as [c|n r].
  - exists rest. cbn [fst snd]. split; [|exact enclosed]. rewrite Q2R_Qred, Q2R_plus, Q2R_mult, Q2R_inject. ring.
  - assert (summand : encloses (mul (number_of (inject_Z (amount u * n))) (logarithm_interval (number_of r))) (IZR (amount u) * (IZR n * ln (Q2R r)))).
    { rewrite <- Rmult_assoc, <- mult_IZR, <- Q2R_inject. apply mul_encloses; [exact (rel_number _ interval_rel _)|]. apply logarithm_interval_correct. exact (rel_number _ interval_rel _). }
    exists (rest + IZR (amount u) * (IZR n * ln (Q2R r))). cbn [fst snd]. split; [ring|]. destruct i as [i|].
    + exact (rel_add _ interval_rel _ _ _ _ enclosed summand).
    + now rewrite enclosed, Rplus_0_l.
Qed.
Lemma spent_steps k l : spent k (steps l) = sum (fun u => IZR (amount u) * spent_by k u) l.
Proof.
  unfold spent, steps. induction l as [|u l IH]; [reflexivity|]. cbn [flat_map]. rewrite sum_app, IH, sum_cons. f_equal. unfold amount.
  rewrite <- (Z2Nat.id (Z.max 0 (times u))), <- INR_IZR_INZ by lia. replace (Z.to_nat (Z.max 0 (times u))) with (Z.to_nat (times u)) by lia.
  induction (Z.to_nat (times u)) as [|n IHn]; [cbn; ring|]. cbn [repeat]. rewrite sum_cons, IHn, S_INR. ring.
Qed.
Lemma total_correct k l : Forall (fun u => proper (runs u)) l -> about_total (total_of k l) (spent k (steps l)).
Proof.
  intro right. rewrite spent_steps. induction right as [|u l u_right _ IH]; [exists 0; cbn; rewrite Q2R_0; split; [ring|reflexivity]|].
  rewrite sum_cons. cbn [total_of fold_right]. unfold spent_by at 1. destruct (touches k u); [now apply plus_correct|]. rewrite Rmult_0_r, Rplus_0_l. exact IH.
Qed.
Lemma certainly_within_sound t s e : about_total t s -> certainly_within t e = true -> s <= Q2R e.
Proof.
  intros (rest & -> & enclosed). destruct t as [q [i|]]; cbn [fst snd certainly_within] in *.
  - intro less. apply (certainly_less_correct i _ rest (Q2R (Qred (e - q)))) in less; [|exact enclosed|exact (rel_number _ interval_rel _)].
    rewrite Q2R_Qred, Q2R_minus in less. lra.
  - intro le. apply Qle_bool_R in le. lra.
Qed.
Lemma certainly_beyond_sound t s e : about_total t s -> certainly_beyond t e = true -> Q2R e < s.
Proof.
  intros (rest & -> & enclosed). destruct t as [q [i|]]; cbn [fst snd certainly_beyond] in *.
  - intro less. apply (certainly_less_correct _ i (Q2R (Qred (e - q))) rest) in less; [|exact (rel_number _ interval_rel _)|exact enclosed].
    rewrite Q2R_Qred, Q2R_minus in less. lra.
  - rewrite negb_true_iff, enclosed, Rplus_0_r. intro more. apply Qlt_Rlt, Qnot_le_lt. intro le. apply Qle_bool_iff in le. congruence.
Qed.

Lemma steps_proper l : Forall (fun u => proper (runs u)) l -> Forall (fun u => proper (runs u)) (steps l).
Proof.
  rewrite !Forall_forall. intros right u u_in. apply in_flat_map in u_in as (v & v_in & u_in). apply repeat_spec in u_in as ->. now apply right.
Qed.
(** a part that no use names is looked at by the questions about all data only *)
Lemma keys_cover l k : exists k', In k' (keys l) /\ spent (Some k) (steps l) = spent k' (steps l).
Proof.
  unfold keys. destruct (in_dec key_equal (Some k) (map part l)) as [named|unnamed].
  - exists (Some k). split; [|reflexivity]. apply nodup_In. now right.
  - exists None. split; [apply nodup_In; now left|]. rewrite !spent_steps. apply sum_same. intros u u_in. f_equal. unfold spent_by, touches.
    destruct (part u) as [j|] eqn:named; [|reflexivity]. destruct (Z.eqb_spec j k) as [->|]; [|reflexivity]. exfalso. apply unnamed. rewrite <- named. now apply in_map.
Qed.
Lemma proves_sound p : proper_plan p -> proves p = true -> within_budget p.
Proof.
  intros (_ & d_range & right) accepted Data Piece near piece query fit x y xy Omega Omega' S S' X Y drawn drawn' A is_A is_A'.
  assert (pure : private near (law Data query (steps (uses p)) []) (Q2R (epsilon p)) 0).
  { apply (spent_private Data Piece near piece query); [now apply steps_proper| |exact fit]. intro k. destruct (keys_cover (uses p) k) as (k' & k'_in & ->).
    unfold proves in accepted. rewrite forallb_forall in accepted. exact (certainly_within_sound _ _ _ (total_correct k' _ right) (accepted k' k'_in)). }
  pose proof (pure x y xy _ _ S S' X Y drawn drawn' A is_A is_A'). lra.
Qed.
Lemma refutes_sound p : proper_plan p -> refutes p = true -> ~ within_budget p.
Proof.
  intros (_ & d_range & right) accepted holds. unfold refutes in accepted. rewrite andb_true_iff in accepted. destruct accepted as [no_delta beyond].
  apply existsb_exists in beyond as (k & _ & beyond). apply (certainly_beyond_sound _ _ _ (total_correct k _ right)) in beyond.
  apply Qle_bool_R in no_delta. rewrite Q2R_0 in no_delta.
  apply (spent_tight k (steps (uses p)) (steps_proper _ right) (Q2R (epsilon p)) beyond). replace 0 with (Q2R (delta p)) by lra.
  apply (holds bool bool pair_near (pair_piece k)). now apply extreme_study, steps_proper.
Qed.

Lemma check_sound decision (holds : Prop -> Prop) file :
  (forall p, proper_plan p -> decision p = true -> holds (within_budget p)) -> check decision file = true -> about holds file.
Proof.
  intro sound. unfold check, about. destruct (read_plan file) as [p|]; [|discriminate]. rewrite andb_true_iff. intros [right accepted].
  apply is_proper_plan_correct in right. split; auto.
Qed.
Theorem prove_privacy_sound file c : prove_privacy file c = true -> PlanPrivate file.
Proof. unfold prove_privacy. destruct (is_certificate 80 c); [|discriminate]. exact (check_sound proves (fun p => p) file proves_sound). Qed.
Theorem refute_privacy_sound file c : refute_privacy file c = true -> PlanExceeds file.
Proof. unfold refute_privacy. destruct (is_certificate 82 c); [|discriminate]. exact (check_sound refutes not file refutes_sound). Qed.
