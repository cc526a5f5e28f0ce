import { access, type SchemaKit } from '@security-info/core'
import { type Entry, LIMIT, listEntries } from './entries.ts'
import { hintOf } from './format.ts'
import { type AppPasswordPolicy, readPolicy } from './policy.ts'
import { endOf, endOfNew, latestEnd, scopesInForce, stateOf } from './standing.ts'
import { globalId } from './uuid.ts'

/** An app password, with what its state depends on. */
export interface Shown {
  readonly entry: Entry
  readonly policy: AppPasswordPolicy
  readonly now: Date
}

interface Overview {
  readonly userId: string
  readonly policy: AppPasswordPolicy
  readonly now: Date
}

/** What can be read: `appPasswords`. Returns the type of a single one, for the mutations. */
export function defineTypes({ builder, desk }: SchemaKit) {
  const state = builder.enumType('AppPasswordState', {
    description: 'Whether an app password works now. Computed on every use.',
    values: {
      ACTIVE: { description: 'It works, for its `scopesInForce`.' },
      EXPIRED: { description: 'Its time is over.' },
      IDLE: { description: 'It was not used for longer than the organisation allows.' },
      NO_SCOPE: { description: 'The organisation offers nothing any more of what it was made for.' },
      OFF: { description: 'The organisation allows no app passwords now.' },
    } as const,
  })
  const use = builder.objectRef<Entry & { lastUsedAt: Date }>('AppPasswordUse').implement({
    description: 'The last use of an app password.',
    fields: (t) => ({
      at: t.expose('lastUsedAt', { type: 'DateTime', description: 'When, to the minute.' }),
      scope: t.exposeString('lastUsedScope', { nullable: true, description: 'What for: `imap`.' }),
      client: t.exposeString('lastUsedClient', {
        nullable: true,
        description: 'What the program called itself, where the server that asked said so.',
      }),
      address: t.exposeString('lastUsedAddress', {
        nullable: true,
        description: 'Where it came from, where the server that asked said so.',
      }),
    }),
  })
  const appPassword = builder.objectRef<Shown>('AppPassword').implement({
    description: 'A password for one program that knows no second step.',
    fields: (t) => ({
      id: t.id({ description: 'For renaming and revoking.', resolve: ({ entry }) => globalId(entry.id) }),
      name: t.string({ description: 'As its owner calls it.', resolve: ({ entry }) => entry.name }),
      hint: t.string({
        description: 'How it begins. That part is no secret, and tells which one a program has.',
        resolve: ({ entry }) => hintOf(entry.selector),
      }),
      scopes: t.field({
        type: ['String'],
        description: 'What it was made for: `imap`.',
        resolve: ({ entry }) => entry.scopes,
      }),
      scopesInForce: t.field({
        type: ['String'],
        description:
          'What it works for now: those of `scopes` that the organisation still offers; none where it does not work.',
        resolve: ({ entry, policy, now }) =>
          stateOf(entry, policy, now) === 'ACTIVE' ? scopesInForce(entry, policy) : [],
      }),
      state: t.field({
        type: state,
        description: 'Whether it works now.',
        resolve: ({ entry, policy, now }) => stateOf(entry, policy, now),
      }),
      createdAt: t.field({
        type: 'DateTime',
        description: 'When it was made.',
        resolve: ({ entry }) => entry.createdAt,
      }),
      expiresAt: t.field({
        type: 'DateTime',
        nullable: true,
        description:
          'When it ends by itself, also by what the organisation has decided since; null for never.',
        resolve: ({ entry, policy }) => endOf(entry, policy),
      }),
      lastUsed: t.field({
        type: use,
        nullable: true,
        description: 'Its last use; null where there was none.',
        resolve: ({ entry }) => (entry.lastUsedAt ? { ...entry, lastUsedAt: entry.lastUsedAt } : null),
      }),
    }),
  })
  const overview = builder.objectRef<Overview>('AppPasswords').implement({
    description: "The person's app passwords, and what new ones may be.",
    fields: (t) => ({
      list: t.field({
        type: [appPassword],
        description: 'All of them, oldest first, also those that do not work.',
        resolve: async ({ userId, ...rest }, _args, context) =>
          (await listEntries(context.host.db, userId)).map((entry) => ({ entry, ...rest })),
      }),
      allowed: t.boolean({
        description: 'Whether the organisation allows any now. Where not, none works.',
        resolve: ({ policy }) => policy.allowed,
      }),
      limit: t.int({ description: 'How many a person may have.', resolve: () => LIMIT }),
      scopes: t.field({
        type: ['String'],
        description: 'What a new one can be for.',
        resolve: ({ policy }) => policy.scopes,
      }),
      defaultExpiresAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When one that is made now ends, where nothing is said; null for never.',
        resolve: ({ policy, now }) => endOfNew(undefined, policy, now),
      }),
      latestExpiresAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'The latest end of one that is made now; null where there is no limit.',
        resolve: ({ policy, now }) => latestEnd(policy, now) ?? null,
      }),
    }),
  })
  builder.queryField('appPasswords', (t) =>
    t.field({
      type: overview,
      description: 'Your app passwords. Also while the organisation allows none: they can be deleted then.',
      extensions: access('register'),
      resolve: async (_root, _args, context) => {
        const { userId, policy, now } = await desk.person(context)
        return { userId, policy: readPolicy(policy), now }
      },
    }),
  )
  return appPassword
}

/** What `defineTypes` gives. */
export type AppPasswordRef = ReturnType<typeof defineTypes>
