/** What the compiler of TypeScript knows: checked by it, not by running. */
import {
  type ActivationName,
  bidirectional,
  type CompileOptions,
  dense,
  gru,
  input,
  type Layer,
  lstm,
  model,
  type NumericArray,
  type SymbolicTensor,
  type sequential,
  stacked,
} from "rondo";
import { expectTypeOf, test } from "vitest";

test("apply gives one tensor, or a list where the options say so", () => {
  expectTypeOf(lstm(3)).toEqualTypeOf<Layer<SymbolicTensor>>();
  expectTypeOf(gru(3, { returnSequences: true })).toEqualTypeOf<Layer<SymbolicTensor>>();
  expectTypeOf(lstm(3, { returnState: true })).toEqualTypeOf<Layer<SymbolicTensor[]>>();
  expectTypeOf(stacked([lstm(3), gru(2)])).toEqualTypeOf<Layer<SymbolicTensor>>();
  expectTypeOf(stacked([lstm(3), gru(2)], { returnState: true })).toEqualTypeOf<Layer<SymbolicTensor[]>>();
  expectTypeOf(bidirectional(lstm(3))).toEqualTypeOf<Layer<SymbolicTensor>>();
  expectTypeOf(bidirectional(lstm(3), { mergeMode: null })).toEqualTypeOf<Layer<SymbolicTensor[]>>();
  expectTypeOf(bidirectional(lstm(3, { returnState: true }))).toEqualTypeOf<Layer<SymbolicTensor[]>>();
});

test("sequential takes layers with one output", () => {
  expectTypeOf(dense(3)).toExtend<Parameters<typeof sequential>[0][number]>();
  expectTypeOf(lstm(3, { returnState: true })).not.toExtend<Parameters<typeof sequential>[0][number]>();
});

test("predict gives one array, or arrays by name", () => {
  const x = input({ shape: [2] });
  const one = model({ inputs: x, outputs: dense(1).apply(x) });
  const two = model({ inputs: x, outputs: { a: dense(1).apply(x), b: dense(2).apply(x) } });
  expectTypeOf(one.predict).returns.resolves.toEqualTypeOf<NumericArray>();
  expectTypeOf(two.predict).returns.resolves.toEqualTypeOf<{ readonly a: NumericArray; readonly b: NumericArray }>();
});

test("names that do not exist are errors", () => {
  expectTypeOf<"softmx">().not.toExtend<ActivationName>();
  expectTypeOf<{ loss: "doesNotExist"; optimizer: "adam" }>().not.toExtend<CompileOptions>();
  expectTypeOf<{ loss: "huber"; optimizer: "nope" }>().not.toExtend<CompileOptions>();
  expectTypeOf<{ loss: "huber"; optimizer: "adam" }>().toExtend<CompileOptions>();
});
