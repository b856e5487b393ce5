/** What few layers have: penalties and constraints. They load before the first such layer is traced. */
export { projections } from "./constraints/projections.ts";
export { penalties } from "./regularizers/penalties.ts";
