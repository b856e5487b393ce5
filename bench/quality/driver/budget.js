/** A callback that ends training after so many seconds and lets the learning rate fall along half a cosine until then. */
export function budget({ seconds, learningRate, lowest = learningRate / 100, warmupSteps = 50 }) {
  let start;
  return {
    name: "budget",
    onTrainBegin(_event, control) {
      start = performance.now();
      control.learningRate = learningRate / warmupSteps;
    },
    onBatchEnd({ step }, control) {
      const share = (performance.now() - start) / 1000 / seconds;
      const falling = lowest + ((learningRate - lowest) * (1 + Math.cos(Math.PI * Math.min(share, 1)))) / 2;
      control.learningRate = falling * Math.min(1, (step + 1) / warmupSteps);
      if (share >= 1) control.stop("the time is over");
    },
  };
}
