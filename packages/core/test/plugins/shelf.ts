import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import {
  type AccountEvent,
  access,
  type Db,
  definePlugin,
  limitReached,
  maybeRow,
  PLUGIN_API,
  type Plugin,
  type RouteDesk,
  type SchemaKit,
  type UndoneEvent,
} from '../../src/index.ts'

/** How many items a person may have. */
export const SHELF_LIMIT = 3

/** What tests make of the plugin, and what it saw. */
export interface ShelfProbe {
  within: AccountEvent[]
  undone: UndoneEvent[]
  /** Thrown by the hook of that name, after it has written. */
  fails?: 'write' | 'within' | 'undo'
  /** Runs once between a request and its change: what happens meanwhile. */
  meanwhile?: () => Promise<unknown>
  desk?: RouteDesk<'shelf'>
}
export const shelfProbe = (): ShelfProbe => ({ within: [], undone: [] })

const remove = (tx: Db, userId: string) =>
  tx.execute(sql`delete from security_info.shelf_item where user_id = ${userId}::uuid`)

/** No method: rows of its own that change through the desk, and go with the account. */
export function shelf(probe: ShelfProbe = shelfProbe()): Plugin<'shelf'> {
  const failing = (hook: ShelfProbe['fails']) => {
    if (probe.fails === hook) throw new Error(`The shelf fails in ${hook}.`)
  }
  return definePlugin({
    id: 'shelf',
    api: PLUGIN_API,
    messages: {
      en: { 'shelf.put.subject': 'Something on your shelf', 'shelf.put.body': '{account} {time} {address}' },
    },
    migrations: new URL('./shelf-migrations', import.meta.url),
    schema: (kit) => define(kit, probe, () => failing('write')),
    routes: [
      {
        method: 'GET',
        path: '/shelf',
        access: 'tests',
        async handle(_request, { desk }) {
          probe.desk = desk
          return new Response()
        },
      },
    ],
    async within(tx, event) {
      await remove(tx, event.userId)
      probe.within.push(event)
      failing('within')
    },
    async undo(tx, event) {
      await remove(tx, event.userId)
      probe.undone.push(event)
      failing('undo')
    },
  })
}

interface Put {
  readonly type: 'PutOnShelfPayload'
  readonly items: number
}

function define({ builder, desk, errors }: SchemaKit, probe: ShelfProbe, fail: () => void) {
  const payload = builder.objectRef<Put>('ShelfPut').implement({
    description: 'It is there.',
    fields: (t) => ({ items: t.exposeInt('items', { description: 'How many there are now.' }) }),
  })
  const result = builder.unionType('ShelfPutResult', {
    description: 'What `putOnShelf` gives.',
    types: [payload, errors.limitReached, errors.flowEnded, errors.freshProofRequired],
    resolveType: (value) => (value.type === 'PutOnShelfPayload' ? 'ShelfPut' : value.type),
  })
  builder.mutationField('putOnShelf', (t) =>
    t.field({
      type: result,
      description: 'Puts something on the shelf.',
      extensions: access('register'),
      args: { name: t.arg.string({ required: true, description: 'What.' }) },
      async resolve(_root, { name }, context) {
        const stale = await desk.staleProof(context)
        if (stale) return stale
        const { userId } = await desk.person(context)
        const id = randomUUID()
        await probe.meanwhile?.()
        delete probe.meanwhile
        const done = await desk.change(context, {
          async write(tx) {
            const row = await maybeRow<{ n: number }>(
              tx,
              sql`select count(*)::int as n from security_info.shelf_item where user_id = ${userId}::uuid`,
            )
            const items = row?.n ?? 0
            if (items >= SHELF_LIMIT) return { ok: false, error: limitReached(SHELF_LIMIT) }
            await tx.execute(sql`insert into security_info.shelf_item (user_id, id, name)
              values (${userId}::uuid, ${id}::uuid, ${name})`)
            fail()
            return { ok: true, value: items + 1 }
          },
          audit: { type: 'shelf.put', detail: { subjectId: id, reason: 'asked' } },
          notice: { type: 'shelf.put', subjectId: id },
        })
        return done.type === 'Done' ? { type: 'PutOnShelfPayload' as const, items: done.value } : done
      },
    }),
  )
}
