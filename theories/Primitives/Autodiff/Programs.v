(** * Straight-line programs over the reals

    A program is a list of numbered instructions, each an input, a rational number, or an arithmetic operation or an elementary function of earlier
    results.  Equal instructions are made once.  A valuation of a program gives each instruction its value; [fine] says of an instruction that
    nothing it needs is undefined, or, in the smooth sense, at a kink; [differentiable] that it has a derivative or is at a kink.

    Main definitions: [op], [state], [emit], [models], [supported], [fine], [differentiable], [solve].
    Main results: [emit_correct], [solve_correct] (every program has its valuation).

    Trust: proved. *)
From Coq Require Import ZArith QArith Qreals Reals List Bool FMapPositive Lia.
From Warrant Require Import Spec.Bytes Spec.Elementary.
Import ListNotations.
Local Open Scope positive_scope.

(** [Bell] is the derivative of [Erf]. *)
Inductive unary := Opp | Root | Relu | Exp | Log | Step | Erf | Bell.
Inductive binary := Add | Mul | Div.
Inductive op := Input | Number (q : Q) | Unary (f : unary) (a : positive) | Binary (f : binary) (a b : positive).

Definition operands (o : op) : list positive := match o with Unary _ a => [a] | Binary _ a b => [a; b] | _ => [] end.

(** ** What an instruction computes *)

Definition value1 (f : unary) : R -> R :=
  match f with Opp => Ropp | Root => sqrt | Relu => Rmax 0 | Exp => exp | Log => ln | Step => step_R | Erf => error_function_R | Bell => bell end.
Definition value2 (f : binary) : R -> R -> R := match f with Add => Rplus | Mul => Rmult | Div => Rdiv end.
Definition good1 (smooth : bool) (f : unary) (a : R) : Prop :=
  match f with
  | Root => if smooth then (0 < a)%R else (0 <= a)%R
  | Log => (0 < a)%R
  | Relu | Step => if smooth then (a <> 0)%R else True
  | _ => True
  end.
Definition good2 (f : binary) (b : R) : Prop := match f with Div => (b <> 0)%R | _ => True end.

Definition code := PositiveMap.t op.
Definition value_of (x v : positive -> R) (i : positive) (o : op) : R :=
  match o with Input => x i | Number q => Q2R q | Unary f a => value1 f (v a) | Binary f a b => value2 f (v a) (v b) end.
Definition models (C : code) (x v : positive -> R) : Prop := forall i o, PositiveMap.find i C = Some o -> v i = value_of x v i o.

Definition good (smooth : bool) (v : positive -> R) (o : op) : Prop :=
  match o with Unary f a => good1 smooth f (v a) | Binary f _ b => good2 f (v b) | _ => True end.
(** an instruction and all that it needs, directly or not *)
Inductive supported (ok : op -> Prop) (C : code) : positive -> Prop :=
| Supported i o : PositiveMap.find i C = Some o -> ok o -> (forall a, In a (operands o) -> supported ok C a) -> supported ok C i.
Definition fine (smooth : bool) (C : code) (v : positive -> R) : positive -> Prop := supported (good smooth v) C.
(** what has a derivative, or is at a kink *)
Definition differentiable1 (f : unary) (a : R) : Prop := match f with Root | Log => (0 < a)%R | _ => True end.
Definition differentiable (v : positive -> R) (o : op) : Prop :=
  match o with Unary f a => differentiable1 f (v a) | Binary f _ b => good2 f (v b) | _ => True end.

Lemma supported_iff ok C i o : PositiveMap.find i C = Some o -> (supported ok C i <-> (ok o /\ forall a, In a (operands o) -> supported ok C a)).
Proof.
  intro found. split; [|intros [? ?]; econstructor; eauto].
  intro is_ok. inversion is_ok as [j p found' g all]. subst j. rewrite found in found'. injection found' as <-. now split.
Qed.
Lemma supported_mono (ok ok' : op -> Prop) C i : (forall o, ok o -> ok' o) -> supported ok C i -> supported ok' C i.
Proof. intro weaker. induction 1 as [i o found is_ok _ IH]. exact (Supported _ _ i o found (weaker _ is_ok) IH). Qed.
Lemma Fine smooth C v i o : PositiveMap.find i C = Some o -> good smooth v o -> (forall a, In a (operands o) -> fine smooth C v a) -> fine smooth C v i.
Proof. exact (Supported (good smooth v) C i o). Qed.
Lemma fine_iff smooth C v i o : PositiveMap.find i C = Some o ->
  (fine smooth C v i <-> (good smooth v o /\ forall a, In a (operands o) -> fine smooth C v a)).
Proof. exact (supported_iff (good smooth v) C i o). Qed.
Lemma smooth_differentiable v o : good true v o -> differentiable v o.
Proof. destruct o as [| |[] a|[] a b]; simpl; auto. Qed.

(** ** Making programs *)

(** [known]: for the key of an instruction, where it stands (a hint, looked at again) *)
Record state := State { instructions : code; next : positive; known : PositiveMap.t positive }.
Definition start : state := State (PositiveMap.empty op) 1 (PositiveMap.empty positive).

Definition unary_eqb (f g : unary) : bool :=
  match f, g with Opp, Opp | Root, Root | Relu, Relu | Exp, Exp | Log, Log | Step, Step | Erf, Erf | Bell, Bell => true | _, _ => false end.
Definition binary_eqb (f g : binary) : bool := match f, g with Add, Add | Mul, Mul | Div, Div => true | _, _ => false end.
Definition op_eqb (o p : op) : bool :=
  match o, p with
  | Number q, Number r => (Z.eqb (Qnum q) (Qnum r) && Pos.eqb (Qden q) (Qden r))%bool
  | Unary f a, Unary g b => unary_eqb f g && Pos.eqb a b
  | Binary f a b, Binary g c d => binary_eqb f g && Pos.eqb a c && Pos.eqb b d
  | _, _ => false
  end.
Definition key (o : op) : positive :=
  match o with
  | Input => 1
  | Number q => (match Qnum q with Z0 => 1 | Zpos p => p~0 | Zneg p => p~1 end)~0~0~0
  | Unary f a =>
    match f with Opp => a~0~0~0 | Root => a~1~0~0 | Relu => a~0~1~0 | Exp => a~1~1~0 | Log => a~0~0~1 | Step => a~1~0~1 | Erf => a~0~1~1 | Bell => a~1~1~1 end~0~1
  | Binary f a b =>
    let p := match Pos.lxor (Pos.shiftl a 24)~1 b~0 with N0 => 1 | Npos p => p end in
    match f with Add => p~0~1~1 | Mul => p~1~1~1 | Div => p~0~0~1~1~1 end
  end.

Definition below (n : positive) (o : op) : bool := forallb (fun a => a <? n) (operands o).
Definition append (o : op) (st : state) : option (positive * state) :=
  let i := next st in
  when (below i o) (Some (i, State (PositiveMap.add i o (instructions st)) (Pos.succ i) (PositiveMap.add (key o) i (known st)))).
Definition emit (o : op) (st : state) : option (positive * state) :=
  match PositiveMap.find (key o) (known st) with
  | Some j =>
    match PositiveMap.find j (instructions st) with
    | Some p => if op_eqb o p then Some (j, st) else append o st
    | None => append o st
    end
  | None => append o st
  end.

(** instructions use earlier ones *)
Definition ordered (C : code) : Prop := forall i o, PositiveMap.find i C = Some o -> forall a, In a (operands o) -> a < i.
Definition well_formed (st : state) : Prop :=
  ordered (instructions st) /\ forall i, (exists o, PositiveMap.find i (instructions st) = Some o) <-> i < next st.
Definition within (C D : code) : Prop := forall i o, PositiveMap.find i C = Some o -> PositiveMap.find i D = Some o.

Lemma within_trans C D E : within C D -> within D E -> within C E.
Proof. intros cd de i o found. auto. Qed.
Lemma start_correct : well_formed start.
Proof.
  split; [intros i o found; simpl in found; now rewrite PositiveMap.gempty in found|]. intro i. simpl. rewrite PositiveMap.gempty. split; [now intros [o F]|lia].
Qed.

Local Lemma op_eqb_correct o p : op_eqb o p = true -> o = p.
Proof.
  destruct o as [|q|f a|f a b], p as [|r|g c|g c d]; try discriminate; simpl.
  - intro E. apply andb_prop in E as [E F]. apply Z.eqb_eq in E. apply Pos.eqb_eq in F. destruct q, r; simpl in *; now subst.
  - intro E. apply andb_prop in E as [E F]. apply Pos.eqb_eq in F. now destruct f, g; subst.
  - intro E. apply andb_prop in E as [E F]. apply andb_prop in E as [E G]. apply Pos.eqb_eq in F, G. now destruct f, g; subst.
Qed.

Lemma append_correct o st i st' : well_formed st -> append o st = Some (i, st') ->
  well_formed st' /\ within (instructions st) (instructions st') /\ PositiveMap.find i (instructions st') = Some o /\
  i = next st /\ next st' = Pos.succ i.
Proof.
  intros [wf1 wf2]. unfold append. destruct (below _ _) eqn:B; [|discriminate]. intro E. injection E as <- <-. simpl.
  split; [split|split; [|split]]; simpl; [ | | |now rewrite PositiveMap.gss|easy].
  - intros j p found. destruct (Pos.eq_dec j (next st)) as [->|other].
    + rewrite PositiveMap.gss in found. injection found as <-. intros a ina. unfold below in B. rewrite forallb_forall in B. now apply Pos.ltb_lt, B.
    + rewrite PositiveMap.gso in found by exact other. now apply wf1.
  - intro j. destruct (Pos.eq_dec j (next st)) as [->|other].
    + rewrite PositiveMap.gss. split; [lia|]. intros _. now exists o.
    + rewrite PositiveMap.gso by exact other. rewrite wf2. lia.
  - intros j p found. rewrite PositiveMap.gso; [exact found|]. intros ->. assert (lt : next st < next st) by (apply wf2; now exists p). lia.
Qed.
Lemma emit_correct o st i st' : well_formed st -> emit o st = Some (i, st') ->
  well_formed st' /\ within (instructions st) (instructions st') /\ PositiveMap.find i (instructions st') = Some o.
Proof.
  intros wf. unfold emit.
  assert (new : append o st = Some (i, st') ->
    well_formed st' /\ within (instructions st) (instructions st') /\ PositiveMap.find i (instructions st') = Some o).
  { intro E. destruct (append_correct _ _ _ _ wf E) as (? & ? & ? & _). auto. }
  destruct (PositiveMap.find (key o) (known st)) as [j|]; [|exact new].
  destruct (PositiveMap.find j (instructions st)) as [p|] eqn:found; [|exact new].
  destruct (op_eqb o p) eqn:E; [|exact new]. apply op_eqb_correct in E. subst p.
  intro E. injection E as <- <-. split; [exact wf|]. split; [now intros ? ?|exact found].
Qed.

(** The numbers i, i + 1, …, n of them. *)
Fixpoint numbers_from (i : positive) (n : nat) : list positive := match n with O => [] | S n => i :: numbers_from (Pos.succ i) n end.
Lemma numbers_from_correct n : forall i k, In k (numbers_from i n) <-> (Pos.to_nat i <= Pos.to_nat k < Pos.to_nat i + n)%nat.
Proof.
  induction n as [|n IH]; intros i k; simpl; [lia|]. rewrite IH, Pos2Nat.inj_succ. split.
  - intros [->|]; lia.
  - intro. destruct (Pos.eq_dec i k); [now left|right]. assert (Pos.to_nat i <> Pos.to_nat k) by (intro E; apply Pos2Nat.inj in E; congruence). lia.
Qed.

(** ** Every program has a valuation *)

(** Entries that use earlier ones, and what is computed from each of them: there are results that fit together. *)
Section Solve.
Context {B A : Type}.
Variables (uses : B -> list positive) (C : PositiveMap.t B) (f : positive -> B -> (positive -> A) -> A) (d : A).
Hypothesis in_order : forall i o, PositiveMap.find i C = Some o -> forall a, In a (uses o) -> a < i.
Hypothesis local : forall i o s t, (forall a, In a (uses o) -> s a = t a) -> f i o s = f i o t.

Fixpoint solve_at (n : nat) (i : positive) : A :=
  match n with O => d | S n => match PositiveMap.find i C with Some o => f i o (solve_at n) | None => d end end.
Definition solve (i : positive) : A := solve_at (Pos.to_nat i) i.

Local Lemma solve_at_enough n : forall m i, (Pos.to_nat i <= n)%nat -> (Pos.to_nat i <= m)%nat -> solve_at n i = solve_at m i.
Proof.
  induction n as [|n IH]; intros m i le_n le_m; [pose proof (Pos2Nat.is_pos i); lia|].
  destruct m as [|m]; [pose proof (Pos2Nat.is_pos i); lia|]. simpl.
  destruct (PositiveMap.find i C) as [o|] eqn:found; [|reflexivity].
  apply local. intros a ina. apply (in_order _ _ found) in ina. apply Pos2Nat.inj_lt in ina. apply IH; lia.
Qed.
Theorem solve_correct i o : PositiveMap.find i C = Some o -> solve i = f i o solve.
Proof.
  intro found. unfold solve at 1. destruct (Pos.to_nat i) as [|n] eqn:E; [pose proof (Pos2Nat.is_pos i); lia|].
  simpl. rewrite found. apply local. intros a ina. apply (in_order _ _ found) in ina. apply Pos2Nat.inj_lt in ina.
  apply solve_at_enough; lia.
Qed.
End Solve.

Lemma value_of_local x i o s t : (forall a, In a (operands o) -> s a = t a) -> value_of x s i o = value_of x t i o.
Proof. intro same. destruct o; simpl in *; rewrite ?same by tauto; reflexivity. Qed.
(** the values of all instructions, for the inputs [x] *)
Definition valuation (C : code) (x : positive -> R) : positive -> R := solve C (fun i o v => value_of x v i o) 0%R.
Lemma valuation_correct C x : ordered C -> models C x (valuation C x).
Proof. intros in_order i o found. apply (solve_correct operands C (fun i o v => value_of x v i o)); [exact in_order| |exact found]. intros. now apply value_of_local. Qed.
