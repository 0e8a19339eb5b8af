(** * Convexity, smoothness and slopes by branch and bound on derivatives

    For losses whose curvature the rules do not see.  The inputs lie in a bounded box.  The loss is a function of some instructions that change linearly with the selected inputs: of the inputs themselves, or of
    affine functions of them, such as w₁ x₁ + w₂ x₂ by w, which may be fewer.  A certificate bisects the box of these seeds until in each part the enclosures of the loss's derivatives (Jets.v) say enough: the
    Hessian is positive semidefinite (in the seeds: then it is in the inputs), or that of L/2 |x|² ± loss is, or the gradient is no longer than L (both in the inputs).  Between two points of the box, at every
    time t, the loss then is defined, hits no kink, and has the second derivative dᵀ H d, where d is their difference: so it lies below its chord.

    Main definitions: [straight], [parts], [plan_of], [derivatives_show], [follows_in_boxes]; [cover_loss], for the search.
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
Let C : code := instructions st.
Let upto : list positive := numbers_from 1 (Pos.to_nat a).

(** ** What the loss is made of *)

Definition loss_box : box := numbered_from 1 (map interval_of (all_ranges q)) (PositiveMap.empty interval).
(** the change of an input, as a linear form of those of the selected inputs *)
Definition moves (i : positive) : linear_form := if is_varied q i then repeat zero_interval (Nat.pred (Pos.to_nat i)) ++ [unit_interval] else [].
Definition is_input (i : positive) : bool := match PositiveMap.find i C with Some Input => true | _ => false end.
Definition input_seeds : PositiveMap.t linear_form := fold_right (fun i F => if is_input i then PositiveMap.add i (moves i) F else F) (PositiveMap.empty linear_form) upto.
(** the instructions that change linearly with the selected inputs, or not at all, and are defined in all of the box *)
Definition is_flat (j : jet) : bool := forallb (forallb is_zero) (second (plain j)).
Definition straight : PositiveMap.t jet := jets C input_seeds loss_box is_flat upto (PositiveMap.empty jet).
Definition is_number (i : positive) : bool := match PositiveMap.find i C with Some (Number _) => true | _ => false end.
(** what is made of one such instruction and numbers is no seed of its own *)
Definition is_own (o : op) : bool := match o with Input => true | Binary _ b c => negb (is_number b || is_number c) | _ => false end.
(** from the loss downwards, those of them that are met first *)
Fixpoint made_of (J : PositiveMap.t jet) (l : list positive) (needed : PositiveMap.t unit) (found : list positive) : list positive :=
  match l with
  | [] => found
  | i :: l =>
    match PositiveMap.find i needed, PositiveMap.find i C with
    | Some _, Some o =>
      if is_own o && match PositiveMap.find i J with Some _ => true | None => false end then made_of J l needed (i :: found)
      else made_of J l (fold_right (fun b m => PositiveMap.add b tt m) needed (operands o)) found
    | _, _ => made_of J l needed found
    end
  end.
Definition parts (J : PositiveMap.t jet) : list positive := made_of J (rev_append upto []) (PositiveMap.add a tt (PositiveMap.empty unit)) [].

(** [start]: the box that is bisected; [changes]: those of its instructions, as linear forms of those of the selected inputs; [seeds]: each for itself, unless it does not change at all *)
Record plan := Plan { bisected : list positive; start : box; changes : list linear_form; seeds : PositiveMap.t linear_form }.
Definition is_known (J : PositiveMap.t jet) (i : positive) : bool := match PositiveMap.find i J with Some _ => true | None => false end.
Definition change_of (J : PositiveMap.t jet) (i : positive) : linear_form := match PositiveMap.find i J with Some j => first (plain j) | None => [] end.
Definition box_of (J : PositiveMap.t jet) (l : list positive) : box :=
  fold_right (fun i B => match PositiveMap.find i J with Some j => PositiveMap.add i (value_in j) B | None => B end) (PositiveMap.empty interval) l.
Definition unit_form (k : nat) : linear_form := repeat zero_interval k ++ [unit_interval].
Fixpoint seeds_from (J : PositiveMap.t jet) (k : nat) (l : list positive) : PositiveMap.t linear_form :=
  match l with
  | [] => PositiveMap.empty linear_form
  | i :: l => PositiveMap.add i (if forallb is_zero (change_of J i) then [] else unit_form k) (seeds_from J (S k) l)
  end.
Definition plan_of (by_parts : bool) : plan :=
  let J := straight in
  let l := filter (is_known J) (if by_parts then parts J else filter is_input upto) in
  Plan l (box_of J l) (map (change_of J) l) (seeds_from J 0 l).

(** ** The test, in a part of the box *)

Definition derivatives_show (p : plan) (o : order) : bool :=
  match claimed q with
  | Convex => if semidefinite (length (bisected p)) (second o) then true else semidefinite n (compose_quadratic (second o) (changes p))
  | Lipschitz L =>
    let g := compose_linear (first o) (changes p) in Qle_bool 0 L && Nat.leb (length g) n && certainly_at_most (squared_norm g) (number_of (L * L)%Q)
  | Smooth L =>
    let h := compose_quadratic (second o) (changes p) in
    let parabola := diagonal n (number_of L) in
    semidefinite n (add_quadratic parabola h) && semidefinite n (add_quadratic parabola (scale_quadratic (number_of (-1)) h))
  | _ => false
  end.
Definition jet_in (p : plan) (B : box) : option jet := PositiveMap.find a (jets C (seeds p) B (fun _ => true) upto (PositiveMap.empty jet)).
Definition shows (p : plan) (B : box) : bool := match jet_in p B with Some j => derivatives_show p (plain j) | None => false end.
Definition most_halvings : nat := 100.
Definition by_derivatives : bool := match claimed q with Convex | Lipschitz _ | Smooth _ => true | _ => false end.
(** 0 where the inputs are the seeds, else 1; and then the choices that bisect their box *)
Definition follows_in_boxes (choices : list int) : bool :=
  match choices with
  | mode :: choices =>
    let p := plan_of (negb (mode =? 0)%uint63) in
    by_derivatives && match covered (shows p) most_halvings (start p) choices with Some [] => true | _ => false end
  | [] => false
  end.

(** For the search: such numbers; or a part of the box in which nothing follows, as instructions with their intervals.  Boxes of more seeds are not looked at *)
Definition most_seeds : nat := 8.
Definition uncertainty (p : plan) (B : box) : float :=
  match jet_in p B with Some j => spread match claimed q with Lipschitz _ => Order (first (plain j)) [] | _ => Order [] (second (plain j)) end | None => nan end.
Definition cover_by (mode : bool) (budget : int) : option (list int + list (positive * interval)) :=
  let p := plan_of mode in
  when (Nat.leb (length (bisected p)) most_seeds)
    (Some match cover (shows p) (uncertainty p) most_halvings (bisected p) (start p) budget [] with
          | inl (_, choices) => inl ((if mode then 1 else 0)%uint63 :: rev_append choices [])
          | inr B => inr (map (fun i => (i, at_ B i)) (bisected p))
          end).
Definition cover_loss (budget : int) : option (list int + list (positive * interval)) :=
  match cover_by true budget with
  | Some (inl choices) => Some (inl choices)
  | open => if forallb is_input (bisected (plan_of true)) then open else match cover_by false budget with None => open | found => found end
  end.

(** ** Soundness *)

Local Open Scope R_scope.
Hypothesis comp : compile q = Some (st, a).

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
Lemma box_contains z i : inside q (selected q) z -> encloses (at_ loss_box i) (at_inputs z w i).
Proof.
  intro iz. unfold loss_box. apply (numbered_from_correct (map interval_of (all_ranges q)) (z ++ w)).
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
Lemma derivatives_show_correct plan o e p r : Forall2 (fun f c => linear f d c) (changes plan) e -> derivatives_show plan o = true -> order_holds e o p r -> bounded_by p r.
Proof.
  intros changed ok [le qe]. unfold derivatives_show, bounded_by in *. cbv zeta in ok. assert (lo := compose_linear_correct d _ _ _ p changed le). assert (qo := compose_quadratic_correct d _ _ _ r changed qe). pose proof direction_length as len. destruct (claimed q) as [| |L|L| | |t| |f ulps b rel]; try discriminate.
  - destruct (semidefinite _ (second o)) eqn:apart; [exact (semidefinite_correct _ _ e r apart qe)|exact (semidefinite_correct n _ d r ok qo)].
  - apply andb_prop in ok as [ok small]. apply andb_prop in ok as [L_ge0 short]. apply Nat.leb_le in short. apply Facts_sound.le_correct in L_ge0. rewrite Facts_sound.Q2R_0 in L_ge0.
    destruct (squared_norm_correct (compose_linear (first o) (changes plan)) d p ltac:(lia) lo) as (k & k_ge0 & em & bound). apply (certainly_at_most_correct _ _ _ _ em (rel_number _ interval_rel (L * L)%Q)) in small. cbn [Tensor.number_of R_scalar] in small.
    rewrite Q2R_mult in small. rewrite direction_squares, <- distance_squared in bound. assert (D_ge0 : 0 <= distance x y) by apply sqrt_pos. set (D := distance x y) in *.
    apply Rsqr_incr_0_var; [|now apply Rmult_le_pos]. rewrite <- Rsqr_abs. unfold Rsqr. apply Rle_trans with (1 := bound). replace (Q2R L * D * (Q2R L * D)) with (Q2R L * Q2R L * (D * D)) by ring.
    apply Rmult_le_compat_r; [now apply Rmult_le_pos|exact small].
  - apply andb_prop in ok as [plus minus]. rewrite distance_squared, <- direction_squares. rewrite <- len in plus, minus. assert (parabola := diagonal_correct _ _ (rel_number _ interval_rel L) d). cbn [Tensor.number_of R_scalar] in parabola.
    assert (over := semidefinite_correct _ _ d _ plus (add_quadratic_correct _ _ _ _ _ parabola qo)).
    assert (under := semidefinite_correct _ _ d _ minus (add_quadratic_correct _ _ _ _ _ parabola (scale_quadratic_correct _ _ _ minus_one_correct d r qo))).
    apply Rabs_le. lra.
Qed.

(** ** At a time *)

Section Time.
Variables (s : R) (v dv ddv : positive -> R).
Hypothesis s_in : 0 <= s <= 1.
Hypothesis values : models C (at_inputs (mix s x y) w) v.
Hypothesis tangents : linearises C v dx dv.
Hypothesis seconds : bends_as C v dv ddv.

Lemma input_seeds_correct : right_seeds C input_seeds loss_box d v dv ddv.
Proof.
  assert (only : forall i f, PositiveMap.find i input_seeds = Some f -> PositiveMap.find i C = Some Input /\ f = moves i).
  { intros i f. unfold input_seeds. induction upto as [|k l IH]; cbn [fold_right]; [now rewrite PositiveMap.gempty|]. destruct (is_input k) eqn:input; [|exact IH].
    destruct (Pos.eq_dec i k) as [->|other]; [|rewrite PositiveMap.gso by exact other; exact IH]. rewrite PositiveMap.gss. intro E. injection E as <-. split; [|reflexivity].
    unfold is_input in input. destruct (PositiveMap.find k C) as [[| | |]|]; try discriminate. reflexivity. }
  intros i f found. destruct (only i f found) as [at_i ->]. split; [exact (Fine true C v i Input at_i I (fun b inb => match inb with end))|].
  rewrite (values i Input at_i), (tangents i Input at_i), (seconds i Input at_i). cbn [value_of tangent_of second_of].
  split; [apply box_contains; now apply inside_mix|split; [apply moves_linear|reflexivity]].
Qed.
Lemma straight_correct : right_jets C d v dv ddv straight.
Proof.
  apply (jets_correct C input_seeds loss_box d (at_inputs (mix s x y) w) v dx dv ddv values tangents seconds input_seeds_correct).
  intros i k found. now rewrite PositiveMap.gempty in found.
Qed.
Lemma straight_flat i j : PositiveMap.find i straight = Some j -> is_flat j = true.
Proof.
  assert (all : forall l J, (forall i j, PositiveMap.find i J = Some j -> is_flat j = true) -> forall i j, PositiveMap.find i (jets C input_seeds loss_box is_flat l J) = Some j -> is_flat j = true).
  { induction l as [|k l IH]; intros J flat; simpl; [exact flat|]. apply IH. destruct (PositiveMap.find k C) as [o|]; [|exact flat]. destruct (jet_of _ _ _ _ _) as [j'|]; [|exact flat]. destruct (is_flat j') eqn:keep; [|exact flat].
    intros i' j''. destruct (Pos.eq_dec i' k) as [->|other]; [rewrite PositiveMap.gss; intro E; now injection E as <-|rewrite PositiveMap.gso by exact other; apply flat]. }
  apply all. intros k j' found. now rewrite PositiveMap.gempty in found.
Qed.

(** what is known of a seed, but for its box *)
Definition seed_holds (e : list R) (i : positive) (f : linear_form) : Prop := fine true C v i /\ linear f e (dv i) /\ ddv i = 0.
Lemma box_of_correct l : in_box v (box_of straight l).
Proof.
  induction l as [|i l IH]; [intros b f found; now rewrite PositiveMap.gempty in found|]. cbn [box_of fold_right]. fold (box_of straight l).
  destruct (PositiveMap.find i straight) as [j|] eqn:at_i; [|exact IH]. destruct (straight_correct i j at_i) as [_ [ev _ _]]. now apply in_half.
Qed.
Lemma seeds_from_correct l : forall before k, length before = k -> (forall i, In i l -> is_known straight i = true) ->
  forall i f, PositiveMap.find i (seeds_from straight k l) = Some f -> seed_holds (before ++ map dv l) i f.
Proof.
  induction l as [|i l IH]; intros before k len known b f; cbn [seeds_from]; [now rewrite PositiveMap.gempty|].
  destruct (Pos.eq_dec b i) as [->|other].
  - rewrite PositiveMap.gss. intro E. injection E as <-. specialize (known i (or_introl eq_refl)). unfold is_known, change_of in *. destruct (PositiveMap.find i straight) as [j|] eqn:at_i; [|discriminate].
    destruct (straight_correct i j at_i) as [ok [_ [lo qo] _]]. split; [exact ok|split; [|exact (zero_quadratic _ d _ qo (straight_flat i j at_i))]].
    destruct (forallb is_zero (first (plain j))) eqn:fixed; [rewrite (zero_linear _ d _ lo fixed); apply linear_nil|].
    assert (here : nth k (before ++ map dv (i :: l)) 0 = dv i) by (rewrite app_nth2, len, Nat.sub_diag by lia; reflexivity). rewrite <- here. apply unit_linear.
  - rewrite PositiveMap.gso by exact other. specialize (IH (before ++ [dv i]) (S k)). rewrite <- app_assoc in IH. apply IH; [rewrite length_app; simpl; lia|]. intros c inc. apply known. now right.
Qed.
Lemma changes_correct l : (forall i, In i l -> is_known straight i = true) -> Forall2 (fun f c => linear f d c) (map (change_of straight) l) (map dv l).
Proof.
  induction l as [|i l IH]; intro known; simpl; constructor; [|apply IH; intros b inb; apply known; now right].
  specialize (known i (or_introl eq_refl)). unfold is_known, change_of in *. destruct (PositiveMap.find i straight) as [j|] eqn:at_i; [|discriminate].
  destruct (straight_correct i j at_i) as [_ [_ [lo _] _]]. exact lo.
Qed.

Lemma at_time choices : follows_in_boxes choices = true -> fine true C v a /\ bounded_by (dv a) (ddv a).
Proof.
  unfold follows_in_boxes. destruct choices as [|mode choices]; [discriminate|]. intro follows. apply andb_prop in follows as [_ follows]. unfold plan_of in follows.
  cbv zeta in follows. set (among := if negb _ then _ else _) in follows. assert (known := fun i (ini : In i (filter (is_known straight) among)) => proj2 (proj1 (filter_In (is_known straight) i among) ini)).
  revert follows known. generalize (filter (is_known straight) among). intros l follows known. set (p := Plan l _ _ _) in *. destruct (covered (shows p) most_halvings (start p) choices) as [rest|] eqn:ok; [|discriminate].
  apply (covered_correct v (shows p)) with (3 := ok); [|apply box_of_correct]. intros B ib pass. unfold shows in pass. destruct (jet_in p B) as [j|] eqn:found; [|discriminate].
  assert (right : right_jets C (map dv l) v dv ddv (jets C (seeds p) B (fun _ => true) upto (PositiveMap.empty jet))).
  { apply (jets_correct C (seeds p) B (map dv l) (at_inputs (mix s x y) w) v dx dv ddv values tangents seconds).
    - intros i f at_i. destruct (seeds_from_correct l [] 0 eq_refl known i f at_i) as (ok_i & lf & flat). split; [exact ok_i|split; [|now split]].
      unfold at_. destruct (PositiveMap.find i B) as [b|] eqn:at_B; [exact (ib i b at_B)|apply everything_encloses].
    - intros i k at_i. now rewrite PositiveMap.gempty in at_i. }
  destruct (right a j found) as [ok_a [_ hp _]]. split; [exact ok_a|]. exact (derivatives_show_correct p (plain j) (map dv l) _ _ (changes_correct l known) pass hp).
Qed.
End Time.

Variable choices : list int.
Hypothesis follows : follows_in_boxes choices = true.

Lemma ordered_program : ordered C.
Proof. exact (proj1 (proj1 (compile_correct _ _ _ comp))). Qed.
Lemma between_in_domain s : 0 <= s <= 1 -> in_domain q (mix s x y) w.
Proof.
  intro s_in. destruct (in_domain_iff q st a (mix s x y) w comp (inside_mix _ _ _ _ _ s_in inside_x inside_y) inside_w) as (v & values & _ & dom). apply dom.
  set (dv := tangent C v dx). destruct (at_time s v dv (second_tangent C v dv) s_in values (tangent_correct C v dx ordered_program) (second_tangent_correct C v dv ordered_program) choices follows) as [ok _].
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
  destruct (at_time s (V s) (dV s) (ddV s) s_in (values s) (tangents s) (seconds s) choices follows) as [ok bound]. split; [|split; [|exact bound]].
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
  all: unfold follows_in_boxes, by_derivatives in follows; destruct choices; [discriminate|]; rewrite is_claim in follows; discriminate.
Qed.
End Boxes.
