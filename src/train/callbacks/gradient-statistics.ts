import { rejectUnknown, requireInteger } from "../../errors.ts";
import { add, gradients, sqrt, square, stack, sum, type Tensor } from "../../graph/index.ts";
import type { Anatomy } from "../anatomy.ts";
import type { Callback } from "./callback.ts";
import { warningsOf } from "./gradient-warnings.ts";

export interface GradientStatisticsOptions {
  /** Looks at one of this many updates. @default 100 */
  readonly every?: number;
  /** Is given each report as it is made. @default none; all are in `reports` */
  readonly onReport?: (report: GradientReport) => void;
}

export interface GradientReport {
  /** Updates made before it. */
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  /** ‖∇loss‖ over all weights. */
  readonly gradientNorm: number;
  readonly layers: readonly {
    readonly layer: string;
    readonly gradientNorm: number;
    readonly weightNorm: number;
  }[];
  /** For each part of the state of each recurrent layer: ‖∂loss/∂state‖ at each step of time, from the first. */
  readonly states: readonly {
    readonly layer: string;
    readonly part: string;
    readonly gradientNorms: readonly number[];
    readonly reverse: boolean;
  }[];
  /** What is wrong, in words; empty where nothing is. */
  readonly warnings: readonly string[];
}

export interface GradientStatistics extends Callback {
  readonly reports: readonly GradientReport[];
}

const squares = (x: Tensor) => sum(square(x));

/**
 * Gradients by layer and, back through time, by step: how long they are, and in words where they vanish or explode
 * (Bengio et al. 1994; Pascanu et al. 2013). It looks at the batch of an update with the weights after it, which costs as
 * much as that update; the training itself stays the same, bit for bit.
 */
export function gradientStatistics(options: GradientStatisticsOptions = {}): GradientStatistics {
  rejectUnknown("gradientStatistics()", options, ["every", "onReport"]);
  const { every = 100, onReport } = options;
  requireInteger("every", every, 1);
  const reports: GradientReport[] = [];
  let seen: Anatomy | undefined;
  const inspection = (anatomy: Anatomy) => {
    seen = anatomy;
    const { loss, weights, states } = anatomy;
    const parameters = weights.map(({ tensor }) => tensor);
    const found = gradients(loss, [...parameters, ...states.map(({ nudges }) => nudges)]);
    const overTime = states.map(({ nudges }, i): [string, Tensor] => [
      `state ${i}`,
      sqrt(sum(square(found[parameters.length + i]!), { axes: nudges.shape.map((_, axis) => axis).slice(1) })),
    ]);
    return {
      loss: add(loss, 0),
      ...(parameters.length > 0 && {
        gradients: stack(found.slice(0, parameters.length).map(squares)),
        weights: stack(parameters.map(squares)),
      }),
      ...Object.fromEntries(overTime),
    };
  };
  return {
    name: "gradientStatistics",
    reports,
    async onBatchEnd({ epoch, step }, control) {
      if (step % every !== 0) return;
      const found = await control.inspect(inspection);
      const { weights, states } = seen!;
      const layers = [...new Set(weights.map(({ layer }) => layer))].map((layer) => {
        const of = (name: string) =>
          Math.sqrt(weights.reduce((total, own, i) => total + (own.layer === layer ? found[name]!.data[i]! : 0), 0));
        return { layer, gradientNorm: of("gradients"), weightNorm: of("weights") };
      });
      const facts = {
        step,
        epoch,
        loss: found.loss!.data[0]!,
        gradientNorm: Math.hypot(...layers.map(({ gradientNorm }) => gradientNorm)),
        layers,
        states: states.map(({ layer, part, reverse }, i) => ({
          layer,
          part,
          gradientNorms: Array.from(found[`state ${i}`]!.data),
          reverse,
        })),
      };
      const report = { ...facts, warnings: warningsOf(facts) };
      reports.push(report);
      onReport?.(report);
    },
  };
}
