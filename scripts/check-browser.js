// Trains a small LSTM in headless Chromium, on a page that is isolated from other origins and on one that is not: with
// several threads there and one here, and the same losses, bit for bit. `CHROMIUM` names the browser.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { availableParallelism, tmpdir } from "node:os";
import { join, normalize } from "node:path";
import { root } from "./run.js";

/** For one page, in milliseconds. */
const PATIENCE = 25_000;
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

const page = `<!doctype html><script type="module">
  const report = (result) => fetch("/report", { method: "POST", body: JSON.stringify(result) });
  try {
    const { dense, lstm, sequential } = await import("/index.js");
    const { makeEngine } = await import("/engine/wasm/wasm.js");
    const x = { data: Float32Array.from({ length: 64 * 40 * 16 }, (_, i) => Math.sin(i * i)), shape: [64, 40, 16] };
    const y = { data: Int32Array.from({ length: 64 }, (_, i) => i % 4), shape: [64] };
    const train = async (engine) => {
      const model = sequential([lstm(64, { inputShape: [40, 16] }), dense(4, { activation: "softmax" })]);
      model.compile({ loss: "sparseCategoricalCrossentropy", optimizer: "adam", engine });
      const losses = [];
      for (let update = 0; update < 10; update++) {
        losses.push((await model.trainOnBatch(x, y)).loss);
        // Workers start while the page does other things.
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return { losses, ...(await model.engine()) };
    };
    const usual = await train();
    // The other build, with a team at hand that knows whether its workers are there.
    const { engine, team } = await makeEngine("simd", navigator.hardwareConcurrency);
    const simd = await train(engine);
    await report({ isolated: crossOriginIsolated, usual, simd, present: team?.isReady ?? false });
  } catch (error) {
    await report({ error: String(error?.stack ?? error) });
  }
</script>`;

/** Serves the page and the built modules; `onReport` gets what the page posts. */
function serve(headers, onReport) {
  const server = createServer(async (request, response) => {
    if (request.method === "POST") {
      let body = "";
      for await (const part of request) body += part;
      response.end();
      return onReport(JSON.parse(body));
    }
    const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    try {
      const isPage = path === "/";
      const content = isPage ? page : readFileSync(join(root, "dist", path));
      response.writeHead(200, { ...headers, "Content-Type": isPage ? "text/html" : "text/javascript" }).end(content);
    } catch {
      response.writeHead(404, headers).end();
    }
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** What the page reports when it is opened with these headers. */
async function open(headers) {
  const profile = mkdtempSync(join(tmpdir(), "rondo-browser-"));
  let chromium;
  let server;
  try {
    return await new Promise((resolve, reject) => {
      const give = (reason) => reject(new Error(reason));
      const patience = setTimeout(() => give(`the page said nothing for ${PATIENCE / 1000} s`), PATIENCE);
      patience.unref();
      serve(headers, resolve).then((listening) => {
        server = listening;
        chromium = spawn(
          process.env.CHROMIUM || "chromium",
          [
            ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
            ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
            `--user-data-dir=${profile}`,
            `http://127.0.0.1:${server.address().port}/`,
          ],
          // A group of its own, so that all its processes can be ended.
          { stdio: "ignore", detached: true },
        );
        chromium.on("error", reject).on("exit", (code) => give(`Chromium ended with ${code}`));
      }, reject);
    });
  } finally {
    const isRunning = chromium?.pid !== undefined && chromium.exitCode === null && chromium.signalCode === null;
    if (isRunning) {
      const ended = new Promise((resolve) => chromium.removeAllListeners("exit").on("exit", resolve));
      process.kill(-chromium.pid, "SIGKILL");
      await ended;
    }
    server?.closeAllConnections();
    server?.close();
    try {
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    } catch (error) {
      // Its last files may come while we remove them: nothing that this check is about.
      console.warn(`The profile ${profile} stays behind: ${error.message}`);
    }
  }
}

const isolated = await open(isolation);
const plain = await open({});
for (const { error } of [isolated, plain]) if (error !== undefined) throw new Error(error);
for (const [name, { usual, simd }] of Object.entries({ isolated, "not isolated": plain })) {
  console.log(`${name}: ${usual.name}, ${usual.detail}; ${simd.detail}`);
}
const failures = [];
const expect = (holds, sentence) => holds || failures.push(sentence);
const threads = ({ usual }) => Number(/(\d+) threads?/.exec(usual.detail)?.[1]);
expect(isolated.isolated && !plain.isolated, "Expected one page to be isolated and the other not.");
expect(threads(plain) === 1 && !plain.present, "Expected one thread without isolation.");
if (availableParallelism() > 1) {
  expect(threads(isolated) > 1, "Expected several threads with isolation.");
  expect(isolated.present, "Expected the workers to be there with isolation.");
}
for (const build of ["usual", "simd"]) {
  const [first, second] = [isolated[build].losses, plain[build].losses];
  expect(first.at(-1) < first[0], `Expected training to lower the loss (${isolated[build].detail}).`);
  expect(JSON.stringify(first) === JSON.stringify(second), `Expected the same losses (${isolated[build].detail}).`);
}
for (const sentence of failures) console.error(sentence);
process.exit(failures.length === 0 ? 0 : 1);
