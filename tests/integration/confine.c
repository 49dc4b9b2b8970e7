/*
 * confine - runs a program as systemd would run it under the directives that confined.mjs reads from a unit file.
 *
 * Each option stands for one directive; what is left out is not done, so that a directive that leaves the unit leaves
 * the test too. As root it changes to --uid; where mounting is not allowed (a plain container), what is about files is
 * said to be left out, and the rest is done.
 *
 * A system call outside --calls ends the process, where systemd would let it fail (SystemCallErrorNumber): a program
 * that goes on without what it asked for would hide that it needs it. With --fail it fails.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATHS_MOST = 16, FAMILIES = 46, CAPABILITIES = 64 };

struct paths {
	char *path[PATHS_MOST];
	int tree[PATHS_MOST];
	size_t n;
};

static struct {
	struct paths hidden, kept, writable;
	char *calls, *families, *proc;
	long uid, umask;
	bool fail, read_only, own_tmp, no_wx, no_namespaces, no_personality, no_suid, no_core, no_new, no_capability;
} wish = { .uid = -1, .umask = -1 };

__attribute__((noreturn, format(printf, 1, 2))) static void give_up(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("confine: ", stderr);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, ": %s\n", strerror(errno));
	exit(125);
}

static void must(int result, const char *what)
{
	if (result < 0)
		give_up("%s", what);
}

/* Files */

static void set_attributes(int at, const char *path, uint64_t set, uint64_t clear)
{
	struct mount_attr attr = { .attr_set = set, .attr_clr = clear };

	must(mount_setattr(at, path, AT_EMPTY_PATH | AT_RECURSIVE, &attr, sizeof(attr)), path);
}

/* What something can be mounted on: a folder or a file, and the folders above it. */
static void make_place(const char *path, int of)
{
	char *copy = strdup(path);
	struct stat st;

	for (char *at = copy + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		mkdir(copy, 0755);
		*at = '/';
	}
	must(fstat(of, &st), path);
	if (S_ISDIR(st.st_mode))
		mkdir(path, 0755);
	else
		mknod(path, S_IFREG | 0644, 0);
	free(copy);
}

static void clone_trees(struct paths *p)
{
	for (size_t i = 0; i < p->n; i++)
		must(p->tree[i] = open_tree(AT_FDCWD, p->path[i], OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE),
			p->path[i]);
}

static void put_trees(const struct paths *p, bool writable)
{
	for (size_t i = 0; i < p->n; i++) {
		set_attributes(p->tree[i], "", writable ? 0 : MOUNT_ATTR_RDONLY, writable ? MOUNT_ATTR_RDONLY : 0);
		make_place(p->path[i], p->tree[i]);
		must(move_mount(p->tree[i], "", AT_FDCWD, p->path[i], MOVE_MOUNT_F_EMPTY_PATH), p->path[i]);
	}
}

/* A view of the files that is this process's own. False: nobody may make one here. */
static bool own_files(void)
{
	const char *above = getenv("TMPDIR");
	char folder[4096];

	snprintf(folder, sizeof(folder), "%s/confine-XXXXXX", above ? above : "/tmp");

	if (unshare(CLONE_NEWNS) != 0)
		return false;
	mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL); /* in a chroot it is no mount, and need not be */
	must(mkdtemp(folder) ? 0 : -1, folder);
	if (mount("/", folder, NULL, MS_BIND | MS_REC, NULL) != 0) {
		rmdir(folder);
		return false;
	}
	must(mount(NULL, folder, NULL, MS_REC | MS_PRIVATE, NULL), "private");
	clone_trees(&wish.kept);
	clone_trees(&wish.writable);
	if (wish.read_only)
		set_attributes(AT_FDCWD, folder, MOUNT_ATTR_RDONLY, 0);
	must(chroot(folder), folder);
	must(chdir("/"), "/");
	for (size_t i = 0; i < wish.hidden.n; i++)
		if (access(wish.hidden.path[i], F_OK) == 0)
			must(mount("none", wish.hidden.path[i], "tmpfs", MS_RDONLY, "mode=0"), wish.hidden.path[i]);
	if (wish.own_tmp)
		must(mount("none", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777"), "/tmp");
	if (wish.proc && mount("proc", "/proc", "proc", 0, wish.proc) != 0)
		fprintf(stderr, "confine: left out: a /proc of its own: %s\n", strerror(errno));
	put_trees(&wish.kept, false);
	put_trees(&wish.writable, true);
	return true;
}

/* Who it is */

static void drop_rights(void)
{
	const struct rlimit none = { 0, 0 };

	if (wish.no_core)
		must(setrlimit(RLIMIT_CORE, &none), "RLIMIT_CORE");
	if (wish.umask >= 0)
		umask((mode_t)wish.umask);
	if (wish.no_capability && geteuid() == 0)
		for (unsigned long c = 0; c < CAPABILITIES && prctl(PR_CAPBSET_READ, c, 0, 0, 0) >= 0; c++)
			must(prctl(PR_CAPBSET_DROP, c, 0, 0, 0), "bounding set");
	if (wish.uid >= 0 && geteuid() == 0) {
		uid_t uid = (uid_t)wish.uid;

		must(setgroups(0, NULL), "setgroups");
		must(setresgid(uid, uid, uid), "setresgid");
		must(setresuid(uid, uid, uid), "setresuid");
		prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0); /* the change took it off */
	}
	if (wish.no_new)
		must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
}

/* What it may ask of the kernel */

static scmp_filter_ctx begin_filter(uint32_t otherwise)
{
	scmp_filter_ctx filter = seccomp_init(otherwise);

	must(filter ? 0 : -1, "seccomp");
	seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0);
	seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	return filter;
}

static void load_filter(scmp_filter_ctx filter)
{
	int error = seccomp_load(filter);

	errno = -error;
	must(error, "seccomp_load");
	seccomp_release(filter);
}

static void refuse(scmp_filter_ctx filter, int error, int call, unsigned int n, struct scmp_arg_cmp compared)
{
	int failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO((uint32_t)error), call, n, compared);

	errno = -failed;
	must(failed, "rule");
}

static void refuse_bits(scmp_filter_ctx filter, int call, unsigned int argument, uint64_t bits)
{
	refuse(filter, EPERM, call, 1, SCMP_CMP64(argument, SCMP_CMP_MASKED_EQ, bits, bits));
}

static void restrict_families(scmp_filter_ctx filter)
{
	static const struct {
		const char *name;
		unsigned int number;
	} known[] = { { "AF_UNIX", AF_UNIX }, { "AF_INET", AF_INET }, { "AF_INET6", AF_INET6 },
		{ "AF_NETLINK", AF_NETLINK }, { "AF_PACKET", AF_PACKET } };
	bool may[FAMILIES] = { false };

	for (char *name = strtok(wish.families, ","); name; name = strtok(NULL, ",")) {
		size_t i = 0;

		while (i < sizeof(known) / sizeof(*known) && strcmp(known[i].name, name) != 0)
			i++;
		errno = EINVAL;
		must(i < sizeof(known) / sizeof(*known) ? 0 : -1, name);
		may[known[i].number] = true;
	}
	for (unsigned int f = 0; f < FAMILIES; f++)
		if (!may[f])
			refuse(filter, EAFNOSUPPORT, SCMP_SYS(socket), 1, SCMP_CMP64(0, SCMP_CMP_EQ, f, 0));
	refuse(filter, EAFNOSUPPORT, SCMP_SYS(socket), 1, SCMP_CMP64(0, SCMP_CMP_GE, FAMILIES, 0));
}

static void restrict_namespaces(scmp_filter_ctx filter)
{
	static const uint64_t kinds[] = { CLONE_NEWCGROUP, CLONE_NEWIPC, CLONE_NEWNET, CLONE_NEWNS, CLONE_NEWPID,
		CLONE_NEWUSER, CLONE_NEWUTS };
	const struct scmp_arg_cmp any = SCMP_CMP64(0, SCMP_CMP_EQ, 0, 0);

	refuse(filter, ENOSYS, SCMP_SYS(clone3), 0, any); /* its flags lie in memory, which no filter reads */
	refuse(filter, EPERM, SCMP_SYS(setns), 0, any);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		refuse_bits(filter, SCMP_SYS(clone), 0, kinds[i]);
		refuse_bits(filter, SCMP_SYS(unshare), 0, kinds[i]);
	}
}

static void restrict_others(void)
{
	scmp_filter_ctx filter = begin_filter(SCMP_ACT_ALLOW);

	if (wish.families)
		restrict_families(filter);
	if (wish.no_namespaces)
		restrict_namespaces(filter);
	if (wish.no_personality)
		refuse(filter, EPERM, SCMP_SYS(personality), 1, SCMP_CMP64(0, SCMP_CMP_NE, PER_LINUX, 0));
	if (wish.no_wx) {
		refuse_bits(filter, SCMP_SYS(mmap), 2, PROT_WRITE | PROT_EXEC);
		refuse_bits(filter, SCMP_SYS(mprotect), 2, PROT_EXEC);
		refuse_bits(filter, SCMP_SYS(pkey_mprotect), 2, PROT_EXEC);
		refuse_bits(filter, SCMP_SYS(shmat), 2, SHM_EXEC);
	}
	for (uint64_t bit = S_ISUID; wish.no_suid && bit >= S_ISGID; bit >>= 1) {
		refuse_bits(filter, SCMP_SYS(chmod), 1, bit);
		refuse_bits(filter, SCMP_SYS(fchmod), 1, bit);
		refuse_bits(filter, SCMP_SYS(fchmodat), 2, bit);
		refuse_bits(filter, SCMP_SYS(openat), 3, bit);
	}
	load_filter(filter);
}

static void restrict_calls(void)
{
	scmp_filter_ctx filter = begin_filter(wish.fail ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_KILL_PROCESS);

	for (char *name = strtok(wish.calls, ","); name; name = strtok(NULL, ",")) {
		int number = seccomp_syscall_resolve_name(name);

		if (number >= 0) /* below: of another machine */
			must(seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0), name);
	}
	load_filter(filter);
}

static void add(struct paths *p, char *path)
{
	if (p->n == PATHS_MOST)
		give_up("too many paths");
	p->path[p->n++] = path;
}

static void read_options(int argc, char **argv)
{
	static const struct option options[] = { { "uid", required_argument, NULL, 'u' },
		{ "umask", required_argument, NULL, 'm' }, { "calls", required_argument, NULL, 'c' },
		{ "families", required_argument, NULL, 'f' }, { "hide", required_argument, NULL, 'h' },
		{ "keep", required_argument, NULL, 'k' }, { "writable", required_argument, NULL, 'w' },
		{ "fail", no_argument, NULL, 'e' }, { "read-only", no_argument, NULL, 'r' },
		{ "own-tmp", no_argument, NULL, 't' }, { "proc", required_argument, NULL, 'p' },
		{ "no-wx", no_argument, NULL, 'x' }, { "no-namespaces", no_argument, NULL, 'n' },
		{ "no-personality", no_argument, NULL, 'l' }, { "no-suid", no_argument, NULL, 's' },
		{ "no-core", no_argument, NULL, 'd' }, { "no-new-privileges", no_argument, NULL, 'g' },
		{ "no-capability", no_argument, NULL, 'a' }, { NULL, 0, NULL, 0 } };

	for (int c; (c = getopt_long(argc, argv, "+", options, NULL)) != -1;)
		switch (c) {
		case 'u': wish.uid = strtol(optarg, NULL, 10); break;
		case 'm': wish.umask = strtol(optarg, NULL, 8); break;
		case 'c': wish.calls = optarg; break;
		case 'f': wish.families = optarg; break;
		case 'h': add(&wish.hidden, optarg); break;
		case 'k': add(&wish.kept, optarg); break;
		case 'w': add(&wish.writable, optarg); break;
		case 'e': wish.fail = true; break;
		case 'r': wish.read_only = true; break;
		case 't': wish.own_tmp = true; break;
		case 'p': wish.proc = optarg; break;
		case 'x': wish.no_wx = true; break;
		case 'n': wish.no_namespaces = true; break;
		case 'l': wish.no_personality = true; break;
		case 's': wish.no_suid = true; break;
		case 'd': wish.no_core = true; break;
		case 'g': wish.no_new = true; break;
		case 'a': wish.no_capability = true; break;
		default: exit(125);
		}
	if (optind == argc) {
		fputs("usage: confine OPTION... PROGRAM ARGUMENT...\n", stderr);
		exit(125);
	}
}

int main(int argc, char **argv)
{
	int program;

	read_options(argc, argv);
	/* Opened before its folder may be out of sight. */
	program = open(argv[optind], O_PATH | O_CLOEXEC);
	must(program, argv[optind]);
	if ((wish.read_only || wish.own_tmp || wish.proc || wish.hidden.n) && !own_files())
		fprintf(stderr, "confine: left out: a view of files of its own: %s\n", strerror(errno));
	drop_rights();
	restrict_others();
	if (wish.calls)
		restrict_calls();
	fexecve(program, argv + optind, environ);
	give_up("%s", argv[optind]);
}
