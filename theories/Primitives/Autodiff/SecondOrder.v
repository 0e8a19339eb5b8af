(** * Second derivatives along a line

    Where the inputs of a program move along a line, each instruction is a function of the time.  Forward mode, applied twice, gives its first and second derivatives; where the instruction is
    fine in the smooth sense they are those of calculus.  A function with a second derivative that is at least 0 lies below its chord, and one whose second derivative is at most M in size is
    off by at most M/2 t (1 - t).

    Main definitions: [curvature], [second_of], [second_tangent].
    Main results: [second_order_correct], [curved_chord], [curved_chord_bound], [steep_bound].

    Trust: proved.
    Source: A. Griewank and A. Walther, Evaluating Derivatives, 2008, chapter 13 (Taylor coefficients). *)
From Coq Require Import ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra.
From Coquelicot Require Import Hierarchy Derive Continuity.
From Warrant Require Import Spec.Bytes Spec.Elementary Primitives.ErrorFunction Primitives.Autodiff.Programs Primitives.Autodiff.Forward.
Import ListNotations.
Local Open Scope R_scope.

(** the second derivative of a function at [a], where it is [r] *)
Definition curvature (f : unary) (a r : R) : R :=
  match f with
  | Opp | Relu | Step => 0
  | Root => - (/ 4 / (r * r * r))
  | Exp => r
  | Log => - (/ a * / a)
  | Erf => -2 * a * bell a
  | Bell => -2 * (r + a * (-2 * a * r))
  end.
(** [v], [dv]: the values and their derivatives; [ddv]: the second derivatives *)
Definition second_of (v dv ddv : positive -> R) (i : positive) (o : op) : R :=
  match o with
  | Input | Number _ => 0
  | Unary f a => curvature f (v a) (v i) * (dv a * dv a) + slope f (v a) (v i) * ddv a
  | Binary Add a b => ddv a + ddv b
  | Binary Mul a b => ddv a * v b + 2 * (dv a * dv b) + v a * ddv b
  | Binary Div a b => (ddv a - 2 * (dv i * dv b) - v i * ddv b) / v b
  end.
Definition bends_as (C : code) (v dv ddv : positive -> R) : Prop := forall i o, PositiveMap.find i C = Some o -> ddv i = second_of v dv ddv i o.
Definition second_tangent (C : code) (v dv : positive -> R) : positive -> R := solve C (fun i o ddv => second_of v dv ddv i o) 0.
Lemma second_tangent_correct C v dv : ordered C -> bends_as C v dv (second_tangent C v dv).
Proof.
  intros in_order i o found. apply (solve_correct operands C (fun i o ddv => second_of v dv ddv i o)); [exact in_order| |exact found].
  intros j p s t same. destruct p as [| |f a|[] a b]; simpl in *; rewrite ?same by tauto; reflexivity.
Qed.

(** ** The second derivatives of the functions *)

Local Lemma near_ge0 (a : R) : 0 < a -> locally a (fun y => 0 < y).
Proof. intro pos. apply (open_gt 0 a pos). Qed.
Local Lemma constant_slope f a : (f = Opp \/ f = Relu \/ f = Step) -> good1 true f a -> is_derive (fun u => slope f u (value1 f u)) a 0.
Proof.
  intros [is_opp | [is_relu | is_step]] g; subst f; simpl in *; [exact (is_derive_const (-1) a)| |exact (is_derive_const 0 a)].
  destruct (Rlt_dec 0 a) as [pos|neg].
  - apply (is_derive_ext_loc (fun _ => 1)); [|apply @is_derive_const]. apply (filter_imp (fun y => 0 < y)); [|now apply near_ge0].
    intros y lt. unfold step_R. destruct (Rlt_dec 0 y); lra.
  - apply (is_derive_ext_loc (fun _ => 0)); [|apply @is_derive_const]. apply (filter_imp (fun y => y < 0)); [|apply (open_lt 0 a); lra].
    intros y lt. unfold step_R. destruct (Rlt_dec 0 y); lra.
Qed.
Lemma curvature_correct f a : good1 true f a -> is_derive (fun u => slope f u (value1 f u)) a (curvature f a (value1 f a)).
Proof.
  intro g. destruct f; try (apply constant_slope; [tauto|exact g]); simpl in *.
  - pose proof (sqrt_lt_R0 a g) as pos. unfold Rdiv. apply (is_derive_ext (fun u => / 2 * / sqrt u)); [reflexivity|].
    replace (- (/ 4 * / (sqrt a * sqrt a * sqrt a))) with (/ 2 * ((/ 2 / sqrt a) * (- / sqrt a / sqrt a))) by (field; lra).
    apply is_derive_scal. apply (is_derive_comp Rinv sqrt); [apply inverse_derive; lra|]. exact (slope_correct Root a g).
  - exact (slope_correct Exp a I).
  - replace (- (/ a * / a)) with (- / a / a) by (unfold Rdiv; ring). apply inverse_derive. lra.
  - apply bell_derive.
  - apply (is_derive_ext (fun u => -2 * (u * bell u))); [intro u; exact (eq_sym (Rmult_assoc (-2) u (bell u)))|]. apply is_derive_scal.
    replace (bell a + a * (-2 * a * bell a)) with (1 * bell a + a * (-2 * a * bell a)) by ring.
    exact (is_derive_mult (fun u => u) bell a _ _ (is_derive_id a) (bell_derive a)).
Qed.

(** ** Along a line *)

Section Line.
Variables (C : code) (x v dv ddv : R -> positive -> R) (dx : positive -> R).
Hypothesis inputs : forall s i, is_derive (fun s => x s i) s (dx i).
Hypothesis values : forall s, models C (x s) (v s).
Hypothesis tangents : forall s, linearises C (v s) dx (dv s).
Hypothesis seconds : forall s, bends_as C (v s) (dv s) (ddv s).

Lemma first_order_correct s i : fine true C (v s) i -> is_derive (fun s => v s i) s (dv s i).
Proof.
  intro ok. apply (filterdiff_ext_lin _ (fun h : R => h * dv s i)); [|reflexivity].
  apply (forward_mode_correct s C x v (fun h j => h * dx j) (fun h j => h * dv s j)); [|exact values| |exact ok].
  - intros j _. exact (inputs s j).
  - intros h j o found. rewrite (tangents s j o found). destruct o as [| |f a|[] a b]; simpl; unfold Rdiv; ring.
Qed.
Theorem second_order_correct s i : fine true C (v s) i -> is_derive (fun s => dv s i) s (ddv s i).
Proof.
  intro ok. assert (first := fun j fj => first_order_correct s j fj). induction ok as [i o found g below IH].
  apply (is_derive_ext (fun s => tangent_of (v s) dx (dv s) i o)); [intro r; symmetry; now apply tangents|].
  assert (here := Fine true C (v s) i o found g below). rewrite (seconds s i o found). destruct o as [|q|f a|f a b]; simpl in *.
  - apply @is_derive_const.
  - apply @is_derive_const.
  - assert (fa := below a (or_introl eq_refl)). assert (ga := IH a (or_introl eq_refl)).
    apply (is_derive_ext (fun s => slope f (v s a) (value1 f (v s a)) * dv s a)); [intro r; rewrite (values r i _ found); reflexivity|].
    replace (curvature f (v s a) (v s i) * (dv s a * dv s a) + slope f (v s a) (v s i) * ddv s a)
      with (dv s a * curvature f (v s a) (value1 f (v s a)) * dv s a + slope f (v s a) (value1 f (v s a)) * ddv s a) by (rewrite (values s i _ found); simpl; ring).
    refine (is_derive_mult (fun s => slope f (v s a) (value1 f (v s a))) (fun s => dv s a) s _ _ _ ga).
    apply (is_derive_comp (fun u => slope f u (value1 f u)) (fun s => v s a)); [now apply curvature_correct|now apply first].
  - assert (fa := below a (or_introl eq_refl)). assert (fb := below b (or_intror (or_introl eq_refl))). assert (ga := IH a (or_introl eq_refl)). assert (gb := IH b (or_intror (or_introl eq_refl))).
    destruct f; simpl in *.
    + now apply @is_derive_plus.
    + replace (ddv s a * v s b + 2 * (dv s a * dv s b) + v s a * ddv s b)
        with (ddv s a * v s b + dv s a * dv s b + (dv s a * dv s b + v s a * ddv s b)) by ring.
      apply @is_derive_plus; [exact (is_derive_mult (fun s => dv s a) (fun s => v s b) s _ _ ga (first b fb))|exact (is_derive_mult (fun s => v s a) (fun s => dv s b) s _ _ (first a fa) gb)].
    + assert (inverse : is_derive (fun s => / v s b) s (dv s b * (- / v s b / v s b))).
      { apply (is_derive_comp Rinv (fun s => v s b)); [now apply inverse_derive|now apply first]. }
      assert (slow : forall u u', is_derive u s u' -> is_derive (fun s => u s / v s b) s (u' * / v s b + u s * (dv s b * (- / v s b / v s b)))).
      { intros u u' du. exact (is_derive_mult u (fun s => / v s b) s _ _ du inverse). }
      assert (whole := is_derive_minus _ _ s _ _ (slow (fun s => dv s a) _ ga) (is_derive_mult (fun s => v s i) (fun s => dv s b / v s b) s _ _ (first i here) (slow (fun s => dv s b) _ gb))).
      refine (eq_rect _ (is_derive _ s) whole _ _). rewrite (tangents s i _ found). simpl. unfold minus, plus, opp, mult. simpl. field. exact g.
Qed.
End Line.

(** ** Chords *)

Local Lemma mean_value (f g : R -> R) a b : a <= b -> (forall s, a <= s <= b -> is_derive f s (g s)) -> exists c, a <= c <= b /\ f b - f a = g c * (b - a).
Proof.
  intros le derives. destruct (MVT_gen f a b g) as (c & c_in & E).
  - intros s s_in. rewrite Rmin_left, Rmax_right in s_in by exact le. apply derives. lra.
  - intros s s_in. rewrite Rmin_left, Rmax_right in s_in by exact le. apply derivable_continuous_pt. exists (g s). now apply is_derive_Reals, derives.
  - rewrite Rmin_left, Rmax_right in c_in by exact le. now exists c.
Qed.
Theorem steep_bound (f g : R -> R) M : (forall s, 0 <= s <= 1 -> is_derive f s (g s)) -> (forall s, 0 <= s <= 1 -> Rabs (g s) <= M) -> Rabs (f 1 - f 0) <= M.
Proof. intros derives small. destruct (mean_value f g 0 1 Rle_0_1 derives) as (c & c_in & ->). rewrite Rminus_0_r, Rmult_1_r. now apply small. Qed.
Theorem curved_chord (f g h : R -> R) t : (forall s, 0 <= s <= 1 -> is_derive f s (g s)) -> (forall s, 0 <= s <= 1 -> is_derive g s (h s)) -> (forall s, 0 <= s <= 1 -> 0 <= h s) ->
  0 <= t <= 1 -> f t <= t * f 1 + (1 - t) * f 0.
Proof.
  intros df dg up t_in. destruct (mean_value f g 0 t) as (c & c_in & Ec); [lra|intros; apply df; lra|]. destruct (mean_value f g t 1) as (e & e_in & Ee); [lra|intros; apply df; lra|].
  destruct (mean_value g h c e) as (k & k_in & Ek); [lra|intros; apply dg; lra|]. assert (0 <= g e - g c) by (rewrite Ek; apply Rmult_le_pos; [apply up|]; lra).
  assert (0 <= t * (1 - t) * (g e - g c)) by (apply Rmult_le_pos; [apply Rmult_le_pos|]; lra).
  replace (t * f 1 + (1 - t) * f 0) with (f t + (t * (f 1 - f t) - (1 - t) * (f t - f 0))) by ring. rewrite Ec, Ee.
  replace (t * (g e * (1 - t)) - (1 - t) * (g c * (t - 0))) with (t * (1 - t) * (g e - g c)) by ring. lra.
Qed.
Theorem curved_chord_bound (f g h : R -> R) M t : (forall s, 0 <= s <= 1 -> is_derive f s (g s)) -> (forall s, 0 <= s <= 1 -> is_derive g s (h s)) ->
  (forall s, 0 <= s <= 1 -> Rabs (h s) <= M) -> 0 <= t <= 1 -> Rabs (t * f 1 + (1 - t) * f 0 - f t) <= M / 2 * (t * (1 - t)).
Proof.
  intros df dg small t_in.
  assert (square : forall s, is_derive (fun s => M / 2 * (s * s)) s (M * s)).
  { intro s. replace (M * s) with (M / 2 * (1 * s + s * 1)) by field. apply is_derive_scal.
    exact (is_derive_mult (fun s => s) (fun s => s) s _ _ (is_derive_id s) (is_derive_id s)). }
  assert (line : forall s, is_derive (fun s => M * s) s M).
  { intro s. exact (eq_rect _ (is_derive _ s) (is_derive_scal (fun s => s) s M 1 (is_derive_id s)) _ (Rmult_1_r M)). }
  assert (bounds : forall s, 0 <= s <= 1 -> - M <= h s <= M) by (intros s s_in; specialize (small s s_in); pose proof (Rle_abs (h s)); pose proof (Rle_abs (- h s)) as le; rewrite Rabs_Ropp in le; lra).
  assert (over := curved_chord (fun s => M / 2 * (s * s) - f s) (fun s => M * s - g s) (fun s => M - h s) t).
  assert (under := curved_chord (fun s => M / 2 * (s * s) + f s) (fun s => M * s + g s) (fun s => M + h s) t). cbv beta in over, under.
  specialize (over (fun s s_in => is_derive_minus _ _ s _ _ (square s) (df s s_in)) (fun s s_in => is_derive_minus _ _ s _ _ (line s) (dg s s_in)) (fun s s_in => ltac:(pose proof (bounds s s_in); lra)) t_in).
  specialize (under (fun s s_in => is_derive_plus _ _ s _ _ (square s) (df s s_in)) (fun s s_in => is_derive_plus _ _ s _ _ (line s) (dg s s_in)) (fun s s_in => ltac:(pose proof (bounds s s_in); lra)) t_in).
  apply Rabs_le. lra.
Qed.
