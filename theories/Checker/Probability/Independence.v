(** * The checker of independence in Bayesian networks

    Two variables are independent given others if these d-separate them.  The certificate then has, for each variable, a rank above those of its parents, and whether it is an ancestor of one in question, and
    on which side; the checker looks at each conditional, that it joins no variables of both sides.  Otherwise the certificate has states for which the numbers show a dependence, and an order in
    which to eliminate variables; the probabilities of these states are computed.

    Main definitions: [prove_independence], [refute_independence].
    Main results: [prove_independence_sound], [refute_independence_sound].

    Trust: proved.
    Source: as Primitives/Probability/Networks.v. *)
From Coq Require Import PString Uint63 ZArith QArith List Bool Lia.
From Warrant Require Import Spec.Bytes Spec.Networks Primitives.Probability.Networks Checker.Probability.Posterior.
From Warrant Require Spec.Chains Checker.Probability.Chains.
Import ListNotations.
Local Open Scope bool_scope.

(** what a certificate is checked against: a network, two variables and those that are given *)
Definition asks (question_file network_file : bytes) (decide : network -> nat -> nat -> list nat -> bool) : bool :=
  match read_question question_file, read_network network_file with
  | Some q, Some written =>
    let n := if by_sums q then normalise written else written in
    let number v := index v (map fst (variables n)) in
    match number (first q), number (second q), map_all number (conditions q) with
    | Some x, Some y, Some zs => decide n x y zs
    | _, _, _ => false
    end
  | _, _ => false
  end.
Lemma asks_correct (holds : Prop -> Prop) question_file network_file decide :
  (forall n x y zs, decide n x y zs = true -> proper n /\ holds (independent n x y zs)) -> asks question_file network_file decide = true -> about_variables holds question_file network_file.
Proof.
  intro decided. unfold asks, about_variables. destruct (read_question question_file) as [q|]; [|discriminate]. destruct (read_network network_file) as [written|]; [|discriminate]. cbv zeta.
  destruct (index (first q) _) as [x|]; [|discriminate]. destruct (index (second q) _) as [y|]; [|discriminate]. destruct (map_all _ (conditions q)) as [zs|]; [|discriminate]. apply decided.
Qed.

(** ** Separation *)

Section Separation.
Variables (n : network) (x y : nat) (zs : list nat) (marks : list nat).
(** a mark is 0 outside of the ancestors, else 1, or 3 on the side of x *)
Definition mark (v : nat) : nat := nth v marks 0%nat.
Definition inside (v : nat) : bool := negb (Nat.eqb (mark v) 0).
Definition left (v : nat) : bool := Nat.eqb (mark v) 3.
Definition is_given (v : nat) : bool := existsb (Nat.eqb v) zs.
(** the parents of what is inside are inside, and all of the family that are not given are on the side of the first of them *)
Definition one_sided (v : nat) (c : conditional) : bool :=
  if inside v then
    forallb inside (parents c) &&
    match filter (fun w => negb (is_given w)) (child c :: parents c) with w :: l => forallb (fun u => Bool.eqb (left u) (left w)) l | [] => true end
  else true.
Definition separates : bool :=
  let free v := Nat.ltb v (count n) && inside v && negb (is_given v) in
  free x && left x && free y && negb (left y) && forallb inside zs &&
  forallb (fun v => one_sided v (nth v (conditionals n) (Conditional 0 [] []))) (seq 0 (count n)).

Lemma is_given_correct states : length states = length zs -> forall v, is_given v = mentions (combine zs states) v.
Proof.
  intros width v. apply eq_true_iff_eq. rewrite mentions_correct. unfold is_given. rewrite existsb_exists.
  assert (firsts : map fst (combine zs states) = zs).
  { revert states width. clear. induction zs as [|z l IH]; intros [|i states]; cbn; intro width; try easy. f_equal. apply IH. lia. }
  rewrite firsts. split; [intros (w & w_in & same); apply Nat.eqb_eq in same as ->; exact w_in|]. intro v_in. exists v. split; [exact v_in|apply Nat.eqb_refl].
Qed.
Lemma assignments_width sizes states : In states (assignments sizes) -> length states = length sizes.
Proof.
  revert states. induction sizes as [|s l IH]; intros states; cbn [assignments]; [intros [<-|[]]; reflexivity|]. rewrite in_flat_map. intros (i & _ & inner). apply in_map_iff in inner as (rest & <- & rest_in).
  cbn. f_equal. now apply IH.
Qed.
Lemma separates_correct : proper n -> separates = true -> independent n x y zs.
Proof.
  intros proper_n. unfold separates. cbv zeta. rewrite !andb_true_iff, !negb_true_iff, !forallb_forall. intros [[[[[[[x_less x_in] x_free] x_left] [[y_less y_in] y_free]] y_right] zs_in] families].
  intros i j states _ _ states_in z. apply assignments_width in states_in as width. rewrite length_map in width.
  assert (given_same : forall v, is_given v = mentions z v) by (intro v; now apply is_given_correct).
  assert (family_ok : forall c, (c < count n)%nat -> one_sided c (cond n c) = true) by (intros c less; apply families, in_seq; lia).
  apply (separation_independent n proper_n [(x, i)] [(y, j)] z inside left).
  - intros v p less v_in p_in. specialize (family_ok v less). unfold one_sided in family_ok. rewrite v_in, andb_true_iff, forallb_forall in family_ok. now apply family_ok.
  - intros c v w less c_in v_member w_member v_free w_free. specialize (family_ok c less). unfold one_sided in family_ok. rewrite c_in, andb_true_iff in family_ok. destruct family_ok as [_ sides].
    apply family_correct in v_member, w_member. rewrite <- given_same in v_free, w_free.
    assert (kept : forall u, In u (child (cond n c) :: parents (cond n c)) -> is_given u = false -> In u (filter (fun w => negb (is_given w)) (child (cond n c) :: parents (cond n c)))).
    { intros u u_in free. apply filter_In. split; [exact u_in|]. now rewrite free. }
    pose proof (kept v v_member v_free) as v_kept. pose proof (kept w w_member w_free) as w_kept. destruct (filter _ _) as [|h l]; [destruct v_kept|]. rewrite forallb_forall in sides.
    assert (side_of : forall u, In u (h :: l) -> left u = left h) by (intros u [<-|u_in]; [reflexivity|apply Bool.eqb_prop; now apply sides]). now rewrite (side_of v v_kept), (side_of w w_kept).
  - intros v [<-|[]]. cbn [fst]. rewrite <- given_same. auto.
  - intros v [<-|[]]. cbn [fst]. rewrite <- given_same. auto.
  - intros v v_in. apply zs_in. apply mentions_correct in v_in. rewrite <- given_same in v_in. unfold is_given in v_in. apply existsb_exists in v_in as (w & w_in & same). now apply Nat.eqb_eq in same as ->.
Qed.
End Separation.

(** ** Dependence *)

Section Dependence.
Variables (n : network) (x y : nat) (zs others : list nat) (i j : nat) (states : list nat).
Definition depends : bool :=
  let z := combine zs states in
  is_order n others x && Nat.ltb i (states_of n x) && Nat.ltb i (size n x) && Nat.ltb j (size n y) &&
  Nat.eqb (length states) (length zs) && forallb (fun '(v, k) => Nat.ltb k (size n v)) z &&
  match weights n others x ((y, j) :: z), weights n others x z with
  | Some joined, Some apart =>
    negb (Qeq_bool (nth i joined 0 * Checker.Probability.Chains.add_up apart) (nth i apart 0 * Checker.Probability.Chains.add_up joined))
  | _, _ => false
  end.

Lemma assignments_all sizes l : length l = length sizes -> Forall2 lt l sizes -> In l (assignments sizes).
Proof.
  intros _. induction 1 as [|k s l sizes less _ IH]; [now left|]. cbn [assignments]. apply in_flat_map. exists k. split; [apply in_seq; lia|]. now apply in_map.
Qed.
Lemma depends_correct : proper n -> depends = true -> ~ independent n x y zs.
Proof.
  intros proper_n. unfold depends. cbv zeta. set (z := combine zs states). rewrite !andb_true_iff, forallb_forall. intros [[[[[[ordered i_less] i_small] j_small] width] states_small] differ] all.
  apply Nat.ltb_lt in i_less, i_small, j_small. apply Nat.eqb_eq in width.
  destruct (weights n others x ((y, j) :: z)) as [joined|] eqn:joined_found; [|discriminate]. destruct (weights n others x z) as [apart|] eqn:apart_found; [|discriminate].
  destruct (weights_correct n others x proper_n ordered _ _ joined_found) as (_ & joined_all & joined_each). destruct (weights_correct n others x proper_n ordered _ _ apart_found) as (_ & apart_all & apart_each).
  specialize (joined_each i i_less). specialize (apart_each i i_less).
  assert (states_in : In states (assignments (map (size n) zs))).
  { apply assignments_all; [now rewrite length_map|]. unfold z in states_small. clear - width states_small. revert zs width states_small. induction states as [|k l IH]; intros [|v vs]; cbn; try easy.
    intros width small. constructor; [|apply IH; [lia|]; intros p p_in; apply small; now right]. pose proof (small (v, k) (or_introl eq_refl)) as less. now apply Nat.ltb_lt. }
  specialize (all i j states i_small j_small states_in). cbv zeta in all. fold z in all. apply negb_true_iff, Qeq_bool_neq in differ. apply differ.
  rewrite !Checker.Probability.Chains.add_up_correct, <- joined_all, <- apart_all, <- joined_each, <- apart_each. rewrite all. reflexivity.
Qed.
End Dependence.

(** ** The check *)

Definition is_certificate (kind : int) (c : bytes) : bool := (same magic (text c 0 4) && (byte c 4 =? 1) && (byte c 5 =? kind))%uint63.
(** the place of the number with this index, after the first six bytes *)
Definition place_of (k : nat) : int := (6 + 2 * of_Z (Z.of_nat k))%uint63.
(** WRNT, 1, I, the ranks, and the marks *)
Definition prove_independence (question_file network_file c : bytes) : bool :=
  if is_certificate 73 c then
    asks question_file network_file (fun n x y zs =>
      let k := count n in is_proper n (numbers_at k c (place_of 0)) && separates n x y zs (numbers_at k c (place_of k)))
  else false.
(** WRNT, 1, J, the ranks, all variables but the first in the order of their elimination, and the states of both variables and of those that are given *)
Definition refute_independence (question_file network_file c : bytes) : bool :=
  if is_certificate 74 c then
    asks question_file network_file (fun n x y zs =>
      let k := count n in
      match numbers_at 2 c (place_of (2 * k - 1)) with
      | [i; j] => is_proper n (numbers_at k c (place_of 0)) && depends n x y zs (numbers_at (k - 1) c (place_of k)) i j (numbers_at (length zs) c (place_of (2 * k + 1)))
      | _ => false
      end)
  else false.

Theorem prove_independence_sound question_file network_file c : prove_independence question_file network_file c = true -> VariablesIndependent question_file network_file.
Proof.
  unfold prove_independence. destruct (is_certificate 73 c); [|discriminate]. apply asks_correct. intros n x y zs. cbv zeta. rewrite andb_true_iff. intros [ranked separated].
  apply is_proper_correct in ranked. split; [exact ranked|]. exact (separates_correct _ _ _ _ _ ranked separated).
Qed.
Theorem refute_independence_sound question_file network_file c : refute_independence question_file network_file c = true -> VariablesDependent question_file network_file.
Proof.
  unfold refute_independence. destruct (is_certificate 74 c); [|discriminate]. apply asks_correct. intros n x y zs. cbv zeta. destruct (numbers_at 2 c _) as [|i [|j [|]]]; try discriminate.
  rewrite andb_true_iff. intros [ranked dependent]. apply is_proper_correct in ranked. split; [exact ranked|]. exact (depends_correct _ _ _ _ _ _ _ _ ranked dependent).
Qed.
