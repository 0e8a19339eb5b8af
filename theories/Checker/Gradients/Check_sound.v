(** * The checker of gradients is right

    Main results: [prove_gradient_sound], [prove_gradient_at_kinks_sound], [prove_subgradient_sound], [prove_gradient_everywhere_sound], [prove_gradient_within_sound].

    Trust: proved. *)
From Coq Require Import PString Uint63 ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra.
From Coquelicot Require Import Hierarchy Derive.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Network Spec.Elementary Spec.Dual Spec.Gradients Primitives.Fractions.
From Warrant Require Import Primitives.Autodiff.Programs Primitives.Autodiff.Forward Primitives.Autodiff.Reverse Checker.Relational Checker.Gradients.Relational Checker.Intervals.
From Warrant Require Import Checker.Gradients.Lowering Checker.Gradients.Chain Checker.Gradients.Polynomials Checker.Gradients.Normal Checker.Gradients.Normal_sound.
From Warrant Require Import Checker.Gradients.Enclosures Checker.Gradients.Domain Checker.Gradients.Tangents Checker.Gradients.Bisection Checker.Gradients.Residuals Checker.Gradients.Check.
Import ListNotations.
Local Open Scope positive_scope.

(** ** Coordinates *)

Lemma coordinates_length n : forall x : space n, length (coordinates n x) = S n.
Proof. induction n as [|n IH]; intro x; simpl; [reflexivity|]. f_equal. apply IH. Qed.
Lemma coordinates_diff n : forall k rest (x : space n),
  filterdiff (fun u => nth k (coordinates n u ++ rest) 0%R) (locally x) (fun h => nth k (coordinates n h) 0%R).
Proof.
  induction n as [|n IH]; intros k rest x.
  - destruct k as [|k]; simpl; [apply filterdiff_id|]. destruct k; apply (filterdiff_const (V := R_NormedModule)).
  - destruct k as [|k]; simpl.
    + apply (filterdiff_linear (fun u : space (S n) => fst u)), is_linear_fst.
    + apply (filterdiff_comp' (fun u : space (S n) => snd u) (fun t => nth k (coordinates n t ++ rest) 0%R) x (fun h => snd h) (fun h => nth k (coordinates n h) 0%R)).
      * apply filterdiff_linear, is_linear_snd.
      * apply IH.
Qed.

(** ** Inputs *)

Lemma append_inputs_correct n : forall st st', well_formed st -> append_inputs n st = Some st' ->
  well_formed st' /\ within (instructions st) (instructions st') /\ (Pos.to_nat (next st') = n + Pos.to_nat (next st))%nat /\
  forall i, In i (numbers_from (next st) n) -> PositiveMap.find i (instructions st') = Some Input.
Proof.
  induction n as [|n IH]; intros st st' wf; cbn [append_inputs numbers_from].
  - intro E. injection E as <-. split; [exact wf|split; [now intros ? ?|split; [reflexivity|easy]]].
  - destruct (append Input st) as [[i st1]|] eqn:E; [|discriminate]. intro F.
    destruct (append_correct _ _ _ _ wf E) as (wf1 & in1 & at1 & is_i & next1). destruct (IH _ _ wf1 F) as (wf2 & in2 & next2 & all).
    split; [exact wf2|split; [exact (within_trans _ _ _ in1 in2)|split]].
    + rewrite next2, next1, is_i, Pos2Nat.inj_succ. lia.
    + intros j [<-|inj]; [subst i; now apply in2|]. apply all. now rewrite next1, is_i.
Qed.

(** the entries as they stand in the inputs from number [i] on *)
Lemma results_stand smooth D (v : positive -> R) l : forall i,
  (forall k, (k < length l)%nat -> v (Pos.of_nat (Pos.to_nat i + k)) = nth k l 0%R) ->
  (forall j, In j (numbers_from i (length l)) -> PositiveMap.find j D = Some Input) ->
  Forall2 (stands smooth D v) (map Result (numbers_from i (length l))) (map sure l).
Proof.
  induction l as [|a l IH]; intros i vals inputs; simpl; constructor.
  - split; simpl.
    + specialize (vals 0%nat). simpl in vals. rewrite Nat.add_0_r, Pos2Nat.id in vals. apply vals. lia.
    + split; [easy|]. intros _. apply (Fine _ _ _ _ Input); [apply inputs; now left|exact I|easy].
  - apply IH.
    + intros k lt. specialize (vals (S k)). simpl in vals. rewrite <- vals by lia. f_equal. f_equal. rewrite Pos2Nat.inj_succ. lia.
    + intros j inj. apply inputs. now right.
Qed.

(** the same on dual numbers *)
Lemma results_chain D (v dv : positive -> R) l : forall i,
  (forall k g, nth_error l k = Some g -> v (Pos.of_nat (Pos.to_nat i + k)) = primal g /\ dv (Pos.of_nat (Pos.to_nat i + k)) = rate g /\ regular g) ->
  (forall j, In j (numbers_from i (length l)) -> PositiveMap.find j D = Some Input) ->
  Forall2 (chains D v dv) (map Result (numbers_from i (length l))) l.
Proof.
  induction l as [|g l IH]; intros i vals inputs; simpl; constructor.
  - destruct (vals 0%nat g eq_refl) as (is_v & is_dv & reg). rewrite Nat.add_0_r, Pos2Nat.id in is_v, is_dv. split; [exact is_v|split; [exact is_dv|]]. simpl.
    split; [easy|]. intros _. apply (Supported _ _ _ Input); [apply inputs; now left|exact I|easy].
  - apply IH.
    + intros k h at_k. specialize (vals (S k) h at_k). rewrite Pos2Nat.inj_succ. replace (S (Pos.to_nat i) + k)%nat with (Pos.to_nat i + S k)%nat by lia. exact vals.
    + intros j inj. apply inputs. now right.
Qed.

(** ** What the domain's bounds enforce *)

Lemma all_ranges_correct q x w : within_bounds q (selected q) x -> within_bounds q (others q) w -> Forall2 Losses.within_limits (all_ranges q) (x ++ w).
Proof. intros. now apply Forall2_app. Qed.
Lemma within_bounds_length q l x : within_bounds q l x -> length x = length (ranges q l).
Proof. intro all. symmetry. exact (Forall2_length all). Qed.
Lemma has_point_correct q : has_point q = true -> exists x w, within_bounds q (selected q) x /\ within_bounds q (others q) w.
Proof.
  unfold has_point. intro E. apply all_within_correct in E. unfold all_ranges in E at 1. apply Forall2_app_inv_l in E as (x & w & inx & inw & _). now exists x, w.
Qed.
Lemma domain_enclosures_correct q st x w rest v : models (instructions st) (fun i => nth (Nat.pred (Pos.to_nat i)) (x ++ w ++ rest) 0%R) v ->
  within_bounds q (selected q) x -> within_bounds q (others q) w -> enclosing v (domain_enclosures q st).
Proof.
  intros values inx inw. unfold domain_enclosures.
  assert (none : enclosing v (PositiveMap.empty interval)) by (intro i; unfold at_; rewrite PositiveMap.gempty; apply everything_encloses).
  destruct (limits q); [exact none|]. apply (enclosures_correct (instructions st) _ _ v values); [|exact none].
  apply (numbered_from_correct (map interval_of (all_ranges q)) (x ++ w)).
  - generalize (all_ranges_correct q x w inx inw). generalize (all_ranges q), (x ++ w). clear. intros l k all. induction all; simpl; constructor; auto.
    now apply interval_of_correct.
  - intros j lt. lia.
  - intros j _. apply PositiveMap.gempty.
  - intros j lt. rewrite Nat2Pos.id by (change (Pos.to_nat 1) with 1%nat; lia). rewrite app_assoc. change (Nat.pred (Pos.to_nat 1 + j)) with j. now apply app_nth1.
Qed.
Lemma sign_of_interval_correct e a : encloses e a -> sign_holds (sign_of_interval e) a.
Proof.
  intro ee. unfold sign_of_interval. destruct (certainly_less zero_interval e) eqn:E1; [exact (certainly_less_correct _ _ _ _ zero_encloses ee E1)|].
  destruct (certainly_less e zero_interval) eqn:E2; [apply (certainly_less_correct _ _ _ _ ee zero_encloses) in E2; simpl; lra|].
  destruct (certainly_at_most zero_interval e) eqn:E3; [|exact I]. exact (certainly_at_most_correct _ _ _ _ zero_encloses ee E3).
Qed.
Lemma signs_of_correct v M : enclosing v M -> forall i s, PositiveMap.find i (signs_of M) = Some s -> sign_holds s (v i).
Proof.
  intros em i s. unfold signs_of, PositiveMap.map. rewrite PositiveMap.gmapi. specialize (em i). unfold at_ in em.
  destruct (PositiveMap.find i M) as [e|]; simpl; [|discriminate]. intro E. injection E as <-. now apply sign_of_interval_correct.
Qed.
Lemma low_of_correct v M : enclosing v M -> forall i u, PositiveMap.find i (low_of M) = Some u -> (v i <= 0)%R.
Proof.
  intros em. unfold low_of. rewrite PositiveMap.fold_1.
  assert (all : forall p, In p (PositiveMap.elements M) -> encloses (snd p) (v (fst p))).
  { intros [i e] inp. apply PositiveMap.elements_complete in inp. specialize (em i). unfold at_ in em. now rewrite inp in em. }
  assert (start : forall i u, PositiveMap.find i (PositiveMap.empty unit) = Some u -> (v i <= 0)%R) by (intros i u; now rewrite PositiveMap.gempty).
  revert all start. generalize (PositiveMap.elements M), (PositiveMap.empty unit). intro l. induction l as [|[j e] l IH]; intros m all so_far; simpl; [exact so_far|].
  apply IH; [intros p inp; apply all; now right|]. destruct (certainly_at_most e zero_interval) eqn:E; [|exact so_far].
  intros i u. destruct (Pos.eq_dec i j) as [->|other]; [|rewrite PositiveMap.gso by exact other; apply so_far].
  intros _. exact (certainly_at_most_correct _ _ _ _ (all _ (or_introl eq_refl)) zero_encloses E).
Qed.

(** ** Facts *)

(** what a claim of some extent has for a hypothesis about each instruction that the function needs *)
Definition granted (e : extent) (v : positive -> R) : op -> Prop :=
  match e with Smooth => good true v | Kinks | Subgradients => differentiable v | Everywhere => fun _ => True end.
Section Facts.
Variables (e : extent) (C : code) (v : positive -> R).
Definition marks_fine (m : PositiveMap.t unit) : Prop := e = Everywhere \/ forall i u, PositiveMap.find i m = Some u -> supported (granted e v) C i.
Definition given_holds (g : PositiveMap.t sign) : Prop := forall i s, PositiveMap.find i g = Some s -> sign_holds s (v i).

Lemma marks_add l m : (e <> Everywhere -> forall a, In a l -> supported (granted e v) C a) -> marks_fine m -> marks_fine (fold_right (fun a m => PositiveMap.add a tt m) m l).
Proof.
  intros all [none|mf]; [now left|]. assert (which : e = Everywhere \/ e <> Everywhere) by (destruct e; [right|right|right|left]; congruence).
  destruct which as [none|ne]; [now left|]. right. specialize (all ne). induction l as [|a l IH]; simpl; [exact mf|]. intros i u.
  destruct (Pos.eq_dec i a) as [->|other]; [intros _; apply all; now left|]. rewrite PositiveMap.gso by exact other. apply IH. intros b inb. apply all. now right.
Qed.
Lemma learn_correct a s g : sign_holds s (v a) -> given_holds g -> given_holds (learn a s g).
Proof.
  intros hs hg i t. unfold learn. destruct (Pos.eq_dec i a) as [->|other]; [rewrite PositiveMap.gss|rewrite PositiveMap.gso by exact other; apply hg].
  intro E. injection E as <-. apply meet_correct; [exact hs|]. destruct (PositiveMap.find a g) eqn:found; [now apply hg|exact I].
Qed.
Lemma lesson_correct o g : granted e v o -> given_holds g -> given_holds (lesson e o g).
Proof.
  intros ok hg. destruct e; [| | |exact hg].
  all: destruct o as [|q|f a|f a b]; simpl in *; try exact hg; destruct f; simpl in *; try exact hg; now apply learn_correct.
Qed.
Lemma facts_correct l : forall m g, marks_fine m -> given_holds g -> given_holds (facts e C l m g).
Proof.
  induction l as [|i l IH]; intros m g mf hg; simpl; [exact hg|].
  destruct (PositiveMap.find i m) as [u|] eqn:marked; [|now apply IH].
  destruct (PositiveMap.find i C) as [o|] eqn:found; [|now apply IH].
  destruct mf as [all|mf]; [apply IH; [now left|]; now rewrite all in *|].
  assert (is_fine := mf _ _ marked). apply (supported_iff _ _ _ _ found) in is_fine. destruct is_fine as [ok all].
  apply IH; [apply marks_add; [intros _; exact all|now right]|now apply lesson_correct].
Qed.
End Facts.

(** instructions that all mean something are fine *)
Lemma all_fine C v (ok : forall i o, PositiveMap.find i C = Some o -> good false v o) : ordered C ->
  (forall i o a, PositiveMap.find i C = Some o -> In a (operands o) -> exists p, PositiveMap.find a C = Some p) ->
  forall i o, PositiveMap.find i C = Some o -> fine false C v i.
Proof.
  intros in_order closed i. induction i as [i IH] using (well_founded_induction (well_founded_ltof positive Pos.to_nat)). intros o found.
  apply (Fine _ _ _ _ o found (ok _ _ found)). intros a ina. destruct (closed _ _ _ found ina) as [p at_a].
  apply (IH a) with (2 := at_a). apply Pos2Nat.inj_lt. exact (in_order _ _ found _ ina).
Qed.

Lemma all_defined C v st : C = instructions st -> well_formed st ->
  (forall i o, PositiveMap.find i C = Some o -> good false v o) -> forall g, g < next st -> fine false C v g.
Proof.
  intros -> [in_order dense] ok g lt. apply dense in lt. destruct lt as [o at_g]. apply (all_fine _ v ok in_order) with (o := o); [|exact at_g].
  intros i p a found ina. apply dense. assert (lt : i < next st) by (apply dense; now exists p). assert (lt' := in_order i p found a ina). lia.
Qed.

(** ** The forms of all instructions *)

Lemma normal_forms_correct A v r x C low given named : interprets A v r -> models C x v -> (forall i u, PositiveMap.find i low = Some u -> (v i <= 0)%R) ->
  given_holds v given -> forall l F F',
  ordered_table (known_atoms F) -> normal_forms C low given named l F = Some F' ->
  goes A r (known_atoms F) (known_atoms F') (right v r F) (right v r F').
Proof.
  intros worth values hl hg l. induction l as [|i l IH]; intros F F' wf; simpl.
  - intro E. injection E as <-. now apply goes_refl.
  - destruct (normal_form C low given _ i F) as [F1|] eqn:E; [|discriminate]. intro G.
    assert (g1 := normal_form_correct A v r worth C x low given values hl hg _ _ _ _ wf E). assert (g2 := IH _ _ (proj1 g1) G).
    apply (goes_trans _ _ _ _ _ _ _ _ _ _ g1 g2); auto.
Qed.
(** Normal forms that are equal mean values that are equal. *)
Lemma forms_of_correct q e k named F v x : forms_of q e k named = Some F -> models (instructions (program k)) x v ->
  enclosing v (domain_enclosures q (program k)) ->
  (e <> Everywhere -> forall a, In a (data (value k)) -> supported (granted e v) (instructions (program k)) a) ->
  exists r, interprets (atoms (known_atoms F)) v r /\ safe r (known_atoms F) /\ right v r F.
Proof.
  unfold forms_of. intros E values enclosed all. set (C := instructions (program k)) in *.
  match type of E with normal_forms C ?l ?g _ _ _ = _ => assert (hl : forall i u, PositiveMap.find i l = Some u -> (v i <= 0)%R); [|assert (hg : given_holds v g)] end.
  { now apply low_of_correct. }
  { apply facts_correct.
    - apply marks_add; [exact all|]. right. intros i u. now rewrite PositiveMap.gempty.
    - exact (signs_of_correct v _ enclosed). }
  assert (none : interprets (PositiveMap.empty atom) v (fun _ => 0%R)) by (intros a d; now rewrite PositiveMap.gempty).
  destruct (normal_forms_correct _ v _ x C _ _ named none values hl hg _ no_forms _ empty_table_correct E) as [wf _].
  exists (atom_values (known_atoms F) v). assert (worth := atom_values_correct _ v wf).
  destruct (normal_forms_correct _ v _ x C _ _ named worth values hl hg _ no_forms _ empty_table_correct E) as (_ & _ & ok).
  split; [exact worth|]. apply ok.
  - now intros a d.
  - intros a d. unfold find_atom. simpl. now rewrite PositiveMap.gempty.
  - split; intros i p; simpl; now rewrite PositiveMap.gempty.
Qed.

(** ** Derivatives and adjoints *)

Lemma weighted_diff (U : NormedModule R_AbsRing) (u : U) (V D : U -> positive -> R) ys : forall ws c,
  (forall t, map (V t) ws = c) -> (forall y, In y ys -> filterdiff (fun t => V t y) (locally u) (fun h => D h y)) ->
  filterdiff (fun t => dot c (map (V t) ys)) (locally u) (fun h => weighted_change (V u) (D h) (combine ys ws)).
Proof.
  induction ys as [|y ys IH]; intros ws c same diff; simpl.
  - destruct c; apply (filterdiff_const (V := R_NormedModule)).
  - destruct ws as [|w ws].
    + assert (c = []) as -> by (now rewrite <- (same u)). simpl. apply (filterdiff_const (V := R_NormedModule)).
    + assert (E := same u). simpl in E. subst c. simpl.
      apply (filterdiff_plus_fct (fun t => V u w * V t y)%R (fun t => dot (map (V u) ws) (map (V t) ys))).
      * apply (filterdiff_comp' (fun t => V t y) (fun a => V u w * a)%R u (fun h => D h y) (fun a => V u w * a)%R); [apply diff; now left|].
        apply filterdiff_linear. apply (is_linear_scal_r (V u w : R_AbsRing) (V := R_NormedModule)); exact Rmult_comm.
      * apply IH; [|intros; apply diff; now right]. intro t. assert (F := same t). simpl in F. now injection F.
Qed.
Lemma weighted_change_dot v dv ys : forall ws, weighted_change v dv (combine ys ws) = dot (map v ws) (map dv ys).
Proof.
  induction ys as [|y ys IH]; intros [|w ws]; simpl; try reflexivity. now rewrite IH.
Qed.
Lemma total_inputs v dx adj l : forall i m, (length l <= m)%nat ->
  (forall j, dx (Pos.of_nat (Pos.to_nat i + j)) = nth j l 0%R) ->
  total v dx (numbers_from i m) adj = dot (map (adjoint_value v adj) (numbers_from i (length l))) l.
Proof.
  induction l as [|a l IH]; intros i m le is_dx.
  - simpl. clear le. revert i is_dx. induction m as [|m IHm]; intros i is_dx; simpl; [reflexivity|]. rewrite IHm.
    + specialize (is_dx 0%nat). rewrite Nat.add_0_r, Pos2Nat.id in is_dx. rewrite is_dx. simpl. ring.
    + intro j. specialize (is_dx (S j)). rewrite Pos2Nat.inj_succ. replace (S (Pos.to_nat i) + j)%nat with (Pos.to_nat i + S j)%nat by lia. rewrite is_dx. now destruct j.
  - destruct m as [|m]; [simpl in le; lia|]. simpl. rewrite (IH _ m).
    + specialize (is_dx 0%nat). rewrite Nat.add_0_r, Pos2Nat.id in is_dx. simpl in is_dx. rewrite is_dx. reflexivity.
    + simpl in le. lia.
    + intro j. specialize (is_dx (S j)). rewrite Pos2Nat.inj_succ. replace (S (Pos.to_nat i) + j)%nat with (Pos.to_nat i + S j)%nat by lia. exact is_dx.
Qed.
(** ** Everything together *)

Lemma segment (pre l post : list R) i k : Pos.to_nat i = S (length pre) -> (k < length l)%nat ->
  nth (Nat.pred (Pos.to_nat (Pos.of_nat (Pos.to_nat i + k)))) (pre ++ l ++ post) 0%R = nth k l 0%R.
Proof.
  intros is_i lt. rewrite Nat2Pos.id by lia. replace (Nat.pred (Pos.to_nat i + k)) with (length pre + k)%nat by lia.
  rewrite app_nth2_plus. now apply app_nth1.
Qed.
Lemma map_segment (v : positive -> R) l : forall i, (forall k, (k < length l)%nat -> v (Pos.of_nat (Pos.to_nat i + k)) = nth k l 0%R) ->
  map v (numbers_from i (length l)) = l.
Proof.
  induction l as [|a l IH]; intros i vals; simpl; [reflexivity|]. f_equal.
  - specialize (vals 0%nat). simpl in vals. rewrite Nat.add_0_r, Pos2Nat.id in vals. apply vals. lia.
  - apply IH. intros k lt. specialize (vals (S k)). simpl in vals. rewrite <- vals by lia. f_equal. f_equal. rewrite Pos2Nat.inj_succ. lia.
Qed.
Lemma stands_numbers smooth D v l gs : Forall2 (stands_at smooth D v) l gs ->
  map number gs = map v l /\ (all_guards gs -> forall a, In a l -> fine smooth D v a) /\ ((forall a, In a l -> fine smooth D v a) -> all_guards gs).
Proof.
  induction 1 as [|a g l gs [val grd] _ (nums & to_fine & to_guard)]; simpl; [now repeat split|].
  split; [now rewrite nums, val|split].
  - intros all b [<-|inb]; [apply grd, all; now left|]. apply to_fine; [|exact inb]. intros c inc. apply all. now right.
  - intros all b [<-|inb]; [apply grd, all; now left|]. apply to_guard; [|exact inb]. intros c inc. apply all. now right.
Qed.
Lemma tensors_numbers smooth D v (l : list (tensor positive)) gs : Forall2 (trel (stands_at smooth D v)) l gs ->
  map shape gs = map shape l /\ Forall2 (stands_at smooth D v) (flat_map data l) (flat_map data gs).
Proof.
  induction 1 as [|t g l gs [same all] _ [shapes rest]]; simpl; [now split|]. split; [now rewrite shapes, same|]. now apply Forall2_app.
Qed.
Lemma equal_lists_correct l : forall k, equal_lists l k = true -> l = k.
Proof. induction l as [|a l IH]; intros [|b k]; simpl; try easy. intro E. apply andb_prop in E as [E F]. apply Z.eqb_eq in E. subst. f_equal. now apply IH. Qed.
Lemma equal_shapes_correct l : forall k, equal_shapes l k = true -> l = k.
Proof.
  unfold equal_shapes. induction l as [|a l IH]; intros [|b k]; simpl; try easy. intro E. apply andb_prop in E as [E F]. apply andb_prop in F as [F G].
  apply equal_lists_correct in F. subst. f_equal. apply IH. now rewrite E, G.
Qed.
Lemma agree_correct v r F : right v r F -> forall p, agree F p = true -> match fst p with Some a => v a | None => 0%R end = v (snd p).
Proof.
  intros [rp _] [a g]. unfold agree, poly_at. cbn [fst snd].
  destruct a as [a|].
  - destruct (PositiveMap.find a (polynomials F)) as [u|] eqn:Ea; [|discriminate]. destruct (PositiveMap.find g (polynomials F)) as [w|] eqn:Eg; [|discriminate].
    intro E. apply equal_poly_correct in E. rewrite (rp _ _ Ea), (rp _ _ Eg). now rewrite E.
  - destruct (PositiveMap.find g (polynomials F)) as [w|] eqn:Eg; [|discriminate]. intro E. apply equal_poly_correct in E. rewrite (rp _ _ Eg), <- E. reflexivity.
Qed.
Lemma pairs_correct v adj (gs : list positive) : forall i,
  (forall p, In p (combine (map (fun i => PositiveMap.find i adj) (numbers_from i (length gs))) gs) -> match fst p with Some a => v a | None => 0%R end = v (snd p)) ->
  map (adjoint_value v adj) (numbers_from i (length gs)) = map v gs.
Proof.
  induction gs as [|g gs IH]; intros i same; simpl; [reflexivity|]. f_equal; [exact (same _ (or_introl eq_refl))|]. apply IH. intros p inp. apply same. now right.
Qed.

(** What the program that is compiled has to do with the two graphs *)
Theorem compile_correct q k : compile q = Some k -> exists n : nat,
  Z.of_nat (S n) = entries (selected q) /\ (exists c, is_cotangent q (shape (value k)) c) /\ well_formed (program k) /\
  Z.of_nat (length (data (value k))) = size (shape (value k)) /\ length (flat_map data (claimed k)) = S n /\ (forall g, In g (flat_map data (claimed k)) -> (g < next (program k))%positive) /\
  forall (x : space n) (w c : list R), Z.of_nat (length w) = entries (others q) -> is_cotangent q (shape (value k)) c ->
  exists (v : positive -> R) (y : tensor guarded) (gs : list (tensor guarded)),
    models (instructions (program k)) (fun i => nth (Nat.pred (Pos.to_nat i)) (coordinates n x ++ w ++ match cotangent q with Some _ => c | None => [] end) 0%R) v /\
    guarded_function q (coordinates n x) w = Some y /\ shape y = shape (value k) /\
    guarded_derivative q (coordinates n x) w c = Some gs /\ map shape gs = map snd (selected q) /\
    Forall2 (stands_at true (instructions (program k)) v) (data (value k)) (data y) /\
    Forall2 (stands_at false (instructions (program k)) v) (flat_map data (claimed k)) (flat_map data gs) /\
    ((forall a, In a (data (value k)) -> fine true (instructions (program k)) v a) ->
      filterdiff (fun u => weighted q w c (coordinates n u)) (locally x)
        (fun h => dot (map (adjoint_value v (sources k)) (numbers_from 1 (S n))) (coordinates n h))) /\
    (forall h, length h = S n -> exists z, chained_function q (coordinates n x) w h = Some z /\
      (all_regular (data z) -> forall a, In a (data (value k)) -> supported (differentiable v) (instructions (program k)) a) /\
      dot (map (adjoint_value v (sources k)) (numbers_from 1 (S n))) h = dot c (map rate (data z))) /\
    forall h, length h = S n -> dot (map (adjoint_value v (sources k)) (numbers_from 1 (S n))) h =
      dot c (map (tangent (instructions (program k)) v (fun i => nth (Nat.pred (Pos.to_nat i)) h 0%R)) (data (value k))).
Proof.
  unfold compile. cbv zeta. set (nx := entries (selected q)). set (nw := entries (others q)). set (nc := cotangent_size q).
  destruct (negb _) eqn:sizes; [discriminate|]. apply negb_false_iff in sizes. apply andb_prop in sizes as [sizes nc0]. apply andb_prop in sizes as [nx0 nw0].
  apply Z.ltb_lt in nx0. apply Z.leb_le in nw0, nc0.
  destruct (append_inputs _ start) as [st0|] eqn:E0; [|discriminate].
  destruct (lower (function q) _ st0) as [[ys st1]|] eqn:E1; [|discriminate]. destruct ys as [|y [|]]; try discriminate.
  match goal with |- match ?e with _ => _ end = _ -> _ => destruct e as [[weights st2]|] eqn:E2; [|discriminate] end.
  destruct (reverse _ st2) as [[adj st3]|] eqn:E3; [|discriminate]. destruct (lower (derivative q) _ st3) as [[gs st4]|] eqn:E4; [|discriminate].
  destruct (_ && _ && _ && _) eqn:shapes; [|discriminate]. intro comp. injection comp as <-. cbn [program value sources claimed] in *.
  apply andb_prop in shapes as [shapes inC]. apply andb_prop in shapes as [shapes len]. apply andb_prop in shapes as [full shapes]. apply Z.eqb_eq in full. apply equal_shapes_correct in shapes. apply Z.eqb_eq in len.
  (* the states *)
  destruct (append_inputs_correct _ _ _ start_correct E0) as (wf0 & _ & next0 & inputs0).
  assert (low1 := fun D x v vals => lower_sound true D x v vals _ _ _ _ _ wf0 E1).
  assert (grow1 : grows st0 st1) by (refine (proj1 (low1 (PositiveMap.empty op) (fun _ => 0%R) (fun _ => 0%R) _)); intros i o; now rewrite PositiveMap.gempty).
  assert (grow2 : grows st1 st2).
  { destruct (cotangent q) as [p|].
    - destruct (equal_lists _ _); [|discriminate]. injection E2 as _ <-. split; [exact (proj1 grow1)|now intros ? ?].
    - destruct (_ =? _)%Z; [|discriminate]. destruct (emit _ st1) as [[one st]|] eqn:E; [|discriminate]. injection E2 as _ <-.
      destruct (emit_correct _ _ _ _ (proj1 grow1) E) as (a & b & _). now split. }
  destruct (reverse_mode_correct _ _ _ _ (proj1 grow2) E3) as (wf3 & in3 & backwards).
  assert (low4 := fun D x v vals => lower_sound false D x v vals _ _ _ _ _ wf3 E4).
  assert (grow4 : grows st3 st4) by (refine (proj1 (low4 (PositiveMap.empty op) (fun _ => 0%R) (fun _ => 0%R) _)); intros i o; now rewrite PositiveMap.gempty).
  set (C := instructions st4) in *.
  assert (in_3 : within (instructions st3) C) by exact (proj2 grow4).
  assert (in_2 : within (instructions st2) C) by exact (within_trans _ _ _ in3 in_3).
  assert (in_1 : within (instructions st1) C) by exact (within_trans _ _ _ (proj2 grow2) in_2).
  assert (in_0 : within (instructions st0) C) by exact (within_trans _ _ _ (proj2 grow1) in_1).
  set (n := Nat.pred (Z.to_nat nx)). assert (is_n : S n = Z.to_nat nx) by lia.
  exists n. split; [lia|]. split.
  { unfold is_cotangent. destruct (cotangent q) as [p|] eqn:cot.
    - destruct (equal_lists _ _) eqn:E; [|discriminate]. apply equal_lists_correct in E. exists (repeat 0%R (Z.to_nat nc)). rewrite repeat_length. split; [exact E|].
      rewrite <- E. unfold nc, cotangent_size in *. rewrite cot in *. lia.
    - destruct (size (shape y) =? 1)%Z eqn:E; [|discriminate]. apply Z.eqb_eq in E. now exists [1%R]. }
  split; [exact (proj1 grow4)|]. split; [exact full|]. split; [lia|]. split.
  { intros g ing. rewrite forallb_forall in inC. apply inC in ing. now apply Pos.ltb_lt. }
  intros x w c len_w is_c.
  set (cc := match cotangent q with Some _ => c | None => [] end).
  assert (len_c : length cc = Z.to_nat nc).
  { unfold cc, nc, cotangent_size. unfold is_cotangent in is_c. destruct (cotangent q) as [p|]; [|reflexivity]. destruct is_c as [-> L]. lia. }
  assert (len_x : forall u, length (coordinates n u) = Z.to_nat nx) by (intro; rewrite coordinates_length; exact is_n).
  set (X := fun (u : space n) (i : positive) => nth (Nat.pred (Pos.to_nat i)) (coordinates n u ++ w ++ cc) 0%R).
  set (V := fun u => valuation C (X u)).
  set (DX := fun (h : list R) (i : positive) => nth (Nat.pred (Pos.to_nat i)) h 0%R).
  set (D := fun h => tangent C (V x) (DX h)).
  assert (ordC : ordered C) by exact (proj1 (proj1 grow4)).
  assert (values : forall u, models C (X u) (V u)) by (intro; now apply valuation_correct).
  assert (tangents : forall h, linearises C (V x) (DX h) (D h)) by (intro; now apply tangent_correct).
  assert (at_input : forall i, (Pos.to_nat i <= Z.to_nat nx + Z.to_nat nw + Z.to_nat nc)%nat -> PositiveMap.find i C = Some Input).
  { intros i le. apply in_0, inputs0. apply numbers_from_correct. pose proof (Pos2Nat.is_pos i). simpl. change (Pos.to_nat 1) with 1%nat. lia. }
  assert (V_input : forall u i, (Pos.to_nat i <= Z.to_nat nx + Z.to_nat nw + Z.to_nat nc)%nat -> V u i = X u i).
  { intros u i le. exact (values u i Input (at_input i le)). }
  assert (Vx : forall u k, (k < length (coordinates n u))%nat -> V u (Pos.of_nat (Pos.to_nat 1 + k)) = nth k (coordinates n u) 0%R).
  { intros u j lt. rewrite V_input; [|rewrite Nat2Pos.id by lia; rewrite len_x in lt; change (Pos.to_nat 1) with 1%nat; lia].
    exact (segment [] (coordinates n u) (w ++ cc) 1 j eq_refl lt). }
  assert (iw : Pos.to_nat (Z.to_pos (1 + nx)) = S (Z.to_nat nx)) by lia.
  assert (ic : Pos.to_nat (Z.to_pos (1 + nx + nw)) = S (Z.to_nat nx + Z.to_nat nw)) by lia.
  assert (Vw : forall u k, (k < length w)%nat -> V u (Pos.of_nat (Pos.to_nat (Z.to_pos (1 + nx)) + k)) = nth k w 0%R).
  { intros u j lt. rewrite V_input; [|rewrite Nat2Pos.id by lia; lia].
    apply (segment (coordinates n u) w cc); [now rewrite len_x|exact lt]. }
  assert (Vc : forall u k, (k < length cc)%nat -> V u (Pos.of_nat (Pos.to_nat (Z.to_pos (1 + nx + nw)) + k)) = nth k cc 0%R).
  { intros u j lt. rewrite V_input; [|rewrite Nat2Pos.id by lia; lia]. unfold X.
    replace (coordinates n u ++ w ++ cc) with ((coordinates n u ++ w) ++ cc ++ []) by now rewrite app_nil_r, <- app_assoc.
    apply segment; [rewrite length_app, len_x; lia|exact lt]. }
  assert (stand_x : forall smooth u, Forall2 (stands smooth C (V u)) (results 1 nx) (map sure (coordinates n u))).
  { intros smooth u. unfold results. rewrite <- (len_x u). apply results_stand; [apply Vx|]. intros j inj. apply at_input.
    apply numbers_from_correct in inj. rewrite len_x in inj. simpl in inj. change (Pos.to_nat 1) with 1%nat in inj. lia. }
  assert (stand_w : forall smooth u, Forall2 (stands smooth C (V u)) (results (1 + nx) nw) (map sure w)).
  { intros smooth u. unfold results. replace (Z.to_nat nw) with (length w) by lia. apply results_stand; [apply Vw|]. intros j inj. apply at_input.
    apply numbers_from_correct in inj. lia. }
  assert (stand_c : forall smooth u, Forall2 (stands smooth C (V u)) (results (1 + nx + nw) nc) (map sure cc)).
  { intros smooth u. unfold results. rewrite <- len_c. apply results_stand; [apply Vc|]. intros j inj. apply at_input.
    apply numbers_from_correct in inj. lia. }
  (* the function *)
  assert (function_at : forall u, exists y', guarded_function q (coordinates n u) w = Some y' /\ shape y' = shape y /\ Forall2 (stands_at true C (V u)) (data y) (data y')).
  { intro u. destruct (low1 C (X u) (V u) (values u)) as [_ run]. 
    destruct (run in_1 (cut (selected q) (map sure (coordinates n u)) ++ cut (others q) (map sure w))) as (ts & outs & rel).
    { apply Forall2_app; apply cut_rel; [apply stand_x|apply stand_w]. }
    inversion rel as [|? y' ? ? [same_shape all] none]; subst. inversion none; subst. exists y'.
    unfold guarded_function, function_value. unfold guarded_scalar_here, guarded_elementary_here in outs. rewrite outs.
    split; [reflexivity|split; [now symmetry|exact all]]. }
  (* the derivative *)
  assert (derivative_at : exists gs', guarded_derivative q (coordinates n x) w c = Some gs' /\ Forall2 (trel (stands_at false C (V x))) gs gs').
  { destruct (low4 C (X x) (V x) (values x)) as [_ run].
    destruct (run (fun i o f => f) (cut (selected q) (map sure (coordinates n x)) ++ cut (others q) (map sure w) ++ match cotangent q with Some p => cut [p] (map sure c) | None => [] end)) as (ts & outs & rel).
    { rewrite <- app_assoc. apply Forall2_app; [apply cut_rel, stand_x|]. apply Forall2_app; [apply cut_rel, stand_w|]. unfold cc in stand_c. destruct (cotangent q) as [p|]; [|constructor].
      apply cut_rel. apply stand_c. }
    exists ts. unfold guarded_derivative, derivative_values. unfold guarded_scalar_here, guarded_elementary_here in outs. rewrite outs. now split. }
  destruct (function_at x) as (y' & run_y & shape_y & rel_y). destruct derivative_at as (gs' & run_g & rel_g).
  destruct (tensors_numbers _ _ _ _ _ rel_g) as [shapes_g all_g].
  assert (weights_c : forall u, map (V u) weights = c).
  { intro u. unfold is_cotangent in is_c. unfold cc in *. destruct (cotangent q) as [p|].
    - destruct (equal_lists _ _); [|discriminate]. injection E2 as <- _. rewrite <- len_c. apply map_segment. apply Vc.
    - destruct (_ =? _)%Z; [|discriminate]. destruct (emit _ st1) as [[one st]|] eqn:E; [|discriminate]. injection E2 as <- <-.
      destruct (emit_correct _ _ _ _ (proj1 grow1) E) as (_ & _ & at_one). destruct is_c as [_ ->]. simpl. f_equal.
      rewrite (values u _ _ (in_2 _ _ at_one)). simpl. apply Q2R_1. }
  assert (to_adjoints : forall h, length h = S n ->
    weighted_change (V x) (D h) (combine (data y) weights) = dot (map (adjoint_value (V x) adj) (numbers_from 1 (S n))) h).
  { intros h len_h. rewrite (backwards C (X x) (V x) (DX h) (D h) in_3 (values x) (tangents h)). rewrite (total_inputs (V x) (DX h) adj h).
    - now rewrite len_h.
    - rewrite len_h. assert (last : PositiveMap.find (Pos.of_nat (S n)) (instructions st2) = Some Input).
      { apply (proj2 grow2), (proj2 grow1), inputs0. apply numbers_from_correct. rewrite Nat2Pos.id by lia. simpl. change (Pos.to_nat 1) with 1%nat. lia. }
      assert (lt : (Pos.of_nat (S n) < next st2)%positive) by (apply (proj2 (proj1 grow2)); now exists Input).
      unfold length_of. apply Pos2Nat.inj_lt in lt. rewrite Nat2Pos.id in lt by lia. lia.
    - intro j. unfold DX. f_equal. rewrite Nat2Pos.id by lia. change (Pos.to_nat 1) with 1%nat. lia. }
  exists (V x), y', gs'. split; [exact (values x)|split; [exact run_y|split; [exact shape_y|split; [exact run_g|split; [now rewrite shapes_g|split; [exact rel_y|split; [exact all_g|split; [|split]]]]]]]].
  - intro fine_y.
    apply (filterdiff_ext (fun t => dot c (map (V t) (data y)))).
    { intro u. unfold weighted. destruct (function_at u) as (yu & run_u & _ & rel_u). rewrite run_u. destruct (stands_numbers _ _ _ _ _ rel_u) as (nums & _ & _). now rewrite nums. }
    apply (filterdiff_ext_lin _ (fun h => weighted_change (V x) (D (coordinates n h)) (combine (data y) weights))).
    + apply (weighted_diff (space n) x V (fun h => D (coordinates n h)) (data y) weights c); [exact weights_c|].
      intros i ini. apply (forward_mode_correct x C X V (fun h => DX (coordinates n h)) (fun h => D (coordinates n h))); [|exact values|intro; apply tangents|now apply fine_y].
      intros j _. apply coordinates_diff.
    + intro h. apply to_adjoints, coordinates_length.
  - intros h len_h.
    assert (D_input : forall i, (Pos.to_nat i <= Z.to_nat nx + Z.to_nat nw + Z.to_nat nc)%nat -> D h i = DX h i).
    { intros i le. exact (tangents h i Input (at_input i le)). }
    destruct (lower_chained C (X x) (V x) (DX h) (D h) (values x) (tangents h) _ _ _ _ _ wf0 E1 in_1
      (cut (selected q) (zip_with towards (coordinates n x) h) ++ cut (others q) (map fixed w))) as (ts & outs & rel).
    { assert (len_zip : length (zip_with towards (coordinates n x) h) = Z.to_nat nx).
      { rewrite <- (len_x x). assert (same_len : length h = length (coordinates n x)) by (now rewrite len_h, coordinates_length). clear -same_len. revert h same_len.
        induction (coordinates n x) as [|a l IH]; intros [|b h] same_len; try discriminate; [reflexivity|]. simpl in *. now rewrite IH by lia. }
      apply Forall2_app; apply cut_rel; unfold results.
      - rewrite <- len_zip. apply results_chain.
        + intros k g at_k. assert (lt : (k < Z.to_nat nx)%nat) by (rewrite <- len_zip; apply nth_error_Some; congruence).
          change (Z.to_pos 1) with 1%positive. rewrite (Vx x k) by (rewrite len_x; exact lt). change (Pos.to_nat 1) with 1%nat. rewrite D_input by (rewrite Nat2Pos.id by lia; lia).
          unfold DX. rewrite Nat2Pos.id by lia. change (Nat.pred (1 + k)) with k. revert at_k. generalize (coordinates n x). clear. revert h.
          induction k as [|k IH]; intros [|b h] [|a l]; simpl; try discriminate; [intro E; injection E as <-; easy|]. apply IH.
        + intros j inj. apply at_input. apply numbers_from_correct in inj. rewrite len_zip in inj. change (Pos.to_nat (Z.to_pos 1)) with 1%nat in inj. lia.
      - assert (len_f : length (map fixed w) = Z.to_nat nw) by (rewrite length_map; lia). rewrite <- len_f. apply results_chain.
        + intros k g at_k. assert (lt : (k < length w)%nat) by (rewrite <- (length_map fixed w); apply nth_error_Some; congruence).
          rewrite D_input by (rewrite Nat2Pos.id by lia; lia). rewrite Vw by exact lt. unfold DX. rewrite (nth_overflow h) by (rewrite Nat2Pos.id by lia; lia).
          rewrite nth_error_map in at_k. rewrite (nth_error_nth' w 0%R lt) in at_k. injection at_k as <-. easy.
        + intros j inj. apply at_input. apply numbers_from_correct in inj. lia. }
    inversion rel as [|? z ? ? [_ all] none]; subst. inversion none; subst. exists z.
    split; [unfold chained_function, function_value; now rewrite outs|]. split.
    + intros reg a ina. clear -all reg ina. induction all as [|i g l gs (_ & _ & iff) _ IH]; [easy|]. destruct ina as [<-|ina]; [apply iff, reg; now left|].
      apply IH; [|exact ina]. intros b inb. apply reg. now right.
    + rewrite <- to_adjoints by exact len_h. rewrite weighted_change_dot, weights_c. f_equal. clear -all. induction all as [|i g l gs (_ & is_rate & _) _ IH]; simpl; [reflexivity|].
      now rewrite is_rate, IH.
  - intros h len_h. rewrite <- to_adjoints by exact len_h. now rewrite weighted_change_dot, weights_c.
Qed.

(** the claim of each extent *)
Definition claim_of (e : extent) (q : question) (n : nat) (x : space n) (w c : list R) (y g : list guarded) : Prop :=
  match e with
  | Smooth => all_guards y -> is_gradient q n x w c g
  | Kinks => (all_guards y -> is_gradient q n x w c g) /\ follows_chain_rule q (coordinates n x) w c g
  | Subgradients => (all_guards y -> is_gradient q n x w c g) /\ follows_chain_rule q (coordinates n x) w c g /\ is_subgradient q n x w c g
  | Everywhere => all_guards y /\ is_gradient q n x w c g
  end.

Lemma all_smooth_correct k F v r : right v r F -> well_formed (program k) -> all_smooth k F = true ->
  forall a, In a (data (value k)) -> fine true (instructions (program k)) v a.
Proof.
  intros rF wf smooth.
  assert (below_last : forall i, (i <= last_of k)%positive -> fine true (instructions (program k)) v i).
  { intro i. induction i as [i IH] using (well_founded_induction (well_founded_ltof positive Pos.to_nat)). intro le.
    unfold all_smooth in smooth. rewrite forallb_forall in smooth.
    assert (here := smooth i ltac:(apply numbers_from_correct; pose proof (Pos2Nat.is_pos i); apply Pos2Nat.inj_le in le; change (Pos.to_nat 1) with 1%nat; lia)).
    destruct (PositiveMap.find i (instructions (program k))) as [o|] eqn:found; [|discriminate]. apply (Fine _ _ _ _ o found).
    - destruct o as [| |[] b|[] b d]; simpl in *; try exact I;
        first [exact (is_positive_correct _ _ (sign_at_correct v r F _ rF) here) | exact (is_nonzero_correct _ _ (sign_at_correct v r F _ rF) here)].
    - intros b inb. assert (less := proj1 wf _ _ found _ inb). apply IH; [apply Pos2Nat.inj_lt; exact less|lia]. }
  intros a ina. apply below_last. unfold last_of. clear -ina. induction (data (value k)) as [|b l IH]; [easy|]. simpl. destruct ina as [->|ina]; [lia|]. specialize (IH ina). lia.
Qed.

Theorem check_sound e q named : check e q named = true -> exists (n : nat) (s : list Z),
  Z.of_nat (S n) = entries (selected q) /\ (exists c, is_cotangent q s c) /\ (exists x w, within_bounds q (selected q) x /\ within_bounds q (others q) w) /\
  forall (x : space n) (w c : list R), within_bounds q (selected q) (coordinates n x) -> within_bounds q (others q) w ->
  Z.of_nat (length w) = entries (others q) -> is_cotangent q s c ->
  exists y gs,
    guarded_function q (coordinates n x) w = Some y /\ shape y = s /\ Z.of_nat (length (data y)) = size s /\
    guarded_derivative q (coordinates n x) w c = Some gs /\ map shape gs = map snd (selected q) /\ length (flat_map data gs) = S n /\
    claim_of e q n x w c (data y) (flat_map data gs).
Proof.
  unfold check. destruct (has_point q) eqn:point; [|discriminate]. destruct (compile q) as [k|] eqn:comp; [|discriminate].
  destruct (forms_of q e k named) as [F|] eqn:forms; [|discriminate]. intro ok. simpl in ok. apply andb_prop in ok as [ok smooth]. apply andb_prop in ok as [mean same].
  destruct (compile_correct q k comp) as (n & is_n & cot & wf & full & len_gs & known_g & at_points). set (C := instructions (program k)) in *.
  exists n, (shape (value k)). split; [exact is_n|split; [exact cot|split; [now apply has_point_correct|]]]. intros x w c inx inw len_w is_c.
  destruct (at_points x w c len_w is_c) as (v & y & gs & values & run_y & shape_y & run_g & shapes_g & rel_y & rel_g & derivative & chain & tangent_g).
  exists y, gs. split; [exact run_y|split; [exact shape_y|split; [now rewrite <- (Forall2_length rel_y)|split; [exact run_g|split; [exact shapes_g|split; [now rewrite <- (Forall2_length rel_g)|]]]]]].
  destruct (stands_numbers _ _ _ _ _ rel_y) as (_ & to_fine & from_fine). destruct (stands_numbers _ _ _ _ _ rel_g) as (num_g & _ & to_guards).
  assert (enclosed := domain_enclosures_correct q (program k) _ _ _ v values inx inw).
  (* what is granted is enough for the derivative to be defined and to give the adjoints *)
  assert (enough : (e <> Everywhere -> forall a, In a (data (value k)) -> supported (granted e v) C a) ->
    all_guards (flat_map data gs) /\ map number (flat_map data gs) = map (adjoint_value v (sources k)) (numbers_from 1 (S n)) /\
    (e = Everywhere -> forall a, In a (data (value k)) -> fine true C v a) /\ (e = Subgradients -> exists F r, right v r F /\ has_subgradients q k F = true)).
  { intro all. destruct (forms_of_correct _ _ _ _ _ v _ forms values enclosed all) as (r & _ & _ & rightF). split; [|split; [|split]].
    - apply to_guards. intros g ing. apply (all_defined C v (program k) eq_refl wf); [|now apply known_g].
      intros i p found. apply (means_correct v (sign_at F)); [intro a; exact (sign_at_correct v r F a rightF)|].
      unfold all_mean in mean. rewrite forallb_forall in mean. specialize (mean i). fold C in mean. rewrite found in mean. apply mean.
      apply numbers_from_correct. unfold length_of. assert (lt : (i < next (program k))%positive) by (apply (proj2 wf); now exists p). pose proof (Pos2Nat.is_pos i).
      change (Pos.to_nat 1) with 1%nat. lia.
    - rewrite num_g, <- len_gs. symmetry. apply pairs_correct. intros p inp.
      apply (agree_correct v r F rightF). rewrite forallb_forall in same. apply same. unfold pairs. exact inp.
    - intros ->. exact (all_smooth_correct k F v r rightF wf smooth).
    - intros ->. now exists F, r. }
  assert (from_smooth : (forall a, In a (data (value k)) -> fine true C v a) ->
    forall e', e' <> Everywhere -> forall a, In a (data (value k)) -> supported (granted e' v) C a).
  { intros fine_y e' ne a ina. specialize (fine_y a ina). destruct e'; [exact fine_y| | |easy]; exact (supported_mono _ _ _ _ (smooth_differentiable v) fine_y). }
  assert (gradient : (forall a, In a (data (value k)) -> fine true C v a) -> is_gradient q n x w c (flat_map data gs)).
  { intro fine_y. destruct (enough (from_smooth fine_y e)) as (guards & adjoints_g & _ & _). split; [exact guards|].
    rewrite adjoints_g. exact (derivative fine_y). }
  assert (regular : e = Kinks \/ e = Subgradients -> follows_chain_rule q (coordinates n x) w c (flat_map data gs)).
  { intros which h len_h. rewrite coordinates_length in len_h. destruct (chain h len_h) as (z & run_z & regular_z & rates). exists z. split; [exact run_z|]. intro reg.
    assert (granted_here : forall a, In a (data (value k)) -> supported (granted e v) C a) by (destruct which; subst e; exact (regular_z reg)).
    destruct (enough (fun _ => granted_here)) as (guards & adjoints_g & _ & _). split; [exact guards|]. now rewrite adjoints_g. }
  destruct e; simpl.
  - intro guards. now apply gradient, to_fine.
  - split; [intro guards; now apply gradient, to_fine|apply regular; now left].
  - split; [intro guards; now apply gradient, to_fine|]. split; [apply regular; now right|]. intros reg x' inx' reg'.
    destruct (at_points x' w c len_w is_c) as (v' & y' & gs' & values' & run_y' & _ & _ & _ & rel_y' & _ & _ & chain' & _).
    assert (from_regular : forall z : list R, length z = S n -> length (map (fun _ : R => 0%R) z) = S n) by (intros; now rewrite length_map).
    assert (reg_v : forall a, In a (data (value k)) -> supported (differentiable v) C a).
    { unfold is_regular in reg. destruct (chain _ (from_regular _ (coordinates_length n x))) as (z & run_z & regular_z & _). rewrite run_z in reg. exact (regular_z reg). }
    assert (reg_v' : forall a, In a (data (value k)) -> supported (differentiable v') C a).
    { unfold is_regular in reg'. destruct (chain' _ (from_regular _ (coordinates_length n x'))) as (z & run_z & regular_z & _). rewrite run_z in reg'. exact (regular_z reg'). }
    destruct (enough (fun _ => reg_v)) as (_ & adjoints_g & _ & above). destruct (above eq_refl) as (F' & r & rightF & has). rewrite adjoints_g.
    set (h := zip_with Rminus (coordinates n x') (coordinates n x)).
    assert (len_h : length h = S n).
    { unfold h. assert (L := coordinates_length n x). assert (L' := coordinates_length n x'). revert L L'. generalize (coordinates n x), (coordinates n x'), (S n). clear.
      intro l. induction l as [|a l IH]; intros [|b k] m L L'; simpl in *; try congruence. destruct m; [discriminate|]. f_equal. apply IH; congruence. }
    rewrite (tangent_g h len_h). unfold has_subgradients in has. unfold is_cotangent in is_c. destruct (cotangent q) as [p|]; [discriminate|]. destruct is_c as [_ ->].
    destruct (data (value k)) as [|a [|]] eqn:only; try discriminate.
    assert (is_weighted : forall (u : space n) v0 yu, guarded_function q (coordinates n u) w = Some yu -> Forall2 (stands_at true C v0) [a] (data yu) ->
      weighted q w [1%R] (coordinates n u) = v0 a).
    { intros u v0 yu run rel. unfold weighted. rewrite run. destruct (stands_numbers _ _ _ _ _ rel) as (nums & _ & _). rewrite nums. simpl. ring. }
    rewrite (is_weighted x v y run_y rel_y), (is_weighted x' v' y' run_y' rel_y'). simpl. set (dx := fun i => nth (Nat.pred (Pos.to_nat i)) h 0%R) in *.
    assert (ordC : ordered C) by exact (proj1 wf).
    assert (known : side_holds v v' (tangent C v dx) (side_at (all_sides C (sign_at F') (is_selected q) (numbers_from 1 (length_of (program k))) (PositiveMap.empty side)) a) a).
    { assert (n_is : Z.to_nat (entries (selected q)) = S n) by lia.
      refine (all_sides_correct C (sign_at F') (is_selected q) _ v _ v' dx (tangent C v dx) values values' (tangent_correct C v dx ordC) (fun b => sign_at_correct v r F' b rightF) _ _ _
        (PositiveMap.empty side) _ a (conj (reg_v a (or_introl eq_refl)) (reg_v' a (or_introl eq_refl)))).
      - intros i at_i. unfold dx. generalize (Nat.pred (Pos.to_nat i)). intro j. destruct (Nat.lt_ge_cases j (S n)) as [lt|ge].
        + rewrite !app_nth1 by (rewrite coordinates_length; exact lt). unfold h. assert (L := coordinates_length n x). assert (L' := coordinates_length n x'). revert j lt.
          revert L L'. generalize (coordinates n x), (coordinates n x'), (S n). clear.
          intro l. induction l as [|a l IH]; intros [|b k] m L L' j lt; simpl in *; try (subst m; simpl in *; lia). destruct m; [discriminate|]. destruct j; [reflexivity|].
          apply (IH k m); lia.
        + rewrite (nth_overflow h) by lia. rewrite (app_nth2 (coordinates n x')), (app_nth2 (coordinates n x)) by (rewrite coordinates_length; exact ge).
          rewrite !coordinates_length. symmetry. apply Rminus_diag_eq. reflexivity.
      - intros i at_i not_selected. unfold is_selected in not_selected. apply Z.leb_gt in not_selected.
        rewrite (app_nth2 (coordinates n x')), (app_nth2 (coordinates n x)) by (rewrite coordinates_length; lia). now rewrite !coordinates_length.
      - intros i _. unfold side_at. rewrite PositiveMap.gempty. apply no_side_holds. }
    destruct known as (_ & up & _). specialize (up has). lra.
  - destruct (enough ltac:(easy)) as (_ & _ & smooth_y & _). specialize (smooth_y eq_refl). split; [now apply from_fine|now apply gradient].
Qed.

Theorem prove_sound e f d w c : prove e f d w c = true -> throughout (claim_of e) f d w.
Proof.
  unfold prove, throughout. intro accepted. apply andb_prop in accepted as [_ accepted]. destruct (read_question f d w) as [q|]; [|discriminate].
  destruct (read_names c) as [named|]; [|discriminate]. exact (check_sound e q named accepted).
Qed.
Theorem prove_gradient_sound f d w c : prove_gradient f d w c = true -> GradientHolds f d w.
Proof. exact (prove_sound Smooth f d w c). Qed.
Theorem prove_gradient_at_kinks_sound f d w c : prove_gradient_at_kinks f d w c = true -> GradientHoldsAtKinks f d w.
Proof. exact (prove_sound Kinks f d w c). Qed.
Theorem prove_subgradient_sound f d w c : prove_subgradient f d w c = true -> SubgradientHolds f d w.
Proof. exact (prove_sound Subgradients f d w c). Qed.
Theorem prove_gradient_everywhere_sound f d w c : prove_gradient_everywhere f d w c = true -> GradientHoldsEverywhere f d w.
Proof. exact (prove_sound Everywhere f d w c). Qed.

(** ** Within a tolerance *)

Lemma numbers_from_length n : forall i, length (numbers_from i n) = n.
Proof. induction n as [|n IH]; intro i; simpl; [reflexivity|]. now rewrite IH. Qed.
Lemma numbered_from_outside l : forall i m j, (Pos.to_nat i + length l <= Pos.to_nat j)%nat -> PositiveMap.find j (numbered_from i l m) = PositiveMap.find j m.
Proof.
  induction l as [|a l IH]; intros i m j ge; simpl in *; [reflexivity|]. rewrite IH by (rewrite Pos2Nat.inj_succ; lia).
  apply PositiveMap.gso. intros ->. lia.
Qed.
Lemma domain_box_correct q C v x w c : models C (fun i => nth (Nat.pred (Pos.to_nat i)) (x ++ w ++ c) 0%R) v ->
  forallb (is_input_at C) (numbers_from 1 (box_size q)) = true -> within_bounds q (selected q) x -> within_bounds q (others q) w ->
  Forall (fun a => (Rabs a <= 1)%R) c -> length c = Z.to_nat (cotangent_size q) -> in_box v (domain_box q).
Proof.
  intros values inputs inx inw small len i e found.
  assert (len_box : length (map interval_of (all_ranges q ++ repeat unit_range (Z.to_nat (cotangent_size q)))) = box_size q).
  { unfold box_size. now rewrite length_map, length_app, repeat_length. }
  assert (lt : (Pos.to_nat i <= box_size q)%nat).
  { destruct (Nat.le_gt_cases (Pos.to_nat i) (box_size q)) as [le|gt]; [exact le|]. exfalso. unfold domain_box in found.
    rewrite numbered_from_outside in found; [now rewrite PositiveMap.gempty in found|]. rewrite len_box. change (Pos.to_nat 1) with 1%nat. lia. }
  rewrite forallb_forall in inputs. specialize (inputs i ltac:(apply numbers_from_correct; pose proof (Pos2Nat.is_pos i); change (Pos.to_nat 1) with 1%nat; lia)).
  unfold is_input_at in inputs. destruct (PositiveMap.find i C) as [[| | |]|] eqn:at_i; try discriminate. rewrite (values i Input at_i). cbn [value_of].
  assert (all : encloses (at_ (domain_box q) i) (nth (Nat.pred (Pos.to_nat i)) (x ++ w ++ c) 0%R)); [|unfold at_ in all; now rewrite found in all].
  unfold domain_box. refine (numbered_from_correct _ (x ++ w ++ c) _ 1 _ (fun j => nth (Nat.pred (Pos.to_nat j)) (x ++ w ++ c) 0%R) _ _ _ i).
  - rewrite map_app, app_assoc. apply Forall2_app.
    + generalize (all_ranges_correct q x w inx inw). generalize (all_ranges q), (x ++ w). clear. intros l k all. induction all; simpl; constructor; auto. now apply interval_of_correct.
    + rewrite <- len. clear -small. induction small as [|a c small _ IH]; simpl; constructor; [|exact IH]. apply (interval_of_correct unit_range). intros b [<-|[]].
      unfold Losses.above, Losses.below, Q2R. simpl. revert small. unfold Rabs. destruct (Rcase_abs a); lra.
  - intros j lt'. lia.
  - intros j _. apply PositiveMap.gempty.
  - intros j lt'. rewrite Nat2Pos.id by (change (Pos.to_nat 1) with 1%nat; lia). now change (Nat.pred (Pos.to_nat 1 + j)) with j.
Qed.
Lemma residual_correct v r F p s : right v r F -> residual F p = Some s -> eval r s = (match fst p with Some a => v a | None => 0 end - v (snd p))%R.
Proof.
  intros [rp _]. destruct p as [a g]. unfold residual, poly_at. cbn [fst snd].
  destruct a as [a|].
  - destruct (PositiveMap.find a (polynomials F)) as [u|] eqn:Ea; [|discriminate]. destruct (PositiveMap.find g (polynomials F)) as [w|] eqn:Eg; [|discriminate].
    intro E. injection E as <-. rewrite add_poly_correct, opp_poly_correct, (rp _ _ Eg), (rp _ _ Ea). ring.
  - destruct (PositiveMap.find g (polynomials F)) as [w|] eqn:Eg; [|discriminate].
    intro E. injection E as <-. rewrite opp_poly_correct, (rp _ _ Eg). ring.
Qed.
Lemma map_all_in {A B} (f : A -> option B) l : forall ls, map_all f l = Some ls -> forall a, In a l -> exists b, f a = Some b /\ In b ls.
Proof.
  induction l as [|a l IH]; intros ls E; simpl in E; [now injection E as <-|]. destruct (f a) as [b|] eqn:fa; [|discriminate]. destruct (map_all f l) as [bs|]; [|discriminate].
  injection E as <-. intros c [<-|inc]; [exists b; split; [exact fa|now left]|]. destruct (IH _ eq_refl c inc) as (d & fd & ind). exists d. split; [exact fd|now right].
Qed.

Theorem check_within_sound q named choices : check_within q named choices = true -> exists (n : nat) (s : list Z),
  Z.of_nat (S n) = entries (selected q) /\ (exists c, is_cotangent q s c) /\ (exists x w, within_bounds q (selected q) x /\ within_bounds q (others q) w) /\
  forall (x : space n) (w c : list R), within_bounds q (selected q) (coordinates n x) -> within_bounds q (others q) w ->
  Z.of_nat (length w) = entries (others q) -> is_cotangent q s c ->
  exists y gs,
    guarded_function q (coordinates n x) w = Some y /\ shape y = s /\ Z.of_nat (length (data y)) = size s /\
    guarded_derivative q (coordinates n x) w c = Some gs /\ map shape gs = map snd (selected q) /\ length (flat_map data gs) = S n /\
    (all_guards (data y) -> moderate q c -> is_near_gradient q n x w c (flat_map data gs)).
Proof.
  unfold check_within. destruct (0 <? Qnum (tolerance q))%Z eqn:eps_pos; [|discriminate]. destruct (has_point q) eqn:point; [|discriminate]. destruct (compile q) as [k|] eqn:comp; [|discriminate].
  destruct (forms_of q Smooth k named) as [F|] eqn:forms; [|discriminate]. intro ok. simpl in ok. apply andb_prop in ok as [ok small]. apply andb_prop in ok as [inputs mean].
  destruct (map_all (residual F) (pairs k)) as [ps|] eqn:residuals; [|discriminate].
  destruct (compile_correct q k comp) as (n & is_n & cot & wf & full & len_gs & known_g & at_points). set (C := instructions (program k)) in *.
  exists n, (shape (value k)). split; [exact is_n|split; [exact cot|split; [now apply has_point_correct|]]]. intros x w c inx inw len_w is_c.
  destruct (at_points x w c len_w is_c) as (v & y & gs & values & run_y & shape_y & run_g & shapes_g & rel_y & rel_g & derivative & chain & tangent_g).
  exists y, gs. split; [exact run_y|split; [exact shape_y|split; [now rewrite <- (Forall2_length rel_y)|split; [exact run_g|split; [exact shapes_g|split; [now rewrite <- (Forall2_length rel_g)|]]]]]].
  destruct (stands_numbers _ _ _ _ _ rel_y) as (_ & to_fine & from_fine). destruct (stands_numbers _ _ _ _ _ rel_g) as (num_g & _ & to_guards).
  assert (enclosed := domain_enclosures_correct q (program k) _ _ _ v values inx inw).
  intros guards_y mild. assert (fine_y := to_fine guards_y).
  assert (positive_eps : (0 < Q2R (tolerance q))%R).
  { apply Z.ltb_lt, IZR_lt in eps_pos. unfold Q2R. apply Rmult_lt_0_compat; [exact eps_pos|]. apply Rinv_0_lt_compat. now apply IZR_lt. }
  specialize (mild positive_eps).
  destruct (forms_of_correct _ _ _ _ _ v _ forms values enclosed (fun _ => fine_y)) as (r & worth & sound & rightF).
  split.
  { apply to_guards. intros g ing. apply (all_defined C v (program k) eq_refl wf); [|now apply known_g].
    intros i p found. apply (means_correct v (sign_at F)); [intro a; exact (sign_at_correct v r F a rightF)|].
    unfold all_mean in mean. rewrite forallb_forall in mean. specialize (mean i). fold C in mean. rewrite found in mean. apply mean.
    apply numbers_from_correct. unfold length_of. assert (lt : (i < next (program k))%positive) by (apply (proj2 wf); now exists p). pose proof (Pos2Nat.is_pos i).
    change (Pos.to_nat 1) with 1%nat. lia. }
  exists (map (adjoint_value v (sources k)) (numbers_from 1 (S n))). split; [rewrite length_map; apply numbers_from_length|]. split; [exact (derivative fine_y)|].
  assert (box : in_box v (domain_box q)).
  { apply (domain_box_correct q C v (coordinates n x) w match cotangent q with Some _ => c | None => [] end values inputs inx inw).
    - destruct (cotangent q); [exact mild|constructor].
    - unfold cotangent_size. unfold is_cotangent in is_c. destruct (cotangent q) as [p|]; [|reflexivity]. destruct is_c as [E L]. rewrite E. lia. }
  assert (close : forall p, In p (pairs k) -> (Rabs (match fst p with Some a => v a | None => 0 end - v (snd p)) <= Q2R (tolerance q))%R).
  { intros p inp. destruct (map_all_in _ _ _ residuals p inp) as (s & is_s & ins). rewrite <- (residual_correct v r F p s rightF is_s).
    exact (all_covered_correct _ _ v r worth sound enclosed _ _ ps (Rlt_le _ _ positive_eps) box _ small s ins). }
  unfold within_tolerance.
  assert (nums : Forall2 (fun a b => (Rabs (a - b) <= Q2R (tolerance q))%R) (map number (flat_map data gs)) (map (adjoint_value v (sources k)) (numbers_from 1 (S n)))).
  { rewrite num_g, <- len_gs. unfold pairs in close. revert close. generalize 1. generalize (flat_map data (claimed k)). clear. intro l. induction l as [|g l IH]; intros i close; simpl; constructor.
    - specialize (close _ (or_introl eq_refl)). cbn [fst snd] in close. unfold adjoint_value. rewrite Rabs_minus_sym. exact close.
    - apply IH. intros p inp. apply close. now right. }
  revert nums. generalize (map (adjoint_value v (sources k)) (numbers_from 1 (S n))). generalize (flat_map data gs). clear. intro l. induction l as [|a l IH]; intros [|b m] nums; inversion nums; subst; constructor; auto.
Qed.
Theorem prove_gradient_within_sound f d w c : prove_gradient_within f d w c = true -> GradientHoldsWithin f d w.
Proof.
  unfold prove_gradient_within, GradientHoldsWithin, throughout. destruct (read_question f d w) as [q|]; [|discriminate].
  destruct (read_cover c) as [[named choices]|]; [|discriminate]. exact (check_within_sound q named choices).
Qed.
