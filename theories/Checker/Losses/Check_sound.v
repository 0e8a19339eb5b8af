(** * The checker of losses is right

    Main results: [compile_correct], [prove_loss_sound], [refute_loss_sound].

    Trust: proved. *)
From Coq Require Import PString Uint63 ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Elementary Spec.Losses Primitives.Fractions.
From Warrant Require Import Primitives.Autodiff.Programs Primitives.Autodiff.Reverse Checker.Relational Checker.Intervals Checker.Gradients.Relational.
From Warrant Require Import Checker.Gradients.Lowering Checker.Gradients.Enclosures Checker.Gradients.Domain Primitives.Losses.Composition Checker.Losses.Facts Checker.Losses.Facts_sound Checker.Losses.Forms Checker.Losses.Quadratic Checker.Losses.Analysis Checker.Losses.Slopes Checker.Losses.Check.
From Warrant Require Checker.Gradients.Check Checker.Gradients.Check_sound Checker.Gradients.Refute.
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

(** the entries of the inputs, by their numbers *)
Definition at_inputs (x w : list R) (i : positive) : R := nth (Nat.pred (Pos.to_nat i)) (x ++ w) 0%R.

Lemma compile_sized q st a : compile q = Some (st, a) -> all_sized (selected q) /\ all_sized (others q).
Proof.
  unfold compile. destruct (negb _) eqn:sizes; [discriminate|]. intros _. apply negb_false_iff in sizes. rewrite forallb_forall in sizes.
  split; intros p inp; apply Z.leb_le, sizes, in_or_app; auto.
Qed.
Theorem compile_correct q st a : compile q = Some (st, a) -> well_formed st /\ (a < next st)%positive /\
  forall x w, Z.of_nat (length x) = entries (selected q) -> Z.of_nat (length w) = entries (others q) ->
  exists v g, models (instructions st) (at_inputs x w) v /\ value_at q x w = Some g /\ v a = number g /\ (fine false (instructions st) v a <-> guard g).
Proof.
  intro comp. destruct (compile_sized _ _ _ comp) as [sx sw]. apply entries_ge0 in sx, sw. revert comp. unfold compile. set (nx := entries (selected q)) in *. set (nw := entries (others q)) in *.
  destruct (negb _); [discriminate|]. destruct (Gradients.Check.append_inputs _ start) as [st0|] eqn:E0; [|discriminate].
  destruct (lower (graph_of q) _ st0) as [[ys st1]|] eqn:E1; [|discriminate]. destruct ys as [|y [|]]; try discriminate. destruct (data y) as [|a' [|]] eqn:at_y; try discriminate.
  destruct (a' <? next st1)%positive eqn:lt; [|discriminate]. intro E. injection E as <- <-. apply Pos.ltb_lt in lt.
  destruct (Check_sound.append_inputs_correct _ _ _ start_correct E0) as (wf0 & _ & _ & inputs0).
  assert (low := fun D x v vals => lower_sound false D x v vals _ _ _ _ _ wf0 E1).
  assert (grow : grows st0 st1) by (refine (proj1 (low (PositiveMap.empty op) (fun _ => 0%R) (fun _ => 0%R) _)); intros i o; now rewrite PositiveMap.gempty).
  split; [exact (proj1 grow)|split; [exact lt|]]. intros x w len_x len_w. set (C := instructions st1) in *.
  set (v := valuation C (at_inputs x w)). assert (values : models C (at_inputs x w) v) by (apply valuation_correct, (proj1 (proj1 grow))).
  assert (at_input : forall i, (Pos.to_nat i <= Z.to_nat nx + Z.to_nat nw)%nat -> PositiveMap.find i C = Some Input).
  { intros i le. apply (proj2 grow), inputs0. apply Programs.numbers_from_correct. pose proof (Pos2Nat.is_pos i). simpl. change (Pos.to_nat 1) with 1%nat. lia. }
  assert (v_input : forall i, (Pos.to_nat i <= Z.to_nat nx + Z.to_nat nw)%nat -> v i = at_inputs x w i) by (intros i le; exact (values i Input (at_input i le))).
  assert (iw : Pos.to_nat (Z.to_pos (1 + nx)) = S (Z.to_nat nx)) by lia.
  assert (stand_x : Forall2 (stands false C v) (Gradients.Check.results 1 nx) (map sure x)).
  { unfold Gradients.Check.results. replace (Z.to_nat nx) with (length x) by lia. apply Check_sound.results_stand.
    - intros k lt_k. rewrite v_input by (rewrite Nat2Pos.id by lia; change (Pos.to_nat 1) with 1%nat; lia). exact (Check_sound.segment [] x w 1 k eq_refl lt_k).
    - intros j inj. apply at_input. apply Programs.numbers_from_correct in inj. simpl in inj. change (Pos.to_nat 1) with 1%nat in inj. lia. }
  assert (stand_w : Forall2 (stands false C v) (Gradients.Check.results (1 + nx) nw) (map sure w)).
  { unfold Gradients.Check.results. replace (Z.to_nat nw) with (length w) by lia. apply Check_sound.results_stand.
    - intros k lt_k. rewrite v_input by (rewrite Nat2Pos.id by lia; lia). unfold at_inputs. replace (x ++ w) with (x ++ w ++ []) by now rewrite app_nil_r.
      apply Check_sound.segment; [lia|exact lt_k].
    - intros j inj. apply at_input. apply Programs.numbers_from_correct in inj. lia. }
  destruct (low C (at_inputs x w) v values) as [_ run]. destruct (run (fun i o f => f) (cut (selected q) (map sure x) ++ cut (others q) (map sure w))) as (ts & outs & rel).
  { apply Forall2_app; apply cut_rel; assumption. }
  inversion rel as [|? y' ? ? [same_shape all] none]; subst. inversion none; subst. rewrite at_y in all. inversion all as [|? g ? ? [num grd] nil]; subst. inversion nil; subst.
  exists v, g. split; [exact values|]. split; [|split; [exact num|exact grd]].
  unfold value_at. unfold guarded_scalar_here, guarded_elementary_here in outs. rewrite outs. replace (data y') with [g] by congruence. reflexivity.
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
Variables (q : question) (st : state) (a : positive) (t : R) (x y w : list R) (v v' v'' : positive -> R).
Hypothesis comp : compile q = Some (st, a).
Hypothesis t_in : (0 <= t <= 1)%R.
Hypothesis inside_x : inside q (selected q) x.
Hypothesis inside_y : inside q (selected q) y.
Hypothesis inside_w : inside q (others q) w.
Hypothesis values : models (instructions st) (at_inputs x w) v.
Hypothesis values' : models (instructions st) (at_inputs y w) v'.
Hypothesis values'' : models (instructions st) (at_inputs (mix t x y) w) v''.

Lemma program_facts_correct f : PositiveMap.find a (program_facts q st) = Some f -> fine false (instructions st) v a -> fine false (instructions st) v' a ->
  fine false (instructions st) v'' a /\ facts_hold t f (v a) (v' a) (v'' a).
Proof.
  destruct (compile_sized _ _ _ comp) as [sx sw].
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

(** ** Proofs *)

Lemma slope_of_loss_correct q st a x y w v v' L : compile q = Some (st, a) -> inside q (selected q) x -> inside q (selected q) y -> inside q (others q) w ->
  models (instructions st) (at_inputs x w) v -> models (instructions st) (at_inputs y w) v' -> slope_of_loss q st a = Some L ->
  (Rabs (v a - v' a) <= Q2R L * distance x y)%R.
Proof.
  intros comp ix iy iw values values' known. destruct (compile_sized _ _ _ comp) as [sx sw].
  assert (len_x := inside_length _ _ _ sx ix). assert (len_y := inside_length _ _ _ sx iy). assert (len : length x = length y) by lia.
  assert (D_ge0 : (0 <= distance x y)%R) by apply sqrt_pos.
  assert (hold := slopes_at_hold (distance x y) v v' (all_slopes (instructions st) (is_varied q) (range_in (all_ranges q)) (numbers_from 1 (length_of st)) (PositiveMap.empty slopes)) a).
  unfold slope_of_loss in known. enough (all : right_slopes (distance x y) v v' (all_slopes (instructions st) (is_varied q) (range_in (all_ranges q)) (numbers_from 1 (length_of st)) (PositiveMap.empty slopes))).
  { pose proof (holds_slope _ _ _ _ (hold all)) as close. rewrite known in close. exact close. }
  apply (all_slopes_correct (instructions st) (is_varied q) (range_in (all_ranges q)) (distance x y) (at_inputs x w) (at_inputs y w) v v' D_ge0 values values').
  - intro i. unfold at_inputs, range_in, is_varied, all_ranges. set (k := Nat.pred (Pos.to_nat i)). split; [|split; apply nth_within, Forall2_app; auto].
    destruct (Nat.lt_ge_cases k (length x)) as [lt|ge].
    + assert (E : (Z.pos i <=? entries (selected q)) = true) by (apply Z.leb_le; pose proof (Pos2Nat.is_pos i); lia). rewrite E, !app_nth1 by lia. now apply distance_bound.
    + rewrite !app_nth2 by lia. rewrite len. replace (nth (k - length y) w 0 - nth (k - length y) w 0)%R with 0%R by ring. rewrite Rabs_R0. destruct (Z.pos i <=? _); lra.
  - intros i g. now rewrite PositiveMap.gempty.
Qed.

Theorem prove_sound q point : prove q point = true -> runs q /\ (exists x w, in_domain q x w) /\ holds q.
Proof.
  unfold prove. destruct (compile q) as [[st a]|] eqn:comp; [|discriminate]. destruct (domain_point _ _ _ _) as [M|] eqn:dom; [|discriminate]. intro ok.
  split; [exact (compile_runs _ _ _ comp)|split].
  { destruct (domain_point_correct _ _ _ _ _ _ comp dom) as (_ & _ & d & _). eexists; eexists; exact d. }
  unfold holds, follows in *. destruct (claimed q) as [| |L].
  - destruct (PositiveMap.find a _) as [f|] eqn:known; [|discriminate]. intros w x y t (ix & iw & gx) (iy & _ & gy) t_in. assert (im := inside_mix _ _ _ _ _ t_in ix iy).
    destruct (in_domain_iff q st a x w comp ix iw) as (v & values & num & dx). destruct (in_domain_iff q st a y w comp iy iw) as (v' & values' & num' & dy).
    destruct (in_domain_iff q st a (mix t x y) w comp im iw) as (v'' & values'' & num'' & dm).
    destruct (program_facts_correct q st a t x y w v v' v'' comp t_in ix iy iw values values' values'' f known) as [fm hf]; [now apply dx|now apply dy|].
    split; [now apply dm|]. rewrite <- num, <- num', <- num''. exact (holds_convex _ _ _ _ _ hf ok).
  - destruct (PositiveMap.find a _) as [f|] eqn:known; [|discriminate]. intros w x (ix & iw & gx). destruct (in_domain_iff q st a x w comp ix iw) as (v & values & num & dx).
    assert (t_in : (0 <= 1 <= 1)%R) by lra. assert (same : mix 1 x x = x) by (clear; induction x as [|e x IH]; [reflexivity|unfold mix in *; simpl; rewrite IH; f_equal; ring]).
    assert (values'' : models (instructions st) (at_inputs (mix 1 x x) w) v) by now rewrite same.
    destruct (program_facts_correct q st a 1 x x w v v v comp t_in ix ix iw values values values'' f known) as [_ hf]; [now apply dx|now apply dx|].
    rewrite <- num. exact (holds_ge0 _ _ (sign_a _ _ _ _ _ hf) ok).
  - destruct (slope_of_loss q st a) as [s|] eqn:known; [|discriminate]. apply Facts_sound.le_correct in ok. intros w x y (ix & iw & gx) (iy & _ & gy).
    destruct (in_domain_iff q st a x w comp ix iw) as (v & values & num & _). destruct (in_domain_iff q st a y w comp iy iw) as (v' & values' & num' & _).
    rewrite <- num, <- num'. eapply Rle_trans; [exact (slope_of_loss_correct q st a x y w v v' s comp ix iy iw values values' known)|].
    apply Rmult_le_compat_r; [apply sqrt_pos|exact ok].
Qed.
Theorem prove_loss_sound l p c : prove_loss l p c = true -> LossHolds l p.
Proof.
  unfold prove_loss, LossHolds. destruct (read_question l p) as [q|]; [|discriminate]. destruct (read_points 76 c) as [point|]; [|discriminate]. apply prove_sound.
Qed.

(** ** Refutations *)

Local Open Scope R_scope.
Lemma half_correct : Q2R (1 # 2) = / 2.
Proof. unfold Q2R. simpl. lra. Qed.
Lemma middle_correct x : forall y, map Q2R (zip_with middle x y) = mix (/ 2) (map Q2R x) (map Q2R y).
Proof.
  unfold mix. induction x as [|a x IH]; intros [|b y]; simpl; try reflexivity. rewrite IH. f_equal.
  unfold middle. rewrite (Qeq_eqR _ _ (Qred_correct _)), Q2R_plus, !Q2R_mult, half_correct. lra.
Qed.
Lemma squared_distance_correct x : forall y, Q2R (fold_right Qplus 0%Q (zip_with (fun a b => (a - b) * (a - b))%Q x y))
  = fold_right Rplus 0 (zip_with (fun a b => (a - b) * (a - b)) (map Q2R x) (map Q2R y)).
Proof.
  induction x as [|a x IH]; intros [|b y]; simpl; try apply Facts_sound.Q2R_0. rewrite Q2R_plus, Q2R_mult, Q2R_minus, IH. reflexivity.
Qed.

Theorem refute_sound q points : refute q points = true -> runs q /\ ~ holds q.
Proof.
  unfold refute. destruct (compile q) as [[st a]|] eqn:comp; [|discriminate]. intro ok. split; [exact (compile_runs _ _ _ comp)|].
  unfold holds. set (n := Z.to_nat (entries (selected q))) in *. set (x := firstn n points) in *. set (y := firstn n (skipn n points)) in *. set (w := skipn n (skipn n points)) in *.
  destruct (claimed q) as [| |L].
  - destruct (domain_point q st x w) as [M|] eqn:dx; [|discriminate]. destruct (domain_point q st y w) as [N|] eqn:dy; [|discriminate].
    destruct (domain_point_correct _ _ _ _ _ _ comp dx) as (ix & iw & inx & ex). destruct (domain_point_correct _ _ _ _ _ _ comp dy) as (iy & _ & iny & ey).
    assert (t_in : 0 <= / 2 <= 1) by lra. assert (im := inside_mix _ _ _ _ _ t_in ix iy).
    destruct (in_domain_iff q st a _ _ comp im iw) as (v & values & num & _).
    assert (enc : enclosing v (enclosures_at st (zip_with middle x y ++ w))).
    { apply (enclosures_at_correct st _ (mix (/ 2) (map Q2R x) (map Q2R y)) (map Q2R w) v); [|exact values]. now rewrite map_app, middle_correct. }
    intro convex. destruct (convex _ _ _ (/ 2) inx iny t_in) as [_ le]. specialize (enc a). rewrite num in enc.
    assert (half_encloses : encloses half (/ 2)) by (rewrite <- half_correct; exact (rel_number _ interval_rel (1 # 2)%Q)).
    assert (chord := rel_add _ interval_rel _ _ _ _ (mul_encloses _ _ _ _ half_encloses ex) (mul_encloses _ _ _ _ half_encloses ey)).
    apply (certainly_less_correct _ _ _ _ chord enc) in ok. cbn [Tensor.add R_scalar] in ok. lra.
  - destruct (domain_point q st x (skipn n points)) as [M|] eqn:dx; [|discriminate]. destruct (domain_point_correct _ _ _ _ _ _ comp dx) as (_ & _ & inx & ex).
    intro nonnegative. specialize (nonnegative _ _ inx). apply (certainly_less_correct _ _ _ _ ex zero_encloses) in ok. lra.
  - destruct (domain_point q st x w) as [M|] eqn:dx; [|discriminate]. destruct (domain_point q st y w) as [N|] eqn:dy; [|discriminate].
    destruct (domain_point_correct _ _ _ _ _ _ comp dx) as (_ & _ & inx & ex). destruct (domain_point_correct _ _ _ _ _ _ comp dy) as (_ & _ & iny & ey).
    intro lipschitz. specialize (lipschitz _ _ _ inx iny).
    assert (far : encloses (mul (Tensor.number_of L) (Tensor.root (Tensor.number_of (squared_distance x y)))) (Q2R L * distance (map Q2R x) (map Q2R y))).
    { apply mul_encloses; [exact (rel_number _ interval_rel L)|]. unfold distance. rewrite <- squared_distance_correct, <- (Qeq_eqR _ _ (Qred_correct _)).
      exact (rel_root _ interval_rel _ _ (rel_number _ interval_rel (squared_distance x y))). }
    assert (d := minus_encloses _ _ _ _ ex ey). assert (d' := rel_opp _ interval_rel _ _ d).
    apply orb_prop in ok as [ok|ok].
    + apply (certainly_less_correct _ _ _ _ far d) in ok. pose proof (Rle_abs (loss q (map Q2R x) (map Q2R w) - loss q (map Q2R y) (map Q2R w))). lra.
    + apply (certainly_less_correct _ _ _ _ far d') in ok. cbn [Tensor.opp R_scalar] in ok. pose proof (Rle_abs (- (loss q (map Q2R x) (map Q2R w) - loss q (map Q2R y) (map Q2R w)))) as le.
      rewrite Rabs_Ropp in le. lra.
Qed.
Theorem refute_loss_sound l p c : refute_loss l p c = true -> LossFails l p.
Proof.
  unfold refute_loss, LossFails. destruct (read_question l p) as [q|]; [|discriminate]. destruct (read_points 82 c) as [points|]; [|discriminate]. apply refute_sound.
Qed.
