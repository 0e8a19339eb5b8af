(** * Algebra of inner-product spaces

    The laws that follow from the axioms of an inner-product space, the norm, and two tactics.  [expand_inner] writes every inner product and squared norm of linear
    combinations as a combination of inner products of atoms, <a, b> and <b, a> alike, so that [ring], [lra] or [nra] can finish; it also works [in H] and [in *].
    [vector_ring] proves that two linear combinations are the same vector; [vector_coefficients] leaves one equation of reals for each atom, for [field] or others.

    Main results: [cauchy_schwarz], [norm_triangle], [norm2_young], [vector_ring], [expand_inner].

    Trust: proved.
    Source: any textbook, for instance W. Rudin, Functional Analysis, chapter 12. *)
From Coq Require Import Reals Lra List.
From Warrant Require Import Spec.InnerProduct.
Local Open Scope R_scope.

(** ** Equations of vectors, by their coefficients *)

Section Combinations.
Context {E : inner_product_space}.

Lemma vscale_zero (x : E) : (0 *: x)%V = vzero.
Proof. replace 0 with (1 + -1) by ring. rewrite vscale_plus, vscale_one. apply vadd_opposite. Qed.
Lemma vscale_vzero (a : R) : (a *: (@vzero E))%V = vzero.
Proof. rewrite <- (vscale_zero vzero), vscale_scale. f_equal. ring. Qed.

(** an expression that denotes a vector; atoms by number *)
Inductive combination :=
| CAtom (i : nat) | CZero | CAdd (s t : combination) | CSub (s t : combination) | COpp (s : combination) | CScale (a : R) (s : combination).
Fixpoint combination_value (atoms : list E) (s : combination) : E :=
  match s with
  | CAtom i => nth i atoms vzero
  | CZero => vzero
  | CAdd s t => combination_value atoms s + combination_value atoms t
  | CSub s t => combination_value atoms s - combination_value atoms t
  | COpp s => - combination_value atoms s
  | CScale a s => a *: combination_value atoms s
  end%V.
(** the coefficient of atom i *)
Fixpoint coefficient (i : nat) (s : combination) : R :=
  match s with
  | CAtom j => if Nat.eqb i j then 1 else 0
  | CZero => 0
  | CAdd s t => coefficient i s + coefficient i t
  | CSub s t => coefficient i s - coefficient i t
  | COpp s => - coefficient i s
  | CScale a s => a * coefficient i s
  end.
(** Σ c(i) aᵢ *)
Fixpoint weighted (atoms : list E) (c : nat -> R) : E :=
  match atoms with nil => vzero | a :: atoms => (c O *: a + weighted atoms (fun i => c (S i)))%V end.
Fixpoint agree (n : nat) (c d : nat -> R) : Prop :=
  match n with O => True | S n => c O = d O /\ agree n (fun i => c (S i)) (fun i => d (S i)) end.

Local Lemma vadd_exchange (a b c d : E) : ((a + b) + (c + d) = (a + c) + (b + d))%V.
Proof. now rewrite <- !vadd_assoc, (vadd_assoc _ b), (vadd_comm _ b c), <- vadd_assoc. Qed.
Local Lemma weighted_add atoms : forall c d, weighted atoms (fun i => c i + d i) = (weighted atoms c + weighted atoms d)%V.
Proof.
  induction atoms as [|a atoms IH]; intros c d; cbn [weighted].
  - now rewrite vadd_zero.
  - now rewrite IH, vscale_plus, vadd_exchange.
Qed.
Local Lemma weighted_scale atoms a : forall c, weighted atoms (fun i => a * c i) = (a *: weighted atoms c)%V.
Proof.
  induction atoms as [|b atoms IH]; intro c; cbn [weighted].
  - now rewrite vscale_vzero.
  - now rewrite IH, vscale_add, vscale_scale.
Qed.
Local Lemma weighted_agree atoms : forall c d, agree (length atoms) c d -> weighted atoms c = weighted atoms d.
Proof.
  induction atoms as [|a atoms IH]; intros c d eq; cbn [weighted]; [reflexivity|]. destruct eq as (eq0 & eq).
  now rewrite eq0, (IH _ _ eq).
Qed.
Local Lemma weighted_ext atoms : forall c d, (forall i, c i = d i) -> weighted atoms c = weighted atoms d.
Proof. induction atoms as [|a atoms IH]; intros c d eq; cbn [weighted]; [reflexivity|]. now rewrite eq, (IH _ (fun i => d (S i))). Qed.
Local Lemma weighted_zero atoms : weighted atoms (fun _ => 0) = vzero.
Proof. induction atoms as [|a atoms IH]; cbn [weighted]; [reflexivity|]. now rewrite IH, vscale_zero, vadd_zero. Qed.
Local Lemma weighted_atom atoms : forall j, weighted atoms (fun i => if Nat.eqb i j then 1 else 0) = nth j atoms vzero.
Proof.
  induction atoms as [|a atoms IH]; intros [|j]; cbn [weighted nth Nat.eqb]; try reflexivity.
  - now rewrite weighted_zero, vscale_one, vadd_zero.
  - now rewrite IH, vscale_zero, vadd_comm, vadd_zero.
Qed.
Lemma combination_value_correct atoms s : combination_value atoms s = weighted atoms (fun i => coefficient i s).
Proof.
  induction s as [j| |s IHs t IHt|s IHs t IHt|s IHs|a s IHs]; cbn [combination_value coefficient].
  - now rewrite weighted_atom.
  - now rewrite weighted_zero.
  - now rewrite weighted_add, IHs, IHt.
  - unfold vsub, vopp. rewrite IHs, IHt, <- weighted_scale, <- weighted_add. apply weighted_ext. intro i. ring.
  - unfold vopp. rewrite IHs, <- weighted_scale. apply weighted_ext. intro i. ring.
  - now rewrite weighted_scale, IHs.
Qed.
Lemma combination_equal atoms s t :
  agree (length atoms) (fun i => coefficient i s) (fun i => coefficient i t) -> combination_value atoms s = combination_value atoms t.
Proof. intro eq. rewrite !combination_value_correct. now apply weighted_agree. Qed.
End Combinations.

Ltac has_atom a l := lazymatch l with nil => constr:(false) | a :: _ => constr:(true) | _ :: ?l => has_atom a l end.
Ltac collect_atoms l x :=
  lazymatch x with
  | vzero => l
  | vadd ?x ?y => let l := collect_atoms l x in collect_atoms l y
  | vsub ?x ?y => let l := collect_atoms l x in collect_atoms l y
  | vopp ?x => collect_atoms l x
  | vscale _ ?x => collect_atoms l x
  | _ => lazymatch has_atom x l with true => l | false => constr:(x :: l) end
  end.
Ltac atom_index a l := lazymatch l with a :: _ => constr:(O) | _ :: ?l => let i := atom_index a l in constr:(S i) end.
Ltac reify_vector l x :=
  lazymatch x with
  | vzero => constr:(CZero)
  | vadd ?x ?y => let s := reify_vector l x in let t := reify_vector l y in constr:(CAdd s t)
  | vsub ?x ?y => let s := reify_vector l x in let t := reify_vector l y in constr:(CSub s t)
  | vopp ?x => let s := reify_vector l x in constr:(COpp s)
  | vscale ?a ?x => let s := reify_vector l x in constr:(CScale a s)
  | _ => let i := atom_index x l in constr:(CAtom i)
  end.
(** an equation of vectors becomes, for each atom, the equation of its coefficients *)
Ltac vector_coefficients :=
  lazymatch goal with
  | |- @eq ?T ?x ?y =>
    lazymatch type of (eq_refl x : x = x :> vector _) with @eq (vector ?E) _ _ =>
      let l := collect_atoms (@nil (vector E)) x in
      let l := collect_atoms l y in
      let s := reify_vector l x in
      let t := reify_vector l y in
      refine (combination_equal (E := E) l s t _);
      cbn [agree length coefficient Nat.eqb]; repeat split
    end
  end.
(** two linear combinations that are the same vector *)
Ltac vector_ring := vector_coefficients; ring.

(** ** Inner products *)

Section Inner.
Context {E : inner_product_space}.
Implicit Types x y z : E.

Lemma inner_add_l x y z : inner (x + y)%V z = inner x z + inner y z.
Proof. apply inner_add. Qed.
Lemma inner_add_r x y z : inner z (x + y)%V = inner z x + inner z y.
Proof. now rewrite !(inner_comm _ z), inner_add. Qed.
Lemma inner_scale_l a x z : inner (a *: x)%V z = a * inner x z.
Proof. apply inner_scale. Qed.
Lemma inner_scale_r a x z : inner z (a *: x)%V = a * inner z x.
Proof. now rewrite !(inner_comm _ z), inner_scale. Qed.
Lemma inner_opp_l x z : inner (- x)%V z = - inner x z.
Proof. unfold vopp. rewrite inner_scale. ring. Qed.
Lemma inner_opp_r x z : inner z (- x)%V = - inner z x.
Proof. now rewrite !(inner_comm _ z), inner_opp_l. Qed.
Lemma inner_sub_l x y z : inner (x - y)%V z = inner x z - inner y z.
Proof. unfold vsub. now rewrite inner_add, inner_opp_l. Qed.
Lemma inner_sub_r x y z : inner z (x - y)%V = inner z x - inner z y.
Proof. now rewrite !(inner_comm _ z), inner_sub_l. Qed.
Lemma inner_zero_l z : inner vzero z = 0.
Proof. rewrite <- (vscale_zero z), inner_scale. ring. Qed.
Lemma inner_zero_r z : inner z vzero = 0.
Proof. now rewrite inner_comm, inner_zero_l. Qed.
Lemma norm2_inner x : norm2 x = inner x x.
Proof. reflexivity. Qed.
End Inner.

#[export] Hint Rewrite @norm2_inner @inner_add_l @inner_add_r @inner_sub_l @inner_sub_r @inner_opp_l @inner_opp_r @inner_scale_l @inner_scale_r
  @inner_zero_l @inner_zero_r : inner.

(** <x, y> and <y, x>: one of them, in the goal (in [H]), and rather the one that the context has; or, last, the same one everywhere *)
Ltac orient_goal :=
  repeat match goal with |- context [inner ?x ?y] =>
    tryif constr_eq x y then fail else match goal with |- context [inner y x] => rewrite (inner_comm _ x y) end end;
  repeat match goal with |- context [inner ?x ?y] =>
    tryif constr_eq x y then fail else match goal with
    | _ : context [inner x y] |- _ => fail 1
    | _ : context [inner y x] |- _ => rewrite (inner_comm _ x y)
    end end.
Ltac orient_hypothesis H := revert H; orient_goal; intro H.
Ltac orient_all :=
  repeat match goal with
  | |- context [inner ?x ?y] =>
    tryif constr_eq x y then fail else
    match goal with
    | |- context [inner y x] => rewrite (inner_comm _ y x) in *
    | _ : context [inner y x] |- _ => rewrite (inner_comm _ y x) in *
    end
  | _ : context [inner ?x ?y] |- _ =>
    tryif constr_eq x y then fail else
    match goal with _ : context [inner y x] |- _ => rewrite (inner_comm _ y x) in * end
  end.
(** inner products and squared norms of linear combinations, in inner products of atoms *)
Tactic Notation "expand_inner" := autorewrite with inner; orient_goal.
Tactic Notation "expand_inner" "in" hyp(H) := autorewrite with inner in H; orient_hypothesis H.
Tactic Notation "expand_inner" "in" "*" := autorewrite with inner in *; orient_all.

(** ** The norm *)

Section Norm.
Context {E : inner_product_space}.
Implicit Types x y z : E.

Lemma norm2_ge0 x : 0 <= norm2 x.
Proof. apply inner_ge0. Qed.
Lemma norm_ge0 x : 0 <= norm x.
Proof. apply sqrt_pos. Qed.
Lemma norm2_norm x : norm2 x = norm x * norm x.
Proof. symmetry. apply sqrt_sqrt, norm2_ge0. Qed.
Lemma norm2_zero : norm2 (@vzero E) = 0.
Proof. apply inner_zero_l. Qed.
Lemma norm_zero : norm (@vzero E) = 0.
Proof. unfold norm. rewrite norm2_zero. apply sqrt_0. Qed.
Lemma norm2_definite x : norm2 x = 0 -> x = vzero.
Proof. apply inner_definite. Qed.
Lemma norm_definite x : norm x = 0 -> x = vzero.
Proof. intro null. apply norm2_definite. rewrite norm2_norm, null. ring. Qed.
Lemma vsub_definite x y : (x - y)%V = vzero -> x = y.
Proof. intro null. transitivity ((x - y) + y)%V; [|rewrite null]; vector_ring. Qed.
Lemma norm2_separates x y : norm2 (x - y)%V = 0 -> x = y.
Proof. intro null. now apply vsub_definite, norm2_definite. Qed.
Lemma inner_separates x y : (forall z, inner x z = inner y z) -> x = y.
Proof. intro eq. apply norm2_separates. unfold norm2. rewrite inner_sub_l, eq. ring. Qed.

Lemma norm2_scale a x : norm2 (a *: x)%V = a * a * norm2 x.
Proof. expand_inner. ring. Qed.
Lemma norm2_opp x : norm2 (- x)%V = norm2 x.
Proof. expand_inner. ring. Qed.
Lemma norm2_sub_comm x y : norm2 (x - y)%V = norm2 (y - x)%V.
Proof. expand_inner. ring. Qed.
Lemma norm_scale a x : norm (a *: x)%V = Rabs a * norm x.
Proof. unfold norm. rewrite norm2_scale, sqrt_mult_alt by apply Rle_0_sqr. now rewrite <- (sqrt_Rsqr_abs a). Qed.
Lemma norm_opp x : norm (- x)%V = norm x.
Proof. unfold norm. now rewrite norm2_opp. Qed.
Lemma norm_sub_comm x y : norm (x - y)%V = norm (y - x)%V.
Proof. unfold norm. now rewrite norm2_sub_comm. Qed.

(** bounds of the norm and of its square *)
Lemma norm2_bound x b : norm x <= b -> norm2 x <= b * b.
Proof. intro le. rewrite norm2_norm. pose proof (norm_ge0 x) as x_ge0. nra. Qed.
Lemma norm_bound x b : 0 <= b -> norm2 x <= b * b -> norm x <= b.
Proof. intros b_ge0 le. rewrite norm2_norm in le. pose proof (norm_ge0 x) as x_ge0. nra. Qed.

(** 2<x, y> <= a‖x‖² + ‖y‖²/a *)
Theorem norm2_young a x y : 0 < a -> 2 * inner x y <= a * norm2 x + / a * norm2 y.
Proof.
  intro a_gt0. pose proof (norm2_ge0 (a *: x - y)%V) as square. expand_inner in *.
  apply (Rmult_le_reg_l a); [exact a_gt0|].
  replace (a * (a * inner x x + / a * inner y y)) with (a * (a * inner x x) + inner y y) by (field; lra). nra.
Qed.
Theorem cauchy_schwarz x y : Rabs (inner x y) <= norm x * norm y.
Proof.
  apply Rsqr_incr_0_var; [|apply Rmult_le_pos; apply norm_ge0].
  rewrite <- Rsqr_abs. unfold Rsqr. replace (norm x * norm y * (norm x * norm y)) with (norm2 x * norm2 y) by (rewrite !norm2_norm; ring).
  pose proof (norm2_ge0 x) as x_ge0. pose proof (norm2_ge0 (norm2 y *: x - inner x y *: y)%V) as square. pose proof (norm2_ge0 y) as y_ge0.
  destruct (Rle_lt_or_eq_dec _ _ y_ge0) as [y_gt0|y_null].
  - expand_inner in *. nra.
  - symmetry in y_null. apply norm2_definite in y_null. subst y. rewrite inner_zero_r, norm2_zero. lra.
Qed.
Lemma inner_bound x y : - (norm x * norm y) <= inner x y <= norm x * norm y.
Proof. pose proof (cauchy_schwarz x y) as cs. unfold Rabs in cs. destruct Rcase_abs in cs; lra. Qed.
Theorem norm_triangle x y : norm (x + y)%V <= norm x + norm y.
Proof.
  pose proof (norm_ge0 x) as x_ge0. pose proof (norm_ge0 y) as y_ge0. apply norm_bound; [lra|].
  pose proof (inner_bound x y) as cs. pose proof (norm2_norm x) as nx. pose proof (norm2_norm y) as ny. expand_inner in *. nra.
Qed.
Lemma norm_triangle_sub x y z : norm (x - z)%V <= norm (x - y)%V + norm (y - z)%V.
Proof. replace (x - z)%V with ((x - y) + (y - z))%V by vector_ring. apply norm_triangle. Qed.
End Norm.
