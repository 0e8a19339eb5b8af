(* warrant-program FUNCTION DERIVATIVE NAMES [CERTIFICATE], or warrant-program LOSS PROPERTY, or warrant-program boxes LOSS PROPERTY

   For the search, not for verdicts.  Prints the straight-line program that the checker of gradients makes of two graphs, one line an instruction

     NUMBER input | NUMBER number P/Q | NUMBER NAME A | NUMBER NAME A B

   then "value" with the instructions of the function's output, and for each entry of the selected inputs a line "pair ADJOINT CLAIMED" (ADJOINT is 0 where
   there is none).  With a certificate: "undefined" with the instructions that are not known to mean something, and "differing" with the
   entries (from 1) at which the normal forms differ.  With a certificate of a claim within a tolerance (W) it prints "boxes" instead, with the choices that cover the domain, or "boxes none" where
   boxes did not suffice.  Of a loss it prints the instructions, "value" with the one that is the loss, "slope P/Q" where a Lipschitz constant is known, "bend P/Q" where one of the gradient is, "rounding WORD BOUND" how the analysis of a claim about rounding errors ended, and "follows" where the claim does; then for each
   instruction of which something is known a line "known NUMBER" with the words convex, concave, nonnegative, as they apply.  With the word "boxes" it prints, instead of all that, "boxes" with the numbers of a certificate that bisects a box until the claim follows in each part;
   or "open NUMBER=LEAST:GREATEST ..." with instructions and their intervals in a part in which it does not; or "boxes none" where it cannot follow in this way.  Exit codes: 0; 2 for usage or an unreadable file; 3 if the checker
   makes nothing of the files. *)

module C = Warrant_checker

let give_up code message = prerr_endline ("warrant-program: " ^ message); exit code

let read path =
  match In_channel.with_open_bin path In_channel.input_all with
  | exception Sys_error message -> give_up 2 message
  | contents ->
    match Pstring.of_string contents with
    | Some bytes -> bytes
    | None -> give_up 2 (path ^ ": too large")

let rec int_of p = match p with C.XH -> 1 | C.XO p -> 2 * int_of p | C.XI p -> (2 * int_of p) + 1

(* A positive number in hexadecimal: four binary digits at a time. *)
let hexadecimal p =
  let rec digits p = match p with C.XH -> [ 1 ] | C.XO p -> 0 :: digits p | C.XI p -> 1 :: digits p in
  let rec group = function
    | a :: b :: c :: d :: rest -> Printf.sprintf "%x" (a + (2 * b) + (4 * c) + (8 * d)) :: group rest
    | [] -> []
    | few -> [ Printf.sprintf "%x" (List.fold_right (fun bit n -> bit + (2 * n)) few 0) ] in
  String.concat "" (List.rev (group (digits p)))
let rational q =
  let den = hexadecimal q.C.qden in
  match q.C.qnum with
  | C.Z0 -> "0/1"
  | C.Zpos p -> hexadecimal p ^ "/" ^ den
  | C.Zneg p -> "-" ^ hexadecimal p ^ "/" ^ den

let numbers l = String.concat "" (List.map (fun i -> " " ^ string_of_int (int_of i)) l)

let instruction (i, (name, (operands, q))) =
  let name = Pstring.to_string name in
  Printf.printf "%d %s%s%s\n" (int_of i) name (if name = "number" then " " ^ rational q else "") (numbers operands)

let describe_loss loss property =
  match C.warrant_listing loss property with
  | None -> give_up 3 "the checker makes nothing of these files"
  | Some (lines, (value, ((slope, bend), follows))) ->
    List.iter (fun (line, _) -> instruction line) lines;
    print_endline ("value" ^ numbers [ value ]);
    Option.iter (fun q -> print_endline ("slope " ^ rational q)) slope;
    Option.iter (fun q -> print_endline ("bend " ^ rational q)) bend;
    let rounding (word, bound) = print_endline ("rounding " ^ Pstring.to_string word ^ " " ^ Float64.to_hex_string bound) in
    Option.iter rounding (C.warrant_rounding loss property);
    if follows then print_endline "follows";
    let known ((i, _), facts) =
      match facts with
      | None -> ()
      | Some ((convex, concave), nonnegative) ->
        let word b w = if b then " " ^ w else "" in
        Printf.printf "known %d%s%s%s\n" (int_of i) (word convex "convex") (word concave "concave") (word nonnegative "nonnegative") in
    List.iter known lines

let choices l = print_endline ("boxes" ^ String.concat "" (List.map (fun k -> " " ^ Uint63.to_string k) l))

let cover_loss loss property =
  match C.warrant_cover loss property with
  | None -> print_endline "boxes none"
  | Some (C.Inl l) -> choices l
  | Some (C.Inr box) ->
    let side (i, (least, greatest)) = Printf.sprintf " %d=%s:%s" (int_of i) (Float64.to_hex_string least) (Float64.to_hex_string greatest) in
    print_endline ("open" ^ String.concat "" (List.map side box))

let describe f d names certificate =
  match C.warrant_program f d names with
  | None -> give_up 3 "the checker makes nothing of these files"
  | Some (instructions, (value, pairs)) ->
    List.iter instruction instructions;
    print_endline ("value" ^ numbers value);
    let pair (a, g) = Printf.printf "pair %d %d\n" (match a with Some a -> int_of a | None -> 0) (int_of g) in
    List.iter pair pairs;
    match certificate with
    | None -> ()
    | Some c when Pstring.get c (Uint63.of_int 5) = Uint63.of_int (Char.code 'W') ->
      (match C.warrant_boxes f d names c with
       | None -> give_up 3 "the certificate was refused"
       | Some None -> print_endline "boxes none"
       | Some (Some l) -> choices l)
    | Some c ->
      match C.warrant_differing f d names c with
      | None -> give_up 3 "the certificate was refused"
      | Some (undefined, differing) ->
        print_endline ("undefined" ^ numbers undefined);
        print_endline ("differing" ^ numbers differing)

let () =
  try
    match List.tl (Array.to_list Sys.argv) with
    | [ loss; property ] -> describe_loss (read loss) (read property)
    | [ "boxes"; loss; property ] -> cover_loss (read loss) (read property)
    | [ f; d; names ] -> describe (read f) (read d) (read names) None
    | [ f; d; names; c ] -> describe (read f) (read d) (read names) (Some (read c))
    | _ -> give_up 2 "usage: warrant-program FUNCTION DERIVATIVE NAMES [CERTIFICATE], or warrant-program [boxes] LOSS PROPERTY"
  with Stack_overflow | Out_of_memory -> give_up 3 "out of memory"
