(** * The checker of losses is right

    Main results: [prove_loss_sound], [refute_loss_sound].

    Trust: proved. *)
From Coq Require Import PString Uint63 ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Elementary Spec.Losses Primitives.Fractions.
From Warrant Require Import Primitives.Autodiff.Programs Primitives.Autodiff.Reverse Checker.Relational Checker.Intervals Checker.Gradients.Relational.
From Warrant Require Import Checker.Gradients.Lowering Checker.Gradients.Enclosures Checker.Gradients.Domain Primitives.Losses.Composition Checker.Losses.Facts Checker.Losses.Facts_sound Checker.Losses.Forms Checker.Losses.Quadratic Checker.Losses.Analysis Checker.Losses.Slopes Checker.Losses.Program Checker.Losses.Program_sound Checker.Losses.Margins Checker.Losses.Minimum Checker.Losses.Stationary Checker.Losses.Forecasts Checker.Losses.Evaluation Checker.Losses.Curvature Checker.Losses.Check.
From Warrant Require Checker.Gradients.Check Checker.Gradients.Check_sound.
Import ListNotations.
Local Open Scope Z_scope.

(** ** Proofs *)

Theorem prove_sound q point : prove q point = true -> runs q /\ (exists x w, concerned q x w) /\ holds q.
Proof.
  unfold prove, at_point_and. destruct (compile q) as [[st a]|] eqn:comp; [|discriminate]. destruct (domain_point _ _ _ _) as [M|] eqn:dom; [|discriminate]. intro ok.
  split; [exact (compile_runs _ _ _ comp)|split].
  { destruct (domain_point_correct _ _ _ _ _ _ comp dom) as (_ & _ & d & _). eexists; eexists; split; [exact d|]. unfold follows in ok. destruct (claimed q) as [| | | | | | | |f ulps b r]; try exact I.
    apply andb_prop in ok as [ok _]. rewrite <- (firstn_skipn (Z.to_nat (entries (selected q))) point) in ok. exact (representable_correct f _ _ ok). }
  unfold holds, follows in *. destruct (claimed q) as [| |L|L| | |t| |f ulps b r].
  - intros w x y t dx dy t_in. now apply (loss_convex_correct q st a _ comp eq_refl).
  - intros w x dx. now apply (loss_ge0_correct q st a _ comp eq_refl).
  - destruct (slope_of_loss q st a) as [s|] eqn:known; [|discriminate]. apply Facts_sound.le_correct in ok. intros w x y (ix & iw & gx) (iy & _ & gy).
    destruct (in_domain_iff q st a x w comp ix iw) as (v & values & num & _). destruct (in_domain_iff q st a y w comp iy iw) as (v' & values' & num' & _).
    rewrite <- num, <- num'. eapply Rle_trans; [exact (slope_of_loss_correct q st a x y w v v' s comp ix iy iw values values' known)|].
    apply Rmult_le_compat_r; [apply sqrt_pos|exact ok].
  - intros w x y t dx dy t_in. now apply (is_smooth_correct q st a).
  - destruct point as [|h [|]]; try discriminate. intros w m dm. now apply (bounds_zero_one_correct q st a _ comp eq_refl h).
  - destruct point as [|h [|]]; try discriminate. intros w iw. now apply (is_calibrated_correct q st a _ comp eq_refl h).
  - intros w x dx. apply orb_prop in ok as [ok|ok]; [now apply (is_minimised_correct q st a _ t comp eq_refl)|now apply (is_least_correct q st a _ t comp eq_refl)].
  - exact (is_proper_correct q st a comp _ ok).
  - apply andb_prop in ok as [_ ok]. exact (rounding_follows_correct q f ulps b r ok).
Qed.
Theorem prove_in_boxes_sound q cover : prove_in_boxes q cover = true -> runs q /\ (exists x w, concerned q x w) /\ holds q.
Proof.
  unfold prove_in_boxes, at_point_and. destruct (compile q) as [[st a]|] eqn:comp; [|discriminate]. destruct (domain_point _ _ _ _) as [M|] eqn:dom; [|discriminate]. intro ok.
  split; [exact (compile_runs _ _ _ comp)|split; [|exact (follows_in_boxes_correct q st a comp _ ok)]].
  destruct (domain_point_correct _ _ _ _ _ _ comp dom) as (_ & _ & d & _). eexists; eexists; split; [exact d|].
  unfold follows_in_boxes, by_derivatives in ok. destruct (snd cover); [discriminate|]. destruct (claimed q); try exact I. discriminate.
Qed.
Theorem prove_loss_sound l p c : prove_loss l p c = true -> LossHolds l p.
Proof.
  unfold prove_loss, LossHolds. destruct (read_question l p) as [q|]; [|discriminate]. destruct (read_points 76 c) as [point|]; [apply prove_sound|].
  destruct (read_cover _ _ c) as [cover|]; [apply prove_in_boxes_sound|discriminate].
Qed.

(** ** Refutations *)

Local Open Scope R_scope.
Lemma half_correct : Q2R (1 # 2) = / 2.
Proof. unfold Q2R. simpl. lra. Qed.
Lemma middle_correct x : forall y, map Q2R (zip_with middle x y) = mix (/ 2) (map Q2R x) (map Q2R y).
Proof.
  unfold mix. induction x as [|a x IH]; intros [|b y]; simpl; try reflexivity. rewrite IH. f_equal.
  unfold middle. rewrite (Qeq_eqR _ _ (Qred_correct _)), Q2R_plus, !Q2R_mult, half_correct. lra.
Qed.
Lemma squared_distance_correct x : forall y, Q2R (fold_right Qplus 0%Q (zip_with (fun a b => (a - b) * (a - b))%Q x y))
  = fold_right Rplus 0 (zip_with (fun a b => (a - b) * (a - b)) (map Q2R x) (map Q2R y)).
Proof.
  induction x as [|a x IH]; intros [|b y]; simpl; try apply Facts_sound.Q2R_0. rewrite Q2R_plus, Q2R_mult, Q2R_minus, IH. reflexivity.
Qed.

Lemma certainly_larger_correct i j r s : encloses i r -> encloses j s -> certainly_larger i j = true -> s < Rabs r.
Proof.
  intros ei ej ok. apply orb_prop in ok as [ok|ok].
  - apply (certainly_less_correct _ _ _ _ ej ei) in ok. pose proof (Rle_abs r). lra.
  - apply (certainly_less_correct _ _ _ _ ej (rel_opp _ interval_rel _ _ ei)) in ok. cbn [Tensor.opp R_scalar] in ok. pose proof (Rle_abs (- r)) as le. rewrite Rabs_Ropp in le. lra.
Qed.
Lemma chord_encloses e f r s : encloses e r -> encloses f s -> encloses (add (mul half e) (mul half f)) (/ 2 * r + / 2 * s).
Proof.
  intros ex ey. assert (half_encloses : encloses half (/ 2)) by (rewrite <- half_correct; exact (rel_number _ interval_rel (1 # 2)%Q)).
  exact (rel_add _ interval_rel _ _ _ _ (mul_encloses _ _ _ _ half_encloses ex) (mul_encloses _ _ _ _ half_encloses ey)).
Qed.
Lemma middle_encloses q st a x y w : compile q = Some (st, a) -> inside q (selected q) (map Q2R x) -> inside q (selected q) (map Q2R y) -> inside q (others q) (map Q2R w) ->
  encloses (at_ (enclosures_at st (zip_with middle x y ++ w)) a) (loss q (mix (/ 2) (map Q2R x) (map Q2R y)) (map Q2R w)).
Proof.
  intros comp ix iy iw. assert (t_in : 0 <= / 2 <= 1) by lra. assert (im := inside_mix _ _ _ _ _ t_in ix iy).
  destruct (in_domain_iff q st a _ _ comp im iw) as (v & values & num & _). rewrite <- num.
  apply (enclosures_at_correct st _ (mix (/ 2) (map Q2R x) (map Q2R y)) (map Q2R w) v); [|exact values]. now rewrite map_app, middle_correct.
Qed.

Theorem refute_sound q points : refute q points = true -> runs q /\ ~ holds q.
Proof.
  unfold refute. destruct (compile q) as [[st a]|] eqn:comp; [|discriminate]. intro ok. split; [exact (compile_runs _ _ _ comp)|].
  unfold holds. set (n := Z.to_nat (entries (selected q))) in *. set (x := firstn n points) in *. set (y := firstn n (skipn n points)) in *. set (w := skipn n (skipn n points)) in *.
  destruct (claimed q) as [| |L|L| | |t| |f ulps b r].
  - destruct (domain_point q st x w) as [M|] eqn:dx; [|discriminate]. destruct (domain_point q st y w) as [N|] eqn:dy; [|discriminate].
    destruct (domain_point_correct _ _ _ _ _ _ comp dx) as (ix & iw & inx & ex). destruct (domain_point_correct _ _ _ _ _ _ comp dy) as (iy & _ & iny & ey).
    intro convex. destruct (convex _ _ _ (/ 2) inx iny ltac:(lra)) as [_ le].
    apply (certainly_less_correct _ _ _ _ (chord_encloses _ _ _ _ ex ey) (middle_encloses _ _ _ _ _ _ comp ix iy iw)) in ok. lra.
  - destruct (domain_point q st x (skipn n points)) as [M|] eqn:dx; [|discriminate]. destruct (domain_point_correct _ _ _ _ _ _ comp dx) as (_ & _ & inx & ex).
    intro nonnegative. specialize (nonnegative _ _ inx). apply (certainly_less_correct _ _ _ _ ex zero_encloses) in ok. lra.
  - destruct (domain_point q st x w) as [M|] eqn:dx; [|discriminate]. destruct (domain_point q st y w) as [N|] eqn:dy; [|discriminate].
    destruct (domain_point_correct _ _ _ _ _ _ comp dx) as (_ & _ & inx & ex). destruct (domain_point_correct _ _ _ _ _ _ comp dy) as (_ & _ & iny & ey).
    intro lipschitz. specialize (lipschitz _ _ _ inx iny).
    assert (far : encloses (mul (Tensor.number_of L) (Tensor.root (Tensor.number_of (squared_distance x y)))) (Q2R L * distance (map Q2R x) (map Q2R y))).
    { apply mul_encloses; [exact (rel_number _ interval_rel L)|]. unfold distance. rewrite <- squared_distance_correct, <- (Qeq_eqR _ _ (Qred_correct _)).
      exact (rel_root _ interval_rel _ _ (rel_number _ interval_rel (squared_distance x y))). }
    apply (certainly_larger_correct _ _ _ _ (minus_encloses _ _ _ _ ex ey) far) in ok. lra.
  - destruct (domain_point q st x w) as [M|] eqn:dx; [|discriminate]. destruct (domain_point q st y w) as [N|] eqn:dy; [|discriminate].
    destruct (domain_point_correct _ _ _ _ _ _ comp dx) as (ix & iw & inx & ex). destruct (domain_point_correct _ _ _ _ _ _ comp dy) as (iy & _ & iny & ey).
    intro smooth. destruct (smooth _ _ _ (/ 2) inx iny ltac:(lra)) as [_ le].
    apply (certainly_larger_correct _ _ _ _ (minus_encloses _ _ _ _ (chord_encloses _ _ _ _ ex ey) (middle_encloses _ _ _ _ _ _ comp ix iy iw)) (rel_number _ interval_rel _)) in ok.
    cbn [Tensor.number_of R_scalar] in ok.
    assert (square : Q2R (squared_distance x y) = distance (map Q2R x) (map Q2R y) * distance (map Q2R x) (map Q2R y)).
    { rewrite distance_squared. unfold squared_distance, squares. now rewrite (Qeq_eqR _ _ (Qred_correct _)), squared_distance_correct. }
    rewrite !Q2R_mult, square in ok. replace (Q2R (1 # 8)) with (/ 8) in ok by (unfold Q2R; simpl; lra). replace (1 - / 2) with (/ 2) in le by lra. lra.
  - destruct (domain_point q st x (skipn n points)) as [M|] eqn:dx; [|discriminate]. destruct x as [|m [|]]; try discriminate.
    destruct (below_zero_one_correct _ _ _ comp _ _ _ dx ok) as (r & s & dom & less). intro above. specialize (above _ _ dom). lra.
  - destruct points as [|u [|]]; try discriminate. destruct (not_calibrated_correct q st a _ comp eq_refl u ok) as [iw no]. intro yes. destruct (yes _ iw) as [dom cal]. exact (no dom cal).
  - apply orb_prop in ok as [ok|ok]; [destruct (not_minimised_correct q st a t comp _ _ ok) as (r & s & dom & no)|destruct (not_least_correct q st a t comp _ _ ok) as (r & s & dom & no)]; intro yes; exact (no (yes s r dom)).
  - intros [_ proper]. exact (not_proper_correct q st a comp _ _ ok proper).
  - destruct (domain_point q st x (skipn n points)) as [M|] eqn:dx; [|discriminate]. destruct (domain_point_correct _ _ _ _ _ _ comp dx) as (_ & _ & inx & _).
    destruct (rounding_fails_correct q f ulps b r _ _ ok) as (x' & w' & s & fx & fw & is_x & is_w & comp' & [y0 sy] & far).
    intro near. specialize (near x' w' fx fw). rewrite is_x, is_w, comp' in near. destruct (near inx y0 sy) as [fin le]. specialize (far y0 sy fin). lra.
Qed.
Theorem refute_loss_sound l p c : refute_loss l p c = true -> LossFails l p.
Proof.
  unfold refute_loss, LossFails. destruct (read_question l p) as [q|]; [|discriminate]. destruct (read_points 82 c) as [points|]; [|discriminate]. apply refute_sound.
Qed.
