#include "elementwise.h"

#include "math.h"

/* The ops of src/graph/op.ts; src/program/encode.ts numbers them the same. */
enum Op {
  NEG, ABS, SIGN, FLOOR, EXP, LOG, LOG1P, SQRT, SIN, COS, TANH, SIGMOID, TO_FLOAT, TO_INT,
  ADD, SUB, MUL, DIV, MAXIMUM, MINIMUM, POW, LESS, LESS_EQUAL, EQUAL, SELECT
};

INLINE Vector truth(Integers mask) { return from_bits(mask & bits_of(CONSTANT(1))); }

INLINE Vector sign_of(Vector x) {
  return select(x > splat(0), CONSTANT(1), select(x < splat(0), CONSTANT(-1), x));
}

#define LOOP(expression)                                                                                              \
  for (int32_t index = 0; index < count; index += LANES, at_a += a.step) store(to + index, expression);               \
  break;
#define LOOP_2(expression)                                                                                            \
  for (int32_t index = 0; index < count; index += LANES, at_a += a.step, at_b += b.step)                              \
    store(to + index, expression);                                                                                    \
  break;

void run_step(int32_t op, float *to, Location a, Location b, Location c, int32_t count) {
  const float *at_a = a.at, *at_b = b.at, *at_c = c.at;
#define A load(at_a)
#define B load(at_b)
  switch (op) {
    case NEG: LOOP(-A)
    case ABS: LOOP(absolute(A))
    case SIGN: LOOP(sign_of(A))
    case FLOOR: LOOP(round_down(A))
    case EXP: LOOP(exponential(A))
    case LOG: LOOP(logarithm(A))
    case LOG1P: LOOP(logarithm_of_1_plus(A))
    case SQRT: LOOP(square_root(A))
    case SIN: LOOP(sine(A))
    case COS: LOOP(cosine(A))
    case TANH: LOOP(hyperbolic_tangent(A))
    case SIGMOID: LOOP(logistic(A))
    case TO_FLOAT: LOOP(to_floats(load_integers(at_a)))
    case TO_INT: LOOP(from_bits(to_integers(A)))
    case ADD: LOOP_2(A + B)
    case SUB: LOOP_2(A - B)
    case MUL: LOOP_2(A * B)
    case DIV: LOOP_2(A / B)
    case MAXIMUM: LOOP_2(maximum(A, B))
    case MINIMUM: LOOP_2(minimum(A, B))
    case POW: LOOP_2(power(A, B))
    case LESS: LOOP_2(truth(A < B))
    case LESS_EQUAL: LOOP_2(truth(A <= B))
    case EQUAL: LOOP_2(truth(A == B))
    case SELECT:
      for (int32_t index = 0; index < count; index += LANES, at_a += a.step, at_b += b.step, at_c += c.step)
        store(to + index, select(A != splat(0), B, load(at_c)));
      break;
  }
}
