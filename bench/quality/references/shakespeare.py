"""The network, data and schedule of tasks/shakespeare.js, variant `steps`, in PyTorch; prints the validation loss.

    python bench/quality/references/shakespeare.py [seed] [steps]

Weights begin as Rondo's (and Keras's) do: Glorot and orthogonal kernels, forget bias 1. Windows are drawn by PyTorch, so
that results agree in distribution and not number by number. Needs torch; the data lies where data/folder.js looks for it.
"""

import math
import os
import pathlib
import sys
import time

import torch

ROWS, TIME, UNITS, WIDTH, RATE = 64, 128, 256, 64, 4e-3
seed, steps = (int(x) for x in (sys.argv[1:] + ["0", "1000"][len(sys.argv) - 1 :]))
torch.manual_seed(seed)
torch.set_num_threads(int(os.environ.get("RONDO_THREADS", torch.get_num_threads())))

folder = pathlib.Path(os.environ.get("RONDO_DATA", pathlib.Path(__file__).parents[4] / "shared" / "data"))
text = (folder / "text" / "tinyshakespeare.txt").read_text()
characters = sorted(set(text))
ids = torch.tensor([characters.index(c) for c in text])
cut = int(len(ids) * 0.9)
train, validation = ids[:cut], ids[cut:]


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(len(characters), WIDTH)
        self.lstm = torch.nn.LSTM(WIDTH, UNITS, batch_first=True)
        self.dense = torch.nn.Linear(UNITS, len(characters))
        torch.nn.init.uniform_(self.embedding.weight, -0.05, 0.05)
        limit = math.sqrt(6 / (WIDTH + 4 * UNITS))
        torch.nn.init.uniform_(self.lstm.weight_ih_l0, -limit, limit)
        torch.nn.init.orthogonal_(self.lstm.weight_hh_l0)
        torch.nn.init.xavier_uniform_(self.dense.weight)
        for bias in (self.lstm.bias_ih_l0, self.lstm.bias_hh_l0, self.dense.bias):
            torch.nn.init.zeros_(bias)
        self.lstm.bias_ih_l0.data[UNITS : 2 * UNITS] = 1
        # One bias, as in Keras.
        self.lstm.bias_hh_l0.requires_grad = False

    def forward(self, x):
        return self.dense(self.lstm(self.embedding(x))[0])


def loss_of(network, x, y):
    return torch.nn.functional.cross_entropy(network(x).flatten(0, 1), y.flatten())


network = Network()
optimizer = torch.optim.Adam([p for p in network.parameters() if p.requires_grad], lr=RATE, eps=1e-7)
start = time.perf_counter()
for step in range(steps):
    share = (1 + math.cos(math.pi * step / steps)) / 2
    optimizer.param_groups[0]["lr"] = RATE * (0.99 * share + 0.01)
    at = torch.randint(len(train) - TIME - 1, (ROWS, 1)) + torch.arange(TIME)
    loss = loss_of(network, train[at], train[at + 1])
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
seconds = time.perf_counter() - start

rows = 32
width = (len(validation) - 1) // rows
with torch.no_grad():
    x, y = (validation[by : by + rows * width].view(rows, width) for by in (0, 1))
    print(f"{loss_of(network, x, y).item():.4f} nats, seed {seed}, {steps} steps, {seconds:.1f} s, torch {torch.__version__}")
