import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { access, definePlugin, PLUGIN_API, type Plugin } from '../../src/index.ts'

const options = z.object({ demanded: z.boolean().default(false) })

/** No method: a table of its own, a root field of each kind, a route, a policy section, and a section in the wizard. */
export function locker(): Plugin<'locker'> {
  return definePlugin({
    id: 'locker',
    api: PLUGIN_API,
    messages: { en: { 'section.item': 'Put something in' } },
    policy: options,
    // Older than core's own migration: a ledger shared with core would silently skip it.
    migrations: new URL('./locker-migrations', import.meta.url),
    routes: [
      {
        method: 'GET',
        path: '/locker',
        access: 'anybody: it counts',
        handle: async () => new Response('ok'),
      },
    ],
    schema({ builder }) {
      builder.queryField('lockerSecret', (t) =>
        t.string({
          description: 'For full sessions alone.',
          extensions: access('active'),
          resolve: () => 'open sesame',
        }),
      )
      builder.mutationField('fillLocker', (t) =>
        t.boolean({
          description: 'Puts something in: finishes the section.',
          extensions: access('register'),
          args: { name: t.arg.string({ required: true, description: 'What.' }) },
          resolve: async (_root, { name }, context) => {
            const session = await context.session()
            if (!session) return false
            await context.host.db.execute(sql`insert into security_info.locker_item (user_id, name)
              values (${session.account.userId}::uuid, ${name}) on conflict do nothing`)
            return true
          },
        }),
      )
    },
    async owes(db, who, policy) {
      if (!options.parse(policy ?? {}).demanded) return []
      const items = await db.execute(
        sql`select 1 from security_info.locker_item where user_id = ${who.userId}::uuid limit 1`,
      )
      // Drivers disagree about the shape of a raw result.
      const rows = Array.isArray(items) ? items : (items as { rows: unknown[] }).rows
      return [{ id: 'item', done: rows.length > 0 }]
    },
  })
}
