(** * Lowering: from a graph to a straight-line program

    The nodes of a graph are evaluated on expressions over earlier instructions, by the operators' own definitions; after each node its results become
    instructions of their own.

    Main definitions: [expression], [flatten], [lower].
    Main results: [lower_sound] (the instructions have the values that the graph has at guarded reals, and are fine where the guards hold).

    Trust: proved. *)
From Coq Require Import PString Uint63 ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Network Spec.Elementary.
From Warrant Require Import Primitives.Autodiff.Programs Checker.Relational Checker.Gradients.Relational.
Import ListNotations.
Local Open Scope positive_scope.

(** ** Expressions as scalars; sums with 0, products with 1 and signs of numbers are not kept *)

Inductive expression := Result (i : positive) | Exactly (q : Q) | Apply1 (f : unary) (a : expression) | Apply2 (f : binary) (a b : expression).

(** the rational that a number of the model is *)
Definition dyadic_Q (d : dyadic) : Q :=
  let m := to_Z (man d) in
  let m := if negative d then (- m)%Z else m in
  match (to_Z (ex d) - 1074)%Z with Zneg p => Qred (Qmake m (Pos.shiftl 1 (Npos p))) | e => inject_Z (m * 2 ^ e) end.
Definition is_number (q : Q) (e : expression) : bool := match e with Exactly p => Qeq_bool p q | _ => false end.
(** x where a <= b (a < b where [strict]), and y elsewhere *)
Definition chosen (strict : bool) (a b x y : expression) : expression :=
  let minus a b := Apply2 Add a (Apply1 Opp b) in
  if strict then Apply2 Add y (Apply2 Mul (Apply1 Step (minus b a)) (minus x y))
  else Apply2 Add x (Apply2 Mul (Apply1 Step (minus a b)) (minus y x)).
#[local] Instance expression_scalar : scalar expression := {|
  zero := Exactly 0;
  literal d := Exactly (dyadic_Q d);
  number_of := Exactly;
  add a b := if is_number 0 a then b else if is_number 0 b then a else Apply2 Add a b;
  opp a := match a with Exactly q => Exactly (- q) | _ => Apply1 Opp a end;
  mul a b := if is_number 1 a then b else if is_number 1 b then a else Apply2 Mul a b;
  div := Apply2 Div;
  root := Apply1 Root;
  relu := Apply1 Relu;
  choose := chosen |}.
#[local] Instance expression_elementary : elementary expression := {|
  exponential := Apply1 Exp; logarithm := Apply1 Log; step := Apply1 Step; error_function := Apply1 Erf |}.

Fixpoint flatten (e : expression) (st : state) : option (positive * state) :=
  match e with
  | Result i => Some (i, st)
  | Exactly q => emit (Number q) st
  | Apply1 f a => do (i, st) <- flatten a st; emit (Unary f i) st
  | Apply2 f a b => do (i, st) <- flatten a st; do (j, st) <- flatten b st; emit (Binary f i j) st
  end.
Fixpoint flatten_all (l : list expression) (st : state) : option (list positive * state) :=
  match l with
  | [] => Some ([], st)
  | e :: l => do (i, st) <- flatten e st; do (r, st) <- flatten_all l st; Some (i :: r, st)
  end.
Fixpoint flatten_values (l : list (value expression)) (st : state) : option (list (value expression) * state) :=
  match l with
  | [] => Some ([], st)
  | Reals t :: l =>
    do (r, st) <- flatten_all (data t) st; do (l, st) <- flatten_values l st; Some (Reals (Tensor (shape t) (map Result r)) :: l, st)
  | v :: l => do (l, st) <- flatten_values l st; Some (v :: l, st)
  end.
Fixpoint lower_nodes (ns : list node) (e : environment expression) (st : state) : option (environment expression * state) :=
  match ns with
  | [] => Some (e, st)
  | n :: ns =>
    do xs <- map_all (fetch e) (ins n);
    do vs <- match op_domain n with
             | Standard => program_operator (op_type n) (attrs n) (Z.of_nat (length (outs n))) xs
             | MachineLearning => None
             end;
    do (vs, st) <- flatten_values vs st;
    do e <- bind (outs n) vs e; lower_nodes ns e st
  end.
Fixpoint flatten_tensors (l : list (tensor expression)) (st : state) : option (list (tensor positive) * state) :=
  match l with
  | [] => Some ([], st)
  | t :: l => do (r, st) <- flatten_all (data t) st; do (l, st) <- flatten_tensors l st; Some (Tensor (shape t) r :: l, st)
  end.
(** where the outputs of the graph stand, for inputs that stand at given instructions *)
Definition lower (g : graph) (given : environment expression) (st : state) : option (list (tensor positive) * state) :=
  do vs <- map_all (fun p => lookup given (fst p)) (graph_inputs g);
  do e <- bind (map fst (graph_inputs g) ++ map fst (graph_initializers g))
               (vs ++ map (fun p => constant_value (snd p)) (graph_initializers g)) [];
  do (e, st) <- lower_nodes (graph_nodes g) e st;
  do ts <- map_all (fun n => do v <- lookup e n; as_reals v) (graph_outputs g);
  flatten_tensors ts st.

(** ** Whatever the expressions stand for *)

(** what holds of a step from [st] to [st'] *)
Definition grows (st st' : state) : Prop := well_formed st' /\ within (instructions st) (instructions st').
Lemma grows_trans a b c : grows a b -> grows b c -> grows a c.
Proof. intros [_ ab] [wf bc]. split; [exact wf|exact (within_trans _ _ _ ab bc)]. Qed.


(** What expressions stand for, and instructions, in scalars of some kind; flattened expressions stand for the same. *)
Section Stands.
Context {G : Type} {SG : scalar G} {EG : elementary G}.
Variables (D : code) (stands : expression -> G -> Prop) (stands_at : positive -> G -> Prop).
Hypothesis scalars : scalar_rel stands.
Hypothesis functions : elementary_rel stands.
Hypothesis flattened : forall e st i st', well_formed st -> flatten e st = Some (i, st') ->
  grows st st' /\ (within (instructions st') D -> forall g, stands e g -> stands_at i g).
Hypothesis results : forall i g, stands_at i g -> stands (Result i) g.

Lemma flatten_all_correct l : forall gs st r st', well_formed st -> flatten_all l st = Some (r, st') -> 
  grows st st' /\ (within (instructions st') D -> Forall2 stands l gs -> Forall2 stands_at r gs).
Proof.
  induction l as [|e l IH]; intros gs st r st' wf; simpl.
  - intro F. injection F as <- <-. split; [split; [exact wf|now intros ? ?]|]. intros _ all. inversion all. constructor.
  - destruct (flatten e st) as [[i st1]|] eqn:E; [|discriminate]. destruct (flatten_all l st1) as [[r' st2]|] eqn:El; [|discriminate].
    intro F. injection F as <- <-. destruct (flattened _ _ _ _ wf E) as [ge se].
    destruct (IH (tl gs) _ _ _ (proj1 ge) El) as [gl sl]. split; [exact (grows_trans _ _ _ ge gl)|]. intros inD all. inversion all as [|? g ? gs' stands_e rest]; subst.
    constructor; [|now apply sl]. exact (se (within_trans _ _ _ (proj2 gl) inD) _ stands_e).
Qed.
Lemma stands_result r gs : Forall2 stands_at r gs -> Forall2 stands (map Result r) gs.
Proof. induction 1 as [|i g r gs at_i _ IH]; constructor; auto. Qed.
Lemma flatten_values_correct l : forall ws st l' st', well_formed st -> flatten_values l st = Some (l', st') ->
  grows st st' /\ (within (instructions st') D -> Forall2 (vrel stands) l ws -> Forall2 (vrel stands) l' ws).
Proof.
  induction l as [|u l IH]; intros ws st l' st' wf; simpl.
  - intro F. injection F as <- <-. split; [split; [exact wf|now intros ? ?]|]. easy.
  - assert (pass : (do (l, st) <- flatten_values l st; Some (u :: l, st)) = Some (l', st') ->
      grows st st' /\ (within (instructions st') D -> Forall2 (vrel stands) (u :: l) ws -> Forall2 (vrel stands) l' ws)).
    { destruct (flatten_values l st) as [[l1 st2]|] eqn:El; [|discriminate]. intro F. injection F as <- <-.
      destruct (IH (tl ws) _ _ _ wf El) as [gl sl]. split; [exact gl|]. intros inD all. inversion all; subst. constructor; [assumption|]. now apply sl. }
    destruct u as [t|t|t|n t|t]; try exact pass.
    destruct (flatten_all (data t) st) as [[r st1]|] eqn:E; [|discriminate]. destruct (flatten_values l st1) as [[l1 st2]|] eqn:El; [|discriminate].
    intro F. injection F as <- <-.
    destruct (flatten_all_correct (data t) (match ws with Reals t :: _ => data t | _ => [] end) _ _ _ wf E) as [ge se].
    destruct (IH (tl ws) _ _ _ (proj1 ge) El) as [gl sl]. split; [exact (grows_trans _ _ _ ge gl)|]. intros inD all. inversion all as [|? g ? gs' rel rest]; subst.
    constructor; [|now apply sl]. destruct g; simpl in rel; try easy. split; [exact (proj1 rel)|]. simpl.
    apply stands_result, se; [exact (within_trans _ _ _ (proj2 gl) inD)|exact (proj2 rel)].
Qed.

Local Lemma with_itself {A} (l : list A) : Forall2 eq l l.
Proof. induction l; constructor; auto. Qed.
(** [Some] on the one side gives a related [Some] on the other *)
Local Lemma orel_some {A B} (R : A -> B -> Prop) a o : orel R (Some a) o -> exists b, o = Some b /\ R a b.
Proof. destruct o as [b|]; simpl; [|easy]. intro r. now exists b. Qed.

Lemma lower_nodes_correct ns : forall e st e' st', well_formed st -> lower_nodes ns e st = Some (e', st') ->
  grows st st' /\ (within (instructions st') D -> forall f, erel stands e f -> exists f', execute ns f = Some f' /\ erel stands e' f').
Proof.
  induction ns as [|n ns IH]; intros e st e' st' wf; simpl.
  - intro F. injection F as <- <-. split; [split; [exact wf|now intros ? ?]|]. intros _ f rel. now exists f.
  - destruct (map_all (fetch e) (ins n)) as [xs|] eqn:Ex; [|discriminate]. destruct (op_domain n) eqn:dom; [|discriminate]. destruct (program_operator _ _ _ xs) as [vs|] eqn:Ev; [|discriminate].
    destruct (flatten_values vs st) as [[vs1 st1]|] eqn:Ef; [|discriminate]. destruct (bind (outs n) vs1 e) as [e1|] eqn:Eb; [|discriminate].
    intro F. destruct (flatten_values_correct vs [] _ _ _ wf Ef) as [g1 _]. destruct (IH _ _ _ _ (proj1 g1) F) as [g2 s2].
    split; [exact (grows_trans _ _ _ g1 g2)|]. intros inD f rel.
    assert (Rx : orel (orels stands) (map_all (fetch e) (ins n)) (map_all (fetch f) (ins n))).
    { apply (orel_map_all eq); [apply with_itself|]. intros ? ? ->. now apply fetch_rel. }
    rewrite Ex in Rx. apply orel_some in Rx as (ys & -> & rxy).
    assert (Rv := program_operator_rel stands scalars functions (op_type n) (attrs n) (Z.of_nat (length (outs n))) xs ys rxy).
    rewrite Ev in Rv. apply orel_some in Rv as (ws & Ew & rvw). rewrite Ew.
    destruct (flatten_values_correct vs ws _ _ _ wf Ef) as [_ s1]. specialize (s1 (within_trans _ _ _ (proj2 g2) inD) rvw).
    assert (Rb := bind_rel stands (outs n) _ _ _ _ s1 rel). rewrite Eb in Rb. apply orel_some in Rb as (f1 & -> & rel1).
    exact (s2 inD f1 rel1).
Qed.
Lemma flatten_tensors_correct l : forall ts st r st', well_formed st -> flatten_tensors l st = Some (r, st') ->
  grows st st' /\ (within (instructions st') D -> Forall2 (trel stands) l ts -> Forall2 (trel stands_at) r ts).
Proof.
  induction l as [|t l IH]; intros ts st r st' wf; simpl.
  - intro F. injection F as <- <-. split; [split; [exact wf|now intros ? ?]|]. intros _ all. inversion all. constructor.
  - destruct (flatten_all (data t) st) as [[r1 st1]|] eqn:E; [|discriminate]. destruct (flatten_tensors l st1) as [[l1 st2]|] eqn:El; [|discriminate].
    intro F. injection F as <- <-.
    destruct (flatten_all_correct (data t) (match ts with t :: _ => data t | _ => [] end) _ _ _ wf E) as [ge se].
    destruct (IH (tl ts) _ _ _ (proj1 ge) El) as [gl sl]. split; [exact (grows_trans _ _ _ ge gl)|]. intros inD all. inversion all as [|? g ? gs' rel rest]; subst.
    constructor; [|now apply sl]. split; [exact (proj1 rel)|]. simpl.
    apply se; [exact (within_trans _ _ _ (proj2 gl) inD)|exact (proj2 rel)].
Qed.

Theorem lower_stands g given st r st' : well_formed st -> lower g given st = Some (r, st') ->
  grows st st' /\ (within (instructions st') D -> forall f, erel stands given f ->
    exists ts, outputs g f = Some ts /\ Forall2 (trel stands_at) r ts).
Proof.
  intro wf. unfold lower, outputs.
  destruct (map_all _ (graph_inputs g)) as [vs|] eqn:Ev; [|discriminate]. destruct (bind _ _ []) as [e|] eqn:Ee; [|discriminate].
  destruct (lower_nodes _ e st) as [[e1 st1]|] eqn:E1; [|discriminate]. destruct (map_all _ (graph_outputs g)) as [ts|] eqn:Et; [|discriminate].
  intro F. destruct (lower_nodes_correct _ _ _ _ _ wf E1) as [g1 s1]. destruct (flatten_tensors_correct ts [] _ _ _ (proj1 g1) F) as [g2 _].
  split; [exact (grows_trans _ _ _ g1 g2)|]. intros inD f rel.
  assert (Rv : orel (Forall2 (vrel stands)) (map_all (fun p => lookup given (fst p)) (graph_inputs g)) (map_all (fun p => lookup f (fst p)) (graph_inputs g))).
  { apply (orel_map_all eq); [apply with_itself|]. intros ? ? ->. now apply lookup_rel. }
  rewrite Ev in Rv. apply orel_some in Rv as (ws & -> & rvw).
  assert (Re : orel (erel stands) (bind (map fst (graph_inputs g) ++ map fst (graph_initializers g)) (vs ++ map (fun p => constant_value (snd p)) (graph_initializers g)) [])
    (bind (map fst (graph_inputs g) ++ map fst (graph_initializers g)) (ws ++ map (fun p => constant_value (snd p)) (graph_initializers g)) [])).
  { apply bind_rel; [|constructor]. apply Forall2_app; [exact rvw|]. apply Forall2_same. intros [n [t|t]]; reflexivity. }
  rewrite Ee in Re. apply orel_some in Re as (f0 & -> & rel0).
  destruct (s1 (within_trans _ _ _ (proj2 g2) inD) f0 rel0) as (f1 & -> & rel1).
  assert (Rt : orel (Forall2 (trel stands)) (map_all (fun n => do v <- lookup e1 n; as_reals v) (graph_outputs g)) (map_all (fun n => do v <- lookup f1 n; as_reals v) (graph_outputs g))).
  { apply (orel_map_all eq); [apply with_itself|]. intros ? ? ->.
    apply (orel_bind (vrel stands)); [now apply lookup_rel|]. exact (as_reals_rel stands scalars). }
  rewrite Et in Rt. apply orel_some in Rt as (us & -> & rtu). exists us. split; [reflexivity|].
  destruct (flatten_tensors_correct ts us _ _ _ (proj1 g1) F) as [_ s2]. now apply s2.
Qed.
End Stands.

(** ** Guarded reals *)


Section Sound.
Variables (smooth : bool) (D : code) (x v : positive -> R).
Hypothesis values : models D x v.
Local Instance guarded_scalar_here : scalar guarded := guarded_scalar smooth.
Local Instance guarded_elementary_here : elementary guarded := guarded_elementary smooth.

Fixpoint meaning (e : expression) : R :=
  match e with Result i => v i | Exactly q => Q2R q | Apply1 f a => value1 f (meaning a) | Apply2 f a b => value2 f (meaning a) (meaning b) end.
Fixpoint proper (e : expression) : Prop :=
  match e with
  | Result i => fine smooth D v i
  | Exactly _ => True
  | Apply1 f a => proper a /\ good1 smooth f (meaning a)
  | Apply2 f a b => proper a /\ proper b /\ good2 f (meaning b)
  end.
Definition stands (e : expression) (g : guarded) : Prop := meaning e = number g /\ (proper e <-> guard g).

Lemma dyadic_Q_correct d : Q2R (dyadic_Q d) = dyadic_R d.
Proof.
  unfold dyadic_Q, dyadic_R. set (m := to_Z (man d)).
  assert (whole : forall k, Q2R (inject_Z k) = IZR k) by (intro; unfold Q2R, inject_Z; simpl; field).
  assert (sign : forall r, (IZR (if negative d then - m else m) * r = if negative d then - (IZR m * r) else IZR m * r)%R).
  { intro r. destruct (negative d); [rewrite opp_IZR; ring|reflexivity]. }
  destruct (to_Z (ex d) - 1074)%Z as [|p|p].
  - rewrite whole, mult_IZR, sign. simpl. destruct (negative d); ring.
  - rewrite whole, mult_IZR, sign. change (2 ^ Z.pos p)%Z with (Z.pow_pos 2 p). rewrite Zpower_pos_nat, Zpower_nat_Z, <- pow_IZR. simpl. reflexivity.
  - rewrite (Qeq_eqR _ _ (Qred_correct _)). unfold Q2R. cbn [Qnum Qden]. rewrite sign. cbn [powerRZ].
    assert (E : Zpos (Pos.shiftl 1 (N.pos p)) = (2 ^ Z.of_nat (Pos.to_nat p))%Z).
    { rewrite positive_nat_Z. clear. cbn [Pos.shiftl]. induction p as [|p IH] using Pos.peano_ind; [reflexivity|].
      rewrite Pos.iter_succ, Pos2Z.inj_succ, Z.pow_succ_r, <- IH by easy. reflexivity. }
    rewrite E, <- pow_IZR. reflexivity.
Qed.
Local Lemma is_number_correct q e : is_number q e = true -> meaning e = Q2R q /\ (proper e <-> True).
Proof. destruct e; try discriminate. simpl. intro E. apply Qeq_bool_iff, Qeq_eqR in E. split; [exact E|tauto]. Qed.

Lemma expression_rel : scalar_rel stands.
Proof.
  assert (Q0 : Q2R 0 = 0%R) by (unfold Q2R; simpl; field). assert (Q1 : Q2R 1 = 1%R) by (unfold Q2R; simpl; field).
  constructor; unfold stands; simpl.
  - now rewrite Q0.
  - intro. now rewrite dyadic_Q_correct.
  - easy.
  - intros a b a' b' [ma pa] [mb pb].
    destruct (is_number 0 a) eqn:Ea; [apply is_number_correct in Ea as [Ea Pa]; simpl; rewrite <- ma, <- mb, Ea, Q0; split; [ring|tauto]|].
    destruct (is_number 0 a') eqn:Eb; [apply is_number_correct in Eb as [Eb Pb]; simpl; rewrite <- ma, <- mb, Eb, Q0; split; [ring|tauto]|].
    simpl. rewrite <- ma, <- mb. split; [reflexivity|tauto].
  - intros a b [ma pa]. destruct a; simpl in *; rewrite <- ma; (split; [|tauto]); try reflexivity. apply Q2R_opp.
  - intros a b a' b' [ma pa] [mb pb].
    destruct (is_number 1 a) eqn:Ea; [apply is_number_correct in Ea as [Ea Pa]; simpl; rewrite <- ma, <- mb, Ea, Q1; split; [ring|tauto]|].
    destruct (is_number 1 a') eqn:Eb; [apply is_number_correct in Eb as [Eb Pb]; simpl; rewrite <- ma, <- mb, Eb, Q1; split; [ring|tauto]|].
    simpl. rewrite <- ma, <- mb. split; [reflexivity|tauto].
  - intros a b a' b' [ma pa] [mb pb]. rewrite <- ma, <- mb. split; [reflexivity|tauto].
  - intros a b [ma pa]. rewrite <- ma. split; [reflexivity|tauto].
  - intros a b [ma pa]. rewrite <- ma. split; [reflexivity|]. unfold no_kink. tauto.
  - intros strict a b a' b' x0 y0 x1 y1 [ma pa] [mb pb] [mx px] [my py]. rewrite <- ma, <- mb, <- mx, <- my. unfold no_kink, chosen.
    destruct strict; simpl; unfold step_R.
    + split.
      * destruct (Rlt_dec (meaning a) (meaning a')), (Rlt_dec 0 (meaning a' + - meaning a)); lra.
      * assert (E : (meaning a' + - meaning a <> 0 <-> meaning a' - meaning a <> 0)%R) by (split; intros; lra). destruct smooth; tauto.
    + split.
      * destruct (Rle_dec (meaning a) (meaning a')), (Rlt_dec 0 (meaning a + - meaning a')); lra.
      * assert (E : (meaning a + - meaning a' <> 0 <-> meaning a' - meaning a <> 0)%R) by (split; intros; lra). destruct smooth; tauto.
Qed.
Lemma expression_elementary_rel : elementary_rel stands.
Proof.
  constructor; unfold stands, no_kink; simpl; intros a b [ma pa]; rewrite <- ma; (split; [reflexivity|tauto]).
Qed.

Lemma flatten_correct e : forall st i st', well_formed st -> flatten e st = Some (i, st') ->
  grows st st' /\ (within (instructions st') D -> v i = meaning e /\ (fine smooth D v i <-> proper e)).
Proof.
  induction e as [j|q|f a IHa|f a IHa b IHb]; intros st i st' wf; simpl.
  - intro F. injection F as <- <-. split; [split; [exact wf|now intros ? ?]|]. easy.
  - intro F. destruct (emit_correct _ _ _ _ wf F) as (wf1 & in1 & at1). split; [now split|]. intro inD.
    rewrite (values _ _ (inD _ _ at1)). rewrite (fine_iff _ _ _ _ _ (inD _ _ at1)). simpl. split; [reflexivity|]. split; [tauto|]. intros _. split; [exact I|easy].
  - destruct (flatten a st) as [[j st1]|] eqn:Ea; [|discriminate]. intro F. destruct (IHa _ _ _ wf Ea) as [ga sa].
    destruct (emit_correct _ _ _ _ (proj1 ga) F) as (wf1 & in1 & at1). split; [exact (grows_trans _ _ _ ga (conj wf1 in1))|]. intro inD.
    destruct (sa (within_trans _ _ _ in1 inD)) as [ma pa].
    rewrite (values _ _ (inD _ _ at1)), (fine_iff _ _ _ _ _ (inD _ _ at1)). simpl. rewrite ma. split; [reflexivity|]. rewrite <- pa.
    split; [intros [g all]; split; [apply all; now left|exact g]|]. intros [fa g]. split; [exact g|]. intros k [<-|[]]. exact fa.
  - destruct (flatten a st) as [[j st1]|] eqn:Ea; [|discriminate]. destruct (flatten b st1) as [[k st2]|] eqn:Eb; [|discriminate]. intro F.
    destruct (IHa _ _ _ wf Ea) as [ga sa]. destruct (IHb _ _ _ (proj1 ga) Eb) as [gb sb].
    destruct (emit_correct _ _ _ _ (proj1 gb) F) as (wf1 & in1 & at1).
    split; [exact (grows_trans _ _ _ ga (grows_trans _ _ _ gb (conj wf1 in1)))|]. intro inD.
    destruct (sb (within_trans _ _ _ in1 inD)) as [mb pb]. destruct (sa (within_trans _ _ _ (proj2 gb) (within_trans _ _ _ in1 inD))) as [ma pa].
    rewrite (values _ _ (inD _ _ at1)), (fine_iff _ _ _ _ _ (inD _ _ at1)). simpl. rewrite ma, mb. split; [reflexivity|]. rewrite <- pa, <- pb.
    split; [intros [g all]; repeat split; [apply all; tauto|apply all; tauto|exact g]|]. intros (fa & fb & g). split; [exact g|]. intros l [<-|[<-|[]]]; assumption.
Qed.
Definition stands_at (i : positive) (g : guarded) : Prop := v i = number g /\ (fine smooth D v i <-> guard g).
Theorem lower_sound g given st r st' : well_formed st -> lower g given st = Some (r, st') ->
  grows st st' /\ (within (instructions st') D -> forall f, erel stands given f ->
    exists ts, outputs g f = Some ts /\ Forall2 (trel stands_at) r ts).
Proof.
  apply (lower_stands D stands stands_at expression_rel expression_elementary_rel); [|intros i h at_i; exact at_i].
  intros e st0 i st1 wf F. destruct (flatten_correct e _ _ _ wf F) as [ge se]. split; [exact ge|]. intros inD h [me pe].
  destruct (se inD) as [mi pi]. split; [congruence|]. now rewrite pi.
Qed.
End Sound.
