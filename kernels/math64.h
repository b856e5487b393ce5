/* Elementary functions of vectors that need float64 on the way, with the same promises as those of math.h. */
#ifndef RONDO_MATH64_H
#define RONDO_MATH64_H

#include "math.h"

typedef double Doubles __attribute__((vector_size(8 * LANES)));
typedef int64_t Longs __attribute__((vector_size(8 * LANES)));

INLINE Doubles choose_doubles(Longs mask, Doubles a, Doubles b) {
  return (Doubles)(((Longs)a & mask) | ((Longs)b & ~mask));
}

/*
 * x = k·π/2 + r for |x| ≥ 2²⁰ by integers (Payne & Hanek 1983): x = m·2ᵉ, and of the bits of 2/π only the 96 matter
 * that make the product's last two whole bits and its fraction. Returns k mod 4.
 */
static inline int32_t reduce_huge(float x, double *r) {
  static const uint32_t two_over_pi[] = {0,          0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0,
                                         0xdb629599, 0x3c439041, 0xfe5163ab, 0xdebbc561};
  union { float value; uint32_t bits; } pun = {x};
  uint64_t mantissa = (pun.bits & 0x7fffff) | 0x800000;
  int32_t first = (int32_t)(pun.bits >> 23 & 0xff) - 150 - 2 + 32; /* the first bit that matters, past the leading 0 */
  const uint32_t *word = two_over_pi + (first >> 5);
  int32_t shift = first & 31;
  uint64_t high = (uint64_t)word[0] << 32 | word[1];
  uint64_t low = (uint64_t)word[2] << 32 | word[3];
  if (shift) {
    high = high << shift | low >> (64 - shift);
    low <<= shift;
  }
  uint64_t product = mantissa * high + (mantissa * (low >> 32) >> 32); /* in units of 2⁻⁶² */
  uint64_t k = (product + ((uint64_t)1 << 61)) >> 62;
  *r = (double)(int64_t)(product - (k << 62)) * (1.5707963267948966 / 4611686018427387904.0);
  if (x < 0) {
    *r = -*r;
    k = -k;
  }
  return (int32_t)(k & 3);
}

/* sin(x + quarters·π/2), by reduction in float64. */
INLINE Vector sine_of(Vector x, int32_t quarters) {
  Doubles wide = __builtin_convertvector(x, Doubles);
  const double round = 6755399441055744.0; /* 1.5·2⁵² */
  Doubles shifted = wide * 0.6366197723675814 + round;
  Doubles whole = shifted - round;
  /* The first part of π/2 has 33 bits, so that its product with k is exact. */
  Doubles reduced = wide - whole * 1.5707963267341256 - whole * 6.077100506506192e-11;
  Integers k = __builtin_convertvector((Longs)shifted, Integers);
  Integers huge = absolute(x) >= CONSTANT(1048576.0f);
  if (any(huge)) {
    for (int lane = 0; lane < LANES; lane++) {
      if (!huge[lane]) continue;
      double r = 0;
      k[lane] = x[lane] - x[lane] == 0 ? reduce_huge(x[lane], &r) : 0;
      reduced[lane] = x[lane] - x[lane] == 0 ? r : NOT_A_NUMBER;
    }
  }
  k += quarters;
  Vector r = __builtin_convertvector(reduced, Vector);
  Vector z = r * r;
  Vector s = CONSTANT(-1.9514632e-4f);
  s = multiply_add(s, z, CONSTANT(8.3321561e-3f));
  s = multiply_add(s, z, CONSTANT(-1.6666655e-1f));
  s = multiply_add(s, z * r, r);
  Vector c = CONSTANT(2.4432413e-5f);
  c = multiply_add(c, z, CONSTANT(-1.3887310e-3f));
  c = multiply_add(c, z, CONSTANT(4.1666646e-2f));
  c = multiply_add(c, z * z, CONSTANT(1) - CONSTANT(0.5f) * z);
  Vector result = choose((k & 1) == 0, s, c);
  return from_bits(bits_of(result) ^ ((k & 2) << 30));
}

INLINE Vector sine(Vector x) {
  /* Where the argument is its own sine; keeps −0. */
  return choose(absolute(x) < CONSTANT(1e-4f), x, sine_of(x, 0));
}
INLINE Vector cosine(Vector x) { return sine_of(x, 1); }

/* log₂ x in float64 for positive x, ±∞ at the ends. */
INLINE Doubles base_2_logarithm(Doubles x) {
  Longs shifted = (Longs)x - 0x3fe6a09e667f3bcd; /* the bits of √½ */
  Longs exponent = shifted >> 52;
  Doubles m = (Doubles)((shifted & 0xfffffffffffff) + 0x3fe6a09e667f3bcd);
  /* ln m = 2·artanh t */
  Doubles t = (m - 1) / (m + 1);
  Doubles z = t * t;
  Doubles p = z * (2.0 / 15) + 2.0 / 13;
  p = p * z + 2.0 / 11;
  p = p * z + 2.0 / 9;
  p = p * z + 2.0 / 7;
  p = p * z + 2.0 / 5;
  p = p * z + 2.0 / 3;
  p = p * z + 2.0;
  Doubles result = __builtin_convertvector(exponent, Doubles) + p * t * 1.4426950408889634;
  const Doubles infinite = (double)INFINITE - (Doubles){};
  result = choose_doubles(x == 0, -infinite, result);
  return choose_doubles(x == infinite, infinite, result);
}

/* 2ˣ in float64 for results within the range of float32, 0 or ∞ beyond; anything for NaN. */
INLINE Doubles power_of_2(Doubles x) {
  const double round = 6755399441055744.0; /* 1.5·2⁵² */
  const Doubles zero = {};
  x = choose_doubles(x > 200, zero + 200, x);
  x = choose_doubles(x < -200, zero - 200, x);
  Doubles shifted = x + round;
  Doubles r = (x - (shifted - round)) * 0.6931471805599453;
  Doubles p = r * (1.0 / 40320) + 1.0 / 5040;
  p = p * r + 1.0 / 720;
  p = p * r + 1.0 / 120;
  p = p * r + 1.0 / 24;
  p = p * r + 1.0 / 6;
  p = p * r + 0.5;
  p = p * r + 1;
  p = p * r + 1;
  Longs exponent = (Longs)shifted - (Longs)(zero + round);
  return (Doubles)((Longs)p + (exponent << 52));
}

/* xʸ as JavaScript has it: 1 for y = 0, NaN for (±1)^±∞ and for a negative x unless y is whole. */
INLINE Vector power(Vector x, Vector y) {
  Doubles exponent = __builtin_convertvector(y, Doubles);
  Doubles size = __builtin_convertvector(absolute(x), Doubles);
  Vector result = __builtin_convertvector(power_of_2(exponent * base_2_logarithm(size)), Vector);
  Integers negative = bits_of(x) < 0;
  Integers whole = round_down(y) == y;
  Vector half = y * CONSTANT(0.5f);
  /* From 2²⁴ on every whole number is even, infinity with them. */
  Integers odd = whole & (round_down(half) != half) & (absolute(y) < CONSTANT(16777216.0f));
  result = from_bits(bits_of(result) ^ (negative & odd & (-2147483647 - 1)));
  Integers infinite = absolute(y) == CONSTANT(INFINITE);
  Integers undefined = (x < splat(0)) & ~whole & (absolute(x) < CONSTANT(INFINITE));
  undefined |= ((absolute(x) == CONSTANT(1)) & infinite) | is_nan(x) | is_nan(y);
  result = choose(undefined, CONSTANT(NOT_A_NUMBER), result);
  return choose(y == splat(0), CONSTANT(1), result);
}

#endif
