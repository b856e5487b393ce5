/**
 * The page's own script, as text: it runs in the reader's browser, after uPlot, and draws every chart of the data element.
 * The horizontal axis counts places, not seconds, so that years, indices and irregular times all work.
 */
export const CHART_SCRIPT = `
(() => {
  const charts = JSON.parse(document.getElementById("charts").textContent);
  const drawn = [];
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

  function axisSteps(season) {
    const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];
    return season > 1 ? [1, ...steps.map((step) => step * season)] : steps;
  }

  function draw(chart) {
    const place = document.getElementById(chart.id);
    const text = colour("text");
    const grid = { stroke: colour("grid"), width: 1 };
    const label = (index) => (Number.isInteger(index) ? chart.places[index] ?? "" : "");
    const data = [chart.places.map((_, index) => index), ...chart.lines.map((line) => line.values)];
    const series = [{ label: chart.id === "loss" ? "epoch" : "time", value: (_, index) => (index === null ? "–" : label(index)) }];
    for (const line of chart.lines) {
      series.push({
        label: line.label,
        stroke: colour(line.colour),
        width: 2,
        dash: line.dashed ? [6, 4] : undefined,
        points: { show: line.values.filter((value) => value !== null).length < 3 },
        spanGaps: false,
        value: (_, value) => (value === null || value === undefined ? "–" : Number(value.toPrecision(6)).toString()),
      });
    }
    const bands = [];
    if (chart.band) {
      const edge = { stroke: colour("model"), width: 0.5, points: { show: false } };
      data.push(chart.band.upper, chart.band.lower);
      series.push({ ...edge, label: "upper" }, { ...edge, label: "lower" });
      bands.push({ series: [data.length - 2, data.length - 1], fill: colour("band") });
    }
    const options = {
      width: place.clientWidth,
      height: 300,
      scales: { x: { time: false }, y: chart.logarithmic ? { distr: 3 } : {} },
      axes: [
        { stroke: text, grid, ticks: grid, space: 90, incrs: axisSteps(chart.season), values: (_, splits) => splits.map(label) },
        { stroke: text, grid, ticks: grid, size: 70 },
      ],
      series,
      bands,
    };
    place.replaceChildren();
    drawn.push({ place, plot: new uPlot(options, data, place) });
  }

  function drawAll() {
    for (const { plot } of drawn.splice(0)) plot.destroy();
    charts.forEach(draw);
  }

  addEventListener("resize", () => {
    for (const { place, plot } of drawn) plot.setSize({ width: place.clientWidth, height: 300 });
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  drawAll();
})();
`;
