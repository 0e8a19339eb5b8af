(** * Convexity, smoothness and slopes by branch and bound on derivatives

    For losses whose curvature the rules do not see.  The inputs lie in a bounded box; a certificate bisects it until in each part the enclosures of the loss's derivatives (Jets.v) say enough: the
    Hessian is positive semidefinite, or that of L/2 |x|² ± loss is, or the gradient is no longer than L.  Between two points of the box, at every time t, the loss then is defined, hits no kink, and
    has the second derivative dᵀ H d, where d is their difference: so it lies below its chord.

    Main definitions: [loss_box], [derivatives_show], [follows_in_boxes]; [cover_loss], for the search.
    Main results: [follows_in_boxes_correct].

    Trust: proved. *)
From Coq Require Import PString Uint63 Floats ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra.
From Coquelicot Require Import Hierarchy Derive.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Elementary Spec.Losses Primitives.FloatBounds Primitives.Fractions.
From Warrant Require Import Primitives.Autodiff.Programs Primitives.Autodiff.Forward Primitives.Autodiff.Reverse Primitives.Autodiff.SecondOrder Primitives.Losses.Composition Checker.Relational Checker.Intervals.
From Warrant Require Import Checker.Gradients.Enclosures Checker.Gradients.Domain Checker.Gradients.Bisection Checker.Losses.Program Checker.Losses.Program_sound Checker.Losses.Hessians Checker.Losses.Jets.
From Warrant Require Checker.Losses.Facts_sound.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.

Section Boxes.
Variables (q : question) (st : state) (a : positive).
Let n : nat := Z.to_nat (entries (selected q)).

Definition loss_box : box := numbered_from 1 (map interval_of (all_ranges q)) (PositiveMap.empty interval).
(** the change of an input, as a linear form of those of the selected inputs *)
Definition moves (i : positive) : linear_form := if is_varied q i then repeat zero_interval (Nat.pred (Pos.to_nat i)) ++ [unit_interval] else [].
Definition jet_in (B : box) : option jet := PositiveMap.find a (jets (instructions st) moves B (numbers_from 1 (Pos.to_nat a)) (PositiveMap.empty jet)).
Definition derivatives_show (o : order) : bool :=
  match claimed q with
  | Convex => semidefinite n (second o)
  | Lipschitz L => Qle_bool 0 L && Nat.leb (length (first o)) n && certainly_at_most (squared_norm (first o)) (number_of (L * L)%Q)
  | Smooth L =>
    let parabola := diagonal n (number_of L) in
    semidefinite n (add_quadratic parabola (second o)) && semidefinite n (add_quadratic parabola (scale_quadratic (number_of (-1)) (second o)))
  | _ => false
  end.
Definition shows (B : box) : bool := match jet_in B with Some j => derivatives_show (plain j) | None => false end.
Definition most_halvings : nat := 100.
Definition by_derivatives : bool := match claimed q with Convex | Lipschitz _ | Smooth _ => true | _ => false end.
Definition follows_in_boxes (choices : list int) : bool := by_derivatives && match covered shows most_halvings loss_box choices with Some [] => true | _ => false end.

(** For the search: such choices, or a box that is too small to go on *)
Definition uncertainty (B : box) : float := match jet_in B with Some j => spread match claimed q with Lipschitz _ => Order (first (plain j)) [] | _ => Order [] (second (plain j)) end | None => nan end.
Definition cover_loss (budget : int) : list int + box :=
  match cover shows uncertainty most_halvings (numbers_from 1 (length (all_ranges q))) loss_box budget [] with inl (_, choices) => inl (rev_append choices []) | inr B => inr B end.

(** ** Soundness *)

Local Open Scope R_scope.
Hypothesis comp : compile q = Some (st, a).
Notation C := (instructions st).

Section Segment.
Variables (x y w : list R).
Hypothesis inside_x : inside q (selected q) x.
Hypothesis inside_y : inside q (selected q) y.
Hypothesis inside_w : inside q (others q) w.
Let d : list R := zip_with Rminus x y.
Let dx (i : positive) : R := at_inputs x w i - at_inputs y w i.

Lemma lengths : length x = n /\ length y = n.
Proof. destruct (compile_sized _ _ _ comp) as [sx _]. pose proof (inside_length _ _ _ sx inside_x). pose proof (inside_length _ _ _ sx inside_y). unfold n. lia. Qed.
Lemma direction_length : length d = n.
Proof.
  destruct lengths as [lx ly]. unfold d. revert lx ly. generalize n as k. clear. revert y. induction x as [|e x' IH]; intros [|f y'] k lx ly; simpl in *; try lia. destruct k as [|k]; [lia|]. simpl. f_equal. apply IH; lia.
Qed.
Lemma direction_squares : sum_of_squares d = squares x y.
Proof. unfold d, squares. clear. revert y. induction x as [|e x' IH]; intros [|f y']; simpl; try reflexivity. now rewrite IH. Qed.
Lemma unit_linear k : forall e, linear (repeat zero_interval k ++ [unit_interval]) e (nth k e 0).
Proof.
  induction k as [|k IH]; intros [|c e]; simpl; try reflexivity.
  - exists 1, 0. split; [exact unit_encloses|split; [reflexivity|ring]].
  - exists 0, (nth k e 0). split; [exact zero_encloses|split; [apply IH|ring]].
Qed.
Lemma moves_linear i : linear (moves i) d (dx i).
Proof.
  destruct lengths as [lx ly]. unfold moves, dx, is_varied. rewrite at_inputs_change by lia. set (k := Nat.pred (Pos.to_nat i)). destruct (Z.leb_spec (Z.pos i) (entries (selected q))) as [le|gt].
  - replace (nth k x 0 - nth k y 0) with (nth k d 0); [apply unit_linear|]. unfold d. assert (len : length x = length y) by lia. revert len. clear. generalize k as j. revert y.
    induction x as [|e x' IH]; intros [|f y'] j len; simpl in *; try lia; destruct j as [|j]; try (simpl; ring). apply IH. lia.
  - assert (n <= k)%nat by (unfold n, k; pose proof (Pos2Nat.is_pos i); lia). rewrite !nth_overflow by lia. simpl. ring.
Qed.
Lemma box_contains z : inside q (selected q) z -> in_box (at_inputs z w) loss_box.
Proof.
  intros iz i e found. assert (all : encloses (at_ loss_box i) (at_inputs z w i)); [|unfold at_ in all; now rewrite found in all].
  unfold loss_box. apply (numbered_from_correct (map interval_of (all_ranges q)) (z ++ w)).
  - assert (within : Forall2 within_limits (all_ranges q) (z ++ w)) by (unfold all_ranges; now apply Forall2_app). revert within. clear. induction 1 as [|b r bs rs here _ IH]; simpl; constructor; [now apply interval_of_correct|exact IH].
  - intros j lt. lia.
  - intros j _. apply PositiveMap.gempty.
  - intros k lt. unfold at_inputs. f_equal. rewrite Nat2Pos.id by lia. change (Pos.to_nat 1) with 1%nat. lia.
Qed.

(** what the derivatives along d are *)
Definition bounded_by (p r : R) : Prop :=
  match claimed q with
  | Convex => 0 <= r
  | Lipschitz L => Rabs p <= Q2R L * distance x y
  | Smooth L => Rabs r <= Q2R L * (distance x y * distance x y)
  | _ => False
  end.
Lemma derivatives_show_correct o p r : derivatives_show o = true -> order_holds d o p r -> bounded_by p r.
Proof.
  intros ok [lo qo]. unfold derivatives_show, bounded_by in *. pose proof direction_length as len. destruct (claimed q) as [| |L|L| | |t| |f ulps b rel]; try discriminate.
  - exact (semidefinite_correct n _ d r ok qo).
  - apply andb_prop in ok as [ok small]. apply andb_prop in ok as [L_ge0 short]. apply Nat.leb_le in short. apply Facts_sound.le_correct in L_ge0. rewrite Facts_sound.Q2R_0 in L_ge0.
    destruct (squared_norm_correct (first o) d p ltac:(lia) lo) as (m & m_ge0 & em & bound). apply (certainly_at_most_correct _ _ _ _ em (rel_number _ interval_rel (L * L)%Q)) in small. cbn [Tensor.number_of R_scalar] in small.
    rewrite Q2R_mult in small. rewrite direction_squares, <- distance_squared in bound. assert (D_ge0 : 0 <= distance x y) by apply sqrt_pos. set (D := distance x y) in *.
    apply Rsqr_incr_0_var; [|now apply Rmult_le_pos]. rewrite <- Rsqr_abs. unfold Rsqr. apply Rle_trans with (1 := bound). replace (Q2R L * D * (Q2R L * D)) with (Q2R L * Q2R L * (D * D)) by ring.
    apply Rmult_le_compat_r; [now apply Rmult_le_pos|exact small].
  - apply andb_prop in ok as [plus minus]. rewrite distance_squared, <- direction_squares. rewrite <- len in plus, minus. assert (parabola := diagonal_correct _ _ (rel_number _ interval_rel L) d). cbn [Tensor.number_of R_scalar] in parabola.
    assert (over := semidefinite_correct _ _ d _ plus (add_quadratic_correct _ _ _ _ _ parabola qo)).
    assert (under := semidefinite_correct _ _ d _ minus (add_quadratic_correct _ _ _ _ _ parabola (scale_quadratic_correct _ _ _ minus_one_correct d r qo))).
    apply Rabs_le. lra.
Qed.

Variable choices : list int.
Hypothesis follows : follows_in_boxes choices = true.

Lemma at_time s v dv ddv : 0 <= s <= 1 -> models C (at_inputs (mix s x y) w) v -> linearises C v dx dv -> bends_as C v dv ddv ->
  fine true C v a /\ bounded_by (dv a) (ddv a).
Proof.
  intros s_in values tangents seconds. unfold follows_in_boxes in follows. apply andb_prop in follows as [_ follows]. destruct (covered shows most_halvings loss_box choices) as [rest|] eqn:ok; [|discriminate].
  apply (covered_correct (at_inputs (mix s x y) w) shows) with (3 := ok); [|apply box_contains; now apply inside_mix].
  intros B ib pass. unfold shows in pass. destruct (jet_in B) as [j|] eqn:known; [|discriminate].
  assert (right : right_jets C d v dv ddv (jets C moves B (numbers_from 1 (Pos.to_nat a)) (PositiveMap.empty jet))).
  { apply (jets_correct C moves B d (at_inputs (mix s x y) w) v dx dv ddv values tangents seconds).
    - intro i. unfold at_. destruct (PositiveMap.find i B) as [e|] eqn:found; [exact (ib i e found)|apply everything_encloses].
    - exact moves_linear.
    - intros i k found. now rewrite PositiveMap.gempty in found. }
  destruct (right a j known) as [ok_a [_ hp _]]. split; [exact ok_a|exact (derivatives_show_correct _ _ _ pass hp)].
Qed.
Lemma ordered_program : ordered C.
Proof. exact (proj1 (proj1 (compile_correct _ _ _ comp))). Qed.
Lemma between_in_domain s : 0 <= s <= 1 -> in_domain q (mix s x y) w.
Proof.
  intro s_in. destruct (in_domain_iff q st a (mix s x y) w comp (inside_mix _ _ _ _ _ s_in inside_x inside_y) inside_w) as (v & values & _ & dom). apply dom.
  set (dv := tangent C v dx). destruct (at_time s v dv (second_tangent C v dv) s_in values (tangent_correct C v dx ordered_program) (second_tangent_correct C v dv ordered_program)) as [ok _].
  apply (supported_mono (good true v)); [|exact ok]. intros o. destruct o as [| |[] k|[] k l]; simpl; try easy. lra.
Qed.

(** the loss on the segment, with its derivatives *)
Let V (s : R) : positive -> R := valuation C (at_inputs (mix s x y) w).
Let dV (s : R) : positive -> R := tangent C (V s) dx.
Let ddV (s : R) : positive -> R := second_tangent C (V s) (dV s).
Lemma on_segment : forall s, 0 <= s <= 1 -> is_derive (fun s => V s a) s (dV s a) /\ is_derive (fun s => dV s a) s (ddV s a) /\ bounded_by (dV s a) (ddV s a).
Proof.
  intros s s_in. assert (in_order := ordered_program).
  assert (values : forall s, models C (at_inputs (mix s x y) w) (V s)) by (intro; now apply valuation_correct).
  assert (tangents : forall s, linearises C (V s) dx (dV s)) by (intro; now apply tangent_correct).
  assert (seconds : forall s, bends_as C (V s) (dV s) (ddV s)) by (intro; now apply second_tangent_correct).
  assert (inputs : forall s i, is_derive (fun s => at_inputs (mix s x y) w i) s (dx i)).
  { intros r i. destruct lengths as [lx ly]. apply (is_derive_ext (fun s => at_inputs y w i + s * dx i)).
    - intro u. symmetry. rewrite mean_mix by lia. unfold mean, dx. change (u * at_inputs x w i + (1 - u) * at_inputs y w i = at_inputs y w i + u * (at_inputs x w i - at_inputs y w i)). ring.
    - refine (eq_rect _ (is_derive _ r) _ _ (Rplus_0_l (dx i))). apply (is_derive_plus (fun _ => at_inputs y w i) (fun s => s * dx i)); [exact (is_derive_const (at_inputs y w i) r)|].
      apply (is_derive_ext (fun s => dx i * s)); [intro u; exact (Rmult_comm (dx i) u)|].
      exact (eq_rect _ (is_derive _ r) (is_derive_scal (fun s => s) r (dx i) 1 (is_derive_id r)) _ (Rmult_1_r (dx i))). }
  destruct (at_time s (V s) (dV s) (ddV s) s_in (values s) (tangents s) (seconds s)) as [ok bound]. split; [|split; [|exact bound]].
  - exact (first_order_correct C (fun s => at_inputs (mix s x y) w) V dV dx inputs values tangents s a ok).
  - exact (second_order_correct C (fun s => at_inputs (mix s x y) w) V dV ddV dx inputs values tangents seconds s a ok).
Qed.
Lemma segment_value s : 0 <= s <= 1 -> V s a = loss q (mix s x y) w.
Proof. intro s_in. exact (loss_value q st a _ w (V s) comp (inside_mix _ _ _ _ _ s_in inside_x inside_y) inside_w (valuation_correct C _ ordered_program)). Qed.
Lemma mix_one : mix 1 x y = x.
Proof. destruct lengths as [lx ly]. assert (len : length x = length y) by lia. revert len. clear. revert y. induction x as [|e x' IH]; intros [|f y'] len; try discriminate; [reflexivity|]. unfold mix in *. cbn [zip_with]. rewrite IH by (injection len; auto). f_equal. ring. Qed.
Lemma mix_zero : mix 0 x y = y.
Proof. destruct lengths as [lx ly]. assert (len : length x = length y) by lia. revert len. clear. revert y. induction x as [|e x' IH]; intros [|f y'] len; try discriminate; [reflexivity|]. unfold mix in *. cbn [zip_with]. rewrite IH by (injection len; auto). f_equal. ring. Qed.
Lemma value_one : V 1 a = loss q x w.
Proof. rewrite segment_value by lra. now rewrite mix_one. Qed.
Lemma value_zero : V 0 a = loss q y w.
Proof. rewrite segment_value by lra. now rewrite mix_zero. Qed.
Lemma segment_convex t : claimed q = Convex -> 0 <= t <= 1 -> loss q (mix t x y) w <= t * loss q x w + (1 - t) * loss q y w.
Proof.
  intros is_claim t_in. rewrite <- value_one, <- value_zero, <- segment_value by exact t_in. apply (curved_chord (fun s => V s a) (fun s => dV s a) (fun s => ddV s a)); [| | |exact t_in]; intros s s_in; destruct (on_segment s s_in) as (dv & ddv & bound); try assumption.
  unfold bounded_by in bound. rewrite is_claim in bound. exact bound.
Qed.
Lemma segment_smooth L t : claimed q = Smooth L -> 0 <= t <= 1 ->
  Rabs (t * loss q x w + (1 - t) * loss q y w - loss q (mix t x y) w) <= Q2R L / 2 * (t * (1 - t)) * (distance x y * distance x y).
Proof.
  intros is_claim t_in. rewrite <- value_one, <- value_zero, <- segment_value by exact t_in.
  replace (Q2R L / 2 * (t * (1 - t)) * (distance x y * distance x y)) with (Q2R L * (distance x y * distance x y) / 2 * (t * (1 - t))) by field.
  apply (curved_chord_bound (fun s => V s a) (fun s => dV s a) (fun s => ddV s a)); [| | |exact t_in]; intros s s_in; destruct (on_segment s s_in) as (dv & ddv & bound); try assumption.
  unfold bounded_by in bound. rewrite is_claim in bound. exact bound.
Qed.
Lemma segment_lipschitz L : claimed q = Lipschitz L -> Rabs (loss q x w - loss q y w) <= Q2R L * distance x y.
Proof.
  intro is_claim. rewrite <- value_one, <- value_zero. apply (steep_bound (fun s => V s a) (fun s => dV s a)); intros s s_in; destruct (on_segment s s_in) as (dv & _ & bound); [exact dv|].
  unfold bounded_by in bound. rewrite is_claim in bound. exact bound.
Qed.
End Segment.

Theorem follows_in_boxes_correct choices : follows_in_boxes choices = true -> holds q.
Proof.
  intro follows. unfold holds. destruct (claimed q) as [| |L|L| | |t| |f ulps b r] eqn:is_claim.
  1: { intros w x y t (ix & iw & _) (iy & _) t_in. split; [now apply (between_in_domain x y w ix iy iw choices)|now apply (segment_convex x y w ix iy iw choices follows)]. }
  2: { intros w x y (ix & iw & _) (iy & _). now apply (segment_lipschitz x y w ix iy iw choices follows). }
  2: { intros w x y t (ix & iw & _) (iy & _) t_in. split; [now apply (between_in_domain x y w ix iy iw choices)|now apply (segment_smooth x y w ix iy iw choices follows)]. }
  all: unfold follows_in_boxes, by_derivatives in follows; rewrite is_claim in follows; discriminate.
Qed.
End Boxes.
