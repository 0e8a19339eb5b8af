(** * Soundness of backward passes

    All facts are about one valuation y of the values, so that splits, inherited bounds and links over several blocks
    need no further thought: [known_ok y B] says what is known of a block's rows, and [back_sound] that a pass over
    known blocks ends below the combination's value at y.  The residue of a block is bounded on the valuation
    [truncated] to the earlier values, the only ones that its rows read.

    Main results: [prepare_sound], [settle_sound], [back_sound].

    Trust: proved.
    Source: Backward.v, SparseVector_sound.v. *)
From Coq Require Import Floats Reals Lra List Bool Lia Uint63 Psatz.
From Flocq Require Import Core.
From Warrant.Primitives Require Import FloatBounds Rounding.
From Warrant.Spec Require Import Bytes.
From Warrant.Checker Require Import Blocks Combination SparseVector_sound Relaxation Certificate Backward.
Import ListNotations.
Local Open Scope R_scope.
Local Notation u := unit_roundoff.
Local Notation eta := tiny_error.

(** ** Facts *)

Definition truncated (N : int) (y : int -> R) (i : int) : R := if (i <? N)%uint63 then y i else 0.

Definition row_ok (N : int) (r : prow) : Prop :=
  fin (pb r) = true /\ fin (pe r) = true /\ fin_vec (pv r) = true /\ UB (pn r) (norm_vec (pv r)) /\
  (forall y, dotv (truncated N y) (pv r) = dotv y (pv r)) /\ fin (pr r) = true.
Definition prow_holds (y : int -> R) (z : R) (r : prow) : Prop :=
  Rabs (z - (toR (pb r) + dotv y (pv r))) <= toR (pe r).
(** row [r], of a block that starts at [N], gives value [i] and lies in the interval [b] *)
Definition row_known (y : int -> R) (N : int) (a : act) (i : int) (r : prow) (b : float * float) : Prop :=
  row_ok N r /\ exists z, y i = actR a z /\ prow_holds y z r /\ inb b z.
Fixpoint rows_known (y : int -> R) (N : int) (a : act) (i : int) (rs : list prow) (bs : box) : Prop :=
  match rs, bs with
  | r :: rs', b :: bs' => row_known y N a i r b /\ rows_known y N a (i + 1)%uint63 rs' bs'
  | [], [] => True
  | _, _ => False
  end.

Fixpoint weights_of (rs : list prow) : R := match rs with [] => 0 | r :: rs => len_vec (pv r) + weights_of rs end.
Fixpoint segments_of (rs : list prow) : nat :=
  match rs with [] => O | r :: rs => length (pv r) + segments_of rs end.
Definition sizes_ok (p : pblock) : Prop :=
  UB (pweights p) (weights_of (prows p)) /\ UB (psegments p) (INR (segments_of (prows p))).
Definition known_ok (y : int -> R) (B : known) : Prop :=
  let p := kblock B in
  rows_known y (pstart p) (pact p) (pstart p) (prows p) (kbounds B) /\ sizes_ok p /\
  forall i, UB (kmagnitude B) (Rabs (truncated (pstart p) y i)).

Lemma weights_of_ge0 rs : 0 <= weights_of rs.
Proof. induction rs as [|r rs]; simpl. lra. generalize (len_vec_ge0 (pv r)). lra. Qed.

(** ** Preparation *)

Lemma clean_weights_sound N y w : forall o, clean_weights N o w = true ->
  forallb fin w = true /\ dotw (truncated N y) o w = dotw y o w.
Proof.
  induction w as [|c w IH]; simpl; intros o ok; auto.
  destruct (fin c); [|discriminate]. destruct (o <? N)%uint63 eqn:reads; [|discriminate].
  destruct (IH _ ok) as [F ->]. unfold truncated at 1. now rewrite reads.
Qed.
Lemma clean_sound N v : clean N v = true ->
  fin_vec v = true /\ forall y, dotv (truncated N y) v = dotv y v.
Proof.
  induction v as [|s v IH]; simpl; intro ok; auto.
  apply andb_prop in ok. destruct ok as [ok_s ok_v]. destruct (IH ok_v) as [F E].
  split. { rewrite (proj1 (clean_weights_sound N (fun _ => 0) _ _ ok_s)). exact F. }
  intro y. rewrite (proj2 (clean_weights_sound N y _ _ ok_s)). f_equal. apply E.
Qed.

Lemma weights_stats_sound w : forall a l ra rl, forallb fin w = true -> UB a ra -> UB l rl ->
  UB (fst (weights_stats w a l)) (ra + norm_weights w) /\ UB (snd (weights_stats w a l)) (rl + len_weights w).
Proof.
  induction w as [|c w IH]; intros a l ra rl F Ua Ul; cbn [weights_stats norm_weights len_weights].
  - rewrite !Rplus_0_r. now split.
  - simpl in F. apply andb_prop in F. destruct F as [Fc Fw]. rewrite <- !Rplus_assoc. apply IH; auto.
    + apply UB_add; auto. destruct (fin_abs c Fc) as [Fa <-]. apply UB_fin; auto. lra.
    + rewrite (Rplus_comm rl). apply UB_add; auto. apply UB_fin. reflexivity. rewrite toR1. lra.
Qed.
Lemma stats_sound v : forall n a l rn ra rl, fin_vec v = true -> UB n rn -> UB a ra -> UB l rl ->
  let '(n', a', l') := stats v n a l in
  UB n' (rn + INR (length v)) /\ UB a' (ra + norm_vec v) /\ UB l' (rl + len_vec v).
Proof.
  induction v as [|s v IH]; intros n a l rn ra rl F Un Ua Ul; cbn [stats].
  - simpl. rewrite !Rplus_0_r. auto.
  - simpl in F. apply andb_prop in F. destruct F as [Fs Fv].
    destruct (weights_stats_sound (sw s) a l ra rl Fs Ua Ul) as [Ua' Ul'].
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
  prow_of r p /\ row_ok N p /\ UB l (len_vec (pv p)) /\ UB n (INR (length (pv p))).
Proof.
  unfold prepare_row. intro E.
  destruct (fin (rb r)) eqn:Fb; [|discriminate]. destruct (fin (re r)) eqn:Fe; [|discriminate].
  destruct (0 <=? re r)%float; [|discriminate]. destruct (fin (rr r)) eqn:Fr; [|discriminate].
  destruct (0 <=? rr r)%float; [|discriminate]. destruct (clean N (rv r)) eqn:C; [|discriminate].
  destruct (clean_sound _ _ C) as [Fv reads].
  pose proof (stats_sound (rv r) _ _ _ _ _ _ Fv (UB0 _ (Rle_refl 0)) (UB0 _ (Rle_refl 0)) (UB0 _ (Rle_refl 0))) as St.
  simpl in E. destruct (stats (rv r) 0 0 0) as [[n' a'] l']. injection E as <- <- <-.
  rewrite !Rplus_0_l in St. destruct St as (Un & Ua & Ul). unfold prow_of, row_ok, pv. cbn [pw pb pe pr pn].
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
  | r :: rs => (exists z, y i = actR a z /\ holds z r) /\ prows_hold holds y a (i + 1)%uint63 rs
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

(** ** The walk over a block's rows *)

Section Pass.
Variables (y : int -> R) (c : bytes) (sl : slopes).

Lemma relax_row_sound a q x b z : fin x = true -> inb b z ->
  LB (snd (relax_row c sl a q x b)) (toR x * actR a z - toR (fst (relax_row c sl a q x b)) * z).
Proof.
  intros x_fin z_in. destruct a; simpl.
  - apply LB0. lra.
  - destruct b as [l h]. destruct sl; first [now apply default_slope_sound|now apply given_slope_sound].
Qed.

Section Block.
Variables (a : act) (N shift : int).
Local Notation t_y := (truncated N y).
(** [t] has walked over coefficients that are worth [D], in a block with [E] weights and [n] segments *)
Definition walked (t : walk_state) (D E : R) (n : nat) : Prop :=
  rows_known y N a (wi t) (wr t) (wb t) /\
  LB (wd t) (D - sum_rows t_y (wl t)) /\ UB (wA t) (norm_rows (wl t)) /\
  len_rows (wl t) + weights_of (wr t) <= E /\ (segments_rows (wl t) + segments_of (wr t) <= n)%nat.

Lemma row_step r b i x x' k d D S : row_known y N a i r b -> fin x = true -> fin x' = true ->
  (forall z, inb b z -> LB k (toR x * actR a z - toR x' * z)) ->
  LB d (D - S) ->
  LB (dn (dn (dn (d + k) + dn (x' * pb r)) - up (abs x' * pe r)))
    (D + toR x * y i - (toR x' * dotv t_y (pv r) + S)) /\
  (zero x' = true -> LB (dn (d + k)) (D + toR x * y i - S)).
Proof.
  intros [(Fb & Fe & _ & _ & reads & _) (z & Ey & Hz & z_in)] x_fin x'_fin k_ok Ld.
  specialize (k_ok z z_in). rewrite <- Ey in k_ok.
  pose proof (LB_add _ _ _ _ Ld k_ok) as Lk. rewrite reads. split.
  - pose proof (LB_add _ _ _ _ Lk (LB_mulf x' (pb r) x'_fin Fb)) as Lb.
    pose proof (UB_mul_abs x' (pe r) (toR (pe r)) x'_fin (UB_fin _ _ Fe (Rle_refl _))) as Ue.
    eapply LB_le. exact (LB_sub _ _ _ _ Lb Ue). unfold prow_holds in Hz.
    assert (err : toR x' * (toR (pb r) + dotv y (pv r) - z) <= Rabs (toR x') * toR (pe r)).
    { eapply Rle_trans. apply Rle_abs. rewrite Rabs_mult. apply Rmult_le_compat_l. apply Rabs_pos.
      now rewrite Rabs_minus_sym. }
    lra.
  - intro Z. eapply LB_le. exact Lk. rewrite (zero_sound _ x'_fin Z). lra.
Qed.

Lemma walk_weights_sound w : forall i rs bs d A acc D E n, forallb fin w = true ->
  walked (Walk i rs bs d A acc) D E n ->
  walked (walk_weights c sl a shift w i rs bs d A acc) (D + dotw y i w) E n.
Proof.
  induction w as [|x w IH]; intros i rs bs d A acc D E n F G.
  - simpl. rewrite Rplus_0_r. exact G.
  - simpl in F. apply andb_prop in F. destruct F as [x_fin F].
    destruct G as (G1 & G2 & G3 & G4 & G5). cbn [wi wr wb wd wA wl] in *.
    assert (Fail : walked (Walk i rs bs nan A acc) (D + dotw y i (x :: w)) E n).
    { unfold walked. cbn [wi wr wb wd wA wl]. split; [exact G1|]. split; [apply LB_nan|]. auto. }
    cbn [walk_weights]. destruct rs as [|r rs]; [exact Fail|]. destruct bs as [|b bs]; [exact Fail|].
    destruct G1 as [K Ks].
    pose proof (fun z => relax_row_sound a (i + shift)%uint63 x b z x_fin) as k_ok.
    destruct (relax_row _ _ _ _ _ _) as [x' k]. cbn [fst snd] in k_ok.
    destruct (fin x') eqn:x'_fin; [|exact Fail].
    destruct (row_step r b i x x' k d D _ K x_fin x'_fin k_ok G2) as [Step Step0].
    cbn [weights_of segments_of dotw] in *. rewrite <- Rplus_assoc.
    destruct (zero x') eqn:Z; apply IH; auto;
      unfold walked; cbn [wi wr wb wd wA wl sum_rows norm_rows len_rows segments_rows fst snd]; fold (pv r).
    + split; [exact Ks|]. split; [now apply Step0|]. split; [exact G3|].
      split; [generalize (len_vec_ge0 (pv r)); lra|lia].
    + split; [exact Ks|]. split; [exact Step|]. split; [|split; [lra|lia]].
      rewrite Rplus_comm. apply UB_add; auto. apply UB_mul_abs; auto. apply K.
Qed.
Lemma skip_sound o : forall rs i bs, rows_known y N a i rs bs ->
  let (rs', bs') := skip o i rs bs in
  rows_known y N a o rs' bs' /\ weights_of rs' <= weights_of rs /\ (segments_of rs' <= segments_of rs)%nat.
Proof.
  induction rs as [|r rs IH]; intros i bs K; cbn [skip].
  - simpl. repeat split; auto; lra.
  - destruct bs as [|b bs]; [destruct K|].
    destruct (i =? o)%uint63 eqn:E.
    + apply eqb_correct in E. subst o. split; [exact K|]. split; [lra|lia].
    + destruct K as [_ K]. specialize (IH _ _ K). destruct (skip _ _ _ _) as [rs' bs'].
      destruct IH as (I1 & I2 & I3). cbn [weights_of segments_of].
      split; [exact I1|]. split; [generalize (len_vec_ge0 (pv r)); lra|lia].
Qed.
Lemma walk_sound v : forall t D E n, fin_vec v = true -> walked t D E n ->
  walked (walk c sl a shift v t) (D + dotv y v) E n.
Proof.
  induction v as [|s v IH]; intros t D E n F G; cbn [walk dotv fold_right].
  - rewrite Rplus_0_r. exact G.
  - simpl in F. apply andb_prop in F. destruct F as [F1 F2].
    destruct G as (G1 & G2 & G3 & G4 & G5).
    pose proof (skip_sound (so s) (wr t) (wi t) (wb t) G1) as K.
    destruct (skip _ _ _ _) as [rs bs]. destruct K as (K1 & K2 & K3).
    fold (dotv y v). rewrite <- Rplus_assoc. apply IH; auto. apply walk_weights_sound; auto.
    unfold walked. cbn [wi wr wb wd wA wl].
    split; [exact K1|]. split; [exact G2|]. split; [exact G3|]. split; [lra|lia].
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

Lemma residue_sound Y n A E rn ra re : 0 <= toR Y -> 0 <= rn -> 0 <= ra -> 0 <= re ->
  UB n rn -> UB A ra -> UB E re ->
  UB (residue Y n A E) (toR Y * (2 * u * rn * ra + 2 * eta * rn * re)) /\
  (fin (residue Y n A E) = true -> 2 * u * rn <= 1).
Proof.
  intros Y_ge0 n_ge0 A_ge0 E_ge0 Un UA UE. unfold residue.
  assert (two_u : toR 0x1p-52%float = 2 * u).
  { rewrite (toR_pow _ (-52)) by reflexivity. unfold unit_roundoff. simpl. lra. }
  assert (UG : UB (up (0x1p-52 * n)) (2 * u * rn)).
  { rewrite <- two_u. apply UB_mulp; auto. rewrite two_u. generalize unit_roundoff_ge0; lra. }
  set (G := up _) in *. destruct (fin Y) eqn:FY; [|split; [apply UB_nan|discriminate]].
  destruct (fin G) eqn:FG; [|split; [apply UB_nan|discriminate]]. simpl andb. cbv iota.
  destruct (G <=? 1)%float eqn:L; [|split; [apply UB_nan|discriminate]].
  pose proof (UB_leb _ _ _ UG (eq_refl : fin 1%float = true) L) as L1. rewrite toR1 in L1.
  split; auto. pose proof (UB_toR _ _ UG FG) as UG'.
  generalize unit_roundoff_ge0 tiny_error_ge0. intros Pu Pe.
  assert (PG : 0 <= toR G). { assert (0 <= 2 * u * rn) by nra. lra. }
  assert (Eh : toR 0x1p-1000%float = bpow radix2 (-1000)) by now apply toR_pow.
  assert (tiny : 2 * eta * rn <= toR 0x1p-1000%float).
  { rewrite Eh. apply Rle_trans with (bpow radix2 (-1022)).
    - rewrite tiny_error_unit_roundoff. generalize (bpow_ge_0 radix2 (-1022)). intro. nra.
    - apply bpow_le. lia. }
  assert (PH : 0 <= toR 0x1p-1000%float) by (rewrite Eh; apply bpow_ge_0).
  apply UB_mulp; auto. apply UB_add; (eapply UB_le; [apply UB_mulp; eauto|]); try reflexivity;
  apply Rmult_le_compat_r; auto.
Qed.

(** ** The inputs *)

Local Lemma input_weights_sound w : forall i b d a, forallb fin w = true -> inputs_hold y i b -> LB d a ->
  let '(i', b', d') := input_weights w i b d in inputs_hold y i' b' /\ LB d' (a + dotw y i w).
Proof.
  induction w as [|x w IH]; intros i b d a F holds L; cbn [input_weights].
  - simpl. rewrite Rplus_0_r. auto.
  - simpl in F. apply andb_prop in F. destruct F as [F1 F2].
    destruct b as [|[l h] b]. { split; auto. apply LB_nan. }
    destruct holds as [in_b holds]. cbn [dotw] in *. rewrite <- Rplus_assoc. apply IH; auto.
    apply LB_add; auto. now apply LB_scale.
Qed.
Lemma skip_box_sound o b : forall i, inputs_hold y i b -> inputs_hold y o (skip_box o i b).
Proof.
  induction b as [|p b IH]; intros i holds; cbn [skip_box]; auto. destruct (i =? o)%uint63 eqn:E.
  - apply eqb_correct in E. now subst.
  - apply (IH (i + 1)%uint63). apply holds.
Qed.
Lemma input_bound_sound v : forall i b d a, fin_vec v = true -> inputs_hold y i b -> LB d a ->
  LB (input_bound v i b d) (a + dotv y v).
Proof.
  induction v as [|s v IH]; intros i b d a F holds L; cbn [input_bound dotv fold_right].
  - now rewrite Rplus_0_r.
  - simpl in F. apply andb_prop in F. destruct F as [F1 F2].
    pose proof (input_weights_sound (sw s) (so s) _ d a F1 (skip_box_sound (so s) b i holds) L) as W.
    destruct (input_weights _ _ _ _) as [[i' b'] d']. destruct W. fold (dotv y v).
    rewrite <- Rplus_assoc. now apply (IH i' b').
Qed.
End Pass.

(** ** The pass *)

(** one block: what the constant loses is enough *)
Local Lemma block_step y c sl B v below d a : known_ok y B -> fin_vec v = true -> LB d a ->
  let p := kblock B in
  let t := walk c sl (pact p) (pshift p) v (Walk (pstart p) (prows p) (kbounds B) d 0%float []) in
  let v' := substitute (wl t) below in
  clean (pstart p) below = true -> clean (pstart p) v' = true ->
  let '(n, A, E) := stats below (up (psegments p + 1)) (wA t) (pweights p) in
  LB (dn (wd t - residue (kmagnitude B) n A E)) (a + dotv y v + dotv y below - dotv y v').
Proof.
  intros (K1 & (K2 & K3) & K4) Fv L p t v' clean_below clean_v'. fold p in K1, K2, K3, K4. set (N := pstart p) in *.
  destruct (clean_sound _ _ clean_below) as [F_below reads_below].
  destruct (clean_sound _ _ clean_v') as [F_v' reads_v'].
  assert (G : walked y (pact p) N (Walk N (prows p) (kbounds B) d 0%float []) a
    (weights_of (prows p)) (segments_of (prows p))).
  { unfold walked. cbn [wi wr wb wd wA wl sum_rows norm_rows len_rows segments_rows].
    split; [exact K1|]. split; [now rewrite Rminus_0_r|]. split; [now apply UB0, Rle_refl|]. split; [lra|lia]. }
  apply (walk_sound y c sl _ _ (pshift p) v) in G; auto. fold t in G. destruct G as (_ & G2 & G3 & G4 & G5).
  set (W := weights_of (prows p)) in *. set (M := segments_of (prows p)) in *.
  assert (N1 : UB (up (psegments p + 1)) (INR M + 1)).
  { apply UB_add; auto. apply UB_fin. reflexivity. rewrite toR1. lra. }
  pose proof (stats_sound below _ _ _ _ _ _ F_below N1 G3 K2) as V.
  destruct (stats _ _ _ _) as [[n A] E]. destruct V as (V1 & V2 & V3).
  set (Y := kmagnitude B) in *. set (r := residue Y n A E).
  pose proof (norm_rows_ge0 (wl t)) as P1. pose proof (norm_vec_ge0 below) as P2.
  pose proof (weights_of_ge0 (prows p)) as P3. fold W in P3. pose proof (len_vec_ge0 below) as P4.
  pose proof (len_rows_ge0 (wl t)) as P5. pose proof (weights_of_ge0 (wr t)) as P6.
  set (n' := INR M + 1 + INR (length below)) in *.
  assert (n'_ge0 : 0 <= n') by (unfold n'; generalize (pos_INR M) (pos_INR (length below)); lra).
  destruct (fin Y) eqn:FY.
  2: { apply (LB_sub_none _ _ _ 0 _ G2); unfold r, residue; rewrite FY; [apply UB_nan|reflexivity]. }
  assert (bound : forall i, Rabs (truncated N y i) <= toR Y) by (intro i; exact (UB_toR _ _ (K4 i) FY)).
  pose proof (magnitude_ge0 _ _ bound) as Y_ge0.
  edestruct (residue_sound Y n A E) as [R1 R2]; [exact Y_ge0| | | |exact V1|exact V2|exact V3|].
  { exact n'_ge0. } { lra. } { lra. } fold r in R1, R2.
  destruct (fin r) eqn:Fr; [|exact (LB_sub_none _ _ _ _ _ G2 R1 Fr)].
  specialize (R2 eq_refl).
  assert (le_n : INR (length below + segments_rows (wl t) + 1) <= n').
  { rewrite !plus_INR. change (INR 1) with 1. unfold n'.
    assert (INR (segments_rows (wl t)) <= INR M) by (apply le_INR; lia). lra. }
  generalize unit_roundoff_ge0 tiny_error_ge0 (pos_INR (length below + segments_rows (wl t) + 1)).
  intros Pu Pe Pm.
  assert (small : 2 * u * INR (length below + segments_rows (wl t) + 1) <= 1).
  { eapply Rle_trans; [|exact R2]. apply Rmult_le_compat_l; lra. }
  pose proof (substitute_bound _ (toR Y) bound (wl t) below F_v' small) as Er. fold v' in Er.
  rewrite reads_v', reads_below in Er.
  set (m := INR (length below + segments_rows (wl t) + 1)) in *.
  assert (Er2 : toR Y * (2 * u * m * (norm_vec below + norm_rows (wl t))
      + 2 * eta * m * (len_vec below + len_rows (wl t))) <=
    toR Y * (2 * u * n' * (norm_rows (wl t) + norm_vec below) + 2 * eta * n' * (W + len_vec below))).
  { apply Rmult_le_compat_l; auto. apply Rplus_le_compat.
    - rewrite (Rplus_comm (norm_rows _)). apply Rmult_le_compat_r; [lra|]. apply Rmult_le_compat_l; lra.
    - apply Rmult_le_compat; try lra. apply Rmult_le_pos; lra. apply Rmult_le_compat_l; lra. }
  eapply LB_le. apply (LB_sub _ _ _ _ G2 R1). apply Rabs_le_inv in Er. lra.
Qed.

Section Back.
Variables (y : int -> R) (c : bytes) (sl : slopes) (ins : box).
Hypothesis inputs_known : inputs_hold y 0%uint63 ins.

Lemma back_from_sound bs : forall v d a, Forall (known_ok y) bs -> fin_vec v = true -> LB d a ->
  LB (back_from c sl bs ins v d) (a + dotv y v).
Proof.
  induction bs as [|B bs IH]; intros v d a O F L; cbn [back_from].
  - now apply input_bound_sound.
  - inversion O as [|B' bs' OB O']; subst.
    pose proof (split_at_sound y (pstart (kblock B)) v F) as Sp.
    destruct (split_at (pstart (kblock B)) v) as [below v0].
    destruct Sp as (-> & F_below & F_v0).
    destruct v0 as [|s v0]. { simpl. rewrite Rplus_0_r. now apply IH. }
    set (va := s :: v0) in *. clearbody va.
    pose proof (block_step y c sl B va below d a OB F_v0 L) as Step. cbv zeta in Step |- *.
    destruct (clean _ below) eqn:C1; [|apply LB_nan].
    destruct (clean (pstart (kblock B)) (substitute _ _)) eqn:C2; [|apply LB_nan]. cbn [andb].
    specialize (Step eq_refl eq_refl).
    destruct (stats _ _ _ _) as [[n A] E].
    eapply LB_le. apply IH; [exact O'| |exact Step]. apply (clean_sound _ _ C2). lra.
Qed.
Theorem back_sound bs v d a : Forall (known_ok y) bs -> LB d a -> LB (back c sl bs ins v d) (a + dotv y v).
Proof.
  intros O L. unfold back. destruct (fin_vec v) eqn:F; [|apply LB_nan]. now apply back_from_sound.
Qed.
End Back.
