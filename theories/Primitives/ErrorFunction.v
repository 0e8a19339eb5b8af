(** * The error function

    erf x = 2/√π ∫ exp (-t²) over t from 0 to x (Spec/Elementary.v).  Its derivative, and bounds of it by partial sums of Kummer's series

      erf x = 2/√π exp (-x²) Σ term n x,   term n x = 2^n x^(2n+1) / (1 · 3 ⋯ (2n+1)),

    whose terms are all of the sign of x, so that nothing cancels when it is summed.  The remainder after N terms is at most 2/√π term N x.

    Main results: [error_function_derive], [error_function_odd], [error_function_mono], [kummer_bound], [error_function_tail_bound], [bell_zero_bound].

    Trust: proved.
    Source: M. Abramowitz and I. Stegun, Handbook of Mathematical Functions, 1964, 7.1.1 and 7.1.6. *)
From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Hierarchy Derive RInt RInt_analysis Continuity AutoDerive.
From Interval Require Import Tactic.
From Warrant Require Import Spec.Elementary.
Local Open Scope R_scope.

Lemma bell_pos t : 0 < bell t.
Proof.
  unfold bell. apply Rmult_lt_0_compat; [|apply exp_pos]. apply Rdiv_lt_0_compat; [lra|]. apply sqrt_lt_R0, PI_RGT_0.
Qed.
Lemma bell_derive t : is_derive bell t (-2 * t * bell t).
Proof. unfold bell. auto_derive; [exact I|]. ring. Qed.
Lemma bell_continuous t : continuous bell t.
Proof. apply (ex_derive_continuous bell). eexists. apply bell_derive. Qed.

Theorem error_function_derive a : is_derive error_function_R a (bell a).
Proof.
  unfold error_function_R. apply (is_derive_RInt bell _ 0 a).
  - exists (mkposreal 1 Rlt_0_1). intros y _. apply (RInt_correct (V := R_CompleteNormedModule)), ex_RInt_continuous. intros. apply bell_continuous.
  - apply bell_continuous.
Qed.
Lemma error_function_zero : error_function_R 0 = 0.
Proof. apply (RInt_point (V := R_CompleteNormedModule)). Qed.

(** a function with a derivative that is at least 0 *)
Lemma derivative_ge0 (f g : R -> R) a b : a <= b -> (forall t, a <= t <= b -> is_derive f t (g t)) -> (forall t, a <= t <= b -> 0 <= g t) -> f a <= f b.
Proof.
  intros le derivative rising. destruct (Req_dec a b) as [->|ne]; [lra|].
  destruct (MVT_cor2 f g a b ltac:(lra) (fun t between => proj1 (is_derive_Reals f t (g t)) (derivative t between))) as (c & mean & between).
  assert (0 <= g c * (b - a)) by (apply Rmult_le_pos; [apply rising|]; lra). lra.
Qed.
Theorem error_function_mono a b : a <= b -> error_function_R a <= error_function_R b.
Proof. intro le. apply (derivative_ge0 _ bell _ _ le); intros; [apply error_function_derive|]. apply Rlt_le, bell_pos. Qed.
Theorem error_function_odd a : error_function_R (- a) = - error_function_R a.
Proof.
  assert (sum : forall t, is_derive (fun t => error_function_R (- t) + error_function_R t) t 0).
  { intro t. replace 0 with (plus (scal (-1) (bell (- t))) (bell t)) by (unfold plus, scal, bell; simpl; unfold mult; simpl; replace (- t * - t) with (t * t) by ring; ring).
    apply (is_derive_plus (fun t => error_function_R (- t)) error_function_R); [|apply error_function_derive].
    apply (is_derive_comp error_function_R (fun t => - t)); [apply error_function_derive|]. auto_derive; [exact I|ring]. }
  assert (le : forall a b, a <= b -> error_function_R (- a) + error_function_R a = error_function_R (- b) + error_function_R b).
  { intros b c le. apply Rle_antisym; [apply (derivative_ge0 (fun t => error_function_R (- t) + error_function_R t) (fun _ => 0) _ _ le); intros; [apply sum|lra]|].
    apply Ropp_le_cancel. apply (derivative_ge0 (fun t => - (error_function_R (- t) + error_function_R t)) (fun _ => 0) _ _ le); intros; [|lra].
    replace 0 with (opp 0) by (unfold opp; simpl; ring). apply (is_derive_opp (fun t => error_function_R (- t) + error_function_R t)), sum. }
  assert (E : error_function_R (- a) + error_function_R a = error_function_R (- 0) + error_function_R 0).
  { destruct (Rle_dec a 0); [apply le; lra|symmetry; apply le; lra]. }
  rewrite Ropp_0, error_function_zero in E. lra.
Qed.

(** ** Kummer's series *)

Fixpoint kummer_term (n : nat) (x : R) : R := match n with O => x | S n => kummer_term n x * (x * x * (2 / (2 * INR n + 3))) end.
Fixpoint kummer_sum (n : nat) (x : R) : R := match n with O => 0 | S n => kummer_sum n x + kummer_term n x end.
(** the derivative of a term *)
Definition term_slope (n : nat) (x : R) : R := match n with O => 1 | S n => 2 * x * kummer_term n x end.

Lemma kummer_term_derive n x : is_derive (kummer_term n) x (term_slope n x) /\ x * term_slope n x = (2 * INR n + 1) * kummer_term n x.
Proof.
  induction n as [|n [IH scaled]].
  - split; [apply (is_derive_id (K := R_AbsRing))|simpl; ring].
  - assert (pos : 2 * INR n + 3 <> 0) by (pose proof (pos_INR n); lra). split.
    + apply (is_derive_ext (fun x => kummer_term n x * (x * x * (2 / (2 * INR n + 3))))); [reflexivity|].
      replace (term_slope (S n) x) with (term_slope n x * (x * x * (2 / (2 * INR n + 3))) + kummer_term n x * (2 * x * (2 / (2 * INR n + 3)))).
      * apply (is_derive_mult (kummer_term n) (fun x => x * x * (2 / (2 * INR n + 3)))); [exact IH|]. auto_derive; [exact I|]. field. exact pos.
      * simpl. replace (term_slope n x * (x * x * (2 / (2 * INR n + 3)))) with (x * term_slope n x * (x * (2 / (2 * INR n + 3)))) by ring.
        rewrite scaled. field. exact pos.
    + rewrite S_INR. cbn [term_slope kummer_term]. field. exact pos.
Qed.
Lemma kummer_sum_derive n x : is_derive (kummer_sum n) x (2 * x * kummer_sum n x + 1 - term_slope n x).
Proof.
  induction n as [|n IH].
  - simpl. replace (2 * x * 0 + 1 - 1) with 0 by ring. apply (is_derive_const (K := R_AbsRing) (V := R_NormedModule) 0).
  - apply (is_derive_ext (fun x => plus (kummer_sum n x) (kummer_term n x))); [reflexivity|].
    replace (2 * x * kummer_sum (S n) x + 1 - term_slope (S n) x) with (plus (2 * x * kummer_sum n x + 1 - term_slope n x) (term_slope n x)) by (unfold plus; simpl; ring).
    apply (is_derive_plus (kummer_sum n) (kummer_term n)); [exact IH|apply kummer_term_derive].
Qed.
Lemma kummer_term_ge0 n x : 0 <= x -> 0 <= kummer_term n x.
Proof.
  intro x0. induction n as [|n IH]; simpl; [exact x0|]. apply Rmult_le_pos; [exact IH|]. apply Rmult_le_pos; [now apply Rmult_le_pos|].
  apply Rlt_le, Rdiv_lt_0_compat; [lra|]. pose proof (pos_INR n). lra.
Qed.
Lemma term_slope_ge0 n x : 0 <= x -> 0 <= term_slope n x.
Proof. intro x0. destruct n as [|n]; simpl; [lra|]. apply Rmult_le_pos; [lra|now apply kummer_term_ge0]. Qed.

Local Lemma kummer_zero n : kummer_term n 0 = 0 /\ kummer_sum n 0 = 0.
Proof. induction n as [|n [IH IH']]; simpl; [lra|]. rewrite IH, IH'. lra. Qed.
Local Lemma remainder_derive n t : is_derive (fun x => error_function_R x - bell x * kummer_sum n x) t (bell t * term_slope n t).
Proof.
  replace (bell t * term_slope n t) with (minus (bell t) (-2 * t * bell t * kummer_sum n t + bell t * (2 * t * kummer_sum n t + 1 - term_slope n t)))
    by (unfold minus, plus, opp; simpl; ring).
  apply (is_derive_minus error_function_R (fun x => bell x * kummer_sum n x)); [apply error_function_derive|].
  apply (is_derive_mult bell (kummer_sum n)); [apply bell_derive|apply kummer_sum_derive].
Qed.
Lemma bell_below t : bell t <= bell 0.
Proof.
  unfold bell. apply Rmult_le_compat_l; [apply Rlt_le, Rdiv_lt_0_compat; [lra|apply sqrt_lt_R0, PI_RGT_0]|].
  destruct (Req_dec t 0) as [->|ne]; [lra|]. apply Rlt_le, exp_increasing. assert (0 < t * t) by nra. lra.
Qed.
(** a difference is at most 2/√π times that of the arguments, and of its sign *)
Lemma error_function_slope_bound p q : exists s, 0 <= s <= bell 0 /\ error_function_R p = error_function_R q + s * (p - q).
Proof.
  assert (between : forall a b, a < b -> exists s, 0 <= s <= bell 0 /\ error_function_R b - error_function_R a = s * (b - a)).
  { intros a b lt. destruct (MVT_cor2 error_function_R bell a b lt (fun t _ => proj1 (is_derive_Reals _ _ _) (error_function_derive t))) as (c & mean & _).
    exists (bell c). split; [|exact mean]. split; [apply Rlt_le, bell_pos|apply bell_below]. }
  destruct (Rtotal_order p q) as [lt|[->|gt]].
  - destruct (between _ _ lt) as (s & ok & mean). exists s. split; [exact ok|lra].
  - exists 0. assert (pos := bell_pos 0). split; lra.
  - destruct (between _ _ gt) as (s & ok & mean). exists s. split; [exact ok|lra].
Qed.
Theorem kummer_bound n x : 0 <= x -> bell x * kummer_sum n x <= error_function_R x <= bell x * kummer_sum n x + bell 0 * kummer_term n x.
Proof.
  intro x0. destruct (kummer_zero n) as [term0 sum0]. split.
  - assert (le := derivative_ge0 (fun x => error_function_R x - bell x * kummer_sum n x) (fun t => bell t * term_slope n t) 0 x x0
      (fun t _ => remainder_derive n t) (fun t between => Rmult_le_pos _ _ (Rlt_le _ _ (bell_pos t)) (term_slope_ge0 n t (proj1 between)))).
    cbv beta in le. rewrite error_function_zero, sum0 in le. lra.
  - assert (le := derivative_ge0 (fun x => bell 0 * kummer_term n x - (error_function_R x - bell x * kummer_sum n x))
      (fun t => bell 0 * term_slope n t - bell t * term_slope n t) 0 x x0). cbv beta in le. rewrite error_function_zero, term0, sum0 in le.
    assert (0 <= bell 0 * kummer_term n x - (error_function_R x - bell x * kummer_sum n x)); [|lra].
    replace 0 with (bell 0 * 0 - (0 - bell 0 * 0)) at 1 by ring. apply le.
    + intros t _. apply (is_derive_minus (fun x => bell 0 * kummer_term n x) (fun x => error_function_R x - bell x * kummer_sum n x)); [|apply remainder_derive].
      apply (is_derive_scal (kummer_term n)), kummer_term_derive.
    + intros t between. assert (D := term_slope_ge0 n t (proj1 between)). assert (B := bell_below t).
      replace (bell 0 * term_slope n t - bell t * term_slope n t) with ((bell 0 - bell t) * term_slope n t) by ring. apply Rmult_le_pos; lra.
Qed.

(** ** Large arguments *)

Theorem error_function_tail_bound x : error_function_R x <= error_function_R 6 + bell 6 / 12.
Proof.
  assert (B := bell_pos 6). destruct (Rle_dec x 6) as [le|gt]; [apply error_function_mono in le; lra|].
  assert (falls := derivative_ge0 (fun x => - (error_function_R x + bell x / 12)) (fun t => - (bell t + -2 * t * bell t / 12)) 6 x ltac:(lra)). cbv beta in falls.
  assert (Bx := bell_pos x). enough (- (error_function_R 6 + bell 6 / 12) <= - (error_function_R x + bell x / 12)) by lra. apply falls.
  - intros t _. apply (is_derive_opp (fun x => error_function_R x + bell x / 12)).
    apply (is_derive_plus error_function_R (fun x => bell x / 12)); [apply error_function_derive|].
    apply (is_derive_ext (fun x => / 12 * bell x)); [intro; unfold Rdiv; apply Rmult_comm|].
    replace (-2 * t * bell t / 12) with (/ 12 * (-2 * t * bell t)) by (unfold Rdiv; ring). apply (is_derive_scal bell), bell_derive.
  - intros t between. assert (Bt := bell_pos t). replace (- (bell t + -2 * t * bell t / 12)) with ((t - 6) / 6 * bell t) by field. apply Rmult_le_pos; lra.
Qed.

(** 2/√π, to 15 digits *)
Theorem bell_zero_bound : 11283791670955 / 10000000000000 <= bell 0 <= 11283791670956 / 10000000000000.
Proof. unfold bell. rewrite Rmult_0_l, Ropp_0, exp_0, Rmult_1_r. split; interval with (i_prec 80). Qed.
