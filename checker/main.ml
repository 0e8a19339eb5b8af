(* warrant-check FAMILY FILE... CERTIFICATE

   Runs the checker of a family of claims, extracted from Coq, on these files, and prints the verdict.  The table
   [families] below says which files each family takes.

   TRUSTED.  All that decides is in Warrant_checker (see Extract.v); this file reads files and prints lines.

     stdout, exactly one line     exit code
     PROVED                       0    Main.prove answered true, and Main.proved_sound says what that means;
                                       or Optimization.prove_rate did, and Optimization.rate_sound says what that means;
                                       or Optimization.prove_method did, and Optimization.method_sound says what that means;
                                       or Training.prove_training did, and Training.training_sound says what that means;
                                       or Probability.prove_accuracy did, and Probability.accuracy_sound says what that means;
                                       or Probability.prove_conformal did, and Probability.conformal_proved_sound says what that means;
                                       or Probability.prove_smoothing did, and Probability.smoothing_sound says what that means;
                                       or Probability.prove_chain did, and Probability.chain_proved_sound says what that means;
                                       or Probability.prove_posterior did, and Probability.posterior_sound says what that means;
                                       or Probability.prove_independence did, and Probability.independence_proved_sound says what that means;
                                       or Probability.prove_privacy did, and Probability.privacy_proved_sound says what that means;
                                       or Gradients.prove_gradient, .prove_gradient_at_kinks, .prove_subgradient, .prove_gradient_everywhere or .prove_gradient_within did:
                                       gradient_sound, gradient_at_kinks_sound, subgradient_sound, gradient_everywhere_sound, gradient_within_sound;
                                       or Losses.prove_loss did, and Losses.loss_sound says what that means;
                                       or Losses.prove_above did, and Losses.above_sound says what that means;
                                       or Relations.prove_relation or .prove_comparison did: relation_proved_sound, comparison_proved_sound;
                                       or Certified.prove_certified did, and Certified.certified_sound says what that means;
                                       or Slopes.prove_slopes did, and Slopes.slopes_sound says what that means;
                                       or Main.prove_reachable did, and Main.reachable_sound says what that means;
                                       or Links.prove_probabilities, .prove_linked_relation or .prove_linked_comparison did:
                                       probabilities_proved_sound, linked_relation_proved_sound, linked_comparison_proved_sound
     REFUTED                      1    Main.refute answered true, and Main.refuted_sound says what that means;
                                       or Gradients.refute_gradient did, and Gradients.gradient_refuted_sound says what that means;
                                       or Losses.refute_loss did, and Losses.loss_refuted_sound says what that means;
                                       or Losses.refute_above did, and Losses.above_refuted_sound says what that means;
                                       or Relations.refute_relation or .refute_comparison did: relation_refuted_sound, comparison_refuted_sound;
                                       or Probability.refute_chain did: chain_refuted_sound;
                                       or Probability.refute_independence did: independence_refuted_sound;
                                       or Probability.refute_conformal did: conformal_refuted_sound;
                                       or Probability.refute_privacy did: privacy_refuted_sound;
                                       or Certified.refute_certified did: certified_refuted_sound;
                                       or Slopes.refute_slopes did: slopes_refuted_sound;
                                       or Main.refute_reachable did: unreachable_sound;
                                       or Links.refute_probabilities, .refute_linked_relation or .refute_linked_comparison did:
                                       probabilities_refuted_sound, linked_relation_refuted_sound, linked_comparison_refuted_sound;
                                       or Training.refute_training or .diverge_training did: training_refuted_sound, training_diverges_sound, training_diverges_fails
     UNKNOWN: reason              3    neither
     nothing                      2    nothing was decided: stderr says why

   Where memory runs out, OCaml's runtime may abort with a signal and no line: nothing was decided either.
   A proof (P, or B: by boxes, C: by cases; T for training runs; G, K, S, E or W for gradients) and a witness (R, or D: of a run that diverges) are told apart by the sixth byte of the certificate; the checker looks at that byte again. *)

module Checker = Warrant_checker

type verdict = Proved | Refuted | Unknown of string

let complain message = try prerr_endline ("warrant-check: " ^ message) with Sys_error _ -> ()
let give_up message = complain message; exit 2

(* The bytes of a file, which have to fit into a string of Coq. *)
let read path =
  match In_channel.with_open_bin path In_channel.input_all with
  | exception Sys_error message -> give_up (path ^ " cannot be read: " ^ message)
  | contents ->
    match Pstring.of_string contents with
    | Some bytes -> bytes
    | None -> give_up (Printf.sprintf "%s has %d bytes; the checker reads at most %s" path (String.length contents)
        (Uint63.to_string Pstring.max_length))

(* Why the checker answered false: a message, not a verdict. *)
let refusal kind model property =
  if not (Checker.warrant_reads_model model) then "the model is not an ONNX file that the checker reads"
  else if not (Checker.warrant_reads_property property) then "the property is not a VNN-LIB file that the checker reads"
  else if kind = 'P' && not (Checker.warrant_compiles model property) then
    "the model and the property do not fit together, or use something that the checker does not know"
  else "the certificate was refused"

let refusal_together kind models property =
  if not (List.for_all Checker.warrant_reads_model models) then "a model is not an ONNX file that the checker reads"
  else if not (Checker.warrant_reads_relation property) then "the property is not a VNN-LIB 2.0 file that the checker reads"
  else if (kind = 'P' || kind = 'D') && not (Checker.warrant_relates models property) then
    "the models and the property do not fit together, or use something that the checker does not know"
  else "the certificate was refused"

(* A proof or a witness? *)
let kind certificate =
  let file = Pstring.to_string certificate in if String.length file > 5 then file.[5] else ' '

(* The only places where a verdict is made: one function for each family of claims. *)
let decide_network model property certificate =
  match kind certificate with
  | 'P' | 'B' | 'C' as kind -> if Checker.warrant_prove model property certificate then Proved else Unknown (refusal kind model property)
  | 'R' -> if Checker.warrant_refute model property certificate then Refuted else Unknown (refusal 'R' model property)
  | _ -> Unknown "the certificate was refused: it is neither a proof nor a witness"

(* Here a witness proves, and a proof about all inputs refutes. *)
let decide_reachable model target certificate =
  match kind certificate with
  | 'R' -> if Checker.warrant_prove_reachable model target certificate then Proved else Unknown (refusal 'R' model target)
  | 'P' | 'B' | 'C' as kind -> if Checker.warrant_refute_reachable model target certificate then Refuted else Unknown (refusal kind model target)
  | _ -> Unknown "the certificate was refused: it is neither a proof nor a witness"

let decide_probabilities model property certificate =
  let refuse () =
    Unknown (if not (Checker.warrant_reads_model model) then "the model is not an ONNX file that the checker reads"
      else if not (Checker.warrant_reads_link model) then "the model's output is not made of scores by Sigmoid, Softmax or a classifier"
      else if not (Checker.warrant_reads_property property) then "the property is not a VNN-LIB file that the checker reads"
      else "the certificate was refused") in
  match kind certificate with
  | 'O' -> if Checker.warrant_prove_probabilities model property certificate then Proved else refuse ()
  | 'R' -> if Checker.warrant_refute_probabilities model property certificate then Refuted else refuse ()
  | _ -> Unknown "the certificate was refused: it is neither a proof nor a witness"

(* [prove] and [refute] are about these models *)
let decide_together models prove refute property certificate =
  match kind certificate with
  | 'P' | 'D' | 'C' | 'T' as kind -> if prove property certificate then Proved else Unknown (refusal_together kind models property)
  | 'R' -> if refute property certificate then Refuted else Unknown (refusal_together 'R' models property)
  | _ -> Unknown "the certificate was refused: it is neither a proof nor a witness"

(* the same of models that make probabilities of scores *)
let decide_linked models prove refute property certificate =
  let refuse () =
    Unknown (if List.for_all Checker.warrant_reads_model models && not (List.for_all Checker.warrant_reads_link models)
      then "a model's output is not made of scores by Sigmoid, Softmax or a classifier"
      else refusal_together 'R' models property) in
  match kind certificate with
  | 'P' | 'D' | 'C' | 'T' -> if prove property certificate then Proved else refuse ()
  | 'R' -> if refute property certificate then Refuted else refuse ()
  | _ -> Unknown "the certificate was refused: it is neither a proof nor a witness"

let decide_rate problem certificate =
  if Checker.warrant_prove_rate problem certificate then Proved
  else if not (Checker.warrant_reads_problem problem) then Unknown "the problem is not a rate problem that the checker reads"
  else Unknown "the certificate was refused"

let decide_method problem certificate =
  if Checker.warrant_prove_method problem certificate then Proved
  else if not (Checker.warrant_reads_method problem) then Unknown "the problem is not a method that the checker reads"
  else Unknown "the certificate was refused"

let decide_training problem features labels certificate =
  match kind certificate with
  | ('T' | 'N') when Checker.warrant_prove_training problem features labels certificate -> Proved
  | 'R' when Checker.warrant_refute_training problem features labels certificate -> Refuted
  | 'D' when Checker.warrant_diverge_training problem features labels certificate -> Refuted
  | _ ->
    Unknown (
      if not (Checker.warrant_reads_training problem) then "the problem is not a training problem that the checker reads"
      else if not (Checker.warrant_reads_matrix features) then "the features are not a NumPy file that the checker reads"
      else if not (Checker.warrant_reads_matrix labels) then "the labels are not a NumPy file that the checker reads"
      else "the certificate was refused")

let decide_accuracy claim labels predictions certificate =
  if Checker.warrant_prove_accuracy claim labels predictions certificate then Proved
  else if not (Checker.warrant_reads_accuracy claim) then Unknown "the claim is not a statement of bounds that the checker reads"
  else if not (Checker.warrant_reads_table labels) then Unknown "the labels are not a table that the checker reads"
  else if not (Checker.warrant_reads_table predictions) then Unknown "the predictions are not a table that the checker reads"
  else if not (Checker.warrant_counts claim labels predictions) then
    Unknown "the labels, the predictions and the bounds do not fit together"
  else Unknown "a bound does not follow from the mistakes, or the certificate was refused"

let decide_gradient f d names certificate =
  if Checker.warrant_prove_gradient f d names certificate then Proved
  else if Checker.warrant_prove_gradient_at_kinks f d names certificate then Proved
  else if Checker.warrant_prove_subgradient f d names certificate then Proved
  else if Checker.warrant_prove_gradient_everywhere f d names certificate then Proved
  else if Checker.warrant_prove_gradient_within f d names certificate then Proved
  else if Checker.warrant_refute_gradient f d names certificate then Refuted
  else if not (Checker.warrant_reads_graph f) then Unknown "the function is not an ONNX file that the checker reads"
  else if not (Checker.warrant_reads_graph d) then Unknown "the derivative is not an ONNX file that the checker reads"
  else if not (Checker.warrant_reads_question f d names) then
    Unknown "the inputs of the function, of the derivative and the names do not fit together"
  else if not (Checker.warrant_compiles_gradient f d names) then
    Unknown "the shapes do not fit together, or something is used that the checker does not know"
  else Unknown "the certificate was refused: it neither proves nor refutes that the one is the gradient of the other"

let decide_loss loss property certificate =
  if Checker.warrant_prove_loss loss property certificate then Proved
  else if Checker.warrant_refute_loss loss property certificate then Refuted
  else if not (Checker.warrant_reads_graph loss) then Unknown "the loss is not an ONNX file that the checker reads"
  else if not (Checker.warrant_reads_loss loss property) then Unknown "the property is not one of this loss that the checker reads"
  else if not (Checker.warrant_compiles_loss loss property) then
    Unknown "the loss does not give one number, or something is used that the checker does not know"
  else Unknown "the certificate was refused: it neither proves nor refutes the property"

let decide_above upper lower bounds certificate =
  if Checker.warrant_prove_above upper lower bounds certificate then Proved
  else if Checker.warrant_refute_above upper lower bounds certificate then Refuted
  else if not (Checker.warrant_reads_graph upper) then Unknown "the first loss is not an ONNX file that the checker reads"
  else if not (Checker.warrant_reads_graph lower) then Unknown "the second loss is not an ONNX file that the checker reads"
  else if not (Checker.warrant_reads_above upper lower bounds) then Unknown "the inputs of the two losses and the bounds do not fit together"
  else if not (Checker.warrant_compiles_above upper lower bounds) then
    Unknown "a loss does not give one number, or something is used that the checker does not know"
  else Unknown "the certificate was refused: it neither proves nor refutes that the one loss is nowhere less than the other"

let decide_chain claim matrix distribution certificate =
  let refuse () =
    Unknown (if Checker.warrant_reads_chain claim matrix distribution
      then "the certificate was refused, or the matrix is no chain, or the numbers are no distribution on its states"
      else "the claim, the matrix or the distribution is not a file that the checker reads") in
  match kind certificate with
  | 'C' -> if Checker.warrant_prove_chain claim matrix distribution certificate then Proved else refuse ()
  | 'D' -> if Checker.warrant_refute_chain claim matrix distribution certificate then Refuted else refuse ()
  | _ -> Unknown "the certificate was refused: it is neither a proof nor a refutation"

let decide_conformal claim scores certificate =
  let refuse () =
    Unknown (if not (Checker.warrant_reads_conformal claim) then "the claim is not a coverage with a threshold that the checker reads"
      else if not (Checker.warrant_reads_scores claim scores) then "the scores are not a table with a column of numbers that the checker reads"
      else "the threshold is not as the certificate says, the scores are too few for the coverage, or the certificate was refused") in
  match kind certificate with
  | 'P' -> if Checker.warrant_prove_conformal claim scores certificate then Proved else refuse ()
  | 'R' -> if Checker.warrant_refute_conformal claim scores certificate then Refuted else refuse ()
  | _ -> Unknown "the certificate was refused: it is neither a proof nor a refutation"

let decide_smoothing claim counts certificate =
  if Checker.warrant_prove_smoothing claim counts certificate then Proved
  else if not (Checker.warrant_reads_smoothing claim) then Unknown "the claim is not a statement of radii that the checker reads"
  else if not (Checker.warrant_reads_counts claim counts) then Unknown "the counts are not a table of whole numbers that the checker reads"
  else Unknown "a radius does not follow from the counts, or names no input or class, or the certificate was refused"

let decide_certified model claim inputs labels certificate =
  let refuse () =
    Unknown (if not (Checker.warrant_reads_model model) then "the model is not an ONNX file that the checker reads"
      else if not (Checker.warrant_reads_certified claim) then "the claim is not a statement of certified accuracy that the checker reads"
      else if not (Checker.warrant_reads_inputs inputs) then "the inputs are not a NumPy file that the checker reads"
      else if not (Checker.warrant_reads_labels labels) then "the labels are not a NumPy file that the checker reads"
      else if not (Checker.warrant_reads_test_set model claim inputs labels) then "the model, the claim, the inputs and the labels do not fit together"
      else "the certificate was refused, or is about too few inputs, or something is used that the checker does not know") in
  match kind certificate with
  | 'P' | 'C' | 'B' -> if Checker.warrant_prove_certified model claim inputs labels certificate then Proved else refuse ()
  | 'R' -> if Checker.warrant_refute_certified model claim inputs labels certificate then Refuted else refuse ()
  | _ -> Unknown "the certificate was refused: it is neither a proof nor a refutation"

let decide_slopes model claim certificate =
  let refuse () =
    Unknown (if not (Checker.warrant_reads_model model) then "the model is not an ONNX file that the checker reads"
      else if not (Checker.warrant_reads_slopes claim) then "the claim is not a statement of slopes that the checker reads"
      else if not (Checker.warrant_compiles_slopes model claim) then
        "the model and the claim do not fit together, or use something that the checker does not know"
      else "the certificate was refused") in
  match kind certificate with
  | 'P' -> if Checker.warrant_prove_slopes model claim certificate then Proved else refuse ()
  | 'R' -> if Checker.warrant_refute_slopes model claim certificate then Refuted else refuse ()
  | _ -> Unknown "the certificate was refused: it is neither a proof nor a refutation"

let decide_posterior query network certificate =
  if Checker.warrant_prove_posterior query network certificate then Proved
  else if not (Checker.warrant_reads_query query) then Unknown "the query is not one that the checker reads"
  else if not (Checker.warrant_reads_network network) then Unknown "the network is not a BIF file that the checker reads"
  else
    Unknown "the network is not proper, the query does not fit it, the posterior is another one, or the certificate was refused"

let decide_independence question network certificate =
  let refuse () =
    Unknown (if not (Checker.warrant_reads_independence question) then "the question is not one that the checker reads"
      else if not (Checker.warrant_reads_network network) then "the network is not a BIF file that the checker reads"
      else "the network is not proper, the question does not fit it, or the certificate was refused") in
  match kind certificate with
  | 'I' -> if Checker.warrant_prove_independence question network certificate then Proved else refuse ()
  | 'J' -> if Checker.warrant_refute_independence question network certificate then Refuted else refuse ()
  | _ -> Unknown "the certificate was refused: it is neither a proof nor a refutation"

let decide_privacy plan certificate =
  let refuse () =
    Unknown (if Checker.warrant_reads_privacy plan
      then "the certificate was refused, or a parameter is out of its range, or the budget neither follows nor is certainly exceeded"
      else "the plan is not one that the checker reads") in
  match kind certificate with
  | 'P' | 'A' -> if Checker.warrant_prove_privacy plan certificate then Proved else refuse ()
  | 'R' -> if Checker.warrant_refute_privacy plan certificate then Refuted else refuse ()
  | _ -> Unknown "the certificate was refused: it is neither a proof nor a refutation"

(* The families: name, files, and what decides about their bytes. *)
let families = [
  "network", "MODEL PROPERTY CERTIFICATE", (function
    | [ model; property; certificate ] ->
      Some (fun () ->
        let verdict = decide_network model property certificate in
        if verdict = Proved && Checker.warrant_vacuous property then
          complain "note: no input satisfies the property's bounds on inputs, so the claim is vacuous";
        verdict)
    | _ -> None);
  "reachable", "MODEL TARGET CERTIFICATE", (function
    | [ model; target; certificate ] -> Some (fun () -> decide_reachable model target certificate)
    | _ -> None);
  "probabilities", "MODEL PROPERTY CERTIFICATE", (function
    | [ model; property; certificate ] -> Some (fun () -> decide_probabilities model property certificate)
    | _ -> None);
  "relation", "MODEL PROPERTY CERTIFICATE", (function
    | [ model; property; certificate ] ->
      Some (fun () ->
        decide_together [ model ] (Checker.warrant_prove_relation model) (Checker.warrant_refute_relation model) property certificate)
    | _ -> None);
  "comparison", "MODEL OTHER PROPERTY CERTIFICATE", (function
    | [ model; other; property; certificate ] ->
      Some (fun () ->
        decide_together [ model; other ] (Checker.warrant_prove_comparison model other) (Checker.warrant_refute_comparison model other)
          property certificate)
    | _ -> None);
  "linked-relation", "MODEL PROPERTY CERTIFICATE", (function
    | [ model; property; certificate ] ->
      Some (fun () ->
        decide_linked [ model ] (Checker.warrant_prove_linked_relation model) (Checker.warrant_refute_linked_relation model) property certificate)
    | _ -> None);
  "linked-comparison", "MODEL OTHER PROPERTY CERTIFICATE", (function
    | [ model; other; property; certificate ] ->
      Some (fun () ->
        decide_linked [ model; other ] (Checker.warrant_prove_linked_comparison model other) (Checker.warrant_refute_linked_comparison model other)
          property certificate)
    | _ -> None);
  "certified", "MODEL CLAIM INPUTS LABELS CERTIFICATE", (function
    | [ model; claim; inputs; labels; certificate ] -> Some (fun () -> decide_certified model claim inputs labels certificate)
    | _ -> None);
  "slopes", "MODEL CLAIM CERTIFICATE", (function
    | [ model; claim; certificate ] -> Some (fun () -> decide_slopes model claim certificate)
    | _ -> None);
  "rate", "PROBLEM CERTIFICATE", (function
    | [ problem; certificate ] -> Some (fun () -> decide_rate problem certificate)
    | _ -> None);
  "method", "PROBLEM CERTIFICATE", (function
    | [ problem; certificate ] -> Some (fun () -> decide_method problem certificate)
    | _ -> None);
  "training", "PROBLEM FEATURES LABELS CERTIFICATE", (function
    | [ problem; features; labels; certificate ] ->
      Some (fun () -> decide_training problem features labels certificate)
    | _ -> None);
  "chain", "CLAIM MATRIX DISTRIBUTION CERTIFICATE", (function
    | [ claim; matrix; distribution; certificate ] ->
      Some (fun () -> decide_chain claim matrix distribution certificate)
    | _ -> None);
  "conformal", "CLAIM SCORES CERTIFICATE", (function
    | [ claim; scores; certificate ] -> Some (fun () -> decide_conformal claim scores certificate)
    | _ -> None);
  "smoothing", "CLAIM COUNTS CERTIFICATE", (function
    | [ claim; counts; certificate ] -> Some (fun () -> decide_smoothing claim counts certificate)
    | _ -> None);
  "posterior", "QUERY NETWORK CERTIFICATE", (function
    | [ query; network; certificate ] -> Some (fun () -> decide_posterior query network certificate)
    | _ -> None);
  "independence", "QUESTION NETWORK CERTIFICATE", (function
    | [ question; network; certificate ] -> Some (fun () -> decide_independence question network certificate)
    | _ -> None);
  "privacy", "PLAN CERTIFICATE", (function
    | [ plan; certificate ] -> Some (fun () -> decide_privacy plan certificate)
    | _ -> None);
  "accuracy", "CLAIM LABELS PREDICTIONS CERTIFICATE", (function
    | [ claim; labels; predictions; certificate ] ->
      Some (fun () -> decide_accuracy claim labels predictions certificate)
    | _ -> None);
  "gradient", "FUNCTION DERIVATIVE NAMES CERTIFICATE", (function
    | [ f; d; names; certificate ] -> Some (fun () -> decide_gradient f d names certificate)
    | _ -> None);
  "loss", "LOSS PROPERTY CERTIFICATE", (function
    | [ loss; property; certificate ] -> Some (fun () -> decide_loss loss property certificate)
    | _ -> None);
  "above", "UPPER LOWER BOUNDS CERTIFICATE", (function
    | [ upper; lower; bounds; certificate ] -> Some (fun () -> decide_above upper lower bounds certificate)
    | _ -> None) ]

let usage () =
  let line (name, files, _) = "warrant-check " ^ name ^ " " ^ files in
  give_up ("usage: " ^ String.concat ", or " (List.map line families))

(* Whatever goes wrong in [f], the verdict is UNKNOWN. *)
let guarded f =
  try f () with
  | Stack_overflow -> Unknown "the checker ran out of stack"
  | Out_of_memory -> Unknown "the checker ran out of memory"
  | problem -> Unknown ("the checker failed: " ^ String.escaped (Printexc.to_string problem))

(* On some machines (arm64, POWER, RISC-V, s390x) ocamlopt computes a *. b -. c with one rounding, where Coq has two. *)
let rounds_once () =
  let a = Sys.opaque_identity 0x1.0000001p0 in
  let square = Sys.opaque_identity (a *. a) in
  a *. a -. square <> 0.

let () =
  if Sys.int_size <> 63 then give_up "OCaml's integers do not have 63 bits here, as Coq's have";
  if rounds_once () then give_up "OCaml fuses multiplications with additions here, which Coq does not: use kernel mode";
  let verdict =
    match Array.to_list Sys.argv with
    | _ :: name :: paths ->
      (match List.find_opt (fun (family, _, _) -> family = name) families with
       | None -> usage ()
       | Some (_, _, decide) ->
         match decide (List.map read paths) with
         | None -> usage ()
         | Some f -> guarded f)
    | _ -> usage () in
  let line, code =
    match verdict with
    | Proved -> "PROVED", 0
    | Refuted -> "REFUTED", 1
    | Unknown reason -> "UNKNOWN: " ^ reason, 3 in
  match print_string (line ^ "\n"); flush stdout with
  | () -> exit code
  | exception Sys_error message -> give_up ("the verdict cannot be printed: " ^ message)
