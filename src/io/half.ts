/** The 16-bit floating-point formats, from and to float32 numbers. Writing rounds to the nearest, ties to even. */

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

function wordOf(x: number): number {
  float[0] = x;
  return word[0]!;
}

function floatOf(bits: number): number {
  word[0] = bits;
  return float[0]!;
}

/** bfloat16: the upper half of a float32. */
export function fromBFloat16(bits: number): number {
  return floatOf(bits << 16);
}

export function toBFloat16(x: number): number {
  const bits = wordOf(x);
  if (Number.isNaN(x)) return (bits >>> 16) | 0x40;
  // Adding just under half of the last kept place, plus that place itself, rounds ties to even.
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** IEEE 754 binary16: a sign, 5 bits of exponent (bias 15), 10 of fraction. */
export function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

export function toFloat16(x: number): number {
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const size = Math.abs(Math.fround(x));
  if (Number.isNaN(x)) return 0x7e00;
  // 65520 lies half-way between the largest number, 65504, and the next power of two: from there on it is ∞.
  if (size >= 65520) return sign | 0x7c00;
  // Counting the spacings of numbers at this size gives the bits themselves; below 2⁻¹⁴ the spacing stays at 2⁻²⁴.
  if (size < 2 ** -14) return sign | roundToEven(size * 2 ** 24);
  const exponent = (wordOf(size) >>> 23) - 127;
  return sign | (roundToEven(size * 2 ** (10 - exponent)) + ((exponent + 14) << 10));
}

function roundToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
