/*
 * pause_identity - is this the resident who is meant: the second identifier, and names that are easily mixed up.
 *
 * What is on record is never said in a refusal: whoever reports must know it themselves.
 */
#include <stdio.h>
#include <string.h>

#include "common/zone.h"
#include "server/watch/alike.h"
#include "server/watch/pause.h"

enum { LAST_DIGITS = 4, NAMES_AT_ONCE = 200 };

/* As plain ASCII; false: it holds something else, or is too long to be any identifier. */
static bool plain(const char *text, char *to, size_t size)
{
	struct folded f;

	alike_fold(&f, text);
	if (f.count >= size)
		return false;
	for (size_t i = 0; i < f.count; i++) {
		if (f.letters[i] > '~')
			return false;
		to[i] = (char)f.letters[i];
	}
	to[f.count] = '\0';
	return true;
}

/* The last four digits; false: there are fewer. */
static bool last_digits(const char *phone, char digits[LAST_DIGITS + 1])
{
	struct folded f;
	size_t n = LAST_DIGITS;

	alike_fold(&f, phone);
	for (size_t i = f.count; i-- > 0 && n > 0;)
		if (f.letters[i] >= '0' && f.letters[i] <= '9')
			digits[--n] = (char)f.letters[i];
	digits[LAST_DIGITS] = '\0';
	return n == 0;
}

bool pause_verify(const struct resident *r, const char *verify, char why[PAUSE_WHY])
{
	char said[16], digits[LAST_DIGITS + 1];
	bool has_phone = last_digits(r->phone, digits);
	int32_t born, said_day;

	why[0] = '\0';
	if (!r->birth_date[0] && !has_phone) {
		snprintf(why, PAUSE_WHY, "%s has neither birth date nor telephone on record: nobody can be verified",
			r->resident_id);
		return false;
	}
	if (!plain(verify, said, sizeof(said)))
		said[0] = '\0';
	if (date_parse(said, &said_day)) {
		if (!r->birth_date[0])
			snprintf(why, PAUSE_WHY,
				"%s has no birth date on record: ask for the telephone's last four digits",
				r->resident_id);
		else if (!date_parse(r->birth_date, &born) || born != said_day)
			snprintf(why, PAUSE_WHY, "that is not the birth date of %s", r->resident_id);
		return !why[0];
	}
	if (strlen(said) == LAST_DIGITS && strspn(said, "0123456789") == LAST_DIGITS) {
		if (!has_phone)
			snprintf(why, PAUSE_WHY, "%s has no telephone on record: ask for the birth date",
				r->resident_id);
		else if (strcmp(said, digits) != 0)
			snprintf(why, PAUSE_WHY, "those are not the last four digits of the telephone of %s",
				r->resident_id);
		return !why[0];
	}
	snprintf(why, PAUSE_WHY, "verify by the birth date (1940-01-31) or the last four digits of the telephone");
	return false;
}

/* A resident's names, made comparable. */
struct names {
	struct folded name, kana;
};

static void fold_names(struct names *n, const char *name, const char *kana)
{
	alike_fold(&n->name, name);
	alike_fold(&n->kana, kana);
}

static bool similar(const struct names *a, const struct names *b)
{
	return (a->name.count && alike_equal(&a->name, &b->name)) ||
	       (a->kana.count && b->kana.count && alike_nearly(&a->kana, &b->kana));
}

size_t pause_similar(struct watch *w, const struct resident *r, char *ids, size_t size)
{
	struct resident_name list[NAMES_AT_ONCE];
	char after[RESIDENT_ID] = "";
	struct names own, other;
	size_t n, found = 0, len = 0;

	ids[0] = '\0';
	fold_names(&own, r->name, r->kana);
	while ((n = residents_names(w->store, after, list, NAMES_AT_ONCE)) > 0) {
		for (size_t k = 0; k < n; k++) {
			fold_names(&other, list[k].name, list[k].kana);
			if (strcmp(list[k].resident_id, r->resident_id) == 0 || !similar(&own, &other))
				continue;
			if (len + strlen(list[k].resident_id) + 2 <= size)
				len += (size_t)snprintf(
					ids + len, size - len, "%s%s", len ? " " : "", list[k].resident_id);
			found++;
		}
		memcpy(after, list[n - 1].resident_id, sizeof(after));
	}
	return found;
}
