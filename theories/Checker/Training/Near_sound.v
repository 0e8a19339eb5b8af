(** * The checker of runs that are compared with a point is sound

    If [check_near] accepts, the run that the files describe converges as the problem says.

    Main results: [slope_interval_sound], [farthest_sound], [near_sound], [check_near_sound].

    Trust: proved. *)
From Coq Require Import Floats PString Uint63 ZArith QArith Qreals Reals Lra Lia List Bool.
From Warrant Require Import Spec.InnerProduct Spec.Functions Spec.Bytes Spec.Training Primitives.FloatBounds Primitives.Rationals Primitives.Fractions.
From Warrant Require Import Checker.Relational Checker.Intervals Checker.Exponentials.
From Warrant.Primitives.Optimization Require Import Spaces FiniteSums Instances.
From Warrant.Checker.Training Require Import Objective Triangles Vectors Check Check_sound Near.
Import ListNotations.
Local Open Scope R_scope.
Local Notation dot := Training.dot.

(** ** The gradient *)

Lemma slope_interval_sound l z r y : loss_sane l = true -> fin y = true -> inb z r -> inb (slope_interval l z y) (slope_at l r (toR y)).
Proof.
  intros sane y_fin z_in. assert (y_in : Intervals.encloses (y, y) (toR y)) by (split; [apply LB_fin|apply UB_fin]; trivial; apply Rle_refl).
  destruct l as [| |delta]; cbn [slope_interval slope_at].
  - exact (minus_encloses z _ _ _ z_in y_in).
  - destruct (fin_opp y y_fin) as [opp_fin opp_value].
    replace (- toR y * (exp (- toR y * r) / (1 + exp (- toR y * r)))) with (toR (- y)%float * / (1 + exp (toR y * r))).
    + apply scale_sound; [exact opp_fin|]. apply interval_inverse_sound. apply interval_add_sound; [exact unit_encloses|].
      apply exponential_interval_correct. now apply scale_sound.
    + rewrite opp_value. pose proof (exp_pos (toR y * r)) as pos. replace (- toR y * r) with (- (toR y * r)) by ring. rewrite exp_Ropp. field. lra.
  - apply Qle_bool_R0 in sane. set (e := (float_below delta, float_above delta)).
    assert (e_in : Intervals.encloses e (Q2R delta)) by (split; [apply float_below_LB|apply float_above_UB]).
    pose proof (minus_encloses z _ _ _ z_in y_in) as t_in. set (t := minus z (y, y)) in *. set (s := r - toR y) in *.
    replace (Rmax (- Q2R delta) (Rmin (Q2R delta) s)) with (Rmax 0 (s + Q2R delta) - Rmax 0 (s - Q2R delta) - Q2R delta).
    + apply (minus_encloses _ e); [|exact e_in].
      apply minus_encloses; apply relu_bounds_sound; [now apply interval_add_sound|now apply minus_encloses].
    + clearbody s. unfold Rmax, Rmin. repeat destruct (Rle_dec _ _); lra.
Qed.
Lemma slopes_sound l w x rows labels T U t : loss_sane l = true -> slopes l w rows labels T = Some U -> Forall2 inb w x -> Forall2 inb T t ->
  Forall2 inb U (pulled (fun row => slope_at l (dot (fst row) x) (snd row)) (dataset rows labels) t).
Proof.
  intros sane result w_in. revert labels T t result. induction rows as [|r rows IH]; intros [|b labels] T t result T_in; cbn [slopes] in result.
  1, 2, 3: now injection result as <-.
  destruct (floats r) as [a|] eqn:is_a; [|discriminate]. destruct (floats_sound r a is_a) as [a_fin same].
  set (y := dyadic_float (hd _ b)) in result. destruct (if (neg_infinity <? y)%float then _ else _) eqn:y_fin; [|discriminate]. apply finite_fin in y_fin.
  assert (value : toR y = label b) by (unfold label; now rewrite <- dyadic_float_exact).
  change (dataset (r :: rows) (b :: labels)) with ((map dyadic_R r, label b) :: dataset rows labels). cbn [pulled fst snd].
  apply (IH _ _ _ result). rewrite <- same, <- value. apply add_interval_sound; [|exact a_fin|exact T_in].
  apply slope_interval_sound; [exact sane|exact y_fin|]. now apply product_sound.
Qed.

(** ** Sums over the rows *)

Section Rows.
Variable rows : list (list R * R).
Implicit Types u v : list R * R -> R.
Lemma total_mono u v : (forall row, In row rows -> u row <= v row) -> total rows u <= total rows v.
Proof. exact (add_up_mono u v rows). Qed.
Lemma total_plus u v : total rows (fun row => u row + v row) = total rows u + total rows v.
Proof. exact (add_up_plus u v rows). Qed.
Lemma total_scale a u : total rows (fun row => a * u row) = a * total rows u.
Proof. exact (add_up_scale a u rows). Qed.
Lemma total_constant a : total rows (fun _ => a) = INR (length rows) * a.
Proof. unfold total. induction rows as [|row rs IH]; [cbn; ring|]. cbn [length]. rewrite S_INR. cbn [fold_right]. rewrite IH. ring. Qed.
Lemma total_abs_square u : total rows (fun row => Rabs (u row)) * total rows (fun row => Rabs (u row)) <= INR (length rows) * total rows (fun row => u row * u row).
Proof.
  pose proof (add_up_cauchy_schwarz (fun _ => 1) (fun row => Rabs (u row)) rows) as square. cbn beta in square.
  rewrite (add_up_ext (fun row => 1 * Rabs (u row)) (fun row => Rabs (u row))) in square by (intros; ring).
  rewrite (add_up_ext (fun row => Rabs (u row) * Rabs (u row)) (fun row => u row * u row)) in square
    by (intros; rewrite <- Rabs_mult; apply Rabs_pos_eq, Rle_0_sqr).
  rewrite <- (Rmult_1_r (INR (length rows))), <- (Rmult_1_r 1), <- total_constant. exact square.
Qed.
End Rows.

Lemma root_above_bound q r : 0 <= r -> r * r <= Q2R q -> r <= Q2R (root_above q).
Proof.
  intros r_ge0 square. unfold root_above. rewrite Q2R_inject, plus_IZR. set (z := (Qnum q / Zpos (Qden q) + 1)%Z).
  assert (q_le : Q2R q <= IZR z).
  { unfold Q2R. apply Rmult_le_reg_r with (IZR (Zpos (Qden q))); [now apply IZR_lt|]. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by (apply not_0_IZR; easy).
    rewrite <- mult_IZR. apply IZR_le. unfold z. pose proof (Z.mul_succ_div_gt (Qnum q) (Zpos (Qden q)) eq_refl). lia. }
  assert (z_ge0 : (0 <= z)%Z) by (apply le_IZR; apply Rle_trans with (Q2R q); [|exact q_le]; pose proof (Rle_0_sqr r) as r_square; unfold Rsqr in r_square; lra).
  destruct (Z.sqrt_spec z z_ge0) as [_ above]. pose proof (Z.sqrt_nonneg z) as root_ge0. apply IZR_lt in above. apply IZR_le in root_ge0.
  rewrite mult_IZR, <- Z.add_1_r, plus_IZR in above. set (s := IZR (Z.sqrt z)) in *. apply Rnot_lt_le. intro less.
  assert ((s + 1) * (s + 1) <= r * r) by (apply Rmult_le_compat; lra). lra.
Qed.

(** ** How far the intercept may be *)

Lemma loss_line delta l z y : l = Squared /\ delta = 1 \/ (exists q, l = Huber q /\ delta = Q2R q /\ 0 < delta) -> Rabs (z - y) <= / delta * loss_at l z y + delta / 2.
Proof.
  intros [(-> & ->)|(q & -> & value & delta_gt0)]; cbn [loss_at].
  - pose proof (Rle_0_sqr (Rabs (z - y) - 1)) as square. unfold Rsqr in square.
    assert (same : Rabs (z - y) * Rabs (z - y) = (z - y) * (z - y)) by (rewrite <- Rabs_mult; apply Rabs_pos_eq, Rle_0_sqr). lra.
  - rewrite <- value. destruct (Rle_dec _ _) as [le|gt].
    + pose proof (Rle_0_sqr (Rabs (z - y) - delta)) as square. unfold Rsqr in square.
      assert (same : Rabs (z - y) * Rabs (z - y) = (z - y) * (z - y)) by (rewrite <- Rabs_mult; apply Rabs_pos_eq, Rle_0_sqr).
      apply (Rmult_le_reg_l delta); [exact delta_gt0|]. replace (delta * (/ delta * (/ 2 * ((z - y) * (z - y))) + delta / 2)) with (/ 2 * ((z - y) * (z - y)) + delta * delta / 2) by (field; lra). lra.
    + right. field. lra.
Qed.
Lemma loss_side z y : y = 1 \/ y = -1 -> - y * z <= loss_at Logistic z y.
Proof.
  intros _. cbn [loss_at]. pose proof (exp_pos (- y * z)) as pos. rewrite <- (ln_exp (- y * z)) at 1. left. apply ln_increasing; lra.
Qed.

Section Far.
Variables (p : problem) (n top square least F far : Q) (d : nat) (rows : list (list R * R)) (w : list R).
Hypothesis found : farthest p n top square least F = Some far.
Local Notation l := (problem_loss p).
Local Notation alpha := (Q2R (penalty p)).
Hypothesis has_intercept : intercept p = true.
Hypotheses (alpha_gt0 : 0 < alpha) (l_ok : loss_ok l).
Hypotheses (n_rows : Q2R n = INR (length rows)) (n_gt0 : 0 < Q2R n) (w_fits : length w = d).
Hypothesis rows_fit : Forall (fun row => length (fst row) = d) rows.
Hypothesis ones : Forall (fun row => hd 0 (fst row) = 1) rows.
Hypothesis labels_fit : Forall (fun row => label_fits l (snd row)) rows.
Hypothesis top_bound : forall x, length x = d -> total rows (fun row => dot (fst row) x * dot (fst row) x) <= Q2R top * dot x x.
Hypothesis top_ge0 : 0 <= Q2R top.
Hypothesis square_bound : total rows (fun row => snd row * snd row) <= Q2R square.
(** both labels occur at least so often *)
Hypothesis least_bound : l = Logistic -> forall s : bool, Q2R least <= total rows (fun row => if Rle_dec 0 (snd row) then if s then 1 else 0 else if s then 0 else 1).
Hypothesis value_bound : objective l true alpha rows w <= Q2R F.
Local Notation v := (penalised true w).
Local Notation predictions := (total rows (fun row => Rabs (dot (fst row) v))).

Local Lemma parts_ge0 : 0 <= total rows (fun row => loss_at l (dot (fst row) w) (snd row)) /\ 0 <= dot v v.
Proof.
  split; [|apply dot_ge0]. apply Rle_trans with (total rows (fun _ => 0)); [rewrite total_constant; lra|].
  apply total_mono. intros row _. now apply loss_at_ge0.
Qed.
Local Lemma losses_bound : total rows (fun row => loss_at l (dot (fst row) w) (snd row)) <= Q2R n * Q2R F.
Proof.
  destruct parts_ge0 as [_ v_ge0]. revert value_bound. unfold objective. rewrite <- n_rows. intro value.
  pose proof (Rmult_le_pos _ _ (Rlt_le _ _ alpha_gt0) v_ge0). set (t := total rows _) in *.
  apply (Rmult_le_reg_l (/ Q2R n)); [now apply Rinv_0_lt_compat|]. rewrite <- Rmult_assoc, Rinv_l, Rmult_1_l by lra. lra.
Qed.
Local Lemma weights_bound : dot v v <= 2 * Q2R F / alpha.
Proof.
  destruct parts_ge0 as [losses_ge0 _]. revert value_bound. unfold objective. rewrite <- n_rows. intro value.
  pose proof (Rmult_le_pos _ _ (Rlt_le _ _ (Rinv_0_lt_compat _ n_gt0)) losses_ge0).
  apply (Rmult_le_reg_l alpha); [exact alpha_gt0|]. replace (alpha * (2 * Q2R F / alpha)) with (2 * Q2R F) by (field; lra). lra.
Qed.
Local Lemma predictions_bound : predictions <= Q2R (root_above (n * top * (2 * F / penalty p))).
Proof.
  apply root_above_bound.
  - apply Rle_trans with (total rows (fun _ => 0)); [rewrite total_constant; lra|]. apply total_mono. intros row _. apply Rabs_pos.
  - eapply Rle_trans; [apply total_abs_square|]. rewrite <- n_rows, !Q2R_mult, Q2R_Qdiv, Q2R_mult, Q2R_2, Rmult_assoc by lra.
    apply Rmult_le_compat_l; [lra|]. eapply Rle_trans; [apply top_bound; now rewrite penalised_length|].
    apply Rmult_le_compat_l; [exact top_ge0|exact weights_bound].
Qed.
Local Lemma labels_bound : total rows (fun row => Rabs (snd row)) <= Q2R (root_above (n * square)).
Proof.
  apply root_above_bound.
  - apply Rle_trans with (total rows (fun _ => 0)); [rewrite total_constant; lra|]. apply total_mono. intros row _. apply Rabs_pos.
  - eapply Rle_trans; [apply total_abs_square|]. rewrite <- n_rows, Q2R_mult. apply Rmult_le_compat_l; [lra|exact square_bound].
Qed.
(** a prediction is the intercept and what the weights add *)
Local Lemma prediction row : In row rows -> dot (fst row) w = hd 0 w + dot (fst row) v.
Proof.
  intro inside. pose proof (proj1 (Forall_forall _ _) ones row inside) as one_first. pose proof (proj1 (Forall_forall _ _) rows_fit row inside) as fits. cbn beta in *.
  clear - one_first fits w_fits. destruct (fst row) as [|a x]; [cbn in one_first; lra|]. destruct w as [|b u]; [cbn in *; congruence|].
  cbn in *. rewrite one_first. ring.
Qed.
Local Lemma by_lines delta : l = Squared /\ delta = 1 \/ (exists q, l = Huber q /\ delta = Q2R q /\ 0 < delta) ->
  Q2R n * Rabs (hd 0 w) <= Q2R n * (/ delta * Q2R F + delta / 2) + Q2R (root_above (n * square)) + Q2R (root_above (n * top * (2 * F / penalty p))).
Proof.
  intro shape. assert (delta_gt0 : 0 < delta) by (destruct shape as [(_ & ->)|(q & _ & _ & gt0)]; lra).
  assert (each : total rows (fun _ => Rabs (hd 0 w)) <=
    total rows (fun row => / delta * loss_at l (dot (fst row) w) (snd row) + delta / 2 + Rabs (snd row) + Rabs (dot (fst row) v))).
  { apply total_mono. intros row inside. pose proof (loss_line delta l (dot (fst row) w) (snd row) shape) as line.
    pose proof (prediction row inside) as sum. set (z := dot (fst row) w) in *. set (y := snd row) in *. set (u := dot (fst row) v) in *.
    replace (hd 0 w) with (z - y + y - u) by lra. pose proof (Rabs_triang (z - y + y) (- u)) as first. pose proof (Rabs_triang (z - y) y) as second.
    rewrite Rabs_Ropp in first. unfold Rminus at 1. lra. }
  rewrite total_constant, !total_plus, total_scale, total_constant, <- n_rows in each.
  pose proof losses_bound as losses. apply (Rmult_le_compat_l (/ delta)) in losses; [|left; now apply Rinv_0_lt_compat].
  pose proof predictions_bound as small. pose proof labels_bound as labels. lra.
Qed.
Local Lemma by_sides : l = Logistic -> Q2R least * Rabs (hd 0 w) <= Q2R n * Q2R F + Q2R (root_above (n * top * (2 * F / penalty p))).
Proof.
  intro is_logistic. set (b := hd 0 w). set (s := if Rle_dec 0 b then false else true).
  set (side := fun row : list R * R => if Rle_dec 0 (snd row) then if s then 1 else 0 else if s then 0 else 1).
  assert (each : total rows (fun row => Rabs b * side row) <= total rows (fun row => loss_at l (dot (fst row) w) (snd row) + Rabs (dot (fst row) v))).
  { apply total_mono. intros row inside. pose proof (prediction row inside) as sum. pose proof (proj1 (Forall_forall _ _) labels_fit row inside) as y_fits.
    rewrite is_logistic in y_fits |- *. cbn in y_fits. pose proof (loss_side (dot (fst row) w) (snd row) y_fits) as line.
    pose proof (loss_at_ge0 Logistic (dot (fst row) w) (snd row) I) as ge0. pose proof (Rabs_pos (dot (fst row) v)) as v_ge0.
    pose proof (Rle_abs (dot (fst row) v)) as v_le. pose proof (Rle_abs (- dot (fst row) v)) as v_ge. rewrite Rabs_Ropp in v_ge.
    fold b in sum. rewrite sum in line at 1. unfold side, s.
    destruct (Rle_dec 0 (snd row)) as [y_ge0|y_neg], (Rle_dec 0 b) as [b_ge0|b_neg]; try (rewrite Rmult_0_r; lra).
    - destruct y_fits as [y_value|y_value]; [|lra]. rewrite y_value in line at 1. rewrite Rabs_left by lra. lra.
    - destruct y_fits as [y_value|y_value]; [lra|]. rewrite y_value in line at 1. rewrite Rabs_pos_eq by lra. lra. }
  rewrite total_scale, total_plus in each. pose proof (least_bound is_logistic s) as often. fold side in often.
  apply (Rmult_le_compat_l _ _ _ (Rabs_pos b)) in often. pose proof losses_bound as losses. pose proof predictions_bound as small. lra.
Qed.
Lemma farthest_sound : Rabs (hd 0 w) <= Q2R far.
Proof.
  assert (cases : l = Squared \/ l = Logistic \/ exists delta, l = Huber delta) by (destruct (problem_loss p); eauto).
  revert found. unfold farthest. rewrite has_intercept. destruct cases as [which|[which|(delta & which)]]; rewrite which.
  - intros [= <-]. pose proof (by_lines 1 (or_introl (conj which eq_refl))) as bound. rewrite Q2R_Qdiv, !Q2R_plus, Q2R_mult, Q2R_plus by lra.
    apply (Rmult_le_reg_l (Q2R n)); [exact n_gt0|]. eapply Rle_trans; [exact bound|]. right. replace (Q2R (1 # 2)) with (/ 2) by (unfold Q2R; simpl; lra). field. lra.
  - destruct (less 0 least) eqn:some_least; [|discriminate]. intros [= <-]. apply less_R in some_least. rewrite Q2R_0 in some_least.
    pose proof (by_sides which) as bound. rewrite Q2R_Qdiv, Q2R_plus, Q2R_mult by lra.
    apply (Rmult_le_reg_l (Q2R least)); [exact some_least|]. eapply Rle_trans; [exact bound|]. right. field. lra.
  - destruct (less 0 delta) eqn:some_delta; [|discriminate]. intros [= <-]. apply less_R in some_delta. rewrite Q2R_0 in some_delta.
    pose proof (by_lines (Q2R delta) (or_intror (ex_intro _ delta (conj which (conj eq_refl some_delta))))) as bound.
    rewrite Q2R_Qdiv, !Q2R_plus, Q2R_mult, Q2R_plus, !Q2R_Qdiv, Q2R_2 by (rewrite ?Q2R_2; lra).
    apply (Rmult_le_reg_l (Q2R n)); [exact n_gt0|]. eapply Rle_trans; [exact bound|]. right. field. lra.
Qed.
End Far.

(** ** The run *)

Section NearSound.
Variables (p : problem) (n top square least slope size energy : Q) (d : nat) (rows : list (list R * R)) (v : list R).
Hypothesis accepted : near p n top square least slope size energy = true.
Local Notation l := (problem_loss p).
Local Notation b := (intercept p).
Local Notation alpha := (Q2R (penalty p)).
Hypotheses (n_rows : Q2R n = INR (length rows)) (rows_some : rows <> []) (v_fits : length v = d).
Hypotheses (rows_fit : Forall (fun row => length (fst row) = d) rows) (labels_fit : Forall (fun row => label_fits l (snd row)) rows).
Hypothesis ones : b = true -> Forall (fun row => hd 0 (fst row) = 1) rows.
Hypothesis top_bound : forall x, length x = d -> total rows (fun row => dot (fst row) x * dot (fst row) x) <= Q2R top * dot x x.
Hypothesis square_bound : total rows (fun row => snd row * snd row) <= Q2R square.
Hypothesis least_bound : l = Logistic -> forall s : bool, Q2R least <= total rows (fun row => if Rle_dec 0 (snd row) then if s then 1 else 0 else if s then 0 else 1).
Hypothesis slope_bound :
  sum_abs (pulled (fun row => slope_at l (dot (fst row) v) (snd row)) rows (plus_scaled (Q2R n * alpha) (penalised b v) (zeros d))) <= Q2R slope.
Hypotheses (size_bound : sum_abs v <= Q2R size) (energy_bound : dot v v <= Q2R energy).
Local Notation E := (tuples d).
Local Notation X := (tuple_of d v).
Local Notation f := (objective l b alpha rows).
Local Notation F := (model l b alpha d rows).
Local Notation g := (model_gradient l b alpha d rows X).

Local Lemma n_gt0 : 0 < Q2R n.
Proof. rewrite n_rows. destruct rows as [|r rs]; [easy|]. cbn [length]. rewrite S_INR. pose proof (pos_INR (length rs)). lra. Qed.
Local Lemma gradient_norm : norm g <= Q2R slope / Q2R n.
Proof.
  pose proof n_gt0 as n_gt0. apply (Rmult_le_reg_l (Q2R n)); [exact n_gt0|]. replace (Q2R n * (Q2R slope / Q2R n)) with (Q2R slope) by (field; lra).
  rewrite <- (Rabs_pos_eq (Q2R n)) at 1 by lra. rewrite <- norm_scale. eapply Rle_trans; [apply norm_sum_abs|]. eapply Rle_trans; [|exact slope_bound]. right. f_equal.
  rewrite (model_gradient_rows l b alpha d rows rows_fit), <- n_rows, list_of_tuple_of by exact v_fits.
  assert (begin : plus_scaled (Q2R n * alpha) (penalised b v) (zeros d) = list_of ((Q2R n * alpha) *: keep b X + vzero)%V)
    by now rewrite list_of_plus_scaled, list_of_keep, list_of_tuple_of, list_of_zero by exact v_fits.
  rewrite begin, <- list_of_pulled by exact rows_fit. f_equal.
  replace (Q2R n *: (/ Q2R n *: vector_sum (fun row => slope_at l (dot (fst row) v) (snd row) *: tuple_of d (fst row)) rows + alpha *: keep b X))%V with
    ((Q2R n * / Q2R n) *: vector_sum (fun row => slope_at l (dot (fst row) v) (snd row) *: tuple_of d (fst row)) rows + (Q2R n * alpha) *: keep b X)%V by vector_ring.
  rewrite Rinv_r by lra. vector_ring.
Qed.
Local Lemma size_norm : norm X <= Q2R size /\ Rabs (hd 0 v) <= Q2R size.
Proof.
  split.
  - eapply Rle_trans; [apply norm_sum_abs|]. now rewrite list_of_tuple_of.
  - eapply Rle_trans; [|exact size_bound]. destruct v as [|a w]; cbn; [rewrite Rabs_R0; lra|]. pose proof (sum_abs_ge0 w). lra.
Qed.
Local Lemma rate_sound c : rate (problem_method p) (Check.smoothness p n top) (steps p) = Some c -> loss_ok l -> 0 <= alpha -> 0 <= Q2R top ->
  0 <= Q2R c /\ f (iterate l b alpha d rows (problem_method p) (N.to_nat (steps p))) <= f v + Q2R c * dot v v.
Proof.
  intros is_rate ok alpha_ge0 top_ge0. pose proof n_gt0 as n_gt0.
  assert (L_value : Q2R (Check.smoothness p n top) = Objective.smoothness l alpha rows (Q2R top)).
  { unfold Check.smoothness, Objective.smoothness. rewrite Q2R_Qred, Q2R_plus, Q2R_Qdiv, Q2R_mult, n_rows by lra. f_equal. f_equal. f_equal.
    destruct l; cbn; unfold Q2R; simpl; lra. }
  assert (count : Q2R (inject_Z (Z.of_N (steps p))) = INR (N.to_nat (steps p))) by now rewrite Q2R_inject, INR_IZR_INZ, N_nat_Z.
  unfold rate in is_rate. destruct (problem_method p) as [step| |step]; [|discriminate|]; cbn [iterate].
  all: match type of is_rate with when ?t _ = _ => destruct t eqn:conditions end; [|discriminate]; injection is_rate as <-.
  all: apply andb_true_iff in conditions as [conditions some_steps]; apply andb_true_iff in conditions as [step_gt0 step_le].
  all: apply less_R in step_gt0, some_steps; apply Qle_bool_R in step_le; rewrite ?Q2R_0, ?Q2R_1, Q2R_mult, L_value, ?count in *.
  all: assert (some : (0 < N.to_nat (steps p))%nat) by now apply INR_lt.
  - pose proof (descent_near l b alpha d rows ok alpha_ge0 rows_some rows_fit labels_fit (Q2R top) top_bound top_ge0 (Q2R step) v _ v_fits step_gt0 step_le some) as near.
    assert (product : 0 < 4 * Q2R step * INR (N.to_nat (steps p))) by (apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat; lra|exact some_steps]).
    assert (four : Q2R 4 = 4) by (unfold Q2R; simpl; lra).
    rewrite Q2R_Qdiv by (rewrite !Q2R_mult, count, four; lra). rewrite !Q2R_mult, count, four, Q2R_1. unfold Rdiv. rewrite Rmult_1_l.
    split; [left; now apply Rinv_0_lt_compat|exact near].
  - pose proof (nesterov_near l b alpha d rows ok alpha_ge0 rows_some rows_fit labels_fit (Q2R top) top_bound top_ge0 (Q2R step) v _ v_fits step_gt0 step_le some) as near.
    set (m := INR (N.to_nat (steps p))) in *. assert (product : 0 < Q2R step * ((m + 1) * (m + 1))) by (apply Rmult_lt_0_compat; [exact step_gt0|apply Rmult_lt_0_compat; lra]).
    rewrite Q2R_Qdiv by (rewrite !Q2R_mult, !Q2R_plus, count, Q2R_1; fold m; lra). rewrite !Q2R_mult, !Q2R_plus, count, Q2R_2, Q2R_1. fold m. rewrite S_INR in near. fold m in near.
    split; [apply Rmult_le_pos; [lra|left; now apply Rinv_0_lt_compat]|].
    replace (2 * / Q2R step / (m + 1) ^ 2) with (2 / (Q2R step * ((m + 1) * (m + 1)))) in near by (field; lra). exact near.
Qed.

(** no point is much better than v *)
Local Lemma tail_bound x r : length x = d -> loss_ok l -> 0 < alpha -> 0 <= r -> (b = true -> Rabs (hd 0 x) <= r) ->
  f v <= f x + (Q2R slope / Q2R n * (Q2R slope / Q2R n) / (2 * alpha) + Q2R slope / Q2R n * (r + Q2R size)).
Proof.
  intros x_fits ok alpha_gt0 r_ge0 intercept_bound. set (Y := tuple_of d x). set (D := (Y - X)%V).
  pose proof (objective_lower l b alpha d rows ok rows_some rows_fit labels_fit Y X) as low. fold D in low.
  rewrite !(model_value l b alpha d rows rows_fit labels_fit) in low. unfold Y in low at 1. rewrite !list_of_tuple_of in low by assumption.
  pose proof gradient_norm as slope_le. set (s := Q2R slope / Q2R n) in *. destruct size_norm as [X_norm X_intercept].
  pose proof (norm_ge0 g) as g_ge0. assert (size_ge0 : 0 <= Q2R size) by (pose proof (norm_ge0 X); lra).
  assert (form_square : inner (keep b D) D = norm (keep b D) * norm (keep b D))
    by (rewrite <- norm2_norm; unfold norm2; rewrite keep_square, inner_lists, list_of_keep; reflexivity).
  assert (rest : norm (D - keep b D)%V <= r + Q2R size).
  { destruct b eqn:is_b.
    - replace (D - keep true D)%V with ((Y - keep true Y) + (-1) *: (X - keep true X))%V
        by (unfold D; rewrite (Operators.linear_subtract _ (keep_linear d true)); vector_ring).
      eapply Rle_trans; [apply norm_triangle|]. rewrite norm_scale. replace (Rabs (-1)) with 1 by (rewrite Rabs_left; lra). rewrite Rmult_1_l.
      pose proof (norm_intercept d Y) as first. pose proof (norm_intercept d X) as second. unfold Y in first at 3. rewrite !list_of_tuple_of in * by assumption.
      specialize (intercept_bound eq_refl). lra.
    - rewrite keep_all. replace (D - D)%V with (@vzero E) by vector_ring. rewrite norm_zero. lra. }
  assert (along : - (s * norm (keep b D)) - s * (r + Q2R size) <= inner g D).
  { replace (inner g D) with (inner g (keep b D) + inner g (D - keep b D)%V) by (rewrite inner_sub_r; ring).
    pose proof (cauchy_schwarz g (keep b D)) as first. pose proof (cauchy_schwarz g (D - keep b D)%V) as second.
    pose proof (Rle_abs (- inner g (keep b D))) as first'. pose proof (Rle_abs (- inner g (D - keep b D)%V)) as second'. rewrite Rabs_Ropp in first', second'.
    pose proof (Rmult_le_compat_r _ _ _ (norm_ge0 (keep b D)) slope_le). pose proof (Rmult_le_compat _ _ _ _ g_ge0 (norm_ge0 _) slope_le rest). lra. }
  rewrite form_square in low. set (k := norm (keep b D)) in *.
  pose proof (Rle_0_sqr (alpha * k - s)) as complete. unfold Rsqr in complete.
  assert (parabola : - (s * s / (2 * alpha)) <= alpha / 2 * (k * k) - s * k).
  { apply (Rmult_le_reg_l (2 * alpha)); [lra|]. replace (2 * alpha * - (s * s / (2 * alpha))) with (- (s * s)) by (field; lra). lra. }
  lra.
Qed.
Local Lemma value_bound : loss_ok l -> 0 <= alpha -> f v <= Q2R (start l n square) + Q2R slope / Q2R n * Q2R size.
Proof.
  intros ok alpha_ge0. pose proof (objective_lower l b alpha d rows ok rows_some rows_fit labels_fit (vzero : E) X) as low.
  rewrite !(model_value l b alpha d rows rows_fit labels_fit), list_of_zero, list_of_tuple_of in low by exact v_fits.
  pose proof (start_bound p n square d rows n_rows rows_some labels_fit square_bound ok) as begin.
  destruct (keep_between d b (vzero - X)%V) as [form_ge0 _]. pose proof (Rmult_le_pos (alpha / 2) _ ltac:(lra) form_ge0) as form.
  assert (along : - (Q2R slope / Q2R n * Q2R size) <= inner g (vzero - X)%V).
  { replace (inner g (vzero - X)%V) with (- inner g X) by (expand_inner; rewrite ?inner_zero_r; ring).
    pose proof (cauchy_schwarz g X) as product. pose proof (Rle_abs (inner g X)). destruct size_norm as [X_norm _].
    pose proof (Rmult_le_compat _ _ _ _ (norm_ge0 g) (norm_ge0 X) gradient_norm X_norm). lra. }
  lra.
Qed.

Lemma near_sound x : length x = d -> f (iterate l b alpha d rows (problem_method p) (N.to_nat (steps p))) <= f x + Q2R (accuracy p).
Proof.
  intro x_fits. pose proof n_gt0 as n_gt0. revert accepted. unfold near. set (s := Qred (slope / n)). set (top_value := Qred (start l n square + s * size)).
  destruct (_ && _) eqn:conditions; [|discriminate]. apply andb_true_iff in conditions as [conditions top_ok]. apply andb_true_iff in conditions as [sane penalty_ok].
  apply Qle_bool_R0 in top_ok. apply less_R in penalty_ok. rewrite Q2R_0 in penalty_ok.
  assert (loss_ok l) as ok by (destruct l; cbn in *; auto; now apply Qle_bool_R0).
  destruct (rate _ _ _) as [c|] eqn:is_rate; [|discriminate]. destruct (farthest _ _ _ _ _ _) as [far|] eqn:is_far; [|discriminate]. intro accuracy_ok.
  apply Qle_bool_R in accuracy_ok. rewrite !Q2R_plus, !Q2R_mult, Q2R_Qdiv, !Q2R_mult, Q2R_plus, Q2R_2 in accuracy_ok by (rewrite Q2R_mult, Q2R_2; lra).
  assert (s_value : Q2R s = Q2R slope / Q2R n) by (unfold s; now rewrite Q2R_Qred, Q2R_Qdiv by lra). rewrite s_value in accuracy_ok.
  assert (value : Q2R top_value = Q2R (start l n square) + Q2R slope / Q2R n * Q2R size) by (unfold top_value; now rewrite Q2R_Qred, Q2R_plus, Q2R_mult, s_value).
  destruct (rate_sound c is_rate ok (Rlt_le _ _ penalty_ok) top_ok) as [c_ge0 run]. pose proof (value_bound ok (Rlt_le _ _ penalty_ok)) as v_low. rewrite <- value in v_low.
  apply (Rmult_le_compat_l _ _ _ c_ge0) in energy_bound as run_bound.
  assert (intercepts : forall w, length w = d -> f w <= Q2R top_value -> b = true -> Rabs (hd 0 w) <= Q2R far).
  { intros w w_fits w_low is_b. rewrite is_b in w_low.
    exact (farthest_sound p n top square least top_value far d rows w is_far is_b penalty_ok ok n_rows n_gt0 w_fits rows_fit (ones is_b) labels_fit top_bound top_ok
      square_bound least_bound w_low). }
  assert (far_ge0 : 0 <= Q2R far).
  { destruct b eqn:is_b; [exact (Rle_trans _ _ _ (Rabs_pos _) (intercepts v v_fits v_low eq_refl))|].
    unfold farthest in is_far. rewrite is_b in is_far. injection is_far as <-. rewrite Q2R_0. lra. }
  destruct (Rle_lt_dec (f v) (f x)) as [worse|better].
  - pose proof (tail_bound v (Q2R far) v_fits ok penalty_ok far_ge0 (intercepts v v_fits v_low)) as tail. lra.
  - pose proof (tail_bound x (Q2R far) x_fits ok penalty_ok far_ge0 (intercepts x x_fits ltac:(lra))) as tail. lra.
Qed.
End NearSound.

(** ** All together *)

Local Lemma positives_sound features labels : length features = length labels -> Forall (fun r => fin (dyadic_float (hd (Dyadic false 0 0) r)) = true) labels ->
  Forall (fun r => label_fits Logistic (label r)) labels -> forall s : bool,
  IZR (Z.min (positives labels) (Z.of_nat (length features) - positives labels)) <=
  total (dataset features labels) (fun row => if Rle_dec 0 (snd row) then if s then 1 else 0 else if s then 0 else 1).
Proof.
  intros same finite_labels fits s. set (side := fun row : list R * R => if Rle_dec 0 (snd row) then if s then 1 else 0 else if s then 0 else 1).
  assert (counted : total (dataset features labels) side = IZR (if s then positives labels else Z.of_nat (length features) - positives labels)).
  { unfold positives. rewrite same. clear - same finite_labels fits. revert features same.
    induction labels as [|r labels IH]; intros [|a features] same; try discriminate; [destruct s; cbn; lra|].
    apply Forall_cons_iff in finite_labels as [r_fin finite_labels]. apply Forall_cons_iff in fits as [r_fits fits].
    specialize (IH finite_labels fits features ltac:(now injection same)).
    change (dataset (a :: features) (r :: labels)) with ((map dyadic_R a, label r) :: dataset features labels).
    unfold total in *. cbn [fold_right]. rewrite IH. unfold side at 1. cbn [snd filter length].
    pose proof (sign_case _ r_fin) as sign. assert (value : toR (dyadic_float (hd (Dyadic false 0 0) r)) = label r) by (unfold label; now rewrite dyadic_float_exact).
    rewrite value in sign. cbn in r_fits. destruct (0 <=? dyadic_float (hd (Dyadic false 0 0) r))%float; destruct (Rle_dec 0 (label r)); try lra.
    - cbn [length]. rewrite !Nat2Z.inj_succ. destruct s; rewrite <- plus_IZR; f_equal; lia.
    - rewrite !Nat2Z.inj_succ. destruct s; rewrite <- plus_IZR; f_equal; lia. }
  rewrite counted. apply IZR_le. destruct s; lia.
Qed.
Local Lemma labels_finite l labels s t : labels_square l labels s = Some t -> Forall (fun r => fin (dyadic_float (hd (Dyadic false 0 0) r)) = true) labels.
Proof.
  revert s. induction labels as [|row labels IH]; intros s result; cbn [labels_square] in result; [constructor|].
  set (y := dyadic_float (hd _ row)) in *. destruct (match l with Logistic => _ | _ => _ end) eqn:fits; [|discriminate]. constructor; [|exact (IH _ result)].
  destruct l; try (now apply finite_fin). now apply one_label.
Qed.
Local Lemma one_value : dyadic_R one = 1.
Proof. unfold dyadic_R. cbn [negative man ex one]. change (to_Z 1) with 1%Z. change (to_Z 1074 - 1074)%Z with 0%Z. cbn. ring. Qed.
Local Lemma kept_sound (b : bool) (v : list float) : all_fin v -> let kept := if b then match v with [] => [] | _ :: v => 0%float :: v end else v in
  all_fin kept /\ map toR kept = penalised b (map toR v).
Proof.
  intro v_fin. destruct b; [|now split]. destruct v_fin as [|x v x_fin v_fin]; [now split|]. cbn zeta. split; [now constructor|]. cbn [map penalised]. now rewrite toR0.
Qed.
Local Lemma sum_abs_points v : all_fin v -> UB (add_magnitudes 0 (map (fun x => (x, x)) v)) (sum_abs (map toR v)).
Proof. intro v_fin. rewrite <- (Rplus_0_l (sum_abs _)). apply add_magnitudes_sound; [apply UB0, Rle_refl|now apply points_sound]. Qed.

Lemma check_near_sound p d features labels c : check_near p d features labels c = true -> Forall (fun r => length r = d) features ->
  (intercept p = true -> Forall (fun r => hd_error r = Some one) features) ->
  let rows := dataset features labels in
  let f := objective (problem_loss p) (intercept p) (Q2R (penalty p)) rows in
  length features = length labels /\ Forall (fun row => label_fits (problem_loss p) (snd row)) rows /\
  forall x, length x = d -> f (iterate (problem_loss p) (intercept p) (Q2R (penalty p)) d rows (problem_method p) (N.to_nat (steps p))) <= f x + Q2R (accuracy p).
Proof.
  intros pass fits ones rows f. unfold check_near in pass. destruct (_ && _) eqn:front; [|discriminate].
  apply andb_true_iff in front as [front same]. apply andb_true_iff in front as [_ n_gt0]. apply Nat.eqb_eq in same. apply Z.ltb_lt in n_gt0.
  set (v := numbers_at c d 22) in pass. set (n := Z.of_nat (length features)) in *.
  destruct (kept_sound (intercept p) v) as [kept_fin kept_value].
  { destruct (forallb _ v) eqn:v_fin; [|discriminate]. apply Forall_forall. intros a a_in. apply finite_fin. revert a a_in. now apply forallb_forall. }
  destruct (forallb _ v) eqn:v_fin; [|discriminate].
  assert (v_ok : all_fin v) by (apply Forall_forall; intros a a_in; apply finite_fin; revert a a_in; now apply forallb_forall).
  assert (v_length : length v = d) by (unfold v; generalize 22%uint63; clear; induction d as [|d IH]; intro i; cbn; [reflexivity|f_equal; apply IH]).
  set (kept := if intercept p then _ else v) in *.
  apply some_true in pass as (square & is_square & pass). apply some_true in pass as (g & is_g & pass).
  apply some_true in pass as (top & is_top & pass). apply some_true in pass as (square_q & is_square_q & pass).
  apply some_true in pass as (slope & is_slope & pass). apply some_true in pass as (size & is_size & pass). apply some_true in pass as (energy & is_energy & pass).
  destruct (near _ _ _ _ _ _ _ _) eqn:nearly; [|discriminate]. apply some_true in pass as (G & is_G & pass).
  apply andb_true_iff in pass as [upper_fin upper_ok].
  destruct (labels_square_sound _ _ _ 0 _ is_square) as [labels_fit square_bound]; [apply UB0; lra|]. rewrite Rplus_0_l in square_bound.
  pose proof (labels_finite _ _ _ _ is_square) as labels_fin.
  apply float_rational_correct in is_top as [top_fin top_value], is_square_q as [square_fin square_value], is_slope as [slope_fin slope_value],
    is_size as [size_fin size_value], is_energy as [energy_fin energy_value].
  destruct (diagonal_sound d) as (Z0 & zero_enclosed & zero_shape & zero_value).
  destruct (gram_sound d _ _ _ _ is_G fits zero_enclosed zero_shape) as (M & enclosed & shape & value).
  split; [exact same|]. assert (rows_labels := dataset_labels _ features labels labels_fit). split; [exact rows_labels|].
  assert (n_value : Q2R (inject_Z n) = INR (length rows)) by (unfold rows, n; rewrite Q2R_inject, dataset_length, INR_IZR_INZ by exact same; reflexivity).
  assert (sane : loss_sane (problem_loss p) = true).
  { revert nearly. unfold near. destruct (loss_sane _); [reflexivity|discriminate]. }
  intros x x_fits. apply (near_sound p (inject_Z n) top square_q _ slope size energy d rows (map toR v) nearly); try assumption.
  - intro none. apply (f_equal (@length _)) in none. unfold rows in none. rewrite dataset_length in none by exact same. unfold n in n_gt0. cbn in none. lia.
  - now rewrite length_map.
  - now apply dataset_fits.
  - intro with_intercept. specialize (ones with_intercept). unfold rows. clear - ones same. revert labels same.
    induction ones as [|r features r_one ones IH]; intros [|l labels] same; try discriminate; [constructor|]. constructor; [|apply IH; now injection same].
    cbn. destruct r as [|a r]; [discriminate|]. injection r_one as ->. exact one_value.
  - intros y y_fits. unfold rows. rewrite total_squares by exact same. rewrite <- top_value.
    pose proof (below_sound _ _ _ M d y top_fin upper_ok (factor_at_sound c d _ upper_fin) enclosed shape y_fits) as below_top.
    rewrite value, zero_value in below_top by exact y_fits. lra.
  - unfold rows. rewrite total_labels by exact same. rewrite <- square_value. now apply UB_toR.
  - intros is_logistic s. rewrite Q2R_inject. apply positives_sound; try assumption. now rewrite is_logistic in labels_fit.
  - rewrite <- slope_value. apply UB_toR; [|exact slope_fin]. rewrite <- (Rplus_0_l (sum_abs _)). apply add_magnitudes_sound; [apply UB0, Rle_refl|].
    apply (slopes_sound _ _ _ _ _ _ _ _ sane is_g (points_sound v v_ok)). rewrite <- kept_value, <- Q2R_mult.
    apply add_interval_sound; [split; [apply float_below_LB|apply float_above_UB]|exact kept_fin|apply nothing_sound].
  - rewrite <- size_value. apply UB_toR; [now apply sum_abs_points|exact size_fin].
  - rewrite <- energy_value. apply UB_toR; [|exact energy_fin]. rewrite <- (Rplus_0_l (dot _ _)). apply squares_above_sound; [exact v_ok|apply UB0, Rle_refl].
Qed.
