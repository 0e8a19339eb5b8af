(** * Witnesses

    A witness is a point, given by decimal literals.  The checker evaluates the network on it with intervals, and the
    property on the exact point and the enclosed outputs; if the property is certainly satisfied, the claim is refuted.

    Main definitions: [read_witness], [refute], [enclosures] (the outputs at a point, for tests and explanations).
    Main results: [refuted_sound], [enclosures_sound].

    Trust: proved.
    Source: docs/certificates.md, section 3. *)
From Coq Require Import Floats Uint63 ZArith QArith Qreals Reals Lra Lia List Bool.
From Interval Require Import Float.Primitive_ops.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Onnx Spec.Network Spec.Formula Spec.SExpressions Spec.VnnLib Spec.Claims.
From Warrant Require Import Primitives.FloatBounds Primitives.Fractions Checker.Relational Checker.Intervals.
Import ListNotations.
Local Open Scope bool_scope.

(** ** Reading *)

(** WRNT 0x01 R *)
Definition magic (w : bytes) : bool :=
  forallb (fun p => byte w (fst p) =? snd p)%uint63 [(0, 87); (1, 82); (2, 78); (3, 84); (4, 1); (5, 82)]%uint63.
(** the lines (from, to) from an offset on, without an empty last one *)
Definition lines (w : bytes) (i : int) : option (list (int * int)) :=
  let n := size_of w in
  let turn (s : int * int * list (int * int)) :=
    let '(i, from, l) := s in
    if (n <=? i)%uint63 then inr (rev' (if (from <? i)%uint63 then (from, i) :: l else l))
    else if (byte w i =? 10)%uint63 then inl (i + 1, i + 1, (from, i) :: l)%uint63
    else inl (i + 1, from, l)%uint63 in
  match loop turns turn (i, i, []) with inr l => Some l | inl _ => None end.
Definition read_witness (w : bytes) : option (list Q) :=
  if magic w then do l <- lines w 6%uint63; map_all (fun p => decimal w (fst p) (snd p)) l else None.

(** ** Terms at a point: exact as long as no output is involved *)

Inductive known := Exact (q : Q) | Enclosed (i : interval).
Definition as_interval (k : known) : interval := match k with Exact q => number_of q | Enclosed i => i end.
Definition combine_known (exact : Q -> Q -> Q) (enclosed : interval -> interval -> interval) (a b : known) : known :=
  match a, b with
  | Exact p, Exact q => Exact (Qred (exact p q))
  | _, _ => Enclosed (enclosed (as_interval a) (as_interval b))
  end.
#[local] Instance known_scalar : scalar known := {|
  Tensor.zero := Exact 0;
  literal := fun d => Enclosed (literal d);
  number_of := Exact;
  add := combine_known Qplus add;
  opp := fun a => match a with Exact q => Exact (- q) | Enclosed i => Enclosed (opp i) end;
  mul := combine_known Qmult mul;
  div := fun a b => Enclosed (div (as_interval a) (as_interval b));
  root := fun a => Enclosed (root (as_interval a));
  relu := fun a => Enclosed (relu (as_interval a));
  choose := fun strict a b x y => Enclosed (choose strict (as_interval a) (as_interval b) (as_interval x) (as_interval y)) |}.

Definition certainly_le (a b : known) : bool :=
  match a, b with
  | Exact p, Exact q => Qle_bool p q
  | _, _ =>
    let h := snd (ends (as_interval a)) in
    let l := fst (ends (as_interval b)) in
    PrimitiveFloat.real l && (h <=? l)%float
  end.
Definition certainly_less (a b : known) : bool :=
  match a, b with
  | Exact p, Exact q => negb (Qle_bool q p)
  | _, _ =>
    let h := snd (ends (as_interval a)) in
    let l := fst (ends (as_interval b)) in
    (h <? l)%float
  end.
(** [certain x y yes f]: certainly [f] holds; with [yes = false], certainly it does not *)
Fixpoint certain (x y : list known) (yes : bool) (f : formula) : bool :=
  match f with
  | Leq a b =>
    let a := term_value x y a in let b := term_value x y b in
    if yes then certainly_le a b else certainly_less b a
  | Less a b =>
    let a := term_value x y a in let b := term_value x y b in
    if yes then certainly_less a b else certainly_le b a
  | True_ => yes
  | False_ => negb yes
  | And f g => if yes then certain x y yes f && certain x y yes g else certain x y yes f || certain x y yes g
  | Or f g => if yes then certain x y yes f || certain x y yes g else certain x y yes f && certain x y yes g
  | Not f => certain x y (negb yes) f
  end.

(** ** The checker *)

(** intervals that enclose the outputs at a point *)
Definition outputs_at (m : model) (x : list Q) : option (list interval) :=
  if (Z.of_nat (length x) =? input_count m)%Z then interval_network m (map number_of x) else None.
Definition refute (m p w : bytes) : bool :=
  match read_model m, read_property p, read_witness w with
  | Some m, Some p, Some x =>
    match outputs_at m x with
    | Some y =>
      (length x =? inputs p)%nat && (length y =? outputs p)%nat
      && certain (map Exact x) (map Enclosed y) true (assertion p)
    | None => false
    end
  | _, _, _ => false
  end.
(** the same intervals, from the bytes of a model and of a witness *)
Definition enclosures (m w : bytes) : option (list (float * float)) :=
  do m <- read_model m; do x <- read_witness w; do y <- outputs_at m x; Some (map ends y).

(** ** Soundness *)

Local Open Scope R_scope.
Definition means (k : known) (r : R) : Prop := match k with Exact q => Q2R q = r | Enclosed i => encloses i r end.

Lemma as_interval_sound k r : means k r -> encloses (as_interval k) r.
Proof. destruct k as [q|i]; simpl; [intros <-; apply (rel_number _ interval_rel)|easy]. Qed.
Lemma nth_means x xr i : Forall2 means x xr -> means (nth i x Tensor.zero) (nth i xr 0).
Proof.
  intro all. revert i. induction all as [|k r x xr head _ IH]; intros [|i]; simpl; auto; unfold Q2R; simpl; lra.
Qed.
Lemma term_means x xr y yr t : Forall2 means x xr -> Forall2 means y yr ->
  means (term_value x y t) (term_value xr yr t).
Proof.
  intros all_x all_y. induction t as [i|i|q|a IHa b IHb|a IHa|a IHa b IHb]; cbn [term_value].
  - now apply nth_means.
  - now apply nth_means.
  - reflexivity.
  - cbn. assert (ia := as_interval_sound _ _ IHa). assert (ib := as_interval_sound _ _ IHb). unfold combine_known.
    destruct (term_value x y a), (term_value x y b); try exact (rel_add _ interval_rel _ _ _ _ ia ib).
    cbn [means] in *. now rewrite Q2R_Qred, Q2R_plus, IHa, IHb.
  - cbn. destruct (term_value x y a); simpl in *; [now rewrite Q2R_opp, IHa|exact (rel_opp _ interval_rel _ _ IHa)].
  - cbn. assert (ia := as_interval_sound _ _ IHa). assert (ib := as_interval_sound _ _ IHb). unfold combine_known.
    destruct (term_value x y a), (term_value x y b); try exact (rel_mul _ interval_rel _ _ _ _ ia ib).
    cbn [means] in *. now rewrite Q2R_Qred, Q2R_mult, IHa, IHb.
Qed.

Local Lemma le_between h l r s : UB h r -> LB l s -> PrimitiveFloat.real l && (h <=? l)%float = true -> r <= s.
Proof.
  intros U L E. apply andb_prop in E as [F le_hl]. apply (Rle_trans _ (toR l)); [now apply (UB_leb h)|now apply LB_toR].
Qed.
Lemma certainly_le_sound a b r s : means a r -> means b s -> certainly_le a b = true -> r <= s.
Proof.
  intros ma mb. destruct (ends_sound _ _ (as_interval_sound _ _ ma)) as [_ U].
  destruct (ends_sound _ _ (as_interval_sound _ _ mb)) as [L _].
  assert (general : forall c, c = PrimitiveFloat.real (fst (ends (as_interval b))) &&
    (snd (ends (as_interval a)) <=? fst (ends (as_interval b)))%float -> c = true -> r <= s).
  { intros c E yes. rewrite E in yes. exact (le_between _ _ _ _ U L yes). }
  destruct a, b; try exact (general _ eq_refl). simpl in *. intro le_pq. rewrite <- ma, <- mb.
  now apply Qle_Rle, Qle_bool_iff.
Qed.
Lemma certainly_less_sound a b r s : means a r -> means b s -> certainly_less a b = true -> r < s.
Proof.
  intros ma mb. destruct (ends_sound _ _ (as_interval_sound _ _ ma)) as [_ U].
  destruct (ends_sound _ _ (as_interval_sound _ _ mb)) as [L _].
  assert (general : forall c, c = (snd (ends (as_interval a)) <? fst (ends (as_interval b)))%float -> c = true -> r < s).
  { intros c E yes. rewrite E in yes. destruct (Rlt_le_dec r s) as [|le_sr]; [easy|].
    exfalso. exact (crossed _ _ s L (UB_le _ _ _ U le_sr) yes). }
  destruct a, b; try exact (general _ eq_refl). simpl in *. intro less. rewrite <- ma, <- mb.
  apply Qlt_Rlt, Qnot_le_lt. intro le_qp. apply Qle_bool_iff in le_qp. now rewrite le_qp in less.
Qed.
Lemma certain_sound x xr y yr f : Forall2 means x xr -> Forall2 means y yr -> forall yes, certain x y yes f = true ->
  if yes then satisfies xr yr f else ~ satisfies xr yr f.
Proof.
  intros all_x all_y.
  induction f as [a b|a b| | |f IHf g IHg|f IHf g IHg|f IHf]; intros yes E; simpl in E |- *.
  - assert (ma := term_means _ _ _ _ a all_x all_y). assert (mb := term_means _ _ _ _ b all_x all_y).
    destruct yes; [exact (certainly_le_sound _ _ _ _ ma mb E)|apply Rlt_not_le; exact (certainly_less_sound _ _ _ _ mb ma E)].
  - assert (ma := term_means _ _ _ _ a all_x all_y). assert (mb := term_means _ _ _ _ b all_x all_y).
    destruct yes; [exact (certainly_less_sound _ _ _ _ ma mb E)|apply Rle_not_lt; exact (certainly_le_sound _ _ _ _ mb ma E)].
  - now destruct yes.
  - now destruct yes.
  - destruct yes; [apply andb_prop in E as [F G]|apply orb_prop in E as [F|G]].
    + split; [exact (IHf true F)|exact (IHg true G)].
    + intros [sat _]. exact (IHf false F sat).
    + intros [_ sat]. exact (IHg false G sat).
  - destruct yes; [apply orb_prop in E as [F|G]|apply andb_prop in E as [F G]].
    + left. exact (IHf true F).
    + right. exact (IHg true G).
    + intros [sat|sat]; [exact (IHf false F sat)|exact (IHg false G sat)].
  - apply IHf in E. destruct yes; simpl in E; tauto.
Qed.

Local Lemma Forall2_map {A B C} (P : A -> B -> Prop) (f : C -> A) (g : C -> B) l :
  (forall c, P (f c) (g c)) -> Forall2 P (map f l) (map g l).
Proof. intro all. induction l; simpl; constructor; auto. Qed.
Local Lemma Forall2_map_l {A B C} (P : A -> B -> Prop) (Q : C -> B -> Prop) (f : C -> A) l k :
  (forall c b, Q c b -> P (f c) b) -> Forall2 Q l k -> Forall2 P (map f l) k.
Proof. intros all rel. induction rel; simpl; constructor; auto. Qed.

Lemma outputs_at_sound m x y : outputs_at m x = Some y ->
  Z.of_nat (length x) = input_count m /\
  (forall xr : list R, length xr = length x -> exists yr, network m xr = Some yr /\ length yr = length y) /\
  exists yr, network m (map Q2R x) = Some yr /\ Forall2 encloses y yr.
Proof.
  unfold outputs_at. destruct (_ =? _)%Z eqn:count; [|easy]. intro run. apply Z.eqb_eq in count.
  split; [exact count|]. split.
  - intros xr len. apply (network_total m _ y run). now rewrite length_map.
  - assert (outputs := interval_network_sound m (map number_of x) (map Q2R x)
      (Forall2_map _ _ _ x (rel_number _ interval_rel))).
    rewrite run in outputs. destruct (network m (map Q2R x)) as [yr|]; [|easy]. now exists yr.
Qed.

Theorem refuted_sound m p w : refute m p w = true -> Refuted m p.
Proof.
  unfold refute, Refuted. destruct (read_model m) as [n|]; [|easy]. destruct (read_property p) as [q|]; [|easy].
  destruct (read_witness w) as [x|]; [|easy]. destruct (outputs_at n x) as [y|] eqn:run; [|easy].
  intro accept. apply andb_prop in accept as [accept sat]. apply andb_prop in accept as [len_x len_y].
  apply Nat.eqb_eq in len_x, len_y.
  apply outputs_at_sound in run as (count & total & yr & value & inside).
  split.
  - split; [now rewrite <- len_x|]. intros xr len. rewrite <- len_y. apply total. congruence.
  - exists (map Q2R x), yr. split; [now rewrite length_map|]. split; [exact value|].
    refine (certain_sound _ _ _ _ _ _ _ true sat).
    + now apply Forall2_map.
    + now apply (Forall2_map_l _ encloses).
Qed.

Theorem enclosures_sound m w l : enclosures m w = Some l ->
  exists n x y, read_model m = Some n /\ read_witness w = Some x /\
    network n (map Q2R x) = Some y /\ Forall2 inb l y.
Proof.
  unfold enclosures. destruct (read_model m) as [n|]; [|easy]. destruct (read_witness w) as [x|]; [|easy].
  destruct (outputs_at n x) as [j|] eqn:run; [|easy]. intro E. injection E as <-.
  apply outputs_at_sound in run as (_ & _ & y & value & inside). exists n, x, y. repeat split; auto.
  now apply (Forall2_map_l _ encloses); [apply ends_sound|].
Qed.
