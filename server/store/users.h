/*
 * users - staff accounts: who they are, which districts are theirs, when they are on duty.
 */
#ifndef STORE_USERS_H
#define STORE_USERS_H

#include "server/store/residents.h"

#define LOGIN 65

struct user {
	char login[LOGIN], name[PERSON_NAME], role[16]; /* staff, coordinator, viewer, admin */
	char districts[512], channels[512], duty[512];
	char away_from[16], away_to[16];
	char password[256];          /* argon2id, "" none */
	char language[8];            /* of the pages; "" the settings' */
	bool totp_on, totp_required; /* signs in with a second factor; must */
	int64_t disabled_at;
	int64_t next_duty_at;
};

bool users_find(struct store *s, const char *login, struct user *u);
/* Whether somebody of that name, or of that family name ("岡田" of "岡田 花子"), is or was among them. */
bool users_named(struct store *s, const char *name);
/* Users with a channel who are staff, coordinator or admin and not disabled, by login from after_login ("") on. */
size_t users_staff(struct store *s, const char *after_login, struct user *list, size_t most);

/* All of them, locked out or not, by login from after_login ("") on. */
size_t users_page(struct store *s, const char *after_login, struct user *list, size_t most);
/* Whether another administrator than this one ("": any at all) may sign in. */
bool users_other_admin(struct store *s, const char *login);

/* Users whose duty begins by now; when the next one's does (INT64_MAX: none); sets it (0: never). */
size_t users_duty_due(struct store *s, int64_t now, struct user *list, size_t most);
int64_t users_next_duty_at(struct store *s);
void users_set_next_duty(struct store *s, const char *login, int64_t at);

#endif
