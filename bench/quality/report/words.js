/** How figures are written. */

export function figureOf({ unit, digits = 3, percent = false }, figure) {
  if (figure === null) return "not a number";
  return percent ? `${(100 * figure).toFixed(2)} %` : `${figure.toFixed(digits)}${unit ? ` ${unit}` : ""}`;
}

export function barOf(variant) {
  if (variant.atMost !== undefined) return `≤ ${figureOf(variant, variant.atMost)}`;
  return variant.atLeast === undefined ? "" : `≥ ${figureOf(variant, variant.atLeast)}`;
}

/** Whether the bar is reached; `undefined` where there is none. */
export function reaches({ atMost, atLeast }, figure) {
  if (atMost !== undefined) return figure !== null && figure <= atMost;
  return atLeast === undefined ? undefined : figure !== null && figure >= atLeast;
}

export function referenceLine(variant, { figure, what, source }) {
  return `reference: ${figure === undefined ? "" : `${figureOf(variant, figure)}, `}${what} (${source})`;
}
