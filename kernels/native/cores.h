/*
 * Which cores the members of a team begin on. A thread that wakes while all cores are busy waits behind another, for
 * milliseconds perhaps, though a core falls idle at once: the thread that hands over the work is about to sleep. Where
 * members fill the cores, each wakes on one of its own therefore, and may go elsewhere from there.
 */
#ifndef RONDO_CORES_H
#define RONDO_CORES_H

#include <stdint.h>

/* Whether there are as many members as cores that this process may use, or more. */
int fill_cores(int32_t members);

/* Brings the calling thread to the core of a member, if it has one, and keeps it there until it is let go. */
void hold_core(int32_t member);
void let_go_of_core(void);

#endif
