"""Layers beside the recurrent ones."""

import numpy

from .files import draw
from .model import layer_case

TOLERANCE = {
    "absolute": 2e-5,
    "why": "float32 rounds to 6e-8 relative; values up to about 10 in sums of up to twenty products",
}


def cases(random):
    made = []

    def add(name, x, *configs):
        made.append(layer_case(name, random, list(configs), x))

    dense = {"type": "dense", "units": 3}
    add("dense", draw(random, 4, 5), dense)
    add("dense softmax", draw(random, 4, 5), {**dense, "activation": "softmax"})
    add("dense relu without bias", draw(random, 4, 5), {**dense, "activation": "relu", "useBias": False})
    add("dense on sequences", draw(random, 2, 3, 5), {**dense, "activation": "tanh"})
    add(
        "time distributed dense",
        draw(random, 2, 3, 5),
        {"type": "timeDistributed", "layer": {**dense, "activation": "sigmoid"}},
    )
    add(
        "repeat vector and lstm",
        draw(random, 3, 2),
        {"type": "repeatVector", "n": 4},
        {"type": "lstm", "units": 3, "returnSequences": True},
    )
    add("flatten and dense", draw(random, 2, 3, 4), {"type": "flatten"}, dense)
    words = numpy.array([[3, 1, 4, 0, 0], [0, 5, 2, 5, 0], [0, 0, 0, 0, 0], [1, 2, 3, 4, 5]], dtype="int32")
    embedding = {"type": "embedding", "inputDim": 6, "outputDim": 3}
    add("embedding", words, embedding)
    add("embedding and lstm", words, embedding, {"type": "lstm", "units": 4})
    add("embedding with mask and lstm", words, {**embedding, "maskZero": True}, {"type": "lstm", "units": 4})
    add(
        "embedding with mask and two grus",
        words,
        {**embedding, "maskZero": True},
        {"type": "gru", "units": 4, "returnSequences": True},
        {"type": "gru", "units": 3},
    )
    padded = draw(random, 3, 4, 2)
    padded[0, 2:] = 0
    padded[1, :2] = 0
    add(
        "masking and lstm",
        padded,
        {"type": "masking", "maskValue": 0},
        {"type": "lstm", "units": 4, "returnSequences": True},
    )
    add("layer normalization", draw(random, 3, 5), {"type": "layerNormalization"})
    add(
        "layer normalization without gamma",
        draw(random, 2, 3, 4),
        {"type": "layerNormalization", "scale": False, "epsilon": 0.1},
    )
    add("rms normalization", draw(random, 2, 3, 4), {"type": "rmsNormalization"})
    add(
        "masking, gru, layer normalization and lstm",
        padded,
        {"type": "masking", "maskValue": 0},
        {"type": "gru", "units": 3, "returnSequences": True},
        {"type": "layerNormalization", "center": False},
        {"type": "lstm", "units": 2},
    )
    return TOLERANCE, made
