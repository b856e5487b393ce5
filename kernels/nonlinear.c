/*
 * The steps of a map that take long: elementary functions. Each of their operations waits for the one before, so that two
 * vectors are worked on at once.
 */
#define VECTOR_PARTS 2
#include "elementwise.h"
#include "math.h"

/* The first half of a vector, which is one of the machine's. */
INLINE void store_half(float *to, Vector x) {
  for (int32_t lane = 0; lane < MACHINE_LANES; lane++) to[lane] = x[lane];
}

#define LOOP(expression)                                                                                               \
  for (; index + LANES <= count; index += LANES, at_a += 2 * a.step, at_b += 2 * b.step) store(to + index, expression); \
  if (index < count) store_half(to + index, expression);                                                               \
  break;

void run_nonlinear(int32_t op, float *to, Location a, Location b, int32_t count) {
  const float *at_a = a.at, *at_b = b.at;
  int32_t index = 0;
  count = (count + MACHINE_LANES - 1) / MACHINE_LANES * MACHINE_LANES;
#define A load(at_a)
#define B load(at_b)
  switch (op) {
    case EXP: LOOP(exponential(A))
    case LOG: LOOP(logarithm(A))
    case LOG1P: LOOP(logarithm_of_1_plus(A))
    case SIN: LOOP(sine(A))
    case COS: LOOP(cosine(A))
    case TANH: LOOP(hyperbolic_tangent(A))
    case SIGMOID: LOOP(logistic(A))
    case POW: LOOP(power(A, B))
  }
}
