(** * The checkers of runs that converge

    [prove_training problem features labels certificate] reads the files, and checks either kind of certificate: bounds of the data's spectrum (Check.v), or a point that is
    nearly the least (Near.v).

    Main definitions: [prove_training].
    Main results: [prove_training_sound].

    Trust: proved. *)
From Coq Require Import List Bool.
From Warrant Require Import Spec.Bytes Spec.Training Checker.Training.Check Checker.Training.Check_sound Checker.Training.Near Checker.Training.Near_sound.
Import ListNotations.

Definition prove_training (problem_file features_file labels_file certificate : bytes) : bool :=
  match read_problem problem_file, read_matrix features_file, read_matrix labels_file with
  | Some p, Some (d, features), Some (1%nat, labels) =>
    let (d, features) := with_ones (intercept p) d features in
    if check p d features labels certificate then true else check_near p d features labels certificate
  | _, _, _ => false
  end.

Lemma with_ones_first b d rows : b = true -> Forall (fun row => hd_error row = Some one) (snd (with_ones b d rows)).
Proof. intros ->. apply Forall_map, Forall_forall. now intros row _. Qed.
(** The checker's answer [true] means that the run converges as the files say. *)
Theorem prove_training_sound problem_file features_file labels_file c :
  prove_training problem_file features_file labels_file c = true -> TrainingConverges problem_file features_file labels_file.
Proof.
  unfold prove_training, TrainingConverges, about, Training.converges, objective_after, objective_of. destruct (read_problem problem_file) as [p|]; [|discriminate].
  destruct (read_matrix features_file) as [[d features]|] eqn:is_features; [|discriminate].
  destruct (read_matrix labels_file) as [[[|[|k]] labels]|]; try discriminate.
  pose proof (with_ones_fit (intercept p) d features (read_matrix_fit features_file _ _ is_features)) as fits.
  pose proof (with_ones_first (intercept p) d features) as first. destruct (with_ones _ d features) as [d' features'].
  destruct (check p d' features' labels c) eqn:checked; intro pass; [exact (check_sound p d' features' labels c checked fits)|].
  exact (check_near_sound p d' features' labels c pass fits first).
Qed.
