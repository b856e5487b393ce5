/*
 * Included before everything else where the kernels are compiled for one of several instruction sets: gives what they
 * share with one another a name of that set, so that all sets fit into one binary. A name that is missing here shows as a
 * symbol defined twice.
 */
#define JOINED(set, name) set##_##name
#define JOIN(set, name) JOINED(set, name)
#define OF_SET(name) JOIN(INSTRUCTION_SET, name)

#define run_member OF_SET(run_member)
#define run OF_SET(run)
#define work_size OF_SET(work_size)
#define run_instruction OF_SET(run_instruction)
#define run_map OF_SET(run_map)
#define run_matmul OF_SET(run_matmul)
#define run_pack OF_SET(run_pack)
#define run_reduce OF_SET(run_reduce)
#define run_gather OF_SET(run_gather)
#define run_scatter_add OF_SET(run_scatter_add)
#define run_copy OF_SET(run_copy)
#define run_random OF_SET(run_random)
#define run_scan OF_SET(run_scan)
#define map_work OF_SET(map_work)
#define matmul_work OF_SET(matmul_work)
#define reduce_work OF_SET(reduce_work)
#define run_step OF_SET(run_step)
#define run_exponential OF_SET(run_exponential)
#define run_logarithm OF_SET(run_logarithm)
#define run_float64 OF_SET(run_float64)
