/*
 * broker_passwords - the broker's password file: one line a device, in Mosquitto's own format.
 *
 * Lines are made by mosquitto_passwd, which knows the broker's hashes. The file is replaced as a whole, under a lock
 * (PATH.lock), keeping owner and mode; so the broker and a second shell see it before or after, never in between.
 */
#ifndef TABLES_BROKER_PASSWORDS_H
#define TABLES_BROKER_PASSWORDS_H

#include <stdbool.h>
#include <stddef.h>

#define BROKER_WHY 512

/* Sets a device's password, adding its line or replacing it; false, and why. A file that is missing is made. */
bool broker_passwords_set(const char *path, const char *device_id, const char *password, char why[BROKER_WHY]);
/* Takes the device's line out, where there is one. */
bool broker_passwords_remove(const char *path, const char *device_id, char why[BROKER_WHY]);
/* Has the broker read the file: a command of the shell, as configured. */
bool broker_passwords_reload(const char *command, char why[BROKER_WHY]);

#endif
