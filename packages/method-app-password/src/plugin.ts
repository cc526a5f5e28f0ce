import { definePlugin, PLUGIN_API, type Plugin, parseOptions } from '@security-info/core'
import { z } from 'zod'
import { createCheck } from './check/route.ts'
import { service } from './check/services.ts'
import { deleteEntries, deleteEntry, hasWorking } from './entries.ts'
import { messages } from './messages.ts'
import { defineMutations } from './mutations.ts'
import { policy, policyFaults, readPolicy } from './policy.ts'
import { defineTypes } from './schema.ts'

const options = z.strictObject({
  /** The servers that may ask whether an app password is right. None: nobody may. */
  services: z
    .array(service)
    .default([])
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, {
      error: 'two have the same name',
    })
    .refine((all) => new Set(all.map(({ key }) => key.reveal())).size === all.length, {
      error: 'two have the same key: then what each may ask for is not told apart',
    }),
  /** What a browser shows when it asks for the password (RFC 7617 2). */
  realm: z
    .string()
    .regex(
      /^[ !#-[\]-~]{1,64}$/,
      'only visible ASCII characters without quotes and backslashes fit, 64 at most',
    )
    .default('App password'),
})

export type AppPasswordOptions = z.input<typeof options>

/**
 * App passwords: for the programs that know no second step. No method: they prove nothing to the gateway itself.
 * @throws ConfigurationFault where an option is wrong.
 */
export function appPassword(given: AppPasswordOptions = {}): Plugin<'appPassword'> {
  const parsed = parseOptions('appPassword', options, given)
  return definePlugin({
    id: 'appPassword',
    api: PLUGIN_API,
    messages,
    policy,
    checkPolicy: policyFaults,
    migrations: new URL('../migrations', import.meta.url),
    routes: createCheck(parsed),
    schema(kit) {
      defineMutations(kit, defineTypes(kit))
    },
    async owes(db, { userId }, section) {
      const inForce = readPolicy(section)
      // What nobody may make is not demanded, whatever an older policy says.
      if (!inForce.allowed || !inForce.required) return []
      return [{ id: 'appPassword', done: await hasWorking(db, userId, inForce) }]
    },
    async within(tx, { type, userId }, section) {
      // NIST SP 800-63B-4 4.2: who had to reset the password may have lost more than that (C20).
      if (type === 'reset' && !readPolicy(section).revokeOnReset) return undefined
      return (await deleteEntries(tx, userId)) > 0 ? 'appPassword.endedByReset' : undefined
    },
    async undo(tx, { type, subjectId, userId }) {
      if (type === 'appPassword.created' && subjectId) await deleteEntry(tx, { userId, id: subjectId })
    },
  })
}
