// Arrows point one way: a room of src/ imports only from itself and from rooms above it in this list. The core imports
// nothing from outside, and tests in test/ and examples know the public names alone.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { root } from "./run.js";

const rooms = [
  "errors.ts",
  "graph",
  "program",
  "compile",
  "engine",
  "cells",
  "layers",
  "data",
  "train",
  "io",
  "model",
  "index.ts",
  "decode",
  "forecast",
  "cli",
];
const outsideAllowed = { cli: true };

const failures = [];
const importPattern = /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+"([^"]+)"|import\("([^"]+)"\)/g;

function* filesUnder(folder) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path);
    else if (path.endsWith(".ts")) yield path;
  }
}

const importsOf = (file) =>
  [...readFileSync(join(root, file), "utf8").matchAll(importPattern)].map((match) => match[1] ?? match[2]);

const roomOf = (file) => relative("src", file).split(sep)[0];

for (const file of filesUnder("src")) {
  const isTest = file.endsWith(".test.ts");
  const room = roomOf(file);
  if (!rooms.includes(room)) failures.push(`${file}: room ${room} is not in the list of scripts/check-rooms.js`);
  for (const target of importsOf(file)) {
    if (!target.startsWith(".")) {
      if (!isTest && !outsideAllowed[room]) failures.push(`${file}: the core may not import "${target}"`);
      continue;
    }
    const targetRoom = roomOf(join(dirname(file), target));
    if (!isTest && rooms.indexOf(targetRoom) > rooms.indexOf(room)) {
      failures.push(`${file}: ${room} may not import from ${targetRoom}, which lies below it`);
    }
  }
}

for (const folder of ["test", "examples"]) {
  for (const file of filesUnder(folder)) {
    for (const target of importsOf(file)) {
      if (target.startsWith(".") && join(dirname(file), target).startsWith(`src${sep}`)) {
        failures.push(`${file}: imports "${target}"; import the public name "rondo" instead`);
      }
    }
  }
}

for (const failure of failures) console.error(failure);
console.log(`${rooms.length} rooms, ${failures.length} arrows against the flow`);
process.exit(failures.length === 0 ? 0 : 1);
