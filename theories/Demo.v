(** * Demo: the smallest network

    To read first, in five minutes.  A network of one rectifier, y = max(0, x), as the bytes of an ONNX file; a claim that holds and one that does not; and for each
    the theorem, from statement to [Qed].  For real files the three strings are the files' bytes, and everything else stays the same.

    Main results: [never_below], [reaches_half].

    Trust: proved (an example; nothing depends on it). *)
From Coq Require Import PString Uint63 List.
From Warrant Require Import Main.
Import ListNotations.
Local Open Scope uint63_scope.

Definition bytes_of (l : list int) : bytes := fold_right (fun b s => PrimString.cat (PrimString.make 1 b) s) ""%pstring l.

(** ** The model: an ONNX file of 44 bytes *)
Definition model_file : bytes := bytes_of
  [ 8; 8;                                  (* ModelProto.ir_version = 8 *)
    66; 2;                                 (* opset_import, 2 bytes: *)
      16; 13;                              (*   version = 13 *)
    58; 36;                                (* graph, 36 bytes: *)
      10; 12;                              (*   node, 12 bytes: *)
        10; 1; 120;                        (*     input  "x" *)
        18; 1; 121;                        (*     output "y" *)
        34; 4; 82; 101; 108; 117;          (*     op_type "Relu" *)
      90; 15;                              (*   input, 15 bytes: *)
        10; 1; 120;                        (*     name "x" *)
        18; 10; 10; 8;                     (*     type.tensor_type: *)
          8; 1;                            (*       elem_type = FLOAT *)
          18; 4; 10; 2; 8; 1;              (*       shape of one dimension, 1 *)
      98; 3;                               (*   output, 3 bytes: *)
        10; 1; 121 ].                      (*     name "y" *)

(** ** Two properties: each says what must {e not} happen *)
Definition below : bytes :=
"; the output is negative
(declare-const X_0 Real)
(declare-const Y_0 Real)
(assert (>= X_0 -1.0))
(assert (<= X_0 1.0))
(assert (<= Y_0 -0.001))"%pstring.

Definition above_half : bytes :=
"; the output reaches a half
(declare-const X_0 Real)
(declare-const Y_0 Real)
(assert (>= X_0 -1.0))
(assert (<= X_0 1.0))
(assert (>= Y_0 0.5))"%pstring.

(** ** Two certificates (docs/certificates.md) *)
Definition proof : bytes := bytes_of
  [ 87; 82; 78; 84; 1; 80;   (* "WRNT", version 1, 'P' *)
    16;                      (* ADVANCE: the rectifier, with bounds of its row *)
    16;                      (* ADVANCE: the row of the property, y + 0.001, which must not be <= 0 *)
    18; 0; 1;                (* CLOSE disjunct 0, with weight 1, *)
      1; 1; 0;               (*   and one slope of 4 bits, 0: from max(0, x) >= 0 * x follows y + 0.001 > 0 *)
    0 ].                     (* DONE *)
Definition witness : bytes := PrimString.cat (bytes_of [87; 82; 78; 84; 1; 82]) "0.75"%pstring.   (* "WRNT", 1, 'R', then x *)

(** ** The theorems *)

(** The claim holds: no input in [-1, 1] makes the output negative.  [Holds] speaks of the bytes above, and is defined in Spec/Claims.v. *)
Theorem never_below : Holds model_file below.
Proof. apply (proved_sound model_file below proof). vm_compute. reflexivity. Qed.

(** This claim is refuted: some input in [-1, 1] makes the output 0.5 or more. *)
Theorem reaches_half : Refuted model_file above_half.
Proof. apply (refuted_sound model_file above_half witness). vm_compute. reflexivity. Qed.

(** So there is no proof of it, whatever the certificate. *)
Corollary no_proof c : prove model_file above_half c = false.
Proof.
  destruct (prove model_file above_half c) eqn:accepted; [|reflexivity].
  destruct (not_both _ _ (proved_sound _ _ _ accepted) reaches_half).
Qed.
