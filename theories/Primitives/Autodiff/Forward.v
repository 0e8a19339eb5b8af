(** * Forward mode

    The tangent of a program: what each instruction changes by, to first order, when the inputs change.  Where an instruction is fine in the smooth sense, its value as a
    function of any point of any normed space on which the inputs depend differentiably has the tangent for its Fréchet derivative.

    Main definitions: [tangent_of], [tangent].
    Main results: [forward_mode_correct].

    Trust: proved.
    Source: A. Griewank and A. Walther, Evaluating Derivatives, 2008, chapter 3. *)
From Coq Require Import ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra.
From Coquelicot Require Import Hierarchy Derive.
From Warrant Require Import Spec.Bytes Spec.Elementary Primitives.ErrorFunction Primitives.Autodiff.Programs.
Import ListNotations.
Local Open Scope R_scope.

(** the derivative of a function at [a], where it is [r] *)
Definition slope (f : unary) (a r : R) : R :=
  match f with Opp => -1 | Root => / 2 / r | Relu => step_R a | Exp => r | Log => / a | Step => 0 | Erf => bell a | Bell => -2 * a * r end.
(** [v]: the values; [dx]: the change of the inputs; [dv]: the tangents *)
Definition tangent_of (v dx dv : positive -> R) (i : positive) (o : op) : R :=
  match o with
  | Input => dx i
  | Number _ => 0
  | Unary f a => slope f (v a) (v i) * dv a
  | Binary Add a b => dv a + dv b
  | Binary Mul a b => dv a * v b + v a * dv b
  | Binary Div a b => dv a / v b - v i * (dv b / v b)
  end.
Definition linearises (C : code) (v dx dv : positive -> R) : Prop :=
  forall i o, PositiveMap.find i C = Some o -> dv i = tangent_of v dx dv i o.
Definition tangent (C : code) (v dx : positive -> R) : positive -> R := solve C (fun i o dv => tangent_of v dx dv i o) 0.
Lemma tangent_correct C v dx : ordered C -> linearises C v dx (tangent C v dx).
Proof.
  intros in_order i o found. apply (solve_correct operands C (fun i o dv => tangent_of v dx dv i o)); [exact in_order| |exact found].
  intros j p s t same. destruct p as [| |f a|[] a b]; simpl in *; rewrite ?same by tauto; reflexivity.
Qed.

(** ** The derivatives of the functions *)

Local Lemma near_bound (a y : R) (e : posreal) : ball a e y -> a - e < y < a + e.
Proof. intro near. unfold ball in near. simpl in near. unfold AbsRing_ball, abs, minus, plus, Hierarchy.opp in near. simpl in near. apply Rabs_def2 in near. lra. Qed.
Lemma slope_correct f a : good1 true f a -> is_derive (value1 f) a (slope f a (value1 f a)).
Proof.
  destruct f; simpl; intro g.
  - apply is_derive_Reals. replace (-1) with (- (1)) by ring. apply derivable_pt_lim_opp, derivable_pt_lim_id.
  - apply is_derive_Reals. replace (/ 2 / sqrt a) with (/ (2 * sqrt a)) by (unfold Rdiv; now rewrite Rinv_mult).
    now apply derivable_pt_lim_sqrt.
  - unfold step_R. destruct (Rlt_dec 0 a) as [pos|neg].
    + apply (is_derive_ext_loc (fun x => x)); [|apply is_derive_Reals, derivable_pt_lim_id].
      exists (mkposreal a pos). intros y near. apply near_bound in near. simpl in near. rewrite Rmax_right; lra.
    + apply (is_derive_ext_loc (fun _ => 0)); [|apply is_derive_Reals, derivable_pt_lim_const].
      assert (pos : 0 < - a) by lra. exists (mkposreal (- a) pos). intros y near. apply near_bound in near. simpl in near. rewrite Rmax_left; lra.
  - apply is_derive_Reals, derivable_pt_lim_exp.
  - apply is_derive_Reals. now apply derivable_pt_lim_ln.
  - destruct (Rlt_dec 0 a) as [pos|neg].
    + apply (is_derive_ext_loc (fun _ => 1)); [|apply is_derive_Reals, derivable_pt_lim_const].
      exists (mkposreal a pos). intros y near. apply near_bound in near. simpl in near. unfold step_R. destruct (Rlt_dec 0 y); lra.
    + apply (is_derive_ext_loc (fun _ => 0)); [|apply is_derive_Reals, derivable_pt_lim_const].
      assert (pos : 0 < - a) by lra. exists (mkposreal (- a) pos). intros y near. apply near_bound in near. simpl in near. unfold step_R. destruct (Rlt_dec 0 y); lra.
  - apply error_function_derive.
  - apply bell_derive.
Qed.
Lemma inverse_derive a : a <> 0 -> is_derive Rinv a (- / a / a).
Proof.
  intro nonzero. replace (- / a / a) with (- (1) / a ^ 2) by (field; exact nonzero).
  apply (is_derive_inv (fun x => x)); [|exact nonzero]. apply is_derive_Reals, derivable_pt_lim_id.
Qed.

Section Forward.
Context {U : NormedModule R_AbsRing}.
Variables (u : U) (C : code).
Variables (x v : U -> positive -> R).      (* inputs and values, as functions of the point *)
Variables (dx dv : U -> positive -> R).    (* their tangents, as functions of the direction *)
Hypothesis inputs : forall i, PositiveMap.find i C = Some Input -> filterdiff (fun t => x t i) (locally u) (fun h => dx h i).
Hypothesis values : forall t, models C (x t) (v t).
Hypothesis tangents : forall h, linearises C (v u) (dx h) (dv h).

Theorem forward_mode_correct i : fine true C (v u) i -> filterdiff (fun t => v t i) (locally u) (fun h => dv h i).
Proof.
  induction 1 as [i o found g _ IH].
  apply (filterdiff_ext (fun t => value_of (x t) (v t) i o)); [intro t; symmetry; now apply values|].
  apply (filterdiff_ext_lin _ (fun h => tangent_of (v u) (dx h) (dv h) i o)); [|intro h; symmetry; now apply tangents].
  assert (here := values u i o found).
  destruct o as [|q|f a|f a b]; simpl in *.
  - now apply inputs.
  - apply (filterdiff_const (Q2R q)).
  - apply (filterdiff_ext_lin _ (fun h => scal (dv h a) (slope f (v u a) (v u i)))); [|intro h; apply Rmult_comm].
    rewrite here. apply (filterdiff_comp' (fun t => v t a) (value1 f) u (fun h => dv h a) (fun y => scal y (slope f (v u a) (value1 f (v u a))))); [apply IH; tauto|].
    now apply slope_correct.
  - assert (Da := IH a ltac:(tauto)). assert (Db := IH b ltac:(tauto)).
    destruct f; simpl in *.
    + now apply (filterdiff_plus_fct (fun t => v t a) (fun t => v t b)).
    + apply (filterdiff_mult_fct (fun t => v t a) (fun t => v t b)); [exact Rmult_comm|exact Da|exact Db].
    + assert (Dinv : filterdiff (fun t => / v t b) (locally u) (fun h => dv h b * (- / v u b / v u b))).
      { apply (filterdiff_comp' (fun t => v t b) Rinv u (fun h => dv h b) (fun y => scal y (- / v u b / v u b))); [exact Db|]. now apply inverse_derive. }
      apply (filterdiff_ext_lin _ (fun h => plus (mult (dv h a) (/ v u b)) (mult (v u a) (dv h b * (- / v u b / v u b))))).
      * apply (filterdiff_mult_fct (fun t => v t a) (fun t => / v t b)); [exact Rmult_comm|exact Da|exact Dinv].
      * intro h. rewrite here. unfold plus, mult. simpl. field. exact g.
Qed.
End Forward.
