/*
 * The engine as a Node-API addon: programs bound to memory, run on the calling thread or off it.
 *
 * Memory belongs to JavaScript: whoever runs a program keeps the words and all memories alive, and names an owner of them
 * that a run off the thread holds on to.
 */
#include <node_api.h>
#include <pthread.h>
#include <stdlib.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "arguments.h"
#include "pool.h"

/* A program and the memory to run it with. */
typedef struct {
  const InstructionSet *set;
  const int32_t *words;
  int32_t members;
  float ***slots;
  float **work;
  /* Runs that were started and are not done; guarded by `lock`. */
  int32_t running;
  pthread_mutex_t lock;
  pthread_cond_t done;
} Bound;

static void free_bound(Bound *bound) {
  for (int32_t member = 0; bound->slots != NULL && member < bound->members; member++) free(bound->slots[member]);
  free(bound->slots);
  free(bound->work);
  pthread_mutex_destroy(&bound->lock);
  pthread_cond_destroy(&bound->done);
  free(bound);
}

static void finalize_bound(napi_env env, void *data, void *hint) {
  (void)env, (void)hint;
  free_bound(data);
}

/* Room for the places of so many members. */
static Bound *allocate_bound(int32_t members, uint32_t slots) {
  Bound *bound = calloc(1, sizeof *bound);
  if (bound == NULL) return NULL;
  pthread_mutex_init(&bound->lock, NULL);
  pthread_cond_init(&bound->done, NULL);
  bound->members = members;
  bound->slots = calloc((size_t)members, sizeof *bound->slots);
  bound->work = calloc((size_t)members, sizeof *bound->work);
  int complete = bound->slots != NULL && bound->work != NULL;
  for (int32_t member = 0; complete && member < members; member++) {
    bound->slots[member] = malloc((slots + 1) * sizeof **bound->slots);
    complete = bound->slots[member] != NULL;
  }
  if (complete) return bound;
  free_bound(bound);
  return NULL;
}

/* Indices of the slots in what `bind` is given: arena, constants and bindings; the scratch lies between. */
enum { SCRATCH_SLOT = 2 };

/* bind(set, words, memories, scratch, work): memories of all slots but the scratch; scratch and work of each member. */
static napi_value bind_program(napi_env env, napi_callback_info info) {
  napi_value arguments[5];
  if (!read_arguments(env, info, 5, arguments)) return NULL;
  int32_t set_index;
  size_t length;
  int32_t *words;
  if (!read_integer(env, arguments[0], &set_index) || !read_integers(env, arguments[1], &words, &length)) return NULL;
  uint32_t memories, members, works;
  if (!read_length(env, arguments[2], &memories) || !read_length(env, arguments[3], &members) ||
      !read_length(env, arguments[4], &works))
    return NULL;
  const InstructionSet *set = instruction_set(set_index);
  if (set == NULL || memories < SCRATCH_SLOT || members < 1 || members > MOST_MEMBERS || works != members)
    return fail(env, "Expected an instruction set, memories, and scratch and work for each member.");
  Bound *bound = allocate_bound((int32_t)members, memories);
  if (bound == NULL) return fail(env, "Expected memory for a program, got none: free some.");
  bound->set = set;
  bound->words = words;
  int complete = 1;
  for (uint32_t index = 0; complete && index < memories; index++) {
    float *place;
    complete = read_place(env, arguments[2], index, &place);
    for (uint32_t member = 0; complete && member < members; member++)
      bound->slots[member][index < SCRATCH_SLOT ? index : index + 1] = place;
  }
  for (uint32_t member = 0; complete && member < members; member++) {
    complete = read_place(env, arguments[3], member, &bound->slots[member][SCRATCH_SLOT]) &&
               read_place(env, arguments[4], member, &bound->work[member]);
  }
  napi_value result;
  if (complete && napi_create_external(env, bound, finalize_bound, NULL, &result) == napi_ok) return result;
  free_bound(bound);
  return NULL;
}

/* run(bound): on this thread alone. */
static napi_value run_here(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  void *data;
  if (!read_arguments(env, info, 1, arguments) || !read_external(env, arguments[0], &data)) return NULL;
  const Bound *bound = data;
  bound->set->run_member(bound->words, bound->slots[0], bound->work[0], NULL, 0, 1);
  return NULL;
}

/* A run off the thread of JavaScript. */
typedef struct {
  Bound *bound;
  napi_ref held;
  napi_async_work work;
  napi_deferred deferred;
} Run;

static void change_running(Bound *bound, int32_t by) {
  pthread_mutex_lock(&bound->lock);
  bound->running += by;
  pthread_cond_broadcast(&bound->done);
  pthread_mutex_unlock(&bound->lock);
}

static void execute(napi_env env, void *data) {
  (void)env;
  Bound *bound = ((Run *)data)->bound;
  const Job job = {bound->set, bound->words, (float *const *const *)bound->slots, bound->work, bound->members};
  run_job(&job);
  change_running(bound, -1);
}

static void complete(napi_env env, napi_status status, void *data) {
  Run *run = data;
  napi_value nothing;
  napi_get_undefined(env, &nothing);
  if (status == napi_ok) napi_resolve_deferred(env, run->deferred, nothing);
  else napi_reject_deferred(env, run->deferred, nothing);
  napi_delete_reference(env, run->held);
  napi_delete_async_work(env, run->work);
  free(run);
}

/* start(bound, owner): a promise that is kept when the program has run, by all members; `owner` lives until then. */
static napi_value start(napi_env env, napi_callback_info info) {
  napi_value arguments[2], promise, name;
  void *data;
  if (!read_arguments(env, info, 2, arguments) || !read_external(env, arguments[0], &data)) return NULL;
  Run *run = calloc(1, sizeof *run);
  if (run == NULL) return fail(env, "Expected memory to run a program, got none: free some.");
  run->bound = data;
  if (napi_create_string_utf8(env, "rondo", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_create_reference(env, arguments[1], 1, &run->held) != napi_ok) {
    free(run);
    return fail(env, "Expected to start a program, but Node refused.");
  }
  if (napi_create_promise(env, &run->deferred, &promise) != napi_ok ||
      napi_create_async_work(env, NULL, name, execute, complete, run, &run->work) != napi_ok) {
    napi_delete_reference(env, run->held);
    free(run);
    return fail(env, "Expected to start a program, but Node refused.");
  }
  change_running(run->bound, 1);
  if (napi_queue_async_work(env, run->work) == napi_ok) return promise;
  change_running(run->bound, -1);
  napi_delete_async_work(env, run->work);
  napi_delete_reference(env, run->held);
  free(run);
  return fail(env, "Expected to start a program, but Node refused.");
}

/* wait(bound): returns when no run of it is under way. */
static napi_value wait_for(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  void *data;
  if (!read_arguments(env, info, 1, arguments) || !read_external(env, arguments[0], &data)) return NULL;
  Bound *bound = data;
  pthread_mutex_lock(&bound->lock);
  while (bound->running > 0) pthread_cond_wait(&bound->done, &bound->lock);
  pthread_mutex_unlock(&bound->lock);
  return NULL;
}

/* workSize(set, words): elements of work memory for each member. */
static napi_value work_size(napi_env env, napi_callback_info info) {
  napi_value arguments[2], result;
  int32_t set_index, *words;
  size_t length;
  if (!read_arguments(env, info, 2, arguments) || !read_integer(env, arguments[0], &set_index) ||
      !read_integers(env, arguments[1], &words, &length))
    return NULL;
  const InstructionSet *set = instruction_set(set_index);
  if (set == NULL) return fail(env, "Expected an instruction set of this processor.");
  return napi_create_double(env, (double)set->work_size(words), &result) == napi_ok ? result : NULL;
}

/* Much memory comes sooner, and is found faster, in pages of 2 MiB; a wish, which the system need not grant. */
static void ask_for_large_pages(void *memory, size_t size) {
#if defined(__linux__)
  const uintptr_t page = (uintptr_t)1 << 21;
  const uintptr_t first = ((uintptr_t)memory + page - 1) & ~(page - 1);
  const uintptr_t end = ((uintptr_t)memory + size) & ~(page - 1);
  if (first < end) madvise((void *)first, end - first, MADV_HUGEPAGE);
#else
  (void)memory, (void)size;
#endif
}

/* settle(memory): prepares new memory and tells the bytes from its beginning to the first place at a multiple of 64. */
static napi_value settle(napi_env env, napi_callback_info info) {
  napi_value arguments[1], result;
  void *data;
  size_t size;
  if (!read_arguments(env, info, 1, arguments) || !read_buffer(env, arguments[0], &data, &size)) return NULL;
  ask_for_large_pages(data, size);
  return napi_create_uint32(env, (uint32_t)(-(uintptr_t)data & 63), &result) == napi_ok ? result : NULL;
}

static napi_value names_of_sets(napi_env env) {
  napi_value names, name;
  if (napi_create_array(env, &names) != napi_ok) return NULL;
  for (int32_t index = 0; instruction_set(index) != NULL; index++) {
    if (napi_create_string_utf8(env, instruction_set(index)->name, NAPI_AUTO_LENGTH, &name) != napi_ok ||
        napi_set_element(env, names, (uint32_t)index, name) != napi_ok)
      return NULL;
  }
  return names;
}

NAPI_MODULE_INIT() {
  napi_value sources;
  const napi_value sets = names_of_sets(env);
  if (sets == NULL || napi_create_string_utf8(env, SOURCES, NAPI_AUTO_LENGTH, &sources) != napi_ok) return NULL;
  const napi_property_descriptor entries[] = {
      {.utf8name = "sources", .value = sources, .attributes = napi_enumerable},
      {.utf8name = "instructionSets", .value = sets, .attributes = napi_enumerable},
      {.utf8name = "bind", .method = bind_program, .attributes = napi_enumerable},
      {.utf8name = "run", .method = run_here, .attributes = napi_enumerable},
      {.utf8name = "start", .method = start, .attributes = napi_enumerable},
      {.utf8name = "wait", .method = wait_for, .attributes = napi_enumerable},
      {.utf8name = "workSize", .method = work_size, .attributes = napi_enumerable},
      {.utf8name = "settle", .method = settle, .attributes = napi_enumerable},
  };
  return napi_define_properties(env, exports, sizeof entries / sizeof *entries, entries) == napi_ok ? exports : NULL;
}
