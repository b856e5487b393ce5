"""Builds Keras layers from Rondo's words and runs one case: outputs, and gradients of a weighted sum of the first."""

import re

import keras
import numpy
import torch

from .files import draw, tensor

LAYERS = {
    "simpleRnn": keras.layers.SimpleRNN,
    "lstm": keras.layers.LSTM,
    "gru": keras.layers.GRU,
    "dense": keras.layers.Dense,
    "embedding": keras.layers.Embedding,
    "repeatVector": keras.layers.RepeatVector,
    "flatten": keras.layers.Flatten,
    "masking": keras.layers.Masking,
    "layerNormalization": keras.layers.LayerNormalization,
    "rmsNormalization": keras.layers.RMSNormalization,
    "conv1d": keras.layers.Conv1D,
    "maxPooling1d": keras.layers.MaxPooling1D,
    "averagePooling1d": keras.layers.AveragePooling1D,
    "globalMaxPooling1d": keras.layers.GlobalMaxPooling1D,
    "globalAveragePooling1d": keras.layers.GlobalAveragePooling1D,
    "upSampling1d": keras.layers.UpSampling1D,
}

CELLS = {
    "simpleRnn": keras.layers.SimpleRNNCell,
    "lstm": keras.layers.LSTMCell,
    "gru": keras.layers.GRUCell,
}

NAMED = {
    "l1": keras.regularizers.L1,
    "l2": keras.regularizers.L2,
    "l1l2": keras.regularizers.L1L2,
    "maxNorm": keras.constraints.MaxNorm,
    "minMaxNorm": keras.constraints.MinMaxNorm,
    "nonNeg": keras.constraints.NonNeg,
    "unitNorm": keras.constraints.UnitNorm,
}


def named(given):
    """A regularizer or constraint by name, or as `{name, …}` with its numbers."""
    name, numbers = (given, {}) if isinstance(given, str) else (given["name"], given)
    return NAMED[name](**{snake(key): value for key, value in numbers.items() if key != "name"})


def snake(name):
    return re.sub("([A-Z])", lambda match: "_" + match[1].lower(), name)


def options_of(config):
    """The options of `{type, …}` in Keras's words."""
    options = {snake(key): value for key, value in config.items() if key not in ("type", "layer", "layers")}
    if isinstance(options.get("activation"), str):
        options["activation"] = snake(options["activation"])
    if isinstance(options.get("recurrent_activation"), str):
        options["recurrent_activation"] = snake(options["recurrent_activation"])
    for key, value in options.items():
        if key.endswith(("_regularizer", "_constraint")):
            options[key] = named(value)
    return options


def make_layer(config):
    """A Keras layer from `{type, …}` with option names in Rondo's camel case."""
    options = options_of(config)
    if config["type"] == "stacked":
        return keras.layers.RNN([CELLS[cell["type"]](**options_of(cell)) for cell in config["layers"]], **options)
    if config["type"] == "bidirectional":
        return keras.layers.Bidirectional(make_layer(config["layer"]), **options)
    if config["type"] == "timeDistributed":
        return keras.layers.TimeDistributed(make_layer(config["layer"]), **options)
    return LAYERS[config["type"]](**options)


def trainable(values):
    return torch.tensor(values, requires_grad=values.dtype.kind == "f")


def set_random_weights(layers, random):
    for layer in layers:
        layer.set_weights([draw(random, *weight.shape, scale=0.5) for weight in layer.get_weights()])


def layer_case(name, random, configs, x, mask=None, initial_state=None):
    """Runs layers one after another on `x`; masks and the initial state go to the first layer.

    The loss is sum(outputs[0] · lossWeights); its gradients with respect to `x`, every weight and the initial state
    are given in the order of the values.
    """
    layers = [make_layer(config) for config in configs]
    with torch.no_grad():
        symbolic = keras.Sequential(layers)
        symbolic.build(x.shape)
    set_random_weights(layers, random)
    given = trainable(x)
    state = [trainable(values) for values in initial_state or []]
    arguments = {} if mask is None else {"mask": torch.tensor(mask)}
    if state:
        arguments["initial_state"] = state
    result = layers[0](given, **arguments)
    for layer in layers[1:]:
        result = layer(result)
    outputs = list(result) if isinstance(result, (list, tuple)) else [result]
    loss_weights = draw(random, *outputs[0].shape)
    (outputs[0] * torch.tensor(loss_weights)).sum().backward()
    weights = [weight for layer in layers for weight in layer.weights]

    case = {"name": name, "layers": configs, "x": tensor(x)}
    if mask is not None:
        case["mask"] = tensor(mask)
    if initial_state:
        case["initialState"] = [tensor(values) for values in initial_state]
    case["weights"] = [tensor(weight.value) for weight in weights]
    case["outputs"] = [tensor(output) for output in outputs]
    case["lossWeights"] = tensor(loss_weights)
    case["gradients"] = {
        **({"x": tensor(given.grad)} if given.requires_grad else {}),
        "weights": [tensor(weight.value.grad) for weight in weights],
        **({"initialState": [tensor(values.grad) for values in state]} if state else {}),
    }
    return case


def assert_close(a, b, what):
    """Both libraries must agree far better than float32 can tell."""
    difference = numpy.abs(numpy.asarray(a["data"]) - numpy.asarray(b["data"])).max()
    assert a["shape"] == b["shape"] and difference < 1e-8, f"{what}: {difference}"
