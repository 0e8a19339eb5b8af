"""Samplers on a few states, as tests want them."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

F = Fraction
Matrix = list[list[Fraction]]

HOLDS, FAILS, NEITHER = ("PROVED", "UNKNOWN"), ("UNKNOWN", "REFUTED"), ("UNKNOWN", "UNKNOWN")
"""What is said of a proof and of a refutation."""

WEIGHTS = [1, 4, 2, 6, 3, 5, 2]
PI = [F(w, sum(WEIGHTS)) for w in WEIGHTS]


def text(rows: Matrix) -> bytes:
    return ("\n".join(",".join(map(str, row)) for row in rows) + "\n").encode()


def metropolis_hastings(weights: list[int], proposal=lambda i, j: F(1, 2), accept=None) -> Matrix:
    """Neighbours on a circle are proposed; ``accept`` replaces the rule of acceptance."""
    n = len(weights)
    rule = accept or (lambda i, j: min(F(1), F(weights[j]) * proposal(j, i) / (weights[i] * proposal(i, j))))
    rows = [[F(0)] * n for _ in range(n)]
    for i, row in enumerate(rows):
        for j in {(i - 1) % n, (i + 1) % n}:
            row[j] = proposal(i, j) * rule(i, j)
        row[i] = 1 - sum(row)
    return rows


def ising(height: int, width: int, strength: Fraction, *, scan: bool) -> tuple[Matrix, list[Fraction]]:
    """Gibbs sampling on a grid: a random site, or one site after the other; equal neighbours have the weight given."""
    sites = list(product(range(height), range(width)))
    states = list(product((0, 1), repeat=len(sites)))
    number = {state: i for i, state in enumerate(states)}
    edges = [
        (a, b)
        for a, b in product(range(len(sites)), repeat=2)
        if sum(abs(x - y) for x, y in zip(sites[a], sites[b], strict=True)) == 1 and a < b
    ]
    mass = [strength ** sum(s[a] == s[b] for a, b in edges) for s in states]
    pi = [m / sum(mass) for m in mass]

    def update(site: int) -> Matrix:
        rows = [[F(0)] * len(states) for _ in states]
        for i, s in enumerate(states):
            options = [number[s[:site] + (v,) + s[site + 1 :]] for v in (0, 1)]
            for j in options:
                rows[i][j] += pi[j] / sum(pi[k] for k in options)
        return rows

    steps = [update(site) for site in range(len(sites))]
    if not scan:
        return [
            [sum(step[i][j] for step in steps) / len(steps) for j in range(len(states))] for i in range(len(states))
        ], pi
    result = steps[0]
    for step in steps[1:]:
        result = [
            [sum(row[k] * step[k][j] for k in range(len(states)) if row[k]) for j in range(len(states))]
            for row in result
        ]
    return result, pi
