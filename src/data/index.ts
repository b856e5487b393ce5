export { type CleanOptions, cleanSeries } from "./clean.ts";
export type { Frequency } from "./frequency.ts";
export { impute } from "./impute.ts";
export { chainScalers, identityScaler, logScaler, type Scaler, standardScaler } from "./scale.ts";
export { frequencyName, nextTimes, type Series, seriesOf, timeLabel } from "./series.ts";
export type { Table } from "./table.ts";
export type { TimeStyle } from "./time-style.ts";
export { type WindowOptions, type Windows, windows } from "./windows.ts";
