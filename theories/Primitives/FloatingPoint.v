(** * Errors of floating-point operations

    What the operations of Spec/FloatingPoint.v give, as real numbers: within the format's unit roundoff of the exact value, near underflow within [tiny]
    more, provided that nothing overflows; and that there is always something that they give.

    Main results: [round_error_bound], [add_bound], [mul_bound], [div_bound], [root_bound], [rounds_to_bound], [close_to_bound], [sums_bound]; [exponential_overflow]; [close_to_some].

    Trust: proved.
    Source: N. Higham, "Accuracy and Stability of Numerical Algorithms", 2002, sections 2.2 and 4.2, through the library Flocq. *)
From Coq Require Import ZArith QArith Qreals Reals List Bool Permutation Lia Lra.
From Flocq Require Import Core Relative Plus_error IEEE754.BinarySingleNaN.
From Warrant Require Import Spec.FloatingPoint.
Import ListNotations.
Local Open Scope R_scope.

(** 2^-24 or 2^-53; 2^-150 or 2^-1075; a number up to which nothing overflows *)
Definition roundoff (f : format) : R := / 2 * bpow radix2 (- precision f + 1).
Definition tiny (f : format) : R := / 2 * bpow radix2 (3 - greatest_exponent f - precision f).
Definition safe (f : format) : R := bpow radix2 (greatest_exponent f - 1).

Section Format.
Variable f : format.
Notation floating := (floating f).
Notation u := (roundoff f).
Notation exponents := (exponents f).

Lemma roundoff_ge0 : 0 <= u.
Proof. unfold roundoff. generalize (bpow_ge_0 radix2 (- precision f + 1)). lra. Qed.
Lemma tiny_ge0 : 0 <= tiny f.
Proof. unfold tiny. generalize (bpow_ge_0 radix2 (3 - greatest_exponent f - precision f)). lra. Qed.
Lemma roundoff_small : u <= / 16777216.
Proof. unfold roundoff. destruct f; simpl; lra. Qed.
Lemma tiny_small : tiny f <= u.
Proof. unfold tiny, roundoff. apply Rmult_le_compat_l; [lra|]. apply bpow_le. destruct f; simpl; lia. Qed.
Local Instance exponents_valid : Valid_exp exponents.
Proof. unfold FloatingPoint.exponents. destruct f; apply FLT_exp_valid; easy. Qed.

Lemma round_error_bound t : Rabs (nearest f t - t) <= u * Rabs t + tiny f.
Proof.
  destruct (error_N_FLT radix2 (3 - greatest_exponent f - precision f) (precision f) (precision_positive f) (fun x => negb (Z.even x)) t) as (e & d & small_e & small_d & _ & E).
  unfold nearest, FloatingPoint.exponents. change (SpecFloat.fexp (precision f) (greatest_exponent f)) with (FLT_exp (3 - greatest_exponent f - precision f) (precision f)).
  change (ZnearestE) with (Znearest (fun x => negb (Z.even x))). rewrite E. replace (t * (1 + e) + d - t) with (e * t + d) by ring.
  eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_mult. apply Rplus_le_compat; [|exact small_d].
  apply Rmult_le_compat_r; [apply Rabs_pos|exact small_e].
Qed.
Lemma safe_overflow : safe f < overflow f.
Proof. apply bpow_lt. destruct f; simpl; lia. Qed.
Lemma nearest_safe t : Rabs t <= safe f -> Rlt_bool (Rabs (nearest f t)) (overflow f) = true.
Proof.
  intro le. apply Rlt_bool_true. apply Rle_lt_trans with (safe f); [|apply safe_overflow].
  unfold nearest. apply abs_round_le_generic; [apply exponents_valid|apply valid_rnd_N| |exact le].
  apply generic_format_bpow. unfold FloatingPoint.exponents. destruct f; unfold SpecFloat.fexp, SpecFloat.emin; simpl; lia.
Qed.

Lemma rounds_to_bound t y : Rabs t <= safe f -> rounds_to f t y -> is_finite y = true /\ Rabs (B2R y - t) <= u * Rabs t + tiny f.
Proof. intros le. unfold rounds_to. rewrite (nearest_safe t le). intros [fin ->]. split; [exact fin|apply round_error_bound]. Qed.

Lemma add_bound (x y : floating) : is_finite x = true -> is_finite y = true -> Rabs (B2R x + B2R y) <= safe f ->
  is_finite (Bplus mode_NE x y) = true /\ B2R (Bplus mode_NE x y) = nearest f (B2R x + B2R y).
Proof.
  intros fx fy le. pose proof (Bplus_correct _ _ (precision_positive f) (precision_small f) mode_NE x y fx fy) as right.
  pose proof (nearest_safe _ le) as no. unfold nearest, overflow, FloatingPoint.exponents in no. change (round_mode mode_NE) with ZnearestE in right. rewrite no in right. tauto.
Qed.
Lemma mul_bound (x y : floating) : is_finite x = true -> is_finite y = true -> Rabs (B2R x * B2R y) <= safe f ->
  is_finite (Bmult mode_NE x y) = true /\ B2R (Bmult mode_NE x y) = nearest f (B2R x * B2R y).
Proof.
  intros fx fy le. pose proof (Bmult_correct _ _ (precision_positive f) (precision_small f) mode_NE x y) as right.
  pose proof (nearest_safe _ le) as no. unfold nearest, overflow, FloatingPoint.exponents in no. change (round_mode mode_NE) with ZnearestE in right. rewrite no, fx, fy in right. tauto.
Qed.
Lemma div_bound (x y : floating) : is_finite x = true -> is_finite y = true -> B2R y <> 0 -> Rabs (B2R x / B2R y) <= safe f ->
  is_finite (Bdiv mode_NE x y) = true /\ B2R (Bdiv mode_NE x y) = nearest f (B2R x / B2R y).
Proof.
  intros fx fy nonzero le. pose proof (Bdiv_correct _ _ (precision_positive f) (precision_small f) mode_NE x y nonzero) as right.
  pose proof (nearest_safe _ le) as no. unfold nearest, overflow, FloatingPoint.exponents in no. change (round_mode mode_NE) with ZnearestE in right. rewrite no, fx in right. tauto.
Qed.
Lemma root_bound (x : floating) : is_finite x = true -> 0 < B2R x ->
  is_finite (Bsqrt mode_NE x) = true /\ B2R (Bsqrt mode_NE x) = nearest f (sqrt (B2R x)).
Proof.
  intros fx pos. destruct (Bsqrt_correct _ _ (precision_positive f) (precision_small f) mode_NE x) as (E & fin & _). split; [|exact E]. rewrite fin.
  destruct x as [| | |[|] m e ok]; try easy. exfalso. pose proof (F2R_le_0 radix2 (Float radix2 (Zneg m) e)) as neg. simpl in *. specialize (neg ltac:(lia)). lra.
Qed.

(** ** Library functions *)

Section Close.
Variable ulps : Q.
Hypothesis ulps_ge1 : 1 <= Q2R ulps.
Lemma ulp_bound t : ulp radix2 exponents t <= 2 * u * Rabs t + 2 * tiny f.
Proof.
  unfold FloatingPoint.exponents. change (SpecFloat.fexp (precision f) (greatest_exponent f)) with (FLT_exp (3 - greatest_exponent f - precision f) (precision f)).
  assert (u2 : 2 * u = bpow radix2 (1 - precision f)) by (unfold roundoff; replace (- precision f + 1)%Z with (1 - precision f)%Z by lia; field).
  assert (t2 : 2 * tiny f = bpow radix2 (3 - greatest_exponent f - precision f)) by (unfold tiny; field). rewrite u2, t2.
  set (emin := (3 - greatest_exponent f - precision f)%Z). assert (p : Prec_gt_0 (precision f)) by apply precision_positive.
  destruct (Rlt_le_dec (Rabs t) (bpow radix2 (emin + precision f))) as [small|large].
  - rewrite ulp_FLT_small by assumption. pose proof (bpow_ge_0 radix2 (1 - precision f)). pose proof (Rabs_pos t).
    assert (0 <= bpow radix2 (1 - precision f) * Rabs t) by (apply Rmult_le_pos; assumption). lra.
  - assert (le : bpow radix2 (emin + precision f - 1) <= Rabs t) by (eapply Rle_trans; [|exact large]; apply bpow_le; lia).
    pose proof (ulp_FLT_le radix2 emin (precision f) t le). pose proof (bpow_ge_0 radix2 emin). rewrite Rmult_comm. lra.
Qed.
Lemma close_to_bound t y : let slack := Q2R ulps * (2 * u * Rabs t + 2 * tiny f) in Rabs t + slack <= safe f -> close_to f ulps t y ->
  is_finite y = true /\ Rabs (B2R y - t) <= slack.
Proof.
  intro slack. intros le. assert (less : Q2R ulps * ulp radix2 exponents t <= slack) by (apply Rmult_le_compat_l; [lra|apply ulp_bound]).
  pose proof safe_overflow. pose proof (Rle_abs t). pose proof (Rle_abs (- t)) as neg. rewrite Rabs_Ropp in neg.
  destruct y as [s|s| |s m e ok]; simpl; intro close; try easy; [split; [reflexivity|lra]|destruct s; lra|split; [reflexivity|lra]].
Qed.

(** Where the exact value is far too large, every value that is close to it is infinite. *)
Lemma close_to_overflow t y : 2 * overflow f <= t -> 2 * u * Q2R ulps <= / 8 -> 2 * tiny f * Q2R ulps <= / 8 -> close_to f ulps t y -> is_finite y = false.
Proof.
  intros large few few'. assert (less : Q2R ulps * ulp radix2 exponents t <= Q2R ulps * (2 * u * Rabs t + 2 * tiny f)) by (apply Rmult_le_compat_l; [lra|apply ulp_bound]).
  assert (one : 1 <= overflow f) by (unfold overflow; change 1 with (bpow radix2 0); apply bpow_le; destruct f; simpl; lia).
  rewrite (Rabs_pos_eq t) in less by lra.
  assert (prod : 2 * u * Q2R ulps * t <= / 8 * t) by (apply Rmult_le_compat_r; lra).
  assert (small : Q2R ulps * ulp radix2 exponents t <= t / 8 + / 8) by lra.
  assert (below : forall y : floating, B2R y < overflow f).
  { intro z. apply Rle_lt_trans with (Rabs (B2R z)); [apply Rle_abs|apply abs_B2R_lt_emax]. }
  assert (finite : forall z : floating, Rabs (B2R z - t) <= Q2R ulps * ulp radix2 exponents t -> False).
  { intros z close. apply Rabs_le_inv in close. specialize (below z). lra. }
  intro close. destruct y as [s|s| |s m e ok]; try reflexivity; exfalso; exact (finite _ close).
Qed.
End Close.

(** the arguments from which exponentials overflow *)
Definition too_large (f : format) : R := match f with Binary32 => 93 | Binary64 => 738 end.
Local Lemma ln2_bound : ln 2 <= 18 / 25.
Proof.
  assert (sixteen : exp (18 / 25) = exp (9 / 200) ^ 16).
  { replace (18 / 25) with (9 / 200 + 9 / 200 + (9 / 200 + 9 / 200) + (9 / 200 + 9 / 200 + (9 / 200 + 9 / 200)) +
      (9 / 200 + 9 / 200 + (9 / 200 + 9 / 200) + (9 / 200 + 9 / 200 + (9 / 200 + 9 / 200)))) by lra.
    rewrite !exp_plus. ring. }
  assert (le : 2 <= exp (18 / 25)).
  { rewrite sixteen. apply Rle_trans with ((1 + 9 / 200) ^ 16); [lra|]. apply pow_incr. pose proof (exp_ineq1_le (9 / 200)). lra. }
  rewrite <- (ln_exp (18 / 25)). destruct le as [lt|<-]; [left; apply ln_increasing; lra|right; reflexivity].
Qed.
Lemma exponential_overflow x : too_large f <= x -> 2 * overflow f <= exp x.
Proof.
  intro large. apply Rle_trans with (exp (too_large f)); [|destruct large as [lt|<-]; [left; now apply exp_increasing|right; reflexivity]].
  unfold overflow. replace 2 with (bpow radix2 1) by reflexivity. rewrite <- bpow_plus, bpow_exp.
  assert (le : forall a b, a <= b -> exp a <= exp b) by (intros a b [lt|<-]; [left; now apply exp_increasing|right; reflexivity]).
  apply le. pose proof ln2_bound. change (IZR radix2) with 2. destruct f; unfold too_large; simpl; lra.
Qed.

(** ** Sums *)

Definition growth (n : nat) : R := (1 + u) ^ n.
Definition add_up (l : list R) : R := fold_right Rplus 0 l.
Lemma growth_ge1 n : 1 <= growth n.
Proof. unfold growth. apply pow_R1_Rle. generalize roundoff_ge0. lra. Qed.
Lemma growth_mono n m : (n <= m)%nat -> growth n <= growth m.
Proof. intro le. apply Rle_pow; [|exact le]. generalize roundoff_ge0. lra. Qed.
Lemma growth_bound n : u * INR n <= 1 -> growth n - 1 <= u * INR n + (u * INR n) * (u * INR n).
Proof.
  pose proof roundoff_ge0 as u0. unfold growth. induction n as [|n IH]; intro small; [simpl; lra|]. rewrite S_INR in *. pose proof (pos_INR n) as n0. cbn [pow].
  assert (un : 0 <= u * INR n) by (apply Rmult_le_pos; assumption). specialize (IH ltac:(lra)). set (m := u * INR n) in *.
  replace (u * (INR n + 1)) with (m + u) in * by (unfold m; ring). assert (mm : m * m <= m) by nra. assert (umm : u * (m * m) <= u * m) by (apply Rmult_le_compat_l; lra).
  assert (um : 0 <= u * m) by (apply Rmult_le_pos; lra). assert (uu : 0 <= u * u) by (apply Rmult_le_pos; lra).
  assert (step : (1 + u) * ((1 + u) ^ n) <= (1 + u) * (1 + m + m * m)) by (apply Rmult_le_compat_l; lra). nra.
Qed.
Lemma add_up_app l k : add_up (l ++ k) = add_up l + add_up k.
Proof. induction l as [|a l IH]; simpl; [lra|rewrite IH; lra]. Qed.
Lemma add_up_permutation l k : Permutation l k -> add_up l = add_up k.
Proof. induction 1; simpl; lra. Qed.
Lemma add_up_abs l : Rabs (add_up l) <= add_up (map Rabs l).
Proof. induction l as [|a l IH]; simpl; [rewrite Rabs_R0; lra|]. eapply Rle_trans; [apply Rabs_triang|]. lra. Qed.
Lemma sum_error (x y : floating) : exists e, Rabs e <= u /\ nearest f (B2R x + B2R y) = (B2R x + B2R y) * (1 + e).
Proof.
  destruct (FLT_plus_error_N_ex radix2 (3 - greatest_exponent f - precision f) (precision f) (fun x => negb (Z.even x)) (B2R x) (B2R y)) as (e & small & E).
  - apply (generic_format_B2R (precision f) (greatest_exponent f) x).
  - apply (generic_format_B2R (precision f) (greatest_exponent f) y).
  - exists e. split; [|exact E]. eapply Rle_trans; [exact small|]. change (u_ro radix2 (precision f)) with u. pose proof roundoff_ge0.
    assert (0 <= u * u) by (apply Rmult_le_pos; lra). apply (Rmult_le_reg_r (1 + u)); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.
(** one number from each set, and what they sum to in any order *)
Theorem sums_bound l y : sums f l y -> l <> [] ->
  exists xs, Forall2 (fun s x => s x) l xs /\
    let A := add_up (map Rabs (map B2R xs)) in let g := growth (Nat.pred (length l)) in
    (Forall (fun x => is_finite x = true) xs -> g * A <= safe f -> is_finite y = true /\ Rabs (B2R y - add_up (map B2R xs)) <= (g - 1) * A).
Proof.
  pose proof roundoff_ge0 as u0. induction 1 as [y zero|s y sy|l l' k x y perm some' some sx IHx sy IHy]; intro nonempty; [now elim nonempty| |].
  - exists [y]. split; [now constructor|]. cbv zeta. simpl. intros fin _. split; [now inversion fin|]. unfold growth. simpl. replace (B2R y - (B2R y + 0)) with 0 by ring. rewrite Rabs_R0. lra.
  - destruct (IHx some') as (xs & of_x & bx). destruct (IHy some) as (ys & of_y & by_). cbv zeta in *.
    destruct (Permutation_Forall2 (Permutation_sym perm) (Forall2_app of_x of_y)) as (zs & perm' & of_z). exists zs. split; [exact of_z|]. intros fin le.
    assert (fin' := Permutation_Forall (Permutation_sym perm') fin). apply Forall_app in fin' as [fx fy].
    assert (lengths : length l = (length l' + length k)%nat) by (rewrite (Permutation_length perm); apply length_app).
    rewrite <- (add_up_permutation _ _ (Permutation_map B2R perm')). rewrite <- (add_up_permutation _ _ (Permutation_map Rabs (Permutation_map B2R perm'))) in le |- *.
    rewrite !map_app, !add_up_app in *. set (A := add_up (map Rabs (map B2R xs))) in *. set (B := add_up (map Rabs (map B2R ys))) in *.
    change (add_up (map Rabs (map B2R xs))) with A in le |- *. change (add_up (map Rabs (map B2R ys))) with B in le |- *.
    assert (abs_ge0 : forall l, 0 <= add_up (map Rabs l)) by (induction l0 as [|a l0 IH]; simpl; [lra|]; pose proof (Rabs_pos a); lra).
    assert (A0 : 0 <= A) by apply abs_ge0. assert (B0 : 0 <= B) by apply abs_ge0.
    assert (l1 : (1 <= length l')%nat) by (destruct l'; [now elim some'|simpl; lia]). assert (k1 : (1 <= length k)%nat) by (destruct k; [now elim some|simpl; lia]).
    set (g := growth (Nat.pred (Nat.pred (length l)))). assert (g_next : growth (Nat.pred (length l)) = g * (1 + u)).
    { unfold g, growth. replace (Nat.pred (length l)) with (S (Nat.pred (Nat.pred (length l)))) at 1 by lia. simpl. ring. }
    rewrite g_next in *. assert (g1 : 1 <= g) by apply growth_ge1.
    assert (gl : growth (Nat.pred (length l')) <= g) by (apply growth_mono; lia). assert (gk : growth (Nat.pred (length k)) <= g) by (apply growth_mono; lia).
    assert (mono : forall h C, h <= g -> 0 <= C -> h * C <= g * C) by (intros; apply Rmult_le_compat_r; assumption).
    assert (gA := mono _ _ gl A0). assert (gB := mono _ _ gk B0). assert (gAB : 0 <= u * (g * (A + B))) by (apply Rmult_le_pos; [exact u0|apply Rmult_le_pos; lra]).
    assert (gA0 : 0 <= g * A) by (apply Rmult_le_pos; lra). assert (gB0 : 0 <= g * B) by (apply Rmult_le_pos; lra).
    destruct (bx fx) as [finx ex]; [lra|]. destruct (by_ fy) as [finy ey]; [lra|].
    assert (X := add_up_abs (map B2R xs)). assert (Y := add_up_abs (map B2R ys)). fold A in X. fold B in Y.
    set (X0 := add_up (map B2R xs)) in *. set (Y0 := add_up (map B2R ys)) in *.
    change (add_up (map B2R xs)) with X0. change (add_up (map B2R ys)) with Y0.
    assert (tx := Rabs_triang (B2R x - X0) X0). replace (B2R x - X0 + X0) with (B2R x) in tx by ring.
    assert (ty := Rabs_triang (B2R y - Y0) Y0). replace (B2R y - Y0 + Y0) with (B2R y) in ty by ring.
    assert (txy := Rabs_triang (B2R x) (B2R y)).
    destruct (add_bound x y finx finy) as [fin_sum E]; [lra|]. split; [exact fin_sum|]. rewrite E.
    destruct (sum_error x y) as (e & small & E'). rewrite E'. replace ((B2R x + B2R y) * (1 + e) - (X0 + Y0)) with ((B2R x - X0) + (B2R y - Y0) + (B2R x + B2R y) * e) by ring.
    eapply Rle_trans; [apply Rabs_triang|]. eapply Rle_trans; [apply Rplus_le_compat_r, Rabs_triang|]. rewrite Rabs_mult.
    assert (last : Rabs (B2R x + B2R y) * Rabs e <= (g * (A + B)) * u) by (apply Rmult_le_compat; try apply Rabs_pos; lra).
    lra.
Qed.

Lemma sums_infinite l y : sums f l y -> (exists s, In s l /\ forall x, s x -> is_finite x = false) -> is_finite y = false.
Proof.
  induction 1 as [y zero|s y sy|l l' k x y perm some' some sx IHx sy IHy]; intros (r & inr & infinite).
  - destruct inr.
  - destruct inr as [->|[]]. now apply infinite.
  - apply (Permutation_in _ perm), in_app_or in inr as [inl|ink].
    + specialize (IHx (ex_intro _ r (conj inl infinite))). destruct x, y; try discriminate; try reflexivity; destruct s, s0; reflexivity.
    + specialize (IHy (ex_intro _ r (conj ink infinite))). destruct x, y; try discriminate; try reflexivity; destruct s, s0; reflexivity.
Qed.

(** ** There is always a result *)

Lemma rounds_to_some t : exists y, rounds_to f t y.
Proof.
  unfold rounds_to. destruct (Rlt_bool (Rabs (nearest f t)) (overflow f)) eqn:small; [|eexists; reflexivity].
  assert (form : generic_format radix2 exponents (nearest f t)) by (apply generic_format_round; [apply exponents_valid|apply valid_rnd_N]).
  set (m := Ztrunc (scaled_mantissa radix2 exponents (nearest f t))). set (e := cexp radix2 exponents (nearest f t)).
  pose proof (binary_normalize_correct _ _ (precision_positive f) (precision_small f) mode_NE m e false) as right. cbv zeta in right.
  assert (E : F2R (Float radix2 m e) = nearest f t) by (symmetry; exact form). rewrite E in right. change (round_mode mode_NE) with ZnearestE in right.
  assert (again : round radix2 (SpecFloat.fexp (precision f) (greatest_exponent f)) ZnearestE (nearest f t) = nearest f t) by (apply round_generic; [apply valid_rnd_N|exact form]).
  rewrite again in right. unfold overflow in small. rewrite small in right. eexists. split; apply right.
Qed.
Lemma close_to_some ulps t : 1 <= Q2R ulps -> exists y, close_to f ulps t y.
Proof.
  intro ge1. destruct (rounds_to_some t) as [y is_y]. exists y. unfold rounds_to in is_y.
  assert (half : Rabs (nearest f t - t) <= / 2 * ulp radix2 exponents t) by (apply error_le_half_ulp; apply exponents_valid).
  pose proof (ulp_ge_0 radix2 exponents t) as ge0. assert (more : ulp radix2 exponents t <= Q2R ulps * ulp radix2 exponents t) by (rewrite <- (Rmult_1_l (ulp _ _ t)) at 1; apply Rmult_le_compat_r; lra).
  destruct (Rlt_bool (Rabs (nearest f t)) (overflow f)) eqn:small.
  - destruct is_y as [fin E]. assert (le : Rabs (B2R y - t) <= Q2R ulps * ulp radix2 exponents t) by (rewrite E; lra). destruct y; try discriminate; exact le.
  - subst y. unfold close_to. revert small. case Rlt_bool_spec; [discriminate|]. intros large _. pose proof (Rabs_triang (nearest f t - t) t) as tri.
    replace (nearest f t - t + t) with (nearest f t) in tri by ring. case Rlt_bool_spec; intro s; [rewrite (Rabs_left t) in tri by exact s|rewrite (Rabs_pos_eq t) in tri by exact s]; lra.
Qed.
End Format.
