import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as rondo from "rondo";
import * as forecast from "rondo/forecast";
import { expect, test } from "vitest";

/** What a program in Node prints that has the package as it is built. */
function run(program: string): unknown {
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", program], { cwd, encoding: "utf8" }));
}

test("the files that Node gets offer the names of the sources, make the same objects, and understand names at once", () => {
  const seen = run(`
    import * as rondo from "rondo";
    import * as forecast from "rondo/forecast";
    const model = rondo.sequential([rondo.lstm(3, { inputShape: [4, 2] }), rondo.dense(1)]);
    let refused = false;
    try {
      model.compile({ loss: "nonsense", optimizer: "adam" });
    } catch (error) {
      refused = error instanceof rondo.OptionError;
    }
    model.compile({ loss: "meanSquaredError", optimizer: "adam" });
    const { loss } = await model.trainOnBatch({ data: new Float32Array(8), shape: [1, 4, 2] }, [[1]]);
    const again = rondo.fromBytes(await model.toBytes());
    const place = import.meta.resolve("rondo");
    console.log(JSON.stringify({
      rondo: Object.keys(rondo).sort(), forecast: Object.keys(forecast).sort(), refused, loss, step: again.step, place,
    }));
  `);
  expect(seen).toEqual({
    rondo: Object.keys(rondo).sort(),
    forecast: Object.keys(forecast).sort(),
    refused: true,
    loss: 1,
    step: 1,
    place: expect.stringMatching(/\/dist\/node\/flat\/index\.js$/),
  });
});
