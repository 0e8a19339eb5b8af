(** * The objective of training in the library's terms

    Lists of numbers as vectors of R^d: the objective of Spec/Training.v is a regularized sum of losses of a linear model, the formula given there is its gradient,
    and it is smooth and strongly convex with constants that follow from bounds of Σ <a(i), w>².

    Main definitions: [model], [model_gradient], [curvature], [smoothness], [convexity], [promises].
    Main results: [model_value], [list_of_model_gradient], [objective_gradient], [objective_smooth], [objective_strongly_convex], [training_bound].

    Trust: proved.
    Source: Spec/Training.v; Primitives/Optimization/Losses.v. *)
From Coq Require Import QArith Qreals Reals Lra Psatz List Lia.
From Warrant Require Import Spec.InnerProduct Spec.Functions Spec.Training.
From Warrant.Primitives.Optimization Require Import Spaces Convex Smooth Quadratics FiniteSums Losses Instances Gaps.
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
End Lists.

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
Variables (l : loss) (alpha : R) (d : nat) (rows : list (list R * R)).
Implicit Type row : list R * R.
Local Notation E := (tuples d).
Local Notation n := (INR (length rows)).
Local Notation F := (Training.objective l alpha rows).

(** a row as the library takes it: the loss is a function of <a, x> + b *)
Definition model_row (row : list R * R) : E * R :=
  match l with
  | Logistic => ((- snd row) *: tuple_of d (fst row), 0)%V
  | _ => (tuple_of d (fst row), - snd row)
  end.
Local Notation model_rows := (map model_row rows).
Definition model : function E := regularized alpha (multiple (/ n) (linear_model (shape l) model_rows)).

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
  - unfold norm2. now rewrite inner_lists.
Qed.

(** ** The gradient *)

Local Lemma half_norm2_gradient (x : E) : Functions.gradient half_norm2 x x.
Proof.
  apply (tangent_gradient (/ 2)). intro y. split; [exact I|]. cbn.
  replace (/ 2 * norm2 y - / 2 * norm2 x - inner x (y - x)%V) with (/ 2 * norm2 (y - x)%V) by (expand_inner; field).
  pose proof (norm2_ge0 (y - x)%V). rewrite Rabs_pos_eq; lra.
Qed.
Definition model_gradient (x : E) : E := (/ n *: linear_model_gradient (shape' l) model_rows x + alpha *: x)%V.
Local Lemma model_has_gradient x : Functions.gradient model x (model_gradient x).
Proof.
  apply sum_gradient; apply multiple_gradient; [|apply half_norm2_gradient].
  apply (linear_model_has_gradient (curvature l)). exact (shape_loss l l_ok).
Qed.
Lemma list_of_model_gradient x : list_of (model_gradient x) = Training.gradient l alpha d rows (list_of x).
Proof.
  unfold model_gradient, Training.gradient. set (c := / n). clearbody c. clear rows_some labels_fit. revert rows_fit.
  induction rows as [|row rs IH]; intro fit; cbn [map fold_right].
  - rewrite <- list_of_zero, <- list_of_plus_scaled. f_equal. cbn. vector_ring.
  - inversion fit as [|row' rs' fits fit']; subst. rewrite <- (IH fit').
    rewrite <- (list_of_tuple_of d (fst row)) at 2 by assumption. rewrite <- list_of_plus_scaled. f_equal.
    unfold linear_model_gradient. cbn [map]. rewrite vector_sum_cons, row_slope by assumption. vector_ring.
Qed.
(** the formula of the Spec is the gradient *)
Theorem objective_gradient (x : E) :
  Functions.gradient (everywhere (fun x => F (list_of x))) x (tuple_of d (Training.gradient l alpha d rows (list_of x))).
Proof.
  rewrite <- list_of_model_gradient, tuple_of_list_of. intros eps eps_gt0.
  destruct (model_has_gradient x eps eps_gt0) as (delta & delta_gt0 & near). exists delta. split; [exact delta_gt0|].
  intros y close. split; [exact I|]. cbn. rewrite <- !model_value. now apply near.
Qed.

(** ** Constants *)

Variables (top bottom : R).
Hypothesis top_bound : forall w, length w = d -> total rows (fun row => dot (fst row) w * dot (fst row) w) <= top * dot w w.
Hypothesis bottom_bound : forall w, length w = d -> bottom * dot w w <= total rows (fun row => dot (fst row) w * dot (fst row) w).
Hypothesis top_ge0 : 0 <= top.

Definition smoothness : R := curvature l * top / n + alpha.
Definition convexity : R := match l with Squared => bottom / n + alpha | _ => alpha end.

Theorem objective_smooth : smooth smoothness model.
Proof.
  pose proof n_gt0 as n_gt0. pose proof (Rinv_0_lt_compat _ n_gt0) as inverse_gt0.
  replace smoothness with (Rabs (/ n) * (curvature l * top) + alpha).
  - apply regularized_smooth; [exact alpha_ge0|]. apply multiple_smooth.
    apply (linear_model_smooth (curvature l) (shape l) (shape' l) (shape_loss l l_ok)); [exact top_ge0|].
    intro x. rewrite (total_model (fun row => dot (fst row) (list_of x) * dot (fst row) (list_of x))).
    + unfold norm2. rewrite inner_lists. apply top_bound, list_of_length.
    + intros row fits label. now apply row_square.
  - rewrite Rabs_pos_eq by lra. unfold smoothness, Rdiv. ring.
Qed.
Local Lemma squared_strongly_convex : l = Squared -> strongly_convex (bottom / n + alpha) model.
Proof.
  pose proof n_gt0 as n_gt0. pose proof (Rinv_0_lt_compat _ n_gt0) as inverse_gt0. intro squared.
  replace (bottom / n + alpha) with (/ n * bottom + alpha) by (unfold Rdiv; ring). unfold model.
  replace (shape l) with half_square by now rewrite squared.
  apply regularized_strongly_convex; [exact alpha_ge0|]. apply multiple_strongly_convex; [lra|].
  apply least_squares_strongly_convex. intro x.
  rewrite (total_model (fun row => dot (fst row) (list_of x) * dot (fst row) (list_of x))).
  - unfold norm2. rewrite inner_lists. apply bottom_bound, list_of_length.
  - intros row fits label. now apply row_square.
Qed.
Theorem objective_strongly_convex : strongly_convex convexity model.
Proof.
  pose proof n_gt0 as n_gt0. pose proof (Rinv_0_lt_compat _ n_gt0) as inverse_gt0.
  assert (other : strongly_convex (/ n * 0 + alpha) model).
  { apply regularized_strongly_convex; [exact alpha_ge0|]. apply multiple_strongly_convex; [lra|].
    exact (linear_model_convex _ _ _ (shape_loss l l_ok) _). }
  replace (/ n * 0 + alpha) with alpha in other by ring. pose proof squared_strongly_convex as squared.
  unfold convexity. destruct l; auto.
Qed.

(** ** The run *)

Lemma objective_ge0 w : 0 <= F w.
Proof.
  pose proof n_gt0 as n_gt0. pose proof (Rinv_0_lt_compat _ n_gt0) as inverse_gt0.
  assert (dot_ge0 : 0 <= dot w w) by (clear; induction w as [|a w IH]; cbn; [lra | pose proof (Rle_0_sqr a) as square; unfold Rsqr in square; lra]).
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
  end.
Local Notation run := (iterate l alpha d rows).

Lemma list_of_step gamma (x : E) : list_of (x - gamma *: model_gradient x)%V = gradient_step l alpha d rows gamma (list_of x).
Proof. unfold gradient_step. rewrite <- list_of_model_gradient, <- list_of_plus_scaled. f_equal. vector_ring. Qed.
Local Lemma descent_bound gamma rho w N : length w = d -> 0 <= convexity -> 0 <= gamma -> 0 <= rho -> shrinks convexity smoothness gamma rho ->
  F (gradient_descent l alpha d rows gamma N) - F w <= rho ^ N * (F (zeros d) - F w).
Proof.
  intros w_fits convexity_ge0 gamma_ge0 rho_ge0 factor.
  set (x := fix x (k : nat) : E := match k with O => vzero | S k => (x k - gamma *: model_gradient (x k))%V end).
  assert (same : forall k, list_of (x k) = gradient_descent l alpha d rows gamma k).
  { induction k as [|k IH]; [exact list_of_zero|]. cbn [x gradient_descent]. now rewrite <- IH, <- list_of_step. }
  pose proof (gradient_descent_gap convexity smoothness gamma rho model x (fun k => model_gradient (x k)) (tuple_of d w) N
    objective_smooth objective_strongly_convex convexity_ge0 gamma_ge0 rho_ge0 factor (fun k => conj (model_has_gradient (x k)) eq_refl)) as gap.
  rewrite !model_value, list_of_tuple_of, same in gap by exact w_fits. cbn [x] in gap. now rewrite list_of_zero in gap.
Qed.
Local Lemma nesterov_bound gamma q w N : length w = d -> 0 < gamma -> smoothness * gamma <= 1 -> 0 < q <= 1 -> q * q <= gamma * convexity ->
  F (fst (nesterov l alpha d rows gamma ((1 - q) / (1 + q)) N)) - F w <= (1 - q) ^ N * (4 * F (zeros d)).
Proof.
  intros w_fits gamma_gt0 step_le q_in q_square. set (beta := (1 - q) / (1 + q)).
  set (xy := fix xy (k : nat) : E * E :=
    match k with
    | O => (vzero, vzero)
    | S k => let next := (snd (xy k) - gamma *: model_gradient (snd (xy k)))%V in (next, next + beta *: (next - fst (xy k)))%V
    end).
  assert (same : forall k, nesterov l alpha d rows gamma beta k = (list_of (fst (xy k)), list_of (snd (xy k)))).
  { induction k as [|k IH]; [cbn; now rewrite list_of_zero|]. cbn [nesterov]. rewrite IH. cbn [xy fst snd].
    set (next := (snd (xy k) - gamma *: model_gradient (snd (xy k)))%V). rewrite <- list_of_step. fold next. f_equal.
    rewrite <- !list_of_plus_scaled. f_equal. vector_ring. }
  pose proof (nesterov_gap convexity smoothness gamma q model (fun k => fst (xy k)) (fun k => snd (xy k)) (fun k => model_gradient (snd (xy k)))
    (tuple_of d w) N objective_smooth objective_strongly_convex) as gap.
  rewrite !model_value, list_of_tuple_of, list_of_zero in gap by exact w_fits. rewrite same. apply gap; try assumption; try reflexivity.
  - intro v. rewrite model_value. apply objective_ge0.
  - split; [reflexivity|]. intro k. split; [apply model_has_gradient|]. split; reflexivity.
Qed.
(** the losses are not negative *)
Theorem training_bound m rho c w N : length w = d -> 0 <= convexity -> promises convexity smoothness m rho c ->
  F (run m N) <= F w + rho ^ N * (c * F (zeros d)).
Proof.
  intros w_fits convexity_ge0 promise. destruct m as [step|step momentum]; cbn [promises iterate] in *.
  - destruct promise as (step_ge0 & rho_ge0 & factor & ->).
    pose proof (descent_bound (Q2R step) rho w N w_fits convexity_ge0 step_ge0 rho_ge0 factor) as gap.
    pose proof (Rmult_le_pos _ _ (pow_le rho N rho_ge0) (objective_ge0 w)). lra.
  - destruct promise as (q & -> & q_in & step_gt0 & step_le & q_square & -> & ->).
    pose proof (nesterov_bound (Q2R step) q w N w_fits step_gt0 step_le q_in q_square). lra.
Qed.
End Objective.
