"""Convolution over time and pooling."""

import numpy

from .files import draw
from .model import layer_case

BATCH, TIME, FEATURES = 2, 7, 3

TOLERANCE = {
    "absolute": 2e-5,
    "why": "float32 rounds to 6e-8 relative; values up to about 10 in sums of up to sixty products",
}

MASK = numpy.array([[1, 1, 1, 1, 0, 0, 0], [0, 1, 1, 0, 1, 1, 1]], dtype=bool)


def cases(random):
    made = []

    def add(name, *configs, mask=None, features=FEATURES):
        made.append(layer_case(name, random, list(configs), draw(random, BATCH, TIME, features), mask))

    conv = {"type": "conv1d", "filters": 4, "kernelSize": 3}
    for padding in ("valid", "same", "causal"):
        add(f"conv1d {padding}", {**conv, "padding": padding})
        add(f"conv1d {padding}, strides 2", {**conv, "padding": padding, "strides": 2})
        add(f"conv1d {padding}, dilation 2", {**conv, "padding": padding, "dilationRate": 2})
    add("conv1d relu without bias", {**conv, "activation": "relu", "useBias": False})
    add("conv1d of an even size", {**conv, "kernelSize": 4, "padding": "same"})
    add("conv1d of one step", {**conv, "kernelSize": 1})
    add("conv1d of one step, strides 3", {**conv, "kernelSize": 1, "strides": 3})
    add("conv1d of many features", {**conv, "filters": 2, "padding": "causal", "dilationRate": 2}, features=17)
    for kind in ("maxPooling1d", "averagePooling1d"):
        add(f"{kind} valid", {"type": kind, "poolSize": 2})
        add(f"{kind} same", {"type": kind, "poolSize": 3, "padding": "same"})
        add(f"{kind} overlapping", {"type": kind, "poolSize": 3, "strides": 2})
        add(f"{kind} same, overlapping", {"type": kind, "poolSize": 3, "strides": 1, "padding": "same"})
        add(f"{kind} with gaps", {"type": kind, "poolSize": 2, "strides": 3})
    add("globalMaxPooling1d", {"type": "globalMaxPooling1d"})
    add("globalAveragePooling1d", {"type": "globalAveragePooling1d"})
    add("globalAveragePooling1d with a mask", {"type": "globalAveragePooling1d"}, mask=MASK)
    add("upSampling1d", {"type": "upSampling1d", "size": 3})
    add(
        "conv1d, maxPooling1d and conv1d",
        {**conv, "activation": "tanh", "padding": "same"},
        {"type": "maxPooling1d", "poolSize": 2},
        conv,
    )
    return TOLERANCE, made
