import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { auditInsert } from '../audit/event.ts'
import type { Desk, PluginKeys, RouteDesk } from '../contract/desk.ts'
import { type FlowEnded, flowEnded } from '../errors.ts'
import { sessionOf } from '../graphql/results.ts'
import type { Host } from '../host.ts'
import { noticeInsert, noticeOf } from '../notices/notice.ts'
import { freshProofProblem } from '../session/fresh-proof.ts'
import { loadByHash } from '../session/load.ts'
import { holdAccount, lockSession } from '../session/locks.ts'
import { maybeRow } from '../storage/database.ts'
import { date, uuid } from '../storage/sql.ts'
import { clearLedgers, lockedUntil, spendFrom } from './budget.ts'
import { methodMissing } from './registration.ts'

function createKeys(host: Host, plugin: string): PluginKeys {
  return {
    random: (bytes) => randomBytes(bytes),
    keyedHash: (scope, value) => host.fingerprints.of(`plugin:${plugin}:${scope}`, value),
  }
}

/** The desk of one plugin. */
export function createDesk(host: Host, plugin: string): Desk {
  return {
    ...createKeys(host, plugin),
    async person(context) {
      const { account, policy, now } = await sessionOf(context)
      return {
        userId: account.userId,
        username: account.identifier,
        displayName: account.displayName,
        administrator: account.administrator,
        policy: policy.methods[plugin] ?? {},
        now,
      }
    },
    methodMissing: async (context) => methodMissing(host, await sessionOf(context), plugin),
    staleProof: async (context) => freshProofProblem(host, await sessionOf(context)),
    async change(context, { write, audit, notice }) {
      const session = await sessionOf(context)
      const { userId } = session.account
      type Result = Awaited<ReturnType<typeof write>> | FlowEnded
      const result: Result = await host.db.transaction(async (tx): Promise<Result> => {
        const held = await maybeRow(
          tx,
          sql`with held as (${holdAccount(session)}),
            go as (${lockSession(session, sql`held`)}) select id from go`,
        )
        if (!held) return flowEnded
        const written = await write(tx)
        if (!written.ok) return written
        const told = notice && {
          ...noticeOf(context, userId, notice.type, {
            ...(notice.subjectId && { subjectId: notice.subjectId }),
            ...(notice.values && { values: { ...notice.values(written.value) } }),
          }),
        }
        await tx.execute(sql`
          ${told ? sql`with told as (${noticeInsert(told, sql`(select 1) done`)})` : sql``}
          ${auditInsert({
            ...audit,
            detail: audit.detail ?? {},
            userId,
            sessionId: session.id,
            requestId: context.request.requestId,
          })}`)
        return written
      })
      if ('type' in result) return result
      if (!result.ok) return result.error
      context.replaceSession(await loadByHash(host, userId, session.tokenHash))
      host.outbox.nudge()
      return { type: 'Done', value: result.value }
    },
  }
}

/** What a plugin's routes may do that lasts. Its budgets are its own: no name of theirs is one of core's. */
export function createRouteDesk(host: Host, plugin: string): RouteDesk {
  const named = (ledger: string) => `${plugin}:${ledger}`
  return {
    ...createKeys(host, plugin),
    async audit(userId, { type, detail = {} }) {
      await host.db.execute(auditInsert({ type, userId, sessionId: null, requestId: plugin, detail }))
    },
    async spend(owner, ledger, cap) {
      const payer = sql`(select ${uuid(owner)} as user_id)`
      const row = await maybeRow<{ paid: boolean; locked_until: number | null; now: number }>(
        host.db,
        sql`with paid as (${spendFrom(payer, named(ledger), cap)})
          select exists (select from paid) as paid, ${lockedUntil(uuid(owner), [named(ledger)])} as locked_until,
            (extract(epoch from security_info.now()) * 1000)::float8 as now`,
      )
      if (!row || row.paid) return undefined
      return { retryAt: date(row.locked_until ?? row.now + 15 * 60_000) }
    },
    async clear(owner, ledger) {
      await host.db.execute(clearLedgers(uuid(owner), [named(ledger)], sql`(select 1) always`))
    },
  }
}
