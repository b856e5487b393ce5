#include "elementwise.h"

#include "vector.h"

INLINE Vector truth(Integers mask) { return from_bits(mask & bits_of(CONSTANT(1))); }

INLINE Vector sign_of(Vector x) {
  return choose(x > splat(0), CONSTANT(1), choose(x < splat(0), CONSTANT(-1), x));
}

#define LOOP(expression)                                                                                              \
  for (int32_t index = 0; index < count; index += LANES, at_a += a.step) store(to + index, expression);               \
  break;
#define LOOP_2(expression)                                                                                            \
  for (int32_t index = 0; index < count; index += LANES, at_a += a.step, at_b += b.step)                              \
    store(to + index, expression);                                                                                    \
  break;

#define LOOP_3(expression)                                                                                             \
  for (int32_t index = 0; index < count; index += LANES, at_a += a.step, at_b += b.step, at_c += c.step)               \
    store(to + index, expression);                                                                                     \
  break;
/* The four ops that begin with one. */
#define PAIRS(first, inner)                                                                                            \
  case first: LOOP_3((inner) + C)                                                                                      \
  case first + 1: LOOP_3((inner) - C)                                                                                  \
  case first + 2: LOOP_3(C - (inner))                                                                                  \
  case first + 3: LOOP_3((inner) * C)

void run_step(int32_t op, float *to, Location a, Location b, Location c, int32_t count) {
  if (op <= SIGMOID) return run_exponential(op, to, a, count);
  if (op <= POW) return run_float64(op, to, a, b, count);
  const float *at_a = a.at, *at_b = b.at, *at_c = c.at;
#define A load(at_a)
#define B load(at_b)
#define C load(at_c)
  switch (op) {
    case NEG: LOOP(-A)
    case ABS: LOOP(absolute(A))
    case SIGN: LOOP(sign_of(A))
    case FLOOR: LOOP(round_down(A))
    case SQRT: LOOP(square_root(A))
    case TO_FLOAT: LOOP(to_floats(load_integers(at_a)))
    case TO_INT: LOOP(from_bits(to_integers(A)))
    case ADD: LOOP_2(A + B)
    case SUB: LOOP_2(A - B)
    case MUL: LOOP_2(A * B)
    case DIV: LOOP_2(A / B)
    case MAXIMUM: LOOP_2(maximum(A, B))
    case MINIMUM: LOOP_2(minimum(A, B))
    case LESS: LOOP_2(truth(A < B))
    case LESS_EQUAL: LOOP_2(truth(A <= B))
    case EQUAL: LOOP_2(truth(A == B))
    case SELECT: LOOP_3(choose(A != splat(0), B, C))
    PAIRS(ADD_THEN, A + B)
    PAIRS(SUB_THEN, A - B)
    PAIRS(MUL_THEN, A * B)
  }
}
