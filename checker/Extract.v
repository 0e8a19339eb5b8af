(** * Extraction of the checker to OCaml

    Writes warrant_checker.ml, the checker that main.ml calls.  The directives are those of Coq's standard library, and
    nothing is mapped by hand:

    - ExtrOcamlBasic: bool, option, list, pairs and unit become OCaml's; && and || stay lazy;
    - ExtrOCamlInt63, ExtrOCamlFloats, ExtrOCamlPString: primitive integers, floats and strings become those of the
      modules Uint63, Float64 and Pstring of Coq's kernel, the very code that the kernel computes with.

    Natural numbers, positives, integers and rationals stay the inductive types that they are in Coq.  ExtrOcamlNatInt
    and ExtrOcamlZInt are not loaded, because they would replace them by machine integers, which overflow.

    Trust: glue.
    Source: Letouzey, "Extraction in Coq: an overview" (2008). *)
From Coq Require Extraction.
From Coq Require Import ExtrOcamlBasic ExtrOCamlInt63 ExtrOCamlFloats ExtrOCamlPString.
From Coq Require Import BinNums QArith_base.
From Warrant Require Import Spec.Bytes.
From Warrant Require Spec.Onnx Spec.VnnLib Spec.Rates Spec.Methods Spec.Relations Spec.Training Spec.Gradients Spec.Losses Spec.Tables Spec.Accuracy Spec.Chains Spec.Conformal Spec.Smoothing
  Spec.Networks Spec.Privacy Spec.Certified Spec.Slopes Spec.Links Checker.Prove Checker.Relations Checker.Witness Checker.Gradients.Check Checker.Losses.Check Checker.Losses.Above Checker.Slopes.Check
  Main Optimization Relations Training Gradients Losses Probability Certified Slopes Links.

(** ** What main.ml calls, by names that occur nowhere else *)

Definition warrant_prove : bytes -> bytes -> bytes -> bool := Main.prove.
Definition warrant_refute : bytes -> bytes -> bytes -> bool := Main.refute.
Definition warrant_prove_reachable : bytes -> bytes -> bytes -> bool := Main.prove_reachable.
Definition warrant_refute_reachable : bytes -> bytes -> bytes -> bool := Main.refute_reachable.
Definition warrant_vacuous : bytes -> bool := Main.vacuous.
Definition warrant_prove_rate : bytes -> bytes -> bool := Optimization.prove_rate.
Definition warrant_prove_method : bytes -> bytes -> bool := Optimization.prove_method.
Definition warrant_prove_training : bytes -> bytes -> bytes -> bytes -> bool := Warrant.Training.prove_training.
Definition warrant_refute_training : bytes -> bytes -> bytes -> bytes -> bool := Warrant.Training.refute_training.
Definition warrant_diverge_training : bytes -> bytes -> bytes -> bytes -> bool := Warrant.Training.diverge_training.
Definition warrant_prove_accuracy : bytes -> bytes -> bytes -> bytes -> bool := Warrant.Probability.prove_accuracy.
Definition warrant_prove_conformal : bytes -> bytes -> bytes -> bool := Warrant.Probability.prove_conformal.
Definition warrant_refute_conformal : bytes -> bytes -> bytes -> bool := Warrant.Probability.refute_conformal.
Definition warrant_prove_smoothing : bytes -> bytes -> bytes -> bool := Warrant.Probability.prove_smoothing.
Definition warrant_prove_chain : bytes -> bytes -> bytes -> bytes -> bool := Warrant.Probability.prove_chain.
Definition warrant_refute_chain : bytes -> bytes -> bytes -> bytes -> bool := Warrant.Probability.refute_chain.
Definition warrant_prove_posterior : bytes -> bytes -> bytes -> bool := Warrant.Probability.prove_posterior.
Definition warrant_prove_independence : bytes -> bytes -> bytes -> bool := Warrant.Probability.prove_independence.
Definition warrant_refute_independence : bytes -> bytes -> bytes -> bool := Warrant.Probability.refute_independence.
Definition warrant_prove_privacy : bytes -> bytes -> bool := Warrant.Probability.prove_privacy.
Definition warrant_refute_privacy : bytes -> bytes -> bool := Warrant.Probability.refute_privacy.
Definition warrant_prove_gradient : bytes -> bytes -> bytes -> bytes -> bool := Warrant.Gradients.prove_gradient.
Definition warrant_prove_gradient_at_kinks : bytes -> bytes -> bytes -> bytes -> bool := Warrant.Gradients.prove_gradient_at_kinks.
Definition warrant_prove_subgradient : bytes -> bytes -> bytes -> bytes -> bool := Warrant.Gradients.prove_subgradient.
Definition warrant_prove_gradient_everywhere : bytes -> bytes -> bytes -> bytes -> bool := Warrant.Gradients.prove_gradient_everywhere.
Definition warrant_prove_gradient_within : bytes -> bytes -> bytes -> bytes -> bool := Warrant.Gradients.prove_gradient_within.
Definition warrant_refute_gradient : bytes -> bytes -> bytes -> bytes -> bool := Warrant.Gradients.refute_gradient.
Definition warrant_prove_loss : bytes -> bytes -> bytes -> bool := Warrant.Losses.prove_loss.
Definition warrant_refute_loss : bytes -> bytes -> bytes -> bool := Warrant.Losses.refute_loss.
Definition warrant_prove_above : bytes -> bytes -> bytes -> bytes -> bool := Warrant.Losses.prove_above.
Definition warrant_refute_above : bytes -> bytes -> bytes -> bytes -> bool := Warrant.Losses.refute_above.
Definition warrant_prove_relation : bytes -> bytes -> bytes -> bool := Warrant.Relations.prove_relation.
Definition warrant_refute_relation : bytes -> bytes -> bytes -> bool := Warrant.Relations.refute_relation.
Definition warrant_prove_comparison : bytes -> bytes -> bytes -> bytes -> bool := Warrant.Relations.prove_comparison.
Definition warrant_refute_comparison : bytes -> bytes -> bytes -> bytes -> bool := Warrant.Relations.refute_comparison.
Definition warrant_prove_certified : bytes -> bytes -> bytes -> bytes -> bytes -> bool := Warrant.Certified.prove_certified.
Definition warrant_refute_certified : bytes -> bytes -> bytes -> bytes -> bytes -> bool := Warrant.Certified.refute_certified.
Definition warrant_prove_slopes : bytes -> bytes -> bytes -> bool := Warrant.Slopes.prove_slopes.
Definition warrant_refute_slopes : bytes -> bytes -> bytes -> bool := Warrant.Slopes.refute_slopes.
Definition warrant_prove_probabilities : bytes -> bytes -> bytes -> bool := Warrant.Links.prove_probabilities.
Definition warrant_refute_probabilities : bytes -> bytes -> bytes -> bool := Warrant.Links.refute_probabilities.
Definition warrant_prove_linked_relation : bytes -> bytes -> bytes -> bool := Warrant.Links.prove_linked_relation.
Definition warrant_refute_linked_relation : bytes -> bytes -> bytes -> bool := Warrant.Links.refute_linked_relation.
Definition warrant_prove_linked_comparison : bytes -> bytes -> bytes -> bytes -> bool := Warrant.Links.prove_linked_comparison.
Definition warrant_refute_linked_comparison : bytes -> bytes -> bytes -> bytes -> bool := Warrant.Links.refute_linked_comparison.

(** how far a refused claim came, for messages only *)
Definition is_some {A} (a : option A) : bool := match a with Some _ => true | None => false end.
Definition warrant_reads_model (m : bytes) : bool := is_some (Onnx.read_model m).
Definition warrant_reads_property (p : bytes) : bool := is_some (VnnLib.read_property p).
Definition warrant_compiles (m p : bytes) : bool :=
  is_some (do m <- Onnx.read_model m; do p <- VnnLib.read_property p; Prove.compile m p).
Definition warrant_reads_relation (p : bytes) : bool := is_some (Spec.Relations.read_relation p).
Definition warrant_relates (ms : list bytes) (p : bytes) : bool :=
  is_some (do r <- Spec.Relations.read_relation p; do ns <- Checker.Relations.read_models ms r; Checker.Relations.compile_together false ns r).
Definition warrant_reads_problem (p : bytes) : bool := is_some (Rates.read_problem p).
Definition warrant_reads_method (p : bytes) : bool := is_some (Methods.read_method p).
Definition warrant_reads_training (p : bytes) : bool := is_some (Spec.Training.read_problem p).
Definition warrant_reads_matrix (m : bytes) : bool := is_some (Spec.Training.read_matrix m).
Definition warrant_reads_accuracy (p : bytes) : bool := is_some (Accuracy.read_claim p).
Definition warrant_reads_chain (p m v : bytes) : bool :=
  is_some (do p <- Chains.read_claim p; do m <- Chains.read_matrix m; do v <- Chains.read_vector v; Some (p, m, v)).
Definition warrant_reads_conformal (p : bytes) : bool := is_some (Conformal.read_claim p).
Definition warrant_reads_scores (p s : bytes) : bool := is_some (Conformal.read_question p s).
Definition warrant_reads_smoothing (p : bytes) : bool := is_some (Smoothing.read_claim p).
Definition warrant_reads_counts (p n : bytes) : bool := is_some (Smoothing.read_question p n).
Definition warrant_reads_query (q : bytes) : bool := is_some (Networks.read_query q).
Definition warrant_reads_independence (q : bytes) : bool := is_some (Networks.read_question q).
Definition warrant_reads_network (n : bytes) : bool := is_some (Networks.read_network n).
Definition warrant_reads_privacy (p : bytes) : bool := is_some (Privacy.read_plan p).
Definition warrant_reads_table (t : bytes) : bool := is_some (Tables.read_table t).
Definition warrant_counts (p y z : bytes) : bool :=
  is_some (do p <- Accuracy.read_claim p; do y <- Tables.read_table y; do z <- Tables.read_table z; Accuracy.counts p y z).
Definition warrant_reads_certified (p : bytes) : bool := is_some (Spec.Certified.read_claim p).
Definition warrant_reads_inputs (x : bytes) : bool := is_some (Spec.Certified.read_inputs x).
Definition warrant_reads_labels (y : bytes) : bool := is_some (Spec.Certified.read_labels y).
Definition warrant_reads_test_set (m p x y : bytes) : bool := is_some (Spec.Certified.read_all m p x y).
Definition warrant_reads_link (m : bytes) : bool := is_some (do n <- Onnx.read_model m; Spec.Links.scored n).
Definition warrant_reads_slopes (p : bytes) : bool := is_some (Spec.Slopes.read_slopes p).
Definition warrant_compiles_slopes (m p : bytes) : bool :=
  is_some (do r <- Spec.Slopes.read_both m p; let '(n, c, d) := r in Checker.Slopes.Check.compile_slopes n c d).

Definition warrant_reads_graph (m : bytes) : bool := is_some (Onnx.read_graph m).
Definition warrant_reads_question (f d w : bytes) : bool := is_some (Spec.Gradients.read_question f d w).
Definition warrant_compiles_gradient (f d w : bytes) : bool := is_some (Checker.Gradients.Check.describe f d w).
Definition warrant_reads_loss (l p : bytes) : bool := is_some (Spec.Losses.read_question l p).
Definition warrant_reads_above : bytes -> bytes -> bytes -> bool := Checker.Losses.Above.reads_pair.
Definition warrant_compiles_above : bytes -> bytes -> bytes -> bool := Checker.Losses.Above.compiles_pair.
Definition warrant_compiles_loss (l p : bytes) : bool := is_some (Checker.Losses.Check.describe l p).

(** for the search of gradients and of losses (program.ml) *)
Definition warrant_program : bytes -> bytes -> bytes -> option (list (positive * (bytes * (list positive * Q))) * (list positive * list (option positive * positive))) :=
  Checker.Gradients.Check.listing.
Definition warrant_differing : bytes -> bytes -> bytes -> bytes -> option (list positive * list positive) := Checker.Gradients.Check.differing.
Definition warrant_boxes : bytes -> bytes -> bytes -> bytes -> option (option (list PrimInt63.int)) := Checker.Gradients.Check.boxes.
Definition warrant_listing : bytes -> bytes -> option (list (positive * (bytes * (list positive * Q)) * option (bool * bool * bool)) * (positive * (option Q * option Q * bool))) :=
  Checker.Losses.Check.listing.
Definition warrant_cover : bytes -> bytes -> option (list PrimInt63.int + list (positive * (PrimFloat.float * PrimFloat.float))) := Checker.Losses.Check.cover_found.
Definition warrant_rounding : bytes -> bytes -> option (bytes * PrimFloat.float) := Checker.Losses.Check.rounding_found.

(** for tests only (evaluate.ml) *)
Definition warrant_enclosures : bytes -> bytes -> option (list (PrimFloat.float * PrimFloat.float)) :=
  Witness.enclosures.

(** ** How it is written *)

(** An axiom without a program behind it is an error, and so is a look inside an opaque proof. *)
Set Warnings "+extraction-axiom-to-realize,+extraction-opaque-accessed".
Set Extraction Output Directory ".".
Extraction "warrant_checker.ml" warrant_prove warrant_refute warrant_prove_reachable warrant_refute_reachable warrant_vacuous warrant_prove_rate warrant_prove_method warrant_prove_training
  warrant_refute_training warrant_diverge_training
  warrant_prove_posterior warrant_reads_query warrant_reads_network
  warrant_prove_independence warrant_refute_independence warrant_reads_independence
  warrant_prove_smoothing warrant_reads_smoothing warrant_reads_counts
  warrant_prove_conformal warrant_refute_conformal warrant_reads_conformal warrant_reads_scores
  warrant_prove_privacy warrant_refute_privacy warrant_reads_privacy
  warrant_prove_chain warrant_refute_chain warrant_reads_chain warrant_prove_accuracy warrant_reads_accuracy warrant_reads_table warrant_counts
  warrant_prove_relation warrant_refute_relation warrant_prove_comparison warrant_refute_comparison warrant_reads_relation warrant_relates
  warrant_reads_model warrant_reads_property warrant_compiles warrant_reads_problem warrant_reads_method
  warrant_reads_training warrant_reads_matrix warrant_prove_gradient warrant_prove_gradient_at_kinks warrant_prove_subgradient warrant_prove_gradient_everywhere warrant_prove_gradient_within warrant_refute_gradient warrant_reads_graph warrant_reads_question warrant_compiles_gradient
  warrant_prove_certified warrant_refute_certified warrant_reads_certified warrant_reads_inputs warrant_reads_labels warrant_reads_test_set
  warrant_prove_linked_relation warrant_refute_linked_relation warrant_prove_linked_comparison warrant_refute_linked_comparison
  warrant_prove_probabilities warrant_refute_probabilities warrant_reads_link warrant_prove_slopes warrant_refute_slopes warrant_reads_slopes warrant_compiles_slopes
  warrant_prove_loss warrant_refute_loss warrant_prove_above warrant_refute_above warrant_reads_above warrant_compiles_above warrant_reads_loss warrant_compiles_loss warrant_listing warrant_cover warrant_rounding warrant_program warrant_differing warrant_boxes warrant_enclosures.
