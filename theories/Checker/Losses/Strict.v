(** * Where a convex loss is strictly convex

    If the value of an instruction in the middle between two points lies on its chord, which affine forms are then equal at both points?  Exponentials, logarithms, roots, squares and
    inverses of an affine form, and x ln x and x ln (x / k), are strictly convex or concave in it; a sum of convex terms lies on its chord only if all terms do.

    Main definitions: [tight], [all_tight], [all_determined].
    Main results: [all_tight_correct], [all_determined_correct].

    Trust: proved. *)
From Coq Require Import ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra Psatz.
From Warrant Require Import Spec.Bytes Spec.Elementary Primitives.Fractions Primitives.Autodiff.Programs Primitives.Losses.Composition Primitives.Losses.Powers.
From Warrant Require Import Checker.Losses.Facts Checker.Losses.Facts_sound Checker.Losses.Forms Checker.Losses.Quadratic Checker.Losses.Exact Checker.Losses.Bends Checker.Losses.Analysis Checker.Losses.Minimum.
Import ListNotations.
Local Open Scope bool_scope.

(** forms that are equal at both points if the value in the middle is not below the chord, or not above it *)
Record tight := Tight { in_convex : list terms; in_concave : list terms }.
Definition not_tight : tight := Tight [] [].
Definition swapped (s : tight) : tight := Tight (in_concave s) (in_convex s).
Definition limited_tight (s : tight) : tight := Tight (firstn most_zeros (in_convex s)) (firstn most_zeros (in_concave s)).

Section Rules.
Variables (C : code) (F : PositiveMap.t facts) (A : PositiveMap.t polynomial).
Definition form_at (i : positive) : list terms := match affine_at A i with Some l => [l] | None => [] end.
Definition fixed_here (i : positive) : bool := fixed (known_at F i).
Section At.
Variable S : PositiveMap.t tight.
Definition tight_at (i : positive) : tight := match PositiveMap.find i S with Some s => s | None => not_tight end.
Definition scaled_tight (k : positive) (s : tight) : tight :=
  if gt0 (sign (known_at F k)) then s else if lt0 (sign (known_at F k)) then swapped s else not_tight.
(** j is ln i, ln (i / k) or ln i - ln k *)
Definition entropy_forms (i j : positive) : list terms :=
  match logarithm_of C i j with
  | Some None => form_at i
  | Some (Some (k, plain)) => if fixed_here k && (plain || gt0 (sign (known_at F i)) && gt0 (sign (known_at F k))) then form_at i else []
  | None => []
  end.
Definition tight_of (o : op) : tight :=
  match o with
  | Unary Opp a => swapped (tight_at a)
  | Unary Exp a => Tight (form_at a) []
  | Unary Log a | Unary Root a => Tight [] (form_at a)
  | Binary Add a b =>
    Tight (if convex (known_at F a) && convex (known_at F b) then rev_append (in_convex (tight_at a)) (in_convex (tight_at b)) else [])
      (if concave (known_at F a) && concave (known_at F b) then rev_append (in_concave (tight_at a)) (in_concave (tight_at b)) else [])
  | Binary Mul a b =>
    if fixed_here a then scaled_tight a (tight_at b)
    else if fixed_here b then scaled_tight b (tight_at a)
    else Tight (if Pos.eqb a b then form_at a else rev_append (entropy_forms a b) (entropy_forms b a)) []
  | Binary Div a b =>
    if fixed_here b then scaled_tight b (tight_at a)
    else if fixed_here a && gt0 (sign (known_at F a)) && gt0 (sign (known_at F b)) then Tight (form_at b) [] else not_tight
  | _ => not_tight
  end.
End At.
Fixpoint all_tight (l : list positive) (S : PositiveMap.t tight) : PositiveMap.t tight :=
  match l with
  | [] => S
  | i :: l => all_tight l match PositiveMap.find i C with Some o => PositiveMap.add i (limited_tight (tight_of S o)) S | None => S end
  end.
End Rules.

(** a form in which of the first n inputs only one occurs: the coordinate i (as in Quadratic.v) *)
Definition single (n : nat) (i : positive) (l : terms) : bool :=
  negb (Qeq_bool (coefficient i l) 0) && forallb (fun p => Pos.eqb (fst p) i || Pos.eqb (fst p) 1 || (Pos.of_nat (S n) <? fst p)%positive) l.
Definition all_determined (n : nat) (l : list terms) : bool := forallb (fun i => existsb (single n (Pos.succ i)) l) (numbers_from 1 n).

(** ** Numbers *)

Local Open Scope R_scope.
Local Notation half := (/ 2).

Lemma square_strict p q : mean half (p * p) (q * q) <= mean half p q * mean half p q -> p = q.
Proof. unfold mean. intro le. assert ((p - q) * (p - q) <= 0) by nra. pose proof (Rle_0_sqr (p - q)) as pos. unfold Rsqr in pos. assert (p - q = 0) by (destruct (Rmult_integral (p - q) (p - q)); lra). lra. Qed.
Lemma exp_strict p q : mean half (exp p) (exp q) <= exp (mean half p q) -> p = q.
Proof.
  unfold mean. intro le. set (a := exp (p / 2)). set (b := exp (q / 2)). assert (E : exp (half * p + (1 - half) * q) = a * b) by (unfold a, b; rewrite <- exp_plus; f_equal; lra).
  assert (Ep : exp p = a * a) by (unfold a; rewrite <- exp_plus; f_equal; lra). assert (Eq : exp q = b * b) by (unfold b; rewrite <- exp_plus; f_equal; lra).
  rewrite E, Ep, Eq in le. pose proof (Rle_0_sqr (a - b)) as pos. unfold Rsqr in pos. assert (a - b = 0) by (destruct (Rmult_integral (a - b) (a - b)); nra).
  assert (same : p / 2 = q / 2) by (apply exp_inv; unfold a, b in *; lra). lra.
Qed.
Lemma ln_strict p q : 0 < p -> 0 < q -> ln (mean half p q) <= mean half (ln p) (ln q) -> p = q.
Proof.
  intros pp pq le. assert (pm : 0 < mean half p q) by (unfold mean; lra). rewrite <- (exp_ln p pp), <- (exp_ln q pq). f_equal. apply exp_strict. rewrite !exp_ln by assumption.
  rewrite <- (exp_ln _ pm) at 1. destruct le as [lt|E]; [left; now apply exp_increasing|rewrite E; apply Rle_refl].
Qed.
Lemma sqrt_strict p q : 0 <= p -> 0 <= q -> sqrt (mean half p q) <= mean half (sqrt p) (sqrt q) -> p = q.
Proof.
  intros pp pq le. assert (same : sqrt p = sqrt q); [|rewrite <- (sqrt_sqrt p pp), <- (sqrt_sqrt q pq), same; reflexivity].
  apply square_strict. rewrite !sqrt_sqrt by assumption. assert (pm : 0 <= mean half p q) by (unfold mean; lra). rewrite <- (sqrt_sqrt _ pm) at 1. pose proof (sqrt_pos (mean half p q)). apply Rmult_le_compat; assumption.
Qed.
Lemma inverse_strict k p q : 0 < k -> 0 < p -> 0 < q -> mean half (k / p) (k / q) <= k / mean half p q -> p = q.
Proof.
  unfold mean. intros pk pp pq le. assert (E : half * (k / p) + (1 - half) * (k / q) - k / (half * p + (1 - half) * q) = k * ((p - q) * (p - q)) / (2 * p * q * (p + q))) by (field; lra).
  assert (D : 0 < 2 * p * q * (p + q)) by (assert (0 < p * q) by nra; nra). assert (zero : k * ((p - q) * (p - q)) <= 0).
  { apply (Rmult_le_reg_r (/ (2 * p * q * (p + q)))); [now apply Rinv_0_lt_compat|]. unfold Rdiv in E. rewrite <- E. lra. }
  assert ((p - q) * (p - q) <= 0) by nra. pose proof (Rle_0_sqr (p - q)) as pos. unfold Rsqr in pos. assert (p - q = 0) by (destruct (Rmult_integral (p - q) (p - q)); lra). lra.
Qed.
(** p ln (p / m) >= p - m, and equal only if p = m *)
Lemma entropy_above p m : 0 < p -> 0 < m -> p - m <= p * ln p - p * ln m /\ (p * ln p - p * ln m <= p - m -> p = m).
Proof.
  intros pp pm. set (z := ln m - ln p). assert (is_m : m = p * exp z).
  { unfold z. unfold Rminus. rewrite exp_plus, exp_Ropp, !exp_ln by assumption. field. lra. }
  replace (p * ln p - p * ln m) with (- (p * z)) by (unfold z; ring). assert (cases : z = 0 \/ z <> 0) by (destruct (Req_dec z 0); auto). destruct cases as [zero|other].
  - rewrite zero, exp_0 in is_m. split; [rewrite zero; lra|lra].
  - pose proof (exp_ineq1 z other) as strict. assert (p * (1 + z) < p * exp z) by (apply Rmult_lt_compat_l; assumption). split; lra.
Qed.
Lemma entropy_strict p q : 0 < p -> 0 < q -> mean half (p * ln p) (q * ln q) <= mean half p q * ln (mean half p q) -> p = q.
Proof.
  intros pp pq le. assert (pm : 0 < mean half p q) by (unfold mean; lra). set (m := mean half p q) in *. assert (is_m : 2 * m = p + q) by (unfold m, mean; lra).
  destruct (entropy_above p m pp pm) as [ap ep]. destruct (entropy_above q m pq pm) as [aq eq]. unfold mean in le.
  assert (E : 2 * m * ln m = p * ln m + q * ln m) by (rewrite is_m; ring). assert (p = m) by (apply ep; lra). lra.
Qed.

(** ** Soundness *)

Section Correct.
Variables (C : code) (F : PositiveMap.t facts) (A : PositiveMap.t polynomial) (x y z a b c : positive -> R).   (* z and c: in the middle *)
Hypothesis values_a : models C x a.
Hypothesis values_b : models C y b.
Hypothesis values_c : models C z c.
Hypothesis between : forall i, z i = mean half (x i) (y i).
Hypothesis polynomials_a : right_polynomials x a A.
Hypothesis polynomials_b : right_polynomials y b A.
Hypothesis polynomials_c : right_polynomials z c A.
Local Notation known i := (fine false C a i /\ fine false C b i).
Hypothesis right_F : forall i f, PositiveMap.find i F = Some f -> known i -> fine false C c i /\ facts_hold half f (a i) (b i) (c i).

Definition equal_forms (l : list terms) : Prop := forall m, In m l -> weighted (coordinate x) m = weighted (coordinate y) m.
Definition tight_holds (s : tight) (i : positive) : Prop := (mean half (a i) (b i) <= c i -> equal_forms (in_convex s)) /\ (c i <= mean half (a i) (b i) -> equal_forms (in_concave s)).
Definition right_tight (S : PositiveMap.t tight) : Prop := forall i s, PositiveMap.find i S = Some s -> known i -> tight_holds s i.

Lemma no_forms_equal : equal_forms [].
Proof. intros m []. Qed.
Lemma not_tight_holds i : tight_holds not_tight i.
Proof. split; intros _; apply no_forms_equal. Qed.
Lemma join_equal l m : equal_forms l -> equal_forms m -> equal_forms (rev_append l m).
Proof. intros hl hm k ink. rewrite rev_append_rev in ink. apply in_app_or in ink as [ink|ink]; [apply hl; now apply in_rev|now apply hm]. Qed.
Lemma known_facts i : known i -> facts_hold half (known_at F i) (a i) (b i) (c i).
Proof. intro k. unfold known_at. destruct (PositiveMap.find i F) as [f|] eqn:E; [exact (proj2 (right_F i f E k))|apply no_facts_hold]. Qed.
Lemma operand_known i o k : PositiveMap.find i C = Some o -> In k (operands o) -> known i -> known k.
Proof. intros found ink [fa fb]. apply (fine_iff _ _ _ _ _ found) in fa as [_ fa]. apply (fine_iff _ _ _ _ _ found) in fb as [_ fb]. split; auto. Qed.
(** an affine form in the middle *)
Lemma form_mean i : form_at A i <> [] -> c i = mean half (a i) (b i).
Proof.
  unfold form_at. destruct (affine_at A i) as [l|] eqn:E; [|contradiction]. intros _.
  rewrite (affine_at_correct x a A polynomials_a i l E), (affine_at_correct y b A polynomials_b i l E), (affine_at_correct z c A polynomials_c i l E).
  assert (t_in : 0 <= half <= 1) by lra. clear E. induction l as [|p l IH]; unfold weighted in *; cbn [fold_right]; [unfold mean; ring|].
  rewrite IH, (coordinate_mean half x y z between). unfold mean. ring.
Qed.
(** equal values of an affine form *)
Lemma form_equal i : (c i = mean half (a i) (b i) -> a i = b i) -> equal_forms (form_at A i).
Proof.
  intros h m inm. assert (some : form_at A i <> []) by (intro none; now rewrite none in inm). specialize (h (form_mean i some)). unfold form_at in inm. destruct (affine_at A i) as [l|] eqn:E; [|destruct inm].
  destruct inm as [<-|[]]. rewrite <- (affine_at_correct x a A polynomials_a i l E), <- (affine_at_correct y b A polynomials_b i l E). exact h.
Qed.

Section Step.
Variable S : PositiveMap.t tight.
Hypothesis right_S : right_tight S.
Lemma tight_at_holds i : known i -> tight_holds (tight_at S i) i.
Proof. intro k. unfold tight_at. destruct (PositiveMap.find i S) as [s|] eqn:E; [now apply right_S|apply not_tight_holds]. Qed.
(** a fixed multiple *)
Lemma scaled_tight_holds i k j r : fixed_here F k = true -> known k -> known j -> (0 < a k -> 0 < r) -> (a k < 0 -> r < 0) -> a i = r * a j -> b i = r * b j -> c i = r * c j -> tight_holds (scaled_tight F k (tight_at S j)) i.
Proof.
  intros fix_k kk kj up down Ea Eb Ec. pose proof (known_facts k kk) as hk. destruct (tight_at_holds j kj) as [hv hc]. unfold scaled_tight. unfold mean in *.
  destruct (gt0 (sign (known_at F k))) eqn:g; [|destruct (lt0 (sign (known_at F k))) eqn:l; [|apply not_tight_holds]].
  - specialize (up (holds_gt0 _ _ (sign_a _ _ _ _ _ hk) g)). split; rewrite Ea, Eb, Ec; unfold mean; intro le; [apply hv|apply hc]; apply (Rmult_le_reg_l r); lra.
  - specialize (down (holds_lt0 _ _ (sign_a _ _ _ _ _ hk) l)). split; rewrite Ea, Eb, Ec; unfold mean; intro le; [apply hc|apply hv]; apply (Rmult_le_reg_l (- r)); lra.
Qed.
Lemma entropy_forms_equal i j : known i -> known j -> mean half (a i * a j) (b i * b j) <= c i * c j -> equal_forms (entropy_forms C F A i j).
Proof.
  intros ki kj le. unfold entropy_forms. destruct (logarithm_of C i j) as [[[k plain]|]|] eqn:E; [| |apply no_forms_equal].
  - destruct (_ && _) eqn:ok; [|apply no_forms_equal]. apply andb_prop in ok as [fix_k pos]. unfold fixed_here in fix_k.
    destruct (logarithm_of_some C x a values_a _ _ _ _ E) as [Ea oka], (logarithm_of_some C y b values_b _ _ _ _ E) as [Eb okb], (logarithm_of_some C z c values_c _ _ _ _ E) as [Ec _].
    destruct (oka (proj1 kj)) as [fka pa], (okb (proj2 kj)) as [fkb pb]. assert (hk := known_facts k (conj fka fkb)). assert (hi := known_facts i ki).
    destruct (holds_fixed _ _ _ _ _ hk fix_k) as [ak bk].
    assert (positive : 0 < a i /\ 0 < b i /\ 0 < a k).
    { destruct plain; [destruct (pa eq_refl), (pb eq_refl); auto|]. cbn in pos. apply andb_prop in pos as [gi gk]. repeat split; [exact (holds_gt0 _ _ (sign_a _ _ _ _ _ hi) gi)|exact (holds_gt0 _ _ (sign_b _ _ _ _ _ hi) gi)|exact (holds_gt0 _ _ (sign_a _ _ _ _ _ hk) gk)]. }
    destruct positive as (pi & qi & pk). apply form_equal. intro mid. assert (pm : 0 < c i) by (rewrite mid; unfold mean; lra).
    assert (ratio : forall r, 0 < r -> ln (r / a k) = ln r - ln (a k)) by (intros r pr; unfold Rdiv; rewrite ln_mult, ln_Rinv by (assumption || now apply Rinv_0_lt_compat); ring).
    specialize (Ea pi pk). rewrite bk, <- ak in Eb. rewrite <- ak in Ec. specialize (Eb qi pk). specialize (Ec pm pk). rewrite Ea, Eb, Ec, !ratio in le by assumption.
    apply entropy_strict; [exact pi|exact qi|]. rewrite <- mid. unfold mean in *. assert (E2 : c i * ln (a k) = half * (a i * ln (a k)) + (1 - half) * (b i * ln (a k))) by (rewrite mid; ring). lra.
  - destruct (logarithm_of_none C x a values_a _ _ E) as [Ea pa], (logarithm_of_none C y b values_b _ _ E) as [Eb pb], (logarithm_of_none C z c values_c _ _ E) as [Ec _].
    apply form_equal. intro mid. rewrite Ea, Eb, Ec in le. apply entropy_strict; [exact (pa (proj1 kj))|exact (pb (proj2 kj))|]. now rewrite <- mid.
Qed.
Lemma tight_of_holds i o : PositiveMap.find i C = Some o -> known i -> tight_holds (tight_of C F A S o) i.
Proof.
  intros found ki. pose proof (values_a _ _ found) as Ea. pose proof (values_b _ _ found) as Eb. pose proof (values_c _ _ found) as Ec. pose proof (fun k ink => operand_known i o k found ink ki) as ops.
  assert (good_a := proj1 (proj1 (fine_iff false C a i o found) (proj1 ki))). assert (good_b := proj1 (proj1 (fine_iff false C b i o found) (proj2 ki))).
  destruct o as [|q|f k|f k j]; try apply not_tight_holds; cbn in Ea, Eb, Ec, ops, good_a, good_b.
  - assert (kk := ops k (or_introl eq_refl)). destruct f; try apply not_tight_holds; cbn in Ea, Eb, Ec, good_a, good_b; cbn [tight_of].
    + destruct (tight_at_holds k kk) as [hv hc]. split; rewrite Ea, Eb, Ec; unfold mean in *; intro le; [apply hc|apply hv]; lra.
    + split; [intros _; apply no_forms_equal|]. rewrite Ea, Eb, Ec. intro le. apply form_equal. intro mid. apply sqrt_strict; [exact good_a|exact good_b|]. now rewrite <- mid.
    + split; [|intros _; apply no_forms_equal]. rewrite Ea, Eb, Ec. intro le. apply form_equal. intro mid. apply exp_strict. now rewrite <- mid.
    + split; [intros _; apply no_forms_equal|]. rewrite Ea, Eb, Ec. intro le. apply form_equal. intro mid. apply ln_strict; [exact good_a|exact good_b|]. now rewrite <- mid.
  - assert (kk := ops k (or_introl eq_refl)). assert (kj := ops j (or_intror (or_introl eq_refl))). assert (hk := known_facts k kk). assert (hj := known_facts j kj). destruct f; cbn in Ea, Eb, Ec, good_a, good_b; cbn [tight_of].
    + destruct (tight_at_holds k kk) as [hvk hck]. destruct (tight_at_holds j kj) as [hvj hcj]. split; cbn [in_convex in_concave]; rewrite Ea, Eb, Ec; intro le.
      * destruct (convex (known_at F k) && convex (known_at F j)) eqn:both; [|apply no_forms_equal]. apply andb_prop in both as [vk vj]. pose proof (holds_convex _ _ _ _ _ hk vk) as lk. pose proof (holds_convex _ _ _ _ _ hj vj) as lj.
        unfold convex_on, mean in *. apply join_equal; [apply hvk|apply hvj]; lra.
      * destruct (concave (known_at F k) && concave (known_at F j)) eqn:both; [|apply no_forms_equal]. apply andb_prop in both as [vk vj]. pose proof (holds_concave _ _ _ _ _ hk vk) as lk. pose proof (holds_concave _ _ _ _ _ hj vj) as lj.
        unfold concave_on, mean in *. apply join_equal; [apply hck|apply hcj]; lra.
    + destruct (fixed_here F k) eqn:fk; [|destruct (fixed_here F j) eqn:fj].
      * destruct (holds_fixed _ _ _ _ _ hk fk) as [ak bk]. apply (scaled_tight_holds i k j (a k)); auto; try (rewrite ?Eb, ?Ec; f_equal; congruence).
      * destruct (holds_fixed _ _ _ _ _ hj fj) as [aj bj]. apply (scaled_tight_holds i j k (a j)); auto; rewrite ?Ea, ?Eb, ?Ec, ?(Rmult_comm _ (b j)), ?(Rmult_comm _ (c j)), ?(Rmult_comm _ (a j)); f_equal; congruence.
      * split; [|intros _; apply no_forms_equal]. cbn [in_convex]. rewrite Ea, Eb, Ec. intro le. destruct (Pos.eqb_spec k j) as [<-|_].
        -- apply form_equal. intro mid. apply square_strict. now rewrite <- mid.
        -- apply join_equal; [now apply entropy_forms_equal|]. apply entropy_forms_equal; [exact kj|exact kk|]. rewrite (Rmult_comm (a j)), (Rmult_comm (b j)), (Rmult_comm (c j)). exact le.
    + destruct (fixed_here F j) eqn:fj.
      * destruct (holds_fixed _ _ _ _ _ hj fj) as [aj bj]. apply (scaled_tight_holds i j k (/ a j)); auto; rewrite ?Ea, ?Eb, ?Ec; unfold Rdiv; try (rewrite ?bj, <- ?aj; ring).
        -- now apply Rinv_0_lt_compat.
        -- now apply Rinv_lt_0_compat.
      * destruct (fixed_here F k && gt0 (sign (known_at F k)) && gt0 (sign (known_at F j))) eqn:ok; [|apply not_tight_holds]. apply andb_prop in ok as [ok gj]. apply andb_prop in ok as [fk gk].
        destruct (holds_fixed _ _ _ _ _ hk fk) as [ak bk]. split; [|intros _; apply no_forms_equal]. cbn [in_convex]. rewrite Ea, Eb, Ec, bk, <- ak. intro le. apply form_equal. intro mid.
        apply (inverse_strict (a k)); [exact (holds_gt0 _ _ (sign_a _ _ _ _ _ hk) gk)|exact (holds_gt0 _ _ (sign_a _ _ _ _ _ hj) gj)|exact (holds_gt0 _ _ (sign_b _ _ _ _ _ hj) gj)|]. now rewrite <- mid.
Qed.
End Step.
Theorem all_tight_correct l : forall S, right_tight S -> right_tight (all_tight C F A l S).
Proof.
  induction l as [|i l IH]; intros S right; simpl; [exact right|]. apply IH. destruct (PositiveMap.find i C) as [o|] eqn:found; [|exact right]. intros j s. destruct (Pos.eq_dec j i) as [->|other].
  - rewrite PositiveMap.gss. intros [= <-] k. destruct (tight_of_holds S right i o found k) as [hv hc].
    assert (cut : forall (m : terms) l n, In m (firstn n l) -> In m l) by (intros m l' n inm; rewrite <- (firstn_skipn n l'); apply in_or_app; now left).
    split; intro le; intros m inm; [apply (hv le)|apply (hc le)]; exact (cut _ _ _ inm).
  - rewrite PositiveMap.gso by exact other. apply right.
Qed.
End Correct.

(** Forms that are equal at both points determine the first n inputs, where the others are equal. *)
Theorem all_determined_correct n (x y : positive -> R) l : all_determined n l = true -> (forall i, (n < Pos.to_nat i)%nat -> x i = y i) ->
  (forall m, In m l -> weighted (coordinate x) m = weighted (coordinate y) m) -> forall k, (k < n)%nat -> x (Pos.of_nat (S k)) = y (Pos.of_nat (S k)).
Proof.
  unfold all_determined. rewrite forallb_forall. intros all rest same k lt. set (j := Pos.of_nat (S k)). assert (inj : In j (numbers_from 1 n)).
  { apply Programs.numbers_from_correct. unfold j. rewrite Nat2Pos.id by lia. change (Pos.to_nat 1) with 1%nat. lia. }
  specialize (all j inj). apply existsb_exists in all as (m & inm & one). specialize (same m inm). unfold single in one. apply andb_prop in one as [nz only]. apply negb_true_iff in nz.
  set (i := Pos.succ j) in *. assert (gap : weighted (coordinate x) m - weighted (coordinate y) m = Q2R (coefficient i m) * (coordinate x i - coordinate y i)).
  { clear nz same inm. induction m as [|[p q] m IH]; [unfold weighted, coefficient; cbn; rewrite Facts_sound.Q2R_0; ring|]. cbn [forallb fst] in only. apply andb_prop in only as [here only]. specialize (IH only).
    unfold weighted, coefficient in *. cbn [fold_right fst snd]. destruct (Pos.eqb_spec p i) as [->|other].
    - rewrite (Qeq_eqR _ _ (Qred_correct _)), Q2R_plus. lra.
    - assert (equal : coordinate x p = coordinate y p); [|rewrite equal; lra]. cbn [orb] in here. unfold coordinate. destruct (Pos.eqb_spec p 1) as [->|p1]; [reflexivity|]. cbn [orb] in here. apply Pos.ltb_lt in here.
      apply rest. apply Pos2Nat.inj_lt in here. rewrite Nat2Pos.id in here by lia. rewrite Pos2Nat.inj_pred by lia. lia. }
  rewrite same in gap. unfold i in gap. rewrite !coordinate_succ in gap. apply neq_correct in nz. rewrite Facts_sound.Q2R_0 in nz.
  assert (zero : Q2R (coefficient (Pos.succ j) m) * (x j - y j) = 0) by lra. apply Rmult_integral in zero as [zero|zero]; [contradiction|lra].
Qed.
