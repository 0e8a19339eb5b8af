(** * Intervals as scalars

    Intervals between binary64 floats, rounded outwards, as scalars to evaluate networks with.  Whatever is computed with
    them encloses what is computed with the reals.  (An end that is NaN, or infinite on its side, says nothing.)

    Main definitions: [interval], [encloses], [interval_scalar].
    Main results: [interval_rel] (each operation encloses), [interval_network_sound] (so do networks),
    [network_total] (if the network has an output on some intervals, it has one on all inputs).

    Trust: proved.
    Source: Moore, Kearfott, Cloud, "Introduction to Interval Analysis" (2009); directed roundings from the library Interval.
    (Its own interval type is a functor that brings the reals along, which would end up in the extracted checker.) *)
From Coq Require Import Floats ZArith QArith Qreals Reals Lra List Bool.
From Interval Require Import Float.Basic Float.Primitive_ops Real.Xreal.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Onnx Spec.Network.
From Warrant Require Import Primitives.FloatBounds Primitives.Rationals Checker.Relational.
Import ListNotations.
Local Open Scope R_scope.

Definition interval : Type := float * float.
Definition encloses : interval -> R -> Prop := inb.
Definition between (l u : float) : interval := (l, u).
Definition everything : interval := (nan, nan).
Definition ends (i : interval) : float * float := i.

Lemma between_encloses l u r : inb (l, u) r -> encloses (between l u) r.
Proof. easy. Qed.
Lemma everything_encloses r : encloses everything r.
Proof. split; [apply LB_nan|apply UB_nan]. Qed.
Lemma ends_sound i r : encloses i r -> inb (ends i) r.
Proof. easy. Qed.

(** ** Operations *)

Definition finite_ends (i : interval) : bool := fin (fst i) && fin (snd i).
(** 0 and nothing else: sums and products with it are exact, so that a tie behind a neuron that is 0 can be decided *)
Definition is_zero (i : interval) : bool := let (l, u) := i in (0 <=? l)%float && (u <=? 0)%float.
Definition interval_add (i j : interval) : interval :=
  if is_zero i then j else if is_zero j then i else (dn (fst i + fst j)%float, up (snd i + snd j)%float).
Definition interval_opp (i : interval) : interval := (- snd i, - fst i)%float.
(** the least and the largest product of ends *)
Definition interval_mul (i j : interval) : interval :=
  if is_zero i || is_zero j then (0, 0)%float
  else if finite_ends i && finite_ends j then
    let (l, u) := i in let (m, v) := j in
    (fmin (fmin (dn (l * m)) (dn (l * v))) (fmin (dn (u * m)) (dn (u * v))),
     fmax (fmax (up (l * m)) (up (l * v))) (fmax (up (u * m)) (up (u * v))))%float
  else everything.
Definition interval_inverse (i : interval) : interval :=
  let (l, u) := i in
  if finite_ends i && ((0 <? l) || (u <? 0))%float then (dn (1 / u), up (1 / l))%float else everything.
Definition interval_root (i : interval) : interval :=
  let (l, u) := i in
  (if fin l && (0 <=? l)%float then dn (PrimFloat.sqrt l) else 0%float, if fin u then up (PrimFloat.sqrt u) else nan).

(** whether a <= b, or a < b where [strict]; [None] where the intervals do not tell *)
Definition compare_intervals (strict : bool) (i j : interval) : option bool :=
  if (if strict then snd i <? fst j else snd i <=? fst j)%float then Some true
  else if (if strict then snd j <=? fst i else snd j <? fst i)%float then Some false else None.
Definition hull (i j : interval) : interval := (fmin (fst i) (fst j), fmax (snd i) (snd j)).
Definition decide {A} (join : A -> A -> A) (o : option bool) (a b : A) : A :=
  match o with Some true => a | Some false => b | None => join a b end.

Local Lemma LB_opp u r : UB u r -> LB (- u)%float (- r).
Proof.
  intros [V U]. assert (e : toX (- u)%float = (- toX u)%XR) by apply PrimitiveFloat.toX_neg.
  split; [|rewrite e; destruct (toX u); simpl; auto; lra].
  rewrite PrimitiveFloat.valid_lb_correct. rewrite PrimitiveFloat.valid_ub_correct in V.
  generalize (PrimitiveFloat.neg_correct u). unfold PrimitiveFloat.neg.
  destruct (PrimitiveFloat.classify u) eqn:C; intro N; try (now rewrite N); try discriminate V.
  assert (F : fin (- u)%float = true).
  { rewrite PrimitiveFloat.real_correct, N. assert (Fu : fin u = true) by now rewrite PrimitiveFloat.classify_correct, C. now rewrite (fin_toX _ Fu). }
  rewrite PrimitiveFloat.classify_correct in F. now destruct (PrimitiveFloat.classify (- u)%float).
Qed.
Local Lemma LB_none f r s : LB f r -> fin f = false -> LB f s.
Proof. intros [V _] F. split; [exact V|]. now rewrite (not_fin_toX _ F). Qed.
Local Lemma UB_none f r s : UB f r -> fin f = false -> UB f s.
Proof. intros [V _] F. split; [exact V|]. now rewrite (not_fin_toX _ F). Qed.
Local Lemma corners l u m v x y : l <= x <= u -> m <= y <= v ->
  (forall k, k <= l * m -> k <= l * v -> k <= u * m -> k <= u * v -> k <= x * y) /\
  (forall k, l * m <= k -> l * v <= k -> u * m <= k -> u * v <= k -> x * y <= k).
Proof.
  intros [lx xu] [my yv]. destruct (Rle_lt_dec 0 y) as [y0|y0].
  - assert (l * y <= x * y <= u * y) by (split; apply Rmult_le_compat_r; lra).
    split; intros; destruct (Rle_lt_dec 0 l), (Rle_lt_dec 0 u); nra.
  - assert (u * y <= x * y <= l * y) by (split; nra).
    split; intros; destruct (Rle_lt_dec 0 l), (Rle_lt_dec 0 u); nra.
Qed.
Lemma zero_enclosed : encloses (0, 0)%float 0.
Proof. split; [apply LB0|apply UB0]; lra. Qed.
Lemma is_zero_sound i r : encloses i r -> is_zero i = true -> r = 0.
Proof.
  destruct i as [l u]. intros [L U] both. apply andb_prop in both. destruct both as [l0 u0].
  rewrite <- toR0. apply Rle_antisym; [now apply (UB_leb u)|now apply (LB_leb l)].
Qed.
Lemma interval_add_sound i j r s : encloses i r -> encloses j s -> encloses (interval_add i j) (r + s).
Proof.
  intros hi hj. unfold interval_add. destruct (is_zero i) eqn:i0.
  { now rewrite (is_zero_sound i r hi i0), Rplus_0_l. }
  destruct (is_zero j) eqn:j0.
  { now rewrite (is_zero_sound j s hj j0), Rplus_0_r. }
  destruct hi, hj. split; [now apply LB_add|now apply UB_add].
Qed.
Lemma interval_mul_sound i j r s : encloses i r -> encloses j s -> encloses (interval_mul i j) (r * s).
Proof.
  intros hi hj. unfold interval_mul. destruct (is_zero i || is_zero j) eqn:some0.
  { replace (r * s) with 0; [exact zero_enclosed|]. apply orb_prop in some0.
    destruct some0 as [i0|j0]; [rewrite (is_zero_sound i r hi i0)|rewrite (is_zero_sound j s hj j0)]; lra. }
  destruct hi as [Li Ui], hj as [Lj Uj]. unfold finite_ends. destruct i as [l u], j as [m v]. cbn [fst snd] in *.
  destruct (fin l) eqn:Fl; [|apply everything_encloses]. destruct (fin u) eqn:Fu; [|apply everything_encloses].
  destruct (fin m) eqn:Fm; [|apply everything_encloses]. destruct (fin v) eqn:Fv; [|apply everything_encloses]. cbn [andb].
  pose proof (LB_toR _ _ Li Fl). pose proof (UB_toR _ _ Ui Fu). pose proof (LB_toR _ _ Lj Fm). pose proof (UB_toR _ _ Uj Fv).
  destruct (corners (toR l) (toR u) (toR m) (toR v) r s) as [low high]; [lra|lra|].
  split; cbn [fst snd].
  - destruct (LB_fmin _ _ _ _ (LB_mulf l m Fl Fm) (LB_mulf l v Fl Fv)) as [a1 a2].
    destruct (LB_fmin _ _ _ _ (LB_mulf u m Fu Fm) (LB_mulf u v Fu Fv)) as [b1 b2].
    destruct (LB_fmin _ _ _ _ a1 b1) as [c1 d1]. destruct (LB_fmin _ _ _ _ a1 b2) as [_ d2]. destruct (LB_fmin _ _ _ _ a2 b1) as [c2 _].
    match goal with |- LB ?f _ => set (k := f) in * end. destruct (fin k) eqn:Fk; [|exact (LB_none _ _ _ c1 Fk)].
    apply LB_fin; [exact Fk|]. apply low; now apply LB_toR.
  - destruct (UB_fmax _ _ _ _ (UB_mulf l m Fl Fm) (UB_mulf l v Fl Fv)) as [a1 a2].
    destruct (UB_fmax _ _ _ _ (UB_mulf u m Fu Fm) (UB_mulf u v Fu Fv)) as [b1 b2].
    destruct (UB_fmax _ _ _ _ a1 b1) as [c1 d1]. destruct (UB_fmax _ _ _ _ a1 b2) as [_ d2]. destruct (UB_fmax _ _ _ _ a2 b1) as [c2 _].
    match goal with |- UB ?f _ => set (k := f) in * end. destruct (fin k) eqn:Fk; [|exact (UB_none _ _ _ c1 Fk)].
    apply UB_fin; [exact Fk|]. apply high; now apply UB_toR.
Qed.

(** 1 divided by a finite float that is not 0 *)
Local Lemma inverse_bounds f : fin f = true -> toR f <> 0 -> LB (dn (1 / f)%float) (/ toR f) /\ UB (up (1 / f)%float) (/ toR f).
Proof.
  intros F nz. pose proof (fin_toX _ F) as E. pose proof (fin_toX 1%float eq_refl) as E1. rewrite toR1 in E1.
  assert (sign : (PrimitiveFloat.is_real_ub 1%float /\ PrimitiveFloat.is_neg_real f \/ PrimitiveFloat.is_real_lb 1%float /\ PrimitiveFloat.is_pos_real f)
    /\ (PrimitiveFloat.is_real_ub 1%float /\ PrimitiveFloat.is_pos_real f \/ PrimitiveFloat.is_real_lb 1%float /\ PrimitiveFloat.is_neg_real f)).
  { unfold PrimitiveFloat.is_real_ub, PrimitiveFloat.is_real_lb, PrimitiveFloat.is_neg_real, PrimitiveFloat.is_pos_real. rewrite E, E1.
    destruct (Rtotal_order (toR f) 0) as [neg|[is0|pos]]; [tauto|contradiction|tauto]. }
  assert (quotient : (toX 1%float / toX f)%XR = Xreal (/ toR f)).
  { rewrite E, E1. simpl. unfold Xdiv'. rewrite is_zero_false by exact nz. f_equal. unfold Rdiv. ring. }
  destruct (PrimitiveFloat.div_DN_correct (PrimitiveFloat.PtoP 53) 1 f (proj1 sign)) as [V L].
  destruct (PrimitiveFloat.div_UP_correct (PrimitiveFloat.PtoP 53) 1 f (proj2 sign)) as [W U].
  rewrite quotient in L, U. split.
  - split; [exact V|]. change (PrimitiveFloat.div_DN _ 1 f) with (dn (1 / f)%float) in L. unfold le_lower in L. destruct (toX (dn _)); simpl in L; auto. lra.
  - split; [exact W|]. change (PrimitiveFloat.div_UP _ 1 f) with (up (1 / f)%float) in U. destruct (toX (up _)); simpl in U; auto.
Qed.
Lemma interval_inverse_sound i r : encloses i r -> encloses (interval_inverse i) (/ r).
Proof.
  destruct i as [l u]. intros [L U]. unfold interval_inverse, finite_ends. cbn [fst snd] in *.
  destruct (fin l) eqn:Fl; [|apply everything_encloses]. destruct (fin u) eqn:Fu; [|apply everything_encloses]. cbn [andb].
  pose proof (LB_toR _ _ L Fl) as lr. pose proof (UB_toR _ _ U Fu) as ru.
  destruct ((0 <? l) || (u <? 0))%float eqn:away; [|apply everything_encloses].
  assert (same_side : 0 < toR l \/ toR u < 0).
  { apply orb_prop in away. destruct away as [pos|neg]; [left; now apply fin_ltb0|right].
    destruct (fin_opp u Fu) as [Fo Eo]. assert (0 < toR (- u)%float); [|lra].
    destruct (Rlt_le_dec (toR u) 0) as [lt|ge]; [lra|]. exfalso.
    exact (crossed 0%float u 0 (LB0 0 (Rle_refl 0)) (UB_fin u 0 Fu ge) neg). }
  assert (order : / toR u <= / r <= / toR l).
  { destruct same_side as [pos|neg].
    - split; apply Rinv_le_contravar; lra.
    - split; apply Ropp_le_cancel; rewrite <- !Rinv_opp; apply Rinv_le_contravar; lra. }
  split; cbn [fst snd].
  - eapply LB_le; [apply inverse_bounds; [exact Fu|lra]|apply order].
  - eapply UB_le; [apply inverse_bounds; [exact Fl|lra]|apply order].
Qed.
Lemma interval_root_sound i r : encloses i r -> encloses (interval_root i) (sqrt r).
Proof.
  destruct i as [l u]. intros [L U]. unfold interval_root. cbn [fst snd] in *. split; cbn [fst snd].
  - destruct (fin l && (0 <=? l)%float)%bool eqn:pos; [|apply LB0, sqrt_pos].
    apply andb_prop in pos. destruct pos as [Fl l0]. pose proof (LB_toR _ _ L Fl).
    destruct (PrimitiveFloat.sqrt_DN_correct (PrimitiveFloat.PtoP 53) l (proj1 L)) as [V B].
    split; [exact V|]. change (PrimitiveFloat.sqrt_DN _ l) with (dn (PrimFloat.sqrt l)) in B.
    rewrite (fin_toX _ Fl) in B. unfold le_lower in B. destruct (toX (dn _)); simpl in B; auto.
    pose proof (sqrt_le_1_alt (toR l) r). lra.
  - destruct (fin u) eqn:Fu; [|apply UB_nan]. pose proof (UB_toR _ _ U Fu).
    destruct (PrimitiveFloat.sqrt_UP_correct (PrimitiveFloat.PtoP 53) u) as [V B].
    split; [exact V|]. change (PrimitiveFloat.sqrt_UP _ u) with (up (PrimFloat.sqrt u)) in B.
    rewrite (fin_toX _ Fu) in B. destruct (toX (up _)); simpl in B; auto.
    pose proof (sqrt_le_1_alt r (toR u)). lra.
Qed.

Lemma separated u l r s : UB u r -> LB l s -> ((u <? l)%float = true -> r < s) /\ ((u <=? l)%float = true -> r <= s).
Proof.
  intros U L. split; intro less.
  - destruct (Rlt_le_dec r s) as [lt|ge]; [exact lt|]. exfalso.
    exact (crossed l u r (LB_le l s r L ge) U less).
  - exact (UB_leb_LB _ _ _ _ U L less).
Qed.
(** what an answer says about two numbers *)
Definition tells (strict : bool) (r s : R) (o : option bool) : Prop :=
  match o with
  | Some b => b = if strict then (if Rlt_dec r s then true else false) else (if Rle_dec r s then true else false)
  | None => True
  end.
Lemma compare_intervals_sound strict i j r s : encloses i r -> encloses j s ->
  tells strict r s (compare_intervals strict i j).
Proof.
  intros [Li Ui] [Lj Uj]. unfold compare_intervals, tells.
  destruct (separated _ _ _ _ Ui Lj) as [lt1 le1], (separated _ _ _ _ Uj Li) as [lt2 le2].
  destruct strict; [destruct (snd i <? fst j)%float, (snd j <=? fst i)%float|destruct (snd i <=? fst j)%float, (snd j <? fst i)%float];
    try exact I; repeat match goal with h : true = true -> _ |- _ => specialize (h eq_refl) end;
    match goal with |- context [if ?d then _ else _] => destruct d end; try reflexivity; exfalso; lra.
Qed.
Lemma hull_sound i j r s : encloses i r -> encloses j s -> encloses (hull i j) r /\ encloses (hull i j) s.
Proof.
  intros [Li Ui] [Lj Uj]. pose proof (LB_fmin _ _ _ _ Li Lj). pose proof (UB_fmax _ _ _ _ Ui Uj).
  unfold encloses, inb, hull. simpl. tauto.
Qed.
Lemma decide_sound strict i j r s a b x y : encloses i r -> encloses j s -> encloses a x -> encloses b y ->
  encloses (decide hull (compare_intervals strict i j) a b) (choose strict r s x y).
Proof.
  intros ei ej ea eb. pose proof (compare_intervals_sound strict i j r s ei ej) as told. unfold tells in told. simpl.
  destruct (compare_intervals strict i j) as [[|]|]; simpl in *.
  - destruct strict; [destruct (Rlt_dec r s)|destruct (Rle_dec r s)]; congruence || assumption.
  - destruct strict; [destruct (Rlt_dec r s)|destruct (Rle_dec r s)]; congruence || assumption.
  - pose proof (hull_sound _ _ _ _ ea eb). destruct strict; [destruct (Rlt_dec r s)|destruct (Rle_dec r s)]; tauto.
Qed.

(** ** The instance *)

#[export] Instance interval_scalar : scalar interval := {|
  Tensor.zero := between 0 0;
  literal := fun d => let f := dyadic_float d in if fin f then between f f else everything;
  number_of := fun q => between (float_below q) (float_above q);
  add := interval_add;
  opp := interval_opp;
  mul := interval_mul;
  div := fun i j => interval_mul i (interval_inverse j);
  root := interval_root;
  relu := relu_bounds;
  choose := fun strict i j => decide hull (compare_intervals strict i j) |}.

Theorem interval_rel : scalar_rel encloses.
Proof.
  split; simpl.
  - split; [apply LB0|apply UB0]; lra.
  - intro d. destruct (fin (dyadic_float d)) eqn:F; [|apply everything_encloses].
    assert (value := dyadic_float_exact _ F).
    apply between_encloses. split; [apply LB_fin|apply UB_fin]; simpl; auto; lra.
  - intro q. apply between_encloses. split; [apply float_below_LB|apply float_above_UB].
  - intros. now apply interval_add_sound.
  - intros a r [La Ua]. split; [now apply LB_opp|now apply UB_opp].
  - intros. now apply interval_mul_sound.
  - intros a r b s ha hb. apply interval_mul_sound; [exact ha|]. now apply interval_inverse_sound.
  - intros. now apply interval_root_sound.
  - intros. now apply relu_bounds_sound.
  - intros. now apply decide_sound.
Qed.

(** ** Networks *)

Definition interval_network (m : model) (x : list interval) : option (list interval) := network m x.
Theorem interval_network_sound m i x : Forall2 encloses i x ->
  match interval_network m i, network m x with
  | Some j, Some y => Forall2 encloses j y
  | None, None => True
  | _, _ => False
  end.
Proof. exact (network_rel encloses interval_rel m i x). Qed.

Lemma unrelated_rel : scalar_rel (fun (_ : interval) (_ : R) => True).
Proof. now split. Qed.
(** Whether a network has an output, and of what length, does not depend on the numbers. *)
Theorem network_total m i j : interval_network m i = Some j ->
  forall x : list R, length x = length i -> exists y, network m x = Some y /\ length y = length j.
Proof.
  intros run x len. assert (related : Forall2 (fun (_ : interval) (_ : R) => True) i x).
  { clear run. revert x len. induction i as [|a i IH]; intros [|r x] len; try discriminate len; constructor; [exact I|].
    apply IH. now injection len. }
  assert (outputs := network_rel _ unrelated_rel m i x related).
  unfold interval_network in run. rewrite run in outputs.
  destruct (network m x) as [y|]; [|easy]. exists y. split; [reflexivity|]. symmetry. exact (Forall2_length outputs).
Qed.
