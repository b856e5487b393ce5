"""Masked steps: right-padded, left-padded, masked in the middle, a fully masked row and one without any."""

import numpy

from .files import draw
from .model import layer_case

BATCH, TIME, INPUT, UNITS = 5, 5, 2, 3

TOLERANCE = {
    "absolute": 2e-5,
    "why": "as for unmasked cells; masked steps copy values and add nothing",
}

MASK = numpy.array(
    [
        [1, 1, 1, 0, 0],
        [0, 0, 1, 1, 1],
        [1, 0, 1, 0, 1],
        [0, 0, 0, 0, 0],
        [1, 1, 1, 1, 1],
    ],
    dtype=bool,
)

CELLS = {
    "simpleRnn": {"type": "simpleRnn"},
    "lstm": {"type": "lstm"},
    "gru": {"type": "gru"},
    "gru resetAfter false": {"type": "gru", "resetAfter": False},
}


def cases(random):
    made = []

    def add(name, config, state=False):
        x = draw(random, BATCH, TIME, INPUT)
        initial_state = None
        if state:
            count = 2 if config["type"] == "lstm" else 1
            initial_state = [draw(random, BATCH, UNITS, scale=0.5) for _ in range(count)]
        made.append(layer_case(name, random, [config], x, MASK, initial_state))

    for cell, config in CELLS.items():
        config = {**config, "units": UNITS}
        add(f"{cell} sequence", {**config, "returnSequences": True, "returnState": True})
        add(f"{cell} last output", config)
    lstm = {"type": "lstm", "units": UNITS}
    add("lstm backwards sequence", {**lstm, "goBackwards": True, "returnSequences": True})
    add("lstm backwards last output", {**lstm, "goBackwards": True})
    add("lstm sequence from a state", {**lstm, "returnSequences": True, "returnState": True}, state=True)
    for merge in ("concat", "sum"):
        inner = {**lstm, "returnSequences": True}
        add(f"bidirectional {merge} sequence", {"type": "bidirectional", "mergeMode": merge, "layer": inner})
    add("bidirectional last output", {"type": "bidirectional", "mergeMode": "concat", "layer": lstm})
    return TOLERANCE, made
