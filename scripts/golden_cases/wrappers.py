"""Direction, stacking, returned states and other activations."""

from .files import draw
from .model import layer_case

BATCH, TIME, INPUT, UNITS = 2, 4, 3, 4

TOLERANCE = {
    "absolute": 2e-5,
    "why": "as for single cells; stacking passes through two of them",
}


def cases(random):
    made = []

    def add(name, *configs):
        made.append(layer_case(name, random, list(configs), draw(random, BATCH, TIME, INPUT)))

    lstm = {"type": "lstm", "units": UNITS}
    gru = {"type": "gru", "units": UNITS}
    rnn = {"type": "simpleRnn", "units": UNITS}
    sequences = {"returnSequences": True}
    add("lstm last output", lstm)
    add("lstm last output and state", {**lstm, "returnState": True})
    add("gru sequence and state", {**gru, **sequences, "returnState": True})
    add("lstm without bias", {**lstm, **sequences, "useBias": False})
    add("gru without bias", {**gru, **sequences, "useBias": False})
    for config in (lstm, gru, rnn):
        add(f"{config['type']} backwards", {**config, **sequences, "goBackwards": True})
    add("lstm on lstm", {**lstm, **sequences}, {**lstm, "units": 3})
    add(
        "gru on bidirectional lstm",
        {"type": "bidirectional", "layer": {**lstm, **sequences}},
        {**gru, "units": 3, **sequences},
    )
    add("lstm hardSigmoid relu", {**lstm, **sequences, "recurrentActivation": "hardSigmoid", "activation": "relu"})
    add("gru hardSigmoid relu", {**gru, **sequences, "recurrentActivation": "hardSigmoid", "activation": "relu"})
    add("simpleRnn relu", {**rnn, **sequences, "activation": "relu"})
    return TOLERANCE, made
