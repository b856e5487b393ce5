"""Convolutional LSTM of Keras, on a line and on a grid."""

import keras
import torch

from .files import draw, tensor

BATCH, TIME, FILTERS = 2, 3, 2

TOLERANCE = {
    "absolute": 2e-5,
    "why": "float32 rounds to 6e-8 relative; values up to about 10 go through three steps of sums of up to forty products",
}


def cases(random):
    made = []
    for name, make, grid, channels, options in [
        ("convLstm on a line", keras.layers.ConvLSTM1D, (5,), 2, {"channels": 2}),
        ("convLstm on a grid", keras.layers.ConvLSTM2D, (3, 4), 1, {"rows": 3}),
        ("convLstm with an even window", keras.layers.ConvLSTM1D, (4,), 1, {"kernelSize": 2}),
    ]:
        layer = make(
            FILTERS, options.get("kernelSize", 3), padding="same", return_sequences=True, return_state=True
        )
        x = draw(random, BATCH, TIME, *grid, channels)
        layer.build(x.shape)
        layer.set_weights([draw(random, *weight.shape, scale=0.5) for weight in layer.get_weights()])
        given = torch.tensor(x, requires_grad=True)
        sequence, h, c = layer(given)
        loss_weights = draw(random, *sequence.shape)
        (sequence * torch.tensor(loss_weights)).sum().backward()

        def flat(values, keep):
            values = torch.tensor(values) if not hasattr(values, "detach") else values
            return tensor(values.reshape([*values.shape[:keep], -1]))

        def window(values):
            """A kernel over a line is one over a grid of one row."""
            return tensor(values[None] if len(grid) == 1 and values.ndim == 3 else values)

        made.append(
            {
                "name": name,
                "layers": [
                    {"type": "convLstm", "units": FILTERS, **options, "returnSequences": True, "returnState": True}
                ],
                "x": flat(x, 2),
                "weights": [window(weight.value) for weight in layer.weights],
                "outputs": [flat(sequence, 2), flat(h, 1), flat(c, 1)],
                "lossWeights": flat(loss_weights, 2),
                "gradients": {
                    "x": flat(given.grad, 2),
                    "weights": [window(weight.value.grad) for weight in layer.weights],
                },
                "sources": ["keras"],
            }
        )
    return TOLERANCE, made
