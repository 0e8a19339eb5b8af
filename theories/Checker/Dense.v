(** * Sums of rows of one shape

    What a backward pass collects in a dense layer are rows of one shape.  They are kept without their shape, in a list of
    its own kind, and added up four at a time, in the order in which Combination.v adds them: nothing has to be sorted,
    compared or merged.

    Main definitions: [shaped], [listed] (the same rows for Combination.v), [sum_shaped].
    Main results: [sum_shaped_reduces].

    Trust: proved.
    Source: docs/performance.md. *)
From Coq Require Import Floats Reals List Bool Permutation Uint63 Lia.
From Warrant.Primitives Require Import FloatBounds Rounding.
From Warrant.Checker Require Import Blocks SparseVector Combination.
Import ListNotations.

(** rows with their coefficients: weights by fours, and the rest *)
Inductive shaped := NoRow | AddRow (x : float) (q : quads) (t : list float) (l : shaped).
(** the same rows, where each is a segment from value [o] to [e] *)
Fixpoint listed (o e : int) (l : shaped) : list term :=
  match l with NoRow => [] | AddRow x q t l => (x, Dense o e q t) :: listed o e l end.

(** the rows [l], added to weights *)
Fixpoint add_shaped (l : shaped) (q : quads) (t : list float) : quads * list float :=
  match l with
  | NoRow => (q, t)
  | AddRow x1 q1 t1 l1 =>
    match l1 with
    | AddRow x2 q2 t2 (AddRow x3 q3 t3 (AddRow x4 q4 t4 l4)) =>
      add_shaped l4 (axpy4_quads x1 x2 x3 x4 q1 q2 q3 q4 q) (axpy4 x1 x2 x3 x4 t1 t2 t3 t4 t)
    | _ => add_shaped l1 (axpy_quads x1 q1 q) (axpy x1 t1 t)
    end
  end.
Fixpoint finite_weights (w : list float) : bool :=
  match w with [] => true | c :: w' => if finite c then finite_weights w' else false end.
(** a sum is finite only if all that was added is *)
Fixpoint finite_quads (q : quads) : bool :=
  match q with Nil => true | Quad a b c d q => if finite ((a + b) + (c + d))%float then finite_quads q else false end.
(** the sum of the rows, if there are rows and it is finite *)
Definition sum_shaped (l : shaped) : option (list float) :=
  match l with
  | NoRow => None
  | AddRow x q t l =>
    let (q, t) := add_shaped l (scale_quads x q) (scale_weights x t) in
    if finite_quads q then if finite_weights t then Some (onto q t) else None else None
  end.

(** ** Soundness *)

Lemma finite_weights_fin w : finite_weights w = true -> forallb fin w = true.
Proof.
  induction w as [|c w IH]; simpl; auto. destruct (finite c) eqn:Fc; [|discriminate]. now rewrite (finite_fin _ Fc).
Qed.
Local Lemma finite_quads_fin t : forallb fin t = true -> forall q, finite_quads q = true -> forallb fin (onto q t) = true.
Proof.
  intro Ft. induction q as [|a b c d q IH]; cbn [finite_quads onto forallb]; auto.
  destruct (finite (_ + _)%float) eqn:Fs; [|discriminate]. intro Fq. apply finite_fin in Fs.
  destruct (add_near _ _ Fs) as (Fab & Fcd & _).
  destruct (add_near _ _ Fab) as (-> & -> & _). destruct (add_near _ _ Fcd) as (-> & -> & _). now apply IH.
Qed.

Section Shape.
Variables o e : int.
Local Lemma add_shaped_reduces n : forall l q t, (length (listed o e l) <= n)%nat -> let (q', t') := add_shaped l q t in
  reduces (scaled_rows (listed o e l) ++ [Seg o e (onto q t)]) [Seg o e (onto q' t')].
Proof.
  induction n as [|n IH]; intros [|x1 q1 t1 l1] q t len; cbn [listed length] in len; try lia; try apply reduces_refl.
  set (p1 := (x1, Dense o e q1 t1)).
  assert (one : let (q', t') := add_shaped l1 (axpy_quads x1 q1 q) (axpy x1 t1 t) in
    reduces (scaled_rows (listed o e (AddRow x1 q1 t1 l1)) ++ [Seg o e (onto q t)]) [Seg o e (onto q' t')]).
  { specialize (IH l1 (axpy_quads x1 q1 q) (axpy x1 t1 t) ltac:(lia)). destruct (add_shaped l1 _ _) as [q' t'].
    refine (accumulate [p1] (listed o e l1) (Dense o e q t) (Dense o e (axpy_quads x1 q1 q) (axpy x1 t1 t)) [] _ _ IH).
    unfold scaled_rows. cbn [map concat]. rewrite app_nil_r. apply add_row_reduces. cbn. now rewrite !eqb_refl. }
  destruct l1 as [|x2 q2 t2 [|x3 q3 t3 [|x4 q4 t4 l4]]]; try exact one. clear one. cbn [add_shaped]. cbn [listed length] in len.
  set (q5 := axpy4_quads _ _ _ _ _ _ _ _ _). set (t5 := axpy4 _ _ _ _ _ _ _ _ _).
  specialize (IH l4 q5 t5 ltac:(lia)). destruct (add_shaped l4 _ _) as [q' t'].
  refine (accumulate [p1; (x2, Dense o e q2 t2); (x3, Dense o e q3 t3); (x4, Dense o e q4 t4)] (listed o e l4)
    (Dense o e q t) (Dense o e q5 t5) [] _ _ IH).
  apply add_four_reduces. cbn. now rewrite !eqb_refl.
Qed.
Theorem sum_shaped_reduces l w : sum_shaped l = Some w ->
  reduces (scaled_rows (listed o e l)) [Seg o e w] /\ forallb fin w = true.
Proof.
  destruct l as [|x q t l]; [discriminate|]. cbn [sum_shaped]. intro E.
  pose proof (add_shaped_reduces _ l (scale_quads x q) (scale_weights x t) (le_n _)) as R.
  destruct (add_shaped l _ _) as [q' t'].
  destruct (finite_quads q') eqn:Fq; [|discriminate]. destruct (finite_weights t') eqn:Ft; [|discriminate].
  injection E as <-. split; [|now apply finite_quads_fin; [apply finite_weights_fin|]].
  eapply reduces_perm_trans; [|exact R]. change (listed o e (AddRow x q t l)) with ([(x, Dense o e q t)] ++ listed o e l).
  rewrite scaled_rows_app. etransitivity; [apply Permutation_app_comm|]. apply Permutation_app_head.
  unfold scaled_rows. cbn [map concat fst snd]. rewrite app_nil_r, <- vec_of_scale_row. reflexivity.
Qed.
End Shape.
