(** * The analysis of a whole program

    Facts about all instructions in order: those of Facts.v, those that follow from products of powers (Forms.v), those of quadratic functions (Quadratic.v), and those of
    sums in which a term that is not convex cancels.  For these, the analysis keeps for each instruction a few others whose values make it convex or concave when they are added or subtracted: so it sees
    that max z + ln Σ exp(z_k - max z), the stabilised log-sum-exp, is convex, and max(z, 0) + ln(1 + exp(-|z|)), the stabilised softplus, too.

    Main definitions: [form_facts], [shifts], [shifts_of], [shift_facts], [all_facts].
    Main results: [all_facts_correct].

    Trust: proved. *)
From Coq Require Import ZArith QArith Qreals Reals List Bool FMapPositive Lra.
From Warrant Require Import Spec.Bytes Spec.Elementary Spec.Losses Primitives.Fractions Primitives.Autodiff.Programs.
From Warrant Require Import Primitives.Losses.Composition Primitives.Losses.Powers Checker.Losses.Facts Checker.Losses.Facts_sound Checker.Losses.Forms Checker.Losses.Quadratic.
Import ListNotations.
Local Open Scope bool_scope.
Local Open Scope positive_scope.

(** instructions whose values make this one convex or concave, when they are added (up) or subtracted (down); or log-convex, when it is multiplied by their exponentials *)
Record shifts := Shifts {
  up_convex : list positive; down_convex : list positive; up_concave : list positive; down_concave : list positive; up_log_convex : list positive }.
Definition no_shifts : shifts := Shifts [] [] [] [] [].
Definition most_kept : nat := 4.
Definition member (j : positive) (l : list positive) : bool := existsb (Pos.eqb j) l.
Definition common (l m : list positive) : bool := existsb (fun j => member j m) l.
Definition cut_shifts (s : shifts) : shifts :=
  Shifts (firstn most_kept (up_convex s)) (firstn most_kept (down_convex s)) (firstn most_kept (up_concave s)) (firstn most_kept (down_concave s))
    (firstn most_kept (up_log_convex s)).
Definition opp_shifts (s : shifts) : shifts := Shifts (down_concave s) (up_concave s) (down_convex s) (up_convex s) [].
Definition kept {A} (b : bool) (l : list A) : list A := if b then l else [].
Definition add_shifts (f g : facts) (s u : shifts) : shifts :=
  Shifts (kept (convex g) (up_convex s) ++ kept (convex f) (up_convex u)) (kept (convex g) (down_convex s) ++ kept (convex f) (down_convex u))
    (kept (concave g) (up_concave s) ++ kept (concave f) (up_concave u)) (kept (concave g) (down_concave s) ++ kept (concave f) (down_concave u))
    (filter (fun j => member j (up_log_convex u)) (up_log_convex s)).

Section Analysis.
Variables (C : code) (varied : positive -> bool) (range : positive -> list bounds) (G : PositiveMap.t form) (P : PositiveMap.t polynomial).

Definition is_1 (i : positive) : bool := match number_at C i with Some q => Qeq_bool q 1 | None => false end.
(** [Some (z, r, s)]: i is exp(-|z|), where |z| = r + s, r is max(0, z) and s is max(0, -z) *)
Definition small_exponential (i : positive) : option (positive * positive * positive) :=
  match PositiveMap.find i C with
  | Some (Unary Exp n) =>
    match PositiveMap.find n C with
    | Some (Unary Opp a) =>
      match PositiveMap.find a C with
      | Some (Binary Add r s) =>
        match PositiveMap.find r C, PositiveMap.find s C with
        | Some (Unary Relu z), Some (Unary Relu m) => when (is_opp C m z) (Some (z, r, s))
        | _, _ => None
        end
      | _ => None
      end
    | _ => None
    end
  | _ => None
  end.
(** [Some (z, r, s)]: i is ln(1 + exp(-|z|)) *)
Definition tail_of (i : positive) : option (positive * positive * positive) :=
  match PositiveMap.find i C with
  | Some (Unary Log a) =>
    match PositiveMap.find a C with
    | Some (Binary Add k e) => if is_1 k then small_exponential e else if is_1 e then small_exponential k else None
    | _ => None
    end
  | _ => None
  end.

Section At.
Variables (F : PositiveMap.t facts) (D : PositiveMap.t shifts).
Definition known_at (i : positive) : facts := match PositiveMap.find i F with Some f => f | None => no_facts end.

(** products of powers: weighted geometric means; powers; norms *)
Definition mean_facts (l : terms) : facts :=
  only_concave (forallb (fun p => Qle_bool 0 (snd p) && concave (known_at (fst p))) l && Qle_bool (fold_right (fun p r => (snd p + r)%Q) 0%Q l) 1).
Definition power_facts (b : positive) (w : Q) : facts :=
  Facts no_signs false (Qle_bool 1 w && convex (known_at b)) false false false (Qle_bool 2 w && convex (known_at b)).
Definition norm_facts (b : positive) (w : Q) : facts :=
  match powers (form_at G b) with
  | Some (p, l) =>
    or_facts (only_convex (Qle_bool 1 p && Qle_bool 1 (w * p)%Q && forallb (fun k => convex (known_at k)) l))
      (only_concave (negb (Qle_bool 1 p) && Qeq_bool (w * p)%Q 1 && forallb (fun k => concave (known_at k) && (Qle_bool p 0 || gt0 (sign (known_at k)))) l))
  | None => no_facts
  end.
Definition form_facts (i : positive) : facts :=
  match product (form_at G i) with
  | Some l => or_facts (mean_facts l) match l with [(b, w)] => or_facts (power_facts b w) (norm_facts b w) | _ => no_facts end
  | None => no_facts
  end.

Definition quadratic_facts (i : positive) : facts :=
  match quadratic (polynomial_at P i) with Some l => only_convex (convex_quadratic varied l) | None => no_facts end.

(** each instruction cancels itself *)
Definition shifts_at (i : positive) : shifts :=
  let s := match PositiveMap.find i D with Some s => s | None => no_shifts end in
  Shifts (up_convex s) (i :: down_convex s) (up_concave s) (i :: down_concave s) (up_log_convex s).
Definition shifts_of (i : positive) (o : op) : shifts :=
  match o with
  | Unary Opp a => opp_shifts (shifts_at a)
  | Unary Exp a => Shifts [] [] [] [] (up_convex (shifts_at a))
  | Unary Log a =>
    let tail := match tail_of i with
                | Some (z, r, s) => kept (convex (known_at z)) [r] ++ kept (concave (known_at z)) [s]
                | None => []
                end in
    Shifts (tail ++ up_log_convex (shifts_at a)) [] [] [] []
  | Binary Add a b => add_shifts (known_at a) (known_at b) (shifts_at a) (shifts_at b)
  | _ => no_shifts
  end.
Definition shift_facts (o : op) : facts :=
  match o with
  | Binary Add a b =>
    let s := shifts_at a in
    let u := shifts_at b in
    or_facts (only_convex (common (up_convex s) (down_convex u) || common (up_convex u) (down_convex s)))
      (only_concave (common (up_concave s) (down_concave u) || common (up_concave u) (down_concave s)))
  | _ => no_facts
  end.
End At.

Fixpoint all_facts (l : list positive) (F : PositiveMap.t facts) (D : PositiveMap.t shifts) : PositiveMap.t facts :=
  match l with
  | [] => F
  | i :: l =>
    match PositiveMap.find i C with
    | Some o =>
      let D' := PositiveMap.add i (cut_shifts (shifts_of F D i o)) D in
      match facts_of C varied range F i o with
      | Some f =>
        let g := complete (or_facts f (or_facts (form_facts F i) (shift_facts D o))) in
        all_facts l (PositiveMap.add i (if convex g then g else complete (or_facts g (quadratic_facts i))) F) D'
      | None => all_facts l F D'
      end
    | None => all_facts l F D
    end
  end.
End Analysis.

(** ** The analysis is right *)

Local Open Scope R_scope.

Section Correct.
Variables (C : code) (varied : positive -> bool) (range : positive -> list bounds) (G : PositiveMap.t form) (P : PositiveMap.t polynomial) (t : R).
Variables x y z a b c : positive -> R.
Hypothesis t_in : 0 <= t <= 1.
Hypothesis values_a : models C x a.
Hypothesis values_b : models C y b.
Hypothesis values_c : models C z c.
Hypothesis inputs : forall i,
  z i = mean t (x i) (y i) /\ (varied i = false -> x i = z i /\ y i = z i) /\
  within_limits (range i) (x i) /\ within_limits (range i) (y i) /\ within_limits (range i) (z i).
Hypothesis forms_a : right_forms C a G.
Hypothesis forms_b : right_forms C b G.
Hypothesis forms_c : right_forms C c G.
Hypothesis polynomials_a : right_polynomials x a P.
Hypothesis polynomials_b : right_polynomials y b P.
Hypothesis polynomials_c : right_polynomials z c P.
Local Notation right_facts := (right_facts C t a b c).
Local Notation known := (fun i => fine false C a i /\ fine false C b i).

Record shifts_hold (s : shifts) (u v w : R) : Prop := ShiftsHold {
  holds_up_convex : forall j, In j (up_convex s) -> convex_on t (u + a j) (v + b j) (w + c j);
  holds_down_convex : forall j, In j (down_convex s) -> convex_on t (u - a j) (v - b j) (w - c j);
  holds_up_concave : forall j, In j (up_concave s) -> concave_on t (u + a j) (v + b j) (w + c j);
  holds_down_concave : forall j, In j (down_concave s) -> concave_on t (u - a j) (v - b j) (w - c j);
  holds_up_log_convex : forall j, In j (up_log_convex s) -> log_convex_on t (u * exp (a j)) (v * exp (b j)) (w * exp (c j)) }.
Definition right_shifts (D : PositiveMap.t shifts) : Prop := forall i s, PositiveMap.find i D = Some s ->
  fine false C a i -> fine false C b i -> shifts_hold s (a i) (b i) (c i).

Lemma no_shifts_hold u v w : shifts_hold no_shifts u v w.
Proof. split; intros j []. Qed.
Lemma in_cut (j : positive) n l : In j (firstn n l) -> In j l.
Proof. revert l. induction n as [|n IH]; intros [|k l]; simpl; try easy. intros [<- | inj]; auto. Qed.
Lemma cut_shifts_hold s u v w : shifts_hold s u v w -> shifts_hold (cut_shifts s) u v w.
Proof. intros []. split; cbn [cut_shifts up_convex down_convex up_concave down_concave up_log_convex]; intros j inj; apply in_cut in inj; auto. Qed.
Lemma member_correct j l : member j l = true -> In j l.
Proof. unfold member. intro E. apply existsb_exists in E as [k [ink eq]]. apply Pos.eqb_eq in eq. now subst. Qed.
Lemma common_correct l m : common l m = true -> exists j, In j l /\ In j m.
Proof. unfold common. intro E. apply existsb_exists in E as [j [inj mem]]. exists j. split; [exact inj|now apply member_correct]. Qed.
Lemma in_kept {A} (j : A) e l : In j (kept e l) -> e = true /\ In j l.
Proof. destruct e; simpl; [auto|easy]. Qed.
Lemma opp_shifts_hold s u v w : shifts_hold s u v w -> shifts_hold (opp_shifts s) (- u) (- v) (- w).
Proof.
  intros [h1 h2 h3 h4 h5]. split; cbn; intros j inj; try easy.
  - specialize (h4 j inj). unfold convex_on, concave_on, mean in *. lra.
  - specialize (h3 j inj). unfold convex_on, concave_on, mean in *. lra.
  - specialize (h2 j inj). unfold convex_on, concave_on, mean in *. lra.
  - specialize (h1 j inj). unfold convex_on, concave_on, mean in *. lra.
Qed.
Lemma add_shifts_hold f g s s' u v w u' v' w' : facts_hold t f u v w -> facts_hold t g u' v' w' -> shifts_hold s u v w -> shifts_hold s' u' v' w' ->
  shifts_hold (add_shifts f g s s') (u + u') (v + v') (w + w').
Proof.
  intros hf hg [h1 h2 h3 h4 h5] [k1 k2 k3 k4 k5]. assert (fx := holds_convex _ _ _ _ _ hf). assert (fv := holds_concave _ _ _ _ _ hf).
  assert (gx := holds_convex _ _ _ _ _ hg). assert (gv := holds_concave _ _ _ _ _ hg).
  split; cbn; intros j inj.
  - apply in_app_or in inj as [inj|inj]; apply in_kept in inj as [e inj]; [specialize (h1 j inj); specialize (gx e)|specialize (k1 j inj); specialize (fx e)]; unfold convex_on, mean in *; lra.
  - apply in_app_or in inj as [inj|inj]; apply in_kept in inj as [e inj]; [specialize (h2 j inj); specialize (gx e)|specialize (k2 j inj); specialize (fx e)]; unfold convex_on, mean in *; lra.
  - apply in_app_or in inj as [inj|inj]; apply in_kept in inj as [e inj]; [specialize (h3 j inj); specialize (gv e)|specialize (k3 j inj); specialize (fv e)]; unfold concave_on, mean in *; lra.
  - apply in_app_or in inj as [inj|inj]; apply in_kept in inj as [e inj]; [specialize (h4 j inj); specialize (gv e)|specialize (k4 j inj); specialize (fv e)]; unfold concave_on, mean in *; lra.
  - apply filter_In in inj as [inj mem]. apply member_correct in mem. rewrite !Rmult_plus_distr_r. apply add_log_convex; auto.
Qed.

Lemma small_exponential_correct e k r s v xs : models C xs v -> small_exponential C e = Some (k, r, s) ->
  v e = exp (- (Rmax 0 (v k) + Rmax 0 (- v k))) /\ v r = Rmax 0 (v k) /\ v s = Rmax 0 (- v k) /\ (fine false C v e -> fine false C v k).
Proof.
  intros values. unfold small_exponential. destruct (PositiveMap.find e C) as [[| |[] n|]|] eqn:at_e; try discriminate.
  destruct (PositiveMap.find n C) as [[| |[] m|]|] eqn:at_n; try discriminate. destruct (PositiveMap.find m C) as [[| | |[] r' s']|] eqn:at_m; try discriminate.
  destruct (PositiveMap.find r' C) as [[| |[] k'|]|] eqn:at_r; try discriminate. destruct (PositiveMap.find s' C) as [[| |[] o|]|] eqn:at_s; try discriminate.
  destruct (is_opp C o k') eqn:opp; [|discriminate]. intro E. injection E as <- <- <-. apply (is_opp_correct C xs v values) in opp.
  assert (vr : v r' = Rmax 0 (v k')) by exact (values _ _ at_r). assert (vs : v s' = Rmax 0 (- v k')) by (rewrite (values _ _ at_s); cbn; now rewrite opp).
  split; [|split; [exact vr|split; [exact vs|]]].
  - rewrite (values _ _ at_e). cbn. rewrite (values _ _ at_n). cbn. rewrite (values _ _ at_m). cbn. now rewrite vr, vs.
  - intro fe. apply (fine_operand C v _ _ k' at_r); [now left|]. apply (fine_operand C v _ _ r' at_m); [now left|]. apply (fine_operand C v _ _ m at_n); [now left|].
    apply (fine_operand C v _ _ n at_e); [now left|exact fe].
Qed.
Lemma tail_of_correct i k r s v xs : models C xs v -> tail_of C i = Some (k, r, s) ->
  v i + v r = ln (1 + exp (v k)) /\ v i + v s = ln (1 + exp (- v k)) /\ (fine false C v i -> fine false C v k).
Proof.
  intros values. unfold tail_of. destruct (PositiveMap.find i C) as [[| |[] l|]|] eqn:at_i; try discriminate.
  destruct (PositiveMap.find l C) as [[| | |[] one e]|] eqn:at_l; try discriminate.
  assert (vi : v i = ln (v one + v e)) by (rewrite (values _ _ at_i); cbn; now rewrite (values _ _ at_l)).
  assert (is_one : forall j, is_1 C j = true -> v j = 1).
  { intros j E. unfold is_1 in E. destruct (number_at C j) as [q|] eqn:N; [|discriminate]. rewrite (number_at_correct C xs v values _ _ N). apply Qeq_bool_iff, Qeq_eqR in E.
    rewrite E. apply Q2R_1. }
  assert (fine_l : fine false C v i -> fine false C v l) by (intro fi; apply (fine_operand C v _ _ l at_i); [now left|exact fi]).
  assert (known : forall e', small_exponential C e' = Some (k, r, s) -> v i = ln (1 + v e') -> (fine false C v i -> fine false C v e') ->
    v i + v r = ln (1 + exp (v k)) /\ v i + v s = ln (1 + exp (- v k)) /\ (fine false C v i -> fine false C v k)).
  { intros e' E is_i fe. destruct (small_exponential_correct e' k r s v xs values E) as (ve & vr & vs & fk). rewrite is_i, ve, vr, vs. split; [|split; [|auto]].
    - rewrite Rplus_comm. apply stable_softplus.
    - rewrite Rplus_comm, (Rplus_comm (Rmax 0 (v k))). pose proof (stable_softplus (- v k)) as same. rewrite Ropp_involutive in same. exact same. }
  destruct (is_1 C one) eqn:first; [|destruct (is_1 C e) eqn:second; [|discriminate]]; intro E.
  - apply is_one in first. apply (known e E); [now rewrite vi, first|]. intro fi. apply (fine_operand C v _ _ e at_l); [right; now left|auto].
  - apply is_one in second. apply (known one E); [rewrite vi, second; f_equal; ring|]. intro fi. apply (fine_operand C v _ _ one at_l); [now left|auto].
Qed.
Lemma softplus_convex u v w : convex_on t u v w -> convex_on t (ln (1 + exp u)) (ln (1 + exp v)) (ln (1 + exp w)).
Proof.
  intro le. apply add_log_convex; [exact t_in| |now apply exp_log_convex]. split; [unfold all_positive; lra|]. unfold convex_on. rewrite mean_same. lra.
Qed.

Section Step.
Variables (F : PositiveMap.t facts) (D : PositiveMap.t shifts).
Hypothesis rightF : right_facts F.
Hypothesis rightD : right_shifts D.

Lemma known_at_hold i : known i -> facts_hold t (known_at F i) (a i) (b i) (c i).
Proof. intros [fa fb]. unfold known_at. destruct (PositiveMap.find i F) as [f|] eqn:E; [now apply (rightF i f E)|apply no_facts_hold]. Qed.
Lemma shifts_at_hold i : known i -> shifts_hold (shifts_at D i) (a i) (b i) (c i).
Proof.
  intros [fa fb]. assert (hold : shifts_hold match PositiveMap.find i D with Some s => s | None => no_shifts end (a i) (b i) (c i)).
  { destruct (PositiveMap.find i D) as [s|] eqn:E; [now apply (rightD i s E)|apply no_shifts_hold]. }
  destruct hold. split; cbn; auto; intros j [<- | inj]; auto; unfold convex_on, concave_on, mean; lra.
Qed.

Lemma mean_facts_hold l : good_bases a (fine false C a) l -> good_bases b (fine false C b) l -> good_bases c (fine false C c) l ->
  facts_hold t (mean_facts F l) (power_product a l) (power_product b l) (power_product c l).
Proof.
  intros ga gb gc. apply only_concave_hold. intro ok. apply andb_prop in ok as [all sum]. rewrite forallb_forall in all.
  assert (is_total : Q2R (fold_right (fun p r => (snd p + r)%Q) 0%Q l) = total l).
  { clear. induction l as [|p l IH]; simpl; [unfold Q2R; simpl; lra|]. now rewrite Q2R_plus, IH. }
  apply product_concave; [exact t_in| | |].
  - intros p inp. specialize (all p inp). apply andb_prop in all as [pos _]. apply le_correct in pos. rewrite Q2R_0 in pos. exact pos.
  - rewrite <- is_total, <- Q2R_1. now apply le_correct.
  - intros p inp. specialize (all p inp). apply andb_prop in all as [_ cc]. destruct (ga p inp) as (fa & pa & _), (gb p inp) as (fb & pb & _), (gc p inp) as (_ & pc & _).
    split; [exact pa|split; [exact pb|split; [exact pc|]]]. exact (holds_concave _ _ _ _ _ (known_at_hold _ (conj fa fb)) cc).
Qed.
Lemma single_product (u : positive -> R) k w : power_product u [(k, w)] = rpower (u k) (Q2R w).
Proof. cbn. ring. Qed.
Lemma power_facts_hold k w : good_base a (fine false C a) k w -> good_base b (fine false C b) k w -> good_base c (fine false C c) k w ->
  facts_hold t (power_facts F k w) (rpower (a k) (Q2R w)) (rpower (b k) (Q2R w)) (rpower (c k) (Q2R w)).
Proof.
  intros (fa & pa & _) (fb & pb & _) (_ & pc & _). assert (Q2 : Q2R 2 = 2) by (unfold Q2R; simpl; lra). assert (hk := holds_convex _ _ _ _ _ (known_at_hold k (conj fa fb))).
  split; cbn; try discriminate; try apply no_signs_hold; intro E; apply andb_prop in E as [large cx]; apply le_correct in large.
  - rewrite Q2R_1 in large. apply power_convex; auto.
  - rewrite Q2 in large. split; [repeat split; apply rpower_ge0|]. rewrite !rpower_sqrt, !rpower_rpower by apply rpower_ge0. apply power_convex; auto. lra.
Qed.
Lemma norm_facts_hold k w : good_base a (fine false C a) k w -> good_base b (fine false C b) k w -> good_base c (fine false C c) k w ->
  facts_hold t (norm_facts G F k w) (rpower (a k) (Q2R w)) (rpower (b k) (Q2R w)) (rpower (c k) (Q2R w)).
Proof.
  intros (fa & _) (fb & _) (fc & _). unfold norm_facts. destruct (powers (form_at G k)) as [[p l]|] eqn:is_sum; [|apply no_facts_hold].
  destruct (holds_powers _ _ _ _ (form_at_hold C a G forms_a k fa) _ _ is_sum) as [Ea ga]. destruct (holds_powers _ _ _ _ (form_at_hold C b G forms_b k fb) _ _ is_sum) as [Eb gb].
  destruct (holds_powers _ _ _ _ (form_at_hold C c G forms_c k fc) _ _ is_sum) as [Ec gc].
  assert (as_norm : forall u : positive -> R, Q2R p <> 0 -> rpower (power_sum (Q2R p) u l) (Q2R w) = rpower (norm (Q2R p) u l) (Q2R (w * p))).
  { intros u nz. unfold norm. rewrite rpower_rpower, Q2R_mult. f_equal. field. exact nz. }
  rewrite Ea, Eb, Ec. apply or_facts_hold.
  - apply only_convex_hold. intro E. apply andb_prop in E as [E all]. apply andb_prop in E as [large over]. apply le_correct in large, over. rewrite Q2R_1 in large, over.
    rewrite !as_norm by lra. apply power_convex; [exact t_in|exact over|apply rpower_ge0|apply rpower_ge0|]. apply norm_convex; [exact t_in|exact large|].
    rewrite forallb_forall in all. intros i ini. destruct (ga i ini) as (fai & pa & _), (gb i ini) as (fbi & pb & _), (gc i ini) as (_ & pc & _).
    split; [exact pa|split; [exact pb|split; [exact pc|]]]. exact (holds_convex _ _ _ _ _ (known_at_hold i (conj fai fbi)) (all i ini)).
  - apply only_concave_hold. intro E. apply andb_prop in E as [E all]. apply andb_prop in E as [small over]. apply less_correct in small. apply Qeq_bool_iff, Qeq_eqR in over. rewrite Q2R_1 in small, over.
    assert (nz : Q2R p <> 0) by (intro zero; rewrite Q2R_mult, zero in over; lra). rewrite !as_norm, over, !rpower_1 by (try exact nz; apply rpower_ge0).
    apply norm_concave; [exact t_in|exact small|exact nz|]. rewrite forallb_forall in all. intros i ini. specialize (all i ini). apply andb_prop in all as [cc pos].
    destruct (ga i ini) as (fai & _ & pa), (gb i ini) as (fbi & _ & pb), (gc i ini) as (_ & _ & pc). assert (hi := known_at_hold i (conj fai fbi)).
    assert (strict : 0 < a i /\ 0 < b i /\ 0 < c i).
    { apply orb_prop in pos as [pos|pos]; [apply le_correct in pos; rewrite Q2R_0 in pos; auto|]. destruct hi. repeat split; eapply holds_gt0; eauto. }
    destruct strict as (sa & sb & sc). split; [exact sa|split; [exact sb|split; [exact sc|]]]. exact (holds_concave _ _ _ _ _ hi cc).
Qed.
Lemma form_facts_hold i : known i -> fine false C c i -> facts_hold t (form_facts G F i) (a i) (b i) (c i).
Proof.
  intros [fa fb] fc. unfold form_facts. destruct (product (form_at G i)) as [l|] eqn:is_product; [|apply no_facts_hold].
  destruct (holds_product _ _ _ _ (form_at_hold C a G forms_a i fa) _ is_product) as [-> ga]. destruct (holds_product _ _ _ _ (form_at_hold C b G forms_b i fb) _ is_product) as [-> gb].
  destruct (holds_product _ _ _ _ (form_at_hold C c G forms_c i fc) _ is_product) as [-> gc].
  apply or_facts_hold; [now apply mean_facts_hold|]. destruct l as [|[k w] [|]]; try apply no_facts_hold. rewrite !single_product.
  assert (here := or_introl eq_refl : In (k, w) [(k, w)]). apply or_facts_hold; [apply power_facts_hold|apply norm_facts_hold]; (exact (ga _ here) || exact (gb _ here) || exact (gc _ here)).
Qed.

Lemma operands_known i o k : PositiveMap.find i C = Some o -> In k (operands o) -> known i -> known k.
Proof. intros found ink [fa fb]. split; now apply (fine_operand C _ i o k). Qed.
Lemma shifts_of_hold i o : PositiveMap.find i C = Some o -> known i -> shifts_hold (shifts_of C F D i o) (a i) (b i) (c i).
Proof.
  intros found ok. assert (ops := fun k ink => operands_known i o k found ink ok). assert (va := values_a _ _ found). assert (vb := values_b _ _ found). assert (vc := values_c _ _ found).
  destruct o as [|q|f k|f k l]; cbn [shifts_of operands value_of] in *; try apply no_shifts_hold.
  - assert (hk := shifts_at_hold k (ops k (or_introl eq_refl))). destruct f; cbn [value1] in *; try apply no_shifts_hold; rewrite va, vb, vc.
    + now apply opp_shifts_hold.
    + split; cbn [up_convex down_convex up_concave down_concave up_log_convex]; intros j inj; try easy.
      rewrite <- !exp_plus. apply exp_log_convex. exact (holds_up_convex _ _ _ _ hk j inj).
    + rewrite <- va, <- vb, <- vc. split; cbn [up_convex down_convex up_concave down_concave up_log_convex]; intros j inj; try easy. apply in_app_or in inj as [inj|inj].
      * destruct (tail_of C i) as [[[m r] s]|] eqn:tail; [|easy].
        destruct (tail_of_correct i m r s a x values_a tail) as (ra & sa & fa), (tail_of_correct i m r s b y values_b tail) as (rb & sb & fb), (tail_of_correct i m r s c z values_c tail) as (rc & sc & _).
        assert (hm := known_at_hold m (conj (fa (proj1 ok)) (fb (proj2 ok)))). apply in_app_or in inj as [inj|inj]; apply in_kept in inj as [e [<- | []]].
        -- rewrite ra, rb, rc. apply softplus_convex. exact (holds_convex _ _ _ _ _ hm e).
        -- rewrite sa, sb, sc. apply softplus_convex. apply opp_convex. exact (holds_concave _ _ _ _ _ hm e).
      * destruct (holds_up_log_convex _ _ _ _ hk j inj) as [(pa & pb & pc) le]. rewrite va, vb, vc.
        assert (pos : forall u e, 0 < u * exp e -> 0 < u /\ ln (u * exp e) = ln u + e).
        { intros u e pue. assert (pu : 0 < u) by (pose proof (exp_pos e); nra). split; [exact pu|]. rewrite ln_mult, ln_exp; [reflexivity|exact pu|apply exp_pos]. }
        rewrite (proj2 (pos _ _ pa)), (proj2 (pos _ _ pb)), (proj2 (pos _ _ pc)) in le. exact le.
  - assert (kk := ops k (or_introl eq_refl)). assert (kl := ops l (or_intror (or_introl eq_refl))). destruct f; try apply no_shifts_hold. cbn [value2] in *. rewrite va, vb, vc.
    apply add_shifts_hold; try (now apply known_at_hold); now apply shifts_at_hold.
Qed.
Lemma shift_facts_hold i o : PositiveMap.find i C = Some o -> known i -> facts_hold t (shift_facts D o) (a i) (b i) (c i).
Proof.
  intros found ok. destruct o as [| | |[] k l]; cbn [shift_facts]; try apply no_facts_hold.
  assert (hk := shifts_at_hold k (operands_known _ _ k found (or_introl eq_refl) ok)). assert (hl := shifts_at_hold l (operands_known _ _ l found (or_intror (or_introl eq_refl)) ok)).
  rewrite (values_a _ _ found), (values_b _ _ found), (values_c _ _ found). cbn [value_of value2]. apply or_facts_hold; [apply only_convex_hold|apply only_concave_hold]; intro E; apply orb_prop in E as [E|E];
    apply common_correct in E as [j [inj inj']].
  - pose proof (holds_up_convex _ _ _ _ hk j inj). pose proof (holds_down_convex _ _ _ _ hl j inj'). unfold convex_on, mean in *. lra.
  - pose proof (holds_up_convex _ _ _ _ hl j inj). pose proof (holds_down_convex _ _ _ _ hk j inj'). unfold convex_on, mean in *. lra.
  - pose proof (holds_up_concave _ _ _ _ hk j inj). pose proof (holds_down_concave _ _ _ _ hl j inj'). unfold concave_on, mean in *. lra.
  - pose proof (holds_up_concave _ _ _ _ hl j inj). pose proof (holds_down_concave _ _ _ _ hk j inj'). unfold concave_on, mean in *. lra.
Qed.
End Step.

Lemma quadratic_facts_hold i : facts_hold t (quadratic_facts varied P i) (a i) (b i) (c i).
Proof.
  unfold quadratic_facts. destruct (quadratic (polynomial_at P i)) as [l|] eqn:E; [|apply no_facts_hold]. apply only_convex_hold. intro ok.
  rewrite (holds_quadratic _ _ _ (polynomial_at_holds x a P polynomials_a i) l E), (holds_quadratic _ _ _ (polynomial_at_holds y b P polynomials_b i) l E),
    (holds_quadratic _ _ _ (polynomial_at_holds z c P polynomials_c i) l E).
  apply (quadratic_convex varied t x y z t_in); [apply inputs| |exact ok]. intros k fix_k. destruct (inputs k) as (_ & same & _). destruct (same fix_k) as [-> ->]. reflexivity.
Qed.
Theorem all_facts_correct l : forall F D, right_facts F -> right_shifts D -> right_facts (all_facts C varied range G P l F D).
Proof.
  induction l as [|i l IH]; intros F D rightF rightD; simpl; [exact rightF|].
  destruct (PositiveMap.find i C) as [o|] eqn:found; [|now apply IH].
  assert (rightD' : right_shifts (PositiveMap.add i (cut_shifts (shifts_of C F D i o)) D)).
  { intros j s. destruct (Pos.eq_dec j i) as [->|other].
    - rewrite PositiveMap.gss. intro E. injection E as <-. intros fa fb. apply cut_shifts_hold. apply shifts_of_hold; auto.
    - rewrite PositiveMap.gso by exact other. apply rightD. }
  destruct (facts_of C varied range F i o) as [f|] eqn:E; [|now apply IH]. apply IH; [|exact rightD'].
  intros j g. destruct (Pos.eq_dec j i) as [->|other].
  - rewrite PositiveMap.gss. intro H. injection H as <-. intros fa fb.
    destruct (facts_of_correct C varied range t x y z a b c t_in values_a values_b values_c (fun k _ => inputs k) F rightF i o f found E fa fb) as [fc hf]. split; [exact fc|].
    assert (hold : facts_hold t (complete (or_facts f (or_facts (form_facts G F i) (shift_facts D o)))) (a i) (b i) (c i)).
    { apply complete_hold; [exact t_in|]. apply or_facts_hold; [exact hf|]. apply or_facts_hold; [now apply form_facts_hold|now apply (shift_facts_hold D rightD i o found)]. }
    match goal with |- facts_hold _ (if ?e then _ else _) _ _ _ => destruct e end; [exact hold|]. apply complete_hold; [exact t_in|]. apply or_facts_hold; [exact hold|apply quadratic_facts_hold].
  - rewrite PositiveMap.gso by exact other. apply rightF.
Qed.
End Correct.
