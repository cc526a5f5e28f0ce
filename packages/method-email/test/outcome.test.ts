import { describe, expect, it } from 'vitest'
import { outcomeOf } from '../src/outcome.ts'

const rcpt = (response: string) =>
  outcomeOf({ command: 'RCPT TO', response, responseCode: Number(response.slice(0, 3)) }, false)
const data = (response: string) =>
  outcomeOf({ command: 'DATA', response, responseCode: Number(response.slice(0, 3)) }, true)

describe('A refusal', () => {
  it.each([
    ['550 5.1.1 No such user', 'invalidAddress'],
    ['550 No such user', 'invalidAddress'],
    ['551 User not local', 'invalidAddress'],
    ['553 Mailbox name not allowed', 'invalidAddress'],
    ['556 5.1.10 Recipient address has null MX', 'invalidAddress'],
    ['550 5.2.1 Mailbox disabled', 'unreachable'],
    ['552 5.2.2 Mailbox full', 'unreachable'],
    ['550 5.7.1 Relaying denied', 'blocked'],
    ['554 5.7.1 Blocked by policy', 'blocked'],
    ['554 Transaction failed', 'blocked'],
    ['552 Exceeded storage', 'refused'],
    ['553 5.1.8 Sender has no MX', 'refused'],
    ['550-5.7.26 Unauthenticated\n550 5.7.26 mail', 'blocked'],
  ])('of the receiver, %s: %s', (response, problem) => {
    expect(rcpt(response)).toEqual({ outcome: 'rejected', problem })
  })

  it.each([
    ['550 Message rejected as spam', 'blocked'],
    ['554 Transaction failed', 'blocked'],
    ['550 5.1.1 No such user', 'invalidAddress'],
    ['552 5.3.4 Too big', 'refused'],
    ['571 Refused', 'refused'],
  ])('of the mail, %s: %s', (response, problem) => {
    expect(data(response)).toEqual({ outcome: 'rejected', problem })
  })

  it.each([
    [{ command: 'RCPT TO', responseCode: 450 }, false],
    [{ command: 'DATA', responseCode: 451 }, true],
    [{ command: 'DATA', responseCode: 421 }, true],
    [{ command: 'MAIL FROM', responseCode: 550 }, false],
    [{ command: 'RCPT TO', responseCode: 530 }, false],
    [{ command: 'DATA', responseCode: 503 }, true],
    [{ command: 'AUTH PLAIN', responseCode: 535 }, false],
    [{ command: 'CONN', responseCode: 554 }, false],
    [{ command: 'STARTTLS', responseCode: 502 }, false],
    [{ command: 'CONN' }, false],
    [{}, false],
  ])('that is for now, or about us, is tried again: %j', (failure, begun) => {
    expect(outcomeOf(failure, begun)).toMatchObject({ outcome: 'retry' })
  })

  it.each([[{ command: 'CONN' }], [{ command: 'DATA', responseCode: 354 }], [{}]])(
    'without a no, after the mail had begun, tells nothing: %j',
    (failure) => {
      expect(outcomeOf(failure, true)).toMatchObject({ outcome: 'unknown' })
    },
  )
})

it('is told to the operator without the words of the server, which may hold the address', () => {
  const failure = {
    code: 'EAUTH',
    command: 'AUTH PLAIN',
    responseCode: 535,
    response: '535 no robin@example.org',
  }
  expect(outcomeOf(failure, false)).toEqual({ outcome: 'retry', reason: '535 EAUTH at AUTH PLAIN' })
  expect(outcomeOf({ code: 'ECONNREFUSED' }, false)).toEqual({ outcome: 'retry', reason: 'ECONNREFUSED' })
})
