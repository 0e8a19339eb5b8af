(** * Rounding analysis of sparse coefficient vectors

    What a linear combination of rows, computed by rounding to nearest, differs from the exact one on any valuation that
    is bounded by Y: a bound a priori, from norms and counts, of the whole [substitute] step.

    Main results: [substitute_bound]; [reduces_below].

    Trust: proved.
    Source: Higham, "Accuracy and Stability of Numerical Algorithms", chapter 3. *)
From Coq Require Import Floats Reals Lra List Bool Lia Permutation Uint63 Psatz.
From Warrant.Primitives Require Import FloatBounds Rounding.
From Warrant.Checker Require Import Blocks SparseVector Combination.
Import ListNotations.
Local Open Scope R_scope.
Local Notation u := unit_roundoff.
Local Notation eta := tiny_error.

Section Rounding.
Variables (y : int -> R) (Y : R).
Hypothesis y_bound : forall i, Rabs (y i) <= Y.
Lemma magnitude_ge0 : 0 <= Y. Proof. generalize (y_bound 0%uint63) (Rabs_pos (y 0%uint63)). lra. Qed.

Lemma add_weights_error a : forall b o, forallb fin (add_weights a b) = true ->
  forallb fin a = true /\ forallb fin b = true /\
  Rabs (dotw y o (add_weights a b) - (dotw y o a + dotw y o b)) <=
    Y * (u * (norm_weights a + norm_weights b) + eta * (len_weights a + len_weights b)) /\
  norm_weights (add_weights a b) <=
    (1 + u) * (norm_weights a + norm_weights b) + eta * (len_weights a + len_weights b) /\
  len_weights (add_weights a b) <= len_weights a + len_weights b.
Proof.
  generalize magnitude_ge0 unit_roundoff_ge0 tiny_error_ge0. intros PY Pu Pe.
  induction a as [|x a IH]; intros [|z b] o F.
  1-3: repeat split; auto; cbn [add_weights dotw norm_weights len_weights].
  1,4,7: match goal with |- Rabs ?e <= _ => replace e with 0 by ring end; rewrite Rabs_R0;
    apply Rmult_le_pos; auto.
  1-9: try generalize (norm_weights_ge0 a) (len_weights_ge0 a) (Rabs_pos (toR x));
    try generalize (norm_weights_ge0 b) (len_weights_ge0 b) (Rabs_pos (toR z)); intros; nra.
  cbn [add_weights forallb] in F. apply andb_prop in F. destruct F as [F1 F2].
  destruct (add_near _ _ F1) as (Fx & Fz & E).
  destruct (IH b (o + 1)%uint63 F2) as (Fa & Fb & E1 & E2 & E3).
  cbn [add_weights forallb dotw norm_weights len_weights]. rewrite Fx, Fz. repeat split; auto.
  - set (s := toR (x + z)%float) in *.
    match goal with |- Rabs ?e <= _ => replace e with
      ((s - (toR x + toR z)) * y o + (dotw y (o + 1)%uint63 (add_weights a b)
        - (dotw y (o + 1)%uint63 a + dotw y (o + 1)%uint63 b))) by ring end.
    eapply Rle_trans. apply Rabs_triang. rewrite Rabs_mult.
    assert (Rabs (s - (toR x + toR z)) * Rabs (y o) <= (u * (Rabs (toR x) + Rabs (toR z)) + eta) * Y).
    { apply Rmult_le_compat; auto using Rabs_pos. eapply Rle_trans. exact E.
      apply Rplus_le_compat_r, Rmult_le_compat_l; auto. apply Rabs_triang. }
    nra.
  - set (s := toR (x + z)%float) in *.
    assert (Rabs s <= Rabs (toR x + toR z) + Rabs (s - (toR x + toR z))).
    { replace s with ((toR x + toR z) + (s - (toR x + toR z))) at 1 by ring. apply Rabs_triang. }
    generalize (Rabs_triang (toR x) (toR z)). intro. nra.
  - lra.
Qed.
Lemma mix_error p q w : forall o, forallb fin (p ++ add_weights q w) = true ->
  forallb fin (p ++ q) = true /\ forallb fin w = true /\
  Rabs (dotw y o (p ++ add_weights q w) - (dotw y o (p ++ q) + dotw y (after o p) w)) <=
     Y * (u * (norm_weights (p ++ q) + norm_weights w) + eta * (len_weights (p ++ q) + len_weights w)) /\
  norm_weights (p ++ add_weights q w) <=
    (1 + u) * (norm_weights (p ++ q) + norm_weights w) + eta * (len_weights (p ++ q) + len_weights w) /\
  len_weights (p ++ add_weights q w) <= len_weights (p ++ q) + len_weights w.
Proof.
  generalize magnitude_ge0 unit_roundoff_ge0 tiny_error_ge0. intros PY Pu Pe.
  induction p as [|a p IH]; intros o F; cbn [app after] in *; [now apply add_weights_error|].
  cbn [forallb] in *. apply andb_prop in F. destruct F as [Fx Fw].
  destruct (IH (o + 1)%uint63 Fw) as (F1 & F2 & E1 & E2 & E3). rewrite Fx.
  cbn [dotw norm_weights len_weights]. generalize (Rabs_pos (toR a)). intro. repeat split; auto.
  - match goal with |- Rabs ?e <= _ => replace e with (dotw y (o + 1)%uint63 (p ++ add_weights q w)
     - (dotw y (o + 1)%uint63 (p ++ q) + dotw y (after (o + 1)%uint63 p) w)) by ring end.
    eapply Rle_trans. exact E1. apply Rmult_le_compat_l; auto. nra.
  - nra.
  - lra.
Qed.

(** [v] stands for the exact functional [S], [n] roundings deep; [A] and [E] bound norm and length of what went in *)
Definition approximates (n : nat) (v : vec) (S A E : R) : Prop :=
  Rabs (dotv y v - S) <= Y * ((growth n - 1) * A + drift n * E) /\
  norm_vec v <= growth n * A + drift n * E /\ len_vec v <= E /\ 0 <= A.
Lemma approximates_S n v S A E : approximates n v S A E -> approximates (Datatypes.S n) v S A E.
Proof.
  generalize magnitude_ge0 unit_roundoff_ge0 tiny_error_ge0 (growth_ge1 n) (drift_ge0 n) (len_vec_ge0 v).
  intros PY Pu Pe P1 P2 P3 (err & norm & len & A_ge0).
  unfold approximates. cbn [growth drift].
  assert (0 <= growth n * u * A) by (apply Rmult_le_pos; [apply Rmult_le_pos|]; lra).
  assert (0 <= (drift n * u + eta) * E) by (apply Rmult_le_pos; nra).
  repeat split; auto; try lra.
  eapply Rle_trans. exact err. apply Rmult_le_compat_l; auto. lra.
Qed.
Lemma approximates_le n m v S A E : (n <= m)%nat -> approximates n v S A E -> approximates m v S A E.
Proof. induction 1; auto. intro. apply approximates_S. auto. Qed.
Lemma approximates_app n v w S T A B E F :
  approximates n v S A E -> approximates n w T B F ->
  approximates n (v ++ w) (S + T) (A + B) (E + F).
Proof.
  intros (Ev & Nv & Lv & Av) (Ew & Nw & Lw & Aw). unfold approximates. rewrite dotv_app, norm_vec_app, len_vec_app.
  repeat split; try nra.
  replace (_ - _) with ((dotv y v - S) + (dotv y w - T)) by ring.
  eapply Rle_trans. apply Rabs_triang. nra.
Qed.
Lemma approximates_refl v : approximates 0 v (dotv y v) (norm_vec v) (len_vec v).
Proof.
  unfold approximates. simpl. generalize (norm_vec_ge0 v). intro. rewrite Rminus_diag_eq, Rabs_R0 by reflexivity.
  repeat split; lra.
Qed.
Lemma reduces_error v w : reduces v w -> (length w <= length v)%nat /\ (fin_vec w = true -> fin_vec v = true /\
  forall n S A E, approximates n v S A E -> approximates (n + (length v - length w)) w S A E).
Proof.
  induction 1 as [v w P | s t e p q v Es Et | v w F L | v w x _ [L1 I1] _ [L2 I2]].
  - rewrite (Permutation_length P), Nat.sub_diag. split; auto. intro F. split.
    + unfold fin_vec in *. rewrite forallb_forall in *. intros a Ha. apply F. eapply Permutation_in; eauto.
    + intros n S A E. rewrite Nat.add_0_r. unfold approximates.
      assert (dotv y v = dotv y w /\ norm_vec v = norm_vec w /\ len_vec v = len_vec w) as (-> & -> & ->); auto.
      clear -P. induction P; simpl; intuition lra.
  - split. simpl; lia. intro F. simpl in F. apply andb_prop in F. destruct F as [F1 F2].
    destruct (mix_error _ _ _ (so s) F1) as (G1 & G2 & E1 & E2 & E3). rewrite <- Es, Et in *. split.
    { simpl. now rewrite G1, G2. }
    intros n S A E (err & norm & len & A_ge0).
    replace (n + _)%nat with (Datatypes.S n) by (cbn [length]; lia).
    unfold approximates. cbn [dotv norm_vec len_vec fold_right so sw growth drift] in *.
    fold (dotv y v) in *. fold (norm_vec v) in *. fold (len_vec v) in *.
    set (M := p ++ add_weights q (sw t)) in *.
    generalize magnitude_ge0 unit_roundoff_ge0 tiny_error_ge0 (growth_ge1 n) (drift_ge0 n).
    generalize (norm_vec_ge0 v) (len_vec_ge0 v). intros P3 P4 PY Pu Pe P1 P2.
    assert (Q1 : u * (norm_weights (sw s) + norm_weights (sw t)) <= u * (growth n * A + drift n * E))
      by (apply Rmult_le_compat_l; lra).
    assert (Q2 : eta * (len_weights (sw s) + len_weights (sw t)) <= eta * E)
      by (apply Rmult_le_compat_l; lra).
    repeat split; auto; try nra.
    replace (_ - S) with ((dotw y (so s) M - (dotw y (so s) (sw s) + dotw y (so t) (sw t)))
      + (dotw y (so s) (sw s) + (dotw y (so t) (sw t) + dotv y v) - S)) by ring.
    eapply Rle_trans. apply Rabs_triang.
    eapply Rle_trans. apply Rplus_le_compat; [exact E1|exact err].
    rewrite <- Rmult_plus_distr_l. apply Rmult_le_compat_l; auto. nra.
  - split; auto. unfold fin_vec. congruence.
  - split. lia. intro F. destruct (I2 F) as [F2 J2]. destruct (I1 F2) as [F1 J1]. split; auto.
    intros n S A E approx. replace (n + _)%nat with ((n + (length v - length w)) + (length w - length x))%nat by lia.
    auto.
Qed.

Lemma scale_weights_error c w o : forallb fin (scale_weights c w) = true ->
  Rabs (dotw y o (scale_weights c w) - toR c * dotw y o w) <=
    Y * (u * (Rabs (toR c) * norm_weights w) + eta * len_weights w) /\
  norm_weights (scale_weights c w) <= (1 + u) * (Rabs (toR c) * norm_weights w) + eta * len_weights w /\
  len_weights (scale_weights c w) = len_weights w.
Proof.
  generalize magnitude_ge0 unit_roundoff_ge0 tiny_error_ge0 (Rabs_pos (toR c)). intros PY Pu Pe Pc.
  revert o. induction w as [|x w IH]; intros o F; cbn [scale_weights map forallb dotw norm_weights len_weights] in *.
  - replace (0 - _) with 0 by ring. rewrite Rabs_R0. repeat split; lra.
  - apply andb_prop in F. destruct F as [Fx Fw]. destruct (mul_near _ _ Fx) as (_ & _ & E).
    destruct (IH (o + 1)%uint63 Fw) as (E1 & E2 & E3). fold (scale_weights c w). rewrite Rabs_mult in E.
    set (p := toR (c * x)%float) in *. repeat split; try lra.
    + match goal with |- Rabs ?e <= _ => replace e with ((p - toR c * toR x) * y o
        + (dotw y (o + 1)%uint63 (scale_weights c w) - toR c * dotw y (o + 1)%uint63 w)) by ring end.
      eapply Rle_trans. apply Rabs_triang. rewrite Rabs_mult.
      assert (Rabs (p - toR c * toR x) * Rabs (y o) <= (u * (Rabs (toR c) * Rabs (toR x)) + eta) * Y)
        by (apply Rmult_le_compat; auto using Rabs_pos).
      nra.
    + assert (tri : Rabs p <= Rabs (toR c * toR x) + Rabs (p - toR c * toR x)).
      { replace p with (toR c * toR x + (p - toR c * toR x)) at 1 by ring. apply Rabs_triang. }
      rewrite Rabs_mult in tri. nra.
Qed.
Lemma scale_approximates c v : fin_vec (scale c v) = true ->
  approximates 1 (scale c v) (toR c * dotv y v) (Rabs (toR c) * norm_vec v) (len_vec v).
Proof.
  intro F. generalize (Rabs_pos (toR c)) magnitude_ge0. intros Pc PY. induction v as [|s v IH].
  - unfold approximates. simpl. replace (0 - _) with 0 by ring. rewrite Rabs_R0. repeat split; lra.
  - simpl in F. apply andb_prop in F. destruct F as [F1 F2].
    destruct (scale_weights_error c (sw s) (so s) F1) as (E1 & E2 & E3).
    destruct (IH F2) as (I1 & I2 & I3 & I4). unfold approximates in *.
    cbn [scale map dotv norm_vec len_vec fold_right so sw growth drift] in *.
    fold (scale c v) in *. fold (dotv y v) (dotv y (scale c v)) in *.
    fold (norm_vec v) (norm_vec (scale c v)) (len_vec v) (len_vec (scale c v)) in *.
    generalize (norm_weights_ge0 (sw s)). intro. repeat split; try nra.
    match goal with |- Rabs ?e <= _ => replace e with
      ((dotw y (so s) (scale_weights c (sw s)) - toR c * dotw y (so s) (sw s))
        + (dotv y (scale c v) - toR c * dotv y v)) by ring end.
    eapply Rle_trans. apply Rabs_triang. nra.
Qed.

Lemma scaled_rows_approximates l : fin_vec (scaled_rows l) = true ->
  approximates 1 (scaled_rows l) (sum_rows y l) (norm_rows l) (len_rows l).
Proof.
  unfold scaled_rows. induction l as [|[c r] l IH]; intro F; simpl.
  - unfold approximates. simpl. rewrite Rminus_0_r, Rabs_R0. generalize magnitude_ge0. intro. repeat split; lra.
  - simpl in F. unfold fin_vec in F. rewrite forallb_app in F. apply andb_prop in F. destruct F.
    apply approximates_app; [now apply scale_approximates|now apply IH].
Qed.
Theorem substitute_bound l v w : reduces (v ++ scaled_rows l) w -> fin_vec w = true ->
  let n := INR (length v + segments_rows l + 1) in 2 * u * n <= 1 ->
  Rabs (dotv y w - (dotv y v + sum_rows y l)) <=
    Y * (2 * u * n * (norm_vec v + norm_rows l) + 2 * eta * n * (len_vec v + len_rows l)).
Proof.
  intros from F n small.
  destruct (reduces_error _ _ from) as [L keeps]. destruct (keeps F) as [G K]. unfold fin_vec in G.
  rewrite forallb_app in G. apply andb_prop in G. destruct G as [_ G].
  assert (A : approximates 1 (v ++ scaled_rows l) (dotv y v + sum_rows y l)
    (norm_vec v + norm_rows l) (len_vec v + len_rows l)).
  { apply approximates_app. apply approximates_S, approximates_refl. now apply scaled_rows_approximates. }
  apply K in A. apply (approximates_le _ (length v + segments_rows l + 1)) in A.
  2: { rewrite length_app, scaled_rows_length in *. lia. }
  destruct A as (A1 & _ & A3 & A4). eapply Rle_trans. exact A1.
  destruct (growth_drift_bound _ small) as [B1 B2]. fold n in B1, B2.
  apply Rmult_le_compat_l. apply magnitude_ge0. generalize (len_vec_ge0 w). intro.
  apply Rplus_le_compat; apply Rmult_le_compat_r; lra.
Qed.
End Rounding.

(** ** What is read *)

(** the values below number [N] only *)
Fixpoint below_weights (N o : int) (w : list float) : bool :=
  match w with [] => true | _ :: w' => (o <? N)%uint63 && below_weights N (o + 1)%uint63 w' end.
Definition below (N : int) (v : vec) : bool := forallb (fun s => below_weights N (so s) (sw s)) v.
Section Below.
Variable N : int.
Local Lemma below_weights_app p q : forall o, below_weights N o (p ++ q) = below_weights N o p && below_weights N (after o p) q.
Proof. induction p as [|a p IH]; intro o; simpl; auto. now rewrite IH, andb_assoc. Qed.
Local Lemma below_add_weights a : forall b o, below_weights N o a = true -> below_weights N o b = true ->
  below_weights N o (add_weights a b) = true.
Proof.
  induction a as [|x a IH]; intros [|z b] o Ba Bb; auto. cbn [add_weights below_weights] in *.
  apply andb_prop in Ba, Bb. destruct Ba as [-> Ba], Bb as [_ Bb]. now apply IH.
Qed.
Local Lemma below_scale c v : below N v = true -> below N (scale c v) = true.
Proof.
  assert (same : forall w o, below_weights N o (scale_weights c w) = below_weights N o w).
  { induction w as [|a w IH]; intro o; simpl; auto. f_equal. apply IH. }
  unfold below, scale. induction v as [|s v IH]; simpl; auto. rewrite same. intro B. apply andb_prop in B. destruct B as [-> B].
  now apply IH.
Qed.
Lemma below_scaled_rows l : Forall (fun p => below N (vec_of (snd p)) = true) l -> below N (scaled_rows l) = true.
Proof.
  unfold scaled_rows. induction 1 as [|p l B _ IH]; simpl; auto. unfold below in *. rewrite forallb_app, IH, andb_true_r.
  now apply below_scale.
Qed.
Lemma reduces_below v w : reduces v w -> fin_vec w = true -> below N v = true -> below N w = true.
Proof.
  induction 1 as [v w P | s t e p q v Es Et | v w F L | v w x R1 IH1 R2 IH2]; intros Fw Bv.
  - unfold below in *. rewrite forallb_forall in *. intros a a_in. apply Bv. eapply Permutation_in; [symmetry; exact P|exact a_in].
  - unfold below in *. cbn [forallb so sw] in *. apply andb_prop in Bv. destruct Bv as [Bs Bv]. apply andb_prop in Bv.
    destruct Bv as [Bt ->]. rewrite Es, below_weights_app in Bs. rewrite below_weights_app. apply andb_prop in Bs.
    destruct Bs as [-> Bq]. rewrite Et in *. rewrite below_add_weights; auto.
  - unfold fin_vec in Fw. congruence.
  - apply IH2; auto. apply IH1; auto. destruct (reduces_error (fun _ => 0) 0) with (v := w) (w := x) as [_ keeps]; auto.
    { intro. rewrite Rabs_R0. apply Rle_refl. }
    now apply keeps.
Qed.
Lemma below_dotv y v : below N v = true -> dotv (fun i => if (i <? N)%uint63 then y i else 0) v = dotv y v.
Proof.
  assert (same : forall w o, below_weights N o w = true -> dotw (fun i => if (i <? N)%uint63 then y i else 0) o w = dotw y o w).
  { induction w as [|a w IH]; simpl; intros o B; auto. apply andb_prop in B. destruct B as [-> B]. now rewrite IH. }
  induction v as [|s v IH]; simpl; auto. intro B. apply andb_prop in B. destruct B as [Bs B]. now rewrite same, IH.
Qed.
End Below.
