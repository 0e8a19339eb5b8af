(** * Losses of a margin

    A loss of one number that is convex and at least 0, at least 1 at 0, and no larger at some h > 0 than at 0, bounds the 0-1 loss: to the left of 0 it cannot fall below its value there.  One
    that is convex, has a derivative at 0, and is less at some h > 0 than at 0, is calibrated.  It is not if it is convex and no larger at some u < 0 than at 0, or least at 0.

    Main definitions: [bounds_zero_one], [below_zero_one], [is_calibrated], [not_calibrated].
    Main results: [bounds_zero_one_correct], [below_zero_one_correct], [is_calibrated_correct], [not_calibrated_correct].

    Trust: proved.
    Source: P. Bartlett, M. Jordan, J. McAuliffe, Convexity, classification, and risk bounds, 2006, theorem 2 (Primitives/Losses/Properties.v has it). *)
From Coq Require Import Floats ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra.
From Coquelicot Require Import Hierarchy Derive.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Elementary Spec.Margins Spec.Losses Primitives.Fractions.
From Warrant Require Import Primitives.Autodiff.Programs Primitives.Autodiff.Forward Primitives.Autodiff.Reverse Primitives.Losses.Composition Primitives.Losses.Properties Checker.Relational Checker.Intervals.
From Warrant Require Import Checker.Gradients.Enclosures Checker.Gradients.Domain Checker.Losses.Facts Checker.Losses.Facts_sound Checker.Losses.Exact Checker.Losses.Program Checker.Losses.Program_sound.
From Warrant Require Checker.Gradients.Check_sound.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.

(** what is known of a number: an enclosure, and perhaps more *)
Definition value := (interval * option exact)%type.
Definition certainly_le (x y : value) : bool := certainly_at_most (fst x) (fst y) || exactly_at_most (snd x) (snd y).
Definition zero_value : value := (zero_interval, Some (Rational 0)).
Definition one_value : value := (unit_interval, Some (Rational 1)).

Section Margin.
Variables (q : question) (st : state) (a : positive).
(** the loss is a function of one number, and of nothing else *)
Definition alone : bool := (entries (selected q) =? 1) && (entries (others q) =? 0).
Definition exact_at (m : Q) : option exact :=
  PositiveMap.find a (all_exact (instructions st) (fun i => if Pos.eqb i 1 then Some m else None) (numbers_from 1 (length_of st)) (PositiveMap.empty exact)).
(** the loss at the margin m, if that is in the domain *)
Definition value_of_margin (m : Q) : option value := do M <- domain_point q st [m] []; Some (at_ M a, exact_at m).

Variable F : PositiveMap.t facts.
Definition loss_convex : bool := match PositiveMap.find a F with Some f => convex f | None => false end.
Definition loss_ge0 : bool := match PositiveMap.find a F with Some f => ge0 (sign f) | None => false end.
Definition bounds_zero_one (h : Q) : bool :=
  alone && loss_convex && loss_ge0 && less 0 h &&
  match value_of_margin 0, value_of_margin h with Some v, Some u => certainly_le u v && certainly_le one_value v | _, _ => false end.
Definition below_zero_one (m : Q) (M : PositiveMap.t interval) : bool := certainly_less (at_ M a) (if Qle_bool m 0 then unit_interval else zero_interval).

(** the loss is defined at all numbers, if it is at 0 *)
Definition sign_at (i : positive) : signs := match PositiveMap.find i F with Some f => sign f | None => no_signs end.
Definition fixed_at (i : positive) : bool := match PositiveMap.find i F with Some f => fixed f | None => false end.
Definition always_good (o : op) : bool :=
  match o with
  | Unary Log k => gt0 (sign_at k) || fixed_at k
  | Unary Root k => ge0 (sign_at k) || fixed_at k
  | Binary Div _ k => gt0 (sign_at k) || lt0 (sign_at k) || fixed_at k
  | _ => true
  end.
Definition all_instructions (good : op -> bool) : bool :=
  forallb (fun i => match PositiveMap.find i (instructions st) with Some o => good o | None => true end) (numbers_from 1 (length_of st)).
Definition unlimited : bool := match ranges q (selected q) with [[]] => true | _ => false end.
Definition is_calibrated (h : Q) : bool :=
  alone && unlimited && all_instructions always_good && loss_convex && less 0 h && all_instructions (certainly_good true (enclosures_at st [0%Q])) &&
  match value_of_margin 0, value_of_margin h with Some v, Some u => certainly_less (fst u) (fst v) | _, _ => false end.
Definition not_calibrated (u : Q) : bool :=
  alone &&
  match value_of_margin 0, value_of_margin u with
  | Some v, Some w => if less u 0 then loss_convex && certainly_le w v else loss_ge0 && certainly_le v zero_value
  | _, _ => false
  end.

(** ** Soundness *)

Local Open Scope R_scope.

Definition known_value (x : value) (r : R) : Prop := encloses (fst x) r /\ forall e, snd x = Some e -> exactly e r.
Lemma certainly_le_correct x y r s : known_value x r -> known_value y s -> certainly_le x y = true -> r <= s.
Proof.
  intros [ex hx] [ey hy] E. apply orb_prop in E as [E|E]; [exact (certainly_at_most_correct _ _ _ _ ex ey E)|exact (exactly_at_most_correct _ _ _ _ hx hy E)].
Qed.
Lemma zero_known : known_value zero_value 0.
Proof. split; [exact zero_encloses|]. intros e E. injection E as <-. symmetry. exact Q2R_0. Qed.
Lemma one_known : known_value one_value 1.
Proof. split; [exact unit_encloses|]. intros e E. injection E as <-. symmetry. exact Q2R_1. Qed.

Hypothesis comp : compile q = Some (st, a).
Hypothesis is_facts : F = program_facts q st.

Lemma alone_correct w : alone = true -> inside q (others q) w -> w = [].
Proof.
  intro E. apply andb_prop in E as [_ none]. apply Z.eqb_eq in none. intro iw. destruct (compile_sized _ _ _ comp) as [_ sw].
  pose proof (inside_length _ _ _ sw iw) as len. destruct w; [reflexivity|]. simpl in len. lia.
Qed.
Lemma one_margin x : alone = true -> inside q (selected q) x -> exists m, x = [m].
Proof.
  intro E. apply andb_prop in E as [one _]. apply Z.eqb_eq in one. intro ix. destruct (compile_sized _ _ _ comp) as [sx _].
  pose proof (inside_length _ _ _ sx ix) as len. destruct x as [|m [|]]; simpl in len; try lia. now exists m.
Qed.
Lemma value_of_margin_correct m v : value_of_margin m = Some v -> in_domain q [Q2R m] [] /\ known_value v (loss q [Q2R m] []).
Proof.
  unfold value_of_margin. destruct (domain_point q st [m] []) as [M|] eqn:D; [|discriminate]. intro E. injection E as <-.
  destruct (domain_point_correct _ _ _ _ _ _ comp D) as (ix & iw & dom & enc). cbn [map] in *. split; [exact dom|split; [exact enc|]].
  cbn [snd]. intros e known. destruct (in_domain_iff q st a _ _ comp ix iw) as (u & values & num & _). rewrite <- num.
  apply (all_exact_correct (instructions st) (fun i => if Pos.eqb i 1 then Some m else None) _ u values) with (l := numbers_from 1 (length_of st)) (M := PositiveMap.empty exact) (3 := known).
  - intros i p. destruct (Pos.eqb_spec i 1) as [->|]; [|discriminate]. intro E. now injection E as <-.
  - intros i d. now rewrite PositiveMap.gempty.
Qed.
Lemma loss_convex_correct w x y t : loss_convex = true -> in_domain q x w -> in_domain q y w -> 0 <= t <= 1 ->
  in_domain q (mix t x y) w /\ loss q (mix t x y) w <= t * loss q x w + (1 - t) * loss q y w.
Proof.
  unfold loss_convex. rewrite is_facts. destruct (PositiveMap.find a _) as [f|] eqn:known; [|discriminate]. intros ok (ix & iw & gx) (iy & _ & gy) t_in. assert (im := inside_mix _ _ _ _ _ t_in ix iy).
  destruct (in_domain_iff q st a x w comp ix iw) as (v & values & num & dx). destruct (in_domain_iff q st a y w comp iy iw) as (v' & values' & num' & dy).
  destruct (in_domain_iff q st a (mix t x y) w comp im iw) as (v'' & values'' & num'' & dm).
  destruct (program_facts_correct q st a t x y w v v' v'' comp t_in ix iy iw values values' values'' a f known) as [fm hf]; [now apply dx|now apply dy|].
  split; [now apply dm|]. rewrite <- num, <- num', <- num''. exact (holds_convex _ _ _ _ _ hf ok).
Qed.
(** the facts about an instruction, at one point *)
Lemma facts_at_point j f x w v : PositiveMap.find j F = Some f -> inside q (selected q) x -> inside q (others q) w -> models (instructions st) (at_inputs x w) v ->
  fine false (instructions st) v j -> signs_hold (sign f) (v j).
Proof. rewrite is_facts. exact (signs_at_point q st j f x w v (compile_sized _ _ _ comp)). Qed.
Lemma loss_ge0_correct w x : loss_ge0 = true -> in_domain q x w -> 0 <= loss q x w.
Proof.
  unfold loss_ge0. destruct (PositiveMap.find a F) as [f|] eqn:known; [|discriminate]. intros ok (ix & iw & gx). destruct (in_domain_iff q st a x w comp ix iw) as (v & values & num & dx).
  rewrite <- num. exact (holds_ge0 _ _ (facts_at_point a f x w v known ix iw values (proj2 dx (conj ix (conj iw gx)))) ok).
Qed.
Lemma mix_margins t m m' : mix t [m] [m'] = [t * m + (1 - t) * m'].
Proof. reflexivity. Qed.
(** between m and m' on both sides of 0 *)
Lemma zero_between m m' : m < 0 -> 0 < m' -> exists t, 0 < t < 1 /\ t * m + (1 - t) * m' = 0.
Proof.
  intros neg pos. exists (m' / (m' - m)). split; [|field; lra]. split; [apply Rdiv_lt_0_compat; lra|].
  apply (Rmult_lt_reg_r (m' - m)); [lra|]. replace (m' / (m' - m) * (m' - m)) with m' by (field; lra). lra.
Qed.

Theorem bounds_zero_one_correct h w m : bounds_zero_one h = true -> in_domain q [m] w -> zero_one m <= loss q [m] w.
Proof.
  unfold bounds_zero_one. destruct (value_of_margin 0) as [v|] eqn:V; [|now rewrite andb_false_r]. destruct (value_of_margin h) as [u|] eqn:U; [|now rewrite andb_false_r].
  intros E dm. apply andb_prop in E as [E E']. apply andb_prop in E' as [falls one]. apply andb_prop in E as [E h_gt0]. apply andb_prop in E as [E pos]. apply andb_prop in E as [single conv].
  assert (none : w = []) by (destruct dm as (_ & iw & _); now apply (alone_correct w)). subst w.
  destruct (value_of_margin_correct _ _ V) as [d0 k0]. destruct (value_of_margin_correct _ _ U) as [dh kh]. rewrite Q2R_0 in *. apply less_correct in h_gt0. rewrite Q2R_0 in h_gt0.
  apply (certainly_le_correct _ _ _ _ kh k0) in falls. apply (certainly_le_correct _ _ _ _ one_known k0) in one.
  unfold zero_one. destruct (Rle_dec m 0) as [m_le0|m_gt0]; [|now apply loss_ge0_correct]. destruct (Req_dec m 0) as [->|m_neq0]; [exact one|].
  destruct (zero_between m (Q2R h) ltac:(lra) h_gt0) as (t & t_in & middle). destruct (loss_convex_correct [] [m] [Q2R h] t conv dm dh ltac:(lra)) as [_ chord].
  rewrite mix_margins, middle in chord. set (L := fun m => loss q [m] []) in *. change (1 <= L m). change (L 0 <= t * L m + (1 - t) * L (Q2R h)) in chord. change (L (Q2R h) <= L 0) in falls. change (1 <= L 0) in one. nra.
Qed.
Theorem below_zero_one_correct m w M : domain_point q st [m] w = Some M -> below_zero_one m M = true ->
  exists r s, in_domain q [r] s /\ loss q [r] s < zero_one r.
Proof.
  intros D ok. destruct (domain_point_correct _ _ _ _ _ _ comp D) as (_ & _ & dom & enc). cbn [map] in *. exists (Q2R m), (map Q2R w). split; [exact dom|]. unfold below_zero_one in ok. unfold zero_one.
  destruct (Qle_bool m 0) eqn:sign.
  - apply le0_correct in sign. destruct (Rle_dec _ _); [|lra]. exact (certainly_less_correct _ _ _ _ enc unit_encloses ok).
  - apply gt0_correct in sign. destruct (Rle_dec _ _); [lra|]. exact (certainly_less_correct _ _ _ _ enc zero_encloses ok).
Qed.

(** ** Calibration *)

Lemma all_instructions_correct good i o : all_instructions good = true -> PositiveMap.find i (instructions st) = Some o -> good o = true.
Proof.
  intros all found. unfold all_instructions in all. rewrite forallb_forall in all. specialize (all i). rewrite found in all. apply all, Programs.numbers_from_correct. unfold length_of.
  destruct (compile_correct _ _ _ comp) as (wf & _). assert (lt_i : (i < next st)%positive) by (apply (proj2 wf); now exists o). pose proof (Pos2Nat.is_pos i). change (Pos.to_nat 1) with 1%nat. lia.
Qed.
Lemma all_fine smooth v : (forall i o, PositiveMap.find i (instructions st) = Some o -> (forall k, In k (operands o) -> fine smooth (instructions st) v k) -> good smooth v o) ->
  forall i o, PositiveMap.find i (instructions st) = Some o -> fine smooth (instructions st) v i.
Proof.
  destruct (compile_correct _ _ _ comp) as (wf & _). intros all i. induction i as [i IH] using (well_founded_induction (Wf_nat.well_founded_ltof positive Pos.to_nat)). intros o found.
  assert (below : forall k, In k (operands o) -> fine smooth (instructions st) v k).
  { intros k ink. assert (lt_k := proj1 wf _ _ found _ ink). assert (lt_i : (i < next st)%positive) by (apply (proj2 wf); now exists o). destruct (proj2 (proj2 wf k) ltac:(lia)) as [p at_k].
    apply (IH k) with (2 := at_k). now apply Pos2Nat.inj_lt. }
  exact (Fine _ _ _ _ o found (all i o found below) below).
Qed.
(** at 0, no kink is hit *)
Lemma fine_at_zero v : all_instructions (certainly_good true (enclosures_at st [0%Q])) = true -> models (instructions st) (at_inputs [0] []) v ->
  forall i o, PositiveMap.find i (instructions st) = Some o -> fine true (instructions st) v i.
Proof.
  intros smooth values. apply all_fine. intros i o found _. apply (certainly_good_correct v true (enclosures_at st [0%Q]) o); [|exact (all_instructions_correct _ _ _ smooth found)].
  apply (enclosures_at_correct st [0%Q] [0] [] v); [cbn; now rewrite Q2R_0|exact values].
Qed.
Lemma total_correct m : all_instructions always_good = true -> all_instructions (certainly_good true (enclosures_at st [0%Q])) = true ->
  (forall m, inside q (selected q) [m]) -> inside q (others q) [] -> in_domain q [m] [].
Proof.
  intros all smooth everywhere iw. assert (ix := everywhere m). destruct (in_domain_iff q st a [m] [] comp ix iw) as (v & values & _ & dom). apply dom.
  destruct (in_domain_iff q st a [0] [] comp (everywhere 0) iw) as (u & values0 & _ & _). assert (fine0 := fine_at_zero u smooth values0). destruct (compile_correct _ _ _ comp) as (wf & lt & _).
  assert (weaker : forall o, good true u o -> good false u o) by (intros [| |[] k|[] k l]; simpl; auto; lra).
  assert (same : forall k o, PositiveMap.find k (instructions st) = Some o -> fixed_at k = true -> fine false (instructions st) v k -> v k = u k).
  { intros k o at_k fix_k fk. unfold fixed_at in fix_k. destruct (PositiveMap.find k F) as [f|] eqn:known; [|discriminate]. rewrite is_facts in known. assert (t_in : 0 <= 1 <= 1) by lra.
    assert (values'' : models (instructions st) (at_inputs (mix 1 [m] [0]) []) v) by (replace (mix 1 [m] [0]) with [m]; [exact values|unfold mix; cbn; f_equal; ring]).
    assert (fk0 : fine false (instructions st) u k) by exact (supported_mono _ _ _ _ weaker (fine0 k o at_k)).
    destruct (program_facts_correct q st a 1 [m] [0] [] v u v comp t_in ix (everywhere 0) iw values values0 values'' k f known fk fk0) as [_ hf]. symmetry. exact (proj2 (holds_fixed _ _ _ _ _ hf fix_k)). }
  assert (operand : forall i o k, PositiveMap.find i (instructions st) = Some o -> In k (operands o) -> exists p, PositiveMap.find k (instructions st) = Some p).
  { intros i o k found ink. apply (proj2 wf). assert (lt_k := proj1 wf _ _ found _ ink). assert (lt_i : (i < next st)%positive) by (apply (proj2 wf); now exists o). lia. }
  apply (proj2 wf) in lt as [p at_a]. apply (all_fine false v) with (o := p); [|exact at_a]. intros i o found below. pose proof (all_instructions_correct _ _ _ all found) as ok.
  assert (good0 : good true u o) by (apply (fine_iff true _ u i o found), (fine0 i o found)).
  assert (known_sign : forall k, In k (operands o) -> (exists f, PositiveMap.find k F = Some f /\ signs_hold (sign f) (v k)) \/ PositiveMap.find k F = None).
  { intros k ink. destruct (PositiveMap.find k F) as [f|] eqn:known; [left|now right]. exists f. split; [reflexivity|]. exact (facts_at_point k f [m] [] v known ix iw values (below k ink)). }
  assert (moved : forall k, In k (operands o) -> fixed_at k = true -> v k = u k).
  { intros k ink fix_k. destruct (operand i o k found ink) as [p' at_k]. exact (same k p' at_k fix_k (below k ink)). }
  destruct o as [| |[] k|[] l k]; try exact I; cbn in ok, good0 |- *.
  - destruct (fixed_at k) eqn:fix_k; [rewrite (moved k ltac:(now left) fix_k); lra|]. rewrite orb_false_r in ok. unfold sign_at in ok.
    destruct (known_sign k ltac:(now left)) as [(f & known & S) | unknown]; [rewrite known in ok; exact (holds_ge0 _ _ S ok)|rewrite unknown in ok; discriminate].
  - destruct (fixed_at k) eqn:fix_k; [rewrite (moved k ltac:(now left) fix_k); exact good0|]. rewrite orb_false_r in ok. unfold sign_at in ok.
    destruct (known_sign k ltac:(now left)) as [(f & known & S) | unknown]; [rewrite known in ok; exact (holds_gt0 _ _ S ok)|rewrite unknown in ok; discriminate].
  - destruct (fixed_at k) eqn:fix_k; [rewrite (moved k ltac:(right; now left) fix_k); exact good0|]. rewrite orb_false_r in ok. unfold sign_at in ok.
    destruct (known_sign k ltac:(right; now left)) as [(f & known & S) | unknown]; [rewrite known in ok|rewrite unknown in ok; discriminate].
    apply orb_prop in ok as [ok|ok]; [pose proof (holds_gt0 _ _ S ok)|pose proof (holds_lt0 _ _ S ok)]; lra.
Qed.
Lemma unlimited_correct m : unlimited = true -> inside q (selected q) [m].
Proof. unfold unlimited, inside. destruct (ranges q (selected q)) as [|[|] [|]]; try discriminate. intros _. constructor; [intros b []|constructor]. Qed.
(** the loss has a derivative at a margin at which no kink is hit *)
Lemma derivative_correct : (forall m, inside q (selected q) [m]) -> inside q (others q) [] -> all_instructions (certainly_good true (enclosures_at st [0%Q])) = true ->
  exists d, derivable_pt_lim (fun m => loss q [m] []) 0 d.
Proof.
  intros everywhere none smooth. destruct (compile_correct _ _ _ comp) as (wf & lt & at_points). set (C := instructions st) in *.
  set (V := fun m => valuation C (at_inputs [m] [])). assert (values : forall m, models C (at_inputs [m] []) (V m)) by (intro m; apply valuation_correct, (proj1 wf)).
  assert (is_loss : forall m, V m a = loss q [m] []).
  { intro m. exact (loss_value q st a [m] [] (V m) comp (everywhere m) none (values m)). }
  assert (fine0 : fine true C (V 0) a) by (apply (proj2 wf) in lt as [o found]; exact (fine_at_zero (V 0) smooth (values 0) a o found)).
  set (dx := fun (h : R) (i : positive) => if Pos.eqb i 1 then h else 0).
  assert (diff : filterdiff (fun m => V m a) (locally 0) (fun h => tangent C (V 0) (dx h) a)).
  { apply (forward_mode_correct (U := R_NormedModule) 0 C (fun m => at_inputs [m] []) V dx (fun h => tangent C (V 0) (dx h))); [|exact values|intro h; apply tangent_correct, (proj1 wf)|exact fine0].
    intros i _. unfold dx. destruct (Pos.eqb_spec i 1) as [->|other].
    - apply (filterdiff_ext (fun m : R => m)); [intro m; reflexivity|]. apply (filterdiff_id (locally 0)).
    - apply (filterdiff_ext (fun _ : R => 0)); [|exact (filterdiff_const (0 : R_NormedModule))]. intro m. unfold at_inputs. cbn.
      destruct (Nat.pred (Pos.to_nat i)) as [|[|k]] eqn:E; try reflexivity. exfalso. pose proof (Pos2Nat.is_pos i). apply other. apply Pos2Nat.inj. change (Pos.to_nat 1) with 1%nat. lia. }
  exists (tangent C (V 0) (dx 1) a). apply is_derive_Reals. apply (is_derive_ext (fun m => V m a)); [exact is_loss|]. unfold is_derive.
  apply (filterdiff_ext_lin _ (fun h => tangent C (V 0) (dx h) a)); [exact diff|]. intro h.
  pose proof (linear_scal _ (proj1 diff) h (1 : R_NormedModule)) as scaled. unfold scal in scaled. cbn in scaled. unfold mult in scaled. cbn in scaled. rewrite Rmult_1_r in scaled. exact scaled.
Qed.
Theorem is_calibrated_correct h w : is_calibrated h = true -> inside q (others q) w -> (forall m, in_domain q [m] w) /\ classification_calibrated (fun m => loss q [m] w).
Proof.
  unfold is_calibrated. destruct (value_of_margin 0) as [v|] eqn:V; [|now rewrite andb_false_r]. destruct (value_of_margin h) as [u|] eqn:U; [|now rewrite andb_false_r].
  intros E iw. apply andb_prop in E as [E falls]. apply andb_prop in E as [E smooth]. apply andb_prop in E as [E h_gt0]. apply andb_prop in E as [E conv]. apply andb_prop in E as [E total].
  apply andb_prop in E as [single free]. assert (none := alone_correct w single iw). subst w. assert (dom : forall m, in_domain q [m] []) by (intro m; apply total_correct; auto; intro r; now apply unlimited_correct).
  split; [exact dom|]. set (L := fun m => loss q [m] []).
  assert (L_convex : forall r s t, 0 <= t <= 1 -> L (mean t r s) <= mean t (L r) (L s)) by (intros r s t t_in; apply (loss_convex_correct [] [r] [s] t conv (dom r) (dom s) t_in)).
  destruct derivative_correct as [d derivative]; [intro m; now apply unlimited_correct|exact iw|exact smooth|]. apply (convex_calibrated L d L_convex derivative).
  destruct (value_of_margin_correct _ _ V) as [_ [e0 _]]. destruct (value_of_margin_correct _ _ U) as [_ [eh _]]. rewrite Q2R_0 in e0. apply (certainly_less_correct _ _ _ _ eh e0) in falls.
  apply less_correct in h_gt0. rewrite Q2R_0 in h_gt0. pose proof (above_tangent L d L_convex derivative (Q2R h)) as above. fold (L 0) (L (Q2R h)) in falls. nra.
Qed.
Theorem not_calibrated_correct u : not_calibrated u = true -> inside q (others q) [] /\ ((forall m, in_domain q [m] []) -> ~ classification_calibrated (fun m => loss q [m] [])).
Proof.
  unfold not_calibrated. destruct (value_of_margin 0) as [v|] eqn:V; [|now rewrite andb_false_r]. destruct (value_of_margin u) as [x|] eqn:U; [|now rewrite andb_false_r].
  intro E. apply andb_prop in E as [single E]. destruct (value_of_margin_correct _ _ V) as [d0 k0]. destruct (value_of_margin_correct _ _ U) as [_ ku]. rewrite Q2R_0 in *.
  split; [exact (proj1 (proj2 d0))|]. intro dom. destruct (less u 0) eqn:side; apply andb_prop in E as [E le].
  - apply less_correct in side. rewrite Q2R_0 in side. apply (increasing_not_calibrated _ (Q2R u)); [|exact side|exact (certainly_le_correct _ _ _ _ ku k0 le)].
    intros r s t t_in. exact (proj2 (loss_convex_correct [] [r] [s] t E (dom r) (dom s) t_in)).
  - apply minimum_not_calibrated. intro s. apply (certainly_le_correct _ _ _ _ k0 zero_known) in le. pose proof (loss_ge0_correct [] [s] E (dom s)). lra.
Qed.
End Margin.
