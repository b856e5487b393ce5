/** MNIST from the usual IDX files: pixels from 0 to 1, [images, 28, 28]. */
import { readData } from "./folder.js";

export function mnist() {
  return { train: part("train"), test: part("t10k") };
}

function part(name) {
  const images = readData(`mnist/${name}-images-idx3-ubyte.gz`);
  const labels = readData(`mnist/${name}-labels-idx1-ubyte.gz`);
  const [count, rows, columns] = [4, 8, 12].map((at) => images.readUInt32BE(at));
  const data = new Float32Array(images.length - 16);
  for (let i = 0; i < data.length; i++) data[i] = images[i + 16] / 255;
  return {
    x: { data, shape: [count, rows, columns] },
    y: Int32Array.from(labels.subarray(8)),
  };
}
