(** * Products of measures of Mathematical Components

    The product of d copies of a measure on the line, made one factor after the other, and its coordinates, which are independent random variables.  Where they are shifted by v, integrals are those with the
    factor by which the density is multiplied, coordinate by coordinate, if that is so on the line.

    Main definitions: [product_space] (the product), [joint_law] (that of several random variables).
    Main results: [lebesgue_shift], [density_integral], [product_shift] (shifts), [product_boxes] and [product_coordinates_independent], [variables_product] (the joint law of independent variables is the product).

    Trust: proved.  Beyond what the rest of this library rests on, these theorems need the axioms of MathComp-Analysis (audit/bridges.txt); nothing else here imports this file.
    Source: R. Affeldt and C. Cohen, Measure construction by extension in dependent type theory with application to integration, 2023 (MathComp-Analysis). *)
From Coq Require Import Reals Lra Lia.
From Warrant Require Import Spec.Probability Spec.Smoothing Primitives.Probability.ProductNoise Bridges.Measures Bridges.Independence.
#[warnings="-notation-overridden,-overwriting-delimiting-key,-ambiguous-paths,-notation-incompatible-prefix"]
From mathcomp Require Import ssreflect ssrfun ssrbool eqtype ssrnat seq choice fintype bigop ssralg ssrnum order interval interval_inference
  boolp classical_sets mathcomp_extra functions cardinality
  reals ereal Rstruct measure lebesgue_stieltjes_measure lebesgue_measure numfun lebesgue_integral measurable_realfun charge probability.
From HB Require Import structures.
Import GRing.Theory Num.Theory Order.TTheory.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.
Local Open Scope ereal_scope.

(** the reals of the standard library, as MathComp sees them *)
Local Notation reals := (R : realType).

(** ** The line *)

Section Line.
Local Notation lebesgue := (@lebesgue_measure reals).

Section Shift.
Variable u : R.
Let borel : measurableType _ := g_sigma_algebraType reals.-ocitv.-measurable.
Let moved (x : borel) : borel := ((x : reals) + u)%R.
Local Lemma translated_measurable : measurable_fun setT moved.
Proof. exact: (@measurable_funD _ reals reals setT id (cst u)). Qed.
Local Lemma lebesgue_translated A : measurable A -> pushforward lebesgue translated_measurable A = lebesgue A.
Proof.
  move=> mA; symmetry.
  apply: (@lebesgue_stieltjes_measure_unique reals idfun (pushforward lebesgue translated_measurable) _ A mA) => _ [[a b] _ <-].
  change (lebesgue [set` `]a, b]%R] = lebesgue (moved @^-1` [set` `]a, b]%R])).
  rewrite (_ : moved @^-1` _ = [set` `](a - u)%R, (b - u)%R]%R]); last first.
  { by apply/seteqP; split=> x /=; rewrite !in_itv /= /moved ltrBlDr lerBrDr. }
  rewrite !lebesgue_measure_itv /= !lte_fin ltrD2r. case: ifP => // _. rewrite -!EFinB. congr (_%:E).
  by rewrite opprB addrA subrK.
Qed.
Theorem lebesgue_shift (f : reals -> \bar reals) : measurable_fun setT f -> (forall x, 0 <= f x) -> \int[lebesgue]_x f (x + u)%R = \int[lebesgue]_x f x.
Proof.
  move=> mf f_ge0. transitivity (\int[pushforward lebesgue translated_measurable]_x f x); first by rewrite ge0_integral_pushforward.
  refine (@eq_measure_integral _ _ reals setT lebesgue (pushforward lebesgue translated_measurable) f _) => A mA _. exact: lebesgue_translated.
Qed.
End Shift.

(** an integral with a law that has a density *)
Theorem density_integral (nu : probability (measurableTypeR reals) reals) (density : reals -> reals) (f : reals -> \bar reals) :
  measurable_fun setT density -> (forall x, (0 <= density x)%R) -> nu `<< lebesgue -> (forall A, measurable A -> nu A = \int[lebesgue]_(x in A) (density x)%:E) ->
  measurable_fun setT f -> (forall x, 0 <= f x) -> \int[nu]_x f x = \int[lebesgue]_x (f x * (density x)%:E).
Proof.
  move=> mdensity density_ge0 dominated value mf f_ge0. have integrable := Radon_Nikodym_SigmaFinite.f_integrable dominated.
  have mpdf : measurable_fun setT (EFin \o density) by exact/measurable_EFinP.
  rewrite -(Radon_Nikodym_SigmaFinite.change_of_variables dominated f_ge0 measurableT mf). apply: ge0_ae_eq_integral => //.
  - apply: emeasurable_funM => //. exact: measurable_int integrable.
  - exact: emeasurable_funM.
  - move=> x _. apply: mule_ge0 => //. exact: Radon_Nikodym_SigmaFinite.f_ge0.
  - by move=> x _; apply: mule_ge0 => //; rewrite lee_fin.
  - apply: ae_eq_mul2l. apply: integral_ae_eq => //. move=> E _ mE. transitivity (nu E); [symmetry; exact: Radon_Nikodym_SigmaFinite.f_integral|exact: value].
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
Variable noise : probability (measurableTypeR reals) reals.

(** a probability space, and a random vector on it *)
Record space := Space {
  display : measure_display;
  points : measurableType display;
  law : probability points reals;
  coordinates : points -> vector
}.
(** one random number after the other, each in a factor of its own *)
Fixpoint product_space (d : nat) : space :=
  match d with
  | O => Space (@dirac _ unit tt reals) (fun _ _ => IZR 0)
  | S d => let s := product_space d in Space (pair_probability (law s) noise) (fun w => put d w.2 (coordinates w.1))
  end.

Fixpoint moved (d : nat) (v : vector) : points (product_space d) -> points (product_space d) :=
  match d with O => fun w => w | S d => fun w => (moved v w.1, (w.2 : reals) + (v d : reals))%R end.
Lemma coordinates_measurable d i : measurable_fun setT (fun w : points (product_space d) => coordinates w i : reals).
Proof.
  elim: d => [|d IH]; first exact: measurable_cst. rewrite /= /put. case: Nat.eqb; first exact: measurable_snd. exact: (measurableT_comp IH measurable_fst).
Qed.
Lemma coordinates_beyond d (w : points (product_space d)) i : Peano.le d i -> coordinates w i = IZR 0.
Proof. elim: d w => [//|d IH] w le. rewrite /= /put. rewrite (proj2 (Nat.eqb_neq i d)); last lia. apply: IH. lia. Qed.
Lemma moved_measurable d v : measurable_fun setT (moved (d := d) v).
Proof.
  elim: d => [|d IH]; first exact: measurable_id. apply/prod_measurable_funP; split; first exact: (measurableT_comp IH measurable_fst).
  apply: measurable_funD; [exact: measurable_snd|exact: measurable_cst].
Qed.
Lemma moved_coordinates d v (w : points (product_space d)) : supported d v -> coordinates (moved v w) = plus (coordinates w) v.
Proof.
  move=> v_beyond. apply/funext => i. have [less|le] := Nat.lt_ge_cases i d; last by rewrite /plus !coordinates_beyond// v_beyond// Rplus_0_r.
  clear v_beyond. elim: d w less => [w /Nat.nlt_0_r//|d IH] w less. rewrite /= /plus /put. case: (Nat.eqb_spec i d) => [->//|other]. rewrite IH; first by []. lia.
Qed.
Lemma shifted_preimage d v (B : vector -> Prop) : supported d v -> [set w : points (product_space d) | B (plus (coordinates w) v)] = moved v @^-1` [set w | B (coordinates w)].
Proof. move=> v_beyond. by apply/seteqP; split=> w; rewrite /preimage /mkset moved_coordinates. Qed.
Lemma shifted_measurable d v (B : vector -> Prop) : supported d v -> measurable [set w : points (product_space d) | B (coordinates w)] -> measurable [set w : points (product_space d) | B (plus (coordinates w) v)].
Proof. move=> v_beyond mA. rewrite shifted_preimage//. rewrite -[X in measurable X]setTI. exact: (@moved_measurable d v measurableT [set w | B (coordinates w)] mA). Qed.

(** ** Shifts

    Where the noise on the line is shifted by u, its density at x is multiplied by [weight u x], at all points that are [allowed]. *)
Section Shift.
Variables (weight : R -> R -> R) (allowed : R -> R -> Prop).
Hypothesis weight_measurable : forall u, measurable_fun setT (weight u : reals -> reals).
Hypothesis weight_ge0 : forall u s, Rle 0 (weight u s).
Definition noise_shifts : Prop := forall u (f : reals -> \bar reals), measurable_fun setT f -> (forall x, 0 <= f x) -> (forall x, f x <> 0 -> allowed u x) ->
  \int[noise]_x f (x + (u : reals))%R = \int[noise]_x (f x * (weight u x)%:E).
Hypothesis line : noise_shifts.

Lemma factor_measurable s n v : (forall i, measurable_fun setT (fun w : points s => coordinates w i : reals)) -> measurable_fun setT (fun w : points s => factor weight n v (coordinates w) : reals).
Proof.
  move=> each. elim: n => [|n IH] /=; first exact: measurable_cst. apply: (measurable_funM IH (g := fun w => weight (v n) (coordinates w n))).
  exact: (measurableT_comp (weight_measurable (v n)) (each n)).
Qed.
Lemma factor_positive n v z : 0 <= (factor weight n v z)%:E.
Proof. rewrite lee_fin; apply/RleP. exact: ProductNoise.factor_ge0. Qed.

Lemma integral_shift d v (f : points (product_space d) -> \bar reals) : measurable_fun setT f -> (forall w, 0 <= f w) ->
  (forall w, f w <> 0 -> forall i, (i < d)%N -> allowed (v i) (coordinates w i)) ->
  \int[law (product_space d)]_w f (moved v w) = \int[law (product_space d)]_w (f w * (factor weight d v (coordinates w))%:E).
Proof.
  elim: d f => [|d IH] f mf f_ge0 within; first by apply: eq_integral => w _; rewrite mule1.
  change (\int[law (product_space d) \x noise]_w f (moved v w.1, (w.2 : reals) + v d)%R = \int[law (product_space d) \x noise]_w (f w * (factor weight d.+1 v (put d w.2 (coordinates w.1)))%:E)).
  pose m := law (product_space d). pose u : reals := v d.
  have mweight : measurable_fun setT (fun r : reals => (weight u r)%:E) by apply/measurable_EFinP; exact: weight_measurable.
  have weight_positive r : 0 <= (weight u r)%:E by rewrite lee_fin; apply/RleP; exact: weight_ge0.
  have mfactor n w : measurable_fun setT (fun x : points (product_space d) => (factor weight n w (coordinates x))%:E) by apply/measurable_EFinP; apply: factor_measurable; exact: coordinates_measurable.
  pose weighted (w : points (product_space d) * reals) := f w * (weight u w.2)%:E.
  have mweighted : measurable_fun setT weighted by apply: emeasurable_funM => //; exact: (measurableT_comp mweight measurable_snd).
  have weighted_positive w : 0 <= weighted w by exact: mule_ge0.
  have slice x : measurable_fun setT (fun r : reals => f (x, r)) by exact: (measurableT_comp mf (measurable_pair1 x)).
  have step : measurable_fun setT (fun w : points (product_space d) * reals => (moved v w.1, (w.2 : reals) + v d)%R) by exact: (@moved_measurable d.+1 v).
  have factors (w : points (product_space d) * reals) : (factor weight d.+1 v (put d w.2 (coordinates w.1)))%:E = (factor weight d v (coordinates w.1))%:E * (weight u w.2)%:E by rewrite factor_put RmultE EFinM.
  have mfactors : measurable_fun setT (fun w : points (product_space d) * reals => (factor weight d.+1 v (put d w.2 (coordinates w.1)))%:E).
  { rewrite (funext factors). apply: emeasurable_funM; [exact: (measurableT_comp (mfactor d v) measurable_fst)|exact: (measurableT_comp mweight measurable_snd)]. }
  rewrite (@fubini_tonelli1 _ _ _ _ reals m noise (fun w => f (moved v w.1, (w.2 : reals) + v d)%R))//; last exact: (measurableT_comp mf step).
  rewrite (@fubini_tonelli1 _ _ _ _ reals m noise (fun w => f w * (factor weight d.+1 v (put d w.2 (coordinates w.1)))%:E))//; first last.
  { move=> w. apply: mule_ge0 => //. exact: factor_positive. }
  { exact: emeasurable_funM. }
  transitivity (\int[m]_x fubini_F noise weighted (moved v x)).
  { apply: eq_integral => x _. rewrite /fubini_F /=. apply: (line (slice (moved v x))) => // r nonzero. have := within _ nonzero d (ltnSn d). by rewrite /= put_here. }
  rewrite IH; first last.
  { move=> x nonzero i less. apply: contrapT => out. apply: nonzero. apply: integral0_eq => r _. rewrite /weighted. have [->|nonzero] := pselect (f (x, r) = 0); first by rewrite mul0e.
    exfalso. apply: out. have := within _ nonzero i (ltnW less). rewrite /= put_other//. exact/ssrnat.ltP. }
  { move=> x. apply: integral_ge0 => r _. exact: weighted_positive. }
  { exact: measurable_fun_fubini_tonelli_F. }
  apply: eq_integral => x _. rewrite /fubini_F -ge0_integralZr//; first last.
  { exact: factor_positive. }
  { exact: (measurableT_comp mweighted (measurable_pair1 x)). }
  apply: eq_integral => r _. by rewrite (factors (x, r)) /weighted /= -!muleA (muleC (weight u r)%:E).
Qed.
(** the probability that the shifted vector is in [B], if where it is the density can be compared *)
Theorem product_shift d v (B : vector -> Prop) : supported d v -> measurable [set w : points (product_space d) | B (coordinates w)] -> (forall z, B z -> forall i, (i < d)%N -> allowed (v i) (z i)) ->
  law (product_space d) [set w | B (plus (coordinates w) v)] = \int[law (product_space d)]_w ((\1_[set w | B (coordinates w)] w)%:E * (factor weight d v (coordinates w))%:E).
Proof.
  move=> v_beyond mA within. set A := [set w | B (coordinates w)] in mA *. rewrite shifted_preimage// -/A.
  have mA_indicator : measurable_fun setT (fun w => (\1_A w : reals)%:E) by apply/measurable_EFinP; exact: measurable_indic.
  rewrite -(integral_shift mA_indicator).
  - transitivity (\int[law (product_space d)]_w (\1_(moved v @^-1` A) w : reals)%:E); last by apply: eq_integral.
    rewrite integral_indic// ?setIT//. rewrite -[X in measurable X]setTI. exact: (@moved_measurable d v measurableT A mA).
  - by move=> w; rewrite lee_fin.
  - move=> w nonzero. have here : A w; last exact: within. apply: contrapT => out. apply: nonzero. by rewrite indicE memNset.
Qed.
End Shift.

(** ** Coordinates *)

Theorem product_boxes d (C : nat -> set reals) : (forall i, measurable (C i)) ->
  law (product_space d) [set w | forall i, (i < d)%N -> C i (coordinates w i)] = \prod_(i < d) noise (C i).
Proof.
  move=> mC. elim: d => [|d IH].
  - rewrite big_ord0. rewrite (_ : [set w | _] = setT); first exact: probability_setT. by apply/seteqP; split.
  - rewrite big_ord_recr /= -IH. have each i := @coordinates_measurable d i.
    rewrite (_ : [set w | _] = [set w : points (product_space d) | forall i, (i < d)%N -> C i (coordinates w i)] `*` C d); last first.
    { apply/seteqP; split=> w /=.
      - move=> within. split; last by have := within d (ltnSn d); rewrite put_here. move=> i less. have := within i (ltnW less). rewrite put_other//. exact/ssrnat.ltP.
      - move=> [before last] i less. rewrite /put. case: (Nat.eqb_spec i d) => [->//|other]. apply: before. by rewrite ltn_neqAle -ltnS less andbT; apply/eqP. }
    apply: product_measure1E; last exact: mC.
    rewrite (_ : [set w | _] = \bigcap_(i in `I_d) [set w : points (product_space d) | C i (coordinates w i)]); last by apply/seteqP; split=> w /= within i less; exact: within.
    apply: bigcap_measurableType => i less. rewrite -[Y in measurable Y]setTI. exact: (each i measurableT (C i) (mC i)).
Qed.
Lemma product_coordinate d i (C : set reals) : (i < d)%N -> measurable C -> law (product_space d) [set w | C (coordinates w i)] = noise C.
Proof.
  move=> less mC. pose D j := if j == i then C else setT. have mD j : measurable (D j) by rewrite /D; case: eqP.
  transitivity (law (product_space d) [set w | forall j, (j < d)%N -> D j (coordinates w j)]).
  - congr (law _ _). apply/seteqP; split=> w /=; first by move=> in_C j _; rewrite /D; case: eqP => // ->. by move=> /(_ i less); rewrite /D eqxx.
  - rewrite product_boxes// (bigD1 (Ordinal less))//= big1 ?mule1; first by rewrite /D eqxx.
    move=> j other. rewrite /D. have -> : (nat_of_ord j == i) = false by apply/negbTE; move: other; apply: contra => /eqP same; exact/eqP/val_inj. exact: probability_setT.
Qed.
(** the coordinates are independent variables with one law *)
Theorem product_coordinates_independent d : independent_variables (law (product_space d)) d (fun i w => coordinates w i).
Proof. move=> C mC. rewrite product_boxes//. apply: eq_bigr => i _. by rewrite product_coordinate. Qed.

(** ** Independent random variables *)

Section Variables.
Context d0 (T : measurableType d0) (m : probability T reals) (d : nat) (X : nat -> T -> reals).
Hypothesis X_measurable : forall i, (i < d)%N -> measurable_fun setT (X i).

Definition values (w : T) : vectors d := fun i => X i w.
Local Lemma values_measurable : measurable_fun setT values.
Proof. exact: vectors_measurable. Qed.
Definition joint_law : probability (vectors d) reals := law_of m values_measurable.

Hypothesis X_independent : independent_variables m d X.
Hypothesis X_law : forall i C, (i < d)%N -> measurable C -> m [set w | C (X i w)] = noise C.
(** the joint law of independent variables with one law is the product *)
Theorem variables_product (B : set (vectors d)) : measurable B -> measurable [set w : points (product_space d) | B (coordinates w)] /\ joint_law B = law (product_space d) [set w | B (coordinates w)].
Proof.
  pose Y : points (product_space d) -> vectors d := @coordinates (product_space d). have each i := @coordinates_measurable d i. have mY : measurable_fun setT Y by exact: vectors_measurable.
  move=> mB. split; first by rewrite -[X in measurable X]setTI; exact: (mY measurableT B mB). apply: (@same_boxes d _ _ _ _ m (law (product_space d)) values Y X_measurable (fun i _ => each i) _ B mB) => C mC.
  change (m [set w | forall i, (i < d)%N -> C i (X i w)] = law (product_space d) [set w | forall i, (i < d)%N -> C i (coordinates w i)]).
  rewrite X_independent// product_boxes//. by apply: eq_bigr => i _; rewrite X_law.
Qed.
End Variables.
Lemma moved_vectors_measurable d v (B : set (vectors d)) : measurable B -> measurable ((fun z => B (plus z v)) : set (vectors d)).
Proof.
  move=> mB. have moves : measurable_fun setT (fun z : vectors d => plus z v : vectors d).
  { apply: vectors_measurable => i less. exact: (measurable_funD (coordinate_measurable less) (measurable_cst (v i : reals))). }
  rewrite -[Y in measurable Y]setTI. exact: (moves measurableT B mB).
Qed.
End Space.

(** sides of hyperplanes *)
Lemma side_measurable dT (T : measurableType dT) (Z : T -> vector) n v t : (forall i, (i < n)%N -> measurable_fun setT (fun w => Z w i : reals)) -> measurable [set w | Rle (inner n v (Z w)) t].
Proof.
  move=> each. have inner_measurable : measurable_fun setT (fun w => inner n v (Z w) : reals).
  { elim: n each => [|n IH] each /=; first exact: measurable_cst. apply: (measurable_funD (IH _) (g := fun w => Rmult (v n) (Z w n))) => [i less|]; first exact: each (ltnW less).
    exact: (measurable_funM (measurable_cst (v n : reals)) (each n (ltnSn n))). }
  rewrite (_ : [set w | _] = (fun w => inner n v (Z w) : reals) @^-1` [set` `]-oo, (t : reals)]%R]); last by apply/seteqP; split=> w /=; rewrite in_itv /= => /RleP.
  rewrite -[Y in measurable Y]setTI. exact: inner_measurable.
Qed.

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
