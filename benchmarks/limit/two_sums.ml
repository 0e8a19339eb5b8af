(* Sums of rows for two combinations at once: would one pass for both sides of a row be quicker?  The lists and the loop [axpy4] are those that the native checker has (theories/Checker/Combination.v), with
   OCaml's own floats, which are boxed there as well.

     ocamlfind ocamlopt -O3 -inline 200 -package unix -linkpkg two_sums.ml -o two_sums && ./two_sums *)
type quads = Nil | Quad of float * float * float * float * quads
exception Broken
let rec axpy4 x1 x2 x3 x4 q1 q2 q3 q4 = function
| Nil -> Nil
| Quad (a,b,c,d,acc) -> match q1 with Nil -> raise Broken | Quad (a1,b1,c1,d1,q1) -> match q2 with Nil -> raise Broken | Quad (a2,b2,c2,d2,q2) ->
  match q3 with Nil -> raise Broken | Quad (a3,b3,c3,d3,q3) -> match q4 with Nil -> raise Broken | Quad (a4,b4,c4,d4,q4) ->
  let ra = a +. x1*.a1 +. x2*.a2 +. x3*.a3 +. x4*.a4 in
  let rb = b +. x1*.b1 +. x2*.b2 +. x3*.b3 +. x4*.b4 in
  let rc = c +. x1*.c1 +. x2*.c2 +. x3*.c3 +. x4*.c4 in
  let rd = d +. x1*.d1 +. x2*.d2 +. x3*.d3 +. x4*.d4 in
  Quad (ra,rb,rc,rd, axpy4 x1 x2 x3 x4 q1 q2 q3 q4 acc)
(* two combinations of the same four rows: the sums of both stand in one list, Pair *)
type pairs = Nil2 | Pair of float*float*float*float*float*float*float*float*pairs
let rec axpy4x2 x1 x2 x3 x4 y1 y2 y3 y4 q1 q2 q3 q4 = function
| Nil2 -> Nil2
| Pair (a,b,c,d,e,f,g,h,acc) -> match q1 with Nil -> raise Broken | Quad (a1,b1,c1,d1,q1) -> match q2 with Nil -> raise Broken | Quad (a2,b2,c2,d2,q2) ->
  match q3 with Nil -> raise Broken | Quad (a3,b3,c3,d3,q3) -> match q4 with Nil -> raise Broken | Quad (a4,b4,c4,d4,q4) ->
  let ra = a +. x1*.a1 +. x2*.a2 +. x3*.a3 +. x4*.a4 in
  let rb = b +. x1*.b1 +. x2*.b2 +. x3*.b3 +. x4*.b4 in
  let rc = c +. x1*.c1 +. x2*.c2 +. x3*.c3 +. x4*.c4 in
  let rd = d +. x1*.d1 +. x2*.d2 +. x3*.d3 +. x4*.d4 in
  let re = e +. y1*.a1 +. y2*.a2 +. y3*.a3 +. y4*.a4 in
  let rf = f +. y1*.b1 +. y2*.b2 +. y3*.b3 +. y4*.b4 in
  let rg = g +. y1*.c1 +. y2*.c2 +. y3*.c3 +. y4*.c4 in
  let rh = h +. y1*.d1 +. y2*.d2 +. y3*.d3 +. y4*.d4 in
  Pair (ra,rb,rc,rd,re,rf,rg,rh, axpy4x2 x1 x2 x3 x4 y1 y2 y3 y4 q1 q2 q3 q4 acc)
let rec row k = if k = 0 then Nil else Quad (Random.float 1., Random.float 1., Random.float 1., Random.float 1., row (k-1))
let rec zero k = if k = 0 then Nil else Quad (0.,0.,0.,0., zero (k-1))
let rec zero2 k = if k = 0 then Nil2 else Pair (0.,0.,0.,0.,0.,0.,0.,0., zero2 (k-1))
let rec sum = function Nil -> 0. | Quad (a,b,c,d,q) -> a+.b+.c+.d+. sum q
let rec sum2 = function Nil2 -> 0. | Pair (a,b,c,d,e,f,g,h,q) -> a+.b+.c+.d+.e+.f+.g+.h+. sum2 q
let n = 12
let layers = Array.init 6 (fun _ -> Array.init 48 (fun _ -> row n))
let co = Array.init 1024 (fun _ -> Random.float 1.)
let time name f = let t = Unix.times () in let r = f () in let t' = Unix.times () in
  Printf.printf "%s %.3f s (%g)\n%!" name (t'.Unix.tms_utime -. t.Unix.tms_utime) r
let reps = 8000
let one () = let s = ref 0. in for r = 1 to reps do for p = 0 to 1 do Array.iter (fun rows ->
  let acc = ref (zero n) in
  for i = 0 to 11 do let c j = co.((r*7+p*512+i*4+j) land 1023) in
    acc := axpy4 (c 0) (c 1) (c 2) (c 3) rows.(4*i) rows.(4*i+1) rows.(4*i+2) rows.(4*i+3) !acc done; s := !s +. sum !acc) layers done done; !s
let two () = let s = ref 0. in for r = 1 to reps do Array.iter (fun rows ->
  let acc = ref (zero2 n) in
  for i = 0 to 11 do let c j = co.((r*7+i*4+j) land 1023) and e j = co.((r*7+512+i*4+j) land 1023) in
    acc := axpy4x2 (c 0) (c 1) (c 2) (c 3) (e 0) (e 1) (e 2) (e 3) rows.(4*i) rows.(4*i+1) rows.(4*i+2) rows.(4*i+3) !acc done; s := !s +. sum2 !acc) layers done; !s
let () = Printf.printf "%d multiply-adds\n" (reps*2*6*48*n*4);
  for _ = 1 to 3 do time "one by one" one; time "two at once" two done
