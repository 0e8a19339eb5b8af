(** * Facts are right

    Main results: [facts_of_correct].

    Trust: proved. *)
From Coq Require Import ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra Psatz.
From Warrant Require Import Spec.Bytes Spec.Elementary Spec.Losses Primitives.Fractions Primitives.Autodiff.Programs Primitives.Losses.Composition Primitives.Losses.Powers Checker.Losses.Facts.
Import ListNotations.
Local Open Scope R_scope.

(** ** Signs *)

Record signs_hold (s : signs) (r : R) : Prop := SignsHold {
  holds_ge0 : ge0 s = true -> 0 <= r; holds_gt0 : gt0 s = true -> 0 < r; holds_le0 : le0 s = true -> r <= 0; holds_lt0 : lt0 s = true -> r < 0;
  holds_ge1 : ge1 s = true -> 1 <= r; holds_le1 : le1 s = true -> r <= 1 }.

(** booleans in hypotheses and goals *)
Ltac bools :=
  repeat match goal with
  | H : _ || _ = true |- _ => apply orb_prop in H; destruct H
  | H : _ && _ = true |- _ => apply andb_prop in H; destruct H
  | H : negb _ = true |- _ => apply negb_true_iff in H
  | H : false = true |- _ => discriminate H
  end.
Ltac use_signs :=
  repeat match goal with
  | S : signs_hold ?s _, H : ge0 ?s = true |- _ => apply (holds_ge0 _ _ S) in H
  | S : signs_hold ?s _, H : gt0 ?s = true |- _ => apply (holds_gt0 _ _ S) in H
  | S : signs_hold ?s _, H : le0 ?s = true |- _ => apply (holds_le0 _ _ S) in H
  | S : signs_hold ?s _, H : lt0 ?s = true |- _ => apply (holds_lt0 _ _ S) in H
  | S : signs_hold ?s _, H : ge1 ?s = true |- _ => apply (holds_ge1 _ _ S) in H
  | S : signs_hold ?s _, H : le1 ?s = true |- _ => apply (holds_le1 _ _ S) in H
  end.
Ltac signs_start := intros; split; cbn [ge0 gt0 le0 lt0 ge1 le1 or_signs complete_signs number_signs opp_signs add_signs mul_signs inverse_signs exp_signs log_signs
  root_signs relu_signs step_signs max_signs min_signs no_signs]; intros; bools; use_signs.

Lemma no_signs_hold r : signs_hold no_signs r.
Proof. split; discriminate. Qed.
Lemma or_signs_hold s u r : signs_hold s r -> signs_hold u r -> signs_hold (or_signs s u) r.
Proof. signs_start; lra. Qed.
Lemma complete_signs_hold s r : signs_hold s r -> signs_hold (complete_signs s) r.
Proof. signs_start; lra. Qed.
Lemma less_correct p q : less p q = true -> Q2R p < Q2R q.
Proof. unfold less. intro E. apply negb_true_iff in E. apply Qlt_Rlt. apply Qnot_le_lt. intro le. apply Qle_bool_iff in le. congruence. Qed.
Lemma le_correct p q : Qle_bool p q = true -> Q2R p <= Q2R q.
Proof. intro E. now apply Qle_Rle, Qle_bool_iff. Qed.
Lemma Q2R_0 : Q2R 0 = 0.
Proof. unfold Q2R. simpl. lra. Qed.
Lemma number_signs_hold q : signs_hold (number_signs q) (Q2R q).
Proof. pose proof Q2R_0. pose proof Q2R_1. split; cbn; intro E; (apply le_correct in E || apply less_correct in E); lra. Qed.
Lemma opp_signs_hold s r : signs_hold s r -> signs_hold (opp_signs s) (- r).
Proof. signs_start; lra. Qed.
Lemma add_signs_hold s u r r' : signs_hold s r -> signs_hold u r' -> signs_hold (add_signs s u) (r + r').
Proof. signs_start; lra. Qed.
Lemma mul_signs_hold s u r r' : signs_hold s r -> signs_hold u r' -> signs_hold (mul_signs s u) (r * r').
Proof. signs_start; nra. Qed.
Lemma inverse_signs_hold s r : r <> 0 -> signs_hold s r -> signs_hold (inverse_signs s) (/ r).
Proof.
  intros nz S. assert (E : r * / r = 1) by now apply Rinv_r. revert S. signs_start.
  - left. apply Rinv_0_lt_compat. lra.
  - now apply Rinv_0_lt_compat.
  - left. apply Rinv_lt_0_compat. lra.
  - now apply Rinv_lt_0_compat.
  - rewrite <- Rinv_1. apply Rinv_le_contravar; lra.
  - rewrite <- Rinv_1. apply Rinv_le_contravar; lra.
Qed.
Lemma exp_signs_hold s r : signs_hold s r -> signs_hold (exp_signs s) (exp r).
Proof.
  pose proof (exp_pos r). signs_start; try lra; rewrite <- exp_0; now apply exp_le.
Qed.
Lemma log_signs_hold s r : 0 < r -> signs_hold s r -> signs_hold (log_signs s) (ln r).
Proof.
  intro pos. assert (up : 1 <= r -> 0 <= ln r) by (intro; rewrite <- ln_1; apply ln_le; lra).
  assert (down : r <= 1 -> ln r <= 0) by (intro; rewrite <- ln_1; apply ln_le; lra).
  signs_start; try lra; auto.
Qed.
Lemma root_signs_hold s r : 0 <= r -> signs_hold s r -> signs_hold (root_signs s) (sqrt r).
Proof.
  intro pos. pose proof (sqrt_pos r). signs_start; try lra.
  - now apply sqrt_lt_R0.
  - rewrite <- sqrt_1. now apply sqrt_le_1_alt.
  - rewrite <- sqrt_1. now apply sqrt_le_1_alt.
Qed.
Lemma relu_signs_hold s r : signs_hold s r -> signs_hold (relu_signs s) (Rmax 0 r).
Proof. unfold Rmax. destruct (Rle_dec 0 r); signs_start; lra. Qed.
Lemma step_signs_hold s r : signs_hold s r -> signs_hold (step_signs s) (step_R r).
Proof. unfold step_R. destruct (Rlt_dec 0 r); signs_start; lra. Qed.

Lemma max_signs_hold s u r r' : signs_hold s r -> signs_hold u r' -> signs_hold (max_signs s u) (Rmax r r').
Proof. unfold Rmax. destruct (Rle_dec r r'); signs_start; lra. Qed.
Lemma min_signs_hold s u r r' : signs_hold s r -> signs_hold u r' -> signs_hold (min_signs s u) (Rmin r r').
Proof. unfold Rmin. destruct (Rle_dec r r'); signs_start; lra. Qed.

(** ** Facts *)

Section Meaning.
Variable t : R.
Hypothesis t_in : 0 <= t <= 1.

Record facts_hold (f : facts) (a b c : R) : Prop := FactsHold {
  sign_a : signs_hold (sign f) a; sign_b : signs_hold (sign f) b; sign_c : signs_hold (sign f) c;
  holds_fixed : fixed f = true -> a = c /\ b = c;
  holds_convex : convex f = true -> convex_on t a b c;
  holds_concave : concave f = true -> concave_on t a b c;
  holds_log_convex : log_convex f = true -> log_convex_on t a b c;
  holds_log_concave : log_concave f = true -> log_concave_on t a b c;
  holds_root_convex : root_convex f = true -> root_convex_on t a b c }.

Ltac start := cbn [sign fixed convex concave log_convex log_concave root_convex or_facts no_facts only_convex only_concave only_positive opp_facts add_facts
  scale_facts product_facts square_facts inverse_facts exp_facts log_facts root_facts step_facts].

Lemma no_facts_hold a b c : facts_hold no_facts a b c.
Proof. split; start; try discriminate; apply no_signs_hold. Qed.
Lemma only_convex_hold e a b c : (e = true -> convex_on t a b c) -> facts_hold (only_convex e) a b c.
Proof. intro ok. split; start; try discriminate; try apply no_signs_hold; exact ok. Qed.
Lemma only_concave_hold e a b c : (e = true -> concave_on t a b c) -> facts_hold (only_concave e) a b c.
Proof. intro ok. split; start; try discriminate; try apply no_signs_hold; exact ok. Qed.
Lemma only_positive_hold a b c : all_positive a b c -> facts_hold only_positive a b c.
Proof. intros (pa & pb & pc). split; start; try discriminate; split; cbn; intros; try discriminate; lra. Qed.
Lemma or_facts_hold f g a b c : facts_hold f a b c -> facts_hold g a b c -> facts_hold (or_facts f g) a b c.
Proof.
  intros hf hg. destruct hf, hg. split; start; try (now apply or_signs_hold); intros; bools; auto.
Qed.
Lemma same_mean c : mean t c c = c.
Proof. unfold mean. ring. Qed.
Lemma complete_hold f a b c : facts_hold f a b c -> facts_hold (complete f) a b c.
Proof.
  intro hf. destruct hf as [sa sb sc hfix hx hv hlx hlv hrx]. apply complete_signs_hold in sa, sb, sc. unfold complete. set (s := complete_signs (sign f)) in *.
  assert (fixed_x : fixed f = true -> convex_on t a b c /\ concave_on t a b c).
  { intro E. destruct (hfix E) as [-> ->]. unfold convex_on, concave_on. rewrite same_mean. lra. }
  assert (pos : gt0 s = true -> all_positive a b c) by (intro p; repeat split; [exact (holds_gt0 _ _ sa p)|exact (holds_gt0 _ _ sb p)|exact (holds_gt0 _ _ sc p)]).
  assert (lx : log_convex f || fixed f && gt0 s = true -> log_convex_on t a b c).
  { intro E. bools; [auto|]. split; [auto|]. destruct (hfix H) as [-> ->]. unfold convex_on. rewrite same_mean. lra. }
  assert (rx : root_convex f || (log_convex f || fixed f && gt0 s) || fixed f && ge0 s = true -> root_convex_on t a b c).
  { intro E. apply orb_prop in E. destruct E as [E|E]; [apply orb_prop in E; destruct E as [E|E]|].
    - auto.
    - apply log_convex_root_convex; auto.
    - apply andb_prop in E. destruct E as [E p]. split.
      + repeat split; [exact (holds_ge0 _ _ sa p)|exact (holds_ge0 _ _ sb p)|exact (holds_ge0 _ _ sc p)].
      + destruct (hfix E) as [-> ->]. unfold convex_on. rewrite same_mean. lra. }
  split; start; auto.
  - intro E. apply orb_prop in E. destruct E as [E|E]; [apply orb_prop in E; destruct E as [E|E]; [apply orb_prop in E; destruct E as [E|E]|]|].
    + auto.
    + now apply fixed_x.
    + apply log_convex_convex; auto.
    + apply root_convex_convex; auto.
  - intro E. bools; [auto|now apply fixed_x].
  - intro E. apply orb_prop in E. destruct E as [E|E]; [auto|]. apply andb_prop in E. destruct E as [E p].
    apply concave_log_concave; auto. bools; [now apply fixed_x|auto].
Qed.

Lemma opp_facts_hold f a b c : facts_hold f a b c -> facts_hold (opp_facts f) (- a) (- b) (- c).
Proof.
  intros []. split; start; try (now apply opp_signs_hold); try discriminate; intros.
  - destruct holds_fixed0 as [-> ->]; auto.
  - apply opp_convex; auto.
  - apply opp_concave; auto.
Qed.
Lemma add_facts_hold f g a b c a' b' c' : facts_hold f a b c -> facts_hold g a' b' c' -> facts_hold (add_facts f g) (a + a') (b + b') (c + c').
Proof.
  intros [] []. split; start; try (now apply add_signs_hold); try discriminate; intros; bools.
  - destruct holds_fixed0 as [-> ->]; auto. destruct holds_fixed1 as [-> ->]; auto.
  - apply add_convex; auto.
  - apply add_concave; auto.
  - apply add_log_convex; auto.
  - apply add_root_convex; auto.
Qed.
Lemma scale_facts_hold k f a b c u v w : facts_hold k u v w -> facts_hold f a b c -> facts_hold (scale_facts k f) (u * a) (v * b) (w * c).
Proof.
  intros hk hf. unfold scale_facts, affine.
  assert (fix_k : fixed k = true -> u = w /\ v = w) by apply (holds_fixed _ _ _ _ hk).
  destruct hk as [_ _ sk _ _ _ _ _ _], hf as [_ _ _ _ hx hv _ _ hrx].
  split; start; try (intro r; apply no_signs_hold); try apply no_signs_hold; try discriminate; intros; bools;
    match goal with H : fixed k = true |- _ => destruct (fix_k H) as [-> ->] end; use_signs.
  - apply scale_convex; auto.
  - specialize (hv H0). unfold convex_on, concave_on, mean in *. nra.
  - specialize (hx H0). specialize (hv H1). unfold convex_on, concave_on, mean in *. replace c with (t * a + (1 - t) * b) by lra. right. ring.
  - apply scale_concave; auto.
  - specialize (hx H0). unfold convex_on, concave_on, mean in *. nra.
  - specialize (hx H0). specialize (hv H1). unfold convex_on, concave_on, mean in *. replace c with (t * a + (1 - t) * b) by lra. right. ring.
  - apply scale_root_convex; auto.
Qed.
Lemma product_facts_hold f g a b c a' b' c' : facts_hold f a b c -> facts_hold g a' b' c' -> facts_hold (product_facts f g) (a * a') (b * b') (c * c').
Proof.
  intros [] []. split; start; try (now apply mul_signs_hold); try discriminate; intros; bools.
  - destruct holds_fixed0 as [-> ->]; auto. destruct holds_fixed1 as [-> ->]; auto.
  - apply mul_log_convex; auto.
  - apply mul_log_concave; auto.
Qed.
Lemma mul_facts_hold f g a b c a' b' c' : facts_hold f a b c -> facts_hold g a' b' c' -> facts_hold (mul_facts f g) (a * a') (b * b') (c * c').
Proof.
  intros hf hg. apply or_facts_hold; [now apply product_facts_hold|]. apply or_facts_hold; [now apply scale_facts_hold|].
  rewrite (Rmult_comm a), (Rmult_comm b), (Rmult_comm c). now apply scale_facts_hold.
Qed.
Lemma square_facts_hold f a b c : facts_hold f a b c -> facts_hold (square_facts f) (a * a) (b * b) (c * c).
Proof.
  intros [sa sb sc hfix hx hv _ _ _].
  assert (square : forall r, signs_hold (sign f) r -> signs_hold (Signs true (gt0 (sign f) || lt0 (sign f)) false false false false) (r * r)).
  { intros r S. split; cbn; intros; bools; use_signs; nra. }
  split; start; auto; try discriminate.
  - intro E. destruct (hfix E) as [-> ->]. auto.
  - intro E. apply square_root_convex. unfold affine in E. bools.
    + rewrite (Rabs_pos_eq a), (Rabs_pos_eq b), (Rabs_pos_eq c) by (eapply holds_ge0; eauto). auto.
    + rewrite (Rabs_left1 a), (Rabs_left1 b), (Rabs_left1 c) by (eapply holds_le0; eauto). apply opp_convex; auto.
    + apply abs_convex; auto.
Qed.
Lemma inverse_facts_hold f a b c : a <> 0 -> b <> 0 -> c <> 0 -> facts_hold f a b c -> facts_hold (inverse_facts f) (/ a) (/ b) (/ c).
Proof.
  intros na nb nc []. split; start; try (now apply inverse_signs_hold); try discriminate; intros; bools.
  - destruct holds_fixed0 as [-> ->]; auto.
  - apply inverse_convex; auto. repeat split; eapply holds_gt0; eauto.
  - apply inverse_log_convex; auto.
  - apply inverse_log_concave; auto.
Qed.
Lemma div_facts_hold f g a b c a' b' c' : a' <> 0 -> b' <> 0 -> c' <> 0 -> facts_hold f a b c -> facts_hold g a' b' c' ->
  facts_hold (div_facts f g) (a / a') (b / b') (c / c').
Proof.
  intros na nb nc hf hg. apply or_facts_hold.
  - apply mul_facts_hold; [exact hf|]. apply complete_hold. now apply inverse_facts_hold.
  - apply only_convex_hold. intro E. bools. destruct hf, hg. apply divide_root_convex; auto. repeat split; eapply holds_gt0; eauto.
Qed.
Lemma exp_facts_hold f a b c : facts_hold f a b c -> facts_hold (exp_facts f) (exp a) (exp b) (exp c).
Proof.
  intros []. split; start; try (now apply exp_signs_hold); try discriminate; intros.
  - destruct holds_fixed0 as [-> ->]; auto.
  - apply exp_log_convex; auto.
  - apply exp_log_concave; auto.
Qed.
Lemma log_facts_hold f a b c : all_positive a b c -> facts_hold f a b c -> facts_hold (log_facts f) (ln a) (ln b) (ln c).
Proof.
  intros (pa & pb & pc) []. split; start; try (now apply log_signs_hold); try discriminate; intros.
  - destruct holds_fixed0 as [-> ->]; auto.
  - now apply holds_log_convex0.
  - now apply holds_log_concave0.
Qed.
Lemma root_facts_hold f a b c : 0 <= a -> 0 <= b -> 0 <= c -> facts_hold f a b c -> facts_hold (root_facts f) (sqrt a) (sqrt b) (sqrt c).
Proof.
  intros pa pb pc []. split; start; try (now apply root_signs_hold); try discriminate; intros.
  - destruct holds_fixed0 as [-> ->]; auto.
  - now apply holds_root_convex0.
  - apply sqrt_concave; auto.
  - apply sqrt_log_convex; auto.
  - apply sqrt_log_concave; auto.
Qed.
Lemma relu_facts_hold f a b c : facts_hold f a b c -> facts_hold (relu_facts f) (Rmax 0 a) (Rmax 0 b) (Rmax 0 c).
Proof.
  intro hf. unfold relu_facts. destruct (le0 (sign f)) eqn:neg; [|destruct (ge0 (sign f)) eqn:pos].
  - destruct hf as [sa sb sc _ _ _ _ _ _]. rewrite !Rmax_left by (eapply holds_le0; eauto).
    pose proof (number_signs_hold 0) as z. rewrite Q2R_0 in z. split; start; auto; intros; unfold convex_on, concave_on; try discriminate.
    + unfold mean. lra.
    + unfold mean. lra.
    + split; [lra|]. unfold convex_on, mean. rewrite sqrt_0. lra.
  - rewrite !Rmax_right by (destruct hf; eapply holds_ge0; eauto). exact hf.
  - destruct hf. split; start; try (now apply relu_signs_hold); try discriminate; intros.
    + destruct holds_fixed0 as [-> ->]; auto.
    + apply max_convex; auto. unfold convex_on, mean. lra.
Qed.
Lemma max_facts_hold f g a b c a' b' c' : facts_hold f a b c -> facts_hold g a' b' c' -> facts_hold (max_facts f g) (Rmax a a') (Rmax b b') (Rmax c c').
Proof. intros [] []. split; cbn; try (now apply max_signs_hold); try discriminate. intro E. apply andb_prop in E as [E E']. apply max_convex; auto. Qed.
Lemma min_facts_hold f g a b c a' b' c' : facts_hold f a b c -> facts_hold g a' b' c' -> facts_hold (min_facts f g) (Rmin a a') (Rmin b b') (Rmin c c').
Proof. intros [] []. split; cbn; try (now apply min_signs_hold); try discriminate. intro E. apply andb_prop in E as [E E']. apply min_concave; auto. Qed.
Lemma step_facts_hold f a b c : facts_hold f a b c -> facts_hold (step_facts f) (step_R a) (step_R b) (step_R c).
Proof.
  intros []. split; start; try (now apply step_signs_hold); try discriminate; intros.
  destruct holds_fixed0 as [-> ->]; auto.
Qed.
Lemma not_zero_hold f g a b c : a <> 0 -> b <> 0 -> not_zero f = Some g -> facts_hold f a b c -> c <> 0 /\ facts_hold g a b c.
Proof.
  intros na nb. unfold not_zero. destruct (_ || _) eqn:E.
  - intros F hf. injection F as <-. split; [|exact hf]. destruct hf. bools.
    + pose proof (holds_gt0 _ _ sign_c0 H). lra.
    + pose proof (holds_lt0 _ _ sign_c0 H). lra.
    + destruct (holds_fixed0 H) as [-> ->]. exact na.
  - destruct (_ && _) eqn:E2; [|discriminate]. intros F hf. injection F as <-. bools.
    assert (pos : all_positive a b c).
    { destruct hf. pose proof (holds_ge0 _ _ sign_a0 H). pose proof (holds_ge0 _ _ sign_b0 H). assert (pa : 0 < a) by lra. assert (pb : 0 < b) by lra.
      pose proof (mean_gt0 t t_in a b pa pb). specialize (holds_concave0 H0). unfold concave_on in *. repeat split; lra. }
    split; [destruct pos as (_ & _ & pc); lra|]. apply complete_hold, or_facts_hold; [exact hf|now apply only_positive_hold].
Qed.
Lemma made_positive_hold f g a b c : 0 < a -> 0 < b -> made_positive f = Some g -> facts_hold f a b c -> 0 < c /\ facts_hold g a b c.
Proof.
  intros pa pb. unfold made_positive. destruct (_ || _) eqn:E; [|discriminate]. intros F hf. injection F as <-.
  assert (pc : 0 < c).
  { destruct hf. bools.
    - exact (holds_gt0 _ _ sign_c0 H).
    - now destruct (holds_fixed0 H) as [-> ->].
    - pose proof (mean_gt0 t t_in a b pa pb). specialize (holds_concave0 H). unfold concave_on in *. lra. }
  split; [exact pc|]. apply complete_hold, or_facts_hold; [exact hf|now apply only_positive_hold].
Qed.
Lemma not_negative_hold f a b c : 0 <= a -> 0 <= b -> not_negative f = true -> facts_hold f a b c -> 0 <= c.
Proof.
  intros pa pb E hf. unfold not_negative in E. destruct hf. bools.
  - exact (holds_ge0 _ _ sign_c0 H).
  - now destruct (holds_fixed0 H) as [-> ->].
  - pose proof (mean_ge0 t t_in a b pa pb). specialize (holds_concave0 H). unfold concave_on in *. lra.
Qed.
End Meaning.

(** ** Instructions *)

Section Values.
Variables (C : code) (x v : positive -> R).
Hypothesis values : models C x v.
Local Notation fine := (fine false C v).

Lemma fine_operand i o a : PositiveMap.find i C = Some o -> In a (operands o) -> fine i -> fine a.
Proof. intros found ina is_fine. apply (fine_iff _ _ _ _ _ found) in is_fine. now apply (proj2 is_fine). Qed.
Lemma fine_good i o : PositiveMap.find i C = Some o -> fine i -> good false v o.
Proof. intros found is_fine. apply (fine_iff _ _ _ _ _ found) in is_fine. exact (proj1 is_fine). Qed.
Lemma is_opp_correct i j : is_opp C i j = true -> v i = - v j.
Proof.
  unfold is_opp. destruct (PositiveMap.find i C) as [[| |[]|]|] eqn:at_i; try discriminate. intro E. apply Pos.eqb_eq in E. subst. exact (values _ _ at_i).
Qed.
Lemma is_relu_correct i j : is_relu C i j = true -> v i = Rmax 0 (v j).
Proof.
  unfold is_relu. destruct (PositiveMap.find i C) as [[| |[]|]|] eqn:at_i; try discriminate. intro E. apply Pos.eqb_eq in E. subst. exact (values _ _ at_i).
Qed.
Lemma is_log_correct i j : is_log C i j = true -> v i = ln (v j) /\ (fine i -> 0 < v j).
Proof.
  unfold is_log. destruct (PositiveMap.find i C) as [[| |[]|]|] eqn:at_i; try discriminate. intro E. apply Pos.eqb_eq in E. subst.
  split; [exact (values _ _ at_i)|]. exact (fine_good _ _ at_i).
Qed.
Lemma maximum_of_correct i j b : maximum_of C i j = Some b -> v i + v j = Rmax (v i) (v b) /\ (fine j -> fine b).
Proof.
  unfold maximum_of. destruct (PositiveMap.find j C) as [[| |[] k|]|] eqn:at_j; try discriminate.
  destruct (PositiveMap.find k C) as [[| | |[] b' m]|] eqn:at_k; try discriminate. destruct (is_opp C m i) eqn:opp; [|discriminate]. intro E. injection E as <-.
  apply is_opp_correct in opp. rewrite (values _ _ at_j). cbn. rewrite (values _ _ at_k). cbn. rewrite opp. split.
  - unfold Rmax. destruct (Rle_dec 0 _), (Rle_dec _ _); lra.
  - intro fj. apply (fine_operand _ _ b' at_k); [now left|]. apply (fine_operand _ _ k at_j); [now left|exact fj].
Qed.
Lemma minimum_of_correct i j b : minimum_of C i j = Some b -> v i + v j = Rmin (v i) (v b) /\ (fine j -> fine b).
Proof.
  unfold minimum_of. destruct (PositiveMap.find j C) as [[| |[] r|]|] eqn:at_j; try discriminate.
  destruct (PositiveMap.find r C) as [[| |[] k|]|] eqn:at_r; try discriminate. destruct (PositiveMap.find k C) as [[| | |[] i' m]|] eqn:at_k; try discriminate.
  destruct (Pos.eqb i' i) eqn:E; [|discriminate]. apply Pos.eqb_eq in E. subst i'.
  destruct (PositiveMap.find m C) as [[| |[] b'|]|] eqn:at_m; try discriminate. intro E. injection E as <-.
  rewrite (values _ _ at_j). cbn. rewrite (values _ _ at_r). cbn. rewrite (values _ _ at_k). cbn. rewrite (values _ _ at_m). cbn. split.
  - unfold Rmax, Rmin. destruct (Rle_dec 0 _), (Rle_dec _ _); lra.
  - intro fj. apply (fine_operand _ _ b' at_m); [now left|]. apply (fine_operand _ _ m at_k); [right; now left|].
    apply (fine_operand _ _ k at_r); [now left|]. apply (fine_operand _ _ r at_j); [now left|exact fj].
Qed.
Lemma logarithm_of_none i j : logarithm_of C i j = Some None -> v j = ln (v i) /\ (fine j -> 0 < v i).
Proof.
  unfold logarithm_of. destruct (PositiveMap.find j C) as [[| |[] k|[] l m]|] eqn:at_j; try discriminate.
  - destruct (Pos.eqb k i) eqn:E.
    + apply Pos.eqb_eq in E. subst. intros _. split; [exact (values _ _ at_j)|exact (fine_good _ _ at_j)].
    + destruct (PositiveMap.find k C) as [[| | |[] i' b]|]; try discriminate. destruct (Pos.eqb i' i); discriminate.
  - destruct (is_log C l i); [|discriminate]. destruct (PositiveMap.find m C) as [[| |[] p|]|]; try discriminate. destruct (PositiveMap.find p C) as [[| |[] b|]|]; discriminate.
Qed.
Lemma logarithm_of_some i j b known : logarithm_of C i j = Some (Some (b, known)) ->
  (0 < v i -> 0 < v b -> v j = ln (v i / v b)) /\ (fine j -> fine b /\ (known = true -> 0 < v i /\ 0 < v b)).
Proof.
  unfold logarithm_of. destruct (PositiveMap.find j C) as [[| |[] k|[] l m]|] eqn:at_j; try discriminate.
  - destruct (Pos.eqb k i); [discriminate|]. destruct (PositiveMap.find k C) as [[| | |[] i' b']|] eqn:at_k; try discriminate.
    destruct (Pos.eqb i' i) eqn:E; [|discriminate]. apply Pos.eqb_eq in E. subst. intro E. injection E as <- <-. split.
    + intros _ _. rewrite (values _ _ at_j). cbn. rewrite (values _ _ at_k). reflexivity.
    + intro fj. split; [|discriminate]. apply (fine_operand _ _ b' at_k); [right; now left|]. apply (fine_operand _ _ k at_j); [now left|exact fj].
  - destruct (is_log C l i) eqn:is_l; [|discriminate]. destruct (PositiveMap.find m C) as [[| |[] p|]|] eqn:at_m; try discriminate.
    destruct (PositiveMap.find p C) as [[| |[] b'|]|] eqn:at_p; try discriminate. intro E. injection E as <- <-. apply is_log_correct in is_l as [is_l pos_i]. split.
    + intros pi pb. rewrite (values _ _ at_j). cbn. rewrite is_l, (values _ _ at_m). cbn. rewrite (values _ _ at_p). cbn. unfold Rdiv.
      rewrite ln_mult, ln_Rinv; [reflexivity|exact pb|exact pi|now apply Rinv_0_lt_compat].
    + intro fj. assert (fp : fine p).
      { apply (fine_operand _ _ p at_m); [now left|]. apply (fine_operand _ _ m at_j); [right; now left|exact fj]. }
      split; [apply (fine_operand _ _ b' at_p); [now left|exact fp]|]. intros _. split; [|exact (fine_good _ _ at_p fp)].
      apply pos_i, (fine_operand _ _ l at_j); [now left|exact fj].
Qed.
Lemma huber_of_correct i j b m : huber_of C i j = Some (b, m) ->
  v i + v j = v b * v b - Rmax 0 (v b + v m) * Rmax 0 (v b + v m) /\ (fine j -> fine b /\ fine m).
Proof.
  unfold huber_of. destruct (PositiveMap.find i C) as [[| | |[] c c']|] eqn:at_i; try discriminate. destruct (PositiveMap.find j C) as [[| |[] k|]|] eqn:at_j; try discriminate.
  destruct (PositiveMap.find k C) as [[| | |[] r r']|] eqn:at_k; try discriminate. destruct (PositiveMap.find r C) as [[| |[] s|]|] eqn:at_r; try discriminate.
  destruct (PositiveMap.find s C) as [[| | |[] d m']|] eqn:at_s; try discriminate. destruct (_ && _)%bool eqn:E; [|discriminate]. intro G. injection G as <- <-.
  bools. repeat match goal with H : Pos.eqb _ _ = true |- _ => apply Pos.eqb_eq in H end. subst. split.
  - rewrite (values _ _ at_i), (values _ _ at_j). cbn. rewrite (values _ _ at_k). cbn. rewrite (values _ _ at_r). cbn. rewrite (values _ _ at_s). cbn. ring.
  - intro fj. assert (fs : fine s).
    { apply (fine_operand _ _ s at_r); [now left|]. apply (fine_operand _ _ r' at_k); [now left|]. apply (fine_operand _ _ k at_j); [now left|exact fj]. }
    split; apply (fine_operand _ _ _ at_s); try exact fs; [now left|right; now left].
Qed.
Lemma is_exp_correct i j : is_exp C i j = true -> v i = exp (v j).
Proof.
  unfold is_exp. destruct (PositiveMap.find i C) as [[| |[]|]|] eqn:at_i; try discriminate. intro E. apply Pos.eqb_eq in E. subst. exact (values _ _ at_i).
Qed.
End Values.

Section Instructions.
Variables (C : code) (varied : positive -> bool) (range : positive -> list bounds) (t : R) (x y z a b c : positive -> R).
Hypothesis t_in : 0 <= t <= 1.
Hypothesis values_a : models C x a.
Hypothesis values_b : models C y b.
Hypothesis values_c : models C z c.
(** an input that is not varied is held fixed; one that is, goes from one point to the other; all are within their bounds *)
Hypothesis inputs : forall i, PositiveMap.find i C = Some Input ->
  z i = mean t (x i) (y i) /\ (varied i = false -> x i = z i /\ y i = z i) /\
  within_limits (range i) (x i) /\ within_limits (range i) (y i) /\ within_limits (range i) (z i).

Definition right_facts (F : PositiveMap.t facts) : Prop := forall i f, PositiveMap.find i F = Some f ->
  fine false C a i -> fine false C b i -> fine false C c i /\ facts_hold t f (a i) (b i) (c i).

Lemma bound_signs_hold (o : bounds) r : Losses.above (fst o) r -> Losses.below (snd o) r -> signs_hold (bound_signs o) r.
Proof.
  pose proof Q2R_0. pose proof Q2R_1. destruct o as [[p|] [q|]]; cbn; intros; unfold bound_signs; cbn; apply or_signs_hold; split; cbn; intro E; try discriminate;
    (apply le_correct in E || apply less_correct in E); lra.
Qed.
Lemma range_signs_hold l r : within_limits l r -> signs_hold (range_signs l) r.
Proof.
  induction l as [|o l IH]; intro all; cbn; [apply no_signs_hold|]. apply or_signs_hold.
  - destruct (all o (or_introl eq_refl)). now apply bound_signs_hold.
  - apply IH. intros p inp. apply all. now right.
Qed.

Section Step.
Variable F : PositiveMap.t facts.
Hypothesis rightF : right_facts F.

Lemma maximum_facts_hold i j f : fine false C a j -> fine false C b j -> facts_hold t f (a i) (b i) (c i) ->
  facts_hold t (maximum_facts C F i j f) (a i + a j) (b i + b j) (c i + c j).
Proof.
  intros fa fb hf. unfold maximum_facts, facts_at. destruct (maximum_of C i j) as [k|] eqn:E; [|apply no_facts_hold].
  destruct (PositiveMap.find k F) as [g|] eqn:at_k; [|apply no_facts_hold].
  destruct (maximum_of_correct C x a values_a _ _ _ E) as [-> fka], (maximum_of_correct C y b values_b _ _ _ E) as [-> fkb], (maximum_of_correct C z c values_c _ _ _ E) as [-> _].
  destruct (rightF _ _ at_k (fka fa) (fkb fb)) as [_ hg]. now apply max_facts_hold.
Qed.
Lemma minimum_facts_hold i j f : fine false C a j -> fine false C b j -> facts_hold t f (a i) (b i) (c i) ->
  facts_hold t (minimum_facts C F i j f) (a i + a j) (b i + b j) (c i + c j).
Proof.
  intros fa fb hf. unfold minimum_facts, facts_at. destruct (minimum_of C i j) as [k|] eqn:E; [|apply no_facts_hold].
  destruct (PositiveMap.find k F) as [g|] eqn:at_k; [|apply no_facts_hold].
  destruct (minimum_of_correct C x a values_a _ _ _ E) as [-> fka], (minimum_of_correct C y b values_b _ _ _ E) as [-> fkb], (minimum_of_correct C z c values_c _ _ _ E) as [-> _].
  destruct (rightF _ _ at_k (fka fa) (fkb fb)) as [_ hg]. now apply min_facts_hold.
Qed.
Lemma clipped_facts_hold i j f : facts_hold t f (a i) (b i) (c i) -> facts_hold t (clipped_facts C i j f) (a i + a j) (b i + b j) (c i + c j).
Proof.
  intro hf. unfold clipped_facts. destruct (PositiveMap.find j C) as [[| |[] k|]|] eqn:at_j; try apply no_facts_hold.
  - destruct (is_relu C k i) eqn:E; [|apply no_facts_hold].
    assert (low : forall u xs, models C xs u -> u i + u j = - Rmax 0 (- u i)).
    { intros u xs vals. rewrite (vals _ _ at_j). cbn. rewrite (is_relu_correct C xs u vals _ _ E). unfold Rmax. destruct (Rle_dec 0 (u i)), (Rle_dec 0 (- u i)); lra. }
    rewrite (low a x values_a), (low b y values_b), (low c z values_c). apply opp_facts_hold, relu_facts_hold; [exact t_in|now apply opp_facts_hold].
  - destruct (is_opp C k i) eqn:E; [|apply no_facts_hold].
    assert (high : forall u xs, models C xs u -> u i + u j = Rmax 0 (u i)).
    { intros u xs vals. rewrite (vals _ _ at_j). cbn. rewrite (is_opp_correct C xs u vals _ _ E). unfold Rmax. destruct (Rle_dec 0 (u i)), (Rle_dec 0 (- u i)); lra. }
    rewrite (high a x values_a), (high b y values_b), (high c z values_c). now apply relu_facts_hold.
Qed.
Lemma difference_facts_hold i j f : fine false C a j -> fine false C b j -> facts_hold t f (a i) (b i) (c i) ->
  facts_hold t (difference_facts C F i j f) (a i + a j) (b i + b j) (c i + c j).
Proof.
  intros fa fb hf. unfold difference_facts, facts_at. destruct (PositiveMap.find j C) as [[| |[] k|]|] eqn:at_j; try apply no_facts_hold.
  destruct (PositiveMap.find k F) as [g|] eqn:at_k; [|apply no_facts_hold]. rewrite (values_a _ _ at_j), (values_b _ _ at_j), (values_c _ _ at_j). cbn [value_of value1].
  destruct (rightF _ _ at_k (fine_operand _ _ _ _ k at_j (or_introl eq_refl) fa) (fine_operand _ _ _ _ k at_j (or_introl eq_refl) fb)) as [_ hg]. destruct hf, hg.
  assert (one : forall r s, signs_hold (sign f) r -> signs_hold (sign g) s ->
    signs_hold (Signs (ge1 (sign f) && le1 (sign g)) false (le1 (sign f) && ge1 (sign g)) false false false) (r + - s)).
  { intros r s R S. split; cbn; intros; bools; use_signs; lra. }
  split; cbn; try discriminate; auto.
Qed.
Lemma entropy_facts_hold i j f : fine false C a j -> fine false C b j -> fine false C c j -> facts_hold t f (a i) (b i) (c i) ->
  facts_hold t (entropy_facts C F i j f) (a i * a j) (b i * b j) (c i * c j).
Proof.
  intros fa fb fc hf. unfold entropy_facts, facts_at, affine. destruct (logarithm_of C i j) as [[[k known]|]|] eqn:E; [| |apply no_facts_hold].
  - destruct (PositiveMap.find k F) as [g|] eqn:at_k; [|apply no_facts_hold].
    destruct (logarithm_of_some C x a values_a _ _ _ _ E) as [Ea oka], (logarithm_of_some C y b values_b _ _ _ _ E) as [Eb okb],
      (logarithm_of_some C z c values_c _ _ _ _ E) as [Ec okc]. destruct (oka fa) as [fka pa], (okb fb) as [fkb pb], (okc fc) as [_ pc].
    destruct (rightF _ _ at_k fka fkb) as [_ hg]. apply only_convex_hold. intro all.
    apply andb_prop in all as [all pos].
    assert (both : all_positive (a i) (b i) (c i) /\ all_positive (a k) (b k) (c k)).
    { destruct known; [destruct (pa eq_refl), (pb eq_refl), (pc eq_refl); repeat split; assumption|]. cbn in pos. clear all. bools.
      destruct hf, hg. repeat split; eapply holds_gt0; eauto. }
    destruct both as [pi pk]. clear pos. bools. destruct hf, hg.
    rewrite Ea, Eb, Ec by (apply pi || apply pk). apply relative_entropy_convex; auto.
  - destruct (logarithm_of_none C x a values_a _ _ E) as [-> pa], (logarithm_of_none C y b values_b _ _ E) as [-> pb], (logarithm_of_none C z c values_c _ _ E) as [-> pc].
    apply only_convex_hold. intro all. bools. destruct hf. apply entropy_convex; auto. repeat split; auto.
Qed.
Lemma huber_facts_hold i j : fine false C a j -> fine false C b j -> facts_hold t (huber_facts C F i j) (a i + a j) (b i + b j) (c i + c j).
Proof.
  intros fa fb. unfold huber_facts, facts_at. destruct (huber_of C i j) as [[k m]|] eqn:E; [|apply no_facts_hold].
  destruct (PositiveMap.find k F) as [f|] eqn:at_k; [|apply no_facts_hold]. destruct (PositiveMap.find m F) as [g|] eqn:at_m; [|apply no_facts_hold].
  destruct (huber_of_correct C x a values_a _ _ _ _ E) as [-> oka], (huber_of_correct C y b values_b _ _ _ _ E) as [-> okb], (huber_of_correct C z c values_c _ _ _ _ E) as [-> _].
  destruct (oka fa) as [fka fma], (okb fb) as [fkb fmb]. destruct (rightF _ _ at_k fka fkb) as [_ hf]. destruct (rightF _ _ at_m fma fmb) as [_ hg].
  assert (pos : ge0 (sign f) && le0 (sign g) = true -> forall r s, signs_hold (sign f) r -> signs_hold (sign g) s -> 0 <= r * r - Rmax 0 (r + s) * Rmax 0 (r + s)).
  { intros both r s hr hs. bools. apply (holds_ge0 _ _ hr) in H. apply (holds_le0 _ _ hs) in H0. unfold Rmax. destruct (Rle_dec 0 (r + s)); nra. }
  assert (one : forall r s, signs_hold (sign f) r -> signs_hold (sign g) s -> signs_hold (Signs (ge0 (sign f) && le0 (sign g)) false false false false false) (r * r - Rmax 0 (r + s) * Rmax 0 (r + s))).
  { intros r s hr hs. split; cbn; try discriminate. intro both. now apply pos. }
  split; cbn [sign fixed convex concave log_convex log_concave root_convex]; try discriminate; try (apply one; now destruct hf, hg).
  intro all. clear pos one. bools. destruct (holds_fixed _ _ _ _ _ hg) as [-> ->]; [assumption|]. destruct hf, hg.
  replace (a k + c m) with (a k - - c m) by ring. replace (b k + c m) with (b k - - c m) by ring. replace (c k + c m) with (c k - - c m) by ring.
  apply huber_segment; try (eapply holds_ge0; eassumption); auto. assert (c m <= 0) by (eapply holds_le0; eassumption). lra.
Qed.
Lemma xexp_facts_hold i j f : facts_hold t f (a i) (b i) (c i) -> facts_hold t (xexp_facts C i j f) (a i * a j) (b i * b j) (c i * c j).
Proof.
  intro hf. unfold xexp_facts. apply only_convex_hold. intro all. bools. rewrite (is_exp_correct C x a values_a _ _ H), (is_exp_correct C y b values_b _ _ H), (is_exp_correct C z c values_c _ _ H).
  destruct hf. apply xexp_convex; auto; eapply holds_ge0; eauto.
Qed.

Lemma facts_of_correct i o f : PositiveMap.find i C = Some o -> facts_of C varied range F i o = Some f -> fine false C a i -> fine false C b i ->
  fine false C c i /\ facts_hold t f (a i) (b i) (c i).
Proof.
  intros found E fa fb.
  assert (ga := fine_good C a i o found fa). assert (gb := fine_good C b i o found fb).
  assert (opa := fun k ink => fine_operand C a i o k found ink fa). assert (opb := fun k ink => fine_operand C b i o k found ink fb).
  rewrite (values_a _ _ found), (values_b _ _ found), (values_c _ _ found).
  enough (good false c o /\ (forall k, In k (operands o) -> fine false C c k) /\ facts_hold t f (value_of x a i o) (value_of y b i o) (value_of z c i o)) as (gc & opc & hf).
  { split; [now apply (Fine _ _ _ _ o)|exact hf]. }
  destruct o as [|q|u k|u k l]; cbn [facts_of operands value_of good] in *.
  - injection E as <-. destruct (inputs i found) as (is_z & fix_i & wx & wy & wz). split; [exact I|]. split; [easy|].
    split; cbn; try (now apply range_signs_hold); try discriminate.
    + intro nv. apply negb_true_iff in nv. auto.
    + intros _. unfold convex_on. lra.
    + intros _. unfold concave_on. lra.
  - injection E as <-. split; [exact I|]. split; [easy|]. split; cbn; try (now apply number_signs_hold); try discriminate; intros _.
    + auto.
    + unfold convex_on. rewrite same_mean. lra.
    + unfold concave_on. rewrite same_mean. lra.
  - unfold facts_at in E. destruct (PositiveMap.find k F) as [g|] eqn:at_k; [|discriminate].
    destruct (rightF _ _ at_k (opa k (or_introl eq_refl)) (opb k (or_introl eq_refl))) as [fck hg].
    assert (opc : forall j, In j [k] -> fine false C c j) by (intros j [<-|[]]; exact fck).
    destruct u; cbn [good1 value1] in *.
    + injection E as <-. split; [exact I|]. split; [exact opc|]. now apply opp_facts_hold.
    + destruct (not_negative g) eqn:ng; [|discriminate]. injection E as <-.
      assert (gc := not_negative_hold t t_in g _ _ _ ga gb ng hg). split; [exact gc|]. split; [exact opc|]. now apply root_facts_hold.
    + injection E as <-. split; [exact I|]. split; [exact opc|]. now apply relu_facts_hold.
    + injection E as <-. split; [exact I|]. split; [exact opc|]. now apply exp_facts_hold.
    + destruct (made_positive g) as [h|] eqn:mp; [|discriminate]. injection E as <-.
      destruct (made_positive_hold t t_in g h _ _ _ ga gb mp hg) as [gc hh]. split; [exact gc|]. split; [exact opc|]. apply log_facts_hold; [now repeat split|exact hh].
    + injection E as <-. split; [exact I|]. split; [exact opc|]. now apply step_facts_hold.
    + injection E as <-. split; [exact I|]. split; [exact opc|]. apply no_facts_hold.
    + injection E as <-. split; [exact I|]. split; [exact opc|]. apply no_facts_hold.
  - unfold facts_at in E. destruct (PositiveMap.find k F) as [g|] eqn:at_k; [|discriminate]. destruct (PositiveMap.find l F) as [h|] eqn:at_l; [|discriminate].
    assert (in_k : In k [k; l]) by now left. assert (in_l : In l [k; l]) by (right; now left).
    destruct (rightF _ _ at_k (opa k in_k) (opb k in_k)) as [fck hg]. destruct (rightF _ _ at_l (opa l in_l) (opb l in_l)) as [fcl hh].
    assert (opc : forall j, In j [k; l] -> fine false C c j) by (intros j [<-|[<-|[]]]; assumption).
    destruct u; cbn [good2 value2] in *.
    + injection E as <-. split; [exact I|]. split; [exact opc|]. apply or_facts_hold; [now apply add_facts_hold|].
      apply or_facts_hold; [apply difference_facts_hold; auto|]. apply or_facts_hold; [apply or_facts_hold; [now apply clipped_facts_hold|apply huber_facts_hold; auto]|].
      apply or_facts_hold; [apply maximum_facts_hold|apply minimum_facts_hold]; auto.
    + injection E as <-. split; [exact I|]. split; [exact opc|]. apply or_facts_hold.
      * destruct (Pos.eqb k l) eqn:same; [|now apply mul_facts_hold]. apply Pos.eqb_eq in same. subst l.
        apply or_facts_hold; [now apply square_facts_hold|now apply mul_facts_hold].
      * apply or_facts_hold; apply or_facts_hold; try (apply entropy_facts_hold || apply xexp_facts_hold); auto;
          rewrite (Rmult_comm (a k)), (Rmult_comm (b k)), (Rmult_comm (c k)); (apply entropy_facts_hold || apply xexp_facts_hold); auto.
    + destruct (not_zero h) as [h'|] eqn:nz; [|discriminate]. injection E as <-.
      destruct (not_zero_hold t t_in h h' _ _ _ ga gb nz hh) as [gc hh']. split; [exact gc|]. split; [exact opc|]. now apply div_facts_hold.
Qed.
End Step.
End Instructions.
