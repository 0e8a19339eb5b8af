(** * Backward passes

    A backward pass bounds a linear combination of values from below: newest block first, each value's coefficient goes
    through the block's function by a linear bound (Relaxation.v), then through its row; what remains are coefficients
    of inputs, whose intervals end it.  Coefficients are rounded to nearest; a bound a priori of all that rounding, the
    [residue], is taken off the constant at each block.

    Blocks are prepared once ([prepare]): rows are checked to be finite and to read earlier values only, and their
    norms and sizes are bounded.  When a bound of the magnitude of all earlier values is known, errors relative to it
    become absolute ([settle]).

    Main definitions: [prow], [pblock], [prepare], [settle], [known] (a block with intervals), [plan], [back].

    Trust: proved (Backward_sound.v).
    Source: Zhang et al., "Efficient neural network robustness certification with general activation functions" (2018);
    Singh et al., "An abstract domain for certifying neural networks" (2019). *)
From Coq Require Import Floats List Bool Uint63.
From Warrant.Primitives Require Import FloatBounds.
From Warrant.Spec Require Import Bytes.
From Warrant.Checker Require Import Blocks Combination Dense Relaxation Certificate Inputs.
Import ListNotations.

(** ** Prepared blocks *)

(** weights, bias, error bounds (absolute, and relative to the magnitude of earlier values), bound of the 1-norm of the
    weights and the bias *)
Record prow := PRow { pw : weights; pb : float; pe : float; pr : float; pn : float }.
Definition pv (r : prow) : vec := vec_of (pw r).
(** function, number of the block, number of its first value, what to add to a value's number to get its entry in slope
    tables, rows, bounds of the rows' weights and segments in number, where the bias counts as one of each *)
Record pblock := PBlock {
  pact : act; pnum : int; pstart : int; pshift : int; prows : list prow; pweights : float; psegments : float }.

(** all weights are finite, and read values below number [N] *)
Fixpoint clean_weights (N o : int) (w : list float) : bool :=
  match w with
  | [] => true
  | c :: w' => if finite c then if (o <? N)%uint63 then clean_weights N (o + 1)%uint63 w' else false else false
  end.
Definition clean (N : int) (v : vec) : bool := forallb (fun s => clean_weights N (so s) (sw s)) v.

(** bounds of the number of segments, the 1-norm and the number of weights, added to [n], [a] and [l] *)
Fixpoint weights_stats (w : list float) (a l : float) : float * float :=
  match w with [] => (a, l) | c :: w' => weights_stats w' (up (a + abs c)) (up (1 + l)) end.
Fixpoint stats (v : vec) (n a l : float) : float * float * float :=
  match v with
  | [] => (n, a, l)
  | s :: v' => let (a', l') := weights_stats (sw s) a l in stats v' (up (n + 1)) a' l'
  end.

Definition prepare_row (N : int) (r : row) : option (prow * float * float) :=
  if fin (rb r) && fin (re r) && (0 <=? re r)%float && fin (rr r) && (0 <=? rr r)%float && clean N (rv r) then
    let '(n, a, l) := stats (rv r) 1 (abs (rb r)) 1 in Some (PRow (pack (rv r)) (rb r) (re r) (rr r) a, l, n)
  else None.
Fixpoint prepare_rows (N : int) (rs : list row) : option (list prow * float * float) :=
  match rs with
  | [] => Some ([], 0%float, 0%float)
  | r :: rs =>
    do (p, l, n) <- prepare_row N r;
    do (ps, ls, ns) <- prepare_rows N rs;
    Some (p :: ps, up (l + ls), up (n + ns))
  end.
(** where a block starts: its number, the number of its first value, the slope entry of its first row *)
Record place := Place { num : int; start : int; entry : int }.
(** the place of the first block after [inputs] inputs *)
Definition first_place (inputs : int) : place := Place 1 inputs 0.
Definition prepare_block (p : place) (b : block) : option (pblock * place) :=
  do (rs, ls, ns) <- prepare_rows (start p) (brows b);
  let stop := after (start p) rs in
  Some (PBlock (bact b) (num p) (start p) (entry p - start p)%uint63 rs ls ns,
    Place (num p + 1) stop (match bact b with Id => entry p | _ => entry p + (stop - start p) end)%uint63).
(** the blocks from [p] on, and the place after them *)
Fixpoint prepare (p : place) (bs : list block) : option (list pblock * place) :=
  match bs with
  | [] => Some ([], p)
  | b :: bs => do (q, p) <- prepare_block p b; do (qs, p) <- prepare p bs; Some (q :: qs, p)
  end.

(** the row, the block without relative errors, when [m] bounds the magnitude of all earlier values *)
Definition settle_row (m : float) (r : prow) : option prow :=
  if zero (pr r) then Some r
  else
    let e := up (pe r + up (m * pr r)) in
    when (fin m && fin e) (Some (PRow (pw r) (pb r) e 0 (pn r))).
Definition settle (m : float) (p : pblock) : option pblock :=
  do rs <- map_all (settle_row m) (prows p);
  Some (PBlock (pact p) (pnum p) (pstart p) (pshift p) rs (pweights p) (psegments p)).

(** ** A pass *)

(** a block, intervals of its rows before the function, a bound of the magnitude of all earlier values *)
Record known := Known { kblock : pblock; kbounds : box; kmagnitude : float }.

(** what a pass needs of a known block: number of its first value, rows with relaxers, bounds of the rows' weights and
    segments in number and of the magnitude of all earlier values *)
Record stage := Stage {
  gstart : int; gsteps : list (relaxer * prow); gweights : float; gsegments : float; gmagnitude : float }.
Section Plan.
Variables (c : bytes) (sl : slopes).
(** for the value [i] and the interval of its row *)
Definition relaxer_of (a : act) (shift i : int) (b : float * float) : relaxer :=
  match a with
  | Id | Rise _ _ | Tangent _ _ => Keep
  | Relu =>
    let (l, h) := b in
    match sl with
    | DefaultSlopes => default_relaxer l h
    | _ => given_relaxer l h (slope_entry c sl ((0 <=? l)%float || (h <=? 0)%float) (i + shift)%uint63)
    end
  end.
Fixpoint steps (a : act) (shift i : int) (rs : list prow) (bs : box) : list (relaxer * prow) :=
  match rs, bs with
  | r :: rs, b :: bs => (relaxer_of a shift i b, r) :: steps a shift (i + 1)%uint63 rs bs
  | _, _ => []
  end.
(** A Rise bounds its value by its row, or, where one of the two rectifiers is settled, is replaced by the difference of the two values.  [ps] and [qs] are the intervals
    of these values' rows. *)
Definition settled (p : float * float) : bool := ((0 <=? fst p) || (snd p <=? 0))%float.
Definition unknown : float * float := (neg_infinity, infinity).
Definition difference (s t i : int) : prow := PRow (pack [unit_seg (i + s) (-1); unit_seg (i + t) 1]) 0 0 0 2.
Fixpoint rise_steps (N s t i : int) (rs : list prow) (bs ps qs : box) : list (relaxer * prow) :=
  match rs, bs with
  | r :: rs, b :: bs =>
    (if (settled (hd unknown ps) || settled (hd unknown qs)) && (i + s <? N)%uint63 && (i + t <? N)%uint63 then (Keep, difference s t i)
     else (wedge_relaxer (fst b) (snd b), r))
    :: rise_steps N s t (i + 1)%uint63 rs bs (tl ps) (tl qs)
  | _, _ => []
  end.
(** the intervals of the block that starts at [i], if there is one *)
Fixpoint bounds_from (i : int) (bs : list known) : box :=
  match bs with [] => [] | B :: bs => if (pstart (kblock B) =? i)%uint63 then kbounds B else bounds_from i bs end.
(** A Tangent bounds its value by its row too, or, where the sign of the rectifier's argument is known, is the row or 0.  [qs] and [ps] are the rectifier's rows and
    their intervals, which are those of the argument if a row is just this value. *)
Definition is_value (j : int) (r : prow) : bool :=
  match pv r with [Seg o _ [c]] => (o =? j)%uint63 && ((c <=? 1) && (1 <=? c))%float && zero (pb r) && zero (pe r) | _ => false end.
Definition argument (j : int) (qs : list prow) (ps : box) : float * float :=
  match qs, ps with q :: _, p :: _ => if is_value j q then p else (nan, nan) | _, _ => (nan, nan) end.
Fixpoint tangent_steps (t i : int) (rs : list prow) (bs : box) (qs : list prow) (ps : box) : list (relaxer * prow) :=
  match rs, bs with
  | r :: rs, b :: bs =>
    let p := argument (i + t)%uint63 qs ps in
    (if (0 <=? fst p)%float then Keep else if (snd p <=? 0)%float then Drop else wedge_relaxer (fst b) (snd b), r)
    :: tangent_steps t (i + 1)%uint63 rs bs (tl qs) (tl ps)
  | _, _ => []
  end.
(** the rows of the block that starts at [i], and their intervals *)
Fixpoint rows_from (i : int) (bs : list known) : list prow * box :=
  match bs with [] => ([], []) | B :: bs => if (pstart (kblock B) =? i)%uint63 then (prows (kblock B), kbounds B) else rows_from i bs end.
(** [a] and 4 for each row: more than such replacements add to the weights and segments *)
Definition with_room (rs : list prow) (a : float) : float := fold_left (fun a _ => up (a + 4)) rs a.
Definition stage_of (older : list known) (B : known) : stage :=
  let p := kblock B in
  match pact p with
  | Rise s t =>
    let at_ i := bounds_from (pstart p + i)%uint63 older in
    Stage (pstart p) (rise_steps (pstart p) s t (pstart p) (prows p) (kbounds B) (at_ s) (at_ t))
      (with_room (prows p) (pweights p)) (with_room (prows p) (psegments p)) (kmagnitude B)
  | Tangent s t =>
    let (qs, ps) := rows_from (pstart p + s)%uint63 older in
    Stage (pstart p) (tangent_steps t (pstart p) (prows p) (kbounds B) qs ps) (pweights p) (psegments p) (kmagnitude B)
  | a => Stage (pstart p) (steps a (pshift p) (pstart p) (prows p) (kbounds B)) (pweights p) (psegments p) (kmagnitude B)
  end.
(** the same for all passes with these slopes over these blocks *)
Fixpoint plan (bs : list known) : list stage := match bs with [] => [] | B :: older => stage_of older B :: plan older end.
End Plan.

(** Where a walk over a block's rows stands: what is known from the next value on; the constant; of the rows collected, to
    nearest, the sums of coefficients times biases and of their magnitudes times norms; the rows collected with their
    coefficients *)
Record walk_state := Walk { ws : list (relaxer * prow); wd : float; wB : float; wA : float; wl : list term }.
(** [d] less the error [e] of a row with coefficient [x] *)
Definition take_error (x e d : float) : float := if fin x then dn (d - up (abs x * e)) else nan.
Fixpoint walk_weights (w : list float) (ss : list (relaxer * prow)) (d B A : float) (acc : list term) : walk_state :=
  match w with
  | [] => Walk ss d B A acc
  | x :: w' =>
    match ss with
    | [] => Walk ss nan B A acc
    | (p, PRow q b e _ n) :: ss' =>
      match p with
      | Drop => walk_weights w' ss' d B A acc
      | Keep =>
        if zero x then walk_weights w' ss' d B A acc
        else
          walk_weights w' ss' (if zero e then d else take_error x e d) (B + x * b) (A + abs x * n) ((x, q) :: acc)
      | _ =>
        let x' := slope p x in
        let d := add_constant p x x' d in
        if zero x' then walk_weights w' ss' d B A acc
        else
          walk_weights w' ss' (if zero e then d else take_error x' e d) (B + x' * b) (A + abs x' * n) ((x', q) :: acc)
      end
    end
  end.
(** from value [i] on to value [o] *)
Fixpoint skip (o i : int) (ss : list (relaxer * prow)) : list (relaxer * prow) :=
  match ss with
  | [] => []
  | _ :: ss' => if (i =? o)%uint63 then ss else skip o (i + 1)%uint63 ss'
  end.
(** [i] is the number of the next value *)
Fixpoint walk (v : vec) (i : int) (t : walk_state) : walk_state :=
  match v with
  | [] => t
  | Seg o _ w :: v' =>
    let t := walk_weights w (skip o i (ws t)) (wd t) (wB t) (wA t) (wl t) in
    match v' with [] => t | _ => walk v' (after o w) t end
  end.

(** coefficients of values below number [N], and the others; segments are in order *)
Fixpoint split_weights (o : int) (w : list float) (N : int) : list float * list float :=
  match w with
  | [] => ([], [])
  | a :: w' =>
    if (o =? N)%uint63 then ([], w) else let (p, q) := split_weights (o + 1)%uint63 w' N in (a :: p, q)
  end.
Fixpoint split_at (N : int) (v : vec) : vec * vec :=
  match v with
  | [] => ([], [])
  | s :: v' =>
    if (N <=? so s)%uint63 then ([], v)
    else
      let (p, q) := split_at N v' in
      if (se s <=? N)%uint63 then (s :: p, q)
      else let (w1, w2) := split_weights (so s) (sw s) N in (Seg (so s) N w1 :: p, Seg N (se s) w2 :: q)
  end.

(** bound of the rounding of a [substitute] and of its biases' sum, on values of magnitude [Y], at least 1, from bounds of
    the segments, norm and weights that went into it *)
Definition residue (Y n A E : float) : float :=
  let G := up (0x1p-52 * n) in
  if fin Y && fin G && (G <=? 0.5)%float then up (Y * up (up (G * A) + up (0x1p-1000 * E))) else nan.

(** bound of a sum of products of magnitudes that was computed to nearest *)
Definition norm_bound (A : float) : float := up (up (2 * A) + 0x1p-1000).

(** *** Dense layers

    If the coefficients are one segment that starts where the block does, and all rows that are to be collected are of
    the shape of the first, from value [o] to [e], they are collected and added without their shape.  Else the answer is
    [None], and the pass goes the general way. *)
Record shaped_state := ShapedWalk { sd : float; sB : float; sA : float; sl : shaped }.
Section Shape.
Variables o e : int.
Fixpoint walk_shaped (w : list float) (ss : list (relaxer * prow)) (d B A : float) (acc : shaped) : option shaped_state :=
  match w with
  | [] => Some (ShapedWalk d B A acc)
  | x :: w' =>
    match ss with
    | [] => None
    | (p, PRow q b r _ n) :: ss' =>
      match p with
      | Drop => walk_shaped w' ss' d B A acc
      | Keep =>
        if zero x then walk_shaped w' ss' d B A acc
        else
          match q with
          | Sparse _ => None
          | Dense o' e' q t =>
            if (o' =? o)%uint63 then if (e' =? e)%uint63 then
              walk_shaped w' ss' (if zero r then d else take_error x r d) (B + x * b) (A + abs x * n) (AddRow x q t acc)
            else None else None
          end
      | _ =>
        let x' := slope p x in
        let d := add_constant p x x' d in
        if zero x' then walk_shaped w' ss' d B A acc
        else
          match q with
          | Sparse _ => None
          | Dense o' e' q t =>
            if (o' =? o)%uint63 then if (e' =? e)%uint63 then
              walk_shaped w' ss' (if zero r then d else take_error x' r d) (B + x' * b) (A + abs x' * n) (AddRow x' q t acc)
            else None else None
          end
      end
    end
  end.
End Shape.
(** what the combination [v] and the constant [d] become behind the block [g] *)
Definition dense_step (g : stage) (v : vec) (d : float) : option (vec * float) :=
  match v, gsteps g with
  | [Seg i _ w], (_, PRow (Dense o e _ _) _ _ _ _) :: _ =>
    if (i =? gstart g)%uint63 then
      match walk_shaped o e w (gsteps g) d 0 0 NoRow with
      | Some (ShapedWalk d B A l) =>
        match sum_shaped l with
        | Some w =>
          if finite A && finite B then
            let r := residue (fmax 1 (gmagnitude g)) (up (gsegments g + 1)) (norm_bound A) (gweights g) in
            Some ([Seg o e w], dn (dn (d + B) - r))
          else None
        | None => None
        end
      | None => None
      end
    else None
  | _, _ => None
  end.

(** newest block first *)
Fixpoint back_from (gs : list stage) (ins : region) (v : vec) (d : float) : float :=
  match gs with
  | [] => region_bound ins v d
  | g :: gs' =>
    match dense_step g v d with
    | Some (v, d) => back_from gs' ins v d
    | None =>
      let (below, v) := split_at (gstart g) v in
      match v with
      | [] => back_from gs' ins below d
      | _ =>
        let t := walk v (gstart g) (Walk (gsteps g) d 0 0 []) in
        let v' := substitute (wl t) below in
        if finite (wA t) && finite (wB t) && clean (gstart g) below && clean (gstart g) v' then
          let '(n, A, E) := stats below (up (gsegments g + 1)) (norm_bound (wA t)) (gweights g) in
          back_from gs' ins v' (dn (dn (wd t + wB t) - residue (fmax 1 (gmagnitude g)) n A E))
        else nan
      end
    end
  end.
(** a lower bound of [d] plus the combination [v] of values *)
Definition back (gs : list stage) (ins : region) (v : vec) (d : float) : float :=
  if forallb (fun s => finite_weights (sw s)) v then back_from gs ins v d else nan.
