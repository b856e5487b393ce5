import { expect, test } from "vitest";
import { architectureNames, countParameters, networkOf, sizeFor } from "./architectures.ts";

const task = { window: 24, features: 4, horizon: 6 };

test.each(architectureNames)("%s gets about as many parameters as are wanted", (name) => {
  for (const wanted of [500, 5000, 20_000]) {
    const count = (size: number) => countParameters(networkOf(name, size, task));
    const size = sizeFor(name, wanted, task);
    const distance = Math.abs(count(size) - wanted);
    expect(Math.abs(count(size + 1) - wanted)).toBeGreaterThanOrEqual(distance);
    if (size > 1) expect(Math.abs(count(size - 1) - wanted)).toBeGreaterThanOrEqual(distance);
    if (wanted >= 5000) expect(distance).toBeLessThan(0.15 * wanted);
  }
});
