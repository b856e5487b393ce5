import { explain, OptionError, rejectUnknown, requireNumber, show } from "../../errors.ts";
import { add, mul, sigmoid, softmax, type Tensor } from "../../graph/index.ts";
import { customLoss } from "./custom-loss.ts";
import type { Loss, LossFunction } from "./loss.ts";
import { meanAbsoluteError } from "./mean-absolute-error.ts";
import { meanSquaredError } from "./mean-squared-error.ts";

export interface MixedLossPart {
  readonly loss: Loss | LossFunction;
  /** What it counts. @default 1 */
  readonly weight?: number;
}

export interface MixedLossOptions {
  /** @default the sum of meanSquaredError and meanAbsoluteError */
  readonly parts?: readonly MixedLossPart[];
}

const activations = { sigmoid, softmax };

/**
 * A weighted sum of losses of one output: `mixedLoss({ parts: [{ loss: huber() }, { loss: pinball(), weight: 0.1 }] })`.
 * All want the same targets; losses of whole sequences are no part of it.
 */
export function mixedLoss(options: MixedLossOptions = {}): Loss {
  const name = "mixedLoss";
  rejectUnknown(`${name}()`, options, ["parts"]);
  const { parts = [{ loss: meanSquaredError() }, { loss: meanAbsoluteError() }] } = options;
  if (!Array.isArray(parts) || parts.length === 0) {
    throw new OptionError(explain({ expected: `\`parts\` of ${name}() to be a list of losses`, got: show(parts) }));
  }
  const losses = parts.map((part: MixedLossPart) => {
    rejectUnknown(`a part of ${name}()`, part, ["loss", "weight"]);
    const { loss, weight = 1 } = part;
    requireNumber("weight", weight, "of at least 0", (x) => x >= 0);
    return { loss: asLoss(loss, name), weight };
  });
  const [first, ...rest] = losses.map(({ loss }) => loss);
  const differs = rest.find((loss) => loss.targetDType !== first!.targetDType || loss.fromLogits !== first!.fromLogits);
  if (differs !== undefined) {
    const expected = `losses of the same targets and predictions in ${name}()`;
    throw new OptionError(explain({ expected, got: `${first!.name} and ${differs.name}` }));
  }

  const total = (values: (loss: Loss) => Tensor) =>
    losses
      .map(({ loss, weight }) => (weight === 1 ? values(loss) : mul(values(loss), weight)))
      .reduce((a, b) => add(a, b));
  const kinds = new Set(losses.flatMap(({ loss }) => (loss.logits ? [loss.logits.activation] : [])));
  const [activation] = kinds.size === 1 ? kinds : [];
  const configs = losses.map(({ loss, weight }) => ({ loss: loss.config, weight }));
  const isOwn = configs.every(({ loss }) => loss !== undefined);
  return {
    name,
    ...(isOwn && { config: { name, parts: configs.map(({ loss, weight }) => ({ loss: loss!, weight })) } }),
    targetDType: first!.targetDType,
    fromLogits: first!.fromLogits,
    values: (target, prediction) => total((loss) => loss.values(target, prediction)),
    ...(activation && {
      logits: {
        activation,
        values: (target: Tensor, logits: Tensor) =>
          total(({ values, logits: exact }) =>
            exact ? exact.values(target, logits) : values(target, activations[activation](logits)),
          ),
      },
    }),
  };
}

function asLoss(given: Loss | LossFunction, owner: string): Loss {
  const loss = typeof given === "function" ? customLoss(given) : given;
  if (typeof loss?.values === "function" && !loss.ofSequences) return loss;
  const remedy = "make it first: huber() instead of its name";
  const got = typeof given === "object" && given?.ofSequences ? given.name : show(given);
  throw new OptionError(explain({ expected: `losses of steps as parts of ${owner}()`, got, remedy }));
}
