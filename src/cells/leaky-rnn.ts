import { abs, add, constant, matmul, mul, type Tensor } from "../graph/index.ts";
import { addBias } from "./bias.ts";
import { libraryCell } from "./cell.ts";
import { generatorOf } from "./initializers/index.ts";
import type { Generate } from "./initializers/initializer.ts";
import { kernelOptions, kernels } from "./kernel.ts";
import { activation, number, positive, rate } from "./option.ts";
import { spectralRadius } from "./spectral-radius.ts";

/** 1 for a unit that excites, −1 for one that inhibits: the last ones. */
function signsOf(units: number, excitatory: number): number[] {
  return Array.from({ length: units }, (_, unit) => (unit < Math.round(units * excitatory) ? 1 : -1));
}

/** Weights of units whose effects have these signs, whatever the signs of the numbers that are trained. */
function signed(recurrentKernel: Tensor, signs: readonly number[]): Tensor {
  return mul(abs(recurrentKernel), constant(Float32Array.from(signs), [signs.length, 1]));
}

/**
 * Leaky network of firing rates, the continuous-time RNN of computational neuroscience (Song et al. 2016): with
 * α = dt / τ, the current into a unit becomes v' = (1 − α) v + α (x W + h U + b) + √(2α) noise ξ, and its rate h' = relu(v').
 *
 * By Dale's law, if asked for, all effects of a unit have one sign: most units excite and the last ones inhibit. They
 * begin in balance, with a spectral radius of 1.
 */
export const leakyRnn = libraryCell({
  name: "leakyRnn",
  source: "Song, Yang & Wang 2016, Training excitatory-inhibitory recurrent neural networks for cognitive tasks",
  options: {
    /** Rate as a function of the current. @default "relu" */
    activation: activation("relu"),
    /** Time from step to step, in the unit of `tau`. @default 20 */
    dt: positive(20),
    /** Time constant of the units. @default 100 */
    tau: positive(100),
    /** Standard deviation of the noise in training, before the factor √(2α). @default 0 */
    recurrentNoise: number(0),
    /** Share of the units that excite, by Dale's law; 0 for units without the law. @default 0 */
    excitatory: rate(0),
    ...kernelOptions,
  },
  noise: (_inputSize, units, { recurrentNoise }) => ({ noise: recurrentNoise === 0 ? undefined : units }),
  weights(inputSize, units, options) {
    const made = kernels(inputSize, units, units, options);
    if (options.excitatory === 0) return made;
    const signs = signsOf(units, options.excitatory);
    const initializer = balanced(generatorOf(options.recurrentInitializer), signs);
    return { ...made, recurrentKernel: { ...made.recurrentKernel, initializer } };
  },
  state: (units) => ({ h: units, v: units }),
  step({ kernel, recurrentKernel, bias }, x, { h, v }, options, { noise }) {
    const { activation, dt, tau, recurrentNoise, excitatory, drop } = options;
    const alpha = dt / tau;
    const effective = excitatory === 0 ? recurrentKernel : signed(recurrentKernel, signsOf(h.shape[1]!, excitatory));
    const current = add(addBias(matmul(x, kernel), bias), matmul(drop(h), effective));
    const moved = add(mul(1 - alpha, v), mul(alpha, current));
    const vNext = noise === undefined ? moved : add(moved, mul(Math.sqrt(2 * alpha) * recurrentNoise, noise));
    return { h: activation(vNext), v: vNext };
  },
});

/** Weights by Dale's law whose effects on a unit add up to 0 on average, with a spectral radius of 1. */
function balanced(generate: Generate, signs: readonly number[]): Generate {
  const units = signs.length;
  const exciting = signs.filter((sign) => sign > 0).length;
  return (shape, random) => {
    const inhibition = exciting === units ? 1 : exciting / (units - exciting);
    const sizes = generate(shape, random).map(
      (weight, i) => Math.abs(weight) * (signs[Math.floor(i / units)]! > 0 ? 1 : inhibition),
    );
    const radius = spectralRadius(
      sizes.map((size, i) => size * signs[Math.floor(i / units)]!),
      units,
    );
    return sizes.map((size) => size / (radius || 1));
  };
}
