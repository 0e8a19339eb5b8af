(** * Disciplined convex programming, on a segment

    A function is convex if along each segment its value c at t x + (1 - t) y is at most t a + (1 - t) b, for its values a at x and b at y.  The composition rule and
    the atoms are lemmas about such triples of numbers: what is known of the arguments' triples gives what is known of the result's.  Besides convex and concave, a
    function may be log-convex or log-concave (it is positive, and its logarithm is convex or concave), and root-convex (it is not negative, and
    its square root is convex).  Log-convex functions are closed under sums and products: so log-sum-exp is convex; root-convex ones are closed under sums: so
    the Euclidean norm is.

    Main definitions: [mean], [convex_on], [concave_on], [log_convex_on], [log_concave_on], [root_convex_on].
    Main results: [composition_mono], [composition_antimono] (the composition rule), [exp_convex], [ln_concave], [sqrt_concave], [inverse_convex],
    [add_log_convex], [add_root_convex], [square_root_convex], [divide_root_convex] (quadratic over linear), [entropy_convex], [relative_entropy_convex].

    Trust: proved.
    Source: M. Grant, S. Boyd, Y. Ye, Disciplined convex programming, 2006; S. Boyd, L. Vandenberghe, Convex Optimization, 2004, sections 3.2 and 3.5. *)
From Coq Require Import Reals Lra Psatz.
Local Open Scope R_scope.

Section Segment.
Variable t : R.
Hypothesis t_in : 0 <= t <= 1.

Definition mean (a b : R) : R := t * a + (1 - t) * b.
Definition convex_on (a b c : R) : Prop := c <= mean a b.
Definition concave_on (a b c : R) : Prop := mean a b <= c.
Definition all_positive (a b c : R) : Prop := 0 < a /\ 0 < b /\ 0 < c.
Definition log_convex_on (a b c : R) : Prop := all_positive a b c /\ convex_on (ln a) (ln b) (ln c).
Definition log_concave_on (a b c : R) : Prop := all_positive a b c /\ concave_on (ln a) (ln b) (ln c).
Definition root_convex_on (a b c : R) : Prop := (0 <= a /\ 0 <= b /\ 0 <= c) /\ convex_on (sqrt a) (sqrt b) (sqrt c).

Lemma mean_ge0 a b : 0 <= a -> 0 <= b -> 0 <= mean a b.
Proof. unfold mean. intros. nra. Qed.
Lemma mean_gt0 a b : 0 < a -> 0 < b -> 0 < mean a b.
Proof. unfold mean. intros. destruct (Rle_dec t (/ 2)); nra. Qed.
Lemma mean_mono a b a' b' : a <= a' -> b <= b' -> mean a b <= mean a' b'.
Proof. unfold mean. intros. nra. Qed.
Lemma mean_same a : mean a a = a.
Proof. unfold mean. ring. Qed.

(** ** The composition rule: a function that is convex where the argument runs, increasing or decreasing there, of a convex or a concave function *)

(** [good] is where the function is known to be convex and monotone; the mean of good numbers is good *)
Section Rule.
Variables (good : R -> Prop) (phi : R -> R).
Hypothesis good_mean : forall a b, good a -> good b -> good (mean a b).
Theorem composition_mono a b c :
  (forall u v, good u -> good v -> phi (mean u v) <= mean (phi u) (phi v)) -> (forall u v, good u -> good v -> u <= v -> phi u <= phi v) ->
  good a -> good b -> good c -> convex_on a b c -> convex_on (phi a) (phi b) (phi c).
Proof. intros convex increasing ga gb gc le. eapply Rle_trans; [apply (increasing _ (mean a b)); auto|]. auto. Qed.
Theorem composition_antimono a b c :
  (forall u v, good u -> good v -> phi (mean u v) <= mean (phi u) (phi v)) -> (forall u v, good u -> good v -> u <= v -> phi v <= phi u) ->
  good a -> good b -> good c -> concave_on a b c -> convex_on (phi a) (phi b) (phi c).
Proof. intros convex decreasing ga gb gc le. eapply Rle_trans; [apply (decreasing (mean a b)); auto|]. auto. Qed.
End Rule.

(** ** Arithmetic *)

Lemma opp_convex a b c : concave_on a b c -> convex_on (- a) (- b) (- c).
Proof. unfold concave_on, convex_on, mean. lra. Qed.
Lemma opp_concave a b c : convex_on a b c -> concave_on (- a) (- b) (- c).
Proof. unfold concave_on, convex_on, mean. lra. Qed.
Lemma add_convex a b c a' b' c' : convex_on a b c -> convex_on a' b' c' -> convex_on (a + a') (b + b') (c + c').
Proof. unfold convex_on, mean. lra. Qed.
Lemma add_concave a b c a' b' c' : concave_on a b c -> concave_on a' b' c' -> concave_on (a + a') (b + b') (c + c').
Proof. unfold concave_on, mean. lra. Qed.
Lemma scale_convex k a b c : 0 <= k -> convex_on a b c -> convex_on (k * a) (k * b) (k * c).
Proof. unfold convex_on, mean. nra. Qed.
Lemma scale_concave k a b c : 0 <= k -> concave_on a b c -> concave_on (k * a) (k * b) (k * c).
Proof. unfold concave_on, mean. nra. Qed.
Lemma max_convex a b c a' b' c' : convex_on a b c -> convex_on a' b' c' -> convex_on (Rmax a a') (Rmax b b') (Rmax c c').
Proof.
  unfold convex_on, mean. intros. pose proof (Rmax_l a a'). pose proof (Rmax_r a a'). pose proof (Rmax_l b b'). pose proof (Rmax_r b b').
  apply Rmax_lub; nra.
Qed.
Lemma min_concave a b c a' b' c' : concave_on a b c -> concave_on a' b' c' -> concave_on (Rmin a a') (Rmin b b') (Rmin c c').
Proof.
  unfold concave_on, mean. intros. pose proof (Rmin_l a a'). pose proof (Rmin_r a a'). pose proof (Rmin_l b b'). pose proof (Rmin_r b b').
  apply Rmin_glb; nra.
Qed.

(** ** Exponential, logarithm, square root *)

(** the tangent at the mean lies below the exponential *)
Theorem exp_convex u v : exp (mean u v) <= mean (exp u) (exp v).
Proof.
  set (m := mean u v). assert (tangent : forall w, exp m * (1 + (w - m)) <= exp w).
  { intro w. replace w with (m + (w - m)) at 2 by ring. rewrite exp_plus. apply Rmult_le_compat_l; [left; apply exp_pos|apply exp_ineq1_le]. }
  pose proof (mean_mono _ _ _ _ (tangent u) (tangent v)) as le. eapply Rle_trans; [|exact le]. right. unfold m, mean. ring.
Qed.
Lemma exp_log_convex a b c : convex_on a b c -> log_convex_on (exp a) (exp b) (exp c).
Proof. intro le. split; [repeat split; apply exp_pos|]. now rewrite !ln_exp. Qed.
Lemma exp_log_concave a b c : concave_on a b c -> log_concave_on (exp a) (exp b) (exp c).
Proof. intro le. split; [repeat split; apply exp_pos|]. now rewrite !ln_exp. Qed.
Lemma exp_le u v : u <= v -> exp u <= exp v.
Proof. intros [lt | ->]; [left; now apply exp_increasing|right; reflexivity]. Qed.
Lemma ln_le u v : 0 < u -> u <= v -> ln u <= ln v.
Proof. intros pos [lt | ->]; [left; now apply ln_increasing|right; reflexivity]. Qed.
Theorem ln_concave a b c : all_positive a b c -> concave_on a b c -> concave_on (ln a) (ln b) (ln c).
Proof.
  intros (pa & pb & pc) le. unfold concave_on in *. eapply Rle_trans; [|apply (ln_le (mean a b)); [now apply mean_gt0|exact le]].
  rewrite <- (ln_exp (mean (ln a) (ln b))). apply ln_le; [apply exp_pos|]. pose proof (exp_convex (ln a) (ln b)) as ce. now rewrite !exp_ln in ce.
Qed.
Lemma log_convex_convex a b c : log_convex_on a b c -> convex_on a b c.
Proof.
  intros [(pa & pb & pc) le]. unfold convex_on in *. apply exp_le in le. rewrite exp_ln in le by assumption.
  pose proof (exp_convex (ln a) (ln b)) as ce. rewrite !exp_ln in ce by assumption. lra.
Qed.
Lemma concave_log_concave a b c : all_positive a b c -> concave_on a b c -> log_concave_on a b c.
Proof. intros pos le. split; [exact pos|now apply ln_concave]. Qed.
Lemma mul_log_convex a b c a' b' c' : log_convex_on a b c -> log_convex_on a' b' c' -> log_convex_on (a * a') (b * b') (c * c').
Proof.
  intros [(? & ? & ?) le] [(? & ? & ?) le']. split; [repeat split; now apply Rmult_lt_0_compat|]. rewrite !ln_mult by assumption. now apply add_convex.
Qed.
Lemma mul_log_concave a b c a' b' c' : log_concave_on a b c -> log_concave_on a' b' c' -> log_concave_on (a * a') (b * b') (c * c').
Proof.
  intros [(? & ? & ?) le] [(? & ? & ?) le']. split; [repeat split; now apply Rmult_lt_0_compat|]. rewrite !ln_mult by assumption. now apply add_concave.
Qed.
Lemma inverse_log_convex a b c : log_concave_on a b c -> log_convex_on (/ a) (/ b) (/ c).
Proof.
  intros [(? & ? & ?) le]. split; [repeat split; now apply Rinv_0_lt_compat|]. rewrite !ln_Rinv by assumption. now apply opp_convex.
Qed.
Lemma inverse_log_concave a b c : log_convex_on a b c -> log_concave_on (/ a) (/ b) (/ c).
Proof.
  intros [(? & ? & ?) le]. split; [repeat split; now apply Rinv_0_lt_compat|]. rewrite !ln_Rinv by assumption. now apply opp_concave.
Qed.
Theorem inverse_convex a b c : all_positive a b c -> concave_on a b c -> convex_on (/ a) (/ b) (/ c).
Proof. intros pos le. apply log_convex_convex, inverse_log_convex. now apply concave_log_concave. Qed.

(** The sum of log-convex functions is log-convex: divided by the exponential of the mean of the logarithms of the sums, each summand is a weighted geometric mean of
    two fractions, and so at most their arithmetic mean. *)
Theorem add_log_convex a b c a' b' c' : log_convex_on a b c -> log_convex_on a' b' c' -> log_convex_on (a + a') (b + b') (c + c').
Proof.
  intros [(pa & pb & pc) le] [(pa' & pb' & pc') le']. split; [repeat split; lra|]. unfold convex_on in *.
  set (m := mean (ln (a + a')) (ln (b + b'))).
  assert (part : forall u v w, 0 < u -> 0 < v -> 0 < w -> ln w <= mean (ln u) (ln v) -> w <= exp m * mean (u / (a + a')) (v / (b + b'))).
  { intros u v w pu pv pw lew. pose proof (exp_convex (ln u - ln (a + a')) (ln v - ln (b + b'))) as ce.
    unfold Rminus in ce. rewrite !exp_plus, !exp_Ropp, !exp_ln in ce by lra.
    assert (E : mean (ln u + - ln (a + a')) (ln v + - ln (b + b')) = mean (ln u) (ln v) - m) by (unfold m, mean; ring).
    rewrite E in ce. apply exp_le in lew. rewrite exp_ln in lew by exact pw.
    replace (mean (ln u) (ln v)) with (m + (mean (ln u) (ln v) - m)) in lew by ring. rewrite exp_plus in lew.
    eapply Rle_trans; [exact lew|]. apply Rmult_le_compat_l; [left; apply exp_pos|exact ce]. }
  assert (sum : c + c' <= exp m).
  { pose proof (part a b c pa pb pc le). pose proof (part a' b' c' pa' pb' pc' le').
    assert (E : mean (a / (a + a')) (b / (b + b')) + mean (a' / (a + a')) (b' / (b + b')) = 1) by (unfold mean; field; lra).
    replace (exp m) with (exp m * (mean (a / (a + a')) (b / (b + b')) + mean (a' / (a + a')) (b' / (b + b')))) by (rewrite E; ring). lra. }
  rewrite <- (ln_exp m). apply ln_le; lra.
Qed.

Lemma square_mean_le r s : mean r s * mean r s <= mean (r * r) (s * s).
Proof.
  assert (E : mean (r * r) (s * s) - mean r s * mean r s = t * (1 - t) * ((r - s) * (r - s))) by (unfold mean; ring).
  assert (0 <= t * (1 - t) * ((r - s) * (r - s))); [|lra]. apply Rmult_le_pos; [nra|apply Rle_0_sqr].
Qed.
Theorem sqrt_concave a b c : 0 <= a -> 0 <= b -> concave_on a b c -> concave_on (sqrt a) (sqrt b) (sqrt c).
Proof.
  intros pa pb le. unfold concave_on in *. eapply Rle_trans; [|apply sqrt_le_1_alt, le].
  apply Rsqr_incr_0_var; [|apply sqrt_pos]. rewrite Rsqr_sqrt by now apply mean_ge0.
  pose proof (square_mean_le (sqrt a) (sqrt b)) as sq. rewrite !sqrt_sqrt in sq by assumption. exact sq.
Qed.
Lemma ln_sqrt a : 0 < a -> ln (sqrt a) = / 2 * ln a.
Proof.
  intro pos. assert (p : 0 < sqrt a) by now apply sqrt_lt_R0. rewrite <- (sqrt_sqrt a) at 2 by lra. rewrite ln_mult by exact p. lra.
Qed.
Lemma sqrt_log_convex a b c : log_convex_on a b c -> log_convex_on (sqrt a) (sqrt b) (sqrt c).
Proof.
  intros [(? & ? & ?) le]. split; [repeat split; now apply sqrt_lt_R0|]. rewrite !ln_sqrt by assumption. apply scale_convex; [lra|exact le].
Qed.
Lemma sqrt_log_concave a b c : log_concave_on a b c -> log_concave_on (sqrt a) (sqrt b) (sqrt c).
Proof.
  intros [(? & ? & ?) le]. split; [repeat split; now apply sqrt_lt_R0|]. rewrite !ln_sqrt by assumption. apply scale_concave; [lra|exact le].
Qed.
Lemma log_convex_root_convex a b c : log_convex_on a b c -> root_convex_on a b c.
Proof. intro lc. split; [destruct lc as [(? & ? & ?) _]; repeat split; lra|]. now apply log_convex_convex, sqrt_log_convex. Qed.

(** ** Squares *)

Lemma root_convex_convex a b c : root_convex_on a b c -> convex_on a b c.
Proof.
  intros [(pa & pb & pc) le]. unfold convex_on in *. rewrite <- (sqrt_sqrt a pa), <- (sqrt_sqrt b pb), <- (sqrt_sqrt c pc).
  eapply Rle_trans; [|apply square_mean_le]. pose proof (sqrt_pos c). nra.
Qed.
Theorem square_root_convex a b c : convex_on (Rabs a) (Rabs b) (Rabs c) -> root_convex_on (a * a) (b * b) (c * c).
Proof. intro le. split; [repeat split; apply Rle_0_sqr|]. pose proof sqrt_Rsqr_abs as E. unfold Rsqr in E. now rewrite !E. Qed.
Lemma abs_convex a b c : convex_on a b c -> concave_on a b c -> convex_on (Rabs a) (Rabs b) (Rabs c).
Proof.
  unfold convex_on, concave_on, mean. intros le ge. pose proof (Rle_abs a). pose proof (Rle_abs b). pose proof (Rle_abs (- a)) as na. pose proof (Rle_abs (- b)) as nb.
  rewrite !Rabs_Ropp in *. apply Rabs_le. split; nra.
Qed.
Lemma scale_root_convex k a b c : 0 <= k -> root_convex_on a b c -> root_convex_on (k * a) (k * b) (k * c).
Proof.
  intros pos [(? & ? & ?) le]. split; [repeat split; now apply Rmult_le_pos|]. rewrite !sqrt_mult by assumption. apply scale_convex; [apply sqrt_pos|exact le].
Qed.
(** Minkowski's inequality in the plane *)
Theorem add_root_convex a b c a' b' c' : root_convex_on a b c -> root_convex_on a' b' c' -> root_convex_on (a + a') (b + b') (c + c').
Proof.
  intros [(pa & pb & pc) le] [(pa' & pb' & pc') le']. split; [repeat split; lra|]. unfold convex_on in *.
  pose proof (sqrt_sqrt _ pa) as sa. pose proof (sqrt_sqrt _ pb) as sb. pose proof (sqrt_sqrt _ pc) as sc.
  pose proof (sqrt_sqrt _ pa') as sa'. pose proof (sqrt_sqrt _ pb') as sb'. pose proof (sqrt_sqrt _ pc') as sc'.
  pose proof (sqrt_pos a) as ga. pose proof (sqrt_pos b) as gb. pose proof (sqrt_pos c) as gc.
  pose proof (sqrt_pos a') as ga'. pose proof (sqrt_pos b') as gb'. pose proof (sqrt_pos c') as gc'.
  set (u := sqrt a) in *. set (v := sqrt b) in *. set (w := sqrt c) in *. set (u' := sqrt a') in *. set (v' := sqrt b') in *. set (w' := sqrt c') in *.
  assert (pu : 0 <= a + a') by lra. assert (pv : 0 <= b + b') by lra. assert (pw : 0 <= c + c') by lra.
  pose proof (sqrt_sqrt _ pu) as su. pose proof (sqrt_sqrt _ pv) as sv. pose proof (sqrt_pos (a + a')) as gu. pose proof (sqrt_pos (b + b')) as gv.
  set (p := sqrt (a + a')) in *. set (q := sqrt (b + b')) in *.
  assert (cauchy : u * v + u' * v' <= p * q).
  { apply Rsqr_incr_0_var; [|now apply Rmult_le_pos]. unfold Rsqr. replace (p * q * (p * q)) with ((p * p) * (q * q)) by ring.
    rewrite su, sv, <- sa, <- sb, <- sa', <- sb'. assert (0 <= (u * v' - u' * v) * (u * v' - u' * v)) by apply Rle_0_sqr. nra. }
  assert (gm : 0 <= mean p q) by now apply mean_ge0.
  rewrite <- (sqrt_Rsqr (mean p q)) by exact gm. apply sqrt_le_1_alt. rewrite <- sc, <- sc'.
  assert (bound : w * w + w' * w' <= mean u v * mean u v + mean u' v' * mean u' v').
  { apply Rplus_le_compat; apply Rmult_le_compat; assumption. }
  eapply Rle_trans; [exact bound|]. unfold Rsqr, mean.
  assert (E : (t * u + (1 - t) * v) * (t * u + (1 - t) * v) + (t * u' + (1 - t) * v') * (t * u' + (1 - t) * v')
    = t * t * (u * u + u' * u') + (1 - t) * (1 - t) * (v * v + v' * v') + 2 * (t * (1 - t)) * (u * v + u' * v')) by ring.
  rewrite E, sa, sa', sb, sb', <- su, <- sv. assert (0 <= t * (1 - t)) by nra. nra.
Qed.
(** quadratic over linear *)
Theorem divide_root_convex a b c a' b' c' : root_convex_on a b c -> all_positive a' b' c' -> concave_on a' b' c' ->
  convex_on (a / a') (b / b') (c / c').
Proof.
  intros [(pa & pb & pc) le] (pa' & pb' & pc') ge. unfold convex_on, concave_on in *.
  pose proof (sqrt_sqrt _ pa) as sa. pose proof (sqrt_sqrt _ pb) as sb. pose proof (sqrt_sqrt _ pc) as sc. pose proof (sqrt_pos c) as gc.
  pose proof (sqrt_pos a) as ga. pose proof (sqrt_pos b) as gb.
  set (u := sqrt a) in *. set (v := sqrt b) in *. set (w := sqrt c) in *. rewrite <- sa, <- sb, <- sc.
  assert (pm : 0 < mean a' b') by now apply mean_gt0.
  apply Rle_trans with (mean u v * mean u v / mean a' b').
  - unfold Rdiv. apply Rmult_le_compat; [nra|left; now apply Rinv_0_lt_compat|nra|]. now apply Rinv_le_contravar.
  - apply (Rmult_le_reg_r (mean a' b')); [exact pm|]. unfold Rdiv at 1. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra.
    assert (E : mean (u * u / a') (v * v / b') * mean a' b' - mean u v * mean u v = t * (1 - t) * ((u * b' - v * a') * (u * b' - v * a')) / (a' * b')).
    { unfold mean. field. lra. }
    assert (0 <= t * (1 - t) * ((u * b' - v * a') * (u * b' - v * a')) / (a' * b')); [|lra].
    unfold Rdiv. apply Rmult_le_pos; [apply Rmult_le_pos; [nra|apply Rle_0_sqr]|left; apply Rinv_0_lt_compat; nra].
Qed.

(** ** Entropies *)

(** x ln(x / y), jointly in both *)
Theorem relative_entropy_convex a b c a' b' c' : all_positive a b c -> all_positive a' b' c' -> convex_on a b c -> concave_on a b c -> convex_on a' b' c' -> concave_on a' b' c' ->
  convex_on (a * ln (a / a')) (b * ln (b / b')) (c * ln (c / c')).
Proof.
  intros (pa & pb & pc) (pa' & pb' & pc') le ge le' ge'. unfold convex_on, concave_on in *.
  assert (Ec : c = mean a b) by lra. assert (Ec' : c' = mean a' b') by lra. set (r := c / c').
  assert (pr : 0 < r) by (now apply Rdiv_lt_0_compat).
  assert (tangent : forall u u', 0 < u -> 0 < u' -> u * ln r + u - r * u' <= u * ln (u / u')).
  { intros u u' pu pu'. assert (pq : 0 < r * u' / u) by (apply Rdiv_lt_0_compat; [now apply Rmult_lt_0_compat|exact pu]).
    pose proof (exp_ineq1_le (ln (r * u' / u))) as le1. rewrite exp_ln in le1 by exact pq.
    assert (E : ln (u / u') = ln r - ln (r * u' / u)).
    { unfold Rdiv. rewrite !ln_mult, !ln_Rinv; try assumption; try (now apply Rinv_0_lt_compat); try (now apply Rmult_lt_0_compat). ring. }
    rewrite E. assert (step : u * ln (r * u' / u) <= r * u' - u); [|lra].
    apply Rle_trans with (u * (r * u' / u - 1)); [apply Rmult_le_compat_l; lra|right; field; lra]. }
  pose proof (mean_mono _ _ _ _ (tangent a a' pa pa') (tangent b b' pb pb')) as le1. eapply Rle_trans; [|exact le1].
  assert (E : mean (a * ln r + a - r * a') (b * ln r + b - r * b') = c * ln r + c - r * c') by (rewrite Ec, Ec'; unfold mean; ring).
  rewrite E. unfold r. right. field. lra.
Qed.
Theorem entropy_convex a b c : all_positive a b c -> convex_on a b c -> concave_on a b c -> convex_on (a * ln a) (b * ln b) (c * ln c).
Proof.
  intros pos le ge. pose proof (relative_entropy_convex a b c 1 1 1 pos) as H. unfold Rdiv in H. rewrite Rinv_1, !Rmult_1_r in H.
  apply H; [unfold all_positive; lra|exact le|exact ge| |]; unfold convex_on, concave_on; rewrite mean_same; lra.
Qed.
End Segment.
