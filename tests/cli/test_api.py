"""The Python verbs: what they take, and the types of what they give."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import onnx
import pytest

import warrant
from warrant.claims import Found


@pytest.mark.parametrize("kind", ["path", "text path", "bytes", "proto"])
def test_models(
    kind: str, model: bytes, property_text: str, tmp_path: Path, lenient: Path, search: Callable[[bytes | None], None]
) -> None:
    search(b"WRNT\x01Pgood")
    path = tmp_path / "m.onnx"
    path.write_bytes(model)
    given = {"path": path, "text path": str(path), "bytes": model, "proto": onnx.load_from_string(model)}[kind]
    verdict = warrant.prove(given, property_text)
    assert isinstance(verdict, warrant.Proved)
    assert verdict.certificate == b"WRNT\x01Pgood"
    assert verdict.folder is None
    assert verdict.seconds.keys() >= {"search", "native"}


@pytest.mark.parametrize("kind", ["path", "text path", "bytes", "text"])
def test_properties(
    kind: str, model: bytes, property_text: str, tmp_path: Path, lenient: Path, search: Callable[[bytes | None], None]
) -> None:
    search(b"WRNT\x01R1.5")
    path = tmp_path / "p.vnnlib"
    path.write_text(property_text)
    given = {"path": path, "text path": str(path), "bytes": property_text.encode(), "text": property_text}[kind]
    verdict = warrant.prove(model, given)
    assert isinstance(verdict, warrant.Refuted)
    assert verdict.counterexample.inputs == (1.5,)


def test_unknown(model: bytes, property_text: str, search: Callable[[bytes | None], None]) -> None:
    search(None)
    verdict = warrant.prove(model, property_text)
    assert isinstance(verdict, warrant.Unknown)
    assert verdict.line == "UNKNOWN: nothing was found"
    assert verdict.certificate is None


@pytest.mark.parametrize("options", [{"timeout": 0}, {"timeout": -1.0}, {"timeout": float("nan")}, {"jobs": 0}])
def test_wrong_options(options: dict[str, float], model: bytes, property_text: str) -> None:
    with pytest.raises(warrant.WarrantError):
        warrant.prove(model, property_text, **options)


def test_an_object_that_is_no_model(property_text: str) -> None:
    with pytest.raises(warrant.WrongInput, match="list"):
        warrant.prove([], property_text)  # type: ignore[arg-type]


def test_frozen(model: bytes, property_text: str, search: Callable[[bytes | None], None]) -> None:
    search(None)
    with pytest.raises(AttributeError):
        warrant.prove(model, property_text).notes = ("x",)  # type: ignore[misc]


def test_figures_of_the_search(
    model: bytes, property_text: str, lenient: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whatever the search says of itself is handed on with every verdict, and kept out of the record."""
    figures = {"regions": 3.0}
    for certificate, word in ((b"WRNT\x01Pgood", "PROVED"), (b"WRNT\x01Pbad", "UNKNOWN"), (None, "UNKNOWN")):
        monkeypatch.setattr(warrant.Safe, "find", lambda self, c=certificate, **options: Found(c, "", figures))
        verdict = warrant.prove(model, property_text, out=tmp_path / "w")
        assert (verdict.word, verdict.figures) == (word, figures)
    assert b"regions" not in (tmp_path / "w" / "warrant.json").read_bytes()


def test_the_search_says_how_it_went(model: bytes, property_text: str) -> None:
    found = warrant.Safe.of(model, property_text).find(timeout=20, jobs=1, report=None)
    assert found.figures["size"] == len(found.certificate or b"")
    assert found.figures["regions"] >= 0
