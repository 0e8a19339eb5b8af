(** * Independent random variables of Mathematical Components

    Real random variables of MathComp-Analysis are independent if the probability that each lies in a set of its own is the product of the probabilities.  This decides the probability of every measurable set of
    vectors.  So variables that are independent and have one law are exchangeable, as claims on conformal prediction suppose of scores; and if the law has no atoms, no two of them are equal.

    Main definitions: [law_of] (the law of a random variable), [vectors] (the sigma-algebra that boxes generate), [independent_variables], [same_law].
    Main results: [same_boxes] (what boxes decide), [variables_exchangeable], [variables_distinct].

    Trust: proved.  Beyond what the rest of this library rests on, these theorems need the axioms of MathComp-Analysis (audit/bridges.txt); nothing else here imports this file.
    Source: B. de Finetti, La prévision: ses lois logiques, ses sources subjectives, 1937 (exchangeability). *)
From Coq Require Import Reals Lra Lia.
From Warrant Require Import Spec.Probability Spec.Conformal Bridges.Measures.
#[warnings="-notation-overridden,-overwriting-delimiting-key,-ambiguous-paths,-notation-incompatible-prefix"]
From mathcomp Require Import ssreflect ssrfun ssrbool eqtype ssrnat seq choice fintype finfun bigop ssralg ssrnum order interval_inference
  boolp classical_sets mathcomp_extra functions cardinality
  reals ereal Rstruct measure lebesgue_measure numfun lebesgue_integral measurable_realfun probability.
From HB Require Import structures.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.
Local Open Scope ereal_scope.

(** the reals of the standard library, as MathComp sees them *)
Local Notation reals := (R : realType).

(** ** The law of a random variable *)

Section Image.
Context d1 d2 (T1 : measurableType d1) (T2 : measurableType d2) (m : probability T1 reals) (X : T1 -> T2) (X_measurable : measurable_fun setT X).
Definition image : set T2 -> \bar reals := pushforward m X_measurable.
#[local, warnings="-redundant-canonical-projection"]
HB.instance Definition _ := Measure.on image.
Local Lemma image_setT : image setT = 1.
Proof. change (m (X @^-1` setT) = 1). by rewrite preimage_setT probability_setT. Qed.
#[local, warnings="-redundant-canonical-projection"]
HB.instance Definition _ := Measure_isProbability.Build _ _ _ image image_setT.
Definition law_of : probability T2 reals := image.
End Image.

(** ** Vectors *)

Definition sequence : Type := nat -> measurableTypeR reals.

Section Vectors.
Variable n : nat.

(** each of the first n coordinates lies in a set of its own *)
Definition box (C : nat -> set reals) : set sequence := [set z | forall i, (i < n)%N -> C i (z i)].
Definition boxes : set (set sequence) := [set B | exists C, (forall i, measurable (C i)) /\ B = box C].
Definition vectors : measurableType _ := g_sigma_algebraType boxes.

Local Lemma boxes_all : boxes setT.
Proof. exists (fun=> setT). split=> [i|]; first exact: measurableT. by apply/seteqP; split. Qed.
Local Lemma boxes_closed : setI_closed boxes.
Proof.
  move=> _ _ [C [mC ->]] [D [mD ->]]. exists (fun i => C i `&` D i). split=> [i|]; first exact: measurableI.
  apply/seteqP; split=> z /=; [by move=> [in_C in_D] i less; split; [exact: in_C|exact: in_D]|].
  by move=> both; split=> i less; have [] := both i less.
Qed.
Lemma coordinate_measurable i : (i < n)%N -> measurable_fun setT (fun z : vectors => z i : reals).
Proof.
  move=> less _ C mC. rewrite setTI. apply: sub_sigma_algebra. exists (fun j => if j == i then C else setT). split=> [j|]; first by case: eqP.
  apply/seteqP; split=> z /=; first by move=> in_C j _; case: eqP => // ->. by move=> /(_ i less); rewrite eqxx.
Qed.

Section Random.
Context d (T : measurableType d) (X : T -> vectors).
Hypothesis X_measurable : forall i, (i < n)%N -> measurable_fun setT (fun w => X w i : reals).
Local Lemma box_preimage C : (forall i, measurable (C i)) -> measurable (X @^-1` box C).
Proof.
  move=> mC. rewrite (_ : X @^-1` box C = \bigcap_(i in `I_n) [set w | C i (X w i)]); last by apply/seteqP; split=> w /= within i less; exact: within.
  apply: bigcap_measurableType => i less. rewrite -[Y in measurable Y]setTI. exact: (X_measurable less measurableT (mC i)).
Qed.
Lemma vectors_measurable : measurable_fun setT X.
Proof.
  apply: (@measurability _ _ _ _ setT X boxes) => // _ [B [C [mC ->]] <-]. rewrite setTI. exact: box_preimage.
Qed.
End Random.

(** two random vectors whose probabilities agree on boxes have the same law *)
Theorem same_boxes d1 d2 (T1 : measurableType d1) (T2 : measurableType d2) (m1 : probability T1 reals) (m2 : probability T2 reals) (X1 : T1 -> vectors) (X2 : T2 -> vectors) :
  (forall i, (i < n)%N -> measurable_fun setT (fun w => X1 w i : reals)) -> (forall i, (i < n)%N -> measurable_fun setT (fun w => X2 w i : reals)) ->
  (forall C, (forall i, measurable (C i)) -> m1 (X1 @^-1` box C) = m2 (X2 @^-1` box C)) ->
  forall B : set vectors, measurable B -> m1 (X1 @^-1` B) = m2 (X2 @^-1` B).
Proof.
  move=> mX1 mX2 same B mB. have M1 := vectors_measurable mX1. have M2 := vectors_measurable mX2.
  apply: (@measure_unique _ _ vectors boxes (fun=> setT) _ _ _ _ (pushforward m1 M1) (pushforward m2 M2)) => //.
  - exact: boxes_closed.
  - move=> _. exact: boxes_all.
  - by rewrite bigcup_const.
  - move=> _ [C [mC ->]]. exact: same.
  - move=> _. change (m1 (X1 @^-1` setT) < +oo). by rewrite preimage_setT probability_setT ltry.
Qed.
End Vectors.

(** ** Random variables *)

Section Variables.
Context d (T : measurableType d) (m : probability T reals) (n : nat) (X : nat -> T -> reals).

(** the first n are independent *)
Definition independent_variables : Prop := forall C : nat -> set reals, (forall i, measurable (C i)) ->
  m [set w | forall i, (i < n)%N -> C i (X i w)] = \prod_(i < n) m [set w | C i (X i w)].
(** and have one law *)
Definition same_law : Prop := forall i (C : set reals), (i < n)%N -> measurable C -> m [set w | C (X i w)] = m [set w | C (X 0%N w)].
End Variables.

Section Exchangeable.
Variable n : nat.

(** what depends on the order of n + 1 numbers only is a measurable set of vectors *)
Definition pattern (z : sequence) : {ffun 'I_n.+1 * 'I_n.+1 -> bool} := [ffun ij : 'I_n.+1 * 'I_n.+1 => ((z ij.1 : reals) <= z ij.2)%R].
Local Lemma pattern_measurable p : measurable [set z : vectors n.+1 | pattern z = p].
Proof.
  rewrite (_ : [set z | _] = \bigcap_(ij in [set: 'I_n.+1 * 'I_n.+1]) [set z : vectors n.+1 | ((z ij.1 : reals) <= z ij.2)%R = p ij]).
  - apply: fin_bigcap_measurable => // ij _. rewrite -[Y in measurable Y]setTI.
    apply: (measurable_fun_ler (f := fun z : vectors n.+1 => z ij.1 : reals) (g := fun z : vectors n.+1 => z ij.2 : reals) (coordinate_measurable (ltn_ord ij.1)) (coordinate_measurable (ltn_ord ij.2)) measurableT (Y := [set p ij])). by [].
  - apply/seteqP; split=> z /=; first by move=> <- ij _ /=; rewrite ffunE. by move=> same; apply/ffunP => ij; rewrite ffunE; exact: same.
Qed.
Lemma order_measurable (A : (nat -> R) -> Prop) : of_order n A -> measurable (A : set (vectors n.+1)).
Proof.
  move=> order. rewrite (_ : A = \bigcup_(p in [set p | exists2 x, A x & pattern x = p]) [set z | pattern z = p]).
  - apply: fin_bigcup_measurable => [|p _]; [exact: finite_finset|exact: pattern_measurable].
  - apply/seteqP; split=> z; first by move=> in_A; exists (pattern z) => //=; exists z.
    move=> [p [x in_A <-] same]. apply: order in_A => i j /ssrnat.leP i_le /ssrnat.leP j_le. rewrite -ltnS in i_le. rewrite -ltnS in j_le.
    have := congr1 (fun q : {ffun _} => q (inord i, inord j)) same. rewrite !ffunE /= !inordK//.
    by move=> equal; split=> /RleP; [rewrite -equal|rewrite equal] => /RleP.
Qed.

(** random variables, which are measurable *)
Context d (T : measurableType d) (m : probability T reals) (X : nat -> T -> reals).
Hypothesis X_measurable : forall i, (i < n.+1)%N -> measurable_fun setT (X i).
Hypothesis X_independent : independent_variables m n.+1 X.
Hypothesis X_same : same_law m n.+1 X.

Theorem variables_exchangeable : exchangeable (experiment m) n (fun w i => X i w).
Proof.
  move=> A s order [s_range s_injective]. have mA := order_measurable order.
  have s_less i : (i < n.+1)%N -> (s i < n.+1)%N by move=> less; rewrite ltnS; apply/ssrnat.leP/s_range/ssrnat.leP; rewrite -ltnS.
  pose X1 (w : T) : vectors n.+1 := fun i => X i w. pose X2 (w : T) : vectors n.+1 := fun i => X (s i) w.
  have M1 : measurable_fun setT X1 by exact: vectors_measurable.
  split; first by change (measurable (X1 @^-1` A)); rewrite -[Y in measurable Y]setTI; exact: M1.
  change (fine (m (X2 @^-1` A)) = fine (m (X1 @^-1` A))). congr fine. apply: (@same_boxes n.+1) => //.
  - move=> i less. exact: (X_measurable (s_less i less)).
  - move=> C mC.
    pose s' (i : 'I_n.+1) : 'I_n.+1 := Ordinal (s_less i (ltn_ord i)).
    have s'_injective : injective s' by move=> i j /(congr1 val) /= same; apply/val_inj/s_injective => //; apply/ssrnat.leP; rewrite -ltnS ltn_ord.
    pose back := invF s'_injective. pose D j := C (back (inord j)).
    have both : X2 @^-1` box n.+1 C = [set w | forall j, (j < n.+1)%N -> D j (X j w)].
    { apply/seteqP; split=> w /= within.
      - move=> j less. rewrite /D. have := within (back (inord j)) (ltn_ord _). rewrite /X2. have := congr1 val (f_invF s'_injective (inord j)). rewrite /= inordK// => ->. by [].
      - move=> i less. have := within (s i) (s_less i less). rewrite /D. have -> : inord (s i) = s' (inord i) by apply/val_inj; rewrite /= !inordK// s_less.
        by rewrite /back invF_f inordK. }
    rewrite both X_independent; last by move=> j; exact: mC.
    change (X1 @^-1` box n.+1 C) with [set w | forall i, (i < n.+1)%N -> C i (X i w)]. rewrite X_independent//.
    transitivity (\prod_(j < n.+1) m [set w | C (back j) (X 0%N w)]).
    + apply: eq_bigr => j _. rewrite /D inord_val X_same//.
    + rewrite [RHS](reindex_inj (can_inj (f_invF s'_injective))). apply: eq_bigr => j _. by rewrite [RHS]X_same.
Qed.

(** without atoms, no two of them are equal, almost surely *)
Hypothesis X_atomless : forall x : reals, m [set w | X 0%N w = x] = 0.
Local Lemma tie_null i j : (i < j)%N -> (j < n.+1)%N -> measurable [set w | X i w = X j w] /\ m [set w | X i w = X j w] = 0.
Proof.
  move=> i_less j_less. have mi := X_measurable (ltn_trans i_less j_less). have mj := X_measurable j_less.
  pose Y w := (X i w : reals, X j w : reals). have mY : measurable_fun setT Y by exact/prod_measurable_funP.
  pose diagonal : set (reals * reals) := [set p | p.1 = p.2].
  have mdiagonal : measurable diagonal.
  { rewrite (_ : diagonal = [set p | (p.1 <= p.2)%R] `&` [set p | (p.2 <= p.1)%R]); last first.
    { apply/seteqP; split=> -[x y]; rewrite /diagonal /=; first by move=> ->. by move=> [le ge]; apply/eqP; rewrite eq_le; apply/andP. }
    apply: measurableI; rewrite -[Z in measurable Z]setTI.
    - exact: (measurable_fun_ler (f := fun p : reals * reals => p.1) (g := fun p : reals * reals => p.2) measurable_fst measurable_snd measurableT (Y := [set true])).
    - exact: (measurable_fun_ler (f := fun p : reals * reals => p.2) (g := fun p : reals * reals => p.1) measurable_snd measurable_fst measurableT (Y := [set true])). }
  split; first by rewrite -[Z in measurable Z]setTI; exact: (mY measurableT diagonal mdiagonal).
  have product : ((law_of m mi) \x (law_of m mj))%E diagonal = pushforward m mY diagonal.
  { apply: product_measure_unique => // A B mA mB. pose C k : set reals := if k == i then A else if k == j then B else setT.
    have mC k : measurable (C k) by rewrite /C; case: eqP => // _; case: eqP.
    change (m [set w | A (X i w) /\ B (X j w)] = m [set w | A (X i w)] * m [set w | B (X j w)]).
    have apart : (j == i) = false by apply/negbTE; rewrite neq_ltn i_less orbT.
    transitivity (m [set w | forall k, (k < n.+1)%N -> C k (X k w)]).
    - congr (m _). apply/seteqP; split=> w /=.
      + move=> [in_A in_B] k _. rewrite /C. case: eqP => [->//|_]. by case: eqP => [->|].
      + move=> within. have := within i (ltn_trans i_less j_less). have := within j j_less. by rewrite /C !eqxx apart.
    - rewrite X_independent// (bigD1 (Ordinal (ltn_trans i_less j_less)))//= (bigD1 (Ordinal j_less))/=; last by rewrite -val_eqE /= apart.
      rewrite big1 ?mule1; first by rewrite /C !eqxx apart.
      move=> k /andP[not_i not_j]. rewrite /C. rewrite -val_eqE /= in not_i. rewrite -val_eqE /= in not_j. rewrite (negbTE not_i) (negbTE not_j). exact: probability_setT. }
  change (pushforward m mY diagonal = 0). rewrite -product /product_measure1. apply: integral0_eq => x _.
  rewrite /= (_ : xsection diagonal x = [set x]).
  - change (m [set w | [set x] (X j w)] = 0). rewrite X_same//. exact: X_atomless.
  - apply/seteqP; split=> y /=; rewrite /xsection /= inE /diagonal /= => ->//.
Qed.
Theorem variables_distinct : distinct (experiment m) n (fun w i => X i w).
Proof.
  pose tie i j : set T := if (i < j)%N && (j < n.+1)%N then [set w | X i w = X j w] else set0.
  have null i j : m.-negligible (tie i j).
  { rewrite /tie. case: andP => [[i_less j_less]|_]; last exact: negligible_set0. have [measurable_tie zero] := tie_null i_less j_less. exists [set w | X i w = X j w]. split; [exact: measurable_tie|exact: zero|exact: subset_refl]. }
  have mtie i j : measurable (tie i j) by rewrite /tie; case: andP => // -[i_less j_less]; have [] := tie_null i_less j_less.
  change (fine (m (fun w => exists i j : nat, (Peano.lt i j /\ Peano.le j n) /\ X i w = X j w)) = IZR 0).
  have -> : (fun w => exists i j : nat, (Peano.lt i j /\ Peano.le j n) /\ X i w = X j w) = \bigcup_i \bigcup_j tie i j.
  { apply/seteqP; split=> w.
    - move=> [i [j [[i_less j_le] same]]]. exists i => //. exists j => //. rewrite /tie. have -> : (i < j)%N by exact/ssrnat.ltP. by have -> : (j < n.+1)%N by rewrite ltnS; exact/ssrnat.leP.
    - move=> [i _ [j _]]. rewrite /tie. case: andP => // -[i_less j_less] same. exists i, j. split; [split; [exact/ssrnat.ltP|apply/ssrnat.leP; by rewrite -ltnS]|exact: same]. }
  rewrite (_ : m _ = 0)//. apply: measure_negligible.
  - by apply: bigcup_measurable => i _; apply: bigcup_measurable.
  - by apply: negligible_bigcup => i; apply: negligible_bigcup.
Qed.
End Exchangeable.
