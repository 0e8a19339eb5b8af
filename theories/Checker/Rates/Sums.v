(** * Exact sums of numbers and of inner products

    A [form] is a linear combination of vectors with rational coefficients; a [sum] is a linear combination of 1, of real numbers, and of inner products of
    vectors.  Vectors and numbers are known by positive numbers.  Sums are kept in maps, so that adding one product costs a walk of a few steps.

    Main definitions: [form], [combine], [sum], [add_product], [nonnegative].
    Main results: [combine_correct], [add_product_correct], [nonnegative_sound].

    Trust: proved. *)
From Coq Require Import ZArith QArith Qreals Qabs Reals Lra Lia List Bool FMapPositive.
From Warrant Require Import Spec.InnerProduct Primitives.Optimization.Spaces.
Import ListNotations.
Local Open Scope R_scope.

(** ** Rational arithmetic that keeps numbers short *)
(** (over the least common denominator: denominators that are multiples of each other, such as powers of two, cost little) *)
Definition plus_q (a b : Q) : Q :=
  if Pos.eqb (Qden a) (Qden b) then Qmake (Qnum a + Qnum b) (Qden a)
  else let '(_, (d, e)) := Pos.ggcd (Qden a) (Qden b) in Qmake (Zpos e * Qnum a + Zpos d * Qnum b) (d * Qden b).
Lemma plus_q_correct a b : Q2R (plus_q a b) = Q2R a + Q2R b.
Proof.
  rewrite <- Q2R_plus. apply Qeq_eqR. unfold plus_q. destruct (Pos.eqb_spec (Qden a) (Qden b)) as [same|_].
  - destruct a as [n d], b as [m e]. simpl in *. subst e. unfold Qeq, Qplus. simpl. lia.
  - pose proof (Pos.ggcd_correct_divisors (Qden a) (Qden b)) as parts. destruct (Pos.ggcd (Qden a) (Qden b)) as (g & d & e).
    destruct a as [n a], b as [m b]. cbn [Qnum Qden] in *. destruct parts as (-> & ->). unfold Qeq, Qplus. cbn [Qnum Qden].
    rewrite !Pos2Z.inj_mul. ring.
Qed.

(** ** Maps from positive numbers *)
Notation map_of := PositiveMap.t.
#[local] Arguments PositiveMap.Leaf {A}.
#[local] Arguments PositiveMap.Node {A}.

Section Maps.
Context {A : Type}.
(** the member of a key, made from the one that was there *)
Definition update (k : positive) (f : option A -> A) (t : map_of A) : map_of A := PositiveMap.add k (f (PositiveMap.find k t)) t.

(** the sum of a function over the members *)
Definition member (f : A -> R) (o : option A) : R := match o with Some a => f a | None => 0 end.
Fixpoint total (f : positive -> A -> R) (t : map_of A) : R :=
  match t with
  | PositiveMap.Leaf => 0
  | PositiveMap.Node l here r => total (fun k => f (xO k)) l + member (f xH) here + total (fun k => f (xI k)) r
  end.
Lemma total_add f k a t : total f (PositiveMap.add k a t) = total f t - member (f k) (PositiveMap.find k t) + f k a.
Proof.
  revert f k. induction t as [|l IHl here r IHr]; intros f k.
  - rewrite PositiveMap.gleaf. simpl. revert f. induction k as [k IH|k IH|]; intro f; simpl; rewrite ?IH; lra.
  - destruct k as [k|k|]; simpl; [rewrite IHr|rewrite IHl|]; simpl; lra.
Qed.
Lemma total_update f k g t : total f (update k g t) = total f t - member (f k) (PositiveMap.find k t) + f k (g (PositiveMap.find k t)).
Proof. apply total_add. Qed.

(** whether a predicate holds of all members *)
Fixpoint every (p : A -> bool) (t : map_of A) : bool :=
  match t with PositiveMap.Leaf => true | PositiveMap.Node l here r => every p l && match here with Some a => p a | None => true end && every p r end.
Lemma total_every (p : A -> bool) f t : (forall k a, p a = true -> 0 <= f k a) -> every p t = true -> 0 <= total f t.
Proof.
  revert f. induction t as [|l IHl here r IHr]; simpl; intros f ok all; [lra|].
  apply andb_true_iff in all as [[all_l all_here]%andb_true_iff all_r].
  specialize (IHl (fun k => f (xO k)) (fun k => ok (xO k)) all_l). specialize (IHr (fun k => f (xI k)) (fun k => ok (xI k)) all_r).
  destruct here as [a|]; simpl; [pose proof (ok xH a all_here)|]; lra.
Qed.

(** what holds of all holds of each *)
Lemma every_get p t k a : every p t = true -> PositiveMap.find k t = Some a -> p a = true.
Proof.
  revert k. induction t as [|l IHl here r IHr]; intros k all found; [now destruct k|]. simpl in all.
  apply andb_true_iff in all as [[all_l all_here]%andb_true_iff all_r]. 
  destruct k as [k|k|]; simpl in found; [now apply (IHr k)|now apply (IHl k)|]. now rewrite found in all_here.
Qed.

(** a fold over the members *)
Fixpoint fold {B} (g : positive -> A -> B -> B) (t : map_of A) (b : B) : B :=
  match t with
  | PositiveMap.Leaf => b
  | PositiveMap.Node l here r =>
    let b := fold (fun k => g (xO k)) l b in
    let b := match here with Some a => g xH a b | None => b end in
    fold (fun k => g (xI k)) r b
  end.
(** if each step lowers a measure of the accumulator's meaning by no more than f, so does the fold *)
Lemma fold_bound {B} (g : positive -> A -> B -> B) f (m : B -> R) t b :
  (forall k a b, m (g k a b) <= m b + f k a) -> m (fold g t b) <= m b + total f t.
Proof.
  revert g f b. induction t as [|l IHl here r IHr]; simpl; intros g f b step; [lra|].
  pose proof (IHl (fun k => g (xO k)) (fun k => f (xO k)) b (fun k => step (xO k))).
  set (b1 := fold _ l b) in *.
  pose proof (IHr (fun k => g (xI k)) (fun k => f (xI k)) (match here with Some a => g xH a b1 | None => b1 end) (fun k => step (xI k))).
  destruct here as [a|]; simpl in *; [pose proof (step xH a b1)|]; lra.
Qed.
End Maps.
(** a rational added to a member *)
Definition bump (k : positive) (q : Q) : map_of Q -> map_of Q := update k (fun o => match o with Some p => plus_q p q | None => q end).
Lemma total_bump v k q t : total (fun k p => Q2R p * v k) (bump k q t) = total (fun k p => Q2R p * v k) t + Q2R q * v k.
Proof. unfold bump. rewrite total_update. destruct (PositiveMap.find k t); simpl; [rewrite plus_q_correct|]; lra. Qed.

(** ** Linear combinations of vectors, by increasing number *)
Definition form := list (positive * Q).

(** a + q·b *)
Fixpoint combine (a : form) (q : Q) (b : form) {struct a} : form :=
  let fix inside (b : form) : form :=
    match a, b with
    | [], _ => map (fun m => (fst m, Qred (q * snd m))) b
    | _, [] => a
    | (i, p) :: a', (j, r) :: b' =>
      match Pos.compare i j with
      | Lt => (i, p) :: combine a' q b
      | Gt => (j, Qred (q * r)) :: inside b'
      | Eq => let s := Qred (plus_q p (q * r)) in if Z.eqb (Qnum s) 0 then combine a' q b' else (i, s) :: combine a' q b'
      end
    end in
  inside b.

Record sum := Sum { constant : Q; numbers : map_of Q; products : map_of (map_of Q) }.
Definition nothing : sum := Sum 0 (PositiveMap.empty _) (PositiveMap.empty _).
Definition add_constant (q : Q) (s : sum) : sum := Sum (plus_q (constant s) q) (numbers s) (products s).
Definition add_number (k : positive) (q : Q) (s : sum) : sum := Sum (constant s) (bump k q (numbers s)) (products s).
(** q · the inner product of vectors i and j *)
Definition add_pair (i j : positive) (q : Q) (s : sum) : sum :=
  let put i j := Sum (constant s) (numbers s) (update i (fun o => match o with Some row => bump j q row | None => bump j q (PositiveMap.empty _) end) (products s)) in
  if Pos.leb i j then put i j else put j i.
(** q · the inner product of a and b *)
Definition add_product (q : Q) (a b : form) (s : sum) : sum :=
  fold_left (fun s m => let c := (q * snd m)%Q in fold_left (fun s n => add_pair (fst m) (fst n) (c * snd n)%Q s) b s) a s.
(** q · the square of a's norm: half of the work of [add_product] *)
Fixpoint add_square (q : Q) (a : form) (s : sum) : sum :=
  match a with
  | [] => s
  | (i, p) :: a =>
    let c := (q * p)%Q in
    add_square q a (fold_left (fun s n => add_pair i (fst n) (2 * c * snd n)%Q s) a (add_pair i i (c * p)%Q s))
  end.

(** ** What they mean *)
Section Meaning.
Context {E : inner_product_space}.
Variables (vectors : positive -> E) (values : positive -> R).

Fixpoint form_value (a : form) : E := match a with [] => vzero | (k, q) :: a => (Q2R q *: vectors k + form_value a)%V end.
Definition row_value (i : positive) (row : map_of Q) : R := total (fun j q => Q2R q * inner (vectors i) (vectors j)) row.
Definition sum_value (s : sum) : R := Q2R (constant s) + total (fun k q => Q2R q * values k) (numbers s) + total row_value (products s).

Lemma inner_form k q a z : inner (form_value ((k, q) :: a)) z = Q2R q * inner (vectors k) z + inner (form_value a) z.
Proof. simpl. now rewrite inner_add, inner_scale. Qed.

Local Lemma combine_nil q b : form_value (map (fun m => (fst m, Qred (q * snd m))) b) = (Q2R q *: form_value b)%V.
Proof.
  induction b as [|[j r] b IH]; cbn [map form_value fst snd]; [vector_ring|].
  rewrite IH, (Qeq_eqR _ _ (Qred_correct (q * r))), Q2R_mult. vector_ring.
Qed.
Lemma combine_correct a q b : form_value (combine a q b) = (form_value a + Q2R q *: form_value b)%V.
Proof.
  revert b. induction a as [|[i p] a IHa]; intro b.
  - replace (combine [] q b) with (map (fun m => (fst m, Qred (q * snd m))) b) by now destruct b.
    rewrite combine_nil. cbn [form_value]. vector_ring.
  - induction b as [|[j r] b IHb]; [cbn [combine form_value]; vector_ring|].
    assert (scaled : Q2R (Qred (q * r)) = Q2R q * Q2R r) by now rewrite (Qeq_eqR _ _ (Qred_correct (q * r))), Q2R_mult.
    assert (both : Q2R (Qred (plus_q p (q * r))) = Q2R p + Q2R q * Q2R r) by now rewrite (Qeq_eqR _ _ (Qred_correct _)), plus_q_correct, Q2R_mult.
    cbn [combine]. destruct (Pos.compare_spec i j) as [<-|_|_].
    + destruct (Z.eqb_spec (Qnum (Qred (plus_q p (q * r)))) 0) as [null|_].
      * assert (zero : Q2R p + Q2R q * Q2R r = 0) by (rewrite <- both; unfold Q2R; rewrite null; simpl; lra).
        rewrite IHa. cbn [form_value]. replace (Q2R p) with (- (Q2R q * Q2R r)) by lra. vector_ring.
      * cbn [form_value]. rewrite IHa, both. vector_ring.
    + cbn [form_value]. rewrite IHa. cbn [form_value]. vector_ring.
    + cbn [form_value] in *. cbn [combine] in IHb. rewrite IHb, scaled. vector_ring.
Qed.

Lemma add_constant_correct q s : sum_value (add_constant q s) = sum_value s + Q2R q.
Proof. unfold sum_value, add_constant. cbn [constant numbers products]. rewrite plus_q_correct. lra. Qed.
Lemma add_number_correct k q s : sum_value (add_number k q s) = sum_value s + Q2R q * values k.
Proof. unfold sum_value, add_number. cbn [constant numbers products]. rewrite total_bump. lra. Qed.
Lemma add_pair_correct i j q s : sum_value (add_pair i j q s) = sum_value s + Q2R q * inner (vectors i) (vectors j).
Proof.
  assert (put : forall i j, sum_value (Sum (constant s) (numbers s)
      (update i (fun o => match o with Some row => bump j q row | None => bump j q (PositiveMap.empty _) end) (products s))) =
      sum_value s + Q2R q * inner (vectors i) (vectors j)).
  { clear i j. intros i j. unfold sum_value. cbn [constant numbers products]. rewrite total_update. unfold row_value.
    destruct (PositiveMap.find i (products s)) as [row|]; cbn [member]; rewrite (total_bump (fun j => inner (vectors i) (vectors j))); simpl; lra. }
  unfold add_pair. destruct (Pos.leb i j); rewrite put; [easy|]. now rewrite (inner_comm _ (vectors j)).
Qed.
Local Lemma add_pairs_correct i c b s :
  sum_value (fold_left (fun s n => add_pair i (fst n) (c * snd n)%Q s) b s) = sum_value s + Q2R c * inner (vectors i) (form_value b).
Proof.
  revert s. induction b as [|[j r] b IH]; intro s; simpl fold_left.
  - simpl. rewrite inner_comm, inner_zero_l. lra.
  - rewrite IH, add_pair_correct, Q2R_mult, !(inner_comm _ (vectors i) (form_value _)), inner_form, (inner_comm _ (vectors j)). simpl. lra.
Qed.
Lemma add_product_correct q a b s : sum_value (add_product q a b s) = sum_value s + Q2R q * inner (form_value a) (form_value b).
Proof.
  unfold add_product. revert s. induction a as [|[i p] a IH]; intro s; simpl fold_left.
  - simpl. rewrite inner_zero_l. lra.
  - rewrite IH, add_pairs_correct, Q2R_mult, inner_form. lra.
Qed.
Lemma add_square_correct q a s : sum_value (add_square q a s) = sum_value s + Q2R q * norm2 (form_value a).
Proof.
  revert s. induction a as [|[i p] a IH]; intro s; cbn [add_square].
  - unfold norm2. simpl. rewrite inner_zero_l. lra.
  - rewrite IH, add_pairs_correct, add_pair_correct, !Q2R_mult. unfold norm2.
    rewrite inner_form, !(inner_comm _ _ (form_value ((i, p) :: a))), !inner_form, (inner_comm _ (form_value a) (vectors i)).
    change (Q2R 2) with (IZR 2 * / IZR 1). lra.
Qed.

(** ** A sum that cannot be negative *)

(** what is left of the diagonal when each product q·<i, j> is bounded from below by -|q|/2·(‖i‖² + ‖j‖²) *)
Definition slack_of (i j : positive) (q : Q) (d : map_of Q) : map_of Q :=
  if Pos.eqb i j then bump i q d else let c := (- Qabs q * (1 # 2))%Q in bump i c (bump j c d).
Definition slack (t : map_of (map_of Q)) : map_of Q := fold (fun i row => fold (slack_of i) row) t (PositiveMap.empty _).
Definition nonnegative (s : sum) : bool :=
  Qle_bool 0 (constant s) && every (fun q => Z.eqb (Qnum q) 0) (numbers s) && every (fun q => Z.leb 0 (Qnum q)) (slack (products s)).

Local Definition diagonal (d : map_of Q) : R := total (fun k q => Q2R q * norm2 (vectors k)) d.
Local Lemma slack_of_bound i j q d : diagonal (slack_of i j q d) <= diagonal d + Q2R q * inner (vectors i) (vectors j).
Proof.
  unfold slack_of, diagonal. destruct (Pos.eqb_spec i j) as [<-|_].
  - rewrite (total_bump (fun k => norm2 (vectors k))). unfold norm2. lra.
  - rewrite !(total_bump (fun k => norm2 (vectors k))), Q2R_mult, Q2R_opp.
    assert (bounds : - Q2R (Qabs q) <= Q2R q <= Q2R (Qabs q)).
    { destruct (proj1 (Qabs_Qle_condition q (Qabs q)) (Qle_refl _)) as [low high].
      split; [rewrite <- Q2R_opp|]; now apply Qle_Rle. }
    pose proof (inner_ge0 _ (vectors i + vectors j)%V) as plus. pose proof (inner_ge0 _ (vectors i - vectors j)%V) as minus.
    expand_inner in *. replace (Q2R (1 # 2)) with (/ 2) by (unfold Q2R; simpl; lra).
    nra.
Qed.
Local Lemma slack_bound t : diagonal (slack t) <= total row_value t.
Proof.
  unfold slack. rewrite <- (Rplus_0_l (total row_value t)).
  apply (fold_bound (fun i row => fold (slack_of i) row) row_value diagonal t (PositiveMap.empty _)).
  intros i row d. unfold row_value. apply (fold_bound (slack_of i)). intros j q d'. apply slack_of_bound.
Qed.
Local Lemma Q2R_ge0 q : Z.leb 0 (Qnum q) = true -> 0 <= Q2R q.
Proof.
  intro pos. apply Z.leb_le in pos. unfold Q2R. apply Rmult_le_pos; [now apply IZR_le|]. left. now apply Rinv_0_lt_compat, IZR_lt.
Qed.
Lemma nonnegative_sound s : nonnegative s = true -> 0 <= sum_value s.
Proof.
  unfold nonnegative. intros [[c_ge0 no_numbers]%andb_true_iff no_negative]%andb_true_iff. unfold sum_value.
  apply Qle_bool_iff, Qle_Rle in c_ge0. replace (Q2R 0) with 0 in c_ge0 by (unfold Q2R; simpl; lra).
  assert (0 <= total (fun k q => Q2R q * values k) (numbers s)).
  { apply (total_every (fun q => Z.eqb (Qnum q) 0)); [|easy]. intros k [n d] null. apply Z.eqb_eq in null. simpl in null. subst n. unfold Q2R. simpl. lra. }
  assert (0 <= diagonal (slack (products s))).
  { apply (total_every (fun q => Z.leb 0 (Qnum q))); [|easy]. intros k q pos. apply Rmult_le_pos; [now apply Q2R_ge0|apply inner_ge0]. }
  pose proof (slack_bound (products s)). lra.
Qed.
End Meaning.
