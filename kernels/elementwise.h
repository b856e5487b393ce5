/* The steps of a map: each op is one loop over a tile. */
#ifndef RONDO_ELEMENTWISE_H
#define RONDO_ELEMENTWISE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Numbered the same in src/program/map-steps.ts. Those up to SIGMOID are in exponential.c, those up to POW in float64.c.
 * ADD_THEN and those after it are the first of four each: (a ∘ b) + c, (a ∘ b) − c, c − (a ∘ b) and (a ∘ b) · c.
 */
enum Op {
  EXP, LOG, LOG1P, TANH, SIGMOID, SIN, COS, POW,
  NEG, ABS, SIGN, FLOOR, SQRT, TO_FLOAT, TO_INT,
  ADD, SUB, MUL, DIV, MAXIMUM, MINIMUM, LESS, LESS_EQUAL, EQUAL, SELECT,
  ADD_THEN, SUB_THEN = ADD_THEN + 4, MUL_THEN = SUB_THEN + 4
};

/* A tile; with a step of 0, one vector that stands for all of it. */
typedef struct {
  float *at;
  ptrdiff_t step;
} Location;

/*
 * Apply op to `count` elements and, to fill the last vector, up to the machine's lanes − 1 more; `to` may be an operand.
 * Operands are readable for one vector more.
 */
void run_step(int32_t op, float *to, Location a, Location b, Location c, int32_t count);
void run_exponential(int32_t op, float *to, Location a, int32_t count);
void run_float64(int32_t op, float *to, Location a, Location b, int32_t count);

#endif
