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

/*
 * x = n·ln 2 + r with |r| ≤ ½ ln 2, for |x| < 2¹⁵. `shifted` has n in its low bits: 1.5·2²³ + n.
 */
INLINE Vector reduce_by_ln2(Vector x, Vector *shifted) {
  const Vector round = CONSTANT(12582912.0f);
  *shifted = x * CONSTANT(1.44269504f) + round;
  Vector whole = *shifted - round;
  return x - whole * CONSTANT(0.693145751953125f) - whole * CONSTANT(1.42860682e-6f);
}

/* 2ⁿ for whole n in −126 … 127, and ∞ for 128: what is above n's bits is shifted out. */
INLINE Vector whole_power_of_2(Vector shifted) {
  return from_bits((bits_of(shifted) << 23) + INTEGER_CONSTANT(127 << 23));
}

/* (eʳ − 1 − r)/r² for |r| ≤ ½ ln 2, in an order that leaves little to wait for. */
INLINE Vector exponential_tail(Vector r, Vector square) {
  Vector low = multiply_add(CONSTANT(1.6666515e-1f), r, CONSTANT(4.9999993e-1f));
  Vector high = multiply_add(CONSTANT(8.3694188e-3f), r, CONSTANT(4.1668457e-2f));
  return multiply_add(multiply_add(CONSTANT(1.3813143e-3f), square, high), square, low);
}

INLINE Vector exponential(Vector x) {
  /* Outside, the result is ∞ or 0 anyway; NaN stays. */
  Vector shifted;
  Vector r = reduce_by_ln2(at_least(at_most(x, CONSTANT(89.0f)), CONSTANT(-104.0f)), &shifted);
  Vector square = r * r;
  Integers n = bits_of(shifted) - INTEGER_CONSTANT(0x4b400000);
  return scale(multiply_add(exponential_tail(r, square), square, r) + CONSTANT(1), n);
}

/* eˣ − 1 for |x| < 80, accurate near 0. */
INLINE Vector exponential_minus_1(Vector x) {
  Vector shifted;
  Vector r = reduce_by_ln2(x, &shifted);
  Vector square = r * r;
  Vector low = multiply_add(CONSTANT(1.6666539e-1f), r, CONSTANT(4.9999998e-1f));
  Vector high = multiply_add(CONSTANT(8.3671809e-3f), r, CONSTANT(4.1667221e-2f));
  Vector tail = multiply_add(multiply_add(CONSTANT(1.3882396e-3f), square, high), square, low);
  Vector power = whole_power_of_2(shifted);
  return multiply_add(power, multiply_add(tail, square, r), power - CONSTANT(1));
}

/* tanh x = e / (e + 2) with e = e²ˣ − 1; 1 in float32 from |x| = 9.02 on. */
INLINE Vector hyperbolic_tangent(Vector x) {
  Vector clamped = at_least(at_most(x, CONSTANT(10)), CONSTANT(-10));
  Vector e = exponential_minus_1(clamped + clamped);
  return e / (e + CONSTANT(2));
}

/*
 * 1 / (1 + e⁻ˣ). The reduction is that of −x with the signs in its constants, and e⁻ˣ, which stands beside 1, need not be
 * exact where it is below the smallest normal number or above 2¹²⁸.
 */
INLINE Vector logistic(Vector x) {
  const Vector round = CONSTANT(12582912.0f);
  Vector clamped = at_most(at_least(x, CONSTANT(-88.7f)), CONSTANT(87.0f));
  Vector shifted = clamped * CONSTANT(-1.44269504f) + round;
  Vector whole = shifted - round;
  Vector r = clamped + whole * CONSTANT(0.693145751953125f) + whole * CONSTANT(1.42860682e-6f);
  Vector square = r * r;
  Vector low = multiply_add(CONSTANT(-1.6666515e-1f), r, CONSTANT(4.9999993e-1f));
  Vector high = multiply_add(CONSTANT(-8.3694188e-3f), r, CONSTANT(4.1668457e-2f));
  Vector tail = multiply_add(multiply_add(CONSTANT(1.3813143e-3f), square, high), square, low);
  return CONSTANT(1) / (CONSTANT(1) + (multiply_add(tail, square, -r) + CONSTANT(1)) * whole_power_of_2(shifted));
}

/* ln x = e·ln 2 + ln(1 + f) with 1 + f in √½ … √2. */
INLINE Vector logarithm(Vector x) {
  Integers denormal = x < CONSTANT(1.17549435e-38f);
  Vector normal = choose(denormal, x * CONSTANT(8388608.0f), x);
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
  result = choose(x == splat(0), CONSTANT(-INFINITE), result);
  result = choose((x == CONSTANT(INFINITE)) | is_nan(x), x, result);
  return choose(x < splat(0), CONSTANT(NOT_A_NUMBER), result);
}

/* ln(1 + x) = ln u + (x − (u − 1))/u, where u is the rounded 1 + x: the second term is what rounding lost. */
INLINE Vector logarithm_of_1_plus(Vector x) {
  Vector u = CONSTANT(1) + x;
  Vector lost = (x - (u - CONSTANT(1))) / u;
  Vector result = logarithm(u);
  result = choose((u > splat(0)) & (u < CONSTANT(INFINITE)), result + lost, result);
  return choose(u == CONSTANT(1), x, result);
}

#endif
