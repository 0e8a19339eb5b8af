(** * The program of a loss is right

    Main results: [compile_correct], [in_domain_iff], [program_facts_correct], [slope_of_loss_correct], [domain_point_correct].

    Trust: proved. *)
From Coq Require Import PString Uint63 ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Elementary Spec.Losses Primitives.Fractions.
From Warrant Require Import Primitives.Autodiff.Programs Primitives.Autodiff.Reverse Checker.Relational Checker.Intervals Checker.Gradients.Relational.
From Warrant Require Import Checker.Gradients.Lowering Checker.Gradients.Enclosures Checker.Gradients.Domain Primitives.Losses.Composition Checker.Losses.Facts Checker.Losses.Facts_sound Checker.Losses.Forms Checker.Losses.Quadratic Checker.Losses.Analysis Checker.Losses.Slopes Checker.Losses.Bends Checker.Losses.Program.
From Warrant Require Checker.Gradients.Check Checker.Gradients.Check_sound.
Import ListNotations.
Local Open Scope Z_scope.

(** ** Sizes *)

Definition all_sized (l : list (bytes * list Z)) : Prop := forall p, In p l -> 0 <= Tensor.size (snd p).
Lemma entries_ge0 l : all_sized l -> 0 <= entries l.
Proof. induction l as [|p l IH]; intro all; simpl; [lia|]. specialize (all p (or_introl eq_refl)) as here. assert (0 <= entries l) by (apply IH; intros r inr; apply all; now right). lia. Qed.
Lemma ranges_length q l : all_sized l -> Z.of_nat (length (ranges q l)) = entries l.
Proof.
  induction l as [|p l IH]; intro all; [reflexivity|]. assert (rest : all_sized l) by (intros r inr; apply all; now right). specialize (IH rest).
  specialize (all p (or_introl eq_refl)). unfold ranges in *. cbn [flat_map entries fold_right]. rewrite length_app, repeat_length, Nat2Z.inj_add, IH.
  unfold entries. lia.
Qed.
Lemma inside_length q l x : all_sized l -> inside q l x -> Z.of_nat (length x) = entries l.
Proof. intros all ins. rewrite <- (ranges_length q l all). f_equal. symmetry. exact (Forall2_length ins). Qed.

(** ** The program *)

(** a program gives each instruction one value *)
Lemma models_unique C x v v' i o : ordered C -> (forall i o k, PositiveMap.find i C = Some o -> In k (operands o) -> exists p, PositiveMap.find k C = Some p) ->
  models C x v -> models C x v' -> PositiveMap.find i C = Some o -> v i = v' i.
Proof.
  intros in_order closed values values'. revert o. induction i as [i IH] using (well_founded_induction (Wf_nat.well_founded_ltof positive Pos.to_nat)). intros o found.
  rewrite (values _ _ found), (values' _ _ found). rewrite <- (value_of_local x i o v v'); [destruct o; reflexivity|].
  intros k ink. destruct (closed _ _ _ found ink) as [p at_k]. apply (IH k) with (2 := at_k). now apply Pos2Nat.inj_lt, (in_order _ _ found).
Qed.
(** the entries of the inputs, by their numbers *)
Definition at_inputs (x w : list R) (i : positive) : R := nth (Nat.pred (Pos.to_nat i)) (x ++ w) 0%R.

Lemma sized_correct q : sized q = true -> all_sized (selected q) /\ all_sized (others q).
Proof. unfold sized. rewrite forallb_forall. intro sizes. split; intros p inp; apply Z.leb_le, sizes, in_or_app; auto. Qed.
Lemma compile_sized q st a : compile q = Some (st, a) -> all_sized (selected q) /\ all_sized (others q).
Proof. unfold compile. destruct (sized q) eqn:sizes; [|discriminate]. intros _. exact (sized_correct q sizes). Qed.

(** the entries stand first in a program, and it is otherwise in order *)
Definition has_entries (q : question) (st : state) : Prop :=
  well_formed st /\ forall i, (Pos.to_nat i <= Z.to_nat (entries (selected q)) + Z.to_nat (entries (others q)))%nat -> PositiveMap.find i (instructions st) = Some Input.
Lemma append_entries_correct q st : sized q = true -> append_entries q = Some st -> has_entries q st.
Proof.
  intros sizes E. destruct (sized_correct q sizes) as [sx sw]. apply entries_ge0 in sx, sw. destruct (Check_sound.append_inputs_correct _ _ _ start_correct E) as (wf & _ & _ & inputs).
  split; [exact wf|]. intros i le. apply inputs, Programs.numbers_from_correct. pose proof (Pos2Nat.is_pos i). simpl. change (Pos.to_nat 1) with 1%nat. lia.
Qed.
Lemma grows_entries q st st' : has_entries q st -> grows st st' -> has_entries q st'.
Proof. intros [_ inputs] [wf more]. split; [exact wf|]. intros i le. apply more, inputs, le. Qed.
Lemma lower_loss_correct q st0 st a : sized q = true -> has_entries q st0 -> lower_loss q st0 = Some (st, a) -> grows st0 st /\ (a < next st)%positive /\
  forall D x w v, within (instructions st) D -> models D (at_inputs x w) v -> Z.of_nat (length x) = entries (selected q) -> Z.of_nat (length w) = entries (others q) ->
  exists g, value_at q x w = Some g /\ v a = number g /\ (fine false D v a <-> guard g).
Proof.
  intros sizes [wf0 entries_at]. destruct (sized_correct q sizes) as [sx sw]. apply entries_ge0 in sx, sw. unfold lower_loss. set (nx := entries (selected q)) in *. set (nw := entries (others q)) in *.
  destruct (lower (graph_of q) _ st0) as [[ys st1]|] eqn:E1; [|discriminate]. destruct ys as [|y [|]]; try discriminate. destruct (data y) as [|a' [|]] eqn:at_y; try discriminate.
  destruct (a' <? next st1)%positive eqn:lt; [|discriminate]. intro E. injection E as <- <-. apply Pos.ltb_lt in lt.
  assert (low := fun D x v vals => lower_sound false D x v vals _ _ _ _ _ wf0 E1).
  assert (grow : grows st0 st1) by (refine (proj1 (low (PositiveMap.empty op) (fun _ => 0%R) (fun _ => 0%R) _)); intros i o; now rewrite PositiveMap.gempty).
  split; [exact grow|split; [exact lt|]]. intros D x w v inD values len_x len_w.
  assert (at_input : forall i, (Pos.to_nat i <= Z.to_nat nx + Z.to_nat nw)%nat -> PositiveMap.find i D = Some Input).
  { intros i le. apply inD, (proj2 grow), entries_at, le. }
  assert (v_input : forall i, (Pos.to_nat i <= Z.to_nat nx + Z.to_nat nw)%nat -> v i = at_inputs x w i) by (intros i le; exact (values i Input (at_input i le))).
  assert (iw : Pos.to_nat (Z.to_pos (1 + nx)) = S (Z.to_nat nx)) by lia.
  assert (stand_x : Forall2 (stands false D v) (Gradients.Check.results 1 nx) (map sure x)).
  { unfold Gradients.Check.results. replace (Z.to_nat nx) with (length x) by lia. apply Check_sound.results_stand.
    - intros k lt_k. rewrite v_input by (rewrite Nat2Pos.id by lia; change (Pos.to_nat 1) with 1%nat; lia). exact (Check_sound.segment [] x w 1 k eq_refl lt_k).
    - intros j inj. apply at_input. apply Programs.numbers_from_correct in inj. simpl in inj. change (Pos.to_nat 1) with 1%nat in inj. lia. }
  assert (stand_w : Forall2 (stands false D v) (Gradients.Check.results (1 + nx) nw) (map sure w)).
  { unfold Gradients.Check.results. replace (Z.to_nat nw) with (length w) by lia. apply Check_sound.results_stand.
    - intros k lt_k. rewrite v_input by (rewrite Nat2Pos.id by lia; lia). unfold at_inputs. replace (x ++ w) with (x ++ w ++ []) by now rewrite app_nil_r.
      apply Check_sound.segment; [lia|exact lt_k].
    - intros j inj. apply at_input. apply Programs.numbers_from_correct in inj. lia. }
  destruct (low D (at_inputs x w) v values) as [_ run]. destruct (run inD (cut (selected q) (map sure x) ++ cut (others q) (map sure w))) as (ts & outs & rel).
  { apply Forall2_app; apply cut_rel; assumption. }
  inversion rel as [|? y' ? ? [same_shape all] none]; subst. inversion none; subst. rewrite at_y in all. inversion all as [|? g ? ? [num grd] nil]; subst. inversion nil; subst.
  exists g. split; [|split; [exact num|exact grd]].
  unfold value_at. unfold guarded_scalar_here, guarded_elementary_here in outs. rewrite outs. replace (data y') with [g] by congruence. reflexivity.
Qed.
Theorem compile_correct q st a : compile q = Some (st, a) -> well_formed st /\ (a < next st)%positive /\
  forall x w, Z.of_nat (length x) = entries (selected q) -> Z.of_nat (length w) = entries (others q) ->
  exists v g, models (instructions st) (at_inputs x w) v /\ value_at q x w = Some g /\ v a = number g /\ (fine false (instructions st) v a <-> guard g).
Proof.
  unfold compile. destruct (sized q) eqn:sizes; [|discriminate]. destruct (append_entries q) as [st0|] eqn:E0; [|discriminate]. intro E.
  destruct (lower_loss_correct q st0 st a sizes (append_entries_correct q st0 sizes E0) E) as (grow & lt & at_points). split; [exact (proj1 grow)|split; [exact lt|]]. intros x w len_x len_w.
  set (v := valuation (instructions st) (at_inputs x w)). assert (values : models (instructions st) (at_inputs x w) v) by (apply valuation_correct, (proj1 (proj1 grow))).
  destruct (at_points (instructions st) x w v (fun i o f => f) values len_x len_w) as (g & rest). exists v, g. split; [exact values|exact rest].
Qed.

Lemma compile_runs q st a : compile q = Some (st, a) -> runs q.
Proof. intros comp x w len_x len_w. destruct (compile_correct _ _ _ comp) as (_ & _ & at_points). destruct (at_points x w len_x len_w) as (v & g & _ & E & _). now exists g. Qed.
(** a point of the domain, in terms of the program *)
Lemma in_domain_iff q st a x w : compile q = Some (st, a) -> inside q (selected q) x -> inside q (others q) w ->
  exists v, models (instructions st) (at_inputs x w) v /\ v a = loss q x w /\ (fine false (instructions st) v a <-> in_domain q x w).
Proof.
  intros comp ix iw. destruct (compile_sized _ _ _ comp) as [sx sw]. destruct (compile_correct _ _ _ comp) as (_ & _ & at_points).
  destruct (at_points x w (inside_length _ _ _ sx ix) (inside_length _ _ _ sw iw)) as (v & g & values & E & num & grd).
  exists v. unfold loss, in_domain. rewrite E. split; [exact values|split; [exact num|]]. tauto.
Qed.

Lemma loss_value q st a x w v : compile q = Some (st, a) -> inside q (selected q) x -> inside q (others q) w -> models (instructions st) (at_inputs x w) v -> v a = loss q x w.
Proof.
  intros comp ix iw values. destruct (compile_correct _ _ _ comp) as (wf & lt & _). destruct (in_domain_iff q st a x w comp ix iw) as (v' & values' & <- & _).
  apply (proj2 wf) in lt as [o found]. apply (models_unique (instructions st) (at_inputs x w) v v' a o (proj1 wf)); auto.
  intros i p k at_i ink. apply (proj2 wf). assert (lt_k := proj1 wf _ _ at_i _ ink). assert (lt_i : (i < next st)%positive) by (apply (proj2 wf); now exists p). lia.
Qed.

(** ** Between two points *)

Lemma within_mean t l a b : (0 <= t <= 1)%R -> within_limits l a -> within_limits l b -> within_limits l (mean t a b).
Proof.
  intros t_in wa wb o ino. destruct (wa o ino) as [la ha], (wb o ino) as [lb hb]. unfold mean. destruct o as [[p|] [q|]]; cbn in *; split; try exact I; nra.
Qed.
Lemma inside_mix q l t x y : (0 <= t <= 1)%R -> inside q l x -> inside q l y -> inside q l (mix t x y).
Proof.
  intro t_in. unfold inside. generalize (ranges q l). intros r ix. revert y. induction ix as [|b a r x wa ix IH]; intros y iy; inversion iy; subst; simpl; constructor; [now apply within_mean|].
  apply IH. assumption.
Qed.
Lemma mix_length t x : forall y, length x = length y -> length (mix t x y) = length x.
Proof. induction x as [|a x IH]; intros [|b y]; simpl; intro E; try discriminate; auto. f_equal. apply IH. lia. Qed.
Lemma mix_nth t x : forall y k, length x = length y -> nth k (mix t x y) 0%R = mean t (nth k x 0%R) (nth k y 0%R).
Proof.
  assert (zero : mean t 0 0 = 0%R) by (unfold mean; ring).
  induction x as [|a x IH]; intros [|b y] k E; try discriminate; [destruct k; symmetry; exact zero|]. destruct k as [|k]; [reflexivity|]. apply (IH y k). simpl in E. lia.
Qed.
(** each coordinate differs by at most the distance *)
Lemma distance_bound x : forall y k, length x = length y -> (Rabs (nth k x 0 - nth k y 0) <= distance x y)%R.
Proof.
  assert (sum_ge0 : forall x y, (0 <= fold_right Rplus 0 (zip_with (fun a b => (a - b) * (a - b)) x y))%R).
  { clear. induction x as [|a x IH]; intros [|b y]; simpl; try lra. specialize (IH y). pose proof (Rle_0_sqr (a - b)) as sq. unfold Rsqr in sq. lra. }
  unfold distance. induction x as [|a x IH]; intros [|b y] k E; try discriminate.
  - destruct k; simpl; replace (0 - 0)%R with 0%R by ring; rewrite Rabs_R0, sqrt_0; lra.
  - destruct k as [|k]; simpl.
    + rewrite <- sqrt_Rsqr_abs. apply sqrt_le_1_alt. unfold Rsqr. specialize (sum_ge0 x y). lra.
    + eapply Rle_trans; [apply (IH y k); simpl in E; lia|]. apply sqrt_le_1_alt. pose proof (Rle_0_sqr (a - b)) as sq. unfold Rsqr in sq. lra.
Qed.
Lemma nth_within r x : Forall2 within_limits r x -> forall k, within_limits (nth k r []) (nth k x 0%R).
Proof. induction 1 as [|b a r x wa _ IH]; intros [|k]; try (intros ? []); auto. apply IH. Qed.

Section Between.
Variables (q : question) (st : state) (t : R) (x y w : list R) (v v' v'' : positive -> R).
Hypothesis sizes : all_sized (selected q) /\ all_sized (others q).
Hypothesis t_in : (0 <= t <= 1)%R.
Hypothesis inside_x : inside q (selected q) x.
Hypothesis inside_y : inside q (selected q) y.
Hypothesis inside_w : inside q (others q) w.
Hypothesis values : models (instructions st) (at_inputs x w) v.
Hypothesis values' : models (instructions st) (at_inputs y w) v'.
Hypothesis values'' : models (instructions st) (at_inputs (mix t x y) w) v''.

Lemma all_program_facts_correct j f : PositiveMap.find j (program_facts q st) = Some f -> fine false (instructions st) v j -> fine false (instructions st) v' j ->
  fine false (instructions st) v'' j /\ facts_hold t f (v j) (v' j) (v'' j).
Proof.
  destruct sizes as [sx sw].
  assert (len_x := inside_length _ _ _ sx inside_x). assert (len_y := inside_length _ _ _ sx inside_y).
  assert (len : length x = length y) by lia. assert (len_m := mix_length t x y len).
  assert (right := fun u xs vals => all_forms_correct (instructions st) xs u vals (numbers_from 1 (length_of st)) (PositiveMap.empty form)
    (fun i f found => ltac:(rewrite PositiveMap.gempty in found; discriminate found))).
  assert (right_P : forall u xs, models (instructions st) xs u -> right_polynomials xs u (program_polynomials q st)).
  { intros u xs vals. unfold program_polynomials. destruct (_ <=? _); [apply (all_polynomials_correct (instructions st) xs u vals)|]; intros i p found; rewrite PositiveMap.gempty in found; discriminate found. }
  apply (all_facts_correct (instructions st) (is_varied q) (range_in (all_ranges q)) _ _ t (at_inputs x w) (at_inputs y w) (at_inputs (mix t x y) w) v v' v'' t_in values values' values''); try (eapply right; eassumption); try (apply right_P; assumption).
  - intros i. unfold at_inputs, range_in, is_varied, all_ranges. set (k := Nat.pred (Pos.to_nat i)). split; [|split].
    + destruct (Nat.lt_ge_cases k (length x)) as [lt|ge].
      * rewrite !app_nth1 by lia. now apply mix_nth.
      * rewrite !app_nth2 by lia. rewrite len_m, <- len. unfold mean. ring.
    + intro nv. apply Z.leb_gt in nv. assert (ge : (length x <= k)%nat) by (pose proof (Pos2Nat.is_pos i); lia). rewrite !app_nth2 by lia. rewrite len_m, <- len. auto.
    + split; [|split]; apply nth_within, Forall2_app; auto. now apply inside_mix.
  - intros i g. now rewrite PositiveMap.gempty.
  - intros i g. now rewrite PositiveMap.gempty.
Qed.
End Between.
Lemma program_facts_correct q st a t x y w v v' v'' : compile q = Some (st, a) -> (0 <= t <= 1)%R -> inside q (selected q) x -> inside q (selected q) y -> inside q (others q) w ->
  models (instructions st) (at_inputs x w) v -> models (instructions st) (at_inputs y w) v' -> models (instructions st) (at_inputs (mix t x y) w) v'' ->
  forall j f, PositiveMap.find j (program_facts q st) = Some f -> fine false (instructions st) v j -> fine false (instructions st) v' j ->
  fine false (instructions st) v'' j /\ facts_hold t f (v j) (v' j) (v'' j).
Proof. intros comp. exact (all_program_facts_correct q st t x y w v v' v'' (compile_sized _ _ _ comp)). Qed.
(** the facts about an instruction, at one point *)
Lemma signs_at_point q st j f x w v : all_sized (selected q) /\ all_sized (others q) -> PositiveMap.find j (program_facts q st) = Some f -> inside q (selected q) x -> inside q (others q) w ->
  models (instructions st) (at_inputs x w) v -> fine false (instructions st) v j -> signs_hold (sign f) (v j).
Proof.
  intros sizes known ix iw values fj. assert (t_in : (0 <= 1 <= 1)%R) by lra.
  assert (same : mix 1 x x = x) by (clear; induction x as [|e x IH]; [reflexivity|unfold mix in *; simpl; rewrite IH; f_equal; ring]).
  assert (values'' : models (instructions st) (at_inputs (mix 1 x x) w) v) by now rewrite same.
  destruct (all_program_facts_correct q st 1 x x w v v v sizes t_in ix ix iw values values values'' j f known fj fj) as [_ hf]. exact (sign_a _ _ _ _ _ hf).
Qed.

(** ** Points *)

Lemma enclosures_at_correct st p x w v : map Q2R p = x ++ w -> models (instructions st) (at_inputs x w) v -> enclosing v (enclosures_at st p).
Proof.
  intros is_p values. unfold enclosures_at. apply (enclosures_correct (instructions st) _ _ v values).
  - apply (numbered_from_correct (map Tensor.number_of p) (map Q2R p)).
    + clear. induction p; simpl; constructor; auto. exact (rel_number _ interval_rel a).
    + intros j lt. lia.
    + intros j _. apply PositiveMap.gempty.
    + intros j lt. unfold at_inputs. rewrite is_p. f_equal. rewrite Nat2Pos.id by lia. change (Pos.to_nat 1) with 1%nat. lia.
  - intro i. unfold at_. rewrite PositiveMap.gempty. apply everything_encloses.
Qed.
Lemma domain_point_correct q st a x w M : compile q = Some (st, a) -> domain_point q st x w = Some M ->
  let X := map Q2R x in let W := map Q2R w in
  inside q (selected q) X /\ inside q (others q) W /\ in_domain q X W /\ encloses (at_ M a) (loss q X W).
Proof.
  intros comp. unfold domain_point. destruct (_ && _)%bool eqn:E; [|discriminate]. intro F. injection F as <-. cbv zeta.
  apply andb_prop in E as [E good]. apply andb_prop in E as [wx ww]. apply all_within_correct in wx, ww.
  split; [exact wx|split; [exact ww|]]. destruct (in_domain_iff q st a _ _ comp wx ww) as (v & values & num & dom).
  assert (enc := enclosures_at_correct st (x ++ w) _ _ v (map_app _ _ _) values).
  destruct (compile_correct _ _ _ comp) as (wf & lt & _). split; [|rewrite <- num; apply enc].
  apply dom. apply (Check_sound.all_defined (instructions st) v st eq_refl wf); [|exact lt].
  intros i o found. apply (certainly_good_correct v false _ o enc). unfold all_good in good. rewrite forallb_forall in good. specialize (good i). rewrite found in good.
  apply good, Programs.numbers_from_correct. unfold length_of. assert (lt_i : (i < next st)%positive) by (apply (proj2 wf); now exists o). pose proof (Pos2Nat.is_pos i).
  change (Pos.to_nat 1) with 1%nat. lia.
Qed.

(** ** Slopes *)

Lemma program_slopes_correct q st a D x y w v v' : compile q = Some (st, a) -> inside q (selected q) x -> inside q (selected q) y -> inside q (others q) w ->
  models (instructions st) (at_inputs x w) v -> models (instructions st) (at_inputs y w) v' -> (distance x y <= D)%R -> right_slopes D v v' (program_slopes q st).
Proof.
  intros comp ix iy iw values values' near. destruct (compile_sized _ _ _ comp) as [sx sw].
  assert (len_x := inside_length _ _ _ sx ix). assert (len_y := inside_length _ _ _ sx iy). assert (len : length x = length y) by lia.
  assert (D_ge0 : (0 <= D)%R) by (pose proof (sqrt_pos (fold_right Rplus 0%R (zip_with (fun a b => (a - b) * (a - b))%R x y))); unfold distance in near; lra).
  apply (all_slopes_correct (instructions st) (is_varied q) (range_in (all_ranges q)) D (at_inputs x w) (at_inputs y w) v v' D_ge0 values values').
  - intro i. unfold at_inputs, range_in, is_varied, all_ranges. set (k := Nat.pred (Pos.to_nat i)). split; [|split; apply nth_within, Forall2_app; auto].
    destruct (Nat.lt_ge_cases k (length x)) as [lt|ge].
    + assert (E : (Z.pos i <=? entries (selected q)) = true) by (apply Z.leb_le; pose proof (Pos2Nat.is_pos i); lia). rewrite E, !app_nth1 by lia.
      eapply Rle_trans; [now apply distance_bound|exact near].
    + rewrite !app_nth2 by lia. rewrite len. replace (nth (k - length y) w 0 - nth (k - length y) w 0)%R with 0%R by ring. rewrite Rabs_R0. destruct (Z.pos i <=? _); lra.
  - intros i g. now rewrite PositiveMap.gempty.
Qed.
Lemma slope_of_loss_correct q st a x y w v v' L : compile q = Some (st, a) -> inside q (selected q) x -> inside q (selected q) y -> inside q (others q) w ->
  models (instructions st) (at_inputs x w) v -> models (instructions st) (at_inputs y w) v' -> slope_of_loss q st a = Some L ->
  (Rabs (v a - v' a) <= Q2R L * distance x y)%R.
Proof.
  intros comp ix iy iw values values' known.
  assert (right := program_slopes_correct q st a (distance x y) x y w v v' comp ix iy iw values values' (Rle_refl _)).
  pose proof (holds_slope _ _ _ _ (slopes_at_hold _ v v' _ a right)) as close. unfold slope_of_loss in known. rewrite known in close. exact close.
Qed.

(** ** Smoothness *)

Local Open Scope R_scope.

Definition squares (x y : list R) : R := fold_right Rplus 0 (zip_with (fun a b => (a - b) * (a - b)) x y).
Lemma squares_ge0 x : forall y, 0 <= squares x y.
Proof. unfold squares. induction x as [|a x IH]; intros [|b y]; simpl; try lra. specialize (IH y). pose proof (Rle_0_sqr (a - b)) as sq. unfold Rsqr in sq. lra. Qed.
Lemma distance_squared x y : distance x y * distance x y = squares x y.
Proof. unfold distance. apply sqrt_sqrt. apply squares_ge0. Qed.
Lemma one_square x : forall y k, length x = length y -> (nth k x 0 - nth k y 0) * (nth k x 0 - nth k y 0) <= squares x y.
Proof.
  induction x as [|a x IH]; intros [|b y] k len; try discriminate.
  - unfold squares. simpl. destruct k; lra.
  - pose proof (Rle_0_sqr (a - b)) as sq. unfold Rsqr in sq. unfold squares in *. destruct k as [|k]; simpl.
    + pose proof (squares_ge0 x y) as pos. unfold squares in pos. lra.
    + specialize (IH y k ltac:(simpl in len; lia)). lra.
Qed.
Lemma two_squares x : forall y k l, length x = length y -> k <> l ->
  (nth k x 0 - nth k y 0) * (nth k x 0 - nth k y 0) + (nth l x 0 - nth l y 0) * (nth l x 0 - nth l y 0) <= squares x y.
Proof.
  induction x as [|a x IH]; intros [|b y] k l len differ; try discriminate.
  - unfold squares. simpl. destruct k, l; lra.
  - assert (len' : length x = length y) by (simpl in len; lia). pose proof (Rle_0_sqr (a - b)) as sq. unfold Rsqr in sq. destruct k as [|k], l as [|l]; [now contradiction differ| | |].
    + pose proof (one_square x y l len'). unfold squares in *. simpl. lra.
    + pose proof (one_square x y k len'). unfold squares in *. simpl. lra.
    + specialize (IH y k l len' ltac:(congruence)). unfold squares in *. simpl. lra.
Qed.
Lemma at_inputs_change x y w i : length x = length y -> at_inputs x w i - at_inputs y w i = nth (Nat.pred (Pos.to_nat i)) x 0 - nth (Nat.pred (Pos.to_nat i)) y 0.
Proof.
  intro len. unfold at_inputs. set (k := Nat.pred (Pos.to_nat i)). destruct (Nat.lt_ge_cases k (length x)) as [lt|ge].
  - now rewrite !app_nth1 by lia.
  - rewrite !app_nth2 by lia. rewrite len, (nth_overflow x), (nth_overflow y) by lia. ring.
Qed.
Lemma all_squares (g : positive -> R) x : forall y p, length x = length y ->
  (forall k, (k < length x)%nat -> g (Pos.of_nat (Pos.to_nat p + k)) = nth k x 0 - nth k y 0) ->
  fold_right (fun i r => g i * g i + r) 0 (numbers_from p (length x)) = squares x y.
Proof.
  induction x as [|a x IH]; intros [|b y] p len same; try discriminate; [reflexivity|]. cbn [length numbers_from fold_right]. rewrite (IH y (Pos.succ p)).
  - pose proof (same 0%nat ltac:(simpl; lia)) as here. rewrite Nat.add_0_r, Pos2Nat.id in here. rewrite here. reflexivity.
  - simpl in len. lia.
  - intros k lt. specialize (same (S k) ltac:(simpl; lia)). cbn [nth] in same. rewrite <- same. f_equal. lia.
Qed.
Lemma mean_mix t x y w i : length x = length y -> at_inputs (mix t x y) w i = mean t (at_inputs x w i) (at_inputs y w i).
Proof.
  intro len. assert (len_m := mix_length t x y len). unfold at_inputs. set (k := Nat.pred (Pos.to_nat i)). destruct (Nat.lt_ge_cases k (length x)) as [lt|ge].
  - rewrite !app_nth1 by lia. now apply mix_nth.
  - rewrite !app_nth2 by lia. rewrite len_m, <- len. unfold mean. ring.
Qed.
Theorem is_smooth_correct q st a L w x y t : compile q = Some (st, a) -> is_smooth q st a L = true -> in_domain q x w -> in_domain q y w -> 0 <= t <= 1 ->
  in_domain q (mix t x y) w /\ Rabs (t * loss q x w + (1 - t) * loss q y w - loss q (mix t x y) w) <= Q2R L / 2 * (t * (1 - t)) * (distance x y * distance x y).
Proof.
  intros comp ok (ix & iw & gx) (iy & _ & gy) t_in. unfold is_smooth in ok. destruct (PositiveMap.find a _) as [f|] eqn:known; [|discriminate].
  apply andb_prop in ok as [L_ge0 ok]. apply Facts_sound.le_correct in L_ge0. rewrite Facts_sound.Q2R_0 in L_ge0. assert (im := inside_mix _ _ _ _ _ t_in ix iy).
  destruct (compile_sized _ _ _ comp) as [sx sw]. assert (len_x := inside_length _ _ _ sx ix). assert (len_y := inside_length _ _ _ sx iy). assert (len : length x = length y) by lia.
  destruct (in_domain_iff q st a x w comp ix iw) as (v & values & num & dx). destruct (in_domain_iff q st a y w comp iy iw) as (v' & values' & num' & dy).
  destruct (in_domain_iff q st a (mix t x y) w comp im iw) as (v'' & values'' & num'' & dm). assert (fx := proj2 dx (conj ix (conj iw gx))). assert (fy := proj2 dy (conj iy (conj iw gy))).
  assert (right_F : right_facts (instructions st) t v v' v'' (program_facts q st)).
  { intros j g found fj fj'. exact (program_facts_correct q st a t x y w v v' v'' comp t_in ix iy iw values values' values'' j g found fj fj'). }
  split; [apply dm; exact (proj1 (right_F a f known fx fy))|]. rewrite <- num, <- num', <- num''. set (D := distance x y). assert (D_ge0 : 0 <= D) by apply sqrt_pos.
  replace (Q2R L / 2 * (t * (1 - t)) * (D * D)) with (Q2R L / 2 * (t * (1 - t) * (D * D))) by ring. assert (weight : 0 <= t * (1 - t) * (D * D)) by (apply Rmult_le_pos; apply Rmult_le_pos; lra).
  assert (inputs : forall i, at_inputs (mix t x y) w i = mean t (at_inputs x w i) (at_inputs y w i)) by (intro i; now apply mean_mix).
  apply orb_prop in ok as [ok|ok].
  - destruct (bend_of_loss q st a) as [s|] eqn:is_s; [|discriminate]. apply Facts_sound.le_correct in ok.
    assert (right_B : right_bends (instructions st) t D v v' v'' (all_bends (instructions st) (program_slopes q st) (program_facts q st) (numbers_from 1 (length_of st)) (PositiveMap.empty bends) (PositiveMap.empty exponents))).
    { apply (all_bends_correct (instructions st) (program_slopes q st) (program_facts q st) t D (at_inputs x w) (at_inputs y w) (at_inputs (mix t x y) w) v v' v''); auto.
      - intros i j differ. rewrite !at_inputs_change by exact len. unfold D. rewrite distance_squared. apply two_squares; [exact len|]. pose proof (Pos2Nat.is_pos i). pose proof (Pos2Nat.is_pos j). intro E. apply differ, Pos2Nat.inj. lia.
      - exact (program_slopes_correct q st a D x y w v v' comp ix iy iw values values' (Rle_refl _)).
      - apply (program_slopes_correct q st a D (mix t x y) (mix t x y) w v'' v'' comp im im iw values'' values''). unfold distance.
        assert (zero : fold_right Rplus 0 (zip_with (fun a b => (a - b) * (a - b)) (mix t x y) (mix t x y)) = 0).
        { generalize (mix t x y). intro m. induction m as [|e m IH]; simpl; [reflexivity|]. rewrite IH. ring. }
        rewrite zero, sqrt_0. exact D_ge0.
      - intros i s' g. now rewrite PositiveMap.gempty in g.
      - intros i l g. now rewrite PositiveMap.gempty in g. }
    pose proof (most_correct t D t_in _ _ _ _ (bends_at_hold (instructions st) t D v v' v'' _ a right_B (conj fx fy))) as bound. unfold bend_of_loss in is_s. rewrite is_s in bound. cbn [within_bend] in bound.
    unfold mean in bound. eapply Rle_trans; [exact bound|]. apply Rmult_le_compat_r; [exact weight|lra].
  - destruct (quadratic (polynomial_at (program_polynomials q st) a)) as [l|] eqn:is_l; [|discriminate].
    assert (right_P : forall u xs, models (instructions st) xs u -> u a = quadratic_value (coordinate xs) l).
    { intros u xs vals. assert (right : right_polynomials xs u (program_polynomials q st)).
      { unfold program_polynomials. destruct (_ <=? _)%Z; [apply (all_polynomials_correct (instructions st) xs u vals)|]; intros i p found; rewrite PositiveMap.gempty in found; discriminate found. }
      exact (holds_quadratic _ _ _ (polynomial_at_holds xs u _ right a) l is_l). }
    rewrite (right_P v _ values), (right_P v' _ values'), (right_P v'' _ values'').
    apply (smooth_quadratic_correct (is_varied q) t D (at_inputs x w) (at_inputs y w) (at_inputs (mix t x y) w) t_in inputs l (numbers_from 1 (Z.to_nat (entries (selected q)))) L ok); [|right|exact L_ge0].
    + intros i fixed. unfold is_varied in fixed. apply Z.leb_gt in fixed. apply Rminus_diag_uniq. rewrite at_inputs_change by exact len. pose proof (Pos2Nat.is_pos i). rewrite !nth_overflow by lia. ring.
    + unfold D. rewrite distance_squared. replace (Z.to_nat (entries (selected q))) with (length x) by lia.
      apply (all_squares (fun i => at_inputs x w i - at_inputs y w i) x y 1%positive len). intros k lt. rewrite at_inputs_change by exact len. change (Pos.to_nat 1) with 1%nat. rewrite Nat2Pos.id by lia. reflexivity.
Qed.
