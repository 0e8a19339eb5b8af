(** * The checker of proofs

    [prove n p c] lowers a model and a property to blocks and queries, and follows the certificate [c].  If it answers true, the claim holds.

    Main definitions: [compile_lowered], [compile_with], [compile], [prove]; [Never] (what is proved).
    Main results: [accepted_at] (about one valuation), [lowered_sound], [compiled_sound], [proved_sound].

    Trust: proved. *)
From Coq Require Import Floats Reals Lra Lia List Bool Uint63 ZArith.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Network Spec.Formula Spec.SExpressions Spec.VnnLib Spec.Claims.
From Warrant Require Import Primitives.FloatBounds Checker.Relational Checker.Blocks Checker.Intervals Checker.Forms Checker.Forms_sound.
From Warrant Require Import Checker.Lowering Checker.Lowering_sound Checker.Queries Checker.Queries_sound Checker.Inputs Checker.Tree Checker.Tree_sound.
Import ListNotations.

(** the blocks of a lowered function, and for each query about it, perhaps with a ball, its block, its region and its disjuncts *)
Definition compile_lowered (L : lowered) (qs : list (Queries.query * option ball)) : option (list block * list Tree.query) :=
  do l <- map_all (fun '(q, g) => do (b, ds) <- add_rows L (disjuncts q); Some (b, Region (qbox q) g, ds)) qs;
  Some (rev (made (program_of L)), l).
(** for a function that [from] lowers, and the queries of a property about it *)
Definition compile_with (from : list form -> program -> option (list form * program)) (p : property) : option (list block * list Tree.query) :=
  do L <- lower_with from (Formula.inputs p);
  do qs <- when (Nat.eqb (length (output_forms L)) (outputs p)) (queries p);
  compile_lowered L (map (fun q => (q, None)) qs).
Definition compile (n : model) (p : property) : option (list block * list Tree.query) :=
  when (Z.of_nat (Formula.inputs p) =? input_count n)%Z (compile_with (lower_from n) p).
Definition prove (n : model) (p : property) (certificate : bytes) : bool :=
  match compile n p with Some (network, qs) => check_queries certificate network qs | None => false end.
(** the network has an output on every input, and none that satisfies the assertions *)
Definition Never (n : model) (p : property) : Prop :=
  Runs n p /\ forall x y : list R, length x = Formula.inputs p -> network n x = Some y -> ~ satisfies x y (assertion p).

(** ** Soundness *)
Local Open Scope R_scope.

Lemma term_rel {A B} {SA : scalar A} {SB : scalar B} (P : A -> B -> Prop) (H : scalar_rel P) x x' y y' t :
  Forall2 P x x' -> Forall2 P y y' -> P (term_value x y t) (term_value x' y' t).
Proof.
  intros rx ry. assert (member_ : forall l l' i, Forall2 P l l' -> P (nth i l Tensor.zero) (nth i l' Tensor.zero)).
  { intros l l' i rel. revert i. induction rel; intros [|i]; simpl; auto; apply (rel_zero _ H). }
  induction t; simpl; auto; [apply (rel_number _ H)|now apply (rel_add _ H)|now apply (rel_opp _ H)|now apply (rel_mul _ H)].
Qed.

(** what a row of a disjunct says *)
Definition claims (x y : list R) (r : term * bool) : Prop :=
  let s := term_value x y (fst r) in if snd r then s < 0 else s <= 0.
Definition claims_value (y : int -> R) (p : int * bool) : Prop := if snd p then y (fst p) < 0 else y (fst p) <= 0.
(** a number that is at most 0, or less where it is strict *)
Definition row_true (s : R * bool) : Prop := if snd s then fst s < 0 else fst s <= 0.
Lemma number_rows_sound y d : forall i rest, assigned y i (map fst d ++ rest) ->
  assigned y (snd (number_rows i d)) rest /\ (Forall row_true d -> Forall (claims_value y) (fst (number_rows i d))).
Proof.
  induction d as [|[t s] d IH]; simpl; intros i rest set_; [split; [exact set_|constructor]|].
  destruct set_ as [et set_]. specialize (IH _ _ set_). destruct (number_rows (i + 1) d) as [r j]. cbn [fst snd] in *.
  destruct IH as [IH1 IH2]. split; [exact IH1|]. intro all. inversion all as [|? ? holds rest_holds]; subst. constructor; [|now apply IH2].
  exact holds.
Qed.
Lemma number_disjuncts_sound y ds : forall i, assigned y i (map fst (List.concat ds)) ->
  Exists (Forall row_true) ds -> Exists (Forall (claims_value y)) (number_disjuncts i ds).
Proof.
  induction ds as [|d ds IH]; simpl; intros i set_ ex; [inversion ex|].
  rewrite map_app in set_. destruct (number_rows_sound y d i _ set_) as [rest_set holds].
  destruct (number_rows i d) as [r j]. cbn [fst snd] in *.
  inversion ex as [? ? now_|? ? later]; subst; [left; now apply holds|right; now apply IH].
Qed.

(** rows of forms that stand for numbers *)
Definition rows_rel (y : int -> R) (N : int) : list (form * bool) -> list (R * bool) -> Prop := Forall2 (fun f r => frel y N (fst f) (fst r) /\ snd f = snd r).
Lemma number_rows_same {A B} (d : list (A * bool)) (e : list (B * bool)) : Forall2 (fun p q => snd p = snd q) d e -> forall i, number_rows i d = number_rows i e.
Proof. induction 1 as [|[a s] [b t] d e same _ IH]; intro i; simpl; [reflexivity|]. simpl in same. now rewrite IH, same. Qed.
Lemma number_disjuncts_same {A B} (ds : list (list (A * bool))) (es : list (list (B * bool))) : Forall2 (Forall2 (fun p q => snd p = snd q)) ds es ->
  forall i, number_disjuncts i ds = number_disjuncts i es.
Proof.
  induction 1 as [|d e ds es same _ IH]; intro i; simpl; [reflexivity|]. rewrite (number_rows_same d e same). destruct (number_rows i e). now rewrite IH.
Qed.
Lemma add_form_rows_sound start y p ds rs b nums : add_form_rows (next p) ds = Some (b, nums) -> program_ok start y p -> Forall2 (rows_rel y (next p)) ds rs ->
  exists y', agree (next p) y y' /\ blocks_hold y' start (rev (made p) ++ [b]) /\ (Exists (Forall row_true) rs -> Exists (Forall (claims_value y')) nums).
Proof.
  unfold add_form_rows. intros done (place & pos & holds) rel. set (N := next p) in *.
  destruct (map_all _ (List.concat ds)) as [rows|] eqn:erows; [|discriminate].
  destruct (fresh N (List.concat ds)) as [[vs n]|] eqn:nums_; [|discriminate]. injection done as <- <-.
  set (zs := map fst (List.concat rs)). set (forms := map fst (List.concat ds)).
  assert (joined : rows_rel y N (List.concat ds) (List.concat rs)) by (clear -rel; induction rel; simpl; [constructor|now apply Forall2_app]).
  assert (len : length zs = length (List.concat ds)) by (unfold zs; rewrite length_map; symmetry; exact (Forall2_length joined)).
  assert (set_ : assigned (extended y N zs) N zs).
  { apply (extended_assigned _ y N N vs n [] zs nums_ len). simpl. lia. }
  assert (same : agree N y (extended y N zs)) by apply extended_agree.
  exists (extended y N zs). split; [exact same|]. split.
  - apply blocks_hold_app; [now apply holds|]. rewrite <- place. cbn [bact brows]. fold N.
    assert (rel' : Forall2 (frel (extended y N zs) N) forms zs).
    { apply (forms_extend y _ N N same (le_int_refl _)). unfold forms, zs. clear -joined. induction joined as [|? ? ? ? [r _]]; simpl; constructor; auto. }
    assert (nums_forms : fresh N forms = Some (vs, n)).
    { rewrite <- nums_. apply fresh_same. apply length_map. }
    apply (rows_of_hold Id forms I _ N zs rows N vs n pos); [|exact nums_forms|exact rel'|].
    + unfold forms. clear -erows. revert rows erows. induction (List.concat ds) as [|r l IH]; simpl; intros rows erows; [exact erows|].
      destruct (row_of _) as [a|]; [|discriminate].
      destruct (map_all (fun r => row_of (fst r)) l) as [k|]; [|discriminate]. now rewrite (IH _ eq_refl).
    + simpl. rewrite map_id. exact set_.
  - intro ex. rewrite (number_disjuncts_same ds rs).
    + now apply number_disjuncts_sound.
    + clear -rel. induction rel as [|d r ds rs rel _ IH]; constructor; [|exact IH]. clear -rel. induction rel as [|? ? ? ? [_ s]]; constructor; auto.
Qed.
Lemma add_rows_sound start y L x out ds b nums : add_rows L ds = Some (b, nums) -> program_ok start y (program_of L) ->
  Forall2 (frel y (next (program_of L))) (input_forms L) x -> Forall2 (frel y (next (program_of L))) (output_forms L) out ->
  exists y', agree (next (program_of L)) y y' /\ blocks_hold y' start (rev (made (program_of L)) ++ [b]) /\
    (Exists (Forall (claims x out)) ds -> Exists (Forall (claims_value y')) nums).
Proof.
  unfold add_rows. intros done ok rx ro.
  destruct (add_form_rows_sound start y _ _ (map (map (fun r => (term_value x out (fst r), snd r))) ds) _ _ done ok) as (y' & same & holds & transfer).
  { apply Forall2_same. intro d. apply Forall2_same. intro r. split; [|reflexivity]. now apply (term_rel _ (form_rel y _)). }
  exists y'. split; [exact same|]. split; [exact holds|]. intro ex. apply transfer. apply Exists_map. eapply Exists_impl; [|exact ex].
  intros d all. apply Forall_map. exact all.
Qed.

Lemma inputs_hold_assigned b x : Forall2 inb b x -> forall y i, assigned y i x -> inputs_hold y i b.
Proof.
  induction 1 as [|p r b x in_p _ IH]; simpl; intros y i set_; [exact I|]. destruct set_ as [er set_].
  split; [rewrite er; exact in_p|now apply IH].
Qed.

(** the size of the difference of two lists, in the ball's norm *)
Fixpoint size_between (q : bool) (x c : list R) : R :=
  match x, c with a :: x, b :: c => size_of_one q (a - b) + size_between q x c | _, _ => 0 end.
(** the point is at most the radius away from a point of the centre's box *)
Definition point_in_ball (x : list R) (g : ball) : Prop :=
  exists c r, length c = length x /\ Forall2 inb (centre g) c /\ 0 <= r /\ UB (radius g) r /\
    size_between (squares g) x c <= (if squares g then r * r else r).
Definition point_in_region (x : list R) (q : Queries.query) (g : option ball) : Prop :=
  Forall2 inb (qbox q) x /\ match g with None => True | Some g => point_in_ball x g end.

Local Lemma size_from_between q y z x : forall c b i, assigned y i x -> assigned z i c -> length x = length c -> length b = length c ->
  size_from q (fun i => y i - z i) i b = size_between q x c.
Proof.
  induction x as [|a x IH]; intros [|c0 c] [|p b] i set_y set_z len len'; cbn in *; try discriminate; [reflexivity|].
  destruct set_y as [-> set_y], set_z as [-> set_z]. f_equal. apply (IH _ _ _ set_y set_z); congruence.
Qed.
Local Lemma point_in_ball_sound x g y vs n : fresh 0%uint63 (repeat tt (length x)) = Some (vs, n) -> assigned y 0%uint63 x -> point_in_ball x g -> ball_holds y g.
Proof.
  intros nums set_y (c & r & len & in_centre & r_ge0 & upper & near).
  assert (len' : length c = length (repeat tt (length x))) by now rewrite repeat_length.
  pose proof (extended_assigned _ (fun _ => 0) 0%uint63 _ _ _ [] c nums len' eq_refl) as set_c. cbn [app] in set_c.
  exists (extended (fun _ => 0) 0%uint63 c), r. split; [exact (inputs_hold_assigned _ _ in_centre _ _ set_c)|]. split; [exact r_ge0|].
  split; [exact upper|]. rewrite (size_from_between _ _ _ _ _ _ _ set_y set_c); auto. exact (Forall2_length in_centre).
Qed.

(** The certificate's trees refute what the queries say, at every valuation of the lowered function's blocks. *)
Theorem accepted_at L qs blocks l c read start y x out : compile_lowered L qs = Some (blocks, l) -> check_with read c blocks l = true ->
  program_ok start y (program_of L) ->
  Forall2 (frel y (next (program_of L))) (input_forms L) x -> Forall2 (frel y (next (program_of L))) (output_forms L) out ->
  forall q g, In (q, g) qs -> after 0%uint63 (qbox q) = start ->
  (forall y', agree (next (program_of L)) y y' -> region_holds y' (Region (qbox q) g)) -> ~ Exists (Forall (claims x out)) (disjuncts q).
Proof.
  unfold compile_lowered. intros compiled checked ok rx ro query g is_in start_ in_region ex.
  destruct (map_all _ qs) as [k'|] eqn:em; [|easy]. injection compiled as <- <-.
  assert (compiled : exists b nums, add_rows L (disjuncts query) = Some (b, nums) /\ In (b, Region (qbox query) g, nums) k').
  { clear -em is_in. revert k' em. induction qs as [|[q0 g0] found IH]; simpl; intros l em; [easy|].
    destruct (add_rows L (disjuncts q0)) as [[b nums]|] eqn:ea; [|discriminate].
    destruct (map_all _ found) as [l'|] eqn:em'; [|discriminate]. injection em as <-. destruct is_in as [[= -> ->]|is_in].
    - exists b, nums. split; [exact ea|now left].
    - destruct (IH is_in _ eq_refl) as (b' & nums' & e & i). exists b', nums'. split; [exact e|now right]. }
  destruct compiled as (b & nums & ea & in_l).
  destruct (add_rows_sound _ y L x out _ _ _ ea ok rx ro) as (y' & same & holds & transfer).
  pose proof (check_with_sound _ _ _ _ checked _ _ _ in_l y') as none. cbn [rbox] in none. rewrite start_ in none.
  specialize (none (in_region y' same) holds). apply transfer in ex. apply Exists_exists in ex. destruct ex as (d & in_d & sat_d).
  rewrite Forall_forall in none. exact (none d in_d sat_d).
Qed.

Theorem lowered_sound from F k L qs blocks l c read : lowers from F -> lower_with from k = Some L -> compile_lowered L qs = Some (blocks, l) ->
  check_with read c blocks l = true -> forall x, length x = k ->
  exists out, F x = Some out /\ length out = length (output_forms L) /\
    forall q g, In (q, g) qs -> point_in_region x q g -> ~ Exists (Forall (claims x out)) (disjuncts q).
Proof.
  intros sound el compiled checked x len. destruct (lower_with_sound from F _ L sound el x len) as (y & out & run_ & ok & set0 & rx & ro).
  exists out. split; [exact run_|]. split; [symmetry; eapply Forall2_length; exact ro|]. intros query g is_in [in_box inside].
  assert (start : after 0%uint63 (qbox query) = after 0%uint63 x) by (rewrite !after_length, (Forall2_length in_box); reflexivity).
  apply (accepted_at L qs blocks l c read _ y x out compiled checked ok rx ro query g is_in start). intros y' same.
  split; [exact (inputs_hold_assigned _ _ in_box _ _ (set0 _ same))|]. cbn [rball]. destruct g as [g|]; [|exact I].
  unfold lower_with in el. rewrite <- len in el. destruct (fresh 0%uint63 (repeat tt (length x))) as [[vs n]|] eqn:nums_; [|discriminate].
  exact (point_in_ball_sound x g y' vs n nums_ (set0 _ same) inside).
Qed.

Theorem compiled_sound from F p blocks qs c read : lowers from F -> compile_with from p = Some (blocks, qs) ->
  check_with read c blocks qs = true -> forall x, length x = Formula.inputs p ->
  exists out, F x = Some out /\ length out = outputs p /\ ~ satisfies x out (assertion p).
Proof.
  unfold compile_with. intros sound compiled checked x len.
  destruct (lower_with from (Formula.inputs p)) as [L|] eqn:el; [|easy].
  destruct (Nat.eqb (length (output_forms L)) (outputs p)) eqn:lens; [|easy]. apply Nat.eqb_eq in lens.
  destruct (queries p) as [found|] eqn:eq_; [|easy].
  destruct (lowered_sound _ _ _ _ _ _ _ _ _ sound el compiled checked x len) as (out & run_ & len_out & none).
  exists out. split; [exact run_|]. split; [congruence|]. intro sat.
  pose proof (queries_sound p found eq_ x out len sat) as some. apply Exists_exists in some.
  destruct some as (query & is_in & in_box & ex). apply (none query None); auto; [|now split]. apply in_map_iff. now exists query.
Qed.

Theorem proved_sound n q c : prove n q c = true -> Never n q.
Proof.
  unfold prove, Never.
  unfold compile. destruct (Z.of_nat (Formula.inputs q) =? input_count n)%Z eqn:count; [|easy]. apply Z.eqb_eq in count.
  destruct (compile_with (lower_from n) q) as [[blocks qs]|] eqn:compiled; [|easy]. intro checked.
  pose proof (compiled_sound _ _ q blocks qs c _ (lower_from_sound n) compiled checked) as sound.
  split.
  - split; [exact count|]. intros x len. destruct (sound x len) as (out & run_ & len_out & _). eauto.
  - intros x out len run_. destruct (sound x len) as (out' & run' & _ & none). assert (out' = out) by congruence. now subst out'.
Qed.
