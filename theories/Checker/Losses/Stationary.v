(** * Where a convex loss has the gradient 0

    A loss that is convex, has the gradient 0 where its entries x are equal to their targets, and lies on its chord between there and no other point.  The targets are the entries of another input,
    their logarithms, or a number.  The gradient is that of reverse mode; at the targets its normal form is computed, with the forms of the targets for those of the entries; it has to be 0, and all
    instructions smooth by the signs of these forms.  Signs at the target are those of enclosures by the bounds of the other inputs, and those that the loss needs (the argument of a logarithm is positive, whatever x is).

    Main definitions: [target_forms], [is_stationary], [is_least], [not_least].
    Main results: [is_least_correct], [not_least_correct].

    Trust: proved.
    Source: S. Boyd, L. Vandenberghe, Convex Optimization, 2004, section 3.1.3 (a convex function is least where its gradient is 0). *)
From Coq Require Import ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra.
From Coquelicot Require Import Hierarchy Derive.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Elementary Spec.Losses Primitives.Fractions Primitives.Autodiff.Programs Primitives.Autodiff.Forward Primitives.Autodiff.Reverse Primitives.Losses.Composition.
From Warrant Require Import Checker.Relational Checker.Intervals Checker.Gradients.Relational Checker.Gradients.Enclosures Checker.Gradients.Domain Checker.Losses.Facts Checker.Losses.Facts_sound Checker.Losses.Quadratic.
From Warrant Require Import Checker.Losses.Program Checker.Losses.Program_sound Checker.Losses.Margins Checker.Losses.Minimum Checker.Losses.Strict.
From Warrant Require Checker.Gradients.Polynomials Checker.Gradients.Normal Checker.Gradients.Normal_sound Checker.Gradients.Check Checker.Gradients.Check_sound.
Import ListNotations.
Local Open Scope bool_scope.

Definition as_sign (s : signs) : Normal.sign := if gt0 s then Normal.Positive else if ge0 s then Normal.Nonnegative else if lt0 s then Normal.Nonzero else Normal.Unknown.
(** signs that follow since the instructions that the loss needs are defined, the last one first *)
Definition lesson (o : op) (given : PositiveMap.t Normal.sign) : PositiveMap.t Normal.sign :=
  match o with Unary Log a => Gradients.Check.learn a Normal.Positive given | Binary Div _ b => Gradients.Check.learn b Normal.Nonzero given | _ => given end.
Fixpoint lessons (C : code) (l : list positive) (marked : PositiveMap.t unit) (given : PositiveMap.t Normal.sign) : PositiveMap.t Normal.sign :=
  match l with
  | [] => given
  | i :: l =>
    match PositiveMap.find i marked, PositiveMap.find i C with
    | Some _, Some o => lessons C l (fold_right (fun a m => PositiveMap.add a tt m) marked (operands o)) (lesson o given)
    | _, _ => lessons C l marked given
    end
  end.

Section Claim.
Variables (q : question) (st : state) (a : positive) (F : PositiveMap.t facts) (t : target).
Local Notation C := (instructions st).
Local Notation n := (Z.to_nat (entries (selected q))).
Local Notation m := (Z.to_nat (entries (others q))).
Local Notation all := (numbers_from 1 (length_of st)).

(** the inputs that the targets are made of *)
Definition source : target := match t with AtLogarithm name => AtInput name | _ => t end.
Definition logarithmic : bool := match t with AtLogarithm _ => true | _ => false end.
Definition sources : list goal := goals q source.

Definition other_entries : list positive := numbers_from (Pos.of_nat (S n)) m.
Definition entry_signs (bounded : PositiveMap.t Normal.sign) : PositiveMap.t Normal.sign :=
  let needed := lessons C (rev_append all []) (PositiveMap.add a tt (PositiveMap.empty unit)) (PositiveMap.empty Normal.sign) in
  fold_right (fun j given => Gradients.Check.learn j (Normal.meet (as_sign (sign (match PositiveMap.find j F with Some f => f | None => no_facts end))) match PositiveMap.find j needed with Some s => s | None => Normal.Unknown end) given)
    bounded other_entries.
(** enclosures of all instructions where x is the target, by the bounds of the other inputs *)
Definition target_box : list interval :=
  map (fun g => match g with
                | Value c => number_of c
                | Entry j => let e := interval_of (range_in (all_ranges q) j) in if logarithmic then logarithm_interval e else e
                end) sources ++ map interval_of (ranges q (others q)).
Definition target_enclosures (s : state) : PositiveMap.t interval :=
  enclosures (instructions s) (numbered_from 1 target_box (PositiveMap.empty interval)) (numbers_from 1 (length_of s)) (PositiveMap.empty interval).
(** the k-th entry gets the form of its target *)
Definition set_form (k : positive) (s : Normal.sign) (p : Polynomials.polynomial) (T : Normal.table) (G : Normal.forms) : Normal.forms :=
  Normal.Forms (PositiveMap.add k s (Normal.signs G)) (PositiveMap.add k p (Normal.polynomials G)) T.
Definition set_target (k : positive) (g : goal) (G : Normal.forms) : option Normal.forms :=
  match g with
  | Value c => Some (set_form k (Normal.number_sign c) (Polynomials.constant c) (Normal.known_atoms G) G)
  | Entry j =>
    do p <- Normal.poly_at G j;
    if logarithmic then
      if Normal.is_positive (Normal.sign_at G j) then do (p, T) <- Normal.applied Log p (Normal.known_atoms G); Some (set_form k Normal.Unknown p T G) else None
    else Some (set_form k (Normal.sign_at G j) p (Normal.known_atoms G) G)
  end.
Fixpoint set_targets (k : positive) (l : list goal) (G : Normal.forms) : option Normal.forms :=
  match l with [] => Some G | g :: l => do G <- set_target k g G; set_targets (Pos.succ k) l G end.

(** the loss with its adjoints *)
Definition with_adjoints : option (adjoints * state) := do (one, s) <- emit (Number 1) st; reverse [(a, one)] s.
(** the adjoints, and the forms of all instructions where x is the target *)
Definition target_forms : option (adjoints * Normal.forms) :=
  do (adj, s) <- with_adjoints;
  let none := PositiveMap.empty unit in
  let forms := Gradients.Check.normal_forms (instructions s) none (entry_signs (Gradients.Check.signs_of (target_enclosures s))) none in
  do G <- forms other_entries Gradients.Check.no_forms;
  do G <- set_targets 1 sources G;
  do G <- forms (numbers_from (Pos.of_nat (S (n + m))) (length_of s - (n + m))) G;
  Some (adj, G).
Definition is_0_form (o : option Polynomials.polynomial) : bool := match o with Some [] => true | _ => false end.
Definition is_stationary : bool :=
  match target_forms with
  | Some (adj, G) =>
    all_instructions st (Gradients.Check.is_smooth (Normal.sign_at G)) &&
    forallb (fun k => match PositiveMap.find k adj with Some g => is_0_form (Normal.poly_at G g) | None => true end) (numbers_from 1 n) &&
    forallb (fun g => match g with Entry j => negb logarithmic || Normal.is_positive (Normal.sign_at G j) | Value _ => true end) sources
  | None => false
  end.
Definition targets_inside : bool :=
  if logarithmic then forallb (fun r => match r with [] => true | _ => false end) (ranges q (selected q)) else goals_inside q (ranges q (selected q)) sources.
Definition is_least : bool :=
  well_placed q source && Nat.eqb (length sources) n && forallb (fun g => match g with Entry j => match PositiveMap.find j C with Some Input => Nat.ltb n (Pos.to_nat j) | _ => false end | Value _ => true end) sources && targets_inside && loss_convex a F && is_stationary &&
  let A := all_affine C all (PositiveMap.empty polynomial) in
  all_determined n (in_convex (tight_at (all_tight C F A all (PositiveMap.empty tight)) a)).

(** a loss that is certainly less at x than at the logarithms of the entries of w *)
Definition not_least (x w : list Q) : bool :=
  match t with
  | AtLogarithm name =>
    let y : list interval := map (fun b => logarithm_interval (number_of b)) (entries_of name (others q) w) in
    let M := enclosures C (numbered_from 1 (y ++ map number_of w) (PositiveMap.empty interval)) all (PositiveMap.empty interval) in
    match domain_point q st x w with Some N => Nat.eqb (length y) n && certainly_less (at_ N a) (at_ M a) | None => false end
  | _ => false
  end.

(** ** Soundness *)

Local Open Scope R_scope.

(** *** Signs that are given at the target *)

Lemma lesson_correct v o g : good false v o -> Gradients.Check_sound.given_holds v g -> Gradients.Check_sound.given_holds v (lesson o g).
Proof. intros ok hg. destruct o as [| |[] k|[] k j]; cbn in ok |- *; try exact hg; now apply Gradients.Check_sound.learn_correct. Qed.
Lemma lessons_correct v l : forall marked g, (forall i u, PositiveMap.find i marked = Some u -> fine false C v i) -> Gradients.Check_sound.given_holds v g -> Gradients.Check_sound.given_holds v (lessons C l marked g).
Proof.
  induction l as [|i l IH]; intros marked g mf hg; cbn [lessons]; [exact hg|]. destruct (PositiveMap.find i marked) as [u|] eqn:here; [|now apply IH].
  destruct (PositiveMap.find i C) as [o|] eqn:found; [|now apply IH]. assert (ok := mf _ _ here). apply (fine_iff _ _ _ _ _ found) in ok as [ok below]. apply IH; [|now apply lesson_correct].
  clear - mf below. induction (operands o) as [|k ks IH]; cbn [fold_right]; [exact mf|]. intros j w. destruct (Pos.eq_dec j k) as [->|other]; [intros _; apply below; now left|].
  rewrite PositiveMap.gso by exact other. apply IH. intros b inb. apply below. now right.
Qed.
Lemma as_sign_correct s r : signs_hold s r -> Normal_sound.sign_holds (as_sign s) r.
Proof.
  intro S. unfold as_sign. destruct (gt0 s) eqn:g; [exact (holds_gt0 _ _ S g)|]. destruct (ge0 s) eqn:e; [exact (holds_ge0 _ _ S e)|]. destruct (lt0 s) eqn:l; [|exact I].
  cbn. pose proof (holds_lt0 _ _ S l). lra.
Qed.

Hypothesis comp : compile q = Some (st, a).
Hypothesis is_facts : F = program_facts q st.

Lemma compile_entries : has_entries q st.
Proof.
  revert comp. unfold compile. destruct (sized q) eqn:sizes; [|discriminate]. destruct (append_entries q) as [st0|] eqn:E0; [|discriminate]. intro E.
  assert (start := append_entries_correct q st0 sizes E0). destruct (lower_loss_correct q st0 st a sizes start E) as (grow & _ & _). exact (grows_entries q st0 st start grow).
Qed.
Lemma other_entry j : In j other_entries -> (n < Pos.to_nat j <= n + m)%nat.
Proof. unfold other_entries. intro inj. apply Programs.numbers_from_correct in inj. rewrite Nat2Pos.id in inj by lia. lia. Qed.
(** they are right at x, and at other points with the same other inputs *)
Lemma entry_signs_correct bounded x w v u : Gradients.Check_sound.given_holds u bounded -> inside q (selected q) x -> inside q (others q) w -> models C (at_inputs x w) v -> fine false C v a -> (forall j, In j other_entries -> u j = v j) ->
  Gradients.Check_sound.given_holds u (entry_signs bounded).
Proof.
  intros base ix iw values fa same. unfold entry_signs. set (needed := lessons _ _ _ _).
  assert (hn : Gradients.Check_sound.given_holds v needed).
  { apply lessons_correct; [|intros i s; now rewrite PositiveMap.gempty]. intros i e. destruct (Pos.eq_dec i a) as [->|other]; [intros _; exact fa|]. rewrite PositiveMap.gso by exact other. now rewrite PositiveMap.gempty. }
  assert (early : forall j, In j other_entries -> (Pos.to_nat j <= n + m)%nat) by (intros j inj; apply other_entry in inj; lia). clearbody needed. revert same early. induction other_entries as [|j l IH]; cbn [fold_right]; intros same early; [exact base|].
  apply Gradients.Check_sound.learn_correct; [|apply IH; intros k ink; [apply same|apply early]; now right]. rewrite (same j (or_introl eq_refl)). apply Normal_sound.meet_correct.
  - apply as_sign_correct. destruct (PositiveMap.find j F) as [f|] eqn:known; [|apply no_signs_hold]. apply (facts_at_point q st a F comp is_facts j f x w v known ix iw values).
    assert (at_j := proj2 compile_entries j (early j (or_introl eq_refl))). exact (Fine false C v j _ at_j I (fun k none => match none with end)).
  - destruct (PositiveMap.find j needed) as [s|] eqn:found; [exact (hn j s found)|exact I].
Qed.

(** *** Forms at the target *)

Section Target.
Variables (adj : adjoints) (s : state) (xs u : positive -> R) (bounded : PositiveMap.t Normal.sign).
Hypothesis values : models (instructions s) xs u.
Hypothesis given : Gradients.Check_sound.given_holds u (entry_signs bounded).
Hypothesis aimed : forall k g, nth_error sources k = Some g -> u (Pos.of_nat (S k)) = match g with Value c => Q2R c | Entry j => if logarithmic then ln (u j) else u j end.

Lemma set_form_right r k sg p T G : Normal_sound.right u r G -> u k = Polynomials.eval r p -> Normal_sound.sign_holds sg (u k) -> Normal_sound.right u r (set_form k sg p T G).
Proof.
  intros [rp rs] is_p hs. split; cbn [set_form Normal.polynomials Normal.signs]; intros i z; (destruct (Pos.eq_dec i k) as [->|other]; [rewrite PositiveMap.gss; intros [= <-]; assumption|rewrite PositiveMap.gso by exact other]); [apply rp|apply rs].
Qed.
Lemma set_targets_goes A r : Normal_sound.interprets A u r -> forall l k G G', (forall i g, nth_error l i = Some g -> u (Pos.of_nat (Pos.to_nat k + i)) = match g with Value c => Q2R c | Entry j => if logarithmic then ln (u j) else u j end) ->
  Normal_sound.ordered_table (Normal.known_atoms G) -> set_targets k l G = Some G' -> Normal_sound.goes A r (Normal.known_atoms G) (Normal.known_atoms G') (Normal_sound.right u r G) (Normal_sound.right u r G').
Proof.
  intro worth. induction l as [|g l IH]; intros k G G' aim wf; cbn [set_targets]; [intros [= <-]; now apply Normal_sound.goes_refl|].
  destruct (set_target k g G) as [G1|] eqn:E; [|discriminate]. intro rest.
  assert (step : Normal_sound.goes A r (Normal.known_atoms G) (Normal.known_atoms G1) (Normal_sound.right u r G) (Normal_sound.right u r G1)).
  { assert (here := aim 0%nat g eq_refl). rewrite Nat.add_0_r, Pos2Nat.id in here. unfold set_target in E. destruct g as [c|j].
    - assert (is_G : G1 = set_form k (Normal.number_sign c) (Polynomials.constant c) (Normal.known_atoms G) G) by congruence. subst G1. apply Normal_sound.goes_refl; [exact wf|]. intros _ _ right.
      apply set_form_right; [exact right|now rewrite Polynomials.constant_correct|]. rewrite here. apply Normal_sound.number_sign_correct.
    - destruct (Normal.poly_at G j) as [p|] eqn:at_j; [|discriminate]. destruct logarithmic.
      + destruct (Normal.is_positive (Normal.sign_at G j)) eqn:pos; [|discriminate]. destruct (Normal.applied Log p (Normal.known_atoms G)) as [[p' T]|] eqn:app; [|discriminate]. assert (is_G : G1 = set_form k Normal.Unknown p' T G) by congruence. subst G1.
        apply (Normal_sound.goes_imp A r _ _ _ _ _ _ (Normal_sound.applied_goes A u r worth Log _ _ _ _ wf app)).
        * intro right. cbn. rewrite <- (proj1 right j p at_j). exact (Normal_sound.is_positive_correct _ _ (Normal_sound.sign_at_correct u r G j right) pos).
        * intros _ _ right is_p. apply set_form_right; [exact right| |exact I]. rewrite is_p, here. cbn. f_equal. exact (proj1 right j p at_j).
      + assert (is_G : G1 = set_form k (Normal.sign_at G j) p (Normal.known_atoms G) G) by congruence. subst G1. apply Normal_sound.goes_refl; [exact wf|]. intros _ _ right.
        apply set_form_right; [exact right|rewrite here; exact (proj1 right j p at_j)|]. rewrite here. exact (Normal_sound.sign_at_correct u r G j right). }
  assert (later : forall i h, nth_error l i = Some h -> u (Pos.of_nat (Pos.to_nat (Pos.succ k) + i)) = match h with Value c => Q2R c | Entry j => if logarithmic then ln (u j) else u j end).
  { intros i h at_i. rewrite <- (aim (S i) h at_i). do 2 f_equal. lia. }
  assert (more := IH (Pos.succ k) G1 G' later (proj1 step) rest).
  apply (Normal_sound.goes_trans A r _ _ _ _ _ _ _ _ step more); auto.
Qed.
Lemma target_forms_right G1 G2 G : Gradients.Check.normal_forms (instructions s) (PositiveMap.empty unit) (entry_signs bounded) (PositiveMap.empty unit) other_entries Gradients.Check.no_forms = Some G1 ->
  set_targets 1 sources G1 = Some G2 -> Gradients.Check.normal_forms (instructions s) (PositiveMap.empty unit) (entry_signs bounded) (PositiveMap.empty unit) (numbers_from (Pos.of_nat (S (n + m))) (length_of s - (n + m))) G2 = Some G ->
  exists r, Normal_sound.right u r G.
Proof.
  intros E1 E2 E3. assert (low : forall i e, PositiveMap.find i (PositiveMap.empty unit) = Some e -> u i <= 0) by (intros i e; now rewrite PositiveMap.gempty).
  assert (chain : forall A r, Normal_sound.interprets A u r -> Normal_sound.goes A r (Normal.known_atoms Gradients.Check.no_forms) (Normal.known_atoms G) (Normal_sound.right u r Gradients.Check.no_forms) (Normal_sound.right u r G)).
  { intros A r worth. assert (g1 := Gradients.Check_sound.normal_forms_correct A u r xs _ _ _ _ worth values low given _ Gradients.Check.no_forms _ Normal_sound.empty_table_correct E1).
    assert (g2 := set_targets_goes A r worth sources 1%positive G1 G2 (fun k g at_k => aimed k g at_k) (proj1 g1) E2).
    assert (g3 := Gradients.Check_sound.normal_forms_correct A u r xs _ _ _ _ worth values low given _ _ _ (proj1 g2) E3).
    assert (g12 : Normal_sound.goes A r (Normal.known_atoms Gradients.Check.no_forms) (Normal.known_atoms G2) (Normal_sound.right u r Gradients.Check.no_forms) (Normal_sound.right u r G2)) by (apply (Normal_sound.goes_trans A r _ _ _ _ _ _ _ _ g1 g2); auto).
    apply (Normal_sound.goes_trans A r _ _ _ _ _ _ _ _ g12 g3); auto. }
  assert (none : Normal_sound.interprets (PositiveMap.empty Normal.atom) u (fun _ => 0)) by (intros i d; now rewrite PositiveMap.gempty).
  destruct (chain _ _ none) as [wf _]. exists (Normal_sound.atom_values (Normal.known_atoms G) u). destruct (chain _ _ (Normal_sound.atom_values_correct _ u wf)) as (_ & _ & ok). apply ok.
  - now intros i d.
  - intros i d. unfold Normal.find_atom. cbn. now rewrite PositiveMap.gempty.
  - split; intros i p; cbn; now rewrite PositiveMap.gempty.
Qed.
End Target.

(** *** The loss around the target *)

Lemma supported_within ok (D E : code) i : Programs.within D E -> supported ok D i -> supported ok E i.
Proof. intro sub. induction 1 as [i o found g _ IH]. exact (Supported _ _ i o (sub _ _ found) g IH). Qed.
Lemma instruction_at k : (k < next st)%positive -> exists o, PositiveMap.find k C = Some o.
Proof. intro lt. now apply (proj2 (proj1 (compile_correct _ _ _ comp))). Qed.
Lemma operands_stand i o k : PositiveMap.find i C = Some o -> In k (operands o) -> exists p, PositiveMap.find k C = Some p.
Proof.
  destruct (compile_correct _ _ _ comp) as (wf & _). intros found ink. apply instruction_at. assert (lt := proj1 wf _ _ found _ ink).
  assert (lt_i : (i < next st)%positive) by (apply (proj2 wf); now exists o). lia.
Qed.
Lemma same_values xs v v' i o : models C xs v -> models C xs v' -> PositiveMap.find i C = Some o -> v i = v' i.
Proof. intros values values'. destruct (compile_correct _ _ _ comp) as (wf & _). apply (models_unique C xs v v' i o (proj1 wf) operands_stand values values'). Qed.
Lemma models_within xs v (D : code) : Programs.within C D -> models D xs v -> models C xs v.
Proof. intros sub values i o found. exact (values i o (sub i o found)). Qed.

Lemma mix_0 x : forall y, length x = length y -> mix 0 x y = y.
Proof. induction x as [|e x IH]; intros [|b y] len; try discriminate; [reflexivity|]. unfold mix in *. cbn. rewrite IH by (cbn in len; lia). f_equal. ring. Qed.

(** a number that changes along a segment from y to x, convexly, and at y not at all *)
Lemma flat_start (f : R -> R) e : derivable_pt_lim f 0 0 -> (forall h, 0 < h <= 1 -> f h <= h * e + (1 - h) * f 0) -> f 0 <= e.
Proof.
  intros flat below. destruct (Rle_dec (f 0) e) as [le|no]; [exact le|exfalso]. assert (gap : 0 < f 0 - e) by lra. destruct (flat _ gap) as [d near]. pose proof (cond_pos d) as pos.
  set (h := Rmin (d / 2) 1). assert (h_pos : 0 < h) by (unfold h; apply Rmin_glb_lt; lra). assert (h_le : h <= 1) by apply Rmin_r. assert (h_d : h < d) by (pose proof (Rmin_l (d / 2) 1) as l; fold h in l; lra).
  specialize (near h ltac:(lra) ltac:(rewrite Rabs_pos_eq; lra)). rewrite Rplus_0_l, Rminus_0_r in near. specialize (below h (conj h_pos h_le)).
  assert (steep : (f h - f 0) / h <= - (f 0 - e)). { apply (Rmult_le_reg_r h); [exact h_pos|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
  apply Rabs_def2 in near. lra.
Qed.

Definition certified (w y : list R) : Prop := target_exists q t w /\ in_domain q y w /\ forall x, in_domain q x w -> loss q y w <= loss q x w.
Lemma stationary_least x w : is_least = true -> in_domain q x w -> certified w (target_of q t w).
Proof.
  intros ok dx. assert (dx' := dx). destruct dx as (ix & iw & gx). set (y := target_of q t w). unfold is_least in ok. apply andb_prop in ok as [ok _]. apply andb_prop in ok as [ok stat]. apply andb_prop in ok as [ok conv].
  apply andb_prop in ok as [ok within_ok]. apply andb_prop in ok as [ok inputs_ok]. apply andb_prop in ok as [placed len_s]. apply Nat.eqb_eq in len_s.
  destruct (compile_sized _ _ _ comp) as [sx sw]. assert (len_x : length x = n) by (pose proof (inside_length _ _ _ sx ix); lia). assert (len_w : length w = m) by (pose proof (inside_length _ _ _ sw iw); lia).
  assert (len_src := target_length q st a source comp w placed iw).
  assert (is_y : y = if logarithmic then map ln (target_of q source w) else target_of q source w) by (unfold y, logarithmic, source, target_of; destruct t; reflexivity).
  assert (len_y : length y = n) by (rewrite is_y; destruct logarithmic; rewrite ?length_map; exact len_src).
  unfold is_stationary, target_forms in stat. destruct with_adjoints as [[adj s]|] eqn:WA; [|discriminate].
  destruct (Gradients.Check.normal_forms _ _ _ _ other_entries _) as [G1|] eqn:E1; [|discriminate]. destruct (set_targets 1 sources G1) as [G2|] eqn:E2; [|discriminate].
  destruct (Gradients.Check.normal_forms _ _ _ _ _ G2) as [G|] eqn:E3; [|discriminate]. apply andb_prop in stat as [stat pos_ok]. apply andb_prop in stat as [smooth zero_ok].
  unfold with_adjoints in WA. destruct (emit (Number 1) st) as [[one s0]|] eqn:Eone; [|discriminate].
  destruct (compile_correct _ _ _ comp) as (wf & lt_a & _). destruct (emit_correct _ _ _ _ wf Eone) as (wf0 & in0 & at_one). destruct (reverse_mode_correct _ _ _ _ wf0 WA) as (wfs & ins & adjoint).
  set (D := instructions s) in *. assert (in_D : Programs.within C D) by exact (within_trans _ _ _ in0 ins).
  set (u := valuation D (at_inputs y w)). assert (values_u : models D (at_inputs y w) u) by (apply valuation_correct, (proj1 wfs)). assert (C_u := models_within _ _ _ in_D values_u).
  destruct (in_domain_iff q st a x w comp ix iw) as (v & values & num_x & dom_x). assert (fine_x := proj2 dom_x dx').
  assert (entry := proj2 compile_entries).
  (* what the forms are about *)
  assert (input_u : forall j, PositiveMap.find j C = Some Input -> u j = at_inputs y w j) by (intros j at_j; exact (C_u j Input at_j)).
  assert (goal_of : forall k g, nth_error sources k = Some g -> (k < n)%nat /\ nth k (target_of q source w) 0 = match g with Value c => Q2R c | Entry j => u j end).
  { intros k g at_k. destruct (goals_correct q st a source comp y w k g len_y at_k) as [lt value]. split; [exact lt|]. rewrite value. unfold goal_value. destruct g as [c|j]; [reflexivity|].
    rewrite forallb_forall in inputs_ok. specialize (inputs_ok _ (nth_error_In _ _ at_k)). cbn in inputs_ok. destruct (PositiveMap.find j C) as [[| | |]|] eqn:at_j; try discriminate. symmetry. exact (input_u j at_j). }
  assert (aimed : forall k g, nth_error sources k = Some g -> u (Pos.of_nat (S k)) = match g with Value c => Q2R c | Entry j => if logarithmic then ln (u j) else u j end).
  { intros k g at_k. destruct (goal_of k g at_k) as [lt value]. rewrite input_u by (apply entry; rewrite Nat2Pos.id by lia; lia). unfold at_inputs. rewrite Nat2Pos.id by lia. cbn [Nat.pred]. rewrite app_nth1 by lia.
    rewrite is_y. assert (no_log : logarithmic = true -> forall c, g <> Value c).
    { intros log c ->. unfold sources, source, logarithmic, goals in *. destruct t as [name|name|c']; try discriminate. destruct (place name (others q) (S n)) as [[j size]|]; [|destruct k; discriminate].
      destruct (Nat.eqb size n); [|destruct k; discriminate]. apply nth_error_In, in_map_iff in at_k as (z & E & _). discriminate. }
    destruct logarithmic eqn:log; [|destruct g; exact value]. destruct g as [c|j]; [now destruct (no_log eq_refl c)|].
    rewrite (nth_indep _ 0 (ln 0)) by (rewrite length_map; lia). now rewrite map_nth, value. }
  assert (limits_here : forall j, In (Entry j) sources -> within_limits (range_in (all_ranges q) j) (u j)).
  { intros j inj. rewrite forallb_forall in inputs_ok. specialize (inputs_ok _ inj). cbn in inputs_ok. destruct (PositiveMap.find j C) as [[| | |]|] eqn:at_j; try discriminate. apply Nat.ltb_lt in inputs_ok.
    rewrite (input_u j at_j). replace (at_inputs y w j) with (at_inputs x w j) by (unfold at_inputs; rewrite !app_nth2 by lia; now rewrite len_x, len_y).
    unfold at_inputs, range_in, all_ranges. apply nth_within, Forall2_app; assumption. }
  assert (enclosed : enclosing u (target_enclosures s)).
  { unfold target_enclosures. apply (enclosures_correct D _ (at_inputs y w) u values_u).
    - apply (numbered_from_correct target_box (y ++ w)).
      + unfold target_box. apply Forall2_app.
        * assert (parts : forall l z, length z = length l -> (forall k g, nth_error l k = Some g -> encloses (match g with Value c => number_of c | Entry j => let e := interval_of (range_in (all_ranges q) j) in if logarithmic then logarithm_interval e else e end) (nth k z 0)) ->
            Forall2 encloses (map (fun g => match g with Value c => number_of c | Entry j => let e := interval_of (range_in (all_ranges q) j) in if logarithmic then logarithm_interval e else e end) l) z).
          { clear. induction l as [|g l IH]; intros [|e z] len here; try discriminate; constructor; [exact (here 0%nat g eq_refl)|]. apply IH; [cbn in len; lia|]. intros k h at_k. exact (here (S k) h at_k). }
          apply parts; [lia|]. intros k g at_k. destruct (goal_of k g at_k) as [lt _]. assert (value := aimed k g at_k). rewrite input_u in value by (apply entry; rewrite Nat2Pos.id by lia; lia). unfold at_inputs in value. rewrite Nat2Pos.id in value by lia. cbn [Nat.pred] in value. rewrite app_nth1 in value by lia.
          rewrite value. destruct g as [c|j]; [exact (rel_number _ interval_rel c)|]. assert (e := interval_of_correct _ _ (limits_here j (nth_error_In _ _ at_k))). cbv zeta. destruct logarithmic; [now apply logarithm_interval_correct|exact e].
        * unfold inside in iw. clear - iw. induction iw; cbn; constructor; auto. now apply interval_of_correct.
      + intros j lt. lia.
      + intros j _. apply PositiveMap.gempty.
      + intros j lt. unfold at_inputs. f_equal. rewrite Nat2Pos.id by lia. change (Pos.to_nat 1) with 1%nat. lia.
    - intro i. unfold at_. rewrite PositiveMap.gempty. apply everything_encloses. }
  assert (given : Gradients.Check_sound.given_holds u (entry_signs (Gradients.Check.signs_of (target_enclosures s)))).
  { apply (entry_signs_correct _ x w v u (Gradients.Check_sound.signs_of_correct u _ enclosed) ix iw values fine_x). intros j inj. apply other_entry in inj. assert (at_j := entry j ltac:(lia)). rewrite (input_u j at_j), (values j Input at_j). cbn. unfold at_inputs.
    rewrite !app_nth2 by lia. now rewrite len_x, len_y. }
  destruct (target_forms_right s (at_inputs y w) u _ values_u given aimed G1 G2 G E1 E2 E3) as [r right].
  assert (sign_here := fun i => Normal_sound.sign_at_correct u r G i right).
  (* the target exists, and lies within the bounds *)
  assert (log_positive : logarithmic = true -> Forall (fun b => 0 < b) (target_of q source w)).
  { intro log. apply Forall_forall. intros b inb. apply (In_nth _ _ 0) in inb as (k & lt_k & <-). assert (some : nth_error sources k <> None) by (apply nth_error_Some; lia). destruct (nth_error sources k) as [g|] eqn:at_k; [|contradiction].
    destruct (goal_of k g at_k) as [_ ->]. rewrite forallb_forall in pos_ok. specialize (pos_ok g (nth_error_In _ _ at_k)). destruct g as [c|j].
    - exfalso. unfold sources, source, logarithmic, goals in *. destruct t as [name|name|c']; try discriminate. destruct (place name (others q) (S n)) as [[j size]|]; [|destruct k; discriminate].
      destruct (Nat.eqb size n); [|destruct k; discriminate]. apply nth_error_In, in_map_iff in at_k as (z & E & _). discriminate.
    - rewrite log in pos_ok. exact (Normal_sound.is_positive_correct _ _ (sign_here j) pos_ok). }
  assert (exists_y : target_exists q t w). { unfold target_exists, logarithmic, source, target_of in *. destruct t; try exact I. exact (log_positive eq_refl). }
  assert (iy : inside q (selected q) y).
  { unfold targets_inside in within_ok. destruct logarithmic eqn:log.
    - unfold inside. pose proof (ranges_length q (selected q) sx) as len_r. rewrite forallb_forall in within_ok. assert (len : length (ranges q (selected q)) = length y) by lia.
      clear - within_ok len. revert len. generalize y. induction (ranges q (selected q)) as [|b l IH]; intros [|e z] len; try discriminate; [constructor|]. constructor.
      + assert (none := within_ok b (or_introl eq_refl)). destruct b; [|discriminate]. intros o [].
      + apply IH; [intros c inc; apply within_ok; now right|cbn in len; lia].
    - apply (goals_inside_correct q x w ix iw _ sources); [exact within_ok|lia|]. intros k g at_k. rewrite is_y. exact (proj2 (goals_correct q st a source comp x w k g len_x at_k)). }
  (* no kink is hit there *)
  destruct (in_domain_iff q st a y w comp iy iw) as (v' & values' & num_y & dom_y).
  assert (smooth_u : forall i o, PositiveMap.find i C = Some o -> fine true C u i).
  { apply (Margins.all_fine q st a comp true u). intros i o found _. assert (here := all_instructions_correct q st a comp _ i o smooth found).
    destruct o as [| |[] b|[] b d]; cbn in here |- *; try exact I; first [exact (Normal_sound.is_positive_correct _ _ (sign_here b) here)|exact (Normal_sound.is_nonzero_correct _ _ (sign_here _) here)]. }
  assert (smooth_y : forall i o, PositiveMap.find i C = Some o -> fine true C v' i).
  { apply (Margins.all_fine q st a comp true v'). intros i o found _. assert (here := proj1 (proj1 (fine_iff true C u i o found) (smooth_u i o found))).
    assert (equal : forall k, In k (operands o) -> v' k = u k) by (intros k ink; destruct (operands_stand i o k found ink) as [p at_k]; exact (same_values _ _ _ k p values' C_u at_k)).
    destruct o as [| |f b|f b d]; cbn in here |- *; try exact I; rewrite equal by (cbn; auto); exact here. }
  destruct (instruction_at a lt_a) as [o at_a].
  assert (dy : in_domain q y w). { apply dom_y. apply (supported_mono (good true v') (good false v')); [|exact (smooth_y a o at_a)]. intros [| |[] b|[] b d]; cbn; auto; lra. }
  split; [exact exists_y|split; [exact dy|]]. clear x ix dx' gx v values num_x dom_x fine_x len_x given. intros x dx. assert (ix := proj1 dx). assert (len_x : length x = n) by (pose proof (inside_length _ _ _ sx ix); lia). assert (len : length x = length y) by lia.
  (* along the segment from y to x *)
  set (V := fun h : R => valuation D (at_inputs (mix h x y) w)). assert (values_V : forall h, models D (at_inputs (mix h x y) w) (V h)) by (intro h; apply valuation_correct, (proj1 wfs)).
  assert (at_0 : V 0 = u) by (unfold V, u; now rewrite mix_0).
  set (d := fun i => nth (Nat.pred (Pos.to_nat i)) x 0 - nth (Nat.pred (Pos.to_nat i)) y 0). set (dx_ := fun (h : R) (i : positive) => h * d i).
  assert (no_change : forall h, tangent D u (dx_ h) a = 0).
  { intro h. assert (tans := tangent_correct D u (dx_ h) (proj1 wfs)). specialize (adjoint D (at_inputs y w) u (dx_ h) (tangent D u (dx_ h)) (fun i p f => f) values_u tans). cbn [weighted_change] in adjoint.
    assert (is_1 : u one = 1) by (rewrite (values_u one _ (ins _ _ at_one)); cbn; apply Q2R_1). rewrite is_1 in adjoint.
    assert (none : total u (dx_ h) (numbers_from 1 (length_of s0)) adj = 0); [|lra]. clear adjoint. generalize (numbers_from 1 (length_of s0)). intro l. induction l as [|k l IH]; [reflexivity|]. cbn [total]. rewrite IH.
    destruct (Nat.le_gt_cases (Pos.to_nat k) n) as [le|gt].
    - unfold adjoint_value. destruct (PositiveMap.find k adj) as [g|] eqn:at_k; [|ring]. rewrite forallb_forall in zero_ok. specialize (zero_ok k). rewrite at_k in zero_ok.
      assert (ink : In k (numbers_from 1 n)) by (apply Programs.numbers_from_correct; pose proof (Pos2Nat.is_pos k); change (Pos.to_nat 1) with 1%nat; lia). specialize (zero_ok ink).
      unfold is_0_form in zero_ok. destruct (Normal.poly_at G g) as [[|]|] eqn:form; try discriminate. rewrite (proj1 right g [] form). cbn. ring.
    - unfold dx_, d. rewrite !nth_overflow by lia. ring. }
  assert (diff : filterdiff (fun h : R_NormedModule => V h a) (locally (0 : R_NormedModule)) (fun h : R_NormedModule => tangent D u (dx_ h) a)).
  { apply (forward_mode_correct (U := R_NormedModule) (0 : R) D (fun h => at_inputs (mix h x y) w) V dx_ (fun h => tangent D u (dx_ h))); [|exact values_V|intro h; rewrite at_0; apply tangent_correct, (proj1 wfs)|].
    - intros i _. apply (filterdiff_ext (fun h : R_NormedModule => (at_inputs y w i + d i * h)%R : R_NormedModule)).
      + intro h. rewrite mean_mix by exact len. assert (change := at_inputs_change x y w i len). fold (d i) in change. unfold mean. rewrite <- change. match goal with |- ?l = ?r => change (@eq R l r) end. ring.
      + apply (filterdiff_ext_lin _ (fun h : R_NormedModule => (0 + d i * h)%R : R_NormedModule)).
        * apply (filterdiff_plus_fct (V := R_NormedModule) (fun _ : R_NormedModule => at_inputs y w i) (fun h : R_NormedModule => (d i * h)%R : R_NormedModule) (fun _ : R_NormedModule => 0%R : R_NormedModule) (fun h : R_NormedModule => (d i * h)%R : R_NormedModule)).
          -- exact (filterdiff_const (at_inputs y w i : R_NormedModule)).
          -- apply filterdiff_linear. apply (is_linear_scal_r (d i : R_AbsRing) (V := R_NormedModule)). exact Rmult_comm.
        * intro h. unfold dx_. match goal with |- ?l = ?r => change (@eq R l r) end. ring.
    - rewrite at_0. exact (supported_within _ C D a in_D (smooth_u a o at_a)). }
  assert (flat : derivable_pt_lim (fun h => V h a) 0 0).
  { apply is_derive_Reals. unfold is_derive. apply (filterdiff_ext_lin _ (fun h => tangent D u (dx_ h) a)); [exact diff|]. intro h. rewrite no_change. unfold scal; cbn; unfold mult; cbn. match goal with |- ?l = ?r => change (@eq R l r) end. ring. }
  assert (is_loss : forall h, 0 <= h <= 1 -> V h a = loss q (mix h x y) w).
  { intros h h_in. assert (im := inside_mix _ _ _ _ _ h_in ix iy). destruct (in_domain_iff q st a _ w comp im iw) as (vm & values_m & num_m & _). rewrite <- num_m.
    exact (same_values _ _ _ a o (models_within _ _ _ in_D (values_V h)) values_m at_a). }
  assert (start := is_loss 0 ltac:(lra)). rewrite mix_0 in start by exact len. rewrite <- start. apply (flat_start (fun h => V h a)); [exact flat|]. intros h h_in.
  rewrite (is_loss h) by lra. rewrite start. exact (proj2 (loss_convex_correct q st a F comp is_facts w x y h conv dx dy ltac:(lra))).
Qed.
Theorem is_least_correct w x : is_least = true -> in_domain q x w ->
  let y := target_of q t w in target_exists q t w /\ in_domain q y w /\ loss q y w <= loss q x w /\ (loss q x w = loss q y w -> x = y).
Proof.
  intros ok dx y. destruct (stationary_least x w ok dx) as (exists_y & dy & least). fold y in dy, least. split; [exact exists_y|split; [exact dy|split; [now apply least|]]]. intro same.
  unfold is_least in ok. apply andb_prop in ok as [ok det]. apply andb_prop in ok as [ok _]. apply andb_prop in ok as [_ conv].
  assert (ix := proj1 dx). assert (iy := proj1 dy). assert (iw := proj1 (proj2 dx)). destruct (compile_sized _ _ _ comp) as [sx _]. assert (len_x := inside_length _ _ _ sx ix). assert (len_y := inside_length _ _ _ sx iy). assert (len : length x = length y) by lia.
  assert (t_in : 0 <= / 2 <= 1) by lra. assert (dm := proj1 (loss_convex_correct q st a F comp is_facts w x y (/ 2) conv dx dy t_in)). assert (above := least _ dm). assert (im := proj1 dm).
  destruct (in_domain_iff q st a x w comp ix iw) as (v & values & num & dom). destruct (in_domain_iff q st a y w comp iy iw) as (v' & values' & num' & dom').
  destruct (in_domain_iff q st a _ w comp im iw) as (v'' & values'' & num'' & dom'').
  set (A := all_affine C all (PositiveMap.empty polynomial)) in *. assert (right_A : forall xs z, models C xs z -> right_polynomials xs z A).
  { intros xs z vals. apply all_affine_correct; [exact vals|]. intros i p found. now rewrite PositiveMap.gempty in found. }
  assert (between : forall i, at_inputs (mix (/ 2) x y) w i = mean (/ 2) (at_inputs x w i) (at_inputs y w i)) by (intro i; now apply mean_mix).
  assert (right_F : forall i f, PositiveMap.find i F = Some f -> fine false C v i /\ fine false C v' i -> fine false C v'' i /\ facts_hold (/ 2) f (v i) (v' i) (v'' i)).
  { intros i f known [fi fi']. rewrite is_facts in known. exact (program_facts_correct q st a (/ 2) x y w v v' v'' comp t_in ix iy iw values values' values'' i f known fi fi'). }
  assert (right_S := all_tight_correct C F A (at_inputs x w) (at_inputs y w) (at_inputs (mix (/ 2) x y) w) v v' v'' values values' values'' between (right_A _ _ values) (right_A _ _ values') (right_A _ _ values'') right_F all (PositiveMap.empty tight)
    ltac:(intros i z found; now rewrite PositiveMap.gempty in found)).
  assert (equal := proj1 (tight_at_holds C (at_inputs x w) (at_inputs y w) v v' v'' _ right_S a (conj (proj2 dom dx) (proj2 dom' dy)))).
  assert (on_chord : mean (/ 2) (v a) (v' a) <= v'' a) by (rewrite num, num', num'', same; unfold mean; lra). specialize (equal on_chord).
  assert (entries_equal := all_determined_correct n (at_inputs x w) (at_inputs y w) _ det).
  apply (nth_ext _ _ 0 0); [exact len|]. intros k lt. specialize (entries_equal ltac:(intros i gt; unfold at_inputs; rewrite !app_nth2 by lia; now rewrite len) equal k ltac:(lia)).
  unfold at_inputs in entries_equal. rewrite Nat2Pos.id in entries_equal by lia. cbn [Nat.pred] in entries_equal. now rewrite !app_nth1 in entries_equal by lia.
Qed.

(** *** Refutations *)

Lemma entries_of_map {A B} (f : A -> B) name l : forall w, entries_of name l (map f w) = map f (entries_of name l w).
Proof. induction l as [|[b z] l IH]; intro w; [reflexivity|]. cbn [entries_of]. destruct (same name b); [now rewrite firstn_map|]. now rewrite skipn_map, IH. Qed.
Theorem not_least_correct x w : not_least x w = true -> exists r s, in_domain q r s /\
  ~ (let y := target_of q t s in target_exists q t s /\ in_domain q y s /\ loss q y s <= loss q r s /\ (loss q r s = loss q y s -> r = y)).
Proof.
  unfold not_least. destruct t as [name|name|c] eqn:is_t; try discriminate. destruct (domain_point q st x w) as [N|] eqn:dom; [|discriminate]. intro ok. apply andb_prop in ok as [len less]. apply Nat.eqb_eq in len. rewrite length_map in len.
  destruct (domain_point_correct _ _ _ _ _ _ comp dom) as (_ & iw & dx & ex). exists (map Q2R x), (map Q2R w). split; [exact dx|]. cbv zeta. intros (_ & _ & le & _). cbn [target_of] in le. set (y := map ln (entries_of name (others q) (map Q2R w))) in *.
  destruct (compile_sized _ _ _ comp) as [sx sw]. destruct (compile_correct _ _ _ comp) as (_ & _ & at_points). pose proof (entries_ge0 _ sx) as pos.
  assert (len_y : Z.of_nat (length y) = entries (selected q)) by (unfold y; rewrite entries_of_map, !length_map, len; lia).
  destruct (at_points y (map Q2R w) len_y (inside_length _ _ _ sw iw)) as (v & g & values & Eg & num & _).
  assert (is_loss : loss q y (map Q2R w) = v a) by (unfold loss; now rewrite Eg, num).
  assert (enc := enclosures_correct C (numbered_from 1 (map (fun b => logarithm_interval (number_of b)) (entries_of name (others q) w) ++ map number_of w) (PositiveMap.empty interval)) (at_inputs y (map Q2R w)) v values).
  assert (ey : encloses (at_ (enclosures C (numbered_from 1 (map (fun b => logarithm_interval (number_of b)) (entries_of name (others q) w) ++ map number_of w) (PositiveMap.empty interval)) all (PositiveMap.empty interval)) a) (v a)).
  { apply enc.
    - apply (numbered_from_correct _ (y ++ map Q2R w)).
      + apply Forall2_app; [unfold y; rewrite entries_of_map; generalize (entries_of name (others q) w)|generalize w]; intro l; induction l; cbn; constructor; auto; [apply logarithm_interval_correct|]; exact (rel_number _ interval_rel _).
      + intros j lt. lia.
      + intros j _. apply PositiveMap.gempty.
      + intros j lt. unfold at_inputs. f_equal. rewrite Nat2Pos.id by lia. change (Pos.to_nat 1) with 1%nat. lia.
    - intro i. unfold at_. rewrite PositiveMap.gempty. apply everything_encloses. }
  apply (certainly_less_correct _ _ _ _ ex ey) in less. rewrite <- is_loss in less. lra.
Qed.
End Claim.
