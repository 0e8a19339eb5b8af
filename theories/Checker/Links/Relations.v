(** * The checker of claims about probabilities of several runs

    What such a claim says of the scores (Differences.v) is a claim about several runs of the models of the scores, and proved like any other.  It fails at inputs where enclosures of the probabilities
    certainly satisfy the assertions.

    Main definitions: [prove_linked], [refute_linked].
    Main results: [prove_linked_sound], [refute_linked_sound].

    Trust: proved.
    Source: docs/certificates.md, section 7. *)
From Coq Require Import PString ZArith QArith Qreals Reals Lia List Bool Uint63.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Onnx Spec.Network Spec.Formula Spec.VnnLib Spec.Relations Spec.Links Spec.LinkedRelations.
From Warrant Require Import Checker.Relational Checker.Intervals Checker.Witness Checker.Relations Checker.Relations_sound Checker.Ensembles.Check.
From Warrant Require Import Checker.Links.Differences Checker.Links.Check.
Import ListNotations.
Local Open Scope bool_scope.

(** ** Proofs: the bytes of a proof about several runs *)

Definition same_link (a b : link) : bool := match a, b with Logistic, Logistic | Softmax, Softmax => true | _, _ => false end.
(** the link of all of them *)
Definition one_link (bs : list (model * link)) : option link :=
  match bs with [] => None | (_, l) :: _ => when (forallb (fun b => same_link l (snd b)) bs) (Some l) end.
(** every model of scores has [n] of them on every input *)
Fixpoint each_has_scores (l : link) (n : nat) (ns : list model) (ds : list declared) : bool :=
  match ns, ds with
  | [], [] => true
  | m :: ns, d :: ds => Nat.eqb (outputs_of d) n && has_scores m l (inputs_of d) n && each_has_scores l n ns ds
  | _, _ => false
  end.
Definition prove_linked (model_files : list bytes) (property_file certificate : bytes) : bool :=
  match map_all read_model model_files, read_relation property_file with
  | Some ms, Some r =>
    match map_all scored ms with
    | Some bs =>
      match one_link bs, networks r, models_of (map fst bs) r with
      | Some l, d :: _, Some ns =>
        each_has_scores l (outputs_of d) ns (networks r)
        && prove_models (map fst bs) (Relation (networks r) (models r) (over l (outputs_of d) (length (networks r)) true (statement r))) certificate
      | _, _, _ => false
      end
    | None => false
    end
  | _, _ => false
  end.

(** ** Counterexamples: the inputs of all runs, one after the other *)

Fixpoint links_each (ns : list model) (ds : list declared) (xs : list (list Q)) : option (list (list interval)) :=
  match ns, ds, xs with
  | [], [], [] => Some []
  | n :: ns, d :: ds, x :: xs =>
    do (b, l) <- scored n; do Y <- scores_at b (map number_of x); do ys <- links_each ns ds xs;
    when ((Z.of_nat (length x) =? input_count n)%Z && Nat.eqb (length x) (inputs_of d) && fits l (outputs_of d) Y) (Some (link_intervals l (data Y) :: ys))
  | _, _, _ => None
  end.
Definition refute_linked (model_files : list bytes) (property_file witness : bytes) : bool :=
  match map_all read_model model_files, read_relation property_file, read_witness witness with
  | Some ms, Some r, Some x =>
    match when (Nat.eqb (length ms) (models r)) (models_of ms r) with
    | Some ns =>
      match links_each ns (networks r) (pieces (map inputs_of (networks r)) x) with
      | Some ys => Nat.eqb (length x) (list_sum (map inputs_of (networks r))) && certain (map Exact x) (map Enclosed (concat ys)) true (statement r)
      | None => false
      end
    | None => false
    end
  | _, _, _ => false
  end.

(** ** Soundness *)
Local Open Scope R_scope.

Lemma map_all_correct {A B} (f : A -> option B) l : forall k, map_all f l = Some k -> Forall2 (fun a b => f a = Some b) l k.
Proof.
  induction l as [|a l IH]; simpl; intros k e; [injection e as <-; constructor|]. destruct (f a) as [b|] eqn:ea; [|discriminate].
  destruct (map_all f l) as [m|]; [|discriminate]. injection e as <-. constructor; auto.
Qed.
Lemma one_link_correct bs l : one_link bs = Some l -> Forall (fun b => snd b = l) bs.
Proof.
  unfold one_link. destruct bs as [|[b how] bs]; [discriminate|]. destruct (forallb _ _) eqn:all; [|discriminate]. intros [= <-].
  apply Forall_forall. intros [c k] is_in. apply (proj1 (forallb_forall _ _) all) in is_in. simpl in is_in. now destruct how, k.
Qed.
(** the models of the runs, and those of their scores *)
Definition scores_of (l : link) (m b : model) : Prop := scored m = Some (b, l).
Lemma models_of_scores ms bs l (r : relation) ns : map_all scored ms = Some bs -> one_link bs = Some l -> models_of (map fst bs) r = Some ns ->
  exists ks, models_of ms r = Some ks /\ Forall2 (scores_of l) ks ns.
Proof.
  intros es el. apply map_all_correct in es. apply one_link_correct in el. assert (at_ : forall k b, nth_error (map fst bs) k = Some b -> exists m, nth_error ms k = Some m /\ scores_of l m b).
  { clear -es el. induction es as [|m [b how] ms bs e es IH]; intros [|k] c found; try discriminate.
    - injection found as <-. exists m. split; [reflexivity|]. inversion el; subst. exact e.
    - apply IH; [now inversion el|exact found]. }
  unfold models_of. revert ns. induction (networks r) as [|d ds IH]; simpl; intros ns e; [injection e as <-; exists []; split; [reflexivity|constructor]|].
  destruct (nth_error (map fst bs) (file_number d)) as [b|] eqn:eb; [|discriminate]. destruct (map_all _ ds) as [others|]; [|discriminate]. injection e as <-.
  destruct (at_ _ _ eb) as (m & -> & one). destruct (IH _ eq_refl) as (ks & -> & rest). exists (m :: ks). split; [reflexivity|]. now constructor.
Qed.
Lemma has_scores_sound m b l (i o : nat) (x : list R) : scores_of l m b -> has_scores b l i o = true -> length x = i ->
  exists z, network b x = Some z /\ length z = o /\ probabilities m x = Some (probabilities_of l z).
Proof.
  intros es has len. unfold has_scores in has. destruct (scores_at b _) as [Y|] eqn:eY; [|discriminate].
  destruct (scores_probabilities m b l o _ x Y es (Check.everything_all _ x len) eY has) as (Z & eZ & _ & lZ & value).
  exists (data Z). split; [exact (scores_network _ _ _ eZ)|]. auto.
Qed.
Lemma links_hold l n ks : forall ns ds, Forall2 (scores_of l) ks ns -> each_has_scores l n ns ds = true -> Forall2 Fits ns ds -> Forall2 Links ks ds.
Proof.
  intros ns ds all. revert ds. induction all as [|m b ks ns es _ IH]; intros [|d ds] has ok; try discriminate; [constructor|]. simpl in has.
  apply andb_prop in has as [has rest]. apply andb_prop in has as [outs has]. apply Nat.eqb_eq in outs. inversion ok as [|? ? ? ? [count _] ok']; subst. constructor; [|now apply IH].
  split; [rewrite count; exact (scored_inputs _ _ _ es)|]. intros x len. destruct (has_scores_sound m b l _ _ x es has len) as (z & _ & lz & value).
  exists (probabilities_of l z). split; [exact value|]. rewrite probabilities_length. exact lz.
Qed.
Lemma together_scores l n ks : forall ns ds xs ps, Forall2 (scores_of l) ks ns -> each_has_scores l n ns ds = true -> LinkTogether ks ds xs ps ->
  exists zs, RunTogether ns ds xs zs /\ ps = map (probabilities_of l) zs /\ Forall (fun z => length z = n) zs /\ length zs = length ds.
Proof.
  intros ns ds xs ps all. revert ds xs ps. induction all as [|m b ks ns es _ IH]; intros [|d ds] [|x xs] [|p ps] has runs; simpl in runs; try easy; [exists []; repeat split; constructor|].
  simpl in has. apply andb_prop in has as [has rest]. apply andb_prop in has as [_ has]. destruct runs as (len & run_ & runs).
  destruct (has_scores_sound m b l _ _ x es has len) as (z & net & lz & value). rewrite value in run_. injection run_ as <-.
  destruct (IH _ _ _ rest runs) as (zs & nets & -> & sizes & count). exists (z :: zs). simpl. repeat split; auto.
Qed.

Theorem prove_linked_sound ms p c : prove_linked ms p c = true -> ProbabilitiesHoldTogether ms p.
Proof.
  unfold prove_linked, ProbabilitiesHoldTogether. destruct (map_all read_model ms) as [l|]; [|easy]. destruct (read_relation p) as [r|]; [|easy].
  destruct (map_all scored l) as [bs|] eqn:es; [|easy]. destruct (one_link bs) as [how|] eqn:one; [|easy]. destruct (networks r) as [|d0 ds0] eqn:en; [easy|].
  destruct (models_of (map fst bs) r) as [ns|] eqn:em; [|easy]. rewrite <- en. intro accept. apply andb_prop in accept as [has accept].
  destruct (models_of_scores l bs how r ns es one em) as (ks & -> & related). apply models_sound in accept. unfold never_together in accept.
  replace (models_of (map fst bs) _) with (Some ns) in accept by (symmetry; exact em). cbn [networks models statement] in accept. destruct accept as (count & ok & never).
  assert (lens : length (map fst bs) = length l) by (rewrite length_map; symmetry; exact (Forall2_length (map_all_correct _ _ _ es))).
  split; [congruence|]. split; [exact (links_hold how _ ks ns _ related has ok)|]. intros xs ps runs sat.
  destruct (together_scores how _ ks ns _ xs ps related has runs) as (zs & nets & -> & sizes & lz). apply (never xs zs nets). rewrite <- lz.
  exact (over_sound how _ (concat xs) zs sizes (statement r) true sat).
Qed.

Lemma links_each_sound ns : forall ds xs ys, links_each ns ds xs = Some ys ->
  Forall2 Links ns ds /\ exists yrs, LinkTogether ns ds (map (map Q2R) xs) yrs /\ Forall2 encloses (concat ys) (concat yrs).
Proof.
  induction ns as [|n ns IH]; intros [|d ds] [|x xs] ys run_; simpl in run_; try discriminate.
  - injection run_ as <-. split; [constructor|]. exists []. split; [exact I|constructor].
  - destruct (scored n) as [[b l]|] eqn:es; [|discriminate]. destruct (scores_at b _) as [Y|] eqn:eY; [|discriminate]. destruct (links_each ns ds xs) as [ys'|] eqn:er; [|discriminate].
    destruct (_ && _) eqn:ok; [|discriminate]. injection run_ as <-. apply andb_prop in ok as [ok fits_]. apply andb_prop in ok as [count len]. apply Z.eqb_eq in count. apply Nat.eqb_eq in len.
    destruct (linked_at_sound n b l _ x Y es eY fits_) as (everywhere & y & value & inside). destruct (IH _ _ _ er) as (fit & yrs & runs & all). unfold inputs_of, outputs_of in *.
    split.
    + constructor; [|exact fit]. split; [now rewrite <- len|]. intros xr lx. apply everywhere. congruence.
    + exists (y :: yrs). split; [|simpl; now apply Forall2_app]. simpl. rewrite length_map. auto.
Qed.
Theorem refute_linked_sound ms p w : refute_linked ms p w = true -> ProbabilitiesFailTogether ms p.
Proof.
  unfold refute_linked, ProbabilitiesFailTogether. destruct (map_all read_model ms) as [l|]; [|easy]. destruct (read_relation p) as [r|]; [|easy].
  destruct (read_witness w) as [x|]; [|easy]. destruct (Nat.eqb (length l) (models r)) eqn:count; [|easy]. apply Nat.eqb_eq in count.
  destruct (models_of l r) as [ns|]; [|easy]. destruct (links_each _ _ _) as [ys|] eqn:run_; [|easy]. intro accept. apply andb_prop in accept as [len sat]. apply Nat.eqb_eq in len.
  destruct (links_each_sound _ _ _ _ run_) as (fit & yrs & runs & all). split; [exact count|]. split; [exact fit|].
  exists (map (map Q2R) (pieces (map inputs_of (networks r)) x)), yrs. split; [exact runs|].
  rewrite concat_map, (pieces_correct _ _ len) || rewrite <- concat_map, (pieces_correct _ _ len).
  refine (certain_sound _ _ _ _ _ _ _ true sat).
  - clear. induction x; simpl; constructor; [reflexivity|assumption].
  - clear -all. induction all; simpl; constructor; assumption.
Qed.
