(** * Probability measures of Mathematical Components

    Claims about samples speak of [probability] (Spec/Probability.v): events, and numbers that add over disjoint ones.  Every probability measure of MathComp-Analysis, with its
    sigma-algebra, is such a probability; so each theorem of Warrant about random experiments is one about measures.  Three notions are compared besides: independent trials
    with random variables whose joint law is a product, [at_most] with the binomial measure, and finite laws (lists of outcomes and weights) with the sums of Dirac measures that
    they are, expectations with Lebesgue integrals.

    Main definitions: [experiment], [finite].
    Main results: [experiment_trials], [experiment_coverage], [binomial_at_most], [finite_mass], [finite_expectation].

    Trust: proved.  Beyond what the rest of this library rests on, these theorems need the axioms of MathComp-Analysis (audit/bridges.txt); nothing else here imports this file.
    Source: R. Affeldt and C. Cohen, Measure construction by extension in dependent type theory with application to integration, 2023 (MathComp-Analysis). *)
From Coq Require Import Reals List.
From Warrant Require Import Spec.Probability Primitives.Probability.Samples Primitives.Probability.ClopperPearson Primitives.Probability.Concentration.
#[warnings="-notation-overridden,-overwriting-delimiting-key,-ambiguous-paths,-notation-incompatible-prefix"]
From mathcomp Require Import ssreflect ssrfun ssrbool eqtype ssrnat seq choice fintype bigop binomial ssralg ssrnum order interval_inference
  boolp classical_sets mathcomp_extra functions cardinality fsbigop
  reals ereal esum Rstruct measure lebesgue_measure numfun lebesgue_integral measurable_realfun probability.
From HB Require Import structures.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

(** the reals of the standard library, as MathComp sees them *)
Local Notation reals := (R : realType).

(** ** A probability measure is a probability *)

Section Experiment.
Context d (T : measurableType d) (m : probability T R).

Local Lemma same_sets (A B : T -> Prop) : (forall w, A w <-> B w) -> A = B.
Proof. move=> same; apply/funext => w; exact/propext. Qed.
Local Lemma fine_pos (A : set T) : Rle 0 (fine (m A)).
Proof. by apply/RleP; rewrite fine_ge0. Qed.
Local Lemma fine_or (A B : T -> Prop) : measurable A -> measurable B -> (forall w, ~ (A w /\ B w)) ->
  fine (m (fun w => A w \/ B w)) = Rplus (fine (m A)) (fine (m B)).
Proof.
  move=> mA mB apart; rewrite [X in fine (m X)](_ : _ = A `|` B)//.
  by rewrite measureU ?fineD ?fin_num_measure//; apply/seteqP; split=> w // /apart.
Qed.

Definition experiment : Spec.Probability.probability T := {|
  event := measurable;
  P A := fine (m A);
  event_same A B same mA := eq_ind A measurable mA B (same_sets same);
  event_all := measurableT;
  event_not A mA := measurableC mA;
  event_or A B mA mB := measurableU A B mA mB;
  P_same A B same _ := f_equal (fun C => fine (m C)) (same_sets same);
  P_all := f_equal fine probability_setT;
  P_ge0 A _ := fine_pos A;
  P_or A B mA mB apart := fine_or mA mB apart
|}.

(** what is likely has a large measure, and the other way round *)
Theorem experiment_likely q (A : set T) : likely experiment q A <-> measurable A /\ (q%:E <= m A)%E.
Proof.
  rewrite /likely /=; split=> -[mA large]; split=> //; move: large; rewrite -[m A]fineK ?fin_num_measure//.
  - by move=> /RleP; rewrite lee_fin.
  - by rewrite lee_fin => /RleP.
Qed.

(** ** Independent random variables are independent trials *)

(** Random variables [X i], each true with probability [p], whose joint law is the product of their laws *)
Context (n : nat) (p : R) (X : nat -> {RV m >-> bool}).
Hypothesis X_probability : forall i, (i < n)%N -> m [set w | X i w = true] = p%:E.
Hypothesis X_independent : forall b : nat -> bool,
  m [set w | forall i, (i < n)%N -> X i w = b i] = (\prod_(i < n) m [set w | X i w = b i])%E.

Definition outcome (w : T) : list bool := List.map (fun i => X i w) (iota 0 n).

Local Lemma value_measurable i (c : bool) : measurable [set w | X i w = c].
Proof. rewrite -[Y in measurable Y]setTI. by apply: (measurable_funP (X i) measurableT [set c]). Qed.
Local Lemma value_probability i (c : bool) : (i < n)%N -> m [set w | X i w = c] = (if c then p else 1 - p)%:E.
Proof.
  move=> less. case: c; first exact: X_probability.
  rewrite (_ : [set w | X i w = false] = ~` [set w | X i w = true]).
  - by rewrite probability_setC ?X_probability//; exact: value_measurable.
  - by apply/seteqP; split=> w /=; case: (X i w).
Qed.
Local Lemma outcome_values b : List.length b = n -> [set w | outcome w = b] = [set w | forall i, (i < n)%N -> X i w = nth false b i].
Proof.
  move=> b_length. have sizes w : size (outcome w) = n by rewrite size_map size_iota.
  apply/seteqP; split=> w /=.
  - by move=> <- i less; rewrite (nth_map 0%N) ?size_iota// nth_iota.
  - move=> same. have step i : (i < size (outcome w))%N -> nth false (outcome w) i = nth false b i.
    { rewrite sizes => less. by rewrite (nth_map 0%N) ?size_iota// nth_iota// same. }
    exact: (eq_from_nth (etrans (sizes w) (esym b_length)) step).
Qed.
Local Lemma weight_product b : List.length b = n -> (\prod_(i < n) (if nth false b i then p else 1 - p)) = weight p b.
Proof.
  move=> <-. elim: b => [|c b IH]; first by rewrite big_ord0.
  by rewrite big_ord_recl /= IH; case: c; rewrite ?RmultE.
Qed.

Theorem experiment_trials : Rle 0 p /\ Rle p 1 -> trials experiment p n outcome.
Proof.
  move=> p_range; split=> //; split=> [w|b b_length]; first by rewrite length_map; exact: size_iota.
  change (measurable [set w | outcome w = b] /\ fine (m [set w | outcome w = b]) = weight p b). rewrite outcome_values//. split.
  - rewrite (_ : [set w | _] = \bigcap_(i in `I_n) [set w | X i w = nth false b i])//.
    by apply: bigcap_measurableType => i _; exact: value_measurable.
  - rewrite X_independent -weight_product// (eq_bigr (fun i : 'I_n => (if nth false b i then p else 1 - p)%:E)) => [|i _]; last exact: value_probability.
    by rewrite -(big_morph _ (@EFinM reals) (erefl 1%:E)).
Qed.

(** Clopper and Pearson's confidence set misses [p] on a set of measure at most [delta]. *)
Theorem experiment_coverage delta : Rle 0 delta -> Rle 0 p /\ Rle p 1 -> ((1 - delta)%:E <= m [set w | plausible delta n (successes (outcome w)) p])%E.
Proof. move=> delta_ge0 p_range. exact: (proj1 (experiment_likely _ _) (plausible_coverage experiment delta n p outcome delta_ge0 (experiment_trials p_range))).2. Qed.
End Experiment.

(** ** The binomial measure *)

Lemma binomial_exactly n j (p : R) : exactly n j p = binomial_pmf n p j.
Proof.
  rewrite /binomial_pmf. elim: n j => [|n IH] [|j] /=.
  - by rewrite !expr0 mul1r bin0.
  - by rewrite bin0n mulr0n.
  - rewrite IH !subn0 !expr0 !mul1r !bin0 !mulr1n exprS. by [].
  - rewrite !IH binS mulrnDr subSS addrC !RplusE !RmultE RminusE; congr (_ + _).
    + by rewrite exprS mulrnAr mulrA.
    + have [less|le] := ltnP j n; last by rewrite !bin_small ?ltnS// !mulr0n mulr0.
      by rewrite -[in RHS](@prednK (n - j)) ?subn_gt0// -subnS (exprS (`1-p)) mulrnAr mulrCA.
Qed.

(** the probability of at most [k] successes is the binomial measure of the numbers up to [k] *)
Theorem binomial_at_most n k (p : R) : Rle 0 p /\ Rle p 1 -> binomial_prob n p [set j | (j <= k)%N] = (at_most n k p)%:E.
Proof.
  move=> [/RleP p_ge0 /RleP p_le1]. rewrite /binomial_prob p_ge0 p_le1 /=.
  rewrite (_ : [set j | (j <= k)%N] = `I_k.+1) ?esum_fset//=.
  - rewrite -fsbig_ord//= sumEFin; congr (_%:E); rewrite /at_most. elim: k => [|k IH].
    + by rewrite big_ord1 /= binomial_exactly.
    + by rewrite big_ord_recr /= -IH -binomial_exactly.
  - by move=> i _; rewrite lee_fin binomial_pmf_ge0// p_ge0.
Qed.

(** ** Finite laws *)

Section Finite.
Context d (T : measurableType d).
Implicit Types l : list (T * R).

(** the sum of the outcomes' Dirac measures, with their weights (their absolute values, so that it is a measure for every list) *)
Fixpoint finite l : {measure set T -> \bar R} :=
  match l with nil => mzero | cons o l => measure_add (mscale `|o.2|%:nng (dirac o.1)) (finite l) end.

Local Lemma finite_cons o l A : finite (o :: l) A = (`|o.2|%:E * \d_(o.1) A + finite l A)%E.
Proof. exact: measure_addE. Qed.

Theorem finite_mass l A : List.Forall (fun o => Rle 0 (snd o)) l -> finite l A = (mass l A)%:E.
Proof.
  elim=> [//|[w q] {}l /RleP q_ge0 _ IH]. rewrite /= in q_ge0. rewrite finite_cons IH /= ger0_norm// diracE -EFinM -EFinD RplusE RmultE. congr ((_ * _ + _)%:E).
  have [/set_mem here|/negP out] := boolP (w \in A).
  - by rewrite indicator_true.
  - by rewrite indicator_false// => here; apply: out; exact/mem_set.
Qed.

Section Integral.
Local Open Scope ereal_scope.
Variables (X : T -> reals) (X_measurable : measurable_fun setT X).
Let mX : measurable_fun setT (EFin \o X). Proof. exact/measurable_EFinP. Qed.

Local Lemma dirac_integral (q : {nonneg reals}) a : \int[mscale q (dirac a)]_w (X w)%:E = (q%:num * X a)%:E.
Proof.
  rewrite integralE !ge0_integral_mscale//; [|exact: measurable_funeneg|exact: measurable_funepos].
  rewrite !integral_dirac//; [|exact: measurable_funeneg|exact: measurable_funepos]. rewrite !diracT !mul1e -muleBr//.
  - by rewrite EFinM -[(X a)%:E]/((EFin \o X) a) [in RHS](funeposneg (EFin \o X)).
  - exact: add_def_funeposneg.
Qed.
Local Lemma finite_integral l : List.Forall (fun o => Rle 0 (snd o)) l ->
  (finite l).-integrable setT (EFin \o X) /\ \int[finite l]_w (X w)%:E = (Concentration.expectation l X)%:E.
Proof.
  elim=> [|[a q] {}l /RleP q_ge0 _ [IH integral]].
  - split; last by rewrite integral_measure_zero.
    by apply/integrableP; split=> //; rewrite integral_measure_zero.
  - rewrite /= in q_ge0. have one : (mscale (`|q|%:nng)%R (dirac a)).-integrable setT (EFin \o X).
    { apply/integrableP; split=> //. rewrite ge0_integral_mscale//; last exact: measurableT_comp.
      rewrite integral_dirac//; last exact: measurableT_comp. by rewrite diracT mul1e /= -EFinM ltry. }
    split.
    + apply/integrableP; split=> //. rewrite ge0_integral_measure_add//; last exact: measurableT_comp.
      by rewrite lte_add_pinfty//; [move: one|move: IH] => /integrableP[].
    + rewrite integral_measure_add// dirac_integral integral /= ger0_norm// -EFinD.
Qed.
End Integral.
Section Law.
Variable l : list (T * R).
Hypothesis l_law : law l.
Definition finite_law of law l : set T -> \bar R := finite l.
#[local] HB.instance Definition _ := Measure.on (finite_law l_law).
Local Lemma finite_setT : finite_law l_law setT = 1%E.
Proof. rewrite /finite_law finite_mass; last exact: proj1 l_law. by rewrite (mass_all l) (proj2 l_law). Qed.
#[local, warnings="-redundant-canonical-projection"]
HB.instance Definition _ := Measure_isProbability.Build _ _ _ (finite_law l_law) finite_setT.
Theorem finite_experiment A : measurable A -> P (experiment (finite_law l_law)) A = mass l A.
Proof. move=> _ /=. rewrite finite_mass//. exact: proj1 l_law. Qed.

(** the expectation is the Lebesgue integral *)
Theorem finite_expectation (X : {RV (finite_law l_law : probability T reals) >-> reals}) : ('E_(finite_law l_law)[X] = (Concentration.expectation l X)%:E)%E.
Proof.
  rewrite unlock. exact: (finite_integral (measurable_funP X) (proj1 l_law)).2.
Qed.
End Law.
End Finite.

(** ** An instance: one toss of a coin *)

Section Coin.
Variable p : R.
Hypothesis p_range : Rle 0 p /\ Rle p 1.
Let inside : (0 <= (p : reals) <= 1)%R.
Proof. by apply/andP; split; apply/RleP; case: p_range. Qed.
Definition face : bool -> bool := id.
#[local] HB.instance Definition _ := @isMeasurableFun.Build _ _ bool bool face (@measurable_id _ bool setT).
Theorem coin_trials : trials (experiment (bernoulli (p : reals))) p 1 (outcome 1 (fun _ => face : {RV (bernoulli (p : reals)) >-> bool})).
Proof.
  have heads : bernoulli (p : reals) [set w | w = true] = p%:E.
  { by rewrite bernoulliE// !diracE mem_set// memNset//= mule1 mule0 adde0. }
  apply: experiment_trials p_range => [i _|b]; first exact: heads.
  rewrite big_ord1. congr (bernoulli _ _). apply/seteqP; split=> w /= same.
  - exact: (same 0%N isT).
  - by case.
Qed.
End Coin.
