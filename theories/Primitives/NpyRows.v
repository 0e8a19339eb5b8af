(** * The rows of a NumPy file

    As many as its header says, each of the same length.

    Main results: [rows_of_fit], [rows_of_count].

    Trust: proved. *)
From Coq Require Import Uint63 ZArith List Bool Lia.
From Warrant Require Import Spec.Bytes Spec.Npy.
Import ListNotations.

Section Rows.
Context {A : Type} (size : int) (number : int -> option A).

Local Lemma read_numbers_length n : forall e l r, read_numbers size number n e l = Some r -> length r = (n + length l)%nat.
Proof.
  induction n as [|n IH]; intros e l r; cbn [read_numbers]; [now intros [= <-]|].
  destruct (number _) as [x|]; [|discriminate]. intro result. rewrite (IH _ _ _ result). cbn. lia.
Qed.
Local Lemma read_rows_fit d n : forall e l r, read_rows size number d n e l = Some r -> Forall (fun row => length row = d) l ->
  Forall (fun row => length row = d) r /\ length r = (n + length l)%nat.
Proof.
  induction n as [|n IH]; intros e l r; cbn [read_rows]; [now intros [= <-]|].
  destruct (read_numbers size number d e []) as [row|] eqn:is_row; [|discriminate]. intros result fits.
  destruct (IH _ _ _ result) as [all count].
  - constructor; [|exact fits]. rewrite (read_numbers_length _ _ _ _ is_row). cbn. lia.
  - split; [exact all|]. rewrite count. cbn. lia.
Qed.
Lemma rows_of_fit s h n d rows : rows_of s size number h n d = Some rows -> Forall (fun row => length row = Z.to_nat d) rows.
Proof. unfold rows_of. destruct (_ && _)%bool; [|discriminate]. intro result. now destruct (read_rows_fit _ _ _ _ _ result (Forall_nil _)). Qed.
Lemma rows_of_count s h n d rows : rows_of s size number h n d = Some rows -> length rows = Z.to_nat n.
Proof.
  unfold rows_of. destruct (_ && _)%bool; [|discriminate]. intro result.
  destruct (read_rows_fit _ _ _ _ _ result (Forall_nil _)) as [_ count]. cbn in count. lia.
Qed.
End Rows.
