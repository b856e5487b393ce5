import { add, label, matmul } from "../graph/index.ts";
import { libraryCell } from "./cell.ts";
import { legendreMemory } from "./legendre-memory.ts";
import { activation, initializer, integer, positive } from "./option.ts";

/**
 * Legendre memory unit (Voelker et al. 2019): a linear memory that holds the last `theta` steps of one number that input,
 * state and memory are folded to, as a polynomial, and a nonlinear state that reads it. The memory's matrices are fixed.
 */
export const legendreMemoryUnit = libraryCell({
  name: "legendreMemoryUnit",
  source: "Voelker, Kajić & Eliasmith 2019, Legendre memory units",
  options: {
    /** Function of the state's sum. @default "tanh" */
    activation: activation("tanh"),
    /** Numbers that the memory has. @default 32 */
    order: integer(1, 32),
    /** Steps that the memory holds, above 0. @default 128 */
    theta: positive(128),
    /** Of what is kept in the memory. @default "lecunUniform" */
    encoderInitializer: initializer("lecunUniform"),
    /** Of the state. @default "glorotNormal" */
    kernelInitializer: initializer("glorotNormal"),
  },
  weights(inputSize, units, { order, theta, encoderInitializer, kernelInitializer }) {
    const memory = () => legendreMemory(order, theta);
    return {
      kernel: { shape: [inputSize, units], initializer: kernelInitializer },
      recurrentKernel: { shape: [units, units], initializer: kernelInitializer },
      memoryKernel: { shape: [order, units], initializer: kernelInitializer },
      inputEncoder: { shape: [inputSize, 1], initializer: encoderInitializer },
      stateEncoder: { shape: [units, 1], initializer: encoderInitializer },
      memoryEncoder: { shape: [order, 1], initializer: "zeros" },
      transition: {
        shape: [order, order],
        initializer: () => Float64Array.from(memory().transition.flat()),
        trainable: false,
      },
      memoryInput: { shape: [1, order], initializer: () => Float64Array.from(memory().input), trainable: false },
    };
  },
  state: (units, { order }) => ({ h: units, m: order }),
  step(weights, x, { h, m }, { activation, drop }) {
    const { kernel, recurrentKernel, memoryKernel, inputEncoder, stateEncoder, memoryEncoder } = weights;
    const seen = drop(h);
    const u = add(add(matmul(x, inputEncoder), matmul(seen, stateEncoder)), matmul(m, memoryEncoder));
    const mNext = label(add(matmul(m, weights.transition), matmul(label(u, "write"), weights.memoryInput)), "memory");
    const z = add(add(matmul(x, kernel), matmul(seen, recurrentKernel)), matmul(mNext, memoryKernel));
    return { h: activation(z), m: mNext };
  },
});
