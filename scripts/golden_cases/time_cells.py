"""Cells with a time of their own: linear memories, several time scales, gaps, missing values, continuous time.

Each comes from its paper's equations, said in another way than in Rondo where there is one: complex numbers for the linear
recurrent unit, absolute times for the phased LSTM, the inverse of A for the Legendre memory.
"""

import math

import numpy
import torch

from .files import draw
from .recipe import recipe_case

BATCH, TIME, INPUT, UNITS = 2, 5, 2, 4

TOLERANCE = {
    "absolute": 2e-5,
    "relative": 1e-5,
    "why": "float32 rounds to 6e-8 relative; values up to about 10 go through five steps of sums of up to ten products",
}


def lru(w, x, state):
    before = torch.complex(*state[1:])
    eigenvalue = torch.exp(torch.complex(-torch.exp(w["nu"]), torch.exp(w["theta"])))
    driven = torch.complex(*(x @ w["kernel"]).chunk(2, 1))
    gamma = torch.sqrt(1 - eigenvalue.abs() ** 2)
    now = eigenvalue * before + gamma * driven
    real, minus_imaginary = w["outputKernel"].chunk(2)
    read = torch.complex(real, -minus_imaginary)
    return [(now @ read).real + x @ w["skipKernel"], now.real, now.imag]


def legendre_matrices(order, theta):
    """A and B of the delay, made discrete by e^(A/θ), from the series, and A⁻¹ (e^(A/θ) − 1) B."""
    a = numpy.array([[(2 * i + 1) * (-1 if i < j else (-1) ** (i - j + 1)) for j in range(order)] for i in range(order)])
    b = numpy.array([(2 * i + 1) * (-1) ** i for i in range(order)])
    held = torch.matrix_exp(torch.tensor(a / theta, dtype=torch.float64)).numpy()
    return held, numpy.linalg.solve(a, (held - numpy.eye(order)) @ b)


def legendre_memory_unit(w, x, state):
    h, m = state
    u = x @ w["inputEncoder"] + h @ w["stateEncoder"] + m @ w["memoryEncoder"]
    m = m @ w["transition"] + u @ w["memoryInput"]
    return [torch.tanh(x @ w["kernel"] + h @ w["recurrentKernel"] + m @ w["memoryKernel"]), m]


def clockwork_rnn(periods):
    def step(w, x, state):
        h, count = state
        t = int(count[0, 0])
        new = h.clone()
        for unit, period in enumerate(periods):
            if t % period:
                continue
            seen = [other for other, slower in enumerate(periods) if slower >= period]
            total = x @ w["kernel"][:, unit] + h[:, seen] @ w["recurrentKernel"][seen, unit] + w["bias"][unit]
            new[:, unit] = torch.tanh(total)
        return [new, count + 1]

    return step


def gru_d(mask):
    """With mask, time since the last observation and last value from the whole sequence, as data sets of the paper come."""

    def step(w, x, state, gap):
        h, last, since = state
        t = step.t
        step.t += 1
        observed = torch.tensor(mask[:, t])
        delta = gap + since
        decay_x = torch.exp(-torch.relu(w["inputDecay"] * delta + w["inputDecayBias"]))
        decay_h = torch.exp(-torch.relu(delta @ w["stateDecay"] + w["stateDecayBias"]))
        filled = observed * x + (1 - observed) * (decay_x * (last + w["mean"]) + (1 - decay_x) * w["mean"])
        h = decay_h * h
        kz, kr, kc = w["kernel"].chunk(3, 1)
        uz, ur, uc = w["recurrentKernel"].chunk(3, 1)
        vz, vr, vc = w["maskKernel"].chunk(3, 1)
        bz, br, bc = w["bias"].chunk(3)
        z = torch.sigmoid(filled @ kz + h @ uz + observed @ vz + bz)
        r = torch.sigmoid(filled @ kr + h @ ur + observed @ vr + br)
        candidate = torch.tanh(filled @ kc + (r * h) @ uc + observed @ vc + bc)
        last = observed * (x - w["mean"]) + (1 - observed) * last
        return [(1 - z) * h + z * candidate, last, (1 - observed) * delta]

    step.t = 0
    return step


def time_aware_lstm(w, x, state, gap):
    h, c = state
    short = torch.tanh(c @ w["shortTermKernel"] + w["shortTermBias"])
    c = (c - short) + short / torch.log(math.e + gap)
    i, f, g, o = (x @ w["kernel"] + h @ w["recurrentKernel"] + w["bias"]).chunk(4, 1)
    new = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return [torch.sigmoid(o) * torch.tanh(new), new]


def phased_lstm(ratio, leak):
    def step(w, x, state, gap):
        h, c, time = state
        time = time + gap
        period, shift = w["period"], w["shift"] * w["period"]
        phase = torch.remainder(time - shift, period) / period
        k = torch.where(phase < ratio / 2, 2 * phase / ratio, torch.where(phase < ratio, 2 - 2 * phase / ratio, leak * phase))
        i, f, g, o = (x @ w["kernel"] + h @ w["recurrentKernel"] + w["bias"]).chunk(4, 1)
        new_c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        new_h = torch.sigmoid(o) * torch.tanh(new_c)
        return [k * new_h + (1 - k) * h, k * new_c + (1 - k) * c, time]

    return step


def closed_form_continuous(w, x, state, gap):
    (h,) = state
    joined = torch.cat([x, h], 1) @ torch.cat([w["kernel"], w["recurrentKernel"]]) + w["bias"]
    backbone = 1.7159 * torch.tanh(0.666666666666666666 * joined)
    early, late, a, b = (backbone @ w["headKernel"] + w["headBias"]).chunk(4, 1)
    t = torch.sigmoid(a * gap + b)
    return [torch.tanh(early) * (1 - t) + t * torch.tanh(late)]


def liquid_time_constant(unfolds):
    def step(w, x, state, gap):
        (h,) = state
        dt = gap / unfolds
        leak = torch.log(1 + torch.exp(w["rate"]))
        for _ in range(unfolds):
            f = torch.sigmoid(x @ w["kernel"] + h @ w["recurrentKernel"] + w["bias"])
            h = (h + dt * f * w["target"]) / (1 + dt * (leak + f))
        return [h]

    return step


def leaky_rnn(alpha, signs):
    def step(w, x, state):
        _, v = state
        effective = torch.diag(torch.tensor(signs)) @ torch.abs(w["recurrentKernel"]) if signs else w["recurrentKernel"]
        v = (1 - alpha) * v + alpha * (x @ w["kernel"] + torch.relu(v) @ effective + w["bias"])
        return [torch.relu(v), v]

    return step


def echo_state(leak):
    def step(w, x, state):
        (h,) = state
        return [(1 - leak) * h + leak * torch.tanh(x @ w["kernel"] + h @ w["recurrentKernel"])]

    return step


def kernels(gates, columns=UNITS):
    return {
        "kernel": (INPUT, gates * columns),
        "recurrentKernel": (UNITS, gates * columns),
        "bias": (gates * columns,),
    }


def cases(random):
    made = []
    gaps = numpy.abs(draw(random, BATCH, TIME, 1)) + 0.1

    def add(name, step, weights, state_sizes, further=(), title=None, **options):
        config = {"type": name, "units": UNITS, **options}
        x = draw(random, BATCH, TIME, INPUT)
        made.append(
            recipe_case(title or name, random, config, weights, step, x, further=further, state_sizes=state_sizes)
        )

    linear = {
        "kernel": (INPUT, 2 * UNITS),
        "nu": (UNITS,),
        "theta": (UNITS,),
        "outputKernel": (2 * UNITS, UNITS),
        "skipKernel": (INPUT, UNITS),
    }
    add("lru", lru, linear, [UNITS] * 3)

    order, theta = 3, 4
    held, driven = legendre_matrices(order, theta)
    memory = {
        "kernel": (INPUT, UNITS),
        "recurrentKernel": (UNITS, UNITS),
        "memoryKernel": (order, UNITS),
        "inputEncoder": (INPUT, 1),
        "stateEncoder": (UNITS, 1),
        "memoryEncoder": (order, 1),
        "transition": {"fixed": held.T.copy()},
        "memoryInput": {"fixed": driven[None]},
    }
    add("legendreMemoryUnit", legendre_memory_unit, memory, [UNITS, order], order=order, theta=theta)

    add("clockworkRnn", clockwork_rnn([1, 1, 2, 2]), kernels(1), [UNITS, 1], modules=2)

    mask = (numpy.arange(BATCH * TIME * INPUT).reshape(BATCH, TIME, INPUT) % 3 != 1).astype(float)
    missing = {
        **kernels(3),
        "maskKernel": (INPUT, 3 * UNITS),
        "inputDecay": (INPUT,),
        "inputDecayBias": (INPUT,),
        "stateDecay": (INPUT, UNITS),
        "stateDecayBias": (UNITS,),
        "mean": {"fixed": draw(random, INPUT)},
    }
    add("gruD", gru_d(mask), missing, [UNITS, INPUT, INPUT], further=[gaps])
    # What is missing has no gradient.
    del made[-1]["gradients"]["x"]
    made[-1]["missing"] = {"shape": list(mask.shape), "data": [int(1 - m) for m in mask.ravel()]}

    aware = {**kernels(4), "shortTermKernel": (UNITS, UNITS), "shortTermBias": (UNITS,)}
    add("timeAwareLstm", time_aware_lstm, aware, [UNITS, UNITS], further=[gaps])

    phased = {
        **kernels(4),
        "period": numpy.abs(draw(random, UNITS)) + 1.5,
        "shift": numpy.abs(draw(random, UNITS, scale=0.3)),
    }
    add("phasedLstm", phased_lstm(0.6, 0.1), phased, [UNITS, UNITS, 1], further=[gaps], openRatio=0.6, leak=0.1)
    made[-1]["outputs"] = made[-1]["outputs"][:3]

    hidden = 5
    closed = {
        "kernel": (INPUT, hidden),
        "recurrentKernel": (UNITS, hidden),
        "bias": (hidden,),
        "headKernel": (hidden, 4 * UNITS),
        "headBias": (4 * UNITS,),
    }
    add("closedFormContinuous", closed_form_continuous, closed, [UNITS], further=[gaps], backboneUnits=hidden)

    liquid = {**kernels(1), "target": (UNITS,), "rate": (UNITS,)}
    add("liquidTimeConstant", liquid_time_constant(3), liquid, [UNITS], further=[gaps], unfolds=3)

    add("leakyRnn", leaky_rnn(0.2, None), kernels(1), [UNITS, UNITS])
    dale = leaky_rnn(0.5, [1.0, 1.0, 1.0, -1.0])
    add("leakyRnn", dale, kernels(1), [UNITS, UNITS], title="leakyRnn excitatory 0.75", dt=1, tau=2, excitatory=0.75)

    reservoir = {
        "kernel": {"fixed": draw(random, INPUT, UNITS)},
        "recurrentKernel": {"fixed": draw(random, UNITS, UNITS, scale=0.5)},
    }
    add("echoState", echo_state(0.3), reservoir, [UNITS], leak=0.3)
    return TOLERANCE, made
