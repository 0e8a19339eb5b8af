(** * Bounds of what is left of normal forms

    Where the derivative's numbers are rounded, its normal form is not that of the adjoint: their difference, the residual, is a polynomial with small coefficients.  It is
    enclosed by intervals over boxes of inputs, which a certificate bisects (Bisection.v) until the residual is small enough in each.

    So that what nearly cancels does so before anything is enclosed, atoms that are nearly equal are given by each other: exp (c · m) as exp (c' · m) times a number near 1, where c
    is near c'; inverses, and values of the error function, of polynomials with nearly the same coefficients as one plus a number near 0; and numbers that depend on no input, such
    as 2/√π, belong to the coefficients, which are intervals.

    Main definitions: [poly_interval], [enclose_atoms], [rough], [views], [absorb], [residual_within], [all_covered], [cover_all].
    Main results: [residual_within_correct], [all_covered_correct].

    Trust: proved. *)
From Coq Require Import Uint63 Floats ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Elementary Primitives.FloatBounds Primitives.Fractions Primitives.ErrorFunction Checker.Relational Checker.Intervals.
From Warrant Require Import Primitives.Autodiff.Programs Checker.Gradients.Enclosures Checker.Gradients.Domain Checker.Gradients.Bisection.
From Warrant Require Import Checker.Gradients.Polynomials Checker.Gradients.Normal Checker.Gradients.Normal_sound.
Import ListNotations.
Local Open Scope positive_scope.

(** ** Polynomials on intervals *)

Fixpoint power_interval (n : nat) (e : interval) : interval :=
  match n with O => unit_interval | S O => e | S n => mul e (power_interval n e) end.
(** an even power is one of the absolute value *)
Definition factor_interval (e : interval) (k : positive) : interval :=
  power_interval (Pos.to_nat k) match k with xO _ => absolute_interval e | _ => e end.
Section Atoms.
Variables (T : table) (nodes : positive -> interval).   (* [nodes]: enclosures of instructions *)
Section Terms.
Variable E : PositiveMap.t interval.
Fixpoint mono_interval (m : monomial) : interval :=
  match m with [] => unit_interval | [(a, k)] => factor_interval (at_ E a) k | (a, k) :: m => mul (factor_interval (at_ E a) k) (mono_interval m) end.
Fixpoint poly_interval (p : polynomial) : interval :=
  match p with [] => zero_interval | (m, c) :: p => add (mul (number_of c) (mono_interval m)) (poly_interval p) end.
Definition atom_interval (d : atom) : interval :=
  match d with
  | Node i => nodes i
  | Named p => poly_interval p
  | Applied f p => unary_interval f (poly_interval p)
  | Inverse p => interval_inverse (poly_interval p)
  end.
End Terms.
Fixpoint enclose_atoms (l : list positive) (E : PositiveMap.t interval) : PositiveMap.t interval :=
  match l with
  | [] => E
  | a :: l => enclose_atoms l match find_atom T a with Some d => PositiveMap.add a (atom_interval E d) E | None => E end
  end.

(** ** Polynomials with enclosed coefficients *)

Definition rough := list (monomial * interval).
Fixpoint insert (m : monomial) (t : interval) (l : rough) : rough :=
  match l with [] => [(m, t)] | (n, s) :: l => if equal_mono m n then (n, add s t) :: l else (n, s) :: insert m t l end.
Fixpoint rough_add (k l : rough) : rough := match k with [] => l | (m, t) :: k => insert m t (rough_add k l) end.
Fixpoint rough_scale (m : monomial) (t : interval) (l : rough) : rough :=
  match l with [] => [] | (n, s) :: l => insert (mul_mono m n) (mul t s) (rough_scale m t l) end.
Fixpoint rough_mul (k l : rough) : rough := match k with [] => [] | (m, t) :: k => rough_add (rough_scale m t l) (rough_mul k l) end.
Definition rough_atom (a : positive) : rough := [([(a, 1)], unit_interval)].
Definition rough_one : rough := [([], unit_interval)].
Fixpoint rough_power (n : nat) (l : rough) : rough := match n with O => rough_one | S O => l | S n => rough_mul l (rough_power n l) end.
Fixpoint rough_interval (E : PositiveMap.t interval) (l : rough) : interval :=
  match l with [] => zero_interval | (m, t) :: l => add (mul t (mono_interval E m)) (rough_interval E l) end.

(** ** Atoms by others that they are nearly equal to, or nearly multiples of *)

Section Absorb.
Variable V : PositiveMap.t rough.
Fixpoint absorb_mono (m : monomial) : rough :=
  match m with
  | [] => rough_one
  | (a, k) :: m =>
    match PositiveMap.find a V with
    | Some l => rough_mul (rough_power (Pos.to_nat k) l) (absorb_mono m)
    | None => rough_scale [(a, k)] unit_interval (absorb_mono m)
    end
  end.
Fixpoint absorb (p : polynomial) : rough :=
  match p with [] => [] | (m, c) :: p => rough_add (rough_scale [] (number_of c) (absorb_mono m)) (absorb p) end.
(** whether two polynomials have the same terms, with coefficients that are nearly equal *)
Definition close (t s : interval) : bool := (magnitude (minus t s) * 100 <=? magnitude s)%float.
Definition alike (p q : polynomial) : bool :=
  let P := absorb p in
  let Q := absorb q in
  Nat.eqb (length P) (length Q) && forallb (fun u => existsb (fun w => equal_mono (fst u) (fst w) && close (snd u) (snd w)) Q) P.
End Absorb.
Definition near (c d : Q) : bool := Qle_bool (absolute_Q (c - d) * 100) (absolute_Q c).
Definition is_inverse_of (y : positive) (d : atom) : bool :=
  match d with Inverse [([(b, 1%positive)], c)] => Pos.eqb b y && equal_Q c 1 | _ => false end.
(** exp (c · m), as exp (c' · m) · exp ((c - c') · m) *)
Definition exponential_view (E : PositiveMap.t interval) (seen : list (positive * atom)) (m : monomial) (c : Q) : option rough :=
  do (b, e) <- find (fun be => match snd be with Applied Exp [(n, c')] => equal_mono m n && near c c' | _ => false end) seen;
  match e with
  | Applied Exp [(_, c')] => Some [([(b, 1)], exponential_interval (mul (number_of (c - c')) (mono_interval E m)))]
  | _ => None
  end.
(** the inverse of such an exponential *)
Definition reciprocal_view (seen : list (positive * atom)) (V : PositiveMap.t rough) (p : polynomial) : option rough :=
  match p with
  | [([(x, 1%positive)], c)] =>
    match PositiveMap.find x V with
    | Some [([(y, 1%positive)], t)] => do be <- find (fun be => is_inverse_of y (snd be)) seen; when (equal_Q c 1) (Some [([(fst be, 1)], interval_inverse t)])
    | _ => None
    end
  | _ => None
  end.
(** 1 / p, as 1 / q + (q - p) · 1 / p · 1 / q *)
Definition inverse_view (E : PositiveMap.t interval) (seen : list (positive * atom)) (V : PositiveMap.t rough) (a : positive) (p : polynomial) : option rough :=
  do (b, e) <- find (fun be => match snd be with Inverse q => alike V p q | _ => false end) seen;
  match e with
  | Inverse q => Some [([(b, 1)], unit_interval); ([], mul (rough_interval E (absorb V (add_poly q (opp_poly p)))) (mul (at_ E a) (at_ E b)))]
  | _ => None
  end.
(** erf p, as erf q + s · (p - q) with s between 0 and 2/√π *)
Definition error_function_view (E : PositiveMap.t interval) (seen : list (positive * atom)) (V : PositiveMap.t rough) (p : polynomial) : option rough :=
  do (b, e) <- find (fun be => match snd be with Applied Erf q => alike V p q | _ => false end) seen;
  match e with
  | Applied Erf q =>
    Some [([(b, 1)], unit_interval); ([], mul (between 0 (snd bell_zero_interval)) (rough_interval E (absorb V (add_poly p (opp_poly q)))))]
  | _ => None
  end.
Definition view_of (E : PositiveMap.t interval) (seen : list (positive * atom)) (V : PositiveMap.t rough) (a : positive) (d : atom) : option rough :=
  let depends := match Normal.uses d with [] => false | _ => true end in
  match d with
  | Node _ => None
  | _ =>
    if depends then
      match d with
      | Applied Exp [(m, c)] => exponential_view E seen m c
      | Applied Erf p => error_function_view E seen V p
      | Inverse p => match reciprocal_view seen V p with Some l => Some l | None => inverse_view E seen V a p end
      | _ => None
      end
    else Some [([], at_ E a)]
  end.
(** atoms in increasing order; [seen]: those that others are given by *)
Fixpoint views (E : PositiveMap.t interval) (l : list positive) (seen : list (positive * atom)) (V : PositiveMap.t rough) : PositiveMap.t rough :=
  match l with
  | [] => V
  | a :: l =>
    match find_atom T a with
    | Some d => match view_of E seen V a d with Some w => views E l seen (PositiveMap.add a w V) | None => views E l ((a, d) :: seen) V end
    | None => views E l seen V
    end
  end.

(** [l]: the atoms that the residual needs, in increasing order *)
Definition residual_interval (l : list positive) (p : polynomial) : interval :=
  let E := enclose_atoms l (PositiveMap.empty interval) in
  rough_interval E (absorb (views E l [] (PositiveMap.empty rough)) p).
Definition residual_within (eps : Q) (l : list positive) (p : polynomial) : bool :=
  let e := residual_interval l p in certainly_at_most e (number_of eps) && certainly_at_most (opp e) (number_of eps).
End Atoms.

(** ** In boxes *)

Section Boxes.
Variables (T : table) (M : PositiveMap.t interval).   (* [M]: enclosures of all instructions in all of the domain *)
Definition nodes_in (B : PositiveMap.t interval) (i : positive) : interval := match PositiveMap.find i B with Some e => e | None => at_ M i end.

(** the atoms that a polynomial needs, in increasing order *)
Fixpoint need (l : list positive) (marked : PositiveMap.t unit) : PositiveMap.t unit :=
  match l with
  | [] => marked
  | a :: l =>
    need l match PositiveMap.find a marked, find_atom T a with
           | Some _, Some d => fold_right (fun b m => PositiveMap.add b tt m) marked (Normal.uses d)
           | _, _ => marked
           end
  end.
Definition needed (p : polynomial) : list positive :=
  let l := numbers_from 1 (Nat.pred (Pos.to_nat (count T))) in
  let marked := need (rev_append l []) (fold_right (fun b m => PositiveMap.add b tt m) (PositiveMap.empty unit) (atoms_of p)) in
  filter (fun a => match PositiveMap.find a marked with Some _ => true | None => false end) l.

(** what a box has to pass, and what is left to be enclosed in it *)
Definition passes (eps : Q) (l : list positive) (p : polynomial) (B : PositiveMap.t interval) : bool := residual_within T (nodes_in B) eps l p.
Definition size_in (l : list positive) (p : polynomial) (B : PositiveMap.t interval) : float := magnitude (residual_interval T (nodes_in B) l p).
Definition inputs_of (l : list positive) : list positive := flat_map (fun a => match find_atom T a with Some (Node i) => [i] | _ => [] end) l.
Definition most_halvings : nat := 300.

(** all residuals, one after the other; those that are 0 need nothing *)
Fixpoint all_covered (eps : Q) (B : PositiveMap.t interval) (ps : list polynomial) (choices : list int) : bool :=
  match ps with
  | [] => match choices with [] => true | _ => false end
  | [] :: ps => all_covered eps B ps choices
  | p :: ps => match covered (passes eps (needed p) p) most_halvings B choices with Some rest => all_covered eps B ps rest | None => false end
  end.
Fixpoint cover_all (eps : Q) (B : PositiveMap.t interval) (budget : int) (ps : list polynomial) (choices : list int) : option (list int) :=
  match ps with
  | [] => Some (rev_append choices [])
  | [] :: ps => cover_all eps B budget ps choices
  | p :: ps => let l := needed p in
    match cover (passes eps l p) (size_in l p) most_halvings (inputs_of l) B budget choices with inl (budget, choices) => cover_all eps B budget ps choices | inr _ => None end
  end.
End Boxes.

(** ** Soundness *)

Local Open Scope R_scope.

Lemma power_interval_correct n e r : encloses e r -> encloses (power_interval n e) (r ^ n).
Proof.
  intro er. assert (both : encloses (power_interval n e) (r ^ n) /\ encloses (power_interval (S n) e) (r ^ S n)); [|apply both].
  induction n as [|n [IH IH']].
  - split; [exact unit_encloses|]. cbn [power_interval pow]. now rewrite Rmult_1_r.
  - split; [exact IH'|]. exact (mul_encloses e (power_interval (S n) e) r (r ^ S n) er IH').
Qed.
Lemma factor_interval_correct e k r : encloses e r -> encloses (factor_interval e k) (r ^ Pos.to_nat k).
Proof.
  intro er. unfold factor_interval. destruct k as [k|k|]; try (apply power_interval_correct; exact er).
  replace (r ^ Pos.to_nat k~0) with (Rabs r ^ Pos.to_nat k~0); [apply power_interval_correct; now apply absolute_correct|].
  rewrite Pos2Nat.inj_xO, !pow_mult. f_equal. simpl. rewrite !Rmult_1_r, <- Rabs_mult. apply Rabs_pos_eq. nra.
Qed.

Section Sound.
Variables (T : table) (nodes : positive -> interval) (v r : positive -> R).
Hypothesis worth : interprets (atoms T) v r.
Hypothesis sound : safe r T.
Hypothesis enclosed : forall i, encloses (nodes i) (v i).
Definition atoms_enclosed (E : PositiveMap.t interval) : Prop := forall a, encloses (at_ E a) (r a).

Lemma mono_interval_correct E m : atoms_enclosed E -> encloses (mono_interval E m) (eval_mono r m).
Proof.
  intro ee. induction m as [|[a k] m IH]; [exact unit_encloses|]. assert (here := factor_interval_correct _ k _ (ee a)).
  destruct m as [|f m]; [cbn [mono_interval eval_mono]; now rewrite Rmult_1_r|].
  exact (mul_encloses (factor_interval (at_ E a) k) (mono_interval E (f :: m)) _ _ here IH).
Qed.
Lemma poly_interval_correct E p : atoms_enclosed E -> encloses (poly_interval E p) (eval r p).
Proof.
  intro ee. induction p as [|[m c] p IH]; [exact zero_encloses|].
  exact (rel_add _ interval_rel (mul (number_of c) (mono_interval E m)) _ (poly_interval E p) _
    (mul_encloses (number_of c) (mono_interval E m) _ _ (rel_number _ interval_rel c) (mono_interval_correct E m ee)) IH).
Qed.
Lemma atom_interval_correct E d : atoms_enclosed E -> encloses (atom_interval nodes E d) (atom_value v r d).
Proof.
  intro ee. destruct d as [i|p|f p|p]; cbn [atom_interval atom_value].
  - apply enclosed.
  - now apply poly_interval_correct.
  - apply unary_interval_correct. now apply poly_interval_correct.
  - apply interval_inverse_sound. now apply poly_interval_correct.
Qed.
Lemma enclose_atoms_correct l : forall E, atoms_enclosed E -> atoms_enclosed (enclose_atoms T nodes l E).
Proof.
  induction l as [|a l IH]; intros E ee; simpl; [exact ee|]. apply IH. destruct (find_atom T a) as [d|] eqn:found; [|exact ee].
  intro b. unfold at_. destruct (Pos.eq_dec b a) as [->|other].
  - rewrite PositiveMap.gss, (worth _ _ found). now apply atom_interval_correct.
  - rewrite PositiveMap.gso by exact other. exact (ee b).
Qed.

Fixpoint sums_to (l : rough) (z : R) : Prop :=
  match l with [] => z = 0 | (m, t) :: l => exists s y, encloses t s /\ sums_to l y /\ z = s * eval_mono r m + y end.
Lemma insert_correct m t s l : encloses t s -> forall z, sums_to l z -> sums_to (insert m t l) (s * eval_mono r m + z).
Proof.
  intro ts. induction l as [|[n u] l IH]; intros z; cbn [insert sums_to].
  - intros ->. exists s, 0. split; [exact ts|now split].
  - intros (a & y & ua & sl & ->). destruct (equal_mono m n) eqn:E; cbn [sums_to].
    + apply equal_mono_correct in E. subst n. exists (a + s), y. split; [exact (rel_add _ interval_rel u a t s ua ts)|split; [exact sl|ring]].
    + exists a, (s * eval_mono r m + y). split; [exact ua|split; [now apply IH|ring]].
Qed.
Lemma rough_add_correct k : forall l y z, sums_to k y -> sums_to l z -> sums_to (rough_add k l) (y + z).
Proof.
  induction k as [|[m t] k IH]; intros l y z; cbn [rough_add sums_to].
  - intros -> sl. now rewrite Rplus_0_l.
  - intros (s & y' & ts & sk & ->) sl. rewrite Rplus_assoc. apply insert_correct; [exact ts|]. now apply IH.
Qed.
Lemma rough_scale_correct m t s l : encloses t s -> forall z, sums_to l z -> sums_to (rough_scale m t l) (s * eval_mono r m * z).
Proof.
  intro ts. induction l as [|[n u] l IH]; intros z; cbn [rough_scale sums_to].
  - intros ->. ring.
  - intros (a & y & ua & sl & ->). replace (s * eval_mono r m * (a * eval_mono r n + y)) with (s * a * eval_mono r (mul_mono m n) + s * eval_mono r m * y) by (rewrite mul_mono_correct; ring).
    apply insert_correct; [exact (mul_encloses t u s a ts ua)|now apply IH].
Qed.
Lemma rough_mul_correct k : forall l y z, sums_to k y -> sums_to l z -> sums_to (rough_mul k l) (y * z).
Proof.
  induction k as [|[m t] k IH]; intros l y z; cbn [rough_mul sums_to].
  - intros -> _. ring.
  - intros (s & y' & ts & sk & ->) sl. rewrite Rmult_plus_distr_r. apply rough_add_correct; [now apply rough_scale_correct|now apply IH].
Qed.
Lemma rough_one_correct : sums_to rough_one 1.
Proof. exists 1, 0. split; [exact unit_encloses|split; [reflexivity|simpl; ring]]. Qed.
Lemma rough_power_correct l z n : sums_to l z -> sums_to (rough_power n l) (z ^ n).
Proof.
  intro sl. assert (both : sums_to (rough_power n l) (z ^ n) /\ sums_to (rough_power (S n) l) (z ^ S n)); [|apply both].
  induction n as [|n [IH IH']].
  - split; [exact rough_one_correct|]. cbn [rough_power pow]. now rewrite Rmult_1_r.
  - split; [exact IH'|]. exact (rough_mul_correct l (rough_power (S n) l) z (z ^ S n) sl IH').
Qed.
Lemma rough_interval_correct E l : atoms_enclosed E -> forall z, sums_to l z -> encloses (rough_interval E l) z.
Proof.
  intro ee. induction l as [|[m t] l IH]; intros z; cbn [sums_to rough_interval]; [intros ->; exact zero_encloses|]. intros (s & y & ts & sl & ->).
  exact (rel_add _ interval_rel (mul t (mono_interval E m)) _ (rough_interval E l) _ (mul_encloses t (mono_interval E m) _ _ ts (mono_interval_correct E m ee)) (IH y sl)).
Qed.

Definition views_hold (V : PositiveMap.t rough) : Prop := forall a w, PositiveMap.find a V = Some w -> sums_to w (r a).
Definition seen_holds (seen : list (positive * atom)) : Prop := forall a d, In (a, d) seen -> r a = atom_value v r d /\ admissible r d.
Lemma absorb_mono_correct V m : views_hold V -> sums_to (absorb_mono V m) (eval_mono r m).
Proof.
  intro vh. induction m as [|[a k] m IH]; cbn [absorb_mono eval_mono]; [exact rough_one_correct|]. destruct (PositiveMap.find a V) as [l|] eqn:found.
  - apply rough_mul_correct; [apply rough_power_correct; now apply vh|exact IH].
  - replace (r a ^ Pos.to_nat k * eval_mono r m) with (1 * eval_mono r [(a, k)] * eval_mono r m) by (simpl; ring). apply rough_scale_correct; [exact unit_encloses|exact IH].
Qed.
Lemma absorb_correct V p : views_hold V -> sums_to (absorb V p) (eval r p).
Proof.
  intro vh. induction p as [|[m c] p IH]; cbn [absorb eval]; [reflexivity|]. apply rough_add_correct; [|exact IH].
  replace (Q2R c * eval_mono r m) with (Q2R c * eval_mono r [] * eval_mono r m) by (simpl; ring).
  apply rough_scale_correct; [exact (rel_number _ interval_rel c)|now apply absorb_mono_correct].
Qed.
Local Lemma times_atom b t s : encloses t s -> sums_to [([(b, 1%positive)], t)] (s * r b).
Proof. intro ts. exists s, 0. split; [exact ts|split; [reflexivity|simpl; ring]]. Qed.
Local Lemma atom_plus b t s : encloses t s -> sums_to [([(b, 1%positive)], unit_interval); ([], t)] (r b + s).
Proof.
  intro ts. exists 1, s. split; [exact unit_encloses|split; [|simpl; ring]]. exists s, 0. split; [exact ts|split; [reflexivity|simpl; ring]].
Qed.

Lemma one_inverse x c : equal_Q c 1 = true -> / eval r [([(x, 1%positive)], c)] = / r x.
Proof.
  intro E. unfold equal_Q in E. apply andb_prop in E as [E F]. apply Z.eqb_eq in E. apply Pos.eqb_eq in F. destruct c as [n d]. simpl in E, F. subst.
  f_equal. simpl. unfold Q2R. simpl. field.
Qed.
Section View.
Variables (E : PositiveMap.t interval) (seen : list (positive * atom)) (V : PositiveMap.t rough).
Hypothesis ee : atoms_enclosed E.
Hypothesis sh : seen_holds seen.
Hypothesis vh : views_hold V.
Lemma exponential_view_correct m c w : exponential_view E seen m c = Some w -> sums_to w (exp (Q2R c * eval_mono r m + 0)).
Proof.
  unfold exponential_view. destruct (find _ seen) as [[b e]|] eqn:F; [|discriminate]. apply find_some in F as [inb ok]. cbn [snd] in ok.
  destruct e as [|?|[] [|[n c'] [|]]|?]; try discriminate. apply andb_prop in ok as [same _]. apply equal_mono_correct in same. subst n.
  intro G. injection G as <-. assert (is_b := proj1 (sh _ _ inb)). cbn [atom_value value1 eval] in is_b.
  replace (exp (Q2R c * eval_mono r m + 0)) with (exp (Q2R (c - c') * eval_mono r m) * r b) by (rewrite is_b, <- exp_plus, Q2R_minus; f_equal; ring).
  apply times_atom. exact (exponential_interval_correct _ _ (mul_encloses (number_of (c - c')) (mono_interval E m) _ _ (rel_number _ interval_rel (c - c')) (mono_interval_correct E m ee))).
Qed.
Lemma reciprocal_view_correct p w : reciprocal_view seen V p = Some w -> sums_to w (/ eval r p).
Proof.
  unfold reciprocal_view. destruct p as [|[[|[x [k|k|]] [|]] c] [|]]; try discriminate.
  destruct (PositiveMap.find x V) as [[|[[|[y [k|k|]] [|]] t] [|]]|] eqn:is_x; try discriminate. destruct (find _ seen) as [[b e]|] eqn:F; [|discriminate].
  destruct (equal_Q c 1) eqn:unit; [|discriminate]. intro G. injection G as <-. apply find_some in F as [inb ok]. cbn [fst snd] in *.
  unfold is_inverse_of in ok. destruct e as [| | |[|[[|[z [k|k|]] [|]] d] [|]]]; try discriminate. apply andb_prop in ok as [ok unit']. apply Pos.eqb_eq in ok. subst z.
  assert (is_b := proj1 (sh _ _ inb)). cbn [atom_value] in is_b. rewrite one_inverse in is_b by exact unit'. rewrite one_inverse by exact unit.
  destruct (vh _ _ is_x) as (s & y0 & ts & -> & eq_x). cbn [eval_mono] in eq_x.
  replace (/ r x) with (/ s * r b); [apply times_atom; now apply interval_inverse_sound|]. rewrite is_b, <- Rinv_mult. f_equal. rewrite eq_x. simpl. ring.
Qed.
Lemma inverse_view_correct a p w : eval r p <> 0 -> r a = / eval r p -> inverse_view E seen V a p = Some w -> sums_to w (/ eval r p).
Proof.
  intros nz is_a. unfold inverse_view. destruct (find _ seen) as [[b e]|] eqn:F; [|discriminate]. apply find_some in F as [inb ok]. cbn [snd] in ok.
  destruct e as [| | |q]; try discriminate. intro G. injection G as <-. destruct (sh _ _ inb) as [is_b nz']. cbn [atom_value admissible] in is_b, nz'.
  assert (diff := rough_interval_correct E _ ee _ (absorb_correct V (add_poly q (opp_poly p)) vh)). rewrite add_poly_correct, opp_poly_correct in diff.
  replace (/ eval r p) with (r b + (eval r q + - eval r p) * (r a * r b)) by (rewrite is_a, is_b; field; now split).
  apply atom_plus. exact (mul_encloses _ (mul (at_ E a) (at_ E b)) _ _ diff (mul_encloses (at_ E a) (at_ E b) _ _ (ee a) (ee b))).
Qed.
Lemma error_function_view_correct p w : error_function_view E seen V p = Some w -> sums_to w (error_function_R (eval r p)).
Proof.
  unfold error_function_view. destruct (find _ seen) as [[b e]|] eqn:F; [|discriminate]. apply find_some in F as [inb ok]. cbn [snd] in ok.
  destruct e as [|?|[] q|?]; try discriminate. intro G. injection G as <-. assert (is_b := proj1 (sh _ _ inb)). cbn [atom_value value1] in is_b.
  assert (diff := rough_interval_correct E _ ee _ (absorb_correct V (add_poly p (opp_poly q)) vh)). rewrite add_poly_correct, opp_poly_correct in diff.
  destruct (error_function_slope_bound (eval r p) (eval r q)) as (s & s_in & ->). rewrite <- is_b.
  replace (s * (eval r p - eval r q)) with (s * (eval r p + - eval r q)) by ring. apply atom_plus.
  refine (mul_encloses (between 0 (snd bell_zero_interval)) _ s _ _ diff). split; cbn [between fst snd]; [apply LB0; lra|exact (UB_le _ _ _ (proj2 bell_zero_correct) (proj2 s_in))].
Qed.
Lemma view_of_correct a d w : r a = atom_value v r d -> admissible r d -> view_of E seen V a d = Some w -> sums_to w (r a).
Proof.
  intros is_a adm.
  assert (small : Some [([], at_ E a)] = Some w -> sums_to w (r a)).
  { intro G. injection G as <-. exists (r a), 0. split; [exact (ee a)|split; [reflexivity|simpl; ring]]. }
  unfold view_of. cbv zeta. destruct d as [i|p|f p|p]; [discriminate|..]; cbn [atom_value admissible] in is_a, adm.
  - destruct (match Normal.uses _ with [] => false | _ => true end); [discriminate|exact small].
  - destruct (match Normal.uses _ with [] => false | _ => true end); [|exact small]. destruct f; try discriminate.
    + destruct p as [|[m c] [|]]; try discriminate. intro G. rewrite is_a. exact (exponential_view_correct m c w G).
    + intro G. rewrite is_a. exact (error_function_view_correct p w G).
  - destruct (match Normal.uses _ with [] => false | _ => true end); [|exact small]. destruct (reciprocal_view seen V p) as [l|] eqn:R; intro G; rewrite is_a.
    + injection G as <-. exact (reciprocal_view_correct p l R).
    + exact (inverse_view_correct a p w adm is_a G).
Qed.
End View.
Lemma views_correct E l : forall seen V, atoms_enclosed E -> seen_holds seen -> views_hold V -> views_hold (views T E l seen V).
Proof.
  induction l as [|a l IH]; intros seen V ee sh vh; simpl; [exact vh|]. destruct (find_atom T a) as [d|] eqn:found; [|now apply IH].
  assert (is_a := worth _ _ found). assert (adm := sound _ _ found). destruct (view_of E seen V a d) as [w|] eqn:W.
  - apply IH; [exact ee|exact sh|]. intros b u. destruct (Pos.eq_dec b a) as [->|other]; [rewrite PositiveMap.gss|rewrite PositiveMap.gso by exact other; apply vh].
    intro G. injection G as <-. exact (view_of_correct E seen V ee sh vh a d w is_a adm W).
  - apply IH; [exact ee| |exact vh]. intros b e [G|inb]; [injection G as <- <-; now split|now apply sh].
Qed.
Theorem residual_within_correct eps l p : residual_within T nodes eps l p = true -> Rabs (eval r p) <= Q2R eps.
Proof.
  unfold residual_within. set (e := residual_interval T nodes l p).
  assert (ee : encloses e (eval r p)).
  { unfold e, residual_interval. set (E := enclose_atoms T nodes l (PositiveMap.empty interval)).
    assert (enc : atoms_enclosed E) by (apply enclose_atoms_correct; intro a; unfold at_; rewrite PositiveMap.gempty; apply everything_encloses).
    apply rough_interval_correct; [exact enc|]. apply absorb_correct, views_correct; [exact enc|now intros a d|]. intros a w. now rewrite PositiveMap.gempty. }
  intro ok. apply andb_prop in ok as [hi lo]. pose proof (rel_number _ interval_rel eps) as en.
  apply (certainly_at_most_correct _ _ _ _ ee en) in hi. apply (certainly_at_most_correct _ _ _ _ (rel_opp _ interval_rel _ _ ee) en) in lo.
  change (- eval r p <= Q2R eps) in lo. change (eval r p <= Q2R eps) in hi. apply Rabs_le. lra.
Qed.
End Sound.

Section Cover.
Variables (T : table) (M : PositiveMap.t interval) (v r : positive -> R).
Hypothesis worth : interprets (atoms T) v r.
Hypothesis sound : safe r T.
Hypothesis domain : enclosing v M.
Lemma passes_correct eps l p B : in_box v B -> passes T M eps l p B = true -> Rabs (eval r p) <= Q2R eps.
Proof.
  intros ib ok. apply (residual_within_correct T (nodes_in M B) v r worth sound) with (2 := ok).
  intro i. unfold nodes_in. destruct (PositiveMap.find i B) eqn:found; [now apply ib|apply domain].
Qed.
Lemma all_covered_correct eps B ps : 0 <= Q2R eps -> in_box v B -> forall choices, all_covered T M eps B ps choices = true -> forall p, In p ps -> Rabs (eval r p) <= Q2R eps.
Proof.
  intros eps0 ib. induction ps as [|p ps IH]; intros choices; [easy|].
  destruct p as [|t p].
  - cbn [all_covered]. intros ok q [<-|inq]; [simpl; now rewrite Rabs_R0|exact (IH _ ok q inq)].
  - cbn [all_covered]. destruct (covered _ _ _ _) as [rest|] eqn:here; [|discriminate]. intros ok q [<-|inq]; [|exact (IH _ ok q inq)].
    exact (covered_correct v _ _ (passes_correct eps (needed T (t :: p)) (t :: p)) _ _ _ _ ib here).
Qed.
End Cover.
