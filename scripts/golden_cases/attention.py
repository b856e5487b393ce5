"""Attention: of Keras, and blocks of transformers: of PyTorch. Where Keras has no matrices for query and key, they are multiplied beforehand."""

import keras
import numpy
import torch

from .files import draw, tensor

BATCH = 2

TOLERANCE = {
    "absolute": 5e-5,
    "why": "float32 rounds to 6e-8 relative; scores up to about 20 go through an exponential",
}

VALUE_MASK = numpy.array([[1, 1, 1, 0, 0], [0, 1, 0, 1, 1]], dtype=bool)
QUERY_MASK = numpy.array([[1, 1, 0], [0, 1, 1]], dtype=bool)


def numbers(random, *shape, scale=1.0):
    return torch.tensor(draw(random, *shape, scale=scale), requires_grad=True)


def with_matrices(random, config, sources, query, key):
    """The matrices by which our layer turns query and key before Keras's rule applies."""
    if config.get("scoreMode") == "general":
        kernel = numbers(random, query.shape[-1], key.shape[-1], scale=0.5)
        return [kernel], query @ kernel, key
    if config.get("units"):
        kernels = [numbers(random, x.shape[-1], config["units"], scale=0.5) for x in (query, key)]
        return kernels, query @ kernels[0], key @ kernels[1]
    return [], query, key


def make(config):
    if config["type"] == "attention":
        return keras.layers.Attention(use_scale=config.get("useScale", False))
    if config["type"] == "additiveAttention":
        return keras.layers.AdditiveAttention(use_scale=config.get("useScale", True))
    return keras.layers.MultiHeadAttention(
        config["numHeads"], config["keyDim"], value_dim=config.get("valueDim"), use_bias=config.get("useBias", True)
    )


def run(layer, query, value, key, masks, causal):
    query_mask, value_mask = masks
    if isinstance(layer, keras.layers.MultiHeadAttention):
        mask = {"query_mask": query_mask, "value_mask": value_mask}
        return layer(query, value, key, **mask, use_causal_mask=causal, return_attention_scores=True)
    options = {"use_causal_mask": causal, "return_attention_scores": True}
    return layer([query, value, key], mask=[query_mask, value_mask], **options)


def heads_of(attention, heads):
    """Weights of PyTorch's attention in the layout of Keras, and how their gradients are to be read in it."""
    size = attention.embed_dim
    matrices = (("in", 0), ("in", size), ("in", 2 * size), ("out", 0))

    def read(pick):
        found = []
        for part, at in matrices:
            projection = (attention.in_proj_weight, attention.in_proj_bias)
            weight, bias = projection if part == "in" else (attention.out_proj.weight, attention.out_proj.bias)
            kernel = pick(weight)[at : at + size].T
            biases = pick(bias)[at : at + size]
            if part == "in":
                found += [kernel.reshape(size, heads, -1), biases.reshape(heads, -1)]
            else:
                found += [kernel.reshape(heads, -1, size), biases]
        return found

    return read


def pair_of(layer):
    """Weights of a dense layer or a normalization."""
    return lambda pick: [pick(layer.weight).transpose(0, -1), pick(layer.bias)]


def block_case(name, random, config, shapes, mask=None):
    """A block of a transformer; its dropout is 0."""
    heads, width = config["numHeads"], config["numHeads"] * config["keyDim"]
    is_decoder = config["type"] == "transformerDecoderBlock"
    options = {
        "dim_feedforward": config["intermediateDim"],
        "dropout": 0.0,
        "activation": config.get("activation", "relu"),
        "batch_first": True,
        "norm_first": config.get("normalizeFirst", False),
    }
    make = torch.nn.TransformerDecoderLayer if is_decoder else torch.nn.TransformerEncoderLayer
    block = make(width, heads, **options)
    for parameter in block.parameters():
        parameter.data = torch.tensor(draw(random, *parameter.shape, scale=0.5))
    sources = [numbers(random, BATCH, *shape) for shape in shapes]
    steps = shapes[0][0]
    later = torch.ones(steps, steps, dtype=torch.bool).triu(1)
    if is_decoder:
        padding = {"memory_key_padding_mask": torch.tensor(~mask)} if mask is not None else {}
        output = block(sources[0], sources[1], tgt_mask=later, **padding)
    else:
        output = block(sources[0], src_mask=later if config.get("useCausalMask", False) else None)
    loss_weights = draw(random, *output.shape)
    (output * torch.tensor(loss_weights)).sum().backward()
    readers = [heads_of(block.self_attn, heads), pair_of(block.norm1)]
    if is_decoder:
        readers += [heads_of(block.multihead_attn, heads), pair_of(block.norm2)]
    readers += [pair_of(block.linear1), pair_of(block.linear2), pair_of(block.norm3 if is_decoder else block.norm2)]
    values, gradients = [
        [tensor(array.contiguous()) for read in readers for array in read(pick)]
        for pick in (lambda x: x.detach(), lambda x: x.grad)
    ]
    return {
        "name": name,
        "layer": config,
        "sources": [tensor(source) for source in sources],
        "uses": list(range(len(sources))),
        **({"masks": [None, tensor(mask)]} if mask is not None else {}),
        "weights": values,
        "outputs": [tensor(output)],
        "lossWeights": tensor(loss_weights),
        "gradients": [*[tensor(source.grad) for source in sources], *gradients],
    }


def cases(random):
    made = []

    def add(name, config, shapes, uses, masks=(None, None)):
        sources = [numbers(random, BATCH, *shape) for shape in shapes]
        query, value, key = [sources[use] for use in (uses if len(uses) == 3 else [*uses, uses[1]])]
        matrices, turned_query, turned_key = with_matrices(random, config, sources, query, key)
        layer = make(config)
        given = [None if mask is None else torch.tensor(mask) for mask in masks]
        with torch.no_grad():
            run(layer, turned_query, value, turned_key, given, False)
        layer.set_weights([draw(random, *weight.shape, scale=0.5) for weight in layer.get_weights()])
        causal = config.get("useCausalMask", False)
        outputs = run(layer, turned_query, value, turned_key, given, causal)
        loss_weights = draw(random, *outputs[0].shape)
        (outputs[0] * torch.tensor(loss_weights)).sum().backward()
        weights = [*matrices, *[weight.value for weight in layer.weights]]
        case = {
            "name": name,
            "layer": config,
            "sources": [tensor(source) for source in sources],
            "uses": uses,
            "weights": [tensor(weight) for weight in weights],
            "outputs": [tensor(output) for output in outputs],
            "lossWeights": tensor(loss_weights),
            "gradients": [tensor(x.grad) for x in (*sources, *weights)],
        }
        if any(mask is not None for mask in masks):
            case["masks"] = [None if mask is None else tensor(mask) for mask in masks]
        made.append(case)

    dot = {"type": "attention"}
    additive = {"type": "additiveAttention"}
    heads = {"type": "multiHeadAttention", "numHeads": 2, "keyDim": 3}
    add("dot", dot, [(3, 4), (5, 4)], [0, 1])
    add("dot with another key, scaled", {**dot, "useScale": True}, [(3, 4), (5, 2), (5, 4)], [0, 1, 2])
    add("dot with masks", dot, [(3, 4), (5, 4)], [0, 1], (QUERY_MASK, VALUE_MASK))
    add("dot of a sequence with itself, causal", {**dot, "useCausalMask": True}, [(5, 4)], [0, 0])
    add("general", {**dot, "scoreMode": "general"}, [(3, 4), (5, 3)], [0, 1], (None, VALUE_MASK))
    add("additive", additive, [(3, 4), (5, 4)], [0, 1], (QUERY_MASK, VALUE_MASK))
    add("additive without weights", {**additive, "useScale": False}, [(3, 4), (5, 4)], [0, 1])
    add("additive of other features, causal", {**additive, "units": 3, "useCausalMask": True}, [(5, 4), (5, 2)], [0, 1])
    add("self-attention", heads, [(5, 4)], [0, 0])
    add("self-attention, causal, without biases", {**heads, "useCausalMask": True, "useBias": False}, [(5, 4)], [0, 0])
    add("cross-attention with a mask", heads, [(3, 4), (5, 2)], [0, 1], (None, VALUE_MASK))
    add("cross-attention, all different", {**heads, "valueDim": 2}, [(3, 4), (5, 2), (5, 3)], [0, 1, 2])
    add(
        "cross-attention, causal with a mask",
        {**heads, "useCausalMask": True},
        [(5, 4), (5, 2)],
        [0, 1],
        (None, numpy.array([[1, 1, 1, 0, 0], [1, 1, 0, 1, 1]], dtype=bool)),
    )
    return TOLERANCE, made


def blocks(random):
    made = []
    block = {"type": "transformerEncoderBlock", "numHeads": 2, "keyDim": 2, "intermediateDim": 3}
    decoder = {**block, "type": "transformerDecoderBlock"}
    made.append(block_case("encoder block", random, block, [(4, 4)]))
    first = {**block, "normalizeFirst": True, "useCausalMask": True}
    made.append(block_case("encoder block, normalized first, causal", random, first, [(4, 4)]))
    made.append(block_case("decoder block with a mask", random, decoder, [(3, 4), (5, 4)], VALUE_MASK))
    first = {**decoder, "normalizeFirst": True}
    made.append(block_case("decoder block, normalized first", random, first, [(3, 4), (4, 4)]))
    return TOLERANCE, made
