(** * That one loss is above another is right

    Main results: [no_more_sound], [prove_above_sound], [refute_above_sound].

    Trust: proved. *)
From Coq Require Import PString Uint63 ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra Psatz.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Onnx Spec.Elementary Spec.Losses Primitives.Fractions Primitives.Autodiff.Programs Primitives.Autodiff.Reverse Checker.Intervals.
From Warrant Require Import Checker.Gradients.Lowering Checker.Gradients.Enclosures Checker.Gradients.Domain Checker.Losses.Facts Checker.Losses.Facts_sound Checker.Losses.Forms Checker.Losses.Quadratic Primitives.Losses.Powers.
From Warrant Require Import Checker.Losses.Exact Checker.Losses.Program Checker.Losses.Program_sound Checker.Losses.Check Checker.Losses.Above.
From Warrant Require Checker.Gradients.Check_sound.
Import ListNotations.
Local Open Scope R_scope.

(** ** Attempts *)

Definition shows (f : attempt) (S : Prop) : Prop := forall n m, f n = (true, m) -> S.
Lemma test_shows b (S : Prop) : (b = true -> S) -> shows (test b) S.
Proof. intros h n m E. injection E as E _. exact (h E). Qed.
Lemma either_shows f g S : shows f S -> shows g S -> shows (either f g) S.
Proof. intros hf hg n m. unfold either. destruct (f n) as [[] k] eqn:E; [intros _; exact (hf _ _ E)|apply hg]. Qed.
Lemma both_shows f g (S T U : Prop) : shows f S -> shows g T -> (S -> T -> U) -> shows (both f g) U.
Proof. intros hf hg h n m. unfold both. destruct (f n) as [[] k] eqn:E; [|discriminate]. intro E'. exact (h (hf _ _ E) (hg _ _ E')). Qed.
Lemma provided_shows b f (S : Prop) : (b = true -> shows f S) -> shows (provided b f) S.
Proof. destruct b; cbn; intro h; [now apply h|]. now apply test_shows. Qed.
Lemma with_some_shows {A} (o : option A) f (S : Prop) : (forall a, o = Some a -> shows (f a) S) -> shows (with_some o f) S.
Proof. destruct o as [a|]; cbn; intro h; [now apply h|]. now apply test_shows. Qed.
Lemma paid_shows f S : shows f S -> shows (paid f) S.
Proof. intros h [|n] m; cbn; [discriminate|apply h]. Qed.
Lemma never_shows (S : Prop) : shows (test false) S.
Proof. now apply test_shows. Qed.

(** ** Comparisons *)

Section Rules.
Variables (C : code) (F : PositiveMap.t facts) (P : PositiveMap.t polynomial) (coordinates : list positive) (x v : positive -> R).
Hypothesis values : models C x v.
Local Notation fine := (fine false C v).
Hypothesis signs_right : forall i f, PositiveMap.find i F = Some f -> fine i -> signs_hold (sign f) (v i).
Hypothesis right_P : right_polynomials x v P.

Lemma sign_of_correct i : fine i -> signs_hold (sign_of F i) (v i).
Proof. intro ok. unfold sign_of. destruct (PositiveMap.find i F) as [f|] eqn:E; [now apply signs_right|apply no_signs_hold]. Qed.
Lemma upper_of_correct i u : upper_of C F i = Some u -> fine i -> v i <= Q2R u.
Proof.
  intros E ok. pose proof (sign_of_correct i ok) as S.
  assert (by_sign : (if le0 (sign_of F i) then Some 0%Q else if le1 (sign_of F i) then Some 1%Q else None) = Some u -> v i <= Q2R u).
  { destruct (le0 (sign_of F i)) eqn:n0; [|destruct (le1 (sign_of F i)) eqn:n1; [|discriminate]]; intro H; injection H as <-; rewrite ?Facts_sound.Q2R_0, ?Q2R_1.
    - exact (holds_le0 _ _ S n0). - exact (holds_le1 _ _ S n1). }
  unfold upper_of in E. destruct (PositiveMap.find i C) as [[|q| |]|] eqn:found; try exact (by_sign E). injection E as <-. rewrite (values _ _ found). apply Rle_refl.
Qed.
Lemma lower_of_correct i l : lower_of C F i = Some l -> fine i -> Q2R l <= v i.
Proof.
  intros E ok. pose proof (sign_of_correct i ok) as S.
  assert (by_sign : (if ge1 (sign_of F i) then Some 1%Q else if ge0 (sign_of F i) then Some 0%Q else None) = Some l -> Q2R l <= v i).
  { destruct (ge1 (sign_of F i)) eqn:n1; [|destruct (ge0 (sign_of F i)) eqn:n0; [|discriminate]]; intro H; injection H as <-; rewrite ?Facts_sound.Q2R_0, ?Q2R_1.
    - exact (holds_ge1 _ _ S n1). - exact (holds_ge0 _ _ S n0). }
  unfold lower_of in E. destruct (PositiveMap.find i C) as [[|q| |]|] eqn:found; try exact (by_sign E). injection E as <-. rewrite (values _ _ found). apply Rle_refl.
Qed.
Lemma at_least0_correct i : at_least0 C F i = true -> fine i -> 0 <= v i.
Proof. unfold at_least0. destruct (lower_of C F i) as [l|] eqn:E; [|discriminate]. intros le ok. apply le_correct in le. rewrite Facts_sound.Q2R_0 in le. pose proof (lower_of_correct i l E ok). lra. Qed.
Lemma at_least1_correct i : at_least1 C F i = true -> fine i -> 1 <= v i.
Proof. unfold at_least1. destruct (lower_of C F i) as [l|] eqn:E; [|discriminate]. intros le ok. apply le_correct in le. rewrite Q2R_1 in le. pose proof (lower_of_correct i l E ok). lra. Qed.
Lemma at_most1_correct i : at_most1 C F i = true -> fine i -> v i <= 1.
Proof. unfold at_most1. destruct (upper_of C F i) as [l|] eqn:E; [|discriminate]. intros le ok. apply le_correct in le. rewrite Q2R_1 in le. pose proof (upper_of_correct i l E ok). lra. Qed.
Lemma at_most_correct i c : at_most C F i c = true -> fine i -> v i <= Q2R c.
Proof. unfold at_most. destruct (upper_of C F i) as [l|] eqn:E; [|discriminate]. intros le ok. apply le_correct in le. pose proof (upper_of_correct i l E ok). lra. Qed.
Lemma above_0_correct i : above_0 C F i = true -> fine i -> 0 < v i.
Proof.
  unfold above_0. intros E ok. apply orb_prop in E as [E|E]; [exact (holds_gt0 _ _ (sign_of_correct i ok) E)|].
  destruct (PositiveMap.find i C) as [[|q| |]|] eqn:found; try discriminate. rewrite (values _ _ found). cbn. apply less_correct in E. now rewrite Facts_sound.Q2R_0 in E.
Qed.

Definition compared (i j : positive) (c : Q) : Prop := fine i -> fine j -> v i <= v j + Q2R c.
Lemma polynomial_gap_correct i j c : polynomial_gap P coordinates i j c = true -> v i <= v j + Q2R c.
Proof.
  unfold polynomial_gap. destruct (as_quadratic _) as [l|] eqn:E; [|discriminate]. intro ok. apply (semidefinite_sound (coordinate x)) in ok.
  assert (number : polynomial_holds x (Polynomial (Some [(1%positive, c)]) None) (Q2R c)).
  { split; cbn; [|discriminate]. intros m [= <-]. unfold weighted. cbn [fold_right fst snd]. unfold coordinate. cbn. ring. }
  assert (gap := fun h => as_quadratic_holds x _ (v j + Q2R (-1) * v i + Q2R c) l h E). rewrite <- gap in ok; [|apply sum_of_holds; [apply sum_of_holds; [|apply scaled_holds]; now apply polynomial_at_holds|exact number]].
  replace (Q2R (-1)) with (-1) in ok by (unfold Q2R; simpl; lra). lra.
Qed.
Lemma plainly_correct i j c : plainly C F P coordinates i j c = true -> compared i j c.
Proof.
  unfold plainly. intros E fi fj. apply orb_prop in E as [E|E]; [apply orb_prop in E as [E|E]|].
  - apply andb_prop in E as [same le]. apply Pos.eqb_eq in same. subst j. apply le_correct in le. rewrite Facts_sound.Q2R_0 in le. lra.
  - destruct (upper_of C F i) as [u|] eqn:Eu; [|discriminate]. destruct (lower_of C F j) as [l|] eqn:El; [|discriminate]. apply le_correct in E. rewrite Q2R_plus in E.
    pose proof (upper_of_correct i u Eu fi). pose proof (lower_of_correct j l El fj). lra.
  - now apply polynomial_gap_correct.
Qed.

Lemma ln_below a : 0 < a -> ln a <= a - 1.
Proof. intro pos. pose proof (exp_ineq1_le (ln a)) as le. rewrite exp_ln in le by exact pos. lra. Qed.
Lemma plus_correct c d : Q2R (plus c d) = Q2R c + Q2R d.
Proof. unfold plus. now rewrite (Qeq_eqR _ _ (Qred_correct _)), Q2R_plus. Qed.
Lemma ln_mono a b : 0 < a -> a <= b -> ln a <= ln b.
Proof. intros pos [lt|<-]; [|apply Rle_refl]. left. now apply ln_increasing. Qed.
Lemma exp_mono a b : a <= b -> exp a <= exp b.
Proof. intros [lt|<-]; [|apply Rle_refl]. left. now apply exp_increasing. Qed.

Section Step.
Variable go : positive -> positive -> Q -> attempt.
Hypothesis right : forall i j c, shows (go i j c) (compared i j c).
Lemma go_shows i j c (S : Prop) : (compared i j c -> S) -> shows (go i j c) S.
Proof. intros h n m E. exact (h (right i j c n m E)). Qed.
Lemma operand i o k : PositiveMap.find i C = Some o -> fine i -> In k (operands o) -> fine k.
Proof. intros found ok ink. apply (fine_iff _ _ _ _ _ found) in ok as [_ all]. exact (all k ink). Qed.

Lemma by_lower_correct i j c : shows (by_lower C F go i j c) (compared i j c).
Proof.
  unfold by_lower. destruct (PositiveMap.find i C) as [o|] eqn:found; [|apply never_shows]. pose proof (values _ _ found) as E. pose proof (fun k => operand i o k found) as ops.
  pose proof (fun fi => proj1 (proj1 (fine_iff false C v _ _ found) fi)) as here. destruct o as [| |[] a|[] a b]; try apply never_shows; cbn in E, ops, here.
  - eapply both_shows; [apply test_shows; intro h; exact h|apply right|]. cbv beta. intros low le fi fj. specialize (le (ops a fi (or_introl eq_refl)) fj). rewrite E.
    destruct (lower_of C F j) as [l|] eqn:El; [|discriminate]. apply le_correct in low. rewrite Q2R_plus, Facts_sound.Q2R_0 in low. pose proof (lower_of_correct j l El fj). apply Rmax_lub; lra.
  - apply go_shows. intros le fi fj. specialize (le (ops a fi (or_introl eq_refl)) fj). rewrite plus_correct, Q2R_1 in le. rewrite E. pose proof (ln_below (v a) (here fi)). lra.
  - apply either_shows; [|apply either_shows; [|apply either_shows]].
    + apply with_some_shows. intros m max. destruct (maximum_of_correct C x v values _ _ _ max) as [is_max fm]. eapply both_shows; [apply right|apply right|]. intros la lm fi fj.
      specialize (la (ops a fi (or_introl eq_refl)) fj). specialize (lm (fm (ops b fi (or_intror (or_introl eq_refl)))) fj). rewrite E, is_max. now apply Rmax_lub.
    + apply with_some_shows. intros m min. destruct (minimum_of_correct C x v values _ _ _ min) as [is_min fm]. apply either_shows; apply go_shows; intros le fi fj; rewrite E, is_min.
      * specialize (le (ops a fi (or_introl eq_refl)) fj). pose proof (Rmin_l (v a) (v m)). lra.
      * specialize (le (fm (ops b fi (or_intror (or_introl eq_refl)))) fj). pose proof (Rmin_r (v a) (v m)). lra.
    + apply with_some_shows. intros u Eu. apply go_shows. intros le fi fj. specialize (le (ops b fi (or_intror (or_introl eq_refl))) fj). rewrite plus_correct, Q2R_opp in le.
      pose proof (upper_of_correct a u Eu (ops a fi (or_introl eq_refl))). lra.
    + apply with_some_shows. intros u Eu. apply go_shows. intros le fi fj. specialize (le (ops a fi (or_introl eq_refl)) fj). rewrite plus_correct, Q2R_opp in le.
      pose proof (upper_of_correct b u Eu (ops b fi (or_intror (or_introl eq_refl)))). lra.
  - apply either_shows; apply provided_shows; intro ok; apply andb_prop in ok as [pos most]; apply go_shows; intros le fi fj; pose proof (ops a fi (or_introl eq_refl)) as fa; pose proof (ops b fi (or_intror (or_introl eq_refl))) as fb.
    + apply at_least0_correct in pos; [|exact fa]. apply at_most1_correct in most; [|exact fb]. specialize (le fa fj). rewrite E. nra.
    + apply at_least0_correct in pos; [|exact fb]. apply at_most1_correct in most; [|exact fa]. specialize (le fb fj). rewrite E. nra.
  - apply provided_shows. intro ok. apply andb_prop in ok as [pos most]. apply go_shows. intros le fi fj. pose proof (ops a fi (or_introl eq_refl)) as fa. pose proof (ops b fi (or_intror (or_introl eq_refl))) as fb.
    apply at_least0_correct in pos; [|exact fa]. apply at_least1_correct in most; [|exact fb]. specialize (le fa fj). rewrite E. apply (Rle_trans _ (v a)); [|exact le].
    apply (Rmult_le_reg_r (v b)); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. nra.
Qed.
Lemma log_summand p q i c : shows (provided (at_least0 C F q) match PositiveMap.find p C with Some (Unary Exp b) => go i b c | _ => test false end)
  (fine i -> fine p -> fine q -> v i <= ln (v p + v q) + Q2R c).
Proof.
  apply provided_shows. intro pos. destruct (PositiveMap.find p C) as [o|] eqn:at_p; [|apply never_shows]. destruct o as [| |[] b|]; try apply never_shows. apply go_shows. intros le fi fp fq.
  apply at_least0_correct in pos; [|exact fq]. specialize (le fi (operand p _ b at_p fp (or_introl eq_refl))). pose proof (values _ _ at_p) as E. cbn in E. pose proof (exp_pos (v b)).
  apply (Rle_trans _ (v b + Q2R c)); [exact le|]. apply Rplus_le_compat_r. rewrite <- (ln_exp (v b)) at 1. apply ln_mono; lra.
Qed.
Lemma by_upper_correct i j c : shows (by_upper C F go i j c) (compared i j c).
Proof.
  unfold by_upper. destruct (PositiveMap.find j C) as [o|] eqn:found; [|apply never_shows]. pose proof (values _ _ found) as E. pose proof (fun k => operand j o k found) as ops.
  pose proof (fun fj => proj1 (proj1 (fine_iff false C v _ _ found) fj)) as here. destruct o as [| |[] a|[] a b]; try apply never_shows; cbn in E, ops, here.
  - apply either_shows; [apply test_shows; intros ok fi fj; pose proof (at_most_correct i c ok fi); rewrite E; pose proof (Rmax_l 0 (v a)); lra|]. apply go_shows. intros le fi fj.
    specialize (le fi (ops a fj (or_introl eq_refl))). rewrite E. pose proof (Rmax_r 0 (v a)). lra.
  - apply go_shows. intros le fi fj. specialize (le fi (ops a fj (or_introl eq_refl))). rewrite plus_correct, Q2R_1 in le. rewrite E. pose proof (exp_ineq1_le (v a)). lra.
  - destruct (PositiveMap.find a C) as [p|] eqn:at_a; [|apply never_shows]. pose proof (values _ _ at_a) as Ea. pose proof (fun k => operand a p k at_a) as inner. destruct p as [| |[] b|[] b e]; try apply never_shows; cbn in Ea, inner.
    + apply go_shows. intros le fi fj. specialize (le fi (inner b (ops a fj (or_introl eq_refl)) (or_introl eq_refl))). rewrite E, Ea, ln_exp. exact le.
    + apply either_shows; intros n m H; apply (log_summand _ _ i c) in H; intros fi fj; specialize (ops a fj (or_introl eq_refl)); rewrite E, Ea.
      * apply H; auto.
      * rewrite (Rplus_comm (v b)). apply H; auto.
  - apply either_shows; [|apply either_shows; [|apply either_shows]].
    + apply with_some_shows. intros m max. destruct (maximum_of_correct C x v values _ _ _ max) as [is_max fm]. apply either_shows; apply go_shows; intros le fi fj; rewrite E, is_max.
      * specialize (le fi (ops a fj (or_introl eq_refl))). pose proof (Rmax_l (v a) (v m)). lra.
      * specialize (le fi (fm (ops b fj (or_intror (or_introl eq_refl))))). pose proof (Rmax_r (v a) (v m)). lra.
    + apply with_some_shows. intros m min. destruct (minimum_of_correct C x v values _ _ _ min) as [is_min fm]. eapply both_shows; [apply right|apply right|]. intros la lm fi fj.
      specialize (la fi (ops a fj (or_introl eq_refl))). specialize (lm fi (fm (ops b fj (or_intror (or_introl eq_refl))))). rewrite E, is_min. assert (v i - Q2R c <= Rmin (v a) (v m)); [apply Rmin_glb; lra|lra].
    + apply with_some_shows. intros l El. apply go_shows. intros le fi fj. specialize (le fi (ops b fj (or_intror (or_introl eq_refl)))). rewrite plus_correct in le.
      pose proof (lower_of_correct a l El (ops a fj (or_introl eq_refl))). lra.
    + apply with_some_shows. intros l El. apply go_shows. intros le fi fj. specialize (le fi (ops a fj (or_introl eq_refl))). rewrite plus_correct in le.
      pose proof (lower_of_correct b l El (ops b fj (or_intror (or_introl eq_refl)))). lra.
  - apply either_shows; apply provided_shows; intro ok; apply andb_prop in ok as [pos least]; apply go_shows; intros le fi fj; pose proof (ops a fj (or_introl eq_refl)) as fa; pose proof (ops b fj (or_intror (or_introl eq_refl))) as fb.
    + apply at_least0_correct in pos; [|exact fa]. apply at_least1_correct in least; [|exact fb]. specialize (le fi fa). rewrite E. nra.
    + apply at_least0_correct in pos; [|exact fb]. apply at_least1_correct in least; [|exact fa]. specialize (le fi fb). rewrite E. nra.
  - apply provided_shows. intro ok. apply andb_prop in ok as [ok most]. apply andb_prop in ok as [pos above]. apply go_shows. intros le fi fj. pose proof (ops a fj (or_introl eq_refl)) as fa. pose proof (ops b fj (or_intror (or_introl eq_refl))) as fb.
    apply at_least0_correct in pos; [|exact fa]. apply above_0_correct in above; [|exact fb]. apply at_most1_correct in most; [|exact fb]. specialize (le fi fa). rewrite E. apply (Rle_trans _ _ _ le). apply Rplus_le_compat_r.
    apply (Rmult_le_reg_r (v b)); [exact above|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. nra.
Qed.
Lemma no_larger_correct depth : forall a d, no_larger C depth a d = true -> Rabs (v a) <= Rabs (v d).
Proof.
  induction depth as [|depth IH]; intros a d E; cbn [no_larger] in E; apply orb_prop in E as [E|E]; try (apply Pos.eqb_eq in E; subst d; apply Rle_refl); [discriminate|].
  assert (positive_part : forall r, Rabs (Rmax 0 r) <= Rabs r) by (intro r; unfold Rmax; destruct (Rle_dec 0 r); [apply Rle_refl|rewrite Rabs_R0; apply Rabs_pos]).
  destruct (PositiveMap.find a C) as [o|] eqn:found; [|discriminate]. pose proof (values _ _ found) as is_a. destruct o as [| |f k|f p m]; try discriminate; cbn in is_a.
  - destruct f; try discriminate; cbn in is_a; apply IH in E; rewrite is_a.
    + now rewrite Rabs_Ropp.
    + exact (Rle_trans _ _ _ (positive_part (v k)) E).
  - destruct f; try discriminate. destruct (PositiveMap.find p C) as [[| |[] k|]|] eqn:at_p; try discriminate. destruct (PositiveMap.find m C) as [[| |[] l|]|] eqn:at_m; try discriminate.
    apply andb_prop in E as [opposite E]. apply IH in E. assert (is_l : v l = - v k).
    { apply orb_prop in opposite as [o|o]; rewrite (is_opp_correct C x v values _ _ o); ring. }
    cbn in is_a. rewrite is_a, (values _ _ at_p), (values _ _ at_m). cbn. rewrite is_l. replace (Rmax 0 (v k) + Rmax 0 (- v k)) with (Rabs (v k)); [now rewrite Rabs_Rabsolu|].
    unfold Rmax, Rabs. destruct (Rle_dec 0 (v k)), (Rle_dec 0 (- v k)), (Rcase_abs (v k)); lra.
Qed.
Lemma squares_le r s : Rabs r <= Rabs s -> r * r <= s * s.
Proof. intro le. pose proof (Rsqr_le_abs_1 r s le). exact H. Qed.
Lemma by_squares_correct a d : shows (by_squares C go a d) (fine a -> fine d -> v a * v a <= v d * v d).
Proof.
  unfold by_squares. apply either_shows; [apply test_shows; intros ok _ _; apply squares_le; exact (no_larger_correct 4 a d ok)|].
  destruct (PositiveMap.find a C) as [o|] eqn:found; [|apply never_shows]. destruct o as [| |[] k|]; try apply never_shows. apply go_shows. intros le fa fd.
  specialize (le (operand a _ k found fa (or_introl eq_refl)) fd). rewrite Facts_sound.Q2R_0 in le. rewrite (values _ _ found). cbn. unfold Rmax. destruct (Rle_dec 0 (v k)).
  - apply Rmult_le_compat; lra.
  - pose proof (Rle_0_sqr (v d)) as pos. unfold Rsqr in pos. lra.
Qed.
Lemma shared_out_correct c k r : shared_out C F c k = Some r -> fine k -> 0 <= v k /\ v k * Q2R r = Q2R c.
Proof.
  intros E ok. assert (zero : (if Qeq_bool c 0 && at_least0 C F k then Some 0%Q else None) = Some r -> 0 <= v k /\ v k * Q2R r = Q2R c).
  { destruct (Qeq_bool c 0) eqn:is_0; [|discriminate]. destruct (at_least0 C F k) eqn:pos; [|discriminate]. intros [= <-]. apply Qeq_bool_iff, Qeq_eqR in is_0. rewrite is_0, Facts_sound.Q2R_0.
    split; [now apply at_least0_correct|ring]. }
  unfold shared_out in E. destruct (PositiveMap.find k C) as [[|q| |]|] eqn:found; try exact (zero E). destruct (less 0 q) eqn:pos; [|discriminate]. assert (is_r : r = Qred (c / q)) by congruence. rewrite is_r, (values _ _ found). cbn [value_of]. clear E zero is_r.
  assert (nz : ~ (q == 0)%Q). { intro E. apply less_correct in pos. rewrite Facts_sound.Q2R_0, (Qeq_eqR _ _ E), Facts_sound.Q2R_0 in pos. lra. }
  apply less_correct in pos. rewrite Facts_sound.Q2R_0 in pos. split; [lra|]. rewrite (Qeq_eqR _ _ (Qred_correct _)), Q2R_div by exact nz. field. lra.
Qed.
Lemma by_both_correct i j c : shows (by_both C F go i j c) (compared i j c).
Proof.
  unfold by_both. destruct (PositiveMap.find i C) as [o|] eqn:at_i; [|apply never_shows]. destruct (PositiveMap.find j C) as [p|] eqn:at_j; [|destruct o as [| | |[]]; apply never_shows].
  pose proof (values _ _ at_i) as Ei. pose proof (values _ _ at_j) as Ej. pose proof (fun k => operand i o k at_i) as oi. pose proof (fun k => operand j p k at_j) as oj.
  pose proof (fun fi => proj1 (proj1 (fine_iff false C v _ _ at_i) fi)) as gi. pose proof (fun fj => proj1 (proj1 (fine_iff false C v _ _ at_j) fj)) as gj.
  destruct o as [| |f a|f a b]; try apply never_shows.
  - destruct p as [| |g d|]; try (destruct f; apply never_shows). cbn in Ei, Ej, oi, oj, gi, gj. assert (ai := fun fi => oi a fi (or_introl eq_refl)). assert (dj := fun fj => oj d fj (or_introl eq_refl)).
    destruct f, g; try apply never_shows; cbn in Ei, Ej.
    + apply go_shows. intros le fi fj. specialize (le (dj fj) (ai fi)). lra.
    + apply provided_shows. intro ge. apply le_correct in ge. rewrite Facts_sound.Q2R_0 in ge. apply go_shows. intros le fi fj. specialize (le (ai fi) (dj fj)). rewrite Facts_sound.Q2R_0 in le.
      rewrite Ei, Ej. pose proof (sqrt_le_1_alt (v a) (v d)). lra.
    + apply provided_shows. intro ge. apply le_correct in ge. rewrite Facts_sound.Q2R_0 in ge. apply go_shows. intros le fi fj. specialize (le (ai fi) (dj fj)). rewrite Ei, Ej. apply Rmax_lub.
      * pose proof (Rmax_l 0 (v d)). lra.
      * pose proof (Rmax_r 0 (v d)). lra.
    + apply provided_shows. intro ge. apply le_correct in ge. rewrite Facts_sound.Q2R_0 in ge. apply go_shows. intros le fi fj. specialize (le (ai fi) (dj fj)). rewrite Facts_sound.Q2R_0 in le.
      rewrite Ei, Ej. pose proof (exp_mono (v a) (v d)). lra.
    + apply provided_shows. intro ge. apply le_correct in ge. rewrite Facts_sound.Q2R_0 in ge. apply go_shows. intros le fi fj. specialize (le (ai fi) (dj fj)). rewrite Facts_sound.Q2R_0 in le.
      rewrite Ei, Ej. specialize (gi fi). cbn in gi. pose proof (ln_mono (v a) (v d) gi). lra.
  - destruct p as [| | |g d e]; try (destruct f; apply never_shows). cbn in Ei, Ej, oi, oj, gi, gj.
    assert (ai := fun fi => oi a fi (or_introl eq_refl)). assert (bi := fun fi => oi b fi (or_intror (or_introl eq_refl))). assert (dj := fun fj => oj d fj (or_introl eq_refl)). assert (ej := fun fj => oj e fj (or_intror (or_introl eq_refl))).
    assert (Q0 := Facts_sound.Q2R_0). destruct f, g; try apply never_shows; cbn in Ei, Ej, gi, gj.
    + repeat apply either_shows; (eapply both_shows; [apply right|apply right|]); intros l1 l2 fi fj; specialize (ai fi); specialize (bi fi); specialize (dj fj); specialize (ej fj);
        specialize (l1 ltac:(assumption) ltac:(assumption)); specialize (l2 ltac:(assumption) ltac:(assumption)); rewrite Q0 in *; lra.
    + apply either_shows; [|apply either_shows; [|apply either_shows]].
      * destruct (Pos.eqb_spec a d) as [<-|_]; [|destruct (Pos.eqb_spec a e) as [<-|_]; [|destruct (Pos.eqb_spec b d) as [<-|_]; [|destruct (Pos.eqb_spec b e) as [<-|_]; [|apply never_shows]]]];
          apply with_some_shows; intros r Er; apply go_shows; intros le fi fj; specialize (ai fi); specialize (bi fi); specialize (dj fj); specialize (ej fj);
          specialize (le ltac:(assumption) ltac:(assumption)); destruct (shared_out_correct _ _ _ Er ltac:(assumption)) as [pos <-]; rewrite Ei, Ej; nra.
      * apply provided_shows. intro ok. apply andb_prop in ok as [ok same']. apply andb_prop in ok as [ge same]. apply Pos.eqb_eq in same, same'. subst b e. apply le_correct in ge. rewrite Q0 in ge.
        intros n m E. apply by_squares_correct in E. intros fi fj. specialize (E (ai fi) (dj fj)). rewrite Ei, Ej. lra.
      * apply provided_shows. intro ok. apply andb_prop in ok as [ok pb]. apply andb_prop in ok as [ge pa]. apply le_correct in ge. eapply both_shows; [apply right|apply right|]. intros l1 l2 fi fj.
        specialize (l1 (ai fi) (dj fj)). specialize (l2 (bi fi) (ej fj)). apply at_least0_correct in pa; [|now apply ai]. apply at_least0_correct in pb; [|now apply bi]. rewrite Q0 in *. rewrite Ei, Ej.
        pose proof (Rmult_le_compat (v a) (v d) (v b) (v e) pa pb). lra.
      * apply provided_shows. intro ok. apply andb_prop in ok as [ok pb]. apply andb_prop in ok as [ge pa]. apply le_correct in ge. eapply both_shows; [apply right|apply right|]. intros l1 l2 fi fj.
        specialize (l1 (ai fi) (ej fj)). specialize (l2 (bi fi) (dj fj)). apply at_least0_correct in pa; [|now apply ai]. apply at_least0_correct in pb; [|now apply bi]. rewrite Q0 in *. rewrite Ei, Ej.
        pose proof (Rmult_le_compat (v a) (v e) (v b) (v d) pa pb). lra.
    + apply provided_shows. intro ok. apply andb_prop in ok as [ge pb]. apply le_correct in ge. rewrite Q0 in ge. apply either_shows; apply provided_shows.
      * intro same. apply Pos.eqb_eq in same. subst e. apply go_shows. intros le fi fj. specialize (le (ai fi) (dj fj)). apply above_0_correct in pb; [|now apply bi]. rewrite Q0 in le. rewrite Ei, Ej.
        assert (v a / v b <= v d / v b); [|lra]. apply Rmult_le_compat_r; [left; now apply Rinv_0_lt_compat|lra].
      * intro ok. apply andb_prop in ok as [ok pe]. apply andb_prop in ok as [same pa]. apply Pos.eqb_eq in same. subst d. apply go_shows. intros le fi fj. specialize (le (ej fj) (bi fi)).
        apply above_0_correct in pb; [|now apply bi]. apply above_0_correct in pe; [|now apply ej]. apply at_least0_correct in pa; [|now apply ai]. rewrite Q0 in le. rewrite Ei, Ej.
        assert (v a / v b <= v a / v e); [|lra]. apply Rmult_le_compat_l; [exact pa|]. apply Rinv_le_contravar; lra.
Qed.
End Step.
Theorem no_more_sound depth : forall i j c, shows (no_more C F P coordinates depth i j c) (compared i j c).
Proof.
  induction depth as [|depth IH]; intros i j c; [apply never_shows|]. cbn [no_more]. apply paid_shows. apply either_shows; [apply test_shows, plainly_correct|].
  apply either_shows; [now apply by_both_correct|]. apply either_shows; [now apply by_lower_correct|now apply by_upper_correct].
Qed.
End Rules.

(** ** Both losses in one program *)

(** functions of the same inputs, within the same bounds *)
Definition twins (q r : question) : Prop := selected r = selected q /\ others r = others q /\ limits r = limits q.
Lemma twins_inside q r l x : twins q r -> inside r l x <-> inside q l x.
Proof. intros (_ & _ & same). unfold inside, ranges, limits_of. now rewrite same. Qed.
Lemma read_pair_correct f g s q r : read_pair f g s = Some (q, r) -> twins q r /\ others q = [].
Proof.
  unfold read_pair. destruct (read_graph f) as [m|]; [|discriminate]. destruct (read_graph g) as [n|]; [|discriminate]. destruct (read_bounds s) as [l|]; [|discriminate].
  destruct (map_all _ l) as [found|]; [|discriminate]. destruct (_ && _)%bool; [|discriminate]. intros [= <- <-]. now repeat split.
Qed.

Section Pair.
Variables (q r : question) (st : state) (a b d : positive).
Hypothesis twin : twins q r.
Hypothesis comp : compile_pair q r = Some (st, (a, b, d)).
Local Notation fine := (fine false (instructions st)).

Lemma compile_pair_correct : well_formed st /\ sized q = true /\
  forall x w, Z.of_nat (length x) = entries (selected q) -> Z.of_nat (length w) = entries (others q) ->
  exists v g h, models (instructions st) (at_inputs x w) v /\ value_at q x w = Some g /\ value_at r x w = Some h /\
    v a = number g /\ v b = number h /\ v d = number g - number h /\ (fine v a <-> guard g) /\ (fine v b <-> guard h) /\ (fine v d <-> guard g /\ guard h) /\ (d < next st)%positive.
Proof.
  revert comp. unfold compile_pair. destruct (sized q) eqn:sizes; [|discriminate]. destruct (append_entries q) as [st0|] eqn:E0; [|discriminate]. destruct (lower_loss q st0) as [[st1 a']|] eqn:E1; [|discriminate].
  destruct (lower_loss r st1) as [[st2 b']|] eqn:E2; [|discriminate]. destruct (emit (Unary Opp b') st2) as [[m st3]|] eqn:E3; [|discriminate]. destruct (emit (Binary Add a' m) st3) as [[d' st4]|] eqn:E4; [|discriminate].
  intros [= <- <- <- <-]. destruct twin as (same_s & same_o & _). assert (sizes' : sized r = true) by (unfold sized in *; now rewrite same_s, same_o).
  assert (start := append_entries_correct q st0 sizes E0). destruct (lower_loss_correct q st0 st1 a' sizes start E1) as (g1 & _ & at_a).
  assert (start1 : has_entries r st1). { unfold has_entries. rewrite same_s, same_o. exact (grows_entries q st0 st1 start g1). }
  destruct (lower_loss_correct r st1 st2 b' sizes' start1 E2) as (g2 & _ & at_b). destruct (emit_correct _ _ _ _ (proj1 g2) E3) as (wf3 & in3 & at_m). destruct (emit_correct _ _ _ _ wf3 E4) as (wf4 & in4 & at_d).
  split; [exact wf4|split; [reflexivity|]]. intros x w len_x len_w. set (D := instructions st4) in *. set (v := valuation D (at_inputs x w)).
  assert (values : models D (at_inputs x w) v) by (apply valuation_correct, (proj1 wf4)). assert (in2 : Programs.within (instructions st2) D) by exact (within_trans _ _ _ in3 in4).
  destruct (at_a D x w v (within_trans _ _ _ (proj2 g2) in2) values len_x len_w) as (g & val_a & num_a & fine_a). rewrite <- same_s in len_x. rewrite <- same_o in len_w.
  destruct (at_b D x w v in2 values len_x len_w) as (h & val_b & num_b & fine_b). exists v, g, h.
  pose proof (in4 _ _ at_m) as found_m. assert (num_m := values _ _ found_m). assert (num_d := values _ _ at_d). cbn in num_m, num_d.
  split; [exact values|]. split; [exact val_a|]. split; [exact val_b|]. split; [exact num_a|]. split; [exact num_b|]. split; [rewrite num_d, num_m, num_a, num_b; ring|].
  split; [exact fine_a|]. split; [exact fine_b|]. split; [|apply (proj2 wf4); now exists (Binary Add a' m)].
  rewrite <- fine_a, <- fine_b. unfold Programs.fine. rewrite (supported_iff _ _ _ _ at_d). cbn. split.
  - intros [_ all]. split; [apply all; now left|]. assert (fm := all m (or_intror (or_introl eq_refl))). rewrite (supported_iff _ _ _ _ found_m) in fm. apply (proj2 fm). now left.
  - intros [fa fb]. split; [exact I|]. intros k [<-|[<-|[]]]; [exact fa|]. rewrite (supported_iff _ _ _ _ found_m). cbn. split; [exact I|]. intros k [<-|[]]. exact fb.
Qed.
Lemma pair_run : runs q /\ runs r.
Proof.
  destruct compile_pair_correct as (_ & _ & at_points). destruct twin as (same_s & same_o & _). split; intros x w len_x len_w.
  - destruct (at_points x w len_x len_w) as (v & g & h & _ & E & _). now exists g.
  - rewrite same_s in len_x. rewrite same_o in len_w. destruct (at_points x w len_x len_w) as (v & g & h & _ & _ & E & _). now exists h.
Qed.
(** a point of both domains, in terms of the program *)
Lemma in_domains x w : inside q (selected q) x -> inside q (others q) w ->
  exists v, models (instructions st) (at_inputs x w) v /\ v a = loss q x w /\ v b = loss r x w /\ v d = loss q x w - loss r x w /\
    (fine v a <-> in_domain q x w) /\ (fine v b <-> in_domain r x w) /\ (fine v d <-> in_domain q x w /\ in_domain r x w).
Proof.
  intros ix iw. destruct compile_pair_correct as (wf & sizes & at_points). destruct (sized_correct q sizes) as [sx sw].
  destruct (at_points x w (inside_length _ _ _ sx ix) (inside_length _ _ _ sw iw)) as (v & g & h & values & Eg & Eh & ng & nh & nd & fa & fb & fd & _).
  assert (ix' : inside r (selected r) x) by (apply (twins_inside q r); [exact twin|]; destruct twin as (-> & _); exact ix).
  assert (iw' : inside r (others r) w) by (apply (twins_inside q r); [exact twin|]; destruct twin as (_ & -> & _); exact iw).
  exists v. unfold loss, in_domain. rewrite Eg, Eh. repeat split; try assumption; try tauto.
Qed.
Lemma pair_point x w M : domain_point q st x w = Some M -> let X := map Q2R x in let W := map Q2R w in
  in_domain q X W /\ in_domain r X W /\ encloses (at_ M d) (loss q X W - loss r X W).
Proof.
  unfold domain_point. destruct (_ && _)%bool eqn:E; [|discriminate]. intro H. injection H as <-. cbv zeta. apply andb_prop in E as [E good]. apply andb_prop in E as [wx ww]. apply all_within_correct in wx, ww.
  destruct compile_pair_correct as (wf & sizes & at_points). destruct (sized_correct q sizes) as [sx sw]. destruct (at_points _ _ (inside_length _ _ _ sx wx) (inside_length _ _ _ sw ww)) as (v & g & h & values & Eg & Eh & _ & _ & nd & _ & _ & fd & lt).
  assert (enc := enclosures_at_correct st (x ++ w) _ _ v (map_app _ _ _) values).
  assert (ok : fine v d).
  { apply (Check_sound.all_defined (instructions st) v st eq_refl wf); [|exact lt]. intros i o found. apply (certainly_good_correct v false _ o enc). unfold all_good in good. rewrite forallb_forall in good. specialize (good i). rewrite found in good.
    apply good, Programs.numbers_from_correct. unfold length_of. assert (lt_i : (i < next st)%positive) by (apply (proj2 wf); now exists o). pose proof (Pos2Nat.is_pos i).
    change (Pos.to_nat 1) with 1%nat. lia. }
  apply fd in ok as [ok ok'].
  assert (ix' : inside r (selected r) (map Q2R x)) by (apply (twins_inside q r); [exact twin|]; destruct twin as (-> & _); exact wx).
  assert (iw' : inside r (others r) (map Q2R w)) by (apply (twins_inside q r); [exact twin|]; destruct twin as (_ & -> & _); exact ww).
  split; [|split]; unfold in_domain, loss; rewrite ?Eg, ?Eh; auto. rewrite <- nd. apply enc.
Qed.
Lemma is_above_correct x w : is_above q st a b d = true -> in_domain q x w -> in_domain r x w -> loss r x w <= loss q x w.
Proof.
  intros ok dq dr. assert (ix := proj1 dq). assert (iw := proj1 (proj2 dq)). destruct (in_domains x w ix iw) as (v & values & na & nb & nd & fa & fb & fd).
  destruct compile_pair_correct as (wf & sizes & _). assert (sized_both := sized_correct q sizes).
  apply orb_prop in ok as [ok|ok].
  - destruct (PositiveMap.find d _) as [f|] eqn:known; [|discriminate]. assert (le := holds_ge0 _ _ (signs_at_point q st d f x w v sized_both known ix iw values (proj2 fd (conj dq dr))) ok). lra.
  - destruct (no_more _ _ _ _ _ _ _ _ _) as [[] m] eqn:E; [|discriminate].
    assert (right_P : right_polynomials (at_inputs x w) v (program_polynomials q st)).
    { unfold program_polynomials. destruct (_ <=? _)%Z; [apply (all_polynomials_correct (instructions st) _ _ values)|]; intros i p found; rewrite PositiveMap.gempty in found; discriminate found. }
    apply (no_more_sound _ _ _ _ _ v values (fun i f found fi => signs_at_point q st i f x w v sized_both found ix iw values fi) right_P) in E.
    specialize (E (proj2 fb dr) (proj2 fa dq)). rewrite Facts_sound.Q2R_0, na, nb in E. lra.
Qed.
End Pair.

Theorem prove_above_sound f g s c : prove_above f g s c = true -> LossAbove f g s.
Proof.
  unfold prove_above, LossAbove. destruct (read_pair f g s) as [[q r]|] eqn:read; [|discriminate]. destruct (read_points 76 c) as [point|]; [|discriminate].
  destruct (compile_pair q r) as [[st [[a b] d]]|] eqn:comp; [|discriminate]. destruct (domain_point q st point []) as [M|] eqn:dom; [|discriminate]. intro ok.
  destruct (read_pair_correct _ _ _ _ _ read) as [twin _]. destruct (pair_run q r st a b d twin comp) as [run_q run_r]. destruct (pair_point q r st a b d twin comp _ _ _ dom) as (dq & dr & _).
  split; [exact run_q|split; [exact run_r|split]]; [now exists (map Q2R point)|]. intros x dx dx'. exact (is_above_correct q r st a b d twin comp x [] ok dx dx').
Qed.
Theorem refute_above_sound f g s c : refute_above f g s c = true -> LossNotAbove f g s.
Proof.
  unfold refute_above, LossNotAbove. destruct (read_pair f g s) as [[q r]|] eqn:read; [|discriminate]. destruct (read_points 82 c) as [point|]; [|discriminate].
  destruct (compile_pair q r) as [[st [[a b] d]]|] eqn:comp; [|discriminate]. destruct (domain_point q st point []) as [M|] eqn:dom; [|discriminate]. intro ok.
  destruct (read_pair_correct _ _ _ _ _ read) as [twin _]. destruct (pair_run q r st a b d twin comp) as [run_q run_r]. destruct (pair_point q r st a b d twin comp _ _ _ dom) as (dq & dr & enc).
  split; [exact run_q|split; [exact run_r|]]. exists (map Q2R point). split; [exact dq|split; [exact dr|]]. apply (certainly_less_correct _ _ _ _ enc zero_encloses) in ok. cbn [map] in ok. lra.
Qed.
