(** * The uniform distribution of Mathematical Components

    The joint law of any d independent random variables that are uniform on [-h, h], as MathComp-Analysis has it ([uniform_prob]), is [uniform] as Spec/Smoothing.v has it, with its measurable sets as events.

    Main results: [uniform_integral] (integrals with the density), [uniform_variables_uniform], [uniform_coordinates_uniform] (an instance: the coordinates of the product).

    Trust: proved.  Beyond what the rest of this library rests on, these theorems need the axioms of MathComp-Analysis (audit/bridges.txt); nothing else here imports this file. *)
From Coq Require Import Reals Lra Lia.
From Warrant Require Import Spec.Probability Spec.Smoothing Primitives.Probability.ProductNoise Primitives.Probability.UniformVectors Bridges.Measures Bridges.Independence Bridges.Products.
#[warnings="-notation-overridden,-overwriting-delimiting-key,-ambiguous-paths,-notation-incompatible-prefix"]
From mathcomp Require Import ssreflect ssrfun ssrbool eqtype ssrnat seq choice fintype bigop ssralg ssrnum order interval interval_inference
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
Local Notation lebesgue := (@lebesgue_measure reals).

Section Uniform.
Variable h : R.
Hypothesis h_gt0 : Rlt 0 h.
Local Notation low := (- (h : reals))%R.
Local Notation high := (h : reals).

Lemma sides_apart : (low < high)%R.
Proof. apply/RltP. change (Rlt (Ropp h) h). lra. Qed.
Local Notation noise := (uniform_prob sides_apart : probability (measurableTypeR reals) reals).
Local Notation density := (uniform_pdf low high).

(** an integral with the uniform distribution is one with its density *)
Theorem uniform_integral (f : reals -> \bar reals) : measurable_fun setT f -> (forall x, 0 <= f x) -> \int[noise]_x f x = \int[lebesgue]_x (f x * (density x)%:E).
Proof.
  move=> mf f_ge0. apply: (density_integral (nu := noise) (density := density)) => //.
  - exact: measurable_uniform_pdf.
  - move=> x. exact: uniform_pdf_ge0 sides_apart.
  - exact: dominates_uniform_prob.
Qed.
Local Lemma density_same u x : stays_within h u x -> density (x - u)%R = density x.
Proof.
  move=> [[low_le le_high] [low_le' le_high']]. rewrite /uniform_pdf.
  have -> : (low <= x <= high)%R by apply/andP; split; apply/RleP.
  by have -> : (low <= x - u <= high)%R by apply/andP; split; apply/RleP.
Qed.
Lemma uniform_line : noise_shifts noise (fun _ _ => IZR 1) (stays_within h).
Proof.
  move=> u f mf f_ge0 within. have mmoved : measurable_fun setT (fun x : reals => f (x + (u : reals))%R) by apply: measurableT_comp => //; exact: measurable_funD.
  have mdensity : measurable_fun setT (EFin \o density) by apply/measurable_EFinP; exact: measurable_uniform_pdf.
  transitivity (\int[noise]_x f x); last by apply: eq_integral => x _; rewrite mule1.
  rewrite !uniform_integral// -(lebesgue_shift u (f := fun x => f x * (density x)%:E)).
  - apply: eq_integral => x _. have [->|nonzero] := pselect (f (x + (u : reals))%R = 0); first by rewrite !mul0e.
    have := density_same (within _ nonzero). by rewrite addrK => ->.
  - exact: emeasurable_funM.
  - by move=> x; apply: mule_ge0 => //; rewrite lee_fin; exact: uniform_pdf_ge0 sides_apart.
Qed.

(** from -h to t *)
Local Lemma noise_side (i : interval reals) t : (Rle (Ropp h) t /\ Rle t h) -> [set` i] `&` [set` `[low, high]%R] = [set` Interval (BLeft low) (i.2)] -> lebesgue [set` Interval (BLeft low) (i.2)] = (t + h : reals)%R%:E ->
  noise [set` i] = (Rdiv (Rplus t h) (Rmult 2 h))%:E.
Proof.
  move=> range part length. change (\int[lebesgue]_(x in [set` i]) (density x)%:E = (Rdiv (Rplus t h) (Rmult 2 h))%:E). rewrite integral_uniform_pdf part.
  rewrite (eq_integral (fun=> ((high - low)^-1)%:E)); last first.
  { move=> x. rewrite inE -part => -[_]. by rewrite /= in_itv /= /uniform_pdf => ->. }
  rewrite integral_cst//= length -EFinM. congr (_%:E).
  have equal : Rmult (Rinv (Rminus h (Ropp h))) (Rplus t h) = Rdiv (Rplus t h) (Rmult 2 h) by field; lra. exact: equal.
Qed.
Local Lemma noise_closed t : (Rle (Ropp h) t /\ Rle t h) -> noise [set x | Rle x t] = (Rdiv (Rplus t h) (Rmult 2 h))%:E.
Proof.
  move=> range. have [/RleP low_le /RleP le_high] := range. rewrite (_ : [set x | Rle x t] = [set` `]-oo, (t : reals)]%R]); last by apply/seteqP; split=> x /=; rewrite in_itv /= => /RleP.
  apply: noise_side => //=.
  - apply/seteqP; split=> x /=; rewrite !in_itv /=; first by move=> [-> /andP[-> _]]. by move=> /andP[-> x_le]; rewrite x_le (le_trans x_le le_high).
  - rewrite lebesgue_measure_itv /= lte_fin. case: ltP => [_|le]; first by rewrite -EFinB opprK. have -> : (t : reals) = low by apply/eqP; rewrite eq_le le. by rewrite addNr.
Qed.
Local Lemma noise_open t : (Rle (Ropp h) t /\ Rle t h) -> noise [set x | Rlt x t] = (Rdiv (Rplus t h) (Rmult 2 h))%:E.
Proof.
  move=> range. have [/RleP low_le /RleP le_high] := range. rewrite (_ : [set x | Rlt x t] = [set` `]-oo, (t : reals)[%R]); last by apply/seteqP; split=> x /=; rewrite in_itv /= => /RltP.
  apply: noise_side => //=.
  - apply/seteqP; split=> x /=; rewrite !in_itv /=; first by move=> [-> /andP[-> _]]. by move=> /andP[-> x_less]; rewrite x_less (le_trans (ltW x_less) le_high).
  - rewrite lebesgue_measure_itv /= lte_fin. case: ltP => [_|le]; first by rewrite -EFinB opprK. have -> : (t : reals) = low by apply/eqP; rewrite eq_le le. by rewrite addNr.
Qed.
Local Lemma noise_cube : noise [set x | Rle (Ropp h) x /\ Rle x h] = 1.
Proof.
  rewrite (_ : [set x | _] = [set` `[low, high]%R]); last first.
  { apply/seteqP; split=> x /=; rewrite in_itv /=; first by move=> [/RleP -> /RleP ->]. by move=> /andP[/RleP low_le /RleP le_high]. }
  exact: integral_uniform_pdf1 sides_apart _.
Qed.

Local Lemma closed_measurable t : measurable ([set x | Rle x t] : set reals).
Proof. rewrite (_ : [set x | Rle x t] = [set` `]-oo, (t : reals)]%R]); [exact: measurable_itv|by apply/seteqP; split=> x /=; rewrite in_itv /= => /RleP]. Qed.
Local Lemma open_measurable t : measurable ([set x | Rlt x t] : set reals).
Proof. rewrite (_ : [set x | Rlt x t] = [set` `]-oo, (t : reals)[%R]); [exact: measurable_itv|by apply/seteqP; split=> x /=; rewrite in_itv /= => /RltP]. Qed.
Local Lemma segment_measurable : measurable ([set x | Rle (Ropp h) x /\ Rle x h] : set reals).
Proof.
  rewrite (_ : [set x | _] = [set` `[low, high]%R]); first exact: measurable_itv.
  apply/seteqP; split=> x /=; rewrite in_itv /=; first by move=> [/RleP -> /RleP ->]. by move=> /andP[/RleP low_le /RleP le_high].
Qed.

Section Variables.
Context d0 (T : measurableType d0) (m : probability T reals) (d : nat) (X : nat -> T -> reals).
Hypothesis X_measurable : forall i, (i < d)%N -> measurable_fun setT (X i).
Hypothesis X_independent : independent_variables m d X.
Hypothesis X_uniform : forall i C, (i < d)%N -> measurable C -> m [set w | C (X i w)] = noise C.

Local Lemma cube_measurable : measurable (cube d h : set (vectors d)).
Proof.
  apply: sub_sigma_algebra. exists (fun=> [set` `[low, high]%R]). split=> [i|]; first exact: measurable_itv.
  apply/seteqP; split=> z /= inside i less; have := inside i.
  - move=> /(_ (elimT ssrnat.ltP less)) [/RleP low_le /RleP le_high]. by rewrite /= in_itv /= low_le.
  - move=> /(_ (introT ssrnat.ltP less)). by rewrite /= in_itv /= => /andP[/RleP low_le /RleP le_high].
Qed.

(** independent uniform variables, with the joint law's measurable sets of vectors as events *)
Theorem uniform_variables_uniform : uniform (experiment (joint_law m X_measurable)) d h.
Proof.
  have same := variables_product (noise := noise) X_measurable X_independent X_uniform.
  split; [exact: h_gt0|split; [|split]].
  - split; first exact: cube_measurable. change (Rle 1 (fine (m [set w | cube d h (fun i => X i w)]))).
    have value : m [set w | cube d h (fun i => X i w)] = 1; last by rewrite value; exact: Rle_refl.
    rewrite (_ : [set w | _] = [set w | forall i, (i < d)%N -> [set x | Rle (Ropp h) x /\ Rle x h] (X i w)]); last first.
    { apply/seteqP; split=> w inside i less; apply: inside; [exact/ssrnat.ltP|exact: (introT ssrnat.ltP less)]. }
    rewrite (X_independent (C := fun=> [set x | Rle (Ropp h) x /\ Rle x h])); last by move=> _; exact: segment_measurable.
    rewrite big1// => i _. rewrite X_uniform//; [exact: noise_cube|exact: segment_measurable].
  - move=> i t /ssrnat.ltP less range. have coordinate C : measurable C -> measurable ([set z | C (z i)] : set (vectors d)) /\ fine (m [set w | C (X i w)]) = fine (noise C).
    { move=> mC. split; last by rewrite X_uniform. rewrite -[Y in measurable Y]setTI. exact: (coordinate_measurable less measurableT mC). }
    have [is_closed closed] := coordinate _ (closed_measurable t). have [is_open opened] := coordinate _ (open_measurable t).
    split; first exact: is_closed. split; first by rewrite -[RHS]/(fine (Rdiv (Rplus t h) (Rmult 2 h))%:E) -noise_closed.
    split; first exact: is_open. by rewrite -[RHS]/(fine (Rdiv (Rplus t h) (Rmult 2 h))%:E) -noise_open.
  - move=> B v v_beyond is_B. split; first exact: (moved_vectors_measurable v is_B).
    pose C : set (vectors d) := fun z => B z /\ cube d h z /\ cube d h (minus z v). pose C' : set (vectors d) := fun z => B (plus z v) /\ cube d h z /\ cube d h (plus z v).
    have opposite z : minus z v = plus z (fun i => Ropp (v i)) by apply/funext => i; rewrite /minus /plus.
    have mC : measurable C.
    { apply: measurableI; first exact: is_B. apply: measurableI; first exact: cube_measurable.
      rewrite (_ : (fun z => cube d h (minus z v)) = (fun z => cube d h (plus z (fun i => Ropp (v i))))); last by apply/funext => z; rewrite opposite. exact: (moved_vectors_measurable _ cube_measurable). }
    have shifted : C' = (fun z => C (plus z v)).
    { have back z : minus (plus z v) v = z by apply/funext => i; rewrite /minus /plus; lra. apply/seteqP; split=> z; rewrite /C /C' back; tauto. }
    change (fine (joint_law m X_measurable C') = fine (joint_law m X_measurable C)). congr fine.
    have mC' : measurable C' by rewrite shifted; exact: (moved_vectors_measurable v mC).
    have [is_C ->] := same C mC. have [_ ->] := same C' mC'. rewrite shifted.
    rewrite (product_shift (weight := fun _ _ => IZR 1) (allowed := stays_within h) _ _ uniform_line v_beyond is_C); first last.
    { move=> z [_ [inside inside']] i /ssrnat.ltP less. split; [exact: (inside i less)|exact: (inside' i less)]. }
    { move=> _ _. lra. }
    { move=> _. exact: measurable_cst. }
    transitivity (\int[law (product_space noise d)]_w (\1_[set w | C (coordinates w)] w : reals)%:E); last by rewrite integral_indic// setIT.
    apply: eq_integral => w _. by rewrite factor_one mule1.
Qed.
End Variables.

Theorem uniform_coordinates_uniform d : uniform (experiment (joint_law (law (product_space noise d)) (fun i (_ : (i < d)%N) => @coordinates_measurable noise d i))) d h.
Proof.
  apply: uniform_variables_uniform; first exact: product_coordinates_independent. move=> i C less mC. exact: product_coordinate.
Qed.
End Uniform.
