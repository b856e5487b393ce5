/** Weights of rows and steps by their classes. It loads with the first batch that has them. */
import type { NumericArray } from "../data/array.ts";
import { type ClassWeight, classWeightsOf, timesWeights, weighClasses } from "../data/class-weights.ts";
import { explain, OptionError, show } from "../errors.ts";
import type { Expected } from "./full-feed.ts";
import type { Network } from "./network.ts";
import type { Objective } from "./objective.ts";

/** The weights of each output times those of the classes of its targets. */
export function weighByClass(
  { outputs, singleOutput }: Network,
  { heads }: Objective,
  given: ClassWeight,
  { y, weights }: Pick<Expected, "y" | "weights">,
): readonly (NumericArray | undefined)[] {
  const names = outputs.map(({ name }) => name);
  return classWeightsOf(given, names, singleOutput).map((classes, i) => {
    const weight = weights[i];
    if (classes === undefined) return weight;
    const { loss, output } = heads[i]!;
    if (loss.ofSequences) {
      const expected = `\`classWeight\` for outputs that have one class for each row or step`;
      throw new OptionError(
        explain({ expected, got: `one for ${show(output)}, whose loss ${loss.name} is of sequences` }),
      );
    }
    const target = y[i]!;
    const made = weighClasses(target, target.shape.slice(0, Math.max(1, outputs[i]!.symbol.shape.length)), classes);
    return weight ? timesWeights(weight, made) : made;
  });
}
