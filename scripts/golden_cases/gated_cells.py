"""Relatives of LSTM and GRU, each from its paper's equations; the projected LSTM also from PyTorch itself."""

import torch
from torch.nn.functional import layer_norm, logsigmoid

from .files import draw, tensor
from .model import assert_close
from .recipe import recipe_case

BATCH, TIME, INPUT, UNITS, PROJECTED = 2, 4, 3, 4, 3

TOLERANCE = {
    "absolute": 2e-5,
    "why": "float32 rounds to 6e-8 relative; values up to about 10 go through four steps of sums of up to ten products",
}


def minimal_gated_unit(w, x, state):
    (h,) = state
    kernel_f, kernel_c = w["kernel"].chunk(2, 1)
    recurrent_f, recurrent_c = w["recurrentKernel"].chunk(2, 1)
    bias_f, bias_c = w["bias"].chunk(2)
    f = torch.sigmoid(x @ kernel_f + h @ recurrent_f + bias_f)
    candidate = torch.tanh(x @ kernel_c + (f * h) @ recurrent_c + bias_c)
    return [(1 - f) * h + f * candidate]


def peephole_lstm(w, x, state):
    h, c = state
    i, f, g, o = (x @ w["kernel"] + h @ w["recurrentKernel"] + w["bias"]).chunk(4, 1)
    to_i, to_f, to_o = w["peephole"]
    new = torch.sigmoid(f + to_f * c) * c + torch.sigmoid(i + to_i * c) * torch.tanh(g)
    return [torch.sigmoid(o + to_o * new) * torch.tanh(new), new]


def coupled_lstm(w, x, state):
    h, c = state
    f, g, o = (x @ w["kernel"] + h @ w["recurrentKernel"] + w["bias"]).chunk(3, 1)
    forget = torch.sigmoid(f)
    new = forget * c + (1 - forget) * torch.tanh(g)
    return [torch.sigmoid(o) * torch.tanh(new), new]


def projected_lstm(w, x, state):
    h, c = state
    i, f, g, o = (x @ w["kernel"] + h @ w["recurrentKernel"] + w["bias"]).chunk(4, 1)
    new = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return [(torch.sigmoid(o) * torch.tanh(new)) @ w["projection"], new]


def layer_norm_lstm(w, x, state):
    h, c = state
    both = layer_norm(x @ w["kernel"], [4 * UNITS], w["inputGain"]) + layer_norm(
        h @ w["recurrentKernel"], [4 * UNITS], w["recurrentGain"]
    )
    i, f, g, o = (both + w["bias"]).chunk(4, 1)
    new = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return [torch.sigmoid(o) * torch.tanh(layer_norm(new, [UNITS], w["cellGain"], w["cellBias"])), new]


def slstm(w, x, state):
    """Without a stabilizer: c and n themselves. Rondo keeps them as multiples of e^m."""
    h, c, n = state
    i, f, g, o = (x @ w["kernel"] + h @ w["recurrentKernel"] + w["bias"]).chunk(4, 1)
    new = torch.sigmoid(f) * c + torch.exp(i) * torch.tanh(g)
    normalizer = torch.sigmoid(f) * n + torch.exp(i)
    return [torch.sigmoid(o) * new / normalizer, new, normalizer]


def ind_rnn(w, x, state):
    (h,) = state
    return [torch.relu(x @ w["kernel"] + w["recurrentWeight"] * h + w["bias"])]


def min_gru(w, x, state):
    (h,) = state
    update, candidate = (x @ w["kernel"] + w["bias"]).chunk(2, 1)
    z = torch.sigmoid(update)
    return [(1 - z) * h + z * candidate]


def min_lstm(w, x, state):
    (h,) = state
    f, i, candidate = (x @ w["kernel"] + w["bias"]).chunk(3, 1)
    forget, admit = torch.sigmoid(f), torch.sigmoid(i)
    total = forget + admit
    return [forget / total * h + admit / total * candidate]


def torch_agrees(case):
    """The projected LSTM is that of PyTorch, whose matrices are transposed and whose second bias is zero here."""
    array = lambda values: torch.tensor(values["data"], dtype=torch.float64).reshape(values["shape"])
    kernel, recurrent, bias, projection = (array(weight) for weight in case["weights"])
    cell = torch.nn.LSTM(INPUT, UNITS, proj_size=PROJECTED, batch_first=True)
    with torch.no_grad():
        cell.weight_ih_l0.copy_(kernel.T)
        cell.weight_hh_l0.copy_(recurrent.T)
        cell.bias_ih_l0.copy_(bias)
        cell.bias_hh_l0.zero_()
        cell.weight_hr_l0.copy_(projection.T)
    h, c = (array(values)[None] for values in case["initialState"])
    sequence, (last, memory) = cell(array(case["x"]), (h, c))
    (sequence * array(case["lossWeights"])).sum().backward()
    found = [sequence, last[0], memory[0]]
    for values, expected in zip(found, case["outputs"], strict=True):
        assert_close(tensor(values), expected, case["name"])
    gradients = [cell.weight_ih_l0.grad.T, cell.weight_hh_l0.grad.T, cell.bias_ih_l0.grad, cell.weight_hr_l0.grad.T]
    for values, expected in zip(gradients, case["gradients"]["weights"], strict=True):
        assert_close(tensor(values), expected, f"{case['name']} gradient")


def kernels(gates, state_size=UNITS):
    return {
        "kernel": (INPUT, gates * UNITS),
        "recurrentKernel": (state_size, gates * UNITS),
        "bias": (gates * UNITS,),
    }


def cases(random):
    made = []

    def add(name, step, weights, state_sizes, given_state=True, **options):
        config = {"type": name, "units": UNITS, **options}
        x = draw(random, BATCH, TIME, INPUT)
        made.append(
            recipe_case(name, random, config, weights, step, x, state_sizes=state_sizes, given_state=given_state)
        )

    h, hc = [UNITS], [UNITS, UNITS]
    add("minimalGatedUnit", minimal_gated_unit, kernels(2), h)
    add("peepholeLstm", peephole_lstm, {**kernels(4), "peephole": (3, UNITS)}, hc)
    add("coupledLstm", coupled_lstm, kernels(3), hc)
    projected = {**kernels(4, PROJECTED), "projection": (UNITS, PROJECTED)}
    add("projectedLstm", projected_lstm, projected, [PROJECTED, UNITS], projectionSize=PROJECTED)
    torch_agrees(made[-1])
    made[-1]["sources"] = ["equations", "torch"]
    normalized = {
        **kernels(4),
        "inputGain": (4 * UNITS,),
        "recurrentGain": (4 * UNITS,),
        "cellGain": (UNITS,),
        "cellBias": (UNITS,),
    }
    add("layerNormLstm", layer_norm_lstm, normalized, hc)
    add("slstm", slstm, kernels(4), [UNITS] * 3, given_state=False)
    # c and n alone say nothing, for they are multiples of e^m.
    made[-1]["outputs"] = made[-1]["outputs"][:2]
    add("indRnn", ind_rnn, {"kernel": (INPUT, UNITS), "recurrentWeight": (UNITS,), "bias": (UNITS,)}, h)
    add("minGru", min_gru, {"kernel": (INPUT, 2 * UNITS), "bias": (2 * UNITS,)}, h)
    add("minLstm", min_lstm, {"kernel": (INPUT, 3 * UNITS), "bias": (3 * UNITS,)}, h)
    return TOLERANCE, made
