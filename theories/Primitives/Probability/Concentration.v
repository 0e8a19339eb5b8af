(** * Concentration

    How far a function of independent draws is from its expectation.  A law is a list of outcomes with weights that are at least 0 and sum to 1, as in Samples.v; independent draws
    from several laws have the products of the weights.

    On paper.  McDiarmid's inequality goes by induction over the draws: with g(w) the expectation of F(w, ...) over the other draws,
    E exp(t (F - E F)) = E exp(t (g - E g)) E exp(t (F(w, ...) - g(w))); the second factor is bounded by the induction hypothesis for every w, the first one by Hoeffding's lemma,
    since g moves by at most c when w does.  Hoeffding's lemma: exp is below its chord, so that E exp(t X) <= 1 - p + p exp(h) for a p in [0, 1] and h = t c; and
    h²/8 + p h - ln(1 - p + p exp(h)) is convex with value and slope 0 at h = 0.

    Main results: [markov], [chebyshev], [chernoff], [hoeffding_lemma], [mcdiarmid], [hoeffding], [holdout], [occam].

    Trust: proved.
    Source: W. Hoeffding, Probability inequalities for sums of bounded random variables, 1963; C. McDiarmid, On the method of bounded differences, 1989;
    S. Boucheron, G. Lugosi and P. Massart, Concentration Inequalities, 2013, chapters 2 and 6; S. Shalev-Shwartz and S. Ben-David, Understanding Machine Learning, 2014,
    theorems 7.7 ([occam]) and 11.1 ([holdout]). *)
From Coq Require Import Reals Lra Lia List.
From Coquelicot Require Import Hierarchy Derive.
From Coquelicot Require AutoDerive.
From Warrant Require Import Spec.Probability Primitives.Probability.Events Primitives.Probability.Samples.
Import ListNotations.
Local Open Scope R_scope.

Local Lemma exp_le x y : x <= y -> exp x <= exp y.
Proof. intros [less| ->]; [now apply Rlt_le, exp_increasing|apply Rle_refl]. Qed.

(** ** Laws and expectations *)

Section Laws.
Context {Omega : Type}.
Implicit Types (l : list (Omega * R)) (X Y : Omega -> R).

Definition law l : Prop := Forall (fun o => 0 <= snd o) l /\ fold_right (fun o s => snd o + s) 0 l = 1.
Definition expectation l X : R := fold_right (fun o s => snd o * X (fst o) + s) 0 l.
Definition variance l X : R := expectation l (fun w => (X w - expectation l X) ^ 2).

Lemma mass_expectation l A : mass l A = expectation l (fun w => indicator (A w)). Proof. reflexivity. Qed.
Lemma expectation_linear l a b X Y : expectation l (fun w => a * X w + b * Y w) = a * expectation l X + b * expectation l Y.
Proof. induction l as [|o l IH]; cbn; [ring|]. fold (expectation l (fun w => a * X w + b * Y w)) (expectation l X) (expectation l Y). rewrite IH. ring. Qed.
Lemma expectation_ext l X Y : (forall w, X w = Y w) -> expectation l X = expectation l Y.
Proof. intro same. induction l as [|o l IH]; cbn; [reflexivity|]. fold (expectation l X) (expectation l Y). now rewrite IH, same. Qed.
Lemma expectation_scale l a X : expectation l (fun w => a * X w) = a * expectation l X.
Proof. rewrite <- (Rplus_0_r (a * _)), <- (Rmult_0_l (expectation l X)), <- expectation_linear. apply expectation_ext. intro w. ring. Qed.
Lemma expectation_const l a : law l -> expectation l (fun _ => a) = a.
Proof.
  intros [_ sum]. transitivity (a * fold_right (fun o s => snd o + s) 0 l); [|rewrite sum; ring].
  clear sum. induction l as [|o l IH]; cbn; [ring|]. fold (expectation l (fun _ => a)). rewrite IH. ring.
Qed.
Lemma expectation_mono l X Y : law l -> (forall w, In w (map fst l) -> X w <= Y w) -> expectation l X <= expectation l Y.
Proof.
  intros [weights _] below. induction l as [|[w q] l IH]; cbn; [lra|]. fold (expectation l X) (expectation l Y).
  inversion weights as [|? ? q_ge0 rest]; subst. cbn in q_ge0. apply Rplus_le_compat.
  - apply Rmult_le_compat_l; [exact q_ge0|]. apply below. now left.
  - apply IH; [exact rest|]. intros v v_in. apply below. now right.
Qed.
Lemma law_nonempty l : law l -> l <> [].
Proof. intros [_ sum] ->. cbn in sum. lra. Qed.

Lemma expectation_gt0 l X : l <> [] -> Forall (fun o => 0 < snd o) l -> (forall w, 0 < X w) -> 0 < expectation l X.
Proof.
  intros nonempty weights X_gt0. assert (ge0 : forall k, Forall (fun o => 0 < snd o) k -> 0 <= expectation k X).
  { intros k k_gt0. induction k_gt0 as [|o k o_gt0 _ IH]; unfold expectation in *; cbn [fold_right]; [lra|]. pose proof (Rmult_lt_0_compat _ _ o_gt0 (X_gt0 (fst o))). lra. }
  destruct weights as [|o k o_gt0 k_gt0]; [easy|]. pose proof (ge0 k k_gt0). pose proof (Rmult_lt_0_compat _ _ o_gt0 (X_gt0 (fst o))).
  unfold expectation in *. cbn [fold_right]. lra.
Qed.

(** ** Inequalities for one law *)

(** A. Markov: P(X >= a) <= E X / a *)
Theorem markov l X a : law l -> 0 < a -> (forall w, 0 <= X w) -> mass l (fun w => a <= X w) <= expectation l X / a.
Proof.
  intros is_law a_gt0 X_ge0. rewrite mass_expectation. unfold Rdiv. rewrite Rmult_comm, <- expectation_scale. apply expectation_mono; [exact is_law|].
  intros w _. destruct (Rle_lt_dec a (X w)) as [above|below].
  - rewrite indicator_true by exact above. apply (Rmult_le_reg_l a); [exact a_gt0|]. rewrite <- Rmult_assoc, Rinv_r by lra. lra.
  - rewrite indicator_false by lra. apply Rmult_le_pos; [now apply Rlt_le, Rinv_0_lt_compat|apply X_ge0].
Qed.

(** P. Chebyshev: P(|X - E X| >= s) <= Var X / s² *)
Theorem chebyshev l X s : law l -> 0 < s -> mass l (fun w => s <= Rabs (X w - expectation l X)) <= variance l X / s ^ 2.
Proof.
  intros is_law s_gt0. rewrite (mass_same l _ (fun w => s ^ 2 <= (X w - expectation l X) ^ 2)).
  - apply (markov l (fun w => (X w - expectation l X) ^ 2)); [exact is_law|now apply pow_lt|intro w; apply pow2_ge_0].
  - intro w. rewrite <- (pow2_abs (X w - _)). pose proof (Rabs_pos (X w - expectation l X)). split; intro le; nra.
Qed.

(** H. Chernoff: P(X >= s) <= exp(-t s) E exp(t X), for every t >= 0 *)
Theorem chernoff l X s t : law l -> 0 <= t -> mass l (fun w => s <= X w) <= exp (- t * s) * expectation l (fun w => exp (t * X w)).
Proof.
  intros is_law t_ge0. rewrite mass_expectation, <- expectation_scale. apply expectation_mono; [exact is_law|].
  intros w _. rewrite <- exp_plus. destruct (Rle_lt_dec s (X w)) as [above|below].
  - rewrite indicator_true by exact above. rewrite <- exp_0. apply exp_le. nra.
  - rewrite indicator_false by lra. apply Rlt_le, exp_pos.
Qed.
End Laws.

Lemma expectation_swap {Omega A : Type} (k : list (A * R)) (l : list (Omega * R)) (F : A -> Omega -> R) : expectation l (fun w => expectation k (fun a => F a w)) = expectation k (fun a => expectation l (F a)).
Proof.
  induction k as [|[a q] k IH].
  - cbn. rewrite (expectation_ext l _ (fun w => 0 * 0)) by (intro; ring). rewrite expectation_scale. ring.
  - cbn [expectation fold_right fst snd]. rewrite (expectation_ext l _ (fun w => q * F a w + 1 * expectation k (fun a => F a w))) by (intro w; unfold expectation; cbn [fold_right fst snd]; ring).
    rewrite expectation_linear, IH. unfold expectation. cbn [fold_right fst snd]. ring.
Qed.

(** ** Hoeffding's lemma *)

Local Lemma rises (f f' : R -> R) a b : (forall x, is_derive f x (f' x)) -> (forall x, a <= x <= b -> 0 <= f' x) -> a <= b -> f a <= f b.
Proof.
  intros derives slope_ge0 [less| ->]; [|apply Rle_refl].
  destruct (MVT_cor2 f f' a b less) as (c & value & c_in).
  - intros x _. apply is_derive_Reals, derives.
  - assert (0 <= f' c) by (apply slope_ge0; lra). nra.
Qed.

(** exp is convex *)
Local Lemma exp_chord q h : 0 <= q <= 1 -> exp (q * h) <= 1 - q + q * exp h.
Proof.
  intro q_range. pose proof (exp_ineq1_le (- (q * h))) as left. pose proof (exp_ineq1_le (h - q * h)) as right.
  pose proof (exp_pos (q * h)) as positive.
  assert (one : exp (q * h) * exp (- (q * h)) = 1) by (rewrite <- exp_plus, Rplus_opp_r; apply exp_0).
  assert (other : exp (q * h) * exp (h - q * h) = exp h) by (rewrite <- exp_plus; f_equal; ring).
  assert (sum : exp (q * h) * ((1 - q) * (1 + - (q * h)) + q * (1 + (h - q * h))) <= exp (q * h) * ((1 - q) * exp (- (q * h)) + q * exp (h - q * h)))
    by (apply Rmult_le_compat_l; [lra|]; nra).
  nra.
Qed.

(** convex with value and slope 0 at 0 *)
Local Lemma mixture_bound p h : 0 <= p <= 1 -> 1 - p + p * exp h <= exp (p * h + h ^ 2 / 8).
Proof.
  intro p_range. set (D := fun x => 1 - p + p * exp x).
  assert (D_gt0 : forall x, 0 < D x).
  { intro x. unfold D. pose proof (exp_pos x) as positive. destruct (Rle_lt_dec p 0) as [p_le0|p_gt0]; [replace p with 0 by lra; lra|]. pose proof (Rmult_lt_0_compat p (exp x) p_gt0 positive). lra. }
  set (g := fun x => x ^ 2 / 8 + p * x - ln (D x)). set (g' := fun x => x / 4 + p - p * exp x / D x).
  set (g'' := fun x => ((1 - p - p * exp x) / (2 * D x)) ^ 2).
  assert (first : forall x, is_derive g x (g' x)).
  { intro x. unfold g, g', D. pose proof (D_gt0 x) as positive. unfold D in positive. AutoDerive.auto_derive; [repeat split; lra|]. field. lra. }
  assert (second : forall x, is_derive g' x (g'' x)).
  { intro x. unfold g', g'', D. pose proof (D_gt0 x) as positive. unfold D in positive. AutoDerive.auto_derive; [repeat split; lra|]. field. lra. }
  assert (at_0 : g 0 = 0).
  { unfold g, D. rewrite exp_0. replace (1 - p + p * 1) with 1 by ring. rewrite ln_1. field. }
  assert (slope_0 : g' 0 = 0).
  { unfold g', D. rewrite exp_0. field. lra. }
  assert (g_ge0 : 0 <= g h).
  { destruct (Rle_lt_dec 0 h) as [right|left].
    - rewrite <- at_0. apply (rises g g'); [exact first|intros x x_range|exact right]. rewrite <- slope_0.
      apply (rises g' g''); [exact second|intros y _; apply pow2_ge_0|lra].
    - rewrite <- at_0. apply Ropp_le_cancel. apply (rises (fun x => - g x) (fun x => - g' x)); [|intros x x_range|lra].
      + intro x. apply (is_derive_opp g x (g' x)), first.
      + apply Ropp_0_ge_le_contravar, Rle_ge. rewrite <- slope_0. apply (rises g' g''); [exact second|intros y _; apply pow2_ge_0|lra]. }
  change (D h <= exp (p * h + h ^ 2 / 8)). rewrite <- (exp_ln (D h)) by apply D_gt0. apply exp_le. unfold g in g_ge0. lra.
Qed.

Section Hoeffding.
Context {Omega : Type}.
Implicit Types (l : list (Omega * R)) (X : Omega -> R).

Lemma least_outcome l X : l <> [] -> exists w, In w (map fst l) /\ forall v, In v (map fst l) -> X w <= X v.
Proof.
  induction l as [|[u q] [|o l] IH]; intro nonempty; [easy|..].
  - exists u. split; [now left|]. intros v [<-|[]]. apply Rle_refl.
  - destruct IH as (w & w_in & least); [easy|]. destruct (Rle_lt_dec (X u) (X w)) as [u_least|w_less].
    + exists u. split; [now left|]. intros v [<-|v_in]; [apply Rle_refl|]. apply Rle_trans with (X w); [exact u_least|now apply least].
    + exists w. split; [now right|]. intros v [<-|v_in]; [now apply Rlt_le|now apply least].
Qed.

(** W. Hoeffding, 1963, (4.16): if X moves by at most c, then E exp(t (X - E X)) <= exp(t² c² / 8) *)
Theorem hoeffding_lemma l X c t : law l -> (forall v w, X v - X w <= c) ->
  expectation l (fun w => exp (t * (X w - expectation l X))) <= exp (t ^ 2 * c ^ 2 / 8).
Proof.
  intros is_law moves. set (m := expectation l X). destruct (least_outcome l X (law_nonempty l is_law)) as (u & _ & least).
  assert (c_ge0 : 0 <= c) by (pose proof (moves u u); lra).
  assert (mean : expectation l (fun w => X w - m) = 0).
  { rewrite (expectation_ext l _ (fun w => 1 * X w + (- m) * 1)) by (intro; ring). rewrite (expectation_linear l 1 (- m) X (fun _ => 1)), expectation_const by exact is_law. unfold m. ring. }
  set (a := X u - m). assert (range : forall w, In w (map fst l) -> a <= X w - m <= a + c).
  { intros w w_in. unfold a. pose proof (least w w_in). pose proof (moves w u). lra. }
  assert (a_le0 : a <= 0) by (rewrite <- mean, <- (expectation_const l a is_law); apply expectation_mono; [exact is_law|]; intros w w_in; apply range, w_in).
  assert (b_ge0 : 0 <= a + c) by (rewrite <- mean, <- (expectation_const l (a + c) is_law); apply expectation_mono; [exact is_law|]; intros w w_in; apply range, w_in).
  destruct (Req_dec c 0) as [->|c_other].
  - (* X is constant *)
    rewrite <- (expectation_const l (exp _) is_law). apply expectation_mono; [exact is_law|]. intros w w_in. apply exp_le.
    pose proof (range w w_in). replace (X w - m) with 0 by lra. nra.
  - assert (c_gt0 : 0 < c) by lra. set (p := - a / c).
    assert (p_range : 0 <= p <= 1).
    { unfold p. split; [apply Rmult_le_pos; [lra|now apply Rlt_le, Rinv_0_lt_compat]|]. apply (Rmult_le_reg_r c); [exact c_gt0|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
    (* the chord *)
    assert (chord : forall w, In w (map fst l) -> exp (t * (X w - m)) <= (1 - p + p * exp (t * c)) * exp (t * a) + (exp (t * (a + c)) - exp (t * a)) / c * (X w - m)).
    { intros w w_in. pose proof (range w w_in) as [low high]. set (x := X w - m) in *. set (q := (x - a) / c).
      assert (q_range : 0 <= q <= 1).
      { unfold q. split; [apply Rmult_le_pos; [lra|now apply Rlt_le, Rinv_0_lt_compat]|]. apply (Rmult_le_reg_r c); [exact c_gt0|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
      replace (t * (a + c)) with (t * a + t * c) by ring. rewrite exp_plus.
      replace (t * x) with (t * a + q * (t * c)) by (unfold q; field; lra). rewrite exp_plus.
      replace ((1 - p + p * exp (t * c)) * exp (t * a) + (exp (t * a) * exp (t * c) - exp (t * a)) / c * x) with (exp (t * a) * (1 - q + q * exp (t * c)))
        by (unfold p, q; field; lra).
      apply Rmult_le_compat_l; [apply Rlt_le, exp_pos|]. apply exp_chord. exact q_range. }
    apply Rle_trans with ((1 - p + p * exp (t * c)) * exp (t * a)).
    + eapply Rle_trans; [apply expectation_mono; [exact is_law|exact chord]|]. apply Req_le.
      rewrite (expectation_ext l _ (fun w => (1 - p + p * exp (t * c)) * exp (t * a) * 1 + (exp (t * (a + c)) - exp (t * a)) / c * (X w - m))) by (intro; ring).
      rewrite (expectation_linear l _ _ (fun _ => 1) (fun w => X w - m)), mean, expectation_const by exact is_law. ring.
    + eapply Rle_trans; [apply Rmult_le_compat_r; [apply Rlt_le, exp_pos|apply (mixture_bound p (t * c) p_range)]|].
      rewrite <- exp_plus. apply exp_le. replace (p * (t * c)) with (- (t * a)) by (unfold p; field; lra). apply Req_le. field.
Qed.
End Hoeffding.

(** ** Independent draws *)

Section Independent.
Context {Omega : Type}.
Implicit Types (l : list (Omega * R)) (ls : list (list (Omega * R))) (F G : list Omega -> R).

(** one draw from each law: the weight of a list of outcomes is the product of theirs *)
Fixpoint independent ls : list (list Omega * R) :=
  match ls with
  | [] => [([], 1)]
  | l :: ls => flat_map (fun o => map (fun s => (fst o :: fst s, snd o * snd s)) (independent ls)) l
  end.
(** [n] draws from one law *)
Definition sample l n := independent (repeat l n).

Lemma expectation_app (A : Type) (k l : list (A * R)) (X : A -> R) : expectation (k ++ l) X = expectation k X + expectation l X.
Proof. unfold expectation. induction k as [|o k IH]; [symmetry; apply Rplus_0_l|]. cbn [app fold_right]. rewrite IH. symmetry. apply Rplus_assoc. Qed.
Lemma expectation_cons (A : Type) o (l : list (A * R)) (X : A -> R) : expectation (o :: l) X = snd o * X (fst o) + expectation l X. Proof. reflexivity. Qed.
(** first one draw, then the others *)
Lemma expectation_independent l ls F : expectation (independent (l :: ls)) F = expectation l (fun w => expectation (independent ls) (fun ws => F (w :: ws))).
Proof.
  cbn [independent]. induction l as [|[w q] l IH]; [reflexivity|]. cbn [flat_map].
  rewrite expectation_app, IH, expectation_cons. f_equal. clear IH.
  induction (independent ls) as [|[ws r] k IH]; [cbn; ring|]. unfold expectation in *. cbn [map fold_right fst snd] in *. rewrite IH. ring.
Qed.
Lemma independent_law ls : Forall law ls -> law (independent ls).
Proof.
  intro laws. split.
  - induction laws as [|l ls [weights _] _ IH]; cbn [independent]; [repeat constructor; cbn; lra|].
    apply Forall_flat_map. eapply Forall_impl; [|exact weights]. intros [w q] q_ge0. apply Forall_map. eapply Forall_impl; [|exact IH].
    intros [ws r] r_ge0. cbn in *. now apply Rmult_le_pos.
  - transitivity (expectation (independent ls) (fun _ => 1)).
    + induction (independent ls) as [|o k IH]; cbn; [reflexivity|]. fold (expectation k (fun _ => 1)). rewrite IH. ring.
    + induction laws as [|l ls is_law laws IH]; [cbn; ring|]. rewrite expectation_independent. rewrite (expectation_ext l _ (fun _ => 1)) by (intro; exact IH). now apply expectation_const.
Qed.

(** the textbook condition: when only the draw in one place changes, F moves by at most the number that stands there *)
Definition bounded_differences (cs : list R) F : Prop :=
  forall us v w ws c, (length us + S (length ws) = length cs)%nat -> nth_error cs (length us) = Some c -> F (us ++ v :: ws) - F (us ++ w :: ws) <= c.

Lemma independent_length ls : Forall (fun ws => length ws = length ls) (map fst (independent ls)).
Proof.
  induction ls as [|l ls IH]; cbn [independent]; [repeat constructor|]. apply Forall_map, Forall_flat_map, Forall_forall. intros [w q] _.
  apply Forall_map. apply Forall_map in IH. eapply Forall_impl; [|exact IH]. intros [ws r] same. cbn in *. now rewrite same.
Qed.

Local Lemma moment_bound ls cs F t : Forall law ls -> length cs = length ls -> bounded_differences cs F ->
  expectation (independent ls) (fun ws => exp (t * (F ws - expectation (independent ls) F))) <= exp (t ^ 2 * fold_right (fun c s => c ^ 2 + s) 0 cs / 8).
Proof.
  intro laws. revert cs F. induction laws as [|l ls is_law laws IH]; intros [|c cs] F same bounded; try discriminate.
  - apply Req_le. cbn. replace (t * (F [] - (1 * F [] + 0))) with 0 by ring. replace (t * (t * 1) * 0 / 8) with 0 by field. ring.
  - injection same as same. rewrite !expectation_independent.
    set (g := fun w => expectation (independent ls) (fun ws => F (w :: ws))).
    (* for every first draw, the others *)
    assert (others : forall w, expectation (independent ls) (fun ws => exp (t * (F (w :: ws) - expectation l g))) <=
        exp (t ^ 2 * fold_right (fun c s => c ^ 2 + s) 0 cs / 8) * exp (t * (g w - expectation l g))).
    { intro w. rewrite (expectation_ext _ _ (fun ws => exp (t * (g w - expectation l g)) * exp (t * (F (w :: ws) - g w)))).
      - rewrite expectation_scale, (Rmult_comm (exp (t ^ 2 * _ / 8))). apply Rmult_le_compat_l; [apply Rlt_le, exp_pos|].
        apply (IH cs (fun ws => F (w :: ws))); [exact same|]. intros us v u ws d lengths at_d. apply (bounded (w :: us)); cbn; [lia|exact at_d].
      - intro ws. rewrite <- exp_plus. f_equal. ring. }
    eapply Rle_trans; [apply expectation_mono; [exact is_law|intros w _; apply others]|]. rewrite expectation_scale.
    cbn [fold_right]. replace (t ^ 2 * (c ^ 2 + fold_right (fun c s => c ^ 2 + s) 0 cs) / 8)
      with (t ^ 2 * fold_right (fun c s => c ^ 2 + s) 0 cs / 8 + t ^ 2 * c ^ 2 / 8) by field.
    rewrite exp_plus. apply Rmult_le_compat_l; [apply Rlt_le, exp_pos|]. apply hoeffding_lemma; [exact is_law|].
    (* the first draw moves the expectation over the others by at most c *)
    intros v w. unfold g. replace (expectation (independent ls) (fun ws => F (v :: ws)) - expectation (independent ls) (fun ws => F (w :: ws)))
      with (expectation (independent ls) (fun ws => 1 * F (v :: ws) + (- 1) * F (w :: ws))) by (rewrite (expectation_linear _ 1 (- 1)); ring).
    apply Rle_trans with (expectation (independent ls) (fun _ => c)); [|rewrite expectation_const by (now apply independent_law); apply Rle_refl].
    apply expectation_mono; [now apply independent_law|]. intros ws ws_in.
    pose proof (independent_length ls) as lengths. rewrite Forall_forall in lengths. pose proof (lengths ws ws_in) as ws_length.
    pose proof (bounded [] v w ws c) as moves. cbn in moves. rewrite same, ws_length in moves. specialize (moves eq_refl eq_refl). cbn in moves. lra.
Qed.

(** C. McDiarmid, 1989, lemma 1.2: P(F - E F >= s) <= exp(- 2 s² / Σ c²) *)
Theorem mcdiarmid ls cs F s : Forall law ls -> length cs = length ls -> bounded_differences cs F -> 0 <= s -> 0 < fold_right (fun c s => c ^ 2 + s) 0 cs ->
  mass (independent ls) (fun ws => s <= F ws - expectation (independent ls) F) <= exp (- 2 * s ^ 2 / fold_right (fun c s => c ^ 2 + s) 0 cs).
Proof.
  intros laws same bounded s_ge0 C_gt0. set (C := fold_right (fun c s => c ^ 2 + s) 0 cs) in *.
  eapply Rle_trans; [apply (chernoff _ _ s (4 * s / C)); [now apply independent_law|]|].
  - apply Rmult_le_pos; [lra|now apply Rlt_le, Rinv_0_lt_compat].
  - eapply Rle_trans; [apply Rmult_le_compat_l; [apply Rlt_le, exp_pos|apply (moment_bound ls cs F (4 * s / C) laws same bounded)]|].
    rewrite <- exp_plus. apply exp_le. fold C. apply Req_le. field. lra.
Qed.

(** ** Means *)

Definition total X (ws : list Omega) : R := fold_right (fun w s => X w + s) 0 ws.
Definition mean X (ws : list Omega) : R := total X ws / INR (length ws).

Lemma total_app X us ws : total X (us ++ ws) = total X us + total X ws.
Proof. unfold total. induction us as [|u us IH]; [symmetry; apply Rplus_0_l|]. cbn [app fold_right]. rewrite IH. symmetry. apply Rplus_assoc. Qed.
Lemma sample_law l n : law l -> law (sample l n).
Proof. intro is_law. apply independent_law, Forall_forall. intros k k_in. now apply repeat_spec in k_in as ->. Qed.
Lemma sample_length l n ws : In ws (map fst (sample l n)) -> length ws = n.
Proof. intro ws_in. pose proof (independent_length (repeat l n)) as lengths. rewrite Forall_forall in lengths. rewrite (lengths ws ws_in). apply repeat_length. Qed.
Lemma expectation_total X l n : law l -> expectation (sample l n) (total X) = INR n * expectation l X.
Proof.
  intro is_law. induction n as [|n IH]; [cbn; ring|]. change (sample l (S n)) with (independent (l :: repeat l n)). rewrite expectation_independent, S_INR.
  rewrite (expectation_ext l _ (fun w => 1 * X w + (INR n * expectation l X) * 1)).
  - rewrite (expectation_linear l 1 _ X (fun _ => 1)), expectation_const by exact is_law. ring.
  - intro w. rewrite <- IH. rewrite (expectation_ext _ (fun ws => total X (w :: ws)) (fun ws => X w * 1 + 1 * total X ws)) by (intro ws; unfold total; cbn [fold_right]; ring).
    rewrite (expectation_linear _ (X w) 1 (fun _ => 1) (total X)), expectation_const by now apply sample_law. unfold sample. ring.
Qed.

Lemma mass_mono (A : Type) (k : list (A * R)) (P Q : A -> Prop) : law k -> (forall w, In w (map fst k) -> P w -> Q w) -> mass k P <= mass k Q.
Proof.
  intros is_law implied. rewrite !mass_expectation. apply expectation_mono; [exact is_law|]. intros w w_in.
  destruct (Classical_Prop.classic (P w)) as [yes|no].
  - rewrite !indicator_true; [lra|now apply implied|exact yes].
  - rewrite (indicator_false _ no). apply indicator_ge0.
Qed.

(** the mean of n draws, if X moves by at most c: E exp(t (mean - E X)) <= exp(t² c² / (8 n)) *)
Lemma mean_moment l n X t c : law l -> (0 < n)%nat -> (forall v w, X v - X w <= c) ->
  expectation (sample l n) (fun ws => exp (t * (mean X ws - expectation l X))) <= exp (t ^ 2 * c ^ 2 / (8 * INR n)).
Proof.
  intros is_law n_gt0 moves. assert (N_gt0 : 0 < INR n) by now apply lt_0_INR.
  assert (squares : fold_right (fun c s => c ^ 2 + s) 0 (repeat c n) = INR n * c ^ 2).
  { clear. induction n as [|n IH]; [cbn; ring|]. rewrite S_INR. cbn [repeat fold_right]. rewrite IH. ring. }
  eapply Rle_trans; [|eapply Rle_trans; [apply (moment_bound (repeat l n) (repeat c n) (total X) (t / INR n))|]].
  - apply expectation_mono; [now apply sample_law|]. intros ws ws_in. apply Req_le. f_equal. fold (sample l n). rewrite expectation_total by exact is_law.
    unfold mean. rewrite (sample_length l n ws ws_in). field. lra.
  - apply Forall_forall. intros k k_in. now apply repeat_spec in k_in as ->.
  - now rewrite !repeat_length.
  - intros us v w ws d _ at_d. apply nth_error_In, repeat_spec in at_d as ->. rewrite !total_app. unfold total. cbn [fold_right]. pose proof (moves v w). lra.
  - rewrite squares. apply Req_le. f_equal. field. lra.
Qed.

(** W. Hoeffding, 1963, theorem 2, for draws from one law: if X moves by at most c, P(mean - E X >= s) <= exp(- 2 n s² / c²) *)
Theorem hoeffding l n X c s : law l -> (0 < n)%nat -> (forall v w, X v - X w <= c) -> 0 < c -> 0 <= s ->
  mass (sample l n) (fun ws => s <= mean X ws - expectation l X) <= exp (- 2 * INR n * s ^ 2 / c ^ 2).
Proof.
  intros is_law n_gt0 moves c_gt0 s_ge0. assert (N_gt0 : 0 < INR n) by now apply lt_0_INR.
  assert (squares : fold_right (fun c s => c ^ 2 + s) 0 (repeat c n) = INR n * c ^ 2).
  { clear. induction n as [|n IH]; [cbn; ring|]. rewrite S_INR. cbn [repeat fold_right]. rewrite IH. ring. }
  apply Rle_trans with (mass (sample l n) (fun ws => INR n * s <= total X ws - expectation (sample l n) (total X))).
  - apply mass_mono; [now apply sample_law|]. intros ws ws_in. rewrite expectation_total by exact is_law. unfold mean. rewrite (sample_length l n ws ws_in).
    intro above. apply (Rmult_le_compat_l (INR n)) in above; [|lra]. replace (INR n * (total X ws / INR n - expectation l X)) with (total X ws - INR n * expectation l X) in above by (field; lra).
    exact above.
  - eapply Rle_trans; [apply (mcdiarmid (repeat l n) (repeat c n) (total X) (INR n * s))|].
    + apply Forall_forall. intros k k_in. now apply repeat_spec in k_in as ->.
    + now rewrite !repeat_length.
    + intros us v w ws d _ at_d. apply nth_error_In, repeat_spec in at_d as ->. rewrite !total_app. unfold total. cbn [fold_right]. pose proof (moves v w). lra.
    + apply Rmult_le_pos; lra.
    + rewrite squares. apply Rmult_lt_0_compat; [exact N_gt0|now apply pow_lt].
    + apply exp_le. rewrite squares. apply Req_le. field. lra.
Qed.

(** ** What a test set says of the risk *)

Implicit Types (L : Omega -> R).

(** S. Shalev-Shwartz and S. Ben-David, 2014, theorem 11.1: except with probability δ, the risk is below the mean loss on n examples, which the loss does not depend on, plus sqrt(ln(1/δ) / (2 n)) *)
Theorem holdout l n L delta : law l -> (0 < n)%nat -> (forall w, 0 <= L w <= 1) -> 0 < delta <= 1 ->
  mass (sample l n) (fun ws => mean L ws + sqrt (ln (/ delta) / (2 * INR n)) <= expectation l L) <= delta.
Proof.
  intros is_law n_gt0 L_range delta_range. assert (N_gt0 : 0 < INR n) by now apply lt_0_INR.
  assert (log_ge0 : 0 <= ln (/ delta)).
  { rewrite <- ln_1. destruct (Rle_lt_dec 1 delta) as [|less]; [replace delta with 1 by lra; rewrite Rinv_1; lra|].
    apply Rlt_le, ln_increasing; [lra|]. rewrite <- Rinv_1. apply Rinv_lt_contravar; lra. }
  assert (radicand : 0 <= ln (/ delta) / (2 * INR n)) by (apply Rmult_le_pos; [exact log_ge0|apply Rlt_le, Rinv_0_lt_compat; lra]).
  set (s := sqrt (ln (/ delta) / (2 * INR n))).
  eapply Rle_trans; [|eapply Rle_trans; [apply (hoeffding l n (fun w => - L w) 1 s is_law n_gt0)|]].
  - apply mass_mono; [now apply sample_law|]. intros ws _ above.
    replace (mean (fun w => - L w) ws) with (- mean L ws).
    + replace (expectation l (fun w => - L w)) with (- expectation l L); [lra|].
      rewrite (expectation_ext l (fun w => - L w) (fun w => (- 1) * L w)) by (intro; ring). rewrite expectation_scale. ring.
    + unfold mean, Rdiv. rewrite <- Ropp_mult_distr_l_reverse. f_equal. unfold total. clear. induction ws as [|w ws IH]; cbn [fold_right]; [ring|]. rewrite <- IH. ring.
  - intros v w. pose proof (L_range v). pose proof (L_range w). lra.
  - lra.
  - apply sqrt_pos.
  - unfold s. rewrite pow2_sqrt by exact radicand. rewrite <- (exp_ln delta) at 2 by lra. apply Req_le. f_equal.
    rewrite ln_Rinv by lra. field. lra.
Qed.

Lemma mass_not (A : Type) (k : list (A * R)) (P : A -> Prop) : law k -> mass k (fun w => ~ P w) = 1 - mass k P.
Proof.
  intro is_law. assert (all : mass k (fun w => P w \/ ~ P w) = 1).
  { rewrite mass_expectation. rewrite (expectation_ext k _ (fun _ => 1)); [now apply expectation_const|]. intro w. apply indicator_true, Classical_Prop.classic. }
  rewrite mass_or in all by (intro w; tauto). lra.
Qed.

(** S. Shalev-Shwartz and S. Ben-David, 2014, theorem 7.7 (Occam's bound, for a finite class): for hypotheses with weights p that sum to at most 1, fixed before the draws,
    except with probability δ the risk of each is below its mean loss plus sqrt(ln(1 / (p δ)) / (2 n)), whichever of them is then chosen by looking at the draws *)
Theorem occam l n (hs : list (R * (Omega -> R))) delta : law l -> (0 < n)%nat -> Forall (fun h => 0 < fst h /\ forall w, 0 <= snd h w <= 1) hs ->
  fold_right (fun h s => fst h + s) 0 hs <= 1 -> 0 < delta <= 1 ->
  1 - delta <= mass (sample l n) (fun ws => Forall (fun h => expectation l (snd h) < mean (snd h) ws + sqrt (ln (/ (fst h * delta)) / (2 * INR n))) hs).
Proof.
  intros is_law n_gt0 fine sum_le1 delta_range. set (good := fun ws (h : R * (Omega -> R)) => expectation l (snd h) < mean (snd h) ws + sqrt (ln (/ (fst h * delta)) / (2 * INR n))).
  pose proof (sample_law l n is_law) as drawn.
  assert (sum_ge0 : forall k : list (R * (Omega -> R)), Forall (fun h => 0 < fst h /\ forall w, 0 <= snd h w <= 1) k -> 0 <= fold_right (fun h s => fst h + s) 0 k).
  { intros k all. induction all as [|h k [p_gt0 _] _ IH]; cbn [fold_right]; lra. }
  assert (each : 1 - fold_right (fun h s => fst h + s) 0 hs * delta <= mass (sample l n) (fun ws => Forall (good ws) hs)).
  { revert sum_le1. induction fine as [|h hs [p_gt0 L_range] fine IH]; cbn [fold_right]; intro sum_le1.
    - rewrite (mass_same _ _ (fun _ => True)) by (intro; split; [easy|constructor]). rewrite mass_all. destruct drawn as [_ ->]. lra.
    - pose proof (sum_ge0 hs fine) as rest_ge0. specialize (IH ltac:(lra)).
      assert (one : mass (sample l n) (fun ws => ~ good ws h) <= fst h * delta).
      { eapply Rle_trans; [|apply (holdout l n (snd h) (fst h * delta) is_law n_gt0 L_range)].
        - apply mass_mono; [exact drawn|]. intros ws _ bad. apply Rnot_lt_le, bad.
        - split; [now apply Rmult_lt_0_compat|]. rewrite <- (Rmult_1_l 1). apply Rmult_le_compat; lra. }
      rewrite mass_not in one by exact drawn.
      assert (both : mass (sample l n) (fun ws => good ws h) + mass (sample l n) (fun ws => Forall (good ws) hs) - 1 <= mass (sample l n) (fun ws => Forall (good ws) (h :: hs))).
      { pose proof (mass_not _ (sample l n) (fun ws => good ws h) drawn) as other.
        assert (split_rest : mass (sample l n) (fun ws => Forall (good ws) hs) <= mass (sample l n) (fun ws => Forall (good ws) (h :: hs) \/ ~ good ws h)).
        { apply mass_mono; [exact drawn|]. intros ws _ others. destruct (Classical_Prop.classic (good ws h)); [left; now constructor|now right]. }
        rewrite mass_or in split_rest by (intros ws [all no]; inversion all; contradiction). lra. }
      nra. }
  eapply Rle_trans; [|exact each]. pose proof (Rmult_le_pos (1 - fold_right (fun h s => fst h + s) 0 hs) delta ltac:(lra) ltac:(lra)). lra.
Qed.
End Independent.

(** ** One instance: two flips of a fair coin *)

Definition fair : list (bool * R) := [(true, / 2); (false, / 2)].
Lemma fair_law : law fair.
Proof. split; [repeat constructor; cbn; lra|cbn; field]. Qed.
(** the bound for both flips to show heads, e^(-1) for a probability of 1/4 *)
Theorem two_heads : mass (sample fair 2) (fun ws => / 2 <= mean (fun b : bool => if b then 1 else 0) ws - / 2) = / 4 /\ mass (sample fair 2) (fun ws => / 2 <= mean (fun b : bool => if b then 1 else 0) ws - / 2) <= exp (- 1).
Proof.
  split.
  - unfold mean, total, sample, mass. cbn. rewrite indicator_true by lra. rewrite !indicator_false by lra. lra.
  - pose proof (hoeffding fair 2 (fun b : bool => if b then 1 else 0) 1 (/ 2) fair_law ltac:(lia)) as bound.
    replace (expectation fair (fun b : bool => if b then 1 else 0)) with (/ 2) in bound by (cbn; field).
    eapply Rle_trans; [apply bound|]; [intros [] []; lra|lra..|]. apply exp_le. cbn. lra.
Qed.
