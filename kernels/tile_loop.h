/*
 * One kind of tile: tiles of so many rows, one below another. Whoever includes this defines their name, TILES, the most
 * rows, MOST_ROWS, with EACH to repeat something for each, and the type of a vector, VECTOR, and how many there are in a
 * row, VECTORS; with TILES_LOAD and TILES_STORE for reading and writing one.
 */

/*
 * `rows` and `unrolled`, which is how many k follow one another, are literals, and so are those of `known` that are not 0.
 */
INLINE void TILES(const int32_t rows, const int32_t unrolled, const Steps known, int32_t count, const Leg *legs,
                  int32_t parts, Target out) {
  enum { WIDTH = sizeof(VECTOR) / sizeof(float) };
  for (int32_t tile = 0; tile < count; tile++) {
    VECTOR sums[MOST_ROWS][VECTORS] = {};
    for (const Leg *leg = legs; leg < legs + parts; leg++) {
      const Steps steps = steps_of(leg, known);
      const float *at[MOST_ROWS], *panel = leg->right.at, *first = leg->left.at + tile * leg->left.tiles;
#define START(row)                                                                                                     \
  if (row < rows) at[row] = first + row * steps.rows;
      EACH(START)
#undef START
      for (int32_t k = leg->k; k > 0; k -= unrolled) {
        /* Told nothing of the pointers, compilers neither split them up nor mix the instructions of different k. */
#define HIDE(row)                                                                                                      \
  if (row < rows && row % ROWS_OF_POINTER == 0) __asm__("" : "+r"(at[row]));
        EACH(HIDE)
#undef HIDE
        __asm__("" : "+r"(panel));
#define ADD_ROW(row)                                                                                                   \
  if (row < rows) {                                                                                                    \
    const float *value = at[row - row % ROWS_OF_POINTER] + row % ROWS_OF_POINTER * steps.rows;                         \
    for (int32_t v = 0; v < VECTORS; v++) sums[row][v] += (value[offset] - (VECTOR){}) * columns[v];                   \
  }
#define NEXT(index)                                                                                                    \
  if (index < unrolled) {                                                                                              \
    if (index > 0 && k == index) break;                                                                                \
    const uint32_t offset = index * steps.left;                                                                        \
    VECTOR columns[VECTORS];                                                                                           \
    for (int32_t v = 0; v < VECTORS; v++) columns[v] = TILES_LOAD(panel + index * steps.right + v * WIDTH);            \
    EACH(ADD_ROW)                                                                                                      \
  }
        NEXT(0) NEXT(1) NEXT(2) NEXT(3) NEXT(4) NEXT(5) NEXT(6) NEXT(7)
#undef NEXT
#undef ADD_ROW
#define MOVE(row)                                                                                                      \
  if (row < rows && row % ROWS_OF_POINTER == 0) at[row] += unrolled * steps.left;
        EACH(MOVE)
#undef MOVE
        panel += unrolled * steps.right;
      }
    }
#define STORE_ROW(row)                                                                                                 \
  if (row < rows) {                                                                                                    \
    float *to = out.at + row * out.rows;                                                                               \
    const float *added = out.added ? out.added + row * out.added_rows : NULL;                                          \
    for (int32_t v = 0; v < VECTORS; v++)                                                                              \
      TILES_STORE(to + v * WIDTH, out.added ? TILES_LOAD(added + v * WIDTH) + sums[row][v] : sums[row][v]);            \
  }
    EACH(STORE_ROW)
#undef STORE_ROW
    out.at += rows * out.rows;
    if (out.added) out.added += rows * out.added_rows;
  }
}
