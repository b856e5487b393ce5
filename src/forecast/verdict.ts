import type { Scores } from "./metrics.ts";
import type { Verdict } from "./result.ts";

/** Says in plain words whether the model is worth more than the naive forecasts, judged by the mean absolute error. */
export function judge(
  { model, naive, seasonalNaive }: { model: Scores; naive: Scores; seasonalNaive: Scores },
  season: number,
): Verdict {
  const rivals =
    season > 1
      ? [
          { name: "naive", ...naive },
          { name: "seasonal naive", ...seasonalNaive },
        ]
      : [{ name: "naive", ...naive }];
  const errors = rivals.map(({ name, mae }) => `${short(mae)} (${name})`).join(" and ");
  const best = rivals.reduce((least, rival) => (rival.mae < least.mae ? rival : least));
  if (!Number.isFinite(model.mae) || !Number.isFinite(best.mae)) {
    return { beatsNaive: false, sentence: "The held-out part has no measured values, so the model cannot be judged." };
  }
  const against = `its mean absolute error is ${short(model.mae)}, against ${errors}`;
  if (model.mae < best.mae) {
    const percent = Math.round(100 * (1 - model.mae / best.mae));
    const whom = rivals.length > 1 ? "both the naive and the seasonal naive forecast" : "the naive forecast";
    const margin = percent >= 1 ? `, ${percent} % below the better one` : ", a narrow lead";
    const tail = rivals.length > 1 ? margin : margin.replace(" the better one", " it");
    return { beatsNaive: true, sentence: `The model beats ${whom} on the held-out data: ${against}${tail}.` };
  }
  if (best.mae === 0) {
    return { beatsNaive: false, sentence: `The ${best.name} forecast is already exact on the held-out data: use it.` };
  }
  const relation = model.mae === best.mae ? "only equals" : "does not beat";
  return {
    beatsNaive: false,
    sentence: `The model ${relation} the ${best.name} forecast on the held-out data: ${against}. Rather use the ${best.name} forecast.`,
  };
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
