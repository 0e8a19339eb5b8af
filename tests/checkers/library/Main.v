(** * A stand-in for the library, to test how coqc is asked

    It has the names of Main.v and means nothing: it accepts the certificates that a test says are good.  A certificate
    that is "evil" after its first six bytes is accepted at the price of an axiom that is not permitted. *)
From Coq Require Import PString Uint63 Floats Reals ClassicalDedekindReals FloatAxioms.
Local Open Scope pstring_scope.

Definition bytes := PrimString.string.
Definition Holds (m p : bytes) : Prop := (1 + 1 = 2)%R /\ (0.5 <? 1)%float = true.
Definition Refuted := Holds.
Definition is (s c : bytes) : bool := match PrimString.compare (PrimString.sub c 6%uint63 100%uint63) s with Eq => true | _ => false end.

Lemma always m p : Holds m p.
Proof. split; [ring|]. rewrite ltb_spec. reflexivity. Qed.

Definition prove (m p c : bytes) : bool := is "good" c.
Definition refute (m p c : bytes) : bool := is "1.5" c.
Theorem proved_sound m p c : prove m p c = true -> Holds m p.
Proof. intros _. apply always. Qed.
Theorem refuted_sound m p c : refute m p c = true -> Refuted m p.
Proof. intros _. apply always. Qed.
