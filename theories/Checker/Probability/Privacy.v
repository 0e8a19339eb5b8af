(** * The checker of privacy plans

    The losses of a plan's steps are rational numbers, or logarithms of rational numbers.  The former are added exactly; of the latter the checker computes enclosures with outward rounding.
    The sums, one for each part of the data, are compared with epsilon.  For a delta above 0 the certificate may name an order b + 1: then what is added up is the logarithm of each step's moment, and the sum
    S of a part is compared by S + ln(b^b/(b + 1)^(b + 1)) - b epsilon < ln delta.  Of a purely private step with loss e, the moment is bounded by (e^((b + 1) e) + e^(-b e))/(1 + e^e) or by
    e^((b + 1) b e^2/2), whichever is certainly less.

    The loss e of a question about a sample is ln(1 + q (e^e - 1)).  Moments of Gaussian noise on samples are not added up: the certificate may instead name orders by one of which each step with Gaussian noise is
    (e, d)-private for an equal share d of delta, and losses and deltas are added up, after sampling has made both of them less.

    A plan is refuted where delta is 0 and its losses exceed epsilon, or Gaussian noise makes them unbounded: of one set of outputs the probabilities differ by more than e^epsilon.  A plan of randomised
    response with two answers is refuted for any delta where the certificate names a k for which the outputs with at most k ones are too probable: their probabilities are exact fractions.

    Main definitions: [prove_privacy], [refute_privacy].
    Main results: [prove_privacy_sound], [refute_privacy_sound].

    Trust: proved. *)
From Coq Require Import PString Uint63 ZArith QArith Qreals Reals List Bool Lra Lia.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Probability Spec.Privacy Primitives.Fractions Checker.Relational Checker.Intervals Checker.Gradients.Enclosures.
From Warrant Require Import Primitives.Probability.Binomial Primitives.Probability.Sums Primitives.Probability.Privacy Primitives.Probability.Renyi Primitives.Probability.PrivacyMechanisms
  Primitives.Probability.Subsampling Primitives.Probability.PrivacySteps Primitives.Probability.PrivacyPlans Primitives.Probability.PrivacyTight.
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
Definition is_proper_use (u : use) : bool := is_proper (runs u) && match about_what u with Sample q => Qle_bool 0 q && Qle_bool q 1 | _ => true end.
Definition is_proper_plan (p : plan) : bool :=
  Qle_bool 0 (epsilon p) && Qle_bool 0 (delta p) && Qle_bool (delta p) 1 && forallb is_proper_use (uses p).

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
(** uses with what each step of them costs *)
Definition priced (cost_of : use -> cost) (l : list use) : list (use * cost) := map (fun u => (u, cost_of u)) l.
Definition total_of (k : option Z) (l : list (use * cost)) : total :=
  fold_right (fun u t => if touches k (fst u) then plus (amount (fst u)) (snd u) t else t) (0, None) l.

(** ** What steps cost *)

(** the loss of a purely private mechanism *)
Definition loss_cost (m : mechanism) : cost :=
  match m with
  | Response k p => let r := Qred (p * inject_Z (k - 1) / (1 - p)) in Enclosed (logarithm_interval (number_of (if Qle_bool 1 r then r else / r)))
  | Additive (Geometric alpha) d => Enclosed (mul (number_of (inject_Z d)) (logarithm_interval (number_of (/ alpha))))
  | Additive (Laplace scale) d => Rational (inject_Z d / scale)
  | Additive (Gaussian _) d => Rational 0
  end.
(** ln(1 + q (e^e - 1)) *)
Definition amplify (q : Q) (e : interval) : interval :=
  logarithm_interval (add unit_interval (mul (number_of q) (minus (exponential_interval e) unit_interval))).
Definition enclosure (c : cost) : interval := match c with Rational q => number_of q | Enclosed i => i end.
Definition step_cost (u : use) : cost :=
  match about_what u with Sample q => Enclosed (amplify q (enclosure (loss_cost (runs u)))) | _ => loss_cost (runs u) end.
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
Definition square_less (b : Z) (c : cost) : bool := certainly_less (enclosure (square b c)) (curve b (enclosure c)).
(** the logarithm of the moment of order b + 1 of Gaussian noise *)
Definition gaussian_moment_cost (b : Z) (v : Q) (d : Z) : Q := inject_Z ((b + 1) * b) * (inject_Z d / (2 * v)).
(** the logarithm of the moment of order b + 1; it is not for Gaussian noise on samples *)
Definition moment_cost (b : Z) (u : use) : cost :=
  match runs u with
  | Additive (Gaussian v) d => Rational (gaussian_moment_cost b v d)
  | _ => if square_less b (step_cost u) then square b (step_cost u) else Enclosed (curve b (enclosure (step_cost u)))
  end.
Definition has_moment (u : use) : bool := pure (runs u) || negb (in_sample u).

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
(** *** Gaussian noise as (epsilon, delta) *)
Section Shares.
Variables (orders : list Z) (d : Q).   (* [d]: the delta of each step with Gaussian noise, before sampling *)
Definition order_cost (v : Q) (k b : Z) : interval :=
  mul (number_of (/ inject_Z b)) (minus (add (number_of (gaussian_moment_cost b v k)) (conversion_interval b)) (logarithm_interval (number_of d))).
Definition best_order (v : Q) (k : Z) : Z := fold_left (fun a b => if certainly_less (order_cost v k b) (order_cost v k a) then b else a) orders 1%Z.
Definition share_cost (u : use) : cost :=
  match runs u with
  | Additive (Gaussian v) k =>
    let e := order_cost v k (best_order v k) in
    Enclosed (match about_what u with Sample q => amplify q e | _ => e end)
  | _ => step_cost u
  end.
Definition share (u : use) : cost :=
  Rational (if pure (runs u) then 0 else match about_what u with Sample q => q * d | _ => d end).
(** amplification is for losses of at least 0 *)
Definition can_share (u : use) : bool :=
  match runs u, about_what u with Additive (Gaussian v) k, Sample _ => certainly_less zero_interval (order_cost v k (best_order v k)) | _, _ => true end.
End Shares.
(** all data, and each part that is mentioned *)
Definition key_equal (a b : option Z) : {a = b} + {a <> b}. Proof. decide equality. apply Z.eq_dec. Defined.
Definition part_of (u : use) : option Z := match about_what u with Part k => Some k | _ => None end.
Definition keys (l : list use) : list (option Z) := nodup key_equal (None :: map part_of l).

(** ** The checker *)

Definition is_certificate (kind : int) (c : bytes) : bool := (same Accuracy.magic (text c 0 4) && (byte c 4 =? 1) && (byte c 5 =? kind))%uint63.
(** nothing for a sum of losses, or b in two bytes, the lower one first *)
Definition order (c : bytes) : option Z :=
  if (size_of c =? 6)%uint63 then None else Some (to_Z (byte c 6) + 256 * to_Z (byte c 7))%Z.
Definition proves (o : option Z) (p : plan) : bool :=
  match o with
  | None =>
    let costs := priced step_cost (uses p) in
    forallb (fun u => pure (runs u)) (uses p) && forallb (fun k => certainly_within (total_of k costs) (epsilon p)) (keys (uses p))
  | Some b =>
    let costs := priced (moment_cost b) (uses p) in
    (1 <=? b)%Z && negb (Qle_bool (delta p) 0) && forallb has_moment (uses p) &&
    forallb (fun k => certainly_converted b (total_of k costs) (epsilon p) (delta p)) (keys (uses p))
  end.
(** orders of two bytes each, at most eight *)
Fixpoint read_orders (n : nat) (c : bytes) (i : int) : list Z :=
  match n with S n => if (i + 1 <? size_of c)%uint63 then (to_Z (byte c i) + 256 * to_Z (byte c (i + 1)))%Z :: read_orders n c (i + 2)%uint63 else [] | O => [] end.
(** the delta of the budget, divided by the number of steps with Gaussian noise on the same data, of which each counts with its rate *)
Definition even_share (p : plan) : Q :=
  let one u := if pure (runs u) then Rational 0 else Rational (match about_what u with Sample q => q | _ => 1 end) in
  let rates := priced one (uses p) in
  delta p / fold_right (fun k most => let s := fst (total_of k rates) in if Qle_bool most s then s else most) 0 (keys (uses p)).
Definition proves_by_shares (orders : list Z) (p : plan) : bool :=
  let d := even_share p in
  let costs := priced (share_cost orders d) (uses p) in
  let shares := priced (share d) (uses p) in
  negb (Qle_bool d 0) && forallb (fun b => (1 <=? b)%Z) orders && forallb (can_share orders d) (uses p) &&
  forallb (fun k => certainly_within (total_of k costs) (epsilon p) && certainly_within (total_of k shares) (delta p)) (keys (uses p)).
Definition unbounded (k : option Z) (u : use) : bool :=
  touches k u && (1 <=? times u)%Z && match runs u with Additive (Gaussian _) d => (1 <=? d)%Z | _ => false end && match about_what u with Sample q => negb (Qle_bool q 0) | _ => true end.
Definition refutes (p : plan) : bool :=
  let costs := priced step_cost (uses p) in
  Qle_bool (delta p) 0 && existsb (fun k => certainly_beyond (total_of k costs) (epsilon p) || existsb (unbounded k) (uses p)) (keys (uses p)).
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
  match u with Use (Response 2 r) _ All => (Qnum r =? Qnum q)%Z && (Qden r =? Qden q)%positive | _ => false end.
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
Definition prove_privacy (file c : bytes) : bool :=
  if is_certificate 80 c then check (proves (order c)) file else if is_certificate 65 c then check (proves_by_shares (read_orders 8 c 6)) file else false.
Definition refute_privacy (file c : bytes) : bool :=
  if is_certificate 82 c then check (match order c with None => refutes | Some k => refutes_votes k end) file else false.

(** ** Soundness *)

Local Open Scope R_scope.

Lemma positive_R q : negb (Qle_bool q 0) = true -> 0 < Q2R q.
Proof. rewrite negb_true_iff. intro more. rewrite <- Q2R_0. apply Qlt_Rlt, Qnot_le_lt. intro le. apply Qle_bool_iff in le. congruence. Qed.
Lemma is_proper_correct m : is_proper m = true -> proper m.
Proof.
  destruct m as [k p|[alpha|scale|v] d]; cbn [is_proper proper]; rewrite andb_true_iff; intros [first second]; split; try lia; auto using positive_R; now apply Tail.inside_R.
Qed.
Lemma is_proper_use_correct u : is_proper_use u = true -> proper_use u.
Proof.
  unfold is_proper_use, proper_use. rewrite andb_true_iff. intros [right rate]. split; [now apply is_proper_correct|]. destruct (about_what u) as [|k|q]; auto.
  rewrite andb_true_iff in rate. destruct rate as [q_ge0 q_le1]. apply Qle_bool_R0 in q_ge0. apply Qle_bool_R in q_le1. now rewrite Q2R_1 in q_le1.
Qed.
Lemma is_proper_plan_correct p : is_proper_plan p = true -> proper_plan p.
Proof.
  unfold is_proper_plan, proper_plan. rewrite !andb_true_iff. intros [[[e_ge0 d_ge0] d_le1] all]. apply Qle_bool_R0 in e_ge0, d_ge0. apply Qle_bool_R in d_le1. rewrite Q2R_1 in d_le1.
  repeat split; auto. apply Forall_forall. intros u u_in. rewrite forallb_forall in all. now apply is_proper_use_correct, all.
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

Lemma amplify_correct q i e : encloses i e -> encloses (amplify q i) (amplified (Q2R q) e).
Proof.
  intro enclosed. apply logarithm_interval_correct, (rel_add _ interval_rel); [apply unit_encloses|]. apply mul_encloses; [exact (rel_number _ interval_rel q)|].
  apply minus_encloses; [now apply exponential_interval_correct|apply unit_encloses].
Qed.
Lemma step_cost_correct u : proper_use u -> costs (step_cost u) (step_loss u).
Proof.
  intros [right _]. pose proof (loss_cost_correct _ right) as cost. unfold step_cost, step_loss. destruct (about_what u) as [|k|q]; auto. now apply amplify_correct, enclosure_correct.
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
Lemma total_correct cost_of f k l : Forall (fun u => costs (cost_of u) (f u)) l -> about_total (total_of k (priced cost_of l)) (spent f k (steps l)).
Proof.
  intro right. rewrite spent_steps. induction right as [|u l u_right _ IH]; [exists 0; cbn; rewrite Q2R_0; split; [ring|reflexivity]|].
  rewrite sum_cons. cbn [priced map total_of fold_right fst snd]. unfold spent_by at 1. destruct (touches k u); [now apply plus_correct|]. rewrite Rmult_0_r, Rplus_0_l. exact IH.
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
  unfold keys. destruct (in_dec key_equal (Some k) (map part_of l)) as [named|unnamed].
  - exists (Some k). split; [|reflexivity]. apply nodup_In. now right.
  - exists None. split; [apply nodup_In; now left|]. rewrite !spent_steps. apply sum_same. intros u u_in. f_equal. unfold spent_by, touches.
    destruct (about_what u) as [|j|q] eqn:named; try reflexivity. destruct (Z.eqb_spec j k) as [->|]; [|reflexivity]. exfalso. apply unnamed.
    replace (Some k) with (part_of u) by (unfold part_of; now rewrite named). now apply in_map.
Qed.
(** *** Sums of losses *)

Lemma losses_correct p k : proper_plan p -> about_total (total_of k (priced step_cost (uses p))) (spent step_loss k (steps (uses p))).
Proof.
  intros (_ & _ & right). apply total_correct. apply Forall_impl with (2 := right). intros u. apply step_cost_correct.
Qed.
(** sums of epsilons and of deltas *)
Lemma sums_sound p e d e_cost d_cost : proper_plan p ->
  Forall (fun u => costs (e_cost u) (e u) /\ costs (d_cost u) (d u) /\ tolerates u (e u) (d u) /\ 0 <= d u) (uses p) ->
  (forall k, In k (keys (uses p)) -> certainly_within (total_of k (priced e_cost (uses p))) (epsilon p) = true /\ certainly_within (total_of k (priced d_cost (uses p))) (delta p) = true) -> within_budget p.
Proof.
  intros (_ & _ & right) all accepted Rec Piece near piece query fit.
  apply (spent_private Rec Piece near piece query (steps (uses p)) e d); [now apply steps_all|apply steps_all; apply Forall_impl with (2 := all); tauto|intro k|intro k|exact fit].
  - destruct (keys_cover e (uses p) k) as (k' & k'_in & ->). apply (certainly_within_sound _ _ _) with (2 := proj1 (accepted k' k'_in)). apply total_correct. apply Forall_impl with (2 := all). tauto.
  - destruct (keys_cover d (uses p) k) as (k' & k'_in & ->). apply (certainly_within_sound _ _ _) with (2 := proj2 (accepted k' k'_in)). apply total_correct. apply Forall_impl with (2 := all). tauto.
Qed.
Lemma nothing_within l k d : 0 <= Q2R d -> certainly_within (total_of k (priced (fun _ => Rational 0) l)) d = true.
Proof.
  intro d_ge0. assert (correct : about_total (total_of k (priced (fun _ => Rational 0) l)) (spent (fun _ => 0) k (steps l))).
  { apply total_correct. apply Forall_forall. intros u _. cbn. now rewrite Q2R_0. }
  assert (none : snd (total_of k (priced (fun _ => Rational 0) l)) = None).
  { clear correct. induction l as [|u l IH]; [reflexivity|]. cbn [priced map total_of fold_right fst snd]. fold (priced (fun _ => Rational 0) l). fold (total_of k (priced (fun _ => Rational 0) l)). destruct (touches k u); [|exact IH].
    unfold plus. destruct (total_of k _). exact IH. }
  destruct correct as (rest & value & rest_value). rewrite none in rest_value. unfold spent in value.
  rewrite (sum_same _ (fun _ => 0)), sum_zero in value by (intros u _; unfold spent_by; now destruct (touches k u)).
  destruct (total_of k _) as [q i]. cbn [fst snd] in *. rewrite none. cbn [certainly_within]. apply Qle_bool_iff, Rle_Qle. lra.
Qed.
Lemma proves_pure_sound p : proper_plan p -> proves None p = true -> within_budget p.
Proof.
  intros right accepted. pose proof right as (_ & d_range & mechanisms). cbn [proves] in accepted. rewrite andb_true_iff in accepted. destruct accepted as [all_pure accepted].
  rewrite forallb_forall in all_pure, accepted. apply (sums_sound p step_loss (fun _ => 0) step_cost (fun _ => Rational 0) right).
  - apply Forall_forall. intros u u_in. rewrite Forall_forall in mechanisms. pose proof (mechanisms u u_in) as u_right.
    repeat split; [now apply step_cost_correct|cbn; now rewrite Q2R_0|apply tolerates_pure; auto|apply Rle_refl].
  - intros k k_in. split; [now apply accepted|]. apply nothing_within. apply d_range.
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
Definition growth (u : use) : R :=
  match runs u with
  | Additive (Gaussian v) d => INR (S b) * INR b * (IZR d / (2 * Q2R v))
  | _ => if square_less z (step_cost u) then INR (S b) * INR b * (step_loss u * step_loss u / 2) else ln (pure_moment (exp (step_loss u)) b)
  end.
Lemma gaussian_moment_correct v d : 0 < Q2R v -> Q2R (gaussian_moment_cost z v d) = INR (S b) * INR b * (IZR d / (2 * Q2R v)).
Proof.
  intro v_gt0. destruct order_R as [-> ->]. assert (twice : Q2R (2 * v) = 2 * Q2R v) by now rewrite Q2R_mult, Q2R_2.
  unfold gaussian_moment_cost. rewrite Q2R_mult, Q2R_Qdiv, !Q2R_inject, !mult_IZR, twice; [reflexivity|lra].
Qed.
Lemma moment_cost_correct u : proper_use u -> costs (moment_cost z u) (growth u).
Proof.
  intro right. pose proof (step_cost_correct u right) as loss_correct. destruct right as [right _].
  assert (general : costs (if square_less z (step_cost u) then square z (step_cost u) else Enclosed (curve z (enclosure (step_cost u))))
    (if square_less z (step_cost u) then INR (S b) * INR b * (step_loss u * step_loss u / 2) else ln (pure_moment (exp (step_loss u)) b))).
  { destruct (square_less z (step_cost u)); [now apply square_correct|]. apply curve_correct. now apply enclosure_correct. }
  unfold moment_cost, growth. destruct (runs u) as [k p|[alpha|scale|v] d]; try exact general. cbn [costs]. symmetry. apply gaussian_moment_correct, right.
Qed.
Lemma growth_rises u : has_moment u = true -> proper_use u -> rises b u (growth u).
Proof.
  intros possible right. assert (b_ge1 : (1 <= b)%nat) by lia. unfold has_moment in possible. rewrite orb_true_iff, negb_true_iff in possible. unfold growth.
  assert (general : pure (runs u) = true -> rises b u (if square_less z (step_cost u) then INR (S b) * INR b * (step_loss u * step_loss u / 2) else ln (pure_moment (exp (step_loss u)) b))).
  { intro is_pure. destruct (square_less z (step_cost u)); [now apply rises_square|now apply rises_pure]. }
  destruct (runs u) as [k p|[alpha|scale|v] d] eqn:is_gaussian; try (now apply general). destruct possible as [none|whole]; [discriminate none|]. now apply rises_gaussian.
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
(** *** Shares of delta *)
Lemma order_cost_correct v d k : 0 < Q2R v -> 0 < Q2R d -> encloses (order_cost d v k z) (converted b (INR (S b) * INR b * (IZR k / (2 * Q2R v))) (Q2R d)).
Proof.
  intros v_gt0 d_gt0. unfold converted, Rdiv at 1. rewrite Rmult_comm. apply mul_encloses.
  - destruct order_R as [-> _]. rewrite <- Q2R_inject, <- Q2R_over by (rewrite Q2R_inject; apply not_0_IZR; lia). exact (rel_number _ interval_rel _).
  - apply minus_encloses; [|apply logarithm_interval_correct; exact (rel_number _ interval_rel d)]. apply (rel_add _ interval_rel); [|exact conversion_correct].
    rewrite <- gaussian_moment_correct by exact v_gt0. exact (rel_number _ interval_rel _).
Qed.
End Order.
Section Shares.
Variables (orders : list Z) (d : Q).
Hypotheses (d_gt0 : 0 < Q2R d) (orders_ge1 : forallb (fun b => (1 <=? b)%Z) orders = true).
Lemma best_order_ge1 v k : (1 <= best_order orders d v k)%Z.
Proof.
  unfold best_order. rewrite forallb_forall in orders_ge1. enough (general : forall a, (1 <= a)%Z -> (1 <= fold_left (fun a b => if certainly_less (order_cost d v k b) (order_cost d v k a) then b else a) orders a)%Z)
    by (apply general; lia). revert orders_ge1. induction orders as [|b l IH]; intros all a a_ge1; cbn [fold_left]; [exact a_ge1|]. apply IH; [intros c c_in; apply all; now right|].
  destruct (certainly_less _ _); [|exact a_ge1]. specialize (all b (or_introl eq_refl)). lia.
Qed.
Definition best_converted (v : Q) (k : Z) : R :=
  let b := Z.to_nat (best_order orders d v k) in converted b (INR (S b) * INR b * (IZR k / (2 * Q2R v))) (Q2R d).
Lemma best_correct v k : 0 < Q2R v -> encloses (order_cost d v k (best_order orders d v k)) (best_converted v k).
Proof. intro v_gt0. pose proof (best_order_ge1 v k). apply order_cost_correct; auto. lia. Qed.
Definition share_loss (u : use) : R :=
  match runs u with
  | Additive (Gaussian v) k => match about_what u with Sample q => amplified (Q2R q) (best_converted v k) | _ => best_converted v k end
  | _ => step_loss u
  end.
Definition share_delta (u : use) : R := if pure (runs u) then 0 else match about_what u with Sample q => Q2R q * Q2R d | _ => Q2R d end.
Lemma share_correct u : proper_use u -> can_share orders d u = true ->
  costs (share_cost orders d u) (share_loss u) /\ costs (share d u) (share_delta u) /\ tolerates u (share_loss u) (share_delta u) /\ 0 <= share_delta u.
Proof.
  intros right possible. pose proof (step_cost_correct u right) as cost. pose proof (tolerates_pure u) as purely. unfold share_cost, share, share_loss, share_delta, can_share in *. pose proof right as [is_proper rate].
  destruct (runs u) as [k p|[alpha|scale|v] k] eqn:is_gaussian; cbn [pure costs] in *; try (refine (conj _ (conj _ (conj _ _))); [exact cost|symmetry; exact Q2R_0|auto|apply Rle_refl]).
  destruct is_proper as [_ v_gt0]. pose proof (best_correct v k v_gt0) as enclosed. pose proof (best_order_ge1 v k) as b_ge1. set (b := Z.to_nat (best_order orders d v k)).
  pose proof (tolerates_gaussian b (Q2R d) u v k ltac:(lia) d_gt0 is_gaussian right) as tolerated. cbv zeta in tolerated.
  destruct (about_what u) as [|j|q] eqn:is_about; [refine (conj enclosed (conj eq_refl (conj tolerated _))); lra..|]. rewrite Q2R_mult. refine (conj _ (conj eq_refl (conj _ _))); [now apply amplify_correct| |apply Rmult_le_pos; lra].
  apply tolerated. apply (certainly_less_correct _ _ 0 (best_converted v k)) in possible; [exact (Rlt_le _ _ possible)|apply zero_encloses|exact enclosed].
Qed.
End Shares.
Lemma proves_by_shares_sound orders p : proper_plan p -> proves_by_shares orders p = true -> within_budget p.
Proof.
  intros right accepted. unfold proves_by_shares in accepted. set (d := even_share p) in *. rewrite !andb_true_iff in accepted. destruct accepted as [[[d_gt0 orders_ge1] possible] accepted].
  apply positive_R in d_gt0. rewrite forallb_forall in possible, accepted. pose proof right as (_ & _ & mechanisms). rewrite Forall_forall in mechanisms.
  apply (sums_sound p (share_loss orders d) (share_delta d) (share_cost orders d) (share d) right).
  - apply Forall_forall. intros u u_in. apply share_correct; auto.
  - intros k k_in. now apply andb_true_iff, accepted.
Qed.
Lemma proves_sound o p : proper_plan p -> proves o p = true -> within_budget p.
Proof.
  destruct o as [z|]; [|apply proves_pure_sound]. intros (_ & _ & right) accepted. cbn [proves] in accepted. rewrite !andb_true_iff in accepted. destruct accepted as [[[z_ge1 d_gt0] possible] accepted].
  apply Z.leb_le in z_ge1. apply positive_R in d_gt0. rewrite forallb_forall in possible, accepted. set (b := Z.to_nat z). assert (same_b : Z.of_nat b = z) by (unfold b; lia).
  intros Rec Piece near piece query fit. apply (raised_private Rec Piece near piece query b (growth z b)); auto.
  - lia.
  - now apply steps_all.
  - apply steps_all. rewrite Forall_forall in *. intros u u_in. apply growth_rises; auto.
  - intro k. destruct (keys_cover (growth z b) (uses p) k) as (k' & k'_in & ->). apply (certainly_converted_sound z b z_ge1 same_b _ _ _ _) with (2 := accepted k' k'_in).
    apply total_correct. apply Forall_impl with (2 := right). intro u. now apply moment_cost_correct.
Qed.

(** *** Refutations *)

Lemma attained_more n u : proper_use u -> step_loss u <= step_attained n u.
Proof.
  intros [right rate]. assert (more : loss (runs u) <= attained n (runs u)).
  { pose proof (attained_ge0 n _ right). destruct (runs u) as [k p|[alpha|scale|v] d]; cbn [attained loss] in *; lra. }
  unfold step_loss, step_attained. destruct (about_what u) as [|k|q]; auto. pose proof (loss_ge0 _ right) as loss_ge0. pose proof (attained_ge0 n _ right) as attained_ge0.
  destruct (amplified_exp (Q2R q) rate _ loss_ge0) as [low _]. destruct (amplified_exp (Q2R q) rate _ attained_ge0) as [high _].
  apply Rnot_lt_le. intro other. apply exp_increasing in other. rewrite low, high in other. apply (Rlt_not_le _ _ other). apply Rplus_le_compat_l, Rmult_le_compat_l; [lra|]. destruct more as [less| ->]; [pose proof (exp_increasing _ _ less); lra|lra].
Qed.
Lemma refutes_sound p : proper_plan p -> refutes p = true -> ~ within_budget p.
Proof.
  intros right accepted holds. pose proof right as (_ & d_range & mechanisms). unfold refutes in accepted. rewrite andb_true_iff in accepted. destruct accepted as [no_delta beyond].
  apply Qle_bool_R in no_delta. rewrite Q2R_0 in no_delta.
  assert (exceeded : exists n k, Q2R (epsilon p) < spent (step_attained n) k (steps (uses p))).
  { apply existsb_exists in beyond as (k & _ & beyond). apply orb_true_iff in beyond as [beyond|beyond].
    - exists O, k. apply (certainly_beyond_sound _ _ _ (losses_correct p k right)) in beyond. apply Rlt_le_trans with (1 := beyond). apply sum_mono. intros u u_in. unfold spent_by.
      destruct (touches k u); [|lra]. apply attained_more. pose proof (steps_all _ _ mechanisms) as all. rewrite Forall_forall in all. now apply all.
    - apply existsb_exists in beyond as (u & u_in & beyond). unfold unbounded in beyond. rewrite !andb_true_iff in beyond. destruct beyond as [[[touched some] far] kept].
      destruct (runs u) as [|[alpha|scale|v] d] eqn:is_gaussian; try discriminate. apply Z.leb_le in some, far.
      destruct (gaussian_unbounded k (steps (uses p)) v d (Q2R (epsilon p)) (steps_all _ _ mechanisms) ltac:(lia)) as (n & more); [|now exists n, k].
      exists u. refine (conj _ (conj touched (conj is_gaussian _))); [|destruct (about_what u); auto using positive_R]. apply in_flat_map. exists u. split; [exact u_in|]. destruct (Z.to_nat (times u)) eqn:E; [lia|now left]. }
  destruct exceeded as (n & k & exceeded).
  apply (spent_tight n k (steps (uses p)) (steps_all _ _ mechanisms) (Q2R (epsilon p)) exceeded). replace 0 with (Q2R (delta p)) by lra.
  apply (holds unit (list unit) pair_near (pair_piece k)). now apply extreme_study, steps_all.
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
Lemma is_vote_correct q u : is_vote q u = true -> runs u = Response 2 q /\ about_what u = All.
Proof.
  destruct u as [m n o]. cbn [is_vote runs about_what]. destruct m as [k r|]; [|discriminate]. destruct k as [|[| [] |]|]; try discriminate. destruct o; try discriminate.
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
  assert (votes : Forall (fun u => runs u = Response 2 q /\ about_what u = All) (steps (uses p))).
  { apply steps_all, Forall_forall. intros u u_in. rewrite forallb_forall in all. now apply is_vote_correct, all. }
  assert (q_range : 0 < Q2R q < 1).
  { rewrite E in mechanisms. apply Forall_cons_iff in mechanisms as [[[_ range] _] _]. exact range. }
  assert (same : total = Z.of_nat (length (steps (uses p)))) by (symmetry; apply steps_length). rewrite same in less.
  assert (other : Q2R (1 - q) = 1 - Q2R q) by now rewrite Q2R_minus, Q2R_1. set (few := Z.to_nat k) in *. set (count := length (steps (uses p))) in *.
  apply (certainly_less_correct _ _ (exp (Q2R (epsilon p)) * at_most count few (Q2R q) + Q2R (delta p)) (at_most count few (1 - Q2R q))) in less.
  - apply (votes_exceed q (steps (uses p)) votes q_range few (Q2R (epsilon p)) (Q2R (delta p)) less). exact (holds unit unit pair_near (fun _ _ => tt) vote (votes_study q _ votes)).
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
Proof.
  unfold prove_privacy. destruct (is_certificate 80 c); [exact (check_sound (proves (order c)) (fun p => p) file (proves_sound (order c)))|].
  destruct (is_certificate 65 c); [|discriminate]. exact (check_sound (proves_by_shares _) (fun p => p) file (proves_by_shares_sound _)).
Qed.
Theorem refute_privacy_sound file c : refute_privacy file c = true -> PlanExceeds file.
Proof. unfold refute_privacy. destruct (is_certificate 82 c); [|discriminate]. apply (check_sound _ not). destruct (order c); [apply refutes_votes_sound|exact refutes_sound]. Qed.
