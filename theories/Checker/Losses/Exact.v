(** * Exact values at a rational point

    The value of an instruction at a point of rational numbers, where it is a rational number or a rational multiple of the logarithm of one.  So ln(1 + exp 0) / ln 2 is 1, which no
    enclosure can tell.  Numbers of very many digits are not followed.

    Main definitions: [exact], [all_exact], [exactly_at_most].
    Main results: [all_exact_correct], [exactly_at_most_correct].

    Trust: proved. *)
From Coq Require Import ZArith QArith Qreals Reals List Bool FMapPositive Lra.
From Warrant Require Import Spec.Bytes Spec.Elementary Primitives.Fractions Primitives.Autodiff.Programs Checker.Losses.Facts Checker.Losses.Facts_sound.
Import ListNotations.
Local Open Scope bool_scope.

Inductive exact := Rational (q : Q) | Multiple (c n : Q).   (* c ln n, with n > 0 *)
Definition most_bits : Z := 2048.
Definition short (q : Q) : bool := (Z.log2 (Z.abs (Qnum q)) <? most_bits)%Z && (Z.log2 (Zpos (Qden q)) <? most_bits)%Z.
Definition kept (q : Q) : option Q := let r := Qred q in if short r then Some r else None.
Definition rational_of (q : Q) : option exact := do r <- kept q; Some (Rational r).
Definition multiple_of (c n : Q) : option exact := do r <- kept c; Some (Multiple r n).

Definition exact1 (f : unary) (e : exact) : option exact :=
  match f, e with
  | Opp, Rational q => rational_of (- q)
  | Opp, Multiple c n => multiple_of (- c) n
  | Relu, Rational q => Some (Rational (if Qle_bool q 0 then 0 else q))
  | Step, Rational q => Some (Rational (if Qle_bool q 0 then 0 else 1))
  | Exp, Rational q => if Qeq_bool q 0 then Some (Rational 1) else None
  | Log, Rational q => if Qeq_bool q 1 then Some (Rational 0) else if Qle_bool q 0 then None else Some (Multiple 1 q)
  | _, _ => None
  end.
Definition exact2 (f : binary) (d e : exact) : option exact :=
  match f, d, e with
  | Add, Rational p, Rational q => rational_of (p + q)
  | Add, Multiple c n, Multiple b m => if Qeq_bool n m then multiple_of (c + b) n else None
  | Mul, Rational p, Rational q => rational_of (p * q)
  | Mul, Rational p, Multiple c n | Mul, Multiple c n, Rational p => multiple_of (p * c) n
  | Div, Rational p, Rational q => if Qeq_bool q 0 then None else rational_of (p / q)
  | Div, Multiple c n, Rational q => if Qeq_bool q 0 then None else multiple_of (c / q) n
  | Div, Multiple c n, Multiple b m => if Qeq_bool n m && negb (Qeq_bool b 0) && negb (Qeq_bool n 1) then rational_of (c / b) else None
  | _, _, _ => None
  end.

Section Analysis.
Variables (C : code) (point : positive -> option Q).
Definition exact_of (M : PositiveMap.t exact) (i : positive) (o : op) : option exact :=
  match o with
  | Input => do q <- point i; rational_of q
  | Number q => rational_of q
  | Unary f a => do e <- PositiveMap.find a M; exact1 f e
  | Binary f a b => do d <- PositiveMap.find a M; do e <- PositiveMap.find b M; exact2 f d e
  end.
Fixpoint all_exact (l : list positive) (M : PositiveMap.t exact) : PositiveMap.t exact :=
  match l with
  | [] => M
  | i :: l =>
    all_exact l match PositiveMap.find i C with
                | Some o => match exact_of M i o with Some e => PositiveMap.add i e M | None => M end
                | None => M
                end
  end.
End Analysis.
(** it is known, and it is certain that a <= b *)
Definition exactly_at_most (a b : option exact) : bool := match a, b with Some (Rational p), Some (Rational q) => Qle_bool p q | _, _ => false end.

(** ** Soundness *)

Local Open Scope R_scope.

Definition exactly (e : exact) (r : R) : Prop := match e with Rational q => r = Q2R q | Multiple c n => r = Q2R c * ln (Q2R n) /\ 0 < Q2R n end.
Lemma kept_correct q r : kept q = Some r -> Q2R r = Q2R q.
Proof. unfold kept. destruct (short _); [|discriminate]. intro E. injection E as <-. apply Qeq_eqR, Qred_correct. Qed.
Lemma rational_of_correct q e r : rational_of q = Some e -> r = Q2R q -> exactly e r.
Proof. unfold rational_of. destruct (kept q) as [p|] eqn:E; [|discriminate]. intros F ->. injection F as <-. symmetry. exact (kept_correct _ _ E). Qed.
Lemma multiple_of_correct c n e r : multiple_of c n = Some e -> 0 < Q2R n -> r = Q2R c * ln (Q2R n) -> exactly e r.
Proof. unfold multiple_of. destruct (kept c) as [p|] eqn:E; [|discriminate]. intros F pos ->. injection F as <-. split; [now rewrite (kept_correct _ _ E)|exact pos]. Qed.
Lemma gt0_correct q : Qle_bool q 0 = false -> 0 < Q2R q.
Proof. intro E. rewrite <- Q2R_0. apply less_correct. unfold less. now rewrite E. Qed.
Lemma le0_correct q : Qle_bool q 0 = true -> Q2R q <= 0.
Proof. intro E. rewrite <- Q2R_0. now apply le_correct. Qed.
Lemma eq_correct p q : Qeq_bool p q = true -> Q2R p = Q2R q.
Proof. intro E. now apply Qeq_eqR, Qeq_bool_iff. Qed.
Lemma neq_correct p q : Qeq_bool p q = false -> Q2R p <> Q2R q.
Proof. intros E F. apply eqR_Qeq, Qeq_bool_iff in F. congruence. Qed.
Lemma neq0_correct q : Qeq_bool q 0 = false -> ~ (q == 0)%Q.
Proof. intros E F. apply Qeq_bool_iff in F. congruence. Qed.

Lemma exact1_correct f e r s : exactly e r -> exact1 f e = Some s -> exactly s (value1 f r).
Proof.
  destruct f, e as [q|c n]; cbn; try discriminate.
  - intros -> E. apply (rational_of_correct _ _ _ E). now rewrite Q2R_opp.
  - intros [-> pos] E. apply (multiple_of_correct _ _ _ _ E pos). rewrite Q2R_opp. ring.
  - intros -> E. injection E as <-. cbn. destruct (Qle_bool q 0) eqn:sign; [apply le0_correct in sign; now rewrite Q2R_0, Rmax_left|apply gt0_correct in sign; rewrite Rmax_right; lra].
  - destruct (Qeq_bool q 0) eqn:zero; [|discriminate]. intros -> E. injection E as <-. cbn. now rewrite (eq_correct _ _ zero), Q2R_0, exp_0, Q2R_1.
  - destruct (Qeq_bool q 1) eqn:one.
    + intros -> E. injection E as <-. cbn. now rewrite (eq_correct _ _ one), Q2R_1, ln_1, Q2R_0.
    + destruct (Qle_bool q 0) eqn:sign; [discriminate|]. intros -> E. injection E as <-. cbn. rewrite Q2R_1. split; [ring|now apply gt0_correct].
  - intros -> E. injection E as <-. cbn. unfold step_R. destruct (Qle_bool q 0) eqn:sign; [apply le0_correct in sign; rewrite Q2R_0|apply gt0_correct in sign; rewrite Q2R_1]; destruct Rlt_dec; lra.
Qed.
Lemma ln_neq0 n : 0 < n -> n <> 1 -> ln n <> 0.
Proof. intros pos neq E. apply neq. rewrite <- (exp_ln n pos), E. apply exp_0. Qed.
Lemma exact2_correct f d e r r' s : exactly d r -> exactly e r' -> exact2 f d e = Some s -> exactly s (value2 f r r').
Proof.
  destruct f, d as [p|c n], e as [q|b m]; cbn; try discriminate.
  - intros -> -> E. apply (rational_of_correct _ _ _ E). now rewrite Q2R_plus.
  - destruct (Qeq_bool n m) eqn:same; [|discriminate]. intros [-> pos] [-> _] E. apply (multiple_of_correct _ _ _ _ E pos). rewrite Q2R_plus, (eq_correct _ _ same). ring.
  - intros -> -> E. apply (rational_of_correct _ _ _ E). now rewrite Q2R_mult.
  - intros -> [-> pos] E. apply (multiple_of_correct _ _ _ _ E pos). rewrite Q2R_mult. ring.
  - intros [-> pos] -> E. apply (multiple_of_correct _ _ _ _ E pos). rewrite Q2R_mult. ring.
  - destruct (Qeq_bool q 0) eqn:zero; [discriminate|]. intros -> -> E. apply (rational_of_correct _ _ _ E). now rewrite Q2R_div by now apply neq0_correct.
  - destruct (Qeq_bool q 0) eqn:zero; [discriminate|]. intros [-> pos] -> E. apply (multiple_of_correct _ _ _ _ E pos). rewrite Q2R_div by now apply neq0_correct. unfold Rdiv. ring.
  - destruct (Qeq_bool n m) eqn:same; [|discriminate]. destruct (Qeq_bool b 0) eqn:zero; [discriminate|]. destruct (Qeq_bool n 1) eqn:one; [discriminate|]. cbn.
    intros [-> pos] [-> _] E. apply (rational_of_correct _ _ _ E). rewrite Q2R_div, <- (eq_correct _ _ same) by now apply neq0_correct. apply neq_correct in zero, one. rewrite Q2R_0 in zero. rewrite Q2R_1 in one.
    field. split; [exact zero|now apply ln_neq0].
Qed.

Section Correct.
Variables (C : code) (point : positive -> option Q) (x v : positive -> R).
Hypothesis values : models C x v.
Hypothesis inputs : forall i q, point i = Some q -> x i = Q2R q.
Definition right_exact (M : PositiveMap.t exact) : Prop := forall i e, PositiveMap.find i M = Some e -> exactly e (v i).

Lemma exact_of_correct M i o e : right_exact M -> PositiveMap.find i C = Some o -> exact_of point M i o = Some e -> exactly e (v i).
Proof.
  intros right found. rewrite (values _ _ found). destruct o as [|q|f a|f a b]; cbn.
  - destruct (point i) as [q|] eqn:P; [|discriminate]. intro E. apply (rational_of_correct _ _ _ E). now apply inputs.
  - intro E. now apply (rational_of_correct _ _ _ E).
  - destruct (PositiveMap.find a M) as [d|] eqn:A; [|discriminate]. apply exact1_correct. now apply right.
  - destruct (PositiveMap.find a M) as [d|] eqn:A; [|discriminate]. destruct (PositiveMap.find b M) as [d'|] eqn:B; [|discriminate]. apply exact2_correct; now apply right.
Qed.
Theorem all_exact_correct l : forall M, right_exact M -> right_exact (all_exact C point l M).
Proof.
  induction l as [|i l IH]; intros M right; simpl; [exact right|]. apply IH. destruct (PositiveMap.find i C) as [o|] eqn:found; [|exact right].
  destruct (exact_of point M i o) as [e|] eqn:E; [|exact right]. intros j d. destruct (Pos.eq_dec j i) as [->|other].
  - rewrite PositiveMap.gss. intro H. injection H as <-. exact (exact_of_correct M i o e right found E).
  - rewrite PositiveMap.gso by exact other. apply right.
Qed.
End Correct.
Theorem exactly_at_most_correct o p r s : (forall e, o = Some e -> exactly e r) -> (forall e, p = Some e -> exactly e s) -> exactly_at_most o p = true -> r <= s.
Proof.
  intros eo ep. unfold exactly_at_most. destruct o as [[a|]|]; try discriminate. destruct p as [[b|]|]; try discriminate. intro le. rewrite (eo _ eq_refl), (ep _ eq_refl). now apply le_correct.
Qed.
