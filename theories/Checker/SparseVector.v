(** * Sparse coefficient vectors

    Coefficients of values, kept as segments (offset, end, weights), scaled and added by round-to-nearest operations.
    Nothing that is proved depends on the order of the segments or on their ends: every operation is a permutation of
    segments and additions of two segments element by element ([reduces]), so that the rounding analysis
    (SparseVector_sound.v) is one induction.  A wrong end can only give NaN, which is refused.  Merging goes over each
    segment once.

    Main definitions: [add_vec], [scale], [axpy_vec]; [reduces].
    Main results: [add_vec_reduces], [axpy_vec_reduces].

    Trust: proved.
    Source: docs/performance.md. *)
From Coq Require Import Floats Reals Lra Lia List Bool Permutation Uint63.
From Warrant.Primitives Require Import FloatBounds.
From Warrant.Checker Require Import Blocks.
Import ListNotations.
Local Open Scope R_scope.

(** ** Operations *)
Fixpoint add_weights (a b : list float) : list float :=
  match a, b with
  | x :: a', z :: b' => (x + z)%float :: add_weights a' b'
  | [], _ => b
  | _, [] => a
  end.
Definition scale_weights (c : float) (w : list float) : list float := map (fun x => (c * x)%float) w.
(** [axpy c w acc] is [add_weights acc (scale_weights c w)], fused *)
Fixpoint axpy (c : float) (w acc : list float) : list float :=
  match w, acc with
  | x :: w', a :: acc' => (a + c * x)%float :: axpy c w' acc'
  | [], _ => acc
  | _, [] => scale_weights c w
  end.
(** While two vectors are merged, in order, the newest segment of the result is open: weights from value [start] on that
    stay as they are, [pre], last first; then, as a segment [cur], those that may still change. *)
Definition close (start : int) (pre : list float) (cur : seg) : seg :=
  match pre with [] => cur | _ => Seg start (se cur) (rev_append pre (sw cur)) end.
Fixpoint absorb_from (s : seg) (pre : list float) (pos : int) (w : list float) (stop : int) : list float * seg :=
  if (pos =? so s)%uint63 then (pre, Seg pos stop (add_weights w (sw s)))
  else
    match w with
    | [] => (pre, Seg pos stop [nan])
    | x :: w' => absorb_from s (x :: pre) (pos + 1)%uint63 w' stop
    end.
(** adds the segment [s], which starts in [cur] or at its end *)
Definition absorb (s : seg) (pre : list float) (cur : seg) : list float * seg :=
  absorb_from s pre (so cur) (sw cur) (if (se cur <=? se s)%uint63 then se s else se cur).
Fixpoint merge_from (v1 : vec) : int -> list float -> seg -> vec -> vec :=
  fix go2 (start : int) (pre : list float) (cur : seg) (v2 : vec) {struct v2} : vec :=
    match v1, v2 with
    | [], [] => [close start pre cur]
    | s :: t, [] =>
      if (so s <=? se cur)%uint63 then let (pre, cur) := absorb s pre cur in merge_from t start pre cur []
      else close start pre cur :: v1
    | [], s :: t =>
      if (so s <=? se cur)%uint63 then let (pre, cur) := absorb s pre cur in go2 start pre cur t
      else close start pre cur :: v2
    | s1 :: t1, s2 :: t2 =>
      if (so s1 <=? so s2)%uint63
      then
        if (so s1 <=? se cur)%uint63 then let (pre, cur) := absorb s1 pre cur in merge_from t1 start pre cur v2
        else close start pre cur :: merge_from t1 (so s1) [] s1 v2
      else
        if (so s2 <=? se cur)%uint63 then let (pre, cur) := absorb s2 pre cur in go2 start pre cur t2
        else close start pre cur :: go2 (so s2) [] s2 t2
    end.
Definition add_vec (v1 v2 : vec) : vec :=
  match v1, v2 with
  | [], _ => v2
  | _, [] => v1
  | s1 :: t1, s2 :: t2 =>
    if (so s1 <=? so s2)%uint63 then merge_from t1 (so s1) [] s1 v2 else merge_from v1 (so s2) [] s2 t2
  end.
Definition scale (c : float) (v : vec) : vec := map (fun s => Seg (so s) (se s) (scale_weights c (sw s))) v.
Fixpoint same_shape (v w : vec) : bool :=
  match v, w with
  | [], [] => true
  | s :: v', t :: w' =>
    if (so s =? so t)%uint63 then if (se s =? se t)%uint63 then same_shape v' w' else false else false
  | _, _ => false
  end.
Fixpoint axpy_vec (c : float) (v acc : vec) : vec :=
  match v, acc with
  | s :: v', t :: acc' => Seg (so t) (se t) (axpy c (sw s) (sw t)) :: axpy_vec c v' acc'
  | _, _ => []
  end.
(** ** Reduction *)
(** [reduces v w]: [w] comes from [v] by permuting segments and adding two segments element by element, where [p] are
    the weights of the one before the other starts; or by giving up *)
Inductive reduces : vec -> vec -> Prop :=
| reduces_perm v w : Permutation v w -> reduces v w
| reduces_mix s t e p q v : sw s = p ++ q -> after (so s) p = so t ->
  reduces (s :: t :: v) (Seg (so s) e (p ++ add_weights q (sw t)) :: v)
| reduces_nan v w : forallb (fun s => forallb fin (sw s)) w = false -> (length w <= length v)%nat -> reduces v w
| reduces_trans v w x : reduces v w -> reduces w x -> reduces v x.
Lemma reduces_refl v : reduces v v. Proof. now apply reduces_perm. Qed.
Lemma reduces_app_r v w x : reduces v w -> reduces (v ++ x) (w ++ x).
Proof.
  induction 1. apply reduces_perm. now apply Permutation_app_tail.
  simpl. now apply reduces_mix.
  apply reduces_nan. { rewrite forallb_app. now apply andb_false_intro1. } rewrite !length_app. lia.
  eapply reduces_trans; eauto.
Qed.
Lemma reduces_app_l v w x : reduces v w -> reduces (x ++ v) (x ++ w).
Proof.
  intro reds. eapply reduces_trans. apply reduces_perm, Permutation_app_comm.
  eapply reduces_trans. apply reduces_app_r, reds. apply reduces_perm, Permutation_app_comm.
Qed.
Lemma reduces_cons s v w : reduces v w -> reduces (s :: v) (s :: w).
Proof. apply (reduces_app_l v w [s]). Qed.
Lemma reduces_perm_trans v w x : Permutation v w -> reduces w x -> reduces v x.
Proof. intros perm reds. eapply reduces_trans; [apply reduces_perm, perm|exact reds]. Qed.

Lemma close_open start pre cur : after start pre = so cur ->
  close start pre cur = Seg start (se cur) (rev_append pre (sw cur)).
Proof. destruct pre, cur; simpl; congruence. Qed.
Lemma absorb_from_reduces s v start e stop w : forall pre pos, after start pre = pos ->
  let (pre', cur) := absorb_from s pre pos w stop in
  after start pre' = so cur /\ reduces (Seg start e (rev_append pre w) :: s :: v) (close start pre' cur :: v).
Proof.
  assert (after_next : forall (l : list float) i, after (i + 1) l = (after i l + 1)%uint63).
  { induction l; simpl; auto. }
  induction w as [|x w IH]; intros pre pos E; cbn [absorb_from].
  all: destruct (pos =? so s)%uint63 eqn:here.
  1,3: split; [exact E|]; rewrite close_open by exact E; apply eqb_correct in here; rewrite !rev_append_rev;
    refine (reduces_mix (Seg start e _) s _ (rev pre) _ v eq_refl _); cbn [so];
    rewrite after_length, length_rev, <- after_length; congruence.
  - split; [exact E|]. rewrite close_open by exact E. apply reduces_nan; [|simpl; lia].
    cbn [sw forallb]. rewrite rev_append_rev, forallb_app. cbn. now rewrite andb_false_r.
  - apply (IH (x :: pre)). simpl. now rewrite after_next, E.
Qed.
Lemma absorb_reduces s v start pre cur : after start pre = so cur ->
  let (pre', cur') := absorb s pre cur in
  after start pre' = so cur' /\ reduces (close start pre cur :: s :: v) (close start pre' cur' :: v).
Proof. intro E. rewrite (close_open _ _ _ E). now apply absorb_from_reduces. Qed.

Lemma merge_from_reduces v1 : forall start pre cur v2, after start pre = so cur ->
  reduces (close start pre cur :: v1 ++ v2) (merge_from v1 start pre cur v2).
Proof.
  induction v1 as [|s1 t1 IH1].
  - intros start pre cur v2. revert start pre cur. induction v2 as [|s2 t2 IH2]; intros start pre cur E; simpl.
    + apply reduces_refl.
    + destruct (_ <=? _)%uint63; [|apply reduces_refl].
      pose proof (absorb_reduces s2 t2 _ _ _ E) as A. destruct (absorb s2 pre cur). destruct A as [E' A].
      eapply reduces_trans. exact A. now apply IH2.
  - intros start pre cur v2. revert start pre cur. induction v2 as [|s2 t2 IH2]; intros start pre cur E.
    + cbn [merge_from]. destruct (_ <=? _)%uint63; [|rewrite app_nil_r; apply reduces_refl].
      pose proof (absorb_reduces s1 (t1 ++ []) _ _ _ E) as A. destruct (absorb s1 pre cur). destruct A as [E' A].
      eapply reduces_trans. exact A. now apply IH1.
    + cbn [merge_from].
      assert (Pm : forall c, Permutation (c :: (s1 :: t1) ++ s2 :: t2) (c :: s2 :: (s1 :: t1) ++ t2)).
      { constructor. symmetry. apply (Permutation_middle (s1 :: t1)). }
      destruct (so s1 <=? so s2)%uint63; destruct (_ <=? _)%uint63.
      * pose proof (absorb_reduces s1 (t1 ++ s2 :: t2) _ _ _ E) as A. destruct (absorb s1 pre cur).
        destruct A as [E' A]. eapply reduces_trans. exact A. now apply IH1.
      * apply reduces_cons. apply (IH1 _ [] s1). reflexivity.
      * eapply reduces_perm_trans. apply Pm.
        pose proof (absorb_reduces s2 ((s1 :: t1) ++ t2) _ _ _ E) as A. destruct (absorb s2 pre cur).
        destruct A as [E' A]. eapply reduces_trans. exact A. now apply IH2.
      * eapply reduces_perm_trans. apply Pm. apply reduces_cons. apply (IH2 _ [] s2). reflexivity.
Qed.
Lemma add_vec_reduces v w : reduces (v ++ w) (add_vec v w).
Proof.
  destruct v as [|s1 t1], w as [|s2 t2]; try apply reduces_refl.
  - simpl. rewrite app_nil_r. apply reduces_refl.
  - unfold add_vec. destruct (_ <=? _)%uint63.
    + now apply (merge_from_reduces t1 _ [] s1).
    + eapply reduces_perm_trans. 2: now apply (merge_from_reduces (s1 :: t1) _ [] s2).
      symmetry. apply (Permutation_middle (s1 :: t1)).
Qed.
Lemma axpy_add_weights c w acc : axpy c w acc = add_weights acc (scale_weights c w).
Proof. revert acc. induction w; destruct acc; simpl; auto. now f_equal. Qed.
Lemma axpy_vec_reduces c v acc : same_shape v acc = true -> reduces (acc ++ scale c v) (axpy_vec c v acc).
Proof.
  revert acc. induction v as [|s v IH]; destruct acc as [|t acc]; simpl; try discriminate.
  - intros. apply reduces_refl.
  - destruct (so s =? so t)%uint63 eqn:E; [|discriminate]. destruct (se s =? se t)%uint63; [|discriminate].
    intro shapes.
    eapply reduces_perm_trans. { constructor. symmetry. apply Permutation_middle. }
    apply eqb_correct in E. rewrite axpy_add_weights. eapply reduces_trans.
    + apply (reduces_mix t _ (se t) [] (sw t)); [reflexivity|]. now symmetry.
    + apply reduces_cons, IH, shapes.
Qed.
