(** * Warrant: rates of optimisation methods

    Two files, as raw bytes: a problem and a certificate (docs/rates.md).  [prove_rate] is a function to run, in Coq's kernel or extracted; the theorem says what its
    answer [true] means.  What [RateHolds] means is defined in Spec/Rates.v, over Spec/Functions.v and Spec/InnerProduct.v.  [prove_method] is such a function for rates
    after every number of steps, whose meaning [MethodHolds] is defined in Spec/Methods.v.

    Main results: [rate_sound], [rate_of], [method_sound], [method_of].

    Trust: proved. *)
From Coq Require Export Reals List.
From Coq Require Import QArith.
From Warrant Require Export Spec.Bytes Spec.InnerProduct Spec.Functions.
From Warrant Require Spec.Rates Spec.Methods Checker.Rates.Check Checker.Rates.Check_sound Checker.Methods.Check Checker.Methods.Check_sound.
Export ListNotations.
#[global] Open Scope R_scope.

Definition RateHolds : bytes -> Prop := Rates.RateHolds.
Definition prove_rate : bytes -> bytes -> bool := Rates.Check.prove_rate.

(** The certificate [c] proves what the problem in the file [p] says, in every real inner-product space. *)
Theorem rate_sound : forall p c : bytes, prove_rate p c = true -> RateHolds p.
Proof. exact Rates.Check_sound.prove_rate_sound. Qed.

Definition MethodHolds : bytes -> Prop := Methods.MethodHolds.
Definition prove_method : bytes -> bytes -> bool := Methods.Check.prove_method.

(** The certificate [c] proves what the method in the file [p] says, in every real inner-product space and for every number of steps. *)
Theorem method_sound : forall p c : bytes, prove_method p c = true -> MethodHolds p.
Proof. exact Methods.Check_sound.prove_method_sound. Qed.

(** ** From a file to the statement that it makes *)
Definition problem_of (file : bytes) : Rates.problem :=
  match Rates.read_problem file with Some p => p | None => Rates.Problem [] [] [] 0%Q end.
Theorem rate_of {file : bytes} {p : Rates.problem} : Rates.read_problem file = Some p -> RateHolds file -> Rates.Rate p.
Proof. unfold RateHolds, Rates.RateHolds. intros ->. exact (fun holds => holds). Qed.

Definition method_of_file (file : bytes) : Methods.method :=
  match Methods.read_method file with Some m => m | None => Methods.Method [] [] [] [] (Rates.Constant 0%Q) [] 0%Q (Rates.Constant 0%Q) end.
Theorem method_of {file : bytes} {m : Methods.method} : Methods.read_method file = Some m -> MethodHolds file -> Methods.ForAllSteps m.
Proof. unfold MethodHolds, Methods.MethodHolds. intros ->. exact (fun holds => holds). Qed.
(** (for statements in which polynomials are written in another way) *)
Lemma same_sides {a b c d : R} : a <= b -> c = a -> d = b -> c <= d.
Proof. intros le -> ->. exact le. Qed.
