/** All initializers: the only list. An initializer is given by name, or as data with its numbers. */
import { explain, OptionError, rejectUnknown, requireNumber, show } from "../../errors.ts";
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
import { truncatedNormal } from "./truncated-normal.ts";
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
  orthogonal,
} as const;

export type InitializerName = keyof typeof table;
export const initializerNames = Object.keys(table) as readonly InitializerName[];

/** An initializer with its numbers, as data: `{ name: "constant", value: 0.5 }`. */
type Spelled<N extends InitializerName> = { readonly name: N } & {
  readonly [K in keyof (typeof table)[N]["options"]]?: number;
};

/** `"glorotUniform"`, or `{ name: "orthogonal", gain: 0.5 }`. */
export type Initializer = InitializerName | { [N in InitializerName]: Spelled<N> }[InitializerName];

/** The function that an initializer stands for; throws an `OptionError` for an unknown name or number. */
export function generatorOf(initializer: Initializer): Generate {
  const { name, ...numbers } = typeof initializer === "string" ? { name: initializer } : initializer;
  const definition: InitializerDefinition | undefined = Object.hasOwn(table, name) ? table[name] : undefined;
  if (definition === undefined) {
    const expected = `an initializer among ${initializerNames.join(", ")}`;
    throw new OptionError(explain({ expected, got: show(name) }));
  }
  rejectUnknown(`the initializer ${name}`, numbers, Object.keys(definition.options));
  for (const [key, value] of Object.entries(numbers)) requireNumber(key, value, "that is finite", () => true);
  const options = { ...definition.options, ...numbers };
  return (shape, random) => definition.generate(shape, random, options);
}
