import { add, label, matmul, mul, sliceAxis, split, sub, take } from "../graph/index.ts";
import { addBias } from "./bias.ts";
import { libraryCell } from "./cell.ts";
import { chronoBias, chronoOptions } from "./chrono.ts";
import { activation, flag, initializer } from "./option.ts";

/**
 * Gated recurrent unit (Cho et al. 2014). The reset gate acts on the recurrent product (`resetAfter`, as in cuDNN and
 * PyTorch, with a bias of its own) or on the state before it, as in the paper's first version.
 */
export const gru = libraryCell({
  name: "gru",
  source: "Cho, van Merriënboer, Gulcehre, Bahdanau, Bougares, Schwenk & Bengio 2014, Learning phrase representations",
  gates: ["update", "reset", "candidate"],
  options: {
    /** Function of the candidate. @default "tanh" */
    activation: activation("tanh"),
    /** Function of the gates. @default "sigmoid" */
    recurrentActivation: activation("sigmoid"),
    /** Whether there is a bias. @default true */
    useBias: flag(true),
    /** Whether the reset gate acts after the recurrent product. @default true */
    resetAfter: flag(true),
    /** @default "glorotUniform" */
    kernelInitializer: initializer("glorotUniform"),
    /** @default "orthogonal" */
    recurrentInitializer: initializer("orthogonal"),
    /** @default "zeros" */
    biasInitializer: initializer("zeros"),
    ...chronoOptions,
  },
  weights: (inputSize, units, options) => ({
    kernel: { shape: [inputSize, 3 * units], initializer: options.kernelInitializer },
    recurrentKernel: { shape: [units, 3 * units], initializer: options.recurrentInitializer },
    // With `resetAfter`, row 0 goes to the input's product and row 1 to the recurrent one. Block 0, update, keeps the state.
    bias: options.useBias
      ? { shape: options.resetAfter ? [2, 3 * units] : [3 * units], initializer: chronoBias(options, units, 0) }
      : undefined,
  }),
  state: (units) => ({ h: units }),
  step({ kernel, recurrentKernel, bias }, x, { h }, { activation, recurrentActivation, resetAfter, drop }) {
    const units = h.shape[1]!;
    const gate = (z: typeof h, name: string) => label(recurrentActivation(z), name);
    const mix = (z: typeof h, candidate: typeof h) => ({ h: add(mul(z, h), mul(sub(1, z), candidate)) });

    if (resetAfter) {
      const [xz, xr, xc] = split(addBias(matmul(x, kernel), bias && take(bias, 0, 0)), 3);
      const [hz, hr, hc] = split(addBias(matmul(drop(h), recurrentKernel), bias && take(bias, 0, 1)), 3);
      const z = gate(add(xz, hz), "update");
      const r = gate(add(xr, hr), "reset");
      return mix(z, label(activation(add(xc, mul(r, hc))), "candidate"));
    }
    const [xz, xr, xc] = split(addBias(matmul(x, kernel), bias), 3);
    const [hz, hr] = split(matmul(drop(h), sliceAxis(recurrentKernel, 1, 0, 2 * units)), 2);
    const z = gate(add(xz, hz), "update");
    const r = gate(add(xr, hr), "reset");
    const hc = matmul(mul(r, drop(h)), sliceAxis(recurrentKernel, 1, 2 * units, units));
    return mix(z, label(activation(add(xc, hc)), "candidate"));
  },
});
