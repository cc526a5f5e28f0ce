import { describe, expect, it } from 'vitest'
import { checkF3 } from '../faults/f3/check.ts'
import type { F3Evidence, SeenMail } from '../faults/f3/evidence.ts'
import { broken, changed, did, message, recorded, second } from './recorded.ts'

const mail = (id: string, to: string, at: number, undoHash: string | null = null): SeenMail => ({
  message: id,
  to,
  at: second(at),
  undoHash,
})
const change = { change: 'method.enrolled', methodId: 'app', addresses: ['a@mail.example', 'b@mail.example'] }

/** One code that arrived, one that came too late and was dropped, one change told at two addresses. */
const good: F3Evidence = {
  drained: 40_000,
  history: recorded(
    ['baseline', 'refused', 'recovery'],
    [
      did('email.begin', 200),
      did('email.begin', 10),
      did('email.begin', 80),
      did('email.confirm', 12),
      did('app.confirm', 70, { detail: change }),
    ],
  ),
  believed: {
    messages: [
      message('code', { flowId: 'one', number: 1, flowEnds: second(310) }),
      message('late', { flowId: 'two', number: 1, flowEnds: second(380), state: 'DROPPED' }),
      message('notice-a'),
      message('notice-b'),
    ],
    notices: [{ userId: 'ada', type: 'method.enrolled', methodId: 'app', undoHash: 'aa', spread: true }],
    changes: [{ userId: 'ada', type: 'method.enrolled', methodId: 'app' }],
  },
  mails: [
    mail('code', 'box@mail.example', 11),
    mail('notice-a', 'a@mail.example', 100, 'aa'),
    // A new address gets no link.
    mail('notice-b', 'b@mail.example', 100),
    // At least once: a notice may come again.
    mail('notice-b', 'b@mail.example', 101),
  ],
}
const { history, believed, mails } = good
const withMail = (more: SeenMail): F3Evidence => ({ ...good, mails: [...mails, more] })
const without = (id: string): F3Evidence => ({ ...good, mails: mails.filter((one) => one.message !== id) })
const state = (id: string, now: string): F3Evidence => {
  const messages = changed(
    believed.messages,
    (one) => one.id === id,
    (one) => ({ ...one, state: now }),
  )
  return { ...good, believed: { ...believed, messages } }
}
const operations = (kind: string, more: object): F3Evidence => ({
  ...good,
  history: {
    ...history,
    operations: changed(
      history.operations,
      (one) => one.kind === kind && one.start > second(60),
      (one) => ({ ...one, ...more }),
    ),
  },
})

describe('The checker of F3', () => {
  it('passes a run in which everything holds', () => {
    expect(checkF3(good).map(({ invariant, found }) => `${invariant}: ${found}`)).toHaveLength(13)
    expect(broken(checkF3(good))).toEqual([])
  })

  it.each<[string, F3Evidence, readonly string[]]>([
    ['a code that arrived twice', withMail(mail('code', 'box@mail.example', 13)), ['No code is taken twice']],
    [
      'a dropped code that arrived',
      withMail(mail('late', 'box2@mail.example', 85)),
      ['Codes past their lifetime are dropped unsent'],
    ],
    [
      'a code that was sent after its flow had ended, on the clock that was moved',
      {
        ...good,
        mails: changed(
          mails,
          (one) => one.message === 'code',
          (one) => ({ ...one, at: second(95) }),
        ),
      },
      ['Codes past their lifetime are dropped unsent'],
    ],
    [
      'an acknowledged change without a notice',
      { ...good, believed: { ...believed, notices: [] } },
      [
        'Every acknowledged change has its notice',
        'Every audited change has its notice, and no other',
        'Every notice arrives at every address',
      ],
    ],
    [
      'a notice of what never happened',
      {
        ...good,
        believed: { ...believed, changes: [{ userId: 'ada', type: 'method.enrolled', methodId: 'x' }] },
      },
      ['Every audited change has its notice, and no other'],
    ],
    [
      'a notice that reached one address of two',
      without('notice-b'),
      ['Every notice arrives at every address', 'What the outbox calls sent, the server has'],
    ],
    [
      'a notice that was given up',
      state('notice-a', 'DEAD'),
      ['Nothing waits at the end, no notice was given up'],
    ],
    [
      'a message that still waits',
      state('late', 'QUEUED'),
      ['Nothing waits at the end, no notice was given up', 'Codes past their lifetime are dropped unsent'],
    ],
    [
      'a queue that drained too late',
      { ...good, drained: 121_000 },
      ['The queue drains within 2 min of recovery'],
    ],
    ['a queue that never drained', { ...good, drained: null }, ['The queue drains within 2 min of recovery']],
    [
      'an app that was slow while the mail server was away',
      operations('totp.verify', { end: second(200) }),
      ['The p99 of the other method stays under 500 ms'],
    ],
    [
      'an app that was refused while the mail server was away',
      operations('totp.verify', { result: 'rate.attempts' }),
      ['The other method always works'],
    ],
    [
      'somebody who waited for the mail server',
      operations('email.begin', { end: second(200) }),
      ['The p99 of beginning stays under 500 ms'],
    ],
  ])('finds %s', (_, evidence, invariants) => {
    expect(broken(checkF3(evidence))).toEqual(invariants)
  })

  it('fails a run that proves nothing', () => {
    const nothing = { ...history, operations: [], phases: [] }
    const empty = { messages: [], notices: [], changes: [] }
    const all = checkF3({ history: nothing, believed: empty, mails: [], drained: 0 })
    expect(all.filter(({ holds }) => holds).map(({ invariant }) => invariant)).toEqual([
      'The queue drains within 2 min of recovery',
    ])
  })
})
