(** * Slopes, instruction by instruction

    How far an instruction's value can change between two points, in multiples of their distance D; and its logarithm, where it is positive.  The logarithm of a sum changes at
    most as much as that of its summands: so log-sum-exp has the slope 1.  The slope of a sum is the sum of the slopes, that of a maximum the larger one; products need bounds
    of their factors.  The slopes are not the least ones.

    Main definitions: [slopes], [slopes_of], [all_slopes].
    Main results: [all_slopes_correct].

    Trust: proved. *)
From Coq Require Import ZArith QArith Qreals Qabs Qminmax Reals List Bool FMapPositive Lra Psatz.
From Warrant Require Import Spec.Bytes Spec.Elementary Spec.Losses Primitives.Fractions Primitives.Autodiff.Programs Primitives.Losses.Composition Checker.Losses.Facts Checker.Losses.Facts_sound.
Import ListNotations.

(** at two points: the slope of the value, that of its logarithm, and a bound of its size *)
Record slopes := Slopes { slope : option Q; log_slope : option Q; size : option Q }.
Definition lift (f : Q -> Q -> Q) (o p : option Q) : option Q := match o, p with Some a, Some b => Some (Qred (f a b)) | _, _ => None end.
Definition larger (a b : Q) : Q := if Qle_bool a b then b else a.
Definition size_of_number (q : Q) : Q := larger q (- q).
Definition or_else (o p : option Q) : option Q := match o with Some _ => o | None => p end.
(** the product rule; a factor that does not change needs no bound of the other *)
Definition changes_by (s u : slopes) : option Q :=
  match slope s with Some L => if Qeq_bool L 0 then Some 0%Q else lift Qmult (Some L) (size u) | None => None end.
Fixpoint first_bound (side : bounds -> option Q) (l : list bounds) : option Q :=
  match l with [] => None | b :: l => match side b with Some q => Some q | None => first_bound side l end end.
Definition range_size (l : list bounds) : option Q :=
  match first_bound fst l, first_bound snd l with Some lo, Some hi => Some (larger (- lo) hi) | _, _ => None end.

Section Analysis.
Variables (C : code) (varied : positive -> bool) (range : positive -> list bounds).

(** [Some k]: i + j is the absolute value of k *)
Definition absolute_of (i j : positive) : option positive :=
  match PositiveMap.find i C, PositiveMap.find j C with
  | Some (Unary Relu k), Some (Unary Relu m) => if is_opp C m k then Some k else None
  | _, _ => None
  end.
Section At.
Variable F : PositiveMap.t slopes.
Definition none : slopes := Slopes None None None.
Definition slopes_at (i : positive) : slopes := match PositiveMap.find i F with Some s => s | None => none end.
Definition slopes_of (i : positive) (o : op) : slopes :=
  match o with
  | Input => Slopes (Some (if varied i then 1 else 0)) None (range_size (range i))
  | Number q => Slopes (Some 0) (if less 0 q then Some 0 else None) (Some (size_of_number q))
  | Unary f a =>
    let s := slopes_at a in
    match f with
    | Opp | Relu => Slopes (slope s) None (size s)
    | Exp => Slopes None (slope s) None
    | Log => Slopes (log_slope s) None None
    | Step => Slopes None None (Some 1)
    | Root | Erf | Bell => none
    end
  | Binary f a b =>
    let s := slopes_at a in
    let u := slopes_at b in
    match f with
    | Add =>
      let special := match maximum_of C a b with
                     | Some k => lift larger (slope s) (slope (slopes_at k))
                     | None => match absolute_of a b with Some k => slope (slopes_at k) | None => None end
                     end in
      Slopes (or_else special (lift Qplus (slope s) (slope u))) (lift larger (log_slope s) (log_slope u)) (lift Qplus (size s) (size u))
    | Mul => Slopes (lift Qplus (changes_by s u) (changes_by u s)) (lift Qplus (log_slope s) (log_slope u)) (lift Qmult (size s) (size u))
    | Div =>
      match PositiveMap.find b C with
      | Some (Number q) =>
        if Qeq_bool q 0 then none
        else let k := Some (size_of_number (/ q)) in Slopes (lift Qmult (slope s) k) (lift Qplus (log_slope s) (log_slope u)) (lift Qmult (size s) k)
      | _ => Slopes None (lift Qplus (log_slope s) (log_slope u)) None
      end
    end
  end%Q.
End At.
Fixpoint all_slopes (l : list positive) (F : PositiveMap.t slopes) : PositiveMap.t slopes :=
  match l with
  | [] => F
  | i :: l => all_slopes l match PositiveMap.find i C with Some o => PositiveMap.add i (slopes_of F i o) F | None => F end
  end.
End Analysis.

(** ** Soundness *)

Local Open Scope R_scope.

Section Meaning.
Variable D : R.
Hypothesis D_ge0 : 0 <= D.

Definition changes (o : option Q) (a b : R) : Prop := match o with Some L => Rabs (a - b) <= Q2R L * D | None => True end.
Definition log_changes (o : option Q) (a b : R) : Prop := match o with Some L => 0 < a /\ 0 < b /\ Rabs (ln a - ln b) <= Q2R L * D | None => True end.
Definition sized (o : option Q) (a b : R) : Prop := match o with Some m => Rabs a <= Q2R m /\ Rabs b <= Q2R m | None => True end.
Record slopes_hold (s : slopes) (a b : R) : Prop := SlopesHold { holds_slope : changes (slope s) a b; holds_log : log_changes (log_slope s) a b; holds_size : sized (size s) a b }.

Lemma Qred_R q : Q2R (Qred q) = Q2R q.
Proof. apply Qeq_eqR, Qred_correct. Qed.
Lemma larger_correct p q : Q2R p <= Q2R (larger p q) /\ Q2R q <= Q2R (larger p q).
Proof.
  unfold larger. destruct (Qle_bool p q) eqn:E; [split; [now apply le_correct|lra]|]. split; [lra|]. left. apply less_correct. unfold less. now rewrite E.
Qed.
Lemma size_of_number_correct q : Rabs (Q2R q) <= Q2R (size_of_number q).
Proof. unfold size_of_number. destruct (larger_correct q (- q)) as [up down]. rewrite Q2R_opp in down. unfold Rabs. destruct Rcase_abs; lra. Qed.
Lemma none_hold a b : slopes_hold none a b.
Proof. split; exact I. Qed.
Lemma changes_larger o p a b a' b' c d : (Rabs (c - d) <= Rmax (Rabs (a - b)) (Rabs (a' - b'))) -> changes o a b -> changes p a' b' -> changes (lift larger o p) c d.
Proof.
  destruct o as [L|], p as [M|]; try easy. cbn [lift changes log_changes sized]. intros le hl hm. rewrite Qred_R. destruct (larger_correct L M) as [ll lm].
  apply (Rmult_le_compat_r D) in ll, lm; try exact D_ge0. eapply Rle_trans; [exact le|]. apply Rmax_lub; lra.
Qed.
Lemma changes_add o p a b a' b' : changes o a b -> changes p a' b' -> changes (lift Qplus o p) (a + a') (b + b').
Proof.
  destruct o as [L|], p as [M|]; try easy. cbn [lift changes log_changes sized]. intros hl hm. rewrite Qred_R, Q2R_plus. pose proof (Rabs_triang (a - b) (a' - b')) as tri.
  replace (a - b + (a' - b')) with (a + a' - (b + b')) in tri by ring. lra.
Qed.
Lemma abs_larger r s : Rabs (Rmax r s) <= Rmax (Rabs r) (Rabs s).
Proof.
  pose proof (Rmax_l (Rabs r) (Rabs s)). pose proof (Rmax_r (Rabs r) (Rabs s)). set (m := Rmax (Rabs r) (Rabs s)) in *. clearbody m.
  unfold Rmax. destruct (Rle_dec r s); assumption.
Qed.
Lemma max_changes a b a' b' : Rabs (Rmax a a' - Rmax b b') <= Rmax (Rabs (a - b)) (Rabs (a' - b')).
Proof.
  pose proof (Rmax_l (Rabs (a - b)) (Rabs (a' - b'))). pose proof (Rmax_r (Rabs (a - b)) (Rabs (a' - b'))). pose proof (Rle_abs (a - b)). pose proof (Rle_abs (a' - b')).
  pose proof (Rle_abs (- (a - b))) as n1. pose proof (Rle_abs (- (a' - b'))) as n2. rewrite Rabs_Ropp in n1, n2.
  set (m := Rmax (Rabs (a - b)) (Rabs (a' - b'))) in *. clearbody m. apply Rabs_le. unfold Rmax. destruct (Rle_dec a a'), (Rle_dec b b'); lra.
Qed.
Lemma sized_add o p a b a' b' : sized o a b -> sized p a' b' -> sized (lift Qplus o p) (a + a') (b + b').
Proof.
  destruct o as [m|], p as [k|]; try easy. cbn [lift changes log_changes sized]. intros [ma mb] [ka kb]. rewrite Qred_R, Q2R_plus. pose proof (Rabs_triang a a'). pose proof (Rabs_triang b b'). lra.
Qed.
Lemma sized_mul o p a b a' b' : sized o a b -> sized p a' b' -> sized (lift Qmult o p) (a * a') (b * b').
Proof.
  destruct o as [m|], p as [k|]; try easy. cbn [lift changes log_changes sized]. intros [ma mb] [ka kb]. rewrite Qred_R, Q2R_mult, !Rabs_mult. split; apply Rmult_le_compat; auto using Rabs_pos.
Qed.
(** the change of a sum's logarithm is at most the larger one of its summands' *)
Lemma log_changes_add o p a b a' b' : log_changes o a b -> log_changes p a' b' -> log_changes (lift larger o p) (a + a') (b + b').
Proof.
  destruct o as [L|], p as [M|]; try easy. cbn [lift changes log_changes sized]. intros (pa & pb & hl) (pa' & pb' & hm). rewrite Qred_R. destruct (larger_correct L M) as [ll lm].
  apply (Rmult_le_compat_r D) in ll, lm; try exact D_ge0. set (d := Q2R (larger L M) * D) in *. split; [lra|split; [lra|]].
  assert (part : forall u v, 0 < u -> 0 < v -> Rabs (ln u - ln v) <= d -> u <= exp d * v /\ v <= exp d * u).
  { intros u v pu pv close. assert (both : ln u - ln v <= d /\ ln v - ln u <= d) by (unfold Rabs in close; destruct Rcase_abs; lra). destruct both as [up down]. split.
    - apply Rle_trans with (exp (d + ln v)); [rewrite <- (exp_ln u) at 1 by exact pu; apply exp_le; lra|rewrite exp_plus, exp_ln by exact pv; lra].
    - apply Rle_trans with (exp (d + ln u)); [rewrite <- (exp_ln v) at 1 by exact pv; apply exp_le; lra|rewrite exp_plus, exp_ln by exact pu; lra]. }
  destruct (part a b pa pb ltac:(lra)) as [u1 d1]. destruct (part a' b' pa' pb' ltac:(lra)) as [u2 d2]. pose proof (exp_pos d).
  assert (shift : forall r s, 0 < r -> 0 < s -> r <= exp d * s -> ln r <= d + ln s).
  { intros r s pr ps le. rewrite <- (ln_exp d), <- ln_mult by assumption. now apply ln_le. }
  pose proof (shift (a + a') (b + b') ltac:(lra) ltac:(lra) ltac:(lra)). pose proof (shift (b + b') (a + a') ltac:(lra) ltac:(lra) ltac:(lra)). apply Rabs_le. lra.
Qed.
Lemma log_changes_mul o p a b a' b' : log_changes o a b -> log_changes p a' b' -> log_changes (lift Qplus o p) (a * a') (b * b').
Proof.
  destruct o as [L|], p as [M|]; try easy. cbn [lift changes log_changes sized]. intros (pa & pb & hl) (pa' & pb' & hm). split; [now apply Rmult_lt_0_compat|split; [now apply Rmult_lt_0_compat|]].
  rewrite !ln_mult by assumption. exact (changes_add (Some L) (Some M) _ _ _ _ hl hm).
Qed.
Lemma log_changes_inverse o a b : log_changes o a b -> log_changes o (/ a) (/ b).
Proof.
  destruct o as [L|]; [|easy]. cbn [log_changes]. intros (pa & pb & hl). split; [now apply Rinv_0_lt_compat|split; [now apply Rinv_0_lt_compat|]]. rewrite !ln_Rinv by assumption.
  replace (- ln a - - ln b) with (- (ln a - ln b)) by ring. now rewrite Rabs_Ropp.
Qed.
(** the change of one factor, times the size of the other *)
Lemma changes_by_correct s u a b a' b' c : slopes_hold s a b -> slopes_hold u a' b' -> Rabs c <= Rmax (Rabs a') (Rabs b') -> 
  match changes_by s u with Some L => Rabs ((a - b) * c) <= Q2R L * D | None => True end.
Proof.
  intros hs hu small. unfold changes_by. destruct (slope s) as [L|] eqn:is_L; [|exact I]. pose proof (holds_slope _ _ _ hs) as hl. rewrite is_L in hl. cbn [changes] in hl.
  destruct (Qeq_bool L 0) eqn:zero.
  - apply Qeq_bool_iff, Qeq_eqR in zero. rewrite zero in hl. rewrite Q2R_0 in *. rewrite Rabs_mult. pose proof (Rabs_pos (a - b)). replace (Rabs (a - b)) with 0 by lra. lra.
  - destruct (size u) as [m|] eqn:is_m; [|exact I]. pose proof (holds_size _ _ _ hu) as hm. rewrite is_m in hm. cbn [lift sized] in hm |- *. rewrite Qred_R, Q2R_mult, Rabs_mult.
    replace (Q2R L * Q2R m * D) with (Q2R L * D * Q2R m) by ring. apply Rmult_le_compat; auto using Rabs_pos. eapply Rle_trans; [exact small|]. now apply Rmax_lub.
Qed.
Lemma changes_mul s u a b a' b' : slopes_hold s a b -> slopes_hold u a' b' -> changes (lift Qplus (changes_by s u) (changes_by u s)) (a * a') (b * b').
Proof.
  intros hs hu. pose proof (changes_by_correct s u a b a' b' a' hs hu (Rmax_l _ _)) as one. pose proof (changes_by_correct u s a' b' a b b hu hs (Rmax_r _ _)) as two.
  destruct (changes_by s u) as [L|], (changes_by u s) as [M|]; try exact I. cbn [lift changes]. rewrite Qred_R, Q2R_plus.
  replace (a * a' - b * b') with ((a - b) * a' + (a' - b') * b) by ring. pose proof (Rabs_triang ((a - b) * a') ((a' - b') * b)). lra.
Qed.
Lemma range_size_correct l a b : within_limits l a -> within_limits l b -> sized (range_size l) a b.
Proof.
  assert (lower : forall l q, first_bound fst l = Some q -> exists b, In b l /\ fst b = Some q).
  { clear. induction l as [|o l IH]; intros q E; [discriminate|]. cbn in E. destruct (fst o) as [p|] eqn:side; [injection E as <-; exists o; split; [now left|exact side]|].
    destruct (IH q E) as (o' & ino & is_q). exists o'. split; [now right|exact is_q]. }
  assert (upper : forall l q, first_bound snd l = Some q -> exists b, In b l /\ snd b = Some q).
  { clear. induction l as [|o l IH]; intros q E; [discriminate|]. cbn in E. destruct (snd o) as [p|] eqn:side; [injection E as <-; exists o; split; [now left|exact side]|].
    destruct (IH q E) as (o' & ino & is_q). exists o'. split; [now right|exact is_q]. }
  intros wa wb. unfold range_size. destruct (first_bound fst l) as [lo|] eqn:El; [|exact I]. destruct (first_bound snd l) as [hi|] eqn:Eh; [|exact I].
  destruct (lower _ _ El) as (o & ino & is_lo). destruct (upper _ _ Eh) as (p & inp & is_hi). destruct (larger_correct (- lo) hi) as [up down]. rewrite Q2R_opp in up.
  assert (bounded : forall r, within_limits l r -> Rabs r <= Q2R (larger (- lo) hi)).
  { intros r w. destruct (w o ino) as [above _]. destruct (w p inp) as [_ below]. rewrite is_lo in above. rewrite is_hi in below. cbn in above, below. apply Rabs_le. lra. }
  cbn. auto.
Qed.
End Meaning.

Section Instructions.
Variables (C : code) (varied : positive -> bool) (range : positive -> list bounds) (D : R) (x y a b : positive -> R).
Hypothesis D_ge0 : 0 <= D.
Hypothesis values_a : models C x a.
Hypothesis values_b : models C y b.
Hypothesis inputs : forall i, Rabs (x i - y i) <= (if varied i then D else 0) /\ within_limits (range i) (x i) /\ within_limits (range i) (y i).

Definition right_slopes (F : PositiveMap.t slopes) : Prop := forall i s, PositiveMap.find i F = Some s -> slopes_hold D s (a i) (b i).
Lemma slopes_at_hold F i : right_slopes F -> slopes_hold D (slopes_at F i) (a i) (b i).
Proof. intro rightF. unfold slopes_at. destruct (PositiveMap.find i F) eqn:E; [now apply rightF|apply none_hold]. Qed.
Lemma absolute_of_correct v z i j k : models C z v -> absolute_of C i j = Some k -> v i + v j = Rabs (v k).
Proof.
  intro values. unfold absolute_of. destruct (PositiveMap.find i C) as [[| |[] k'|]|] eqn:at_i; try discriminate. destruct (PositiveMap.find j C) as [[| |[] m|]|] eqn:at_j; try discriminate.
  destruct (is_opp C m k') eqn:opp; [|discriminate]. intro E. injection E as <-. apply (is_opp_correct C z v values) in opp. rewrite (values _ _ at_i), (values _ _ at_j). cbn. rewrite opp.
  unfold Rmax, Rabs. destruct (Rle_dec 0 (v k')), (Rle_dec 0 (- v k')), Rcase_abs; lra.
Qed.
Lemma slopes_of_hold F i o : right_slopes F -> PositiveMap.find i C = Some o -> slopes_hold D (slopes_of C varied range F i o) (a i) (b i).
Proof.
  intros rightF found. rewrite (values_a _ _ found), (values_b _ _ found). pose proof Facts_sound.Q2R_0 as zero. pose proof Q2R_1 as one. destruct o as [|q|f k|f k l]; cbn [slopes_of value_of].
  - destruct (inputs i) as (close & wx & wy). split; cbn; [|exact I|now apply range_size_correct]. destruct (varied i); rewrite ?zero, ?one; lra.
  - split; cbn.
    + replace (Q2R q - Q2R q) with 0 by ring. rewrite Rabs_R0, zero. lra.
    + destruct (less 0 q) eqn:pos; cbn; [|exact I]. apply less_correct in pos. rewrite zero in *. split; [lra|split; [lra|]].
      replace (ln (Q2R q) - ln (Q2R q)) with 0 by ring. rewrite Rabs_R0. lra.
    + pose proof (size_of_number_correct q). now split.
  - pose proof (slopes_at_hold F k rightF) as hs. destruct hs as [hl hg hm]. destruct f; cbn [value1].
    + split; cbn; [|exact I|].
      * unfold changes in *. destruct (slope _); [|exact I]. replace (- a k - - b k) with (- (a k - b k)) by ring. now rewrite Rabs_Ropp.
      * unfold sized in *. destruct (size _); [|exact I]. now rewrite !Rabs_Ropp.
    + apply none_hold.
    + split; cbn; [|exact I|].
      * unfold changes in *. destruct (slope _); [|exact I]. eapply Rle_trans; [apply max_changes|]. replace (0 - 0) with 0 by ring. rewrite Rabs_R0.
        rewrite Rmax_right; [exact hl|apply Rabs_pos].
      * unfold sized in *. destruct (size _); [|exact I]. destruct hm. split; (eapply Rle_trans; [apply abs_larger|]; rewrite Rabs_R0, Rmax_right; [assumption|apply Rabs_pos]).
    + split; cbn; [exact I| |exact I]. unfold changes in hl. destruct (slope _); cbn; [|exact I]. rewrite !ln_exp. repeat split; try apply exp_pos. exact hl.
    + split; cbn; [|exact I|exact I]. unfold log_changes in hg. destruct (log_slope _); cbn; [|exact I]. apply hg.
    + split; cbn; [exact I|exact I|]. rewrite one. unfold step_R. split; destruct Rlt_dec; rewrite ?Rabs_R0, ?Rabs_R1; lra.
    + apply none_hold.
    + apply none_hold.
  - pose proof (slopes_at_hold F k rightF) as hs. pose proof (slopes_at_hold F l rightF) as hu. destruct f; cbn [value2].
    + split; cbn [slope log_slope size]; [|exact (log_changes_add D D_ge0 _ _ _ _ _ _ (holds_log _ _ _ _ hs) (holds_log _ _ _ _ hu))|exact (sized_add _ _ _ _ _ _ (holds_size _ _ _ _ hs) (holds_size _ _ _ _ hu))].
      assert (plain := changes_add D _ _ _ _ _ _ (holds_slope _ _ _ _ hs) (holds_slope _ _ _ _ hu)).
      assert (special : changes D match maximum_of C k l with Some m => lift larger (slope (slopes_at F k)) (slope (slopes_at F m))
        | None => match absolute_of C k l with Some m => slope (slopes_at F m) | None => None end end (a k + a l) (b k + b l)).
      { destruct (maximum_of C k l) as [m|] eqn:Em.
        - destruct (maximum_of_correct C x a values_a _ _ _ Em) as [-> _], (maximum_of_correct C y b values_b _ _ _ Em) as [-> _].
          apply (changes_larger D D_ge0 _ _ (a k) (b k) (a m) (b m)); [apply max_changes|exact (holds_slope _ _ _ _ hs)|exact (holds_slope _ _ _ _ (slopes_at_hold F m rightF))].
        - destruct (absolute_of C k l) as [m|] eqn:Ea; [|exact I]. rewrite (absolute_of_correct a x k l m values_a Ea), (absolute_of_correct b y k l m values_b Ea).
          pose proof (holds_slope _ _ _ _ (slopes_at_hold F m rightF)) as hm. unfold changes in hm |- *. destruct (slope (slopes_at F m)); [|exact I]. eapply Rle_trans; [apply Rabs_triang_inv2|exact hm]. }
      unfold or_else. match goal with |- changes _ (match ?o with _ => _ end) _ _ => destruct o end; assumption.
    + split; cbn [slope log_slope size]; [now apply changes_mul|exact (log_changes_mul D _ _ _ _ _ _ (holds_log _ _ _ _ hs) (holds_log _ _ _ _ hu))|
        exact (sized_mul _ _ _ _ _ _ (holds_size _ _ _ _ hs) (holds_size _ _ _ _ hu))].
    + assert (logs : log_changes D (lift Qplus (log_slope (slopes_at F k)) (log_slope (slopes_at F l))) (a k / a l) (b k / b l)).
      { unfold Rdiv. apply log_changes_mul; [exact (holds_log _ _ _ _ hs)|apply log_changes_inverse, (holds_log _ _ _ _ hu)]. }
      destruct (PositiveMap.find l C) as [[|q| |]|] eqn:at_l; try (split; cbn [slope log_slope size]; [exact I|exact logs|exact I]).
      destruct (Qeq_bool q 0) eqn:nz; [apply none_hold|]. split; cbn [slope log_slope size]; [|exact logs|].
      * rewrite (values_a _ _ at_l), (values_b _ _ at_l). cbn [value_of]. pose proof (holds_slope _ _ _ _ hs) as hl. unfold changes in *. destruct (slope (slopes_at F k)) as [L|]; [|exact I]. cbn [lift].
        assert (q_neq0 : ~ (q == 0)%Q) by (intro E; apply Qeq_bool_iff in E; congruence). pose proof (size_of_number_correct (/ q)) as small. rewrite Q2R_inv in small by exact q_neq0.
        rewrite Qred_R, Q2R_mult. unfold Rdiv. rewrite <- Rmult_minus_distr_r, Rabs_mult. replace (Q2R L * Q2R (size_of_number (/ q)) * D) with (Q2R L * D * Q2R (size_of_number (/ q))) by ring.
        apply Rmult_le_compat; auto using Rabs_pos.
      * rewrite (values_a _ _ at_l), (values_b _ _ at_l). cbn [value_of]. unfold Rdiv. apply sized_mul; [exact (holds_size _ _ _ _ hs)|]. cbn [sized].
        assert (q_neq0 : ~ (q == 0)%Q) by (intro E; apply Qeq_bool_iff in E; congruence). pose proof (size_of_number_correct (/ q)) as small. rewrite Q2R_inv in small by exact q_neq0. now split.
Qed.
Theorem all_slopes_correct l : forall F, right_slopes F -> right_slopes (all_slopes C varied range l F).
Proof.
  induction l as [|i l IH]; intros F rightF; simpl; [exact rightF|]. apply IH. destruct (PositiveMap.find i C) as [o|] eqn:found; [|exact rightF].
  intros j s. destruct (Pos.eq_dec j i) as [->|other].
  - rewrite PositiveMap.gss. intro E. injection E as <-. now apply slopes_of_hold.
  - rewrite PositiveMap.gso by exact other. apply rightF.
Qed.
End Instructions.
