"""One module per file of golden values. Importing this package sets both libraries to float64 on one thread."""

import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import torch
from keras.src.backend.common import dtypes

keras.config.set_floatx("float64")
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

# Outside TensorFlow, to be like JAX, Keras computes in float32 even where everything is float64: its rule for the dtype
# of a result ends with this table. Without the entry, results are right to seven digits only.
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"
