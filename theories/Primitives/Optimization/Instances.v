(** * Inner-product spaces that exist

    The real line, products, and the space R^n of n-tuples, which is a product of n lines; the vectors of a tuple space are made from lists of numbers.

    Main definitions: [line], [origin], [product], [tuples], [tuple_of], [list_of].
    Main results: [inner_tuples], [list_of_tuple_of], [tuple_of_list_of].

    Trust: proved. *)
From Coq Require Import Reals List Lra.
From Warrant Require Import Spec.InnerProduct.
From Warrant Require Spec.Training.
Import ListNotations.
Local Open Scope R_scope.

(** ** The spaces *)

Definition line : inner_product_space.
Proof.
  refine (InnerProductSpace R 0 Rplus Rmult Rmult _ _ _ _ _ _ _ _ _ _ _ _ _);
    try (intros; ring); intros; nra.
Defined.

(** the space whose only vector is zero *)
Definition origin : inner_product_space.
Proof.
  refine (InnerProductSpace unit tt (fun _ _ => tt) (fun _ _ => tt) (fun _ _ => 0) _ _ _ _ _ _ _ _ _ _ _ _ _);
    try (intros []); reflexivity || lra || (intros; lra) || reflexivity.
Defined.

Section Product.
Variables E F : inner_product_space.
Definition pair_sum (p q : E * F) : E * F := ((fst p + fst q)%V, (snd p + snd q)%V).
Definition pair_multiple (a : R) (p : E * F) : E * F := ((a *: fst p)%V, (a *: snd p)%V).
Definition pair_inner (p q : E * F) : R := inner (fst p) (fst q) + inner (snd p) (snd q).
(** pairs, with the sum of the two inner products *)
Definition product : inner_product_space.
Proof.
  refine (InnerProductSpace (E * F) (vzero, vzero) pair_sum pair_multiple pair_inner _ _ _ _ _ _ _ _ _ _ _ _ _);
    unfold pair_sum, pair_multiple, pair_inner; cbn.
  - intros x y. f_equal; apply vadd_comm.
  - intros x y z. f_equal; apply vadd_assoc.
  - intros [x y]. f_equal; apply vadd_zero.
  - intros [x y]. f_equal; apply vadd_opposite.
  - intros [x y]. f_equal; apply vscale_one.
  - intros a b x. f_equal; apply vscale_scale.
  - intros a x y. f_equal; apply vscale_add.
  - intros a b x. f_equal; apply vscale_plus.
  - intros x y. f_equal; apply inner_comm.
  - intros x y z. rewrite !inner_add. ring.
  - intros a x z. rewrite !inner_scale. ring.
  - intros x. apply Rplus_le_le_0_compat; apply inner_ge0.
  - intros [x y] zero. cbn in zero. pose proof (inner_ge0 _ x). pose proof (inner_ge0 _ y).
    f_equal; apply inner_definite; lra.
Defined.
End Product.

(** R^n *)
Fixpoint tuples (n : nat) : inner_product_space :=
  match n with O => origin | S n => product line (tuples n) end.

(** ** Tuples and lists of numbers *)

(** the first n numbers of a list; zeros where there are none *)
Fixpoint tuple_of (n : nat) (l : list R) : tuples n :=
  match n with O => tt | S n => (hd 0 l, tuple_of n (tl l)) end.
Fixpoint list_of {n : nat} : tuples n -> list R :=
  match n with O => fun _ => [] | S n => fun x => fst x :: list_of (snd x) end.

Lemma list_of_length n (x : tuples n) : length (list_of x) = n.
Proof. induction n as [|n IH]; [reflexivity|]. cbn. f_equal. apply IH. Qed.
Theorem list_of_tuple_of n (l : list R) : length l = n -> list_of (tuple_of n l) = l.
Proof. intros <-. induction l as [|a l IH]; [reflexivity|]. cbn. f_equal. exact IH. Qed.
Theorem tuple_of_list_of n (x : tuples n) : tuple_of n (list_of x) = x.
Proof. induction n as [|n IH]; [now destruct x|]. destruct x as [a x]. cbn. f_equal. apply IH. Qed.
Theorem inner_tuples n (x y : tuples n) : inner x y = Training.dot (list_of x) (list_of y).
Proof. induction n as [|n IH]; [reflexivity|]. cbn. unfold pair_inner. now rewrite IH. Qed.
