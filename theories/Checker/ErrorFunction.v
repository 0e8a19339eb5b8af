(** * Enclosures of the error function

    Upper bounds at the upper end of an interval, and, as the function is odd, lower bounds at the lower end: by Kummer's series (Primitives/ErrorFunction.v) with as many terms as
    are needed up to 6, by the value at 6 and what lies beyond it elsewhere.  Its derivative, the bell curve, is enclosed by an exponential.

    Main definitions: [bell_interval], [error_function_interval].
    Main results: [bell_interval_correct], [error_function_interval_correct].

    Trust: proved. *)
From Coq Require Import Floats ZArith QArith Qreals Reals List Bool Lra.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Elementary Primitives.FloatBounds Primitives.Fractions Primitives.ErrorFunction.
From Warrant Require Import Checker.Relational Checker.Intervals Checker.Exponentials.
Local Open Scope R_scope.

(** 2/√π *)
Definition bell_zero_interval : interval :=
  (fst (number_of (11283791670955 # 10000000000000) : interval), snd (number_of (11283791670956 # 10000000000000) : interval)).
Definition absolute_interval (e : interval) : interval := add (relu e) (relu (opp e)).
Definition bell_interval (e : interval) : interval :=
  if is_zero e then bell_zero_interval
  else let a := absolute_interval e in mul bell_zero_interval (exponential_interval (opp (mul a a))).

(** [n] more terms, the first of them [term], whose successor is it times 2 · square / k; their sum, and the next term *)
Fixpoint kummer (n : nat) (k : positive) (square term sum : interval) : interval * interval :=
  match n with
  | O => (sum, term)
  | S n => kummer n (k + 2) square (mul term (mul square (number_of (2 # k)))) (add sum term)
  end.
(** the error function of what lies in [e] and is at least 0 *)
Definition kummer_interval (n : nat) (e : interval) : interval :=
  let (sum, term) := kummer n 3 (mul e e) e zero_interval in
  let low := mul (bell_interval e) sum in (fst low, snd (add low (mul bell_zero_interval term))).
Definition terms_for (f : float) : nat := if (f <=? 0.5)%float then 16 else if (f <=? 2)%float then 40 else 128.
Definition error_function_top : float :=
  let six := number_of 6 : interval in snd (add (kummer_interval 128 six) (mul (bell_interval six) (number_of (1 # 12)))).
(** at least the error function of what is at most [f] *)
Definition error_function_up (f : float) : float :=
  if fin f then
    if (0 <=? f)%float then if (f <=? 6)%float then snd (kummer_interval (terms_for f) (f, f)) else error_function_top
    else if (f <=? -4)%float then (- fst (kummer_interval 128 (number_of 4)))%float
    else (- fst (kummer_interval (terms_for (- f)) (- f, - f)))%float
  else error_function_top.
Definition error_function_interval (e : interval) : interval := (- error_function_up (- fst e), error_function_up (snd e))%float.

(** ** Soundness *)

Local Opaque kummer bell_zero_interval exponential_interval.

Lemma bell_zero_correct : encloses bell_zero_interval (bell 0).
Proof.
  assert (a := rel_number _ interval_rel (11283791670955 # 10000000000000)). assert (b := rel_number _ interval_rel (11283791670956 # 10000000000000)).
  destruct bell_zero_bound as [low high]. unfold Q2R in a, b. cbn [Qnum Qden] in a, b.
  split; [exact (LB_le _ _ _ (proj1 a) low)|exact (UB_le _ _ _ (proj2 b) high)].
Qed.
Lemma bell_factors t : bell t = bell 0 * exp (- (t * t)).
Proof. unfold bell. rewrite Rmult_0_l, Ropp_0, exp_0. ring. Qed.
Lemma absolute_correct e r : encloses e r -> encloses (absolute_interval e) (Rabs r).
Proof.
  intro er. replace (Rabs r) with (Rmax 0 r + Rmax 0 (- r)) by (unfold Rabs; destruct (Rcase_abs r); [rewrite Rmax_left, Rmax_right|rewrite Rmax_right, Rmax_left]; lra).
  apply (rel_add _ interval_rel); [exact (rel_relu _ interval_rel _ _ er)|exact (rel_relu _ interval_rel _ _ (rel_opp _ interval_rel _ _ er))].
Qed.
Theorem bell_interval_correct e r : encloses e r -> encloses (bell_interval e) (bell r).
Proof.
  intro er. unfold bell_interval. cbv zeta. destruct (is_zero e) eqn:at_0; [rewrite (is_zero_sound e r er at_0); exact bell_zero_correct|]. rewrite bell_factors.
  assert (square : encloses (mul (absolute_interval e) (absolute_interval e)) (r * r)).
  { replace (r * r) with (Rabs r * Rabs r) by (rewrite <- Rabs_mult; apply Rabs_pos_eq; nra). exact (mul_encloses _ _ _ _ (absolute_correct _ _ er) (absolute_correct _ _ er)). }
  exact (mul_encloses _ _ _ _ bell_zero_correct (exponential_interval_correct _ _ (rel_opp _ interval_rel _ _ square))).
Qed.

Lemma kummer_correct n : forall m k square term sum r, Zpos k = (2 * Z.of_nat m + 3)%Z -> encloses square (r * r) ->
  encloses term (kummer_term m r) -> encloses sum (kummer_sum m r) ->
  encloses (fst (kummer n k square term sum)) (kummer_sum (n + m) r) /\ encloses (snd (kummer n k square term sum)) (kummer_term (n + m) r).
Proof.
  induction n as [|n IH]; intros m k square term sum r is_k sq te su; cbn [kummer Nat.add]; [now split|].
  replace (S (n + m)) with (n + S m)%nat by (rewrite Nat.add_succ_r; reflexivity). apply IH.
  - rewrite Pos2Z.inj_add, is_k. rewrite Nat2Z.inj_succ. ring.
  - exact sq.
  - cbn [kummer_term]. apply mul_encloses; [exact te|]. apply mul_encloses; [exact sq|].
    replace (2 / (2 * INR m + 3)) with (Q2R (2 # k)); [exact (rel_number _ interval_rel _)|]. unfold Q2R, Rdiv. cbn [Qnum Qden]. rewrite is_k, plus_IZR, mult_IZR, <- INR_IZR_INZ. reflexivity.
  - cbn [kummer_sum]. now apply (rel_add _ interval_rel).
Qed.
Local Lemma remainder_encloses low t a b r : encloses low a -> encloses t b -> a <= r <= a + b -> encloses (fst low, snd (add low t)) r.
Proof.
  intros la tb [le ge]. split; cbn [fst snd]; [exact (LB_le _ _ _ (proj1 la) le)|].
  exact (UB_le _ _ _ (proj2 (rel_add _ interval_rel low a t b la tb)) ge).
Qed.
Lemma kummer_interval_correct n e r : encloses e r -> 0 <= r -> encloses (kummer_interval n e) (error_function_R r).
Proof.
  intros er r0. unfold kummer_interval.
  assert (both := kummer_correct n 0 3 (mul e e) e zero_interval r eq_refl (mul_encloses _ _ _ _ er er) er zero_encloses).
  revert both. generalize (kummer n 3 (mul e e) e zero_interval). intros [sum term] [su te]. cbn [fst snd] in su, te. rewrite Nat.add_0_r in su, te. cbv zeta.
  apply (remainder_encloses (mul (bell_interval e) sum) (mul bell_zero_interval term) (bell r * kummer_sum n r) (bell 0 * kummer_term n r)).
  - exact (mul_encloses (bell_interval e) sum (bell r) _ (bell_interval_correct e r er) su).
  - exact (mul_encloses bell_zero_interval term (bell 0) _ bell_zero_correct te).
  - exact (kummer_bound n r r0).
Qed.
Local Lemma number_encloses q r : Q2R q = r -> encloses (number_of q) r.
Proof. intros <-. exact (rel_number _ interval_rel q). Qed.
Lemma top_correct n six twelfth r : encloses six 6 -> encloses twelfth (/ 12) ->
  UB (snd (add (kummer_interval n six) (mul (bell_interval six) twelfth))) (error_function_R r).
Proof.
  intros e6 e12. assert (six0 : 0 <= 6) by lra.
  exact (UB_le _ _ _ (proj2 (rel_add _ interval_rel (kummer_interval n six) (error_function_R 6) (mul (bell_interval six) twelfth) (bell 6 * / 12)
    (kummer_interval_correct n six 6 e6 six0) (mul_encloses (bell_interval six) twelfth (bell 6) (/ 12) (bell_interval_correct _ _ e6) e12))) (error_function_tail_bound r)).
Qed.
Lemma error_function_top_correct r : UB error_function_top (error_function_R r).
Proof. apply top_correct; apply number_encloses; unfold Q2R; simpl; lra. Qed.
Local Lemma point_encloses f : fin f = true -> encloses (f, f) (toR f).
Proof. intro finite. split; cbn [fst snd]; [apply LB_fin|apply UB_fin]; auto; lra. Qed.
Lemma error_function_up_correct f r : UB f r -> UB (error_function_up f) (error_function_R r).
Proof.
  intro above. unfold error_function_up. destruct (fin f) eqn:finite; [|apply error_function_top_correct].
  assert (le := error_function_mono _ _ (UB_toR _ _ above finite)). assert (sign := sign_case f finite).
  destruct (0 <=? f)%float.
  - destruct (f <=? 6)%float; [|apply error_function_top_correct]. exact (UB_le _ _ _ (proj2 (kummer_interval_correct _ _ _ (point_encloses f finite) sign)) le).
  - assert (below : forall n e s, encloses e s -> 0 <= s -> toR f <= - s -> UB (- fst (kummer_interval n e))%float (error_function_R r)).
    { intros n e s es s0 far. apply (UB_le _ (- error_function_R s)); [exact (UB_opp _ _ (proj1 (kummer_interval_correct n e s es s0)))|].
      rewrite <- error_function_odd. apply error_function_mono in far. lra. }
    destruct (f <=? -4)%float eqn:far.
    + apply (below _ _ 4); [apply number_encloses; unfold Q2R; simpl; lra|lra|].
      assert (at_4 : toR (-4)%float = -4) by (change (-4)%float with (- (4))%float; rewrite toR_opp, (toR_pow 4%float 2 eq_refl); simpl; lra).
      assert (le4 := UB_leb f (toR f) (-4)%float (UB_fin _ _ finite (Rle_refl _)) eq_refl far). lra.
    + destruct (fin_opp f finite) as [finite' is_opp]. apply (below _ _ (- toR f)); [rewrite <- is_opp; now apply point_encloses|lra|lra].
Qed.
Local Lemma opposite_bound u r : UB u r -> LB (- u)%float (- r).
Proof. intro above. exact (proj1 (rel_opp _ interval_rel (between nan u) r (conj (LB_nan r) above))). Qed.
Theorem error_function_interval_correct e r : encloses e r -> encloses (error_function_interval e) (error_function_R r).
Proof.
  intros [low high]. split; cbn [fst snd error_function_interval]; [|now apply error_function_up_correct].
  rewrite <- (Ropp_involutive (error_function_R r)), <- error_function_odd.
  apply opposite_bound, error_function_up_correct, UB_opp, low.
Qed.
