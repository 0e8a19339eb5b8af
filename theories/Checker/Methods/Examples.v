(** * What methods say: an instance that holds, and one that does not

    The method x⁺ = x/2: its text, read, and ‖x_N‖² <= ρ^N ‖x_0‖² for ρ = 1/4, which is true, and for ρ = 1/5, which is false, by hand and without the checker.

    Main results: [halving_holds], [halving_faster_fails].

    Trust: proved. *)
From Coq Require Import PString QArith Reals Lra List.
From Warrant Require Import Spec.Bytes Spec.InnerProduct Spec.Rates Spec.Methods Primitives.Optimization.Spaces Primitives.Optimization.Instances.
Import ListNotations.
Local Open Scope R_scope.

Definition halving (rho : Q) : method :=
  Method [] [Same (Point 2) (Scaled (1 # 2) (Point 1))] [] [] (Norm2 (Point 1)) [1%Q] rho (Norm2 (Point 1)).

Definition halving_file : bytes :=
  "(method 1) (point-sequences x) (same x+ (* 1/2 x)) (conclude (norm2 x) (1) 1/4 (norm2 x))"%pstring.
Definition halving_faster_file : bytes :=
  "(method 1) (point-sequences x) (same x+ (* 1/2 x)) (conclude (norm2 x) (1) 1/5 (norm2 x))"%pstring.

Theorem halving_holds : MethodHolds halving_file.
Proof.
  unfold MethodHolds. replace (read_method halving_file) with (Some (halving (1 # 4))) by now vm_compute.
  intros E functions operators points x numbers values steps N. specialize (steps : forall k, x 0%nat (S k) = ((1 / 2) *: x 0%nat k)%V).
  change (1 * norm2 (x 0%nat N) <= (1 / 4) ^ N * norm2 (x 0%nat 0%nat)).
  induction N as [|N IH]; [simpl; lra|]. rewrite steps. cbn [pow]. unfold norm2 in *. rewrite inner_scale, inner_comm, inner_scale. lra.
Qed.

Theorem halving_faster_fails : ~ MethodHolds halving_faster_file.
Proof.
  unfold MethodHolds. replace (read_method halving_faster_file) with (Some (halving (1 # 5))) by now vm_compute.
  intro holds. pose proof (holds line (fun _ => Functions.everywhere (fun _ => 0)) (fun _ _ _ => False) (fun _ => 0) (fun _ k => (1 / 2) ^ k) (fun _ => 0) (fun _ _ => 0)
    (fun k => eq_refl) 1%nat) as wrong.
  change (1 * (((1 / 2) ^ 1) * ((1 / 2) ^ 1)) <= (1 / 5) ^ 1 * ((1 / 2) ^ 0 * (1 / 2) ^ 0)) in wrong. simpl in wrong. lra.
Qed.
