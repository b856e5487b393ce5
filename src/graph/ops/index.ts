/** The list of primitive ops, and the only one: contract tests and engines read it. */
import type { ElementwiseName, Op } from "../op.ts";
import { abs } from "./abs.ts";
import { add } from "./add.ts";
import { argmaxOp } from "./argmax.ts";
import { broadcastOp } from "./broadcast.ts";
import { concatOp } from "./concat.ts";
import { constantOp } from "./constant.ts";
import { cos } from "./cos.ts";
import { div } from "./div.ts";
import { equal } from "./equal.ts";
import { exp } from "./exp.ts";
import { floor } from "./floor.ts";
import { fullOp } from "./full.ts";
import { gatherOp } from "./gather.ts";
import { inputOp } from "./input.ts";
import { labelOp } from "./label.ts";
import { less } from "./less.ts";
import { lessEqual } from "./less-equal.ts";
import { log } from "./log.ts";
import { log1p } from "./log1p.ts";
import { matmulOp } from "./matmul.ts";
import { maxOp } from "./max.ts";
import { maximum } from "./maximum.ts";
import { minimum } from "./minimum.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { pow } from "./pow.ts";
import { randomOp } from "./random.ts";
import { reshapeOp } from "./reshape.ts";
import { scanOp } from "./scan.ts";
import { scatterAddOp } from "./scatter-add.ts";
import { selectOp } from "./select.ts";
import { sigmoid } from "./sigmoid.ts";
import { sign } from "./sign.ts";
import { sin } from "./sin.ts";
import { sliceOp } from "./slice.ts";
import { spareOp } from "./spare.ts";
import { splitOp } from "./split.ts";
import { sqrt } from "./sqrt.ts";
import { stopGradientOp } from "./stop-gradient.ts";
import { sub } from "./sub.ts";
import { sumOp } from "./sum.ts";
import { tanh } from "./tanh.ts";
import { toFloatOp } from "./to-float.ts";
import { toIntOp } from "./to-int.ts";
import { transposeOp } from "./transpose.ts";
import { unsliceOp } from "./unslice.ts";
import { variableOp } from "./variable.ts";

/** Every elementwise op by the name that programs use. */
export const elementwiseOps: { readonly [Name in ElementwiseName]: Op<null> } = {
  abs: abs.op,
  add: add.op,
  cos: cos.op,
  div: div.op,
  equal: equal.op,
  exp: exp.op,
  floor: floor.op,
  less: less.op,
  lessEqual: lessEqual.op,
  log: log.op,
  log1p: log1p.op,
  maximum: maximum.op,
  minimum: minimum.op,
  mul: mul.op,
  neg: neg.op,
  pow: pow.op,
  select: selectOp,
  sigmoid: sigmoid.op,
  sign: sign.op,
  sin: sin.op,
  sqrt: sqrt.op,
  sub: sub.op,
  tanh: tanh.op,
  toFloat: toFloatOp,
  toInt: toIntOp,
};

/** The ops that move, fold or make tensors. */
export const structuralOps = {
  argmax: argmaxOp,
  broadcast: broadcastOp,
  concat: concatOp,
  constant: constantOp,
  full: fullOp,
  gather: gatherOp,
  input: inputOp,
  label: labelOp,
  matmul: matmulOp,
  max: maxOp,
  random: randomOp,
  reshape: reshapeOp,
  scan: scanOp,
  scatterAdd: scatterAddOp,
  slice: sliceOp,
  spare: spareOp,
  split: splitOp,
  stopGradient: stopGradientOp,
  sum: sumOp,
  transpose: transposeOp,
  unslice: unsliceOp,
  variable: variableOp,
} as const;
