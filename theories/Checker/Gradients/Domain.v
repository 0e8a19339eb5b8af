(** * Domains of inputs

    Bounds of inputs' entries, as intervals for a program's inputs; and points within bounds.

    Main definitions: [rational_within], [all_within], [interval_of], [some_point], [certainly_at_most].
    Main results: [all_within_correct], [interval_of_correct].

    Trust: proved. *)
From Coq Require Import Floats ZArith QArith Qreals Reals List Bool FMapPositive Lia Lra.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Losses Primitives.FloatBounds Checker.Relational Checker.Intervals.
From Warrant Require Import Primitives.Autodiff.Programs Checker.Gradients.Enclosures.
Import ListNotations.
Local Open Scope bool_scope.

Definition rational_within (l : list bounds) (a : Q) : bool :=
  forallb (fun b => match fst b with Some c => Qle_bool c a | None => true end && match snd b with Some c => Qle_bool a c | None => true end) l.
Fixpoint all_within (l : list (list bounds)) (x : list Q) : bool :=
  match l, x with [], [] => true | b :: l, a :: x => rational_within b a && all_within l x | _, _ => false end.

(** the greatest of the lower bounds, the least of the upper ones *)
Fixpoint least_of (l : list bounds) : option Q :=
  match l with
  | [] => None
  | b :: l => match fst b, least_of l with Some c, Some d => Some (if Qle_bool c d then d else c) | Some c, None => Some c | None, o => o end
  end.
Fixpoint most_of (l : list bounds) : option Q :=
  match l with
  | [] => None
  | b :: l => match snd b, most_of l with Some c, Some d => Some (if Qle_bool c d then c else d) | Some c, None => Some c | None, o => o end
  end.
(** a number within the bounds, if there is one *)
Definition some_point (l : list bounds) : Q := match least_of l, most_of l with Some c, _ => c | None, Some c => c | None, None => 0 end.
Definition interval_of (l : list bounds) : interval :=
  (match least_of l with Some c => fst (number_of c : interval) | None => nan end, match most_of l with Some c => snd (number_of c : interval) | None => nan end).

(** a <= b, whatever numbers are in the intervals *)
Definition certainly_at_most (i j : interval) : bool := match compare_intervals false i j with Some true => true | _ => false end.

(** ** Soundness *)

Lemma le_correct a b : Qle_bool a b = true -> (Q2R a <= Q2R b)%R.
Proof. intro E. now apply Qle_Rle, Qle_bool_iff. Qed.
Lemma rational_within_correct l a : rational_within l a = true -> within_limits l (Q2R a).
Proof.
  unfold rational_within. rewrite forallb_forall. intros all o ino. specialize (all o ino). apply andb_prop in all as [lo hi].
  destruct o as [[p|] [r|]]; cbn in *; split; try exact I; now apply le_correct.
Qed.
Lemma all_within_correct r : forall x, all_within r x = true -> Forall2 within_limits r (map Q2R x).
Proof. induction r as [|b r IH]; intros [|c x]; simpl; try discriminate; [constructor|]. intro E. apply andb_prop in E as [E F]. constructor; [now apply rational_within_correct|auto]. Qed.

Lemma least_of_bound l a : within_limits l a -> forall c, least_of l = Some c -> (Q2R c <= a)%R.
Proof.
  induction l as [|[lo hi] l IH]; intros inside c; simpl; [discriminate|].
  assert (here : above lo a) by exact (proj1 (inside (lo, hi) (or_introl eq_refl))).
  assert (rest := IH (fun b inb => inside b (or_intror inb))).
  destruct lo as [d|]; [|exact (rest c)]. destruct (least_of l) as [e|].
  - intro E. injection E as <-. destruct (Qle_bool d e); [now apply rest|exact here].
  - intro E. injection E as <-. exact here.
Qed.
Lemma most_of_bound l a : within_limits l a -> forall c, most_of l = Some c -> (a <= Q2R c)%R.
Proof.
  induction l as [|[lo hi] l IH]; intros inside c; simpl; [discriminate|].
  assert (here : Losses.below hi a) by exact (proj2 (inside (lo, hi) (or_introl eq_refl))).
  assert (rest := IH (fun b inb => inside b (or_intror inb))).
  destruct hi as [d|]; [|exact (rest c)]. destruct (most_of l) as [e|].
  - intro E. injection E as <-. destruct (Qle_bool d e); [exact here|now apply rest].
  - intro E. injection E as <-. exact here.
Qed.
Theorem interval_of_correct l a : within_limits l a -> encloses (interval_of l) a.
Proof.
  intro inside. split; simpl.
  - destruct (least_of l) as [c|] eqn:E; [|apply LB_nan]. exact (LB_le _ _ _ (proj1 (rel_number _ interval_rel c)) (least_of_bound _ _ inside _ E)).
  - destruct (most_of l) as [c|] eqn:E; [|apply UB_nan]. exact (UB_le _ _ _ (proj2 (rel_number _ interval_rel c)) (most_of_bound _ _ inside _ E)).
Qed.
Lemma certainly_at_most_correct i j r s : encloses i r -> encloses j s -> certainly_at_most i j = true -> (r <= s)%R.
Proof.
  intros ei ej. unfold certainly_at_most. pose proof (compare_intervals_sound false i j r s ei ej) as told. unfold tells in told.
  destruct (compare_intervals false i j) as [[|]|]; try discriminate. intros _. destruct (Rle_dec r s); [assumption|discriminate].
Qed.
