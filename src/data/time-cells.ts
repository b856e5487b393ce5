import { DAY, fromCivil, fromIsoWeek, HOUR, MINUTE } from "./calendar.ts";

/** How finely a time is written; the forecast is written as finely as the history. */
export type Precision = "year" | "quarter" | "month" | "day" | "minute" | "second" | "millisecond";

/** In `03/04/2021`: is the 3 the day or the month? A property of the column. */
export type DayMonthOrder = "dayFirst" | "monthFirst";

export interface TimeCell {
  /** Wall-clock milliseconds (see calendar.ts), as written: the offset is not applied. */
  time: number;
  precision: Precision;
  /** Minutes east of UTC, when the cell says so. */
  offset?: number;
}

const MONTHS = [
  ...["january", "february", "march", "april", "may", "june"],
  ...["july", "august", "september", "october", "november", "december"],
];
const LONGEST_CELL = 64;

const CLOCK =
  /^(.*?\S)(?:\s*[T,]\s*|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([ap])?\.?(?:m\.?)?\s*(\S.*)?$/i;
const OFFSET = /^([+-])(\d{2}):?(\d{2})?(?:\[.*\])?$/;
const YEAR_MONTH_DAY = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/;
const YEAR_MONTH = /^(\d{4})[-/](\d{1,2})$/;
const MONTH_YEAR = /^(\d{1,2})[-/](\d{4})$/;
const TWO_AND_YEAR = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})$/;
const DAY_NAME_YEAR = /^(\d{1,2})(?:st|nd|rd|th)?[\s.-]+([a-z]{3,9})\.?[\s,.-]+(\d{4}|\d{2})$/i;
const NAME_DAY_YEAR = /^([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$/i;
const NAME_YEAR = /^([a-z]{3,9})\.?[\s,'-]+(\d{4}|\d{2})$/i;
const YEAR_NAME_DAY = /^(\d{4})[\s-]+([a-z]{3,9})\.?(?:[\s-]+(\d{1,2}))?$/i;
const YEAR_QUARTER = /^(\d{4})[\s-]*Q([1-4])$/i;
const QUARTER_YEAR = /^Q([1-4])[\s/-]*(\d{4})$/i;
const YEAR_WEEK = /^(\d{4})-?W(\d{2})(?:-?([1-7]))?$/i;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z)?)?$/i;

/** The two numbers before the year in a cell like `03/04/2021`, for finding their order from the whole column. */
export function dayAndMonth(cell: string): [number, number] | undefined {
  const match = TWO_AND_YEAR.exec(splitClock(cell.trim())?.date ?? "");
  return match ? [Number(match[1]), Number(match[3])] : undefined;
}

/**
 * Reads a date or time as people write them: ISO 8601 in its usual shapes, `2021-03`, `2021 Q3`, `2021-W07`, `31/12/2021`,
 * `12/31/2021`, `31.12.2021`, `31 Dec 2021`, `Dec 31, 2021`, `Dec-21`, each with or without a clock time and an offset.
 * Two-digit years mean 1941 to 2040. Returns undefined for anything else, and for days the calendar does not have.
 */
export function readTime(cell: string, order: DayMonthOrder): TimeCell | undefined {
  const text = cell.trim();
  if (text.length === 0 || text.length > LONGEST_CELL) return undefined;
  const parts = splitClock(text);
  if (parts === undefined) return undefined;
  const date = readDate(parts.date, order);
  if (date === undefined || parts.clock === undefined) return date;
  if (date.precision !== "day") return undefined;
  const { clock, precision, offset } = parts.clock;
  return { time: date.time + clock, precision, ...(offset !== undefined && { offset }) };
}

interface Clock {
  clock: number;
  precision: Precision;
  offset?: number | undefined;
}

/** Separates the date from the clock time, if there is one; undefined when the clock time makes no sense. */
function splitClock(text: string): { date: string; clock?: Clock } | undefined {
  const compact = COMPACT.exec(text);
  if (compact) {
    const [, year, month, day, hour, minute, second, zone] = compact;
    const date = `${year}-${month}-${day}`;
    if (hour === undefined) return { date };
    const clock = Number(hour) * HOUR + Number(minute) * MINUTE + Number(second ?? 0) * 1000;
    return { date, clock: { clock, precision: second ? "second" : "minute", offset: zone ? 0 : undefined } };
  }
  const match = CLOCK.exec(text);
  if (!match) return { date: text.replace(/Z$/, "") };
  const [, date = "", hourText, minuteText, secondText, fraction, half, zone] = match;
  const [minute, second] = [Number(minuteText), Number(secondText ?? 0)];
  let hour = Number(hourText);
  if (half) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (half.toLowerCase() === "p" ? 12 : 0);
  }
  const milliseconds = Math.round(Number(`0.${fraction ?? 0}`) * 1000);
  const clock = hour * HOUR + minute * MINUTE + second * 1000 + milliseconds;
  if (minute > 59 || second > 59 || clock > DAY) return undefined;
  const precision: Precision = milliseconds > 0 ? "millisecond" : secondText ? "second" : "minute";
  const offset = zone === undefined ? undefined : readOffset(zone);
  if (offset === "unknown") return undefined;
  return { date, clock: { clock, precision, offset } };
}

/** Minutes east of UTC; undefined for an abbreviation such as CET, which is taken as part of the wall clock. */
function readOffset(zone: string): number | undefined | "unknown" {
  if (/^(Z|UTC|GMT)$/i.test(zone)) return 0;
  const match = OFFSET.exec(zone);
  if (match) return (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3] ?? 0));
  return /^[A-Z]{2,5}$/.test(zone) ? undefined : "unknown";
}

/** Reads what is left when the clock time is taken off. */
function readDate(text: string, order: DayMonthOrder): TimeCell | undefined {
  let match = YEAR_MONTH_DAY.exec(text);
  if (match) return day(match[1], match[3], match[4]);
  match = YEAR_MONTH.exec(text);
  if (match) return month(match[1], match[2]);
  match = TWO_AND_YEAR.exec(text);
  if (match) return order === "dayFirst" ? day(match[4], match[3], match[1]) : day(match[4], match[1], match[3]);
  match = MONTH_YEAR.exec(text);
  if (match) return month(match[2], match[1]);
  match = YEAR_QUARTER.exec(text);
  if (match) return quarter(match[1], match[2]);
  match = QUARTER_YEAR.exec(text);
  if (match) return quarter(match[2], match[1]);
  match = YEAR_WEEK.exec(text);
  if (match) return week(match[1], match[2], match[3]);
  return readNamedDate(text.replace(/^(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+/i, ""));
}

/** Reads dates with an English month name. */
function readNamedDate(text: string): TimeCell | undefined {
  let match = DAY_NAME_YEAR.exec(text);
  if (match) return day(match[3], monthOfName(match[2]), match[1]);
  match = NAME_DAY_YEAR.exec(text);
  if (match) return day(match[3], monthOfName(match[1]), match[2]);
  match = NAME_YEAR.exec(text);
  if (match) return month(match[2], monthOfName(match[1]));
  match = YEAR_NAME_DAY.exec(text);
  if (match) {
    const name = monthOfName(match[2]);
    return match[3] === undefined ? month(match[1], name) : day(match[1], name, match[3]);
  }
  return undefined;
}

/** The month's number as text, or "0" (which no calendar has) for a name that is none. */
function monthOfName(name = ""): string {
  return String(MONTHS.findIndex((month) => month.startsWith(name.toLowerCase())) + 1);
}

function fullYear(text: string): number {
  const year = Number(text);
  if (text.length > 2) return year;
  return year <= 40 ? 2000 + year : 1900 + year;
}

function day(yearText = "", monthText = "", dayText = ""): TimeCell | undefined {
  const time = fromCivil(fullYear(yearText), Number(monthText), Number(dayText));
  return time === undefined ? undefined : { time, precision: "day" };
}

function month(yearText = "", monthText = ""): TimeCell | undefined {
  const time = fromCivil(fullYear(yearText), Number(monthText), 1);
  return time === undefined ? undefined : { time, precision: "month" };
}

function quarter(yearText = "", quarterText = ""): TimeCell | undefined {
  const time = fromCivil(Number(yearText), Number(quarterText) * 3 - 2, 1);
  return time === undefined ? undefined : { time, precision: "quarter" };
}

function week(yearText = "", weekText = "", dayText = "1"): TimeCell | undefined {
  const monday = fromIsoWeek(Number(yearText), Number(weekText));
  return monday === undefined ? undefined : { time: monday + (Number(dayText) - 1) * DAY, precision: "day" };
}
