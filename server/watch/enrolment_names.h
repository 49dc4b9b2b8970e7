/*
 * enrolment_names - who of many has the same name, or kana that are the same but for one character (as pause_similar
 * asks of one), without comparing each with each.
 *
 * Two texts differ in one character at most only if one of them, or it less one character, is the other, or that less
 * one character. So kana are filed under themselves and under all they become by leaving one character out, and only
 * those filed together are compared.
 */
#ifndef WATCH_ENROLMENT_NAMES_H
#define WATCH_ENROLMENT_NAMES_H

#include <stddef.h>

struct enrolment_name {
	const char *name, *kana;
};
/* Calls `found` for each pair, once, by their places in the list. */
void enrolment_names_alike(const struct enrolment_name *list, size_t count,
	void (*found)(void *context, size_t one, size_t other), void *context);

#endif
