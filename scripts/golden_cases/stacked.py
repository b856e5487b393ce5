"""Several cells in one loop over time: Keras's StackedRNNCells."""

from .files import draw
from .model import layer_case

TOLERANCE = {
    "absolute": 2e-5,
    "why": "as for single cells; stacking passes through up to three of them",
}


def cases(random):
    made = []

    def add(name, config):
        made.append(layer_case(name, random, [config], draw(random, 2, 4, 3)))

    lstm = {"type": "lstm", "units": 4}
    gru = {"type": "gru", "units": 3}
    rnn = {"type": "simpleRnn", "units": 2}
    sequences = {"returnSequences": True}
    add("lstm, gru and simpleRnn", {"type": "stacked", "layers": [lstm, gru, rnn], **sequences})
    add("last output of two lstms", {"type": "stacked", "layers": [lstm, {**lstm, "units": 2}]})
    add("backwards", {"type": "stacked", "layers": [lstm, gru], **sequences, "goBackwards": True})
    inner = {"type": "stacked", "layers": [gru, rnn], **sequences}
    add("both ways", {"type": "bidirectional", "mergeMode": "concat", "layer": inner})
    return TOLERANCE, made
