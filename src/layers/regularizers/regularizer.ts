/** What a regularizer is: a penalty on weights or outputs, which is added to the loss. One regularizer, one file. */
import type { Tensor } from "../../graph/index.ts";
import type { RegularizerFactors, RegularizerName } from "./index.ts";

/** The penalty as a scalar. */
export type Penalty<N extends RegularizerName> = (x: Tensor, factors: RegularizerFactors<N>) => Tensor;
