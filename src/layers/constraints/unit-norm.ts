import { type Projection, rescale } from "./constraint.ts";

/** Makes the vectors 1 long. */
export const unitNorm: Projection<"unitNorm"> = (weight, { axis }) => rescale(weight, axis, () => 1);
