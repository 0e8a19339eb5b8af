(** * The table of losses

    The theorems of the tables in docs/losses.md, one line a row, so that what all of them rest on is asked for at once (audit/headline.txt).

    Main definitions: [residual_losses], [margin_losses], [score_losses], [convex_atoms].

    Trust: proved. *)
From Warrant Require Import Primitives.Losses.Composition Primitives.Losses.Properties Primitives.Losses.Margins Primitives.Losses.Scores Primitives.Losses.Powers Primitives.Losses.Contrastive.

Definition residual_losses :=
  (half_square_convex, half_square_not_lipschitz, half_square_smooth, half_square_ge0, half_square_minimised,
   absolute_convex, absolute_lipschitz, absolute_not_smooth, absolute_ge0, absolute_minimised,
   huber_convex, huber_lipschitz, huber_smooth, huber_ge0, huber_minimised, huber_not_minimised,
   pinball_convex, pinball_lipschitz, pinball_not_smooth, pinball_ge0, pinball_minimised, pinball_not_minimised,
   poisson_convex, poisson_not_lipschitz, poisson_not_smooth, poisson_not_nonnegative, poisson_minimised).
Definition margin_losses :=
  (hinge_convex, hinge_lipschitz, hinge_not_smooth, hinge_ge0, hinge_upper_bound, hinge_calibrated,
   squared_hinge_convex, squared_hinge_not_lipschitz, squared_hinge_smooth, squared_hinge_ge0, squared_hinge_upper_bound, squared_hinge_calibrated,
   logistic_margin_convex, logistic_margin_lipschitz, logistic_margin_smooth, logistic_margin_ge0, logistic_margin_upper_bound, logistic_margin_no_upper_bound, logistic_margin_calibrated,
   exponential_convex, exponential_not_lipschitz, exponential_not_smooth, exponential_ge0, exponential_upper_bound, exponential_calibrated,
   zero_one_not_convex, zero_one_not_lipschitz, zero_one_ge0,
   perceptron_convex, perceptron_lipschitz, perceptron_not_smooth, perceptron_ge0, perceptron_no_upper_bound, perceptron_not_calibrated,
   convex_calibrated, convex_calibrated_iff).
Definition score_losses :=
  (brier_convex, brier_ge0, brier_proper, mixed_score_proper,
   log_score_convex, log_score_proper,
   linear_score_not_proper,
   smoothed_score_not_proper,
   relative_entropy_convex, divergence_ge0, divergence_zero,
   cross_entropy_convex, cross_entropy_ge0, cross_entropy_bound, cross_entropy_upper_bound,
   log_sum_exp_convex,
   focal_not_convex, focal_ge0, focal_bound, focal_at_not_convex, focal_at_ge0, focal_at_bound,
   triplet_convex, triplet_not_convex, triplet_ge0,
   gaussian_convex, gaussian_not_convex,
   info_nce_bound, info_nce_mutual_information,
   evidence_bound).
Definition convex_atoms :=
  (add_convex, scale_convex, max_convex, min_concave, square_root_convex, add_root_convex, divide_root_convex,
   exp_convex, add_log_convex, mul_log_convex, ln_concave, entropy_convex, relative_entropy_convex, inverse_convex,
   power_convex, product_concave, norm_convex, norm_concave, huber_segment, xexp_convex, stable_softplus).
