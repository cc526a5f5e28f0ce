import type {
  DeliveryFailed,
  FlowEnded,
  FreshProofRequired,
  InvalidInput,
  LimitReached,
  NotFound,
  PolicyDenied,
  ProofRejected,
  RateLimited,
  SignInRejected,
  UserError,
} from '../errors.ts'
import type { Host } from '../host.ts'
import { twoFactorOptions } from '../session/two-factor.ts'
import type { BaseTypes } from './base-types.ts'
import type { SecurityBuilder } from './builder.ts'
import { describeMethods } from './describe.ts'

/** The expected failures: members of the result unions. One fragment on `UserError` serves every client. */
export function defineErrorTypes(builder: SecurityBuilder, host: Host, base: BaseTypes) {
  const userError = builder.interfaceRef<UserError>('UserError').implement({
    description:
      'An expected failure, as data. `code` is stable; `message` is for people, in their language.',
    resolveType: (error) => error.type,
    fields: (t) => ({
      code: t.exposeString('code', { description: 'Stable, for programs: `proof.wrong`, `totp.replayed`.' }),
      message: t.string({
        description: 'What came, what was expected and what to do next, for people.',
        resolve: (error, _args, { request }) => host.texts.message(error.code, request.locales, error.values),
      }),
    }),
  })
  const interfaces = [userError]
  return {
    userError,
    signInRejected: builder.objectRef<SignInRejected>('SignInRejected').implement({
      description: 'Identifier or password is wrong. The answer is the same whether the account exists.',
      interfaces,
    }),
    proofRejected: builder.objectRef<ProofRejected>('ProofRejected').implement({
      description: 'The proof is wrong.',
      interfaces,
      fields: (t) => ({
        attemptsLeft: t.exposeInt('attemptsLeft', {
          description: 'How many more proofs this enrolment or challenge will compare.',
        }),
        retryAt: t.expose('retryAt', {
          type: 'DateTime',
          nullable: true,
          description: 'Set where this was one wrong attempt too many: when the next may follow.',
        }),
        hint: t.string({
          nullable: true,
          description: 'What may be the matter, in words: a wrong clock, a code used before.',
          resolve: (error, _args, { request }) =>
            error.hint && host.texts.message(error.hint, request.locales),
        }),
        step: t.field({
          type: base.challengeStep,
          nullable: true,
          description:
            'What is asked from now on, where a wrong answer changed it: security questions are drawn anew.',
          resolve: (error) => error.step ?? null,
        }),
        path: t.field({
          type: ['String'],
          description: 'Which part of the proof was wrong, outermost first; empty where that is not said.',
          resolve: (error) => [...error.path],
        }),
      }),
    }),
    flowEnded: builder.objectRef<FlowEnded>('FlowEnded').implement({
      description:
        'The enrolment or challenge is unknown, not yours, expired or spent: all alike. Begin it again.',
      interfaces,
    }),
    rateLimited: builder.objectRef<RateLimited>('RateLimited').implement({
      description: 'Too many attempts; nothing was compared.',
      interfaces,
      fields: (t) => ({
        retryAt: t.expose('retryAt', {
          type: 'DateTime',
          // Nullable as in `ProofRejected`, or a client could not select both in one document.
          nullable: true,
          description: 'When the next attempt may follow; always set here.',
        }),
      }),
    }),
    freshProofRequired: builder.objectRef<FreshProofRequired>('FreshProofRequired').implement({
      description: 'Changing methods needs a recent proof. Give one and send the same request again.',
      interfaces,
      fields: (t) => ({
        maxAgeSeconds: t.exposeInt('maxAgeSeconds', { description: 'How old the proof may be, in seconds.' }),
        act: t.string({
          nullable: true,
          description:
            'The administrative act that the proof has to be given for: pass it to `beginChallenge`. Null where any recent proof will do.',
          resolve: (error) => error.act ?? null,
        }),
        options: t.field({
          type: [base.method],
          description:
            'Methods that can give it, with `beginChallenge`. None: the password, with `reauthenticate`.',
          resolve: (error, _args, context) => describeMethods(context, error.session, error.options),
        }),
      }),
    }),
    policyDenied: builder.objectRef<PolicyDenied>('PolicyDenied').implement({
      description: "The organisation's policy does not allow it.",
      interfaces,
      fields: (t) => ({
        rule: t.exposeString('rule', { description: 'The option of the policy that says so.' }),
      }),
    }),
    limitReached: builder.objectRef<LimitReached>('LimitReached').implement({
      description: 'The person has as many of this kind as possible. Deleting one frees its place.',
      interfaces,
      fields: (t) => ({
        limit: t.exposeInt('limit', { description: 'How many of this kind a person may have.' }),
      }),
    }),
    invalidInput: builder.objectRef<InvalidInput>('InvalidInput').implement({
      description: 'An input has the wrong form. Nothing was spent or changed.',
      interfaces,
      fields: (t) => ({
        path: t.field({
          type: ['String'],
          description: 'Where in the input, outermost first.',
          resolve: (error) => [...error.path],
        }),
      }),
    }),
    deliveryFailed: builder.objectRef<DeliveryFailed>('DeliveryFailed').implement({
      description:
        "No code can be sent this way now: its provider is down. Nothing was counted against the person's limits.",
      interfaces,
      fields: (t) => ({
        retryAt: t.expose('retryAt', {
          type: 'DateTime',
          nullable: true,
          description: 'When it is worth another try; always set here.',
        }),
        alternatives: t.field({
          type: [base.method],
          description: 'The other methods that would do now; none in a password reset.',
          resolve: async (error, _args, context) => {
            const session = await context.session()
            if (!session) return []
            const others = twoFactorOptions(host, session)
              .map(({ method }) => method)
              .filter((method) => method.kind !== error.kind)
            return describeMethods(context, session, others)
          },
        }),
      }),
    }),
    notFound: builder.objectRef<NotFound>('NotFound').implement({
      description: 'There is no such thing among your own.',
      interfaces,
    }),
  }
}

export type ErrorTypes = ReturnType<typeof defineErrorTypes>
