(** * Normal forms

    The value of each instruction of a program as a polynomial over atoms: inputs, exponentials, logarithms, roots, steps and inverses of polynomials over earlier
    atoms, and polynomials that the certificate names.  Equal polynomials under a function are one atom.  Products are reduced by what is known of atoms: the square
    of a root, the square of a step, and an inverse times the leading term of what it inverts.  Functions of a polynomial with one step in it are taken on either side
    of that step.

    Signs that follow from an instruction's form, or from what is given, say which logarithms, roots and quotients mean anything.

    Main definitions: [table], [reduce], [invert], [exponential_of], [sign], [normal_form].

    Trust: proved (Normal_sound.v). *)
From Coq Require Import PString Uint63 ZArith QArith List Bool FMapPositive.
From Warrant Require Import Spec.Bytes Primitives.Autodiff.Programs Checker.Gradients.Polynomials.
Import ListNotations.
Local Open Scope positive_scope.

(** ** Atoms *)

Inductive atom := Node (i : positive) | Named (p : polynomial) | Applied (f : unary) (p : polynomial) | Inverse (p : polynomial).
Definition uses (a : atom) : list positive := match a with Node _ => [] | Named p | Applied _ p | Inverse p => atoms_of p end.
Record table := Table { atoms : PositiveMap.t atom; count : positive; index : PositiveMap.t positive }.
Definition empty_table : table := Table (PositiveMap.empty atom) 1 (PositiveMap.empty positive).
Definition find_atom (T : table) (a : positive) : option atom := PositiveMap.find a (atoms T).

Definition mix (h x : int) : int := ((h * 1000003) lxor (x + (h >> 30)))%uint63.
Definition hash_poly (p : polynomial) : int :=
  fold_left (fun h t => fold_left (fun h f => mix (mix h (of_pos (fst f))) (of_pos (snd f))) (fst t)
    (mix (mix h (of_Z (Qnum (snd t)))) (of_pos (Qden (snd t))))) p 7%uint63.
Definition hash_atom (a : atom) : positive :=
  let k h := Z.to_pos (to_Z h + 1) in
  match a with
  | Node i => i~0~0
  | Named p => (k (hash_poly p))~1~0
  | Applied f p => (k (mix (hash_poly p) match f with Exp => 1 | Log => 2 | Root => 3 | Step => 4 | Relu => 5 | Opp => 6 | Erf => 7 | Bell => 8 end))~0~1
  | Inverse p => (k (hash_poly p))~1~1
  end.
Definition equal_atom (a b : atom) : bool :=
  match a, b with
  | Node i, Node j => Pos.eqb i j
  | Named p, Named q | Inverse p, Inverse q => equal_poly p q
  | Applied f p, Applied g q => unary_eqb f g && equal_poly p q
  | _, _ => false
  end.
(** the atom's number; a new one where it is not there *)
Definition intern (a : atom) (T : table) : option (positive * table) :=
  let new :=
    let i := count T in
    when (forallb (fun b => b <? i) (uses a))
      (Some (i, Table (PositiveMap.add i a (atoms T)) (Pos.succ i) (PositiveMap.add (hash_atom a) i (index T)))) in
  match PositiveMap.find (hash_atom a) (index T) with
  | Some i => match find_atom T i with Some b => if equal_atom a b then Some (i, T) else new | None => new end
  | None => new
  end.

(** ** Reduction *)

Definition one_poly : polynomial := [([], 1%Q)].
Fixpoint pick (f : monomial -> bool) (p : polynomial) : option ((monomial * Q) * polynomial) :=
  match p with [] => None | t :: p => if f (fst t) then Some (t, p) else do (u, r) <- pick f p; Some (u, t :: r) end.
Definition occurs (a : positive) (m : monomial) : bool := existsb (fun f => Pos.eqb (fst f) a) m.
(** an inverse j of an atom that occurs in some term of [p], in the monomial [m]; and [p] as its first term in which the atom does not occur, and the rest *)
Definition quotient_in (T : table) (p : polynomial) (m : monomial) : option (positive * (monomial * Q) * polynomial) :=
  let try f := match find_atom T (fst f) with
               | Some (Inverse [([(a, _)], _)]) =>
                 if existsb (fun t => occurs a (fst t)) p then do (t, r) <- pick (fun n => negb (occurs a n)) p; Some (fst f, t, r) else None
               | _ => None
               end in
  fold_right (fun f found => match try f with Some x => Some x | None => found end) None m.
(** for the inverse i of t + rest: i · j · t = j - i · j · rest *)
Definition quotient_rule (m : monomial) (i j : positive) (t : monomial * Q) (rest : polynomial) : option (monomial * polynomial) :=
  let ij := mul_mono [(i, 1)] [(j, 1)] in
  if Z.eqb (Qnum (snd t)) 0 then None
  else do q <- divide m (mul_mono (fst t) ij); Some (q, scale [] (Qinv (snd t)) (add_poly (atom_poly j) (scale ij (-1) rest))).
(** Of two steps whose arguments differ by a number, or have a sum that is one: the product is one of them, or 0 *)
Definition number_in (p : polynomial) : option Q := match p with [] => Some 0%Q | [([], c)] => Some c | _ => None end.
Definition steps_rule (T : table) (m : monomial) (a : positive) (s : polynomial) : option (monomial * polynomial) :=
  let try f := match find_atom T (fst f) with
               | Some (Applied Step t) =>
                 if Nat.leb (length s) 3 && Nat.leb (length t) 3 && negb (Pos.eqb a (fst f)) then
                   match number_in (add_poly s t), number_in (add_poly s (opp_poly t)) with
                   | Some c, _ => if (Qnum c <=? 0)%Z then do q <- divide m (mul_mono [(a, 1)] [(fst f, 1)]); Some (q, []) else None
                   | None, Some c => if (0 <=? Qnum c)%Z then do q <- divide m (mul_mono [(a, 1)] [(fst f, 1)]); Some (q, atom_poly (fst f)) else None
                   | _, _ => None
                   end
                 else None
               | _ => None
               end in
  fold_right (fun f found => match try f with Some x => Some x | None => found end) None m.
(** [Some (q, p)]: the monomial is q times p *)
Definition rule_at (T : table) (m : monomial) (a : positive) : option (monomial * polynomial) :=
  match find_atom T a with
  | Some (Applied Step s) => match divide m [(a, 2)] with Some q => Some (q, atom_poly a) | None => steps_rule T m a s end
  | Some (Applied Root p) => do q <- divide m [(a, 2)]; Some (q, p)
  | Some (Inverse ((lead, c) :: rest)) =>
    match (if equal_Q c 1 then divide m (mul_mono lead [(a, 1)]) else None) with
    | Some q => Some (q, add_poly one_poly (scale [(a, 1)] (-1) rest))
    | None => match quotient_in T ((lead, c) :: rest) m with Some (j, t, rest) => quotient_rule m a j t rest | None => None end
    end
  | _ => None
  end.
Fixpoint rule_from (T : table) (m l : monomial) : option (monomial * polynomial) :=
  match l with [] => None | (a, _) :: l => match rule_at T m a with Some r => Some r | None => rule_from T m l end end.
Definition rule (T : table) (m : monomial) : option (monomial * polynomial) := rule_from T m m.
Definition is_some {A} (o : option A) : bool := match o with Some _ => true | None => false end.
Fixpoint reduce (n : nat) (T : table) (p : polynomial) : polynomial :=
  match n with
  | O => p
  | S n =>
    if existsb (fun t => is_some (rule T (fst t))) p then
      fold_right (fun t acc => add_poly (match rule T (fst t) with Some (m, q) => reduce n T (scale m (snd t) q) | None => [t] end) acc) [] p
    else p
  end.
Definition depth : nat := 60.
Definition times (T : table) (p q : polynomial) : polynomial :=
  reduce depth T (if Nat.leb (length p) (length q) then mul_poly p q else mul_poly q p).
Fixpoint power (T : table) (p : polynomial) (n : nat) : polynomial :=
  match n with O => one_poly | S O => p | S n => times T p (power T p n) end.

(** ** What is not 0 *)

Definition absolute_Q (q : Q) : Q := Qmake (Z.abs (Qnum q)) (Qden q).
Definition leads_negative (p : polynomial) : bool := match p with (_, c) :: _ => (Qnum c <? 0)%Z | [] => false end.
(** A step does not change when its argument is scaled; and where that is not 0, the step of its opposite is what is left to 1. *)
Definition scaled (p : polynomial) : polynomial :=
  match p with (_, c) :: _ => if Z.eqb (Qnum c) 0 then p else scale [] (Qinv (absolute_Q c)) p | [] => [] end.
Definition oriented (p : polynomial) : polynomial := scaled (if leads_negative p then opp_poly p else p).
(** What is known not to be 0 has its inverse among the atoms. *)
Definition known_nonzero (T : table) (p : polynomial) : bool :=
  let a := Inverse (oriented p) in
  match PositiveMap.find (hash_atom a) (index T) with
  | Some i => match find_atom T i with Some b => equal_atom b a | None => false end
  | None => false
  end.

Definition note (nonzero : bool) (p : polynomial) (T : table) : option table :=
  if nonzero then do (_, T) <- intern (Inverse (oriented p)) T; Some T else Some T.

(** ** Signs *)

Inductive sign := Unknown | Nonzero | Nonnegative | Positive.
Definition meet (s t : sign) : sign :=
  match s, t with
  | Positive, _ | _, Positive | Nonzero, Nonnegative | Nonnegative, Nonzero => Positive
  | Unknown, s | s, Unknown => s
  | Nonzero, Nonzero => Nonzero
  | Nonnegative, Nonnegative => Nonnegative
  end.
Definition is_nonzero (s : sign) : bool := match s with Nonzero | Positive => true | _ => false end.
Definition is_nonnegative (s : sign) : bool := match s with Nonnegative | Positive => true | _ => false end.
Definition is_positive (s : sign) : bool := match s with Positive => true | _ => false end.
Definition product_sign (s t : sign) : sign :=
  meet (if is_nonzero s && is_nonzero t then Nonzero else Unknown) (if is_nonnegative s && is_nonnegative t then Nonnegative else Unknown).
Definition number_sign (q : Q) : sign := match Qnum q with Z0 => Nonnegative | Zpos _ => Positive | Zneg _ => Nonzero end.
Definition sum_sign (s t : sign) : sign :=
  if is_nonnegative s && is_nonnegative t then if is_positive s || is_positive t then Positive else Nonnegative else Unknown.
(** of an instruction, from those of its operands *)
Definition sign_of (s : positive -> sign) (o : op) : sign :=
  match o with
  | Input => Unknown
  | Number q => number_sign q
  | Unary (Exp | Bell) _ => Positive
  | Unary Step _ => Nonnegative
  | Unary (Root | Relu) a => if is_positive (s a) then Positive else Nonnegative
  | Unary Opp a => if is_nonzero (s a) then Nonzero else Unknown
  | Unary (Log | Erf) _ => Unknown
  | Binary Add a b => sum_sign (s a) (s b)
  | Binary Mul a b => meet (product_sign (s a) (s b)) (if Pos.eqb a b then Nonnegative else Unknown)
  | Binary Div a b => if is_nonzero (s b) then product_sign (s a) (s b) else Unknown
  end.
(** whether the instruction means something, by the signs of its operands (in the sense that does not exclude kinks) *)
Definition means (s : positive -> sign) (o : op) : bool :=
  match o with
  | Unary Root a => is_nonnegative (s a)
  | Unary Log a => is_positive (s a)
  | Binary Div _ b => is_nonzero (s b)
  | _ => true
  end.

(** of polynomials; atoms are looked into as deep as [n] *)
Definition factor_sign (s : positive -> sign) (f : positive * positive) : sign :=
  match snd f with xO _ => meet Nonnegative (if is_nonzero (s (fst f)) then Nonzero else Unknown) | _ => s (fst f) end.
Definition mono_sign (s : positive -> sign) (m : monomial) : sign := fold_right (fun f t => product_sign (factor_sign s f) t) Positive m.
Definition term_sign (s : positive -> sign) (t : monomial * Q) : sign := product_sign (number_sign (snd t)) (mono_sign s (fst t)).
Fixpoint poly_sign (s : positive -> sign) (p : polynomial) : sign :=
  match p with [] => Nonnegative | [t] => term_sign s t | t :: p => sum_sign (term_sign s t) (poly_sign s p) end.
Fixpoint atom_sign (n : nat) (T : table) (a : positive) : sign :=
  match n with
  | O => Unknown
  | S n =>
    match find_atom T a with
    | Some (Named p) => poly_sign (atom_sign n T) p
    | Some (Applied (Exp | Bell) _) => Positive
    | Some (Applied Step _) => Nonnegative
    | Some (Applied Root p) => if is_positive (poly_sign (atom_sign n T) p) || known_nonzero T p then Positive else Nonnegative
    | Some (Inverse p) => meet Nonzero (if is_nonnegative (poly_sign (atom_sign n T) p) then Nonnegative else Unknown)
    | _ => Unknown
    end
  end.
Definition sign_depth : nat := 3.
Definition sign_by_terms (T : table) (p : polynomial) : sign := if Nat.leb (length p) 16 then poly_sign (atom_sign sign_depth T) p else Unknown.

(** ** Steps are 0 or 1: a polynomial in which one step occurs is what it is there, and here *)

Definition is_step (T : table) (a : positive) : bool := match find_atom T a with Some (Applied Step _) => true | _ => false end.
Definition step_in (T : table) (p : polynomial) : option positive :=
  match filter (is_step T) (atoms_of p) with h :: l => when (forallb (Pos.eqb h) l) (Some h) | [] => None end.
Definition at_zero (h : positive) (p : polynomial) : polynomial := filter (fun t => negb (occurs h (fst t))) p.
Definition at_one (h : positive) (p : polynomial) : polynomial :=
  fold_right (fun t acc => add_poly [(filter (fun f => negb (Pos.eqb (fst f) h)) (fst t), snd t)] acc) [] p.
(** the sign, that on both sides of a step (what two signs have in common is the sign of a product) *)
Definition sign_in (T : table) (p : polynomial) : sign :=
  meet (sign_by_terms T p)
    match step_in T p with Some h => product_sign (sign_by_terms T (at_zero h p)) (sign_by_terms T (at_one h p)) | None => Unknown end.
(** [p] where the step [h] is 0, and [q] where it is 1 *)
Definition by_cases (T : table) (h : positive) (p q : polynomial) : polynomial := add_poly p (times T (atom_poly h) (add_poly q (opp_poly p))).

(** ** Inverses *)

(** of an atom's power, of a monomial; 1 / √p is √p / p *)
Definition invert_atom (inv : polynomial -> table -> option (polynomial * table)) (a k : positive) (T : table) : option (polynomial * table) :=
  match find_atom T a with
  | Some (Inverse p) => Some (power T p (Pos.to_nat k), T)
  | Some (Applied Root p) => do (w, T) <- inv p T; Some (power T (times T (atom_poly a) w) (Pos.to_nat k), T)
  | _ => do (i, T) <- intern (Inverse (atom_poly a)) T; Some ([([(i, k)], 1%Q)], T)
  end.
Fixpoint invert_mono (inv : polynomial -> table -> option (polynomial * table)) (m : monomial) (T : table) : option (polynomial * table) :=
  match m with
  | [] => Some (one_poly, T)
  | (a, k) :: m => do (p, T) <- invert_atom inv a k T; do (q, T) <- invert_mono inv m T; Some (times T p q, T)
  end.
Definition content (p : polynomial) : monomial := match p with [] => [] | (m, _) :: p => fold_left (fun g t => common g (fst t)) p m end.
(** an inverse among the atoms, with its highest power *)
Definition inverse_in (T : table) (p : polynomial) : option (polynomial * positive) :=
  match find (fun f => match find_atom T (fst f) with Some (Inverse _) => true | _ => false end) (flat_map fst p) with
  | Some (a, _) =>
    match find_atom T a with
    | Some (Inverse d) => Some (d, fold_left (fun k f => if Pos.eqb (fst f) a then Pos.max k (snd f) else k) (flat_map fst p) 1)
    | _ => None
    end
  | None => None
  end.
(** the step [h] in a polynomial that is not 0 on either side of it *)
Definition step_between (good : sign -> bool) (T : table) (p : polynomial) : option positive :=
  match step_in T p with
  | Some h => when (good (sign_in T (at_zero h p)) && good (sign_in T (at_one h p))) (Some h)
  | None => None
  end.
(** the inverse of a polynomial that is not 0: where one step is in it, on either side; else the common divisor of its terms is inverted alone, and inverses in
    it are cleared first *)
Fixpoint invert (n : nat) (p : polynomial) (T : table) : option (polynomial * table) :=
  match n, p with
  | S n, (_, c) :: _ =>
    match step_between is_nonzero T p with
    | Some h => do (u, T) <- invert n (at_zero h p) T; do (v, T) <- invert n (at_one h p) T; Some (by_cases T h u v, T)
    | None =>
      let g := content p in
      do r <- divide_poly p g c;
      if equal_poly (scale g c r) p then
        do (u, T) <- invert_mono (invert n) g T;
        let u := scale [] (Qinv c) u in
        if equal_poly r one_poly then Some (u, T)
        else
          match inverse_in T r with
          | Some (d, k) =>
            let e := power T d (Pos.to_nat k) in
            do (v, T) <- invert n (times T r e) T; Some (times T u (times T v e), T)
          | None => do (i, T) <- intern (Inverse r) T; Some (times T u (atom_poly i), T)
          end
      else None
    end
  | _, _ => None
  end.

(** ** Exponentials: of a sum, term by term, and where a term is a logarithm, what it is the logarithm of *)

Definition small (q : Q) : bool := Pos.eqb (Qden q) 1 && (Z.abs (Qnum q) <=? 64)%Z.
(** exp (c · m) for c > 0 *)
Definition exponential_term (m : monomial) (c : Q) (T : table) : option (polynomial * table) :=
  let (b, n) := if small c then (1%Q, Z.to_nat (Qnum c)) else (c, 1%nat) in
  let by_atom := do (i, T) <- intern (Applied Exp [(m, b)]) T; Some (power T (atom_poly i) n, T) in
  match m with
  | [(a, 1)] => match find_atom T a with Some (Applied Log p) => if equal_Q b 1 then Some (power T p n, T) else by_atom | _ => by_atom end
  | _ => by_atom
  end.
Definition exponential_signed (m : monomial) (c : Q) (T : table) : option (polynomial * table) :=
  do (p, T) <- exponential_term m (absolute_Q c) T;
  if (Qnum c <? 0)%Z then invert depth p T else Some (p, T).
Fixpoint exponential_of (p : polynomial) (T : table) : option (polynomial * table) :=
  match p with
  | [] => Some (one_poly, T)
  | (m, c) :: p => do (u, T) <- exponential_signed m c T; do (v, T) <- exponential_of p T; Some (times T u v, T)
  end.
(** long sums as one, but for a sign *)
Definition most_factors : nat := 12.
Definition exponential_whole (p : polynomial) (T : table) : option (polynomial * table) :=
  if Nat.leb (length p) most_factors then exponential_of p T
  else
    let minus := match p with (_, c) :: _ => (Qnum c <? 0)%Z | [] => false end in
    do (i, T) <- intern (Applied Exp (if minus then opp_poly p else p)) T;
    if minus then invert depth (atom_poly i) T else Some (atom_poly i, T).
(** [f] on either side of the step in [p], if there is one with [good] signs *)
Definition on_both_sides (good : sign -> bool) (f : polynomial -> table -> option (polynomial * table)) (p : polynomial) (T : table) : option (polynomial * table) :=
  match step_between good T p with
  | Some h => do (u, T) <- f (at_zero h p) T; do (v, T) <- f (at_one h p) T; Some (by_cases T h u v, T)
  | None => f p T
  end.
Definition exponential : polynomial -> table -> option (polynomial * table) := on_both_sides (fun _ => true) exponential_whole.
Definition applied (f : unary) (p : polynomial) (T : table) : option (polynomial * table) := do (a, T) <- intern (Applied f p) T; Some (atom_poly a, T).

(** ln 1 is 0 *)
Definition logarithm_form (p : polynomial) (T : table) : option (polynomial * table) := if equal_poly p one_poly then Some ([], T) else applied Log p T.
(** the error function, which is odd; and its derivative, 2/√π · exp (-p²), with the atom of its value at 0 *)
Definition error_function_form (p : polynomial) (T : table) : option (polynomial * table) :=
  if leads_negative p then do (q, T) <- applied Erf (opp_poly p) T; Some (opp_poly q, T) else applied Erf p T.
Definition bell_form (p : polynomial) (T : table) : option (polynomial * table) :=
  do (k, T) <- applied Bell [] T; do (e, T) <- exponential (opp_poly (times T p p)) T; Some (times T k e, T).

(** ** Steps of polynomials *)

Definition step_whole (p : polynomial) (T : table) : option (polynomial * table) :=
  match p with
  | [] => Some ([], T)
  | [([], c)] => Some (if (0 <? Qnum c)%Z then one_poly else [], T)
  | _ =>
    if is_positive (sign_in T p) then Some (one_poly, T)
    else if is_nonnegative (sign_in T (opp_poly p)) then Some ([], T)
    else if leads_negative p && known_nonzero T p then do (h, T) <- applied Step (scaled (opp_poly p)) T; Some (add_poly one_poly (opp_poly h), T)
    else applied Step (scaled p) T
  end.
(** where the step of [s] is 1 ([up]), or 0 *)
Definition step_beside (s : polynomial) (up : bool) (p : polynomial) (T : table) : option (polynomial * table) :=
  if equal_poly (scaled p) s then Some (if up then one_poly else [], T)
  else if equal_poly (scaled (opp_poly p)) s && (up || known_nonzero T s) then Some (if up then [] else one_poly, T)
  else step_whole p T.
(** Whether [p] is not 0 where the step of [s] is 1 ([up]), or 0: their sum or difference is a number. *)
Definition apart (s : polynomial) (up : bool) (p : polynomial) : bool :=
  match number_in (add_poly (scaled p) s), number_in (add_poly (scaled p) (opp_poly s)) with
  | Some c, _ => if up then (Qnum c <=? 0)%Z else (0 <? Qnum c)%Z
  | None, Some c => if up then (0 <=? Qnum c)%Z else (Qnum c <? 0)%Z
  | None, None => false
  end.
(** Where [p] is not 0 and has the step [h] of [s] in it, what it is on one side of that step is not 0 there, and may be known not to be 0 on the other side. *)
Definition note_sides (nonzero : bool) (h : positive) (s p : polynomial) (T : table) : option table :=
  do T <- note (nonzero && apart s true (at_zero h p)) (at_zero h p) T;
  note (nonzero && apart s false (at_one h p)) (at_one h p) T.
Definition step_form (nonzero : bool) (p : polynomial) (T : table) : option (polynomial * table) :=
  do T <- note nonzero p T;
  match step_in T p with
  | Some h =>
    match find_atom T h with
    | Some (Applied Step s) =>
      do T <- note_sides nonzero h s p T;
      do (u, T) <- step_beside s false (at_zero h p) T; do (v, T) <- step_beside s true (at_one h p) T; Some (by_cases T h u v, T)
    | _ => step_whole p T
    end
  | None => step_whole p T
  end.

(** ** Normal forms of instructions *)

Record forms := Forms { signs : PositiveMap.t sign; polynomials : PositiveMap.t polynomial; known_atoms : table }.
Definition sign_at (F : forms) (i : positive) : sign := match PositiveMap.find i (signs F) with Some s => s | None => Unknown end.

(** a number or an atom *)
Definition is_simple (p : polynomial) : bool := match p with [] | [([], _)] | [([(_, 1)], _)] => true | _ => false end.
Section Instruction.
Variables (C : code) (low : PositiveMap.t unit) (F : forms) (i : positive).   (* [low]: values that are at most 0 *)
Local Notation T := (known_atoms F).
(** whether the value of [a] is known to be above 0, or known not to be *)
Definition decided (a : positive) : option bool :=
  if is_positive (sign_at F a) then Some true else match PositiveMap.find a low with Some _ => Some false | None => None end.
Definition poly_at (a : positive) : option polynomial := PositiveMap.find a (polynomials F).
Definition opaque : option (polynomial * table) := do (a, U) <- intern (Node i) T; Some (atom_poly a, U).
(** of the value of instruction [b], that is not 0: of products factor by factor *)
Fixpoint inverse_of (n : nat) (b : positive) (U : table) : option (polynomial * table) :=
  do q <- poly_at b;
  match n, PositiveMap.find b C with
  | S n, Some (Binary Mul c d) =>
    if is_simple q then invert depth q U
    else do (u, U) <- inverse_of n c U; do (w, U) <- inverse_of n d U; Some (times U u w, U)
  | _, _ => invert depth q U
  end.
Definition form_of (o : op) : option (polynomial * table) :=
  match o with
  | Input => opaque
  | Number q => Some (constant q, T)
  | Unary Opp a => do p <- poly_at a; Some (opp_poly p, T)
  | Unary Exp a => do p <- poly_at a; exponential p T
  | Unary Erf a => do p <- poly_at a; error_function_form p T
  | Unary Bell a => do p <- poly_at a; bell_form p T
  | Unary Log a => if is_positive (sign_at F a) then do p <- poly_at a; on_both_sides is_positive logarithm_form p T else opaque
  | Unary Root a => if is_nonnegative (sign_at F a) then do p <- poly_at a; do T <- note (is_nonzero (sign_at F a)) p T; on_both_sides is_nonnegative (applied Root) p T else opaque
  | Unary Step a =>
    match decided a with
    | Some up => Some (if up then one_poly else [], T)
    | None =>
    let a := match PositiveMap.find a C with Some (Unary Relu b) => b | _ => a end in do p <- poly_at a; step_form (is_nonzero (sign_at F a)) p T
    end
  | Unary Relu a =>
    do p <- poly_at a;
    match decided a with
    | Some up => Some (if up then p else [], T)
    | None => do (h, U) <- step_form (is_nonzero (sign_at F a)) p T; Some (times U p h, U)
    end
  | Binary Add a b => do p <- poly_at a; do q <- poly_at b; Some (add_poly p q, T)
  | Binary Mul a b => do p <- poly_at a; do q <- poly_at b; Some (times T p q, T)
  | Binary Div a b =>
    if is_nonzero (sign_at F b) then do p <- poly_at a; do (r, U) <- inverse_of depth b T; Some (times U p r, U) else opaque
  end.
End Instruction.

(** Instruction [i], with what is given of signs; named as an atom where asked, if it is more than a number or an atom. *)
Definition normal_form (C : code) (low : PositiveMap.t unit) (given : PositiveMap.t sign) (named : bool) (i : positive) (F : forms) : option forms :=
  do o <- PositiveMap.find i C;
  do (p, T) <- form_of C low F i o;
  do (p, T) <- if named && negb (is_simple p) then do (a, T) <- intern (Named p) T; Some (atom_poly a, T) else Some (p, T);
  let s := meet (meet (sign_of (sign_at F) o) (sign_in T p)) match PositiveMap.find i given with Some s => s | None => Unknown end in
  Some (Forms (PositiveMap.add i s (signs F)) (PositiveMap.add i p (polynomials F)) T).
