import { revokeSession, signOut } from '../session/end.ts'
import { reauthenticate } from '../session/reauthenticate.ts'
import { signIn } from '../session/sign-in.ts'
import { access, credential, requireSecondFactor } from './access.ts'
import { defineAccessPassMutations } from './access-pass-mutations.ts'
import { decodeId } from './ids.ts'
import type { MutationParts } from './mutation-parts.ts'
import { definePasskeyMutations } from './passkey-mutations.ts'
import { type Granted, grant, grantedPayload, leave, sessionOf, typeOf } from './results.ts'

/** Mutations that begin, strengthen and end sessions. */
export function defineSignInMutations(parts: MutationParts) {
  const { builder, errors, sessions } = parts
  const transport = builder.enumType('TokenTransport', {
    description: 'Where the session token is kept.',
    values: {
      BEARER: {
        description: 'By the client: it comes back in `token` and is sent as `Authorization: Bearer …`.',
      },
      COOKIE: {
        description: "By the browser, in an HttpOnly cookie that scripts can't read; `token` is null.",
      },
    } as const,
  })
  const signInInput = builder.inputType('SignInInput', {
    description: 'Who wants in, and the password.',
    fields: (t) => ({
      identifier: t.string({
        required: true,
        description: 'The work or school account, such as an address.',
      }),
      password: t.field({ type: 'Secret', required: true, description: 'The password, exactly as chosen.' }),
      deviceToken: t.field({
        type: 'Secret',
        description: 'Of a device that was remembered: the second factor is not asked for on it.',
      }),
      transport: t.field({
        type: transport,
        required: true,
        defaultValue: 'BEARER',
        description: 'Where the token of the new session is kept.',
      }),
    }),
  })
  const signInPayload = grantedPayload<Granted<'SignInPayload'>>(
    builder,
    sessions.session,
    'SignInPayload',
    'The password was right. `session.state` says what comes next.',
  )
  const signInResult = builder.unionType('SignInResult', {
    description: 'What `signIn` gives.',
    types: [signInPayload, errors.signInRejected, errors.rateLimited],
    resolveType: typeOf,
  })
  builder.mutationField('signIn', (t) =>
    t.field({
      type: signInResult,
      description: 'Signs in with identifier and password. What is still owed, `session.state` says.',
      extensions: credential('public'),
      args: { input: t.arg({ type: signInInput, required: true, description: 'Identifier and password.' }) },
      resolve: async (_root, { input }, context) => {
        const result = await signIn(context, input)
        return result.type === 'SignedIn' ? grant(context, 'SignInPayload', result, input.transport) : result
      },
    }),
  )

  definePasskeyMutations(parts, { transport, signInPayload })
  defineAccessPassMutations(parts, { transport, signInPayload })

  const reauthenticateInput = builder.inputType('ReauthenticateInput', {
    description: 'The password once more.',
    fields: (t) => ({
      password: t.field({ type: 'Secret', required: true, description: 'The password, exactly as chosen.' }),
    }),
  })
  const reauthenticatePayload = grantedPayload<Granted<'ReauthenticatePayload'>>(
    builder,
    sessions.session,
    'ReauthenticatePayload',
    'The password was right; methods can be changed for the next minutes.',
  )
  const reauthenticateResult = builder.unionType('ReauthenticateResult', {
    description: 'What `reauthenticate` gives.',
    types: [
      reauthenticatePayload,
      errors.signInRejected,
      errors.rateLimited,
      errors.freshProofRequired,
      errors.flowEnded,
    ],
    resolveType: typeOf,
  })
  builder.mutationField('reauthenticate', (t) =>
    t.field({
      type: reauthenticateResult,
      description:
        'A fresh proof by the password, for people without a second factor; others use `beginChallenge`.',
      extensions: credential('register'),
      args: { input: t.arg({ type: reauthenticateInput, required: true, description: 'The password.' }) },
      resolve: async (_root, { input }, context) => {
        const result = await reauthenticate(context, await sessionOf(context), input)
        return result.type === 'Reauthenticated' ? grant(context, 'ReauthenticatePayload', result) : result
      },
    }),
  )

  const signOutInput = builder.inputType('SignOutInput', {
    description: 'Which sessions to end.',
    fields: (t) => ({
      everywhere: t.boolean({
        required: true,
        defaultValue: false,
        description:
          'All sessions, on every device. A session that still owes the second factor may end only itself.',
      }),
    }),
  })
  const ended = builder
    .objectRef<{ readonly type: string; readonly ended: number }>('SessionsEndedPayload')
    .implement({
      description: 'Sessions that ended.',
      fields: (t) => ({ ended: t.exposeInt('ended', { description: 'How many.' }) }),
    })
  builder.mutationField('signOut', (t) =>
    t.field({
      type: ended,
      description: 'Ends this session, or all of them.',
      extensions: access('session'),
      args: {
        input: t.arg({
          type: signOutInput,
          required: true,
          defaultValue: { everywhere: false },
          description: 'Which.',
        }),
      },
      resolve: async (_root, { input }, context) => {
        const session = await sessionOf(context)
        // Else who has only the password could keep its owner from ever staying in.
        if (input.everywhere) requireSecondFactor(session)
        const count = await signOut(context, session, input.everywhere)
        leave(context)
        return { type: 'SessionsEndedPayload', ended: count }
      },
    }),
  )

  const revokeInput = builder.inputType('RevokeSessionInput', {
    description: 'Which session to end.',
    fields: (t) => ({ sessionId: t.id({ required: true, description: 'From `viewer.sessions`.' }) }),
  })
  const revokeResult = builder.unionType('RevokeSessionResult', {
    description: 'What `revokeSession` gives.',
    types: [ended, errors.notFound],
    resolveType: typeOf,
  })
  builder.mutationField('revokeSession', (t) =>
    t.field({
      type: revokeResult,
      description: 'Ends one of your own sessions.',
      extensions: access('active'),
      args: { input: t.arg({ type: revokeInput, required: true, description: 'Which.' }) },
      resolve: async (_root, { input }, context) => {
        const done = await revokeSession(
          context,
          await sessionOf(context),
          decodeId('Session', input.sessionId),
        )
        return done
          ? { type: 'SessionsEndedPayload', ended: 1 }
          : { type: 'NotFound' as const, code: 'session.notFound' }
      },
    }),
  )
}
