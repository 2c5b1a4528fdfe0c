"""Splitting known totals into parts that add up to them exactly.

The business is known by its totals and rates. A day, a platform or a product only ever receives a share of such a
total, so that no rounding residue is left for the report to stumble over.
"""

import zlib

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def stream(seed: int, name: str) -> np.random.Generator:
    """A generator of its own for each part of the model: changing one part leaves the others' numbers alone."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def spread(total: int, weights: ArrayLike) -> Ints:
    """Split a whole number by weights; largest remainders round up, so the parts add up to the total."""
    share = np.asarray(weights, dtype=float)
    exact = share * (total / share.sum())
    parts = np.floor(exact).astype(np.int64)
    upward = np.argsort(parts - exact, kind="stable")[: total - int(parts.sum())]
    parts[upward] += 1
    return parts


def spread_money(total: float, weights: ArrayLike) -> Floats:
    """Split an amount in yuan by weights, exact to the cent."""
    return spread(round(total * 100), weights) / 100


def counterpart(whole: float, part: float, part_weight: float, other_weight: float) -> float:
    """The other part's rate, given the rate of the whole and of one part."""
    return (whole * (part_weight + other_weight) - part * part_weight) / other_weight


def evenly(rng: np.random.Generator, size: int, count: int) -> Ints:
    """Pick `count` of `size` positions at equal distances: on sorted rows, every stratum gets its fair share."""
    if count == 0:
        return np.zeros(0, dtype=np.int64)
    step = size / count
    return np.floor((np.arange(count) + rng.random()) * step).astype(np.int64)


def jitter(rng: np.random.Generator, size: int, sigma: float) -> Floats:
    """Multiplicative noise around one."""
    return np.exp(rng.normal(0, sigma, size))


def lower_quantile(values: ArrayLike, share: float) -> int:
    """The discrete quantile as SQL's quantile_disc takes it: the smallest value with at least `share` at or below."""
    ordered = np.sort(np.asarray(values))
    return int(ordered[max(int(np.ceil(share * len(ordered) - 1e-9)) - 1, 0)])
