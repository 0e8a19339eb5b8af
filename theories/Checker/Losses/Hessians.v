(** * Linear and quadratic forms with enclosed coefficients

    First and second derivatives of a function of n numbers, along a direction d: a linear form, the gradient's, and a quadratic form, the Hessian's.  Their coefficients are intervals; coefficients
    that are missing are 0.  A quadratic form is kept in rows, each from the diagonal on: [[a₁₁; a₁₂; …]; [a₂₂; …]; …] is a₁₁ d₁² + 2 d₁ (a₁₂ d₂ + …) + a₂₂ d₂² + ….

    Whether a quadratic form is at least 0, whatever numbers are in the intervals, is found out by completing squares (Gaussian elimination with intervals): a d₁² + 2 d₁ p + r is at least r - p²/a, where a > 0.

    Main definitions: [linear], [quadratic], [semidefinite], [squared_norm], [diagonal], [compose_linear], [compose_quadratic].
    Main results: [semidefinite_correct], [squared_norm_correct], [diagonal_correct], and one lemma for each operation.

    Trust: proved. *)
From Coq Require Import Floats ZArith QArith Qreals Reals List Bool Lia Lra.
From Warrant Require Import Spec.Bytes Spec.Tensor Primitives.FloatBounds Checker.Relational Checker.Intervals Checker.Gradients.Enclosures Checker.Gradients.Domain.
Import ListNotations.
Local Open Scope bool_scope.

Notation linear_form := (list interval).
Notation quadratic_form := (list (list interval)).

Definition square_interval (e : interval) : interval := let p : interval := mul e e in (if (0 <=? fst p)%float then fst p else 0%float, snd p).
Fixpoint add_linear (e f : linear_form) : linear_form := match e, f with [], f => f | e, [] => e | a :: e, b :: f => add a b :: add_linear e f end.
Definition scale_linear (c : interval) (e : linear_form) : linear_form := map (mul c) e.
Fixpoint add_quadratic (h k : quadratic_form) : quadratic_form := match h, k with [], k => k | h, [] => h | e :: h, f :: k => add_linear e f :: add_quadratic h k end.
Definition scale_quadratic (c : interval) (h : quadratic_form) : quadratic_form := map (scale_linear c) h.
(** the square of a linear form, and twice the product of two *)
Fixpoint square_linear (e : linear_form) : quadratic_form := match e with [] => [] | a :: e => (square_interval a :: scale_linear a e) :: square_linear e end.
Fixpoint cross_linear (e f : linear_form) : quadratic_form :=
  match e, f with a :: e, b :: f => (mul (number_of 2) (mul a b) :: add_linear (scale_linear a f) (scale_linear b e)) :: cross_linear e f | _, _ => [] end.

(** of the values of other forms *)
Fixpoint compose_linear (e : linear_form) (forms : list linear_form) : linear_form :=
  match e, forms with a :: e, f :: forms => add_linear (scale_linear a f) (compose_linear e forms) | _, _ => [] end.
Fixpoint compose_quadratic (h : quadratic_form) (forms : list linear_form) : quadratic_form :=
  match h, forms with
  | [] :: h, _ :: forms => compose_quadratic h forms
  | (a :: e) :: h, f :: forms => add_quadratic (add_quadratic (scale_quadratic a (square_linear f)) (cross_linear f (compose_linear e forms))) (compose_quadratic h forms)
  | _, _ => []
  end.

(** at least 0; the first argument bounds the number of rows *)
Fixpoint semidefinite (n : nat) (h : quadratic_form) : bool :=
  match n, h with
  | _, [] => true
  | S n, [] :: h => semidefinite n h
  | S n, (a :: e) :: h =>
    if forallb is_zero e then if certainly_at_most zero_interval a then semidefinite n h else false
    else if certainly_less zero_interval a then semidefinite n (add_quadratic h (scale_quadratic (opp (interval_inverse a)) (square_linear e))) else false
  | O, _ => false
  end.
Fixpoint squared_norm (e : linear_form) : interval := match e with [] => zero_interval | a :: e => add (square_interval a) (squared_norm e) end.
(** c (d₁² + … + dₙ²) *)
Definition diagonal (n : nat) (c : interval) : quadratic_form := repeat [c] n.

(** ** Soundness *)

Local Open Scope R_scope.

(** the form may have the value p at d *)
Fixpoint linear (e : linear_form) (d : list R) (p : R) : Prop :=
  match e, d with i :: e, c :: d => exists a r, encloses i a /\ linear e d r /\ p = a * c + r | _, _ => p = 0 end.
Definition row (e : linear_form) (c : R) (d : list R) (q : R) : Prop :=
  match e with [] => q = 0 | i :: e => exists a p, encloses i a /\ linear e d p /\ q = a * (c * c) + 2 * c * p end.
Fixpoint quadratic (h : quadratic_form) (d : list R) (q : R) : Prop :=
  match h, d with e :: h, c :: d => exists r s, row e c d r /\ quadratic h d s /\ q = r + s | _, _ => q = 0 end.

Lemma square_interval_correct i r : encloses i r -> encloses (square_interval i) (r * r).
Proof.
  intro ei. destruct (mul_encloses i i r r ei ei) as [low high]. split; [|exact high]. unfold square_interval. cbn [fst]. destruct (_ <=? _)%float; [exact low|].
  apply LB0. exact (Rle_0_sqr r).
Qed.
Lemma linear_nil d : linear [] d 0.
Proof. reflexivity. Qed.
Lemma quadratic_nil d : quadratic [] d 0.
Proof. reflexivity. Qed.
Lemma add_linear_correct e : forall f d p r, linear e d p -> linear f d r -> linear (add_linear e f) d (p + r).
Proof.
  induction e as [|i e IH]; intros f d p r lp lr; [simpl in lp; subst; now rewrite Rplus_0_l|].
  destruct f as [|j f]; [simpl in lr; subst; rewrite Rplus_0_r; exact lp|]. destruct d as [|c d]; [simpl in *; subst; ring|].
  destruct lp as (a & p' & ia & lp & ->), lr as (b & r' & jb & lr & ->). exists (a + b), (p' + r').
  split; [exact (rel_add _ interval_rel i a j b ia jb)|split; [exact (IH f d p' r' lp lr)|ring]].
Qed.
Lemma scale_linear_correct i k e : encloses i k -> forall d p, linear e d p -> linear (scale_linear i e) d (k * p).
Proof.
  intro ik. induction e as [|j e IH]; intros d p lp; [simpl in *; subst; ring|]. destruct d as [|c d]; [simpl in *; subst; ring|].
  destruct lp as (a & p' & ja & lp & ->). exists (k * a), (k * p'). split; [exact (mul_encloses i j k a ik ja)|split; [exact (IH d p' lp)|ring]].
Qed.
Lemma add_row_correct e f c d q r : row e c d q -> row f c d r -> row (add_linear e f) c d (q + r).
Proof.
  destruct e as [|i e]; [intros -> rr; now rewrite Rplus_0_l|]. destruct f as [|j f]; [intros rq ->; now rewrite Rplus_0_r|].
  intros (a & p & ia & lp & ->) (b & s & jb & ls & ->). exists (a + b), (p + s). split; [exact (rel_add _ interval_rel i a j b ia jb)|split; [now apply add_linear_correct|ring]].
Qed.
Lemma add_quadratic_correct h : forall k d q r, quadratic h d q -> quadratic k d r -> quadratic (add_quadratic h k) d (q + r).
Proof.
  induction h as [|e h IH]; intros k d q r hq kr; [simpl in hq; subst; now rewrite Rplus_0_l|].
  destruct k as [|f k]; [simpl in kr; subst; rewrite Rplus_0_r; exact hq|]. destruct d as [|c d]; [simpl in *; subst; ring|].
  destruct hq as (q1 & q2 & re & hq & ->), kr as (r1 & r2 & rf & kr & ->). exists (q1 + r1), (q2 + r2).
  split; [now apply add_row_correct|split; [exact (IH k d q2 r2 hq kr)|ring]].
Qed.
Lemma scale_row_correct i k e c d q : encloses i k -> row e c d q -> row (scale_linear i e) c d (k * q).
Proof.
  intro ik. destruct e as [|j e]; [intros ->; simpl; ring|]. intros (a & p & ja & lp & ->). exists (k * a), (k * p).
  split; [exact (mul_encloses i j k a ik ja)|split; [now apply scale_linear_correct|ring]].
Qed.
Lemma scale_quadratic_correct i k h : encloses i k -> forall d q, quadratic h d q -> quadratic (scale_quadratic i h) d (k * q).
Proof.
  intro ik. induction h as [|e h IH]; intros d q hq; [simpl in *; subst; ring|]. destruct d as [|c d]; [simpl in *; subst; ring|].
  destruct hq as (r & s & re & hq & ->). exists (k * r), (k * s). split; [now apply scale_row_correct|split; [exact (IH d s hq)|ring]].
Qed.
Lemma square_linear_correct e : forall d p, linear e d p -> quadratic (square_linear e) d (p * p).
Proof.
  induction e as [|i e IH]; intros d p lp; [simpl in *; subst; ring|]. destruct d as [|c d]; [simpl in *; subst; ring|].
  destruct lp as (a & r & ia & lr & ->). exists (a * a * (c * c) + 2 * c * (a * r)), (r * r). split; [|split; [exact (IH d r lr)|ring]].
  exists (a * a), (a * r). split; [now apply square_interval_correct|split; [now apply scale_linear_correct|reflexivity]].
Qed.
Lemma two_correct : encloses (number_of 2) 2.
Proof. replace 2 with (Q2R 2) by (unfold Q2R; simpl; lra). exact (rel_number _ interval_rel 2%Q). Qed.
Lemma cross_linear_correct e : forall f d p r, linear e d p -> linear f d r -> quadratic (cross_linear e f) d (2 * (p * r)).
Proof.
  induction e as [|i e IH]; intros f d p r lp lr; [simpl in *; subst; ring|]. destruct f as [|j f]; [simpl in lr; subst; simpl; ring|]. destruct d as [|c d]; [simpl in *; subst; ring|].
  destruct lp as (a & p' & ia & lp & ->), lr as (b & r' & jb & lr & ->). exists (2 * (a * b) * (c * c) + 2 * c * (a * r' + b * p')), (2 * (p' * r')).
  split; [|split; [exact (IH f d p' r' lp lr)|ring]]. exists (2 * (a * b)), (a * r' + b * p').
  split; [apply mul_encloses; [exact two_correct|now apply mul_encloses]|split; [apply add_linear_correct; now apply scale_linear_correct|reflexivity]].
Qed.

Section Composed.
Variable d : list R.
Lemma compose_linear_correct e : forall forms c p, Forall2 (fun f r => linear f d r) forms c -> linear e c p -> linear (compose_linear e forms) d p.
Proof.
  induction e as [|i e IH]; intros forms c p all lp; [simpl in *; subst; reflexivity|]. inversion all as [|f r forms' c' lf rest]; subst; [simpl in lp; subst; reflexivity|].
  destruct lp as (a & p' & ia & lp & ->). apply add_linear_correct; [now apply scale_linear_correct|now apply (IH forms' c')].
Qed.
Lemma compose_quadratic_correct h : forall forms c q, Forall2 (fun f r => linear f d r) forms c -> quadratic h c q -> quadratic (compose_quadratic h forms) d q.
Proof.
  induction h as [|e h IH]; intros forms c q all hq; [simpl in *; subst; reflexivity|]. inversion all as [|f r forms' c' lf rest]; subst; [simpl in hq; subst; destruct e; reflexivity|].
  destruct hq as (q1 & q2 & re & hq & ->). destruct e as [|i e]; [simpl in re; subst; rewrite Rplus_0_l; now apply (IH forms' c')|].
  destruct re as (a & p & ia & lp & ->). replace (2 * r * p) with (2 * (r * p)) by ring. apply add_quadratic_correct; [|now apply (IH forms' c')]. apply add_quadratic_correct.
  - apply scale_quadratic_correct; [exact ia|now apply square_linear_correct].
  - apply cross_linear_correct; [exact lf|now apply (compose_linear_correct e forms' c')].
Qed.
End Composed.

Lemma zero_linear e d p : linear e d p -> forallb is_zero e = true -> p = 0.
Proof.
  revert d p. induction e as [|i e IH]; intros d p lp ok; [exact lp|]. destruct d as [|c d]; [exact lp|]. destruct lp as (a & r & ia & lr & ->).
  apply andb_prop in ok as [i0 ok]. rewrite (is_zero_sound i a ia i0), (IH d r lr ok). ring.
Qed.
Lemma zero_quadratic h : forall d q, quadratic h d q -> forallb (forallb is_zero) h = true -> q = 0.
Proof.
  induction h as [|e h IH]; intros d q hq ok; [exact hq|]. destruct d as [|c d]; [exact hq|]. destruct hq as (r & s & re & hs & ->). apply andb_prop in ok as [here ok].
  rewrite (IH d s hs ok). destruct e as [|i e]; [rewrite re; ring|]. destruct re as (a & p & ia & lp & ->). apply andb_prop in here as [i0 none].
  rewrite (is_zero_sound i a ia i0), (zero_linear e d p lp none). ring.
Qed.
Theorem semidefinite_correct n : forall h d q, semidefinite n h = true -> quadratic h d q -> 0 <= q.
Proof.
  induction n as [|n IH]; intros [|e h] d q ok hq; try discriminate; try (simpl in hq; subst; lra).
  destruct d as [|c d]; [simpl in hq; subst; lra|]. destruct hq as (r & s & re & hs & ->). destruct e as [|i e].
  - simpl in re. subst. pose proof (IH h d s ok hs). lra.
  - destruct re as (a & p & ia & lp & ->). cbn [semidefinite] in ok. destruct (forallb is_zero e) eqn:none.
    + destruct (certainly_at_most zero_interval i) eqn:pos; [|discriminate]. apply (certainly_at_most_correct _ _ _ _ zero_encloses ia) in pos. rewrite (zero_linear e d p lp none).
      pose proof (IH h d s ok hs). pose proof (Rle_0_sqr c) as sq. unfold Rsqr in sq. assert (0 <= a * (c * c)) by (now apply Rmult_le_pos). lra.
    + destruct (certainly_less zero_interval i) eqn:pos; [|discriminate]. apply (certainly_less_correct _ _ _ _ zero_encloses ia) in pos.
      assert (rest : 0 <= s + - / a * (p * p)).
      { apply (IH _ d _ ok). apply add_quadratic_correct; [exact hs|]. apply scale_quadratic_correct; [|now apply square_linear_correct].
        exact (rel_opp _ interval_rel _ _ (interval_inverse_sound _ _ ia)). }
      replace (a * (c * c) + 2 * c * p + s) with ((a * c + p) * (a * c + p) * / a + (s + - / a * (p * p))) by (field; lra).
      pose proof (Rle_0_sqr (a * c + p)) as sq. unfold Rsqr in sq. pose proof (Rinv_0_lt_compat a pos). assert (0 <= (a * c + p) * (a * c + p) * / a) by (apply Rmult_le_pos; lra). lra.
Qed.

Definition sum_of_squares (d : list R) : R := fold_right (fun c s => c * c + s) 0 d.
Lemma sum_of_squares_ge0 d : 0 <= sum_of_squares d.
Proof. induction d as [|c d IH]; simpl; [lra|]. pose proof (Rle_0_sqr c) as sq. unfold Rsqr in sq. lra. Qed.
(** the inequality of Cauchy and Schwarz *)
Theorem squared_norm_correct e : forall d p, (length e <= length d)%nat -> linear e d p -> exists m, 0 <= m /\ encloses (squared_norm e) m /\ p * p <= m * sum_of_squares d.
Proof.
  induction e as [|i e IH]; intros d p len lp.
  - exists 0. simpl in lp. subst. split; [lra|split; [exact zero_encloses|lra]].
  - destruct d as [|c d]; [simpl in len; lia|]. destruct lp as (a & r & ia & lr & ->). destruct (IH d r ltac:(simpl in len; lia) lr) as (m & m_ge0 & em & bound).
    exists (a * a + m). pose proof (Rle_0_sqr a) as sq. pose proof (Rle_0_sqr c) as sq'. unfold Rsqr in sq, sq'. pose proof (sum_of_squares_ge0 d) as s_ge0. set (s := sum_of_squares d) in *.
    split; [lra|split; [exact (rel_add _ interval_rel _ _ _ _ (square_interval_correct i a ia) em)|]]. cbn [sum_of_squares fold_right]. fold (sum_of_squares d). fold s.
    assert (mixed : 2 * (a * c) * r <= a * a * s + m * (c * c)).
    { assert (0 <= a * a * s) by now apply Rmult_le_pos. assert (0 <= m * (c * c)) by now apply Rmult_le_pos. apply Rsqr_incr_0_var; [|lra]. unfold Rsqr.
      assert (le : 4 * (a * a * (c * c)) * (r * r) <= 4 * (a * a * (c * c)) * (m * s)) by (apply Rmult_le_compat_l; [|exact bound]; apply Rmult_le_pos; [lra|now apply Rmult_le_pos]).
      pose proof (Rle_0_sqr (a * a * s - m * (c * c))) as gap. unfold Rsqr in gap. lra. }
    lra.
Qed.
Lemma diagonal_correct i k : encloses i k -> forall d, quadratic (diagonal (length d) i) d (k * sum_of_squares d).
Proof.
  intro ik. induction d as [|c d IH]; [simpl; ring|]. exists (k * (c * c)), (k * sum_of_squares d). split; [|split; [exact IH|simpl; ring]].
  exists k, 0. split; [exact ik|split; [exact (linear_nil d)|ring]].
Qed.
