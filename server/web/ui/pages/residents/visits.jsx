// visits - who met them or spoke with them, and when.
import { dots, t, word } from '../../i18n.js'
import { Card, Icon, Loaded, Pager, usePages, When } from '../../parts/index.js'

export function Visits({ id, turn }) {
	const visits = usePages(`/residents/${encodeURIComponent(id)}/visits`, 'visits', { turn, limit: 10 })
	return (
		<Card title={t('VISITS_OF')}>
			<Loaded of={visits.load} lines={2}>
				{() => (
					<>
						{visits.rows.length === 0 && <p class="faint">{t('VISITS_NONE')}</p>}
						<ul class="plain-list">
							{visits.rows.map(v => (
								<li key={v.id}>
									<Icon name={v.kind === 'visit' ? 'house' : 'phone'} size={18} />
									<div class="grow">
										<When at={v.at} /> {dots(word('HOW', v.kind), v.person_name, v.minutes && t('MINUTES', { minutes: v.minutes }))}
										{v.note && <p class="lines">{v.note}</p>}
										{v.entered_by_name !== v.person_name && <small>{t('VISIT_BY', { who: v.entered_by_name })}</small>}
									</div>
								</li>
							))}
						</ul>
						{visits.cursor && <Pager shown={visits.rows.length} cursor={visits.cursor} busy={visits.busy} more={visits.more} />}
					</>
				)}
			</Loaded>
		</Card>
	)
}
