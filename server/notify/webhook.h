/* webhook - what of the webhook channel can be asked alone. */
#ifndef NOTIFY_WEBHOOK_H
#define NOTIFY_WEBHOOK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#define WEBHOOK_SIGNATURE 64 /* bytes with the end */

/*
 * Signs as Standard Webhooks says: "v1," and the base64 of HMAC-SHA256 over "id.timestamp.body". False: the secret is
 * no whsec_ and the base64 of 24 to 64 bytes.
 */
bool webhook_sign(
	char signature[WEBHOOK_SIGNATURE], const char *secret, const char *id, int64_t timestamp_s, const char *body);

/* An address that is not of the public network: loopback, private, link-local, shared, reserved, multicast. */
bool webhook_private(const struct sockaddr *address);

#endif
