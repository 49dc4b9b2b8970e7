/* mail - what of the mail channel can be asked alone. */
#ifndef NOTIFY_MAIL_H
#define NOTIFY_MAIL_H

#include <stdbool.h>
#include <stddef.h>

/* A bare address that can stand in a command and a header: printable ASCII, one @, nothing that quotes or separates. */
bool mail_address_valid(const char *address);
/*
 * A header's value: as it is where it is short, printable ASCII; else RFC 2047 encoded words of at most 75 characters,
 * each of whole characters, on lines of their own. Control characters become spaces. 2048 bytes hold any subject.
 */
void mail_encode(char *out, size_t size, const char *text);

#endif
