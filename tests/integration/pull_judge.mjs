// pull_judge - what one answer says must be one state of the house: whole, counted as it is listed, and never older than
// what an answer before it said. Each function gives the faults that it finds, as texts.
const claimNames = ['claimed_by', 'claimed_until'];
const states = ['ok', 'waiting', 'late', 'missed', 'unknown', 'help', 'paused', 'unscheduled'];
const ofPerson = ({ kind }) => ['help', 'missed', 'unwell', 'talk'].includes(kind);
const faultsOf = (what, checks) => checks.filter(([good]) => !good).map(([, why]) => `${what}: ${why}`);

/** What the rows of a timeline make of an incident: [state, person who has it or null, a row that could not be or null]. */
export function lived(timeline) {
	let [state, person, wrong] = [null, null, null];
	for (const one of timeline) {
		const { event, person: by, detail } = one;
		if ((event === 'claimed' && state !== 'open') || (event === 'renewed' && person !== by) || (event === 'closed' && state === 'closed'))
			wrong ??= one;
		if (['opened', 'asked_staff', 'graver', 'lease_up', 'lost', 'released', 'no_answer', 'lesser_free'].includes(event))
			[state, person] = ['open', null];
		else if (['claimed', 'taken_over'].includes(event))
			[state, person] = ['claimed', by];
		else if (event === 'handed')
			person = detail;
		else if (['checked_in', 'gone', 'closed'].includes(event))
			[state, person] = ['closed', null];
	}
	return [state, person, wrong];
}

/** An incident as a list has it. */
function incident(i) {
	const what = `incident ${i.id}, ${i.state}`;
	const held = [...claimNames, ...('claimed_by_person' in i ? ['claimed_by_person'] : [])].map((name) => i[name] !== null);
	const by = i.closed_by_person ?? i.closed_by;
	return faultsOf(what, [
		[held.every((one) => one === (i.state === 'claimed')), `claimed by ${i.claimed_by} until ${i.claimed_until}`],
		[(i.closed_at !== null) === (i.state === 'closed'), `closed at ${i.closed_at}`],
		[(i.outcome !== null) === (i.state === 'closed'), `its outcome is ${i.outcome}`],
		[
			i.state !== 'closed' || !ofPerson(i) || i.outcome === 'checked_in' || (i.how && i.seen_by && by !== null),
			`closed as ${i.outcome} by ${by}, seen by ${i.seen_by}, how ${i.how}`,
		],
		[i.causes.length > 0 || !ofPerson(i), 'it has no cause'],
		[i.state !== 'closed' || i.causes.every((cause) => cause.answered_at), `a cause is not answered: ${JSON.stringify(i.causes)}`],
		[new Set(i.causes.map((c) => JSON.stringify(c))).size <= i.causes.length, 'causes'],
	]);
}

/** The same with all that happened. */
function whole(i) {
	const [state, person, wrong] = lived(i.timeline);
	const ids = i.timeline.map((row) => row.id);
	return [
		...incident(i),
		...faultsOf(`incident ${i.id}, ${i.state} by ${i.claimed_by_person}`, [
			[!wrong, `this could not be: ${JSON.stringify(wrong)}`],
			[i.timeline.length > 0, 'nothing ever happened to it'],
			[ids.every((id, k) => k === 0 || id > ids[k - 1]), `its timeline is ${ids}`],
			[state === i.state, `its timeline says ${state}: ${JSON.stringify(i.timeline.slice(-4))}`],
			[i.state !== 'claimed' || person === i.claimed_by_person, `its timeline says ${person}: ${JSON.stringify(i.timeline.slice(-4))}`],
			[i.ladder.filter((step) => step.fired).length === Math.min(i.step, i.ladder.length), `step ${i.step} of ${JSON.stringify(i.ladder)}`],
		]),
	];
}

/** A row of the daily list. */
function row(r) {
	const i = r.incident;
	return faultsOf(`row of ${r.resident_id}`, [
		[!i || claimNames.every((name) => (i[name] !== null) === (i.state === 'claimed')), `${JSON.stringify(i)}`],
		[!i || r.needs_person, `an incident that needs nobody: ${JSON.stringify(r)}`],
		[!i || !r.handled, `handled and open: ${JSON.stringify(r)}`],
		[!r.kind || r.checked_in_at, `pressed ${r.kind} never`],
	]);
}

/** The daily list: its head counts its rows, and its districts make it up. */
function list(json, path) {
	const bare = !/[?&](q|state)=/.test(path) && json.next_cursor === null;
	const counted = Object.fromEntries(states.map((state) => [state, json.residents.filter((r) => r.state === state).length]));
	const summed = (name) => json.districts.reduce((n, d) => n + d.totals[name], 0);
	const ofOne = /[?&]district=/.test(path);
	const names = ['residents', 'open', ...states];
	return [
		...json.residents.flatMap(row),
		...faultsOf('the list', [
			[new Set(json.residents.map((r) => r.resident_id)).size === json.residents.length, 'somebody stands twice'],
			[!bare || json.totals.residents === json.residents.length, `${json.totals.residents} residents, ${json.residents.length} rows`],
			[!bare || json.totals.open === json.residents.filter((r) => r.needs_person).length, `${json.totals.open} need somebody, its rows say another number`],
			...states.map((state) => [!bare || json.totals[state] === counted[state], `${json.totals[state]} are ${state}, of its rows ${counted[state]}`]),
			[states.reduce((n, state) => n + json.totals[state], 0) === json.totals.residents, 'its totals do not make up its residents'],
			...names.map((name) => [ofOne || summed(name) === json.totals[name], `${json.totals[name]} ${name}, its districts ${summed(name)}`]),
		]),
	];
}

const judges = {
	status_show: (json, path) => list(json, path),
	incidents_show: (json) => [
		...json.incidents.flatMap(incident),
		...faultsOf('the incidents', [[new Set(json.incidents.map((i) => i.id)).size === json.incidents.length, 'one stands twice']]),
	],
	incidents_show_one: whole,
	incidents_claim: whole,
	incidents_release: whole,
	incidents_report: whole,
	incidents_close: whole,
	incidents_add_note: whole,
	incidents_hand_over: whole,
	residents_show: (json) => [
		...json.open.flatMap(incident),
		...faultsOf(`the record of ${json.resident_id}`, [
			[json.open.every((i) => i.state !== 'closed'), 'one of its open incidents is closed'],
			[json.open.filter(ofPerson).length <= 1, 'two incidents are open'],
		]),
	],
	signoffs_show: (json) =>
		json.districts.flatMap((d) =>
			faultsOf(`the sign-off of ${d.district}`, [
				[!d.signed === !d.first, 'it was signed last and never first'],
				[new Set(d.unhandled).size === d.unhandled.length, 'somebody stands twice'],
			]),
		),
};

/** What an act's own answer must say, whatever goes on beside it: the state that this act made. */
function own(id, i, login, spec) {
	const last = i.timeline.at(-1);
	const mine = (event) => i.timeline.some((r) => r.event === event && r.person === `user:${login}` && (!spec.mark || r.detail === spec.mark[1]));
	if (id === 'incidents_claim')
		return faultsOf(`the answer to a claim of ${i.id} by ${login}`, [
			[i.state === 'claimed' && i.claimed_by_person === `user:${login}`, `it is ${i.state} by ${i.claimed_by_person}`],
			[['claimed', 'renewed', 'taken_over'].includes(last.event), `what happened last is ${JSON.stringify(last)}`],
		]);
	if (id === 'incidents_close')
		return faultsOf(`the answer to a closing of ${i.id} by ${login}`, [
			[i.state === 'closed' && i.note === spec.mark[1] && i.closed_by === `user:${login}`, `it is ${i.state}, ${i.note}, by ${i.closed_by}`],
		]);
	if (id === 'incidents_add_note')
		return faultsOf(`the answer to a note on ${i.id} by ${login}`, [[mine('note'), 'its timeline does not have it']]);
	if (id === 'incidents_release')
		return faultsOf(`the answer to a release of ${i.id}`, [[i.state !== 'claimed', `it is ${i.state} by ${i.claimed_by_person}`]]);
	return [];
}

/** The faults of an answer's JSON. `login`: who asked, where it was somebody of the staff. */
export function judged(one, spec, json, login) {
	const faults = judges[one.id]?.(json, spec.path) ?? [];
	return json?.timeline && login && one.id !== 'incidents_show_one' ? [...faults, ...own(one.id, json, login, spec)] : faults;
}

/** The versions that an answer says, by district ('': all that one may see, by whom that is). */
export function versions(one, json, as) {
	if (one.id !== 'status_show')
		return [];
	return [...json.districts.map((d) => [d.district, d.version])].filter(([, version]) => version > 0 && as);
}

/** The faults of an event of the stream. */
export function judgedEvent({ event, data }) {
	return event === 'rows' ? data.rows.flatMap(row) : [];
}
