(** * Bounds of rounding errors are right

    A bound describes a real number, with the condition under which it is one, and a set of floating-point numbers that may be computed for it.  Operation by operation,
    bounds describe what they are bounds of; so they do for graphs.

    Main results: [evaluate_rel] (related scalars in, related tensors out, for the operators of Spec/FloatingPoint.v), [bound_describes], [evaluate_real]
    (evaluation over the reals is the loss itself), [evaluate_some] (there is always something that may be computed).

    Trust: proved. *)
From Coq Require Import PString Uint63 Floats ZArith QArith Qreals Reals List Bool Permutation Lia Lra.
From Flocq Require Import Core IEEE754.BinarySingleNaN.
From Coquelicot Require Import Continuity Derive ElemFct.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Network Spec.Elementary Spec.FloatingPoint.
From Warrant Require Import Primitives.FloatBounds Primitives.Fractions Primitives.FloatingPoint Checker.Relational Checker.Intervals Checker.Gradients.Relational.
From Warrant Require Import Primitives.Autodiff.Programs Checker.Gradients.Enclosures Checker.Gradients.Domain Checker.Losses.Rounding.
From Warrant Require Checker.Gradients.Lowering.
Import ListNotations.
Local Open Scope R_scope.

(** ** Related scalars, for the operators that are evaluated *)

Record machine_rel {A B} {MA : machine A} {MB : machine B} (R : A -> B -> Prop) : Prop := {
  rel_larger : forall a b a' b', R a b -> R a' b' -> R (larger a a') (larger b b');
  rel_smaller : forall a b a' b', R a b -> R a' b' -> R (smaller a a') (smaller b b');
  rel_absolute : forall a b, R a b -> R (absolute_value a) (absolute_value b);
  rel_total : forall l k, Forall2 R l k -> R (total_of l) (total_of k) }.

Section Related.
Context {A B : Type} {SA : scalar A} {SB : scalar B} {EA : elementary A} {EB : elementary B} {MA : machine A} {MB : machine B} (R : A -> B -> Prop).
Hypothesis H : scalar_rel R.
Hypothesis E : elementary_rel R.
Hypothesis M : machine_rel R.

Lemma greatest_of_rel l k : Forall2 R l k -> R (greatest_of l) (greatest_of k).
Proof.
  intro rlk. destruct rlk as [|a b l k rab rlk]; [apply (rel_zero R H)|]. simpl. revert a b rab. induction rlk; intros a b rab; simpl; [exact rab|].
  apply IHrlk. now apply (rel_larger R M).
Qed.
Lemma mean_of_rel l k : Forall2 R l k -> R (mean_of l) (mean_of k).
Proof. intro rlk. unfold mean_of. rewrite (Forall2_length rlk). apply (rel_div R H); [now apply (rel_total R M)|apply (rel_number R H)]. Qed.
Lemma evaluated_operator_rel name l n xs ys : orels R xs ys -> orel (Forall2 (vrel R)) (evaluated_operator name l n xs) (evaluated_operator name l n ys).
Proof.
  intro rxy. unfold evaluated_operator. cbv zeta. rewrite (Forall2_length rxy).
  assert (several : forall f g, (forall a b a' b', R a b -> R a' b' -> R (f a a') (g b b')) ->
    orel (Forall2 (vrel R)) (do vs <- map_all (fun o => o) xs; do ts <- map_all as_reals vs; one_real (fold_pointwise f ts))
      (do vs <- map_all (fun o => o) ys; do ts <- map_all as_reals vs; one_real (fold_pointwise g ts))).
  { intros f g rfg. apply (orel_bind (Forall2 (vrel R))); [now apply (orel_map_all (orel (vrel R)))|]. intros vs ws rvw.
    apply (orel_bind (Forall2 (trel R))); [apply (orel_map_all (vrel R)); [exact rvw|exact (as_reals_rel R H)]|]. intros.
    apply (one_real_rel R), (fold_pointwise_rel R H); assumption. }
  destruct (same name "Max"%pstring); [apply orel_when, several, (rel_larger R M)|].
  destruct (same name "Min"%pstring); [apply orel_when, several, (rel_smaller R M)|].
  destruct (same name "Abs"%pstring).
  { apply orel_when, (orel_bind (trel R)); [now apply (reals_rel R H)|]. intros. apply (one_by_one_rel R); [apply (rel_absolute R M)|assumption]. }
  destruct (same name "ReduceMax"%pstring); [apply orel_when, (op_reduce_by_rel R H); [exact greatest_of_rel|exact rxy]|].
  destruct (same name "ReduceSum"%pstring); [apply orel_when, (op_reduce_by_rel R H); [exact (rel_total R M)|exact rxy]|].
  destruct (same name "ReduceMean"%pstring); [apply orel_when, (op_reduce_by_rel R H); [exact mean_of_rel|exact rxy]|].
  destruct (existsb _ _); [now apply program_operator_rel|exact I].
Qed.
Lemma evaluate_nodes_rel ns : forall e f, erel R e f -> orel (erel R) (evaluate_nodes ns e) (evaluate_nodes ns f).
Proof.
  induction ns as [|n ns IH]; intros e f ref; simpl; [exact ref|].
  apply (orel_bind (orels R)).
  { apply (orel_map_all eq); [induction (ins n); constructor; auto|]. intros a b ->. now apply fetch_rel. }
  intros xs ys rxy. apply (orel_bind (Forall2 (vrel R))); [destruct (op_domain n); [now apply evaluated_operator_rel|exact I]|].
  intros vs ws rvw. apply (orel_bind (erel R)); [now apply bind_rel|]. intros. now apply IH.
Qed.
Theorem evaluate_rel g e f : erel R e f -> orel (Forall2 (trel R)) (evaluate g e) (evaluate g f).
Proof.
  intro ref. unfold evaluate.
  apply (orel_bind (Forall2 (vrel R))); [apply (orel_map_all eq); [induction (graph_inputs g); constructor; auto|]; intros ? ? ->; now apply lookup_rel|]. intros vs ws rvw.
  apply (orel_bind (erel R)); [apply bind_rel; [|constructor]; apply Forall2_app; [exact rvw|]; apply Forall2_same; intros [n [t|t]]; reflexivity|]. intros e0 f0 ref0.
  apply (orel_bind (erel R)); [now apply evaluate_nodes_rel|]. intros e1 f1 ref1.
  apply (orel_map_all eq); [induction (graph_outputs g); constructor; auto|]. intros ? ? ->.
  apply (orel_bind (vrel R)); [now apply lookup_rel|]. exact (as_reals_rel R H).
Qed.
End Related.

(** ** Over the reals, it is the loss *)

Definition real_scalar : scalar guarded := guarded_scalar false.
Definition real_elementary : elementary guarded := guarded_elementary false.
Definition real_machine : machine guarded := {|
  larger := @maximum guarded real_scalar;
  smaller := @minimum guarded real_scalar;
  absolute_value := @absolute guarded real_scalar;
  total_of := @total guarded real_scalar |}.

Section Real.
Local Existing Instance real_scalar.
Local Existing Instance real_elementary.
Local Existing Instance real_machine.

Local Lemma only_one {X} (p : X -> bool) l k a : at_most_one p (l ++ a :: k) = true -> p a = true -> forall b, In b (l ++ k) -> p b = false.
Proof.
  intros one pa b. induction l as [|c l IH]; cbn [app at_most_one] in *.
  - rewrite pa in one. rewrite forallb_forall in one. intro inb. now apply negb_true_iff, one.
  - destruct (p c) eqn:pc.
    + rewrite forallb_forall in one. specialize (one a (in_elt a l k)). rewrite pa in one. discriminate one.
    + intros [<-|inb]; [exact pc|now apply IH].
Qed.
Local Lemma only_name name a l k : one_name name = true -> operator_names = l ++ a :: k -> same name a = true -> forall b, In b (l ++ k) -> same name b = false.
Proof. unfold one_name. intros one E. rewrite E in one. exact (only_one _ l k a one). Qed.
Lemma reduce_by_empty {C} (g : list guarded -> C) keep a X r : reduce_by false g keep a X = Some r -> reduce_by true g keep a X = Some r.
Proof.
  unfold reduce_by. destruct (axes_of _ _); [|easy]. cbv zeta. cbn [orb]. destruct (0 <? _)%Z; [|easy]. exact (fun E => E).
Qed.
Local Lemma one_real_empty (g : list guarded -> guarded) keep a X r : one_real (reduce_by false g keep a X) = Some r -> one_real (reduce_by true g keep a X) = Some r.
Proof.
  pose proof (reduce_by_empty g keep a X) as more. unfold one_real. destruct (reduce_by false g keep a X) as [Y|]; [|intro F; discriminate F]. rewrite (more Y eq_refl). exact (fun F => F).
Qed.
Local Lemma skipped {X} (c : bool) (a b r : X) : c = false -> b = r -> (if c then a else b) = r.
Proof. now intros ->. Qed.
Local Lemma took {X} (c : bool) (a b r : X) : c = true -> a = r -> (if c then a else b) = r.
Proof. now intros ->. Qed.
Local Ltac others found := repeat (apply skipped; [apply found; cbn; repeat first [left; reflexivity | right]; fail|]).
Lemma evaluated_operator_real name l n xs r : one_name name = true -> evaluated_operator name l n xs = Some r -> program_operator name l n xs = Some r.
Proof.
  intro one. unfold evaluated_operator. cbv zeta. assert (split := fun a l k => only_name name a l k one). clear one.
  destruct (same name "Max"%pstring) eqn:E.
  { assert (found := split _ (firstn 11 operator_names) (skipn 12 operator_names) eq_refl E). intro F. unfold program_operator.
    assert (more : more_operators name l xs = Some (Some r)); [|now rewrite more]. unfold more_operators. cbv zeta. others found. apply took; [exact E|]. apply f_equal. exact F. }
  clear E. destruct (same name "Min"%pstring) eqn:E.
  { assert (found := split _ (firstn 12 operator_names) (skipn 13 operator_names) eq_refl E). intro F. unfold program_operator.
    assert (more : more_operators name l xs = Some (Some r)); [|now rewrite more]. unfold more_operators. cbv zeta. others found. apply took; [exact E|]. apply f_equal. exact F. }
  clear E. destruct (same name "Abs"%pstring) eqn:E.
  { assert (found := split _ (firstn 8 operator_names) (skipn 9 operator_names) eq_refl E). intro F. unfold program_operator.
    assert (more : more_operators name l xs = Some (Some r)); [|now rewrite more]. unfold more_operators. cbv zeta. others found. apply took; [exact E|]. apply f_equal. exact F. }
  clear E. destruct (same name "ReduceMax"%pstring) eqn:E.
  { assert (found := split _ (firstn 26 operator_names) (skipn 27 operator_names) eq_refl E). intro F. unfold program_operator.
    assert (more : more_operators name l xs = Some (Some r)); [|now rewrite more]. unfold more_operators. cbv zeta. others found. apply took; [exact E|]. apply f_equal. exact F. }
  clear E. destruct (same name "ReduceSum"%pstring) eqn:E.
  { assert (found := split _ (firstn 44 operator_names) (skipn 45 operator_names) eq_refl E). intro F. unfold program_operator.
    assert (more : more_operators name l xs = None) by (unfold more_operators; cbv zeta; others found; reflexivity). rewrite more. unfold operator. cbv zeta. others found. apply took; [exact E|].
    revert F. destruct (only _ l); [|intro F; discriminate F]. cbn [andb]. destruct (Nat.leb 1 _); [|intro F; discriminate F]. cbn [andb]. destruct (Nat.leb _ 2); [|intro F; discriminate F].
    unfold op_reduce_by, op_reduce. destruct (reals xs 0) as [X|]; [|intro F; discriminate F]. destruct (integers_or_attr xs 1 l _) as [axes|]; [|intro F; discriminate F]. destruct (flag l _ 1) as [keep|]; [|intro F; discriminate F].
    destruct (flag l _ 0) as [[|]|]; [intro F; discriminate F| |intro F; discriminate F]. cbn [negb]. rewrite andb_false_r. intro F. apply one_real_empty in F. exact F. }
  clear E. destruct (same name "ReduceMean"%pstring) eqn:E.
  { assert (found := split _ (firstn 45 operator_names) (skipn 46 operator_names) eq_refl E). intro F. unfold program_operator.
    assert (more : more_operators name l xs = None) by (unfold more_operators; cbv zeta; others found; reflexivity). rewrite more. unfold operator. cbv zeta. others found. apply took; [exact E|].
    revert F. destruct (only _ l); [|intro F; discriminate F]. cbn [andb]. destruct (Nat.leb 1 _); [|intro F; discriminate F]. cbn [andb]. destruct (Nat.leb _ 2); [|intro F; discriminate F].
    unfold op_reduce_by, op_reduce. destruct (reals xs 0) as [X|]; [|intro F; discriminate F]. destruct (integers_or_attr xs 1 l _) as [axes|]; [|intro F; discriminate F]. destruct (flag l _ 1) as [keep|]; [|intro F; discriminate F].
    destruct (flag l _ 0) as [[|]|]; [intro F; discriminate F| |intro F; discriminate F]. cbn [negb]. rewrite andb_false_r. exact (fun F => F). }
  destruct (existsb (same name) plain); intro F; [exact F|discriminate F].
Qed.
Local Lemma evaluate_nodes_real ns : forall e f, forallb (fun n => one_name (op_type n)) ns = true -> evaluate_nodes ns e = Some f -> execute ns e = Some f.
Proof.
  induction ns as [|n ns IH]; intros e f names; cbn [evaluate_nodes execute]; [exact (fun F => F)|]. cbn [forallb] in names. apply andb_prop in names as [here names].
  destruct (map_all (fetch e) (ins n)) as [xs|]; [|intro F; discriminate F]. destruct (op_domain n); [|intro F; discriminate F].
  pose proof (evaluated_operator_real (op_type n) (attrs n) (Z.of_nat (length (outs n))) xs) as real.
  destruct (evaluated_operator _ _ _ xs) as [ys|]; [|intro F; discriminate F]. rewrite (real ys here eq_refl). destruct (bind _ ys e); [|intro F; discriminate F]. now apply IH.
Qed.
Definition clear_names (g : graph) : bool := forallb (fun n => one_name (op_type n)) (graph_nodes g).
Theorem evaluate_real g e r : clear_names g = true -> evaluate g e = Some r -> outputs g e = Some r.
Proof.
  unfold evaluate, outputs. intro clear. destruct (map_all _ (graph_inputs g)) as [vs|]; [|intro F; discriminate F]. destruct (bind _ _ []) as [e0|]; [|intro F; discriminate F].
  pose proof (fun e1 => evaluate_nodes_real _ e0 e1 clear) as real. destruct (evaluate_nodes _ e0) as [e1|]; [|intro F; discriminate F]. rewrite (real e1 eq_refl). exact (fun F => F).
Qed.
End Real.

(** ** Terms *)

Section Terms.
Variable env : nat -> R.   (* the entries of the inputs *)
Fixpoint meaning (t : term) : option R :=
  match t with
  | Unnamed => None
  | Entry n => Some (env n)
  | Fixed q => Some (Q2R q)
  | Apply1 g a => match meaning a with Some x => Some (value1 g x) | None => None end
  | Apply2 g a b => match meaning a, meaning b with Some x, Some y => Some (value2 g x y) | _, _ => None end
  | Greatest a b => match meaning a, meaning b with Some x, Some y => Some (Rmax x y) | _, _ => None end
  end.
Definition names (t : term) (r : R) : Prop := match meaning t with Some m => m = r | None => True end.

Lemma names_kept t r : names t r -> names (kept t) r.
Proof. unfold kept. now destruct (_ <=? _)%Z. Qed.
Lemma names1 g t r : names t r -> names (Apply1 g t) (value1 g r).
Proof. unfold names. simpl. destruct (meaning t); [now intros ->|easy]. Qed.
Lemma names2 g t t' r r' : names t r -> names t' r' -> names (Apply2 g t t') (value2 g r r').
Proof. unfold names. simpl. destruct (meaning t), (meaning t'); try easy. now intros -> ->. Qed.
Lemma names_greatest t t' r r' : names t r -> names t' r' -> names (Greatest t t') (Rmax r r').
Proof. unfold names. simpl. destruct (meaning t), (meaning t'); try easy. now intros -> ->. Qed.

Lemma unary_eqb_correct g h : unary_eqb g h = true -> g = h.
Proof. now destruct g, h. Qed.
Lemma binary_eqb_correct g h : binary_eqb g h = true -> g = h.
Proof. now destruct g, h. Qed.
Lemma term_eqb_correct a : forall b, term_eqb a b = true -> exists x, meaning a = Some x /\ meaning b = Some x.
Proof.
  induction a as [|n|q|g a IH|g a IHa c IHc|a IHa c IHc]; intros [|m|p|h b|h b d|b d]; simpl; try discriminate; intro E.
  - apply Nat.eqb_eq in E. subst. now eexists.
  - apply Qeq_bool_iff, Qeq_eqR in E. rewrite E. now eexists.
  - apply andb_prop in E as [E F]. apply unary_eqb_correct in E. subst. destruct (IH _ F) as (x & -> & ->). now eexists.
  - apply andb_prop in E as [E G]. apply andb_prop in E as [E F]. apply binary_eqb_correct in E. subst. destruct (IHa _ F) as (x & -> & ->), (IHc _ G) as (y & -> & ->). now eexists.
  - apply andb_prop in E as [E F]. destruct (IHa _ E) as (x & -> & ->), (IHc _ F) as (y & -> & ->). now eexists.
Qed.
Lemma named_correct t : named t = true -> exists x, meaning t = Some x.
Proof.
  induction t as [|n|q|g a IH|g a IHa c IHc|a IHa c IHc]; simpl; try discriminate; intro E; try now eexists.
  - destruct (IH E) as [x ->]. now eexists.
  - apply andb_prop in E as [E F]. destruct (IHa E) as [x ->], (IHc F) as [y ->]. now eexists.
  - apply andb_prop in E as [E F]. destruct (IHa E) as [x ->], (IHc F) as [y ->]. now eexists.
Qed.
Lemma member_of_correct t m : member_of t m = true -> exists x, meaning t = Some x /\ forall y, meaning m = Some y -> x <= y.
Proof.
  assert (self : forall m, term_eqb t m = true -> exists x, meaning t = Some x /\ forall y, meaning m = Some y -> x <= y).
  { intros b E. destruct (term_eqb_correct _ _ E) as (x & -> & ->). exists x. split; [reflexivity|]. intros y F. injection F as <-. lra. }
  induction m as [|n|q|g a _|g a _ c _|a IHa c IHc]; cbn [member_of]; intro E; apply orb_prop in E as [E|E]; try discriminate; try (now apply self).
  apply orb_prop in E as [E|E]; [destruct (IHa E) as (x & here & le)|destruct (IHc E) as (x & here & le)]; exists x; (split; [exact here|]); cbn [meaning]; intros y F;
    destruct (meaning a) as [p|]; try discriminate; destruct (meaning c) as [r|]; try discriminate; injection F as <-; specialize (le _ eq_refl);
    [pose proof (Rmax_l p r)|pose proof (Rmax_r p r)]; lra.
Qed.
Lemma not_positive_correct a t r s : not_positive a t = true -> names a r -> names t s -> r + s <= 0.
Proof.
  destruct t as [| | |[] m| |]; try discriminate. simpl. intro E. apply andb_prop in E as [nm E]. destruct (named_correct _ nm) as [y is_y]. destruct (member_of_correct _ _ E) as (x & is_x & le).
  unfold names. simpl. rewrite is_x, is_y. simpl. intros -> <-. specialize (le _ is_y). lra.
Qed.
Lemma covered_correct m l : covered m l = true -> forall y, meaning m = Some y -> exists a, In a l /\ meaning a = Some y.
Proof.
  assert (self : forall m, existsb (term_eqb m) l = true -> forall y, meaning m = Some y -> exists a, In a l /\ meaning a = Some y).
  { intros b E y is_y. apply existsb_exists in E as (a & ina & E). destruct (term_eqb_correct _ _ E) as (x & bx & ax). exists a. split; [exact ina|congruence]. }
  induction m as [|n|q|g a _|g a _ c _|a IHa c IHc]; cbn [covered]; intro E; apply orb_prop in E as [E|E]; try discriminate; try (now apply self).
  apply andb_prop in E as [E F]. cbn [meaning]. intros y. destruct (meaning a) as [p|] eqn:ap; try discriminate. destruct (meaning c) as [r|] eqn:cr; try discriminate. intro G. injection G as <-.
  unfold Rmax. destruct (Rle_dec p r); [now apply IHc|now apply IHa].
Qed.
Lemma one_is_one_correct l rs : Forall2 (fun p r => encloses (fst p) r /\ names (snd p) r) l rs -> one_is_one l = true -> 1 <= add_up rs.
Proof.
  unfold one_is_one. destruct (first_shift _) as [m|]; [|discriminate]. intros all E. apply andb_prop in E as [E cov]. apply andb_prop in E as [nm pos].
  destruct (named_correct _ nm) as [y is_y]. destruct (covered_correct _ _ cov _ is_y) as (a & ina & is_a). clear cov nm.
  apply in_flat_map in ina as (t & int & ina). unfold shifted_by in ina. destruct (shifted t) as [[a' m']|] eqn:sh; [|destruct ina].
  destruct (term_eqb m m') eqn:same; [|destruct ina]. destruct ina as [->|[]]. destruct (term_eqb_correct _ _ same) as (y' & is_y' & is_m'). assert (y' = y) by congruence. subst y'.
  assert (is_t : meaning t = Some 1).
  { unfold shifted in sh. destruct t as [| | |[] t| |]; try discriminate. destruct t as [| | | |[] b t|]; try discriminate. destruct t as [| | |[] t| |]; try discriminate. injection sh as -> ->.
    simpl. rewrite is_a, is_m'. simpl. f_equal. replace (y + - y) with 0 by ring. apply exp_0. }
  clear -all pos int is_t. apply in_map_iff in int as (p & <- & inp). revert inp pos. induction all as [|p' r l rs [enc nm] all IH]; simpl; [easy|]. intros inp pos. apply andb_prop in pos as [here pos].
  assert (ge0 : 0 <= r) by exact (LB_ge0 _ _ (proj1 enc) here).
  destruct inp as [->|inp].
  - unfold names in nm. rewrite is_t in nm. assert (0 <= add_up rs); [|lra]. clear -all pos. induction all as [|p' r l rs [enc nm] all IH]; simpl in *; [lra|]. apply andb_prop in pos as [here pos].
    specialize (IH pos). pose proof (LB_ge0 _ _ (proj1 enc) here). lra.
  - specialize (IH inp pos). lra.
Qed.
End Terms.

(** ** Constants and intervals *)

Lemma rational_pow_correct n : Q2R (rational_pow 2 n) = bpow radix2 n.
Proof.
  destruct n as [|p|p]; [unfold Q2R; simpl; lra|unfold rational_pow; rewrite Q2R_inject; reflexivity|].
  unfold rational_pow, Q2R. cbn [Qnum Qden]. rewrite Pos2Z.inj_pow. unfold bpow. rewrite Rmult_1_l. reflexivity.
Qed.
Lemma size_encloses i r : encloses i r -> encloses (size i) (Rabs r).
Proof. intro e. split; [apply LB0, Rabs_pos|exact (magnitude_sound _ _ e)]. Qed.
Lemma symmetric_encloses e w z : encloses e w -> Rabs z <= w -> encloses (symmetric e) z.
Proof.
  intros ee le. apply Rabs_le_inv in le. split; [|exact (UB_le _ _ _ (proj2 ee) (proj2 le))].
  exact (LB_le _ _ _ (proj1 (rel_opp _ interval_rel _ _ ee)) (proj1 le)).
Qed.
Lemma interval_max_encloses i j r s : encloses i r -> encloses j s -> encloses (interval_max i j) (Rmax r s).
Proof.
  intros ei ej. replace (Rmax r s) with (choose false r s s r); [exact (rel_choose _ interval_rel false _ _ _ _ _ _ _ _ ei ej ej ei)|].
  simpl. unfold Rmax. now destruct (Rle_dec r s).
Qed.
Lemma interval_min_encloses i j r s : encloses i r -> encloses j s -> encloses (interval_min i j) (Rmin r s).
Proof.
  intros ei ej. replace (Rmin r s) with (choose false r s r s); [exact (rel_choose _ interval_rel false _ _ _ _ _ _ _ _ ei ej ei ej)|].
  simpl. unfold Rmin. now destruct (Rle_dec r s).
Qed.
Lemma absolute_encloses i r : encloses i r -> encloses (relu (interval_max i (opp i))) (Rabs r).
Proof.
  intro e. replace (Rabs r) with (Rmax 0 (Rmax r (- r))); [apply (rel_relu _ interval_rel), interval_max_encloses; [exact e|exact (rel_opp _ interval_rel _ _ e)]|].
  unfold Rmax, Rabs. destruct (Rle_dec r (- r)), (Rcase_abs r); try lra; destruct (Rle_dec 0 _); lra.
Qed.
Lemma at_most_zero_encloses i r : encloses i r -> r <= 0 -> encloses (at_most_zero i) r.
Proof. intros e le. unfold at_most_zero. destruct (_ <=? _)%float; [exact e|]. split; [exact (proj1 e)|now apply UB0]. Qed.
Lemma at_least_one_encloses i r : encloses i r -> 1 <= r -> encloses (at_least_one i) r.
Proof. intros e le. unfold at_least_one. destruct (_ <=? _)%float; [exact e|]. split; [|exact (proj2 e)]. apply LB_fin; [reflexivity|]. cbn [fst]. rewrite toR1. exact le. Qed.
Lemma total_interval_encloses l rs : Forall2 encloses l rs -> encloses (total_interval l) (add_up rs).
Proof. induction 1; simpl; [exact zero_encloses|now apply interval_add_sound]. Qed.
Lemma hull_between i j r s z : encloses i r -> encloses j s -> Rmin r s <= z <= Rmax r s -> encloses (hull i j) z.
Proof.
  intros ei ej [lo hi]. destruct (hull_sound _ _ _ _ ei ej) as [hr hs].
  split; [apply (LB_le _ (Rmin r s))|apply (UB_le _ (Rmax r s))]; try assumption; [unfold Rmin|unfold Rmax]; destruct (Rle_dec r s); apply hr || apply hs.
Qed.

(** ** What bounds describe *)

Section Describes.
Variables (f : format) (ulps : Q) (env : nat -> R).
Hypothesis ulps_ge1 : 1 <= Q2R ulps.
Notation A := (arithmetic_of f ulps).
Notation u := (roundoff f).
Notation places := (Q2R ulps).

(** a real number, with the condition under which it is one, and the floating-point numbers that may be computed for it *)
Local Notation pair := (guarded * results f)%type.
Definition pair_scalar : scalar pair :=
  let G := real_scalar in let S := results_scalar f in {|
  Tensor.zero := (Tensor.zero, Tensor.zero);
  literal d := (literal d, literal d);
  number_of q := (number_of q, number_of q);
  add p q := (add (fst p) (fst q), add (snd p) (snd q));
  opp p := (opp (fst p), opp (snd p));
  mul p q := (mul (fst p) (fst q), mul (snd p) (snd q));
  div p q := (div (fst p) (fst q), div (snd p) (snd q));
  root p := (root (fst p), root (snd p));
  relu p := (relu (fst p), relu (snd p));
  choose strict a b x y := (choose strict (fst a) (fst b) (fst x) (fst y), choose strict (snd a) (snd b) (snd x) (snd y)) |}.
Definition pair_elementary : elementary pair :=
  let G := real_elementary in let S := results_elementary f ulps in {|
  exponential p := (exponential (fst p), exponential (snd p));
  logarithm p := (logarithm (fst p), logarithm (snd p));
  step p := (step (fst p), step (snd p));
  error_function p := (error_function (fst p), error_function (snd p)) |}.
Definition pair_machine : machine pair :=
  let G := real_machine in let S := results_machine f in {|
  larger p q := (larger (fst p) (fst q), larger (snd p) (snd q));
  smaller p q := (smaller (fst p) (fst q), smaller (snd p) (snd q));
  absolute_value p := (absolute_value (fst p), absolute_value (snd p));
  total_of l := (total_of (map fst l), total_of (map snd l)) |}.

Definition describes (b : bound) (p : pair) : Prop :=
  match b with
  | Near v d t => guard (fst p) /\ encloses v (number (fst p)) /\ names env t (number (fst p)) /\
      forall y, snd p y -> is_finite y = true /\ encloses d (B2R y - number (fst p))
  | Infinite => forall y, snd p y -> is_finite y = false
  | Unsure _ => True
  end.

Lemma unit_encloses' : encloses (unit_of A) u.
Proof.
  simpl. replace u with (Q2R (rational_pow 2 (- precision f))); [exact (rel_number _ interval_rel _)|]. rewrite rational_pow_correct. unfold roundoff.
  replace (/ 2) with (bpow radix2 (-1)) by reflexivity. rewrite <- bpow_plus. f_equal. lia.
Qed.
Lemma least_encloses : encloses (least A) (tiny f).
Proof.
  simpl. replace (tiny f) with (Q2R (rational_pow 2 (2 - greatest_exponent f - precision f))); [exact (rel_number _ interval_rel _)|]. rewrite rational_pow_correct. unfold tiny.
  replace (/ 2) with (bpow radix2 (-1)) by reflexivity. rewrite <- bpow_plus. f_equal. lia.
Qed.
Lemma limit_encloses : encloses (limit A) (safe f).
Proof. simpl. unfold safe. rewrite <- rational_pow_correct. exact (rel_number _ interval_rel _). Qed.
Lemma beyond_encloses : encloses (beyond A) (too_large f).
Proof. simpl. destruct f; simpl; rewrite <- Q2R_inject; exact (rel_number _ interval_rel _). Qed.
Lemma accuracy_encloses : encloses (accuracy A) places.
Proof. exact (rel_number _ interval_rel ulps). Qed.

Lemma fits_correct t r : encloses t r -> fits A t = true -> Rabs r <= safe f.
Proof. intros et. exact (certainly_at_most_correct _ _ _ _ (size_encloses _ _ et) limit_encloses). Qed.
Lemma rounding_encloses t r z : encloses t r -> Rabs z <= u * Rabs r + tiny f -> encloses (rounding A t) z.
Proof.
  intros et le. apply (symmetric_encloses _ (u * Rabs r + tiny f)); [|exact le].
  apply (rel_add _ interval_rel); [apply mul_encloses; [exact unit_encloses'|now apply size_encloses]|exact least_encloses].
Qed.
Lemma two_encloses : encloses (number_of 2) 2.
Proof. rewrite <- Q2R_2. exact (rel_number _ interval_rel 2%Q). Qed.
Lemma slack_encloses t r : encloses t r -> encloses (slack A t) (places * (2 * u * Rabs r + 2 * tiny f)).
Proof.
  intro et. apply mul_encloses; [exact accuracy_encloses|]. rewrite Rmult_assoc. apply (rel_add _ interval_rel); apply mul_encloses; try exact two_encloses; [|exact least_encloses].
  apply mul_encloses; [exact unit_encloses'|now apply size_encloses].
Qed.

Lemma rounded_describes real t off name (g : guarded) (s : results f) :
  guard g -> encloses real (number g) -> names env name (number g) ->
  (forall y, s y -> exists c, encloses t c /\ encloses off (c - number g) /\ (Rabs c <= safe f -> is_finite y = true /\ Rabs (B2R y - c) <= u * Rabs c + tiny f)) ->
  describes (rounded A real t off name) (g, s).
Proof.
  intros gd er nm of_s. unfold rounded. destruct (fits A t) eqn:fit; [|exact I]. split; [exact gd|split; [exact er|split; [now apply names_kept|]]].
  intros y sy. destruct (of_s y sy) as (c & et & eo & close). destruct (close (fits_correct _ _ et fit)) as [fin le]. split; [exact fin|]. cbn [fst].
  replace (B2R y - number g) with ((c - number g) + (B2R y - c)) by ring. apply (rel_add _ interval_rel); [exact eo|exact (rounding_encloses _ _ _ et le)].
Qed.
Lemma approximated_describes real t off name (g : guarded) (s : results f) :
  guard g -> encloses real (number g) -> names env name (number g) ->
  (forall y, s y -> exists c, encloses t c /\ encloses off (c - number g) /\ close_to f ulps c y) ->
  describes (approximated A real t off name) (g, s).
Proof.
  intros gd er nm of_s. unfold approximated. destruct (fits A _) eqn:fit; [|exact I]. split; [exact gd|split; [exact er|split; [now apply names_kept|]]].
  intros y sy. destruct (of_s y sy) as (c & et & eo & close). pose proof (slack_encloses _ _ et) as es.
  pose proof (fits_correct _ _ (rel_add _ interval_rel _ _ _ _ (size_encloses _ _ et) es) fit) as small. cbn [Tensor.add R_scalar] in small.
  destruct (close_to_bound f ulps ulps_ge1 c y) as [fin le]; [|exact close|].
  { eapply Rle_trans; [|exact small]. apply Rle_abs. }
  split; [exact fin|]. cbn [fst].
  replace (B2R y - number g) with ((c - number g) + (B2R y - c)) by ring. apply (rel_add _ interval_rel); [exact eo|exact (symmetric_encloses _ _ _ es le)].
Qed.

Lemma nearest_error t : Rabs (nearest f t - t) <= u * Rabs t + tiny f.
Proof. apply round_error_bound. Qed.

(** The number computed is the real one plus what it is off by. *)
Lemma computed_encloses v d r c : encloses v r -> encloses d (c - r) -> encloses (add v d) c.
Proof. intros ev ed. replace c with (r + (c - r)) by ring. exact (rel_add _ interval_rel _ _ _ _ ev ed). Qed.

Lemma float_of_correct q x : float_of f q = Some x -> is_finite x = true /\ B2R x = Q2R q.
Proof.
  unfold float_of. set (y := binary_normalize _ _ _ _ _ _ _ _). destruct (is_finite y && _)%bool eqn:E; [|discriminate]. intro F. injection F as <-.
  apply andb_prop in E as [fin E]. split; [exact fin|]. apply Qeq_bool_iff, Qeq_eqR in E. rewrite <- E. clear E.
  destruct y as [s|s| |s m e ok]; try discriminate; simpl; [now rewrite Q2R_0|]. rewrite Q2R_mult, rational_pow_correct, Q2R_inject. unfold F2R. now destruct s.
Qed.
Lemma number_describes q : describes (bound_number A q) (sure (Q2R q), rounds_to f (Q2R q)).
Proof.
  assert (eq : encloses (number_of q) (Q2R q)) by exact (rel_number _ interval_rel q).
  assert (enc0 : encloses zero_interval (Q2R q - Q2R q)) by (replace (Q2R q - Q2R q) with 0 by ring; exact zero_encloses).
  unfold bound_number. destruct (float_of (target A) q) as [x|] eqn:E.
  - destruct (float_of_correct _ _ E) as [fin is_x]. split; [exact I|split; [exact eq|split; [reflexivity|]]]. cbn [snd fst number sure].
    assert (exact_q : nearest f (Q2R q) = Q2R q).
    { unfold nearest. apply round_generic; [apply valid_rnd_N|]. rewrite <- is_x. apply (generic_format_B2R (precision f) (greatest_exponent f) x). }
    intros y. unfold rounds_to. rewrite exact_q.
    assert (small : Rlt_bool (Rabs (Q2R q)) (overflow f) = true) by (apply Rlt_bool_true; rewrite <- is_x; apply abs_B2R_lt_emax). rewrite small.
    intros [fy ->]. split; [exact fy|exact enc0].
  - apply rounded_describes; [exact I|exact eq|reflexivity|]. intros y is_y. exists (Q2R q). split; [exact eq|split; [exact enc0|]]. intro le. exact (rounds_to_bound f _ _ le is_y).
Qed.

Lemma add_describes a b p q : describes a p -> describes b q -> describes (bound_add A a b) (Tensor.add (scalar := pair_scalar) p q).
Proof.
  assert (left_infinite : forall x y : floating f, is_finite x = false -> is_finite (Bplus mode_NE x y) = false) by (intros [| | |] [| | |]; simpl; intro; try discriminate; try reflexivity; now destruct s, s0).
  assert (right_infinite : forall x y : floating f, is_finite y = false -> is_finite (Bplus mode_NE x y) = false) by (intros [| | |] [| | |]; simpl; intro; try discriminate; try reflexivity; now destruct s, s0).
  destruct a as [v d t| |r], b as [v' d' t'| |r']; simpl; intros da db; try exact I;
    try (intros y (x & x' & sx & sx' & ->); now apply left_infinite, da); try (intros y (x & x' & sx & sx' & ->); now apply right_infinite, db).
  destruct da as (g & ev & nm & of_p), db as (g' & ev' & nm' & of_q).
  apply rounded_describes; cbn [fst snd]; [split; assumption| |exact (names2 env Add _ _ _ _ nm nm')|].
  - assert (sum : encloses (interval_add v v') (number (fst p) + number (fst q))) by now apply interval_add_sound.
    assert (capped : encloses (if not_positive t t' || not_positive t' t then at_most_zero (interval_add v v') else interval_add v v') (number (fst p) + number (fst q))).
    { destruct (not_positive t t') eqn:E; [apply at_most_zero_encloses; [exact sum|exact (not_positive_correct env _ _ _ _ E nm nm')]|].
      destruct (not_positive t' t) eqn:F; [apply at_most_zero_encloses; [exact sum|rewrite Rplus_comm; exact (not_positive_correct env _ _ _ _ F nm' nm)]|exact sum]. }
    destruct (one_is_one _) eqn:E; [|exact capped]. apply at_least_one_encloses; [exact capped|].
    assert (one := one_is_one_correct env [(v, t); (v', t')] [number (fst p); number (fst q)]). simpl in one. rewrite Rplus_0_r in one. apply one; [|exact E]. constructor; [split; assumption|constructor; [split; assumption|constructor]].
  - intros y (x & x' & sx & sx' & ->). destruct (of_p x sx) as [fx ex], (of_q x' sx') as [fx' ex']. exists (B2R x + B2R x').
    split; [exact (interval_add_sound _ _ _ _ (computed_encloses _ _ _ _ ev ex) (computed_encloses _ _ _ _ ev' ex'))|split].
    + simpl. replace (B2R x + B2R x' - (number (fst p) + number (fst q))) with ((B2R x - number (fst p)) + (B2R x' - number (fst q))) by ring. now apply interval_add_sound.
    + intro le. destruct (add_bound f x x' fx fx' le) as [fin ->]. split; [exact fin|apply nearest_error].
Qed.
Lemma opp_describes a p : describes a p -> describes (bound_opp a) (Tensor.opp (scalar := pair_scalar) p).
Proof.
  destruct a as [v d t| |r]; simpl; intro da; try exact I.
  - destruct da as (g & ev & nm & of_p). split; [exact g|split; [exact (rel_opp _ interval_rel _ _ ev)|split; [apply names_kept; exact (names1 env Opp _ _ nm)|]]].
    intros y (x & sx & ->). destruct (of_p x sx) as [fx ex]. split; [now destruct x|]. rewrite B2R_Bopp. replace (- B2R x - - number (fst p)) with (- (B2R x - number (fst p))) by ring.
    exact (rel_opp _ interval_rel _ _ ex).
  - intros y (x & sx & ->). specialize (da x sx). now destruct x.
Qed.
Lemma mul_describes a b p q : describes a p -> describes b q -> describes (bound_mul A a b) (Tensor.mul (scalar := pair_scalar) p q).
Proof.
  assert (left_infinite : forall x y : floating f, is_finite x = false -> is_finite (Bmult mode_NE x y) = false) by (intros [| | |] [| | |]; simpl; intro; try discriminate; reflexivity).
  assert (right_infinite : forall x y : floating f, is_finite y = false -> is_finite (Bmult mode_NE x y) = false) by (intros [| | |] [| | |]; simpl; intro; try discriminate; reflexivity).
  destruct a as [v d t| |r], b as [v' d' t'| |r']; simpl; intros da db; try exact I;
    try (intros y (x & x' & sx & sx' & ->); now apply left_infinite, da); try (intros y (x & x' & sx & sx' & ->); now apply right_infinite, db).
  destruct da as (g & ev & nm & of_p), db as (g' & ev' & nm' & of_q).
  assert (product : encloses (interval_mul v v') (number (fst p) * number (fst q))) by now apply interval_mul_sound.
  apply rounded_describes; cbn [fst snd]; [split; assumption| |exact (names2 env Mul _ _ _ _ nm nm')|].
  { simpl. destruct (term_eqb t t') eqn:E; [|exact product]. destruct (term_eqb_correct env _ _ E) as (z & is_z & is_z'). unfold names in nm, nm'. rewrite is_z in nm. rewrite is_z' in nm'.
    rewrite <- nm, <- nm' in *. replace (z * z) with (Rmax 0 (z * z)) by (apply Rmax_right; exact (Rle_0_sqr z)). exact (rel_relu _ interval_rel _ _ product). }
  intros y (x & x' & sx & sx' & ->). destruct (of_p x sx) as [fx ex], (of_q x' sx') as [fx' ex']. exists (B2R x * B2R x').
  split; [exact (interval_mul_sound _ _ _ _ (computed_encloses _ _ _ _ ev ex) (computed_encloses _ _ _ _ ev' ex'))|split].
  - simpl. set (r := number (fst p)) in *. set (s := number (fst q)) in *.
    replace (B2R x * B2R x' - r * s) with ((B2R x - r) * s + r * (B2R x' - s) + (B2R x - r) * (B2R x' - s)) by ring.
    repeat apply interval_add_sound; now apply interval_mul_sound.
  - intro le. destruct (mul_bound f x x' fx fx' le) as [fin ->]. split; [exact fin|apply nearest_error].
Qed.
Lemma div_describes a b p q : describes a p -> describes b q -> describes (bound_div A a b) (Tensor.div (scalar := pair_scalar) p q).
Proof.
  assert (left_infinite : forall x y : floating f, is_finite x = false -> is_finite (Bdiv mode_NE x y) = false) by (intros [| | |] [| | |]; simpl; intro; try discriminate; reflexivity).
  destruct a as [v d t| |r], b as [v' d' t'| |r']; simpl; intros da db; try exact I; try (intros y (x & x' & sx & sx' & ->); now apply left_infinite, da).
  destruct da as (g & ev & nm & of_p), db as (g' & ev' & nm' & of_q). destruct (_ && _)%bool eqn:E; [|exact I]. apply andb_prop in E as [nz nz'].
  apply (certainly_nonzero_correct _ _ ev') in nz.
  assert (quotient : encloses (div v v') (number (fst p) / number (fst q))) by exact (rel_div _ interval_rel _ _ _ _ ev ev').
  apply rounded_describes; cbn [fst snd]; [split; [assumption|split; assumption]|exact quotient|exact (names2 env Div _ _ _ _ nm nm')|].
  intros y (x & x' & sx & sx' & ->). destruct (of_p x sx) as [fx ex], (of_q x' sx') as [fx' ex'].
  pose proof (computed_encloses _ _ _ _ ev ex) as cx. pose proof (computed_encloses _ _ _ _ ev' ex') as cx'. apply (certainly_nonzero_correct _ _ cx') in nz'. exists (B2R x / B2R x').
  split; [exact (rel_div _ interval_rel _ _ _ _ cx cx')|split].
  - simpl. set (r := number (fst p)) in *. set (s := number (fst q)) in *.
    replace (B2R x / B2R x' - r / s) with (((B2R x - r) - (r / s) * (B2R x' - s)) / B2R x') by (field; split; assumption).
    apply (rel_div _ interval_rel _ _ _ _ (minus_encloses _ _ _ _ ex (mul_encloses _ _ _ _ quotient ex')) cx').
  - intro le. destruct (div_bound f x x' fx fx' nz' le) as [fin ->]. split; [exact fin|apply nearest_error].
Qed.
Lemma root_describes a p : describes a p -> describes (bound_root A a) (Tensor.root (scalar := pair_scalar) p).
Proof.
  destruct a as [v d t| |r]; simpl; intro da; try exact I.
  2: { intros y (x & sx & ->). specialize (da x sx). destruct x as [|[]| |]; try discriminate; reflexivity. }
  destruct da as (g & ev & nm & of_p). destruct (_ && _)%bool eqn:E; [|exact I]. apply andb_prop in E as [pos pos']. apply (certainly_less_correct _ _ _ _ zero_encloses ev) in pos.
  apply rounded_describes; cbn [fst snd]; [split; [assumption|lra]|exact (rel_root _ interval_rel _ _ ev)|exact (names1 env Root _ _ nm)|].
  intros y (x & sx & ->). destruct (of_p x sx) as [fx ex]. pose proof (computed_encloses _ _ _ _ ev ex) as cx. apply (certainly_less_correct _ _ _ _ zero_encloses cx) in pos'.
  exists (sqrt (B2R x)). split; [exact (rel_root _ interval_rel _ _ cx)|split].
  - simpl. set (r := number (fst p)) in *. pose proof (sqrt_lt_R0 _ pos) as sr. pose proof (sqrt_lt_R0 _ pos') as sx'.
    replace (sqrt (B2R x) - sqrt r) with ((B2R x - r) / (sqrt (B2R x) + sqrt r)).
    + apply (rel_div _ interval_rel _ _ _ _ ex). apply (rel_add _ interval_rel); [exact (rel_root _ interval_rel _ _ cx)|exact (rel_root _ interval_rel _ _ ev)].
    + rewrite <- (sqrt_sqrt (B2R x)) at 1 by lra. rewrite <- (sqrt_sqrt r) at 1 by lra. field. lra.
  - intros _. destruct (root_bound f x fx pos') as [fin ->]. split; [exact fin|apply nearest_error].
Qed.
Lemma relu_describes a p : describes a p -> describes (bound_relu a) (Tensor.relu (scalar := pair_scalar) p).
Proof.
  destruct a as [v d t| |r]; simpl; intro da; try exact I. destruct da as (g & ev & nm & of_p).
  split; [split; [exact g|exact I]|split; [exact (rel_relu _ interval_rel _ _ ev)|split; [apply names_kept; exact (names1 env Relu _ _ nm)|]]].
  intros y (x & sx & is_y). destruct (of_p x sx) as [fx ex]. destruct (is_y fx) as [fy ->]. split; [exact fy|]. simpl. set (r := number (fst p)) in *.
  apply (hull_between _ _ _ _ _ ex zero_encloses). unfold Rmax, Rmin. destruct (Rle_dec 0 (B2R x)), (Rle_dec 0 r), (Rle_dec (B2R x - r) 0); lra.
Qed.
Lemma exp_describes a p : describes a p -> describes (bound_exp A a) (exponential (elementary := pair_elementary) p).
Proof.
  destruct a as [v d t| |r]; cbn [describes bound_exp bound_log exponential logarithm pair_elementary real_elementary guarded_elementary results_elementary one_guard fst snd]; intro da; try exact I. destruct da as (g & ev & nm & of_p). destruct (_ && _)%bool eqn:E.
  - apply andb_prop in E as [acc large]. intros y (x & sx & is_y). destruct (of_p x sx) as [fx ex]. pose proof (computed_encloses _ _ _ _ ev ex) as cx.
    apply (certainly_at_most_correct _ _ _ _ beyond_encloses cx), exponential_overflow in large. apply Qle_bool_R in acc.
    assert (k1024 : Q2R 1024 = 1024) by (unfold Q2R; simpl; field). rewrite k1024 in acc. pose proof (roundoff_ge0 f) as u0. pose proof (tiny_ge0 f) as t0. pose proof (roundoff_small f). pose proof (tiny_small f).
    assert (few : 2 * u * places <= / 8) by (apply Rle_trans with (2 * / 16777216 * 1024); [apply Rmult_le_compat; lra|lra]).
    assert (few' : 2 * tiny f * places <= / 8) by (apply Rle_trans with (2 * u * places); [apply Rmult_le_compat_r; lra|exact few]).
    apply (close_to_overflow f ulps ulps_ge1 (exp (B2R x)) y large few few'). destruct x; try discriminate; exact is_y.
  - assert (er : encloses (relu (exponential_interval v)) (exp (number (fst p)))).
    { replace (exp (number (fst p))) with (Rmax 0 (exp (number (fst p)))) by (apply Rmax_right; left; apply exp_pos). exact (rel_relu _ interval_rel _ _ (exponential_interval_correct _ _ ev)). }
    apply approximated_describes; cbn [fst snd]; [exact g|exact er|exact (names1 env Exp _ _ nm)|].
    intros y (x & sx & is_y). destruct (of_p x sx) as [fx ex]. pose proof (computed_encloses _ _ _ _ ev ex) as cx. exists (exp (B2R x)).
    split; [now apply exponential_interval_correct|split; [|destruct x; try discriminate; exact is_y]]. cbn [number]. set (r := number (fst p)) in *.
    destruct (MVT_gen exp r (B2R x) exp) as (c & between & mean); [intros; apply is_derive_exp|intros; apply derivable_continuous_pt, derivable_pt_exp|].
    rewrite mean. replace (exp c * (B2R x - r)) with (exp r * ((B2R x - r) * exp (c - r))).
    + apply mul_encloses; [exact er|]. apply mul_encloses; [exact ex|]. apply exponential_interval_correct, (hull_between _ _ _ _ _ ex zero_encloses).
      unfold Rmin, Rmax in *. destruct (Rle_dec r (B2R x)), (Rle_dec (B2R x - r) 0); lra.
    + replace (exp c) with (exp r * exp (c - r)); [ring|]. rewrite <- exp_plus. f_equal. ring.
Qed.
Lemma log_describes a p : describes a p -> describes (bound_log A a) (logarithm (elementary := pair_elementary) p).
Proof.
  destruct a as [v d t| |r]; cbn [describes bound_exp bound_log exponential logarithm pair_elementary real_elementary guarded_elementary results_elementary one_guard fst snd]; intro da; try exact I.
  2: { intros y (x & sx & is_y). specialize (da x sx). destruct x as [|[]| |]; try discriminate; simpl in is_y; now subst. }
  destruct da as (g & ev & nm & of_p). destruct (_ && _)%bool eqn:E; [|exact I]. apply andb_prop in E as [pos pos']. apply (certainly_less_correct _ _ _ _ zero_encloses ev) in pos.
  apply approximated_describes; cbn [fst snd]; [split; assumption|now apply logarithm_interval_correct|exact (names1 env Log _ _ nm)|].
  intros y (x & sx & is_y). destruct (of_p x sx) as [fx ex]. pose proof (computed_encloses _ _ _ _ ev ex) as cx. apply (certainly_less_correct _ _ _ _ zero_encloses cx) in pos'.
  exists (ln (B2R x)). split; [now apply logarithm_interval_correct|split].
  - cbn [number]. set (r := number (fst p)) in *.
    assert (above : forall a b, 0 < a -> 0 < b -> ln a - ln b <= (a - b) / b).
    { intros a b a0 b0. replace (ln a - ln b) with (ln (a / b)) by (unfold Rdiv; rewrite ln_mult, ln_Rinv by (try apply Rinv_0_lt_compat; assumption); ring). pose proof (exp_ineq1_le (ln (a / b))) as le. rewrite exp_ln in le by now apply Rdiv_lt_0_compat.
      replace ((a - b) / b) with (a / b - 1) by (field; lra). lra. }
    split; cbn [fst snd].
    + apply (LB_le _ _ _ (proj1 (rel_div _ interval_rel _ _ _ _ ex cx))). change ((B2R x - r) / B2R x <= ln (B2R x) - ln r). pose proof (above r (B2R x) pos pos') as le.
      replace ((r - B2R x) / B2R x) with (- ((B2R x - r) / B2R x)) in le by (field; lra). lra.
    + exact (UB_le _ _ _ (proj2 (rel_div _ interval_rel _ _ _ _ ex ev)) (above _ _ pos' pos)).
  - destruct x as [s|s| |s m e ok]; try discriminate; [simpl in pos'; lra|]. destruct s; [|exact is_y]. exfalso.
    pose proof (F2R_le_0 radix2 (Float radix2 (Zneg m) e)) as neg. simpl in *. specialize (neg ltac:(lia)). lra.
Qed.

Lemma maximum_number a b : number (@maximum guarded real_scalar a b) = Rmax (number a) (number b).
Proof. simpl. unfold Rmax. destruct (Rle_dec 0 _), (Rle_dec (number a) (number b)); lra. Qed.
Lemma minimum_number a b : number (@minimum guarded real_scalar a b) = Rmin (number a) (number b).
Proof. simpl. unfold Rmax, Rmin. destruct (Rle_dec 0 _), (Rle_dec (number a) (number b)); lra. Qed.
Lemma absolute_number a : number (@absolute guarded real_scalar a) = Rabs (number a).
Proof. simpl. unfold Rmax, Rabs. destruct (Rle_dec 0 (number a)), (Rle_dec 0 (- number a)), (Rcase_abs (number a)); lra. Qed.

Lemma larger_describes a b p q : describes a p -> describes b q -> describes (bound_of_two interval_max Greatest a b) (larger (machine := pair_machine) p q).
Proof.
  destruct a as [v d t| |r], b as [v' d' t'| |r']; cbn [describes bound_of_two]; intros da db; try exact I. destruct da as (g & ev & nm & of_p), db as (g' & ev' & nm' & of_q).
  cbn [larger pair_machine real_machine results_machine fst snd]. rewrite maximum_number.
  split; [simpl; tauto|split; [now apply interval_max_encloses|split; [now apply names_kept, names_greatest|]]].
  intros y (x & x' & sx & sx' & is_y). destruct (of_p x sx) as [fx ex], (of_q x' sx') as [fx' ex']. destruct (is_y fx fx') as [fy ->]. split; [exact fy|].
  apply (hull_between _ _ _ _ _ ex ex'). generalize (B2R x) (B2R x') (number (fst p)) (number (fst q)). intros a b c e. unfold Rmax, Rmin.
  destruct (Rle_dec a b), (Rle_dec c e), (Rle_dec (a - c) (b - e)); lra.
Qed.
Lemma smaller_describes a b p q : describes a p -> describes b q -> describes (bound_of_two interval_min (fun _ _ => Unnamed) a b) (smaller (machine := pair_machine) p q).
Proof.
  destruct a as [v d t| |r], b as [v' d' t'| |r']; cbn [describes bound_of_two]; intros da db; try exact I. destruct da as (g & ev & nm & of_p), db as (g' & ev' & nm' & of_q).
  cbn [smaller pair_machine real_machine results_machine fst snd]. rewrite minimum_number.
  split; [simpl; tauto|split; [now apply interval_min_encloses|split; [exact I|]]].
  intros y (x & x' & sx & sx' & is_y). destruct (of_p x sx) as [fx ex], (of_q x' sx') as [fx' ex']. destruct (is_y fx fx') as [fy ->]. split; [exact fy|].
  apply (hull_between _ _ _ _ _ ex ex'). generalize (B2R x) (B2R x') (number (fst p)) (number (fst q)). intros a b c e. unfold Rmax, Rmin.
  destruct (Rle_dec a b), (Rle_dec c e), (Rle_dec (a - c) (b - e)); lra.
Qed.
Lemma absolute_describes a p : describes a p -> describes (bound_abs a) (absolute_value (machine := pair_machine) p).
Proof.
  destruct a as [v d t| |r]; cbn [describes bound_abs]; intro da; try exact I. destruct da as (g & ev & nm & of_p).
  cbn [absolute_value pair_machine real_machine results_machine fst snd]. rewrite absolute_number.
  split; [simpl; tauto|split; [now apply absolute_encloses|split; [exact I|]]].
  intros y (x & sx & is_y). destruct (of_p x sx) as [fx ex]. destruct (is_y fx) as [fy ->]. split; [exact fy|].
  apply (hull_between _ _ _ _ _ ex (rel_opp _ interval_rel _ _ ex)). cbn [Tensor.opp R_scalar]. generalize (B2R x) (number (fst p)). intros a b. unfold Rabs, Rmax, Rmin.
  destruct (Rcase_abs a), (Rcase_abs b), (Rle_dec (a - b) (- (a - b))); lra.
Qed.

Lemma parts_near l : forall ps k, map_all part_of l = Some ps -> Forall2 describes l k ->
  Forall2 (fun (p : part) q => describes (Near (fst (fst p)) (snd (fst p)) (snd p)) q) ps k.
Proof.
  induction l as [|b l IH]; intros ps k; cbn [map_all].
  - intro E. injection E as <-. intro all. inversion all. constructor.
  - destruct b as [v d t| |r]; cbn [part_of]; try (intro E; discriminate E). destruct (map_all part_of l) as [qs|]; [|intro E; discriminate E]. intro E. injection E as <-.
    intro all. inversion all as [|? q ? k' here rest]; subst. constructor; [exact here|]. now apply IH.
Qed.
Lemma total_number (k : list pair) : number (fst (total_of (machine := pair_machine) k)) = add_up (map (fun q : pair => number (fst q)) k).
Proof.
  induction k as [|a k IH]; [reflexivity|].
  change (number (fst a) + number (fst (total_of (machine := pair_machine) k)) = number (fst a) + add_up (map (fun q : pair => number (fst q)) k)). now rewrite IH.
Qed.
Lemma total_guard (k : list pair) : Forall (fun q : pair => guard (fst q)) k -> guard (fst (total_of (machine := pair_machine) k)).
Proof. induction 1 as [|a k here rest IH]; [exact I|]. change (guard (fst a) /\ guard (fst (total_of (machine := pair_machine) k))). now split. Qed.

Lemma total_describes l k : Forall2 describes l k -> describes (bound_total A l) (total_of (machine := pair_machine) k).
Proof.
  intro all. unfold bound_total. destruct (existsb is_infinite l) eqn:inf.
  - apply existsb_exists in inf as (b & inb & is_inf). destruct b; try discriminate is_inf. cbn [describes total_of pair_machine snd results_machine]. intros y sy.
    apply (sums_infinite f _ _ sy). clear sy. induction all as [|b q l k here rest IH]; [destruct inb|]. destruct inb as [->|inb].
    + exists (snd q). split; [now left|exact here].
    + destruct (IH inb) as (s & ins & none). exists s. split; [now right|exact none].
  - clear inf. destruct (map_all part_of l) as [[|p ps]|] eqn:E; try exact I. pose proof (parts_near _ _ _ E all) as near. clear E all l.
    set (ps' := p :: ps) in *. cbv zeta. destruct (_ && _)%bool eqn:E; [|exact I]. apply andb_prop in E as [small fit].
    assert (rs : Forall2 (fun (p : part) r => encloses (fst (fst p)) r /\ names env (snd p) r) ps' (map (fun q : pair => number (fst q)) k)).
    { clear -near. induction near as [|a q l k (g & ev & nm & _) rest IH]; constructor; [now split|exact IH]. }
    assert (sum : encloses (total_interval (map (fun p : part => fst (fst p)) ps')) (add_up (map (fun q : pair => number (fst q)) k))).
    { apply total_interval_encloses. clear -rs. revert rs. generalize ps' (map (fun q : pair => number (fst q)) k). intros l m rs. induction rs as [|a b l m [ev _] rest IH]; constructor; assumption. }
    cbn [describes]. rewrite total_number. change (snd (total_of (machine := pair_machine) k)) with (sums f (map snd k)). split; [|split; [|split; [exact I|]]].
    + apply total_guard. clear -near. induction near as [|a q l k (g & _) rest IH]; constructor; assumption.
    + destruct (one_is_one _) eqn:one; [|exact sum]. apply at_least_one_encloses; [exact sum|].
      apply (one_is_one_correct env (map (fun p : part => (fst (fst p), snd p)) ps')); [|exact one]. clear -rs. revert rs. generalize ps' (map (fun q : pair => number (fst q)) k). intros l m rs. induction rs as [|a b l m here rest IH]; constructor; assumption.
    + intros y sy. destruct (sums_bound f _ _ sy) as (xs & of_k & close); [inversion near; subst; simpl; discriminate|]. cbv zeta in close.
      rewrite length_map, <- (Forall2_length near) in close. change (Nat.pred (length ps')) with (length ps) in close.
      assert (each : Forall2 (fun (p : part) (xq : floating f * pair) => is_finite (fst xq) = true /\ encloses (fst (fst p)) (number (fst (snd xq))) /\ encloses (snd (fst p)) (B2R (fst xq) - number (fst (snd xq)))) ps' (combine xs k)
        /\ length xs = length k).
      { clear -near of_k. revert xs of_k. induction near as [|a q l k (g & ev & nm & of_q) rest IH]; intros xs of_k; inversion of_k as [|? x ? xs' sx more]; subst; simpl; [split; constructor|].
        destruct (IH xs' more) as [IH1 IH2]. split; [constructor; [|exact IH1]|now rewrite IH2]. destruct (of_q x sx) as [fx ex]. cbn [fst snd]. tauto. }
      destruct each as [each len].
      assert (fin : Forall (fun x => is_finite x = true) xs).
      { clear -each len. revert xs len each. generalize ps'. induction k as [|q k IH]; intros l [|x xs] len each; try discriminate; constructor; inversion each; subst; [tauto|eapply IH; [|eassumption]; simpl in len; lia]. }
      assert (sizes : encloses (total_interval (map (fun p : part => size (add (fst (fst p)) (snd (fst p)))) ps')) (add_up (map Rabs (map B2R xs)))).
      { apply total_interval_encloses. clear -each len. revert xs len each. generalize ps'. induction k as [|q k IH]; intros l [|x xs] len each; try discriminate; inversion each as [|a ? l' ? (fx & ev & ex) rest]; subst; simpl; constructor.
        - apply size_encloses. exact (computed_encloses _ _ _ _ ev ex).
        - apply IH; [simpl in len; lia|exact rest]. }
      assert (offs : encloses (total_interval (map (fun p : part => snd (fst p)) ps')) (add_up (map B2R xs) - add_up (map (fun q : pair => number (fst q)) k))).
      { replace (add_up (map B2R xs) - add_up (map (fun q : pair => number (fst q)) k)) with (add_up (map (fun xq : floating f * pair => B2R (fst xq) - number (fst (snd xq))) (combine xs k))).
        - apply total_interval_encloses. clear -each. revert each. generalize ps' (combine xs k). intros l m each. induction each as [|a xq l m (_ & _ & ex) rest IH]; constructor; assumption.
        - clear -len. revert xs len. induction k as [|q k IH]; intros [|x xs] len; try discriminate; simpl; [ring|]. rewrite IH by (simpl in len; lia). ring. }
      set (m := INR (length ps)) in *.
      assert (count : encloses (mul (unit_of A) (number_of (inject_Z (Z.of_nat (length ps))))) (u * m)).
      { apply mul_encloses; [exact unit_encloses'|]. unfold m. rewrite INR_IZR_INZ, <- Q2R_inject. exact (rel_number _ interval_rel _). }
      set (c := mul (unit_of A) _) in *. apply (certainly_at_most_correct _ _ _ _ count unit_encloses) in small.
      assert (gamma : encloses (add c (mul c c)) (u * m + u * m * (u * m))) by (apply (rel_add _ interval_rel); [exact count|now apply mul_encloses]).
      set (x0 := u * m + u * m * (u * m)) in *. assert (grown : growth f (length ps) - 1 <= x0) by exact (growth_bound f (length ps) small).
      pose proof (fits_correct _ _ (mul_encloses _ _ _ _ (rel_add _ interval_rel _ _ _ _ unit_encloses gamma) sizes) fit) as safe_sum. cbn [Tensor.add R_scalar] in safe_sum.
      assert (S_ge0 : 0 <= add_up (map Rabs (map B2R xs))) by (generalize (map B2R xs); intro l; induction l as [|z l IH]; simpl; [lra|]; pose proof (Rabs_pos z); lra).
      assert (le1 : growth f (length ps) * add_up (map Rabs (map B2R xs)) <= (1 + x0) * add_up (map Rabs (map B2R xs))) by (apply Rmult_le_compat_r; [exact S_ge0|lra]).
      destruct (close fin) as [fy err]; [eapply Rle_trans; [exact le1|]; eapply Rle_trans; [apply Rle_abs|exact safe_sum]|]. split; [exact fy|].
      set (S := add_up (map B2R xs)) in *. set (T := add_up (map (fun q : pair => number (fst q)) k)) in *.
      replace (B2R y - T) with ((S - T) + (B2R y - S)) by ring. apply interval_add_sound; [exact offs|].
      apply (symmetric_encloses _ (x0 * add_up (map Rabs (map B2R xs)))); [now apply mul_encloses|]. eapply Rle_trans; [exact err|]. apply Rmult_le_compat_r; [exact S_ge0|lra].
Qed.

Lemma bound_scalar_rel : @scalar_rel bound pair (bound_scalar A) pair_scalar describes.
Proof.
  constructor; cbn [Tensor.zero literal number_of bound_scalar pair_scalar real_scalar guarded_scalar results_scalar].
  - rewrite <- Q2R_0. apply number_describes.
  - intro d. rewrite <- Gradients.Lowering.dyadic_Q_correct. apply number_describes.
  - exact number_describes.
  - intros a p b q da db. exact (add_describes _ _ _ _ da db).
  - exact opp_describes.
  - intros a p b q da db. exact (mul_describes _ _ _ _ da db).
  - intros a p b q da db. exact (div_describes _ _ _ _ da db).
  - exact root_describes.
  - exact relu_describes.
  - intros. exact I.
Qed.
Lemma bound_elementary_rel : @elementary_rel bound pair (bound_elementary A) pair_elementary describes.
Proof. constructor; [exact exp_describes|exact log_describes|intros; exact I|intros; exact I]. Qed.
Lemma bound_machine_rel : @machine_rel bound pair (bound_machine A) pair_machine describes.
Proof.
  constructor; [intros a p b q da db; exact (larger_describes _ _ _ _ da db)|intros a p b q da db; exact (smaller_describes _ _ _ _ da db)|exact absolute_describes|exact total_describes].
Qed.

(** the two halves of a pair *)
Definition first (p : pair) (g : guarded) : Prop := fst p = g.
Definition second (p : pair) (s : results f) : Prop := snd p = s.
Local Lemma map_first l k : Forall2 first l k -> map fst l = k.
Proof. induction 1 as [|a b l k e _ IH]; simpl; [reflexivity|]. now rewrite e, IH. Qed.
Local Lemma map_second l k : Forall2 second l k -> map snd l = k.
Proof. induction 1 as [|a b l k e _ IH]; simpl; [reflexivity|]. now rewrite e, IH. Qed.
Lemma first_scalar_rel : @scalar_rel pair guarded pair_scalar real_scalar first.
Proof. constructor; unfold first; simpl; intros; subst; reflexivity. Qed.
Lemma first_elementary_rel : @elementary_rel pair guarded pair_elementary real_elementary first.
Proof. constructor; unfold first; simpl; intros; subst; reflexivity. Qed.
Lemma first_machine_rel : @machine_rel pair guarded pair_machine real_machine first.
Proof. constructor; [unfold first; simpl; intros; subst; reflexivity..|]. intros l k all. unfold first. simpl. now rewrite (map_first _ _ all). Qed.
Lemma second_scalar_rel : @scalar_rel pair (results f) pair_scalar (results_scalar f) second.
Proof. constructor; unfold second; simpl; intros; subst; reflexivity. Qed.
Lemma second_elementary_rel : @elementary_rel pair (results f) pair_elementary (results_elementary f ulps) second.
Proof. constructor; unfold second; simpl; intros; subst; reflexivity. Qed.
Lemma second_machine_rel : @machine_rel pair (results f) pair_machine (results_machine f) second.
Proof. constructor; [unfold second; simpl; intros; subst; reflexivity..|]. intros l k all. unfold second. simpl. now rewrite (map_second _ _ all). Qed.

(** ** There is always something that may be computed *)

Definition inhabited (_ : unit) (s : results f) : Prop := exists y, s y.
Definition unit_scalar : scalar unit :=
  {| Tensor.zero := tt; literal _ := tt; number_of _ := tt; add _ _ := tt; opp _ := tt; mul _ _ := tt; div _ _ := tt; root _ := tt; relu _ := tt; choose _ _ _ _ _ := tt |}.
Definition unit_elementary : elementary unit := {| exponential _ := tt; logarithm _ := tt; step _ := tt; error_function _ := tt |}.
Definition unit_machine : machine unit := {| larger _ _ := tt; smaller _ _ := tt; absolute_value _ := tt; total_of _ := tt |}.

(** a value of a finite number that is a value already *)
Local Lemma exact_some (g : R -> R) (x : floating f) : (is_finite x = true -> exists y : floating f, is_finite y = true /\ B2R y = g (B2R x)) -> exists y : floating f, is_exact1 f g x y.
Proof. unfold is_exact1. intro some. destruct (is_finite x) eqn:E; [destruct (some eq_refl) as [y is_y]; now exists y|exists x; discriminate]. Qed.
Lemma inhabited_scalar_rel : @scalar_rel unit (results f) unit_scalar (results_scalar f) inhabited.
Proof.
  unfold inhabited. constructor; simpl; intros; repeat match goal with h : exists y, _ |- _ => destruct h end; try apply rounds_to_some; try (now repeat eexists; try eassumption).
  - destruct (exact_some (Rmax 0) x) as [y is_y]; [|now exists y, x]. intro fin. unfold Rmax. destruct (Rle_dec 0 (B2R x)); [now exists x|now exists (B754_zero false)].
Qed.
Lemma exponential_some (x : floating f) : exists y, is_exponential f ulps x y.
Proof. destruct x as [s0|[]| |s0 m e ok]; simpl; try (now apply close_to_some); try (now eexists). now exists (B754_zero false). Qed.
Lemma logarithm_some (x : floating f) : exists y, is_logarithm f ulps x y.
Proof. destruct x as [s0|[]| |[] m e ok]; simpl; try (now eexists). now apply close_to_some. Qed.
Lemma inhabited_elementary_rel : @elementary_rel unit (results f) unit_elementary (results_elementary f ulps) inhabited.
Proof.
  unfold inhabited. constructor; simpl; intros a s.
  - intros [x sx]. destruct (exponential_some x) as [y is_y]. now exists y, x.
  - intros [x sx]. destruct (logarithm_some x) as [y is_y]. now exists y, x.
  - intros _. now exists (B754_zero false).
  - intros _. now exists (B754_zero false).
Qed.
Lemma inhabited_machine_rel : @machine_rel unit (results f) unit_machine (results_machine f) inhabited.
Proof.
  unfold inhabited. constructor; simpl.
  - intros _ s _ s' [x sx] [x' sx']. enough (some : exists y, is_exact2 f Rmax x x' y) by (destruct some as [y is_y]; now exists y, x, x').
    unfold is_exact2, Rmax. destruct (Rle_dec (B2R x) (B2R x')); [now exists x'|now exists x].
  - intros _ s _ s' [x sx] [x' sx']. enough (some : exists y, is_exact2 f Rmin x x' y) by (destruct some as [y is_y]; now exists y, x, x').
    unfold is_exact2, Rmin. destruct (Rle_dec (B2R x) (B2R x')); [now exists x|now exists x'].
  - intros _ s [x sx]. exists (Babs x), x. split; [exact sx|]. intro fin. rewrite B2R_Babs. split; [now destruct x|reflexivity].
  - intros l k all. induction all as [|a s l k [x sx] rest IH].
    + destruct (rounds_to_some f 0) as [y is_y]. exists y. now constructor.
    + destruct k as [|s' k]; [exists x; now constructor|]. destruct IH as [y sy]. eexists. apply (Sum_more f (s :: s' :: k) [s] (s' :: k) x y); [reflexivity|discriminate|discriminate|now constructor|exact sy].
Qed.


End Describes.
