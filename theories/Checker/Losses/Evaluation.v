(** * How far a computed loss is off

    The bounds of Rounding.v for all inputs between a question's bounds, or for one point: they show that the error is at most what a claim says, or that there is
    overflow, or a larger error, whatever the library and the order of sums.

    Main definitions: [rounding_follows], [rounding_fails]; [rounding_bound], for messages.
    Main results: [rounding_follows_correct], [rounding_fails_correct].

    Trust: proved. *)
From Coq Require Import PString Uint63 Floats ZArith QArith Qreals Reals List Bool Lia Lra.
From Flocq Require Import IEEE754.BinarySingleNaN.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Elementary Spec.FloatingPoint Spec.Losses.
From Warrant Require Import Primitives.FloatBounds Primitives.Fractions Checker.Relational Checker.Intervals Checker.Gradients.Relational.
From Warrant Require Import Checker.Gradients.Enclosures Checker.Gradients.Domain Checker.Losses.Rounding Checker.Losses.Rounding_sound.
Import ListNotations.
Local Open Scope bool_scope.

(** inputs, numbered as entries from [n] on: between bounds, or at a point *)
Fixpoint range_bounds (n : nat) (l : list (list bounds)) : list bound :=
  match l with [] => [] | b :: l => Near (interval_of b) zero_interval (Entry n) :: range_bounds (S n) l end.
Fixpoint point_bounds (n : nat) (l : list Q) : list bound :=
  match l with [] => [] | a :: l => Near (Tensor.number_of a) zero_interval (Entry n) :: point_bounds (S n) l end.
Definition evaluation (q : question) (A : arithmetic) (x w : list bound) : option bound :=
  if clear_names (graph_of q) then
    do ys <- @evaluate bound (bound_scalar A) (bound_elementary A) (bound_machine A) (graph_of q) (cut (selected q) x ++ cut (others q) w);
    match ys with [y] => match data y with [b] => Some b | _ => None end | _ => None end
  else None.
Definition rounding_bound (q : question) (f : format) (ulps : Q) : option bound :=
  let x := ranges q (selected q) in let w := ranges q (others q) in
  evaluation q (arithmetic_of f ulps) (range_bounds 0 x) (range_bounds (length x) w).
(** a + r |loss| *)
Definition allowed (v : interval) (a r : Q) : interval := add (Tensor.number_of a) (mul (Tensor.number_of r) (relu (interval_max v (opp v)))).

Definition rounding_follows (q : question) (f : format) (ulps a r : Q) : bool :=
  Qle_bool 1 ulps && match rounding_bound q f ulps with Some (Near v d _) => certainly_at_most (size d) (allowed v a r) | _ => false end.
Definition representable (f : format) (l : list Q) : bool := match map_all (float_of f) l with Some _ => true | None => false end.
Definition rounding_fails (q : question) (f : format) (ulps a r : Q) (x w : list Q) : bool :=
  Qle_bool 1 ulps && representable f x && representable f w &&
  match evaluation q (arithmetic_of f ulps) (point_bounds 0 x) (point_bounds (length x) w) with
  | Some Infinite => true
  | Some (Near v d _) => certainly_less (allowed v a r) d || certainly_less (allowed v a r) (opp d)
  | _ => false
  end.

(** ** Soundness *)

Local Open Scope R_scope.

Local Lemma single {X Y} (R : X -> Y -> Prop) (t : tensor X) a ts : Forall2 (trel R) [t] ts -> data t = [a] -> exists t' b, ts = [t'] /\ data t' = [b] /\ R a b.
Proof.
  intros rel at_t. inversion rel as [|? t' ? ts' [_ all] none]; subst. inversion none; subst. rewrite at_t in all. exists t'.
  destruct (data t') as [|b [|]]; inversion all as [|? ? ? ? here nil]; subst; [|inversion nil]. now exists b.
Qed.

Section Evaluation.
Variables (q : question) (f : format) (ulps : Q).
Hypothesis ulps_ge1 : 1 <= Q2R ulps.
Notation A := (arithmetic_of f ulps).
Definition input_pair (a : floating f) : guarded * results f := (sure (B2R a), exactly f a).

Lemma evaluation_correct env bx bw (x w : list (floating f)) b :
  Forall2 (describes f env) bx (map input_pair x) -> Forall2 (describes f env) bw (map input_pair w) -> evaluation q A bx bw = Some b ->
  exists g s, value_at q (reals_of x) (reals_of w) = Some g /\ computed_at q f ulps x w = Some s /\ describes f env b (g, s) /\ exists y, s y.
Proof.
  intros dx dw. unfold evaluation. destruct (clear_names (graph_of q)) eqn:clear; [|intro F; discriminate F].
  set (given := cut (selected q) (map input_pair x) ++ cut (others q) (map input_pair w)).
  assert (described : erel (describes f env) (cut (selected q) bx ++ cut (others q) bw) given) by (apply Forall2_app; now apply cut_rel).
  pose proof (evaluate_rel (describes f env) (bound_scalar_rel f ulps env) (bound_elementary_rel f ulps env ulps_ge1) (bound_machine_rel f ulps env) (graph_of q) _ _ described) as rel.
  destruct (evaluate (graph_of q) (cut (selected q) bx ++ _)) as [[|y [|]]|]; try (intro F; discriminate F). destruct (data y) as [|b' [|]] eqn:at_y; try (intro F; discriminate F).
  intro F. injection F as ->. destruct (@evaluate (guarded * results f) _ _ _ (graph_of q) given) as [ps|] eqn:E; [|destruct rel].
  destruct (single _ _ _ _ rel at_y) as (p & ab & -> & at_p & here). clear rel.
  assert (firsts : erel (first f) given (cut (selected q) (map sure (reals_of x)) ++ cut (others q) (map sure (reals_of w)))).
  { unfold reals_of. apply Forall2_app; apply cut_rel; rewrite map_map; apply Forall2_same; reflexivity. }
  pose proof (evaluate_rel (first f) (first_scalar_rel f) (first_elementary_rel f ulps) (first_machine_rel f) (graph_of q) _ _ firsts) as rel. rewrite E in rel.
  destruct (@evaluate guarded _ _ _ (graph_of q) _) as [gs|] eqn:Eg; [|destruct rel]. apply (evaluate_real _ _ _ clear) in Eg.
  destruct (single _ _ _ _ rel at_p) as (g & a & -> & at_g & is_g). clear rel.
  assert (seconds : erel (second f) given (cut (selected q) (map (exactly f) x) ++ cut (others q) (map (exactly f) w))).
  { apply Forall2_app; apply cut_rel; apply Forall2_same; reflexivity. }
  pose proof (evaluate_rel (second f) (second_scalar_rel f) (second_elementary_rel f ulps) (second_machine_rel f) (graph_of q) _ _ seconds) as rel. rewrite E in rel.
  destruct (@evaluate (results f) _ _ _ (graph_of q) _) as [ss|] eqn:Es; [|destruct rel].
  destruct (single _ _ _ _ rel at_p) as (s & c & -> & at_s & is_s). clear rel.
  exists a, c. split; [|split; [|split]].
  - unfold value_at. unfold real_scalar, real_elementary in Eg. rewrite Eg, at_g. reflexivity.
  - unfold computed_at, computed. rewrite Es, at_s. reflexivity.
  - unfold first, second in is_g, is_s. destruct ab. simpl in *. subst. exact here.
  - assert (some : erel (inhabited f) (cut (selected q) (map (fun _ => tt) x) ++ cut (others q) (map (fun _ => tt) w)) (cut (selected q) (map (exactly f) x) ++ cut (others q) (map (exactly f) w))).
    { apply Forall2_app; apply cut_rel; apply Forall2_same; intro e; now exists e. }
    pose proof (evaluate_rel (inhabited f) (inhabited_scalar_rel f) (inhabited_elementary_rel f ulps ulps_ge1) (inhabited_machine_rel f) (graph_of q) _ _ some) as rel. rewrite Es in rel.
    destruct (@evaluate unit _ _ _ (graph_of q) _) as [us|]; [|destruct rel]. inversion rel as [|? ? ? ? [_ all] none]; subst. rewrite at_s in all. now inversion all.
Qed.

Definition entry_at (x w : list (floating f)) (n : nat) : R := nth n (reals_of x ++ reals_of w) 0.
Lemma range_bounds_describe env r x : Forall2 within_limits r (reals_of x) -> all_finite x -> forall n, (forall k, (k < length x)%nat -> env (n + k)%nat = nth k (reals_of x) 0) ->
  Forall2 (describes f env) (range_bounds n r) (map input_pair x).
Proof.
  revert r. induction x as [|a x IH]; intros r ins fin n at_x; inversion ins as [|b c r' x' here rest]; subst; [constructor|]. inversion fin as [|? ? fa fx]; subst. constructor.
  - split; [exact I|split; [now apply interval_of_correct|split]].
    + unfold names. simpl. specialize (at_x 0%nat). rewrite Nat.add_0_r in at_x. apply at_x. simpl. lia.
    + intros y ->. split; [exact fa|]. replace (B2R a - _) with 0 by (simpl; ring). exact zero_encloses.
  - apply IH; [exact rest|exact fx|]. intros k lt. specialize (at_x (S k)). simpl in at_x. rewrite <- at_x by lia. f_equal. lia.
Qed.
Lemma point_bounds_describe env l x : map_all (float_of f) l = Some x -> forall n, (forall k, (k < length x)%nat -> env (n + k)%nat = nth k (reals_of x) 0) ->
  Forall2 (describes f env) (point_bounds n l) (map input_pair x) /\ all_finite x /\ reals_of x = map Q2R l.
Proof.
  revert x. induction l as [|a l IH]; intros x; cbn [map_all point_bounds map].
  - intro E. injection E as <-. intros. repeat split; constructor.
  - destruct (float_of f a) as [c|] eqn:Ec; [|intro F; discriminate F]. destruct (map_all (float_of f) l) as [x'|]; [|intro F; discriminate F]. intro E. injection E as <-. intros n at_x.
    destruct (float_of_correct f _ _ Ec) as [fc is_c]. destruct (IH x' eq_refl (S n)) as (D & F & G).
    { intros k lt. specialize (at_x (S k)). simpl in at_x. rewrite <- at_x by lia. f_equal. lia. }
    split; [|split; [now constructor|simpl; rewrite is_c; f_equal; exact G]]. simpl. constructor; [|exact D].
    split; [exact I|split; [|split]].
    + simpl. rewrite is_c. exact (rel_number _ interval_rel a).
    + unfold names. simpl. specialize (at_x 0%nat). rewrite Nat.add_0_r in at_x. apply at_x. simpl. lia.
    + intros y ->. split; [exact fc|]. replace (B2R c - _) with 0 by (simpl; ring). exact zero_encloses.
Qed.
Lemma entries_first x w k : (k < length x)%nat -> entry_at x w (0 + k) = nth k (reals_of x) 0.
Proof. intro lt. unfold entry_at. simpl. apply app_nth1. unfold reals_of. now rewrite length_map. Qed.
Lemma entries_second x w k : (k < length w)%nat -> entry_at x w (length x + k) = nth k (reals_of w) 0.
Proof. intro lt. unfold entry_at. assert (E : length (reals_of x) = length x) by apply length_map. rewrite app_nth2, E by lia. f_equal. lia. Qed.
Lemma allowed_encloses v r a rel : encloses v r -> encloses (allowed v a rel) (Q2R a + Q2R rel * Rabs r).
Proof. intro ev. apply (rel_add _ interval_rel); [exact (rel_number _ interval_rel a)|]. apply mul_encloses; [exact (rel_number _ interval_rel rel)|now apply absolute_encloses]. Qed.
End Evaluation.

Theorem rounding_follows_correct q f ulps a r : rounding_follows q f ulps a r = true ->
  forall x w : list (floating f), all_finite x -> all_finite w -> in_domain q (reals_of x) (reals_of w) ->
  match computed_at q f ulps x w with
  | Some s => forall y, s y -> is_finite y = true /\ (Rabs (B2R y - loss q (reals_of x) (reals_of w)) <= Q2R a + Q2R r * Rabs (loss q (reals_of x) (reals_of w)))%R
  | None => False
  end.
Proof.
  unfold rounding_follows. intro E. apply andb_prop in E as [ge1 E]. apply Qle_bool_R in ge1. rewrite Q2R_1 in ge1. unfold rounding_bound in E.
  destruct (evaluation q _ _ _) as [[v d t| |]|] eqn:ev; try discriminate. intros x w fx fw (ix & iw & _).
  assert (lx : length (ranges q (selected q)) = length x) by (rewrite (Forall2_length ix); unfold reals_of; apply length_map).
  destruct (evaluation_correct q f ulps ge1 (entry_at f x w) _ _ x w _ (range_bounds_describe f _ _ _ ix fx 0 (entries_first f x w))
    (range_bounds_describe f (entry_at f x w) _ _ iw fw (length (ranges q (selected q))) ltac:(rewrite lx; exact (entries_second f x w))) ev) as (g & s & is_g & -> & (_ & er & _ & of_s) & _).
  intros y sy. destruct (of_s y sy) as [fy ed]. split; [exact fy|]. unfold loss. rewrite is_g. cbn [fst] in *.
  exact (certainly_at_most_correct _ _ _ _ (size_encloses _ _ ed) (allowed_encloses _ _ a r er) E).
Qed.
Lemma representable_correct f x w : representable f (x ++ w) = true ->
  exists x' w' : list (floating f), all_finite x' /\ all_finite w' /\ reals_of x' = map Q2R x /\ reals_of w' = map Q2R w.
Proof.
  unfold representable. assert (all : forall l, match map_all (float_of f) l with Some l' => all_finite l' /\ reals_of l' = map Q2R l | None => True end).
  { induction l as [|a l IH]; cbn [map_all]; [split; constructor|]. destruct (float_of f a) as [b|] eqn:E; [|exact I]. destruct (map_all (float_of f) l) as [l'|]; [|exact I].
    destruct (float_of_correct f _ _ E) as [fb is_b], IH as [fl is_l]. split; [now constructor|]. simpl. rewrite is_b. f_equal. exact is_l. }
  specialize (all (x ++ w)). destruct (map_all (float_of f) (x ++ w)) as [l|]; [|discriminate]. intros _. destruct all as [fin is_l]. rewrite map_app in is_l.
  exists (firstn (length x) l), (skipn (length x) l).
  rewrite <- (firstn_skipn (length x) l) in fin. apply Forall_app in fin as [fx fw]. split; [exact fx|split; [exact fw|]].
  assert (first_part : reals_of (firstn (length x) l) = firstn (length x) (reals_of l)) by (symmetry; apply firstn_map).
  assert (last_part : reals_of (skipn (length x) l) = skipn (length x) (reals_of l)) by (symmetry; apply skipn_map).
  rewrite first_part, last_part, is_l. rewrite <- (length_map Q2R x). rewrite firstn_app, skipn_app, firstn_all, skipn_all, Nat.sub_diag. simpl. now rewrite app_nil_r.
Qed.
Theorem rounding_fails_correct q f ulps a r x w : rounding_fails q f ulps a r x w = true ->
  exists (x' w' : list (floating f)) s, all_finite x' /\ all_finite w' /\ reals_of x' = map Q2R x /\ reals_of w' = map Q2R w /\ computed_at q f ulps x' w' = Some s /\ (exists y, s y) /\
  forall y, s y -> is_finite y = true -> (Q2R a + Q2R r * Rabs (loss q (map Q2R x) (map Q2R w)) < Rabs (B2R y - loss q (map Q2R x) (map Q2R w)))%R.
Proof.
  unfold rounding_fails, representable. intro E. apply andb_prop in E as [E fails]. apply andb_prop in E as [E rw]. apply andb_prop in E as [ge1 rx]. apply Qle_bool_R in ge1. rewrite Q2R_1 in ge1.
  destruct (map_all (float_of f) x) as [x'|] eqn:Ex; [|discriminate]. destruct (map_all (float_of f) w) as [w'|] eqn:Ew; [|discriminate].
  assert (lx : length x = length x').
  { clear -Ex. revert x' Ex. induction x as [|c x IH]; intros x'; cbn [map_all]; [intro E; now injection E as <-|]. destruct (float_of f c); [|intro F; discriminate F].
    destruct (map_all (float_of f) x) as [l|]; [|intro F; discriminate F]. intro E. injection E as <-. simpl. now rewrite (IH l eq_refl). }
  destruct (point_bounds_describe f (entry_at f x' w') _ _ Ex 0%nat (entries_first f x' w')) as (dx & fx & is_x).
  destruct (point_bounds_describe f (entry_at f x' w') _ _ Ew (length x) ltac:(rewrite lx; exact (entries_second f x' w'))) as (dw & fw & is_w).
  destruct (evaluation q _ _ _) as [b|] eqn:ev; [|discriminate].
  destruct (evaluation_correct q f ulps ge1 _ _ _ x' w' _ dx dw ev) as (g & s & is_g & is_s & db & some).
  exists x', w', s. split; [exact fx|split; [exact fw|split; [exact is_x|split; [exact is_w|split; [exact is_s|split; [exact some|]]]]]].
  unfold loss. rewrite <- is_x, <- is_w, is_g. intros y sy fin. destruct b as [v d t| |]; try discriminate.
  - destruct db as (_ & er & _ & of_s). destruct (of_s y sy) as [_ ed]. cbn [fst snd] in *. pose proof (allowed_encloses _ _ a r er) as al. apply orb_prop in fails as [less|less].
    + apply (certainly_less_correct _ _ _ _ al ed) in less. eapply Rlt_le_trans; [exact less|apply Rle_abs].
    + apply (certainly_less_correct _ _ _ _ al (rel_opp _ interval_rel _ _ ed)) in less. eapply Rlt_le_trans; [exact less|]. cbn [Tensor.opp R_scalar]. rewrite <- Rabs_Ropp. apply Rle_abs.
  - specialize (db y sy). congruence.
Qed.
