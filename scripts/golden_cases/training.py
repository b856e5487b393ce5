"""Eight steps of each Keras optimizer on one fixed batch: loss before each step, and the weights at the end."""

import keras
import numpy

from .files import draw, tensor
from .model import make_layer, set_random_weights, snake

BATCH, TIME, INPUT, UNITS, CLASSES, STEPS = 4, 5, 3, 6, 3, 8

TOLERANCE = {
    "absolute": 2e-5,
    "why": "float32 gradients are off by 1e-7 relative and eight steps move weights by up to 0.5; optimizers that "
    "divide by the root of squared gradients enlarge the error of gradients near zero",
}

OPTIMIZERS = {
    "sgd": ("sgd", {}),
    "sgd momentum": ("sgd", {"learningRate": 0.1, "momentum": 0.9}),
    "sgd nesterov": ("sgd", {"learningRate": 0.1, "momentum": 0.9, "nesterov": True}),
    "sgd clipValue": ("sgd", {"learningRate": 0.5, "clipValue": 0.02}),
    "sgd clipNorm": ("sgd", {"learningRate": 0.5, "clipNorm": 0.1}),
    "sgd globalClipNorm": ("sgd", {"learningRate": 0.5, "globalClipNorm": 0.2}),
    "rmsprop": ("rmsprop", {}),
    "adam": ("adam", {}),
    "adamW": ("adamW", {}),
    "nadam": ("nadam", {}),
}

CLASSES_OF = {
    "sgd": keras.optimizers.SGD,
    "rmsprop": keras.optimizers.RMSprop,
    "adam": keras.optimizers.Adam,
    "adamW": keras.optimizers.AdamW,
    "nadam": keras.optimizers.Nadam,
}

# The words that Keras writes as one.
KERAS_WORDS = {"clipValue": "clipvalue", "clipNorm": "clipnorm", "globalClipNorm": "global_clipnorm"}


def cases(random):
    configs = [{"type": "lstm", "units": UNITS}, {"type": "dense", "units": CLASSES, "activation": "softmax"}]
    x = draw(random, BATCH, TIME, INPUT)
    y = numpy.eye(CLASSES)[[0, 2, 1, 0]]
    initial = None
    made = []
    for name, (optimizer, options) in OPTIMIZERS.items():
        layers = [make_layer(config) for config in configs]
        model = keras.Sequential(layers)
        model.build(x.shape)
        if initial is None:
            set_random_weights(layers, random)
            initial = model.get_weights()
        model.set_weights(initial)
        keras_options = {KERAS_WORDS.get(key, snake(key)): value for key, value in options.items()}
        model.compile(loss="categorical_crossentropy", optimizer=CLASSES_OF[optimizer](**keras_options))
        losses = []
        for _ in range(STEPS):
            model.reset_metrics()
            losses.append(float(model.train_on_batch(x, y)))
        made.append(
            {
                "name": name,
                "optimizer": optimizer,
                "options": options,
                "losses": [float(f"{loss:.9g}") for loss in losses],
                "finalWeights": [tensor(weight) for weight in model.get_weights()],
            }
        )
    shared = {
        "name": "shared",
        "layers": configs,
        "loss": "categoricalCrossentropy",
        "x": tensor(x),
        "y": tensor(y),
        "steps": STEPS,
        "initialWeights": [tensor(weight) for weight in initial],
    }
    return TOLERANCE, [shared, *made]
