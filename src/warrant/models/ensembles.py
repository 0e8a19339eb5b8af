"""Two runs of ensembles of decision trees, over the inputs of the first and the differences of the second's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from warrant.errors import Unsupported, WrongInput
from warrant.models.forest import Forest, InOrder, is_forest, read_forest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.models.network import Floats
    from warrant.models.onnx_file import Graph

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Ensembles(InOrder):
    """Two ensembles; inputs are those of the first and then the differences of the second's, outputs those of both."""

    forests: tuple[Forest, Forest]

    @property
    def features(self) -> int:
        """The number of inputs of one run."""
        return self.forests[0].inputs

    @property
    def inputs(self) -> int:
        """The number of inputs."""
        return 2 * self.features

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of the input."""
        return (self.inputs,)

    @property
    def outputs(self) -> int:
        """The number of outputs."""
        return sum(f.outputs for f in self.forests)

    def evaluate(self, x: Floats) -> Floats:
        """Outputs (batch, outputs) in binary64 for inputs (batch, inputs)."""
        n = self.features
        first, second = self.forests
        return np.concatenate([first.evaluate(x[:, :n]), second.evaluate(x[:, :n] + x[:, n:])], axis=1)


def read_ensembles(graphs: Sequence[Graph]) -> Ensembles:
    """Two ensembles whose inputs are as many.  Raises WrongInput or Unsupported."""
    strange = next((g for g in graphs if not is_forest(g)), None)
    if strange is not None:
        raise Unsupported("a network beside an ensemble of trees", file=strange.name, expected="two ensembles")
    if len(graphs) != 2:
        raise Unsupported(f"{len(graphs)} runs of ensembles of trees", file=graphs[0].name, expected="two runs")
    first, second = (read_forest(g) for g in graphs)
    for forest in (first, second):
        if forest.label:
            raise Unsupported(
                "labels of an ensemble of trees in two runs",
                file=forest.name,
                expected="scores",
                hint='claim them, or probabilities: warrant.prove(…, output="scores") in Python',
            )
        if any(c.lookup or c.steps or c.source != k for k, c in enumerate(forest.columns.members)):
            raise Unsupported(
                "scalers or encoders before an ensemble of trees in two runs",
                file=forest.name,
                expected="trees that read the inputs themselves",
                hint="of a pipeline itself, given to warrant.prove, scalers are folded into the trees' thresholds",
            )
    if first.inputs != second.inputs:
        raise WrongInput(f"the networks have {first.inputs}, {second.inputs} inputs", expected="as many each")
    return Ensembles((first, second))


@dataclass(frozen=True)
class Leaves:
    """The leaves of one tree: low, high (leaves, features), closed boxes; weight (leaves, scores)."""

    low: Floats
    high: Floats
    weight: Floats


def last_below(threshold: float, strict: bool) -> float:
    """The greatest binary64 number that a test sends to its first branch."""
    return float(np.nextafter(threshold, -np.inf)) if strict else threshold


def leaves(forest: Forest, root: int) -> Leaves:
    """The leaves of the tree at a root."""
    n = forest.inputs
    found: list[tuple[Floats, Floats, int]] = []
    stack = [(int(root), np.full(n, -np.inf), np.full(n, np.inf))]
    while stack:
        k, low, high = stack.pop()
        f = int(forest.feature[k])
        if f < 0:
            found.append((low, high, k))
            continue
        end = last_below(float(forest.threshold[k]), bool(forest.strict[k]))
        below, above = high.copy(), low.copy()
        below[f], above[f] = min(high[f], end), max(low[f], np.nextafter(end, np.inf))
        stack += [(int(forest.yes[k]), low, below), (int(forest.no[k]), above, high)]
    kept = [part for part in found if (part[0] <= part[1]).all()]
    return Leaves(
        np.array([low for low, _, _ in kept]),
        np.array([high for _, high, _ in kept]),
        forest.weights[[k for _, _, k in kept]],
    )
