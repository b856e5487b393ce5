/** Trains on fresh data until the task is solved, or for so many updates or seconds of the processor. */
import { processorSeconds } from "./processor-time.js";

/**
 * @param net compiled
 * @param batch makes the batch of an update, `{ x, y }`
 * @param held data that decides, every `every` updates, whether to go on
 * @param test data that the figure is measured on in the end
 * @param figure of the network on data
 * @param isSolved of the figure
 */
export async function untilSolved(net, { batch, held, test, figure, isSolved, every, updates, seconds }) {
  const start = processorSeconds();
  let found = await figure(net, held);
  while (!isSolved(found) && net.step < updates && processorSeconds() - start < seconds) {
    for (let i = 0; i < every && net.step < updates; i++) {
      const { x, y } = batch(net.step);
      await net.trainOnBatch(x, y);
    }
    found = await figure(net, held);
    if (Number.isNaN(found)) break;
  }
  const measured = await figure(net, test);
  return { figure: Number.isNaN(measured) ? null : measured, updates: net.step };
}
