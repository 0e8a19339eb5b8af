(** * Warrant: rates of optimisation methods

    Two files, as raw bytes: a problem and a certificate (docs/rates.md).  [prove_rate] is a function to run, in Coq's kernel or extracted; the theorem says what its
    answer [true] means.  What [RateHolds] means is defined in Spec/Rates.v, over Spec/Functions.v and Spec/InnerProduct.v.

    Main results: [rate_sound], [rate_of].

    Trust: proved. *)
From Coq Require Export Reals List.
From Coq Require Import QArith.
From Warrant Require Export Spec.Bytes Spec.InnerProduct Spec.Functions.
From Warrant Require Spec.Rates Checker.Rates.Check Checker.Rates.Check_sound.
Export ListNotations.
#[global] Open Scope R_scope.

Definition RateHolds : bytes -> Prop := Rates.RateHolds.
Definition prove_rate : bytes -> bytes -> bool := Check.prove_rate.

(** The certificate [c] proves what the problem in the file [p] says, in every real inner-product space. *)
Theorem rate_sound : forall p c : bytes, prove_rate p c = true -> RateHolds p.
Proof. exact Check_sound.prove_rate_sound. Qed.

(** ** From a file to the statement that it makes *)
Definition problem_of (file : bytes) : Rates.problem :=
  match Rates.read_problem file with Some p => p | None => Rates.Problem [] [] [] 0%Q end.
Theorem rate_of {file : bytes} {p : Rates.problem} : Rates.read_problem file = Some p -> RateHolds file -> Rates.Rate p.
Proof. unfold RateHolds, Rates.RateHolds. intros ->. exact (fun holds => holds). Qed.
