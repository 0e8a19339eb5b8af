(** * Symmetric matrices

    A symmetric matrix is a triangle: the list of its rows, each from the diagonal on.  In floats its entries are intervals.  Sums of squares of linear forms are added up
    with outward rounding, and a matrix that is almost diagonal is bounded by its diagonal and the absolute values beside it (Gershgorin's discs).

    Main definitions: [form], [add_square], [diagonal], [add_row], [raise], [add_factor], [dominated], [below], [above].
    Main results: [form_add_square], [add_row_sound], [raise_sound], [add_factor_sound], [below_sound], [above_sound].

    Trust: proved.
    Source: S. Rump, Verification of positive definiteness, 2006 (bounds of eigenvalues from an approximate Cholesky factor). *)
From Coq Require Import Floats Reals Lra Lia List Bool.
From Warrant Require Import Spec.Training Primitives.FloatBounds.
Import ListNotations.
Local Open Scope R_scope.
Local Notation dot := Training.dot.

(** ** Real triangles *)

Fixpoint form (M : list (list R)) (x : list R) : R :=
  match M, x with
  | (m :: ms) :: M, a :: x => m * (a * a) + 2 * a * dot ms x + form M x
  | _, _ => 0
  end.
(** M + c a aᵀ *)
Fixpoint add_square (c : R) (M : list (list R)) (a : list R) : list (list R) :=
  match M, a with m :: M, b :: a' => plus_scaled (c * b) a m :: add_square c M a' | _, _ => [] end.
(** a triangle of [d] rows *)
Fixpoint shaped (d : nat) (M : list (list R)) : Prop :=
  match d, M with O, [] => True | S d', m :: M => length m = d /\ shaped d' M | _, _ => False end.

Lemma plus_scaled_length c x y : length x = length y -> length (plus_scaled c x y) = length y.
Proof. revert y. induction x as [|a x IH]; intros [|b y] same; try discriminate; [reflexivity|]. cbn in *. f_equal. apply IH. lia. Qed.
Lemma dot_plus_scaled c x y z : length x = length y -> length z = length y -> dot (plus_scaled c x y) z = c * dot x z + dot y z.
Proof.
  revert y z. induction x as [|a x IH]; intros [|b y] [|e z] same fits; try discriminate; cbn in *; [ring|].
  rewrite IH by lia. ring.
Qed.
Lemma shaped_add_square c d M a : shaped d M -> length a = d -> shaped d (add_square c M a).
Proof.
  revert M a. induction d as [|d IH]; intros [|m M] [|b a] shape fits; try easy. cbn in *. destruct shape as [m_fits shape]. split.
  - destruct m as [|e m]; [discriminate|]. cbn in *. f_equal. rewrite plus_scaled_length; lia.
  - apply IH; [exact shape | lia].
Qed.
Theorem form_add_square c d M a x : shaped d M -> length a = d -> length x = d ->
  form (add_square c M a) x = form M x + c * (dot a x * dot a x).
Proof.
  revert M a x. induction d as [|d IH]; intros [|m M] [|b a] [|e x] shape fits x_fits; try easy; [cbn; ring|].
  cbn in shape. destruct shape as [m_fits shape]. destruct m as [|m0 m]; [discriminate|]. cbn in *.
  rewrite IH by (assumption || lia). rewrite dot_plus_scaled by lia. ring.
Qed.

(** Σ c(i) x(i)² *)
Fixpoint weighted (c x : list R) : R := match c, x with a :: c, b :: x => a * (b * b) + weighted c x | _, _ => 0 end.
Fixpoint sum_abs (m : list R) : R := match m with [] => 0 | a :: m => Rabs a + sum_abs m end.
Fixpoint plus_abs (c m : list R) : list R := match c, m with a :: c, b :: m => a + Rabs b :: plus_abs c m | _, _ => [] end.
Local Lemma weighted_plus_abs c m x : length c = length x -> length m = length x ->
  weighted (plus_abs c m) x = weighted c x + weighted (map Rabs m) x.
Proof. revert m x. induction c as [|a c IH]; intros [|b m] [|e x] fits m_fits; try discriminate; cbn in *; [ring|]. rewrite IH by lia. ring. Qed.
Local Lemma product_bound a b e : Rabs (2 * a * (b * e)) <= Rabs b * (a * a) + Rabs b * (e * e).
Proof.
  replace (2 * a * (b * e)) with (b * (2 * a * e)) by ring. rewrite Rabs_mult, <- Rmult_plus_distr_l.
  apply Rmult_le_compat_l; [apply Rabs_pos|]. pose proof (Rle_0_sqr (a - e)) as minus. pose proof (Rle_0_sqr (a + e)) as plus.
  unfold Rsqr in *. apply Rabs_le. lra.
Qed.
(** the part of the form beside the diagonal *)
Local Lemma beside_bound a m x : Rabs (2 * a * dot m x) <= sum_abs m * (a * a) + weighted (map Rabs m) x.
Proof.
  revert x. induction m as [|b m IH]; intros [|e x]; cbn.
  1, 2: rewrite Rmult_0_r, Rabs_R0; lra.
  - rewrite Rmult_0_r, Rabs_R0. pose proof (Rabs_pos b). pose proof (Rle_0_sqr a) as square. unfold Rsqr in square.
    assert (0 <= sum_abs m) by (clear; induction m as [|c m IH]; cbn; [|pose proof (Rabs_pos c)]; lra).
    assert (0 <= (Rabs b + sum_abs m) * (a * a)) by (apply Rmult_le_pos; lra). lra.
  - rewrite Rmult_plus_distr_l. eapply Rle_trans; [apply Rabs_triang|]. pose proof (product_bound a b e). pose proof (IH x). lra.
Qed.

(** ** Triangles of intervals *)

Notation triangle := (list (list (float * float))).
Definition encloses : triangle -> list (list R) -> Prop := Forall2 (Forall2 inb).
Notation all_fin := (Forall (fun f => fin f = true)).

Fixpoint diagonal (d : nat) : triangle := match d with O => [] | S d' => repeat (0, 0)%float d :: diagonal d' end.
(** c a + t *)
Fixpoint add_multiple (c : float) (a : list float) (t : list (float * float)) : list (float * float) :=
  match a, t with
  | b :: a, (low, high) :: t => let p := (c * b)%float in (dn (low + dn p)%float, up (high + up p)%float) :: add_multiple c a t
  | _, _ => []
  end.
(** T + a aᵀ, or T - a aᵀ *)
Fixpoint add_row (minus : bool) (T : triangle) (a : list float) : triangle :=
  match T, a with t :: T, b :: a' => add_multiple (if minus then (- b)%float else b) a t :: add_row minus T a' | _, _ => [] end.
(** T + c on the diagonal *)
Fixpoint add_diagonal (c : float) (T : triangle) : triangle :=
  match T with ((low, high) :: t) :: T => ((dn (low + c)%float, up (high + c)%float) :: t) :: add_diagonal c T | _ => T end.
(** the same without the first entry *)
Definition raise (c : float) (T : triangle) : triangle := match T with t :: T => t :: add_diagonal c T | [] => [] end.
(** T + Σ f fᵀ, or T - Σ f fᵀ, over the rows f of an upper triangular factor *)
Fixpoint add_factor (minus : bool) (T : triangle) (factor : list (list float)) : triangle :=
  match factor, T with
  | f :: factor, _ :: _ => match add_row minus T f with t :: T => t :: add_factor minus T factor | [] => [] end
  | _, _ => T
  end.

(** Σ |m|, from above, on top of c *)
Fixpoint add_magnitudes (c : float) (m : list (float * float)) : float :=
  match m with [] => c | p :: m => add_magnitudes (up (c + magnitude p)%float) m end.
Fixpoint each_magnitude (c : list float) (m : list (float * float)) : list float :=
  match c, m with a :: c, p :: m => up (a + magnitude p)%float :: each_magnitude c m | _, _ => [] end.
(** Each diagonal entry passes the test together with the sum of the absolute values beside it; [debts] are those in the columns above. *)
Fixpoint dominated (test : float * float -> float -> bool) (T : triangle) (debts : list float) : bool :=
  match T, debts with
  | [], [] => true
  | (p :: m) :: T, c :: debts => test p (add_magnitudes c m) && dominated test T (each_magnitude debts m)
  | _, _ => false
  end.
(** the same of [add_factor minus T factor], of which no more than the rows still to come is ever there *)
Fixpoint settled (test : float * float -> float -> bool) (minus : bool) (T : triangle) (factor : list (list float)) (debts : list float) : bool :=
  match factor with
  | [] => dominated test T debts
  | f :: factor =>
    match add_row minus T f, debts with
    | (p :: m) :: T, c :: debts => if test p (add_magnitudes c m) then settled test minus T factor (each_magnitude debts m) else false
    | _, _ => false
    end
  end.
Definition no_debts (T : triangle) : list float := map (fun _ => 0%float) T.
(** the form is at most, at least, a multiple of the squared norm: the factor makes up for the difference *)
Definition below (top : float) (T : triangle) (factor : list (list float)) : bool :=
  settled (fun p r => up (snd p + r)%float <=? top)%float false T factor (no_debts T).
Definition above (bottom : float) (T : triangle) (factor : list (list float)) : bool :=
  settled (fun p r => bottom <=? dn (fst p - r)%float)%float true T factor (no_debts T).

(** ** Soundness *)

Lemma diagonal_sound d : exists M, encloses (diagonal d) M /\ shaped d M /\ forall x, length x = d -> form M x = 0.
Proof.
  induction d as [|d (M & enclosed & shape & zero)]; [exists []; repeat split; constructor|].
  exists (repeat 0 (S d) :: M). repeat split.
  - constructor; [|exact enclosed]. clear. induction (S d) as [|n IH]; constructor; [|exact IH].
    split; [apply LB0|apply UB0]; lra.
  - apply repeat_length.
  - exact shape.
  - intros [|a x] fits; [discriminate|]. cbn. rewrite zero by (cbn in fits; lia).
    replace (dot (repeat 0 d) x) with 0; [ring|]. clear. revert x. induction d as [|d IH]; intros [|b x]; cbn; try reflexivity. rewrite <- IH. ring.
Qed.
Lemma add_multiple_sound c a t m : fin c = true -> all_fin a -> Forall2 inb t m -> Forall2 inb (add_multiple c a t) (plus_scaled (toR c) (map toR a) m).
Proof.
  intros c_fin a_fin enclosed. revert t m enclosed. induction a_fin as [|b a b_fin _ IH]; intros t m enclosed; [now constructor|].
  destruct enclosed as [|[low high] r t m [lower upper] enclosed]; [constructor|]. cbn [add_multiple map plus_scaled]. constructor; [|now apply IH].
  split; cbn [fst snd] in *; rewrite Rplus_comm; [apply LB_add | apply UB_add]; auto using LB_mulf, UB_mulf.
Qed.
Local Notation sign minus := (if minus then -1 else 1).
Lemma add_row_sound minus T a M : all_fin a -> encloses T M -> encloses (add_row minus T a) (add_square (sign minus) M (map toR a)).
Proof.
  intros a_fin enclosed. revert T M enclosed. induction a_fin as [|b a b_fin a_fin IH]; intros T M enclosed; [destruct enclosed; constructor|].
  destruct enclosed as [|t m T M row enclosed]; [constructor|]. cbn [add_row map add_square]. constructor; [|now apply IH].
  destruct minus.
  - destruct (fin_opp b b_fin) as [opp_fin opp_value]. replace (-1 * toR b) with (toR (- b)%float) by (rewrite opp_value; ring).
    apply (add_multiple_sound _ (b :: a)); auto.
  - rewrite Rmult_1_l. apply (add_multiple_sound _ (b :: a)); auto.
Qed.

Lemma add_diagonal_sound c T M d : fin c = true -> encloses T M -> shaped d M ->
  exists N, encloses (add_diagonal c T) N /\ shaped d N /\ forall x, length x = d -> form N x = form M x + toR c * dot x x.
Proof.
  intros c_fin enclosed. revert d. induction enclosed as [|t m T M row enclosed IH]; intros [|d] shape; try easy.
  { exists []. repeat split; [constructor|]. intros [|a x] fits; [cbn; ring|discriminate]. }
  destruct shape as [m_fits shape]. destruct (IH d shape) as (N & enclosed' & shape' & value).
  destruct row as [|[low high] r t m [lower upper] row]; [discriminate|]. exists ((r + toR c :: m) :: N). cbn [add_diagonal]. split; [|split].
  - constructor; [|exact enclosed']. constructor; [|exact row]. split; cbn [fst snd] in *; [apply LB_add | apply UB_add]; auto using LB_fin, UB_fin, Rle_refl.
  - now split.
  - intros [|a x] fits; [discriminate|]. cbn [form]. rewrite value by (cbn in fits; lia). cbn. ring.
Qed.
Theorem raise_sound c T M d : fin c = true -> encloses T M -> shaped d M ->
  exists N, encloses (raise c T) N /\ shaped d N /\ forall x, length x = d -> form N x = form M x + toR c * dot (penalised true x) (penalised true x).
Proof.
  intros c_fin enclosed shape. destruct enclosed as [|t m T M row enclosed].
  { exists []. destruct d; [|easy]. repeat split; [constructor|]. intros [|a x] fits; [cbn; ring|discriminate]. }
  destruct d as [|d]; [easy|]. destruct shape as [m_fits shape]. destruct (add_diagonal_sound c T M d c_fin enclosed shape) as (N & enclosed' & shape' & value).
  exists (m :: N). split; [now constructor|]. split; [now split|]. intros [|a x] fits; [discriminate|].
  destruct m as [|m0 m]; [discriminate|]. cbn [form penalised Training.dot]. rewrite value by (cbn in fits; lia). ring.
Qed.

(** upper triangular: rows of d, d - 1, … finite numbers *)
Fixpoint factor_fits (d : nat) (factor : list (list float)) : Prop :=
  match factor, d with [], _ => True | f :: factor, S d' => length f = d /\ all_fin f /\ factor_fits d' factor | _, O => False end.
Theorem add_factor_sound minus d T factor M : factor_fits d factor -> encloses T M -> shaped d M ->
  exists M', encloses (add_factor minus T factor) M' /\ shaped d M' /\
    forall x, length x = d -> if minus then form M' x <= form M x else form M x <= form M' x.
Proof.
  revert d T M. induction factor as [|f factor IH]; intros d T M fits enclosed shape.
  { exists M. repeat split; auto. intros x _. destruct minus; lra. }
  destruct d as [|d]; [easy|]. cbn in fits. destruct fits as (f_fits & f_fin & fits).
  pose proof (add_row_sound minus T f M f_fin enclosed) as added.
  assert (length (map toR f) = S d) as f_length by now rewrite length_map.
  pose proof (shaped_add_square (sign minus) (S d) M (map toR f) shape f_length) as shape'.
  pose proof (fun x => form_add_square (sign minus) (S d) M (map toR f) x shape f_length) as value.
  destruct enclosed as [|t m T M row enclosed]; [easy|]. cbn [add_factor].
  destruct added as [|t' m' T' M' row' enclosed']; [easy|]. destruct shape' as [m'_fits shape'].
  destruct (IH d T' M' fits enclosed' shape') as (M'' & enclosed'' & shape'' & bound).
  exists (m' :: M''). split; [now constructor|]. split; [now split|].
  intros x x_fits. specialize (value x x_fits). destruct x as [|e x]; [discriminate|]. assert (x_fits' : length x = d) by (cbn in x_fits; lia).
  specialize (bound x x_fits'). pose proof (Rle_0_sqr (dot (map toR f) (e :: x))) as square. unfold Rsqr in square.
  destruct m' as [|m0 m']; [discriminate|]. cbn [form] in value |- *. destruct minus; lra.
Qed.

Lemma add_magnitudes_sound c r m n : UB c r -> Forall2 inb m n -> UB (add_magnitudes c m) (r + sum_abs n).
Proof.
  intros upper enclosed. revert c r upper. induction enclosed as [|p a m n within _ IH]; intros c r upper; cbn.
  - now rewrite Rplus_0_r.
  - rewrite <- Rplus_assoc. apply IH, UB_add; [exact upper|]. now apply magnitude_sound.
Qed.
Lemma each_magnitude_sound c r m n : Forall2 UB c r -> Forall2 inb m n -> Forall2 UB (each_magnitude c m) (plus_abs r n).
Proof.
  intros upper. revert m n. induction upper as [|a b c r a_upper _ IH]; intros m n enclosed; [constructor|].
  destruct enclosed as [|p e m n within enclosed]; [constructor|]. cbn. constructor; [|now apply IH].
  apply UB_add; [exact a_upper|]. now apply magnitude_sound.
Qed.
Local Lemma plus_abs_length r n : length r = length n -> length (plus_abs r n) = length n.
Proof. revert n. induction r as [|a r IH]; intros [|b n] fits; try discriminate; [reflexivity|]. cbn in *. f_equal. apply IH. lia. Qed.

Section Dominated.
Variables (test : float * float -> float -> bool) (s limit : R).
(** s = 1: the form is at most limit times the squared norm; s = -1: it is at least - limit times that *)
Hypothesis test_sound : forall p m c r, inb p m -> UB c r -> test p c = true -> s * m + r <= limit.
Hypothesis s_sign : Rabs s = 1.
Lemma dominated_sound T debts M r d x : dominated test T debts = true -> encloses T M -> Forall2 UB debts r -> shaped d M -> length r = d -> length x = d ->
  s * form M x + weighted r x <= limit * dot x x.
Proof.
  revert debts M r d x. induction T as [|t T IH]; intros debts M r d x pass enclosed upper shape r_fits x_fits.
  - destruct M; [|inversion enclosed]. destruct d; [|easy]. destruct r; [|discriminate]. destruct x; [|discriminate]. cbn. lra.
  - destruct M as [|m M]; [inversion enclosed|]. apply Forall2_cons_iff in enclosed as [row enclosed']. destruct d as [|d]; [easy|].
    destruct shape as [m_fits shape]. destruct t as [|p t]; [discriminate|]. destruct m as [|m0 ms]; [inversion row|].
    apply Forall2_cons_iff in row as [within row']. destruct debts as [|c debts]; [discriminate|]. destruct r as [|e r']; [discriminate|].
    apply Forall2_cons_iff in upper as [c_upper upper'].
    destruct x as [|a x]; [discriminate|]. cbn in m_fits, r_fits, x_fits. cbn [dominated] in pass. apply andb_true_iff in pass as [diag pass].
    pose proof (test_sound _ _ _ _ within (add_magnitudes_sound c e t ms c_upper row') diag) as diag_bound.
    assert (r_fits' : length (plus_abs r' ms) = d) by (rewrite plus_abs_length; lia).
    assert (x_fits' : length x = d) by lia.
    pose proof (IH _ M _ d x pass enclosed' (each_magnitude_sound _ _ _ _ upper' row') shape r_fits' x_fits') as rest.
    rewrite weighted_plus_abs in rest by lia. pose proof (beside_bound a ms x) as beside.
    assert (side : s * (2 * a * dot ms x) <= sum_abs ms * (a * a) + weighted (map Rabs ms) x).
    { eapply Rle_trans; [|exact beside]. eapply Rle_trans; [apply Rle_abs|]. rewrite Rabs_mult, s_sign. lra. }
    pose proof (Rle_0_sqr a) as square. unfold Rsqr in square. apply (Rmult_le_compat_r _ _ _ square) in diag_bound.
    cbn [form weighted Training.dot]. lra.
Qed.
End Dominated.
Lemma settled_correct test minus T factor debts : settled test minus T factor debts = true -> dominated test (add_factor minus T factor) debts = true.
Proof.
  revert T debts. induction factor as [|f factor IH]; intros T debts; [now destruct T|]. cbn [settled add_factor].
  destruct T as [|t T]; [discriminate|]. destruct (add_row minus (t :: T) f) as [|[|p m] U]; try discriminate. destruct debts as [|c debts]; [discriminate|].
  cbn [dominated]. destruct (test _ _); [apply IH | discriminate].
Qed.
Lemma no_debts_sound T : Forall2 UB (no_debts T) (repeat 0 (length T)).
Proof. induction T as [|t T IH]; constructor; [apply UB0; lra | exact IH]. Qed.
Local Lemma weighted_zero n x : weighted (repeat 0 n) x = 0.
Proof. revert x. induction n as [|n IH]; intros [|a x]; cbn; try reflexivity. rewrite IH. ring. Qed.
Local Lemma shaped_length d M : shaped d M -> length M = d.
Proof. revert M. induction d as [|d IH]; intros [|m M] shape; try easy. cbn. f_equal. apply IH, shape. Qed.

Theorem below_sound top T factor M d x : fin top = true -> below top T factor = true -> factor_fits d factor -> encloses T M -> shaped d M -> length x = d ->
  form M x <= toR top * dot x x.
Proof.
  intros top_fin pass factor_ok enclosed shape fits. destruct (add_factor_sound false d T factor M factor_ok enclosed shape) as (M' & enclosed' & shape' & bound).
  apply (Rle_trans _ _ _ (bound x fits)). rewrite <- (Rmult_1_l (form M' x)), <- (Rplus_0_r (1 * _)), <- (weighted_zero (length T) x).
  eapply dominated_sound; [| apply Rabs_R1 | exact (settled_correct _ _ _ _ _ pass) | exact enclosed' | apply no_debts_sound | exact shape' | | exact fits].
  - intros p m c r [_ upper] c_upper test. rewrite Rmult_1_l. eapply UB_leb; [|exact top_fin|exact test]. now apply UB_add.
  - rewrite repeat_length. now rewrite (Forall2_length enclosed), (shaped_length d M).
Qed.
Theorem above_sound bottom T factor M d x : fin bottom = true -> above bottom T factor = true -> factor_fits d factor -> encloses T M -> shaped d M -> length x = d ->
  toR bottom * dot x x <= form M x.
Proof.
  intros bottom_fin pass factor_ok enclosed shape fits. destruct (add_factor_sound true d T factor M factor_ok enclosed shape) as (M' & enclosed' & shape' & bound).
  apply (Rle_trans _ (form M' x)); [|exact (bound x fits)].
  enough (-1 * form M' x + weighted (repeat 0 (length T)) x <= - toR bottom * dot x x) as below by (rewrite weighted_zero in below; lra).
  eapply dominated_sound; [| | exact (settled_correct _ _ _ _ _ pass) | exact enclosed' | apply no_debts_sound | exact shape' | | exact fits].
  - intros p m c r [lower _] c_upper test. enough (toR bottom <= m - r) by lra. eapply LB_leb; [|exact bottom_fin|exact test]. now apply LB_sub.
  - rewrite Rabs_left; lra.
  - rewrite repeat_length. now rewrite (Forall2_length enclosed), (shaped_length d M).
Qed.
