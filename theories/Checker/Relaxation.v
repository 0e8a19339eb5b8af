(** * Linear lower bounds of the rectifier

    A backward pass replaces c·relu(z), with z in [l, h], by c'·z plus a constant.  Any c' is sound: c·relu(z) - c'·z
    is piecewise linear, so its minimum over the interval, which is the constant, is attained at l, at h, or at the kink.
    So slopes (α), and multipliers of split constraints (β), may come from an untrusted certificate.

    What does not depend on c is worked out once for many passes: a [relaxer].

    Main definitions: [relaxer]; [default_relaxer], [given_relaxer], [wedge_relaxer]; [slope] (gives c'), [add_constant].
    Main results: [default_relaxer_sound], [given_relaxer_sound], [wedge_relaxer_sound].

    Trust: proved.
    Source: Zhang et al., "Efficient neural network robustness certification with general activation functions" (2018);
    Wang et al., "Beta-CROWN" (2021); docs/certificates.md, section 2. *)
From Coq Require Import Floats Reals Lra Bool Psatz.
From Warrant.Primitives Require Import FloatBounds Rounding.
Local Open Scope R_scope.

(** lower bounds of c·x - c'·x and of -c'·x *)
Definition active_at (c c' x : float) : float := dn (dn (c * x) - up (c' * x)).
Definition inactive_at (c' x : float) : float := dn (0 - up (c' * x)).
(** the constant for an interval at the right of 0, at the left of 0, and for any interval *)
Definition relax_active (c c' l h : float) : float :=
  if finite c' && finite l && finite h then fmin (active_at c c' l) (active_at c c' h) else nan.
Definition relax_inactive (c' l h : float) : float :=
  if finite c' && finite l && finite h then fmin (inactive_at c' l) (inactive_at c' h) else nan.
(** the same, fmin 0 (fmin (inactive_at c' l) (active_at c c' h)), written out; where c' is finite, l and h have to be *)
Definition relax_unstable (c c' l h : float) : float :=
  if finite c' then
    let x := dn (0 - up (c' * l)) in
    let z := dn (dn (c * h) - up (c' * h)) in
    let m := if (x <=? z)%float then x else if (z <=? x)%float then z else nan in
    if (0 <=? m)%float then 0%float else if (m <=? 0)%float then m else nan
  else nan.

(** the same for a value that is somewhere between 0 and z: c times it is at least min(0, c·z) *)
Definition wedge_at (c c' x : float) : float := dn (fmin 0 (dn (c * x)) - up (c' * x)).
Definition relax_wedge (c c' l h : float) : float :=
  if finite c' && finite l && finite h then fmin (wedge_at c c' l) (wedge_at c c' h) else nan.

(** How c becomes c', and what the constant is *)
Inductive relaxer :=
| Keep                            (** c, 0 *)
| Drop                            (** 0, 0 *)
| Shift (s l h : float)           (** c - s, at the right of 0 *)
| Replace (s k : float)           (** s, k *)
(** c·s for c >= 0, c·t for others, where NaN is a slope if l and h are not finite *)
| Bend (s t l h : float)
| Chord (keep : bool) (t l h : float)  (** c or 0, 0 for c >= 0; c·t for others *)
| Wedge (s t l h : float).             (** c·s for c >= 0, c·t for others: a value between 0 and z *)
Definition slope (p : relaxer) (c : float) : float :=
  match p with
  | Keep => c
  | Drop => 0
  | Shift s _ _ => c - s
  | Replace s _ => s
  | Bend s t _ _ => if (0 <=? c)%float then c * s else c * t
  | Chord keep t _ _ => if (0 <=? c)%float then if keep then c else 0 else c * t
  | Wedge s t _ _ => if (0 <=? c)%float then c * s else c * t
  end%float.
(** [d] plus the constant, where [slope p c = c'] *)
Definition add_constant (p : relaxer) (c c' d : float) : float :=
  match p with
  | Keep | Drop => d
  | Shift _ l h => dn (d + relax_active c c' l h)
  | Replace _ k => dn (d + k)
  | Bend _ _ l h => dn (d + relax_unstable c c' l h)
  | Chord _ _ l h => if (0 <=? c)%float then d else dn (d + relax_unstable c c' l h)
  | Wedge _ _ l h => dn (d + relax_wedge c c' l h)
  end%float.

(** the slope of the chord *)
Definition chord (l h : float) : float := if finite l then if finite h then (h / (h - l))%float else nan else nan.
Definition default_relaxer (l h : float) : relaxer :=
  if (0 <=? l)%float then Keep
  else if (h <=? 0)%float then Drop
  else Chord (- l <=? h)%float (chord l h) l h.
(** with the entry [s] of a slope table *)
Definition given_relaxer (l h s : float) : relaxer :=
  if (0 <=? l)%float then if zero s then Keep else Shift s l h
  else if (h <=? 0)%float then if zero s then Drop else Replace s (relax_inactive s l h)
  else let t := chord l h in if finite t then Bend s t l h else Bend nan nan l h.

(** the slopes of the chords of min(0, z) and max(0, z) *)
Definition wedge_relaxer (l h : float) : relaxer :=
  if (0 <=? l)%float then Wedge 0 1 l h
  else if (h <=? 0)%float then Wedge 1 0 l h
  else Wedge (- l / (h - l)) (h / (h - l)) l h.

(** ** Soundness *)

(** [p] gives a slope and a constant that bound c·x, where x depends on z, from below *)
Definition relaxes (p : relaxer) (x z : R) : Prop := forall c d a, fin c = true -> LB d a ->
  LB (add_constant p c (slope p c) d) (a + (toR c * x - toR (slope p c) * z)).

Local Lemma vertices_active (c c' l h z K : R) : 0 <= l -> l <= z <= h ->
  K <= c * l - c' * l -> K <= c * h - c' * h -> K <= c * Rmax 0 z - c' * z.
Proof. intros. rewrite Rmax_right by lra. destruct (Rle_lt_dec 0 (c - c')); nra. Qed.
Local Lemma vertices_inactive (c c' l h z K : R) : h <= 0 -> l <= z <= h ->
  K <= 0 - c' * l -> K <= 0 - c' * h -> K <= c * Rmax 0 z - c' * z.
Proof. intros. rewrite Rmax_left by lra. destruct (Rle_lt_dec 0 c'); nra. Qed.
Local Lemma vertices_unstable (c c' l h z K : R) : l <= z <= h ->
  K <= 0 -> K <= 0 - c' * l -> K <= c * h - c' * h -> K <= c * Rmax 0 z - c' * z.
Proof.
  intros z_in K0 Kl Kh. destruct (Rle_lt_dec 0 z) as [P|P].
  - rewrite Rmax_right by lra. destruct (Rle_lt_dec 0 (c - c')); nra.
  - rewrite Rmax_left by lra. destruct (Rle_lt_dec 0 c'); nra.
Qed.
(** a bound of two reals is a bound of every real above their minimum *)
Local Lemma LB_fmin_le a b r s t : LB a r -> LB b s ->
  (forall K, K <= r -> K <= s -> K <= t) -> LB (fmin a b) t.
Proof.
  intros La Lb above. destruct (LB_fmin _ _ _ _ La Lb) as [[V Lr] [_ Ls]]. split; auto.
  destruct (toX (fmin a b)); auto.
Qed.
Local Lemma active_at_sound c c' x : fin c = true -> fin c' = true -> fin x = true ->
  LB (active_at c c' x) (toR c * toR x - toR c' * toR x).
Proof. intros. apply LB_sub; [now apply LB_mulf|now apply UB_mulf]. Qed.
Local Lemma inactive_at_sound c' x : fin c' = true -> fin x = true ->
  LB (inactive_at c' x) (0 - toR c' * toR x).
Proof. intros. apply LB_sub; [now apply LB0, Rle_refl|now apply UB_mulf]. Qed.

Section Relax.
Variables (c c' l h : float) (z : R).
Hypothesis c_fin : fin c = true.
Hypothesis z_in : inb (l, h) z.
Local Ltac finite :=
  destruct (finite c') eqn:c'_fin, (finite l) eqn:l_fin, (finite h) eqn:h_fin; simpl; try apply LB_nan;
  apply finite_fin in c'_fin, l_fin, h_fin;
  destruct z_in as [Ll Uh]; pose proof (LB_toR _ _ Ll l_fin); pose proof (UB_toR _ _ Uh h_fin); simpl in *.
Lemma relax_active_sound : (0 <=? l)%float = true -> LB (relax_active c c' l h) (toR c * Rmax 0 z - toR c' * z).
Proof.
  intro l_ge0. unfold relax_active. finite. rewrite leb_fin, toR0 in l_ge0 by (auto; reflexivity).
  destruct (Raux.Rle_bool_spec 0 (toR l)) as [l0|]; [|discriminate].
  eapply LB_fmin_le; [now apply active_at_sound..|].
  intros K. now apply vertices_active.
Qed.
Lemma relax_inactive_sound : (h <=? 0)%float = true -> LB (relax_inactive c' l h) (toR c * Rmax 0 z - toR c' * z).
Proof.
  intro h_le0. unfold relax_inactive. finite. rewrite leb_fin, toR0 in h_le0 by (auto; reflexivity).
  destruct (Raux.Rle_bool_spec (toR h) 0) as [h0|]; [|discriminate].
  eapply LB_fmin_le; [now apply inactive_at_sound..|].
  intros K. now apply vertices_inactive.
Qed.
Lemma relax_unstable_sound : (fin c' = true -> fin l = true /\ fin h = true) ->
  LB (relax_unstable c c' l h) (toR c * Rmax 0 z - toR c' * z).
Proof.
  intro bounded. unfold relax_unstable. destruct (finite c') eqn:c'_fin; [|apply LB_nan]. apply finite_fin in c'_fin.
  destruct (bounded c'_fin) as [l_fin h_fin]. destruct z_in as [Ll Uh].
  pose proof (LB_toR _ _ Ll l_fin). pose proof (UB_toR _ _ Uh h_fin). simpl in *.
  assert (L0 : LB 0%float 0) by now apply LB0, Rle_refl.
  change (LB (fmin 0 (fmin (inactive_at c' l) (active_at c c' h))) (toR c * Rmax 0 z - toR c' * z)).
  eapply (LB_fmin_le _ _ 0 (Rmin (0 - toR c' * toR l) (toR c * toR h - toR c' * toR h))); auto.
  - eapply LB_fmin_le; [now apply inactive_at_sound|now apply active_at_sound|].
    intros K. now apply Rmin_glb.
  - intros K K0 Km. apply (vertices_unstable _ _ (toR l) (toR h)); auto;
    (eapply Rle_trans; [exact Km|]); [apply Rmin_l|apply Rmin_r].
Qed.
Lemma active_exact : (0 <=? l)%float = true -> LB 0%float (toR c * Rmax 0 z - toR c * z).
Proof.
  intro l_ge0. destruct z_in as [Ll _]. pose proof (LB_leb _ _ 0%float Ll eq_refl l_ge0) as z0.
  rewrite toR0 in z0. apply LB0. rewrite Rmax_right; lra.
Qed.
Lemma inactive_exact : (h <=? 0)%float = true -> LB 0%float (toR c * Rmax 0 z - toR 0%float * z).
Proof.
  intro h_le0. destruct z_in as [_ Uh]. pose proof (UB_leb _ _ 0%float Uh eq_refl h_le0) as z0.
  rewrite toR0 in *. apply LB0. rewrite Rmax_left; lra.
Qed.
End Relax.

(** a slope that is finite only if the interval is *)
Local Lemma chord_finite l h c : fin (c * chord l h)%float = true -> fin l = true /\ fin h = true.
Proof.
  intro F. destruct (mul_near _ _ F) as (_ & Ft & _). unfold chord in Ft.
  destruct (finite l) eqn:Fl; [|discriminate]. destruct (finite h) eqn:Fh; [|discriminate].
  split; now apply finite_fin.
Qed.
Lemma keep_sound z : relaxes Keep z z.
Proof. intros c d a _ L. apply (LB_le _ _ _ L). simpl. lra. Qed.
(** nothing is added *)
Local Lemma no_constant d a b : LB d a -> LB 0%float b -> LB d (a + b).
Proof. intros L L0. apply LB_toR in L0; [|reflexivity]. rewrite toR0 in L0. apply (LB_le _ _ _ L). lra. Qed.
Theorem default_relaxer_sound l h z : inb (l, h) z -> relaxes (default_relaxer l h) (Rmax 0 z) z.
Proof.
  intros z_in c d a c_fin L. unfold default_relaxer.
  destruct (0 <=? l)%float eqn:l_ge0; [now apply no_constant, (active_exact c l h)|].
  destruct (h <=? 0)%float eqn:h_le0; [now apply no_constant, (inactive_exact c l h)|].
  cbn [slope add_constant]. generalize (sign_case c c_fin). destruct (0 <=? c)%float; intro c_sign.
  - apply no_constant; [exact L|]. apply LB0. generalize (Rmax_l 0 z) (Rmax_r 0 z). intros.
    destruct (- l <=? h)%float; rewrite ?toR0; nra.
  - apply LB_add; [exact L|]. apply relax_unstable_sound; auto. apply chord_finite.
Qed.
Theorem given_relaxer_sound l h s z : inb (l, h) z -> relaxes (given_relaxer l h s) (Rmax 0 z) z.
Proof.
  intros z_in c d a c_fin L. unfold given_relaxer.
  destruct (0 <=? l)%float eqn:l_ge0.
  { destruct (zero s); [now apply no_constant, (active_exact c l h)|now apply LB_add, relax_active_sound]. }
  destruct (h <=? 0)%float eqn:h_le0.
  { destruct (zero s); [now apply no_constant, (inactive_exact c l h)|now apply LB_add, relax_inactive_sound]. }
  destruct (finite (chord l h)) eqn:Ft; cbn [slope add_constant].
  - assert (bounded : fin l = true /\ fin h = true).
    { unfold chord in Ft. destruct (finite l) eqn:Fl; [|discriminate]. destruct (finite h) eqn:Fh; [|discriminate].
      split; now apply finite_fin. }
    destruct (0 <=? c)%float; now apply LB_add, relax_unstable_sound.
  - destruct (0 <=? c)%float; apply LB_add; auto; apply relax_unstable_sound; auto; intro F;
      destruct (mul_near _ _ F) as (_ & no & _); discriminate no.
Qed.

(** a value between 0 and z *)
Definition between (x z : R) : Prop := 0 <= x <= z \/ z <= x <= 0.
Local Lemma linear_ends (a l h z K : R) : l <= z <= h -> K <= a * l -> K <= a * h -> K <= a * z.
Proof. intros. destruct (Rle_lt_dec 0 a); nra. Qed.
Local Lemma vertices_wedge (c c' l h x z K : R) : between x z -> l <= z <= h ->
  K <= Rmin 0 (c * l) - c' * l -> K <= Rmin 0 (c * h) - c' * h -> K <= c * x - c' * z.
Proof.
  intros x_in z_in Kl Kh. pose proof (Rmin_l 0 (c * l)). pose proof (Rmin_r 0 (c * l)). pose proof (Rmin_l 0 (c * h)). pose proof (Rmin_r 0 (c * h)).
  destruct (Rle_lt_dec 0 (c * z)) as [P|P].
  - assert (K <= - c' * z) by (apply (linear_ends _ l h); lra). assert (0 <= c * x); [|lra].
    destruct x_in as [[x0 xz]|[zx x0]]; destruct (Rle_lt_dec 0 c); first [nra | assert (c * z <= c * x) by nra; lra].
  - assert (K <= (c - c') * z) by (apply (linear_ends _ l h); lra). assert (c * z <= c * x); [|lra].
    destruct x_in as [[x0 xz]|[zx x0]]; destruct (Rle_lt_dec 0 c); nra.
Qed.
Theorem wedge_relaxer_sound l h x z : between x z -> inb (l, h) z -> relaxes (wedge_relaxer l h) x z.
Proof.
  intros x_in z_in c d a c_fin L.
  assert (general : forall s t, LB (add_constant (Wedge s t l h) c (slope (Wedge s t l h) c) d) (a + (toR c * x - toR (slope (Wedge s t l h) c) * z))).
  { intros s t. cbn [add_constant]. generalize (slope (Wedge s t l h) c). intro c'. apply LB_add; [exact L|]. unfold relax_wedge.
    destruct (finite c') eqn:c'_fin, (finite l) eqn:l_fin, (finite h) eqn:h_fin; simpl; try apply LB_nan.
    apply finite_fin in c'_fin, l_fin, h_fin. destruct z_in as [Ll Uh]. pose proof (LB_toR _ _ Ll l_fin). pose proof (UB_toR _ _ Uh h_fin). simpl in *.
    assert (at_end : forall e, fin e = true -> LB (wedge_at c c' e) (Rmin 0 (toR c * toR e) - toR c' * toR e)).
    { intros e e_fin. apply LB_sub; [|now apply UB_mulf]. eapply LB_fmin_le; [now apply LB0, Rle_refl|now apply LB_mulf|].
      intros K. apply Rmin_glb. }
    eapply LB_fmin_le; [now apply at_end..|]. intros K. now apply (vertices_wedge _ _ (toR l) (toR h)). }
  unfold wedge_relaxer. destruct (0 <=? l)%float; [apply general|]. destruct (h <=? 0)%float; apply general.
Qed.
Lemma rise_between p q : between (Rmax 0 q - Rmax 0 p) (q - p).
Proof. unfold between, Rmax. destruct (Rle_dec 0 q), (Rle_dec 0 p); lra. Qed.
