/** What this process has taken of the processor until now, all threads together, in seconds: what else runs does not count. */
export function processorSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
