import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  DAY,
  daysInMonth,
  fromCivil,
  fromIsoWeek,
  isWeekend,
  monthNumber,
  timeInMonth,
  timeOfWorkingDay,
  toCivil,
  workingDayNumber,
} from "./calendar.ts";

const days = fc.integer({ min: -800_000, max: 800_000 });

describe("calendar", () => {
  test("knows leap years, the Gregorian rule of centuries, and years below 100", () => {
    expect([1900, 2000, 2023, 2024].map((year) => daysInMonth(year, 2))).toEqual([28, 29, 28, 29]);
    expect(fromCivil(2023, 2, 29)).toBeUndefined();
    expect(fromCivil(2023, 13, 1)).toBeUndefined();
    expect(toCivil(fromCivil(24, 2, 29) as number)).toMatchObject({ year: 24, month: 2, day: 29 });
  });

  test("civil dates and milliseconds are inverse to each other", () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: DAY - 1 }), (day, clock) => {
        const civil = toCivil(day * DAY + clock);
        expect(fromCivil(civil.year, civil.month, civil.day, civil.clock)).toBe(day * DAY + clock);
      }),
    );
  });

  test("month ends stay month ends", () => {
    const january = monthNumber(fromCivil(2024, 1, 31) as number);
    const labels = [0, 1, 2, 3].map((n) => toCivil(timeInMonth(january + n, 31, 0)).day);
    expect(labels).toEqual([31, 29, 31, 30]);
  });

  test("working days count up from day to day and skip weekends", () => {
    fc.assert(
      fc.property(days, (day) => {
        const [today, tomorrow] = [day * DAY, (day + 1) * DAY];
        expect(workingDayNumber(tomorrow) - workingDayNumber(today)).toBe(isWeekend(tomorrow) ? 0 : 1);
        if (!isWeekend(today)) expect(timeOfWorkingDay(workingDayNumber(today))).toBe(today);
      }),
    );
  });

  test("ISO weeks start on a Monday; some years have 53", () => {
    expect(toCivil(fromIsoWeek(2021, 1) as number)).toMatchObject({ year: 2021, month: 1, day: 4 });
    expect(toCivil(fromIsoWeek(2020, 1) as number)).toMatchObject({ year: 2019, month: 12, day: 30 });
    expect(fromIsoWeek(2020, 53)).toBeDefined();
    expect(fromIsoWeek(2021, 53)).toBeUndefined();
  });
});
