"""Metrics over two batches, with and without weights of samples and masks of steps."""

import keras
import numpy
import torch

from .files import draw, tensor

TOLERANCE = {"absolute": 2e-6, "relative": 1e-5, "why": "a mean of float32 values"}

METRICS = {
    "binaryAccuracy": keras.metrics.BinaryAccuracy,
    "categoricalAccuracy": keras.metrics.CategoricalAccuracy,
    "sparseCategoricalAccuracy": keras.metrics.SparseCategoricalAccuracy,
    "topKCategoricalAccuracy": lambda: keras.metrics.TopKCategoricalAccuracy(k=2),
    "meanSquaredError": keras.metrics.MeanSquaredError,
    "meanAbsoluteError": keras.metrics.MeanAbsoluteError,
    "rootMeanSquaredError": keras.metrics.RootMeanSquaredError,
    "meanAbsolutePercentageError": keras.metrics.MeanAbsolutePercentageError,
    "binaryAuc": lambda: keras.metrics.AUC(dtype="float64"),
    "binaryAucOfPrecisionAndRecall": lambda: keras.metrics.AUC(curve="PR", num_thresholds=50, dtype="float64"),
}

CLASSES = 4


def metric_case(name, batches, weights=None, masks=None):
    metric = METRICS[name]()
    for index, (y_true, y_pred) in enumerate(batches):
        prediction = torch.tensor(y_pred)
        if masks is not None:
            prediction._keras_mask = torch.tensor(masks[index])
        weight = None if weights is None else torch.tensor(weights[index])
        # Keras sums over buckets in float32 on PyTorch, and fails where the default is another.
        torch.set_default_dtype(torch.float32)
        metric.update_state(torch.tensor(y_true), prediction, sample_weight=weight)
        torch.set_default_dtype(torch.float64)
    label = name + (", weights" if weights else "") + (", mask" if masks else "")
    return {
        "name": label,
        "metric": name,
        "batches": [
            {
                "yTrue": tensor(y_true),
                "yPred": tensor(y_pred),
                **({} if weights is None else {"sampleWeight": tensor(weights[index])}),
                **({} if masks is None else {"mask": tensor(masks[index])}),
            }
            for index, (y_true, y_pred) in enumerate(batches)
        ],
        "value": tensor(metric.result())["data"][0],
    }


def cases(random):
    made = []
    masks = [
        numpy.array([[1, 1, 0], [0, 1, 0]], dtype=bool),
        numpy.array([[1, 1, 1], [1, 0, 0], [0, 0, 0]], dtype=bool),
    ]
    weights = [numpy.array([0.5, 2.0]), numpy.array([1.0, 0.0, 0.25])]

    def make(name, shape):
        if "ategorical" in name:
            labels = random.integers(0, CLASSES, shape)
            truth = labels.astype("int32") if name.startswith("sparse") else numpy.eye(CLASSES)[labels]
            return truth, numpy.round(random.uniform(0, 1, (*shape, CLASSES)), 3)
        if name.startswith("binary"):
            return random.integers(0, 2, (*shape, 2)).astype(float), numpy.round(random.uniform(0, 1, (*shape, 2)), 3)
        return draw(random, *shape, 2), draw(random, *shape, 2)

    for name in METRICS:
        flat = [make(name, (2,)), make(name, (3,))]
        made.append(metric_case(name, flat))
        made.append(metric_case(name, flat, weights=weights))
        made.append(metric_case(name, [make(name, (2, 3)), make(name, (3, 3))], masks=masks))
    return TOLERANCE, made
