(** * Sums and averages over the steps of a method

    Rates are often proved by adding up one inequality for each step; then some step, or the average of the points, does as well as the sum says.

    Main definitions: [sum_below], [vector_sum_below], [average].
    Main results: [sum_below_telescope], [some_below], [jensen], [average_below].

    | notation | meaning |
    | sum_below a n, vector_sum_below x n | a(0) + … + a(n - 1), of numbers, of vectors |
    | average w x n | (w(0) x(0) + … + w(n - 1) x(n - 1)) / (w(0) + … + w(n - 1)) |

    Trust: proved.
    Source: Y. Nesterov, Lectures on Convex Optimization, 2018, section 3.1.1 (Jensen's inequality). *)
From Coq Require Import Reals Lra Lia.
From Warrant Require Import Spec.InnerProduct Spec.Functions Primitives.Optimization.Spaces.
Local Open Scope R_scope.

(** ** Sums *)

Fixpoint sum_below (a : nat -> R) (n : nat) : R := match n with O => 0 | S n => sum_below a n + a n end.

Lemma sum_below_mono a b n : (forall k, (k < n)%nat -> a k <= b k) -> sum_below a n <= sum_below b n.
Proof.
  induction n as [|n IH]; intro le; cbn; [lra|]. specialize (le n ltac:(lia)) as last.
  assert (before : sum_below a n <= sum_below b n) by (apply IH; intros k k_lt; apply le; lia). lra.
Qed.
Lemma sum_below_ext a b n : (forall k, (k < n)%nat -> a k = b k) -> sum_below a n = sum_below b n.
Proof. intro same. apply Rle_antisym; apply sum_below_mono; intros k k_lt; rewrite (same k k_lt); lra. Qed.
Lemma sum_below_reverse a n : sum_below (fun k => a (n - k)%nat) (S n) = sum_below a (S n).
Proof.
  assert (first : forall b m, sum_below b (S m) = b O + sum_below (fun k => b (S k)) m).
  { intros b m. induction m as [|m IH]; cbn in *; [ring|]. rewrite IH. ring. }
  induction n as [|n IH]; [reflexivity|]. rewrite first. cbn [Nat.sub]. rewrite IH. cbn. ring.
Qed.
Lemma sum_below_constant c n : sum_below (fun _ => c) n = INR n * c.
Proof. induction n as [|n IH]; [cbn; ring|]. rewrite S_INR. cbn [sum_below]. rewrite IH. ring. Qed.
Lemma sum_below_scale c a n : sum_below (fun k => c * a k) n = c * sum_below a n.
Proof. induction n as [|n IH]; cbn; [|rewrite IH]; ring. Qed.
Lemma sum_below_gt0 a n : (0 < n)%nat -> (forall k, (k < n)%nat -> 0 < a k) -> 0 < sum_below a n.
Proof.
  destruct n as [|n]; [lia|]. intros _ positive. cbn. specialize (positive n ltac:(lia)) as last.
  assert (before : sum_below (fun _ => 0) n <= sum_below a n) by (apply sum_below_mono; intros k k_lt; left; apply positive; lia).
  rewrite sum_below_constant in before. lra.
Qed.
(** if v falls by at least a(k) in step k, then by at least the sum in all *)
Theorem sum_below_telescope a v n : (forall k, (k < n)%nat -> v (S k) <= v k - a k) -> v n <= v O - sum_below a n.
Proof.
  induction n as [|n IH]; intro falls; cbn; [lra|]. specialize (falls n ltac:(lia)) as last.
  assert (before : v n <= v O - sum_below a n) by (apply IH; intros k k_lt; apply falls; lia). lra.
Qed.
(** one of some numbers is at most their average *)
Theorem some_below w a b n : (0 < n)%nat -> (forall k, (k < n)%nat -> 0 < w k) ->
  sum_below (fun k => w k * a k) n <= sum_below w n * b -> exists k, (k < n)%nat /\ a k <= b.
Proof.
  intros n_gt0 positive. enough (cases : (exists k, (k < n)%nat /\ a k <= b) \/ sum_below w n * b < sum_below (fun k => w k * a k) n) by
    (destruct cases as [found|above]; [now intros _|lra]).
  induction n as [|n IH]; [lia|]. destruct (Rle_lt_dec (a n) b) as [le|gt]; [left; exists n; split; [lia|exact le]|].
  apply (Rmult_lt_compat_l (w n)) in gt; [|apply positive; lia]. destruct n as [|n].
  - right. cbn. lra.
  - destruct IH as [(k & k_lt & le)|above]; [lia|intros k k_lt; apply positive; lia|left; exists k; split; [lia|exact le]|].
    right. cbn in *. lra.
Qed.

(** ** Averages of points *)

Section Averages.
Context {E : inner_product_space}.
Implicit Types (f : function E) (x : nat -> E) (w : nat -> R).

Fixpoint vector_sum_below x (n : nat) : E := match n with O => vzero | S n => (vector_sum_below x n + x n)%V end.
Definition average w x n : E := (/ sum_below w n *: vector_sum_below (fun k => w k *: x k)%V n)%V.

Theorem jensen f w x n : convex f -> (0 < n)%nat -> (forall k, (k < n)%nat -> 0 < w k /\ domain f (x k)) ->
  domain f (average w x n) /\ sum_below w n * f (average w x n) <= sum_below (fun k => w k * f (x k)) n.
Proof.
  intros convex_f n_gt0 members. induction n as [|n IH]; [lia|]. destruct (members n ltac:(lia)) as (w_gt0 & here).
  destruct n as [|n].
  - unfold average. cbn. replace (/ (0 + w O) *: (vzero + w O *: x O))%V with (x O); [split; [exact here|lra]|].
    vector_coefficients. field. lra.
  - assert (before : forall k, (k < S n)%nat -> 0 < w k /\ domain f (x k)) by (intros k k_lt; apply members; lia).
    destruct IH as (inside & below); [lia|exact before|].
    assert (sum_gt0 : 0 < sum_below w (S n)) by (apply sum_below_gt0; [lia|intros k k_lt; now apply before]).
    unfold average in *. set (m := S n) in *. cbn [sum_below vector_sum_below]. set (W := sum_below w m) in *. set (X := vector_sum_below _ m) in *.
    assert (t_in : 0 <= W / (W + w m) <= 1).
    { split; [left; apply Rdiv_lt_0_compat; lra|]. apply (Rmult_le_reg_r (W + w m)); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
    destruct (convex_f _ _ (W / (W + w m)) inside here t_in) as (between & above).
    replace (W / (W + w m) *: (/ W *: X) + (1 - W / (W + w m)) *: x m)%V with (/ (W + w m) *: (X + w m *: x m))%V in *
      by (vector_coefficients; field; lra).
    split; [exact between|]. apply (Rmult_le_compat_l (W + w m)) in above; [|lra].
    replace ((W + w m) * (W / (W + w m) * f (/ W *: X)%V + (1 - W / (W + w m)) * f (x m) -
      0 / 2 * (W / (W + w m) * (1 - W / (W + w m))) * norm2 (/ W *: X - x m)%V)) with (W * f (/ W *: X)%V + w m * f (x m)) in above by (field; lra).
    lra.
Qed.
(** the value at the average of the points is at most the average of the values *)
Theorem average_below f w x n c b : convex f -> (0 < n)%nat -> (forall k, (k < n)%nat -> 0 < w k /\ domain f (x k)) ->
  sum_below (fun k => w k * (f (x k) - c)) n <= sum_below w n * b -> f (average w x n) - c <= b.
Proof.
  intros convex_f n_gt0 members below. destruct (jensen f w x n convex_f n_gt0 members) as (_ & above).
  assert (split : sum_below (fun k => w k * (f (x k) - c)) n = sum_below (fun k => w k * f (x k)) n - sum_below w n * c).
  { clear. induction n as [|n IH]; cbn; [|rewrite IH]; ring. }
  assert (W_gt0 : 0 < sum_below w n) by (apply sum_below_gt0; [exact n_gt0|]; intros k k_lt; now apply members).
  apply (Rmult_le_reg_l (sum_below w n)); [exact W_gt0|]. lra.
Qed.
End Averages.
