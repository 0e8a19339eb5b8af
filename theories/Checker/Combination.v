(** * Linear combinations of rows

    The inner loop of the checker: coefficients times rows, added up by round-to-nearest operations.  Everything is again
    a permutation of segments and additions of two segments element by element ([reduces]), or gives up with NaN.

    Dense rows, of one segment, have their weights by fours ([quads]), and where four rows of one shape follow each
    other, they are added in one pass, in the same order as one after the other.  So a step reads few list cells and
    makes one number for four multiply-adds.

    Rows of a convolution are many and consist of many short segments.  Rows are first brought into the order of what
    they read ([sort_rows]), so that those of one position in different channels, which have one shape, come together,
    and neighbours are merged first; and merging goes over each segment once.

    Main definitions: [weights] (of a row, for combinations), [pack], [vec_of]; [combine_rows], [sort_rows], [substitute].
    Main results: [vec_of_pack], [substitute_reduces].

    Trust: proved.
    Source: docs/performance.md. *)
From Coq Require Import Floats Reals Lra Lia List Bool Permutation Uint63.
From Warrant.Primitives Require Import FloatBounds.
From Warrant.Checker Require Import Blocks SparseVector.
Import ListNotations.
Local Open Scope R_scope.

(** ** Weights by fours *)

Inductive quads := Nil | Quad (a b c d : float) (q : quads).
(** the weights in front of [t] *)
Fixpoint onto (q : quads) (t : list float) : list float :=
  match q with Nil => t | Quad a b c d q => a :: b :: c :: d :: onto q t end.
Fixpoint quads_of (w : list float) : quads :=
  match w with a :: b :: c :: d :: w => Quad a b c d (quads_of w) | _ => Nil end.
(** the at most three weights behind *)
Fixpoint rest_of (w : list float) : list float :=
  match w with _ :: _ :: _ :: _ :: w => rest_of w | _ => w end.

(** A row's weights: any segments, or one segment from value [o] to [e], by fours and the rest *)
Inductive weights := Sparse (v : vec) | Dense (o e : int) (q : quads) (t : list float).
Definition vec_of (r : weights) : vec := match r with Sparse v => v | Dense o e q t => [Seg o e (onto q t)] end.
Definition pack (v : vec) : weights :=
  match v with
  | [s] => match quads_of (sw s) with Nil => Sparse v | q => Dense (so s) (se s) q (rest_of (sw s)) end
  | _ => Sparse v
  end.

(** ** Adding rows up *)

Definition broken : quads := Quad nan nan nan nan Nil.
Fixpoint scale_quads (x : float) (q : quads) : quads :=
  match q with
  | Nil => Nil
  | Quad a b c d q => Quad (x * a) (x * b) (x * c) (x * d) (scale_quads x q)
  end.
(** [acc] + x·q *)
Fixpoint axpy_quads (x : float) (q acc : quads) : quads :=
  match acc, q with
  | Quad a b c d acc, Quad e f g h q => Quad (a + x * e) (b + x * f) (c + x * g) (d + x * h) (axpy_quads x q acc)
  | Nil, Nil => Nil
  | _, _ => broken
  end.

Section Four.
Variables x1 x2 x3 x4 : float.
(** [acc] + x1·w1 + x2·w2 + x3·w3 + x4·w4, from the left *)
Fixpoint axpy4 (w1 w2 w3 w4 acc : list float) : list float :=
  match acc, w1, w2, w3, w4 with
  | a :: acc, a1 :: w1, a2 :: w2, a3 :: w3, a4 :: w4 =>
    (a + x1 * a1 + x2 * a2 + x3 * a3 + x4 * a4)%float :: axpy4 w1 w2 w3 w4 acc
  | [], [], [], [], [] => []
  | _, _, _, _, _ => [nan]
  end.
(** Results are named first: the compiled checker then keeps them on its stack, and not all operands. *)
Fixpoint axpy4_quads (q1 q2 q3 q4 acc : quads) : quads :=
  match acc, q1, q2, q3, q4 with
  | Quad a b c d acc, Quad a1 b1 c1 d1 q1, Quad a2 b2 c2 d2 q2, Quad a3 b3 c3 d3 q3, Quad a4 b4 c4 d4 q4 =>
    let a := (a + x1 * a1 + x2 * a2 + x3 * a3 + x4 * a4)%float in
    let b := (b + x1 * b1 + x2 * b2 + x3 * b3 + x4 * b4)%float in
    let c := (c + x1 * c1 + x2 * c2 + x3 * c3 + x4 * c4)%float in
    let d := (d + x1 * d1 + x2 * d2 + x3 * d3 + x4 * d4)%float in
    Quad a b c d (axpy4_quads q1 q2 q3 q4 acc)
  | Nil, Nil, Nil, Nil, Nil => Nil
  | _, _, _, _, _ => broken
  end.
End Four.

Definition term : Type := float * weights.
Definition scale_row (x : float) (r : weights) : weights :=
  match r with Sparse v => Sparse (scale x v) | Dense o e q t => Dense o e (scale_quads x q) (scale_weights x t) end.
(** a row, or four, added to [acc] if their shapes are the same *)
Definition add_row (p : term) (acc : weights) : option weights :=
  match acc, p with
  | Dense o e a t, (x, Dense o1 e1 q1 t1) =>
    if (o1 =? o)%uint63 then if (e1 =? e)%uint63 then Some (Dense o e (axpy_quads x q1 a) (axpy x t1 t)) else None
    else None
  | Sparse a, (x, Sparse v) => if same_shape v a then Some (Sparse (axpy_vec x v a)) else None
  | _, _ => None
  end.
Definition add_four (p1 p2 p3 p4 : term) (acc : weights) : option weights :=
  match acc, p1, p2, p3, p4 with
  | Dense o e a t, (x1, Dense o1 e1 q1 t1), (x2, Dense o2 e2 q2 t2), (x3, Dense o3 e3 q3 t3), (x4, Dense o4 e4 q4 t4) =>
    if (o1 =? o)%uint63 then if (o2 =? o)%uint63 then if (o3 =? o)%uint63 then if (o4 =? o)%uint63 then
      if (e1 =? e)%uint63 then if (e2 =? e)%uint63 then if (e3 =? e)%uint63 then if (e4 =? e)%uint63 then
        Some (Dense o e (axpy4_quads x1 x2 x3 x4 q1 q2 q3 q4 a) (axpy4 x1 x2 x3 x4 t1 t2 t3 t4 t))
      else None else None else None else None
    else None else None else None else None
  | _, _, _, _, _ => None
  end.

(** Consecutive rows of one shape are accumulated; different shapes are merged pairwise, as a binary counter does. *)
Fixpoint push (v : vec) (st : list vec) : list vec :=
  match st with
  | [] => [v]
  | [] :: t => v :: t
  | w :: t => [] :: push (add_vec w v) t
  end.
Definition flush (acc : weights) (st : list vec) : list vec := match vec_of acc with [] => st | v => push v st end.
Definition add_all (st : list vec) : vec := fold_left (fun a w => add_vec w a) st [].
Fixpoint combine_rows (l : list term) (acc : weights) (st : list vec) : vec :=
  match l with
  | [] => add_all (flush acc st)
  | p1 :: l1 =>
    let one (_ : unit) :=
      match add_row p1 acc with
      | Some acc => combine_rows l1 acc st
      | None => combine_rows l1 (scale_row (fst p1) (snd p1)) (flush acc st)
      end in
    match l1 with
    | p2 :: p3 :: p4 :: l4 =>
      match add_four p1 p2 p3 p4 acc with Some acc => combine_rows l4 acc st | None => one tt end
    | _ => one tt
    end
  end.

(** *** The order of rows

    By descending middle of what a row reads, the order in which a walk collects them within a channel, by merging
    runs. *)
Fixpoint last_end (o : int) (v : vec) : int := match v with [] => o | s :: v' => last_end (se s) v' end.
(** first value plus end *)
Definition middle_vec (v : vec) : int := match v with [] => 0 | s :: v => so s + last_end (se s) v end%uint63.
Definition middle (r : weights) : int := match r with Sparse v => middle_vec v | Dense o e _ _ => (o + e)%uint63 end.
Definition keyed : Type := int * term.
(** [l] is in order after a row of middle [k] *)
Fixpoint in_order (k : int) (l : list term) : bool :=
  match l with
  | [] => true
  | (_, r) :: l' =>
    let m := match r with Sparse v => middle_vec v | Dense o e _ _ => (o + e)%uint63 end in
    if (m <=? k)%uint63 then in_order m l' else false
  end.
Fixpoint runs (l : list term) : list (list keyed) :=
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
Definition sort_rows (l : list term) : list term :=
  match l with
  | [] => []
  | p :: l' => if in_order (middle (snd p)) l' then l else map snd (join_runs 64 (runs l))
  end.

(** the step of a backward pass: coefficients [v] below a block plus a combination of the block's rows *)
Definition substitute (l : list term) (v : vec) : vec := add_vec v (combine_rows (sort_rows l) (Sparse []) []).

(** ** Packing *)

Local Lemma four_more (P : list float -> Prop) : P [] -> (forall a, P [a]) -> (forall a b, P [a; b]) ->
  (forall a b c, P [a; b; c]) -> (forall a b c d w, P w -> P (a :: b :: c :: d :: w)) -> forall w, P w.
Proof.
  intros P0 P1 P2 P3 P4. fix go 1. intros [|a [|b [|c [|d w]]]]; [exact P0|apply P1|apply P2|apply P3|apply P4, go].
Qed.
Local Lemma onto_rest w : onto (quads_of w) (rest_of w) = w.
Proof. induction w using four_more; simpl; congruence. Qed.
Lemma vec_of_pack v : vec_of (pack v) = v.
Proof.
  destruct v as [|[o e w] [|? ?]]; auto. simpl. generalize (onto_rest w).
  destruct (quads_of w); auto. simpl. congruence.
Qed.

(** ** Reduction *)

Local Lemma scale_quads_onto x q t : onto (scale_quads x q) (scale_weights x t) = scale_weights x (onto q t).
Proof. induction q as [|a b c d q IH]; simpl; congruence. Qed.
Lemma vec_of_scale_row x r : vec_of (scale_row x r) = scale x (vec_of r).
Proof. destruct r; auto. simpl. now rewrite scale_quads_onto. Qed.

(** the weights [w] are what they should be, or something is refused *)
Local Definition equal_or_nan (w v : list float) : Prop := w = v \/ forallb fin w = false.
Local Lemma equal_or_nan_cons a w v : equal_or_nan w v -> equal_or_nan (a :: w) (a :: v).
Proof. intros [->|no]; [now left|right; simpl; rewrite no; apply andb_false_r]. Qed.
Local Lemma axpy_quads_onto x t u : forall q acc,
  equal_or_nan (onto (axpy_quads x q acc) (axpy x t u)) (axpy x (onto q t) (onto acc u)).
Proof.
  induction q as [|a b c d q IH]; intros [|a' b' c' d' acc]; simpl; try (now left); try (now right).
  now do 4 apply equal_or_nan_cons.
Qed.
Section Four_correct.
Variables x1 x2 x3 x4 : float.
Local Notation by_one w1 w2 w3 w4 acc := (axpy x4 w4 (axpy x3 w3 (axpy x2 w2 (axpy x1 w1 acc)))).
Local Lemma axpy4_correct acc : forall w1 w2 w3 w4,
  equal_or_nan (axpy4 x1 x2 x3 x4 w1 w2 w3 w4 acc) (by_one w1 w2 w3 w4 acc).
Proof.
  induction acc as [|a acc IH]; intros [|a1 w1] [|a2 w2] [|a3 w3] [|a4 w4];
    try (now left); try (now right). apply equal_or_nan_cons, IH.
Qed.
Local Lemma axpy4_quads_onto t1 t2 t3 t4 t : forall acc q1 q2 q3 q4,
  equal_or_nan (onto (axpy4_quads x1 x2 x3 x4 q1 q2 q3 q4 acc) (axpy4 x1 x2 x3 x4 t1 t2 t3 t4 t))
    (by_one (onto q1 t1) (onto q2 t2) (onto q3 t3) (onto q4 t4) (onto acc t)).
Proof.
  induction acc as [|a b c d acc IH]; intros [|a1 b1 c1 d1 q1] [|a2 b2 c2 d2 q2] [|a3 b3 c3 d3 q3] [|a4 b4 c4 d4 q4];
    try (now right).
  - apply axpy4_correct.
  - now do 4 apply equal_or_nan_cons.
Qed.
End Four_correct.

Local Lemma dense_reduces o e w : forall (l : list (float * list float)) a,
  equal_or_nan w (fold_left (fun a p => axpy (fst p) (snd p) a) l a) ->
  reduces (Seg o e a :: map (fun p => Seg o e (scale_weights (fst p) (snd p))) l) [Seg o e w].
Proof.
  induction l as [|[x v] l IH]; simpl; intros a [E|no].
  - rewrite E. apply reduces_refl.
  - apply reduces_nan; [simpl; now rewrite no|auto].
  - eapply reduces_trans; [apply (reduces_mix _ _ e [] a); reflexivity|]. cbn [app so sw].
    rewrite <- axpy_add_weights. apply IH. now left.
  - apply reduces_nan; [simpl; now rewrite no|simpl; lia].
Qed.
Lemma add_row_reduces p acc acc' : add_row p acc = Some acc' ->
  reduces (vec_of acc ++ scale (fst p) (vec_of (snd p))) (vec_of acc').
Proof.
  destruct p as [x r], acc as [a|o e a t], r as [v|o1 e1 q1 t1]; simpl; try discriminate.
  - destruct (same_shape v a) eqn:same; [|discriminate]. intros [= <-]. now apply axpy_vec_reduces.
  - destruct (o1 =? o)%uint63 eqn:Eo; [|discriminate]. destruct (e1 =? e)%uint63 eqn:Ee; [|discriminate].
    apply eqb_correct in Eo. apply eqb_correct in Ee. subst. intros [= <-]. simpl.
    apply (dense_reduces _ _ _ [(x, _)]). apply axpy_quads_onto.
Qed.
Lemma add_four_reduces p1 p2 p3 p4 acc acc' : add_four p1 p2 p3 p4 acc = Some acc' ->
  reduces (vec_of acc ++ concat (map (fun p => scale (fst p) (vec_of (snd p))) [p1; p2; p3; p4])) (vec_of acc').
Proof.
  destruct p1 as [x1 [v1|o1 e1 q1 t1]], p2 as [x2 [v2|o2 e2 q2 t2]], p3 as [x3 [v3|o3 e3 q3 t3]],
    p4 as [x4 [v4|o4 e4 q4 t4]], acc as [a|o e a t]; try discriminate.
  cbn [add_four].
  repeat match goal with |- context [(?i =? ?j)%uint63] =>
    destruct (i =? j)%uint63 eqn:same; [apply eqb_correct in same; subst|discriminate] end.
  intros [= <-].
  apply (dense_reduces _ _ _ [(x1, _); (x2, _); (x3, _); (x4, _)]). apply axpy4_quads_onto.
Qed.

Lemma push_reduces v st : reduces (v ++ concat st) (concat (push v st)).
Proof.
  revert v. induction st as [|[|s w] t IH]; intro v; simpl.
  - apply reduces_refl.
  - apply reduces_refl.
  - eapply reduces_trans. 2: apply IH. rewrite app_comm_cons, app_assoc. apply reduces_app_r.
    eapply reduces_perm_trans. apply Permutation_app_comm. apply (add_vec_reduces (s :: w) v).
Qed.
Lemma flush_reduces acc st : reduces (vec_of acc ++ concat st) (concat (flush acc st)).
Proof. unfold flush. destruct (vec_of acc). apply reduces_refl. apply push_reduces. Qed.
Lemma add_all_reduces st : reduces (concat st) (add_all st).
Proof.
  unfold add_all. change (concat st) with ([] ++ concat st). generalize (@nil seg).
  induction st as [|w st IH]; intro a; simpl.
  - rewrite app_nil_r. apply reduces_refl.
  - eapply reduces_trans. 2: apply IH. rewrite app_assoc. apply reduces_app_r.
    eapply reduces_perm_trans. apply Permutation_app_comm. apply add_vec_reduces.
Qed.
Definition scaled_rows (l : list term) : vec := concat (map (fun p => scale (fst p) (vec_of (snd p))) l).
Lemma scaled_rows_app l m : scaled_rows (l ++ m) = scaled_rows l ++ scaled_rows m.
Proof. unfold scaled_rows. now rewrite map_app, concat_app. Qed.
(** one step of [combine_rows]: some of the rows go into [acc] *)
Lemma accumulate l m acc acc' (w x : vec) : reduces (vec_of acc ++ scaled_rows l) (vec_of acc') ->
  reduces (scaled_rows m ++ vec_of acc' ++ w) x -> reduces (scaled_rows (l ++ m) ++ vec_of acc ++ w) x.
Proof.
  intros step rest. eapply reduces_trans; [|exact rest]. rewrite scaled_rows_app.
  eapply reduces_perm_trans with (w := (vec_of acc ++ scaled_rows l) ++ scaled_rows m ++ w).
  { rewrite !app_assoc. apply Permutation_app_tail. rewrite <- (app_assoc (vec_of acc)). apply Permutation_app_comm. }
  eapply reduces_trans; [apply reduces_app_r, step|].
  apply reduces_perm. rewrite !app_assoc. apply Permutation_app_tail, Permutation_app_comm.
Qed.
Lemma combine_rows_reduces n : forall l acc st, (length l <= n)%nat ->
  reduces (scaled_rows l ++ vec_of acc ++ concat st) (combine_rows l acc st).
Proof.
  induction n as [|n IH]; intros [|p1 l1] acc st len; simpl in len; try lia.
  1,2: eapply reduces_trans; [apply flush_reduces|apply add_all_reduces].
  assert (one : reduces (scaled_rows (p1 :: l1) ++ vec_of acc ++ concat st)
    match add_row p1 acc with
    | Some acc => combine_rows l1 acc st
    | None => combine_rows l1 (scale_row (fst p1) (snd p1)) (flush acc st)
    end).
  { destruct (add_row p1 acc) as [acc'|] eqn:added.
    - apply (accumulate [p1] l1 acc acc'); [|apply IH; lia].
      unfold scaled_rows. simpl. rewrite app_nil_r. now apply add_row_reduces.
    - eapply reduces_trans. 2: apply IH; lia. rewrite vec_of_scale_row. unfold scaled_rows. simpl. rewrite <- app_assoc.
      eapply reduces_perm_trans. { rewrite app_assoc. apply Permutation_app_tail, Permutation_app_comm. }
      rewrite <- app_assoc. apply reduces_app_l, reduces_app_l, flush_reduces. }
  destruct l1 as [|p2 [|p3 [|p4 l4]]]; try exact one. cbn [combine_rows].
  destruct (add_four p1 p2 p3 p4 acc) as [acc'|] eqn:added; [|exact one].
  apply (accumulate [p1; p2; p3; p4] l4 acc acc'); [now apply add_four_reduces|apply IH; simpl in len; lia].
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
  pose proof (combine_rows_reduces _ (sort_rows l) (Sparse []) [] (le_n _)) as C. simpl in C. rewrite app_nil_r in C.
  eapply reduces_perm_trans; [|exact C]. unfold scaled_rows. rewrite <- !flat_map_concat_map.
  apply Permutation_flat_map, sort_rows_permutation.
Qed.

(** ** Norms *)

Fixpoint sum_rows (y : int -> R) (l : list term) : R :=
  match l with [] => 0 | p :: l' => toR (fst p) * dotv y (vec_of (snd p)) + sum_rows y l' end.
Fixpoint norm_rows (l : list term) : R :=
  match l with [] => 0 | p :: l' => Rabs (toR (fst p)) * norm_vec (vec_of (snd p)) + norm_rows l' end.
Fixpoint len_rows (l : list term) : R :=
  match l with [] => 0 | p :: l' => len_vec (vec_of (snd p)) + len_rows l' end.
Fixpoint segments_rows (l : list term) : nat :=
  match l with [] => O | p :: l' => length (vec_of (snd p)) + segments_rows l' end.
Lemma norm_rows_ge0 l : 0 <= norm_rows l.
Proof.
  induction l as [|p l]; simpl. lra. generalize (Rabs_pos (toR (fst p))) (norm_vec_ge0 (vec_of (snd p))). nra.
Qed.
Lemma len_rows_ge0 l : 0 <= len_rows l.
Proof. induction l as [|p l]; simpl. lra. generalize (len_vec_ge0 (vec_of (snd p))). lra. Qed.
Lemma scaled_rows_length l : length (scaled_rows l) = segments_rows l.
Proof.
  unfold scaled_rows. induction l as [|p l IH]; simpl; auto.
  rewrite length_app, IH. unfold scale. now rewrite length_map.
Qed.
