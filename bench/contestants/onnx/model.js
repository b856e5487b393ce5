/** A workload's network as an ONNX model (opset 17). Sequences are [time, batch, features]: the only layout that runs. */
import { givesSequences } from "../../workloads/network.js";
import { block, integer, message } from "./protobuf.js";

const FLOAT = 1;
const INT32 = 6;
const INT64 = 7;

/** Attributes of nodes. */
const number = (name, value) => message(block(1, name), integer(3, value), integer(20, 2));
const text = (name, value) => message(block(1, name), block(4, value), integer(20, 3));

function node(type, inputs, outputs, attributes = []) {
  return message(
    inputs.map((name) => block(1, name)),
    outputs.map((name) => block(2, name)),
    block(4, type),
    attributes.map((attribute) => block(5, attribute)),
  );
}

function constant(name, { shape, data }) {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const type = data instanceof BigInt64Array ? INT64 : FLOAT;
  return message(
    shape.map((size) => integer(1, size)),
    integer(2, type),
    block(8, name),
    block(9, bytes),
  );
}

function port(name, type, shape) {
  const dimensions = message(shape.map((size) => block(1, integer(1, size))));
  return message(block(1, name), block(2, block(1, message(integer(1, type), block(2, dimensions)))));
}

/** Columns of gates in another order, turned over: [rows, gates × units] becomes [1, gates × units, rows]. */
function gatesFirst({ shape, data }, units, order) {
  const rows = shape.length === 1 ? 1 : shape[0];
  const columns = data.length / rows;
  const turned = new Float32Array(data.length);
  for (const [place, gate] of order.entries()) {
    for (let unit = 0; unit < units; unit++) {
      for (let row = 0; row < rows; row++) {
        turned[(place * units + unit) * rows + row] = data[row * columns + gate * units + unit];
      }
    }
  }
  return { shape: [1, columns, rows], data: turned };
}

/** Biases of the input's and of the recurrent product, one behind the other. */
function biases(first, second) {
  const data = new Float32Array(2 * first.length);
  data.set(first);
  if (second) data.set(second, first.length);
  return { shape: [1, data.length], data };
}

/** What a loop is in ONNX: its type, its attributes, its weights W, R and B. */
const loops = {
  lstm({ units }, [kernel, recurrent, bias]) {
    const order = [0, 3, 1, 2];
    const parts = [kernel, recurrent, bias].map((weight) => gatesFirst(weight, units, order));
    return { type: "LSTM", attributes: [], weights: [parts[0], parts[1], biases(parts[2].data)] };
  },
  gru({ units }, [kernel, recurrent, bias]) {
    const order = [0, 1, 2];
    const [w, r] = [kernel, recurrent].map((weight) => gatesFirst(weight, units, order));
    const half = bias.data.length / 2;
    const b = biases(bias.data.subarray(0, half), bias.data.subarray(half));
    return { type: "GRU", attributes: [number("linear_before_reset", 1)], weights: [w, r, b] };
  },
};

/**
 * @param stream whether states go in and come out; they are called `initial` and `final` with the number of the state
 * @returns the file's bytes
 */
export function onnxModel(workload, x, weights, stream) {
  const { layers, batch, time } = workload;
  const rest = [...weights];
  const nodes = [];
  const constants = [];
  const inputs = [port("x", layers[0].kind === "embedding" ? INT32 : FLOAT, x)];
  const outputs = [];
  const keep = (name, array) => {
    constants.push(constant(name, array));
    return name;
  };
  keep("directions", { shape: [1], data: BigInt64Array.of(1n) });
  keep("firstAxis", { shape: [1], data: BigInt64Array.of(0n) });

  let last = "x";
  for (const [index, layer] of layers.entries()) {
    const next = `y${index}`;
    const named = (name) => `${name}${index}`;
    if (layer.kind === "embedding") {
      nodes.push(node("Gather", [keep(named("table"), rest.shift()), last], [next], [number("axis", 0)]));
    } else if (layer.kind === "dense") {
      const product = layer.bias === false ? next : named("product");
      nodes.push(node("MatMul", [last, keep(named("kernel"), rest.shift())], [product]));
      if (layer.bias !== false) nodes.push(node("Add", [product, keep(named("bias"), rest.shift())], [next]));
    } else {
      const { type, attributes, weights: own } = loops[layer.kind](layer, rest.splice(0, 3));
      const names = ["W", "R", "B"].map((letter, i) => keep(named(letter), own[i]));
      const states = type === "LSTM" ? [0, 1] : [0];
      const initial = stream ? states.map((state) => `initial${state}`) : [];
      const final = states.map((state) => (stream ? `final${state}` : named(`state${state}`)));
      for (const name of initial) inputs.push(port(name, FLOAT, [1, batch, layer.units]));
      if (stream) outputs.push(...final.map((name) => port(name, FLOAT, [1, batch, layer.units])));
      const all = [number("hidden_size", layer.units), text("direction", "forward"), ...attributes];
      nodes.push(node(type, [last, ...names, "", ...initial], [named("sequence"), ...final], all));
      const [from, axis] = layer.sequences ? [named("sequence"), "directions"] : [final[0], "firstAxis"];
      nodes.push(node("Squeeze", [from, axis], [next]));
    }
    last = next;
    if (layer.activation === "softmax") {
      last = named("softmax");
      nodes.push(node("Softmax", [next], [last], [number("axis", -1)]));
    }
  }
  const shape = [...(givesSequences(workload) ? [time] : []), batch, layers.at(-1).units];
  outputs.unshift(port(last, FLOAT, shape));

  const graph = message(
    nodes.map((made) => block(1, made)),
    block(2, "bench"),
    constants.map((made) => block(5, made)),
    inputs.map((made) => block(11, made)),
    outputs.map((made) => block(12, made)),
  );
  return message(integer(1, 8), block(8, message(block(1, ""), integer(2, 17))), block(7, graph));
}
