"""Textbook methods of fixed steps, as texts for ``warrant rate --potential`` (docs/rates.md).

In each text ``?ratio`` or ``?scale`` stands for the number that is to be found, unless it is an argument.
"""

from __future__ import annotations

from fractions import Fraction

from warrant.rates.rationals import near

__all__ = ["gradient_descent", "heavy_ball", "nesterov", "nesterov_strongly_convex", "proximal_point"]

Number = Fraction | float | int | str


def _rational(x: Number) -> str:
    """A number as the text of a rational: floats as simple rationals near them."""
    return str(near(x) if isinstance(x, float) else Fraction(x))


def _times(q: Number, point: str) -> str:
    """A point, or a number, times a rational."""
    return point if Fraction(_rational(q)) == 1 else f"(* {_rational(q)} {point})"


def _classes(L: Number, mu: Number) -> str:
    convex = f"(strongly-convex {_rational(mu)})" if Fraction(_rational(mu)) else "convex"
    return f"(function f {convex} (smooth {_rational(L)}))"


def gradient_descent(L: Number = 1, mu: Number = 0, gamma: Number | None = None) -> str:
    """x⁺ = x − γ ∇f(x), on an L-smooth and µ-strongly convex f; γ = 1/L, or 2/(L + µ) where µ > 0, unless given.

    For µ = 0: (1 + 2 L γ N) (f(x_N) − f⋆) ≤ scale · ‖x₀ − x⋆‖²; else ‖x_N − x⋆‖² ≤ ratio^N · ‖x₀ − x⋆‖².
    """
    strong = Fraction(_rational(mu))
    step = Fraction(_rational(gamma)) if gamma is not None else (2 if strong else 1) / (Fraction(_rational(L)) + strong)
    conclusion = (
        "(conclude (norm2 (- x xs)) (1) ?ratio (norm2 (- x xs)))"
        if strong
        else f"(conclude (- v fs) (1 {2 * Fraction(_rational(L)) * step} 0) 1 (* ?scale (norm2 (- x xs))))"
    )
    return f"""\
; gradient descent
(method 1)
{_classes(L, mu)}
(points xs)
(numbers fs)
(point-sequences x g)
(number-sequences v)
(gradient f xs 0)
(value f xs fs)
(gradient f x g)
(value f x v)
(same x+ (- x {_times(step, "g")}))
{conclusion}
"""


def nesterov(L: Number = 1, scale: Number | None = None) -> str:
    """Nesterov's method on an L-smooth convex f: x⁺ = y − ∇f(y)/L, y⁺ = x⁺ + k/(k + 3) (x⁺ − x), from y₀ = x₀.

    N (N + 2) (f(x_N) − f⋆) ≤ scale · ‖x₀ − x⋆‖², with scale = 2.01 L unless given (2 L is the textbook's).
    """
    step = 1 / Fraction(_rational(L))
    factor = Fraction(_rational(scale)) if scale is not None else Fraction("2.01") * Fraction(_rational(L))
    return f"""\
; Nesterov's accelerated gradient method; the momentum is multiplied by k + 3
(method 1)
{_classes(L, 0)}
(points xs)
(numbers fs)
(point-sequences x y g h)
(number-sequences v w)
(gradient f xs 0)
(value f xs fs)
(gradient f x h)
(value f x v)
(gradient f y g)
(value f y w)
(same x+ (- y {_times(step, "g")}))
; (k + 3) y+ = (k + 3) x+ + k (x+ - x)
(vanish (* 3 (- y+ x+)) (- y+ (* 2 x+) (- x)))
(start (same y x))
(conclude (- v fs) (0 2 1) 1 {_times(factor, "(norm2 (- x xs))")})
"""


def nesterov_strongly_convex(L: Number = 1, mu: Number = "1/4", beta: Number | None = None) -> str:
    """x⁺ = y − ∇f(y)/L, y⁺ = x⁺ + β (x⁺ − x), on an L-smooth and µ-strongly convex f, from y₀ = x₀.

    β = (√L − √µ)/(√L + √µ) unless given, as a rational near it.  f(x_N) − f⋆ ≤ ratio^N · L ‖x₀ − x⋆‖².
    """
    q = (float(Fraction(_rational(mu))) / float(Fraction(_rational(L)))) ** 0.5
    momentum = Fraction(_rational(beta)) if beta is not None else Fraction((1 - q) / (1 + q)).limit_denominator(100)
    step = 1 / Fraction(_rational(L))
    return f"""\
; Nesterov's accelerated gradient method with a constant momentum
(method 1)
{_classes(L, mu)}
(points xs)
(numbers fs)
(point-sequences x y g h)
(number-sequences v w)
(gradient f xs 0)
(value f xs fs)
(gradient f x h)
(value f x v)
(gradient f y g)
(value f y w)
(same x+ (- y {_times(step, "g")}))
(same y+ (+ x+ (* {momentum} (- x+ x))))
(start (same y x))
(conclude (- v fs) (1) ?ratio {_times(L, "(norm2 (- x xs))")})
"""


def heavy_ball(
    L: Number = 1, mu: Number = "1/4", alpha: Number | None = None, beta: Number = "1/16", scale: Number = 100
) -> str:
    """x⁺ = x − α ∇f(x) + β (x − x⁻), on an L-smooth and µ-strongly convex f, from x₋₁ = x₀; α = 1/L unless given.

    ‖x_N − x⋆‖² ≤ ratio^N · scale · ‖x₀ − x⋆‖².
    """
    step = Fraction(_rational(alpha)) if alpha is not None else 1 / Fraction(_rational(L))
    return f"""\
; Polyak's heavy-ball method; u is the iterate before x
(method 1)
{_classes(L, mu)}
(points xs)
(numbers fs)
(point-sequences u x h g)
(number-sequences w v)
(gradient f xs 0)
(value f xs fs)
(gradient f u h)
(value f u w)
(gradient f x g)
(value f x v)
(same u+ x)
(same x+ (+ (- x {_times(step, "g")}) (* {_rational(beta)} (- x u))))
(start (same u x))
(conclude (norm2 (- x xs)) (1) ?ratio {_times(scale, "(norm2 (- x xs))")})
"""


def proximal_point(gamma: Number = 1) -> str:
    """x⁺ = prox_{γ f}(x), on a convex f: x⁺ = x − γ g⁺ for a subgradient g⁺ of f at x⁺.

    N (f(x_N) − f⋆) ≤ scale · ‖x₀ − x⋆‖².
    """
    return f"""\
; the proximal point method
(method 1)
(function f convex)
(points xs)
(numbers fs)
(point-sequences x g)
(number-sequences v)
(subgradient f xs 0)
(value f xs fs)
(subgradient f x g)
(value f x v)
(same x+ (- x {_times(gamma, "g+")}))
(conclude (- v fs) (0 1 0) 1 (* ?scale (norm2 (- x xs))))
"""
