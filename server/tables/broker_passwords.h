/*
 * broker_passwords - the broker's password file: one line a device, in Mosquitto's own format.
 *
 * Lines are made by mosquitto_passwd, which knows the broker's hashes. The file is replaced as a whole, under a lock
 * (PATH.lock), keeping owner and mode; so the broker and a second shell see it before or after, never in between. All
 * that can take time (that program, waiting for the lock, writing) is done while a change is made ready; putting it in
 * place is a rename, fit for the end of a transaction, and taking it back another.
 */
#ifndef TABLES_BROKER_PASSWORDS_H
#define TABLES_BROKER_PASSWORDS_H

#include <stdbool.h>
#include <stddef.h>

#define BROKER_WHY  512
#define BROKER_PATH 640

/* A change of one device's line, and the lock that is held meanwhile. */
struct broker_change {
	char path[BROKER_PATH]; /* of the file; "" there is nothing to change */
	char made[BROKER_PATH]; /* the file as it will be, beside it; "" none */
	char kept[BROKER_PATH]; /* the file as it was, once another is in place; "" there was none */
	bool in_place;
	int lock; /* -1: not held */
};

#define BROKER_LOCK_MS 3000 /* how long it waits for the lock */
/*
 * Makes ready that the device has this password, adding its line or replacing it, or with "" has none. False, and why;
 * then the change is over. A file that is missing is made.
 */
bool broker_change_begin(
	struct broker_change *b, const char *path, const char *device_id, const char *password, char why[BROKER_WHY]);
/* In place from now on; nothing in here takes long. False, and why: the file is as it was. */
bool broker_change_put(struct broker_change *b, char why[BROKER_WHY]);
/* Over: what is in place stays or, with `keep` false, is taken back; the lock is let go. Once, or again for nothing. */
void broker_change_end(struct broker_change *b, bool keep);

/* Both at once: sets a device's password; takes its line out, where there is one. */
bool broker_passwords_set(const char *path, const char *device_id, const char *password, char why[BROKER_WHY]);
bool broker_passwords_remove(const char *path, const char *device_id, char why[BROKER_WHY]);
/* Has the broker read the file: a command of the shell, as configured. */
bool broker_passwords_reload(const char *command, char why[BROKER_WHY]);

#endif
