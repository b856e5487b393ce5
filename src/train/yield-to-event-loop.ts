/** How long a training may keep the event loop to itself, in milliseconds: two frames of a screen. */
const PATIENCE = 32;

/**
 * A function to be awaited between batches: it lets timers, sockets and user interfaces have their turn, but not so often
 * that training would notice.
 */
export function yieldToEventLoop(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < PATIENCE) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    last = performance.now();
  };
}
