(** * The inputs of a backward pass

    What is known of the inputs is a region: a box, and perhaps a ball in the ℓ1 or ℓ2 norm, whose centre lies in a box too.  A pass ends with a combination of inputs,
    whose lower bound over a box is a sum of products with its ends; over a ball of radius r around x0 it is the value at x0 less r times the dual norm of the coefficients.
    Inputs that are not in the ball, and those that have one value only, are bounded by the box also then.

    Main definitions: [input_bound] (over a box); [ball], [ball_bound], [ball_misses]; [split_vec]; [region], [region_bound].
    Main results: [input_bound_sound], [ball_bound_sound], [ball_misses_sound], [region_bound_sound].

    Trust: proved.
    Source: docs/certificates.md, section 2; the inequalities of Hölder and of Cauchy and Schwarz. *)
From Coq Require Import Floats Reals Lra Psatz List Bool Uint63.
From Warrant Require Import Spec.Bytes Primitives.FloatBounds Checker.Blocks Checker.Intervals.
Import ListNotations.

(** ** Boxes *)

Fixpoint input_weights (w : list float) (i : int) (b : box) (d : float) : int * box * float :=
  match w with
  | [] => (i, b, d)
  | x :: w' =>
    match b with
    | [] => (i, b, nan)
    | (l, h) :: b' => input_weights w' (i + 1)%uint63 b' (dn (d + dn (x * (if (0 <=? x)%float then l else h))))
    end
  end.
Fixpoint skip_box (o i : int) (b : box) : box :=
  match b with [] => [] | _ :: b' => if (i =? o)%uint63 then b else skip_box o (i + 1)%uint63 b' end.
Fixpoint input_bound (v : vec) (i : int) (b : box) (d : float) : float :=
  match v with
  | [] => d
  | s :: v' => let '(i', b', d') := input_weights (sw s) (so s) (skip_box (so s) i b) d in input_bound v' i' b' d'
  end.

(** ** Balls *)

(** in the ℓ2 norm, where [squares], else in the ℓ1 norm *)
Record ball := Ball { squares : bool; centre : box; radius : float }.
(** upper bounds of the sum of the squares of the coefficients, or of the greatest of their magnitudes, added to [a]; each input has one coefficient at most *)
Definition dual_step (squares : bool) (x a : float) : float := if squares then up (a + up (x * x)) else fmax a (abs x).
Fixpoint dual_weights (q : bool) (w : list float) (i : int) (b : box) (a : float) : option (int * box * float) :=
  match w with
  | [] => Some (i, b, a)
  | x :: w' => match b with [] => None | _ :: b' => dual_weights q w' (i + 1)%uint63 b' (dual_step q x a) end
  end.
Fixpoint dual_vec (q : bool) (v : vec) (i : int) (b : box) (a : float) : option float :=
  match v with
  | [] => Some a
  | s :: v' => do (i', b', a') <- dual_weights q (sw s) (so s) (skip_box (so s) i b) a; dual_vec q v' i' b' a'
  end.
(** a lower bound of [d] plus the combination [v] of inputs in the ball *)
Definition ball_bound (g : ball) (v : vec) (d : float) : float :=
  match dual_vec (squares g) v 0%uint63 (centre g) 0 with
  | Some a =>
    let a := if squares g then snd (interval_root (nan, a)) else a in
    if fin (radius g) && (0 <=? radius g)%float then dn (input_bound v 0%uint63 (centre g) d - up (radius g * a)) else nan
  | None => nan
  end.

(** a lower bound of the distance of two numbers in these intervals, at least 0 *)
Definition gap (p c : float * float) : float :=
  let a := dn (fst p - snd c) in
  let b := dn (fst c - snd p) in
  if fin a && (0 <=? a)%float then a else if fin b && (0 <=? b)%float then b else 0%float.
(** and of the size of the distances, added to [d] *)
Fixpoint box_distance (squares : bool) (b centre : box) (d : float) : float :=
  match b, centre with
  | p :: b, c :: centre =>
    let x := gap p c in box_distance squares b centre (dn (d + if squares then dn (x * x) else x))
  | _, _ => d
  end.
(** no point of the box is in the ball *)
Definition ball_misses (g : ball) (b : box) : bool :=
  let r := radius g in
  fin r && (0 <=? r)%float && ((if squares g then up (r * r) else r) <? box_distance (squares g) b (centre g) 0)%float.

(** ** Regions *)

(** the coefficients of inputs that are in the ball and can vary, and all others; and what is left of the boxes of the centre and of the inputs *)
Fixpoint split_weights (w : list float) (i : int) (c b : box) : list float * list float * (int * box * box) :=
  match w with
  | [] => ([], [], (i, c, b))
  | x :: w' =>
    match c, b with
    | _ :: c', (l, h) :: b' =>
      let '(m, s, rest) := split_weights w' (i + 1)%uint63 c' b' in
      if (l =? h)%float then (0%float :: m, x :: s, rest) else (x :: m, 0%float :: s, rest)
    | _, _ => ([], w, (i, [], []))
    end
  end.
Definition part (s : seg) (w : list float) : vec := if forallb (fun x => zero x) w then [] else [Seg (so s) (se s) w].
Fixpoint split_vec (v : vec) (i : int) (c b : box) : vec * vec :=
  match v with
  | [] => ([], [])
  | s :: v' =>
    let '(m, w, (i', c', b')) := split_weights (sw s) (so s) (skip_box (so s) i c) (skip_box (so s) i b) in
    let (ms, ws) := split_vec v' i' c' b' in (part s m ++ ms, part s w ++ ws)
  end.

Record region := Region { rbox : box; rball : option ball }.
Definition region_bound (r : region) (v : vec) (d : float) : float :=
  let l := input_bound v 0%uint63 (rbox r) d in
  match rball r with
  | None => l
  | Some g =>
    let (varying, others) := split_vec v 0%uint63 (centre g) (rbox r) in
    let m := ball_bound g varying (input_bound others 0%uint63 (rbox r) d) in if (m <=? l)%float then l else if fin m then m else l
  end.

(** ** Soundness *)
Local Open Scope R_scope.

Section Box.
Variable y : int -> R.
Lemma input_weights_sound w : forall i b d a, forallb fin w = true -> inputs_hold y i b -> LB d a ->
  let '(i', b', d') := input_weights w i b d in inputs_hold y i' b' /\ LB d' (a + dotw y i w).
Proof.
  induction w as [|x w IH]; intros i b d a F holds L; cbn [input_weights].
  - simpl. rewrite Rplus_0_r. auto.
  - simpl in F. apply andb_prop in F. destruct F as [F1 F2].
    destruct b as [|[l h] b]. { split; auto. apply LB_nan. }
    destruct holds as [in_b holds]. cbn [dotw] in *. rewrite <- Rplus_assoc. apply IH; auto.
    apply LB_add; auto. now apply LB_scale.
Qed.
Lemma skip_box_sound o b : forall i, inputs_hold y i b -> inputs_hold y o (skip_box o i b).
Proof.
  induction b as [|p b IH]; intros i holds; cbn [skip_box]; auto. destruct (i =? o)%uint63 eqn:E.
  - apply eqb_correct in E. now subst.
  - apply (IH (i + 1)%uint63). apply holds.
Qed.
Lemma input_bound_sound v : forall i b d a, fin_vec v = true -> inputs_hold y i b -> LB d a ->
  LB (input_bound v i b d) (a + dotv y v).
Proof.
  induction v as [|s v IH]; intros i b d a F holds L; cbn [input_bound dotv fold_right].
  - now rewrite Rplus_0_r.
  - simpl in F. apply andb_prop in F. destruct F as [F1 F2].
    pose proof (input_weights_sound (sw s) (so s) _ d a F1 (skip_box_sound (so s) b i holds) L) as W.
    destruct (input_weights _ _ _ _) as [[i' b'] d']. destruct W. fold (dotv y v).
    rewrite <- Rplus_assoc. now apply (IH i' b').
Qed.
End Box.

(** the sum of the squares, or of the magnitudes, of the numbers from [i] on, as many as the box has entries *)
Definition size_of_one (q : bool) (e : R) : R := if q then e * e else Rabs e.
Fixpoint size_from (q : bool) (e : int -> R) (i : int) (b : box) : R :=
  match b with [] => 0 | _ :: b => size_of_one q (e i) + size_from q e (i + 1)%uint63 b end.
(** the inputs are at most the radius away from a point of the centre's box *)
Definition ball_holds (y : int -> R) (g : ball) : Prop :=
  exists x r, inputs_hold x 0%uint63 (centre g) /\ 0 <= r /\ UB (radius g) r /\
    size_from (squares g) (fun i => y i - x i) 0%uint63 (centre g) <= (if squares g then r * r else r).
Definition region_holds (y : int -> R) (r : region) : Prop :=
  inputs_hold y 0%uint63 (rbox r) /\ match rball r with None => True | Some g => ball_holds y g end.

Section Dual.
Variables (q : bool) (e : int -> R).
(** [t] is a combination of numbers of size [D], with coefficients of size [A] *)
Definition bounded_by (A D t : R) : Prop := 0 <= A /\ 0 <= D /\ if q then t * t <= A * D else Rabs t <= A * D.
Definition joined (A B : R) : R := if q then A + B else Rmax A B.
Local Lemma size_of_one_ge0 x : 0 <= size_of_one q x.
Proof. unfold size_of_one. destruct q; [apply Rle_0_sqr|apply Rabs_pos]. Qed.
Local Lemma size_from_ge0 b : forall i, 0 <= size_from q e i b.
Proof. induction b as [|p b IH]; intro i; cbn; [lra|]. pose proof (IH (i + 1)%uint63). pose proof (size_of_one_ge0 (e i)). lra. Qed.
Local Lemma skip_box_size o b : forall i, size_from q e o (skip_box o i b) <= size_from q e i b.
Proof.
  induction b as [|p b IH]; intro i; cbn [skip_box]; [apply Rle_refl|]. destruct (i =? o)%uint63 eqn:same.
  - apply eqb_correct in same. subst. apply Rle_refl.
  - eapply Rle_trans; [apply (IH (i + 1)%uint63)|]. cbn [size_from]. pose proof (size_of_one_ge0 (e i)). lra.
Qed.
Local Lemma bounded_by_one x y : bounded_by (size_of_one q x) (size_of_one q y) (x * y).
Proof.
  split; [apply size_of_one_ge0|]. split; [apply size_of_one_ge0|]. unfold size_of_one.
  destruct q; [apply Req_le; ring|rewrite Rabs_mult; apply Rle_refl].
Qed.
Local Lemma cross s t p r : 0 <= p -> 0 <= r -> (s * t) * (s * t) <= p * r -> 2 * (s * t) <= p + r.
Proof. intros p_ge0 r_ge0 le. apply Rnot_lt_le. intro lt. generalize dependent (s * t). intros m sq lt.
  assert ((p + r) * (p + r) < 2 * m * (2 * m)) by (apply Rmult_le_0_lt_compat; lra). pose proof (Rle_0_sqr (p - r)) as gap. unfold Rsqr in gap.
  replace ((p - r) * (p - r)) with ((p + r) * (p + r) - 4 * (p * r)) in gap by ring. lra.
Qed.
Local Lemma bounded_by_joined A D t B E s : bounded_by A D t -> bounded_by B E s -> bounded_by (joined A B) (D + E) (t + s).
Proof.
  unfold bounded_by, joined. intros (A0 & D0 & T) (B0 & E0 & S). destruct q.
  - split; [lra|]. split; [lra|].
    assert (2 * (t * s) <= A * E + B * D).
    { apply cross; [now apply Rmult_le_pos|now apply Rmult_le_pos|].
      replace (t * s * (t * s)) with (t * t * (s * s)) by ring. replace (A * E * (B * D)) with (A * D * (B * E)) by ring.
      apply Rmult_le_compat; auto; apply Rle_0_sqr. }
    replace ((t + s) * (t + s)) with (t * t + s * s + 2 * (t * s)) by ring.
    replace ((A + B) * (D + E)) with (A * D + B * E + (A * E + B * D)) by ring. lra.
  - pose proof (Rmax_l A B). pose proof (Rmax_r A B). split; [lra|]. split; [lra|].
    eapply Rle_trans; [apply Rabs_triang|]. rewrite Rmult_plus_distr_l.
    apply Rplus_le_compat; eapply Rle_trans; eauto; now apply Rmult_le_compat_r.
Qed.
Local Lemma dual_step_sound x a A : fin x = true -> UB a A -> 0 <= A -> UB (dual_step q x a) (joined A (size_of_one q (toR x))).
Proof.
  intros x_fin upper A0. unfold dual_step, joined, size_of_one. destruct q.
  - apply UB_add; [exact upper|now apply UB_mulf].
  - destruct (fin_abs _ x_fin) as [abs_fin value].
    assert (upper' : UB (abs x) (Rabs (toR x))) by (apply UB_fin; [exact abs_fin|rewrite value; apply Rle_refl]).
    destruct (UB_fmax _ _ _ _ upper upper') as [U V]. unfold Rmax. destruct (Rle_dec _ _); auto.
Qed.
Local Lemma dual_weights_sound w : forall i b a i' b' a' A D t, dual_weights q w i b a = Some (i', b', a') -> forallb fin w = true ->
  UB a A -> bounded_by A D t ->
  exists A' D', UB a' A' /\ bounded_by A' D' (t + dotw e i w) /\ D' + size_from q e i' b' <= D + size_from q e i b.
Proof.
  induction w as [|x w IH]; intros i b a i' b' a' A D t done F upper bounded; cbn [dual_weights] in done.
  - injection done as <- <- <-. exists A, D. cbn. rewrite Rplus_0_r. split; [exact upper|]. split; [exact bounded|]. lra.
  - destruct b as [|p b]; [discriminate|]. cbn in F. apply andb_prop in F as [x_fin F].
    destruct (IH _ _ _ _ _ _ (joined A (size_of_one q (toR x))) (D + size_of_one q (e i)) (t + toR x * e i) done F) as (A' & D' & U & B & le).
    + apply dual_step_sound; auto. apply bounded.
    + apply bounded_by_joined; [exact bounded|apply bounded_by_one].
    + exists A', D'. cbn [dotw size_from]. split; [exact U|]. split; [now rewrite <- Rplus_assoc|]. lra.
Qed.
Lemma dual_vec_sound v : forall i b a a' A D t, dual_vec q v i b a = Some a' -> fin_vec v = true -> UB a A -> bounded_by A D t ->
  exists A' D', UB a' A' /\ bounded_by A' D' (t + dotv e v) /\ D' <= D + size_from q e i b.
Proof.
  induction v as [|s v IH]; intros i b a a' A D t done F upper bounded; cbn [dual_vec] in done.
  - injection done as <-. exists A, D. cbn. rewrite Rplus_0_r. split; [exact upper|]. split; [exact bounded|].
    pose proof (size_from_ge0 b i). lra.
  - cbn in F. apply andb_prop in F as [F1 F2]. destruct (dual_weights _ _ _ _ _) as [[[i' b'] a1]|] eqn:step; [|discriminate].
    destruct (dual_weights_sound _ _ _ _ _ _ _ A D t step F1 upper bounded) as (A1 & D1 & U1 & B1 & le1).
    destruct (IH _ _ _ _ A1 D1 (t + dotw e (so s) (sw s)) done F2 U1 B1) as (A' & D' & U & B & le).
    exists A', D'. split; [exact U|]. cbn [dotv fold_right]. fold (dotv e v). split; [now rewrite <- Rplus_assoc|].
    pose proof (skip_box_size (so s) b i). lra.
Qed.
End Dual.

Local Lemma dotv_minus x y v : dotv (fun i => y i - x i) v = dotv y v - dotv x v.
Proof.
  induction v as [|s v IH]; cbn [dotv fold_right]; [ring|]. fold (dotv (fun i => y i - x i) v) (dotv y v) (dotv x v). rewrite IH.
  assert (one : forall w o, dotw (fun i => y i - x i) o w = dotw y o w - dotw x o w); [|rewrite one; ring].
  induction w as [|a w IHw]; intro o; cbn; [ring|]. rewrite IHw. ring.
Qed.
Lemma ball_bound_sound y g v d a : ball_holds y g -> fin_vec v = true -> LB d a -> LB (ball_bound g v d) (a + dotv y v).
Proof.
  intros (x & r & in_centre & r_ge0 & upper & near) F L. unfold ball_bound.
  destruct (dual_vec (squares g) v 0%uint63 (centre g) 0) as [A0|] eqn:dual; [|apply LB_nan]. cbv zeta.
  destruct (fin (radius g)) eqn:r_fin; [|apply LB_nan]. destruct (0 <=? radius g)%float eqn:r_pos; [|apply LB_nan]. cbn [andb].
  assert (start : bounded_by (squares g) 0 0 0).
  { split; [lra|]. split; [lra|]. destruct (squares g); [lra|rewrite Rabs_R0; lra]. }
  destruct (dual_vec_sound (squares g) (fun i => y i - x i) v _ _ _ _ 0 0 0 dual F (UB0 0 (Rle_refl 0)) start) as (A & D & U & (A_ge0 & D_ge0 & B) & le).
  rewrite dotv_minus in B. rewrite !Rplus_0_l in *. assert (size : D <= if squares g then r * r else r) by lra.
  pose proof (input_bound_sound x v _ _ d a F in_centre L) as at_centre. pose proof (UB_toR _ _ upper r_fin) as r_le.
  assert (radius_ge0 : 0 <= toR (radius g)) by lra.
  set (t := dotv y v - dotv x v) in *. destruct (squares g).
  - assert (root : UB (snd (interval_root (nan, A0))) (R_sqrt.sqrt A)) by (apply (interval_root_sound (nan, A0) A); split; [apply LB_nan|exact U]).
    eapply LB_le; [apply (LB_sub _ _ _ _ at_centre (UB_mulp _ _ _ r_fin radius_ge0 root))|].
    assert (small : Rabs t <= R_sqrt.sqrt A * r).
    { apply Rsqr_incr_0; [|apply Rabs_pos|apply Rmult_le_pos; [apply sqrt_pos|exact r_ge0]].
      rewrite <- Rsqr_abs, Rsqr_mult, Rsqr_sqrt by exact A_ge0. unfold Rsqr. eapply Rle_trans; [exact B|]. now apply Rmult_le_compat_l. }
    assert (R_sqrt.sqrt A * r <= toR (radius g) * R_sqrt.sqrt A) by (rewrite Rmult_comm; apply Rmult_le_compat_r; [apply sqrt_pos|exact r_le]).
    pose proof (Rle_abs (- t)) as below. rewrite Rabs_Ropp in below. unfold t in *. lra.
  - eapply LB_le; [apply (LB_sub _ _ _ _ at_centre (UB_mulp _ _ _ r_fin radius_ge0 U))|].
    assert (A * D <= toR (radius g) * A).
    { rewrite Rmult_comm. apply Rmult_le_compat_r; [exact A_ge0|lra]. }
    pose proof (Rle_abs (- t)) as below. rewrite Rabs_Ropp in below. unfold t in *. lra.
Qed.
Local Lemma split_weights_sound y w : forall i c b m s rest, split_weights w i c b = (m, s, rest) ->
  dotw y i m + dotw y i s = dotw y i w /\ (forallb fin w = true -> forallb fin m = true /\ forallb fin s = true).
Proof.
  induction w as [|x w IH]; intros i c b m s rest done; cbn [split_weights] in done; [injection done as <- <- _; split; [simpl; lra|auto]|].
  assert (outside : ([], x :: w, (i, [], [])) = (m, s, rest) ->
    dotw y i m + dotw y i s = dotw y i (x :: w) /\ (forallb fin (x :: w) = true -> forallb fin m = true /\ forallb fin s = true)).
  { intro e. injection e as <- <- _. split; [simpl; lra|auto]. }
  destruct c as [|p c]; [now apply outside|]. destruct b as [|[l h] b]; [now apply outside|].
  destruct (split_weights w (i + 1)%uint63 c b) as [[m' s'] rest'] eqn:again. destruct (IH _ _ _ _ _ _ again) as [sum fine].
  destruct (l =? h)%float; injection done as <- <- _; cbn [dotw forallb]; rewrite toR0; (split; [lra|]);
    intro F; apply andb_prop in F as [x_fin F]; destruct (fine F) as [-> ->]; rewrite x_fin; now split.
Qed.
Local Lemma part_sound y s w : forallb fin w = true -> dotv y (part s w) = dotw y (so s) w /\ fin_vec (part s w) = true.
Proof.
  intro F. unfold part. destruct (forallb (fun x => zero x) w) eqn:none.
  - split; [|reflexivity]. change (dotv y []) with 0. generalize (so s). induction w as [|x w IH]; intro i; cbn [dotw]; [reflexivity|].
    cbn [forallb] in none, F. apply andb_prop in none as [x_0 none]. apply andb_prop in F as [x_fin F]. rewrite (zero_sound x x_fin x_0), <- (IH F none). lra.
  - split; [cbn [dotv fold_right so sw]; apply Rplus_0_r|]. unfold fin_vec. cbn [forallb sw]. now rewrite F.
Qed.
Local Lemma dotv_app y u v : dotv y (u ++ v) = dotv y u + dotv y v.
Proof.
  induction u as [|s u IH]; [change (dotv y v = 0 + dotv y v); ring|].
  change (dotw y (so s) (sw s) + dotv y (u ++ v) = dotw y (so s) (sw s) + dotv y u + dotv y v). rewrite IH. ring.
Qed.
Lemma split_vec_sound y v : forall i c b ms ws, split_vec v i c b = (ms, ws) -> fin_vec v = true ->
  dotv y ms + dotv y ws = dotv y v /\ fin_vec ms = true /\ fin_vec ws = true.
Proof.
  induction v as [|s v IH]; intros i c b ms ws done F; cbn [split_vec] in done; [injection done as <- <-; split; [simpl; lra|auto]|].
  destruct (split_weights _ _ _ _) as [[m w] [[i' c'] b']] eqn:first. destruct (split_vec v i' c' b') as [ms' ws'] eqn:rest. injection done as <- <-.
  unfold fin_vec in F. cbn [forallb] in F. apply andb_prop in F as [F1 F2].
  destruct (split_weights_sound y _ _ _ _ _ _ _ first) as [sum fine]. destruct (fine F1) as [fm fw]. destruct (IH _ _ _ _ _ rest F2) as (sums & fms & fws).
  destruct (part_sound y s m fm) as [dot_m fin_m]. destruct (part_sound y s w fw) as [dot_w fin_w].
  rewrite !dotv_app, dot_m, dot_w. cbn [dotv fold_right]. fold (dotv y v). split; [lra|].
  unfold fin_vec in *. rewrite !forallb_app, fin_m, fin_w, fms, fws. now split.
Qed.
Theorem region_bound_sound y r v d a : region_holds y r -> fin_vec v = true -> LB d a -> LB (region_bound r v d) (a + dotv y v).
Proof.
  intros [in_box in_ball] F L. unfold region_bound. cbv zeta. pose proof (input_bound_sound y v _ _ d a F in_box L) as by_box.
  destruct (rball r) as [g|]; [|exact by_box]. destruct (split_vec v 0%uint63 (centre g) (rbox r)) as [varying others] eqn:parts.
  destruct (split_vec_sound y _ _ _ _ _ _ parts F) as (sum & fin_varying & fin_others).
  pose proof (ball_bound_sound y g varying _ _ in_ball fin_varying (input_bound_sound y others _ _ d a fin_others in_box L)) as by_ball.
  replace (a + dotv y others + dotv y varying) with (a + dotv y v) in by_ball by lra.
  destruct (_ <=? _)%float; [exact by_box|]. destruct (fin _); [exact by_ball|exact by_box].
Qed.

Local Lemma gap_sound p c y x : inb p y -> inb c x -> fin (gap p c) = true /\ 0 <= toR (gap p c) <= Rabs (y - x).
Proof.
  intros [Lp Up] [Lc Uc]. unfold gap. cbv zeta.
  pose proof (LB_sub _ _ _ _ Lp Uc) as right. pose proof (LB_sub _ _ _ _ Lc Up) as left.
  assert (case : forall f, LB f (y - x) \/ LB f (x - y) -> fin f && (0 <=? f)%float = true -> fin f = true /\ 0 <= toR f <= Rabs (y - x)).
  { intros f below ok. apply andb_prop in ok as [f_fin f_ge0]. pose proof (sign_case f f_fin) as sign. rewrite f_ge0 in sign.
    split; [exact f_fin|]. split; [exact sign|]. destruct below as [below|below]; pose proof (LB_toR _ _ below f_fin).
    - pose proof (Rle_abs (y - x)). lra.
    - pose proof (Rle_abs (- (y - x))) as abs_ge. rewrite Rabs_Ropp in abs_ge. lra. }
  set (a := dn (fst p - snd c)) in *. set (b := dn (fst c - snd p)) in *.
  destruct (fin a && _)%bool eqn:one; [apply case; auto|]. destruct (fin b && _)%bool eqn:two; [apply case; auto|].
  split; [reflexivity|]. rewrite toR0. split; [lra|apply Rabs_pos].
Qed.
Local Lemma box_distance_sound q x y b : forall c i d a, inputs_hold y i b -> inputs_hold x i c -> LB d a ->
  LB (box_distance q b c d) (a + size_from q (fun i => y i - x i) i c).
Proof.
  induction b as [|p b IH]; intros [|s c] i d a in_b in_c L; cbn [box_distance size_from].
  - now rewrite Rplus_0_r.
  - eapply LB_le; [exact L|]. pose proof (size_from_ge0 q (fun i => y i - x i) (s :: c) i) as ge0. cbn [size_from] in ge0. lra.
  - now rewrite Rplus_0_r.
  - destruct in_b as [here in_b], in_c as [there in_c]. destruct (gap_sound p s _ _ here there) as (g_fin & g_ge0 & g_le).
    rewrite <- Rplus_assoc. apply (IH c (i + 1)%uint63); auto. apply LB_add; [exact L|]. unfold size_of_one. destruct q.
    + eapply LB_le; [exact (LB_mulf _ _ g_fin g_fin)|]. pose proof (Rsqr_abs (y i - x i)) as same. unfold Rsqr in same. rewrite same. now apply Rmult_le_compat.
    + apply LB_fin; [exact g_fin|exact g_le].
Qed.
Lemma ball_misses_sound y g b : inputs_hold y 0%uint63 b -> ball_holds y g -> ball_misses g b = true -> False.
Proof.
  intros in_b (x & r & in_centre & r_ge0 & upper & near) misses. unfold ball_misses in misses. cbv zeta in misses.
  apply andb_prop in misses as [first misses]. apply andb_prop in first as [r_fin r_pos]. pose proof (UB_toR _ _ upper r_fin) as r_le.
  pose proof (box_distance_sound (squares g) x y b _ _ 0%float 0 in_b in_centre (LB0 0 (Rle_refl 0))) as far. rewrite Rplus_0_l in far.
  refine (crossed _ _ _ far _ misses). eapply UB_le; [|exact near]. destruct (squares g); [|exact upper].
  eapply UB_le; [exact (UB_mulf _ _ r_fin r_fin)|]. apply Rmult_le_compat; lra.
Qed.
