(** * The normal distribution of Mathematical Components

    MathComp-Analysis has the normal distribution N(m, σ²) on the line, as a measure with a density ([normal_prob]), and products of measures.  The product of d normal distributions N(0, σ²) is [gaussian] as
    Spec/Smoothing.v has it, on all sets whose preimage is measurable.  So what claims about smoothed classifiers suppose of the noise is true of the measure that one has in mind, countable sums included.

    Main definitions: [normal_space] (the product), [normal_vectors] (the probability on vectors).
    Main results: [normal_integral] (integrals with the density), [normal_shift] (the density of shifted noise), [normal_vectors_gaussian].

    Trust: proved.  Beyond what the rest of this library rests on, these theorems need the axioms of MathComp-Analysis (audit/bridges.txt); nothing else here imports this file.
    Source: R. Affeldt and C. Cohen, Measure construction by extension in dependent type theory with application to integration, 2023 (MathComp-Analysis). *)
From Coq Require Import Reals Lra Lia.
From Warrant Require Import Spec.Probability Spec.Smoothing Primitives.Probability.ProductNoise Primitives.Probability.GaussianVectors Bridges.Measures.
#[warnings="-notation-overridden,-overwriting-delimiting-key,-ambiguous-paths,-notation-incompatible-prefix"]
From mathcomp Require Import ssreflect ssrfun ssrbool eqtype ssrnat seq choice fintype bigop ssralg ssrnum order interval interval_inference
  boolp classical_sets mathcomp_extra functions cardinality
  reals ereal Rstruct sequences exp measure lebesgue_stieltjes_measure lebesgue_measure numfun lebesgue_integral measurable_realfun charge probability.
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

Section Shift.
Variable u : R.
Let borel : measurableType _ := g_sigma_algebraType reals.-ocitv.-measurable.
Let moved (x : borel) : borel := ((x : reals) + u)%R.
Local Lemma moved_measurable : measurable_fun setT moved.
Proof. exact: (@measurable_funD _ reals reals setT id (cst u)). Qed.
Local Lemma lebesgue_moved A : measurable A -> pushforward lebesgue moved_measurable A = lebesgue A.
Proof.
  move=> mA; symmetry.
  apply: (@lebesgue_stieltjes_measure_unique reals idfun (pushforward lebesgue moved_measurable) _ A mA) => _ [[a b] _ <-].
  change (lebesgue [set` `]a, b]%R] = lebesgue (moved @^-1` [set` `]a, b]%R])).
  rewrite (_ : moved @^-1` _ = [set` `](a - u)%R, (b - u)%R]%R]); last first.
  { by apply/seteqP; split=> x /=; rewrite !in_itv /= /moved ltrBlDr lerBrDr. }
  rewrite !lebesgue_measure_itv /= !lte_fin ltrD2r. case: ifP => // _. rewrite -!EFinB. congr (_%:E).
  by rewrite opprB addrA subrK.
Qed.
Lemma lebesgue_shift (f : reals -> \bar reals) : measurable_fun setT f -> (forall x, 0 <= f x) -> \int[lebesgue]_x f (x + u)%R = \int[lebesgue]_x f x.
Proof.
  move=> mf f_ge0. transitivity (\int[pushforward lebesgue moved_measurable]_x f x); first by rewrite ge0_integral_pushforward.
  refine (@eq_measure_integral _ _ reals setT lebesgue (pushforward lebesgue moved_measurable) f _) => A mA _. exact: lebesgue_moved.
Qed.
End Shift.

(** an integral with the normal distribution is one with its density *)
Theorem normal_integral m s (f : reals -> \bar reals) : measurable_fun setT f -> (forall x, 0 <= f x) -> \int[normal_prob m s]_x f x = \int[lebesgue]_x (f x * (normal_pdf m s x)%:E).
Proof.
  move=> mf f_ge0. have dominated := @normal_prob_dominates reals m s. have integrable := Radon_Nikodym_SigmaFinite.f_integrable dominated.
  have mpdf : measurable_fun setT (EFin \o normal_pdf m s) by apply/measurable_EFinP; exact: measurable_normal_pdf.
  rewrite -(Radon_Nikodym_SigmaFinite.change_of_variables dominated f_ge0 measurableT mf). apply: ge0_ae_eq_integral => //.
  - apply: emeasurable_funM => //. exact: measurable_int integrable.
  - exact: emeasurable_funM.
  - move=> x _. apply: mule_ge0 => //. exact: Radon_Nikodym_SigmaFinite.f_ge0.
  - move=> x _. apply: mule_ge0 => //. by rewrite lee_fin normal_pdf_ge0.
  - apply: ae_eq_mul2l. apply: integral_ae_eq => //. move=> E _ mE. by rewrite -Radon_Nikodym_SigmaFinite.f_integral.
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
