/* routes - the table, and which of its rows a request is for. */
#include "server/web/routes.h"

#include <stdlib.h>
#include <string.h>

#include "server/web/exchange.h"
#include "server/web/handlers.h"

/* clang-format off */
const struct route routes[] = {
	{ "GET", "/healthz", 0, ROUTE_PUBLIC | ROUTE_NO_STORE, probe_alive },
	{ "GET", "/readyz", 0, ROUTE_PUBLIC | ROUTE_NO_STORE, probe_ready },
	{ "GET", "/metrics", 0, ROUTE_PUBLIC | ROUTE_NO_STORE, probe_metrics },

	/* the staff pages: one shell, which asks the calls below */
	{ "GET", "/", 0, ROUTE_PUBLIC | ROUTE_NO_STORE, page_shell },
	{ "GET", "/login", 0, ROUTE_PUBLIC | ROUTE_NO_STORE, page_shell },
	{ "GET", "/setup/{token}", 0, ROUTE_PUBLIC | ROUTE_NO_STORE, page_shell },
	{ "GET", "/account", 0, ROUTE_PUBLIC | ROUTE_NO_STORE, page_shell },
	{ "GET", "/residents/{id}", 0, ROUTE_PUBLIC | ROUTE_NO_STORE, page_shell },
	{ "GET", "/incidents", 0, ROUTE_PUBLIC | ROUTE_NO_STORE, page_shell },
	{ "GET", "/incidents/{id}", 0, ROUTE_PUBLIC | ROUTE_NO_STORE, page_shell },
	{ "GET", "/watchers", 0, ROUTE_PUBLIC | ROUTE_NO_STORE, page_shell },
	{ "GET", "/watchers/{id}", 0, ROUTE_PUBLIC | ROUTE_NO_STORE, page_shell },
	{ "GET", "/reports", 0, ROUTE_PUBLIC | ROUTE_NO_STORE, page_shell },
	{ "GET", "/admin", 0, ROUTE_PUBLIC | ROUTE_NO_STORE, page_shell },
	{ "GET", "/admin/{page}", 0, ROUTE_PUBLIC | ROUTE_NO_STORE, page_shell },
	{ "GET", "/admin/{page}/{id}", 0, ROUTE_PUBLIC | ROUTE_NO_STORE, page_shell },
	{ "GET", "/assets/{file}", 0, ROUTE_PUBLIC | ROUTE_NO_STORE, page_asset },
	{ "GET", "/favicon.svg", 0, ROUTE_PUBLIC | ROUTE_NO_STORE, page_asset },

	/* signing in */
	{ "POST", "/api/v1/session", 0, ROUTE_PUBLIC | ROUTE_PASSWORD, session_begin },
	{ "GET", "/api/v1/session", 0, ROUTE_ENROLLING, session_show },
	{ "DELETE", "/api/v1/session", 0, ROUTE_ENROLLING, session_end },
	{ "PATCH", "/api/v1/session", 0, ROUTE_PASSWORD, session_change },
	{ "POST", "/api/v1/session/totp", 0, ROUTE_ENROLLING, factor_begin },
	{ "PUT", "/api/v1/session/totp", 0, ROUTE_ENROLLING, factor_confirm },
	{ "DELETE", "/api/v1/session/totp", 0, ROUTE_PASSWORD, factor_remove },
	{ "GET", "/api/v1/sessions", 0, 0, sessions_show },
	{ "DELETE", "/api/v1/sessions/{id}", 0, 0, sessions_revoke },
	{ "POST", "/api/v1/setup", 0, ROUTE_PUBLIC | ROUTE_PASSWORD, setup_finish },
	{ "GET", "/api/v1/keys", RIGHT_ADMIN, 0, keys_show },
	{ "POST", "/api/v1/keys", RIGHT_ADMIN, 0, keys_add },
	{ "DELETE", "/api/v1/keys/{id}", RIGHT_ADMIN, 0, keys_revoke },
	{ "GET", "/api/v1/audit", RIGHT_AUDIT, 0, audit_show },
	{ "GET", "/api/v1/audit.csv", RIGHT_AUDIT | RIGHT_EXPORT, ROUTE_LONG, audit_csv },

	/* the daily list */
	{ "GET", "/api/v1/status", RIGHT_LIST, 0, status_show },
	{ "GET", "/api/v1/status.csv", RIGHT_LIST | RIGHT_EXPORT, ROUTE_LONG, status_csv },
	{ "GET", "/api/v1/events", RIGHT_LIST, 0, events_open },
	{ "GET", "/api/v1/signoffs", RIGHT_LIST, 0, signoffs_show },
	{ "POST", "/api/v1/signoffs", RIGHT_SIGN, 0, signoffs_sign },
	{ "GET", "/api/v1/colleagues", RIGHT_ACT, 0, colleagues_show },
	{ "GET", "/paper", RIGHT_LIST | RIGHT_EXPORT, ROUTE_LONG, paper_show },

	/* residents */
	{ "GET", "/api/v1/residents", RIGHT_RECORD, 0, residents_search },
	{ "GET", "/api/v1/residents/{id}", RIGHT_RECORD, 0, residents_show },
	{ "GET", "/api/v1/residents/{id}/days", RIGHT_RECORD, 0, residents_days },
	{ "POST", "/api/v1/residents/{id}/prints", RIGHT_RECORD, 0, residents_print },
	{ "GET", "/api/v1/residents/{id}/timeline", RIGHT_RECORD, 0, residents_timeline },
	{ "GET", "/api/v1/residents/{id}/presses", RIGHT_RECORD, 0, residents_presses },
	{ "POST", "/api/v1/residents/{id}/checkins", RIGHT_ACT, 0, residents_check_in },
	{ "POST", "/api/v1/residents/{id}/pauses", RIGHT_ACT, 0, residents_pause },
	{ "POST", "/api/v1/residents/{id}/resume", RIGHT_ACT, 0, residents_resume },
	{ "POST", "/api/v1/residents/{id}/end", RIGHT_ACT, 0, residents_end },
	{ "GET", "/api/v1/residents/{id}/visits", RIGHT_RECORD, 0, residents_visits },
	{ "POST", "/api/v1/residents/{id}/visits", RIGHT_ACT, 0, residents_add_visit },

	/* incidents */
	{ "GET", "/api/v1/incidents", RIGHT_LIST, 0, incidents_show },
	{ "GET", "/api/v1/incidents/{id}", RIGHT_LIST, 0, incidents_show_one },
	{ "POST", "/api/v1/incidents/{id}/prints", RIGHT_LIST, 0, incidents_print },
	{ "POST", "/api/v1/incidents/{id}/claim", RIGHT_ACT, 0, incidents_claim },
	{ "POST", "/api/v1/incidents/{id}/release", RIGHT_ACT, 0, incidents_release },
	{ "POST", "/api/v1/incidents/{id}/report", RIGHT_ACT, 0, incidents_report },
	{ "POST", "/api/v1/incidents/{id}/close", RIGHT_ACT, 0, incidents_close },
	{ "POST", "/api/v1/incidents/{id}/notes", RIGHT_ACT, 0, incidents_add_note },
	{ "POST", "/api/v1/incidents/{id}/handover", RIGHT_ACT, 0, incidents_hand_over },

	/* enrolment: residents, watchers, links, devices */
	{ "POST", "/api/v1/residents", RIGHT_EDIT, 0, residents_add },
	{ "PATCH", "/api/v1/residents/{id}", RIGHT_EDIT, 0, residents_change },
	{ "PUT", "/api/v1/residents/{id}/watchers/{watcher}", RIGHT_EDIT, 0, watcher_links_put },
	{ "DELETE", "/api/v1/residents/{id}/watchers/{watcher}", RIGHT_EDIT, 0, watcher_links_remove },
	{ "POST", "/api/v1/residents/{id}/devices", RIGHT_EDIT, ROUTE_LONG, devices_give },
	{ "PATCH", "/api/v1/residents/{id}/devices/{device}", RIGHT_EDIT, 0, devices_change },
	{ "POST", "/api/v1/residents/{id}/devices/{device}/revoke", RIGHT_EDIT, ROUTE_LONG, devices_revoke },
	{ "GET", "/api/v1/devices", RIGHT_RECORD, ROUTE_LONG, devices_show },
	{ "GET", "/api/v1/watchers", RIGHT_RECORD, ROUTE_LONG, watchers_show },
	{ "POST", "/api/v1/watchers", RIGHT_EDIT, 0, watchers_add },
	{ "GET", "/api/v1/watchers/{id}", RIGHT_RECORD, 0, watchers_show_one },
	{ "PATCH", "/api/v1/watchers/{id}", RIGHT_EDIT, 0, watchers_change },
	{ "POST", "/api/v1/watchers/{id}/end", RIGHT_EDIT, 0, watchers_end },
	{ "POST", "/api/v1/watchers/{id}/test-alert", RIGHT_EDIT, 0, watcher_tests_begin },
	{ "GET", "/api/v1/watchers/{id}/test-alert", RIGHT_EDIT, 0, watcher_tests_show },

	/* what was agreed, who must never be told, who was told, who takes whose place */
	{ "GET", "/api/v1/residents/{id}/consents", RIGHT_RECORD, 0, consents_show },
	{ "POST", "/api/v1/residents/{id}/consents", RIGHT_EDIT, 0, consents_add_one },
	{ "GET", "/api/v1/residents/{id}/never-told", RIGHT_RECORD, 0, never_told_show },
	{ "POST", "/api/v1/residents/{id}/never-told", RIGHT_EDIT, 0, never_told_enter },
	{ "DELETE", "/api/v1/residents/{id}/never-told/{entry}", RIGHT_EDIT, 0, never_told_lift },
	{ "GET", "/api/v1/residents/{id}/disclosures", RIGHT_RECORD, 0, disclosures_show },
	{ "POST", "/api/v1/residents/{id}/disclosures", RIGHT_ACT, 0, disclosures_add_one },
	{ "GET", "/api/v1/residents/{id}/record", RIGHT_RECORD | RIGHT_EXPORT, ROUTE_LONG, records_download },
	{ "GET", "/api/v1/watchers/{id}/replacement", RIGHT_EDIT, 0, replacements_show },
	{ "POST", "/api/v1/watchers/{id}/replacement", RIGHT_EDIT, 0, replacements_plan },
	{ "DELETE", "/api/v1/watchers/{id}/replacement", RIGHT_EDIT, 0, replacements_take_back },
	{ "GET", "/watchers/{id}/sheet", RIGHT_RECORD | RIGHT_EDIT, 0, watcher_sheets_show },
	{ "GET", "/api/v1/checks", RIGHT_EDIT, ROUTE_LONG, checks_show },

	/* administration */
	{ "GET", "/api/v1/districts", RIGHT_LIST, 0, districts_show },
	{ "POST", "/api/v1/districts", RIGHT_ADMIN, 0, districts_add },
	{ "PATCH", "/api/v1/districts/{id}", RIGHT_ADMIN, 0, districts_change },
	{ "POST", "/api/v1/districts/{id}/end", RIGHT_ADMIN, 0, districts_finish },
	{ "POST", "/api/v1/districts/{id}/resume", RIGHT_ADMIN, 0, districts_resume },
	{ "GET", "/api/v1/policies", RIGHT_RECORD, 0, policies_show },
	{ "POST", "/api/v1/policies", RIGHT_ADMIN, 0, policies_add },
	{ "PATCH", "/api/v1/policies/{id}", RIGHT_ADMIN, 0, policies_change },
	{ "POST", "/api/v1/policies/{id}/end", RIGHT_ADMIN, 0, policies_finish },
	{ "POST", "/api/v1/policies/{id}/resume", RIGHT_ADMIN, 0, policies_resume },
	{ "GET", "/api/v1/users", RIGHT_ADMIN, 0, users_show },
	{ "POST", "/api/v1/users", RIGHT_ADMIN, ROUTE_PASSWORD, users_add },
	{ "PATCH", "/api/v1/users/{login}", RIGHT_ADMIN, 0, users_change },
	{ "POST", "/api/v1/users/{login}/password", RIGHT_ADMIN, ROUTE_PASSWORD, users_password },
	{ "POST", "/api/v1/users/{login}/disable", RIGHT_ADMIN, 0, users_disable },
	{ "POST", "/api/v1/users/{login}/enable", RIGHT_ADMIN, 0, users_enable },
	{ "DELETE", "/api/v1/users/{login}/totp", RIGHT_ADMIN, 0, users_forget_factor },
	{ "POST", "/api/v1/imports", RIGHT_ADMIN, ROUTE_LARGE | ROUTE_LONG, imports_run },
	{ "GET", "/api/v1/export/{table}.csv", RIGHT_EXPORT, ROUTE_LONG, exports_table },

	/* reports */
	{ "GET", "/api/v1/reports", RIGHT_REPORT, ROUTE_LONG, reports_show },
	{ "GET", "/api/v1/reports.csv", RIGHT_REPORT, ROUTE_LONG, reports_csv },
	{ "POST", "/api/v1/reports/prints", RIGHT_REPORT, 0, reports_print },
	{ "GET", "/api/v1/targets", RIGHT_REPORT, 0, targets_show },
	{ "PUT", "/api/v1/targets", RIGHT_ADMIN, 0, targets_put },

	/* watchers' links: a token, and the first browser that said yes */
	{ "GET", "/w/{token}", 0, ROUTE_PUBLIC, answers_page },
	{ "POST", "/w/{token}", 0, ROUTE_PUBLIC | ROUTE_FORM, answers_send },
	{ "GET", "/api/v1/w/{token}", 0, ROUTE_PUBLIC, answers_show },
	{ "POST", "/api/v1/w/{token}", 0, ROUTE_PUBLIC, answers_act },
	{ "GET", "/my/{token}", 0, ROUTE_PUBLIC, my_page },
	{ "POST", "/my/{token}", 0, ROUTE_PUBLIC | ROUTE_FORM, my_send },
	{ "GET", "/api/v1/my/{token}", 0, ROUTE_PUBLIC, my_show },
	{ "POST", "/api/v1/my/{token}", 0, ROUTE_PUBLIC, my_act },
	{ "POST", "/api/v1/watchers/{id}/link", RIGHT_EDIT, 0, links_make_page },
	{ "DELETE", "/api/v1/watchers/{id}/link", RIGHT_EDIT, 0, links_end_page },
	{ "POST", "/api/v1/incidents/{id}/links/{watcher}/free", RIGHT_ACT, 0, links_free },

	/* devices */
	{ "POST", "/api/v1/checkins", 0, ROUTE_PUBLIC, devices_check_in },
};
/* clang-format on */
const size_t route_count = sizeof(routes) / sizeof(routes[0]);

enum { PARTS = 12 };

/* The parts of a path between its slashes. False: too many. */
static bool split(char *path, char *parts[PARTS], size_t *count)
{
	char *part, *rest = path + 1;

	*count = 0;
	while ((part = strsep(&rest, "/"))) {
		if (*count == PARTS)
			return false;
		parts[(*count)++] = part;
	}
	return true;
}

static bool matches(const char *pattern, char *const *parts, size_t count, const char **args)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		size_t len;

		if (*pattern++ != '/')
			return false;
		len = strcspn(pattern, "/");
		if (*pattern == '{') {
			if (!*parts[i])
				return false;
			args[n++] = parts[i];
		} else if (len != strlen(parts[i]) || memcmp(pattern, parts[i], len) != 0) {
			return false;
		}
		pattern += len;
	}
	return !*pattern;
}

/* Arguments are decoded one by one, so that an encoded slash stays within its part. */
static bool decode_args(struct call *c)
{
	for (size_t i = 0; i < CALL_ARGS && c->args[i]; i++) {
		c->args[i] = call_decode(c, c->args[i], false);
		if (!c->args[i])
			return false;
	}
	return true;
}

const struct route *route_find(struct call *c, unsigned *status, char allow[64])
{
	char *copy = call_keep(c, strdup(c->path)), *parts[PARTS];
	const char *method = strcmp(c->method, "HEAD") == 0 ? "GET" : c->method;
	size_t count;

	allow[0] = '\0';
	*status = 404;
	if (*copy != '/' || !split(copy, parts, &count))
		return NULL;
	for (size_t i = 0; i < route_count; i++) {
		const char *args[CALL_ARGS] = { NULL };

		if (!matches(routes[i].pattern, parts, count, args))
			continue;
		if (strcmp(routes[i].method, method) != 0) {
			size_t used = strlen(allow);

			snprintf(allow + used, 64 - used, "%s%s%s", used ? ", " : "", routes[i].method,
				strcmp(routes[i].method, "GET") == 0 ? ", HEAD" : "");
			continue;
		}
		memcpy(c->args, args, sizeof(c->args));
		*status = 400;
		return decode_args(c) ? &routes[i] : NULL;
	}
	if (allow[0])
		*status = 405;
	return NULL;
}

size_t route_body_most(const struct route *r)
{
	return r->flags & ROUTE_LARGE ? (size_t)32 << 20 : (size_t)64 << 10;
}
