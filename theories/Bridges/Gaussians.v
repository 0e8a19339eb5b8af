(** * The normal distribution of Mathematical Components

    MathComp-Analysis has the normal distribution N(m, σ²) on the line, as a measure with a density ([normal_prob]), and products of measures.  The product of d normal distributions N(0, σ²) is [gaussian] as
    Spec/Smoothing.v has it, on all sets whose preimage is measurable, and so is the joint law of any d independent normal variables.  So what claims about smoothed classifiers suppose of the noise is true of
    the measure that one has in mind, countable sums included.

    Main definitions: [normal_space] (the product), [normal_vectors] (the probability on vectors), [joint_law].
    Main results: [normal_integral] (integrals with the density), [normal_shift] (the density of shifted noise), [normal_vectors_gaussian], [normal_coordinates_independent] and
    [normal_coordinates_exchangeable] (the product's coordinates), [normal_variables_gaussian].

    Trust: proved.  Beyond what the rest of this library rests on, these theorems need the axioms of MathComp-Analysis (audit/bridges.txt); nothing else here imports this file.
    Source: R. Affeldt and C. Cohen, Measure construction by extension in dependent type theory with application to integration, 2023 (MathComp-Analysis). *)
From Coq Require Import Reals Lra Lia.
From Warrant Require Import Spec.Probability Spec.Smoothing Primitives.Probability.ProductNoise Primitives.Probability.GaussianVectors Bridges.Measures Bridges.Independence.
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

(** ** Products *)

Section Pair.
Context d1 d2 (T1 : measurableType d1) (T2 : measurableType d2) (m1 : probability T1 reals) (m2 : probability T2 reals).
Definition pair_law : set (T1 * T2) -> \bar reals := (m1 \x m2)%E.
#[local, warnings="-redundant-canonical-projection"]
HB.instance Definition _ := Measure.on pair_law.
Local Lemma pair_setT : pair_law setT = 1.
Proof. rewrite /pair_law -setXTT product_measure1E//. transitivity (1 * 1 : \bar reals); last exact: mule1. congr (_ * _); exact: probability_setT. Qed.
#[local, warnings="-redundant-canonical-projection"]
HB.instance Definition _ := Measure_isProbability.Build _ _ _ pair_law pair_setT.
Definition pair_probability : probability (T1 * T2)%type reals := pair_law.
End Pair.

Section Space.
Variable sigma : R.
Hypothesis sigma_gt0 : Rlt 0 sigma.
Local Notation noise := (@normal_prob reals 0%R sigma).
Local Notation weight := (shift_weight sigma).

(** a probability space, and a random vector on it *)
Record space := Space {
  display : measure_display;
  points : measurableType display;
  law : probability points reals;
  coordinates : points -> vector
}.
(** one normal random number after the other, each in a factor of its own *)
Fixpoint normal_space (d : nat) : space :=
  match d with
  | O => Space (@dirac _ unit tt reals) (fun _ _ => IZR 0)
  | S d => let s := normal_space d in Space (pair_probability (law s) noise) (fun w => put d w.2 (coordinates w.1))
  end.

(** the coordinates are measurable, and where they are shifted by v, integrals are those with the density's factor *)
Definition shiftable (d : nat) (s : space) : Prop :=
  (forall i, measurable_fun setT (fun w : points s => coordinates w i : reals)) /\ (forall (w : points s) i, Peano.le d i -> coordinates w i = IZR 0) /\
  forall v : vector, exists moved : points s -> points s, measurable_fun setT moved /\ (forall w i, Peano.lt i d -> coordinates (moved w) i = Rplus (coordinates w i) (v i)) /\
    forall f : points s -> \bar reals, measurable_fun setT f -> (forall w, 0 <= f w) -> \int[law s]_w f (moved w) = \int[law s]_w (f w * (factor weight d v (coordinates w))%:E).

Local Lemma factor_measurable s n v : (forall i, measurable_fun setT (fun w : points s => coordinates w i : reals)) -> measurable_fun setT (fun w : points s => factor weight n v (coordinates w) : reals).
Proof.
  move=> each. elim: n => [|n IH] /=; first exact: measurable_cst. apply: (measurable_funM IH (g := fun w => weight (v n) (coordinates w n))).
  exact: (measurableT_comp (weight_measurable sigma (v n)) (each n)).
Qed.
Local Lemma side_measurable dT (T : measurableType dT) (Z : T -> vector) n v t : (forall i, (i < n)%N -> measurable_fun setT (fun w => Z w i : reals)) -> measurable [set w | Rle (inner n v (Z w)) t].
Proof.
  move=> each. have inner_measurable : measurable_fun setT (fun w => inner n v (Z w) : reals).
  { elim: n each => [|n IH] each /=; first exact: measurable_cst. apply: (measurable_funD (IH _) (g := fun w => Rmult (v n) (Z w n))) => [i less|]; first exact: each (ltnW less).
    exact: (measurable_funM (measurable_cst (v n : reals)) (each n (ltnSn n))). }
  rewrite (_ : [set w | _] = (fun w => inner n v (Z w) : reals) @^-1` [set` `]-oo, (t : reals)]%R]); last by apply/seteqP; split=> w /=; rewrite in_itv /= => /RleP.
  rewrite -[Y in measurable Y]setTI. exact: inner_measurable.
Qed.
Local Lemma factor_ge0 n v z : (0 <= factor weight n v z :> reals)%R.
Proof. apply/RleP. apply: ProductNoise.factor_ge0 => u s. left. exact: exp_pos. Qed.

Lemma normal_space_shiftable d : shiftable d (normal_space d).
Proof.
  elim: d => [|d [each [beyond shifts]]].
  - split; [by move=> i; exact: measurable_cst|split; [by []|]]. move=> v. exists id. split; [exact: measurable_id|split; [by move=> w i /Nat.nlt_0_r|]].
    by move=> f mf f_ge0; apply: eq_integral => w _; rewrite mule1.
  - split; [|split].
    + move=> i. rewrite /= /put. case: Nat.eqb; first exact: measurable_snd. exact: (measurableT_comp (each i) measurable_fst).
    + move=> w i le. rewrite /= /put. rewrite (proj2 (Nat.eqb_neq i d)); last lia. apply: beyond. lia.
    + move=> v. have [moved [moved_measurable [moved_coordinates moved_integral]]] := shifts v.
      exists (fun w => (moved w.1, (w.2 : reals) + v d)%R). split; [|split].
      * apply/prod_measurable_funP; split; first exact: (measurableT_comp moved_measurable measurable_fst).
        apply: measurable_funD; [exact: measurable_snd|exact: measurable_cst].
      * move=> w i less. rewrite /= /put. case: (Nat.eqb_spec i d) => [->|other] //. apply: moved_coordinates. lia.
      * move=> f mf f_ge0. change (\int[law (normal_space d) \x noise]_w f (moved w.1, (w.2 : reals) + v d)%R = \int[law (normal_space d) \x noise]_w (f w * (factor weight d.+1 v (put d w.2 (coordinates w.1)))%:E)).
        pose m := law (normal_space d). pose u : reals := v d.
        have mweight : measurable_fun setT (fun r : reals => (weight u r)%:E) by apply/measurable_EFinP; exact: weight_measurable.
        have weight_positive r : 0 <= (weight u r)%:E by rewrite lee_fin; exact: weight_ge0.
        have mfactor n w : measurable_fun setT (fun x : points (normal_space d) => (factor weight n w (coordinates x))%:E) by apply/measurable_EFinP; exact: factor_measurable.
        pose weighted (w : points (normal_space d) * reals) := f w * (weight u w.2)%:E.
        have mweighted : measurable_fun setT weighted by apply: emeasurable_funM => //; exact: (measurableT_comp mweight measurable_snd).
        have weighted_positive w : 0 <= weighted w by exact: mule_ge0.
        have slice x : measurable_fun setT (fun r : reals => f (x, r)) by exact: (measurableT_comp mf (measurable_pair1 x)).
        have step : measurable_fun setT (fun w : points (normal_space d) * reals => (moved w.1, (w.2 : reals) + v d)%R).
        { apply/prod_measurable_funP; split; first exact: (measurableT_comp moved_measurable measurable_fst). apply: measurable_funD; [exact: measurable_snd|exact: measurable_cst]. }
        have factors (w : points (normal_space d) * reals) : (factor weight d.+1 v (put d w.2 (coordinates w.1)))%:E = (factor weight d v (coordinates w.1))%:E * (weight u w.2)%:E by rewrite factor_put RmultE EFinM.
        have mfactors : measurable_fun setT (fun w : points (normal_space d) * reals => (factor weight d.+1 v (put d w.2 (coordinates w.1)))%:E).
        { rewrite (funext factors). apply: emeasurable_funM; [exact: (measurableT_comp (mfactor d v) measurable_fst)|exact: (measurableT_comp mweight measurable_snd)]. }
        rewrite (@fubini_tonelli1 _ _ _ _ reals m noise (fun w => f (moved w.1, (w.2 : reals) + v d)%R))//; last exact: (measurableT_comp mf step).
        rewrite (@fubini_tonelli1 _ _ _ _ reals m noise (fun w => f w * (factor weight d.+1 v (put d w.2 (coordinates w.1)))%:E))//; first last.
        { move=> w. apply: mule_ge0 => //. rewrite lee_fin. exact: factor_ge0. }
        { exact: emeasurable_funM. }
        transitivity (\int[m]_x fubini_F noise weighted (moved x)).
        { apply: eq_integral => x _. rewrite /fubini_F /=. exact: (normal_shift sigma_gt0 u (slice (moved x))). }
        rewrite (moved_integral (fubini_F noise weighted)); first last.
        { move=> x. apply: integral_ge0 => r _. exact: weighted_positive. }
        { exact: measurable_fun_fubini_tonelli_F. }
        apply: eq_integral => x _. rewrite /fubini_F -ge0_integralZr//; first last.
        { rewrite lee_fin. exact: factor_ge0. }
        { exact: (measurableT_comp mweighted (measurable_pair1 x)). }
        apply: eq_integral => r _. by rewrite (factors (x, r)) /weighted /= -!muleA (muleC (weight u r)%:E).
Qed.

(** ** The probability on vectors *)

(** that of a random variable's values *)
Definition carried Omega Omega' (S : Spec.Probability.probability Omega) (X : Omega -> Omega') : Spec.Probability.probability Omega' := {|
  event B := event S (fun w => B (X w));
  P B := P S (fun w => B (X w));
  event_same A B same := event_same _ S (fun w => A (X w)) (fun w => B (X w)) (fun w => same (X w));
  event_all := event_all _ S;
  event_not A := event_not _ S (fun w => A (X w));
  event_or A B := event_or _ S (fun w => A (X w)) (fun w => B (X w));
  P_same A B same := P_same _ S (fun w => A (X w)) (fun w => B (X w)) (fun w => same (X w));
  P_all := P_all _ S;
  P_ge0 A := P_ge0 _ S (fun w => A (X w));
  P_or A B is_A is_B apart := P_or _ S (fun w => A (X w)) (fun w => B (X w)) is_A is_B (fun w => apart (X w))
|}.
(** sets of vectors whose preimage in the product is measurable, with the product's measure *)
Definition normal_vectors (d : nat) : Spec.Probability.probability vector := carried (experiment (law (normal_space d))) (@coordinates (normal_space d)).

Theorem normal_vectors_gaussian d : gaussian (normal_vectors d) d sigma.
Proof.
  have [each [beyond shifts]] := normal_space_shiftable d. pose m := law (normal_space d). apply: gaussian_projections => //.
  - move=> v t _ _. apply: (side_measurable (Z := @coordinates (normal_space d))) => i _. exact: each.
  - move=> B v v_beyond is_B. have [moved [moved_measurable [moved_coordinates moved_integral]]] := shifts v.
    pose A : set (points (normal_space d)) := fun w => B (coordinates w). have mA : measurable A by exact: is_B.
    have same : (fun w : points (normal_space d) => B (plus (coordinates w) v)) = moved @^-1` A.
    { apply/funext => w. rewrite /A /preimage /mkset. congr B. apply/funext => i. rewrite /plus. have [less|le] := Nat.lt_ge_cases i d.
      - by rewrite moved_coordinates.
      - by rewrite !beyond// v_beyond// Rplus_0_r. }
    have mmoved : measurable (moved @^-1` A) by rewrite -[X in measurable X]setTI; exact: moved_measurable.
    split; first by change (measurable (fun w : points (normal_space d) => B (plus (coordinates w) v))); rewrite same.
    move=> t ratio. change (P (normal_vectors d) B) with (fine (m A)). change (P (normal_vectors d) (fun z => B (plus z v))) with (fine (m (fun w => B (plus (coordinates w) v)))). rewrite same.
    have mA_indicator : measurable_fun setT (fun w => (\1_A w : reals)%:E) by apply/measurable_EFinP; exact: measurable_indic.
    have A_positive w : 0 <= (\1_A w : reals)%:E by rewrite lee_fin.
    have mfactor : measurable_fun setT (fun w : points (normal_space d) => (factor weight d v (coordinates w))%:E) by apply/measurable_EFinP; exact: factor_measurable.
    have factor_positive w : 0 <= (factor weight d v (coordinates w))%:E by rewrite lee_fin; exact: factor_ge0.
    have value : m (moved @^-1` A) = \int[m]_w ((\1_A w)%:E * (factor weight d v (coordinates w))%:E).
    { rewrite -(moved_integral _ mA_indicator A_positive). transitivity (\int[m]_w (\1_(moved @^-1` A) w : reals)%:E); [by rewrite integral_indic// setIT|by apply: eq_integral]. }
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

(** ** Independent normal variables *)

Lemma normal_boxes d (C : nat -> set reals) : (forall i, measurable (C i)) ->
  law (normal_space d) [set w | forall i, (i < d)%N -> C i (coordinates w i)] = \prod_(i < d) noise (C i).
Proof.
  move=> mC. elim: d => [|d IH].
  - rewrite big_ord0. rewrite (_ : [set w | _] = setT); first exact: probability_setT. by apply/seteqP; split.
  - rewrite big_ord_recr /= -IH. have [each _] := normal_space_shiftable d.
    rewrite (_ : [set w | _] = [set w : points (normal_space d) | forall i, (i < d)%N -> C i (coordinates w i)] `*` C d); last first.
    { apply/seteqP; split=> w /=.
      - move=> within. split; last by have := within d (ltnSn d); rewrite put_here. move=> i less. have := within i (ltnW less). rewrite put_other//. exact/ssrnat.ltP.
      - move=> [before last] i less. rewrite /put. case: (Nat.eqb_spec i d) => [->//|other]. apply: before. by rewrite ltn_neqAle -ltnS less andbT; apply/eqP. }
    apply: product_measure1E; last exact: mC.
    rewrite (_ : [set w | _] = \bigcap_(i in `I_d) [set w : points (normal_space d) | C i (coordinates w i)]); last by apply/seteqP; split=> w /= within i less; exact: within.
    apply: bigcap_measurableType => i less. rewrite -[Y in measurable Y]setTI. exact: (each i measurableT (C i) (mC i)).
Qed.
Lemma normal_coordinate d i (C : set reals) : (i < d)%N -> measurable C -> law (normal_space d) [set w | C (coordinates w i)] = noise C.
Proof.
  move=> less mC. pose D j := if j == i then C else setT. have mD j : measurable (D j) by rewrite /D; case: eqP.
  transitivity (law (normal_space d) [set w | forall j, (j < d)%N -> D j (coordinates w j)]).
  - congr (law _ _). apply/seteqP; split=> w /=; first by move=> in_C j _; rewrite /D; case: eqP => // ->. by move=> /(_ i less); rewrite /D eqxx.
  - rewrite normal_boxes// (bigD1 (Ordinal less))//= big1 ?mule1; first by rewrite /D eqxx.
    move=> j other. rewrite /D. have -> : (nat_of_ord j == i) = false by apply/negbTE; move: other; apply: contra => /eqP same; exact/eqP/val_inj. exact: probability_setT.
Qed.
(** the coordinates of the product are independent variables with one law, and so exchangeable; and the law has no atoms *)
Theorem normal_coordinates_independent d : independent_variables (law (normal_space d)) d (fun i w => coordinates w i).
Proof. move=> C mC. rewrite normal_boxes//. apply: eq_bigr => i _. by rewrite normal_coordinate. Qed.
Theorem normal_coordinates_exchangeable n : let S := experiment (law (normal_space n.+1)) in let score := @coordinates (normal_space n.+1) in
  Spec.Conformal.exchangeable S n score /\ Spec.Conformal.distinct S n score.
Proof.
  have measurable_coordinates i : (i < n.+1)%N -> measurable_fun setT (fun w : points (normal_space n.+1) => coordinates w i : reals) by move=> _; exact: (normal_space_shiftable n.+1).1.
  have one_law : same_law (law (normal_space n.+1)) n.+1 (fun i w => coordinates w i) by move=> i C less mC; rewrite !normal_coordinate.
  split; [apply: (variables_exchangeable measurable_coordinates)|apply: (variables_distinct measurable_coordinates)] => //; try exact: normal_coordinates_independent.
  move=> x. change (law (normal_space n.+1) [set w | [set (x : reals)] (coordinates w 0%N)] = 0). rewrite normal_coordinate//.
  apply: (normal_prob_dominates (R := reals)) => //. exact: lebesgue_measure_set1.
Qed.

Section Variables.
Context d0 (T : measurableType d0) (m : probability T reals) (d : nat) (X : nat -> T -> reals).
Hypothesis X_measurable : forall i, (i < d)%N -> measurable_fun setT (X i).
Hypothesis X_independent : independent_variables m d X.
Hypothesis X_normal : forall i C, (i < d)%N -> measurable C -> m [set w | C (X i w)] = noise C.

Definition values (w : T) : vectors d := fun i => X i w.
Local Lemma values_measurable : measurable_fun setT values.
Proof. exact: vectors_measurable. Qed.
Definition joint_law : probability (vectors d) reals := law_of m values_measurable.

(** independent normal variables, with the joint law's measurable sets of vectors as events *)
Theorem normal_variables_gaussian : gaussian (experiment joint_law) d sigma.
Proof.
  have [each _] := normal_space_shiftable d. pose Y : points (normal_space d) -> vectors d := @coordinates (normal_space d). have mY : measurable_fun setT Y by exact: vectors_measurable.
  have same (B : set (vectors d)) : measurable B -> measurable (Y @^-1` B) /\ m (values @^-1` B) = law (normal_space d) (Y @^-1` B).
  { move=> mB. split; first by rewrite -[X in measurable X]setTI; exact: mY. apply: (@same_boxes d) => // C mC.
    change (m [set w | forall i, (i < d)%N -> C i (X i w)] = law (normal_space d) [set w | forall i, (i < d)%N -> C i (coordinates w i)]).
    rewrite X_independent// normal_boxes//. by apply: eq_bigr => i _; rewrite X_normal. }
  have [_ [lines shifts]] := normal_vectors_gaussian d. split; [exact: sigma_gt0|split].
  - move=> v t v_beyond long. have is_line : measurable ([set z | Rle (inner d v z) t] : set (vectors d)).
    { apply: (side_measurable (Z := fun z : vectors d => z)) => i less. exact: (coordinate_measurable less). }
    split; first exact: is_line. have [_ <-] := lines v t v_beyond long. congr fine. exact: (same _ is_line).2.
  - move=> B v v_beyond is_B. have is_moved : measurable ((fun z => B (plus z v)) : set (vectors d)).
    { have moves : measurable_fun setT (fun z : vectors d => plus z v : vectors d).
      { apply: vectors_measurable => i less. exact: (measurable_funD (coordinate_measurable less) (measurable_cst (v i : reals))). }
      rewrite -[Y in measurable Y]setTI. exact: (moves measurableT B is_B). }
    split; first exact: is_moved. move=> t ratio. have [_ rates] := shifts B v v_beyond (same B is_B).1. have := rates t. 
    have -> : P (normal_vectors d) B = fine (m (values @^-1` B)) by rewrite (same B is_B).2.
    have -> : P (normal_vectors d) (fun z => B (plus z v)) = fine (m (values @^-1` (fun z => B (plus z v)))) by rewrite (same _ is_moved).2.
    exact.
Qed.
End Variables.
End Space.
