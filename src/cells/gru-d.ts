import {
  add,
  equal,
  exp,
  label,
  matmul,
  mul,
  neg,
  relu,
  select,
  sliceAxis,
  split,
  sub,
  type Tensor,
} from "../graph/index.ts";
import { addBias } from "./bias.ts";
import { libraryCell } from "./cell.ts";
import { kernelOptions, kernels } from "./kernel.ts";
import { activation, initializer } from "./option.ts";

/** e^(−max(0, rate)): a share that what was known keeps as time goes by. */
const decay = (rate: Tensor) => exp(neg(relu(rate)));

/**
 * GRU-D (Che et al. 2018) for sequences with missing values: NaN in x is a value that was not observed. In its place
 * stands the value that was observed last, which decays to the mean of the variable as time goes by; the state decays as
 * well, and the gates see which values are there.
 *
 * It takes the time since the step before as a second input, `gap` [batch, time, 1], in a unit in which gaps are about 1.
 * x is expected to be centred; other means can be put into the weight `mean`, which training leaves as it is.
 */
export const gruD = libraryCell({
  name: "gruD",
  source:
    "Che, Purushotham, Cho, Sontag & Liu 2018, Recurrent neural networks for multivariate time series with missing values",
  gates: ["update", "reset", "candidate"],
  options: {
    /** Function of the candidate. @default "tanh" */
    activation: activation("tanh"),
    /** Function of the gates. @default "sigmoid" */
    recurrentActivation: activation("sigmoid"),
    ...kernelOptions,
    /** Of the rates at which values and state decay per unit of time. @default uniform between 0 and 0.1 */
    decayInitializer: initializer({ name: "randomUniform", low: 0, high: 0.1 }),
  },
  inputs: () => ({ gap: 1 }),
  weights: (inputSize, units, options) => ({
    ...kernels(inputSize, units, 3 * units, options),
    maskKernel: { shape: [inputSize, 3 * units], initializer: options.kernelInitializer },
    inputDecay: { shape: [inputSize], initializer: options.decayInitializer },
    inputDecayBias: { shape: [inputSize], initializer: "zeros" },
    stateDecay: { shape: [inputSize, units], initializer: options.decayInitializer },
    stateDecayBias: { shape: [units], initializer: "zeros" },
    mean: { shape: [inputSize], initializer: "zeros", trainable: false },
  }),
  // `last` is the value observed last, as its distance from the mean; `since` the time from then to the step before.
  state: (units, _options, inputSize) => ({ h: units, last: inputSize, since: inputSize }),
  step(weights, x, { h, last, since }, { activation, recurrentActivation, drop }, { gap }) {
    const { kernel, recurrentKernel, bias, maskKernel, mean } = weights;
    const units = h.shape[1]!;
    const observed = equal(x, x);
    const elapsed = add(since, gap);
    const inputDecay = decay(add(mul(elapsed, weights.inputDecay), weights.inputDecayBias));
    const stateDecay = decay(add(matmul(elapsed, weights.stateDecay), weights.stateDecayBias));
    const filled = select(observed, x, add(mean, mul(inputDecay, last)));
    const before = label(mul(stateDecay, h), "decayed");

    const z = add(addBias(matmul(filled, kernel), bias), matmul(observed, maskKernel));
    const [xz, xr, xc] = split(z, 3);
    const [hz, hr] = split(matmul(drop(before), sliceAxis(recurrentKernel, 1, 0, 2 * units)), 2);
    const update = label(recurrentActivation(add(xz, hz)), "update");
    const reset = label(recurrentActivation(add(xr, hr)), "reset");
    const hc = matmul(mul(reset, drop(before)), sliceAxis(recurrentKernel, 1, 2 * units, units));
    const candidate = label(activation(add(xc, hc)), "candidate");
    return {
      h: add(mul(sub(1, update), before), mul(update, candidate)),
      last: select(observed, sub(x, mean), last),
      since: select(observed, 0, elapsed),
    };
  },
});
