/**
 * The names of the library's cells, apart from the cells themselves: a program that uses one cell need not hold all of
 * them to know that a name is taken.
 */
export const cellNames = [
  "simpleRnn",
  "lstm",
  "gru",
  "minimalGatedUnit",
  "peepholeLstm",
  "coupledLstm",
  "projectedLstm",
  "layerNormLstm",
  "slstm",
  "indRnn",
  "minGru",
  "minLstm",
  "lru",
  "legendreMemoryUnit",
  "clockworkRnn",
  "gruD",
  "timeAwareLstm",
  "phasedLstm",
  "closedFormContinuous",
  "liquidTimeConstant",
  "leakyRnn",
  "echoState",
  "convLstm",
] as const;

export type CellName = (typeof cellNames)[number];
