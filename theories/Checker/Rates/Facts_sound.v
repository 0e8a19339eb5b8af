(** * Facts about calls are true

    Each fact of Facts.v follows from the definition of the class in Spec/Functions.v.

    Main results: [fact_of_sound], [span_fact_sound].

    Trust: proved. *)
From Coq Require Import ZArith QArith Qreals Reals Lra Lia List Bool.
From Warrant Require Import Spec.Bytes Spec.InnerProduct Spec.Functions Spec.Rates.
From Warrant Require Import Primitives.Fractions Primitives.Optimization.Spaces Primitives.Optimization.Convex Primitives.Optimization.Smooth.
From Warrant Require Import Primitives.Optimization.Operators Primitives.Optimization.Quadratics.
From Warrant Require Import Primitives.Optimization.Supports Primitives.Optimization.Growth Primitives.Optimization.Blocks.
From Warrant Require Import Checker.Rates.Sums Checker.Rates.Facts.
Import ListNotations.
Local Open Scope R_scope.

Lemma real_correct q : real q = Q2R q.
Proof. destruct q as [n d]. unfold real, Q2R. cbn [Qnum Qden]. destruct d; unfold Rdiv; try reflexivity. now rewrite Rinv_1, Rmult_1_r. Qed.

Local Lemma less_q_R p q : less_q p q = true -> Q2R p < Q2R q.
Proof.
  unfold less_q. intro lt. apply Qlt_Rlt, Qnot_le_lt. intro le. apply Qle_bool_iff in le. now rewrite le in lt.
Qed.
Local Lemma positive_q_R q : positive_q q = true -> 0 < Q2R q.
Proof. intro pos. rewrite <- Q2R_0. now apply less_q_R. Qed.
Local Lemma Q2R_inv_pos q : 0 < Q2R q -> Q2R (/ q) = / Q2R q.
Proof. intro pos. apply Q2R_inv. intro null. apply Qeq_eqR in null. rewrite Q2R_0 in null. lra. Qed.

Lemma first_In {A} (f : class -> option A) cs a : first f cs = Some a -> exists c, In c cs /\ f c = Some a.
Proof.
  induction cs as [|c cs IH]; cbn; [discriminate|]. destruct (f c) as [b|] eqn:fc.
  - intro eq. injection eq as <-. exists c. split; [now left|exact fc].
  - intro found. destruct (IH found) as (d & there & fd). exists d. split; [now right|exact fd].
Qed.

(** what such a search finds is one of the classes, and holds if all of them do *)
Lemma class_of (P : class -> Prop) {A} (f : class -> option A) cs a :
  Forall P cs -> first f cs = Some a -> exists c, P c /\ f c = Some a.
Proof.
  intros all found. destruct (first_In _ _ _ found) as (c & there & fc). exists c. split; [|exact fc]. rewrite Forall_forall in all. now apply all.
Qed.

Section Facts.
Context {E : inner_product_space}.
Variables (functions : nat -> function E) (operators : nat -> E -> E -> Prop) (points : nat -> E) (numbers : nat -> R) (y : positive -> E).
Notation fv := (form_value y).

Definition call_ok (c : call) : Prop :=
  match kind_of c with
  | Subgradient => subgradient (functions (object_of c)) (fv (place c)) (fv (slope c))
  | Gradient => gradient (functions (object_of c)) (fv (place c)) (fv (slope c))
  | Image => operators (object_of c) (fv (place c)) (fv (slope c))
  | Adjoint => adjoint (operators (object_of c)) (fv (place c)) (fv (slope c))
  end /\
  match value_of c with Some v => number_value points numbers v = functions (object_of c) (fv (place c)) | None => True end.
Definition objects_hold (os : list object) : Prop :=
  forall i, match nth_error os i with
            | Some (FunctionIn cs) => Forall (function_in operators (functions i)) cs
            | Some (OperatorIn cs) => Forall (operator_in (operators i)) cs
            | None => True
            end.

Definition term_value (t : term) : R :=
  match t with
  | Product q a b => Q2R q * inner (fv a) (fv b)
  | Square q a => Q2R q * norm2 (fv a)
  | Value q v => Q2R q * number_value points numbers v
  | Fixed q => Q2R q
  end.
Fixpoint terms_value (l : list term) : R := match l with [] => 0 | t :: l => term_value t + terms_value l end.
Definition fact_ok (f : fact) : Prop := terms_value (terms f) <= 0 /\ (equation f = true -> terms_value (terms f) = 0).

Lemma at_most_ok l f : at_most l = Some f -> terms_value l <= 0 -> fact_ok f.
Proof. unfold at_most. intro eq. injection eq as <-. intro low. now split. Qed.
Lemma equal_to_ok l f : equal_to l = Some f -> terms_value l = 0 -> fact_ok f.
Proof. unfold equal_to. intro eq. injection eq as <-. intro null. split; cbn; intros; lra. Qed.
Lemma difference_correct a b : fv (difference a b) = (fv a - fv b)%V.
Proof. unfold difference. rewrite combine_correct, Q2R_minus_one. vector_ring. Qed.
Lemma scaled_correct q a : fv (combine [] q a) = (Q2R q *: fv a)%V.
Proof. rewrite combine_correct. cbn [form_value]. vector_ring. Qed.

(** *** Functions *)
Section Function.
Variables (k : nat) (cs : list class).
Notation f := (functions k).
Hypothesis in_classes : Forall (function_in operators f) cs.

Lemma convexity_of mu : first convexity cs = Some mu -> strongly_convex (Q2R mu) f.
Proof.
  intro found. destruct (class_of _ _ _ _ in_classes found) as (c & holds & gc). destruct c; try discriminate; injection gc as <-; cbn [function_in] in holds;
    rewrite ?real_correct in holds; [|exact holds].
  rewrite Q2R_0. exact holds.
Qed.
Lemma smoothness_of L : first smoothness cs = Some L -> smooth (Q2R L) f.
Proof. intro found. destruct (class_of _ _ _ _ in_classes found) as (c & holds & gc). destruct c; try discriminate. injection gc as <-. cbn in holds. now rewrite real_correct in holds. Qed.

Definition of_function (c : call) : Prop := call_ok c /\ object_of c = k /\ (is_subgradient c || is_gradient c)%bool = true.
Lemma call_domain c : of_function c -> domain f (fv (place c)).
Proof.
  unfold of_function, call_ok, is_subgradient, is_gradient. intros ([oracle _] & obj & kind). rewrite obj in oracle.
  destruct (kind_of c); [exact (proj1 oracle)|exact (gradient_domain _ _ _ oracle)|discriminate|discriminate].
Qed.
Lemma call_subgradient c : of_function c -> is_subgradient c = true -> subgradient f (fv (place c)) (fv (slope c)).
Proof. unfold of_function, call_ok, is_subgradient. intros ([oracle _] & obj & _). rewrite obj in oracle. now destruct (kind_of c). Qed.
Lemma call_gradient c : of_function c -> is_gradient c = true -> gradient f (fv (place c)) (fv (slope c)).
Proof. unfold of_function, call_ok, is_gradient. intros ([oracle _] & obj & _). rewrite obj in oracle. now destruct (kind_of c). Qed.
Lemma call_value c v : of_function c -> value_of c = Some v -> number_value points numbers v = f (fv (place c)).
Proof. unfold of_function, call_ok. intros ([_ value] & obj & _) is. rewrite is, obj in value. exact value. Qed.
Lemma call_stationary c : is_stationary c = true -> fv (slope c) = vzero.
Proof. unfold is_stationary. now destruct (slope c). Qed.

Lemma convex_fact i j mu : of_function i -> of_function j ->
  match first convexity cs with Some mu => Some mu | None => when (is_subgradient j) (Some 0%Q) end = Some mu ->
  f (fv (place i)) >= f (fv (place j)) + inner (fv (slope j)) (fv (place i) - fv (place j))%V + Q2R mu / 2 * norm2 (fv (place i) - fv (place j))%V.
Proof.
  intros ok_i ok_j which. pose proof (call_domain i ok_i) as dom.
  destruct (first convexity cs) as [m|] eqn:found.
  - injection which as ->. pose proof (convexity_of _ found) as cvx. destruct (kind_of j) eqn:kind.
    + apply strongly_convex_lower; auto. apply call_subgradient; auto. unfold is_subgradient. now rewrite kind.
    + apply gradient_lower; auto. apply call_gradient; auto. unfold is_gradient. now rewrite kind.
    + destruct ok_j as (_ & _ & called). unfold is_subgradient, is_gradient in called. now rewrite kind in called.
    + destruct ok_j as (_ & _ & called). unfold is_subgradient, is_gradient in called. now rewrite kind in called.
  - destruct (is_subgradient j) eqn:kind; [|discriminate]. injection which as <-. rewrite Q2R_0.
    pose proof (subgradient_lower f _ _ _ (call_subgradient j ok_j kind) dom). lra.
Qed.

Lemma smooth_fact i j mu L vi vj : smooth (Q2R L) f -> strongly_convex (Q2R mu) f -> 0 < Q2R L -> Q2R mu < Q2R L ->
  gradient f (fv (place i)) (fv (slope i)) -> gradient f (fv (place j)) (fv (slope j)) -> vi = f (fv (place i)) -> vj = f (fv (place j)) ->
  let d := (fv (place i) - fv (place j))%V in
  let e := (fv (slope i) - fv (slope j))%V in
  let c := Qred (/ (2 * (1 - mu / L))) in
  1 * vj + (1 * inner (fv (slope j)) d + (Q2R (Qred (c / L)) * norm2 e + (Q2R (Qred (c * mu)) * norm2 d +
    (Q2R (Qred (- (2 * c * mu / L))) * inner e d + (-1 * vi + 0))))) <= 0.
Proof.
  intros is_smooth is_convex L_pos lt grad_i grad_j -> -> d e c.
  assert (L_ne : ~ (L == 0)%Q) by (intro null; apply Qeq_eqR in null; rewrite Q2R_0 in null; lra).
  assert (ratio : Q2R (mu / L) = Q2R mu / Q2R L) by (unfold Qdiv; now rewrite Q2R_mult, Q2R_inv).
  assert (room : 0 < 2 * (1 - Q2R mu / Q2R L)).
  { enough (Q2R mu / Q2R L < 1) by lra. apply (Rmult_lt_reg_r (Q2R L)); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
  assert (same : Q2R (2 * (1 - mu / L)) = 2 * (1 - Q2R mu / Q2R L)) by now rewrite Q2R_mult, Q2R_minus, ratio, Q2R_2, Q2R_1.
  assert (c_is : Q2R c = / (2 * (1 - Q2R mu / Q2R L))) by (unfold c; rewrite Q2R_Qred, Q2R_inv_pos; rewrite same; [easy|exact room]).
  rewrite !Q2R_Qred. unfold Qdiv. rewrite Q2R_opp, !Q2R_mult, Q2R_inv, c_is, Q2R_2 by exact L_ne.
  pose proof (smooth_strongly_convex_interpolation (Q2R mu) (Q2R L) f _ _ _ _ is_smooth is_convex lt L_pos grad_i grad_j) as fact.
  replace (inner (fv (slope j) - fv (slope i))%V (fv (place j) - fv (place i))%V) with (inner e d) in fact by (unfold e, d; expand_inner; ring).
  fold d e in fact. unfold Rdiv in *. lra.
Qed.
Lemma lipschitz_fact i M : of_function i -> lipschitz (Q2R M) f -> norm2 (fv (slope i)) <= Q2R M * Q2R M.
Proof.
  intros ok_i bounded. destruct (kind_of i) eqn:kind.
  - apply (lipschitz_subgradient _ f (fv (place i))); [exact bounded|]. apply call_subgradient; [exact ok_i|]. unfold is_subgradient. now rewrite kind.
  - apply (lipschitz_gradient _ f (fv (place i))); [exact bounded|]. apply call_gradient; [exact ok_i|]. unfold is_gradient. now rewrite kind.
  - destruct ok_i as (_ & _ & called). unfold is_subgradient, is_gradient in called. now rewrite kind in called.
  - destruct ok_i as (_ & _ & called). unfold is_subgradient, is_gradient in called. now rewrite kind in called.
Qed.

(** opens what a fact was made from: the values, the class, the conditions *)
Local Ltac inspect :=
  repeat match goal with
  | |- (match ?a with _ => _ end) = Some _ -> _ => let found := fresh "found" in destruct a eqn:found; try discriminate
  end;
  repeat match goal with
  | both : (_ && _)%bool = true |- _ => apply andb_true_iff in both as [? ?]
  end.
Local Ltac in_class :=
  match goal with found : first _ cs = Some _ |- _ =>
    let c := fresh "c" in let holds := fresh "holds" in let gc := fresh "gc" in
    destruct (class_of _ _ _ _ in_classes found) as (c & holds & gc); clear found; destruct c; try discriminate; try (injection gc as <- <-); try (injection gc as <-);
    cbn [function_in] in holds; rewrite ?real_correct in holds
  end.
(** what is known of the calls, in words of the library *)
Local Ltac facts_of_calls :=
  repeat match goal with
  | ok : of_function ?c, found : value_of ?c = Some ?v |- _ => pose proof (call_value c v ok found); clear found
  | ok : of_function ?c, kind : is_subgradient ?c = true |- _ => pose proof (call_subgradient c ok kind); clear kind
  | ok : of_function ?c, kind : is_gradient ?c = true |- _ => pose proof (call_gradient c ok kind); clear kind
  | null : is_stationary ?c = true |- _ => apply call_stationary in null
  | pos : positive_q _ = true |- _ => apply positive_q_R in pos
  | lt : less_q _ _ = true |- _ => apply less_q_R in lt
  end.
Local Ltac meaning :=
  cbn [terms_value term_value];
  rewrite ?difference_correct, ?Q2R_1, ?Q2R_minus_one, ?Q2R_minus_half, ?Q2R_mult, ?Q2R_opp, ?Q2R_mult, ?Q2R_half, ?Q2R_2.
Local Ltac conclude :=
  let made := fresh "made" in
  intro made; first [apply (at_most_ok _ _ made)|apply (equal_to_ok _ _ made)]; clear made; facts_of_calls; meaning.

(** a stationary call's slope is 0, wherever it occurs *)
Local Ltac rewrite_stationary := match goal with null : fv (slope ?i) = vzero |- _ => rewrite null in * end.

Lemma function_fact_sound n calls g : Forall of_function calls -> function_fact n cs calls = Some g -> fact_ok g.
Proof.
  intro ok. destruct calls as [|i calls]; [now destruct n|]. inversion ok as [|? ? ok_i ok']; subst. clear ok.
  destruct n; cbn [function_fact]; try discriminate;
    (destruct calls as [|j calls]; try discriminate);
    try (inversion ok' as [|? ? ok_j ok'']; subst; clear ok'; destruct calls as [|k' calls]; try discriminate);
    try (inversion ok'' as [|? ? ok_k ok3]; subst; clear ok''; destruct calls; try discriminate).
  - (* convex *)
    destruct (value_of i) as [vi|] eqn:value_i; [|discriminate]. destruct (value_of j) as [vj|] eqn:value_j; [|discriminate].
    destruct (match first convexity cs with Some mu => Some mu | None => _ end) as [mu|] eqn:which; [|discriminate].
    pose proof (convex_fact i j mu ok_i ok_j which). conclude. lra.
  - (* smooth *)
    destruct (value_of i) as [vi|] eqn:value_i; [|discriminate]. destruct (value_of j) as [vj|] eqn:value_j; [|discriminate].
    destruct (first smoothness cs) as [L|] eqn:is_smooth; [|discriminate]. apply smoothness_of in is_smooth.
    set (mu := match first convexity cs with Some mu => mu | None => (- L)%Q end).
    assert (is_convex : strongly_convex (Q2R mu) f).
    { unfold mu. destruct (first convexity cs) as [m|] eqn:found; [now apply convexity_of|]. rewrite Q2R_opp. now apply smooth_weakly_convex. }
    inspect. conclude. now apply smooth_fact.
  - (* lipschitz *)
    inspect. in_class. conclude. pose proof (lipschitz_fact i M ok_i holds). lra.
  - (* indicator *)
    inspect. in_class. conclude. destruct holds as [_ zero]. pose proof (zero _ (call_domain i ok_i)). lra.
  - (* diameter *)
    inspect. in_class. conclude. pose proof (diameter_norm2 _ _ _ _ holds (call_domain i ok_i) (call_domain j ok_j)). lra.
  - (* support-value *)
    inspect. in_class. conclude. rewrite (support_value f) by assumption. lra.
  - (* support-order *)
    inspect. in_class. conclude. enough (inner (fv (place j)) (fv (slope i) - fv (slope j))%V <= 0) by lra. now apply (support_order f (fv (place i))).
  - (* support-bound *)
    inspect. in_class. conclude. enough (norm2 (fv (slope i)) <= Q2R M * Q2R M) by lra. now apply (bounded_support_norm2 _ f (fv (place i))).
  - (* growth *)
    inspect. in_class. conclude. rewrite Q2R_inv_pos, Q2R_mult, Q2R_2 by (rewrite Q2R_mult, Q2R_2; lra).
    enough (f (fv (place i)) >= f (fv (place j)) + inner (fv (slope j)) (fv (place i) - fv (place j))%V + / (2 * Q2R L) * norm2 (fv (slope j))) by lra.
    apply growth_lower; try assumption. now rewrite_stationary.
  - (* quadratic-value *)
    inspect. in_class. conclude. rewrite_stationary.
    enough (f (fv (place j)) - f (fv (place i)) = / 2 * inner (fv (place j) - fv (place i))%V (fv (slope j))) by lra.
    now apply (quadratic_value (Q2R mu) (Q2R L)).
  - (* quadratic-symmetry *)
    inspect. in_class. conclude. rewrite_stationary.
    enough (inner (fv (place j) - fv (place i))%V (fv (slope k')) = inner (fv (place k') - fv (place i))%V (fv (slope j))) by lra.
    now apply (quadratic_symmetry (Q2R mu) (Q2R L) f).
  - (* secant *)
    inspect. in_class. conclude. rewrite_stationary.
    enough (inner (fv (slope j)) (fv (place j) - fv (place i))%V >= Q2R mu * norm2 (fv (place j) - fv (place i))%V) by lra. now apply holds.
  - (* error-bound *)
    inspect. in_class. conclude. rewrite_stationary.
    enough (norm2 (fv (slope j)) <= Q2R L * Q2R L * norm2 (fv (place j) - fv (place i))%V) by lra. now apply (error_bound_norm2 (Q2R L) f).
  - (* lojasiewicz *)
    inspect. in_class. conclude. repeat match goal with value : number_value _ _ _ = _ |- _ => rewrite value; clear value end.
    enough (2 * Q2R mu * (f (fv (place i)) - f (fv (place j))) <= norm2 (fv (slope i))) by lra. apply holds; [assumption|now apply call_domain].
  - (* descent *)
    destruct (value_of i) as [vi|] eqn:value_i; [|discriminate]. destruct (value_of j) as [vj|] eqn:value_j; [|discriminate].
    match goal with |- (match ?a with _ => _ end) = _ -> _ => destruct a as [mu|] eqn:is_lojasiewicz; [|discriminate] end.
    destruct (first smoothness cs) as [L|] eqn:is_smooth; [|discriminate]. apply smoothness_of in is_smooth.
    inspect. in_class. conclude. rewrite_stationary. rewrite Q2R_inv_pos, Q2R_mult, Q2R_2 by (rewrite Q2R_mult, Q2R_2; lra).
    enough (f (fv (place i)) + / (2 * Q2R L) * norm2 (fv (slope j)) <= f (fv (place j))) by lra. eapply lojasiewicz_descent; eassumption.
Qed.

Lemma span_of_correct (a : call -> form) l : fv (span_of a l) = span (fun m => Q2R (fst m)) (fun m => fv (a (snd m))) l.
Proof.
  unfold span_of, span. induction l as [|m l IH]; [easy|]. cbn [fold_right]. rewrite combine_correct, IH. vector_ring.
Qed.
Lemma span_of_place i l :
  fv (span_of (fun c => difference (place c) (place i)) l) = span (fun m => Q2R (fst m)) (fun m => (fv (place (snd m)) - fv (place i))%V) l.
Proof.
  rewrite (span_of_correct (fun c => difference (place c) (place i))). unfold span. induction l as [|m l IH]; [easy|]. cbn [fold_right].
  now rewrite IH, difference_correct.
Qed.
(** <g - µz, Lz - g>, taken apart as the checker sums it up *)
Lemma spectrum_terms mu L z g : 0 <= inner (fv g - Q2R mu *: fv z)%V (Q2R L *: fv z - fv g)%V ->
  terms_value [Product (-1) (combine g (- mu) z) (combine [] L z); Product 1 (combine g (- mu) z) g] <= 0.
Proof.
  intro ge0. cbn [terms_value term_value]. rewrite scaled_correct, combine_correct, Q2R_opp, Q2R_1, Q2R_minus_one. expand_inner in *. lra.
Qed.
Lemma function_span_sound n i l g : of_function i -> Forall (fun m => call_ok (snd m) /\ object_of (snd m) = k) l ->
  function_span n cs i l = Some g -> fact_ok g.
Proof.
  intros ok_i ok. destruct n; cbn [function_span]; try discriminate.
  destruct (first _ cs) as [[mu L]|] eqn:found; [|discriminate].
  destruct (is_gradient i && is_stationary i && forallb _ l)%bool eqn:kinds; [|discriminate].
  apply andb_true_iff in kinds as [[kind stationary]%andb_true_iff gradients]. in_class.
  intro made. apply (at_most_ok _ _ made). clear made. facts_of_calls. apply spectrum_terms.
  rewrite span_of_place, span_of_correct. refine (quadratic_spectrum _ _ f _ _ _ _ _ holds _ _); [rewrite_stationary; assumption|].
  intros m there. rewrite Forall_forall in ok. destruct (ok m there) as [ok_m obj].
  rewrite forallb_forall in gradients. specialize (gradients m there). apply call_gradient; [|exact gradients].
  split; [exact ok_m|]. split; [exact obj|]. now rewrite gradients, Bool.orb_true_r.
Qed.
End Function.

(** *** Operators *)
Section Operator.
Variables (k : nat) (cs : list class).
Notation A := (operators k).
Hypothesis in_classes : Forall (operator_in A) cs.

Definition of_operator (c : call) : Prop := A (fv (place c)) (fv (slope c)).

Local Ltac in_class :=
  match goal with |- (match first ?g cs with _ => _ end) = Some _ -> _ =>
    let found := fresh "found" in let c := fresh "c" in let holds := fresh "holds" in let gc := fresh "gc" in
    destruct (first g cs) eqn:found; [|discriminate];
    destruct (class_of _ _ _ _ in_classes found) as (c & holds & gc); clear found; destruct c; try discriminate;
    try (injection gc as <- <-); try (injection gc as <-); cbn [operator_in] in holds; rewrite ?real_correct in holds
  end.
Local Ltac conclude :=
  let made := fresh "made" in
  intro made; first [apply (at_most_ok _ _ made)|apply (equal_to_ok _ _ made)]; clear made; cbn [terms_value term_value];
  rewrite ?difference_correct, ?Q2R_1, ?Q2R_minus_one, ?Q2R_opp, ?Q2R_mult.

Lemma operator_fact_sound n calls g : Forall of_operator calls -> operator_fact n cs calls = Some g -> fact_ok g.
Proof.
  intro ok. destruct calls as [|i calls]; [now destruct n|]. inversion ok as [|? ? ok_i ok']; subst. clear ok. unfold of_operator in *.
  destruct n; cbn [operator_fact]; try discriminate;
    (destruct calls as [|j calls]; try discriminate); inversion ok' as [|? ? ok_j ok'']; subst; clear ok'; (destruct calls; try discriminate).
  - (* monotone *)
    in_class. conclude. pose proof (holds _ _ _ _ ok_i ok_j). lra.
  - (* cocoercive *)
    in_class. conclude. pose proof (holds _ _ _ _ ok_i ok_j). lra.
  - (* lipschitz-operator *)
    in_class. conclude. pose proof (lipschitz_operator_norm2 _ _ _ _ _ _ holds ok_i ok_j). lra.
  - (* symmetric *)
    in_class. conclude. rewrite (symmetric_pair _ _ _ _ _ _ _ holds ok_i ok_j). lra.
  - (* skew-symmetric *)
    in_class. conclude. rewrite (skew_pair _ _ _ _ _ _ holds ok_i ok_j). lra.
Qed.
Lemma operator_span_sound n l g : Forall (fun m => of_operator (snd m)) l -> operator_span n cs l = Some g -> fact_ok g.
Proof.
  intro ok. rewrite Forall_forall in ok. destruct n; cbn [operator_span]; try discriminate.
  - (* symmetric-spectrum *)
    in_class. intro made. apply (at_most_ok _ _ made). apply spectrum_terms. rewrite !span_of_correct. now apply (symmetric_span _ _ A).
  - (* skew-bound *)
    in_class. conclude. rewrite !span_of_correct.
    pose proof (skew_span _ A (fun m => Q2R (fst m)) (fun m => fv (place (snd m))) (fun m => fv (slope (snd m))) l holds ok). lra.
  - (* linear-bound *)
    in_class. conclude. rewrite !span_of_correct.
    pose proof (linear_span_bound _ A (fun m => Q2R (fst m)) (fun m => fv (place (snd m))) (fun m => fv (slope (snd m))) l holds ok). lra.
Qed.

(** *** Adjoints *)
Definition of_adjoint (c : call) : Prop := adjoint A (fv (place c)) (fv (slope c)).
Lemma adjoint_span_sound n l g : Forall (fun m => of_adjoint (snd m)) l -> adjoint_span n cs l = Some g -> fact_ok g.
Proof.
  intro ok. rewrite Forall_forall in ok. destruct n; cbn [adjoint_span]; try discriminate.
  in_class. conclude. rewrite !span_of_correct.
  pose proof (adjoint_span_bound _ A (fun m => Q2R (fst m)) (fun m => fv (place (snd m))) (fun m => fv (slope (snd m))) l holds ok). lra.
Qed.
End Operator.

(** *** Any object *)
Lemma image_holds k c : call_ok c -> object_of c = k -> is_image c = true -> of_operator k c.
Proof. unfold call_ok, is_image, of_operator. intros [oracle _] <-. now destruct (kind_of c). Qed.
Lemma adjoint_holds k c : call_ok c -> object_of c = k -> is_adjoint c = true -> of_adjoint k c.
Proof. unfold call_ok, is_adjoint, of_adjoint. intros [oracle _] <-. now destruct (kind_of c). Qed.

(** *** Decompositions *)
Section Decompositions.
Variables (os : list object) (ds : list (list nat)).
Hypothesis objects_ok : objects_hold os.
Hypothesis decompositions_ok : Forall (fun ks => decomposition (map operators ks)) ds.

Local Lemma among_In k ks : among k ks = true -> In k ks.
Proof. unfold among. intros (j & there & same)%existsb_exists. apply Nat.eqb_eq in same as ->. exact there. Qed.
Local Lemma among_nth k ks : among k ks = true -> exists i, nth_error ks i = Some k.
Proof. intro there. now apply In_nth_error, among_In. Qed.
Local Lemma same_form_correct a b : same_form a b = true -> fv a = fv b.
Proof.
  unfold same_form. intro same. apply vsub_definite. rewrite <- difference_correct. now destruct (difference a b).
Qed.
Lemma orthogonal_fact a b : call_ok a -> call_ok b -> is_image a = true -> is_image b = true -> object_of a <> object_of b ->
  existsb (fun ks => among (object_of a) ks && among (object_of b) ks)%bool ds = true -> inner (fv (slope a)) (fv (slope b)) = 0.
Proof.
  intros ok_a ok_b image_a image_b differ (ks & there & [in_a in_b]%andb_true_iff)%existsb_exists.
  rewrite Forall_forall in decompositions_ok. specialize (decompositions_ok ks there).
  destruct (among_nth _ _ in_a) as (i & at_i). destruct (among_nth _ _ in_b) as (j & at_j).
  apply (decomposition_orthogonal (map operators ks) i j (operators (object_of a)) (operators (object_of b)) (fv (place a)) _ (fv (place b)) _).
  - exact decompositions_ok.
  - intros ->. rewrite at_i in at_j. now injection at_j.
  - now apply map_nth_error.
  - now apply map_nth_error.
  - now apply image_holds.
  - now apply image_holds.
Qed.
Lemma block_smooth_fact i j a b L : let f := functions (object_of i) in
  convex f -> block_smooth (operators (object_of a)) (Q2R L) f -> 0 < Q2R L ->
  gradient f (fv (place i)) (fv (slope i)) -> gradient f (fv (place j)) (fv (slope j)) ->
  call_ok a -> call_ok b -> is_image a = true -> is_image b = true -> object_of b = object_of a ->
  fv (place a) = fv (slope i) -> fv (place b) = fv (slope j) -> existsb (among (object_of a)) ds = true ->
  f (fv (place i)) >= f (fv (place j)) + inner (fv (slope j)) (fv (place i) - fv (place j))%V + / (2 * Q2R L) * norm2 (fv (slope a) - fv (slope b))%V.
Proof.
  intros f convex_f smooth_f L_gt0 grad_i grad_j ok_a ok_b image_a image_b same at_a at_b (ks & there & in_a)%existsb_exists.
  rewrite Forall_forall in decompositions_ok. specialize (decompositions_ok ks there).
  destruct (decomposition_projection _ (operators (object_of a)) decompositions_ok) as (P & project & graph); [now apply in_map, among_In|].
  pose proof (image_holds _ a ok_a eq_refl image_a) as part_a. pose proof (image_holds _ b ok_b same image_b) as part_b.
  apply graph in part_a. apply graph in part_b. rewrite at_a in part_a. rewrite at_b in part_b. rewrite part_a, part_b.
  exact (block_smooth_interpolation P (operators (object_of a)) project graph (Q2R L) f _ _ _ _ smooth_f convex_f L_gt0 grad_i grad_j).
Qed.
Lemma block_fact_sound n calls g : Forall call_ok calls -> block_fact os ds n calls = Some g -> fact_ok g.
Proof.
  intro ok. destruct n; cbn [block_fact]; try discriminate.
  - destruct calls as [|a [|b [|]]]; try discriminate. inversion ok as [|? ? ok_a ok']; subst. inversion ok' as [|? ? ok_b _]; subst.
    match goal with |- (if ?c then _ else _) = _ -> _ => destruct c eqn:conditions; [|discriminate] end.
    apply andb_true_iff in conditions as [[[image_a image_b]%andb_true_iff differ]%andb_true_iff there].
    intro made. apply (equal_to_ok _ _ made). cbn [terms_value term_value]. rewrite (orthogonal_fact a b) by
      (try assumption; intro same; rewrite same, Nat.eqb_refl in differ; discriminate). lra.
  - destruct calls as [|i [|j [|a [|b [|]]]]]; try discriminate. inversion ok as [|? ? ok_i ok1]; subst. inversion ok1 as [|? ? ok_j ok2]; subst.
    inversion ok2 as [|? ? ok_a ok3]; subst. inversion ok3 as [|? ? ok_b _]; subst.
    destruct (value_of i) as [vi|] eqn:value_i; [|discriminate]. destruct (value_of j) as [vj|] eqn:value_j; [|discriminate].
    pose proof (objects_ok (object_of i)) as classes. destruct (nth_error os (object_of i)) as [[cs|cs]|]; try discriminate.
    destruct (first convexity cs) as [mu|] eqn:is_convex; [|discriminate]. apply (convexity_of _ _ classes) in is_convex.
    destruct (first (block_smoothness (object_of a)) cs) as [L|] eqn:is_smooth; [|discriminate].
    match goal with |- (if ?c then _ else _) = _ -> _ => destruct c eqn:conditions; [|discriminate] end.
    repeat match goal with both : (_ && _)%bool = true |- _ => apply andb_true_iff in both as [? ?] end.
    repeat match goal with
    | same : same_object _ _ = true |- _ => apply Nat.eqb_eq in same
    | same : same_form _ _ = true |- _ => apply same_form_correct in same
    | pos : positive_q _ = true |- _ => apply positive_q_R in pos
    | ge0 : Qle_bool 0 _ = true |- _ => apply Qle_bool_R0 in ge0
    end.
    destruct (class_of _ _ _ _ classes is_smooth) as (c & holds & gc). destruct c; try discriminate. cbn [block_smoothness] in gc.
    destruct (Nat.eqb_spec b0 (object_of a)) as [->|]; [|discriminate]. injection gc as ->. cbn [function_in] in holds. rewrite real_correct in holds.
    assert (grad_i : gradient (functions (object_of i)) (fv (place i)) (fv (slope i))).
    { destruct ok_i as [oracle _]. unfold is_gradient in *. now destruct (kind_of i). }
    assert (grad_j : gradient (functions (object_of i)) (fv (place j)) (fv (slope j))).
    { destruct ok_j as [oracle _]. unfold is_gradient in *. match goal with same : object_of j = _ |- _ => rewrite same in oracle end. now destruct (kind_of j). }
    assert (is_vi : number_value points numbers vi = functions (object_of i) (fv (place i))) by (destruct ok_i as [_ value]; now rewrite value_i in value).
    assert (is_vj : number_value points numbers vj = functions (object_of i) (fv (place j))).
    { destruct ok_j as [_ value]. rewrite value_j in value. match goal with same : object_of j = _ |- _ => now rewrite same in value end. }
    intro made. apply (at_most_ok _ _ made). cbn [terms_value term_value].
    rewrite !difference_correct, Q2R_1, Q2R_minus_one, is_vi, is_vj, Q2R_Qred, Q2R_inv_pos, Q2R_mult, Q2R_2 by (rewrite Q2R_mult, Q2R_2; lra).
    enough (functions (object_of i) (fv (place i)) >= functions (object_of i) (fv (place j)) + inner (fv (slope j)) (fv (place i) - fv (place j))%V +
      / (2 * Q2R L) * norm2 (fv (slope a) - fv (slope b))%V) by lra.
    apply (block_smooth_fact i j a b L); try assumption. now apply (strongly_convex_convex (Q2R mu)).
Qed.
End Decompositions.

Theorem fact_of_sound os ds n calls g : objects_hold os -> Forall (fun ks => decomposition (map operators ks)) ds -> Forall call_ok calls ->
  fact_of os ds n calls = Some g -> fact_ok g.
Proof.
  intros objects decomposed ok. assert (of_blocks := block_fact_sound os ds objects decomposed n calls g ok).
  enough (others : match calls with
    | [] => None
    | c :: _ =>
      if forallb (same_object (object_of c)) calls then
        match nth_error os (object_of c) with
        | Some (FunctionIn cs) => when (forallb (fun c => is_subgradient c || is_gradient c)%bool calls) (function_fact n cs calls)
        | Some (OperatorIn cs) => if forallb is_image calls then operator_fact n cs calls else adjoint_fact n calls
        | None => None
        end
      else None
    end = Some g -> fact_ok g) by (unfold fact_of; destruct n; assumption).
  clear of_blocks. destruct calls as [|c calls]; [discriminate|]. set (k := object_of c). set (all := c :: calls) in *.
  destruct (forallb (same_object k) all) eqn:same; [|discriminate]. rewrite forallb_forall in same. pose proof ok as each. rewrite Forall_forall in each.
  assert (obj : forall d, In d all -> object_of d = k) by (intros d there; now apply Nat.eqb_eq, same).
  pose proof (objects k) as classes. destruct (nth_error os k) as [[cs|cs]|]; [| |discriminate].
  - destruct (forallb (fun c => is_subgradient c || is_gradient c)%bool all) eqn:kinds; [|discriminate]. rewrite forallb_forall in kinds.
    apply (function_fact_sound k cs classes). apply Forall_forall. intros d there. split; [now apply each|]. split; [now apply obj|now apply kinds].
  - destruct (forallb is_image all) eqn:kinds.
    + rewrite forallb_forall in kinds.
      apply (operator_fact_sound k cs classes). apply Forall_forall. intros d there. apply image_holds; auto.
    + clear kinds. destruct n; cbn [adjoint_fact]; try discriminate. destruct calls as [|d [|]]; cbn [all adjoint_fact]; try discriminate.
      destruct (is_image c && is_adjoint d)%bool eqn:kinds; [|discriminate]. apply andb_true_iff in kinds as [image value].
      pose proof (image_holds k c (each c (or_introl eq_refl)) eq_refl image) as x_y.
      pose proof (adjoint_holds k d (each d (or_intror (or_introl eq_refl))) (obj d (or_intror (or_introl eq_refl))) value) as u_v.
      intro made. apply (equal_to_ok _ _ made). cbn [terms_value term_value]. rewrite Q2R_1, Q2R_minus_one, (adjoint_pair _ _ _ _ _ x_y u_v). lra.
Qed.
Theorem span_fact_sound os n i l g : objects_hold os -> call_ok i -> Forall (fun m => call_ok (snd m)) l -> span_fact os n i l = Some g -> fact_ok g.
Proof.
  intros objects ok_i ok. unfold span_fact. set (k := object_of i). destruct (same_object k i && _)%bool eqn:same; [|discriminate].
  apply andb_true_iff in same as [_ same]. rewrite forallb_forall in same. rewrite Forall_forall in ok.
  assert (obj : forall m, In m l -> object_of (snd m) = k) by (intros m there; now apply Nat.eqb_eq, same).
  pose proof (objects k) as classes. destruct (nth_error os k) as [[cs|cs]|]; [| |discriminate].
  - destruct (is_gradient i) eqn:kind.
    + apply (function_span_sound k cs classes); [split; [exact ok_i|]; split; [reflexivity|now rewrite kind, Bool.orb_true_r]|].
      apply Forall_forall. intros m there. split; [now apply ok|now apply obj].
    + destruct n; cbn [function_span]; try discriminate. destruct (first _ cs) as [[? ?]|]; [|discriminate]. rewrite kind. discriminate.
  - destruct (forallb (fun m => is_image (snd m)) l) eqn:kinds.
    + rewrite forallb_forall in kinds. apply (operator_span_sound k cs classes). apply Forall_forall. intros m there. apply image_holds; auto.
    + clear kinds. destruct (forallb (fun m => is_adjoint (snd m)) l) eqn:kinds; [|discriminate]. rewrite forallb_forall in kinds.
      apply (adjoint_span_sound k cs classes). apply Forall_forall. intros m there. apply adjoint_holds; auto.
Qed.
End Facts.
