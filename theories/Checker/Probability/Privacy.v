(** * The checker of privacy plans

    The losses of a plan's steps are rational numbers, or logarithms of rational numbers.  The former are added exactly; of the latter the checker computes enclosures with outward rounding.
    The sums, one for each part of the data, are compared with epsilon.  For a delta above 0 the certificate may name an order b + 1: then what is added up is the logarithm of each step's moment, and the sum
    S of a part is compared by S + ln(b^b/(b + 1)^(b + 1)) - b epsilon < ln delta.  Of a purely private step with loss e, the moment is bounded by (e^((b + 1) e) + e^(-b e))/(1 + e^e) or by
    e^((b + 1) b e^2/2), whichever is certainly less.

    A plan is refuted where delta is 0 and its losses exceed epsilon, or Gaussian noise makes them unbounded: of one set of outputs the probabilities differ by more than e^epsilon.  A plan of randomised
    response with two answers is refuted for any delta where the certificate names a k for which the outputs with at most k ones are too probable: their probabilities are exact fractions.

    Main definitions: [prove_privacy], [refute_privacy].
    Main results: [prove_privacy_sound], [refute_privacy_sound].

    Trust: proved. *)
From Coq Require Import PString Uint63 ZArith QArith Qreals Reals List Bool Lra Lia.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Probability Spec.Privacy Primitives.Fractions Checker.Relational Checker.Intervals Checker.Gradients.Enclosures.
From Warrant Require Import Primitives.Probability.Binomial Primitives.Probability.Sums Primitives.Probability.Privacy Primitives.Probability.Renyi Primitives.Probability.PrivacyMechanisms
  Primitives.Probability.PrivacyPlans Primitives.Probability.PrivacyTight.
From Warrant Require Checker.Probability.Accuracy Checker.Probability.Tail.
Import ListNotations.
Local Open Scope bool_scope.
Local Open Scope Q_scope.

(** ** Parameters *)

Definition is_proper (m : mechanism) : bool :=
  match m with
  | Response k p => (2 <=? k)%Z && Tail.inside p
  | Additive n d => (0 <=? d)%Z && match n with Geometric alpha => Tail.inside alpha | Laplace a | Gaussian a => negb (Qle_bool a 0) end
  end.
Definition is_proper_plan (p : plan) : bool :=
  Qle_bool 0 (epsilon p) && Qle_bool 0 (delta p) && Qle_bool (delta p) 1 && forallb (fun u => is_proper (runs u)) (uses p).

(** ** Sums *)

(** what a step costs: a rational number, or a real number that an interval encloses *)
Inductive cost := Rational (q : Q) | Enclosed (i : interval).
Definition amount (u : use) : Z := Z.max 0 (times u).
Definition total : Type := Q * option interval.
Definition plus (n : Z) (c : cost) (t : total) : total :=
  let (q, i) := t in
  match c with
  | Rational c => (Qred (q + inject_Z n * c), i)
  | Enclosed c => let summand := mul (number_of (inject_Z n)) c in (q, Some (match i with None => summand | Some i => add i summand end))
  end.
Definition total_of (cost_of : mechanism -> cost) (k : option Z) (l : list use) : total :=
  fold_right (fun u t => if touches k u then plus (amount u) (cost_of (runs u)) t else t) (0, None) l.

(** ** What steps cost *)

(** the loss of a purely private mechanism *)
Definition loss_cost (m : mechanism) : cost :=
  match m with
  | Response k p => let r := Qred (p * inject_Z (k - 1) / (1 - p)) in Enclosed (logarithm_interval (number_of (if Qle_bool 1 r then r else / r)))
  | Additive (Geometric alpha) d => Enclosed (mul (number_of (inject_Z d)) (logarithm_interval (number_of (/ alpha))))
  | Additive (Laplace scale) d => Rational (inject_Z d / scale)
  | Additive (Gaussian _) d => Rational 0
  end.
Definition enclosure (c : cost) : interval := match c with Rational q => number_of q | Enclosed i => i end.
Definition whole (z : Z) : interval := number_of (inject_Z z).
(** the logarithm of (e^((b + 1) e) + e^(-b e))/(1 + e^e), for a loss e *)
Definition curve (b : Z) (e : interval) : interval :=
  minus (logarithm_interval (add (exponential_interval (mul (whole (b + 1)) e)) (exponential_interval (mul (whole (- b)) e))))
    (logarithm_interval (add unit_interval (exponential_interval e))).
(** (b + 1) b e^2/2 *)
Definition square (b : Z) (c : cost) : cost :=
  match c with
  | Rational e => Rational (inject_Z ((b + 1) * b) * (e * e / 2))
  | Enclosed e => Enclosed (mul (number_of (inject_Z ((b + 1) * b) / 2)) (mul e e))
  end.
Definition square_less (b : Z) (m : mechanism) : bool := certainly_less (enclosure (square b (loss_cost m))) (curve b (enclosure (loss_cost m))).
(** the logarithm of the moment of order b + 1 *)
Definition moment_cost (b : Z) (m : mechanism) : cost :=
  match m with
  | Additive (Gaussian v) d => Rational (inject_Z ((b + 1) * b) * (inject_Z (d * d) / (2 * v)))
  | _ => if square_less b m then square b (loss_cost m) else Enclosed (curve b (enclosure (loss_cost m)))
  end.

(** ** Comparisons with the budget *)

Definition certainly_within (t : total) (e : Q) : bool :=
  match t with (q, None) => Qle_bool q e | (q, Some i) => certainly_less i (number_of (Qred (e - q))) end.
Definition certainly_beyond (t : total) (e : Q) : bool :=
  match t with (q, None) => negb (Qle_bool q e) | (q, Some i) => certainly_less (number_of (Qred (e - q))) i end.
(** b ln b - (b + 1) ln (b + 1) *)
Definition conversion_interval (b : Z) : interval :=
  minus (mul (whole b) (logarithm_interval (whole b))) (mul (whole (b + 1)) (logarithm_interval (whole (b + 1)))).
Definition certainly_converted (b : Z) (t : total) (e d : Q) : bool :=
  let (q, i) := t in
  let rest := match i with None => zero_interval | Some i => i end in
  certainly_less (add rest (conversion_interval b)) (add (logarithm_interval (number_of d)) (number_of (Qred (inject_Z b * e - q)))).
(** all data, and each part that is mentioned *)
Definition key_equal (a b : option Z) : {a = b} + {a <> b}. Proof. decide equality. apply Z.eq_dec. Defined.
Definition keys (l : list use) : list (option Z) := nodup key_equal (None :: map part l).

(** ** The checker *)

Definition is_certificate (kind : int) (c : bytes) : bool := (same Accuracy.magic (text c 0 4) && (byte c 4 =? 1) && (byte c 5 =? kind))%uint63.
(** nothing for a sum of losses, or b in two bytes, the lower one first *)
Definition order (c : bytes) : option Z :=
  if (size_of c =? 6)%uint63 then None else Some (to_Z (byte c 6) + 256 * to_Z (byte c 7))%Z.
Definition proves (o : option Z) (p : plan) : bool :=
  match o with
  | None => forallb (fun u => pure (runs u)) (uses p) && forallb (fun k => certainly_within (total_of loss_cost k (uses p)) (epsilon p)) (keys (uses p))
  | Some b =>
    (1 <=? b)%Z && negb (Qle_bool (delta p) 0) &&
    forallb (fun k => certainly_converted b (total_of (moment_cost b) k (uses p)) (epsilon p) (delta p)) (keys (uses p))
  end.
Definition unbounded (k : option Z) (u : use) : bool :=
  touches k u && (1 <=? times u)%Z && match runs u with Additive (Gaussian _) d => (1 <=? d)%Z | _ => false end.
Definition refutes (p : plan) : bool :=
  Qle_bool (delta p) 0 && existsb (fun k => certainly_beyond (total_of loss_cost k (uses p)) (epsilon p) || existsb (unbounded k) (uses p)) (keys (uses p)).
(** (1 - q)^n, and the probability of at most k successes in n trials that succeed with probability q *)
Fixpoint power (q : Q) (n : nat) : Q := match n with O => 1 | S n => Qred (q * power q n) end.
Section Tail.
Variables (n : Z) (q : Q).
Fixpoint add_up (k : nat) (i : Z) (term sum : Q) : Q :=
  match k with
  | O => sum
  | S k => let next := Qred (term * (q * inject_Z (n - i) / ((1 - q) * inject_Z (i + 1)))) in add_up k (i + 1) next (Qred (sum + next))
  end.
Definition at_most_exact (k : nat) : Q := let first := power (1 - q) (Z.to_nat n) in add_up k 0 first first.
End Tail.
Definition is_vote (q : Q) (u : use) : bool :=
  match u with Use (Response 2 r) _ None => (Qnum r =? Qnum q)%Z && (Qden r =? Qden q)%positive | _ => false end.
Definition most_votes : Z := 1000.
Definition refutes_votes (k : Z) (p : plan) : bool :=
  match uses p with
  | Use (Response _ q) _ _ :: _ =>
    let n := fold_right (fun u n => amount u + n)%Z 0%Z (uses p) in
    if forallb (is_vote q) (uses p) && (n <=? most_votes)%Z && (k <=? n)%Z then
      let few := Z.to_nat k in
      certainly_less (add (mul (exponential_interval (number_of (epsilon p))) (number_of (at_most_exact n q few))) (number_of (delta p)))
        (number_of (at_most_exact n (1 - q) few))
    else false
  | _ => false
  end.
Definition check (decision : plan -> bool) (file : bytes) : bool :=
  match read_plan file with Some p => is_proper_plan p && decision p | None => false end.
Definition prove_privacy (file c : bytes) : bool := if is_certificate 80 c then check (proves (order c)) file else false.
Definition refute_privacy (file c : bytes) : bool :=
  if is_certificate 82 c then check (match order c with None => refutes | Some k => refutes_votes k end) file else false.

(** ** Soundness *)

Local Open Scope R_scope.

Lemma is_proper_correct m : is_proper m = true -> proper m.
Proof.
  assert (positive : forall q, negb (Qle_bool q 0) = true -> 0 < Q2R q).
  { intros q more. rewrite negb_true_iff in more. rewrite <- Q2R_0. apply Qlt_Rlt, Qnot_le_lt. intro le. apply Qle_bool_iff in le. congruence. }
  destruct m as [k p|[alpha|scale|v] d]; cbn [is_proper proper]; rewrite andb_true_iff; intros [first second]; split; try lia; auto; now apply Tail.inside_R.
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
Definition costs (c : cost) (s : R) : Prop := match c with Rational q => s = Q2R q | Enclosed i => encloses i s end.
Lemma enclosure_correct c s : costs c s -> encloses (enclosure c) s.
Proof. destruct c as [q|i]; [intros ->; exact (rel_number _ interval_rel q)|trivial]. Qed.
Lemma whole_correct z : encloses (whole z) (IZR z).
Proof. rewrite <- Q2R_inject. exact (rel_number _ interval_rel (inject_Z z)). Qed.
Lemma loss_cost_correct m : proper m -> costs (loss_cost m) (loss m).
Proof.
  destruct m as [k p|[alpha|scale|v] d]; intro right; cbn [loss loss_cost costs].
  - pose proof (odds_gt0 k p right) as positive. pose proof (odds_correct k p right) as same. set (r := Qred _) in *. rewrite <- same in *.
    assert (value : Rabs (ln (Q2R r)) = ln (Q2R (if Qle_bool 1 r then r else / r))).
    { destruct (Qle_bool 1 r) eqn:order.
      - apply Qle_bool_R in order. rewrite Q2R_1 in order. apply Rabs_pos_eq. rewrite <- ln_1. destruct order as [less|<-]; [left; apply ln_increasing; lra|right; reflexivity].
      - assert (r_lt1 : Q2R r < 1) by (rewrite <- Q2R_1; apply Qlt_Rlt, Qnot_le_lt; intro le; apply Qle_bool_iff in le; congruence).
        rewrite Q2R_over, ln_Rinv by lra. apply Rabs_left. rewrite <- ln_1. apply ln_increasing; lra. }
    rewrite value. apply logarithm_interval_correct. exact (rel_number _ interval_rel _).
  - destruct right as [_ range]. apply mul_encloses; [apply whole_correct|]. rewrite <- Q2R_over by lra. apply logarithm_interval_correct. exact (rel_number _ interval_rel _).
  - destruct right as [_ scale_gt0]. rewrite Q2R_Qdiv by lra. now rewrite Q2R_inject.
  - now rewrite Q2R_0.
Qed.

Definition about_total (t : total) (s : R) : Prop :=
  exists rest, s = Q2R (fst t) + rest /\ match snd t with None => rest = 0 | Some i => encloses i rest end.
Lemma plus_correct n c r t s : costs c r -> about_total t s -> about_total (plus n c t) (IZR n * r + s).
Proof.
  intros cost_r (rest & -> & enclosed). unfold plus. destruct t as [q i]. cbn [fst snd] in *. destruct c as [c|c]; cbn [costs] in cost_r.
  - exists rest. cbn [fst snd]. split; [|exact enclosed]. rewrite Q2R_Qred, Q2R_plus, Q2R_mult, Q2R_inject, cost_r. ring.
  - assert (summand : encloses (mul (number_of (inject_Z n)) c) (IZR n * r)) by (apply mul_encloses; [apply whole_correct|exact cost_r]).
    exists (rest + IZR n * r). cbn [fst snd]. split; [ring|]. destruct i as [i|].
    + exact (rel_add _ interval_rel _ _ _ _ enclosed summand).
    + now rewrite enclosed, Rplus_0_l.
Qed.
Lemma spent_steps f k l : spent f k (steps l) = sum (fun u => IZR (amount u) * spent_by f k u) l.
Proof.
  unfold spent, steps. induction l as [|u l IH]; [reflexivity|]. cbn [flat_map]. rewrite sum_app, IH, sum_cons. f_equal. unfold amount.
  rewrite <- (Z2Nat.id (Z.max 0 (times u))), <- INR_IZR_INZ by lia. replace (Z.to_nat (Z.max 0 (times u))) with (Z.to_nat (times u)) by lia.
  induction (Z.to_nat (times u)) as [|n IHn]; [cbn; ring|]. cbn [repeat]. rewrite sum_cons, IHn, S_INR. ring.
Qed.
Lemma total_correct cost_of f k l : Forall (fun u => costs (cost_of (runs u)) (f (runs u))) l -> about_total (total_of cost_of k l) (spent f k (steps l)).
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

Lemma steps_all (holds : use -> Prop) l : Forall holds l -> Forall holds (steps l).
Proof.
  rewrite !Forall_forall. intros right u u_in. apply in_flat_map in u_in as (v & v_in & u_in). apply repeat_spec in u_in as ->. now apply right.
Qed.
(** a part that no use names is looked at by the questions about all data only *)
Lemma keys_cover f l k : exists k', In k' (keys l) /\ spent f (Some k) (steps l) = spent f k' (steps l).
Proof.
  unfold keys. destruct (in_dec key_equal (Some k) (map part l)) as [named|unnamed].
  - exists (Some k). split; [|reflexivity]. apply nodup_In. now right.
  - exists None. split; [apply nodup_In; now left|]. rewrite !spent_steps. apply sum_same. intros u u_in. f_equal. unfold spent_by, touches.
    destruct (part u) as [j|] eqn:named; [|reflexivity]. destruct (Z.eqb_spec j k) as [->|]; [|reflexivity]. exfalso. apply unnamed. rewrite <- named. now apply in_map.
Qed.
(** *** Sums of losses *)

Lemma losses_correct p k : proper_plan p -> about_total (total_of loss_cost k (uses p)) (spent loss k (steps (uses p))).
Proof.
  intros (_ & _ & right). apply total_correct. apply Forall_impl with (2 := right). intros u. apply loss_cost_correct.
Qed.
Lemma proves_pure_sound p : proper_plan p -> proves None p = true -> within_budget p.
Proof.
  intros right accepted Data Piece near piece query fit x y xy Omega Omega' S S' X Y drawn drawn' A is_A is_A'. pose proof right as (_ & d_range & mechanisms).
  cbn [proves] in accepted. rewrite andb_true_iff in accepted. destruct accepted as [all_pure accepted].
  assert (purely : private near (law Data query (steps (uses p)) []) (Q2R (epsilon p)) 0).
  { apply (spent_private Data Piece near piece query); [now apply steps_all|apply steps_all; apply Forall_forall; intros u u_in; rewrite forallb_forall in all_pure; now apply all_pure| |exact fit].
    intro k. destruct (keys_cover loss (uses p) k) as (k' & k'_in & ->). rewrite forallb_forall in accepted.
    exact (certainly_within_sound _ _ _ (losses_correct p k' right) (accepted k' k'_in)). }
  pose proof (purely x y xy _ _ S S' X Y drawn drawn' A is_A is_A'). lra.
Qed.

(** *** Moments *)

Section Order.
Variables (z : Z) (b : nat).
Hypotheses (z_ge1 : (1 <= z)%Z) (same_b : Z.of_nat b = z).
Lemma order_R : INR b = IZR z /\ INR (S b) = IZR (z + 1).
Proof. rewrite !INR_IZR_INZ, <- same_b. split; f_equal; lia. Qed.
Lemma square_correct c e : costs c e -> costs (square z c) (INR (S b) * INR b * (e * e / 2)).
Proof.
  destruct order_R as [-> ->]. destruct c as [q|i]; cbn [costs square].
  - intros ->. assert (two : Q2R 2 <> 0) by (rewrite Q2R_2; lra). rewrite Q2R_mult, Q2R_Qdiv, Q2R_mult, Q2R_inject, mult_IZR, Q2R_2 by exact two. reflexivity.
  - intro enclosed. replace (IZR (z + 1) * IZR z * (e * e / 2)) with (IZR (z + 1) * IZR z / 2 * (e * e)) by field.
    apply mul_encloses; [|now apply mul_encloses]. assert (two : Q2R 2 <> 0) by (rewrite Q2R_2; lra).
    rewrite <- mult_IZR, <- Q2R_inject, <- Q2R_2, <- Q2R_Qdiv by exact two. exact (rel_number _ interval_rel _).
Qed.
Lemma curve_correct i e : encloses i e -> encloses (curve z i) (ln (pure_moment (exp e) b)).
Proof.
  intro enclosed. destruct order_R as [b_value n_value]. unfold pure_moment, curve. rewrite <- !Rpower_pow by apply exp_pos. unfold Rpower. rewrite ln_exp, <- exp_Ropp, Ropp_mult_distr_l.
  rewrite n_value, b_value, <- opp_IZR. unfold Rdiv. rewrite ln_mult, ln_Rinv.
  - apply minus_encloses; apply logarithm_interval_correct.
    + apply (rel_add _ interval_rel); apply exponential_interval_correct, mul_encloses; auto using whole_correct.
    + apply (rel_add _ interval_rel); [apply unit_encloses|now apply exponential_interval_correct].
  - pose proof (exp_pos e). lra.
  - apply Rplus_lt_0_compat; apply exp_pos.
  - apply Rinv_0_lt_compat. pose proof (exp_pos e). lra.
Qed.
(** the real number that is bounded *)
Definition growth (m : mechanism) : R :=
  match m with
  | Additive (Gaussian v) d => INR (S b) * INR b * (IZR d * IZR d / (2 * Q2R v))
  | _ => if square_less z m then INR (S b) * INR b * (loss m * loss m / 2) else ln (pure_moment (exp (loss m)) b)
  end.
Lemma moment_cost_correct m : proper m -> costs (moment_cost z m) (growth m).
Proof.
  intro right. pose proof (loss_cost_correct m right) as loss_correct.
  assert (general : costs (if square_less z m then square z (loss_cost m) else Enclosed (curve z (enclosure (loss_cost m))))
    (if square_less z m then INR (S b) * INR b * (loss m * loss m / 2) else ln (pure_moment (exp (loss m)) b))).
  { destruct (square_less z m); [now apply square_correct|]. apply curve_correct. now apply enclosure_correct. }
  destruct m as [k p|[alpha|scale|v] d]; try exact general. cbn [moment_cost growth costs]. destruct order_R as [-> ->]. destruct right as [_ v_gt0].
  assert (twice : Q2R (2 * v) = 2 * Q2R v) by now rewrite Q2R_mult, Q2R_2. rewrite Q2R_mult, Q2R_Qdiv, !Q2R_inject, !mult_IZR, twice; [reflexivity|lra].
Qed.
Lemma growth_rises m : proper m -> rises b m (growth m).
Proof.
  intro right. assert (b_ge1 : (1 <= b)%nat) by lia.
  destruct m as [k p|[alpha|scale|v] d]; cbn [growth]; [| | |apply rises_gaussian; [exact b_ge1|apply right]];
    (destruct (square_less _ _); [now apply rises_square|now apply rises_pure]).
Qed.
Lemma conversion_correct : encloses (conversion_interval z) (ln (conversion b)).
Proof.
  destruct order_R as [b_value n_value]. assert (b_gt0 : 0 < INR b) by (rewrite b_value; apply IZR_lt; lia). assert (n_gt0 : 0 < INR (S b)) by (rewrite S_INR; lra).
  unfold conversion, Rdiv. rewrite ln_mult, ln_Rinv, !ln_pow by (try apply Rinv_0_lt_compat; try apply pow_lt; assumption). rewrite n_value, b_value.
  apply minus_encloses; apply mul_encloses; auto using whole_correct; apply logarithm_interval_correct, whole_correct.
Qed.
Lemma certainly_converted_sound t s e d : about_total t s -> certainly_converted z t e d = true -> s + ln (conversion b) - INR b * Q2R e <= ln (Q2R d).
Proof.
  intros (rest & -> & enclosed). destruct t as [q i]. cbn [fst snd certainly_converted] in *. intro less.
  assert (rest_enclosed : encloses (match i with None => zero_interval | Some i => i end) rest) by (destruct i; [exact enclosed|rewrite enclosed; apply zero_encloses]).
  apply (certainly_less_correct _ _ (rest + ln (conversion b)) (ln (Q2R d) + Q2R (Qred (inject_Z z * e - q)))) in less.
  - rewrite Q2R_Qred, Q2R_minus, Q2R_mult, Q2R_inject in less. destruct order_R as [-> _]. lra.
  - apply (rel_add _ interval_rel); [exact rest_enclosed|exact conversion_correct].
  - apply (rel_add _ interval_rel); [apply logarithm_interval_correct|]; exact (rel_number _ interval_rel _).
Qed.
End Order.
Lemma proves_sound o p : proper_plan p -> proves o p = true -> within_budget p.
Proof.
  destruct o as [z|]; [|apply proves_pure_sound]. intros (_ & _ & right) accepted. cbn [proves] in accepted. rewrite !andb_true_iff in accepted. destruct accepted as [[z_ge1 d_gt0] accepted].
  apply Z.leb_le in z_ge1. rewrite negb_true_iff in d_gt0. rewrite forallb_forall in accepted. set (b := Z.to_nat z). assert (same_b : Z.of_nat b = z) by (unfold b; lia).
  intros Data Piece near piece query fit. apply (raised_private Data Piece near piece query b (growth z b)); auto.
  - lia.
  - rewrite <- Q2R_0. apply Qlt_Rlt, Qnot_le_lt. intro le. apply Qle_bool_iff in le. congruence.
  - now apply steps_all.
  - apply steps_all. apply Forall_impl with (2 := right). intro u. now apply growth_rises.
  - intro k. destruct (keys_cover (growth z b) (uses p) k) as (k' & k'_in & ->). apply (certainly_converted_sound z b z_ge1 same_b _ _ _ _) with (2 := accepted k' k'_in).
    apply total_correct. apply Forall_impl with (2 := right). intro u. now apply moment_cost_correct.
Qed.

(** *** Refutations *)

Lemma attained_more n m : proper m -> loss m <= attained n m.
Proof.
  destruct m as [k p|[alpha|scale|v] d]; cbn [attained]; intro right; try apply Rle_refl. destruct right as [d_ge0 v_gt0]. apply IZR_le in d_ge0. cbn [loss].
  apply Rmult_le_pos; [|left; apply Rinv_0_lt_compat; lra]. pose proof (Rmult_le_pos _ _ (pos_INR n) d_ge0). nra.
Qed.
Lemma refutes_sound p : proper_plan p -> refutes p = true -> ~ within_budget p.
Proof.
  intros right accepted holds. pose proof right as (_ & d_range & mechanisms). unfold refutes in accepted. rewrite andb_true_iff in accepted. destruct accepted as [no_delta beyond].
  apply Qle_bool_R in no_delta. rewrite Q2R_0 in no_delta.
  assert (exceeded : exists n k, Q2R (epsilon p) < spent (attained n) k (steps (uses p))).
  { apply existsb_exists in beyond as (k & _ & beyond). apply orb_true_iff in beyond as [beyond|beyond].
    - exists O, k. apply (certainly_beyond_sound _ _ _ (losses_correct p k right)) in beyond. apply Rlt_le_trans with (1 := beyond). apply sum_mono. intros u u_in. unfold spent_by.
      destruct (touches k u); [|lra]. apply attained_more. pose proof (steps_all _ _ mechanisms) as all. rewrite Forall_forall in all. now apply all.
    - apply existsb_exists in beyond as (u & u_in & beyond). unfold unbounded in beyond. rewrite !andb_true_iff in beyond. destruct beyond as [[touched some] far].
      destruct (runs u) as [|[alpha|scale|v] d] eqn:is_gaussian; try discriminate. apply Z.leb_le in some, far.
      destruct (gaussian_unbounded k (steps (uses p)) v d (Q2R (epsilon p)) (steps_all _ _ mechanisms) ltac:(lia)) as (n & more); [|now exists n, k].
      exists u. split; [|now split]. apply in_flat_map. exists u. split; [exact u_in|]. destruct (Z.to_nat (times u)) eqn:E; [lia|now left]. }
  destruct exceeded as (n & k & exceeded).
  apply (spent_tight n k (steps (uses p)) (steps_all _ _ mechanisms) (Q2R (epsilon p)) exceeded). replace 0 with (Q2R (delta p)) by lra.
  apply (holds bool bool pair_near (pair_piece k)). now apply extreme_study, steps_all.
Qed.

Lemma power_correct q n : Q2R (power q n) = Q2R q ^ n.
Proof. induction n as [|n IH]; [exact Q2R_1|]. cbn [power pow]. now rewrite Q2R_Qred, Q2R_mult, IH. Qed.
Lemma exactly_first n p : exactly n 0 p = (1 - p) ^ n.
Proof. induction n as [|n IH]; [reflexivity|]. cbn [exactly pow]. now rewrite IH. Qed.
Section Tails.
Variables (n : nat) (q : Q).
Hypothesis q_range : 0 < Q2R q < 1.
Lemma add_up_correct k i term sum : Q2R term = exactly n i (Q2R q) -> Q2R sum = at_most n i (Q2R q) ->
  Q2R (add_up (Z.of_nat n) q k (Z.of_nat i) term sum) = at_most n (i + k) (Q2R q).
Proof.
  revert i term sum. induction k as [|k IH]; intros i term sum is_term is_sum; [now rewrite Nat.add_0_r|]. cbn [add_up].
  assert (next : Q2R (Qred (term * (q * inject_Z (Z.of_nat n - Z.of_nat i) / ((1 - q) * inject_Z (Z.of_nat i + 1))))) = exactly n (S i) (Q2R q)).
  { pose proof (exactly_ratio n i (Q2R q)) as ratio. pose proof (pos_INR i).
    assert (below : Q2R ((1 - q) * inject_Z (Z.of_nat i + 1)) = (1 - Q2R q) * INR (S i)).
    { rewrite Q2R_mult, Q2R_minus, Q2R_1, Q2R_inject, S_INR, plus_IZR, <- INR_IZR_INZ. reflexivity. }
    rewrite S_INR in *. assert (nonzero : (1 - Q2R q) * (INR i + 1) <> 0) by (apply Rmult_integral_contrapositive_currified; lra).
    rewrite Q2R_Qred, Q2R_mult, Q2R_Qdiv, below, Q2R_mult, Q2R_inject, minus_IZR, <- !INR_IZR_INZ, is_term by (rewrite below; exact nonzero).
    apply (Rmult_eq_reg_l ((1 - Q2R q) * (INR i + 1))); [|exact nonzero]. transitivity ((INR n - INR i) * Q2R q * exactly n i (Q2R q)); [field; lra|lra]. }
  replace (Z.of_nat i + 1)%Z with (Z.of_nat (S i)) in * by lia. rewrite IH; [f_equal; lia|exact next|]. now rewrite Q2R_Qred, Q2R_plus, is_sum, next, at_most_next.
Qed.
Lemma at_most_exact_correct k : Q2R (at_most_exact (Z.of_nat n) q k) = at_most n k (Q2R q).
Proof.
  unfold at_most_exact. assert (first : Q2R (power (1 - q) (Z.to_nat (Z.of_nat n))) = exactly n 0 (Q2R q)).
  { now rewrite power_correct, Nat2Z.id, exactly_first, Q2R_minus, Q2R_1. }
  apply (add_up_correct k 0); exact first.
Qed.
End Tails.
Lemma is_vote_correct q u : is_vote q u = true -> runs u = Response 2 q /\ part u = None.
Proof.
  destruct u as [m n o]. cbn [is_vote runs part]. destruct m as [k r|]; [|discriminate]. destruct k as [|[| [] |]|]; try discriminate. destruct o; [discriminate|].
  rewrite andb_true_iff, Z.eqb_eq, Pos.eqb_eq. destruct r, q. cbn. intros [-> ->]. now split.
Qed.
Lemma steps_length l : Z.of_nat (length (steps l)) = fold_right (fun u n => amount u + n)%Z 0%Z l.
Proof.
  unfold steps. induction l as [|u l IH]; [reflexivity|]. cbn [flat_map fold_right]. rewrite length_app, repeat_length, Nat2Z.inj_add, IH. unfold amount. lia.
Qed.
Lemma refutes_votes_sound k p : proper_plan p -> refutes_votes k p = true -> ~ within_budget p.
Proof.
  intros (_ & _ & mechanisms). unfold refutes_votes. destruct (uses p) as [|[[k' q|] n o] rest] eqn:E; try discriminate. rewrite <- E in *. set (total := fold_right _ _ _).
  destruct (forallb (is_vote q) (uses p) && _ && _) eqn:fits; [|discriminate]. rewrite !andb_true_iff in fits. destruct fits as [[all _] _]. cbv zeta. intros less holds.
  assert (votes : Forall (fun u => runs u = Response 2 q /\ part u = None) (steps (uses p))).
  { apply steps_all, Forall_forall. intros u u_in. rewrite forallb_forall in all. now apply is_vote_correct, all. }
  assert (q_range : 0 < Q2R q < 1).
  { rewrite E in mechanisms. apply Forall_cons_iff in mechanisms as [[_ range] _]. exact range. }
  assert (same : total = Z.of_nat (length (steps (uses p)))) by (symmetry; apply steps_length). rewrite same in less.
  assert (other : Q2R (1 - q) = 1 - Q2R q) by now rewrite Q2R_minus, Q2R_1. set (few := Z.to_nat k) in *. set (count := length (steps (uses p))) in *.
  apply (certainly_less_correct _ _ (exp (Q2R (epsilon p)) * at_most count few (Q2R q) + Q2R (delta p)) (at_most count few (1 - Q2R q))) in less.
  - apply (votes_exceed q (steps (uses p)) votes q_range few (Q2R (epsilon p)) (Q2R (delta p)) less). exact (holds bool unit pair_near (fun _ _ => tt) vote (votes_study q _ votes)).
  - rewrite <- (at_most_exact_correct count q q_range few). apply (rel_add _ interval_rel); [|exact (rel_number _ interval_rel _)].
    apply mul_encloses; [apply exponential_interval_correct|]; exact (rel_number _ interval_rel _).
  - rewrite <- other, <- (at_most_exact_correct count (1 - q) ltac:(rewrite other; lra) few). exact (rel_number _ interval_rel _).
Qed.

Lemma check_sound decision (holds : Prop -> Prop) file :
  (forall p, proper_plan p -> decision p = true -> holds (within_budget p)) -> check decision file = true -> about holds file.
Proof.
  intro sound. unfold check, about. destruct (read_plan file) as [p|]; [|discriminate]. rewrite andb_true_iff. intros [right accepted].
  apply is_proper_plan_correct in right. split; auto.
Qed.
Theorem prove_privacy_sound file c : prove_privacy file c = true -> PlanPrivate file.
Proof. unfold prove_privacy. destruct (is_certificate 80 c); [|discriminate]. exact (check_sound (proves (order c)) (fun p => p) file (proves_sound (order c))). Qed.
Theorem refute_privacy_sound file c : refute_privacy file c = true -> PlanExceeds file.
Proof. unfold refute_privacy. destruct (is_certificate 82 c); [|discriminate]. apply (check_sound _ not). destruct (order c); [apply refutes_votes_sound|exact refutes_sound]. Qed.
