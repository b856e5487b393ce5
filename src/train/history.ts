/** What `fit` returns: the numbers of each completed epoch. */
export interface History {
  /** Numbers of the epochs, from 0. */
  readonly epochs: readonly number[];
  /** For `loss`, each metric, and the same with `val_` in front: one number per entry of `epochs`. */
  readonly metrics: Readonly<Record<string, readonly number[]>>;
  /** Why training ended before its last epoch: `aborted`, or what a callback said. */
  readonly stopped?: string;
}

/** The history with one more epoch. A metric that earlier epochs did not have is NaN there. */
export function addEpoch(history: History, epoch: number, metrics: Readonly<Record<string, number>>): History {
  const names = [...new Set([...Object.keys(history.metrics), ...Object.keys(metrics)])];
  const before = (name: string) => history.metrics[name] ?? history.epochs.map(() => Number.NaN);
  return {
    epochs: [...history.epochs, epoch],
    metrics: Object.fromEntries(names.map((name) => [name, [...before(name), metrics[name] ?? Number.NaN]])),
  };
}
