(** * Soundness of lowering

    Whatever input a network gets, its values can be numbered so that every block that lowering made holds, and the forms of the output stand for what the
    network computes.

    The valuation grows with the program: a step keeps the values below [next] and adds those of new blocks.

    Main results: [tournament_sound], [step_sound], [lower_from_sound], [lower_with_sound].

    Trust: proved.
    Source: Lowering.v. *)
From Coq Require Import PString Floats Reals QArith Qreals Lra Lia List Bool Uint63 ZArith.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Piecewise Spec.Decisions Spec.Onnx Spec.Network Spec.Formula.
From Warrant Require Import Primitives.FloatBounds Checker.Relational Checker.Blocks Checker.Intervals Checker.Forms Checker.Forms_sound Checker.Lowering.
Import ListNotations.
Local Open Scope R_scope.

(** ** Valuations that agree below a number *)

Definition agree (N : int) (y y' : int -> R) : Prop := forall i, (i <? N)%uint63 = true -> y i = y' i.
Definition le_int (N N' : int) : Prop := (to_Z N <= to_Z N')%Z.
Lemma lt_le_trans i N N' : (i <? N)%uint63 = true -> le_int N N' -> (i <? N')%uint63 = true.
Proof. unfold le_int. rewrite !ltb_spec. lia. Qed.
Lemma agree_trans N N' y1 y2 y3 : le_int N N' -> agree N y1 y2 -> agree N' y2 y3 -> agree N y1 y3.
Proof. intros le a b i lt. rewrite a by exact lt. apply b. now apply lt_le_trans with N. Qed.

Section Extend.
Variables (y y' : int -> R) (N N' : int).
Hypothesis same : agree N y y'.
Hypothesis le : le_int N N'.
Lemma bounded_down M : bounded y' N' M -> bounded y N M.
Proof. intros [M0 b]. split; [exact M0|]. intros i lt. rewrite same by exact lt. apply b. now apply lt_le_trans with N. Qed.
Lemma dotw_agree w : forall o, reads_weights N o w -> dotw y o w = dotw y' o w.
Proof. induction w as [|c w IH]; simpl; intros o r; [reflexivity|]. destruct r as [lt r]. now rewrite same, IH. Qed.
Lemma dotv_agree v : reads N v -> dotv y v = dotv y' v.
Proof. intro r. induction r as [|s v [r _] _ IH]; simpl; [reflexivity|]. fold (dotv y v) (dotv y' v). now rewrite IH, (dotw_agree (sw s)). Qed.
Lemma reads_weights_more w : forall o, reads_weights N o w -> reads_weights N' o w.
Proof. induction w as [|c w IH]; simpl; intros o r; [exact I|]. destruct r. split; [now apply lt_le_trans with N|auto]. Qed.
Lemma reads_more v : reads N v -> reads N' v.
Proof. apply Forall_impl. intros s [r e]. split; [now apply reads_weights_more|exact e]. Qed.
Lemma frel_extend f r : frel y N f r -> frel y' N' f r.
Proof.
  destruct f as [i|i|v b e s|]; cbn [frel]; auto.
  - intros [lt ->]. split; [now apply lt_le_trans with N|now apply same].
  - intros [rv (E & S & E0 & S0 & uE & uS & close)]. cbn [weights bias error relative] in *. split; [now apply reads_more|].
    exists E, S. do 4 (split; [assumption|]). intros M bM. cbn [weights bias error relative].
    rewrite <- (dotv_agree v rv). apply close. now apply bounded_down.
Qed.
Lemma forms_extend l r : Forall2 (frel y N) l r -> Forall2 (frel y' N') l r.
Proof. apply Forall2_impl. apply frel_extend. Qed.
Lemma trel_extend X Y : trel (frel y N) X Y -> trel (frel y' N') X Y.
Proof. intros [s f]. split; [exact s|now apply forms_extend]. Qed.
Lemma vrel_extend v w : vrel (frel y N) v w -> vrel (frel y' N') v w.
Proof. destruct v, w; simpl; auto using trel_extend. intros [same_bound rel]. split; [exact same_bound|now apply trel_extend]. Qed.
Lemma orels_extend xs ys : orels (frel y N) xs ys -> orels (frel y' N') xs ys.
Proof. apply Forall2_impl. intros [v|] [w|]; simpl; auto. apply vrel_extend. Qed.
Lemma erel_extend e f : erel (frel y N) e f -> erel (frel y' N') e f.
Proof. apply Forall2_impl. intros p q [names rel]. split; [exact names|now apply vrel_extend]. Qed.
End Extend.
Lemma le_int_refl N : le_int N N. Proof. unfold le_int. lia. Qed.
Lemma agree_refl N y : agree N y y. Proof. easy. Qed.

(** ** New values *)

Fixpoint assigned (y : int -> R) (i : int) (zs : list R) : Prop :=
  match zs with [] => True | z :: zs => y i = z /\ assigned y (i + 1)%uint63 zs end.
Lemma succ_value i : (i <? most_values)%uint63 = true -> to_Z (i + 1)%uint63 = (to_Z i + 1)%Z.
Proof.
  rewrite ltb_spec, add_spec. change (to_Z most_values) with 1099511627776%Z. change (to_Z 1) with 1%Z. intro lt.
  apply Z.mod_small. generalize (to_Z_bounded i). change wB with 9223372036854775808%Z. lia.
Qed.
Lemma fresh_next {A} (l : list A) : forall i vs j, fresh i l = Some (vs, j) ->
  j = after i l /\ length vs = length l /\ to_Z j = (to_Z i + Z.of_nat (length l))%Z.
Proof.
  induction l as [|a l IH]; simpl; intros i vs j made.
  - injection made as <- <-. repeat split. simpl. lia.
  - destruct (i <? most_values)%uint63 eqn:lt; [|discriminate].
    destruct (fresh (i + 1) l) as [[vs' j']|] eqn:rest; [|discriminate]. injection made as <- <-.
    destruct (IH _ _ _ rest) as (e1 & e2 & e3). repeat split; [exact e1|simpl; congruence|].
    rewrite e3, (succ_value i lt). lia.
Qed.
Lemma fresh_rel {A} (l : list A) y J : forall i vs j zs, fresh i l = Some (vs, j) -> length zs = length l -> le_int j J ->
  assigned y i zs -> Forall2 (frel y J) vs zs.
Proof.
  induction l as [|a l IH]; simpl; intros i vs j zs made len le set_.
  - injection made as <- <-. destruct zs; [constructor|discriminate].
  - destruct (i <? most_values)%uint63 eqn:lt; [|discriminate].
    destruct (fresh (i + 1) l) as [[vs' j']|] eqn:rest; [|discriminate]. injection made as <- <-.
    destruct zs as [|z zs]; [discriminate|]. destruct set_ as [ez set_]. constructor.
    + split; [|now symmetry]. destruct (fresh_next _ _ _ _ rest) as (_ & _ & ej).
      rewrite ltb_spec. unfold le_int in le. rewrite (succ_value i lt) in ej. lia.
    + apply (IH _ _ _ _ rest); auto.
Qed.
Lemma fresh_same {A B} (l : list A) : forall (k : list B) i, length l = length k -> fresh i l = fresh i k.
Proof.
  induction l as [|a l IH]; intros [|b k] i len; try discriminate; [reflexivity|]. simpl. now rewrite (IH k) by now injection len.
Qed.
(** a valuation with new values from [i] on *)
Definition extended (y : int -> R) (i : int) (zs : list R) : int -> R :=
  fun k => if (k <? i)%uint63 then y k else nth (Z.to_nat (to_Z k - to_Z i)) zs 0.
Lemma extended_agree y i zs : agree i y (extended y i zs).
Proof. intros k lt. unfold extended. now rewrite lt. Qed.
Lemma extended_assigned {A} (l : list A) y i : forall k vs j pre zs,
  fresh k l = Some (vs, j) -> length zs = length l -> to_Z k = (to_Z i + Z.of_nat (length pre))%Z ->
  assigned (extended y i (pre ++ zs)) k zs.
Proof.
  induction l as [|a l IH]; intros k vs j pre zs made len place; simpl in made.
  - destruct zs; [exact I|discriminate].
  - destruct (k <? most_values)%uint63 eqn:lt; [|discriminate].
    destruct (fresh (k + 1) l) as [[vs' j']|] eqn:rest; [|discriminate].
    destruct zs as [|z zs]; [discriminate|]. split.
    + unfold extended. assert (ge : (k <? i)%uint63 = false).
      { destruct (k <? i)%uint63 eqn:b; [|reflexivity]. apply ltb_spec in b. lia. }
      rewrite ge. replace (Z.to_nat (to_Z k - to_Z i)) with (length pre) by lia.
      rewrite app_nth2, Nat.sub_diag by lia. reflexivity.
    + replace (pre ++ z :: zs) with ((pre ++ [z]) ++ zs) by now rewrite <- app_assoc.
      apply (IH _ _ _ _ _ rest); [simpl in len; congruence|]. rewrite length_app, (succ_value k lt). simpl. lia.
Qed.

Lemma assigned_agree {A} (l : list A) y y' : forall i vs j ws, fresh i l = Some (vs, j) -> length ws = length l ->
  agree j y y' -> assigned y i ws -> assigned y' i ws.
Proof.
  induction l as [|a l IH]; intros i vs j ws nums len ag set_; destruct ws as [|w ws]; try discriminate; [exact I|].
  simpl in nums. destruct (i <? most_values)%uint63 eqn:lt; [|discriminate].
  destruct (fresh (i + 1) l) as [[vs1 j1]|] eqn:rest; [|discriminate]. injection nums as <- <-.
  destruct set_ as [b set_]. destruct (fresh_next _ _ _ _ rest) as (_ & _ & ej). rewrite (succ_value i lt) in ej.
  split; [rewrite <- ag; [exact b|rewrite ltb_spec; lia]|]. apply (IH _ _ _ _ rest); [now injection len|exact ag|exact set_].
Qed.

(** ** Programs *)

Definition after_blocks (i : int) (bs : list block) : int := fold_left (fun i b => after i (brows b)) bs i.
Lemma blocks_hold_app y bs : forall i b, blocks_hold y i bs -> rows_hold y (after_blocks i bs) (bact b) (after_blocks i bs) (brows b) ->
  blocks_hold y i (bs ++ [b]).
Proof. induction bs as [|c bs IH]; simpl; intros i b h r; [auto|]. destruct h. split; auto. Qed.

(** the functions of one number *)
Definition actR (a : act) (x : R) : R := match a with Blocks.Relu => Rmax 0 x | _ => x end.
Definition of_one (a : act) : Prop := match a with Rise _ _ => False | _ => True end.
Lemma gives_actR y a i z : of_one a -> y i = actR a z -> gives y a i z.
Proof. destruct a; simpl; easy. Qed.

Section Program.
Variable start : int.   (* number of inputs *)
Definition program_ok (y : int -> R) (p : program) : Prop :=
  next p = after_blocks start (rev (made p)) /\ (0 <? next p)%uint63 = true /\
  forall y', agree (next p) y y' -> blocks_hold y' start (rev (made p)).

(** what a step does to valuation and program *)
Definition grows (y : int -> R) (p : program) (y' : int -> R) (p' : program) : Prop :=
  agree (next p) y y' /\ le_int (next p) (next p') /\ program_ok y' p'.
Lemma grows_trans y p y' p' y'' p'' : grows y p y' p' -> grows y' p' y'' p'' -> grows y p y'' p''.
Proof.
  intros (a & l & _) (a' & l' & ok). split; [eapply agree_trans; eauto|]. split; [unfold le_int in *; lia|exact ok].
Qed.
Lemma grows_refl y p : program_ok y p -> grows y p y p.
Proof. intro ok. split; [apply agree_refl|]. split; [apply le_int_refl|exact ok]. Qed.

Lemma row_of_holds y N f r z : (0 <? N)%uint63 = true -> row_of f = Some r -> frel y N f z -> row_holds y N z r.
Proof.
  unfold row_of. intros pos made rel. destruct (to_affine f) as [a|] eqn:ea; [|discriminate].
  destruct (to_affine_sound _ _ _ _ _ ea rel) as [ra (E & S & E0 & S0 & uE & uS & close)].
  destruct (merge_near_sound y N (weights a) ra 0%float 0 (UB0 0 (Rle_refl 0))) as (D & D0 & uD & _ & merged). rewrite Rplus_0_l in uD.
  destruct (merge_near (weights a) 0) as [v d]. cbn [fst snd] in *. cbv zeta in made.
  destruct (fin (error a) && fin (plus_up d (relative a)))%bool eqn:fins; [|discriminate]. injection made as <-.
  apply andb_prop in fins. destruct fins as [fe fs]. pose proof (UB_toR _ _ uE fe). pose proof (UB_toR _ _ (plus_up_UB _ _ _ _ uD uS) fs).
  intros M bM. cbn [rb rv re rr]. assert (M0 : 0 <= M) by (eapply Rle_trans; [apply Rabs_pos|apply (bM 0%uint63 pos)]).
  specialize (close M (conj M0 bM)). specialize (merged M (conj M0 bM)).
  replace (z - (toR (bias a) + dotv y v)) with ((z - (toR (bias a) + dotv y (weights a))) - (dotv y v - dotv y (weights a))) by ring.
  eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_Ropp. assert ((D + S) * M <= toR (plus_up d (relative a)) * M) by now apply Rmult_le_compat_r.
  rewrite Rmult_plus_distr_r in *. lra.
Qed.
Lemma rows_of_hold a l : of_one a -> forall y N zs rows i vs j, (0 <? N)%uint63 = true -> map_all row_of l = Some rows -> fresh i l = Some (vs, j) ->
  Forall2 (frel y N) l zs -> assigned y i (map (actR a) zs) -> rows_hold y N a i rows /\ after i rows = j.
Proof.
  intro one. induction l as [|f l IH]; intros y N zs rows i vs j pos made nums rel set_; simpl in *.
  - injection made as <-. injection nums as <- <-. split; [exact I|reflexivity].
  - destruct (row_of f) as [r|] eqn:er; [|discriminate]. destruct (map_all row_of l) as [rs|] eqn:ers; [|discriminate]. injection made as <-.
    destruct (i <? most_values)%uint63; [|discriminate]. destruct (fresh (i + 1) l) as [[vs' j']|] eqn:rest; [|discriminate].
    injection nums as <- <-. inversion rel as [|? z ? zs' rz rel']; subst. destruct set_ as [ez set_]. simpl.
    destruct (IH y N zs' rs _ _ _ pos eq_refl rest rel' set_) as [h e]. split; [|exact e]. split; [|exact h].
    exists z. split; [now apply gives_actR|]. now apply row_of_holds with f.
Qed.

Lemma materialise_sound a y p l vs p' zs : of_one a -> materialise a l p = Some (vs, p') -> program_ok y p -> Forall2 (frel y (next p)) l zs ->
  exists y', grows y p y' p' /\ Forall2 (frel y' (next p')) vs (map (actR a) zs).
Proof.
  intro one. unfold materialise. intros done (place & pos & holds) rel.
  destruct (map_all row_of l) as [rows|] eqn:erows; [|discriminate].
  destruct (fresh (next p) l) as [[vs' n]|] eqn:nums; [|discriminate]. injection done as <- <-.
  destruct (fresh_next _ _ _ _ nums) as (en & _ & size_).
  set (y' := extended y (next p) (map (actR a) zs)).
  assert (len : length (map (actR a) zs) = length l) by (rewrite length_map; symmetry; eapply Forall2_length; exact rel).
  assert (set_ : forall y'', agree n y' y'' -> assigned y'' (next p) (map (actR a) zs)).
  { assert (base : assigned y' (next p) (map (actR a) zs)).
    { apply (extended_assigned l y (next p) (next p) vs' n [] _ nums len). simpl. lia. }
    intros y'' ag. now apply (assigned_agree _ _ _ _ _ _ _ nums len ag). }
  assert (same : agree (next p) y y') by apply extended_agree.
  exists y'. assert (le : le_int (next p) n) by (unfold le_int; lia).
  split; [split; [exact same|]; split; [exact le|]|].
  - split; [|split].
    + cbn [made next]. simpl rev. unfold after_blocks. rewrite fold_left_app. simpl. fold (after_blocks start (rev (made p))). rewrite <- place.
      destruct (rows_of_hold a l one y' (next p) zs rows _ _ _ pos erows nums
        (forms_extend _ _ _ _ same (le_int_refl _) _ _ rel) (set_ _ (agree_refl _ _))) as [_ e]. now symmetry.
    + cbn [next]. apply lt_le_trans with (next p); auto.
    + cbn [made next]. intros y'' ag. simpl rev. apply blocks_hold_app.
      * apply holds. eapply agree_trans; [exact le|exact same|exact ag].
      * rewrite <- place. cbn [bact brows].
        refine (proj1 (rows_of_hold a l one y'' (next p) zs rows _ _ _ pos erows nums (forms_extend y y'' _ _ _ (le_int_refl _) _ _ rel) (set_ _ ag))).
        eapply agree_trans; [exact le|exact same|exact ag].
  - apply (fresh_rel l y' n (next p) vs' n); auto; [apply le_int_refl|exact (set_ _ (agree_refl _ _))].
Qed.

Lemma force_sound y p X X' p' Xr : force X p = Some (X', p') -> program_ok y p -> trel (frel y (next p)) X Xr ->
  exists y', grows y p y' p' /\ trel (frel y' (next p')) X' Xr.
Proof.
  unfold force. intros done ok [shapes rel]. destruct (forallb is_plain (data X)).
  - injection done as <- <-. exists y. split; [now apply grows_refl|now split].
  - destruct (materialise Id (data X) p) as [[vs p1]|] eqn:em; [|discriminate]. injection done as <- <-.
    destruct (materialise_sound Id _ _ _ _ _ _ I em ok rel) as (y' & g & rel'). exists y'. split; [exact g|]. split; [exact shapes|].
    simpl in rel'. now rewrite map_id in rel'.
Qed.
Lemma force_operands_sound xs : forall y p ys p' xr, force_operands xs p = Some (ys, p') -> program_ok y p -> orels (frel y (next p)) xs xr ->
  exists y', grows y p y' p' /\ orels (frel y' (next p')) ys xr.
Proof.
  induction xs as [|x xs IH]; intros y p ys p' xr done ok rel; inversion rel as [|? b ? xr' rx rel']; subst; simpl in done.
  - injection done as <- <-. exists y. split; [now apply grows_refl|constructor].
  - assert (pass : forall q, (do (ys, p) <- force_operands xs p; Some (x :: ys, p)) = Some q ->
      exists y', grows y p y' (snd q) /\ orels (frel y' (next (snd q))) (fst q) (b :: xr')).
    { intros q e. destruct (force_operands xs p) as [[ys1 p1]|] eqn:er; [|discriminate]. injection e as <-.
      destruct (IH _ _ _ _ _ er ok rel') as (y' & g & r). exists y'. split; [exact g|]. constructor; [|exact r].
      destruct g as (ag & le & _). destruct x as [x|], b as [b|]; simpl in *; auto. eapply vrel_extend; eauto. }
    destruct x as [[X|X|X|? X|X]|]; try exact (pass _ done). clear pass.
    destruct b as [[Y|Y|Y|? Y|Y]|]; simpl in rx; try easy.
    destruct (force X p) as [[X' p1]|] eqn:ef; [|discriminate]. destruct (force_operands xs p1) as [[ys1 p2]|] eqn:er; [|discriminate].
    injection done as <- <-. destruct (force_sound _ _ _ _ _ _ ef ok rx) as (y1 & g1 & r1).
    pose proof g1 as (ag1 & le1 & ok1). destruct (IH _ _ _ _ _ er ok1 (orels_extend _ _ _ _ ag1 le1 _ _ rel')) as (y2 & g2 & r2).
    exists y2. split; [eapply grows_trans; eauto|]. constructor; [|exact r2]. destruct g2 as (ag2 & le2 & _). simpl. eapply trel_extend; eauto.
Qed.

(** ** Extremes *)

Definition extreme (most : bool) : R -> R -> R := if most then Rmax else Rmin.
Lemma extreme_assoc (most : bool) a b c : extreme most a (extreme most b c) = extreme most (extreme most a b) c.
Proof. destruct most; [apply Rmax_assoc|apply Rmin_assoc]. Qed.
Definition gapR (most : bool) (a b : R) : R := if most then b + - a else a + - b.
Lemma gap_correct (most : bool) a b : a + (if most then Rmax 0 (gapR most a b) else - Rmax 0 (gapR most a b)) = extreme most a b.
Proof. destruct most; simpl; unfold Rmax, Rmin; repeat destruct (Rle_dec _ _); lra. Qed.
Fixpoint gapsR (most : bool) (l : list R) : list R := match l with a :: b :: l => gapR most a b :: gapsR most l | _ => [] end.
Lemma gap_rel most y N a b r s : frel y N a r -> frel y N b s -> frel y N (gap most a b) (gapR most r s).
Proof. pose proof (form_rel y N) as H. intros ra rb. destruct most; apply (rel_add _ H); auto; now apply (rel_opp _ H). Qed.
Lemma joined_rel most y N a f r s : frel y N a r -> frel y N f (Rmax 0 (gapR most r s)) -> frel y N (joined most a f) (extreme most r s).
Proof.
  pose proof (form_rel y N) as H. intros ra rf. rewrite <- gap_correct. apply (rel_add _ H); [exact ra|].
  destruct most; [exact rf|now apply (rel_opp _ H)].
Qed.
Lemma gaps_rel most y N : forall l z, Forall2 (frel y N) l z -> Forall2 (frel y N) (gaps most l) (gapsR most z).
Proof.
  fix IH 1. intros [|a [|b l]] z rel; inversion rel as [|? r ? z1 ra rel1]; subst; [constructor|inversion rel1; subst; constructor|].
  inversion rel1 as [|? s ? z2 rb rel2]; subst. simpl. constructor; [now apply gap_rel|now apply IH].
Qed.
Lemma join_sound most y N : forall l z, Forall2 (frel y N) l z -> forall rs w l' rs',
  Forall2 (frel y N) rs (map (Rmax 0) (gapsR most z) ++ w) -> join most l rs = Some (l', rs') ->
  Forall2 (frel y N) rs' w /\ exists z', Forall2 (frel y N) l' z' /\
    overall (extreme most) z' = overall (extreme most) z /\ forall acc, fold_left (extreme most) z' acc = fold_left (extreme most) z acc.
Proof.
  fix IH 1. intros [|a [|b l]] z rel rs w l' rs' rel_rs done; inversion rel as [|? r ? z1 ra rel1]; subst.
  - destruct rs; injection done as <- <-; (split; [exact rel_rs|]; exists (@nil R); auto).
  - inversion rel1; subst. destruct rs; injection done as <- <-; (split; [exact rel_rs|]; exists [r]; auto).
  - inversion rel1 as [|? s ? z2 rb rel2]; subst. destruct rs as [|f rs]; [discriminate|]. simpl in done, rel_rs.
    inversion rel_rs as [|? ? ? ? rf rel_rs']; subst. destruct (join most l rs) as [[l1 rs1]|] eqn:ej; [|discriminate]. injection done as <- <-.
    destruct (IH l z2 rel2 rs w l1 rs1 rel_rs' ej) as (rel_w & z3 & rel3 & _ & same). split; [exact rel_w|].
    exists (extreme most r s :: z3). split; [|split; [apply same|intro acc; simpl; now rewrite same, extreme_assoc]].
    constructor; [now apply joined_rel|exact rel3].
Qed.
Lemma join_each_sound most y N ls zs : Forall2 (Forall2 (frel y N)) ls zs -> forall rs ls',
  Forall2 (frel y N) rs (map (Rmax 0) (List.concat (map (gapsR most) zs))) -> join_each most ls rs = Some ls' ->
  exists zs', Forall2 (Forall2 (frel y N)) ls' zs' /\ map (overall (extreme most)) zs' = map (overall (extreme most)) zs.
Proof.
  induction 1 as [|l z ls zs rel _ IH]; simpl; intros rs ls' rel_rs done; [injection done as <-; now exists (@nil (list R))|].
  destruct (join most l rs) as [[l1 rs1]|] eqn:ej; [|discriminate]. destruct (join_each most ls rs1) as [ls1|] eqn:ee; [|discriminate]. injection done as <-.
  rewrite map_app in rel_rs. destruct (join_sound most y N l z rel rs _ l1 rs1 rel_rs ej) as (rel_w & z' & rel' & same & _).
  destruct (IH rs1 ls1 rel_w ee) as (zs' & rels & sames). exists (z' :: zs'). split; [now constructor|]. simpl. now rewrite same, sames.
Qed.
Lemma members_rel y N ls zs l f : Forall2 (Forall2 (frel y N)) ls zs -> map_all the_member ls = Some l -> Forall2 (frel y N) l (map (overall f) zs).
Proof.
  intro rel. revert l. induction rel as [|m z ls zs rmz _ IH]; simpl; intros l done; [injection done as <-; constructor|].
  destruct m as [|a [|]]; try discriminate. simpl in done. destruct (map_all the_member ls) as [l1|]; [|discriminate]. injection done as <-.
  inversion rmz as [|? r ? ? ra none]; subst. inversion none; subst. simpl. constructor; auto.
Qed.
Lemma all_gaps_rel most y N ls zs : Forall2 (Forall2 (frel y N)) ls zs ->
  Forall2 (frel y N) (List.concat (map (gaps most) ls)) (List.concat (map (gapsR most) zs)).
Proof. induction 1 as [|l z ls zs rel _ IH]; simpl; [constructor|]. apply Forall2_app; [now apply gaps_rel|exact IH]. Qed.
Theorem tournament_sound rounds most : forall y p ls zs l p', tournament rounds most ls p = Some (l, p') -> program_ok y p ->
  Forall2 (Forall2 (frel y (next p))) ls zs -> exists y', grows y p y' p' /\ Forall2 (frel y' (next p')) l (map (overall (extreme most)) zs).
Proof.
  induction rounds as [|rounds IH]; intros y p ls zs l p' done ok rel; cbn [tournament] in done; destruct (map_all the_member ls) as [l1|] eqn:em.
  1, 3: injection done as <- <-; exists y; split; [now apply grows_refl|now apply (members_rel y _ ls)].
  - discriminate.
  - destruct (materialise Blocks.Relu _ p) as [[rs p1]|] eqn:er; [|discriminate]. destruct (join_each most ls rs) as [ls1|] eqn:ej; [|discriminate].
    destruct (materialise_sound Blocks.Relu _ _ _ _ _ _ I er ok (all_gaps_rel most _ _ _ _ rel)) as (y1 & g1 & r1). pose proof g1 as (ag1 & le1 & ok1).
    assert (rel1 : Forall2 (Forall2 (frel y1 (next p1))) ls zs) by (eapply Forall2_impl; [|exact rel]; intros l0 z0 r0; eapply forms_extend; eauto).
    destruct (join_each_sound most _ _ ls zs rel1 rs ls1 r1 ej) as (zs1 & rel2 & same).
    destruct (IH _ _ _ _ _ _ done ok1 rel2) as (y2 & g2 & r2). exists y2. split; [exact (grows_trans _ _ _ _ _ _ g1 g2)|]. now rewrite <- same.
Qed.
Lemma parted_rel {A B C D} (P : A -> B -> Prop) (T : list (list D)) (f : list C -> B) : forall (zs : list (list (list C))) l,
  Forall2 (fun t z => length t = length z) T zs -> Forall2 P l (map f (List.concat zs)) -> Forall2 (Forall2 P) (parted T l) (map (map f) zs).
Proof.
  induction T as [|t T IH]; intros zs l lens rel; inversion lens as [|? z ? zs' len lens']; subst; simpl; [constructor|].
  simpl in rel. rewrite map_app in rel. apply Forall2_app_inv_r in rel as (l1 & l2 & rel1 & rel2 & ->).
  assert (len1 : length t = length l1) by (rewrite len, <- (length_map f z); symmetry; exact (Forall2_length rel1)).
  rewrite len1, firstn_app, skipn_app, firstn_all, skipn_all, Nat.sub_diag. simpl. rewrite app_nil_r. constructor; [exact rel1|now apply IH].
Qed.
Lemma concat_rel {A B} (P : A -> B -> Prop) T zs : Forall2 (Forall2 P) T zs -> Forall2 P (List.concat T) (List.concat zs).
Proof. induction 1; simpl; [constructor|now apply Forall2_app]. Qed.
Theorem least_of_largest_sound y p T zs l p' : least_of_largest_forms T p = Some (l, p') -> program_ok y p ->
  Forall2 (Forall2 (Forall2 (frel y (next p)))) T zs -> exists y', grows y p y' p' /\ Forall2 (frel y' (next p')) l (map least_of_largest zs).
Proof.
  unfold least_of_largest_forms. intros done ok rel.
  destruct (tournament most_rounds true (List.concat T) p) as [[l1 p1]|] eqn:e1; [|discriminate].
  destruct (tournament_sound _ _ _ _ _ _ _ _ e1 ok (concat_rel _ _ _ rel)) as (y1 & g1 & r1). pose proof g1 as (_ & _ & ok1).
  assert (lens : Forall2 (fun t z => length t = length z) T zs) by (eapply Forall2_impl; [|exact rel]; intros t z r; exact (Forall2_length r)).
  destruct (tournament_sound _ _ _ _ _ _ _ _ done ok1 (parted_rel _ T _ zs l1 lens r1)) as (y2 & g2 & r2).
  exists y2. split; [exact (grows_trans _ _ _ _ _ _ g1 g2)|]. now rewrite map_map in r2.
Qed.

(** ** A node *)

Lemma leak_real al r : sub (relu r) (mul (literal al) (relu (opp r))) =
  add (mul (literal al) r) (mul (add (number_of (inject_Z 1)) (opp (literal al))) (Rmax 0 r)).
Proof.
  unfold sub. simpl. change (Q2R (inject_Z 1)) with (Q2R 1). replace (Q2R 1) with 1 by (unfold Q2R; simpl; field).
  generalize (dyadic_R al). intro c. unfold Rmax. destruct (Rle_dec 0 r), (Rle_dec 0 (- r)); try ring; [|lra].
  assert (is0 : r = 0) by lra. rewrite is0. ring.
Qed.
Lemma leak_rel y N al zs : forall z r, Forall2 (frel y N) z zs -> Forall2 (frel y N) r (map (actR Blocks.Relu) zs) ->
  Forall2 (frel y N) (zip_with (leak al) z r) (map (leaky al) zs).
Proof.
  induction zs as [|a zs IH]; intros z r rz rr; inversion rz as [|f ? z' ? rf rz']; subst; inversion rr as [|g ? r' ? rg rr']; subst; cbn [zip_with map]; constructor; auto.
  unfold leaky. rewrite leak_real. unfold leak. pose proof (form_rel y N) as H.
  exact (rel_add _ H _ _ _ _ (rel_mul _ H _ _ _ _ (rel_literal _ H al) rf)
    (rel_mul _ H _ _ _ _ (rel_add _ H _ _ _ _ (rel_number _ H (inject_Z 1)) (rel_opp _ H _ _ (rel_literal _ H al))) rg)).
Qed.

(** what a node means whose operand becomes rows of a rectifier *)
Lemma rectify_correct {S} {SS : scalar S} n (xs : list (option (value S))) ws X : treatment_of n = Rectify -> reals xs 0 = Some X -> apply n xs = Some ws ->
  ws = [Reals (tensor_map relu X)].
Proof.
  intros treat er real_run. unfold treatment_of in treat. unfold apply in real_run. destruct (op_domain n); [|discriminate].
  destruct (is_piecewise (op_type n)); [discriminate|]. destruct (is_decision (op_type n)); [discriminate|].
  unfold operator in real_run. cbv zeta in real_run, treat.
  destruct (same (op_type n) "Add"%pstring); [discriminate|]. destruct (same (op_type n) "Sub"%pstring); [discriminate|].
  destruct (same (op_type n) "Mul"%pstring); [discriminate|]. destruct (same (op_type n) "Div"%pstring); [discriminate|].
  destruct (same (op_type n) "Neg"%pstring); [discriminate|]. cbn [orb] in treat.
  destruct (same (op_type n) "Relu"%pstring).
  - rewrite er in real_run. destruct (_ && _)%bool in real_run; [|discriminate]. now injection real_run.
  - destruct (same (op_type n) "LeakyRelu"%pstring); [discriminate|]. destruct (_ || _)%bool in treat; discriminate.
Qed.
Theorem step_sound n y p xs vs p' xr : step n xs p = Some (vs, p') -> program_ok y p -> orels (frel y (next p)) xs xr ->
  exists y' ws, grows y p y' p' /\ apply n xr = Some ws /\ Forall2 (vrel (frel y' (next p'))) vs ws.
Proof.
  intros done ok rel. unfold step in done. pose proof (form_rel y (next p)) as H.
  pose proof (apply_rel _ H n _ _ rel) as applied.
  destruct (treatment_of n) as [| |forced| |] eqn:treat.
  - (* Relu *)
    destruct (apply n xs) as [guard|]; [|discriminate]. destruct (apply n xr) as [ws|] eqn:real_run; simpl in applied; [|easy].
    pose proof (reals_rel _ H _ _ rel 0) as operand0. destruct (reals xs 0) as [X|]; [|discriminate].
    destruct (reals xr 0) as [Xr|] eqn:er; simpl in operand0; [|easy].
    destruct (materialise Blocks.Relu (data X) p) as [[zs p1]|] eqn:em; [|discriminate]. injection done as <- <-.
    destruct (materialise_sound Blocks.Relu _ _ _ _ _ _ I em ok (proj2 operand0)) as (y' & g & rel').
    exists y', ws. split; [exact g|]. split; [reflexivity|].
    rewrite (rectify_correct n xr ws Xr treat er real_run) in *.
    constructor; [|constructor]. simpl. split; [exact (proj1 operand0)|exact rel'].
  - (* LeakyRelu *)
    destruct (apply n xs) as [guard|]; [|discriminate]. destruct (apply n xr) as [ws|] eqn:real_run; simpl in applied; [|easy].
    pose proof (reals_rel _ H _ _ rel 0) as operand0. destruct (reals xs 0) as [X|]; [|discriminate].
    destruct (reals xr 0) as [Xr|] eqn:er; simpl in operand0; [|easy].
    destruct (float_attr (attrs n) "alpha"%pstring (Dyadic false 10737418 1044)) as [al|] eqn:ea; [|discriminate].
    destruct (force X p) as [[X1 p1]|] eqn:ef; [|discriminate]. destruct (force_sound _ _ _ _ _ _ ef ok operand0) as (y1 & g1 & r1).
    destruct (materialise Blocks.Relu (data X1) p1) as [[zs p2]|] eqn:em; [|discriminate]. injection done as <- <-.
    pose proof g1 as (_ & _ & ok1).
    destruct (materialise_sound Blocks.Relu _ _ _ _ _ _ I em ok1 (proj2 r1)) as (y2 & g2 & r2).
    exists y2, ws. split; [eapply grows_trans; eauto|]. split; [reflexivity|].
    assert (meant : ws = [Reals (tensor_map (leaky al) Xr)]).
    { unfold treatment_of in treat. unfold apply in real_run. destruct (op_domain n); [|discriminate].
      destruct (is_piecewise (op_type n)); [discriminate|]. destruct (is_decision (op_type n)); [discriminate|].
      unfold operator in real_run. cbv zeta in real_run, treat.
      destruct (same (op_type n) "Add"%pstring); [discriminate|]. destruct (same (op_type n) "Sub"%pstring); [discriminate|].
      destruct (same (op_type n) "Mul"%pstring); [discriminate|]. destruct (same (op_type n) "Div"%pstring); [discriminate|].
      destruct (same (op_type n) "Neg"%pstring); [discriminate|]. cbn [orb] in treat.
      destruct (same (op_type n) "Relu"%pstring); [discriminate|].
      destruct (same (op_type n) "LeakyRelu"%pstring).
      - rewrite er, ea in real_run. destruct (_ && _)%bool in real_run; [|discriminate]. now injection real_run.
      - destruct (_ || _)%bool in treat; discriminate. }
    subst ws. constructor; [|constructor]. simpl. split; [exact (proj1 r1)|].
    apply leak_rel; [|exact r2]. destruct g2 as (ag2 & le2 & _). eapply forms_extend; eauto. apply r1.
  - (* extremes *)
    assert (named : op_domain n = Standard /\ is_piecewise (op_type n) = true).
    { clear -treat. unfold treatment_of in treat. destruct (op_domain n); [|discriminate]. cbv zeta in treat. destruct (is_piecewise (op_type n)); [auto|].
      repeat match type of treat with (if ?c then _ else _) = _ => destruct c; try discriminate end. }
    destruct named as [standard named].
    destruct (if forced then force_operands xs p else Some (xs, p)) as [[ys p1]|] eqn:ef; [|discriminate].
    assert (forcing : exists y1, grows y p y1 p1 /\ orels (frel y1 (next p1)) ys xr).
    { destruct forced; [exact (force_operands_sound _ _ _ _ _ _ ef ok rel)|]. injection ef as <- <-. exists y. split; [now apply grows_refl|exact rel]. }
    destruct forcing as (y1 & g1 & rel1). pose proof g1 as (_ & _ & ok1).
    pose proof (choices_rel _ (form_rel y1 (next p1)) (op_type n) (attrs n) _ _ rel1) as chosen.
    destruct (choices _ _ ys) as [T|]; [|discriminate]. destruct (choices _ _ xr) as [Tr|] eqn:er; simpl in chosen; [|easy].
    destruct (least_of_largest_forms (data T) p1) as [[l p2]|] eqn:el; [|discriminate]. injection done as <- <-.
    destruct (least_of_largest_sound _ _ _ _ _ _ el ok1 (proj2 chosen)) as (y2 & g2 & r2).
    exists y2, [Reals (tensor_map least_of_largest Tr)]. split; [exact (grows_trans _ _ _ _ _ _ g1 g2)|]. split.
    + unfold apply, piecewise. now rewrite standard, named, er.
    + constructor; [|constructor]. split; [exact (proj1 chosen)|exact r2].
  - (* matrices and convolutions *)
    destruct (force_operands xs p) as [[ys p1]|] eqn:ef; [|discriminate].
    destruct (force_operands_sound _ _ _ _ _ _ ef ok rel) as (y' & g & rel').
    destruct (apply n ys) as [vs'|] eqn:forms_run; [|discriminate]. injection done as <- <-.
    pose proof (apply_rel _ (form_rel y' (next p1)) n _ _ rel') as again. rewrite forms_run in again.
    destruct (apply n xr) as [ws|]; simpl in again; [|easy]. exists y', ws. auto.
  - (* the rest *)
    destruct (apply n xs) as [vs'|]; [|discriminate]. injection done as <- <-.
    destruct (apply n xr) as [ws|]; simpl in applied; [|easy]. exists y, ws. split; [now apply grows_refl|auto].
Qed.

Lemma lower_nodes_sound ns : forall y p e e' p' er, lower_nodes ns e p = Some (e', p') -> program_ok y p -> erel (frel y (next p)) e er ->
  exists y' er', grows y p y' p' /\ run ns er = Some er' /\ erel (frel y' (next p')) e' er'.
Proof.
  induction ns as [|n ns IH]; intros y p e e' p' er done ok rel; simpl in done.
  - injection done as <- <-. exists y, er. split; [now apply grows_refl|auto].
  - destruct (map_all (fetch e) (ins n)) as [xs|] eqn:ex; [|discriminate].
    assert (operands : orel (orels (frel y (next p))) (map_all (fetch e) (ins n)) (map_all (fetch er) (ins n))).
    { apply (orel_map_all eq (orel (vrel (frel y (next p))))); [clear; induction (ins n); constructor; auto|].
      intros name1 name2 same. rewrite same. now apply fetch_rel. }
    rewrite ex in operands. simpl. destruct (map_all (fetch er) (ins n)) as [xr|]; simpl in operands; [|easy].
    destruct (step n xs p) as [[vs p1]|] eqn:es; [|discriminate].
    destruct (step_sound _ _ _ _ _ _ _ es ok operands) as (y1 & ws & g1 & real_run & rel1). rewrite real_run.
    destruct (bind (outs n) vs e) as [e1|] eqn:eb; [|discriminate]. pose proof g1 as (ag1 & le1 & ok1).
    pose proof (bind_rel _ (outs n) _ _ _ _ rel1 (erel_extend _ _ _ _ ag1 le1 _ _ rel)) as bound. rewrite eb in bound.
    destruct (bind (outs n) ws er) as [er1|]; simpl in bound; [|easy].
    destruct (IH _ _ _ _ _ _ done ok1 bound) as (y2 & er2 & g2 & real_rest & rel2).
    exists y2, er2. split; [eapply grows_trans; eauto|auto].
Qed.
End Program.

(** ** A network *)

Definition zeros : int -> R := fun _ => 0.
(** [from] lowers the function [F]: whatever the inputs, [F] is defined there, and forms stand for its values *)
Definition lowers (from : list form -> program -> option (list form * program)) (F : list R -> option (list R)) : Prop :=
  forall start y p x xr Y p', from x p = Some (Y, p') -> program_ok start y p -> Forall2 (frel y (next p)) x xr ->
  exists y' out, grows start y p y' p' /\ F xr = Some out /\ Forall2 (frel y' (next p')) Y out.

Theorem lower_from_sound m : lowers (lower_from m) (network m).
Proof.
  intros start y p x xr Y p' done ok rel. unfold lower_from in done.
  destruct (initial m x) as [e|] eqn:ei; [|discriminate].
  pose proof (initial_rel _ m _ _ rel) as rel_e. rewrite ei in rel_e.
  unfold network. destruct (initial m xr) as [er|]; simpl in rel_e; [|easy].
  destruct (lower_nodes (nodes m) e p) as [[e1 p1]|] eqn:el; [|discriminate].
  destruct (lookup e1 (output_name m)) as [v|] eqn:ev; [|discriminate].
  destruct (as_numbers v) as [X|] eqn:eX; [|discriminate].
  destruct (force X p1) as [[X' p2]|] eqn:ef; [|discriminate]. injection done as <- <-.
  destruct (lower_nodes_sound start _ _ _ _ _ _ _ el ok rel_e) as (y1 & er1 & g1 & real_run & rel1). rewrite real_run.
  pose proof (lookup_rel _ _ _ (output_name m) rel1) as rel_v. rewrite ev in rel_v.
  destruct (lookup er1 (output_name m)) as [w|]; simpl in rel_v; [|easy].
  pose proof (as_numbers_rel _ (form_rel y1 (next p1)) _ _ rel_v) as rel_X. rewrite eX in rel_X.
  destruct (as_numbers w) as [Xr|]; simpl in rel_X; [|easy].
  pose proof g1 as (_ & _ & ok1). destruct (force_sound start _ _ _ _ _ _ ef ok1 rel_X) as (y2 & g2 & rel2).
  exists y2, (data Xr). split; [exact (grows_trans start _ _ _ _ _ _ g1 g2)|]. split; [reflexivity|apply rel2].
Qed.

Theorem lower_with_sound from F k L : lowers from F -> lower_with from k = Some L -> forall x, length x = k ->
  exists y out, F x = Some out /\ program_ok (after 0%uint63 x) y (program_of L) /\
    (forall y', agree (next (program_of L)) y y' -> assigned y' 0%uint63 x) /\
    Forall2 (frel y (next (program_of L))) (input_forms L) x /\ Forall2 (frel y (next (program_of L))) (output_forms L) out.
Proof.
  unfold lower_with. intros sound done x len.
  destruct (fresh 0 (repeat tt k)) as [[xs n]|] eqn:nums; [|discriminate].
  assert (len' : length x = length (repeat tt k)) by now rewrite repeat_length.
  destruct (fresh_next _ _ _ _ nums) as (en & _ & size_). rewrite repeat_length in size_.
  set (y0 := extended zeros 0 x).
  assert (set0 : assigned y0 0%uint63 x) by (apply (extended_assigned _ zeros 0%uint63 0%uint63 xs n [] x nums len'); reflexivity).
  assert (rel0 : Forall2 (frel y0 n) xs x) by (apply (fresh_rel _ y0 n _ _ _ x nums len' (le_int_refl _) set0)).
  destruct (from xs (Program [] n)) as [[Y p]|] eqn:ef; [|discriminate]. destruct (0 <? n)%uint63 eqn:pos; [|discriminate]. injection done as <-.
  cbn [program_of input_forms output_forms].
  assert (same_count : after 0%uint63 x = n) by now rewrite en, !after_length, len'.
  assert (ok0 : program_ok n y0 (Program [] n)).
  { split; [reflexivity|]. split; [exact pos|]. easy. }
  destruct (sound n _ _ _ _ _ _ ef ok0 rel0) as (y1 & out & (ag & le & ok1) & run_ & rel1). cbn [next] in *.
  exists y1, out. split; [exact run_|]. rewrite same_count. split; [exact ok1|]. split; [|split; [|exact rel1]].
  - intros y3 ag3. apply (assigned_agree _ y0 y3 _ _ _ _ nums len'); [|exact set0]. exact (agree_trans _ _ _ _ _ le ag ag3).
  - eapply forms_extend; eauto.
Qed.
