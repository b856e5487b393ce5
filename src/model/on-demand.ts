/** Code that loads with the first who asks for it: to ask for a module again takes microseconds, which small batches would notice. */
export function onDemand<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: T | undefined;
  return async () => {
    loaded ??= await load();
    return loaded;
  };
}
