/*
 * Elementwise work: a chain of steps over tiles small enough to stay in the nearest cache. Each step is one loop over the
 * whole tile. Values between steps lie in registers, each a tile of contiguous memory; inputs and outputs whose columns
 * are neighbours are read and written where they lie.
 *
 * Words: code, length, rank, unit, columns and rows of a tile, number of registers, numbers, inputs, outputs and steps;
 * sizes [rank]; the numbers' bits; inputs [mode, register, view]; outputs [direct, register, source, view];
 * steps [op, result, 3 operands]. Results, sources and operands are locations: registers, then numbers, inputs, outputs.
 */
#include "elementwise.h"
#include "program.h"
#include "vector.h"

enum { HEAD = 11 };

/* How an input reaches the steps: where it lies, copied to a register, or as one number for all elements. */
enum Mode { IN_PLACE, LOADED, SINGLE };

typedef struct {
  int32_t rank, unit, columns, rows, registers, numbers, inputs, outputs, steps;
  const int32_t *sizes, *number_bits, *input_words, *output_words, *step_words;
  int32_t input_length, output_length;
  /* Elements of a register: a tile, and whole vectors. */
  int32_t register_size;
} Map;

/*
 * Rows of a tile so that vectors fill it, if fewer than were planned can do that. WebAssembly, whose vectors are small,
 * has more from larger tiles.
 */
static int32_t rows_that_fill(int32_t rows, int32_t columns) {
#if defined(__wasm__)
  (void)columns;
#else
  int32_t step = LANES;
  for (; step > 1 && columns % 2 == 0; columns /= 2) step /= 2;
  if (rows > step) rows -= rows % step;
#endif
  return rows;
}

static Map read_map(const int32_t *words) {
  Map map = {
      .rank = words[2], .unit = words[3], .columns = words[4], .rows = words[5], .registers = words[6],
      .numbers = words[7], .inputs = words[8], .outputs = words[9], .steps = words[10]};
  map.rows = rows_that_fill(map.rows, map.columns);
  map.register_size = (map.columns * map.rows + LANES - 1) / LANES * LANES;
  map.input_length = 2 + VIEW_WORDS + map.rank;
  map.output_length = 3 + VIEW_WORDS + map.rank;
  map.sizes = words + HEAD;
  map.number_bits = map.sizes + map.rank;
  map.input_words = map.number_bits + map.numbers;
  map.output_words = map.input_words + map.inputs * map.input_length;
  map.step_words = map.output_words + map.outputs * map.output_length;
  return map;
}

static int32_t locations_of(const Map *map) { return map->registers + map->numbers + map->inputs + map->outputs; }

/* Work memory: registers, a vector for each number and each input (for those that are single), locations. */
ptrdiff_t map_work(const int32_t *words) {
  Map map = read_map(words);
  ptrdiff_t location = sizeof(Location) / sizeof(float);
  return map.registers * map.register_size + (map.numbers + map.inputs) * LANES + locations_of(&map) * location;
}

INLINE void copy_neighbours(float *to, const float *from, int32_t count) {
  int32_t index = 0;
  for (; index + LANES <= count; index += LANES) store(to + index, load(from + index));
  for (; index < count; index++) to[index] = from[index];
}

/* The same value in neighbours. */
INLINE void fill(float *to, float value, int32_t count) {
  int32_t index = 0;
  for (; index + LANES <= count; index += LANES) store(to + index, splat(value));
  for (; index < count; index++) to[index] = value;
}

/* Copies a strided tile to contiguous memory. */
static void load_tile(float *to, const float *from, ptrdiff_t row_stride, ptrdiff_t stride, int32_t rows,
                      int32_t columns) {
  for (int32_t row = 0; row < rows; row++, to += columns, from += row_stride) {
    if (stride == 1) copy_neighbours(to, from, columns);
    else if (stride == 0) fill(to, *from, columns);
    else {
      for (int32_t column = 0; column < columns; column++) to[column] = from[column * stride];
    }
  }
}

static void store_tile(float *to, ptrdiff_t row_stride, ptrdiff_t stride, Location from, int32_t rows,
                       int32_t columns) {
  for (int32_t row = 0; row < rows; row++, from.at += from.row, to += row_stride) {
    if (from.step == 0) {
      for (int32_t column = 0; column < columns; column++) to[column * stride] = *from.at;
    } else if (stride == 1) copy_neighbours(to, from.at, columns);
    else {
      for (int32_t column = 0; column < columns; column++) to[column * stride] = from.at[column];
    }
  }
}

/* Whether the rows of a tile follow one another without a gap, so that they may be taken for one. */
static inline int is_one_row(Location tile, int32_t columns) { return tile.row == columns || tile.step == 0; }

static void run_tile_step(int32_t op, Location to, Location a, Location b, Location c, int32_t rows, int32_t columns) {
  if (is_one_row(to, columns) && is_one_row(a, columns) && is_one_row(b, columns) && is_one_row(c, columns))
    run_step(op, to, a, b, c, 1, rows * columns);
  else run_step(op, to, a, b, c, rows, columns);
}

/* The part of a view that a tile covers. */
static Location tile_of(const Map *map, const int32_t *view, const Counter *counter, const Frame *frame, int32_t row,
                        int32_t column) {
  const int32_t *strides = strides_of(view);
  const int32_t last = map->rank - 1;
  const ptrdiff_t row_stride = last > 0 ? strides[last - 1] : 0;
  float *at = first_row_of(view, map->unit, frame) + offset_at(counter, strides);
  return (Location){at + row * row_stride + (ptrdiff_t)column * strides[last], LANES, row_stride};
}

static void run_tile(const Map *map, Location *locations, const Counter *counter, const Frame *frame, int32_t row,
                     int32_t rows, int32_t column, int32_t columns) {
  const int32_t last = map->rank - 1;
  Location *inputs = locations + map->registers + map->numbers;
  Location *outputs = inputs + map->inputs;
  for (int32_t r = 0; r < map->registers; r++) locations[r].row = columns;

  for (int32_t i = 0; i < map->inputs; i++) {
    const int32_t *words = map->input_words + i * map->input_length;
    if (words[0] == SINGLE) continue;
    const Location from = tile_of(map, words + 2, counter, frame, row, column);
    if (words[0] == IN_PLACE) inputs[i] = from;
    else {
      inputs[i].row = columns;
      load_tile(inputs[i].at, from.at, from.row, strides_of(words + 2)[last], rows, columns);
    }
  }

  for (int32_t o = 0; o < map->outputs; o++) {
    const int32_t *words = map->output_words + o * map->output_length;
    outputs[o] = words[0] ? tile_of(map, words + 3, counter, frame, row, column) : locations[words[1]];
  }

  for (int32_t s = 0; s < map->steps; s++) {
    const int32_t *step = map->step_words + s * 5;
    run_tile_step(step[0], locations[step[1]], locations[step[2]], locations[step[3]], locations[step[4]], rows,
                  columns);
  }

  for (int32_t o = 0; o < map->outputs; o++) {
    const int32_t *words = map->output_words + o * map->output_length;
    if (words[0]) continue;
    const Location to = tile_of(map, words + 3, counter, frame, row, column);
    store_tile(to.at, to.row, strides_of(words + 3)[last], locations[words[2]], rows, columns);
  }
}

/* Gives each location its place in work memory; inputs and outputs that lie elsewhere are set for each tile. */
static Location *prepare(const Map *map, const Frame *frame) {
  float *registers = frame->work;
  float *vectors = registers + map->registers * map->register_size;
  Location *locations = (Location *)(vectors + (map->numbers + map->inputs) * LANES);
  Location *location = locations;
  for (int32_t r = 0; r < map->registers; r++) *location++ = (Location){registers + r * map->register_size, LANES, 0};
  for (int32_t n = 0; n < map->numbers; n++, vectors += LANES) {
    store_integers(vectors, splat_integer(map->number_bits[n]));
    *location++ = (Location){vectors, 0, 0};
  }
  for (int32_t i = 0; i < map->inputs; i++, vectors += LANES) {
    const int32_t *words = map->input_words + i * map->input_length;
    if (words[0] == SINGLE) {
      store(vectors, splat(*place_of(words + 2, frame)));
      *location++ = (Location){vectors, 0, 0};
    } else {
      *location++ = (Location){registers + words[1] * map->register_size, LANES, 0};
    }
  }
  for (int32_t o = 0; o < map->outputs; o++) *location++ = (Location){NULL, LANES, 0};
  return locations;
}

void run_map(const int32_t *words, const Frame *frame) {
  const Map map = read_map(words);
  int32_t sizes[MAX_RANK];
  read_sizes(sizes, map.sizes, map.rank, map.unit, frame);
  if (is_empty(map.rank, sizes)) return;

  const int32_t rows = map.rank > 1 ? sizes[map.rank - 2] : 1;
  const int32_t columns = sizes[map.rank - 1];
  const int32_t outer = map.rank > 2 ? map.rank - 2 : 0;
  const int32_t across = (columns + map.columns - 1) / map.columns;
  const int32_t down = (rows + map.rows - 1) / map.rows;
  const int64_t tile_size = (int64_t)map.columns * map.rows * (1 + map.steps);
  const Share share = share_of(frame, count_of(outer, sizes) * down * across, tile_size);
  if (share.first == share.end) return;

  Location *locations = prepare(&map, frame);
  Counter counter = counter_of(outer, sizes);
  go_to(&counter, share.first / across / down);
  int32_t row = share.first / across % down * map.rows;
  int32_t column = share.first % across * map.columns;
  for (int32_t left = share.end - share.first; left > 0; left--) {
    const int32_t tile_rows = rows - row < map.rows ? rows - row : map.rows;
    const int32_t tile_columns = columns - column < map.columns ? columns - column : map.columns;
    run_tile(&map, locations, &counter, frame, row, tile_rows, column, tile_columns);
    column += map.columns;
    if (column < columns) continue;
    column = 0;
    row += map.rows;
    if (row < rows) continue;
    row = 0;
    advance(&counter);
  }
}
