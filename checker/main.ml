(* warrant-check MODEL PROPERTY CERTIFICATE

   Runs the checker that was extracted from Coq on three files, and prints its verdict.

   TRUSTED.  All that decides is in the module Warrant_checker (see Extract.v); this file reads files and prints lines.

     stdout, exactly one line             exit code
     PROVED                               0    Main.prove answered true: the theorem proved_sound says what that means
     REFUTED                              1    Main.refute answered true: the theorem refuted_sound says what that means
     UNKNOWN: reason                      3    neither
     nothing                              2    nothing was decided: see stderr

   A proof and a witness are told apart by the sixth byte of the certificate; the checker looks at it again. *)

module Checker = Warrant_checker

type verdict = Proved | Refuted | Unknown of string

let complain message = try prerr_endline ("warrant-check: " ^ message) with Sys_error _ -> ()
let give_up message = complain message; exit 2

(* The bytes of a file, which have to fit into a string of Coq. *)
let read path =
  match In_channel.with_open_bin path In_channel.input_all with
  | exception Sys_error message -> give_up message
  | contents ->
    match Pstring.of_string contents with
    | Some bytes -> bytes
    | None -> give_up (Printf.sprintf "%s: %d bytes; the checker reads at most %d" path (String.length contents)
        (Uint63.to_int_min Pstring.max_length max_int))

(* The only place where a verdict is made. *)
let decide model property certificate =
  let file = Pstring.to_string certificate in
  match if String.length file > 5 then file.[5] else ' ' with
  | 'P' ->
    if Checker.prove model property certificate then begin
      if Checker.vacuous property then complain "note: no input satisfies the property's bounds; the claim is vacuous";
      Proved
    end
    else Unknown "the certificate was refused"
  | 'R' -> if Checker.refute model property certificate then Refuted else Unknown "the certificate was refused"
  | _ -> Unknown "the certificate was refused: it is neither a proof nor a witness"

let () =
  (* Coq's integers have 63 bits. *)
  if Sys.int_size <> 63 then give_up "this machine's integers do not have 63 bits";
  match Sys.argv with
  | [| _; model; property; certificate |] ->
    let model = read model in
    let property = read property in
    let certificate = read certificate in
    let verdict =
      try decide model property certificate with
      | Stack_overflow -> Unknown "the checker ran out of stack"
      | Out_of_memory -> Unknown "the checker ran out of memory"
      | problem -> Unknown ("the checker failed: " ^ String.escaped (Printexc.to_string problem)) in
    let line, code =
      match verdict with
      | Proved -> "PROVED", 0
      | Refuted -> "REFUTED", 1
      | Unknown reason -> "UNKNOWN: " ^ reason, 3 in
    (match print_string (line ^ "\n"); flush stdout with
     | () -> exit code
     | exception Sys_error message -> give_up message)
  | _ -> give_up "usage: warrant-check MODEL PROPERTY CERTIFICATE"
