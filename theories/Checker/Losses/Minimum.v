(** * Where a loss is least

    A loss that is at least 0, that is 0 where its entries x are equal to their targets, and only there.  The targets are the entries of another input, or a number.  The value at the targets
    is computed in affine forms (which become constant there) and exact numbers; and of each instruction that is at least 0 it is found out which affine forms cannot be positive
    where it is 0: of a sum of such instructions those of all summands, of a maximum those of both parts, of a square those of its base, with either sign; of x^2 - max(0, x - M)^2 those of x.

    Main definitions: [target], [value_at_target], [all_zeros], [is_minimised], [not_minimised].
    Main results: [is_minimised_correct], [not_minimised_correct].

    Trust: proved. *)
From Coq Require Import ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Elementary Spec.Losses Primitives.Fractions Primitives.Autodiff.Programs Primitives.Autodiff.Reverse.
From Warrant Require Import Primitives.Losses.Powers Checker.Intervals Checker.Gradients.Enclosures Checker.Gradients.Domain Checker.Losses.Facts Checker.Losses.Facts_sound.
From Warrant Require Import Checker.Losses.Forms Checker.Losses.Quadratic Checker.Losses.Exact Checker.Losses.Bends Checker.Losses.Program Checker.Losses.Program_sound Checker.Losses.Margins.
Import ListNotations.
Local Open Scope bool_scope.

(** ** Affine forms, and values where x is the target *)

(** the target of the entry of number k + 1: a number, or the input of this number *)
Inductive goal := Value (c : Q) | Entry (i : positive).

Section Program.
Variable C : code.
Definition only_linear (f : polynomial) : polynomial := Polynomial (linear_part f) None.
Fixpoint all_affine (l : list positive) (A : PositiveMap.t polynomial) : PositiveMap.t polynomial :=
  match l with
  | [] => A
  | i :: l => all_affine l match PositiveMap.find i C with Some o => PositiveMap.add i (only_linear (polynomial_of A i o)) A | None => A end
  end.
Definition clean (l : terms) : terms := filter (fun p => negb (Qeq_bool (snd p) 0)) l.

Variable goals : list goal.
(** the coordinate of this number (as in Quadratic.v: 1, and then the inputs), at the target *)
Definition at_goal (i : positive) : terms :=
  match i with
  | 1%positive => [(i, 1%Q)]
  | _ => match nth_error goals (Nat.pred (Pos.to_nat (Pos.pred i))) with Some (Value c) => [(1%positive, c)] | Some (Entry j) => [(Pos.succ j, 1%Q)] | None => [(i, 1%Q)] end
  end.
Definition substituted (l : terms) : terms := clean (fold_right (fun p r => merge (scale_terms (snd p) (at_goal (fst p))) r) [] l).

Variable A : PositiveMap.t polynomial.
Definition affine_at (i : positive) : option terms := linear_part (polynomial_at A i).
Section Values.
Variable V : PositiveMap.t exact.
Definition is_exact_0 (e : option exact) : bool := match e with Some (Rational q) => Qeq_bool q 0 | _ => false end.
Definition value_at_target (i : positive) (o : op) : option exact :=
  match (do l <- affine_at i; constant (substituted l)) with
  | Some q => rational_of q
  | None =>
    match o with
    | Unary Root a => do e <- PositiveMap.find a V; if is_exact_0 (Some e) then Some (Rational 0) else None
    | Unary f a => do e <- PositiveMap.find a V; exact1 f e
    | Binary f a b =>
      let zero := match f with Mul => is_exact_0 (PositiveMap.find a V) || is_exact_0 (PositiveMap.find b V) | Div => is_exact_0 (PositiveMap.find a V) | Add => false end in
      if zero then Some (Rational 0) else do d <- PositiveMap.find a V; do e <- PositiveMap.find b V; exact2 f d e
    | _ => None
    end
  end.
End Values.
Fixpoint all_values (l : list positive) (V : PositiveMap.t exact) : PositiveMap.t exact :=
  match l with
  | [] => V
  | i :: l =>
    all_values l match PositiveMap.find i C with
                 | Some o => match value_at_target V i o with Some e => PositiveMap.add i e V | None => V end
                 | None => V
                 end
  end.

(** ** Where instructions are 0 *)

Variable F : PositiveMap.t facts.
Section Zeros.
Variable Z : PositiveMap.t (list terms).
Definition zeros_at (i : positive) : list terms := match PositiveMap.find i Z with Some l => l | None => [] end.
Definition sign_here (i : positive) : signs := match PositiveMap.find i F, PositiveMap.find i C with Some f, Some _ => sign f | _, _ => no_signs end.
Definition nonneg (i : positive) : bool := ge0 (sign_here i).
Definition signed (l : terms) : list terms := [l; scale_terms (- (1)) l].
Definition positive_number (i : positive) : bool := match PositiveMap.find i C with Some (Number q) => less 0 q | _ => false end.
Definition negative_here (i : positive) : bool := lt0 (sign_here i).
Definition positive_here (i : positive) : bool := gt0 (sign_here i) || positive_number i.
(** forms that are at most 0 where the instruction is *)
Definition zeros_of (i : positive) (o : op) : list terms :=
  match affine_at i with Some l => [l] | None => [] end ++
  match o with
  | Unary Relu a => zeros_at a
  | Unary Root a => if nonneg a then zeros_at a else []
  | Binary Add a b =>
    match maximum_of C a b with
    | Some m => rev_append (zeros_at m) (zeros_at a)
    | None =>
      match huber_of C a b with
      | Some (k, m) => if nonneg k && negative_here m then zeros_at k else []
      | None => if nonneg a && nonneg b then rev_append (zeros_at b) (zeros_at a) else []
      end
    end
  | Binary Mul a b =>
    if Pos.eqb a b then match affine_at a with Some l => signed l | None => if nonneg a then zeros_at a else [] end
    else if positive_here a then zeros_at b else if positive_here b then zeros_at a else []
  | Binary Div a b => if positive_here b then zeros_at a else []
  | _ => []
  end.
End Zeros.
Definition most_zeros : nat := 2000.
Fixpoint all_zeros (l : list positive) (Z : PositiveMap.t (list terms)) : PositiveMap.t (list terms) :=
  match l with
  | [] => Z
  | i :: l => all_zeros l match PositiveMap.find i C with Some o => PositiveMap.add i (firstn most_zeros (zeros_of Z i o)) Z | None => Z end
  end.

(** x - its target is at most 0, or at least 0: the form is a multiple of x - target *)
Definition coefficient (i : positive) (l : terms) : Q := fold_right (fun p r => if Pos.eqb (fst p) i then Qred (snd p + r) else r) 0%Q l.
Definition difference (i : positive) : terms := merge (scale_terms (- (1)) (at_goal i)) [(i, 1%Q)].
Definition is_multiple (up : bool) (i : positive) (l : terms) : bool :=
  let c := coefficient i l in
  (if up then less 0 c else less c 0) && match clean (merge (scale_terms (- c) (difference i)) l) with [] => true | _ => false end.
Definition all_equal (n : nat) (l : list terms) : bool := forallb (fun i => existsb (is_multiple true (Pos.succ i)) l && existsb (is_multiple false (Pos.succ i)) l) (numbers_from 1 n).
End Program.

(** ** Soundness *)

Local Open Scope R_scope.

Lemma clean_value (h : positive -> R) l : weighted h (clean l) = weighted h l.
Proof.
  induction l as [|[i q] l IH]; [reflexivity|]. unfold clean, weighted in *. cbn [filter fold_right fst snd]. destruct (Qeq_bool q 0) eqn:E; cbn [negb fold_right fst snd]; rewrite IH; [|reflexivity].
  apply Qeq_bool_iff, Qeq_eqR in E. rewrite E, Q2R_0. ring.
Qed.

Section Correct.
Variables (C : code) (goals : list goal) (F : PositiveMap.t facts).

(** at one point *)
Section Point.
Variables (x v : positive -> R).
Hypothesis values : models C x v.
Lemma all_affine_correct l : forall A, right_polynomials x v A -> right_polynomials x v (all_affine C l A).
Proof.
  induction l as [|i l IH]; intros A right; simpl; [exact right|]. apply IH. destruct (PositiveMap.find i C) as [o|] eqn:found; [|exact right].
  intros j f. destruct (Pos.eq_dec j i) as [->|other].
  - rewrite PositiveMap.gss. intro E. injection E as <-. destruct (polynomial_of_holds C x v values A right i o found) as [hl _]. split; [exact hl|discriminate].
  - rewrite PositiveMap.gso by exact other. apply right.
Qed.
Variable A : PositiveMap.t polynomial.
Hypothesis right_A : right_polynomials x v A.
Lemma affine_at_correct i l : affine_at A i = Some l -> v i = weighted (coordinate x) l.
Proof. intro E. exact (holds_linear _ _ _ (polynomial_at_holds x v A right_A i) l E). Qed.

(** *** At the target *)
Definition reached : Prop := forall k g, nth_error goals k = Some g -> x (Pos.of_nat (S k)) = match g with Value c => Q2R c | Entry j => x j end.
Lemma at_goal_value i : reached -> weighted (coordinate x) (at_goal goals i) = coordinate x i.
Proof.
  intro there. assert (one : Q2R 1 = 1) by apply Q2R_1. assert (own : weighted (coordinate x) [(i, 1%Q)] = coordinate x i) by (cbn; rewrite one; ring).
  unfold at_goal. assert (start : i = 1%positive \/ i <> 1%positive) by (destruct (Pos.eq_dec i 1); auto). destruct start as [->|other]; [exact own|].
  replace (match i with 1%positive => _ | _ => _ end) with (match nth_error goals (Nat.pred (Pos.to_nat (Pos.pred i))) with Some (Value c) => [(1%positive, c)] | Some (Entry j) => [(Pos.succ j, 1%Q)] | None => [(i, 1%Q)] end)
    by (destruct i; [reflexivity|reflexivity|contradiction]).
  destruct (nth_error goals _) as [g|] eqn:E; [|exact own]. specialize (there _ _ E).
  assert (here : coordinate x i = x (Pos.pred i)) by (unfold coordinate; destruct (Pos.eqb_spec i 1); [contradiction|reflexivity]).
  replace (Pos.of_nat (S (Nat.pred (Pos.to_nat (Pos.pred i))))) with (Pos.pred i) in there by (pose proof (Pos2Nat.is_pos (Pos.pred i)); lia). rewrite here, there.
  destruct g as [c|j]; unfold weighted; cbn [fold_right fst snd].
  - unfold coordinate. cbn. ring.
  - rewrite one. rewrite coordinate_succ. ring.
Qed.
Lemma substituted_value l : reached -> weighted (coordinate x) (substituted goals l) = weighted (coordinate x) l.
Proof.
  intro there. unfold substituted. rewrite clean_value. induction l as [|[i q] l IH]; [reflexivity|]. cbn [fold_right fst snd]. rewrite merge_weighted, IH, scale_weighted, at_goal_value by exact there.
  unfold weighted. cbn [fold_right fst snd]. ring.
Qed.
Lemma is_exact_0_correct (o : option exact) r : is_exact_0 o = true -> (forall e, o = Some e -> exactly e r) -> r = 0.
Proof. destruct o as [[q|]|]; try discriminate. cbn. intros E right. apply Qeq_bool_iff, Qeq_eqR in E. rewrite Q2R_0 in E. rewrite <- E. exact (right _ eq_refl). Qed.
Lemma rules_correct V i o e : right_exact v V -> PositiveMap.find i C = Some o ->
  match o with
  | Unary Root a => do e <- PositiveMap.find a V; if is_exact_0 (Some e) then Some (Rational 0) else None
  | Unary f a => do e <- PositiveMap.find a V; exact1 f e
  | Binary f a b =>
    let zero := match f with Mul => is_exact_0 (PositiveMap.find a V) || is_exact_0 (PositiveMap.find b V) | Div => is_exact_0 (PositiveMap.find a V) | Add => false end in
    if zero then Some (Rational 0) else do d <- PositiveMap.find a V; do e <- PositiveMap.find b V; exact2 f d e
  | _ => None
  end = Some e -> exactly e (v i).
Proof.
  intros right found. rewrite (values _ _ found). assert (at_0 : exactly (Rational 0) 0) by (cbn; now rewrite Q2R_0). destruct o as [|q|f a|f a b]; try discriminate; cbn [value_of].
  - assert (plain : forall g, (do e <- PositiveMap.find a V; exact1 g e) = Some e -> exactly e (value1 g (v a))).
    { intros g. destruct (PositiveMap.find a V) as [d|] eqn:at_a; [|discriminate]. apply exact1_correct. now apply right. }
    destruct f; try apply plain. destruct (PositiveMap.find a V) as [d|] eqn:at_a; [|discriminate]. cbn [value1]. destruct (is_exact_0 (Some d)) eqn:zero; [|discriminate]. intro E. injection E as <-.
    rewrite (is_exact_0_correct _ (v a) zero) by (intros g Eg; injection Eg as <-; now apply right). now rewrite sqrt_0.
  - cbv zeta. assert (plain : (do d <- PositiveMap.find a V; do e <- PositiveMap.find b V; exact2 f d e) = Some e -> exactly e (value2 f (v a) (v b))).
    { destruct (PositiveMap.find a V) as [d|] eqn:at_a; [|discriminate]. destruct (PositiveMap.find b V) as [d'|] eqn:at_b; [|discriminate]. apply exact2_correct; now apply right. }
    assert (here : forall k, is_exact_0 (PositiveMap.find k V) = true -> v k = 0) by (intros k zero; apply (is_exact_0_correct _ _ zero); intros g; apply right).
    destruct f; cbn [value2] in *; [exact plain| |].
    + destruct (is_exact_0 (PositiveMap.find a V)) eqn:za; [cbn; intro E; injection E as <-; rewrite (here a za), Rmult_0_l; exact at_0|].
      destruct (is_exact_0 (PositiveMap.find b V)) eqn:zb; [cbn; intro E; injection E as <-; rewrite (here b zb), Rmult_0_r; exact at_0|exact plain].
    + destruct (is_exact_0 (PositiveMap.find a V)) eqn:za; [intro E; injection E as <-; rewrite (here a za); unfold Rdiv; rewrite Rmult_0_l; exact at_0|exact plain].
Qed.
Lemma value_at_target_correct V i o e : reached -> right_exact v V -> PositiveMap.find i C = Some o -> value_at_target goals A V i o = Some e -> exactly e (v i).
Proof.
  intros there right found. unfold value_at_target. destruct (affine_at A i) as [l|] eqn:is_l; [destruct (constant (substituted goals l)) as [q|] eqn:is_q|].
  - intro E. apply (rational_of_correct _ _ _ E). rewrite (affine_at_correct i l is_l), <- (substituted_value l there). now apply constant_value.
  - now apply rules_correct.
  - now apply rules_correct.
Qed.
Lemma all_values_correct l : reached -> forall V, right_exact v V -> right_exact v (all_values C goals A l V).
Proof.
  intro there. induction l as [|i l IH]; intros V right; simpl; [exact right|]. apply IH. destruct (PositiveMap.find i C) as [o|] eqn:found; [|exact right].
  destruct (value_at_target goals A V i o) as [e|] eqn:E; [|exact right]. intros j d. destruct (Pos.eq_dec j i) as [->|other].
  - rewrite PositiveMap.gss. intro H. injection H as <-. exact (value_at_target_correct V i o e there right found E).
  - rewrite PositiveMap.gso by exact other. apply right.
Qed.

(** *** Where instructions are 0 *)
Hypothesis signs_right : forall i f o, PositiveMap.find i F = Some f -> PositiveMap.find i C = Some o -> signs_hold (sign f) (v i).
Definition right_zeros (Z : PositiveMap.t (list terms)) : Prop := forall i l, PositiveMap.find i Z = Some l -> v i <= 0 -> forall m, In m l -> weighted (coordinate x) m <= 0.
Lemma zeros_at_correct Z i m : right_zeros Z -> v i <= 0 -> In m (zeros_at Z i) -> weighted (coordinate x) m <= 0.
Proof. intros right le. unfold zeros_at. destruct (PositiveMap.find i Z) as [l|] eqn:E; [now apply (right i l E)|easy]. Qed.
Lemma nonneg_correct i : nonneg C F i = true -> 0 <= v i.
Proof.
  unfold nonneg, sign_here. destruct (PositiveMap.find i F) as [f|] eqn:E; [|discriminate]. destruct (PositiveMap.find i C) as [o|] eqn:found; [|discriminate].
  intro ok. exact (holds_ge0 _ _ (signs_right i f o E found) ok).
Qed.
Lemma positive_here_correct i : positive_here C F i = true -> 0 < v i.
Proof.
  unfold positive_here. intro ok. apply orb_prop in ok as [ok|ok].
  - unfold sign_here in ok. destruct (PositiveMap.find i F) as [f|] eqn:E; [|discriminate]. destruct (PositiveMap.find i C) as [o|] eqn:found; [|discriminate].
    exact (holds_gt0 _ _ (signs_right i f o E found) ok).
  - unfold positive_number in ok. destruct (PositiveMap.find i C) as [[| q| |]|] eqn:found; try discriminate. rewrite (values _ _ found). cbn. rewrite <- Q2R_0. now apply less_correct.
Qed.
Lemma negative_here_correct i : negative_here C F i = true -> v i < 0.
Proof.
  unfold negative_here, sign_here. destruct (PositiveMap.find i F) as [f|] eqn:E; [|discriminate]. destruct (PositiveMap.find i C) as [o|] eqn:found; [|discriminate].
  intro ok. exact (holds_lt0 _ _ (signs_right i f o E found) ok).
Qed.
Lemma signed_correct l m : weighted (coordinate x) l = 0 -> In m (signed l) -> weighted (coordinate x) m <= 0.
Proof. intros zero [<-|[<-|[]]]; [lra|]. rewrite scale_weighted, zero. lra. Qed.
Lemma zeros_of_correct Z i o m : right_zeros Z -> PositiveMap.find i C = Some o -> v i <= 0 -> In m (zeros_of C A F Z i o) -> weighted (coordinate x) m <= 0.
Proof.
  intros right found le inm. unfold zeros_of in inm. apply in_app_or in inm as [inm|inm].
  { destruct (affine_at A i) as [l|] eqn:is_l; [|easy]. destruct inm as [<-|[]]. rewrite <- (affine_at_correct i l is_l). exact le. }
  assert (pass := fun k => zeros_at_correct Z k m right). rewrite (values _ _ found) in le. destruct o as [|q|[] a|[] a b]; cbn [value_of value1 value2] in le; try easy.
  - destruct (nonneg C F a) eqn:pos; [|easy]. apply nonneg_correct in pos. apply (pass a); [|exact inm]. destruct (Rle_dec (v a) 0); [assumption|]. pose proof (sqrt_lt_R0 (v a)). lra.
  - apply (pass a); [|exact inm]. pose proof (Rmax_r 0 (v a)). lra.
  - destruct (maximum_of C a b) as [k|] eqn:max.
    + destruct (maximum_of_correct C x v values _ _ _ max) as [E _]. rewrite E in le. pose proof (Rmax_l (v a) (v k)). pose proof (Rmax_r (v a) (v k)).
      rewrite rev_append_rev in inm. apply in_app_or in inm as [inm|inm]; [apply in_rev in inm; apply (pass k); [lra|exact inm]|apply (pass a); [lra|exact inm]].
    + destruct (huber_of C a b) as [[k j]|] eqn:hub.
      { destruct (nonneg C F k) eqn:pk; [|easy]. destruct (negative_here C F j) eqn:nj; [|easy]. apply nonneg_correct in pk. apply negative_here_correct in nj.
        destruct (huber_of_correct C x v values _ _ _ _ hub) as [E _]. rewrite E in le. apply (pass k); [|exact inm].
        revert le. unfold Rmax. destruct (Rle_dec 0 (v k + v j)); intro le; nra. }
      destruct (nonneg C F a) eqn:pa; [|easy]. destruct (nonneg C F b) eqn:pb; [|easy]. apply nonneg_correct in pa, pb.
      cbn in inm. rewrite rev_append_rev in inm. apply in_app_or in inm as [inm|inm]; [apply in_rev in inm; apply (pass b); [lra|exact inm]|apply (pass a); [lra|exact inm]].
  - destruct (Pos.eqb_spec a b) as [<-|differ].
    + assert (zero : v a = 0) by (pose proof (Rle_0_sqr (v a)) as sq; unfold Rsqr in sq; destruct (Rmult_integral (v a) (v a)); lra).
      destruct (affine_at A a) as [l|] eqn:is_l; [apply (signed_correct l m); [rewrite <- (affine_at_correct a l is_l); exact zero|exact inm]|].
      destruct (nonneg C F a); [|easy]. apply (pass a); [lra|exact inm].
    + destruct (positive_here C F a) eqn:pa; [apply positive_here_correct in pa; apply (pass b); [|exact inm]|destruct (positive_here C F b) eqn:pb; [|easy]; apply positive_here_correct in pb; apply (pass a); [|exact inm]].
      * destruct (Rle_dec (v b) 0); [assumption|]. assert (0 < v a * v b) by (apply Rmult_lt_0_compat; lra). lra.
      * destruct (Rle_dec (v a) 0); [assumption|]. assert (0 < v a * v b) by (apply Rmult_lt_0_compat; lra). lra.
  - destruct (positive_here C F b) eqn:pb; [|easy]. apply positive_here_correct in pb. apply (pass a); [|exact inm].
    destruct (Rle_dec (v a) 0); [assumption|]. assert (0 < v a / v b) by (apply Rdiv_lt_0_compat; lra). lra.
Qed.
Lemma all_zeros_correct l : forall Z, right_zeros Z -> right_zeros (all_zeros C A F l Z).
Proof.
  induction l as [|i l IH]; intros Z right; simpl; [exact right|]. apply IH. destruct (PositiveMap.find i C) as [o|] eqn:found; [|exact right]. intros j m. destruct (Pos.eq_dec j i) as [->|other].
  - rewrite PositiveMap.gss. intros E le k ink. injection E as <-. apply (zeros_of_correct Z i o k right found le). rewrite <- (firstn_skipn most_zeros (zeros_of C A F Z i o)). apply in_or_app. now left.
  - rewrite PositiveMap.gso by exact other. apply right.
Qed.
(** the number that x is to have *)
Definition aim (i : positive) : R := weighted (coordinate x) (at_goal goals i).
Lemma difference_value i : weighted (coordinate x) (difference goals i) = coordinate x i - aim i.
Proof. unfold difference. rewrite merge_weighted, scale_weighted. unfold aim. replace (Q2R (- (1))) with (-1) by (unfold Q2R; simpl; lra). unfold weighted at 2. cbn [fold_right fst snd]. rewrite Q2R_1. ring. Qed.
Lemma is_multiple_correct up i l : is_multiple goals up i l = true -> weighted (coordinate x) l <= 0 -> if up then coordinate x i <= aim i else aim i <= coordinate x i.
Proof.
  unfold is_multiple. intros E le. apply andb_prop in E as [sign E]. destruct (clean _) as [|] eqn:none; [|discriminate]. set (c := coefficient i l) in *.
  assert (zero : weighted (coordinate x) (merge (scale_terms (- c) (difference goals i)) l) = 0) by (rewrite <- clean_value, none; reflexivity).
  rewrite merge_weighted, scale_weighted, difference_value, Q2R_opp in zero. destruct up; apply less_correct in sign; rewrite Q2R_0 in sign.
  - destruct (Rle_dec (coordinate x i) (aim i)); [assumption|]. assert (0 < Q2R c * (coordinate x i - aim i)) by (apply Rmult_lt_0_compat; lra). lra.
  - destruct (Rle_dec (aim i) (coordinate x i)); [assumption|]. assert (0 < - Q2R c * (aim i - coordinate x i)) by (apply Rmult_lt_0_compat; lra). lra.
Qed.
Lemma all_equal_correct n l : all_equal goals n l = true -> (forall m, In m l -> weighted (coordinate x) m <= 0) -> forall k, (k < n)%nat -> x (Pos.of_nat (S k)) = aim (Pos.succ (Pos.of_nat (S k))).
Proof.
  unfold all_equal. rewrite forallb_forall. intros all none k lt. specialize (all (Pos.of_nat (S k))). assert (ink : In (Pos.of_nat (S k)) (numbers_from 1 n)).
  { apply Programs.numbers_from_correct. rewrite Nat2Pos.id by lia. change (Pos.to_nat 1) with 1%nat. lia. }
  apply all in ink. apply andb_prop in ink as [up down]. apply existsb_exists in up as (l1 & in1 & up), down as (l2 & in2 & down).
  apply is_multiple_correct in up; [|now apply none]. apply is_multiple_correct in down; [|now apply none]. rewrite coordinate_succ in *. lra.
Qed.
End Point.
End Correct.

(** ** The claim *)

Section Claim.
Variables (q : question) (st : state) (a : positive) (F : PositiveMap.t facts) (t : target).
Local Notation C := (instructions st).
Local Notation n := (Z.to_nat (entries (selected q))).
Local Notation all := (numbers_from 1 (length_of st)).

(** the number of an input's first entry, and how many there are; [k]: the number of the first entry of all *)
Fixpoint place (name : bytes) (l : list (bytes * list Z)) (k : nat) : option (nat * nat) :=
  match l with [] => None | (m, s) :: l => let size := Z.to_nat (Tensor.size s) in if same name m then Some (k, size) else place name l (k + size) end.
Definition goals : list goal :=
  match t with
  | AtNumber c => repeat (Value c) n
  | AtInput name => match place name (others q) (S n) with Some (k, size) => if Nat.eqb size n then map Entry (numbers_from (Pos.of_nat k) n) else [] | None => [] end
  | AtLogarithm _ => []   (* see Stationary.v *)
  end.
Definition well_placed : bool := match t with AtNumber _ => true | AtLogarithm _ => false | AtInput name => match place name (others q) (S n) with Some (_, size) => Nat.eqb size n | None => false end end.
(** whoever keeps the bounds [g] keeps the bounds [l] *)
Definition implied (l g : list bounds) : bool :=
  forallb (fun b =>
    match fst b with Some c => existsb (fun d => match fst d with Some e => Qle_bool c e | None => false end) g | None => true end &&
    match snd b with Some c => existsb (fun d => match snd d with Some e => Qle_bool e c | None => false end) g | None => true end) l.
Definition goal_inside (l : list bounds) (g : goal) : bool :=
  match g with Value c => rational_within l c | Entry j => implied l (range_in (all_ranges q) j) end.
Fixpoint goals_inside (r : list (list bounds)) (g : list goal) : bool :=
  match r, g with [], [] => true | l :: r, e :: g => goal_inside l e && goals_inside r g | _, _ => false end.
(** the loss is defined at all points within the bounds *)
Definition always_defined (o : op) : bool :=
  match o with
  | Unary Log k => gt0 (sign_here C F k)
  | Unary Root k => ge0 (sign_here C F k)
  | Binary Div _ k => gt0 (sign_here C F k) || lt0 (sign_here C F k)
  | _ => true
  end.
Definition is_minimised : bool :=
  well_placed && goals_inside (ranges q (selected q)) goals && all_instructions st always_defined && loss_ge0 a F &&
  let A := all_affine C all (PositiveMap.empty polynomial) in
  is_exact_0 (PositiveMap.find a (all_values C goals A all (PositiveMap.empty exact))) &&
  all_equal goals n (zeros_at (all_zeros C A F all (PositiveMap.empty (list terms))) a).

Definition exact_point (p : list Q) : option exact :=
  PositiveMap.find a (all_exact C (fun i => nth_error p (Nat.pred (Pos.to_nat i))) all (PositiveMap.empty exact)).
Definition value_of_point (x w : list Q) : option value := do M <- domain_point q st x w; Some (at_ M a, exact_point (x ++ w)).
(** the target of a point of rational numbers *)
Definition rational_goal (w : list Q) : option (list Q) := match t with AtNumber c => Some (repeat c n) | AtInput name => Some (entries_of name (others q) w) | AtLogarithm _ => None end.
Fixpoint differ (x y : list Q) : bool := match x, y with c :: x, d :: y => negb (Qeq_bool c d) || differ x y | _, _ => false end.
Definition not_minimised (x w : list Q) : bool :=
  match rational_goal w with
  | Some y => match value_of_point x w, value_of_point y w with Some v, Some u => differ x y && certainly_le v u | _, _ => false end
  | None => false
  end.

(** *** Soundness *)

Hypothesis comp : compile q = Some (st, a).
Hypothesis is_facts : F = program_facts q st.

Lemma defined_correct x w v : all_instructions st always_defined = true -> inside q (selected q) x -> inside q (others q) w -> models C (at_inputs x w) v ->
  forall i o, PositiveMap.find i C = Some o -> fine false C v i.
Proof.
  intros every ix iw values. apply (all_fine q st a comp false v). intros i o found below. pose proof (all_instructions_correct q st a comp _ _ _ every found) as ok.
  assert (S : forall k f, In k (operands o) -> PositiveMap.find k F = Some f -> signs_hold (sign f) (v k)).
  { intros k f ink known. exact (facts_at_point q st a F comp is_facts k f x w v known ix iw values (below k ink)). }
  destruct o as [| |[] k|[] l k]; try exact I; cbn in ok |- *; unfold sign_here in ok; destruct (PositiveMap.find k F) as [f|] eqn:known; try discriminate; destruct (PositiveMap.find k C); try discriminate.
  - exact (holds_ge0 _ _ (S k f ltac:(now left) known) ok).
  - exact (holds_gt0 _ _ (S k f ltac:(now left) known) ok).
  - assert (here := S k f ltac:(right; now left) known). apply orb_prop in ok as [ok|ok]; [pose proof (holds_gt0 _ _ here ok)|pose proof (holds_lt0 _ _ here ok)]; lra.
Qed.
Lemma place_correct name l : all_sized l -> forall k j m, place name l k = Some (j, m) -> exists s, (j = k + s)%nat /\ forall (B : Type) (w : list B), entries_of name l w = firstn m (skipn s w).
Proof.
  induction l as [|[b s] l IH]; intros sized k j m; [discriminate|]. cbn [place entries_of]. destruct (same name b) eqn:E.
  - intro H. injection H as <- <-. exists 0%nat. split; [lia|]. reflexivity.
  - intro H. destruct (IH (fun p inp => sized p (or_intror inp)) _ _ _ H) as (r & is_j & cut). exists (Z.to_nat (Tensor.size s) + r)%nat. split; [lia|]. intros B w. rewrite cut, skipn_skipn.
    do 2 f_equal. lia.
Qed.
Lemma numbers_from_nth m : forall i k j, nth_error (numbers_from i m) k = Some j -> (k < m)%nat /\ j = Pos.of_nat (Pos.to_nat i + k).
Proof.
  induction m as [|m IH]; intros i k j; [destruct k; discriminate|]. destruct k as [|k]; cbn.
  - intro E. injection E as <-. split; [lia|]. now rewrite Nat.add_0_r, Pos2Nat.id.
  - intro E. apply IH in E as [lt ->]. split; [lia|]. f_equal. lia.
Qed.
Lemma goals_length : goals_inside (ranges q (selected q)) goals = true -> length goals = n.
Proof.
  destruct (compile_sized _ _ _ comp) as [sx _]. pose proof (ranges_length q (selected q) sx) as len. generalize goals. revert len. generalize (ranges q (selected q)). intros r len g E.
  assert (same_length : length g = length r); [|lia]. clear len. revert g E. induction r as [|l r IH]; intros [|e g]; try discriminate; [reflexivity|]. cbn. intro E. apply andb_prop in E as [_ E]. f_equal. now apply IH.
Qed.
Definition goal_value (x w : list R) (g : goal) : R := match g with Value c => Q2R c | Entry j => at_inputs x w j end.
Lemma goals_correct x w k g : length x = n -> nth_error goals k = Some g -> (k < n)%nat /\ nth k (target_of q t w) 0 = goal_value x w g.
Proof.
  intros len. unfold goals, target_of. destruct t as [name|name|c]; [|destruct k; discriminate|].
  - destruct (compile_sized _ _ _ comp) as [_ sw]. destruct (place name (others q) (S n)) as [[j m]|] eqn:P; [|destruct k; discriminate].
    destruct (place_correct _ _ sw _ _ _ P) as (s & is_j & cut). destruct (Nat.eqb_spec m n) as [->|]; [|destruct k; discriminate]. rewrite cut, nth_error_map.
    destruct (nth_error (numbers_from (Pos.of_nat j) n) k) as [i|] eqn:E; [|discriminate]. intro H. injection H as <-. apply numbers_from_nth in E as [lt ->]. split; [exact lt|].
    cbn [goal_value]. unfold at_inputs. rewrite !Nat2Pos.id by lia. rewrite app_nth2 by lia. rewrite nth_firstn, nth_skipn. destruct (Nat.ltb_spec k n); [|lia]. f_equal. lia.
  - intro E. assert (lt : (k < n)%nat) by (rewrite <- (repeat_length (Value c) n); apply nth_error_Some; congruence). split; [exact lt|].
    apply nth_error_In, repeat_spec in E. subst g. cbn. apply (repeat_spec n). apply nth_In. now rewrite repeat_length.
Qed.
Lemma target_length w : well_placed = true -> inside q (others q) w -> length (target_of q t w) = n.
Proof.
  intros placed iw. unfold well_placed, target_of in *. destruct t as [name|name|c]; [|discriminate|apply repeat_length]. destruct (compile_sized _ _ _ comp) as [_ sw]. pose proof (inside_length _ _ _ sw iw) as len_w.
  assert (fits_in : forall l k j m, all_sized l -> place name l k = Some (j, m) -> forall v : list R, Z.of_nat (length v) = entries l -> length (entries_of name l v) = m).
  { clear. induction l as [|[b s] l IH]; intros k j m sized; [discriminate|]. assert (here : (0 <= Tensor.size s)%Z) by exact (sized (b, s) (or_introl eq_refl)).
    assert (rest : all_sized l) by (intros p inp; apply sized; now right). pose proof (entries_ge0 l rest) as rest_ge0. unfold entries in *. cbn [place entries_of fold_right snd] in *. destruct (same name b).
    - intros E v len. injection E as _ <-. rewrite length_firstn. lia.
    - intros E v len. apply (IH _ _ _ rest E). rewrite length_skipn. lia. }
  destruct (place name (others q) (S n)) as [[j m]|] eqn:P; [|discriminate]. apply Nat.eqb_eq in placed. rewrite (fits_in _ _ _ _ sw P w len_w). exact placed.
Qed.
Lemma implied_correct l g r : implied l g = true -> within_limits g r -> within_limits l r.
Proof.
  unfold implied. rewrite forallb_forall. intros every ig b inb. specialize (every b inb). apply andb_prop in every as [lo hi]. destruct b as [[c|] [d|]]; cbn in *; split; try exact I.
  1, 3: apply existsb_exists in lo as (e & ine & le); destruct (ig e ine) as [ab _]; destruct (fst e) as [f|]; [|discriminate]; apply Facts_sound.le_correct in le; cbn in ab; lra.
  1, 2: apply existsb_exists in hi as (e & ine & le); destruct (ig e ine) as [_ bl]; destruct (snd e) as [f|]; [|discriminate]; apply Facts_sound.le_correct in le; cbn in bl; lra.
Qed.
Lemma goals_inside_correct x w : inside q (selected q) x -> inside q (others q) w -> forall r g y, goals_inside r g = true -> length y = length g ->
  (forall k e, nth_error g k = Some e -> nth k y 0 = goal_value x w e) -> Forall2 within_limits r y.
Proof.
  intros ix iw. induction r as [|l r IH]; intros [|e g] [|b y]; try discriminate; [constructor|]. cbn. intros E len same. apply andb_prop in E as [here E]. constructor.
  - pose proof (same 0%nat e eq_refl) as is_b. cbn in is_b. subst b. unfold goal_inside in here. destruct e as [c|j]; cbn [goal_value]; [now apply rational_within_correct|].
    apply (implied_correct _ _ _ here). unfold at_inputs, range_in, all_ranges. apply nth_within, Forall2_app; assumption.
  - apply (IH g); [exact E|lia|]. intros k f at_k. exact (same (S k) f at_k).
Qed.
Theorem is_minimised_correct w x : is_minimised = true -> in_domain q x w ->
  let y := target_of q t w in target_exists q t w /\ in_domain q y w /\ loss q y w <= loss q x w /\ (loss q x w = loss q y w -> x = y).
Proof.
  intros ok dx y. assert (dx' := dx). destruct dx as (ix & iw & gx). unfold is_minimised in ok. apply andb_prop in ok as [ok last]. apply andb_prop in last as [zero equal]. apply andb_prop in ok as [ok pos].
  apply andb_prop in ok as [ok every]. apply andb_prop in ok as [placed within]. assert (len_g := goals_length within). assert (len_y : length y = n) by (apply target_length; assumption).
  destruct (compile_sized _ _ _ comp) as [sx _]. assert (len_x : length x = n) by (pose proof (inside_length _ _ _ sx ix); lia).
  assert (iy : inside q (selected q) y) by (apply (goals_inside_correct x w ix iw (ranges q (selected q)) goals); [exact within|lia|]; intros k e at_k; now apply (goals_correct x w k e)).
  destruct (in_domain_iff q st a x w comp ix iw) as (v & values & num & _). destruct (in_domain_iff q st a y w comp iy iw) as (v' & values' & num' & dom).
  destruct (compile_correct _ _ _ comp) as (wf & lt & _). apply (proj2 wf) in lt as [o at_a].
  assert (dy : in_domain q y w) by (apply dom; exact (defined_correct y w v' every iy iw values' a o at_a)). split; [unfold well_placed in placed; destruct t; [exact I|discriminate|exact I]|]. split; [exact dy|].
  set (A := all_affine C all (PositiveMap.empty polynomial)) in *. assert (none : forall u xs, right_polynomials xs u (PositiveMap.empty polynomial)) by (intros u xs i f found; rewrite PositiveMap.gempty in found; discriminate).
  assert (right_A : forall u xs, models C xs u -> right_polynomials xs u A) by (intros u xs vals; apply all_affine_correct; [exact vals|apply none]).
  assert (at_target : loss q y w = 0).
  { rewrite <- num'. apply (is_exact_0_correct _ (v' a) zero). intros e found. refine (all_values_correct C goals (at_inputs y w) v' values' A (right_A v' _ values') all _ (PositiveMap.empty exact) _ a e found).
    - intros k g at_k. destruct (goals_correct y w k g len_y at_k) as [lt_k value]. fold y in value. unfold at_inputs at 1. rewrite Nat2Pos.id by lia. cbn [Nat.pred]. rewrite app_nth1 by lia. exact value.
    - intros i d g. rewrite PositiveMap.gempty in g. discriminate. }
  assert (x_ge0 := loss_ge0_correct q st a F comp is_facts w x pos dx'). split; [lra|]. intro same.
  assert (le : v a <= 0) by (rewrite num; lra).
  assert (signs_right : forall i f o, PositiveMap.find i F = Some f -> PositiveMap.find i C = Some o -> signs_hold (sign f) (v i)).
  { intros i f p known found. exact (facts_at_point q st a F comp is_facts i f x w v known ix iw values (defined_correct x w v every ix iw values i p found)). }
  assert (right_Z := all_zeros_correct C F (at_inputs x w) v values A (right_A v _ values) signs_right all (PositiveMap.empty (list terms)) ltac:(intros i l g; rewrite PositiveMap.gempty in g; discriminate)).
  assert (entries_equal := all_equal_correct goals (at_inputs x w) n _ equal (fun m inm => zeros_at_correct (at_inputs x w) v _ a m right_Z le inm)).
  apply (nth_ext _ _ 0 0); [lia|]. intros k lt_k. specialize (entries_equal k ltac:(lia)). unfold at_inputs at 1 in entries_equal. rewrite Nat2Pos.id in entries_equal by lia. cbn [Nat.pred] in entries_equal.
  rewrite app_nth1 in entries_equal by lia. rewrite entries_equal. destruct (nth_error goals k) as [g|] eqn:at_k; [|apply nth_error_None in at_k; lia].
  destruct (goals_correct x w k g len_x at_k) as [_ value]. fold y in value. rewrite value. unfold aim, at_goal.
  assert (index : Nat.pred (Pos.to_nat (Pos.pred (Pos.succ (Pos.of_nat (S k))))) = k) by (rewrite Pos.pred_succ, Nat2Pos.id by lia; reflexivity).
  replace (match Pos.succ (Pos.of_nat (S k)) with 1%positive => _ | _ => _ end) with
    (match nth_error goals (Nat.pred (Pos.to_nat (Pos.pred (Pos.succ (Pos.of_nat (S k)))))) with Some (Value c) => [(1%positive, c)] | Some (Entry j) => [(Pos.succ j, 1%Q)] | None => [(Pos.succ (Pos.of_nat (S k)), 1%Q)] end)
    by (destruct (Pos.succ (Pos.of_nat (S k))) eqn:E; [reflexivity|reflexivity|exfalso; now apply Pos.succ_not_1 in E]).
  rewrite index, at_k. destruct g as [c|j]; unfold weighted; cbn [fold_right fst snd goal_value].
  - unfold coordinate. cbn. ring.
  - rewrite Q2R_1, coordinate_succ. ring.
Qed.
Lemma rational_goal_correct w y : rational_goal w = Some y -> map Q2R y = target_of q t (map Q2R w).
Proof.
  unfold rational_goal, target_of. destruct t as [name|name|c]; [|discriminate|intros [= <-]; apply map_repeat]. intros [= <-]. generalize (others q). intro l. revert w. induction l as [|[b s] l IH]; intro w; [reflexivity|]. cbn [entries_of].
  destruct (same name b); [now rewrite firstn_map|]. now rewrite IH, skipn_map.
Qed.
Lemma value_of_point_correct x w v : value_of_point x w = Some v -> in_domain q (map Q2R x) (map Q2R w) /\ known_value v (loss q (map Q2R x) (map Q2R w)).
Proof.
  unfold value_of_point. destruct (domain_point q st x w) as [M|] eqn:D; [|discriminate]. intro E. injection E as <-.
  destruct (domain_point_correct _ _ _ _ _ _ comp D) as (ix & iw & dom & enc). split; [exact dom|split; [exact enc|]].
  cbn [snd]. intros e known. destruct (in_domain_iff q st a _ _ comp ix iw) as (u & values & num & _). rewrite <- num.
  apply (all_exact_correct C (fun i => nth_error (x ++ w) (Nat.pred (Pos.to_nat i))) _ u values) with (l := all) (M := PositiveMap.empty exact) (3 := known).
  - intros i p at_i. unfold at_inputs. rewrite <- map_app. apply nth_error_nth. rewrite nth_error_map, at_i. reflexivity.
  - intros i d. now rewrite PositiveMap.gempty.
Qed.
Lemma differ_correct x : forall y, differ x y = true -> map Q2R x <> map Q2R y.
Proof.
  induction x as [|c x IH]; intros [|d y]; try discriminate. cbn. intros E H. injection H as same rest. apply orb_prop in E as [E|E]; [|exact (IH y E rest)].
  apply negb_true_iff, neq_correct in E. contradiction.
Qed.
Theorem not_minimised_correct x w : not_minimised x w = true -> exists r s, in_domain q r s /\
  ~ (let y := target_of q t s in target_exists q t s /\ in_domain q y s /\ loss q y s <= loss q r s /\ (loss q r s = loss q y s -> r = y)).
Proof.
  unfold not_minimised. destruct (rational_goal w) as [y|] eqn:goal; [|discriminate]. destruct (value_of_point x w) as [v|] eqn:V; [|discriminate]. destruct (value_of_point y w) as [u|] eqn:U; [|discriminate]. intro E. apply andb_prop in E as [apart le].
  destruct (value_of_point_correct _ _ _ V) as [dx kx]. destruct (value_of_point_correct _ _ _ U) as [dy ky]. apply differ_correct in apart. rewrite (rational_goal_correct w y goal) in *.
  apply (certainly_le_correct _ _ _ _ kx ky) in le. exists (map Q2R x), (map Q2R w). split; [exact dx|]. cbv zeta. intros (_ & _ & above & only). apply apart, only. lra.
Qed.
End Claim.
