/** What TypeScript knows of a model's data: the names of its inputs and outputs. */
import type { ArrayLikeInput, NumericArray } from "../data/array.ts";
import type { SymbolicTensor } from "../layers/symbolic.ts";
import type { Ends } from "./network.ts";

/** What a model predicts: one array, or several by output name. */
export type Prediction = NumericArray | Readonly<Record<string, NumericArray>>;

/** Data for the inputs: one array for a single input, else arrays by name. */
export type InputsOf<I extends Ends> = I extends SymbolicTensor
  ? ArrayLikeInput
  : I extends readonly SymbolicTensor[]
    ? Readonly<Record<string, ArrayLikeInput>>
    : { readonly [K in keyof I]: ArrayLikeInput };

/** One array for a single output, else arrays by name. */
export type PredictionOf<O extends Ends> = O extends SymbolicTensor
  ? NumericArray
  : O extends readonly SymbolicTensor[]
    ? Readonly<Record<string, NumericArray>>
    : { readonly [K in keyof O]: NumericArray };

/** Data for the outputs of a model that predicts `P`. */
export type TargetsOf<P extends Prediction> = P extends NumericArray
  ? ArrayLikeInput
  : { readonly [K in keyof P]: ArrayLikeInput };

/** One array of weights for all outputs, or some by output name. */
export type SampleWeightsOf<P extends Prediction> =
  | ArrayLikeInput
  | (P extends NumericArray ? never : { readonly [K in keyof P]?: ArrayLikeInput });

/** Something for each output by its name; a single output goes by the name of its layer. */
export type ByOutput<P extends Prediction, T> = P extends NumericArray
  ? Readonly<Record<string, T>>
  : { readonly [K in keyof P]: T };

/** What an evaluation gives: the loss, each output's own where there are several, and metrics by name. */
export type Measures<P extends Prediction> = { readonly loss: number } & Readonly<Record<string, number>> &
  (P extends NumericArray ? unknown : { readonly [K in keyof P & string as `${K}_loss`]: number });
