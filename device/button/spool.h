/*
 * spool - the press store on disk: one file a press, in a folder of its own.
 *
 * SEQ-ID.press holds the check-in as it would have been sent at the moment of saving (contract 1), below a line that
 * says when that was and proves the file whole:
 *     mimamori-press-1 CHECKSUM BOOT BOOT_MS exact|least
 *     {"id":"…","kind":"ok","age":0}
 * BOOT is the kernel's boot id and BOOT_MS its boot clock, so that within a boot the age of a press is exact whoever
 * restarted, and after a reboot at least what it had reached ("least" stays so from then on).
 */
#ifndef DEVICE_BUTTON_SPOOL_H
#define DEVICE_BUTTON_SPOOL_H

#include <stdbool.h>

#include "device/button/core.h"

#define SPOOL_PATH 1024
#define SPOOL_BOOT 64

enum spool_result {
	SPOOL_OPEN,
	SPOOL_BUSY,  /* another process has it */
	SPOOL_FAILED /* no such disk, no right, …: logged; saving a press tries again */
};

struct spool {
	char path[SPOOL_PATH];
	char boot[SPOOL_BOOT];
	int folder; /* its descriptor, which also holds the lock; -1 closed */
	bool named; /* the folder's own name is durable */
};

/* `boot` names this boot of the machine: spool_boot. */
void spool_init(struct spool *s, const char *path, const char *boot);
enum spool_result spool_open(struct spool *s); /* makes the folder if it is missing */
void spool_close(struct spool *s);
/* The core's view of it. Everything that fails is logged and answers false. */
struct press_store spool_store(struct spool *s);

void spool_boot(char boot[SPOOL_BOOT]); /* the kernel's id of this boot */

#endif
