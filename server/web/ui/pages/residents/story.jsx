// story - everything that happened, the latest on top.
import { t } from '../../i18n.js'
import { Card, Loaded, Pager, Timeline, usePages } from '../../parts/index.js'

// names: of those whom only a detail names.
export function Story({ id, turn, names }) {
	const events = usePages(`/residents/${encodeURIComponent(id)}/timeline`, 'events', { turn, limit: 25 })
	return (
		<Card title={t('TIMELINE')}>
			<Loaded of={events.load} lines={6}>
				{() => (
					<>
						<Timeline events={events.rows} names={names} newest brief />
						{events.rows.length > 0 && <Pager shown={events.rows.length} cursor={events.cursor} busy={events.busy} more={events.more} />}
					</>
				)}
			</Loaded>
		</Card>
	)
}
