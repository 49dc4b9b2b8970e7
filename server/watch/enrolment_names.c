/* enrolment_names - names filed under their hashes, sorted, and compared within a file. */
#include "server/watch/enrolment_names.h"

#include <stdint.h>
#include <stdlib.h>

#include "common/log.h"
#include "server/watch/alike.h"

enum {
	LETTERS_LEAST = 2,    /* a shorter name is like too many */
	NEIGHBOURS_MOST = 64, /* of one file, compared with each: hundreds of one name need no warning for each */
	PAIRS_MOST = 200000,
};
#define IS_KANA(index) (((index)&1) != 0)

struct filed {
	uint64_t hash;
	uint32_t index; /* 2 * place in the list, + 1 for kana */
};

struct pair {
	uint32_t one, other;
};

struct reading {
	const struct enrolment_name *list;
	struct filed *files;
	size_t file_count, file_room;
	struct pair *pairs;
	size_t pair_count;
};

static void *grown(void *list, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return list;
	*room = *room ? 2 * *room : 4096;
	list = realloc(list, *room * size);
	if (!list)
		fatal("error=\"out of memory\"");
	return list;
}

static void file_under(struct reading *r, uint64_t hash, size_t index)
{
	r->files = grown(r->files, r->file_count, &r->file_room, sizeof(*r->files));
	r->files[r->file_count++] = (struct filed){ hash, (uint32_t)index };
}

/* FNV-1a over the letters but one; `without` behind the last: over all. */
static uint64_t hash_without(const struct folded *f, size_t without)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t k = 0; k < f->count; k++)
		if (k != without)
			hash = (hash ^ f->letters[k]) * UINT64_C(1099511628211);
	return hash;
}

static void file_text(struct reading *r, const char *text, size_t index)
{
	struct folded f;

	alike_fold(&f, text);
	if (f.count < LETTERS_LEAST)
		return;
	file_under(r, hash_without(&f, f.count), index);
	for (size_t k = 0; IS_KANA(index) && k < f.count; k++)
		file_under(r, hash_without(&f, k), index);
}

static int by_hash(const void *a, const void *b)
{
	const struct filed *one = a, *other = b;

	if (one->hash != other->hash)
		return one->hash < other->hash ? -1 : 1;
	return one->index < other->index ? -1 : one->index > other->index;
}

static int by_pair(const void *a, const void *b)
{
	const struct pair *one = a, *other = b;

	if (one->one != other->one)
		return one->one < other->one ? -1 : 1;
	return one->other < other->other ? -1 : one->other > other->other;
}

static const char *text_of(const struct reading *r, uint32_t index)
{
	return IS_KANA(index) ? r->list[index / 2].kana : r->list[index / 2].name;
}

static void compare(struct reading *r, uint32_t a, uint32_t b)
{
	struct folded one, other;

	if (a / 2 == b / 2 || IS_KANA(a) != IS_KANA(b) || r->pair_count == PAIRS_MOST)
		return;
	alike_fold(&one, text_of(r, a));
	alike_fold(&other, text_of(r, b));
	if (IS_KANA(a) ? alike_nearly(&one, &other) : alike_equal(&one, &other))
		r->pairs[r->pair_count++] = (struct pair){ a / 2 < b / 2 ? a / 2 : b / 2,
			a / 2 < b / 2 ? b / 2 : a / 2 };
}

void enrolment_names_alike(const struct enrolment_name *list, size_t count,
	void (*found)(void *context, size_t one, size_t other), void *context)
{
	struct reading r = { .list = list, .pairs = calloc(PAIRS_MOST, sizeof(*r.pairs)) };

	if (!r.pairs)
		fatal("error=\"out of memory\"");
	for (size_t k = 0; k < count; k++) {
		file_text(&r, list[k].name, 2 * k);
		file_text(&r, list[k].kana, 2 * k + 1);
	}
	if (r.file_count)
		qsort(r.files, r.file_count, sizeof(*r.files), by_hash);
	for (size_t i = 0; i < r.file_count; i++)
		for (size_t k = i + 1;
			k < r.file_count && k - i <= NEIGHBOURS_MOST && r.files[k].hash == r.files[i].hash; k++)
			compare(&r, r.files[i].index, r.files[k].index);
	if (r.pair_count)
		qsort(r.pairs, r.pair_count, sizeof(*r.pairs), by_pair);
	for (size_t k = 0; k < r.pair_count; k++)
		if (!k || by_pair(&r.pairs[k - 1], &r.pairs[k]) != 0)
			found(context, r.pairs[k].one, r.pairs[k].other);
	free(r.files);
	free(r.pairs);
}
