"""The form of the files: `{recipe, versions, dtype, seed, tolerance, cases}`, tensors as `{shape, data}`."""

import json
import pathlib
import platform

import keras
import numpy
import torch

FOLDER = pathlib.Path(__file__).parents[2] / "test" / "parity"
SEED = 20240229
LIMIT_BYTES = 60_000


def random_numbers(seed=SEED):
    """A source of test numbers; each recipe starts its own, so that the files do not depend on each other."""
    return numpy.random.default_rng(seed)


def draw(random, *shape, scale=1.0):
    """Normal numbers rounded to three decimals, so that a file holds the very numbers that the libraries were given."""
    return numpy.round(random.normal(0.0, scale, shape), 3)


def tensor(values):
    """`{shape, data}` of a number array of either library, with nine significant digits."""
    if hasattr(values, "detach"):
        values = values.detach().numpy()
    array = numpy.asarray(values)
    assert array.dtype in (numpy.float64, numpy.int32, numpy.int64, numpy.bool_), array.dtype
    assert numpy.isfinite(array).all()
    numbers = [int(x) if float(x).is_integer() else float(f"{x:.9g}") for x in array.ravel()]
    return {"shape": list(array.shape), "data": numbers}


def write(name, make):
    """Runs a recipe (a function from a source of numbers to `(tolerance, cases)`) and writes its file."""
    tolerance, cases = make(random_numbers())
    content = {
        "recipe": f"scripts/golden.py {name}",
        "versions": {
            "keras": keras.__version__,
            "torch": torch.__version__,
            "numpy": numpy.__version__,
            "python": platform.python_version(),
        },
        "dtype": "float64",
        "seed": SEED,
        "tolerance": tolerance,
        "cases": cases,
    }
    text = layout(content) + "\n"
    assert len(text) < LIMIT_BYTES, f"{name}: {len(text)} bytes"
    (FOLDER / f"{name}.json").write_text(text)
    print(f"{name}: {len(cases)} cases, {len(text)} bytes")


def layout(value, indent=""):
    """JSON with one line for each thing that fits in 100 characters and for each tensor."""
    short = json.dumps(value)
    if not isinstance(value, (dict, list)) or len(short) < 100 or (isinstance(value, dict) and "data" in value):
        return json.dumps(value, separators=(",", ":")) if len(short) >= 100 else short
    inner = indent + " "
    if isinstance(value, list):
        lines = [inner + layout(item, inner) for item in value]
        return "[\n" + ",\n".join(lines) + f"\n{indent}]"
    lines = [f"{inner}{json.dumps(key)}: {layout(item, inner)}" for key, item in value.items()]
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
