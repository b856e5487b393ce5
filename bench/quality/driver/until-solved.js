/** Trains on fresh data until the task is solved, or for so many updates or seconds. */

/**
 * @param net compiled
 * @param batch makes the batch of an update, `{ x, y }`
 * @param figure measures on data of its own; asked for every `every` updates
 * @param isSolved of the figure
 */
export async function untilSolved(net, { batch, figure, isSolved, every, updates, seconds }) {
  const start = performance.now();
  let found = await figure(net);
  while (!isSolved(found) && net.step < updates && performance.now() - start < 1000 * seconds) {
    for (let i = 0; i < every && net.step < updates; i++) {
      const { x, y } = batch(net.step);
      await net.trainOnBatch(x, y);
    }
    found = await figure(net);
    if (Number.isNaN(found)) break;
  }
  return { figure: Number.isNaN(found) ? null : found, updates: net.step };
}
