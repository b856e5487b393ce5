"""Golden values: runs the real Keras and PyTorch and writes what they give to test/parity/*.json.

The tests compare Rondo with these files and never run this script. To make the files again:

    python3 -m venv venv
    venv/bin/pip install torch==2.13.0 keras==3.15.1 numpy==2.4.6
    venv/bin/python scripts/golden.py            # all files, or the names of some: cells masks

Both libraries run in float64 on one thread, with inputs and weights of three decimals, which the files hold exactly;
results are rounded to nine significant digits. Where both libraries can do a case, the script asserts that they agree.
"""

import sys

sys.dont_write_bytecode = True

from golden_cases import (
    activations,
    attending,
    attention,
    batch_normalization,
    bidirectional,
    cells,
    convolution,
    ctc,
    further_losses,
    gated_cells,
    grid_cells,
    layers,
    losses,
    masks,
    metrics,
    temporal,
    penalties,
    stacked,
    rotary,
    time_cells,
    torch_training,
    training,
    wrappers,
)
from golden_cases.files import write

RECIPES = {
    "activations": activations.cases,
    "attending": attending.cases,
    "attention": attention.cases,
    "batch-normalization": batch_normalization.cases,
    "bidirectional": bidirectional.cases,
    "cells": cells.cases,
    "convolution": convolution.cases,
    "ctc": ctc.cases,
    "further-losses": further_losses.cases,
    "gated-cells": gated_cells.cases,
    "grid-cells": grid_cells.cases,
    "layers": layers.cases,
    "losses": losses.cases,
    "masks": masks.cases,
    "metrics": metrics.cases,
    "stacked": stacked.cases,
    "temporal": temporal.cases,
    "penalties": penalties.cases,
    "rotary": rotary.cases,
    "time-cells": time_cells.cases,
    "torch-training": torch_training.cases,
    "training": training.cases,
    "transformer": attention.blocks,
    "wrappers": wrappers.cases,
}

for name in sys.argv[1:] or RECIPES:
    write(name, RECIPES[name])
