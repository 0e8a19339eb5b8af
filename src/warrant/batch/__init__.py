"""Many claims at once: a folder of warrants that an interrupted run goes on from, and what comes of all together."""

from warrant.batch.certify import Certified, CertifiedAccuracy, certify
from warrant.batch.plan import Planned, read_plan
from warrant.batch.run import Entry, Outcome, prove_all

__all__ = ["Certified", "CertifiedAccuracy", "Entry", "Outcome", "Planned", "certify", "prove_all", "read_plan"]
