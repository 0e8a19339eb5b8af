(** * Claims about probabilities as claims about scores

    What a formula says of probabilities is weakened to what it then says of the scores: a probability compared with a number becomes a score (or all, or some differences of scores)
    compared with a bound of the logarithm of the odds; probabilities have the order of the scores; what else is said of probabilities is dropped.  Candidates for the bounds of logarithms are given;
    only those that an enclosure of the exponential confirms are used.

    Main definitions: [upper], [lower] (bounds of a logarithm); [over].
    Main results: [over_sound].

    Trust: proved.
    Source: docs/models.md. *)
From Coq Require Import QArith Qreals Reals Lra Lia List Bool PArith.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Formula Spec.Links.
From Warrant Require Import Primitives.FloatBounds Primitives.Fractions Checker.Intervals Checker.Exponentials Checker.Queries Checker.Queries_sound.
Import ListNotations.
Local Open Scope bool_scope.

(** *** A formula, weakened

    [atom strict a b] takes the place of a <= b (a < b, where strict), wherever it follows from it; of the negation of the formula where [yes = false]. *)
Section Weakened.
Variable atom : bool -> term -> term -> formula.
Fixpoint weakened (yes : bool) (f : formula) : formula :=
  match f with
  | Leq a b => if yes then atom false a b else atom true b a
  | Less a b => if yes then atom true a b else atom false b a
  | True_ => if yes then True_ else False_
  | False_ => if yes then False_ else True_
  | And f g => if yes then And (weakened yes f) (weakened yes g) else Or (weakened yes f) (weakened yes g)
  | Or f g => if yes then Or (weakened yes f) (weakened yes g) else And (weakened yes f) (weakened yes g)
  | Not f => weakened (negb yes) f
  end.
(** an order, strict or not *)
Definition below (strict : bool) (a b : R) : Prop := (if strict then a < b else a <= b)%R.
Lemma weakened_sound x p z : (forall strict a b, below strict (term_value x p a) (term_value x p b) -> satisfies x z (atom strict a b)) ->
  forall f (yes : bool), (if yes then satisfies x p f else ~ satisfies x p f) -> satisfies x z (weakened yes f).
Proof.
  intros atom_sound f. induction f as [a b|a b| | |f IHf g IHg|f IHf g IHg|f IHf]; intros yes sat; cbn [weakened].
  - destruct yes; apply atom_sound; simpl in *; [exact sat|lra].
  - destruct yes; apply atom_sound; simpl in *; [exact sat|lra].
  - destruct yes; [exact I|now apply sat].
  - destruct yes; [exact sat|exact I].
  - destruct yes; cbn [satisfies] in *; [split; [now apply (IHf true)|now apply (IHg true)]|].
    destruct (satisfies_dec x p f) as [hf|hf]; [right|left; now apply (IHf false)]. apply (IHg false). tauto.
  - destruct yes; cbn [satisfies] in *; [destruct sat; [left; now apply (IHf true)|right; now apply (IHg true)]|]. split; [apply (IHf false)|apply (IHg false)]; tauto.
  - apply IHf. destruct yes; simpl in *; [exact sat|]. destruct (satisfies_dec x p f) as [hf|hf]; [exact hf|tauto].
Qed.
End Weakened.

Section Translate.
Variables (l : link) (n : nat) (candidates : list Q).   (* the link, the number of outputs *)

(** ** Bounds of logarithms *)

Definition certainly_at_most (i j : interval) : bool := match compare_intervals false i j with Some true => true | _ => false end.
Definition best (fits : Q -> bool) (better : Q -> Q -> bool) : option Q :=
  fold_right (fun c o => if fits c then match o with Some d => if better c d then Some c else o | None => Some c end else o) None candidates.
(** the least candidate that is surely at least log u, and the greatest that is surely at most log u *)
Definition upper (u : Q) : option Q := best (fun c => certainly_at_most (number_of u) (exponential_interval (number_of c))) Qle_bool.
Definition lower (u : Q) : option Q := best (fun c => certainly_at_most (exponential_interval (number_of c)) (number_of u)) (fun c d => Qle_bool d c).

(** ** Formulas *)

Definition rel (strict : bool) (a b : term) : formula := if strict then Less a b else Leq a b.
Definition odds (t : Q) : Q := (t / (1 - t))%Q.
Definition others (k : nat) : list nat := filter (fun j => negb (Nat.eqb j k)) (seq 0 n).
Definition any_of (fs : list formula) : formula := fold_right Or False_ fs.
Definition all_of (fs : list formula) : formula := fold_right And True_ fs.
Definition difference (k j : nat) : term := Plus (Output k) (Opposite (Output j)).
(** the probability k is at most t (less), at least t (more) *)
Definition at_most (strict : bool) (k : nat) (t : Q) : formula :=
  if Qle_bool t 0 then False_ else if Qle_bool 1 t then True_
  else match l with
    | Logistic => match upper (odds t) with Some c => rel strict (Output k) (Number c) | None => True_ end
    | Softmax =>
      match upper (odds t * inject_Z (Z.of_nat (n - 1)))%Q with
      | Some c => any_of (map (fun j => rel strict (difference k j) (Number c)) (others k))
      | None => True_
      end
    end.
Definition at_least (strict : bool) (k : nat) (t : Q) : formula :=
  if Qle_bool t 0 then True_ else if Qle_bool 1 t then match l with Logistic => False_ | Softmax => if (2 <=? n)%nat then False_ else True_ end
  else match lower (odds t) with
    | Some c =>
      match l with
      | Logistic => rel strict (Number c) (Output k)
      | Softmax => all_of (map (fun j => rel strict (Number c) (difference k j)) (others k))
      end
    | None => True_
    end.

Definition is_input (m : monomial) : bool := match fst m with xO _ => true | _ => false end.
Definition place (p : positive) : nat := Nat.pred (Pos.to_nat p).
Definition sum_of_inputs (l : list monomial) : term :=
  fold_right (fun m t => match fst m with xO p => Plus (Times (Number (snd m)) (Input (place p))) t | _ => t end) (Number 0) l.
(** a <= b, or a < b *)
Definition atom (strict : bool) (a b : term) : formula :=
  match linear (Plus a (Opposite b)) 1 ([], 0%Q) with
  | Some (m, c) =>
    match collect m with
    | [(xI p, e)] =>
      if (place p <? n)%nat then
        match Qnum e with Zpos _ => at_most strict (place p) (- c / e) | Zneg _ => at_least strict (place p) (- c / e) | Z0 => True_ end
      else True_
    | [(xI p, e); (xI q, f)] =>
      if (place p <? n)%nat && (place q <? n)%nat && Qeq_bool (e + f) 0 && Qeq_bool c 0 then
        match Qnum e with
        | Zpos _ => rel strict (Output (place p)) (Output (place q))
        | Zneg _ => rel strict (Output (place q)) (Output (place p))
        | Z0 => True_
        end
      else True_
    | k => if forallb is_input k then rel strict (Plus (sum_of_inputs k) (Number c)) (Number 0) else True_
    end
  | None => True_
  end.
(** what the formula (with [yes = false], its negation) about probabilities says of the scores *)
Definition over : bool -> formula -> formula := weakened atom.

(** ** Soundness *)
Local Open Scope R_scope.

Lemma best_in fits better c : best fits better = Some c -> fits c = true.
Proof.
  unfold best. revert c. induction candidates as [|d k IH]; simpl; intros c e; [discriminate|]. destruct (fits d) eqn:ok; [|now apply IH].
  destruct (fold_right _ None k) as [b|]; [|now injection e as <-]. destruct (better d b); [now injection e as <-|now apply IH].
Qed.
Lemma certainly_at_most_sound i j r s : encloses i r -> encloses j s -> certainly_at_most i j = true -> r <= s.
Proof.
  intros ei ej. unfold certainly_at_most. pose proof (compare_intervals_sound false i j r s ei ej) as told. unfold tells in told.
  destruct (compare_intervals false i j) as [[|]|]; try discriminate. intros _. destruct (Rle_dec r s); [assumption|discriminate].
Qed.
Local Lemma number_encloses q : encloses (number_of q) (Q2R q).
Proof. exact (Relational.rel_number _ interval_rel q). Qed.
Lemma upper_sound u c : upper u = Some c -> Q2R u <= exp (Q2R c).
Proof. intro e. apply best_in in e. apply (certainly_at_most_sound _ _ _ _ (number_encloses u) (exponential_interval_correct _ _ (number_encloses c)) e). Qed.
Lemma lower_sound u c : lower u = Some c -> exp (Q2R c) <= Q2R u.
Proof. intro e. apply best_in in e. apply (certainly_at_most_sound _ _ _ _ (exponential_interval_correct _ _ (number_encloses c)) (number_encloses u) e). Qed.

Local Lemma Qle_false a b : Qle_bool a b = false -> Q2R b < Q2R a.
Proof. intro e. apply Qlt_Rlt, Qnot_le_lt. intro le. apply Qle_bool_iff in le. congruence. Qed.
Local Lemma Qle_true a b : Qle_bool a b = true -> Q2R a <= Q2R b.
Proof. intro e. now apply Qle_Rle, Qle_bool_iff. Qed.
Local Lemma zero_value : Q2R 0 = 0. Proof. unfold Q2R. simpl. lra. Qed.
Local Lemma one_value : Q2R 1 = 1. Proof. unfold Q2R. simpl. lra. Qed.
Lemma odds_value t : Q2R t < 1 -> Q2R (odds t) = Q2R t / (1 - Q2R t).
Proof.
  intro lt. unfold odds, Qdiv. rewrite Q2R_mult, Q2R_inv, Q2R_minus, one_value; [reflexivity|].
  intro e. apply Qeq_eqR in e. rewrite Q2R_minus, one_value, zero_value in e. lra.
Qed.

Lemma rel_below x z strict a b : satisfies x z (rel strict a b) <-> below strict (term_value x z a) (term_value x z b).
Proof. now destruct strict. Qed.
Lemma below_scale strict c a b : 0 < c -> below strict a b <-> below strict (c * a) (c * b).
Proof. intro pos. destruct strict; simpl; split; intro; nra. Qed.
Lemma below_exp strict a b : below strict (exp a) (exp b) <-> below strict a b.
Proof.
  destruct strict; simpl; split; intro le; try (now apply exp_increasing); try (now apply exp_lt_inv).
  - destruct (Rle_lt_dec a b) as [|lt]; [assumption|]. apply exp_increasing in lt. lra.
  - destruct le as [lt| ->]; [left; now apply exp_increasing|right; reflexivity].
Qed.

Lemma logistic_value z : logistic z = exp z / (1 + exp z).
Proof. unfold logistic. rewrite exp_Ropp. pose proof (exp_pos z). field. lra. Qed.
Lemma logistic_bounds z : 0 < logistic z < 1.
Proof.
  rewrite logistic_value. pose proof (exp_pos z). split; [apply Rdiv_lt_0_compat; lra|]. apply (Rmult_lt_reg_r (1 + exp z)); [lra|]. unfold Rdiv.
  rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.
Lemma logistic_below strict z t : t < 1 -> below strict (logistic z) t <-> below strict (exp z) (t / (1 - t)).
Proof.
  intro lt. pose proof (exp_pos z). rewrite (below_scale strict (1 + exp z)) by lra. rewrite (below_scale strict (1 - t) (exp z)) by lra.
  rewrite logistic_value. replace ((1 + exp z) * (exp z / (1 + exp z))) with (exp z) by (field; lra). replace ((1 - t) * (t / (1 - t))) with t by (field; lra).
  destruct strict; simpl; split; intro; nra.
Qed.
Lemma logistic_above strict z t : t < 1 -> below strict t (logistic z) <-> below strict (t / (1 - t)) (exp z).
Proof.
  intro lt. pose proof (exp_pos z). rewrite (below_scale strict (1 + exp z)) by lra. rewrite (below_scale strict (1 - t) (t / (1 - t))) by lra.
  rewrite logistic_value. replace ((1 + exp z) * (exp z / (1 + exp z))) with (exp z) by (field; lra). replace ((1 - t) * (t / (1 - t))) with t by (field; lra).
  destruct strict; simpl; split; intro; nra.
Qed.

(** *** Softmax: sums over all scores, or all but one *)

Definition sum_over (f : nat -> R) (k : list nat) : R := fold_right (fun j s => f j + s) 0 k.
Lemma sum_without f k js : NoDup js -> In k js -> sum_over f js = f k + sum_over f (filter (fun j => negb (Nat.eqb j k)) js).
Proof.
  induction js as [|j js IH]; intros distinct_ is_in; [easy|]. inversion distinct_ as [|? ? new rest]; subst. simpl. destruct (Nat.eqb_spec j k) as [->|other]; simpl.
  - f_equal. clear -new. induction js as [|i js IH]; [reflexivity|]. simpl. destruct (Nat.eqb_spec i k) as [->|]; [exfalso; apply new; now left|].
    simpl. f_equal. apply IH. intro is_in. apply new. now right.
  - destruct is_in as [->|is_in]; [easy|]. rewrite (IH rest is_in). lra.
Qed.
Lemma member_at_most f js j : (forall i, 0 <= f i) -> In j js -> f j <= sum_over f js.
Proof.
  intros pos. assert (all : forall js, 0 <= sum_over f js) by (intro k; induction k as [|a k IHk]; simpl; [lra|pose proof (pos a); lra]).
  induction js as [|i js IH]; simpl; [easy|]. intros [->|is_in]; [pose proof (all js); lra|]. pose proof (IH is_in). pose proof (pos i). lra.
Qed.
Lemma sum_small f js b : (forall j, In j js -> f j < b) -> js <> [] -> sum_over f js < INR (length js) * b.
Proof.
  intros all some. destruct js as [|j js]; [easy|]. clear some. revert j all. induction js as [|i js IH]; intros j all.
  - simpl. specialize (all j (or_introl eq_refl)). lra.
  - pose proof (all j (or_introl eq_refl)). pose proof (IH i (fun k is_in => all k (or_intror is_in))) as rest.
    change (sum_over f (j :: i :: js)) with (f j + sum_over f (i :: js)). change (length (j :: i :: js)) with (S (length (i :: js))). rewrite S_INR. lra.
Qed.
Lemma sum_weak f js b : (forall j, In j js -> f j <= b) -> sum_over f js <= INR (length js) * b.
Proof.
  induction js as [|i js IH]; intro all; [simpl; lra|]. pose proof (all i (or_introl eq_refl)). pose proof (IH (fun k is_in => all k (or_intror is_in))) as rest.
  replace (length (i :: js)) with (S (length js)) by reflexivity. rewrite S_INR. simpl. lra.
Qed.
Lemma others_length k : (k < n)%nat -> length (others k) = (n - 1)%nat.
Proof.
  intro lt. assert (ones : forall js, sum_over (fun _ => 1) js = INR (length js)).
  { intro js. induction js as [|j js IH]; [reflexivity|]. change (length (j :: js)) with (S (length js)). rewrite S_INR, <- IH. simpl. lra. }
  pose proof (sum_without (fun _ => 1) k (seq 0 n) (seq_NoDup n 0)) as parts. fold (others k) in parts. rewrite !ones, length_seq in parts.
  assert (n = S (length (others k))); [|lia]. apply INR_eq. rewrite S_INR. rewrite parts; [lra|]. apply in_seq. lia.
Qed.
Lemma others_other k j : In j (others k) <-> (j < n)%nat /\ j <> k.
Proof. unfold others. rewrite filter_In, in_seq. destruct (Nat.eqb_spec j k); simpl; intuition (lia || congruence). Qed.

Section Scores.
Variables x z : list R.
Hypothesis size_of_z : length z = n.
Let e (j : nat) : R := exp (nth j z 0).
Let p := probabilities_of l z.
Local Lemma e_pos j : 0 < e j. Proof. apply exp_pos. Qed.
Local Lemma all_sum : fold_right Rplus 0 (map exp z) = sum_over e (seq 0 n).
Proof.
  unfold e. rewrite <- size_of_z. clear.
  assert (from : forall k z', (forall j, (j < length z')%nat -> nth j z' 0 = nth (k + j) z 0) -> fold_right Rplus 0 (map exp z') = sum_over (fun j => exp (nth j z 0)) (seq k (length z'))).
  { intros k z'. revert k. induction z' as [|a z' IH]; intros k same; [reflexivity|]. simpl. f_equal.
    - pose proof (same 0%nat ltac:(simpl; lia)) as here. rewrite Nat.add_0_r in here. simpl in here. now rewrite here.
    - apply IH. intros j lt. replace (S k + j)%nat with (k + S j)%nat by lia. rewrite <- same by (simpl; lia). reflexivity. }
  apply (from 0%nat z). reflexivity.
Qed.
Local Lemma softmax_value k : (k < n)%nat -> nth k (softmax z) 0 = e k / (e k + sum_over e (others k)) /\ 0 <= sum_over e (others k).
Proof.
  intro lt. split.
  - unfold softmax. rewrite all_sum. rewrite (sum_without e k (seq 0 n)) by (apply seq_NoDup || (apply in_seq; lia)). fold (others k).
    set (f := fun a => exp a / _). rewrite (nth_indep _ 0 (f 0)) by (rewrite length_map; lia). rewrite map_nth. reflexivity.
  - generalize (others k). induction l0 as [|j js IH]; simpl; [lra|]. pose proof (e_pos j). lra.
Qed.
Local Lemma share_below strict a b t : 0 < a -> 0 <= b -> t < 1 -> below strict (a / (a + b)) t <-> below strict (a * (1 - t)) (t * b).
Proof.
  intros pos ge lt. rewrite (below_scale strict (a + b)) by lra. replace ((a + b) * (a / (a + b))) with a by (field; lra). destruct strict; simpl; split; intro; lra.
Qed.
Local Lemma share_above strict a b t : 0 < a -> 0 <= b -> t < 1 -> below strict t (a / (a + b)) <-> below strict (t * b) (a * (1 - t)).
Proof.
  intros pos ge lt. rewrite (below_scale strict (a + b)) by lra. replace ((a + b) * (a / (a + b))) with a by (field; lra). destruct strict; simpl; split; intro; lra.
Qed.
Local Lemma probability_range k : (k < n)%nat -> 0 < nth k p 0 /\ nth k p 0 <= 1 /\ (l = Logistic \/ (2 <= n)%nat -> nth k p 0 < 1).
Proof.
  intro lt. unfold p. destruct l; cbn [probabilities_of].
  - rewrite (nth_indep _ 0 (logistic 0)) by (rewrite length_map; lia). rewrite map_nth. pose proof (logistic_bounds (nth k z 0)). repeat split; intros; lra.
  - destruct (softmax_value k lt) as [-> ge]. pose proof (e_pos k) as pos. split; [apply Rdiv_lt_0_compat; lra|].
    assert (share : e k / (e k + sum_over e (others k)) * (e k + sum_over e (others k)) = e k) by (field; lra). split.
    + apply (Rmult_le_reg_r (e k + sum_over e (others k))); lra.
    + intros [no|two]; [discriminate|]. apply (Rmult_lt_reg_r (e k + sum_over e (others k))); [lra|]. rewrite share.
      assert (some : exists j, In j (others k)).
      { pose proof (others_length k lt) as len. destruct (others k) as [|j js]; [simpl in len; lia|]. exists j. now left. }
      destruct some as [j is_in]. pose proof (member_at_most e _ _ (fun i => Rlt_le _ _ (e_pos i)) is_in). pose proof (e_pos j). lra.
Qed.

Local Lemma any_of_true (f : nat -> formula) js j : In j js -> satisfies x z (f j) -> satisfies x z (any_of (map f js)).
Proof. induction js as [|i js IH]; simpl; [easy|]. intros [->|is_in] sat; [now left|right; now apply IH]. Qed.
Local Lemma all_of_true (f : nat -> formula) js : (forall j, In j js -> satisfies x z (f j)) -> satisfies x z (all_of (map f js)).
Proof. induction js as [|i js IH]; simpl; intro all; [exact I|]. split; [apply all; now left|apply IH; intros j is_in; apply all; now right]. Qed.
Local Lemma some_or_none (P : nat -> R * R) js strict : (exists j, In j js /\ below strict (fst (P j)) (snd (P j))) \/ (forall j, In j js -> below (negb strict) (snd (P j)) (fst (P j))).
Proof.
  induction js as [|i js [(j & is_in & le)|none]]; [right; easy|left; exists j; split; [now right|exact le]|].
  assert (case : below strict (fst (P i)) (snd (P i)) \/ below (negb strict) (snd (P i)) (fst (P i))) by (destruct strict; simpl; lra).
  destruct case as [le|gt]; [left; exists i; split; [now left|exact le]|right]. intros j [<-|is_in]; auto.
Qed.

Lemma at_most_sound strict k t : (k < n)%nat -> below strict (nth k p 0) (Q2R t) -> satisfies x z (at_most strict k t).
Proof.
  intros lt le. pose proof (probability_range k lt) as (pos & most & _). unfold at_most.
  destruct (Qle_bool t 0) eqn:e0; [apply Qle_true in e0; rewrite zero_value in e0; destruct strict; simpl in le; lra|]. apply Qle_false in e0. rewrite zero_value in e0.
  destruct (Qle_bool 1 t) eqn:e1; [exact I|]. apply Qle_false in e1. rewrite one_value in e1. unfold p in le. destruct l; cbn [probabilities_of] in le.
  - destruct (upper (odds t)) as [c|] eqn:eu; [|exact I]. apply upper_sound in eu. rewrite (odds_value t e1) in eu.
    rewrite (nth_indep _ 0 (logistic 0)) in le by (rewrite length_map; lia). rewrite map_nth in le. apply (logistic_below strict _ _ e1) in le.
    apply rel_below. cbn [term_value]. apply below_exp. change (Tensor.zero (S := R)) with 0. change (number_of (S := R)) with Q2R. destruct strict; simpl in *; lra.
  - destruct (upper _) as [c|] eqn:eu; [|exact I]. apply upper_sound in eu. destruct (softmax_value k lt) as [value ge]. rewrite value in le.
    apply (share_below strict _ _ _ (e_pos k) ge e1) in le. set (u := exp (Q2R c)) in *.
    assert (bound : Q2R t * INR (n - 1) <= u * (1 - Q2R t)).
    { rewrite Q2R_mult, (odds_value t e1) in eu. rewrite Fractions.Q2R_inject, <- INR_IZR_INZ in eu.
      apply (Rmult_le_compat_r (1 - Q2R t)) in eu; [|lra]. replace (Q2R t / (1 - Q2R t) * INR (n - 1) * (1 - Q2R t)) with (Q2R t * INR (n - 1)) in eu by (field; lra). exact eu. }
    pose proof (exp_pos (Q2R c)) as u_pos. fold u in u_pos.
    destruct (some_or_none (fun j => (e k, u * e j)) (others k) strict) as [(j & is_in & near)|none]; cbn [fst snd] in *.
    + apply (any_of_true (fun j => rel strict (difference k j) (Number c)) (others k) j is_in). apply rel_below. cbn [difference term_value].
      change (Tensor.zero (S := R)) with 0. change (number_of (S := R)) with Q2R. change (Tensor.add (S := R)) with Rplus. change (Tensor.opp (S := R)) with Ropp.
      apply below_exp. rewrite exp_plus, exp_Ropp. fold (e k) (e j) u. apply (below_scale strict (e j)); [apply e_pos|]. pose proof (e_pos j).
      replace (e j * (e k * / e j)) with (e k) by (field; lra). rewrite (Rmult_comm (e j)). exact near.
    + exfalso. pose proof (others_length k lt) as len. pose proof (e_pos k) as k_pos.
      assert (total : u * sum_over e (others k) <= INR (n - 1) * e k /\ (strict = false -> others k <> [] -> u * sum_over e (others k) < INR (n - 1) * e k)).
      { rewrite <- len. assert (scaled : forall js, u * sum_over e js = sum_over (fun j => u * e j) js) by (induction js as [|i js IH]; simpl; lra).
        rewrite scaled. split; [apply sum_weak; intros j is_in; specialize (none j is_in); destruct strict; simpl in none; lra|].
        intros -> some. apply sum_small; [intros j is_in; exact (none j is_in)|exact some]. }
      destruct total as [weak strong].
      assert (some : others k <> []).
      { intro no. rewrite no in *. simpl in le. destruct strict; simpl in le; nra. }
      destruct strict; simpl in le; [nra|specialize (strong eq_refl some); nra].
Qed.
Lemma at_least_sound strict k t : (k < n)%nat -> below strict (Q2R t) (nth k p 0) -> satisfies x z (at_least strict k t).
Proof.
  intros lt ge. pose proof (probability_range k lt) as (pos & most & less). unfold at_least.
  destruct (Qle_bool t 0) eqn:e0; [exact I|]. apply Qle_false in e0. rewrite zero_value in e0.
  destruct (Qle_bool 1 t) eqn:e1.
  { apply Qle_true in e1. rewrite one_value in e1. destruct l eqn:el.
    - specialize (less (or_introl eq_refl)). destruct strict; simpl in ge; lra.
    - destruct (Nat.leb_spec 2 n) as [two|]; [|exact I]. specialize (less (or_intror two)). destruct strict; simpl in ge; lra. }
  apply Qle_false in e1. rewrite one_value in e1. destruct (lower (odds t)) as [c|] eqn:eu; [|exact I]. apply lower_sound in eu. rewrite (odds_value t e1) in eu.
  unfold p in ge. destruct l; cbn [probabilities_of] in ge.
  - rewrite (nth_indep _ 0 (logistic 0)) in ge by (rewrite length_map; lia). rewrite map_nth in ge. apply (logistic_above strict _ _ e1) in ge.
    apply rel_below. cbn [term_value]. apply below_exp. change (Tensor.zero (S := R)) with 0. change (number_of (S := R)) with Q2R. destruct strict; simpl in *; lra.
  - destruct (softmax_value k lt) as [value ge0]. rewrite value in ge. apply (share_above strict _ _ _ (e_pos k) ge0 e1) in ge.
    apply all_of_true. intros j is_in. apply rel_below. cbn [difference term_value].
    change (Tensor.zero (S := R)) with 0. change (number_of (S := R)) with Q2R. change (Tensor.add (S := R)) with Rplus. change (Tensor.opp (S := R)) with Ropp.
    apply below_exp. rewrite exp_plus, exp_Ropp. fold (e k) (e j). pose proof (e_pos j). pose proof (member_at_most e _ _ (fun i => Rlt_le _ _ (e_pos i)) is_in) as part.
    apply (below_scale strict (e j)); [lra|]. replace (e j * (e k * / e j)) with (e k) by (field; lra). apply (below_scale strict (1 - Q2R t)); [lra|].
    assert (up : (1 - Q2R t) * (e j * exp (Q2R c)) <= Q2R t * e j).
    { apply (Rmult_le_compat_r ((1 - Q2R t) * e j)) in eu; [|nra]. replace (Q2R t / (1 - Q2R t) * ((1 - Q2R t) * e j)) with (Q2R t * e j) in eu by (field; lra). lra. }
    destruct strict; simpl in *; nra.
Qed.
Lemma order_sound strict i j : (i < n)%nat -> (j < n)%nat -> below strict (nth i p 0) (nth j p 0) -> satisfies x z (rel strict (Output i) (Output j)).
Proof.
  intros lti ltj le. apply rel_below. cbn [term_value]. change (Tensor.zero (S := R)) with 0. unfold p in le. destruct l; cbn [probabilities_of] in le.
  - rewrite !(nth_indep _ 0 (logistic 0)) in le by (rewrite length_map; lia). rewrite !map_nth, !logistic_value in le. apply below_exp.
    pose proof (exp_pos (nth i z 0)) as pi. pose proof (exp_pos (nth j z 0)) as pj. set (a := exp (nth i z 0)) in *. set (b := exp (nth j z 0)) in *.
    apply (below_scale strict ((1 + a) * (1 + b))) in le; [|nra].
    replace ((1 + a) * (1 + b) * (a / (1 + a))) with (a * (1 + b)) in le by (field; lra). replace ((1 + a) * (1 + b) * (b / (1 + b))) with (b * (1 + a)) in le by (field; lra).
    destruct strict; simpl in *; lra.
  - unfold softmax in le. set (T := fold_right Rplus 0 (map exp z)) in *.
    assert (T_pos : 0 < T).
    { unfold T. rewrite all_sum, (sum_without e i (seq 0 n)) by (apply seq_NoDup || (apply in_seq; lia)). fold (others i). pose proof (proj2 (softmax_value i lti)). pose proof (e_pos i). lra. }
    rewrite !(nth_indep _ 0 (exp 0 / T)) in le by (rewrite length_map; lia). rewrite !(map_nth (fun z => exp z / T)) in le. apply below_exp.
    apply (below_scale strict T) in le; [|exact T_pos]. replace (T * (exp (nth i z 0) / T)) with (exp (nth i z 0)) in le by (field; lra).
    replace (T * (exp (nth j z 0) / T)) with (exp (nth j z 0)) in le by (field; lra). exact le.
Qed.

Local Lemma inputs_value k : forallb is_input k = true -> term_value x z (sum_of_inputs k) = sum_value x p k.
Proof.
  induction k as [|[v c] k IH]; simpl; intro all; [apply zero_value|]. apply andb_prop in all as [one rest]. destruct v as [v|v|]; try discriminate. simpl. rewrite (IH rest). reflexivity.
Qed.
Lemma atom_sound strict a b : below strict (term_value x p a) (term_value x p b) -> satisfies x z (atom strict a b).
Proof.
  intro le. unfold atom. destruct (linear _ 1 _) as [[m c]|] eqn:el; [|exact I]. pose proof (linear_correct x p _ _ _ _ _ _ el) as value. cbn [term_value sum_value] in value.
  change (Tensor.add (S := R)) with Rplus in value. change (Tensor.opp (S := R)) with Ropp in value. rewrite zero_value, one_value in value. rewrite <- (collect_correct x p m) in value.
  assert (small : below strict (sum_value x p (collect m) + Q2R c) 0) by (destruct strict; simpl in *; lra). clear value el le.
  assert (general : satisfies x z (if forallb is_input (collect m) then rel strict (Plus (sum_of_inputs (collect m)) (Number c)) (Number 0) else True_)).
  { destruct (forallb is_input (collect m)) eqn:all; [|exact I]. apply rel_below. cbn [term_value]. rewrite (inputs_value _ all).
    change (number_of (S := R)) with Q2R. change (Tensor.add (S := R)) with Rplus. now rewrite zero_value. }
  destruct (collect m) as [|[[v|v|] f] [|[[w|w|] g] [|]]]; try exact general; clear general.
  - destruct (Nat.ltb_spec (place v) n) as [lt|]; [|exact I]. cbn [sum_value variable_value] in small. fold (place v) in small.
    destruct (Qnum f) eqn:sign; [exact I| |].
    + assert (pos : 0 < Q2R f) by (rewrite <- zero_value; apply Qlt_Rlt; unfold Qlt; simpl; rewrite sign; lia). apply at_most_sound; [exact lt|].
      unfold Qdiv. rewrite Q2R_mult, Q2R_opp, Q2R_inv by (intro z0; apply Qeq_eqR in z0; rewrite zero_value in z0; lra).
      apply (below_scale strict (Q2R f)); [exact pos|]. replace (Q2R f * (- Q2R c * / Q2R f)) with (- Q2R c) by (field; lra). destruct strict; simpl in *; lra.
    + assert (neg : Q2R f < 0) by (rewrite <- zero_value; apply Qlt_Rlt; unfold Qlt; simpl; rewrite sign; lia). apply at_least_sound; [exact lt|].
      unfold Qdiv. rewrite Q2R_mult, Q2R_opp, Q2R_inv by (intro z0; apply Qeq_eqR in z0; rewrite zero_value in z0; lra).
      apply (below_scale strict (- Q2R f)); [lra|]. replace (- Q2R f * (- Q2R c * / Q2R f)) with (Q2R c) by (field; lra). destruct strict; simpl in *; lra.
  - destruct (_ && _) eqn:ok; [|exact I]. apply andb_prop in ok as [ok c0]. apply andb_prop in ok as [ok same]. apply andb_prop in ok as [lt1 lt2].
    apply Nat.ltb_lt in lt1, lt2. apply Qeq_bool_iff, Qeq_eqR in same, c0. rewrite zero_value in same, c0. rewrite Q2R_plus in same.
    cbn [sum_value variable_value] in small. fold (place v) (place w) in small. destruct (Qnum f) eqn:sign; [exact I| |].
    + assert (pos : 0 < Q2R f) by (rewrite <- zero_value; apply Qlt_Rlt; unfold Qlt; simpl; rewrite sign; lia). apply order_sound; auto.
      apply (below_scale strict (Q2R f)); [exact pos|]. replace (Q2R g) with (- Q2R f) in small by lra. destruct strict; simpl in *; lra.
    + assert (neg : Q2R f < 0) by (rewrite <- zero_value; apply Qlt_Rlt; unfold Qlt; simpl; rewrite sign; lia). apply order_sound; auto.
      apply (below_scale strict (- Q2R f)); [lra|]. replace (Q2R g) with (- Q2R f) in small by lra. destruct strict; simpl in *; lra.
Qed.

Theorem over_sound f (yes : bool) : (if yes then satisfies x p f else ~ satisfies x p f) -> satisfies x z (over yes f).
Proof. exact (weakened_sound atom x p z atom_sound f yes). Qed.
End Scores.
End Translate.
