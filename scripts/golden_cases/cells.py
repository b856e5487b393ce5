"""Each cell through five time steps from a given state: sequence, final states and all gradients."""

import numpy
import torch

from .files import draw, tensor
from .model import assert_close, layer_case

BATCH, TIME, INPUT, UNITS = 3, 5, 4, 6

TOLERANCE = {
    "absolute": 2e-5,
    "why": "float32 rounds to 6e-8 relative; values up to about 10 go through five steps of sums of up to ten products",
}

# Gate orders of PyTorch, as blocks of the Keras order: r z n is Keras block 1 0 2.
TORCH_CELLS = {
    "simpleRnn": (torch.nn.RNN, [0]),
    "lstm": (torch.nn.LSTM, [0, 1, 2, 3]),
    "gru": (torch.nn.GRU, [1, 0, 2]),
}


def swap_gates(matrix, order):
    """Reorders blocks along the last axis; the orders used are their own inverse."""
    blocks = numpy.split(matrix, len(order), axis=-1)
    return numpy.concatenate([blocks[index] for index in order], axis=-1)


def torch_agrees(case):
    """Runs a Keras case in PyTorch and asserts that outputs and gradients are the same."""
    make, order = TORCH_CELLS[case["layers"][0]["type"]]
    array = lambda values: numpy.array(values["data"], dtype=float).reshape(values["shape"])
    kernel, recurrent, bias = (array(weight) for weight in case["weights"])
    cell = make(INPUT, UNITS, batch_first=True)
    # PyTorch always has two biases. GRU with resetAfter has the same two; elsewhere only their sum matters.
    biases = bias if bias.ndim == 2 else numpy.stack([bias, numpy.zeros_like(bias)])
    with torch.no_grad():
        cell.weight_ih_l0.copy_(torch.tensor(swap_gates(kernel, order).T))
        cell.weight_hh_l0.copy_(torch.tensor(swap_gates(recurrent, order).T))
        cell.bias_ih_l0.copy_(torch.tensor(swap_gates(biases[0], order)))
        cell.bias_hh_l0.copy_(torch.tensor(swap_gates(biases[1], order)))
    x = torch.tensor(array(case["x"]), requires_grad=True)
    state = [torch.tensor(array(values)[None], requires_grad=True) for values in case["initialState"]]
    sequence, last = cell(x, tuple(state) if len(state) > 1 else state[0])
    (sequence * torch.tensor(array(case["lossWeights"]))).sum().backward()

    last = last if isinstance(last, tuple) else (last,)
    bias_gradients = [swap_gates(part.grad.numpy(), order) for part in (cell.bias_ih_l0, cell.bias_hh_l0)]
    found = {
        "sequence": (sequence, case["outputs"][0]),
        **{f"state {i}": (values[0], case["outputs"][1 + i]) for i, values in enumerate(last)},
        "dx": (x.grad, case["gradients"]["x"]),
        "dkernel": (swap_gates(cell.weight_ih_l0.grad.numpy().T, order), case["gradients"]["weights"][0]),
        "drecurrent": (swap_gates(cell.weight_hh_l0.grad.numpy().T, order), case["gradients"]["weights"][1]),
        "dbias": (
            numpy.stack(bias_gradients) if bias.ndim == 2 else bias_gradients[0],
            case["gradients"]["weights"][2],
        ),
        **{f"dstate {i}": (s.grad[0], case["gradients"]["initialState"][i]) for i, s in enumerate(state)},
    }
    for what, (values, expected) in found.items():
        assert_close(tensor(values), expected, f"{case['name']} {what}")


def cases(random):
    made = []
    for type_, options, states, in_torch in [
        ("simpleRnn", {}, 1, True),
        ("lstm", {}, 2, True),
        ("gru", {"resetAfter": True}, 1, True),
        ("gru", {"resetAfter": False}, 1, False),
    ]:
        config = {"type": type_, "units": UNITS, **options, "returnSequences": True, "returnState": True}
        name = " ".join([type_, *(f"{key} {str(value).lower()}" for key, value in options.items())])
        x = draw(random, BATCH, TIME, INPUT)
        initial_state = [draw(random, BATCH, UNITS, scale=0.5) for _ in range(states)]
        case = layer_case(name, random, [config], x, initial_state=initial_state)
        if in_torch:
            torch_agrees(case)
        case["sources"] = ["keras", "torch"] if in_torch else ["keras"]
        made.append(case)
    return TOLERANCE, made
