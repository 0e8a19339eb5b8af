(** * The checker of conformal thresholds

    [prove_conformal claim scores certificate] reads the files and counts the calibration scores that are at most the stated threshold: at least as many as the rank, and the threshold is not below
    the rule's; [refute_conformal] finds fewer.  The certificates have nothing in them but their first six bytes.

    Main definitions: [prove_conformal], [refute_conformal].
    Main results: [prove_conformal_sound], [refute_conformal_sound].

    Trust: proved. *)
From Coq Require Import PString Uint63 ZArith QArith Qreals Reals Lra Lia List Bool.
From Warrant Require Import Spec.Bytes Spec.Conformal Primitives.Fractions Primitives.Probability.Conformal Checker.Probability.Tail.
Import ListNotations.

Definition magic (kind : int) (c : bytes) : bool :=
  (same "WRNT"%pstring (text c 0 4) && (byte c 4 =? 1) && (byte c 5 =? kind) && (size_of c =? 6))%uint63%bool.

Section Check.
Local Open Scope bool_scope.
Definition reached (c : claim) (scores : list Q) : nat := length (filter (fun q => Qle_bool q (threshold c)) scores).
(** [enough]: whether the rank is reached, or not *)
Definition check (enough : bool) (c : claim) (scores : list Q) : bool :=
  let n := Z.of_nat (length scores) in
  let k := rank (coverage c) (length scores) in
  inside (coverage c) && (0 <? k)%Z && (k <=? n)%Z && eqb (k <=? Z.of_nat (reached c scores))%Z enough.
Definition decide (kind : int) (enough : bool) (claim_file scores_file certificate : bytes) : bool :=
  if magic kind certificate then
    match read_question claim_file scores_file with Some (c, scores) => check enough c scores | None => false end
  else false.
Definition prove_conformal : bytes -> bytes -> bytes -> bool := decide 80 true.    (* P *)
Definition refute_conformal : bytes -> bytes -> bytes -> bool := decide 82 false.  (* R *)
End Check.

Local Open Scope R_scope.

Lemma reached_correct q scores : length (filter (fun x => Qle_bool x q) scores) = length (filter (fun x => is_at_most x (Q2R q)) (map Q2R scores)).
Proof.
  induction scores as [|x scores IH]; cbn [map filter]; [reflexivity|].
  assert (same : is_at_most (Q2R x) (Q2R q) = Qle_bool x q).
  { apply eq_iff_eq_true. rewrite is_at_most_true, Qle_bool_iff. split; [apply Rle_Qle|apply Qle_Rle]. }
  rewrite same. destruct (Qle_bool x q); cbn; now rewrite IH.
Qed.
Lemma check_sound enough c scores : check enough c scores = true ->
  let n := length scores in
  let k := rank (coverage c) n in
  0 < Q2R (coverage c) < 1 /\ (0 < k <= Z.of_nat n)%Z /\
  (exists t, smallest (Z.to_nat k) (map Q2R scores) t /\ if enough then t <= Q2R (threshold c) else t > Q2R (threshold c)) /\
  coverage_guaranteed (Q2R (coverage c)) n (Z.to_nat k).
Proof.
  unfold check. cbv zeta. set (n := length scores). set (k := rank (coverage c) n). rewrite !andb_true_iff. intros [[[covers k_gt0] k_le] counted].
  apply inside_R in covers. apply Z.ltb_lt in k_gt0. apply Z.leb_le in k_le. apply eqb_prop in counted.
  split; [exact covers|]. split; [lia|]. split; [|apply conformal_guarantee; fold k; lia].
  destruct (smallest_exists (Z.to_nat k) (map Q2R scores)) as [t rule]; [rewrite length_map; fold n; lia|]. exists t. split; [exact rule|].
  pose proof rule as (_ & few & many). unfold reached in counted. rewrite reached_correct in counted.
  set (reach := length (filter (fun x => is_at_most x (Q2R (threshold c))) (map Q2R scores))) in *.
  destruct enough.
  - apply Z.leb_le in counted. apply Rnot_lt_le. intro above.
    assert (reach <= length (filter (fun x => is_below x t) (map Q2R scores)))%nat as fewer.
    { apply filter_weaker. intros x _ le. apply is_below_true. apply is_at_most_true in le. lra. }
    change (length (filter (fun x => is_below x t) (map Q2R scores)) < Z.to_nat k)%nat in few. lia.
  - apply Z.leb_gt in counted. apply Rnot_le_gt. intro le.
    assert (length (filter (fun x => is_at_most x t) (map Q2R scores)) <= reach)%nat as more.
    { apply filter_weaker. intros x _ less. apply is_at_most_true. apply is_at_most_true in less. lra. }
    change (Z.to_nat k <= length (filter (fun x => is_at_most x t) (map Q2R scores)))%nat in many. lia.
Qed.

Theorem prove_conformal_sound claim_file scores_file certificate :
  prove_conformal claim_file scores_file certificate = true -> ConformalCovers claim_file scores_file.
Proof.
  unfold prove_conformal, decide, ConformalCovers, about. destruct (magic _ certificate); [|discriminate].
  destruct (read_question claim_file scores_file) as [[c scores]|]; [|discriminate]. exact (check_sound true c scores).
Qed.
Theorem refute_conformal_sound claim_file scores_file certificate :
  refute_conformal claim_file scores_file certificate = true -> ConformalFails claim_file scores_file.
Proof.
  unfold refute_conformal, decide, ConformalFails, about. destruct (magic _ certificate); [|discriminate].
  destruct (read_question claim_file scores_file) as [[c scores]|]; [|discriminate]. exact (check_sound false c scores).
Qed.
