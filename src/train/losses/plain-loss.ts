import { explain, rejectUnknown, ShapeError } from "../../errors.ts";
import type { Tensor } from "../../graph/index.ts";
import type { Loss, LossFunction } from "./loss.ts";

/** A loss without options, of numbers. @param options must be empty */
export function plainLoss(name: string, options: object, values: LossFunction): Loss {
  rejectUnknown(`${name}()`, options, []);
  return { name, config: { name }, targetDType: "float32", fromLogits: false, values };
}

/** Throws unless the last axis of predictions is one that the loss may fold: [batch, …, last]. */
export function requireLastAxis(prediction: Tensor, owner: string): void {
  if (prediction.rank >= 2) return;
  const expected = `predictions [batch, …, last] for ${owner}`;
  throw new ShapeError(explain({ expected, got: `[${prediction.shape.join(", ")}]` }));
}
