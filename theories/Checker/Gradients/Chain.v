(** * Lowered programs on dual numbers

    The tangent that a lowered program has is the rate of change that its graph has on dual numbers (Spec/Dual.v), kinks included.

    Main results: [lower_chained].

    Trust: proved. *)
From Coq Require Import ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Network Spec.Elementary Spec.Dual.
From Warrant Require Import Primitives.Autodiff.Programs Primitives.Autodiff.Forward Checker.Relational Checker.Gradients.Relational Checker.Gradients.Lowering.
Import ListNotations.
Local Open Scope positive_scope.

#[local] Existing Instances expression_scalar expression_elementary dual_scalar dual_elementary.

Section Chain.
Variables (D : code) (x v dx dv : positive -> R).
Hypothesis values : models D x v.
Hypothesis tangents : linearises D v dx dv.

Local Notation meaning := (meaning v).
Fixpoint changes (e : expression) : R :=
  match e with
  | Result i => dv i
  | Exactly _ => 0
  | Apply1 f a => slope f (meaning a) (value1 f (meaning a)) * changes a
  | Apply2 Add a b => changes a + changes b
  | Apply2 Mul a b => changes a * meaning b + meaning a * changes b
  | Apply2 Div a b => changes a / meaning b - meaning a / meaning b * (changes b / meaning b)
  end.
Fixpoint tame (e : expression) : Prop :=
  match e with
  | Result i => supported (differentiable v) D i
  | Exactly _ => True
  | Apply1 f a => tame a /\ differentiable1 f (meaning a)
  | Apply2 f a b => tame a /\ tame b /\ good2 f (meaning b)
  end.
Definition chains (e : expression) (g : dual) : Prop := meaning e = primal g /\ changes e = rate g /\ (tame e <-> regular g).
Definition chains_at (i : positive) (g : dual) : Prop := v i = primal g /\ dv i = rate g /\ (supported (differentiable v) D i <-> regular g).

Lemma is_number_chains q e : is_number q e = true -> meaning e = Q2R q /\ changes e = 0%R /\ (tame e <-> True).
Proof. destruct e; try discriminate. simpl. intro E. apply Qeq_bool_iff, Qeq_eqR in E. split; [exact E|split; [reflexivity|tauto]]. Qed.
Lemma chains_scalars : scalar_rel chains.
Proof.
  assert (Q0 : Q2R 0 = 0%R) by (unfold Q2R; simpl; field). assert (Q1 : Q2R 1 = 1%R) by (unfold Q2R; simpl; field).
  constructor; unfold chains; simpl.
  - now rewrite Q0.
  - intro. now rewrite dyadic_Q_correct.
  - easy.
  - intros a b a' b' (ma & ra & ta) (mb & rb & tb).
    destruct (is_number 0 a) eqn:Ea; [apply is_number_chains in Ea as (Ea & Ra & Ta); simpl; rewrite <- ma, <- mb, <- ra, <- rb, Ea, Ra, Q0; repeat split; try ring; tauto|].
    destruct (is_number 0 a') eqn:Eb; [apply is_number_chains in Eb as (Eb & Rb & Tb); simpl; rewrite <- ma, <- mb, <- ra, <- rb, Eb, Rb, Q0; repeat split; try ring; tauto|].
    simpl. rewrite <- ma, <- mb, <- ra, <- rb. repeat split; tauto.
  - intros a b (ma & ra & ta). destruct a; simpl in *; rewrite <- ma, <- ra; (split; [|split; [|tauto]]); try ring. apply Q2R_opp.
  - intros a b a' b' (ma & ra & ta) (mb & rb & tb).
    destruct (is_number 1 a) eqn:Ea; [apply is_number_chains in Ea as (Ea & Ra & Ta); simpl; rewrite <- ma, <- mb, <- ra, <- rb, Ea, Ra, Q1; repeat split; try ring; tauto|].
    destruct (is_number 1 a') eqn:Eb; [apply is_number_chains in Eb as (Eb & Rb & Tb); simpl; rewrite <- ma, <- mb, <- ra, <- rb, Eb, Rb, Q1; repeat split; try ring; tauto|].
    simpl. rewrite <- ma, <- mb, <- ra, <- rb. repeat split; tauto.
  - intros a b a' b' (ma & ra & ta) (mb & rb & tb). rewrite <- ma, <- mb, <- ra, <- rb. repeat split; tauto.
  - intros a b (ma & ra & ta). rewrite <- ma, <- ra. split; [reflexivity|split; [|tauto]]. unfold Rdiv. rewrite Rinv_mult. ring.
  - intros a b (ma & ra & ta). rewrite <- ma, <- ra. repeat split; tauto.
  - intros strict a b a' b' x0 y0 x1 y1 (ma & ra & ta) (mb & rb & tb) (mx & rx & tx) (my & ry & ty). rewrite <- ma, <- mb, <- mx, <- my, <- rx, <- ry. unfold chosen.
    destruct strict; simpl; unfold step_R.
    + split; [destruct (Rlt_dec (meaning a) (meaning a')), (Rlt_dec 0 (meaning a' + - meaning a)); lra|].
      split; [destruct (Rlt_dec (meaning a) (meaning a')), (Rlt_dec 0 (meaning a' + - meaning a)); lra|tauto].
    + split; [destruct (Rle_dec (meaning a) (meaning a')), (Rlt_dec 0 (meaning a + - meaning a')); lra|].
      split; [destruct (Rle_dec (meaning a) (meaning a')), (Rlt_dec 0 (meaning a + - meaning a')); lra|tauto].
Qed.
Lemma chains_functions : elementary_rel chains.
Proof.
  constructor; unfold chains; simpl; intros a b (ma & ra & ta); rewrite <- ma, <- ?ra; (split; [reflexivity|split; [|tauto]]); try ring.
  unfold Rdiv. ring.
Qed.
Lemma flatten_chains e : forall st i st', well_formed st -> flatten e st = Some (i, st') ->
  grows st st' /\ (within (instructions st') D -> v i = meaning e /\ dv i = changes e /\ (supported (differentiable v) D i <-> tame e)).
Proof.
  induction e as [j|q|f a IHa|f a IHa b IHb]; intros st i st' wf; simpl.
  - intro F. injection F as <- <-. split; [split; [exact wf|now intros ? ?]|]. easy.
  - intro F. destruct (emit_correct _ _ _ _ wf F) as (wf1 & in1 & at1). split; [now split|]. intro inD.
    rewrite (values _ _ (inD _ _ at1)), (tangents _ _ (inD _ _ at1)), (supported_iff _ _ _ _ (inD _ _ at1)). simpl. repeat split; easy.
  - destruct (flatten a st) as [[j st1]|] eqn:Ea; [|discriminate]. intro F. destruct (IHa _ _ _ wf Ea) as [ga sa].
    destruct (emit_correct _ _ _ _ (proj1 ga) F) as (wf1 & in1 & at1). split; [exact (grows_trans _ _ _ ga (conj wf1 in1))|]. intro inD.
    destruct (sa (within_trans _ _ _ in1 inD)) as (ma & ra & ta).
    rewrite (tangents _ _ (inD _ _ at1)), (supported_iff _ _ _ _ (inD _ _ at1)). simpl. rewrite (values _ _ (inD _ _ at1)). simpl. rewrite ma, ra.
    split; [reflexivity|split; [reflexivity|]]. rewrite <- ta.
    split; [intros [g all]; split; [apply all; now left|exact g]|]. intros [fa g]. split; [exact g|]. intros k [<-|[]]. exact fa.
  - destruct (flatten a st) as [[j st1]|] eqn:Ea; [|discriminate]. destruct (flatten b st1) as [[k st2]|] eqn:Eb; [|discriminate]. intro F.
    destruct (IHa _ _ _ wf Ea) as [ga sa]. destruct (IHb _ _ _ (proj1 ga) Eb) as [gb sb].
    destruct (emit_correct _ _ _ _ (proj1 gb) F) as (wf1 & in1 & at1).
    split; [exact (grows_trans _ _ _ ga (grows_trans _ _ _ gb (conj wf1 in1)))|]. intro inD.
    destruct (sb (within_trans _ _ _ in1 inD)) as (mb & rb & tb). destruct (sa (within_trans _ _ _ (proj2 gb) (within_trans _ _ _ in1 inD))) as (ma & ra & ta).
    rewrite (tangents _ _ (inD _ _ at1)), (supported_iff _ _ _ _ (inD _ _ at1)). simpl. rewrite (values _ _ (inD _ _ at1)). simpl. rewrite ma, mb, ra, rb.
    split; [reflexivity|split; [now destruct f|]]. rewrite <- ta, <- tb.
    split; [intros [g all]; repeat split; [apply all; tauto|apply all; tauto|exact g]|]. intros (fa & fb & g). split; [exact g|]. intros l [<-|[<-|[]]]; assumption.
Qed.

Theorem lower_chained g given st r st' : well_formed st -> lower g given st = Some (r, st') -> within (instructions st') D ->
  forall f, erel chains given f -> exists ts, outputs g f = Some ts /\ Forall2 (trel chains_at) r ts.
Proof.
  intros wf low inD. refine (proj2 (lower_stands D chains chains_at chains_scalars chains_functions _ _ g given st r st' wf low) inD).
  - intros e st0 i st1 wf0 F. destruct (flatten_chains e _ _ _ wf0 F) as [ge se]. split; [exact ge|]. intros in1 h (me & re & te).
    destruct (se in1) as (mi & ri & ti). split; [congruence|split; [congruence|]]. now rewrite ti.
  - intros i h at_i. exact at_i.
Qed.
End Chain.
