/** The ratios that Rondo is held to. A peer's best counts: of all its threads, settings and formulations. */

/** Of the rows of a workload that were timed, the one that `wanted` takes and that has the least time. */
function best(results, workload, mode, wanted) {
  const rows = results.find((result) => result.workload === workload && result.mode === mode)?.rows ?? [];
  const timed = rows.filter((row) => row.milliseconds !== undefined && !row.reason && wanted(row));
  return timed.sort((a, b) => a.milliseconds - b.milliseconds)[0];
}

const ofPeer = (peer) => (row) => row.peer === peer;
const native = ofPeer("rondo-native");
const wasm = ofPeer("rondo-wasm");
const oneThread = (wanted) => (row) => row.threads === 1 && wanted(row);
const manyThreads = (wanted) => (row) => row.threads > 1 && wanted(row);

/** How many times as fast the first is as the second. */
const speedup = (first, second) => first && second && second.milliseconds / first.milliseconds;
const gigaflopsRatio = (first, second) => first && second && first.gigaflops / second.gigaflops;

export function ratiosOf(results, firstCalls) {
  const fastest = (workload, mode, wanted) => best(results, workload, mode, wanted);
  const any = () => true;
  const all = [];
  const add = (title, value) => all.push({ title, value });
  const versus = (title, workload, mode, own, peer) =>
    add(`${workload} ${mode}: ${title}`, speedup(fastest(workload, mode, own), fastest(workload, mode, peer)));

  for (const workload of ["W1", "W2", "W3", "W5", "W6", "W7"]) {
    versus("Rondo native is so many times as fast as PyTorch's best", workload, "train", native, ofPeer("torch"));
  }
  versus("Rondo native is so many times as fast as PyTorch's best", "W4", "stream", native, ofPeer("torch"));
  for (const peer of ["torch", "onnxruntime-node"]) {
    const name = peer === "torch" ? "PyTorch's best" : `${peer}'s best`;
    for (const workload of ["W1", "W2", "W3", "W5"]) {
      versus(`Rondo native is so many times as fast as ${name}`, workload, "predict", native, ofPeer(peer));
    }
  }
  add(
    "W5 train: Rondo native's rate as a share of the machine's best matrix product",
    gigaflopsRatio(fastest("W5", "train", native), fastest("MM", "predict", any)),
  );
  add(
    "W5 train: the same, one thread",
    gigaflopsRatio(fastest("W5", "train", oneThread(native)), fastest("MM", "predict", oneThread(any))),
  );
  for (const [name, own] of [
    ["native", native],
    ["wasm", wasm],
  ]) {
    add(
      `W6 train: Rondo ${name}'s time per operation of a cell of one's own, in those of an LSTM (W2)`,
      gigaflopsRatio(fastest("W2", "train", own), fastest("W6", "train", own)),
    );
    add(
      `W7 train: Rondo ${name}'s time with lengths, as a share of that without (W2)`,
      speedup(fastest("W2", "train", own), fastest("W7", "train", own)),
    );
  }
  for (const workload of ["W1", "W2", "W3", "W5"]) {
    versus(
      "Rondo native, all threads, is so many times as fast as one",
      workload,
      "train",
      manyThreads(native),
      oneThread(native),
    );
  }
  for (const peer of ["tfjs-wasm", "jax-js"]) {
    for (const workload of ["W1", "W2", "W3", "W5", "W6"]) {
      versus(`Rondo wasm is so many times as fast as ${peer}, one thread`, workload, "train", wasm, ofPeer(peer));
    }
  }
  const ortWeb = ofPeer("onnxruntime-web");
  for (const workload of ["W1", "W2", "W3", "W5"]) {
    versus("Rondo wasm is so many times as fast as onnxruntime-web, one thread", workload, "predict", wasm, ortWeb);
  }
  versus("Rondo wasm is so many times as fast as onnxruntime-web", "W4", "stream", wasm, ortWeb);
  for (const { workload } of firstCalls) {
    for (const peer of ["jax-js", "tfjs-wasm", "torch"]) {
      const own = best(firstCalls, workload, "train", wasm);
      add(
        `${workload}: Rondo wasm is so many times as fast as ${peer}`,
        speedup(own, best(firstCalls, workload, "train", ofPeer(peer))),
      );
    }
  }
  for (const { workload, mode } of results) {
    for (const peer of ["rondo-native", "rondo-wasm"]) {
      const before = fastest(workload, mode, ofPeer(`${peer}-before`));
      if (!before) continue;
      add(
        `${workload} ${mode}: ${peer} is so many times as fast as before`,
        speedup(fastest(workload, mode, ofPeer(peer)), before),
      );
    }
  }
  return all;
}
