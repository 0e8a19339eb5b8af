(** * Markov chains

    What it means that a distribution on finitely many states is stationary for a chain, in detailed balance with it, or what the chain comes close to from
    everywhere within so many steps.  One file has the matrix: the entry in row i and
    column j is the probability of going from state i to state j; another one has the distribution, a number for each state, in a row or in a column.  All numbers are exact
    rationals: decimals and fractions such as 3/7 in text, the numbers that the bits of a binary floating-point number denote in NumPy files.  So a matrix of rounded numbers, whose
    rows do not sum to 1, is no chain.

    Main definitions: [chain], [distribution], [stationary], [balanced], [variation], [mixing], [read_claim], [ChainHolds], [ChainFails].

    Trust: SPEC.
    Source: J. Norris, Markov Chains, 1997, sections 1.7 and 1.9; D. Levin, Y. Peres, Markov Chains and Mixing Times, 2017, sections 4.1 and 4.5. *)
From Coq Require Import PString Uint63 ZArith QArith Qabs List Bool.
From Warrant Require Import Spec.Bytes Spec.SExpressions Spec.Tables.
Import ListNotations.
Local Open Scope bool_scope.

(** ** Chains *)

Definition sum (l : list Q) : Q := fold_right Qplus 0 l.
(** numbers that are at least 0 and sum to 1 *)
Definition distribution (l : list Q) : Prop := Forall (fun q => 0 <= q)%Q l /\ (sum l == 1)%Q.
(** at least one state, and for each state a distribution on the states *)
Definition chain (rows : list (list Q)) : Prop :=
  rows <> [] /\ Forall (fun row => length row = length rows /\ distribution row) rows.

Section Chain.
Variables (rows : list (list Q)) (pi : list Q).
Local Open Scope Q_scope.
Definition step (i j : nat) : Q := nth j (nth i rows []) 0.
Definition at_state (i : nat) : Q := nth i pi 0.
(** the probability of state [j] one step after the distribution [pi] *)
Definition after (j : nat) : Q := sum (map (fun i => at_state i * step i j) (seq 0 (length rows))).
Definition stationary : Prop := forall j, (j < length rows)%nat -> after j == at_state j.
(** as often from i to j as from j to i *)
Definition balanced : Prop := forall i j, (i < length rows)%nat -> (j < length rows)%nat -> at_state i * step i j == at_state j * step j i.
End Chain.

(** ** Mixing *)

Section Mixing.
Variables (rows : list (list Q)).
Local Open Scope Q_scope.
(** the distribution [t] steps after [mu] *)
Fixpoint later (t : nat) (mu : list Q) : list Q :=
  match t with O => mu | S t => let nu := later t mu in map (after rows nu) (seq 0 (length rows)) end.
(** the total variation distance: by how much the probabilities of an event differ, at most *)
Definition variation (mu nu : list Q) : Q := sum (map (fun i => Qabs (at_state mu i - at_state nu i)) (seq 0 (length rows))) / 2.
(** [pi] is the only stationary distribution, and from [t] steps on the chain is within the distance [eps] of it, wherever it begins. *)
Definition mixing (t : Z) (eps : Q) (pi : list Q) : Prop :=
  stationary rows pi /\
  (forall mu, length mu = length rows -> distribution mu -> stationary rows mu -> forall i, (i < length rows)%nat -> at_state mu i == at_state pi i) /\
  (forall mu (s : nat), length mu = length rows -> distribution mu -> (t <= Z.of_nat s)%Z -> variation (later s mu) pi <= eps).
End Mixing.

(** ** The claim *)

Inductive property := Stationary | Balanced | Mixing (t : Z) (eps : Q).
Section Reader.
Variable s : bytes.
Definition read_property (l : list expression) : option property :=
  match l with
  | [p] => if is_word s "stationary"%pstring p then Some Stationary else if is_word s "balanced"%pstring p then Some Balanced else None
  | [p; t; e] => do t <- count s t; do e <- rational s e; when (is_word s "mixing"%pstring p) (Some (Mixing t e))
  | _ => None
  end.
End Reader.
(** (chain 1) (claim stationary), or (chain 1) (claim balanced), or such as (chain 1) (claim mixing 20 1/100): 20 steps, the distance 1/100 *)
Definition read_claim (s : bytes) : option property :=
  do t <- tokens s; do l <- parse t [] [];
  match l with
  | [List [w; v]; List (c :: l)] =>
    if is_word s "chain"%pstring w && is_word s "1"%pstring v && is_word s "claim"%pstring c then read_property s l else None
  | _ => None
  end.
Definition read_matrix (s : bytes) : option (list (list Q)) := do rows <- read_table s; map_all (map_all number) rows.
(** one row, or one column *)
Definition read_vector (s : bytes) : option (list Q) :=
  do rows <- read_matrix s;
  match rows with [row] => Some row | _ => map_all (fun row => match row with [q] => Some q | _ => None end) rows end.

Definition satisfies (p : property) (rows : list (list Q)) (pi : list Q) : Prop :=
  match p with Stationary => stationary rows pi | Balanced => balanced rows pi | Mixing t eps => mixing rows t eps pi end.
(** whether the files are a property, a chain and a distribution on its states, and the property holds or not *)
Definition about (holds : Prop -> Prop) (claim_file matrix_file vector_file : bytes) : Prop :=
  match read_claim claim_file, read_matrix matrix_file, read_vector vector_file with
  | Some p, Some rows, Some pi => chain rows /\ length pi = length rows /\ distribution pi /\ holds (satisfies p rows pi)
  | _, _, _ => False
  end.
Definition ChainHolds : bytes -> bytes -> bytes -> Prop := about (fun p => p).
Definition ChainFails : bytes -> bytes -> bytes -> Prop := about not.
