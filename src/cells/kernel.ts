/** The weights that most cells have: a kernel for the input, one for the state, and a bias, in blocks of columns. */
import { type Bound, flag, initializer } from "./option.ts";

export const inputKernelOptions = {
  /** Whether there is a bias. @default true */
  useBias: flag(true),
  /** @default "glorotUniform" */
  kernelInitializer: initializer("glorotUniform"),
  /** @default "zeros" */
  biasInitializer: initializer("zeros"),
};

export const kernelOptions = {
  ...inputKernelOptions,
  /** @default "orthogonal" */
  recurrentInitializer: initializer("orthogonal"),
};

/** A kernel and a bias for `columns` values. */
export function inputKernel(inputSize: number, columns: number, options: Bound<typeof inputKernelOptions>) {
  return {
    kernel: { shape: [inputSize, columns], initializer: options.kernelInitializer },
    bias: options.useBias ? { shape: [columns], initializer: options.biasInitializer } : undefined,
  };
}

/** The same, with a kernel for a state of `stateSize` between them. */
export function kernels(inputSize: number, stateSize: number, columns: number, options: Bound<typeof kernelOptions>) {
  const { kernel, bias } = inputKernel(inputSize, columns, options);
  return {
    kernel,
    recurrentKernel: { shape: [stateSize, columns], initializer: options.recurrentInitializer },
    bias,
  };
}
