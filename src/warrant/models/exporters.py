"""Models of scikit-learn, XGBoost, LightGBM and PyTorch, as ONNX files, which the theorems are about.

The exporter is outside the proof; how well the file agrees with the model is measured on samples.
"""

from __future__ import annotations

import copy
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import onnx

from warrant._quiet import quiet
from warrant.errors import Unsupported, WrongInput
from warrant.models import has_link
from warrant.models.folding import with_folded_scalers
from warrant.models.links import linked
from warrant.models.rewriting import with_link, with_plain_scores, with_scores, without_idle_nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["Exported", "Original", "export", "is_exportable", "replayed"]

_OPSET = {"": 17, "ai.onnx.ml": 3}
_OPSET_OF_MODULES = 20
_SAMPLES = 1000
Output = Literal["label", "scores", "probabilities"]


@dataclass(frozen=True)
class Original:
    """The model that a file came from.

    Attributes:
        model: the estimator, or a copy of the module, on the CPU and in evaluation mode.
        shape: the shape of one input, without the batch.
        output: of a classifier, what the file gives.
    """

    model: Any
    shape: tuple[int, ...]
    output: Output = "label"

    @property
    def name(self) -> str:
        """The name of its class."""
        return type(self.model).__name__

    @property
    def labels(self) -> bool:
        """Whether it answers with labels."""
        return hasattr(self.model, "classes_") and self.output == "label"

    def answers(self, rows: NDArray[np.float32]) -> NDArray[Any]:
        """What it says of inputs, (n, *shape): (n, outputs); probabilities, where the file gives these or scores."""
        if not _is_module(self.model):
            said = self.model.predict(rows) if self.output == "label" else self.model.predict_proba(rows)
            return np.asarray(said).reshape(len(rows), -1)
        import torch

        with torch.no_grad():
            result = self.model(torch.from_numpy(rows))
        if not isinstance(result, torch.Tensor):
            raise Unsupported(f"the {self.name} returns a {type(result).__name__}", expected="one tensor")
        return np.asarray(result.numpy()).reshape(len(rows), -1)


@dataclass(frozen=True)
class Exported:
    """A model as an ONNX file, and how well the file agrees with the model it came from.

    Attributes:
        data: the bytes of the file.
        note: one line about the exporter and the agreement.
        original: the model.
    """

    data: bytes
    note: str
    original: Original


def _is_module(model: object) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(model, torch.nn.Module)


def is_exportable(model: object) -> bool:
    """Whether this is an estimator, a pipeline or a module (asked without importing their packages)."""
    return _is_module(model) or (hasattr(model, "predict") and hasattr(model, "get_params"))


def export(model: Any, samples: ArrayLike, output: Output = "label") -> Exported:
    """A model as an ONNX file with one float32 input and one output.

    Args:
        model: a fitted estimator or pipeline of scikit-learn, estimators of XGBoost and LightGBM among them, whose
            output is the label where it is a classifier; or a PyTorch module, whose output is one tensor of floats.
        samples: (n, features), for a module (n, *shape of one input); they say what an input looks like, and the file
            is compared with the model on at most 1000 of them.
        output: of a classifier: its label; the probabilities of its classes; or the scores that these are made of.

    Raises:
        WrongInput: the model is not fitted, the samples are no inputs of it, or the exporter is not installed.
        Unsupported: the exporter has no converter for it.
    """
    try:
        import onnxruntime as ort
    except ImportError:
        raise WrongInput(f"a {type(model).__name__}", expected="the package onnxruntime") from None
    rows = np.asarray(samples)
    module = _is_module(model)
    fits = rows.ndim >= 2 if module else rows.ndim == 2
    if not fits or not rows.size or rows.dtype.kind not in "iuf" or not np.isfinite(rows).all():
        what = f"an array of shape {rows.shape} and type {rows.dtype}"
        expected = "(n, …) finite numbers" if module else "(n, features) finite numbers"
        raise WrongInput(what, place="samples", expected=expected)
    rows = np.ascontiguousarray(rows[:_SAMPLES], dtype=np.float32)
    if output != "label" and not hasattr(model, "predict_proba"):
        raise WrongInput(
            f"{output} of a {type(model).__name__}", place="output", expected="a classifier that gives them"
        )
    original = Original(copy.deepcopy(model).cpu().eval() if module else model, rows.shape[1:], output)
    try:
        wanted = original.answers(rows)
    except Unsupported:
        raise
    except Exception as error:
        expected = "inputs of the module" if module else "a fitted model and its features"
        raise WrongInput(
            f"the {original.name} cannot predict the samples: {_reason(error)}", expected=expected
        ) from error
    exporter, made = _by_torch(original, rows) if module else _by_skl2onnx(original, rows, raw=output == "label")
    source, *results = (v.name for v in (made.graph.input[0], *made.graph.output))
    taken = results[0 if output == "label" else -1]
    slim = without_idle_nodes(onnx.utils.Extractor(made).extract_model([source], [taken]))
    link = ""
    if output == "scores" or (output == "probabilities" and not has_link(slim.SerializeToString())):
        link = with_scores(slim)
        if output == "probabilities" and link:
            with_link(slim, link)
    elif original.labels and with_plain_scores(slim):
        exporter += " (its label is that of the greatest score, not probability)"
    if not module and with_folded_scalers(slim):
        exporter += " (scalers are folded into the thresholds of its trees)"
    data = slim.SerializeToString()
    session = ort.InferenceSession(data, providers=["CPUExecutionProvider"])
    batches = rows[:, None] if module else rows[None]  # a module's file takes one input at a time
    found = np.concatenate([np.asarray(session.run(None, {source: b})[0]).reshape(len(b), -1) for b in batches])
    if output == "scores":
        found = linked(found, link)
    if original.labels:
        same = int((found == wanted).all(axis=1).sum())
        agreement = f"the labels agree on {same} of {len(rows)} samples"
    else:
        what = "outputs" if output == "label" else "probabilities"
        agreement = f"the {what} differ by at most {float(np.abs(found - wanted).max()):.3g} on {len(rows)} samples"
    note = f"the {original.name} was exported by {exporter}, which is outside the proof; {agreement}"
    return Exported(data, note, original)


def _reason(error: Exception) -> str:
    """The first line of a message, not too long."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _by_skl2onnx(original: Original, rows: NDArray[np.float32], *, raw: bool) -> tuple[str, onnx.ModelProto]:
    """The exporter, and what it makes of an estimator."""
    try:
        import skl2onnx
    except ImportError:
        raise WrongInput(
            f"a {original.name}", expected="the package skl2onnx", hint="pip install 'warrant-ml[sklearn]'"
        ) from None
    exporter = f"skl2onnx {skl2onnx.__version__}"
    if _register_boosters(original.model):
        import onnxmltools

        exporter += f" with the converters of onnxmltools {onnxmltools.__version__}"
    try:
        with quiet():
            made = _converted(skl2onnx, original, rows, raw=raw)
    except Exception as error:
        hint = "for XGBoost and LightGBM: pip install 'warrant-ml[boosting]'"
        raise Unsupported(f"skl2onnx cannot export the {original.name}: {_reason(error)}", hint=hint) from error
    return exporter, made


def _converted(skl2onnx: Any, original: Original, rows: NDArray[np.float32], *, raw: bool) -> onnx.ModelProto:
    """What skl2onnx makes of an estimator, with the plainest output that its converter can give.

    raw: of some estimators, scores and not probabilities; the label is the same.
    """
    last = getattr(original.model, "steps", [("", original.model)])[-1][1]
    raw = raw and type(last).__name__ == "SGDClassifier"
    wanted: list[dict[str, bool] | None] = [None]
    if hasattr(original.model, "classes_"):
        wanted = [{"zipmap": False, "raw_scores": True}, {"zipmap": False}, None][not raw :]
    for options in wanted:
        try:
            named = None if options is None else {id(original.model): options}
            made: onnx.ModelProto = skl2onnx.to_onnx(original.model, rows[:1], options=named, target_opset=_OPSET)
            return made
        except NameError:  # its way to say that a converter does not know an option
            if options is None:
                raise
    raise AssertionError("the last of them returns or raises")


def _register_boosters(model: Any) -> bool:
    """Makes the converters of onnxmltools known to skl2onnx, for the libraries that the model, or a pipeline, is of."""
    parts = [model, *(step for _, step in getattr(model, "steps", []))]
    made_by = {type(part).__module__.partition(".")[0] for part in parts}
    known = [(name, sys.modules[name]) for name in ("xgboost", "lightgbm") if name in made_by]
    if not known:
        return False
    try:
        from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm
        from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost
    except ImportError:
        return False
    from skl2onnx import update_registered_converter
    from skl2onnx.common import shape_calculator as shapes

    for name, library in known:
        convert = convert_xgboost if name == "xgboost" else convert_lightgbm
        prefix = "XGB" if name == "xgboost" else "LGBM"
        alias = f"{name.capitalize()}{prefix}"
        update_registered_converter(
            getattr(library, f"{prefix}Classifier"),
            f"{alias}Classifier",
            shapes.calculate_linear_classifier_output_shapes,
            convert,
            options={"nocl": [True, False], "zipmap": [True, False, "columns"]},
        )
        update_registered_converter(
            getattr(library, f"{prefix}Regressor"),
            f"{alias}Regressor",
            shapes.calculate_linear_regressor_output_shapes,
            convert,
        )
    return True


def _by_torch(original: Original, rows: NDArray[np.float32]) -> tuple[str, onnx.ModelProto]:
    """The exporter, and what it makes of a module with a batch of one."""
    import torch

    try:
        with quiet():
            program = torch.onnx.export(
                original.model,
                (torch.from_numpy(rows[:1]),),
                dynamo=True,
                opset_version=_OPSET_OF_MODULES,
                verbose=False,
            )
    except ImportError as error:
        raise WrongInput(
            f"a {original.name}",
            expected=f"the exporter of PyTorch ({_reason(error)})",
            hint="pip install 'warrant-ml[pytorch]'",
        ) from error
    except Exception as error:
        raise Unsupported(f"PyTorch cannot export the {original.name}: {_reason(error)}") from error
    assert program is not None
    return f"PyTorch {torch.__version__}", program.model_proto


def replayed(models: Sequence[Original | None], inputs: Sequence[float], which: str) -> tuple[str, ...]:
    """What models themselves say of a counterexample or a witness, in float32: a line for each run of one.

    Args:
        models: one or two models, or None for what was an ONNX file: the first run's, and the second's, if that is
            another model.
        inputs: of one run, or of two, one after the other.
        which: what they are called, ``counterexample`` or ``witness``.
    """
    known = next((model for model in models if model is not None), None)
    if known is None:
        return ()
    runs = np.array(inputs, dtype=np.float32).reshape(-1, *known.shape)
    lines = []
    for k, row in enumerate(runs):
        model = models[min(k, len(models) - 1)]
        if model is not None:
            said = model.answers(row[None]).reshape(-1)
            value = str(said[0]) if len(said) == 1 else str(said.tolist())
            at = f"the {which}" if len(runs) == 1 else f"the {which}'s {('first', 'second')[k]} input"
            lines.append(f"at {at}, rounded to float32, the {model.name} itself gives {value}")
    return tuple(lines)
