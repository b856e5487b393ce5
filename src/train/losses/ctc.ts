/** Connectionist temporal classification: labels without their places in time. */
import { explain, rejectUnknown, requireInteger, ShapeError } from "../../errors.ts";
import {
  add,
  broadcastTo,
  concat,
  div,
  equal,
  exp,
  full,
  iota,
  less,
  log,
  logSoftmax,
  matmul,
  max,
  maximum,
  mul,
  neg,
  notEqual,
  reshape,
  scan,
  select,
  sliceAxis,
  stack,
  stopGradient,
  sub,
  sum,
  swapAxes,
  type Tensor,
  take,
  toFloat,
  transposeLast,
} from "../../graph/index.ts";
import { requireBoolean } from "../require-boolean.ts";
import type { Loss } from "./loss.ts";
import { logProbabilities, oneHot } from "./probability.ts";

export interface CtcOptions {
  /** The class that stands for no label, and pads the targets. @default 0 */
  readonly blank?: number;
  /** The model gives logits rather than probabilities. @default false */
  readonly fromLogits?: boolean;
  /** Whether labels that cannot be aligned have loss 0 instead of Infinity. Their gradient is 0 in both cases. @default false */
  readonly zeroInfinity?: boolean;
}

/** Stands for log 0: differences of such numbers are finite, as those of −∞ are not. */
const IMPOSSIBLE = -1e30;

/**
 * −log P(labels) summed over all their alignments (Graves et al. 2006): at each step the model names a label or the
 * blank; repeated names merge, blanks vanish. Predictions are [batch, time, classes]. Targets are labels
 * [batch, most labels], padded at the end with the blank. Steps that the mask leaves out are passed over, so that rows may
 * be of different lengths.
 *
 * The loss of a row is Infinity where no alignment exists: it needs as many steps as labels, and one more between equal
 * neighbours. A label outside the classes gives NaN.
 */
export function ctc(options: CtcOptions = {}): Loss {
  const name = "ctc";
  rejectUnknown(`${name}()`, options, ["blank", "fromLogits", "zeroInfinity"]);
  const { blank = 0, fromLogits = false, zeroInfinity = false } = options;
  requireInteger("blank", blank, 0);
  requireBoolean("fromLogits", fromLogits);
  requireBoolean("zeroInfinity", zeroInfinity);

  const loss = (logarithms: (x: Tensor) => Tensor) => (target: Tensor, prediction: Tensor, mask?: Tensor) => {
    requireSequences(target, prediction, blank);
    const total = logLikelihood(toFloat(target), logarithms(prediction), blank, mask);
    return select(less(total, IMPOSSIBLE / 2), zeroInfinity ? 0 : Number.POSITIVE_INFINITY, neg(total));
  };
  const ofLogits = loss(logSoftmax);
  return {
    name,
    config: { name, blank, fromLogits, zeroInfinity },
    targetDType: "int32",
    fromLogits,
    ofSequences: { padding: blank },
    values: fromLogits ? ofLogits : loss(logProbabilities),
    ...(!fromLogits && { logits: { activation: "softmax", values: ofLogits } }),
  };
}

/**
 * log P(labels) by the forward algorithm: αₜ(s) is the log probability of all alignments of the first steps with the first
 * places of blank, label, blank, label, …, blank. A place follows itself, the one before, and, where a label follows a
 * different one, the one before the blank.
 *
 * @param logs log probabilities, [batch, time, classes]
 */
function logLikelihood(labels: Tensor, logs: Tensor, blank: number, mask: Tensor | undefined): Tensor {
  const [batch, count] = labels.shape as [number, number];
  const places = 2 * count + 1;
  const between = (x: Tensor, y: Tensor) => reshape(stack([x, y], 2), [batch, 2 * count]);
  const blanks = full([batch, 1], blank);
  const names = concat([blanks, between(labels, broadcastTo(blanks, labels.shape))]);
  const none = full([batch, 1], 0);
  const differs = notEqual(sliceAxis(labels, 1, 1, count - 1), sliceAxis(labels, 1, 0, count - 1));
  const skips = concat([none, between(concat([none, differs]), full(labels.shape, 0))]);

  const isNamed = oneHot(names, logs.shape[2]!);
  // Divided by the number of classes that matched, 1: a label outside the classes gives 0/0.
  const matched = reshape(sum(isNamed, { axes: [-1] }), [batch, 1, places]);
  const named = div(matmul(maximum(logs, IMPOSSIBLE), transposeLast(isNamed)), matched);

  const shifted = (x: Tensor, by: number) => concat([full([batch, by], IMPOSSIBLE), sliceAxis(x, 1, 0, places - by)]);
  // Before the first step everything is at the first place, from which the first blank and the first label follow.
  const before = concat([full([batch, 1], 0), full([batch, places - 1], IMPOSSIBLE)]);
  const { carry } = scan(
    ({ alpha }: { alpha: Tensor }, { step }) => {
      const ways = [alpha, shifted(alpha, 1), select(skips, shifted(alpha, 2), IMPOSSIBLE)];
      const most = stopGradient(ways.reduce(maximum));
      const total = ways.map((way) => exp(sub(way, most))).reduce(add);
      return { carry: { alpha: add(add(most, log(total)), step) } };
    },
    { alpha: before },
    { step: swapAxes(named, 0, 1) },
    mask && { mask: swapAxes(mask, 0, 1) },
  );

  // An alignment ends at the last label or at the blank after it.
  const last = mul(2, sum(notEqual(labels, blank), { axes: [1], keepDims: true }));
  const isEnd = maximum(equal(iota(places), last), equal(iota(places), sub(last, 1)));
  const ends = select(isEnd, carry.alpha, IMPOSSIBLE);
  const most = stopGradient(max(ends, { axes: [1], keepDims: true }));
  return add(take(most, 1, 0), log(sum(exp(sub(ends, most)), { axes: [1] })));
}

function requireSequences(target: Tensor, prediction: Tensor, blank: number): void {
  const fits = prediction.rank === 3 && target.rank === 2 && target.shape[0] === prediction.shape[0];
  if (fits && target.shape[1]! > 0 && blank < prediction.shape[2]!) return;
  const expected = `predictions [batch, time, more than ${blank} classes] and labels [batch, most labels] for ctc()`;
  const got = `[${prediction.shape.join(", ")}] and [${target.shape.join(", ")}]`;
  throw new ShapeError(explain({ expected, got, remedy: "pad labels at the end with the blank" }));
}
