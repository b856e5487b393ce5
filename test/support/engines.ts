/** The engines that work on this machine: native only where a C compiler built it. */
import { type EngineName, engineReports } from "rondo";

const reports = await engineReports();
for (const report of reports) if (!report.works) console.warn(`Not tested on ${report.name}: ${report.reason}`);

export const engines: readonly EngineName[] = reports.filter(({ works }) => works).map(({ name }) => name);
