(** * Proofs by joint bounds of trees

    Two runs of a network of decision trees, or of two such networks.  The region in which the first inputs and the changes lie is cut at thresholds of either run, or at changes; on each
    region that is left, in every disjunct one row, or the sum of all rows, is a sum of trees whose joint bound is too large.

    Main definitions: [prove_trees]; [prove_models] (these proofs, or others).
    Main results: [trees_sound], [models_sound].

    Trust: proved.
    Source: docs/certificates.md, section 6. *)
From Coq Require Import Floats Reals Lra Lia List Bool Uint63 ZArith PArith FMapPositive.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Onnx Spec.Network Spec.Formula Spec.VnnLib Spec.Relations.
From Warrant Require Import Primitives.FloatBounds Checker.Relational Checker.Intervals Checker.Certificate Checker.Prove Checker.Queries Checker.Queries_sound Checker.Batches.
From Warrant Require Import Checker.Ensembles.Symbols Checker.Ensembles.Joint Checker.Relations Checker.Relations_sound.
Import ListNotations.
Local Open Scope bool_scope.

(** ** Disjuncts that fail *)

Definition row : Type := symbol * bool.   (* at most 0, or less *)
(** what a row that bounds one variable makes of the state *)
Definition clip (s : option state) (r : row) : option state :=
  match s, fst r with
  | Some st, Line negative v c =>
    let l := fst c in
    if fin l then narrow v (if negative then above (negb (snd r)) l else below (snd r) (- l)%float) st else s
  | _, _ => s
  end.
Definition row_fails (size : nat) (s : state) (r : row) : bool :=
  match fst r with
  | Trees c l => match bound size c l s with None => true | Some f => if snd r then (0 <=? f)%float else (0 <? f)%float end
  | _ => false
  end.
(** the sum of all rows that are sums of trees *)
Definition sum_rows (d : list row) : row :=
  fold_right (fun r s => match fst r with Trees _ _ => (add (fst r) (fst s), snd r || snd s) | _ => s end) (Tensor.zero, false) d.
Definition disjunct_fails (size : nat) (s : option state) (d : list row) : bool :=
  match fold_left clip d s with None => true | Some s => existsb (row_fails size s) d || row_fails size s (sum_rows d) end.

(** ** Certificates: WRNT 0x01 T, then a region for each query *)

(** Variables are numbered 3k for the first run's feature k, 3k + 1 for the second run's, 3k + 2 for the change. *)
Definition numbered_variable (j : int) : variable :=
  let k := Pos.of_succ_nat (Z.to_nat (to_Z (j / 3)%uint63)) in
  if (j mod 3 =? 0)%uint63 then First k else if (j mod 3 =? 1)%uint63 then Second k else Change k.
(** The region that stands at offset [i]; the offset after it, if every disjunct fails there.  [None] as a state: there is no point.
    0x00: it is closed with pairs of trees, 0x03 size: with groups of size + 1 such pairs (the first one of size); 0x01 (0x02) variable:varint value:float64 region region: first where the variable is <= value (< value), then the rest. *)
Fixpoint region (fuel : nat) (c : bytes) (i : int) (ds : list (list row)) (s : option state) : option int :=
  match fuel with
  | O => None
  | S fuel =>
    let op := byte c i in
    let i := (i + 1)%uint63 in
    let close size := forallb (disjunct_fails size s) ds in
    if (op =? 0)%uint63 then when (close O) (Some i)
    else if (op =? 3)%uint63 then when (close (Z.to_nat (to_Z (byte c i)))) (Some (i + 1)%uint63)
    else if ((op =? 1) || (op =? 2))%uint63 then
      let strict := (op =? 2)%uint63 in
      do (j, i) <- varint c i;
      let v := dyadic_float (float64 c i) in
      do x <- when (fin v && (j <? 1 << 20)%uint63) (Some (numbered_variable j));
      do i <- region fuel c (i + 8)%uint63 ds (do s <- s; narrow x (below strict v) s);
      region fuel c i ds (do s <- s; narrow x (above strict v) s)
    else None
  end.

Fixpoint variables_from (f : positive -> variable) (n : nat) (k : positive) : list symbol :=
  match n with O => [] | S n => Line false (f k) (0, 0)%float :: variables_from f n (Pos.succ k) end.
(** the state where the first inputs and the changes are in these intervals *)
Fixpoint start (xs ds : list interval) (k : positive) : option state :=
  match xs, ds with
  | x :: xs, d :: ds =>
    do s <- start xs ds (Pos.succ k);
    let t := tighten (Known (closed x) (add_cells (closed x) (closed d)) (closed d)) in
    if void (in_first t) || void (in_second t) || void (of_change t) then None else Some (PositiveMap.add k t s)
  | _, _ => Some (PositiveMap.empty known)
  end.

Definition check_query (n : nat) (ys : list symbol) (c : bytes) (i : int) (q : Queries.query) : option int :=
  let xs := variables_from First n 1 ++ variables_from Change n 1 in
  region nesting c i (map (map (fun r => (term_value xs ys (fst r), snd r))) (disjuncts q)) (start (firstn n (qbox q)) (skipn n (qbox q)) 1).
Fixpoint check_regions (n : nat) (ys : list symbol) (c : bytes) (i : int) (qs : list Queries.query) : option int :=
  match qs with [] => Some i | q :: qs => do i <- check_query n ys c i q; check_regions n ys c i qs end.
Definition magic (c : bytes) : bool :=
  forallb (fun p => byte c (fst p) =? snd p)%uint63 [(0, 87); (1, 82); (2, 78); (3, 84); (4, 1); (5, 84)]%uint63.
Definition prove_trees (ns : list model) (r : relation) (c : bytes) : bool :=
  match networks r, ns with
  | d :: _, [m; m'] =>
    let n := inputs_of d in
    let outs := map outputs_of (networks r) in
    let q := Property (n * 2) (list_sum outs) (change n (n * 2) (statement r)) in
    magic c && same_inputs ns (networks r) n && total n (combine ns outs) &&
    match network m (variables_from First n 1), network m' (variables_from Second n 1), queries q with
    | Some y, Some y', Some qs => match check_regions n (y ++ y') c 6 qs with Some i => (i =? size_of c)%uint63 | None => false end
    | _, _, _ => false
    end
  | _, _ => false
  end.

(** ** Soundness *)
Local Open Scope R_scope.

Section Soundness.
Variables x d : positive -> R.
Definition row_rel (r : row) (s : R * bool) : Prop := means x d (fst r) (fst s) /\ snd r = snd s.
Definition some_state (s : option state) : Prop := exists st, s = Some st /\ state_holds x d st.

Lemma clip_sound s r q : some_state s -> row_rel r q -> row_true q -> some_state (clip s r).
Proof.
  intros (st & -> & hs) [m e] true_. unfold clip. destruct (fst r) as [|negative v c|c l]; try (now exists st).
  destruct m as (c0 & [L _] & value). destruct (fin (fst c)) eqn:F; [|now exists st]. pose proof (LB_toR _ _ L F) as le.
  unfold row_true in true_. rewrite <- e in true_. rewrite value in true_. apply (narrow_sound x d v _ st hs). intros cell hc.
  destruct negative.
  - apply above_holds; [exact F| |exact hc]. unfold is_below. destruct (snd r); simpl; lra.
  - destruct (fin_opp _ F) as [F' eo]. apply below_holds; [exact F'| |exact hc]. unfold is_below. rewrite eo. destruct (snd r); lra.
Qed.
Lemma row_fails_sound size s r q : state_holds x d s -> row_rel r q -> row_fails size s r = true -> ~ row_true q.
Proof.
  intros hs [m e]. unfold row_fails, row_true. rewrite <- e. destruct (fst r) as [|negative v c|c l]; try discriminate.
  destruct m as (c0 & rs & ec & all & ->). pose proof (bound_sound x d size c l s c0 rs hs ec all) as b.
  destruct (bound size c l s) as [f|]; [|easy]. simpl in b. destruct (snd r); intros above bad.
  - pose proof (LB_ge0 _ _ b above). lra.
  - pose proof (LB_gt0 _ _ b above). lra.
Qed.
Lemma sum_rows_sound l rs : Forall2 row_rel l rs -> Forall row_true rs -> exists q, row_rel (sum_rows l) q /\ row_true q.
Proof.
  induction 1 as [|r q l rs [m e] _ IH]; intro all.
  - exists (0, false). split; [split; [apply (rel_zero _ (symbol_rel x d))|reflexivity]|unfold row_true; simpl; lra].
  - inversion all as [|? ? here rest]; subst. destruct (IH rest) as (p & [mp ep] & tp). cbn [sum_rows fold_right]. fold (sum_rows l).
    destruct (fst r) as [|n v c|c k] eqn:kind; [now exists p|now exists p|]. exists (fst q + fst p, snd q || snd p). split.
    + split; cbn [fst snd]; [exact (rel_add _ (symbol_rel x d) _ _ _ _ m mp)|congruence].
    + unfold row_true in *. cbn [fst snd]. destruct (snd q), (snd p); simpl; lra.
Qed.
Lemma disjunct_fails_sound size s l rs : some_state s -> Forall2 row_rel l rs -> disjunct_fails size s l = true -> ~ Forall row_true rs.
Proof.
  intros hs rel fails all. unfold disjunct_fails in fails. assert (clipped : some_state (fold_left clip l s)).
  { clear fails. revert s hs. induction rel as [|r q l rs one rel IH]; intros s hs; [exact hs|]. inversion all; subst. simpl. apply IH; [assumption|].
    eapply clip_sound; eauto. }
  destruct clipped as (st & e & hst). rewrite e in fails. apply orb_prop in fails as [one|sum].
  - apply existsb_exists in one as (r & is_in & fails). clear -rel all is_in fails hst.
    induction rel as [|r' q l rs one rel IH]; [easy|]. inversion all; subst. destruct is_in as [->|is_in]; [|now apply IH].
    now apply (row_fails_sound size st r q).
  - destruct (sum_rows_sound l rs rel all) as (q & rq & tq). exact (row_fails_sound size st _ q hst rq sum tq).
Qed.

Lemma region_sound fuel c ds rs : Forall2 (Forall2 row_rel) ds rs -> forall i s j, region fuel c i ds s = Some j -> some_state s -> ~ Exists (Forall row_true) rs.
Proof.
  intro rel. assert (close : forall size s, forallb (disjunct_fails size s) ds = true -> some_state s -> ~ Exists (Forall row_true) rs).
  { intros size s all hs ex. clear -rel all hs ex. induction rel as [|l r ds rs one rel IH]; [inversion ex|]. simpl in all. apply andb_prop in all as [here rest].
    inversion ex; subst; [now apply (disjunct_fails_sound size s l r hs one here)|auto]. }
  induction fuel as [|fuel IH]; intros i s j done hs; simpl in done; [discriminate|].
  destruct (byte c i =? 0)%uint63.
  { destruct (forallb _ ds) eqn:all; [|discriminate]. exact (close _ _ all hs). }
  destruct (byte c i =? 3)%uint63.
  { destruct (forallb _ ds) eqn:all; [|discriminate]. exact (close _ _ all hs). }
  destruct ((byte c i =? 1) || (byte c i =? 2))%uint63; [|discriminate]. set (strict := (byte c i =? 2)%uint63) in *.
  destruct (varint c (i + 1)%uint63) as [[k i1]|]; [|discriminate]. cbv zeta in done. set (v := dyadic_float (float64 c i1)) in *.
  destruct (fin v && _) eqn:ok; [|discriminate]. apply andb_prop in ok as [fv _]. set (w := numbered_variable k) in *.
  destruct (region fuel c (i1 + 8)%uint63 ds _) as [i2|] eqn:first; [|discriminate].
  destruct hs as (st & -> & hst). destruct (is_below_dec strict v (at_ x d w)) as [le|gt].
  - apply (IH _ _ _ first). apply narrow_sound; [exact hst|]. intros cell. now apply below_holds.
  - apply (IH _ _ _ done). apply narrow_sound; [exact hst|]. intros cell. now apply above_holds.
Qed.
End Soundness.

(** feature number [j] from [k] on *)
Definition from (k : positive) (j : nat) : positive := Pos.of_succ_nat (Nat.pred (Pos.to_nat k) + j).
Lemma from_zero k : from k 0 = k.
Proof. unfold from. lia. Qed.
Lemma from_succ k j : from (Pos.succ k) j = from k (S j).
Proof. unfold from. lia. Qed.
Lemma variables_mean f x d n : forall k l, length l = n -> (forall j, (j < n)%nat -> at_ x d (f (from k j)) = nth j l 0) ->
  Forall2 (means x d) (variables_from f n k) l.
Proof.
  induction n as [|n IH]; intros k [|a l] len same; try discriminate; [constructor|]. simpl. constructor.
  - exists 0. split; [exact zero_enclosed|]. pose proof (same 0%nat ltac:(lia)) as here. rewrite from_zero in here. simpl in here. lra.
  - apply IH; [now injection len|]. intros j lt. rewrite from_succ. exact (same (S j) ltac:(lia)).
Qed.
Lemma start_sound x d u w us : Forall2 inb us u -> forall ws k, Forall2 inb ws w -> length us = length ws ->
  (forall j, (j < length us)%nat -> x (from k j) = nth j u 0 /\ d (from k j) = nth j w 0) -> some_state x d (start us ws k).
Proof.
  intro in_u. revert w. induction in_u as [|p a us u in_a _ IH]; intros w ws k in_w len same; destruct in_w as [|q b ws w in_b in_w]; try discriminate.
  - exists (PositiveMap.empty known). split; [reflexivity|]. intros j t found. now rewrite PositiveMap.gempty in found.
  - cbn [start]. destruct (IH w ws (Pos.succ k) in_w (eq_add_S _ _ len)) as (st & -> & hst).
    { intros j lt. rewrite from_succ. exact (same (S j) ltac:(simpl; lia)). }
    destruct (same 0%nat ltac:(simpl; lia)) as [ea eb]. rewrite from_zero in ea, eb. simpl in ea, eb.
    set (t := tighten _). assert (ht : known_holds x d k t).
    { apply tighten_sound. rewrite <- ea in in_a. rewrite <- eb in in_b. pose proof (closed_holds _ _ in_a) as ha. pose proof (closed_holds _ _ in_b) as hb.
      split; [exact ha|]. split; [now apply add_cells_sound|exact hb]. }
    destruct ht as (h1 & h2 & h3). rewrite (void_sound _ _ h1), (void_sound _ _ h2), (void_sound _ _ h3). cbn [orb].
    eexists. split; [reflexivity|]. intros j t' found. destruct (Pos.eq_dec j k) as [->|other].
    + rewrite PositiveMap.gss in found. injection found as <-. now repeat split; try apply h1; try apply h2; try apply h3.
    + rewrite PositiveMap.gso in found by exact other. now apply hst.
Qed.

Local Lemma firstn_in n : forall l (z : list R), Forall2 inb l z -> Forall2 inb (firstn n l) (firstn n z).
Proof. induction n; intros l z all; destruct all; simpl; constructor; auto. Qed.
Local Lemma skipn_in n : forall l (z : list R), Forall2 inb l z -> Forall2 inb (skipn n l) (skipn n z).
Proof. induction n; intros l z all; destruct all; simpl; auto. Qed.
Lemma check_query_sound n ys c i q j z out x d : check_query n ys c i q = Some j -> length z = (n * 2)%nat ->
  (forall j, (j < n)%nat -> x (from 1 j) = nth j (firstn n z) 0 /\ d (from 1 j) = nth j (skipn n z) 0) ->
  Forall2 (means x d) ys out -> in_query z out q -> False.
Proof.
  unfold check_query. intros done len same outs [in_box ex].
  assert (first : length (firstn n z) = n) by (rewrite length_firstn; lia). assert (rest : length (skipn n z) = n) by (rewrite length_skipn; lia).
  pose proof (Forall2_length in_box) as lens. set (xs := variables_from First n 1 ++ variables_from Change n 1) in *.
  assert (ins : Forall2 (means x d) xs z).
  { rewrite <- (firstn_skipn n z). apply Forall2_app; apply variables_mean; auto; intros k lt; apply same, lt. }
  refine (region_sound x d nesting c _ (map (map (fun r => (term_value z out (fst r), snd r))) (disjuncts q)) _ i _ j done _ _).
  - apply Forall2_same. intro dis. apply Forall2_same. intro r. split; [|reflexivity]. cbn [fst]. now apply (term_rel (means x d) (symbol_rel x d)).
  - apply (start_sound x d (firstn n z) (skipn n z)); [now apply firstn_in|now apply skipn_in| |].
    + rewrite length_firstn, length_skipn. lia.
    + intros k lt. apply same. rewrite length_firstn in lt. lia.
  - apply Exists_map. eapply Exists_impl; [|exact ex]. intros dis all. apply Forall_map. exact all.
Qed.

Theorem trees_sound r l ns c : length l = models r -> models_of l r = Some ns -> prove_trees ns r c = true -> never_together l r.
Proof.
  intros count em accept. unfold prove_trees in accept.
  destruct (networks r) as [|d0 ds0] eqn:en; [easy|]. pose proof en as en0. rewrite <- en in accept.
  destruct ns as [|m [|m' [|]]] eqn:ens; try easy. cbv zeta in accept. set (n := inputs_of d0) in *.
  apply andb_prop in accept as [accept checked]. apply andb_prop in accept as [accept all]. apply andb_prop in accept as [_ same].
  destruct (network m (variables_from First n 1)) as [y1|] eqn:e1; [|discriminate].
  destruct (network m' (variables_from Second n 1)) as [y2|] eqn:e2; [|discriminate].
  destruct (queries _) as [qs|] eqn:eq_; [|discriminate].
  destruct (check_regions n (y1 ++ y2) c 6 qs) as [last|] eqn:ec; [|discriminate].
  apply (together_holds r l [m; m'] d0 ds0 count em en0 same). fold n. intros z len. cbn [length] in *.
  destruct (inputs_at_sizes n 2 z len) as [sizes two].
  destruct (total_run n _ all (inputs_at n 2 z) sizes) as (out & run_).
  { rewrite two. pose proof (models_of_length _ _ _ em) as lens. destruct (networks r) as [|d1 [|d2 [|]]]; try discriminate. reflexivity. }
  exists out. split; [exact run_|]. intro sat.
  set (x := fun k => nth (Nat.pred (Pos.to_nat k)) (firstn n z) 0). set (d := fun k => nth (Nat.pred (Pos.to_nat k)) (skipn n z) 0).
  assert (at_from : forall j, (j < n)%nat -> x (from 1 j) = nth j (firstn n z) 0 /\ d (from 1 j) = nth j (skipn n z) 0).
  { intros j _. unfold x, d, from. replace (Nat.pred (Pos.to_nat _)) with j by lia. now split. }
  assert (outs : Forall2 (means x d) (y1 ++ y2) out).
  { pose proof (models_of_length _ _ _ em) as lens. destruct (networks r) as [|d1 [|d2 [|]]]; try discriminate.
    cbn [map combine inputs_at shifted run_each] in run_. change (@add R R_scalar) with Rplus in run_.
    destruct (network m (firstn n z)) as [a|] eqn:ea; [|discriminate]. destruct (network m' (zip_with Rplus (firstn n z) (firstn n (skipn n z)))) as [b|] eqn:eb; [|discriminate].
    destruct (Nat.eqb (length b) (outputs_of d2)); [|discriminate]. destruct (Nat.eqb (length a) (outputs_of d1)); [|discriminate]. injection run_ as <-. rewrite app_nil_r.
    assert (first : length (firstn n z) = n) by (rewrite length_firstn; lia).
    assert (moved : length (zip_with Rplus (firstn n z) (firstn n (skipn n z))) = n /\
      forall j, (j < n)%nat -> nth j (zip_with Rplus (firstn n z) (firstn n (skipn n z))) 0 = nth j (firstn n z) 0 + nth j (skipn n z) 0).
    { rewrite (firstn_all2 (skipn n z)) by (rewrite length_skipn; lia). assert (rest : length (skipn n z) = n) by (rewrite length_skipn; lia).
      revert first rest. clear. generalize (firstn n z) (skipn n z). induction n as [|n IH]; intros [|a l] [|b k] la lb; try discriminate; simpl; [split; [reflexivity|lia]|].
      destruct (IH l k (eq_add_S _ _ la) (eq_add_S _ _ lb)) as [len at_]. split; [now rewrite len|]. intros [|j] lt; [reflexivity|]. apply at_. lia. }
    destruct moved as [second at_]. apply Forall2_app.
    - pose proof (network_rel _ (symbol_rel x d) m _ _ (variables_mean First x d n 1 (firstn n z) first (fun j lt => proj1 (at_from j lt)))) as rel.
      rewrite e1, ea in rel. exact rel.
    - pose proof (network_rel _ (symbol_rel x d) m' _ _ (variables_mean Second x d n 1 _ second
        (fun j lt => eq_trans (f_equal2 Rplus (proj1 (at_from j lt)) (proj2 (at_from j lt))) (eq_sym (at_ j lt))))) as rel.
      rewrite e2, eb in rel. exact rel. }
  pose proof (queries_sound _ qs eq_ z out len sat) as found. clear -ec found len at_from outs. revert ec. generalize 6%uint63.
  induction qs as [|q qs IH]; intros i ec; [inversion found|]. simpl in ec.
  destruct (check_query n (y1 ++ y2) c i q) as [j|] eqn:e; [|discriminate].
  inversion found as [? ? here|? ? later]; subst; [|exact (IH later j ec)].
  exact (check_query_sound n _ c i q j z out x d e len at_from outs here).
Qed.

(** ** Proofs of all kinds, about the models that were read *)

Definition prove_models (l : list model) (r : relation) (c : bytes) : bool :=
  match when (Nat.eqb (length l) (models r)) (models_of l r) with Some ns => if magic c then prove_trees ns r c else prove_networks ns r c | None => false end.
Theorem models_sound l r c : prove_models l r c = true -> never_together l r.
Proof.
  unfold prove_models. destruct (Nat.eqb (length l) (models r)) eqn:count; [|easy]. apply Nat.eqb_eq in count. destruct (models_of l r) as [ns|] eqn:em; [|easy].
  destruct (magic c); [exact (trees_sound r l ns c count em)|exact (networks_sound r l ns c count em)].
Qed.
