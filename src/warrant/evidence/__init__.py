"""The warrant on disk, and its audit."""

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

__all__ = [
    "CERTIFICATE",
    "COQ_FILES",
    "RECORD",
    "Audit",
    "Record",
    "Warrant",
    "audit_warrant",
    "coq_files",
    "differences",
    "digest",
    "parse_record",
    "read_warrant",
    "refuse_target",
    "write_warrant",
]
