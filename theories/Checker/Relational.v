(** * Relational

    Operators are defined once for all scalars; here is what that buys.  If two kinds of scalars are related operation by operation, then
    every operator takes related tensors to related tensors, and so does every network (Reynolds' parametricity, proved operator by operator).  So
    whatever a checker computes with its own scalars speaks about the reals.

    Main results: [operator_rel], [choices_rel], [decision_rel], [ml_operator_rel], [encoder_rel], [network_rel].

    Notation: [orel R] relates options (both absent, or both there and related by [R]); [trel R] tensors; [vrel] values.

    Trust: proved.
    Source: J. C. Reynolds, Types, abstraction and parametric polymorphism, 1983. *)
From Coq Require Import PString ZArith QArith List Bool FMapPositive Lia.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Piecewise Spec.Decisions Spec.MachineLearning Spec.Encoders Spec.Network.
Import ListNotations.
Local Open Scope Z_scope.

Definition orel {A B} (R : A -> B -> Prop) (a : option A) (b : option B) : Prop :=
  match a, b with Some a, Some b => R a b | None, None => True | _, _ => False end.

Lemma orel_bind {A B C D} (R : A -> B -> Prop) (Q : C -> D -> Prop) a b f g :
  orel R a b -> (forall x y, R x y -> orel Q (f x) (g y)) ->
  orel Q (match a with Some x => f x | None => None end) (match b with Some y => g y | None => None end).
Proof. intros rab rfg. destruct a, b; simpl in *; try easy. now apply rfg. Qed.
Lemma orel_when {A B} (R : A -> B -> Prop) (c : bool) a b : orel R a b -> orel R (when c a) (when c b).
Proof. intro rab. now destruct c. Qed.
Lemma orel_map_all {A B C D} (R : A -> B -> Prop) (Q : C -> D -> Prop) f g l k :
  Forall2 R l k -> (forall x y, R x y -> orel Q (f x) (g y)) -> orel (Forall2 Q) (map_all f l) (map_all g k).
Proof.
  intros rlk rfg. induction rlk as [|x y l k rxy _ IH]; simpl; [constructor|].
  apply (orel_bind Q); [now apply rfg|]. intros a b rab.
  apply (orel_bind (Forall2 Q)); [exact IH|]. intros; simpl. now constructor.
Qed.
Lemma Forall2_same {A B C} (R : B -> C -> Prop) (f : A -> B) (g : A -> C) l :
  (forall a, R (f a) (g a)) -> Forall2 R (map f l) (map g l).
Proof. intro rfg. induction l; simpl; constructor; auto. Qed.

(** ** Tensors and data movement, for any related entries *)

Section Movement.
Context {A B : Type} (R : A -> B -> Prop).
Definition trel (X : tensor A) (Y : tensor B) : Prop := shape X = shape Y /\ Forall2 R (data X) (data Y).

Lemma tabulate_rel s f g : (forall i, R (f i) (g i)) -> orel trel (tabulate s f) (tabulate s g).
Proof. intro rfg. apply orel_when. split; [reflexivity|]. now apply Forall2_same. Qed.

Variables (d : A) (e : B).
Hypothesis defaults : R d e.

Lemma numbered_rel l k : Forall2 R l k -> forall p m n,
  (forall q, orel R (PositiveMap.find q m) (PositiveMap.find q n)) ->
  forall q, orel R (PositiveMap.find q (numbered l p m)) (PositiveMap.find q (numbered k p n)).
Proof.
  induction 1 as [|a b l k rab _ IH]; simpl; intros p m n rmn; [exact rmn|].
  apply IH. intro q. destruct (Pos.eq_dec q p) as [->|other].
  - now rewrite !PositiveMap.gss.
  - now rewrite !PositiveMap.gso.
Qed.
Lemma entry_rel X Y : trel X Y -> forall i, R (entry d X i) (entry e Y i).
Proof.
  intros [shapes rXY] i. unfold entry. rewrite shapes. destruct (offset _ _) as [k|]; [|exact defaults].
  assert (found := numbered_rel _ _ rXY 1 (PositiveMap.empty A) (PositiveMap.empty B)
    ltac:(intro q; now rewrite !PositiveMap.gempty) (Z.to_pos (k + 1))).
  destruct (PositiveMap.find _ _), (PositiveMap.find _ _); simpl in found; easy.
Qed.

Lemma reshape_to_rel s X Y : trel X Y -> orel trel (reshape_to s X) (reshape_to s Y).
Proof. intros [shapes rXY]. unfold reshape_to. rewrite shapes. apply orel_when. now split. Qed.
Lemma reshape_rel z s X Y : trel X Y -> orel trel (reshape z s X) (reshape z s Y).
Proof. intro rXY. unfold reshape. rewrite (proj1 rXY). apply orel_when. now apply reshape_to_rel. Qed.
Lemma flatten_rel a X Y : trel X Y -> orel trel (flatten a X) (flatten a Y).
Proof. intro rXY. unfold flatten. rewrite (proj1 rXY). apply orel_when. now apply reshape_to_rel. Qed.
Lemma squeeze_rel a X Y : trel X Y -> orel trel (squeeze a X) (squeeze a Y).
Proof.
  intro rXY. unfold squeeze. rewrite (proj1 rXY). destruct a as [l|]; [|now apply reshape_to_rel].
  destruct (axes_of _ _); [|exact I]. apply orel_when. now apply reshape_to_rel.
Qed.
Lemma unsqueeze_rel a X Y : trel X Y -> orel trel (unsqueeze a X) (unsqueeze a Y).
Proof.
  intro rXY. unfold unsqueeze. rewrite (proj1 rXY). destruct (axes_of _ _); [|exact I]. now apply reshape_to_rel.
Qed.
Lemma transpose_rel p X Y : trel X Y -> orel trel (transpose d p X) (transpose e p Y).
Proof.
  intro rXY. unfold transpose. rewrite (proj1 rXY). apply orel_when, tabulate_rel. intro. now apply entry_rel.
Qed.
Lemma append_along_rel a X Y X' Y' : trel X Y -> trel X' Y' ->
  orel trel (append_along d a X X') (append_along e a Y Y').
Proof.
  intros rXY rXY'. unfold append_along. rewrite (proj1 rXY), (proj1 rXY'). apply orel_when, tabulate_rel. intro i.
  destruct (_ <? _); now apply entry_rel.
Qed.
Lemma concat_from_rel a l k : Forall2 trel l k -> forall X Y, trel X Y ->
  orel trel (concat_from d a X l) (concat_from e a Y k).
Proof.
  induction 1 as [|X' Y' l k rXY' _ IH]; intros X Y rXY; simpl; [exact rXY|].
  apply (orel_bind trel); [now apply append_along_rel|exact IH].
Qed.
Lemma concat_rel a l k : Forall2 trel l k -> orel trel (concat d a l) (concat e a k).
Proof.
  destruct 1 as [|X Y l k rXY rlk]; simpl; [exact I|]. rewrite (proj1 rXY).
  destruct (axis_of _ _); [|exact I]. now apply concat_from_rel.
Qed.
Lemma strided_rel l X Y : trel X Y -> orel trel (strided d l X) (strided e l Y).
Proof.
  intro rXY. unfold strided. rewrite (proj1 rXY). apply orel_when, tabulate_rel. intro. now apply entry_rel.
Qed.
Lemma slice_rel a b axes steps X Y : trel X Y -> orel trel (slice d a b axes steps X) (slice e a b axes steps Y).
Proof.
  intro rXY. unfold slice. rewrite (proj1 rXY).
  destruct axes as [l|]; [destruct (axes_of _ _); [|exact I]|destruct (_ <=? _); [|exact I]]; apply orel_when; now apply strided_rel.
Qed.
Lemma gather_rel a I_ X Y : trel X Y -> orel trel (gather d a I_ X) (gather e a I_ Y).
Proof.
  intro rXY. unfold gather. rewrite (proj1 rXY). destruct (axis_of _ _); [|exact I].
  apply orel_when, tabulate_rel. intro. now apply entry_rel.
Qed.
Lemma split_rel a l X Y : trel X Y -> orel (Forall2 trel) (split d a l X) (split e a l Y).
Proof.
  intro rXY. unfold split. rewrite (proj1 rXY). destruct (axis_of _ _) as [b|]; [|exact I]. apply orel_when.
  match goal with |- orel _ (?f 0 _) (?g 0 _) => enough (anywhere : forall k, orel (Forall2 trel) (f k l) (g k l)) by apply anywhere end.
  induction l as [|n l IH]; intro first; [constructor|].
  apply (orel_bind trel); [now apply strided_rel|]. intros U V rUV.
  apply (orel_bind (Forall2 trel)); [apply IH|]. intros; simpl. now constructor.
Qed.
Lemma pad_rel a b X Y : trel X Y -> orel trel (pad d a b X) (pad e a b Y).
Proof.
  intro rXY. unfold pad. rewrite (proj1 rXY). apply orel_when, tabulate_rel. intro. now apply entry_rel.
Qed.
End Movement.

Lemma trel_map {A B C D} (R : A -> B -> Prop) (Q : C -> D -> Prop) f g X Y :
  (forall a b, R a b -> Q (f a) (g b)) -> trel R X Y -> trel Q (tensor_map f X) (tensor_map g Y).
Proof. intros rfg [shapes rXY]. split; [exact shapes|]. simpl. induction rXY; simpl; constructor; auto. Qed.
Lemma trel_eq {A} (X : tensor A) : trel eq X X.
Proof. split; [reflexivity|]. induction (data X); constructor; auto. Qed.
Lemma eq_trel {A} (X Y : tensor A) : trel eq X Y -> X = Y.
Proof.
  destruct X, Y. intros [shapes rXY]. simpl in *. subst. f_equal. induction rXY; congruence.
Qed.
Lemma orel_eq {A} (o p : option (tensor A)) : orel (trel eq) o p -> o = p.
Proof. destruct o, p; simpl; try easy. intro rXY. now rewrite (eq_trel _ _ rXY). Qed.

(** ** Related scalars *)

Record scalar_rel {A B} {SA : scalar A} {SB : scalar B} (R : A -> B -> Prop) : Prop := {
  rel_zero : R zero zero;
  rel_literal : forall d, R (literal d) (literal d);
  rel_number : forall q, R (number_of q) (number_of q);
  rel_add : forall a b a' b', R a b -> R a' b' -> R (add a a') (add b b');
  rel_opp : forall a b, R a b -> R (opp a) (opp b);
  rel_mul : forall a b a' b', R a b -> R a' b' -> R (mul a a') (mul b b');
  rel_div : forall a b a' b', R a b -> R a' b' -> R (div a a') (div b b');
  rel_root : forall a b, R a b -> R (root a) (root b);
  rel_relu : forall a b, R a b -> R (relu a) (relu b);
  rel_choose : forall strict a b a' b' x y x' y', R a b -> R a' b' -> R x y -> R x' y' ->
    R (choose strict a a' x x') (choose strict b b' y y') }.

Section Arithmetic.
Context {A B : Type} {SA : scalar A} {SB : scalar B} (R : A -> B -> Prop).
Hypothesis H : scalar_rel R.

Lemma literals_rel t : trel R (literals t) (literals t).
Proof. split; [reflexivity|]. apply Forall2_same. apply (rel_literal R H). Qed.
Lemma sum_rel I (l : list I) f g : (forall i, R (f i) (g i)) -> R (sum l f) (sum l g).
Proof. intro rfg. induction l; simpl; [apply (rel_zero R H)|]. now apply (rel_add R H). Qed.
Lemma real_entry_rel X Y : trel R X Y -> forall i, R (entry zero X i) (entry zero Y i).
Proof. apply entry_rel. apply (rel_zero R H). Qed.

Ltac relate := repeat first
  [ assumption | apply real_entry_rel | apply literals_rel | apply (rel_zero R H) | apply (rel_literal R H) | apply (rel_number R H)
  | apply (rel_add R H) | apply (rel_mul R H) | apply (rel_opp R H) | apply (rel_div R H) | apply (rel_root R H) | apply (rel_relu R H)
  | apply (rel_choose R H)
  | apply sum_rel; intro
  | match goal with |- R (match ?x with _ => _ end) (match ?x with _ => _ end) => destruct x end
  | match goal with |- R (if ?x then _ else _) _ => destruct x end ].

Lemma sub_rel a b a' b' : R a b -> R a' b' -> R (sub a a') (sub b b').
Proof. intros. unfold sub. relate. Qed.
Lemma leaky_rel al a b : R a b -> R (leaky al a) (leaky al b).
Proof. intros. unfold leaky, sub. relate. Qed.
Lemma pointwise_rel f g X Y X' Y' : (forall a b a' b', R a b -> R a' b' -> R (f a a') (g b b')) ->
  trel R X Y -> trel R X' Y' -> orel (trel R) (pointwise f X X') (pointwise g Y Y').
Proof.
  intros rfg rXY rXY'. unfold pointwise. rewrite (proj1 rXY), (proj1 rXY'). destruct (broadcast _ _); [|exact I].
  apply tabulate_rel. intro. apply rfg; now apply real_entry_rel.
Qed.
Lemma divide_rel D X Y : trel R X Y -> orel (trel R) (divide X D) (divide Y D).
Proof.
  intro rXY. unfold divide. apply orel_when. apply pointwise_rel; auto using literals_rel. apply (rel_div R H).
Qed.
Lemma matmul_rel X Y X' Y' : trel R X Y -> trel R X' Y' -> orel (trel R) (matmul X X') (matmul Y Y').
Proof.
  intros rXY rXY'. unfold matmul. rewrite (proj1 rXY), (proj1 rXY'). cbv zeta.
  destruct (skipn _ _) as [|m [|k [|]]]; try exact I. destruct (skipn _ _) as [|k' [|n [|]]]; try exact I.
  destruct (broadcast _ _); [|exact I].
  apply (orel_bind (trel R)); [|intros; now apply reshape_to_rel].
  apply orel_when, tabulate_rel. intro i. destruct (skipn _ i) as [|r [|c [|]]]; relate;
    (split; [reflexivity|first [apply rXY | apply rXY']]).
Qed.
Lemma gemm_rel ta tb al be X Y X' Y' C D : trel R X Y -> trel R X' Y' -> orel (trel R) C D ->
  orel (trel R) (gemm ta tb al be X X' C) (gemm ta tb al be Y Y' D).
Proof.
  intros rXY rXY' rCD. unfold gemm. rewrite (proj1 rXY), (proj1 rXY'). cbv zeta.
  destruct (shape Y) as [|a0 [|a1 [|]]]; try exact I. destruct (shape Y') as [|b0 [|b1 [|]]]; try exact I.
  destruct ta, tb; apply orel_when; (destruct C as [C|], D as [D|]; simpl in rCD; try easy;
    [rewrite (proj1 rCD); destruct (broadcast _ _); [|exact I]; apply orel_when|]; apply tabulate_rel; intros i;
    destruct i as [|r [|c [|]]]; relate).
Qed.
Lemma conv_rel l X Y X' Y' C D : trel R X Y -> trel R X' Y' -> orel (trel R) C D ->
  orel (trel R) (conv l X X' C) (conv l Y Y' D).
Proof.
  intros rXY rXY' rCD. unfold conv. rewrite (proj1 rXY), (proj1 rXY'). cbv zeta.
  destruct (shape Y) as [|n [|c dims]]; try exact I. destruct (shape Y') as [|m [|cg ks]]; try exact I.
  destruct (int_attr _ _ _); [|exact I]. destruct (ints_attr _ _ _); [|exact I]. destruct (window_of _ _ _ _); [|exact I].
  apply orel_when. destruct C as [C|], D as [D|]; simpl in rCD; try easy.
  - rewrite (proj1 rCD). apply orel_when, tabulate_rel. intro i. relate.
  - apply tabulate_rel. intro i. relate.
Qed.
Lemma average_pool_rel l X Y : trel R X Y -> orel (trel R) (average_pool l X) (average_pool l Y).
Proof.
  intros rXY. unfold average_pool. rewrite (proj1 rXY). destruct (shape Y) as [|n [|c dims]]; try exact I.
  destruct (ints_attr _ _ _); [|exact I]. destruct (int_attr _ _ _); [|exact I]. destruct (int_attr _ _ _); [|exact I].
  destruct (window_of _ _ _ _); [|exact I]. cbv zeta. apply orel_when, tabulate_rel. intro i. relate.
Qed.
Lemma reduce_by_rel {C D} (Q : C -> D -> Prop) empty f g keep a X Y : (forall l k, Forall2 R l k -> Q (f l) (g k)) ->
  trel R X Y -> orel (trel Q) (reduce_by empty f keep a X) (reduce_by empty g keep a Y).
Proof.
  intros rfg rXY. unfold reduce_by. rewrite (proj1 rXY). destruct (axes_of _ _); [|exact I]. cbv zeta.
  apply (orel_bind (trel Q)); [|intros; now apply reshape_to_rel].
  apply orel_when, tabulate_rel. intro i. apply rfg. apply Forall2_same. intro. now apply real_entry_rel.
Qed.
Lemma reduce_rel mean keep a X Y : trel R X Y -> orel (trel R) (reduce mean keep a X) (reduce mean keep a Y).
Proof.
  assert (total_rel : forall l k, Forall2 R l k -> R (total l) (total k)).
  { intros l k rlk. unfold total, sum. induction rlk; cbn [fold_right]; relate. }
  intro rXY. unfold reduce. apply reduce_by_rel; [|exact rXY]. intros l k rlk. destruct mean; [|now apply total_rel].
  unfold average. rewrite (Forall2_length rlk). relate. now apply total_rel.
Qed.
Lemma global_average_pool_rel X Y : trel R X Y -> orel (trel R) (global_average_pool X) (global_average_pool Y).
Proof. intro rXY. unfold global_average_pool. rewrite (proj1 rXY). apply orel_when. now apply reduce_rel. Qed.
Lemma batch_normalization_rel eps a b m v X Y : trel R X Y ->
  orel (trel R) (batch_normalization eps a b m v X) (batch_normalization eps a b m v Y).
Proof.
  intro rXY. unfold batch_normalization, sub. rewrite (proj1 rXY). destruct (shape Y) as [|n [|c dims]]; try exact I.
  apply orel_when, tabulate_rel. intro i. relate.
Qed.

(** ** Values and the table of operators *)

Definition vrel (v : value A) (w : value B) : Prop :=
  match v, w with
  | Reals X, Reals Y => trel R X Y
  | Literals X, Literals Y => X = Y
  | Integers X, Integers Y => X = Y
  | Wholes n X, Wholes m Y => n = m /\ trel R X Y
  | Truncated X, Truncated Y => trel R X Y
  | _, _ => False
  end.
Definition orels := Forall2 (orel vrel).

Lemma operand_rel xs ys k : orels xs ys -> orel vrel (operand xs k) (operand ys k).
Proof.
  unfold operand. intro rxy. revert k. induction rxy as [|x y xs ys rel _ IH]; intros [|k]; simpl; auto.
Qed.
Lemma as_reals_rel v w : vrel v w -> orel (trel R) (as_reals v) (as_reals w).
Proof. destruct v, w; simpl; try easy. intros ->. apply literals_rel. Qed.
Lemma whole_rel k : R (whole k) (whole k).
Proof. apply (rel_number R H). Qed.
Lemma whole_tensor_rel t : trel R (tensor_map whole t) (tensor_map whole t).
Proof. split; [reflexivity|]. apply Forall2_same. apply whole_rel. Qed.
Lemma as_wholes_rel v w : vrel v w -> orel (trel R) (as_wholes v) (as_wholes w).
Proof. destruct v, w; simpl; try easy. intros ->. apply whole_tensor_rel. Qed.
Lemma as_numbers_rel v w : vrel v w -> orel (trel R) (as_numbers v) (as_numbers w).
Proof. destruct v, w; simpl; try easy. intros ->. apply literals_rel. Qed.
Lemma as_literals_eq v w : vrel v w -> as_literals v = as_literals w.
Proof. destruct v, w; simpl; try easy. now intros ->. Qed.
Lemma as_integers_eq v w : vrel v w -> as_integers v = as_integers w.
Proof. destruct v, w; simpl; try easy. now intros ->. Qed.

Section Operands.
Variables (xs : list (option (value A))) (ys : list (option (value B))).
Hypothesis rxy : orels xs ys.
Lemma reals_rel k : orel (trel R) (reals xs k) (reals ys k).
Proof. unfold reals. apply (orel_bind vrel); [now apply operand_rel|exact as_reals_rel]. Qed.
Lemma numbers_eq k : numbers xs k = numbers ys k.
Proof.
  unfold numbers. pose proof (operand_rel xs ys k rxy) as rel.
  destruct (operand xs k), (operand ys k); simpl in rel; try easy. now apply as_literals_eq.
Qed.
Lemma integers_eq k : integers xs k = integers ys k.
Proof.
  unfold integers. pose proof (operand_rel xs ys k rxy) as rel.
  destruct (operand xs k), (operand ys k); simpl in rel; try easy. now apply as_integers_eq.
Qed.
Lemma integers_if_eq k : integers_if xs k = integers_if ys k.
Proof.
  unfold integers_if. pose proof (operand_rel xs ys k rxy) as rel.
  destruct (operand xs k), (operand ys k); simpl in rel; try easy. now rewrite (as_integers_eq _ _ rel).
Qed.
Lemma integers_or_attr_eq k l n : integers_or_attr xs k l n = integers_or_attr ys k l n.
Proof. unfold integers_or_attr. now rewrite integers_if_eq. Qed.
Lemma reals_if_rel k : orel (orel (trel R)) (reals_if xs k) (reals_if ys k).
Proof.
  unfold reals_if. pose proof (operand_rel xs ys k rxy) as rel.
  destruct (operand xs k), (operand ys k); simpl in rel; try easy.
  apply (orel_bind (trel R)); [now apply as_reals_rel|]. now intros.
Qed.
Lemma one_real_rel o p : orel (trel R) o p -> orel (Forall2 vrel) (one_real o) (one_real p).
Proof. intro rel. unfold one_real. apply (orel_bind (trel R)); [exact rel|]. intros X Y rXY. constructor; [exact rXY|constructor]. Qed.
Lemma move_rel (f : forall T, T -> tensor T -> option (tensor T)) v w : vrel v w ->
  (forall T U (Q : T -> U -> Prop) d e X Y, Q d e -> trel Q X Y -> orel (trel Q) (f T d X) (f U e Y)) ->
  orel (Forall2 vrel) (move f v) (move f w).
Proof.
  intros rvw rf. destruct v as [X|X|X|n X|X], w as [Y|Y|Y|m Y|Y]; simpl in rvw; try easy; unfold move.
  - apply (orel_bind (trel R)); [apply rf; [apply (rel_zero R H)|exact rvw]|]. intros; constructor; [assumption|constructor].
  - subst. destruct (f _ _ _); simpl; [now constructor|exact I].
  - subst. destruct (f _ _ _); simpl; [now constructor|exact I].
  - destruct rvw as [-> rvw]. apply (orel_bind (trel R)); [apply rf; [apply (rel_zero R H)|exact rvw]|]. intros; constructor; [now split|constructor].
  - apply (orel_bind (trel R)); [apply rf; [apply (rel_zero R H)|exact rvw]|]. intros; constructor; [assumption|constructor].
Qed.
Lemma moves_rel (f : forall T, T -> tensor T -> option (list (tensor T))) v w : vrel v w ->
  (forall T U (Q : T -> U -> Prop) d e X Y, Q d e -> trel Q X Y -> orel (Forall2 (trel Q)) (f T d X) (f U e Y)) ->
  orel (Forall2 vrel) (moves f v) (moves f w).
Proof.
  intros rvw rf. destruct v as [X|X|X|n X|X], w as [Y|Y|Y|m Y|Y]; simpl in rvw; try easy; unfold moves.
  - apply (orel_bind (Forall2 (trel R))); [apply rf; [apply (rel_zero R H)|exact rvw]|].
    intros l k rlk; simpl. clear -rlk. induction rlk; simpl; constructor; auto.
  - subst. destruct (f _ _ _); simpl; [|exact I]. now apply Forall2_same.
  - subst. destruct (f _ _ _); simpl; [|exact I]. now apply Forall2_same.
  - destruct rvw as [-> rvw]. apply (orel_bind (Forall2 (trel R))); [apply rf; [apply (rel_zero R H)|exact rvw]|].
    intros l k rlk; simpl. clear -rlk. induction rlk; simpl; constructor; auto. now split.
  - apply (orel_bind (Forall2 (trel R))); [apply rf; [apply (rel_zero R H)|exact rvw]|].
    intros l k rlk; simpl. clear -rlk. induction rlk; simpl; constructor; auto.
Qed.
End Operands.

Lemma map_all_eq {C D E} (Q : C -> D -> Prop) (f : C -> option E) (g : D -> option E) l k :
  Forall2 Q l k -> (forall x y, Q x y -> f x = g y) -> map_all f l = map_all g k.
Proof. intros rlk rfg. induction rlk as [|x y l k rxy _ IH]; simpl; [reflexivity|]. now rewrite (rfg _ _ rxy), IH. Qed.
Lemma op_concat_rel a vs ws : Forall2 vrel vs ws -> orel (Forall2 vrel) (op_concat a vs) (op_concat a ws).
Proof.
  intro rel. unfold op_concat.
  rewrite (map_all_eq vrel (fun v : value A => match v with Integers t => Some t | _ => None end)
    (fun v : value B => match v with Integers t => Some t | _ => None end) vs ws rel) by (intros [?|?|?|? ?|?] [?|?|?|? ?|?]; simpl; congruence || easy).
  rewrite (map_all_eq vrel _ _ vs ws rel as_literals_eq).
  destruct (map_all _ ws).
  { destruct (concat _ _ _); simpl; [now constructor|exact I]. }
  destruct (map_all as_literals ws).
  { destruct (concat _ _ _); simpl; [now constructor|exact I]. }
  assert (wholes : orel (Forall2 (trel R)) (map_all as_wholes vs) (map_all as_wholes ws)) by now apply (orel_map_all vrel); [|exact as_wholes_rel].
  destruct (map_all as_wholes vs), (map_all as_wholes ws); simpl in wholes; try easy.
  - apply (orel_bind (trel R)); [apply concat_rel; [apply (rel_zero R H)|assumption]|]. intros; constructor; [now split|constructor].
  - apply (orel_bind (Forall2 (trel R))).
    + now apply (orel_map_all vrel); [|exact as_reals_rel].
    + intros. apply one_real_rel. apply concat_rel; [apply (rel_zero R H)|assumption].
Qed.
Lemma op_reduce_rel mean l xs ys : orels xs ys -> orel (Forall2 vrel) (op_reduce mean l xs) (op_reduce mean l ys).
Proof.
  intro rxy. unfold op_reduce. apply (orel_bind (trel R)); [now apply reals_rel|]. intros X Y rXY.
  rewrite (integers_or_attr_eq _ _ rxy). destruct (integers_or_attr _ _ _ _) as [axes|]; [|exact I].
  destruct (flag _ _ _); [|exact I]. destruct (flag _ _ _); [|exact I]. cbv zeta. apply one_real_rel.
  destruct (_ && _)%bool; [exact rXY|]. rewrite (proj1 rXY). now apply reduce_rel.
Qed.
Lemma op_cast_rel l xs ys : orels xs ys -> orel (Forall2 vrel) (op_cast l xs) (op_cast l ys).
Proof.
  intro rxy. unfold op_cast. apply (orel_bind vrel); [now apply operand_rel|]. intros v w rvw.
  destruct (attr l _) as [[to| | | | | | |]|]; try exact I. destruct v, w; simpl in rvw; try easy.
  - destruct (_ =? 7); [|apply orel_when]; repeat constructor; apply rvw.
  - subst. apply orel_when. repeat constructor.
  - subst. destruct (_ =? 7); [repeat constructor|]. apply orel_when. repeat constructor.
  - destruct rvw as [-> rvw]. destruct (_ =? 7); [|apply orel_when]; repeat constructor; apply rvw.
  - apply orel_when. repeat constructor; apply rvw.
Qed.
Lemma op_pad_rel l xs ys : orels xs ys -> orel (Forall2 vrel) (op_pad l xs) (op_pad l ys).
Proof.
  intro rxy. unfold op_pad. apply (orel_bind vrel); [now apply operand_rel|]. intros v w rvw.
  destruct (text_attr _ _ _); [|exact I]. rewrite (integers_or_attr_eq _ _ rxy).
  destruct (integers_or_attr _ _ _ _) as [[pads|]|]; try exact I.
  assert (same_default : match operand xs 2 with
      | None => float_attr l "value"%pstring zero_dyadic
      | Some v => do t <- as_literals v; match data t with [d] => Some d | _ => None end end =
    match operand ys 2 with
      | None => float_attr l "value"%pstring zero_dyadic
      | Some v => do t <- as_literals v; match data t with [d] => Some d | _ => None end end).
  { pose proof (operand_rel xs ys 2 rxy) as rel.
    destruct (operand xs 2), (operand ys 2); simpl in rel; try easy. now rewrite (as_literals_eq _ _ rel). }
  rewrite same_default.
  match goal with |- orel _ (match ?o with Some _ => _ | None => None end) _ => destruct o as [d|]; [|exact I] end.
  rewrite (integers_if_eq _ _ rxy). destruct (integers_if ys 3) as [axes|]; [|exact I]. cbv zeta. apply orel_when.
  destruct v as [X|X|X|n X|X], w as [Y|Y|Y|m Y|Y]; simpl in rvw; try easy.
  - apply one_real_rel. rewrite (proj1 rvw).
    match goal with |- orel _ (match ?o with Some _ => _ | None => None end) _ => destruct o; [|exact I] end.
    apply orel_when, pad_rel; [apply (rel_literal R H)|exact rvw].
  - subst. match goal with |- orel _ (match ?o with _ => _ end) _ => destruct o end; simpl; [now constructor|exact I].
Qed.
Lemma op_split_rel n l xs ys : orels xs ys -> orel (Forall2 vrel) (op_split n l xs) (op_split n l ys).
Proof.
  intro rxy. unfold op_split. apply (orel_bind vrel); [now apply operand_rel|]. intros v w rvw.
  destruct (int_attr _ _ _) as [a|]; [|exact I]. rewrite (integers_or_attr_eq _ _ rxy).
  destruct (integers_or_attr _ _ _ _) as [g|]; [|exact I]. destruct (int_attr _ _ _); [|exact I].
  apply moves_rel; [exact rvw|]. intros T U Q d e X Y rde rXY. rewrite (proj1 rXY).
  destruct (axis_of _ _); [|exact I]. destruct g; apply orel_when; now apply split_rel.
Qed.

Ltac operand_step rxy := match goal with
  | |- orel _ (when ?c _) (when ?c _) => apply orel_when
  | |- orel _ (if ?c then _ else _) (if ?c then _ else _) => destruct c
  | |- orel _ (match reals _ ?k with _ => _ end) _ => apply (orel_bind (trel R)); [now apply reals_rel|intros ? ? ?]
  | |- orel _ (match reals_if _ ?k with _ => _ end) _ => apply (orel_bind (orel (trel R))); [now apply reals_if_rel|intros ? ? ?]
  | |- orel _ (match operand _ 0 with _ => _ end) _ => apply (orel_bind vrel); [now apply operand_rel|intros ? ? ?]
  | |- context [numbers _ _] => rewrite (numbers_eq _ _ rxy)
  | |- context [integers ?xs _] => rewrite (integers_eq xs _ rxy)
  | |- context [integers_or_attr ?xs _ _ _] => rewrite (integers_or_attr_eq xs _ rxy)
  | |- context [integers_if ?xs _] => rewrite (integers_if_eq xs _ rxy)
  end.
Ltac blind_step := match goal with
  | |- orel _ (match ?o with Some _ => _ | None => None end) (match ?o with Some _ => _ | None => None end) => destruct o; [|exact I]
  end.

Theorem operator_rel name l n xs ys : orels xs ys -> orel (Forall2 vrel) (operator name l n xs) (operator name l n ys).
Proof.
  intro rxy. unfold operator. cbv zeta. rewrite (Forall2_length rxy).
  repeat match goal with
  | |- orel _ (if same _ _ then _ else _) _ => destruct (same name _)
  end; try exact I.
  all: repeat (operand_step rxy || blind_step).
  all: try (apply one_real_rel;
    first [ assumption
          | apply pointwise_rel; auto; first [apply (rel_add R H) | apply sub_rel | apply (rel_mul R H)]
          | now apply divide_rel | now apply matmul_rel | now apply gemm_rel | now apply conv_rel | now apply average_pool_rel
          | now apply global_average_pool_rel | now apply batch_normalization_rel
          | simpl; eapply trel_map; [|eassumption]; first [apply (rel_opp R H) | apply (rel_relu R H) | intros; now apply leaky_rel] ]).
  all: try (apply move_rel; [assumption|]; intros;
    first [now apply reshape_rel | now apply flatten_rel | now apply squeeze_rel | now apply unsqueeze_rel
          | now apply transpose_rel | now apply slice_rel]).
  all: try (now apply op_reduce_rel). all: try (now apply op_split_rel). all: try (now apply op_pad_rel). all: try (now apply op_cast_rel).
  - now constructor.
  - now constructor.
  - unfold op_constant. destruct l as [|[n0 a] [|]]; try exact I.
    destruct a; try exact I; apply orel_when; repeat constructor; destruct c; reflexivity.
  - apply (orel_bind (Forall2 vrel)).
    + now apply (orel_map_all (orel vrel)).
    + intros vs ws rvw. blind_step. now apply op_concat_rel.
  - pose proof (operand_rel xs ys 1 rxy) as rel.
    destruct (operand xs 1) as [[?|?|?|? ?|?]|], (operand ys 1) as [[?|?|?|? ?|?]|]; simpl in rel; try easy.
    subst. apply move_rel; [assumption|]. intros. now apply gather_rel.
Qed.

(** ** Piecewise linear operators *)

Definition choice_rel := Forall2 (Forall2 R).
Lemma overall_rel f g : (forall a b a' b', R a b -> R a' b' -> R (f a a') (g b b')) -> forall l k, Forall2 R l k -> R (overall f l) (overall g k).
Proof.
  intros rfg l k rlk. destruct rlk as [|a b l k rab rlk]; [apply (rel_zero R H)|]. simpl. revert a b rab.
  induction rlk as [|c d l k rcd _ IH]; simpl; auto.
Qed.
Lemma least_of_largest_rel l k : choice_rel l k -> R (least_of_largest l) (least_of_largest k).
Proof.
  intro rlk. apply overall_rel; [intros; unfold smaller; relate|].
  induction rlk as [|a b l k rab _ IH]; simpl; constructor; [|exact IH]. apply overall_rel; [intros; unfold larger; relate|exact rab].
Qed.
Lemma largest_of_rel l k : Forall2 R l k -> choice_rel (largest_of l) (largest_of k).
Proof. intro rlk. now constructor; [|constructor]. Qed.
Lemma least_of_rel l k : Forall2 R l k -> choice_rel (least_of l) (least_of k).
Proof. induction 1 as [|a b l k rab _ IH]; constructor; [|exact IH]. now constructor; [|constructor]. Qed.
Lemma aligned_rel l k : Forall2 (trel R) l k -> orel (trel (Forall2 R)) (aligned l) (aligned k).
Proof.
  intro rlk. unfold aligned. assert (shapes : map shape l = map shape k) by (induction rlk as [|X Y l k rXY _ IH]; simpl; [reflexivity|now rewrite (proj1 rXY), IH]).
  rewrite shapes. destruct (common_shape _); [|exact I]. apply tabulate_rel. intro i. rewrite !map_map.
  clear shapes. induction rlk as [|X Y l k rXY _ IH]; simpl; constructor; [|exact IH]. rewrite (proj1 rXY). now apply real_entry_rel.
Qed.
Lemma pooled_rel l X Y : trel R X Y -> orel (trel (Forall2 R)) (pooled l X) (pooled l Y).
Proof.
  intro rXY. unfold pooled. rewrite (proj1 rXY). destruct (shape Y) as [|n [|c dims]]; try exact I.
  destruct (ints_attr _ _ _); [|exact I]. destruct (flag _ _ _); [|exact I]. destruct (window_of _ _ _ _); [|exact I].
  cbv zeta. apply orel_when, tabulate_rel. intros [|i1 [|i2 p]]; try constructor. apply Forall2_same. intro q. now apply real_entry_rel.
Qed.
Lemma reduced_rel l xs ys : orels xs ys -> orel (trel (Forall2 R)) (reduced l xs) (reduced l ys).
Proof.
  intro rxy. unfold reduced. apply (orel_bind (trel R)); [now apply reals_rel|]. intros X Y rXY.
  rewrite (integers_or_attr_eq _ _ rxy). destruct (integers_or_attr _ _ _ _) as [axes|]; [|exact I].
  destruct (flag _ _ _); [|exact I]. destruct (flag _ _ _); [|exact I]. apply orel_when. rewrite (proj1 rXY). now apply reduce_by_rel.
Qed.
Lemma clip_bound_eq xs ys k l n : orels xs ys -> clip_bound xs k l n = clip_bound ys k l n.
Proof.
  intro rxy. unfold clip_bound. pose proof (operand_rel xs ys k rxy) as rel.
  destruct (operand xs k), (operand ys k); simpl in rel; try easy. now rewrite (as_literals_eq _ _ rel).
Qed.
Lemma clip_rel lo hi a b : R a b -> choice_rel (clip lo hi a) (clip lo hi b).
Proof. intro rab. destruct lo, hi; repeat constructor; relate. Qed.
Lemma hard_sigmoid_rel al be a b : R a b -> choice_rel (hard_sigmoid al be a) (hard_sigmoid al be b).
Proof. intro rab. repeat constructor; relate. Qed.
Theorem choices_rel name l xs ys : orels xs ys -> orel (trel choice_rel) (choices name l xs) (choices name l ys).
Proof.
  intro rxy. unfold choices. cbv zeta. rewrite (Forall2_length rxy).
  assert (several : orel (trel (Forall2 R)) (when (only [] l) (do vs <- map_all (fun o => o) xs; do Xs <- map_all as_reals vs; aligned Xs))
    (when (only [] l) (do vs <- map_all (fun o => o) ys; do Xs <- map_all as_reals vs; aligned Xs))).
  { apply orel_when, (orel_bind (Forall2 vrel)); [now apply (orel_map_all (orel vrel))|]. intros vs ws rvw.
    apply (orel_bind (Forall2 (trel R))); [now apply (orel_map_all vrel); [|exact as_reals_rel]|]. exact aligned_rel. }
  repeat match goal with
  | |- orel _ (if same _ _ then _ else _) _ => destruct (same name _)
  end; try exact I.
  - apply orel_when, (orel_bind (trel R)); [now apply reals_rel|]. intros X Y rXY.
    apply (trel_map R); [|exact rXY]. intros a b rab. repeat constructor; relate.
  - apply orel_when, (orel_bind (trel R)); [now apply reals_rel|]. intros X Y rXY.
    rewrite !(clip_bound_eq _ _ _ _ _ rxy). destruct (clip_bound _ _ _ _); [|exact I]. destruct (clip_bound _ _ _ _); [|exact I].
    apply (trel_map R); [|exact rXY]. now apply clip_rel.
  - apply orel_when, (orel_bind (trel R)); [now apply reals_rel|]. intros X Y rXY. rewrite (proj1 rXY).
    apply orel_when, reduce_by_rel; [exact largest_of_rel|exact rXY].
  - apply orel_when, (orel_bind (trel R)); [now apply reals_rel|]. intros X Y rXY.
    destruct (float_attr _ _ _); [|exact I]. destruct (float_attr _ _ _); [|exact I].
    apply (trel_map R); [|exact rXY]. now apply hard_sigmoid_rel.
  - apply (orel_bind (trel (Forall2 R))); [exact several|]. intros X Y. apply trel_map. exact largest_of_rel.
  - apply orel_when, (orel_bind (trel R)); [now apply reals_rel|]. intros X Y rXY.
    apply (orel_bind (trel (Forall2 R))); [now apply pooled_rel|]. intros T U. apply trel_map. exact largest_of_rel.
  - apply (orel_bind (trel (Forall2 R))); [exact several|]. intros X Y. apply trel_map. exact least_of_rel.
  - apply (orel_bind (trel (Forall2 R))); [now apply orel_when, reduced_rel|]. intros X Y. apply trel_map. exact largest_of_rel.
  - apply (orel_bind (trel (Forall2 R))); [now apply orel_when, reduced_rel|]. intros X Y. apply trel_map. exact least_of_rel.
Qed.
Lemma piecewise_rel name l xs ys : orels xs ys -> orel (Forall2 vrel) (piecewise name l xs) (piecewise name l ys).
Proof.
  intro rxy. unfold piecewise. apply (orel_bind (trel choice_rel)); [now apply choices_rel|]. intros T U rTU.
  constructor; [|constructor]. exact (trel_map choice_rel R _ _ T U least_of_largest_rel rTU).
Qed.

(** ** Decisions *)

Definition contest_rel := Forall2 (fun p q => R (fst p) (fst q) /\ R (snd p) (snd q)).
Lemma best_rel l k : contest_rel l k -> forall s s' a a', R s s' -> R a a' -> R (best l s a) (best k s' a').
Proof.
  induction 1 as [|[s a] [s' a'] l k [rs ra] _ IH]; simpl; intros; [assumption|]. simpl in rs, ra. apply IH; relate.
Qed.
Lemma winner_rel l k : contest_rel l k -> R (winner l) (winner k).
Proof. destruct 1 as [|[s a] [s' a'] l k [rs ra] rest]; [apply (rel_zero R H)|]. now apply best_rel. Qed.
Lemma combine_rel l k l' k' : Forall2 R l k -> Forall2 R l' k' -> contest_rel (combine l l') (combine k k').
Proof.
  intro rlk. revert l' k'. induction rlk as [|a b l k rab _ IH]; intros l' k' rest; [constructor|].
  destruct rest as [|a' b' l' k' rab' rest]; constructor; [now split|now apply IH].
Qed.
Lemma Forall2_rev_append {C D} (Q : C -> D -> Prop) l k : Forall2 Q l k -> forall l' k', Forall2 Q l' k' -> Forall2 Q (rev_append l l') (rev_append k k').
Proof. induction 1; simpl; auto. Qed.
Lemma arg_extreme_rel least l xs ys : orels xs ys ->
  orel (fun p q => fst p = fst q /\ trel contest_rel (snd p) (snd q)) (arg_extreme least l xs) (arg_extreme least l ys).
Proof.
  intro rxy. unfold arg_extreme. apply (orel_bind (trel R)); [now apply reals_rel|]. intros X Y rXY.
  destruct (int_attr _ _ _); [|exact I]. destruct (flag _ _ _); [|exact I]. destruct (flag _ _ _) as [last|]; [|exact I]. rewrite (proj1 rXY).
  destruct (axis_of _ _); [|exact I]. cbv zeta.
  apply (orel_bind (trel contest_rel)); [|intros T U rTU; now split]. apply reduce_by_rel; [|exact rXY].
  intros e f ref. set (n := nth_or 0 _ _).
  assert (pairs : contest_rel (combine (map (fun s => if least then opp s else s) e) (map whole (range n)))
    (combine (map (fun s => if least then opp s else s) f) (map whole (range n)))).
  { apply combine_rel; [|apply Forall2_same; exact whole_rel].
    induction ref; simpl; constructor; auto. destruct least; [now apply (rel_opp R H)|assumption]. }
  destruct last; [|exact pairs]. apply Forall2_rev_append; [exact pairs|constructor].
Qed.
Ltac relate_whole := repeat first [apply whole_rel | relate].
Lemma holds_rel strict a b a' b' : R a b -> R a' b' -> R (holds strict a a') (holds strict b b').
Proof. intros. unfold holds. relate_whole. Qed.
Lemma equals_rel a b a' b' : R a b -> R a' b' -> R (equals a a') (equals b b').
Proof. intros. unfold equals. relate_whole. Qed.
Lemma sign_rel a b : R a b -> R (sign a) (sign b).
Proof. intros. unfold sign. relate_whole. Qed.
Lemma where_rel C D X Y X' Y' : trel R C D -> trel R X Y -> trel R X' Y' -> orel (trel R) (where_ C X X') (where_ D Y Y').
Proof.
  intros rCD rXY rXY'. unfold where_. rewrite (proj1 rCD), (proj1 rXY), (proj1 rXY'). cbv zeta. destruct (broadcast _ _); [|exact I].
  destruct (broadcast _ _); [|exact I]. apply tabulate_rel. intro. relate_whole.
Qed.
Lemma compared_rel xs ys k : orels xs ys -> orel (fun p q => fst p = fst q /\ trel R (snd p) (snd q)) (compared xs k) (compared ys k).
Proof.
  intro rxy. unfold compared. apply (orel_bind vrel); [now apply operand_rel|]. intros v w rvw.
  pose proof (as_wholes_rel v w rvw) as rel. destruct (as_wholes v), (as_wholes w); simpl in rel; try easy.
  apply (orel_bind (trel R)); [now apply as_reals_rel|]. now split.
Qed.
Lemma condition_rel xs ys k : orels xs ys -> orel (trel R) (condition xs k) (condition ys k).
Proof.
  intro rxy. unfold condition. apply (orel_bind vrel); [now apply operand_rel|]. intros v w rvw.
  destruct v as [?|?|?|[?|] ?|?], w as [?|?|?|[?|] ?|?]; simpl in rvw; try easy.
  - subst. apply orel_when. apply whole_tensor_rel.
  - destruct rvw as [[= ->] rvw]. now apply orel_when.
Qed.
Theorem decision_rel name l xs ys : orels xs ys -> orel (Forall2 vrel) (decision name l xs) (decision name l ys).
Proof.
  intro rxy. unfold decision. cbv zeta. rewrite (Forall2_length rxy).
  assert (truth : forall o p, orel (trel R) o p -> orel (Forall2 vrel) (do t <- o; Some [Wholes (Some 2) t]) (do t <- p; Some [Wholes (Some 2) t])).
  { intros o p rop. apply (orel_bind (trel R)); [exact rop|]. intros X Y rXY. constructor; [now split|constructor]. }
  assert (comparison : forall f g n, (forall a b a' b', R a b -> R a' b' -> R (f a a') (g b b')) -> orel (Forall2 vrel)
    (when (only [] l && Nat.eqb (length ys) n)%bool (do (a, X) <- compared xs 0; do (b, Y) <- compared xs 1; when (Bool.eqb a b) (do t <- pointwise f X Y; Some [Wholes (Some 2) t])))
    (when (only [] l && Nat.eqb (length ys) n)%bool (do (a, X) <- compared ys 0; do (b, Y) <- compared ys 1; when (Bool.eqb a b) (do t <- pointwise g X Y; Some [Wholes (Some 2) t])))).
  { intros f g n rfg. apply orel_when. pose proof (compared_rel xs ys 0 rxy) as r0. pose proof (compared_rel xs ys 1 rxy) as r1.
    destruct (compared xs 0) as [[a X]|], (compared ys 0) as [[a' X']|]; simpl in r0; try easy. destruct r0 as [<- r0].
    destruct (compared xs 1) as [[b Y]|], (compared ys 1) as [[b' Y']|]; simpl in r1; try easy. destruct r1 as [<- r1].
    apply orel_when, truth. now apply pointwise_rel. }
  assert (connective : forall f g n, (forall a b a' b', R a b -> R a' b' -> R (f a a') (g b b')) -> orel (Forall2 vrel)
    (when (only [] l && Nat.eqb (length ys) n)%bool (do X <- condition xs 0; do Y <- condition xs 1; do t <- pointwise f X Y; Some [Wholes (Some 2) t]))
    (when (only [] l && Nat.eqb (length ys) n)%bool (do X <- condition ys 0; do Y <- condition ys 1; do t <- pointwise g X Y; Some [Wholes (Some 2) t]))).
  { intros f g n rfg. apply orel_when, (orel_bind (trel R)); [now apply condition_rel|]. intros X Y rXY.
    apply (orel_bind (trel R)); [now apply condition_rel|]. intros U V rUV. now apply truth, pointwise_rel. }
  assert (place : forall least, orel (Forall2 vrel)
    (when (only ["axis"; "keepdims"; "select_last_index"]%pstring l && Nat.eqb (length ys) 1)%bool (do (n, T) <- arg_extreme least l xs; Some [Wholes (Some n) (tensor_map winner T)]))
    (when (only ["axis"; "keepdims"; "select_last_index"]%pstring l && Nat.eqb (length ys) 1)%bool (do (n, T) <- arg_extreme least l ys; Some [Wholes (Some n) (tensor_map winner T)]))).
  { intro least. apply orel_when. pose proof (arg_extreme_rel least l xs ys rxy) as rel.
    destruct (arg_extreme least l xs) as [[n T]|], (arg_extreme least l ys) as [[m U]|]; simpl in rel; try easy. destruct rel as [<- rTU].
    constructor; [|constructor]. split; [reflexivity|]. exact (trel_map contest_rel R _ _ T U winner_rel rTU). }
  repeat match goal with
  | |- orel _ (if same _ _ then _ else _) _ => destruct (same name _)
  end; try exact I; try apply place.
  - apply connective. intros. unfold conjunction. relate_whole.
  - apply comparison. intros. now apply equals_rel.
  - apply comparison. intros. now apply holds_rel.
  - apply comparison. intros. now apply holds_rel.
  - apply comparison. intros. now apply holds_rel.
  - apply comparison. intros. now apply holds_rel.
  - apply orel_when, (orel_bind (trel R)); [now apply condition_rel|]. intros X Y rXY. apply (truth (Some _) (Some _)).
    apply (trel_map R); [|exact rXY]. intros. unfold negation. relate_whole.
  - apply connective. intros. unfold disjunction. relate_whole.
  - apply orel_when, (orel_bind (trel R)); [now apply reals_rel|]. intros X Y rXY. apply one_real_rel. simpl. apply (trel_map R); [|exact rXY]. exact sign_rel.
  - apply orel_when, (orel_bind (trel R)); [now apply condition_rel|]. intros C D rCD.
    pose proof (compared_rel xs ys 1 rxy) as r0. pose proof (compared_rel xs ys 2 rxy) as r1.
    destruct (compared xs 1) as [[a X]|], (compared ys 1) as [[a' X']|]; simpl in r0; try easy. destruct r0 as [<- r0].
    destruct (compared xs 2) as [[b Y]|], (compared ys 2) as [[b' Y']|]; simpl in r1; try easy. destruct r1 as [<- r1].
    apply (orel_bind (trel R)); [now apply orel_when, where_rel|]. intros Z W rZW. constructor; [|constructor]. destruct a; [now split|exact rZW].
Qed.

(** ** The operators of ai.onnx.ml *)

Lemma tree_value_rel x y k t : (forall j, R (x j) (y j)) -> R (tree_value x k t) (tree_value y k t).
Proof.
  intro rxy. induction t as [w|strict j v yes ryes no rno]; simpl; relate. apply rxy.
Qed.
Lemma ensemble_rel mean trees n base X Y : trel R X Y -> orel (trel R) (ensemble mean trees n base X) (ensemble mean trees n base Y).
Proof.
  intros rXY. unfold ensemble. rewrite (proj1 rXY). destruct (shape Y) as [|r [|f [|]]]; try exact I. cbv zeta.
  apply orel_when, tabulate_rel. intro i. destruct i as [|a [|k [|]]]; try apply (rel_zero R H).
  assert (total : R (sum trees (tree_value (fun j => entry zero X [a; j]) k)) (sum trees (tree_value (fun j => entry zero Y [a; j]) k))).
  { apply sum_rel. intro t. apply tree_value_rel. intro j. relate. }
  apply (rel_add R H); [|destruct base; relate]. destruct mean; [|exact total]. apply (rel_div R H); [exact total|relate].
Qed.
Lemma contests_rel labels X Y : trel R X Y -> orel (trel contest_rel) (contests labels X) (contests labels Y).
Proof.
  intros rXY. unfold contests. rewrite (proj1 rXY). destruct (shape Y) as [|n [|k [|]]]; try exact I.
  apply orel_when, tabulate_rel. intro i. apply combine_rel; [|apply Forall2_same; exact whole_rel].
  apply Forall2_same. intro j. now apply real_entry_rel.
Qed.
Lemma labels_of_rel labels X Y : trel R X Y -> orel (trel R) (labels_of labels X) (labels_of labels Y).
Proof.
  intros rXY. unfold labels_of. apply (orel_bind (trel contest_rel)); [now apply contests_rel|]. intros T U. apply trel_map. exact winner_rel.
Qed.
Lemma two_scores_rel f g X Y : (forall a b, R a b -> R (f a) (g b)) -> trel R X Y -> orel (trel R) (two_scores f X) (two_scores g Y).
Proof.
  intros rfg rXY. unfold two_scores. rewrite (proj1 rXY). destruct (shape Y) as [|n [|k [|]]]; try exact I.
  apply tabulate_rel. intros [|r [|j [|]]]; try apply (rel_zero R H). destruct (j =? 0); [apply rfg|]; relate.
Qed.
Lemma scaler_rel a b X Y : trel R X Y -> orel (trel R) (scaler a b X) (scaler a b Y).
Proof.
  intro rXY. unfold scaler. apply (orel_bind (trel R)).
  { apply pointwise_rel; [intros; now apply sub_rel|exact rXY|apply literals_rel]. }
  intros D E rDE. apply (orel_bind (trel R)).
  { apply pointwise_rel; [apply (rel_mul R H)|exact rDE|apply literals_rel]. }
  intros U V rUV. rewrite (proj1 rUV), (proj1 rXY). now apply orel_when.
Qed.
Lemma linear_rel c b n X Y : trel R X Y -> orel (trel R) (linear c b n X) (linear c b n Y).
Proof.
  intro rXY. unfold linear. rewrite (proj1 rXY). destruct (shape Y) as [|r [|f [|]]]; try exact I.
  apply orel_when, gemm_rel; [exact rXY|apply literals_rel|]. destruct b; [apply literals_rel|exact I].
Qed.
Lemma linear_classifier_rel l X Y : trel R X Y -> orel (fun p q => fst p = fst q /\ trel R (snd p) (snd q)) (linear_classifier l X) (linear_classifier l Y).
Proof.
  intro rXY. unfold linear_classifier. destruct (needed_ints _ _) as [labels|]; [|exact I]. destruct (plain_floats _ _); [|exact I].
  destruct (int_attr _ _ _); [|exact I]. destruct (match attr l _ with Some _ => _ | None => _ end); [|exact I].
  apply (orel_bind (trel R)); [now apply orel_when, linear_rel|]. now split.
Qed.
Lemma linear_results_rel l L M X Y : trel R L M -> trel R X Y -> orel (Forall2 vrel) (linear_results l L X) (linear_results l M Y).
Proof.
  intros rLM rXY. unfold linear_results. destruct (text_attr _ _ _); [|exact I]. destruct (same _ _); [|apply orel_when].
  - constructor; [now split|]. constructor; [exact rXY|constructor].
  - constructor; [now split|constructor].
Qed.
Theorem ml_operator_rel name l xs ys : orels xs ys -> orel (Forall2 vrel) (ml_operator name l xs) (ml_operator name l ys).
Proof.
  intro rxy. unfold ml_operator. cbv zeta. rewrite (Forall2_length rxy).
  repeat match goal with
  | |- orel _ (if same _ _ then _ else _) _ => destruct (same name _)
  end; try exact I.
  all: repeat (operand_step rxy || blind_step).
  all: try (destruct (match attr _ _ with Some _ => _ | None => None end) as [n|]; [|exact I]; repeat blind_step).
  all: try (apply one_real_rel; first [now apply ensemble_rel | now apply scaler_rel | now apply linear_rel]).
  all: try exact I.
  all: repeat (operand_step rxy || blind_step).
  2: { match goal with rXY : trel R ?X ?Y |- _ => pose proof (linear_classifier_rel l X Y rXY) as rel; destruct (linear_classifier l X) as [[labels U]|], (linear_classifier l Y) as [[labels' V]|] end;
       simpl in rel; try easy. destruct rel as [<- rUV].
       apply (orel_bind (trel R)); [now apply labels_of_rel|]. intros. now apply linear_results_rel. }
  apply (orel_bind (trel R)).
  { match goal with |- orel _ (if ?c then _ else _) _ => destruct c end; [blind_step; now apply ensemble_rel|].
    repeat blind_step. apply (orel_bind (trel R)); [now apply ensemble_rel|]. intros U V rUV. apply two_scores_rel; [|exact rUV].
    intros s t rst. match goal with |- context [if ?c then _ else _] => destruct c end; [apply sub_rel|]; relate. }
  intros U V rUV. apply (orel_bind (trel R)); [now apply labels_of_rel|]. intros L M rLM.
  match goal with |- orel _ (if ?c then _ else _) _ => destruct c end.
  - constructor; [now split|]. constructor; [exact rUV|constructor].
  - apply orel_when. constructor; [now split|constructor].
Qed.

(** *** Encoders *)

Lemma between_rel sl sh lo lo' hi hi' a b y y' n n' : R lo lo' -> R hi hi' -> R a b -> R y y' -> R n n' ->
  R (between sl sh lo hi a y n) (between sl sh lo' hi' b y' n').
Proof. intros. unfold between. relate. Qed.
Lemma matches_rel truncated k a b y y' n n' : R a b -> R y y' -> R n n' -> R (matches truncated k a y n) (matches truncated k b y' n').
Proof. intros. unfold matches. destruct truncated; [destruct (0 <? k); [|destruct (k =? 0)]|]; apply between_rel; relate_whole. Qed.
Lemma integral_rel xs ys k : orels xs ys -> orel (fun p q => fst p = fst q /\ trel R (snd p) (snd q)) (integral xs k) (integral ys k).
Proof.
  intro rxy. unfold integral. apply (orel_bind vrel); [now apply operand_rel|]. intros v w rvw.
  destruct v, w; simpl in rvw; try easy; simpl; split; try easy.
  - subst. apply whole_tensor_rel.
Qed.
Lemma one_hot_rel c t X Y : trel R X Y -> orel (trel R) (one_hot c t X) (one_hot c t Y).
Proof.
  intro rXY. unfold one_hot. rewrite (proj1 rXY). apply orel_when, tabulate_rel. intro i. apply matches_rel; relate_whole.
Qed.
Lemma look_up_rel {K} (f : K -> A -> A -> A -> A) (g : K -> B -> B -> B -> B) l k : (forall q a b y y' n n', R a b -> R y y' -> R n n' -> R (f q a y n) (g q b y' n')) ->
  Forall2 (fun p q => fst p = fst q /\ R (snd p) (snd q)) l k -> forall d e a b, R d e -> R a b -> R (look_up f l d a) (look_up g k e b).
Proof.
  intros rfg rlk d e a b rde rab. unfold look_up. induction rlk as [|[q y] [q' y'] l k [eq_ ry] _ IH]; [exact rde|]. simpl in eq_, ry. subst q'. simpl. now apply rfg.
Qed.
Lemma values_of_rel l : orel (fun p q => fst (fst p) = fst (fst q) /\ Forall2 R (snd (fst p)) (snd (fst q)) /\ R (snd p) (snd q)) (values_of (S := A) l) (values_of (S := B) l).
Proof.
  unfold values_of. destruct (int_attr _ _ _); [|exact I]. destruct (float_attr _ _ _); [|exact I].
  destruct (attr l _) as [[]|]; try exact I; destruct (attr l _) as [[]|]; try exact I; simpl; (split; [reflexivity|split]); relate_whole;
    apply Forall2_same; intro; relate_whole.
Qed.
Lemma keyed_rel {K} (ks : list K) l k : Forall2 R l k -> Forall2 (fun p q => fst p = fst q /\ R (snd p) (snd q)) (combine ks l) (combine ks k).
Proof. intro rlk. revert ks. induction rlk; intros [|q ks]; simpl; constructor; auto. Qed.
Lemma op_label_encoder_rel l xs ys : orels xs ys -> orel (Forall2 vrel) (op_label_encoder l xs) (op_label_encoder l ys).
Proof.
  intro rxy. unfold op_label_encoder. destruct (keys_of l) as [ks|]; [|exact I].
  pose proof (values_of_rel l) as rv. destruct (values_of (S := A) l) as [[[integer v] d]|], (values_of (S := B) l) as [[[integer' v'] d']|]; simpl in rv; try easy.
  destruct rv as (<- & rv & rd). rewrite (Forall2_length rv).
  apply (orel_bind (trel R)); [|intros X Y rXY; constructor; [destruct integer; [now split|exact rXY]|constructor]].
  destruct ks as [ks|ks].
  - pose proof (integral_rel xs ys 0 rxy) as rel. destruct (integral xs 0) as [[t X]|], (integral ys 0) as [[t' Y]|]; simpl in rel; try easy.
    destruct rel as [<- rXY]. apply orel_when. apply (trel_map R); [|exact rXY]. intros. apply look_up_rel; auto.
    + intros. now apply matches_rel.
    + now apply keyed_rel.
  - apply (orel_bind (trel R)); [now apply reals_rel|]. intros X Y rXY. apply orel_when. apply (trel_map R); [|exact rXY]. intros. apply look_up_rel; auto.
    + intros. apply between_rel; relate.
    + now apply keyed_rel.
Qed.
Lemma op_imputer_rel l xs ys : orels xs ys -> orel (Forall2 vrel) (op_imputer l xs) (op_imputer l ys).
Proof.
  intro rxy. unfold op_imputer. apply (orel_bind (trel R)); [now apply reals_rel|]. intros X Y rXY. destruct (plain_floats _ _); [|exact I].
  rewrite (proj1 rXY). cbv zeta. apply orel_when.
  assert (replaced : forall d w n, orel (Forall2 vrel) (one_real (tabulate (shape Y) (fun i => between false false (literal d) (literal d) (entry zero X i) (entry zero (literals w) (n i)) (entry zero X i))))
    (one_real (tabulate (shape Y) (fun i => between false false (literal d) (literal d) (entry zero Y i) (entry zero (literals w) (n i)) (entry zero Y i))))).
  { intros. apply one_real_rel, tabulate_rel. intro i. apply between_rel; relate. }
  destruct (attr l _) as [[]|]; try (apply one_real_rel; exact rXY); (destruct (float_attr _ _ _); [apply replaced|exact I]).
Qed.
Lemma at_place_rel l k : Forall2 R l k -> forall n a b, R a b -> R (at_place n l a) (at_place n k b).
Proof.
  induction 1 as [|x y l k rxy rlk IH]; intros n a b rab; [apply (rel_zero R H)|]. cbn [at_place].
  destruct rlk as [|x' y' l k rxy' rlk]; [exact rxy|]. apply (rel_choose R H); [exact rab|apply whole_rel|exact rxy|now apply IH].
Qed.
Lemma extract_rel xs ys : orels xs ys -> orel (Forall2 vrel) (extract xs) (extract ys).
Proof.
  intro rxy. unfold extract. apply (orel_bind vrel); [now apply operand_rel|]. intros v w rvw.
  apply (orel_bind vrel); [now apply operand_rel|]. intros p q rpq.
  destruct p as [?|?|J|[n|] J|?], q as [?|?|J'|[n'|] J'|?]; simpl in rpq; try easy.
  - subst. apply move_rel; [exact rvw|]. intros T U Q d e X Y rde rXY. rewrite (proj1 rXY). apply orel_when.
    apply (orel_bind (trel Q)); [now apply gather_rel|]. intros X1 Y1 r1. rewrite (proj1 r1). destruct (_ =? 1); [now apply reshape_to_rel|exact r1].
  - destruct rpq as [[= <-] rJ]. cbv zeta. rewrite (proj1 rJ).
    assert (places : forall l k, Forall2 R l k -> trel R (tensor_map (at_place 0 l) J) (tensor_map (at_place 0 k) J')).
    { intros l k rlk. apply (trel_map R); [|exact rJ]. intros. now apply at_place_rel. }
    destruct v, w; simpl in rvw; try easy; subst; apply orel_when.
    + apply one_real_rel, reshape_to_rel, places. apply Forall2_same. apply (rel_literal R H).
    + apply (orel_bind (trel R)); [apply reshape_to_rel, places, Forall2_same; exact whole_rel|]. intros. constructor; [now split|constructor].
Qed.
Lemma op_feature_vectorizer_rel l xs ys : orels xs ys -> orel (Forall2 vrel) (op_feature_vectorizer l xs) (op_feature_vectorizer l ys).
Proof.
  intro rxy. unfold op_feature_vectorizer. apply (orel_bind (Forall2 vrel)); [now apply (orel_map_all (orel vrel))|]. intros vs ws rvw.
  apply (orel_bind (Forall2 (trel R))); [now apply (orel_map_all vrel); [|exact as_numbers_rel]|]. intros ts us rtu.
  destruct (needed_ints _ _) as [n|]; [|exact I].
  assert (shapes : map shape ts = map shape us) by (clear -rtu; induction rtu as [|X Y l k rXY _ IH]; simpl; [reflexivity|now rewrite (proj1 rXY), IH]).
  assert (ranks : forallb (fun t => rank (shape t) =? 2) ts = forallb (fun t => rank (shape t) =? 2) us)
    by (clear -rtu; induction rtu as [|X Y l k rXY _ IH]; simpl; [reflexivity|now rewrite (proj1 rXY), IH]).
  assert (widths : map (fun t => nth_or 0 (shape t) 1) ts = map (fun t => nth_or 0 (shape t) 1) us)
    by (clear -rtu; induction rtu as [|X Y l k rXY _ IH]; simpl; [reflexivity|now rewrite (proj1 rXY), IH]).
  rewrite ranks, widths. apply orel_when, one_real_rel, concat_rel; [apply (rel_zero R H)|exact rtu].
Qed.
Lemma normalizer_rel f g X Y : (forall l k, Forall2 R l k -> R (f l) (g k)) -> trel R X Y -> orel (trel R) (normalizer f X) (normalizer g Y).
Proof.
  intros rfg rXY. unfold normalizer. rewrite (proj1 rXY). destruct (shape Y) as [|n [|m [|]]]; try exact I. cbv zeta.
  apply orel_when, pointwise_rel; [apply (rel_div R H)|exact rXY|]. split; [reflexivity|]. apply Forall2_same. intro r.
  assert (row : R (f (map (fun c => entry zero X [r; c]) (range m))) (g (map (fun c => entry zero Y [r; c]) (range m)))).
  { apply rfg, Forall2_same. intro. now apply real_entry_rel. }
  unfold unless_zero. relate_whole.
Qed.
Theorem encoder_rel name l xs ys : orels xs ys -> orel (Forall2 vrel) (encoder name l xs) (encoder name l ys).
Proof.
  intro rxy. unfold encoder. cbv zeta. rewrite (Forall2_length rxy).
  repeat match goal with
  | |- orel _ (if same _ _ then _ else _) _ => destruct (same name _)
  end; try exact I; try apply orel_when.
  - now apply extract_rel.
  - apply (orel_bind (trel R)); [now apply reals_rel|]. intros X Y rXY. destruct (float_attr _ _ _); [|exact I].
    apply one_real_rel. simpl. apply (trel_map R); [|exact rXY]. intros. apply holds_rel; relate.
  - now apply op_feature_vectorizer_rel.
  - now apply op_imputer_rel.
  - now apply op_label_encoder_rel.
  - apply (orel_bind (trel R)); [now apply reals_rel|]. intros X Y rXY. destruct (text_attr _ _ _); [|exact I].
    destruct (same _ _).
    + apply one_real_rel, normalizer_rel; [|exact rXY]. apply overall_rel. intros. unfold larger. relate.
    + apply orel_when, one_real_rel, normalizer_rel; [|exact rXY]. intros l' k' rlk. unfold sum_of_absolutes, sum.
      induction rlk; cbn [fold_right]; [apply (rel_zero R H)|]. apply (rel_add R H); [unfold larger; relate|assumption].
  - destruct (needed_ints _ _); [|exact I]. destruct (flag _ _ _); [|exact I].
    assert (given : orel (fun p q => fst p = fst q /\ trel R (snd p) (snd q))
      (match reals xs 0 with Some X => Some (true, X) | None => integral xs 0 end) (match reals ys 0 with Some X => Some (true, X) | None => integral ys 0 end)).
    { pose proof (reals_rel xs ys rxy 0) as rel. destruct (reals xs 0), (reals ys 0); simpl in rel; try easy. now apply integral_rel. }
    destruct (match reals xs 0 with Some X => Some (true, X) | None => integral xs 0 end) as [[t X]|],
      (match reals ys 0 with Some X => Some (true, X) | None => integral ys 0 end) as [[t' Y]|]; simpl in given; try easy.
    destruct given as [<- rXY]. now apply one_real_rel, one_hot_rel.
Qed.

(** ** Networks *)

Definition erel (e : environment A) (f : environment B) : Prop :=
  Forall2 (fun p q => fst p = fst q /\ vrel (snd p) (snd q)) e f.
Lemma lookup_rel e f n : erel e f -> orel vrel (lookup e n) (lookup f n).
Proof.
  unfold lookup. induction 1 as [|[a v] [b w] e f [names rel] _ IH]; simpl; [exact I|]. simpl in *. subst b.
  now destruct (same n a).
Qed.
Lemma fetch_rel e f n : erel e f -> orel (orel vrel) (fetch e n) (fetch f n).
Proof.
  intro ref. unfold fetch. destruct (same n _); [exact I|].
  apply (orel_bind vrel); [now apply lookup_rel|]. now intros.
Qed.
Lemma bind_rel names : forall vs ws e f, Forall2 vrel vs ws -> erel e f -> orel erel (bind names vs e) (bind names ws f).
Proof.
  induction names as [|n names IH]; intros vs ws e f rvw ref; simpl; [destruct rvw; exact ref|].
  destruct rvw as [|v w vs ws rel rvw]; [exact ref|]. destruct (same n _); [now apply IH|].
  pose proof (lookup_rel e f n ref) as known. destruct (lookup e n), (lookup f n); simpl in known; try easy.
  apply IH; [exact rvw|]. now constructor.
Qed.
Lemma apply_rel n xs ys : orels xs ys -> orel (Forall2 vrel) (apply n xs) (apply n ys).
Proof. intro rxy. unfold apply. destruct (op_domain n); [|destruct (is_encoder _); [now apply encoder_rel|now apply ml_operator_rel]].
  destruct (is_piecewise _); [now apply piecewise_rel|]. destruct (is_decision _); [now apply decision_rel|now apply operator_rel].
Qed.
Lemma run_rel ns : forall e f, erel e f -> orel erel (run ns e) (run ns f).
Proof.
  induction ns as [|n ns IH]; intros e f ref; simpl; [exact ref|].
  apply (orel_bind orels).
  { apply (orel_map_all eq); [induction (ins n); constructor; auto|]. intros a b ->. now apply fetch_rel. }
  intros xs ys rxy. apply (orel_bind (Forall2 vrel)); [now apply apply_rel|].
  intros vs ws rvw. apply (orel_bind erel); [now apply bind_rel|]. intros. now apply IH.
Qed.
Lemma initial_rel m x y : Forall2 R x y -> orel erel (initial m x) (initial m y).
Proof.
  intro rxy. unfold initial. apply bind_rel; [|constructor]. constructor; [now split|].
  apply Forall2_same. intros [n [t|t]]; reflexivity.
Qed.
Theorem network_rel m x y : Forall2 R x y -> orel (Forall2 R) (network m x) (network m y).
Proof.
  intro rxy. unfold network. apply (orel_bind erel); [now apply initial_rel|]. intros e f ref.
  apply (orel_bind erel); [now apply run_rel|]. clear e f ref. intros e f ref.
  apply (orel_bind vrel); [now apply lookup_rel|]. intros v w rel.
  apply (orel_bind (trel R)); [now apply as_numbers_rel|]. intros X Y rXY. apply rXY.
Qed.
End Arithmetic.
