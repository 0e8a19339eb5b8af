(** * Refuting gradients

    A certificate of this kind is a point: a number in binary64 for each entry of the selected inputs, of the others and of the cotangent.  The program is evaluated on
    intervals there.  Where the point is in the domain, all that is needed is certainly defined, no kink of the function is hit, and an adjoint is certainly another number than
    what the derivative gives, the claim is refuted.

    Main definitions: [refute_gradient].  Main results: [refute_gradient_sound].

    Trust: proved. *)
From Coq Require Import PString Uint63 Floats ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra.
From Coquelicot Require Import Hierarchy Derive.
From Warrant Require Import Spec.Bytes Spec.Protobuf Spec.Tensor Spec.Operators Spec.Onnx Spec.Elementary Spec.Gradients Primitives.FloatBounds Primitives.Fractions.
From Warrant Require Import Primitives.Autodiff.Programs Primitives.Autodiff.Reverse Checker.Relational Checker.Intervals.
From Warrant Require Import Checker.Gradients.Lowering Checker.Gradients.Check Checker.Gradients.Check_sound Checker.Gradients.Enclosures Checker.Gradients.Domain.
Import ListNotations.
Local Open Scope bool_scope.

(** WRNT 0x01 R, and then binary64 numbers *)
Definition read_point (c : bytes) : option (list dyadic) :=
  if (same magic (text c 0 4) && (byte c 4 =? 1) && (byte c 5 =? 82))%uint63 then Protobuf.strided (float64 c) 8 6 (size_of c) else None.

(** marked instructions are certainly good in the smooth sense, and what they need is marked too *)
Fixpoint mark (C : code) (l : list positive) (marked : PositiveMap.t unit) : PositiveMap.t unit :=
  match l with
  | [] => marked
  | i :: l =>
    mark C l match PositiveMap.find i marked, PositiveMap.find i C with
             | Some _, Some o => fold_right (fun a m => PositiveMap.add a tt m) marked (operands o)
             | _, _ => marked
             end
  end.
Definition has (m : PositiveMap.t unit) (i : positive) : bool := match PositiveMap.find i m with Some _ => true | None => false end.
Definition all_smooth (C : code) (M : PositiveMap.t interval) (marked : PositiveMap.t unit) (l : list positive) : bool :=
  forallb (fun i => negb (has marked i) ||
    match PositiveMap.find i C with Some o => certainly_good true M o && forallb (has marked) (operands o) | None => false end) l.
Definition all_defined_at (C : code) (M : PositiveMap.t interval) (l : list positive) : bool :=
  forallb (fun i => match PositiveMap.find i C with Some o => certainly_good false M o | None => true end) l.
(** by more than [eps] *)
Definition apart (eps : Q) (M : PositiveMap.t interval) (p : option positive * positive) : bool :=
  let (a, g) := p in
  let e := match a with Some a => at_ M a | None => zero_interval end in
  let t := if Qle_bool eps 0 then zero_interval else number_of eps in
  certainly_less (add e t) (at_ M g) || certainly_less (add (at_ M g) t) e.
Definition is_moderate (q : question) (c : list dyadic) : bool :=
  Qle_bool (tolerance q) 0 || forallb (fun a => Qle_bool (-1) (dyadic_Q a) && Qle_bool (dyadic_Q a) 1) c.

Definition check_point (q : question) (k : compiled) (point : list dyadic) : bool :=
  let nx := Z.to_nat (entries (selected q)) in
  let nw := Z.to_nat (entries (others q)) in
  let C := instructions (program k) in
  let l := numbers_from 1 (length_of (program k)) in
  let M := enclosures C (numbered_from 1 (map literal point) (PositiveMap.empty interval)) l (PositiveMap.empty interval) in
  let marked := mark C (rev_append l []) (fold_right (fun a m => PositiveMap.add a tt m) (PositiveMap.empty unit) (data (value k))) in
  (Z.of_nat (length point) =? entries (selected q) + entries (others q) + cotangent_size q)%Z
  && all_within (ranges q (selected q)) (map dyadic_Q (firstn nx point)) && all_within (ranges q (others q)) (map dyadic_Q (firstn nw (skipn nx point)))
  && forallb (fun a => has marked a && (a <? next (program k))%positive) (data (value k)) && all_smooth C M marked l && all_defined_at C M l
  && is_moderate q (skipn nw (skipn nx point)) && existsb (apart (tolerance q) M) (pairs k).
Definition refute_gradient (function_file derivative_file names_file certificate : bytes) : bool :=
  match read_question function_file derivative_file names_file, read_point certificate with
  | Some q, Some point => match compile q with Some k => check_point q k point | None => false end
  | _, _ => false
  end.

(** ** Soundness *)

Local Open Scope positive_scope.

(** the point with given coordinates *)
Fixpoint point_with (n : nat) (l : list R) : space n :=
  match n with O => hd 0%R l | S n => (hd 0%R l, point_with n (tl l)) end.
Lemma point_with_correct n : forall l, length l = S n -> coordinates n (point_with n l) = l.
Proof.
  induction n as [|n IH]; intros [|a l] len; try discriminate; simpl.
  - destruct l; [reflexivity|discriminate].
  - f_equal. apply IH. simpl in len. lia.
Qed.
Section Smooth.
Variables (C : code) (M : PositiveMap.t interval) (v : positive -> R) (marked : PositiveMap.t unit) (st : state).
Hypothesis enclosed : enclosing v M.
Hypothesis of_state : C = instructions st.
Hypothesis wf : well_formed st.
Hypothesis smooth : all_smooth C M marked (numbers_from 1 (length_of st)) = true.
Lemma all_smooth_correct i : has marked i = true -> i < next st -> fine true C v i.
Proof.
  induction i as [i IH] using (well_founded_induction (well_founded_ltof positive Pos.to_nat)). intros is_marked lt.
  unfold all_smooth in smooth. rewrite forallb_forall in smooth.
  assert (here := smooth i ltac:(apply numbers_from_correct; unfold length_of; pose proof (Pos2Nat.is_pos i); change (Pos.to_nat 1) with 1%nat; lia)).
  rewrite is_marked in here. simpl in here. destruct (PositiveMap.find i C) as [o|] eqn:found; [|discriminate].
  apply andb_prop in here as [ok all]. apply (Fine _ _ _ _ o found); [exact (certainly_good_correct v true M o enclosed ok)|].
  intros a ina. rewrite forallb_forall in all. assert (less : a < i) by (subst C; exact (proj1 wf _ _ found _ ina)).
  apply IH; [apply Pos2Nat.inj_lt; exact less|now apply all|lia].
Qed.
End Smooth.

Theorem check_point_sound q k point : compile q = Some k -> check_point q k point = true ->
  exists (n : nat) (x : space n) (w c : list R) (y : tensor guarded) (gs : list (tensor guarded)) (g : list R),
    Z.of_nat (S n) = entries (selected q) /\ within_bounds q (selected q) (coordinates n x) /\ within_bounds q (others q) w /\
    Z.of_nat (length w) = entries (others q) /\
    guarded_function q (coordinates n x) w = Some y /\ is_cotangent q (shape y) c /\ all_guards (data y) /\
    guarded_derivative q (coordinates n x) w c = Some gs /\ map shape gs = map snd (selected q) /\ all_guards (flat_map data gs) /\
    filterdiff (fun u => weighted q w c (coordinates n u)) (locally x) (fun h => dot g (coordinates n h)) /\ length g = S n /\
    moderate q c /\ ~ within_tolerance q (flat_map data gs) g.
Proof.
  intros comp accept. unfold check_point in accept. set (C := instructions (program k)) in *. set (l := numbers_from 1 (length_of (program k))) in *.
  set (M := enclosures C _ l _) in *. set (marked := mark C _ _) in *.
  apply andb_prop in accept as [accept sep]. apply andb_prop in accept as [accept mild]. apply andb_prop in accept as [accept def]. apply andb_prop in accept as [accept smooth].
  apply andb_prop in accept as [accept roots]. apply andb_prop in accept as [accept within_w]. apply andb_prop in accept as [len within_x]. apply Z.eqb_eq in len.
  destruct (compile_correct q k comp) as (n & is_n & cot & wf & _ & len_gs & known_g & at_points). fold C in at_points.
  set (ps := map dyadic_R point).
  assert (nw0 : (0 <= entries (others q))%Z /\ (0 <= cotangent_size q)%Z).
  { revert comp. unfold compile. cbv zeta. destruct (negb _) eqn:sizes; [discriminate|]. intros _. apply negb_false_iff in sizes.
    apply andb_prop in sizes as [sizes a]. apply andb_prop in sizes as [_ b]. now apply Z.leb_le in a, b. }
  set (nw := Z.to_nat (entries (others q))). set (nc := Z.to_nat (cotangent_size q)).
  assert (len_ps : length ps = (S n + (nw + nc))%nat) by (unfold ps; rewrite length_map; lia).
  set (xs := firstn (S n) ps). set (ws := firstn nw (skipn (S n) ps)). set (cs := skipn nw (skipn (S n) ps)).
  assert (len_xs : length xs = S n) by (unfold xs; rewrite length_firstn; lia).
  assert (len_ws : length ws = nw) by (unfold ws; rewrite length_firstn, length_skipn; lia).
  assert (len_cs : length cs = nc) by (unfold cs; rewrite !length_skipn; lia).
  assert (parts : ps = xs ++ ws ++ cs) by (unfold xs, ws, cs; now rewrite !firstn_skipn).
  set (c := match cotangent q with Some _ => cs | None => [1%R] end).
  assert (is_c : is_cotangent q (shape (value k)) c).
  { unfold c, is_cotangent, nc, cotangent_size in *. destruct cot as [c0 is_c0]. unfold is_cotangent in is_c0.
    destruct (cotangent q) as [p|]; [|tauto]. destruct is_c0 as [E L]. split; [exact E|]. rewrite len_cs, <- E. lia. }
  destruct (at_points (point_with n xs) ws c ltac:(rewrite len_ws; unfold nw; lia) is_c) as (v & y & gs & values & run_y & shape_y & run_g & shapes_g & rel_y & rel_g & derivative & _ & _).
  rewrite (point_with_correct n xs len_xs) in values.
  assert (all_in : xs ++ ws ++ match cotangent q with Some _ => c | None => [] end = ps).
  { rewrite parts. f_equal. f_equal. unfold c, nc, cotangent_size in *. destruct (cotangent q); [reflexivity|]. destruct cs; [reflexivity|discriminate]. }
  rewrite all_in in values.
  assert (enclosed : enclosing v M).
  { unfold M. apply (enclosures_correct C _ _ v values).
    - apply (numbered_from_correct (map literal point) ps).
      + unfold ps. clear. induction point; simpl; constructor; auto. exact (rel_literal _ interval_rel a).
      + intros j lt. lia.
      + intros j _. apply PositiveMap.gempty.
      + intros j lt. f_equal. rewrite Nat2Pos.id by lia. change (Pos.to_nat 1) with 1%nat. lia.
    - intro i. unfold at_. rewrite PositiveMap.gempty. apply everything_encloses. }
  destruct (stands_numbers _ _ _ _ _ rel_y) as (_ & _ & guards_y). destruct (stands_numbers _ _ _ _ _ rel_g) as (num_g & _ & guards_g).
  assert (defined : forall i o, PositiveMap.find i C = Some o -> good false v o).
  { intros i o found. apply (certainly_good_correct v false M o enclosed). unfold all_defined_at in def. rewrite forallb_forall in def. specialize (def i).
    rewrite found in def. apply def. unfold l. apply numbers_from_correct. unfold length_of.
    assert (lt : i < next (program k)) by (apply (proj2 wf); now exists o). pose proof (Pos2Nat.is_pos i). change (Pos.to_nat 1) with 1%nat. lia. }
  assert (fine_y : forall a, In a (data (value k)) -> fine true C v a).
  { intros a ina. apply (all_smooth_correct C M v marked (program k) enclosed eq_refl wf smooth).
    - rewrite forallb_forall in roots. now apply (andb_prop _ _ (roots a ina)).
    - rewrite forallb_forall in roots. now apply Pos.ltb_lt, (andb_prop _ _ (roots a ina)). }
  exists n, (point_with n xs), ws, c, y, gs, (map (adjoint_value v (sources k)) (numbers_from 1 (S n))).
  rewrite <- shape_y in is_c.
  assert (in_R : forall ds, map Q2R (map dyadic_Q ds) = map dyadic_R ds) by (intro ds; rewrite map_map; apply map_ext; exact dyadic_Q_correct).
  assert (bound_x : within_bounds q (selected q) xs).
  { apply all_within_correct in within_x. rewrite in_R in within_x. unfold xs, ps. rewrite firstn_map. replace (S n) with (Z.to_nat (entries (selected q))) by lia. exact within_x. }
  assert (bound_w : within_bounds q (others q) ws).
  { apply all_within_correct in within_w. rewrite in_R in within_w. unfold ws, ps, nw. rewrite skipn_map, firstn_map. replace (S n) with (Z.to_nat (entries (selected q))) by lia. exact within_w. }
  split; [exact is_n|split; [rewrite (point_with_correct n xs len_xs); exact bound_x|split; [exact bound_w|split; [rewrite len_ws; unfold nw; lia|split; [exact run_y|split; [exact is_c|split; [now apply guards_y|split; [exact run_g|split; [exact shapes_g|]]]]]]]]].
  split; [apply guards_g; intros g ing; apply (all_defined C v (program k) eq_refl wf defined); now apply known_g|].
  split; [exact (derivative fine_y)|]. split.
  { rewrite length_map. generalize (S n) as m, 1 as i. intro m. induction m; intro i; simpl; auto. }
  split.
  { intro positive_eps. unfold is_moderate in mild. apply orb_prop in mild as [none|mild]; [apply le_correct in none; unfold Q2R at 2 in none; simpl in none; lra|].
    unfold c. destruct (cotangent q); [|constructor; [rewrite Rabs_R1; lra|constructor]]. apply Forall_forall. intros a ina.
    unfold cs, ps in ina. rewrite !skipn_map in ina. apply in_map_iff in ina as (b & <- & inb). replace (S n) with (Z.to_nat (entries (selected q))) in inb by lia.
    rewrite forallb_forall in mild. apply mild, andb_prop in inb as [low high]. apply le_correct in low, high. rewrite dyadic_Q_correct in low, high.
    unfold Q2R in low, high. simpl in low, high. apply Rabs_le. lra. }
  intro near. apply existsb_exists in sep. destruct sep as (p & inp & sep). unfold pairs in inp.
  assert (far : (Q2R (tolerance q) < Rabs (match fst p with Some a => v a | None => 0 end - v (snd p)))%R).
  { destruct p as [a g]. unfold apart in sep. cbn [fst snd].
    assert (ea : encloses match a with Some a => at_ M a | None => zero_interval end match a with Some a => v a | None => 0%R end).
    { destruct a as [a|]; [apply enclosed|apply zero_encloses]. }
    assert (et : exists t, (Q2R (tolerance q) <= t)%R /\ encloses (if Qle_bool (tolerance q) 0 then zero_interval else number_of (tolerance q)) t).
    { destruct (Qle_bool (tolerance q) 0) eqn:none; [exists 0%R|exists (Q2R (tolerance q))]; split; [|exact zero_encloses|lra|exact (rel_number _ interval_rel _)].
      apply le_correct in none. unfold Q2R at 2 in none. simpl in none. lra. }
    destruct et as (t & le_t & et). revert ea. generalize (match a with Some a => v a | None => 0%R end). intros e ea. assert (both_ways : (e - v g <= Rabs (e - v g) /\ v g - e <= Rabs (e - v g))%R) by (unfold Rabs; destruct Rcase_abs; lra).
    apply orb_prop in sep. destruct sep as [less|less].
    - apply (certainly_less_correct _ _ _ _ (rel_add _ interval_rel _ _ _ _ ea et) (enclosed g)) in less. change (e + t < v g)%R in less. lra.
    - apply (certainly_less_correct _ _ _ _ (rel_add _ interval_rel _ _ _ _ (enclosed g) et) ea) in less. change (v g + t < e)%R in less. lra. }
  clear sep. revert inp near. rewrite <- len_gs. unfold within_tolerance.
  assert (nums : Forall2 (fun a b => (Rabs (number a - b) <= Q2R (tolerance q))%R) (flat_map data gs) (map (adjoint_value v (sources k)) (numbers_from 1 (length (flat_map data (claimed k))))) ->
    Forall2 (fun a b => (Rabs (a - b) <= Q2R (tolerance q))%R) (map number (flat_map data gs)) (map (adjoint_value v (sources k)) (numbers_from 1 (length (flat_map data (claimed k)))))).
  { generalize (flat_map data gs). clear. intros l all. induction all; simpl; constructor; auto. }
  intros inp near. apply nums in near. clear nums. rewrite num_g in near. revert inp near. generalize 1. generalize (flat_map data (claimed k)). intro r.
  induction r as [|g r IH]; intros i inp near; simpl in inp; [easy|].
  simpl in near. inversion near as [|? ? ? ? close rest]; subst. destruct inp as [<-|inp]; [|exact (IH _ inp rest)].
  cbn [fst snd] in far. unfold adjoint_value in close. rewrite Rabs_minus_sym in close. lra.
Qed.
Theorem refute_gradient_sound f d w c : refute_gradient f d w c = true -> GradientRefuted f d w.
Proof.
  unfold refute_gradient, GradientRefuted. destruct (read_question f d w) as [q|]; [|discriminate]. destruct (read_point c) as [point|]; [|discriminate].
  destruct (compile q) as [k|] eqn:comp; [|discriminate]. exact (check_point_sound q k point comp).
Qed.
