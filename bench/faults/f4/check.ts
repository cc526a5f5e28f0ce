import { figuresOf, groups } from '../../support/figures.ts'
import type { Operation } from '../../support/history.ts'
import type { MessageRow } from '../../support/rows.ts'
import { judge, type Verdict } from '../../support/verdict.ts'
import { checkOthers } from '../check-others.ts'
import type { F4Evidence, SeenRequest } from './evidence.ts'
import { RETRY_AFTER_SECONDS } from './storm.ts'

const AT_ONCE_MS = 500
/** Clocks of timers and of the database are not the same. */
const SLACK_MS = 100

/** Compares what clients were told, what the database believes and what the provider was asked. Pure. */
export function checkF4(evidence: F4Evidence): readonly Verdict[] {
  const { history, mistakes, believed } = evidence
  const asked = groups(evidence.requests, ({ message }) => message)
  const unsettled = believed.messages.filter(({ state }) => state === 'QUEUED' || state === 'SENDING')
  return [
    ...checkOthers(history, 'fine'),
    ...checkRequests([...asked.values()]),
    ...checkRetries(evidence, asked),
    ...checkAskedFor(evidence),
    ...checkRefusals(history.operations),
    judge(
      'Nothing waits at the end',
      { at: believed.messages.length, what: 'messages' },
      unsettled.map(({ id, state }) => `${id} is ${state}`),
    ),
    {
      invariant: 'The provider was asked as its documentation says',
      holds: mistakes.length === 0,
      found: `${mistakes.length} mistakes`,
      examples: mistakes.slice(0, 3),
    },
  ]
}

type Asked = readonly (readonly SeenRequest[])[]

function checkRequests(asked: Asked): readonly Verdict[] {
  const answered = asked.flatMap((requests) => requests.slice(0, -1))
  const unknown = asked.flat().filter(({ behaviour }) => behaviour === 'fail' || behaviour === 'hang')
  return [
    judge(
      'No message is taken twice',
      { at: asked.length, what: 'messages' },
      asked
        .filter((requests) => requests.filter(({ accepted }) => accepted).length > 1)
        .map(([first]) => `${first?.message} was taken again`),
    ),
    judge(
      'What may have been taken is never tried again by itself',
      { at: unknown.length, what: 'failures and silences' },
      answered
        .filter(({ behaviour }) => behaviour !== 'throttle')
        .map(({ message, behaviour }) => `${message} was sent again after "${behaviour}"`),
    ),
  ]
}

function checkRetries({ believed }: F4Evidence, asked: ReadonlyMap<string, readonly SeenRequest[]>) {
  const throttled = [...asked.values()].filter((all) => all.some((one) => one.behaviour === 'throttle'))
  const rows = new Map(believed.messages.map((row) => [row.id, row]))
  const early = [...asked.values()].flatMap((requests) =>
    requests.filter((request, at) => {
      const before = requests[at - 1]
      const wait = RETRY_AFTER_SECONDS * 1000 - SLACK_MS
      return before?.behaviour === 'throttle' && request.at - before.at < wait
    }),
  )
  const left = throttled
    .filter((requests) => requests.at(-1)?.behaviour === 'throttle')
    .filter((requests) => rows.get(requests[0]?.message ?? '')?.state !== 'DROPPED')
  const taken = throttled.filter((requests) => requests.at(-1)?.accepted).length
  return [
    judge(
      'What was told to come back does, not too early, as long as it is of use',
      { at: throttled.length, what: `throttled messages (${taken} taken in the end)` },
      [
        ...left.map(([first]) => `${first?.message} was not tried again`),
        ...early.map(({ message }) => `${message} came back too early`),
      ],
    ),
    judge(
      'The outbox says what is known',
      { at: asked.size, what: 'messages' },
      [...asked].flatMap(([id, requests]) => {
        const [state, last] = [rows.get(id)?.state ?? 'missing', requests.at(-1)?.behaviour ?? '']
        return (TRUE_STATES[last] ?? []).includes(state) ? [] : [`${id} is ${state} after "${last}"`]
      }),
    ),
  ]
}

/** What may be believed of a message by what its last request met. */
const TRUE_STATES: Readonly<Record<string, readonly string[]>> = {
  answer: ['SENT', 'DELIVERED'],
  // Somebody may have picked up a call that nobody was sure of: then it is known after all.
  late: ['SENT', 'DELIVERED', 'UNKNOWN'],
  fail: ['UNKNOWN', 'DELIVERED'],
  hang: ['UNKNOWN', 'DELIVERED'],
  throttle: ['DROPPED'],
}

/** Every code has somebody who asked for it, and only the newest one counts. */
function checkAskedFor({ history, believed }: F4Evidence): readonly Verdict[] {
  const resends = history.operations.filter(({ kind }) => kind === 'phone.resend')
  const granted = resends.filter(({ result }) => result === 'ok')
  const wishes = groups(resends, ({ detail }) => String(detail.flowId))
  const sent: ReadonlyMap<string, readonly MessageRow[]> = groups(
    believed.messages.filter(({ flowId }) => flowId !== null),
    ({ flowId }) => String(flowId),
  )
  const old = history.operations.filter(({ kind }) => kind === 'phone.oldCode' || kind === 'phone.oldCall')
  const spent = (one: Operation) =>
    one.kind === 'phone.oldCall' ? one.result === 'ok' : one.result === 'proof.wrong'
  return [
    judge(
      'Nothing is sent that nobody asked for',
      { at: sent.size, what: 'set-ups' },
      [...sent]
        .filter(([flowId, messages]) => messages.length > 1 + (wishes.get(flowId)?.length ?? 0))
        .map(([flowId]) => `more codes than wishes for ${flowId}`),
    ),
    judge(
      'Asking again makes a new message',
      { at: granted.length, what: 'new codes' },
      [...groups(granted, ({ detail }) => String(detail.flowId))]
        .filter(([flowId, all]) => new Set(sent.get(flowId)?.map(({ id }) => id)).size < 1 + all.length)
        .map(([flowId]) => `no new message for ${flowId}`),
    ),
    judge(
      'The code before it works no more',
      { at: old.length, what: 'old codes and calls tried' },
      old.filter((one) => !spent(one)).map(({ kind, result }) => `${kind}: ${result}`),
    ),
  ]
}

/** While a provider is down, people are told at once, and what else they can do. */
function checkRefusals(operations: readonly Operation[]): readonly Verdict[] {
  const refused = operations.filter(({ detail }) => detail.refused === 'DeliveryFailed')
  const alone = refused.filter(({ detail }) => Number(detail.alternatives) < 1 || !detail.retryAt)
  const { p99 } = figuresOf(refused)
  return [
    judge(
      'The breaker opens, and other methods are offered',
      { at: refused.length, what: 'refusals' },
      alone.map(({ kind, person }) => `${kind} of ${person} was left alone`),
    ),
    {
      invariant: 'Who is refused is refused at once',
      holds: refused.length > 0 && p99 < AT_ONCE_MS,
      found: `p99 ${p99.toFixed(0)} ms`,
      examples: [],
    },
  ]
}
