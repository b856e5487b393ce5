/**
 * Calendar arithmetic on wall-clock times, written as milliseconds since 1970-01-01T00:00 of a clock without time zone.
 * `Date` is used only through its UTC functions, so results never depend on the computer's own time zone.
 */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface CivilTime {
  year: number;
  /** 1 to 12. */
  month: number;
  /** 1 to 31. */
  day: number;
  /** Milliseconds since midnight. */
  clock: number;
}

/** The days of a month; `month` is 1 to 12. */
export function daysInMonth(year: number, month: number): number {
  return new Date(utc(year, month + 1, 0)).getUTCDate();
}

/** Wall-clock milliseconds of a date and time, or undefined when the calendar has no such day or clock time. */
export function fromCivil(year: number, month: number, day: number, clock = 0): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (!(clock >= 0 && clock < DAY)) return undefined;
  return utc(year, month, day) + clock;
}

/** The date and time of wall-clock milliseconds. */
export function toCivil(time: number): CivilTime {
  const date = new Date(time);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    clock: time - Math.floor(time / DAY) * DAY,
  };
}

/** Months since January of year 0. */
export function monthNumber(time: number): number {
  const { year, month } = toCivil(time);
  return year * 12 + month - 1;
}

/** The time in month `number` (see `monthNumber`) on `anchorDay`, or on that month's last day when it is shorter. */
export function timeInMonth(number: number, anchorDay: number, clock: number): number {
  const year = Math.floor(number / 12);
  const month = number - year * 12 + 1;
  return utc(year, month, Math.min(anchorDay, daysInMonth(year, month))) + clock;
}

/** Working days (Monday to Friday) since Monday 1969-12-29; a Saturday or Sunday counts as the Friday before it. */
export function workingDayNumber(time: number): number {
  const daysSinceMonday = Math.floor(time / DAY) + 3;
  const week = Math.floor(daysSinceMonday / 7);
  return week * 5 + Math.min(daysSinceMonday - week * 7, 4);
}

/** Midnight of working day `number`: the inverse of `workingDayNumber`. */
export function timeOfWorkingDay(number: number): number {
  const week = Math.floor(number / 5);
  return (week * 7 + (number - week * 5) - 3) * DAY;
}

/** True on Saturdays and Sundays. */
export function isWeekend(time: number): boolean {
  return (((Math.floor(time / DAY) + 3) % 7) + 7) % 7 >= 5;
}

/** Midnight of the Monday of an ISO 8601 week, or undefined when that year has no such week. */
export function fromIsoWeek(year: number, week: number): number | undefined {
  const fourth = utc(year, 1, 4);
  const monday = fourth - ((((Math.floor(fourth / DAY) + 3) % 7) + 7) % 7) * DAY;
  const time = monday + (week - 1) * 7 * DAY;
  if (week < 1 || toCivil(time + 3 * DAY).year !== year) return undefined;
  return time;
}

/** `Date.UTC` without its rule that the years 0 to 99 mean 1900 to 1999. */
function utc(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime();
}
