import { add, label, matmul, mul, split, splitInto, sub, type Tensor, take } from "../graph/index.ts";
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
    const cut = (x: Tensor) => splitInto(x, [2 * units, units], x.rank - 1) as readonly [Tensor, Tensor];
    const [gatesKernel, candidateKernel] = cut(kernel);
    const [gatesRecurrent, candidateRecurrent] = cut(recurrentKernel);
    const inputBias = bias && cut(resetAfter ? take(bias, 0, 0) : bias);
    const recurrentBias = bias && resetAfter ? cut(take(bias, 0, 1)) : undefined;
    const before = drop(h);

    // The products of the gates are added up while they are made. Those of the candidate must stay apart.
    const gates = add(matmul(x, gatesKernel), matmul(before, gatesRecurrent));
    const [z, r] = split(addBias(addBias(gates, inputBias?.[0]), recurrentBias?.[0]), 2);
    const gate = (sum: Tensor, name: string) => label(recurrentActivation(sum), name);
    const update = gate(z, "update");
    const reset = gate(r, "reset");
    const fromInput = addBias(matmul(x, candidateKernel), inputBias?.[1]);
    const fromState = resetAfter
      ? mul(reset, addBias(matmul(before, candidateRecurrent), recurrentBias?.[1]))
      : matmul(mul(reset, before), candidateRecurrent);
    const candidate = label(activation(add(fromInput, fromState)), "candidate");
    return { h: add(candidate, mul(update, sub(h, candidate))) };
  },
});
