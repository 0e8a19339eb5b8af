"""Certificates survive a round trip, and damaged ones are refused."""

from __future__ import annotations

import numpy as np
import pytest

from warrant import certificates as c
from warrant.certificates.writer import varint
from warrant.errors import WrongInput

SIZES = [[1, 2]]


PLACES = c.Places(np.array([c.NOWHERE, 2, 0], np.uint16))


def example() -> c.Proof:
    placed = c.Slopes(4, np.array([0, 9, 4], np.uint8), 0.5, PLACES)
    closed = c.Close(1, (3, 255), c.Slopes(4, np.array([3, 0, 8], np.uint8), 0.25))
    inner = c.Tree([closed, PLACES, c.Improve(3, slopes=placed)])
    empty = c.Tree([], c.Empty(3, 300))
    rows = c.Rows("listed", np.array([1, 0, 3, 2, 0, 1], np.uint8))
    ops = [
        c.Advance(),
        c.Improve(1),
        c.Improve(2, c.Rows("all"), c.Slopes(8, np.array([0, 255, 7], np.uint8))),
        c.Improve(200, rows),
        c.Close(0, (1,), c.Slopes(4, np.array([15, 0, 7], np.uint8))),
    ]
    return c.Proof((c.Tree(ops, c.Split(0, 4, -0.125, inner, empty)),))


def test_round_trip():
    data = c.proof_bytes(example())
    again = c.read_proof(data, SIZES)
    assert c.proof_bytes(again) == data
    split = again.trees[0].end
    assert isinstance(split, c.Split)
    assert split.value == -0.125
    close = split.below.ops[0]
    assert isinstance(close, c.Close)
    assert close.weights == (3, 255)
    assert close.slopes.numbers(np.array([False, False, True, True])).tolist() == [0.2, 0, 2, 0]
    improve = split.below.ops[2]
    assert isinstance(improve, c.Improve)
    assert improve.slopes.entries.tolist() == [0, 9, 4]
    assert again.trees[0].ops[3].rows.sides.tolist()[:6] == [1, 0, 3, 2, 0, 1]


def test_cases_round_trip():
    proof = c.proof_bytes(example())
    data = c.cases_bytes([proof, proof])
    again = c.read_cases(data, SIZES * 2)
    assert [c.proof_bytes(c.Proof((tree,))) for tree in again.trees] == [proof, proof]
    for wrong in (data[:-1], data + b"\0", proof):
        with pytest.raises(WrongInput):
            c.read_cases(wrong, SIZES * 2)


def test_boxes_round_trip():
    data = c.boxes_bytes([c.Cut(3, -0.5, True, c.Cut(), c.Cut(0, 2.0, False, c.Cut(), c.Cut())), c.Cut()])
    again = c.read_boxes(data, 2)
    assert c.boxes_bytes(again) == data and again[0].strict and again[0].above.input == 0
    for wrong in (data[:-1], data + b"\0", data[:6] + b"\3" + data[7:], c.proof_bytes(example())):
        with pytest.raises(WrongInput):
            c.read_boxes(wrong, 2)


def test_the_proof_in_one_about_probabilities():
    proof = c.proof_bytes(example())
    data = c.linked_bytes([5, -(1 << 40), 0], proof)
    assert c.proof_of_scores(data) == proof
    for wrong in (data[:8], proof):
        with pytest.raises(WrongInput):
            c.proof_of_scores(wrong)


def test_statistics():
    s = c.statistics(c.proof_bytes(example()), SIZES)
    assert (s.leaves, s.splits, s.improves, s.closes) == (2, 1, 4, 2)


def test_every_truncation_is_refused():
    data = c.proof_bytes(example())
    for n in range(len(data)):
        with pytest.raises(WrongInput):
            c.read_proof(data[:n], SIZES)
    with pytest.raises(WrongInput):
        c.read_proof(data + b"\0", SIZES)


def test_exact_bytes():
    close = c.Close(0, (1,), c.Slopes(4, np.array([1, 2, 3, 0, 0], np.uint8)))
    tree = c.Tree([c.Advance(), c.Improve(1), close])
    assert c.proof_bytes(c.Proof((tree,))) == b"WRNT\x01P" + bytes.fromhex("10 110100 00 120001 0102 2103 00")
    close = c.Close(0, (1,), c.Slopes(4, np.array([1, 2, 3], np.uint8), 0.5))
    assert c.proof_bytes(c.Proof((c.Tree([close]),)))[6:] == bytes.fromhex("120001 03 0000003f 02 2103 00")
    close = c.Close(0, (1,), c.Slopes(4, np.array([0, 9, 4], np.uint8), 0.0, PLACES))
    placed = c.proof_bytes(c.Proof((c.Tree([PLACES, close]),)))[6:]
    assert placed == bytes.fromhex("13 06 ffff 0200 0000 120001 01 02 0409 00")
    assert varint(300) == b"\xac\x02"
    assert c.witness_bytes(["1", "-2e3"]) == b"WRNT\x01R1\n-2e3"
    assert c.read_witness(b"WRNT\x01R1\n-2e3\n") == ["1", "-2e3"]


def test_places_of_some_rows():
    places = c.Places.only(np.array([False, True, False, True, True]))
    assert places.of.tolist() == [c.NOWHERE, 0, c.NOWHERE, 1, 2]
    assert len(c.op_bytes(c.Close(0, (1,), c.Slopes(4, np.array([0, 1, 0, 2, 3], np.uint8), 0.0, places)))) == 7
    for entries in ([1, 1, 0, 0, 0], [0, 1, 0, 0, 0, 1]):
        with pytest.raises(ValueError, match="no place"):
            c.op_bytes(c.Close(0, (1,), c.Slopes(4, np.array(entries, np.uint8), 0.0, places)))
    with pytest.raises(ValueError, match="16 bits"):
        c.Places.only(np.ones(c.NOWHERE + 1, bool))


def test_rows_of_a_short_list_of_places_have_no_entry():
    cut = b"WRNT\x01P" + bytes.fromhex("13 05 0100 0000 07 120001 01 02 0409 00")
    close = c.read_proof(cut, [[1]]).trees[0].ops[1]
    assert isinstance(close, c.Close)
    assert close.slopes.entries.tolist() == [0, 4]
