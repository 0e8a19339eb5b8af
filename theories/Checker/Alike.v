(** * Networks that differ in their numbers only

    A network that was pruned, rounded or trained further has the same nodes as before, with other weights.  Then both can be run in lock step (Twins.v): tensors of one are
    tensors of the other at the same place, whatever their names.  Names and texts of two files are never compared with each other, but with the words that the Spec knows.

    Main definitions: [alike] (nodes that mean the same), [one_graph] (models with the same nodes), [joined] (the environment in which both begin).
    Main results: [alike_apply], [one_graph_run] (who computes with both at once computes each).

    Trust: proved.
    Source: docs/relations.md. *)
From Coq Require Import PString Uint63 ZArith List Bool Lia.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Piecewise Spec.Decisions Spec.Onnx Spec.Network.
From Warrant Require Import Checker.Relational.
Import ListNotations.
Local Open Scope bool_scope.
Local Open Scope pstring_scope.

(** ** Nodes that mean the same *)

(** equally related to these words *)
Definition like (words : list bytes) (a b : bytes) : bool :=
  forallb (fun w => Bool.eqb (same a w) (same b w) && Bool.eqb (same w a) (same w b)) words.
Fixpoint both_all {A B} (f : A -> B -> bool) (l : list A) (k : list B) : bool :=
  match l, k with [], [] => true | a :: l, b :: k => f a b && both_all f l k | _, _ => false end.

Definition operators : list bytes :=
  ["Add"; "Sub"; "Mul"; "Div"; "Neg"; "Relu"; "MatMul"; "Gemm"; "Conv"; "AveragePool"; "GlobalAveragePool"; "Identity"; "Reshape"; "Flatten"; "Transpose"; "Squeeze"; "Unsqueeze"].
(** not told here from one another *)
Definition others : list bytes :=
  ["LeakyRelu"; "BatchNormalization"; "ReduceSum"; "ReduceMean"; "Dropout"; "Cast"; "Constant"; "Concat"; "Slice"; "Gather"; "Split"; "Pad"].
(** those that keep the kind of a value, or want numbers of the model *)
Definition movers : list bytes := ["Div"; "AveragePool"; "GlobalAveragePool"; "Identity"; "Reshape"; "Flatten"; "Transpose"; "Squeeze"; "Unsqueeze"].
Definition attribute_names : list bytes :=
  ["transA"; "transB"; "alpha"; "beta"; "group"; "strides"; "dilations"; "pads"; "auto_pad"; "kernel_shape"; "ceil_mode"; "count_include_pad"; "allowzero"; "axis"; "perm"; "axes"].
Definition paddings : list bytes := ["NOTSET"; "VALID"; "SAME_UPPER"; "SAME_LOWER"].

Definition same_dyadic (d e : dyadic) : bool := Bool.eqb (negative d) (negative e) && (man d =? man e)%uint63 && (ex d =? ex e)%uint63.
Definition alike_attribute (a b : attribute) : bool :=
  match a, b with
  | AInt k, AInt l => Z.eqb k l
  | AInts k, AInts l => equal_lists k l
  | AFloat d, AFloat e => same_dyadic d e
  | AText s, AText t => like paddings s t
  | _, _ => false
  end.
Definition alike_pair (p q : bytes * attribute) : bool := like attribute_names (fst p) (fst q) && alike_attribute (snd p) (snd q).
Definition alike_attributes : attributes -> attributes -> bool := both_all alike_pair.
(** an operator that is none of [words] *)
Definition none_of (words : list bytes) (n : node) : bool := forallb (fun w => negb (same (op_type n) w)) words.
Definition simple (n : node) : bool :=
  match op_domain n, outs n with
  | Standard, [o] => negb (is_piecewise (op_type n)) && negb (is_decision (op_type n)) && none_of others n && negb (same o "")
  | _, _ => false
  end.
Definition alike (n m : node) : bool := simple n && simple m && like operators (op_type n) (op_type m) && alike_attributes (attrs n) (attrs m).

#[local] Arguments like : simpl never.
#[local] Arguments alike_attribute : simpl never.
Lemma like_correct words a b : like words a b = true -> forall w, In w words -> same a w = same b w /\ same w a = same w b.
Proof.
  unfold like. rewrite forallb_forall. intros all w w_in. specialize (all w w_in). apply andb_prop in all as [p q]. now apply eqb_prop in p, q.
Qed.
Lemma same_dyadic_correct d e : same_dyadic d e = true -> d = e.
Proof.
  destruct d as [s m k], e as [t n l]. unfold same_dyadic. cbn. intro same_. apply andb_prop in same_ as [same_ ek]. apply andb_prop in same_ as [es em].
  apply eqb_prop in es. apply eqb_correct in em, ek. now subst.
Qed.
Local Lemma equal_lists_correct k : forall l, equal_lists k l = true -> k = l.
Proof.
  induction k as [|a k IH]; intros [|b l]; simpl; try easy. intro same_. apply andb_prop in same_ as [e rest]. apply Z.eqb_eq in e. f_equal; auto.
Qed.

(** *** Attributes *)

Section Attributes.
Variables l k : attributes.
Hypothesis same_attributes : alike_attributes l k = true.
Definition attribute_rel (a b : attribute) : Prop := a = b \/ exists s t, a = AText s /\ b = AText t /\ like paddings s t = true.
Local Lemma alike_attribute_correct a b : alike_attribute a b = true -> attribute_rel a b.
Proof.
  destruct a, b; simpl; try easy; intro e.
  - left. apply Z.eqb_eq in e. now subst.
  - left. apply equal_lists_correct in e. now subst.
  - left. apply same_dyadic_correct in e. now subst.
  - right. eauto.
Qed.
Local Lemma attr_rel n : In n attribute_names -> orel attribute_rel (attr l n) (attr k n).
Proof.
  intro n_in. unfold attr. revert k same_attributes. induction l as [|[a v] l' IH]; intros [|[b w] k'] e; try easy; cbn in e.
  apply andb_prop in e as [e rest]. apply andb_prop in e as [names values]. cbn [fst snd] in names, values. simpl. destruct (like_correct _ _ _ names n n_in) as [_ ->].
  destruct (same n b); simpl; [now apply alike_attribute_correct|now apply IH].
Qed.
Local Lemma int_attr_same n d : In n attribute_names -> int_attr l n d = int_attr k n d.
Proof.
  intro n_in. unfold int_attr. pose proof (attr_rel n n_in) as rel. destruct (attr l n), (attr k n); simpl in rel; try easy.
  destruct rel as [->|(s & t & -> & -> & _)]; reflexivity.
Qed.
Local Lemma ints_attr_same n d : In n attribute_names -> ints_attr l n d = ints_attr k n d.
Proof.
  intro n_in. unfold ints_attr. pose proof (attr_rel n n_in) as rel. destruct (attr l n), (attr k n); simpl in rel; try easy.
  destruct rel as [->|(s & t & -> & -> & _)]; reflexivity.
Qed.
Local Lemma float_attr_same n d : In n attribute_names -> float_attr l n d = float_attr k n d.
Proof.
  intro n_in. unfold float_attr. pose proof (attr_rel n n_in) as rel. destruct (attr l n), (attr k n); simpl in rel; try easy.
  destruct rel as [->|(s & t & -> & -> & _)]; reflexivity.
Qed.
Local Lemma flag_same n d : In n attribute_names -> flag l n d = flag k n d.
Proof. intro n_in. unfold flag. now rewrite int_attr_same. Qed.
Local Lemma only_same names : (forall n, In n names -> In n attribute_names) -> only names l = only names k.
Proof.
  intro known. unfold only. f_equal.
  - revert k same_attributes. induction l as [|[a v] l' IH]; intros [|[b w] k'] e; try easy; cbn in e.
    apply andb_prop in e as [e rest]. apply andb_prop in e as [same_ _]. cbn [fst snd] in same_. simpl. rewrite (IH _ rest). f_equal.
    clear -known same_. induction names as [|n names IH]; [reflexivity|]. simpl. rewrite IH by (intros; apply known; now right).
    destruct (like_correct _ _ _ same_ n (known n (or_introl eq_refl))) as [-> _]. reflexivity.
  - assert (counts : forall n, In n names -> length (filter (fun p => same n (fst p)) l) = length (filter (fun p => same n (fst p)) k)).
    { intros n n_in. apply known in n_in. revert k same_attributes. induction l as [|[a v] l' IH]; intros [|[b w] k'] e; try easy; cbn in e.
      apply andb_prop in e as [e rest]. apply andb_prop in e as [same_ _]. cbn [fst snd] in same_. simpl. destruct (like_correct _ _ _ same_ n n_in) as [_ ->].
      destruct (same n b); simpl; now rewrite (IH _ rest). }
    clear known. induction names as [|n names IH]; [reflexivity|]. simpl. rewrite (counts n (or_introl eq_refl)), IH; [reflexivity|]. intros; apply counts. now right.
Qed.
Local Ltac known := cbn [attribute_names paddings operators others In]; repeat (first [left; reflexivity | right]).
Local Lemma window_of_same up dims ks : window_of up l dims ks = window_of up k dims ks.
Proof.
  unfold window_of. cbv zeta. rewrite !(ints_attr_same "strides"), !(ints_attr_same "dilations"), !(ints_attr_same "pads") by known.
  destruct (ints_attr k "strides" _); [|reflexivity]. destruct (ints_attr k "dilations" _); [|reflexivity]. destruct (ints_attr k "pads" _); [|reflexivity].
  unfold text_attr. pose proof (attr_rel "auto_pad" ltac:(known)) as rel. destruct (attr l "auto_pad"), (attr k "auto_pad"); simpl in rel; try easy.
  destruct rel as [->|(s & t & -> & -> & pads)]; [reflexivity|]. pose proof (like_correct _ _ _ pads) as tests.
  rewrite (proj1 (tests "NOTSET" ltac:(known))), (proj1 (tests "VALID" ltac:(known))), (proj1 (tests "SAME_UPPER" ltac:(known))), (proj1 (tests "SAME_LOWER" ltac:(known))). reflexivity.
Qed.
Context {S : Type} {SS : scalar S}.
Local Lemma conv_same (X W : tensor S) B : conv l X W B = conv k X W B.
Proof.
  unfold conv. destruct (shape X) as [|n [|c dims]]; try reflexivity. destruct (shape W) as [|m [|cg ks]]; try reflexivity.
  rewrite (int_attr_same "group") by known. rewrite (ints_attr_same "kernel_shape") by known. now rewrite window_of_same.
Qed.
Local Lemma average_pool_same (X : tensor S) : average_pool l X = average_pool k X.
Proof.
  unfold average_pool. destruct (shape X) as [|n [|c dims]]; try reflexivity.
  rewrite (ints_attr_same "kernel_shape"), (int_attr_same "ceil_mode"), (int_attr_same "count_include_pad") by known.
  destruct (ints_attr k "kernel_shape" []); [|reflexivity]. destruct (int_attr k "ceil_mode" 0); [|reflexivity]. now rewrite window_of_same.
Qed.
Local Lemma integers_or_attr_same (xs : list (option (value S))) i n : In n attribute_names -> integers_or_attr xs i l n = integers_or_attr xs i k n.
Proof.
  intro n_in. unfold integers_or_attr. destruct (integers_if xs i) as [o|]; [|reflexivity]. pose proof (attr_rel n n_in) as rel.
  destruct (attr l n), (attr k n); simpl in rel; try easy. destruct rel as [->|(s & t & -> & -> & _)]; reflexivity.
Qed.
End Attributes.

(** *** Operators *)

Section Apply.
Context {S : Type} {SS : scalar S}.
Notation operands := (list (option (value S))).

Local Lemma simple_operator n : simple n = true -> (forall xs : operands, apply n xs = operator (op_type n) (attrs n) 1 xs) /\ forall w, In w others -> same (op_type n) w = false.
Proof.
  unfold simple, apply. destruct (op_domain n); [|easy]. destruct (outs n) as [|o [|]]; try easy. intro ok.
  apply andb_prop in ok as [ok _]. apply andb_prop in ok as [ok no_others]. apply andb_prop in ok as [no_piecewise no_decision].
  apply negb_true_iff in no_piecewise, no_decision. rewrite no_piecewise, no_decision. split; [reflexivity|].
  intros w w_in. unfold none_of in no_others. rewrite forallb_forall in no_others. now apply negb_true_iff, no_others.
Qed.
Local Lemma alike_simple n m : alike n m = true -> simple n = true /\ simple m = true.
Proof. unfold alike. intro ok. apply andb_prop in ok as [ok _]. apply andb_prop in ok as [ok _]. now apply andb_prop in ok. Qed.
Local Lemma simple_named n o : simple n = true -> outs n = [o] -> same o "" = false.
Proof. unfold simple. intros ok eo. rewrite eo in ok. destruct (op_domain n); [|easy]. apply andb_prop in ok as [_ ok]. now apply negb_true_iff. Qed.
Local Ltac among := cbn [attribute_names paddings operators others movers In]; repeat (first [left; reflexivity | right]).
Local Ltac all_among := let H := fresh in intros ? H; cbn [In] in H; repeat (destruct H as [<-|H]; [among|]); destruct H.

Theorem alike_apply n m : alike n m = true -> forall xs : operands, apply n xs = apply m xs.
Proof.
  unfold alike. intros ok xs. apply andb_prop in ok as [ok same_attributes]. apply andb_prop in ok as [ok same_op]. apply andb_prop in ok as [simple_n simple_m].
  destruct (simple_operator n simple_n) as [-> no_n]. destruct (simple_operator m simple_m) as [-> no_m].
  pose proof (fun w w_in => proj1 (like_correct _ _ _ same_op w w_in)) as tests. clear -same_attributes no_n no_m tests.
  revert same_attributes no_n no_m tests. generalize (op_type n) (op_type m) (attrs n) (attrs m). intros a b l k same_attributes no_n no_m tests.
  unfold operator. cbv zeta.
  repeat match goal with |- context [same a ?w] => first [rewrite (no_n w ltac:(among)) | rewrite (tests w ltac:(among))] end.
  repeat match goal with |- context [same b ?w] => rewrite (no_m w ltac:(among)) end.
  repeat match goal with |- context [only ?ns l] => rewrite (only_same l k same_attributes ns ltac:(all_among)) end.
  repeat match goal with |- (if same b ?w then _ else _) = _ => destruct (same b w) end; try reflexivity.
  all: destruct (only _ k && _); [|reflexivity].
  all: repeat match goal with |- match ?o with Some _ => _ | None => None end = match ?o with Some _ => _ | None => None end => destruct o; [|reflexivity] end.
  - rewrite !(flag_same l k same_attributes) by among. rewrite !(float_attr_same l k same_attributes) by among. reflexivity.
  - now rewrite (conv_same l k same_attributes).
  - now rewrite (average_pool_same l k same_attributes).
  - now rewrite (flag_same l k same_attributes) by among.
  - now rewrite (int_attr_same l k same_attributes) by among.
  - pose proof (attr_rel l k same_attributes "perm" ltac:(among)) as rel. destruct (attr l "perm"), (attr k "perm"); simpl in rel; try easy.
    destruct rel as [->|(s & t & -> & -> & _)]; reflexivity.
  - now rewrite (integers_or_attr_same l k same_attributes) by among.
  - now rewrite (integers_or_attr_same l k same_attributes) by among.
Qed.

(** [Literals] as reals, which arithmetic does not tell from them *)
Definition realised (v : value S) : value S := match v with Literals t => Reals (literals t) | v => v end.
Definition arithmetic (n : node) : bool := none_of movers n.
Local Lemma operand_realised (xs : operands) i : operand (map (option_map realised) xs) i = option_map realised (operand xs i).
Proof. unfold operand. rewrite nth_error_map. now destruct (nth_error xs i) as [[v|]|]. Qed.
Local Lemma as_reals_realised v : as_reals (realised v) = as_reals v.
Proof. now destruct v. Qed.
Local Lemma reals_realised (xs : operands) i : reals (map (option_map realised) xs) i = reals xs i.
Proof. unfold reals. rewrite operand_realised. destruct (operand xs i) as [v|]; [|reflexivity]. apply as_reals_realised. Qed.
Local Lemma reals_if_realised (xs : operands) i : reals_if (map (option_map realised) xs) i = reals_if xs i.
Proof. unfold reals_if. rewrite operand_realised. destruct (operand xs i) as [v|]; [|reflexivity]. simpl. now rewrite as_reals_realised. Qed.
Lemma arithmetic_apply n : simple n = true -> arithmetic n = true -> forall xs : operands, apply n (map (option_map realised) xs) = apply n xs.
Proof.
  intros simple_n no_mover xs. destruct (simple_operator n simple_n) as [operator_ no_others]. rewrite !operator_. clear operator_ simple_n.
  unfold arithmetic, none_of in no_mover. rewrite forallb_forall in no_mover.
  assert (no_m : forall w, In w movers -> same (op_type n) w = false) by (intros w w_in; now apply negb_true_iff, no_mover). clear no_mover.
  revert no_others no_m. generalize (op_type n) (attrs n). intros a l no_others no_m. unfold operator. cbv zeta. rewrite length_map.
  repeat match goal with |- context [same a ?w] => first [rewrite (no_others w ltac:(among)) | rewrite (no_m w ltac:(among))] end.
  rewrite !reals_realised, !reals_if_realised. reflexivity.
Qed.
(** one result *)
Lemma simple_apply n : simple n = true -> forall (xs : operands) vs, apply n xs = Some vs -> exists v, vs = [v].
Proof.
  intros simple_n xs vs. destruct (simple_operator n simple_n) as [-> no_others]. revert no_others. generalize (op_type n) (attrs n). intros a l no_others.
  unfold operator. cbv zeta. repeat match goal with |- context [same a ?w] => rewrite (no_others w ltac:(among)) end.
  assert (reals_one : forall o, one_real o = Some vs -> exists v, vs = [v]) by (intros [t|] e; [injection e as <-; eauto|discriminate]).
  assert (moved_one : forall f v, move f v = Some vs -> exists v, vs = [v]).
  { intros f v e. unfold move in e. destruct v; match type of e with match ?o with Some _ => _ | None => _ end = _ => destruct o; [|discriminate] end; injection e as <-; eauto. }
  intro run_. repeat match type of run_ with
  | (if ?c then _ else _) = Some _ => destruct c
  | match ?o with Some _ => _ | None => None end = Some _ => destruct o; [|discriminate]
  end; eauto; try discriminate.
  injection run_ as <-. eauto.
Qed.
End Apply.

(** ** Nodes in order

    Values stand in an environment at the same place for both networks, under names of either.  Where one has numbers of its own, it has literals, and who computes with both
    at once has reals that stand for both: such a place is [true], and only arithmetic may read it. *)
Fixpoint index_of (n : bytes) (names : list bytes) : option nat :=
  match names with [] => None | a :: names => if same n a then Some O else option_map S (index_of n names) end.
Section Places.
Variables (loose : list bool) (names names' : list bytes).
Definition same_place (any : bool) (i i' : bytes) : bool :=
  match index_of i names, index_of i' names' with Some k, Some k' => Nat.eqb k k' && (any || negb (nth k loose false)) | _, _ => false end.
Definition same_operand (any : bool) (i i' : bytes) : bool := if same i "" then same i' "" else negb (same i' "") && same_place any i i'.
Definition new_names (o o' : bytes) : bool := match index_of o names, index_of o' names' with None, None => true | _, _ => false end.
End Places.
(** the places and names at the end, if the nodes mean the same one by one *)
Fixpoint one_by_one (loose : list bool) (names names' : list bytes) (ns ns' : list node) : option (list bool * list bytes * list bytes) :=
  match ns, ns' with
  | [], [] => Some (loose, names, names')
  | n :: ns, n' :: ns' =>
    match outs n, outs n' with
    | [o], [o'] =>
      when (alike n n' && both_all (same_operand loose names names' (arithmetic n)) (ins n) (ins n') && new_names names names' o o')
        (one_by_one (false :: loose) (o :: names) (o' :: names') ns ns')
    | _, _ => None
    end
  | _, _ => None
  end.

Section Run.
Context {S T : Type} {SS : scalar S} {ST : scalar T} (P : S -> T -> Prop) (H : scalar_rel P).
Definition stands_for (v : value S) (w : value T) : Prop := match v, w with Reals X, Literals t => trel P X (literals t) | _, _ => False end.
Definition at_place (loose : bool) (v : value S) (w : value T) : Prop := vrel P v w \/ (loose = true /\ stands_for v w).
Fixpoint at_places (loose : list bool) (e : environment S) (f : environment T) : Prop :=
  match loose, e, f with
  | [], [], [] => True
  | b :: loose, p :: e, q :: f => at_place b (snd p) (snd q) /\ at_places loose e f
  | _, _, _ => False
  end.

Local Lemma lookup_places n n' : forall loose e f, at_places loose e f -> index_of n (map fst e) = index_of n' (map fst f) ->
  match index_of n (map fst e) with
  | None => lookup e n = None /\ lookup f n' = None
  | Some k => exists v w, lookup e n = Some v /\ lookup f n' = Some w /\ at_place (nth k loose false) v w
  end.
Proof.
  unfold lookup. induction loose as [|b loose IH]; intros [|[a v] e] [|[c w] f] places; simpl in places; try easy. destruct places as [here rest]. simpl.
  destruct (same n a), (same n' c); simpl.
  - intros _. eauto.
  - now destruct (index_of n' (map fst f)).
  - now destruct (index_of n (map fst e)).
  - intro e_. specialize (IH e f rest). destruct (index_of n (map fst e)) as [k|], (index_of n' (map fst f)) as [k'|]; simpl in *; try easy.
    + injection e_ as <-. now apply IH.
    + now apply IH.
Qed.
Local Lemma fetch_places loose e f any i i' : at_places loose e f -> same_operand loose (map fst e) (map fst f) any i i' = true ->
  exists v w, fetch e i = Some v /\ fetch f i' = Some w /\ orel (at_place any) v w.
Proof.
  intros places ok. unfold same_operand in ok. unfold fetch. destruct (same i ""); [rewrite ok; exists None, None; repeat split|].
  apply andb_prop in ok as [named ok]. apply negb_true_iff in named. rewrite named. unfold same_place in ok.
  pose proof (lookup_places i i' loose e f places) as found.
  destruct (index_of i (map fst e)) as [k|]; [|easy]. destruct (index_of i' (map fst f)) as [k'|]; [|easy].
  apply andb_prop in ok as [same_ strong]. apply Nat.eqb_eq in same_ as <-. destruct (found eq_refl) as (v & w & -> & -> & rel).
  exists (Some v), (Some w). split; [reflexivity|]. split; [reflexivity|]. simpl. destruct rel as [rel|[is_loose rel]]; [now left|].
  rewrite is_loose, orb_false_r in strong. right. now split.
Qed.
Local Lemma realised_rel b v w : at_place b v w -> vrel P (realised v) (realised w).
Proof.
  intros [rel|[_ rel]].
  - destruct v as [X|X|X|n X|X], w as [Y|Y|Y|m Y|Y]; simpl in *; try easy. subst. apply (literals_rel P H).
  - destruct v as [X|X|X|n X|X], w as [Y|Y|Y|m Y|Y]; simpl in *; easy.
Qed.
Local Lemma apply_places n n' xs ys : alike n n' = true -> Forall2 (orel (at_place (arithmetic n))) xs ys -> orel (Forall2 (vrel P)) (apply n xs) (apply n' ys).
Proof.
  intros same_ rel. rewrite <- (alike_apply n n' same_). destruct (alike_simple n n' same_) as [simple_n _].
  destruct (arithmetic n) eqn:ar.
  - rewrite <- (arithmetic_apply n simple_n ar xs), <- (arithmetic_apply n simple_n ar ys). apply apply_rel; [exact H|].
    induction rel as [|v w xs ys vw _ IH]; constructor; [|exact IH]. destruct v, w; simpl in *; try easy. now apply realised_rel with true.
  - apply apply_rel; [exact H|]. eapply Forall2_impl; [|exact rel]. intros [v|] [w|]; simpl; try easy. now intros [vw|[no _]].
Qed.
Theorem one_graph_run ns : forall loose e f ns' last names names' e', at_places loose e f -> one_by_one loose (map fst e) (map fst f) ns ns' = Some (last, names, names') ->
  run ns e = Some e' -> exists f', run ns' f = Some f' /\ at_places last e' f' /\ map fst e' = names /\ map fst f' = names'.
Proof.
  induction ns as [|n ns IH]; intros loose e f [|n' ns'] last names names' e' places ok run_; simpl in ok; try easy.
  - injection ok as <- <- <-. injection run_ as <-. exists f. repeat split. exact places.
  - destruct (outs n) as [|o [|]] eqn:eo; try easy. destruct (outs n') as [|o' [|]] eqn:eo'; try easy.
    destruct (alike n n' && _ && _) eqn:conditions; [|easy]. apply andb_prop in conditions as [conditions fresh]. apply andb_prop in conditions as [same_ operands].
    simpl in run_. destruct (map_all (fetch e) (ins n)) as [xs|] eqn:ex; [|discriminate]. destruct (apply n xs) as [vs|] eqn:ev; [|discriminate].
    assert (real : exists ys, map_all (fetch f) (ins n') = Some ys /\ Forall2 (orel (at_place (arithmetic n))) xs ys).
    { clear -places operands ex. revert xs ex operands. generalize (ins n'). induction (ins n) as [|i is_ IH]; intros [|i' is_'] xs ex operands; simpl in operands; try easy.
      - injection ex as <-. exists []. split; [reflexivity|constructor].
      - apply andb_prop in operands as [here rest]. simpl in ex. destruct (fetch_places _ _ _ _ _ _ places here) as (v & w & ev & ew & rel). rewrite ev in ex.
        destruct (map_all (fetch e) is_) as [vs|]; [|discriminate]. injection ex as <-. destruct (IH is_' vs eq_refl rest) as (ws & ew' & rels).
        exists (w :: ws). simpl. rewrite ew, ew'. split; [reflexivity|now constructor]. }
    destruct real as (ys & ey & rel). pose proof (apply_places n n' xs ys same_ rel) as applied. rewrite ev in applied.
    simpl. rewrite ey. destruct (apply n' ys) as [ws|]; simpl in applied; [|easy]. destruct (alike_simple n n' same_) as [simple_n simple_n'].
    destruct (simple_apply n simple_n xs vs ev) as [v ->]. inversion applied as [|? w ? ws' vw nil_]; subst. inversion nil_; subst. clear applied nil_ ev.
    unfold new_names in fresh. pose proof (lookup_places o o' loose e f places) as unknown.
    destruct (index_of o (map fst e)) eqn:io; [easy|]. destruct (index_of o' (map fst f)) eqn:io'; [easy|]. destruct (unknown eq_refl) as [no no'].
    rewrite eo in run_. simpl in run_. rewrite eo'. simpl. rewrite (simple_named n o simple_n eo), no in run_. rewrite (simple_named n' o' simple_n' eo'), no'.
    apply (IH (false :: loose) ((o, v) :: e) ((o', w) :: f) ns' last names names' e'); [|exact ok|exact run_]. split; [now left|exact places].
Qed.

(** ** From the inputs on *)

Local Lemma at_places_app l k : forall e f e' f', at_places l e f -> at_places k e' f' -> at_places (l ++ k) (e ++ e') (f ++ f').
Proof. induction l as [|b l IH]; intros [|p e] [|q f] e' f' here there; simpl in *; try easy. split; [easy|]. now apply IH. Qed.
Local Lemma at_places_rev l : forall e f, at_places l e f -> at_places (rev l) (rev e) (rev f).
Proof.
  induction l as [|b l IH]; intros [|p e] [|q f] here; simpl in *; try easy. destruct here as [here rest]. apply at_places_app; [now apply IH|]. simpl. tauto.
Qed.
End Run.

(** what the nodes of a model make of an environment *)
Definition output_from {S} {_ : scalar S} (m : model) (e : environment S) : option (list S) :=
  do e <- run (nodes m) e; do v <- lookup e (output_name m); do t <- as_numbers v; Some (data t).
Definition tensor_names (m : model) : list bytes := input_name m :: map fst (initializers m).

Fixpoint fresh_names (names earlier : list bytes) : bool :=
  match names with
  | [] => true
  | n :: names => negb (same n "") && match index_of n earlier with None => fresh_names names (n :: earlier) | Some _ => false end
  end.
Local Lemma bind_fresh {S} names : forall (vs : list (value S)) e, fresh_names names (map fst e) = true -> length names = length vs -> bind names vs e = Some (rev (combine names vs) ++ e).
Proof.
  induction names as [|n names IH]; intros [|v vs] e ok len; simpl in *; try easy. apply andb_prop in ok as [named ok]. apply negb_true_iff in named. rewrite named.
  assert (unknown : index_of n (map fst e) = None -> lookup e n = None).
  { clear. unfold lookup. induction e as [|[a w] e IH]; simpl; [easy|]. destruct (same n a); [easy|]. destruct (index_of n (map fst e)); [easy|]. exact IH. }
  destruct (index_of n (map fst e)); [easy|]. rewrite (unknown eq_refl), IH by (simpl; congruence). now rewrite <- app_assoc.
Qed.

(** initializers of both: what they are together, and whether they differ *)
Section Joined.
Context {S : Type} {SS : scalar S}.
Variable together : dyadic -> dyadic -> S.   (* a number of the one network and the number of the other at the same place *)
Definition join_constants (c c' : constant) : option (value S) :=
  match c, c' with
  | Numbers t, Numbers t' =>
    if equal_lists (shape t) (shape t') && Nat.eqb (length (data t)) (length (data t')) then
      Some (if both_all same_dyadic (data t) (data t') then Literals t else Reals (Tensor (shape t) (zip_with together (data t) (data t'))))
    else None
  | Whole t, Whole t' => when (equal_lists (shape t) (shape t') && equal_lists (data t) (data t')) (Some (Integers t))
  | _, _ => None
  end.
Fixpoint join_all (l k : list (bytes * constant)) : option (list (value S)) :=
  match l, k with
  | [], [] => Some []
  | c :: l, d :: k => do v <- join_constants (snd c) (snd d); do vs <- join_all l k; Some (v :: vs)
  | _, _ => None
  end.
(** the environment in which both begin, from the inputs of both *)
Definition joined (m m' : model) (x : list S) : option (environment S) :=
  do vs <- join_all (initializers m) (initializers m'); Some (rev (combine (tensor_names m) (Reals (Tensor (input_shape m) x) :: vs))).
End Joined.
Definition differs (c c' : constant) : bool :=
  match c, c' with Numbers t, Numbers t' => negb (both_all same_dyadic (data t) (data t')) | _, _ => false end.
(** the nodes of the first model, as those of the second *)
Definition begins_like (loose : list bool) (m m' : model) : bool :=
  equal_lists (input_shape m) (input_shape m') && fresh_names (tensor_names m') [] &&
  match one_by_one loose (rev (tensor_names m)) (rev (tensor_names m')) (nodes m) (nodes m') with
  | Some (last, names, names') => same_place last names names' true (output_name m) (output_name m')
  | None => false
  end.
Definition one_graph (m m' : model) : bool :=
  let loose := rev (false :: zip_with differs (map snd (initializers m)) (map snd (initializers m'))) in
  begins_like loose m m && begins_like loose m m'.

Section Sound.
Context {S T : Type} {SS : scalar S} {ST : scalar T} (P : S -> T -> Prop) (H : scalar_rel P) (together : dyadic -> dyadic -> S).
Variables (m m' : model) (x : list S) (w : list T).
Hypothesis inputs_rel : Forall2 P x w.
Fixpoint constants_at (ls : list bool) (vs : list (value S)) (cs : list constant) : Prop :=
  match ls, vs, cs with
  | [], [], [] => True
  | b :: ls, v :: vs, c :: cs => at_place P b v (constant_value c) /\ constants_at ls vs cs
  | _, _, _ => False
  end.
Local Lemma as_numbers_at b v y : at_place P b v y -> orel (trel P) (as_numbers v) (as_numbers y).
Proof.
  intros [rel|[_ rel]]; [now apply as_numbers_rel|]. destruct v as [X|X|X|n X|X], y as [Y|Y|Y|k Y|Y]; simpl in *; easy.
Qed.
Local Lemma begins_run t ls vs out : constants_at ls vs (map snd (initializers t)) -> length vs = length (initializers m) -> begins_like (rev (false :: ls)) m t = true ->
  output_from m (rev (combine (tensor_names m) (Reals (Tensor (input_shape m) x) :: vs))) = Some out -> exists outr, network t w = Some outr /\ Forall2 P out outr.
Proof.
  intros constants len ok run_. unfold begins_like in ok. apply andb_prop in ok as [ok nodes_]. apply andb_prop in ok as [shapes fresh]. apply equal_lists_correct in shapes.
  destruct (one_by_one _ _ _ _ _) as [[[last names] names']|] eqn:matched; [|easy].
  set (e := rev (combine (tensor_names m) _)) in *. set (f := rev (combine (tensor_names t) (Reals (Tensor (input_shape t) w) :: map constant_value (map snd (initializers t))))).
  assert (len_t : length vs = length (initializers t)).
  { clear -constants. revert vs ls constants. induction (initializers t) as [|c l IH]; intros [|v vs] [|b ls] here; simpl in here; try easy. simpl. f_equal. now apply (IH vs ls). }
  assert (begins : initial t w = Some f).
  { unfold initial, f. rewrite map_map. change (input_name t :: map fst (initializers t)) with (tensor_names t).
    rewrite bind_fresh; [now rewrite app_nil_r|exact fresh|]. simpl. now rewrite !length_map. }
  assert (names_of : forall A (ns : list bytes) (us : list A), length ns = length us -> map fst (combine ns us) = ns).
  { clear. induction ns as [|n ns IH]; intros [|u us] l; simpl in *; try easy. f_equal. apply IH. congruence. }
  assert (names_e : map fst e = rev (tensor_names m)) by (unfold e; rewrite map_rev, names_of; [reflexivity|simpl; rewrite length_map; congruence]).
  assert (names_f : map fst f = rev (tensor_names t)) by (unfold f; rewrite map_rev, names_of; [reflexivity|simpl; now rewrite !length_map]).
  assert (places : at_places P (rev (false :: ls)) e f).
  { apply at_places_rev. unfold tensor_names. cbn [combine at_places snd]. split; [left; split; [exact shapes|exact inputs_rel]|].
    clear -constants len len_t. revert vs ls constants len len_t. generalize (initializers m). induction (initializers t) as [|c k IH]; intros [|d l] [|v vs] [|b ls] here len len_t; simpl in *; try easy.
    destruct here as [here rest]. split; [exact here|]. apply IH; congruence || exact rest. }
  unfold output_from in run_. destruct (run (nodes m) e) as [e'|] eqn:er; [|discriminate]. rewrite <- names_e, <- names_f in matched.
  destruct (one_graph_run P H (nodes m) _ e f (nodes t) last names names' e' places matched er) as (f' & er' & places' & <- & <-).
  unfold network. rewrite begins, er'. unfold same_place in nodes_.
  pose proof (lookup_places P (output_name m) (output_name t) last e' f' places') as found.
  destruct (index_of (output_name m) (map fst e')) as [k|]; [|easy]. destruct (index_of (output_name t) (map fst f')) as [k'|]; [|easy].
  apply andb_prop in nodes_ as [same_ _]. apply Nat.eqb_eq in same_ as <-. destruct (found eq_refl) as (v & y & ev & ey & rel). rewrite ev in run_. rewrite ey.
  pose proof (as_numbers_at _ _ _ rel) as numbers_. destruct (as_numbers v) as [X|]; [|discriminate]. destruct (as_numbers y) as [Y|]; simpl in numbers_; [|easy].
  injection run_ as <-. exists (data Y). split; [reflexivity|apply numbers_].
Qed.

Local Lemma both_all_same l : forall k, both_all same_dyadic l k = true -> l = k.
Proof.
  induction l as [|d l IH]; intros [|e k]; simpl; try easy. intro same_. apply andb_prop in same_ as [here rest]. apply same_dyadic_correct in here as ->. f_equal. now apply IH.
Qed.
Local Lemma join_constants_at c c' v : join_constants together c c' = Some v ->
  ((forall d d', P (together d d') (literal d)) -> at_place P (differs c c') v (constant_value c)) /\
  ((forall d d', P (together d d') (literal d')) -> at_place P (differs c c') v (constant_value c')).
Proof.
  destruct c as [t|t], c' as [t'|t']; simpl; try easy.
  - destruct (_ && _) eqn:shapes; [|easy]. apply andb_prop in shapes as [shapes lengths]. apply equal_lists_correct in shapes. apply Nat.eqb_eq in lengths.
    intros [= <-]. destruct (both_all _ _ _) eqn:same_.
    + apply both_all_same in same_. destruct t as [s l], t' as [s' l']. simpl in *. subst. split; left; reflexivity.
    + clear same_. split; intro each; right; (split; [reflexivity|]); unfold stands_for, literals, tensor_map; (split; [exact shapes || reflexivity|]); cbn [data].
      * revert lengths. generalize (data t'). induction (data t) as [|d l IH]; intros [|d' k] len; simpl in *; try easy; constructor; auto.
      * revert lengths. generalize (data t'). induction (data t) as [|d l IH]; intros [|d' k] len; simpl in *; try easy; constructor; auto.
  - destruct (_ && _) eqn:same_; [|easy]. apply andb_prop in same_ as [shapes entries_]. apply equal_lists_correct in shapes, entries_.
    destruct t as [s l], t' as [s' l']. simpl in *. subst. intros [= <-]. split; left; reflexivity.
Qed.
Local Lemma join_all_at l : forall k vs, join_all together l k = Some vs -> length vs = length l /\
  ((forall d d', P (together d d') (literal d)) -> constants_at (zip_with differs (map snd l) (map snd k)) vs (map snd l)) /\
  ((forall d d', P (together d d') (literal d')) -> constants_at (zip_with differs (map snd l) (map snd k)) vs (map snd k)).
Proof.
  induction l as [|c l IH]; intros [|d k] vs joined_; simpl in joined_; try easy; [injection joined_ as <-; repeat split|].
  destruct (join_constants together (snd c) (snd d)) as [v|] eqn:ev; [|discriminate]. destruct (join_all together l k) as [us|] eqn:eu; [|discriminate]. injection joined_ as <-.
  destruct (join_constants_at _ _ _ ev) as [first second]. destruct (IH k us eu) as (len & firsts & seconds). simpl. rewrite len. split; [reflexivity|]. split; intro each; split; auto.
Qed.

(** what both compute at once is, seen from one side, what the first network computes, ... *)
Theorem joined_first e out : one_graph m m' = true -> joined together m m' x = Some e -> (forall d d', P (together d d') (literal d)) ->
  output_from m e = Some out -> exists outr, network m w = Some outr /\ Forall2 P out outr.
Proof.
  unfold one_graph, joined. intros ok start each run_. apply andb_prop in ok as [ok _]. destruct (join_all together _ _) as [vs|] eqn:ev; [|discriminate]. injection start as <-.
  destruct (join_all_at _ _ _ ev) as (len & first & _). exact (begins_run m _ vs out (first each) len ok run_).
Qed.
(** ... and seen from the other what the second computes *)
Theorem joined_second e out : one_graph m m' = true -> joined together m m' x = Some e -> (forall d d', P (together d d') (literal d')) ->
  output_from m e = Some out -> exists outr, network m' w = Some outr /\ Forall2 P out outr.
Proof.
  unfold one_graph, joined. intros ok start each run_. apply andb_prop in ok as [_ ok]. destruct (join_all together _ _) as [vs|] eqn:ev; [|discriminate]. injection start as <-.
  destruct (join_all_at _ _ _ ev) as (len & _ & second). exact (begins_run m' _ vs out (second each) len ok run_).
Qed.
End Sound.

(** what is made of both at once, by two kinds of scalars that are related *)
Theorem joined_rel {S T} {SS : scalar S} {ST : scalar T} (P : S -> T -> Prop) (H : scalar_rel P) (f : dyadic -> dyadic -> S) (g : dyadic -> dyadic -> T) m m' x w :
  (forall d d', P (f d d') (g d d')) -> Forall2 P x w -> orel (erel P) (joined f m m' x) (joined g m m' w).
Proof.
  intros each rel. unfold joined. apply (orel_bind (Forall2 (vrel P))).
  - generalize (initializers m'). induction (initializers m) as [|c l IH]; intros [|d k]; simpl; try exact I; [constructor|].
    apply (orel_bind (vrel P)).
    + destruct (snd c) as [t|t], (snd d) as [t'|t']; simpl; try exact I.
      * destruct (_ && _); [|exact I]. destruct (both_all _ _ _); [reflexivity|]. split; [reflexivity|]. cbn [data].
        generalize (data t'). induction (data t) as [|a r IHr]; intros [|b r']; simpl; constructor; auto.
      * destruct (_ && _); [reflexivity|exact I].
    + intros v y vy. apply (orel_bind (Forall2 (vrel P))); [apply IH|]. intros vs ys rels. now constructor.
  - intros vs ys rels. unfold erel. simpl. set (related := fun (p : bytes * value S) (q : bytes * value T) => fst p = fst q /\ vrel P (snd p) (snd q)).
    assert (named : forall ns us ts, Forall2 (vrel P) us ts -> Forall2 related (combine ns us) (combine ns ts)).
    { induction ns as [|n ns IH]; intros us ts [|u t us' ts' ut rest]; simpl; constructor; [now split|now apply IH]. }
    assert (reversed : forall l k, Forall2 related l k -> Forall2 related (rev l) (rev k)).
    { induction 1 as [|p q l k pq _ IH]; simpl; [constructor|]. apply Forall2_app; [exact IH|]. constructor; [exact pq|constructor]. }
    apply Forall2_app; [apply reversed, named, rels|]. constructor; [|constructor]. split; [reflexivity|]. split; [reflexivity|exact rel].
Qed.
