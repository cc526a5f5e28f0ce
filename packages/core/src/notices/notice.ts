import { randomUUID } from 'node:crypto'
import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { RequestContext } from '../context.ts'
import type { Host } from '../host.ts'
import { json, text, uuid } from '../storage/sql.ts'

/** Changes that a person is told of at all their addresses (NIST SP 800-63B-4 4.6, ASVS 6.3.7). */
export type CoreNotice =
  | 'method.enrolled'
  | 'method.replaced'
  | 'method.removed'
  | 'method.restored'
  | 'method.disabled'
  | 'method.suspect'
  | 'default.changed'
  | 'account.locked'
  | 'account.passwordSet'
  | 'account.passwordReset'
  | 'account.passwordChanged'
  | 'account.unlocked'
  | 'account.disabled'
  | 'reset.locked'
  | 'accessPass.issued'
  | 'help.asked'
  | 'notice.undone'

/** Core's own, or `<plugin>.<event>` of a plugin's. */
export type NoticeType = CoreNotice | `${string}.${string}`

/** The plugin whose notice it is; its words are among the plugin's messages. None for core's own. */
export function pluginOf({ plugins }: Pick<Host, 'plugins'>, type: NoticeType) {
  return plugins.find(({ id }) => type.startsWith(`${id}.`))
}

/** What carries notices to an account's contact address, and reports to administrators. */
export const CONTACT_CHANNEL = 'email'

/** How long "this wasn't me" works, and how long what was removed is kept for it. */
export const UNDO_HOURS = 72

const defaultMethod = z.object({ methodId: z.string().nullable(), way: z.string().nullable() })

/**
 * What a notice says, and what undoing it takes. Names that people can choose (labels, what a client calls itself) are left
 * out: whoever made the change could speak to its owner through them.
 */
export const noticeDetail = z.object({
  kind: z.string().optional(),
  methodId: z.string().optional(),
  replacedMethodId: z.string().optional(),
  defaultBefore: defaultMethod.optional(),
  clientAddress: z.string().optional(),
  /** The row of a plugin's that it is about. */
  subjectId: z.string().optional(),
  /** What the plugin's words are filled with. */
  values: z.record(z.string(), z.string()).optional(),
})
export type NoticeDetail = z.infer<typeof noticeDetail>

export interface NoticeEntry {
  readonly userId: string
  readonly type: NoticeType
  readonly detail: NoticeDetail
  readonly locale: string
}

/** A notice about what this request does. */
export function noticeOf(
  { request }: RequestContext,
  userId: string,
  type: NoticeType,
  detail: NoticeDetail,
): NoticeEntry {
  const { clientAddress } = request
  return { userId, type, detail: { ...detail, clientAddress }, locale: request.locales[0] ?? 'en' }
}

/** The statement part that writes a notice with the change it tells of; `guard` names the part the change depends on. */
export function noticeInsert({ userId, type, detail, locale }: NoticeEntry, guard: SQL): SQL {
  return sql`
    insert into security_info.notice (user_id, id, type, detail, locale)
    select ${uuid(userId)}, ${uuid(randomUUID())}, ${text(type)}, ${json(detail)}, ${text(locale)}
    where exists (select from ${guard})`
}

/** The statement part that tells of a budget that has just closed. Of an account that does not exist nobody is told. */
export function tellOfLock(context: RequestContext, userId: string): SQL {
  const account = sql`(select from security_info.account where user_id = ${uuid(userId)}) known`
  return sql`told_of_lock as (${noticeInsert(noticeOf(context, userId, 'account.locked', {}), account)})`
}
