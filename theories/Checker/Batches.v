(** * Batches

    Many evaluations of a network at once: scalars that are lists of intervals, one for each region.  What does not depend on the region (reading
    the model's attributes, growing its trees) is done once.

    A cell is an interval that may be open at its ends, so that both sides of a threshold are told apart.

    Main definitions: [cell], [holds], [below], [above]; [batch], [pick]; [batch_scalar].
    Main results: [batch_rel].

    Trust: proved. *)
From Coq Require Import Floats Reals Lra List Bool.
From Warrant Require Import Spec.Tensor Primitives.FloatBounds Checker.Relational Checker.Intervals.
Import ListNotations.
Local Open Scope R_scope.

(** ** Cells *)

Record cell := Cell { within : interval; open_low : bool; open_high : bool }.   (* without the lower, without the upper end *)
Definition holds (c : cell) (r : R) : Prop :=
  encloses (within c) r /\
  (open_low c = true -> fin (fst (within c)) = true -> toR (fst (within c)) < r) /\
  (open_high c = true -> fin (snd (within c)) = true -> r < toR (snd (within c))).
Definition closed (i : interval) : cell := Cell i false false.
Definition anything : cell := closed everything.

Lemma closed_holds i r : encloses i r -> holds (closed i) r.
Proof. intro e. now split; [|split]. Qed.
Lemma anything_holds r : holds anything r.
Proof. apply closed_holds, everything_encloses. Qed.

Definition compare_cells (strict : bool) (a b : cell) : option bool :=
  match compare_intervals strict (within a) (within b) with
  | Some o => Some o
  | None =>
    (* all of [low] is below all of [high], because their ends do not both belong to them *)
    let apart (low high : cell) :=
      (open_high low || open_low high) && fin (snd (within low)) && fin (fst (within high)) && (snd (within low) <=? fst (within high))%float in
    if strict then (if apart a b then Some true else None) else (if apart b a then Some false else None)
  end.
Definition join_cells (a b : cell) : cell := closed (hull (within a) (within b)).

Lemma compare_cells_sound strict a b r s : holds a r -> holds b s ->
  tells strict r s (compare_cells strict a b).
Proof.
  intros [ea [la ha]] [eb [lb hb]]. unfold compare_cells, tells. pose proof (compare_intervals_sound strict _ _ _ _ ea eb) as told.
  destruct (compare_intervals strict (within a) (within b)); [exact told|].
  destruct strict; match goal with |- context [if ?c then _ else _] => destruct c eqn:apart; [|exact I] end;
    apply andb_prop in apart as [apart le]; apply andb_prop in apart as [apart fin_low]; apply andb_prop in apart as [is_open fin_high];
    apply (UB_leb _ _ _ (UB_fin _ _ fin_high (Rle_refl _)) fin_low) in le.
  - pose proof (UB_toR _ _ (proj2 ea) fin_high). pose proof (LB_toR _ _ (proj1 eb) fin_low).
    apply orb_prop in is_open as [o|o]; [specialize (ha o fin_high)|specialize (lb o fin_low)]; destruct (Rlt_dec r s); try reflexivity; lra.
  - pose proof (UB_toR _ _ (proj2 eb) fin_high). pose proof (LB_toR _ _ (proj1 ea) fin_low).
    apply orb_prop in is_open as [o|o]; [specialize (hb o fin_high)|specialize (la o fin_low)]; destruct (Rle_dec r s); try reflexivity; lra.
Qed.

(** what is at most v (less, where [strict]), and the rest *)
Definition below (strict : bool) (v : float) (c : cell) : cell :=
  let (l, h) := within c in
  if (if strict then v <=? h else v <? h)%float then Cell (l, v) (open_low c) strict else c.
Definition above (strict : bool) (v : float) (c : cell) : cell :=
  let (l, h) := within c in
  if (if strict then l <? v else l <=? v)%float then Cell (v, h) (negb strict) (open_high c) else c.
Definition is_below (strict : bool) (v : float) (r : R) : Prop := if strict then r < toR v else r <= toR v.
Lemma is_below_dec strict v r : is_below strict v r \/ ~ is_below strict v r.
Proof. unfold is_below. destruct strict; [destruct (Rlt_dec r (toR v))|destruct (Rle_dec r (toR v))]; auto. Qed.
Lemma below_holds strict v c r : fin v = true -> is_below strict v r -> holds c r -> holds (below strict v c) r.
Proof.
  intros fv le hc. unfold below. destruct (within c) as [l h] eqn:e. destruct (if strict then _ else _); [|exact hc].
  destruct hc as [[L U] [ol oh]]. rewrite e in *. unfold is_below in le. split; [split|split]; simpl in *.
  - exact L.
  - apply UB_fin; [exact fv|]. destruct strict; lra.
  - exact ol.
  - intros -> _. exact le.
Qed.
Lemma above_holds strict v c r : fin v = true -> ~ is_below strict v r -> holds c r -> holds (above strict v c) r.
Proof.
  intros fv gt hc. unfold above. destruct (within c) as [l h] eqn:e. destruct (if strict then _ else _); [|exact hc].
  destruct hc as [[L U] [ol oh]]. rewrite e in *. unfold is_below in gt. split; [split|split]; simpl in *.
  - apply LB_fin; [exact fv|]. destruct strict; lra.
  - exact U.
  - destruct strict; [discriminate|]. intros _ _. lra.
  - exact oh.
Qed.

(** ** Batches *)

(** one thing for all regions, or one for each *)
Inductive batch (A : Type) := Same (a : A) | Each (l : list A).
Arguments Same {A}.
Arguments Each {A}.

(** what stands for region [k]; [d] beyond the list *)
Definition pick {A} (d : A) (b : batch A) (k : nat) : A := match b with Same a => a | Each l => nth k l d end.

Definition pop {A} (d : A) (b : batch A) : A * batch A :=
  match b with Each (a :: l) => (a, Each l) | Each [] => (d, b) | Same a => (a, b) end.
Definition batch_map {A B} (f : A -> B) (x : batch A) : batch B := match x with Same a => Same (f a) | Each l => Each (map f l) end.
Fixpoint walk {A B C} (d : B) (f : A -> B -> C) (l : list A) (y : batch B) : list C :=
  match l with [] => [] | a :: l => let (b, y) := pop d y in f a b :: walk d f l y end.
Definition batch_map2 {A B C} (d : B) (f : A -> B -> C) (x : batch A) (y : batch B) : batch C :=
  match x, y with
  | Same a, Same b => Same (f a b)
  | Same a, Each m => Each (map (f a) m)
  | Each l, _ => Each (walk d f l y)
  end.

Lemma pick_map {A B} (d : A) (e : B) (f : A -> B) x k (P : B -> Prop) : P e -> P (f (pick d x k)) -> P (pick e (batch_map f x) k).
Proof.
  destruct x as [a|l]; simpl; [easy|]. intros Pe. revert k. induction l as [|a l IH]; intros [|k]; simpl; auto.
Qed.
Lemma pick_pop {A} (d : A) y k : pick d y 0 = fst (pop d y) /\ pick d y (S k) = pick d (snd (pop d y)) k.
Proof. destruct y as [a|[|a l]]; simpl; split; try reflexivity. now destruct k. Qed.
Lemma pick_map2 {A B C} (d : A) (e : B) (o : C) (f : A -> B -> C) x y k (P : C -> Prop) :
  P o -> P (f (pick d x k) (pick e y k)) -> P (pick o (batch_map2 e f x y) k).
Proof.
  intro Po. destruct x as [a|l]; [destruct y as [b|m]; [easy|]|].
  - intro Pf. apply (pick_map e o (f a) (Each m)); auto.
  - simpl. revert y k. induction l as [|a l IH]; intros y k; [now destruct k|].
    simpl. destruct (pop e y) as [b y'] eqn:ep. destruct (pick_pop e y k) as [at0 atS].
    pose proof (pick_pop e y 0) as [first _]. rewrite ep in *. simpl in *. destruct k as [|k]; simpl.
    + now rewrite at0.
    + destruct (pick_pop e y k) as [_ later]. rewrite ep in later. rewrite later. apply IH.
Qed.

(** ** Scalars *)

Definition lift1 (f : interval -> interval) : batch cell -> batch cell := batch_map (fun a => closed (f (within a))).
Definition lift2 (f : interval -> interval -> interval) : batch cell -> batch cell -> batch cell :=
  batch_map2 anything (fun a b => closed (f (within a) (within b))).
(** for each decision, one of two *)
Fixpoint select (l : list (option bool)) (x y : batch cell) : list cell :=
  match l with
  | [] => []
  | o :: l => let (a, x) := pop anything x in let (b, y) := pop anything y in decide join_cells o a b :: select l x y
  end.
Definition batch_choose (strict : bool) (a b x y : batch cell) : batch cell :=
  match batch_map2 anything (compare_cells strict) a b with
  | Same o => batch_map2 anything (decide join_cells o) x y
  | Each l => Each (select l x y)
  end.

#[export] Instance batch_scalar : scalar (batch cell) := {|
  Tensor.zero := Same (closed Tensor.zero);
  literal := fun d => Same (closed (literal d));
  number_of := fun q => Same (closed (number_of q));
  add := lift2 (add (S := interval));
  opp := lift1 (opp (S := interval));
  mul := lift2 (mul (S := interval));
  div := lift2 (div (S := interval));
  root := lift1 (root (S := interval));
  relu := lift1 (relu (S := interval));
  choose := batch_choose |}.

Definition in_region (k : nat) (b : batch cell) (r : R) : Prop := holds (pick anything b k) r.

Lemma lift1_rel k f (g : R -> R) a r : (forall i s, encloses i s -> encloses (f i) (g s)) -> in_region k a r -> in_region k (lift1 f a) (g r).
Proof.
  intros ok [e _]. apply (pick_map anything anything _ _ _ (fun c => holds c (g r))); [apply anything_holds|]. now apply closed_holds, ok.
Qed.
Lemma lift2_rel k f (g : R -> R -> R) a b r s : (forall i u j v, encloses i u -> encloses j v -> encloses (f i j) (g u v)) ->
  in_region k a r -> in_region k b s -> in_region k (lift2 f a b) (g r s).
Proof.
  intros ok [e _] [e' _]. apply (pick_map2 anything anything anything _ _ _ _ (fun c => holds c (g r s))); [apply anything_holds|].
  now apply closed_holds, ok.
Qed.
Lemma decided strict r s o a b x y :
  tells strict r s o -> holds a x -> holds b y -> holds (decide join_cells o a b) (choose strict r s x y).
Proof.
  unfold tells. intros told ha hb. simpl. destruct o as [[|]|]; simpl.
  - destruct strict; [destruct (Rlt_dec r s)|destruct (Rle_dec r s)]; congruence || assumption.
  - destruct strict; [destruct (Rlt_dec r s)|destruct (Rle_dec r s)]; congruence || assumption.
  - destruct (hull_sound _ _ _ _ (proj1 ha) (proj1 hb)).
    destruct strict; [destruct (Rlt_dec r s)|destruct (Rle_dec r s)]; now apply closed_holds.
Qed.
Lemma pick_select (l : list (option bool)) : forall x y k (P : cell -> Prop), P anything ->
  P (decide join_cells (nth k l None) (pick anything x k) (pick anything y k)) -> P (nth k (select l x y) anything).
Proof.
  induction l as [|o l IH]; intros x y k P Po Pk; [now destruct k|].
  simpl. destruct (pop anything x) as [a x'] eqn:ex, (pop anything y) as [b y'] eqn:ey.
  pose proof (pick_pop anything x 0) as [x0 _]. pose proof (pick_pop anything y 0) as [y0 _]. rewrite ex in x0. rewrite ey in y0. simpl in x0, y0.
  destruct k as [|k]; simpl in *.
  - now rewrite <- x0, <- y0.
  - destruct (pick_pop anything x k) as [_ xS], (pick_pop anything y k) as [_ yS]. rewrite ex in xS. rewrite ey in yS. simpl in xS, yS.
    apply IH; [exact Po|]. now rewrite <- xS, <- yS.
Qed.
Lemma batch_choose_rel k strict a b x y r s u v : in_region k a r -> in_region k b s -> in_region k x u -> in_region k y v ->
  in_region k (batch_choose strict a b x y) (choose strict r s u v).
Proof.
  intros ra rb rx ry. unfold batch_choose.
  assert (told := pick_map2 anything anything None (compare_cells strict) a b k
    (tells strict r s) I (compare_cells_sound strict _ _ r s ra rb)).
  destruct (batch_map2 anything (compare_cells strict) a b) as [o|l]; simpl in told.
  - apply (pick_map2 anything anything anything _ _ _ _ (fun c => holds c (choose strict r s u v))); [apply anything_holds|]. now apply decided.
  - apply (pick_select l x y k (fun c => holds c (choose strict r s u v))); [apply anything_holds|]. now apply decided.
Qed.

Theorem batch_rel k : scalar_rel (in_region k).
Proof.
  assert (H := interval_rel). split.
  - apply closed_holds, (rel_zero _ H).
  - intro. apply closed_holds, (rel_literal _ H).
  - intro. apply closed_holds, (rel_number _ H).
  - intros. apply lift2_rel; auto. apply (rel_add _ H).
  - intros. apply lift1_rel; auto. apply (rel_opp _ H).
  - intros. apply lift2_rel; auto. apply (rel_mul _ H).
  - intros. apply lift2_rel; auto. apply (rel_div _ H).
  - intros. apply lift1_rel; auto. apply (rel_root _ H).
  - intros. apply lift1_rel; auto. apply (rel_relu _ H).
  - intros. now apply batch_choose_rel.
Qed.
