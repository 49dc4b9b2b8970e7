// there - what the pages of list.mjs are about in a council: an incident, a question, links of watchers.
import { people } from '../integration/council.mjs';

export async function whatIsThere(council) {
	const { residents } = await council.daemon.status();
	const of = (id) => residents.find((r) => r.resident_id === id).incident.id;
	return { incident: of(people.missed), help: of(people.help) };
}
