"""Runs the equations of one step through time in PyTorch: for cells that neither library has."""

import torch

from .files import draw, tensor


def recipe_case(name, random, config, weights, step, x, further=(), state_sizes=(), given_state=False):
    """A case as `layer_case` makes it, with values and gradients from `step(weights, x, state, *further) -> state`.

    `weights` are shapes, to be drawn, or arrays, by name and in Rondo's order; those in `fixed` have gradient 0. The first
    part of the state is the output. The state begins with zeros, or with drawn numbers.
    """
    fixed = {key for key, values in weights.items() if isinstance(values, dict)}
    arrays = {
        key: values["fixed"]
        if isinstance(values, dict)
        else draw(random, *values, scale=0.5)
        if isinstance(values, tuple)
        else values
        for key, values in weights.items()
    }
    given = torch.tensor(x, requires_grad=True)
    others = [torch.tensor(values, requires_grad=True) for values in further]
    trained = {key: torch.tensor(values, requires_grad=key not in fixed) for key, values in arrays.items()}
    batch, time = x.shape[:2]
    initial = [
        torch.tensor(draw(random, batch, size, scale=0.5), requires_grad=True) if given_state else torch.zeros(batch, size)
        for size in state_sizes
    ]
    state, sequence = initial, []
    for t in range(time):
        state = step(trained, given[:, t], state, *(values[:, t] for values in others))
        sequence.append(state[0])
    outputs = [torch.stack(sequence, 1), *state]
    loss_weights = draw(random, *outputs[0].shape)
    (outputs[0] * torch.tensor(loss_weights)).sum().backward()

    def gradient(values):
        return tensor(torch.zeros_like(values) if values.grad is None else values.grad)

    return {
        "name": name,
        "layers": [{**config, "returnSequences": True, "returnState": True}],
        "x": tensor(x),
        **({"further": [tensor(values) for values in further]} if further else {}),
        **({"initialState": [tensor(values) for values in initial]} if given_state else {}),
        "weights": [tensor(values) for values in trained.values()],
        "outputs": [tensor(output) for output in outputs],
        "lossWeights": tensor(loss_weights),
        "gradients": {
            "x": gradient(given),
            **({"further": [gradient(values) for values in others]} if others else {}),
            "weights": [gradient(values) for values in trained.values()],
            **({"initialState": [gradient(values) for values in initial]} if given_state else {}),
        },
        "sources": ["equations"],
    }
