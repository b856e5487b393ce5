/*
 * Which cores the members of a team run on. A thread that wakes while all cores are busy waits behind another, for
 * milliseconds perhaps, though a core falls idle at once: the thread that hands over the work is about to sleep. Where
 * members fill the cores, each has one of its own therefore; members beyond run anywhere.
 */
#ifndef RONDO_CORES_H
#define RONDO_CORES_H

#include <stdint.h>

/* Whether there are as many members as cores that this process may use, or more. */
int fill_cores(int32_t members);

/* Keeps the calling thread on the core of a member, from now on. */
void stay_on_core(int32_t member);

/* Keeps the calling thread on the core of the first member until it is let go; one thread at a time. */
void hold_first_core(void);
void let_go_of_core(void);

#endif
