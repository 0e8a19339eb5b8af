(** * Sparse coefficient vectors

    Linear combinations of rows, kept as segments (offset, end, weights), by round-to-nearest additions and
    multiplications, one multiply-add a weight.  Nothing that is proved depends on the order of the segments or on their
    ends: every operation is a permutation of segments and additions of two segments element by element ([reduces]), so
    that the rounding analysis (SparseVector_sound.v) is one induction.  A wrong end can only give NaN, which is
    refused.

    Rows of a convolution are many and consist of many short segments.  Rows are first brought into the order of what
    they read ([sort_rows]), so that those of one position in different channels, which have one shape, come together,
    and neighbours are merged first; and merging goes over each segment once.

    Main definitions: [add_vec], [combine_rows], [sort_rows], [substitute]; [norm_vec], [len_vec], [fin_vec].
    Main results: [substitute_reduces].

    Trust: proved.
    Source: DESIGN.md, section 3 (arithmetic). *)
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
(** Linear combination of rows: consecutive rows of one shape are accumulated by [axpy]; different shapes are merged
    pairwise, as a binary counter does. *)
Fixpoint push (v : vec) (st : list vec) : list vec :=
  match st with
  | [] => [v]
  | [] :: t => v :: t
  | w :: t => [] :: push (add_vec w v) t
  end.
Definition add_all (st : list vec) : vec := fold_left (fun a w => add_vec w a) st [].
Fixpoint combine_rows (l : list (float * vec)) (acc : vec) (st : list vec) : vec :=
  match l with
  | [] => add_all (match acc with [] => st | _ => push acc st end)
  | (c, r) :: l' =>
    if same_shape r acc then combine_rows l' (axpy_vec c r acc) st
    else combine_rows l' (scale c r) (match acc with [] => st | _ => push acc st end)
  end.

(** *** The order of rows

    By descending middle of what a row reads, the order in which a walk collects them within a channel, by merging
    runs. *)
Fixpoint last_end (o : int) (v : vec) : int := match v with [] => o | s :: v' => last_end (se s) v' end.
(** first value plus end *)
Definition middle (v : vec) : int := match v with [] => 0%uint63 | s :: v' => (so s + last_end (se s) v')%uint63 end.
Definition keyed : Type := int * (float * vec).
(** [l] is in order after a row of middle [k] *)
Fixpoint in_order (k : int) (l : list (float * vec)) : bool :=
  match l with
  | [] => true
  | p :: l' => let m := middle (snd p) in if (m <=? k)%uint63 then in_order m l' else false
  end.
Fixpoint runs (l : list (float * vec)) : list (list keyed) :=
  match l with
  | [] => []
  | p :: l' =>
    let k := middle (snd p) in
    match runs l' with
    | (q :: r) :: rs => if (fst q <=? k)%uint63 then ((k, p) :: q :: r) :: rs else [(k, p)] :: (q :: r) :: rs
    | rs => [(k, p)] :: rs
    end
  end.
Fixpoint merge_runs (r1 : list keyed) : list keyed -> list keyed :=
  fix go2 (r2 : list keyed) : list keyed :=
    match r1, r2 with
    | [], _ => r2
    | _, [] => r1
    | p :: t1, q :: t2 => if (fst q <=? fst p)%uint63 then p :: merge_runs t1 r2 else q :: go2 t2
    end.
Fixpoint merge_pairs (rs : list (list keyed)) : list (list keyed) :=
  match rs with r1 :: r2 :: rs' => merge_runs r1 r2 :: merge_pairs rs' | _ => rs end.
Fixpoint join_runs (n : nat) (rs : list (list keyed)) : list keyed :=
  match rs, n with
  | [r], _ => r
  | _ :: _, S n => join_runs n (merge_pairs rs)
  | _, _ => concat rs
  end.
Definition sort_rows (l : list (float * vec)) : list (float * vec) :=
  match l with
  | [] => []
  | p :: l' => if in_order (middle (snd p)) l' then l else map snd (join_runs 64 (runs l))
  end.

(** the step of a backward pass: coefficients [v] below a block plus a combination of the block's rows *)
Definition substitute (l : list (float * vec)) (v : vec) : vec := add_vec v (combine_rows (sort_rows l) [] []).

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
Lemma push_reduces v st : reduces (v ++ concat st) (concat (push v st)).
Proof.
  revert v. induction st as [|[|s w] t IH]; intro v; simpl.
  - apply reduces_refl.
  - apply reduces_refl.
  - eapply reduces_trans. 2: apply IH. rewrite app_comm_cons, app_assoc. apply reduces_app_r.
    eapply reduces_perm_trans. apply Permutation_app_comm. apply (add_vec_reduces (s :: w) v).
Qed.
Lemma push_reduces' v st : reduces (v ++ concat st) (concat (match v with [] => st | _ => push v st end)).
Proof. destruct v. apply reduces_refl. apply push_reduces. Qed.
Lemma add_all_reduces st : reduces (concat st) (add_all st).
Proof.
  unfold add_all. change (concat st) with ([] ++ concat st). generalize (@nil seg).
  induction st as [|w st IH]; intro a; simpl.
  - rewrite app_nil_r. apply reduces_refl.
  - eapply reduces_trans. 2: apply IH. rewrite app_assoc. apply reduces_app_r.
    eapply reduces_perm_trans. apply Permutation_app_comm. apply add_vec_reduces.
Qed.
Definition scaled_rows (l : list (float * vec)) : vec := concat (map (fun p => scale (fst p) (snd p)) l).
Lemma combine_rows_reduces l : forall acc st, reduces (scaled_rows l ++ acc ++ concat st) (combine_rows l acc st).
Proof.
  unfold scaled_rows. induction l as [|[c r] l IH]; intros acc st; simpl.
  - eapply reduces_trans. apply push_reduces'. apply add_all_reduces.
  - set (rest := concat (map (fun p : float * vec => scale (fst p) (snd p)) l)) in *.
    destruct (same_shape r acc) eqn:E.
    + eapply reduces_trans. 2: apply IH.
      eapply reduces_perm_trans with (w := (acc ++ scale c r) ++ rest ++ concat st).
      { rewrite !app_assoc. apply Permutation_app_tail. rewrite <- (app_assoc acc).
        apply Permutation_app_comm. }
      eapply reduces_trans. apply reduces_app_r, axpy_vec_reduces, E.
      apply reduces_perm. rewrite !app_assoc. apply Permutation_app_tail, Permutation_app_comm.
    + eapply reduces_trans. 2: apply IH.
      eapply reduces_perm_trans with (w := rest ++ scale c r ++ (acc ++ concat st)).
      { rewrite !app_assoc. do 2 apply Permutation_app_tail. apply Permutation_app_comm. }
      apply reduces_app_l, reduces_app_l. apply push_reduces'.
Qed.

Lemma runs_rows l : map snd (concat (runs l)) = l.
Proof.
  induction l as [|p l IH]; simpl; auto.
  destruct (runs l) as [|[|q r] rs]; [|simpl in *; now rewrite IH|]. { simpl in *. now rewrite IH. }
  destruct (_ <=? _)%uint63; simpl in *; now rewrite IH.
Qed.
Lemma merge_runs_permutation r1 : forall r2, Permutation (r1 ++ r2) (merge_runs r1 r2).
Proof.
  induction r1 as [|p t1 IH1]; [destruct r2; reflexivity|]. induction r2 as [|q t2 IH2].
  - simpl. now rewrite app_nil_r.
  - cbn [merge_runs]. destruct (_ <=? _)%uint63.
    + simpl. constructor. apply IH1.
    + rewrite <- Permutation_middle. constructor. apply IH2.
Qed.
Lemma merge_pairs_permutation n : forall rs, (length rs <= n)%nat -> Permutation (concat rs) (concat (merge_pairs rs)).
Proof.
  induction n as [|n IH]; intros [|r1 [|r2 rs]] L; simpl in *; auto; try lia.
  rewrite app_assoc. apply Permutation_app; [apply merge_runs_permutation|apply IH; lia].
Qed.
Lemma join_runs_permutation n : forall rs, Permutation (concat rs) (join_runs n rs).
Proof.
  induction n as [|n IH]; intros [|r1 [|r2 rs]]; cbn [join_runs]; auto; try (simpl; now rewrite app_nil_r).
  rewrite <- IH. eapply merge_pairs_permutation. reflexivity.
Qed.
Lemma sort_rows_permutation l : Permutation l (sort_rows l).
Proof.
  destruct l as [|p l]; [reflexivity|]. unfold sort_rows. destruct (in_order _ l); [reflexivity|].
  rewrite <- (runs_rows (p :: l)) at 1. apply Permutation_map, join_runs_permutation.
Qed.
Lemma substitute_reduces l v : reduces (v ++ scaled_rows l) (substitute l v).
Proof.
  eapply reduces_trans. 2: apply add_vec_reduces. apply reduces_app_l.
  pose proof (combine_rows_reduces (sort_rows l) [] []) as C. simpl in C. rewrite app_nil_r in C.
  eapply reduces_perm_trans; [|exact C]. unfold scaled_rows. rewrite <- !flat_map_concat_map.
  apply Permutation_flat_map, sort_rows_permutation.
Qed.

(** ** Norms *)

Fixpoint norm_weights (w : list float) : R := match w with [] => 0 | a :: w' => Rabs (toR a) + norm_weights w' end.
Definition norm_vec (v : vec) := fold_right (fun s a => norm_weights (sw s) + a) 0 v.
Fixpoint len_weights (w : list float) : R := match w with [] => 0 | _ :: w' => 1 + len_weights w' end.
Definition len_vec (v : vec) := fold_right (fun s a => len_weights (sw s) + a) 0 v.
Definition fin_vec (v : vec) := forallb (fun s => forallb fin (sw s)) v.

Lemma norm_weights_ge0 w : 0 <= norm_weights w.
Proof. induction w as [|a w]; simpl. lra. generalize (Rabs_pos (toR a)). lra. Qed.
Lemma len_weights_ge0 w : 0 <= len_weights w. Proof. induction w; simpl; lra. Qed.
Lemma norm_vec_ge0 v : 0 <= norm_vec v.
Proof. induction v as [|s v]; simpl. lra. generalize (norm_weights_ge0 (sw s)). lra. Qed.
Lemma len_vec_ge0 v : 0 <= len_vec v.
Proof. induction v as [|s v]; simpl. lra. generalize (len_weights_ge0 (sw s)). lra. Qed.
Lemma dotv_app y v w : dotv y (v ++ w) = dotv y v + dotv y w.
Proof. induction v; simpl; try rewrite IHv; ring. Qed.
Lemma norm_vec_app v w : norm_vec (v ++ w) = norm_vec v + norm_vec w.
Proof. induction v; simpl; try rewrite IHv; ring. Qed.
Lemma len_vec_app v w : len_vec (v ++ w) = len_vec v + len_vec w.
Proof. induction v; simpl; try rewrite IHv; ring. Qed.

(** The same of a list of coefficients and rows *)
Fixpoint sum_rows (y : int -> R) (l : list (float * vec)) : R :=
  match l with [] => 0 | p :: l' => toR (fst p) * dotv y (snd p) + sum_rows y l' end.
Fixpoint norm_rows (l : list (float * vec)) : R :=
  match l with [] => 0 | p :: l' => Rabs (toR (fst p)) * norm_vec (snd p) + norm_rows l' end.
Fixpoint len_rows (l : list (float * vec)) : R :=
  match l with [] => 0 | p :: l' => len_vec (snd p) + len_rows l' end.
Fixpoint segments_rows (l : list (float * vec)) : nat :=
  match l with [] => O | p :: l' => length (snd p) + segments_rows l' end.
Lemma norm_rows_ge0 l : 0 <= norm_rows l.
Proof.
  induction l as [|p l]; simpl. lra. generalize (Rabs_pos (toR (fst p))) (norm_vec_ge0 (snd p)). nra.
Qed.
Lemma len_rows_ge0 l : 0 <= len_rows l.
Proof. induction l as [|p l]; simpl. lra. generalize (len_vec_ge0 (snd p)). lra. Qed.
Lemma scaled_rows_length l : length (scaled_rows l) = segments_rows l.
Proof.
  unfold scaled_rows. induction l as [|p l IH]; simpl; auto.
  rewrite length_app, IH. unfold scale. now rewrite length_map.
Qed.
