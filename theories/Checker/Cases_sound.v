(** * Soundness of proofs by cases

    Whatever input a network gets, one case of its lowering has guards that hold and outputs that are the network's.  The other cases speak of runs in which a node had another result:
    their blocks have values, too, so that all cases stand beside each other in one program.

    Main results: [winners_correct], [deciding_correct], [lower_cases_sound], [check_cases_sound], [cases_sound].

    Trust: proved.
    Source: Cases.v. *)
From Coq Require Import PString Floats Reals Lra Lia List Bool Uint63 ZArith.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Piecewise Spec.Decisions Spec.MachineLearning Spec.Encoders Spec.Onnx Spec.Network Spec.Formula Spec.VnnLib Spec.Claims.
From Warrant Require Import Primitives.FloatBounds Checker.Relational Checker.Blocks Checker.Intervals Checker.Forms Checker.Forms_sound Checker.Lowering Checker.Lowering_sound.
From Warrant Require Import Checker.Certificate Checker.Queries Checker.Queries_sound Checker.Inputs Checker.Tree Checker.Tree_sound Checker.Prove Checker.Cases.
Import ListNotations.
Local Open Scope R_scope.

(** ** The first of the largest *)

Lemma best_first (l : list (R * R)) : forall s a, exists pre top post,
  (s, a) :: l = pre ++ (top, best l s a) :: post /\ Forall (fun p => fst p < top) pre /\ Forall (fun p => fst p <= top) post.
Proof.
  induction l as [|[t b] l IH]; intros s a; simpl.
  - exists [], s, []. repeat split; constructor.
  - destruct (Rlt_dec s t) as [lt|ge].
    + destruct (IH t b) as (pre & top & post & e & lo & hi). exists ((s, a) :: pre), top, post. rewrite e. repeat split; auto.
      constructor; [|exact lo]. simpl. destruct pre as [|q pre]; injection e as eq_ _; [lra|]. inversion lo; subst. simpl in *. lra.
    + destruct (IH s a) as (pre & top & post & e & lo & hi). destruct pre as [|q pre]; injection e as eq_ rest.
      * exists [], top, ((t, b) :: post). simpl. rewrite rest. subst top. repeat split; [congruence|constructor|]. constructor; [simpl; lra|exact hi].
      * exists (q :: (t, b) :: pre), top, post. inversion lo as [|? ? qtop lo']; subst q. subst. simpl. rewrite <- rest. repeat split; auto.
        constructor; [exact qtop|]. constructor; [simpl in *; lra|exact lo'].
Qed.
Lemma winners_in {S} {SS : scalar S} pre (s a : S) post : forall before,
  In (Case (map (fun b => (sub b s, true)) (before ++ map fst pre) ++ map (fun p => (sub (fst p) s, false)) post) a) (winners before (pre ++ (s, a) :: post)).
Proof.
  induction pre as [|[t b] pre IH]; intro front; simpl.
  - left. now rewrite app_nil_r.
  - right. specialize (IH (front ++ [t])). now rewrite <- app_assoc in IH.
Qed.
Theorem winners_correct (l : list (R * R)) : l <> [] -> Exists (fun c => Forall row_true (guards c) /\ result c = winner l) (winners [] l).
Proof.
  destruct l as [|[s a] l]; [easy|]. intros _. destruct (best_first l s a) as (pre & top & post & e & lo & hi).
  apply Exists_exists. exists (Case (map (fun b => (sub b top, true)) ([] ++ map fst pre) ++ map (fun p => (sub (fst p) top, false)) post) (best l s a)).
  split; [rewrite e; apply winners_in|]. split; [|reflexivity]. simpl. apply Forall_app. split.
  - apply Forall_map, Forall_map. eapply Forall_impl; [|exact lo]. intros p lt. unfold row_true, sub. simpl. lra.
  - apply Forall_map. eapply Forall_impl; [|exact hi]. intros p le. unfold row_true, sub. simpl. lra.
Qed.
Lemma cases_of_correct {A} (f : tensor R -> A) T cs : cases_of f T = Some cs ->
  Exists (fun c => Forall row_true (guards c) /\ result c = f (tensor_map winner T)) cs.
Proof.
  unfold cases_of, tensor_map. destruct (data T) as [|l [|]]; try discriminate; destruct l as [|p l]; try discriminate.
  intro e. pose proof (winners_correct (p :: l) ltac:(discriminate)) as some. cbv beta iota in e. injection e as <-.
  cbn [map]. apply Exists_map. eapply Exists_impl; [|exact some].
  intros c [holds eq_]. cbn [guards result]. split; [exact holds|]. now rewrite eq_.
Qed.
Theorem deciding_correct n (xs : operands (S := R)) cs ws : deciding n xs = Some cs -> apply n xs = Some ws ->
  Exists (fun c => Forall row_true (guards c) /\ result c = ws) cs.
Proof.
  unfold deciding, apply. cbv zeta. destruct (op_domain n).
  - destruct (is_piecewise _); [discriminate|]. destruct (is_decision _); [|discriminate]. unfold decision. cbv zeta. cbn [negb].
    destruct (same _ "And"%pstring); [discriminate|]. destruct (same _ "ArgMax"%pstring); [|discriminate].
    destruct (_ && _)%bool; [|discriminate]. destruct (arg_extreme false (attrs n) xs) as [[m T]|]; [|discriminate].
    intros ec ew. injection ew as <-. exact (cases_of_correct _ _ _ ec).
  - destruct (is_encoder _); [discriminate|]. unfold ml_operator. cbv zeta.
    destruct (same _ "TreeEnsembleRegressor"%pstring); [discriminate|]. destruct (same _ "TreeEnsembleClassifier"%pstring); [discriminate|]. cbn [orb].
    destruct (same _ "LinearClassifier"%pstring); [|discriminate]. destruct (_ && _)%bool; [|discriminate].
    destruct (reals xs 0) as [X|]; [|discriminate]. destruct (linear_classifier (attrs n) X) as [[labels Y]|]; [|discriminate].
    unfold labels_of. destruct (contests labels Y) as [T|]; [|discriminate]. intros ec ew.
    eapply Exists_impl; [|exact (cases_of_correct _ _ _ ec)]. simpl. intros c [holds ->]. split; [exact holds|]. now rewrite ew.
Qed.

(** ** Related cases *)

Section Related.
Context {A B : Type} {SA : scalar A} {SB : scalar B} (P : A -> B -> Prop).
Hypothesis H : scalar_rel P.
Definition guard_rel (f : A * bool) (r : B * bool) : Prop := P (fst f) (fst r) /\ snd f = snd r.
Definition crel {C D} (Q : C -> D -> Prop) (c : case A C) (d : case B D) : Prop := Forall2 guard_rel (guards c) (guards d) /\ Q (result c) (result d).

Lemma winners_rel l k : contest_rel P l k -> forall b b', Forall2 P b b' -> Forall2 (crel P) (winners b l) (winners b' k).
Proof.
  induction 1 as [|[s a] [s' a'] l k [rs ra] rest IH]; intros b b' rb; simpl; [constructor|]. simpl in rs, ra. constructor.
  - split; [|exact ra]. simpl. apply Forall2_app.
    + induction rb; simpl; constructor; auto. split; [now apply (sub_rel P H)|reflexivity].
    + clear -H rest rs. induction rest as [|p q l k [rp _] _ IH]; simpl; constructor; auto. split; [now apply (sub_rel P H)|reflexivity].
  - apply IH. apply Forall2_app; [exact rb|]. now constructor.
Qed.
Lemma cases_of_rel {C D} (Q : C -> D -> Prop) f g T U : (forall X Y, trel P X Y -> Q (f X) (g Y)) -> trel (contest_rel P) T U ->
  orel (Forall2 (crel Q)) (cases_of f T) (cases_of g U).
Proof.
  intros rfg [shapes rTU]. unfold cases_of. destruct rTU as [|l k T' U' rlk rest]; [exact I|]. destruct rest; [|destruct l, k; exact I].
  destruct rlk as [|p q l k rpq rlk]; [exact I|].
  assert (all : Forall2 (crel P) (winners [] (p :: l)) (winners [] (q :: k))) by (apply winners_rel; [now constructor|constructor]).
  cbv beta iota delta [orel]. revert all. generalize (winners [] (p :: l)) (winners [] (q :: k)). intros cs ds all.
  clear -all rfg shapes. induction all as [|c d cs ds [rg rr] _ IH]; simpl; constructor; [|exact IH]. split; [exact rg|]. apply rfg. split; [exact shapes|]. now constructor.
Qed.
Lemma deciding_rel n xs ys : orels P xs ys -> orel (Forall2 (crel (Forall2 (vrel P)))) (deciding n xs) (deciding n ys).
Proof.
  intro rxy. unfold deciding. cbv zeta. destruct (op_domain n).
  - destruct (is_piecewise _); [exact I|]. destruct (negb _); [exact I|]. destruct (same _ _); [exact I|]. destruct (same _ _); [|exact I].
    pose proof (arg_extreme_rel P H false (attrs n) xs ys rxy) as rel.
    destruct (arg_extreme false _ xs) as [[m T]|], (arg_extreme false _ ys) as [[m' U]|]; simpl in rel; try easy. destruct rel as [<- rTU].
    apply cases_of_rel; [|exact rTU]. intros X Y rXY. constructor; [now split|constructor].
  - destruct (is_encoder _); [exact I|]. destruct (_ || _)%bool; [exact I|]. destruct (same _ _); [|exact I].
    apply (orel_bind (trel P)); [now apply (reals_rel P H)|]. intros X Y rXY.
    pose proof (linear_classifier_rel P H (attrs n) X Y rXY) as rel.
    destruct (linear_classifier _ X) as [[labels U]|], (linear_classifier _ Y) as [[labels' V]|]; simpl in rel; try easy. destruct rel as [<- rUV].
    apply (orel_bind (trel (contest_rel P))); [now apply (contests_rel P H)|]. intros T W rTW. apply cases_of_rel; [|exact rTW].
    intros L M rLM. pose proof (linear_results_rel P (attrs n) L M U V rLM rUV) as results.
    destruct (linear_results _ L U), (linear_results _ M V); simpl in results; easy.
Qed.
Lemma outputs_of_rel m c d : crel (erel P) c d -> orel (crel (Forall2 P)) (outputs_of m c) (outputs_of m d).
Proof.
  intros [rg re]. unfold outputs_of. apply (orel_bind (vrel P)); [now apply lookup_rel|]. intros v w rvw.
  apply (orel_bind (trel P)); [now apply (as_numbers_rel P H)|]. intros X Y rXY. split; [exact rg|apply rXY].
Qed.
End Related.

(** ** Lowering *)

Section Extend.
Variables (y y' : int -> R) (N N' : int).
Hypothesis same : agree N y y'.
Hypothesis le : le_int N N'.
Lemma guards_extend gs rs : Forall2 (guard_rel (frel y N)) gs rs -> Forall2 (guard_rel (frel y' N')) gs rs.
Proof. apply Forall2_impl. intros f r [rel e]. split; [eapply frel_extend; eauto|exact e]. Qed.
Lemma cases_extend l k : Forall2 (crel (frel y N) (erel (frel y N))) l k -> Forall2 (crel (frel y' N') (erel (frel y' N'))) l k.
Proof. apply Forall2_impl. intros c d [rg re]. split; [now apply guards_extend|eapply erel_extend; eauto]. Qed.
End Extend.

Definition true_case {A} (out : A) (c : case R A) : Prop := Forall row_true (guards c) /\ result c = out.
(** [from] lowers the function [F] into cases: whatever the inputs, F is defined there, and some case is the right one *)
Definition lowers_in_cases (from : list form -> program -> option (list (case form (list form)) * program)) (F : list R -> option (list R)) : Prop :=
  forall start y p x xr cs p', from x p = Some (cs, p') -> program_ok start y p -> Forall2 (frel y (next p)) x xr ->
  exists y' ds out, grows start y p y' p' /\ Forall2 (crel (frel y' (next p')) (Forall2 (frel y' (next p')))) cs ds /\ F xr = Some out /\ Exists (true_case out) ds.
Section Lower.
Variable start : int.
Notation related y N := (Forall2 (crel (frel y N) (erel (frel y N)))).

Theorem lower_cases_sound ns : forall e gs p l p' y er rs, lower_cases ns e gs p = Some (l, p') -> program_ok start y p ->
  erel (frel y (next p)) e er -> Forall2 (guard_rel (frel y (next p))) gs rs ->
  exists y' k, grows start y p y' p' /\ related y' (next p') l k /\ exists er', run ns er = Some er' /\ (Forall row_true rs -> Exists (true_case er') k).
Proof.
  induction ns as [|n ns IH]; intros e gs p l p' y er rs done ok rel rg; cbn [lower_cases] in done.
  - injection done as <- <-. exists y, [Case rs er]. split; [now apply grows_refl|]. split; [constructor; [now split|constructor]|].
    exists er. split; [reflexivity|]. intro holds. constructor. now split.
  - destruct (map_all (fetch e) (ins n)) as [xs|] eqn:ex; [|discriminate].
    assert (operands : orel (orels (frel y (next p))) (map_all (fetch e) (ins n)) (map_all (fetch er) (ins n))).
    { apply (orel_map_all eq (orel (vrel (frel y (next p))))); [clear; induction (ins n); constructor; auto|].
      intros name1 name2 same. rewrite same. now apply fetch_rel. }
    rewrite ex in operands. cbn [run]. destruct (map_all (fetch er) (ins n)) as [xr|]; simpl in operands; [|easy].
    pose proof (deciding_rel _ (form_rel y (next p)) n _ _ operands) as decided.
    destruct (deciding n xs) as [cs|].
    + (* cases *)
      destruct (deciding n xr) as [ds|] eqn:ed; simpl in decided; [|easy].
      pose proof (apply_rel _ (form_rel y (next p)) n _ _ operands) as applied.
      destruct (apply n xs) as [guard|]; [|discriminate]. destruct (apply n xr) as [ws|] eqn:real_run; simpl in applied; [|easy].
      pose proof (deciding_correct n xr ds ws ed real_run) as chosen.
      match type of done with ?each cs p = _ => set (go := each) in done end.
      assert (each_sound : forall cs ds p y l p', go cs p = Some (l, p') -> program_ok start y p -> erel (frel y (next p)) e er -> Forall2 (guard_rel (frel y (next p))) gs rs ->
        Forall2 (crel (frel y (next p)) (Forall2 (vrel (frel y (next p))))) cs ds ->
        exists y' k, grows start y p y' p' /\ related y' (next p') l k /\ Forall (fun d => exists e1 er', bind (outs n) (result d) er = Some e1 /\ run ns e1 = Some er' /\
          (Forall row_true rs -> Forall row_true (guards d) -> Exists (true_case er') k)) ds).
      { clear -IH. induction cs as [|c cs IHcs]; intros ds p y l p' done ok rel rg rc; inversion rc as [|? d ? ds' rcd rcs]; subst; cbn in done.
        - injection done as <- <-. exists y, []. split; [now apply grows_refl|]. split; constructor.
        - destruct (bind (outs n) (result c) e) as [e1|] eqn:eb; [|discriminate].
          destruct (lower_cases ns e1 (gs ++ guards c) p) as [[l1 p1]|] eqn:el; [|discriminate].
          fold go in done. destruct (go cs p1) as [[l2 p2]|] eqn:eg; [|discriminate]. destruct (_ <=? _)%nat; [|discriminate]. injection done as <- <-.
          pose proof (bind_rel _ (outs n) _ _ _ _ (proj2 rcd) rel) as bound. rewrite eb in bound.
          destruct (bind (outs n) (result d) er) as [er1|] eqn:ebr; simpl in bound; [|easy].
          destruct (IH _ _ _ _ _ _ _ (rs ++ guards d) el ok bound (Forall2_app rg (proj1 rcd))) as (y1 & k1 & g1 & rk1 & er' & run1 & true1).
          pose proof g1 as (ag1 & le1 & ok1).
          assert (later : Forall2 (crel (frel y1 (next p1)) (Forall2 (vrel (frel y1 (next p1))))) cs ds').
          { eapply Forall2_impl; [|exact rcs]. intros c0 d0 [rg0 rv0]. split; [eapply guards_extend; eauto|].
            eapply Forall2_impl; [|exact rv0]. intros v w. eapply vrel_extend; eauto. }
          destruct (IHcs _ _ _ _ _ eg ok1 (erel_extend _ _ _ _ ag1 le1 _ _ rel) (guards_extend _ _ _ _ ag1 le1 _ _ rg) later) as (y2 & k2 & g2 & rk2 & all2).
          pose proof g2 as (ag2 & le2 & _).
          exists y2, (k1 ++ k2). split; [exact (grows_trans start _ _ _ _ _ _ g1 g2)|]. split; [apply Forall2_app; [exact (cases_extend _ _ _ _ ag2 le2 _ _ rk1)|exact rk2]|].
          constructor.
          + exists er1, er'. split; [exact ebr|]. split; [exact run1|]. intros hr hd. apply Exists_app. left. apply true1. now apply Forall_app.
          + eapply Forall_impl; [|exact all2]. intros d0 (e0 & er0 & b0 & r0 & t0). exists e0, er0. repeat split; auto. intros hr hd. apply Exists_app. right. now apply t0. }
      destruct (each_sound cs ds p y l p' done ok rel rg decided) as (y' & k & g & rk & all).
      apply Exists_exists in chosen as (d & in_d & hd & ed'). rewrite Forall_forall in all. destruct (all d in_d) as (e1 & er' & eb & er1 & holds).
      rewrite ed' in eb. exists y', k. split; [exact g|]. split; [exact rk|]. exists er'. rewrite eb. split; [exact er1|]. intro hr. now apply holds.
    + destruct (step n xs p) as [[vs p1]|] eqn:es; [|discriminate].
      destruct (step_sound start _ _ _ _ _ _ _ es ok operands) as (y1 & ws & g1 & real_run & rel1). rewrite real_run.
      destruct (bind (outs n) vs e) as [e1|] eqn:eb; [|discriminate]. pose proof g1 as (ag1 & le1 & ok1).
      pose proof (bind_rel _ (outs n) _ _ _ _ rel1 (erel_extend _ _ _ _ ag1 le1 _ _ rel)) as bound. rewrite eb in bound.
      destruct (bind (outs n) ws er) as [er1|]; simpl in bound; [|easy].
      destruct (IH _ _ _ _ _ _ _ _ done ok1 bound (guards_extend _ _ _ _ ag1 le1 _ _ rg)) as (y2 & k & g2 & rk & er2 & real_rest & holds).
      exists y2, k. split; [exact (grows_trans start _ _ _ _ _ _ g1 g2)|]. split; [exact rk|]. now exists er2.
Qed.

End Lower.
Theorem lower_network_sound m : lowers_in_cases (lower_network m) (network m).
Proof.
  intros start y p x xr cs p' done ok rel. unfold lower_network in done. destruct (initial m x) as [e|] eqn:ei; [|discriminate].
  pose proof (initial_rel _ m _ _ rel) as rel_e. rewrite ei in rel_e. unfold network. destruct (initial m xr) as [er|]; simpl in rel_e; [|easy].
  destruct (lower_cases (nodes m) e [] p) as [[l p1]|] eqn:el; [|discriminate]. destruct (map_all (outputs_of m) l) as [cs1|] eqn:eo; [|discriminate]. injection done as <- <-.
  destruct (lower_cases_sound start _ _ _ _ _ _ _ _ [] el ok rel_e) as (y' & k & g & rk & er' & real_run & holds); [constructor|]. rewrite real_run.
  assert (outs_rel : orel (Forall2 (crel (frel y' (next p1)) (Forall2 (frel y' (next p1))))) (map_all (outputs_of m) l) (map_all (outputs_of m) k)).
  { apply (orel_map_all (crel (frel y' (next p1)) (erel (frel y' (next p1))))); [exact rk|]. intros c d rcd. apply (outputs_of_rel _ (form_rel y' (next p1))). exact rcd. }
  rewrite eo in outs_rel. destruct (map_all (outputs_of m) k) as [ds|] eqn:ek; simpl in outs_rel; [|easy].
  specialize (holds (Forall_nil _)).
  assert (found : exists out, (do v <- lookup er' (output_name m); do t <- as_numbers v; Some (data t)) = Some out /\ Exists (true_case out) ds).
  { clear -holds ek. revert ds ek. induction k as [|c k IH]; intros ds ek; simpl in ek; [inversion holds|].
    destruct (outputs_of m c) as [d|] eqn:ed; [|discriminate]. destruct (map_all (outputs_of m) k) as [ds'|] eqn:ek'; [|discriminate]. injection ek as <-.
    inversion holds as [? ? [hg <-]|? ? later]; subst.
    - unfold outputs_of in ed. destruct (lookup (result c) (output_name m)) as [v|]; [|discriminate]. destruct (as_numbers v) as [Y|]; [|discriminate].
      injection ed as <-. exists (data Y). split; [reflexivity|]. constructor. now split.
    - destruct (IH later _ eq_refl) as (out & eq_ & ex). exists out. split; [exact eq_|now right]. }
  destruct found as (out & eq_ & ex). exists y', ds, out. auto.
Qed.

(** ** Queries *)

Lemma settle_rel y N b : forall vs x, Forall2 inb b x -> Forall2 (frel y N) vs x -> Forall2 (frel y N) (zip_with settle b vs) x.
Proof.
  induction b as [|[l h] b IH]; intros vs x in_b rel; inversion in_b as [|? r ? x' rb rest]; subst; inversion rel as [|v ? vs' ? rv rel']; subst; simpl; constructor.
  - destruct (_ && _)%bool; [|exact rv]. apply between_encloses. exact rb.
  - now apply IH.
Qed.
Lemma fails_sound y N f r : guard_rel (frel y N) f r -> fails f = true -> ~ row_true r.
Proof.
  destruct f as [f strict], r as [r strict']. intros [rel e] bad holds. simpl in e, rel. subst strict'. unfold fails, row_true in *. simpl in *. destruct f as [i| | |]; try discriminate.
  pose proof (ends_sound i r rel) as inside. destruct (ends i) as [l h]. destruct inside as [L _]. simpl in *. destruct strict.
  - pose proof (LB_ge0 _ _ L bad). lra.
  - pose proof (LB_gt0 _ _ L bad). lra.
Qed.
Lemma failed_left_out y N ds rs : Forall2 (Forall2 (guard_rel (frel y N))) ds rs ->
  exists rs', Forall2 (Forall2 (guard_rel (frel y N))) (filter (fun d => negb (existsb fails d)) ds) rs' /\ (Exists (Forall row_true) rs -> Exists (Forall row_true) rs').
Proof.
  induction 1 as [|d r ds rs rel _ (rs' & rels & keeps)]; [exists []; split; [constructor|easy]|]. simpl. destruct (existsb fails d) eqn:bad; simpl.
  - exists rs'. split; [exact rels|]. intro ex. inversion ex as [? ? here|? ? later]; subst; [|now apply keeps]. exfalso.
    apply existsb_exists in bad as (f & in_f & bad). clear -rel in_f bad here. induction rel as [|f' r' d r rf _ IH]; [easy|].
    inversion here; subst. destruct in_f as [->|in_f]; [exact (fails_sound _ _ _ _ rf bad ltac:(assumption))|now apply IH].
  - exists (r :: rs'). split; [now constructor|]. intro ex. inversion ex; subst; [now left|right; now apply keeps].
Qed.

Lemma compile_case_sound from F outs q blocks tq c : lowers_in_cases from F -> compile_case from outs q = Some (blocks, tq) -> check_queries c blocks [tq] = true ->
  forall x out, Forall2 inb (qbox q) x -> F x = Some out -> ~ Exists (Forall (claims x out)) (disjuncts q).
Proof.
  unfold compile_case, check_queries. intros lowered_ compiled checked x out in_box run_ ex.
  destruct (fresh 0 (qbox q)) as [[vs n]|] eqn:nums; [|discriminate].
  destruct (from _ (Program [] n)) as [[cs p]|] eqn:el; [|discriminate].
  destruct (forallb _ cs && _)%bool eqn:ok; [|discriminate]. apply andb_prop in ok as [_ pos].
  destruct (add_form_rows _ _) as [[b ds]|] eqn:ea; [|discriminate]. injection compiled as <- <-.
  assert (len : length x = length (qbox q)) by (symmetry; exact (Forall2_length in_box)).
  destruct (fresh_next _ _ _ _ nums) as (en & _ & size_).
  set (y0 := extended zeros 0 x).
  assert (set0 : assigned y0 0%uint63 x) by (apply (extended_assigned _ zeros 0%uint63 0%uint63 vs n [] x nums len); reflexivity).
  assert (rel0 : Forall2 (frel y0 n) vs x) by (apply (fresh_rel _ y0 n _ _ _ x nums len (le_int_refl _) set0)).
  assert (same_count : after 0%uint63 x = n) by now rewrite en, !after_length, len.
  assert (ok0 : program_ok n y0 (Program [] n)) by (split; [reflexivity|]; split; [exact pos|easy]).
  destruct (lowered_ n _ _ _ _ _ _ el ok0 (settle_rel _ _ _ _ _ in_box rel0)) as (y1 & dr & out' & (ag & le & ok1) & rel1 & run' & true1).
  assert (out' = out) by congruence. subst out'. cbn [next] in *.
  assert (rx : Forall2 (frel y1 (next p)) (zip_with settle (qbox q) vs) x) by (apply (forms_extend y0 _ n _ ag le), settle_rel; assumption).
  set (all := flat_map (fun c => map (fun d => guards c ++ map (fun r => (term_value x (result c) (fst r), snd r)) d) (disjuncts q)) dr).
  assert (rel_all : Forall2 (Forall2 (guard_rel (frel y1 (next p))))
    (flat_map (fun c => map (fun d => guards c ++ map (fun r => (term_value (zip_with settle (qbox q) vs) (result c) (fst r), snd r)) d) (disjuncts q)) cs) all).
  { unfold all. clear -rel1 rx. induction rel1 as [|c0 d0 cs ds [rg rr] _ IH]; simpl; [constructor|]. apply Forall2_app; [|exact IH]. apply Forall2_same. intro d.
    apply Forall2_app; [exact rg|]. apply Forall2_same. intro r. split; [|reflexivity]. now apply (term_rel _ (form_rel y1 (next p))). }
  destruct (failed_left_out _ _ _ _ rel_all) as (rs & rel_rs & keeps).
  destruct (add_form_rows_sound n y1 p _ rs _ _ ea ok1 rel_rs) as (y2 & same & holds & transfer).
  assert (now_ : Exists (Forall (claims_value y2)) ds).
  { apply transfer, keeps. unfold all. clear -true1 ex. induction true1 as [d l [hg eq_]|d l _ IH]; simpl; apply Exists_app; [left|now right]. rewrite eq_.
    apply Exists_map. eapply Exists_impl; [|exact ex]. intros rows sat. apply Forall_app. split; [exact hg|]. apply Forall_map. exact sat. }
  pose proof (check_with_sound _ _ _ _ checked _ _ _ (or_introl eq_refl) y2) as none. cbn [rbox] in none.
  assert (begins : after 0%uint63 (qbox q) = n) by (rewrite <- same_count, !after_length, len; reflexivity). rewrite begins in none.
  assert (set2 : assigned y2 0%uint63 x).
  { apply (assigned_agree _ y0 y2 _ _ _ _ nums len); [|exact set0]. exact (agree_trans _ _ _ _ _ le ag same). }
  assert (region_ok : region_holds y2 (Region (qbox q) None)) by (split; [exact (inputs_hold_assigned _ _ in_box _ _ set2)|exact I]).
  specialize (none region_ok holds). apply Exists_exists in now_ as (d & in_d & sat_d). rewrite Forall_forall in none. exact (none d in_d sat_d).
Qed.

Lemma empty_box b x : Forall2 inb b x -> existsb (fun p => snd p <? fst p)%float b = true -> False.
Proof.
  induction 1 as [|[l h] r b x [L U] _ IH]; simpl; intro empty; [discriminate|]. apply orb_prop in empty as [cross|later]; [|exact (IH later)].
  exact (FloatBounds.crossed _ _ _ L U cross).
Qed.
Theorem check_cases_sound from F outs c : lowers_in_cases from F -> forall qs i, check_cases from outs c i qs = true ->
  forall x out, F x = Some out -> ~ Exists (fun q => Forall2 inb (qbox q) x /\ Exists (Forall (claims x out)) (disjuncts q)) qs.
Proof.
  intros sound qs. induction qs as [|a qs IH]; intros i checked x out run_ found; [inversion found|]. simpl in checked.
  destruct (existsb _ (qbox a)) eqn:empty.
  { inversion found as [? ? [in_box _]|? ? later]; subst; [exact (empty_box _ _ in_box empty)|exact (IH _ checked x out run_ later)]. }
  destruct (varint c i) as [[k j]|]; [|discriminate]. destruct (_ <=? _)%uint63; [|discriminate].
  destruct (compile_case from outs a) as [[blocks tq]|] eqn:ec; [|discriminate].
  destruct (check_queries _ blocks [tq]) eqn:ek; [|discriminate].
  inversion found as [? ? [in_box here]|? ? later]; subst; [|exact (IH _ checked x out run_ later)].
  exact (compile_case_sound _ _ _ _ _ _ _ sound ec ek x out in_box run_ here).
Qed.
Theorem cases_sound n q c : prove_cases n q c = true -> Never n q.
Proof.
  unfold prove_cases, Never.
  destruct (Z.of_nat (Formula.inputs q) =? input_count n)%Z eqn:count; [|easy]. apply Z.eqb_eq in count.
  destruct (interval_network n _) as [total|] eqn:et; [|easy]. destruct (queries q) as [qs|] eqn:eq_; [|easy].
  intro accept. apply andb_prop in accept as [accept checked]. apply andb_prop in accept as [_ len]. apply Nat.eqb_eq in len.
  split.
  - split; [exact count|]. intros x lx. rewrite <- len. apply (network_total _ _ _ et). now rewrite repeat_length.
  - intros x y lx run_ sat. exact (check_cases_sound _ _ _ _ (lower_network_sound n) _ _ checked x y run_ (queries_sound q qs eq_ x y lx sat)).
Qed.
