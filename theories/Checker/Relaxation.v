(** * Linear lower bounds of the rectifier

    A backward pass replaces c·relu(z), with z in [l, h], by c'·z plus a constant.  Any c' is sound: c·relu(z) - c'·z
    is piecewise linear, so its minimum over the interval, which is the constant, is attained at l, at h, or at the kink.
    So slopes (α), and multipliers of split constraints (β), may come from an untrusted certificate.

    Main definitions: [relaxed] (c' and the constant); [default_slope], [given_slope].
    Main results: [default_slope_sound], [given_slope_sound].

    Trust: proved.
    Source: Zhang et al., "Efficient neural network robustness certification with general activation functions" (2018);
    Wang et al., "Beta-CROWN" (2021); docs/certificates.md, section 2. *)
From Coq Require Import Floats Reals Lra Bool Psatz.
From Warrant.Primitives Require Import FloatBounds.
Local Open Scope R_scope.

(** What becomes of c·relu(z): nothing, c'·z, or c'·z plus the constant k *)
Inductive relaxed := Vanishing | Linear (c' : float) | Shifted (c' k : float).
Definition slope (p : relaxed) : float := match p with Vanishing => 0%float | Linear c' | Shifted c' _ => c' end.
Definition constant (p : relaxed) : float := match p with Shifted _ k => k | _ => 0%float end.

(** lower bounds of c·x - c'·x and of -c'·x *)
Definition active_at (c c' x : float) : float := dn (dn (c * x) - up (c' * x)).
Definition inactive_at (c' x : float) : float := dn (0 - up (c' * x)).
(** the constant for an interval at the right of 0, at the left of 0, and for any interval *)
Definition relax_active (c c' l h : float) : float :=
  if finite c' && finite l && finite h then fmin (active_at c c' l) (active_at c c' h) else nan.
Definition relax_inactive (c' l h : float) : float :=
  if finite c' && finite l && finite h then fmin (inactive_at c' l) (inactive_at c' h) else nan.
Definition relax_unstable (c c' l h : float) : float :=
  if finite c' && finite l && finite h then fmin 0 (fmin (inactive_at c' l) (active_at c c' h)) else nan.

Definition default_slope (c l h : float) : relaxed :=
  if (0 <=? l)%float then Linear c
  else if (h <=? 0)%float then Vanishing
  else if (0 <=? c)%float then if (- l <=? h)%float then Linear c else Vanishing
  else let c' := (c * (h / (h - l)))%float in Shifted c' (relax_unstable c c' l h).
(** with the entry [s] of a slope table *)
Definition given_slope (c l h s : float) : relaxed :=
  if (0 <=? l)%float then
    if zero s then Linear c else let c' := (c - s)%float in Shifted c' (relax_active c c' l h)
  else if (h <=? 0)%float then
    if zero s then Vanishing else Shifted s (relax_inactive s l h)
  else
    let c' := if (0 <=? c)%float then (c * s)%float else (c * (h / (h - l)))%float in
    Shifted c' (relax_unstable c c' l h).

(** ** Soundness *)

(** [p] gives a slope and a constant that bound c·relu(z) from below *)
Local Notation relaxes p c z := (LB (constant p) (toR c * Rmax 0 z - toR (slope p) * z)).

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
Lemma relax_unstable_sound : LB (relax_unstable c c' l h) (toR c * Rmax 0 z - toR c' * z).
Proof.
  unfold relax_unstable. finite.
  assert (L0 : LB 0%float 0) by now apply LB0, Rle_refl.
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

Theorem default_slope_sound c l h z : fin c = true -> inb (l, h) z -> relaxes (default_slope c l h) c z.
Proof.
  intros c_fin z_in. unfold default_slope.
  destruct (0 <=? l)%float eqn:l_ge0; [now apply (active_exact c l h)|].
  destruct (h <=? 0)%float eqn:h_le0; [now apply (inactive_exact c l h)|].
  generalize (sign_case c c_fin). destruct (0 <=? c)%float; intro c_sign.
  - generalize (Rmax_l 0 z) (Rmax_r 0 z). intros. destruct (- l <=? h)%float; apply LB0; cbn [slope];
      rewrite ?toR0; nra.
  - now apply relax_unstable_sound.
Qed.
Theorem given_slope_sound c l h s z : fin c = true -> inb (l, h) z -> relaxes (given_slope c l h s) c z.
Proof.
  intros c_fin z_in. unfold given_slope.
  destruct (0 <=? l)%float eqn:l_ge0.
  { destruct (zero s); [now apply (active_exact c l h)|now apply relax_active_sound]. }
  destruct (h <=? 0)%float eqn:h_le0.
  { destruct (zero s); [now apply (inactive_exact c l h)|now apply relax_inactive_sound]. }
  destruct (0 <=? c)%float; now apply relax_unstable_sound.
Qed.
