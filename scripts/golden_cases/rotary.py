"""Attention with rotary positions (Su et al. 2021), as rotations of complex numbers in PyTorch; and a block made of it."""

import torch
from torch.nn import functional

from .attention import BATCH, TOLERANCE, VALUE_MASK, numbers
from .files import draw, tensor


def rotated(x):
    """x [batch, heads, time, size]: neighbours are the parts of a complex number, turned by the step times its rate."""
    time, size = x.shape[-2:]
    rates = 10_000.0 ** (-torch.arange(0, size, 2) / size)
    turns = torch.polar(torch.ones(time, size // 2), torch.outer(torch.arange(time, dtype=rates.dtype), rates))
    return torch.view_as_real(torch.view_as_complex(x.reshape(*x.shape[:-1], size // 2, 2)) * turns).flatten(-2)


def attend(query, value, weights, counts):
    """Attention with the weights of Keras; counts [..., queries, values] are true where a query may look."""
    wq, bq, wk, bk, wv, bv, wo, bo = weights
    project = lambda x, kernel, bias: torch.einsum("btf,fhs->bhts", x, kernel) + bias[:, None, :]
    q, k, v = project(query, wq, bq), project(value, wk, bk), project(value, wv, bv)
    scores = rotated(q) @ rotated(k).transpose(-1, -2) / q.shape[-1] ** 0.5
    looks = torch.softmax(scores.masked_fill(~counts, -torch.inf), -1)
    return torch.einsum("bhqs,hsf->bqf", looks @ v, wo) + bo, looks


def weights_of(random, features, heads, size):
    shapes = [(features, heads, size), (heads, size)] * 3 + [(heads, size, features), (features,)]
    return [numbers(random, *shape, scale=0.5) for shape in shapes]


def causal(steps):
    return torch.ones(steps, steps, dtype=torch.bool).tril()


def cases(random):
    made = []

    def add(name, config, weights, outputs, sources, **further):
        loss_weights = draw(random, *outputs[0].shape)
        (outputs[0] * torch.tensor(loss_weights)).sum().backward()
        made.append(
            {
                "name": name,
                "layer": config,
                "sources": [tensor(source) for source in sources],
                **further,
                "weights": [tensor(weight) for weight in weights],
                "outputs": [tensor(output) for output in outputs],
                "lossWeights": tensor(loss_weights),
                "gradients": [tensor(x.grad) for x in (*sources, *weights)],
            }
        )

    heads = {"type": "multiHeadAttention", "numHeads": 2, "keyDim": 4, "rotary": True}
    x = numbers(random, BATCH, 5, 3)
    weights = weights_of(random, 3, 2, 4)
    outputs = attend(x, x, weights, causal(5))
    add("rotary self-attention, causal", {**heads, "useCausalMask": True}, weights, outputs, [x], uses=[0, 0])

    query, value = numbers(random, BATCH, 3, 4), numbers(random, BATCH, 5, 4)
    weights = weights_of(random, 4, 2, 4)
    outputs = attend(query, value, weights, torch.tensor(VALUE_MASK)[:, None, None, :])
    masks = {"masks": [None, tensor(VALUE_MASK)]}
    add("rotary attention with a mask", heads, weights, outputs, [query, value], uses=[0, 1], **masks)

    block = {"type": "transformerEncoderBlock", "numHeads": 2, "keyDim": 2, "intermediateDim": 3, "rotary": True}
    x = numbers(random, BATCH, 4, 4)
    attention = weights_of(random, 4, 2, 2)
    norms = [numbers(random, 4, scale=0.5) for _ in range(4)]
    dense = [numbers(random, *shape, scale=0.5) for shape in ((4, 3), (3,), (3, 4), (4,))]
    looked, _ = attend(x, x, attention, torch.ones(4, 4, dtype=torch.bool))
    first = functional.layer_norm(x + looked, (4,), norms[0], norms[1])
    hidden = torch.relu(first @ dense[0] + dense[1]) @ dense[2] + dense[3]
    output = functional.layer_norm(first + hidden, (4,), norms[2], norms[3])
    weights = [*attention, *norms[:2], *dense, *norms[2:]]
    add("encoder block with rotary positions", block, weights, [output], [x], uses=[0])
    return TOLERANCE, made
