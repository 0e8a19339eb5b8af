(** * Soundness of twins

    Two runs of a network are one run on pairs of reals; twins stand for such pairs (first value, difference).  That a network on pairs computes pairs of what it
    computes is one more use of parametricity.

    Main results: [twin_rel], [rectify_sound], [lower_twice_sound].

    Trust: proved.
    Source: Twins.v. *)
From Coq Require Import PString Floats Reals QArith Qreals Lra Lia List Bool Uint63 ZArith.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Network.
From Warrant Require Import Primitives.FloatBounds Checker.Relational Checker.Blocks Checker.Intervals Checker.Forms Checker.Forms_sound.
From Warrant Require Import Checker.Lowering Checker.Lowering_sound Checker.Alike Checker.Twins.
Import ListNotations.
Local Open Scope R_scope.

(** ** Pairs of reals *)

Definition pair := (R * R)%type.
#[local] Instance pair_scalar : scalar pair := {|
  Tensor.zero := (0, 0);
  literal d := (literal d, literal d);
  number_of q := (number_of q, number_of q);
  add a b := (fst a + fst b, snd a + snd b);
  opp a := (- fst a, - snd a);
  mul a b := (fst a * fst b, snd a * snd b);
  div a b := (fst a / fst b, snd a / snd b);
  root a := (root (fst a), root (snd a));
  relu a := (relu (fst a), relu (snd a));
  choose strict a b x y := (choose strict (fst a) (fst b) (fst x) (fst y), choose strict (snd a) (snd b) (snd x) (snd y)) |}.
Definition is_first (a : pair) (r : R) : Prop := fst a = r.
Definition is_second (a : pair) (r : R) : Prop := snd a = r.
Local Lemma first_rel : scalar_rel is_first.
Proof. unfold is_first. constructor; simpl; intros; subst; reflexivity. Qed.
Local Lemma second_rel : scalar_rel is_second.
Proof. unfold is_second. constructor; simpl; intros; subst; reflexivity. Qed.
(** what both networks compute at once is what each computes *)
Definition two_literals (d e : dyadic) : pair := (literal d, literal e).
Definition begin_pair (m : model) (other : option model) (x : list pair) : option (environment pair) :=
  match other with None => initial m x | Some m' => joined two_literals m m' x end.
Local Lemma projected (f : pair -> R) (P : pair -> R -> Prop) (means : forall a r, P a r <-> f a = r) l k : Forall2 P l k -> map f l = k.
Proof. induction 1 as [|a r l k e _ IH]; [reflexivity|]. simpl. apply means in e. now rewrite IH, e. Qed.
Local Lemma projects (f : pair -> R) (P : pair -> R -> Prop) (means : forall a r, P a r <-> f a = r) l : Forall2 P l (map f l).
Proof. induction l; simpl; constructor; auto. now apply means. Qed.
Lemma network_pairs m other (x out : list pair) e : (forall m', other = Some m' -> one_graph m m' = true) -> begin_pair m other x = Some e -> output_from m e = Some out ->
  network m (map fst x) = Some (map fst out) /\ network (match other with None => m | Some m' => m' end) (map snd x) = Some (map snd out).
Proof.
  assert (firsts : forall a r, is_first a r <-> fst a = r) by easy. assert (seconds : forall a r, is_second a r <-> snd a = r) by easy.
  intros alike_ start run_. destruct other as [m'|].
  - specialize (alike_ m' eq_refl).
    destruct (joined_first is_first first_rel two_literals m m' x _ (projects fst _ firsts x) e out alike_ start ltac:(reflexivity) run_) as (o & eo & rel).
    destruct (joined_second is_second second_rel two_literals m m' x _ (projects snd _ seconds x) e out alike_ start ltac:(reflexivity) run_) as (o' & eo' & rel').
    split; (etransitivity; [eassumption|]); apply (f_equal Some); symmetry; [exact (projected fst _ firsts _ _ rel)|exact (projected snd _ seconds _ _ rel')].
  - assert (whole : network m x = Some out) by (unfold network; unfold begin_pair in start; rewrite start; exact run_).
    pose proof (network_rel _ first_rel m _ _ (projects fst _ firsts x)) as rel. pose proof (network_rel _ second_rel m _ _ (projects snd _ seconds x)) as rel'.
    rewrite whole in rel, rel'. destruct (network m (map (A := pair) fst x)) as [o|] eqn:eo; simpl in rel; [|easy]. destruct (network m (map (A := pair) snd x)) as [o'|] eqn:eo'; simpl in rel'; [|easy].
    split; (etransitivity; [eassumption|]); apply (f_equal Some); symmetry; [exact (projected fst _ firsts _ _ rel)|exact (projected snd _ seconds _ _ rel')].
Qed.

(** ** Twins *)

Section Valuation.
Variables (y : int -> R) (N : int).
Definition trel2 (a : twin) (r : pair) : Prop := frel y N (fst a) (fst r) /\ frel y N (snd a) (snd r - fst r).
Lemma is_zero_sound f r : is_zero f = true -> frel y N f r -> r = 0.
Proof.
  destruct f as [i|i|v b e s|]; try discriminate. simpl. intros z rel. apply ends_sound in rel. destruct (ends i) as [l h], rel as [L U].
  apply andb_prop in z. destruct z as [lz hz]. simpl in *. pose proof (LB_leb _ _ 0%float L eq_refl lz). pose proof (UB_leb _ _ 0%float U eq_refl hz).
  rewrite toR0 in *. lra.
Qed.
Local Lemma no_difference f r s : is_zero f = true -> frel y N f (s - r) -> s = r.
Proof. intros z rel. apply (is_zero_sound f _ z) in rel. lra. Qed.
Local Lemma zero_rel r s : s = r -> frel y N Tensor.zero (s - r).
Proof. intros ->. rewrite Rminus_diag_eq by reflexivity. exact (rel_zero _ (form_rel y N)). Qed.
Theorem twin_rel : scalar_rel trel2.
Proof.
  pose proof (form_rel y N) as H.
  constructor; unfold trel2; cbn [Tensor.zero literal number_of add opp mul div root relu choose twin_scalar twin_scalar_with pair_scalar fst snd].
  - split; [apply (rel_zero _ H)|now apply zero_rel].
  - intro d. split; [apply (rel_literal _ H)|now apply zero_rel].
  - intro q. split; [apply (rel_number _ H)|now apply zero_rel].
  - intros [a da] [r r'] [b db] [s s']. cbn [fst snd]. intros [ra rda] [rb rdb]. split; [exact (rel_add _ H _ _ _ _ ra rb)|].
    assert (sum : frel y N (add da db) (r' + s' - (r + s))).
    { replace (r' + s' - (r + s)) with ((r' - r) + (s' - s)) by ring. exact (rel_add _ H _ _ _ _ rda rdb). }
    destruct (is_zero da) eqn:za, (is_zero db) eqn:zb; cbn [andb]; try exact sum.
    apply zero_rel. now rewrite (no_difference _ _ _ za rda), (no_difference _ _ _ zb rdb).
  - intros [a da] [r r']. cbn [fst snd]. intros [ra rda]. split; [exact (rel_opp _ H _ _ ra)|]. destruct (is_zero da) eqn:za.
    + apply zero_rel. now rewrite (no_difference _ _ _ za rda).
    + replace (- r' - - r) with (- (r' - r)) by ring. exact (rel_opp _ H _ _ rda).
  - intros [a da] [r r'] [b db] [s s']. cbn [fst snd]. intros [ra rda] [rb rdb]. split; [exact (rel_mul _ H _ _ _ _ ra rb)|].
    destruct (is_zero da) eqn:za, (is_zero db) eqn:zb.
    + apply zero_rel. now rewrite (no_difference _ _ _ za rda), (no_difference _ _ _ zb rdb).
    + rewrite (no_difference _ _ _ za rda). replace (r * s' - r * s) with (r * (s' - s)) by ring. exact (rel_mul _ H _ _ _ _ ra rdb).
    + rewrite (no_difference _ _ _ zb rdb). replace (r' * s - r * s) with ((r' - r) * s) by ring. exact (rel_mul _ H _ _ _ _ rda rb).
    + replace (r' * s' - r * s) with ((r' - r) * (s + (s' - s)) + r * (s' - s)) by ring.
      exact (rel_add _ H _ _ _ _ (rel_mul _ H _ _ _ _ rda (rel_add _ H _ _ _ _ rb rdb)) (rel_mul _ H _ _ _ _ ra rdb)).
  - intros [a da] [r r'] [b db] [s s']. cbn [fst snd]. intros [ra rda] [rb rdb]. split; [exact (rel_div _ H _ _ _ _ ra rb)|].
    destruct (is_zero db) eqn:zb; [|exact I]. rewrite (no_difference _ _ _ zb rdb). destruct (is_zero da) eqn:za.
    + apply zero_rel. now rewrite (no_difference _ _ _ za rda).
    + replace (r' / s - r / s) with ((r' - r) / s) by (unfold Rdiv; ring). exact (rel_div _ H _ _ _ _ rda rb).
  - intros [a da] [r r']. cbn [fst snd]. intros [ra rda]. unfold on_equal. cbn [fst snd]. destruct (is_zero da) eqn:za; [|split; exact I].
    split; [exact (rel_root _ H _ _ ra)|]. apply zero_rel. now rewrite (no_difference _ _ _ za rda).
  - intros [a da] [r r']. cbn [fst snd]. intros [ra rda]. unfold on_equal. cbn [fst snd]. destruct (is_zero da) eqn:za; [|split; exact I].
    split; [exact (rel_relu _ H _ _ ra)|]. apply zero_rel. now rewrite (no_difference _ _ _ za rda).
  - intros strict [a da] [r r'] [b db] [s s'] [x dx] [u u'] [w dw] [v v']. cbn [fst snd]. intros [ra rda] [rb rdb] [rx rdx] [rw rdw].
    destruct (is_zero da) eqn:za; [|split; exact I]. destruct (is_zero db) eqn:zb; [|split; exact I].
    destruct (is_zero dx) eqn:zx; [|split; exact I]. destruct (is_zero dw) eqn:zw; [|split; exact I]. cbn [andb fst snd].
    split; [exact (rel_choose _ H strict _ _ _ _ _ _ _ _ ra rb rx rw)|]. apply zero_rel.
    now rewrite (no_difference _ _ _ za rda), (no_difference _ _ _ zb rdb), (no_difference _ _ _ zx rdx), (no_difference _ _ _ zw rdw).
Qed.
Lemma two_numbers_rel d e : trel2 (two_numbers d e) (two_literals d e).
Proof.
  pose proof (form_rel y N) as H. unfold two_numbers, two_literals. split; cbn [fst snd]; [exact (rel_literal _ H d)|]. destruct (same_dyadic d e) eqn:same_.
  - apply same_dyadic_correct in same_ as ->. now apply zero_rel.
  - exact (rel_add _ H _ _ _ _ (rel_literal _ H e) (rel_opp _ H _ _ (rel_literal _ H d))).
Qed.
Lemma begin_rel m other x ps : Forall2 trel2 x ps -> orel (erel trel2) (begin_twice m other x) (begin_pair m other ps).
Proof.
  intro rel. unfold begin_twice, begin_pair. destruct other as [m'|]; [|exact (initial_rel _ twin_rel m _ _ rel) || exact (initial_rel _ m _ _ rel)].
  exact (joined_rel trel2 twin_rel two_numbers two_literals m m' x ps two_numbers_rel rel).
Qed.
Local Lemma trel2_split l k : Forall2 trel2 l k <->
  Forall2 (frel y N) (map fst l) (map fst k) /\ Forall2 (frel y N) (map snd l) (map (fun r => snd r - fst r) k).
Proof.
  split.
  - induction 1 as [|a r l k [] _ []]; simpl; split; constructor; auto.
  - revert k. induction l as [|a l IH]; intros [|r k] [F S]; inversion F; inversion S; subst; constructor; [now split|apply IH; now split].
Qed.
End Valuation.

(** *** Later values *)

Section Extend.
Context {A B : Type} (P Q : A -> B -> Prop).
Hypothesis more : forall a b, P a b -> Q a b.
Lemma trel_more X Y : trel P X Y -> trel Q X Y.
Proof. intros [s f]. split; [exact s|]. eapply Forall2_impl; [exact more|exact f]. Qed.
Context {SA : scalar A} {SB : scalar B}.
Lemma vrel_more (v : value A) (w : value B) : vrel P v w -> vrel Q v w.
Proof. destruct v, w; simpl; auto using trel_more. intros [same_bound rel]. split; [exact same_bound|now apply trel_more]. Qed.
Lemma orels_more xs ys : orels P xs ys -> orels Q xs ys.
Proof. apply Forall2_impl. intros [v|] [w|]; simpl; auto. apply vrel_more. Qed.
Lemma erel_more e f : erel P e f -> erel Q e f.
Proof. apply Forall2_impl. intros p q [names rel]. split; [exact names|now apply vrel_more]. Qed.
End Extend.
Local Lemma trel2_extend y y' N N' : agree N y y' -> le_int N N' -> forall a r, trel2 y N a r -> trel2 y' N' a r.
Proof. intros ag le a r [F S]. split; eapply frel_extend; eauto. Qed.

(** ** New blocks *)

Lemma fresh_assigned {A} (l : list A) y N : forall i vs j zs, fresh i l = Some (vs, j) -> Forall2 (frel y N) vs zs -> assigned y i zs.
Proof.
  induction l as [|a l IH]; simpl; intros i vs j zs made rel.
  - injection made as <- <-. inversion rel. exact I.
  - destruct (i <? most_values)%uint63; [|discriminate]. destruct (fresh (i + 1) l) as [[vs' j']|] eqn:rest; [|discriminate]. injection made as <- <-.
    inversion rel as [|? z ? zs' rz rel']; subst. destruct rz as [_ e]. split; [now symmetry|]. eapply IH; eauto.
Qed.
Lemma materialise_fresh a l p vs p' : materialise a l p = Some (vs, p') -> fresh (next p) l = Some (vs, next p').
Proof.
  unfold materialise. destruct (map_all row_of l); [|discriminate]. destruct (fresh (next p) l) as [[ws n]|]; [|discriminate]. now intros [= <- <-].
Qed.
Lemma shift_back i j : (i + (j - i))%uint63 = j.
Proof.
  apply to_Z_inj. rewrite add_spec, sub_spec, Zplus_mod_idemp_r. replace (to_Z i + (to_Z j - to_Z i))%Z with (to_Z j) by ring.
  apply Z.mod_small, to_Z_bounded.
Qed.
Lemma shift_next i s : (i + 1 + s)%uint63 = (i + s + 1)%uint63.
Proof.
  apply to_Z_inj. rewrite !add_spec, !Zplus_mod_idemp_l. f_equal. ring.
Qed.

Definition rises (ps : list pair) : list R := map (fun a => Rmax 0 (snd a) - Rmax 0 (fst a)) ps.
Local Lemma rises_hold s t l : forall y N ps rows i vs j, (0 <? N)%uint63 = true -> map_all row_of l = Some rows -> fresh i l = Some (vs, j) ->
  Forall2 (frel y N) l (map (fun a => snd a - fst a) ps) ->
  assigned y (i + s)%uint63 (map (fun a => Rmax 0 (fst a)) ps) -> assigned y (i + t)%uint63 (map (fun a => Rmax 0 (snd a)) ps) -> assigned y i (rises ps) ->
  rows_hold y N (Rise s t) i rows /\ after i rows = j.
Proof.
  induction l as [|f l IH]; intros y N ps rows i vs j pos made nums rel set_s set_t set_; simpl in made, nums.
  - injection made as <-. injection nums as <- <-. split; [exact I|reflexivity].
  - destruct (row_of f) as [r|] eqn:er; [|discriminate]. destruct (map_all row_of l) as [rs|] eqn:ers; [|discriminate]. injection made as <-.
    destruct (i <? most_values)%uint63; [|discriminate]. destruct (fresh (i + 1) l) as [[vs' j']|] eqn:rest; [|discriminate]. injection nums as <- <-.
    destruct ps as [|a ps]; [inversion rel|]. unfold rises in set_. cbn [map assigned] in *. inversion rel as [|? ? ? ? ra rel']; subst.
    destruct set_ as [e set_], set_s as [es set_s], set_t as [et set_t]. simpl. rewrite <- shift_next in set_s, set_t.
    destruct (IH y N ps rs _ _ _ pos eq_refl rest rel' set_s set_t set_) as [h ea]. split; [|exact ea]. split; [|exact h].
    exists (snd a - fst a). split; [|now apply row_of_holds with f]. exists (fst a), (snd a). rewrite es, et, e. auto.
Qed.

Section Program.
Variable start : int.
Local Lemma rise_sound {A B} (kr : list A) (kt : list B) y p l vs p' s t ps vr vt jr jt : materialise (Rise s t) l p = Some (vs, p') -> program_ok start y p ->
  Forall2 (frel y (next p)) l (map (fun a => snd a - fst a) ps) ->
  fresh (next p + s)%uint63 kr = Some (vr, jr) -> length ps = length kr -> le_int jr (next p) -> assigned y (next p + s)%uint63 (map (fun a => Rmax 0 (fst a)) ps) ->
  fresh (next p + t)%uint63 kt = Some (vt, jt) -> length ps = length kt -> le_int jt (next p) -> assigned y (next p + t)%uint63 (map (fun a => Rmax 0 (snd a)) ps) ->
  exists y', grows start y p y' p' /\ Forall2 (frel y' (next p')) vs (rises ps).
Proof.
  intros done ok rel fr lr ler set_s ft lt let_ set_t. pose proof (proj1 (proj2 ok)) as pos.
  apply (materialise_with start (Rise s t) y p l vs p' (rises ps) done ok).
  - unfold rises. now rewrite (Forall2_length rel), !length_map.
  - intros rows y'' erows nums ag set_. apply (rises_hold s t l y'' (next p) ps rows _ vs (next p') pos erows nums).
    + exact (forms_extend y y'' _ _ ag (le_int_refl _) _ _ rel).
    + apply (assigned_agree _ y y'' _ _ _ _ fr); [now rewrite length_map|intros i lt_i; apply ag; now apply lt_le_trans with jr|exact set_s].
    + apply (assigned_agree _ y y'' _ _ _ _ ft); [now rewrite length_map|intros i lt_i; apply ag; now apply lt_le_trans with jt|exact set_t].
    + exact set_.
Qed.

Theorem rectify_sound y l p vs p' ps : rectify l p = Some (vs, p') -> program_ok start y p -> Forall2 (trel2 y (next p)) l ps ->
  exists y', grows start y p y' p' /\ Forall2 (trel2 y' (next p')) vs (map relu ps).
Proof.
  unfold rectify. intros done ok rel. destruct (materialise Relu (map fst l) p) as [[r q]|] eqn:er; [|discriminate].
  destruct (materialise Relu (map (fun a => add (fst a) (snd a)) l) q) as [[w e]|] eqn:ew; [|discriminate].
  destruct (materialise (Rise _ _) (map snd l) e) as [[d e']|] eqn:ed; [|discriminate]. injection done as <- <-.
  destruct (proj1 (trel2_split y (next p) l ps) rel) as [rf rs].
  destruct (materialise_sound start Relu _ _ _ _ _ _ I er ok rf) as (y1 & g1 & r1). pose proof g1 as (ag1 & le1 & ok1). rewrite map_map in r1. cbn [actR] in r1.
  assert (rsum : Forall2 (frel y1 (next q)) (map (fun a => add (fst a) (snd a)) l) (map snd ps)).
  { clear -rel ag1 le1. induction rel as [|a b l k ab _ IH]; simpl; constructor; [|exact IH]. destruct (trel2_extend _ _ _ _ ag1 le1 _ _ ab) as [F S].
    replace (snd b) with (fst b + (snd b - fst b)) by ring. exact (rel_add _ (form_rel y1 (next q)) _ _ _ _ F S). }
  destruct (materialise_sound start Relu _ _ _ _ _ _ I ew ok1 rsum) as (y2 & g2 & r2). pose proof g2 as (ag2 & le2 & ok2). rewrite map_map in r2. cbn [actR] in r2.
  pose proof (grows_trans start _ _ _ _ _ _ g1 g2) as g12. pose proof g12 as (ag12 & le12 & _).
  pose proof (materialise_fresh _ _ _ _ _ er) as fr. pose proof (materialise_fresh _ _ _ _ _ ew) as fw.
  assert (lenl : length ps = length l) by (symmetry; eapply Forall2_length; exact rel).
  rewrite <- (shift_back (next e) (next p)) in fr at 1. rewrite <- (shift_back (next e) (next q)) in fw at 1.
  destruct (rise_sound _ _ y2 e (map snd l) d e' _ _ ps _ _ _ _ ed ok2 (forms_extend _ _ _ _ ag12 le12 _ _ rs)
    fr ltac:(now rewrite length_map) le2 (fresh_assigned _ y2 (next e) _ _ _ _ fr (forms_extend _ _ _ _ ag2 le2 _ _ r1))
    fw ltac:(now rewrite length_map) (le_int_refl _) (fresh_assigned _ y2 (next e) _ _ _ _ fw r2)) as (y3 & g3 & r3).
  exists y3. split; [exact (grows_trans start _ _ _ _ _ _ g12 g3)|]. destruct g3 as (ag3 & le3 & _).
  pose proof (forms_extend _ _ _ _ ag3 le3 _ _ (forms_extend _ _ _ _ ag2 le2 _ _ r1)) as r1'.
  clear -r1' r3. revert r d r1' r3. induction ps as [|a ps IH]; intros r d r1 r3; inversion r1; inversion r3; subst; simpl; constructor; [now split|now apply IH].
Qed.

Lemma force_list_sound y l p vs p' zs : force_list l p = Some (vs, p') -> program_ok start y p -> Forall2 (frel y (next p)) l zs ->
  exists y', grows start y p y' p' /\ Forall2 (frel y' (next p')) vs zs.
Proof.
  unfold force_list. intros done ok rel. destruct (forallb is_plain l).
  - injection done as <- <-. exists y. split; [now apply grows_refl|exact rel].
  - destruct (materialise_sound start Id _ _ _ _ _ _ I done ok rel) as (y' & g & r). exists y'. split; [exact g|]. cbn [actR] in r. now rewrite map_id in r.
Qed.
Local Lemma combine_split y N v d ps : Forall2 (frel y N) v (map fst ps) -> Forall2 (frel y N) d (map (fun r => snd r - fst r) ps) ->
  Forall2 (trel2 y N) (combine v d) ps.
Proof.
  revert v d. induction ps as [|a ps IH]; intros v d F S; inversion F; inversion S; subst; simpl; constructor; [now split|now apply IH].
Qed.
Lemma force_twins_sound y p X X' p' Xr : force_twins X p = Some (X', p') -> program_ok start y p -> trel (trel2 y (next p)) X Xr ->
  exists y', grows start y p y' p' /\ trel (trel2 y' (next p')) X' Xr.
Proof.
  unfold force_twins. intros done ok [shapes rel]. destruct (force_list (map fst (data X)) p) as [[v q]|] eqn:ev; [|discriminate].
  destruct (force_list (map snd (data X)) q) as [[d e]|] eqn:ed; [|discriminate]. injection done as <- <-.
  destruct (proj1 (trel2_split _ _ _ _) rel) as [rf rs]. destruct (force_list_sound _ _ _ _ _ _ ev ok rf) as (y1 & g1 & r1). pose proof g1 as (ag1 & le1 & ok1).
  destruct (force_list_sound _ _ _ _ _ _ ed ok1 (forms_extend _ _ _ _ ag1 le1 _ _ rs)) as (y2 & g2 & r2). pose proof g2 as (ag2 & le2 & _).
  exists y2. split; [exact (grows_trans start _ _ _ _ _ _ g1 g2)|]. split; [exact shapes|]. cbn [data].
  apply combine_split; [exact (forms_extend _ _ _ _ ag2 le2 _ _ r1)|exact r2].
Qed.
Lemma force_twin_operands_sound xs : forall y p ys p' xr, force_twin_operands xs p = Some (ys, p') -> program_ok start y p -> orels (trel2 y (next p)) xs xr ->
  exists y', grows start y p y' p' /\ orels (trel2 y' (next p')) ys xr.
Proof.
  induction xs as [|x xs IH]; intros y p ys p' xr done ok rel; inversion rel as [|? b ? xr' rx rel']; subst; simpl in done.
  - injection done as <- <-. exists y. split; [now apply grows_refl|constructor].
  - assert (pass : forall q, (do (ys, p) <- force_twin_operands xs p; Some (x :: ys, p)) = Some q ->
      exists y', grows start y p y' (snd q) /\ orels (trel2 y' (next (snd q))) (fst q) (b :: xr')).
    { intros q e. destruct (force_twin_operands xs p) as [[ys1 p1]|] eqn:er; [|discriminate]. injection e as <-.
      destruct (IH _ _ _ _ _ er ok rel') as (y' & g & r). exists y'. split; [exact g|]. constructor; [|exact r].
      destruct g as (ag & le & _). destruct x as [x|], b as [b|]; simpl in *; auto. exact (vrel_more _ _ (trel2_extend _ _ _ _ ag le) _ _ rx). }
    destruct x as [[X|X|X|? X|X]|]; try exact (pass _ done). clear pass.
    destruct b as [[Y|Y|Y|? Y|Y]|]; simpl in rx; try easy.
    destruct (force_twins X p) as [[X' p1]|] eqn:ef; [|discriminate]. destruct (force_twin_operands xs p1) as [[ys1 p2]|] eqn:er; [|discriminate].
    injection done as <- <-. destruct (force_twins_sound _ _ _ _ _ _ ef ok rx) as (y1 & g1 & r1).
    pose proof g1 as (ag1 & le1 & ok1). destruct (IH _ _ _ _ _ er ok1 (orels_more _ _ (trel2_extend _ _ _ _ ag1 le1) _ _ rel')) as (y2 & g2 & r2).
    exists y2. split; [eapply grows_trans; eauto|]. constructor; [|exact r2]. destruct g2 as (ag2 & le2 & _). simpl.
    exact (trel_more _ _ (trel2_extend _ _ _ _ ag2 le2) _ _ r1).
Qed.

Lemma twin_step_sound n y p xs vs p' xr : twin_step rectify n xs p = Some (vs, p') -> program_ok start y p -> orels (trel2 y (next p)) xs xr ->
  exists y' ws, grows start y p y' p' /\ apply n xr = Some ws /\ Forall2 (vrel (trel2 y' (next p'))) vs ws.
Proof.
  intros done ok rel. unfold twin_step in done. pose proof (twin_rel y (next p)) as H. pose proof (apply_rel _ H n _ _ rel) as applied.
  destruct (treatment_of n) as [| |forced| |] eqn:treat.
  - destruct (apply n xs) as [guard|]; [|discriminate]. destruct (apply n xr) as [ws|] eqn:real_run; simpl in applied; [|easy].
    pose proof (reals_rel _ H _ _ rel 0) as operand0. destruct (reals xs 0) as [X|]; [|discriminate].
    destruct (reals xr 0) as [Xr|] eqn:er; simpl in operand0; [|easy].
    destruct (rectify (data X) p) as [[zs p1]|] eqn:em; [|discriminate]. injection done as <- <-.
    destruct (rectify_sound _ _ _ _ _ _ em ok (proj2 operand0)) as (y' & g & rel').
    exists y', ws. split; [exact g|]. split; [reflexivity|]. rewrite (rectify_correct n xr ws Xr treat er real_run) in *.
    constructor; [|constructor]. simpl. split; [exact (proj1 operand0)|exact rel'].
  - discriminate.
  - discriminate.
  - destruct (force_twin_operands xs p) as [[ys p1]|] eqn:ef; [|discriminate].
    destruct (force_twin_operands_sound _ _ _ _ _ _ ef ok rel) as (y' & g & rel').
    destruct (apply n ys) as [vs'|] eqn:forms_run; [|discriminate]. injection done as <- <-.
    pose proof (apply_rel _ (twin_rel y' (next p1)) n _ _ rel') as again. rewrite forms_run in again.
    destruct (apply n xr) as [ws|]; simpl in again; [|easy]. exists y', ws. auto.
  - destruct (apply n xs) as [vs'|]; [|discriminate]. injection done as <- <-.
    destruct (apply n xr) as [ws|]; simpl in applied; [|easy]. exists y, ws. split; [now apply grows_refl|auto].
Qed.
Lemma twin_nodes_sound ns : forall y p e e' p' er, twin_nodes rectify ns e p = Some (e', p') -> program_ok start y p -> erel (trel2 y (next p)) e er ->
  exists y' er', grows start y p y' p' /\ run ns er = Some er' /\ erel (trel2 y' (next p')) e' er'.
Proof.
  induction ns as [|n ns IH]; intros y p e e' p' er done ok rel; simpl in done.
  - injection done as <- <-. exists y, er. split; [now apply grows_refl|auto].
  - destruct (map_all (fetch e) (ins n)) as [xs|] eqn:ex; [|discriminate].
    assert (operands : orel (orels (trel2 y (next p))) (map_all (fetch e) (ins n)) (map_all (fetch er) (ins n))).
    { apply (orel_map_all eq (orel (vrel (trel2 y (next p))))); [clear; induction (ins n); constructor; auto|].
      intros name1 name2 same. rewrite same. now apply fetch_rel. }
    rewrite ex in operands. simpl. destruct (map_all (fetch er) (ins n)) as [xr|]; simpl in operands; [|easy].
    destruct (twin_step rectify n xs p) as [[vs p1]|] eqn:es; [|discriminate].
    destruct (twin_step_sound _ _ _ _ _ _ _ es ok operands) as (y1 & ws & g1 & real_run & rel1). rewrite real_run.
    destruct (bind (outs n) vs e) as [e1|] eqn:eb; [|discriminate]. pose proof g1 as (ag1 & le1 & ok1).
    pose proof (bind_rel _ (outs n) _ _ _ _ rel1 (erel_more _ _ (trel2_extend _ _ _ _ ag1 le1) _ _ rel)) as bound. rewrite eb in bound.
    destruct (bind (outs n) ws er) as [er1|]; simpl in bound; [|easy].
    destruct (IH _ _ _ _ _ _ done ok1 bound) as (y2 & er2 & g2 & real_rest & rel2).
    exists y2, er2. split; [eapply grows_trans; eauto|auto].
Qed.
Theorem lower_twin_sound m y p e er Y p' : lower_twin rectify m e p = Some (Y, p') -> program_ok start y p -> erel (trel2 y (next p)) e er ->
  exists y' out, grows start y p y' p' /\ output_from m er = Some out /\ Forall2 (trel2 y' (next p')) Y out.
Proof.
  intros done ok rel_e. unfold lower_twin in done. unfold output_from.
  destruct (twin_nodes rectify (nodes m) e p) as [[e1 p1]|] eqn:el; [|discriminate].
  destruct (lookup e1 (output_name m)) as [v|] eqn:ev; [|discriminate].
  destruct (as_numbers v) as [X|] eqn:eX; [|discriminate].
  destruct (force_twins X p1) as [[X' p2]|] eqn:ef; [|discriminate]. injection done as <- <-.
  destruct (twin_nodes_sound _ _ _ _ _ _ _ el ok rel_e) as (y1 & er1 & g1 & real_run & rel1). rewrite real_run.
  pose proof (lookup_rel _ _ _ (output_name m) rel1) as rel_v. rewrite ev in rel_v.
  destruct (lookup er1 (output_name m)) as [w|]; simpl in rel_v; [|easy].
  pose proof (as_numbers_rel _ (twin_rel y1 (next p1)) _ _ rel_v) as rel_X. rewrite eX in rel_X.
  destruct (as_numbers w) as [Xr|]; simpl in rel_X; [|easy].
  pose proof g1 as (_ & _ & ok1). destruct (force_twins_sound _ _ _ _ _ _ ef ok1 rel_X) as (y2 & g2 & rel2).
  exists y2, (data Xr). split; [exact (grows_trans start _ _ _ _ _ _ g1 g2)|]. split; [reflexivity|apply rel2].
Qed.
End Program.

(** ** Two runs, from the first inputs and the differences *)

Definition run_twice (m m' : model) (n outs : nat) (z : list R) : option (list R) :=
  do a <- network m (firstn n z); do b <- network m' (zip_with Rplus (firstn n z) (firstn n (skipn n z)));
  when (Nat.eqb (length a) outs && Nat.eqb (length b) outs) (Some (a ++ b)).
Definition second_of (m : model) (other : option model) : model := match other with None => m | Some m' => m' end.
Theorem lower_twice_sound m other n outs : (forall m', other = Some m' -> one_graph m m' = true) ->
  lowers (lower_twice m other n outs) (run_twice m (second_of m other) n outs).
Proof.
  intros alike_ start y p z zr Y p' done ok rel. unfold lower_twice in done.
  destruct (begin_twice m other _) as [e0|] eqn:eb; [|discriminate].
  destruct (lower_twin rectify m e0 p) as [[T q]|] eqn:et; [|discriminate].
  destruct (force_list _ q) as [[W e]|] eqn:ew; [|discriminate]. destruct (Nat.eqb (length (firstn n (skipn n z))) n && Nat.eqb (length T) outs)%bool eqn:lens; [|discriminate].
  injection done as <- <-. apply andb_prop in lens. destruct lens as [len_d len_T]. apply Nat.eqb_eq in len_d, len_T.
  assert (base : Forall2 (frel y (next p)) (firstn n z) (firstn n zr)).
  { clear -rel. revert z zr rel. induction n as [|n IH]; intros z zr rel; destruct rel; simpl; constructor; auto. }
  assert (rest : Forall2 (frel y (next p)) (firstn n (skipn n z)) (firstn n (skipn n zr))).
  { assert (later : forall k, Forall2 (frel y (next p)) (skipn k z) (skipn k zr)).
    { clear -rel. intro k. revert z zr rel. induction k as [|k IH]; intros z zr rel; destruct rel; simpl; auto. }
    specialize (later n). revert later. generalize (skipn n z) (skipn n zr). clear. induction n as [|n IH]; intros l k rel; destruct rel; simpl; constructor; auto. }
  assert (len : length (firstn n zr) = length (firstn n (skipn n zr))).
  { rewrite <- (Forall2_length rest), len_d, length_firstn, <- (Forall2_length rel). rewrite length_firstn, length_skipn in len_d. lia. }
  clear len_d. revert rest len eb. generalize (firstn n (skipn n z)). intro d. unfold run_twice. generalize (firstn n (skipn n zr)). intros dr rest len eb.
  set (ps := combine (firstn n zr) (zip_with Rplus (firstn n zr) dr)).
  assert (pairs : Forall2 (trel2 y (next p)) (combine (firstn n z) d) ps).
  { apply combine_split; unfold ps.
    - replace (map fst (combine (firstn n zr) _)) with (firstn n zr); [exact base|].
      clear -len. revert len. generalize (firstn n zr) dr. induction l as [|a l IH]; intros [|b k] len; try discriminate; [reflexivity|]. simpl. f_equal. apply IH. now injection len.
    - replace (map _ (combine (firstn n zr) _)) with dr; [exact rest|].
      clear -len. revert len. generalize (firstn n zr) dr. induction l as [|a l IH]; intros [|b k] len; try discriminate; [reflexivity|]. simpl. f_equal; [ring|]. apply IH. now injection len. }
  pose proof (begin_rel y (next p) m other _ _ pairs) as begins. rewrite eb in begins. destruct (begin_pair m other ps) as [er|] eqn:ebr; simpl in begins; [|easy].
  destruct (lower_twin_sound start m y p _ _ _ _ et ok begins) as (y1 & out & g1 & run_ & outs_rel). pose proof g1 as (_ & _ & ok1).
  assert (sums : Forall2 (frel y1 (next q)) (map (fun a => add (fst a) (snd a)) T) (map snd out)).
  { clear -outs_rel. induction outs_rel as [|a b l k [F S] _ IH]; simpl; constructor; [|exact IH].
    replace (snd b) with (fst b + (snd b - fst b)) by ring. exact (rel_add _ (form_rel y1 (next q)) _ _ _ _ F S). }
  destruct (force_list_sound start _ _ _ _ _ _ ew ok1 sums) as (y' & g2 & sums'). pose proof g2 as (ag2 & le2 & _).
  pose proof (grows_trans start _ _ _ _ _ _ g1 g2) as g.
  destruct (network_pairs m other ps out er alike_ ebr run_) as [first second]. fold (second_of m other) in second.
  assert (firsts : map fst ps = firstn n zr /\ map snd ps = zip_with Rplus (firstn n zr) dr).
  { unfold ps. clear -len. revert len. generalize (firstn n zr) dr. induction l as [|a l IH]; intros [|b k] len; try discriminate; [now split|].
    simpl. destruct (IH k) as [-> ->]; [now injection len|]. now split. }
  destruct firsts as [e1 e2]. rewrite e1 in first. rewrite e2 in second.
  exists y', (map fst out ++ map snd out). split; [exact g|]. split.
  - assert (lens : Nat.eqb (length (map fst out)) outs = true /\ Nat.eqb (length (map snd out)) outs = true).
    { rewrite !length_map, !Nat.eqb_eq. split; rewrite <- len_T; symmetry; exact (Forall2_length outs_rel). }
    rewrite first, second. destruct lens as [-> ->]. reflexivity.
  - apply Forall2_app.
    + exact (forms_extend _ _ _ _ ag2 le2 _ _ (proj1 (proj1 (trel2_split _ _ _ _) outs_rel))).
    + exact sums'.
Qed.
