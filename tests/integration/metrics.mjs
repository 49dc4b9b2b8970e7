// metrics - what a daemon's /metrics says, and its /readyz.

/** { 'mimamori_presses_total{result="stored"}': 1, … } */
export async function metrics(daemon) {
	const text = await (await fetch(`${daemon.web}/metrics`)).text();
	const lines = text.split('\n').filter((line) => line && !line.startsWith('#'));
	return Object.fromEntries(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').pop())]));
}

/** { status, body }; status 0 while nobody answers. */
export async function readiness(daemon) {
	try {
		const answer = await fetch(`${daemon.web}/readyz`);
		return { status: answer.status, body: await answer.json() };
	} catch {
		return { status: 0, body: null };
	}
}
