/**
 * Where the numbers of variables are: on the host until a session needs them, then with the session. Models that share
 * layers find each other's numbers here.
 */
import type { Generate } from "../cells/initializers/initializer.ts";
import { RandomStream } from "../cells/initializers/random-stream.ts";
import type { Engine, NumberArray } from "../engine/engine.ts";
import { Session } from "../engine/session.ts";
import type { Tensor } from "../graph/index.ts";

/** First numbers that nobody has used yet: they are drawn when somebody does, and until then may become others. */
class First {
  readonly #draw: () => Float32Array;
  #values: Float32Array | undefined;

  constructor(draw: () => Float32Array) {
    this.#draw = draw;
  }

  get values(): Float32Array {
    this.#values ??= this.#draw();
    return this.#values;
  }
}

const homes = new WeakMap<Tensor, Session | First | NumberArray>();

/** Words of the random key of initial weights; the keys of runs have the number of the run there. */
const INITIAL = -1;

/**
 * Says how the first numbers of a variable are drawn, unless it has numbers that were set or used. @param index keeps weights apart
 */
export function initialize(variable: Tensor, generate: Generate, seed: number, index: number): void {
  const home = homes.get(variable);
  if (home !== undefined && !(home instanceof First)) return;
  const draw = () => new Float32Array(generate(variable.shape, new RandomStream([seed, INITIAL], index)));
  homes.set(variable, new First(draw));
}

/** Whether a variable has numbers. */
export function isInitialized(variable: Tensor): boolean {
  return homes.has(variable);
}

/** A copy of a variable's numbers; zeros when it has none. */
export function readNumbers(variable: Tensor): NumberArray {
  const home = homes.get(variable);
  if (home instanceof Session) return home.get(variable);
  return home === undefined ? new Float32Array(variable.size) : (home instanceof First ? home.values : home).slice();
}

/** Gives a variable its numbers. */
export function writeNumbers(variable: Tensor, values: NumberArray): void {
  const home = homes.get(variable);
  if (home instanceof Session) home.set(variable, values);
  else homes.set(variable, values.slice());
}

/** A session of that engine with all the variables in it: the one where some of them are, else a new one. */
export function gather(variables: readonly Tensor[], engine: Engine): Session {
  const found = variables.map((variable) => homes.get(variable)).find((home) => isSessionOf(home, engine));
  const session = isSessionOf(found, engine) ? found : new Session(engine);
  for (const variable of variables) {
    if (homes.get(variable) === session) continue;
    session.set(variable, readNumbers(variable));
    homes.set(variable, session);
  }
  return session;
}

/** Whether all the variables are in that session. */
export function areIn(variables: readonly Tensor[], session: Session): boolean {
  return variables.every((variable) => homes.get(variable) === session);
}

function isSessionOf(home: unknown, engine: Engine): home is Session {
  return home instanceof Session && home.engine === engine;
}
