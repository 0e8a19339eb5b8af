(** * Powers, geometric means and norms, on a segment

    Real powers of numbers that are not negative, and what their products and sums do between two points: weighted geometric means of concave functions are concave;
    powers of at least 1 of convex functions are convex; (x1^p + ... + xn^p)^(1/p) is convex for p >= 1 and, for p < 1, concave (the harmonic mean is that of p = -1,
    up to a factor).  Besides, the loss of Huber and x exp x as functions of a convex argument, and the stabilised softplus.

    Main definitions: [rpower], [power_product], [power_sum].
    Main results: [power_convex], [product_concave], [norm_convex], [norm_concave], [huber_segment], [xexp_convex], [stable_softplus].

    Trust: proved.
    Source: S. Boyd, L. Vandenberghe, Convex Optimization, 2004, section 3.1.5 (powers, means, norms); G. H. Hardy, J. E. Littlewood, G. Pólya, Inequalities, 1934,
    chapter 2 (the inequalities of the means, of Hölder and of Minkowski). *)
From Coq Require Import QArith Qreals Reals List Lra Psatz.
From Warrant Require Import Primitives.Losses.Composition.
Import ListNotations.
Local Open Scope R_scope.

(** ** Powers: x^q for x > 0, and 0 elsewhere *)

Definition rpower (x q : R) : R := if Rlt_dec 0 x then exp (q * ln x) else 0.

Lemma rpower_pos x q : 0 < x -> rpower x q = exp (q * ln x).
Proof. intro pos. unfold rpower. destruct (Rlt_dec 0 x); [reflexivity|contradiction]. Qed.
Lemma rpower_none x q : x <= 0 -> rpower x q = 0.
Proof. intro neg. unfold rpower. destruct (Rlt_dec 0 x); [lra|reflexivity]. Qed.
Lemma rpower_ge0 x q : 0 <= rpower x q.
Proof. unfold rpower. destruct (Rlt_dec 0 x); [left; apply exp_pos|lra]. Qed.
Lemma rpower_gt0 x q : 0 < x -> 0 < rpower x q.
Proof. intro pos. rewrite rpower_pos by exact pos. apply exp_pos. Qed.
Lemma rpower_1 x : 0 <= x -> rpower x 1 = x.
Proof. intros [pos | <-]; [rewrite rpower_pos, Rmult_1_l by exact pos; now apply exp_ln|apply rpower_none; lra]. Qed.
Lemma rpower_plus x p q : rpower x p * rpower x q = rpower x (p + q).
Proof. unfold rpower. destruct (Rlt_dec 0 x); [rewrite <- exp_plus; f_equal; ring|ring]. Qed.
Lemma rpower_rpower x p q : rpower (rpower x p) q = rpower x (p * q).
Proof.
  destruct (Rlt_dec 0 x) as [pos|no]; [|rewrite !(rpower_none x) by lra; apply rpower_none; lra].
  rewrite (rpower_pos x p pos), (rpower_pos x (p * q) pos), rpower_pos by apply exp_pos. rewrite ln_exp. f_equal. ring.
Qed.
Lemma rpower_mult x y q : 0 <= x -> 0 <= y -> rpower (x * y) q = rpower x q * rpower y q.
Proof.
  intros [px | <-] [py | <-]; try (rewrite ?Rmult_0_l, ?Rmult_0_r, !(rpower_none 0) by lra; ring).
  rewrite !rpower_pos by (try apply Rmult_lt_0_compat; assumption). rewrite ln_mult by assumption. rewrite <- exp_plus. f_equal. ring.
Qed.
Lemma rpower_sqrt x : 0 <= x -> sqrt x = rpower x (/ 2).
Proof.
  intros [pos | <-]; [|rewrite sqrt_0; symmetry; apply rpower_none; lra]. rewrite rpower_pos, <- ln_sqrt by exact pos. symmetry. apply exp_ln. now apply sqrt_lt_R0.
Qed.
Lemma rpower_mono x y q : 0 <= q -> x <= y -> rpower x q <= rpower y q.
Proof.
  intros pos le. destruct (Rlt_dec 0 x) as [px|no]; [|rewrite (rpower_none x) by lra; apply rpower_ge0].
  rewrite !rpower_pos by lra. apply exp_le, Rmult_le_compat_l; [exact pos|]. apply ln_le; lra.
Qed.
Lemma ln_bound x : 0 < x -> ln x <= x - 1.
Proof. intro pos. pose proof (exp_ineq1_le (ln x)) as le. rewrite exp_ln in le by exact pos. lra. Qed.

(** Bernoulli's inequality *)
Lemma small_power_bound r p : 0 <= p <= 1 -> 0 <= r -> rpower r p <= 1 + p * (r - 1).
Proof.
  intros in_p [pos | <-]; [|rewrite rpower_none by lra; lra]. rewrite rpower_pos by exact pos.
  pose proof (exp_convex p in_p (ln r) 0) as le. unfold mean in le. rewrite Rmult_0_r, Rplus_0_r, exp_0, exp_ln in le by exact pos. lra.
Qed.
Lemma large_power_bound r p : 1 <= p -> 0 <= r -> 1 + p * (r - 1) <= rpower r p.
Proof.
  intros large [pos | <-]; [|rewrite rpower_none by lra; lra].
  assert (in_q : 0 <= / p <= 1) by (split; [left; apply Rinv_0_lt_compat; lra|rewrite <- Rinv_1; apply Rinv_le_contravar; lra]).
  pose proof (small_power_bound (rpower r p) (/ p) in_q (rpower_ge0 _ _)) as le. rewrite rpower_rpower in le.
  replace (p * / p) with 1 in le by (field; lra). rewrite rpower_1 in le by lra. apply (Rmult_le_compat_l p) in le; [|lra].
  replace (p * (1 + / p * (rpower r p - 1))) with (p + rpower r p - 1) in le by (field; lra). lra.
Qed.
Lemma negative_power_bound r p : p <= 0 -> 0 < r -> 1 + p * (r - 1) <= rpower r p.
Proof. intros neg pos. rewrite rpower_pos by exact pos. pose proof (exp_ineq1_le (p * ln r)). pose proof (ln_bound r pos). nra. Qed.

(** the tangent at m, divided by p *)
Lemma rpower_split m p : rpower m p = rpower m (p - 1) * m.
Proof.
  destruct (Rle_dec m 0) as [no|yes]; [rewrite !rpower_none by exact no; ring|]. rewrite <- (rpower_1 m) at 3 by lra. rewrite rpower_plus. f_equal. ring.
Qed.
Lemma tangent_below u m p : 1 <= p -> 0 <= u -> 0 <= m -> rpower m (p - 1) * (u - m) <= (rpower u p - rpower m p) / p.
Proof.
  intros large pu [pm | <-]; apply (Rmult_le_reg_r p); try lra; unfold Rdiv; rewrite (Rmult_assoc _ (/ p)), Rinv_l, Rmult_1_r by lra.
  - pose proof (large_power_bound (u / m) p large) as le. assert (pr : 0 <= u / m) by (apply Rmult_le_pos; [exact pu|left; now apply Rinv_0_lt_compat]).
    specialize (le pr). replace (rpower u p) with (rpower m p * rpower (u / m) p) by (rewrite <- rpower_mult by lra; f_equal; field; lra).
    apply (Rmult_le_compat_l (rpower m p)) in le; [|apply rpower_ge0]. rewrite (rpower_split m p) in le |- *.
    replace (rpower m (p - 1) * m * (1 + p * (u / m - 1))) with (rpower m (p - 1) * (m + p * (u - m))) in le by (field; lra). nra.
  - rewrite !(rpower_none 0) by lra. pose proof (rpower_ge0 u p). lra.
Qed.
Lemma tangent_above u m p : p < 1 -> p <> 0 -> 0 < u -> 0 < m -> (rpower u p - rpower m p) / p <= rpower m (p - 1) * (u - m).
Proof.
  intros small nz pu pm. assert (pr : 0 < u / m) by now apply Rdiv_lt_0_compat. pose proof (rpower_gt0 m (p - 1) pm) as pg.
  replace (rpower u p) with (rpower m p * rpower (u / m) p) by (rewrite <- rpower_mult by lra; f_equal; field; lra). rewrite (rpower_split m p).
  set (g := rpower m (p - 1)) in *. set (s := rpower (u / m) p) in *.
  replace ((g * m * s - g * m) / p) with (g * m * ((s - 1) / p)) by (field; exact nz). replace (g * (u - m)) with (g * m * (u / m - 1)) by (field; lra).
  apply Rmult_le_compat_l; [left; now apply Rmult_lt_0_compat|]. destruct (Rlt_dec 0 p) as [pos|neg].
  - apply (Rmult_le_reg_r p); [exact pos|]. replace ((s - 1) / p * p) with (s - 1) by (field; lra). pose proof (small_power_bound (u / m) p) as le. unfold s. nra.
  - replace ((s - 1) / p) with (- ((s - 1) / - p)) by (field; exact nz). apply (Rmult_le_reg_r (- p)); [lra|].
    replace (- ((s - 1) / - p) * - p) with (- (s - 1)) by (field; lra). pose proof (negative_power_bound (u / m) p) as le. unfold s. nra.
Qed.

(** ** Products of powers, and sums of equal powers, of numbers with names in I *)

Section Lists.
Context {I : Type}.
Definition power_product (u : I -> R) (l : list (I * Q)) : R := fold_right (fun p r => rpower (u (fst p)) (Q2R (snd p)) * r) 1 l.
Definition weighted (u : I -> R) (l : list (I * Q)) : R := fold_right (fun p r => Q2R (snd p) * u (fst p) + r) 0 l.
Definition total (l : list (I * Q)) : R := fold_right (fun p r => Q2R (snd p) + r) 0 l.
Definition power_sum (p : R) (u : I -> R) (l : list I) : R := fold_right (fun i r => rpower (u i) p + r) 0 l.
Definition norm (p : R) (u : I -> R) (l : list I) : R := rpower (power_sum p u l) (/ p).
Definition weights_ge0 (l : list (I * Q)) : Prop := forall p, In p l -> 0 <= Q2R (snd p).

Lemma power_product_ge0 u l : 0 <= power_product u l.
Proof. induction l as [|p l IH]; simpl; [lra|]. apply Rmult_le_pos; [apply rpower_ge0|exact IH]. Qed.
Lemma power_product_zero u l p : In p l -> u (fst p) <= 0 -> power_product u l = 0.
Proof. induction l as [|q l IH]; simpl; [easy|]. intros [-> | inp] none; [rewrite rpower_none by exact none; ring|rewrite IH by assumption; ring]. Qed.
Lemma power_product_exp u l : (forall p, In p l -> 0 < u (fst p)) -> power_product u l = exp (weighted (fun i => ln (u i)) l).
Proof.
  induction l as [|p l IH]; intro pos; simpl; [now rewrite exp_0|]. rewrite exp_plus, IH by (intros q inq; apply pos; now right).
  rewrite rpower_pos by (apply pos; now left). reflexivity.
Qed.
(** either a factor is 0, or all bases are positive *)
Lemma zero_or_positive u (l : list (I * Q)) : (forall p, In p l -> 0 < u (fst p)) \/ exists p, In p l /\ u (fst p) <= 0.
Proof.
  induction l as [|p l [IH|[q [inq le]]]]; [left; easy| |right; exists q; split; [now right|exact le]].
  destruct (Rlt_dec 0 (u (fst p))); [left; intros q [<- | inq]; auto|right; exists p; split; [now left|lra]].
Qed.

(** the inequality of the weighted means *)
Lemma means_bound u l : weights_ge0 l -> total l <= 1 -> (forall p, In p l -> 0 <= u (fst p)) -> power_product u l <= weighted u l + (1 - total l).
Proof.
  intros pw le1 pu. set (A := weighted u l + (1 - total l)).
  assert (weighted_ge0 : 0 <= weighted u l).
  { clear le1 A. induction l as [|p l IH]; simpl; [lra|]. assert (0 <= Q2R (snd p) * u (fst p)) by (apply Rmult_le_pos; [apply pw|apply pu]; now left).
    assert (0 <= weighted u l); [|lra]. apply IH; intros q inq; [apply pw|apply pu]; now right. }
  destruct (zero_or_positive u l) as [pos|[p [inp none]]]; [|rewrite (power_product_zero u l p inp none); unfold A; lra].
  assert (pA : 0 < A).
  { assert (0 <= total l /\ (total l <= 0 \/ 0 < weighted u l)); [|unfold A; lra]. clear le1 A weighted_ge0.
    induction l as [|p l IH]; simpl; [lra|]. assert (pwp := pw p (or_introl eq_refl)). assert (pp := pos p (or_introl eq_refl)).
    assert (0 <= total l /\ (total l <= 0 \/ 0 < weighted u l)) as [h1 h2] by (apply IH; intros q inq; [apply pw|apply pu|apply pos]; now right).
    assert (0 <= weighted u l).
    { clear -pw pu. induction l as [|q l IH]; simpl; [lra|]. assert (0 <= Q2R (snd q) * u (fst q)) by (apply Rmult_le_pos; [apply pw|apply pu]; right; now left).
      assert (0 <= weighted u l); [|lra]. apply IH; intros q' inq; [apply pw|apply pu]; destruct inq as [<- |]; try (now left); right; now right. }
    split; [lra|]. destruct pwp as [pwp|<-]; [right; assert (0 < Q2R (snd p) * u (fst p)) by (now apply Rmult_lt_0_compat); lra|lra]. }
  rewrite power_product_exp by exact pos. rewrite <- (exp_ln A pA). apply exp_le.
  assert (step : weighted (fun i => ln (u i)) l <= weighted u l / A - total l + total l * ln A).
  { clear le1 weighted_ge0. clearbody A. induction l as [|p l IH]; simpl; [lra|].
    assert (weighted (fun i => ln (u i)) l <= weighted u l / A - total l + total l * ln A) by (apply IH; intros q inq; [apply pw|apply pu|apply pos]; now right).
    assert (pp := pos p (or_introl eq_refl)). assert (pwp := pw p (or_introl eq_refl)). pose proof (ln_bound (u (fst p) / A)) as le. unfold Rdiv in le at 1 2.
    assert (pq : 0 < u (fst p) / A) by now apply Rdiv_lt_0_compat. specialize (le pq). rewrite ln_mult, ln_Rinv in le by (try apply Rinv_0_lt_compat; assumption).
    assert (Q2R (snd p) * ln (u (fst p)) <= Q2R (snd p) * (u (fst p) / A - 1 + ln A)) by (apply Rmult_le_compat_l; [exact pwp|lra]). unfold Rdiv in *. nra. }
  eapply Rle_trans; [exact step|]. assert (lower : 1 - / A <= ln A).
  { pose proof (ln_bound (/ A) (Rinv_0_lt_compat _ pA)) as le. rewrite ln_Rinv in le by exact pA. lra. }
  assert (is_A : weighted u l = A - (1 - total l)) by (unfold A; ring). rewrite is_A. clearbody A.
  replace ((A - (1 - total l)) / A) with (1 - (1 - total l) * / A) by (field; lra). nra.
Qed.

Lemma power_product_mult u v l : (forall p, In p l -> 0 <= u (fst p) /\ 0 <= v (fst p)) ->
  power_product (fun i => u i * v i) l = power_product u l * power_product v l.
Proof.
  induction l as [|p l IH]; intro pos; simpl; [ring|]. rewrite IH by (intros q inq; apply pos; now right). destruct (pos p (or_introl eq_refl)).
  rewrite rpower_mult by assumption. ring.
Qed.
Lemma power_product_ext u v l : (forall p, In p l -> u (fst p) = v (fst p)) -> power_product u l = power_product v l.
Proof. induction l as [|p l IH]; intro same; simpl; [reflexivity|]. now rewrite IH, (same p (or_introl eq_refl)) by (intros q inq; apply same; now right). Qed.

(** ** Sums of powers *)

Definition linear (g u : I -> R) (l : list I) : R := fold_right (fun i r => g i * u i + r) 0 l.
Lemma power_sum_ge0 p u l : 0 <= power_sum p u l.
Proof. induction l as [|i l IH]; simpl; [lra|]. pose proof (rpower_ge0 (u i) p). lra. Qed.
Lemma power_sum_zero p u l i : power_sum p u l <= 0 -> In i l -> u i <= 0.
Proof.
  induction l as [|j l IH]; simpl; [easy|]. intro le. pose proof (rpower_ge0 (u j) p). pose proof (power_sum_ge0 p u l). intros [<- | ini]; [|apply IH; lra || assumption].
  destruct (Rle_dec (u j) 0); [assumption|]. pose proof (rpower_gt0 (u j) p). lra.
Qed.
Lemma power_sum_scale p k u l : 0 <= k -> (forall i, In i l -> 0 <= u i) -> power_sum p (fun i => k * u i) l = rpower k p * power_sum p u l.
Proof.
  intros pk. induction l as [|i l IH]; intro pos; simpl; [ring|]. rewrite IH by (intros j inj; apply pos; now right).
  rewrite rpower_mult by (try exact pk; apply pos; now left). ring.
Qed.
Lemma norm_power p u l : p <> 0 -> rpower (norm p u l) p = power_sum p u l.
Proof. intro nz. unfold norm. rewrite rpower_rpower. replace (/ p * p) with 1 by now field. apply rpower_1, power_sum_ge0. Qed.
Lemma linear_scale g k u l : linear g (fun i => k * u i) l = k * linear g u l.
Proof. induction l as [|i l IH]; simpl; [ring|]. rewrite IH. ring. Qed.
Lemma linear_self p m l : linear (fun i => rpower (m i) (p - 1)) m l = power_sum p m l.
Proof. induction l as [|i l IH]; simpl; [reflexivity|]. now rewrite IH, (rpower_split (m i) p). Qed.

(** the tangents of all summands *)
Lemma sum_tangents_below p u m l : 1 <= p -> (forall i, In i l -> 0 <= u i /\ 0 <= m i) ->
  linear (fun i => rpower (m i) (p - 1)) u l - power_sum p m l <= (power_sum p u l - power_sum p m l) / p.
Proof.
  intro large. induction l as [|i r IH]; intro pos; simpl; [lra|]. destruct (pos i (or_introl eq_refl)) as [pu pm].
  pose proof (tangent_below (u i) (m i) p large pu pm) as tan. rewrite Rmult_minus_distr_l, <- rpower_split in tan.
  assert (le := IH (fun j inj => pos j (or_intror inj))). unfold Rdiv in *. lra.
Qed.
Lemma sum_tangents_above p u m l : p < 1 -> p <> 0 -> (forall i, In i l -> 0 < u i /\ 0 < m i) ->
  (power_sum p u l - power_sum p m l) / p <= linear (fun i => rpower (m i) (p - 1)) u l - power_sum p m l.
Proof.
  intros small nz. induction l as [|i r IH]; intro pos; simpl; [lra|]. destruct (pos i (or_introl eq_refl)) as [pu pm].
  pose proof (tangent_above (u i) (m i) p small nz pu pm) as tan. rewrite Rmult_minus_distr_l, <- rpower_split in tan.
  assert (le := IH (fun j inj => pos j (or_intror inj))). unfold Rdiv in *. lra.
Qed.

(** Hölder's inequality, and the reverse one *)
Section Hoelder.
Variables (p : R) (u m : I -> R) (l : list I).
Hypothesis sum_gt0 : 0 < power_sum p m l.
Let g i := rpower (m i) (p - 1).
Let M := norm p m l.
Let U := norm p u l.
Local Lemma M_gt0 : 0 < M. Proof. now apply rpower_gt0. Qed.

Lemma hoelder_below : 1 <= p -> (forall i, In i l -> 0 <= u i /\ 0 <= m i) -> linear g u l <= rpower M (p - 1) * U.
Proof.
  intros large pos. pose proof M_gt0 as pM. assert (nz : p <> 0) by lra. destruct (power_sum_ge0 p u l) as [some|none].
  - assert (pU : 0 < U) by now apply rpower_gt0. set (k := M / U). assert (pk : 0 < k) by now apply Rdiv_lt_0_compat.
    assert (step : linear g (fun i => k * u i) l - power_sum p m l <= (power_sum p (fun i => k * u i) l - power_sum p m l) / p).
    { apply sum_tangents_below; [exact large|]. intros i ini. destruct (pos i ini). split; [nra|assumption]. }
    rewrite power_sum_scale, linear_scale in step by (try lra; intros i ini; apply pos, ini).
    assert (E : rpower k p * power_sum p u l = power_sum p m l).
    { rewrite <- (norm_power p u l nz), <- (norm_power p m l nz). fold U M. rewrite <- rpower_mult by lra. f_equal. unfold k. field. lra. }
    rewrite E in step. replace ((power_sum p m l - power_sum p m l) / p) with 0 in step by (field; exact nz).
    rewrite <- (norm_power p m l nz) in step. fold M in step. rewrite (rpower_split M p) in step. unfold k in step.
    apply (Rmult_le_reg_l (M / U)); [exact pk|]. replace (M / U * (rpower M (p - 1) * U)) with (rpower M (p - 1) * M) by (field; lra). lra.
  - assert (zero : linear g u l = 0).
    { assert (all := fun i => power_sum_zero p u l i (Req_le _ _ (eq_sym none))). clear - all pos. clearbody g. induction l as [|i r IH]; simpl; [reflexivity|].
      rewrite IH by (intros j inj; (apply pos || apply all); now right). destruct (pos i (or_introl eq_refl)). specialize (all i (or_introl eq_refl)). replace (u i) with 0 by lra. ring. }
    rewrite zero. apply Rmult_le_pos; apply rpower_ge0.
Qed.
Lemma hoelder_above : p < 1 -> p <> 0 -> (forall i, In i l -> 0 < u i /\ 0 < m i) -> rpower M (p - 1) * U <= linear g u l.
Proof.
  intros small nz pos. pose proof M_gt0 as pM.
  assert (some : 0 < power_sum p u l).
  { destruct l as [|i r]; simpl in sum_gt0 |- *; [lra|]. pose proof (power_sum_ge0 p u r). destruct (pos i (or_introl eq_refl)) as [pu _]. pose proof (rpower_gt0 (u i) p pu). lra. }
  assert (pU : 0 < U) by now apply rpower_gt0. set (k := M / U). assert (pk : 0 < k) by now apply Rdiv_lt_0_compat.
  assert (step : (power_sum p (fun i => k * u i) l - power_sum p m l) / p <= linear g (fun i => k * u i) l - power_sum p m l).
  { apply sum_tangents_above; [exact small|exact nz|]. intros i ini. destruct (pos i ini). split; [now apply Rmult_lt_0_compat|assumption]. }
  rewrite power_sum_scale, linear_scale in step by (try lra; intros i ini; left; apply pos, ini).
  assert (E : rpower k p * power_sum p u l = power_sum p m l).
  { rewrite <- (norm_power p u l nz), <- (norm_power p m l nz). fold U M. rewrite <- rpower_mult by lra. f_equal. unfold k. field. lra. }
  rewrite E in step. replace ((power_sum p m l - power_sum p m l) / p) with 0 in step by (field; exact nz).
  rewrite <- (norm_power p m l nz) in step. fold M in step. rewrite (rpower_split M p) in step. unfold k in step.
  apply (Rmult_le_reg_l (M / U)); [exact pk|]. replace (M / U * (rpower M (p - 1) * U)) with (rpower M (p - 1) * M) by (field; lra). lra.
Qed.
End Hoelder.
End Lists.

(** ** On a segment *)

Section Segment.
Variable t : R.
Hypothesis t_in : 0 <= t <= 1.
Local Notation mean := (mean t).
Local Notation convex_on := (convex_on t).
Local Notation concave_on := (concave_on t).

Theorem power_convex a b c p : 1 <= p -> 0 <= a -> 0 <= b -> convex_on a b c -> convex_on (rpower a p) (rpower b p) (rpower c p).
Proof.
  unfold Composition.convex_on. intros large pa pb le. assert (p0 : 0 <= p) by lra. eapply Rle_trans; [exact (rpower_mono c _ p p0 le)|].
  set (m := mean a b). assert (pm : 0 <= m) by now apply mean_ge0.
  assert (tan := tangent_below a m p large pa pm). assert (tan' := tangent_below b m p large pb pm).
  assert (sum : 0 <= t * ((rpower a p - rpower m p) / p) + (1 - t) * ((rpower b p - rpower m p) / p)).
  { apply Rle_trans with (t * (rpower m (p - 1) * (a - m)) + (1 - t) * (rpower m (p - 1) * (b - m))); [|nra].
    right. unfold m, Composition.mean. ring. }
  replace (t * ((rpower a p - rpower m p) / p) + (1 - t) * ((rpower b p - rpower m p) / p)) with ((mean (rpower a p) (rpower b p) - rpower m p) * / p) in sum
    by (unfold Composition.mean; field; lra).
  assert (0 < / p) by (apply Rinv_0_lt_compat; lra). nra.
Qed.

Section Lists.
Context {I : Type}.
Variables a b c : I -> R.

Theorem product_concave l : weights_ge0 l -> total l <= 1 ->
  (forall p, In p l -> 0 <= a (fst p) /\ 0 <= b (fst p) /\ 0 <= c (fst p) /\ concave_on (a (fst p)) (b (fst p)) (c (fst p))) ->
  concave_on (power_product a l) (power_product b l) (power_product c l).
Proof.
  intros pw le1 all. unfold Composition.concave_on. destruct (zero_or_positive c l) as [pos|[p [inp none]]].
  - assert (part : forall u, (forall p, In p l -> 0 <= u (fst p)) -> power_product u l <= power_product c l * (weighted (fun i => u i / c i) l + (1 - total l))).
    { intros u pu. rewrite (power_product_ext u (fun i => c i * (u i / c i))) by (intros p inp; specialize (pos p inp); field; lra).
      assert (pr : forall p, In p l -> 0 <= u (fst p) / c (fst p)).
      { intros p inp. apply Rmult_le_pos; [now apply pu|]. left. apply Rinv_0_lt_compat. now apply pos. }
      rewrite power_product_mult by (intros p inp; split; [left; now apply pos|now apply pr]).
      apply Rmult_le_compat_l; [apply power_product_ge0|]. now apply means_bound. }
    assert (pa : forall p, In p l -> 0 <= a (fst p)) by (intros p inp; now apply all). assert (pb : forall p, In p l -> 0 <= b (fst p)) by (intros p inp; now apply all).
    eapply Rle_trans; [apply (mean_mono t t_in _ _ _ _ (part a pa) (part b pb))|].
    assert (sum : mean (weighted (fun i => a i / c i) l) (weighted (fun i => b i / c i) l) <= total l).
    { clear le1 part pa pb. induction l as [|p r IH]; [unfold Composition.mean; simpl; lra|].
      assert (mean (weighted (fun i => a i / c i) r) (weighted (fun i => b i / c i) r) <= total r) by (apply IH; intros q inq; [apply pw|apply all|apply pos]; now right).
      destruct (all p (or_introl eq_refl)) as (_ & _ & _ & le). specialize (pos p (or_introl eq_refl)). specialize (pw p (or_introl eq_refl)). simpl.
      unfold Composition.mean, Composition.concave_on in *. set (w := Q2R (snd p)) in *. set (x := a (fst p)) in *. set (y := b (fst p)) in *. set (z := c (fst p)) in *.
      assert (w * ((t * x + (1 - t) * y) / z) <= w * 1).
      { apply Rmult_le_compat_l; [exact pw|]. apply (Rmult_le_reg_r z); [exact pos|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. unfold mean in le. lra. }
      unfold Rdiv in *. nra. }
    unfold Composition.mean in *. pose proof (power_product_ge0 c l). nra.
  - assert (mean (a (fst p)) (b (fst p)) <= 0) by (destruct (all p inp) as (_ & _ & _ & le); unfold Composition.concave_on in le; lra).
    destruct (all p inp) as (pa & pb & _). apply Rle_trans with 0; [|apply power_product_ge0]. unfold Composition.mean in *.
    assert (t * power_product a l <= 0).
    { destruct (Rle_dec (a (fst p)) 0); [rewrite (power_product_zero a l p inp) by assumption; lra|]. assert (t = 0) as -> by nra. lra. }
    assert ((1 - t) * power_product b l <= 0); [|lra].
    destruct (Rle_dec (b (fst p)) 0); [rewrite (power_product_zero b l p inp) by assumption; lra|]. assert (1 - t = 0) as -> by nra. lra.
Qed.

Let linear_mean g l : linear g (fun i => mean (a i) (b i)) l = mean (linear g a l) (linear g b l).
Proof. induction l as [|i l IH]; simpl; [unfold Composition.mean; ring|]. rewrite IH. unfold Composition.mean. ring. Qed.

(** Minkowski's inequality *)
Theorem norm_convex p l : 1 <= p -> (forall i, In i l -> 0 <= a i /\ 0 <= b i /\ 0 <= c i /\ convex_on (a i) (b i) (c i)) ->
  convex_on (norm p a l) (norm p b l) (norm p c l).
Proof.
  intros large all. unfold Composition.convex_on. destruct (power_sum_ge0 p c l) as [some|none].
  - pose proof (rpower_gt0 _ (/ p) some) as pM. fold (norm p c l) in pM. set (M := norm p c l) in *. set (g := fun i => rpower (c i) (p - 1)).
    assert (pg : 0 < rpower M (p - 1)) by now apply rpower_gt0.
    assert (below : forall u, (forall i, In i l -> 0 <= u i) -> linear g u l <= rpower M (p - 1) * norm p u l).
    { intros u pu. apply hoelder_below; [exact some|exact large|]. intros i ini. split; [now apply pu|now apply all]. }
    assert (le : rpower M (p - 1) * M <= mean (linear g a l) (linear g b l)).
    { rewrite <- rpower_split. unfold M. rewrite norm_power by lra. rewrite <- linear_self, <- linear_mean. fold g. clear - all.
      induction l as [|i r IH]; simpl; [lra|]. assert (linear g c r <= linear g (fun i => mean (a i) (b i)) r) by (apply IH; intros j inj; apply all; now right).
      destruct (all i (or_introl eq_refl)) as (_ & _ & _ & le). unfold Composition.convex_on in le. pose proof (rpower_ge0 (c i) (p - 1)) as pg. fold (g i) in pg. nra. }
    apply (Rmult_le_reg_l (rpower M (p - 1))); [exact pg|]. eapply Rle_trans; [exact le|].
    eapply Rle_trans; [apply (mean_mono t t_in); apply below; intros i ini; now apply all|]. right. unfold Composition.mean. ring.
  - unfold norm at 1. rewrite <- none, rpower_none by lra. apply mean_ge0; [exact t_in| |]; apply rpower_ge0.
Qed.
Theorem norm_concave p l : p < 1 -> p <> 0 -> (forall i, In i l -> 0 < a i /\ 0 < b i /\ 0 < c i /\ concave_on (a i) (b i) (c i)) ->
  concave_on (norm p a l) (norm p b l) (norm p c l).
Proof.
  intros small nz all. unfold Composition.concave_on. destruct (power_sum_ge0 p c l) as [some|none].
  - pose proof (rpower_gt0 _ (/ p) some) as pM. fold (norm p c l) in pM. set (M := norm p c l) in *. set (g := fun i => rpower (c i) (p - 1)).
    assert (pg : 0 < rpower M (p - 1)) by now apply rpower_gt0.
    assert (above : forall u, (forall i, In i l -> 0 < u i) -> rpower M (p - 1) * norm p u l <= linear g u l).
    { intros u pu. apply hoelder_above; [exact some|exact small|exact nz|]. intros i ini. split; [now apply pu|now apply all]. }
    assert (le : mean (linear g a l) (linear g b l) <= rpower M (p - 1) * M).
    { rewrite <- rpower_split. unfold M. rewrite norm_power by exact nz. rewrite <- linear_self, <- linear_mean. fold g. clear - all.
      induction l as [|i r IH]; simpl; [lra|]. assert (linear g (fun i => mean (a i) (b i)) r <= linear g c r) by (apply IH; intros j inj; apply all; now right).
      destruct (all i (or_introl eq_refl)) as (_ & _ & _ & le). unfold Composition.concave_on in le. pose proof (rpower_ge0 (c i) (p - 1)) as pg. fold (g i) in pg. nra. }
    apply (Rmult_le_reg_l (rpower M (p - 1))); [exact pg|]. eapply Rle_trans; [|exact le].
    eapply Rle_trans; [|apply (mean_mono t t_in); apply above; intros i ini; now apply all]. right. unfold Composition.mean. ring.
  - destruct l as [|i r].
    + unfold norm. simpl. rewrite !rpower_none by lra. unfold Composition.mean. lra.
    + simpl in none. destruct (all i (or_introl eq_refl)) as (_ & _ & pc & _). pose proof (rpower_gt0 (c i) p pc). pose proof (power_sum_ge0 p c r). lra.
Qed.
End Lists.

(** ** Three functions of a convex argument *)

(** Huber's loss of x >= 0, which is the greatest of its tangents: x^2 as far as M, and 2 M x - M^2 beyond *)
Theorem huber_segment M a b c : 0 <= M -> 0 <= a -> 0 <= b -> 0 <= c -> convex_on a b c ->
  convex_on (a * a - Rmax 0 (a - M) * Rmax 0 (a - M)) (b * b - Rmax 0 (b - M) * Rmax 0 (b - M)) (c * c - Rmax 0 (c - M) * Rmax 0 (c - M)).
Proof.
  unfold Composition.convex_on. intros pM pa pb pc le. set (u := Rmin c M).
  assert (pu : 0 <= u /\ u <= M) by (unfold u, Rmin; destruct (Rle_dec c M); lra).
  assert (tangent : forall v, 0 <= v -> 2 * u * v - u * u <= v * v - Rmax 0 (v - M) * Rmax 0 (v - M)).
  { intros v pv. unfold Rmax. destruct (Rle_dec 0 (v - M)); [|pose proof (Rle_0_sqr (v - u)) as sq; unfold Rsqr in sq; lra].
    assert (0 <= (M - u) * (2 * v - M - u)) by (apply Rmult_le_pos; lra). nra. }
  assert (touch : c * c - Rmax 0 (c - M) * Rmax 0 (c - M) = 2 * u * c - u * u).
  { unfold u, Rmax, Rmin. destruct (Rle_dec 0 (c - M)), (Rle_dec c M); nra. }
  rewrite touch. eapply Rle_trans; [|apply (mean_mono t t_in _ _ _ _ (tangent a pa) (tangent b pb))]. unfold Composition.mean in *. nra.
Qed.

Theorem xexp_convex a b c : 0 <= a -> 0 <= b -> 0 <= c -> convex_on a b c -> convex_on (a * exp a) (b * exp b) (c * exp c).
Proof.
  unfold Composition.convex_on. intros pa pb pc le.
  assert (tangent : forall v, 0 <= v -> exp c * (c + (c + 1) * (v - c)) <= v * exp v).
  { intros v pv. pose proof (exp_ineq1_le (v - c)) as e. pose proof (exp_pos c) as pe.
    assert (E : exp v = exp c * exp (v - c)) by (rewrite <- exp_plus; f_equal; ring). rewrite E.
    replace (v * (exp c * exp (v - c))) with (exp c * (v * exp (v - c))) by ring.
    apply Rle_trans with (exp c * (v * (1 + (v - c)))); [|apply Rmult_le_compat_l; [lra|now apply Rmult_le_compat_l]].
    apply Rmult_le_compat_l; [lra|]. pose proof (Rle_0_sqr (v - c)) as sq. unfold Rsqr in sq. lra. }
  eapply Rle_trans; [|apply (mean_mono t t_in _ _ _ _ (tangent a pa) (tangent b pb))].
  replace (mean (exp c * (c + (c + 1) * (a - c))) (exp c * (c + (c + 1) * (b - c)))) with (c * exp c + exp c * ((c + 1) * (mean a b - c)))
    by (unfold Composition.mean; ring).
  assert (0 <= exp c * ((c + 1) * (mean a b - c))); [|lra]. apply Rmult_le_pos; [left; apply exp_pos|apply Rmult_le_pos; lra].
Qed.
End Segment.

(** max(z, 0) + ln(1 + exp(-|z|)) = ln(1 + exp z) *)
Theorem stable_softplus z : Rmax 0 z + ln (1 + exp (- (Rmax 0 z + Rmax 0 (- z)))) = ln (1 + exp z).
Proof.
  unfold Rmax. destruct (Rle_dec 0 z), (Rle_dec 0 (- z)); try lra.
  - assert (z = 0) as -> by lra. rewrite Ropp_0, !Rplus_0_l, Ropp_0. reflexivity.
  - rewrite Rplus_0_r. rewrite <- (ln_exp z) at 1. rewrite <- ln_mult by (try apply exp_pos; pose proof (exp_pos (- z)); lra).
    f_equal. rewrite Rmult_plus_distr_l, <- exp_plus, Rplus_opp_r, exp_0. ring.
  - rewrite Rplus_0_l. f_equal. f_equal. f_equal. lra.
Qed.
