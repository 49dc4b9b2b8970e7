/*
 * settings - the configuration of daemon and shell (contract 3): one struct, one table.
 */
#ifndef SERVER_SETTINGS_H
#define SERVER_SETTINGS_H

#include <stdbool.h>
#include <stdio.h>

#include "server/watch/watch.h"

struct settings {
	/* [server] */
	char name[128], phone[64], timezone[64], language[8], holidays[512];
	struct rules rules;
	/* [store] */
	char store_url[512];
	/* [mqtt] */
	char mqtt_host[256], mqtt_username[65], mqtt_password[256], mqtt_ca_file[512], mqtt_client_id[64];
	char mqtt_root[128], mqtt_share[64], mqtt_broker_passwords[512], mqtt_broker_reload[512];
	int64_t mqtt_port;
	/* [web] */
	char web_listen[128], web_public_url[256], web_tls_certificate[512], web_tls_key[512];
	char web_paper[512];
	int64_t session_idle_ms, session_longest_ms, web_paper_at_ms;
	/* [mail] */
	char mail_url[256], mail_from[256], mail_username[128], mail_password[256], mail_starttls[16];
	/* [webhook] */
	char webhook_secret[256];
	bool webhook_allow_private;
	/* [heartbeat] */
	char heartbeat_url[512];
	/* [retention] */
	int64_t retain_checkins_ms, retain_incidents_ms, retain_ended_ms;
	/* Sections of channels that the file gave. */
	bool has_line, has_twilio, has_ntfy, has_apprise;
};

/* Reads and checks all; false after naming every fault with file and line on `errors`. Sets the process's zone. */
bool settings_read(struct settings *s, const char *path, FILE *errors);
/* The same with nothing set, the file of holidays read too: would a start with it succeed so far? */
bool settings_check(const char *path, FILE *errors);
void settings_help(FILE *out);

/* A watch of these settings over an open store; holidays are read (false: named on errors) and kept until the end. */
bool settings_watch(
	const struct settings *s, struct store *store, struct watch *w, struct holidays *holidays, FILE *errors);

/* Whether this installation can send to an address such as mail:a@example.jp: false and why. */
bool settings_channel(const struct settings *s, const char *address, const char **why);

#endif
