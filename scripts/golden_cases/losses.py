"""Losses with Keras' default reduction, with weights of samples and masks of steps, and their gradients."""

import keras
import numpy
import torch

from .files import draw, tensor
from .model import snake

TOLERANCE = {"absolute": 2e-6, "relative": 1e-5, "why": "a few roundings of float32 and the engine's own exp and log"}

BATCH, TIME, CLASSES = 4, 3, 5


FUNCTIONS = {
    "meanSquaredError": keras.losses.MeanSquaredError,
    "meanAbsoluteError": keras.losses.MeanAbsoluteError,
    "huber": keras.losses.Huber,
    "binaryCrossentropy": keras.losses.BinaryCrossentropy,
    "categoricalCrossentropy": keras.losses.CategoricalCrossentropy,
    "sparseCategoricalCrossentropy": keras.losses.SparseCategoricalCrossentropy,
    "logCosh": keras.losses.LogCosh,
    "meanSquaredLogarithmicError": keras.losses.MeanSquaredLogarithmicError,
    "meanAbsolutePercentageError": keras.losses.MeanAbsolutePercentageError,
    "poisson": keras.losses.Poisson,
    "klDivergence": keras.losses.KLDivergence,
    "hinge": keras.losses.Hinge,
    "squaredHinge": keras.losses.SquaredHinge,
    "categoricalHinge": keras.losses.CategoricalHinge,
    "cosineSimilarity": keras.losses.CosineSimilarity,
}


def loss_case(name, loss, options, y_true, y_pred, sample_weight=None, mask=None):
    function = FUNCTIONS[loss](**{snake(key): value for key, value in options.items()})
    given = torch.tensor(y_pred, requires_grad=True)
    # A mask travels on the prediction, as a model hands it to its loss.
    prediction = given * 1
    if mask is not None:
        prediction._keras_mask = torch.tensor(mask)
    value = function(
        torch.tensor(y_true), prediction, sample_weight=None if sample_weight is None else torch.tensor(sample_weight)
    )
    value.backward()
    return {
        "name": name,
        "loss": loss,
        "options": options,
        "yTrue": tensor(y_true),
        "yPred": tensor(y_pred),
        **({} if sample_weight is None else {"sampleWeight": tensor(sample_weight)}),
        **({} if mask is None else {"mask": tensor(mask)}),
        "value": tensor(value)["data"][0],
        "gradient": tensor(given.grad),
    }


def cases(random):
    made = []
    steps = numpy.array([[1, 1, 1], [1, 1, 0], [0, 1, 0], [0, 0, 0]], dtype=bool)
    row_weights = numpy.array([0.5, 2, 0, 1.25])
    step_weights = numpy.round(random.uniform(0, 2, (BATCH, TIME)), 3)

    def add(loss, options, flat, sequence):
        """The loss alone, with a weight per row, and per step of sequences with masks, weights and both."""
        label = " ".join([loss, *(key for key, value in options.items() if value)])
        for make, suffix, extra in [
            (flat, "", {}),
            (flat, ", row weights", {"sample_weight": row_weights}),
            (sequence, ", sequence", {}),
            (sequence, ", sequence, mask", {"mask": steps}),
            (sequence, ", sequence, step weights", {"sample_weight": step_weights}),
            (sequence, ", sequence, step weights, mask", {"sample_weight": step_weights, "mask": steps}),
        ]:
            made.append(loss_case(label + suffix, loss, options, *make(), **extra))

    def numbers(*shape):
        return lambda: (draw(random, *shape), draw(random, *shape))

    def labels(*shape):
        return random.integers(0, CLASSES, shape).astype("int32")

    def one_hot(*shape):
        return numpy.eye(CLASSES)[labels(*shape)]

    def probabilities(*shape):
        raw = random.uniform(0.05, 1, (*shape, CLASSES))
        return numpy.round(raw / raw.sum(-1, keepdims=True), 3)

    for loss in ("meanSquaredError", "meanAbsoluteError", "huber"):
        add(loss, {}, numbers(BATCH, 2), numbers(BATCH, TIME, 2))
    binary = lambda *shape: random.integers(0, 2, shape).astype(float)
    for from_logits, predict in [
        (True, lambda *shape: draw(random, *shape, scale=2)),
        (False, lambda *shape: numpy.round(random.uniform(0.02, 0.98, shape), 3)),
    ]:
        add(
            "binaryCrossentropy",
            {"fromLogits": from_logits},
            lambda: (binary(BATCH, 2), predict(BATCH, 2)),
            lambda: (binary(BATCH, TIME, 1), predict(BATCH, TIME, 1)),
        )
    for from_logits, predict in [(True, lambda *shape: draw(random, *shape, CLASSES, scale=2)), (False, probabilities)]:
        for loss, truth in [("categoricalCrossentropy", one_hot), ("sparseCategoricalCrossentropy", labels)]:
            add(
                loss,
                {"fromLogits": from_logits},
                lambda: (truth(BATCH), predict(BATCH)),
                lambda: (truth(BATCH, TIME), predict(BATCH, TIME)),
            )
    made.append(loss_case("huber, delta 0.25", "huber", {"delta": 0.25}, *numbers(BATCH, 2)()))
    for smooth, loss, truth in [
        ("categorical", "categoricalCrossentropy", one_hot(BATCH)),
        ("binary", "binaryCrossentropy", binary(BATCH, CLASSES)),
    ]:
        options = {"fromLogits": True, "labelSmoothing": 0.1}
        made.append(loss_case(f"{smooth} label smoothing", loss, options, truth, draw(random, BATCH, CLASSES)))
    large = numpy.array([[300.0, -300, 0, 1, 2]] * 2)
    made.append(loss_case("large logits", "categoricalCrossentropy", {"fromLogits": True}, numpy.eye(5)[[0, 1]], large))
    made.append(
        loss_case("large binary logits", "binaryCrossentropy", {"fromLogits": True}, numpy.eye(5)[[0, 1]], large)
    )
    return TOLERANCE, made
