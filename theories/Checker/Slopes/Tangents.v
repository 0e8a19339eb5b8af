(** * Tangents: a network and its derivative in a direction

    A twin (Twins.v) is here a value along a segment of inputs, and the rate at which it changes.  Dense layers multiply rates by their weights; where a rectifier is
    applied, three blocks are made: its arguments, the rectified values, and their rates (a Tangent), each of which is the rate of the argument or 0.

    Main definitions: [bend], [lower_tangents].

    Trust: proved, in Tangents_sound.v.
    Source: docs/slopes.md; forward mode of automatic differentiation. *)
From Coq Require Import List Bool Uint63.
From Warrant Require Import Spec.Bytes Spec.Onnx Spec.Network.
From Warrant Require Import Checker.Blocks Checker.Forms Checker.Lowering Checker.Twins.
Import ListNotations.

#[local] Existing Instance tangent_scalar.

Definition bend (l : list twin) (p : program) : option (list twin * program) :=
  do (a, q) <- materialise Id (map fst l) p;
  do (r, e) <- materialise Relu a q;
  do (d, e') <- materialise (Tangent (next q - next e) (next p - next e)) (map snd l) e;
  Some (combine r d, e').

(** a network with [n] inputs: from a direction and a point to the derivatives of the outputs *)
Definition lower_tangents (m : model) (n : nat) (z : list form) (p : program) : option (list form * program) :=
  do e <- initial m (combine (skipn n z) (firstn n z));
  do (Y, p) <- lower_twin bend m e p;
  when (Nat.eqb (length z) (n + n)) (Some (map snd Y, p)).
