(** * Losses of forecasts

    A loss of a forecast q, probabilities of n outcomes, and of the outcome as a vector with one 1.  For each outcome it is written as a polynomial of degree 2 in the entries of q and their
    logarithms.  If it is a (Σ q(j)² - 2 q(k)) - b ln q(k) + c(k) for the outcome k, with a and b at least 0 and not both 0, a mixture of Brier's score and the logarithmic one, it is
    strictly proper.

    Main definitions: [atom], [all_polys], [is_proper], [not_proper].
    Main results: [is_proper_correct], [not_proper_correct].

    Trust: proved.
    Source: T. Gneiting, A. Raftery, Strictly proper scoring rules, prediction, and estimation, 2007 (Primitives/Losses/Scores.v has the theorems). *)
From Coq Require Import ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Elementary Spec.Forecasts Spec.Losses Primitives.Fractions Primitives.Autodiff.Programs Primitives.Autodiff.Reverse.
From Warrant Require Import Primitives.Losses.Scores Checker.Relational Checker.Intervals Checker.Gradients.Enclosures Checker.Gradients.Domain.
From Warrant Require Import Checker.Losses.Facts Checker.Losses.Facts_sound Checker.Losses.Exact Checker.Losses.Slopes Checker.Losses.Program Checker.Losses.Program_sound Checker.Losses.Minimum.
Import ListNotations.
Local Open Scope bool_scope.

(** ** Polynomials with logarithms *)

Inductive atom := One | Var (i : positive) | Pair (i j : positive) | Ln (i : positive).
Definition atom_eqb (a b : atom) : bool :=
  match a, b with
  | One, One => true
  | Var i, Var j | Ln i, Ln j => Pos.eqb i j
  | Pair i j, Pair k l => Pos.eqb i k && Pos.eqb j l
  | _, _ => false
  end.
Definition poly := list (atom * Q).
Fixpoint insert_atom (a : atom) (q : Q) (l : poly) : poly :=
  match l with [] => [(a, q)] | (b, r) :: l => if atom_eqb a b then (b, Qred (q + r)) :: l else (b, r) :: insert_atom a q l end.
Definition sum_polys (l m : poly) : poly := fold_right (fun p r => insert_atom (fst p) (snd p) r) m l.
Definition scale_poly (q : Q) (l : poly) : poly := map (fun p => (fst p, Qred (q * snd p))) l.
Definition constant_of (l : poly) : option Q := match l with [] => Some 0%Q | [(One, q)] => Some q | _ => None end.
(** the product of two atoms, if it is one *)
Definition atom_product (a b : atom) : option atom :=
  match a, b with
  | One, c | c, One => Some c
  | Var i, Var j => Some (if (i <=? j)%positive then Pair i j else Pair j i)
  | _, _ => None
  end.
Fixpoint times_atom (p : atom * Q) (m : poly) : option poly :=
  match m with
  | [] => Some []
  | r :: m => do a <- atom_product (fst p) (fst r); do l <- times_atom p m; Some (insert_atom a (Qred (snd p * snd r)) l)
  end.
Fixpoint product_poly (l m : poly) : option poly :=
  match l with [] => Some [] | p :: l => do r <- times_atom p m; do s <- product_poly l m; Some (sum_polys r s) end.
Definition clean_poly (l : poly) : poly := filter (fun p => negb (Qeq_bool (snd p) 0)) l.
Definition most_atoms : nat := 200.
Definition kept_poly (l : poly) : option poly := let m := clean_poly l in if Nat.leb (length m) most_atoms then Some m else None.
Definition is_zero_poly (o : option poly) : bool := match o with Some [] => true | _ => false end.

Section Program.
Variables (C : code) (n : nat) (k : nat).   (* the outcome of number k, from 0 *)
(** the inputs 1 to n are the forecast, and those after them the outcome *)
Definition input_poly (i : positive) : poly :=
  if Nat.leb (Pos.to_nat i) n then [(Var i, 1%Q)] else if Nat.eqb (Pos.to_nat i) (S (n + k)) then [(One, 1%Q)] else [].
Section At.
Variable P : PositiveMap.t poly.
Definition poly_of (i : positive) (o : op) : option poly :=
  match o with
  | Input => Some (input_poly i)
  | Number q => kept_poly [(One, q)]
  | Unary Opp a => do l <- PositiveMap.find a P; Some (scale_poly (- (1)) l)
  | Unary Log a => do l <- PositiveMap.find a P; match l with [(Var j, q)] => if Qeq_bool q 1 then Some [(Ln j, 1%Q)] else None | _ => None end
  | Binary Add a b => do l <- PositiveMap.find a P; do m <- PositiveMap.find b P; kept_poly (sum_polys m l)
  | Binary Mul a b =>
    if is_zero_poly (PositiveMap.find a P) || is_zero_poly (PositiveMap.find b P) then Some []
    else
      do l <- PositiveMap.find a P; do m <- PositiveMap.find b P;
      match constant_of l, constant_of m with
      | Some q, _ => Some (scale_poly q m)
      | None, Some q => Some (scale_poly q l)
      | None, None => if Nat.leb (length l + length m) 40 then do r <- product_poly l m; kept_poly r else None
      end
  | Binary Div a b => do l <- PositiveMap.find a P; do m <- PositiveMap.find b P; do q <- constant_of m; if Qeq_bool q 0 then None else Some (scale_poly (/ q) l)
  | _ => None
  end.
End At.
Fixpoint all_polys (l : list positive) (P : PositiveMap.t poly) : PositiveMap.t poly :=
  match l with
  | [] => P
  | i :: l => all_polys l match PositiveMap.find i C with Some o => match poly_of P i o with Some p => PositiveMap.add i p P | None => P end | None => P end
  end.
End Program.
Definition coefficient_of (a : atom) (l : poly) : Q := fold_right (fun p r => if atom_eqb (fst p) a then Qred (snd p + r) else r) 0%Q l.

(** ** Soundness *)

Local Open Scope R_scope.

Section Values.
Variable x : positive -> R.
Definition atom_value (a : atom) : R := match a with One => 1 | Var i => x i | Pair i j => x i * x j | Ln i => ln (x i) end.
Definition poly_value (l : poly) : R := fold_right (fun p r => Q2R (snd p) * atom_value (fst p) + r) 0 l.
(** logarithms are taken of positive numbers *)
Definition guarded_poly (l : poly) : Prop := forall i q, In (Ln i, q) l -> 0 < x i.
Lemma atom_eqb_correct a b : atom_eqb a b = true -> a = b.
Proof.
  destruct a, b; try discriminate; cbn; intro E; try reflexivity.
  - now apply Pos.eqb_eq in E as ->.
  - apply andb_prop in E as [E F]. apply Pos.eqb_eq in E as ->. now apply Pos.eqb_eq in F as ->.
  - now apply Pos.eqb_eq in E as ->.
Qed.
Lemma insert_atom_value a q l : poly_value (insert_atom a q l) = Q2R q * atom_value a + poly_value l.
Proof.
  induction l as [|[b r] l IH]; [reflexivity|]. cbn [insert_atom]. unfold poly_value in *. destruct (atom_eqb a b) eqn:E; cbn [fold_right fst snd].
  - apply atom_eqb_correct in E as ->. rewrite Qred_R, Q2R_plus. ring.
  - rewrite IH. ring.
Qed.
Lemma insert_atom_guarded a q l : (forall i, a = Ln i -> 0 < x i) -> guarded_poly l -> guarded_poly (insert_atom a q l).
Proof.
  intros here. induction l as [|[b r] l IH]; cbn [insert_atom]; intro gl.
  - intros i u [E|[]]. injection E as E _. now apply here.
  - destruct (atom_eqb a b) eqn:E.
    + intros i u [F|inl]; [injection F as F _; subst b; exact (gl i r (or_introl eq_refl))|exact (gl i u (or_intror inl))].
    + assert (rest : guarded_poly l) by (intros i u inl; exact (gl i u (or_intror inl))). intros i u [F|inl]; [injection F as F _; subst b; exact (gl i r (or_introl eq_refl))|exact (IH rest i u inl)].
Qed.
Lemma sum_polys_value l m : poly_value (sum_polys l m) = poly_value l + poly_value m.
Proof. induction l as [|[a q] l IH]; [unfold sum_polys, poly_value; simpl; ring|]. unfold sum_polys in *. cbn [fold_right fst snd]. rewrite insert_atom_value, IH. unfold poly_value. cbn [fold_right fst snd]. ring. Qed.
Lemma sum_polys_guarded l m : guarded_poly l -> guarded_poly m -> guarded_poly (sum_polys l m).
Proof.
  intros gl gm. induction l as [|[a q] l IH]; [exact gm|]. unfold sum_polys in *. cbn [fold_right fst snd]. apply insert_atom_guarded.
  - intros i ->. exact (gl i q (or_introl eq_refl)).
  - apply IH. intros i u inl. exact (gl i u (or_intror inl)).
Qed.
Lemma scale_poly_value q l : poly_value (scale_poly q l) = Q2R q * poly_value l.
Proof. induction l as [|[a r] l IH]; [unfold poly_value; simpl; ring|]. unfold scale_poly, poly_value in *. cbn [map fold_right fst snd]. rewrite IH, Qred_R, Q2R_mult. ring. Qed.
Lemma scale_poly_guarded q l : guarded_poly l -> guarded_poly (scale_poly q l).
Proof. intros gl i u ini. apply in_map_iff in ini as ([a r] & E & inl). injection E as E _. cbn in E. subst a. exact (gl i r inl). Qed.
Lemma constant_of_value l q : constant_of l = Some q -> poly_value l = Q2R q.
Proof. unfold constant_of, poly_value. destruct l as [|[[| | |] r] [|]]; try discriminate; intro E; injection E as <-; cbn; [symmetry; apply Q2R_0|ring]. Qed.
Lemma atom_product_value a b c : atom_product a b = Some c -> atom_value c = atom_value a * atom_value b.
Proof. destruct a, b; cbn; intro E; try discriminate; injection E as <-; cbn; try ring. destruct (_ <=? _)%positive; cbn; ring. Qed.
Lemma atom_product_log a b c i : atom_product a b = Some c -> c = Ln i -> a = Ln i \/ b = Ln i.
Proof. destruct a, b; cbn; intros E F; try discriminate; injection E as <-; auto; try discriminate. destruct (_ <=? _)%positive; discriminate. Qed.
Lemma times_atom_correct p m : forall l, times_atom p m = Some l -> (forall i, fst p = Ln i -> 0 < x i) -> guarded_poly m -> poly_value l = Q2R (snd p) * atom_value (fst p) * poly_value m /\ guarded_poly l.
Proof.
  induction m as [|r m IH]; cbn [times_atom]; intros l.
  - intro E. injection E as <-. intros _ _. split; [unfold poly_value; simpl; ring|intros i q []].
  - destruct (atom_product (fst p) (fst r)) as [a|] eqn:A; [|discriminate]. destruct (times_atom p m) as [s|]; [|discriminate]. intro E. assert (is_l : l = insert_atom a (Qred (snd p * snd r)) s) by congruence. subst l. intros here gm.
    assert (rest : guarded_poly m) by (intros i q inm; exact (gm i q (or_intror inm))). destruct (IH s eq_refl here rest) as [is_s gs]. split.
    + rewrite insert_atom_value, is_s, Qred_R, Q2R_mult, (atom_product_value _ _ _ A). unfold poly_value. cbn [fold_right]. ring.
    + apply insert_atom_guarded; [|exact gs]. intros i F. destruct (atom_product_log _ _ _ i A F) as [G|G]; [exact (here i G)|]. destruct r as [b u]. cbn in G. subst b. exact (gm i u (or_introl eq_refl)).
Qed.
Lemma product_poly_correct l : forall m r, product_poly l m = Some r -> guarded_poly l -> guarded_poly m -> poly_value r = poly_value l * poly_value m /\ guarded_poly r.
Proof.
  induction l as [|p l IH]; cbn [product_poly]; intros m r.
  - intro E. injection E as <-. intros _ _. split; [unfold poly_value; simpl; ring|intros i q []].
  - destruct (times_atom p m) as [s|] eqn:T; [|discriminate]. destruct (product_poly l m) as [u|] eqn:U; [|discriminate]. intro E. injection E as <-. intros gl gm.
    assert (here : forall i, fst p = Ln i -> 0 < x i) by (intros i E; destruct p as [a q]; cbn in E; subst a; exact (gl i q (or_introl eq_refl))).
    destruct (times_atom_correct p m s T here gm) as [is_s gs]. destruct (IH m u U ltac:(intros i q inl; exact (gl i q (or_intror inl))) gm) as [is_u gu]. split.
    + rewrite sum_polys_value, is_s, is_u. unfold poly_value. cbn [fold_right]. ring.
    + now apply sum_polys_guarded.
Qed.
Lemma clean_poly_value l : poly_value (clean_poly l) = poly_value l.
Proof.
  induction l as [|[a q] l IH]; [reflexivity|]. unfold clean_poly, poly_value in *. cbn [filter fold_right fst snd]. destruct (Qeq_bool q 0) eqn:E; cbn [negb fold_right fst snd]; rewrite IH; [|reflexivity].
  apply Qeq_bool_iff, Qeq_eqR in E. rewrite E, Q2R_0. ring.
Qed.
Lemma kept_poly_correct l m : kept_poly l = Some m -> poly_value m = poly_value l /\ (guarded_poly l -> guarded_poly m).
Proof.
  unfold kept_poly. destruct (Nat.leb _ _); [|discriminate]. intro E. injection E as <-. split; [apply clean_poly_value|]. intros gl i q ini. apply filter_In in ini as [inl _]. exact (gl i q inl).
Qed.
End Values.

Section Run.
Variables (C : code) (n k : nat) (x v : positive -> R).
Hypothesis values : models C x v.
Hypothesis outcome : forall i, (n < Pos.to_nat i)%nat -> x i = if Nat.eqb (Pos.to_nat i) (S (n + k)) then 1 else 0.
Definition right_polys (P : PositiveMap.t poly) : Prop := forall i l, PositiveMap.find i P = Some l -> fine false C v i -> v i = poly_value x l /\ guarded_poly x l.
Lemma poly_of_correct P i o l : right_polys P -> PositiveMap.find i C = Some o -> poly_of n k P i o = Some l -> fine false C v i -> v i = poly_value x l /\ guarded_poly x l.
Proof.
  intros right found made fi. assert (fo : good false v o /\ forall a, In a (operands o) -> fine false C v a) by now apply (fine_iff false C v i o found). destruct fo as [ok fo].
  rewrite (values _ _ found). pose proof Q2R_1 as one. assert (zero_poly : forall a, is_zero_poly (PositiveMap.find a P) = true -> fine false C v a -> v a = 0).
  { intros a E fa. destruct (PositiveMap.find a P) as [[|]|] eqn:at_a; try discriminate. exact (proj1 (right a [] at_a fa)). }
  destruct o as [|q|[] a|[] a b]; cbn [poly_of] in made; try discriminate; cbn [value_of value1 value2].
  - injection made as <-. unfold input_poly. destruct (Nat.leb_spec (Pos.to_nat i) n).
    + split; [unfold poly_value; cbn; rewrite one; ring|intros j q [E|[]]; discriminate].
    + rewrite outcome by assumption. destruct (Nat.eqb _ _); (split; [unfold poly_value; cbn; rewrite ?one; ring|]); [intros j q [E|[]]; discriminate|intros j q []].
  - destruct (kept_poly_correct x _ _ made) as [-> guard]. split; [unfold poly_value; cbn; ring|apply guard; intros j r [E|[]]; discriminate].
  - destruct (PositiveMap.find a P) as [m|] eqn:at_a; [|discriminate]. injection made as <-. destruct (right a m at_a (fo a (or_introl eq_refl))) as [-> gm].
    split; [rewrite scale_poly_value; replace (Q2R (- (1))) with (-1) by (unfold Q2R; simpl; lra); ring|now apply scale_poly_guarded].
  - destruct (PositiveMap.find a P) as [m|] eqn:at_a; [|discriminate]. destruct m as [|[[|j| |] q] [|]]; try discriminate. destruct (Qeq_bool q 1) eqn:unit; [|discriminate]. injection made as <-.
    destruct (right a _ at_a (fo a (or_introl eq_refl))) as [is_a _]. apply Qeq_bool_iff, Qeq_eqR in unit. rewrite one in unit.
    assert (same : v a = x j) by (rewrite is_a; unfold poly_value; cbn; rewrite unit; ring). cbn in ok. rewrite same in *.
    split; [unfold poly_value; cbn; rewrite one; ring|]. intros i' r [E|[]]. injection E as <- _. exact ok.
  - destruct (PositiveMap.find a P) as [m|] eqn:at_a; [|discriminate]. destruct (PositiveMap.find b P) as [m'|] eqn:at_b; [|discriminate].
    destruct (right a m at_a (fo a (or_introl eq_refl))) as [-> gm]. destruct (right b m' at_b (fo b (or_intror (or_introl eq_refl)))) as [-> gm'].
    destruct (kept_poly_correct x _ _ made) as [-> guard]. split; [rewrite sum_polys_value; ring|apply guard; now apply sum_polys_guarded].
  - assert (fa := fo a (or_introl eq_refl)). assert (fb := fo b (or_intror (or_introl eq_refl))).
    destruct (is_zero_poly (PositiveMap.find a P)) eqn:za; [cbn in made; injection made as <-; rewrite (zero_poly a za fa); split; [unfold poly_value; cbn; ring|intros j q []]|].
    destruct (is_zero_poly (PositiveMap.find b P)) eqn:zb; [cbn in made; injection made as <-; rewrite (zero_poly b zb fb); split; [unfold poly_value; cbn; ring|intros j q []]|]. cbn [orb] in made.
    destruct (PositiveMap.find a P) as [m|] eqn:at_a; [|discriminate]. destruct (PositiveMap.find b P) as [m'|] eqn:at_b; [|discriminate].
    destruct (right a m at_a fa) as [-> gm]. destruct (right b m' at_b fb) as [-> gm']. destruct (constant_of m) as [q|] eqn:cm; [|destruct (constant_of m') as [q|] eqn:cm'].
    + injection made as <-. rewrite scale_poly_value, (constant_of_value x m q cm). split; [reflexivity|now apply scale_poly_guarded].
    + injection made as <-. rewrite scale_poly_value, (constant_of_value x m' q cm'). split; [ring|now apply scale_poly_guarded].
    + destruct (Nat.leb _ _); [|discriminate]. destruct (product_poly m m') as [r|] eqn:is_r; [|discriminate]. destruct (product_poly_correct x m m' r is_r gm gm') as [<- gr].
      destruct (kept_poly_correct x _ _ made) as [-> guard]. split; [reflexivity|now apply guard].
  - destruct (PositiveMap.find a P) as [m|] eqn:at_a; [|discriminate]. destruct (PositiveMap.find b P) as [m'|] eqn:at_b; [|discriminate]. destruct (constant_of m') as [q|] eqn:cm; [|discriminate].
    destruct (Qeq_bool q 0) eqn:zero; [discriminate|]. injection made as <-. destruct (right a m at_a (fo a (or_introl eq_refl))) as [-> gm]. destruct (right b m' at_b (fo b (or_intror (or_introl eq_refl)))) as [-> _].
    rewrite scale_poly_value, (constant_of_value x m' q cm), Q2R_inv by now apply neq0_correct. split; [unfold Rdiv; ring|now apply scale_poly_guarded].
Qed.
Lemma all_polys_correct l : forall P, right_polys P -> right_polys (all_polys C n k l P).
Proof.
  induction l as [|i l IH]; intros P right; simpl; [exact right|]. apply IH. destruct (PositiveMap.find i C) as [o|] eqn:found; [|exact right]. destruct (poly_of n k P i o) as [p|] eqn:made; [|exact right].
  intros j m. destruct (Pos.eq_dec j i) as [->|other].
  - rewrite PositiveMap.gss. intro E. injection E as <-. exact (poly_of_correct P i o p right found made).
  - rewrite PositiveMap.gso by exact other. apply right.
Qed.
End Run.

(** ** The claim *)

Section Claim.
Variables (q : question) (st : state) (a : positive).
Local Notation C := (instructions st).
Local Notation n := (Z.to_nat (entries (selected q))).
Local Notation all := (numbers_from 1 (length_of st)).

Definition unit_vector (k : nat) : list Q := map (fun j => if Nat.eqb j k then 1%Q else 0%Q) (seq 0 n).
Definition is_distribution (p : list Q) : bool := Nat.eqb (length p) n && forallb (Qle_bool 0) p && Qeq_bool (fold_right Qplus 0%Q p) 1.
(** a forecast of rational numbers *)
Definition is_forecast (p : list Q) : bool :=
  is_distribution p && forallb (fun k => match domain_point q st p (unit_vector k) with Some _ => true | None => false end) (seq 0 n).

Definition outcome_poly (k : nat) : option poly := PositiveMap.find a (all_polys C n k all (PositiveMap.empty poly)).
(** - s (Σ q(j)² - 2 q(k)) + b ln q(k) *)
Definition template (s b : Q) (k : nat) : poly :=
  (Var (Pos.of_nat (S k)), Qred ((2 # 1) * s)) :: (Ln (Pos.of_nat (S k)), b) :: map (fun i => (Pair i i, (- s)%Q)) (numbers_from 1 n).
Definition follows_template (s b : Q) (k : nat) : bool :=
  match outcome_poly k with
  | Some l =>
    match constant_of (clean_poly (sum_polys (template s b k) l)) with Some _ => true | None => false end &&
    (Qeq_bool b 0 || existsb (fun p => atom_eqb (fst p) (Ln (Pos.of_nat (S k)))) l)
  | None => false
  end.
Definition is_proper (p : list Q) : bool :=
  is_forecast p &&
  match outcome_poly 0 with
  | Some l =>
    let s := coefficient_of (Pair 1 1) l in
    let b := Qred (- coefficient_of (Ln 1) l) in
    Qle_bool 0 s && Qle_bool 0 b && (less 0 s || less 0 b) && forallb (follows_template s b) (seq 0 n)
  | None => false
  end.

(** the expected loss of the forecast p, where the probabilities are t; for the outcomes in a list *)
Fixpoint expectation (t p : list Q) (l : list nat) : option interval :=
  match l with
  | [] => Some zero_interval
  | k :: l => do M <- domain_point q st p (unit_vector k); do r <- expectation t p l; Some (add (mul (number_of (nth k t 0%Q)) (at_ M a)) r)
  end.
Definition not_proper (t p : list Q) : bool :=
  is_forecast t && is_forecast p && differ p t &&
  match expectation t p (seq 0 n), expectation t t (seq 0 n) with Some e, Some f => certainly_at_most e f | _, _ => false end.

(** *** Soundness *)

Local Open Scope R_scope.
Hypothesis comp : compile q = Some (st, a).

Lemma vector_length p : length (vector n p) = n.
Proof. unfold vector. now rewrite length_map, length_seq. Qed.
Lemma vector_nth m (p : nat -> R) k : (k < m)%nat -> nth k (vector m p) 0 = p k.
Proof. intro lt. unfold vector. rewrite (nth_indep _ 0 (p 0%nat)) by (rewrite length_map, length_seq; exact lt). rewrite map_nth, seq_nth by exact lt. reflexivity. Qed.
Lemma vector_of (l : list R) : vector (length l) (fun j => nth j l 0) = l.
Proof. apply (nth_ext _ _ 0 0); [unfold vector; now rewrite length_map, length_seq|]. intros k lt. rewrite vector_nth; [reflexivity|]. unfold vector in lt. now rewrite length_map, length_seq in lt. Qed.
Lemma unit_vector_correct k : map Q2R (unit_vector k) = vector n (outcome k).
Proof. unfold unit_vector, vector, outcome. rewrite map_map. apply map_ext. intro j. destruct (Nat.eqb j k); [apply Q2R_1|apply Q2R_0]. Qed.
Lemma total_list m f : total m f = fold_right Rplus 0 (vector m f).
Proof.
  assert (from_end : forall l r, fold_right Rplus r l = fold_right Rplus 0 l + r) by (induction l as [|c l IH]; intro r; simpl; [ring|rewrite IH; ring]).
  unfold vector. induction m as [|m IH]; [reflexivity|]. rewrite seq_S, map_app, fold_right_app. cbn [total map fold_right]. rewrite from_end, <- IH. simpl. ring.
Qed.
Lemma rational_sum p : fold_right Rplus 0 (map Q2R p) = Q2R (fold_right Qplus 0%Q p).
Proof. induction p as [|c p IH]; simpl; [symmetry; apply Facts_sound.Q2R_0|]. rewrite Q2R_plus, IH. reflexivity. Qed.
Definition entries_function (p : list Q) (k : nat) : R := nth k (map Q2R p) 0.
Lemma is_distribution_correct p : is_distribution p = true -> length p = n /\ distribution n (entries_function p).
Proof.
  intro E. apply andb_prop in E as [E sum]. apply andb_prop in E as [len pos]. apply Nat.eqb_eq in len. split; [exact len|]. rewrite forallb_forall in pos. unfold entries_function. split.
  - intros k lt. rewrite <- Facts_sound.Q2R_0 at 2. rewrite map_nth, <- Facts_sound.Q2R_0. apply Facts_sound.le_correct, pos, nth_In. lia.
  - apply Qeq_bool_iff, Qeq_eqR in sum. rewrite Q2R_1 in sum. rewrite <- sum, <- rational_sum, total_list. rewrite <- len, <- (length_map Q2R p), vector_of. reflexivity.
Qed.
Lemma entries_vector p : length p = n -> vector n (entries_function p) = map Q2R p.
Proof. intro len. unfold entries_function. rewrite <- len, <- (length_map Q2R p). apply vector_of. Qed.
Lemma is_forecast_correct p : is_forecast p = true -> length p = n /\ forecast q (entries_function p).
Proof.
  intro E. apply andb_prop in E as [E points]. destruct (is_distribution_correct p E) as [len dist]. split; [exact len|]. split; [exact dist|]. intros k lt. rewrite forallb_forall in points.
  specialize (points k ltac:(apply in_seq; lia)). destruct (domain_point q st p (unit_vector k)) as [M|] eqn:D; [|discriminate].
  destruct (domain_point_correct _ _ _ _ _ _ comp D) as (_ & _ & dom & _). rewrite unit_vector_correct in dom. rewrite (entries_vector p len). exact dom.
Qed.

Lemma outcome_inputs p k i : (k < n)%nat -> (n < Pos.to_nat i)%nat -> at_inputs (vector n p) (vector n (outcome k)) i = if Nat.eqb (Pos.to_nat i) (S (n + k)) then 1 else 0.
Proof.
  intros lt_k gt. unfold at_inputs. rewrite app_nth2 by (rewrite vector_length; lia). rewrite vector_length. set (j := (Nat.pred (Pos.to_nat i) - n)%nat).
  destruct (Nat.lt_ge_cases j n) as [lt|ge].
  - rewrite vector_nth by exact lt. unfold outcome. destruct (Nat.eqb_spec j k) as [e|e], (Nat.eqb_spec (Pos.to_nat i) (S (n + k))) as [f|f]; try reflexivity; lia.
  - rewrite nth_overflow by (rewrite vector_length; exact ge). destruct (Nat.eqb_spec (Pos.to_nat i) (S (n + k))) as [e|e]; [lia|reflexivity].
Qed.
Lemma outcome_poly_correct p k l : forecast q p -> (k < n)%nat -> outcome_poly k = Some l ->
  let x := at_inputs (vector n p) (vector n (outcome k)) in loss q (vector n p) (vector n (outcome k)) = poly_value x l /\ guarded_poly x l.
Proof.
  intros [_ dom] lt made x. specialize (dom k lt). assert (here := dom). destruct dom as (ix & iw & gx). destruct (in_domain_iff q st a _ _ comp ix iw) as (v & values & num & fine_iff).
  rewrite <- num. apply (all_polys_correct C n k x v values) with (l := all) (P := PositiveMap.empty poly); [| |exact made|now apply fine_iff].
  - intros i gt. exact (outcome_inputs p k i lt gt).
  - intros i m g. rewrite PositiveMap.gempty in g. discriminate.
Qed.
Lemma forecast_input (p : nat -> R) w k : (k < n)%nat -> at_inputs (vector n p) w (Pos.of_nat (S k)) = p k.
Proof. intro lt. unfold at_inputs. rewrite Nat2Pos.id by lia. cbn [Nat.pred]. rewrite app_nth1 by (rewrite vector_length; exact lt). now apply vector_nth. Qed.
Lemma squares_sum (p : nat -> R) w s : poly_value (at_inputs (vector n p) w) (map (fun i => (Pair i i, s)) (numbers_from 1 n)) = Q2R s * total n (fun j => p j * p j).
Proof.
  assert (shifted : forall m i, (Pos.to_nat i + m <= S n)%nat -> poly_value (at_inputs (vector n p) w) (map (fun i => (Pair i i, s)) (numbers_from i m)) =
    Q2R s * fold_right Rplus 0 (map (fun j => p j * p j) (seq (Nat.pred (Pos.to_nat i)) m))).
  { induction m as [|m IH]; intros i le; [unfold poly_value; simpl; ring|]. cbn [numbers_from map seq fold_right]. unfold poly_value in *. cbn [fold_right fst snd atom_value]. rewrite IH by lia.
    replace (Nat.pred (Pos.to_nat (Pos.succ i))) with (S (Nat.pred (Pos.to_nat i))) by (pose proof (Pos2Nat.is_pos i); lia).
    pose proof (Pos2Nat.is_pos i). assert (is_i : i = Pos.of_nat (S (Nat.pred (Pos.to_nat i)))) by (apply Pos2Nat.inj; rewrite Nat2Pos.id by lia; lia).
    rewrite is_i at 1 2. rewrite forecast_input by lia. ring. }
  rewrite shifted by (change (Pos.to_nat 1) with 1%nat; lia). change (Nat.pred (Pos.to_nat 1)) with 0%nat. rewrite total_list. reflexivity.
Qed.
Lemma follows_template_correct s b k : (k < n)%nat -> follows_template s b k = true -> exists c : R, forall p, forecast q p ->
  loss q (vector n p) (vector n (outcome k)) = Q2R s * (total n (fun j => p j * p j) - 2 * p k) + Q2R b * log_score p k + c /\ (0 < Q2R b -> 0 < p k).
Proof.
  intros lt E. unfold follows_template in E. destruct (outcome_poly k) as [l|] eqn:made; [|discriminate]. apply andb_prop in E as [E logs]. destruct (constant_of _) as [c|] eqn:is_c; [|discriminate].
  exists (Q2R c). intros p ok. destruct (outcome_poly_correct p k l ok lt made) as [is_l guard]. set (x := at_inputs (vector n p) (vector n (outcome k))) in *. split.
  - apply (constant_of_value x) in is_c. rewrite clean_poly_value, sum_polys_value, <- is_l in is_c. unfold template in is_c.
    assert (split_template : forall e f m, poly_value x (e :: f :: m) = Q2R (snd e) * atom_value x (fst e) + (Q2R (snd f) * atom_value x (fst f) + poly_value x m)) by reflexivity.
    rewrite split_template in is_c. unfold x in is_c. rewrite squares_sum in is_c. cbn [fst snd atom_value] in is_c. rewrite !forecast_input in is_c by exact lt.
    rewrite Qred_R, Q2R_mult, Q2R_opp in is_c. replace (Q2R (2 # 1)) with 2 in is_c by (unfold Q2R; simpl; lra). unfold log_score. lra.
  - intro b_gt0. destruct (Qeq_bool b 0) eqn:zero; [apply Qeq_bool_iff, Qeq_eqR in zero; rewrite Facts_sound.Q2R_0 in zero; lra|]. cbn in logs. apply existsb_exists in logs as ([c' r] & inl & E'). cbn [fst] in E'.
    apply atom_eqb_correct in E' as ->. assert (positive : 0 < x (Pos.of_nat (S k))) by exact (guard _ _ inl). unfold x in positive. now rewrite forecast_input in positive by exact lt.
Qed.
Lemma all_constants s b : forallb (follows_template s b) (seq 0 n) = true -> exists c : nat -> R, forall p, forecast q p -> forall k, (k < n)%nat ->
  loss q (vector n p) (vector n (outcome k)) = Q2R s * (total n (fun j => p j * p j) - 2 * p k) + Q2R b * log_score p k + c k /\ (0 < Q2R b -> 0 < p k).
Proof.
  intro E. rewrite forallb_forall in E. assert (each : forall m, (m <= n)%nat -> exists c : nat -> R, forall p, forecast q p -> forall k, (k < m)%nat ->
    loss q (vector n p) (vector n (outcome k)) = Q2R s * (total n (fun j => p j * p j) - 2 * p k) + Q2R b * log_score p k + c k /\ (0 < Q2R b -> 0 < p k)).
  { induction m as [|m IH]; intro le; [exists (fun _ => 0); intros p _ k lt; lia|]. destruct (IH ltac:(lia)) as [c known].
    destruct (follows_template_correct s b m ltac:(lia) (E m ltac:(apply in_seq; lia))) as [d here]. exists (fun k => if Nat.eqb k m then d else c k). intros p ok k lt.
    destruct (Nat.eqb_spec k m) as [->|other]; [now apply here|apply known; [exact ok|lia]]. }
  exact (each n (Nat.le_refl _)).
Qed.
Theorem is_proper_correct point : is_proper point = true ->
  (exists p, forecast q p) /\ strictly_proper n (forecast q) (fun p k => loss q (vector n p) (vector n (outcome k))).
Proof.
  unfold is_proper. intro E. apply andb_prop in E as [E proper]. destruct (is_forecast_correct point E) as [_ ok]. split; [eexists; exact ok|].
  destruct (outcome_poly 0) as [l|]; [|discriminate]. set (s := coefficient_of (Pair 1 1) l) in *. set (b := Qred (- coefficient_of (Ln 1) l)) in *.
  apply andb_prop in proper as [proper each]. apply andb_prop in proper as [proper some]. apply andb_prop in proper as [s_ge0 b_ge0]. apply Facts_sound.le_correct in s_ge0, b_ge0. rewrite Facts_sound.Q2R_0 in s_ge0, b_ge0.
  destruct (all_constants s b each) as [c known]. intros p p' ok_p ok_p'.
  assert (some_gt0 : 0 < Q2R s \/ 0 < Q2R b) by (apply orb_prop in some as [some|some]; apply less_correct in some; rewrite Facts_sound.Q2R_0 in some; auto).
  assert (mixed := mixed_score_proper n (Q2R s) (Q2R b) c s_ge0 b_ge0 some_gt0 p p' (conj (proj1 ok_p) (fun b_gt0 k lt => proj2 (known p ok_p k lt) b_gt0)) (conj (proj1 ok_p') (fun b_gt0 k lt => proj2 (known p' ok_p' k lt) b_gt0))).
  assert (same : forall r, forecast q r -> expected n p' (fun k => loss q (vector n r) (vector n (outcome k))) =
    expected n p' (fun k => Q2R s * (total n (fun j => r j * r j) - 2 * r k) + Q2R b * log_score r k + c k)).
  { intros r ok_r. unfold expected. apply total_ext. intros k lt. now rewrite (proj1 (known r ok_r k lt)). }
  rewrite !same by assumption. exact mixed.
Qed.

Lemma expectation_correct t p : length t = n -> length p = n -> forall l e, (forall k, In k l -> (k < n)%nat) -> expectation t p l = Some e ->
  encloses e (fold_right Rplus 0 (map (fun k => entries_function t k * loss q (map Q2R p) (vector n (outcome k))) l)).
Proof.
  intros len_t len_p. induction l as [|k l IH]; cbn [expectation map fold_right]; intros e small.
  - intro E. injection E as <-. exact zero_encloses.
  - destruct (domain_point q st p (unit_vector k)) as [M|] eqn:D; [|discriminate]. destruct (expectation t p l) as [r|]; [|discriminate]. intro E. injection E as <-.
    destruct (domain_point_correct _ _ _ _ _ _ comp D) as (_ & _ & _ & enc). rewrite unit_vector_correct in enc.
    apply (rel_add _ interval_rel); [|apply IH; [intros j inj; apply small; now right|reflexivity]]. apply mul_encloses; [|exact enc].
    unfold entries_function. rewrite <- Facts_sound.Q2R_0, map_nth. exact (rel_number _ interval_rel (nth k t 0%Q)).
Qed.
Theorem not_proper_correct t p : not_proper t p = true -> ~ strictly_proper n (forecast q) (fun p k => loss q (vector n p) (vector n (outcome k))).
Proof.
  unfold not_proper. intro E. apply andb_prop in E as [E le]. apply andb_prop in E as [E apart]. apply andb_prop in E as [ft fp]. destruct (is_forecast_correct t ft) as [len_t ok_t]. destruct (is_forecast_correct p fp) as [len_p ok_p].
  destruct (expectation t p (seq 0 n)) as [e|] eqn:Ep; [|discriminate]. destruct (expectation t t (seq 0 n)) as [f|] eqn:Et; [|discriminate].
  assert (small : forall k, In k (seq 0 n) -> (k < n)%nat) by (intros k ink; apply in_seq in ink; lia).
  apply (expectation_correct t p len_t len_p _ _ small) in Ep. apply (expectation_correct t t len_t len_t _ _ small) in Et.
  pose proof (certainly_at_most_correct _ _ _ _ Ep Et le) as order. intro proper. destruct (proper (entries_function p) (entries_function t) ok_p ok_t) as [least only].
  unfold expected in least, only. rewrite !total_list in least, only. unfold vector at 1 3 in least. unfold vector at 1 3 in only. rewrite !entries_vector in least, only by assumption.
  apply (differ_correct p t); [|apply (nth_ext _ _ 0 0); [now rewrite !length_map, len_p|]].
  - exact apart.
  - intros k lt. rewrite length_map, len_p in lt. apply (only (Rle_antisym _ _ order least) k lt).
Qed.
End Claim.
