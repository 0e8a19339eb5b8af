(* warrant-evaluate MODEL POINT

   For tests, not for verdicts.  Evaluates a model at a point by the checker's interval arithmetic and prints for each
   output a line with a lower and an upper bound, as hexadecimal floats.  POINT has a decimal literal for each input,
   one a line.  Exit codes: 0; 2 for usage or an unreadable file; 3 if the model has no meaning, or not at such a
   point. *)

module Checker = Warrant_checker

let give_up code message = prerr_endline ("warrant-evaluate: " ^ message); exit code

let read before path =
  match In_channel.with_open_bin path In_channel.input_all with
  | exception Sys_error message -> give_up 2 message
  | contents ->
    match Pstring.of_string (before ^ contents) with
    | Some bytes -> bytes
    | None -> give_up 2 (path ^ ": too large")

let () =
  match Sys.argv with
  | [| _; model; point |] ->
    (* a witness certificate is its first six bytes and then such lines *)
    let model = read "" model in
    let witness = read "WRNT\001R" point in
    (match Checker.warrant_enclosures model witness with
     | Some bounds -> List.iter (fun (low, high) ->
         print_endline (Float64.to_hex_string low ^ " " ^ Float64.to_hex_string high)) bounds
     | None -> give_up 3 "the model has no meaning, or not at such a point"
     | exception (Stack_overflow | Out_of_memory) -> give_up 3 "out of memory")
  | _ -> give_up 2 "usage: warrant-evaluate MODEL POINT"
