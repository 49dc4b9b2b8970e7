/*
 * replay - feeds a target what was kept of it: corpus/TARGET/, or the files and folders it is given. One test of TAP:
 * every input is taken. Where one is not, its name is said before the program ends.
 */
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

static char path[1024];
static size_t taken;

static void say_name(int number)
{
	static const char said[] = "# ended by ";

	if (write(STDERR_FILENO, said, sizeof(said) - 1) < 0 || write(STDERR_FILENO, path, strlen(path)) < 0 ||
		write(STDERR_FILENO, "\n", 1) < 0)
		_exit(1);
	signal(number, SIG_DFL);
	raise(number);
}

/* Its bytes in memory of just their size, as libFuzzer gives them. */
static bool take_file(void)
{
	FILE *in = fopen(path, "re");
	struct stat st;
	uint8_t *data;
	size_t size;

	if (!in || fstat(fileno(in), &st) != 0 || !(data = malloc((size_t)st.st_size + !st.st_size)))
		return false;
	size = fread(data, 1, (size_t)st.st_size, in);
	fclose(in);
	if (size == (size_t)st.st_size)
		LLVMFuzzerTestOneInput(data, size);
	free(data);
	taken++;
	return size == (size_t)st.st_size;
}

static bool take_folder(const char *folder)
{
	struct dirent **names;
	int count = scandir(folder, &names, NULL, alphasort);
	bool good = count >= 0;

	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			good = take_file() && good;
		free(names[i]);
	}
	if (count >= 0)
		free(names);
	return good;
}

static bool take(const char *name)
{
	struct stat st;

	snprintf(path, sizeof(path), "%s", name);
	if (stat(path, &st) != 0)
		return false;
	return S_ISDIR(st.st_mode) ? take_folder(name) : take_file();
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/'), *target = slash ? slash + 1 : argv[0];
	char corpus[512];
	bool good = true;

	signal(SIGABRT, say_name);
	signal(SIGSEGV, say_name);
	signal(SIGFPE, say_name);
	fuzz_begin();
	snprintf(corpus, sizeof(corpus), "%s/%s", FUZZ_CORPUS, target);
	if (argc == 1)
		good = take(corpus);
	for (int i = 1; i < argc; i++)
		good = take(argv[i]) && good;
	good = good && taken;
	printf("1..1\n%sok 1 - %s takes each of %zu inputs as it must\n", good ? "" : "not ", target, taken);
	return good ? 0 : 1;
}
