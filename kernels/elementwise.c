#include "elementwise.h"

#include "vector.h"

INLINE Vector truth(Integers mask) { return from_bits(mask & bits_of(CONSTANT(1))); }

INLINE Vector sign_of(Vector x) {
  return choose(x > splat(0), CONSTANT(1), choose(x < splat(0), CONSTANT(-1), x));
}

/*
 * Rows that are no whole number of vectors end with one that overlaps the vector before it. It is made first and stored
 * last: what lies there may be an operand.
 */
#define LOOP(expression)                                                                                               \
  for (int32_t row = 0; row < rows; row++, a.at += a.row, b.at += b.row, c.at += c.row, to.at += to.row) {             \
    const float *at_a = last_of(a, columns), *at_b = last_of(b, columns), *at_c = last_of(c, columns);                 \
    Vector last = splat(0);                                                                                            \
    if (columns % LANES != 0) last = expression;                                                                       \
    at_a = a.at, at_b = b.at, at_c = c.at;                                                                             \
    for (int32_t column = 0; column + LANES <= columns;                                                                \
         column += LANES, at_a += a.step, at_b += b.step, at_c += c.step)                                              \
      store(to.at + column, expression);                                                                               \
    if (columns % LANES != 0) store(to.at + columns - LANES, last);                                                    \
  }                                                                                                                    \
  break;
/* The four ops that begin with one. */
#define PAIRS(first, inner)                                                                                            \
  case first: LOOP((inner) + C)                                                                                      \
  case first + 1: LOOP((inner) - C)                                                                                  \
  case first + 2: LOOP(C - (inner))                                                                                  \
  case first + 3: LOOP((inner) * C)

INLINE const float *last_of(Location from, int32_t columns) { return from.at + (from.step ? columns - LANES : 0); }

static void run_rows(int32_t op, Location to, Location a, Location b, Location c, int32_t rows, int32_t columns) {
  if (op == LOG || op == LOG1P) return run_logarithm(op, to, a, rows, columns);
  if (op <= SIGMOID) return run_exponential(op, to, a, rows, columns);
  if (op <= POW) return run_float64(op, to, a, b, rows, columns);
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
    case ADD: LOOP(A + B)
    case SUB: LOOP(A - B)
    case MUL: LOOP(A * B)
    case DIV: LOOP(A / B)
    case MAXIMUM: LOOP(maximum(A, B))
    case MINIMUM: LOOP(minimum(A, B))
    case LESS: LOOP(truth(A < B))
    case LESS_EQUAL: LOOP(truth(A <= B))
    case EQUAL: LOOP(truth(A == B))
    case SELECT: LOOP(choose(A != splat(0), B, C))
    PAIRS(ADD_THEN, A + B)
    PAIRS(SUB_THEN, A - B)
    PAIRS(MUL_THEN, A * B)
  }
}

/* A row that is shorter than a vector, brought to where a vector fits. */
static Location aside(Location from, float *to, int32_t columns) {
  for (int32_t lane = 0; lane < LANES; lane++) to[lane] = from.at[from.step && lane >= columns ? 0 : lane];
  return (Location){to, LANES, 0};
}

void run_step(int32_t op, Location to, Location a, Location b, Location c, int32_t rows, int32_t columns) {
  if (columns >= LANES) return run_rows(op, to, a, b, c, rows, columns);
  for (int32_t row = 0; row < rows; row++, a.at += a.row, b.at += b.row, c.at += c.row, to.at += to.row) {
    float operands[3][LANES], result[LANES];
    const Location out = {result, LANES, 0};
    run_rows(op, out, aside(a, operands[0], columns), aside(b, operands[1], columns), aside(c, operands[2], columns), 1,
             LANES);
    for (int32_t column = 0; column < columns; column++) to.at[column] = result[column];
  }
}
