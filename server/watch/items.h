/*
 * items - what may be told about a resident, or was, as space-separated words:
 * name place address care outcome (a link's `shares`), phone state (of disclosures besides).
 */
#ifndef WATCH_ITEMS_H
#define WATCH_ITEMS_H

#include <stdbool.h>
#include <stddef.h>

#define ITEMS_OF_LINK  "name place address care outcome"
#define ITEMS_STANDARD "name place address" /* what an empty `shares` means */
#define ITEMS_NONE     "label"              /* of a link: nothing but the number on the watcher's sheet */
#define ITEMS_ALL      "name place address phone care state outcome"

bool items_have(const char *items, const char *item);
/* Whether each word is one of `known`, in any order. "" is. */
bool items_are_of(const char *items, const char *known);
/* Adds one, if it is not there; what does not fit is left out. */
void items_add(char *items, size_t size, const char *item);

#endif
