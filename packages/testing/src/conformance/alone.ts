import type {
  Attempt,
  ChallengeStart,
  Handlers,
  MethodSchema,
  Purpose,
  Registered,
  Step,
} from '@security-info/core'
import {
  coerceInputValue,
  GraphQLObjectType,
  GraphQLSchema,
  graphql,
  isInputType,
  isOutputType,
} from 'graphql'
import type { Conformance, Shown } from './conformance.ts'
import type { Rig } from './rig.ts'
import type { Suite } from './suite.ts'

/**
 * A kind's handlers, asked without core between, with what a real enrolment has left: for what a challenge of nobody keeps and
 * refuses, which the API must not show.
 */
export interface Alone<Device> {
  readonly handlers: Handlers<string, MethodSchema, object, object, object, object>
  readonly device: Device
  readonly own: Registered<object>
  /** Of the owner; of nobody where `of` is empty. What it keeps has the form that the manifest says. */
  challenge(of: readonly Registered<object>[]): Promise<Step<object, object>>
  attempt(pending: object, more?: Partial<Attempt<object, object>>): Attempt<object, object>
  /** What the person is shown of a challenge, as `prompt` selects it. */
  shown(step: Step<object, object>): Promise<Shown>
  /** The input as handlers get it. @throws where it has the wrong form */
  proof(given: object): object
  retyped(given: object): object
  readonly start: ChallengeStart<object>
  /** How many slow hashes `work` takes. */
  hashes(work: () => Promise<unknown>): Promise<number>
}

/** Sets a method up for somebody new, by the API, and gives the handlers for `way`. */
export async function alone<Device>(
  suite: Suite<Device>,
  way: string,
  purpose: Purpose,
): Promise<Alone<Device>> {
  const rig = await suite.rigged()
  const { client } = await rig.newcomer()
  const { methodId, device } = await rig.enroll(client)
  const { clock } = rig.gateway.database
  await clock.advance(31_000)
  const { watched } = rig
  const { handlers, refs, stored, counter } = watched
  if (!handlers || !refs || !watched.start || !stored)
    throw new Error('The enrolment went past the handlers.')
  const start = { ...watched.start, way, purpose, now: await clock.now() }
  const { challenging } = suite.method
  return {
    handlers,
    device,
    own: { id: methodId, label: 'Own', stored, counter },
    start,
    async challenge(of) {
      const step = await handlers.challenge(start, of, {})
      if (!('view' in step)) {
        throw new Error(`${way} refuses ${of.length > 0 ? 'its owner' : 'nobody'}: ${step.refused}`)
      }
      // Core keeps it as JSON.
      return { ...step, pending: challenging.parse(JSON.parse(JSON.stringify(step.pending))) }
    },
    attempt(pending, more = {}) {
      const { userId, now, policy } = start
      return { userId, now, policy, way, number: 1, pending, ...more }
    },
    shown: (step) => shown(rig, suite.conformance, { start, step, type: refs.prompt.name }),
    proof(given) {
      const { proof } = handlers.inputs ?? {}
      return parsed(rig, refs.proof.name, given, proof)
    },
    retyped(given) {
      if (!refs.retyped) throw new Error('The schema has no input for what is typed again.')
      return parsed(rig, refs.retyped.name, given, handlers.inputs?.retyped)
    },
    async hashes(work) {
      const before = watched.hashes
      await work()
      return watched.hashes - before
    },
  }
}

/** An input as GraphQL and the kind's own format make it of what a client sends. */
function parsed<Device>(
  rig: Rig<Device>,
  name: string,
  given: object,
  format: { parse(value: unknown): unknown } | undefined,
): object {
  const type = rig.gateway.securityInfo.schema.getType(name)
  if (!isInputType(type)) throw new Error(`${name} is no input.`)
  const coerced: unknown = coerceInputValue(given, type)
  return (format ? format.parse(coerced) : coerced) as object
}

/** Resolves what a handler shows with the kind's own types, in a schema that has nothing else. */
async function shown<Device>(
  { gateway, kind }: Rig<Device>,
  { prompt = '' }: Conformance<Device>,
  {
    start,
    step,
    type,
  }: { readonly start: ChallengeStart<object>; readonly step: Step<object, object>; readonly type: string },
): Promise<Shown> {
  const { securityInfo } = gateway
  const output = securityInfo.schema.getType(type)
  if (!isOutputType(output)) throw new Error(`${type} is no type that can be shown.`)
  // What core adds to the view of a code that is sent.
  const sent = { delivery: 'QUEUED', problem: null, codeLength: 6, resendAt: start.now }
  const value = { ...sent, ...step.view, kind, way: start.way }
  const query = new GraphQLObjectType({
    name: 'KitQuery',
    fields: { step: { type: output, resolve: () => value } },
  })
  const { data, errors } = await graphql({
    schema: new GraphQLSchema({ query }),
    source: `{ step { __typename kind way instructions ${prompt} } }`,
    contextValue: securityInfo.context({
      requestId: 'kit',
      transport: 'BEARER',
      clientAddress: '127.0.0.1',
      client: 'kit',
      locales: ['en'],
      onToken: () => {},
    }),
  })
  if (errors?.[0]) throw errors[0]
  return data?.step as Shown
}
