(** * The checker of training runs that fail is sound

    If [refute_training] accepts, the run that the files describe ends at a point that is worse than another one, by more than the accuracy; if [diverge_training] accepts, it
    also diverges.

    Main results: [refute_training_sound], [diverge_training_sound].

    Trust: proved. *)
From Coq Require Import Floats PString Uint63 ZArith QArith Qreals Qabs Qminmax Reals Lra Lia List Bool.
From Warrant Require Import Spec.InnerProduct Spec.Functions Spec.Bytes Spec.Training Primitives.FloatBounds Primitives.Rationals Primitives.Fractions.
From Warrant.Primitives.Optimization Require Import Spaces Operators FiniteSums Losses Instances Divergence.
From Warrant.Checker.Training Require Import Objective Triangles Vectors Check Check_sound Refute.
Import ListNotations.
Local Open Scope R_scope.
Local Notation dot := Training.dot.

(** ** Sums over the rows *)

Lemma sums_sound v x rows labels S B S' B' s b : sums v rows labels S B = Some (S', B') -> Forall2 inb v x -> Forall2 inb S s -> Forall2 inb B b ->
  Forall2 inb S' (pulled (fun row => dot (fst row) x) (dataset rows labels) s) /\ Forall2 inb B' (pulled snd (dataset rows labels) b).
Proof.
  intros result v_in. revert labels S B s b result. induction rows as [|r rows IH]; intros [|l labels] S B s b result S_in B_in; cbn [sums] in result.
  1, 2, 3: injection result as <- <-; now split.
  destruct (floats r) as [a|] eqn:is_a; [|discriminate]. destruct (floats_sound r a is_a) as [a_fin same].
  set (y := dyadic_float (hd _ l)) in result. destruct (if (neg_infinity <? y)%float then _ else _) eqn:y_fin; [|discriminate]. apply finite_fin in y_fin.
  change (dataset (r :: rows) (l :: labels)) with ((map dyadic_R r, label l) :: dataset rows labels). cbn [pulled fst snd].
  apply (IH _ _ _ _ _ result).
  - rewrite <- same. apply add_interval_sound; [|exact a_fin|exact S_in]. now apply product_sound.
  - rewrite <- same. unfold label. rewrite <- dyadic_float_exact by exact y_fin. now apply add_multiple_sound.
Qed.
(** ** Powers from below *)

Lemma times_below_sound x y a b : LB x a -> LB y b -> 0 <= a -> 0 <= b -> LB (times_below x y) (a * b).
Proof.
  intros x_lower y_lower a_ge0 b_ge0. pose proof (Rmult_le_pos _ _ a_ge0 b_ge0) as ge0. unfold times_below.
  destruct (fin x) eqn:x_fin; [|now apply LB0]. pose proof (sign_case x x_fin) as sign. destruct (0 <=? x)%float; [|now apply LB0].
  pose proof (LB_toR _ _ x_lower x_fin) as below_a. eapply LB_le; [apply (LB_mulp x y b); auto|]. now apply Rmult_le_compat_r.
Qed.
Lemma power_least_sound q n b : power_least q n = Some b -> 0 <= Q2R q -> Q2R b <= Q2R q ^ N.to_nat n.
Proof.
  intros bound q_ge0. destruct n as [|n]; cbn [power_least] in bound.
  - injection bound as <-. simpl. rewrite Q2R_1. lra.
  - destruct (float_rational_correct _ _ bound) as [b_fin value]. rewrite <- value. apply LB_toR; [|exact b_fin].
    apply (power_sound LB); [exact times_below_sound|apply float_below_LB|exact q_ge0].
Qed.

(** ** The run *)

Section Fails.
Variables (forever : bool) (p : problem) (step n top kappa component residual moment energy square : Q) (d : nat) (rows : list (list R * R)) (x : list R).
Hypothesis accepted : fails forever p step n top kappa component residual moment energy square = true.
Hypotheses (n_rows : Q2R n = INR (length rows)) (rows_some : rows <> []).
Hypotheses (rows_fit : Forall (fun row => length (fst row) = d) rows) (x_fits : length x = d).
Hypothesis top_bound : forall w, length w = d -> total rows (fun row => dot (fst row) w * dot (fst row) w) +
  (if intercept p then Q2R n * Q2R (penalty p) * dot (penalised true w) (penalised true w) else 0) <= Q2R top * dot w w.
Local Notation S := (pulled (fun row => dot (fst row) x) rows (zeros d)).
Local Notation B := (pulled snd rows (zeros d)).
Hypothesis component_bound : Q2R component <= dot x B.
Hypothesis residual_bound : sum_abs (
    let r := plus_scaled (- Q2R kappa) x S in
    if intercept p then plus_scaled (- (Q2R n * Q2R (penalty p))) (plus_scaled (-1) (penalised true x) x) r else r) <= Q2R residual.
Hypothesis moment_bound : sum_abs B <= Q2R moment.
Hypothesis energy_bound : dot x S <= Q2R energy.
Hypothesis square_bound : dot x x <= Q2R square.

Local Notation E := (tuples d).
Local Notation ones := (intercept p).
Local Notation alpha := (Q2R (penalty p)).
Local Notation gamma := (Q2R step).
Local Notation c := (/ INR (length rows)).
Local Notation rows' := (map (model_row Squared d) rows).
Local Notation Q := (second_derivative (keep ones) c alpha rows').
Local Definition G (v : E) : E := (c *: linear_model_gradient (fun t => t) rows' v + alpha *: keep ones v)%V.
Local Notation X := (tuple_of d x).

Local Lemma c_gt0 : 0 < c.
Proof. apply Rinv_0_lt_compat. destruct rows as [|r rs]; [easy|]. cbn [length]. rewrite S_INR. pose proof (pos_INR (length rs)). lra. Qed.
Local Lemma n_value : c * Q2R n = 1.
Proof. pose proof c_gt0 as c_gt0. rewrite n_rows. apply Rinv_l. intro none. rewrite none, Rinv_0 in c_gt0. lra. Qed.
Local Lemma labels_fit : Forall (fun row => label_fits Squared (snd row)) rows.
Proof. apply Forall_forall. now intros row _. Qed.
Local Lemma pulled_vector (w : E * R -> R) u (t : E) : (forall row, length (fst row) = d -> w (model_row Squared d row) = u row) ->
  list_of (vector_sum (fun m => w m *: fst m) rows' + t)%V = pulled u rows (list_of t).
Proof.
  intro same. pose proof rows_fit as fit. clear - fit same. revert t. induction fit as [|row rs row_fits _ IH]; intro t; cbn [map pulled].
  - f_equal. cbn. vector_ring.
  - rewrite vector_sum_cons, same by exact row_fits. cbn [model_row fst].
    rewrite <- (list_of_tuple_of d (fst row)) at 2 by exact row_fits. rewrite <- list_of_plus_scaled, <- IH. f_equal. vector_ring.
Qed.
Local Lemma pulled_start (w : E * R -> R) u : (forall row, length (fst row) = d -> w (model_row Squared d row) = u row) ->
  list_of (vector_sum (fun m => w m *: fst m) rows')%V = pulled u rows (zeros d).
Proof. intro same. rewrite <- list_of_zero, <- (pulled_vector w u vzero same). f_equal. vector_ring. Qed.

Local Lemma first_gradient : G vzero = ((- c) *: vector_sum (fun m => (- snd m) *: fst m) rows')%V.
Proof.
  assert (same : linear_model_gradient (fun t => t) rows' (vzero : E) = ((-1) *: vector_sum (fun m => (- snd m) *: fst m) rows')%V).
  { apply inner_separates. intro v. unfold linear_model_gradient. rewrite inner_scale_l, !inner_vector_sum, <- add_up_scale. apply add_up_ext. intros m _.
    rewrite inner_zero_r, !inner_scale_l. ring. }
  unfold G. rewrite same, (linear_zero _ (keep_linear d ones)). vector_ring.
Qed.
Local Lemma first_list : list_of (vector_sum (fun m : E * R => (- snd m) *: fst m) rows')%V = B.
Proof. apply pulled_start. intros row _. cbn. ring. Qed.
Local Lemma image_list : list_of (vector_sum (fun m : E * R => inner (fst m) X *: fst m) rows')%V = S.
Proof. apply pulled_start. intros row row_fits. rewrite inner_lists. cbn [model_row fst]. now rewrite !list_of_tuple_of. Qed.

Local Lemma first_component : Q2R component * c <= Rabs (inner X (G vzero)).
Proof.
  pose proof c_gt0 as c_gt0. rewrite first_gradient, inner_scale_r, inner_lists, first_list, list_of_tuple_of by exact x_fits.
  rewrite Rabs_mult, Rabs_Ropp, (Rabs_pos_eq c), Rmult_comm by lra. apply Rmult_le_compat_l; [lra|]. pose proof (Rle_abs (dot x B)). lra.
Qed.
Local Lemma first_norm : norm (G vzero) <= c * Q2R moment.
Proof.
  pose proof c_gt0 as c_gt0. rewrite first_gradient, norm_scale, Rabs_Ropp, Rabs_pos_eq by lra. apply Rmult_le_compat_l; [lra|].
  eapply Rle_trans; [apply norm_sum_abs|]. now rewrite first_list.
Qed.
Local Lemma residual_norm : norm (Q X - (c * Q2R kappa + alpha) *: X)%V <= c * Q2R residual.
Proof.
  pose proof c_gt0 as c_gt0.
  pose proof n_value as n_value.
  set (s := vector_sum (fun m : E * R => inner (fst m) X *: fst m)%V rows').
  replace (Q X - (c * Q2R kappa + alpha) *: X)%V with
    (c *: ((- (Q2R n * alpha)) *: ((-1) *: keep ones X + X) + ((- Q2R kappa) *: X + s)))%V.
  - rewrite norm_scale, Rabs_pos_eq by lra. apply Rmult_le_compat_l; [lra|]. eapply Rle_trans; [apply norm_sum_abs|].
    eapply Rle_trans; [|exact residual_bound]. right. f_equal. cbv zeta.
    assert (rest : list_of ((- Q2R kappa) *: X + s)%V = plus_scaled (- Q2R kappa) x S)
      by (rewrite list_of_plus_scaled, list_of_tuple_of by exact x_fits; f_equal; apply image_list).
    rewrite <- rest. destruct ones.
    + rewrite !list_of_plus_scaled, list_of_keep, !list_of_tuple_of by exact x_fits. reflexivity.
    + f_equal. rewrite keep_all. vector_ring.
  - unfold second_derivative. fold s. replace (c *: ((- (Q2R n * alpha)) *: ((-1) *: keep ones X + X) + ((- Q2R kappa) *: X + s)))%V with
      (((c * Q2R n) * alpha) *: (keep ones X - X) + c *: ((- Q2R kappa) *: X + s))%V by vector_ring. rewrite n_value. vector_ring.
Qed.
Local Notation most := (c * Q2R top + (if ones then 0 else alpha)).
Local Lemma second_between v : 0 <= alpha -> 0 <= inner (Q v) v <= most * norm2 v.
Proof.
  intro alpha_ge0. pose proof c_gt0 as c_gt0. apply (second_derivative_bound (keep ones)); [exact (keep_between d ones)|lra|exact alpha_ge0|]. intro w.
  rewrite (total_model Squared d rows rows_fit labels_fit (fun row => dot (fst row) (list_of w) * dot (fst row) (list_of w)))
    by (intros row row_fits _; cbn [model_row fst]; now rewrite (inner_row d row w row_fits)).
  pose proof (top_bound (list_of w) (list_of_length d w)) as bound. apply (Rmult_le_compat_l c) in bound; [|lra].
  rewrite keep_square. unfold norm2. rewrite inner_lists. rewrite Rmult_plus_distr_l in bound. pose proof n_value as n_value. destruct ones.
  - rewrite <- !Rmult_assoc, n_value, Rmult_1_l in bound. lra.
  - cbn [penalised]. lra.
Qed.
Local Lemma second_energy : 0 <= alpha -> inner (Q X) X <= c * Q2R energy + alpha * Q2R square.
Proof.
  intro alpha_ge0. pose proof c_gt0 as c_gt0. unfold second_derivative. rewrite inner_add_l, !inner_scale_l, (inner_comm _ (vector_sum _ _)), !inner_lists, image_list.
  destruct (keep_between d ones X) as [_ keep_le]. unfold norm2 in keep_le. rewrite !inner_lists in keep_le.
  rewrite !list_of_tuple_of in * by exact x_fits. apply Rplus_le_compat; apply Rmult_le_compat_l; lra.
Qed.

Local Notation f := (objective Squared ones alpha rows).
Local Notation point := (gradient_descent Squared ones alpha d rows gamma).
Lemma fails_sound : (exists w, length w = d /\ f w + Q2R (accuracy p) < f (point (N.to_nat (steps p)))) /\
  (forever = true -> forall bound, exists K, forall k, (K <= k)%nat -> exists w, length w = d /\ f w + bound < f (point k)).
Proof.
  pose proof c_gt0 as c_gt0. assert (n_gt0 : 0 < Q2R n) by (rewrite n_rows, <- (Rinv_inv (INR _)); now apply Rinv_0_lt_compat).
  assert (c_value : c = / Q2R n) by now rewrite n_rows.
  revert accepted. unfold fails. set (L := largest p n top).
  set (tau := Qred (Qabs _)). set (sigma := Qred (Qmax 1 _)). set (rest := Qred (inject_Z _ * _)). set (K := Qred (energy / n + _)).
  destruct (_ && _) eqn:conditions; [|discriminate]. apply andb_true_iff in conditions as [conditions K_gt0]. apply andb_true_iff in conditions as [penalty_ok tau_gt0].
  destruct (power_bound _ _) as [q|] eqn:ratio_power; [|discriminate]. destruct (power_least tau _) as [t|] eqn:tau_power; [|discriminate].
  set (b := Qred (t * _)). intro last. apply andb_true_iff in last as [last grown]. apply andb_true_iff in last as [last gap]. apply andb_true_iff in last as [t_ge0 b_gt0].
  apply Qle_bool_R0 in penalty_ok, t_ge0. apply less_R in tau_gt0, K_gt0, b_gt0, gap. rewrite Q2R_0 in *.
  assert (abs_R : forall r, Q2R (Qabs r) = Rabs (Q2R r)).
  { intro r. apply (Qabs_case r); intro sign; apply Qle_Rle in sign; rewrite Q2R_0 in sign.
    - now rewrite Rabs_pos_eq.
    - now rewrite Q2R_opp, Rabs_left1. }
  assert (max_R : forall r s, Q2R r <= Q2R (Qmax r s) /\ Q2R s <= Q2R (Qmax r s)) by (intros r s; split; apply Qle_Rle; [apply Q.le_max_l|apply Q.le_max_r]).
  assert (L_value : Q2R L = most).
  { unfold L, largest. rewrite c_value, Q2R_Qred, Q2R_plus, Q2R_Qdiv by lra. destruct ones; rewrite ?Q2R_0; unfold Rdiv; ring. }
  assert (tau_value : Q2R tau = Rabs (1 - gamma * (c * Q2R kappa + alpha))).
  { unfold tau. rewrite Q2R_Qred, abs_R, Q2R_minus, Q2R_1, Q2R_mult, Q2R_plus, Q2R_Qdiv, c_value by lra. f_equal. field. lra. }
  assert (sigma_ge : 1 <= Q2R sigma /\ Rabs (1 - gamma * most) <= Q2R sigma /\ Q2R tau <= Q2R sigma).
  { unfold sigma. rewrite Q2R_Qred, <- L_value. set (m := Qmax (Qabs _) tau). destruct (max_R 1%Q m) as [one rest_le]. rewrite Q2R_1 in one.
    destruct (max_R (Qabs (1 - step * L)) tau) as [first second]. fold m in first, second.
    rewrite abs_R, Q2R_minus, Q2R_1, Q2R_mult in first. repeat split; lra. }
  destruct sigma_ge as (sigma_ge1 & sigma_ge & tau_le). rewrite tau_value in tau_le.
  set (N := N.to_nat (steps p)) in *.
  assert (rest_value : Q2R rest = INR N * (Rabs gamma * (c * Q2R residual) * (c * Q2R moment))).
  { unfold rest. rewrite Q2R_Qred, !Q2R_mult, Q2R_inject, abs_R, !Q2R_Qdiv, c_value by lra. unfold N. rewrite INR_IZR_INZ, N_nat_Z. unfold Rdiv. ring. }
  assert (b_value : Q2R b = Q2R t * (Q2R component * c - Q2R rest * Q2R q)).
  { unfold b. rewrite Q2R_Qred, Q2R_mult, Q2R_minus, Q2R_mult, Q2R_Qdiv, c_value by lra. reflexivity. }
  assert (ratio_value : Q2R (Qred (sigma / tau)) = Q2R sigma / Q2R tau) by (rewrite Q2R_Qred, Q2R_Qdiv by lra; reflexivity).
  pose proof (power_least_sound _ _ _ tau_power (Rlt_le _ _ tau_gt0)) as t_le. fold N in t_le.
  assert (ratio_ge0 : 0 <= Q2R sigma / Q2R tau) by (apply Rmult_le_pos; [lra|]; left; now apply Rinv_0_lt_compat).
  pose proof (power_bound_sound _ _ _ ratio_power ltac:(now rewrite ratio_value)) as q_ge. rewrite ratio_value in q_ge. fold N in q_ge.
  assert (K_value : Q2R K = c * Q2R energy + alpha * Q2R square) by (unfold K; rewrite Q2R_Qred, Q2R_plus, Q2R_Qdiv, Q2R_mult, c_value by lra; field; lra).
  (* what is left of the component *)
  assert (rest_ge : INR N * (Rabs gamma * norm (Q X - (c * Q2R kappa + alpha) *: X)%V * norm (G vzero)) <= Q2R rest).
  { rewrite rest_value. apply Rmult_le_compat_l; [apply pos_INR|]. apply Rmult_le_compat; try apply norm_ge0; [|  |exact first_norm].
    - apply Rmult_le_pos; [apply Rabs_pos|apply norm_ge0].
    - apply Rmult_le_compat_l; [apply Rabs_pos|exact residual_norm]. }
  set (rho := INR N * _) in rest_ge.
  assert (rho_ge0 : 0 <= rho) by (unfold rho; repeat apply Rmult_le_pos; apply pos_INR || apply Rabs_pos || apply norm_ge0).
  assert (powers : Q2R sigma ^ N = Q2R tau ^ N * (Q2R sigma / Q2R tau) ^ N) by (rewrite <- Rpow_mult_distr; f_equal; field; lra).
  pose proof (pow_le _ N ratio_ge0) as ratio_power_ge0. pose proof (pow_le _ N (Rlt_le _ _ tau_gt0)) as tau_power_ge0.
  assert (left_over : Q2R b + rho * Q2R sigma ^ N <= Q2R tau ^ N * Rabs (inner X (G vzero))).
  { assert (inside : Q2R component * c - Q2R rest * Q2R q <= Rabs (inner X (G vzero)) - rho * (Q2R sigma / Q2R tau) ^ N).
    { pose proof first_component as first. assert (rho * (Q2R sigma / Q2R tau) ^ N <= Q2R rest * Q2R q) by (apply Rmult_le_compat; assumption). lra. }
    assert (inside_ge0 : 0 <= Q2R component * c - Q2R rest * Q2R q).
    { rewrite b_value in b_gt0. apply Rnot_lt_le. intro neg. pose proof (Rmult_le_compat_l _ _ _ t_ge0 (Rlt_le _ _ neg)). lra. }
    rewrite b_value, powers. pose proof (Rmult_le_compat _ _ _ _ t_ge0 inside_ge0 t_le inside) as product_le. lra. }
  (* the run *)
  set (run := fix run (k : nat) : E := match k with O => vzero | Datatypes.S k => (run k - gamma *: G (run k))%V end).
  assert (same : forall k, list_of (run k) = gradient_descent Squared ones alpha d rows gamma k).
  { induction k as [|k IH]; [exact list_of_zero|]. cbn [run gradient_descent]. rewrite <- IH. exact (list_of_step Squared ones alpha d rows rows_fit gamma (run k)). }
  destruct (failing_run Q most (second_derivative_linear (keep ones) c alpha rows' (keep_linear d ones)) (second_derivative_symmetric (keep ones) c alpha rows' (keep_symmetric d ones))
    (fun v => second_between v penalty_ok) (model Squared ones alpha d rows) G (least_squares_expands (keep ones) c alpha rows' (keep_linear d ones) (keep_symmetric d ones)) gamma run (fun k => eq_refl)
    (Q2R sigma) X (c * Q2R kappa + alpha) (Q2R K) (Q2R b) N sigma_ge1 sigma_ge tau_le K_gt0) as ((w & better) & long).
  - rewrite K_value. now apply second_energy.
  - lra.
  - cbn [run]. fold rho. now rewrite <- tau_value.
  - split.
    + rewrite !Q2R_mult, Q2R_2 in gap. exists (list_of w). split; [apply list_of_length|].
      rewrite !(model_value Squared ones alpha d rows rows_fit labels_fit), same in better. fold N.
      apply Rmult_lt_reg_l with (2 * Q2R K); lra.
    + intros is_forever bound. rewrite is_forever in grown. apply less_R in grown. rewrite !Q2R_mult, Q2R_Qdiv in grown by lra.
      destruct (diverging_run Q most (second_derivative_linear (keep ones) c alpha rows' (keep_linear d ones)) (second_derivative_symmetric (keep ones) c alpha rows' (keep_symmetric d ones))
        (fun v => second_between v penalty_ok) (model Squared ones alpha d rows) G (least_squares_expands (keep ones) c alpha rows' (keep_linear d ones) (keep_symmetric d ones)) gamma run (fun k => eq_refl) N bound)
        as (start & worse).
      * cbn [run]. apply Rle_lt_trans with (c * Q2R moment); [exact first_norm|]. set (m := c * Q2R moment) in *.
        replace (Q2R moment / Q2R n) with m in grown by (unfold m; rewrite c_value; field; lra).
        assert (m_ge0 : 0 <= m) by (pose proof (norm_ge0 (G vzero)); pose proof first_norm; unfold m; lra).
        apply Rnot_le_lt. intro short. pose proof (norm_ge0 X) as X_ge0. pose proof (norm_ge0 (G (run N))) as end_ge0.
        assert (b_le : Q2R b <= norm X * m) by (eapply Rle_trans; [exact long|]; now apply Rmult_le_compat_l).
        assert (X_square : norm X * norm X <= Q2R square)
          by (rewrite <- norm2_norm; unfold norm2; rewrite inner_lists, list_of_tuple_of by exact x_fits; exact square_bound).
        assert (Q2R b * Q2R b <= norm X * m * (norm X * m)) by (apply Rmult_le_compat; lra).
        assert (norm X * norm X * (m * m) <= Q2R square * (m * m)) by (apply Rmult_le_compat_r; [now apply Rmult_le_pos|exact X_square]). lra.
      * exists start. intros k k_ge. destruct (worse k k_ge) as (v & v_better). exists (list_of v). split; [apply list_of_length|].
        now rewrite !(model_value Squared ones alpha d rows rows_fit labels_fit), same in v_better.
Qed.
End Fails.

(** ** All together *)

Lemma refute_sound forever p step d features labels c : problem_loss p = Squared -> problem_method p = GradientDescent step ->
  refute forever p step d features labels c = true -> Forall (fun r => length r = d) features ->
  length features = length labels /\ ~ Training.converges p d (dataset features labels) /\ (forever = true -> diverges p d (dataset features labels)).
Proof.
  intros p_loss p_method pass fits. unfold refute in pass. destruct (_ && _) eqn:front; [|discriminate].
  apply andb_true_iff in front as [front same]. apply andb_true_iff in front as [_ n_gt0].
  apply Nat.eqb_eq in same. apply Z.ltb_lt in n_gt0.
  set (v := numbers_at c d 22) in pass. destruct (forallb _ v) eqn:v_fin; [|discriminate].
  assert (v_ok : all_fin v) by (apply Forall_forall; intros f f_in; apply finite_fin; revert f f_in; now apply forallb_forall).
  assert (v_length : length v = d) by (unfold v; generalize 22%uint63; clear; induction d as [|d IH]; intro i; cbn; [reflexivity|f_equal; apply IH]).
  apply some_true in pass as ([S B] & is_sums & pass). cbn [fst snd] in pass.
  apply some_true in pass as (top & is_top & pass). apply some_true in pass as (kappa & is_kappa & pass).
  apply some_true in pass as (component & is_component & pass). apply some_true in pass as (residual & is_residual & pass).
  apply some_true in pass as (moment & is_moment & pass). apply some_true in pass as (energy & is_energy & pass).
  apply some_true in pass as (square & is_square & pass). destruct (fails _ _ _ _ _ _ _ _ _ _ _) eqn:failing; [|discriminate]. apply some_true in pass as (G & is_G & pass).
  apply andb_true_iff in pass as [upper_fin upper_ok]. apply andb_true_iff in upper_fin as [upper_fin alpha_fin].
  apply float_rational_correct in is_top as [top_fin top_value], is_kappa as [kappa_fin kappa_value], is_component as [component_fin component_value],
    is_residual as [residual_fin residual_value], is_moment as [moment_fin moment_value], is_energy as [energy_fin energy_value], is_square as [square_fin square_value].
  destruct (diagonal_sound d) as (Z0 & zero_enclosed & zero_shape & zero_value).
  destruct (gram_sound d _ _ _ _ is_G fits zero_enclosed zero_shape) as (M & enclosed & shape & value).
  destruct (sums_sound _ _ _ _ _ _ _ _ _ _ is_sums (points_sound v v_ok) (nothing_sound d) (nothing_sound d)) as [S_in B_in].
  split; [exact same|]. unfold diverges, Training.converges, objective_after, objective_of. rewrite p_loss, p_method. cbn [iterate].
  set (rows := dataset features labels) in *. set (x := map toR v) in *.
  assert (x_fits : length x = d) by (unfold x; now rewrite length_map).
  destruct (fails_sound forever p step (inject_Z (Z.of_nat (length features))) top kappa component residual moment energy square d rows x failing) as ((w & w_fits & worse) & growing).
  - unfold rows. rewrite Q2R_inject, dataset_length, INR_IZR_INZ by exact same. reflexivity.
  - intro none. apply (f_equal (@length _)) in none. unfold rows in none. rewrite dataset_length in none by exact same. cbn in none. lia.
  - now apply dataset_fits.
  - exact x_fits.
  - intros y y_fits. unfold rows. rewrite total_squares by exact same. rewrite <- top_value.
    destruct (intercept p).
    + set (alpha := float_above (inject_Z (Z.of_nat (length features)) * penalty p)%Q) in *. apply finite_fin in alpha_fin. pose proof (UB_toR _ _ (float_above_UB _) alpha_fin) as alpha_ge. fold alpha in alpha_ge.
      destruct (raise_sound alpha G M d alpha_fin enclosed shape) as (M' & enclosed' & shape' & value').
      pose proof (below_sound _ _ _ M' d y top_fin upper_ok (factor_at_sound c d _ upper_fin) enclosed' shape' y_fits) as below_top.
      rewrite value', value, zero_value in below_top by exact y_fits. rewrite Q2R_mult in alpha_ge.
      apply (Rmult_le_compat_r (dot (penalised true y) (penalised true y))) in alpha_ge; [lra|apply dot_ge0].
    + pose proof (below_sound _ _ _ M d y top_fin upper_ok (factor_at_sound c d _ upper_fin) enclosed shape y_fits) as below_top.
      rewrite value, zero_value in below_top by exact y_fits. lra.
  - rewrite <- component_value. apply LB_toR; [|exact component_fin]. now apply product_sound.
  - rewrite <- residual_value. apply UB_toR; [|exact residual_fin]. rewrite <- (Rplus_0_l (sum_abs _)). apply add_magnitudes_sound; [apply UB0, Rle_refl|].
    destruct (fin_opp _ kappa_fin) as [opp_fin opp_value]. rewrite <- kappa_value, <- opp_value. cbv zeta. destruct (intercept p); [|now apply add_multiple_sound].
    destruct (alone_sound v v_ok) as [alone_fin alone_value]. unfold x. rewrite <- alone_value.
    apply add_interval_sound; [|exact alone_fin|now apply add_multiple_sound].
    rewrite <- Q2R_mult, <- Q2R_opp. split; [apply float_below_LB|apply float_above_UB].
  - rewrite <- moment_value. apply UB_toR; [|exact moment_fin]. rewrite <- (Rplus_0_l (sum_abs _)). apply add_magnitudes_sound; [apply UB0, Rle_refl|exact B_in].
  - rewrite <- energy_value. apply UB_toR; [|exact energy_fin]. now apply product_sound.
  - rewrite <- square_value. apply UB_toR; [|exact square_fin]. rewrite <- (Rplus_0_l (dot x x)). apply squares_above_sound; [exact v_ok|apply UB0, Rle_refl].
  - split; [|exact growing]. intro converging. specialize (converging w w_fits). fold rows in converging. lra.
Qed.

Local Lemma refute_run_sound forever problem_file features_file labels_file c : refute_run forever problem_file features_file labels_file c = true ->
  about (fun p d rows => ~ Training.converges p d rows /\ (forever = true -> diverges p d rows)) problem_file features_file labels_file.
Proof.
  unfold refute_run, about. destruct (read_problem problem_file) as [p|]; [|discriminate].
  destruct (read_matrix features_file) as [[d features]|] eqn:is_features; [|discriminate].
  destruct (read_matrix labels_file) as [[[|[|k]] labels]|]; try discriminate.
  destruct (problem_loss p) eqn:p_loss; try discriminate. destruct (problem_method p) as [step| |] eqn:p_method; try discriminate.
  pose proof (with_ones_fit (intercept p) d features (read_matrix_fit features_file _ _ is_features)) as fits. destruct (with_ones _ d features) as [d' features'].
  intro pass. destruct (refute_sound forever p step d' features' labels c p_loss p_method pass fits) as (same & claim). split; [exact same|]. split; [|exact claim]. apply Forall_forall. now intros row _.
Qed.
Local Lemma about_mono (P P' : problem -> nat -> list (list R * R) -> Prop) problem_file features_file labels_file :
  (forall p d rows, P p d rows -> P' p d rows) -> about P problem_file features_file labels_file -> about P' problem_file features_file labels_file.
Proof.
  intro implies. unfold about. destruct (read_problem problem_file); [|easy]. destruct (read_matrix features_file) as [[d features]|]; [|easy].
  destruct (read_matrix labels_file) as [[[|[|k]] labels]|]; try easy. destruct (with_ones _ d features) as [d' features'].
  intros (same & fits & claim). repeat split; auto.
Qed.

(** Equations of functions, to be rewritten with: left to itself, the kernel would unfold the readers on files that are variables. *)
Local Lemma refute_training_correct : refute_training = refute_run false.
Proof. reflexivity. Qed.
Local Lemma diverge_training_correct : diverge_training = refute_run true.
Proof. reflexivity. Qed.
Local Lemma fails_correct : TrainingFails = about (fun p d rows => ~ Training.converges p d rows).
Proof. reflexivity. Qed.
Local Lemma diverges_correct : TrainingDiverges = about (fun p d rows => ~ Training.converges p d rows /\ diverges p d rows).
Proof. reflexivity. Qed.

(** The checker's answer [true] means that the run does not converge as the files say ... *)
Theorem refute_training_sound problem_file features_file labels_file c :
  refute_training problem_file features_file labels_file c = true -> TrainingFails problem_file features_file labels_file.
Proof. rewrite refute_training_correct, fails_correct. intro pass. apply refute_run_sound in pass. revert pass. apply about_mono. now intros p d rows [fails _]. Qed.
(** ... and also diverges. *)
Theorem diverge_training_sound problem_file features_file labels_file c :
  diverge_training problem_file features_file labels_file c = true -> TrainingDiverges problem_file features_file labels_file.
Proof.
  rewrite diverge_training_correct, diverges_correct. intro pass. apply refute_run_sound in pass. revert pass. apply about_mono.
  intros p d rows [fails growing]. split; [exact fails|]. now apply growing.
Qed.
