import { setTimeout as pause } from 'node:timers/promises'
import { GraphQLError } from 'graphql'
import type { RequestContext } from '../context.ts'
import type { ActiveSession } from '../session/load.ts'
import type { FlowType } from '../storage/tables.ts'
import { type FlowView, readFlow } from './flow.ts'

/** How many flows one person may watch at once in one process (H18). */
const AT_ONCE = 5
const EVERY_MS = 1_000

/**
 * A flow of this session, now and after each change, until it or the session ends. The database is asked once a second:
 * changes come from other processes too (a provider's webhook), and the session is looked at anew each time, so that a
 * revoked one sees nothing more (H18).
 */
export async function* watchFlow(
  context: RequestContext,
  session: ActiveSession,
  flow: { readonly type: FlowType; readonly id: string },
): AsyncGenerator<FlowView> {
  const { host, request } = context
  const { watching } = host
  const over = request.signal ? AbortSignal.any([host.stopping, request.signal]) : host.stopping
  const { userId } = session.account
  const others = watching.get(userId) ?? 0
  if (others >= AT_ONCE) {
    throw new GraphQLError(`At most ${AT_ONCE} flows can be watched at once; end one first.`, {
      extensions: { code: 'TOO_COMPLEX' },
    })
  }
  watching.set(userId, others + 1)
  try {
    let seen = ''
    while (!over.aborted) {
      const view = await readFlow(context, session, flow.type, flow.id)
      if (!view) return
      const now = JSON.stringify(view)
      if (now !== seen) yield view
      seen = now
      if (view.state === 'ENDED') return
      await pause(EVERY_MS, undefined, { signal: over }).catch(() => {})
    }
  } finally {
    const left = (watching.get(userId) ?? 1) - 1
    if (left > 0) watching.set(userId, left)
    else watching.delete(userId)
  }
}
