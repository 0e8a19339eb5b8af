(** * Soundness of the certificate checker

    Whatever the certificate: if the checker accepts, no valuation of the blocks with inputs in the box satisfies a
    disjunct.  [sound_state y ds s] says that all that the state [s] keeps is true of the valuation [y]; every op keeps
    it true, a SPLIT in one of its subtrees, and it refutes all disjuncts at each end.

    Main results: [check_tree_sound], [check_with_sound].

    Trust: proved.
    Source: Tree.v, Backward_sound.v. *)
From Coq Require Import Floats Reals Lra List Bool Uint63 ZArith Lia.
From Warrant.Primitives Require Import FloatBounds.
From Warrant.Spec Require Import Bytes.
From Warrant.Checker Require Import Blocks SparseVector Relaxation Certificate Inputs Backward Backward_sound Tree.
Import ListNotations.
Local Open Scope R_scope.

(** ** What a state says *)

Definition satisfied (y : int -> R) (d : disjunct) : Prop :=
  Forall (fun p : int * bool => if snd p then y (fst p) < 0 else y (fst p) <= 0) d.
(** the blocks follow each other, from the inputs to value [N] *)
Fixpoint chained (N : int) (bs : list known) (ins : box) : Prop :=
  match bs with
  | [] => N = after 0%uint63 ins
  | B :: bs => N = after (pstart (kblock B)) (prows (kblock B)) /\ chained (pstart (kblock B)) bs ins
  end.
Definition goals_ok (y : int -> R) (gs : list (bool * disjunct)) : Prop :=
  Forall (fun g => fst g = true -> ~ satisfied y (snd g)) gs.
Definition sound_state (y : int -> R) (ds : list disjunct) (s : state) : Prop :=
  inputs_hold y 0%uint63 (inputs s) /\ Forall (known_ok y) (blocks s) /\
  (exists N, chained N (blocks s) (inputs s) /\ pending_ok y N (pending s)) /\
  goals_ok y (goals s) /\ map snd (goals s) = ds.

(** ** Updates *)

Lemma update_after {A} (f : A -> A) l : forall j l' i, update j f l = Some l' -> after i l' = after i l.
Proof.
  induction l as [|a l IH]; simpl; intros j l' i E; [discriminate|].
  destruct (j =? 0)%uint63; [now injection E as <-|].
  destruct (update _ f l) as [l1|] eqn:E1; [|discriminate]. injection E as <-. simpl. eauto.
Qed.
Lemma update_Forall {A} (P : A -> Prop) f l : (forall a, P a -> P (f a)) -> forall j l',
  update j f l = Some l' -> Forall P l -> Forall P l'.
Proof.
  intro keeps. induction l as [|a l IH]; simpl; intros j l' E ok; [discriminate|].
  inversion ok as [|? ? ok_a ok_l]; subst.
  destruct (j =? 0)%uint63; [injection E as <-; now constructor; auto|].
  destruct (update _ f l) as [l1|] eqn:E1; [|discriminate]. injection E as <-. constructor; eauto.
Qed.
Lemma update_map {A B} (g : A -> B) f l : (forall a, g (f a) = g a) -> forall j l',
  update j f l = Some l' -> map g l' = map g l.
Proof.
  intro keeps. induction l as [|a l IH]; simpl; intros j l' E; [discriminate|].
  destruct (j =? 0)%uint63; [injection E as <-; simpl; now rewrite keeps|].
  destruct (update _ f l) as [l1|] eqn:E1; [|discriminate]. injection E as <-. simpl. f_equal. eauto.
Qed.

Lemma update_block_chained f : (forall older B B', f older B = Some B' -> kblock B' = kblock B) ->
  forall bs k bs', update_block k f bs = Some bs' -> forall N ins, chained N bs ins -> chained N bs' ins.
Proof.
  intro keeps. induction bs as [|B bs IH]; simpl; intros k bs' E N ins ch; [discriminate|].
  destruct (pnum (kblock B) =? k)%uint63.
  - destruct (f bs B) as [B'|] eqn:Ef; [|discriminate]. injection E as <-. simpl.
    now rewrite (keeps _ _ _ Ef).
  - destruct (update_block k f bs) as [bs1|] eqn:E1; [|discriminate]. injection E as <-. simpl.
    destruct ch. split; eauto.
Qed.

(** ** ADVANCE *)

Section Advance.
Variable y : int -> R.

Local Lemma act_bounds_sound a i p z : inb p z -> gives y a i z -> inb (act_bounds a p) (y i).
Proof.
  assert (spread : between (y i) z -> inb p z -> inb (fmin 0 (fst p), fmax 0 (snd p)) (y i)).
  { intros within [L U].
    destruct (LB_fmin _ _ _ _ (LB0 0 (Rle_refl 0)) L) as [L0 Lz]. destruct (UB_fmax _ _ _ _ (UB0 0 (Rle_refl 0)) U) as [U0 Uz].
    destruct within as [[x0 xz]|[zx x0]]; split; cbn [fst snd]; first [now apply (LB_le _ _ _ L0)|now apply (LB_le _ _ _ Lz)|now apply (UB_le _ _ _ U0)|now apply (UB_le _ _ _ Uz)]. }
  destruct a as [| |s t|s t]; cbn [act_bounds]; intros z_in g; [now rewrite g|rewrite g; now apply relu_bounds_sound| |].
  - apply spread; [|exact z_in]. destruct g as (a & b & Ea & Eb & Ez & Ey). rewrite Ey, Ea, Eb, Ez. apply rise_between.
  - apply spread; [|exact z_in]. exact (tangent_between y s t i z g).
Qed.
Local Lemma rows_known_values N a rs : forall i bs, rows_known y N a i rs bs ->
  inputs_hold y i (map (act_bounds a) bs) /\ after i bs = after i rs.
Proof.
  induction rs as [|r rs IH]; intros i [|b bs] K; simpl in *; try easy.
  destruct K as [(_ & z & Ey & _ & z_in) K]. destruct (IH _ _ K). split; auto.
  split; auto. now apply (act_bounds_sound a i b z).
Qed.
Local Lemma values_sound bs ins : inputs_hold y 0%uint63 ins -> forall N acc,
  Forall (known_ok y) bs -> chained N bs ins -> inputs_hold y N acc ->
  inputs_hold y 0%uint63 (values bs ins acc) /\ after 0%uint63 (values bs ins acc) = after N acc.
Proof.
  intro ins_ok. induction bs as [|B bs IH]; simpl; intros N acc ok ch acc_ok.
  - subst N. rewrite after_app. split; auto. now apply inputs_hold_app.
  - inversion ok as [|? ? (K & _) ok']; subst. destruct ch as [-> ch].
    destruct (rows_known_values _ _ _ _ _ K) as [vals Ea].
    assert (Em : after (pstart (kblock B)) (map (act_bounds (pact (kblock B))) (kbounds B))
      = after (pstart (kblock B)) (prows (kblock B))) by now rewrite after_map.
    rewrite <- Em, <- after_app in *. apply IH; auto. apply inputs_hold_app; auto.
Qed.

Local Lemma ltb_succ i j : (j <? i + 1)%uint63 = true -> (j <? i)%uint63 = true \/ j = i.
Proof.
  rewrite !ltb_spec, add_spec. change (to_Z 1) with 1%Z. intro lt.
  assert (le : (to_Z j < to_Z i + 1)%Z).
  { eapply Z.lt_le_trans. exact lt. apply Z.mod_le; [|reflexivity]. generalize (to_Z_bounded i). lia. }
  destruct (Z.eq_dec (to_Z j) (to_Z i)) as [E|ne]; [right; now apply to_Z_inj|left; lia].
Qed.
Local Lemma magnitudes_sound b : forall i m, inputs_hold y i b -> UB m 0 ->
  (forall j, UB m (Rabs (truncated i y j))) ->
  forall j, UB (fold_left (fun m p => fmax (magnitude p) m) b m) (Rabs (truncated (after i b) y j)).
Proof.
  induction b as [|p b IH]; simpl; intros i m ok m0 earlier; auto. destruct ok as [p_in ok].
  destruct (UB_fmax _ _ _ _ (magnitude_sound _ _ p_in) m0) as [Um Um0].
  apply IH; auto. intro j. unfold truncated. destruct (j <? i + 1)%uint63 eqn:lt; [|now rewrite Rabs_R0].
  destruct (ltb_succ _ _ lt) as [lt'| ->]; auto.
  specialize (earlier j). unfold truncated in earlier. rewrite lt' in earlier.
  now apply (UB_fmax _ _ _ _ (magnitude_sound _ _ p_in) earlier).
Qed.

(** *** The index *)

Local Fixpoint index_ok (t : index) : Prop :=
  match t with Suffix i b => inputs_hold y i b | Fork _ l r => index_ok l /\ index_ok r end.
Local Lemma suffixes_ok b : forall i, inputs_hold y i b -> Forall (fun p => index_ok (snd p)) (suffixes i b).
Proof.
  induction b as [|p b IH]; intros i ok; cbn [suffixes]; auto.
  destruct (_ =? 0)%uint63; [constructor|]; try (apply IH; apply ok). exact ok.
Qed.
Local Lemma pair_up_ok n : forall l, (length l <= n)%nat ->
  Forall (fun p => index_ok (snd p)) l -> Forall (fun p => index_ok (snd p)) (pair_up l).
Proof.
  induction n as [n IH] using lt_wf_ind. intros [|[i a] [|[j b] l]] len ok; simpl; auto.
  inversion ok as [|? ? ok_a ok']; subst. inversion ok' as [|? ? ok_b ok_l]; subst.
  constructor; [now split|]. apply (IH (length l)); auto. simpl in len. lia.
Qed.
Local Lemma join_ok n : forall l, Forall (fun p => index_ok (snd p)) l -> index_ok (join n l).
Proof.
  induction n as [|n IH]; intros [|[i a] [|p l]] ok; try exact I; try (inversion ok; assumption).
  cbn [join]. apply IH. now apply (pair_up_ok (length ((i, a) :: p :: l))).
Qed.
Local Lemma index_of_ok b : inputs_hold y 0%uint63 b -> index_ok (index_of b).
Proof. intro ok. now apply join_ok, suffixes_ok. Qed.
Local Lemma seek_sound o t : index_ok t -> inputs_hold y o (seek o t).
Proof.
  induction t as [i b|m l IHl r IHr]; simpl; intro ok.
  - now apply (skip_box_sound y o b i).
  - destruct ok. destruct (o <? m)%uint63; auto.
Qed.

Local Lemma interval_weights_sound w : forall o b lo hi a, forallb fin w = true -> inputs_hold y o b ->
  LB lo a -> UB hi a -> inb (interval_weights w b lo hi) (dotw y o w + a).
Proof.
  induction w as [|x w IH]; intros o b lo hi a F ok L U; cbn [interval_weights dotw].
  - rewrite Rplus_0_l. now split.
  - destruct b as [|[l h] b]; [split; [apply LB_nan|apply UB_nan]|].
    simpl in F. apply andb_prop in F. destruct F as [x_fin F]. destruct ok as [in_b ok].
    pose proof (LB_scale x l h _ x_fin in_b) as Lx. pose proof (UB_scale x l h _ x_fin in_b) as Ux.
    replace (toR x * y o + dotw y (o + 1)%uint63 w + a) with (dotw y (o + 1)%uint63 w + (a + toR x * y o)) by ring.
    destruct (0 <=? x)%float; apply IH; auto; (apply LB_add || apply UB_add); auto.
Qed.
Local Lemma interval_vec_sound t v : index_ok t -> fin_vec v = true -> forall lo hi a, LB lo a -> UB hi a ->
  inb (interval_vec t v lo hi) (dotv y v + a).
Proof.
  intro ok. induction v as [|s v IH]; simpl; intros F lo hi a L U.
  - rewrite Rplus_0_l. now split.
  - apply andb_prop in F. destruct F as [Fs Fv].
    destruct (interval_weights_sound (sw s) (so s) _ lo hi a Fs (seek_sound (so s) t ok) L U) as [L' U'].
    destruct (interval_weights _ _ _ _) as [lo' hi']. fold (dotv y v).
    replace (dotw y (so s) (sw s) + dotv y v + a) with (dotv y v + (dotw y (so s) (sw s) + a)) by ring.
    now apply IH.
Qed.
Local Lemma interval_row_sound t N r z : index_ok t -> row_ok N r -> prow_holds y z r -> inb (interval_row t r) z.
Proof.
  intros ok (Fb & Fe & Fv & _) holds. unfold interval_row, prow_holds in *.
  destruct (interval_vec_sound t (pv r) ok Fv (pb r) (pb r) (toR (pb r))) as [L U].
  { now apply LB_fin, Rle_refl. } { now apply UB_fin, Rle_refl. }
  destruct (interval_vec _ _ _ _) as [lo hi]. apply Rcomplements.Rabs_le_between' in holds.
  split; cbn [fst snd] in *.
  - eapply LB_le. apply LB_sub; [exact L|now apply UB_fin, Rle_refl]. lra.
  - eapply UB_le. apply UB_add; [exact U|now apply UB_fin, Rle_refl]. lra.
Qed.
Local Lemma advance_rows t N a : index_ok t -> forall rs i, Forall (row_ok N) rs ->
  prows_hold (prow_holds y) y a i rs -> rows_known y N a i rs (map (interval_row t) rs).
Proof.
  intro ok. induction rs as [|r rs IH]; simpl; intros i rs_ok holds; auto.
  inversion rs_ok as [|? ? r_ok rs_ok']; subst. destruct holds as [(z & Ey & Hz) holds].
  split; auto. split; auto. exists z. split; auto. split; auto. now apply interval_row_sound with N.
Qed.
Lemma advance_sound ds s s' : advance s = Some s' -> sound_state y ds s -> sound_state y ds s'.
Proof.
  unfold advance. intros E (ins_ok & bs_ok & (N & ch & pend) & gs_ok & gs_ds).
  destruct (pending s) as [|p ps]; [discriminate|].
  destruct pend as (Ep & p_ok & pend). subst N.
  destruct (values_sound _ _ ins_ok _ [] bs_ok ch I) as [env_ok Ea]. simpl in Ea.
  set (env := values _ _ _) in *. pose proof (index_of_ok _ env_ok) as t_ok.
  assert (m_ok : forall i, UB (magnitudes env) (Rabs (truncated (pstart p) y i))).
  { rewrite <- Ea. apply (magnitudes_sound env 0%uint63); auto; try now apply UB0, Rle_refl.
    intro j. unfold truncated.
    replace (j <? 0)%uint63 with false. { rewrite Rabs_R0. now apply UB0, Rle_refl. }
    symmetry. apply not_true_iff_false. rewrite ltb_spec. generalize (to_Z_bounded j). change (to_Z 0) with 0%Z. lia. }
  cbv zeta in E. destruct (settle _ p) as [q|] eqn:Eq; [|discriminate]. injection E as <-.
  destruct (settle_sound y _ _ _ Eq m_ok p_ok) as ([Es Ea'] & rows_ok & sizes_q & holds). rewrite <- Ea', <- Es in *.
  unfold sound_state. cbn [inputs blocks pending goals]. split; [exact ins_ok|]. split; [|split; [|now split]].
  - constructor; auto. unfold known_ok. cbn [kblock kbounds kmagnitude]. split; [|split; [exact sizes_q|]].
    + now apply advance_rows.
    + exact m_ok.
  - exists (after (pstart q) (prows q)). simpl. auto.
Qed.
End Advance.

(** ** IMPROVE *)

Section Improve.
Variables (y : int -> R) (c : bytes).

Local Lemma raise_lower_sound x p z : LB x z -> inb p z -> inb (raise_lower x p) z.
Proof.
  intros L p_in. unfold raise_lower. destruct (x <=? fst p)%float; auto. destruct (fin x); auto.
  split; auto. apply p_in.
Qed.
Local Lemma reduce_upper_sound x p z : UB x z -> inb p z -> inb (reduce_upper x p) z.
Proof.
  intros U p_in. unfold reduce_upper. destruct (snd p <=? x)%float; auto. destruct (fin x); auto.
  split; auto. apply p_in.
Qed.

Variables (rows : selection) (ins : region) (older : list stage).
Hypothesis inputs_known : region_holds y ins.
Hypothesis older_known : Forall (stage_ok y) older.
Local Lemma lower_bound_sound N r z : row_ok N r -> prow_holds y z r -> LB (lower_bound ins older r) z.
Proof.
  intros (Fb & Fe & Fv & _) holds. unfold prow_holds in holds. apply Rcomplements.Rabs_le_between' in holds.
  eapply LB_le. apply back_sound; eauto.
  apply LB_sub; [now apply LB_fin, Rle_refl|now apply UB_fin, Rle_refl]. lra.
Qed.
Local Lemma upper_bound_sound N r z : row_ok N r -> prow_holds y z r -> UB (upper_bound ins older r) z.
Proof.
  intros (Fb & Fe & Fv & _) holds. unfold prow_holds in holds. apply Rcomplements.Rabs_le_between' in holds.
  destruct (fin_opp _ Fb) as [Fo Eo].
  eapply UB_le. apply UB_opp, back_sound; eauto.
  apply LB_sub; [now apply LB_fin, Rle_refl|now apply UB_fin, Rle_refl].
  rewrite dotv_opposite. lra.
Qed.
Local Lemma improve_rows_sound N a rs : forall i j bs, rows_known y N a i rs bs ->
  rows_known y N a i rs (improve_rows c rows ins older j rs bs).
Proof.
  induction rs as [|r rs IH]; intros i j [|b bs] K; simpl in *; try easy.
  destruct K as [(ok & z & Ey & Hz & z_in) K]. split; auto. split; auto. exists z. split; auto. split; auto.
  unfold improve_row. set (sides := row_sides _ _ _ _). destruct (sides =? 0)%uint63; auto.
  assert (q_in : inb (if (sides land 1 =? 0)%uint63 then b else raise_lower (lower_bound ins older r) b) z).
  { destruct (sides land 1 =? 0)%uint63; auto. apply raise_lower_sound; auto. now apply lower_bound_sound with N. }
  destruct (sides land 2 =? 0)%uint63; auto. apply reduce_upper_sound; auto. now apply upper_bound_sound with N.
Qed.
End Improve.

(** the ball, if there is one, holds of the inputs *)
Definition within_ball (y : int -> R) (g : option ball) : Prop := match g with None => True | Some g => ball_holds y g end.

Lemma improve_sound y g c k rows sl ds s s' : improve g c k rows sl s = Some s' -> within_ball y g ->
  sound_state y ds s -> sound_state y ds s'.
Proof.
  unfold improve. intros E ball_ok (ins_ok & bs_ok & (N & ch & pend) & rest).
  destruct (update_block _ _ _) as [bs'|] eqn:Eb; [|discriminate]. injection E as <-.
  split; [exact ins_ok|]. cbn [blocks inputs pending goals]. split; [|split; [|exact rest]].
  - clear ch. revert bs' Eb. induction bs_ok as [|B bs B_ok bs_ok IH]; simpl; intros bs' Eb; [discriminate|].
    destruct (pnum (kblock B) =? k)%uint63.
    + injection Eb as <-. constructor; auto. destruct B_ok as (K & rest_ok).
      split; [|exact rest_ok]. apply improve_rows_sound; auto using plan_sound. now split.
    + destruct (update_block _ _ bs) as [bs1|]; [|discriminate]. injection Eb as <-. constructor; auto.
  - exists N. split; auto. eapply update_block_chained; eauto. intros older B B' E'. now injection E' as <-.
Qed.

(** ** SPLIT and EMPTY *)

Section Clip.
Variables (y : int -> R).

Local Lemma cut_sound v p z : fin v = true -> inb p z -> inb (cut_above v p) z \/ inb (cut_below v p) z.
Proof.
  intros F [L U]. destruct (Rle_lt_dec z (toR v)); [left|right]; split; simpl; auto.
  - destruct (snd p <=? v)%float; auto. now apply UB_fin.
  - destruct (v <=? fst p)%float; auto. apply LB_fin; auto. lra.
Qed.
Local Lemma cut_inputs v b : fin v = true -> forall i j b1 b2,
  update j (cut_above v) b = Some b1 -> update j (cut_below v) b = Some b2 ->
  inputs_hold y i b -> inputs_hold y i b1 \/ inputs_hold y i b2.
Proof.
  intro v_fin. induction b as [|p b IH]; simpl; intros i j b1 b2 E1 E2 ok; [discriminate|].
  destruct ok as [p_in ok]. destruct (j =? 0)%uint63.
  - injection E1 as <-. injection E2 as <-. destruct (cut_sound v p _ v_fin p_in); [left|right]; now split.
  - destruct (update _ (cut_above v) b) as [b1'|] eqn:E1'; [|discriminate].
    destruct (update _ (cut_below v) b) as [b2'|] eqn:E2'; [|discriminate].
    injection E1 as <-. injection E2 as <-.
    destruct (IH _ _ _ _ E1' E2' ok); [left|right]; now split.
Qed.
Local Lemma cut_rows v N a rs : fin v = true -> forall i j b b1 b2,
  update j (cut_above v) b = Some b1 -> update j (cut_below v) b = Some b2 ->
  rows_known y N a i rs b -> rows_known y N a i rs b1 \/ rows_known y N a i rs b2.
Proof.
  intro v_fin. induction rs as [|r rs IH]; intros i j [|p b] b1 b2 E1 E2 ok; simpl in *; try easy.
  destruct ok as [(r_ok & z & Ey & Hz & z_in) ok]. destruct (j =? 0)%uint63.
  - injection E1 as <-. injection E2 as <-.
    destruct (cut_sound v p _ v_fin z_in); [left|right]; split; auto; split; eauto.
  - destruct (update _ (cut_above v) b) as [b1'|] eqn:E1'; [|discriminate].
    destruct (update _ (cut_below v) b) as [b2'|] eqn:E2'; [|discriminate].
    injection E1 as <-. injection E2 as <-.
    destruct (IH _ _ _ _ _ E1' E2' ok); [left|right]; split; auto; split; eauto.
Qed.
End Clip.

Local Definition clip_block (j : int) (f : float * float -> float * float) (_ : list known) (B : known) :=
  do b <- update j f (kbounds B); Some (with_bounds B b).
Local Lemma clip_block_kblock j f older B B' : clip_block j f older B = Some B' -> kblock B' = kblock B.
Proof. unfold clip_block. destruct (update j f (kbounds B)); [|discriminate]. now intros [= <-]. Qed.
Local Lemma cut_blocks y j k v bs : fin v = true -> Forall (known_ok y) bs -> forall bs1 bs2,
  update_block k (clip_block j (cut_above v)) bs = Some bs1 ->
  update_block k (clip_block j (cut_below v)) bs = Some bs2 ->
  Forall (known_ok y) bs1 \/ Forall (known_ok y) bs2.
Proof.
  intros v_fin. induction 1 as [|B bs B_ok bs_ok IH]; simpl; intros bs1 bs2 E1 E2; [discriminate|].
  destruct (pnum (kblock B) =? k)%uint63.
  - unfold clip_block in E1, E2.
    destruct (update j (cut_above v) (kbounds B)) as [b1|] eqn:U1; [|discriminate].
    destruct (update j (cut_below v) (kbounds B)) as [b2|] eqn:U2; [|discriminate].
    injection E1 as <-. injection E2 as <-. destruct B_ok as [K rest].
    destruct (cut_rows y v _ _ _ v_fin _ _ _ _ _ U1 U2 K); [left|right]; (constructor; [|assumption]); now split.
  - destruct (update_block k _ bs) as [bs1'|] eqn:U1 in E1; [|discriminate].
    destruct (update_block k _ bs) as [bs2'|] eqn:U2 in E2; [|discriminate].
    injection E1 as <-. injection E2 as <-. destruct (IH _ _ U1 U2); [left|right]; now constructor.
Qed.
Lemma split_sound y k j v ds s s1 s2 : fin v = true ->
  clip k j (cut_above v) s = Some s1 -> clip k j (cut_below v) s = Some s2 ->
  sound_state y ds s -> sound_state y ds s1 \/ sound_state y ds s2.
Proof.
  unfold clip. intros v_fin E1 E2 (ins_ok & bs_ok & (N & ch & pend) & rest).
  destruct (k =? 0)%uint63.
  - destruct (update j (cut_above v) (inputs s)) as [b1|] eqn:U1; [|discriminate].
    destruct (update j (cut_below v) (inputs s)) as [b2|] eqn:U2; [|discriminate].
    injection E1 as <-. injection E2 as <-. unfold sound_state. cbn [inputs blocks pending goals].
    assert (same : forall b, after 0%uint63 b = after 0%uint63 (inputs s) ->
      exists N, chained N (blocks s) b /\ pending_ok y N (pending s)).
    { intros b Ea. exists N. split; auto. clear -ch Ea. revert N ch.
      induction (blocks s) as [|B bs IH]; simpl; intros N ch; [congruence|]. destruct ch. split; auto. }
    destruct (cut_inputs y v _ v_fin _ _ _ _ U1 U2 ins_ok); [left|right]; repeat (split; auto);
      apply same; eapply update_after; eauto.
  - fold (clip_block j (cut_above v)) in E1. fold (clip_block j (cut_below v)) in E2.
    destruct (update_block k _ (blocks s)) as [bs1|] eqn:U1 in E1; [|discriminate].
    destruct (update_block k _ (blocks s)) as [bs2|] eqn:U2 in E2; [|discriminate].
    injection E1 as <-. injection E2 as <-. unfold sound_state. cbn [inputs blocks pending goals].
    destruct (cut_blocks y j k v _ v_fin bs_ok _ _ U1 U2); [left|right]; repeat (split; auto);
      exists N; (split; auto); eapply update_block_chained; eauto; apply clip_block_kblock.
Qed.

Local Lemma item_inputs y b : forall i j p, inputs_hold y i b -> item b j = Some p -> exists z, inb p z.
Proof.
  induction b as [|q b IH]; simpl; intros i j p ok E; [discriminate|]. destruct ok as [q_in ok].
  destruct (j =? 0)%uint63; [injection E as <-; now exists (y i)|eauto].
Qed.
Local Lemma item_rows y N a rs : forall i b j p, rows_known y N a i rs b -> item b j = Some p -> exists z, inb p z.
Proof.
  induction rs as [|r rs IH]; intros i [|q b] j p ok E; simpl in *; try easy.
  destruct ok as [(_ & z & _ & _ & q_in) ok].
  destruct (j =? 0)%uint63; [injection E as <-; now exists z|eauto].
Qed.
Lemma empty_sound y g ds k j s : empty g k j s = true -> within_ball y g -> sound_state y ds s -> False.
Proof.
  unfold empty. intros E ball_ok (ins_ok & bs_ok & _).
  destruct (item _ j) as [p|] eqn:Ei.
  2: { apply andb_prop in E as [_ E]. destruct g as [g|]; [|discriminate]. exact (ball_misses_sound _ _ _ ins_ok ball_ok E). }
  assert (holds : exists z, inb p z).
  { destruct (k =? 0)%uint63; [now apply (item_inputs y _ _ _ _ ins_ok Ei)|].
    clear ins_ok. induction bs_ok as [|B bs B_ok bs_ok IH]; [discriminate|]. cbn [bounds_of] in Ei.
    destruct (pnum (kblock B) =? k)%uint63; auto. destruct B_ok as [K _]. now apply (item_rows _ _ _ _ _ _ _ _ K Ei). }
  destruct holds as (z & L & U). exact (crossed _ _ _ L U E).
Qed.

(** ** CLOSE *)

Section Close.
Variables (y : int -> R) (c : bytes).

Local Fixpoint combination (w : int) (d : disjunct) : R :=
  match d with [] => 0 | p :: d => toR (weight c w) * y (fst p) + combination (w + 1)%uint63 d end.
Local Lemma objective_dotv d : forall w, dotv y (objective c w d) = combination w d.
Proof.
  induction d as [|[i b] d IH]; intro w; [reflexivity|]. cbn [objective combination fst]. rewrite <- IH.
  destruct (objective c (w + 1) d) as [|s v]; [simpl; ring|].
  destruct (so s =? i + 1)%uint63 eqn:E; [|simpl; ring].
  apply eqb_correct in E. simpl. rewrite E. ring.
Qed.
Local Lemma combination_le0 d : satisfied y d -> forall w, weights_ok c w d = true ->
  combination w d <= 0 /\ (strict c w d = true -> combination w d < 0).
Proof.
  induction 1 as [|[i b] d holds sat IH]; intros w ok; cbn [combination strict weights_ok fst snd] in *.
  - split; [lra|discriminate].
  - destruct (fin (weight c w)) eqn:w_fin; [|discriminate].
    destruct (0 <=? weight c w)%float eqn:w_ge0; [|discriminate]. simpl in ok.
    destruct (IH _ ok) as [le0 lt0].
    pose proof (LB_ge0 _ _ (LB_fin _ _ w_fin (Rle_refl _)) w_ge0) as wR.
    assert (term : toR (weight c w) * y i <= 0) by (destruct b; nra).
    split; [lra|]. intro s. apply orb_prop in s. destruct s as [s|s]; [|specialize (lt0 s); lra].
    apply andb_prop in s. destruct s as [-> w_gt0]. pose proof (fin_ltb0 _ w_fin w_gt0). nra.
Qed.
Local Lemma refuted_sound g w sl ds s d : refuted g c w sl s d = true -> within_ball y g -> sound_state y ds s -> ~ satisfied y d.
Proof.
  unfold refuted. intros E ball_ok (ins_ok & bs_ok & _) sat. apply andb_prop in E. destruct E as [ok E].
  destruct (combination_le0 d sat w ok) as [le0 lt0].
  pose proof (back_sound y (Region (inputs s) g) (conj ins_ok ball_ok) _ (objective c w d) _ _ (plan_sound y c sl _ bs_ok) (LB0 0 (Rle_refl 0))) as L.
  rewrite objective_dotv, Rplus_0_l in L. destruct (strict c w d).
  - specialize (lt0 eq_refl). pose proof (LB_ge0 _ _ L E). lra.
  - pose proof (LB_gt0 _ _ L E). lra.
Qed.
Lemma close_sound g d w sl ds s s' : close g c d w sl s = Some s' -> within_ball y g -> sound_state y ds s -> sound_state y ds s'.
Proof.
  unfold close. intros E ball_ok st.
  destruct (item (goals s) d) as [[done rows]|] eqn:Ei; [|discriminate].
  destruct (update d _ (goals s)) as [gs|] eqn:Eu; [|discriminate].
  destruct (refuted g c w sl s rows) eqn:Er; [|discriminate]. injection E as <-.
  pose proof (refuted_sound _ _ _ _ _ _ Er ball_ok st) as not_rows.
  destruct st as (ins_ok & bs_ok & ch & gs_ok & gs_ds). unfold sound_state. cbn [inputs blocks pending goals].
  split; [exact ins_ok|]. split; [exact bs_ok|]. split; [exact ch|]. split.
  - clear gs_ds Er. revert d gs Ei Eu.
    induction gs_ok as [|a l a_ok l_ok IH]; simpl; intros d gs Ei Eu; [discriminate|].
    destruct (d =? 0)%uint63.
    + injection Ei as ->. injection Eu as <-. constructor; auto.
    + destruct (update _ _ l) as [l'|] eqn:Eu'; [|discriminate]. injection Eu as <-. constructor; eauto.
      exact (IH _ _ Ei Eu').
  - rewrite <- gs_ds. eapply update_map; [|exact Eu]. reflexivity.
Qed.
End Close.

(** ** The tree *)

Lemma check_sound g c y ds t : within_ball y g -> forall s, check g c t s = true -> sound_state y ds s ->
  Forall (fun d => ~ satisfied y d) ds.
Proof.
  intro ball_ok.
  induction t as [|k j|k j v below IHb above IHa|t IH|k rows sl t IH|d w sl t IH]; simpl; intros s ok st.
  - destruct st as (_ & _ & _ & gs_ok & <-). apply Forall_map. rewrite forallb_forall in ok.
    unfold goals_ok in gs_ok. rewrite Forall_forall in *. auto.
  - destruct (empty_sound _ _ _ _ _ _ ok ball_ok st).
  - apply andb_prop in ok. destruct ok as [ok ok_a]. apply andb_prop in ok. destruct ok as [v_fin ok_b].
    destruct (clip k j (cut_above v) s) as [s1|] eqn:E1; [|discriminate].
    destruct (clip k j (cut_below v) s) as [s2|] eqn:E2; [|discriminate].
    destruct (split_sound _ _ _ _ _ _ _ _ v_fin E1 E2 st); eauto.
  - destruct (advance s) as [s'|] eqn:E; [|discriminate]. apply (IH s' ok). now apply (advance_sound _ _ s).
  - destruct (improve g c k rows sl s) as [s'|] eqn:E; [|discriminate].
    apply (IH s' ok). now apply (improve_sound _ _ _ _ _ _ _ _ _ E).
  - destruct (close g c d w sl s) as [s'|] eqn:E; [|discriminate].
    apply (IH s' ok). now apply (close_sound _ _ _ _ _ _ _ _ _ E).
Qed.

Theorem check_tree_sound g c t bs b ds : check_tree g c t bs b ds = true ->
  forall y, inputs_hold y 0%uint63 b -> within_ball y g -> blocks_hold y (after 0%uint63 b) bs ->
  Forall (fun d => ~ Forall (fun p : int * bool => if snd p then y (fst p) < 0 else y (fst p) <= 0) d) ds.
Proof.
  unfold check_tree. intros ok y ins_ok ball_ok holds.
  destruct (prepare (first_place (after 0 b)) bs) as [[ps p]|] eqn:E; [|discriminate].
  apply (check_sound g c y ds t ball_ok _ ok). unfold sound_state. cbn [inputs blocks pending goals].
  split; [exact ins_ok|]. split; [constructor|]. split; [|split].
  - exists (after 0%uint63 b). split; [reflexivity|]. exact (prepare_sound _ _ _ _ _ E holds).
  - unfold goals_ok. apply Forall_map. rewrite Forall_forall. discriminate.
  - rewrite map_map. apply map_id.
Qed.

Local Lemma check_each_sound {A} (accept : tree -> A -> bool) qs : forall ts, check_each accept ts qs = true ->
  forall q, In q qs -> exists t, accept t q = true.
Proof.
  induction qs as [|a qs IH]; intros [|t ts] ok q found; try easy. cbn [check_each] in ok.
  destruct (accept t a) eqn:E; [|discriminate]. destruct found as [<-|found]; eauto.
Qed.
Theorem check_with_sound read c network qs : check_with read c network qs = true ->
  forall last b ds, In (last, b, ds) qs ->
  forall y, region_holds y b -> blocks_hold y (after 0%uint63 (rbox b)) (network ++ [last]) ->
  Forall (fun d => ~ Forall (fun p : int * bool => if snd p then y (fst p) < 0 else y (fst p) <= 0) d) ds.
Proof.
  unfold check_with. destruct read as [ts|]; [|discriminate].
  destruct qs as [|[[last0 b0] ds0] qs]; [easy|]. set (all := _ :: qs). cbv zeta.
  destruct (prepare _ network) as [[ps stop]|] eqn:Ep; [|discriminate]. intros ok last b ds found y [in_box in_ball].
  destruct (check_each_sound _ _ _ ok _ found) as [t E]. unfold check_query in E.
  destruct (after 0 (rbox b) =? after 0 (rbox b0))%uint63 eqn:same; [|discriminate]. apply eqb_correct in same.
  destruct (prepare_block stop last) as [[p stop']|] eqn:Eb; [|discriminate].
  apply (check_tree_sound (rball b) c t); auto. unfold check_tree. now rewrite same, (prepare_app _ _ _ _ _ _ _ Ep Eb).
Qed.
