(** * The checker of rates for every number of steps is sound

    If [prove_method] accepts, what the method's file says holds in every inner-product space, for every number of steps.  The induction is [check_sound]'s.

    Main results: [below_sound], [prove_method_sound].

    Trust: proved. *)
From Coq Require Import ZArith QArith Qreals Reals Lra Lia List Bool FMapPositive.
From Warrant Require Import Spec.Bytes Spec.InnerProduct Spec.Functions Spec.Rates Spec.Methods Primitives.Fractions Primitives.Optimization.Spaces.
From Warrant Require Import Checker.Rates.Sums Checker.Rates.Facts Checker.Rates.Facts_sound Checker.Methods.Check.
From Warrant Require Checker.Rates.Certificate Checker.Rates.Check Checker.Rates.Check_sound.
Import ListNotations.
Local Open Scope R_scope.

(** c0 + r·c1 + r²·c2 + … *)
Fixpoint evaluate (r : R) (l : list R) : R := match l with [] => 0 | c :: l => c + r * evaluate r l end.

(** ** One inequality, at one k *)
Section Below.
Context {E : inner_product_space}.
Variables (functions : nat -> function E) (operators : nat -> E -> E -> Prop) (points : nat -> E) (numbers : nat -> R).
Notation holds := (relation_holds functions operators points numbers).
Notation number_value := (number_value points numbers).
Notation point_value := (point_value points).
Variables (os : list object) (rs : list relation) (vs : list (list point)).
Hypothesis objects_ok : objects_hold functions operators os.
Hypothesis relations_ok : Forall holds rs.
Variable r : R.
Hypothesis r_ge0 : 0 <= r.
Fixpoint combination (l : list point) : E := match l with [] => vzero | a :: l => (point_value a + r *: combination l)%V end.
Hypothesis vanishing_ok : Forall (fun l => combination l = vzero) vs.

Let y : positive -> E := Rates.Check_sound.vector_at points.
Notation form_value := (form_value y).
Notation sum_value := (sum_value y (Rates.Check_sound.value_at numbers)).
Notation env := (environment_of rs).
Notation rate_step := (Rates.Check.follow os (Rates.Check.decompositions rs) env (Rates.Check.member_number (Rates.Check.calls_of env rs)) (Rates.Check.member_number rs)).
Local Lemma env_ok : Rates.Check_sound.env_ok points y env.
Proof.
  apply (Rates.Check_sound.define_all_sound functions operators points numbers); [|exact relations_ok].
  intro k. unfold Rates.Check.look_up. rewrite PositiveMap.gempty. cbn [Sums.form_value]. rewrite Q2R_1. unfold y. vector_ring.
Qed.

Definition sums_value (l : list sum) : R := evaluate r (map sum_value l).
Local Lemma nothing_value : sum_value nothing = 0.
Proof. unfold nothing, Sums.sum_value. cbn [constant Sums.numbers products total PositiveMap.empty]. rewrite Q2R_0. lra. Qed.

Local Lemma change_bound m f d l l' : (forall s s', f s = Some s' -> sum_value s' <= sum_value s + d) ->
  change m f l = Some l' -> sums_value l' <= sums_value l + r ^ m * d.
Proof.
  intro each. revert l l'. unfold sums_value. induction m as [|m IH]; intros [|s l] l'; cbn [change].
  - destruct (f nothing) as [s'|] eqn:fs; [|discriminate]. intro eq. injection eq as <-. apply each in fs. rewrite nothing_value in fs. simpl. nra.
  - destruct (f s) as [s'|] eqn:fs; [|discriminate]. intro eq. injection eq as <-. apply each in fs. simpl. nra.
  - destruct (change m f []) as [t|] eqn:rest; [|discriminate]. intro eq. injection eq as <-. apply IH in rest. cbn [map evaluate pow] in *. rewrite nothing_value. nra.
  - destruct (change m f l) as [t|] eqn:rest; [|discriminate]. intro eq. injection eq as <-. apply IH in rest. cbn [map evaluate pow] in *. nra.
Qed.

Fixpoint forms_value (l : list form) : E := match l with [] => vzero | f :: l => (form_value f + r *: forms_value l)%V end.
Local Lemma add_inner_bound m q f v l l' : add_inner m q f v l = Some l' ->
  sums_value l' <= sums_value l + r ^ m * (Q2R q * inner (forms_value v) (form_value f)).
Proof.
  revert m l. induction v as [|a v IH]; intros m l; cbn [add_inner forms_value].
  - intro eq. injection eq as <-. rewrite inner_zero_l. lra.
  - destruct (change m _ l) as [t|] eqn:first; [|discriminate]. intro rest. apply IH in rest.
    apply (change_bound _ _ (Q2R q * inner (form_value a) (form_value f))) in first.
    + rewrite inner_add, inner_scale. cbn [pow] in rest. lra.
    + intros s s' eq. injection eq as <-. rewrite add_product_correct. lra.
Qed.
Local Lemma add_inners_bound m q u v l l' : add_inners m q u v l = Some l' ->
  sums_value l' <= sums_value l + r ^ m * (Q2R q * inner (forms_value u) (forms_value v)).
Proof.
  revert m l. induction u as [|f u IH]; intros m l; cbn [add_inners forms_value].
  - intro eq. injection eq as <-. rewrite inner_zero_l. lra.
  - destruct (add_inner m q f v l) as [t|] eqn:first; [|discriminate]. intro rest. apply IH in rest. apply add_inner_bound in first.
    rewrite inner_add, inner_scale, (inner_comm _ (form_value f)). cbn [pow] in rest. lra.
Qed.
Local Lemma forms_combination v : forms_value (map (Rates.Check.form_of env) v) = combination v.
Proof. induction v as [|a v IH]; [easy|]. cbn [map forms_value combination]. now rewrite IH, (Rates.Check_sound.form_of_correct points y _ a env_ok). Qed.

Local Lemma follow_bound st l l' : follow vs env rate_step st l = Some l' -> sums_value l' <= sums_value l.
Proof.
  destruct st as [m st|m i q f|m d v]; cbn [follow].
  - intro done. apply (change_bound _ _ 0) in done; [lra|]. intros s s' eq. rewrite Rplus_0_r.
    refine (Rates.Check_sound.follow_bound functions operators points numbers y env env_ok os _ _ _ objects_ok _ _ _ st s s' eq).
    + exact (Rates.Check_sound.decompositions_sound functions operators points numbers rs relations_ok).
    + intros i c. apply Rates.Check_sound.member_number_Forall. exact (Rates.Check_sound.calls_of_sound functions operators points numbers y env env_ok rs relations_ok).
    + intros i c. now apply Rates.Check_sound.member_number_Forall.
  - destruct (nth_error vs i) as [v|] eqn:found; [|discriminate]. intro done. apply add_inner_bound in done.
    rewrite Forall_forall in vanishing_ok. rewrite forms_combination, (vanishing_ok v (nth_error_In _ _ found)), inner_zero_l in done. lra.
  - destruct (Qle_bool 0 d) eqn:d_ge0; [|discriminate]. apply Qle_bool_R0 in d_ge0. intro done. apply add_inners_bound in done. rewrite Q2R_opp in done.
    pose proof (inner_ge0 _ (forms_value v)). pose proof (pow_le r m r_ge0).
    assert (0 <= r ^ m * (Q2R d * inner (forms_value v) (forms_value v))) by now apply Rmult_le_pos, Rmult_le_pos. lra.
Qed.
Local Lemma follow_all_bound steps l l' : follow_all vs env rate_step steps l = Some l' -> sums_value l' <= sums_value l.
Proof.
  revert l. induction steps as [|st steps IH]; cbn [follow_all]; intros l done; [injection done as <-; lra|].
  destruct (follow vs env rate_step st l) as [t|] eqn:first; [|discriminate]. apply follow_bound in first. specialize (IH t done). lra.
Qed.

(** If it is accepted that a polynomial of quantities is at most 0, it is so at r. *)
Lemma below_sound goal steps : below os rs vs goal steps = true -> evaluate r (map number_value goal) <= 0.
Proof.
  unfold below. destruct (follow_all _ _ _ _ _) as [l|] eqn:done; [|discriminate]. intro fine.
  apply follow_all_bound in done. unfold sums_value in done.
  assert (0 <= evaluate r (map sum_value l)).
  { clear done. induction l as [|s l IH]; [simpl; lra|]. cbn [forallb] in fine. apply andb_true_iff in fine as [here rest].
    pose proof (nonnegative_sound y (Rates.Check_sound.value_at numbers) s here). specialize (IH rest). cbn [map evaluate]. nra. }
  assert (evaluate r (map sum_value (map (fun n => Rates.Check.add_number_of env (-1) n nothing) goal)) = - evaluate r (map number_value goal)) as start.
  { clear done. induction goal as [|n goal IH]; cbn [map evaluate]; [lra|].
    rewrite IH, (Rates.Check_sound.add_number_of_correct points numbers y env env_ok), nothing_value, Q2R_minus_one. lra. }
  lra.
Qed.
End Below.

(** ** Polynomials *)
Section Polynomials.
Context {E : inner_product_space}.
Variables (points : nat -> E) (numbers : nat -> R).
Notation value := (map (number_value points numbers)).
Lemma plus_n_correct r a b : evaluate r (value (plus_n a b)) = evaluate r (value a) + evaluate r (value b).
Proof.
  revert b. induction a as [|x a IH]; intros [|z b]; cbn [plus_n map evaluate]; [lra|lra|lra|]. rewrite IH. cbn [number_value]. lra.
Qed.
Lemma minus_n_correct r a b : evaluate r (value (minus_n a b)) = evaluate r (value a) - evaluate r (value b).
Proof.
  unfold minus_n. rewrite plus_n_correct. enough (evaluate r (value (map Negate b)) = - evaluate r (value b)) by lra.
  induction b as [|x b IH]; cbn [map evaluate]; [lra|]. rewrite IH. cbn [number_value]. lra.
Qed.
Lemma shift_n_correct r l : evaluate r (value (shift_n l)) = evaluate (r + 1) (value l).
Proof.
  induction l as [|w l IH]; [easy|]. cbn [shift_n]. rewrite !plus_n_correct. cbn [map evaluate]. rewrite IH.
  cbn [number_value]. rewrite real_correct, Q2R_0. lra.
Qed.
Lemma multiple_correct r q l : evaluate r (value (map (Multiple q) l)) = real q * evaluate r (value l).
Proof. induction l as [|w l IH]; cbn [map evaluate]; [lra|]. rewrite IH. cbn [number_value]. lra. Qed.
Lemma polynomial_correct r cs a : evaluate r (value (map (fun q => Multiple q a) cs)) = polynomial cs r * number_value points numbers a.
Proof.
  induction cs as [|c cs IH]; [simpl; lra|]. cbn [map evaluate]. rewrite IH. destruct cs; cbn [polynomial number_value]; lra.
Qed.
End Polynomials.

(** ** The members k + 1 *)
Section Method.
Context {E : inner_product_space}.
Variables (functions : nat -> function E) (operators : nat -> E -> E -> Prop).
Variables (points : nat -> E) (point_sequences : nat -> nat -> E) (numbers : nat -> R) (number_sequences : nat -> nat -> R).
Notation point_at := (point_at points point_sequences).
Notation number_at := (number_at points point_sequences numbers number_sequences).
Notation relation_at := (relation_at functions operators points point_sequences numbers number_sequences).

Lemma place_later {A} (fixed : nat -> A) sequences k i : is_current i = true -> Methods.place fixed sequences k (later i) = Methods.place fixed sequences (S k) i.
Proof.
  unfold is_current, later, Methods.place. pose proof (Nat.div_mod_eq i 3) as split. pose proof (Nat.mod_upper_bound i 3 ltac:(lia)) as small.
  set (d := (i / 3)%nat) in *. destruct (i mod 3) as [|[|[|]]] eqn:rest; intro ok; try discriminate; try lia.
  - now rewrite ?rest.
  - replace (S i) with (2 + d * 3)%nat by lia. rewrite Nat.Div0.mod_add, Nat.div_add by lia. easy.
Qed.
Lemma later_point_correct k a : current_point a = true -> point_at k (later_point a) = point_at (S k) a.
Proof.
  unfold Methods.point_at. induction a; cbn [current_point later_point point_value]; intro ok;
    repeat match goal with H : _ && _ = true |- _ => apply andb_true_iff in H as [? ?] end; [now apply place_later|easy|..]; f_equal; auto.
Qed.
Lemma later_number_correct k a : current_number a = true -> number_at k (later_number a) = number_at (S k) a.
Proof.
  unfold Methods.number_at. induction a; cbn [current_number later_number number_value]; intro ok;
    repeat match goal with H : _ && _ = true |- _ => apply andb_true_iff in H as [? ?] end; [now apply place_later|easy|..];
    fold (point_at k); fold (point_at (S k)); rewrite ?later_point_correct by assumption; f_equal; auto.
Qed.
Lemma later_relation_correct k r : current_relation r = true -> relation_at (S k) r -> relation_at k (later_relation r).
Proof.
  unfold Methods.relation_at. destruct r; cbn [current_relation later_relation relation_holds]; intro ok;
    try (apply andb_true_iff in ok as [? ?]); try easy;
    fold (point_at k); fold (point_at (S k)); fold (number_at k); fold (number_at (S k));
    rewrite ?later_point_correct, ?later_number_correct by assumption; easy.
Qed.

Lemma all_relations_hold m : Forall (fun r => forall k, relation_at k r) (relations m) -> forall k, Forall (relation_at k) (all_relations m).
Proof.
  intros all k. unfold all_relations. rewrite Forall_forall in all. apply Forall_app. split.
  - apply Forall_forall. intros r there. now apply all.
  - apply Forall_forall. intros r' [r [<- [there ok]%filter_In]]%in_map_iff. apply later_relation_correct; [exact ok|]. now apply all.
Qed.
Lemma combination_polynomial k l :
  combination (Methods.place points point_sequences k) (INR k) l = polynomial_point points point_sequences l k.
Proof.
  induction l as [|a l IH]; [easy|]. cbn [combination polynomial_point]. rewrite IH. destruct l; [|easy]. cbn [polynomial_point].
  unfold Methods.point_at. vector_ring.
Qed.

(** ** The induction *)
Lemma check_sound m c : check m c = true -> method_statement functions operators points point_sequences numbers number_sequences m.
Proof.
  unfold check. set (V := potential c). intros [[[[ratio_ge0 V_current]%andb_true_iff at_start_]%andb_true_iff at_step_]%andb_true_iff at_end_]%andb_true_iff.
  apply Qle_bool_R0 in ratio_ge0. rewrite forallb_forall in V_current.
  unfold method_statement. apply Rates.Check_sound.implies_intro. intro objects_. apply Rates.Check_sound.implies_intro. intros relations_%Forall_map.
  apply Rates.Check_sound.implies_intro. intros vanishing_%Forall_map. apply Rates.Check_sound.implies_intro. intros start_%Forall_map.
  assert (objects_ok : objects_hold functions operators (objects m)) by exact (Rates.Check_sound.memberships_sound functions operators points numbers 0 _ objects_).
  pose proof (all_relations_hold m relations_) as all.
  assert (vanish : forall k, Forall (fun l => combination (Methods.place points point_sequences k) (INR k) l = vzero) (vanishing m)).
  { intro k. apply (Forall_impl _ (P := fun l => forall k, polynomial_point points point_sequences l k = vzero)); [|exact vanishing_].
    intros l zero. now rewrite combination_polynomial. }
  set (P k := evaluate (INR k) (map (number_at k) V)).
  assert (first : P 0%nat <= number_at 0 (initial m)).
  { pose proof (below_sound functions operators (Methods.place points point_sequences 0) (Methods.place numbers number_sequences 0) (objects m) (start m ++ all_relations m) []
      objects_ok (proj2 (Forall_app _ _ _) (conj start_ (all 0%nat))) (INR 0) (pos_INR 0) (Forall_nil _) _ _ at_start_) as low.
    unfold P. destruct V as [|w V]; cbn [hd map evaluate number_value] in low |- *; rewrite ?real_correct, ?Q2R_0 in low; unfold Methods.number_at; simpl in *; lra. }
  assert (descent : forall k, P (S k) <= real (ratio m) * P k).
  { intro k. pose proof (below_sound functions operators (Methods.place points point_sequences k) (Methods.place numbers number_sequences k) (objects m) (all_relations m) (vanishing m)
      objects_ok (all k) (INR k) (pos_INR k) (vanish k) _ _ at_step_) as low.
    rewrite minus_n_correct, shift_n_correct, multiple_correct, <- S_INR, map_map in low.
    assert (map (fun a => number_at k (later_number a)) V = map (number_at (S k)) V) as later_.
    { apply map_ext_in. intros a there. now apply later_number_correct, V_current. }
    unfold P. rewrite <- later_. unfold Methods.number_at in *. lra. }
  intro N.
  assert (P N <= real (ratio m) ^ N * number_at 0 (initial m)) as upper.
  { induction N as [|N IH]; [simpl; lra|]. pose proof (descent N). rewrite real_correct in *. cbn [pow]. nra. }
  pose proof (below_sound functions operators (Methods.place points point_sequences N) (Methods.place numbers number_sequences N) (objects m) (all_relations m) (vanishing m)
    objects_ok (all N) (INR N) (pos_INR N) (vanish N) _ _ at_end_) as low.
  rewrite minus_n_correct, polynomial_correct in low. unfold P, Methods.number_at in *. lra.
Qed.
End Method.

(** Whatever the certificate: if it is accepted, what the file says is true in every inner-product space, for every number of steps. *)
Theorem prove_method_sound file certificate : prove_method file certificate = true -> MethodHolds file.
Proof.
  unfold prove_method, MethodHolds. destruct (read_method file) as [m|]; [|discriminate].
  destruct (read_certificate certificate) as [c|]; [|discriminate].
  intros accepted E functions operators points point_sequences numbers number_sequences.
  exact (check_sound functions operators points point_sequences numbers number_sequences m c accepted).
Qed.
