"""Both directions at once, with every way of merging them."""

from .files import draw
from .model import layer_case

BATCH, TIME, INPUT, UNITS = 2, 4, 3, 3

TOLERANCE = {"absolute": 2e-5, "why": "as for single cells; merging adds or multiplies two such outputs"}


def cases(random):
    made = []

    def add(name, config, merge):
        layer = {"type": "bidirectional", "mergeMode": merge, "layer": {"units": UNITS, **config}}
        made.append(layer_case(name, random, [layer], draw(random, BATCH, TIME, INPUT)))

    for merge in ("concat", "sum", "mul", "ave"):
        add(f"{merge} lstm sequence", {"type": "lstm", "returnSequences": True}, merge)
    add("concat gru last output", {"type": "gru"}, "concat")
    add("ave simpleRnn last output", {"type": "simpleRnn"}, "ave")
    add("concat lstm sequence and states", {"type": "lstm", "returnSequences": True, "returnState": True}, "concat")
    return TOLERANCE, made
