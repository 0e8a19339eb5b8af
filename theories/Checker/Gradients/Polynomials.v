(** * Polynomials

    Polynomials with rational coefficients over numbered atoms, as sorted lists.  Whether two of them are equal as functions is only ever asked by comparing
    the lists, so that nothing has to be known about their being sorted.

    Main definitions: [monomial], [polynomial], [add_poly], [scale], [mul_poly], [divide].
    Main results: [add_poly_correct], [mul_poly_correct], [divide_correct].

    Notation: [eval r p] is the value of [p] where the atoms have the values [r]; [eval_mono] that of a monomial.

    Trust: proved. *)
From Coq Require Import ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra.
From Warrant Require Import Spec.Bytes Primitives.Fractions.
Import ListNotations.
Local Open Scope positive_scope.

(** atoms in increasing order, with exponents *)
Definition monomial := list (positive * positive).
(** Terms in decreasing order: the power of the first atom counts most. *)
Definition polynomial := list (monomial * Q).

Fixpoint compare (m n : monomial) : comparison :=
  match m, n with
  | [], [] => Eq
  | [], _ => Gt
  | _, [] => Lt
  | (a, k) :: m, (b, l) :: n =>
    match Pos.compare a b with Eq => match Pos.compare l k with Eq => compare m n | c => c end | c => c end
  end.
Fixpoint mul_mono (m : monomial) : monomial -> monomial :=
  match m with
  | [] => fun n => n
  | (a, k) :: m' => fix inner (n : monomial) : monomial :=
    match n with
    | [] => m
    | (b, l) :: n' =>
      match Pos.compare a b with Lt => (a, k) :: mul_mono m' n | Gt => (b, l) :: inner n' | Eq => (a, k + l) :: mul_mono m' n' end
    end
  end.
(** [divide m n]: what [n] has to be multiplied with to give [m] *)
Fixpoint divide (m n : monomial) : option monomial :=
  match n, m with
  | [], _ => Some m
  | _, [] => None
  | (b, l) :: n', (a, k) :: m' =>
    match Pos.compare a b with
    | Lt => do q <- divide m' n; Some ((a, k) :: q)
    | Gt => None
    | Eq => match Pos.compare k l with Lt => None | Eq => divide m' n' | Gt => do q <- divide m' n'; Some ((a, k - l) :: q) end
    end
  end.
(** the largest common divisor *)
Fixpoint common (m : monomial) : monomial -> monomial :=
  match m with
  | [] => fun _ => []
  | (a, k) :: m' => fix inner (n : monomial) : monomial :=
    match n with
    | [] => []
    | (b, l) :: n' => match Pos.compare a b with Lt => common m' n | Gt => inner n' | Eq => (a, Pos.min k l) :: common m' n' end
    end
  end.

Definition constant (q : Q) : polynomial := if Z.eqb (Qnum q) 0 then [] else [([], Qred q)].
Definition atom_poly (a : positive) : polynomial := [([(a, 1)], 1%Q)].
Definition cons_term (m : monomial) (c : Q) (p : polynomial) : polynomial := if Z.eqb (Qnum c) 0 then p else (m, c) :: p.
Fixpoint add_poly (p : polynomial) : polynomial -> polynomial :=
  match p with
  | [] => fun q => q
  | (m, c) :: p' => fix inner (q : polynomial) : polynomial :=
    match q with
    | [] => p
    | (n, d) :: q' =>
      match compare m n with Lt => (m, c) :: add_poly p' q | Gt => (n, d) :: inner q' | Eq => cons_term m (Qred (c + d)) (add_poly p' q') end
    end
  end.
Definition scale (m : monomial) (c : Q) (p : polynomial) : polynomial :=
  if Z.eqb (Qnum c) 0 then [] else map (fun t => (mul_mono m (fst t), Qred (c * snd t))) p.
Definition opp_poly : polynomial -> polynomial := map (fun t => (fst t, Qopp (snd t))).
Definition mul_poly (p q : polynomial) : polynomial := fold_right (fun t acc => add_poly (scale (fst t) (snd t) q) acc) [] p.
(** each term divided *)
Definition divide_poly (p : polynomial) (m : monomial) (c : Q) : option polynomial :=
  map_all (fun t => do q <- divide (fst t) m; Some (q, Qred (snd t / c))) p.

Fixpoint equal_mono (m n : monomial) : bool :=
  match m, n with [], [] => true | (a, k) :: m, (b, l) :: n => Pos.eqb a b && Pos.eqb k l && equal_mono m n | _, _ => false end.
Definition equal_Q (c d : Q) : bool := Z.eqb (Qnum c) (Qnum d) && Pos.eqb (Qden c) (Qden d).
Fixpoint equal_poly (p q : polynomial) : bool :=
  match p, q with [], [] => true | (m, c) :: p, (n, d) :: q => equal_mono m n && equal_Q c d && equal_poly p q | _, _ => false end.
Definition atoms_of (p : polynomial) : list positive := flat_map (fun t => map fst (fst t)) p.

Lemma equal_mono_correct m : forall n, equal_mono m n = true -> m = n.
Proof.
  induction m as [|[a k] m IH]; intros [|[b l] n]; simpl; try easy. intro E.
  apply andb_prop in E as [E F]. apply andb_prop in E as [E G]. apply Pos.eqb_eq in E, G. subst. f_equal. now apply IH.
Qed.
Lemma equal_poly_correct p : forall q, equal_poly p q = true -> p = q.
Proof.
  induction p as [|[m c] p IH]; intros [|[n d] q]; simpl; try easy. intro E.
  apply andb_prop in E as [E F]. apply andb_prop in E as [E G]. apply equal_mono_correct in E. apply andb_prop in G as [G H].
  apply Z.eqb_eq in G. apply Pos.eqb_eq in H. destruct c, d. simpl in *. subst. f_equal. now apply IH.
Qed.
Lemma compare_correct m : forall n, compare m n = Eq -> m = n.
Proof.
  induction m as [|[a k] m IH]; intros [|[b l] n]; simpl; try easy.
  destruct (Pos.compare_spec a b); try easy. destruct (Pos.compare_spec l k); try easy. intro E. subst. f_equal. now apply IH.
Qed.

Section Meaning.
Variable r : positive -> R.
Local Open Scope R_scope.
Fixpoint eval_mono (m : monomial) : R := match m with [] => 1 | (a, k) :: m => r a ^ Pos.to_nat k * eval_mono m end.
Fixpoint eval (p : polynomial) : R := match p with [] => 0 | (m, c) :: p => Q2R c * eval_mono m + eval p end.

Lemma mul_mono_correct m : forall n, eval_mono (mul_mono m n) = eval_mono m * eval_mono n.
Proof.
  induction m as [|[a k] m IH]; [intro; simpl; ring|]. induction n as [|[b l] n IHn]; [simpl; ring|].
  cbn [mul_mono]. destruct (Pos.compare_spec a b) as [->|_|_].
  - cbn [eval_mono]. rewrite IH, Pos2Nat.inj_add, pow_add. ring.
  - cbn [eval_mono]. rewrite IH. cbn [eval_mono]. ring.
  - change (eval_mono ((b, l) :: mul_mono ((a, k) :: m) n) = eval_mono ((a, k) :: m) * eval_mono ((b, l) :: n)).
    cbn [eval_mono]. cbn [eval_mono] in IHn. rewrite IHn. ring.
Qed.
Lemma divide_correct m : forall n q, divide m n = Some q -> eval_mono m = eval_mono n * eval_mono q.
Proof.
  induction m as [|[a k] m IH]; intros [|[b l] n] q; try discriminate.
  - intro E. injection E as <-. simpl. ring.
  - intro E. injection E as <-. simpl. ring.
  - cbn [divide]. destruct (Pos.compare_spec a b) as [->|_|_]; try discriminate.
    + destruct (Pos.compare_spec k l) as [->|_|lt]; try discriminate.
      * intro E. apply IH in E. cbn [eval_mono]. rewrite E. ring.
      * destruct (divide m n) as [p|] eqn:D; [|discriminate]. intro E. injection E as <-. apply IH in D. cbn [eval_mono]. rewrite D.
        replace (Pos.to_nat k) with (Pos.to_nat l + Pos.to_nat (k - l))%nat by lia. rewrite pow_add. ring.
    + destruct (divide m _) as [p|] eqn:D; [|discriminate]. intro E. injection E as <-. apply IH in D. cbn [eval_mono] in *. rewrite D. ring.
Qed.

Local Lemma zero_Q c : Z.eqb (Qnum c) 0 = true -> Q2R c = 0.
Proof. intro E. apply Z.eqb_eq in E. unfold Q2R. rewrite E. simpl. ring. Qed.
Lemma cons_term_correct m c p : eval (cons_term m c p) = Q2R c * eval_mono m + eval p.
Proof. unfold cons_term. destruct (Z.eqb _ 0) eqn:E; [rewrite (zero_Q _ E); ring|reflexivity]. Qed.
Lemma add_poly_correct p : forall q, eval (add_poly p q) = eval p + eval q.
Proof.
  induction p as [|[m c] p IH]; [intro; simpl; ring|]. induction q as [|[n d] q IHq]; [simpl; ring|].
  cbn [add_poly]. destruct (compare m n) eqn:E.
  - apply compare_correct in E. subst n. rewrite cons_term_correct, IH, Q2R_Qred, Q2R_plus. cbn [eval]. ring.
  - cbn [eval]. rewrite IH. cbn [eval]. ring.
  - change (eval ((n, d) :: add_poly ((m, c) :: p) q) = eval ((m, c) :: p) + eval ((n, d) :: q)).
    cbn [eval]. cbn [eval] in IHq. rewrite IHq. ring.
Qed.
Lemma scale_correct m c p : eval (scale m c p) = Q2R c * eval_mono m * eval p.
Proof.
  unfold scale. destruct (Z.eqb _ 0) eqn:E; [rewrite (zero_Q _ E); simpl; ring|].
  induction p as [|[n d] p IH]; cbn [map eval fst snd]; [ring|]. rewrite IH, mul_mono_correct, Q2R_Qred, Q2R_mult. ring.
Qed.
Lemma opp_poly_correct p : eval (opp_poly p) = - eval p.
Proof. induction p as [|[n d] p IH]; simpl; [ring|]. rewrite IH, Q2R_opp. ring. Qed.
Lemma mul_poly_correct p q : eval (mul_poly p q) = eval p * eval q.
Proof. induction p as [|[n d] p IH]; cbn [mul_poly fold_right eval fst snd]; [ring|]. fold (mul_poly p q). rewrite add_poly_correct, scale_correct, IH. ring. Qed.
Lemma constant_correct q : eval (constant q) = Q2R q.
Proof. unfold constant. destruct (Z.eqb _ 0) eqn:E; [now rewrite (zero_Q _ E)|]. simpl. rewrite Q2R_Qred. ring. Qed.
Lemma atom_poly_correct a : eval (atom_poly a) = r a.
Proof. unfold atom_poly. simpl. rewrite Q2R_1. ring. Qed.
End Meaning.

Lemma eval_local r s p : (forall a, In a (atoms_of p) -> r a = s a) -> eval r p = eval s p.
Proof.
  assert (mono : forall m, (forall a, In a (map fst m) -> r a = s a) -> eval_mono r m = eval_mono s m).
  { induction m as [|[a k] m IH]; simpl; intro same; [reflexivity|]. rewrite (same a), IH; auto. }
  induction p as [|[m c] p IH]; simpl; intro same; [reflexivity|].
  rewrite IH by (intros; apply same; unfold atoms_of; simpl; apply in_or_app; now right).
  rewrite mono; [reflexivity|]. intros. apply same. apply in_or_app. now left.
Qed.
