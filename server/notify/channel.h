/*
 * channel - what a way of reaching people must know: how to dress a letter for its carrier, and what the other side's
 * answer means. Two pure functions and a name; sending, leases and back-off are the thread's (notify.c).
 *
 * A new channel is a file with its struct channel, a line in channels.c, and its addresses in settings.c.
 */
#ifndef NOTIFY_CHANNEL_H
#define NOTIFY_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/topic.h"
#include "server/notify/letter.h"
#include "server/settings.h"

#define SERVER_NAME 300 /* bytes of what shares one limit */

enum carrier { CARRIER_SMTP, CARRIER_HTTP, CARRIER_BROKER, CARRIER_LOG };
enum request_tls { TLS_NONE, TLS_TRY, TLS_REQUIRED }; /* STARTTLS; smtps:// and https:// are always TLS */

/* One transfer to come. Values are checked: no text of anybody's can add a header or a command. */
struct request {
	enum carrier carrier;
	char url[640];
	char mail_from[256], mail_to[256]; /* SMTP: bare addresses */
	const char *username, *password;   /* of the settings; "" none */
	enum request_tls tls;              /* SMTP */
	bool private_too;                  /* HTTP: addresses of private networks are allowed */
	char headers[6][256];              /* HTTP: "Name: value" */
	size_t header_count;
	char device_id[DEVICE_ID]; /* broker */
	int64_t expires_s;         /* broker */
	char *body;                /* on the heap; SMTP: the whole message, headers first, lines end CR LF */
	size_t body_len;
};
void request_release(struct request *r);

/* What became of a request. */
struct answer {
	bool done;    /* the other side took it to the end: for curl CURLE_OK, for the broker a PUBACK */
	int error;    /* else the carrier's own: a CURLcode */
	long status;  /* the other side's: SMTP or HTTP code, reason of the PUBACK; 0 none. Stale where !done */
	bool left;    /* all of it had left us, so the other side may have taken it whatever we heard */
	bool blocked; /* the address is one we do not talk to */
	bool waited;  /* nothing was done: there was no connection for it */
	int64_t retry_after_s; /* HTTP Retry-After; 0 none */
	char text[160];        /* for the timeline, one line without anybody's address */
};

/* Unsure: tried again like what was not taken, but the reader may have it. Waited: never started, and due as before. */
enum delivery { DELIVERY_TAKEN, DELIVERY_RETRY, DELIVERY_UNSURE, DELIVERY_REFUSED, DELIVERY_WAITED };

struct channel {
	const char *name; /* as in addresses, the store and the log */
	/* What shares a limit and a fate: the server behind an address. */
	void (*server)(char name[SERVER_NAME], const char *address);
	/* False: no transfer can reach this address; `why` is a short static text, and the message is refused. */
	bool (*compose)(
		struct request *r, const struct letter *l, const struct settings *s, int64_t now, const char **why);
	enum delivery (*judge)(const struct answer *a);
	bool (*misconfigured)(const struct answer *a); /* the fault is in our own settings; NULL: it never shows */
	bool words; /* its reader gets the letter's words; else ids and the number on their sheet alone */
	int most;   /* to one server at a time, however quick it is; 0: its carrier says how many */
};

extern const struct channel mail_channel, webhook_channel, device_channel, log_channel;

extern const struct channel *const channel_list[];
extern const size_t channel_count;
/* Of an address as imported (mail:a@example.jp); NULL: no channel of this program. */
const struct channel *channel_of(const char *address);

#endif
