"""Every family of claims says what its files are called, takes them in this order, and gives them back."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from warrant import claims

FAMILIES = claims._FAMILIES


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_files_come_back_in_their_order(family: str) -> None:
    kind: Any = FAMILIES[family]
    files = claims.artefact_files(family)
    assert len(set(files)) == len(files) > 0
    given = {file: file.encode() for file in files}
    claim = claims.claim_of(family, given)
    assert [(a.file, a.data) for a in claim.artefacts] == list(given.items())
    coq = [a.coq for a in claim.artefacts]
    assert len(set(coq)) == len(coq) and all(name.isidentifier() and name.endswith("_file") for name in coq)
    with pytest.raises((TypeError, ValueError)):
        kind.from_files(*given.values(), b"one more")


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_file_has_the_name_that_the_user_gave_it(family: str) -> None:
    """The last part of its path; only files of the claim have names, and each field with a name is one of them."""
    files = claims.artefact_files(family)
    claim: Any = claims.claim_of(family, dict.fromkeys(files, b""))
    fields = [f.name for f in dataclasses.fields(claim) if f.name.endswith("_name")]
    named = dict(dataclasses.replace(claim, **{f: f"/some/where/{f}" for f in fields}).names)
    assert sorted(named.values()) == sorted(fields) and set(named) <= set(files)
