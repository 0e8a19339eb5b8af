"""Functions of JAX and PyTorch with their gradients: exported, proved where right, refuted where wrong."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from small_gradients import Builder

import warrant
from warrant.gradients import Exported, from_jax, from_torch
from warrant.gradients.simplify import rename, simplify

FRAMEWORKS = ("jax", "torch")


@pytest.fixture(autouse=True)
def checker(native_checker):
    """The tests need the native checker and warrant-program."""


@pytest.fixture
def jax():
    pytest.importorskip("jax2onnx", reason="the extra jax is not installed")
    return pytest.importorskip("jax", reason="the extra jax is not installed")


@pytest.fixture
def torch():
    pytest.importorskip("onnxscript", reason="the extra pytorch is not installed")
    return pytest.importorskip("torch", reason="the extra pytorch is not installed")


def numbers(*shape: int) -> np.ndarray:
    return np.random.default_rng(shape).uniform(-1, 1, shape).astype(np.float32)


# ---- the rewriting of exported graphs: the same numbers come out


def rewritten(build, **shapes):
    """The operators of a graph and of its plainer form, which are compared at random inputs."""
    from onnx.reference import ReferenceEvaluator

    f = Builder(**shapes)
    model = onnx.load_from_string(f.done(build(f)))
    plain = simplify(onnx.shape_inference.infer_shapes(model))
    x = {name: numbers(*shape) for name, shape in shapes.items()}
    ours, theirs = ReferenceEvaluator(plain).run(None, x)[0], ReferenceEvaluator(model).run(None, x)[0]
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
    return {n.op_type for n in plain.graph.node}


def test_constants_are_folded():
    ops = rewritten(lambda f: f("Mul", "x", f("Add", f.number(1.0), f.number(2.0))), x=[2, 3])
    assert ops == {"Mul"}


@pytest.mark.parametrize("equation", ["ij,jk->ik", "bi,ij,bj->b", "ij->ji", "ij,ij->", "ij,kj->ikj"])
def test_einsum(equation):
    terms = equation.partition("->")[0].split(",")
    sizes = dict(zip("bijk", (2, 3, 4, 5), strict=True))
    shapes = {f"x{k}": [sizes[c] for c in t] for k, t in enumerate(terms)}
    assert "Einsum" not in rewritten(lambda f: f("Einsum", *shapes, equation=equation), **shapes)


INDICES = [[2, 0, 2], [1, 1, 1]]
ADDED = {"axis": 1, "reduction": "add"}


def ties(f: Builder, extremum: str, x: str) -> str:
    """Where an extremum is x, and that of another one."""
    clipped = f("Min", f("Max", extremum, f.number(-0.5)), f.number(0.5))
    return f("Add", f("Cast", f("Equal", x, extremum), to=1), clipped)


def whole(f: Builder) -> tuple[str, str]:
    return f.number(2, np.int64), f.number(-1, np.int64)


@pytest.mark.parametrize(
    ("build", "gone"),
    [
        (lambda f: f("Softmax", "x", axis=0), "none"),
        (lambda f: f("LpNormalization", "x", axis=1), "LpNormalization"),
        (lambda f: f("Max", "x", f.number(-np.inf)), "Max"),
        (lambda f: f("Where", f("IsNaN", "x"), f.number(0.0), "x"), "Where"),
        (lambda f: f("Where", f("Equal", "x", "x"), "x", f.number(0.0)), "Where"),
        (lambda f: f("Where", f("Equal", f("Abs", "x"), f.number(np.inf)), f.number(0.0), "x"), "Where"),
        (lambda f: f("GatherElements", "x", f.number([[2], [0]], np.int64), axis=1), "GatherElements"),
        (lambda f: f("ScatterND", "x", f.number([[1]], np.int64), f.number([[1.0, 2.0, 3.0]])), "none"),
        (
            lambda f: f("ScatterND", "x", f.number([[1]], np.int64), f("Slice", "x", f.axes(0), f.axes(1), f.axes(0))),
            "ScatterND",
        ),
        (
            lambda f: f("ScatterND", f.number(np.ones((4, 3))), f.number([[3], [3]], np.int64), "x", reduction="add"),
            "ScatterND",
        ),
        (
            lambda f: f("ScatterElements", f.number(np.zeros((2, 3))), f.number(INDICES, np.int64), "x", **ADDED),
            "ScatterElements",
        ),
        (lambda f: f("CumSum", "x", f.number(1, np.int64), exclusive=1), "CumSum"),
        (lambda f: f("Mean", "x", f("Abs", "x")), "Mean"),
        (lambda f: f("Cast", f("Where", f("Less", "x", f.number(0.7)), *whole(f)), to=1), "none"),
        (lambda f: f("Gather", "x", f.number([1, 0, 1], np.int32), axis=1), "none"),
        (
            lambda f: f("InstanceNormalization", f("Unsqueeze", "x", f.axes(0)), *(f.number([k, 3.0]) for k in (1, 2))),
            "InstanceNormalization",
        ),
        (lambda f: ties(f, f("Max", f.number(0.25), "x"), "x"), "Equal"),
        (lambda f: ties(f, f("Max", f.number(0.25), "x"), f.number(0.25)), "Equal"),
        (lambda f: ties(f, f("Min", "x", f.number(-0.25)), "x"), "Equal"),
        (lambda f: f("Neg", f.number([[1.0]])), "Neg"),
        (lambda f: f("Elu", "x"), "Elu"),
        (lambda f: f("HardSigmoid", "x"), "HardSigmoid"),
    ],
)
def test_operators_of_exporters(build, gone):
    assert gone not in rewritten(build, x=[2, 3])


@pytest.mark.parametrize(
    ("shape", "attributes"),
    [
        ([1, 2, 4, 4], {"kernel_shape": [2, 2], "strides": [2, 2]}),
        ([2, 1, 4, 5], {"kernel_shape": [2, 3]}),
        ([1, 1, 5, 5], {"kernel_shape": [2, 2], "dilations": [2, 3]}),
        ([1, 2, 6], {"kernel_shape": [3], "strides": [2]}),
    ],
)
def test_max_pooling(shape, attributes):
    assert "MaxPool" not in rewritten(lambda f: f("MaxPool", "x", **attributes), x=shape)


@pytest.mark.parametrize("attributes", [{"pads": [1, 1, 1, 1]}, {"ceil_mode": 1, "strides": [2, 2]}])
def test_windows_beyond_the_input_stay(attributes):
    assert rewritten(lambda f: f("MaxPool", "x", kernel_shape=[2, 2], **attributes), x=[1, 1, 3, 3]) == {"MaxPool"}


def test_renamed():
    f = Builder(x=[2])
    model = onnx.shape_inference.infer_shapes(onnx.load_from_string(f.done(f("Neg", "x"))))
    named = rename(model, ["a"], ["b"])
    assert [i.name for i in named.graph.input] == ["a"] and [o.name for o in named.graph.output] == ["b"]
    onnx.checker.check_model(named)


# ---- JAX


def test_jax_gradients_are_proved(jax):
    np_ = jax.numpy

    def loss(params, x):
        z = jax.nn.relu(x @ params["w"]) + params["b"]
        return -np_.sum(jax.nn.log_softmax(z)[:, 0])

    exported = from_jax(loss, [{"w": numbers(3, 2), "b": numbers(2)}, numbers(2, 3)], wrt=["params['w']"])
    assert exported.wrt == ("params['w']",) and exported.agreement < 1e-4 and "JAX" in exported.note
    assert isinstance(warrant.gradient(exported.function, exported.derivative, wrt=exported.wrt), warrant.Proved)
    assert warrant.gradcheck(lambda z: jax.nn.softmax(z), [numbers(4)])
    assert warrant.gradcheck(lambda W, X, y: np_.sum((X @ W - y) ** 2), [numbers(3), numbers(4, 3), numbers(4)])


def test_a_wrong_custom_rule_of_jax_is_refuted(jax):
    @jax.custom_vjp
    def cube(x):
        return jax.numpy.sum(x**3)

    cube.defvjp(lambda x: (cube(x), x), lambda x, c: (c * 3 * x,))
    with pytest.raises(warrant.GradcheckError, match="the gradient is wrong at x") as caught:
        warrant.gradcheck(cube, numbers(2))
    assert isinstance(caught.value.verdict, warrant.Refuted)
    assert not warrant.gradcheck(cube, numbers(2), raise_exception=False)


def test_a_derivative_by_hand_in_jax(jax):
    def right(x):
        return 2 * x

    found = [from_jax(lambda x: jax.numpy.sum(x**2), [numbers(2)], derivative=d) for d in (right, lambda x: 3 * x)]
    words = [warrant.gradient(e.function, e.derivative).word for e in found]
    assert words == ["PROVED", "REFUTED"]


# ---- PyTorch


def test_torch_gradients_are_proved(torch):
    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.out = torch.nn.Conv2d(1, 2, 2, stride=2, padding=1), torch.nn.Linear(8, 2)

        def forward(self, x):
            z = self.out(torch.relu(self.conv(x)).flatten(1))
            return torch.nn.functional.cross_entropy(z, torch.tensor([0, 1]))

    exported = from_torch(Net(), [torch.from_numpy(numbers(2, 1, 3, 3))])
    assert exported.wrt == ("conv.weight", "conv.bias", "out.weight", "out.bias") and exported.agreement < 1e-4
    assert isinstance(warrant.gradient(exported.function, exported.derivative, wrt=exported.wrt), warrant.Proved)


@pytest.mark.parametrize(("factor", "right"), [(3, True), (3.03, False)])
def test_autograd_functions(torch, factor, right):
    class Cube(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx, c):
            return factor * ctx.saved_tensors[0] ** 2 * c

    x = torch.from_numpy(numbers(2)).requires_grad_()
    assert warrant.gradcheck(Cube.apply, (x,), raise_exception=False) is right


# ---- what cannot be done is said


def _clipped(jax, least, most):
    return from_jax(lambda x: jax.numpy.clip(x, least, most), [numbers(3)])


def test_clip_of_jax(jax):
    found, other = _clipped(jax, -0.5, 0.5), _clipped(jax, -0.5, 0.25)
    assert warrant.gradient(found.function, found.derivative, wrt=found.wrt).word == "PROVED"
    assert warrant.gradient(found.function, other.derivative, wrt=found.wrt).word == "REFUTED"


@pytest.mark.parametrize("stride", [1, 2])
def test_max_pooling_of_torch(torch, stride):
    from onnx.reference import ReferenceEvaluator

    def pooled(x):
        return torch.nn.functional.max_pool2d(x, 2, stride)

    found = from_torch(pooled, [torch.tensor(numbers(1, 1, 3, 4), requires_grad=True)])
    assert warrant.gradient(found.function, found.derivative, wrt=found.wrt).word == "PROVED"
    # where entries are equal, the first of them is the greatest, here as there
    rounded = np.round(numbers(1, 1, 3, 4))
    x = torch.tensor(rounded, requires_grad=True)
    c = numbers(*pooled(x).shape)
    (theirs,) = torch.autograd.grad(pooled(x), x, torch.tensor(c))
    ours = ReferenceEvaluator(onnx.load_from_string(found.derivative)).run(None, {"x": rounded, "cotangent": c})[0]
    np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-6)


def test_a_wrong_gradient_of_max_pooling_is_refuted(torch):
    class Pooling(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return torch.nn.functional.max_pool2d(x, 2)

        @staticmethod
        def backward(ctx, c):
            return (c / 4).expand(1, 1, 2, 2)

    found = from_torch(Pooling.apply, [torch.tensor(numbers(1, 1, 2, 2), requires_grad=True)])
    assert warrant.gradient(found.function, found.derivative, wrt=found.wrt).word == "REFUTED"


def test_an_export_that_is_something_else_is_no_proof(monkeypatch):
    f, d = Builder(x=[1]), Builder(x=[1])
    files = f.done(f.sum(f("Mul", "x", "x"))), d.done(d("Mul", "x", d.number(2.0)))
    for gap, expected in ((1e-7, True), (0.5, False), (float("nan"), False)):
        exported = Exported(*files, ("x",), gap, "a note")
        monkeypatch.setattr("warrant.gradients.from_jax", lambda *a, e=exported, **k: e)
        assert warrant.gradcheck(abs, [numbers(1)], raise_exception=False) is expected
    with pytest.raises(warrant.GradcheckError, match="are not the framework's"):
        warrant.gradcheck(abs, [numbers(1)])


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_names_that_are_none(framework, request):
    module = request.getfixturevalue(framework)
    x = module.ones(2) if framework == "torch" else numbers(2)
    with pytest.raises(warrant.WrongInput, match="no input 'y'; expected some of: x"):
        (from_torch if framework == "torch" else from_jax)(lambda x: (x * x).sum(), [x], wrt=["y"])


def test_a_framework_that_is_missing(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "jax2onnx", None)
    with pytest.raises(warrant.WrongInput, match=r"pip install 'warrant-ml\[jax\]'"):
        warrant.gradcheck(lambda x: x, [numbers(2)])
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    with pytest.raises(warrant.WrongInput, match=r"pip install 'warrant-ml\[pytorch\]'"):
        from_torch(lambda x: x, [])


def test_gelu_of_torch_is_the_gradient_but_for_rounded_constants(torch):
    def gelu(x):
        return torch.nn.functional.gelu(x)

    x = torch.ones(1, requires_grad=True)
    domain = {"x": (-2, 2)}
    assert warrant.gradcheck(gelu, (x,), domain=domain, within=1e-5)
    assert not warrant.gradcheck(gelu, (x,), domain=domain, raise_exception=False)
    assert not warrant.gradcheck(gelu, (x,), domain=domain, within=1e-12, raise_exception=False)


def test_gelu_of_jax_is_the_gradient_but_for_rounded_constants(jax):
    def gelu(x):
        return jax.nn.gelu(x, approximate=False)

    assert warrant.gradcheck(gelu, (numbers(1),), domain={"x": (-2, 2)}, within=1e-5)
    assert not warrant.gradcheck(gelu, (numbers(1),), domain={"x": (-2, 2)}, raise_exception=False)
