(** * Differences of probabilities as differences of scores

    Two probabilities of the same class that are apart by t come from scores that are apart by 4t at least: the logistic function is nowhere steeper than 1/4, and with softmax this is so of the score's
    excess over some other one.  So what a formula says of probabilities of several runs, each of [n] outputs, is weakened to what it then says of their scores; what is not about such differences is dropped.

    Main definitions: [apart], [over].
    Main results: [logistic_steepness], [softmax_steepness], [over_sound].

    Trust: proved.
    Source: docs/relations.md. *)
From Coquelicot Require Import Hierarchy Derive.
From Coquelicot Require AutoDerive.
From Coq Require Import QArith Qreals Reals Lra Lia List Bool PArith.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Formula Spec.Links.
From Warrant Require Import Primitives.Fractions Checker.Queries Checker.Queries_sound Checker.Links.Translate.
Import ListNotations.
Local Open Scope bool_scope.

Section Differences.
Variables (l : link) (n runs : nat).   (* what makes the probabilities; the number of outputs of each run, the number of runs *)

(** ** Formulas *)

(** 4t <= a - b (less, where strict) *)
Definition beyond (strict : bool) (t : Q) (a b : term) : formula := rel strict (Number (4 * t)) (Plus a (Opposite b)).
(** what is so of the scores where the probability [b] exceeds [a] by at least t (more, where strict); outputs of all runs are numbered through *)
Definition apart (strict : bool) (a b : nat) (t : Q) : formula :=
  if Qle_bool 0 t then
    match l with
    | Logistic => beyond strict t (Output b) (Output a)
    | Softmax =>
      if (2 <=? n)%nat && (a mod n =? b mod n)%nat then
        any_of (map (fun j => beyond strict t (difference b (b / n * n + j)) (difference a (a / n * n + j))) (others n (a mod n)))
      else True_
    end
  else True_.

(** a <= b, or a < b *)
Definition atom (strict : bool) (a b : term) : formula :=
  match linear (Plus a (Opposite b)) 1 ([], 0%Q) with
  | Some (m, c) =>
    match collect m with
    | [(xI p, e); (xI q, f)] =>
      if (place p <? runs * n)%nat && (place q <? runs * n)%nat && Qeq_bool (e + f) 0 then
        match Qnum e with
        | Zpos _ => apart strict (place p) (place q) (c / e)
        | Zneg _ => apart strict (place q) (place p) (c / f)
        | Z0 => True_
        end
      else True_
    | k => if forallb is_input k then rel strict a b else True_
    end
  | None => True_
  end.
(** what the formula (with [yes = false], its negation) about probabilities says of the scores *)
Definition over : bool -> formula -> formula := weakened atom.
End Differences.

(** ** Soundness *)
Local Open Scope R_scope.

Lemma logistic_mono a b : a < b -> logistic a < logistic b.
Proof.
  intro lt. unfold logistic. assert (grows : exp (- b) < exp (- a)) by (apply exp_increasing; lra). pose proof (exp_pos (- b)).
  apply Rinv_lt_contravar; [apply Rmult_lt_0_compat; lra|lra].
Qed.
(** The derivative of u/4 - logistic u is (1/2 - logistic u)². *)
Theorem logistic_steepness a b : a <= b -> logistic b - logistic a <= (b - a) / 4.
Proof.
  intros [lt|<-]; [|lra].
  assert (der : forall u, is_derive (fun u => u / 4 - logistic u) u ((1 / 2 - logistic u) * (1 / 2 - logistic u))).
  { intro u. unfold logistic. pose proof (exp_pos (- u)). AutoDerive.auto_derive; [lra|]. field. lra. }
  destruct (MVT_gen (fun u => u / 4 - logistic u) a b (fun u => (1 / 2 - logistic u) * (1 / 2 - logistic u))) as (u & _ & value).
  - intros u _. apply der.
  - intros u _. apply continuity_pt_filterlim, (ex_derive_continuous (fun u => u / 4 - logistic u)). eexists. apply der.
  - pose proof (Rle_0_sqr (1 / 2 - logistic u)) as sq. unfold Rsqr in sq. assert (0 <= (1 / 2 - logistic u) * (1 / 2 - logistic u) * (b - a)) by (apply Rmult_le_pos; lra). lra.
Qed.

(** *** Softmax: a probability is the logistic function of how far its score is from the others together *)

(** the others' odds against [k] *)
Definition against (n : nat) (z : list R) (k : nat) : R := sum_over (fun j => exp (nth j z 0 - nth k z 0)) (others n k).
Lemma sum_over_mono (f g : nat -> R) (js : list nat) : (forall j, In j js -> f j <= g j) -> sum_over f js <= sum_over g js.
Proof. induction js as [|j js IH]; simpl; intro all; [lra|]. apply Rplus_le_compat; [apply all; now left|apply IH; auto]. Qed.
Lemma sum_over_scale c f js : sum_over (fun j => c * f j) js = c * sum_over f js.
Proof. induction js as [|j js IH]; simpl; [lra|]. rewrite IH. lra. Qed.
Lemma against_gt0 n z k : (2 <= n)%nat -> (k < n)%nat -> 0 < against n z k.
Proof.
  intros two lt. assert (some : exists j, In j (others n k)).
  { pose proof (others_length n k lt) as len. destruct (others n k) as [|j js]; [simpl in len; lia|]. exists j. now left. }
  destruct some as [j is_in]. unfold against. set (f := fun j => _). apply (Rlt_le_trans _ (f j)); [apply exp_pos|].
  apply (member_at_most f); [|exact is_in]. intro i. left. apply exp_pos.
Qed.
Lemma softmax_logistic n z k : length z = n -> (2 <= n)%nat -> (k < n)%nat -> nth k (softmax z) 0 = logistic (- ln (against n z k)).
Proof.
  intros len two lt. destruct (Translate.softmax_value n z len k lt) as [-> _]. pose proof (against_gt0 n z k two lt) as pos.
  unfold logistic. rewrite Ropp_involutive, exp_ln by exact pos. unfold against in *.
  replace (sum_over (fun j => exp (nth j z 0)) (others n k)) with (exp (nth k z 0) * sum_over (fun j => exp (nth j z 0 - nth k z 0)) (others n k)).
  - pose proof (exp_pos (nth k z 0)) as e_pos. set (e := exp (nth k z 0)) in *. set (s := sum_over _ _) in *. replace (e + e * s) with (e * (1 + s)) by ring. field. lra.
  - rewrite <- sum_over_scale. generalize (others n k). induction l as [|j js IH]; simpl; [reflexivity|]. rewrite IH. f_equal. rewrite <- exp_plus. f_equal. lra.
Qed.
Lemma least_upper_bound (f : nat -> R) (js : list nat) b : (forall j, In j js -> f j < b) -> exists c, c < b /\ forall j, In j js -> f j <= c.
Proof.
  induction js as [|i js IH]; intro all; [exists (b - 1); split; [lra|easy]|]. destruct IH as (c & lt & le); [intros j is_in; apply all; now right|].
  exists (Rmax (f i) c). split; [apply Rmax_lub_lt; [apply all; now left|exact lt]|]. intros j [<-|is_in]; [apply Rmax_l|]. apply (Rle_trans _ c); [auto|apply Rmax_r].
Qed.
(** how much further the score [k] is above the score [j] in the second run *)
Definition excess (u v : list R) (k j : nat) : R := (nth k v 0 - nth j v 0) - (nth k u 0 - nth j u 0).
Lemma softmax_bound n u v k d : length u = n -> length v = n -> (2 <= n)%nat -> (k < n)%nat -> (forall j, In j (others n k) -> excess u v k j <= d) ->
  nth k (softmax v) 0 <= logistic (- ln (against n u k) + d).
Proof.
  intros lu lv two lt all. rewrite (softmax_logistic n v k lv two lt). pose proof (against_gt0 n u k two lt) as pu. pose proof (against_gt0 n v k two lt) as pv.
  assert (more : exp (- d) * against n u k <= against n v k).
  { unfold against. rewrite <- sum_over_scale. apply sum_over_mono. intros j is_in. rewrite <- exp_plus. specialize (all j is_in). unfold excess in all.
    destruct (Req_dec (- d + (nth j u 0 - nth k u 0)) (nth j v 0 - nth k v 0)) as [->|other]; [lra|]. left. apply exp_increasing. lra. }
  assert (logs : ln (exp (- d) * against n u k) <= ln (against n v k)) by (destruct more as [less|<-]; [left; apply ln_increasing; [apply Rmult_lt_0_compat; [apply exp_pos|exact pu]|exact less]|lra]).
  rewrite ln_mult, ln_exp in logs by (exact pu || apply exp_pos).
  destruct (Req_dec (- ln (against n v k)) (- ln (against n u k) + d)) as [->|other]; [lra|]. left. apply logistic_mono. lra.
Qed.
Theorem softmax_steepness strict t n u v k : length u = n -> length v = n -> (2 <= n)%nat -> (k < n)%nat -> 0 <= t ->
  below strict t (nth k (softmax v) 0 - nth k (softmax u) 0) -> exists j, In j (others n k) /\ below strict (4 * t) (excess u v k j).
Proof.
  intros lu lv two lt ge far. destruct (Translate.some_or_none (fun j => (4 * t, excess u v k j)) (others n k) strict) as [found|none]; [exact found|exfalso].
  pose proof (softmax_logistic n u k lu two lt) as pu. destruct strict; cbn [below negb fst snd] in *.
  - pose proof (softmax_bound n u v k _ lu lv two lt none) as pv. pose proof (logistic_steepness (- ln (against n u k)) (- ln (against n u k) + 4 * t) ltac:(lra)). lra.
  - destruct (least_upper_bound _ _ _ none) as (d & less & all). pose proof (softmax_bound n u v k d lu lv two lt all) as pv. destruct (Rle_dec 0 d) as [ge0|lt0].
    + pose proof (logistic_steepness (- ln (against n u k)) (- ln (against n u k) + d) ltac:(lra)). lra.
    + pose proof (logistic_mono (- ln (against n u k) + d) (- ln (against n u k)) ltac:(lra)). lra.
Qed.

(** *** Formulas, where the scores of the runs are [zs] *)

Lemma nth_concat n (ls : list (list R)) : Forall (fun l => length l = n) ls -> forall i, (i < length ls * n)%nat ->
  nth i (concat ls) 0 = nth (i mod n) (nth (i / n) ls []) 0 /\ (i / n < length ls)%nat /\ (i mod n < n)%nat.
Proof.
  induction 1 as [|l ls len _ IH]; intros i lt; [simpl in lt; lia|]. assert (n <> 0)%nat by (intros ->; rewrite Nat.mul_0_r in lt; lia). cbn [concat length] in *.
  destruct (Nat.lt_ge_cases i n) as [first|later].
  - rewrite Nat.div_small, Nat.mod_small by exact first. rewrite app_nth1 by lia. repeat split; simpl; lia.
  - rewrite app_nth2 by lia. rewrite len. destruct (IH (i - n)%nat ltac:(lia)) as (-> & block & inside).
    assert (places : (i / n = S ((i - n) / n) /\ i mod n = (i - n) mod n)%nat).
    { replace i with (i - n + 1 * n)%nat at 1 3 by lia. rewrite Nat.div_add, Nat.Div0.mod_add by lia. lia. }
    destruct places as [-> ->]. repeat split; [simpl; lia|exact inside].
Qed.

Section Scores.
Variables (l : link) (n : nat) (x : list R) (zs : list (list R)).
Hypothesis sizes : Forall (fun z => length z = n) zs.
Let z := concat zs.
Let y := concat (map (probabilities_of l) zs).
Let runs := length zs.
Local Lemma probabilities_size : Forall (fun p => length p = n) (map (probabilities_of l) zs).
Proof. apply Forall_map. eapply Forall_impl; [|exact sizes]. intros a len. destruct l; simpl; unfold softmax; now rewrite ?length_map. Qed.
Local Lemma block i : (i < runs * n)%nat -> nth (i / n) (map (probabilities_of l) zs) [] = probabilities_of l (nth (i / n) zs []) /\ length (nth (i / n) zs []) = n.
Proof.
  intro lt. destruct (nth_concat n zs sizes i lt) as (_ & inside & _). split.
  - rewrite (nth_indep _ [] (probabilities_of l [])) by (now rewrite length_map). apply map_nth.
  - exact (proj1 (Forall_nth _ _) sizes _ [] inside).
Qed.
Local Lemma score i : (i < runs * n)%nat -> nth i z 0 = nth (i mod n) (nth (i / n) zs []) 0.
Proof. intro lt. apply (nth_concat n zs sizes i lt). Qed.
Local Lemma probability i : (i < runs * n)%nat -> nth i y 0 = nth (i mod n) (probabilities_of l (nth (i / n) zs [])) 0 /\ (i mod n < n)%nat.
Proof.
  intro lt. destruct (nth_concat n _ probabilities_size i ltac:(now rewrite length_map)) as (value & _ & inside). split; [|exact inside].
  unfold y. rewrite value. now rewrite (proj1 (block i lt)).
Qed.
Local Lemma beyond_true strict t a b : below strict (4 * Q2R t) (term_value x z a - term_value x z b) -> satisfies x z (beyond strict t a b).
Proof.
  intro le. apply rel_below. cbn [term_value]. change (number_of (S := R)) with Q2R. change (Tensor.add (S := R)) with Rplus. change (Tensor.opp (S := R)) with Ropp.
  rewrite Q2R_mult. replace (Q2R 4) with 4 by (unfold Q2R; simpl; lra). exact le.
Qed.
Lemma apart_sound strict a b t : (a < runs * n)%nat -> (b < runs * n)%nat -> below strict (Q2R t) (nth b y 0 - nth a y 0) -> satisfies x z (apart l n strict a b t).
Proof.
  intros la lb far. unfold apart. destruct (Qle_bool 0 t) eqn:e0; [|exact I]. apply Translate.Qle_true in e0. rewrite Translate.zero_value in e0.
  destruct (probability a la) as [ea ka], (probability b lb) as [eb kb]. destruct (block a la) as [_ lena], (block b lb) as [_ lenb].
  rewrite ea, eb in far. clear ea eb. destruct l; cbn [probabilities_of] in far.
  - rewrite !(nth_indep _ 0 (logistic 0)) in far by (rewrite length_map; lia). rewrite !map_nth, <- !score in far by assumption.
    apply beyond_true. cbn [term_value]. set (u := nth a z _) in *. change (nth a z 0) with u in far. set (v := nth b z _) in *. change (nth b z 0) with v in far.
    destruct (Rle_dec u v) as [le|gt]; [pose proof (logistic_steepness u v le); destruct strict; simpl in *; lra|].
    pose proof (logistic_mono v u ltac:(lra)). destruct strict; simpl in *; lra.
  - destruct ((2 <=? n)%nat && (a mod n =? b mod n)%nat) eqn:ok; [|exact I]. apply andb_prop in ok as [two same]. apply Nat.leb_le in two. apply Nat.eqb_eq in same.
    rewrite <- same in far. destruct (softmax_steepness strict (Q2R t) n _ _ _ lena lenb two ka e0 far) as (j & is_in & more).
    apply (Translate.any_of_true x z _ _ j is_in). apply beyond_true. cbn [term_value difference].
    change (Tensor.add (S := R)) with Rplus. change (Tensor.opp (S := R)) with Ropp. change (Tensor.zero (S := R)) with 0.
    apply others_other in is_in as [lj _].
    assert (at_ : forall i, (i < runs * n)%nat -> nth (i / n * n + j) z 0 = nth j (nth (i / n) zs []) 0).
    { intros i lt. destruct (nth_concat n zs sizes i lt) as (_ & inside & _). assert (i / n * n + j < runs * n)%nat by (unfold runs; nia).
      rewrite score by assumption. rewrite Nat.add_comm, Nat.div_add, Nat.Div0.mod_add, (Nat.div_small j), (Nat.mod_small j) by lia. reflexivity. }
    rewrite !at_, !score by assumption. unfold excess in more. rewrite <- same. exact more.
Qed.
Lemma atom_sound strict a b : below strict (term_value x y a) (term_value x y b) -> satisfies x z (atom l n runs strict a b).
Proof.
  intro le. unfold atom. destruct (linear _ 1 _) as [[m c]|] eqn:el; [|exact I].
  pose proof (linear_correct x y _ _ _ _ _ _ el) as value. pose proof (linear_correct x z _ _ _ _ _ _ el) as value'. cbn [term_value sum_value] in value, value'.
  change (Tensor.add (S := R)) with Rplus in value, value'. change (Tensor.opp (S := R)) with Ropp in value, value'. rewrite Translate.zero_value, Translate.one_value in value, value'.
  rewrite <- (collect_correct x y m) in value. rewrite <- (collect_correct x z m) in value'.
  assert (small : below strict (sum_value x y (collect m) + Q2R c) 0) by (destruct strict; simpl in *; lra).
  assert (general : satisfies x z (if forallb is_input (collect m) then rel strict a b else True_)).
  { destruct (forallb is_input (collect m)) eqn:all; [|exact I]. apply rel_below. assert (same : sum_value x y (collect m) = sum_value x z (collect m)).
    { clear -all. induction (collect m) as [|[v d] k IH]; simpl in *; [reflexivity|]. apply andb_prop in all as [one rest]. destruct v; try discriminate. now rewrite (IH rest). }
    destruct strict; simpl in *; lra. }
  clear value value' el le.
  destruct (collect m) as [|[[v|v|] f] [|[[w|w|] g] [|]]]; try exact general; clear general.
  destruct (_ && _) eqn:ok; [|exact I]. apply andb_prop in ok as [ok same]. apply andb_prop in ok as [lt1 lt2].
  apply Nat.ltb_lt in lt1, lt2. apply Qeq_bool_iff, Qeq_eqR in same. rewrite Translate.zero_value in same. rewrite Q2R_plus in same.
  cbn [sum_value variable_value] in small. fold (place v) (place w) in small. destruct (Qnum f) eqn:sign; [exact I| |].
  - assert (pos : 0 < Q2R f) by (rewrite <- Translate.zero_value; apply Qlt_Rlt; unfold Qlt; simpl; rewrite sign; lia). apply apart_sound; [assumption..|].
    unfold Qdiv. rewrite Q2R_mult, Q2R_inv by (intro z0; apply Qeq_eqR in z0; rewrite Translate.zero_value in z0; lra).
    apply (below_scale strict (Q2R f)); [exact pos|]. replace (Q2R f * (Q2R c * / Q2R f)) with (Q2R c) by (field; lra). replace (Q2R g) with (- Q2R f) in small by lra. destruct strict; simpl in *; lra.
  - assert (neg : Q2R f < 0) by (rewrite <- Translate.zero_value; apply Qlt_Rlt; unfold Qlt; simpl; rewrite sign; lia). apply apart_sound; [assumption..|].
    assert (eg : Q2R g = - Q2R f) by lra. unfold Qdiv. rewrite Q2R_mult, Q2R_inv by (intro z0; apply Qeq_eqR in z0; rewrite Translate.zero_value in z0; lra).
    apply (below_scale strict (Q2R g)); [lra|]. replace (Q2R g * (Q2R c * / Q2R g)) with (Q2R c) by (field; lra). rewrite eg in *. destruct strict; simpl in *; lra.
Qed.
Theorem over_sound f (yes : bool) : (if yes then satisfies x y f else ~ satisfies x y f) -> satisfies x z (over l n runs yes f).
Proof. exact (weakened_sound (atom l n runs) x y z atom_sound f yes). Qed.
End Scores.
