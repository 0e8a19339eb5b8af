(** * Operators

    The meaning of each ONNX operator, for any scalars, in the words of the ONNX specification.  An operator that is not here, an attribute it does not
    know, or operands that do not fit give [None]: then the model has no meaning and nothing is claimed about it.

    Main definitions: [value], [attribute], one definition for each operator, [operator] (the table of them).

    Trust: SPEC.
    Source: ONNX specification, "ONNX Operators" (domain ai.onnx, operator sets 7 to 26).  Where an input became an attribute or the other way round,
    both forms are read; a valid model has the form of its operator set. *)
From Coq Require Import PString Uint63 ZArith QArith List Bool.
From Warrant Require Import Spec.Bytes Spec.Tensor.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.
Local Open Scope pstring_scope.

(** ** Values and attributes *)

(** What flows along the edges of a graph: real tensors, tensors of the model's own numbers, and integer tensors of the model (shapes, axes, indices).  Integers that depend on
    the input are tensors of reals, either of whole numbers (of those from 0 to n - 1, where [below] is [Some n]; a condition is 0 or 1), or [Truncated]: they stand for what is left of
    the reals when their fractions are dropped, towards 0. *)
Inductive value (S : Type) :=
| Reals (t : tensor S)
| Literals (t : tensor dyadic)
| Integers (t : tensor Z)
| Wholes (below : option Z) (t : tensor S)
| Truncated (t : tensor S).
Arguments Reals {S}.
Arguments Literals {S}.
Arguments Integers {S}.
Arguments Wholes {S}.
Arguments Truncated {S}.

Inductive constant := Numbers (t : tensor dyadic) | Whole (t : tensor Z).
Definition constant_value {S} (c : constant) : value S := match c with Numbers t => Literals t | Whole t => Integers t end.

Inductive attribute :=
| AInt (a : Z) | AInts (l : list Z) | AFloat (d : dyadic) | AFloats (l : list dyadic) | AText (s : bytes)
| ATexts (l : list bytes) | ATensor (c : constant) | ANoNumber.   (* a float that is infinite or NaN *)
Definition attributes := list (bytes * attribute).

Definition attr (l : attributes) (n : bytes) : option attribute := option_map snd (find (fun p => same n (fst p)) l).
(** an attribute of the given kind, or its default if it is absent *)
Definition int_attr (l : attributes) (n : bytes) (d : Z) : option Z :=
  match attr l n with None => Some d | Some (AInt a) => Some a | _ => None end.
Definition ints_attr (l : attributes) (n : bytes) (d : list Z) : option (list Z) :=
  match attr l n with None => Some d | Some (AInts a) => Some a | _ => None end.
Definition float_attr (l : attributes) (n : bytes) (d : dyadic) : option dyadic :=
  match attr l n with None => Some d | Some (AFloat a) => Some a | _ => None end.
Definition text_attr (l : attributes) (n : bytes) (d : bytes) : option bytes :=
  match attr l n with None => Some d | Some (AText a) => Some a | _ => None end.
(** no attributes but these, none twice *)
Definition only (names : list bytes) (l : attributes) : bool :=
  forallb (fun p => existsb (same (fst p)) names) l
  && forallb (fun n => Nat.leb (length (filter (fun p => same n (fst p)) l)) 1) names.

Definition one_dyadic : dyadic := Dyadic false 1 1074.
Definition zero_dyadic : dyadic := Dyadic false 0 0.
Definition is_zero (d : dyadic) : bool := (man d =? 0)%uint63.
Definition is_nonnegative (d : dyadic) : bool := is_zero d || negb (negative d).

(** an axis counted from the end if negative *)
Definition axis_of (r a : Z) : option Z := when ((- r <=? a) && (a <? r)) (Some (if a <? 0 then a + r else a)).
Definition axes_of (r : Z) (l : list Z) : option (list Z) :=
  do l <- map_all (axis_of r) l; when (distinct l) (Some l).

(** ** Data movement: for entries of any type *)

Section Movement.
Context {A : Type} (d : A).   (* read outside of a tensor; never seen in a result *)

Definition reshape_to (s : list Z) (X : tensor A) : option (tensor A) :=
  when (shape_ok s && (size s =? size (shape X))) (Some (Tensor s (data X))).

(** [Reshape]: 0 keeps a dimension (unless [allow_zero]), one -1 is inferred. *)
Definition reshape (allow_zero : bool) (s : list Z) (X : tensor A) : option (tensor A) :=
  let s := if allow_zero then s
           else map (fun p => if snd p =? 0 then nth_or (-2) (shape X) (fst p) else snd p) (combine (range (rank s)) s) in
  let known := size (filter (fun a => negb (a =? -1)) s) in
  let s := map (fun a => if a =? -1 then size (shape X) / known else a) s in
  when (negb (known =? 0) || (size (shape X) =? 0)) (reshape_to s X).

Definition flatten (axis : Z) (X : tensor A) : option (tensor A) :=
  let r := rank (shape X) in
  let a := Z.to_nat (if axis <? 0 then axis + r else axis) in
  when ((- r <=? axis) && (axis <=? r)) (reshape_to [size (firstn a (shape X)); size (skipn a (shape X))] X).

Definition squeeze (axes : option (list Z)) (X : tensor A) : option (tensor A) :=
  let s := combine (range (rank (shape X))) (shape X) in
  match axes with
  | None => reshape_to (filter (fun a => negb (a =? 1)) (shape X)) X
  | Some l =>
    do l <- axes_of (rank (shape X)) l;
    when (forallb (fun p => negb (member (fst p) l) || (snd p =? 1)) s)
      (reshape_to (map snd (filter (fun p => negb (member (fst p) l)) s)) X)
  end.

(** 1 at the given axes of the result, the operand's dimensions elsewhere *)
Definition unsqueeze (axes : list Z) (X : tensor A) : option (tensor A) :=
  let r := rank (shape X) + Z.of_nat (length axes) in
  do l <- axes_of r axes;
  let fill := fix fill (at_ : list Z) (s : list Z) :=
    match at_ with
    | [] => []
    | a :: at_ => if member a l then 1 :: fill at_ s else match s with [] => [] | b :: s => b :: fill at_ s end
    end in
  reshape_to (fill (range r) (shape X)) X.

Definition transpose (perm : option (list Z)) (X : tensor A) : option (tensor A) :=
  let s := shape X in
  let p := match perm with Some p => p | None => rev (range (rank s)) end in
  let x := entry d X in
  let place a := (fix find_in (l : list Z) (k : Z) := match l with [] => k | b :: l => if a =? b then k else find_in l (k + 1) end) p 0 in
  let back := map place (range (rank s)) in
  when ((rank p =? rank s) && forallb (fun a => member a p) (range (rank s)))
    (tabulate (map (nth_or 0 s) p) (fun i => x (map (nth_or 0 i) back))).

(** Two tensors, one after the other along an axis. *)
Definition append_along (axis : Z) (X Y : tensor A) : option (tensor A) :=
  let s := shape X in
  let m := nth_or 0 s axis in
  let x := entry d X in let y := entry d Y in
  when (equal_lists (replace s axis 0) (replace (shape Y) axis 0))
    (tabulate (replace s axis (m + nth_or 0 (shape Y) axis)) (fun i =>
      let k := nth_or 0 i axis in if k <? m then x i else y (replace i axis (k - m)))).
Fixpoint concat_from (axis : Z) (X : tensor A) (l : list (tensor A)) : option (tensor A) :=
  match l with [] => Some X | Y :: l => do Z <- append_along axis X Y; concat_from axis Z l end.
Definition concat (axis : Z) (l : list (tensor A)) : option (tensor A) :=
  match l with
  | [] => None
  | X :: l => do a <- axis_of (rank (shape X)) axis; concat_from a X l
  end.

(** [strided l X]: along each axis, [l] gives first index, length and step. *)
Definition strided (l : list (Z * Z * Z)) (X : tensor A) : option (tensor A) :=
  let x := entry d X in
  when ((rank (shape X) =? Z.of_nat (length l)) &&
        forallb (fun p : (Z * Z * Z) * Z => let '((a, n, s), m) := p in (n =? 0) || ((0 <=? a) && (a <? m) && (0 <=? a + (n - 1) * s) && (a + (n - 1) * s <? m)))
          (combine l (shape X)))
    (tabulate (map (fun p => snd (fst p)) l) (fun i => x (zip_with (fun p k => fst (fst p) + snd p * k) l i))).

(** [Slice]: negative starts and ends count from the end; both are clamped. *)
Definition slice_axis (m start stop step : Z) : Z * Z * Z :=
  let clamp lo hi a := Z.max lo (Z.min hi a) in
  let wrap a := if a <? 0 then a + m else a in
  let a := if 0 <? step then clamp 0 m (wrap start) else clamp 0 (m - 1) (wrap start) in
  let b := if 0 <? step then clamp 0 m (wrap stop) else clamp (-1) (m - 1) (wrap stop) in
  let n := if 0 <? step then (b - a + step - 1) / step else (a - b - step - 1) / (- step) in
  (a, Z.max 0 n, step).
Definition slice (starts stops : list Z) (axes steps : option (list Z)) (X : tensor A) : option (tensor A) :=
  let r := rank (shape X) in
  let n := Z.of_nat (length starts) in
  let steps := match steps with Some l => l | None => map (fun _ => 1) starts end in
  do axes <- match axes with Some l => axes_of r l | None => when (n <=? r) (Some (range n)) end;
  let quad := combine (combine axes starts) (combine stops steps) in
  when ((rank axes =? n) && (rank stops =? n) && (rank steps =? n) && forallb (fun s => negb (s =? 0)) steps)
    (strided (map (fun p : Z * Z => let (j, m) := p in
        match find (fun q => fst (fst q) =? j) quad with
        | Some ((_, a), (b, s)) => slice_axis m a b s
        | None => (0, m, 1)
        end) (combine (range r) (shape X))) X).

Definition gather (axis : Z) (I : tensor Z) (X : tensor A) : option (tensor A) :=
  do a <- axis_of (rank (shape X)) axis;
  let n := Z.to_nat a in
  let m := nth_or 0 (shape X) a in
  let x := entry d X in let at_ := entry 0 I in
  let r := length (shape I) in
  when (forallb (fun k => (- m <=? k) && (k <? m)) (data I))
    (tabulate (firstn n (shape X) ++ shape I ++ skipn (S n) (shape X)) (fun i =>
      let k := at_ (firstn r (skipn n i)) in
      x (firstn n i ++ (if k <? 0 then k + m else k) :: skipn (n + r)%nat i))).

(** consecutive parts of the given lengths along an axis *)
Definition split (axis : Z) (lengths : list Z) (X : tensor A) : option (list (tensor A)) :=
  let s := shape X in
  do a <- axis_of (rank s) axis;
  let parts := (fix parts (first : Z) (l : list Z) : option (list (tensor A)) :=
    match l with
    | [] => Some []
    | n :: l =>
      do Y <- strided (map (fun p => if fst p =? a then (first, n, 1) else (0, snd p, 1)) (combine (range (rank s)) s)) X;
      do r <- parts (first + n) l; Some (Y :: r)
    end) in
  when (forallb (fun n => 0 <=? n) lengths && (fold_right Z.add 0 lengths =? nth_or 0 s a)) (parts 0 lengths).

(** [before] and [after] entries [d] are added along each axis (removed if negative). *)
Definition pad (before after : list Z) (X : tensor A) : option (tensor A) :=
  let x := entry d X in
  when ((rank before =? rank (shape X)) && (rank after =? rank (shape X)))
    (tabulate (zip_with Z.add (zip_with Z.add before (shape X)) after) (fun i => x (zip_with Z.sub i before))).
End Movement.

(** ** Windows of convolutions and pools *)

Record window := Window { kernel : list Z; strides : list Z; dilations : list Z; before : list Z; after : list Z; extents : list Z }.
(** [extents]: how many windows there are along each axis.  With rounding [up], a last window may hang over, but must not start in the padding after. *)
Definition window_of (up : bool) (l : attributes) (dims kernel : list Z) : option window :=
  let r := rank dims in
  let ones := map (fun _ => 1) dims in
  let zeros := map (fun _ => 0) dims in
  do strides <- ints_attr l "strides" ones;
  do dilations <- ints_attr l "dilations" ones;
  do pads <- ints_attr l "pads" (zeros ++ zeros);
  do auto <- text_attr l "auto_pad" "NOTSET";
  let reach := zip_with (fun k e => e * (k - 1) + 1) kernel dilations in
  let ok := (rank kernel =? r) && (rank strides =? r) && (rank dilations =? r) && (rank pads =? 2 * r)
    && forallb (fun a => 0 <? a) (kernel ++ strides ++ dilations) && forallb (fun a => 0 <=? a) pads && shape_ok kernel in
  let none := forallb (fun a => a =? 0) pads in
  let count (round : bool) dims before after :=
    zip_with (fun (p : Z * Z) (q : Z * (Z * Z)) => let '((m, s), (b, (e, t))) := (p, q) in
      let n := (m + b + e - t + (if round then s - 1 else 0)) / s + 1 in
      if round && (m + b <=? (n - 1) * s) then n - 1 else n)
      (combine dims strides) (combine before (combine after reach)) in
  let fits dims before after := forallb (fun p : (Z * Z) * (Z * Z) => let '((m, b), (e, t)) := p in t <=? m + b + e) (combine (combine dims before) (combine after reach)) in
  let same_pads (upper : bool) :=
    let total := zip_with (fun (p : Z * Z) t => let (m, s) := p in Z.max 0 (((m + s - 1) / s - 1) * s + t - m)) (combine dims strides) reach in
    let small := map (fun a => a / 2) total in
    let large := zip_with Z.sub total small in
    if upper then (small, large) else (large, small) in
  let make before after := when (fits dims before after) (Some (Window kernel strides dilations before after (count up dims before after))) in
  if negb ok then None
  else if same auto "NOTSET" then make (firstn (length dims) pads) (skipn (length dims) pads)
  else if negb none then None
  else if same auto "VALID" then if up then None else make zeros zeros   (* the number of windows is not clear with rounding up *)
  else if same auto "SAME_UPPER" then let (b, a) := same_pads true in make b a
  else if same auto "SAME_LOWER" then let (b, a) := same_pads false in make b a
  else None.
(** where the cell [u] of the window at [p] lies; negative or too large in the padding *)
Definition cell (w : window) (p u : index) : index :=
  zip_with Z.sub (zip_with Z.add (zip_with Z.mul p (strides w)) (zip_with Z.mul u (dilations w))) (before w).
(** whether lo <= p < hi along each axis *)
Definition within (lo hi p : list Z) : bool :=
  forallb (fun q : (Z * Z) * Z => let '((b, e), k) := q in (b <=? k) && (k <? e)) (combine (combine lo hi) p).
(** where the cells of the window at [p] lie that are not in the padding *)
Definition real_cells (w : window) (dims p : list Z) : list index :=
  filter (within (map (fun _ => 0) dims) dims) (map (cell w p) (indices (kernel w))).

(** ** Arithmetic *)

Section Arithmetic.
Context {S : Type} {SS : scalar S}.

Definition literals (t : tensor dyadic) : tensor S := tensor_map literal t.
Definition sub (a b : S) : S := add a (opp b).

Definition pointwise (f : S -> S -> S) (X Y : tensor S) : option (tensor S) :=
  let x := entry zero X in let y := entry zero Y in
  do s <- broadcast (shape X) (shape Y);
  tabulate s (fun i => f (x (unstretch (shape X) i)) (y (unstretch (shape Y) i))).

(** by numbers of the model, none of them 0 *)
Definition divide (X : tensor S) (D : tensor dyadic) : option (tensor S) :=
  when (forallb (fun a => negb (is_zero a)) (data D)) (pointwise div X (literals D)).

(** NumPy's [matmul]: stacks of matrices are broadcast; a vector stands for one row, or one column. *)
Definition matmul (X Y : tensor S) : option (tensor S) :=
  let vx := rank (shape X) =? 1 in let vy := rank (shape Y) =? 1 in
  let sx := if vx then 1 :: shape X else shape X in
  let sy := if vy then shape Y ++ [1] else shape Y in
  let nx := (length sx - 2)%nat in let ny := (length sy - 2)%nat in
  let x := entry zero (Tensor sx (data X)) in let y := entry zero (Tensor sy (data Y)) in
  match skipn nx sx, skipn ny sy with
  | [m; k], [k'; n] =>
    do stack <- broadcast (firstn nx sx) (firstn ny sy);
    let inner := range k in
    do Z <- when (k =? k') (tabulate (stack ++ [m; n]) (fun i =>
      let b := firstn (length stack) i in
      let bx := unstretch (firstn nx sx) b in let by_ := unstretch (firstn ny sy) b in
      match skipn (length stack) i with
      | [r; c] => sum inner (fun p => mul (x (bx ++ [r; p])) (y (by_ ++ [p; c])))
      | _ => zero
      end));
    reshape_to (stack ++ (if vx then [] else [m]) ++ (if vy then [] else [n])) Z
  | _, _ => None
  end.

(** alpha · A · B + beta · C, with A or B transposed first where asked; C is stretched. *)
Definition gemm (ta tb : bool) (alpha beta : dyadic) (A B : tensor S) (C : option (tensor S)) : option (tensor S) :=
  let a := entry zero A in let b := entry zero B in
  match shape A, shape B with
  | [a0; a1], [b0; b1] =>
    let (m, k) := if ta then (a1, a0) else (a0, a1) in
    let (k', n) := if tb then (b1, b0) else (b0, b1) in
    let inner := range k in
    let product i j := mul (literal alpha) (sum inner (fun p => mul (a (if ta then [p; i] else [i; p])) (b (if tb then [j; p] else [p; j])))) in
    when (k =? k')
      match C with
      | None => tabulate [m; n] (fun i => match i with [r; c] => product r c | _ => zero end)
      | Some C =>
        let c := entry zero C in
        do s <- broadcast (shape C) [m; n];
        when (equal_lists s [m; n])
          (tabulate [m; n] (fun i => match i with [r; q] => add (product r q) (mul (literal beta) (c (unstretch (shape C) i))) | _ => zero end))
      end
  | _, _ => None
  end.

Definition conv (l : attributes) (X W : tensor S) (B : option (tensor S)) : option (tensor S) :=
  match shape X, shape W with
  | n :: c :: dims, m :: cg :: ks =>
    do g <- int_attr l "group" 1;
    do declared <- ints_attr l "kernel_shape" ks;
    do w <- window_of false l dims ks;
    let x := entry zero X in let k := entry zero W in
    let taps := indices (cg :: ks) in
    let per_group := m / g in
    let product i := match i with
      | b :: o :: p => sum taps (fun t => match t with
          | q :: u => mul (k (o :: t)) (x (b :: (o / per_group) * cg + q :: cell w p u))
          | [] => zero end)
      | _ => zero end in
    when ((0 <? g) && (m =? per_group * g) && (c =? cg * g) && equal_lists declared ks && negb (rank dims =? 0))
      match B with
      | None => tabulate (n :: m :: extents w) product
      | Some B => let bias := entry zero B in
        when (equal_lists (shape B) [m]) (tabulate (n :: m :: extents w) (fun i => add (product i) (bias (firstn 1 (skipn 1 i)))))
      end
  | _, _ => None
  end.

(** The mean over each window; cells in the padding count only with [count_include_pad], cells beyond it never. *)
Definition average_pool (l : attributes) (X : tensor S) : option (tensor S) :=
  match shape X with
  | n :: c :: dims =>
    do ks <- ints_attr l "kernel_shape" [];
    do up <- int_attr l "ceil_mode" 0;
    do all <- int_attr l "count_include_pad" 0;
    do w <- window_of (up =? 1) l dims ks;
    let x := entry zero X in
    let counted p := if all =? 1 then filter (within (map Z.opp (before w)) (zip_with Z.add dims (after w))) (map (cell w p) (indices ks)) else real_cells w dims p in
    when (((up =? 0) || (up =? 1)) && ((all =? 0) || (all =? 1)) && negb (rank dims =? 0)
        && forallb (fun p => negb (Nat.eqb (length (counted p)) 0)) (indices (extents w)))
      (tabulate (n :: c :: extents w) (fun i => match i with
        | b :: o :: p => div (sum (real_cells w dims p) (fun q => x (b :: o :: q))) (number_of (inject_Z (Z.of_nat (length (counted p)))))
        | _ => zero end))
  | _ => None
  end.

(** Entries along axes: [mark] tells for each axis whether it is one of these. *)
Fixpoint interleave (mark : list bool) (kept summed : index) : index :=
  match mark, kept, summed with
  | true :: mark, kept, a :: summed => a :: interleave mark kept summed
  | false :: mark, a :: kept, summed => a :: interleave mark kept summed
  | _, _, _ => []
  end.
(** a function of all the entries along some axes, of which there is at least one, or which may be [empty] *)
Definition reduce_by {B} (empty : bool) (f : list S -> B) (keep : bool) (axes : list Z) (X : tensor S) : option (tensor B) :=
  let s := shape X in
  do l <- axes_of (rank s) axes;
  let mark := map (fun a => member a l) (range (rank s)) in
  let pick b := map snd (filter (fun p => Bool.eqb (fst p) b) (combine mark s)) in
  let x := entry zero X in
  let inner := indices (pick true) in
  do Y <- when (empty || (0 <? size (pick true))) (tabulate (pick false) (fun i => f (map (fun q => x (interleave mark i q)) inner)));
  reshape_to (if keep then zip_with (fun (b : bool) m => if b then 1 else m) mark s else pick false) Y.
(** their sum, which may be that of none, or their mean *)
Definition total (entries : list S) : S := sum entries (fun a => a).
Definition average (entries : list S) : S := div (total entries) (number_of (inject_Z (Z.of_nat (length entries)))).
Definition reduce (mean : bool) : bool -> list Z -> tensor S -> option (tensor S) := reduce_by (negb mean) (if mean then average else total).

(** The mean over all but the first two axes, which stay as 1. *)
Definition global_average_pool (X : tensor S) : option (tensor S) :=
  when (3 <=? rank (shape X)) (reduce true true (skipn 2 (range (rank (shape X)))) X).

(** scale · (x - mean) / √(variance + ε) + bias, by channels *)
Definition batch_normalization (eps : dyadic) (scale bias mean variance : tensor dyadic) (X : tensor S) : option (tensor S) :=
  match shape X with
  | _ :: c :: _ =>
    let x := entry zero X in
    let a := entry zero (literals scale) in let b := entry zero (literals bias) in
    let mu := entry zero (literals mean) in let v := entry zero (literals variance) in
    when (forallb (fun t => equal_lists (shape t) [c]) [scale; bias; mean; variance]
        && is_nonnegative eps && forallb (fun d => is_nonnegative d && negb (is_zero d && is_zero eps)) (data variance))
      (tabulate (shape X) (fun i =>
        let k := firstn 1 (skipn 1 i) in
        add (mul (div (a k) (root (add (v k) (literal eps)))) (sub (x i) (mu k))) (b k)))
  | _ => None
  end.

Definition leaky (alpha : dyadic) (a : S) : S := sub (relu a) (mul (literal alpha) (relu (opp a))).
End Arithmetic.

(** ** The table *)

Section Table.
Context {S : Type} {SS : scalar S}.
Notation value := (value S).

(** Operands: an optional input that is left out is [None]. *)
Definition operands := list (option value).
Definition operand (xs : operands) (k : nat) : option value := match nth_error xs k with Some o => o | None => None end.
Definition given (xs : operands) (k : nat) : bool := match operand xs k with Some _ => true | None => false end.
Definition as_reals (v : value) : option (tensor S) :=
  match v with Reals t => Some t | Literals t => Some (literals t) | _ => None end.
(** the number of the integer k *)
Definition whole (k : Z) : S := number_of (inject_Z k).
Definition as_wholes (v : value) : option (tensor S) :=
  match v with Wholes _ t => Some t | Integers t => Some (tensor_map whole t) | _ => None end.
(** what an output of a network, or an operand that may be of floats or integers, stands for *)
Definition as_numbers (v : value) : option (tensor S) := match v with Wholes _ t => Some t | _ => as_reals v end.
Definition as_literals (v : value) : option (tensor dyadic) := match v with Literals t => Some t | _ => None end.
Definition as_integers (v : value) : option (list Z) :=
  match v with Integers t => when (rank (shape t) <=? 1) (Some (data t)) | _ => None end.

Definition reals (xs : operands) (k : nat) : option (tensor S) := do v <- operand xs k; as_reals v.
Definition numbers (xs : operands) (k : nat) : option (tensor dyadic) := do v <- operand xs k; as_literals v.
Definition integers (xs : operands) (k : nat) : option (list Z) := do v <- operand xs k; as_integers v.
(** an operand that may be left out *)
Definition reals_if (xs : operands) (k : nat) : option (option (tensor S)) :=
  match operand xs k with None => Some None | Some v => do t <- as_reals v; Some (Some t) end.
Definition integers_if (xs : operands) (k : nat) : option (option (list Z)) :=
  match operand xs k with None => Some None | Some v => do t <- as_integers v; Some (Some t) end.
(** integers that stand in an operand, or in an attribute of older operator sets *)
Definition integers_or_attr (xs : operands) (k : nat) (l : attributes) (n : bytes) : option (option (list Z)) :=
  do o <- integers_if xs k;
  match o, attr l n with
  | Some a, None => Some (Some a)
  | None, Some (AInts a) => Some (Some a)
  | None, None => Some None
  | _, _ => None
  end.

Definition one_real (o : option (tensor S)) : option (list value) := do t <- o; Some [Reals t].
(** Data movement keeps the kind of a value. *)
Definition move (f : forall A, A -> tensor A -> option (tensor A)) (v : value) : option (list value) :=
  match v with
  | Reals t => do t <- f S zero t; Some [Reals t]
  | Literals t => do t <- f dyadic zero_dyadic t; Some [Literals t]
  | Integers t => do t <- f Z 0 t; Some [Integers t]
  | Wholes n t => do t <- f S zero t; Some [Wholes n t]
  | Truncated t => do t <- f S zero t; Some [Truncated t]
  end.
Definition moves (f : forall A, A -> tensor A -> option (list (tensor A))) (v : value) : option (list value) :=
  match v with
  | Reals t => do l <- f S zero t; Some (map Reals l)
  | Literals t => do l <- f dyadic zero_dyadic t; Some (map Literals l)
  | Integers t => do l <- f Z 0 t; Some (map Integers l)
  | Wholes n t => do l <- f S zero t; Some (map (Wholes n) l)
  | Truncated t => do l <- f S zero t; Some (map Truncated l)
  end.
(** operands of one kind; literals among reals become reals, and integers of the model among others whole numbers *)
Definition op_concat (axis : Z) (vs : list value) : option (list value) :=
  match map_all (fun v => match v with Integers t => Some t | _ => None end) vs with
  | Some ts => do t <- concat 0 axis ts; Some [Integers t]
  | None =>
    match map_all as_literals vs with
    | Some ts => do t <- concat zero_dyadic axis ts; Some [Literals t]
    | None =>
      match map_all as_wholes vs with
      | Some ts => do t <- concat zero axis ts; Some [Wholes None t]
      | None => do ts <- map_all as_reals vs; one_real (concat zero axis ts)
      end
    end
  end.

Definition flag (l : attributes) (n : bytes) (d : Z) : option bool :=
  do a <- int_attr l n d; when ((a =? 0) || (a =? 1)) (Some (a =? 1)).

Definition op_reduce (mean : bool) (l : attributes) (xs : operands) : option (list value) :=
  do X <- reals xs 0; do axes <- integers_or_attr xs 1 l "axes"; do keep <- flag l "keepdims" 1; do noop <- flag l "noop_with_empty_axes" 0;
  let all := match axes with None | Some [] => true | _ => false end in
  one_real (if all && noop then Some X
            else reduce mean keep (match axes with Some ((_ :: _) as a) => a | _ => range (rank (shape X)) end) X).

(** [Pad] with mode "constant".  The axes may be named; the constant is a number of the model. *)
Definition op_pad (l : attributes) (xs : operands) : option (list value) :=
  do v <- operand xs 0;
  do mode <- text_attr l "mode" "constant";
  do pads <- integers_or_attr xs 1 l "pads"; do pads <- pads;
  do d <- match operand xs 2 with
          | None => float_attr l "value" zero_dyadic
          | Some v => do t <- as_literals v; match data t with [d] => Some d | _ => None end
          end;
  do axes <- integers_if xs 3;
  let go {A} (d : A) (X : tensor A) :=
    let r := rank (shape X) in
    do axes <- match axes with Some a => axes_of r a | None => Some (range r) end;
    let n := length axes in
    let side part := map (fun j => match find (fun p => fst p =? j) (combine axes part) with Some p => snd p | None => 0 end) (range r) in
    when (Nat.eqb (length pads) (2 * n)) (pad d (side (firstn n pads)) (side (skipn n pads)) X) in
  when (same mode "constant")
    match v with
    | Reals X => one_real (go (literal d) X)
    | Literals X => do Y <- go d X; Some [Literals Y]
    | _ => None
    end.

(** [Cast] between the types FLOAT = 1 and DOUBLE = 11: real numbers stay what they are; so do whole numbers.  To INT64 = 7, real numbers lose their fractions.  Numbers of the
    model, and its integers, are cast where they are numbers of the new type, as those of at most 24 bits and with an exponent of binary32 are of FLOAT. *)
Definition short (d : dyadic) : bool :=
  let fits m e := (m <? 16777216)%uint63 && (925 <=? e)%uint63 && (e <=? 1178)%uint63 in
  let high := (man d >> 29)%uint63 in
  is_zero d || fits (man d) (ex d) || (high << 29 =? man d)%uint63 && fits high (ex d + 29)%uint63.
Definition dyadic_of_integer (k : Z) : dyadic := Dyadic (k <? 0) (of_Z (Z.abs k)) 1074.
Definition op_cast (l : attributes) (xs : operands) : option (list value) :=
  do v <- operand xs 0;
  match attr l "to", v with
  | Some (AInt to), Reals X => if to =? 7 then Some [Truncated X] else when (member to [1; 11]) (Some [Reals X])
  | Some (AInt to), Wholes n X => if to =? 7 then Some [Wholes n X] else when (member to [1; 11]) (Some [Reals X])
  | Some (AInt to), Truncated X => when (to =? 7) (Some [Truncated X])
  | Some (AInt to), Literals X => when ((to =? 11) || (to =? 1) && forallb short (data X)) (Some [Literals X])
  | Some (AInt to), Integers X =>
    if to =? 7 then Some [Integers X]
    else when (member to [1; 11] && forallb (fun k => Z.abs k <? 16777216) (data X)) (Some [Literals (tensor_map dyadic_of_integer X)])
  | _, _ => None
  end.

(** lengths of the parts: given, or as equal as can be, the last one shorter *)
Definition op_split (outs : Z) (l : attributes) (xs : operands) : option (list value) :=
  do v <- operand xs 0; do axis <- int_attr l "axis" 0; do given <- integers_or_attr xs 1 l "split";
  do n <- int_attr l "num_outputs" outs;
  let go {A} (d : A) (X : tensor A) :=
    do a <- axis_of (rank (shape X)) axis;
    let m := nth_or 0 (shape X) a in
    let part := (m + n - 1) / n in
    match given with
    | Some g => when (rank g =? outs) (split d axis g X)
    | None => when ((0 <? n) && (n =? outs) && (0 <=? m - part * (n - 1)))
        (split d axis (map (fun _ => part) (range (n - 1)) ++ [m - part * (n - 1)]) X)
    end in
  moves (fun A d X => go d X) v.

Definition vector {A} (l : list A) : tensor A := Tensor [Z.of_nat (length l)] l.
Definition op_constant (l : attributes) : option (list value) :=
  match l with
  | [(n, a)] =>
    match a with
    | ATensor c => when (same n "value") (Some [constant_value c])
    | AFloat d => when (same n "value_float") (Some [Literals (Tensor [] [d])])
    | AFloats d => when (same n "value_floats") (Some [Literals (vector d)])
    | AInt k => when (same n "value_int") (Some [Integers (Tensor [] [k])])
    | AInts k => when (same n "value_ints") (Some [Integers (vector k)])
    | AText _ | ATexts _ | ANoNumber => None
    end
  | _ => None
  end.

(** [operator name l outs xs]: the results of an operator with attributes [l] and [outs] outputs on the operands [xs]. *)
Definition operator (name : bytes) (l : attributes) (outs : Z) (xs : operands) : option (list value) :=
  let is n := same name n in
  let count a b := Nat.leb a (length xs) && Nat.leb (length xs) b in
  let fits names a b f := when (only names l && count a b) f in
  let window_attrs := ["strides"; "dilations"; "pads"; "auto_pad"; "kernel_shape"] in
  if is "Add" then fits [] 2%nat 2%nat (do X <- reals xs 0; do Y <- reals xs 1; one_real (pointwise add X Y))
  else if is "Sub" then fits [] 2%nat 2%nat (do X <- reals xs 0; do Y <- reals xs 1; one_real (pointwise sub X Y))
  else if is "Mul" then fits [] 2%nat 2%nat (do X <- reals xs 0; do Y <- reals xs 1; one_real (pointwise mul X Y))
  else if is "Div" then fits [] 2%nat 2%nat (do X <- reals xs 0; do Y <- numbers xs 1; one_real (divide X Y))
  else if is "Neg" then fits [] 1%nat 1%nat (do X <- reals xs 0; one_real (Some (tensor_map opp X)))
  else if is "Relu" then fits [] 1%nat 1%nat (do X <- reals xs 0; one_real (Some (tensor_map relu X)))
  else if is "LeakyRelu" then fits ["alpha"] 1%nat 1%nat
    (do X <- reals xs 0; do a <- float_attr l "alpha" (Dyadic false 10737418 1044); one_real (Some (tensor_map (leaky a) X)))
  else if is "MatMul" then fits [] 2%nat 2%nat (do X <- reals xs 0; do Y <- reals xs 1; one_real (matmul X Y))
  else if is "Gemm" then fits ["transA"; "transB"; "alpha"; "beta"] 2%nat 3%nat
    (do A <- reals xs 0; do B <- reals xs 1; do C <- reals_if xs 2;
     do ta <- flag l "transA" 0; do tb <- flag l "transB" 0;
     do a <- float_attr l "alpha" one_dyadic; do b <- float_attr l "beta" one_dyadic; one_real (gemm ta tb a b A B C))
  else if is "Conv" then fits ("group" :: window_attrs) 2%nat 3%nat
    (do X <- reals xs 0; do W <- reals xs 1; do B <- reals_if xs 2; one_real (conv l X W B))
  else if is "AveragePool" then fits ("ceil_mode" :: "count_include_pad" :: window_attrs) 1%nat 1%nat
    (do X <- reals xs 0; one_real (average_pool l X))
  else if is "GlobalAveragePool" then fits [] 1%nat 1%nat (do X <- reals xs 0; one_real (global_average_pool X))
  else if is "BatchNormalization" then fits ["epsilon"; "momentum"; "spatial"; "training_mode"] 5%nat 5%nat
    (do X <- reals xs 0; do a <- numbers xs 1; do b <- numbers xs 2; do m <- numbers xs 3; do v <- numbers xs 4;
     do eps <- float_attr l "epsilon" (Dyadic false 10995116 1034);
     do spatial <- flag l "spatial" 1; do training <- flag l "training_mode" 0;
     when (spatial && negb training && (outs =? 1)) (one_real (batch_normalization eps a b m v X)))
  else if is "ReduceSum" then fits ["axes"; "keepdims"; "noop_with_empty_axes"] 1%nat 2%nat (op_reduce false l xs)
  else if is "ReduceMean" then fits ["axes"; "keepdims"; "noop_with_empty_axes"] 1%nat 2%nat (op_reduce true l xs)
  else if is "Identity" then fits [] 1%nat 1%nat (do v <- operand xs 0; Some [v])
  else if is "Dropout" then fits ["ratio"; "seed"] 1%nat 2%nat (do v <- operand xs 0; Some [v])   (* inference: the identity *)
  else if is "Cast" then fits ["to"; "saturate"] 1%nat 1%nat (op_cast l xs)
  else if is "Constant" then when (Nat.eqb (length xs) 0) (op_constant l)
  else if is "Reshape" then fits ["allowzero"] 2%nat 2%nat
    (do v <- operand xs 0; do s <- integers xs 1; do z <- flag l "allowzero" 0; move (fun _ _ => reshape z s) v)
  else if is "Flatten" then fits ["axis"] 1%nat 1%nat (do v <- operand xs 0; do a <- int_attr l "axis" 1; move (fun _ _ => flatten a) v)
  else if is "Transpose" then fits ["perm"] 1%nat 1%nat
    (do v <- operand xs 0;
     do p <- match attr l "perm" with None => Some None | Some (AInts p) => Some (Some p) | _ => None end;
     move (fun _ d => transpose d p) v)
  else if is "Squeeze" then fits ["axes"] 1%nat 2%nat
    (do v <- operand xs 0; do a <- integers_or_attr xs 1 l "axes"; move (fun _ _ => squeeze a) v)
  else if is "Unsqueeze" then fits ["axes"] 1%nat 2%nat
    (do v <- operand xs 0; do a <- integers_or_attr xs 1 l "axes"; do a <- a; move (fun _ _ => unsqueeze a) v)
  else if is "Concat" then when (only ["axis"] l)
    (do vs <- map_all (fun o => o) xs; do a <- match attr l "axis" with Some (AInt a) => Some a | _ => None end; op_concat a vs)
  else if is "Slice" then fits ["starts"; "ends"; "axes"] 1%nat 5%nat
    (do v <- operand xs 0; do a <- integers_or_attr xs 1 l "starts"; do a <- a; do b <- integers_or_attr xs 2 l "ends"; do b <- b;
     do axes <- integers_or_attr xs 3 l "axes"; do steps <- integers_if xs 4; move (fun _ d => slice d a b axes steps) v)
  else if is "Gather" then fits ["axis"] 2%nat 2%nat
    (do v <- operand xs 0; do a <- int_attr l "axis" 0;
     match operand xs 1 with Some (Integers k) => move (fun _ d => gather d a k) v | _ => None end)
  else if is "Split" then fits ["axis"; "split"; "num_outputs"] 1%nat 2%nat (op_split outs l xs)
  else if is "Pad" then fits ["mode"; "pads"; "value"] 1%nat 4%nat (op_pad l xs)
  else None.
End Table.
