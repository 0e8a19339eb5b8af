(** * Extraction of the checker to OCaml

    Writes warrant_checker.ml, the program text of the checker that main.ml calls.  The directives are those of Coq's own
    standard library, and nothing is mapped by hand:

    - ExtrOcamlBasic: bool, option, list, pairs and unit become OCaml's; && and || stay lazy;
    - ExtrOCamlInt63, ExtrOCamlFloats, ExtrOCamlPString: Coq's primitive integers, floats and strings become the modules
      Uint63, Float64 and Pstring of Coq's kernel, the very code that the kernel computes with.

    Natural numbers, positives, integers and rationals stay the inductive types that they are in Coq: ExtrOcamlNatInt and
    ExtrOcamlZInt are not loaded, because they would replace them by machine integers, which overflow.

    Trust: glue.
    Source: Letouzey, "Extraction in Coq: an overview" (2008). *)
From Coq Require Extraction.
From Coq Require Import ExtrOcamlBasic ExtrOCamlInt63 ExtrOCamlFloats ExtrOCamlPString.
From Warrant Require Spec.Bytes Checker.Witness Main.

(** [when b a] becomes [if b then a else None], so that what is refused is not computed first. *)
Extraction Inline Bytes.when.

Extraction "warrant_checker.ml" Main.prove Main.refute Main.vacuous Witness.enclosures.
