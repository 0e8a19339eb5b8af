(** * The checker of training runs is sound

    If [check] accepts, the run that the files describe converges as the problem says.

    Main results: [check_sound].

    Trust: proved. *)
From Coq Require Import Floats PString Uint63 ZArith QArith Qreals Reals Lra Lia List Bool.
From Flocq Require Import Core.Raux Core.Zaux.
From Warrant Require Import Spec.Bytes Spec.Training Primitives.NpyRows Primitives.FloatBounds Primitives.Rationals Primitives.Fractions.
From Warrant Require Import Checker.Training.Objective Checker.Training.Triangles Checker.Training.Check.
From Warrant.Primitives.Optimization Require Import Gaps.
Import ListNotations.
Local Open Scope R_scope.
Local Notation dot := Training.dot.

(** ** Rationals *)

Lemma float_rational_correct f q : float_rational f = Some q -> fin f = true /\ toR f = Q2R q.
Proof.
  unfold float_rational. destruct (exactly f) as [[m e]|] eqn:exact_f; [|discriminate].
  destruct (exactly_correct _ _ _ exact_f) as [f_fin value]. intro is_q. split; [exact f_fin|]. rewrite value.
  destruct e as [|e|e]; injection is_q as <-.
  - rewrite Q2R_inject, Z.mul_1_r. simpl. lra.
  - now rewrite Q2R_inject, mult_IZR.
  - unfold Q2R. simpl Qnum. simpl Qden. f_equal. change (bpow radix2 (Zneg e)) with (bpow radix2 (- Zpos e)).
    rewrite bpow_opp. f_equal. rewrite <- (IZR_Zpower radix2) by easy. f_equal. now rewrite Pos2Z.inj_pow.
Qed.

(** ** Powers *)

Lemma times_sound x y a b : UB x a -> UB y b -> 0 <= a -> 0 <= b -> UB (times x y) (a * b).
Proof.
  intros x_upper y_upper a_ge0 b_ge0. unfold times. destruct (fin x) eqn:x_fin; [|apply UB_nan].
  pose proof (UB_toR _ _ x_upper x_fin) as above_a. eapply UB_le; [apply (UB_mulp x y b); auto; lra|].
  now apply Rmult_le_compat_r.
Qed.
(** what holds of the factors, and of products, holds of powers *)
Lemma power_sound (bounds : float -> R -> Prop) product x a n :
  (forall x y a b, bounds x a -> bounds y b -> 0 <= a -> 0 <= b -> bounds (product x y) (a * b)) -> bounds x a -> 0 <= a ->
  bounds (power product x n) (a ^ Pos.to_nat n).
Proof.
  intros times_sound x_bounds a_ge0. induction n as [n IH|n IH|]; cbn [power].
  - rewrite Pos2Nat.inj_xI, <- Nat.add_1_r, pow_add, pow_1, (Nat.mul_comm 2), pow_mult.
    pose proof (pow_le a (Pos.to_nat n) a_ge0) as power_ge0. cbn [pow]. rewrite Rmult_1_r.
    apply times_sound; try assumption; [apply times_sound; assumption|]. apply Rmult_le_pos; assumption.
  - rewrite Pos2Nat.inj_xO, (Nat.mul_comm 2), pow_mult. pose proof (pow_le a (Pos.to_nat n) a_ge0) as power_ge0.
    cbn [pow]. rewrite Rmult_1_r. now apply times_sound.
  - simpl. now rewrite Rmult_1_r.
Qed.
Lemma power_bound_sound q n b : power_bound q n = Some b -> 0 <= Q2R q -> Q2R q ^ N.to_nat n <= Q2R b.
Proof.
  intros bound q_ge0. destruct n as [|n]; cbn [power_bound] in bound.
  - injection bound as <-. simpl. rewrite Q2R_1. lra.
  - destruct (float_rational_correct _ _ bound) as [b_fin value]. rewrite <- value. apply UB_toR; [|exact b_fin].
    apply (power_sound UB); [exact times_sound|apply float_above_UB|exact q_ge0].
Qed.

(** ** Data *)

Lemma floats_sound l r : floats l = Some r -> Forall (fun f => fin f = true) r /\ map toR r = map dyadic_R l.
Proof.
  revert r. induction l as [|x l IH]; intros r; cbn [floats].
  - intro is_r. injection is_r as <-. now split.
  - destruct (if (neg_infinity <? dyadic_float x)%float then _ else _) eqn:x_fin; [|discriminate]. apply finite_fin in x_fin. destruct (floats l) as [s|]; [|discriminate].
    intro is_r. injection is_r as <-. destruct (IH s eq_refl) as [s_fin same]. split; [now constructor|]. cbn.
    now rewrite same, dyadic_float_exact.
Qed.

(** the squares of linear forms that the rows give *)
Definition squares (rows : list (list R)) (x : list R) : R := fold_right (fun a s => dot a x * dot a x + s) 0 rows.
Lemma gram_sound d rows T U M : gram rows T = Some U -> Forall (fun r => length r = d) rows -> encloses T M -> shaped d M ->
  exists N, encloses U N /\ shaped d N /\ forall x, length x = d -> form N x = form M x + squares (map (map dyadic_R) rows) x.
Proof.
  intros result fits. revert T M result. induction fits as [|r rows r_fits _ IH]; intros T M result enclosed shape; cbn [gram map squares fold_right] in *.
  - injection result as <-. exists M. repeat split; auto. intros x _. cbn. ring.
  - destruct (floats r) as [a|] eqn:is_a; [|discriminate]. destruct (floats_sound r a is_a) as [a_fin same].
    pose proof (add_row_sound false T a M a_fin enclosed) as added. cbn in added.
    assert (a_length : length (map toR a) = d) by now rewrite same, length_map.
    destruct (IH _ _ result added (shaped_add_square 1 d M _ shape a_length)) as (N & enclosed' & shape' & value).
    exists N. repeat split; auto. intros x x_fits. rewrite value, (form_add_square 1 d) by assumption. rewrite same. cbn. fold (squares (map (map dyadic_R) rows) x). ring.
Qed.

Definition label (r : list dyadic) : R := dyadic_R (hd (Dyadic false 0 0) r).
Definition label_squares (labels : list (list dyadic)) : R := fold_right (fun r s => label r * label r + s) 0 labels.
Lemma one_label y : (y =? 1)%float || (y =? -1)%float = true -> fin y = true /\ (toR y = 1 \/ toR y = -1).
Proof.
  assert (same : forall a b, (a =? b)%float = true -> fin b = true -> Prim2SF b <> SpecFloat.S754_zero true -> Prim2SF b <> SpecFloat.S754_zero false -> a = b).
  { intros a b. rewrite FloatAxioms.eqb_spec. intros eq b_fin not_minus not_plus. apply FloatAxioms.Prim2SF_inj.
    rewrite fin_Prim2B, <- Flocq.IEEE754.BinarySingleNaN.is_finite_SF_B2SF, Flocq.IEEE754.PrimFloat.B2SF_Prim2B in b_fin.
    revert eq. unfold SpecFloat.SFeqb, SpecFloat.SFcompare.
    destruct (Prim2SF b) as [[]|s| |s m e]; try congruence; try discriminate.
    destruct (Prim2SF a) as [[]|t| |t n k]; try discriminate; destruct s; try discriminate; try (destruct t; discriminate).
    - destruct t; [|discriminate]. destruct (Z.compare_spec k e) as [->| |]; try discriminate.
      change (Pos.compare_cont Eq n m) with (Pos.compare n m). destruct (Pos.compare_spec n m) as [->| |]; cbn; congruence || discriminate.
    - destruct t; [discriminate|]. destruct (Z.compare_spec k e) as [->| |]; try discriminate.
      change (Pos.compare_cont Eq n m) with (Pos.compare n m). destruct (Pos.compare_spec n m) as [->| |]; cbn; congruence || discriminate. }
  intro eq. apply orb_true_iff in eq as [eq|eq].
  - rewrite (same y 1%float eq); [split; [reflexivity|left; exact toR1] | reflexivity | discriminate | discriminate].
  - rewrite (same y (-1)%float eq); [split; [reflexivity|right] | reflexivity | discriminate | discriminate].
    change (-1)%float with (- (1))%float. now rewrite toR_opp, toR1.
Qed.
Lemma labels_square_sound l labels s r t : labels_square l labels s = Some t -> UB s r ->
  Forall (fun row => label_fits l (label row)) labels /\ UB t (r + label_squares labels).
Proof.
  revert s r. induction labels as [|row labels IH]; intros s r result upper; cbn [labels_square label_squares fold_right] in *.
  - injection result as <-. split; [constructor|]. now rewrite Rplus_0_r.
  - set (y := dyadic_float (hd _ row)) in *. destruct (match l with Logistic => _ | _ => _ end) eqn:fits; [|discriminate].
    assert (facts : fin y = true /\ label_fits l (label row)).
    { destruct l; cbn; try (split; [now apply finite_fin|exact I]). destruct (one_label y fits) as [y_fin value]. split; [exact y_fin|].
      unfold label. now rewrite <- dyadic_float_exact. }
    destruct facts as [y_fin y_fits]. assert (value : toR y = label row) by (unfold label; now rewrite <- dyadic_float_exact).
    destruct (IH _ (r + toR y * toR y) result) as [all bound]; [apply UB_add; [exact upper|now apply UB_mulf]|].
    split; [now constructor|]. rewrite value in bound. fold (label_squares labels). now rewrite <- Rplus_assoc.
Qed.

(** ** The files *)

Lemma read_matrix_fit s d rows : read_matrix s = Some (d, rows) -> Forall (fun row => length row = d) rows.
Proof.
  unfold read_matrix. destruct (Npy.read_header s) as [h|]; [|discriminate]. destruct (Npy.table_shape h) as [[n k]|]; [|discriminate].
  destruct (Npy.says _ _ _); [|discriminate]. destruct (Npy.rows_of _ _ _ _ _ _) as [l|] eqn:is_rows; [|discriminate].
  intros [= <- <-]. now apply (rows_of_fit _ _ _ _ _ _ _ is_rows).
Qed.

Lemma with_ones_fit b d rows : Forall (fun row => length row = d) rows -> Forall (fun row => length row = fst (with_ones b d rows)) (snd (with_ones b d rows)).
Proof. intro fits. destruct b; [|exact fits]. apply Forall_map. revert fits. apply Forall_impl. intros row fits. cbn. now f_equal. Qed.

Section Certificate.
Variable c : bytes.
Lemma factor_at_sound d i : factor_finite (factor_at c d i) = true -> factor_fits d (factor_at c d i).
Proof.
  assert (lengths : forall n i, length (numbers_at c n i) = n) by (induction n; intros; cbn; auto).
  revert i. induction d as [|d IH]; intros i; [easy|]. cbn [factor_at factor_finite forallb factor_fits]. intro all.
  apply andb_true_iff in all as [row_fin all]. repeat split; [apply lengths| |now apply IH].
  apply Forall_forall. intros f f_in. apply finite_fin. revert f f_in. now apply forallb_forall.
Qed.
End Certificate.

(** ** The constants *)

Lemma less_R p q : less p q = true -> Q2R p < Q2R q.
Proof. unfold less. intro no. apply Qlt_Rlt, Qnot_le_lt. intro le. apply Qle_bool_iff in le. now rewrite le in no. Qed.
Lemma promise_sound m mu L rho c : promise m mu L = Some (rho, c) ->
  0 <= Q2R rho /\ 0 <= Q2R c /\ promises (Q2R mu) (Q2R L) m (Q2R rho) (Q2R c).
Proof.
  destruct m as [step|step momentum|step]; cbn [promise promises]; [| |discriminate].
  - set (r := if Qle_bool (L * step) 1 && _ then Qred _ else _). match goal with |- (if ?b then _ else _) = _ -> _ => destruct b eqn:conditions end; [|discriminate]. intro same. assert (r = rho /\ 1%Q = c) as [<- <-] by (split; congruence). clear same.
    apply andb_true_iff in conditions as [conditions r_ok]. apply andb_true_iff in conditions as [step_ok step_le].
    apply Qle_bool_R0 in r_ok, step_ok. apply Qle_bool_R in step_le. rewrite Q2R_mult, Q2R_2 in step_le. rewrite Q2R_1.
    split; [exact r_ok|]. split; [lra|]. split; [exact step_ok|]. split; [exact r_ok|]. split; [|reflexivity].
    unfold r. destruct (_ && _) eqn:short.
    + right. apply andb_true_iff in short as [short mu_less]. apply Qle_bool_R in short. rewrite Q2R_mult, Q2R_1 in short.
      split; [exact short|]. split; [now apply less_R|]. rewrite Q2R_Qred, !Q2R_mult, !Q2R_minus, !Q2R_mult, Q2R_1. reflexivity.
    + left. split; [exact step_le|]. rewrite Q2R_Qred, Q2R_minus, !Q2R_mult, Q2R_minus, Q2R_Qdiv, Q2R_mult, Q2R_2, Q2R_1 by (rewrite Q2R_2; lra). ring.
  - set (q := Qred _). match goal with |- (if ?b then _ else _) = _ -> _ => destruct b eqn:conditions end; [|discriminate]. intro same.
    assert (Qred (1 - q) = rho /\ 4%Q = c) as [<- <-] by (split; congruence). clear same.
    apply andb_true_iff in conditions as [conditions q_square]. apply andb_true_iff in conditions as [conditions step_le].
    apply andb_true_iff in conditions as [conditions step_gt0]. apply andb_true_iff in conditions as [beta_ge0 beta_lt].
    apply Qle_bool_R0 in beta_ge0. apply less_R in beta_lt, step_gt0. apply Qle_bool_R in step_le, q_square.
    rewrite ?Q2R_mult, ?Q2R_1, ?Q2R_0 in *. set (beta := Q2R momentum) in *.
    assert (q_value : Q2R q = (1 - beta) / (1 + beta)).
    { unfold q. rewrite Q2R_Qred, Q2R_Qdiv; rewrite ?Q2R_plus, ?Q2R_minus, ?Q2R_1; fold beta; [reflexivity|lra]. }
    assert (q_gt0 : 0 < Q2R q) by (rewrite q_value; apply Rdiv_lt_0_compat; lra).
    assert (q_le : Q2R q <= 1) by (rewrite q_value; apply Rmult_le_reg_r with (1 + beta); [lra|]; unfold Rdiv; rewrite Rmult_assoc, Rinv_l by lra; lra).
    rewrite Q2R_Qred, Q2R_minus, Q2R_1. split; [lra|]. split; [unfold Q2R; simpl; lra|].
    exists (Q2R q). split; [rewrite q_value; field; lra|]. split; [lra|]. split; [exact step_gt0|]. split; [exact step_le|]. split; [exact q_square|].
    split; [reflexivity|]. unfold Q2R. simpl. lra.
Qed.


(** from 1 + x <= exp x, by squaring *)
Local Lemma ln_2_bound : ln 2 <= 7 / 10.
Proof.
  assert (double : forall x a b, a <= exp x -> 0 <= a -> b <= a * a -> b <= exp (2 * x)).
  { intros x a b a_le a_ge0 b_le. replace (2 * x) with (x + x) by ring. rewrite exp_plus. eapply Rle_trans; [exact b_le|].
    apply Rmult_le_compat; assumption. }
  assert (at_most : 2 <= exp (2 * (2 * (2 * (2 * (2 * (2 * (7 / 640)))))))).
  { apply (double _ 1.41619); [|lra|lra]. apply (double _ 1.19004); [|lra|lra]. apply (double _ 1.09089); [|lra|lra].
    apply (double _ 1.04446); [|lra|lra]. apply (double _ 1.02199); [|lra|lra]. apply (double _ (1 + 7 / 640)); [apply exp_ineq1_le|lra|lra]. }
  apply Rnot_lt_le. intro less. apply exp_increasing in less. rewrite exp_ln in less by lra.
  replace (7 / 10) with (2 * (2 * (2 * (2 * (2 * (2 * (7 / 640))))))) in less by lra. lra.
Qed.
Local Lemma dot_zeros d a : dot a (zeros d) = 0.
Proof. unfold zeros. revert d. induction a as [|e a IH]; intros [|d]; cbn; try reflexivity. rewrite IH. ring. Qed.
Local Lemma loss_start l y : loss_ok l -> label_fits l y -> loss_at l 0 y <= match l with Logistic => 7 / 10 | _ => / 2 * (y * y) end.
Proof.
  destruct l as [| |delta]; cbn; intros ok fits.
  - replace ((0 - y) * (0 - y)) with (y * y) by ring. lra.
  - rewrite Rmult_0_r, exp_0. replace (1 + 1) with 2 by ring. exact ln_2_bound.
  - unfold Rminus. rewrite Rplus_0_l, Rabs_Ropp, Rmult_opp_opp. destruct (Rle_dec _ _) as [le|gt]; [lra|].
    pose proof (Rle_0_sqr (Rabs y - Q2R delta)) as gap. unfold Rsqr in gap.
    assert (same : Rabs y * Rabs y = y * y) by (rewrite <- Rabs_mult; apply Rabs_pos_eq, Rle_0_sqr). lra.
Qed.

Section Converges.
Variables (p : problem) (n top bottom square : Q) (d : nat) (rows : list (list R * R)).
Hypothesis accepted : converges p n top bottom square = true.
Hypotheses (n_rows : Q2R n = INR (length rows)) (rows_some : rows <> []).
Hypotheses (rows_fit : Forall (fun row => length (fst row) = d) rows) (labels_fit : Forall (fun row => label_fits (problem_loss p) (snd row)) rows).
Local Notation square_of := (fun x row => dot (fst row) x * dot (fst row) x).
Hypothesis top_bound : forall x, length x = d -> total rows (square_of x) <= Q2R top * dot x x.
Hypothesis bottom_bound : forall x, length x = d ->
  Q2R bottom * dot x x <= total rows (square_of x) + (if intercept p then Q2R n * Q2R (penalty p) * dot (penalised true x) (penalised true x) else 0).
Hypothesis square_bound : total rows (fun row => snd row * snd row) <= Q2R square.
Local Notation f := (objective (problem_loss p) (intercept p) (Q2R (penalty p)) rows).

Local Lemma n_gt0 : 0 < Q2R n.
Proof. clear accepted rows_fit labels_fit top_bound bottom_bound square_bound. rewrite n_rows. destruct rows as [|r rs]; [easy|]. cbn [length]. rewrite S_INR. pose proof (pos_INR (length rs)). lra. Qed.
Lemma start_bound : loss_ok (problem_loss p) -> f (zeros d) <= Q2R (start (problem_loss p) n square).
Proof.
  intro ok. pose proof n_gt0 as n_gt0. clear rows_fit top_bound bottom_bound accepted. unfold objective. replace (penalised (intercept p) (zeros d)) with (zeros d) by now destruct (intercept p), d.
  rewrite dot_zeros, !Rmult_0_r, Rplus_0_r, <- n_rows.
  set (u := fun row : list R * R => match problem_loss p with Logistic => 7 / 10 | _ => / 2 * (snd row * snd row) end).
  assert (each : total rows (fun row => loss_at (problem_loss p) (dot (fst row) (zeros d)) (snd row)) <= total rows u).
  { unfold total, u. clear - labels_fit ok. revert labels_fit. induction rows as [|row rs IH]; cbn [fold_right]; intro all; [lra|].
    apply Forall_cons_iff in all as [fits all].
    pose proof (loss_start _ (snd row) ok fits) as first. rewrite dot_zeros. apply Rplus_le_compat; [exact first|exact (IH all)]. }
  apply Rle_trans with (/ Q2R n * total rows u); [apply Rmult_le_compat_l; [left; now apply Rinv_0_lt_compat|exact each]|].
  unfold start, u. destruct (problem_loss p) eqn:which.
  2: { assert (same : total rows (fun _ => 7 / 10) = Q2R n * (7 / 10)).
       { rewrite n_rows. clear. induction rows as [|row rs IH]; [cbn; ring|]. cbn [length]. rewrite S_INR. unfold total in *. cbn [fold_right]. rewrite IH. ring. }
       rewrite same. replace (Q2R (7 # 10)) with (7 / 10) by reflexivity. field_simplify; lra. }
  all: assert (same : total rows (fun row => / 2 * (snd row * snd row)) = / 2 * total rows (fun row => snd row * snd row))
    by (clear; unfold total; induction rows as [|row rs IH]; cbn [fold_right]; [ring|]; rewrite IH; ring).
  all: rewrite same, Q2R_Qdiv by (rewrite Q2R_mult, Q2R_2; lra); rewrite Q2R_mult, Q2R_2; apply Rmult_le_reg_r with (2 * Q2R n); [lra|].
  all: unfold Rdiv; rewrite (Rmult_assoc (Q2R square)), Rinv_l, Rmult_1_r by lra; eapply Rle_trans; [|exact square_bound]; right; field; lra.
Qed.

Lemma converges_penalty : 0 <= Q2R (penalty p).
Proof.
  revert accepted. unfold converges. destruct (_ && _) eqn:conditions; [|discriminate]. intros _. apply andb_true_iff in conditions as [conditions _].
  apply andb_true_iff in conditions as [conditions _]. apply andb_true_iff in conditions as [_ penalty_ok]. now apply Qle_bool_R0.
Qed.
Lemma converges_sound x : length x = d ->
  f (iterate (problem_loss p) (intercept p) (Q2R (penalty p)) d rows (problem_method p) (N.to_nat (steps p))) <= f x + Q2R (accuracy p).
Proof.
  intro x_fits. pose proof n_gt0 as n_gt0. revert accepted. unfold converges.
  set (L := smoothness p n top). set (mu := convexity p n bottom).
  destruct (_ && _) eqn:conditions; [|discriminate]. apply andb_true_iff in conditions as [conditions mu_ok].
  apply andb_true_iff in conditions as [conditions top_ok]. apply andb_true_iff in conditions as [sane penalty_ok].
  destruct (promise _ mu L) as [[rho c]|] eqn:promised; [|discriminate].
  destruct (power_bound rho (steps p)) as [b|] eqn:power; [|discriminate]. intro accuracy_ok.
  apply Qle_bool_R0 in mu_ok, top_ok, penalty_ok. apply Qle_bool_R in accuracy_ok. rewrite !Q2R_mult in accuracy_ok.
  assert (loss_ok (problem_loss p)) as ok by (destruct (problem_loss p); cbn in *; auto; now apply Qle_bool_R0).
  assert (L_value : Q2R L = Objective.smoothness (problem_loss p) (Q2R (penalty p)) rows (Q2R top)).
  { unfold L, smoothness, Objective.smoothness. rewrite Q2R_Qred, Q2R_plus, Q2R_Qdiv, Q2R_mult, n_rows by lra. f_equal. f_equal. f_equal.
    destruct (problem_loss p); cbn; unfold Q2R; simpl; lra. }
  assert (mu_curved : curved (problem_loss p) (intercept p) (Q2R (penalty p)) d rows (Q2R mu)).
  { unfold mu, convexity, curved. rewrite Q2R_Qred. destruct (problem_loss p) eqn:is_loss; try (destruct (intercept p); [exact Q2R_0|reflexivity]).
    intros w w_fits. specialize (bottom_bound w w_fits). rewrite Q2R_plus, Q2R_Qdiv, <- n_rows by lra.
    pose proof (Rinv_0_lt_compat _ n_gt0) as inverse_gt0. apply (Rmult_le_compat_l (/ Q2R n)) in bottom_bound; [|lra].
    destruct (intercept p); cbn [penalised].
    - rewrite Q2R_0. replace (/ Q2R n * (total rows (square_of w) + Q2R n * Q2R (penalty p) * dot (penalised true w) (penalised true w))) with
        (/ Q2R n * total rows (square_of w) + Q2R (penalty p) * dot (penalised true w) (penalised true w)) in bottom_bound by (field; lra). cbn [penalised] in bottom_bound. unfold Rdiv. lra.
    - unfold Rdiv. lra. }
  destruct (promise_sound _ mu L rho c promised) as (rho_ge0 & c_ge0 & promise_ok). rewrite L_value in promise_ok.
  pose proof (power_bound_sound _ _ _ power rho_ge0) as power_le. pose proof (pow_le _ (N.to_nat (steps p)) rho_ge0) as power_ge0.
  pose proof (training_bound (problem_loss p) (intercept p) (Q2R (penalty p)) d rows ok penalty_ok rows_some rows_fit labels_fit (Q2R top) (Q2R mu)
    top_bound top_ok mu_curved (problem_method p) (Q2R rho) (Q2R c) x (N.to_nat (steps p)) x_fits mu_ok promise_ok) as bound.
  pose proof (start_bound ok) as begin.
  pose proof (objective_ge0 (problem_loss p) (intercept p) (Q2R (penalty p)) d rows ok penalty_ok rows_some rows_fit labels_fit (zeros d)) as begin_ge0.
  eapply Rle_trans; [exact bound|]. apply Rplus_le_compat_l. eapply Rle_trans; [|exact accuracy_ok].
  apply Rmult_le_compat; [exact power_ge0 | now apply Rmult_le_pos | exact power_le | now apply Rmult_le_compat_l].
Qed.
End Converges.

(** ** All together *)

Lemma total_squares features labels x : length features = length labels ->
  total (dataset features labels) (fun row => dot (fst row) x * dot (fst row) x) = squares (map (map dyadic_R) features) x.
Proof.
  revert labels. induction features as [|a features IH]; intros [|y labels] same; try discriminate; [reflexivity|].
  cbn. f_equal. apply IH. now injection same.
Qed.
Lemma total_labels features labels : length features = length labels ->
  total (dataset features labels) (fun row => snd row * snd row) = label_squares labels.
Proof.
  revert labels. induction features as [|a features IH]; intros [|y labels] same; try discriminate; [reflexivity|].
  cbn. f_equal. apply IH. now injection same.
Qed.
Lemma dataset_length features labels : length features = length labels -> length (dataset features labels) = length features.
Proof. intro same. unfold dataset. rewrite length_combine, !length_map, same. apply Nat.min_id. Qed.
Lemma dataset_fits d features labels : Forall (fun r => length r = d) features -> Forall (fun row => length (fst row) = d) (dataset features labels).
Proof.
  intro fits. revert labels. induction fits as [|r rs r_fits _ IH]; intros [|y labels]; cbn; try constructor; [|apply IH].
  cbn. now rewrite length_map.
Qed.
Lemma dataset_labels l features labels : Forall (fun r => label_fits l (label r)) labels ->
  Forall (fun row => label_fits l (snd row)) (dataset features labels).
Proof. intro fits. revert features. induction fits as [|r rs r_fits _ IH]; intros [|a features]; cbn; try constructor; [exact r_fits|apply IH]. Qed.

Lemma some_true {A} (a : option A) (f : A -> bool) : some a f = true -> exists b, a = Some b /\ f b = true.
Proof. destruct a as [b|]; [|discriminate]. intro yes. now exists b. Qed.
Lemma check_sound p d features labels c : check p d features labels c = true -> Forall (fun r => length r = d) features ->
  let rows := dataset features labels in
  let f := objective (problem_loss p) (intercept p) (Q2R (penalty p)) rows in
  length features = length labels /\ Forall (fun row => label_fits (problem_loss p) (snd row)) rows /\
  forall x, length x = d -> f (iterate (problem_loss p) (intercept p) (Q2R (penalty p)) d rows (problem_method p) (N.to_nat (steps p))) <= f x + Q2R (accuracy p).
Proof.
  intros pass fits rows f. unfold check in pass. destruct (_ && _) eqn:front; [|discriminate].
  apply andb_true_iff in front as [front same]. apply andb_true_iff in front as [_ n_gt0].
  apply Nat.eqb_eq in same. apply Z.ltb_lt in n_gt0. set (two := Z.eqb _ (header_size + 2 * _)) in pass.
  apply some_true in pass as (square & is_square & pass). apply some_true in pass as (top & is_top & pass).
  apply some_true in pass as (bottom & is_bottom & pass). apply some_true in pass as (square_q & is_square_q & pass).
  destruct (converges _ _ _ _ _) eqn:converging; [|discriminate]. apply some_true in pass as (G & is_G & pass).
  destruct (factor_finite _ && _) eqn:is_upper; [|discriminate]. apply andb_true_iff in is_upper as [upper_fin upper_ok].
  destruct (labels_square_sound _ _ _ 0 _ is_square) as [labels_fit square_bound]; [apply UB0; lra|]. rewrite Rplus_0_l in square_bound.
  apply float_rational_correct in is_top as [top_fin top_value], is_bottom as [bottom_fin bottom_value], is_square_q as [square_fin square_value].
  destruct (diagonal_sound d) as (Z0 & zero_enclosed & zero_shape & zero_value).
  destruct (gram_sound d _ _ _ _ is_G fits zero_enclosed zero_shape) as (M & enclosed & shape & value).
  split; [exact same|]. assert (rows_labels := dataset_labels _ features labels labels_fit). split; [exact rows_labels|].
  intros x x_fits. apply (converges_sound p _ _ _ _ d rows converging); auto.
  - unfold rows. rewrite Q2R_inject, dataset_length, INR_IZR_INZ by exact same. reflexivity.
  - intro none. apply (f_equal (@length _)) in none. unfold rows in none. rewrite dataset_length in none by exact same. cbn in none. lia.
  - now apply dataset_fits.
  - intros y y_fits. unfold rows. rewrite total_squares by exact same. rewrite <- top_value.
    pose proof (below_sound _ _ _ M d y top_fin upper_ok (factor_at_sound c d 22 upper_fin) enclosed shape y_fits) as below_top.
    rewrite value, zero_value in below_top by exact y_fits. lra.
  - intros y y_fits. unfold rows. rewrite total_squares by exact same. rewrite <- bottom_value. destruct two.
    + apply andb_true_iff in pass as [lower_fin lower_ok]. apply andb_true_iff in lower_fin as [lower_fin alpha_fin].
      destruct (intercept p).
      * set (alpha := float_below _) in *. apply finite_fin in alpha_fin. pose proof (LB_toR _ _ (float_below_LB _) alpha_fin) as alpha_le. fold alpha in alpha_le.
        destruct (raise_sound alpha G M d alpha_fin enclosed shape) as (M' & enclosed' & shape' & value').
        pose proof (above_sound _ _ _ M' d y bottom_fin lower_ok (factor_at_sound c d _ lower_fin) enclosed' shape' y_fits) as above_bottom.
        rewrite value', value, zero_value in above_bottom by exact y_fits. rewrite Q2R_mult in alpha_le.
        apply (Rmult_le_compat_r (dot (penalised true y) (penalised true y))) in alpha_le; [lra|apply dot_ge0].
      * pose proof (above_sound _ _ _ M d y bottom_fin lower_ok (factor_at_sound c d _ lower_fin) enclosed shape y_fits) as above_bottom.
        rewrite value, zero_value in above_bottom by exact y_fits. lra.
    + rewrite toR0, Rmult_0_l. assert (rest_ge0 : 0 <= if intercept p then Q2R (inject_Z (Z.of_nat (length features))) * Q2R (penalty p) * dot (penalised true y) (penalised true y) else 0).
      { destruct (intercept p); [|lra]. apply Rmult_le_pos; [|apply dot_ge0]. apply Rmult_le_pos; [rewrite Q2R_inject; apply IZR_le; lia|exact (converges_penalty _ _ _ _ _ converging)]. }
      revert rest_ge0. generalize (if intercept p then Q2R (inject_Z (Z.of_nat (length features))) * Q2R (penalty p) * dot (penalised true y) (penalised true y) else 0). clear.
      intros rest rest_ge0. apply Rplus_le_le_0_compat; [|exact rest_ge0]. unfold squares. induction (map (map dyadic_R) features) as [|a l IH]; cbn [fold_right]; [lra|].
      pose proof (Rle_0_sqr (dot a y)) as a_square. unfold Rsqr in a_square. lra.
  - unfold rows. rewrite total_labels by exact same. rewrite <- square_value. now apply UB_toR.
Qed.
