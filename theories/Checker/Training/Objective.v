(** * The objective of training in the library's terms

    Lists of numbers as vectors of R^d: the objective of Spec/Training.v is a regularized sum of losses of a linear model, the formula given there is its gradient,
    and it is smooth and strongly convex with constants that follow from bounds of Σ <a(i), w>².

    Main definitions: [keep] (without the intercept), [model], [model_gradient], [curvature], [smoothness], [curved], [promises].
    Main results: [model_value], [list_of_model_gradient], [objective_gradient], [objective_smooth], [objective_strongly_convex], [training_bound].

    Trust: proved.
    Source: Spec/Training.v; Primitives/Optimization/Losses.v. *)
From Coq Require Import QArith Qreals Reals Lra Psatz List Lia.
From Warrant Require Import Spec.InnerProduct Spec.Functions Spec.Training.
From Warrant.Primitives.Optimization Require Import Spaces Convex Smooth Operators Quadratics FiniteSums Losses Instances Gaps.
From Warrant.Primitives.Optimization Require ProximalGradient Acceleration.
Import ListNotations.
Local Open Scope R_scope.
Local Notation dot := Training.dot.

(** ** Tuples and lists *)

Section Lists.
Context {d : nat}.
Implicit Types x y : tuples d.
Lemma list_of_plus_scaled c x y : list_of (c *: x + y)%V = plus_scaled c (list_of x) (list_of y).
Proof. induction d as [|n IH]; [reflexivity|]. destruct x, y. cbn. f_equal. apply IH. Qed.
Lemma list_of_zero : list_of (@vzero (tuples d)) = zeros d.
Proof. induction d as [|n IH]; [reflexivity|]. cbn. f_equal. exact IH. Qed.
Lemma inner_lists x y : inner x y = dot (list_of x) (list_of y).
Proof. exact (inner_tuples d x y). Qed.

(** ** Without the intercept *)

Definition keep (b : bool) x : tuples d := tuple_of d (penalised b (list_of x)).
End Lists.
Lemma penalised_length b w : length (penalised b w) = length w.
Proof. now destruct b, w. Qed.
Lemma list_of_keep d b (x : tuples d) : list_of (keep b x) = penalised b (list_of x).
Proof. apply list_of_tuple_of. now rewrite penalised_length, list_of_length. Qed.
Lemma keep_all d (x : tuples d) : keep false x = x.
Proof. apply tuple_of_list_of. Qed.
Local Lemma keep_rest d (x : tuples (S d)) : keep true x = (0, snd x).
Proof. destruct x as [a x]. unfold keep. cbn. f_equal. apply tuple_of_list_of. Qed.
Local Lemma keep_none d (x : tuples O) : keep d x = x.
Proof. now destruct x. Qed.
Lemma keep_linear d b : linear (@keep d b).
Proof.
  intros a x y. destruct b; [|now rewrite !keep_all]. destruct d as [|d]; [now rewrite !keep_none|]. rewrite !keep_rest.
  cbn. unfold pair_sum, pair_multiple. cbn. apply (f_equal (fun r => (r, _))). ring.
Qed.
Lemma keep_symmetric d b (x y : tuples d) : inner (keep b x) y = inner x (keep b y).
Proof.
  destruct b; [|now rewrite !keep_all]. destruct d as [|d]; [now rewrite !keep_none|]. rewrite !keep_rest. cbn. unfold pair_inner. cbn. now rewrite Rmult_0_l, Rmult_0_r.
Qed.
Lemma keep_square d b (x : tuples d) : inner (keep b x) x = dot (penalised b (list_of x)) (penalised b (list_of x)).
Proof.
  rewrite <- list_of_keep, <- inner_lists. destruct b; [|now rewrite !keep_all]. destruct d as [|d]; [now rewrite !keep_none|].
  rewrite !keep_rest. cbn. unfold pair_inner. cbn. now rewrite !Rmult_0_l.
Qed.
(** the intercept alone *)
Lemma norm_intercept d (x : tuples d) : norm (x - keep true x)%V <= Rabs (hd 0 (list_of x)).
Proof.
  apply norm_bound; [apply Rabs_pos|]. rewrite <- Rabs_mult, Rabs_pos_eq by apply Rle_0_sqr. destruct d as [|d].
  - replace (x - keep true x)%V with (@vzero (tuples O)) by (rewrite keep_none; vector_ring). rewrite norm2_zero. apply Rle_0_sqr.
  - rewrite keep_rest. destruct x as [a x]. right. unfold norm2. rewrite inner_lists. cbn.
    replace (x + (-1) *: x)%V with (@vzero (tuples d)) by vector_ring. rewrite list_of_zero, <- list_of_zero, <- inner_lists, inner_zero_l. ring.
Qed.
Lemma keep_between d b (x : tuples d) : 0 <= inner (keep b x) x <= norm2 x.
Proof.
  split; [rewrite keep_square, <- list_of_keep, <- inner_lists; apply inner_ge0|].
  destruct b; [|rewrite keep_all; apply Rle_refl]. destruct d as [|d]; [rewrite keep_none; apply Rle_refl|].
  rewrite keep_rest. unfold norm2. cbn. unfold pair_inner. cbn. apply Rplus_le_compat_r. rewrite Rmult_0_l. apply Rle_0_sqr.
Qed.

Lemma dot_ge0 w : 0 <= dot w w.
Proof. induction w as [|a w IH]; cbn; [lra | pose proof (Rle_0_sqr a) as square; unfold Rsqr in square; lra]. Qed.

(** ** Losses *)

Definition curvature (l : loss) : R := match l with Logistic => / 4 | _ => 1 end.
Definition loss_ok (l : loss) : Prop := match l with Huber delta => 0 <= Q2R delta | _ => True end.
Local Definition shape (l : loss) : R -> R := match l with Squared => half_square | Logistic => logistic | Huber delta => huber (Q2R delta) end.
Local Definition shape' (l : loss) : R -> R := match l with Squared => fun t => t | Logistic => sigmoid | Huber delta => clip (Q2R delta) end.
Local Lemma shape_loss l : loss_ok l -> smooth_loss (curvature l) (shape l) (shape' l).
Proof. destruct l as [| |delta]; intro ok; [exact half_square_loss | exact logistic_loss | exact (huber_loss _ ok)]. Qed.

Lemma loss_at_ge0 l z y : loss_ok l -> 0 <= loss_at l z y.
Proof.
  pose proof (Rle_0_sqr (z - y)) as square. unfold Rsqr in square. destruct l as [| |delta]; cbn; intro ok.
  - lra.
  - rewrite <- ln_1. pose proof (exp_pos (- y * z)). left. apply ln_increasing; lra.
  - destruct (Rle_dec _ _) as [le|gt]; [lra|]. apply Rmult_le_pos; lra.
Qed.

Section Objective.
Variables (l : loss) (b : bool) (alpha : R) (d : nat) (rows : list (list R * R)).
Implicit Type row : list R * R.
Local Notation E := (tuples d).
Local Notation n := (INR (length rows)).
Local Notation F := (Training.objective l b alpha rows).

(** a row as the library takes it: the loss is a function of <a, x> + b *)
Definition model_row (row : list R * R) : E * R :=
  match l with
  | Logistic => ((- snd row) *: tuple_of d (fst row), 0)%V
  | _ => (tuple_of d (fst row), - snd row)
  end.
Local Notation model_rows := (map model_row rows).
Definition model : function E := partly_regularized (keep b) alpha (multiple (/ n) (linear_model (shape l) model_rows)).

Lemma inner_row row (x : E) : length (fst row) = d -> inner (tuple_of d (fst row)) x = dot (fst row) (list_of x).
Proof. intro fits. now rewrite inner_lists, list_of_tuple_of. Qed.
Local Lemma row_loss row (x : E) : length (fst row) = d ->
  shape l (inner (fst (model_row row)) x + snd (model_row row)) = loss_at l (dot (fst row) (list_of x)) (snd row).
Proof.
  intro fits. unfold model_row. destruct l as [| |delta]; cbn [fst snd shape loss_at]; rewrite ?inner_scale_l, (inner_row row x fits); try reflexivity.
  unfold logistic. now rewrite Rplus_0_r.
Qed.
Local Lemma row_slope row (x : E) : length (fst row) = d ->
  (shape' l (inner (fst (model_row row)) x + snd (model_row row)) *: fst (model_row row) =
   slope_at l (dot (fst row) (list_of x)) (snd row) *: tuple_of d (fst row))%V.
Proof.
  intro fits. unfold model_row. destruct l as [| |delta]; cbn [fst snd shape' slope_at]; rewrite ?inner_scale_l, (inner_row row x fits); try reflexivity.
  rewrite Rplus_0_r, vscale_scale. unfold sigmoid. f_equal. ring.
Qed.
Local Lemma row_square row (x : E) : length (fst row) = d -> label_fits l (snd row) ->
  inner (fst (model_row row)) x * inner (fst (model_row row)) x = dot (fst row) (list_of x) * dot (fst row) (list_of x).
Proof.
  intros fits label. unfold model_row. destruct l as [| |delta]; cbn [fst snd]; rewrite ?inner_scale_l, (inner_row row x fits); try reflexivity.
  destruct label as [-> | ->]; ring.
Qed.

Hypotheses (l_ok : loss_ok l) (alpha_ge0 : 0 <= alpha) (rows_some : rows <> []).
Hypotheses (rows_fit : Forall (fun row => length (fst row) = d) rows) (labels_fit : Forall (fun row => label_fits l (snd row)) rows).
Local Lemma n_gt0 : 0 < n.
Proof. destruct rows as [|r rs]; [easy|]. cbn [length]. rewrite S_INR. pose proof (pos_INR (length rs)). lra. Qed.
Lemma total_model (u : list R * R -> R) (v : E * R -> R) :
  (forall row, length (fst row) = d -> label_fits l (snd row) -> v (model_row row) = u row) -> add_up v model_rows = total rows u.
Proof.
  intro same. clear rows_some. revert rows_fit labels_fit. induction rows as [|row rs IH]; intros fit labels; [reflexivity|].
  inversion fit; inversion labels; subst. cbn. rewrite same by assumption. f_equal. now apply IH.
Qed.

Lemma model_value (x : E) : model x = F (list_of x).
Proof.
  unfold model, Training.objective. cbn. rewrite linear_model_value. f_equal.
  - f_equal. apply total_model. intros row fits _. now apply row_loss.
  - now rewrite keep_square.
Qed.

(** ** The gradient *)

Definition model_gradient (x : E) : E := (/ n *: linear_model_gradient (shape' l) model_rows x + alpha *: keep b x)%V.
Local Lemma model_has_gradient x : Functions.gradient model x (model_gradient x).
Proof.
  apply sum_gradient; apply multiple_gradient; [|exact (half_form_gradient _ (keep_linear d b) (keep_symmetric d b) (keep_between d b) x)].
  apply (linear_model_has_gradient (curvature l)). exact (shape_loss l l_ok).
Qed.
Lemma list_of_model_gradient x : list_of (model_gradient x) = Training.gradient l b alpha d rows (list_of x).
Proof.
  unfold model_gradient, Training.gradient. set (c := / n). clearbody c. clear rows_some labels_fit. revert rows_fit.
  induction rows as [|row rs IH]; intro fit; cbn [map fold_right].
  - rewrite <- list_of_keep, <- list_of_zero, <- list_of_plus_scaled. f_equal. cbn. vector_ring.
  - inversion fit as [|row' rs' fits fit']; subst. rewrite <- (IH fit').
    rewrite <- (list_of_tuple_of d (fst row)) at 2 by assumption. rewrite <- list_of_plus_scaled. f_equal.
    unfold linear_model_gradient. cbn [map]. rewrite vector_sum_cons, row_slope by assumption. vector_ring.
Qed.
Lemma model_gradient_rows x :
  model_gradient x = (/ n *: vector_sum (fun row => slope_at l (dot (fst row) (list_of x)) (snd row) *: tuple_of d (fst row)) rows + alpha *: keep b x)%V.
Proof.
  unfold model_gradient. f_equal. f_equal. unfold linear_model_gradient. clear rows_some labels_fit. revert rows_fit.
  induction rows as [|row rs IH]; intro fit; [reflexivity|]. inversion fit as [|row' rs' fits fit']; subst.
  cbn [map]. rewrite !vector_sum_cons, row_slope by assumption. f_equal. exact (IH fit').
Qed.
(** the formula of the Spec is the gradient *)
Theorem objective_gradient (x : E) :
  Functions.gradient (everywhere (fun x => F (list_of x))) x (tuple_of d (Training.gradient l b alpha d rows (list_of x))).
Proof.
  rewrite <- list_of_model_gradient, tuple_of_list_of. intros eps eps_gt0.
  destruct (model_has_gradient x eps eps_gt0) as (delta & delta_gt0 & near). exists delta. split; [exact delta_gt0|].
  intros y close. split; [exact I|]. cbn. rewrite <- !model_value. now apply near.
Qed.

(** ** Constants *)

Variables (top mu : R).
Hypothesis top_bound : forall w, length w = d -> total rows (fun row => dot (fst row) w * dot (fst row) w) <= top * dot w w.
Hypothesis top_ge0 : 0 <= top.

Definition smoothness : R := curvature l * top / n + alpha.
(** µ bounds the second derivative of least squares from below, or comes from the penalty alone *)
Definition curved : Prop :=
  match l with
  | Squared => forall w, length w = d ->
      mu * dot w w <= / n * total rows (fun row => dot (fst row) w * dot (fst row) w) + alpha * dot (penalised b w) (penalised b w)
  | _ => if b then mu = 0 else mu = alpha
  end.
Hypothesis is_curved : curved.

Theorem objective_smooth : smooth smoothness model.
Proof.
  pose proof n_gt0 as n_gt0. pose proof (Rinv_0_lt_compat _ n_gt0) as inverse_gt0.
  replace smoothness with (Rabs (/ n) * (curvature l * top) + alpha).
  - apply (partly_regularized_smooth _ (keep_linear d b) (keep_symmetric d b) (keep_between d b)); [exact alpha_ge0|]. apply multiple_smooth.
    apply (linear_model_smooth (curvature l) (shape l) (shape' l) (shape_loss l l_ok)); [exact top_ge0|].
    intro x. rewrite (total_model (fun row => dot (fst row) (list_of x) * dot (fst row) (list_of x))).
    + unfold norm2. rewrite inner_lists. apply top_bound, list_of_length.
    + intros row fits label. now apply row_square.
  - rewrite Rabs_pos_eq by lra. unfold smoothness, Rdiv. ring.
Qed.
Theorem objective_convex : convex model.
Proof.
  pose proof n_gt0 as n_gt0. pose proof (Rinv_0_lt_compat _ n_gt0) as inverse_gt0.
  apply (partly_regularized_convex _ (keep_linear d b) (keep_symmetric d b) (keep_between d b)); [exact alpha_ge0|].
  unfold convex. replace 0 with (/ n * 0) by ring. apply multiple_strongly_convex; [lra|].
  exact (linear_model_convex _ _ _ (shape_loss l l_ok) _).
Qed.
Lemma objective_lower (x y : E) :
  model y + inner (model_gradient y) (x - y)%V + alpha / 2 * inner (keep b (x - y)%V) (x - y)%V <= model x.
Proof.
  pose proof n_gt0 as n_gt0. pose proof (Rinv_0_lt_compat _ n_gt0) as inverse_gt0.
  apply (partly_regularized_lower _ (keep_linear d b) (keep_symmetric d b)).
  - unfold convex. replace 0 with (/ n * 0) by ring. apply multiple_strongly_convex; [lra|]. exact (linear_model_convex _ _ _ (shape_loss l l_ok) _).
  - apply multiple_gradient, (linear_model_has_gradient (curvature l)). exact (shape_loss l l_ok).
  - apply linear_model_total.
Qed.
Local Lemma squared_strongly_convex : l = Squared -> strongly_convex mu model.
Proof.
  intro squared. unfold model. replace (shape l) with half_square by now rewrite squared.
  apply (partly_regularized_least_squares _ (keep_linear d b) (keep_symmetric d b)). intro x.
  rewrite (total_model (fun row => dot (fst row) (list_of x) * dot (fst row) (list_of x))).
  - unfold norm2. rewrite inner_lists, keep_square. revert is_curved. unfold curved. rewrite squared. intro bound. apply bound, list_of_length.
  - intros row fits label. now apply row_square.
Qed.
Theorem objective_strongly_convex : strongly_convex mu model.
Proof.
  pose proof squared_strongly_convex as squared. pose proof objective_convex as simply.
  assert (other : (if b then mu = 0 else mu = alpha) -> strongly_convex mu model).
  { unfold model in *. destruct b; intros ->; [exact simply|]. intros x y t here there t_in. destruct (simply x y t here there t_in) as [inside _]. split; [exact inside|].
    pose proof n_gt0 as n_gt0. pose proof (Rinv_0_lt_compat _ n_gt0) as inverse_gt0.
    pose proof (multiple_strongly_convex (/ n) 0 _ (Rlt_le _ _ inverse_gt0) (linear_model_convex _ _ _ (shape_loss l l_ok) model_rows)) as losses.
    pose proof (regularized_strongly_convex alpha _ _ alpha_ge0 losses x y t) as bound. rewrite Rmult_0_r, Rplus_0_l in bound.
    cbn in bound |- *. rewrite !keep_all. apply bound; [|  |exact t_in]; split; try exact I; apply linear_model_total. }
  revert other squared is_curved. unfold curved. destruct l; auto.
Qed.

(** ** The run *)

Local Lemma norm2_opposite (x : E) : norm2 (vzero - x)%V = norm2 x.
Proof. replace (vzero - x)%V with ((-1) *: x)%V by vector_ring. unfold norm2. rewrite inner_scale_l, inner_scale_r. ring. Qed.
Lemma objective_ge0 w : 0 <= F w.
Proof.
  pose proof n_gt0 as n_gt0. pose proof (Rinv_0_lt_compat _ n_gt0) as inverse_gt0.
  pose proof (dot_ge0 (penalised b w)) as penalty_ge0.
  assert (total_ge0 : 0 <= total rows (fun row => loss_at l (dot (fst row) w) (snd row))).
  { clear - l_ok. unfold total. induction rows as [|row rs IH]; cbn [fold_right]; [lra|]. pose proof (loss_at_ge0 l (dot (fst row) w) (snd row) l_ok). lra. }
  unfold Training.objective. apply Rplus_le_le_0_compat; apply Rmult_le_pos; lra.
Qed.

(** The run of the method keeps f(w(N)) - f(w) below c ρ^N f(0). *)
Definition promises (mu L : R) (m : method) (rho c : R) : Prop :=
  match m with
  | GradientDescent step => 0 <= Q2R step /\ 0 <= rho /\ shrinks mu L (Q2R step) rho /\ c = 1
  | Nesterov step momentum =>
    exists q, Q2R momentum = (1 - q) / (1 + q) /\ 0 < q <= 1 /\ 0 < Q2R step /\ L * Q2R step <= 1 /\ q * q <= Q2R step * mu /\ rho = 1 - q /\ c = 4
  | Accelerated _ => False
  end.
Local Notation run := (iterate l b alpha d rows).

Lemma list_of_step gamma (x : E) : list_of (x - gamma *: model_gradient x)%V = gradient_step l b alpha d rows gamma (list_of x).
Proof. unfold gradient_step. rewrite <- list_of_model_gradient, <- list_of_plus_scaled. f_equal. vector_ring. Qed.
Local Lemma descent_bound gamma rho w N : length w = d -> 0 <= mu -> 0 <= gamma -> 0 <= rho -> shrinks mu smoothness gamma rho ->
  F (gradient_descent l b alpha d rows gamma N) - F w <= rho ^ N * (F (zeros d) - F w).
Proof.
  intros w_fits mu_ge0 gamma_ge0 rho_ge0 factor.
  set (x := fix x (k : nat) : E := match k with O => vzero | S k => (x k - gamma *: model_gradient (x k))%V end).
  assert (same : forall k, list_of (x k) = gradient_descent l b alpha d rows gamma k).
  { induction k as [|k IH]; [exact list_of_zero|]. cbn [x gradient_descent]. now rewrite <- IH, <- list_of_step. }
  pose proof (gradient_descent_gap mu smoothness gamma rho model x (fun k => model_gradient (x k)) (tuple_of d w) N
    objective_smooth objective_strongly_convex mu_ge0 gamma_ge0 rho_ge0 factor (fun k => conj (model_has_gradient (x k)) eq_refl)) as gap.
  rewrite !model_value, list_of_tuple_of, same in gap by exact w_fits. cbn [x] in gap. now rewrite list_of_zero in gap.
Qed.
(** w(k) and v(k) as vectors *)
Definition two_sequences (gamma : R) (beta : nat -> R) : nat -> E * E :=
  fix xy (k : nat) : E * E :=
    match k with
    | O => (vzero, vzero)
    | S k => let next := (snd (xy k) - gamma *: model_gradient (snd (xy k)))%V in (next, next + beta k *: (next - fst (xy k)))%V
    end.
Lemma list_of_two_sequences gamma beta k :
  nesterov l b alpha d rows gamma beta k = (list_of (fst (two_sequences gamma beta k)), list_of (snd (two_sequences gamma beta k))).
Proof.
  induction k as [|k IH]; [cbn; now rewrite list_of_zero|]. cbn [nesterov]. rewrite IH. cbn [two_sequences fst snd]. fold (two_sequences gamma beta k).
  set (next := (snd (two_sequences gamma beta k) - gamma *: model_gradient (snd (two_sequences gamma beta k)))%V). rewrite <- list_of_step. fold next. f_equal.
  rewrite <- !list_of_plus_scaled. f_equal. vector_ring.
Qed.
Lemma two_sequences_nesterov gamma beta : Acceleration.nesterov gamma beta model (fun k => fst (two_sequences gamma beta k)) (fun k => snd (two_sequences gamma beta k))
  (fun k => model_gradient (snd (two_sequences gamma beta k))).
Proof. split; [reflexivity|]. intro k. split; [apply model_has_gradient|]. split; reflexivity. Qed.
Local Lemma nesterov_bound gamma q w N : length w = d -> 0 < gamma -> smoothness * gamma <= 1 -> 0 < q <= 1 -> q * q <= gamma * mu ->
  F (fst (nesterov l b alpha d rows gamma (fun _ => (1 - q) / (1 + q)) N)) - F w <= (1 - q) ^ N * (4 * F (zeros d)).
Proof.
  intros w_fits gamma_gt0 step_le q_in q_square. set (beta := (1 - q) / (1 + q)).
  set (xy := two_sequences gamma (fun _ => beta)).
  pose proof (list_of_two_sequences gamma (fun _ => beta)) as same. fold xy in same.
  pose proof (nesterov_gap mu smoothness gamma q model (fun k => fst (xy k)) (fun k => snd (xy k)) (fun k => model_gradient (snd (xy k)))
    (tuple_of d w) N objective_smooth objective_strongly_convex) as gap.
  rewrite !model_value, list_of_tuple_of, list_of_zero in gap by exact w_fits. rewrite same. apply gap; try assumption; try reflexivity.
  - intro v. rewrite model_value. apply objective_ge0.
  - apply two_sequences_nesterov.
Qed.
(** the losses are not negative *)
(** without strong convexity: f(w(N)) - f(w) is at most a multiple of ‖w‖² *)
Lemma descent_near gamma w N : length w = d -> 0 < gamma -> smoothness * gamma <= 1 -> (0 < N)%nat ->
  F (gradient_descent l b alpha d rows gamma N) <= F w + / (4 * gamma * INR N) * dot w w.
Proof.
  intros w_fits gamma_gt0 step_le some_steps.
  set (x := fix x (k : nat) : E := match k with O => vzero | S k => (x k - gamma *: model_gradient (x k))%V end).
  assert (same : forall k, list_of (x k) = gradient_descent l b alpha d rows gamma k).
  { induction k as [|k IH]; [exact list_of_zero|]. cbn [x gradient_descent]. now rewrite <- IH, <- list_of_step. }
  assert (steps : ProximalGradient.proximal_gradient gamma model zero_function x (fun k => model_gradient (x k)) (fun _ => vzero)).
  { intro k. split; [apply model_has_gradient|]. split; [split; [exact I|]; intros y _; cbn; rewrite inner_zero_l; lra|]. cbn [x]. f_equal. vector_ring. }
  pose proof (ProximalGradient.proximal_gradient_convex smoothness gamma model zero_function x _ _ objective_smooth gamma_gt0 step_le steps
    (tuple_of d w) N objective_convex I some_steps) as gap.
  cbn [value sum zero_function everywhere x] in gap. rewrite !model_value, list_of_tuple_of, same in gap by exact w_fits.
  replace (norm2 (vzero - tuple_of d w)%V) with (dot w w) in gap; [unfold Rdiv in gap; lra|].
  rewrite norm2_opposite. unfold norm2. now rewrite inner_lists, list_of_tuple_of.
Qed.
Lemma nesterov_near gamma w N : length w = d -> 0 < gamma -> smoothness * gamma <= 1 -> (0 < N)%nat ->
  F (fst (nesterov l b alpha d rows gamma growing_momentum N)) <= F w + 2 * / gamma / INR (S N) ^ 2 * dot w w.
Proof.
  intros w_fits gamma_gt0 step_le some_steps. pose proof (Rinv_0_lt_compat _ gamma_gt0) as inverse_gt0.
  assert (smooth_inverse : smooth (/ gamma) model).
  { apply (smooth_mono smoothness); [|exact objective_smooth]. apply (Rmult_le_reg_r gamma); [exact gamma_gt0|]. rewrite Rinv_l; lra. }
  pose proof (two_sequences_nesterov gamma growing_momentum) as steps. rewrite <- (Rinv_inv gamma) in steps at 1.
  pose proof (Acceleration.nesterov_rate (/ gamma) model _ _ _ (tuple_of d w) N smooth_inverse objective_convex inverse_gt0 steps some_steps) as gap.
  cbv beta in gap. rewrite !model_value, list_of_tuple_of in gap by exact w_fits. rewrite list_of_two_sequences. cbn [fst].
  replace (norm2 (fst (two_sequences gamma growing_momentum 0) - tuple_of d w)%V) with (dot w w) in gap; [lra|].
  cbn [two_sequences fst]. rewrite norm2_opposite. unfold norm2. now rewrite inner_lists, list_of_tuple_of.
Qed.
Theorem training_bound m rho c w N : length w = d -> 0 <= mu -> promises mu smoothness m rho c ->
  F (run m N) <= F w + rho ^ N * (c * F (zeros d)).
Proof.
  intros w_fits mu_ge0 promise. destruct m as [step|step momentum|step]; cbn [promises iterate] in *; [| |easy].
  - destruct promise as (step_ge0 & rho_ge0 & factor & ->).
    pose proof (descent_bound (Q2R step) rho w N w_fits mu_ge0 step_ge0 rho_ge0 factor) as gap.
    pose proof (Rmult_le_pos _ _ (pow_le rho N rho_ge0) (objective_ge0 w)). lra.
  - destruct promise as (q & -> & q_in & step_gt0 & step_le & q_square & -> & ->).
    pose proof (nesterov_bound (Q2R step) q w N w_fits step_gt0 step_le q_in q_square). lra.
Qed.
End Objective.
