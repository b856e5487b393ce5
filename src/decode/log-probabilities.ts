import { explain, OptionError } from "../errors.ts";

/** log softmax of plain numbers: xᵢ − log Σ exp(xⱼ), safe for large numbers. −∞ stands for what is impossible. */
export function logProbabilities(logits: ArrayLike<number>): Float64Array {
  const most = requireLogits(logits);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i]! - most);
  const normalizer = most + Math.log(sum);
  return Float64Array.from(logits, (x) => x - normalizer);
}

/** The largest of the logits. @throws OptionError where nothing is possible or something is NaN */
export function requireLogits(logits: ArrayLike<number>): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) {
    const x = logits[i]!;
    if (Number.isNaN(x) || x === Number.POSITIVE_INFINITY) throw refuse(`${x} at place ${i}`);
    if (x > most) most = x;
  }
  if (most === Number.NEGATIVE_INFINITY) throw refuse(logits.length === 0 ? "no numbers" : "−∞ everywhere");
  return most;
}

function refuse(got: string): OptionError {
  const remedy = "NaN means that the model has diverged";
  return new OptionError(explain({ expected: "logits that are numbers, one of them finite", got, remedy }));
}
