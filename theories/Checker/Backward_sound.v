(** * Soundness of backward passes

    All facts are about one valuation y of the values, so that splits, inherited bounds and links over several blocks
    need no further thought: [known_ok y B] says what is known of a block's rows, and [back_sound] that a pass over
    known blocks ends below the combination's value at y.  The residue of a block is bounded on the valuation
    [truncated] to the earlier values, the only ones that its rows read.

    Main results: [prepare_sound], [settle_sound], [plan_sound], [back_sound].

    Trust: proved.
    Source: Backward.v, SparseVector_sound.v. *)
From Coq Require Import Floats Reals Lra List Bool Lia Uint63 Psatz.
From Flocq Require Import Core.
From Warrant.Primitives Require Import FloatBounds Rounding.
From Warrant.Spec Require Import Bytes.
From Warrant.Checker Require Import Blocks SparseVector Combination SparseVector_sound Dense Relaxation Certificate Inputs Backward.
Import ListNotations.
Local Open Scope R_scope.
Local Notation u := unit_roundoff.
Local Notation eta := tiny_error.

(** ** Facts *)

Definition truncated (N : int) (y : int -> R) (i : int) : R := if (i <? N)%uint63 then y i else 0.

Definition row_ok (N : int) (r : prow) : Prop :=
  fin (pb r) = true /\ fin (pe r) = true /\ fin_vec (pv r) = true /\ UB (pn r) (Rabs (toR (pb r)) + norm_vec (pv r)) /\
  below N (pv r) = true /\ fin (pr r) = true.
Definition prow_holds (y : int -> R) (z : R) (r : prow) : Prop :=
  Rabs (z - (toR (pb r) + dotv y (pv r))) <= toR (pe r).
(** row [r], of a block that starts at [N], gives value [i] and lies in the interval [b] *)
Definition row_known (y : int -> R) (N : int) (a : act) (i : int) (r : prow) (b : float * float) : Prop :=
  row_ok N r /\ exists z, gives y a i z /\ prow_holds y z r /\ inb b z.
Fixpoint rows_known (y : int -> R) (N : int) (a : act) (i : int) (rs : list prow) (bs : box) : Prop :=
  match rs, bs with
  | r :: rs', b :: bs' => row_known y N a i r b /\ rows_known y N a (i + 1)%uint63 rs' bs'
  | [], [] => True
  | _, _ => False
  end.

(** the numbers of the rows' weights and segments, where a bias counts as one of each *)
Fixpoint weights_of (rs : list prow) : R := match rs with [] => 0 | r :: rs => 1 + len_vec (pv r) + weights_of rs end.
Fixpoint segments_of (rs : list prow) : nat :=
  match rs with [] => O | r :: rs => S (length (pv r)) + segments_of rs end.
Definition sizes_ok (p : pblock) : Prop :=
  UB (pweights p) (weights_of (prows p)) /\ UB (psegments p) (INR (segments_of (prows p))).
Definition known_ok (y : int -> R) (B : known) : Prop :=
  let p := kblock B in
  rows_known y (pstart p) (pact p) (pstart p) (prows p) (kbounds B) /\ sizes_ok p /\
  forall i, UB (kmagnitude B) (Rabs (truncated (pstart p) y i)).

Lemma weights_of_ge0 rs : 0 <= weights_of rs.
Proof. induction rs as [|r rs]; simpl. lra. generalize (len_vec_ge0 (pv r)). lra. Qed.

(** ** Preparation *)

Lemma below_truncated N y v : below N v = true -> dotv (truncated N y) v = dotv y v.
Proof. exact (below_dotv N y v). Qed.
Lemma clean_weights_sound N w : forall o, clean_weights N o w = true -> forallb fin w = true /\ below_weights N o w = true.
Proof.
  induction w as [|c w IH]; simpl; intros o ok; auto.
  destruct (finite c) eqn:Fc; [|discriminate]. rewrite (finite_fin _ Fc).
  destruct (o <? N)%uint63 eqn:reads; [|discriminate]. now apply IH.
Qed.
Lemma clean_sound N v : clean N v = true -> fin_vec v = true /\ below N v = true.
Proof.
  induction v as [|s v IH]; simpl; intro ok; auto.
  apply andb_prop in ok. destruct ok as [ok_s ok_v]. destruct (IH ok_v) as [F E].
  destruct (clean_weights_sound _ _ _ ok_s) as [Fs ->]. now rewrite Fs.
Qed.

(** the bound of the norm may hold on a condition [P] only *)
Lemma weights_stats_sound (P : Prop) w : forall a l ra rl, forallb fin w = true -> (P -> UB a ra) -> UB l rl ->
  (P -> UB (fst (weights_stats w a l)) (ra + norm_weights w)) /\ UB (snd (weights_stats w a l)) (rl + len_weights w).
Proof.
  induction w as [|c w IH]; intros a l ra rl F Ua Ul; cbn [weights_stats norm_weights len_weights].
  - rewrite !Rplus_0_r. now split.
  - simpl in F. apply andb_prop in F. destruct F as [Fc Fw]. rewrite <- !Rplus_assoc. apply IH; auto.
    + intro holds. apply UB_add; auto. destruct (fin_abs c Fc) as [Fa <-]. apply UB_fin; auto. lra.
    + rewrite (Rplus_comm rl). apply UB_add; auto. apply UB_fin. reflexivity. rewrite toR1. lra.
Qed.
Lemma stats_sound (P : Prop) v : forall n a l rn ra rl, fin_vec v = true -> UB n rn -> (P -> UB a ra) -> UB l rl ->
  let '(n', a', l') := stats v n a l in
  UB n' (rn + INR (length v)) /\ (P -> UB a' (ra + norm_vec v)) /\ UB l' (rl + len_vec v).
Proof.
  induction v as [|s v IH]; intros n a l rn ra rl F Un Ua Ul; cbn [stats].
  - simpl. rewrite !Rplus_0_r. auto.
  - simpl in F. apply andb_prop in F. destruct F as [Fs Fv].
    destruct (weights_stats_sound P (sw s) a l ra rl Fs Ua Ul) as [Ua' Ul'].
    destruct (weights_stats _ _ _) as [a' l']. cbn [fst snd] in *.
    assert (Un' : UB (up (n + 1)) (rn + 1)).
    { apply UB_add; auto. apply UB_fin. reflexivity. rewrite toR1. lra. }
    specialize (IH _ _ _ _ _ _ Fv Un' Ua' Ul'). destruct (stats _ _ _ _) as [[n' a''] l''].
    replace (length (s :: v)) with (S (length v)) by reflexivity. rewrite S_INR.
    cbn [norm_vec len_vec fold_right]. fold (norm_vec v) (len_vec v).
    replace (rn + (INR (length v) + 1)) with (rn + 1 + INR (length v)) by ring. now rewrite <- !Rplus_assoc.
Qed.

Definition prow_of (r : row) (p : prow) : Prop := pv p = rv r /\ pb p = rb r /\ pe p = re r /\ pr p = rr r.
Local Lemma prepare_row_sound N r p l n : prepare_row N r = Some (p, l, n) ->
  prow_of r p /\ row_ok N p /\ UB l (1 + len_vec (pv p)) /\ UB n (INR (S (length (pv p)))).
Proof.
  unfold prepare_row. intro E.
  destruct (fin (rb r)) eqn:Fb; [|discriminate]. destruct (fin (re r)) eqn:Fe; [|discriminate].
  destruct (0 <=? re r)%float; [|discriminate]. destruct (fin (rr r)) eqn:Fr; [|discriminate].
  destruct (0 <=? rr r)%float; [|discriminate]. destruct (clean N (rv r)) eqn:C; [|discriminate].
  destruct (clean_sound _ _ C) as [Fv reads].
  assert (one : UB 1%float 1) by (apply UB_fin; [reflexivity|rewrite toR1; apply Rle_refl]).
  destruct (fin_abs _ Fb) as [Fa Ea].
  pose proof (stats_sound True (rv r) _ _ _ _ _ _ Fv one (fun _ => UB_fin _ _ Fa (Rle_refl _)) one) as St. rewrite Ea in St.
  simpl in E. destruct (stats (rv r) 1 (abs (rb r)) 1) as [[n' a'] l']. injection E as <- <- <-.
  rewrite (Rplus_comm 1), <- S_INR in St. destruct St as (Un & Ua & Ul). unfold prow_of, row_ok, pv. cbn [pw pb pe pr pn].
  rewrite vec_of_pack. auto 12.
Qed.
Local Lemma prepare_rows_sound N rs : forall ps l n, prepare_rows N rs = Some (ps, l, n) ->
  Forall2 prow_of rs ps /\ Forall (row_ok N) ps /\ UB l (weights_of ps) /\ UB n (INR (segments_of ps)).
Proof.
  induction rs as [|r rs IH]; simpl; intros ps l n E.
  - injection E as <- <- <-. simpl. pose proof (UB0 0 (Rle_refl 0)). auto.
  - destruct (prepare_row N r) as [[[p l1] n1]|] eqn:E1; [|discriminate].
    destruct (prepare_rows N rs) as [[[ps' l2] n2]|]; [|discriminate].
    destruct (prepare_row_sound _ _ _ _ _ E1) as (same & ok & Ul & Un).
    destruct (IH _ _ _ eq_refl) as (sames & oks & Uls & Uns). injection E as <- <- <-.
    split; [now constructor|]. split; [now constructor|].
    cbn [weights_of segments_of]. rewrite plus_INR. split; now apply UB_add.
Qed.

(** what is known of the blocks that were not added yet: errors may be relative *)
Definition prow_relative (y : int -> R) (N : int) (z : R) (r : prow) : Prop :=
  forall M, (forall i, (i <? N)%uint63 = true -> Rabs (y i) <= M) ->
  Rabs (z - (toR (pb r) + dotv y (pv r))) <= toR (pe r) + toR (pr r) * M.
(** the rows [rs] give the values from [i] on *)
Fixpoint prows_hold (holds : R -> prow -> Prop) (y : int -> R) (a : act) (i : int) (rs : list prow) : Prop :=
  match rs with
  | [] => True
  | r :: rs => (exists z, gives y a i z /\ holds z r) /\ prows_hold holds y a (i + 1)%uint63 rs
  end.
Definition pblock_ok (y : int -> R) (p : pblock) : Prop :=
  Forall (row_ok (pstart p)) (prows p) /\ sizes_ok p /\
  prows_hold (prow_relative y (pstart p)) y (pact p) (pstart p) (prows p).
Fixpoint pending_ok (y : int -> R) (i : int) (ps : list pblock) : Prop :=
  match ps with
  | [] => True
  | p :: ps => pstart p = i /\ pblock_ok y p /\ pending_ok y (after i (prows p)) ps
  end.

Local Lemma rows_hold_prepared y N a rs ps : Forall2 prow_of rs ps -> forall i, rows_hold y N a i rs ->
  prows_hold (prow_relative y N) y a i ps /\ after i rs = after i ps.
Proof.
  induction 1 as [|r p rs ps (Ev & Eb & Ee & Er) _ IH]; simpl; intros i holds; auto.
  destruct holds as [(z & Ey & Hz) holds]. destruct (IH _ holds). repeat split; auto.
  exists z. split; auto. unfold prow_relative. now rewrite Ev, Eb, Ee, Er.
Qed.
Local Lemma prepare_block_sound y p b q p' : prepare_block p b = Some (q, p') ->
  rows_hold y (start p) (bact b) (start p) (brows b) ->
  pstart q = start p /\ pblock_ok y q /\ start p' = after (start p) (prows q) /\
  after (start p) (brows b) = start p'.
Proof.
  unfold prepare_block. intros E holds.
  destruct (prepare_rows _ _) as [[[rs l] n]|] eqn:Er; [|discriminate]. injection E as <- <-.
  destruct (prepare_rows_sound _ _ _ _ _ Er) as (same & ok & Ul & Un).
  destruct (rows_hold_prepared _ _ _ _ _ same _ holds) as [Hr Ea].
  unfold pblock_ok, sizes_ok. cbn [pstart prows pact pweights psegments start]. auto 10.
Qed.
Theorem prepare_sound y bs : forall p ps p', prepare p bs = Some (ps, p') ->
  blocks_hold y (start p) bs -> pending_ok y (start p) ps.
Proof.
  induction bs as [|b bs IH]; simpl; intros p ps p' E holds.
  - injection E as <- <-. exact I.
  - destruct (prepare_block p b) as [[q p1]|] eqn:Eb; [|discriminate].
    destruct (prepare p1 bs) as [[qs p2]|] eqn:Ep; [|discriminate]. injection E as <- <-.
    destruct holds as [holds_b holds].
    destruct (prepare_block_sound y _ _ _ _ Eb holds_b) as (Es & ok & E1 & E2). rewrite E2 in holds.
    simpl. rewrite Es, <- E1. eauto.
Qed.
(** blocks are prepared one after the other *)
Lemma prepare_app bs b : forall p ps p1 q p2, prepare p bs = Some (ps, p1) -> prepare_block p1 b = Some (q, p2) ->
  prepare p (bs ++ [b]) = Some (ps ++ [q], p2).
Proof.
  induction bs as [|a bs IH]; simpl; intros p ps p1 q p2 E Eb.
  - injection E as <- <-. now rewrite Eb.
  - destruct (prepare_block p a) as [[r p3]|]; [|discriminate].
    destruct (prepare p3 bs) as [[rs p4]|] eqn:Ep; [|discriminate]. injection E as <- <-.
    now rewrite (IH _ _ _ _ _ Ep Eb).
Qed.

(** *** Relative errors *)

(** finitely many values have a bound *)
Local Lemma values_bounded (y : int -> R) N : exists M, forall i, (i <? N)%uint63 = true -> Rabs (y i) <= M.
Proof.
  assert (bounded : forall n, exists M, forall i, (to_Z i < Z.of_nat n)%Z -> Rabs (y i) <= M).
  { induction n as [|n [M bound]].
    - exists 0. intros i i_lt. generalize (to_Z_bounded i). lia.
    - exists (Rmax M (Rabs (y (of_Z (Z.of_nat n))))). intros i i_lt.
      destruct (Z.eq_dec (to_Z i) (Z.of_nat n)) as [E|ne].
      + rewrite <- E, of_to_Z. apply Rmax_r.
      + eapply Rle_trans; [apply bound; lia|apply Rmax_l]. }
  destruct (bounded (Z.to_nat (to_Z N))) as [M bound]. exists M. intros i i_lt. apply bound.
  apply ltb_spec in i_lt. generalize (to_Z_bounded N). lia.
Qed.
Local Lemma settle_row_sound y N m r r' : (forall i, UB m (Rabs (truncated N y i))) ->
  settle_row m r = Some r' -> row_ok N r ->
  (row_ok N r' /\ pv r' = pv r) /\ forall z, prow_relative y N z r -> prow_holds y z r'.
Proof.
  intros Um E ok. unfold settle_row in E. destruct ok as (Fb & Fe & Fv & Un & reads & Fr).
  unfold prow_relative, prow_holds. destruct (zero (pr r)) eqn:Z.
  - injection E as <-. split; [split; [|reflexivity]; unfold row_ok; auto 10|]. intros z holds.
    destruct (values_bounded y N) as [M bound]. specialize (holds M bound).
    rewrite (zero_sound _ Fr Z) in holds. lra.
  - set (e := up _) in E. destruct (fin m) eqn:Fm; [|discriminate]. destruct (fin e) eqn:Fe'; [|discriminate].
    simpl in E. injection E as <-. unfold row_ok, pv in *. cbn [pw pb pe pr pn].
    split; [split; [|reflexivity]; auto 10|]. intros z holds.
    assert (bound : forall i, (i <? N)%uint63 = true -> Rabs (y i) <= toR m).
    { intros i i_lt. specialize (Um i). unfold truncated in Um. rewrite i_lt in Um. now apply UB_toR. }
    specialize (holds _ bound).
    assert (Ue : UB e (toR (pe r) + toR m * toR (pr r))).
    { apply UB_add; [now apply UB_fin, Rle_refl|now apply UB_mulf]. }
    apply (UB_toR _ _ Ue) in Fe'. lra.
Qed.
Local Lemma settle_rows_sound y N m a rs : (forall i, UB m (Rabs (truncated N y i))) -> forall rs' i,
  map_all (settle_row m) rs = Some rs' -> Forall (row_ok N) rs -> prows_hold (prow_relative y N) y a i rs ->
  Forall (row_ok N) rs' /\ prows_hold (prow_holds y) y a i rs' /\ map pv rs' = map pv rs /\ after i rs' = after i rs.
Proof.
  intro Um. induction rs as [|r rs IH]; simpl; intros rs' i E oks holds.
  - injection E as <-. simpl. auto.
  - destruct (settle_row m r) as [r1|] eqn:E1; [|discriminate].
    destruct (map_all _ rs) as [rs1|]; [|discriminate]. injection E as <-.
    inversion oks as [|? ? ok oks']; subst. destruct holds as [(z & Ey & Hz) holds].
    destruct (settle_row_sound y N m r r1 Um E1 ok) as [[ok1 Ev] keeps].
    destruct (IH _ _ eq_refl oks' holds) as (oks1 & holds1 & Evs & Ea). simpl.
    split; [now constructor|]. split; [eauto|]. split; [congruence|exact Ea].
Qed.
Local Lemma sizes_pv rs rs' : map pv rs' = map pv rs ->
  weights_of rs' = weights_of rs /\ segments_of rs' = segments_of rs.
Proof.
  revert rs'. induction rs as [|r rs IH]; intros [|r' rs'] E; try discriminate; auto.
  injection E as Er E. simpl. destruct (IH _ E) as [-> ->]. now rewrite Er.
Qed.
Lemma settle_sound y m p p' : settle m p = Some p' -> (forall i, UB m (Rabs (truncated (pstart p) y i))) ->
  pblock_ok y p ->
  (pstart p' = pstart p /\ after (pstart p') (prows p') = after (pstart p) (prows p)) /\
  Forall (row_ok (pstart p')) (prows p') /\ sizes_ok p' /\
  prows_hold (prow_holds y) y (pact p') (pstart p') (prows p').
Proof.
  unfold settle. intros E Um (oks & [Uw Us] & holds).
  destruct (map_all _ _) as [rs|] eqn:Er; [|discriminate]. injection E as <-.
  destruct (settle_rows_sound y _ _ _ _ Um _ _ Er oks holds) as (oks' & holds' & Ev & Ea).
  destruct (sizes_pv _ _ Ev) as [Ew Es].
  unfold sizes_ok. cbn [pstart prows pact pweights psegments]. rewrite Ew, Es. auto.
Qed.

(** ** Plans *)

(** a row with its relaxer, for the value [i] *)
Definition step_ok (y : int -> R) (N i : int) (p : relaxer) (r : prow) : Prop :=
  row_ok N r /\ exists z, relaxes p (y i) z /\ prow_holds y z r.
Fixpoint steps_ok (y : int -> R) (N i : int) (ss : list (relaxer * prow)) : Prop :=
  match ss with [] => True | (p, r) :: ss => step_ok y N i p r /\ steps_ok y N (i + 1)%uint63 ss end.
Definition stage_ok (y : int -> R) (g : stage) : Prop :=
  steps_ok y (gstart g) (gstart g) (gsteps g) /\
  UB (gweights g) (weights_of (map snd (gsteps g))) /\ UB (gsegments g) (INR (segments_of (map snd (gsteps g)))) /\
  forall i, UB (gmagnitude g) (Rabs (truncated (gstart g) y i)).

Local Lemma steps_sound y c sl N a shift rs : (a = Id \/ a = Relu) -> forall i bs, rows_known y N a i rs bs ->
  steps_ok y N i (steps c sl a shift i rs bs) /\ map snd (steps c sl a shift i rs bs) = rs.
Proof.
  intro plain. induction rs as [|r rs IH]; intros i [|b bs] K; try easy. destruct K as [(ok & z & Ey & Hz & z_in) K].
  destruct (IH _ _ K) as [I1 I2]. cbn [steps map snd steps_ok]. split; [split; [|exact I1]|now rewrite I2].
  split; [exact ok|]. exists z. split; [|exact Hz]. destruct plain as [-> | ->]; cbn [gives] in Ey; rewrite Ey.
  - apply keep_sound.
  - destruct b as [l h]. cbn [relaxer_of]. destruct sl; first [now apply default_relaxer_sound|now apply given_relaxer_sound].
Qed.

(** *** Rises *)

Local Lemma Rabs_m1 : Rabs (-1) = 1. Proof. rewrite Rabs_left; lra. Qed.
Local Lemma toR_m1 : toR (-1) = -1.
Proof. exact (eq_trans (toR_opp 1%float) (f_equal Ropp toR1)). Qed.
Local Lemma toR_2 : toR 2 = 2. Proof. exact (toR_pow 2%float 1 eq_refl). Qed.
Local Lemma toR_4 : toR 4 = 4. Proof. rewrite (toR_pow 4%float 2 eq_refl). unfold bpow. simpl. lra. Qed.
Local Lemma difference_ok N s t i : (i + s <? N)%uint63 = true -> (i + t <? N)%uint63 = true -> row_ok N (difference s t i).
Proof.
  intros s_lt t_lt. unfold row_ok, difference, pv. cbn [pw pb pe pr pn]. rewrite vec_of_pack. cbn [unit_seg fin_vec forallb norm_vec fold_right norm_weights sw so se].
  split; [reflexivity|]. split; [reflexivity|]. split; [reflexivity|]. split; [|split; [|reflexivity]].
  - apply UB_fin; [reflexivity|]. rewrite toR_2, toR0, toR_m1, toR1, Rabs_R0, Rabs_R1, Rabs_m1. lra.
  - cbn [below forallb so sw below_weights unit_seg]. now rewrite s_lt, t_lt.
Qed.
Local Lemma difference_pv s t i : pv (difference s t i) = [unit_seg (i + s) (-1); unit_seg (i + t) 1].
Proof. exact (vec_of_pack _). Qed.
Local Lemma difference_holds y s t i : prow_holds y (y (i + t)%uint63 - y (i + s)%uint63) (difference s t i).
Proof.
  unfold prow_holds, difference, pv. cbn [pw pb pe]. rewrite vec_of_pack. cbn [dotv fold_right so sw dotw unit_seg].
  rewrite toR0, toR_m1, toR1. match goal with |- Rabs ?e <= _ => replace e with 0 by ring end. rewrite Rabs_R0. apply Rle_refl.
Qed.
Local Lemma rise_steps_sound y N s t rs : forall i bs ps qs, rows_known y N (Rise s t) i rs bs ->
  steps_ok y N i (rise_steps N s t i rs bs ps qs) /\
  weights_of (map snd (rise_steps N s t i rs bs ps qs)) <= weights_of rs + 4 * INR (length rs) /\
  (segments_of (map snd (rise_steps N s t i rs bs ps qs)) <= segments_of rs + 4 * length rs)%nat.
Proof.
  induction rs as [|r rs IH]; intros i [|b bs] ps qs K; try easy; [simpl; split; [exact I|split; [lra|lia]]|].
  destruct K as [(ok & z & (p & q & Ep & Eq & Ez & Ey) & Hz & z_in) K].
  destruct (IH (i + 1)%uint63 bs (tl ps) (tl qs) K) as (steps_ & W & S).
  cbn [rise_steps map snd steps_ok weights_of segments_of length]. rewrite S_INR.
  destruct (_ && (i + s <? N)%uint63 && (i + t <? N)%uint63)%bool eqn:pass.
  - apply andb_prop in pass. destruct pass as [pass t_lt]. apply andb_prop in pass. destruct pass as [_ s_lt]. split; [split; [|exact steps_]|].
    + split; [now apply difference_ok|]. exists (y (i + t)%uint63 - y (i + s)%uint63). split; [rewrite Ey; apply keep_sound|apply difference_holds].
    + cbn [snd]. rewrite difference_pv. cbn [len_vec fold_right len_weights unit_seg sw length]. pose proof (len_vec_ge0 (pv r)). split; [lra|lia].
  - split; [split; [|exact steps_]|split; [cbn [snd]; lra|cbn [snd]; lia]].
    split; [exact ok|]. exists z. split; [|exact Hz]. rewrite Ey, Ep, Eq, Ez. destruct b as [l h]. cbn [fst snd].
    apply wedge_relaxer_sound; [apply rise_between|]. now rewrite <- Ez.
Qed.
Local Lemma with_room_sound rs : forall a r, UB a r -> UB (with_room rs a) (r + 4 * INR (length rs)).
Proof.
  unfold with_room. induction rs as [|p rs IH]; intros a r U; cbn [fold_left length].
  - simpl. now rewrite Rmult_0_r, Rplus_0_r.
  - rewrite S_INR. replace (r + 4 * (INR (length rs) + 1)) with (r + 4 + 4 * INR (length rs)) by ring. apply IH. apply UB_add; [exact U|].
    apply UB_fin; [reflexivity|]. rewrite toR_4. lra.
Qed.

(** *** Tangents *)

Lemma tangent_between y s t i z : gives y (Tangent s t) i z -> between (y i) z.
Proof.
  intros (pos & neg & flat). unfold between. destruct (Rtotal_order (y (i + t)%uint63) 0) as [lt|[eq|gt]].
  - rewrite (neg lt). lra.
  - destruct (flat eq) as [-> ->]. lra.
  - rewrite (pos gt). lra.
Qed.
Local Lemma is_value_sound y N j r z : is_value j r = true -> row_ok N r -> prow_holds y z r -> z = y j.
Proof.
  unfold is_value, row_ok, prow_holds. destruct (pv r) as [|[o e [|c [|]]] [|]]; try discriminate. intros is (b_fin & e_fin & c_fin & _) holds.
  apply andb_prop in is as [is no_error]. apply andb_prop in is as [is no_bias]. apply andb_prop in is as [same one].
  apply eqb_correct in same. subst o. apply andb_prop in one as [le1 ge1].
  cbn [fin_vec forallb sw] in c_fin. apply andb_prop in c_fin as [c_fin _]. apply andb_prop in c_fin as [c_fin _].
  rewrite (zero_sound _ b_fin no_bias), (zero_sound _ e_fin no_error) in holds. cbn [dotv fold_right sw so dotw] in holds.
  rewrite leb_fin, toR1 in le1, ge1 by (exact c_fin || reflexivity).
  destruct (Raux.Rle_bool_spec (toR c) 1) as [c_le|]; [|discriminate]. destruct (Raux.Rle_bool_spec 1 (toR c)) as [c_ge|]; [|discriminate].
  replace (toR c) with 1 in holds by lra. apply Rcomplements.Rabs_le_between in holds. lra.
Qed.
Local Lemma argument_sound y j N a i qs ps : rows_known y N a i qs ps -> inb (argument j qs ps) (y j).
Proof.
  assert (nothing : inb (nan, nan) (y j)) by (split; [apply LB_nan|apply UB_nan]).
  destruct qs as [|q qs], ps as [|p ps]; try (intros _; exact nothing). cbn [rows_known argument]. intros [(ok & z & _ & holds & z_in) _].
  destruct (is_value j q) eqn:is; [|exact nothing]. now rewrite <- (is_value_sound y N j q z is ok holds).
Qed.
Local Lemma drop_sound z : relaxes Drop 0 z.
Proof. intros c d a _ L. cbn [add_constant slope]. rewrite toR0. eapply LB_le; [exact L|]. lra. Qed.
Local Lemma tangent_steps_sound y N M a s t rs : forall i k bs qs ps, rows_known y N (Tangent s t) i rs bs -> rows_known y M a k qs ps ->
  steps_ok y N i (tangent_steps t i rs bs qs ps) /\ map snd (tangent_steps t i rs bs qs ps) = rs.
Proof.
  induction rs as [|r rs IH]; intros i k [|b bs] qs ps K Q; try easy. destruct K as [(ok & z & g & Hz & z_in) K].
  assert (rest : rows_known y M a (k + 1)%uint63 (tl qs) (tl ps)) by (destruct qs as [|q qs], ps as [|p ps]; cbn in Q |- *; easy).
  destruct (IH (i + 1)%uint63 (k + 1)%uint63 bs _ _ K rest) as [steps_ same]. cbn [tangent_steps map snd steps_ok].
  split; [split; [|exact steps_]|now rewrite same]. split; [exact ok|]. exists z. split; [|exact Hz].
  pose proof (argument_sound y (i + t)%uint63 M a k qs ps Q) as [L U]. cbv zeta. destruct g as (pos & neg & flat).
  destruct (0 <=? fst _)%float eqn:up_.
  - pose proof (LB_ge0 _ _ L up_) as [gt|eq].
    + rewrite (pos gt). apply keep_sound.
    + destruct (flat (eq_sym eq)) as [-> ->]. apply keep_sound.
  - destruct (snd _ <=? 0)%float eqn:down.
    + assert (at0 : y i = 0) by (pose proof (UB_leb _ _ 0%float U eq_refl down) as le0; rewrite toR0 in le0; destruct le0 as [lt|eq]; [exact (neg lt)|apply (flat eq)]). rewrite at0. apply drop_sound.
    + destruct b as [l h]. cbn [fst snd]. apply wedge_relaxer_sound; [|exact z_in]. now apply (tangent_between y s t).
Qed.
Local Lemma rows_from_sound y i bs : Forall (known_ok y) bs -> exists N a k, rows_known y N a k (fst (rows_from i bs)) (snd (rows_from i bs)).
Proof.
  induction 1 as [|B bs (K & _) _ IH]; cbn [rows_from]; [exists 0%uint63, Id, 0%uint63; exact I|].
  destruct (_ =? i)%uint63; [|exact IH]. eexists _, _, _. exact K.
Qed.

Lemma stage_sound y c sl older B : Forall (known_ok y) older -> known_ok y B -> stage_ok y (stage_of c sl older B).
Proof.
  intros older_ok (K & [Uw Us] & Um). unfold stage_of, stage_ok. destruct (pact (kblock B)) as [| |s t|s t] eqn:a; cbn [gstart gsteps gweights gsegments gmagnitude].
  4: destruct (rows_from_sound y (pstart (kblock B) + s)%uint63 older older_ok) as (M & b & k & Q); destruct (rows_from _ older) as [qs ps]; cbn [gstart gsteps gweights gsegments gmagnitude];
     destruct (tangent_steps_sound y _ M b s t _ _ k _ qs ps K Q) as [ok same]; rewrite same; auto.
  1: destruct (steps_sound y c sl _ Id (pshift (kblock B)) _ (or_introl eq_refl) _ _ K) as [ok same]; rewrite same; auto.
  1: destruct (steps_sound y c sl _ Relu (pshift (kblock B)) _ (or_intror eq_refl) _ _ K) as [ok same]; rewrite same; auto.
  destruct (rise_steps_sound y _ s t _ _ _ (bounds_from (pstart (kblock B) + s)%uint63 older) (bounds_from (pstart (kblock B) + t)%uint63 older) K) as (ok & W & S).
  split; [exact ok|]. split; [|split; [|exact Um]].
  - eapply UB_le; [apply with_room_sound; exact Uw|exact W].
  - eapply UB_le; [apply with_room_sound; exact Us|]. apply le_INR in S. rewrite plus_INR, mult_INR in S. simpl (INR 4) in S. lra.
Qed.
Lemma plan_sound y c sl bs : Forall (known_ok y) bs -> Forall (stage_ok y) (plan c sl bs).
Proof. induction 1 as [|B bs ok oks IH]; simpl; constructor; [now apply stage_sound|exact IH]. Qed.

(** ** The walk over a block's rows *)

(** rows with their coefficients; what the walk makes of them *)
Definition collected (l : list (float * prow)) : list term := map (fun p => (fst p, pw (snd p))) l.
Definition biases (l : list (float * prow)) : list (float * float) := map (fun p => (fst p, pb (snd p))) l.
Definition norms (l : list (float * prow)) : list (float * float) := map (fun p => (abs (fst p), pn (snd p))) l.

Lemma collected_sizes l : len_rows (collected l) + INR (length l) = weights_of (map snd l) /\
  (segments_rows (collected l) + length l = segments_of (map snd l))%nat.
Proof.
  induction l as [|[x r] l [IH1 IH2]]; [simpl; split; [lra|reflexivity]|]. cbn [collected map len_rows segments_rows weights_of
    segments_of fst snd length]. fold (collected l) (pv r). rewrite S_INR. split; [lra|lia].
Qed.
Lemma collected_norms N l : Forall (fun p => row_ok N (snd p)) l ->
  Forall (fun p => fin (fst p) = true /\ fin (snd p) = true) (biases l) ->
  Forall (fun p => fin (fst p) = true /\ fin (snd p) = true) (norms l) ->
  dot_abs (biases l) + norm_rows (collected l) <= dotR (norms l) /\ dot_abs (norms l) = dotR (norms l).
Proof.
  induction l as [|[x r] l IH]; intros oks Fb Fn; [simpl; lra|].
  inversion oks as [|? ? (_ & _ & _ & Un & _) oks']; subst. inversion Fb as [|? ? [Fx _] Fb']; subst.
  inversion Fn as [|? ? [_ Fp] Fn']; subst. destruct (IH oks' Fb' Fn') as [I1 I2]. cbn [fst snd] in *.
  pose proof (UB_toR _ _ Un Fp) as le_n. destruct (fin_abs _ Fx) as [_ Ea].
  cbn [biases norms collected map dot_abs dotR norm_rows fst snd]. fold (biases l) (norms l) (collected l) (pv r).
  rewrite Ea, !Rabs_mult, Rabs_Rabsolu. generalize (Rabs_pos (toR x)) (Rabs_pos (toR (pb r))) (norm_vec_ge0 (pv r)).
  intros x_ge0 b_ge0 v_ge0. rewrite (Rabs_right (toR (pn r))) by lra. split; [nra|lra].
Qed.

Section Pass.
Variable y : int -> R.

Section Block.
Variable N : int.
Local Notation t_y := (truncated N y).

(** up to value [i], [t] has walked over coefficients that are worth [D], in a block with [E] weights and [n] segments, and collected
    [l] *)
Definition walked_over (l : list (float * prow)) (i : int) (t : walk_state) (D E : R) (n : nat) : Prop :=
  wl t = collected l /\ wB t = dot (biases l) /\ wA t = dot (norms l) /\ Forall (fun p => row_ok N (snd p)) l /\
  steps_ok y N i (ws t) /\ LB (wd t) (D - dotR (biases l) - sum_rows t_y (collected l)) /\
  weights_of (map snd l) + weights_of (map snd (ws t)) <= E /\
  (segments_of (map snd l) + segments_of (map snd (ws t)) <= n)%nat.
Definition walked (i : int) (t : walk_state) (D E : R) (n : nat) : Prop := exists l, walked_over l i t D E n.

Local Lemma take_error_sound r x d z S : prow_holds y z r -> fin (pe r) = true -> LB d (S - toR x * z) ->
  LB (if zero (pe r) then d else take_error x (pe r) d) (S - toR x * (toR (pb r) + dotv y (pv r))).
Proof.
  intros Hz Fe Ld. unfold take_error, prow_holds in *. set (v := toR (pb r) + dotv y (pv r)) in *.
  assert (err : toR x * (v - z) <= Rabs (toR x) * toR (pe r)).
  { eapply Rle_trans. apply Rle_abs. rewrite Rabs_mult, (Rabs_minus_sym v). apply Rmult_le_compat_l; [apply Rabs_pos|exact Hz]. }
  destruct (zero (pe r)) eqn:Z.
  - rewrite (zero_sound _ Fe Z) in err. apply (LB_le _ _ _ Ld). lra.
  - destruct (fin x) eqn:Fx; [|apply LB_nan].
    pose proof (UB_mul_abs x (pe r) (toR (pe r)) Fx (UB_fin _ _ Fe (Rle_refl _))) as Ue.
    apply (LB_le _ _ _ (LB_sub _ _ _ _ Ld Ue)). lra.
Qed.

Lemma walk_weights_sound w : forall i ss d B A acc D E n, forallb fin w = true ->
  walked i (Walk ss d B A acc) D E n -> walked (after i w) (walk_weights w ss d B A acc) (D + dotw y i w) E n.
Proof.
  induction w as [|x w IH]; intros i ss d B A acc D E n F G.
  - simpl. rewrite Rplus_0_r. exact G.
  - simpl in F. apply andb_prop in F. destruct F as [x_fin F].
    destruct G as (l & El & EB & EA & oks & K & L & le_E & le_n). cbn [ws wd wB wA wl] in *.
    cbn [walk_weights]. destruct ss as [|[p r] ss].
    { exists l. unfold walked_over. cbn [ws wd wB wA wl]. do 4 (split; [assumption|]). split; [exact I|].
      split; [apply LB_nan|]. now split. }
    destruct K as [(ok & z & p_ok & Hz) Ks]. cbn [map snd weights_of segments_of dotw after] in *.
    pose proof (p_ok x d _ x_fin L) as Lk. clear L p_ok. rewrite <- Rplus_assoc.
    assert (passed : forall x' d', zero x' = true ->
      LB d' (D - dotR (biases l) - sum_rows t_y (collected l) + (toR x * y i - toR x' * z)) ->
      walked (i + 1)%uint63 (Walk ss d' B A acc) (D + toR x * y i) E n).
    { intros x' d' Z Ld. exists l. unfold walked_over. cbn [ws wd wB wA wl]. do 5 (split; [assumption|]).
      split; [|split; [|lia]].
      - apply (LB_le _ _ _ Ld). assert (no_slope : toR x' = 0).
        { destruct (fin x') eqn:Fx'; [exact (zero_sound _ Fx' Z)|]. unfold toR. now rewrite (not_fin_toX _ Fx'). }
        rewrite no_slope. lra.
      - generalize (len_vec_ge0 (pv r)). lra. }
    assert (taken : forall x' d',
      LB d' (D - dotR (biases l) - sum_rows t_y (collected l) + (toR x * y i - toR x' * z)) ->
      walked (i + 1)%uint63 (Walk ss (if zero (pe r) then d' else take_error x' (pe r) d') (B + x' * pb r)
        (A + abs x' * pn r) ((x', pw r) :: acc)) (D + toR x * y i) E n).
    { intros x' d' Ld. exists ((x', r) :: l). unfold walked_over, collected, biases, norms in *.
      cbn [ws wd wB wA wl map fst snd dot dotR sum_rows weights_of segments_of]. fold (pv r).
      split; [now rewrite El|]. split; [now rewrite EB|]. split; [now rewrite EA|]. split; [now constructor|].
      split; [exact Ks|]. split; [|split; [lra|lia]].
      destruct ok as (_ & Fe & _ & _ & reads & _). rewrite (below_truncated _ _ _ reads).
      eapply LB_le.
      - apply (take_error_sound r x' d' z (D - dotR (biases l) - sum_rows t_y (collected l) + toR x * y i)); auto.
        apply (LB_le _ _ _ Ld). unfold biases, collected. lra.
      - unfold biases, collected. lra. }
    destruct r as [q b e r' n']. cbn [pb pe pn pw] in *.
    assert (general : walked (after (i + 1) w) (if zero (slope p x) then walk_weights w ss (add_constant p x (slope p x) d) B A acc
      else walk_weights w ss (if zero e then add_constant p x (slope p x) d else
        take_error (slope p x) e (add_constant p x (slope p x) d)) (B + slope p x * b)
        (A + abs (slope p x) * n') ((slope p x, q) :: acc)) (D + toR x * y i + dotw y (i + 1) w) E n).
    { destruct (zero (slope p x)) eqn:Z; (apply IH; [exact F|]); [exact (passed _ _ Z Lk)|exact (taken _ _ Lk)]. }
    destruct p; exact general.
Qed.
Lemma skip_sound o : forall ss i, steps_ok y N i ss ->
  steps_ok y N o (skip o i ss) /\ weights_of (map snd (skip o i ss)) <= weights_of (map snd ss) /\
  (segments_of (map snd (skip o i ss)) <= segments_of (map snd ss))%nat.
Proof.
  induction ss as [|[p r] ss IH]; intros i K; cbn [skip].
  - simpl. repeat split; auto; lra.
  - destruct (i =? o)%uint63 eqn:E.
    + apply eqb_correct in E. subst o. split; [exact K|]. split; [lra|lia].
    + destruct K as [_ K]. destruct (IH _ K) as (I1 & I2 & I3). cbn [map snd weights_of segments_of].
      split; [exact I1|]. split; [generalize (len_vec_ge0 (pv r)); lra|lia].
Qed.
Lemma walk_sound v : forall i t D E n, fin_vec v = true -> walked i t D E n ->
  exists j, walked j (walk v i t) (D + dotv y v) E n.
Proof.
  induction v as [|[o e w] v IH]; intros i t D E n F G; cbn [walk dotv fold_right so sw].
  - exists i. rewrite Rplus_0_r. exact G.
  - simpl in F. apply andb_prop in F. destruct F as [F1 F2].
    destruct G as (l & El & EB & EA & oks & K & L & le_E & le_n).
    destruct (skip_sound o (ws t) i K) as (K1 & K2 & K3).
    assert (next : walked (after o w) (walk_weights w (skip o i (ws t)) (wd t) (wB t) (wA t) (wl t)) (D + dotw y o w) E n).
    { apply walk_weights_sound; auto. exists l. unfold walked_over. cbn [ws wd wB wA wl]. do 4 (split; [assumption|]).
      split; [exact K1|]. split; [exact L|]. split; [lra|lia]. }
    fold (dotv y v). rewrite <- Rplus_assoc. destruct v as [|s v]; [|now apply (IH _ _ _ _ _ F2 next)].
    exists (after o w). simpl. now rewrite Rplus_0_r.
Qed.
End Block.

(** ** Splitting coefficients *)

Local Lemma split_weights_sound N w : forall o, forallb fin w = true -> let (p, q) := split_weights o w N in
  dotw y o w = dotw y o p + dotw y N q /\ forallb fin p = true /\ forallb fin q = true.
Proof.
  induction w as [|x w IH]; intros o F; cbn [split_weights].
  - simpl. repeat split; ring.
  - destruct (o =? N)%uint63 eqn:E.
    + apply eqb_correct in E. subst. repeat split; auto. simpl. ring.
    + simpl in F. apply andb_prop in F. destruct F as [F1 F2]. specialize (IH (o + 1)%uint63 F2).
      destruct (split_weights _ _ _) as [p q]. destruct IH as (I1 & I2 & I3). cbn [dotw forallb].
      rewrite I1, F1. repeat split; auto. ring.
Qed.
Lemma split_at_sound N v : fin_vec v = true -> let (p, q) := split_at N v in
  dotv y v = dotv y p + dotv y q /\ fin_vec p = true /\ fin_vec q = true.
Proof.
  induction v as [|s v IH]; intro F; cbn [split_at].
  - simpl. repeat split; ring.
  - destruct (N <=? so s)%uint63.
    { split; [|split; [reflexivity|exact F]]. simpl. ring. }
    simpl in F. apply andb_prop in F. destruct F as [F1 F2]. specialize (IH F2).
    destruct (split_at N v) as [p q]. destruct IH as (I1 & I2 & I3).
    cbn [dotv fold_right]. fold (dotv y v). rewrite I1.
    destruct (se s <=? N)%uint63.
    { simpl. rewrite F1. repeat split; auto. fold (dotv y p). ring. }
    pose proof (split_weights_sound N (sw s) (so s) F1) as C. destruct (split_weights _ _ _) as [w1 w2].
    destruct C as (C1 & C2 & C3). simpl. rewrite C1, C2, C3. repeat split; auto.
    fold (dotv y p) (dotv y q). ring.
Qed.

(** ** The residue *)

Lemma residue_sound Y n A E rn ra re : 0 <= toR Y -> 0 <= rn -> 0 <= ra -> 0 <= re -> UB n rn ->
  (2 * u * rn <= / 2 -> UB A ra) -> UB E re ->
  UB (residue Y n A E) (toR Y * (2 * u * rn * ra + 8 * eta * rn * re)) /\
  (fin (residue Y n A E) = true -> 2 * u * rn <= / 2).
Proof.
  intros Y_ge0 n_ge0 A_ge0 E_ge0 Un UA UE. unfold residue.
  assert (two_u : toR 0x1p-52%float = 2 * u).
  { rewrite (toR_pow _ (-52)) by reflexivity. unfold unit_roundoff. simpl. lra. }
  assert (UG : UB (up (0x1p-52 * n)) (2 * u * rn)).
  { rewrite <- two_u. apply UB_mulp; auto. rewrite two_u. generalize unit_roundoff_ge0; lra. }
  set (G := up _) in *. destruct (fin Y) eqn:FY; [|split; [apply UB_nan|discriminate]].
  destruct (fin G) eqn:FG; [|split; [apply UB_nan|discriminate]]. simpl andb. cbv iota.
  destruct (G <=? 0.5)%float eqn:L; [|split; [apply UB_nan|discriminate]].
  pose proof (UB_leb _ _ _ UG (eq_refl : fin 0.5%float = true) L) as L1.
  rewrite (toR_pow _ (-1)) in L1 by reflexivity. change (bpow radix2 (-1)) with (/ 2) in L1.
  split; auto. specialize (UA L1). pose proof (UB_toR _ _ UG FG) as UG'.
  generalize unit_roundoff_ge0 tiny_error_ge0. intros Pu Pe.
  assert (PG : 0 <= toR G). { assert (0 <= 2 * u * rn) by nra. lra. }
  assert (Eh : toR 0x1p-1000%float = bpow radix2 (-1000)) by now apply toR_pow.
  assert (tiny : 8 * eta * rn <= toR 0x1p-1000%float).
  { rewrite Eh. apply Rle_trans with (bpow radix2 (-1020)).
    - rewrite tiny_error_unit_roundoff. change (-1020)%Z with (2 + -1022)%Z. rewrite bpow_plus.
      generalize (bpow_ge_0 radix2 (-1022)). change (bpow radix2 2) with 4. intro. nra.
    - apply bpow_le. lia. }
  assert (PH : 0 <= toR 0x1p-1000%float) by (rewrite Eh; apply bpow_ge_0).
  apply UB_mulp; auto. apply UB_add; (eapply UB_le; [apply UB_mulp; eauto|]); try reflexivity;
  apply Rmult_le_compat_r; auto.
Qed.
Lemma norm_bound_sound l : fin (dot l) = true -> 2 * u * INR (S (length l)) <= / 2 -> dot_abs l = dotR l ->
  UB (norm_bound (dot l)) (dotR l).
Proof.
  intros F small abs_l. assert (small' : 2 * u * INR (S (length l)) <= 1) by lra.
  destruct (dot_bound l F small') as [_ E]. rewrite abs_l in E. apply Rabs_le_inv in E.
  pose proof (dot_abs_ge0 l) as ge0. rewrite abs_l in ge0.
  assert (two : toR 2%float = 2) by now apply (toR_pow _ 1).
  apply (UB_le _ (toR 2%float * toR (dot l) + toR 0x1p-1000%float)).
  { apply UB_add; [now apply UB_mulf|]. apply UB_fin; [reflexivity|apply Rle_refl]. }
  assert (tiny : 12 * eta * INR (length l) <= toR 0x1p-1000%float).
  { rewrite (toR_pow _ (-1000)) by reflexivity. apply Rle_trans with (bpow radix2 (-1020)); [|apply bpow_le; lia].
    rewrite S_INR in small. generalize unit_roundoff_ge0 (pos_INR (length l)). intros Pu Pn.
    rewrite tiny_error_unit_roundoff. change (-1020)%Z with (2 + -1022)%Z. rewrite bpow_plus.
    generalize (bpow_ge_0 radix2 (-1022)). change (bpow radix2 2) with 4. intro. nra. }
  rewrite two. assert (half : 2 * u * INR (S (length l)) * dotR l <= / 2 * dotR l) by now apply Rmult_le_compat_r.
  lra.
Qed.

End Pass.

(** ** The pass *)

(** one block: what the constant loses is enough *)
Local Lemma block_step y g v older v' d a : stage_ok y g -> fin_vec v = true -> LB d a ->
  let t := walk v (gstart g) (Walk (gsteps g) d 0 0 []) in
  fin (wA t) = true -> fin (wB t) = true -> fin_vec older = true -> below (gstart g) older = true ->
  reduces (older ++ scaled_rows (wl t)) v' -> fin_vec v' = true ->
  let '(n, A, E) := stats older (up (gsegments g + 1)) (norm_bound (wA t)) (gweights g) in
  LB (dn (dn (wd t + wB t) - residue (fmax 1 (gmagnitude g)) n A E)) (a + dotv y v + dotv y older - dotv y v').
Proof.
  intros (K1 & K2 & K3 & K4) Fv L t FA FB F_below below_older from F_v'. set (N := gstart g) in *.
  set (rs := map snd (gsteps g)) in *.
  assert (G : walked y N N (Walk (gsteps g) d 0 0 []) a (weights_of rs) (segments_of rs)).
  { exists []. unfold walked_over. fold rs. cbn [ws wd wB wA wl collected biases norms map dot dotR sum_rows weights_of
      segments_of]. fold rs. rewrite !Rminus_0_r, Rplus_0_l. repeat (split; [solve [auto]|]). split; [lra|lia]. }
  apply (walk_sound y _ v) in G; auto. fold t in G.
  destruct G as (end_ & l & El & EB & EA & oks & _ & G2 & G4 & G5).
  rewrite EB in FB |- *. rewrite EA in FA |- *. rewrite El in from.
  assert (below_v' : below N v' = true).
  { apply (reduces_below N _ _ from F_v'). unfold below. rewrite forallb_app. apply andb_true_intro. split; [exact below_older|].
    apply below_scaled_rows. unfold collected. rewrite Forall_map. apply (Forall_impl _ (P := fun p => row_ok N (snd p))); auto.
    intros p (_ & _ & _ & _ & reads & _). exact reads. }
  set (W := weights_of rs) in *.
  set (M := segments_of rs) in *. destruct (collected_sizes l) as [sizes_w sizes_s].
  pose proof (norm_rows_ge0 (collected l)) as P1. pose proof (norm_vec_ge0 older) as P2.
  pose proof (weights_of_ge0 (map snd (ws t))) as P3. pose proof (len_vec_ge0 older) as P4.
  pose proof (len_rows_ge0 (collected l)) as P5. pose proof (pos_INR (length l)) as P6.
  set (n' := INR M + 1 + INR (length older)) in *.
  assert (le_n : INR (length older + segments_rows (collected l) + 1) <= n' /\ INR (S (length l)) <= n').
  { unfold n'. rewrite S_INR, !plus_INR. change (INR 1) with 1. generalize (pos_INR (length older)).
    assert (INR (segments_rows (collected l)) <= INR M /\ INR (length l) <= INR M) by (split; apply le_INR; lia). lra. }
  assert (N1 : UB (up (gsegments g + 1)) (INR M + 1)).
  { apply UB_add; auto. apply UB_fin. reflexivity. rewrite toR1. lra. }
  generalize unit_roundoff_ge0 tiny_error_ge0. intros Pu Pe.
  (* if there are not too many rows, the sums of products are what they should be *)
  assert (sums : 2 * u * n' <= / 2 ->
    Rabs (toR (dot (biases l)) - dotR (biases l)) <= 2 * u * n' * dot_abs (biases l) + 6 * eta * INR (length l) /\
    UB (norm_bound (dot (norms l))) (dotR (norms l)) /\ dot_abs (biases l) + norm_rows (collected l) <= dotR (norms l)).
  { intro small. assert (len_b : length (biases l) = length l) by apply length_map.
    assert (len_n : length (norms l) = length l) by apply length_map.
    assert (small_l : 2 * u * INR (S (length l)) <= / 2).
    { eapply Rle_trans; [|exact small]. apply Rmult_le_compat_l; lra. }
    destruct (dot_bound _ FB) as [fin_b Eb]; [rewrite len_b; lra|].
    destruct (dot_bound _ FA) as [fin_n _]; [rewrite len_n; lra|]. rewrite len_b in Eb.
    destruct (collected_norms N l) as [le_norms abs_n]; auto.
    split; [|split; [|exact le_norms]].
    - eapply Rle_trans; [exact Eb|]. apply Rplus_le_compat_r, Rmult_le_compat_r; [apply dot_abs_ge0|].
      apply Rmult_le_compat_l; lra.
    - apply norm_bound_sound; auto. now rewrite len_n. }
  pose proof (stats_sound (2 * u * n' <= / 2) older _ _ _ _ _ _ F_below N1 (fun small => proj1 (proj2 (sums small))) K2) as V.
  destruct (stats _ _ _ _) as [[n A] E]. destruct V as (V1 & V2 & V3). fold n' in V1.
  set (Y := fmax 1 (gmagnitude g)) in *. set (r := residue Y n A E).
  assert (one : UB 1%float 1) by (apply UB_fin; [reflexivity|rewrite toR1; apply Rle_refl]).
  assert (UY : UB Y 1 /\ forall i, UB Y (Rabs (truncated N y i))).
  { split; [exact (proj1 (UB_fmax _ _ _ _ one (K4 0%uint63)))|]. intro i. exact (proj2 (UB_fmax _ _ _ _ one (K4 i))). }
  clearbody Y. destruct UY as [Y1 UY].
  assert (G3 : LB (dn (wd t + dot (biases l)))
    (a + dotv y v - dotR (biases l) - sum_rows (truncated N y) (collected l) + toR (dot (biases l)))).
  { apply LB_add; [exact G2|]. now apply LB_fin, Rle_refl. }
  destruct (fin Y) eqn:FY.
  2: { apply (LB_sub_none _ _ _ 0 _ G3); unfold r, residue; rewrite FY; [apply UB_nan|reflexivity]. }
  apply (fun U => UB_toR _ _ U FY) in Y1.
  assert (bound : forall i, Rabs (truncated N y i) <= toR Y) by (intro i; exact (UB_toR _ _ (UY i) FY)).
  assert (n'_ge0 : 0 <= n') by (unfold n'; generalize (pos_INR M) (pos_INR (length older)); lra).
  assert (total_ge0 : 0 <= Rmax 0 (dotR (norms l)) + norm_vec older) by (generalize (Rmax_l 0 (dotR (norms l))); lra).
  destruct (residue_sound Y n A E n' (Rmax 0 (dotR (norms l)) + norm_vec older) (W + len_vec older)) as [R1 R2]; auto; try lra.
  { intro small. specialize (V2 small). eapply UB_le; [exact V2|]. destruct (sums small) as (_ & _ & le_norms).
    pose proof (dot_abs_ge0 (biases l)). rewrite Rmax_right by lra. apply Rle_refl. }
  fold r in R1, R2. destruct (fin r) eqn:Fr; [|exact (LB_sub_none _ _ _ _ _ G3 R1 Fr)].
  specialize (R2 eq_refl). destruct (sums R2) as (Eb & _ & le_norms). pose proof (dot_abs_ge0 (biases l)) as b_ge0.
  rewrite Rmax_right in R1 by lra.
  set (m := INR (length older + segments_rows (collected l) + 1)) in *.
  assert (m_ge0 : 0 <= m) by apply pos_INR.
  assert (small : 2 * u * m <= 1).
  { assert (2 * u * m <= 2 * u * n') by (apply Rmult_le_compat_l; lra). lra. }
  pose proof (substitute_bound _ (toR Y) bound (collected l) older v' from F_v' small) as Er. fold m in Er.
  rewrite !below_truncated in Er by assumption.
  assert (un_ge0 : 0 <= 2 * u * n') by (apply Rmult_le_pos; lra).
  assert (en_ge0 : 0 <= 2 * eta * n') by (apply Rmult_le_pos; lra).
  assert (Er2 : toR Y * (2 * u * m * (norm_vec older + norm_rows (collected l))
      + 2 * eta * m * (len_vec older + len_rows (collected l))) <=
    toR Y * (2 * u * n' * (norm_vec older + norm_rows (collected l))
      + 2 * eta * n' * (len_vec older + len_rows (collected l)))).
  { apply Rmult_le_compat_l; [lra|]. apply Rplus_le_compat; (apply Rmult_le_compat_r; [lra|]);
      apply Rmult_le_compat_l; lra. }
  assert (Eb2 : 2 * u * n' * dot_abs (biases l) + 6 * eta * INR (length l) <=
    toR Y * (2 * u * n' * dot_abs (biases l) + 6 * eta * n' * INR (length l))).
  { assert (n'_ge1 : 1 <= n') by (unfold n'; generalize (pos_INR M) (pos_INR (length older)); lra).
    assert (u_ge0 : 0 <= 2 * u * n' * dot_abs (biases l)) by (apply Rmult_le_pos; lra).
    assert (eta_le : 6 * eta * INR (length l) <= 6 * eta * n' * INR (length l)).
    { apply Rmult_le_compat_r; [lra|]. rewrite <- (Rmult_1_r (6 * eta)) at 1. apply Rmult_le_compat_l; lra. }
    assert (eta_ge0 : 0 <= 6 * eta * INR (length l)) by (apply Rmult_le_pos; lra).
    rewrite <- (Rmult_1_l (2 * u * n' * dot_abs (biases l) + 6 * eta * INR (length l))).
    apply Rmult_le_compat; lra. }
  assert (all : toR Y * (2 * u * n' * (norm_vec older + norm_rows (collected l))
      + 2 * eta * n' * (len_vec older + len_rows (collected l)))
      + toR Y * (2 * u * n' * dot_abs (biases l) + 6 * eta * n' * INR (length l)) <=
    toR Y * (2 * u * n' * (dotR (norms l) + norm_vec older) + 8 * eta * n' * (W + len_vec older))).
  { rewrite <- Rmult_plus_distr_l. apply Rmult_le_compat_l; [lra|].
    assert (u_part : 2 * u * n' * (norm_vec older + norm_rows (collected l) + dot_abs (biases l)) <=
      2 * u * n' * (dotR (norms l) + norm_vec older)) by (apply Rmult_le_compat_l; lra).
    assert (eta_part : 2 * eta * n' * (len_vec older + len_rows (collected l) + 3 * INR (length l)) <=
      2 * eta * n' * (4 * (W + len_vec older))) by (apply Rmult_le_compat_l; lra).
    lra. }
  eapply LB_le. apply (LB_sub _ _ _ _ G3 R1). apply Rabs_le_inv in Er, Eb. lra.
Qed.

(** *** Dense layers *)

Local Lemma walk_shaped_walk o e w : forall ss d B A acc t, walk_shaped o e w ss d B A acc = Some t ->
  exists ss', walk_weights w ss d B A (listed o e acc) = Walk ss' (sd t) (sB t) (sA t) (listed o e (sl t)).
Proof.
  induction w as [|x w IH]; intros ss d B A acc t; cbn [walk_shaped walk_weights].
  - intros [= <-]. now exists ss.
  - destruct ss as [|[p [q b r r' n]] ss]; [discriminate|].
    assert (add : forall x' d', match q with
        | Sparse _ => None
        | Dense o' e' q t => if (o' =? o)%uint63 then if (e' =? e)%uint63 then
            walk_shaped o e w ss d' (B + x' * b) (A + abs x' * n) (AddRow x' q t acc) else None else None
        end = Some t ->
      exists ss', walk_weights w ss d' (B + x' * b) (A + abs x' * n) ((x', q) :: listed o e acc) =
        Walk ss' (sd t) (sB t) (sA t) (listed o e (sl t))).
    { intros x' d'. destruct q as [|o' e' q u]; [discriminate|].
      destruct (o' =? o)%uint63 eqn:Eo; [|discriminate]. destruct (e' =? e)%uint63 eqn:Ee; [|discriminate].
      apply eqb_correct in Eo, Ee. subst. apply IH. }
    destruct p; try apply IH; cbv zeta; destruct (zero _); try apply IH; apply add.
Qed.
Local Lemma dense_step_sound y g v d v' d' a : dense_step g v d = Some (v', d') -> stage_ok y g -> fin_vec v = true ->
  LB d a -> LB d' (a + dotv y v - dotv y v') /\ fin_vec v' = true.
Proof.
  unfold dense_step. intros E ok F L. destruct v as [|[i j w] [|? ?]]; try discriminate.
  destruct (gsteps g) as [|[p [[|o e q0 t0] b r r' n]] ss] eqn:Es; try discriminate.
  destruct (i =? gstart g)%uint63 eqn:Ei; [|discriminate]. apply eqb_correct in Ei. subst i. rewrite <- Es in *.
  destruct (walk_shaped _ _ _ _ _ _ _ _) as [t|] eqn:Ew; [|discriminate].
  destruct (walk_shaped_walk _ _ _ _ _ _ _ _ _ Ew) as [ss' same]. destruct t as [d1 B A l]. cbn [sd sB sA sl listed] in *.
  destruct (sum_shaped l) as [w'|] eqn:El; [|discriminate]. destruct (sum_shaped_reduces o e _ _ El) as [from Fw'].
  destruct (finite A) eqn:FA; [|discriminate]. destruct (finite B) eqn:FB; [|discriminate]. injection E as <- <-.
  apply finite_fin in FA, FB. set (v := [Seg (gstart g) j w]) in *. set (v' := [Seg o e w']) in *.
  assert (Fv' : fin_vec v' = true) by (simpl; now rewrite Fw'). split; [|exact Fv'].
  assert (walked_ : walk v (gstart g) (Walk (gsteps g) d 0 0 []) = Walk ss' d1 B A (listed o e l)).
  { unfold v. cbn [walk ws wd wB wA wl]. rewrite Es at 1. cbn [skip]. rewrite eqb_refl, <- Es. exact same. }
  pose proof (block_step y g v [] v' d a ok F L) as Step. cbv zeta in Step. rewrite walked_ in Step. cbn [wd wB wA wl] in Step.
  specialize (Step FA FB eq_refl eq_refl from Fv'). cbn [stats dotv fold_right] in Step. rewrite Rplus_0_r in Step. exact Step.
Qed.

Section Back.
Variables (y : int -> R) (ins : region).
Hypothesis inputs_known : region_holds y ins.

Lemma back_from_sound gs : forall v d a, Forall (stage_ok y) gs -> fin_vec v = true -> LB d a ->
  LB (back_from gs ins v d) (a + dotv y v).
Proof.
  induction gs as [|g gs IH]; intros v d a O F L; cbn [back_from].
  - now apply region_bound_sound.
  - inversion O as [|g' gs' Og O']; subst.
    destruct (dense_step g v d) as [[v' d']|] eqn:Dn.
    { destruct (dense_step_sound y _ _ _ _ _ _ Dn Og F L) as [L' F']. eapply LB_le; [exact (IH _ _ _ O' F' L')|lra]. }
    pose proof (split_at_sound y (gstart g) v F) as Sp.
    destruct (split_at (gstart g) v) as [older v0].
    destruct Sp as (-> & F_older & F_v0).
    destruct v0 as [|s v0]. { simpl. rewrite Rplus_0_r. now apply IH. }
    set (va := s :: v0) in *. clearbody va. cbv zeta.
    pose proof (fun v' => block_step y g va older v' d a Og F_v0 L) as Step. cbv zeta in Step.
    destruct (finite (wA _)) eqn:FA; [|apply LB_nan]. destruct (finite (wB _)) eqn:FB; [|apply LB_nan].
    destruct (clean _ older) eqn:C1; [|apply LB_nan].
    destruct (clean (gstart g) (substitute _ _)) eqn:C2; [|apply LB_nan]. cbn [andb].
    destruct (clean_sound _ _ C1) as [F1 B1]. destruct (clean_sound _ _ C2) as [F2 _].
    specialize (Step _ (finite_fin _ FA) (finite_fin _ FB) F1 B1 (substitute_reduces _ _) F2).
    destruct (stats _ _ _ _) as [[n A] E].
    eapply LB_le. apply IH; [exact O'| |exact Step]; auto. lra.
Qed.
Local Lemma finite_vec v : forallb (fun s => finite_weights (sw s)) v = true -> fin_vec v = true.
Proof. unfold fin_vec. rewrite !forallb_forall. intros all s is_in. now apply finite_weights_fin, all. Qed.
Theorem back_sound gs v d a : Forall (stage_ok y) gs -> LB d a -> LB (back gs ins v d) (a + dotv y v).
Proof.
  intros O L. unfold back. destruct (forallb _ v) eqn:F; [|apply LB_nan]. apply back_from_sound; auto using finite_vec.
Qed.
End Back.
