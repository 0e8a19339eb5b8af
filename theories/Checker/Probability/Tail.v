(** * Tails of the binomial distribution

    [tail_at_most delta n k p] shows that at most [k] successes in [n] trials have a probability of at most [delta], where each succeeds with probability [p].  With e(j)
    the probability of exactly j successes, at most k have the probability e(k) D(k), where D is Horner's scheme

      D(0) = 1,  D(j + 1) = 1 + D(j) (j + 1)/(n - j) (1 - p)/p,

    and more than k have the probability e(k + 1) D'(n - k - 1), with failures in place of successes, where e(k + 1)/e(k) is a fraction.  So the comparison of the first
    with [delta] times the sum of both needs neither e(k), which may be as small as 10^(-n), nor a logarithm; D is computed with outward rounding.

    Main definitions: [horner_up], [horner_dn], [tail_at_most].
    Main results: [tail_at_most_sound].

    Trust: proved. *)
From Coq Require Import Floats Uint63 ZArith QArith Qreals Reals Lra Lia.
From Warrant Require Import Spec.Bytes Primitives.FloatBounds Primitives.FloatRatios Primitives.Rationals Primitives.Fractions.
From Warrant Require Import Spec.Probability Primitives.Probability.Binomial.
Local Open Scope R_scope.

(** ** Horner's scheme on real numbers *)

Fixpoint horner (n : nat) (r : R) (k : nat) : R :=
  match k with O => 1 | S j => 1 + horner n r j * (INR (S j) / (INR n - INR j) * r) end.
Lemma horner_ge0 n r k : 0 <= r -> (k <= n)%nat -> 0 <= horner n r k.
Proof.
  intro r_ge0. induction k as [|k IH]; intro within; cbn [horner]; [lra|].
  assert (less : INR k < INR n) by (apply lt_INR; lia). pose proof (pos_INR (S k)). pose proof (IH ltac:(lia)) as before.
  assert (0 <= INR (S k) / (INR n - INR k) * r); [|pose proof (Rmult_le_pos _ _ before H0); lra].
  apply Rmult_le_pos; [|exact r_ge0]. apply Rmult_le_pos; [assumption|]. left. apply Rinv_0_lt_compat. lra.
Qed.
Theorem horner_correct n k p : 0 < p -> (k <= n)%nat -> exactly n k p * horner n ((1 - p) / p) k = at_most n k p.
Proof.
  intros p_gt0 within. induction k as [|k IH]; cbn [horner]; [rewrite at_most_first; ring|].
  rewrite at_most_next, <- IH by lia. assert (less : INR k < INR n) by (apply lt_INR; lia). pose proof (exactly_ratio n k p) as ratio.
  assert (before : exactly n (S k) p * (INR (S k) / (INR n - INR k) * ((1 - p) / p)) = exactly n k p).
  { transitivity (INR (S k) * (1 - p) * exactly n (S k) p / ((INR n - INR k) * p)); [field; lra|]. rewrite ratio. field. lra. }
  rewrite <- before at 1. ring.
Qed.

(** what the two halves have to satisfy *)
Theorem tail_bound delta n k p :
  0 < p < 1 -> (k < n)%nat ->
  (1 - delta) * ((INR k + 1) * (1 - p)) * horner n ((1 - p) / p) k <= delta * ((INR n - INR k) * p) * horner n (p / (1 - p)) (n - S k) ->
  at_most n k p <= delta.
Proof.
  intros p_range within halves. pose proof (at_most_complement n k p within) as sum.
  pose proof (horner_correct n k p ltac:(lra) ltac:(lia)) as low. pose proof (horner_correct n (n - S k) (1 - p) ltac:(lra) ltac:(lia)) as high.
  rewrite exactly_complement in high by exact within. replace (1 - (1 - p)) with p in high by ring.
  pose proof (exactly_ratio n k p) as ratio. rewrite S_INR in ratio. pose proof (exactly_ge0 n k p ltac:(lra)) as e_ge0.
  pose proof (Rmult_le_compat_l _ _ _ e_ge0 halves) as scaled.
  assert (left_side : exactly n k p * ((1 - delta) * ((INR k + 1) * (1 - p)) * horner n ((1 - p) / p) k) = (1 - delta) * ((INR k + 1) * (1 - p)) * at_most n k p).
  { rewrite <- low. ring. }
  assert (right_side : exactly n k p * (delta * ((INR n - INR k) * p) * horner n (p / (1 - p)) (n - S k)) = delta * ((INR k + 1) * (1 - p)) * at_most n (n - S k) (1 - p)).
  { rewrite <- high. transitivity (delta * ((INR n - INR k) * p * exactly n k p) * horner n (p / (1 - p)) (n - S k)); [ring|]. rewrite <- ratio. ring. }
  rewrite left_side, right_side in scaled. pose proof (pos_INR k).
  assert (positive : 0 < (INR k + 1) * (1 - p)) by (apply Rmult_lt_0_compat; lra).
  apply Rmult_le_reg_l with ((INR k + 1) * (1 - p)); [exact positive|].
  replace (at_most n (n - S k) (1 - p)) with (1 - at_most n k p) in scaled by lra. lra.
Qed.

(** ** The same on floats *)

(** [n] as a machine integer, [r] a bound of the ratio; [j] turns are done, with the bound [d] *)
Fixpoint horner_up (n : int) (r : float) (k : nat) (j : int) (d : float) : float :=
  match k with
  | O => d
  | S k =>
    let a := whole (j + 1) in
    let b := whole (n - j) in
    if fin a && fin b && (0 <? b)%float && (0 <=? a)%float
    then horner_up n r k (j + 1) (up (1 + mul_up d (mul_up (up (a / b)) r)))%float
    else nan
  end%uint63.
Fixpoint horner_dn (n : int) (r : float) (k : nat) (j : int) (d : float) : float :=
  match k with
  | O => d
  | S k =>
    let a := whole (j + 1) in
    let b := whole (n - j) in
    if fin a && fin b && (0 <? b)%float && (0 <=? a)%float
    then horner_dn n r k (j + 1) (dn (1 + mul_dn d (mul_dn (dn (a / b)) r)))%float
    else 0%float
  end%uint63.

(** the ratio of the probabilities of neighbouring numbers of successes *)
Section Sound.
Variables (n : nat) (n_int : int) (r : R).
Hypotheses (n_same : to_Z n_int = Z.of_nat n) (n_small : (Z.of_nat n < 2 ^ 53)%Z) (r_ge0 : 0 <= r).

Local Lemma turn j_int j : to_Z j_int = Z.of_nat j -> (j < n)%nat ->
  to_Z (j_int + 1)%uint63 = Z.of_nat (S j) /\ to_Z (n_int - j_int)%uint63 = Z.of_nat (n - j).
Proof.
  intros j_same less. change (2 ^ 53)%Z with 9007199254740992%Z in n_small. split.
  - rewrite Uint63.add_spec, j_same. change (to_Z 1) with 1%Z. change wB with 9223372036854775808%Z. rewrite Z.mod_small; lia.
  - rewrite Uint63.sub_spec, j_same, n_same. change wB with 9223372036854775808%Z. rewrite Z.mod_small; lia.
Qed.
Local Lemma ratio_value j_int j : to_Z j_int = Z.of_nat j -> (j < n)%nat ->
  IZR (to_Z (j_int + 1)%uint63) / IZR (to_Z (n_int - j_int)%uint63) = INR (S j) / (INR n - INR j).
Proof. intros j_same less. destruct (turn j_int j j_same less) as [-> ->]. rewrite <- !INR_IZR_INZ, minus_INR by lia. reflexivity. Qed.
Local Lemma ratio_ge0 j : (j < n)%nat -> 0 <= INR (S j) / (INR n - INR j).
Proof.
  intro less. pose proof (lt_INR _ _ less). pose proof (pos_INR (S j)) as above. apply Rmult_le_pos; [exact above|]. left. apply Rinv_0_lt_compat. lra.
Qed.

Lemma horner_up_sound rf k j j_int d : UB rf r -> to_Z j_int = Z.of_nat j -> (j + k <= n)%nat -> UB d (horner n r j) ->
  UB (horner_up n_int rf k j_int d) (horner n r (j + k)).
Proof.
  intro r_upper. revert j j_int d. induction k as [|k IH]; intros j j_int d j_same within upper; cbn [horner_up].
  - now rewrite Nat.add_0_r.
  - destruct (_ && _)%bool eqn:fine; [|apply UB_nan]. rewrite !Bool.andb_true_iff in fine. destruct fine as [[[a_fin b_fin] b_gt0] _].
    replace (j + S k)%nat with (S j + k)%nat by lia. pose proof (turn j_int j j_same ltac:(lia)) as [next _].
    apply IH; [exact next|lia|]. cbn [horner]. apply UB_add; [rewrite <- toR1; apply UB_fin; [reflexivity|right; reflexivity]|].
    apply mul_up_sound; [exact upper| |apply horner_ge0; [exact r_ge0|lia]|apply Rmult_le_pos; [apply ratio_ge0; lia|exact r_ge0]].
    apply mul_up_sound; [|exact r_upper|apply ratio_ge0; lia|exact r_ge0].
    rewrite <- (ratio_value j_int j j_same) by lia. rewrite <- !whole_exact by assumption. apply UB_div; try assumption. now apply fin_ltb0.
Qed.
Lemma horner_dn_sound rf k j j_int d : LB rf r -> to_Z j_int = Z.of_nat j -> (j + k <= n)%nat -> LB d (horner n r j) ->
  LB (horner_dn n_int rf k j_int d) (horner n r (j + k)).
Proof.
  intro r_lower. revert j j_int d. induction k as [|k IH]; intros j j_int d j_same within lower; cbn [horner_dn].
  - now rewrite Nat.add_0_r.
  - destruct (_ && _)%bool eqn:fine; [|apply LB0, horner_ge0; [exact r_ge0|lia]].
    rewrite !Bool.andb_true_iff in fine. destruct fine as [[[a_fin b_fin] b_gt0] _].
    replace (j + S k)%nat with (S j + k)%nat by lia. pose proof (turn j_int j j_same ltac:(lia)) as [next _].
    apply IH; [exact next|lia|]. cbn [horner]. apply LB_add; [rewrite <- toR1; apply LB_fin; [reflexivity|right; reflexivity]|].
    apply mul_dn_sound; [exact lower| |apply horner_ge0; [exact r_ge0|lia]|apply Rmult_le_pos; [apply ratio_ge0; lia|exact r_ge0]].
    apply mul_dn_sound; [|exact r_lower|apply ratio_ge0; lia|exact r_ge0].
    rewrite <- (ratio_value j_int j j_same) by lia. rewrite <- !whole_exact by assumption. apply LB_div; try assumption. now apply fin_ltb0.
Qed.
End Sound.

(** ** The check *)

Section Check.
Local Open Scope Q_scope.
Definition inside (q : Q) : bool := negb (Qle_bool q 0) && negb (Qle_bool 1 q).
Definition tail_at_most (delta : Q) (n k : nat) (p : Q) : bool :=
  let N := Z.of_nat n in
  let K := Z.of_nat k in
  if Nat.ltb k n && (N <? 2 ^ 53)%Z && inside p && inside delta then
    let n_int := of_Z N in
    let low := horner_up n_int (float_above (Qred ((1 - p) / p))) k 0 1%float in
    let high := horner_dn n_int (float_below (Qred (p / (1 - p)))) (n - S k) 0 1%float in
    let left_side := mul_up (float_above (Qred ((1 - delta) * (inject_Z (K + 1) * (1 - p))))) low in
    let right_side := mul_dn (float_below (Qred (delta * (inject_Z (N - K) * p)))) high in
    fin left_side && fin right_side && (left_side <=? right_side)%float
  else false.
End Check.

Lemma inside_R q : inside q = true -> 0 < Q2R q < 1.
Proof.
  unfold inside. rewrite Bool.andb_true_iff, !Bool.negb_true_iff. intros [above below]. rewrite <- Q2R_0, <- Q2R_1.
  split; apply Qlt_Rlt, Qnot_le_lt; intro le; apply Qle_bool_iff in le; congruence.
Qed.
Theorem tail_at_most_sound delta n k p : tail_at_most delta n k p = true -> 0 < Q2R p < 1 /\ at_most n k (Q2R p) <= Q2R delta.
Proof.
  unfold tail_at_most. destruct (_ && _ && _ && _)%bool eqn:fine; [|discriminate]. cbv zeta. intro accepted.
  rewrite !Bool.andb_true_iff in fine. destruct fine as [[[within n_small] p_inside] delta_inside].
  apply Nat.ltb_lt in within. apply Z.ltb_lt in n_small. apply inside_R in p_inside, delta_inside. split; [exact p_inside|].
  rewrite !Bool.andb_true_iff in accepted. destruct accepted as [[left_fin right_fin] le].
  set (P := Q2R p) in *. set (delta_R := Q2R delta) in *.
  assert (n_same : to_Z (of_Z (Z.of_nat n)) = Z.of_nat n).
  { rewrite of_Z_spec, Z.mod_small; [reflexivity|]. change wB with 9223372036854775808%Z. change (2 ^ 53)%Z with 9007199254740992%Z in n_small. lia. }
  assert (one_less : Q2R (1 - p) = 1 - P) by now rewrite Q2R_minus, Q2R_1.
  assert (down : Q2R (Qred ((1 - p) / p)) = (1 - P) / P) by (rewrite Q2R_Qred, Q2R_Qdiv, one_less; [reflexivity|fold P; lra]).
  assert (upwards : Q2R (Qred (p / (1 - p))) = P / (1 - P)) by (rewrite Q2R_Qred, Q2R_Qdiv, one_less; [reflexivity|lra]).
  assert (ratio_down : 0 <= (1 - P) / P) by (left; apply Rdiv_lt_0_compat; lra).
  assert (ratio_up : 0 <= P / (1 - P)) by (left; apply Rdiv_lt_0_compat; lra).
  assert (start : forall r, UB 1%float (horner n r 0) /\ LB 1%float (horner n r 0)).
  { intro r. cbn [horner]. rewrite <- toR1. split; [apply UB_fin|apply LB_fin]; try reflexivity; right; reflexivity. }
  pose proof (horner_up_sound n _ _ n_same n_small ratio_down (float_above (Qred ((1 - p) / p))) k 0 0%uint63 1%float) as low.
  rewrite <- down in low at 1. specialize (low (float_above_UB _) eq_refl ltac:(lia) (proj1 (start _))).
  pose proof (horner_dn_sound n _ _ n_same n_small ratio_up (float_below (Qred (p / (1 - p)))) (n - S k) 0 0%uint63 1%float) as high.
  rewrite <- upwards in high at 1. specialize (high (float_below_LB _) eq_refl ltac:(lia) (proj2 (start _))).
  cbn [Nat.add] in low, high.
  assert (N_minus_K : IZR (Z.of_nat n - Z.of_nat k) = INR n - INR k) by now rewrite minus_IZR, <- !INR_IZR_INZ.
  assert (K_plus_1 : IZR (Z.of_nat k + 1) = INR k + 1) by now rewrite plus_IZR, <- INR_IZR_INZ.
  pose proof (pos_INR k) as k_ge0. pose proof (lt_INR _ _ within) as k_less.
  apply (tail_bound delta_R n k P); [exact p_inside|exact within|].
  pose proof (mul_up_sound _ _ _ _ (float_above_UB (Qred ((1 - delta) * (inject_Z (Z.of_nat k + 1) * (1 - p))))) low) as left_bound.
  pose proof (mul_dn_sound _ _ _ _ (float_below_LB (Qred (delta * (inject_Z (Z.of_nat n - Z.of_nat k) * p)))) high) as right_bound.
  rewrite Q2R_Qred, !Q2R_mult, Q2R_inject, one_less, K_plus_1 in left_bound. rewrite Q2R_minus, Q2R_1 in left_bound. fold delta_R in left_bound.
  rewrite Q2R_Qred, !Q2R_mult, Q2R_inject, N_minus_K in right_bound. fold delta_R P in right_bound.
  assert (left_ge0 : 0 <= (1 - delta_R) * ((INR k + 1) * (1 - P))) by (apply Rmult_le_pos; [lra|apply Rmult_le_pos; lra]).
  assert (right_ge0 : 0 <= delta_R * ((INR n - INR k) * P)) by (apply Rmult_le_pos; [lra|apply Rmult_le_pos; lra]).
  specialize (left_bound left_ge0 ltac:(apply horner_ge0; [exact ratio_down|lia])).
  specialize (right_bound right_ge0 ltac:(apply horner_ge0; [exact ratio_up|lia])).
  apply UB_toR in left_bound; [|exact left_fin]. apply LB_toR in right_bound; [|exact right_fin].
  rewrite leb_fin in le by assumption. apply Rle_trans with (1 := left_bound). apply Rle_trans with (2 := right_bound).
  revert le. case Flocq.Core.Raux.Rle_bool_spec; [easy|discriminate].
Qed.
