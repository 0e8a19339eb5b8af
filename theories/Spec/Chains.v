(** * Markov chains

    What it means that a distribution on finitely many states is stationary for a chain, or in detailed balance with it.  One file has the matrix: the entry in row i and
    column j is the probability of going from state i to state j; another one has the distribution, a number for each state, in a row or in a column.  All numbers are exact
    rationals: decimals and fractions such as 3/7 in text, the numbers that the bits of a binary floating-point number denote in NumPy files.  So a matrix of rounded numbers, whose
    rows do not sum to 1, is no chain.

    Main definitions: [chain], [distribution], [stationary], [balanced], [read_claim], [ChainHolds], [ChainFails].

    Trust: SPEC.
    Source: J. Norris, Markov Chains, 1997, sections 1.7 and 1.9. *)
From Coq Require Import PString Uint63 QArith List Bool.
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

(** ** The claim *)

Inductive property := Stationary | Balanced.
(** (chain 1) (claim stationary), or (chain 1) (claim balanced) *)
Definition read_claim (s : bytes) : option property :=
  do t <- tokens s; do l <- parse t [] [];
  match l with
  | [List [w; v]; List [c; p]] =>
    if is_word s "chain"%pstring w && is_word s "1"%pstring v && is_word s "claim"%pstring c then
      if is_word s "stationary"%pstring p then Some Stationary else if is_word s "balanced"%pstring p then Some Balanced else None
    else None
  | _ => None
  end.
Definition number (v : value) : option Q := match v with Number q => Some q | Text _ => None end.
Definition read_matrix (s : bytes) : option (list (list Q)) := do rows <- read_table s; map_all (map_all number) rows.
(** one row, or one column *)
Definition read_vector (s : bytes) : option (list Q) :=
  do rows <- read_matrix s;
  match rows with [row] => Some row | _ => map_all (fun row => match row with [q] => Some q | _ => None end) rows end.

Definition satisfies (p : property) (rows : list (list Q)) (pi : list Q) : Prop :=
  match p with Stationary => stationary rows pi | Balanced => balanced rows pi end.
(** whether the files are a property, a chain and a distribution on its states, and the property holds or not *)
Definition about (holds : Prop -> Prop) (claim_file matrix_file vector_file : bytes) : Prop :=
  match read_claim claim_file, read_matrix matrix_file, read_vector vector_file with
  | Some p, Some rows, Some pi => chain rows /\ length pi = length rows /\ distribution pi /\ holds (satisfies p rows pi)
  | _, _, _ => False
  end.
Definition ChainHolds : bytes -> bytes -> bytes -> Prop := about (fun p => p).
Definition ChainFails : bytes -> bytes -> bytes -> Prop := about not.
