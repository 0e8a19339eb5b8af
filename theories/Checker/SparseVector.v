(** * Sparse coefficient vectors

    Linear combinations of rows, kept as segments (offset, end, weights), by round-to-nearest additions and
    multiplications, one multiply-add a weight.  Nothing that is proved depends on the order of the segments or on their
    ends: every operation is a permutation of segments and additions of two segments element by element ([reduces]), so
    that the rounding analysis (SparseVector_sound.v) is one induction.  A wrong end can only give NaN, which is
    refused.

    Main definitions: [add_vec], [combine_rows], [substitute]; [norm_vec], [len_vec], [fin_vec].
    Main results: [substitute_reduces].

    Trust: proved.
    Source: DESIGN.md, section 3 (arithmetic). *)
From Coq Require Import Floats Reals Lra List Bool Permutation Uint63.
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
Fixpoint mix_weights (o1 : int) (w1 : list float) (o2 : int) (w2 : list float) : list float :=
  match w1 with
  | [] => if (o1 =? o2)%uint63 then w2 else [nan]
  | a :: w1' => if (o1 =? o2)%uint63 then add_weights w1 w2 else a :: mix_weights (o1 + 1)%uint63 w1' o2 w2
  end.
Definition merge (s t : seg) : seg :=
  Seg (so s) (if (se s <=? se t)%uint63 then se t else se s) (mix_weights (so s) (sw s) (so t) (sw t)).
Fixpoint merge_from (v1 : vec) : seg -> vec -> vec :=
  fix go2 (cur : seg) (v2 : vec) {struct v2} : vec :=
    match v1, v2 with
    | [], [] => [cur]
    | s :: t, [] => if (so s <=? se cur)%uint63 then merge_from t (merge cur s) [] else cur :: v1
    | [], s :: t => if (so s <=? se cur)%uint63 then go2 (merge cur s) t else cur :: v2
    | s1 :: t1, s2 :: t2 =>
      if (so s1 <=? so s2)%uint63
      then if (so s1 <=? se cur)%uint63 then merge_from t1 (merge cur s1) v2 else cur :: merge_from t1 s1 v2
      else if (so s2 <=? se cur)%uint63 then go2 (merge cur s2) t2 else cur :: go2 s2 t2
    end.
Definition add_vec (v1 v2 : vec) : vec :=
  match v1, v2 with
  | [], _ => v2
  | _, [] => v1
  | s1 :: t1, s2 :: t2 => if (so s1 <=? so s2)%uint63 then merge_from t1 s1 v2 else merge_from v1 s2 t2
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

(** the step of a backward pass: coefficients [v] below a block plus a combination of the block's rows *)
Definition substitute (l : list (float * vec)) (v : vec) : vec := add_vec v (combine_rows l [] []).

(** ** Reduction *)
(** [reduces v w]: [w] comes from [v] by permuting segments and adding two segments element by element *)
Inductive reduces : vec -> vec -> Prop :=
| reduces_perm v w : Permutation v w -> reduces v w
| reduces_mix s t e v : reduces (s :: t :: v) (Seg (so s) e (mix_weights (so s) (sw s) (so t) (sw t)) :: v)
| reduces_trans v w x : reduces v w -> reduces w x -> reduces v x.
Lemma reduces_refl v : reduces v v. Proof. now apply reduces_perm. Qed.
Lemma reduces_app_r v w x : reduces v w -> reduces (v ++ x) (w ++ x).
Proof.
  induction 1. apply reduces_perm. now apply Permutation_app_tail.
  simpl. apply reduces_mix. eapply reduces_trans; eauto.
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
Lemma reduces_merge s t v : reduces (s :: t :: v) (merge s t :: v).
Proof. apply reduces_mix. Qed.

Lemma merge_from_reduces v1 : forall cur v2, reduces (cur :: v1 ++ v2) (merge_from v1 cur v2).
Proof.
  induction v1 as [|s1 t1 IH1].
  - intros cur v2. revert cur. induction v2 as [|s2 t2 IH2]; intro cur; simpl.
    + apply reduces_refl.
    + destruct (_ <=? _)%uint63; [|apply reduces_refl].
      eapply reduces_trans. apply reduces_merge. apply IH2.
  - intros cur v2. revert cur. induction v2 as [|s2 t2 IH2]; intro cur.
    + cbn [merge_from]. destruct (_ <=? _)%uint63; [|rewrite app_nil_r; apply reduces_refl].
      eapply reduces_trans. apply reduces_merge. apply IH1.
    + cbn [merge_from].
      assert (Pm : Permutation (cur :: (s1 :: t1) ++ s2 :: t2) (cur :: s2 :: (s1 :: t1) ++ t2)).
      { constructor. symmetry. apply (Permutation_middle (s1 :: t1)). }
      destruct (so s1 <=? so s2)%uint63; destruct (_ <=? _)%uint63.
      * eapply reduces_trans. apply reduces_merge. apply IH1.
      * apply reduces_cons, IH1.
      * eapply reduces_perm_trans. exact Pm. eapply reduces_trans. apply reduces_merge. apply IH2.
      * eapply reduces_perm_trans. exact Pm. apply reduces_cons. apply IH2.
Qed.
Lemma add_vec_reduces v w : reduces (v ++ w) (add_vec v w).
Proof.
  destruct v as [|s1 t1], w as [|s2 t2]; try apply reduces_refl.
  - simpl. rewrite app_nil_r. apply reduces_refl.
  - unfold add_vec. destruct (_ <=? _)%uint63.
    + apply merge_from_reduces.
    + eapply reduces_perm_trans. 2: apply merge_from_reduces. symmetry. apply (Permutation_middle (s1 :: t1)).
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
    eapply reduces_trans. apply reduces_mix with (e := se t). simpl.
    apply eqb_correct in E. rewrite E.
    replace (mix_weights _ _ _ _) with (axpy c (sw s) (sw t)).
    + apply reduces_cons, IH, shapes.
    + rewrite axpy_add_weights. destruct (sw t); simpl; now rewrite eqb_refl.
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
Lemma substitute_reduces l v : reduces (v ++ scaled_rows l) (substitute l v).
Proof.
  eapply reduces_trans. 2: apply add_vec_reduces. apply reduces_app_l.
  pose proof (combine_rows_reduces l [] []) as C. simpl in C. now rewrite app_nil_r in C.
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
