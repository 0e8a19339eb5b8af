(** * Forms

    Scalars that remember how a real depends on numbered values: a constant (an interval), one value, or an affine form with a bound of its error.  Evaluating
    a network on them, instead of on reals, expresses each entry of its tensors by the values made so far.

    Weights are never rounded where they only meet values.  Where an operator makes new ones (batch normalisation, means), a form keeps what rounding
    costs in two parts: an absolute error, and one relative to the magnitude of the values.

    Main definitions: [form], [form_scalar].

    Trust: proved (Forms_sound.v). *)
From Coq Require Import Floats List Bool Uint63 ZArith QArith.
From Warrant Require Import Spec.Bytes Spec.Tensor Primitives.FloatBounds Checker.Blocks Checker.Intervals.
Import ListNotations.

(** [Affine v b e s]: within e + s·M of b + v·y, where M bounds the magnitude of the values; [Opaque]: nothing is known. *)
Inductive form := Constant (i : interval) | Value (i : int) | Affine (v : vec) (b e s : float) | Opaque.

(** ** Rounding, upwards; zeros stay exact *)
Definition plus_up (a b : float) : float := if zero a then b else if zero b then a else up (a + b)%float.
Definition times_up (a b : float) : float := if zero a && fin b then 0%float else if zero b && fin a then 0%float else up (a * b)%float.
(** a bound of |r - c| for r in [l, h]; nothing if c is not finite *)
Definition distance (l h c : float) : float :=
  if fin c then if ((h <=? c) && (c <=? l))%float then 0%float else fmax (up (h + - c)) (up (c + - l)) else nan.
(** the float nearest to the middle of a constant, and its distance at most *)
Definition center (i : interval) : float * float :=
  let (l, h) := ends i in
  let c := if (h <=? l)%float then l else ((l + h) * 0.5)%float in (c, distance l h c).
Definition plus_near (a b : float) : float * float :=
  if zero a && fin b then (b, 0%float) else if zero b && fin a then (a, 0%float)
  else let c := (a + b)%float in (c, if zero c then 0%float else distance (dn c) (up c) c).   (* a sum that is 0 was not rounded *)
Definition times_near (a b : float) : float * float := let c := (a * b)%float in (c, distance (dn c) (up c) c).

(** ** Weights *)
(** in front of weights that are sorted by their values; what touches becomes one segment, nothing is added up *)
Fixpoint insert (s : seg) (v : vec) : vec :=
  match v with
  | [] => [s]
  | t :: v' =>
    if (se s =? so t)%uint63 then Seg (so s) (se t) (sw s ++ sw t) :: v'
    else if (so s <=? so t)%uint63 then s :: v
    else t :: insert s v'
  end.
Definition add_vec (v w : vec) : vec := fold_right insert w v.
(** the weights times [c], and a bound of the sum of what rounding changes *)
Fixpoint scale_weights (c : float) (w : list float) (e : float) : list float * float :=
  match w with
  | [] => ([], e)
  | a :: w => let (p, d) := times_near c a in let (r, e) := scale_weights c w (plus_up e d) in (p :: r, e)
  end.
Fixpoint scale_vec (c : float) (v : vec) (e : float) : vec * float :=
  match v with
  | [] => ([], e)
  | s :: v => let (w, e) := scale_weights c (sw s) e in let (r, e) := scale_vec c v e in (Seg (so s) (se s) w :: r, e)
  end.
(** weights added up, and a bound of the sum of what rounding changes *)
Fixpoint sum_near (a b : list float) (e : float) : list float * float :=
  match a, b with
  | [], _ => (b, e)
  | _, [] => (a, e)
  | p :: a, q :: b => let (c, d) := plus_near p q in let (r, e) := sum_near a b (plus_up e d) in (c :: r, e)
  end.
(** the weights [a] from value [o] on plus [b] from [t] on, if [t] is one of the values of [a] *)
Fixpoint overlay (o t : int) (a b : list float) (e : float) : option (list float * float) :=
  match a with
  | [] => None
  | p :: a' => if (o =? t)%uint63 then Some (sum_near a b e) else do (r, e) <- overlay (o + 1)%uint63 t a' b e; Some (p :: r, e)
  end.
(** Segments that overlap become one: passes want the segments of a row one after the other, and what cancels has to do so before it is bounded. *)
Fixpoint merge_into (s : seg) (w : vec) (e : float) : vec * float :=
  match w with
  | [] => ([s], e)
  | t :: w' =>
    match overlay (so s) (so t) (sw s) (sw t) e with
    | Some (x, e) => merge_into (Seg (so s) (after (so s) x) x) w' e
    | None => (s :: w, e)
    end
  end.
Fixpoint merge_near (v : vec) (e : float) : vec * float :=
  match v with
  | [] => ([], e)
  | s :: v => let (w, e) := merge_near v e in merge_into s w e
  end.
(** [a] plus the magnitudes of the weights *)
Fixpoint sum_up (w : list float) (a : float) : float :=
  match w with [] => a | c :: w => sum_up w (plus_up a (abs c)) end.
Definition norm_up (v : vec) : float := fold_left (fun a s => sum_up (sw s) a) v 0%float.

(** ** Arithmetic *)
Record affine := { weights : vec; bias : float; error : float; relative : float }.
Definition to_affine (f : form) : option affine :=
  match f with
  | Constant i => let (c, d) := center i in Some {| weights := []; bias := c; error := d; relative := 0 |}
  | Value i => Some {| weights := [unit_seg i 1]; bias := 0; error := 0; relative := 0 |}
  | Affine v b e s => Some {| weights := v; bias := b; error := e; relative := s |}
  | Opaque => None
  end.
Definition form_add (f g : form) : form :=
  match f, g with
  | Constant i, Constant j => Constant (add i j)
  | _, _ =>
    match to_affine f, to_affine g with
    | Some a, Some b =>
      let (c, d) := plus_near (bias a) (bias b) in
      Affine (add_vec (weights a) (weights b)) c (plus_up d (plus_up (error a) (error b))) (plus_up (relative a) (relative b))
    | _, _ => Opaque
    end
  end.
Definition form_opp (f : form) : form :=
  match f with
  | Constant i => Constant (opp i)
  | Value i => Affine [unit_seg i (-1)] 0 0 0
  | Affine v b e s => Affine (opposite v) (- b)%float e s
  | Opaque => Opaque
  end.
Definition scale_affine (c d : float) (v : vec) (b e s : float) : form :=
  if ((c <=? 1) && (1 <=? c) && zero d)%float then Affine v b e s
  else
    let (v', changed) := scale_vec c v 0 in
    let (b', d') := times_near c b in
    Affine v' b' (plus_up d' (plus_up (times_up (abs c) e) (times_up d (plus_up (abs b) e))))
      (plus_up changed (plus_up (times_up (abs c) s) (times_up d (plus_up (norm_up v) s)))).
Definition form_scale (i : interval) (f : form) : form :=
  match f with
  | Constant j => Constant (mul i j)
  | Value k => let (c, d) := center i in if fin c && fin d then Affine [unit_seg k c] 0 0 d else Opaque
  | Affine v b e s => let (c, d) := center i in if fin c && fin d then scale_affine c d v b e s else Opaque
  | Opaque => Opaque
  end.
Definition form_mul (f g : form) : form :=
  match f, g with
  | Constant i, _ => form_scale i g
  | _, Constant j => form_scale j f
  | _, _ => Opaque
  end.
Definition form_div (f g : form) : form :=
  match g with
  | Constant j => match f with Constant i => Constant (div i j) | _ => form_scale (div (number_of 1%Q) j) f end
  | _ => Opaque
  end.
Definition on_constant (op : interval -> interval) (f : form) : form := match f with Constant i => Constant (op i) | _ => Opaque end.

(** a choice between two forms, where constants decide it *)
Definition form_choose (strict : bool) (f g a b : form) : form :=
  match f, g with
  | Constant i, Constant j => decide (fun _ _ => Opaque) (compare_intervals strict i j) a b
  | _, _ => Opaque
  end.

#[export] Instance form_scalar : scalar form := {|
  Tensor.zero := Constant Tensor.zero;
  literal d := Constant (literal d);
  number_of q := Constant (number_of q);
  add := form_add;
  opp := form_opp;
  mul := form_mul;
  div := form_div;
  root := on_constant root;
  relu := on_constant relu;
  choose := form_choose |}.
