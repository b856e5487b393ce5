import { explain, OptionError, rejectUnknown, requireChoice, show } from "../../errors.ts";
import { add, constant, exp, mul, neg, stack, sum, type Tensor } from "../../graph/index.ts";
import type { Balance, Task } from "./balance.ts";

export interface UncertaintyWeightsOptions {
  /** `"regression"` or `"classification"`, by output name. @default classification for crossentropies, else regression */
  readonly kinds?: Readonly<Record<string, Task["kind"]>>;
}

/**
 * Weights that are learned with the model from the uncertainty of each task (Kendall, Gal & Cipolla 2018, equations 7 and
 * 10). With s = log σ², one number for each task that begins at 0, the joint loss is Σ ½e⁻ˢL + ½s over regressions and
 * Σ e⁻ˢL + ½s over classifications: for given losses it is least where σ² is L, or 2L for a classification. It may be
 * below zero. The optimizer trains s like a weight, its weight decay and clipping included.
 */
export function uncertaintyWeights(options: UncertaintyWeightsOptions = {}): Balance {
  const name = "uncertaintyWeights";
  rejectUnknown(`${name}()`, options, ["kinds"]);
  const { kinds = {} } = options;
  for (const [output, kind] of Object.entries(kinds)) {
    requireChoice(`kinds.${output}`, kind, ["regression", "classification"]);
  }

  const factorsOf = (tasks: readonly Task[]): Tensor => {
    const unknown = Object.keys(kinds).find((output) => !tasks.some((task) => task.output === output));
    if (unknown !== undefined) {
      const expected = `\`kinds\` of ${name}() by output name: ${tasks.map(({ output }) => output).join(", ")}`;
      throw new OptionError(explain({ expected, got: show(unknown) }));
    }
    return constant(tasks.map(({ output, kind }) => ((kinds[output] ?? kind) === "regression" ? 0.5 : 1)));
  };
  return {
    name,
    config: { name, kinds },
    variables: [{ name: "logVariances", initial: 0, trained: true }],
    combine(tasks, [logVariances]) {
      const weights = mul(factorsOf(tasks), exp(neg(logVariances!)));
      const losses = stack(tasks.map(({ loss }) => loss));
      return { loss: add(sum(mul(weights, losses)), mul(0.5, sum(logVariances!))), weights };
    },
  };
}
