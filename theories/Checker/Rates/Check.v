(** * The checker of rates

    [prove_rate problem certificate] reads both files and sums up, exactly, what the certificate's steps say: the bound, less the weighted metrics, plus a multiple
    of each fact that is used (which is at most 0), less squares.  If what remains cannot be negative, the weighted metrics are at most the bound, and so is one of them.

    Main definitions: [check], [prove_rate].

    Trust: proved (Check_sound.v). *)
From Coq Require Import ZArith QArith List Bool FMapPositive.
From Warrant Require Spec.Tensor.
From Warrant Require Import Spec.Bytes Spec.Rates Checker.Rates.Sums Checker.Rates.Facts Checker.Rates.Certificate.
Import ListNotations.

(** ** Points in coordinates: a form for each point that is not a coordinate itself *)
Definition environment := map_of form.
Definition key (i : nat) : positive := Pos.of_succ_nat i.
Definition look_up (env : environment) (k : positive) : form := match PositiveMap.find k env with Some f => f | None => [(k, 1%Q)] end.
Fixpoint form_of (env : environment) (a : point) : form :=
  match a with
  | Point i => look_up env (key i)
  | Zero => []
  | Plus a b => combine (form_of env a) 1 (form_of env b)
  | Minus a b => combine (form_of env a) (-1) (form_of env b)
  | Opposite a => combine [] (-1) (form_of env a)
  | Scaled q a => combine [] q (form_of env a)
  end.

(** the points that the certificate shifts, in coordinates that are not shifted *)
Fixpoint shifts (l : list step) : map_of form :=
  match l with [] => PositiveMap.empty _ | Shift i f :: l => PositiveMap.add i f (shifts l) | _ :: l => shifts l end.
Definition unshifted (t : map_of form) (f : form) : bool := forallb (fun m => match PositiveMap.find (fst m) t with None => true | Some _ => false end) f.
(** the point in its coordinate y(k), which is what is left of it after the form *)
Definition shifted (k : positive) (f : form) : form := combine [(k, 1%Q)] 1 f.
Definition coordinates (t : map_of form) : option environment :=
  when (every (unshifted t) t) (Some (PositiveMap.mapi shifted t)).
(** [(same x e)] for a point x defines it *)
Definition define (env : environment) (r : relation) : environment :=
  match r with Same (Point i) e => PositiveMap.add (key i) (form_of env e) env | _ => env end.

(** ** Calls: a value belongs to the call just before it, if object and place are the same *)
Fixpoint point_eqb (a b : point) : bool :=
  match a, b with
  | Point i, Point j => Nat.eqb i j
  | Zero, Zero => true
  | Plus a b, Plus c d | Minus a b, Minus c d => point_eqb a c && point_eqb b d
  | Opposite a, Opposite b => point_eqb a b
  | Scaled p a, Scaled q b => Z.eqb (Qnum p) (Qnum q) && Pos.eqb (Qden p) (Qden q) && point_eqb a b
  | _, _ => false
  end.
Definition value_after (k : nat) (x : point) (l : list relation) : option number :=
  match l with IsValue j y v :: _ => when (Nat.eqb j k && point_eqb x y) (Some v) | _ => None end.
Fixpoint calls_of (env : environment) (l : list relation) : list call :=
  match l with
  | [] => []
  | IsSubgradient k x g :: l => Call k Subgradient (form_of env x) (form_of env g) (value_after k x l) :: calls_of env l
  | IsGradient k x g :: l => Call k Gradient (form_of env x) (form_of env g) (value_after k x l) :: calls_of env l
  | IsImage k x u :: l => Call k Image (form_of env x) (form_of env u) None :: calls_of env l
  | IsAdjoint k u v :: l => Call k Adjoint (form_of env u) (form_of env v) None :: calls_of env l
  | _ :: l => calls_of env l
  end.

Fixpoint decompositions (l : list relation) : list (list nat) :=
  match l with [] => [] | AreBlocks ks :: l => ks :: decompositions l | _ :: l => decompositions l end.

(** ** Sums *)
Fixpoint add_number_of (env : environment) (q : Q) (n : number) (s : sum) : sum :=
  match n with
  | Number i => add_number (key i) q s
  | Constant c => add_constant (q * c) s
  | Inner a b => add_product q (form_of env a) (form_of env b) s
  | Norm2 a => add_square q (form_of env a) s
  | Add a b => add_number_of env q a (add_number_of env q b s)
  | Subtract a b => add_number_of env q a (add_number_of env (- q) b s)
  | Negate a => add_number_of env (- q) a s
  | Multiple c a => add_number_of env (q * c) a s
  end.
Definition add_term (env : environment) (q : Q) (t : term) (s : sum) : sum :=
  match t with
  | Product c a b => add_product (q * c) a b s
  | Square c a => add_square (q * c) a s
  | Value c v => add_number_of env (q * c) v s
  | Fixed c => add_constant (q * c) s
  end.
Definition add_fact (env : environment) (q : Q) (f : fact) (s : sum) : option sum :=
  when (Qle_bool 0 q || equation f) (Some (fold_left (fun s t => add_term env q t s) (terms f) s)).

(** Σ w·metric, with weights that are at least 0 and have the sum 1 *)
Fixpoint subtract_metrics (env : environment) (l : list Q) (ms : list number) (left : Q) (s : sum) : option sum :=
  match l, ms with
  | [], [] => when (Qeq_bool left 0) (Some s)
  | q :: l, m :: ms => if Qle_bool 0 q then subtract_metrics env l ms (Qred (left - q)) (add_number_of env (- q) m s) else None
  | _, _ => None
  end.

(** to look up the members of a list by number *)
Definition member_number {A} (l : list A) : nat -> option A :=
  let m := Tensor.numbered l 1 (PositiveMap.empty A) in fun i => PositiveMap.find (key i) m.
Definition relation_fact (r : relation) : option fact :=
  match r with
  | Leq a b => at_most [Value 1 a; Value (-1) b]
  | Equal a b => equal_to [Value 1 a; Value (-1) b]
  | _ => None
  end.

Section Follow.
Variables (os : list object) (ds : list (list nat)) (env : environment) (call_number : nat -> option call) (relation_number : nat -> option relation).
Definition follow (st : step) (s : sum) : option sum :=
  match st with
  | Shift _ _ | Weights _ => Some s
  | Use r q => do r <- relation_number r; do f <- relation_fact r; add_fact env q f s
  | Apply n q l => do l <- map_all call_number l; do f <- fact_of os ds n l; add_fact env q f s
  | Span n d i l =>
    do i <- call_number i; do l <- map_all (fun m => do c <- call_number (snd m); Some (fst m, c)) l;
    do f <- span_fact os n i l; add_fact env d f s
  | SubtractSquare d f => when (Qle_bool 0 d) (Some (add_square (- d) f s))
  end.
Fixpoint follow_all (l : list step) (s : sum) : option sum :=
  match l with [] => Some s | st :: l => do s <- follow st s; follow_all l s end.
End Follow.
Fixpoint weights (l : list step) : list Q := match l with [] => [] | Weights w :: _ => w | _ :: l => weights l end.

Definition check (p : problem) (steps : list step) : bool :=
  match coordinates (shifts steps) with
  | Some env =>
    let env := fold_left define (relations p) env in
    match subtract_metrics env (weights steps) (metrics p) 1 (add_constant (bound p) nothing) with
    | Some s =>
      match follow_all (objects p) (decompositions (relations p)) env (member_number (calls_of env (relations p))) (member_number (relations p)) steps s with
      | Some s => nonnegative s
      | None => false
      end
    | None => false
    end
  | None => false
  end.

Definition prove_rate (problem_file certificate : bytes) : bool :=
  match read_problem problem_file, read_certificate certificate with Some p, Some c => check p c | _, _ => false end.
