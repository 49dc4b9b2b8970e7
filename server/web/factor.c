/*
 * factor - setting up a second factor, and looking at its codes.
 *
 * A secret counts only once a code of it was shown, so nobody is locked out by a telephone that never read it.
 */
#include "server/web/factor.h"

#include <liboath/oath.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/password.h"
#include "common/written.h"
#include "server/store/accounts.h"
#include "server/store/sessions.h"
#include "server/web/handlers.h"
#include "server/web/html.h"
#include "server/web/qr.h"
#include "server/web/signin.h"

enum { SECRET_BYTES = 20, WINDOW = 1, DIGITS = 6 };

/* The step of time that a code is of; -1: it is not right. */
static int64_t step_of(const char *secret, const char *code, int64_t now)
{
	char *bytes = NULL;
	size_t len = 0;
	int at = 0, result;

	if (strlen(code) != DIGITS || strspn(code, "0123456789") != DIGITS ||
		oath_base32_decode(secret, strlen(secret), &bytes, &len) != OATH_OK)
		return -1;
	result = oath_totp_validate2(bytes, len, (time_t)(now / SECOND), FACTOR_STEP_S, 0, WINDOW, &at, code);
	sodium_memzero(bytes, len);
	free(bytes);
	return result < 0 ? -1 : now / SECOND / FACTOR_STEP_S + at;
}

bool factor_takes(struct call *c, const char *login, const char *code)
{
	struct factor f;
	int64_t step;
	bool first;

	if (!accounts_factor(call_store(c), login, &f) || !f.secret[0])
		return false;
	step = step_of(f.secret, code, call_now(c));
	if (step < 0 || !store_begin(call_store(c)))
		return false;
	first = accounts_factor_used(call_store(c), login, step);
	return store_commit(call_store(c)) && first;
}

/* otpauth://totp/COUNCIL:LOGIN?…, as authenticator applications read it. */
static char *address_of(struct call *c, const char *secret)
{
	char *text = NULL;
	size_t len;
	FILE *out = written_open(&text, &len);

	fputs("otpauth://totp/", out);
	html_address(out, call_settings(c)->name[0] ? call_settings(c)->name : "mimamori");
	fputc(':', out);
	html_address(out, call_caller(c)->user.login);
	fprintf(out, "?secret=%s&issuer=", secret);
	html_address(out, call_settings(c)->name[0] ? call_settings(c)->name : "mimamori");
	fprintf(out, "&algorithm=SHA1&digits=%d&period=%d", DIGITS, FACTOR_STEP_S);
	written_close(out);
	return text;
}

void factor_begin(struct call *c)
{
	const char *login = call_caller(c)->user.login;
	unsigned char bytes[SECRET_BYTES];
	struct factor f;
	char *secret = NULL, *address, *svg;
	cJSON *object;

	if (!call_by_person(c) || !body_ends(c))
		return;
	accounts_factor(call_store(c), login, &f);
	if (f.on) {
		reply_problem(c, 409, "on", "the second factor is on: remove it first");
		return;
	}
	randombytes_buf(bytes, sizeof(bytes));
	if (oath_base32_encode((const char *)bytes, sizeof(bytes), &secret, NULL) != OATH_OK)
		fatal("error=\"out of memory\"");
	snprintf(f.secret, sizeof(f.secret), "%s", secret);
	free(secret);
	if (!call_begin(c))
		return;
	accounts_set_factor(call_store(c), login, &f);
	call_audit(c, "totp", login, "begun", "");
	if (!call_commit(c))
		return;
	address = address_of(c, f.secret);
	svg = qr_svg(address);
	object = cJSON_CreateObject();
	cJSON_AddStringToObject(object, "secret", f.secret);
	cJSON_AddStringToObject(object, "uri", address);
	cJSON_AddStringToObject(object, "svg", svg ? svg : "");
	free(address);
	free(svg);
	reply_json(c, 200, object);
}

void factor_confirm(struct call *c)
{
	const char *code = body_text(c, "code", 16, BODY_NEEDED), *login = call_caller(c)->user.login;
	struct factor f;
	int64_t step;

	if (!call_by_person(c) || !body_ends(c))
		return;
	accounts_factor(call_store(c), login, &f);
	step = f.secret[0] ? step_of(f.secret, code, call_now(c)) : -1;
	if (step < 0) {
		reply_problem(c, 422, "totp_wrong", "this code is not valid (any more)");
		return;
	}
	f.on = true;
	f.step = step;
	if (!call_begin(c))
		return;
	accounts_set_factor(call_store(c), login, &f);
	call_audit(c, "totp", login, "on", "");
	if (call_commit(c))
		reply_nothing(c);
}

void factor_remove(struct call *c)
{
	const char *password = body_secret(c, "password", PASSWORD_MOST), *login = call_caller(c)->user.login;

	if (!call_by_person(c) || !body_ends(c))
		return;
	if (call_caller(c)->user.totp_required) {
		reply_problem(c, 403, "totp_required", "an admin requires the second factor");
		return;
	}
	if (!signin_verifies(c, password))
		return;
	if (!call_begin(c))
		return;
	accounts_set_factor(call_store(c), login, &(struct factor){ .on = false });
	call_audit(c, "totp", login, "off", "");
	if (call_commit(c))
		reply_nothing(c);
}
