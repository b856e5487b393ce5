"""Temporal convolutional networks: the blocks of Bai et al. 2018 in PyTorch, with its own weight normalization."""

import torch

from .files import draw, tensor

BATCH, TIME = 2, 6

TOLERANCE = {
    "absolute": 5e-5,
    "why": "float32 rounds to 6e-8 relative; up to six convolutions in a row, of sums of up to sixty products",
}

ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh}


def convolve(x, kernel, length, bias, dilation):
    """Causal convolution of [batch, time, features] with a kernel [size, features, filters]."""
    weight = kernel.permute(2, 1, 0)
    if length is not None:
        weight = torch._weight_norm(weight, length.reshape(-1, 1, 1), 0)
    before = (kernel.shape[0] - 1) * dilation
    padded = torch.nn.functional.pad(x.transpose(1, 2), (before, 0))
    return torch.nn.functional.conv1d(padded, weight, bias, dilation=dilation).transpose(1, 2)


def block(x, weights, filters, dilation, normalized, activation):
    """One block; takes its weights from the front of the list."""

    def layer(y):
        kernel = weights.pop(0)
        length = weights.pop(0) if normalized else None
        return activation(convolve(y, kernel, length, weights.pop(0), dilation))

    y = layer(layer(x))
    if x.shape[2] != filters:
        x = x @ weights.pop(0) + weights.pop(0)
    return activation(y + x)


def shapes(features, filters, size, normalized):
    for channels in (features, filters):
        yield (size, channels, filters)
        if normalized:
            yield (filters,)
        yield (filters,)
    if features != filters:
        yield (features, filters)
        yield (filters,)


def cases(random):
    made = []

    def add(name, config, features=3):
        filters, size = config["filters"], config.get("kernelSize", 3)
        normalized = config.get("weightNormalization", False)
        dilations = config.get("dilations", [config.get("dilationRate", 1)])
        activation = ACTIVATIONS[config.get("activation", "relu")]
        x = torch.tensor(draw(random, BATCH, TIME, features), requires_grad=True)
        sizes = [features] + [filters] * (len(dilations) - 1)
        wanted = [shape for width in sizes for shape in shapes(width, filters, size, normalized)]
        weights = [torch.tensor(draw(random, *shape, scale=0.5), requires_grad=True) for shape in wanted]
        left, output = list(weights), x
        for dilation in dilations:
            output = block(output, left, filters, dilation, normalized, activation)
        assert not left
        if config["type"] == "tcn" and not config.get("returnSequences", False):
            output = output[:, -1]
        loss_weights = draw(random, *output.shape)
        (output * torch.tensor(loss_weights)).sum().backward()
        made.append(
            {
                "name": name,
                "layers": [config],
                "x": tensor(x),
                "weights": [tensor(weight) for weight in weights],
                "outputs": [tensor(output)],
                "lossWeights": tensor(loss_weights),
                "gradients": {"x": tensor(x.grad), "weights": [tensor(weight.grad) for weight in weights]},
            }
        )

    add("tcnBlock", {"type": "tcnBlock", "filters": 4})
    add("tcnBlock of as many features", {"type": "tcnBlock", "filters": 3, "kernelSize": 2, "dilationRate": 2})
    add("tcnBlock with weight normalization", {"type": "tcnBlock", "filters": 4, "weightNormalization": True})
    add("tcnBlock tanh", {"type": "tcnBlock", "filters": 2, "activation": "tanh"})
    tcn = {"type": "tcn", "filters": 4, "kernelSize": 2, "dilations": [1, 2, 4]}
    add("tcn, last step", tcn)
    add("tcn, all steps, weight normalization", {**tcn, "returnSequences": True, "weightNormalization": True})
    return TOLERANCE, made
