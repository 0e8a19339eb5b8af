(** * Expectations over random choices

    A randomised method draws a member of a list at each step, all with the same probability and independently.  What it has drawn in N steps is a list of N
    members, the latest first; an expectation is the mean over all such lists.  So nothing of measure theory is needed.

    Main definitions: [mean], [vector_mean], [histories], [expectation], [finite_mean].
    Main results: [expectation_step] (the expectation over the last draw comes first), [expectation_contraction], [expectation_telescope], [expectation_earlier],
    [mean_subgradient], [mean_gradient].

    | notation | meaning |
    | mean u l, vector_mean u l | (Σ u(c) over the members c of l)/(the length of l), of numbers, of vectors |
    | histories l N | all lists of N members of l |
    | expectation l N u | the mean of u over these |
    | finite_mean F l | the function x ↦ mean of F(c)(x) over the members c of l |

    Trust: proved. *)
From Coq Require Import Reals List Lra Lia.
From Warrant Require Import Spec.InnerProduct Spec.Functions.
From Warrant Require Import Primitives.Optimization.Spaces Primitives.Optimization.Convex Primitives.Optimization.FiniteSums Primitives.Optimization.Averages.
Import ListNotations.
Local Open Scope R_scope.

(** ** Means *)

Section Means.
Context {C : Type}.
Implicit Types (u v : C -> R) (l : list C).

Definition mean u l : R := / INR (length l) * add_up u l.

Lemma length_gt0 l : l <> [] -> 0 < INR (length l).
Proof. intro nonempty. apply lt_0_INR. destruct l; [contradiction|]. cbn. lia. Qed.
Lemma mean_mono u v l : l <> [] -> (forall c, In c l -> u c <= v c) -> mean u l <= mean v l.
Proof. intros nonempty le. apply Rmult_le_compat_l; [left; now apply Rinv_0_lt_compat, length_gt0|now apply add_up_mono]. Qed.
Lemma mean_ext u v l : (forall c, In c l -> u c = v c) -> mean u l = mean v l.
Proof. intro same. unfold mean. f_equal. now apply add_up_ext. Qed.
Lemma mean_plus u v l : mean (fun c => u c + v c) l = mean u l + mean v l.
Proof. unfold mean. rewrite add_up_plus. ring. Qed.
Lemma mean_scale a u l : mean (fun c => a * u c) l = a * mean u l.
Proof. unfold mean. rewrite add_up_scale. ring. Qed.
Lemma mean_constant a l : l <> [] -> mean (fun _ => a) l = a.
Proof.
  intro nonempty. unfold mean. assert (total : add_up (fun _ => a) l = INR (length l) * a).
  { clear. induction l as [|c l IH]; [cbn; ring|]. rewrite add_up_cons, IH. cbn [length]. rewrite S_INR. ring. }
  rewrite total. pose proof (length_gt0 l nonempty). field. lra.
Qed.
Lemma mean_shift a u l : l <> [] -> mean (fun c => u c - a) l = mean u l - a.
Proof. intro nonempty. unfold Rminus. now rewrite mean_plus, mean_constant. Qed.
Lemma mean_sum_below (a : nat -> C -> R) l n : mean (fun c => sum_below (fun k => a k c) n) l = sum_below (fun k => mean (a k) l) n.
Proof.
  induction n as [|n IH]; cbn; [unfold mean; rewrite add_up_zero; ring|]. now rewrite mean_plus, IH.
Qed.
End Means.

(** ** Expectations *)

Section Histories.
Context {C : Type}.
Implicit Types (u v a : list C -> R) (l past : list C).

Fixpoint histories l (N : nat) : list (list C) :=
  match N with O => [[]] | S N => flat_map (fun past => map (fun c => c :: past) l) (histories l N) end.
Definition expectation l (N : nat) u : R := mean u (histories l N).

Local Lemma add_up_app {D} (u : D -> R) (l k : list D) : add_up u (l ++ k) = add_up u l + add_up u k.
Proof. induction l as [|c l IH]; cbn [app]; [rewrite add_up_nil; ring|]. rewrite !add_up_cons, IH. ring. Qed.
Local Lemma add_up_map {D B} (u : D -> R) (f : B -> D) (l : list B) : add_up u (map f l) = add_up (fun c => u (f c)) l.
Proof. induction l as [|c l IH]; [reflexivity|]. cbn [map]. now rewrite !add_up_cons, IH. Qed.
Local Lemma add_up_flat_map {D B} (u : D -> R) (f : B -> list D) (l : list B) : add_up u (flat_map f l) = add_up (fun c => add_up u (f c)) l.
Proof. induction l as [|c l IH]; [reflexivity|]. cbn [flat_map]. now rewrite add_up_app, add_up_cons, IH. Qed.

Lemma histories_correct l N past : In past (histories l N) <-> length past = N /\ incl past l.
Proof.
  revert past. induction N as [|N IH]; intro past; cbn.
  - split; [intros [<-|[]]; split; [reflexivity|apply incl_nil_l]|]. intros (none & _). left. now destruct past.
  - rewrite in_flat_map. split.
    + intros (before & member & drawn). apply IH in member as (size & inside). apply in_map_iff in drawn as (c & <- & here).
      split; [cbn; now rewrite size|]. now apply incl_cons.
    + intros (size & inside). destruct past as [|c past]; [discriminate|]. exists past. apply incl_cons_inv in inside as (here & inside).
      split; [apply IH; split; [now injection size|exact inside]|]. apply in_map_iff. now exists c.
Qed.
Lemma histories_length l N : length (histories l N) = (length l ^ N)%nat.
Proof.
  induction N as [|N IH]; [reflexivity|]. cbn [histories]. rewrite flat_map_constant_length with (c := length l); [|intros past _; apply length_map].
  rewrite IH. cbn. lia.
Qed.
Lemma histories_nonempty l N : l <> [] -> histories l N <> [].
Proof.
  intros nonempty none. apply (f_equal (@length _)) in none. rewrite histories_length in none. cbn in none.
  apply Nat.pow_nonzero in none; [exact none|]. now destruct l.
Qed.

Lemma expectation_start l u : expectation l 0 u = u [].
Proof. unfold expectation, mean. cbn. lra. Qed.
Theorem expectation_step l N u : l <> [] -> expectation l (S N) u = expectation l N (fun past => mean (fun c => u (c :: past)) l).
Proof.
  intro nonempty. unfold expectation, mean. rewrite !histories_length. cbn [histories]. rewrite add_up_flat_map, add_up_scale.
  rewrite (add_up_ext _ (fun past => add_up (fun c => u (c :: past)) l)) by (intros past _; apply add_up_map).
  cbn [Nat.pow]. rewrite mult_INR, Rinv_mult. ring.
Qed.
Lemma expectation_mono l N u v : l <> [] -> (forall past, incl past l -> length past = N -> u past <= v past) -> expectation l N u <= expectation l N v.
Proof.
  intros nonempty le. apply mean_mono; [now apply histories_nonempty|]. intros past member. apply histories_correct in member as (size & inside). now apply le.
Qed.
Lemma expectation_constant l N (r : R) : l <> [] -> expectation l N (fun _ => r) = r.
Proof. intro nonempty. apply mean_constant. now apply histories_nonempty. Qed.

(** u falls by the factor 1 - a, up to b, in expectation *)
Theorem expectation_contraction l u (a b : R) N : l <> [] -> 0 < a <= 1 ->
  (forall past, incl past l -> mean (fun c => u (c :: past)) l <= (1 - a) * u past + b) ->
  expectation l N u <= (1 - a) ^ N * u [] + (1 - (1 - a) ^ N) * (b / a).
Proof.
  intros nonempty a_in falls. induction N as [|N IH]; [rewrite expectation_start; simpl; lra|].
  rewrite expectation_step by exact nonempty. apply Rle_trans with (expectation l N (fun past => (1 - a) * u past + b)).
  - apply expectation_mono; [exact nonempty|]. intros past inside _. now apply falls.
  - unfold expectation. rewrite mean_plus, mean_scale. fold (expectation l N u). rewrite mean_constant by now apply histories_nonempty.
    apply (Rmult_le_compat_l (1 - a)) in IH; [|lra]. rewrite <- tech_pow_Rmult. set (q := (1 - a) ^ N) in *. clearbody q.
    replace b with (a * (b / a)) at 1 by (field; lra). lra.
Qed.
(** u falls by at least a, in expectation *)
Theorem expectation_telescope l u a N : l <> [] -> (forall past, incl past l -> mean (fun c => u (c :: past)) l <= u past - a past) ->
  expectation l N u <= u [] - sum_below (fun k => expectation l k a) N.
Proof.
  intros nonempty falls. rewrite <- (expectation_start l u). apply (sum_below_telescope _ (fun k => expectation l k u)). intros k _. cbn beta.
  rewrite expectation_step by exact nonempty. apply Rle_trans with (expectation l k (fun past => u past + -1 * a past)).
  - apply expectation_mono; [exact nonempty|]. intros past inside _. specialize (falls past inside). lra.
  - unfold expectation. rewrite mean_plus, mean_scale. lra.
Qed.
(** what is known k steps before the end *)
Theorem expectation_earlier l N k u : l <> [] -> (k <= N)%nat -> expectation l N (fun past => u (skipn k past)) = expectation l (N - k) u.
Proof.
  intro nonempty. revert N. induction k as [|k IH]; intros N k_le; [now rewrite Nat.sub_0_r|]. destruct N as [|N]; [lia|].
  rewrite expectation_step by exact nonempty. cbn [skipn Nat.sub]. rewrite <- IH by lia. apply mean_ext. intros past _. now apply mean_constant.
Qed.
End Histories.

(** ** Means of vectors and of functions *)

Section VectorMeans.
Context {E : inner_product_space} {C : Type}.
Implicit Types (F : C -> function E) (u v : C -> E) (x y z : E) (l : list C).

Definition vector_mean u l : E := (/ INR (length l) *: vector_sum u l)%V.
Definition finite_mean F l : function E := multiple (/ INR (length l)) (finite_sum F l).

Lemma inner_vector_mean u l y : inner (vector_mean u l) y = mean (fun c => inner (u c) y) l.
Proof. unfold vector_mean, mean. now rewrite inner_scale_l, inner_vector_sum. Qed.
Lemma finite_mean_value F l x : finite_mean F l x = mean (fun c => F c x) l.
Proof. cbn. now rewrite finite_sum_value. Qed.
(** E‖x - γg - z‖² = ‖x - z‖² - 2γ <E g, x - z> + γ² E‖g‖² *)
Lemma mean_norm2_step gamma u l x z : l <> [] ->
  mean (fun c => norm2 (x - gamma *: u c - z)%V) l =
  norm2 (x - z)%V - 2 * gamma * inner (vector_mean u l) (x - z)%V + gamma ^ 2 * mean (fun c => norm2 (u c)) l.
Proof.
  intro nonempty. rewrite inner_vector_mean, <- (mean_constant (norm2 (x - z)%V) l nonempty) at 1.
  replace (mean (fun _ => norm2 (x - z)%V) l - 2 * gamma * mean (fun c => inner (u c) (x - z)%V) l) with
    (mean (fun _ => norm2 (x - z)%V) l + (- 2 * gamma) * mean (fun c => inner (u c) (x - z)%V) l) by ring.
  rewrite <- !mean_scale, <- !mean_plus. apply mean_ext. intros c _. expand_inner. ring.
Qed.
(** E‖g‖² = ‖E g‖² + E‖g - E g‖² *)
Lemma mean_variance u l : l <> [] ->
  mean (fun c => norm2 (u c)) l = norm2 (vector_mean u l) + mean (fun c => norm2 (u c - vector_mean u l)%V) l.
Proof.
  intro nonempty. set (m := vector_mean u l).
  rewrite (mean_ext (fun c => norm2 (u c - m)%V) (fun c => norm2 (u c) + (-2 * inner (u c) m + norm2 m))) by (intros c _; expand_inner; ring).
  rewrite !mean_plus, mean_scale, mean_constant, <- inner_vector_mean by exact nonempty. fold m. unfold norm2. ring.
Qed.

Theorem mean_subgradient F u l x : l <> [] -> (forall c, In c l -> subgradient (F c) x (u c)) -> subgradient (finite_mean F l) x (vector_mean u l).
Proof.
  intros nonempty subs. split.
  - apply finite_sum_domain. intros c member. exact (subgradient_domain _ _ _ (subs c member)).
  - intros y there. rewrite !finite_mean_value, inner_vector_mean, <- mean_plus. apply Rle_ge, mean_mono; [exact nonempty|].
    intros c member. apply Rge_le. apply subs; [exact member|]. exact (proj1 (finite_sum_domain F l y) there c member).
Qed.
Theorem mean_gradient F u l x : (forall c, In c l -> gradient (F c) x (u c)) -> gradient (finite_mean F l) x (vector_mean u l).
Proof. intro grads. apply multiple_gradient. now apply finite_sum_gradient. Qed.
End VectorMeans.
