/* times - how long each press took, and what that comes to. */
#ifndef BENCH_TIMES_H
#define BENCH_TIMES_H

#include <stdbool.h>
#include <stdint.h>

void times_add(int64_t due_ns, int64_t took_ns); /* by CLOCK_MONOTONIC */
/* A line for each, in the order they came: when it was due (ms since 1970) and how long it took (ms). Before the sort.
 */
bool times_write(const char *path);
void times_sort(void);
double times_quantile(double part); /* ms; 0 where there are none */

#endif
