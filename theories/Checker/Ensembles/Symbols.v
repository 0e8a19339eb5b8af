(** * Symbols: networks of decision trees as sums of trees

    Scalars that remember what they are made of: an input (of the first run, of the second, or the difference between both) plus a constant, or a constant plus
    decision trees.  A network that compares inputs with thresholds and adds up what it chooses, as an ensemble does, is evaluated with them once, and gives a sum of trees.  Whatever is
    something else is opaque, and nothing is known of it.

    Main definitions: [variable], [dtree], [symbol]; [at_], [tree_is], [means] (what they say); [symbol_scalar].
    Main results: [symbol_rel].

    Trust: proved.
    Source: docs/certificates.md, section 6. *)
From Coq Require Import Floats ZArith QArith Qreals Reals Lra List Bool PArith.
From Warrant Require Import Spec.Bytes Spec.Tensor Primitives.FloatBounds Checker.Relational Checker.Intervals Checker.Batches.
Import ListNotations.
Local Open Scope R_scope.
Local Open Scope bool_scope.

(** ** Definitions *)

(** of the feature with this number: its value in the first run, in the second, and by how much it changes between them *)
Inductive variable := First (k : positive) | Second (k : positive) | Change (k : positive).
(** at a test, the variable is compared with the threshold: <= (or <, where [strict]) leads to [yes] *)
Inductive dtree := Weight (i : interval) | Test (strict : bool) (v : variable) (t : float) (yes no : dtree).
Inductive symbol :=
| Opaque
| Line (negative : bool) (v : variable) (c : interval)   (* v + c, or - v + c *)
| Trees (c : interval) (l : list dtree).                  (* c, and the sum of the trees *)

(** a number and its opposite cancel exactly *)
Definition add_exactly (i j : interval) : interval :=
  let (a, b) := i in let (c, d) := j in
  if ((b <=? a) && (d <=? c) && (a <=? - c) && (- c <=? a) && fin a && fin c)%float then (0, 0)%float else interval_add i j.

Fixpoint map_tree (f : interval -> interval) (t : dtree) : dtree :=
  match t with Weight i => Weight (f i) | Test s v b yes no => Test s v b (map_tree f yes) (map_tree f no) end.
Definition tree_of (a : symbol) : option dtree :=
  match a with
  | Trees c [] => Some (Weight c)
  | Trees c [t] => Some (if is_zero c then t else map_tree (add_exactly c) t)
  | _ => None
  end.
(** the float that an interval is *)
Definition the_float (i : interval) : option float := let (l, h) := i in when ((h <=? l)%float && fin l) (Some l).

Definition symbol_add (a b : symbol) : symbol :=
  match a, b with
  | Trees c l, Trees e m => Trees (add_exactly c e) (l ++ m)
  | Line n v c, Trees e [] | Trees c [], Line n v e => Line n v (add_exactly c e)
  | Line false (First j) c, Line false (Change k) e => if Pos.eqb j k then Line false (Second j) (add_exactly c e) else Opaque
  | _, _ => Opaque
  end.
Definition symbol_opp (a : symbol) : symbol :=
  match a with
  | Opaque => Opaque
  | Line n v c => Line (negb n) v (interval_opp c)
  | Trees c l => Trees (interval_opp c) (map (map_tree interval_opp) l)
  end.
Definition symbol_mul (a b : symbol) : symbol :=
  match a, b with
  | Trees c [], Trees e l => Trees (interval_mul c e) (map (map_tree (interval_mul c)) l)
  | Trees c l, Trees e [] => Trees (interval_mul e c) (map (map_tree (interval_mul e)) l)
  | _, _ => Opaque
  end.
Definition symbol_div (a b : symbol) : symbol :=
  match b with Trees e [] => symbol_mul (Trees (interval_inverse e) []) a | _ => Opaque end.
Definition symbol_choose (strict : bool) (a b x y : symbol) : symbol :=
  match a, b with
  | Trees c [], Trees e [] => match compare_intervals strict c e with Some true => x | Some false => y | None => Opaque end
  | Line false v c, Trees e [] =>
    match is_zero c, the_float e, tree_of x, tree_of y with
    | true, Some t, Some yes, Some no => Trees (0, 0)%float [Test strict v t yes no]
    | _, _, _, _ => Opaque
    end
  | _, _ => Opaque
  end.

#[export] Instance symbol_scalar : scalar symbol := {|
  Tensor.zero := Trees (0, 0)%float [];
  literal d := Trees (literal d) [];
  number_of q := Trees (number_of q) [];
  add := symbol_add;
  opp := symbol_opp;
  mul := symbol_mul;
  div := symbol_div;
  root _ := Opaque;
  relu a := match a with Trees c [] => Trees (relu_bounds c) [] | _ => Opaque end;
  choose := symbol_choose |}.

(** ** Meaning, where the features of the first run are [x], and change by [d] *)

Definition sum_of (l : list R) : R := fold_right Rplus 0 l.
Lemma sum_of_app l m : sum_of (l ++ m) = sum_of l + sum_of m.
Proof. induction l as [|a l IH]; simpl; [lra|rewrite IH; lra]. Qed.

Section Meaning.
Variables x d : positive -> R.
Definition at_ (v : variable) : R := match v with First k => x k | Second k => x k + d k | Change k => d k end.
Fixpoint tree_is (t : dtree) (r : R) : Prop :=
  match t with
  | Weight i => encloses i r
  | Test strict v b yes no => fin b = true /\ (is_below strict b (at_ v) -> tree_is yes r) /\ (~ is_below strict b (at_ v) -> tree_is no r)
  end.
Definition means (a : symbol) (r : R) : Prop :=
  match a with
  | Opaque => True
  | Line n v c => exists c0, encloses c c0 /\ r = (if n then - at_ v else at_ v) + c0
  | Trees c l => exists c0 rs, encloses c c0 /\ Forall2 tree_is l rs /\ r = c0 + sum_of rs
  end.


Lemma the_float_sound i t r : the_float i = Some t -> encloses i r -> fin t = true /\ r = toR t.
Proof.
  destruct i as [l h]. unfold the_float. destruct ((h <=? l)%float && fin l) eqn:e; [|discriminate]. intros [= <-] [L U].
  apply andb_prop in e as [le fl]. split; [exact fl|]. apply Rle_antisym; [exact (UB_leb _ _ _ U fl le)|exact (LB_toR _ _ L fl)].
Qed.
Lemma add_exactly_sound i j r s : encloses i r -> encloses j s -> encloses (add_exactly i j) (r + s).
Proof.
  intros ri rj. pose proof (interval_add_sound i j r s ri rj) as plain. unfold add_exactly. destruct i as [a b], j as [c e].
  destruct (_ && _)%float eqn:cancel; [|exact plain]. clear plain. apply andb_prop in cancel as [cancel fin_c]. apply andb_prop in cancel as [cancel fin_a].
  apply andb_prop in cancel as [cancel ge]. apply andb_prop in cancel as [cancel le]. apply andb_prop in cancel as [one two].
  assert (er : the_float (a, b) = Some a) by (unfold the_float; now rewrite one, fin_a).
  assert (es : the_float (c, e) = Some c) by (unfold the_float; now rewrite two, fin_c).
  destruct (the_float_sound _ _ _ er ri) as [fa ->], (the_float_sound _ _ _ es rj) as [fc ->].
  destruct (fin_opp c fc) as [fo eo]. rewrite leb_fin in le, ge by assumption. revert le ge. rewrite eo.
  case Flocq.Core.Raux.Rle_bool_spec; [|easy]. case Flocq.Core.Raux.Rle_bool_spec; [|easy]. intros below above _ _.
  replace (toR a + toR c) with 0 by lra. exact zero_enclosed.
Qed.

Lemma map_tree_sound f g t : (forall i r, encloses i r -> encloses (f i) (g r)) -> forall r, tree_is t r -> tree_is (map_tree f t) (g r).
Proof. intro ok. induction t as [i|s v b yes IH1 no IH2]; simpl; intros r is_; [now apply ok|]. destruct is_ as (fb & a & c). repeat split; auto. Qed.
Lemma map_trees_sound f g l rs : (forall i r, encloses i r -> encloses (f i) (g r)) -> Forall2 tree_is l rs -> Forall2 tree_is (map (map_tree f) l) (map g rs).
Proof. intros ok all. induction all; simpl; constructor; auto. now apply map_tree_sound. Qed.
Lemma tree_of_sound a t r : tree_of a = Some t -> means a r -> tree_is t r.
Proof.
  destruct a as [|n v c|c [|u [|]]]; try discriminate; simpl.
  - intros [= <-] (c0 & rs & ec & all & ->). inversion all. simpl. now rewrite Rplus_0_r.
  - intros [= <-] (c0 & rs & ec & all & ->). inversion all as [|? s ? ? is_ rest]; subst. inversion rest; subst. simpl. rewrite Rplus_0_r.
    destruct (is_zero c) eqn:z; [now rewrite (is_zero_sound c c0 ec z), Rplus_0_l|].
    apply (map_tree_sound (add_exactly c) (Rplus c0)); [|exact is_]. intros i q ei. now apply add_exactly_sound.
Qed.

Lemma constant_means i r : encloses i r -> means (Trees i []) r.
Proof. intro e. exists r, []. split; [exact e|]. split; [constructor|simpl; lra]. Qed.
Lemma means_constant i r : means (Trees i []) r -> encloses i r.
Proof. intros (c0 & rs & e & all & ->). inversion all. simpl. now rewrite Rplus_0_r. Qed.

Lemma add_sound a b r s : means a r -> means b s -> means (symbol_add a b) (r + s).
Proof.
  assert (shift : forall n v c e r s, means (Line n v c) r -> encloses e s -> means (Line n v (add_exactly c e)) (r + s)).
  { intros n v c e q u (c0 & ec & ->) eu. exists (c0 + u). split; [now apply add_exactly_sound|]. destruct n; lra. }
  destruct a as [|n v c|c l], b as [|m w e|e m]; intros ra rb; try exact I; try (destruct n, v; exact I); try (destruct l; exact I).
  - destruct n, v as [j|j|j], m, w as [k|k|k]; try exact I. simpl.
    destruct (Pos.eqb_spec j k) as [<-|]; [|exact I]. destruct ra as (c0 & ec & ->), rb as (e0 & ee & ->). exists (c0 + e0).
    split; [now apply add_exactly_sound|simpl; lra].
  - destruct m as [|? ?]; [|destruct n, v; exact I]. replace (symbol_add _ _) with (Line n v (add_exactly c e)) by now destruct n, v.
    apply shift; [exact ra|now apply means_constant].
  - destruct l as [|? ?]; [|exact I]. apply means_constant in ra. destruct rb as (e0 & ee & ->).
    exists (r + e0). split; [now apply add_exactly_sound|]. destruct m; lra.
  - replace (symbol_add _ _) with (Trees (add_exactly c e) (l ++ m)) by now destruct l.
    destruct ra as (c0 & rs & ec & all & ->), rb as (e0 & ss & ee & alls & ->). exists (c0 + e0), (rs ++ ss).
    split; [now apply add_exactly_sound|]. split; [now apply Forall2_app|]. rewrite sum_of_app. lra.
Qed.
Lemma opp_sound a r : means a r -> means (symbol_opp a) (- r).
Proof.
  destruct a as [|n v c|c l]; simpl; [easy| |].
  - intros (c0 & ec & ->). exists (- c0). split; [exact (rel_opp _ interval_rel _ _ ec)|]. destruct n; simpl; lra.
  - intros (c0 & rs & ec & all & ->). exists (- c0), (map Ropp rs). split; [exact (rel_opp _ interval_rel _ _ ec)|].
    split; [apply (map_trees_sound interval_opp Ropp); [exact (rel_opp _ interval_rel)|exact all]|].
    clear. induction rs as [|a rs IH]; simpl in *; lra.
Qed.
Lemma scale_sound c l e q r : encloses e q -> means (Trees c l) r -> means (Trees (interval_mul e c) (map (map_tree (interval_mul e)) l)) (q * r).
Proof.
  intros eq_ (c0 & rs & ec & all & ->). exists (q * c0), (map (Rmult q) rs). split; [now apply interval_mul_sound|].
  split; [apply (map_trees_sound (interval_mul e) (Rmult q)); [|exact all]; intros i u ei; now apply interval_mul_sound|].
  clear. induction rs as [|a rs IH]; simpl in *; lra.
Qed.
Lemma mul_sound a b r s : means a r -> means b s -> means (symbol_mul a b) (r * s).
Proof.
  destruct a as [|n v c|c [|t l]], b as [|m w e|e [|u k]]; intros ra rb; try exact I.
  - apply scale_sound; [now apply means_constant|exact rb].
  - apply scale_sound; [now apply means_constant|exact rb].
  - rewrite Rmult_comm. apply (scale_sound c (t :: l)); [now apply means_constant|exact ra].
Qed.
Lemma div_sound a b r s : means a r -> means b s -> means (symbol_div a b) (r / s).
Proof.
  destruct b as [|m w e|e [|u k]]; intros ra rb; try exact I. unfold Rdiv. rewrite Rmult_comm. apply mul_sound; [|exact ra].
  apply constant_means, interval_inverse_sound. now apply means_constant.
Qed.
End Meaning.

Theorem symbol_rel x d : scalar_rel (means x d).
Proof.
  split.
  - apply constant_means, zero_enclosed.
  - intro q. apply constant_means. exact (rel_literal _ interval_rel q).
  - intro q. apply constant_means. exact (rel_number _ interval_rel q).
  - intros. now apply add_sound.
  - intros. now apply opp_sound.
  - intros. now apply mul_sound.
  - intros. now apply div_sound.
  - easy.
  - intros [|n v c|c [|t l]] r ra; try exact I. apply constant_means, relu_bounds_sound. now apply (means_constant x d).
  - intros strict a b a' b' p q p' q' ra ra' rp rq.
    destruct a as [|n v c|c [|t l]], a' as [|n' v' c'|c' [|t' l']]; try exact I; try (destruct n; exact I).
    + destruct n; [exact I|]. cbn [choose symbol_scalar symbol_choose].
      destruct (is_zero c) eqn:z; [|exact I]. destruct (the_float c') as [t|] eqn:ef; [|exact I].
      destruct (tree_of p) as [yes|] eqn:ey; [|exact I]. destruct (tree_of p') as [no|] eqn:en; [|exact I].
      destruct (the_float_sound _ _ _ ef (means_constant _ _ _ _ ra')) as [fin_t ->]. destruct ra as (c0 & ec & ->).
      rewrite (is_zero_sound c c0 ec z), Rplus_0_r.
      pose proof (tree_of_sound _ _ _ _ _ ey rp) as iy. pose proof (tree_of_sound _ _ _ _ _ en rq) as in_.
      match goal with |- means _ _ _ ?value => exists 0, [value] end.
      split; [exact zero_enclosed|]. split; [|simpl; lra]. constructor; [|constructor]. cbn [tree_is choose R_scalar].
      split; [exact fin_t|]. unfold is_below. destruct strict; [destruct (Rlt_dec _ _)|destruct (Rle_dec _ _)]; split; tauto.
    + cbn [choose symbol_scalar symbol_choose]. apply means_constant in ra, ra'.
      pose proof (compare_intervals_sound strict c c' b b' ra ra') as told. unfold tells in told.
      destruct (compare_intervals strict c c') as [o|]; [|exact I]. cbn [choose R_scalar]. destruct o, strict;
        repeat match goal with |- context [if ?e then _ else _] => destruct e end; congruence || assumption.
Qed.
