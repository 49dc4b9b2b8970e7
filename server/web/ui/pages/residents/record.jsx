// record - what is on record about the person, in the order in which somebody with a telephone in the hand needs it.
import { colon, dots, lang, t, word } from '../../i18n.js'
import { Card, Day, Fact, Facts, Notice } from '../../parts/index.js'
import { districtName, openDistricts } from '../../session.js'
import { CATEGORIES } from '../../values.js'
import { telephone } from '../list/panel.jsx'
import { EditFact } from './edit.jsx'

const WAYS = ['phone', 'sms', 'fax', 'relay', 'visit']
const LANGUAGES = ['ja', 'en']
const choices = (prefix, values) => values.map(v => [v, word(prefix, v)])

export function Record({ record, changed }) {
	const districts = [...new Set([...openDistricts().map(d => d.district), record.district])]
	const keys = record.watchers.filter(w => w.key)
	const of = (name, more = {}) => ({ path: `/residents/${encodeURIComponent(record.resident_id)}`, name, label: word('FIELD', name), value: record[name], changed, fixed: Boolean(record.ended_at), ...more })
	return (
		<Card title={t('RECORD')}>
			<div class="record">
				<section>
					<h3>{t('RECORD_REACH')}</h3>
					<Facts>
						<EditFact {...of('phone', { type: 'phone' })}>{telephone(record.phone)}</EditFact>
						<EditFact {...of('contact', { type: 'some', options: choices('CONTACT', WAYS) })}>{record.contact && dots(record.contact.split(' ').map(way => word('CONTACT', way)))}</EditFact>
						<EditFact {...of('address')} />
						<EditFact {...of('place')} />
					</Facts>
				</section>
				<section>
					<h3>{t('RECORD_ENTRY')}</h3>
					{record.may_know ? (
						<Facts>
							<EditFact {...of('care', { type: 'long' })}>{record.care && <span class="lines">{record.care}</span>}</EditFact>
							<Fact label={t('FIELD_ENTRY_CONSENT')} always>{record.entry_consent && word('ENTRY', record.entry_consent)}</Fact>
							<Fact label={t('FIELD_KEY')} always>{keys.length > 0 && keys.map(w => <span key={w.watcher_id} class="lines">{colon(w.name, w.key)}</span>)}</Fact>
						</Facts>
					) : <p class="faint">{t('RECORD_ENTRY_HIDDEN')}</p>}
				</section>
				<section>
					<h3>{t('RECORD_PLAN')}</h3>
					<Facts>
						<EditFact {...of('schedule', { hint: t('FIELD_SCHEDULE_HINT') })}>
							<span class="lines">{record.schedule_words[lang()]}</span>{!record.schedule && <small>{t('RECORD_AS_CATEGORY')}</small>}
						</EditFact>
						<EditFact {...of('policy', { type: 'policy', hint: t('FIELD_POLICY_HINT') })}>{record.policy && word('POLICY_NAME', record.policy)}</EditFact>
						<EditFact {...of('passive', { type: 'choice', empty: '', options: [['yes', t('YES')], ['no', t('NO')]] })}>{record.passive && t(record.passive === 'yes' ? 'YES' : 'NO')}</EditFact>
						<EditFact {...of('channels', { hint: t('FIELD_CHANNELS_HINT') })} />
						<EditFact {...of('starts', { type: 'date' })}>{record.starts && <Day of={record.starts} year />}</EditFact>
						<Fact label={t('FIELD_ENDS')}>{record.ends && <Day of={record.ends} year />}</Fact>
					</Facts>
				</section>
				<section>
					<h3>{t('RECORD_PERSON')}</h3>
					<Facts>
						<EditFact {...of('name')} />
						<EditFact {...of('kana')} />
						<EditFact {...of('birth_date', { type: 'date' })}>{record.birth_date && <Day of={record.birth_date} year />}</EditFact>
						<EditFact {...of('district', { type: 'choice', options: districts.map(d => [d, districtName(d)]) })}>{districtName(record.district)}</EditFact>
						<EditFact {...of('household')} />
						<EditFact {...of('category', { type: 'choice', empty: '', options: choices('CATEGORY', CATEGORIES) })}>{record.category && word('CATEGORY', record.category)}</EditFact>
						<EditFact {...of('language', { type: 'choice', empty: '', options: choices('LANGUAGE', LANGUAGES) })}>{record.language && word('LANGUAGE', record.language)}</EditFact>
						<EditFact {...of('note', { type: 'long' })}>{record.note && <span class="lines">{record.note}</span>}</EditFact>
						<Fact label={t('FIELD_CONSENT_ON')} always>{record.consent_on && <Day of={record.consent_on} year />}</Fact>
					</Facts>
					{!record.consent_on && <Notice kind="warn">{t('NO_CONSENT')}</Notice>}
				</section>
			</div>
		</Card>
	)
}
