(** * Quadratic functions that a program computes

    Which instructions are polynomials of degree at most 2 in the inputs, with rational coefficients, and whether the part of degree 2 is at least 0 at all points: variables are
    eliminated by completing squares, exactly.  Such a function is convex, however it is written: as x'P x with a positive semidefinite matrix P, or as x^2 + x y + y^2.

    Main definitions: [polynomial], [polynomial_of], [all_polynomials], [semidefinite].
    Main results: [all_polynomials_correct], [semidefinite_sound], [quadratic_convex].

    Trust: proved. *)
From Coq Require Import ZArith QArith Qreals Reals List Bool FMapPositive Lra.
From Warrant Require Import Spec.Bytes Primitives.Fractions Primitives.Autodiff.Programs Primitives.Losses.Composition Primitives.Losses.Powers Checker.Losses.Forms.
Import ListNotations.

(** The terms of a linear function are those of a combination: 1 stands for the number 1, and i + 1 for the input i.  Those of a quadratic one have two such. *)
Definition quadratic_terms := list (positive * positive * Q).
Record polynomial := Polynomial { linear_part : option terms; quadratic : option quadratic_terms }.
Definition no_polynomial : polynomial := Polynomial None None.
Definition most_linear : nat := 25.
Definition most_quadratic : nat := 325.

Fixpoint insert_pair (i j : positive) (q : Q) (l : quadratic_terms) : quadratic_terms :=
  match l with
  | [] => [(i, j, q)]
  | (k, m, r) :: l =>
    if Pos.eqb i k && Pos.eqb j m || Pos.eqb i m && Pos.eqb j k then (k, m, Qred (q + r)) :: l else (k, m, r) :: insert_pair i j q l
  end.
Definition merge_pairs (l m : quadratic_terms) : quadratic_terms := fold_right (fun p r => insert_pair (fst (fst p)) (snd (fst p)) (snd p) r) m l.
Definition scale_pairs (q : Q) (l : quadratic_terms) : quadratic_terms := map (fun p => (fst p, Qred (q * snd p))) l.
(** the shorter one is inserted into the longer one *)
Definition shorter {A} (l m : list A) : bool := Nat.leb (length l) (length m).
Definition sum_terms (l m : terms) : terms := if shorter l m then merge l m else merge m l.
Definition sum_pairs (l m : quadratic_terms) : quadratic_terms := if shorter l m then merge_pairs l m else merge_pairs m l.
Definition times (p : positive * Q) (m : terms) (l : quadratic_terms) : quadratic_terms :=
  fold_right (fun r l => insert_pair (fst p) (fst r) (Qred (snd p * snd r)) l) l m.
Definition outer (l m : terms) : quadratic_terms := fold_right (fun p r => times p m r) [] l.
Definition constant (l : terms) : option Q :=
  match l with [] => Some 0%Q | [(i, q)] => if Pos.eqb i 1 then Some q else None | _ => None end.
Definition limited {A} (n : nat) (l : list A) : option (list A) := if Nat.leb (length l) n then Some l else None.

Section Polynomials.
Variable C : code.
Section At.
Variable F : PositiveMap.t polynomial.
Definition polynomial_at (i : positive) : polynomial := match PositiveMap.find i F with Some f => f | None => no_polynomial end.
Definition scaled (q : Q) (f : polynomial) : polynomial := Polynomial (option_map (scale_terms q) (linear_part f)) (option_map (scale_pairs q) (quadratic f)).
Definition as_quadratic (f : polynomial) : option quadratic_terms :=
  match quadratic f with Some l => Some l | None => option_map (map (fun p => (1%positive, fst p, snd p))) (linear_part f) end.
Definition is_quadratic (f : polynomial) : bool := match quadratic f with Some _ => true | None => false end.
Definition sum_of (f g : polynomial) : polynomial :=
  Polynomial (do l <- linear_part f; do m <- linear_part g; limited most_linear (sum_terms l m))
    (if is_quadratic f || is_quadratic g then do l <- as_quadratic f; do m <- as_quadratic g; limited most_quadratic (sum_pairs l m) else None).
Definition product_of (f g : polynomial) : polynomial :=
  match linear_part f, linear_part g with
  | Some l, Some m =>
    match constant l, constant m with
    | Some q, _ => scaled q g
    | None, Some q => scaled q f
    | None, None => Polynomial None (limited most_quadratic (outer l m))
    end
  | Some l, None => match constant l with Some q => scaled q g | None => no_polynomial end
  | None, Some m => match constant m with Some q => scaled q f | None => no_polynomial end
  | None, None => no_polynomial
  end.
Definition polynomial_of (i : positive) (o : op) : polynomial :=
  match o with
  | Input => Polynomial (Some [(Pos.succ i, 1%Q)]) None
  | Number q => Polynomial (Some [(1%positive, q)]) None
  | Unary Opp a => scaled (-1) (polynomial_at a)
  | Binary Add a b => sum_of (polynomial_at a) (polynomial_at b)
  | Binary Mul a b => product_of (polynomial_at a) (polynomial_at b)
  | Binary Div a b =>
    match linear_part (polynomial_at b) with
    | Some m => match constant m with Some q => if Qeq_bool q 0 then no_polynomial else scaled (/ q) (polynomial_at a) | None => no_polynomial end
    | None => no_polynomial
    end
  | _ => no_polynomial
  end.
End At.
Fixpoint all_polynomials (l : list positive) (F : PositiveMap.t polynomial) : PositiveMap.t polynomial :=
  match l with
  | [] => F
  | i :: l => all_polynomials l match PositiveMap.find i C with Some o => PositiveMap.add i (polynomial_of F i o) F | None => F end
  end.
End Polynomials.

(** ** Semidefinite quadratic forms *)

(** a v^2 + v b + the rest *)
Record split_form := SplitForm { square_part : Q; mixed_part : terms; free_part : quadratic_terms }.
Fixpoint split_at (v : positive) (l : quadratic_terms) : split_form :=
  match l with
  | [] => SplitForm 0 [] []
  | (i, j, q) :: l =>
    let s := split_at v l in
    if Pos.eqb i v then
      if Pos.eqb j v then SplitForm (Qred (q + square_part s)) (mixed_part s) (free_part s) else SplitForm (square_part s) (insert_term j q (mixed_part s)) (free_part s)
    else if Pos.eqb j v then SplitForm (square_part s) (insert_term i q (mixed_part s)) (free_part s)
    else SplitForm (square_part s) (mixed_part s) ((i, j, q) :: free_part s)
  end.
(** each variable in turn: its square has a positive coefficient a, and a (v + b / 2a)^2 is split off; or it does not occur *)
Fixpoint semidefinite (vs : list positive) (l : quadratic_terms) : bool :=
  match vs with
  | [] => forallb (fun p => Qeq_bool (snd p) 0) l
  | v :: vs =>
    let s := split_at v l in
    let a := square_part s in
    if Qle_bool a 0 then Qeq_bool a 0 && forallb (fun p => Qeq_bool (snd p) 0) (mixed_part s) && semidefinite vs (free_part s)
    else semidefinite vs (merge_pairs (scale_pairs (- (/ ((4 # 1) * a))) (outer (mixed_part s) (mixed_part s))) (free_part s))
  end.
(** the part in the variables that vary *)
Definition varying_part (varied : positive -> bool) (l : quadratic_terms) : quadratic_terms :=
  let varies i := negb (Pos.eqb i 1) && varied (Pos.pred i) in filter (fun p => varies (fst (fst p)) && varies (snd (fst p))) l.
Definition convex_quadratic (varied : positive -> bool) (l : quadratic_terms) : bool :=
  let part := varying_part varied l in semidefinite (nodup Pos.eq_dec (map (fun p => fst (fst p)) part ++ map (fun p => snd (fst p)) part)) part.

(** ** Polynomials are right *)

Local Open Scope R_scope.

Definition quadratic_value (h : positive -> R) (l : quadratic_terms) : R := fold_right (fun p r => Q2R (snd p) * (h (fst (fst p)) * h (snd (fst p))) + r) 0 l.

Section Values.
Variable h : positive -> R.
Lemma insert_pair_value i j q l : quadratic_value h (insert_pair i j q l) = Q2R q * (h i * h j) + quadratic_value h l.
Proof.
  induction l as [|[[k m] r] l IH]; [reflexivity|]. cbn [insert_pair]. destruct (_ || _)%bool eqn:E; cbn [quadratic_value fold_right fst snd] in *.
  - rewrite plus_R. apply orb_prop in E as [E|E]; apply andb_prop in E as [E1 E2]; apply Pos.eqb_eq in E1, E2; subst; ring.
  - unfold quadratic_value in IH. rewrite IH. ring.
Qed.
Lemma merge_pairs_value l m : quadratic_value h (merge_pairs l m) = quadratic_value h l + quadratic_value h m.
Proof. induction l as [|[[i j] q] l IH]; [unfold merge_pairs; simpl; ring|]. unfold merge_pairs in *. cbn [fold_right fst snd]. rewrite insert_pair_value, IH. cbn [quadratic_value fold_right fst snd]. fold (quadratic_value h l). ring. Qed.
Lemma scale_pairs_value q l : quadratic_value h (scale_pairs q l) = Q2R q * quadratic_value h l.
Proof. induction l as [|[[i j] r] l IH]; [simpl; ring|]. unfold quadratic_value, scale_pairs in *. cbn [map fold_right fst snd] in *. rewrite mult_R, IH. ring. Qed.
Lemma sum_terms_value l m : weighted h (sum_terms l m) = weighted h l + weighted h m.
Proof. unfold sum_terms. destruct (shorter l m); rewrite merge_weighted; ring. Qed.
Lemma sum_pairs_value l m : quadratic_value h (sum_pairs l m) = quadratic_value h l + quadratic_value h m.
Proof. unfold sum_pairs. destruct (shorter l m); rewrite merge_pairs_value; ring. Qed.
Lemma times_value p m l : quadratic_value h (times p m l) = Q2R (snd p) * h (fst p) * weighted h m + quadratic_value h l.
Proof.
  induction m as [|r m IH]; [simpl; ring|]. unfold times in *. cbn [fold_right]. rewrite insert_pair_value, IH, mult_R. unfold weighted. cbn [fold_right]. ring.
Qed.
Lemma outer_value l m : quadratic_value h (outer l m) = weighted h l * weighted h m.
Proof. induction l as [|p l IH]; [simpl; ring|]. unfold outer in *. cbn [fold_right]. rewrite times_value, IH. change (weighted h (p :: l)) with (Q2R (snd p) * h (fst p) + weighted h l). ring. Qed.
Lemma split_at_value v l : let s := split_at v l in
  quadratic_value h l = Q2R (square_part s) * (h v * h v) + h v * weighted h (mixed_part s) + quadratic_value h (free_part s).
Proof.
  induction l as [|[[i j] q] l IH]; [cbn; unfold Q2R; simpl; ring|]. cbv zeta in *. unfold quadratic_value in *. cbn [split_at fold_right fst snd]. rewrite IH. clear IH.
  destruct (Pos.eqb i v) eqn:Ei; [destruct (Pos.eqb j v) eqn:Ej|destruct (Pos.eqb j v) eqn:Ej]; cbn [square_part mixed_part free_part fold_right fst snd];
    repeat match goal with E : Pos.eqb _ _ = true |- _ => apply Pos.eqb_eq in E; subst end; rewrite ?plus_R, ?insert_weighted; ring.
Qed.
Lemma zero_value l : forallb (fun p => Qeq_bool (snd p) 0) l = true -> quadratic_value h l = 0.
Proof.
  induction l as [|p l IH]; [reflexivity|]. cbn [forallb]. intro E. apply andb_prop in E as [zero E]. apply Qeq_bool_iff, Qeq_eqR in zero. unfold quadratic_value in *. cbn [fold_right].
  rewrite IH, zero by exact E. unfold Q2R. simpl. ring.
Qed.
Lemma zero_weighted (l : terms) : forallb (fun p => Qeq_bool (snd p) 0) l = true -> weighted h l = 0.
Proof.
  induction l as [|p l IH]; [reflexivity|]. cbn [forallb]. intro E. apply andb_prop in E as [zero E]. apply Qeq_bool_iff, Qeq_eqR in zero. unfold weighted in *. cbn [fold_right].
  rewrite IH, zero by exact E. unfold Q2R. simpl. ring.
Qed.
Theorem semidefinite_sound vs : forall l, semidefinite vs l = true -> 0 <= quadratic_value h l.
Proof.
  induction vs as [|v vs IH]; intro l; cbn [semidefinite]; [intro E; rewrite zero_value by exact E; lra|]. rewrite (split_at_value v l). set (s := split_at v l).
  destruct (Qle_bool (square_part s) 0) eqn:sign.
  - intro E. apply andb_prop in E as [E rest]. apply andb_prop in E as [zero none]. apply Qeq_bool_iff, Qeq_eqR in zero. rewrite zero, (zero_weighted _ none). specialize (IH _ rest). unfold Q2R. simpl. lra.
  - intro rest. specialize (IH _ rest). rewrite merge_pairs_value, scale_pairs_value, outer_value in IH.
    assert (pos : 0 < Q2R (square_part s)).
    { destruct (Rlt_dec 0 (Q2R (square_part s))) as [pos|no]; [exact pos|]. assert (le : Q2R (square_part s) <= Q2R 0) by (unfold Q2R at 2; simpl; lra). apply Rle_Qle, Qle_bool_iff in le. congruence. }
    assert (nz : ~ ((4 # 1) * square_part s == 0)%Q) by (intro E; apply Qeq_eqR in E; rewrite Q2R_mult in E; unfold Q2R at 1 3 in E; simpl in E; lra).
    rewrite Q2R_opp, Q2R_inv, Q2R_mult in IH by exact nz. assert (four : Q2R (4 # 1) = 4) by (unfold Q2R; simpl; lra). rewrite four in IH.
    set (a := Q2R (square_part s)) in *. set (b := weighted h (mixed_part s)) in *. set (r := quadratic_value h (free_part s)) in *.
    assert (sq : 0 <= a * ((h v + b / (2 * a)) * (h v + b / (2 * a)))) by (apply Rmult_le_pos; [lra|apply Rle_0_sqr]).
    replace (a * ((h v + b / (2 * a)) * (h v + b / (2 * a)))) with (a * (h v * h v) + h v * b + / (4 * a) * (b * b)) in sq by (field; lra). lra.
Qed.
End Values.

(** the coordinates of a polynomial at the inputs [x] *)
Definition coordinate (x : positive -> R) (i : positive) : R := if Pos.eqb i 1 then 1 else x (Pos.pred i).

(** ** Programs *)

Section Programs.
Variables (C : code) (x v : positive -> R).
Hypothesis values : models C x v.
Local Notation h := (coordinate x).
Record polynomial_holds (f : polynomial) (r : R) : Prop := PolynomialHolds {
  holds_linear : forall l, linear_part f = Some l -> r = weighted h l;
  holds_quadratic : forall l, quadratic f = Some l -> r = quadratic_value h l }.
Definition right_polynomials (F : PositiveMap.t polynomial) : Prop := forall i f, PositiveMap.find i F = Some f -> polynomial_holds f (v i).

Lemma no_polynomial_holds r : polynomial_holds no_polynomial r.
Proof. split; discriminate. Qed.
Lemma scaled_holds q f r : polynomial_holds f r -> polynomial_holds (scaled q f) (Q2R q * r).
Proof.
  intros [hl hq]. split; cbn; intros l E.
  - destruct (linear_part f) as [m|]; [|discriminate]. injection E as <-. now rewrite scale_weighted, (hl m).
  - destruct (quadratic f) as [m|]; [|discriminate]. injection E as <-. now rewrite scale_pairs_value, (hq m).
Qed.
Lemma limited_some {A} n (l m : list A) : limited n l = Some m -> m = l.
Proof. unfold limited. destruct (Nat.leb _ _); [|discriminate]. now intros [= <-]. Qed.
Lemma as_quadratic_holds f r l : polynomial_holds f r -> as_quadratic f = Some l -> r = quadratic_value h l.
Proof.
  intros [hl hq]. unfold as_quadratic. destruct (quadratic f) as [m|]; [intros [= <-]; auto|]. destruct (linear_part f) as [m|]; [|discriminate]. intros [= <-].
  rewrite (hl m eq_refl). assert (one : h 1%positive = 1) by reflexivity. clear - one.
  induction m as [|p m IH]; [reflexivity|]. unfold weighted, quadratic_value in *. cbn [map fold_right fst snd]. rewrite IH, one. ring.
Qed.
Lemma sum_of_holds f g r s : polynomial_holds f r -> polynomial_holds g s -> polynomial_holds (sum_of f g) (r + s).
Proof.
  intros hf hg. split; cbn; intro l.
  - destruct (linear_part f) as [m|] eqn:Ef; [|discriminate]. destruct (linear_part g) as [n|] eqn:Eg; [|discriminate]. intro E. apply limited_some in E. subst.
    rewrite sum_terms_value, (holds_linear _ _ hf m Ef), (holds_linear _ _ hg n Eg). reflexivity.
  - destruct (_ || _)%bool; [|discriminate]. destruct (as_quadratic f) as [m|] eqn:Ef; [|discriminate]. destruct (as_quadratic g) as [n|] eqn:Eg; [|discriminate].
    intro E. apply limited_some in E. subst. rewrite sum_pairs_value, (as_quadratic_holds f r m hf Ef), (as_quadratic_holds g s n hg Eg). reflexivity.
Qed.
Lemma constant_value l q : constant l = Some q -> weighted h l = Q2R q.
Proof.
  unfold constant. destruct l as [|[i p] [|]]; [intro E; injection E as <-; unfold Q2R; simpl; ring| |discriminate]. destruct (Pos.eqb i 1) eqn:E; [|discriminate].
  intro G. injection G as <-. unfold weighted, coordinate. cbn [fold_right fst snd]. rewrite E. ring.
Qed.
Lemma product_of_holds f g r s : polynomial_holds f r -> polynomial_holds g s -> polynomial_holds (product_of f g) (r * s).
Proof.
  intros hf hg. assert (left : forall l q, linear_part f = Some l -> constant l = Some q -> polynomial_holds (scaled q g) (r * s)).
  { intros l q El E. rewrite (holds_linear _ _ hf l El), (constant_value l q E). now apply scaled_holds. }
  assert (right : forall l q, linear_part g = Some l -> constant l = Some q -> polynomial_holds (scaled q f) (r * s)).
  { intros l q El E. rewrite (holds_linear _ _ hg l El), (constant_value l q E), Rmult_comm. now apply scaled_holds. }
  unfold product_of. destruct (linear_part f) as [l|] eqn:Ef, (linear_part g) as [m|] eqn:Eg; try apply no_polynomial_holds.
  - destruct (constant l) as [q|] eqn:El; [now apply (left l)|]. destruct (constant m) as [q|] eqn:Em; [now apply (right m)|].
    split; cbn; [discriminate|]. intros n E. apply limited_some in E. subst. now rewrite outer_value, (holds_linear _ _ hf l Ef), (holds_linear _ _ hg m Eg).
  - destruct (constant l) as [q|] eqn:El; [now apply (left l)|apply no_polynomial_holds].
  - destruct (constant m) as [q|] eqn:Em; [now apply (right m)|apply no_polynomial_holds].
Qed.

Section At.
Variable F : PositiveMap.t polynomial.
Hypothesis rightF : right_polynomials F.
Lemma polynomial_at_holds i : polynomial_holds (polynomial_at F i) (v i).
Proof. unfold polynomial_at. destruct (PositiveMap.find i F) as [f|] eqn:E; [now apply rightF|apply no_polynomial_holds]. Qed.
Lemma polynomial_of_holds i o : PositiveMap.find i C = Some o -> polynomial_holds (polynomial_of F i o) (v i).
Proof.
  intro found. rewrite (values _ _ found). assert (Q1 : Q2R 1 = 1) by (unfold Q2R; simpl; lra).
  destruct o as [|q|f a|f a b]; cbn [polynomial_of value_of]; try apply no_polynomial_holds.
  - split; cbn; [|discriminate]. intros l [= <-]. cbn. rewrite Q1. unfold coordinate. destruct (Pos.eqb (Pos.succ i) 1) eqn:E; [apply Pos.eqb_eq in E; now destruct i|]. rewrite Pos.pred_succ. ring.
  - split; cbn; [|discriminate]. intros l [= <-]. cbn. unfold coordinate. simpl. ring.
  - destruct f; try apply no_polynomial_holds. cbn [value1]. replace (- v a) with (Q2R (-1) * v a) by (unfold Q2R; simpl; lra). apply scaled_holds, polynomial_at_holds.
  - destruct f; cbn [value2].
    + apply sum_of_holds; apply polynomial_at_holds.
    + apply product_of_holds; apply polynomial_at_holds.
    + destruct (linear_part (polynomial_at F b)) as [m|] eqn:Eb; [|apply no_polynomial_holds]. destruct (constant m) as [q|] eqn:Em; [|apply no_polynomial_holds].
      destruct (Qeq_bool q 0) eqn:zero; [apply no_polynomial_holds|]. assert (nz : ~ (q == 0)%Q) by (intro E; apply Qeq_bool_iff in E; congruence).
      rewrite (holds_linear _ _ (polynomial_at_holds b) m Eb), (constant_value m q Em). unfold Rdiv. rewrite Rmult_comm, <- Q2R_inv by exact nz. apply scaled_holds, polynomial_at_holds.
Qed.
End At.
Theorem all_polynomials_correct l : forall F, right_polynomials F -> right_polynomials (all_polynomials C l F).
Proof.
  induction l as [|i l IH]; intros F rightF; simpl; [exact rightF|]. apply IH. destruct (PositiveMap.find i C) as [o|] eqn:found; [|exact rightF].
  intros j f. destruct (Pos.eq_dec j i) as [->|other].
  - rewrite PositiveMap.gss. intros [= <-]. now apply polynomial_of_holds.
  - rewrite PositiveMap.gso by exact other. apply rightF.
Qed.
End Programs.

(** ** On a segment *)

Section Segment.
Variables (varied : positive -> bool) (t : R) (x y z : positive -> R).
Hypothesis t_in : 0 <= t <= 1.
Hypothesis between : forall i, z i = mean t (x i) (y i).
Hypothesis held_fixed : forall i, varied i = false -> x i = y i.

Let d i := coordinate x i - coordinate y i.
Lemma coordinate_mean i : coordinate z i = mean t (coordinate x i) (coordinate y i).
Proof. unfold coordinate. destruct (Pos.eqb i 1); [symmetry; apply mean_same|apply between]. Qed.
Lemma quadratic_between l : quadratic_value (coordinate z) l =
  mean t (quadratic_value (coordinate x) l) (quadratic_value (coordinate y) l) - t * (1 - t) * quadratic_value d l.
Proof.
  induction l as [|p l IH]; [unfold mean; simpl; ring|]. unfold quadratic_value in *. cbn [fold_right]. rewrite IH, !coordinate_mean. unfold d, mean. ring.
Qed.
Lemma varying_part_value l : quadratic_value d (varying_part varied l) = quadratic_value d l.
Proof.
  assert (zero : forall i, negb (Pos.eqb i 1) && varied (Pos.pred i) = false -> d i = 0).
  { intros i E. unfold d, coordinate. destruct (Pos.eqb i 1); [ring|]. simpl in E. rewrite (held_fixed _ E). ring. }
  induction l as [|[[i j] q] l IH]; [reflexivity|]. unfold varying_part, quadratic_value in *. cbn [filter fold_right fst snd] in *.
  destruct (negb (Pos.eqb i 1) && varied (Pos.pred i)) eqn:Ei; [destruct (negb (Pos.eqb j 1) && varied (Pos.pred j)) eqn:Ej|]; cbn [andb fold_right fst snd]; rewrite IH.
  - reflexivity.
  - rewrite (zero j Ej). ring.
  - rewrite (zero i Ei). ring.
Qed.
Theorem quadratic_convex l : convex_quadratic varied l = true ->
  convex_on t (quadratic_value (coordinate x) l) (quadratic_value (coordinate y) l) (quadratic_value (coordinate z) l).
Proof.
  intro E. apply (semidefinite_sound d) in E. rewrite varying_part_value in E. unfold convex_on. rewrite quadratic_between.
  assert (0 <= t * (1 - t) * quadratic_value d l); [|lra]. apply Rmult_le_pos; [nra|exact E].
Qed.
End Segment.
