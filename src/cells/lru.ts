import { add, concat, cos, exp, label, matmul, mul, neg, sin, split, sqrt, square, sub } from "../graph/index.ts";
import { libraryCell } from "./cell.ts";
import { draw, type Generate } from "./initializers/initializer.ts";
import { initializer, number, positive } from "./option.ts";

/** Away from 0 and 1, where the logarithms below have no value. */
const inside = (uniform: number) => Math.min(Math.max(uniform, 1e-6), 1 - 1e-6);

/**
 * Linear recurrent unit (Orvieto et al. 2023): x' = λ ∘ x + γ ∘ (u B), with one complex number λ for each unit and
 * γ = √(1 − |λ|²), and the output y = Re(x' C) + u D. |λ| = e^(−e^ν) is below 1, and the angle of λ is e^θ.
 *
 * Nothing that is nonlinear stands between steps: stack it with layers that are.
 */
export const lru = libraryCell({
  name: "lru",
  source:
    "Orvieto, Smith, Gu, Fernando, Gulcehre, Pascanu & De 2023, Resurrecting recurrent neural networks for long sequences",
  options: {
    /** Smallest |λ| to begin with. @default 0 */
    minRadius: number(0),
    /** Largest |λ| to begin with. @default 1 */
    maxRadius: positive(1),
    /** Largest angle of λ to begin with. @default 2π */
    maxPhase: positive(2 * Math.PI),
    /** @default "glorotUniform" */
    kernelInitializer: initializer("glorotUniform"),
  },
  weights(inputSize, units, { minRadius, maxRadius, maxPhase, kernelInitializer }) {
    // λ is drawn evenly from the ring between the two radii.
    const nu: Generate = (shape, random) =>
      draw(shape, () => {
        const squared = minRadius ** 2 + inside(random.uniform()) * (maxRadius ** 2 - minRadius ** 2);
        return Math.log(-0.5 * Math.log(squared));
      });
    const theta: Generate = (shape, random) => draw(shape, () => Math.log(maxPhase * inside(random.uniform())));
    const normal = (variance: number) => ({ name: "randomNormal", stddev: Math.sqrt(variance) }) as const;
    return {
      // Columns of the real parts, then those of the imaginary ones.
      kernel: { shape: [inputSize, 2 * units], initializer: normal(1 / (2 * inputSize)) },
      nu: { shape: [units], initializer: nu },
      theta: { shape: [units], initializer: theta },
      // Rows for the real parts, then for the imaginary ones with their sign turned.
      outputKernel: { shape: [2 * units, units], initializer: normal(1 / units) },
      skipKernel: { shape: [inputSize, units], initializer: kernelInitializer },
    };
  },
  state: (units) => ({ h: units, real: units, imaginary: units }),
  step({ kernel, nu, theta, outputKernel, skipKernel }, x, { real, imaginary }) {
    const radius = exp(neg(exp(nu)));
    const [a, b] = [mul(radius, cos(exp(theta))), mul(radius, sin(exp(theta)))];
    const gamma = sqrt(sub(1, square(radius)));
    const [xReal, xImaginary] = split(matmul(x, kernel), 2);
    const realNext = label(add(sub(mul(a, real), mul(b, imaginary)), mul(gamma, xReal)), "real");
    const imaginaryNext = label(add(add(mul(b, real), mul(a, imaginary)), mul(gamma, xImaginary)), "imaginary");
    const h = add(matmul(concat([realNext, imaginaryNext]), outputKernel), matmul(x, skipKernel));
    return { h, real: realNext, imaginary: imaginaryNext };
  },
});
