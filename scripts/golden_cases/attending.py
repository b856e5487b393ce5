"""Recurrent layers that look at another sequence: the equations of Luong et al. 2015 and Bahdanau et al. 2015 in PyTorch."""

import torch

from .attention import BATCH, TOLERANCE, VALUE_MASK, numbers
from .files import draw, tensor

UNITS, FEATURES, SIZE = 3, 2, 4


def gru(x, h, kernel, recurrent, bias):
    """One step with the weights of Keras, `resetAfter: true`: update, reset, candidate."""
    xz, xr, xn = (x @ kernel + bias[0]).chunk(3, -1)
    hz, hr, hn = (h @ recurrent + bias[1]).chunk(3, -1)
    z, r = torch.sigmoid(xz + hz), torch.sigmoid(xr + hr)
    return z * h + (1 - z) * torch.tanh(xn + r * hn)


def mean_of(memory, scores, mask):
    weights = torch.softmax(scores.masked_fill(~mask, -torch.inf), -1)
    return torch.einsum("bs,bsf->bf", weights, memory)


def luong(x, memory, mask, weights):
    score, joined, *cell = weights
    h, attentional = torch.zeros(BATCH, UNITS), torch.zeros(BATCH, UNITS)
    outputs = []
    for step in x.unbind(1):
        h = gru(torch.cat([step, attentional], -1), h, *cell)
        context = mean_of(memory, torch.einsum("bh,hf,bsf->bs", h, score, memory), mask)
        attentional = torch.tanh(torch.cat([context, h], -1) @ joined)
        outputs.append(attentional)
    return torch.stack(outputs, 1)


def bahdanau(x, memory, mask, weights):
    query, key, scale, *cell = weights
    h = torch.zeros(BATCH, UNITS)
    outputs = []
    for step in x.unbind(1):
        scores = torch.tanh((h @ query)[:, None] + memory @ key) @ scale
        h = gru(torch.cat([step, mean_of(memory, scores, mask)], -1), h, *cell)
        outputs.append(h)
    return torch.stack(outputs, 1)


def cell_weights(random, seen):
    return [numbers(random, *shape, scale=0.5) for shape in ((seen, 3 * UNITS), (UNITS, 3 * UNITS), (2, 3 * UNITS))]


def cases(random):
    made = []

    def add(name, config, run, shapes, seen, mask=None):
        x, memory = numbers(random, BATCH, 4, FEATURES), numbers(random, BATCH, 5, SIZE)
        weights = [*[numbers(random, *shape, scale=0.5) for shape in shapes], *cell_weights(random, seen)]
        counts = torch.ones(BATCH, 5, dtype=torch.bool) if mask is None else torch.tensor(mask)
        output = run(x, memory, counts, weights)
        loss_weights = draw(random, *output.shape)
        (output * torch.tensor(loss_weights)).sum().backward()
        case = {
            "name": name,
            "layer": {"type": "attending", "units": UNITS, **config},
            "sources": [tensor(x), tensor(memory)],
            "uses": [0, 1],
            "weights": [tensor(weight) for weight in weights],
            "outputs": [tensor(output)],
            "lossWeights": tensor(loss_weights),
            "gradients": [tensor(y.grad) for y in (x, memory, *weights)],
        }
        if mask is not None:
            case["masks"] = [None, tensor(mask)]
        made.append(case)

    of_luong = [(UNITS, SIZE), (SIZE + UNITS, UNITS)]
    of_bahdanau = [(UNITS, 2), (SIZE, 2), (2,)]
    fed, found = FEATURES + UNITS, FEATURES + SIZE
    add("luong", {"attention": "luong"}, luong, of_luong, fed)
    add("luong with a mask", {"attention": "luong"}, luong, of_luong, fed, VALUE_MASK)
    config = {"attention": "bahdanau", "scoreUnits": 2}
    add("bahdanau", config, bahdanau, of_bahdanau, found)
    add("bahdanau with a mask", config, bahdanau, of_bahdanau, found, VALUE_MASK)
    return TOLERANCE, made
