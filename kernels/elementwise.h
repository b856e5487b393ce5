/* The steps of a map: each op is one loop over a tile. */
#ifndef RONDO_ELEMENTWISE_H
#define RONDO_ELEMENTWISE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Numbered the same in src/program/map-steps.ts. Those up to SIGMOID are in exponential.c and logarithm.c, those up to POW in
 * float64.c.
 * ADD_THEN and those after it are the first of four each: (a ∘ b) + c, (a ∘ b) − c, c − (a ∘ b) and (a ∘ b) · c.
 */
enum Op {
  EXP, LOG, LOG1P, TANH, SIGMOID, SIN, COS, POW,
  NEG, ABS, SIGN, FLOOR, SQRT, TO_FLOAT, TO_INT,
  ADD, SUB, MUL, DIV, MAXIMUM, MINIMUM, LESS, LESS_EQUAL, EQUAL, SELECT,
  ADD_THEN, SUB_THEN = ADD_THEN + 4, MUL_THEN = SUB_THEN + 4
};

/* Rows of a tile: elements between neighbouring vectors and between rows. With a step of 0, one vector stands for all. */
typedef struct {
  float *at;
  ptrdiff_t step, row;
} Location;

/*
 * Apply op to the elements of `rows` rows of `columns`, and read and write nothing else. `to` may be an operand of
 * run_step where op comes after POW, and else lies apart from what the op reads. The others take rows of a vector at least.
 */
void run_step(int32_t op, Location to, Location a, Location b, Location c, int32_t rows, int32_t columns);
void run_exponential(int32_t op, Location to, Location a, int32_t rows, int32_t columns);
void run_logarithm(int32_t op, Location to, Location a, int32_t rows, int32_t columns);
void run_float64(int32_t op, Location to, Location a, Location b, int32_t rows, int32_t columns);

#endif
