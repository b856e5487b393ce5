"""PyTorch, by the same conversation as serve.js: one JSON request per line in, one answer per line out.

Sequences are [time, batch, features], which is how torch.nn likes them best.
"""

import json
import re
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

MARK = "@answer "


def read_arrays(placed):
    with open(placed["path"], "rb") as file:
        data = file.read()

    def read(array):
        if array is None:
            return None
        count = 1
        for size in array["shape"]:
            count *= size
        dtype = torch.int32 if array["dtype"] == "int32" else torch.float32
        flat = torch.frombuffer(bytearray(data[array["offset"] : array["offset"] + 4 * count]), dtype=dtype)
        return flat.reshape(array["shape"])

    weights = [read(weight) for weight in placed["weights"]]
    return {**{name: read(placed[name]) for name in ("x", "y", "lengths")}, "weights": weights}


def set_(parameter, values):
    with torch.no_grad():
        parameter.copy_(values)


class Loop(nn.Module):
    """A layer of torch.nn that goes through time."""

    def __init__(self, module, sequences, formulation):
        super().__init__()
        self.module, self.sequences, self.formulation = module, sequences, formulation

    def forward(self, x, lengths):
        if lengths is None:
            sequence, _ = self.module(x)
            return sequence if self.sequences else sequence[-1]
        if self.formulation == "packed":
            packed = nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
            _, state = self.module(packed)
            return (state[0] if isinstance(state, tuple) else state)[0]
        sequence, _ = self.module(x)
        return sequence[lengths - 1, torch.arange(len(lengths))]


def lstm(layer, weights, formulation):
    kernel, recurrent, bias = weights
    module = nn.LSTM(kernel.shape[0], layer["units"])
    set_(module.weight_ih_l0, kernel.T)
    set_(module.weight_hh_l0, recurrent.T)
    set_(module.bias_ih_l0, bias)
    # One bias, as in the other libraries: a second one would learn twice as fast.
    nn.init.zeros_(module.bias_hh_l0).requires_grad_(False)
    return Loop(module, layer.get("sequences", False), formulation)


def gru(layer, weights, formulation):
    kernel, recurrent, bias = weights
    module = nn.GRU(kernel.shape[0], layer["units"])

    def reset_first(values):
        update, reset, candidate = values.chunk(3, dim=-1)
        return torch.cat([reset, update, candidate], dim=-1)

    set_(module.weight_ih_l0, reset_first(kernel).T)
    set_(module.weight_hh_l0, reset_first(recurrent).T)
    set_(module.bias_ih_l0, reset_first(bias[0]))
    set_(module.bias_hh_l0, reset_first(bias[1]))
    return Loop(module, layer.get("sequences", False), formulation)


class MinimalGatedUnit(nn.Module):
    """A cell of the user's own: the input's product for all steps at once, then a loop in Python."""

    def __init__(self, layer, weights, _formulation):
        super().__init__()
        self.sequences = layer.get("sequences", False)
        self.kernel, self.forget, self.candidate = (nn.Parameter(weight.clone()) for weight in weights)

    def forward(self, x, _lengths):
        h = x.new_zeros(x.shape[1], self.forget.shape[0])
        outputs = []
        for step in (x @ self.kernel).unbind(0):
            x_forget, x_candidate = step.chunk(2, dim=1)
            f = torch.sigmoid(torch.addmm(x_forget, h, self.forget))
            candidate = torch.tanh(torch.addmm(x_candidate, f * h, self.candidate))
            h = torch.lerp(h, candidate, f)
            outputs.append(h)
        return torch.stack(outputs) if self.sequences else h


class Plain(nn.Module):
    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, x, _lengths):
        return self.module(x)


def embedding(_layer, weights, _formulation):
    return Plain(nn.Embedding.from_pretrained(weights[0].clone(), freeze=False))


def dense(_layer, weights, _formulation):
    kernel, *bias = weights
    module = nn.Linear(*kernel.shape, bias=bool(bias))
    set_(module.weight, kernel.T)
    for values in bias:
        set_(module.bias, values)
    return Plain(module)


KINDS = {"lstm": lstm, "gru": gru, "minimalGatedUnit": MinimalGatedUnit, "embedding": embedding, "dense": dense}
WEIGHTS = {"lstm": 3, "gru": 3, "minimalGatedUnit": 3, "embedding": 1}


def build(workload, weights, formulation):
    weights = iter(weights)
    modules = []
    for layer in workload["layers"]:
        count = WEIGHTS.get(layer["kind"], 2 if layer.get("bias", True) else 1)
        modules.append(KINDS[layer["kind"]](layer, [next(weights) for _ in range(count)], formulation))
    return nn.ModuleList(modules)


def time_first(values):
    return values.transpose(0, 1).contiguous()


def loss_of(name, output, y):
    if name == "meanSquaredError":
        return F.mse_loss(output, y)
    return F.cross_entropy(output.flatten(0, -2), y.flatten())


class Training:
    def __init__(self, workload, arrays, variant, formulation, adam):
        self.model = build(workload, arrays["weights"], formulation)
        self.loss = workload["loss"]
        # "As it comes" is Adam as it comes; the tuned one runs as one fused kernel.
        fused = {"fused": True} if variant == "tuned" else {}
        trained = [parameter for parameter in self.model.parameters() if parameter.requires_grad]
        betas = (adam["beta1"], adam["beta2"])
        self.optimizer = torch.optim.Adam(trained, adam["learningRate"], betas, adam["epsilon"], **fused)
        lengths = arrays["lengths"]
        self.lengths = None if lengths is None else lengths.long()
        self.x = time_first(arrays["x"]) if "time" in workload else arrays["x"]
        y = arrays["y"]
        if self.loss == "categoricalCrossentropy":
            y = y.argmax(dim=-1)
        if self.loss != "meanSquaredError":
            y = y.long()
        if y.dim() > 1 and y.shape[1] == workload["time"]:
            y = time_first(y)
        self.y = y

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        output = self.x
        for module in self.model:
            output = module(output, self.lengths)
        loss = loss_of(self.loss, output, self.y)
        loss.backward()
        self.optimizer.step()
        return loss.item()


class Prediction:
    def __init__(self, workload, arrays, _variant, formulation, _adam):
        self.model = build(workload, arrays["weights"], formulation).eval()
        self.softmax = workload["layers"][-1].get("activation") == "softmax"
        self.timed = "time" in workload
        self.x = time_first(arrays["x"]) if self.timed else arrays["x"]
        self.last = None

    @torch.inference_mode()
    def step(self):
        output = self.x
        for module in self.model:
            output = module(output, None)
        self.last = torch.softmax(output, dim=-1) if self.softmax else output

    def outputs(self):
        return time_first(self.last) if self.last.dim() == 3 else self.last


class Stream:
    """One layer as a cell of torch.nn, which has less to do per step than a layer has."""

    def __init__(self, workload, arrays, _variant, _formulation, _adam):
        (loop,) = build(workload, arrays["weights"], None)
        layer = loop.module
        self.cell = nn.LSTMCell(layer.input_size, layer.hidden_size)
        for name, parameter in self.cell.named_parameters():
            set_(parameter, getattr(layer, f"{name}_l0"))
        self.inputs = list(arrays["x"].unbind(0))
        self.count = 0
        self.state = tuple(torch.zeros(1, layer.hidden_size) for _ in range(2))

    @torch.inference_mode()
    def step(self):
        self.state = self.cell(self.inputs[self.count % len(self.inputs)], self.state)
        self.count += 1

    def outputs(self):
        return self.state[0]


MODES = {"train": Training, "predict": Prediction, "stream": Stream}


class Worker:
    def prepare(self, task):
        torch.set_num_threads(task["threads"])
        arrays = read_arrays(task["arrays"])
        start = time.perf_counter()
        make = MODES[task["mode"]]
        self.session = make(task["workload"], arrays, task.get("variant"), task.get("formulation"), task["adam"])
        return {"seconds": time.perf_counter() - start, "share": 1, "note": f"torch {torch.__version__}"}

    def steps(self, count):
        step = self.session.step
        value = None
        start = time.perf_counter()
        for _ in range(count):
            value = step()
        return {"seconds": time.perf_counter() - start, "value": value}

    def outputs(self):
        return {"outputs": self.session.outputs().flatten().tolist()}

    def peak(self):
        try:
            with open("/proc/self/status") as status:
                return {"bytes": 1024 * int(re.search(r"VmHWM:\s*(\d+)", status.read())[1])}
        except OSError:
            return {"bytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}


def main():
    def answer(value):
        print(MARK + json.dumps(value), flush=True)

    worker = Worker()
    answer({})
    for line in sys.stdin:
        request = json.loads(line)
        action = request.pop("action")
        try:
            answer(getattr(worker, action)(**request))
        except Exception as error:  # reported to the driver, whatever it is
            answer({"error": str(error).splitlines()[0] if str(error) else repr(error)})


main()
