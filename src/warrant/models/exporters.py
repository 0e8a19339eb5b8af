"""Fitted scikit-learn models, as ONNX files, which the theorems are about: the exporter is outside the proof."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx

from warrant.errors import Unsupported, WrongInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

__all__ = ["Exported", "export", "is_estimator", "replayed"]

_OPSET = {"": 17, "ai.onnx.ml": 3}
_SAMPLES = 1000


@dataclass(frozen=True)
class Exported:
    """A model as an ONNX file, and how well the file agrees with the model it came from.

    Attributes:
        data: the bytes of the file.
        note: one line about the exporter and the agreement.
    """

    data: bytes
    note: str


def is_estimator(model: object) -> bool:
    """Whether this is an estimator or a pipeline of scikit-learn (asked without importing it)."""
    return hasattr(model, "predict") and hasattr(model, "get_params")


def export(model: Any, samples: ArrayLike) -> Exported:
    """A fitted estimator or pipeline as an ONNX file with one input, a row of float32 features, and one output.

    The output of a classifier is its label.  The file is compared with the estimator on the samples, (n, features), of
    which at most 1000 are taken; they also say how many features there are.

    Raises:
        WrongInput: it is not fitted, the samples are no table of finite numbers, or skl2onnx is not installed.
        Unsupported: skl2onnx has no converter for it.
    """
    try:
        import onnxruntime as ort
        import skl2onnx
    except ImportError:
        raise WrongInput(
            f"a {type(model).__name__}", expected="the package skl2onnx", hint="pip install 'warrant-ml[sklearn]'"
        ) from None
    rows = np.asarray(samples)
    if rows.ndim != 2 or not len(rows) or rows.dtype.kind not in "iuf" or not np.isfinite(rows).all():
        what = f"an array of shape {rows.shape} and type {rows.dtype}"
        raise WrongInput(what, place="samples", expected="(n, features) finite numbers")
    rows = rows[:_SAMPLES].astype(np.float32)
    name = type(model).__name__
    classifier = hasattr(model, "classes_")
    try:
        wanted = np.asarray(model.predict(rows)).reshape(len(rows), -1)
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise WrongInput(
            f"the {name} cannot predict the samples: {reason}", expected="a fitted model and its features"
        ) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            options = {id(model): {"zipmap": False}} if classifier else None
            made = skl2onnx.to_onnx(model, rows[:1], options=options, target_opset=_OPSET)
    except Exception as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise Unsupported(f"skl2onnx cannot export the {name}: {reason}") from error
    output = made.graph.output[0].name
    alone = onnx.utils.Extractor(made).extract_model([made.graph.input[0].name], [output])
    data = _without_casts(alone).SerializeToString()
    session = ort.InferenceSession(data, providers=["CPUExecutionProvider"])
    (found,) = session.run([output], {made.graph.input[0].name: rows})
    found = np.asarray(found).reshape(len(rows), -1)
    if classifier:
        same = int((found == wanted).all(axis=1).sum())
        agreement = f"the labels agree on {same} of {len(rows)} samples"
    else:
        agreement = f"the outputs differ by at most {float(np.abs(found - wanted).max()):.3g} on {len(rows)} samples"
    return Exported(
        data,
        f"the {name} was exported by skl2onnx {skl2onnx.__version__}, which is outside the proof; {agreement}",
    )


def replayed(models: Sequence[Any], inputs: Sequence[float]) -> tuple[str, ...]:
    """What estimators themselves say of a counterexample, in float32: a line for each run of one.

    Args:
        models: one or two estimators, or None for what was an ONNX file: the first run's, and the second's, if that is
            another model.
        inputs: of one run, or of two, one after the other.
    """
    known = next((model for model in models if model is not None), None)
    if known is None:
        return ()
    runs = np.array(inputs, dtype=np.float32).reshape(-1, known.n_features_in_)
    lines = []
    for k, row in enumerate(runs):
        model = models[min(k, len(models) - 1)]
        if model is not None:
            (value,) = np.asarray(model.predict(row[None])).reshape(-1)
            which = "the counterexample" if len(runs) == 1 else f"the counterexample's {('first', 'second')[k]} input"
            lines.append(f"at {which}, rounded to float32, the {type(model).__name__} itself gives {value}")
    return tuple(lines)


def _without_casts(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model without casts of float32 numbers to float32, which exporters leave behind."""
    inferred = onnx.shape_inference.infer_shapes(model)
    kinds = {v.name: v.type.tensor_type.elem_type for v in [*inferred.graph.value_info, *inferred.graph.input]}
    for node in model.graph.node:
        if node.domain == "ai.onnx.ml" and node.op_type in ("Scaler", "LinearRegressor", "TreeEnsembleRegressor"):
            kinds[node.output[0]] = onnx.TensorProto.FLOAT
    renamed: dict[str, str] = {}
    kept = []
    last = {o.name for o in model.graph.output}
    for node in model.graph.node:
        node.input[:] = [renamed.get(name, name) for name in node.input]
        same = node.op_type == "Cast" and kinds.get(node.input[0]) == onnx.TensorProto.FLOAT
        if same and node.attribute[0].i == onnx.TensorProto.FLOAT and node.output[0] not in last:
            renamed[node.output[0]] = node.input[0]
        else:
            kept.append(node)
    del model.graph.node[:]
    model.graph.node.extend(kept)
    return model
