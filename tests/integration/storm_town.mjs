// storm_town - who lives through a storm of kills: people who press all the while, and people from whom nothing comes.
import { localDate, middayZone, scheduleAround } from './town.mjs';

const always = 'daily 00:00-24:00';
const number = (i) => String(i).padStart(2, '0');

/**
 * The town to import: `pressing` residents P00 … with the button p-00 …, `silent` ones S00 … with s-00 … The deadlines
 * of each of the two lie between so many s from now ([from, to]). Each silent one has a watcher of tier 1 (A00 …) and one of tier 2 (B00 …), by
 * mail and by webhook in turn; the staff member tanaka hears of all.
 */
export function stormTown({ pressing, silent, due, webhook }) {
	const zone = middayZone();
	const now = Date.now();
	const today = localDate(zone, now);
	const resident = (resident_id, part, [from, to]) => ({
		...{ resident_id, name: `住民 ${resident_id}`, district: 'D01', birth_date: '1941-05-03', place: '本町', policy: 'storm' },
		...{ starts: today, consent_on: today },
		schedule: scheduleAround(zone, now, { due: Math.round(from + part * (to - from)) - 2, grace: 2 }),
	});
	const channel = (watcher_id, byMail) =>
		byMail ? `mail:${watcher_id.toLowerCase()}@example.jp` : `webhook:${webhook.url(`/${watcher_id.toLowerCase()}`)}`;
	const watcher = (watcher_id, byMail) => ({
		...{ watcher_id, name: `見守り ${watcher_id}`, channels: channel(watcher_id, byMail), hours: always, night: 'yes' },
	});
	const ids = (letter, n) => Array.from({ length: n }, (_, i) => `${letter}${number(i)}`);
	const [pressers, quiet] = [ids('P', pressing), ids('S', silent)];
	const device = (resident_id) => ({ device_id: resident_id.replace(/^(.)/, (l) => `${l.toLowerCase()}-`), resident_id });
	const town = {
		districts: [{ district: 'D01', name: '本町' }],
		residents: [[pressers, due.pressing], [quiet, due.silent]].flatMap(([list, when]) => list.map((id, i) => resident(id, i / list.length, when))),
		watchers: quiet.flatMap((_, i) => [watcher(`A${number(i)}`, i % 2 === 0), watcher(`B${number(i)}`, i % 2 === 1)]),
		links: quiet.flatMap((resident_id, i) => [
			{ resident_id, watcher_id: `A${number(i)}`, tier: 1 },
			{ resident_id, watcher_id: `B${number(i)}`, tier: 2 },
		]),
		devices: [...pressers, ...quiet].map(device),
		policies: [
			{ policy: 'storm', kind: 'missed', after: '0s', notify: 'tier1+staff' },
			{ policy: 'storm', kind: 'missed', after: '3s', notify: 'tier2' },
		],
		users: [{ login: 'tanaka', name: '田中', role: 'staff', channels: 'mail:tanaka@example.jp', duty: always }],
	};
	return Object.fromEntries(Object.entries(town).filter(([, rows]) => rows.length > 0));
}
