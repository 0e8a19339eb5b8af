(** * Products of powers, and norms, that a program computes

    Which instructions are products of powers of earlier ones, which are linear combinations of their logarithms, and which are sums of equal powers, whatever
    the inputs are: √x is x^(1/2), exp(p ln x) is x^p, and √x √y is x^(1/2) y^(1/2).  From these forms the curvature of powers, geometric means and norms follows (Facts.v).
    The bases are at least 0 wherever the instruction is defined.

    Main definitions: [form], [form_of], [all_forms].
    Main results: [all_forms_correct].

    Trust: proved. *)
From Coq Require Import ZArith QArith Qreals Reals List Bool FMapPositive Lra.
From Warrant Require Import Spec.Bytes Primitives.Fractions Primitives.Autodiff.Programs Primitives.Losses.Composition Primitives.Losses.Powers.
Import ListNotations.

Definition terms := list (positive * Q).
Record form := Form {
  at_least_0 : bool;
  product : option terms;                      (* the product of the powers b^w *)
  logarithms : option terms;                   (* the sum of the w ln b *)
  powers : option (Q * list positive) }.       (* the sum of the b^p *)
Definition no_form : form := Form false None None None.

(** the same base once *)
Fixpoint insert_term (b : positive) (w : Q) (l : terms) : terms :=
  match l with
  | [] => [(b, w)]
  | (c, u) :: l => if Pos.eqb b c then (c, Qred (w + u)) :: l else (c, u) :: insert_term b w l
  end.
Definition merge (l m : terms) : terms := fold_right (fun p r => insert_term (fst p) (snd p) r) m l.
Definition scale_terms (q : Q) (l : terms) : terms := map (fun p => (fst p, Qred (q * snd p))) l.
Definition positive_weights (l : terms) : bool := forallb (fun p => negb (Qle_bool (snd p) 0)) l.
Definition is_base (b : positive) (l : terms) : bool := existsb (fun p => Pos.eqb b (fst p)) l.

Section Forms.
Variable C : code.
Section At.
Variable F : PositiveMap.t form.
Definition form_at (i : positive) : form := match PositiveMap.find i F with Some f => f | None => no_form end.
(** an instruction as a product of powers beside another product: its own, or the first power of what is known to be at least 0 *)
Definition as_product (i : positive) (beside : option terms) : option terms :=
  match product (form_at i) with
  | Some l => Some l
  | None => when (at_least_0 (form_at i) || match beside with Some l => is_base i l | None => false end) (Some [(i, 1%Q)])
  end.
Definition number_at (i : positive) : option Q := match PositiveMap.find i C with Some (Number q) => Some q | _ => None end.
Definition some_product (k l : positive) : option terms :=
  let p := product (form_at k) in
  let q := product (form_at l) in
  match p, q with
  | None, None => when (Pos.eqb k l && at_least_0 (form_at k)) (Some [(k, 2%Q)])
  | _, _ => do r <- as_product k q; do s <- as_product l p; Some (merge r s)
  end.
Definition some_powers (i : positive) : option (Q * list positive) :=
  match powers (form_at i) with
  | Some s => Some s
  | None => match product (form_at i) with Some [(b, w)] => Some (w, [b]) | _ => None end
  end.
Definition form_of (o : op) : form :=
  match o with
  | Unary Root a => Form true (Some (match product (form_at a) with Some l => scale_terms (1 # 2) l | None => [(a, 1 # 2)] end)) None None
  | Unary Relu a => Form true None None None
  | Unary Exp a => Form true (logarithms (form_at a)) None None
  | Unary Log a => Form false None (Some [(a, 1%Q)]) None
  | Unary Opp a => Form false None (option_map (scale_terms (-1)) (logarithms (form_at a))) None
  | Binary Mul a b =>
    let scaled a b := do q <- number_at a; do l <- logarithms (form_at b); Some (scale_terms q l) in
    Form (Pos.eqb a b || at_least_0 (form_at a) && at_least_0 (form_at b)) (some_product a b) (match scaled a b with Some l => Some l | None => scaled b a end) None
  | Binary Div a b => Form false None (do q <- number_at b; do l <- logarithms (form_at a); when (negb (Qeq_bool q 0)) (Some (scale_terms (/ q) l))) None
  | Binary Add a b =>
    Form (at_least_0 (form_at a) && at_least_0 (form_at b)) None
      (do l <- logarithms (form_at a); do m <- logarithms (form_at b); Some (merge l m))
      (do (p, l) <- some_powers a; do (q, m) <- some_powers b; when (Qeq_bool p q) (Some (p, m ++ l)))
  | _ => no_form
  end.
End At.
Fixpoint all_forms (l : list positive) (F : PositiveMap.t form) : PositiveMap.t form :=
  match l with
  | [] => F
  | i :: l => all_forms l match PositiveMap.find i C with Some o => PositiveMap.add i (form_of F o) F | None => F end
  end.
End Forms.

(** ** Forms are right *)

Local Open Scope R_scope.

(** at the values u of the bases, of which [ok] says that they are defined *)
Section Meaning.
Variables (u : positive -> R) (ok : positive -> Prop).
Definition good_base (b : positive) (w : Q) : Prop := ok b /\ 0 <= u b /\ (Q2R w <= 0 -> 0 < u b).
Definition good_bases (l : terms) : Prop := forall p, In p l -> good_base (fst p) (snd p).
Definition positive_bases (l : terms) : Prop := forall p, In p l -> ok (fst p) /\ 0 < u (fst p).
Record form_holds (f : form) (r : R) : Prop := FormHolds {
  holds_at_least_0 : at_least_0 f = true -> 0 <= r;
  holds_product : forall l, product f = Some l -> r = power_product u l /\ good_bases l;
  holds_logarithms : forall l, logarithms f = Some l -> r = weighted (fun b => ln (u b)) l /\ positive_bases l;
  holds_powers : forall p l, powers f = Some (p, l) -> r = power_sum (Q2R p) u l /\ forall b, In b l -> good_base b p }.

Lemma no_form_holds r : form_holds no_form r.
Proof. split; cbn; discriminate. Qed.
Lemma insert_in b w l p : In p (insert_term b w l) -> p = (b, w) \/ In p l \/ exists v, In (b, v) l /\ p = (b, Qred (w + v)).
Proof.
  induction l as [|[c v] l IH]; simpl; [intros [<- | []]; auto|]. destruct (Pos.eqb b c) eqn:E.
  - apply Pos.eqb_eq in E. subst c. intros [<- | inp]; [right; right; exists v; split; [now left|reflexivity]|auto].
  - intros [<- | inp]; [right; left; now left|]. destruct (IH inp) as [eq|[inl|[v' [inv eq]]]]; auto. right; right. exists v'. auto.
Qed.
Lemma plus_R p q : Q2R (Qred (p + q)) = Q2R p + Q2R q.
Proof. now rewrite (Qeq_eqR _ _ (Qred_correct _)), Q2R_plus. Qed.
Lemma mult_R p q : Q2R (Qred (p * q)) = Q2R p * Q2R q.
Proof. now rewrite (Qeq_eqR _ _ (Qred_correct _)), Q2R_mult. Qed.
Lemma insert_product b w l : power_product u (insert_term b w l) = rpower (u b) (Q2R w) * power_product u l.
Proof.
  induction l as [|[c v] l IH]; [reflexivity|]. cbn [insert_term]. destruct (Pos.eqb b c) eqn:E; cbn [power_product fold_right fst snd] in *.
  - apply Pos.eqb_eq in E. subst c. rewrite plus_R, <- rpower_plus. ring.
  - unfold power_product in IH. rewrite IH. ring.
Qed.
Lemma insert_weighted f b w l : weighted f (insert_term b w l) = Q2R w * f b + weighted f l.
Proof.
  induction l as [|[c v] l IH]; [reflexivity|]. cbn [insert_term]. destruct (Pos.eqb b c) eqn:E; cbn [weighted fold_right fst snd] in *.
  - apply Pos.eqb_eq in E. subst c. rewrite plus_R. ring.
  - unfold weighted in IH. rewrite IH. ring.
Qed.
Lemma merge_product l m : power_product u (merge l m) = power_product u l * power_product u m.
Proof. induction l as [|[b w] l IH]; [unfold merge; simpl; ring|]. unfold merge in *. cbn [fold_right fst snd]. rewrite insert_product, IH. simpl. ring. Qed.
Lemma merge_weighted f l m : weighted f (merge l m) = weighted f l + weighted f m.
Proof. induction l as [|[b w] l IH]; [unfold merge; simpl; ring|]. unfold merge in *. cbn [fold_right fst snd]. rewrite insert_weighted, IH. simpl. ring. Qed.
Lemma merge_good l m : good_bases l -> good_bases m -> good_bases (merge l m).
Proof.
  intros gl gm. induction l as [|[b w] l IH]; [exact gm|]. unfold merge in *. cbn [fold_right fst snd]. intros p inp.
  assert (here := gl (b, w) (or_introl eq_refl)). assert (rest := IH (fun q inq => gl q (or_intror inq))).
  apply insert_in in inp as [->|[inp|[v [inv ->]]]]; [exact here|now apply rest|].
  assert (there := rest (b, v) inv). unfold good_base in *. cbn [fst snd] in *. destruct here as (okb & pb & hb), there as (_ & _ & hv). split; [exact okb|split; [exact pb|]].
  intro le. rewrite plus_R in le. destruct (Rle_dec (Q2R w) 0); [auto|]. apply hv. lra.
Qed.
Lemma merge_positive l m : positive_bases l -> positive_bases m -> positive_bases (merge l m).
Proof.
  intros gl gm. induction l as [|[b w] l IH]; [exact gm|]. unfold merge in *. cbn [fold_right fst snd]. intros p inp.
  apply insert_in in inp as [->|[inp|[v [inv ->]]]]; try exact (gl (b, w) (or_introl eq_refl)). apply IH; [|exact inp]. intros q inq. apply gl. now right.
Qed.
Lemma scale_weighted q f l : weighted f (scale_terms q l) = Q2R q * weighted f l.
Proof. induction l as [|[b w] l IH]; [simpl; ring|]. unfold weighted in *. cbn [scale_terms map fold_right fst snd] in *. rewrite mult_R. unfold scale_terms in IH. rewrite IH. ring. Qed.
Lemma scale_positive q l : positive_bases l -> positive_bases (scale_terms q l).
Proof. intros pos p inp. unfold scale_terms in inp. apply in_map_iff in inp as [[b w] [<- inl]]. exact (pos (b, w) inl). Qed.
Lemma half_product l : good_bases l -> sqrt (power_product u l) = power_product u (scale_terms (1 # 2) l).
Proof.
  intro gl. rewrite rpower_sqrt by apply power_product_ge0. induction l as [|[b w] l IH]; [simpl; rewrite rpower_pos, ln_1, Rmult_0_r, exp_0 by lra; reflexivity|].
  unfold scale_terms. cbn [map fst snd]. unfold power_product in *. cbn [fold_right fst snd]. rewrite rpower_mult; [|apply rpower_ge0|apply power_product_ge0].
  rewrite rpower_rpower, mult_R, IH by (intros p inp; apply gl; now right). unfold scale_terms. f_equal. f_equal. unfold Q2R at 2. simpl. lra.
Qed.
Lemma half_good l : good_bases l -> good_bases (scale_terms (1 # 2) l).
Proof.
  intros gl p inp. unfold scale_terms in inp. apply in_map_iff in inp as [[b w] [<- inl]]. destruct (gl (b, w) inl) as (okb & pb & hb). unfold good_base. cbn [fst snd] in *. split; [exact okb|split; [exact pb|]].
  rewrite mult_R. intro le. apply hb. unfold Q2R at 1 in le. simpl in le. lra.
Qed.
Lemma exp_product l : positive_bases l -> exp (weighted (fun b => ln (u b)) l) = power_product u l /\ good_bases l.
Proof.
  intro pos. split; [symmetry; apply power_product_exp; intros p inp; now apply pos|]. intros p inp. destruct (pos p inp). split; [assumption|split; [lra|auto]].
Qed.
Lemma power_sum_app p l m : power_sum p u (l ++ m) = power_sum p u l + power_sum p u m.
Proof. induction l as [|b l IH]; simpl; [ring|]. rewrite IH. ring. Qed.
End Meaning.

Section Programs.
Variables (C : code) (x v : positive -> R).
Hypothesis values : models C x v.
Local Notation fine := (fine false C v).
Definition right_forms (F : PositiveMap.t form) : Prop := forall i f, PositiveMap.find i F = Some f -> fine i -> form_holds v fine f (v i).

Section At.
Variable F : PositiveMap.t form.
Hypothesis rightF : right_forms F.

Lemma form_at_hold i : fine i -> form_holds v fine (form_at F i) (v i).
Proof. intro fi. unfold form_at. destruct (PositiveMap.find i F) eqn:E; [now apply rightF|apply no_form_holds]. Qed.
Lemma number_at_correct i q : number_at C i = Some q -> v i = Q2R q.
Proof. unfold number_at. destruct (PositiveMap.find i C) as [[|p| |]|] eqn:E; try discriminate. intro G. injection G as ->. exact (values _ _ E). Qed.
Lemma first_power i : fine i -> 0 <= v i -> v i = power_product v [(i, 1%Q)] /\ good_bases v fine [(i, 1%Q)].
Proof.
  intros fi pos. assert (E : Q2R 1 = 1) by (unfold Q2R; simpl; lra). split; [cbn; rewrite E, rpower_1 by exact pos; ring|].
  intros p [<- | []]. cbn. split; [exact fi|split; [exact pos|]]. rewrite E. lra.
Qed.
Lemma as_product_correct i beside l : fine i -> (forall m, beside = Some m -> good_bases v fine m) -> as_product F i beside = Some l ->
  v i = power_product v l /\ good_bases v fine l.
Proof.
  intros fi known. unfold as_product. assert (hold := form_at_hold i fi). destruct (product (form_at F i)) as [m|] eqn:E.
  - intro G. injection G as <-. exact (holds_product _ _ _ _ hold m E).
  - destruct (_ || _)%bool eqn:nn; [|discriminate]. intro G. injection G as <-. apply first_power; [exact fi|]. apply orb_prop in nn as [nn|nn]; [now apply (holds_at_least_0 _ _ _ _ hold)|].
    destruct beside as [m|]; [|discriminate]. apply existsb_exists in nn as [p [inp eq]]. apply Pos.eqb_eq in eq. subst i. now destruct (known m eq_refl p inp) as (_ & pos & _).
Qed.
Lemma some_product_correct k l r : fine k -> fine l -> some_product F k l = Some r -> v k * v l = power_product v r /\ good_bases v fine r.
Proof.
  intros fk fl. unfold some_product. assert (hk := form_at_hold k fk). assert (hl := form_at_hold l fl).
  destruct (product (form_at F k)) as [p|] eqn:Ek, (product (form_at F l)) as [q|] eqn:El.
  4: { destruct (_ && _)%bool eqn:E; [|discriminate]. intro G. injection G as <-. apply andb_prop in E as [E pos]. apply Pos.eqb_eq in E. subst l.
       apply (holds_at_least_0 _ _ _ _ hk) in pos. assert (two : Q2R 2 = 1 + 1) by (unfold Q2R; simpl; lra). split.
       - cbn. rewrite two, <- rpower_plus, rpower_1 by exact pos. ring.
       - intros p [<- | []]. cbn. split; [exact fk|split; [exact pos|]]. rewrite two. lra. }
  all:
    destruct (as_product F k _) as [p'|] eqn:P; try discriminate; destruct (as_product F l _) as [q'|] eqn:Q; try discriminate; intro G; injection G as <-;
    (apply as_product_correct in P as [-> gp]; [|exact fk|intros m G; try discriminate; injection G as <-; now apply (holds_product _ _ _ _ hl)]);
    (apply as_product_correct in Q as [-> gq]; [|exact fl|intros m G; try discriminate; injection G as <-; now apply (holds_product _ _ _ _ hk)]);
    (split; [symmetry; apply merge_product|now apply merge_good]).
Qed.
Lemma some_powers_correct i p l : fine i -> some_powers F i = Some (p, l) -> v i = power_sum (Q2R p) v l /\ forall b, In b l -> good_base v fine b p.
Proof.
  intros fi. unfold some_powers. assert (hi := form_at_hold i fi). destruct (powers (form_at F i)) as [[p' l']|] eqn:E.
  - intro G. injection G as <- <-. exact (holds_powers _ _ _ _ hi _ _ E).
  - destruct (product (form_at F i)) as [[|[b w] [|]]|] eqn:E2; try discriminate. intro G. injection G as <- <-. destruct (holds_product _ _ _ _ hi _ E2) as [-> gb].
    split; [cbn; ring|]. intros c [<- | []]. exact (gb (b, w) (or_introl eq_refl)).
Qed.
Lemma form_of_correct i o : PositiveMap.find i C = Some o -> fine i -> form_holds v fine (form_of C F o) (v i).
Proof.
  intros found fi. assert (ops := proj2 (proj1 (fine_iff _ _ _ _ _ found) fi)). assert (is_good := proj1 (proj1 (fine_iff _ _ _ _ _ found) fi)). rewrite (values _ _ found).
  assert (minus1 : Q2R (-1) = -1) by (unfold Q2R; simpl; lra). assert (Q1 : Q2R 1 = 1) by (unfold Q2R; simpl; lra).
  destruct o as [|q|f a|f a b]; cbn [form_of value_of] in *; try apply no_form_holds.
  - assert (fa := ops a (or_introl eq_refl)). assert (ha := form_at_hold a fa). destruct f; cbn [value1 good good1] in *; try apply no_form_holds.
    + split; cbn; try discriminate. intro l. destruct (logarithms (form_at F a)) as [m|] eqn:E; [|discriminate]. intro G. injection G as <-.
      destruct (holds_logarithms _ _ _ _ ha m E) as [-> pos]. split; [rewrite scale_weighted, minus1; ring|now apply scale_positive].
    + split; cbn; try discriminate.
      * intros _. apply sqrt_pos.
      * intros l G. injection G as <-. destruct (product (form_at F a)) as [m|] eqn:E.
        -- destruct (holds_product _ _ _ _ ha m E) as [-> gm]. split; [now apply (half_product v fine)|now apply half_good].
        -- assert (half : Q2R (1 # 2) = / 2) by (unfold Q2R; simpl; lra). split; [cbn; rewrite half, rpower_sqrt by exact is_good; ring|].
           intros p [<- | []]. cbn. split; [exact fa|split; [exact is_good|]]. rewrite half. lra.
    + split; cbn; try discriminate. intros _. apply Rmax_l.
    + split; cbn; try discriminate.
      * intros _. left. apply exp_pos.
      * intro l. destruct (logarithms (form_at F a)) as [m|] eqn:E; [|discriminate]. intro G. injection G as <-.
        destruct (holds_logarithms _ _ _ _ ha m E) as [-> pos]. now apply exp_product.
    + split; cbn; try discriminate. intros l G. injection G as <-. split; [cbn; rewrite Q1; ring|]. intros p [<- | []]. now split.
  - assert (fa := ops a (or_introl eq_refl)). assert (fb := ops b (or_intror (or_introl eq_refl))). assert (ha := form_at_hold a fa). assert (hb := form_at_hold b fb).
    destruct f; cbn [value2 good good2] in *.
    + split; cbn.
      * intro E. apply andb_prop in E as [Ea Eb]. apply (holds_at_least_0 _ _ _ _ ha) in Ea. apply (holds_at_least_0 _ _ _ _ hb) in Eb. lra.
      * discriminate.
      * intro l. destruct (logarithms (form_at F a)) as [la|] eqn:Ea; [|discriminate]. destruct (logarithms (form_at F b)) as [lb|] eqn:Eb; [|discriminate]. intro G. injection G as <-.
        destruct (holds_logarithms _ _ _ _ ha la Ea) as [-> pa], (holds_logarithms _ _ _ _ hb lb Eb) as [-> pb]. split; [symmetry; apply merge_weighted|now apply merge_positive].
      * intros p l. destruct (some_powers F a) as [[pa la]|] eqn:Ea; [|discriminate]. destruct (some_powers F b) as [[pb lb]|] eqn:Eb; [|discriminate].
        destruct (Qeq_bool pa pb) eqn:same; [|discriminate]. intro G. injection G as <- <-. apply Qeq_bool_iff, Qeq_eqR in same.
        apply some_powers_correct in Ea as [-> ga]; [|exact fa]. apply some_powers_correct in Eb as [-> gb]; [|exact fb]. split; [rewrite power_sum_app, same; ring|].
        intros c inc. apply in_app_or in inc as [inc|inc]; [|now apply ga]. destruct (gb c inc) as (okc & pc & hc). split; [exact okc|split; [exact pc|]]. now rewrite same.
    + split; cbn.
      * intro E. apply orb_prop in E as [E|E]; [apply Pos.eqb_eq in E; subst b; apply Rle_0_sqr|]. apply andb_prop in E as [Ea Eb].
        apply Rmult_le_pos; [now apply (holds_at_least_0 _ _ _ _ ha)|now apply (holds_at_least_0 _ _ _ _ hb)].
      * intros l G. now apply some_product_correct.
      * assert (scaled : forall k m r, fine m -> (do q <- number_at C k; do l <- logarithms (form_at F m); Some (scale_terms q l)) = Some r ->
          v k * v m = weighted (fun b => ln (v b)) r /\ positive_bases v fine r).
        { intros k m r fm. destruct (number_at C k) as [q|] eqn:Ek; [|discriminate]. destruct (logarithms (form_at F m)) as [lm|] eqn:Em; [|discriminate]. intro G. injection G as <-.
          rewrite (number_at_correct _ _ Ek). destruct (holds_logarithms _ _ _ _ (form_at_hold m fm) lm Em) as [-> pm]. split; [symmetry; apply scale_weighted|now apply scale_positive]. }
        intros l. destruct (do q <- number_at C a; _) as [r|] eqn:E; intro G.
        -- injection G as <-. now apply scaled.
        -- rewrite Rmult_comm. now apply scaled.
      * discriminate.
    + split; cbn; try discriminate. intros l. destruct (number_at C b) as [q|] eqn:Eb; [|discriminate]. destruct (logarithms (form_at F a)) as [la|] eqn:Ea; [|discriminate].
      destruct (Qeq_bool q 0) eqn:zero; [discriminate|]. intro G. injection G as <-. rewrite (number_at_correct _ _ Eb).
      assert (nz : ~ q == 0) by (intro E; apply Qeq_bool_iff in E; congruence). destruct (holds_logarithms _ _ _ _ ha la Ea) as [-> pa].
      split; [rewrite scale_weighted, Q2R_inv by exact nz; unfold Rdiv; ring|now apply scale_positive].
Qed.
End At.

Theorem all_forms_correct l : forall F, right_forms F -> right_forms (all_forms C l F).
Proof.
  induction l as [|i l IH]; intros F rightF; simpl; [exact rightF|]. apply IH. destruct (PositiveMap.find i C) as [o|] eqn:found; [|exact rightF].
  intros j f. destruct (Pos.eq_dec j i) as [->|other].
  - rewrite PositiveMap.gss. intro G. injection G as <-. now apply form_of_correct.
  - rewrite PositiveMap.gso by exact other. apply rightF.
Qed.
End Programs.
