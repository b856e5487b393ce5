"""CTC with PyTorch: the loss of each row and the gradient of their mean, by the logits."""

import numpy
import torch

from .files import draw, tensor

TOLERANCE = {"absolute": 1e-5, "relative": 2e-5, "why": "sums of logarithms over all steps, in float32"}


def ctc_case(random, name, labels, time, classes, steps=None, blank=0, zero_infinity=False, scale=1.5):
    """Rows of `labels` padded with the blank; `steps` of each row count, all of them by default."""
    batch, most = len(labels), max(map(len, labels))
    logits = torch.tensor(draw(random, batch, time, classes, scale=scale), requires_grad=True)
    targets = torch.tensor([[*row, *[blank] * (most - len(row))] for row in labels])
    steps = steps or [time] * batch
    loss = torch.nn.functional.ctc_loss(
        logits.log_softmax(-1).transpose(0, 1),
        targets,
        torch.tensor(steps),
        torch.tensor([len(row) for row in labels]),
        blank=blank,
        reduction="none",
        zero_infinity=zero_infinity,
    )
    loss.mean().backward()
    mask = numpy.arange(time) < numpy.array(steps)[:, None]
    return {
        "name": name,
        "options": {"blank": blank, "zeroInfinity": zero_infinity},
        "labels": tensor(targets),
        "logits": tensor(logits),
        "mask": tensor(mask),
        "values": tensor(loss),
        "gradient": tensor(logits.grad),
    }


def cases(random):
    return TOLERANCE, [
        ctc_case(random, "labels of one length", [[1, 2, 3], [3, 1, 2]], time=6, classes=4),
        ctc_case(random, "repeated labels", [[1, 1], [2, 2], [1, 2]], time=5, classes=3),
        ctc_case(random, "labels of different lengths, one row without any", [[1, 2, 1], [3], []], time=6, classes=4),
        ctc_case(random, "rows of different lengths", [[1, 2], [3, 3], [2]], time=7, classes=4, steps=[7, 4, 2]),
        ctc_case(random, "just enough steps", [[1, 2, 3], [1, 1, 2]], time=4, classes=4, steps=[3, 4]),
        ctc_case(random, "the blank last", [[0, 1], [2, 2]], time=5, classes=4, blank=3),
        ctc_case(
            random,
            "labels that do not fit, zero infinity",
            [[1, 2, 3], [1, 1], [2]],
            time=3,
            classes=4,
            steps=[2, 2, 3],
            zero_infinity=True,
        ),
        ctc_case(random, "large logits", [[1, 2], [2, 1]], time=4, classes=3, scale=60),
        ctc_case(random, "a longer sequence", [[1, 4, 4, 2, 3, 1, 2, 4]], time=30, classes=5),
    ]
