(** * The checker of certified radii

    [prove_smoothing claim counts certificate] reads the files, and for each stated radius computes the probability of a miss below which the radius is right; then it shows that so few misses as
    were counted would be rare with this probability.  The certificate has nothing in it but its first six bytes.

    Main definitions: [limit], [prove_smoothing].
    Main results: [prove_smoothing_sound].

    Trust: proved. *)
From Coq Require Import PString Uint63 ZArith QArith Qround Qreals Reals Lra Lia List Bool.
From Warrant Require Import Spec.Bytes Spec.Tables Primitives.Fractions Checker.Probability.Tail Checker.Probability.NormalTail.
From Warrant Require Import Spec.Probability Spec.Smoothing Primitives.Probability.Events Primitives.Probability.ClopperPearson Primitives.Probability.Ablation Primitives.Probability.UniformNoise
  Primitives.Probability.Normal Primitives.Probability.GaussianNoise.
Import ListNotations.

Definition is_certificate (c : bytes) : bool :=
  (same "WRNT"%pstring (text c 0 4) && (byte c 4 =? 1) && (byte c 5 =? 83) && (size_of c =? 6))%uint63%bool.

Section Check.
Local Open Scope Q_scope.
Local Open Scope bool_scope.
Definition share_Q (c : claim) (rows : list (list Z)) : Q :=
  Qred ((1 - confidence c) / inject_Z (Z.of_nat (length rows) * Z.of_nat (length (hd [] rows)))).
(** the most coordinates that are kept of an input whose binomial coefficients are computed *)
Definition most_kept : Z := 5000.
(** misses have to be less probable than this *)
Definition limit (kind : noise) (r : Q) : option Q :=
  match kind with
  | Ablation d k =>
    let d' := Z.of_nat d in
    let m := Z.max 0 (Qfloor r) in
    if (Z.of_nat k <=? most_kept)%Z && Nat.leb k d && (m <=? d')%Z
    then Some (Qred (inject_Z (falling (d' - m) k) / inject_Z (falling d' k) - (1 # 2))) else None
  | Uniform h => if Qle_bool h 0 then None else Some (Qred ((1 # 2) - r / (2 * h)))
  | Gaussian sigma => if Qle_bool sigma 0 then None else upper_tail (Qred (r / sigma))
  end.
(** the most noisy copies of an input that are counted *)
Definition most_copies : Z := 16777216.
Definition check_entry (kind : noise) (delta : Q) (rows : list (list Z)) (e : entry) : bool :=
  match limit kind (radius e) with
  | Some u =>
    let counts := nth (row e) rows [] in
    (* not by && alone, of which the virtual machine computes both sides: large numbers must not become unary ones *)
    if Nat.ltb (row e) (length rows) && Nat.ltb (class e) (length (hd [] rows)) && (copies counts <=? most_copies)%Z && (misses counts (class e) <=? most_copies)%Z
    then tail_at_most delta (Z.to_nat (copies counts)) (Z.to_nat (misses counts (class e))) u else false
  | None => false
  end.
Definition check (c : claim) (rows : list (list Z)) : bool :=
  let delta := share_Q c rows in
  inside (confidence c) && Nat.ltb 0 (length rows) && Nat.ltb 0 (length (hd [] rows)) && forallb (check_entry (kind c) delta rows) (entries c).
Definition prove_smoothing (claim_file counts_file certificate : bytes) : bool :=
  if is_certificate certificate then
    match read_question claim_file counts_file with Some (c, rows) => check c rows | None => false end
  else false.
End Check.

Local Open Scope R_scope.

Lemma share_correct c rows : (0 < length rows)%nat -> (0 < length (hd [] rows))%nat ->
  Q2R (share_Q c rows) = (1 - Q2R (confidence c)) / (INR (length rows) * INR (length (hd [] rows))).
Proof.
  intros some_rows some_classes. unfold share_Q. pose proof (lt_0_INR _ some_rows) as rows_gt0. pose proof (lt_0_INR _ some_classes) as classes_gt0.
  assert (product : IZR (Z.of_nat (length rows) * Z.of_nat (length (hd [] rows))) = INR (length rows) * INR (length (hd [] rows))) by (rewrite mult_IZR, <- !INR_IZR_INZ; reflexivity).
  pose proof (Rmult_lt_0_compat _ _ rows_gt0 classes_gt0). rewrite Q2R_Qred, Q2R_Qdiv, Q2R_inject, Q2R_minus, Q2R_1, product; [reflexivity|]. rewrite Q2R_inject, product. lra.
Qed.

Lemma some_same {A} (a b : A) : Some a = Some b -> a = b. Proof. congruence. Qed.
Lemma falling_pos n k : (Z.of_nat k <= n)%Z -> (0 < falling n k)%Z.
Proof. induction k as [|k IH]; intro within; cbn [falling]; [lia|]. apply Z.mul_pos_pos; [apply IH; lia|lia]. Qed.
Lemma limit_sound kind r u q : limit kind r = Some u -> q < Q2R u -> robust kind q (Q2R r).
Proof.
  assert (positive : forall a, Qle_bool a 0 = false -> 0 < Q2R a).
  { intros a none. rewrite <- Q2R_0. apply Qlt_Rlt, Qnot_le_lt. intro le. apply Qle_bool_iff in le. congruence. }
  destruct kind as [d k|h|sigma]; cbn [limit].
  - destruct (_ && _ && _)%bool eqn:fine; [|discriminate]. intro found. apply some_same in found. subst u. rewrite !andb_true_iff in fine. destruct fine as [[_ k_le] m_le].
    apply Nat.leb_le in k_le. apply Z.leb_le in m_le. set (m := Z.max 0 (Qfloor r)) in *. assert (m_ge0 : (0 <= m)%Z) by lia.
    assert (denominator : (0 < falling (Z.of_nat d) k)%Z) by (apply falling_pos; lia).
    rewrite Q2R_Qred, Q2R_minus, Q2R_Qdiv, !Q2R_inject by (rewrite Q2R_inject; apply not_0_IZR; lia). rewrite Q2R_half. intro less.
    apply (ablation_robust d k (Z.to_nat m) q (Q2R r)).
    + intros n n_le. assert (floor : (Z.of_nat n <= Qfloor r)%Z); [|lia]. rewrite <- (Qfloor_Z (Z.of_nat n)). apply Qfloor_resp_le. apply Rle_Qle. rewrite Q2R_inject, <- INR_IZR_INZ. exact n_le.
    + replace (Z.of_nat d - m)%Z with (Z.of_nat (d - Z.to_nat m)) in less by lia. rewrite !choose_falling in less.
      assert (fact_gt0 : 0 < INR (fact k)) by apply INR_fact_lt_0.
      assert (all_gt0 : 0 < INR (choose d k)).
      { apply IZR_lt in denominator. rewrite choose_falling in denominator. apply (Rmult_lt_reg_r (INR (fact k))); [exact fact_gt0|]. lra. }
      replace (INR (choose (d - Z.to_nat m) k) * INR (fact k) / (INR (choose d k) * INR (fact k))) with (INR (choose (d - Z.to_nat m) k) / INR (choose d k)) in less by (field; lra).
      lra.
  - destruct (Qle_bool h 0) eqn:none; [discriminate|]. intro found. apply some_same in found. subst u.
    pose proof (positive h none) as h_gt0.
    rewrite Q2R_Qred, Q2R_minus, Q2R_Qdiv, Q2R_mult, Q2R_half, Q2R_2 by (rewrite Q2R_mult, Q2R_2; lra). intro less. apply uniform_robust. lra.
  - destruct (Qle_bool sigma 0) eqn:none; [discriminate|]. intro found. pose proof (positive sigma none) as sigma_gt0. apply upper_tail_bound in found as [_ tail].
    rewrite Q2R_Qred, Q2R_Qdiv in tail by lra. intro less. apply gaussian_robust. lra.
Qed.

Lemma check_entry_sound kind delta rows e : check_entry kind delta rows e = true ->
  (row e < length rows)%nat /\ (class e < length (hd [] rows))%nat /\
  certifies kind (Q2R delta) (Z.to_nat (copies (nth (row e) rows []))) (Z.to_nat (misses (nth (row e) rows []) (class e))) (Q2R (radius e)).
Proof.
  unfold check_entry. destruct (limit kind (radius e)) as [u|] eqn:found; [|discriminate]. cbv zeta.
  destruct (_ && _ && _ && _)%bool eqn:fine; [|discriminate]. intro rare. rewrite !andb_true_iff in fine. destruct fine as [[[row_less class_less] _] _].
  apply Nat.ltb_lt in row_less, class_less. split; [exact row_less|]. split; [exact class_less|]. destruct (tail_at_most_sound _ _ _ _ rare) as [u_range at_u].
  intros q seen. apply (limit_sound kind (radius e) u q found). exact (plausible_below (Q2R delta) _ _ (Q2R u) q ltac:(lra) at_u seen).
Qed.

Theorem prove_smoothing_sound claim_file counts_file certificate : prove_smoothing claim_file counts_file certificate = true -> SmoothingCertifies claim_file counts_file.
Proof.
  unfold prove_smoothing, SmoothingCertifies. destruct (is_certificate certificate); [|discriminate].
  destruct (read_question claim_file counts_file) as [[c rows]|]; [|discriminate]. unfold check. cbv zeta. rewrite !andb_true_iff. intros [[[confident some_rows] some_classes] each].
  apply inside_R in confident. apply Nat.ltb_lt in some_rows, some_classes. rewrite <- (share_correct c rows some_rows some_classes).
  split; [exact confident|]. split; [exact some_rows|]. split; [exact some_classes|]. split.
  - apply Forall_forall. intros e e_in. rewrite forallb_forall in each. exact (check_entry_sound _ _ _ _ (each e e_in)).
  - intros Omega S q missed drawn. rewrite (share_correct c rows some_rows some_classes). set (delta := (1 - Q2R (confidence c)) / _).
    pose proof (lt_0_INR _ some_rows) as rows_gt0. pose proof (lt_0_INR _ some_classes) as classes_gt0.
    assert (delta_ge0 : 0 <= delta).
    { unfold delta. apply Rmult_le_pos; [lra|]. left. apply Rinv_0_lt_compat. now apply Rmult_lt_0_compat. }
    assert (all : likely S (1 - INR (length rows) * (INR (length (hd [] rows)) * delta)) (fun w => forall i, (i < length rows)%nat -> forall a, (a < length (hd [] rows))%nat ->
      plausible delta (Z.to_nat (copies (nth i rows []))) (successes (missed i a w)) (q i a))).
    { apply (likely_all S (length rows) (INR (length (hd [] rows)) * delta)). intros i i_less.
      apply (likely_all S (length (hd [] rows)) delta (fun a w => plausible delta (Z.to_nat (copies (nth i rows []))) (successes (missed i a w)) (q i a))). intros a a_less.
      apply plausible_coverage; [exact delta_ge0|]. now apply drawn. }
    apply (likely_same S _ _ (fun w => forall i a, (i < length rows)%nat -> (a < length (hd [] rows))%nat ->
      plausible delta (Z.to_nat (copies (nth i rows []))) (successes (missed i a w)) (q i a))) in all; [|intro w; split; intros each_one; intros; now apply each_one].
    apply (likely_mono S _ (Q2R (confidence c))) in all; [exact all|]. right. unfold delta. field. lra.
Qed.
