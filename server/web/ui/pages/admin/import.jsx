// import - CSV files dropped here: first what they would change and every line that is wrong, then just that is done.
import { useEffect, useRef, useState } from 'preact/hooks'
import * as api from '../../api.js'
import { number, t } from '../../i18n.js'
import { announce, Button, Busy, Card, Icon, Input, Notice, Page, ProblemNotice, Table } from '../../parts/index.js'
import { useLeaveGuard } from '../../router.jsx'
import { Changes, Faults } from './preview.jsx'
import { FILES, tableName } from './tables.js'

const MOST = 22e6 // bytes; base64 makes a third more of them, and the server takes 32 MiB
const PATIENCE = 180000

function content(file) {
	return new Promise((resolve, reject) => {
		const reader = new FileReader()
		reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,?/, ''))
		reader.onerror = () => reject(reader.error)
		reader.readAsDataURL(file)
	})
}

// A file that is dropped beside the place for it is not opened instead of the page.
function useNoDrop() {
	useEffect(() => {
		const nowhere = event => {
			if (!event.defaultPrevented) {
				event.preventDefault()
				event.dataTransfer.dropEffect = 'none'
			}
		}
		addEventListener('dragover', nowhere)
		addEventListener('drop', nowhere)
		return () => {
			removeEventListener('dragover', nowhere)
			removeEventListener('drop', nowhere)
		}
	}, [])
}

function Drop({ onFiles, busy }) {
	const [over, setOver] = useState(false)
	const input = useRef(null)
	const take = list => {
		if (list.length)
			onFiles([...list])
	}
	return (
		<div class={`drop ${over ? 'drop-over' : ''}`}
			onDragOver={event => {
				event.preventDefault()
				setOver(true)
			}}
			onDragLeave={event => event.currentTarget.contains(event.relatedTarget) || setOver(false)}
			onDrop={event => {
				event.preventDefault()
				setOver(false)
				take(event.dataTransfer.files)
			}}>
			<Icon name="upload" size={32} />
			<p>{t('IMPORT_DROP')}</p>
			<Button icon="plus" busy={busy} onClick={() => input.current.click()}>{t('IMPORT_CHOOSE')}</Button>
			<input ref={input} type="file" multiple accept=".csv,text/csv" hidden onChange={event => {
				take(event.currentTarget.files)
				event.currentTarget.value = ''
			}} />
			<small>{t('IMPORT_NAMES', { names: FILES.map(f => `${f}.csv`).join('  ') })}</small>
			<small>{t('IMPORT_NAMES_MORE')}</small>
		</div>
	)
}

const total = (seen, what) => seen.files.reduce((sum, f) => sum + f[what], 0)
const moved = seen => total(seen, 'new') + total(seen, 'changed') + total(seen, 'removed')

function Files({ seen, takeOut }) {
	return (
		<Table caption={t('IMPORT_FILES')} rows={seen.files} rowKey={f => f.file} columns={[
			{ name: 'file', label: t('IMPORT_FILES'), cell: f => <>{tableName(f.file)}<small class="block">{f.file}</small></> },
			...['rows', 'new', 'changed', 'removed'].map(what => ({ name: what, label: t({ rows: 'IMPORT_ROWS', new: 'IMPORT_NEW', changed: 'IMPORT_CHANGED', removed: 'IMPORT_REMOVED' }[what]), align: 'right', cell: f => number(f[what]) })),
			...(takeOut ? [{ name: 'out', label: '', cell: f => <Button small variant="quiet" icon="close" label={t('IMPORT_TAKE_OUT', { name: f.file })} onClick={() => takeOut(f.file)} /> }] : []),
		]} />
	)
}

// What was looked at, and the one button that does it.
function Preview({ seen, busy, problem, apply, again, takeOut }) {
	const [reason, setReason] = useState('')
	const count = moved(seen)
	return (
		<div class="stack">
			<Files seen={seen} takeOut={takeOut} />
			{seen.errors.length > 0 && (
				<Card title={t('IMPORT_ERRORS')} class="card-open">
					<p class="import-lead">{t('IMPORT_ERRORS_LEAD', { count: number(seen.errors.length + seen.errors_left_off) })}</p>
					<Faults list={seen.errors} leftOff={seen.errors_left_off} caption={t('IMPORT_ERRORS')} />
				</Card>
			)}
			{seen.warnings.length > 0 && (
				<Card title={t('IMPORT_WARNINGS')}>
					<p class="import-lead">{t('IMPORT_WARNINGS_LEAD')}</p>
					<Faults list={seen.warnings} leftOff={seen.warnings_left_off} caption={t('IMPORT_WARNINGS')} />
				</Card>
			)}
			{seen.errors.length === 0 && count === 0 && <Notice kind="good">{t('IMPORT_NOTHING')}</Notice>}
			{problem && <ProblemNotice problem={problem} />}
			{problem?.status === 409 && <Button icon="refresh" onClick={again}>{t('IMPORT_LOOK_AGAIN')}</Button>}
			{seen.errors.length === 0 && count > 0 && problem?.status !== 409 && (
				<form class="import-apply" onSubmit={event => {
					event.preventDefault()
					apply(reason.trim())
				}}>
					<Input label={t('IMPORT_REASON')} maxLength={500} value={reason} onValue={setReason} />
					<Button type="submit" variant="primary" icon="check" busy={busy}>{t('IMPORT_APPLY', { count: number(count) })}</Button>
				</form>
			)}
			{seen.changes.length > 0 && <Card title={t('IMPORT_CHANGES')}><Changes list={seen.changes} leftOff={seen.changes_left_off} /></Card>}
		</div>
	)
}

export default function Import() {
	const [files, setFiles] = useState([]) // [{ name, content, size }]
	const [state, setState] = useState({ busy: '', seen: null, problem: null, wrong: [], applied: null })
	useNoDrop()
	useLeaveGuard(Boolean(state.seen && moved(state.seen) && !state.applied))

	const look = async (list, wrong = []) => {
		setFiles(list)
		if (!list.length) {
			setState({ busy: '', seen: null, problem: null, wrong, applied: null })
			return
		}
		setState({ busy: t('IMPORT_READING'), seen: null, problem: null, wrong, applied: null })
		try {
			const seen = await api.post('/imports', { files: list.map(({ name, content: c }) => ({ name, content: c })) }, { patience: PATIENCE })
			setState({ busy: '', seen, problem: null, wrong, applied: null })
			announce(seen.errors.length ? t('IMPORT_ERRORS_LEAD', { count: seen.errors.length + seen.errors_left_off }) : t('IMPORT_CHANGES'))
		} catch (problem) {
			setState({ busy: '', seen: null, problem, wrong, applied: null })
		}
	}
	const add = async given => {
		const isTable = f => FILES.includes(f.name.replace(/\.csv$/i, '').toLowerCase())
		const known = new Map(given.filter(isTable).map(f => [f.name.toLowerCase(), f]))
		const wrong = given.filter(f => !isTable(f)).map(f => t('IMPORT_WRONG_NAME', { name: f.name }))
		const others = files.filter(f => !known.has(f.name))
		if ([...others, ...known.values()].reduce((sum, f) => sum + f.size, 0) > MOST) {
			setState({ ...state, wrong: [...wrong, t('IMPORT_TOO_LARGE')] })
			return
		}
		const list = [...others]
		for (const [name, file] of known) {
			try {
				list.push({ name, size: file.size, content: await content(file) })
			} catch {
				wrong.push(t('IMPORT_UNREADABLE', { name: file.name }))
			}
		}
		look(list, wrong)
	}
	const apply = async reason => {
		setState({ ...state, busy: t('IMPORT_APPLYING'), problem: null })
		try {
			const body = { files: files.map(({ name, content: c }) => ({ name, content: c })), apply: true, token: state.seen.token }
			const applied = await api.post('/imports', reason ? { ...body, reason } : body, { patience: PATIENCE })
			setState({ busy: '', seen: null, problem: null, wrong: [], applied })
			setFiles([])
			announce(t('IMPORT_DONE'))
		} catch (problem) {
			setState({ ...state, busy: '', problem })
		}
	}

	const { busy, seen, problem, wrong, applied } = state
	return (
		<Page title={t('IMPORT')} kicker={<a href="/admin">{t('ADMIN')}</a>}>
			<div class="stack">
				{!applied && <Drop onFiles={add} busy={Boolean(busy)} />}
				{wrong.map(text => <Notice key={text} kind="warn">{text}</Notice>)}
				{busy && !seen && <Busy>{busy}</Busy>}
				{!seen && problem && <ProblemNotice problem={problem} retry={() => look(files)} />}
				{seen && <Preview seen={seen} busy={Boolean(busy)} problem={problem} apply={apply} again={() => look(files)} takeOut={file => look(files.filter(f => f.name !== file))} />}
				{applied && (
					<>
						<Notice kind="good" title={t('IMPORT_DONE')} actions={<Button onClick={() => look([])}>{t('IMPORT_AGAIN')}</Button>} />
						<Files seen={applied} />
					</>
				)}
			</div>
		</Page>
	)
}
