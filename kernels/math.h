/*
 * Elementary functions of vectors, within a few units in the last place of float32 and exact at the edges: infinities,
 * NaN, zeros and the largest arguments. The polynomials are minimax fits made for these intervals.
 */
#ifndef RONDO_MATH_H
#define RONDO_MATH_H

#include "vector.h"

#define INFINITE __builtin_inff()
#define NOT_A_NUMBER __builtin_nanf("")

/* 2ⁿ for n in −252 … 254, as two factors so that results may be denormal or overflow at the right place. */
INLINE Vector scale(Vector x, Integers n) {
  Integers half = n >> 1;
  return x * from_bits((half + INTEGER_CONSTANT(127)) << 23) * from_bits((n - half + INTEGER_CONSTANT(127)) << 23);
}

/* x = n·ln 2 + r with |r| ≤ ½ ln 2, for |x| < 2¹⁵. */
INLINE Vector reduce_by_ln2(Vector x, Integers *n) {
  const Vector round = CONSTANT(12582912.0f); /* 1.5·2²³: adding it leaves the rounded number in the low bits */
  Vector shifted = x * CONSTANT(1.44269504f) + round;
  Vector whole = shifted - round;
  *n = bits_of(shifted) - bits_of(round);
  return x - whole * CONSTANT(0.693145751953125f) - whole * CONSTANT(1.42860682e-6f);
}

/* (eʳ − 1 − r)/r² for |r| ≤ ½ ln 2, in an order that leaves little to wait for. */
INLINE Vector exponential_tail(Vector r, Vector square) {
  Vector low = multiply_add(CONSTANT(1.6666515e-1f), r, CONSTANT(4.9999993e-1f));
  Vector high = multiply_add(CONSTANT(8.3694188e-3f), r, CONSTANT(4.1668457e-2f));
  return multiply_add(multiply_add(CONSTANT(1.3813143e-3f), square, high), square, low);
}

INLINE Vector exponential(Vector x) {
  /* Outside, the result is ∞ or 0 anyway; NaN stays. */
  Integers n;
  Vector r = reduce_by_ln2(at_least(at_most(x, CONSTANT(89.0f)), CONSTANT(-104.0f)), &n);
  Vector square = r * r;
  return scale(multiply_add(exponential_tail(r, square), square, r) + CONSTANT(1), n);
}

/* eˣ for use beside 1: at least the smallest normal number, and ∞ already from 88.38 on, where n is 128. */
INLINE Vector exponential_beside_1(Vector x) {
  Integers n;
  Vector r = reduce_by_ln2(at_least(at_most(x, CONSTANT(88.7f)), CONSTANT(-87.0f)), &n);
  Vector square = r * r;
  Vector p = multiply_add(exponential_tail(r, square), square, r) + CONSTANT(1);
  return p * from_bits((n + INTEGER_CONSTANT(127)) << 23);
}

/* eˣ − 1 for |x| < 80, accurate near 0. */
INLINE Vector exponential_minus_1(Vector x) {
  Integers n;
  Vector r = reduce_by_ln2(x, &n);
  Vector square = r * r;
  Vector low = multiply_add(CONSTANT(1.6666539e-1f), r, CONSTANT(4.9999998e-1f));
  Vector high = multiply_add(CONSTANT(8.3671809e-3f), r, CONSTANT(4.1667221e-2f));
  Vector tail = multiply_add(multiply_add(CONSTANT(1.3882396e-3f), square, high), square, low);
  Vector power = from_bits((n + INTEGER_CONSTANT(127)) << 23);
  return multiply_add(power, multiply_add(tail, square, r), power - CONSTANT(1));
}

/* tanh x = e / (e + 2) with e = e²ˣ − 1; 1 in float32 from |x| = 9.02 on. */
INLINE Vector hyperbolic_tangent(Vector x) {
  Vector clamped = at_least(at_most(x, CONSTANT(10)), CONSTANT(-10));
  Vector e = exponential_minus_1(clamped + clamped);
  return e / (e + CONSTANT(2));
}

INLINE Vector logistic(Vector x) { return CONSTANT(1) / (CONSTANT(1) + exponential_beside_1(-x)); }

/* ln x = e·ln 2 + ln(1 + f) with 1 + f in √½ … √2. */
INLINE Vector logarithm(Vector x) {
  Integers denormal = x < CONSTANT(1.17549435e-38f);
  Vector normal = select(denormal, x * CONSTANT(8388608.0f), x);
  /* The bits of √½ make the split between exponents. */
  Integers shifted = bits_of(normal) - INTEGER_CONSTANT(0x3f3504f3);
  Integers exponent = shifted >> 23;
  Vector f = from_bits((shifted & INTEGER_CONSTANT(0x7fffff)) + INTEGER_CONSTANT(0x3f3504f3)) - CONSTANT(1);
  Vector whole = to_floats(exponent - (denormal & INTEGER_CONSTANT(23)));
  Vector p = CONSTANT(-7.6344831e-2f);
  p = multiply_add(p, f, CONSTANT(1.2761564e-1f));
  p = multiply_add(p, f, CONSTANT(-1.3160182e-1f));
  p = multiply_add(p, f, CONSTANT(1.4201760e-1f));
  p = multiply_add(p, f, CONSTANT(-1.6623358e-1f));
  p = multiply_add(p, f, CONSTANT(2.0001227e-1f));
  p = multiply_add(p, f, CONSTANT(-2.5000821e-1f));
  p = multiply_add(p, f, CONSTANT(3.3333332e-1f));
  Vector square = f * f;
  Vector tail = multiply_add(p, square * f, whole * CONSTANT(1.42860682e-6f)) - CONSTANT(0.5f) * square;
  Vector result = whole * CONSTANT(0.693145751953125f) + (f + tail);
  result = select(x == splat(0), CONSTANT(-INFINITE), result);
  result = select((x == CONSTANT(INFINITE)) | is_nan(x), x, result);
  return select(x < splat(0), CONSTANT(NOT_A_NUMBER), result);
}

/* ln(1 + x) = ln u + (x − (u − 1))/u, where u is the rounded 1 + x: the second term is what rounding lost. */
INLINE Vector logarithm_of_1_plus(Vector x) {
  Vector u = CONSTANT(1) + x;
  Vector lost = (x - (u - CONSTANT(1))) / u;
  Vector result = logarithm(u);
  result = select((u > splat(0)) & (u < CONSTANT(INFINITE)), result + lost, result);
  return select(u == CONSTANT(1), x, result);
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
  Vector result = select((k & 1) == 0, s, c);
  return from_bits(bits_of(result) ^ ((k & 2) << 30));
}

INLINE Vector sine(Vector x) {
  /* Where the argument is its own sine; keeps −0. */
  return select(absolute(x) < CONSTANT(1e-4f), x, sine_of(x, 0));
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
  result = select_doubles(x == 0, -infinite, result);
  return select_doubles(x == infinite, infinite, result);
}

/* 2ˣ in float64 for results within the range of float32, 0 or ∞ beyond; anything for NaN. */
INLINE Doubles power_of_2(Doubles x) {
  const double round = 6755399441055744.0; /* 1.5·2⁵² */
  const Doubles zero = {};
  x = select_doubles(x > 200, zero + 200, x);
  x = select_doubles(x < -200, zero - 200, x);
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
  result = select(undefined, CONSTANT(NOT_A_NUMBER), result);
  return select(y == splat(0), CONSTANT(1), result);
}

#endif
