(** * Variable elimination

    A sum over all assignments of a product of tables, one variable after the other: the tables that mention the variable are multiplied, and the children of the product are added.  A table is a tree
    that branches by the states of a variable; where all branches are the same number it is that number, and nothing is multiplied by 0 or 1, so that impossible states, and variables
    that neither the question nor the evidence is about, cost little.  The order of the variables comes from outside, and whatever it is, the sum is the same; where a table is not as it should be for the next step,
    the answer is none.

    Main definitions: [tree], [node], [merge], [eliminate].
    Main results: [merge_correct], [eliminate_correct], [over_order].

    Trust: proved.
    Source: N. Zhang, D. Poole, A simple approach to Bayesian network computations, 1994; R. Dechter, Bucket elimination, 1999. *)
From Coq Require Import ZArith QArith List Bool Lia Permutation FunctionalExtensionality.
From Warrant Require Import Spec.Bytes Spec.Chains Spec.Networks Primitives.Probability.Kernels.
Import ListNotations.
Local Open Scope bool_scope.
Local Open Scope Q_scope.

(** ** Sums over the states of variables *)

Definition set (a : nat -> nat) (v i w : nat) : nat := if Nat.eqb w v then i else a w.
Section Sums.
Variable size : nat -> nat.
(** every variable has one of its states *)
Definition in_range (a : nat -> nat) : Prop := forall v, (a v < size v)%nat.
Definition over_states (v : nat) (F : (nat -> nat) -> Q) (a : nat -> nat) : Q := total (size v) (fun i => F (set a v i)).
(** the first variable of the list is the innermost sum *)
Fixpoint over (vs : list nat) (F : (nat -> nat) -> Q) : (nat -> nat) -> Q := match vs with [] => F | v :: vs => over vs (over_states v F) end.

Lemma set_in_range a v i : in_range a -> (i < size v)%nat -> in_range (set a v i).
Proof. intros a_ok i_ok w. unfold set. destruct (Nat.eqb w v) eqn:same; [apply Nat.eqb_eq in same as ->; exact i_ok|apply a_ok]. Qed.
Lemma set_set a v w i j : v <> w -> set (set a v i) w j = set (set a w j) v i.
Proof. intro other. apply functional_extensionality. intro u. unfold set. destruct (Nat.eqb_spec u v), (Nat.eqb_spec u w); congruence. Qed.

Definition agree (F G : (nat -> nat) -> Q) : Prop := forall a, in_range a -> F a == G a.
Lemma over_states_same v F G : agree F G -> agree (over_states v F) (over_states v G).
Proof. intros same a a_ok. apply total_same. intros i less. apply same. now apply set_in_range. Qed.
Lemma over_same vs F G : agree F G -> agree (over vs F) (over vs G).
Proof. revert F G. induction vs as [|v vs IH]; intros F G same; [exact same|]. cbn [over]. apply IH. now apply over_states_same. Qed.
Lemma over_app vs ws F : over (vs ++ ws) F = over ws (over vs F).
Proof. revert F. induction vs as [|v vs IH]; intro F; [reflexivity|]. cbn [app over]. apply IH. Qed.
Lemma over_states_swap v w F : v <> w -> agree (over_states v (over_states w F)) (over_states w (over_states v F)).
Proof.
  intros other a _. unfold over_states, total. rewrite sum_swap. apply sum_same. intros i _. apply sum_same. intros j _. now rewrite set_set.
Qed.
Lemma over_permutation vs ws F : Permutation vs ws -> NoDup vs -> agree (over vs F) (over ws F).
Proof.
  intro same. revert F. induction same as [|v vs ws same IH|v w vs|us vs ws first IH1 second IH2]; intros F once.
  - intros a _. reflexivity.
  - inversion once. cbn [over]. now apply IH.
  - cbn [over]. apply over_same. apply over_states_swap. inversion once as [|? ? out]. intros ->. apply out. now left.
  - intros a a_ok. rewrite (IH1 F once a a_ok). apply IH2; [|exact a_ok]. eapply Permutation_NoDup; eassumption.
Qed.
(** what does not depend on the variables comes before the sum *)
Lemma over_scale vs G F : (forall v a i, In v vs -> G (set a v i) = G a) -> agree (over vs (fun a => G a * F a)) (fun a => G a * over vs F a).
Proof.
  revert F. induction vs as [|v vs IH]; intros F constant a a_ok; [reflexivity|]. cbn [over].
  rewrite <- (IH (over_states v F) (fun w b i w_in => constant w b i (or_intror w_in)) a a_ok). apply over_same; [|exact a_ok].
  intros b _. unfold over_states. rewrite <- total_scale. apply total_same. intros i _. rewrite constant by now left. reflexivity.
Qed.

(** ** Tables *)

Inductive tree := Leaf (q : Q) | Node (v : nat) (l : list tree).
Fixpoint tree_all (P : tree -> Prop) (leaf : forall q, P (Leaf q)) (node : forall v l, Forall P l -> P (Node v l)) (t : tree) : P t :=
  match t with
  | Leaf q => leaf q
  | Node v l => node v l ((fix go l : Forall P l := match l with [] => Forall_nil P | t :: l => Forall_cons t (tree_all P leaf node t) (go l) end) l)
  end.
Fixpoint eval (t : tree) (a : nat -> nat) : Q :=
  match t with
  | Leaf q => q
  | Node v l => (fix go (l : list tree) (i : nat) : Q := match l, i with t :: _, O => eval t a | _ :: l, S i => go l i | [], _ => 0 end) l (a v)
  end.
Lemma eval_node v l a : eval (Node v l) a = eval (nth (a v) l (Leaf 0)) a.
Proof. cbn [eval]. generalize (a v). induction l as [|t l IH]; intros [|i]; cbn [nth]; try reflexivity. apply IH. Qed.

(** whether the table does not mention the variable *)
Fixpoint free (v : nat) (t : tree) : bool := match t with Leaf _ => true | Node w l => negb (Nat.eqb w v) && forallb (free v) l end.
Lemma free_correct v i t a : free v t = true -> eval t (set a v i) = eval t a.
Proof.
  induction t as [q|w l IH] using tree_all; [reflexivity|]. cbn [free]. rewrite andb_true_iff, negb_true_iff, forallb_forall. intros [other each].
  rewrite !eval_node. assert (same : set a v i w = a w) by (unfold set; now rewrite other). rewrite same.
  destruct (Nat.lt_ge_cases (a w) (length l)) as [less|more]; [|now rewrite !nth_overflow by exact more].
  rewrite Forall_forall in IH. apply IH; [|apply each]; now apply nth_In.
Qed.

(** a branching, or the number where all branches are this number *)
Definition is_number (p : Q) (t : tree) : bool := match t with Leaf q => Z.eqb (Qnum p) (Qnum q) && Pos.eqb (Qden p) (Qden q) | Node _ _ => false end.
Definition node (v : nat) (l : list tree) : tree := match l with Leaf p :: r => if forallb (is_number p) r then Leaf p else Node v l | _ => Node v l end.
Lemma is_number_correct p t : is_number p t = true -> t = Leaf p.
Proof.
  destruct t as [q|]; [|discriminate]. cbn [is_number]. rewrite andb_true_iff, Z.eqb_eq, Pos.eqb_eq. destruct p, q. cbn. intros [-> ->]. reflexivity.
Qed.
Lemma node_correct v l a : (a v < length l)%nat -> eval (node v l) a = eval (Node v l) a.
Proof.
  unfold node. destruct l as [|[p|w m] r]; [reflexivity| |reflexivity]. destruct (forallb (is_number p) r) eqn:same; [|reflexivity].
  rewrite eval_node. rewrite forallb_forall in same. intro less. destruct (a v) as [|i]; [reflexivity|]. cbn [nth length] in *.
  rewrite (is_number_correct p (nth i r (Leaf 0))); [reflexivity|]. apply same, nth_In. lia.
Qed.

Variable before : nat -> nat -> bool.
Fixpoint zip {A B C} (f : A -> B -> option C) (k : list A) (l : list B) : option (list C) :=
  match k, l with [], [] => Some [] | a :: k, b :: l => do c <- f a b; do r <- zip f k l; Some (c :: r) | _, _ => None end.
Lemma map_all_length {A B} (g : A -> option B) l r : map_all g l = Some r -> length r = length l.
Proof.
  revert r. induction l as [|a l IH]; intros r; cbn [map_all]; [now injection 1 as <-|]. destruct (g a); [|discriminate]. destruct (map_all g l) as [s|]; [|discriminate].
  injection 1 as <-. cbn. f_equal. now apply IH.
Qed.
Lemma zip_length {A B C} (g : A -> B -> option C) k l r : zip g k l = Some r -> length r = length k.
Proof.
  revert l r. induction k as [|a k IH]; intros [|b l] r; cbn [zip]; try discriminate; [now injection 1 as <-|]. destruct (g a b); [|discriminate].
  destruct (zip g k l) as [s|] eqn:rest; [|discriminate]. injection 1 as <-. cbn. f_equal. now apply (IH l).
Qed.
Lemma map_all_nth {A B} (f : A -> option B) l r i d e : map_all f l = Some r -> (i < length l)%nat -> f (nth i l d) = Some (nth i r e).
Proof.
  revert r i. induction l as [|a l IH]; intros r i; cbn [map_all length]; [lia|].
  destruct (f a) as [b|] eqn:first; [|discriminate]. destruct (map_all f l) as [s|] eqn:others; [|discriminate]. injection 1 as <-.
  intro less. destruct i as [|i]; cbn [nth]; [exact first|]. apply IH; [reflexivity|lia].
Qed.
Lemma zip_nth {A B C} (f : A -> B -> option C) k l r i d e g : zip f k l = Some r -> (i < length k)%nat -> f (nth i k d) (nth i l e) = Some (nth i r g).
Proof.
  revert l r i. induction k as [|a k IH]; intros [|b l] r i; cbn [zip length]; try lia; try discriminate.
  destruct (f a b) as [c|] eqn:first; [|discriminate]. destruct (zip f k l) as [s|] eqn:others; [|discriminate]. injection 1 as <-.
  intro less. destruct i as [|i]; cbn [nth]; [exact first|]. apply (IH l); [exact others|lia].
Qed.

Section Merge.
(** a function of two numbers, and where the result is known without going on *)
Variables (short : tree -> tree -> option tree) (f : Q -> Q -> Q).
(** entry by entry, on trees of at most so many branchings *)
Fixpoint merge (fuel : nat) (t u : tree) : option tree :=
  match fuel with
  | O => None
  | S fuel =>
    match short t u, t, u with
    | Some r, _, _ => Some r
    | None, Leaf p, Leaf q => Some (Leaf (f p q))
    | None, Leaf _, Node w m => if Nat.eqb (length m) (size w) then do r <- map_all (fun c => merge fuel t c) m; Some (node w r) else None
    | None, Node v l, Leaf _ => if Nat.eqb (length l) (size v) then do r <- map_all (fun c => merge fuel c u) l; Some (node v r) else None
    | None, Node v l, Node w m =>
      if Nat.eqb (length l) (size v) && Nat.eqb (length m) (size w) then
        if Nat.eqb v w then do r <- zip (merge fuel) l m; Some (node v r)
        else if before v w then do r <- map_all (fun c => merge fuel c u) l; Some (node v r)
        else do r <- map_all (fun c => merge fuel t c) m; Some (node w r)
      else None
    end
  end.
Hypothesis short_ok : forall t u r a, short t u = Some r -> eval r a == f (eval t a) (eval u a).
Theorem merge_correct fuel t u r a : in_range a -> merge fuel t u = Some r -> eval r a == f (eval t a) (eval u a).
Proof.
  intro a_ok. revert t u r. induction fuel as [|fuel IH]; intros t u r; [discriminate|]. cbn [merge].
  assert (left_down : forall v l, Nat.eqb (length l) (size v) = true -> (do r <- map_all (fun c => merge fuel c u) l; Some (node v r)) = Some r ->
    eval r a == f (eval (Node v l) a) (eval u a)).
  { intros v l width. destruct (map_all _ l) as [s|] eqn:all; [|discriminate]. injection 1 as <-. apply Nat.eqb_eq in width.
    rewrite node_correct by (rewrite (map_all_length _ _ _ all), width; apply a_ok). rewrite !eval_node.
    apply IH. apply (map_all_nth _ _ _ _ (Leaf 0) (Leaf 0) all). rewrite width. apply a_ok. }
  assert (right_down : forall v l, Nat.eqb (length l) (size v) = true -> (do r <- map_all (fun c => merge fuel t c) l; Some (node v r)) = Some r ->
    eval r a == f (eval t a) (eval (Node v l) a)).
  { intros v l width. destruct (map_all _ l) as [s|] eqn:all; [|discriminate]. injection 1 as <-. apply Nat.eqb_eq in width.
    rewrite node_correct by (rewrite (map_all_length _ _ _ all), width; apply a_ok). rewrite !eval_node.
    apply IH. apply (map_all_nth _ _ _ _ (Leaf 0) (Leaf 0) all). rewrite width. apply a_ok. }
  destruct (short t u) as [known|] eqn:shortened; [injection 1 as <-; now apply short_ok|].
  destruct t as [p|v l], u as [q|w m].
  - now injection 1 as <-.
  - destruct (Nat.eqb (length m) (size w)) eqn:width; [|discriminate]. now apply right_down.
  - destruct (Nat.eqb (length l) (size v)) eqn:width; [|discriminate]. now apply left_down.
  - destruct (Nat.eqb (length l) (size v)) eqn:l_width; [|discriminate]. destruct (Nat.eqb (length m) (size w)) eqn:m_width; [|discriminate]. cbn [andb].
    destruct (Nat.eqb v w) eqn:same.
    + destruct (zip _ l m) as [s|] eqn:all; [|discriminate]. injection 1 as <-. apply Nat.eqb_eq in same as <-. apply Nat.eqb_eq in l_width.
      rewrite node_correct by (rewrite (zip_length _ _ _ _ all), l_width; apply a_ok). rewrite !eval_node.
      apply IH. apply (zip_nth _ _ _ _ _ (Leaf 0) (Leaf 0) (Leaf 0) all). rewrite l_width. apply a_ok.
    + destruct (before v w); [now apply left_down|now apply right_down].
Qed.
End Merge.

(** ** Elimination *)

Variables (fuel : nat) (plus_q times_q : Q -> Q -> Q).
Hypotheses (plus_ok : forall p q, plus_q p q == p + q) (times_ok : forall p q, times_q p q == p * q).
(** 0 times anything is 0, and 1 times it, or 0 plus it, is the same *)
Definition times_short (t u : tree) : option tree :=
  if is_number 0 t || is_number 1 u then Some t else if is_number 1 t || is_number 0 u then Some u else None.
Definition plus_short (t u : tree) : option tree := if is_number 0 u then Some t else if is_number 0 t then Some u else None.
Lemma times_short_correct t u r a : times_short t u = Some r -> eval r a == times_q (eval t a) (eval u a).
Proof.
  unfold times_short. rewrite times_ok. destruct (is_number 0 t) eqn:t_zero; cbn [orb].
  - injection 1 as <-. apply is_number_correct in t_zero as ->. cbn [eval]. ring.
  - destruct (is_number 1 u) eqn:u_one; [injection 1 as <-; apply is_number_correct in u_one as ->; cbn [eval]; ring|].
    destruct (is_number 1 t) eqn:t_one; cbn [orb]; [injection 1 as <-; apply is_number_correct in t_one as ->; cbn [eval]; ring|].
    destruct (is_number 0 u) eqn:u_zero; [|discriminate]. injection 1 as <-. apply is_number_correct in u_zero as ->. cbn [eval]. ring.
Qed.
Lemma plus_short_correct t u r a : plus_short t u = Some r -> eval r a == plus_q (eval t a) (eval u a).
Proof.
  unfold plus_short. rewrite plus_ok. destruct (is_number 0 u) eqn:u_zero; [injection 1 as <-; apply is_number_correct in u_zero as ->; cbn [eval]; ring|].
  destruct (is_number 0 t) eqn:t_zero; [|discriminate]. injection 1 as <-. apply is_number_correct in t_zero as ->. cbn [eval]. ring.
Qed.
Definition multiply : tree -> tree -> option tree := merge times_short times_q fuel.
Definition add : tree -> tree -> option tree := merge plus_short plus_q fuel.
Fixpoint product (l : list tree) : option tree := match l with [] => Some (Leaf 1) | [t] => Some t | t :: l => do r <- product l; multiply t r end.
Fixpoint add_all (l : list tree) : option tree := match l with [] => Some (Leaf 0) | [t] => Some t | t :: l => do r <- add_all l; add t r end.
Definition product_of (l : list tree) (a : nat -> nat) : Q := fold_right (fun t p => eval t a * p) 1 l.

Lemma product_correct l r a : in_range a -> product l = Some r -> eval r a == product_of l a.
Proof.
  intro a_ok. revert r. induction l as [|t l IH]; intros r; [now injection 1 as <-|]. cbn [product]. destruct l as [|u l].
  - injection 1 as <-. cbn. ring.
  - destruct (product (u :: l)) as [s|]; [|discriminate]. intro merged.
    rewrite (merge_correct _ _ times_short_correct _ _ _ _ a a_ok merged), times_ok, (IH s eq_refl). reflexivity.
Qed.
Lemma add_all_correct l r a : in_range a -> add_all l = Some r -> eval r a == sum (map (fun t => eval t a) l).
Proof.
  intro a_ok. revert r. induction l as [|t l IH]; intros r; [now injection 1 as <-|]. cbn [add_all]. destruct l as [|u l].
  - injection 1 as <-. cbn. ring.
  - destruct (add_all (u :: l)) as [s|]; [|discriminate]. intro merged.
    rewrite (merge_correct _ _ plus_short_correct _ _ _ _ a a_ok merged), plus_ok, (IH s eq_refl). reflexivity.
Qed.
Lemma product_of_filter (g : tree -> bool) l a : product_of l a == product_of (filter g l) a * product_of (filter (fun t => negb (g t)) l) a.
Proof.
  induction l as [|t l IH]; [reflexivity|]. cbn [filter]. destruct (g t); cbn [negb product_of fold_right]; fold (product_of l a); rewrite IH; unfold product_of; cbn [fold_right]; ring.
Qed.
Lemma product_of_free v i l a : forallb (free v) l = true -> product_of l (set a v i) == product_of l a.
Proof.
  induction l as [|t l IH]; [reflexivity|]. cbn [forallb]. rewrite andb_true_iff. intros [t_free l_free]. cbn [product_of fold_right].
  fold (product_of l (set a v i)) (product_of l a). now rewrite IH, free_correct.
Qed.

(** the variable's tables, multiplied and added up over its states *)
Definition sum_out (v : nat) (t : tree) : option tree :=
  match t with
  | Node w l => if Nat.eqb w v && Nat.eqb (length l) (size v) && forallb (free v) l then add_all l else None
  | Leaf q => Some (Leaf (times_q (inject_Z (Z.of_nat (size v))) q))
  end.
Definition step_out (v : nat) (fs : list tree) : option (list tree) :=
  do p <- product (filter (fun t => negb (free v t)) fs); do s <- sum_out v p; Some (s :: filter (free v) fs).
Fixpoint eliminate (vs : list nat) (fs : list tree) : option (list tree) := match vs with [] => Some fs | v :: vs => do fs <- step_out v fs; eliminate vs fs end.

Lemma total_constant n q : total n (fun _ => q) == inject_Z (Z.of_nat n) * q.
Proof.
  induction n as [|n IH]; [reflexivity|]. unfold total in *. rewrite seq_S, map_app, sum_app, IH. cbn [map]. rewrite sum_cons. change (sum []) with 0.
  rewrite Nat2Z.inj_succ. unfold Z.succ. rewrite inject_Z_plus. ring.
Qed.
Lemma sum_out_correct v t r : sum_out v t = Some r -> agree (eval r) (over_states v (eval t)).
Proof.
  unfold sum_out. destruct t as [q|w l]; [injection 1 as <-; intros a _; cbn [eval]; rewrite times_ok; unfold over_states; now rewrite total_constant|]. destruct (Nat.eqb w v && Nat.eqb (length l) (size v) && forallb (free v) l) eqn:fits; [|discriminate].
  rewrite !andb_true_iff, forallb_forall in fits. destruct fits as [[same width] each]. apply Nat.eqb_eq in same as ->. apply Nat.eqb_eq in width.
  intros added a a_ok. rewrite (add_all_correct l r a a_ok added). unfold over_states, total. rewrite <- (map_nth_seq l (Leaf 0)) at 1. rewrite map_map, width.
  apply sum_same. intros i i_in. apply in_seq in i_in. rewrite eval_node. assert (here : set a v i v = i) by (unfold set; now rewrite Nat.eqb_refl). rewrite here.
  rewrite free_correct; [reflexivity|]. apply each, nth_In. lia.
Qed.
Lemma step_out_correct v fs gs : step_out v fs = Some gs -> agree (product_of gs) (over_states v (product_of fs)).
Proof.
  unfold step_out. destruct (product _) as [p|] eqn:multiplied; [|discriminate]. destruct (sum_out v p) as [s|] eqn:summed; [|discriminate]. injection 1 as <-.
  intros a a_ok. cbn [product_of fold_right]. fold (product_of (filter (free v) fs) a). rewrite (sum_out_correct v p s summed a a_ok). unfold over_states.
  rewrite Qmult_comm, <- total_scale. apply total_same. intros i less. rewrite (product_of_filter (free v) fs).
  rewrite (product_of_free v i (filter (free v) fs)) by (apply forallb_forall; intros t t_in; now apply filter_In in t_in).
  rewrite (product_correct _ p _ (set_in_range a v i a_ok less) multiplied). reflexivity.
Qed.
Theorem eliminate_correct vs fs gs : eliminate vs fs = Some gs -> agree (product_of gs) (over vs (product_of fs)).
Proof.
  revert fs. induction vs as [|v vs IH]; intros fs; cbn [eliminate over].
  - injection 1 as <-. intros a _. reflexivity.
  - destruct (step_out v fs) as [hs|] eqn:first; [|discriminate]. intros rest a a_ok. rewrite (IH hs rest a a_ok). apply over_same; [|exact a_ok].
    now apply step_out_correct.
Qed.

(** ** The table of a function *)

Fixpoint table (vs : list nat) (F : (nat -> nat) -> Q) (a : nat -> nat) : tree :=
  match vs with [] => Leaf (F a) | v :: vs => node v (map (fun i => table vs F (set a v i)) (seq 0 (size v))) end.
Fixpoint taken (vs : list nat) (b a : nat -> nat) : nat -> nat := match vs with [] => a | v :: vs => taken vs b (set a v (b v)) end.
Lemma table_correct vs F a b : in_range b -> eval (table vs F a) b = F (taken vs b a).
Proof.
  intro b_ok. revert a. induction vs as [|v vs IH]; intro a; [reflexivity|]. cbn [table taken]. rewrite node_correct by (rewrite length_map, length_seq; apply b_ok). rewrite eval_node, nth_tabulated by apply b_ok. apply IH.
Qed.
Lemma taken_correct vs b a v : In v vs \/ a v = b v -> taken vs b a v = b v.
Proof.
  revert a. induction vs as [|w vs IH]; intros a known; cbn [taken].
  - now destruct known.
  - apply IH. unfold set. destruct (Nat.eqb_spec v w) as [->|other]; [now right|]. destruct known as [[same|inside]|same]; [congruence|now left|now right].
Qed.
End Sums.

(** ** All assignments *)

Lemma sum_flat_map {A} (f : A -> Q) (g : nat -> list A) l : sum (map f (flat_map g l)) == sum (map (fun i => sum (map f (g i))) l).
Proof. induction l as [|i l IH]; [reflexivity|]. cbn [flat_map map]. rewrite map_app, sum_app, sum_cons, IH. reflexivity. Qed.
Local Definition glue (d : nat) (a : nat -> nat) (l : list nat) (v : nat) : nat := if Nat.ltb v d then a v else nth (v - d) l 0%nat.
Lemma over_assignments size F k : forall d a, (forall v, (d <= v)%nat -> a v = 0%nat) ->
  sum (map (fun l => F (glue d a l)) (assignments (map size (seq d k)))) == over size (rev (seq d k)) F a.
Proof.
  induction k as [|k IH]; intros d a beyond; cbn [seq map assignments].
  - cbn [rev over]. rewrite sum_cons. change (sum (map _ [])) with 0. rewrite Qplus_0_r. replace (glue d a []) with a; [reflexivity|].
    apply functional_extensionality. intro v. unfold glue. destruct (Nat.ltb_spec v d); [reflexivity|]. rewrite beyond by assumption. now destruct (v - d)%nat.
  - rewrite sum_flat_map. cbn [rev]. rewrite over_app. cbn [over]. unfold over_states, total. apply sum_same. intros i _. rewrite map_map.
    rewrite <- (IH (S d) (set a d i)).
    + replace (map (fun l => F (glue d a (i :: l))) (assignments (map size (seq (S d) k)))) with (map (fun l => F (glue (S d) (set a d i) l)) (assignments (map size (seq (S d) k)))); [reflexivity|].
      apply map_ext. intro l. f_equal. apply functional_extensionality. intro v. unfold glue, set.
      destruct (Nat.eqb_spec v d) as [same|other], (Nat.ltb_spec v (S d)), (Nat.ltb_spec v d); try lia; try reflexivity.
      * now rewrite same, Nat.sub_diag.
      * now replace (v - d)%nat with (S (v - S d)) by lia.
    + intros v later. unfold set. destruct (Nat.eqb_spec v d); [lia|]. apply beyond. lia.
Qed.
(** The sum over all assignments, in any order of the variables *)
Theorem over_order size F k order : (forall v, (0 < size v)%nat) -> Permutation order (seq 0 k) ->
  sum (map (fun l => F (fun v => nth v l 0%nat)) (assignments (map size (seq 0 k)))) == over size order F (fun _ => 0%nat).
Proof.
  intros sizes_gt0 same. apply Qeq_trans with (over size (rev (seq 0 k)) F (fun _ => 0%nat)).
  - rewrite <- over_assignments by reflexivity. replace (fun l => F (glue 0 (fun _ => 0%nat) l)) with (fun l => F (fun v => nth v l 0%nat)); [reflexivity|].
    apply functional_extensionality. intro l. f_equal. apply functional_extensionality. intro v. unfold glue. cbn. now rewrite Nat.sub_0_r.
  - symmetry. apply over_permutation; [transitivity (seq 0 k); [exact same|apply Permutation_rev]| |exact sizes_gt0].
    apply (Permutation_NoDup (Permutation_sym same)), seq_NoDup.
Qed.
