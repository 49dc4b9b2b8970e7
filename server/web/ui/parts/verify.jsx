// verify - what is asked before something is entered about a person (rules.md 7): a second identifier from whoever
// reports it, and who that is.
import { bracketed, dots, t } from '../i18n.js'
import { Input, Suggest } from './form.jsx'

// form: a useForm with `verify` and `told_by`. alike: [{ resident_id, name, place? }] of the same or similar names.
export function VerifyFields({ form, alike = [] }) {
	return (
		<>
			{alike.length > 0 && (
				<div class="notice notice-warn" role="note">
					<div class="notice-text">
						<strong>{t('VERIFY_ALIKE')}</strong>
						<ul>{alike.map(a => <li key={a.resident_id}>{bracketed(a.name, dots(a.resident_id, a.place))}</li>)}</ul>
					</div>
				</div>
			)}
			<div class="pair">
				<Input label={t('VERIFY')} hint={t('VERIFY_HINT')} required maxLength={10} pattern="\d{4}|\d{4}-\d{2}-\d{2}" shape={t('VERIFY_SHAPE')} {...form.field('verify')} />
				<Suggest label={t('TOLD_BY')} hint={t('TOLD_BY_HINT')} required maxLength={100} options={[t('TOLD_BY_SELF'), t('TOLD_BY_KIN'), t('TOLD_BY_CARER')]} {...form.field('told_by')} />
			</div>
		</>
	)
}
