"""The Coq files of a warrant: the bytes, and a readable theorem about them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from warrant._files import LARGEST
from warrant.claims import THEOREM_NAME, Artefact, Theorem

__all__ = ["CERTIFICATE_NAME", "artefacts_v", "imports", "theorem_v"]

CERTIFICATE_NAME = "certificate_file"

_ARTEFACTS = """\
(** The bytes of the files that the theorem in Theorem.v is about, and of its certificate.

    Each definition is one string: the raw bytes of the file, with every double quote doubled. *)
From Coq Require Import (notations) PString.
Local Open Scope pstring_scope.

"""

_THEOREM = """\
(** A theorem about the bytes of files, checked by the kernel of Coq.

    In words: {words}

    The files, byte for byte in Artefacts.v:
{files}

    What the statement means is defined in the folder theories/Spec of the library Warrant (start at {meaning}).
    To check it by hand, with LIB the folder of that library, in this folder:
      coqc -Q LIB Warrant -Q . "" Theorem.v *)
{imports}
Theorem {claim} : {statement}.
Proof.
  (* It is enough that the checker, a function proved sound in the library, accepts the certificate ... *)
  apply ({soundness} {arguments}).
  (* ... and the kernel computes that it does. *)
  vm_cast_no_check (eq_refl true).
Qed.
{restated}
(* What it rests on, apart from the definitions in Spec: *)
Print Assumptions {name}.
"""


def artefacts_v(artefacts: Sequence[Artefact], certificate: bytes) -> bytes:
    """The text of ``Artefacts.v``.

    Raises:
        ValueError: a file is longer than one Coq string can be.
    """
    parts = [_ARTEFACTS.encode()]
    for name, data in [(a.coq, a.data) for a in artefacts] + [(CERTIFICATE_NAME, certificate)]:
        if len(data) > LARGEST:
            raise ValueError(f"{name} has {len(data)} bytes, and a Coq string holds at most {LARGEST}")
        parts.append(b"Definition " + name.encode() + b' : PrimString.string := "')
        parts.append(data.replace(b'"', b'""'))
        parts.append(b'".\n')
    return b"".join(parts)


def imports(theorem: Theorem) -> str:
    """The first lines of a Coq file about the theorem's artefacts."""
    return f"From Warrant Require Import {theorem.module}.\nLoad Artefacts.\n"


def theorem_v(artefacts: Sequence[Artefact], theorem: Theorem) -> bytes:
    """The text of ``Theorem.v``.  It depends on nothing but the artefacts and the theorem."""
    width = max(len(a.coq) for a in artefacts)
    files = "\n".join(
        f"      {a.coq:<{width}}  {a.file}, {len(a.data)} bytes, SHA-256 {hashlib.sha256(a.data).hexdigest()}"
        for a in artefacts
    )
    arguments = " ".join([*(a.coq for a in artefacts), CERTIFICATE_NAME])
    text = _THEOREM.format(
        words=theorem.words,
        files=files,
        meaning=theorem.meaning,
        imports=imports(theorem),
        claim=THEOREM_NAME,
        name=theorem.name,
        restated=f"\n{theorem.restated.text}" if theorem.restated is not None else "",
        statement=theorem.statement,
        soundness=theorem.soundness,
        arguments=arguments,
    )
    return text.encode()
