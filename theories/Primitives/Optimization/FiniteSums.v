(** * Finite sums

    Sums of functions over a list, as in an objective that is a sum over the rows of a data set: their gradients, and the classes to which they belong.

    Main definitions: [add_up], [finite_sum], [vector_sum].
    Main results: [finite_sum_value], [finite_sum_gradient], [finite_sum_strongly_convex], [finite_sum_convex], [finite_sum_smooth], [add_up_cauchy_schwarz].

    | notation | meaning |
    | add_up u l, vector_sum u l, finite_sum u l | Σ u(c) over the members c of the list l: of numbers, vectors, functions |

    Trust: proved.
    Source: Y. Nesterov, Lectures on Convex Optimization, 2018, sections 2.1 and 3.1. *)
From Coq Require Import Reals List Lra Psatz.
From Warrant Require Import Spec.InnerProduct Spec.Functions Primitives.Optimization.Spaces Primitives.Optimization.Convex Primitives.Optimization.Smooth.
Local Open Scope R_scope.

(** ** Numbers *)

Section Numbers.
Context {C : Type}.
Implicit Types (u v : C -> R) (l : list C).
Definition add_up u l : R := fold_right (fun c s => u c + s) 0 l.

Lemma add_up_nil u : add_up u nil = 0.
Proof. reflexivity. Qed.
Lemma add_up_cons u c l : add_up u (c :: l) = u c + add_up u l.
Proof. reflexivity. Qed.
Lemma add_up_ext u v l : (forall c, In c l -> u c = v c) -> add_up u l = add_up v l.
Proof. induction l as [|c l IH]; intros same; [reflexivity|]. rewrite !add_up_cons, IH, (same c); cbn; auto. intros; apply same; cbn; auto. Qed.
Lemma add_up_mono u v l : (forall c, In c l -> u c <= v c) -> add_up u l <= add_up v l.
Proof. induction l as [|c l IH]; intros less; [apply Rle_refl|]. rewrite !add_up_cons. apply Rplus_le_compat; [|apply IH; intros]; apply less; cbn; auto. Qed.
Lemma add_up_plus u v l : add_up (fun c => u c + v c) l = add_up u l + add_up v l.
Proof. induction l as [|c l IH]; [rewrite !add_up_nil | rewrite !add_up_cons, IH]; ring. Qed.
Lemma add_up_scale a u l : add_up (fun c => a * u c) l = a * add_up u l.
Proof. induction l as [|c l IH]; [rewrite !add_up_nil | rewrite !add_up_cons, IH]; ring. Qed.
Lemma add_up_zero l : add_up (fun _ => 0) l = 0.
Proof. induction l as [|c l IH]; [reflexivity | rewrite add_up_cons, IH; ring]. Qed.
Lemma add_up_squares_ge0 u l : 0 <= add_up (fun c => u c * u c) l.
Proof. rewrite <- (add_up_zero l). apply add_up_mono. intros c _. apply Rle_0_sqr. Qed.
Theorem add_up_cauchy_schwarz u v l :
  add_up (fun c => u c * v c) l * add_up (fun c => u c * v c) l <= add_up (fun c => u c * u c) l * add_up (fun c => v c * v c) l.
Proof.
  induction l as [|c l IH]; [rewrite !add_up_nil; lra|]. rewrite !add_up_cons.
  pose proof (add_up_squares_ge0 u l) as a_ge0. pose proof (add_up_squares_ge0 v l) as b_ge0.
  set (a := add_up (fun c => u c * u c) l) in *. set (b := add_up (fun c => v c * v c) l) in *. set (p := add_up (fun c => u c * v c) l) in *.
  (* it is left to show that 2 u v p <= u² b + v² a; compare squares *)
  enough (2 * (u c * v c) * p <= u c * u c * b + v c * v c * a) by lra.
  apply Rsqr_incr_0_var; [|nra]. unfold Rsqr.
  assert (u c * v c * (u c * v c) * (p * p) <= u c * v c * (u c * v c) * (a * b)) by (apply Rmult_le_compat_l; [apply Rle_0_sqr | exact IH]).
  pose proof (Rle_0_sqr (u c * u c * b - v c * v c * a)) as square. unfold Rsqr in square. lra.
Qed.
End Numbers.

(** ** Vectors and functions *)

Section Functions.
Context {E : inner_product_space} {C : Type}.
Implicit Types (F : C -> function E) (u v : C -> E) (x y : E) (l : list C).

Definition vector_sum u l : E := fold_right (fun c s => u c + s)%V vzero l.
Lemma vector_sum_cons u c l : vector_sum u (c :: l) = (u c + vector_sum u l)%V.
Proof. reflexivity. Qed.
Lemma vector_sum_ext u v l : (forall c, In c l -> u c = v c) -> vector_sum u l = vector_sum v l.
Proof. induction l as [|c l IH]; intros same; [reflexivity|]. rewrite !vector_sum_cons, IH, (same c); cbn; auto. intros; apply same; cbn; auto. Qed.
Lemma vector_sum_sub u v l : vector_sum (fun c => u c - v c)%V l = (vector_sum u l - vector_sum v l)%V.
Proof. induction l as [|c l IH]; [cbn; vector_ring|]. rewrite !vector_sum_cons, IH. vector_ring. Qed.
Lemma inner_vector_sum u l y : inner (vector_sum u l) y = add_up (fun c => inner (u c) y) l.
Proof. induction l as [|c l IH]; [apply inner_zero_l|]. now rewrite vector_sum_cons, add_up_cons, inner_add_l, IH. Qed.

Definition zero_function : function E := everywhere (fun _ => 0).
Definition finite_sum F l : function E := fold_right (fun c f => sum (F c) f) zero_function l.

Theorem finite_sum_value F l x : finite_sum F l x = add_up (fun c => F c x) l.
Proof. induction l as [|c l IH]; [reflexivity|]. now rewrite add_up_cons, <- IH. Qed.
Lemma finite_sum_domain F l x : domain (finite_sum F l) x <-> forall c, In c l -> domain (F c) x.
Proof. induction l as [|c l IH]; cbn; [tauto|]. rewrite IH. firstorder. now subst. Qed.
Lemma finite_sum_total F l : (forall c, In c l -> total (F c)) -> total (finite_sum F l).
Proof. intros totals x. apply finite_sum_domain. intros c in_l. now apply totals. Qed.

Lemma constant_gradient r x : gradient (everywhere (fun _ => r)) x vzero.
Proof.
  intros eps eps_gt0. exists 1. split; [lra|]. intros y _. split; [exact I|]. cbn. rewrite inner_zero_l. replace (r - r - 0) with 0 by ring.
  rewrite Rabs_R0. pose proof (norm_ge0 (y - x)%V). nra.
Qed.
Lemma constant_convex r : convex (everywhere (fun _ : E => r)).
Proof. intros x y t _ _ _. split; [exact I|]. cbn. lra. Qed.
Lemma constant_smooth r : smooth 0 (everywhere (fun _ : E => r)).
Proof.
  exists (fun _ => vzero). split; [intros x; apply constant_gradient|]. intros x y.
  replace (vzero - vzero)%V with (vzero : E) by vector_ring. rewrite norm_zero. lra.
Qed.

Theorem finite_sum_gradient F u l x : (forall c, In c l -> gradient (F c) x (u c)) -> gradient (finite_sum F l) x (vector_sum u l).
Proof. induction l as [|c l IH]; cbn; intros gradients; [apply constant_gradient|]. apply sum_gradient; auto. Qed.
Theorem finite_sum_strongly_convex F mu l : (forall c, In c l -> strongly_convex (mu c) (F c)) -> strongly_convex (add_up mu l) (finite_sum F l).
Proof. induction l as [|c l IH]; cbn; intros members; [apply constant_convex|]. apply sum_strongly_convex; auto. Qed.
Theorem finite_sum_convex F l : (forall c, In c l -> convex (F c)) -> convex (finite_sum F l).
Proof. unfold convex. intros members. rewrite <- (add_up_zero l). now apply finite_sum_strongly_convex. Qed.
Theorem finite_sum_smooth F L l : (forall c, In c l -> smooth (L c) (F c)) -> smooth (add_up L l) (finite_sum F l).
Proof. induction l as [|c l IH]; cbn; intros members; [apply constant_smooth|]. apply sum_smooth; auto. Qed.
End Functions.
