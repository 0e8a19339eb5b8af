(** * Blocks of coordinates

    A decomposition of the space into orthogonal subspaces, given by its projections, and functions that are smooth along a subspace.  Along the subspace such
    a function lies below a parabola; with convexity follows the inequality that interpolation of functions that are smooth by blocks rests on.

    Main definitions: [projection].
    Main results: [decomposition_projection], [decomposition_orthogonal], [projection_linear], [block_smooth_upper], [block_smooth_interpolation].

    Trust: proved.
    Source: Y. Nesterov, Efficiency of coordinate descent methods on huge-scale optimization problems, 2012, section 2; Z. Shi and R. Liu, Better worst-case
    complexity analysis of the block coordinate descent method for large scale machine learning, 2016, lemma 1.1. *)
From Coq Require Import Reals List Lra.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant.Primitives.Optimization Require Import Spaces Convex Smooth Operators.
From Warrant.Primitives.Optimization Require Instances.
Import ListNotations.
Local Open Scope R_scope.

Section Blocks.
Context {E : inner_product_space}.
Implicit Types (f : function E) (P : E -> E) (B : E -> E -> Prop) (x y u v w g h : E).

(** ** Orthogonal projections *)

(** P is the orthogonal projection onto its range *)
Definition projection P : Prop := forall v w, inner (P v) w = inner (P v) (P w).

Section Projection.
Variable P : E -> E.
Hypothesis project : projection P.
Lemma projection_symmetric v w : inner (P v) w = inner v (P w).
Proof. rewrite project, (inner_comm _ v), (project w v). apply inner_comm. Qed.
Theorem projection_linear : linear P.
Proof.
  intros a v w. apply inner_separates. intro z. rewrite projection_symmetric, !inner_add_l, !inner_scale_l, !projection_symmetric. reflexivity.
Qed.
Lemma projection_again v : P (P v) = P v.
Proof. apply inner_separates. intro z. now rewrite (projection_symmetric (P v) z), <- (project v z). Qed.
Lemma projection_norm2 v : inner v (P v) = norm2 (P v).
Proof. rewrite inner_comm. apply project. Qed.
Lemma projection_norm2_bound v : norm2 (P v) <= norm2 v.
Proof. pose proof (norm2_ge0 (v - P v)%V) as square. pose proof (projection_norm2 v) as angle. expand_inner in *. unfold norm2 in *. lra. Qed.
End Projection.

(** ** Decompositions *)

Local Notation orthogonal := (fun P Q : E -> E => forall v w, inner (P v) (Q w) = 0).
Local Definition parts (l : list (E -> E)) x : E := fold_right (fun P z => P x + z)%V vzero l.

Local Lemma parts_orthogonal l v w : Forall (fun P => inner v (P w) = 0) l -> inner v (parts l w) = 0.
Proof. induction 1 as [|P l here _ IH]; cbn; [apply inner_zero_r|]. rewrite inner_add_r, here. fold (parts l w). rewrite IH. lra. Qed.
Local Lemma parts_part l P v w : ForallOrdPairs orthogonal l -> In P l -> inner (P v) (parts l w) = inner (P v) (P w).
Proof.
  induction 1 as [|Q l first _ IH]; cbn; [easy|]. fold (parts l w). rewrite inner_add_r. intros [<-|there].
  - rewrite parts_orthogonal; [lra|]. refine (Forall_impl _ _ first). auto.
  - rewrite IH by exact there. rewrite Forall_forall in first. rewrite (inner_comm _ (P v) (Q w)), (first P there). lra.
Qed.
Local Lemma ordered_pair {A} (R : A -> A -> Prop) l i j a b :
  ForallOrdPairs R l -> (i < j)%nat -> nth_error l i = Some a -> nth_error l j = Some b -> R a b.
Proof.
  intro pairs. revert i j. induction pairs as [|c l first _ IH]; intros i j lt at_i at_j; [now destruct i|].
  destruct j as [|j]; [easy|]. destruct i as [|i]; cbn in at_i, at_j.
  - injection at_i as <-. apply nth_error_In in at_j. rewrite Forall_forall in first. auto.
  - apply (IH i j); auto. now apply PeanoNat.Nat.succ_lt_mono.
Qed.
Local Lemma paired_member {A C} (R : A -> C -> Prop) l k i a : Forall2 R l k -> nth_error l i = Some a -> exists b, nth_error k i = Some b /\ R a b.
Proof.
  intro all. revert i. induction all as [|x y l k here _ IH]; intros [|i] at_i; cbn in *; try discriminate; [|auto].
  injection at_i as <-. now exists y.
Qed.

Theorem decomposition_projection (blocks : list (E -> E -> Prop)) B :
  decomposition blocks -> In B blocks -> exists P, projection P /\ forall x u, B x u <-> u = P x.
Proof.
  intros (Ps & graphs & pairs & whole) there. destruct (In_nth_error _ _ there) as (i & at_i).
  destruct (paired_member _ _ _ _ _ graphs at_i) as (P & at_P & graph). exists P. split; [|exact graph].
  intros v w. rewrite <- (whole w) at 1. apply (parts_part Ps); [exact pairs|exact (nth_error_In _ _ at_P)].
Qed.
Theorem decomposition_orthogonal (blocks : list (E -> E -> Prop)) i j B C x u y v :
  decomposition blocks -> i <> j -> nth_error blocks i = Some B -> nth_error blocks j = Some C -> B x u -> C y v -> inner u v = 0.
Proof.
  intros (Ps & graphs & pairs & _) differ at_i at_j.
  destruct (paired_member _ _ _ _ _ graphs at_i) as (P & at_P & B_P). destruct (paired_member _ _ _ _ _ graphs at_j) as (Q & at_Q & C_Q).
  intros ->%B_P ->%C_Q. destruct (PeanoNat.Nat.lt_gt_cases i j) as [[lt|lt] _]; [exact differ| |].
  - exact (ordered_pair _ _ _ _ _ _ pairs lt at_P at_Q x y).
  - rewrite inner_comm. exact (ordered_pair _ _ _ _ _ _ pairs lt at_Q at_P y x).
Qed.

(** ** Functions that are smooth along a block *)

Section Smooth.
Variables (P : E -> E) (B : E -> E -> Prop).
Hypothesis project : projection P.
Hypothesis graph : forall x u, B x u <-> u = P x.

Lemma block_total L f : block_smooth B L f -> total f.
Proof. intros (G & grad & _) x. exact (gradient_domain _ _ _ (grad x)). Qed.
Local Lemma norm_line (a b : Instances.line) : norm (a - b)%V = Rabs (a - b).
Proof. transitivity (sqrt (Rsqr (a - b))); [|apply sqrt_Rsqr_abs]. unfold norm. f_equal. cbn. unfold Rsqr. ring. Qed.
(* On the line t ↦ x + t h, f is (L ‖h‖²)-smooth. *)
Theorem block_smooth_upper L f x h g : block_smooth B L f -> P h = h -> gradient f x g -> f (x + h)%V <= f x + inner g h + L / 2 * norm2 h.
Proof.
  intros (G & grad & steep) inside grad_x.
  assert (multiple : forall t, P (t *: h)%V = (t *: h)%V) by (intro t; rewrite (linear_scale P (projection_linear P project)); now rewrite inside).
  set (k := everywhere (fun t : Instances.line => f (x + t *: h)%V) : function Instances.line).
  assert (along : forall t, gradient k t (inner (G (x + t *: h)%V) h : Instances.line)).
  { intros t eps eps_gt0. destruct (gradient_along f _ _ h eps (grad (x + t *: h)%V) eps_gt0) as (delta & delta_gt0 & near).
    exists delta. split; [exact delta_gt0|]. intros s close. split; [exact I|].
    rewrite norm_line in *. destruct (near (s - t) close) as (_ & small). cbn.
    replace (x + t *: h + (s - t) *: h)%V with (x + s *: h)%V in small by vector_ring.
    replace (inner (G (x + t *: h)%V) h * (s + -1 * t)) with ((s - t) * inner (G (x + t *: h)%V) h) by ring. exact small. }
  assert (smooth_k : smooth (L * norm2 h) k).
  { exists (fun t => inner (G (x + t *: h)%V) h). split; [exact along|]. intros s t.
    rewrite !norm_line, <- inner_sub_l.
    replace (inner (G (x + s *: h) - G (x + t *: h))%V h) with (inner (P (G (x + s *: h)) - P (G (x + t *: h)))%V h).
    2: { rewrite <- linear_subtract, projection_symmetric, inside by (try apply projection_linear; exact project). reflexivity. }
    apply (Rle_trans _ _ _ (cauchy_schwarz _ _)).
    specialize (steep (x + t *: h)%V ((s - t) *: h)%V (P (G (x + s *: h)%V)) (P (G (x + t *: h)%V))).
    replace (x + t *: h + (s - t) *: h)%V with (x + s *: h)%V in steep by vector_ring. rewrite !graph, multiple, norm_scale in steep.
    specialize (steep eq_refl eq_refl eq_refl). apply (Rmult_le_compat_r (norm h)) in steep; [|apply norm_ge0]. rewrite norm2_norm. lra. }
  pose proof (smooth_upper _ k (0 : Instances.line) (1 : Instances.line) _ smooth_k (along 0)) as high. cbn in high.
  replace (x + 1 *: h)%V with (x + h)%V in high by vector_ring. replace (x + 0 *: h)%V with x in high by vector_ring.
  rewrite (gradient_unique f x g (G x) grad_x (grad x)). unfold norm2 in *. cbn in high. lra.
Qed.

(** The upper bound along the block at x and the lower bound at y are compared where they come closest. *)
Theorem block_smooth_interpolation L f x y g h : block_smooth B L f -> convex f -> 0 < L -> gradient f x g -> gradient f y h ->
  f x >= f y + inner h (x - y)%V + / (2 * L) * norm2 (P g - P h)%V.
Proof.
  intros smooth_f convex_f L_gt0 grad_x grad_y. set (d := (- / L *: (P g - P h))%V).
  assert (linear_P : linear P) by now apply projection_linear.
  assert (inside : P d = d) by (unfold d; now rewrite linear_scale, linear_subtract, !projection_again by assumption).
  pose proof (block_smooth_upper L f x d g smooth_f inside grad_x) as high.
  pose proof (gradient_lower 0 f (x + d)%V y h convex_f grad_y (block_total L f smooth_f _)) as low.
  assert (part : inner (g - h)%V (P g - P h)%V = norm2 (P g - P h)%V) by (rewrite <- linear_subtract by exact linear_P; now apply projection_norm2).
  assert (slope : inner (g - h)%V d = - / L * norm2 (P g - P h)%V) by (unfold d; now rewrite inner_scale_r, part).
  assert (size : norm2 d = / L * / L * norm2 (P g - P h)%V) by (unfold d; rewrite norm2_scale; ring).
  rewrite size in high. rewrite inner_sub_l in slope.
  replace (x + d - y)%V with ((x - y) + d)%V in low by vector_ring. rewrite inner_add_r in low.
  replace (/ (2 * L) * norm2 (P g - P h)%V) with (/ L * norm2 (P g - P h)%V - L / 2 * (/ L * / L * norm2 (P g - P h)%V)) by (field; lra). lra.
Qed.
End Smooth.
(** a function that is smooth in every direction *)
Theorem smooth_block_smooth L f P : projection P -> 0 <= L -> smooth L f -> block_smooth (fun x u => u = P x) L f.
Proof.
  intros project L_ge0 (G & grad & steep). exists G. split; [exact grad|]. intros x h u v _ -> ->.
  rewrite <- linear_subtract by now apply projection_linear.
  apply Rle_trans with (norm (G (x + h) - G x)%V); [apply sqrt_le_1_alt; now apply projection_norm2_bound|].
  apply (Rle_trans _ _ _ (steep _ _)). replace (x + h - x)%V with h by vector_ring. lra.
Qed.
End Blocks.
