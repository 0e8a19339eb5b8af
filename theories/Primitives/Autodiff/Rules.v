(** * Rules of differentiation

    Fréchet derivatives of real functions on any normed space, put together by rules, and finite sums.  [derives x f d] says that f is differentiable at x and that d is its
    differential.  The closed forms of ClosedForms.v are chains: for numbers that depend differentiably on a point of any space they say how a function of them depends on it.
    Where the space is R^n and the numbers are the coordinates, that is the gradient ([coordinate_derives]).

    Main definitions: [derives], [total].
    Main results: [derives_mult], [derives_div], [derives_compose], [derives_total], [coordinate_derives].

    Notation: [total n f] is f 0 + … + f (n - 1).

    Trust: proved. *)
From Coq Require Import Reals List Lia Lra.
From Coquelicot Require Import Hierarchy Derive.
From Warrant Require Import Spec.Gradients Primitives.Autodiff.Forward.
Import ListNotations.
Local Open Scope R_scope.

(** ** Finite sums *)

Fixpoint total (n : nat) (f : nat -> R) : R := match n with O => 0 | S n => total n f + f n end.
Lemma total_ext n f g : (forall i, (i < n)%nat -> f i = g i) -> total n f = total n g.
Proof. induction n as [|n IH]; simpl; intro same; [reflexivity|]. rewrite IH by auto. now rewrite same by lia. Qed.
Lemma total_plus n f g : total n (fun i => f i + g i) = total n f + total n g.
Proof. induction n as [|n IH]; simpl; [ring|]. rewrite IH. ring. Qed.
Lemma total_minus n f g : total n (fun i => f i - g i) = total n f - total n g.
Proof. induction n as [|n IH]; simpl; [ring|]. rewrite IH. ring. Qed.
Lemma total_mult_l c n f : total n (fun i => c * f i) = c * total n f.
Proof. induction n as [|n IH]; simpl; [ring|]. rewrite IH. ring. Qed.
Lemma total_mult_r c n f : total n (fun i => f i * c) = total n f * c.
Proof. induction n as [|n IH]; simpl; [ring|]. rewrite IH. ring. Qed.
Lemma total_zero n : total n (fun _ => 0) = 0.
Proof. induction n as [|n IH]; simpl; [reflexivity|]. rewrite IH. ring. Qed.
Lemma total_swap m n f : total m (fun i => total n (fun j => f i j)) = total n (fun j => total m (fun i => f i j)).
Proof. induction m as [|m IH]; simpl; [now rewrite total_zero|]. now rewrite IH, total_plus. Qed.
Lemma total_ge0 n f : (forall i, (i < n)%nat -> 0 <= f i) -> 0 <= total n f.
Proof. induction n as [|n IH]; simpl; intro pos; [lra|]. specialize (IH ltac:(auto)). specialize (pos n ltac:(lia)). lra. Qed.
Lemma total_pos n f : (0 < n)%nat -> (forall i, (i < n)%nat -> 0 < f i) -> 0 < total n f.
Proof.
  destruct n as [|n]; [lia|]. intros _ pos. simpl. assert (rest : 0 <= total n f) by (apply total_ge0; intros; left; apply pos; lia).
  specialize (pos n ltac:(lia)). lra.
Qed.
(** one term *)
Lemma total_one n i f : (i < n)%nat -> total n (fun j => if Nat.eqb i j then f j else 0) = f i.
Proof.
  induction n as [|n IH]; [lia|]. intro lt. simpl. destruct (PeanoNat.Nat.eqb_spec i n) as [->|other].
  - rewrite (total_ext _ _ (fun _ => 0)), total_zero; [ring|]. intros j le. destruct (PeanoNat.Nat.eqb_spec n j); [lia|reflexivity].
  - rewrite IH by lia. ring.
Qed.

(** ** Rules *)

Section Rules.
Context {E : NormedModule R_AbsRing}.
Variable x : E.

Definition derives (f d : E -> R) : Prop := filterdiff f (locally x) d.

Lemma derives_change f d d' : derives f d -> (forall h, d h = d' h) -> derives f d'.
Proof. intros D same. exact (filterdiff_ext_lin f d d' D same). Qed.
Lemma derives_ext f g d : (forall u, f u = g u) -> derives f d -> derives g d.
Proof. intros same D. exact (filterdiff_ext f g d same D). Qed.
Lemma derives_const a : derives (fun _ => a) (fun _ => 0).
Proof. exact (filterdiff_const a). Qed.
Lemma derives_plus f g d e : derives f d -> derives g e -> derives (fun u => f u + g u) (fun h => d h + e h).
Proof. intros Df Dg. exact (filterdiff_plus_fct f g d e Df Dg). Qed.
Lemma derives_opp f d : derives f d -> derives (fun u => - f u) (fun h => - d h).
Proof. intro Df. exact (filterdiff_opp_fct f d Df). Qed.
Lemma derives_minus f g d e : derives f d -> derives g e -> derives (fun u => f u - g u) (fun h => d h - e h).
Proof. intros Df Dg. exact (derives_plus f (fun u => - g u) d (fun h => - e h) Df (derives_opp g e Dg)). Qed.
Theorem derives_mult f g d e : derives f d -> derives g e -> derives (fun u => f u * g u) (fun h => d h * g x + f x * e h).
Proof. intros Df Dg. exact (filterdiff_mult_fct f g x d e Rmult_comm Df Dg). Qed.
Lemma derives_scale c f d : derives f d -> derives (fun u => c * f u) (fun h => c * d h).
Proof. intro Df. apply (derives_change _ _ _ (derives_mult _ _ _ _ (derives_const c) Df)). intro h. ring. Qed.
Theorem derives_compose (g : R -> R) f d s : derives f d -> is_derive g (f x) s -> derives (fun u => g (f u)) (fun h => s * d h).
Proof.
  intros Df Dg. apply (derives_change _ (fun h => scal (d h) s)); [|intro h; apply Rmult_comm].
  exact (filterdiff_comp' f g x d (fun y => scal y s) Df Dg).
Qed.
Lemma derives_exp f d : derives f d -> derives (fun u => exp (f u)) (fun h => exp (f x) * d h).
Proof. intro Df. apply derives_compose; [exact Df|]. apply is_derive_Reals, derivable_pt_lim_exp. Qed.
Lemma derives_ln f d : derives f d -> 0 < f x -> derives (fun u => ln (f u)) (fun h => / f x * d h).
Proof. intros Df pos. apply derives_compose; [exact Df|]. apply is_derive_Reals. now apply derivable_pt_lim_ln. Qed.
Lemma derives_sqrt f d : derives f d -> 0 < f x -> derives (fun u => sqrt (f u)) (fun h => / (2 * sqrt (f x)) * d h).
Proof. intros Df pos. apply derives_compose; [exact Df|]. apply is_derive_Reals. now apply derivable_pt_lim_sqrt. Qed.
Lemma derives_inverse f d : derives f d -> f x <> 0 -> derives (fun u => / f u) (fun h => - / f x / f x * d h).
Proof. intros Df nz. apply derives_compose; [exact Df|]. now apply inverse_derive. Qed.
Theorem derives_div f g d e : derives f d -> derives g e -> g x <> 0 -> derives (fun u => f u / g u) (fun h => (d h - f x / g x * e h) / g x).
Proof.
  intros Df Dg nz. apply (derives_change _ _ _ (derives_mult _ _ _ _ Df (derives_inverse _ _ Dg nz))). intro h. field. exact nz.
Qed.
Theorem derives_total n f d : (forall i, (i < n)%nat -> derives (f i) (d i)) -> derives (fun u => total n (fun i => f i u)) (fun h => total n (fun i => d i h)).
Proof.
  induction n as [|n IH]; simpl; intro all; [apply derives_const|]. apply derives_plus; [apply IH; auto|]. apply all. lia.
Qed.
End Rules.

(** ** The coordinates of R^(n+1) *)

Definition coordinate {n : nat} (i : nat) (u : space n) : R := nth i (coordinates n u) 0.
Theorem coordinate_derives n : forall i (x : space n), derives x (coordinate i) (coordinate i).
Proof.
  induction n as [|n IH]; intros i x.
  - destruct i as [|[|i]]; [exact (filterdiff_id (locally x))|exact (derives_const x 0)|exact (derives_const x 0)].
  - destruct i as [|i].
    + exact (filterdiff_linear (fst : space (S n) -> R) is_linear_fst).
    + apply (filterdiff_comp' (snd : space (S n) -> space n) (coordinate i) x snd (coordinate i)); [|exact (IH i (snd x))].
      exact (filterdiff_linear (snd : space (S n) -> space n) is_linear_snd).
Qed.
(** a sum over the coordinates is an inner product *)
Lemma total_dot n : forall g (h : space n), total (S n) (fun i => g i * coordinate i h) = dot (map g (seq 0 (S n))) (coordinates n h).
Proof.
  assert (shift : forall m f, total (S m) f = f 0%nat + total m (fun i => f (S i))).
  { induction m as [|m IH]; intro f; [simpl; ring|]. change (total (S (S m)) f) with (total (S m) f + f (S m)). rewrite IH. simpl. ring. }
  induction n as [|n IH]; intros g h.
  - simpl. unfold coordinate. simpl. ring.
  - rewrite shift. change (map g (seq 0 (S (S n)))) with (g 0%nat :: map g (seq 1 (S n))). cbn [coordinates dot]. f_equal.
    rewrite <- seq_shift, map_map. exact (IH (fun i => g (S i)) (snd h)).
Qed.
