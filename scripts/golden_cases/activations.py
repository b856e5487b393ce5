"""Activations: values and derivatives over a range of numbers and where some have a corner, softmax over rows."""

import keras
import numpy
import torch

from .files import draw, tensor
from .model import snake

NAMES = """linear relu leakyRelu elu selu gelu silu softplus softsign sigmoid hardSigmoid hardTanh tanh exponential relu6
mish logSoftmax softmax""".split()

TOLERANCE = {"absolute": 2e-6, "relative": 5e-6, "why": "a few roundings of float32 and the engine's own exp and tanh"}


def cases(random):
    numbers = numpy.array([[-9.5, -4, -3, -2.25, -1, -0.5], [-0.125, 0.125, 0.75, 1.5, 3.5, 8], [-6, 0, 1, 3, 6, 2.5]])
    made = []
    for name in NAMES:
        x = torch.tensor(numbers, requires_grad=True)
        y = keras.activations.get(snake(name))(x)
        weights = draw(random, *numbers.shape)
        (y * torch.tensor(weights)).sum().backward()
        made.append(
            {"name": name, "x": tensor(numbers), "y": tensor(y), "lossWeights": tensor(weights), "dx": tensor(x.grad)}
        )
    return TOLERANCE, made
