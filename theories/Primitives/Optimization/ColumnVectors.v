(** * Column vectors

    The column vectors of Mathematical Components, with entries in the reals of the standard library, are an inner-product space.  (No MathComp structure on the
    reals is used, since that would need the axiom of choice.)

    Main definitions: [columns].
    Main results: [inner_columns].

    Trust: proved. *)
From Coq Require Import Reals Lra.
From Warrant Require Import Spec.InnerProduct.
#[warnings="-notation-overridden,-overwriting-delimiting-key,-ambiguous-paths"]
From mathcomp Require Import ssreflect ssrfun ssrbool eqtype ssrnat seq choice fintype bigop matrix.
Local Open Scope R_scope.

Section Columns.
Variable n : nat.
Implicit Types x y z : 'cV[R]_n.

Local Definition of_entries (entries : 'I_n -> R) : 'cV[R]_n := matrix_of_fun matrix_key (fun i _ => entries i).
(** over a list of rows *)
Local Fixpoint dot_over (rows : list 'I_n) x y : R :=
  match rows with nil => 0 | cons i rows => x i ord0 * y i ord0 + dot_over rows x y end.
Local Definition dot x y : R := dot_over (enum 'I_n) x y.
Local Lemma dot_over_ge0 rows x : 0 <= dot_over rows x x.
Proof. elim: rows => [|i rows IH] /=; nra. Qed.
Local Lemma dot_over_definite rows x i : dot_over rows x x = 0 -> i \in rows -> x i ord0 = 0.
Proof.
  elim: rows => [//|j rows IH] /= zero. rewrite in_cons. pose proof (dot_over_ge0 rows x) as rest_ge0.
  case/orP => [/eqP -> | ]; [|apply: IH]; nra.
Qed.

Definition columns : inner_product_space.
Proof.
  refine (InnerProductSpace 'cV[R]_n (of_entries (fun _ => 0)) (fun x y => of_entries (fun i => x i ord0 + y i ord0))
    (fun a x => of_entries (fun i => a * x i ord0)) dot _ _ _ _ _ _ _ _ _ _ _ _ _).
  1-8: intros; apply/matrixP => i j; rewrite ?ord1 !mxE; ring.
  - rewrite /dot => x y. elim: (enum _) => [//|i rows IH] /=. rewrite IH; ring.
  - rewrite /dot => x y z. elim: (enum _) => [|i rows IH] /=; [ring|]. rewrite IH !mxE; ring.
  - rewrite /dot => a x z. elim: (enum _) => [|i rows IH] /=; [ring|]. rewrite IH !mxE; ring.
  - move=> x. apply dot_over_ge0.
  - move=> x zero. apply/matrixP => i j. rewrite ord1 mxE. apply: (dot_over_definite _ _ _ zero). exact: mem_enum.
Defined.
End Columns.

Theorem inner_columns n (x y : columns n) : inner x y = \big[Rplus/0]_(i < n) (x i ord0 * y i ord0).
Proof.
  rewrite /inner /= /dot. transitivity (\big[Rplus/0]_(i <- enum 'I_n) (x i ord0 * y i ord0)).
  - elim: (enum _) => [|i rows IH]; [by rewrite big_nil|]. by rewrite big_cons -IH.
  - by rewrite enumT [index_enum _]unlock.
Qed.
