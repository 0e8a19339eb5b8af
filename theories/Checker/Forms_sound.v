(** * Soundness of forms

    [frel y N f r]: under the valuation [y], the form [f], which reads values below number [N], stands for the real [r].

    Main definitions: [frel], [reads].
    Main results: [form_rel] (all operations keep the relation), [frel_extend] (more values change nothing), [to_affine_sound].

    Trust: proved.
    Source: Forms.v. *)
From Coq Require Import Floats Reals QArith Qreals Lra Lia List Bool Uint63 ZArith.
From Interval Require Import Float.Primitive_ops Real.Xreal.
From Warrant Require Import Spec.Bytes Spec.Tensor Primitives.FloatBounds Primitives.Rounding Checker.Relational Checker.Intervals Checker.Blocks Checker.Forms.
Import ListNotations.
Local Open Scope R_scope.

(** ** Rounding *)

Lemma plus_up_UB a b r s : UB a r -> UB b s -> UB (plus_up a b) (r + s).
Proof.
  intros ua ub. unfold plus_up. destruct (zero a) eqn:za.
  - eapply UB_le; [exact ub|]. apply zero_leb in za.
    pose proof (UB_leb _ _ 0%float ua eq_refl (proj1 za)) as le0. rewrite toR0 in le0. lra.
  - destruct (zero b) eqn:zb; [|now apply UB_add].
    eapply UB_le; [exact ua|]. apply zero_leb in zb.
    pose proof (UB_leb _ _ 0%float ub eq_refl (proj1 zb)) as le0. rewrite toR0 in le0. lra.
Qed.
Lemma UB_abs a : UB (abs a) (Rabs (toR a)).
Proof.
  destruct (fin a) eqn:fa.
  - destruct (fin_abs a fa) as [fabs eabs]. apply UB_fin; [exact fabs|]. rewrite eabs. apply Rle_refl.
  - destruct (PrimitiveFloat.abs_correct a) as [value valid]. split; [exact valid|].
    rewrite (not_fin_toX _ fa) in value. simpl in value. change (toX (abs a) = Xnan) in value. now rewrite value.
Qed.
(** products of bounds of magnitudes *)
Lemma times_up_UB a b r s : UB a r -> 0 <= r -> 0 <= s -> UB b s -> fin a = true -> UB (times_up a b) (r * s).
Proof.
  intros ua r_ge0 s_ge0 ub fa. unfold times_up.
  assert (none : forall f x, UB f x -> zero f = true -> x <= 0).
  { intros f x uf zf. apply zero_leb in zf. pose proof (UB_leb _ _ 0%float uf eq_refl (proj1 zf)). now rewrite toR0 in *. }
  destruct (zero a && fin b)%bool eqn:za.
  { apply andb_prop in za. pose proof (none _ _ ua (proj1 za)). apply UB0. nra. }
  destruct (zero b && fin a)%bool eqn:zb.
  { apply andb_prop in zb. pose proof (none _ _ ub (proj1 zb)). apply UB0. nra. }
  pose proof (UB_toR _ _ ua fa). eapply UB_le; [apply (UB_mulp a b s fa); [lra|exact ub]|]. apply Rmult_le_compat_r; lra.
Qed.
Lemma distance_UB l h c r : LB l r -> UB h r -> UB (distance l h c) (Rabs (r - toR c)).
Proof.
  intros lr hr. unfold distance. destruct (fin c) eqn:fc; [|apply UB_nan].
  destruct ((h <=? c) && (c <=? l))%float eqn:exact.
  - apply andb_prop in exact. destruct exact as [hc cl].
    pose proof (UB_leb _ _ _ hr fc hc). pose proof (LB_leb _ _ _ lr fc cl). apply UB0.
    replace (r - toR c) with 0 by lra. rewrite Rabs_R0. lra.
  - destruct (fin_opp c fc) as [fo eo].
    assert (above : UB (up (h + - c)%float) (r - toR c)).
    { apply (UB_add h (- c)%float r (- toR c) hr). apply UB_fin; [exact fo|]. rewrite eo. apply Rle_refl. }
    assert (below : UB (up (c + - l)%float) (toR c - r)).
    { apply (UB_add c (- l)%float (toR c) (- r)); [apply UB_fin; [exact fc|apply Rle_refl]|now apply UB_opp]. }
    destruct (UB_fmax _ _ _ _ above below) as [u1 u2]. unfold Rabs. destruct (Rcase_abs _); [|exact u1].
    now replace (- (r - toR c)) with (toR c - r) by ring.
Qed.
Lemma times_near_sound a b : UB (snd (times_near a b)) (Rabs (toR a * toR b - toR (fst (times_near a b)))).
Proof.
  unfold times_near. cbn [fst snd]. destruct (fin (a * b)%float) eqn:fab.
  - destruct (mul_near _ _ fab) as (fa & fb & _). apply distance_UB; [now apply LB_mulf|now apply UB_mulf].
  - unfold distance. rewrite fab. apply UB_nan.
Qed.
Lemma plus_near_sound a b : UB (snd (plus_near a b)) (Rabs (toR a + toR b - toR (fst (plus_near a b)))).
Proof.
  unfold plus_near. destruct (zero a && fin b)%bool eqn:za.
  { apply andb_prop in za. destruct za as [za fb]. cbn [fst snd]. destruct (fin a) eqn:fa.
    - rewrite (zero_sound a fa za). apply UB0. rewrite Rplus_0_l, Rminus_diag_eq, Rabs_R0 by reflexivity. lra.
    - unfold toR at 1. rewrite (not_fin_toX a fa). simpl. apply UB0. rewrite Rplus_0_l, Rminus_diag_eq, Rabs_R0 by reflexivity. lra. }
  destruct (zero b && fin a)%bool eqn:zb.
  { apply andb_prop in zb. destruct zb as [zb fa]. cbn [fst snd]. destruct (fin b) eqn:fb.
    - rewrite (zero_sound b fb zb). apply UB0. rewrite Rplus_0_r, Rminus_diag_eq, Rabs_R0 by reflexivity. lra.
    - unfold toR at 2. rewrite (not_fin_toX b fb). simpl. apply UB0. rewrite Rplus_0_r, Rminus_diag_eq, Rabs_R0 by reflexivity. lra. }
  cbn [fst snd]. destruct (fin (a + b)%float) eqn:fab.
  - destruct (add_near _ _ fab) as (fa & fb & _). destruct (zero (a + b)%float) eqn:cancels.
    { pose proof (zero_sound _ fab cancels) as z. rewrite z, (add_cancels a b fab z), Rminus_0_r, Rabs_R0. apply UB0. lra. }
    apply distance_UB; [apply LB_add; now apply LB_fin, Rle_refl|apply UB_add; now apply UB_fin, Rle_refl].
  - destruct (zero (a + b)%float) eqn:cancels; [|unfold distance; rewrite fab; apply UB_nan].
    now rewrite (zero_fin _ cancels) in fab.
Qed.
Lemma center_sound i r : encloses i r -> UB (snd (center i)) (Rabs (r - toR (fst (center i)))).
Proof. intro e. unfold center. pose proof (ends_sound i r e) as [above below]. destruct (ends i) as [l h]. now apply distance_UB. Qed.
Lemma distance_fin l h c : fin (distance l h c) = true -> fin c = true.
Proof. unfold distance. now destruct (fin c). Qed.

(** ** What is read, and how large it is *)

Section Valuation.
Variables (y : int -> R) (N : int).

Definition bounded (M : R) : Prop := 0 <= M /\ forall i, (i <? N)%uint63 = true -> Rabs (y i) <= M.
Fixpoint reads_weights (o : int) (w : list float) : Prop :=
  match w with [] => True | _ :: w => (o <? N)%uint63 = true /\ reads_weights (o + 1)%uint63 w end.
Definition reads (v : vec) : Prop := Forall (fun s => reads_weights (so s) (sw s) /\ se s = after (so s) (sw s)) v.

Lemma dotw_norm M w : bounded M -> forall o, reads_weights o w -> Rabs (dotw y o w) <= norm_weights w * M.
Proof.
  intros [M_ge0 small]. induction w as [|c w IH]; simpl; intros o r; [rewrite Rabs_R0; lra|].
  destruct r as [lt r]. eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_mult, Rmult_plus_distr_r.
  apply Rplus_le_compat; [|now apply IH]. apply Rmult_le_compat_l; [apply Rabs_pos|now apply small].
Qed.
Lemma dotv_norm M v : bounded M -> reads v -> Rabs (dotv y v) <= norm_vec v * M.
Proof.
  intros small r. induction r as [|s v [r _] _ IH]; simpl; [rewrite Rabs_R0; destruct small; lra|].
  fold (dotv y v) (norm_vec v). eapply Rle_trans; [apply Rabs_triang|]. rewrite Rmult_plus_distr_r.
  apply Rplus_le_compat; [now apply dotw_norm|exact IH].
Qed.
Lemma sum_up_UB w : forall a r, UB a r -> UB (sum_up w a) (r + norm_weights w).
Proof.
  induction w as [|c w IH]; simpl; intros a r u; [now rewrite Rplus_0_r|].
  rewrite <- Rplus_assoc. apply IH. apply plus_up_UB; [exact u|apply UB_abs].
Qed.
Lemma norm_up_UB v : UB (norm_up v) (norm_vec v).
Proof.
  unfold norm_up. rewrite <- (Rplus_0_l (norm_vec v)). generalize (UB0 0 (Rle_refl 0)). generalize 0%float, 0 at 1 2.
  induction v as [|s v IH]; simpl; intros a r u; [now rewrite Rplus_0_r|].
  fold (norm_vec v). rewrite <- Rplus_assoc. apply IH. now apply sum_up_UB.
Qed.

(** ** Weights *)

Lemma reads_weights_app a b : forall o, reads_weights o a -> reads_weights (after o a) b -> reads_weights o (a ++ b).
Proof. induction a as [|c a IH]; simpl; intros o ra rb; [exact rb|]. destruct ra. split; auto. Qed.
Lemma dotw_app a b : forall o, dotw y o (a ++ b) = dotw y o a + dotw y (after o a) b.
Proof. induction a as [|c a IH]; simpl; intro o; [ring|]. rewrite IH. ring. Qed.
Lemma insert_sound s v : reads [s] -> reads v -> reads (insert s v) /\ dotv y (insert s v) = dotw y (so s) (sw s) + dotv y v.
Proof.
  intros rs rv. assert (rs' := Forall_inv rs). simpl in rs'. induction rv as [|t v [rt et] rv IH]; simpl.
  - split; [exact rs|reflexivity].
  - destruct (se s =? so t)%uint63 eqn:touch.
    + apply eqb_correct in touch. destruct rs' as [rs' es].
      assert (meet : after (so s) (sw s) = so t) by congruence. simpl. fold (dotv y v). split.
      * constructor; [|exact rv]. simpl. split; [apply reads_weights_app; [exact rs'|now rewrite meet]|].
        now rewrite after_app, meet.
      * rewrite dotw_app, meet. ring.
    + destruct (so s <=? so t)%uint63; simpl; fold (dotv y v).
      * split; [|ring]. constructor; [exact rs'|]. constructor; [now split|exact rv].
      * destruct IH as [IH1 IH2]. split; [constructor; [now split|exact IH1]|]. fold (dotv y (insert s v)). rewrite IH2. ring.
Qed.
Lemma add_vec_sound v w : reads v -> reads w -> reads (add_vec v w) /\ dotv y (add_vec v w) = dotv y v + dotv y w.
Proof.
  intros rv rw. unfold add_vec. induction rv as [|s v rs rv [IH1 IH2]]; simpl; [split; [exact rw|ring]|].
  destruct (insert_sound s (fold_right insert w v)) as [i1 i2]; [now repeat constructor|exact IH1|].
  split; [exact i1|]. rewrite i2. fold (dotv y v). rewrite IH2. ring.
Qed.
Lemma opposite_sound v : reads v -> reads (opposite v) /\ dotv y (opposite v) = - dotv y v.
Proof.
  intro rv. split; [|apply dotv_opposite]. apply Forall_map. revert rv. apply Forall_impl. intros s [rs es]. simpl.
  split; [|now rewrite after_map]. clear es. revert rs. generalize (so s).
  induction (sw s) as [|c w IH]; simpl; intro o; [auto|]. intros [? ?]. auto.
Qed.
Lemma scale_weights_sound c w : forall o e r, UB e r ->
  exists D, 0 <= D /\ UB (snd (scale_weights c w e)) (r + D) /\
    (reads_weights o w -> reads_weights o (fst (scale_weights c w e)) /\
      after o (fst (scale_weights c w e)) = after o w /\
      forall M, bounded M -> Rabs (dotw y o (fst (scale_weights c w e)) - toR c * dotw y o w) <= D * M).
Proof.
  induction w as [|a w IH]; intros o e r u; cbn [scale_weights].
  - exists 0. simpl. rewrite Rplus_0_r. split; [lra|]. split; [exact u|]. intros _. split; [exact I|]. split; [reflexivity|].
    intros M _. replace (0 - toR c * 0) with 0 by ring. rewrite Rabs_R0. lra.
  - pose proof (times_near_sound c a) as near. destruct (times_near c a) as [p d]. cbn [fst snd] in near.
    destruct (IH (o + 1)%uint63 _ _ (plus_up_UB _ _ _ _ u near)) as (D & D_ge0 & uD & rest).
    destruct (scale_weights c w (plus_up e d)) as [w' e']. cbn [fst snd] in *.
    exists (Rabs (toR c * toR a - toR p) + D). pose proof (Rabs_pos (toR c * toR a - toR p)).
    split; [lra|]. split; [now rewrite <- Rplus_assoc|]. intros [lt rw]. destruct (rest rw) as (rw' & len & close).
    split; [now split|]. split; [exact len|]. intros M bM. simpl.
    replace (toR p * y o + dotw y (o + 1) w' - toR c * (toR a * y o + dotw y (o + 1) w))
      with (- (toR c * toR a - toR p) * y o + (dotw y (o + 1) w' - toR c * dotw y (o + 1) w)) by ring.
    eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_mult, Rabs_Ropp, Rmult_plus_distr_r.
    apply Rplus_le_compat; [|now apply close]. apply Rmult_le_compat_l; [apply Rabs_pos|now apply bM].
Qed.
Lemma sum_near_sound a : forall b o e r, UB e r ->
  exists D, 0 <= D /\ UB (snd (sum_near a b e)) (r + D) /\
    (reads_weights o a -> reads_weights o b -> reads_weights o (fst (sum_near a b e)) /\
      forall M, bounded M -> Rabs (dotw y o (fst (sum_near a b e)) - (dotw y o a + dotw y o b)) <= D * M).
Proof.
  assert (done : forall w o e r, UB e r -> exists D, 0 <= D /\ UB e (r + D) /\ (reads_weights o w -> reads_weights o w /\
    forall M, bounded M -> Rabs (dotw y o w - dotw y o w) <= D * M)).
  { intros w o e r u. exists 0. rewrite Rplus_0_r. split; [lra|]. split; [exact u|]. intro rw. split; [exact rw|]. intros M _.
    rewrite Rminus_diag_eq, Rabs_R0 by reflexivity. lra. }
  induction a as [|p a IH]; intros b o e r u.
  - destruct (done b o e r u) as (D & D0 & uD & rest). exists D. simpl. split; [exact D0|]. split; [exact uD|]. intros _. rewrite Rplus_0_l. exact rest.
  - destruct b as [|q b]; cbn [sum_near].
    { destruct (done (p :: a) o e r u) as (D & D0 & uD & rest). exists D. split; [exact D0|]. split; [exact uD|]. intros ra _.
      replace (dotw y o (p :: a) + dotw y o []) with (dotw y o (p :: a)) by (simpl; ring). exact (rest ra). }
    pose proof (plus_near_sound p q) as near. destruct (plus_near p q) as [c d]. cbn [fst snd] in near.
    destruct (IH b (o + 1)%uint63 _ _ (plus_up_UB _ _ _ _ u near)) as (D & D_ge0 & uD & rest).
    destruct (sum_near a b (plus_up e d)) as [w e']. cbn [fst snd] in *.
    exists (Rabs (toR p + toR q - toR c) + D). pose proof (Rabs_pos (toR p + toR q - toR c)).
    split; [lra|]. split; [now rewrite <- Rplus_assoc|]. intros [lt ra] [_ rb]. destruct (rest ra rb) as (rw & close).
    split; [now split|]. intros M bM. simpl.
    replace (toR c * y o + dotw y (o + 1) w - (toR p * y o + dotw y (o + 1) a + (toR q * y o + dotw y (o + 1) b)))
      with (- (toR p + toR q - toR c) * y o + (dotw y (o + 1) w - (dotw y (o + 1) a + dotw y (o + 1) b))) by ring.
    eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_mult, Rabs_Ropp, Rmult_plus_distr_r.
    apply Rplus_le_compat; [|now apply close]. apply Rmult_le_compat_l; [apply Rabs_pos|now apply bM].
Qed.
Lemma overlay_sound a : forall b o t e r x e', UB e r -> overlay o t a b e = Some (x, e') ->
  exists D, 0 <= D /\ UB e' (r + D) /\
    (reads_weights o a -> reads_weights t b -> reads_weights o x /\
      forall M, bounded M -> Rabs (dotw y o x - (dotw y o a + dotw y t b)) <= D * M).
Proof.
  induction a as [|p a IH]; intros b o t e r x e' u made; cbn [overlay] in made; [discriminate|]. destruct (o =? t)%uint63 eqn:here.
  - apply eqb_correct in here as <-. assert (sum : sum_near (p :: a) b e = (x, e')) by congruence. pose proof (sum_near_sound (p :: a) b o e r u) as found. rewrite sum in found. exact found.
  - destruct (overlay _ t a b e) as [[w e1]|] eqn:rest; [|discriminate]. injection made as <- <-. destruct (IH _ _ _ _ _ _ _ u rest) as (D & D_ge0 & uD & sound).
    exists D. split; [exact D_ge0|]. split; [exact uD|]. intros [lt ra] rb. destruct (sound ra rb) as (rw & close). split; [now split|]. intros M bM. simpl.
    replace (toR p * y o + dotw y (o + 1) w - (toR p * y o + dotw y (o + 1) a + dotw y t b)) with (dotw y (o + 1) w - (dotw y (o + 1) a + dotw y t b)) by ring.
    now apply close.
Qed.
Lemma merge_into_sound w : forall s e r, reads [s] -> reads w -> UB e r ->
  exists D, 0 <= D /\ UB (snd (merge_into s w e)) (r + D) /\ reads (fst (merge_into s w e)) /\
    forall M, bounded M -> Rabs (dotv y (fst (merge_into s w e)) - (dotw y (so s) (sw s) + dotv y w)) <= D * M.
Proof.
  induction w as [|t w IH]; intros s e r rs rw u; cbn [merge_into].
  - exists 0. rewrite Rplus_0_r. split; [lra|]. split; [exact u|]. split; [exact rs|]. intros M _. cbn [fst]. simpl. rewrite Rminus_diag_eq, Rabs_R0 by reflexivity. lra.
  - inversion rs as [|? ? [rs1 es] _]; subst. inversion rw as [|? ? [rt et] rw']; subst. destruct (overlay _ _ _ _ e) as [[x e1]|] eqn:over.
    + destruct (overlay_sound _ _ _ _ _ _ _ _ u over) as (D & D_ge0 & uD & sound). destruct (sound rs1 rt) as (rx & close).
      destruct (IH (Seg (so s) (after (so s) x) x) e1 _ ltac:(constructor; [now split|constructor]) rw' uD) as (D' & D'_ge0 & uD' & rest & close').
      exists (D + D'). split; [lra|]. split; [now rewrite <- Rplus_assoc|]. split; [exact rest|]. intros M bM. specialize (close M bM). specialize (close' M bM).
      cbn [so sw] in close'. simpl (dotv y (t :: w)). fold (dotv y w).
      replace (dotv y (fst (merge_into (Seg (so s) (after (so s) x) x) w e1)) - (dotw y (so s) (sw s) + (dotw y (so t) (sw t) + dotv y w)))
        with ((dotw y (so s) x - (dotw y (so s) (sw s) + dotw y (so t) (sw t))) + (dotv y (fst (merge_into (Seg (so s) (after (so s) x) x) w e1)) - (dotw y (so s) x + dotv y w))) by ring.
      eapply Rle_trans; [apply Rabs_triang|]. rewrite Rmult_plus_distr_r. now apply Rplus_le_compat.
    + exists 0. rewrite Rplus_0_r. split; [lra|]. split; [exact u|]. cbn [fst]. split; [constructor; [now split|exact rw]|]. intros M _. simpl. rewrite Rminus_diag_eq, Rabs_R0 by reflexivity. lra.
Qed.
Lemma merge_near_sound v : reads v -> forall e r, UB e r ->
  exists D, 0 <= D /\ UB (snd (merge_near v e)) (r + D) /\ reads (fst (merge_near v e)) /\
    forall M, bounded M -> Rabs (dotv y (fst (merge_near v e)) - dotv y v) <= D * M.
Proof.
  intro rv. induction rv as [|s v rs rv IH]; intros e r u; cbn [merge_near].
  - exists 0. simpl. rewrite Rplus_0_r. split; [lra|]. split; [exact u|]. split; [constructor|]. intros M _. rewrite Rminus_diag_eq, Rabs_R0 by reflexivity. lra.
  - destruct (IH _ _ u) as (D & D_ge0 & uD & rw & close). destruct (merge_near v e) as [w e1]. cbn [fst snd] in *.
    destruct (merge_into_sound w s e1 _ ltac:(constructor; [exact rs|constructor]) rw uD) as (D' & D'_ge0 & uD' & rest & close').
    exists (D + D'). split; [lra|]. split; [now rewrite <- Rplus_assoc|]. split; [exact rest|]. intros M bM. specialize (close M bM). specialize (close' M bM).
    simpl (dotv y (s :: v)). fold (dotv y v).
    replace (dotv y (fst (merge_into s w e1)) - (dotw y (so s) (sw s) + dotv y v))
      with ((dotv y w - dotv y v) + (dotv y (fst (merge_into s w e1)) - (dotw y (so s) (sw s) + dotv y w))) by ring.
    eapply Rle_trans; [apply Rabs_triang|]. rewrite Rmult_plus_distr_r. now apply Rplus_le_compat.
Qed.
Lemma scale_vec_sound c v : reads v -> forall e r, UB e r ->
  exists D, 0 <= D /\ UB (snd (scale_vec c v e)) (r + D) /\ reads (fst (scale_vec c v e)) /\
    forall M, bounded M -> Rabs (dotv y (fst (scale_vec c v e)) - toR c * dotv y v) <= D * M.
Proof.
  intro rv. induction rv as [|s v [rs es] rv IH]; intros e r u; cbn [scale_vec].
  - exists 0. simpl. rewrite Rplus_0_r. split; [lra|]. split; [exact u|]. split; [constructor|].
    intros M _. replace (0 - toR c * 0) with 0 by ring. rewrite Rabs_R0. lra.
  - destruct (scale_weights_sound c (sw s) (so s) e r u) as (D & D_ge0 & uD & rest).
    destruct (rest rs) as (rw & len & close). clear rest.
    destruct (scale_weights c (sw s) e) as [w e']. cbn [fst snd] in *.
    destruct (IH _ _ uD) as (D' & D'_ge0 & uD' & rv' & close').
    destruct (scale_vec c v e') as [v' e'']. cbn [fst snd] in *.
    exists (D + D'). split; [lra|]. split; [now rewrite <- Rplus_assoc|]. split; [constructor; [simpl; split; [exact rw|congruence]|exact rv']|].
    intros M bM. simpl. fold (dotv y v) (dotv y v').
    replace (dotw y (so s) w + dotv y v' - toR c * (dotw y (so s) (sw s) + dotv y v))
      with ((dotw y (so s) w - toR c * dotw y (so s) (sw s)) + (dotv y v' - toR c * dotv y v)) by ring.
    eapply Rle_trans; [apply Rabs_triang|]. rewrite Rmult_plus_distr_r. apply Rplus_le_compat; auto.
Qed.

(** ** Forms *)

Definition stands (a : affine) (r : R) : Prop :=
  reads (weights a) /\
  exists E S, 0 <= E /\ 0 <= S /\ UB (error a) E /\ UB (relative a) S /\
    forall M, bounded M -> Rabs (r - (toR (bias a) + dotv y (weights a))) <= E + S * M.
Definition frel (f : form) (r : R) : Prop :=
  match f with
  | Constant i => encloses i r
  | Value i => (i <? N)%uint63 = true /\ r = y i
  | Affine v b e s => stands {| weights := v; bias := b; error := e; relative := s |} r
  | Opaque => True
  end.

Let zero_UB : UB 0%float 0 := UB0 0 (Rle_refl 0).
Lemma unit_reads i c : (i <? N)%uint63 = true -> reads [unit_seg i c].
Proof. intro lt. constructor; [|constructor]. simpl. auto. Qed.
Lemma to_affine_sound f a r : to_affine f = Some a -> frel f r -> stands a r.
Proof.
  destruct f as [i|i|v b e s|]; cbn [to_affine frel]; try discriminate.
  - intros made e. pose proof (center_sound i r e) as near. destruct (center i) as [c d]. injection made as <-. cbn [fst snd] in near.
    split; [constructor|]. exists (Rabs (r - toR c)), 0. cbn [weights bias error relative].
    split; [apply Rabs_pos|]. split; [lra|]. split; [exact near|]. split; [exact zero_UB|]. intros M _. simpl.
    rewrite Rplus_0_r, Rmult_0_l, Rplus_0_r. lra.
  - intros made [lt ->]. injection made as <-. split; [now apply unit_reads|]. exists 0, 0. cbn [weights bias error relative].
    do 2 (split; [lra|]). do 2 (split; [exact zero_UB|]). intros M _. simpl. rewrite toR1.
    replace (y i - _) with 0 by (unfold toR; simpl; ring). rewrite Rabs_R0. lra.
  - intros made st. now injection made as <-.
Qed.
Lemma stands_add a b r s : stands a r -> stands b s ->
  let (c, d) := plus_near (bias a) (bias b) in
  stands {| weights := add_vec (weights a) (weights b); bias := c;
            error := plus_up d (plus_up (error a) (error b)); relative := plus_up (relative a) (relative b) |} (r + s).
Proof.
  intros [ra (E & S & E0 & S0 & uE & uS & close)] [rb (E' & S' & E0' & S0' & uE' & uS' & close')].
  pose proof (plus_near_sound (bias a) (bias b)) as near. destruct (plus_near (bias a) (bias b)) as [c d]. cbn [fst snd] in near.
  destruct (add_vec_sound _ _ ra rb) as [rab eab]. split; [exact rab|]. cbn [weights bias error relative].
  set (D := Rabs (toR (bias a) + toR (bias b) - toR c)) in *. assert (D0 : 0 <= D) by apply Rabs_pos.
  exists (D + (E + E')), (S + S'). split; [lra|]. split; [lra|].
  split; [now repeat apply plus_up_UB|]. split; [now apply plus_up_UB|].
  intros M bM. specialize (close M bM). specialize (close' M bM). rewrite eab.
  replace (r + s - _) with ((toR (bias a) + toR (bias b) - toR c)
    + ((r - (toR (bias a) + dotv y (weights a))) + (s - (toR (bias b) + dotv y (weights b))))) by ring.
  eapply Rle_trans; [apply Rabs_triang|]. fold D. eapply Rle_trans; [apply Rplus_le_compat_l, Rabs_triang|]. lra.
Qed.
Lemma form_add_rel f g r s : frel f r -> frel g s -> frel (form_add f g) (r + s).
Proof.
  intros rf rg.
  assert (general : frel (match to_affine f, to_affine g with
    | Some a, Some b => let (c, d) := plus_near (bias a) (bias b) in
      Affine (add_vec (weights a) (weights b)) c (plus_up d (plus_up (error a) (error b))) (plus_up (relative a) (relative b))
    | _, _ => Opaque end) (r + s)).
  { destruct (to_affine f) as [a|] eqn:ef; [|exact I]. destruct (to_affine g) as [b|] eqn:eg; [|exact I].
    pose proof (stands_add a b r s (to_affine_sound _ _ _ ef rf) (to_affine_sound _ _ _ eg rg)) as st.
    now destruct (plus_near (bias a) (bias b)). }
  destruct f; try exact general. destruct g; try exact general. exact (rel_add _ interval_rel _ _ _ _ rf rg).
Qed.
Lemma form_opp_rel f r : frel f r -> frel (form_opp f) (- r).
Proof.
  destruct f as [i|i|v b e s|]; cbn [form_opp frel].
  - apply (rel_opp _ interval_rel).
  - intros [lt ->]. split; [now apply unit_reads|]. exists 0, 0. cbn [weights bias error relative].
    do 2 (split; [lra|]). do 2 (split; [exact zero_UB|]). intros M _. simpl.
    replace (toR (-1)%float) with (- (1)) by (change (-1)%float with (- (1))%float; now rewrite toR_opp, toR1).
    replace (- y i - _) with 0 by (unfold toR; simpl; ring). rewrite Rabs_R0. lra.
  - intros [rv (E & S & E0 & S0 & uE & uS & close)]. cbn [weights bias error relative] in *.
    destruct (opposite_sound _ rv) as [ro eo]. split; [exact ro|]. exists E, S. cbn [weights bias error relative].
    do 4 (split; [assumption|]). intros M bM. rewrite toR_opp, eo.
    replace (- r - _) with (- (r - (toR b + dotv y v))) by ring. rewrite Rabs_Ropp. now apply close.
  - easy.
Qed.
Lemma scale_affine_sound c d v b e s k r : fin c = true -> fin d = true -> UB d (Rabs (k - toR c)) ->
  stands {| weights := v; bias := b; error := e; relative := s |} r -> frel (scale_affine c d v b e s) (k * r).
Proof.
  intros fc fd near [rv (E & S & E0 & S0 & uE & uS & close)]. cbn [weights bias error relative] in *.
  set (G := Rabs (k - toR c)) in *. assert (G0 : 0 <= G) by apply Rabs_pos.
  unfold scale_affine. destruct ((c <=? 1) && (1 <=? c) && zero d)%float eqn:unit.
  - apply andb_prop in unit. destruct unit as [unit zd]. apply andb_prop in unit. destruct unit as [le1 ge1].
    rewrite leb_fin in le1, ge1 by (auto; reflexivity). rewrite toR1 in *.
    assert (c1 : toR c = 1).
    { revert le1 ge1. do 2 case Flocq.Core.Raux.Rle_bool_spec; try easy. intros. lra. }
    apply zero_leb in zd. pose proof (UB_leb _ _ 0%float near eq_refl (proj1 zd)) as le0. rewrite toR0 in le0.
    assert (k1 : k = 1).
    { rewrite <- c1. assert (G = 0) as g0 by lra. unfold G in g0. destruct (Req_dec (k - toR c) 0) as [z|nz]; [lra|].
      now apply Rabs_no_R0 in nz. }
    rewrite k1, Rmult_1_l. split; [exact rv|]. exists E, S. auto.
  - destruct (scale_vec_sound c v rv 0%float 0 zero_UB) as (D & D0 & uD & rv' & changed).
    destruct (scale_vec c v 0) as [v' e']. cbn [fst snd] in *. rewrite Rplus_0_l in uD.
    pose proof (times_near_sound c b) as nearb. destruct (times_near c b) as [b' d']. cbn [fst snd] in nearb.
    set (B := Rabs (toR c * toR b - toR b')) in *. assert (B0 : 0 <= B) by apply Rabs_pos.
    assert (uabs : UB (abs c) (Rabs (toR c))) by apply UB_abs.
    assert (fabs : fin (abs c) = true) by now apply fin_abs.
    pose proof (Rabs_pos (toR c)). pose proof (Rabs_pos (toR b)). pose proof (norm_vec_ge0 v).
    split; [exact rv'|]. cbn [weights bias error relative].
    exists (B + (Rabs (toR c) * E + G * (Rabs (toR b) + E))), (D + (Rabs (toR c) * S + G * (norm_vec v + S))).
    split; [nra|]. split; [nra|].
    split. { repeat apply plus_up_UB; auto; apply times_up_UB; auto; try lra. apply plus_up_UB; [apply UB_abs|exact uE]. }
    split. { repeat apply plus_up_UB; auto; apply times_up_UB; auto; try lra. apply plus_up_UB; [apply norm_up_UB|exact uS]. }
    intros M bM. specialize (close M bM). specialize (changed M bM). pose proof (dotv_norm M v bM rv) as small.
    set (x := dotv y v) in *. set (x' := dotv y v') in *. set (delta := r - (toR b + x)) in *.
    replace (k * r - (toR b' + x')) with
      ((toR c * toR b - toR b') + ((toR c * x - x') + (toR c * delta + (k - toR c) * (toR b + x + delta)))) by (unfold delta; ring).
    assert (t1 : Rabs (toR c * x - x') <= D * M) by (rewrite Rabs_minus_sym; exact changed).
    assert (t2 : Rabs (toR c * delta) <= Rabs (toR c) * (E + S * M)) by (rewrite Rabs_mult; apply Rmult_le_compat_l; lra).
    assert (t3 : Rabs ((k - toR c) * (toR b + x + delta)) <= G * (Rabs (toR b) + norm_vec v * M + (E + S * M))).
    { rewrite Rabs_mult. apply Rmult_le_compat_l; [exact G0|]. eapply Rle_trans; [apply Rabs_triang|].
      apply Rplus_le_compat; [|exact close]. eapply Rle_trans; [apply Rabs_triang|]. lra. }
    eapply Rle_trans; [apply Rabs_triang|]. fold B. eapply Rle_trans; [apply Rplus_le_compat_l, Rabs_triang|].
    eapply Rle_trans; [do 2 apply Rplus_le_compat_l; apply Rabs_triang|]. destruct bM as [M0 _]. nra.
Qed.
Lemma form_scale_rel i f k r : encloses i k -> frel f r -> frel (form_scale i f) (k * r).
Proof.
  intros e rf. pose proof (center_sound i k e) as near. destruct f as [j|j|v b er s|]; cbn [form_scale frel] in *.
  - exact (rel_mul _ interval_rel _ _ _ _ e rf).
  - destruct rf as [lt ->]. destruct (center i) as [c d]. cbn [fst snd] in near.
    destruct (fin c && fin d)%bool; [|exact I]. split; [now apply unit_reads|]. cbn [weights bias error relative].
    exists 0, (Rabs (k - toR c)). split; [lra|]. split; [apply Rabs_pos|]. split; [exact zero_UB|]. split; [exact near|].
    intros M [_ bM]. simpl. replace (k * y j - _) with ((k - toR c) * y j) by (unfold toR; simpl; ring).
    rewrite Rabs_mult, Rplus_0_l. apply Rmult_le_compat_l; [apply Rabs_pos|now apply bM].
  - destruct (center i) as [c d]. cbn [fst snd] in near.
    destruct (fin c) eqn:fc; [|exact I]. destruct (fin d) eqn:fd; [|exact I]. now apply scale_affine_sound.
  - exact I.
Qed.
Lemma form_mul_rel f g r s : frel f r -> frel g s -> frel (form_mul f g) (r * s).
Proof.
  intros rf rg. destruct f as [i|i|v b e t|].
  1: now apply form_scale_rel.
  all: destruct g; try exact I; rewrite Rmult_comm; now apply form_scale_rel.
Qed.
Lemma form_div_rel f g r s : frel f r -> frel g s -> frel (form_div f g) (r / s).
Proof.
  intros rf rg. destruct g as [j|j|v b e t|]; try exact I.
  assert (inverse : encloses (div (number_of 1%Q) j) (/ s)).
  { replace (/ s) with (div (number_of 1%Q) s) by (simpl; unfold Q2R; simpl; unfold Rdiv; rewrite Rinv_1, !Rmult_1_l; reflexivity).
    apply (rel_div _ interval_rel); [apply (rel_number _ interval_rel)|exact rg]. }
  destruct f as [i|i|v b e t|]; cbn [form_div].
  - exact (rel_div _ interval_rel _ _ _ _ rf rg).
  - unfold Rdiv. rewrite Rmult_comm. now apply form_scale_rel.
  - unfold Rdiv. rewrite Rmult_comm. now apply form_scale_rel.
  - exact I.
Qed.
Lemma form_choose_rel strict f g a b r s x z : frel f r -> frel g s -> frel a x -> frel b z ->
  frel (form_choose strict f g a b) (choose strict r s x z).
Proof.
  intros rf rg ra rb. destruct f as [i|i|v c e t|]; try exact I. destruct g as [j|j|v c e t|]; try exact I.
  pose proof (compare_intervals_sound strict i j r s rf rg) as told. unfold tells in told. simpl.
  destruct (compare_intervals strict i j) as [[|]|]; simpl; [| |exact I];
    (destruct strict; [destruct (Rlt_dec r s)|destruct (Rle_dec r s)]; congruence || assumption).
Qed.
Theorem form_rel : scalar_rel frel.
Proof.
  constructor; simpl.
  - apply (rel_zero _ interval_rel).
  - apply (rel_literal _ interval_rel).
  - apply (rel_number _ interval_rel).
  - intros. now apply form_add_rel.
  - apply form_opp_rel.
  - intros. now apply form_mul_rel.
  - intros. now apply form_div_rel.
  - intros [i|i|v b e s|] r rf; try exact I. now apply (rel_root _ interval_rel).
  - intros [i|i|v b e s|] r rf; try exact I. now apply (rel_relu _ interval_rel).
  - intros. now apply form_choose_rel.
Qed.
End Valuation.
