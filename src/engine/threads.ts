/** How many threads an engine may use. */
import { explain, OptionError, show } from "../errors.ts";

/** `RONDO_THREADS`, where there are environment variables and it is set. */
export function requestedThreads(): number | undefined {
  const { process } = globalThis as {
    readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
  };
  const text = process?.env?.RONDO_THREADS;
  if (text === undefined || text === "") return undefined;
  if (/^[1-9][0-9]{0,3}$/.test(text)) return Number(text);
  const remedy = "leave it unset to use all cores";
  throw new OptionError(
    explain({ expected: "RONDO_THREADS to be a whole number from 1 to 9999", got: show(text), remedy }),
  );
}
