(** * The checker of rates for every number of steps

    The certificate gives a potential, V(k) = w0 + k·w1 + k²·w2 + … for quantities w at step k.  [prove_method] checks, with the facts and the exact sums of the
    checker of rates, that V(0) <= B(0), that V(k + 1) <= ρ·V(k), and that (c0 + c1 k + …)·A(k) <= V(k), each for all k at once: each side is a polynomial in k, of
    which every coefficient is dealt with by itself.

    Main definitions: [step], [read_certificate], [below], [prove_method].

    Trust: proved (Rates.Check_sound.v). *)
From Coq Require Import PString ZArith QArith List Bool FMapPositive.
From Warrant Require Import Spec.Bytes Spec.SExpressions Spec.Rates Spec.Methods Checker.Rates.Sums Checker.Rates.Facts.
From Warrant Require Checker.Rates.Certificate Checker.Rates.Check.
Import ListNotations.
Local Open Scope bool_scope.
Local Open Scope pstring_scope.

(** ** Steps *)
Inductive step :=
| At (m : nat) (st : Certificate.step)                 (* what a step for a rate says, times k^m *)
| Cancel (m r : nat) (q : Q) (f : form)                (* q·k^m times the inner product of f and of the vector number r that vanishes *)
| SubtractSquare (m : nat) (d : Q) (l : list form).    (* d·k^m·‖f0 + k·f1 + k²·f2 + …‖² *)
Record certificate := Build { potential : list number; at_start : list step; at_step : list step; at_end : list step }.

(** *** The members k + 1 in place of the members k *)
Definition is_current (i : nat) : bool := match (i mod 3)%nat with 2%nat => false | _ => true end.
Definition later (i : nat) : nat := match (i mod 3)%nat with 1%nat => S i | _ => i end.
Fixpoint current_point (a : point) : bool :=
  match a with
  | Point i => is_current i
  | Zero => true
  | Plus a b | Minus a b => current_point a && current_point b
  | Opposite a | Scaled _ a => current_point a
  end.
Fixpoint later_point (a : point) : point :=
  match a with
  | Point i => Point (later i)
  | Zero => Zero
  | Plus a b => Plus (later_point a) (later_point b)
  | Minus a b => Minus (later_point a) (later_point b)
  | Opposite a => Opposite (later_point a)
  | Scaled q a => Scaled q (later_point a)
  end.
Fixpoint current_number (a : number) : bool :=
  match a with
  | Number i => is_current i
  | Constant _ => true
  | Inner a b => current_point a && current_point b
  | Norm2 a => current_point a
  | Add a b | Subtract a b => current_number a && current_number b
  | Negate a | Multiple _ a => current_number a
  end.
Fixpoint later_number (a : number) : number :=
  match a with
  | Number i => Number (later i)
  | Constant q => Constant q
  | Inner a b => Inner (later_point a) (later_point b)
  | Norm2 a => Norm2 (later_point a)
  | Add a b => Add (later_number a) (later_number b)
  | Subtract a b => Subtract (later_number a) (later_number b)
  | Negate a => Negate (later_number a)
  | Multiple q a => Multiple q (later_number a)
  end.
Definition current_relation (r : relation) : bool :=
  match r with
  | IsSubgradient _ a b | IsGradient _ a b | IsImage _ a b | IsAdjoint _ a b | Same a b => current_point a && current_point b
  | IsValue _ a v => current_point a && current_number v
  | AreBlocks _ => true
  | Leq a b | Equal a b => current_number a && current_number b
  end.
Definition later_relation (r : relation) : relation :=
  match r with
  | IsSubgradient k a b => IsSubgradient k (later_point a) (later_point b)
  | IsGradient k a b => IsGradient k (later_point a) (later_point b)
  | IsImage k a b => IsImage k (later_point a) (later_point b)
  | IsAdjoint k a b => IsAdjoint k (later_point a) (later_point b)
  | Same a b => Same (later_point a) (later_point b)
  | IsValue k a v => IsValue k (later_point a) (later_number v)
  | AreBlocks ks => AreBlocks ks
  | Leq a b => Leq (later_number a) (later_number b)
  | Equal a b => Equal (later_number a) (later_number b)
  end.
(** what holds at k: each relation, and those between members k alone at k + 1 too *)
Definition all_relations (m : method) : list relation := relations m ++ map later_relation (filter current_relation (relations m)).

(** ** Polynomials in k, from the constant coefficient upwards *)

(** the coefficient of k^m, changed *)
Fixpoint change (m : nat) (f : sum -> option sum) (l : list sum) : option (list sum) :=
  match m, l with
  | O, s :: l => do s <- f s; Some (s :: l)
  | O, [] => do s <- f nothing; Some [s]
  | S m, s :: l => do l <- change m f l; Some (s :: l)
  | S m, [] => do l <- change m f []; Some (nothing :: l)
  end.
Fixpoint plus_n (a b : list number) : list number :=
  match a, b with [], b => b | a, [] => a | x :: a, y :: b => Add x y :: plus_n a b end.
Definition minus_n (a b : list number) : list number := plus_n a (map Negate b).
(** the polynomial in k + 1 *)
Fixpoint shift_n (l : list number) : list number :=
  match l with [] => [] | w :: l => let l := shift_n l in plus_n [w] (plus_n l (Constant 0 :: l)) end.

(** ** Whether a polynomial of quantities is at most 0 for all k *)
Section Follow.
Variables (vs : list (list point)) (env : Rates.Check.environment) (rate_step : Certificate.step -> sum -> option sum).
(** + q·k^m·<f, v0 + k·v1 + …> *)
Fixpoint add_inner (m : nat) (q : Q) (f : form) (v : list form) (l : list sum) : option (list sum) :=
  match v with
  | [] => Some l
  | a :: v => do l <- change m (fun s => Some (add_product q a f s)) l; add_inner (S m) q f v l
  end.
(** + q·k^m·<u0 + k·u1 + …, v0 + k·v1 + …> *)
Fixpoint add_inners (m : nat) (q : Q) (u v : list form) (l : list sum) : option (list sum) :=
  match u with
  | [] => Some l
  | f :: u => do l <- add_inner m q f v l; add_inners (S m) q u v l
  end.
Definition follow (st : step) (l : list sum) : option (list sum) :=
  match st with
  | At m st => change m (rate_step st) l
  | Cancel m r q f => do v <- nth_error vs r; add_inner m q f (map (Rates.Check.form_of env) v) l
  | SubtractSquare m d v => when (Qle_bool 0 d) (add_inners m (- d) v v l)
  end.
Fixpoint follow_all (steps : list step) (l : list sum) : option (list sum) :=
  match steps with [] => Some l | st :: steps => do l <- follow st l; follow_all steps l end.
End Follow.
Definition environment_of (rs : list relation) : Rates.Check.environment := fold_left Rates.Check.define rs (PositiveMap.empty form).
Definition below (os : list object) (rs : list relation) (vs : list (list point)) (goal : list number) (steps : list step) : bool :=
  let env := environment_of rs in
  let rate_step := Rates.Check.follow os (Rates.Check.decompositions rs) env (Rates.Check.member_number (Rates.Check.calls_of env rs)) (Rates.Check.member_number rs) in
  match follow_all vs env rate_step steps (map (fun n => Rates.Check.add_number_of env (-1) n nothing) goal) with
  | Some l => forallb nonnegative l
  | None => false
  end.

Definition check (m : method) (c : certificate) : bool :=
  let all := all_relations m in
  let V := potential c in
  Qle_bool 0 (ratio m) && forallb current_number V
  && below (objects m) (start m ++ all) [] [Subtract (hd (Constant 0) V) (initial m)] (at_start c)
  && below (objects m) all (vanishing m) (minus_n (shift_n (map later_number V)) (map (Multiple (ratio m)) V)) (at_step c)
  && below (objects m) all (vanishing m) (minus_n (map (fun q => Multiple q (measure m)) (factors m)) V) (at_end c).

(** ** The certificate's text (docs/rates.md).  Nothing here has to be right for the checker to be sound. *)
Section Reader.
Variable s : bytes.
(** powers of k: at most 7 *)
Definition power (e : expression) : option nat := do m <- Certificate.whole s e; when (Nat.ltb m 8) (Some m).
(** [(number m q i)]: q·k^m·number i; [(product m q i j)]: q·k^m times the inner product of points i and j *)
Definition potential_term (e : expression) : option (nat * number) :=
  match e with
  | List (c :: m :: q :: i :: l) =>
    do m <- power m; do q <- rational s q; do i <- Certificate.whole s i;
    match l with
    | [] => when (is_word s "number" c) (Some (m, Multiple q (Number i)))
    | [j] => do j <- Certificate.whole s j; when (is_word s "product" c) (Some (m, Multiple q (Inner (Point i) (Point j))))
    | _ => None
    end
  | _ => None
  end.
Fixpoint put (m : nat) (a : number) (l : list number) : list number :=
  match m, l with
  | O, b :: l => Add a b :: l
  | O, [] => [a]
  | S m, b :: l => b :: put m a l
  | S m, [] => Constant 0 :: put m a []
  end.
(** [(m i q)], put to the others: a form in the place of its power *)
Fixpoint put_form (m : nat) (i : positive) (q : Q) (l : list form) : list form :=
  match m, l with
  | O, f :: l => combine f 1 [(i, q)] :: l
  | O, [] => [[(i, q)]]
  | S m, f :: l => f :: put_form m i q l
  | S m, [] => [] :: put_form m i q []
  end.
Definition triple (e : expression) : option (nat * positive * Q) :=
  match e with
  | List [m; i; q] => do m <- power m; do i <- Certificate.whole s i; do q <- rational s q; Some (m, Pos.of_succ_nat i, q)
  | _ => None
  end.
(** [(at m STEP)], [(cancel m r q (i q) …)], [(square m d (m i q) …)] *)
Definition read_step (e : expression) : option step :=
  match e with
  | List [c; m; st] => when (is_word s "at" c) (do m <- power m; do st <- Certificate.read_step s st; Some (At m st))
  | List (c :: m :: r :: l) =>
    do m <- power m;
    if is_word s "cancel" c then
      match l with
      | q :: f => do r <- Certificate.whole s r; do q <- rational s q; do f <- Certificate.read_form s f; Some (Cancel m r q f)
      | [] => None
      end
    else if is_word s "square" c then
      do d <- rational s r; do l <- map_all triple l; Some (SubtractSquare m d (fold_left (fun v t => let '(m, i, q) := t in put_form m i q v) l []))
    else None
  | _ => None
  end.
Definition part (w : bytes) (e : expression) : option (list expression) :=
  match e with List (c :: l) => when (is_word s w c) (Some l) | _ => None end.
End Reader.

Definition read_certificate (s : bytes) : option certificate :=
  do t <- tokens s; do l <- parse t [] [];
  match l with
  | [List [c; v]; p; a; b; e] =>
    when (is_word s "certificate" c && is_word s "1" v)
      (do p <- part s "potential" p; do p <- map_all (potential_term s) p;
       do a <- part s "start" a; do a <- map_all (read_step s) a;
       do b <- part s "step" b; do b <- map_all (read_step s) b;
       do e <- part s "end" e; do e <- map_all (read_step s) e;
       Some (Build (fold_left (fun l t => put (fst t) (snd t) l) p []) a b e))
  | _ => None
  end.

Definition prove_method (file certificate : bytes) : bool :=
  match read_method file, read_certificate certificate with Some m, Some c => check m c | _, _ => false end.
