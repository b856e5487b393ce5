/** All cells by name: the only list. */
import type { Cell } from "./cell.ts";
import { clockworkRnn } from "./clockwork-rnn.ts";
import { closedFormContinuous } from "./closed-form-continuous.ts";
import { convLstm } from "./conv-lstm.ts";
import { coupledLstm } from "./coupled-lstm.ts";
import { echoState } from "./echo-state.ts";
import { gru } from "./gru.ts";
import { gruD } from "./gru-d.ts";
import { indRnn } from "./ind-rnn.ts";
import { layerNormLstm } from "./layer-norm-lstm.ts";
import { leakyRnn } from "./leaky-rnn.ts";
import { legendreMemoryUnit } from "./legendre-memory-unit.ts";
import { liquidTimeConstant } from "./liquid-time-constant.ts";
import { lru } from "./lru.ts";
import { lstm } from "./lstm.ts";
import { minGru } from "./min-gru.ts";
import { minLstm } from "./min-lstm.ts";
import { minimalGatedUnit } from "./minimal-gated-unit.ts";
import type { CellName } from "./names.ts";
import { peepholeLstm } from "./peephole-lstm.ts";
import { phasedLstm } from "./phased-lstm.ts";
import { projectedLstm } from "./projected-lstm.ts";
import { simpleRnn } from "./simple-rnn.ts";
import { slstm } from "./slstm.ts";
import { timeAwareLstm } from "./time-aware-lstm.ts";

const table = {
  simpleRnn,
  lstm,
  gru,
  minimalGatedUnit,
  peepholeLstm,
  coupledLstm,
  projectedLstm,
  layerNormLstm,
  slstm,
  indRnn,
  minGru,
  minLstm,
  lru,
  legendreMemoryUnit,
  clockworkRnn,
  gruD,
  timeAwareLstm,
  phasedLstm,
  closedFormContinuous,
  liquidTimeConstant,
  leakyRnn,
  echoState,
  convLstm,
} as const satisfies { readonly [Name in CellName]: unknown };

export const cells: readonly Cell[] = Object.values(table) as readonly unknown[] as readonly Cell[];
