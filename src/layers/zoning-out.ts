/** Zoneout (Krueger et al. 2017): while training, random units of a state keep their numbers of the step before. */
import { explain, OptionError, show } from "../errors.ts";
import { add, less, mul, select, type Tensor, type Tensors } from "../graph/index.ts";
import type { Trace } from "./trace.ts";
import { uniform } from "./uniform.ts";
import type { Zoneout } from "./zoneout.ts";

/** Rates above 0 by part of the state. @param parts their names; the first is the output */
function ratesOf(title: string, zoneout: Zoneout, parts: readonly string[]): readonly (readonly [string, number])[] {
  const rates = typeof zoneout === "number" ? { [parts[0]!]: zoneout } : zoneout;
  const lost = Object.keys(rates).find((part) => !parts.includes(part));
  if (lost !== undefined) {
    const expected = `\`zoneout\` of ${title} to name parts of its state, ${parts.join(" or ")}`;
    throw new OptionError(explain({ expected, got: show(lost) }));
  }
  return Object.entries(rates).filter(([, share]) => share > 0);
}

/**
 * The uniform numbers that decide in training, sequences [time, batch, size] by name, and what a step's new state becomes
 * with those of the step. Outside of training every unit keeps the share of its old number that it would on average.
 */
export function zoningOut(
  trace: Trace,
  title: string,
  zoneout: Zoneout,
  sizes: Readonly<Record<string, number>>,
  [time, batch]: readonly [number, number],
) {
  const rates = ratesOf(title, zoneout, Object.keys(sizes));
  // No input of a cell is called so.
  const nameOf = (part: string) => `whether ${part} stays`;
  const sequences: Tensors = trace.training
    ? Object.fromEntries(rates.map(([part]) => [nameOf(part), uniform(trace, [time, batch, sizes[part]!])]))
    : {};
  const after = (next: Tensors, before: Tensors, drawn: Tensors): Tensors => {
    const mixed = rates.map(([part, share]): [string, Tensor] => {
      const [own, old, chance] = [next[part]!, before[part]!, drawn[nameOf(part)]];
      return [part, chance ? select(less(chance, share), old, own) : add(mul(share, old), mul(1 - share, own))];
    });
    return { ...next, ...Object.fromEntries(mixed) };
  };
  return { sequences, after };
}
