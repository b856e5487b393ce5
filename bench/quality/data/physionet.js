/**
 * PhysioNet Challenge 2012, set a: the first 48 hours of intensive-care stays. Values of each hour are averaged; what was
 * not measured is NaN.
 */
import { readData } from "./folder.js";
import { unzip } from "./zip.js";

export const hours = 48;
/** Known at admission. ICU types are four, one after the other. */
const statics = ["Age", "Gender", "Height", "Weight"];
const icuTypes = 4;

/** @returns for all stays: `x` [stays][hours · variables], `fixed` [stays][statics + ICU types], `died`, `days` of the stay */
export function physionet() {
  const lines = readData("physionet2012/Outcomes-a.txt").toString("utf8").trim().split(/\r?\n/).slice(1);
  const outcomes = new Map(lines.map((line) => [line.split(",")[0], line.split(",").map(Number)]));
  const stays = [...unzip(readData("physionet2012/set-a.zip"))]
    .map(([name, bytes]) => ({ id: name.match(/(\d+)\.txt$/)?.[1], bytes }))
    .filter(({ id }) => outcomes.has(id))
    .sort((a, b) => Number(a.id) - Number(b.id))
    .map(({ id, bytes }) => ({ outcome: outcomes.get(id), events: eventsOf(bytes) }));
  const names = new Set(stays.flatMap(({ events }) => events.map(({ name }) => name)));
  for (const name of ["RecordID", "ICUType", ...statics.slice(0, 3)]) names.delete(name);
  const variables = [...names].sort();
  return {
    variables,
    x: stays.map(({ events }) => hourly(events, variables)),
    fixed: stays.map(({ events }) => admission(events)),
    died: Float32Array.from(stays, ({ outcome }) => outcome[5]),
    days: Float32Array.from(stays, ({ outcome }) => outcome[3]),
  };
}

function eventsOf(bytes) {
  return bytes
    .toString("utf8")
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => {
      const [time, name, value] = line.split(",");
      const [hour, minute] = time.split(":").map(Number);
      return { hour: hour + minute / 60, name, value: Number(value) };
    })
    .filter(({ name, value }) => name !== "" && Number.isFinite(value));
}

function hourly(events, variables) {
  const columns = new Map(variables.map((name, i) => [name, i]));
  const sums = new Float64Array(hours * variables.length);
  const counts = new Float64Array(sums.length);
  for (const { hour, name, value } of events) {
    const column = columns.get(name);
    // −1 stands for a weight that is not known.
    if (column === undefined || value === -1) continue;
    const at = Math.min(Math.floor(hour), hours - 1) * variables.length + column;
    sums[at] += value;
    counts[at] += 1;
  }
  return Float32Array.from(sums, (sum, i) => sum / counts[i]);
}

function admission(events) {
  const first = (name) => {
    const value = events.find((event) => event.name === name)?.value ?? -1;
    return value === -1 ? Number.NaN : value;
  };
  const type = first("ICUType");
  return [...statics.map(first), ...Array.from({ length: icuTypes }, (_, i) => (type === i + 1 ? 1 : 0))];
}
