/** The results as tables for people. */
import { columns, figure } from "./columns.js";

const untimed = (rows) =>
  rows.filter(({ reason }) => reason).map(({ title, name, reason }) => `  ${title ?? name}: ${reason}`);
const joined = (...lines) => lines.flat().join("\n");
const megabytes = (bytes) => Math.round(bytes / 1e6).toString();
const kilobytes = (bytes) => (bytes / 1e3).toFixed(1);

/** One workload in one mode, the fastest first. */
export function workloadTable({ workload, title, mode, flops, rows }, rounds) {
  const timed = rows.filter(({ reason }) => !reason).sort((a, b) => a.milliseconds - b.milliseconds);
  const small = timed.every(({ milliseconds }) => milliseconds < 1);
  const [unit, scale] = small ? ["µs", 1e3] : ["ms", 1];
  const head = ["", unit, "fastest", "slowest", "GFLOP/s", "peak MB", "x fastest", "samples"];
  const lines = timed.map(({ title: name, milliseconds, fastest, slowest, gigaflops, peakBytes, samples, note }) => [
    name + (note?.startsWith("other work") ? " *" : ""),
    figure(scale * milliseconds),
    figure(scale * fastest),
    figure(scale * slowest),
    figure(gigaflops),
    megabytes(peakBytes),
    (milliseconds / timed[0].milliseconds).toFixed(2),
    samples.length.toString() + (samples.length < rounds ? " (slow)" : ""),
  ]);
  const others = timed.filter(({ note }) => note?.startsWith("other work"));
  const notes = [...new Set(timed.filter((row) => !others.includes(row)).map(({ note }) => note))];
  return joined(
    `${workload} ${mode}: ${title} (${figure(flops / 1e9)} GFLOP)`,
    columns(head, lines),
    notes.length > 0 ? `  with ${notes.join("; ")}` : [],
    others.map(({ title: name, note }) => `  * ${name}: ${note}`),
    untimed(rows),
  );
}

/** Milliseconds at each length, a line for each contestant. */
export function firstCallTable(results) {
  const entries = results[0].rows.map(({ id }) => results.map(({ rows }) => rows.find((row) => row.id === id)));
  const lengths = results.map(({ workload }) => workload.replace("first call, ", ""));
  const lines = entries
    .filter((rows) => rows.some(({ milliseconds }) => milliseconds))
    .map((rows) => [
      rows[0].title,
      ...rows.map(({ milliseconds }) => (milliseconds ? figure(milliseconds) : "-")),
      rows.map(({ samples, milliseconds }) => (milliseconds ? samples.length : "-")).join(", "),
    ]);
  const reasons = entries.flatMap((rows) => {
    const failed = rows.flatMap(({ reason }, index) => (reason ? [lengths[index]] : []));
    const where = failed.length < rows.length ? ` (${failed.join("; ")})` : "";
    return untimed(rows)
      .slice(0, 1)
      .map((line) => line + where);
  });
  return joined(`First call, ms: ${results[0].title}`, columns(["", ...lengths, "samples"], lines), reasons);
}

export function importTable(rows) {
  const lines = rows.filter(({ reason }) => !reason).map(({ name, milliseconds }) => [name, figure(milliseconds)]);
  return joined("Import, ms from the start of the process to its end", columns(["", "ms"], lines), untimed(rows));
}

export function bundleTable(rows) {
  const lines = rows
    .filter(({ reason }) => !reason)
    .map(({ name, javascriptBytes, wasmBytes }) => [name, kilobytes(javascriptBytes), kilobytes(wasmBytes)]);
  return joined("Browser bundle that trains an LSTM, kB after gzip", columns(["", "JS", "wasm"], lines), untimed(rows));
}

export function ratioTable(ratios) {
  const lines = ratios.map(({ title, value }) => [title, figure(value)]);
  return joined("Ratios, all from this run", columns(["", ""], lines));
}
