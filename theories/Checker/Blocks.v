(** * Blocks: the middle form of networks

    A network is lowered to blocks over numbered values: first the inputs, then, block after block, one value a row.
    A row is an affine form over earlier values with a bound of its error, absolute and relative to the magnitude of the
    values before the block; a block applies one scalar function to its rows.  Everything is said about one valuation
    [y], which gives each value's real: [inputs_hold] and [blocks_hold] are the facts that the checker starts from.

    Main definitions: [seg], [vec], [row], [block], [box]; [dotv], [row_holds], [rows_hold], [blocks_hold],
    [inputs_hold]; [after]; [opposite], [norm_vec], [len_vec], [fin_vec].

    Trust: proved (the lowering proves these facts of a network's valuation; the certificate checker consumes them).
    Source: docs/certificates.md, section 1. *)
From Coq Require Import Floats Reals Lra List Bool Uint63 ZArith Lia.
From Warrant.Primitives Require Import FloatBounds.
Import ListNotations.
Local Open Scope R_scope.

(** a run of weights: first value, end (= so + length sw), weights *)
Record seg := Seg { so : int; se : int; sw : list float }.
Definition vec := list seg.
Definition unit_seg (i : int) (c : float) : seg := Seg i (i + 1)%uint63 [c].
(** weights, bias, error bounds: absolute, and relative to the magnitude of earlier values *)
Record row := Row { rv : vec; rb : float; re : float; rr : float }.
(** [Rise s t]: the difference of two rectified values, [t] and [s] values further, whose arguments differ by the row.
    [Tangent s t]: the rate at which a rectified value changes, whose argument, [t] values further, changes at the rate of the row; the rectified value is [s] values further. *)
Inductive act := Id | Relu | Rise (s t : int) | Tangent (s t : int).
Record block := Block { bact : act; brows : list row }.
Definition box := list (float * float).
Definition opposite (v : vec) : vec := map (fun s => Seg (so s) (se s) (map PrimFloat.opp (sw s))) v.

(** the number of the value that follows a list's entries, when the first entry has number [i] *)
Fixpoint after {A} (i : int) (l : list A) : int :=
  match l with [] => i | _ :: l => after (i + 1)%uint63 l end.

(** ** Meaning *)

Fixpoint dotw (y : int -> R) (o : int) (w : list float) : R :=
  match w with [] => 0 | a :: w' => toR a * y o + dotw y (o + 1)%uint63 w' end.
Definition dotv (y : int -> R) (v : vec) : R := fold_right (fun s a => dotw y (so s) (sw s) + a) 0 v.

(** [z] is the row's affine form up to its errors; the values from number [N] on do not count *)
Definition row_holds (y : int -> R) (N : int) (z : R) (r : row) : Prop :=
  forall M, (forall i, (i <? N)%uint63 = true -> Rabs (y i) <= M) ->
  Rabs (z - (toR (rb r) + dotv y (rv r))) <= toR (re r) + toR (rr r) * M.
(** what the function of a block makes of a row that is [z], as value [i] *)
Definition gives (y : int -> R) (a : act) (i : int) (z : R) : Prop :=
  match a with
  | Id => y i = z
  | Relu => y i = Rmax 0 z
  | Rise s t => exists p q, y (i + s)%uint63 = Rmax 0 p /\ y (i + t)%uint63 = Rmax 0 q /\ z = q - p /\
      y i = y (i + t)%uint63 - y (i + s)%uint63
  | Tangent _ t => (0 < y (i + t)%uint63 -> y i = z) /\ (y (i + t)%uint63 < 0 -> y i = 0) /\ (y (i + t)%uint63 = 0 -> z = 0 /\ y i = 0)
  end.
(** row j's value is y (i + j) *)
Fixpoint rows_hold (y : int -> R) (N : int) (a : act) (i : int) (rs : list row) : Prop :=
  match rs with
  | [] => True
  | r :: rs => (exists z, gives y a i z /\ row_holds y N z r) /\ rows_hold y N a (i + 1)%uint63 rs
  end.
(** the blocks in order, oldest first, from value [i] on *)
Fixpoint blocks_hold (y : int -> R) (i : int) (bs : list block) : Prop :=
  match bs with
  | [] => True
  | b :: bs => rows_hold y i (bact b) i (brows b) /\ blocks_hold y (after i (brows b)) bs
  end.
(** the values from [i] on lie in the box *)
Fixpoint inputs_hold (y : int -> R) (i : int) (b : box) : Prop :=
  match b with
  | [] => True
  | p :: b => (LB (fst p) (y i) /\ UB (snd p) (y i)) /\ inputs_hold y (i + 1)%uint63 b
  end.

(** ** Facts about numbering *)

Lemma after_app {A} (l m : list A) : forall i, after i (l ++ m) = after (after i l) m.
Proof. induction l as [|a l IH]; intro i; simpl; auto. Qed.
Lemma after_map {A B} (f : A -> B) (l : list A) : forall i, after i (map f l) = after i l.
Proof. induction l as [|a l IH]; intro i; simpl; auto. Qed.
Lemma after_length {A} (l : list A) : forall i, after i l = (i + of_Z (Z.of_nat (length l)))%uint63.
Proof.
  induction l as [|a l IH]; intro i; simpl after.
  - apply to_Z_inj. rewrite add_spec, of_Z_spec. simpl. rewrite Z.add_0_r, Z.mod_small; auto. apply to_Z_bounded.
  - rewrite IH. apply to_Z_inj. rewrite !add_spec, !of_Z_spec. change (to_Z 1) with 1%Z.
    change (length (a :: l)) with (S (length l)).
    rewrite Nat2Z.inj_succ, Zplus_mod_idemp_l, !Zplus_mod_idemp_r. f_equal. lia.
Qed.
Lemma inputs_hold_app y (a b : box) : forall i,
  inputs_hold y i a -> inputs_hold y (after i a) b -> inputs_hold y i (a ++ b).
Proof. induction a as [|p a IH]; simpl; intros i Ha Hb; auto. destruct Ha. split; auto. Qed.

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
Lemma dotv_opposite y v : dotv y (opposite v) = - dotv y v.
Proof.
  induction v as [|s v IH]; simpl; [ring|]. fold (dotv y (opposite v)) (dotv y v). rewrite IH.
  assert (opp : forall w o, dotw y o (map PrimFloat.opp w) = - dotw y o w); [|rewrite opp; ring].
  induction w as [|a w IHw]; simpl; intro o; [ring|]. rewrite IHw, toR_opp. ring.
Qed.
Lemma norm_vec_app v w : norm_vec (v ++ w) = norm_vec v + norm_vec w.
Proof. induction v; simpl; try rewrite IHv; ring. Qed.
Lemma len_vec_app v w : len_vec (v ++ w) = len_vec v + len_vec w.
Proof. induction v; simpl; try rewrite IHv; ring. Qed.
