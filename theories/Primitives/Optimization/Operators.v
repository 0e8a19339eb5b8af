(** * Operators

    What the classes of operators say of pairs (x, u) with u in A(x).  Whatever is said of one value of a linear map holds of linear combinations of values, so
    that for symmetric and skew-symmetric operators there are facts about every linear combination of the pairs.

    Main definitions: [linear], [span].
    Main results: [lipschitz_operator_norm2], [symmetric_spectrum], [symmetric_pair], [symmetric_span], [skew_pair], [skew_span], [linear_span_bound],
    [adjoint_pair], [adjoint_span_bound].

    | notation | meaning |
    | span q a l | Σ q(c) a(c) over the members c of the list l |

    Trust: proved.
    Source: N. Bousselmi, J. Hendrickx, F. Glineur, Interpolation conditions for linear operators and applications to performance estimation
    problems, 2024, theorem 3.1 (linear), corollary 3.2 (skew-symmetric), theorem 3.3 (symmetric). *)
From Coq Require Import Reals List Lra.
From Warrant Require Import Spec.InnerProduct Spec.Functions Primitives.Optimization.Spaces.
Local Open Scope R_scope.

Section Operators.
Context {E : inner_product_space}.
Implicit Types (A : E -> E -> Prop) (M : E -> E) (x y u v : E).

Lemma lipschitz_operator_norm2 L A x u y v : lipschitz_operator L A -> A x u -> A y v -> norm2 (u - v)%V <= L * L * norm2 (x - y)%V.
Proof. intros lipschitz_A x_u y_v. rewrite !norm2_norm. pose proof (lipschitz_A x u y v x_u y_v). pose proof (norm_ge0 (u - v)%V). nra. Qed.

(** ** Linear maps *)

Definition linear M : Prop := forall a x y, M (a *: x + y)%V = (a *: M x + M y)%V.

Section Linear.
Variable M : E -> E.
Hypothesis M_linear : linear M.
Lemma linear_zero : M vzero = vzero.
Proof.
  pose proof (M_linear (-1) vzero vzero) as expanded. replace ((-1) *: vzero + vzero)%V with (vzero : E) in expanded by vector_ring.
  rewrite expanded. vector_ring.
Qed.
Lemma linear_scale a x : M (a *: x)%V = (a *: M x)%V.
Proof. replace (a *: x)%V with (a *: x + vzero)%V by vector_ring. rewrite M_linear, linear_zero. vector_ring. Qed.
Lemma linear_add x y : M (x + y)%V = (M x + M y)%V.
Proof. replace (x + y)%V with (1 *: x + y)%V by vector_ring. rewrite M_linear. vector_ring. Qed.
Lemma linear_subtract x y : M (x - y)%V = (M x - M y)%V.
Proof. unfold vsub, vopp. now rewrite linear_add, linear_scale. Qed.
End Linear.

(** ** Symmetric operators *)

Section Spectrum.
Variables (mu L : R) (M : E -> E).
Hypothesis M_linear : linear M.
Hypothesis M_symmetric : forall x y, inner (M x) y = inner x (M y).
Hypothesis M_between : forall x, mu * norm2 x <= inner (M x) x <= L * norm2 x.

(** With A = M - µ and B = L - M, which are both positive and commute: (L - µ) <Az, Bz> = <B(Az), Az> + <A(Bz), Bz>. *)
Lemma symmetric_spectrum z : 0 <= inner (M z - mu *: z)%V (L *: z - M z)%V.
Proof.
  destruct (Rtotal_order mu L) as [mu_lt_L | [mu_eq_L | L_lt_mu]].
  - set (a := (M z - mu *: z)%V). set (b := (L *: z - M z)%V).
    pose proof (M_between a) as [_ below]. pose proof (M_between b) as [above _].
    assert (split : (L - mu) * inner a b = (L * norm2 a - inner (M a) a) + (inner (M b) b - mu * norm2 b)).
    { subst a b. rewrite !(linear_subtract M), !(linear_scale M) by exact M_linear. expand_inner. rewrite !M_symmetric. ring. }
    assert (0 <= (L - mu) * inner a b) by lra. nra.
  - subst L.
    (* M z - µ z is orthogonal to everything, by polarisation *)
    assert (orthogonal : inner (M z - mu *: z)%V (mu *: z - M z)%V = 0).
    { set (w := (mu *: z - M z)%V).
      pose proof (M_between z) as [z_l z_r]. pose proof (M_between w) as [w_l w_r]. pose proof (M_between (z + w)%V) as [zw_l zw_r].
      rewrite (linear_add M) in zw_l, zw_r by exact M_linear. pose proof (M_symmetric z w) as swap. expand_inner in *. lra. }
    lra.
  - pose proof (M_between z) as [above below]. pose proof (norm2_ge0 z).
    assert (z = vzero) as -> by (apply norm2_definite; nra).
    rewrite linear_zero by exact M_linear. expand_inner. lra.
Qed.
End Spectrum.

(** ** Linear combinations *)

Definition span {C} (q : C -> R) (a : C -> E) (l : list C) : E := fold_right (fun c z => (q c *: a c + z)%V) vzero l.

Lemma linear_span {C} M (q : C -> R) (x u : C -> E) l : linear M -> (forall c, In c l -> u c = M (x c)) -> span q u l = M (span q x l).
Proof.
  unfold span. intros M_linear. induction l as [|c l IH]; cbn; intros images.
  - symmetry. now apply linear_zero.
  - rewrite M_linear, IH, (images c) by auto. reflexivity.
Qed.

Lemma symmetric_pair mu L A x u y v : symmetric mu L A -> A x u -> A y v -> inner x v = inner y u.
Proof.
  intros (M & _ & M_symmetric & _ & A_M) x_u y_v. rewrite (A_M _ _ x_u), (A_M _ _ y_v), <- M_symmetric. apply inner_comm.
Qed.
Theorem symmetric_span {C} mu L A (q : C -> R) (x u : C -> E) l : symmetric mu L A -> (forall c, In c l -> A (x c) (u c)) ->
  0 <= inner (span q u l - mu *: span q x l)%V (L *: span q x l - span q u l)%V.
Proof.
  intros (M & M_linear & M_symmetric & M_between & A_M) images.
  rewrite (linear_span M q x u l) by auto. now apply symmetric_spectrum.
Qed.

Lemma skew_pair L A x u y v : skew_symmetric L A -> A x u -> A y v -> inner x v = - inner y u.
Proof.
  intros (M & _ & M_skew & _ & A_M) x_u y_v. rewrite (A_M _ _ x_u), (A_M _ _ y_v), (inner_comm _ x), M_skew. reflexivity.
Qed.
Theorem skew_span {C} L A (q : C -> R) (x u : C -> E) l : skew_symmetric L A -> (forall c, In c l -> A (x c) (u c)) ->
  norm2 (span q u l) <= L * L * norm2 (span q x l).
Proof.
  intros (M & M_linear & _ & M_bounded & A_M) images. rewrite (linear_span M q x u l) by auto.
  set (z := span q x l). rewrite !norm2_norm. pose proof (M_bounded z). pose proof (norm_ge0 (M z)). nra.
Qed.

(** ** Linear operators and their adjoints *)

Theorem linear_span_bound {C} L A (q : C -> R) (x u : C -> E) l : linear_operator L A -> (forall c, In c l -> A (x c) (u c)) ->
  norm2 (span q u l) <= L * L * norm2 (span q x l).
Proof.
  intros (M & M_linear & M_bounded & A_M) images. rewrite (linear_span M q x u l) by (exact M_linear || (intros c there; now apply A_M, images)).
  set (z := span q x l). rewrite !norm2_norm. pose proof (M_bounded z). pose proof (norm_ge0 (M z)). nra.
Qed.
Lemma adjoint_pair A x y u v : A x y -> adjoint A u v -> inner x v = inner y u.
Proof. intros image adjoint_A. now apply adjoint_A. Qed.
Local Lemma inner_span {C} (q : C -> R) (a b : C -> E) w z l : (forall c, In c l -> inner w (a c) = inner z (b c)) ->
  inner w (span q a l) = inner z (span q b l).
Proof.
  unfold span. induction l as [|c l IH]; cbn; intros each; [now rewrite !inner_zero_r|].
  rewrite !inner_add_r, !inner_scale_r, (each c), IH by auto. reflexivity.
Qed.
(* ‖V‖² = <MV, U> <= L‖V‖‖U‖ for the combination V of adjoint values at the combination U. *)
Theorem adjoint_span_bound {C} L A (q : C -> R) (u v : C -> E) l : linear_operator L A -> (forall c, In c l -> adjoint A (u c) (v c)) ->
  norm2 (span q v l) <= L * L * norm2 (span q u l).
Proof.
  intros (M & _ & M_bounded & A_M) values. set (U := span q u l). set (V := span q v l).
  assert (moved : norm2 V = inner (M V) U) by (apply inner_span; intros c there; apply (values c there), A_M; reflexivity).
  pose proof (M_bounded V) as bounded. destruct (inner_bound (M V) U) as [_ high]. pose proof (norm_ge0 U). pose proof (norm_ge0 V) as V_ge0.
  rewrite norm2_norm in moved. rewrite !norm2_norm. destruct (Rle_lt_or_eq_dec _ _ V_ge0) as [V_gt0|<-].
  - assert (le : norm V <= L * norm U).
    { apply (Rmult_le_reg_l (norm V)); [exact V_gt0|]. apply (Rmult_le_compat_r (norm U)) in bounded; [|assumption]. lra. }
    apply Rle_trans with ((L * norm U) * (L * norm U)); [apply Rmult_le_compat; lra|lra].
  - rewrite Rmult_0_l. replace (L * L * (norm U * norm U)) with (Rsqr (L * norm U)) by (unfold Rsqr; ring). apply Rle_0_sqr.
Qed.
End Operators.
