(** * The checker of claims about probabilities

    A claim about probabilities holds if what it says of the scores never does (Translate.v), which is a claim about the network of the scores, and proved like any other.  It fails
    at a point where enclosures of the probabilities certainly satisfy the assertions.

    Main definitions: [prove_probabilities], [refute_probabilities].
    Main results: [prove_probabilities_sound], [refute_probabilities_sound].

    Trust: proved.
    Source: docs/certificates.md, section 7. *)
From Coq Require Import PString Floats ZArith QArith Qreals Reals Lra Lia List Bool Uint63.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Operators Spec.Onnx Spec.Network Spec.Formula Spec.VnnLib Spec.Claims Spec.Links.
From Warrant Require Import Primitives.FloatBounds Checker.Relational Checker.Intervals Checker.Exponentials Checker.Certificate Checker.Witness Checker.Networks Checker.Links.Translate.
Import ListNotations.
Local Open Scope bool_scope.

(** ** Certificates: WRNT 0x01 O, the number of candidates for logarithms (a varint), each as an even 2m for m / 2^32 or an odd 2m + 1 for -m / 2^32; then a proof about the scores *)

Fixpoint read_candidates (k : nat) (c : bytes) (i : int) : option (list Q * int) :=
  match k with
  | O => Some ([], i)
  | S k =>
    do (v, i) <- varint c i; do (l, i) <- read_candidates k c i;
    let m := to_Z (v >> 1)%uint63 in
    Some (Qmake (if (v land 1 =? 0)%uint63 then m else - m) 4294967296 :: l, i)
  end.
Definition magic (c : bytes) : bool :=
  forallb (fun p => byte c (fst p) =? snd p)%uint63 [(0, 87); (1, 82); (2, 78); (3, 84); (4, 1); (5, 79)]%uint63.
Definition most_candidates : int := 4096.
Definition candidates (c : bytes) : option (list Q * int) :=
  do (k, i) <- varint c 6; when (magic c && (k <=? most_candidates)%uint63) (read_candidates (Z.to_nat (to_Z k)) c i).

(** so many scores, of the shape that the link wants *)
Definition fits (l : link) (outputs : nat) (Y : tensor interval) : bool :=
  (length (data Y) =? outputs)%nat && match l with Logistic => true | Softmax => one_row (shape Y) end.
Definition has_scores (m : model) (l : link) (inputs outputs : nat) : bool :=
  match scores_at m (repeat everything inputs) with Some Y => fits l outputs Y | None => false end.
Definition prove_probabilities (model_file property_file certificate : bytes) : bool :=
  match read_model model_file, read_property property_file with
  | Some m, Some p =>
    match scored m, candidates certificate with
    | Some (below, l), Some (cs, i) =>
      has_scores below l (inputs p) (outputs p)
      && prove_network below (Property (inputs p) (outputs p) (over l (outputs p) cs true (assertion p))) (text certificate i (size_of certificate))
    | _, _ => false
    end
  | _, _ => false
  end.

(** ** Counterexamples *)

Definition logistic_interval (i : interval) : interval := interval_inverse (add unit_interval (exponential_interval (opp i))).
Definition softmax_intervals (l : list interval) : list interval :=
  let es := map exponential_interval l in
  let total := fold_right add zero_interval es in map (fun e => mul e (interval_inverse total)) es.
Definition link_intervals (l : link) (zs : list interval) : list interval :=
  match l with Logistic => map logistic_interval zs | Softmax => softmax_intervals zs end.
Definition refute_probabilities (model_file property_file witness : bytes) : bool :=
  match read_model model_file, read_property property_file, read_witness witness with
  | Some m, Some p, Some x =>
    match scored m with
    | Some (below, l) =>
      match scores_at below (map number_of x) with
      | Some Y =>
        (Z.of_nat (length x) =? input_count m)%Z && (length x =? inputs p)%nat && fits l (outputs p) Y
        && certain (map Exact x) (map Enclosed (link_intervals l (data Y))) true (assertion p)
      | None => false
      end
    | None => false
    end
  | _, _, _ => false
  end.

(** ** Soundness *)
Local Open Scope R_scope.

Lemma scores_at_rel {A B} {SA : scalar A} {SB : scalar B} (P : A -> B -> Prop) (H : scalar_rel P) m x y : Forall2 P x y ->
  orel (trel P) (scores_at m x) (scores_at m y).
Proof.
  intro rel. unfold scores_at. apply (orel_bind (erel P)); [now apply (initial_rel P)|]. intros e f ref.
  apply (orel_bind (erel P)); [now apply (run_rel P H)|]. clear e f ref. intros e f ref.
  apply (orel_bind (vrel P)); [now apply (lookup_rel P)|]. intros v w rv. now apply (as_reals_rel P H).
Qed.
Lemma scores_network (m : model) (x : list R) Y : scores_at m x = Some Y -> network m x = Some (data Y).
Proof.
  unfold scores_at, network. destruct (initial m x) as [e|]; [|discriminate]. destruct (run (nodes m) e) as [f|]; [|discriminate].
  destruct (lookup f (output_name m)) as [v|]; [|discriminate]. destruct v; cbn [as_reals as_numbers]; try discriminate; now intros [= <-].
Qed.
Lemma scored_inputs m below l : scored m = Some (below, l) -> input_count below = input_count m.
Proof.
  unfold scored. destruct (negb _); [|discriminate]. generalize (output_name m) as o. revert below l. induction (rev (nodes m)) as [|n before IH]; [discriminate|].
  intros below l o. cbn [scored_from]. destruct (negb (existsb _ _)); [apply IH|].
  destruct (op_domain n), (ins n) as [|i [|]], (outs n) as [|p [|q [|]]]; try discriminate.
  - destruct (_ && _); [|discriminate]. destruct (same (op_type n) "Sigmoid"%pstring).
    { destruct (only _ _); [|discriminate]. now intros [= <- _]. }
    destruct (same (op_type n) "Softmax"%pstring).
    { destruct (int_attr _ _ _); [|discriminate]. destruct (_ && _); [|discriminate]. now intros [= <- _]. }
    destruct (same (op_type n) "Identity"%pstring); [|discriminate]. destruct (only _ _); [apply IH|discriminate].
  - destruct (text_attr _ _ _); [|discriminate]. destruct (_ && _); [|discriminate]. destruct (scored_from m before i) as [[inner [|]]|] eqn:found; try discriminate.
    intros [= <- _]. exact (IH _ _ _ found).
  - destruct (negb _); [|discriminate]. destruct (untransformed n o) as [[n' how]|]; [|discriminate]. now intros [= <- _].
Qed.
Lemma probabilities_length l zs : length (probabilities_of l zs) = length zs.
Proof. destruct l; simpl; unfold softmax; now rewrite ?length_map. Qed.
(** what intervals say of the scores on an input *)
Lemma scores_probabilities m below l o (i : list interval) (x : list R) Y : scored m = Some (below, l) -> Forall2 encloses i x -> scores_at below i = Some Y -> fits l o Y = true ->
  exists Z, scores_at below x = Some Z /\ Forall2 encloses (data Y) (data Z) /\ length (data Z) = o /\ probabilities m x = Some (probabilities_of l (data Z)).
Proof.
  intros es rel eY ok. pose proof (scores_at_rel encloses interval_rel below _ _ rel) as scores. rewrite eY in scores.
  unfold probabilities. rewrite es. destruct (scores_at below x) as [Z|]; simpl in scores; [|easy]. destruct scores as [shapes entries].
  unfold fits in ok. apply andb_prop in ok as [len row]. apply Nat.eqb_eq in len. exists Z. split; [reflexivity|]. split; [exact entries|].
  split; [rewrite <- len; symmetry; exact (Forall2_length entries)|]. destruct l; [reflexivity|]. rewrite <- shapes, row. reflexivity.
Qed.
Local Lemma everything_all n (x : list R) : length x = n -> Forall2 encloses (repeat everything n) x.
Proof. intros <-. induction x; simpl; constructor; [apply everything_encloses|assumption]. Qed.

Theorem prove_probabilities_sound m p c : prove_probabilities m p c = true -> ProbabilitiesHold m p.
Proof.
  unfold prove_probabilities, ProbabilitiesHold. destruct (read_model m) as [n|]; [|easy]. destruct (read_property p) as [q|]; [|easy].
  destruct (scored n) as [[below l]|] eqn:es; [|easy]. destruct (candidates c) as [[cs i]|]; [|easy]. intro accept. apply andb_prop in accept as [has proved].
  unfold has_scores in has. destruct (scores_at below _) as [Y|] eqn:eY; [|discriminate].
  destruct (prove_network_sound _ _ _ proved) as [[count runs] never]. cbn [inputs outputs assertion] in *.
  assert (on : forall x : list R, length x = inputs q -> exists Z, scores_at below x = Some Z /\ length (data Z) = outputs q /\ probabilities n x = Some (probabilities_of l (data Z))).
  { intros x len. destruct (scores_probabilities n below l (outputs q) _ x Y es (everything_all _ x len) eY has) as (Z & eZ & _ & lZ & value). eauto. }
  split; [split|].
  - now rewrite <- (scored_inputs _ _ _ es).
  - intros x len. destruct (on x len) as (Z & _ & lZ & value). exists (probabilities_of l (data Z)). split; [exact value|]. now rewrite probabilities_length.
  - intros x y len run_ sat. destruct (on x len) as (Z & eZ & lZ & value). rewrite value in run_. injection run_ as <-.
    apply (never x (data Z) len (scores_network _ _ _ eZ)). exact (over_sound l (outputs q) cs x (data Z) lZ (assertion q) true sat).
Qed.

Lemma logistic_interval_sound i z : encloses i z -> encloses (logistic_interval i) (logistic z).
Proof.
  intro ei. apply interval_inverse_sound. apply (rel_add _ interval_rel); [exact unit_encloses|]. apply exponential_interval_correct. exact (rel_opp _ interval_rel _ _ ei).
Qed.
Lemma link_intervals_sound l is zs : Forall2 encloses is zs -> Forall2 encloses (link_intervals l is) (probabilities_of l zs).
Proof.
  intro all. destruct l; cbn [link_intervals probabilities_of].
  - induction all as [|i z is zs one _ IH]; simpl; constructor; [exact (logistic_interval_sound _ _ one)|exact IH].
  - assert (es : Forall2 encloses (map exponential_interval is) (map exp zs)) by (clear -all; induction all as [|i z is zs one _ IH]; simpl; constructor; [exact (exponential_interval_correct _ _ one)|exact IH]).
    unfold softmax_intervals, softmax. set (I := fold_right add zero_interval _). set (T := fold_right Rplus 0 _).
    assert (total : encloses I T).
    { unfold I, T. clear -es. induction es as [|i z is' zs' one _ IH]; simpl; [exact zero_encloses|exact (rel_add _ interval_rel _ _ _ _ one IH)]. }
    clearbody I T. replace (map (fun z => exp z / T) zs) with (map (fun e => e * / T) (map exp zs)) by (rewrite map_map; reflexivity).
    clear -es total. induction es as [|i z is' zs' one _ IH]; simpl; constructor; [|exact IH]. exact (mul_encloses _ _ _ _ one (interval_inverse_sound _ _ total)).
Qed.
(** what intervals say of the probabilities at a point, and of there being some elsewhere *)
Lemma linked_at_sound m below l o (x : list Q) Y : scored m = Some (below, l) -> scores_at below (map number_of x) = Some Y -> fits l o Y = true ->
  (forall xr : list R, length xr = length x -> exists y, probabilities m xr = Some y /\ length y = o) /\
  exists y, probabilities m (map Q2R x) = Some y /\ Forall2 encloses (link_intervals l (data Y)) y.
Proof.
  intros es eY ok. assert (numbers : Forall2 encloses (map number_of x) (map Q2R x)) by (clear; induction x; simpl; constructor; [exact (rel_number _ interval_rel _)|assumption]).
  destruct (scores_probabilities m below l o _ _ Y es numbers eY ok) as (Z & eZ & entries & lZ & value). split.
  - intros xr lx. assert (unrelated : Forall2 (fun (_ : interval) (_ : R) => True) (map number_of x) xr).
    { clear -lx. revert xr lx. induction x as [|a x IH]; intros [|r xr] lx; try discriminate lx; simpl; constructor; [exact I|]. apply IH. now injection lx. }
    pose proof (scores_at_rel _ unrelated_rel below _ _ unrelated) as scores. rewrite eY in scores. unfold probabilities. rewrite es.
    destruct (scores_at below xr) as [Z'|]; simpl in scores; [|easy]. destruct scores as [shapes others]. unfold fits in ok. apply andb_prop in ok as [size_ row].
    apply Nat.eqb_eq in size_. exists (probabilities_of l (data Z')). split; [destruct l; [reflexivity|]; now rewrite <- shapes, row|].
    rewrite probabilities_length, <- size_. symmetry. exact (Forall2_length others).
  - exists (probabilities_of l (data Z)). split; [exact value|]. exact (link_intervals_sound l _ _ entries).
Qed.
Theorem refute_probabilities_sound m p w : refute_probabilities m p w = true -> ProbabilitiesFail m p.
Proof.
  unfold refute_probabilities, ProbabilitiesFail. destruct (read_model m) as [n|]; [|easy]. destruct (read_property p) as [q|]; [|easy].
  destruct (read_witness w) as [x|]; [|easy]. destruct (scored n) as [[below l]|] eqn:es; [|easy]. destruct (scores_at below _) as [Y|] eqn:eY; [|easy].
  intro accept. apply andb_prop in accept as [accept sat]. apply andb_prop in accept as [accept ok]. apply andb_prop in accept as [count len].
  apply Z.eqb_eq in count. apply Nat.eqb_eq in len. destruct (linked_at_sound n below l (outputs q) x Y es eY ok) as (everywhere & y & value & inside).
  split; [split|].
  - now rewrite <- len.
  - intros xr lx. apply everywhere. now rewrite len.
  - exists (map Q2R x), y. split; [now rewrite length_map|]. split; [exact value|]. refine (certain_sound _ _ _ _ _ _ _ true sat).
    + clear. induction x; simpl; constructor; [reflexivity|assumption].
    + clear -inside. induction inside; simpl; constructor; assumption.
Qed.
