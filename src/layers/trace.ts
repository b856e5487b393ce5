/** What layers have around them while they are traced. */
import type { Shape, Tensor } from "../graph/index.ts";
import type { RecurrentLayer } from "./through-time.ts";
import type { Value } from "./value.ts";
import type { Watch } from "./watch.ts";

/** What a layer may use while it is traced, beside its inputs. */
export interface Trace {
  /** Whether this is training: dropout drops. */
  readonly training: boolean;
  /** The number of this update from 1, a scalar; absent outside of training. */
  readonly step?: Tensor | undefined;
  /** The key of this run's random numbers, and a stream of them that is nobody else's; see `uniform`. */
  nextStream(): readonly [key: Tensor, stream: number];
  /** Gives a variable new numbers at the end of the run. */
  update(variable: Tensor, value: Tensor): void;
  /** What a variable becomes by the last `update` of this run, itself where there was none: for layers used twice. */
  latest(variable: Tensor): Tensor;
  /** Adds a scalar to the loss. Absent where there is no loss. */
  penalize?(penalty: Tensor): void;
  /** Who wants to know what flows through the layers. @default nobody */
  readonly watch?: Watch | undefined;
  /** Where sequences come in parts: what lasts from one to the next. @default they are whole */
  readonly memory?: Memory | undefined;
}

/** What lasts from part to part of sequences that come step by step, or segment by segment of a training. */
export interface Memory {
  /** How they come, for messages: `step by step`. */
  readonly parts: string;
  /** What to do with a layer that needs them whole, for messages. */
  readonly remedy: string;
  /** Whether layers must give all steps: what one gives after a part says nothing about the whole. */
  readonly needsSteps: boolean;
  /** Makes a variable that begins as zeros and lasts from run to run. */
  keep(name: string, shape: Shape): Tensor;
  /** Makes those for the state of a recurrent layer, by part. Throws where it cannot go on from them. */
  statesOf(
    layer: RecurrentLayer,
    inputs: readonly Value[],
    initialState: readonly Tensor[],
  ): Readonly<Record<string, Tensor>>;
}
