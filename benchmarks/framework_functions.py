"""Functions with the gradients that JAX and PyTorch compute of them, in small shapes, for benchmarks/gradients.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Bounds = tuple[float, float]
Case = tuple[Callable[..., Any], Sequence[Any]] | tuple[Callable[..., Any], Sequence[Any], Bounds]
"""A function, its arguments, and bounds of all entries where the claim is about a domain."""


def numbers(*shape: int, seed: int = 0) -> np.ndarray:
    """Numbers between -1 and 1, in binary32."""
    return np.random.default_rng([seed, *shape]).uniform(-1, 1, shape).astype(np.float32)


def jax_cases() -> dict[str, Case]:
    """JAX functions, with arguments."""
    import jax
    import jax.numpy as jnp
    from jax.scipy.special import logsumexp

    X, y, w = numbers(4, 3), numbers(4, seed=1), numbers(3, seed=2)
    labels = np.array([0, 2, 1, 1])

    def normal(x, eps=1e-5):
        mean = x.mean(-1, keepdims=True)
        return (x - mean) / jnp.sqrt(((x - mean) ** 2).mean(-1, keepdims=True) + eps)

    def attention(q, k, v):
        return jax.nn.softmax(q @ k.T / 2.0, axis=-1) @ v

    def mlp(params, x, act=jnp.tanh):
        return act(x @ params["w1"] + params["b1"]) @ params["w2"] + params["b2"]

    def cross_entropy(z):
        return -jnp.mean(jnp.sum(jax.nn.one_hot(labels[: z.shape[0]], z.shape[1]) * jax.nn.log_softmax(z), axis=1))

    def cell(h, x, wh, wx, b):
        return jnp.tanh(h @ wh + x @ wx + b)

    def gru(h, x, wz, wr, wh):
        both = jnp.concatenate([h, x])
        z, r = jax.nn.sigmoid(wz @ both), jax.nn.sigmoid(wr @ both)
        return (1 - z) * h + z * jnp.tanh(wh @ jnp.concatenate([r * h, x]))

    @jax.custom_vjp
    def log1pexp(x):
        return jnp.sum(jnp.log(1 + jnp.exp(x)))

    log1pexp.defvjp(lambda x: (log1pexp(x), x), lambda x, c: (c * (1 - 1 / (1 + jnp.exp(x))),))

    params = {"w1": numbers(3, 4), "b1": numbers(4), "w2": numbers(4, 3), "b2": numbers(3)}
    return {
        "linear regression": (lambda w, X, y: jnp.mean((X @ w - y) ** 2), [w, X, y]),
        "ridge regression": (lambda w, X, y: jnp.sum((X @ w - y) ** 2) + 0.5 * jnp.sum(w**2), [w, X, y]),
        "logistic regression": (lambda w, X, y: jnp.sum(jax.nn.softplus(-y * (X @ w))), [w, X, y]),
        "logistic regression, log_sigmoid": (lambda w, X, y: -jnp.mean(jax.nn.log_sigmoid(y * (X @ w))), [w, X, y]),
        "Poisson regression": (lambda w, X, y: jnp.sum(jnp.exp(X @ w) - y * (X @ w)), [w, X, y]),
        "Gaussian likelihood": (lambda m, s, y: jnp.sum(jnp.log(s) + 0.5 * ((y - m) / s) ** 2), [y, y, y]),
        "Huber loss": (lambda r: jnp.sum(jnp.where(jnp.abs(r) < 1, 0.5 * r**2, jnp.abs(r) - 0.5)), [y]),
        "pinball loss": (lambda r: jnp.mean(jnp.maximum(0.25 * r, -0.75 * r)), [y]),
        "squared hinge": (lambda w, X, y: jnp.mean(jnp.maximum(0.0, 1 - y * (X @ w)) ** 2), [w, X, y]),
        "softmax": (lambda z: jax.nn.softmax(z), [numbers(4)]),
        "log-softmax": (lambda z: jax.nn.log_softmax(z), [numbers(4)]),
        "log-sum-exp": (lambda z: logsumexp(z), [numbers(4)]),
        "log-sum-exp over rows": (lambda z: jnp.sum(logsumexp(z, axis=1)), [numbers(2, 4)]),
        "softmax cross-entropy": (cross_entropy, [numbers(4, 3)]),
        "softmax regression": (lambda W, X: cross_entropy(X @ W), [numbers(3, 3), X]),
        "sigmoid": (lambda x: jax.nn.sigmoid(x), [numbers(4)]),
        "silu": (lambda x: jax.nn.silu(x), [numbers(4)]),
        "tanh": (lambda x: jnp.tanh(x), [numbers(4)]),
        "elu": (lambda x: jnp.where(x > 0, x, jnp.exp(x) - 1), [numbers(4)]),
        "gelu, tanh": (lambda x: jax.nn.gelu(x), [numbers(4)]),
        "L2 normalisation": (lambda x: x / jnp.linalg.norm(x), [numbers(4)]),
        "cosine similarity": (
            lambda x, y: x @ y / (jnp.sqrt(x @ x) * jnp.sqrt(y @ y)),
            [numbers(4), numbers(4, seed=1)],
        ),
        "layer normalisation": (lambda x, a, b: normal(x) * a + b, [numbers(4), numbers(4), numbers(4)]),
        "RMS normalisation": (lambda x, a: x / jnp.sqrt(jnp.mean(x**2) + 1e-5) * a, [numbers(4), numbers(4)]),
        "batch normalisation": (lambda x: normal(x.T).T, [numbers(4, 2)]),
        "attention": (attention, [numbers(2, 4), numbers(2, 4, seed=1), numbers(2, 4, seed=2)]),
        "tanh MLP, squared error": (
            lambda p, x, y: jnp.sum((mlp(p, x) - y) ** 2),
            [params, numbers(2, 3), numbers(2, 3)],
        ),
        "ReLU MLP, cross-entropy": (lambda p, x: cross_entropy(mlp(p, x, jax.nn.relu)), [params, numbers(2, 3)]),
        "convolution": (lambda x, k: jnp.convolve(x, k, mode="valid"), [numbers(6), numbers(3)]),
        "convolution, 2-D": (
            lambda x, k: jax.lax.conv_general_dilated(x, k, (1, 1), "VALID"),
            [numbers(1, 1, 4, 4), numbers(2, 1, 2, 2)],
        ),
        "RNN cell": (cell, [numbers(3), numbers(2), numbers(3, 3), numbers(2, 3), numbers(3, seed=1)]),
        "RNN, two steps": (
            lambda h, x, wh, wx, b: jnp.sum(cell(cell(h, x[0], wh, wx, b), x[1], wh, wx, b)),
            [numbers(2), numbers(2, 2), numbers(2, 2), numbers(2, 2, seed=1), numbers(2, seed=1)],
        ),
        "GRU cell": (
            gru,
            [numbers(2), numbers(2, seed=1), numbers(2, 4), numbers(2, 4, seed=1), numbers(2, 4, seed=2)],
        ),
        "quadratic form": (lambda x, A: x @ A @ x, [numbers(3), numbers(3, 3)]),
        "bilinear form, einsum": (
            lambda x, A, y: jnp.einsum("bi,ij,bj->b", x, A, y),
            [numbers(2, 3), numbers(3, 2), numbers(2, 2)],
        ),
        "KL of Gaussians": (lambda m, s: 0.5 * jnp.sum(jnp.exp(s) + m**2 - 1 - s), [numbers(4), numbers(4, seed=1)]),
        "product": (lambda x: jnp.prod(x), [numbers(4)]),
        "maximum": (lambda x: jnp.max(x), [numbers(4)]),
        "softplus with its own gradient": (log1pexp, [numbers(4)]),
        "InfoNCE": (lambda u, v: cross_entropy(u @ v.T), [numbers(2, 2), numbers(2, 2, seed=1)]),
        "embedding": (lambda W: W[np.array([0, 2, 2])], [numbers(3, 2)]),
        "clip": (lambda x: jnp.clip(x, -0.5, 0.5), [numbers(4)]),
        "ReLU6": (lambda x: jax.nn.relu6(x), [numbers(4)]),
        "hard tanh": (lambda x: jax.nn.hard_tanh(x), [numbers(4)]),
        "leaky ReLU": (lambda x: jax.nn.leaky_relu(x, 0.25), [numbers(4)]),
        "softsign": (lambda x: jax.nn.soft_sign(x), [numbers(4)]),
        "SELU": (lambda x: jax.nn.selu(x), [numbers(4)]),
        "GLU": (lambda x: jax.nn.glu(x), [numbers(4)]),
        "squareplus": (lambda x: jax.nn.squareplus(x), [numbers(4)]),
        "mish": (lambda x: jax.nn.mish(x), [numbers(4)]),
        "log-add-exp": (lambda x, y: jnp.logaddexp(x, y), [numbers(4), numbers(4, seed=1)]),
        "where, constant condition": (lambda x: jnp.where(np.array([True, False, True]), x, x**2), [numbers(3)]),
        "standard deviation": (lambda x: jnp.std(x), [numbers(4)]),
        "cumulative sum": (lambda x: jnp.cumsum(x), [numbers(4)]),
        "maximum of two": (lambda x, y: jnp.maximum(x, y), [numbers(4), numbers(4, seed=1)]),
        "focal loss": (lambda z: jnp.sum((1 - jax.nn.sigmoid(z)) ** 2 * jax.nn.softplus(-z)), [numbers(4)]),
        "GELU": (lambda x: jax.nn.gelu(x, approximate=False), [numbers(4)]),
    }


def torch_cases() -> dict[str, Case]:
    """PyTorch functions and modules, with arguments that require gradients."""
    import torch
    import torch.nn.functional as F
    from torch import nn

    torch.manual_seed(0)

    def leaf(*shape: int, seed: int = 0):
        return torch.from_numpy(numbers(*shape, seed=seed)).requires_grad_()

    def fixed(*shape: int, seed: int = 0):
        return torch.from_numpy(numbers(*shape, seed=seed))

    labels = torch.tensor([0, 2, 1, 1])
    shares = torch.tensor([0.25, 0.75, 0.5, 1.0])

    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx, c):
            (x,) = ctx.saved_tensors
            return 3 * x**2 * c

    def single_head(x, wq, wk, wv):
        return F.softmax((x @ wq) @ (x @ wk).T / 2, dim=-1) @ (x @ wv)

    class Cnn(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.out = nn.Conv2d(1, 2, 2), nn.Linear(8, 3)

        def forward(self, x):
            return F.cross_entropy(self.out(F.relu(self.conv(x)).flatten(1)), labels[: x.shape[0]])

    class Cell(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell = nn.LSTMCell(2, 2)

        def forward(self, x, h, c):
            return self.cell(x, (h, c))

    mlp = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    relu = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 3))

    class Loss(nn.Module):
        def __init__(self, net):
            super().__init__()
            self.net = net

        def forward(self, x):
            return F.cross_entropy(self.net(x), labels[: x.shape[0]])

    return {
        "linear layer": (F.linear, [fixed(2, 3), leaf(2, 3), leaf(2)]),
        "MSE loss": (F.mse_loss, [leaf(4), fixed(4, seed=1)]),
        "L1 loss": (F.l1_loss, [leaf(4), fixed(4, seed=1)]),
        "smooth L1 loss": (F.smooth_l1_loss, [leaf(4), fixed(4, seed=1)]),
        "BCE with logits": (F.binary_cross_entropy_with_logits, [leaf(4), fixed(4, seed=1)]),
        "soft margin loss": (F.soft_margin_loss, [leaf(4), fixed(4, seed=1)]),
        "cross-entropy": (lambda z: F.cross_entropy(z, labels), [leaf(4, 3)]),
        "cross-entropy, label smoothing": (lambda z: F.cross_entropy(z, labels, label_smoothing=0.25), [leaf(4, 4)]),
        "Poisson NLL loss": (F.poisson_nll_loss, [leaf(4), fixed(4, seed=1)]),
        "KL divergence": (lambda x, t: F.kl_div(x, t, reduction="sum", log_target=True), [leaf(4), fixed(4, seed=1)]),
        "softmax": (lambda z: F.softmax(z, -1), [leaf(4)]),
        "log-softmax": (lambda z: F.log_softmax(z, -1), [leaf(2, 3)]),
        "softmax, first axis": (lambda z: F.softmax(z, 0), [leaf(3, 2)]),
        "log-sum-exp": (lambda z: torch.logsumexp(z, -1), [leaf(2, 3)]),
        "softplus": (F.softplus, [leaf(4)]),
        "silu": (F.silu, [leaf(4)]),
        "tanh": (torch.tanh, [leaf(4)]),
        "sigmoid": (torch.sigmoid, [leaf(4)]),
        "ELU": (F.elu, [leaf(4)]),
        "leaky ReLU": (F.leaky_relu, [leaf(4)]),
        "hard tanh": (F.hardtanh, [leaf(4)]),
        "GELU, tanh": (lambda x: F.gelu(x, approximate="tanh"), [leaf(4)]),
        "GELU": (F.gelu, [leaf(4)]),
        "L2 normalisation": (lambda x: F.normalize(x, dim=-1), [leaf(4)]),
        "layer normalisation": (lambda x, a, b: F.layer_norm(x, (4,), a, b), [leaf(2, 4), leaf(4), leaf(4, seed=1)]),
        "RMS normalisation": (lambda x, a: F.rms_norm(x, (4,), a, eps=1e-5), [leaf(2, 4), leaf(4)]),
        "batch normalisation": (
            lambda x, a, b: F.batch_norm(x, None, None, a, b, True),
            [leaf(4, 2), leaf(2), leaf(2)],
        ),
        "attention": (
            F.scaled_dot_product_attention,
            [leaf(1, 1, 2, 4), leaf(1, 1, 2, 4, seed=1), leaf(1, 1, 2, 4, seed=2)],
        ),
        "single-head attention": (single_head, [fixed(2, 4), leaf(4, 4), leaf(4, 4, seed=1), leaf(4, 4, seed=2)]),
        "tanh MLP": (mlp, [fixed(2, 3)]),
        "ReLU MLP, cross-entropy": (Loss(relu), [fixed(2, 3)]),
        "small CNN, cross-entropy": (Cnn(), [fixed(2, 1, 3, 3)]),
        "convolution, stride 2": (
            lambda x, w: F.conv2d(x, w, stride=2, padding=1),
            [leaf(1, 1, 4, 4), leaf(2, 1, 3, 3)],
        ),
        "average pooling": (lambda x: F.avg_pool2d(x, 2), [leaf(1, 1, 4, 4)]),
        "RNN cell": (nn.RNNCell(2, 3), [fixed(1, 2), leaf(1, 3)]),
        "LSTM cell": (Cell(), [leaf(1, 2), leaf(1, 2), leaf(1, 2, seed=1)]),
        "GRU cell": (nn.GRUCell(2, 2), [leaf(1, 2), leaf(1, 2, seed=1)]),
        "autograd function": (Square.apply, [leaf(4)]),
        "cosine similarity": (lambda x, y: x @ y / (x.norm() * y.norm()), [leaf(4), leaf(4, seed=1)]),
        "variance of 5": (lambda x: x.var(), [leaf(5)]),
        "variance of 4": (lambda x: x.var(), [leaf(4)]),
        "embedding": (lambda W: F.embedding(torch.tensor([0, 2, 2]), W), [leaf(3, 2)]),
        "gather": (lambda x: torch.gather(x, 1, torch.tensor([[0, 0], [1, 2]])), [leaf(2, 3)]),
        "cumulative sum": (lambda x: torch.cumsum(x, 0), [leaf(4)]),
        "max pooling": (lambda x: F.max_pool2d(x, 2), [leaf(1, 1, 4, 4)]),
        "dilated convolution": (lambda x, w: F.conv1d(x, w, dilation=2), [leaf(1, 1, 6), leaf(1, 1, 3)]),
        "ReLU6": (F.relu6, [leaf(4)]),
        "hard sigmoid": (F.hardsigmoid, [leaf(4)]),
        "hard swish": (F.hardswish, [leaf(4)]),
        "clamp": (lambda x: torch.clamp(x, -0.5, 0.5), [leaf(4)]),
        "where, constant condition": (
            lambda x, y: torch.where(torch.tensor([True, False, True]), x, y * y),
            [leaf(3), leaf(3, seed=1)],
        ),
        "Huber loss": (F.huber_loss, [leaf(4), fixed(4, seed=1)]),
        "margin ranking loss": (
            lambda x, y: F.margin_ranking_loss(x, y, torch.tensor([1.0, -1.0]), margin=0.5),
            [leaf(2), leaf(2, seed=1)],
        ),
        "triplet margin loss": (
            lambda a, p, n: F.triplet_margin_loss(a, p, n, eps=0.0),
            [leaf(2, 2), leaf(2, 2, seed=1), leaf(2, 2, seed=2)],
        ),
        "group normalisation": (lambda x: F.group_norm(x, 2), [leaf(1, 4, 2)]),
        "instance normalisation": (lambda x: F.instance_norm(x), [leaf(1, 2, 4)]),
        "softsign": (F.softsign, [leaf(4)]),
        "log-sigmoid": (F.logsigmoid, [leaf(4)]),
        "mish": (F.mish, [leaf(4)]),
        "mish, on [-15, 15]": (F.mish, [leaf(4)], (-15, 15)),
        "CELU": (F.celu, [leaf(4)]),
        "GLU": (lambda x: F.glu(x, -1), [leaf(4)]),
        "PReLU": (F.prelu, [leaf(2, 2), leaf(1)]),
        "BCE of sigmoid": (lambda z: F.binary_cross_entropy(z.sigmoid(), shares), [leaf(4)]),
        "BCE of sigmoid, on [-10, 10]": (
            lambda z: F.binary_cross_entropy(z.sigmoid(), shares),
            [leaf(4)],
            (-10, 10),
        ),
        "tanhshrink": (F.tanhshrink, [leaf(4)]),
        "softmin": (lambda z: F.softmin(z, -1), [leaf(4)]),
        "Euclidean norm": (lambda x: torch.linalg.vector_norm(x), [leaf(4)]),
        "maximum of two": (torch.maximum, [leaf(4), leaf(4, seed=1)]),
        "attention, two heads": (
            F.scaled_dot_product_attention,
            [leaf(1, 2, 2, 4), leaf(1, 2, 2, 4, seed=1), leaf(1, 2, 2, 4, seed=2)],
        ),
    }
