"""The warrant on disk, its audit and its report."""

from warrant.evidence.audit import Audit, audit_warrant
from warrant.evidence.folder import (
    COQ_FILES,
    Warrant,
    coq_files,
    differences,
    read_warrant,
    refuse_target,
    write_warrant,
)
from warrant.evidence.record import CERTIFICATE, RECORD, Record, digest, parse_record
from warrant.evidence.report import html, in_toto, model_card
from warrant.evidence.view import View, view

__all__ = [
    "CERTIFICATE",
    "COQ_FILES",
    "RECORD",
    "Audit",
    "Record",
    "View",
    "Warrant",
    "audit_warrant",
    "coq_files",
    "differences",
    "digest",
    "html",
    "in_toto",
    "model_card",
    "parse_record",
    "read_warrant",
    "refuse_target",
    "view",
    "write_warrant",
]
