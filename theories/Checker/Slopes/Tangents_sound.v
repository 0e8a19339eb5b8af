(** * Soundness of tangents

    Along a segment of inputs every value of a network is a function of one real, made of finitely many straight pieces.  The segment is cut where an argument of a
    rectifier changes its sign; on each piece that is left, values are straight and rectifiers do one thing, so that at each point inside, the valuation of values and rates satisfies
    the blocks.  What holds of each piece, and of two pieces that meet if it holds of both, holds of the whole segment.

    Main definitions: [rate], [straight], [along].  Main results: [along_rel], [bend_sound], [cut_steady], [lower_twin_along].

    Trust: proved.
    Source: Tangents.v. *)
From Coq Require Import PString Floats Reals QArith Qreals Lra Lia List Bool Uint63 ZArith.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Network.
From Warrant Require Import Primitives.FloatBounds Checker.Relational Checker.Blocks Checker.Intervals Checker.Forms Checker.Forms_sound.
From Warrant Require Import Checker.Lowering Checker.Lowering_sound Checker.Twins Checker.Twins_sound Checker.Slopes.Tangents.
Import ListNotations.
Local Open Scope R_scope.
#[local] Existing Instance tangent_scalar.

(** ** Functions of one real *)

Notation curve := (R -> R) (only parsing).
#[export] Instance curve_scalar : scalar curve := {|
  Tensor.zero := fun _ => 0;
  literal d := fun _ => literal d;
  number_of q := fun _ => number_of q;
  add a b := fun u => a u + b u;
  opp a := fun u => - a u;
  mul a b := fun u => a u * b u;
  div a b := fun u => a u / b u;
  root a := fun u => root (a u);
  relu a := fun u => relu (a u);
  choose strict a b x y := fun u => choose strict (a u) (b u) (x u) (y u) |}.
Lemma network_at m (x out : list curve) u : network m x = Some out -> network m (map (fun h => h u) x) = Some (map (fun h => h u) out).
Proof.
  intro run_. set (P := fun (h : curve) r => h u = r).
  assert (H : scalar_rel P) by (unfold P; constructor; simpl; intros; subst; reflexivity).
  assert (rel : Forall2 P x (map (fun h => h u) x)) by (clear; induction x; simpl; constructor; [reflexivity|assumption]).
  pose proof (network_rel P H m _ _ rel) as outs. rewrite run_ in outs. destruct (network m (map (fun h : R -> R => h u) x)) as [w|]; simpl in outs; [|easy].
  f_equal. clear -outs. induction outs as [|h r l k e _ IH]; [reflexivity|]. cbn [map]. unfold P in e. rewrite e, IH. reflexivity.
Qed.

Section Piece.
Variables p q : R.
Definition rate (h : curve) : R := (h q - h p) / (q - p).
Definition straight (h : curve) : Prop := forall u, p <= u <= q -> h u = h p + (u - p) * rate h.
(** of one sign *)
Definition steady (h : curve) : Prop := (forall u, p <= u <= q -> 0 <= h u) \/ (forall u, p <= u <= q -> h u <= 0).

Hypothesis p_lt_q : p < q.
Lemma rate_add h k : rate (fun u => h u + k u) = rate h + rate k. Proof. unfold rate. field. lra. Qed.
Lemma rate_opp h : rate (fun u => - h u) = - rate h. Proof. unfold rate. field. lra. Qed.
Lemma straight_add h k : straight h -> straight k -> straight (fun u => h u + k u).
Proof. intros sh sk u u_in. rewrite rate_add, (sh u u_in), (sk u u_in). ring. Qed.
Lemma straight_opp h : straight h -> straight (fun u => - h u).
Proof. intros sh u u_in. rewrite rate_opp, (sh u u_in). ring. Qed.
Lemma rate_equal h k : (forall u, p <= u <= q -> h u = k u) -> rate h = rate k.
Proof. intro same. unfold rate. rewrite (same q), (same p) by lra. reflexivity. Qed.
Lemma straight_equal h k : (forall u, p <= u <= q -> h u = k u) -> straight h -> straight k.
Proof. intros same sh u u_in. rewrite <- (rate_equal _ _ same), <- (same u u_in), <- (same p) by lra. exact (sh u u_in). Qed.

Variable t : R.
Hypothesis t_in : p < t < q.
Definition flat (h : curve) : Prop := forall u, p <= u <= q -> h u = h t.
Lemma flat_rate h : flat h -> rate h = 0.
Proof. intro fl. unfold rate. rewrite (fl q), (fl p) by lra. field. lra. Qed.
Lemma flat_straight h : flat h -> straight h.
Proof. intros fl u u_in. rewrite (flat_rate h fl), (fl u u_in), (fl p) by lra. ring. Qed.
Lemma straight_flat h : straight h -> rate h = 0 -> flat h.
Proof. intros sh zero u u_in. rewrite (sh u u_in), (sh t) by lra. rewrite zero. ring. Qed.

(** at the point [t] of a steady piece, the rate behind a rectifier is as a Tangent says *)
Definition tame (h : curve) : Prop :=
  (0 < h t -> rate (relu h) = rate h) /\ (h t < 0 -> rate (relu h) = 0) /\ (h t = 0 -> rate h = 0 /\ rate (relu h) = 0).
Local Lemma touching h : straight h -> h t = 0 -> (0 <= h p -> 0 <= h q -> rate h = 0) /\ (h p <= 0 -> h q <= 0 -> rate h = 0).
Proof.
  intros sh at0. pose proof (sh t) as et. pose proof (sh q) as eq. rewrite et in at0 by lra. specialize (eq ltac:(lra)).
  set (r := rate h) in *. split; intros; nra.
Qed.
Lemma steady_tame h : straight h -> steady h -> tame h /\ straight (relu h).
Proof.
  intros sh [pos|neg]; unfold tame.
  - assert (same : forall u, p <= u <= q -> h u = relu h u) by (intros u u_in; simpl; rewrite Rmax_right; auto).
    rewrite <- (rate_equal _ _ same). split; [|exact (straight_equal _ _ same sh)]. split; [reflexivity|].
    split; [intro lt; specialize (pos t ltac:(lra)); lra|]. intro at0. assert (zero : rate h = 0) by (apply (proj1 (touching h sh at0)); apply pos; lra). now split.
  - assert (same : forall u, p <= u <= q -> 0 = relu h u) by (intros u u_in; simpl; rewrite Rmax_left; auto).
    assert (fl : flat (relu h)) by (intros u u_in; rewrite <- (same u u_in), <- (same t); lra).
    rewrite (flat_rate _ fl). split; [|now apply flat_straight]. split; [intro gt; specialize (neg t ltac:(lra)); lra|]. split; [reflexivity|].
    intro at0. split; [|reflexivity]. apply (proj2 (touching h sh at0)); apply neg; lra.
Qed.

(** ** Twins along a piece *)

Section Valuation.
Variables (y : int -> R) (N : int).
Definition along (a : twin) (h : curve) : Prop := frel y N (fst a) (h t) /\ frel y N (snd a) (rate h) /\ (snd a <> Opaque -> straight h).
Local Lemma zero_flat f h : is_zero f = true -> frel y N f (rate h) -> (f <> Opaque -> straight h) -> flat h.
Proof. intros z rel sh. apply straight_flat; [apply sh; now intros ->|exact (is_zero_sound y N f _ z rel)]. Qed.
Local Lemma flat_along f h : frel y N f (h t) -> flat h -> along (f, Tensor.zero) h.
Proof. intros rel fl. split; [exact rel|]. cbn [snd]. rewrite (flat_rate h fl). split; [apply (rel_zero _ (form_rel y N))|intros _; now apply flat_straight]. Qed.
Local Lemma add_clear f g : form_add f g <> Opaque -> f <> Opaque /\ g <> Opaque.
Proof.
  intro clear_. split; intros ->; apply clear_.
  - reflexivity.
  - destruct f as [i| | |]; cbn [form_add to_affine]; try reflexivity. now destruct (center i).
Qed.
Local Lemma mul_clear f g : form_mul f g <> Opaque -> f <> Opaque /\ g <> Opaque.
Proof. intro clear_. split; intros ->; apply clear_; [now destruct g|now destruct f]. Qed.
Local Lemma div_clear f g : form_div f g <> Opaque -> f <> Opaque.
Proof. intros clear_ ->. apply clear_. now destruct g. Qed.

Theorem along_rel : scalar_rel along.
Proof.
  pose proof (form_rel y N) as H.
  constructor; cbn [Tensor.zero literal number_of add opp mul div root relu choose tangent_scalar twin_scalar_with curve_scalar].
  - apply flat_along; [apply (rel_zero _ H)|easy].
  - intro d. apply flat_along; [apply (rel_literal _ H)|easy].
  - intro c. apply flat_along; [apply (rel_number _ H)|easy].
  - intros [a da] h [b db] k (ra & rda & sa) (rb & rdb & sb). cbn [fst snd] in *. pose proof (rel_add _ H _ _ _ _ ra rb) as sum.
    destruct (is_zero da && is_zero db)%bool eqn:zs.
    + apply andb_prop in zs as [za zb]. apply flat_along; [exact sum|]. intros u u_in.
      now rewrite (zero_flat da h za rda sa u u_in), (zero_flat db k zb rdb sb u u_in).
    + split; [exact sum|]. cbn [snd]. rewrite rate_add. split; [exact (rel_add _ H _ _ _ _ rda rdb)|]. intro clear_. apply add_clear in clear_ as [ca cb].
      apply straight_add; auto.
  - intros [a da] h (ra & rda & sa). cbn [fst snd] in *. pose proof (rel_opp _ H _ _ ra) as opposite_.
    destruct (is_zero da) eqn:za.
    + apply flat_along; [exact opposite_|]. intros u u_in. now rewrite (zero_flat da h za rda sa u u_in).
    + split; [exact opposite_|]. cbn [snd]. rewrite rate_opp. split; [exact (rel_opp _ H _ _ rda)|]. intro clear_. apply straight_opp, sa. intros ->. now apply clear_.
  - intros [a da] h [b db] k (ra & rda & sa) (rb & rdb & sb). cbn [fst snd] in *. pose proof (rel_mul _ H _ _ _ _ ra rb) as product.
    destruct (is_zero da) eqn:za.
    + pose proof (zero_flat da h za rda sa) as fh. destruct (is_zero db) eqn:zb.
      * pose proof (zero_flat db k zb rdb sb) as fk. apply flat_along; [exact product|]. intros u u_in. now rewrite (fh u u_in), (fk u u_in).
      * split; [exact product|]. cbn [snd]. assert (same : forall u, p <= u <= q -> h t * k u = h u * k u) by (intros u u_in; now rewrite (fh u u_in)).
        rewrite <- (rate_equal _ _ same). assert (scaled : rate (fun u => h t * k u) = h t * rate k) by (unfold rate; field; lra). rewrite scaled.
        split; [exact (rel_mul _ H _ _ _ _ ra rdb)|]. intro clear_. apply mul_clear in clear_ as [_ cb]. apply (straight_equal _ _ same). intros u u_in.
        rewrite scaled, (sb cb u u_in). ring.
    + destruct (is_zero db) eqn:zb; [|split; [exact product|split; [exact I|now intro clear_]]]. pose proof (zero_flat db k zb rdb sb) as fk.
      split; [exact product|]. cbn [snd]. assert (same : forall u, p <= u <= q -> h u * k t = h u * k u) by (intros u u_in; now rewrite (fk u u_in)).
      rewrite <- (rate_equal _ _ same). assert (scaled : rate (fun u => h u * k t) = rate h * k t) by (unfold rate; field; lra). rewrite scaled.
      split; [exact (rel_mul _ H _ _ _ _ rda rb)|]. intro clear_. apply mul_clear in clear_ as [ca _]. apply (straight_equal _ _ same). intros u u_in.
      rewrite scaled, (sa ca u u_in). ring.
  - intros [a da] h [b db] k (ra & rda & sa) (rb & rdb & sb). cbn [fst snd] in *. pose proof (rel_div _ H _ _ _ _ ra rb) as quotient.
    destruct (is_zero db) eqn:zb; [|split; [exact quotient|split; [exact I|now intro clear_]]]. pose proof (zero_flat db k zb rdb sb) as fk.
    destruct (is_zero da) eqn:za.
    + pose proof (zero_flat da h za rda sa) as fh. apply flat_along; [exact quotient|]. intros u u_in. now rewrite (fh u u_in), (fk u u_in).
    + split; [exact quotient|]. cbn [snd]. assert (same : forall u, p <= u <= q -> h u / k t = h u / k u) by (intros u u_in; now rewrite (fk u u_in)).
      rewrite <- (rate_equal _ _ same). assert (scaled : rate (fun u => h u / k t) = rate h / k t) by (unfold rate, Rdiv; ring). rewrite scaled.
      split; [exact (rel_div _ H _ _ _ _ rda rb)|]. intro clear_. apply div_clear in clear_. apply (straight_equal _ _ same). intros u u_in.
      rewrite scaled, (sa clear_ u u_in). unfold Rdiv. ring.
  - intros [a da] h (ra & rda & sa). cbn [fst snd] in *. unfold on_equal. cbn [fst snd]. destruct (is_zero da) eqn:za; [|now split; [exact I|split; [exact I|intro clear_]]].
    apply flat_along; [exact (rel_root _ H _ _ ra)|]. intros u u_in. now rewrite (zero_flat da h za rda sa u u_in).
  - intros [a da] h (ra & rda & sa). cbn [fst snd] in *. unfold on_equal. cbn [fst snd]. destruct (is_zero da) eqn:za; [|now split; [exact I|split; [exact I|intro clear_]]].
    apply flat_along; [exact (rel_relu _ H _ _ ra)|]. intros u u_in. now rewrite (zero_flat da h za rda sa u u_in).
  - intros strict [a da] h [b db] k [x dx] v [w dw] z (ra & rda & sa) (rb & rdb & sb) (rx & rdx & sx) (rw & rdw & sw_). cbn [fst snd] in *.
    destruct (is_zero da) eqn:za; [|now split; [exact I|split; [exact I|intro clear_]]]. destruct (is_zero db) eqn:zb; [|now split; [exact I|split; [exact I|intro clear_]]].
    destruct (is_zero dx) eqn:zx; [|now split; [exact I|split; [exact I|intro clear_]]]. destruct (is_zero dw) eqn:zw; [|now split; [exact I|split; [exact I|intro clear_]]].
    cbn [andb]. apply flat_along; [exact (rel_choose _ H strict _ _ _ _ _ _ _ _ ra rb rx rw)|]. intros u u_in.
    now rewrite (zero_flat da h za rda sa u u_in), (zero_flat db k zb rdb sb u u_in), (zero_flat dx v zx rdx sx u u_in), (zero_flat dw z zw rdw sw_ u u_in).
Qed.
Lemma along_split l hs : Forall2 along l hs -> Forall2 (frel y N) (map fst l) (map (fun h => h t) hs) /\ Forall2 (frel y N) (map snd l) (map rate hs).
Proof. induction 1 as [|a h l hs (F & S & _) _ []]; simpl; split; constructor; auto. Qed.
Lemma along_straight l hs : Forall2 along l hs -> Forall (fun f => f <> Opaque) (map snd l) -> Forall straight hs.
Proof. induction 1 as [|a h l hs (_ & _ & S) _ IH]; simpl; intro clear_; inversion clear_; subst; constructor; auto. Qed.
Lemma along_combine v d hs : Forall2 (frel y N) v (map (fun h => h t) hs) -> Forall2 (frel y N) d (map rate hs) -> Forall straight hs ->
  Forall2 along (combine v d) hs.
Proof.
  revert v d. induction hs as [|h hs IH]; intros v d F S st; inversion F; inversion S; inversion st; subst; simpl; constructor; [now repeat split|now apply IH].
Qed.
End Valuation.
Lemma along_extend y y' N N' : agree N y y' -> le_int N N' -> forall a h, along y N a h -> along y' N' a h.
Proof. intros ag le a h (F & S & st). split; [eapply frel_extend; eauto|]. split; [eapply frel_extend; eauto|exact st]. Qed.

(** ** New blocks *)

Lemma materialise_clear a l prog r : materialise a l prog = Some r -> Forall (fun f => f <> Opaque) l.
Proof.
  unfold materialise. destruct (map_all row_of l) as [rows|] eqn:made; [|discriminate]. intros _. revert rows made.
  induction l as [|f l IH]; intros rows made; constructor; simpl in made; destruct (row_of f) eqn:row_; try discriminate.
  - intros ->. discriminate.
  - destruct (map_all row_of l); [|discriminate]. now apply (IH l0).
Qed.
Lemma force_list_clear l prog r : force_list l prog = Some r -> Forall (fun f => f <> Opaque) l.
Proof.
  unfold force_list. destruct (forallb is_plain l) eqn:plain; [|apply materialise_clear]. intros _. rewrite forallb_forall in plain. apply Forall_forall.
  intros f is_in ->. now specialize (plain _ is_in).
Qed.

Local Lemma tangents_hold s o l : forall y N hs rows i vs j, (0 <? N)%uint63 = true -> map_all row_of l = Some rows -> fresh i l = Some (vs, j) ->
  Forall2 (frel y N) l (map rate hs) -> Forall tame hs ->
  assigned y (i + o)%uint63 (map (fun h => h t) hs) -> assigned y i (map (fun h => rate (relu h)) hs) ->
  rows_hold y N (Tangent s o) i rows /\ after i rows = j.
Proof.
  induction l as [|f l IH]; intros y N hs rows i vs j pos made nums rel tames set_o set_; simpl in made, nums.
  - injection made as <-. injection nums as <- <-. split; [exact I|reflexivity].
  - destruct (row_of f) as [r|] eqn:er; [|discriminate]. destruct (map_all row_of l) as [rs|] eqn:ers; [|discriminate]. injection made as <-.
    destruct (i <? most_values)%uint63; [|discriminate]. destruct (fresh (i + 1) l) as [[vs' j']|] eqn:rest; [|discriminate]. injection nums as <- <-.
    destruct hs as [|h hs]; [inversion rel|]. cbn [map assigned] in *. inversion rel as [|? ? ? ? ra rel']; subst. inversion tames as [|? ? th tames']; subst.
    destruct set_ as [e set_], set_o as [eo set_o]. simpl. rewrite <- shift_next in set_o.
    destruct (IH y N hs rs _ _ _ pos eq_refl rest rel' tames' set_o set_) as [holds ea]. split; [|exact ea]. split; [|exact holds].
    exists (rate h). split; [|now apply row_of_holds with f]. cbn [gives]. rewrite eo, e. exact th.
Qed.

Section Program.
Variable start : int.
Theorem bend_sound y l prog vs prog' hs : bend l prog = Some (vs, prog') -> program_ok start y prog -> Forall2 (along y (next prog)) l hs -> Forall steady hs ->
  exists y', grows start y prog y' prog' /\ Forall2 (along y' (next prog')) vs (map relu hs).
Proof.
  unfold bend. intros done ok rel ste. destruct (materialise Id (map fst l) prog) as [[a e1]|] eqn:ea; [|discriminate].
  destruct (materialise Relu a e1) as [[r e2]|] eqn:er; [|discriminate].
  destruct (materialise (Tangent _ _) (map snd l) e2) as [[d e3]|] eqn:ed; [|discriminate]. injection done as <- <-.
  destruct (along_split y (next prog) l hs rel) as [rf rs]. pose proof (along_straight _ _ l hs rel (materialise_clear _ _ _ _ ed)) as st.
  assert (both : Forall tame hs /\ Forall straight (map relu hs)).
  { clear -st ste p_lt_q t_in. induction st as [|h hs sh _ IH]; inversion ste as [|? ? eh ste']; subst; simpl; [now split|].
    destruct (IH ste') as [tames sts]. destruct (steady_tame h sh eh). split; constructor; auto. }
  destruct both as [tames st'].
  destruct (materialise_sound start Id _ _ _ _ _ _ I ea ok rf) as (y1 & g1 & r1). pose proof g1 as (ag1 & le1 & ok1). cbn [actR] in r1. rewrite map_id in r1.
  destruct (materialise_sound start Relu _ _ _ _ _ _ I er ok1 r1) as (y2 & g2 & r2). pose proof g2 as (ag2 & le2 & ok2). cbn [actR] in r2. rewrite map_map in r2.
  pose proof (grows_trans start _ _ _ _ _ _ g1 g2) as g12. pose proof g12 as (ag12 & le12 & _).
  pose proof (materialise_fresh _ _ _ _ _ ea) as fa. rewrite <- (shift_back (next e2) (next prog)) in fa at 1.
  pose proof (fresh_assigned _ y2 (next e2) _ _ _ _ fa (forms_extend _ _ _ _ ag2 le2 _ _ r1)) as set_a.
  assert (len : length l = length hs) by (eapply Forall2_length; exact rel).
  destruct (materialise_with start _ y2 e2 _ d e3 (map (fun h => rate (relu h)) hs) ed ok2) as (y3 & g3 & r3).
  { now rewrite !length_map. }
  { intros rows y'' erows nums ag set_. apply (tangents_hold _ _ _ y'' (next e2) hs rows _ d (next e3) (proj1 (proj2 ok2)) erows nums).
    - exact (forms_extend y2 y'' _ _ ag (le_int_refl _) _ _ (forms_extend _ _ _ _ ag12 le12 _ _ rs)).
    - exact tames.
    - apply (assigned_agree _ y2 y'' _ _ _ _ fa); [now rewrite !length_map|intros i lt_i; apply ag; now apply lt_le_trans with (next e1)|exact set_a].
    - exact set_. }
  exists y3. split; [exact (grows_trans start _ _ _ _ _ _ g12 g3)|]. destruct g3 as (ag3 & le3 & _).
  apply along_combine; [|now rewrite map_map|exact st']. rewrite map_map. exact (forms_extend _ _ _ _ ag3 le3 _ _ r2).
Qed.

Lemma force_along y prog X X' prog' Xr : force_twins X prog = Some (X', prog') -> program_ok start y prog -> trel (along y (next prog)) X Xr ->
  exists y', grows start y prog y' prog' /\ trel (along y' (next prog')) X' Xr.
Proof.
  unfold force_twins. intros done ok [shapes rel]. destruct (force_list (map fst (data X)) prog) as [[v e1]|] eqn:ev; [|discriminate].
  destruct (force_list (map snd (data X)) e1) as [[d e2]|] eqn:ed; [|discriminate]. injection done as <- <-.
  destruct (along_split _ _ _ _ rel) as [rf rs]. destruct (force_list_sound start _ _ _ _ _ _ ev ok rf) as (y1 & g1 & r1). pose proof g1 as (ag1 & le1 & ok1).
  destruct (force_list_sound start _ _ _ _ _ _ ed ok1 (forms_extend _ _ _ _ ag1 le1 _ _ rs)) as (y2 & g2 & r2). pose proof g2 as (ag2 & le2 & _).
  exists y2. split; [exact (grows_trans start _ _ _ _ _ _ g1 g2)|]. split; [exact shapes|]. cbn [data].
  apply along_combine; [exact (forms_extend _ _ _ _ ag2 le2 _ _ r1)|exact r2|exact (along_straight _ _ _ _ rel (force_list_clear _ _ _ ed))].
Qed.
Lemma force_operands_along xs : forall y prog ys prog' xr, force_twin_operands xs prog = Some (ys, prog') -> program_ok start y prog ->
  orels (along y (next prog)) xs xr -> exists y', grows start y prog y' prog' /\ orels (along y' (next prog')) ys xr.
Proof.
  induction xs as [|x xs IH]; intros y prog ys prog' xr done ok rel; inversion rel as [|? b ? xr' rx rel']; subst; simpl in done.
  - injection done as <- <-. exists y. split; [now apply grows_refl|constructor].
  - assert (pass : forall r, (do (ys, e) <- force_twin_operands xs prog; Some (x :: ys, e)) = Some r ->
      exists y', grows start y prog y' (snd r) /\ orels (along y' (next (snd r))) (fst r) (b :: xr')).
    { intros r e. destruct (force_twin_operands xs prog) as [[ys1 e1]|] eqn:er; [|discriminate]. injection e as <-.
      destruct (IH _ _ _ _ _ er ok rel') as (y' & g & rs). exists y'. split; [exact g|]. constructor; [|exact rs].
      destruct g as (ag & le & _). destruct x as [x|], b as [b|]; simpl in *; auto. exact (vrel_more _ _ (along_extend _ _ _ _ ag le) _ _ rx). }
    destruct x as [[X|X|X|? X|X]|]; try exact (pass _ done). clear pass.
    destruct b as [[Y|Y|Y|? Y|Y]|]; simpl in rx; try easy.
    destruct (force_twins X prog) as [[X' e1]|] eqn:ef; [|discriminate]. destruct (force_twin_operands xs e1) as [[ys1 e2]|] eqn:er; [|discriminate].
    injection done as <- <-. destruct (force_along _ _ _ _ _ _ ef ok rx) as (y1 & g1 & r1).
    pose proof g1 as (ag1 & le1 & ok1). destruct (IH _ _ _ _ _ er ok1 (orels_more _ _ (along_extend _ _ _ _ ag1 le1) _ _ rel')) as (y2 & g2 & r2).
    exists y2. split; [eapply grows_trans; eauto|]. constructor; [|exact r2]. destruct g2 as (ag2 & le2 & _). simpl.
    exact (trel_more _ _ (along_extend _ _ _ _ ag2 le2) _ _ r1).
Qed.

(** what is rectified is steady *)
Definition steady_operand (n : node) (xr : list (option (value curve))) : Prop :=
  treatment_of n = Rectify -> forall X, reals xr 0 = Some X -> Forall steady (data X).
Lemma step_along n y prog xs vs prog' xr : twin_step bend n xs prog = Some (vs, prog') -> program_ok start y prog -> orels (along y (next prog)) xs xr ->
  steady_operand n xr ->
  exists y' ws, grows start y prog y' prog' /\ apply n xr = Some ws /\ Forall2 (vrel (along y' (next prog'))) vs ws.
Proof.
  intros done ok rel ste. unfold twin_step in done. pose proof (along_rel y (next prog)) as H. pose proof (apply_rel _ H n _ _ rel) as applied.
  unfold steady_operand in ste. destruct (treatment_of n) as [| |forced| |] eqn:treat.
  - destruct (apply n xs) as [guard|]; [|discriminate]. destruct (apply n xr) as [ws|] eqn:real_run; simpl in applied; [|easy].
    pose proof (reals_rel _ H _ _ rel 0) as operand0. destruct (reals xs 0) as [X|]; [|discriminate].
    destruct (reals xr 0) as [Xr|] eqn:er; simpl in operand0; [|easy].
    destruct (bend (data X) prog) as [[zs e1]|] eqn:em; [|discriminate]. injection done as <- <-.
    destruct (bend_sound _ _ _ _ _ _ em ok (proj2 operand0) (ste eq_refl Xr eq_refl)) as (y' & g & rel').
    exists y', ws. split; [exact g|]. split; [reflexivity|]. rewrite (rectify_correct n xr ws Xr treat er real_run) in *.
    constructor; [|constructor]. simpl. split; [exact (proj1 operand0)|exact rel'].
  - discriminate.
  - discriminate.
  - destruct (force_twin_operands xs prog) as [[ys e1]|] eqn:ef; [|discriminate].
    destruct (force_operands_along _ _ _ _ _ _ ef ok rel) as (y' & g & rel').
    destruct (apply n ys) as [vs'|] eqn:forms_run; [|discriminate]. injection done as <- <-.
    pose proof (apply_rel _ (along_rel y' (next e1)) n _ _ rel') as again. rewrite forms_run in again.
    destruct (apply n xr) as [ws|]; simpl in again; [|easy]. exists y', ws. auto.
  - destruct (apply n xs) as [vs'|]; [|discriminate]. injection done as <- <-.
    destruct (apply n xr) as [ws|]; simpl in applied; [|easy]. exists y, ws. split; [now apply grows_refl|auto].
Qed.
(** before it is rectified, it is straight *)
Lemma operand_straight n y prog xs r xr : twin_step bend n xs prog = Some r -> orels (along y (next prog)) xs xr -> treatment_of n = Rectify ->
  forall X, reals xr 0 = Some X -> Forall straight (data X).
Proof.
  intros done rel treat Xr er. unfold twin_step in done. rewrite treat in done. pose proof (reals_rel _ (along_rel y (next prog)) _ _ rel 0) as operand0.
  destruct (apply n xs); [|discriminate]. destruct (reals xs 0) as [X|]; [|discriminate]. rewrite er in operand0. simpl in operand0.
  unfold bend in done. destruct (materialise Id _ _) as [[a e1]|]; [|discriminate]. destruct (materialise Relu _ _) as [[b e2]|]; [|discriminate].
  destruct (materialise (Tangent _ _) _ _) as [[d e3]|] eqn:ed; [|discriminate].
  exact (along_straight _ _ _ _ (proj2 operand0) (materialise_clear _ _ _ _ ed)).
Qed.
End Program.
End Piece.

(** ** Smaller pieces *)

Lemma rate_within p q p' q' h : p < q -> p <= p' -> p' < q' -> q' <= q -> straight p q h -> rate p' q' h = rate p q h.
Proof. intros lt le lt' le' st. unfold rate at 1. rewrite (st q'), (st p') by lra. field. lra. Qed.
Lemma straight_within p q p' q' h : p < q -> p <= p' -> p' < q' -> q' <= q -> straight p q h -> straight p' q' h.
Proof. intros lt le lt' le' st u u_in. rewrite (rate_within p q p' q' h lt le lt' le' st), (st u), (st p') by lra. ring. Qed.
Lemma steady_within p q p' q' h : p <= p' -> q' <= q -> steady p q h -> steady p' q' h.
Proof. intros le le' [pos|neg]; [left|right]; intros u u_in; [apply pos|apply neg]; lra. Qed.
Lemma along_within p q p' q' t y N a h : p < q -> p <= p' -> p' < q' -> q' <= q -> along p q t y N a h -> along p' q' t y N a h.
Proof.
  intros lt le lt' le' (F & S & st). split; [exact F|]. destruct (snd a) eqn:kind; try (split; [|intros _]; [|apply (straight_within p q); auto; apply st; discriminate];
    rewrite (rate_within p q p' q' h lt le lt' le' (st ltac:(discriminate))); exact S).
  split; [exact I|now intro clear_].
Qed.

(** what is to be shown of each piece *)
Section Additive.
Variable C : R -> R -> Prop.
Hypothesis C_additive : forall p m q, p < m < q -> C p m -> C m q -> C p q.

Lemma cut_steady hs : forall p q, p < q -> Forall (straight p q) hs ->
  (forall p' q', p <= p' -> p' < q' -> q' <= q -> Forall (steady p' q') hs -> C p' q') -> C p q.
Proof.
  induction hs as [|h hs IH]; intros p q lt st each; [apply each; auto; lra|]. inversion st as [|? ? sh st']; subst.
  assert (go : forall a b, p <= a -> a < b -> b <= q -> steady a b h -> C a b).
  { intros a b le lt' le' sth. apply IH; [exact lt'|eapply Forall_impl; [|exact st']; intros k sk; now apply (straight_within p q)|].
    intros p' q' le1 lt1 le2 sths. apply each; try lra. constructor; [now apply (steady_within a b)|exact sths]. }
  assert (between_ends : forall u, p <= u <= q -> h u * (q - p) = h p * (q - u) + h q * (u - p)).
  { intros u u_in. rewrite (sh u u_in). unfold rate. field. lra. }
  destruct (Rle_lt_dec 0 (h p)) as [p0|p0], (Rle_lt_dec 0 (h q)) as [q0|q0].
  - apply go; try lra. left. intros u u_in. specialize (between_ends u u_in).
    assert (0 <= h p * (q - u)) by (apply Rmult_le_pos; lra). assert (0 <= h q * (u - p)) by (apply Rmult_le_pos; lra). apply (Rmult_le_reg_r (q - p)); lra.
  - destruct (Rle_lt_or_eq_dec 0 (h p) p0) as [p1|p1].
    + set (m := p + (q - p) * (h p / (h p - h q))).
      assert (share : 0 < h p / (h p - h q) < 1).
      { split; [apply Rdiv_lt_0_compat; lra|]. apply (Rmult_lt_reg_r (h p - h q)); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
      assert (m_in : p < m < q) by (unfold m; nra).
      assert (scaled : forall u, h u = (h p - h q) * (m - u) / (q - p) \/ ~ p <= u <= q).
      { intro u. destruct (Rle_lt_dec p u), (Rle_lt_dec u q); try (right; lra). left.
        apply (Rmult_eq_reg_r (q - p)); [|lra]. rewrite (between_ends u) by lra. unfold m. field. lra. }
      apply (C_additive p m q m_in); apply go; try lra; [left|right]; intros u u_in; (destruct (scaled u) as [->|no]; [|lra]).
      * apply Rmult_le_pos; [apply Rmult_le_pos; lra|left; apply Rinv_0_lt_compat; lra].
      * rewrite <- (Rmult_0_l (/ (q - p))). apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat; lra|]. nra.
    + apply go; try lra. right. intros u u_in. specialize (between_ends u u_in). rewrite <- p1 in between_ends.
      apply (Rmult_le_reg_r (q - p)); [lra|]. rewrite between_ends. nra.
  - destruct (Rle_lt_or_eq_dec 0 (h q) q0) as [q1|q1].
    + set (m := p + (q - p) * (h p / (h p - h q))).
      assert (share : 0 < h p / (h p - h q) < 1).
      { replace (h p / (h p - h q)) with ((- h p) / (h q - h p)) by (field; lra). split; [apply Rdiv_lt_0_compat; lra|].
        apply (Rmult_lt_reg_r (h q - h p)); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
      assert (m_in : p < m < q) by (unfold m; nra).
      assert (scaled : forall u, h u = (h q - h p) * (u - m) / (q - p) \/ ~ p <= u <= q).
      { intro u. destruct (Rle_lt_dec p u), (Rle_lt_dec u q); try (right; lra). left.
        apply (Rmult_eq_reg_r (q - p)); [|lra]. rewrite (between_ends u) by lra. unfold m. field. lra. }
      apply (C_additive p m q m_in); apply go; try lra; [right|left]; intros u u_in; (destruct (scaled u) as [->|no]; [|lra]).
      * rewrite <- (Rmult_0_l (/ (q - p))). apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat; lra|]. nra.
      * apply Rmult_le_pos; [apply Rmult_le_pos; lra|left; apply Rinv_0_lt_compat; lra].
    + apply go; try lra. right. intros u u_in. specialize (between_ends u u_in). rewrite <- q1 in between_ends.
      apply (Rmult_le_reg_r (q - p)); [lra|]. rewrite between_ends. nra.
  - apply go; try lra. right. intros u u_in. specialize (between_ends u u_in). apply (Rmult_le_reg_r (q - p)); [lra|]. rewrite between_ends. nra.
Qed.

(** ** Networks *)

Variables (start : int) (y0 : R -> int -> R) (prog0 : program).
(** at every point inside the piece, the program has a valuation of which [P] holds *)
Definition over (p q : R) (prog : program) (P : R -> (int -> R) -> Prop) : Prop :=
  forall t, p < t < q -> exists y, grows start (y0 t) prog0 y prog /\ P t y.
Local Lemma nodes_along ns : forall e er prog e' prog' p q, twin_nodes bend ns e prog = Some (e', prog') -> p < q ->
  over p q prog (fun t y => erel (along p q t y (next prog)) e er) ->
  (forall p' q' er', p <= p' -> p' < q' -> q' <= q -> run ns er = Some er' -> over p' q' prog' (fun t y => erel (along p' q' t y (next prog')) e' er') -> C p' q') -> C p q.
Proof.
  induction ns as [|n ns IH]; intros e er prog e' prog' p q done lt everywhere each; simpl in done.
  - injection done as <- <-. apply (each p q er); auto; lra.
  - destruct (map_all (fetch e) (ins n)) as [xs|] eqn:ex; [|discriminate].
    destruct (twin_step bend n xs prog) as [[vs e1]|] eqn:es; [|discriminate]. destruct (bind (outs n) vs e) as [env1|] eqn:eb; [|discriminate].
    assert (operands : forall t y, erel (along p q t y (next prog)) e er -> exists xr, map_all (fetch er) (ins n) = Some xr /\ orels (along p q t y (next prog)) xs xr).
    { intros t y rel. assert (both : orel (orels (along p q t y (next prog))) (map_all (fetch e) (ins n)) (map_all (fetch er) (ins n))).
      { apply (orel_map_all eq (orel (vrel (along p q t y (next prog))))); [clear; induction (ins n); constructor; auto|].
        intros name1 name2 same. rewrite same. now apply fetch_rel. }
      rewrite ex in both. destruct (map_all (fetch er) (ins n)) as [xr|]; simpl in both; [|easy]. now exists xr. }
    destruct (everywhere ((p + q) / 2) ltac:(lra)) as (ym & gm & relm). destruct (operands _ _ relm) as (xr & exr & orel_m).
    set (hs := if match treatment_of n with Rectify => true | _ => false end then match reals xr 0 with Some X => data X | None => [] end else []).
    apply (cut_steady hs p q lt).
    { unfold hs. destruct (treatment_of n) eqn:treat; try constructor. destruct (reals xr 0) as [X|] eqn:er0; [|constructor].
      exact (operand_straight p q lt ((p + q) / 2) ltac:(lra) n ym prog xs _ xr es orel_m treat X er0). }
    intros p' q' le lt' le' ste.
    assert (ste_n : steady_operand p' q' n xr).
    { intros treat X er0. unfold hs in ste. rewrite treat, er0 in ste. exact ste. }
    assert (stepped : forall t, p' < t < q' -> exists y ws, grows start (y0 t) prog0 y e1 /\ apply n xr = Some ws /\
      Forall2 (vrel (along p' q' t y (next e1))) vs ws /\ erel (along p' q' t y (next e1)) e er).
    { intros t t_in. destruct (everywhere t ltac:(lra)) as (y & g & rel). destruct (operands t y rel) as (xr' & exr' & rel_x).
      assert (xr' = xr) by congruence. subst xr'. pose proof g as (_ & _ & ok).
      pose proof (orels_more _ _ (fun a h => along_within p q p' q' t y (next prog) a h lt le lt' le') _ _ rel_x) as rel_x'.
      destruct (step_along p' q' lt' t t_in start n y prog xs vs e1 xr es ok rel_x' ste_n) as (y' & ws & g' & run_ & rel').
      exists y', ws. split; [exact (grows_trans start _ _ _ _ _ _ g g')|]. split; [exact run_|]. split; [exact rel'|].
      destruct g' as (ag & le1 & _). apply (erel_more _ _ (along_extend p' q' t y y' _ _ ag le1)).
      exact (erel_more _ _ (fun a h => along_within p q p' q' t y (next prog) a h lt le lt' le') _ _ rel). }
    destruct (stepped ((p' + q') / 2) ltac:(lra)) as (y1 & ws & _ & run_ & rel1 & rele1).
    pose proof (bind_rel _ (outs n) _ _ _ _ rel1 rele1) as bound. rewrite eb in bound. destruct (bind (outs n) ws er) as [er1|] eqn:ebr; simpl in bound; [|easy].
    apply (IH env1 er1 e1 e' prog' p' q' done lt').
    + intros t t_in. destruct (stepped t t_in) as (y & ws' & g & run' & rel & rele). assert (ws' = ws) by congruence. subst ws'.
      exists y. split; [exact g|]. pose proof (bind_rel _ (outs n) _ _ _ _ rel rele) as b. rewrite eb, ebr in b. exact b.
    + intros p2 q2 er' le2 lt2 le2' run2 over2. apply (each p2 q2 er'); try lra; auto. simpl. now rewrite exr, run_, ebr.
Qed.
Theorem lower_twin_along m x e prog Y prog' hs p q : initial m x = Some e -> lower_twin bend m e prog = Some (Y, prog') -> p < q ->
  over p q prog (fun t y => Forall2 (along p q t y (next prog)) x hs) ->
  (forall p' q' out, p <= p' -> p' < q' -> q' <= q -> network m hs = Some out -> over p' q' prog' (fun t y => Forall2 (along p' q' t y (next prog')) Y out) -> C p' q') ->
  C p q.
Proof.
  intros ei done lt everywhere each. unfold lower_twin in done.
  destruct (twin_nodes bend (nodes m) e prog) as [[e1 p1]|] eqn:el; [|discriminate].
  destruct (lookup e1 (output_name m)) as [v|] eqn:ev; [|discriminate].
  destruct (as_numbers v) as [X|] eqn:eX; [|discriminate].
  destruct (force_twins X p1) as [[X' p2]|] eqn:ef; [|discriminate]. injection done as <- <-.
  destruct (everywhere ((p + q) / 2) ltac:(lra)) as (ym & gm & relm). pose proof (initial_rel _ m _ _ relm) as rel_e. rewrite ei in rel_e.
  destruct (initial m hs) as [er|] eqn:eir; simpl in rel_e; [|easy].
  apply (nodes_along (nodes m) e er prog e1 p1 p q el lt).
  - intros t t_in. destruct (everywhere t t_in) as (y & g & rel). exists y. split; [exact g|].
    pose proof (initial_rel _ m _ _ rel) as r. now rewrite ei, eir in r.
  - intros p' q' er' le lt' le' run_ over1.
    assert (outs : forall t, p' < t < q' -> exists y out, grows start (y0 t) prog0 y p2 /\ network m hs = Some out /\ Forall2 (along p' q' t y (next p2)) (data X') out).
    { intros t t_in. destruct (over1 t t_in) as (y & g & rel). pose proof (lookup_rel _ _ _ (output_name m) rel) as rel_v. rewrite ev in rel_v.
      destruct (lookup er' (output_name m)) as [w|] eqn:ew; simpl in rel_v; [|easy].
      pose proof (as_numbers_rel _ (along_rel p' q' lt' t t_in y (next p1)) _ _ rel_v) as rel_X. rewrite eX in rel_X.
      destruct (as_numbers w) as [Xr|] eqn:eXr; simpl in rel_X; [|easy]. pose proof g as (_ & _ & ok).
      destruct (force_along p' q' t t_in start y p1 X X' p2 Xr ef ok rel_X) as (y2 & g2 & rel2).
      exists y2, (data Xr). split; [exact (grows_trans start _ _ _ _ _ _ g g2)|]. split; [|apply rel2].
      unfold network. now rewrite eir, run_, ew, eXr. }
    destruct (outs ((p' + q') / 2) ltac:(lra)) as (_ & out & _ & net & _). apply (each p' q' out le lt' le' net).
    intros t t_in. destruct (outs t t_in) as (y & out' & g & net' & rel). replace out' with out in rel by congruence. now exists y.
Qed.
End Additive.

(** ** From a point and a direction *)

Definition segment (x e : list R) : list curve := zip_with (fun a b u => a + u * b) x e.
Lemma segment_rates p q x : forall e, p < q -> length x = length e -> map (rate p q) (segment x e) = e /\ Forall (straight p q) (segment x e).
Proof.
  induction x as [|a x IH]; intros [|b e] lt len; try discriminate; [now split|]. simpl. destruct (IH e lt (eq_add_S _ _ len)) as [rates st].
  fold (segment x e). assert (one : rate p q (fun u => a + u * b) = b) by (unfold rate; field; lra). rewrite one, rates. split; [reflexivity|].
  constructor; [|exact st]. intros u _. rewrite one. ring.
Qed.

Theorem lower_tangents_sound (C : R -> R -> Prop) m d L x e p q : (forall p m q, p < m < q -> C p m -> C m q -> C p q) ->
  lower_with (lower_tangents m d) (d + d) = Some L -> length x = d -> length e = d -> p < q ->
  (forall p' q' out t y, p <= p' -> p' < q' -> q' <= q -> network m (segment x e) = Some out -> p' < t < q' ->
    let z := e ++ map (fun h => h t) (segment x e) in
    program_ok (after 0%uint63 z) y (program_of L) -> (forall y', agree (next (program_of L)) y y' -> assigned y' 0%uint63 z) ->
    Forall2 (frel y (next (program_of L))) (input_forms L) z -> Forall2 (frel y (next (program_of L))) (output_forms L) (map (rate p' q') out) -> C p' q') ->
  C p q.
Proof.
  intros additive_ lowered_ len_x len_e lt each. unfold lower_with in lowered_.
  destruct (fresh 0 (repeat tt (d + d))) as [[xs n]|] eqn:nums; [|discriminate].
  destruct (lower_tangents m d xs (Program [] n)) as [[Y prog]|] eqn:el; [|discriminate]. destruct (0 <? n)%uint63 eqn:pos; [|discriminate].
  injection lowered_ as <-. cbn [program_of input_forms output_forms] in each.
  unfold lower_tangents in el. destruct (initial m _) as [e0|] eqn:ei; [|discriminate]. destruct (lower_twin bend m e0 (Program [] n)) as [[Y0 prog']|] eqn:et; [|discriminate].
  destruct (Nat.eqb (length xs) (d + d)) eqn:len; [|discriminate]. injection el as <- <-.
  set (z := fun t : R => e ++ map (fun h => h t) (segment x e)) in *. set (y0 := fun t => extended zeros 0 (z t)).
  assert (seg_len : length (segment x e) = d).
  { unfold segment. clear -len_x len_e. revert e d len_x len_e. induction x as [|a x IH]; intros [|b e] [|d] lx le; try discriminate; [reflexivity|].
    simpl. f_equal. apply IH; [now injection lx|now injection le]. }
  assert (len_z : forall t, length (z t) = length (repeat tt (d + d))) by (intro t; unfold z; rewrite length_app, length_map, repeat_length, seg_len; lia).
  destruct (fresh_next _ _ _ _ nums) as (en & _ & size_).
  assert (set0 : forall t, assigned (y0 t) 0%uint63 (z t)) by (intro t; apply (extended_assigned _ zeros 0%uint63 0%uint63 xs n [] (z t) nums (len_z t)); reflexivity).
  assert (rel0 : forall t, Forall2 (frel (y0 t) n) xs (z t)) by (intro t; apply (fresh_rel _ (y0 t) n _ _ _ (z t) nums (len_z t) (le_int_refl _) (set0 t))).
  assert (count : forall t, after 0%uint63 (z t) = n) by (intro t; now rewrite en, !after_length, len_z).
  assert (ok0 : forall t, program_ok n (y0 t) (Program [] n)) by (intro t; split; [reflexivity|]; split; [exact pos|]; easy).
  assert (halves : forall t, Forall2 (frel (y0 t) n) (firstn d xs) e /\ Forall2 (frel (y0 t) n) (skipn d xs) (map (fun h => h t) (segment x e))).
  { intro t. specialize (rel0 t). unfold z in rel0. apply Forall2_app_inv_r in rel0 as (l1 & l2 & r1 & r2 & ->).
    assert (l1_len : length l1 = d) by (rewrite (Forall2_length r1); exact len_e).
    rewrite <- l1_len, firstn_app, Nat.sub_diag, firstn_all, skipn_app, Nat.sub_diag, skipn_all. cbn [firstn skipn app]. rewrite app_nil_r. now split. }
  apply (lower_twin_along C additive_ n y0 (Program [] n) m _ e0 (Program [] n) Y0 prog' (segment x e) p q ei et lt).
  - intros t t_in. exists (y0 t). split; [now apply grows_refl|]. destruct (halves t) as [first second], (segment_rates p q x e lt (eq_trans len_x (eq_sym len_e))) as [rates st].
    apply along_combine; [exact second|now rewrite rates|exact st].
  - intros p' q' out le lt' le' net over_. destruct (over_ ((p' + q') / 2) ltac:(lra)) as (y & (ag & le_n & ok) & rel). cbn [next] in *.
    apply (each p' q' out ((p' + q') / 2) y le lt' le' net ltac:(lra)); fold (z ((p' + q') / 2)).
    + now rewrite count.
    + intros y' ag'. apply (assigned_agree _ (y0 ((p' + q') / 2)) y' _ _ _ _ nums (len_z _)); [|apply set0]. exact (agree_trans _ _ _ _ _ le_n ag ag').
    + eapply forms_extend; eauto.
    + exact (proj2 (along_split _ _ _ _ _ _ _ rel)).
Qed.
