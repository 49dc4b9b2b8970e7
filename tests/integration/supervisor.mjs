// supervisor - the receiving end of sd_notify(3). Node has no datagram sockets of this family, and perl-base is on every
// Debian.
import { join } from 'node:path';

import { temporaryFolder } from './ending.mjs';
import { Process } from './processes.mjs';

const listen = `
	use Socket;
	socket(my $s, AF_UNIX, SOCK_DGRAM, 0) || die $!;
	bind($s, pack_sockaddr_un($ARGV[0])) || die $!;
	$| = 1;
	print "listening\\n";
	my $said;
	print "$said\\n" while defined recv($s, $said, 4096, 0);`;

/** One that hears whoever has its `path` as NOTIFY_SOCKET; what they said is in `process.log`, a fact a line. */
export async function startSupervisor() {
	const path = join(temporaryFolder('supervisor'), 'notify');
	const process = new Process('supervisor', 'perl', ['-e', listen, path]);
	await process.said(/^listening$/m);
	return { process, path };
}
