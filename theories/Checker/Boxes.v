(** * Proofs by boxes

    The box of each query is cut along its inputs into regions; on each of them the network is evaluated with intervals, and every disjunct must
    fail.  Weaker than a proof by linear bounds (Prove.v), but for every operator, decision trees among them.

    Main definitions: [check_boxes], [prove_boxes].
    Main results: [check_boxes_sound], [boxes_sound].

    Trust: proved.
    Source: docs/certificates.md, section 4. *)
From Coq Require Import Floats Reals Lra Lia List Bool Uint63 ZArith.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Onnx Spec.Network Spec.Formula Spec.SExpressions Spec.VnnLib Spec.Claims.
From Warrant Require Import Primitives.FloatBounds Checker.Relational Checker.Intervals Checker.Certificate Checker.Prove.
From Warrant Require Import Checker.Queries Checker.Queries_sound Checker.Batches.
Import ListNotations.
Local Open Scope bool_scope.

(** ** Regions *)

Definition region := list cell.
(** the region with its [j]-th cell changed; [None] if there is none *)
Fixpoint change (f : cell -> cell) (j : nat) (b : region) : option region :=
  match b, j with
  | [], _ => None
  | c :: b, O => Some (f c :: b)
  | c :: b, S j => do b <- change f j b; Some (c :: b)
  end.
(** The regions of a tree of cuts that stands at offset [i], in front of [acc]; and the offset after it.
    0x00: a region; 0x01 (0x02) input:varint value:float64 tree tree: first where the input is <= value (< value), then the rest. *)
Fixpoint regions (fuel : nat) (c : bytes) (i : int) (b : region) (acc : list region) : option (list region * int) :=
  match fuel with
  | O => None
  | S fuel =>
    let op := byte c i in
    let i := (i + 1)%uint63 in
    if (op =? 0)%uint63 then Some (b :: acc, i)
    else if ((op =? 1) || (op =? 2))%uint63 then
      let strict := (op =? 2)%uint63 in
      do (j, i) <- varint c i;
      let v := dyadic_float (float64 c i) in
      do j <- when (fin v && (j <? 1 << 20)%uint63) (Some (Z.to_nat (to_Z j)));
      do low <- change (below strict v) j b;
      do high <- change (above strict v) j b;
      do (acc, i) <- regions fuel c (i + 8)%uint63 low acc;
      regions fuel c i high acc
    else None
  end.

(** for each of [n] inputs, its cells in all regions *)
Fixpoint columns (n : nat) (l : list region) : list (batch cell) :=
  match n with O => [] | S n => Each (map (hd anything) l) :: columns n (map (@tl cell) l) end.

(** ** Disjuncts that fail *)

(** the row cannot hold: its term is greater than 0 (or, where it is strict, not less) *)
Definition row_fails (strict : bool) (a : cell) : bool :=
  let l := fst (within a) in if strict then (0 <=? l)%float else (0 <? l)%float.
Definition disjunct_fails (x y : list (batch cell)) (d : list (term * bool)) : batch bool :=
  fold_right (fun r b => batch_map2 false orb (batch_map (row_fails (snd r)) (term_value x y (fst r))) b) (Same false) d.
Definition all_fail (x y : list (batch cell)) (ds : list (list (term * bool))) : batch bool :=
  fold_right (fun d b => batch_map2 false andb (disjunct_fails x y d) b) (Same true) ds.
Definition always (n : nat) (b : batch bool) : bool :=
  match b with Same b => b | Each l => (length l =? n)%nat && forallb (fun b => b) l end.

(** ** The checker *)

Definition check_query (n : model) (outputs : nat) (c : bytes) (i : int) (q : query) : option int :=
  do (l, i) <- regions nesting c i (map closed (qbox q)) [];
  let x := columns (length (qbox q)) l in
  do y <- network n x;
  when ((length y =? outputs)%nat && always (length l) (all_fail x y (disjuncts q))) (Some i).
Fixpoint check_boxes (n : model) (outputs : nat) (c : bytes) (i : int) (qs : list query) : option int :=
  match qs with [] => Some i | q :: qs => do i <- check_query n outputs c i q; check_boxes n outputs c i qs end.
(** WRNT 0x01 B *)
Definition magic (c : bytes) : bool :=
  forallb (fun p => byte c (fst p) =? snd p)%uint63 [(0, 87); (1, 82); (2, 78); (3, 84); (4, 1); (5, 66)]%uint63.
Definition prove_boxes (n : model) (p : property) (certificate : bytes) : bool :=
  match when (Z.of_nat (inputs p) =? input_count n)%Z (interval_network n (repeat everything (inputs p))), queries p with
  | Some y, Some qs =>
    magic certificate && (length y =? outputs p)%nat
    && match check_boxes n (outputs p) certificate 6 qs with Some i => (i =? size_of certificate)%uint63 | None => false end
  | _, _ => false
  end.

(** ** Soundness *)
Local Open Scope R_scope.

Lemma change_holds f j : forall b x b', change f j b = Some b' -> Forall2 holds b x ->
  (forall r, nth_error x j = Some r -> forall c, holds c r -> holds (f c) r) -> Forall2 holds b' x.
Proof.
  induction j as [|j IH]; intros [|c b] x b' done all ok; simpl in done; try discriminate; inversion all as [|? r ? x' hc rest]; subst.
  - injection done as <-. constructor; [now apply ok|exact rest].
  - destruct (change f j b) as [b1|] eqn:e; [|discriminate]. injection done as <-. constructor; [exact hc|].
    apply (IH _ _ _ e rest). intros r' at_. now apply ok.
Qed.
Lemma regions_cover fuel c : forall i b acc l j, regions fuel c i b acc = Some (l, j) ->
  (forall a, In a acc -> In a l) /\ (forall x, Forall2 holds b x -> exists a, In a l /\ Forall2 holds a x).
Proof.
  induction fuel as [|fuel IH]; intros i b acc l j done; simpl in done; [discriminate|].
  destruct (byte c i =? 0)%uint63.
  { injection done as <- <-. split; [now right|]. intros x all. exists b. split; [now left|exact all]. }
  destruct ((byte c i =? 1) || (byte c i =? 2))%uint63; [|discriminate]. set (strict := (byte c i =? 2)%uint63) in *.
  destruct (varint c (i + 1)%uint63) as [[k i1]|]; [|discriminate]. cbv zeta in done.
  set (v := dyadic_float (float64 c i1)) in *.
  destruct (fin v && _) eqn:ok; [|discriminate]. apply andb_prop in ok as [fv _]. set (n := Z.to_nat (to_Z k)) in *.
  destruct (change (below strict v) n b) as [low|] eqn:el; [|discriminate]. destruct (change (above strict v) n b) as [high|] eqn:eh; [|discriminate].
  destruct (regions fuel c (i1 + 8)%uint63 low acc) as [[acc1 i2]|] eqn:e1; [|discriminate].
  destruct (IH _ _ _ _ _ e1) as [keep1 cover1], (IH _ _ _ _ _ done) as [keep2 cover2].
  split; [auto|]. intros x all.
  pose proof (is_below_dec strict v (nth n x 0)) as side.
  destruct side as [le|gt].
  - destruct (cover1 x) as (a & in_a & ha); [|exists a; auto].
    apply (change_holds _ _ _ _ _ el all). intros r at_ q hq. apply below_holds; auto. now rewrite (nth_error_nth _ _ 0 at_) in le.
  - apply (cover2 x). apply (change_holds _ _ _ _ _ eh all). intros r at_ q hq. apply above_holds; auto. now rewrite (nth_error_nth _ _ 0 at_) in gt.
Qed.

Lemma columns_hold k : forall b x l, nth_error l k = Some b -> Forall2 holds b x -> Forall2 (in_region k) (columns (length b) l) x.
Proof.
  induction b as [|c b IH]; intros x l at_ all; inversion all as [|? r ? x' hc rest]; subst; simpl; constructor.
  - unfold in_region. simpl. rewrite (nth_indep _ anything (hd anything [])).
    + rewrite map_nth. now rewrite (nth_error_nth _ _ [] at_).
    + rewrite length_map. apply nth_error_Some. congruence.
  - apply IH; [|exact rest]. rewrite nth_error_map, at_. reflexivity.
Qed.

Lemma row_fails_sound strict a r : holds a r -> row_fails strict a = true -> ~ (if strict then r < 0 else r <= 0).
Proof.
  intros [[L _] _]. unfold row_fails. destruct strict; intros e bad.
  - pose proof (LB_ge0 _ _ L e). lra.
  - pose proof (LB_gt0 _ _ L e). lra.
Qed.
Lemma disjunct_fails_sound k x y xr yr d : Forall2 (in_region k) x xr -> Forall2 (in_region k) y yr ->
  pick false (disjunct_fails x y d) k = true -> ~ Forall (row_holds xr yr) d.
Proof.
  intros rx ry. induction d as [|[t strict] d IH]; [discriminate|]. simpl. intros fails all. inversion all as [|? ? first rest]; subst.
  revert fails. apply (pick_map2 false false false orb _ _ k (fun b => b = true -> False)); [discriminate|].
  intro either. apply orb_prop in either as [one|other]; [|now apply IH].
  revert one. apply (pick_map anything false (row_fails strict) _ k (fun b => b = true -> False)); [discriminate|].
  intro one. exact (row_fails_sound strict _ _ (term_rel _ (batch_rel k) _ _ _ _ t rx ry) one first).
Qed.
Lemma all_fail_sound k x y xr yr ds : Forall2 (in_region k) x xr -> Forall2 (in_region k) y yr ->
  pick false (all_fail x y ds) k = true -> ~ Exists (Forall (row_holds xr yr)) ds.
Proof.
  intros rx ry. induction ds as [|d ds IH]; simpl; intros fails ex; [inversion ex|].
  revert fails. apply (pick_map2 false false false andb _ _ k (fun b => b = true -> False)); [discriminate|].
  intro both. apply andb_prop in both as [one others]. inversion ex as [? ? this|? ? later]; subst.
  - exact (disjunct_fails_sound _ _ _ _ _ _ rx ry one this).
  - exact (IH others later).
Qed.
Lemma always_pick n b k : always n b = true -> (k < n)%nat -> pick false b k = true.
Proof.
  destruct b as [b|l]; simpl; [easy|]. intros e lt. apply andb_prop in e as [len all]. apply Nat.eqb_eq in len.
  rewrite forallb_forall in all. apply all, nth_In. lia.
Qed.

Lemma check_query_sound n o c i q j x y : check_query n o c i q = Some j -> network n x = Some y -> in_query x y q -> False.
Proof.
  unfold check_query. intros done run_ [in_box ex].
  destruct (regions nesting c i (map closed (qbox q)) []) as [[l i1]|] eqn:er; [|discriminate]. cbv zeta in done.
  destruct (network n (columns (length (qbox q)) l)) as [out|] eqn:eo; [|discriminate].
  destruct ((length out =? o)%nat && _) eqn:ok; [|discriminate]. apply andb_prop in ok as [_ fails].
  destruct (regions_cover _ _ _ _ _ _ _ er) as [_ cover]. destruct (cover x) as (b & in_b & hb).
  { clear -in_box. induction in_box; simpl; constructor; auto. now apply closed_holds. }
  apply In_nth_error in in_b as [k at_].
  assert (len : length (qbox q) = length b) by (rewrite (Forall2_length in_box); symmetry; exact (Forall2_length hb)).
  rewrite len in *. pose proof (columns_hold k b x l at_ hb) as rx.
  pose proof (network_rel _ (batch_rel k) n _ _ rx) as ry. rewrite eo, run_ in ry. simpl in ry.
  refine (all_fail_sound k _ _ _ _ _ rx ry _ ex). apply (always_pick _ _ _ fails). apply nth_error_Some. congruence.
Qed.

Theorem check_boxes_sound n o c x y : network n x = Some y -> forall qs i j, check_boxes n o c i qs = Some j -> ~ Exists (in_query x y) qs.
Proof.
  intro run_. induction qs as [|a qs IH]; intros i j done found; [inversion found|]. simpl in done.
  destruct (check_query n o c i a) as [k|] eqn:e; [|discriminate].
  inversion found as [? ? here|? ? later]; subst; [|exact (IH k j done later)].
  exact (check_query_sound _ _ _ _ _ _ _ _ e run_ here).
Qed.

Theorem boxes_sound n q c : prove_boxes n q c = true -> Never n q.
Proof.
  unfold prove_boxes, Never.
  destruct (Z.of_nat (inputs q) =? input_count n)%Z eqn:count; [|easy]. apply Z.eqb_eq in count.
  destruct (interval_network n _) as [total|] eqn:et; [|easy]. destruct (queries q) as [qs|] eqn:eq_; [|easy].
  intro accept. apply andb_prop in accept as [accept checked]. apply andb_prop in accept as [_ len]. apply Nat.eqb_eq in len.
  split.
  - split; [exact count|]. intros x lx. rewrite <- len. apply (network_total _ _ _ et). now rewrite repeat_length.
  - intros x y lx run_ sat. destruct (check_boxes _ _ _ _ qs) as [last|] eqn:ec; [|discriminate].
    exact (check_boxes_sound _ _ _ _ _ run_ _ _ _ ec (queries_sound q qs eq_ x y lx sat)).
Qed.
