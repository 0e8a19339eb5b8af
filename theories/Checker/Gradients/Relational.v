(** * Relational, for programs

    What Checker/Relational.v does for the operators of networks, for those of programs: related scalars in, related tensors out.

    Main results: [program_operator_rel], [cut_rel].

    Trust: proved. *)
From Coq Require Import PString Uint63 ZArith QArith List Bool Lia.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Network Spec.Elementary Checker.Relational.
Import ListNotations.
Local Open Scope Z_scope.

Record elementary_rel {A B} {EA : elementary A} {EB : elementary B} (R : A -> B -> Prop) : Prop := {
  rel_exponential : forall a b, R a b -> R (exponential a) (exponential b);
  rel_logarithm : forall a b, R a b -> R (logarithm a) (logarithm b);
  rel_step : forall a b, R a b -> R (step a) (step b);
  rel_error_function : forall a b, R a b -> R (error_function a) (error_function b) }.

Lemma expand_rel {A B} (R : A -> B -> Prop) d e s X Y : R d e -> trel R X Y -> orel (trel R) (expand d s X) (expand e s Y).
Proof.
  intros rde rXY. unfold expand. rewrite (proj1 rXY). destruct (broadcast _ _); [|exact I]. apply tabulate_rel. intro. now apply entry_rel.
Qed.

Section Programs.
Context {A B : Type} {SA : scalar A} {SB : scalar B} {EA : elementary A} {EB : elementary B} (R : A -> B -> Prop).
Hypothesis H : scalar_rel R.
Hypothesis E : elementary_rel R.

Ltac relate := repeat first
  [ assumption | apply (rel_number R H) | apply (rel_zero R H) | apply (rel_add R H) | apply (rel_mul R H) | apply (rel_opp R H) | apply (rel_div R H) | apply (rel_root R H)
  | apply (rel_relu R H) | apply (rel_exponential R E) | apply (rel_logarithm R E) | apply (rel_step R E) | apply (rel_error_function R E) ].
Ltac unfolded := intros; unfold sigmoid, hyperbolic_tangent, softplus, equal, greater, negate, absolute, sign, maximum, minimum, one, count, sub; relate.

Lemma power_rel n a b : R a b -> R (power n a) (power n b).
Proof.
  intro rab. assert (natural : forall k, R (natural_power k a) (natural_power k b)).
  { assert (both : forall k, R (natural_power k a) (natural_power k b) /\ R (natural_power (S k) a) (natural_power (S k) b)); [|intro k; apply both].
    induction k as [|k [IH IH']]; [split; [unfolded|exact rab]|split; [exact IH'|]].
    change (R (mul a (natural_power (S k) a)) (mul b (natural_power (S k) b))). relate. }
  unfold power. destruct (n <? 0); [|apply natural]. apply (rel_div R H); [unfolded|apply natural].
Qed.
Lemma pow_constant_rel d : orel (fun f g => forall a b, R a b -> R (f a) (g b)) (pow_constant d) (pow_constant d).
Proof.
  unfold pow_constant. generalize (whole (Dyadic (negative d) (man d) (ex d + 1)%uint63)). intro twice. destruct (whole d), twice; try exact I; intros a b rab; apply power_rel; relate.
Qed.
Lemma sum_list_rel (f : A -> A) (g : B -> B) l k : (forall a b, R a b -> R (f a) (g b)) -> Forall2 R l k -> R (sum l f) (sum k g).
Proof. intros rfg rlk. induction rlk; simpl; relate. now apply rfg. Qed.
Lemma by_rows_rel f g X Y : (forall a b l k, R a b -> Forall2 R l k -> R (f a l) (g b k)) -> trel R X Y -> orel (trel R) (by_rows f X) (by_rows g Y).
Proof.
  intros rfg rXY. unfold by_rows. rewrite (proj1 rXY). apply orel_when, tabulate_rel. intro i.
  apply rfg; [now apply (real_entry_rel R H)|]. apply Forall2_same. intro. now apply (real_entry_rel R H).
Qed.
Lemma normalise_rel eps a b l k : R a b -> Forall2 R l k -> R (normalise eps a l) (normalise eps b k).
Proof.
  intros rab rlk. unfold normalise, sub. rewrite (Forall2_length rlk). set (n := count _).
  assert (rn : R n (count (Z.of_nat (length k)))) by (unfold n, count; relate).
  assert (mean : R (div (sum l (fun b => b)) n) (div (sum k (fun b => b)) (count (Z.of_nat (length k))))) by (relate; now apply sum_list_rel).
  relate; [|apply (rel_literal R H)]. apply sum_list_rel; [|exact rlk]. intros. relate.
Qed.
Lemma layer_normalization_rel eps X Y V W b d : trel R X Y -> trel R V W -> orel (trel R) b d ->
  orel (trel R) (layer_normalization eps X V b) (layer_normalization eps Y W d).
Proof.
  intros rXY rVW rBD. unfold layer_normalization.
  apply (orel_bind (trel R)); [apply by_rows_rel; [intros; now apply normalise_rel|exact rXY]|]. intros N M rNM.
  apply (orel_bind (trel R)); [apply (pointwise_rel R H); auto; apply (rel_mul R H)|]. intros P Q rPQ.
  apply (orel_bind (trel R)).
  - destruct b as [b|], d as [d|]; simpl in rBD; try easy. apply (pointwise_rel R H); auto. apply (rel_add R H).
  - intros T U rTU. rewrite (proj1 rTU), (proj1 rXY). now apply orel_when.
Qed.
Lemma op_reduce_by_rel f g l xs ys : (forall l k, Forall2 R l k -> R (f l) (g k)) -> orels R xs ys ->
  orel (Forall2 (vrel R)) (op_reduce_by f l xs) (op_reduce_by g l ys).
Proof.
  intros rfg rxy. unfold op_reduce_by. apply (orel_bind (trel R)); [now apply (reals_rel R H)|]. intros X Y rXY.
  rewrite (integers_or_attr_eq R _ _ rxy). destruct (integers_or_attr _ _ _ _) as [axes|]; [|exact I].
  destruct (flag _ _ _); [|exact I]. destruct (flag _ _ _); [|exact I]. apply orel_when, (one_real_rel R). rewrite (proj1 rXY).
  now apply (reduce_by_rel R H R).
Qed.
Lemma greatest_rel l k : Forall2 R l k -> R (greatest l) (greatest k).
Proof.
  intro rlk. destruct rlk as [|a b l k rab rlk]; [apply (rel_zero R H)|]. simpl. revert a b rab. induction rlk; intros a b rab; simpl; [exact rab|].
  apply IHrlk. unfold maximum, sub. relate.
Qed.
Lemma product_rel l k : Forall2 R l k -> R (product l) (product k).
Proof.
  intro rlk. unfold product. assert (go : forall a b, R a b -> R (fold_left mul l a) (fold_left mul k b)); [|apply go; unfold one, count; relate].
  induction rlk as [|c d l k rcd rlk IH]; intros a b rab; simpl; [exact rab|]. apply IH. relate.
Qed.
Lemma squares_rel l k : Forall2 R l k -> R (squares l) (squares k).
Proof. intro rlk. unfold squares. apply sum_list_rel; [|exact rlk]. intros. relate. Qed.
Lemma where_rel C D X Y X' Y' : trel R C D -> trel R X Y -> trel R X' Y' -> orel (trel R) (where_ C X X') (where_ D Y Y').
Proof.
  intros rCD rXY rXY'. unfold where_.
  apply (orel_bind (trel R)); [apply (pointwise_rel R H); auto; apply (rel_mul R H)|]. intros.
  apply (orel_bind (trel R)); [apply (pointwise_rel R H); [apply (rel_mul R H)|apply (trel_map R R); [unfolded|exact rCD]|exact rXY']|]. intros.
  apply (pointwise_rel R H); auto. apply (rel_add R H).
Qed.
Lemma fold_pointwise_rel f g l k : (forall a b a' b', R a b -> R a' b' -> R (f a a') (g b b')) -> Forall2 (trel R) l k ->
  orel (trel R) (fold_pointwise f l) (fold_pointwise g k).
Proof.
  intros rfg rlk. destruct rlk as [|X Y l k rXY rlk]; [exact I|]. simpl.
  assert (go : forall o p, orel (trel R) o p -> orel (trel R) (fold_left (fun o Y => do A <- o; pointwise f A Y) l o) (fold_left (fun o Y => do A <- o; pointwise g A Y) k p)).
  { clear X Y rXY. induction rlk as [|X Y l k rXY rlk IH]; intros o p rop; simpl; [exact rop|]. apply IH.
    apply (orel_bind (trel R)); [exact rop|]. intros. now apply (pointwise_rel R H). }
  now apply go.
Qed.
Lemma one_by_one_rel f g X Y : (forall a b, R a b -> R (f a) (g b)) -> trel R X Y -> orel (Forall2 (vrel R)) (one_by_one f X) (one_by_one g Y).
Proof. intros rfg rXY. constructor; [|constructor]. now apply (trel_map R R). Qed.
Lemma last_axis_eq l X Y : trel R X Y -> last_axis l X = last_axis l Y.
Proof. intro rXY. unfold last_axis. now rewrite (proj1 rXY). Qed.

Local Definition relation := orel (orel (Forall2 (vrel R))).
Theorem program_operator_rel name l n xs ys : orels R xs ys ->
  orel (Forall2 (vrel R)) (program_operator name l n xs) (program_operator name l n ys).
Proof.
  intro rxy. unfold program_operator.
  enough (more : orel (orel (Forall2 (vrel R))) (more_operators name l xs) (more_operators name l ys)).
  { destruct (more_operators name l xs), (more_operators name l ys); simpl in more; try easy. now apply (operator_rel R H). }
  unfold more_operators. cbv zeta. rewrite (Forall2_length rxy).
  repeat match goal with
  | |- orel _ (if same _ _ then _ else _) _ => destruct (same name _)
  end; try exact I.
  all: cbv beta; match goal with |- orel ?r (Some ?a) (Some ?b) => change (orel (Forall2 (vrel R)) a b) end; apply orel_when.
  all: repeat match goal with
  | |- orel _ (match reals _ ?k with _ => _ end) _ => apply (orel_bind (trel R)); [now apply (reals_rel R H)|intros ? ? ?]
  | |- orel _ (match operand _ 0 with _ => _ end) _ => apply (orel_bind (vrel R)); [now apply operand_rel|intros ? ? ?]
  | |- context [numbers _ _] => rewrite (numbers_eq R _ _ rxy)
  | |- context [integers ?v _] => rewrite (integers_eq R v _ rxy)
  end.
  all: try (apply (orel_bind (Forall2 (vrel R))); [now apply (orel_map_all (orel (vrel R)))|]; intros vs ws rvw;
    apply (orel_bind (Forall2 (trel R))); [apply (orel_map_all (vrel R)); [exact rvw|exact (as_reals_rel R H)]|]; intros;
    apply (one_real_rel R), fold_pointwise_rel; [unfolded|assumption]).
  all: try (apply one_by_one_rel; [unfolded|assumption]).
  all: try (apply op_reduce_by_rel; [|exact rxy]; intros; first
    [ now apply greatest_rel | now apply product_rel | now apply squares_rel | apply (rel_root R H); now apply squares_rel
    | apply (rel_logarithm R E); apply sum_list_rel; [apply (rel_exponential R E)|assumption] ]).
  all: try (apply (one_real_rel R), (pointwise_rel R H); [unfolded|assumption..]).
  - now apply (one_real_rel R), where_rel.
  - destruct (numbers ys 1) as [t|]; [|exact I]. destruct (data t) as [|d [|]]; try exact I.
    apply (orel_bind (fun f g => forall a b, R a b -> R (f a) (g b))); [apply pow_constant_rel|]. intros f g rfg.
    match goal with r : trel R _ _ |- _ => rewrite (proj1 r) end. destruct (broadcast _ _); [|exact I]. apply orel_when. now apply one_by_one_rel.
  - match goal with r : trel R _ _ |- _ => rewrite (last_axis_eq l _ _ r) end. apply orel_when.
    apply (one_real_rel R), by_rows_rel; [|assumption]. intros a b r k rab rrk. unfold softmax. relate. apply sum_list_rel; [|exact rrk]. intros. relate.
  - match goal with r : trel R _ _ |- _ => rewrite (last_axis_eq l _ _ r) end. apply orel_when.
    apply (one_real_rel R), by_rows_rel; [|assumption]. intros a b r k rab rrk. unfold log_softmax, sub. relate. apply sum_list_rel; [|exact rrk]. intros. relate.
  - apply (orel_bind (orel (trel R))); [now apply (reals_if_rel R H)|]. intros B0 D0 rBD.
    destruct (int_attr _ _ _); [|exact I]. destruct (float_attr _ _ _); [|exact I].
    match goal with r : trel R _ _ |- _ => rewrite (proj1 r) end. apply orel_when, (one_real_rel R). now apply layer_normalization_rel.
  - destruct (integers ys 1) as [s|]; [|exact I]. apply (move_rel R H); [assumption|]. intros. now apply expand_rel.
Qed.

Lemma cut_rel inputs : forall x y, Forall2 R x y -> erel R (cut inputs x) (cut inputs y).
Proof.
  induction inputs as [|[n s] inputs IH]; intros x y rxy; simpl; [constructor|].
  constructor.
  - split; [reflexivity|]. split; [reflexivity|]. simpl. generalize (Z.to_nat (size s)). clear -rxy. induction rxy; intros [|k]; simpl; constructor; auto.
  - apply IH. generalize (Z.to_nat (size s)). clear -rxy. induction rxy; intros [|k]; simpl; try constructor; auto.
Qed.
End Programs.
