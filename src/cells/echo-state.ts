import { add, label, matmul, mul, sub } from "../graph/index.ts";
import { addBias } from "./bias.ts";
import { libraryCell } from "./cell.ts";
import { draw, type Generate } from "./initializers/initializer.ts";
import { activation, flag, positive } from "./option.ts";
import { spectralRadius } from "./spectral-radius.ts";

/**
 * The reservoir of an echo-state network (Jaeger 2001): h' = (1 − leak) h + leak tanh(x W + h U + b), with weights that
 * are drawn once and never trained. What is trained is the layer behind it, the readout.
 */
export const echoState = libraryCell({
  name: "echoState",
  source: "Jaeger 2001, The echo state approach to analysing and training recurrent neural networks; Lukoševičius 2012",
  options: {
    /** Function of the sum. @default "tanh" */
    activation: activation("tanh"),
    /** Size of the largest eigenvalue of U: how long echoes last. @default 0.9 */
    spectralRadius: positive(0.9),
    /** Share of the units that each unit sees. @default 0.1 */
    connectivity: positive(0.1),
    /** W and b are uniform between this and its negative. @default 1 */
    inputScale: positive(1),
    /** How much of the state is new at each step. @default 1 */
    leak: positive(1),
    /** Whether there is a bias. @default false */
    useBias: flag(false),
  },
  weights(inputSize, units, { spectralRadius: radius, connectivity, inputScale, useBias }) {
    const uniform: Generate = (shape, random) => draw(shape, () => inputScale * (2 * random.uniform() - 1));
    const reservoir: Generate = (shape, random) => {
      // Enough for every unit to see a few, also where there are not many.
      const share = Math.min(1, Math.max(connectivity, 3 / units));
      const drawn = draw(shape, () => (random.uniform() < share ? 2 * random.uniform() - 1 : 0));
      const scale = radius / (spectralRadius(drawn, units) || 1);
      return drawn.map((weight) => scale * weight);
    };
    return {
      kernel: { shape: [inputSize, units], initializer: uniform, trainable: false },
      recurrentKernel: { shape: [units, units], initializer: reservoir, trainable: false },
      bias: useBias ? { shape: [units], initializer: uniform, trainable: false } : undefined,
    };
  },
  state: (units) => ({ h: units }),
  step({ kernel, recurrentKernel, bias }, x, { h }, { activation, leak, drop }) {
    const z = add(addBias(matmul(x, kernel), bias), matmul(drop(h), recurrentKernel));
    return { h: add(mul(sub(1, leak), h), mul(leak, label(activation(z), "candidate"))) };
  },
});
