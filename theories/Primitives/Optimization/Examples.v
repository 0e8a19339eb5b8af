(** * Members of each class, and non-members

    No class of functions or operators is empty, and none holds of everything: for each there is an example that belongs to it and one that does not.

    Main definitions: [linear_form], [norm_function], [ball_indicator], [graph], [identity], [rotation], [example_rows].

    | class | a member | not a member |
    | convex | [norm_convex], [least_squares_example_convex], [logistic_convex] | [negative_not_convex] |
    | strongly convex | [half_norm2_strongly_convex], [least_squares_example_strongly_convex] | [linear_form_not_strongly_convex] |
    | smooth | [half_norm2_smooth], [least_squares_example_smooth], [logistic_smooth] | [norm_not_smooth] |
    | Lipschitz | [norm_lipschitz], [linear_form_lipschitz] | [half_norm2_not_lipschitz] |
    | indicator, diameter | [ball_indicator_indicator], [ball_indicator_diameter] | [half_norm2_not_indicator], [total_not_diameter] |
    | support, bounded support | [norm_support], [norm_bounded_support] | [half_norm2_not_support], [linear_form_not_bounded_support] |
    | quadratic growth | [half_norm2_growth] | [half_norm2_not_growth] |
    | quadratic | [half_norm2_quadratic], [least_squares_example_quadratic] | [norm_not_quadratic] |
    | restricted secant | [half_norm2_secant] | [half_norm2_not_secant] |
    | error bound | [half_norm2_error_bound] | [half_norm2_not_error_bound] |
    | Łojasiewicz | [half_norm2_lojasiewicz] | [half_norm2_not_lojasiewicz] |
    | smooth along a block | [half_norm2_block_smooth] | [norm_not_block_smooth] |
    | (strongly) monotone | [identity_strongly_monotone], [rotation_monotone] | [rotation_not_strongly_monotone], [opposite_not_monotone] |
    | cocoercive | [identity_cocoercive] | [rotation_not_cocoercive] |
    | Lipschitz operator, nonexpansive | [identity_nonexpansive], [rotation_nonexpansive] | [identity_not_lipschitz], [double_not_nonexpansive] |
    | linear | [identity_linear] | [translation_not_linear] |
    | symmetric | [identity_symmetric] | [rotation_not_symmetric] |
    | skew-symmetric | [rotation_skew_symmetric] | [identity_not_skew_symmetric] |

    Trust: proved. *)
From Coq Require Import Reals List Lra Psatz.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant.Primitives.Optimization Require Import Spaces Convex Smooth Operators Quadratics Supports FiniteSums Losses Instances.
Import ListNotations.
Local Open Scope R_scope.

Section Functions.
Context {E : inner_product_space}.
Implicit Types (a x y z g : E).
Local Notation half_norm2 := (@half_norm2 E).

Definition linear_form a : function E := everywhere (inner a).
Definition norm_function : function E := everywhere norm.
Definition ball_indicator (r : R) : function E := Function (fun x => norm x <= r) (fun _ => 0).

(** ** The squared norm *)

Lemma half_norm2_gradient x : gradient half_norm2 x x.
Proof.
  apply (tangent_gradient (/ 2)). intros y. split; [exact I|]. cbn.
  replace (/ 2 * norm2 y - / 2 * norm2 x - inner x (y - x)%V) with (/ 2 * norm2 (y - x)%V) by (expand_inner; field).
  rewrite Rabs_pos_eq; [lra|]. pose proof (norm2_ge0 (y - x)%V). lra.
Qed.
Lemma half_norm2_gradient_unique x g : gradient half_norm2 x g -> g = x.
Proof. intros x_g. exact (gradient_unique half_norm2 x g x x_g (half_norm2_gradient x)). Qed.
Lemma half_norm2_minimizer z : minimizer half_norm2 z -> z = vzero.
Proof.
  intros [_ least]. apply norm2_definite. pose proof (least vzero I) as below. cbn in below. rewrite norm2_zero in below. pose proof (norm2_ge0 z). lra.
Qed.

Lemma half_norm2_growth : quadratic_growth 1 half_norm2.
Proof.
  split; [now intros x|]. intros x z z_least. rewrite (half_norm2_minimizer z z_least).
  replace (x - vzero)%V with x by vector_ring. cbn. rewrite norm2_zero. lra.
Qed.
Lemma half_norm2_secant : restricted_secant 1 half_norm2.
Proof. intros x g z x_g stationary. rewrite (half_norm2_gradient_unique x g x_g), <- (half_norm2_gradient_unique z vzero stationary). expand_inner. lra. Qed.
Lemma half_norm2_error_bound : error_bound 1 half_norm2.
Proof.
  intros x g z x_g stationary. rewrite (half_norm2_gradient_unique x g x_g), <- (half_norm2_gradient_unique z vzero stationary).
  replace (x - vzero)%V with x by vector_ring. lra.
Qed.
Lemma half_norm2_lojasiewicz : lojasiewicz 1 half_norm2.
Proof. intros x g y x_g _. rewrite (half_norm2_gradient_unique x g x_g). cbn. pose proof (norm2_ge0 y). lra. Qed.

(** ** Linear forms and the norm *)

Lemma linear_form_lipschitz a : lipschitz (norm a) (linear_form a).
Proof. split; [now intros x|]. intros x y. cbn. rewrite <- inner_sub_r. apply cauchy_schwarz. Qed.
Lemma linear_form_subgradient a x : subgradient (linear_form a) x a.
Proof. split; [exact I|]. intros y _. cbn. rewrite inner_sub_r. lra. Qed.
Lemma norm_lipschitz : lipschitz 1 norm_function.
Proof.
  split; [now intros x|]. intros x y. cbn. rewrite Rmult_1_l. apply Rabs_le.
  pose proof (norm_triangle (x - y)%V y) as up. pose proof (norm_triangle (y - x)%V x) as down. rewrite (norm_sub_comm y x) in down.
  replace (x - y + y)%V with x in up by vector_ring. replace (y - x + x)%V with y in down by vector_ring. lra.
Qed.
Lemma norm_convex : convex norm_function.
Proof.
  intros x y t _ _ t_between. split; [exact I|]. cbn. pose proof (norm_triangle (t *: x)%V ((1 - t) *: y)%V) as bound.
  rewrite !norm_scale, !Rabs_pos_eq in bound by lra. lra.
Qed.
(** the norm is the support function of the unit ball *)
Lemma norm_support_of : support_of (fun c => norm c <= 1) norm_function.
Proof.
  split; [now intros x|]. intros x. split.
  - intros r (c & c_short & ->). cbn. pose proof (inner_bound c x). pose proof (norm_ge0 x). nra.
  - intros b above. cbn. destruct (Req_dec (norm x) 0) as [zero | nonzero].
    + rewrite zero. apply above. exists vzero. rewrite norm_zero, inner_zero_l. lra.
    + apply above. exists (/ norm x *: x)%V. pose proof (norm_ge0 x). rewrite norm_scale, inner_scale_l, Rabs_inv, Rabs_pos_eq by assumption.
      change (inner x x) with (norm2 x). rewrite norm2_norm. split; [right|]; field; assumption.
Qed.
Lemma norm_support : support norm_function.
Proof. exists (fun c => norm c <= 1). exact norm_support_of. Qed.
Lemma norm_bounded_support : bounded_support 1 norm_function.
Proof. exists (fun c => norm c <= 1). split; [exact norm_support_of | auto]. Qed.

(** the logistic loss of one example *)
Lemma logistic_convex a : convex (along logistic a 0).
Proof. exact (along_convex (/ 4) logistic sigmoid logistic_loss a 0). Qed.
Lemma logistic_smooth a : smooth (/ 4 * norm2 a) (along logistic a 0).
Proof. exact (along_smooth (/ 4) logistic sigmoid logistic_loss a 0). Qed.

(** ** The indicator function of a ball *)

Lemma ball_indicator_indicator r : indicator (ball_indicator r).
Proof.
  split; [|reflexivity]. intros x y t in_x in_y t_between. cbn in *. split; [|lra].
  pose proof (norm_convex x y t I I t_between) as [_ below]. cbn in below. nra.
Qed.
Lemma ball_indicator_diameter r : diameter (2 * r) (ball_indicator r).
Proof.
  intros x y in_x in_y. cbn in *. unfold vsub. pose proof (norm_triangle x (- y)%V) as bound. rewrite norm_opp in bound. lra.
Qed.

(** ** Not members; [a] is any vector except zero *)
Section Nonzero.
Variable a : E.
Hypothesis a_gt0 : 0 < norm2 a.

Lemma norm_a_gt0 : 0 < norm a.
Proof. now apply sqrt_lt_R0. Qed.
Lemma negative_not_convex : ~ convex (multiple (-1) half_norm2).
Proof.
  intros negative_convex. destruct (negative_convex a (- a)%V (/ 2)) as [_ below]; [exact I | exact I | lra|]. cbn in below.
  replace (/ 2 *: a + (1 - / 2) *: - a)%V with (vzero : E) in below by (vector_coefficients; field). rewrite norm2_zero, norm2_opp in below. lra.
Qed.
Lemma linear_form_not_strongly_convex b mu : 0 < mu -> ~ strongly_convex mu (linear_form b).
Proof.
  intros mu_gt0 form_convex. destruct (form_convex a vzero (/ 2)) as [_ below]; [exact I | exact I | lra|]. cbn in below.
  replace (a - vzero)%V with a in below by vector_ring. expand_inner in below. fold (norm2 a) in below. nra.
Qed.
Lemma norm_no_gradient g : ~ gradient norm_function vzero g.
Proof.
  intros zero_g. pose proof norm_a_gt0. destruct (gradient_along _ _ _ a (norm a / 2) zero_g) as (delta & delta_gt0 & near); [lra|].
  destruct (near delta) as [_ right_side]; [rewrite Rabs_pos_eq; lra|]. destruct (near (- delta)) as [_ left_side]; [rewrite Rabs_Ropp, Rabs_pos_eq; lra|].
  cbn in *. replace (vzero + delta *: a)%V with (delta *: a)%V in right_side by vector_ring.
  replace (vzero + (- delta) *: a)%V with ((- delta) *: a)%V in left_side by vector_ring.
  rewrite norm_scale, norm_zero, ?Rabs_Ropp, !(Rabs_pos_eq delta) in * by lra.
  pose proof (Rle_abs (delta * norm a - 0 - delta * inner g a)). pose proof (Rle_abs (delta * norm a - 0 - - delta * inner g a)). nra.
Qed.
Lemma norm_not_smooth L : ~ smooth L norm_function.
Proof. intros (G & gradient_G & _). exact (norm_no_gradient _ (gradient_G vzero)). Qed.
Lemma norm_not_block_smooth B L : ~ block_smooth B L norm_function.
Proof. intros (G & gradient_G & _). exact (norm_no_gradient _ (gradient_G vzero)). Qed.
Lemma norm_not_quadratic mu L : ~ quadratic mu L norm_function.
Proof.
  intros norm_quadratic. destruct (quadratic_gradient mu L _ norm_quadratic) as (z & Q & _ & _ & _ & gradient_Q & _).
  exact (norm_no_gradient _ (gradient_Q vzero)).
Qed.
Lemma half_norm2_not_lipschitz M : ~ lipschitz M half_norm2.
Proof.
  intros [_ steep]. pose proof norm_a_gt0. pose proof (Rabs_pos M). pose proof (Rle_abs M).
  set (r := 2 * (Rabs M + 1) / norm a). assert (r_gt0 : 0 < r) by (apply Rdiv_lt_0_compat; lra).
  pose proof (steep (r *: a)%V vzero) as bound. cbn in bound. replace (r *: a - vzero)%V with (r *: a)%V in bound by vector_ring.
  rewrite norm2_zero, norm2_norm, norm_scale, (Rabs_pos_eq r) in bound by lra.
  replace (r * norm a) with (2 * (Rabs M + 1)) in bound by (unfold r; field; lra).
  pose proof (Rle_abs (/ 2 * (2 * (Rabs M + 1) * (2 * (Rabs M + 1))) - / 2 * 0)). nra.
Qed.
Lemma half_norm2_not_indicator : ~ indicator half_norm2.
Proof. intros [_ zero]. pose proof (zero a I) as at_a. cbn in at_a. lra. Qed.
Lemma total_not_diameter (f : function E) D : total f -> ~ diameter D f.
Proof.
  intros f_total f_diameter. pose proof norm_a_gt0. pose proof (Rabs_pos D). pose proof (Rle_abs D).
  pose proof (f_diameter (((Rabs D + 1) / norm a) *: a)%V vzero (f_total _) (f_total _)) as bound.
  assert (0 < (Rabs D + 1) / norm a) by (apply Rdiv_lt_0_compat; lra).
  replace (((Rabs D + 1) / norm a) *: a - vzero)%V with (((Rabs D + 1) / norm a) *: a)%V in bound by vector_ring.
  rewrite norm_scale, Rabs_pos_eq in bound by lra. replace ((Rabs D + 1) / norm a * norm a) with (Rabs D + 1) in bound by (field; lra). lra.
Qed.
Lemma half_norm2_not_support : ~ support half_norm2.
Proof. intros is_support. pose proof (support_double half_norm2 a is_support) as doubled. cbn in doubled. rewrite norm2_scale in doubled. lra. Qed.
Lemma linear_form_not_bounded_support M : M < norm a -> ~ bounded_support M (linear_form a).
Proof.
  intros M_lt form_bounded. pose proof (bounded_support_norm2 M _ vzero a form_bounded (linear_form_subgradient a vzero)) as bound.
  destruct form_bounded as (C & (_ & sup) & short). destruct (sup a) as [above least].
  assert (norm2 a <= M * norm a) as smaller; [|rewrite norm2_norm in smaller; pose proof norm_a_gt0; nra].
  apply least. intros r (c & in_c & ->). pose proof (short c in_c). pose proof (inner_bound c a). pose proof norm_a_gt0. nra.
Qed.
Lemma zero_minimizer : minimizer half_norm2 (vzero : E).
Proof. split; [exact I|]. intros y _. cbn. rewrite norm2_zero. pose proof (norm2_ge0 y). lra. Qed.
Lemma half_norm2_not_growth L : L < 1 -> ~ quadratic_growth L half_norm2.
Proof.
  intros L_lt [_ growth]. pose proof (growth a vzero zero_minimizer) as bound. replace (a - vzero)%V with a in bound by vector_ring.
  cbn in bound. rewrite norm2_zero in bound. nra.
Qed.
Lemma half_norm2_not_secant mu : 1 < mu -> ~ restricted_secant mu half_norm2.
Proof.
  intros mu_gt secant. pose proof (secant a a vzero (half_norm2_gradient a) (half_norm2_gradient vzero)) as bound.
  replace (a - vzero)%V with a in bound by vector_ring. change (inner a a) with (norm2 a) in bound. nra.
Qed.
Lemma half_norm2_not_error_bound L : L < 1 -> ~ error_bound L half_norm2.
Proof.
  intros L_lt bounded. pose proof (bounded a a vzero (half_norm2_gradient a) (half_norm2_gradient vzero)) as bound.
  replace (a - vzero)%V with a in bound by vector_ring. pose proof norm_a_gt0. nra.
Qed.
Lemma half_norm2_not_lojasiewicz mu : 1 < mu -> ~ lojasiewicz mu half_norm2.
Proof. intros mu_gt holds. pose proof (holds a a vzero (half_norm2_gradient a) I) as bound. cbn in bound. rewrite norm2_zero in bound. nra. Qed.
End Nonzero.

(** ** The identity, as an operator *)

(** the operator that takes x to M x alone *)
Definition graph (M : E -> E) x u : Prop := u = M x.
Definition identity : E -> E -> Prop := graph (fun x => x).

Lemma identity_strongly_monotone : strongly_monotone 1 identity.
Proof. intros x u y v -> ->. unfold norm2. lra. Qed.
Lemma identity_cocoercive : cocoercive 1 identity.
Proof. intros x u y v -> ->. unfold norm2. lra. Qed.
Lemma identity_nonexpansive : nonexpansive identity.
Proof. intros x u y v -> ->. lra. Qed.
Lemma identity_symmetric : symmetric 1 1 identity.
Proof. exists (fun x => x). repeat split; auto; unfold norm2; lra. Qed.
(** a x for a real number a *)
Lemma scaling_symmetric (r : R) : symmetric r r (graph (fun x => r *: x)%V).
Proof.
  exists (fun x => r *: x)%V. repeat split; auto; intros; unfold norm2.
  - vector_ring.
  - rewrite inner_scale_l, inner_scale_r. ring.
  - rewrite inner_scale_l. lra.
  - rewrite inner_scale_l. lra.
Qed.
(** the whole space as a block *)
Lemma half_norm2_block_smooth : block_smooth identity 1 half_norm2.
Proof.
  exists (fun x => x). split; [exact half_norm2_gradient|]. intros x h u v _ -> ->. replace (x + h - x)%V with h by vector_ring. lra.
Qed.
Lemma identity_linear : linear_operator 1 identity.
Proof. exists (fun x => x). repeat split; auto; intros; lra. Qed.
Lemma translation_not_linear L a : 0 < norm2 a -> ~ linear_operator L (graph (fun x => x + a)%V).
Proof.
  intros a_gt0 (M & _ & bounded & values). pose proof (bounded vzero) as at_zero. rewrite <- (proj1 (values vzero _) eq_refl), norm_zero in at_zero.
  replace (vzero + a)%V with a in at_zero by vector_ring. pose proof (sqrt_lt_R0 _ a_gt0 : 0 < norm a). lra.
Qed.
Lemma double_not_nonexpansive a : 0 < norm2 a -> ~ nonexpansive (graph (fun x => 2 *: x)%V).
Proof.
  intros a_gt0 short. pose proof (short a _ vzero _ eq_refl eq_refl) as bound. replace (2 *: a - 2 *: vzero)%V with (2 *: a)%V in bound by vector_ring.
  replace (a - vzero)%V with a in bound by vector_ring. rewrite norm_scale, Rabs_pos_eq in bound by lra. pose proof (sqrt_lt_R0 _ a_gt0 : 0 < norm a). lra.
Qed.
Lemma opposite_not_monotone a : 0 < norm2 a -> ~ monotone (graph (fun x => - x)%V).
Proof.
  intros a_gt0 order. pose proof (order a _ vzero _ eq_refl eq_refl) as bound. replace (- a - - vzero)%V with (- a)%V in bound by vector_ring.
  replace (a - vzero)%V with a in bound by vector_ring. rewrite inner_opp_l in bound. fold (norm2 a) in bound. lra.
Qed.
Lemma identity_not_lipschitz L a : 0 < norm2 a -> L < 1 -> ~ lipschitz_operator L identity.
Proof.
  intros a_gt0 L_lt lipschitz_L. pose proof (lipschitz_L a a vzero vzero eq_refl eq_refl) as bound. replace (a - vzero)%V with a in bound by vector_ring.
  pose proof (sqrt_lt_R0 _ a_gt0 : 0 < norm a). nra.
Qed.
Lemma identity_not_skew_symmetric L a : 0 < norm2 a -> ~ skew_symmetric L identity.
Proof. intros a_gt0 skew. pose proof (skew_pair L identity a a a a skew eq_refl eq_refl) as pair. change (inner a a) with (norm2 a) in pair. lra. Qed.
End Functions.

(** ** The rotation of the plane by a right angle *)

Definition plane : inner_product_space := tuples 2.
Definition vec (a b : R) : plane := tuple_of 2 [a; b].
Definition turned (x : plane) : plane := vec (- fst (snd x)) (fst x).
Definition rotation : plane -> plane -> Prop := graph turned.

Lemma inner_plane (x y : plane) : inner x y = fst x * fst y + fst (snd x) * fst (snd y).
Proof. etransitivity; [apply (inner_tuples 2) | cbn; ring]. Qed.
Lemma turned_linear : linear turned.
Proof. intros r [x1 [x2 []]] [y1 [y2 []]]. unfold turned, vec. cbn. unfold pair_sum, pair_multiple. cbn. f_equal. ring. Qed.
Lemma turned_norm2 x : norm2 (turned x) = norm2 x.
Proof. unfold norm2. rewrite !inner_plane. cbn. ring. Qed.
Lemma turned_skew x y : inner (turned x) y = - inner x (turned y).
Proof. rewrite !inner_plane. cbn. ring. Qed.

Lemma rotation_skew_symmetric : skew_symmetric 1 rotation.
Proof.
  exists turned. repeat split; [exact turned_linear | exact turned_skew | | auto].
  intros x. unfold norm. rewrite turned_norm2. lra.
Qed.
Lemma rotation_monotone : monotone rotation.
Proof.
  intros x u y v -> ->. rewrite <- (linear_subtract turned turned_linear). set (d := (x - y)%V).
  pose proof (turned_skew d d) as skew. rewrite (inner_comm _ d) in skew. lra.
Qed.
Lemma rotation_nonexpansive : nonexpansive rotation.
Proof. intros x u y v -> ->. rewrite <- (linear_subtract turned turned_linear). unfold norm. rewrite turned_norm2. lra. Qed.
Lemma rotation_not_strongly_monotone mu : 0 < mu -> ~ strongly_monotone mu rotation.
Proof.
  intros mu_gt0 strong. pose proof (strong (vec 1 0) (turned (vec 1 0)) (vec 0 0) (turned (vec 0 0)) eq_refl eq_refl) as bound.
  unfold norm2 in bound. rewrite !inner_plane in bound. cbn in bound. lra.
Qed.
Lemma rotation_not_cocoercive beta : 0 < beta -> ~ cocoercive beta rotation.
Proof.
  intros beta_gt0 strong. pose proof (strong (vec 1 0) (turned (vec 1 0)) (vec 0 0) (turned (vec 0 0)) eq_refl eq_refl) as bound.
  unfold norm2 in bound. rewrite !inner_plane in bound. cbn in bound. lra.
Qed.
Lemma rotation_not_symmetric mu L : ~ symmetric mu L rotation.
Proof.
  intros symmetric_rotation. pose proof (symmetric_pair mu L rotation (vec 1 0) _ (vec 0 1) _ symmetric_rotation eq_refl eq_refl) as pair.
  rewrite !inner_plane in pair. cbn in pair. lra.
Qed.

(** ** Least squares and logistic regression on three rows *)

(** the rows (a, b) of [linear_model]: the residuals are x1 - 1, x2 - 2, x1 + x2 - 4 *)
Definition example_rows : list (plane * R) := [(vec 1 0, -1); (vec 0 1, -2); (vec 1 1, -4)].
Lemma example_rows_between d : 1 * norm2 d <= add_up (fun row => inner (fst row) d * inner (fst row) d) example_rows <= 3 * norm2 d.
Proof.
  destruct d as [a [b []]]. cbn in a, b. unfold norm2, add_up, example_rows. cbn [fold_right fst snd]. rewrite !inner_plane. cbn.
  pose proof (Rle_0_sqr (a + b)) as plus. pose proof (Rle_0_sqr (a - b)) as minus. unfold Rsqr in *. split; lra.
Qed.

Lemma least_squares_example_convex : convex (linear_model half_square example_rows).
Proof. exact (linear_model_convex 1 half_square _ half_square_loss example_rows). Qed.
Lemma least_squares_example_strongly_convex : strongly_convex 1 (linear_model half_square example_rows).
Proof. apply least_squares_strongly_convex. intros d. apply example_rows_between. Qed.
Lemma least_squares_example_smooth : smooth 3 (linear_model half_square example_rows).
Proof. rewrite <- (Rmult_1_l 3). apply (linear_model_smooth 1 _ _ half_square_loss); [lra|]. intros d. apply example_rows_between. Qed.
Lemma least_squares_example_quadratic : quadratic 1 3 (linear_model half_square example_rows).
Proof.
  apply (least_squares_quadratic 1 3 example_rows (vec (4 / 3) (7 / 3))); [exact example_rows_between|].
  pose proof (linear_model_has_gradient 1 half_square _ half_square_loss example_rows (vec (4 / 3) (7 / 3))) as at_minimizer.
  replace (linear_model_gradient (fun t => t) example_rows (vec (4 / 3) (7 / 3))) with (vzero : plane) in at_minimizer; [exact at_minimizer|].
  apply inner_separates. intros y. rewrite inner_zero_l. unfold linear_model_gradient. rewrite inner_vector_sum.
  unfold add_up, example_rows. cbn [fold_right fst snd]. rewrite !inner_scale_l, !inner_plane. cbn. field.
Qed.
Lemma logistic_example_convex : convex (linear_model logistic example_rows).
Proof. exact (linear_model_convex (/ 4) logistic _ logistic_loss example_rows). Qed.
Lemma logistic_example_smooth : smooth (3 / 4) (linear_model logistic example_rows).
Proof.
  replace (3 / 4) with (/ 4 * 3) by field. apply (linear_model_smooth (/ 4) _ _ logistic_loss); [lra|]. intros d. apply example_rows_between.
Qed.
