(** * Certified accuracy

    What it means that a model classifies at least k of the n inputs of a test set rightly and robustly: for such an input x with the label y, the model says y at
    every input near x.  Two NumPy files hold the inputs (n rows, of any shape, whose numbers stand for the rational numbers that they are) and the n labels; a text
    file says what "near" means, what the model's outputs say, and k.

    Near: x′ is in a ball around x, in the ℓ∞, ℓ1 or ℓ2 norm (for ℓ∞ each input may have a radius of its own), and between the ends that the text may give.

    Main definitions: [at_least]; [read_claim]; [near], [right]; [Robustly], [Fails]; [Certified], [NotCertified].  Main result: [certified_not_both].

    Trust: SPEC. *)
From Coq Require Import PString Uint63 ZArith QArith Qreals Reals List Bool Lia.
From Warrant Require Import Spec.Bytes Spec.SExpressions Spec.Tensor Spec.Npy Spec.Onnx Spec.Network.
Import ListNotations.
Local Open Scope bool_scope.

(** at least [k] members of the list have the property *)
Fixpoint at_least {A} (k : nat) (P : A -> Prop) (l : list A) : Prop :=
  match k, l with
  | O, _ => True
  | S _, [] => False
  | S k', a :: l => (P a /\ at_least k' P l) \/ at_least k P l
  end.

(** ** The statement *)

Inductive norm := Linf | L1 | L2.
Inductive decision :=
| Scores (top : N)        (* the outputs are scores, and fewer than [top] others are as great as the label's *)
| Threshold (t : Q)       (* there is one output; the label is 1 and it is above t, or 0 and it is not *)
| Tolerance (delta : Q).  (* there is one output; the label is a number, and it is at most delta away from it *)
Record claim := Claim {
  least : N;                (* k *)
  metric : norm;           (* of the distance between inputs *)
  radii : list Q;           (* one, or with ℓ∞ one for each input *)
  low_ends : list Q;            (* none, one, or one for each input *)
  high_ends : list Q;
  says_what : decision
}.

Section Reader.
Variable s : bytes.
Local Open Scope pstring_scope.
Local Open Scope uint63_scope.

(** a whole number of at most eight digits *)
Definition whole (e : expression) : option N :=
  match e with
  | Atom a b => let (n, j) := digits s 8 a b 0 in when ((a <? b) && (j =? b)) (Some (Z.to_N n))
  | List _ => None
  end.
Definition read_norm (e : expression) : option norm :=
  if is_word s "linf" e then Some Linf else if is_word s "l1" e then Some L1 else if is_word s "l2" e then Some L2 else None.
Definition read_decision (w a : expression) : option decision :=
  if is_word s "scores" w then do k <- whole a; Some (Scores k)
  else if is_word s "threshold" w then do t <- rational s a; Some (Threshold t)
  else if is_word s "tolerance" w then do t <- rational s a; Some (Tolerance t)
  else None.
Definition commands (l : list expression) : option claim :=
  match l with
  | [List [w; v]; List [w1; k]; List [w2; b]; List (w3 :: r); List (w4 :: low); List (w5 :: high); List [w6; a]] =>
    do k <- whole k; do b <- read_norm b; do r <- map_all (rational s) r; do low <- map_all (rational s) low; do high <- map_all (rational s) high;
    do d <- read_decision w6 a;
    when (is_word s "certified" w && is_word s "1" v && is_word s "at-least" w1 && is_word s "norm" w2 && is_word s "radius" w3 && is_word s "low" w4 &&
          is_word s "high" w5)
      (Some (Claim k b r low high d))
  | _ => None
  end.
End Reader.

(** such as (certified 1) (at-least 90) (norm linf) (radius 1/10) (low 0) (high 16) (scores 1), or with (low) and (high) where there are no ends *)
Definition read_claim (s : bytes) : option claim := do t <- tokens s; do l <- parse t [] []; commands s l.

(** ** The data *)

(** the numbers of rows and of columns, which has all dimensions but the first *)
Definition sizes_of (h : header) : option (Z * Z) :=
  match array_shape h with n :: rest => Some (n, fold_right Z.mul 1%Z rest) | [] => None end.
(** the number of columns, and the rows *)
Definition read_inputs (s : bytes) : option (nat * list (list Q)) :=
  do h <- read_header s; do (n, d) <- sizes_of h; do l <- rational_rows s h n d; Some (Z.to_nat d, l).
(** the labels, one a row *)
Definition read_labels (s : bytes) : option (list Q) :=
  do (d, l) <- read_inputs s; when (Nat.eqb d 1) (Some (List.concat l)).

(** ** Near *)

(** one number for all inputs, or one for each *)
Definition for_each (d : nat) (l : list Q) : list Q := match l with [q] => repeat q d | _ => l end.
(** there are as many radii and ends as there have to be *)
Definition fits (c : claim) (d : nat) : bool :=
  let ends_fit l := match l with [] => true | _ => Nat.eqb (length (for_each d l)) d end in
  ends_fit (low_ends c) && ends_fit (high_ends c) &&
  match metric c with Linf => Nat.eqb (length (for_each d (radii c))) d | _ => Nat.eqb (length (radii c)) 1 end.

Local Open Scope R_scope.

(** the sum of f(x(i), x′(i)) *)
Fixpoint pairwise_sum (f : R -> R -> R) (x x' : list R) : R := match x, x' with a :: x, b :: x' => f a b + pairwise_sum f x x' | _, _ => 0 end.
Definition in_ball (c : claim) (x x' : list R) : Prop :=
  let r := map Q2R (radii c) in
  match metric c with
  | Linf => Forall2 (fun r p => Rabs (snd p - fst p) <= r) (map Q2R (for_each (length x) (radii c))) (combine x x')
  | L1 => pairwise_sum (fun a b => Rabs (b - a)) x x' <= hd 0 r
  | L2 => 0 <= hd 0 r /\ pairwise_sum (fun a b => (b - a) * (b - a)) x x' <= hd 0 r * hd 0 r
  end.
Definition between_ends (c : claim) (x : list R) : Prop :=
  (low_ends c = [] \/ Forall2 (fun q a => Q2R q <= a) (for_each (length x) (low_ends c)) x) /\
  (high_ends c = [] \/ Forall2 (fun q a => a <= Q2R q) (for_each (length x) (high_ends c)) x).
Definition near (c : claim) (x x' : list R) : Prop := length x' = length x /\ in_ball c x x' /\ between_ends c x'.

(** ** Right *)

(** the outputs say the label *)
Definition right (d : decision) (label : Q) (out : list R) : Prop :=
  match d with
  | Scores top => exists k : nat, (label == inject_Z (Z.of_nat k))%Q /\ (k < length out)%nat /\
      ~ at_least (N.to_nat top) (fun j => j <> k /\ nth k out 0 <= nth j out 0) (seq 0 (length out))
  | Threshold t => exists y, out = [y] /\ (((label == 1)%Q /\ Q2R t < y) \/ ((label == 0)%Q /\ y <= Q2R t))
  | Tolerance delta => exists y, out = [y] /\ Rabs (y - Q2R label) <= Q2R delta
  end.

(** at the input x, which is near itself, and at all inputs near it the model says the label *)
Definition Robustly (c : claim) (n : model) (p : list Q * Q) : Prop :=
  let x := map Q2R (fst p) in
  near c x x /\ forall x', near c x x' -> exists out, network n x' = Some out /\ right (says_what c) (snd p) out.
(** at some input near it, it does not *)
Definition Fails (c : claim) (n : model) (p : list Q * Q) : Prop :=
  let x := map Q2R (fst p) in
  exists x' out, near c x x' /\ network n x' = Some out /\ ~ right (says_what c) (snd p) out.

(** ** The claim *)

(** the claim, the model and the inputs with their labels, if the files are readable and fit together *)
Definition read_all (model_file claim_file inputs_file labels_file : bytes) : option (claim * model * nat * list (list Q * Q)) :=
  match read_model model_file, read_claim claim_file, read_inputs inputs_file, read_labels labels_file with
  | Some n, Some c, Some (d, rows), Some labels =>
    when (Nat.eqb (length rows) (length labels) && fits c d && (Z.of_nat d =? input_count n)%Z) (Some (c, n, d, combine rows labels))
  | _, _, _, _ => None
  end.

(** At least k of the inputs are classified rightly and robustly. *)
Definition Certified (model_file claim_file inputs_file labels_file : bytes) : Prop :=
  match read_all model_file claim_file inputs_file labels_file with
  | Some (c, n, _, rows) => at_least (N.to_nat (least c)) (Robustly c n) rows
  | None => False
  end.
(** More than n - k of them are not: fewer than k are. *)
Definition NotCertified (model_file claim_file inputs_file labels_file : bytes) : Prop :=
  match read_all model_file claim_file inputs_file labels_file with
  | Some (c, n, _, rows) => at_least (S (length rows) - N.to_nat (least c)) (Fails c n) rows
  | None => False
  end.

Local Lemma at_least_length {A} (P : A -> Prop) l : forall k, at_least k P l -> (k <= length l)%nat.
Proof.
  induction l as [|a l IH]; intros [|k]; cbn; try lia. intros [[_ rest]|rest]; apply IH in rest; lia.
Qed.
Local Lemma at_least_both {A} (P Q : A -> Prop) l : forall k m, (length l < k + m)%nat -> at_least k P l -> at_least m Q l -> exists a, P a /\ Q a.
Proof.
  induction l as [|a l IH]; intros k m more holds fails.
  - apply at_least_length in holds, fails. cbn in *. lia.
  - destruct k as [|k]; [apply at_least_length in fails; cbn in *; lia|]. destruct m as [|m]; [apply at_least_length in holds; cbn in *; lia|].
    cbn in more, holds, fails. destruct holds as [[here holds]|holds], fails as [[there fails]|fails].
    + now exists a.
    + apply (IH k (S m)); auto. lia.
    + apply (IH (S k) m); auto. lia.
    + apply (IH (S k) (S m)); auto. lia.
Qed.
Lemma certified_not_both m c x y : Certified m c x y -> NotCertified m c x y -> False.
Proof.
  unfold Certified, NotCertified. destruct (read_all m c x y) as [[[[cl n] d] rows]|]; [|easy]. intros holds fails.
  assert (more : (length rows < N.to_nat (least cl) + (S (length rows) - N.to_nat (least cl)))%nat) by lia.
  destruct (at_least_both _ _ _ _ _ more holds fails) as (p & [_ all] & x' & out & is_near & run & wrong).
  destruct (all x' is_near) as (out' & run' & good). congruence.
Qed.
