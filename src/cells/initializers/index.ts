/** All initializers: the only list. An initializer is given by name, or as data with its numbers. */
import { findNamed, type Spelling } from "../named.ts";
import { constant } from "./constant.ts";
import { glorotNormal } from "./glorot-normal.ts";
import { glorotUniform } from "./glorot-uniform.ts";
import { heNormal } from "./he-normal.ts";
import { heUniform } from "./he-uniform.ts";
import { identity } from "./identity.ts";
import type { Generate, InitializerDefinition } from "./initializer.ts";
import { lecunNormal } from "./lecun-normal.ts";
import { lecunUniform } from "./lecun-uniform.ts";
import { ones } from "./ones.ts";
import { orthogonal } from "./orthogonal.ts";
import { randomNormal } from "./random-normal.ts";
import { randomUniform } from "./random-uniform.ts";
import { rotation } from "./rotation.ts";
import { truncatedNormal } from "./truncated-normal.ts";
import { varianceScaling } from "./variance-scaling.ts";
import { zeros } from "./zeros.ts";

const table = {
  zeros,
  ones,
  constant,
  identity,
  randomUniform,
  randomNormal,
  truncatedNormal,
  glorotUniform,
  glorotNormal,
  heUniform,
  heNormal,
  lecunUniform,
  lecunNormal,
  varianceScaling,
  orthogonal,
  rotation,
} as const;

export type InitializerName = keyof typeof table;
export const initializerNames = Object.keys(table) as readonly InitializerName[];

/** `"glorotUniform"`, or `{ name: "orthogonal", gain: 0.5 }`, `{ name: "varianceScaling", mode: "fanAvg" }`. */
export type Initializer = Spelling<typeof table>;

/** The function that an initializer stands for; throws an `OptionError` for an unknown name, number or word. */
export function generatorOf(initializer: Initializer): Generate {
  const { name, options } = findNamed<InitializerName, InitializerDefinition>("an initializer", table, initializer);
  const { check, generate } = table[name] as InitializerDefinition;
  check?.(options);
  return (shape, random) => generate(shape, random, options);
}
