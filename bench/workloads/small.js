/** The same work in the smallest sizes: shows in a minute whether all contestants agree, and nothing about speed. */
const sizes = { batch: 3, time: 7, features: 5, units: 6, width: 4, vocabulary: 6 };

function shrink(description) {
  const known = Object.entries(sizes).filter(([name]) => description[name] !== undefined);
  return Object.fromEntries(known.map(([name, size]) => [name, Math.min(size, description[name])]));
}

export function small(workload) {
  const layers = workload.layers.map((layer) => ({ ...layer, ...shrink(layer) }));
  return { ...workload, ...shrink(workload), layers };
}
