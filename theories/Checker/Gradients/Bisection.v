(** * Boxes of inputs, bisected

    What holds in each of some boxes that cover a box holds in it.  Boxes are intervals for a program's inputs; a certificate says how they are halved.

    Main definitions: [covered], [cover] (the search for such a certificate), [in_box].
    Main results: [covered_correct].

    Trust: proved.
    Source: R. Moore, R. Kearfott, M. Cloud, Introduction to Interval Analysis, 2009, chapter 6 (subdivision). *)
From Coq Require Import Uint63 Floats ZArith Reals List Bool FMapPositive Lra.
From Warrant Require Import Spec.Bytes Primitives.FloatBounds Checker.Intervals.
Import ListNotations.
Local Open Scope positive_scope.

Notation box := (PositiveMap.t interval).
Definition middle (e : interval) : float := (fst e + 0.5 * (snd e - fst e))%float.

Section Cover.
Variable test : box -> bool.
(** Choices in preorder: 0 where the box passes, else the number of the input whose interval is halved; those that are left over *)
Fixpoint covered (depth : nat) (B : box) (choices : list int) : option (list int) :=
  match depth, choices with
  | S depth, k :: rest =>
    if (k =? 0)%uint63 then when (test B) (Some rest)
    else
      let i := Z.to_pos (to_Z k) in
      match PositiveMap.find i B with
      | Some e =>
        let m := middle e in
        if fin m then do rest <- covered depth (PositiveMap.add i (fst e, m) B) rest; covered depth (PositiveMap.add i (m, snd e) B) rest else None
      | None => None
      end
  | _, _ => None
  end.

(** For the search: such choices (the last first), or a box that does not pass; what is halved is the interval whose halves leave the least to be enclosed, by [size_in].
    [budget]: how many boxes may be looked at *)
Variable size_in : box -> float.
Definition best_split (B : box) (inputs : list positive) : option (positive * interval) :=
  option_map fst (fold_left (fun found i =>
    match PositiveMap.find i B with
    | Some e =>
      let m := middle e in
      let worst := fmax (size_in (PositiveMap.add i (fst e, m) B)) (size_in (PositiveMap.add i (m, snd e) B)) in
      if fin m && (fst e <? m)%float && fin worst then
        match found with
        | Some (_, other) => if (worst <? other)%float then Some ((i, e), worst) else found
        | None => Some ((i, e), worst)
        end
      else found
    | None => found
    end) inputs None).
Definition width (e : interval) : float := (snd e - fst e)%float.
Definition widest (B : box) (inputs : list positive) : option (positive * interval) :=
  fold_left (fun found i =>
    match PositiveMap.find i B, found with
    | Some e, Some (_, f) => if (width f <? width e)%float then Some (i, e) else found
    | Some e, None => if fin (middle e) then Some (i, e) else None
    | None, _ => found
    end) inputs None.
Fixpoint cover (depth : nat) (inputs : list positive) (B : box) (budget : int) (choices : list int) : (int * list int) + box :=
  match depth with
  | O => inr B
  | S depth =>
    if (budget =? 0)%uint63 then inr B
    else if test B then inl (budget - 1, 0 :: choices)%uint63
    else
      match match best_split B inputs with Some s => Some s | None => widest B inputs end with
      | Some (i, e) =>
        let m := middle e in
        if fin m then
          match cover depth inputs (PositiveMap.add i (fst e, m) B) (budget - 1)%uint63 (of_Z (Zpos i) :: choices) with
          | inl (budget, choices) => cover depth inputs (PositiveMap.add i (m, snd e) B) budget choices
          | open => open
          end
        else inr B
      | None => inr B
      end
  end.
End Cover.

(** ** Soundness *)

Section Sound.
Variable v : positive -> R.
Definition in_box (B : box) : Prop := forall i e, PositiveMap.find i B = Some e -> encloses e (v i).
Lemma in_half B i e : in_box B -> encloses e (v i) -> in_box (PositiveMap.add i e B).
Proof.
  intros ib ee j f. destruct (Pos.eq_dec j i) as [->|other]; [rewrite PositiveMap.gss|rewrite PositiveMap.gso by exact other; apply ib]. intro G. now injection G as <-.
Qed.
Theorem covered_correct test (P : Prop) : (forall B, in_box B -> test B = true -> P) ->
  forall depth B choices rest, in_box B -> covered test depth B choices = Some rest -> P.
Proof.
  intro passes. induction depth as [|depth IH]; intros B choices rest ib; cbn [covered]; [discriminate|]. destruct choices as [|k choices]; [discriminate|].
  destruct (k =? 0)%uint63.
  - destruct (test B) eqn:ok; [|discriminate]. intros _. exact (passes B ib ok).
  - destruct (PositiveMap.find (Z.to_pos (to_Z k)) B) as [e|] eqn:found; [|discriminate]. destruct (fin (middle e)) eqn:finite; [|discriminate].
    destruct (covered test depth _ choices) as [rest1|] eqn:low; [|discriminate]. intro high. assert (ee := ib _ _ found).
    destruct (Rle_dec (v (Z.to_pos (to_Z k))) (toR (middle e))) as [le|gt].
    + apply (IH _ _ _ (in_half B _ (fst e, middle e) ib (conj (proj1 ee) (UB_fin _ _ finite le))) low).
    + apply (IH _ _ _ (in_half B _ (middle e, snd e) ib (conj (LB_fin _ _ finite (Rlt_le _ _ (Rnot_le_lt _ _ gt))) (proj2 ee))) high).
Qed.
End Sound.
