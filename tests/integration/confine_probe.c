/*
 * confine_probe OUTSIDE... - asks the kernel for what a confined program must not get (and for some that it must), and
 * prints "NAME ERROR" for each, a line; "-" where it was given. OUTSIDE are paths that it looks for.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <unistd.h>

static void say(const char *what, long result)
{
	printf("%s %s\n", what, result >= 0 ? "-" : strerrorname_np(errno));
}

static long map_both(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
		       ? -1
		       : 0;
}

static long make_executable(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? 0 : mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

static long list(const char *folder)
{
	DIR *dir = opendir(folder);

	return dir ? closedir(dir) : -1;
}

static void ask_for_calls(void)
{
	struct timex clock = { .modes = 0 };
	int file = memfd_create("probe", MFD_CLOEXEC);

	say("memfd", file);
	say("inet", socket(AF_INET, SOCK_STREAM, 0));
	say("unix", socket(AF_UNIX, SOCK_STREAM, 0));
	say("netlink", socket(AF_NETLINK, SOCK_RAW, 0));
	say("packet", socket(AF_PACKET, SOCK_RAW, 0));
	say("namespace", unshare(CLONE_NEWUSER));
	say("setns", setns(file, 0));
	say("mount", mount("none", "/mnt", "tmpfs", 0, NULL));
	say("ptrace", ptrace(PTRACE_TRACEME, 0, NULL, NULL));
	say("personality", personality(ADDR_NO_RANDOMIZE));
	say("writable_code", map_both());
	say("new_code", make_executable());
	say("keyring", syscall(SYS_keyctl, 0, -3, 1));
	say("io_uring", syscall(SYS_io_uring_setup, 1, &clock));
	say("read_memory", syscall(SYS_process_vm_readv, getpid(), NULL, 0, NULL, 0, 0));
	say("shared_memory", shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600));
	say("lock_memory", syscall(SYS_mlock, &clock, sizeof(clock))); /* a sanitizer replaces mlock */
	say("priority", setpriority(PRIO_PROCESS, 0, 1));
	say("setuid", setuid(getuid()));
	say("chown", fchown(file, (uid_t)-1, (gid_t)-1));
	say("suid", fchmod(file, S_ISUID | 0700));
	say("clock_is_set", adjtimex(&clock));
}

static void ask_for_rights(void)
{
	struct rlimit core;

	getrlimit(RLIMIT_CORE, &core);
	printf("root %s\n", getuid() == 0 || geteuid() == 0 || getgid() == 0 ? "yes" : "no");
	printf("capabilities %s\n", prctl(PR_CAPBSET_READ, CAP_CHOWN, 0, 0, 0) == 0 ? "no" : "yes");
	printf("new_privileges %s\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? "no" : "yes");
	printf("core %s\n", core.rlim_max == 0 ? "no" : "yes");
	printf("umask %03o\n", (unsigned int)umask(0));
}

int main(int argc, char **argv)
{
	ask_for_calls();
	ask_for_rights();
	say("write_etc", open("/etc/mimamori-probe", O_WRONLY | O_CREAT, 0600));
	say("list_home", list("/home"));
	say("proc_cpuinfo", access("/proc/cpuinfo", F_OK));
	say("proc_1", access("/proc/1", F_OK));
	for (int i = 1; i < argc; i++)
		say(argv[i], access(argv[i], F_OK));
	return 0;
}
