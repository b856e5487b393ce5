"""The network, data and schedule of tasks/shakespeare.js, variant `steps`, in PyTorch; prints the validation loss.

    python bench/quality/references/shakespeare.py [seed] [steps]

Weights begin as Rondo's (and Keras's) do: Glorot and orthogonal kernels, forget bias 1; the embedding by standard normal
numbers. Where rows begin is drawn by PyTorch, so that results agree in distribution and not number by number. Needs torch; the data lies where data/folder.js looks for it.
"""

import math
import os
import pathlib
import sys
import time

import torch

ROWS, TIME, UNITS, WIDTH, RATE = 32, 64, 256, 64, 12e-3
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
        torch.nn.init.normal_(self.embedding.weight)
        limit = math.sqrt(6 / (WIDTH + 4 * UNITS))
        torch.nn.init.uniform_(self.lstm.weight_ih_l0, -limit, limit)
        torch.nn.init.orthogonal_(self.lstm.weight_hh_l0)
        torch.nn.init.xavier_uniform_(self.dense.weight)
        for bias in (self.lstm.bias_ih_l0, self.lstm.bias_hh_l0, self.dense.bias):
            torch.nn.init.zeros_(bias)
        self.lstm.bias_ih_l0.data[UNITS : 2 * UNITS] = 1
        # One bias, as in Keras.
        self.lstm.bias_hh_l0.requires_grad = False

    def forward(self, x, state=None):
        hidden, state = self.lstm(self.embedding(x), state)
        return self.dense(hidden), state


def loss_of(network, x, y, state=None):
    scores, state = network(x, state)
    return torch.nn.functional.cross_entropy(scores.flatten(0, 1), y.flatten()), tuple(part.detach() for part in state)


network = Network()
optimizer = torch.optim.Adam([p for p in network.parameters() if p.requires_grad], lr=RATE, eps=1e-7)
ring, width = len(train) - 1, (len(train) - 1) // ROWS
begin, read, state = 0, width, None
start = time.perf_counter()
for step in range(steps):
    share = (1 + math.cos(math.pi * step / steps)) / 2
    optimizer.param_groups[0]["lr"] = RATE * (0.99 * share + 0.01)
    if read + TIME > width:
        begin, read = torch.randint(ring, (1,)), 0
    at = (begin + read + torch.arange(ROWS)[:, None] * width + torch.arange(TIME)) % ring
    read += TIME
    loss, state = loss_of(network, train[at], train[at + 1], state)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
seconds = time.perf_counter() - start

width = (len(validation) - 1) // ROWS
with torch.no_grad():
    x, y = (validation[by : by + ROWS * width].view(ROWS, width) for by in (0, 1))
    print(f"{loss_of(network, x, y)[0].item():.4f} nats, seed {seed}, {steps} steps, {seconds:.1f} s, torch {torch.__version__}")
