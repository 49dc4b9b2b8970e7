/*
 * status_csv - the daily list for spreadsheets: a row a resident, with the words of the JSON.
 *
 * UTF-8 with a byte order mark, so that Excel reads it as such. A cell that a spreadsheet would take for a formula gets
 * an apostrophe in front: a name must not be able to run anything on the desk of whoever opens the list.
 */
#ifndef TABLES_STATUS_CSV_H
#define TABLES_STATUS_CSV_H

#include "server/watch/daily.h"

/* Trouble is left for ferror. */
void status_csv_write(const struct daily *d, FILE *out);

#endif
