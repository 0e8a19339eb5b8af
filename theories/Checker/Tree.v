(** * The certificate checker

    What is known of a query's point is a [state]: an interval for each input, blocks with intervals for their rows, and
    which disjuncts are refuted.  A certificate's tree says what to learn next; SPLIT goes on twice, and everything else
    that is known holds in both subtrees.

    Main definitions: [state], [check], [check_tree]; [check_with], [check_queries] (a whole certificate).

    Trust: proved (Tree_sound.v).
    Source: docs/certificates.md, section 2; Bunel et al., "Branch and bound for piecewise linear neural network
    verification" (2020); Ferrari et al., "Complete verification via multi-neuron relaxation" (2022). *)
From Coq Require Import Floats List Bool Uint63.
From Warrant.Primitives Require Import FloatBounds.
From Warrant.Spec Require Import Bytes.
From Warrant.Checker Require Import Blocks Certificate Inputs Backward.
Import ListNotations.

(** rows, by the number of their value, that are s <= 0 (s < 0 where [true]) at a counterexample *)
Definition disjunct := list (int * bool).
(** blocks newest first; blocks not added yet; disjuncts, and whether they are refuted *)
Record state := State { blocks : list known; inputs : box; pending : list pblock; goals : list (bool * disjunct) }.

Fixpoint update {A} (i : int) (f : A -> A) (l : list A) : option (list A) :=
  match l with
  | [] => None
  | a :: l => if (i =? 0)%uint63 then Some (f a :: l) else do l <- update (i - 1)%uint63 f l; Some (a :: l)
  end.
(** [f], applied to block number [k] and the older ones *)
Fixpoint update_block (k : int) (f : list known -> known -> option known) (bs : list known) : option (list known) :=
  match bs with
  | [] => None
  | B :: bs =>
    if (pnum (kblock B) =? k)%uint63 then do B <- f bs B; Some (B :: bs)
    else do bs <- update_block k f bs; Some (B :: bs)
  end.
Definition with_bounds (B : known) (b : box) : known := Known (kblock B) b (kmagnitude B).

(** ** ADVANCE *)

Definition act_bounds (a : act) (p : float * float) : float * float :=
  match a with Id => p | Relu => relu_bounds p | Rise _ _ | Tangent _ _ => (fmin 0 (fst p), fmax 0 (snd p)) end.
(** intervals of all values from the inputs to those before [acc] *)
Fixpoint values (bs : list known) (ins acc : box) : box :=
  match bs with
  | [] => ins ++ acc
  | B :: bs => values bs ins (map (act_bounds (pact (kblock B))) (kbounds B) ++ acc)
  end.
Definition magnitudes (b : box) : float := fold_left (fun m p => fmax (magnitude p) m) b 0%float.

(** An index into a list of intervals: suffixes that start at every eighth value *)
Inductive index := Suffix (i : int) (b : box) | Fork (middle : int) (l r : index).
Fixpoint suffixes (i : int) (b : box) : list (int * index) :=
  match b with
  | [] => []
  | _ :: b' =>
    if (i land 7 =? 0)%uint63 then (i, Suffix i b) :: suffixes (i + 1)%uint63 b' else suffixes (i + 1)%uint63 b'
  end.
Fixpoint pair_up (l : list (int * index)) : list (int * index) :=
  match l with (i, a) :: (j, b) :: l => (i, Fork j a b) :: pair_up l | _ => l end.
Fixpoint join (n : nat) (l : list (int * index)) : index :=
  match l, n with
  | [(_, t)], _ => t
  | _ :: _, S n => join n (pair_up l)
  | _, _ => Suffix 0 []
  end.
Definition index_of (b : box) : index := join 64 (suffixes 0 b).
Fixpoint seek (o : int) (t : index) : box :=
  match t with
  | Suffix i b => skip_box o i b
  | Fork m l r => if (o <? m)%uint63 then seek o l else seek o r
  end.

Fixpoint interval_weights (w : list float) (b : box) (lo hi : float) : float * float :=
  match w with
  | [] => (lo, hi)
  | x :: w' =>
    match b with
    | [] => (nan, nan)
    | (l, h) :: b' =>
      if (0 <=? x)%float then interval_weights w' b' (dn (lo + dn (x * l))) (up (hi + up (x * h)))
      else interval_weights w' b' (dn (lo + dn (x * h))) (up (hi + up (x * l)))
    end
  end.
Fixpoint interval_vec (t : index) (v : vec) (lo hi : float) : float * float :=
  match v with
  | [] => (lo, hi)
  | s :: v' => let (lo, hi) := interval_weights (sw s) (seek (so s) t) lo hi in interval_vec t v' lo hi
  end.
Definition interval_row (t : index) (r : prow) : float * float :=
  let (lo, hi) := interval_vec t (pv r) (pb r) (pb r) in (dn (lo - pe r), up (hi + pe r)).

Definition advance (s : state) : option state :=
  match pending s with
  | [] => None
  | p :: ps =>
    let env := values (blocks s) (inputs s) [] in
    let t := index_of env in
    let m := magnitudes env in
    do p <- settle m p;
    Some (State (Known p (map (interval_row t) (prows p)) m :: blocks s) (inputs s) ps (goals s))
  end.

(** ** IMPROVE *)

Definition raise_lower (x : float) (p : float * float) : float * float :=
  if (x <=? fst p)%float then p else if fin x then (x, snd p) else p.
Definition reduce_upper (x : float) (p : float * float) : float * float :=
  if (snd p <=? x)%float then p else if fin x then (fst p, x) else p.

Section Improve.
(** [older]: what passes need of the older blocks *)
Variables (c : bytes) (rows : selection) (ins : region) (older : list stage).
Definition lower_bound (r : prow) : float := back older ins (pv r) (dn (pb r - pe r)).
Definition upper_bound (r : prow) : float := (- back older ins (opposite (pv r)) (dn (- pb r - pe r)))%float.
Definition improve_row (sides : int) (r : prow) (p : float * float) : float * float :=
  if (sides =? 0)%uint63 then p
  else
    let q := if (sides land 1 =? 0)%uint63 then p else raise_lower (lower_bound r) p in
    if (sides land 2 =? 0)%uint63 then q else reduce_upper (upper_bound r) q.
Fixpoint improve_rows (j : int) (rs : list prow) (bs : box) : box :=
  match rs, bs with
  | r :: rs, p :: bs => improve_row (row_sides c rows j p) r p :: improve_rows (j + 1)%uint63 rs bs
  | _, _ => bs
  end.
End Improve.
(** [g]: the ball that the inputs lie in, if there is one *)
Definition improve (g : option ball) (c : bytes) (k : int) (rows : selection) (sl : slopes) (s : state) : option state :=
  do bs <- update_block k (fun older B =>
    Some (with_bounds B (improve_rows c rows (Region (inputs s) g) (plan c sl older) 0 (prows (kblock B)) (kbounds B)))) (blocks s);
  Some (State bs (inputs s) (pending s) (goals s)).

(** ** SPLIT and EMPTY *)

Definition cut_above (v : float) (p : float * float) : float * float :=
  (fst p, if (snd p <=? v)%float then snd p else v).
Definition cut_below (v : float) (p : float * float) : float * float :=
  (if (v <=? fst p)%float then fst p else v, snd p).
(** the interval of row [j] of block [k] changed by [f] *)
Definition clip (k j : int) (f : float * float -> float * float) (s : state) : option state :=
  if (k =? 0)%uint63 then
    do ins <- update j f (inputs s); Some (State (blocks s) ins (pending s) (goals s))
  else
    do bs <- update_block k (fun _ B => do b <- update j f (kbounds B); Some (with_bounds B b)) (blocks s);
    Some (State bs (inputs s) (pending s) (goals s)).

Fixpoint bounds_of (k : int) (bs : list known) : box :=
  match bs with
  | [] => []
  | B :: bs => if (pnum (kblock B) =? k)%uint63 then kbounds B else bounds_of k bs
  end.
(** the interval of row [j] of block [k] is empty; for an input that is not there, the ball and the box have no point in common *)
Definition empty (g : option ball) (k j : int) (s : state) : bool :=
  match item (if (k =? 0)%uint63 then inputs s else bounds_of k (blocks s)) j with
  | Some p => (snd p <? fst p)%float
  | None => (k =? 0)%uint63 && match g with Some g => ball_misses g (inputs s) | None => false end
  end.

(** ** CLOSE *)

(** the combination of a disjunct's rows, with weights from offset [w] on; runs of consecutive values are one segment *)
Fixpoint objective (c : bytes) (w : int) (d : disjunct) : vec :=
  match d with
  | [] => []
  | (i, _) :: d =>
    let x := weight c w in
    match objective c (w + 1)%uint63 d with
    | s :: v =>
      if (so s =? i + 1)%uint63 then Seg i (se s) (x :: sw s) :: v else Seg i (i + 1)%uint63 [x] :: s :: v
    | [] => [Seg i (i + 1)%uint63 [x]]
    end
  end.
Fixpoint weights_ok (c : bytes) (w : int) (d : disjunct) : bool :=
  match d with
  | [] => true
  | _ :: d => let x := weight c w in fin x && (0 <=? x)%float && weights_ok c (w + 1)%uint63 d
  end.
(** a strict row has a positive weight *)
Fixpoint strict (c : bytes) (w : int) (d : disjunct) : bool :=
  match d with
  | [] => false
  | (_, b) :: d => (b && (0 <? weight c w)%float) || strict c (w + 1)%uint63 d
  end.
Definition refuted (g : option ball) (c : bytes) (w : int) (sl : slopes) (s : state) (d : disjunct) : bool :=
  let x := back (plan c sl (blocks s)) (Region (inputs s) g) (objective c w d) 0 in
  weights_ok c w d && if strict c w d then (0 <=? x)%float else (0 <? x)%float.
Definition close (g : option ball) (c : bytes) (d w : int) (sl : slopes) (s : state) : option state :=
  do (_, rows) <- item (goals s) d;
  do gs <- update d (fun g => (true, snd g)) (goals s);
  when (refuted g c w sl s rows) (Some (State (blocks s) (inputs s) (pending s) gs)).

(** ** The tree *)

Fixpoint check (g : option ball) (c : bytes) (t : tree) (s : state) : bool :=
  match t with
  | Done => forallb fst (goals s)
  | Empty k j => empty g k j s
  | Split k j v below above =>
    fin v
    && match clip k j (cut_above v) s with Some s => check g c below s | None => false end
    && match clip k j (cut_below v) s with Some s => check g c above s | None => false end
  | Advance t => match advance s with Some s => check g c t s | None => false end
  | Improve k rows sl t => match improve g c k rows sl s with Some s => check g c t s | None => false end
  | Close d w sl t => match close g c d w sl s with Some s => check g c t s | None => false end
  end.
(** The tree [t] of the certificate [c] proves that no valuation of the blocks [bs], with inputs in the box [b] and the
    ball [g], satisfies one of the disjuncts [ds]. *)
Definition check_tree (g : option ball) (c : bytes) (t : tree) (bs : list block) (b : box) (ds : list disjunct) : bool :=
  match prepare (first_place (after 0 b)) bs with
  | Some (ps, _) => check g c t (State [] b ps (map (pair false) ds))
  | None => false
  end.

(** ** Certificates

    A certificate has a tree for each query. *)

(** for each disjunct, the number of its rows *)
Definition sizes {A} (q : A * list disjunct) : list int := map (after 0) (snd q).
Fixpoint check_each {A} (accept : tree -> A -> bool) (ts : list tree) (qs : list A) : bool :=
  match ts, qs with
  | [], [] => true
  | t :: ts, q :: qs => if accept t q then check_each accept ts qs else false
  | _, _ => false
  end.

(** queries of a last block after those of a [network], which are prepared once; a region; disjuncts *)
Definition query : Type := block * region * list disjunct.
(** [ps]: the network's blocks; [stop]: the place after them *)
Definition check_query (c : bytes) (inputs : int) (ps : list pblock) (stop : place) (t : tree) (q : query) : bool :=
  let '(last, b, ds) := q in
  if (after 0 (rbox b) =? inputs)%uint63 then
    match prepare_block stop last with
    | Some (p, _) => check (rball b) c t (State [] (rbox b) (ps ++ [p]) (map (pair false) ds))
    | None => false
    end
  else false.
(** with the trees [read] *)
Definition check_with (read : option (list tree)) (c : bytes) (network : list block) (qs : list query) : bool :=
  match read, qs with
  | Some ts, (_, b, _) :: _ =>
    let inputs := after 0%uint63 (rbox b) in
    match prepare (first_place inputs) network with
    | Some (ps, stop) => check_each (check_query c inputs ps stop) ts qs
    | None => false
    end
  | Some _, [] => true
  | None, _ => false
  end.
Definition check_queries (c : bytes) (network : list block) (qs : list query) : bool :=
  check_with (read_proof letter_P c (map sizes qs)) c network qs.
