(** * Bayesian networks

    What the posterior distribution of a variable of a discrete Bayesian network is.  A file in the interchange format BIF has the network: variables with their states, and for each of them its
    probabilities given the states of its parents.  An assignment of states to all variables has the product of these conditional probabilities as its probability; that of
    an event is the sum over the assignments in it.  Decimals and fractions in the file are exact rationals.

    The numbers of a published table are often rounded, so that they do not sum to 1; a query may therefore ask for the network whose rows are divided by their sums.

    Another claim about such a network is that two variables are independent given others: whatever the states of these are, the states of the one say nothing about those of the other.

    Main definitions: [read_network], [normalise], [proper], [joint], [mass], [read_query], [PosteriorIs]; [independent], [read_question], [VariablesIndependent], [VariablesDependent].

    Trust: SPEC.
    Source: J. Pearl, Probabilistic Reasoning in Intelligent Systems, 1988, section 3.3; F. Cozman, The interchange format for Bayesian networks, 1998. *)
From Coq Require Import PString Uint63 QArith List Bool.
From Warrant Require Import Spec.Bytes Spec.SExpressions.
From Warrant Require Spec.Chains.
Import ListNotations.
Local Open Scope bool_scope.

(** ** Networks: variables and states are numbers, from 0 on *)

(** for a variable the probabilities of its states, a row for each combination of its parents' states *)
Record conditional := Conditional { child : nat; parents : list nat; rows : list (list nat * list Q) }.
Record network := Network { variables : list (bytes * list bytes); conditionals : list conditional }.
(** the numbers of states *)
Definition sizes (n : network) : list nat := map (fun v => length (snd v)) (variables n).
Definition size (n : network) (v : nat) : nat := nth v (sizes n) 0%nat.
Definition count (n : network) : nat := length (variables n).

Fixpoint same_list (k l : list nat) : bool :=
  match k, l with [], [] => true | a :: k, b :: l => Nat.eqb a b && same_list k l | _, _ => false end.
(** the probability of the child's state, given those of its parents *)
Definition entry (c : conditional) (a : nat -> nat) : Q :=
  match find (fun row => same_list (fst row) (map a (parents c))) (rows c) with Some (_, numbers) => nth (a (child c)) numbers 0 | None => 0 end.
(** the product of the conditional probabilities *)
Definition joint (n : network) (a : nat -> nat) : Q := fold_right (fun c p => entry c a * p)%Q 1 (conditionals n).

(** all lists with a number below each of the sizes *)
Fixpoint assignments (l : list nat) : list (list nat) :=
  match l with [] => [[]] | s :: l => flat_map (fun i => map (cons i) (assignments l)) (seq 0 s) end.
(** pairs of a variable and its state *)
Definition evidence := list (nat * nat).
Definition agrees (e : evidence) (a : nat -> nat) : bool := forallb (fun '(v, i) => Nat.eqb (a v) i) e.
(** the probability of the evidence *)
Definition mass (n : network) (e : evidence) : Q :=
  Chains.sum (map (fun l => let a v := nth v l 0%nat in if agrees e a then joint n a else 0) (assignments (sizes n))).

(** numbers divided by their sum, if that is above 0 *)
Definition scaled (numbers : list Q) : list Q :=
  let total := Chains.sum numbers in if Qle_bool total 0 then numbers else map (fun q => q / total)%Q numbers.
Definition normalise (n : network) : network :=
  Network (variables n) (map (fun c => Conditional (child c) (parents c) (map (fun row => (fst row, scaled (snd row))) (rows c))) (conditionals n)).

(** Each variable has states and just one conditional; this has a distribution for each combination of its parents' states, and no other row; and no variable is its own ancestor. *)
Definition proper (n : network) : Prop :=
  Forall (fun s => (0 < s)%nat) (sizes n) /\
  map child (conditionals n) = seq 0 (count n) /\
  Forall (fun c => (child c < count n)%nat /\ Forall (fun p => (p < count n)%nat) (parents c) /\
    length (rows c) = length (assignments (map (size n) (parents c))) /\
    forall states, In states (assignments (map (size n) (parents c))) ->
      exists numbers, find (fun row => same_list (fst row) states) (rows c) = Some (states, numbers) /\
        length numbers = size n (child c) /\ Chains.distribution numbers) (conditionals n) /\
  exists rank : nat -> nat, Forall (fun c => Forall (fun p => (rank p < rank (child c))%nat) (parents c)) (conditionals n).

(** ** BIF files *)

Section Reader.
Variable s : bytes.
Local Open Scope pstring_scope.
Local Open Scope uint63_scope.

(** Words and brackets; commas, bars and semicolons only separate.  Comments begin with two slashes and end with the line. *)
Definition bif_tokens : option (list token) :=
  let n := size_of s in
  let turn (st : int * mode * list token) :=
    let '(i, m, l) := st in
    let c := byte s i in
    let opens := (c =? 40) || (c =? 91) || (c =? 123) in
    let closes := (c =? 41) || (c =? 93) || (c =? 125) in
    let separates := is_space c || (c =? 44) || (c =? 124) || (c =? 59) in
    let remark := (c =? 47) && (byte s (i + 1) =? 47) in
    let l := match m with InWord a => if (i =? n) || opens || closes || separates || remark then Word a i :: l else l | _ => l end in
    if i =? n then inr (rev' l)
    else
      let next m l := inl (i + 1, m, l) in
      match m with
      | InComment => next (if (c =? 10) || (c =? 13) then Between else InComment) l
      | _ =>
        if opens then next Between (Open :: l)
        else if closes then next Between (Close :: l)
        else if separates then next Between l
        else if remark then next InComment l
        else next (match m with InWord a => InWord a | _ => InWord i end) l
      end in
  match loop turns turn (0, Between, []) with inr l => Some l | inl _ => None end.

Definition word (e : expression) : option bytes := match e with Atom a b => Some (text s a b) | List _ => None end.
(** the place in a list *)
Fixpoint index (w : bytes) (l : list bytes) : option nat :=
  match l with [] => None | v :: l => if same w v then Some O else do i <- index w l; Some (S i) end.
Definition find_word (l : list bytes) (e : expression) : option nat := do w <- word e; index w l.

(** type discrete [ 2 ] { yes, no } *)
Definition read_states (l : list expression) : option (list bytes) :=
  match l with
  | [t; d; List [Atom a b]; List names] =>
    do names <- map_all word names;
    let (k, j) := digits s 4 a b 0 in
    when (is_word s "type" t && is_word s "discrete" d && (j =? b) && (k =? Z.of_nat (length names))%Z) (Some names)
  | _ => None
  end.
(** the variables, in the order of their declarations *)
Fixpoint read_variables (l : list expression) : option (list (bytes * list bytes)) :=
  match l with
  | k :: l =>
    if is_word s "variable" k then
      match l with x :: List body :: l => do x <- word x; do states <- read_states body; do vs <- read_variables l; Some ((x, states) :: vs) | _ => None end
    else if is_word s "probability" k then match l with List _ :: List _ :: l => read_variables l | _ => None end
    else None
  | [] => Some []
  end.

Section Conditionals.
Variable vs : list (bytes * list bytes).
(** numbers up to the next list *)
Fixpoint numbers (l : list expression) : option (list Q * list expression) :=
  match l with Atom a b :: r => do q <- rational s (Atom a b); do (qs, rest) <- numbers r; Some (q :: qs, rest) | _ => Some ([], l) end.
(** (yes, no) 0.1, 0.9; and so on; at most [k] rows *)
Fixpoint read_rows (k : nat) (parents : list nat) (l : list expression) : option (list (list nat * list Q)) :=
  match k, l with
  | _, [] => Some []
  | S k, List names :: l =>
    do states <- map_all (fun '(p, e) => find_word (snd (nth p vs ("", []))) e) (combine parents names);
    do (qs, l) <- numbers l; do rows <- read_rows k parents l;
    when (Nat.eqb (length names) (length parents)) (Some ((states, qs) :: rows))
  | _, _ => None
  end.
(** ( X | Y, Z ) { ... }: without parents table 0.1, 0.9 *)
Definition read_conditional (head body : list expression) : option conditional :=
  do l <- map_all (find_word (map fst vs)) head;
  match l with
  | [x] => match body with t :: l => do (qs, rest) <- numbers l; match rest with [] => when (is_word s "table" t) (Some (Conditional x [] [([], qs)])) | _ => None end | [] => None end
  | x :: ps => do rows <- read_rows (length body) ps body; Some (Conditional x ps rows)
  | [] => None
  end.
Fixpoint read_conditionals (l : list expression) : option (list conditional) :=
  match l with
  | k :: l =>
    if is_word s "variable" k then match l with _ :: _ :: l => read_conditionals l | _ => None end
    else match l with List head :: List body :: l => do c <- read_conditional head body; do cs <- read_conditionals l; Some (c :: cs) | _ => None end
  | [] => Some []
  end.
End Conditionals.

(** in the order of their children *)
Definition ordered (n : nat) (cs : list conditional) : option (list conditional) :=
  map_all (fun v => match filter (fun c => Nat.eqb (child c) v) cs with [c] => Some c | _ => None end) (seq 0 n).
Fixpoint distinct (l : list bytes) : bool := match l with [] => true | v :: l => negb (existsb (same v) l) && distinct l end.
(** network NAME { }, and then variables and probabilities *)
Definition read_network : option network :=
  do t <- bif_tokens; do l <- parse t [] [];
  match l with
  | k :: _ :: List [] :: l =>
    do vs <- read_variables l; do cs <- read_conditionals vs l; do cs <- ordered (length vs) cs;
    when (is_word s "network" k && distinct (map fst vs) && forallb (fun v => distinct (snd v)) vs && Nat.eqb (length vs) (length cs)) (Some (Network vs cs))
  | _ => None
  end.
End Reader.

(** ** The claim *)

(** an expression after the first may say (rows normalised); and what follows *)
Definition read_rule (s : bytes) (l : list expression) : bool * list expression :=
  match l with
  | List [r; m] :: rest => if is_word s "rows"%pstring r && is_word s "normalised"%pstring m then (true, rest) else (false, l)
  | _ => (false, l)
  end.
(** whether the rows are normalised, a variable, the evidence, and for each state of the variable a number *)
Record query := Query { normalised : bool; asked : bytes; given : list (bytes * bytes); posterior : list (bytes * Q) }.
(** such as (posterior 1) (query lung) (given (smoke yes)) (state yes 1/10) (state no 9/10); with (rows normalised) after the first list, the rows are divided by their sums *)
Definition read_query (s : bytes) : option query :=
  do t <- tokens s; do l <- parse t [] [];
  match l with
  | List [w; v] :: l =>
    let (rule, l) := read_rule s l in
    match l with
    | List [q; x] :: List (g :: pairs) :: states =>
      do x <- word s x;
      do pairs <- map_all (fun e => match e with List [y; i] => do y <- word s y; do i <- word s i; Some (y, i) | _ => None end) pairs;
      do states <- map_all (fun e => match e with List [k; i; p] => do i <- word s i; do p <- rational s p; when (is_word s "state"%pstring k) (Some (i, p)) | _ => None end) states;
      when (is_word s "posterior"%pstring w && is_word s "1"%pstring v && is_word s "query"%pstring q && is_word s "given"%pstring g) (Some (Query rule x pairs states))
    | _ => None
    end
  | _ => None
  end.
(** the numbers of a variable and of its state *)
Definition locate (n : network) (pair : bytes * bytes) : option (nat * nat) :=
  do v <- index (fst pair) (map fst (variables n)); do i <- index (snd pair) (snd (nth v (variables n) (fst pair, []))); Some (v, i).

Fixpoint same_words (k l : list bytes) : bool := match k, l with [], [] => true | a :: k, b :: l => same a b && same_words k l | _, _ => false end.

(** In the network as it is written, or with its rows normalised where the query says so, the evidence has a probability above 0, and each state of the variable, in the order of the network, has the number as its conditional probability given the evidence. *)
Definition PosteriorIs (query_file network_file : bytes) : Prop :=
  match read_query query_file, read_network network_file with
  | Some q, Some written =>
    let n := if normalised q then normalise written else written in
    match index (asked q) (map fst (variables n)), map_all (locate n) (given q) with
    | Some x, Some e =>
      proper n /\ (0 < mass n e)%Q /\ same_words (map fst (posterior q)) (snd (nth x (variables n) (asked q, []))) = true /\
      forall i, (i < size n x)%nat -> (mass n ((x, i) :: e) / mass n e == snd (nth i (posterior q) (asked q, 0)))%Q
    | _, _ => False
    end
  | _, _ => False
  end.

(** ** Independence *)

(** P(x, y, z) P(z) = P(x, z) P(y, z), for all states of the variables [x] and [y] and of those in [zs] *)
Definition independent (n : network) (x y : nat) (zs : list nat) : Prop :=
  forall i j states, (i < size n x)%nat -> (j < size n y)%nat -> In states (assignments (map (size n) zs)) ->
  let z := combine zs states in (mass n ((x, i) :: (y, j) :: z) * mass n z == mass n ((x, i) :: z) * mass n ((y, j) :: z))%Q.

(** whether the rows are normalised, two variables, and those that are given *)
Record question := Question { by_sums : bool; first : bytes; second : bytes; conditions : list bytes }.
(** such as (independence 1) (variables xray smoke) (given lung either); with (rows normalised) after the first list, the rows are divided by their sums *)
Definition read_question (s : bytes) : option question :=
  do t <- tokens s; do l <- parse t [] [];
  match l with
  | List [w; v] :: l =>
    let (rule, l) := read_rule s l in
    match l with
    | [List [k; x; y]; List (g :: zs)] =>
      do x <- word s x; do y <- word s y; do zs <- map_all (word s) zs;
      when (is_word s "independence"%pstring w && is_word s "1"%pstring v && is_word s "variables"%pstring k && is_word s "given"%pstring g) (Some (Question rule x y zs))
    | _ => None
    end
  | _ => None
  end.
(** The network has the variables, and [holds] is said of their independence. *)
Definition about_variables (holds : Prop -> Prop) (question_file network_file : bytes) : Prop :=
  match read_question question_file, read_network network_file with
  | Some q, Some written =>
    let n := if by_sums q then normalise written else written in
    let number v := index v (map fst (variables n)) in
    match number (first q), number (second q), map_all number (conditions q) with
    | Some x, Some y, Some zs => proper n /\ holds (independent n x y zs)
    | _, _, _ => False
    end
  | _, _ => False
  end.
Definition VariablesIndependent : bytes -> bytes -> Prop := about_variables (fun p => p).
Definition VariablesDependent : bytes -> bytes -> Prop := about_variables not.
