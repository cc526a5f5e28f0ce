import { describe, expect, it } from 'vitest'
import { checkF4 } from '../faults/f4/check.ts'
import type { F4Evidence, SeenRequest } from '../faults/f4/evidence.ts'
import { broken, changed, did, message, recorded, second } from './recorded.ts'

const request = (id: string, at: number, behaviour: string, accepted = false): SeenRequest => ({
  message: id,
  at: second(at),
  behaviour,
  accepted,
})
const refused = { refused: 'DeliveryFailed', alternatives: 1, retryAt: '2030-01-01T00:00:00Z' }
const resent = { flowId: 'two' }

/** One that was throttled and then taken, one that failed and was asked for again, one that came too late. */
const good: F4Evidence = {
  mistakes: [],
  history: recorded(
    ['fine', 'storm', 'after'],
    [
      did('phone.begin', 10),
      did('phone.begin', 80, { result: 'delivery.channelDown', detail: refused }),
      did('phone.begin', 200),
      did('phone.resend', 105, { detail: resent }),
      did('phone.oldCode', 106, { result: 'proof.wrong' }),
      did('phone.oldCall', 107),
      did('phone.confirm', 108),
    ],
  ),
  believed: {
    messages: [
      message('throttled', { flowId: 'one', number: 1 }),
      message('failed', { flowId: 'two', number: 1, state: 'UNKNOWN' }),
      message('again', { flowId: 'two', number: 2 }),
      message('late', { flowId: 'three', number: 1, state: 'DROPPED' }),
    ],
    notices: [],
    changes: [],
  },
  requests: [
    request('throttled', 10, 'throttle'),
    request('late', 11, 'throttle'),
    request('throttled', 13, 'answer', true),
    request('failed', 70, 'fail', true),
    request('again', 105, 'answer', true),
  ],
}
const { history, believed, requests } = good
const withRequest = (more: SeenRequest): F4Evidence => ({ ...good, requests: [...requests, more] })
const row = (id: string, more: object): F4Evidence => {
  const messages = changed(
    believed.messages,
    (one) => one.id === id,
    (one) => ({ ...one, ...more }),
  )
  return { ...good, believed: { ...believed, messages } }
}
const operation = (kind: string, more: object): F4Evidence => ({
  ...good,
  history: {
    ...history,
    operations: changed(
      history.operations,
      (one) => one.kind === kind,
      (one) => ({ ...one, ...more }),
    ),
  },
})

const TWICE = 'No message is taken twice'
const AGAIN = 'What may have been taken is never tried again by itself'
const BACK = 'What was told to come back does, not too early, as long as it is of use'
const KNOWN = 'The outbox says what is known'

describe('The checker of F4', () => {
  it('passes a run in which everything holds', () => {
    expect(broken(checkF4(good))).toEqual([])
    expect(checkF4(good)).toHaveLength(16)
  })

  it.each<[string, F4Evidence, readonly string[]]>([
    ['a message that is called sent, and nobody knows', row('failed', { state: 'SENT' }), [KNOWN]],
    [
      'a message that was sent again after a failure',
      withRequest(request('failed', 75, 'answer', true)),
      [TWICE, AGAIN, KNOWN],
    ],
    [
      'a message that was sent again after it was taken',
      withRequest(request('again', 110, 'answer', true)),
      [TWICE, AGAIN],
    ],
    [
      'a throttled message that was forgotten',
      { ...good, requests: requests.filter(({ at }) => at !== second(13)) },
      [BACK, KNOWN],
    ],
    [
      'a throttled message that came back too early',
      {
        ...good,
        requests: changed(
          requests,
          ({ at }) => at === second(13),
          (one) => ({ ...one, at: second(11) }),
        ),
      },
      [BACK],
    ],
    [
      'a code that nobody asked for',
      operation('phone.resend', { detail: { flowId: 'other' } }),
      ['Nothing is sent that nobody asked for', 'Asking again makes a new message'],
    ],
    [
      'a new code that was none',
      row('again', { id: 'again', flowId: 'four' }),
      ['Asking again makes a new message'],
    ],
    [
      'an old code that still worked',
      operation('phone.oldCode', { result: 'ok' }),
      ['The code before it works no more'],
    ],
    [
      'an old call that told the new code',
      operation('phone.oldCall', { result: 'heard' }),
      ['The code before it works no more'],
    ],
    [
      'a code that arrived and was refused',
      operation('phone.confirm', { result: 'proof.wrong' }),
      ['A code that arrived is taken'],
    ],
    [
      'a breaker that never closed',
      operation('phone.begin', { result: 'delivery.channelDown' }),
      ['75 s after recovery nobody is refused'],
    ],
    [
      'a breaker that never opened',
      {
        ...good,
        history: { ...history, operations: history.operations.filter(({ detail }) => !detail.refused) },
      },
      ['The breaker opens, and other methods are offered', 'Who is refused is refused at once'],
    ],
    [
      'a message that still waits',
      row('late', { state: 'QUEUED' }),
      [BACK, KNOWN, 'Nothing waits at the end'],
    ],
    [
      'a wrong parameter',
      { ...good, mistakes: ['Messages: Boddy'] },
      ['The provider was asked as its documentation says'],
    ],
  ])('finds %s', (_, evidence, invariants) => {
    expect(broken(checkF4(evidence))).toEqual(invariants)
  })

  it('finds somebody who was refused with nothing else on offer', () => {
    const operations = changed(
      history.operations,
      ({ detail }) => detail.refused !== undefined,
      (one) => ({ ...one, end: one.start + 900, detail: { ...refused, alternatives: 0 } }),
    )
    expect(broken(checkF4({ ...good, history: { ...history, operations } }))).toEqual([
      'The p99 of beginning stays under 500 ms',
      'The breaker opens, and other methods are offered',
      'Who is refused is refused at once',
    ])
  })
})
