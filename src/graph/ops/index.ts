/** The list of primitive ops, and the only one: contract tests and engines read it. */
import type { ElementwiseName, Op } from "../op.ts";
import { absOp } from "./abs.ts";
import { addOp } from "./add.ts";
import { argmaxOp } from "./argmax.ts";
import { broadcastOp } from "./broadcast.ts";
import { concatOp } from "./concat.ts";
import { constantOp } from "./constant.ts";
import { cosOp } from "./cos.ts";
import { divOp } from "./div.ts";
import { equalOp } from "./equal.ts";
import { expOp } from "./exp.ts";
import { floorOp } from "./floor.ts";
import { fullOp } from "./full.ts";
import { gatherOp } from "./gather.ts";
import { inputOp } from "./input.ts";
import { labelOp } from "./label.ts";
import { lessOp } from "./less.ts";
import { lessEqualOp } from "./less-equal.ts";
import { logOp } from "./log.ts";
import { log1pOp } from "./log1p.ts";
import { matmulOp } from "./matmul.ts";
import { maxOp } from "./max.ts";
import { maximumOp } from "./maximum.ts";
import { minimumOp } from "./minimum.ts";
import { mulOp } from "./mul.ts";
import { negOp } from "./neg.ts";
import { powOp } from "./pow.ts";
import { randomOp } from "./random.ts";
import { reshapeOp } from "./reshape.ts";
import { scanOp } from "./scan.ts";
import { scatterAddOp } from "./scatter-add.ts";
import { selectOp } from "./select.ts";
import { sigmoidOp } from "./sigmoid.ts";
import { signOp } from "./sign.ts";
import { sinOp } from "./sin.ts";
import { sliceOp } from "./slice.ts";
import { spareOp } from "./spare.ts";
import { splitOp } from "./split.ts";
import { sqrtOp } from "./sqrt.ts";
import { stopGradientOp } from "./stop-gradient.ts";
import { subOp } from "./sub.ts";
import { sumOp } from "./sum.ts";
import { tanhOp } from "./tanh.ts";
import { toFloatOp } from "./to-float.ts";
import { toIntOp } from "./to-int.ts";
import { transposeOp } from "./transpose.ts";
import { unsliceOp } from "./unslice.ts";
import { variableOp } from "./variable.ts";

/** Every elementwise op by the name that programs use. */
export const elementwiseOps: { readonly [Name in ElementwiseName]: Op<null> } = {
  abs: absOp,
  add: addOp,
  cos: cosOp,
  div: divOp,
  equal: equalOp,
  exp: expOp,
  floor: floorOp,
  less: lessOp,
  lessEqual: lessEqualOp,
  log: logOp,
  log1p: log1pOp,
  maximum: maximumOp,
  minimum: minimumOp,
  mul: mulOp,
  neg: negOp,
  pow: powOp,
  select: selectOp,
  sigmoid: sigmoidOp,
  sign: signOp,
  sin: sinOp,
  sqrt: sqrtOp,
  sub: subOp,
  tanh: tanhOp,
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
