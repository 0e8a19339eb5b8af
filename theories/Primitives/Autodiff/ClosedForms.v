(** * Gradients by hand

    The closed forms that people write down for the gradients of the usual layers and losses, as theorems, for any sizes.  Each of them is a chain: where the inputs z(i)
    depend differentiably on a point of any normed space, with differentials dz(i), the weighted sum of the layer's outputs depends on it differentiably, too, and the
    differential is the sum of the closed form's entries times the dz(i).  The weights c are the cotangent.  [softmax_cross_entropy_gradient] says what that is for the coordinates
    of R^n.

    Main results: [log_sum_exp_gradient], [softmax_gradient], [softmax_cross_entropy_gradient], [softmax_cross_entropy_derives], [l2_normalisation_gradient], [layer_normalisation_gradient],
    [batch_normalisation_gradient], [attention_gradient], [convolution_gradient], [rnn_cell_gradient].

    Trust: proved.
    Source: I. Goodfellow, Y. Bengio and A. Courville, Deep Learning, 2016, chapters 6 and 9; S. Ioffe and C. Szegedy, Batch Normalization, 2015, section 3; J. L. Ba,
    J. R. Kiros and G. E. Hinton, Layer Normalization, 2016; A. Vaswani et al., Attention Is All You Need, 2017, section 3.2. *)
From Coq Require Import Reals List Lia Lra.
From Coquelicot Require Import Hierarchy Derive.
From Warrant Require Import Spec.Gradients Primitives.Autodiff.Rules.
Import ListNotations.
Local Open Scope R_scope.

(** ** Functions of n numbers *)

Definition partition_sum (n : nat) (z : nat -> R) : R := total n (fun j => exp (z j)).
Definition softmax (n : nat) (z : nat -> R) (i : nat) : R := exp (z i) / partition_sum n z.
(** - Σ t(i) log softmax(z)(i) *)
Definition cross_entropy (n : nat) (t z : nat -> R) : R := - total n (fun i => t i * (z i - ln (partition_sum n z))).
Definition norm (n : nat) (z : nat -> R) : R := sqrt (total n (fun i => z i * z i)).
Definition mean (n : nat) (z : nat -> R) : R := total n z / INR n.
Definition variance (n : nat) (z : nat -> R) : R := mean n (fun i => (z i - mean n z) * (z i - mean n z)).
Definition deviation (n : nat) (eps : R) (z : nat -> R) : R := sqrt (variance n z + eps).
Definition normalised (n : nat) (eps : R) (z : nat -> R) (i : nat) : R := (z i - mean n z) / deviation n eps z.

Lemma partition_sum_pos n z : (0 < n)%nat -> 0 < partition_sum n z.
Proof. intro n_pos. apply total_pos; [exact n_pos|]. intros. apply exp_pos. Qed.
Lemma softmax_total n z : (0 < n)%nat -> total n (softmax n z) = 1.
Proof.
  intro n_pos. unfold softmax, Rdiv. rewrite total_mult_r. fold (partition_sum n z). apply Rinv_r. pose proof (partition_sum_pos n z n_pos). lra.
Qed.

Section Chains.
Context {E : NormedModule R_AbsRing}.
Variable x : E.
Notation derives := (derives x).

Section Rows.
Variables (n : nat) (z : nat -> E -> R) (dz : nat -> E -> R).
Hypothesis n_pos : (0 < n)%nat.
Hypothesis z_derives : forall i, (i < n)%nat -> derives (z i) (dz i).
Notation here := (fun i => z i x).
Notation at_ u := (fun i => z i u).

Lemma partition_sum_derives : derives (fun u => partition_sum n (at_ u)) (fun h => total n (fun i => exp (z i x) * dz i h)).
Proof. apply (derives_total x n (fun i u => exp (z i u))). intros i lt. now apply derives_exp, z_derives. Qed.

(** log Σ exp z: softmax *)
Theorem log_sum_exp_gradient : derives (fun u => ln (partition_sum n (at_ u))) (fun h => total n (fun i => softmax n here i * dz i h)).
Proof.
  apply (derives_change x _ _ _ (derives_ln x _ _ partition_sum_derives (partition_sum_pos n _ n_pos))). intro h.
  rewrite <- total_mult_l. apply total_ext. intros i _. unfold softmax. field. pose proof (partition_sum_pos n here n_pos). lra.
Qed.

(** softmax, with weights c: s(i) (c(i) - Σ c(j) s(j)) *)
Theorem softmax_gradient c : derives (fun u => total n (fun i => c i * softmax n (at_ u) i))
  (fun h => total n (fun i => softmax n here i * (c i - total n (fun j => c j * softmax n here j)) * dz i h)).
Proof.
  pose proof (partition_sum_pos n here n_pos) as pos. assert (nz : partition_sum n here <> 0) by lra.
  assert (one : forall i, (i < n)%nat -> derives (fun u => c i * softmax n (at_ u) i)
    (fun h => c i * ((exp (z i x) * dz i h - softmax n here i * total n (fun j => exp (z j x) * dz j h)) / partition_sum n here))).
  { intros i lt. apply derives_scale. apply (derives_div x _ _ _ _ (derives_exp x _ _ (z_derives i lt)) partition_sum_derives nz). }
  apply (derives_change x _ _ _ (derives_total x n _ _ one)). intro h.
  transitivity (total n (fun i => c i * softmax n here i * dz i h) - total n (fun i => c i * softmax n here i) * total n (fun j => softmax n here j * dz j h)).
  - rewrite <- total_mult_r, <- total_minus. apply total_ext. intros i lt.
    replace (total n (fun j => softmax n here j * dz j h)) with (total n (fun j => exp (z j x) * dz j h) / partition_sum n here).
    + unfold softmax. field. exact nz.
    + unfold Rdiv. rewrite <- total_mult_r. apply total_ext. intros j _. unfold softmax. field. exact nz.
  - rewrite <- total_mult_l, <- total_minus. apply total_ext. intros i lt. ring.
Qed.

(** softmax cross-entropy: (Σ t) softmax(z) - t *)
Theorem softmax_cross_entropy_derives t : derives (fun u => cross_entropy n t (at_ u)) (fun h => total n (fun i => (total n t * softmax n here i - t i) * dz i h)).
Proof.
  unfold cross_entropy.
  assert (one : forall i, (i < n)%nat -> derives (fun u => t i * (z i u - ln (partition_sum n (at_ u)))) (fun h => t i * (dz i h - total n (fun j => softmax n here j * dz j h)))).
  { intros i lt. apply derives_scale, derives_minus; [now apply z_derives|exact log_sum_exp_gradient]. }
  apply (derives_change x _ _ _ (derives_opp x _ _ (derives_total x n _ _ one))). intro h.
  transitivity (total n t * total n (fun j => softmax n here j * dz j h) - total n (fun i => t i * dz i h)).
  - rewrite <- total_mult_r, <- total_minus. replace (- total n (fun i => t i * (dz i h - total n (fun j => softmax n here j * dz j h)))) with
      ((-1) * total n (fun i => t i * (dz i h - total n (fun j => softmax n here j * dz j h)))) by ring.
    rewrite <- total_mult_l. apply total_ext. intros. ring.
  - rewrite <- total_mult_l, <- total_minus. apply total_ext. intros. ring.
Qed.

(** z / ‖z‖, with weights c: (c - y <c, y>) / ‖z‖ *)
Theorem l2_normalisation_gradient c : 0 < norm n here ->
  derives (fun u => total n (fun i => c i * (z i u / norm n (at_ u))))
  (fun h => total n (fun i => (c i - z i x / norm n here * total n (fun j => c j * (z j x / norm n here))) / norm n here * dz i h)).
Proof.
  intro pos. set (N := norm n here) in *. assert (nz : N <> 0) by lra.
  assert (squares_pos : 0 < total n (fun i => z i x * z i x)).
  { assert (ge : 0 <= total n (fun i => z i x * z i x)) by (apply total_ge0; intros; apply Rle_0_sqr).
    destruct ge as [lt|eq]; [exact lt|]. exfalso. apply nz. unfold N, norm. rewrite <- eq. apply sqrt_0. }
  assert (Dnorm : derives (fun u => norm n (at_ u)) (fun h => / N * total n (fun i => z i x * dz i h))).
  { assert (Ds : derives (fun u => total n (fun i => z i u * z i u)) (fun h => total n (fun i => dz i h * z i x + z i x * dz i h))).
    { apply (derives_total x n (fun i u => z i u * z i u)). intros i lt. exact (derives_mult x _ _ _ _ (z_derives i lt) (z_derives i lt)). }
    apply (derives_change x _ _ _ (derives_sqrt x _ _ Ds squares_pos)). intro h. fold (norm n here). fold N.
    rewrite (total_ext n _ (fun i => 2 * (z i x * dz i h))) by (intros; ring). rewrite total_mult_l. field. exact nz. }
  assert (one : forall i, (i < n)%nat -> derives (fun u => c i * (z i u / norm n (at_ u))) (fun h => c i * ((dz i h - z i x / N * (/ N * total n (fun j => z j x * dz j h))) / N))).
  { intros i lt. apply derives_scale. exact (derives_div x _ _ _ _ (z_derives i lt) Dnorm nz). }
  apply (derives_change x _ _ _ (derives_total x n _ _ one)). intro h.
  set (D := total n (fun j => z j x * dz j h)). set (A := total n (fun j => c j * (z j x / N))).
  transitivity (total n (fun i => c i * dz i h / N) - A * (/ N * (/ N * D))).
  - unfold A. rewrite <- total_mult_r, <- total_minus. apply total_ext. intros. field. exact nz.
  - unfold D. rewrite <- !total_mult_l, <- total_minus. apply total_ext. intros. field. exact nz.
Qed.

(** ** Normalisation by mean and variance *)

Section Normalisation.
Variables (eps : R) (c : nat -> R) (a b : nat -> E -> R) (da db : nat -> E -> R).
Hypothesis a_derives : forall i, (i < n)%nat -> derives (a i) (da i).
Hypothesis b_derives : forall i, (i < n)%nat -> derives (b i) (db i).
Hypothesis spread : 0 < variance n here + eps.
Notation S := (deviation n eps here).
Notation y := (normalised n eps here).

Local Lemma n_nonzero : INR n <> 0. Proof. apply not_0_INR. lia. Qed.
Local Lemma S_pos : 0 < S. Proof. now apply sqrt_lt_R0. Qed.
Lemma mean_derives : derives (fun u => mean n (at_ u)) (fun h => mean n (fun i => dz i h)).
Proof.
  assert (D := derives_total x n z dz z_derives). apply (derives_change x _ (fun h => / INR n * total n (fun i => dz i h))); [|intro h; unfold mean; field; exact n_nonzero].
  apply (derives_ext x (fun u => / INR n * total n (fun i => z i u))); [intro u; unfold mean; field; exact n_nonzero|]. now apply derives_scale.
Qed.
Lemma centred_total : total n (fun i => z i x - mean n here) = 0.
Proof. rewrite total_minus. unfold mean. rewrite (total_ext n (fun _ => total n here / INR n) (fun _ => (total n here / INR n) * 1)) by (intros; ring).
  rewrite total_mult_l. replace (total n (fun _ => 1)) with (INR n); [field; exact n_nonzero|].
  clear. induction n as [|m IH]; [reflexivity|]. simpl total. rewrite <- IH. apply S_INR. Qed.
Lemma deviation_derives : derives (fun u => deviation n eps (at_ u)) (fun h => mean n (fun i => y i * dz i h)).
Proof.
  assert (Dc : forall i, (i < n)%nat -> derives (fun u => z i u - mean n (at_ u)) (fun h => dz i h - mean n (fun j => dz j h))) by
    (intros i lt; apply derives_minus; [now apply z_derives|exact mean_derives]).
  assert (Dv : derives (fun u => variance n (at_ u)) (fun h => 2 * mean n (fun i => (z i x - mean n here) * dz i h))).
  { assert (D := derives_total x n (fun i u => (z i u - mean n (at_ u)) * (z i u - mean n (at_ u))) _ (fun i lt => derives_mult x _ _ _ _ (Dc i lt) (Dc i lt))).
    apply (derives_ext x (fun u => / INR n * total n (fun i => (z i u - mean n (at_ u)) * (z i u - mean n (at_ u))))); [intro u; unfold variance, mean at 3; field; exact n_nonzero|].
    apply (derives_change x _ _ _ (derives_scale x (/ INR n) _ _ D)). intro h. set (m := mean n (fun j => dz j h)).
    rewrite (total_ext n _ (fun i => 2 * ((z i x - mean n here) * dz i h) - (2 * m) * (z i x - mean n here))) by (intros; ring).
    rewrite total_minus, !total_mult_l, centred_total. unfold mean at 2. field. exact n_nonzero. }
  assert (De : derives (fun u => variance n (at_ u) + eps) (fun h => 2 * mean n (fun i => (z i x - mean n here) * dz i h) + 0)) by (apply derives_plus; [exact Dv|apply derives_const]).
  apply (derives_change x _ _ _ (derives_sqrt x _ _ De spread)). intro h. fold S. pose proof S_pos. unfold mean at 1 3, normalised.
  rewrite (total_ext n (fun i => (z i x - mean n here) / S * dz i h) (fun i => / S * ((z i x - mean n here) * dz i h))) by (intros; field; lra).
  rewrite total_mult_l. fold S. field. split; [lra|exact n_nonzero].
Qed.

(** y(i) a(i) + b(i), y the normalised z, with weights c and e = c a: by z, (e - mean e - y mean (e y)) / σ; by a, c y; by b, c *)
Theorem layer_normalisation_gradient :
  let e := fun i => c i * a i x in
  derives (fun u => total n (fun i => c i * (normalised n eps (at_ u) i * a i u + b i u)))
    (fun h => total n (fun i => (e i - mean n e - y i * mean n (fun j => e j * y j)) / S * dz i h + c i * y i * da i h + c i * db i h)).
Proof.
  intro e. pose proof S_pos as pos. assert (nz : S <> 0) by lra.
  assert (Dy : forall i, (i < n)%nat -> derives (fun u => normalised n eps (at_ u) i)
    (fun h => (dz i h - mean n (fun j => dz j h) - y i * mean n (fun j => y j * dz j h)) / S)).
  { intros i lt. apply (derives_div x _ _ _ _ (derives_minus x _ _ _ _ (z_derives i lt) mean_derives) deviation_derives nz). }
  assert (one : forall i, (i < n)%nat -> derives (fun u => c i * (normalised n eps (at_ u) i * a i u + b i u))
    (fun h => c i * ((dz i h - mean n (fun j => dz j h) - y i * mean n (fun j => y j * dz j h)) / S * a i x + y i * da i h + db i h))).
  { intros i lt. exact (derives_scale x (c i) _ _ (derives_plus x _ _ _ _ (derives_mult x _ _ _ _ (Dy i lt) (a_derives i lt)) (b_derives i lt))). }
  apply (derives_change x _ _ _ (derives_total x n _ _ one)). intro h.
  set (m := mean n (fun j => dz j h)). set (k := mean n (fun j => y j * dz j h)).
  transitivity (total n (fun i => e i * dz i h / S + c i * y i * da i h + c i * db i h) - (total n e * m + total n (fun i => e i * y i) * k) / S).
  - replace ((total n e * m + total n (fun i => e i * y i) * k) / S) with (total n (fun i => (e i * m + e i * y i * k) / S)).
    + rewrite <- total_minus. apply total_ext. intros i lt. unfold e. field. exact nz.
    + unfold Rdiv. rewrite total_mult_r, total_plus, !total_mult_r. reflexivity.
  - replace ((total n e * m + total n (fun i => e i * y i) * k) / S) with (total n (fun i => (mean n e + y i * mean n (fun j => e j * y j)) / S * dz i h)).
    + rewrite <- total_minus. apply total_ext. intros i lt. field. exact nz.
    + rewrite (total_ext n _ (fun i => mean n e / S * dz i h + mean n (fun j => e j * y j) / S * (y i * dz i h))) by (intros; field; exact nz).
      rewrite total_plus, !total_mult_l. unfold m, k, mean. field. split; [exact n_nonzero|exact nz].
Qed.
End Normalisation.
End Rows.

(** ** Batch normalisation in training: each channel is normalised over the batch, and has one scale and one shift *)

Theorem batch_normalisation_gradient batch channels (eps : R) (c : nat -> nat -> R) (z dz : nat -> nat -> E -> R) (a b da db : nat -> E -> R) :
  (0 < batch)%nat ->
  (forall i k, (i < batch)%nat -> (k < channels)%nat -> derives (z i k) (dz i k)) ->
  (forall k, (k < channels)%nat -> derives (a k) (da k)) -> (forall k, (k < channels)%nat -> derives (b k) (db k)) ->
  (forall k, (k < channels)%nat -> 0 < variance batch (fun i => z i k x) + eps) ->
  let y := fun i k => normalised batch eps (fun j => z j k x) i in
  derives (fun u => total channels (fun k => total batch (fun i => c i k * (normalised batch eps (fun j => z j k u) i * a k u + b k u))))
    (fun h => total channels (fun k =>
      total batch (fun i => a k x / deviation batch eps (fun j => z j k x) * (c i k - mean batch (fun j => c j k) - y i k * mean batch (fun j => c j k * y j k)) * dz i k h)
      + total batch (fun i => c i k * y i k) * da k h + total batch (fun i => c i k) * db k h)).
Proof.
  intros batch_pos Dz Da Db spread y. apply (derives_total x channels). intros k lt.
  assert (L := layer_normalisation_gradient batch (fun i => z i k) (fun i => dz i k) batch_pos (fun i li => Dz i k li lt) eps (fun i => c i k)
    (fun _ => a k) (fun _ => b k) (fun _ => da k) (fun _ => db k) (fun i _ => Da k lt) (fun i _ => Db k lt) (spread k lt)).
  apply (derives_change x _ _ _ L). intro h. pose proof (sqrt_lt_R0 _ (spread k lt)) as pos. fold (deviation batch eps (fun j => z j k x)) in pos.
  rewrite !total_plus, !total_mult_r. f_equal. f_equal. apply total_ext. intros i _. unfold y.
  assert (m1 : mean batch (fun i => c i k * a k x) = a k x * mean batch (fun i => c i k)) by (unfold mean; rewrite total_mult_r; unfold Rdiv; ring).
  assert (m2 : mean batch (fun j => c j k * a k x * normalised batch eps (fun j => z j k x) j) = a k x * mean batch (fun j => c j k * normalised batch eps (fun j => z j k x) j)).
  { unfold mean. rewrite (total_ext batch _ (fun j => a k x * (c j k * normalised batch eps (fun j => z j k x) j))) by (intros; ring). rewrite total_mult_l. unfold Rdiv. ring. }
  rewrite m1, m2. field. lra.
Qed.

(** ** Attention: rows of softmax (q k^T · scale) v *)

Theorem attention_gradient queries keys width values (scale : R) (c : nat -> nat -> R) (q dq k dk v dv : nat -> nat -> E -> R) :
  (0 < keys)%nat ->
  (forall i l, (i < queries)%nat -> (l < width)%nat -> derives (q i l) (dq i l)) ->
  (forall j l, (j < keys)%nat -> (l < width)%nat -> derives (k j l) (dk j l)) ->
  (forall j l, (j < keys)%nat -> (l < values)%nat -> derives (v j l) (dv j l)) ->
  let score := fun u i j => scale * total width (fun l => q i l u * k j l u) in
  let p := fun i => softmax keys (score x i) in
  let dp := fun i j => total values (fun l => c i l * v j l x) in
  let ds := fun i j => p i j * (dp i j - total keys (fun m => dp i m * p i m)) in
  derives (fun u => total queries (fun i => total values (fun l => c i l * total keys (fun j => softmax keys (score u i) j * v j l u))))
    (fun h =>
      total queries (fun i => total width (fun l => scale * total keys (fun j => ds i j * k j l x) * dq i l h))
      + total keys (fun j => total width (fun l => scale * total queries (fun i => ds i j * q i l x) * dk j l h))
      + total keys (fun j => total values (fun l => total queries (fun i => p i j * c i l) * dv j l h))).
Proof.
  intros keys_pos Dq Dk Dv score p dp ds.
  set (dscore := fun i j h => scale * total width (fun l => dq i l h * k j l x + q i l x * dk j l h)).
  assert (Dscore : forall i j, (i < queries)%nat -> (j < keys)%nat -> derives (fun u => score u i j) (dscore i j)).
  { intros i j li lj. apply derives_scale. apply (derives_total x width (fun l u => q i l u * k j l u)). intros l ll. exact (derives_mult x _ _ _ _ (Dq i l li ll) (Dk j l lj ll)). }
  (* softmax's weights, and values, one after the other: a row is Σ_j w_j s_j with w_j = Σ_l c_l v_jl *)
  assert (row : forall i, (i < queries)%nat -> derives (fun u => total values (fun l => c i l * total keys (fun j => softmax keys (score u i) j * v j l u)))
    (fun h => total keys (fun j => ds i j * dscore i j h) + total keys (fun j => p i j * total values (fun l => c i l * dv j l h)))).
  { intros i li.
    assert (Dw : forall j, (j < keys)%nat -> derives (fun u => total values (fun l => c i l * v j l u)) (fun h => total values (fun l => c i l * dv j l h))).
    { intros j lj. apply (derives_total x values (fun l u => c i l * v j l u)). intros l ll. now apply derives_scale, Dv. }
    assert (Ds : forall j, (j < keys)%nat -> derives (fun u => softmax keys (score u i) j)
      (fun h => total keys (fun m => p i m * ((if Nat.eqb j m then 1 else 0) - p i j) * dscore i m h))).
    { intros j lj. assert (D := softmax_gradient keys (fun m u => score u i m) (dscore i) keys_pos (fun m lm => Dscore i m li lm) (fun m => if Nat.eqb j m then 1 else 0)).
      assert (pick : forall f, total keys (fun m => (if Nat.eqb j m then 1 else 0) * f m) = f j).
      { intro f. rewrite <- (total_one keys j f lj). apply total_ext. intros m _. destruct (Nat.eqb j m); ring. }
      apply (derives_ext x _ _ _ (fun u => pick (softmax keys (score u i)))) in D. apply (derives_change x _ _ _ D). intro h. apply total_ext. intros m _.
      rewrite pick. reflexivity. }
    assert (D := derives_total x keys (fun j u => softmax keys (score u i) j * total values (fun l => c i l * v j l u)) _ (fun j lj => derives_mult x _ _ _ _ (Ds j lj) (Dw j lj))).
    apply (derives_ext x _ (fun u => total values (fun l => c i l * total keys (fun j => softmax keys (score u i) j * v j l u)))) in D.
    2: { intro u. rewrite (total_ext values _ (fun l => total keys (fun j => softmax keys (score u i) j * (c i l * v j l u)))) by
           (intros; rewrite <- total_mult_l; apply total_ext; intros; ring). rewrite total_swap. apply total_ext. intros. now rewrite total_mult_l. }
    apply (derives_change x _ _ _ D). intro h. rewrite total_plus. f_equal.
    rewrite (total_ext keys _ (fun j => total keys (fun m => p i m * ((if Nat.eqb j m then 1 else 0) - p i j) * dscore i m h * dp i j))) by (intros; now rewrite total_mult_r).
    rewrite total_swap. apply total_ext. intros m lm. unfold ds.
    rewrite (total_ext keys _ (fun j => p i m * dscore i m h * ((if Nat.eqb m j then dp i j else 0) - dp i j * p i j))).
    - rewrite total_mult_l, total_minus, total_one by exact lm. ring.
    - intros j _. rewrite (PeanoNat.Nat.eqb_sym j m). destruct (Nat.eqb m j); ring. }
  apply (derives_change x _ _ _ (derives_total x queries _ _ row)). intro h. rewrite total_plus. f_equal.
  - transitivity (total queries (fun i => total keys (fun j => total width (fun l => scale * (ds i j * k j l x) * dq i l h)))
      + total queries (fun i => total keys (fun j => total width (fun l => scale * (ds i j * q i l x) * dk j l h)))).
    + rewrite <- total_plus. apply total_ext. intros i _. rewrite <- total_plus. apply total_ext. intros j _. unfold dscore.
      rewrite <- total_plus, <- !total_mult_l. apply total_ext. intros. ring.
    + f_equal.
      * apply total_ext. intros i _. rewrite total_swap. apply total_ext. intros l _. rewrite total_mult_r. now rewrite total_mult_l.
      * rewrite total_swap. apply total_ext. intros j _. rewrite total_swap. apply total_ext. intros l _. rewrite total_mult_r. now rewrite total_mult_l.
  - rewrite total_swap. apply total_ext. intros j _.
    rewrite (total_ext queries _ (fun i => total values (fun l => p i j * c i l * dv j l h))) by (intros; rewrite <- total_mult_l; apply total_ext; intros; ring).
    rewrite total_swap. apply total_ext. intros l _. apply total_mult_r.
Qed.

(** ** Convolution: y(o) = Σ w(k) z(stride · o + dilation · k), in one dimension *)

Theorem convolution_gradient outputs taps inputs stride dilation (c : nat -> R) (w dw z dz : nat -> E -> R) :
  (forall o k, (o < outputs)%nat -> (k < taps)%nat -> (stride * o + dilation * k < inputs)%nat) ->
  (forall k, (k < taps)%nat -> derives (w k) (dw k)) -> (forall i, (i < inputs)%nat -> derives (z i) (dz i)) ->
  derives (fun u => total outputs (fun o => c o * total taps (fun k => w k u * z (stride * o + dilation * k)%nat u)))
    (fun h =>
      total taps (fun k => total outputs (fun o => c o * z (stride * o + dilation * k)%nat x) * dw k h)
      + total inputs (fun i => total outputs (fun o => total taps (fun k => if Nat.eqb (stride * o + dilation * k) i then c o * w k x else 0)) * dz i h)).
Proof.
  intros fits Dw Dz.
  assert (one : forall o, (o < outputs)%nat -> derives (fun u => c o * total taps (fun k => w k u * z (stride * o + dilation * k)%nat u))
    (fun h => c o * total taps (fun k => dw k h * z (stride * o + dilation * k)%nat x + w k x * dz (stride * o + dilation * k)%nat h))).
  { intros o lo. apply derives_scale. apply (derives_total x taps (fun k u => w k u * z (stride * o + dilation * k)%nat u)). intros k lk.
    exact (derives_mult x _ _ _ _ (Dw k lk) (Dz _ (fits o k lo lk))). }
  apply (derives_change x _ _ _ (derives_total x outputs _ _ one)). intro h.
  transitivity (total outputs (fun o => total taps (fun k => c o * z (stride * o + dilation * k)%nat x * dw k h))
    + total outputs (fun o => total taps (fun k => c o * w k x * dz (stride * o + dilation * k)%nat h))).
  - rewrite <- total_plus. apply total_ext. intros o _. rewrite <- total_plus, <- total_mult_l. apply total_ext. intros. ring.
  - f_equal.
    + rewrite total_swap. apply total_ext. intros k _. apply total_mult_r.
    + rewrite (total_ext inputs _ (fun i => total outputs (fun o => total taps (fun k => if Nat.eqb (stride * o + dilation * k) i then c o * w k x * dz i h else 0)))).
      * rewrite (total_swap inputs outputs). apply total_ext. intros o lo. rewrite (total_swap inputs taps). apply total_ext. intros k lk.
        rewrite (total_one inputs _ (fun i => c o * w k x * dz i h)) by now apply fits. reflexivity.
      * intros i _. rewrite <- total_mult_r. apply total_ext. intros o _. rewrite <- total_mult_r. apply total_ext. intros k _.
        destruct (Nat.eqb _ i); ring.
Qed.

(** ** A recurrent cell: tanh (W s + V z + b), of a state s and an input z; with y its value and δ = c (1 - y²) *)

Lemma tanh_derives f d : derives f d -> derives (fun u => tanh (f u)) (fun h => (1 - tanh (f x) * tanh (f x)) * d h).
Proof.
  intro Df. apply derives_compose; [exact Df|]. apply is_derive_Reals.
  pose proof (derivable_pt_lim_div sinh cosh (f x) _ _ (derivable_pt_lim_sinh (f x)) (derivable_pt_lim_cosh (f x))) as D.
  assert (pos : 0 < cosh (f x)) by (unfold cosh; pose proof (exp_pos (f x)); pose proof (exp_pos (- f x)); lra).
  specialize (D ltac:(lra)).
  replace (1 - tanh (f x) * tanh (f x)) with ((cosh (f x) * cosh (f x) - sinh (f x) * sinh (f x)) / Rsqr (cosh (f x))).
  - exact D.
  - unfold tanh, Rsqr. field. lra.
Qed.
Theorem rnn_cell_gradient states inputs (c : nat -> R) (W dW V dV : nat -> nat -> E -> R) (s ds z dz b db : nat -> E -> R) :
  (forall i j, (i < states)%nat -> (j < states)%nat -> derives (W i j) (dW i j)) ->
  (forall i k, (i < states)%nat -> (k < inputs)%nat -> derives (V i k) (dV i k)) ->
  (forall j, (j < states)%nat -> derives (s j) (ds j)) -> (forall k, (k < inputs)%nat -> derives (z k) (dz k)) ->
  (forall i, (i < states)%nat -> derives (b i) (db i)) ->
  let y := fun u i => tanh (total states (fun j => W i j u * s j u) + total inputs (fun k => V i k u * z k u) + b i u) in
  let delta := fun i => c i * (1 - y x i * y x i) in
  derives (fun u => total states (fun i => c i * y u i))
    (fun h =>
      total states (fun i => total states (fun j => delta i * s j x * dW i j h))
      + total states (fun j => total states (fun i => delta i * W i j x) * ds j h)
      + total states (fun i => total inputs (fun k => delta i * z k x * dV i k h))
      + total inputs (fun k => total states (fun i => delta i * V i k x) * dz k h)
      + total states (fun i => delta i * db i h)).
Proof.
  intros DW DV Ds Dz Db y delta.
  assert (one : forall i, (i < states)%nat -> derives (fun u => c i * y u i)
    (fun h => c i * ((1 - y x i * y x i) * (total states (fun j => dW i j h * s j x + W i j x * ds j h) + total inputs (fun k => dV i k h * z k x + V i k x * dz k h) + db i h)))).
  { intros i li. apply derives_scale, tanh_derives, derives_plus; [|now apply Db]. apply derives_plus.
    - apply (derives_total x states (fun j u => W i j u * s j u)). intros j lj. exact (derives_mult x _ _ _ _ (DW i j li lj) (Ds j lj)).
    - apply (derives_total x inputs (fun k u => V i k u * z k u)). intros k lk. exact (derives_mult x _ _ _ _ (DV i k li lk) (Dz k lk)). }
  apply (derives_change x _ _ _ (derives_total x states _ _ one)). intro h.
  replace (total states (fun j => total states (fun i => delta i * W i j x) * ds j h)) with (total states (fun i => total states (fun j => delta i * W i j x * ds j h))) by
    (rewrite total_swap; apply total_ext; intros; apply total_mult_r).
  replace (total inputs (fun k => total states (fun i => delta i * V i k x) * dz k h)) with (total states (fun i => total inputs (fun k => delta i * V i k x * dz k h))) by
    (rewrite total_swap; apply total_ext; intros; apply total_mult_r).
  rewrite <- !total_plus. apply total_ext. intros i _.
  assert (e1 : total states (fun j => delta i * s j x * dW i j h) = delta i * total states (fun j => dW i j h * s j x)) by (rewrite <- total_mult_l; apply total_ext; intros; ring).
  assert (e2 : total states (fun j => delta i * W i j x * ds j h) = delta i * total states (fun j => W i j x * ds j h)) by (rewrite <- total_mult_l; apply total_ext; intros; ring).
  assert (e3 : total inputs (fun k => delta i * z k x * dV i k h) = delta i * total inputs (fun k => dV i k h * z k x)) by (rewrite <- total_mult_l; apply total_ext; intros; ring).
  assert (e4 : total inputs (fun k => delta i * V i k x * dz k h) = delta i * total inputs (fun k => V i k x * dz k h)) by (rewrite <- total_mult_l; apply total_ext; intros; ring).
  rewrite e1, e2, e3, e4, !total_plus. unfold delta. ring.
Qed.
End Chains.

(** ** In R^(n+1): the gradient of softmax cross-entropy is (Σ t) softmax(z) - t *)

Theorem softmax_cross_entropy_gradient n (t : nat -> R) (x : space n) :
  filterdiff (fun u : space n => cross_entropy (S n) t (fun i => coordinate i u)) (locally x)
    (fun h => dot (map (fun i => total (S n) t * softmax (S n) (fun j => coordinate j x) i - t i) (seq 0 (S n))) (coordinates n h)).
Proof.
  apply (derives_change x _ _ _ (softmax_cross_entropy_derives x (S n) (fun i u => coordinate i u) (fun i h => coordinate i h) ltac:(lia) (fun i _ => coordinate_derives n i x) t)).
  intro h. apply total_dot.
Qed.
