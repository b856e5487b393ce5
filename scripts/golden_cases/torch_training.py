"""Eight steps of PyTorch's SGD and Adam on a cell of each kind and a linear layer.

PyTorch's cells have two biases that are added. For rnn and lstm the second one is frozen at zero, so that the first is
the single bias of the Keras layout and moves as it does there. GRU's two biases are those of `resetAfter`: both train.
"""

import numpy
import torch

from .cells import TORCH_CELLS, swap_gates
from .files import draw, tensor

BATCH, TIME, INPUT, UNITS, CLASSES, STEPS = 4, 5, 3, 5, 3, 8

TOLERANCE = {
    "absolute": 2e-5,
    "adamFinalWeights": 3e-4,
    "why": "as for training in Keras. PyTorch's Adam adds epsilon to the bias-corrected root, Keras' to the uncorrected "
    "one: that moves weights with gradients near 1e-6 by up to 1.6e-4 (of 8e-3) in eight steps, and losses by 2.4e-7",
}

OPTIMIZERS = {
    "sgd": (torch.optim.SGD, {"learningRate": 0.1}),
    "sgd momentum": (torch.optim.SGD, {"learningRate": 0.1, "momentum": 0.9}),
    "adam": (torch.optim.Adam, {"learningRate": 0.001, "epsilon": 1e-8}),
}
TORCH_WORDS = {"learningRate": "lr", "epsilon": "eps", "momentum": "momentum"}


def keras_weights(cell, head, order):
    kernel, recurrent, bias_input, bias_recurrent = (
        swap_gates(weight.detach().numpy().T, order)
        for weight in (cell.weight_ih_l0, cell.weight_hh_l0, cell.bias_ih_l0, cell.bias_hh_l0)
    )
    bias = numpy.stack([bias_input, bias_recurrent]) if len(order) == 3 else bias_input
    return [tensor(weight) for weight in (kernel, recurrent, bias, head.weight.detach().numpy().T, head.bias)]


def cases(random):
    made = []
    labels = torch.tensor([0, 2, 1, 0])
    for type_, (make_cell, order) in TORCH_CELLS.items():
        x = draw(random, BATCH, TIME, INPUT)
        cell, head = make_cell(INPUT, UNITS, batch_first=True), torch.nn.Linear(UNITS, CLASSES)
        two_biases = len(order) == 3
        start = [
            (name, draw(random, *values.shape, scale=0.5))
            for name, values in [*cell.named_parameters(), *head.named_parameters(prefix="head")]
        ]
        for name, (optimizer, options) in OPTIMIZERS.items():
            with torch.no_grad():
                for parameter, (parameter_name, values) in zip(
                    [*cell.parameters(), *head.parameters()], start, strict=True
                ):
                    frozen = parameter_name == "bias_hh_l0" and not two_biases
                    parameter.copy_(torch.tensor(values) * (0 if frozen else 1))
                    parameter.requires_grad_(not frozen)
            trained = [parameter for parameter in [*cell.parameters(), *head.parameters()] if parameter.requires_grad]
            torch_options = {TORCH_WORDS[key]: value for key, value in options.items()}
            updates = optimizer(trained, **torch_options)
            initial, losses = keras_weights(cell, head, order), []
            for _ in range(STEPS):
                updates.zero_grad()
                sequence, _ = cell(torch.tensor(x))
                loss = torch.nn.functional.cross_entropy(head(sequence[:, -1]), labels)
                loss.backward()
                updates.step()
                losses.append(float(f"{loss.item():.9g}"))
            made.append(
                {
                    "name": f"{type_} {name}",
                    "layers": [
                        {"type": type_, "units": UNITS},
                        {"type": "dense", "units": CLASSES, "activation": "softmax"},
                    ],
                    "loss": "sparseCategoricalCrossentropy",
                    "optimizer": name.split()[0],
                    "options": options,
                    "x": tensor(x),
                    "y": tensor(labels),
                    "steps": STEPS,
                    "initialWeights": initial,
                    "losses": losses,
                    "finalWeights": keras_weights(cell, head, order),
                }
            )
    return TOLERANCE, made
