/*
 * device_login - is this the device it says it is? Its credential is the one it has for the broker: the file of
 * [mqtt] broker_passwords, whose lines mosquitto_passwd writes (NAME:$7$ITERATIONS$SALT$HASH, PBKDF2-HMAC-SHA512).
 */
#ifndef WEB_DEVICE_LOGIN_H
#define WEB_DEVICE_LOGIN_H

#include <stdbool.h>

/* Whether the file has a line of this device that the password fits; no file, or none that can be read, fits nothing.
 */
bool device_login(const char *path, const char *device_id, const char *password);

#endif
