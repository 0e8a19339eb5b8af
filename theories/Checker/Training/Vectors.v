(** * Vectors of intervals

    Intervals between floats, rounded outwards, for vectors of real numbers: products with rows of floats, and sums of multiples of rows.

    Main definitions: [scale], [product], [add_interval], [squares_above], [alone], [pulled].
    Main results: [product_sound], [add_interval_sound], [squares_above_sound], [alone_sound], [list_of_pulled], [norm_sum_abs].

    Trust: proved. *)
From Coq Require Import Floats Reals Lra List.
From Warrant Require Import Spec.InnerProduct Spec.Functions Spec.Training Primitives.FloatBounds.
From Warrant.Primitives.Optimization Require Import Spaces FiniteSums Instances.
From Warrant.Checker.Training Require Import Objective Triangles.
Import ListNotations.
Local Open Scope R_scope.
Local Notation dot := Training.dot.

Notation interval := (float * float)%type.
Definition scale (w : float) (p : interval) : interval :=
  if (0 <=? w)%float then (dn (w * fst p)%float, up (w * snd p)%float) else (dn (w * snd p)%float, up (w * fst p)%float).
(** <a, t> *)
Fixpoint product (a : list float) (t : list interval) : interval :=
  match a, t with
  | b :: a, p :: t => let q := scale b p in let s := product a t in (dn (fst q + fst s)%float, up (snd q + snd s)%float)
  | _, _ => (0, 0)%float
  end.
(** c a + t *)
Fixpoint add_interval (c : interval) (a : list float) (t : list interval) : list interval :=
  match a, t with
  | b :: a, p :: t => let q := scale b c in (dn (fst p + fst q)%float, up (snd p + snd q)%float) :: add_interval c a t
  | _, _ => []
  end.
(** Σ x², from above, on top of s *)
Fixpoint squares_above (x : list float) (s : float) : float :=
  match x with [] => s | a :: x => squares_above x (up (s + up (a * a)))%float end.

(** the first entry alone *)
Definition alone (v : list float) : list float := match v with [] => [] | x :: v => x :: map (fun _ => 0%float) v end.
(** T + Σ u(row) a *)
Fixpoint pulled (u : list R * R -> R) (rows : list (list R * R)) (T : list R) : list R :=
  match rows with [] => T | row :: rows => pulled u rows (plus_scaled (u row) (fst row) T) end.

(** ** Soundness *)

Lemma scale_sound w p x : fin w = true -> inb p x -> inb (scale w p) (toR w * x).
Proof.
  intros w_fin [lower upper]. unfold scale. pose proof (sign_case w w_fin) as sign. destruct (0 <=? w)%float; split; cbn [fst snd].
  - now apply LB_mulp.
  - now apply UB_mulp.
  - now apply LB_muln.
  - now apply UB_muln.
Qed.
Lemma product_sound a t x : all_fin a -> Forall2 inb t x -> inb (product a t) (dot (map toR a) x).
Proof.
  intros a_fin enclosed. revert t x enclosed. induction a_fin as [|b a b_fin _ IH]; intros t x enclosed; [split; [apply LB0|apply UB0]; cbn; lra|].
  destruct enclosed as [|p e t x within enclosed]; [split; [apply LB0|apply UB0]; cbn; lra|].
  destruct (scale_sound b p e b_fin within) as [low high]. destruct (IH t x enclosed) as [low' high'].
  split; cbn; [now apply LB_add | now apply UB_add].
Qed.
Lemma add_interval_sound c r a t x : inb c r -> all_fin a -> Forall2 inb t x -> Forall2 inb (add_interval c a t) (plus_scaled r (map toR a) x).
Proof.
  intros c_in a_fin enclosed. revert t x enclosed. induction a_fin as [|b a b_fin _ IH]; intros t x enclosed; [constructor|].
  destruct enclosed as [|p e t x [lower upper] enclosed]; [constructor|]. destruct (scale_sound b c r b_fin c_in) as [low high].
  cbn [add_interval map plus_scaled]. constructor; [|now apply IH].
  split; cbn [fst snd]; rewrite Rplus_comm, (Rmult_comm r); [now apply LB_add | now apply UB_add].
Qed.
Lemma squares_above_sound x s r : all_fin x -> UB s r -> UB (squares_above x s) (r + dot (map toR x) (map toR x)).
Proof.
  intro x_fin. revert s r. induction x_fin as [|a x a_fin _ IH]; intros s r upper; cbn [squares_above map Training.dot]; [now rewrite Rplus_0_r|].
  rewrite <- Rplus_assoc. apply IH, UB_add; [exact upper|]. now apply UB_mulf.
Qed.

Lemma points_sound v : all_fin v -> Forall2 inb (map (fun x => (x, x)) v) (map toR v).
Proof.
  intro v_fin. induction v_fin as [|a v a_fin _ IH]; cbn; constructor; [|exact IH]. split; [apply LB_fin|apply UB_fin]; trivial; apply Rle_refl.
Qed.
Lemma alone_sound v : all_fin v -> all_fin (alone v) /\ map toR (alone v) = plus_scaled (-1) (penalised true (map toR v)) (map toR v).
Proof.
  intro v_fin. destruct v_fin as [|x v x_fin v_fin]; [now split|]. cbn [alone map penalised plus_scaled]. split.
  - constructor; [exact x_fin|]. apply Forall_map, Forall_forall. now intros f _.
  - f_equal; [ring|]. clear. induction v as [|y v IH]; [reflexivity|]. cbn [map plus_scaled]. rewrite <- IH, toR0. f_equal. ring.
Qed.
Lemma nothing_sound d : Forall2 inb (repeat (0, 0)%float d) (zeros d).
Proof. induction d as [|d IH]; constructor; [|exact IH]. split; [apply LB0|apply UB0]; apply Rle_refl. Qed.

Lemma list_of_pulled d u rows (t : tuples d) : Forall (fun row => length (fst row) = d) rows ->
  list_of (vector_sum (fun row => u row *: tuple_of d (fst row)) rows + t)%V = pulled u rows (list_of t).
Proof.
  intro fit. revert t. induction fit as [|row rows row_fits _ IH]; intro t; cbn [pulled].
  - f_equal. cbn. vector_ring.
  - rewrite vector_sum_cons. rewrite <- (list_of_tuple_of d (fst row)) at 2 by exact row_fits. rewrite <- list_of_plus_scaled, <- IH. f_equal. vector_ring.
Qed.

(** ** Norms *)


Lemma sum_abs_ge0 m : 0 <= sum_abs m.
Proof. induction m as [|a m IH]; cbn; [lra|]. pose proof (Rabs_pos a). lra. Qed.
Lemma norm_sum_abs d (x : tuples d) : norm x <= sum_abs (list_of x).
Proof.
  apply norm_bound; [apply sum_abs_ge0|]. unfold norm2. rewrite inner_lists. generalize (list_of x) as m. clear x.
  induction m as [|a m IH]; cbn; [lra|]. pose proof (sum_abs_ge0 m) as rest_ge0. pose proof (Rabs_pos a) as a_ge0.
  assert (square : a * a = Rabs a * Rabs a) by (rewrite <- Rabs_mult; symmetry; apply Rabs_pos_eq, Rle_0_sqr).
  pose proof (Rmult_le_pos _ _ a_ge0 rest_ge0). lra.
Qed.
