"""Batch normalization: what it gives while training and outside of it, its gradients, and its moving averages after."""

import keras
import numpy
import torch

from .files import draw, tensor
from .model import snake

TOLERANCE = {
    "absolute": 2e-5,
    "why": "float32 rounds to 6e-8 relative; sums of up to fifteen values up to about 10, divided by deviations of about 1",
}

# All rows and steps count, some do not, none does in a row.
MASK = numpy.array([[1, 1, 1, 0, 0], [0, 1, 0, 1, 1], [0, 0, 0, 0, 0]], dtype=bool)


def cases(random):
    made = []

    def add(name, x, options, mask=None):
        layer = keras.layers.BatchNormalization(**{snake(key): value for key, value in options.items()})
        layer.build(x.shape)
        weights = [draw(random, *weight.shape, scale=0.5) for weight in layer.get_weights()]
        weights[-1] = numpy.round(0.5 + numpy.abs(weights[-1]), 3)
        layer.set_weights(weights)
        if mask is not None:
            x = numpy.where(mask[..., None], x, 0)
        given = torch.tensor(x, requires_grad=True)
        arguments = {} if mask is None else {"mask": torch.tensor(mask)}
        predicted = layer(given, training=False, **arguments)
        output = layer(given, training=True, **arguments)
        loss_weights = draw(random, *x.shape)
        if mask is not None:
            loss_weights = numpy.where(mask[..., None], loss_weights, 0)
        loss = (output * torch.tensor(loss_weights)).sum()
        loss.backward()
        moved = layer.get_weights()[-2:]
        gradients = [weight.value.grad for weight in layer.weights[:-2]]
        made.append(
            {
                "name": name,
                "options": options,
                "x": tensor(x),
                **({} if mask is None else {"mask": tensor(mask)}),
                "weights": [tensor(weight) for weight in weights],
                "predicted": tensor(predicted),
                "lossWeights": tensor(loss_weights),
                "loss": float(f"{float(loss.detach()):.9g}"),
                "gradients": {"x": tensor(given.grad), "weights": [tensor(gradient) for gradient in gradients]},
                "moved": [tensor(weight) for weight in moved],
            }
        )

    add("rows", draw(random, 6, 3), {})
    add("sequences", draw(random, 3, 4, 2), {"momentum": 0.9, "epsilon": 0.01})
    add("without gamma", draw(random, 3, 4, 2), {"scale": False})
    add("without beta", draw(random, 5, 2), {"center": False, "momentum": 0.5})
    add("steps that a mask leaves", draw(random, 3, 5, 2), {"momentum": 0.9}, MASK)
    return TOLERANCE, made
