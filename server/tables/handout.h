/*
 * handout - whose a button is, and its password at the broker: what the shell and the pages do when one is given to a
 * resident or taken out of use.
 *
 * Who gives one makes the password ready before the transaction, for that takes time; puts it in place as the last
 * thing before the commit, so that a button that the store knows can always sign in; and takes it back where the commit
 * fails. Cut off between the two, a button that was nobody's has a line at the broker and is answered as unknown; one
 * that was somebody else's has to be given again. Who takes one out of use goes the other way, so that from the commit
 * on nothing it sends counts. Either can be run again where it was cut off.
 */
#ifndef TABLES_HANDOUT_H
#define TABLES_HANDOUT_H

#include "server/store/pairing.h"
#include "server/tables/broker_passwords.h"
#include "server/tables/clerk.h"

#define HANDOUT_PASSWORD 41 /* 160 random bits in hex, and NUL */

/*
 * A new password for the device, shown once, kept nowhere; made ready for broker_change_put and _end, outside of any
 * transaction. False, and why.
 */
bool handout_password(const struct settings *s, const char *device_id, char password[HANDOUT_PASSWORD],
	struct broker_change *change, char why[BROKER_WHY]);
bool handout_no_password(const struct settings *s, const char *device_id, char why[BROKER_WHY]);
/* The broker reads its file. False, and why: no command for it is configured (HANDOUT_UNTOLD), or it failed. */
#define HANDOUT_UNTOLD "[mqtt] broker_reload is not set: have the broker read its passwords again"
bool handout_reload(const struct settings *s, char why[BROKER_WHY]);

/*
 * Inside the caller's transaction, who audits it; the timeline is written. The device is the resident's from now on;
 * *was is whose it was until now, "" nobody's else.
 */
void handout_give(const struct clerk *clerk, const char *device_id, const char *resident_id, char was[RESIDENT_ID]);
/* Out of use from now on. False: it is already. */
bool handout_revoke(const struct clerk *clerk, const struct device *device);

#endif
