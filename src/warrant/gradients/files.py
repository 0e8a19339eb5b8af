"""The files of a claim about a gradient: two graphs, and which of their inputs count, in which bounds, how exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import onnx

from warrant._bounds import Bounds, Number, clauses, limit_lines, rational, read_limits, to_fraction
from warrant.errors import Unsupported, WrongInput

__all__ = ["Signature", "Terms", "read_names", "signature", "write_names"]

_FLOATS = (onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE, onnx.TensorProto.FLOAT16, onnx.TensorProto.BFLOAT16)
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Signature:
    """What a graph takes and gives.

    Attributes:
        inputs: the shapes of the inputs that are not initializers, by name.
        outputs: the names of the outputs.
    """

    inputs: dict[str, Shape]
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class Terms:
    """What the text of the names says.

    Attributes:
        names: the inputs by which the function is differentiated.
        domain: for inputs by name, the least and the greatest number that their entries may be.
        tolerance: how far each entry of the derivative may be off, for cotangents between -1 and 1; 0: not at all.
    """

    names: tuple[str, ...]
    domain: Bounds
    tolerance: Fraction


def signature(data: bytes, *, file: str) -> Signature:
    """The signature of an ONNX graph.  A first dimension that is left open is 1.

    Raises:
        WrongInput: the bytes are no ONNX file.
        Unsupported: an input is no tensor of floats of a fixed shape.
    """
    if not data:
        raise WrongInput("the file is empty", file=file, expected="a file written by an ONNX exporter")
    try:
        graph = onnx.load_from_string(data).graph
    except Exception as error:
        expected = "a file written by an ONNX exporter"
        raise WrongInput("the bytes are not an ONNX model", file=file, expected=expected) from error
    if not graph.output:
        raise WrongInput("there is no graph with an output in the file", file=file, expected="an ONNX model")
    numbers = {t.name for t in graph.initializer}
    return Signature(
        {i.name: _shape(i, file) for i in graph.input if i.name not in numbers}, tuple(o.name for o in graph.output)
    )


def _shape(info: onnx.ValueInfoProto, file: str) -> Shape:
    place = f"input {info.name!r}"
    tensor = info.type.tensor_type
    if tensor.elem_type not in _FLOATS or not tensor.HasField("shape"):
        raise Unsupported("it is no tensor of floats with a shape", file=file, place=place, hint="export with floats")
    dims = []
    for k, d in enumerate(tensor.shape.dim):
        if d.HasField("dim_value") and d.dim_value > 0:
            dims.append(int(d.dim_value))
        elif k == 0 and not d.HasField("dim_value"):
            dims.append(1)
        else:
            raise Unsupported(
                f"dimension {k} is not fixed",
                file=file,
                place=place,
                expected="a positive number",
                hint="export the graph with a fixed input shape",
            )
    return tuple(dims)


def write_names(names: Sequence[str], domain: Bounds | None = None, tolerance: Number = 0) -> bytes:
    """The text of the names, one a line; then, after an empty line, the tolerance and the bounds, if there are any.

    Raises:
        WrongInput: a name is empty or has a line break in it, a bound is no number, or the tolerance is negative.
        Unsupported: a bounded input's name cannot be written in such a text.
    """
    for name in names:
        if not name or "\n" in name:
            problem = "an input's name is empty or has a line break in it"
            raise WrongInput(problem, place=repr(name), hint="rename the input")
    allowed = to_fraction(tolerance, "tolerance")
    if allowed < 0:
        raise WrongInput(f"a tolerance of {tolerance}", expected="a number that is at least 0")
    within = [f"(within {rational(tolerance, 'tolerance')})"] if allowed else []
    more = [*within, *limit_lines(domain or {})]
    lines = [*names, *(["", *more] if more else [])]
    return "".join(f"{line}\n" for line in lines).encode()


def read_names(data: bytes, *, file: str) -> Terms:
    """What such a text says.

    Raises:
        WrongInput: it is none.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise WrongInput("not a text", file=file, expected="one input's name a line") from None
    names, _, rest = text.partition("\n\n")
    if not (rest or text.endswith("\n")):
        raise WrongInput("no name, or no line break after the last one", file=file, expected="one name a line")
    expected = "after an empty line: (within NUMBER) first, if at all; (least NAME NUMBER), (most NAME NUMBER)"
    more = clauses(rest)
    tolerance = Fraction(0)
    if more and len(more[0]) == 2 and more[0][0] == "within":
        tolerance = to_fraction(more.pop(0)[1], "within")
    if tolerance < 0:
        raise WrongInput(f"(within {tolerance})", file=file, expected="a number that is at least 0")
    return Terms(
        tuple(names.removesuffix("\n").split("\n")), read_limits(more, file=file, expected=expected), tolerance
    )
