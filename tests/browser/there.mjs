// there - what the pages of list.mjs are about in a council: an incident, a question for staff, a link that sets up.
import { waitFor } from '../integration/wait.mjs';
import { people } from '../integration/council.mjs';

export async function whatIsThere(council) {
	const { daemon } = council;
	const incidents = await daemon.incidents();
	const of = (id) => incidents.find((i) => i.resident_id === id && i.state !== 'closed').id;
	// A help from a button that nobody knows is asked about at once.
	const speaker = await daemon.broker.addUser('button-of-nobody');
	daemon.passwords['button-of-nobody'] = speaker;
	const stranger = await daemon.device('button-of-nobody');
	await stranger.press('help');
	const question = await waitFor(async () => (await daemon.incidents()).find((i) => i.kind === 'device'), { what: 'the question' });
	const setup = new URL((await daemon.done('user', 'setup')).match(/\S+\/setup\/\S+/)[0]).pathname;
	return { incident: of(people.missed), help: of(people.help), question: question.id, setup };
}
