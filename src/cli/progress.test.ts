import { describe, expect, test } from "vitest";
import type { ForecastEvent } from "../forecast/index.ts";
import { Progress } from "./progress.ts";

const run = { stage: "backtest", run: 1, runs: 2, epochs: 10 } as const;
const batch = (epoch: number, batch: number): ForecastEvent => ({
  ...{ ...run, type: "batch", epoch, batch, batches: 4, loss: 0.5 },
});
const epoch = (epoch: number): ForecastEvent => ({ ...run, type: "epoch", epoch, loss: 0.5, validationLoss: 0.25 });
const end: ForecastEvent = { ...run, type: "end", epoch: 6, bestEpoch: 4, loss: 0.5, validationLoss: 0.25 };

function recorder(isTTY: boolean, columns = 200) {
  const written: string[] = [];
  let time = 0;
  const stream = { isTTY, columns, write: (text: string) => written.push(text) };
  const progress = new Progress(stream, () => time);
  const at = (milliseconds: number, event: ForecastEvent) => {
    time = milliseconds;
    progress.update(event);
  };
  return { written, at, progress };
}

describe("Progress", () => {
  test("on a terminal, redraws one line with epoch, batch, losses, bar and time left", () => {
    const { written, at } = recorder(true);
    at(500, epoch(1));
    at(1000, batch(2, 4));
    // Two of twenty epochs took a second.
    expect(written.at(-1)).toBe(
      "\r\u001b[Kback-test 1/2  epoch 2/10  batch 4/4  loss 0.5000  val 0.2500  ████░░░░░░░░░░░░░░░░  0:09 left",
    );
  });

  test("does not redraw faster than anyone sees, nor wider than the terminal", () => {
    const { written, at } = recorder(true, 30);
    at(100, batch(1, 1));
    at(101, batch(1, 2));
    expect(written).toHaveLength(1);
    expect(written[0]?.replace("\r\u001b[K", "")).toHaveLength(29);
  });

  test("foretells later runs from where earlier ones stopped", () => {
    const { written, at } = recorder(true);
    at(6000, end);
    at(7000, { ...run, run: 2, type: "epoch", epoch: 1, loss: 0.5 });
    // Six epochs in the first run, so five more in the second, at one per second.
    expect(written.at(-1)).toMatch(/0:05 left$/);
  });

  test("elsewhere, writes plain lines, few of them", () => {
    const { written, at } = recorder(false);
    for (let n = 1; n <= 6; n++) {
      at(n * 500 - 1, batch(n, 4));
      at(n * 500, epoch(n));
    }
    at(3001, end);
    expect(written).toEqual([
      "back-test 1/2  epoch 4/10  loss 0.5000  val 0.2500  0:08 left\n",
      "back-test 1/2  stopped early after 6 of 10 epochs, best epoch 4, loss 0.5000, validation loss 0.2500\n",
    ]);
  });

  test("clears its line before other text follows, on terminals only", () => {
    const [terminal, file] = [recorder(true), recorder(false)];
    terminal.progress.clear();
    file.progress.clear();
    expect(terminal.written).toEqual(["\r\u001b[K"]);
    expect(file.written).toEqual([]);
  });
});
