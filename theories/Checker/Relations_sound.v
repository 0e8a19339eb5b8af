(** * Soundness of the checkers of relations

    In the coordinates of differences the networks compute what they compute on their inputs, and a changed formula says what the formula says.

    Main results: [networks_sound], [together_refuted_sound].

    Trust: proved.
    Source: Relations.v. *)
From Coq Require Import Floats QArith Qreals Reals Lra Lia List Bool ZArith Uint63.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Onnx Spec.Network Spec.Formula Spec.VnnLib Spec.Relations.
From Warrant Require Primitives.FloatBounds Primitives.Fractions.
From Warrant Require Import Checker.Relational Checker.Blocks Checker.Intervals Checker.Forms Checker.Forms_sound Checker.Lowering Checker.Lowering_sound Checker.Alike Checker.Twins Checker.Twins_sound.
From Warrant Require Import Checker.Queries Checker.Queries_sound Checker.Tree Checker.Prove Checker.Cases Checker.Cases_sound Checker.Witness Checker.Relations.
Import ListNotations.
Local Open Scope R_scope.

(** ** Inputs and differences *)

Definition of_size (n : nat) (xs : list (list R)) : Prop := Forall (fun x => length x = n) xs.

Local Lemma zip_with_length {A B C} (f : A -> B -> C) l : forall k, length l = length k -> length (zip_with f l k) = length l.
Proof. induction l as [|a l IH]; intros [|b k] len; simpl in *; try discriminate; auto. Qed.
Local Lemma plus_difference x : forall w, length x = length w -> zip_with Rplus x (zip_with (fun a b => b - a) x w) = w.
Proof. induction x as [|a x IH]; intros [|b w] len; simpl in *; try discriminate; [reflexivity|]. rewrite IH by lia. f_equal. ring. Qed.
Local Lemma firstn_length_app {A} n (l k : list A) : length l = n -> firstn n (l ++ k) = l.
Proof. intros <-. rewrite firstn_app, Nat.sub_diag, firstn_all. simpl. apply app_nil_r. Qed.
Local Lemma skipn_length_app {A} n (l k : list A) : length l = n -> skipn n (l ++ k) = k.
Proof. intros <-. rewrite skipn_app, Nat.sub_diag, skipn_all. reflexivity. Qed.
Local Lemma shifted_correct n x rest : length x = n -> of_size n rest ->
  shifted n (length rest) x (concat (map (zip_with (fun a b => b - a) x) rest)) = rest.
Proof.
  intro len. induction 1 as [|w rest len_w _ IH]; [reflexivity|]. cbn [length shifted map concat].
  assert (len' : length (zip_with (fun a b => b - a) x w) = n) by (rewrite zip_with_length; congruence).
  rewrite firstn_length_app, skipn_length_app, IH by exact len'. f_equal. apply plus_difference. congruence.
Qed.
Lemma inputs_at_correct n xs : of_size n xs -> inputs_at n (length xs) (spread xs) = xs.
Proof.
  destruct xs as [|x rest]; [reflexivity|]. intro sizes. inversion sizes as [|? ? len sizes']; subst. cbn [length inputs_at spread].
  rewrite firstn_length_app, skipn_length_app by reflexivity. f_equal. now apply shifted_correct.
Qed.
Lemma spread_length n xs : of_size n xs -> length (spread xs) = (n * length xs)%nat.
Proof.
  destruct xs as [|x rest]; [simpl; lia|]. intro sizes. inversion sizes as [|? ? len sizes']; subst. cbn [spread length].
  rewrite length_app. replace (length (concat (map (zip_with (fun a b => b - a) x) rest))) with (length x * length rest)%nat; [lia|].
  clear sizes. induction sizes' as [|w rest len _ IH]; [simpl; lia|]. cbn [map concat length].
  rewrite length_app, zip_with_length, <- IH by congruence. lia.
Qed.

Local Lemma concat_length n xs : of_size n xs -> length (concat xs) = (n * length xs)%nat.
Proof. induction 1 as [|x xs len _ IH]; simpl; [lia|]. rewrite length_app, IH. lia. Qed.

Section Related.
Context {A B : Type} {SA : scalar A} {SB : scalar B} (P : A -> B -> Prop) (H : scalar_rel P).
Local Lemma zip_add_rel l k : Forall2 P l k -> forall l' k', Forall2 P l' k' -> Forall2 P (zip_with add l l') (zip_with add k k').
Proof.
  induction 1 as [|a b l k r rels IH]; intros m w rel; destruct rel; simpl; constructor; auto. now apply (rel_add P H).
Qed.
Local Lemma firstn_rel n : forall l k, Forall2 P l k -> Forall2 P (firstn n l) (firstn n k).
Proof. induction n; intros l k rel; destruct rel; simpl; constructor; auto. Qed.
Local Lemma skipn_rel n : forall l k, Forall2 P l k -> Forall2 P (skipn n l) (skipn n k).
Proof. induction n; intros l k rel; destruct rel; simpl; auto. Qed.
Lemma inputs_at_rel n k z w : Forall2 P z w -> Forall2 (Forall2 P) (inputs_at n k z) (inputs_at n k w).
Proof.
  intro rel. destruct k as [|k]; simpl; [constructor|]. constructor; [now apply firstn_rel|].
  pose proof (firstn_rel n _ _ rel) as base. pose proof (skipn_rel n _ _ rel) as rest. revert base rest.
  generalize (firstn n z) (firstn n w) (skipn n z) (skipn n w). induction k as [|k IH]; intros b b' r r' rb rr; simpl; constructor.
  - apply zip_add_rel; [exact rb|now apply firstn_rel].
  - apply IH; [exact rb|now apply skipn_rel].
Qed.
End Related.

(** *** Formulas *)

Local Lemma nth_difference x : forall w j, length x = length w -> nth j w 0 = nth j x 0 + nth j (zip_with (fun a b => b - a) x w) 0.
Proof.
  induction x as [|a x IH]; intros [|b w] j len; simpl in *; try discriminate; destruct j; try ring. apply IH. lia.
Qed.
Local Lemma nth_rest n x rest : length x = n -> of_size n rest -> forall j, (j < n * length rest)%nat ->
  nth j (concat rest) 0 = nth (j mod n) x 0 + nth j (concat (map (zip_with (fun a b => b - a) x) rest)) 0.
Proof.
  intro len. induction 1 as [|w rest len_w _ IH]; intros j lt; cbn [length] in lt; [lia|]. cbn [concat map].
  assert (len' : length (zip_with (fun a b => b - a) x w) = n) by (rewrite zip_with_length; congruence).
  destruct (Nat.lt_ge_cases j n) as [less|ge].
  - rewrite Nat.mod_small, !app_nth1 by lia. apply nth_difference. congruence.
  - rewrite !app_nth2, len', len_w by lia. rewrite IH by lia. f_equal. f_equal.
    replace j with (j - n + 1 * n)%nat at 2 by lia. symmetry. apply Nat.Div0.mod_add.
Qed.
Lemma change_correct n xs ys : of_size n xs -> forall t,
  term_value (spread xs) ys (change_term n (n * length xs) t) = term_value (concat xs) ys t.
Proof.
  intros sizes t. induction t as [i|i|q|a IHa b IHb|a IHa|a IHa b IHb]; cbn [change_term]; try (simpl; congruence).
  destruct xs as [|x rest]; [simpl; rewrite Nat.mul_0_r, orb_true_r; now destruct i|].
  inversion sizes as [|? ? len sizes']; subst. destruct (Nat.ltb_spec i (length x)) as [less|ge].
  - simpl. now rewrite !app_nth1.
  - destruct (Nat.leb_spec (length x * length (x :: rest)) i) as [out|inside]; cbn [orb]; cbn [length] in *.
    + cbn [term_value]. rewrite !nth_overflow; [reflexivity| |].
      * now rewrite (concat_length (length x) (x :: rest) sizes).
      * rewrite (spread_length (length x) (x :: rest) sizes). exact out.
    + cbn [term_value spread concat]. change (@zero R _) with 0. change (@add R _) with Rplus.
      rewrite (app_nth1 x) by (apply Nat.mod_upper_bound; lia). rewrite !(app_nth2 x) by lia.
      rewrite (nth_rest (length x) x rest eq_refl sizes') by lia. f_equal. f_equal.
      replace i with (i - length x + 1 * length x)%nat at 1 by lia. apply Nat.Div0.mod_add.
Qed.
Lemma change_satisfies n xs ys f : of_size n xs ->
  satisfies (spread xs) ys (change n (n * length xs) f) <-> satisfies (concat xs) ys f.
Proof. intro sizes. induction f; simpl; rewrite ?(change_correct n xs ys sizes); tauto. Qed.

(** ** Proofs *)

Fixpoint run_each (ns : list part) (xs : list (list R)) : option (list R) :=
  match ns, xs with
  | [], [] => Some []
  | (n, outs) :: ns, x :: xs => do y <- network n x; do ys <- run_each ns xs; when (Nat.eqb (length y) outs) (Some (y ++ ys))
  | _, _ => None
  end.
Lemma lower_each_sound start ns : forall xs xrs y p Y p', lower_each ns xs p = Some (Y, p') -> program_ok start y p ->
  Forall2 (Forall2 (frel y (next p))) xs xrs ->
  exists y' out, grows start y p y' p' /\ run_each ns xrs = Some out /\ Forall2 (frel y' (next p')) Y out.
Proof.
  induction ns as [|[n outs] ns IH]; intros xs xrs y p Y p' done ok rel; destruct rel as [|x xr xs xrs rel rels]; simpl in done; try discriminate.
  - injection done as <- <-. exists y, []. split; [now apply grows_refl|]. split; [reflexivity|constructor].
  - destruct (lower_from n x p) as [[Y1 p1]|] eqn:e1; [|discriminate]. destruct (lower_each ns xs p1) as [[Ys p2]|] eqn:e2; [|discriminate].
    destruct (Nat.eqb (length Y1) outs) eqn:len; [|discriminate]. injection done as <- <-. apply Nat.eqb_eq in len.
    destruct (lower_from_sound n start _ _ _ _ _ _ e1 ok rel) as (y1 & out1 & g1 & run1 & rel1). pose proof g1 as (ag1 & le1 & ok1).
    assert (rels1 : Forall2 (Forall2 (frel y1 (next p1))) xs xrs).
    { eapply Forall2_impl; [|exact rels]. intros a b. now apply forms_extend. }
    destruct (IH _ _ _ _ _ _ e2 ok1 rels1) as (y2 & out2 & g2 & run2 & rel2). pose proof g2 as (ag2 & le2 & _).
    exists y2, (out1 ++ out2). split; [exact (grows_trans start _ _ _ _ _ _ g1 g2)|]. split.
    + simpl. rewrite run1, run2, <- (Forall2_length rel1), len, Nat.eqb_refl. reflexivity.
    + apply Forall2_app; [|exact rel2]. eapply forms_extend; eauto.
Qed.
Lemma run_each_correct ns ds : length ns = length ds -> forall xs out, run_each (combine ns (map outputs_of ds)) xs = Some out ->
  exists ys, out = concat ys /\ Forall2 (fun p y => network (fst p) (snd p) = Some y) (combine ns xs) ys /\
    Forall2 (fun y d => length y = outputs_of d) ys ds /\ length xs = length ns.
Proof.
  revert ds. induction ns as [|n ns IH]; intros [|d ds] len xs out run_; try discriminate; destruct xs as [|x xs]; try discriminate.
  - injection run_ as <-. exists []. repeat split; constructor.
  - simpl in run_. destruct (network n x) as [y|] eqn:ey; [|discriminate]. destruct (run_each _ xs) as [out'|] eqn:er; [|discriminate].
    destruct (Nat.eqb (length y) (outputs_of d)) eqn:ly; [|discriminate]. injection run_ as <-. apply Nat.eqb_eq in ly.
    destruct (IH ds (eq_add_S _ _ len) _ _ er) as (ys & -> & nets & lens & lx). exists (y :: ys). repeat split; simpl; auto.
Qed.

Local Lemma run_twice_correct m m' n outs z out : run_twice m m' n outs z = Some out -> run_each [(m, outs); (m', outs)] (inputs_at n 2 z) = Some out.
Proof.
  unfold run_twice. cbn [inputs_at shifted run_each]. change (@add R R_scalar) with Rplus.
  destruct (network m (firstn n z)) as [a|]; [|easy]. destruct (network m' _) as [b|]; [|easy].
  destruct (Nat.eqb (length a) outs), (Nat.eqb (length b) outs); try easy. simpl. now rewrite app_nil_r.
Qed.
Local Lemma twice_correct two ms r ns m other : models_of ms r = Some ns -> twice two ns (networks r) = Some (m, other) ->
  (exists d e, networks r = [d; e] /\ ns = [m; second_of m other] /\ outputs_of d = outputs_of e) /\ forall m', other = Some m' -> one_graph m m' = true.
Proof.
  unfold models_of. intros em et. destruct ns as [|m1 [|m2 [|]]]; try discriminate. destruct (networks r) as [|d [|e [|]]]; try discriminate.
  simpl in et. destruct (Nat.eqb (outputs_of d) (outputs_of e)) eqn:outs; [|discriminate]. apply Nat.eqb_eq in outs.
  destruct (Nat.eqb (file_number d) (file_number e)) eqn:files.
  - injection et as <- <-. split; [|easy]. apply Nat.eqb_eq in files. exists d, e. split; [reflexivity|]. split; [|exact outs]. simpl in em. rewrite files in em.
    destruct (nth_error ms (file_number e)) as [m|]; [|discriminate]. now injection em as <- <-.
  - destruct two; [|discriminate]. simpl in et. destruct (one_graph m1 m2) eqn:graphs; [|discriminate]. injection et as <- <-. split; [eauto|]. now intros m' [= <-].
Qed.
Lemma models_of_length ms r ns : models_of ms r = Some ns -> length ns = length (networks r).
Proof.
  unfold models_of. revert ns. induction (networks r) as [|d ds IH]; simpl; intros ns E; [now injection E as <-|].
  destruct (nth_error _ _); [|discriminate]. destruct (map_all _ ds); [|discriminate]. injection E as <-. simpl. now rewrite IH.
Qed.
Lemma RunTogether_sizes n ns : forall ds xs ys, forallb (fun d => Nat.eqb (inputs_of d) n) ds = true -> RunTogether ns ds xs ys ->
  of_size n xs /\ length xs = length ns /\ Forall2 (fun p y => network (fst p) (snd p) = Some y) (combine ns xs) ys.
Proof.
  induction ns as [|m ns IH]; intros [|d ds] [|x xs] [|y ys] same runs; simpl in runs; try easy; [repeat split; constructor|].
  simpl in same. apply andb_prop in same. destruct same as [same rest]. apply Nat.eqb_eq in same. destruct runs as (len & run_ & runs).
  destruct (IH _ _ _ rest runs) as (sizes & count & nets). unfold inputs_of in same. repeat split; simpl; try (constructor; auto; congruence). now rewrite count.
Qed.
Local Lemma Forall2_same_outputs (l : list (model * list R)) ys zs : Forall2 (fun p y => network (fst p) (snd p) = Some y) l ys ->
  Forall2 (fun p y => network (fst p) (snd p) = Some y) l zs -> ys = zs.
Proof.
  intro all. revert zs. induction all as [|p y l ys e _ IH]; intros zs all'; inversion all' as [|? z ? zs' e' rest]; subst; [reflexivity|].
  f_equal; [congruence|now apply IH].
Qed.

(** What [HoldsTogether] says of the models in the files, once these are read. *)
Definition never_together (l : list model) (r : relation) : Prop :=
  match models_of l r with
  | Some ns =>
    length l = models r /\ Forall2 Fits ns (networks r) /\
    forall xs ys, RunTogether ns (networks r) xs ys -> ~ satisfies (concat xs) (concat ys) (statement r)
  | None => False
  end.
(** It is enough to know of the function of first inputs and differences what it is, and that it does not satisfy the property in the new coordinates. *)
Lemma together_holds r l ns d0 ds0 : length l = models r -> models_of l r = Some ns -> networks r = d0 :: ds0 ->
  same_inputs ns (networks r) (inputs_of d0) = true ->
  (forall z, length z = (inputs_of d0 * length ns)%nat -> exists out, run_each (combine ns (map outputs_of (networks r))) (inputs_at (inputs_of d0) (length ns) z) = Some out /\
    ~ satisfies z out (change (inputs_of d0) (inputs_of d0 * length ns) (statement r))) -> never_together l r.
Proof.
  intros count em en same sound. unfold never_together. rewrite em. pose proof (models_of_length _ _ _ em) as lens.
  set (n := inputs_of d0) in *. apply andb_prop in same. destruct same as [sizes_m sizes_d].
  assert (on : forall xs, length xs = length ns -> of_size n xs -> exists ys,
    Forall2 (fun p y => network (fst p) (snd p) = Some y) (combine ns xs) ys /\
    Forall2 (fun y d => length y = outputs_of d) ys (networks r) /\ ~ satisfies (concat xs) (concat ys) (statement r)).
  { intros xs len sizes. destruct (sound (spread xs)) as (out & run_ & none).
    { rewrite (spread_length n xs sizes). congruence. }
    rewrite <- len, (inputs_at_correct n xs sizes) in run_.
    destruct (run_each_correct ns (networks r) lens xs out run_) as (ys & -> & nets & outs & _). exists ys. split; [exact nets|]. split; [exact outs|].
    intro sat. apply none. rewrite <- len. now apply change_satisfies. }
  split; [exact count|]. split.
  - assert (one : forall x : list R, length x = n -> exists ys, Forall2 (fun m y => network m x = Some y) ns ys /\ Forall2 (fun y d => length y = outputs_of d) ys (networks r)).
    { intros x len. destruct (on (map (fun _ => x) ns)) as (ys & nets & outs & _); [apply length_map| |].
      - apply Forall_map. clear -len. induction ns; constructor; auto.
      - exists ys. split; [|exact outs]. clear -nets. revert ys nets. induction ns as [|m ns IH]; intros ys nets; inversion nets; subst; constructor; auto. }
    clear -one sizes_m sizes_d lens. revert sizes_m sizes_d one lens. generalize (networks r). induction ns as [|m ns IH]; intros [|d ds] sm sd one lens; try discriminate; constructor.
    + simpl in sm, sd. apply andb_prop in sm, sd. destruct sm as [sm _], sd as [sd _]. apply Nat.eqb_eq in sd. apply Z.eqb_eq in sm. unfold inputs_of in sd.
      split; [now rewrite sd|]. intros x len. destruct (one x) as (ys & nets & outs); [congruence|].
      inversion nets as [|? y ? ? run_]; subst. inversion outs as [|? ? ? ? len_y]; subst. eauto.
    + simpl in sm, sd. apply andb_prop in sm, sd. apply IH; try tauto; [|now injection lens]. intros x len. destruct (one x len) as (ys & nets & outs).
      inversion nets; subst. inversion outs; subst. eauto.
  - intros xs ys runs. destruct (RunTogether_sizes n ns _ _ _ sizes_d runs) as (sizes & len & nets).
    destruct (on xs len sizes) as (ys' & nets' & _ & none). now rewrite (Forall2_same_outputs _ _ _ nets nets').
Qed.

(** *** By cases *)

Lemma both_true (cs ds : list (case R (list R))) (a b : list R) : Exists (true_case a) cs -> Exists (true_case b) ds ->
  Exists (true_case (a ++ b)) (flat_map (fun c => map (fun d => Case (guards c ++ guards d) (result c ++ result d)) ds) cs).
Proof.
  intros ha hb. induction ha as [c cs [gc <-]|c cs _ IH]; simpl; apply Exists_app; [left|now right].
  apply Exists_map. eapply Exists_impl; [|exact hb]. intros d [gd <-]. split; [now apply Forall_app|reflexivity].
Qed.
Lemma total_run n ns : total n ns = true -> forall xs, of_size n xs -> length xs = length ns -> exists out, run_each ns xs = Some out.
Proof.
  induction ns as [|[m outs] ns IH]; intros ok [|x xs] sizes len; try discriminate; [now exists []|]. simpl in ok. apply andb_prop in ok as [one rest].
  inversion sizes as [|? ? lx sizes']; subst. destruct (interval_network m _) as [j|] eqn:ej; [|discriminate]. apply Nat.eqb_eq in one.
  destruct (network_total _ _ _ ej x) as (y & run_ & ly); [now rewrite repeat_length|]. destruct (IH rest xs sizes' (eq_add_S _ _ len)) as (ys & runs).
  exists (y ++ ys). simpl. rewrite run_, runs, ly, one, Nat.eqb_refl. reflexivity.
Qed.
(** as [run_each], where the lengths are known *)
Fixpoint outputs_together (ns : list part) (xs : list (list R)) : option (list R) :=
  match ns, xs with
  | [], [] => Some []
  | (n, _) :: ns, x :: xs => do y <- network n x; do ys <- outputs_together ns xs; Some (y ++ ys)
  | _, _ => None
  end.
Lemma outputs_together_correct ns : forall xs out, run_each ns xs = Some out -> outputs_together ns xs = Some out.
Proof.
  induction ns as [|[n outs] ns IH]; intros [|x xs] out run_; simpl in *; try discriminate; auto. destruct (network n x) as [y|]; [|discriminate].
  destruct (run_each ns xs) as [ys|] eqn:er; [|discriminate]. destruct (Nat.eqb _ _); [|discriminate]. injection run_ as <-. now rewrite (IH _ _ er).
Qed.
Lemma shifted_sizes n (base : list R) : length base = n -> forall k rest, length rest = (n * k)%nat ->
  of_size n (shifted n k base rest) /\ length (shifted n k base rest) = k.
Proof.
  intro lb. assert (zipped : forall a b : list R, length a = length b -> length (zip_with add a b) = length a).
  { induction a as [|u a IH]; intros [|v b] len; simpl in *; try discriminate; [reflexivity|]. now rewrite IH by congruence. }
  induction k as [|k IH]; intros rest len; simpl; [split; [constructor|reflexivity]|].
  destruct (IH (skipn n rest)) as [sizes count]; [rewrite length_skipn; lia|]. split; [|now rewrite count]. constructor; [|exact sizes].
  rewrite zipped; [exact lb|]. rewrite length_firstn. lia.
Qed.
Lemma inputs_at_sizes n k (z : list R) : length z = (n * k)%nat -> of_size n (inputs_at n k z) /\ length (inputs_at n k z) = k.
Proof.
  destruct k as [|k]; intro len; simpl; [split; [constructor|reflexivity]|].
  assert (first : length (firstn n z) = n) by (rewrite length_firstn; lia).
  destruct (shifted_sizes n (firstn n z) first k (skipn n z)) as [sizes count]; [rewrite length_skipn; lia|]. split; [now constructor|now rewrite count].
Qed.
Lemma lower_each_case_sound ns : forall start xs xrs y p cs p', lower_each_case ns xs p = Some (cs, p') -> program_ok start y p -> Forall2 (Forall2 (frel y (next p))) xs xrs ->
  exists y' ds out, grows start y p y' p' /\ Forall2 (crel (frel y' (next p')) (Forall2 (frel y' (next p')))) cs ds /\ outputs_together ns xrs = Some out /\ Exists (true_case out) ds.
Proof.
  induction ns as [|[n outs] ns IH]; intros start xs xrs y p cs p' done ok rel; destruct rel as [|x xr xs xrs rel rels]; simpl in done; try discriminate.
  - injection done as <- <-. exists y, [Case [] []], []. split; [now apply grows_refl|]. split; [repeat constructor|]. split; [reflexivity|]. constructor. split; constructor.
  - destruct (lower_network n x p) as [[c1 p1]|] eqn:e1; [|discriminate]. destruct (lower_each_case ns xs p1) as [[c2 p2]|] eqn:e2; [|discriminate].
    destruct (_ <=? _)%nat; [|discriminate]. injection done as <- <-.
    destruct (lower_network_sound n start _ _ _ _ _ _ e1 ok rel) as (y1 & d1 & out1 & g1 & rel1 & run1 & true1). pose proof g1 as (ag1 & le1 & ok1).
    assert (rels1 : Forall2 (Forall2 (frel y1 (next p1))) xs xrs).
    { eapply Forall2_impl; [|exact rels]. intros a b. now apply forms_extend. }
    destruct (IH start _ _ _ _ _ _ e2 ok1 rels1) as (y2 & d2 & out2 & g2 & rel2 & run2 & true2). pose proof g2 as (ag2 & le2 & ok2).
    exists y2, (flat_map (fun c => map (fun d => Case (guards c ++ guards d) (result c ++ result d)) d2) d1), (out1 ++ out2).
    split; [exact (grows_trans start _ _ _ _ _ _ g1 g2)|]. split; [|split; [simpl; now rewrite run1, run2|now apply both_true]].
    assert (later : Forall2 (crel (frel y2 (next p2)) (Forall2 (frel y2 (next p2)))) c1 d1).
    { eapply Forall2_impl; [|exact rel1]. intros c d [rg rr]. split; [exact (guards_extend _ _ _ _ ag2 le2 _ _ rg)|eapply forms_extend; eauto]. }
    unfold both. clear -later rel2. induction later as [|c d c1 d1 [rg rr] _ IH]; simpl; [constructor|]. apply Forall2_app; [|exact IH].
    clear -rel2 rg rr. induction rel2 as [|a b c2 d2 [rg2 rr2] _ IH]; simpl; constructor; [|exact IH]. split; simpl; now apply Forall2_app.
Qed.
Lemma the_integer_correct i k r : encloses i r -> the_integer i = Some k -> r = IZR k.
Proof.
  intros [L U]. unfold the_integer. pose proof (rel_number _ interval_rel (inject_Z (candidate (fst i)))) as near.
  change (number_of (S := R)) with Q2R in near. rewrite Fractions.Q2R_inject in near. apply ends_sound in near.
  destruct (ends _) as [l h]. destruct near as [low high]. destruct ((snd i <=? l) && (h <=? fst i))%float eqn:ok; [|discriminate].
  apply andb_prop in ok as [above below]. intro e. injection e as <-. cbn [fst snd] in low, high.
  apply Rle_antisym; [exact (FloatBounds.UB_leb_LB _ _ _ _ U low above)|exact (FloatBounds.UB_leb_LB _ _ _ _ high L below)].
Qed.
Lemma add_input_rel y N f g r s : frel y N f r -> frel y N g s -> frel y N (add_input f g) (r + s).
Proof.
  intros rf rg. pose proof (rel_add _ (form_rel y N) _ _ _ _ rf rg) as plain. unfold add_input.
  destruct f as [i| | |], g as [j| | |]; try exact plain.
  destruct (the_integer i) as [a|] eqn:ea; [|exact plain]. destruct (the_integer j) as [b|] eqn:eb; [|exact plain].
  rewrite (the_integer_correct i a r rf ea), (the_integer_correct j b s rg eb), <- plus_IZR, <- Fractions.Q2R_inject.
  exact (rel_number _ (form_rel y N) (inject_Z (a + b))).
Qed.
Lemma inputs_in_case_rel y N n k z w : Forall2 (frel y N) z w -> Forall2 (Forall2 (frel y N)) (inputs_in_case n k z) (inputs_at n k w).
Proof.
  intro rel. destruct k as [|k]; simpl; [constructor|]. constructor; [now apply firstn_rel|].
  pose proof (firstn_rel _ n _ _ rel) as base. pose proof (skipn_rel _ n _ _ rel) as rest. revert base rest.
  generalize (firstn n z) (firstn n w) (skipn n z) (skipn n w). induction k as [|k IH]; intros b b' r r' rb rr; simpl; constructor.
  - pose proof (firstn_rel _ n _ _ rr) as part. revert part. generalize (firstn n r) (firstn n r'). clear -rb.
    induction rb as [|f a b b' rf _ IH]; intros c c' rc; destruct rc; simpl; constructor; auto. now apply add_input_rel.
  - apply IH; [exact rb|now apply skipn_rel].
Qed.
Local Lemma in_cases_sound r l ns c : length l = models r -> models_of l r = Some ns -> prove_in_cases ns r c = true -> never_together l r.
Proof.
  intros count em. unfold prove_in_cases. destruct (networks r) as [|d0 ds0] eqn:en; [easy|]. pose proof en as en0. rewrite <- en. cbv zeta. set (n := inputs_of d0).
  intro accept. apply andb_prop in accept as [accept checked]. apply andb_prop in accept as [same all]. destruct (queries _) as [qs|] eqn:eq_; [|discriminate].
  apply (together_holds r l ns d0 ds0 count em en0 same). fold n. intros z len.
  assert (spots : of_size n (inputs_at n (length ns) z) /\ length (inputs_at n (length ns) z) = length ns) by now apply inputs_at_sizes.
  destruct (total_run n _ all (inputs_at n (length ns) z)) as (out & run_).
  { apply spots. }
  { rewrite (proj2 spots). symmetry. etransitivity; [apply length_combine|]. rewrite length_map, (models_of_length _ _ _ em). lia. }
  exists out. split; [exact run_|]. intro sat.
  refine (check_cases_sound _ (fun z => outputs_together (combine ns (map outputs_of (networks r))) (inputs_at n (length ns) z)) _ _ _ _ _ checked z out (outputs_together_correct _ _ _ run_) _).
  - intros start y prog x xr cs p' done ok rel. apply (lower_each_case_sound _ _ _ _ _ _ _ _ done ok).
    now apply inputs_in_case_rel.
  - exact (queries_sound _ qs eq_ z out len sat).
Qed.

Theorem networks_sound r l ns c : length l = models r -> models_of l r = Some ns -> prove_networks ns r c = true -> never_together l r.
Proof.
  intros count em. unfold prove_networks. pose proof (models_of_length _ _ _ em) as lens.
  destruct (Cases.magic c); [exact (in_cases_sound r l ns c count em)|].
  unfold prove_by_trees. cbv zeta. generalize (Certificate.magic Certificate.letter_D c). intro two.
  unfold compile_together. destruct (networks r) as [|d0 ds0] eqn:en; [easy|]. pose proof en as en0. rewrite <- en. set (n := inputs_of d0). cbv zeta.
  destruct (same_inputs ns (networks r) n) eqn:same_; [|easy].
  set (q := Property _ _ _).
  match goal with |- context [match ?c with Some _ => _ | None => false end] => destruct c as [[blocks qs]|] eqn:compiled; [|easy] end. intro checked.
  assert (sound : forall z, length z = Formula.inputs q -> exists out, run_each (combine ns (map outputs_of (networks r))) (inputs_at n (length ns) z) = Some out /\
    ~ satisfies z out (assertion q)).
  { assert (any : forall from F, lowers from F -> compile_with from q = Some (blocks, qs) ->
      (forall z out, F z = Some out -> run_each (combine ns (map outputs_of (networks r))) (inputs_at n (length ns) z) = Some out) ->
      forall z, length z = Formula.inputs q -> exists out, run_each (combine ns (map outputs_of (networks r))) (inputs_at n (length ns) z) = Some out /\
        ~ satisfies z out (assertion q)).
    { intros from F sound_from compiled' same z len. destruct (compiled_sound from F q blocks qs c _ sound_from compiled' checked z len) as (out & run_ & _ & none).
      exists out. auto. }
    set (product := fun z p => lower_each _ _ _) in compiled.
    assert (each : lowers product (fun z => run_each (combine ns (map outputs_of (networks r))) (inputs_at n (length ns) z))).
    { intros start y prog z zr Y p' done ok rel. apply (lower_each_sound start _ _ _ _ _ _ _ done ok).
      apply (inputs_at_rel (frel y (next prog)) (form_rel y (next prog))). exact rel. }
    destruct (twice two ns (networks r)) as [[m other]|] eqn:et; [|exact (any _ _ each compiled (fun z out e => e))].
    destruct (compile_with (lower_twice m other n (outputs_of d0)) q) as [found|] eqn:twin; [|exact (any _ _ each compiled (fun z out e => e))].
    destruct (twice_correct two l r ns m other em et) as [(d & e & both_ & -> & outs) alike_].
    injection compiled as ->. apply (any _ _ (lower_twice_sound m other n (outputs_of d0) alike_) twin). intros z out run_.
    rewrite both_ in *. injection en as -> _.
    cbn [map combine length]. rewrite <- outs. now apply run_twice_correct. }
  exact (together_holds r l ns d0 ds0 count em en0 same_ sound).
Qed.

(** ** Counterexamples *)

Lemma pieces_correct {A} ks : forall x : list A, length x = list_sum ks -> concat (pieces ks x) = x.
Proof.
  induction ks as [|k ks IH]; simpl; intros x len; [now destruct x|]. rewrite IH; [apply firstn_skipn|]. rewrite length_skipn. lia.
Qed.
Lemma outputs_each_sound ns : forall ds xs ys, outputs_each ns ds xs = Some ys ->
  Forall2 Fits ns ds /\ exists yrs, RunTogether ns ds (map (map Q2R) xs) yrs /\ Forall2 encloses (concat ys) (concat yrs).
Proof.
  induction ns as [|n ns IH]; intros [|d ds] [|x xs] ys run_; simpl in run_; try discriminate.
  - injection run_ as <-. split; [constructor|]. exists []. split; [exact I|constructor].
  - destruct (outputs_at n x) as [y|] eqn:ey; [|discriminate]. destruct (outputs_each ns ds xs) as [ys'|] eqn:er; [|discriminate].
    destruct (Nat.eqb (length x) (inputs_of d)) eqn:lx; [|discriminate]. destruct (Nat.eqb (length y) (outputs_of d)) eqn:ly; [|discriminate].
    injection run_ as <-. apply Nat.eqb_eq in lx, ly. unfold inputs_of in lx. unfold outputs_of in ly.
    destruct (outputs_at_sound _ _ _ ey) as (count & total & yr & value & inside). destruct (IH _ _ _ er) as (fits & yrs & runs & all).
    split.
    + constructor; [|exact fits]. split; [now rewrite <- lx|]. intros xr len. rewrite <- ly. apply total. congruence.
    + exists (yr :: yrs). split; [|simpl; now apply Forall2_app]. simpl. rewrite length_map. auto.
Qed.

Theorem together_refuted_sound ms p w : refute_together ms p w = true -> RefutedTogether ms p.
Proof.
  unfold refute_together, RefutedTogether, read_models. destruct (read_relation p) as [r|]; [|easy].
  destruct (map_all read_model ms) as [l|]; [|easy]. destruct (Nat.eqb (length l) (models r)) eqn:count; [|easy]. apply Nat.eqb_eq in count.
  destruct (models_of l r) as [ns|]; [|easy]. destruct (read_witness w) as [x|]; [|easy].
  destruct (outputs_each _ _ _) as [ys|] eqn:run_; [|easy]. intro accept. apply andb_prop in accept. destruct accept as [len sat]. apply Nat.eqb_eq in len.
  destruct (outputs_each_sound _ _ _ _ run_) as (fits & yrs & runs & all). split; [exact count|]. split; [exact fits|].
  exists (map (map Q2R) (pieces (map inputs_of (networks r)) x)), yrs. split; [exact runs|].
  rewrite concat_map, (pieces_correct _ _ len) || rewrite <- concat_map, (pieces_correct _ _ len).
  refine (certain_sound _ _ _ _ _ _ _ true sat).
  - clear. induction x; simpl; constructor; auto. reflexivity.
  - clear -all. induction all; simpl; constructor; auto.
Qed.
