"""A small rate problem that tests of several folders use."""

from __future__ import annotations

GRADIENT_STEP = """\
; one step of gradient descent on a smooth convex function
(rate 1)
(function f convex (smooth 1))
(points xs x0 g0 x1 g1)
(numbers fs f0 f1)
(gradient f xs 0)
(value f xs fs)
(gradient f x0 g0)
(value f x0 f0)
(same x1 (- x0 g0))
(gradient f x1 g1)
(value f x1 f1)
(<= (norm2 (- x0 xs)) 1)
(conclude 1/6 (- f1 fs))
"""
