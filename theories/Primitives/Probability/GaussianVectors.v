(** * Gaussian noise in every dimension

    There is a probability on vectors that is [gaussian], for every number of coordinates and every standard deviation: the coordinates have the integral with the normal density as their mean, independently
    (ProductNoise.v).  That shifts by v multiply the density follows coordinate by coordinate.  That projections on every vector are normal follows from this, without rotations and convolutions: the law of a
    projection and the normal law change by the same factors when they are shifted; so on slabs whose thickness tends to 0 they are in proportion, with the same factor everywhere, and both are 1 in all.

    Main definitions: [gaussian_noise].
    Main results: [gaussian_projections] (of the two properties in [gaussian], that on shifts implies that on projections), [gaussian_exists].

    Trust: proved.
    Source: R. Cameron and W. Martin, Transformations of Wiener integrals under translations, 1944 (the density of shifted noise). *)
From Coq Require Import Reals Lra Lia Psatz FunctionalExtensionality.
From Coquelicot Require Import Hierarchy Continuity Derive RInt RInt_analysis AutoDerive Lim_seq.
From Coquelicot Require Rbar.
From Warrant Require Import Spec.Probability Spec.Smoothing Primitives.Probability.Events Primitives.Probability.Normal Primitives.Probability.GaussianNoise Primitives.Probability.ProductNoise.
Local Open Scope R_scope.

(** ** Laws that change by the same factors *)

Section Slabs.
Variable tau : R.
Hypothesis tau_gt0 : 0 < tau.

(** what a distribution function that moves as the normal one does gives the interval from x to x + h, beside what it gives the one from 0 to h *)
Definition moves (F : R -> R) : Prop := (forall a b, a <= b -> F a <= F b) /\ forall x h, 0 <= h ->
  exp ((- (Rabs x * h) - x * x / 2) / (tau * tau)) * (F h - F 0) <= F (x + h) - F x <= exp ((Rabs x * h - x * x / 2) / (tau * tau)) * (F h - F 0).
Definition tails (F : R -> R) : Prop := (forall t, 0 <= F t <= 1) /\ forall eps, 0 < eps -> exists far, forall t, far <= t -> F (- t) < eps /\ 1 - eps < F t.

Lemma exp_le x y : x <= y -> exp x <= exp y.
Proof. intros [less|<-]; [left; now apply exp_increasing|apply Rle_refl]. Qed.
Lemma slab_bound F G x h reach : moves F -> moves G -> 0 <= h -> Rabs x <= reach ->
  (F (x + h) - F x) * (G h - G 0) <= exp (2 * reach * h / (tau * tau)) * (F h - F 0) * (G (x + h) - G x).
Proof.
  intros [F_mono F_moves] [G_mono G_moves] h_ge0 near. destruct (F_moves x h h_ge0) as [_ high]. destruct (G_moves x h h_ge0) as [low _].
  pose proof (F_mono 0 h h_ge0). pose proof (G_mono 0 h h_ge0). pose proof (Rinv_0_lt_compat (tau * tau) ltac:(nra)) as inverse.
  assert (factors : exp ((Rabs x * h - x * x / 2) / (tau * tau)) <= exp (2 * reach * h / (tau * tau)) * exp ((- (Rabs x * h) - x * x / 2) / (tau * tau))).
  { rewrite <- exp_plus. apply exp_le. unfold Rdiv. rewrite <- Rmult_plus_distr_r. apply Rmult_le_compat_r; [lra|]. pose proof (Rmult_le_compat_r h _ _ h_ge0 near). lra. }
  set (up := exp ((Rabs x * h - x * x / 2) / (tau * tau))) in *. set (down := exp ((- (Rabs x * h) - x * x / 2) / (tau * tau))) in *.
  set (ratio := exp (2 * reach * h / (tau * tau))) in *. pose proof (exp_pos (2 * reach * h / (tau * tau))) as ratio_gt0. fold ratio in ratio_gt0.
  apply Rle_trans with (up * (F h - F 0) * (G h - G 0)); [apply Rmult_le_compat_r; lra|].
  apply Rle_trans with (ratio * down * (F h - F 0) * (G h - G 0)); [apply Rmult_le_compat_r; [lra|]; apply Rmult_le_compat_r; lra|].
  replace (ratio * down * (F h - F 0) * (G h - G 0)) with (ratio * (F h - F 0) * (down * (G h - G 0))) by ring. apply Rmult_le_compat_l; [apply Rmult_le_pos; lra|exact low].
Qed.
Lemma slabs_bound F G x h reach n : moves F -> moves G -> 0 <= h -> - reach <= x -> x + INR n * h <= reach ->
  (F (x + INR n * h) - F x) * (G h - G 0) <= exp (2 * reach * h / (tau * tau)) * (F h - F 0) * (G (x + INR n * h) - G x).
Proof.
  intros F_moves G_moves h_ge0 left. induction n as [|n IH]; intro right.
  - cbn [INR]. replace (x + 0 * h) with x by ring. lra.
  - rewrite S_INR in *. pose proof (pos_INR n). assert (0 <= INR n * h) by now apply Rmult_le_pos. specialize (IH ltac:(lra)).
    pose proof (slab_bound F G (x + INR n * h) h reach F_moves G_moves h_ge0 ltac:(apply Rabs_le; lra)) as last.
    replace (x + (INR n + 1) * h) with (x + INR n * h + h) by ring. lra.
Qed.
Lemma factor_limit c X Y : 0 <= Y -> (forall n, (0 < n)%nat -> X <= exp (c / INR n) * Y) -> X <= Y.
Proof.
  intros Y_ge0 bound. destruct (Rle_lt_dec X Y) as [le|less]; [exact le|exfalso].
  assert (Y_gt0 : 0 < Y). { destruct (Rle_lt_or_eq_dec 0 Y Y_ge0) as [gt|zero]; [exact gt|]. specialize (bound 1%nat ltac:(lia)). rewrite <- zero in *. lra. }
  assert (gap : 0 < ln (X / Y)). { rewrite <- ln_1. apply ln_increasing; [lra|]. apply (Rmult_lt_reg_r Y); [exact Y_gt0|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
  destruct (INR_unbounded (Rmax 0 (c / ln (X / Y)))) as [n large]. pose proof (Rmax_l 0 (c / ln (X / Y))). pose proof (Rmax_r 0 (c / ln (X / Y))).
  assert (n_gt0 : 0 < INR n) by lra. specialize (bound n (INR_lt 0 n n_gt0)).
  assert (small : c / INR n < ln (X / Y)).
  { apply (Rmult_lt_reg_r (INR n)); [exact n_gt0|]. replace (c / INR n * INR n) with (ln (X / Y) * (c / ln (X / Y))) by (field; lra). apply Rmult_lt_compat_l; lra. }
  apply exp_increasing in small. rewrite exp_ln in small by (apply Rdiv_lt_0_compat; lra). apply (Rmult_lt_compat_r Y) in small; [|exact Y_gt0]. unfold Rdiv in small at 2. rewrite Rmult_assoc, Rinv_l in small; lra.
Qed.
(** the two laws are in proportion, on all intervals around t *)
Lemma moves_proportional F G t width : moves F -> moves G -> (forall h, 0 < h -> G 0 < G h) -> 0 < width ->
  (F t - F (t - width)) * (G (t + width) - G (t - width)) = (G t - G (t - width)) * (F (t + width) - F (t - width)).
Proof.
  intros F_moves G_moves strict width_gt0. pose proof F_moves as [F_mono _]. pose proof G_moves as [G_mono _].
  pose proof (F_mono (t - width) t ltac:(lra)). pose proof (G_mono (t - width) t ltac:(lra)). pose proof (F_mono (t - width) (t + width) ltac:(lra)). pose proof (G_mono (t - width) (t + width) ltac:(lra)).
  set (reach := Rabs t + width). pose proof (Rle_abs t). pose proof (Rle_abs (- t)) as opposite. rewrite Rabs_Ropp in opposite.
  set (A := F t - F (t - width)) in *. set (B := G t - G (t - width)) in *. set (A' := F (t + width) - F (t - width)) in *. set (B' := G (t + width) - G (t - width)) in *.
  assert (0 <= A /\ 0 <= B /\ 0 <= A' /\ 0 <= B') as (A_ge0 & B_ge0 & A'_ge0 & B'_ge0) by (unfold A, B, A', B'; lra).
  assert (each : forall n, (0 < n)%nat -> let ratio := exp (2 * (2 * reach * width / (tau * tau)) / INR n) in A * B' <= ratio * (B * A') /\ B * A' <= ratio * (A * B')).
  { intros n n_gt0. cbv zeta. apply lt_INR in n_gt0. cbn [INR] in n_gt0. set (h := width / INR n). assert (h_gt0 : 0 < h) by (apply Rdiv_lt_0_compat; lra).
    assert (half : INR n * h = width) by (unfold h; field; lra). assert (whole : INR (n + n) * h = width + width) by (rewrite plus_INR; lra).
    pose proof (slabs_bound F G (t - width) h reach n F_moves G_moves ltac:(lra) ltac:(unfold reach; lra) ltac:(unfold reach; lra)) as FG.
    pose proof (slabs_bound G F (t - width) h reach n G_moves F_moves ltac:(lra) ltac:(unfold reach; lra) ltac:(unfold reach; lra)) as GF.
    pose proof (slabs_bound F G (t - width) h reach (n + n) F_moves G_moves ltac:(lra) ltac:(unfold reach; lra) ltac:(unfold reach; lra)) as FG'.
    pose proof (slabs_bound G F (t - width) h reach (n + n) G_moves F_moves ltac:(lra) ltac:(unfold reach; lra) ltac:(unfold reach; lra)) as GF'.
    rewrite half in FG, GF. rewrite whole in FG', GF'. replace (t - width + width) with t in FG, GF by ring. replace (t - width + (width + width)) with (t + width) in FG', GF' by ring.
    fold A B in FG, GF. fold A' B' in FG', GF'. pose proof (strict h h_gt0). pose proof (F_mono 0 h ltac:(lra)).
    replace (2 * (2 * reach * width / (tau * tau)) / INR n) with (2 * reach * h / (tau * tau) + 2 * reach * h / (tau * tau)) by (unfold h; field; lra). rewrite exp_plus.
    set (ratio := exp _) in *. assert (ratio_gt0 : 0 < ratio) by apply exp_pos. set (dF := F h - F 0) in *. assert (dG_gt0 : 0 < G h - G 0) by lra. set (dG := G h - G 0) in *.
    split; apply (Rmult_le_reg_r dG); try exact dG_gt0.
    - pose proof (Rmult_le_compat_r B' _ _ ltac:(lra) FG) as first. assert (0 <= ratio * B) as pos by (apply Rmult_le_pos; lra). pose proof (Rmult_le_compat_l _ _ _ pos GF') as second. lra.
    - pose proof (Rmult_le_compat_r B _ _ ltac:(lra) FG') as first. assert (0 <= ratio * B') as pos by (apply Rmult_le_pos; lra). pose proof (Rmult_le_compat_l _ _ _ pos GF) as second. lra. }
  apply Rle_antisym; apply (factor_limit (2 * (2 * reach * width / (tau * tau)))); try (apply Rmult_le_pos; lra); intros n n_gt0; now apply each.
Qed.
Lemma moves_same F G t : moves F -> moves G -> (forall h, 0 < h -> G 0 < G h) -> tails F -> tails G -> F t = G t.
Proof.
  intros F_moves G_moves strict [F_range F_tails] [G_range G_tails].
  assert (near : forall eps, 0 < eps <= 1 -> F t <= G t + 5 * eps /\ G t <= F t + 5 * eps).
  { intros eps eps_range. destruct (F_tails eps ltac:(lra)) as [far F_far]. destruct (G_tails eps ltac:(lra)) as [far' G_far].
    set (width := 1 + Rabs t + Rmax 0 (Rmax far far')). pose proof (Rmax_l 0 (Rmax far far')). pose proof (Rmax_r 0 (Rmax far far')). pose proof (Rmax_l far far'). pose proof (Rmax_r far far').
    pose proof (Rle_abs t). pose proof (Rle_abs (- t)) as opposite. rewrite Rabs_Ropp in opposite. pose proof (Rabs_pos t).
    pose proof (moves_proportional F G t width F_moves G_moves strict ltac:(unfold width; lra)) as same.
    destruct (F_far (width - t) ltac:(unfold width; lra)) as [a_small _], (G_far (width - t) ltac:(unfold width; lra)) as [b_small _].
    destruct (F_far (t + width) ltac:(unfold width; lra)) as [_ a_large], (G_far (t + width) ltac:(unfold width; lra)) as [_ b_large].
    replace (- (width - t)) with (t - width) in * by ring. pose proof (F_range t). pose proof (G_range t). pose proof (F_range (t - width)). pose proof (G_range (t - width)). pose proof (F_range (t + width)). pose proof (G_range (t + width)).
    set (a := F (t - width)) in *. set (b := G (t - width)) in *. set (a' := 1 - F (t + width) + a). set (b' := 1 - G (t + width) + b).
    replace (F (t + width) - a) with (1 - a') in same by (unfold a'; ring). replace (G (t + width) - b) with (1 - b') in same by (unfold b'; ring).
    assert (0 <= a' <= 2 * eps) by (unfold a'; lra). assert (0 <= b' <= 2 * eps) by (unfold b'; lra).
    assert (0 <= F t * b' <= 2 * eps) by (split; [apply Rmult_le_pos; lra|]; apply Rle_trans with (1 * b'); [apply Rmult_le_compat_r|]; lra).
    assert (0 <= G t * a' <= 2 * eps) by (split; [apply Rmult_le_pos; lra|]; apply Rle_trans with (1 * a'); [apply Rmult_le_compat_r|]; lra).
    assert (0 <= b * a' <= 2 * eps) by (split; [apply Rmult_le_pos; lra|]; apply Rle_trans with (1 * a'); [apply Rmult_le_compat_r|]; lra).
    assert (0 <= a * b' <= 2 * eps) by (split; [apply Rmult_le_pos; lra|]; apply Rle_trans with (1 * b'); [apply Rmult_le_compat_r|]; lra).
    lra. }
  apply Rle_antisym; apply le_epsilon; intros eps eps_gt0; pose proof (Rmin_l (eps / 5) 1); pose proof (Rmin_r (eps / 5) 1); destruct (near (Rmin (eps / 5) 1)) as [low high]; try lra; split; try lra; apply Rmin_glb_lt; lra.
Qed.

Lemma normal_moves : moves (fun t => normal (t / tau)).
Proof.
  pose proof (Rinv_0_lt_compat tau tau_gt0). pose proof (Rinv_0_lt_compat (tau * tau) ltac:(nra)) as inverse. split.
  - intros a b [less|<-]; [|apply Rle_refl]. left. apply normal_mono. now apply Rmult_lt_compat_r.
  - intros x h h_ge0. cbv beta.
    assert (moved : normal ((x + h) / tau) - normal (x / tau) = RInt (fun s => exp ((- x * s - x * x / 2) / (tau * tau)) * density tau s) 0 h).
    { rewrite <- (is_RInt_unique _ _ _ _ (density_integral tau x (x + h))). pose proof (RInt_comp_lin (density tau) 1 x 0 h) as change_of. replace (1 * 0 + x) with x in change_of by ring. replace (1 * h + x) with (x + h) in change_of by ring.
      rewrite <- change_of by (eexists; apply density_integral). apply RInt_ext. intros s _. unfold scal. cbn. unfold mult. cbn. rewrite !Rmult_1_l. pose proof (density_shift tau tau_gt0 (- x) s) as shift.
      replace (s - - x) with (s + x) in shift by ring. rewrite shift. replace (- x * - x) with (x * x) by ring. reflexivity. }
    assert (base : normal (h / tau) - normal (0 / tau) = RInt (density tau) 0 h) by (symmetry; apply is_RInt_unique, density_integral).
    assert (scaled : forall c, c * (normal (h / tau) - normal (0 / tau)) = RInt (fun s => scal c (density tau s)) 0 h).
    { intro c. rewrite base. symmetry. apply (RInt_scal (V := R_CompleteNormedModule)). eexists. apply density_integral. }
    assert (scaled_integrable : forall c, ex_RInt (fun s => scal c (density tau s)) 0 h) by (intro c; apply (ex_RInt_scal (V := R_NormedModule)); eexists; apply density_integral).
    assert (integrable : ex_RInt (fun s => exp ((- x * s - x * x / 2) / (tau * tau)) * density tau s) 0 h).
    { apply (ex_RInt_continuous (V := R_CompleteNormedModule)). intros s _. apply (continuous_mult (K := R_AbsRing)); [|apply density_continuous].
      apply (ex_derive_continuous (fun s => exp ((- x * s - x * x / 2) / (tau * tau)))). auto_derive. trivial. }
    rewrite moved, !scaled. pose proof (Rle_abs x) as right. pose proof (Rle_abs (- x)) as left. rewrite Rabs_Ropp in left.
    split; apply RInt_le; try exact h_ge0; try exact integrable; try apply scaled_integrable; intros s within; unfold scal; cbn; unfold mult; cbn; (apply Rmult_le_compat_r; [left; apply density_gt0, tau_gt0|]);
      apply exp_le; (apply Rmult_le_compat_r; [left; exact inverse|]); pose proof (Rabs_pos x); assert (Rabs x * s <= Rabs x * h) by (apply Rmult_le_compat_l; lra); nra.
Qed.
Lemma normal_tails : tails (fun t => normal (t / tau)).
Proof.
  split; [intro t; pose proof (normal_range (t / tau)); lra|]. intros eps eps_gt0. destruct (normal_limit eps eps_gt0) as (x & x_gt0 & large). exists (x * tau). intros t far.
  assert (x <= t / tau). { apply (Rmult_le_reg_r tau); [exact tau_gt0|]. replace (t / tau * tau) with t by (field; lra). exact far. }
  assert (normal x <= normal (t / tau)). { destruct (Req_dec x (t / tau)) as [<-|other]; [apply Rle_refl|]. left. apply normal_mono. lra. }
  replace (- t / tau) with (- (t / tau)) by (field; lra). rewrite normal_opposite. lra.
Qed.
End Slabs.

(** ** Projections *)

Section Projections.
Variables (N : probability vector) (d : nat) (sigma : R).
Hypothesis sigma_gt0 : 0 < sigma.
Hypothesis sides : forall v t, supported d v -> 0 < norm2 d v -> event N (fun z => inner d v z <= t).
Hypothesis shifts : forall B v, supported d v -> event N B ->
  event N (fun z => B (plus z v)) /\
  forall t, let ratio := exp ((t - inner d v v / 2) / (sigma * sigma)) in
    ((forall z, B z -> inner d v z <= t) -> P N (fun z => B (plus z v)) <= ratio * P N B) /\
    ((forall z, B z -> t <= inner d v z) -> ratio * P N B <= P N (fun z => B (plus z v))).

Section Vector.
Variable v : vector.
Hypothesis beyond : supported d v.
Hypothesis long : 0 < norm2 d v.
Local Notation square := (inner d v v).
Local Notation below t := (fun z => inner d v z <= t).

Definition stretched (c : R) : vector := fun i => c * v i.
Local Lemma stretched_l c z : inner d (stretched c) z = c * inner d v z.
Proof. clear. induction d as [|n IH]; cbn [inner]; [ring|]. rewrite IH. unfold stretched. ring. Qed.
Local Lemma stretched_r c : inner d v (stretched c) = c * square.
Proof. clear. induction d as [|n IH]; cbn [inner]; [ring|]. rewrite IH. unfold stretched. ring. Qed.
Local Lemma stretched_supported c : supported d (stretched c).
Proof. intros i out. unfold stretched. rewrite beyond by exact out. ring. Qed.
Local Lemma square_gt0 : 0 < square. Proof. rewrite norm2_square. nra. Qed.
Local Lemma deviation : sigma * norm2 d v * (sigma * norm2 d v) = sigma * sigma * square. Proof. rewrite norm2_square. ring. Qed.

Local Lemma slab_event a b : event N (fun z => a < inner d v z <= b).
Proof. apply (event_same _ N (fun z => inner d v z <= b /\ ~ inner d v z <= a)); [intro z; lra|]. apply event_and; [|apply event_not]; now apply sides. Qed.
Local Lemma slab_value a b : a <= b -> P N (fun z => a < inner d v z <= b) = P N (below b) - P N (below a).
Proof.
  intro le. rewrite (P_same _ N (below b) (fun z => inner d v z <= a \/ a < inner d v z <= b)); [|intro z; lra|now apply sides].
  rewrite P_or; [ring|now apply sides|apply slab_event|intro z; lra].
Qed.
Local Lemma projection_moves : moves (sigma * norm2 d v) (fun t => P N (below t)).
Proof.
  split.
  - intros a b le. apply P_mono; [now apply sides..|]. intros z z_le. lra.
  - intros x h h_ge0. cbv beta. rewrite deviation. pose proof square_gt0 as square_gt0. pose proof (Rabs_pos x).
    destruct (shifts (fun z => 0 < inner d v z <= h) (stretched (- x / square)) (stretched_supported _) (slab_event 0 h)) as [_ rates]. rewrite slab_value in rates by lra.
    rewrite (P_same _ N _ (fun z => x < inner d v z <= x + h)), slab_value in rates; [|lra|intro z; rewrite inner_plus, stretched_r; replace (- x / square * square) with (- x) by (field; lra); lra|].
    2: { apply (event_same _ N (fun z => x < inner d v z <= x + h)); [|apply slab_event]. intro z. rewrite inner_plus, stretched_r. replace (- x / square * square) with (- x) by (field; lra). lra. }
    assert (exponent : forall e, ((e / square) - inner d (stretched (- x / square)) (stretched (- x / square)) / 2) / (sigma * sigma) = (e - x * x / 2) / (sigma * sigma * square)).
    { intro e. rewrite stretched_l, stretched_r. field. lra. }
    pose proof (Rle_abs x) as right. pose proof (Rle_abs (- x)) as left. rewrite Rabs_Ropp in left. pose proof (Rinv_0_lt_compat _ square_gt0) as inverse.
    split.
    + destruct (rates (- (Rabs x * h) / square)) as [_ low]. rewrite exponent in low. apply low. intros z within. rewrite stretched_l. unfold Rdiv. rewrite Rmult_assoc, (Rmult_comm (/ square)), <- Rmult_assoc. apply Rmult_le_compat_r; [lra|].
      assert (Rabs x * inner d v z <= Rabs x * h) by (apply Rmult_le_compat_l; lra). nra.
    + destruct (rates (Rabs x * h / square)) as [high _]. rewrite exponent in high. apply high. intros z within. rewrite stretched_l. unfold Rdiv. rewrite Rmult_assoc, (Rmult_comm (/ square)), <- Rmult_assoc. apply Rmult_le_compat_r; [lra|].
      assert (Rabs x * inner d v z <= Rabs x * h) by (apply Rmult_le_compat_l; lra). nra.
Qed.
(** what lies beyond t, on one side, is rarer by exp(- t²/2) than it would be after a shift by t *)
Local Lemma tail_bound B c t : event N B -> (forall z, B z -> t * t / square <= inner d (stretched c) z) -> c * c = t * t / (square * square) -> (1 + t * t / (2 * (sigma * sigma * square))) * P N B <= 1.
Proof.
  intros is_B far size. pose proof square_gt0 as square_gt0. destruct (shifts B (stretched c) (stretched_supported c) is_B) as [is_moved rates]. destruct (rates (t * t / square)) as [_ low]. specialize (low far).
  replace ((t * t / square - inner d (stretched c) (stretched c) / 2) / (sigma * sigma)) with (t * t / (2 * (sigma * sigma * square))) in low.
  2: { rewrite stretched_l, stretched_r. replace (c * (c * square)) with (c * c * square) by ring. rewrite size. field. lra. }
  pose proof (P_le1 N _ is_moved). pose proof (P_ge0 _ N B is_B). pose proof (exp_ineq1_le (t * t / (2 * (sigma * sigma * square)))).
  apply Rle_trans with (exp (t * t / (2 * (sigma * sigma * square))) * P N B); [apply Rmult_le_compat_r|]; lra.
Qed.
Local Lemma projection_tails : tails (fun t => P N (below t)).
Proof.
  split; [intro t; split; [apply P_ge0|apply P_le1]; now apply sides|]. intros eps eps_gt0. pose proof square_gt0 as square_gt0. set (var := sigma * sigma * square).
  assert (var_gt0 : 0 < var) by (unfold var; apply Rmult_lt_0_compat; nra). exists (1 + 2 * var / eps). assert (0 < 2 * var / eps) by (apply Rdiv_lt_0_compat; lra). intros t far.
  assert (small : forall p, 0 <= p -> (1 + t * t / (2 * var)) * p <= 1 -> p < eps).
  { intros p p_ge0 le. assert (large : 1 / eps <= t * t / (2 * var)).
    { apply (Rmult_le_reg_r (2 * var)); [lra|]. replace (t * t / (2 * var) * (2 * var)) with (t * t) by (field; lra). replace (1 / eps * (2 * var)) with (2 * var / eps) by (field; lra). nra. }
    destruct (Rlt_le_dec p eps) as [less|more]; [exact less|exfalso]. assert (1 < (1 + t * t / (2 * var)) * p); [|lra].
    apply Rlt_le_trans with ((1 + 1 / eps) * eps); [replace ((1 + 1 / eps) * eps) with (eps + 1) by (field; lra); lra|]. assert (0 < 1 / eps) by (apply Rdiv_lt_0_compat; lra). apply Rmult_le_compat; lra. }
  assert (t_gt0 : 0 < t) by lra. pose proof (Rinv_0_lt_compat _ square_gt0) as inverse. split.
  - apply small; [apply P_ge0; now apply sides|]. apply (tail_bound _ (- t / square)); [now apply sides| |field; lra]. intros z low. rewrite stretched_l.
    replace (- t / square * inner d v z) with (t * - inner d v z / square) by (field; lra). apply Rmult_le_compat_r; [lra|]. apply Rmult_le_compat_l; lra.
  - assert (is_above : event N (fun z => ~ inner d v z <= t)) by now apply event_not, sides. cut (P N (fun z => ~ inner d v z <= t) < eps); [rewrite (P_not N (fun z => inner d v z <= t)) by (now apply sides); lra|].
    apply small; [now apply P_ge0|]. apply (tail_bound _ (t / square)); [exact is_above| |field; lra]. intros z high. rewrite stretched_l.
    replace (t / square * inner d v z) with (t * inner d v z / square) by (field; lra). apply Rmult_le_compat_r; [lra|]. apply Rmult_le_compat_l; lra.
Qed.
Local Lemma projection_normal t : P N (below t) = normal (t / (sigma * norm2 d v)).
Proof.
  assert (tau_gt0 : 0 < sigma * norm2 d v) by (apply Rmult_lt_0_compat; [exact sigma_gt0|exact long]).
  apply (moves_same (sigma * norm2 d v) tau_gt0 (fun t => P N (below t)) (fun t => normal (t / (sigma * norm2 d v)))).
  - apply projection_moves.
  - now apply normal_moves.
  - intros h h_gt0. apply normal_mono. apply Rmult_lt_compat_r; [now apply Rinv_0_lt_compat|exact h_gt0].
  - apply projection_tails.
  - now apply normal_tails.
Qed.
End Vector.

Theorem gaussian_projections : gaussian N d sigma.
Proof.
  split; [exact sigma_gt0|]. split; [|exact shifts]. intros v t beyond long. split; [now apply sides|now apply projection_normal].
Qed.
End Projections.

(** ** The mean on the line *)

Section Noise.
Variable sigma : R.
Hypothesis sigma_gt0 : 0 < sigma.
Local Notation p := (density sigma).

Definition window (f : R -> R) (a b : R) : R := RInt (fun s => f s * p s) a b.
Definition gaussian_mean (f : R -> R) : R := Rbar.real (Lim_seq (fun n => window f (- INR n) (INR n))).

Local Lemma window_integrable f a b : tame f -> ex_RInt (fun s => f s * p s) a b.
Proof. intro is_f. apply (ex_RInt_continuous (V := R_CompleteNormedModule)). intros s _. apply (continuous_mult (K := R_AbsRing)); [now apply tame_continuous|apply density_continuous]. Qed.
Local Lemma window_plus f g a b : tame f -> tame g -> window (fun s => f s + g s) a b = window f a b + window g a b.
Proof.
  intros is_f is_g. unfold window. transitivity (RInt (fun s => Hierarchy.plus (f s * p s) (g s * p s)) a b).
  - apply RInt_ext. intros s _. unfold Hierarchy.plus. cbn. ring.
  - apply (RInt_plus (V := R_CompleteNormedModule)); now apply window_integrable.
Qed.
Local Lemma window_scal c f a b : tame f -> window (fun s => c * f s) a b = c * window f a b.
Proof.
  intro is_f. unfold window. transitivity (RInt (fun s => scal c (f s * p s)) a b).
  - apply RInt_ext. intros s _. unfold scal. cbn. unfold mult. cbn. ring.
  - apply (RInt_scal (V := R_CompleteNormedModule)). now apply window_integrable.
Qed.
Local Lemma window_mono f g a b : tame f -> tame g -> a <= b -> (forall s, f s <= g s) -> window f a b <= window g a b.
Proof.
  intros is_f is_g le order. apply RInt_le; [exact le|now apply window_integrable..|]. intros s _. apply Rmult_le_compat_r; [left; now apply density_gt0|apply order].
Qed.
Local Lemma window_one a b : window (fun _ => 1) a b = normal (b / sigma) - normal (a / sigma).
Proof. rewrite <- (is_RInt_unique _ _ _ _ (density_integral sigma a b)). apply RInt_ext. intros s _. apply Rmult_1_l. Qed.
Local Lemma window_wider f a b a' b' : tame f -> (forall s, 0 <= f s) -> a' <= a -> a <= b -> b <= b' -> window f a b <= window f a' b'.
Proof.
  intros is_f f_ge0 left middle right.
  assert (parts : window f a' b' = window f a' a + (window f a b + window f b b')).
  { unfold window. rewrite <- (RInt_Chasles (fun s => f s * p s) a' a b'), <- (RInt_Chasles (fun s => f s * p s) a b b') by now apply window_integrable. reflexivity. }
  assert (positive : forall s, 0 <= f s * p s) by (intro s; apply Rmult_le_pos; [apply f_ge0|left; now apply density_gt0]).
  pose proof (RInt_ge_0 (fun s => f s * p s) a' a left (window_integrable f _ _ is_f) (fun s _ => positive s)). pose proof (RInt_ge_0 (fun s => f s * p s) b b' right (window_integrable f _ _ is_f) (fun s _ => positive s)).
  unfold window in *. lra.
Qed.
Local Lemma one_limit : is_lim_seq (fun n => window (fun _ => 1) (- INR n) (INR n)) (Rbar.Finite 1).
Proof.
  apply is_lim_seq_spec. intro eps. pose proof (cond_pos eps) as eps_gt0. destruct (normal_limit (eps / 2) ltac:(lra)) as (x & x_gt0 & large). destruct (INR_unbounded (x * sigma)) as [n0 far]. exists n0. intros n le.
  apply le_INR in le. rewrite window_one. replace (- INR n / sigma) with (- (INR n / sigma)) by (field; lra). rewrite normal_opposite. pose proof (normal_range (INR n / sigma)).
  assert (normal x < normal (INR n / sigma)). { apply normal_mono. apply (Rmult_lt_reg_r sigma); [exact sigma_gt0|]. replace (INR n / sigma * sigma) with (INR n) by (field; lra). lra. }
  apply Rabs_def1; lra.
Qed.
Lemma gaussian_mean_limit f : tame f -> is_lim_seq (fun n => window f (- INR n) (INR n)) (Rbar.Finite (gaussian_mean f)).
Proof.
  intro is_f. pose proof is_f as (b & k & range & _). apply Lim_seq_correct'.
  (* f + b is positive, and its integrals grow *)
  pose proof (tame_plus f (fun _ => b) is_f (tame_const b)) as is_sum. assert (b_ge0 : 0 <= b) by (specialize (range 0); lra).
  assert (sum : ex_finite_lim_seq (fun n => window (fun s => f s + b) (- INR n) (INR n))).
  { apply (ex_finite_lim_seq_incr _ (2 * b)).
    - intro n. pose proof (pos_INR n). rewrite S_INR. apply window_wider; [exact is_sum|intro s; specialize (range s)|..]; lra.
    - intro n. pose proof (pos_INR n). apply Rle_trans with (window (fun _ => 2 * b * 1) (- INR n) (INR n)).
      + apply window_mono; [exact is_sum|apply tame_const|lra|]. intro s. specialize (range s). lra.
      + rewrite (window_scal (2 * b) (fun _ => 1)) by apply tame_const. rewrite window_one. pose proof (normal_range (INR n / sigma)). pose proof (normal_range (- INR n / sigma)).
        rewrite <- (Rmult_1_r (2 * b)) at 2. apply Rmult_le_compat_l; lra. }
  destruct sum as [l sum]. exists (l - b * 1). apply (is_lim_seq_ext (fun n => window (fun s => f s + b) (- INR n) (INR n) - b * window (fun _ => 1) (- INR n) (INR n))).
  - intro n. rewrite window_plus by first [exact is_f|apply tame_const]. rewrite <- (window_scal b (fun _ => 1)) by apply tame_const. rewrite Rmult_1_r. ring.
  - apply is_lim_seq_minus'; [exact sum|]. apply (is_lim_seq_scal_l _ b (Rbar.Finite 1)), one_limit.
Qed.
Local Lemma mean_unique f l : is_lim_seq (fun n => window f (- INR n) (INR n)) (Rbar.Finite l) -> gaussian_mean f = l.
Proof. intro limit. unfold gaussian_mean. now rewrite (is_lim_seq_unique _ _ limit). Qed.
Local Lemma mean_bound f c : tame f -> (forall n, window f (- INR n) (INR n) <= c) -> gaussian_mean f <= c.
Proof. intros is_f bound. exact (is_lim_seq_le _ (fun _ => c) (Rbar.Finite _) (Rbar.Finite c) bound (gaussian_mean_limit f is_f) (is_lim_seq_const c)). Qed.
Lemma gaussian_mean_averages : averages gaussian_mean.
Proof.
  split; [|split; [|split]].
  - intros f g is_f is_g. apply mean_unique. apply (is_lim_seq_ext (fun n => window f (- INR n) (INR n) + window g (- INR n) (INR n))); [intro n; symmetry; now apply window_plus|].
    apply is_lim_seq_plus'; now apply gaussian_mean_limit.
  - intros c f is_f. apply mean_unique. apply (is_lim_seq_ext (fun n => c * window f (- INR n) (INR n))); [intro n; symmetry; now apply window_scal|].
    apply (is_lim_seq_scal_l _ c (Rbar.Finite (gaussian_mean f))). now apply gaussian_mean_limit.
  - intros f g is_f is_g order. apply (is_lim_seq_le _ _ (Rbar.Finite (gaussian_mean f)) (Rbar.Finite (gaussian_mean g)) (fun n => window_mono f g (- INR n) (INR n) is_f is_g ltac:(pose proof (pos_INR n); lra) order)); now apply gaussian_mean_limit.
  - apply mean_unique, one_limit.
Qed.
Local Lemma window_bound f a b : tame f -> (forall s, 0 <= f s) -> a <= b -> window f a b <= gaussian_mean f.
Proof.
  intros is_f f_ge0 le. destruct (INR_unbounded (Rmax (- a) b)) as [n large]. pose proof (Rmax_l (- a) b). pose proof (Rmax_r (- a) b).
  apply Rle_trans with (window f (- INR n) (INR n)); [apply window_wider; try assumption; lra|].
  apply (is_lim_seq_incr_compare (fun n => window f (- INR n) (INR n))); [now apply gaussian_mean_limit|]. intro m. pose proof (pos_INR m). rewrite S_INR. apply window_wider; try assumption; lra.
Qed.

Definition shift_weight (u s : R) : R := exp ((u * s - u * u / 2) / (sigma * sigma)).
Lemma gaussian_mean_shifts : shifts_line gaussian_mean shift_weight (fun _ _ => True).
Proof.
  intros k u f g k_ge0 is_f is_g f_ge0 _ order. assert (g_ge0 : forall s, 0 <= g s).
  { intro s. apply Rle_trans with (2 := order s). apply Rmult_le_pos; [apply Rmult_le_pos; [exact k_ge0|left; apply exp_pos]|apply f_ge0]. }
  assert (is_moved : tame (fun s => f (s + u))).
  { destruct is_f as (b & c & range & slope). exists b, c. split; [intro s; apply range|]. intros s t. specialize (slope (s + u) (t + u)). replace (s + u - (t + u)) with (s - t) in slope by ring. exact slope. }
  assert (is_scaled : tame (fun s => k * f (s + u))).
  { destruct is_moved as (b & c & range & slope). exists (k * b), (k * c). split.
    - intro s. specialize (range s). split; [rewrite Ropp_mult_distr_r|]; apply Rmult_le_compat_l; lra.
    - intros s t. rewrite <- Rmult_minus_distr_l, Rmult_assoc. now apply Rmult_le_compat_l. }
  destruct gaussian_mean_averages as (_ & scaled & _). rewrite <- (scaled k (fun s => f (s + u))) by exact is_moved. apply mean_bound; [exact is_scaled|]. intro n. pose proof (pos_INR n).
  apply Rle_trans with (window g (- INR n + u) (INR n + u)); [|apply window_bound; try assumption; lra].
  set (h := fun y => k * f y * p (y - u)).
  assert (is_h : forall a b, ex_RInt h a b).
  { intros a b. apply (ex_RInt_continuous (V := R_CompleteNormedModule)). intros s _. apply (continuous_mult (K := R_AbsRing) (fun y => k * f y) (fun y => p (y - u))).
    - apply (continuous_mult (K := R_AbsRing) (fun _ => k) f); [apply continuous_const|now apply tame_continuous].
    - apply (continuous_comp (fun y => y - u) p); [apply (continuous_minus (fun y : R => y) (fun _ => u)); [apply continuous_id|apply continuous_const]|apply density_continuous]. }
  assert (moved : window (fun s => k * f (s + u)) (- INR n) (INR n) = RInt h (- INR n + u) (INR n + u)).
  { pose proof (RInt_comp_lin h 1 u (- INR n) (INR n) (is_h _ _)) as change_of. rewrite !Rmult_1_l in change_of. rewrite <- change_of. apply RInt_ext. intros s _. unfold scal, h. cbn. unfold mult. cbn.
    rewrite !Rmult_1_l. replace (s + u - u) with s by ring. reflexivity. }
  rewrite moved. apply RInt_le; [lra|apply is_h|now apply window_integrable|]. intros y _. unfold h. rewrite (density_shift sigma sigma_gt0 u y).
  replace (k * f y * (exp ((u * y - u * u / 2) / (sigma * sigma)) * p y)) with (k * shift_weight u y * f y * p y) by (unfold shift_weight; ring).
  apply Rmult_le_compat_r; [left; now apply density_gt0|apply order].
Qed.
Lemma gaussian_mean_spreads : spreads gaussian_mean.
Proof.
  exists (p 0 * (2 * PI)). intros a k k_nonzero. pose proof (density_gt0 sigma sigma_gt0 0) as p_gt0. pose proof (near_tame a k) as is_near. apply mean_bound; [exact is_near|]. intro n. pose proof (pos_INR n).
  pose proof (near_integral a k (- INR n) (INR n) k_nonzero ltac:(lra)) as bound. replace (p 0 * (2 * PI) / Rabs k) with (p 0 * (2 * PI / Rabs k)) by (field; now apply Rabs_no_R0).
  apply Rle_trans with (2 := Rmult_le_compat_l _ _ _ (Rlt_le _ _ p_gt0) bound). rewrite <- (RInt_scal (V := R_CompleteNormedModule)) by now apply tame_integrable.
  apply RInt_le; [lra|now apply window_integrable|apply (ex_RInt_scal (V := R_NormedModule)); now apply tame_integrable|]. intros s _. unfold scal. cbn. unfold mult. cbn. rewrite Rmult_comm.
  apply Rmult_le_compat_r; [apply clamp_range|now apply density_bound].
Qed.

(** ** The noise *)

Definition gaussian_noise (d : nat) : probability vector := product gaussian_mean gaussian_mean_averages d.

Local Lemma weight_ge0 u s : 0 <= shift_weight u s. Proof. left. apply exp_pos. Qed.
Lemma factor_exponential d v z : factor shift_weight d v z = exp ((inner d v z - inner d v v / 2) / (sigma * sigma)).
Proof.
  induction d as [|d IH]; cbn [factor inner].
  - replace ((0 - 0 / 2) / (sigma * sigma)) with 0 by (field; lra). symmetry. apply exp_0.
  - rewrite IH. unfold shift_weight. rewrite <- exp_plus. f_equal. field. lra.
Qed.
Local Lemma inner_opposite d v z : inner d (fun i => - v i) z = - inner d v z.
Proof. induction d as [|d IH]; cbn [inner]; [ring|]. rewrite IH. ring. Qed.
Local Lemma square_opposite d v : inner d (fun i => - v i) (fun i => - v i) = inner d v v.
Proof. induction d as [|d IH]; cbn [inner]; [ring|]. rewrite IH. ring. Qed.

(** the expectation, where the noise is shifted by v, of what vanishes on one side of a hyperplane *)
Lemma expect_shift_above d v f t : gentle d f -> (forall z, 0 <= f z) -> (forall z, 0 < f z -> inner d v z <= t) ->
  expect gaussian_mean d (fun z => f (plus z v)) <= exp ((t - inner d v v / 2) / (sigma * sigma)) * expect gaussian_mean d f.
Proof.
  intros is_f f_ge0 side. rewrite <- (expect_scal gaussian_mean gaussian_mean_averages) by exact is_f.
  apply (expect_shift gaussian_mean gaussian_mean_averages shift_weight (fun _ _ => True) weight_ge0 gaussian_mean_shifts d v f); [exact is_f|now apply gentle_scal|exact f_ge0|trivial|].
  intro z. rewrite factor_exponential. destruct (Rle_lt_dec (f z) 0) as [none|some]; [specialize (f_ge0 z); replace (f z) with 0 by lra; lra|].
  apply Rmult_le_compat_r; [lra|]. apply exp_le. apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat; nra|]. specialize (side z some). lra.
Qed.
Lemma expect_shift_below d v f t : gentle d f -> (forall z, 0 <= f z) -> (forall z, 0 < f z -> t <= inner d v z) ->
  exp ((t - inner d v v / 2) / (sigma * sigma)) * expect gaussian_mean d f <= expect gaussian_mean d (fun z => f (plus z v)).
Proof.
  intros is_f f_ge0 side. rewrite <- (expect_scal gaussian_mean gaussian_mean_averages) by exact is_f. set (ratio := exp _).
  set (w := fun i => - v i). rewrite <- (back_and_forth (fun z => ratio * f z) v). fold w.
  replace (fun z => ratio * f (plus (plus z w) v)) with (fun z => (fun y => ratio * f (plus y v)) (plus z w)) by reflexivity.
  apply (expect_shift gaussian_mean gaussian_mean_averages shift_weight (fun _ _ => True) weight_ge0 gaussian_mean_shifts d w (fun y => ratio * f (plus y v))).
  - apply (gentle_shift d (fun y => ratio * f y)). now apply gentle_scal.
  - now apply gentle_shift.
  - intro z. apply Rmult_le_pos; [left; apply exp_pos|apply f_ge0].
  - trivial.
  - intro z. rewrite factor_exponential. unfold w at 2 3. rewrite square_opposite, <- Rmult_assoc. rewrite <- (Rmult_1_l (f (plus z v))) at 2. destruct (Rle_lt_dec (f (plus z v)) 0) as [none|some].
    + specialize (f_ge0 (plus z v)). replace (f (plus z v)) with 0 by lra. lra.
    + apply Rmult_le_compat_r; [lra|]. unfold ratio. rewrite <- exp_plus, <- exp_0. apply exp_le. unfold Rdiv. rewrite <- Rmult_plus_distr_r. rewrite <- (Rmult_0_l (/ (sigma * sigma))).
      apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat; nra|]. specialize (side _ some). rewrite inner_plus in side. unfold w. rewrite inner_opposite. lra.
Qed.

Theorem gaussian_exists (d : nat) : gaussian (gaussian_noise d) d sigma.
Proof.
  apply gaussian_projections; [exact sigma_gt0|..].
  - intros v t _ long. apply (side_event gaussian_mean gaussian_mean_averages gaussian_mean_spreads d v t); [pose proof (norm2_square d v); nra|intros z; lra..].
  - intros B v beyond is_B. pose proof (product_shifted gaussian_mean gaussian_mean_averages d B v beyond is_B) as is_moved. split; [exact is_moved|]. intro t. cbv zeta. set (ratio := exp _).
    assert (ratio_gt0 : 0 < ratio) by apply exp_pos. cbn [P gaussian_noise product].
    destruct (fits_bound gaussian_mean gaussian_mean_averages d B) as [above least], (fits_bound gaussian_mean gaussian_mean_averages d (fun z => B (plus z v))) as [above' least']. split; intro side.
    + apply least'. intros f [is_f f_fits]. set (h := fun z => f (plus z (fun i => - v i))).
      assert (h_fits : fits d B h).
      { split; [now apply gentle_shift|]. intro z. destruct (f_fits (plus z (fun i => - v i))) as [range here]. split; [exact range|]. intro some. specialize (here some).
        replace z with (plus (plus z (fun i => - v i)) v); [exact here|]. apply functional_extensionality. intro i. unfold plus. ring. }
      rewrite <- (forth_and_back f v). apply Rle_trans with (ratio * expect gaussian_mean d h); [|apply Rmult_le_compat_l; [lra|now apply above]].
      apply (expect_shift_above d v h t); [apply h_fits|intro z; apply h_fits|]. intros z some. apply side. now apply h_fits.
    + apply (Rmult_le_reg_l (/ ratio)); [now apply Rinv_0_lt_compat|]. rewrite <- Rmult_assoc, Rinv_l, Rmult_1_l by lra. apply least. intros f [is_f f_fits].
      apply (Rmult_le_reg_l ratio); [exact ratio_gt0|]. rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra. apply Rle_trans with (expect gaussian_mean d (fun z => f (plus z v))).
      * apply expect_shift_below; [exact is_f|intro z; apply f_fits|]. intros z some. apply side. now apply f_fits.
      * apply above'. split; [now apply gentle_shift|]. intro z. apply (f_fits (plus z v)).
Qed.
End Noise.
