"""Six updates with penalties on weights and outputs, and with constraints: loss before each, and the weights at the end."""

import keras
import numpy

from .files import draw, tensor
from .model import make_layer, set_random_weights

BATCH, TIME, INPUT, UNITS, STEPS = 3, 4, 2, 3, 6

TOLERANCE = {
    "absolute": 2e-5,
    "why": "float32 gradients are off by 1e-7 relative and six steps move weights by up to 1",
}

L1, L2 = {"name": "l1", "l1": 0.02}, {"name": "l2", "l2": 0.05}
BOTH = {"name": "l1l2", "l1": 0.01, "l2": 0.03}

OPTIONS = {
    "kernel l1, recurrent l2, bias l1l2": {
        "kernelRegularizer": L1,
        "recurrentRegularizer": L2,
        "biasRegularizer": BOTH,
    },
    "defaults": {"kernelRegularizer": "l1", "recurrentRegularizer": "l2"},
    "activity": {"activityRegularizer": BOTH},
    "kernel maxNorm, bias nonNeg": {
        "kernelConstraint": {"name": "maxNorm", "maxValue": 0.5},
        "biasConstraint": "nonNeg",
    },
    "kernel minMaxNorm, recurrent unitNorm by rows": {
        "kernelConstraint": {"name": "minMaxNorm", "minValue": 0.8, "maxValue": 0.9, "rate": 0.5},
        "recurrentConstraint": {"name": "unitNorm", "axis": 1},
    },
    "everything": {
        "returnSequences": True,
        "kernelRegularizer": L2,
        "activityRegularizer": L1,
        "kernelConstraint": "minMaxNorm",
        "recurrentConstraint": {"name": "maxNorm"},
    },
}


def cases(random):
    made = []

    def add(name, *configs):
        layers = [make_layer(config) for config in configs]
        model = keras.Sequential(layers)
        x = draw(random, BATCH, TIME, INPUT)
        model.build(x.shape)
        set_random_weights(layers, random)
        initial = [tensor(weight) for weight in model.get_weights()]
        y = draw(random, *model.output_shape[1:], scale=0.5)
        y = numpy.repeat(y[None], BATCH, 0)
        model.compile(loss="mse", optimizer=keras.optimizers.SGD(learning_rate=0.25))
        losses = []
        for _ in range(STEPS):
            model.reset_metrics()
            losses.append(float(f"{float(model.train_on_batch(x, y)):.9g}"))
        made.append(
            {
                "name": name,
                "layers": list(configs),
                "loss": "meanSquaredError",
                "optimizer": "sgd",
                "options": {"learningRate": 0.25},
                "x": tensor(x),
                "y": tensor(y),
                "initialWeights": initial,
                "losses": losses,
                "finalWeights": [tensor(weight) for weight in model.get_weights()],
            }
        )

    # Keras's SimpleRNN takes no notice of its activity regularizer.
    for name, options in OPTIONS.items():
        cell = "gru" if "activityRegularizer" in options else "simpleRnn"
        add(name, {"type": cell, "units": UNITS, **options})
    dense = {"type": "dense", "units": 2, "activityRegularizer": L2, "kernelRegularizer": BOTH}
    rnn = {"type": "gru", "units": 2, "activityRegularizer": L1, "recurrentRegularizer": L2}
    add("bidirectional", {"type": "bidirectional", "layer": rnn})
    add("frozen", {**rnn, "trainable": False}, dense)
    return TOLERANCE, made
