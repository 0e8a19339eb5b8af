(** * How far from its chord, instruction by instruction

    At t x + (1 - t) y, an instruction's value c lies below the mean of its values a at x and b at y by at most up/2 t (1 - t) D², and above it by at most low/2 t (1 - t) D², where D is the
    distance of x and y.  The numbers up and low of a sum add up; convexity makes low 0; a square of an affine function has twice its squared slope; products need bounds of their
    factors; and the logarithm of a sum of exponentials of affine functions has a quarter of the squared spread of their slopes.  The numbers are not the least ones.

    Main definitions: [bends], [bends_of], [all_bends], [smooth_quadratic].
    Main results: [all_bends_correct], [smooth_quadratic_correct].

    Trust: proved. *)
From Coq Require Import ZArith QArith Qreals Qminmax Reals List Bool FMapPositive Lra Psatz.
From Warrant Require Import Spec.Bytes Spec.Elementary Spec.Losses Primitives.Fractions Primitives.Autodiff.Programs Primitives.Losses.Composition Primitives.Losses.Chords.
From Warrant Require Import Checker.Losses.Facts Checker.Losses.Facts_sound Checker.Losses.Forms Checker.Losses.Quadratic Checker.Losses.Slopes.
Import ListNotations.
Local Open Scope bool_scope.

Record bends := Bends { up : option Q; low : option Q }.
Definition no_bends : bends := Bends None None.
Definition straight : bends := Bends (Some 0%Q) (Some 0%Q).
Definition add_bends (s u : bends) : bends := Bends (lift Qplus (up s) (up u)) (lift Qplus (low s) (low u)).
Definition opp_bends (s : bends) : bends := Bends (low s) (up s).
Definition scale_bends (q : Q) (s : bends) : bends :=
  if Qle_bool 0 q then Bends (lift Qmult (Some q) (up s)) (lift Qmult (Some q) (low s)) else Bends (lift Qmult (Some (- q)%Q) (low s)) (lift Qmult (Some (- q)%Q) (up s)).
Definition is_zero (o : option Q) : bool := match o with Some q => Qeq_bool q 0 | None => false end.
Definition is_straight (s : bends) : bool := is_zero (up s) && is_zero (low s).
(** up and low together *)
Definition most (s : bends) : option Q := lift larger (up s) (low s).
(** where nothing bends, no bound of the other factor is needed *)
Definition bent_by (m : option Q) (z : option Q) : option Q := if is_zero m then Some 0%Q else lift Qmult m z.
Definition square_of (s : option Q) : option Q := lift Qmult s s.
Definition twice (o : option Q) : option Q := lift Qmult (Some (2 # 1)) o.
(** convexity and concavity, by other rules *)
Definition with_facts (f : facts) (s : bends) : bends := Bends (if concave f then Some 0%Q else up s) (if convex f then Some 0%Q else low s).

(** ** Sums of exponentials: [None] is a positive number, [Some k] the exponential of k *)

Definition exponents := list (option positive).
Definition most_exponents : nat := 4096.
(** the largest slope of some exponents, and the largest sum of two of them *)
Record spread := Spread { largest : Q; two_largest : Q }.

Section Analysis.
Variables (C : code) (varied : positive -> bool) (S : PositiveMap.t slopes) (F : PositiveMap.t facts).
Definition facts_here (i : positive) : facts := match PositiveMap.find i F with Some f => f | None => no_facts end.
Definition is_number (i : positive) : option Q := match PositiveMap.find i C with Some (Number q) => Some q | _ => None end.

(** the slope of an exponent that does not bend *)
Definition exponent_slope (B : PositiveMap.t bends) (e : option positive) : option Q :=
  match e with
  | None => Some 0%Q
  | Some k => match PositiveMap.find k B with Some s => if is_straight s then slope (slopes_at S k) else None | None => None end
  end.
Fixpoint spread_of (B : PositiveMap.t bends) (l : exponents) : option spread :=
  match l with
  | [] => None
  | [e] => do s <- exponent_slope B e; Some (Spread s 0)
  | e :: l => do s <- exponent_slope B e; do p <- spread_of B l; Some (Spread (larger s (largest p)) (larger (Qred (s + largest p)) (two_largest p)))
  end.
(** a number or an input: such exponents change by at most D² in their squares together *)
Definition is_plain (e : option positive) : bool := match e with None => true | Some k => match PositiveMap.find k C with Some Input => true | _ => false end end.
(** the square of the largest difference of two exponents' changes *)
Definition squared_spread (B : PositiveMap.t bends) (l : exponents) : option Q :=
  do p <- spread_of B l; let q := Qred (two_largest p * two_largest p) in Some (if forallb is_plain l then (if Qle_bool q (2 # 1) then q else (2 # 1)%Q) else q).

Section At.
Variables (B : PositiveMap.t bends) (E : PositiveMap.t exponents).
Definition bends_at (i : positive) : bends := match PositiveMap.find i B with Some s => s | None => no_bends end.
Definition exponents_of (o : op) : option exponents :=
  match o with
  | Number q => if less 0 q then Some [None] else None
  | Unary Exp k => Some [Some k]
  | Binary Add a b => do l <- PositiveMap.find a E; do m <- PositiveMap.find b E; if Nat.leb (length m) 64 && Nat.leb (length l) most_exponents then Some (rev_append m l) else None
  | _ => None
  end.
Definition product_bends (a b : positive) : bends :=
  let m := lift Qplus (lift Qplus (bent_by (most (bends_at a)) (size (slopes_at S b))) (bent_by (most (bends_at b)) (size (slopes_at S a))))
    (twice (lift Qmult (slope (slopes_at S a)) (slope (slopes_at S b)))) in
  Bends m m.
(** the square of an affine function, of its positive part, or of its absolute value *)
Definition square_bends (a : positive) : option bends :=
  let square_at k := if is_straight (bends_at k) then Some (Bends (twice (square_of (slope (slopes_at S k)))) (Some 0%Q)) else None in
  match square_at a with
  | Some s => Some s
  | None =>
    match PositiveMap.find a C with
    | Some (Unary Relu k) => square_at k
    | Some (Binary Add i j) => match absolute_of C i j with Some k => square_at k | None => None end
    | _ => None
    end
  end.
Definition mul_bends (a b : positive) : bends :=
  match is_number a, is_number b with
  | Some q, _ => scale_bends q (bends_at b)
  | None, Some q => scale_bends q (bends_at a)
  | None, None =>
    match (if Pos.eqb a b then square_bends a else None) with Some s => s | None => product_bends a b end
  end.
Definition bends_of (o : op) : bends :=
  match o with
  | Input | Number _ => straight
  | Unary Opp a => opp_bends (bends_at a)
  | Unary Log a => match PositiveMap.find a E with Some l => Bends (lift Qmult (Some (1 # 4)) (squared_spread B l)) None | None => no_bends end
  | Unary _ _ => no_bends
  | Binary Add a b => add_bends (bends_at a) (bends_at b)
  | Binary Mul a b => mul_bends a b
  | Binary Div a b => match is_number b with Some q => if Qeq_bool q 0 then no_bends else scale_bends (/ q) (bends_at a) | None => no_bends end
  end.
End At.
Fixpoint all_bends (l : list positive) (B : PositiveMap.t bends) (E : PositiveMap.t exponents) : PositiveMap.t bends :=
  match l with
  | [] => B
  | i :: l =>
    match PositiveMap.find i C with
    | Some o =>
      all_bends l (PositiveMap.add i (with_facts (facts_here i) (bends_of B E o)) B) match exponents_of E o with Some e => PositiveMap.add i e E | None => E end
    | None => all_bends l B E
    end
  end.
End Analysis.

(** ** Quadratic functions: L/2 |x|² - f and L/2 |x|² + f are convex *)

Definition squares_of (q : Q) (l : list positive) : quadratic_terms := map (fun i => (Pos.succ i, Pos.succ i, q)) l.
Definition smooth_quadratic (varied : positive -> bool) (inputs : list positive) (L : Q) (l : quadratic_terms) : bool :=
  let squares := squares_of (Qred (L * (1 # 2))) inputs in
  convex_quadratic varied (merge_pairs l squares) && convex_quadratic varied (merge_pairs (scale_pairs (- (1)) l) squares).

(** ** Soundness *)

Local Open Scope R_scope.

Section Meaning.
Variables (t D : R).
Hypothesis t_in : 0 <= t <= 1.
Hypothesis D_ge0 : 0 <= D.
Let weight : R := t * (1 - t) * (D * D).
Lemma weight_ge0 : 0 <= weight.
Proof. unfold weight. apply Rmult_le_pos; nra. Qed.

(** r <= q/2 t (1 - t) D² *)
Definition within_bend (o : option Q) (r : R) : Prop := match o with Some q => r <= Q2R q / 2 * weight | None => True end.
Definition bends_hold (s : bends) (a b c : R) : Prop := within_bend (up s) (mean t a b - c) /\ within_bend (low s) (c - mean t a b).

Lemma no_bends_hold a b c : bends_hold no_bends a b c.
Proof. now split. Qed.
Lemma within_zero r : r <= 0 -> within_bend (Some 0%Q) r.
Proof. intro le. cbn. rewrite Q2R_0. lra. Qed.
Lemma straight_hold a b : bends_hold straight a b (mean t a b).
Proof. split; apply within_zero; lra. Qed.
Lemma within_add o p r s : within_bend o r -> within_bend p s -> within_bend (lift Qplus o p) (r + s).
Proof. destruct o as [q|], p as [u|]; try easy. cbn [lift within_bend]. rewrite Qred_R, Q2R_plus. lra. Qed.
Lemma within_mult k o r : 0 <= Q2R k -> within_bend o r -> within_bend (lift Qmult (Some k) o) (Q2R k * r).
Proof. destruct o as [q|]; [|easy]. cbn [lift within_bend]. rewrite Qred_R, Q2R_mult. intros pos le. apply (Rmult_le_compat_l (Q2R k)) in le; [|exact pos]. lra. Qed.
Lemma within_le o r s : s <= r -> within_bend o r -> within_bend o s.
Proof. destruct o; cbn; [intros; lra|easy]. Qed.
Lemma add_bends_hold s u a b c a' b' c' : bends_hold s a b c -> bends_hold u a' b' c' -> bends_hold (add_bends s u) (a + a') (b + b') (c + c').
Proof.
  intros [hu hl] [hu' hl']. split; cbn.
  - apply (within_le _ (mean t a b - c + (mean t a' b' - c'))); [unfold mean; lra|now apply within_add].
  - apply (within_le _ (c - mean t a b + (c' - mean t a' b'))); [unfold mean; lra|now apply within_add].
Qed.
Lemma opp_bends_hold s a b c : bends_hold s a b c -> bends_hold (opp_bends s) (- a) (- b) (- c).
Proof. intros [hu hl]. split; cbn; (eapply within_le; [|eassumption]); unfold mean; lra. Qed.
Lemma scale_bends_hold q s a b c : bends_hold s a b c -> bends_hold (scale_bends q s) (Q2R q * a) (Q2R q * b) (Q2R q * c).
Proof.
  intros [hu hl]. unfold scale_bends. destruct (Qle_bool 0 q) eqn:sign.
  - apply le_correct in sign. rewrite Q2R_0 in sign. split; cbn [up low].
    + apply (within_le _ (Q2R q * (mean t a b - c))); [right; unfold mean; ring|now apply within_mult].
    + apply (within_le _ (Q2R q * (c - mean t a b))); [right; unfold mean; ring|now apply within_mult].
  - assert (neg : Q2R q < 0) by (rewrite <- Q2R_0; apply less_correct; unfold less; now rewrite sign). assert (pos : 0 <= Q2R (- q)) by (rewrite Q2R_opp; lra). split; cbn [up low].
    + apply (within_le _ (Q2R (- q) * (c - mean t a b))); [right; rewrite Q2R_opp; unfold mean; ring|now apply within_mult].
    + apply (within_le _ (Q2R (- q) * (mean t a b - c))); [right; rewrite Q2R_opp; unfold mean; ring|now apply within_mult].
Qed.
Lemma is_zero_correct o r : is_zero o = true -> within_bend o r -> r <= 0.
Proof. destruct o as [q|]; [|discriminate]. cbn. intro E. apply Qeq_bool_iff, Qeq_eqR in E. rewrite E, Q2R_0. lra. Qed.
Lemma is_straight_correct s a b c : is_straight s = true -> bends_hold s a b c -> c = mean t a b.
Proof. intros E [hu hl]. apply andb_prop in E as [zu zl]. apply (is_zero_correct _ _ zu) in hu. apply (is_zero_correct _ _ zl) in hl. lra. Qed.
Lemma most_correct s a b c : bends_hold s a b c -> within_bend (most s) (Rabs (mean t a b - c)).
Proof.
  intros [hu hl]. unfold most. destruct (up s) as [q|], (low s) as [u|]; try exact I. cbn [lift within_bend] in *. rewrite Qred_R. destruct (larger_correct q u) as [lq lu].
  pose proof weight_ge0. apply (Rmult_le_compat_r (weight / 2)) in lq, lu; try lra. apply Rabs_le. lra.
Qed.
Lemma with_facts_hold f s a b c : facts_hold t f a b c -> bends_hold s a b c -> bends_hold (with_facts f s) a b c.
Proof.
  intros hf [hu hl]. split; cbn.
  - destruct (concave f) eqn:E; [|exact hu]. apply within_zero. pose proof (holds_concave _ _ _ _ _ hf E) as le. unfold concave_on in le. lra.
  - destruct (convex f) eqn:E; [|exact hl]. apply within_zero. pose proof (holds_convex _ _ _ _ _ hf E) as le. unfold convex_on in le. lra.
Qed.
(** r at most |bend| times a size *)
Lemma bent_by_correct m z r s : within_bend m (Rabs r) -> match z with Some q => Rabs s <= Q2R q | None => True end -> within_bend (bent_by m z) (Rabs (r * s)).
Proof.
  intros hm hz. unfold bent_by. destruct (is_zero m) eqn:E.
  - apply (is_zero_correct _ _ E) in hm. apply within_zero. rewrite Rabs_mult. pose proof (Rabs_pos r). replace (Rabs r) with 0 by lra. lra.
  - destruct m as [q|]; [|exact I]. destruct z as [u|]; [|exact I]. cbn [lift within_bend] in *. rewrite Qred_R, Q2R_mult, Rabs_mult. pose proof (Rabs_pos r). pose proof (Rabs_pos s). pose proof weight_ge0.
    replace (Q2R q * Q2R u / 2 * weight) with (Q2R q / 2 * weight * Q2R u) by field. now apply Rmult_le_compat.
Qed.
Lemma slopes_product s u a b a' b' : changes D (slope s) a b -> changes D (slope u) a' b' -> within_bend (twice (lift Qmult (slope s) (slope u))) (Rabs (t * (1 - t) * ((a - b) * (a' - b')))).
Proof.
  destruct (slope s) as [L|]; [|easy]. destruct (slope u) as [M|]; [|easy]. cbn [changes twice lift within_bend]. intros hl hm. rewrite !Qred_R, !Q2R_mult, Qred_R, Q2R_mult.
  replace (Q2R (2 # 1)) with 2 by (unfold Q2R; simpl; lra). assert (0 <= t * (1 - t)) by (apply Rmult_le_pos; lra). rewrite Rabs_mult, (Rabs_pos_eq (t * (1 - t))), Rabs_mult by assumption.
  replace (2 * (Q2R L * Q2R M) / 2 * weight) with (t * (1 - t) * (Q2R L * D * (Q2R M * D))) by (unfold weight; field). apply Rmult_le_compat_l; [assumption|].
  apply Rmult_le_compat; auto using Rabs_pos.
Qed.
Lemma product_between a b a' b' c c' : mean t (a * a') (b * b') - c * c' = (mean t a b - c) * mean t a' b' + (mean t a' b' - c') * c + t * (1 - t) * ((a - b) * (a' - b')).
Proof. unfold mean. ring. Qed.
Lemma mean_size z a b : sized z a b -> match z with Some q => Rabs (mean t a b) <= Q2R q | None => True end.
Proof.
  destruct z as [q|]; [|easy]. cbn. intros [ha hb]. unfold mean. eapply Rle_trans; [apply Rabs_triang|]. rewrite !Rabs_mult, (Rabs_pos_eq t), (Rabs_pos_eq (1 - t)) by lra.
  apply (Rmult_le_compat_l t) in ha; [|lra]. apply (Rmult_le_compat_l (1 - t)) in hb; [|lra]. lra.
Qed.
End Meaning.

Lemma squares_value h q l : quadratic_value h (squares_of q l) = Q2R q * fold_right (fun i r => h (Pos.succ i) * h (Pos.succ i) + r) 0 l.
Proof. induction l as [|i l IH]; unfold squares_of, quadratic_value in *; cbn [map fold_right fst snd] in *; [ring|]. rewrite IH. ring. Qed.
Lemma coordinate_succ (v : positive -> R) i : coordinate v (Pos.succ i) = v i.
Proof. unfold coordinate. destruct (Pos.eqb_spec (Pos.succ i) 1) as [E|_]; [exfalso; now apply Pos.succ_not_1 in E|]. now rewrite Pos.pred_succ. Qed.

Section Instructions.
Variables (C : code) (varied : positive -> bool) (S : PositiveMap.t slopes) (F : PositiveMap.t facts) (t D : R) (x y z a b c : positive -> R).
Hypothesis t_in : 0 <= t <= 1.
Hypothesis D_ge0 : 0 <= D.
Hypothesis values_a : models C x a.
Hypothesis values_b : models C y b.
Hypothesis values_c : models C z c.
Hypothesis inputs : forall i, z i = mean t (x i) (y i).
Hypothesis two_inputs : forall i j, i <> j -> (x i - y i) * (x i - y i) + (x j - y j) * (x j - y j) <= D * D.
Hypothesis right_S : right_slopes D a b S.
Hypothesis sizes_S : right_slopes D c c S.
Hypothesis right_F : right_facts C t a b c F.
Local Notation known := (fun i => fine false C a i /\ fine false C b i).

Definition right_bends (B : PositiveMap.t bends) : Prop := forall i s, PositiveMap.find i B = Some s -> known i -> bends_hold t D s (a i) (b i) (c i).
(** an exponent's value *)
Definition exponent (v : positive -> R) (e : option positive * R) : R := match fst e with Some k => v k | None => snd e end.
Definition sum_at (v : positive -> R) (l : list (option positive * R)) : R := fold_right (fun e r => exp (exponent v e) + r) 0 l.
(** the logarithms of the numbers are the same at all points *)
Definition right_exponents (E : PositiveMap.t exponents) : Prop := forall i l, PositiveMap.find i E = Some l ->
  l <> [] /\ (forall k, In (Some k) l -> known i -> known k) /\
  exists m, map fst m = l /\ a i = sum_at a m /\ b i = sum_at b m /\ c i = sum_at c m.

Lemma bends_at_hold B i : right_bends B -> known i -> bends_hold t D (bends_at B i) (a i) (b i) (c i).
Proof. intros right ok. unfold bends_at. destruct (PositiveMap.find i B) eqn:E; [now apply right|apply no_bends_hold]. Qed.
Lemma operand_known i o k : PositiveMap.find i C = Some o -> In k (operands o) -> known i -> known k.
Proof. intros found ink [fa fb]. split; now apply (fine_operand C _ i o k). Qed.
Lemma is_number_correct i q : is_number C i = Some q -> a i = Q2R q /\ b i = Q2R q /\ c i = Q2R q.
Proof.
  unfold is_number. destruct (PositiveMap.find i C) as [[| p| |]|] eqn:found; try discriminate. intro E. injection E as <-.
  rewrite (values_a _ _ found), (values_b _ _ found), (values_c _ _ found). cbn. auto.
Qed.
Lemma facts_here_hold i : known i -> facts_hold t (facts_here F i) (a i) (b i) (c i).
Proof.
  intros [fa fb]. unfold facts_here. destruct (PositiveMap.find i F) as [f|] eqn:E; [exact (proj2 (right_F i f E fa fb))|apply no_facts_hold].
Qed.

(** *** Sums of exponentials *)

Lemma sum_at_app v l m : sum_at v (l ++ m) = sum_at v l + sum_at v m.
Proof. induction l as [|e l IH]; simpl; [ring|]. unfold sum_at in *. simpl. rewrite IH. ring. Qed.
Lemma sum_at_rev v l : sum_at v (rev l) = sum_at v l.
Proof. induction l as [|e l IH]; simpl; [reflexivity|]. rewrite sum_at_app, IH. unfold sum_at. simpl. ring. Qed.
Lemma exponents_of_correct E i o l : right_exponents E -> PositiveMap.find i C = Some o -> exponents_of E o = Some l ->
  l <> [] /\ (forall k, In (Some k) l -> known i -> known k) /\ exists m, map fst m = l /\ a i = sum_at a m /\ b i = sum_at b m /\ c i = sum_at c m.
Proof.
  intros right found. assert (va := values_a _ _ found). assert (vb := values_b _ _ found). assert (vc := values_c _ _ found). destruct o as [|q|[] k|[] k m]; cbn [exponents_of]; try discriminate.
  - destruct (less 0 q) eqn:pos; [|discriminate]. intro H. injection H as <-. apply less_correct in pos. rewrite Q2R_0 in pos. split; [discriminate|split; [intros k [E'|[]]; discriminate|]].
    exists [(None, ln (Q2R q))]. rewrite va, vb, vc. cbn. rewrite exp_ln by exact pos. repeat split; ring.
  - intro H. injection H as <-. split; [discriminate|split].
    + intros j [E'|[]] ok. injection E' as <-. exact (operand_known i _ k found (or_introl eq_refl) ok).
    + exists [(Some k, 0)]. rewrite va, vb, vc. cbn. repeat split; ring.
  - destruct (PositiveMap.find k E) as [l1|] eqn:at_k; [|discriminate]. destruct (PositiveMap.find m E) as [l2|] eqn:at_m; [|discriminate]. destruct (_ && _); [|discriminate].
    intro H. injection H as <-. destruct (right _ _ at_k) as (n1 & k1 & m1 & e1 & a1 & b1 & c1). destruct (right _ _ at_m) as (n2 & k2 & m2 & e2 & a2 & b2 & c2). rewrite rev_append_rev.
    split; [intro H; apply app_eq_nil in H as [_ H]; contradiction|split].
    + intros j inj ok. apply in_app_or in inj as [inj|inj].
      * apply in_rev in inj. apply (k2 j inj). exact (operand_known i _ m found (or_intror (or_introl eq_refl)) ok).
      * apply (k1 j inj). exact (operand_known i _ k found (or_introl eq_refl) ok).
    + exists (rev m2 ++ m1). rewrite map_app, map_rev, e1, e2, va, vb, vc. cbn [value_of value2]. rewrite !sum_at_app, !sum_at_rev. repeat split; lra.
Qed.
(** how much an exponent changes *)
Definition change (e : option positive * R) : R := exponent a e - exponent b e.
Lemma exponent_slope_correct B e s : right_bends B -> (forall k, fst e = Some k -> known k) -> exponent_slope S B (fst e) = Some s ->
  exponent c e = mean t (exponent a e) (exponent b e) /\ Rabs (change e) <= Q2R s * D.
Proof.
  intros right ok. unfold exponent_slope, change, exponent. destruct (fst e) as [k|].
  - specialize (ok k eq_refl). destruct (PositiveMap.find k B) as [u|] eqn:at_k; [|discriminate]. destruct (is_straight u) eqn:line; [|discriminate]. intro sl.
    split; [exact (is_straight_correct t D u _ _ _ line (right _ _ at_k ok))|]. pose proof (holds_slope _ _ _ _ (slopes_at_hold D a b S k right_S)) as close. rewrite sl in close. exact close.
  - intro E. injection E as <-. split; [unfold mean; ring|]. replace (snd e - snd e) with 0 by ring. rewrite Rabs_R0, Q2R_0. lra.
Qed.
(** all changes lie between two of them, whose difference is bounded *)
Lemma spread_of_correct B l : right_bends B -> (forall e k, In e l -> fst e = Some k -> known k) -> forall p, spread_of S B (map fst l) = Some p ->
  (forall e, In e l -> exponent c e = mean t (exponent a e) (exponent b e)) /\
  exists e f, In e l /\ In f l /\ (forall g, In g l -> change e <= change g <= change f) /\ Rabs (change e) <= Q2R (largest p) * D /\ Rabs (change f) <= Q2R (largest p) * D /\
    change f - change e <= Q2R (two_largest p) * D.
Proof.
  intros right ok. induction l as [|e l IH]; intros p; [discriminate|]. cbn [map spread_of].
  assert (ok_e := fun k => ok e k (or_introl eq_refl)). assert (ok_l := fun f k inf => ok f k (or_intror inf)). specialize (IH ok_l).
  destruct l as [|e' l].
  - cbn [map]. destruct (exponent_slope S B (fst e)) as [s|] eqn:sl; [|discriminate]. intro E. injection E as <-. destruct (exponent_slope_correct _ _ _ right ok_e sl) as [line close].
    split; [intros g [<-|[]]; exact line|]. exists e, e. cbn [largest two_largest]. rewrite Q2R_0.
    refine (conj (or_introl eq_refl) (conj (or_introl eq_refl) (conj _ (conj close (conj close _))))); [|lra]. intros g [<-|[]]. lra.
  - cbn [map] in *. destruct (exponent_slope S B (fst e)) as [s|] eqn:sl; [|discriminate]. destruct (spread_of S B (fst e' :: map fst l)) as [u|]; [|discriminate]. intro E.
    assert (is_p : p = Spread (larger s (largest u)) (larger (Qred (s + largest u)) (two_largest u))) by congruence. subst p.
    destruct (exponent_slope_correct _ _ _ right ok_e sl) as [line close]. destruct (IH u eq_refl) as (lines & lo & hi & in_lo & in_hi & between & close_lo & close_hi & range).
    split; [intros g [<-|ing]; [exact line|now apply lines]|]. cbn [largest two_largest].
    destruct (larger_correct s (largest u)) as [m1 m2]. destruct (larger_correct (Qred (s + largest u)) (two_largest u)) as [w1 w2]. rewrite Qred_R, Q2R_plus in w1.
    apply (Rmult_le_compat_r D) in m1, m2, w1, w2; try exact D_ge0. pose proof (Rle_abs (change e)) as p1. pose proof (Rle_abs (- change e)) as p2. rewrite Rabs_Ropp in p2.
    pose proof (Rle_abs (change hi)) as p3. pose proof (Rle_abs (- change lo)) as p4. rewrite Rabs_Ropp in p4. pose proof (between lo in_lo) as lo_hi.
    destruct (Rlt_dec (change e) (change lo)) as [below|not_below]; [|destruct (Rlt_dec (change hi) (change e)) as [above|not_above]].
    + exists e, hi. refine (conj (or_introl eq_refl) (conj (or_intror in_hi) (conj _ (conj _ (conj _ _))))); try lra. intros g [<-|ing]; [lra|specialize (between g ing); lra].
    + exists lo, e. refine (conj (or_intror in_lo) (conj (or_introl eq_refl) (conj _ (conj _ (conj _ _))))); try lra. intros g [<-|ing]; [lra|specialize (between g ing); lra].
    + exists lo, hi. refine (conj (or_intror in_lo) (conj (or_intror in_hi) (conj _ (conj _ (conj _ _))))); try lra. intros g [<-|ing]; [lra|specialize (between g ing); lra].
Qed.
Lemma plain_change e : is_plain C (fst e) = true -> (exists i, change e = x i - y i /\ fst e = Some i) \/ change e = 0.
Proof.
  unfold change, exponent. destruct (fst e) as [k|]; [|right; ring]. cbn. destruct (PositiveMap.find k C) as [[| | |]|] eqn:found; try discriminate. intros _. left. exists k.
  rewrite (values_a _ _ found), (values_b _ _ found). now cbn.
Qed.
Lemma one_input i : (x i - y i) * (x i - y i) <= D * D.
Proof. pose proof (two_inputs i (Pos.succ i) (Pos.succ_discr i)). pose proof (Rle_0_sqr (x (Pos.succ i) - y (Pos.succ i))) as sq. unfold Rsqr in sq. lra. Qed.
Lemma squared_spread_correct B l q : right_bends B -> (forall e k, In e l -> fst e = Some k -> known k) -> squared_spread C S B (map fst l) = Some q ->
  (forall e, In e l -> exponent c e = mean t (exponent a e) (exponent b e)) /\
  exists low r, 0 <= r /\ (forall g, In g l -> low <= change g <= low + r) /\ r * r <= Q2R q * (D * D).
Proof.
  intros right ok. unfold squared_spread. destruct (spread_of S B (map fst l)) as [p|] eqn:sp; [|discriminate]. intro E. injection E as is_q.
  destruct (spread_of_correct B l right ok p sp) as (lines & e & f & ine & inf & between & _ & _ & range). split; [exact lines|]. exists (change e), (change f - change e).
  pose proof (between f inf). split; [lra|split; [intros g ing; specialize (between g ing); lra|]].
  assert (general : (change f - change e) * (change f - change e) <= Q2R (Qred (two_largest p * two_largest p)) * (D * D)).
  { rewrite Qred_R, Q2R_mult. replace (Q2R (two_largest p) * Q2R (two_largest p) * (D * D)) with (Q2R (two_largest p) * D * (Q2R (two_largest p) * D)) by ring. apply Rmult_le_compat; lra. }
  destruct (forallb (is_plain C) (map fst l)) eqn:plain; [|subst q; exact general]. destruct (Qle_bool _ (2 # 1)); [subst q; exact general|]. subst q. replace (Q2R (2 # 1)) with 2 by (unfold Q2R; simpl; lra).
  rewrite forallb_forall in plain. pose proof (plain_change e (plain _ (in_map fst _ _ ine))) as ce. pose proof (plain_change f (plain _ (in_map fst _ _ inf))) as cf.
  assert (0 <= D * D) by (apply Rmult_le_pos; lra).
  destruct ce as [(i & -> & _) | ->], cf as [(j & -> & _) | ->].
  - destruct (Pos.eq_dec i j) as [-> | differ]; [replace (x j - y j - (x j - y j)) with 0 by ring; lra|]. pose proof (two_inputs i j differ). pose proof (Rle_0_sqr (x i - y i + (x j - y j))) as sq. unfold Rsqr in sq. lra.
  - pose proof (one_input i). replace (0 - (x i - y i)) with (- (x i - y i)) by ring. lra.
  - pose proof (one_input j). lra.
  - lra.
Qed.
Lemma log_bend E B k l q : right_exponents E -> right_bends B -> known k -> PositiveMap.find k E = Some l -> squared_spread C S B l = Some q ->
  mean t (ln (a k)) (ln (b k)) - ln (c k) <= Q2R q / 8 * (t * (1 - t) * (D * D)).
Proof.
  intros right right_B ok at_k is_q. destruct (right _ _ at_k) as (nonempty & knowns & m & <- & -> & -> & ->). destruct m as [|e m]; [now contradiction nonempty|].
  assert (ok_m : forall f j, In f (e :: m) -> fst f = Some j -> known j).
  { intros f j inf is_j. apply knowns; [|exact ok]. rewrite <- is_j. now apply in_map. }
  destruct (squared_spread_correct B (e :: m) q right_B ok_m is_q) as (lines & lo & r & r_ge0 & range & small).
  set (pair := fun f => (exponent a f, exponent b f)).
  assert (as_sums : forall (v : positive -> R) f, (forall g, In g (e :: m) -> exponent v g = f (pair g)) -> sum_at v (e :: m) = exponential_sum f (pair e :: map pair m)).
  { intros v f same. change (pair e :: map pair m) with (map pair (e :: m)). revert same. generalize (e :: m). intro n. induction n as [|g n IH]; intro same; [reflexivity|].
    unfold sum_at, exponential_sum in *. cbn [fold_right map]. rewrite (same g (or_introl eq_refl)), IH; [reflexivity|]. intros h inh. apply same. now right. }
  rewrite (as_sums a fst) by reflexivity. rewrite (as_sums b snd) by reflexivity. rewrite (as_sums c (fun p => mean t (fst p) (snd p))) by exact lines.
  eapply Rle_trans; [apply (log_sum_exp_chord t lo r t_in r_ge0)|].
  - intros p inp. change (pair e :: map pair m) with (map pair (e :: m)) in inp. apply in_map_iff in inp as (g & <- & ing). exact (range g ing).
  - assert (0 <= t * (1 - t)) by (apply Rmult_le_pos; lra). apply (Rmult_le_compat_l (t * (1 - t))) in small; [|assumption]. lra.
Qed.

(** *** Products *)

Lemma square_bends_correct B k s : right_bends B -> known k -> square_bends C S B k = Some s -> bends_hold t D s (a k * a k) (b k * b k) (c k * c k).
Proof.
  intros right ok. unfold square_bends.
  assert (parabola : forall L r s, Rabs (r - s) <= Q2R L * D -> within_bend t D (twice (square_of (Some L))) (t * (1 - t) * ((r - s) * (r - s)))).
  { intros L r u close. pose proof (slopes_product t D t_in (Slopes (Some L) None None) (Slopes (Some L) None None) r u r u close close) as le. cbn [slope] in le.
    eapply within_le; [|exact le]. apply Rle_abs. }
  assert (affine_square : forall k, known k -> is_straight (bends_at B k) = true ->
    bends_hold t D (Bends (twice (square_of (slope (slopes_at S k)))) (Some 0%Q)) (a k * a k) (b k * b k) (c k * c k)).
  { clear k s ok. intros k ok line. assert (is_c := is_straight_correct t D _ _ _ _ line (bends_at_hold B k right ok)). rewrite is_c. split; cbn [up low].
    + pose proof (holds_slope _ _ _ _ (slopes_at_hold D a b S k right_S)) as close. destruct (slope (slopes_at S k)) as [L|]; [|exact I]. eapply within_le; [|exact (parabola L (a k) (b k) close)]. right. unfold mean. ring.
    + apply within_zero. assert (pos : 0 <= t * (1 - t) * ((a k - b k) * (a k - b k))) by (apply Rmult_le_pos; [apply Rmult_le_pos; lra|apply Rle_0_sqr]).
      replace (mean t (a k) (b k) * mean t (a k) (b k)) with (mean t (a k * a k) (b k * b k) - t * (1 - t) * ((a k - b k) * (a k - b k))) by (unfold mean; ring). lra. }
  destruct (is_straight (bends_at B k)) eqn:line; [intro E; injection E as <-; now apply affine_square|].
  destruct (PositiveMap.find k C) as [[| |[] j|[] i j]|] eqn:found; try discriminate.
  - destruct (is_straight (bends_at B j)) eqn:line'; [|discriminate]. intro E. injection E as <-.
    assert (ok_j := operand_known k _ j found (or_introl eq_refl) ok). assert (is_c := is_straight_correct t D _ _ _ _ line' (bends_at_hold B j right ok_j)).
    rewrite (values_a _ _ found), (values_b _ _ found), (values_c _ _ found). cbn [value_of value1]. rewrite is_c.
    assert (tangent : forall u v, Rmax 0 u * Rmax 0 u - Rmax 0 v * Rmax 0 v - 2 * Rmax 0 v * (u - v) <= (u - v) * (u - v) /\ 0 <= Rmax 0 u * Rmax 0 u - Rmax 0 v * Rmax 0 v - 2 * Rmax 0 v * (u - v)).
    { clear. intros u v. pose proof (Rle_0_sqr u) as su. pose proof (Rle_0_sqr v) as sv. pose proof (Rle_0_sqr (u - v)) as sd. unfold Rsqr in *.
      unfold Rmax. destruct (Rle_dec 0 u) as [pu|nu], (Rle_dec 0 v) as [pv|nv]; try (split; lra).
      - assert (0 <= u * - v) by (apply Rmult_le_pos; lra). split; lra.
      - assert (0 <= v * - u) by (apply Rmult_le_pos; lra). split; lra. }
    set (m := mean t (a j) (b j)). destruct (tangent (a j) m) as [ta ta'], (tangent (b j) m) as [tb tb'].
    assert (balance : t * (2 * Rmax 0 m * (a j - m)) + (1 - t) * (2 * Rmax 0 m * (b j - m)) = 0) by (unfold m, mean; ring).
    assert (squares : t * ((a j - m) * (a j - m)) + (1 - t) * ((b j - m) * (b j - m)) = t * (1 - t) * ((a j - b j) * (a j - b j))) by (unfold m, mean; ring).
    apply (Rmult_le_compat_l t) in ta, ta'; try lra. apply (Rmult_le_compat_l (1 - t)) in tb, tb'; try lra. split; cbn [up low].
    + pose proof (holds_slope _ _ _ _ (slopes_at_hold D a b S j right_S)) as close. destruct (slope (slopes_at S j)) as [L|]; [|exact I]. eapply within_le; [|exact (parabola L (a j) (b j) close)]. unfold mean at 1. lra.
    + apply within_zero. unfold mean at 1. lra.
  - destruct (absolute_of C i j) as [m|] eqn:abs; [|discriminate]. destruct (is_straight (bends_at B m)) eqn:line'; [|discriminate]. intro E. injection E as <-.
    assert (ok_i := operand_known k _ i found (or_introl eq_refl) ok). assert (ok_m : known m).
    { unfold absolute_of in abs. destruct (PositiveMap.find i C) as [[| |[] p|]|] eqn:at_i; try discriminate. destruct (PositiveMap.find j C) as [[| |[] p'|]|]; try discriminate.
      destruct (is_opp C p' p); [|discriminate]. injection abs as <-. exact (operand_known i _ p at_i (or_introl eq_refl) ok_i). }
    rewrite (values_a _ _ found), (values_b _ _ found), (values_c _ _ found). cbn [value_of value2].
    rewrite (absolute_of_correct C a x i j m values_a abs), (absolute_of_correct C b y i j m values_b abs), (absolute_of_correct C c z i j m values_c abs).
    assert (square : forall r, Rabs r * Rabs r = r * r) by (intro r; rewrite <- Rabs_mult; apply Rabs_pos_eq, Rle_0_sqr). rewrite !square. now apply affine_square.
Qed.
Lemma product_bends_correct B k l : right_bends B -> known k -> known l -> bends_hold t D (product_bends S B k l) (a k * a l) (b k * b l) (c k * c l).
Proof.
  intros right ok_k ok_l. assert (hk := most_correct t D t_in _ _ _ _ (bends_at_hold B k right ok_k)). assert (hl := most_correct t D t_in _ _ _ _ (bends_at_hold B l right ok_l)).
  assert (sl := mean_size t t_in _ _ _ (holds_size _ _ _ _ (slopes_at_hold D a b S l right_S))).
  assert (sk : match size (slopes_at S k) with Some q => Rabs (c k) <= Q2R q | None => True end).
  { pose proof (holds_size _ _ _ _ (slopes_at_hold D c c S k sizes_S)) as z'. destruct (size (slopes_at S k)); [exact (proj1 z')|exact I]. }
  assert (sp := slopes_product t D t_in _ _ _ _ _ _ (holds_slope _ _ _ _ (slopes_at_hold D a b S k right_S)) (holds_slope _ _ _ _ (slopes_at_hold D a b S l right_S))).
  assert (one := bent_by_correct t D t_in _ _ _ _ hk sl). assert (two := bent_by_correct t D t_in _ _ _ _ hl sk).
  assert (total := within_add t D _ _ _ _ (within_add t D _ _ _ _ one two) sp). unfold product_bends.
  assert (small : Rabs (mean t (a k * a l) (b k * b l) - c k * c l) <= Rabs ((mean t (a k) (b k) - c k) * mean t (a l) (b l)) + Rabs ((mean t (a l) (b l) - c l) * c k) + Rabs (t * (1 - t) * ((a k - b k) * (a l - b l)))).
  { rewrite product_between. eapply Rle_trans; [apply Rabs_triang|]. apply Rplus_le_compat_r, Rabs_triang. }
  split; cbn [up low]; (eapply within_le; [|exact total]); (eapply Rle_trans; [|exact small]).
  - apply Rle_abs.
  - pose proof (Rle_abs (- (mean t (a k * a l) (b k * b l) - c k * c l))) as le. rewrite Rabs_Ropp in le. lra.
Qed.
Lemma mul_bends_correct B k l : right_bends B -> known k -> known l -> bends_hold t D (mul_bends C S B k l) (a k * a l) (b k * b l) (c k * c l).
Proof.
  intros right ok_k ok_l. unfold mul_bends. destruct (is_number C k) as [q|] eqn:nk; [|destruct (is_number C l) as [q|] eqn:nl].
  - destruct (is_number_correct _ _ nk) as (-> & -> & ->). apply scale_bends_hold. now apply bends_at_hold.
  - destruct (is_number_correct _ _ nl) as (-> & -> & ->). rewrite (Rmult_comm (a k)), (Rmult_comm (b k)), (Rmult_comm (c k)). apply scale_bends_hold. now apply bends_at_hold.
  - destruct (Pos.eqb_spec k l) as [->|differ]; [|now apply product_bends_correct]. destruct (square_bends C S B l) as [s|] eqn:E; [now apply (square_bends_correct B)|now apply product_bends_correct].
Qed.

Lemma bends_of_correct B E i o : right_bends B -> right_exponents E -> PositiveMap.find i C = Some o -> known i -> bends_hold t D (bends_of C S B E o) (a i) (b i) (c i).
Proof.
  intros right right_E found ok. assert (ops := fun k ink => operand_known i o k found ink ok). assert (va := values_a _ _ found). assert (vb := values_b _ _ found). assert (vc := values_c _ _ found).
  destruct o as [|q|f k|f k l]; cbn [bends_of operands value_of] in *.
  - rewrite va, vb, vc, inputs. apply straight_hold.
  - rewrite va, vb, vc. rewrite <- (mean_same t (Q2R q)) at 3. apply straight_hold.
  - assert (ok_k := ops k (or_introl eq_refl)). rewrite va, vb, vc. destruct f; cbn [value1]; try apply no_bends_hold.
    + apply opp_bends_hold. now apply bends_at_hold.
    + destruct (PositiveMap.find k E) as [l|] eqn:at_k; [|apply no_bends_hold]. destruct (squared_spread C S B l) as [q|] eqn:is_q; [|apply no_bends_hold]. split; cbn [up low lift within_bend]; [|exact I].
      rewrite Qred_R, Q2R_mult. replace (Q2R (1 # 4)) with (/ 4) by (unfold Q2R; simpl; lra). pose proof (log_bend E B k l q right_E right ok_k at_k is_q). lra.
  - assert (ok_k := ops k (or_introl eq_refl)). assert (ok_l := ops l (or_intror (or_introl eq_refl))). rewrite va, vb, vc. destruct f; cbn [value2].
    + apply add_bends_hold; now apply bends_at_hold.
    + now apply mul_bends_correct.
    + destruct (is_number C l) as [q|] eqn:nl; [|apply no_bends_hold]. destruct (Qeq_bool q 0) eqn:zero; [apply no_bends_hold|]. destruct (is_number_correct _ _ nl) as (-> & -> & ->).
      assert (q_neq0 : ~ (q == 0)%Q) by (intro H; apply Qeq_bool_iff in H; congruence).
      assert (as_product : forall r, r / Q2R q = Q2R (/ q) * r) by (intro r; rewrite Q2R_inv by exact q_neq0; unfold Rdiv; ring). rewrite !as_product. apply scale_bends_hold. now apply bends_at_hold.
Qed.
Theorem all_bends_correct l : forall B E, right_bends B -> right_exponents E -> right_bends (all_bends C S F l B E).
Proof.
  induction l as [|i l IH]; intros B E right right_E; simpl; [exact right|]. destruct (PositiveMap.find i C) as [o|] eqn:found; [|now apply IH]. apply IH.
  - intros j s. destruct (Pos.eq_dec j i) as [->|other].
    + rewrite PositiveMap.gss. intros H ok. injection H as <-. apply with_facts_hold; [now apply facts_here_hold|now apply bends_of_correct].
    + rewrite PositiveMap.gso by exact other. apply right.
  - destruct (exponents_of E o) as [e|] eqn:is_e; [|exact right_E]. intros j m. destruct (Pos.eq_dec j i) as [->|other].
    + rewrite PositiveMap.gss. intro H. injection H as <-. exact (exponents_of_correct E i o e right_E found is_e).
    + rewrite PositiveMap.gso by exact other. apply right_E.
Qed.

Theorem smooth_quadratic_correct l inputs_of L : smooth_quadratic varied inputs_of L l = true -> (forall i, varied i = false -> x i = y i) ->
  fold_right (fun i r => (x i - y i) * (x i - y i) + r) 0 inputs_of <= D * D -> 0 <= Q2R L ->
  Rabs (mean t (quadratic_value (coordinate x) l) (quadratic_value (coordinate y) l) - quadratic_value (coordinate z) l) <= Q2R L / 2 * (t * (1 - t) * (D * D)).
Proof.
  intros E held small L_ge0. apply andb_prop in E as [plus minus].
  apply (quadratic_convex varied t x y z t_in inputs held) in plus, minus. unfold convex_on in plus, minus. rewrite !merge_pairs_value, !squares_value in plus, minus. rewrite !scale_pairs_value in minus.
  set (n := fun v : positive -> R => fold_right (fun i r => coordinate v (Pos.succ i) * coordinate v (Pos.succ i) + r) 0 inputs_of).
  assert (parallelogram : mean t (n x) (n y) - n z = t * (1 - t) * fold_right (fun i r => (x i - y i) * (x i - y i) + r) 0 inputs_of).
  { unfold n. clear - inputs. induction inputs_of as [|i m IH]; cbn [fold_right]; [unfold mean; ring|]. rewrite !coordinate_succ, inputs. unfold mean in *. lra. }
  fold (n x) (n y) (n z) in plus, minus. rewrite Qred_R, Q2R_mult in plus, minus. replace (Q2R (1 # 2)) with (/ 2) in plus, minus by (unfold Q2R; simpl; lra). replace (Q2R (- (1))) with (-1) in minus by (unfold Q2R; simpl; lra).
  assert (0 <= t * (1 - t)) by (apply Rmult_le_pos; lra). apply (Rmult_le_compat_l (t * (1 - t))) in small; [|assumption]. rewrite <- parallelogram in small. apply (Rmult_le_compat_l (Q2R L / 2)) in small; [|lra].
  unfold mean in *. apply Rabs_le. lra.
Qed.
End Instructions.
