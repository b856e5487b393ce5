// Trains a small LSTM in headless Chromium, on a page that is isolated from other origins and on one that is not: with
// several threads there and one here, and the same losses, bit for bit. `CHROMIUM` names the browser.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { availableParallelism, tmpdir } from "node:os";
import { join, normalize } from "node:path";
import { root } from "./run.js";

const PATIENCE = 60_000;
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

const page = `<!doctype html><script type="module">
  const report = (result) => fetch("/report", { method: "POST", body: JSON.stringify(result) });
  try {
    const { dense, lstm, sequential } = await import("/index.js");
    const model = sequential([lstm(64, { inputShape: [40, 16] }), dense(4, { activation: "softmax" })]);
    model.compile({ loss: "sparseCategoricalCrossentropy", optimizer: "adam" });
    const x = { data: Float32Array.from({ length: 64 * 40 * 16 }, (_, i) => Math.sin(i * i)), shape: [64, 40, 16] };
    const y = { data: Int32Array.from({ length: 64 }, (_, i) => i % 4), shape: [64] };
    const losses = [];
    for (let update = 0; update < 10; update++) {
      losses.push((await model.trainOnBatch(x, y)).loss);
      // Workers start while the page does other things.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await report({ isolated: crossOriginIsolated, losses, ...(await model.engine()) });
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
          { stdio: "ignore" },
        );
        chromium.on("error", reject).on("exit", (code) => give(`Chromium ended with ${code}`));
      }, reject);
    });
  } finally {
    const ended = chromium?.pid && new Promise((resolve) => chromium.removeAllListeners("exit").on("exit", resolve));
    chromium?.kill("SIGKILL");
    await ended;
    server?.closeAllConnections();
    server?.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

const isolated = await open(isolation);
const plain = await open({});
for (const { error } of [isolated, plain]) if (error !== undefined) throw new Error(error);
console.log(`isolated: ${isolated.name}, ${isolated.detail}`);
console.log(`not isolated: ${plain.name}, ${plain.detail}`);
const failures = [];
const expect = (holds, sentence) => holds || failures.push(sentence);
const threads = ({ detail }) => Number(/(\d+) threads?/.exec(detail)?.[1]);
expect(isolated.isolated && !plain.isolated, "Expected one page to be isolated and the other not.");
expect(threads(plain) === 1, "Expected one thread without isolation.");
expect(availableParallelism() === 1 || threads(isolated) > 1, "Expected several threads with isolation.");
expect(isolated.losses.at(-1) < isolated.losses[0], "Expected training to lower the loss.");
expect(JSON.stringify(isolated.losses) === JSON.stringify(plain.losses), "Expected the same losses, bit for bit.");
for (const sentence of failures) console.error(sentence);
process.exit(failures.length === 0 ? 0 : 1);
