(** * The normal distribution of Mathematical Components

    MathComp-Analysis has the normal distribution N(m, σ²) on the line, as a measure with a density ([normal_prob]), and products of measures.  The product of d normal distributions N(0, σ²) is [gaussian] as
    Spec/Smoothing.v has it, on all sets whose preimage is measurable, and so is the joint law of any d independent normal variables.  So what claims about smoothed classifiers suppose of the noise is true of
    the measure that one has in mind, countable sums included.

    Main definitions: [normal_space] (the product), [normal_vectors] (the probability on vectors).
    Main results: [normal_integral] (integrals with the density), [normal_shift] (the density of shifted noise), [normal_vectors_gaussian], [normal_variables_gaussian],
    [normal_coordinates_exchangeable] (the product's coordinates).

    Trust: proved.  Beyond what the rest of this library rests on, these theorems need the axioms of MathComp-Analysis (audit/bridges.txt); nothing else here imports this file.
    Source: R. Affeldt and C. Cohen, Measure construction by extension in dependent type theory with application to integration, 2023 (MathComp-Analysis). *)
From Coq Require Import Reals Lra Lia.
From Warrant Require Import Spec.Probability Spec.Smoothing Primitives.Probability.ProductNoise Primitives.Probability.GaussianVectors Bridges.Measures Bridges.Independence Bridges.Products.
#[warnings="-notation-overridden,-overwriting-delimiting-key,-ambiguous-paths,-notation-incompatible-prefix"]
From mathcomp Require Import ssreflect ssrfun ssrbool eqtype ssrnat seq choice fintype bigop ssralg ssrnum order interval interval_inference
  boolp classical_sets mathcomp_extra functions cardinality
  reals ereal Rstruct sequences exp measure lebesgue_measure numfun lebesgue_integral measurable_realfun probability.
From HB Require Import structures.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.

(** ** The exponential function *)

Section Exponential.
Local Open Scope R_scope.
Lemma bernoulli n (a : R) : 0 <= a <= 1 -> 1 - INR n * a <= (1 - a) ^ n.
Proof.
  move=> range. elim: n => [|n IH]; first by rewrite /=; lra.
  rewrite S_INR -tech_pow_Rmult. have := pos_INR n => n_ge0. have : 0 <= INR n * a * a by apply: Rmult_le_pos; [apply: Rmult_le_pos; lra|lra].
  have : (1 - a) * (1 - INR n * a) <= (1 - a) * (1 - a) ^ n by apply: Rmult_le_compat_l; lra. lra.
Qed.
(** the exponential is the only function that turns sums into products and is at least 1 + x *)
Lemma exponential_unique (f : R -> R) : (forall x y, f (x + y) = f x * f y) -> (forall x, 1 + x <= f x) -> forall x, f x = Rtrigo_def.exp x.
Proof.
  move=> sum above. pose h x := f x * Rtrigo_def.exp (- x).
  have h_sum x y : h (x + y) = h x * h y by rewrite /h sum Ropp_plus_distr exp_plus; ring.
  have h_zero : h 0 = 1.
  { have one : f 0 = 1; last by rewrite /h one Ropp_0 exp_0; ring. have := sum 0 0. have := above 0. rewrite Rplus_0_l => ge1 square. nra. }
  have near x : -1 <= x <= 1 -> 1 - x * x <= h x.
  { move=> range. rewrite /h. have := above x. have := exp_ineq1_le (- x). have := exp_pos (- x). nra. }
  have power n x : h (INR n * x) = h x ^ n.
  { elim: n => [|n IH]; first by rewrite Rmult_0_l h_zero. by rewrite S_INR Rmult_plus_distr_r Rmult_1_l Rplus_comm h_sum IH. }
  have ge1 x : 1 <= h x.
  { apply: le_epsilon => eps eps_gt0. have [n large] := INR_unbounded (Rmax (x * x / eps) (1 + Rabs x)).
    have := Rmax_l (x * x / eps) (1 + Rabs x). have := Rmax_r (x * x / eps) (1 + Rabs x). have x_ge0 := Rabs_pos x => n_large n_large'. have n_gt0 : 0 < INR n by lra.
    have inverse := Rinv_0_lt_compat _ n_gt0. pose y := x / INR n. have whole : INR n * y = x by rewrite /y; field; lra.
    have y_small : Rabs y <= 1.
    { rewrite /y /Rdiv Rabs_mult (Rabs_pos_eq (/ INR n)); last lra. apply: (Rmult_le_reg_r (INR n)) => //. rewrite Rmult_assoc Rinv_l; lra. }
    have range : -1 <= y <= 1. { have := Rle_abs y. have := Rle_abs (- y). rewrite Rabs_Ropp. lra. }
    have square : 0 <= y * y <= 1 by nra.
    rewrite -whole power. have : INR n * (y * y) <= eps.
    { rewrite -Rmult_assoc whole /y. replace (x * (x / INR n)) with (x * x / INR n); last by field; lra. apply: (Rmult_le_reg_r (INR n)) => //.
      replace (x * x / INR n * INR n) with (eps * (x * x / eps)); last by field; lra. apply: Rmult_le_compat_l; lra. }
    have := bernoulli n square. have : (1 - y * y) ^ n <= h y ^ n by apply: pow_incr; have := near y range; lra. lra. }
  move=> x. have one : h x = 1.
  { have := ge1 x. have := ge1 (- x). have := h_sum x (- x). rewrite Rplus_opp_r h_zero => product ge ge'. nra. }
  have := exp_pos x. have := exp_pos (- x). move: one. rewrite /h exp_Ropp => one positive positive'. apply: (Rmult_eq_reg_r (/ Rtrigo_def.exp x)); last lra. rewrite one Rinv_r; lra.
Qed.
End Exponential.

Local Open Scope classical_set_scope.
Local Open Scope ring_scope.
Local Open Scope ereal_scope.

(** the reals of the standard library, as MathComp sees them *)
Local Notation reals := (R : realType).

Lemma expR_exp (x : R) : expR (x : reals) = Rtrigo_def.exp x.
Proof.
  apply: exponential_unique x => [x y|x]; first by rewrite RplusE expRD RmultE.
  apply/RleP. exact: (expR_ge1Dx (x : reals)).
Qed.

(** ** The line *)

Section Line.
Local Notation lebesgue := (@lebesgue_measure reals).

(** an integral with the normal distribution is one with its density *)
Theorem normal_integral m s (f : reals -> \bar reals) : measurable_fun setT f -> (forall x, 0 <= f x) -> \int[normal_prob m s]_x f x = \int[lebesgue]_x (f x * (normal_pdf m s x)%:E).
Proof.
  move=> mf f_ge0. apply: (density_integral (nu := normal_prob m s) (density := normal_pdf m s)) => //.
  - exact: measurable_normal_pdf.
  - exact: normal_pdf_ge0.
  - exact: normal_prob_dominates.
Qed.

Variable sigma : R.
Hypothesis sigma_gt0 : Rlt 0 sigma.
Local Notation noise := (@normal_prob reals 0%R sigma).
Local Notation weight := (shift_weight sigma).

Local Lemma sigma_nonzero : sigma != 0%R :> reals.
Proof. apply/eqP => zero. move: sigma_gt0. rewrite zero. exact: Rlt_irrefl. Qed.
Lemma weight_measurable u : measurable_fun setT (weight u : reals -> reals).
Proof.
  rewrite (_ : weight u = (fun s : reals => expR (((u : reals) * s - u * u / 2%:R) / (sigma * sigma))%R)); last by apply/funext => s; rewrite expR_exp.
  apply: measurableT_comp => //. apply: measurable_funM => //. exact: measurable_funB.
Qed.
Lemma weight_ge0 u s : (0 <= weight u s :> reals)%R.
Proof. apply/RleP. left. exact: exp_pos. Qed.
Lemma normal_pdf_shift u x : normal_pdf (0 : reals) sigma (x - u)%R = (weight u x * normal_pdf (0 : reals) sigma x)%R.
Proof.
  rewrite /normal_pdf (negbTE sigma_nonzero) !subr0 mulrCA. congr (_ * _)%R. rewrite /shift_weight -expR_exp -expRD. congr expR.
  rewrite !expr2 !mulr2n.
  have equal : Rdiv (Ropp (Rmult (Rminus x u) (Rminus x u))) (Rplus (Rmult sigma sigma) (Rmult sigma sigma)) =
    Rplus (Rdiv (Rminus (Rmult u x) (Rdiv (Rmult u u) 2)) (Rmult sigma sigma)) (Rdiv (Ropp (Rmult x x)) (Rplus (Rmult sigma sigma) (Rmult sigma sigma))) by field; repeat split; nra.
  exact: equal.
Qed.
(** where it is shifted by u, its density is multiplied by exp((u x - u²/2)/σ²) *)
Theorem normal_shift u (f : reals -> \bar reals) : measurable_fun setT f -> (forall x, 0 <= f x) -> \int[noise]_x f (x + u)%R = \int[noise]_x (f x * (weight u x)%:E).
Proof.
  move=> mf f_ge0. have mmoved : measurable_fun setT (fun x : reals => f (x + u)%R) by apply: measurableT_comp => //; exact: measurable_funD.
  have mweight : measurable_fun setT (fun x : reals => (weight u x)%:E) by apply/measurable_EFinP; exact: weight_measurable.
  have mpdf : measurable_fun setT (EFin \o normal_pdf (0 : reals) sigma) by apply/measurable_EFinP; exact: measurable_normal_pdf.
  have positive x : 0 <= f x * (weight u x)%:E by apply: mule_ge0 => //; rewrite lee_fin weight_ge0.
  rewrite !normal_integral//; last exact: emeasurable_funM.
  rewrite -(lebesgue_shift u (f := fun x => f x * (weight u x)%:E * (normal_pdf (0 : reals) sigma x)%:E)).
  - apply: eq_integral => x _. have := normal_pdf_shift u (x + u)%R. rewrite addrK => ->. by rewrite EFinM muleA.
  - apply: emeasurable_funM => //. exact: emeasurable_funM.
  - move=> x. apply: mule_ge0 => //. by rewrite lee_fin normal_pdf_ge0.
Qed.
End Line.


(** ** Vectors *)

Section Vectors.
Variable sigma : R.
Hypothesis sigma_gt0 : Rlt 0 sigma.
Local Notation noise := (@normal_prob reals 0%R sigma : probability (measurableTypeR reals) reals).
Local Notation weight := (shift_weight sigma).

Definition normal_space (d : nat) : space := product_space noise d.
(** sets of vectors whose preimage in the product is measurable, with the product's measure *)
Definition normal_vectors (d : nat) : Spec.Probability.probability vector := carried (experiment (law (normal_space d))) (@coordinates (normal_space d)).

Lemma normal_line : noise_shifts noise weight (fun _ _ => True).
Proof. move=> u f mf f_ge0 _. exact: normal_shift. Qed.
Theorem normal_vectors_gaussian d : gaussian (normal_vectors d) d sigma.
Proof.
  pose m := law (normal_space d). apply: gaussian_projections => //.
  - move=> v t _ _. apply: (side_measurable (Z := @coordinates (normal_space d))) => i _. exact: coordinates_measurable.
  - move=> B v v_beyond is_B. pose A : set (points (normal_space d)) := [set w | B (coordinates w)]. have mA : measurable A by exact: is_B.
    split; first exact: (shifted_measurable v_beyond mA).
    move=> t ratio. change (P (normal_vectors d) B) with (fine (m A)). change (P (normal_vectors d) (fun z => B (plus z v))) with (fine (m [set w | B (plus (coordinates w) v)])).
    have mA_indicator : measurable_fun setT (fun w => (\1_A w : reals)%:E) by apply/measurable_EFinP; exact: measurable_indic.
    have A_positive w : 0 <= (\1_A w : reals)%:E by rewrite lee_fin.
    have mfactor : measurable_fun setT (fun w : points (normal_space d) => (factor weight d v (coordinates w))%:E) by apply/measurable_EFinP; apply: (factor_measurable (weight_measurable sigma)) => i; exact: coordinates_measurable.
    have factors_positive w : 0 <= (factor weight d v (coordinates w))%:E by apply: factor_positive => u s; left; exact: exp_pos.
    have value : m [set w | B (plus (coordinates w) v)] = \int[m]_w ((\1_A w)%:E * (factor weight d v (coordinates w))%:E).
    { apply: (product_shift (weight_measurable sigma) _ normal_line v_beyond mA) => //. move=> u s. left. exact: exp_pos. }
    have mmoved := shifted_measurable v_beyond mA.
    have ratio_positive : 0 <= (ratio : reals)%:E by rewrite lee_fin; apply/RleP; left; exact: exp_pos.
    have scaled : (ratio : reals)%:E * m A = \int[m]_w ((\1_A w)%:E * (ratio : reals)%:E) by rewrite ge0_integralZr// integral_indic// setIT muleC.
    have whole C : measurable C -> (fine (m C))%:E = m C by move=> mC; rewrite fineK// fin_num_measure.
    have order x y : Rle x y -> (x%:E <= y%:E :> \bar reals) by move=> /RleP; rewrite lee_fin.
    have inverse := Rinv_0_lt_compat (Rmult sigma sigma) (Rmult_lt_0_compat _ _ sigma_gt0 sigma_gt0).
    split=> side; apply/RleP; rewrite -lee_fin RmultE EFinM !whole// value scaled; apply: ge0_le_integral => //.
    + move=> w _. exact: mule_ge0.
    + exact: emeasurable_funM.
    + move=> w _. exact: mule_ge0.
    + exact: emeasurable_funM.
    + move=> w _. rewrite indicE. case: (boolP (w \in A)) => [/set_mem here|_]; last by rewrite !mul0e. rewrite !mul1e. apply: order. rewrite factor_exponential//. apply: exp_le. apply: Rmult_le_compat_r; first lra.
      have := side _ here. lra.
    + move=> w _. exact: mule_ge0.
    + exact: emeasurable_funM.
    + move=> w _. exact: mule_ge0.
    + exact: emeasurable_funM.
    + move=> w _. rewrite indicE. case: (boolP (w \in A)) => [/set_mem here|_]; last by rewrite !mul0e. rewrite !mul1e. apply: order. rewrite factor_exponential//. apply: exp_le. apply: Rmult_le_compat_r; first lra.
      have := side _ here. lra.
Qed.

(** the coordinates of the product are exchangeable, and almost surely distinct *)
Theorem normal_coordinates_exchangeable n : let S := experiment (law (normal_space n.+1)) in let score := @coordinates (normal_space n.+1) in
  Spec.Conformal.exchangeable S n score /\ Spec.Conformal.distinct S n score.
Proof.
  have measurable_coordinates i : (i < n.+1)%N -> measurable_fun setT (fun w : points (normal_space n.+1) => coordinates w i : reals) by move=> _; exact: coordinates_measurable.
  have one_law : same_law (law (normal_space n.+1)) n.+1 (fun i w => coordinates w i) by move=> i C less mC; rewrite !product_coordinate.
  split; [apply: (variables_exchangeable measurable_coordinates)|apply: (variables_distinct measurable_coordinates)] => //; try exact: product_coordinates_independent.
  move=> x. change (law (normal_space n.+1) [set w | [set (x : reals)] (coordinates w 0%N)] = 0). rewrite product_coordinate//.
  apply: (normal_prob_dominates (R := reals)) => //. exact: lebesgue_measure_set1.
Qed.

Section Variables.
Context d0 (T : measurableType d0) (m : probability T reals) (d : nat) (X : nat -> T -> reals).
Hypothesis X_measurable : forall i, (i < d)%N -> measurable_fun setT (X i).
Hypothesis X_independent : independent_variables m d X.
Hypothesis X_normal : forall i C, (i < d)%N -> measurable C -> m [set w | C (X i w)] = noise C.

(** independent normal variables, with the joint law's measurable sets of vectors as events *)
Theorem normal_variables_gaussian : gaussian (experiment (joint_law m X_measurable)) d sigma.
Proof.
  have same := variables_product (noise := noise) X_measurable X_independent X_normal.
  have [_ [lines shifts]] := normal_vectors_gaussian d. split; [exact: sigma_gt0|split].
  - move=> v t v_beyond long. have is_line : measurable ([set z | Rle (inner d v z) t] : set (vectors d)).
    { apply: (side_measurable (Z := fun z : vectors d => z)) => i less. exact: (coordinate_measurable less). }
    split; first exact: is_line. have [_ <-] := lines v t v_beyond long. congr fine. exact: (same _ is_line).2.
  - move=> B v v_beyond is_B. have is_moved := moved_vectors_measurable v is_B.
    split; first exact: is_moved. move=> t ratio. have [_ rates] := shifts B v v_beyond (same B is_B).1. have := rates t.
    have -> : P (normal_vectors d) B = fine (joint_law m X_measurable B) by rewrite (same B is_B).2.
    have -> : P (normal_vectors d) (fun z => B (plus z v)) = fine (joint_law m X_measurable (fun z => B (plus z v))) by rewrite (same _ is_moved).2.
    exact.
Qed.
End Variables.
End Vectors.
