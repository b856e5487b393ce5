/*
 * A program in 32-bit words, as src/program/encode.ts writes it: instructions one after another, each
 * [code, length in words, …], ended by a 0. Sizes, offsets and strides count elements of 4 bytes.
 *
 * Whatever runs is given by a frame, and there is no other state. Several threads, the members of a team, may run the
 * same program at once: each does its share of every instruction, with scratch and work memory of its own, and waits for
 * the others before the next. Shares are parts of the result, never of a sum, so that no bit depends on their number.
 */
#ifndef RONDO_PROGRAM_H
#define RONDO_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

enum Code { END, MAP, MATMUL, PACK, REDUCE, GATHER, SCATTER_ADD, COPY, RANDOM, SCAN, LOOP };

/* `SCAN_HEAD` and `LOOP_HEAD`: words of a scan or loop before its instructions. */
enum { SCRATCH = 2, MAX_RANK = 16, SCAN_HEAD = 14, LOOP_HEAD = 4 };

/* Elements of a cache line: where shares of what is written begin, if they can. */
enum { CACHE_LINE = 16 };

typedef struct {
  /* Where each slot begins. */
  float *const *slots;
  /* Memory that an instruction may use while it runs, of `work_size` elements. */
  float *work;
  /* Time index within the innermost scan or loop. */
  int32_t time;
  /* The rows to run, counted along dimension 0 of each instruction; all of them when `rows` is negative. */
  int32_t first_row;
  int32_t rows;
  /* The first of them within its block, whose scratch holds the rows of the block alone. */
  int32_t row_of_block;
  /* This member of the team and their number; 1 within the blocks of a scan, which belong to one member. */
  int32_t member;
  int32_t members;
  /* Counts the blocks of rows that members have taken since they last met; NULL for one member. */
  uint32_t *taken;
} Frame;

/* Some of the units of work that make up an instruction. */
typedef struct {
  int32_t first, end;
} Share;

/* Whether an instruction of so many elements or multiply-adds is for all members, or too little to be worth it. */
static inline int is_shared(const Frame *frame, int64_t size) {
  enum { WORTH_SHARING = 16384 };
  return frame->members > 1 && size >= WORTH_SHARING;
}

/* One of `parts` parts of `count` units, about as large as the others. */
static inline Share part_of(int32_t count, int64_t part, int32_t parts) {
  return (Share){(int32_t)((part * count + parts - 1) / parts), (int32_t)(((part + 1) * count + parts - 1) / parts)};
}

/* This member's share of `count` units, each of `size` elements or multiply-adds; few are all the first member's. */
static inline Share share_of(const Frame *frame, int32_t count, int64_t size) {
  if (is_shared(frame, count * size)) return part_of(count, frame->member, frame->members);
  return (Share){0, frame->member == 0 ? count : 0};
}

/*
 * A view in words: slot, offset, elements per time step, then a stride for each dimension. Encoding may merge dimension 0
 * with those after it; `unit` is the number of its entries that make one row of the batch.
 */
enum { VIEW_WORDS = 3 };

static inline float *place_of(const int32_t *view, const Frame *frame) {
  return frame->slots[view[0]] + view[1] + (ptrdiff_t)view[2] * frame->time;
}

/* Where a view begins whose first stride steps through the rows of the batch. */
static inline float *first_row_of(const int32_t *view, int32_t unit, const Frame *frame) {
  const int32_t row = view[0] == SCRATCH ? frame->row_of_block : frame->first_row;
  return place_of(view, frame) + (ptrdiff_t)row * unit * view[VIEW_WORDS];
}

static inline int32_t rows_in(const Frame *frame, int32_t size, int32_t unit) {
  return frame->rows < 0 ? size : frame->rows * unit;
}

/* The sizes to run, of which the first is that of the rows. */
static inline void read_sizes(int32_t *sizes, const int32_t *words, int32_t rank, int32_t unit, const Frame *frame) {
  for (int32_t axis = 0; axis < rank; axis++) sizes[axis] = axis == 0 ? rows_in(frame, words[0], unit) : words[axis];
}

static inline const int32_t *strides_of(const int32_t *view) { return view + VIEW_WORDS; }

/* Counts through the indices of `rank` dimensions in row-major order and moves up to 3 pointers along. */
typedef struct {
  int32_t rank;
  int32_t index[MAX_RANK];
  const int32_t *sizes;
} Counter;

static inline Counter counter_of(int32_t rank, const int32_t *sizes) {
  Counter counter = {.rank = rank, .sizes = sizes};
  for (int32_t axis = 0; axis < rank; axis++) counter.index[axis] = 0;
  return counter;
}

/* The place of the current index. */
static inline ptrdiff_t offset_at(const Counter *counter, const int32_t *strides) {
  ptrdiff_t offset = 0;
  for (int32_t axis = 0; axis < counter->rank; axis++) offset += (ptrdiff_t)counter->index[axis] * strides[axis];
  return offset;
}

/* Goes to the next index; returns 0 after the last. */
static inline int advance(Counter *counter) {
  for (int32_t axis = counter->rank - 1; axis >= 0; axis--) {
    if (++counter->index[axis] < counter->sizes[axis]) return 1;
    counter->index[axis] = 0;
  }
  return 0;
}

/* Goes to the index that comes after so many others. */
static inline void go_to(Counter *counter, int32_t position) {
  for (int32_t axis = counter->rank - 1; axis >= 0 && position > 0; axis--) {
    counter->index[axis] = position % counter->sizes[axis];
    position /= counter->sizes[axis];
  }
}

static inline int32_t count_of(int32_t rank, const int32_t *sizes) {
  int32_t count = 1;
  for (int32_t axis = 0; axis < rank; axis++) count *= sizes[axis];
  return count;
}

static inline int is_empty(int32_t rank, const int32_t *sizes) {
  for (int32_t axis = 0; axis < rank; axis++) {
    if (sizes[axis] <= 0) return 1;
  }
  return 0;
}

/*
 * This member's share of the elements of a shape that is not empty: stretches from `first` to `end` along the last
 * dimension of lines that `line` counts.
 */
typedef struct {
  Counter line;
  int32_t first, end;
  int32_t length, grain, per_line, next, left;
} Stretches;

/* Lines are cut only after a multiple of `grain` elements; each element is of `size`. */
static inline Stretches stretches_of(const Frame *frame, int32_t rank, const int32_t *sizes, int32_t grain,
                                     int64_t size) {
  const int32_t length = sizes[rank - 1];
  const int32_t per_line = (length + grain - 1) / grain;
  const Share share = share_of(frame, count_of(rank - 1, sizes) * per_line, grain * size);
  Stretches stretches = {.line = counter_of(rank - 1, sizes), .length = length, .grain = grain, .per_line = per_line};
  go_to(&stretches.line, share.first / per_line);
  stretches.next = share.first % per_line;
  stretches.left = share.end - share.first;
  return stretches;
}

/* Goes to the first or next stretch; returns 0 after the last. */
static inline int next_stretch(Stretches *at) {
  if (at->left == 0) return 0;
  if (at->next == at->per_line) {
    at->next = 0;
    advance(&at->line);
  }
  const int32_t count = at->left < at->per_line - at->next ? at->left : at->per_line - at->next;
  at->first = at->next * at->grain;
  at->next += count;
  at->left -= count;
  at->end = at->next == at->per_line ? at->length : at->next * at->grain;
  return 1;
}

void run_map(const int32_t *words, const Frame *frame);
void run_matmul(const int32_t *words, const Frame *frame);
void run_pack(const int32_t *words, const Frame *frame);
void run_reduce(const int32_t *words, const Frame *frame);
void run_gather(const int32_t *words, const Frame *frame);
void run_scatter_add(const int32_t *words, const Frame *frame);
void run_copy(const int32_t *words, const Frame *frame);
void run_random(const int32_t *words, const Frame *frame);
void run_scan(const int32_t *words, const Frame *frame);

/* Runs an instruction, a scan included. */
void run_instruction(const int32_t *words, const Frame *frame);

/* Elements of work memory that an instruction needs. */
ptrdiff_t map_work(const int32_t *words);
ptrdiff_t matmul_work(const int32_t *words);
ptrdiff_t reduce_work(const int32_t *words);

#endif
