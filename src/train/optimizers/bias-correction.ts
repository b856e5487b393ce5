import { add, div, mul, type Tensor, tanh } from "../../graph/index.ts";

/**
 * 1 − βᵗ, by which a running mean that began at 0 is too small after t steps.
 *
 * As written it would lose four of seven digits at β = 0.999, t = 1. With βᵗ = e⁻²ˣ, x = −½ t log β, it is
 * 1 − e⁻²ˣ = 2 tanh x / (1 + tanh x), which loses none.
 */
export function biasCorrection(beta: number, step: Tensor): Tensor {
  const half = tanh(mul(-0.5 * Math.log(beta), step));
  return div(mul(2, half), add(1, half));
}
