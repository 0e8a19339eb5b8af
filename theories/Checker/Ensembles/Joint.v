(** * Joint bounds of decision trees

    What is known of both runs' features at once bounds a sum of trees from below: trees are walked through one after the other, each from where the walk through the earlier ones has
    narrowed the features, so that only leaves that can be reached together are combined.  A tree in the second run and its opposite in the first, walked through together, differ by what
    the change of the features does to this tree, and by nothing where it does nothing.

    Main definitions: [known], [narrow]; [least] (through one tree), [joint] (through several); [grouped], [bound].
    Main results: [narrow_sound], [bound_sound].

    Trust: proved.
    Source: Chen et al., "Robustness verification of tree-based models" (2019), for groups of trees of one run; docs/certificates.md, section 6. *)
From Coq Require Import Floats Reals Lra Lia List Bool PArith FMapPositive.
From Interval Require Import Float.Basic Float.Primitive_ops Real.Xreal.
From Warrant Require Import Spec.Bytes Spec.Tensor Primitives.FloatBounds Checker.Intervals Checker.Batches Checker.Ensembles.Symbols.
Import ListNotations.
Local Open Scope bool_scope.

(** ** What is known of the features *)

(** of one feature: in the first run, in the second, and its change *)
Record known := Known { in_first : cell; in_second : cell; of_change : cell }.
Definition state := PositiveMap.t known.

Definition meet (c e : cell) : cell :=
  let (l, h) := within e in
  let c := if fin l then above (negb (open_low e)) l c else c in
  if fin h then below (open_high e) h c else c.
(** sums of lower and of upper ends; with 0, nothing is rounded *)
Definition add_low (a b : float) : float :=
  if ((0 <=? a) && (a <=? 0))%float then b else if ((0 <=? b) && (b <=? 0))%float then a else dn (a + b)%float.
Definition add_high (a b : float) : float :=
  if ((0 <=? a) && (a <=? 0))%float then b else if ((0 <=? b) && (b <=? 0))%float then a else up (a + b)%float.
Definition add_cells (a b : cell) : cell :=
  let (l, h) := within a in let (m, k) := within b in Cell (add_low l m, add_high h k) (open_low a || open_low b) (open_high a || open_high b).
Definition opp_cell (a : cell) : cell := Cell (interval_opp (within a)) (open_high a) (open_low a).
Definition tighten (t : known) : known :=
  let second := meet (in_second t) (add_cells (in_first t) (of_change t)) in
  let first := meet (in_first t) (add_cells second (opp_cell (of_change t))) in
  Known first second (meet (of_change t) (add_cells second (opp_cell first))).
(** no number is in it *)
Definition void (c : cell) : bool :=
  let (l, h) := within c in ((h <? l) || ((open_low c || open_high c) && fin l && fin h && (h <=? l)))%float.

Definition feature (v : variable) : positive := match v with First k | Second k | Change k => k end.
Definition of_variable (v : variable) (t : known) : cell := match v with First _ => in_first t | Second _ => in_second t | Change _ => of_change t end.
Definition with_variable (v : variable) (c : cell) (t : known) : known :=
  match v with
  | First _ => Known c (in_second t) (of_change t)
  | Second _ => Known (in_first t) c (of_change t)
  | Change _ => Known (in_first t) (in_second t) c
  end.
(** the state where a variable is also in what [f] makes of its cell; [None] if there is no such point *)
Definition narrow (v : variable) (f : cell -> cell) (s : state) : option state :=
  match PositiveMap.find (feature v) s with
  | None => Some s
  | Some t =>
    let t := tighten (with_variable v (f (of_variable v t)) t) in
    if void (in_first t) || void (in_second t) || void (of_change t) then None else Some (PositiveMap.add (feature v) t s)
  end.

(** ** Bounds *)

(** [None]: there is no point *)
Definition lower (a b : option float) : option float :=
  match a, b with Some f, Some g => Some (fmin f g) | Some f, None | None, Some f => Some f | None, None => None end.
(** the least of what [k] makes of the weights of a tree, at the states in which they are reached *)
Fixpoint least (t : dtree) (k : state -> interval -> option float) (s : state) : option float :=
  match t with
  | Weight i => k s i
  | Test strict v b yes no =>
    let side := match PositiveMap.find (feature v) s with
      | Some t => compare_cells strict (of_variable v t) (closed (between b b)) | None => None end in
    match side with
    | Some true => least yes k s
    | Some false => least no k s
    | None =>
      lower (match narrow v (below strict b) s with Some s => least yes k s | None => None end)
        (match narrow v (above strict b) s with Some s => least no k s | None => None end)
    end
  end.
Fixpoint joint (ts : list dtree) (sum : interval) (s : state) : option float :=
  match ts with [] => Some (fst sum) | t :: ts => least t (fun s i => joint ts (add_exactly sum i) s) s end.

(** [pairs l k]: each member of [l] with that of [k] at its place, as far as there is one *)
Fixpoint pairs {A} (l k : list A) : list (list A) :=
  match l, k with
  | a :: l, b :: k => [a; b] :: pairs l k
  | [], k => map (fun b => [b]) k
  | l, [] => map (fun a => [a]) l
  end.
(** [size] consecutive lists become one; [more] of them still belong to [last] *)
Fixpoint merged {A} (size more : nat) (last : list A) (ls : list (list A)) : list (list A) :=
  match ls with
  | [] => [last]
  | l :: ls => match more with O => last :: merged size size l ls | S more => merged size more (last ++ l) ls end
  end.
(** the members with [true], and the others *)
Fixpoint parted {A} (bs : list bool) (l : list A) : list A * list A :=
  match bs, l with
  | b :: bs, a :: l => let (k, m) := parted bs l in if b then (a :: k, m) else (k, a :: m)
  | _, l => ([], l)
  end.
(** the members with [true] beside the others, and groups of [size + 1] such pairs *)
Definition grouped {A} (size : nat) (bs : list bool) (l : list A) : list (list A) :=
  let (k, m) := parted bs l in merged size size [] (pairs k m).
Definition in_second_run (t : dtree) : bool := match t with Test _ (Second _) _ _ _ => true | _ => false end.
Fixpoint joint_sum (gs : list (list dtree)) (s : state) : option float :=
  match gs with
  | [] => Some 0%float
  | g :: gs => do a <- joint g (0, 0)%float s; do b <- joint_sum gs s; Some (add_low a b)
  end.
(** a lower bound of a sum; [None]: there is no point *)
Definition bound (size : nat) (c : interval) (l : list dtree) (s : state) : option float :=
  do f <- joint_sum (grouped size (map in_second_run l) l) s; Some (add_low (fst c) f).

(** ** Soundness *)
Local Open Scope R_scope.

Lemma meet_sound c e r : holds c r -> holds e r -> holds (meet c e) r.
Proof.
  intros hc [[L U] [ol oh]]. unfold meet. destruct (within e) as [l h]. cbn [fst snd] in *.
  assert (low : holds (if fin l then above (negb (open_low e)) l c else c) r).
  { destruct (fin l) eqn:F; [|exact hc]. apply above_holds; auto. unfold is_below. pose proof (LB_toR _ _ L F).
    destruct (open_low e); simpl; [specialize (ol eq_refl eq_refl); lra|lra]. }
  destruct (fin h) eqn:F; [|exact low]. apply below_holds; auto. unfold is_below. pose proof (UB_toR _ _ U F).
  destruct (open_high e); [now apply oh|lra].
Qed.
Local Lemma low_any x r s : LB x r -> fin x = false -> LB x s.
Proof. intros [V _] F. split; [exact V|]. now rewrite (not_fin_toX _ F). Qed.
Local Lemma high_any x r s : UB x r -> fin x = false -> UB x s.
Proof. intros [V _] F. split; [exact V|]. now rewrite (not_fin_toX _ F). Qed.
(** an open end is below all that it bounds *)
Local Lemma low_less x r : LB x r -> (fin x = true -> toR x < r) -> exists s, s < r /\ LB x s.
Proof.
  intros L lt. destruct (fin x) eqn:F; [exists (toR x); split; [auto|apply LB_fin; [exact F|lra]]|].
  exists (r - 1). split; [lra|]. exact (low_any _ _ _ L F).
Qed.
Local Lemma high_more x r : UB x r -> (fin x = true -> r < toR x) -> exists s, r < s /\ UB x s.
Proof.
  intros U lt. destruct (fin x) eqn:F; [exists (toR x); split; [auto|apply UB_fin; [exact F|lra]]|].
  exists (r + 1). split; [lra|]. exact (high_any _ _ _ U F).
Qed.
Lemma add_low_sound a b r s : LB a r -> LB b s -> LB (add_low a b) (r + s).
Proof.
  intros La Lb. unfold add_low. destruct (_ && _) eqn:za.
  { apply andb_prop in za as [ge _]. pose proof (LB_ge0 _ _ La ge). apply (LB_le _ _ _ Lb). lra. }
  destruct ((0 <=? b) && _)%float eqn:zb; [|now apply LB_add].
  apply andb_prop in zb as [ge _]. pose proof (LB_ge0 _ _ Lb ge). apply (LB_le _ _ _ La). lra.
Qed.
Lemma add_high_sound a b r s : UB a r -> UB b s -> UB (add_high a b) (r + s).
Proof.
  intros Ua Ub. unfold add_high. assert (none : forall c q, UB c q -> (c <=? 0)%float = true -> q <= 0) by (intros c q U le; rewrite <- toR0; now apply (UB_leb c)).
  destruct (_ && _) eqn:za.
  { apply andb_prop in za as [_ le]. pose proof (none _ _ Ua le). apply (UB_le _ _ _ Ub). lra. }
  destruct ((0 <=? b) && _)%float eqn:zb; [|now apply UB_add].
  apply andb_prop in zb as [_ le]. pose proof (none _ _ Ub le). apply (UB_le _ _ _ Ua). lra.
Qed.
Lemma add_cells_sound a b r s : holds a r -> holds b s -> holds (add_cells a b) (r + s).
Proof.
  intros [[La Ua] [la ua]] [[Lb Ub] [lb ub]]. unfold add_cells. destruct (within a) as [l h], (within b) as [m k]. cbn [fst snd] in *.
  split; [split; [now apply add_low_sound|now apply add_high_sound]|]. cbn [within open_low open_high fst snd]. split; intros is_open F.
  - apply orb_prop in is_open as [o|o].
    + destruct (low_less _ _ La (la o)) as (q & lt & L). pose proof (LB_toR _ _ (add_low_sound _ _ _ _ L Lb) F). lra.
    + destruct (low_less _ _ Lb (lb o)) as (q & lt & L). pose proof (LB_toR _ _ (add_low_sound _ _ _ _ La L) F). lra.
  - apply orb_prop in is_open as [o|o].
    + destruct (high_more _ _ Ua (ua o)) as (q & lt & U). pose proof (UB_toR _ _ (add_high_sound _ _ _ _ U Ub) F). lra.
    + destruct (high_more _ _ Ub (ub o)) as (q & lt & U). pose proof (UB_toR _ _ (add_high_sound _ _ _ _ Ua U) F). lra.
Qed.
Lemma opp_cell_sound a r : holds a r -> holds (opp_cell a) (- r).
Proof.
  intros [e [lo hi]]. split; [exact (Relational.rel_opp _ interval_rel _ _ e)|].
  assert (back : forall f, fin (- f)%float = true -> fin f = true).
  { intros f F. destruct (fin f) eqn:E; [reflexivity|]. pose proof (not_fin_toX _ E) as X. pose proof (fin_toX _ F) as Y.
    assert (t : toX (- f)%float = (- toX f)%XR) by apply PrimitiveFloat.toX_neg. rewrite t, X in Y. discriminate. }
  unfold opp_cell, interval_opp. cbn [within open_low open_high fst snd]. split; intros o F; rewrite toR_opp.
  - specialize (hi o (back _ F)). lra.
  - specialize (lo o (back _ F)). lra.
Qed.
Lemma void_sound c r : holds c r -> void c = false.
Proof.
  intros [[L U] [lo hi]]. unfold void. destruct (within c) as [l h]. cbn [fst snd] in *.
  destruct (h <? l)%float eqn:lt; [exfalso; exact (crossed _ _ _ L U lt)|]. cbn [orb].
  destruct (_ && _) eqn:e; [|reflexivity]. exfalso. apply andb_prop in e as [e le]. apply andb_prop in e as [e fh]. apply andb_prop in e as [o fl].
  pose proof (LB_toR _ _ L fl). pose proof (UB_toR _ _ U fh). rewrite (leb_fin _ _ fh fl) in le. revert le. case Flocq.Core.Raux.Rle_bool_spec; [|easy]. intros le _.
  apply orb_prop in o as [o|o]; [specialize (lo o fl)|specialize (hi o fh)]; lra.
Qed.

Section Soundness.
Variables x d : positive -> R.
Definition known_holds (k : positive) (t : known) : Prop := holds (in_first t) (x k) /\ holds (in_second t) (x k + d k) /\ holds (of_change t) (d k).
Definition state_holds (s : state) : Prop := forall k t, PositiveMap.find k s = Some t -> known_holds k t.

Lemma tighten_sound k t : known_holds k t -> known_holds k (tighten t).
Proof.
  intros (h1 & h2 & h3). unfold tighten. set (second := meet (in_second t) _).
  assert (hs : holds second (x k + d k)) by (apply meet_sound; [exact h2|now apply add_cells_sound]).
  set (first := meet (in_first t) _). assert (hf : holds first (x k)).
  { apply meet_sound; [exact h1|]. replace (x k) with (x k + d k + - d k) by lra. apply add_cells_sound; [exact hs|now apply opp_cell_sound]. }
  split; [exact hf|]. split; [exact hs|]. apply meet_sound; [exact h3|]. cbn [in_first in_second of_change].
  replace (d k) with (x k + d k + - x k) by lra. apply add_cells_sound; [exact hs|now apply opp_cell_sound].
Qed.
Lemma of_variable_sound v t : known_holds (feature v) t -> holds (of_variable v t) (at_ x d v).
Proof. intros (h1 & h2 & h3). now destruct v. Qed.
Lemma narrow_sound v f s : state_holds s -> (forall c, holds c (at_ x d v) -> holds (f c) (at_ x d v)) ->
  exists s', narrow v f s = Some s' /\ state_holds s'.
Proof.
  intros hs ok. unfold narrow. destruct (PositiveMap.find (feature v) s) as [t|] eqn:e; [|now exists s].
  set (t' := tighten _). assert (ht : known_holds (feature v) t').
  { apply tighten_sound. pose proof (hs _ _ e) as ht. pose proof (ok _ (of_variable_sound v t ht)) as new. destruct ht as (h1 & h2 & h3).
    destruct v; simpl in *; repeat split; assumption || apply h1 || apply h2 || apply h3 || apply new. }
  destruct ht as (h1 & h2 & h3). rewrite (void_sound _ _ h1), (void_sound _ _ h2), (void_sound _ _ h3). cbn [orb].
  eexists. split; [reflexivity|]. intros k u found. destruct (Pos.eq_dec k (feature v)) as [->|other].
  - rewrite PositiveMap.gss in found. injection found as <-. now repeat split; try apply h1; try apply h2; try apply h3.
  - rewrite PositiveMap.gso in found by exact other. now apply hs.
Qed.

(** a bound of [r], where there is a point *)
Definition bounds (o : option float) (r : R) : Prop := match o with Some f => LB f r | None => False end.
Local Lemma LB_less f g r : LB f r -> (g <=? f)%float = true -> LB g r.
Proof.
  intros L le. destruct (fin g) eqn:F; [apply LB_fin; [exact F|exact (LB_leb f r g L F le)]|].
  assert (X := not_fin_toX _ F). destruct (PrimitiveFloat.valid_lb g) eqn:V; [split; [exact V|now rewrite X]|]. exfalso.
  assert (U : UB g (r + 1)).
  { split; [|now rewrite X]. rewrite PrimitiveFloat.valid_ub_correct. rewrite PrimitiveFloat.valid_lb_correct in V. now destruct (PrimitiveFloat.classify g). }
  pose proof (UB_leb_LB _ _ _ _ U L le). lra.
Qed.
Lemma fmin_l f g r : LB f r -> LB (fmin f g) r.
Proof.
  intros L. unfold fmin. destruct (f <=? g)%float; [exact L|]. destruct (g <=? f)%float eqn:le; [|apply LB_nan].
  exact (LB_less f g r L le).
Qed.
Lemma fmin_r f g r : LB g r -> LB (fmin f g) r.
Proof.
  intros L. unfold fmin. destruct (f <=? g)%float eqn:le; [exact (LB_less g f r L le)|]. destruct (g <=? f)%float; [exact L|apply LB_nan].
Qed.
Lemma lower_l a b r : bounds a r -> bounds (lower a b) r.
Proof. destruct a as [f|]; [|easy]. intro L. destruct b as [g|]; [|exact L]. now apply fmin_l. Qed.
Lemma lower_r a b r : bounds b r -> bounds (lower a b) r.
Proof. destruct b as [g|]; [|easy]. intro L. destruct a as [f|]; [|exact L]. now apply fmin_r. Qed.

(** The bound is one of what the rest makes of the tree's value. *)
Lemma least_sound t : forall k s q r, state_holds s -> tree_is x d t q -> (forall s' i, state_holds s' -> encloses i q -> bounds (k s' i) r) -> bounds (least t k s) r.
Proof.
  induction t as [i|strict v b yes IHy no IHn]; intros k s q r hs is_ rest; [now apply rest|]. destruct is_ as (fb & is_yes & is_no). cbn [least].
  set (side := match PositiveMap.find _ _ with Some _ => _ | None => _ end).
  assert (told : tells strict (at_ x d v) (toR b) side).
  { unfold side. destruct (PositiveMap.find (feature v) s) as [t|] eqn:e; [|exact I]. apply compare_cells_sound; [exact (of_variable_sound v t (hs _ _ e))|].
    apply closed_holds, between_encloses. split; [apply LB_fin|apply UB_fin]; simpl; auto; lra. }
  assert (tests : forall o, side = Some o -> if o then is_below strict b (at_ x d v) else ~ is_below strict b (at_ x d v)).
  { intros o e. unfold tells in told. rewrite e in told. unfold is_below.
    destruct strict; [destruct (Rlt_dec _ _)|destruct (Rle_dec _ _)]; now subst o. }
  destruct side as [[|]|] eqn:e.
  - apply (IHy k s q r hs (is_yes (tests true eq_refl)) rest).
  - apply (IHn k s q r hs (is_no (tests false eq_refl)) rest).
  - destruct (is_below_dec strict b (at_ x d v)) as [le|gt].
    + apply lower_l. destruct (narrow_sound v (below strict b) s hs) as (s' & -> & hs'); [intros c; now apply below_holds|].
      apply (IHy k s' q r hs' (is_yes le) rest).
    + apply lower_r. destruct (narrow_sound v (above strict b) s hs) as (s' & -> & hs'); [intros c; now apply above_holds|].
      apply (IHn k s' q r hs' (is_no gt) rest).
Qed.
Lemma joint_sound ts : forall sum s q rs, state_holds s -> encloses sum q -> Forall2 (tree_is x d) ts rs -> bounds (joint ts sum s) (q + sum_of rs).
Proof.
  induction ts as [|t ts IH]; intros sum s q rs hs es all; inversion all as [|? r ? rs' is_ rest]; subst; simpl.
  - rewrite Rplus_0_r. exact (proj1 es).
  - apply (least_sound t _ s r); [exact hs|exact is_|]. intros s' i hs' ei. rewrite <- Rplus_assoc.
    apply IH; [exact hs'|now apply add_exactly_sound|exact rest].
Qed.

Lemma joint_sum_sound gs : forall rss s, state_holds s -> Forall2 (Forall2 (tree_is x d)) gs rss -> bounds (joint_sum gs s) (sum_of (map sum_of rss)).
Proof.
  induction gs as [|g gs IH]; intros rss s hs all; inversion all as [|? rs ? rss' one rest]; subst; simpl.
  - apply LB0. lra.
  - pose proof (joint_sound g (0, 0)%float s 0 rs hs zero_enclosed one) as first. rewrite Rplus_0_l in first.
    destruct (joint g (0, 0)%float s) as [a|]; [|easy]. pose proof (IH _ s hs rest) as later. destruct (joint_sum gs s) as [b|]; [|easy].
    now apply add_low_sound.
Qed.

Local Lemma pairs_rel l rs : Forall2 (tree_is x d) l rs -> forall k ss, Forall2 (tree_is x d) k ss -> Forall2 (Forall2 (tree_is x d)) (pairs l k) (pairs rs ss).
Proof.
  assert (alone : forall l rs, Forall2 (tree_is x d) l rs -> Forall2 (Forall2 (tree_is x d)) (map (fun a => [a]) l) (map (fun a => [a]) rs)).
  { induction 1; simpl; constructor; auto. }
  induction 1 as [|t r l rs one all IH]; intros k ss other; [now apply alone|]. destruct other as [|u s k ss one' all']; [now apply (alone (t :: l) (r :: rs)); constructor|].
  simpl. constructor; auto.
Qed.
Local Lemma merged_rel size ls rss : Forall2 (Forall2 (tree_is x d)) ls rss -> forall more l rs, Forall2 (tree_is x d) l rs ->
  Forall2 (Forall2 (tree_is x d)) (merged size more l ls) (merged size more rs rss).
Proof.
  induction 1 as [|k ss ls rss one all IH]; intros more l rs first; simpl; [now repeat constructor|]. destruct more; [constructor; auto|].
  apply IH. now apply Forall2_app.
Qed.
Local Lemma parted_rel bs : forall l rs, Forall2 (tree_is x d) l rs ->
  Forall2 (tree_is x d) (fst (parted bs l)) (fst (parted bs rs)) /\ Forall2 (tree_is x d) (snd (parted bs l)) (snd (parted bs rs)).
Proof.
  induction bs as [|b bs IH]; intros l rs all; [now split|]. destruct all as [|t r l rs one all]; [split; constructor|]. simpl.
  destruct (IH l rs all) as [k m]. destruct (parted bs l), (parted bs rs). destruct b; simpl in *; auto.
Qed.
Local Lemma parted_sum_of bs : forall l, sum_of (fst (parted bs l)) + sum_of (snd (parted bs l)) = sum_of l.
Proof.
  induction bs as [|b bs IH]; intros l; [simpl; lra|]. destruct l as [|a l]; [simpl; lra|]. simpl. pose proof (IH l). destruct (parted bs l), b; simpl in *; lra.
Qed.
Local Lemma pairs_sum_of l : forall k, sum_of (map sum_of (pairs l k)) = sum_of l + sum_of k.
Proof.
  assert (alone : forall l, sum_of (map sum_of (map (fun a => [a]) l)) = sum_of l) by (induction l0 as [|a l0 IH]; simpl in *; lra).
  induction l as [|a l IH]; intros [|b k]; simpl; rewrite ?alone; try lra. rewrite IH. lra.
Qed.
Local Lemma merged_sum_of size ls : forall more l, sum_of (map sum_of (merged size more l ls)) = sum_of l + sum_of (map sum_of ls).
Proof.
  induction ls as [|k ls IH]; intros more l; simpl; [lra|]. destruct more; simpl; rewrite IH, ?sum_of_app; lra.
Qed.
Theorem bound_sound size c l s c0 rs : state_holds s -> encloses c c0 -> Forall2 (tree_is x d) l rs -> bounds (bound size c l s) (c0 + sum_of rs).
Proof.
  intros hs ec all. unfold bound. assert (sum_ : bounds (joint_sum (grouped size (map in_second_run l) l) s) (sum_of rs)).
  { set (bs := map in_second_run l). destruct (parted_rel bs l rs all) as [rel_k rel_m]. pose proof (parted_sum_of bs rs) as parts. unfold grouped.
    destruct (parted bs l) as [k m]. replace (sum_of rs) with (sum_of (map sum_of (grouped size bs rs))).
    - apply joint_sum_sound; [exact hs|]. unfold grouped. destruct (parted bs rs). apply merged_rel; [now apply pairs_rel|constructor].
    - unfold grouped. destruct (parted bs rs). rewrite merged_sum_of, pairs_sum_of. simpl in *. lra. }
  destruct (joint_sum _ s) as [f|]; [|easy]. apply add_low_sound; [exact (proj1 ec)|exact sum_].
Qed.
End Soundness.
