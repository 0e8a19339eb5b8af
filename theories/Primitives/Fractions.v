(** * Fractions as real numbers

    What Q2R makes of the constants and of the operations for which the standard library has no lemma.

    Main results: [Q2R_Qred], [Q2R_Qdiv], [Qle_bool_R].

    Trust: proved. *)
From Coq Require Import ZArith QArith Qreals Reals Lra.
Local Open Scope R_scope.

Lemma Q2R_inject z : Q2R (inject_Z z) = IZR z. Proof. unfold Q2R. simpl. lra. Qed.
Lemma Q2R_0 : Q2R 0 = 0. Proof. exact (Q2R_inject 0). Qed.
Lemma Q2R_1 : Q2R 1 = 1. Proof. exact (Q2R_inject 1). Qed.
Lemma Q2R_2 : Q2R 2 = 2. Proof. exact (Q2R_inject 2). Qed.
Lemma Q2R_minus_one : Q2R (-1) = -1. Proof. exact (Q2R_inject (-1)). Qed.
Lemma Q2R_half : Q2R (1 # 2) = / 2. Proof. unfold Q2R. simpl. lra. Qed.
Lemma Q2R_minus_half : Q2R (-1 # 2) = - / 2. Proof. unfold Q2R. simpl. lra. Qed.

Lemma Q2R_Qred q : Q2R (Qred q) = Q2R q.
Proof. apply Qeq_eqR, Qred_correct. Qed.
Lemma Q2R_Qdiv p q : Q2R q <> 0 -> Q2R (p / q) = Q2R p / Q2R q.
Proof. intro nonzero. apply Q2R_div. intro zero. apply nonzero. now rewrite (Qeq_eqR _ _ zero), Q2R_0. Qed.
Lemma Qle_bool_R p q : Qle_bool p q = true -> Q2R p <= Q2R q.
Proof. intro le. now apply Qle_Rle, Qle_bool_iff. Qed.
Lemma Qle_bool_R0 q : Qle_bool 0 q = true -> 0 <= Q2R q.
Proof. intro le. rewrite <- Q2R_0. now apply Qle_bool_R. Qed.
