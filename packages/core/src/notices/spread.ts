import { type SQL, sql } from 'drizzle-orm'
import { newUndoToken } from '../crypto/token.ts'
import type { OutboxHost } from '../host.ts'
import { timeIn } from '../i18n/time.ts'
import { noticeRow } from '../outbox/message.ts'
import { maybeRow, rows } from '../storage/database.ts'
import { bytes, ms, now, uuid } from '../storage/sql.ts'
import { CONTACT_CHANNEL, type NoticeDetail, type NoticeType, noticeDetail, pluginOf } from './notice.ts'
import { type Recipient, recipientsOf } from './recipients.ts'

const BATCH = 50

/** Changes that a link in the notice takes back, or answers by ending all sessions. */
const UNDOABLE: readonly NoticeType[] = [
  'account.passwordReset',
  'account.passwordChanged',
  'account.unlocked',
  'accessPass.issued',
  'reset.locked',
  'method.enrolled',
  'method.replaced',
  'method.removed',
  'method.restored',
  'method.disabled',
  'method.suspect',
  'default.changed',
  'account.locked',
]

interface Row {
  readonly user_id: string
  readonly id: string
  readonly type: NoticeType
  readonly detail: unknown
  readonly locale: string
  readonly created_at: number
  readonly identifier: string
  readonly contact_email: string | null
}
interface Notice {
  readonly userId: string
  readonly id: string
  readonly type: NoticeType
  readonly detail: NoticeDetail
  readonly locale: string
  readonly createdAt: Date
  readonly identifier: string
  readonly contactEmail: string | null
}

/** Makes of each new notice one message for each address of its person. A worker's task: opening addresses takes time. */
export async function spreadNotices(host: OutboxHost): Promise<void> {
  const waiting = await rows<Row>(
    host.db,
    sql`select n.user_id, n.id, n.type, n.detail, n.locale, ${ms(sql`n.created_at`)} as created_at,
      a.identifier, a.contact_email
    from security_info.notice n join security_info.account a on a.user_id = n.user_id
    where n.spread_at is null order by n.created_at limit ${BATCH}`,
  )
  for (const row of waiting) {
    // One that can't be spread must not hold up the others.
    await spread(host, row).catch((error: unknown) => host.onUnexpected(error, { requestId: null }))
  }
}

/** One statement writes all messages and marks the notice: of several workers, one does. */
async function spread(host: OutboxHost, row: Row): Promise<void> {
  const notice: Notice = {
    userId: row.user_id,
    id: row.id,
    type: row.type,
    detail: noticeDetail.parse(row.detail),
    locale: row.locale,
    createdAt: new Date(row.created_at),
    identifier: row.identifier,
    contactEmail: row.contact_email,
  }
  const { userId, id } = notice
  const owner = pluginOf(host, notice.type)
  const undoable = owner ? owner.undo !== undefined : UNDOABLE.includes(notice.type)
  const undo = undoable ? newUndoToken(userId) : undefined
  const link = undo && new URL(`undo#${undo.token.reveal()}`, host.publicUrl).href
  const recipients = notice.type === 'help.asked' ? [] : await recipientsOf(host, notice)
  const messages = [
    ...recipients.map((to) =>
      messageOf(host, notice, to, owner ? notice.type : `notice.${notice.type}`, link),
    ),
    ...toAdministrators(host, notice),
  ]
  const queued =
    messages.length === 0
      ? sql``
      : sql`, queued as (
        insert into security_info.message (user_id, id, channel, sealed, due_at)
        select v.user_id, v.id, v.channel, v.sealed, ${now}
        from (values ${sql.join(messages, sql`, `)}) v (user_id, id, channel, sealed) where exists (select from go)
      )`
  await maybeRow(
    host.db,
    sql`
    with go as (
      update security_info.notice set spread_at = ${now}, undo_hash = ${bytes(undo?.hash ?? null)}
      where user_id = ${uuid(userId)} and id = ${uuid(id)} and spread_at is null returning id
    )${queued}
    select id from go`,
  )
  host.metrics.count('notices_total', { type: notice.type })
}

/** What administrators are told of as well, and with which words. */
const FOR_ADMINISTRATORS: Readonly<Partial<Record<NoticeType, string>>> = {
  'notice.undone': 'notice.administrator',
  'help.asked': 'notice.helpAsked',
}

function toAdministrators(host: OutboxHost, notice: Notice): readonly SQL[] {
  const template = FOR_ADMINISTRATORS[notice.type]
  if (template === undefined || !host.channels.get(CONTACT_CHANNEL)?.deliver) return []
  return host.securityContacts.map((to) =>
    messageOf(host, notice, { channel: CONTACT_CHANNEL, to, mayUndo: false }, template),
  )
}

function messageOf(
  host: OutboxHost,
  notice: Notice,
  { channel, to, mayUndo }: Recipient,
  template: string,
  link?: string,
) {
  const { userId, locale, detail, createdAt, identifier } = notice
  const kind = detail.kind === undefined ? '' : host.texts.of(detail.kind, 'title', [locale])
  const values = {
    ...detail.values,
    account: identifier,
    kind,
    time: timeIn(locale, createdAt),
    address: detail.clientAddress ?? '-',
  }
  const undo = link === undefined ? {} : mayUndo ? { link } : { linkless: true }
  return noticeRow(host, { userId, channel, content: { to, template, values, locale, ...undo } })
}
