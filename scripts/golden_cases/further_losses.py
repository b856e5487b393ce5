"""Losses for counts, distributions, margins and directions: each alone, and of sequences with weights and masks."""

import numpy

from .files import draw
from .losses import BATCH, CLASSES, TIME, TOLERANCE, loss_case


def cases(random):
    made = []
    steps = numpy.array([[1, 1, 1], [1, 1, 0], [0, 1, 0], [0, 0, 0]], dtype=bool)
    weights = numpy.round(random.uniform(0, 2, (BATCH, TIME)), 3)

    def above_zero(*shape):
        return [numpy.round(random.uniform(0.1, 3, (*shape, 2)), 3) for _ in range(2)]

    def numbers(*shape):
        return [draw(random, *shape, 2) for _ in range(2)]

    def yes_or_no(*shape):
        return random.integers(0, 2, (*shape, 2)).astype(float), draw(random, *shape, 2)

    def distributions(*shape):
        raw = [random.uniform(0.05, 1, (*shape, CLASSES)) for _ in range(2)]
        return [numpy.round(one / one.sum(-1, keepdims=True), 3) for one in raw]

    def scores(*shape):
        return numpy.eye(CLASSES)[random.integers(0, CLASSES, shape)], draw(random, *shape, CLASSES)

    for loss, make in [
        ("logCosh", numbers),
        ("meanAbsolutePercentageError", above_zero),
        ("meanSquaredLogarithmicError", above_zero),
        ("poisson", above_zero),
        ("cosineSimilarity", numbers),
        ("hinge", yes_or_no),
        ("squaredHinge", yes_or_no),
        ("klDivergence", distributions),
        ("categoricalHinge", scores),
    ]:
        made.append(loss_case(loss, loss, {}, *make(BATCH)))
        made.append(loss_case(f"{loss}, sequence, weights, mask", loss, {}, *make(BATCH, TIME), weights, steps))
    return TOLERANCE, made
