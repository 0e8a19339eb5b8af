(** * Reverse mode

    The transformation of a program into one that also computes its adjoints: for each instruction, from the last to the first, how much the weighted outputs
    change with it.  The result is the transpose of the tangent: whatever the inputs change by, the change of the weighted outputs is the sum of the inputs'
    adjoints times their changes.  The transformed program is at most [cost] times as long (the cheap-gradient principle).

    Main definitions: [accumulate], [back], [reverse].
    Main results: [reverse_mode_correct], [reverse_mode_cost_bound].

    Trust: proved.
    Source: A. Griewank and A. Walther, Evaluating Derivatives, 2008, chapters 3 and 4. *)
From Coq Require Import ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra.
From Warrant Require Import Spec.Bytes Spec.Elementary Primitives.Autodiff.Programs Primitives.Autodiff.Forward.
Import ListNotations.
Local Open Scope positive_scope.

(** where the adjoints stand so far *)
Definition adjoints := PositiveMap.t positive.
Definition accumulate (k a : positive) (s : adjoints * state) : option (adjoints * state) :=
  let (adj, st) := s in
  match PositiveMap.find k adj with
  | None => Some (PositiveMap.add k a adj, st)
  | Some b => do (c, st) <- emit (Binary Add b a) st; Some (PositiveMap.add k c adj, st)
  end.
(** a new instruction's result is added to the adjoint of [k] *)
Definition contribute (k : positive) (o : op) (s : adjoints * state) : option (adjoints * state) :=
  let (adj, st) := s in do (a, st) <- emit o st; accumulate k a (adj, st).
(** The adjoint of instruction [i] is handed down to its operands. *)
Definition back (i : positive) (s : adjoints * state) : option (adjoints * state) :=
  let (adj, st) := s in
  match PositiveMap.find i adj, PositiveMap.find i (instructions st) with
  | None, _ => Some s
  | _, None => None
  | Some _, Some Input => Some s
  | Some a, Some o =>
    let s := (PositiveMap.remove i adj, st) in
    match o with
    | Unary Opp x => contribute x (Unary Opp a) s
    | Unary Root x =>
      do (h, st) <- emit (Number (1 # 2)) st; do (c, st) <- emit (Binary Mul h a) st; contribute x (Binary Div c i) (fst s, st)
    | Unary Relu x => do (h, st) <- emit (Unary Step x) st; contribute x (Binary Mul a h) (fst s, st)
    | Unary Exp x => contribute x (Binary Mul a i) s
    | Unary Log x => contribute x (Binary Div a x) s
    | Unary Erf x => do (h, st) <- emit (Unary Bell x) st; contribute x (Binary Mul a h) (fst s, st)
    | Unary Bell x =>
      do (h, st) <- emit (Number (-2)) st; do (h, st) <- emit (Binary Mul h x) st; do (h, st) <- emit (Binary Mul h i) st; contribute x (Binary Mul a h) (fst s, st)
    | Binary Add x y => do s <- accumulate x a s; accumulate y a s
    | Binary Mul x y => do s <- contribute x (Binary Mul a y) s; contribute y (Binary Mul a x) s
    | Binary Div x y =>
      do (c, st) <- emit (Binary Div a y) st; do s <- accumulate x c (fst s, st);
      let (adj, st) := s in do (d, st) <- emit (Binary Mul c i) st; contribute y (Unary Opp d) (adj, st)
    | _ => Some s
    end
  end.
Fixpoint back_all (l : list positive) (s : adjoints * state) : option (adjoints * state) :=
  match l with [] => Some s | i :: l => do s <- back i s; back_all l s end.
Definition all_inputs (adj : adjoints) (C : code) (l : list positive) : bool :=
  forallb (fun k => match PositiveMap.find k adj with
                    | None => true
                    | Some _ => match PositiveMap.find k C with Some Input => true | _ => false end end) l.
(** The outputs [ys], with weights; each pair is an output and where its weight stands. *)
Fixpoint seed (l : list (positive * positive)) (s : adjoints * state) : option (adjoints * state) :=
  match l with [] => Some s | (y, c) :: l => do s <- accumulate y c s; seed l s end.
Definition length_of (st : state) : nat := pred (Pos.to_nat (next st)).
Definition reverse (weighted : list (positive * positive)) (st : state) : option (adjoints * state) :=
  let l := numbers_from 1 (length_of st) in
  do (adj, st') <- seed weighted (PositiveMap.empty positive, st);
  do (adj, st') <- back_all (rev_append l []) (adj, st');
  when (all_inputs adj (instructions st) l && forallb (fun p => fst p <? next st) weighted) (Some (adj, st')).

(** ** Correctness *)

Section Correct.
Variables (D : code) (x v dx dv : positive -> R).   (* [D] is the transformed program, or a longer one *)
Hypothesis values : models D x v.
Hypothesis tangents : linearises D v dx dv.
Local Open Scope R_scope.

(** Σ adjoint · tangent *)
Definition adjoint_value (adj : adjoints) (k : positive) : R := match PositiveMap.find k adj with Some a => v a | None => 0 end.
Fixpoint total (l : list positive) (adj : adjoints) : R :=
  match l with [] => 0 | k :: l => adjoint_value adj k * dv k + total l adj end.

Lemma total_add l k a adj : NoDup l -> In k l -> total l (PositiveMap.add k a adj) = total l adj + (v a - adjoint_value adj k) * dv k.
Proof.
  intro once. induction once as [|j l new once IH]; simpl; [easy|].
  destruct (Pos.eq_dec j k) as [->|other].
  - intros _. assert (same : total l (PositiveMap.add k a adj) = total l adj).
    { clear -new. induction l as [|j l IH]; simpl; [reflexivity|]. simpl in new. rewrite IH by tauto.
      unfold adjoint_value. rewrite PositiveMap.gso by (intro E; subst; tauto). reflexivity. }
    rewrite same. unfold adjoint_value at 1. rewrite PositiveMap.gss. ring.
  - intros [E|ink]; [congruence|]. rewrite IH by exact ink. unfold adjoint_value at 1. rewrite PositiveMap.gso by exact other.
    unfold adjoint_value. ring.
Qed.
Lemma total_remove l k adj : NoDup l -> In k l -> total l (PositiveMap.remove k adj) = total l adj - adjoint_value adj k * dv k.
Proof.
  intro once. induction once as [|j l new once IH]; simpl; [easy|].
  destruct (Pos.eq_dec j k) as [->|other].
  - intros _. assert (same : total l (PositiveMap.remove k adj) = total l adj).
    { clear -new. induction l as [|j l IH]; simpl; [reflexivity|]. simpl in new. rewrite IH by tauto.
      unfold adjoint_value. rewrite PositiveMap.gro by (intro E; subst; tauto). reflexivity. }
    rewrite same. unfold adjoint_value at 1. rewrite PositiveMap.grs. ring.
  - intros [E|ink]; [congruence|]. rewrite IH by exact ink. unfold adjoint_value at 1. rewrite PositiveMap.gro by exact other.
    unfold adjoint_value. ring.
Qed.

Variable l : list positive.
Hypothesis once : NoDup l.

(** what holds of a step from [s] to [s'] that adds [d] to the total *)
Definition adds (d : R) (s s' : adjoints * state) : Prop :=
  well_formed (snd s') /\ within (instructions (snd s)) (instructions (snd s')) /\
  (within (instructions (snd s')) D -> total l (fst s') = total l (fst s) + d).

Lemma accumulate_correct k a s s' : well_formed (snd s) -> In k l -> accumulate k a s = Some s' -> adds (v a * dv k) s s'.
Proof.
  destruct s as [adj st]. cbn [snd fst]. intros wf ink. unfold accumulate, adds.
  destruct (PositiveMap.find k adj) as [b|] eqn:found.
  - destruct (emit _ st) as [[c st1]|] eqn:E; [|discriminate]. intro F. injection F as <-. cbn [snd fst].
    destruct (emit_correct _ _ _ _ wf E) as (wf1 & in1 & at1). split; [exact wf1|split; [exact in1|]]. intro inD.
    rewrite total_add by assumption. unfold adjoint_value. rewrite found.
    rewrite (values c _ (inD _ _ at1)). simpl. ring.
  - intro F. injection F as <-. cbn [snd fst]. split; [exact wf|split; [now intros ? ?|]]. intros _.
    rewrite total_add by assumption. unfold adjoint_value. rewrite found. ring.
Qed.
Lemma contribute_correct k o s s' (w : R) : well_formed (snd s) -> In k l -> contribute k o s = Some s' ->
  (forall i, value_of x v i o = w) -> adds (w * dv k) s s'.
Proof.
  destruct s as [adj st]. cbn [snd fst]. intros wf ink. unfold contribute.
  destruct (emit o st) as [[a st1]|] eqn:E; [|discriminate]. intros F is_w.
  destruct (emit_correct _ _ _ _ wf E) as (wf1 & in1 & at1).
  destruct (accumulate_correct k a (adj, st1) s' wf1 ink F) as (wf2 & in2 & sums). cbn [snd fst] in *.
  split; [exact wf2|split; [exact (within_trans _ _ _ in1 in2)|]]. intro inD. rewrite sums by exact inD.
  rewrite (values a _ (inD _ _ (in2 _ _ at1))), is_w. reflexivity.
Qed.
Lemma adds_trans d e s t r : adds d s t -> adds e t r -> adds (d + e) s r.
Proof.
  intros (wf1 & in1 & sum1) (wf2 & in2 & sum2). split; [exact wf2|split; [exact (within_trans _ _ _ in1 in2)|]].
  intro inD. rewrite sum2 by exact inD. rewrite sum1 by exact (within_trans _ _ _ in2 inD). ring.
Qed.
Lemma adds_emit adj o st a st1 : well_formed st -> emit o st = Some (a, st1) ->
  adds 0 (adj, st) (adj, st1) /\ PositiveMap.find a (instructions st1) = Some o.
Proof.
  intros wf E. destruct (emit_correct _ _ _ _ wf E) as (wf1 & in1 & at1). split; [|exact at1].
  split; [exact wf1|split; [exact in1|]]. intros _. simpl. ring.
Qed.
Lemma adds_eq d e s t : adds d s t -> (within (instructions (snd t)) D -> d = e) -> adds e s t.
Proof. intros (wf & in_ & sum) same. split; [exact wf|split; [exact in_|]]. intro inD. rewrite sum, same; auto. Qed.

Lemma back_correct i s s' : well_formed (snd s) -> In i l -> (forall j, (j < i)%positive -> In j l) -> back i s = Some s' -> adds 0 s s'.
Proof.
  destruct s as [adj st]. cbn [snd fst]. intros wf ini lower. unfold back.
  destruct (PositiveMap.find i adj) as [a|] eqn:found; [|intro F; injection F as <-; split; [exact wf|split; [now intros ? ?|intros; simpl; ring]]].
  destruct (PositiveMap.find i (instructions st)) as [o|] eqn:at_i; [|discriminate].
  assert (in_l : forall k, In k (operands o) -> In k l) by (intros k ink; apply lower; exact (proj1 wf _ _ at_i _ ink)).
  assert (drop : forall s1 d, adds d (PositiveMap.remove i adj, st) s1 ->
    (within (instructions (snd s1)) D -> d = v a * tangent_of v dx dv i o) -> adds 0 (adj, st) s1).
  { intros s1 d (wf1 & in1 & sum) is_d. split; [exact wf1|split; [exact in1|]]. intro inD. rewrite sum by exact inD. simpl.
    rewrite total_remove by assumption. rewrite is_d by exact inD.
    rewrite <- (tangents i o (inD _ _ (in1 _ _ at_i))). unfold adjoint_value. rewrite found. ring. }
  destruct o as [|q|f y|f y z].
  - intro F. injection F as <-. split; [exact wf|split; [now intros ? ?|intros; simpl; ring]].
  - intro F. injection F as <-. apply (drop _ 0); [split; [exact wf|split; [now intros ? ?|intros; simpl; ring]]|]. intros _. simpl. ring.
  - assert (iny := in_l y (or_introl eq_refl)). destruct f; cbn [fst].
    + intro F. apply (contribute_correct _ _ _ _ (- v a)) in F; [|exact wf|exact iny|easy]. apply (drop _ _ F). intros _. simpl. ring.
    + destruct (emit (Number _) st) as [[h st1]|] eqn:E1; [|discriminate]. destruct (emit _ st1) as [[c st2]|] eqn:E2; [|discriminate]. intro F.
      destruct (adds_emit (PositiveMap.remove i adj) _ _ _ _ wf E1) as [A1 at1]. destruct (adds_emit (PositiveMap.remove i adj) _ _ _ _ (proj1 A1) E2) as [A2 at2].
      apply (contribute_correct _ _ _ _ (v c / v i)) in F; [|exact (proj1 A2)|exact iny|easy].
      apply (drop _ _ (adds_trans _ _ _ _ _ (adds_trans _ _ _ _ _ A1 A2) F)). intro inD. simpl.
      assert (in2 := within_trans _ _ _ (proj1 (proj2 F)) inD). assert (in1 := within_trans _ _ _ (proj1 (proj2 A2)) in2).
      rewrite (values c _ (in2 _ _ at2)). simpl. rewrite (values h _ (in1 _ _ at1)). simpl. unfold Q2R, Rdiv. simpl. ring.
    + destruct (emit _ st) as [[h st1]|] eqn:E1; [|discriminate]. intro F.
      destruct (adds_emit (PositiveMap.remove i adj) _ _ _ _ wf E1) as [A1 at1].
      apply (contribute_correct _ _ _ _ (v a * v h)) in F; [|exact (proj1 A1)|exact iny|easy].
      apply (drop _ _ (adds_trans _ _ _ _ _ A1 F)). intro inD. simpl.
      rewrite (values h _ (within_trans _ _ _ (proj1 (proj2 F)) inD _ _ at1)). simpl. ring.
    + intro F. apply (contribute_correct _ _ _ _ (v a * v i)) in F; [|exact wf|exact iny|easy]. apply (drop _ _ F). intros _. simpl. ring.
    + intro F. apply (contribute_correct _ _ _ _ (v a / v y)) in F; [|exact wf|exact iny|easy]. apply (drop _ _ F). intros _. simpl. unfold Rdiv. ring.
    + intro F. injection F as <-. apply (drop _ 0); [split; [exact wf|split; [now intros ? ?|intros; simpl; ring]]|]. intros _. simpl. ring.
    + destruct (emit _ st) as [[h st1]|] eqn:E1; [|discriminate]. intro F.
      destruct (adds_emit (PositiveMap.remove i adj) _ _ _ _ wf E1) as [A1 at1].
      apply (contribute_correct _ _ _ _ (v a * v h)) in F; [|exact (proj1 A1)|exact iny|easy].
      apply (drop _ _ (adds_trans _ _ _ _ _ A1 F)). intro inD. simpl.
      rewrite (values h _ (within_trans _ _ _ (proj1 (proj2 F)) inD _ _ at1)). simpl. ring.
    + destruct (emit (Number _) st) as [[h st1]|] eqn:E1; [|discriminate]. destruct (emit _ st1) as [[h2 st2]|] eqn:E2; [|discriminate].
      destruct (emit _ st2) as [[h3 st3]|] eqn:E3; [|discriminate]. intro F. set (adj1 := PositiveMap.remove i adj) in *.
      destruct (adds_emit adj1 _ _ _ _ wf E1) as [A1 at1]. destruct (adds_emit adj1 _ _ _ _ (proj1 A1) E2) as [A2 at2].
      destruct (adds_emit adj1 _ _ _ _ (proj1 A2) E3) as [A3 at3].
      apply (contribute_correct _ _ _ _ (v a * v h3)) in F; [|exact (proj1 A3)|exact iny|easy].
      apply (drop _ _ (adds_trans _ _ _ _ _ (adds_trans _ _ _ _ _ (adds_trans _ _ _ _ _ A1 A2) A3) F)). intro inD. simpl.
      assert (in3 := within_trans _ _ _ (proj1 (proj2 F)) inD). assert (in2 := within_trans _ _ _ (proj1 (proj2 A3)) in3).
      assert (in1 := within_trans _ _ _ (proj1 (proj2 A2)) in2).
      rewrite (values h3 _ (in3 _ _ at3)). simpl. rewrite (values h2 _ (in2 _ _ at2)). simpl. rewrite (values h _ (in1 _ _ at1)). simpl. unfold Q2R. simpl. field.
  - assert (iny := in_l y (or_introl eq_refl)). assert (inz := in_l z (or_intror (or_introl eq_refl))). destruct f; cbn [fst].
    + destruct (accumulate y a _) as [s1|] eqn:E1; [|discriminate]. intro F.
      apply accumulate_correct in E1; [|exact wf|exact iny]. apply accumulate_correct in F; [|exact (proj1 E1)|exact inz].
      apply (drop _ _ (adds_trans _ _ _ _ _ E1 F)). intros _. simpl. ring.
    + destruct (contribute y _ _) as [s1|] eqn:E1; [|discriminate]. intro F.
      apply (contribute_correct _ _ _ _ (v a * v z)) in E1; [|exact wf|exact iny|easy].
      apply (contribute_correct _ _ _ _ (v a * v y)) in F; [|exact (proj1 E1)|exact inz|easy].
      apply (drop _ _ (adds_trans _ _ _ _ _ E1 F)). intros _. simpl. ring.
    + destruct (emit _ st) as [[c st1]|] eqn:E1; [|discriminate]. destruct (accumulate y c _) as [[adj2 st2]|] eqn:E2; [|discriminate].
      destruct (emit (Binary Mul c i) st2) as [[d st3]|] eqn:E3; [|discriminate]. intro F.
      destruct (adds_emit (PositiveMap.remove i adj) _ _ _ _ wf E1) as [A1 at1].
      apply accumulate_correct in E2; [|exact (proj1 A1)|exact iny].
      destruct (adds_emit adj2 _ _ _ _ (proj1 E2) E3) as [A3 at3].
      apply (contribute_correct _ _ _ _ (- v d)) in F; [|exact (proj1 A3)|exact inz|easy].
      apply (drop _ _ (adds_trans _ _ _ _ _ (adds_trans _ _ _ _ _ (adds_trans _ _ _ _ _ A1 E2) A3) F)). intro inD.
      assert (in3 := within_trans _ _ _ (proj1 (proj2 F)) inD). assert (in2 := within_trans _ _ _ (proj1 (proj2 A3)) in3).
      assert (in1 := within_trans _ _ _ (proj1 (proj2 E2)) in2).
      rewrite (values d _ (in3 _ _ at3)). simpl. rewrite (values c _ (in1 _ _ at1)). simpl. unfold Rdiv. ring.
Qed.

Lemma back_all_correct ks : (forall i, In i ks -> In i l /\ forall j, (j < i)%positive -> In j l) -> forall s s',
  well_formed (snd s) -> back_all ks s = Some s' -> adds 0 s s'.
Proof.
  induction ks as [|i ks IH]; intros lower s s' wf; simpl.
  - intro F. injection F as <-. split; [exact wf|split; [now intros ? ?|intros; ring]].
  - destruct (back i s) as [s1|] eqn:E; [|discriminate]. intro F.
    destruct (lower i (or_introl eq_refl)). apply back_correct in E; [|assumption..].
    apply IH in F; [|intros; apply lower; now right|exact (proj1 E)].
    apply (adds_eq _ _ _ _ (adds_trans _ _ _ _ _ E F)). intros _. ring.
Qed.
Fixpoint weighted_change (w : list (positive * positive)) : R := match w with [] => 0 | (y, c) :: w => v c * dv y + weighted_change w end.
Lemma seed_correct w : (forall y c, In (y, c) w -> In y l) -> forall s s', well_formed (snd s) -> seed w s = Some s' -> adds (weighted_change w) s s'.
Proof.
  induction w as [|[y c] w IH]; intros inside s s' wf; simpl.
  - intro F. injection F as <-. split; [exact wf|split; [now intros ? ?|intros; ring]].
  - destruct (accumulate y c s) as [s1|] eqn:E; [|discriminate]. intro F.
    apply accumulate_correct in E; [|exact wf|apply (inside y c); now left].
    apply IH in F; [|intros; apply (inside _ c0); now right|exact (proj1 E)].
    exact (adds_trans _ _ _ _ _ E F).
Qed.
Lemma total_empty ks : total ks (PositiveMap.empty positive) = 0.
Proof. induction ks as [|k ks IH]; simpl; [reflexivity|]. rewrite IH. unfold adjoint_value. rewrite PositiveMap.gempty. ring. Qed.
End Correct.

Lemma numbers_once n : forall i, NoDup (numbers_from i n).
Proof.
  induction n as [|n IH]; intro i; simpl; constructor; auto. rewrite numbers_from_correct. lia.
Qed.

(** Whatever the inputs change by: the weighted change of the outputs is Σ adjoint · change, over the inputs. *)
Theorem reverse_mode_correct w st adj st' : well_formed st -> reverse w st = Some (adj, st') ->
  well_formed st' /\ within (instructions st) (instructions st') /\
  forall D x v dx dv, within (instructions st') D -> models D x v -> linearises D v dx dv ->
  weighted_change v dv w = total v dx (numbers_from 1 (length_of st)) adj.
Proof.
  intro wf. unfold reverse. set (l := numbers_from 1 (length_of st)).
  destruct (seed w _) as [[adj1 st1]|] eqn:E1; [|discriminate]. destruct (back_all _ _) as [[adj2 st2]|] eqn:E2; [|discriminate].
  destruct (_ && _)%bool eqn:ok; [|discriminate]. intro F. injection F as <- <-. apply andb_prop in ok as [only known].
  assert (in_l : forall k, In k l <-> (k < next st)%positive).
  { intro k. unfold l, length_of. rewrite numbers_from_correct, Pos2Nat.inj_lt. pose proof (Pos2Nat.is_pos k). pose proof (Pos2Nat.is_pos (next st)).
    change (Pos.to_nat 1) with 1%nat. lia. }
  assert (outs : forall y c, In (y, c) w -> In y l).
  { intros y c iny. rewrite forallb_forall in known. apply known in iny. apply in_l. now apply Pos.ltb_lt. }
  assert (steps : forall D x v dx dv, models D x v -> linearises D v dx dv ->
    adds D v dv l (weighted_change v dv w) (PositiveMap.empty positive, st) (adj1, st1) /\ adds D v dv l 0 (adj1, st1) (adj2, st2)).
  { intros D x v dx dv vals tans. assert (A := seed_correct D x v dv vals l (numbers_once _ _) w outs (PositiveMap.empty positive, st) _ wf E1). split; [exact A|].
    refine (back_all_correct D x v dx dv vals tans l (numbers_once _ _) _ _ _ _ (proj1 A) E2).
    intros i ini. rewrite rev_append_rev, app_nil_r in ini. apply in_rev in ini. split; [exact ini|]. intros j lt. apply in_l. apply in_l in ini. lia. }
  assert (shape : well_formed st2 /\ within (instructions st) (instructions st2)).
  { destruct (steps (PositiveMap.empty op) (fun _ => 0%R) (fun _ => 0%R) (fun _ => 0%R) (fun _ => 0%R)) as [A B];
      [intros i o found; now rewrite PositiveMap.gempty in found..|]. split; [exact (proj1 B)|].
    exact (within_trans _ _ _ (proj1 (proj2 A)) (proj1 (proj2 B))). }
  split; [apply shape|split; [apply shape|]]. intros D x v dx dv inD vals tans.
  destruct (steps D x v dx dv vals tans) as [(_ & _ & sum1) (_ & in2 & sum2)]. cbn [fst snd] in *.
  specialize (sum1 (within_trans _ _ _ in2 inD)). specialize (sum2 inD). rewrite total_empty in sum1.
  transitivity (total v dv l adj2); [lra|].
  assert (agree : forall k, In k l -> PositiveMap.find k adj2 <> None -> dv k = dx k).
  { intros k ink some. unfold all_inputs in only. rewrite forallb_forall in only. specialize (only k ink).
    destruct (PositiveMap.find k adj2); [|easy]. destruct (PositiveMap.find k (instructions st)) as [[]|] eqn:at_k; try discriminate only.
    exact (tans k Input (inD _ _ (proj2 shape _ _ at_k))). }
  clear -agree. induction l as [|k l IH]; simpl; [reflexivity|]. rewrite IH by (intros; apply agree; [now right|assumption]). f_equal.
  unfold adjoint_value. destruct (PositiveMap.find k adj2) eqn:found; [|ring]. rewrite agree; [reflexivity|now left|congruence].
Qed.

(** ** Cost *)

Lemma emit_cost o st i st' : emit o st = Some (i, st') -> (Pos.to_nat (next st') <= S (Pos.to_nat (next st)))%nat.
Proof.
  assert (new : append o st = Some (i, st') -> (Pos.to_nat (next st') <= S (Pos.to_nat (next st)))%nat).
  { unfold append. destruct (below _ _); [|discriminate]. intro E. injection E as <- <-. simpl. lia. }
  unfold emit. destruct (PositiveMap.find _ (known st)) as [j|]; [|exact new]. destruct (PositiveMap.find j _) as [p|]; [|exact new].
  destruct (op_eqb o p); [|exact new]. intro E. injection E as _ <-. lia.
Qed.
Local Definition at_most (n : nat) (s s' : adjoints * state) : Prop := (Pos.to_nat (next (snd s')) <= n + Pos.to_nat (next (snd s)))%nat.
Lemma accumulate_cost k a s s' : accumulate k a s = Some s' -> at_most 1 s s'.
Proof.
  destruct s as [adj st]. unfold accumulate, at_most. destruct (PositiveMap.find k adj).
  - destruct (emit _ st) as [[c st1]|] eqn:E; [|discriminate]. intro F. injection F as <-. apply emit_cost in E. simpl. lia.
  - intro F. injection F as <-. simpl. lia.
Qed.
Lemma contribute_cost k o s s' : contribute k o s = Some s' -> at_most 2 s s'.
Proof.
  destruct s as [adj st]. unfold contribute. destruct (emit o st) as [[c st1]|] eqn:E; [|discriminate]. intro F.
  apply accumulate_cost in F. apply emit_cost in E. unfold at_most in *. simpl in *. lia.
Qed.
Definition cost : nat := 6.
Lemma back_cost i s s' : back i s = Some s' -> at_most (pred cost) s s'.
Proof.
  destruct s as [adj st]. unfold back, cost. intro F.
  repeat match type of F with
  | match ?e with _ => _ end = _ => destruct e eqn:?; try discriminate F
  | Some _ = Some _ => injection F as <-
  end;
  repeat match goal with
  | E : emit _ _ = Some _ |- _ => apply emit_cost in E
  | E : accumulate _ _ _ = Some _ |- _ => apply accumulate_cost in E
  | E : contribute _ _ _ = Some _ |- _ => apply contribute_cost in E
  end; unfold at_most in *; simpl in *; try lia.
Qed.
Lemma back_all_cost l : forall s s', back_all l s = Some s' -> at_most (pred cost * length l) s s'.
Proof.
  induction l as [|i l IH]; intros s s'; simpl; [intro F; injection F as <-; unfold at_most; lia|].
  destruct (back i s) as [s1|] eqn:E; [|discriminate]. intro F. apply IH in F. apply back_cost in E. unfold at_most, cost in *. simpl in *. lia.
Qed.
Lemma seed_cost w : forall s s', seed w s = Some s' -> at_most (length w) s s'.
Proof.
  induction w as [|[y c] w IH]; intros s s'; simpl; [intro F; injection F as <-; unfold at_most; lia|].
  destruct (accumulate y c s) as [s1|] eqn:E; [|discriminate]. intro F. apply IH in F. apply accumulate_cost in E. unfold at_most in *. simpl in *. lia.
Qed.
(** The program with its adjoints has at most [cost] times the instructions of the program, and one for each weighted output. *)
Theorem reverse_mode_cost_bound w st adj st' : reverse w st = Some (adj, st') -> (length_of st' <= cost * length_of st + length w)%nat.
Proof.
  unfold reverse. destruct (seed w _) as [s1|] eqn:E1; [|discriminate]. destruct s1 as [adj1 st1].
  destruct (back_all _ _) as [[adj2 st2]|] eqn:E2; [|discriminate]. destruct (_ && _)%bool; [|discriminate]. intro F. injection F as <- <-.
  apply back_all_cost in E2. apply seed_cost in E1. unfold at_most, length_of, cost in *.
  rewrite rev_append_rev, app_nil_r, length_rev in E2.
  assert (len : forall n i, length (numbers_from i n) = n) by (induction n; intros; simpl; auto). rewrite len in E2. simpl in *. lia.
Qed.
