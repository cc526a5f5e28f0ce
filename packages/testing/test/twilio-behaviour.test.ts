import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Behaviour, type FakeTwilio, startFakeTwilio } from '../src/twilio/fake-twilio.ts'
import { account, call, json, post, sms } from './twilio-client.ts'

let twilio: FakeTwilio
beforeEach(async () => {
  twilio = await startFakeTwilio(account)
})
afterEach(() => twilio.close())

/** A message that is not taken: status and code of the answer. */
async function refusal(): Promise<string> {
  const response = await post(twilio, 'Messages', sms)
  const { status, code } = await json(response)
  expect(response.status).toBe(status)
  expect(twilio.messages).toEqual([])
  expect(twilio.refused.at(-1)).toMatchObject({ code, status })
  return `${status} ${code}`
}

describe('The fake of Twilio, as it is told,', () => {
  it('throttles, before anything is processed', async () => {
    twilio.next({ does: 'throttle', retryAfterSeconds: 2 }, { does: 'throttle' }, { does: 'throttle' })
    expect((await post(twilio, 'Messages', sms)).headers.get('retry-after')).toBe('2')
    expect((await post(twilio, 'Messages', sms)).headers.has('retry-after')).toBe(false)
    expect(await refusal()).toBe('429 20429')
    expect((await post(twilio, 'Messages', sms)).status).toBe(201)
  })

  it('refuses with any code', async () => {
    twilio.next({ does: 'refuse', code: 21612, message: 'No route' })
    expect(await refusal()).toBe('400 21612')
  })

  it('fails, with or without having taken the message', async () => {
    twilio.next({ does: 'fail' }, { does: 'fail', status: 503 }, { does: 'fail', status: 502, accept: true })
    expect(await refusal()).toBe('500 20500')
    expect(await refusal()).toBe('503 20503')
    const gateway = await post(twilio, 'Messages', sms)
    expect([gateway.status, await gateway.text()]).toEqual([502, '<html><h1>502 Bad Gateway</h1></html>'])
    expect(twilio.messages).toMatchObject([{ behaviour: 'fail' }])
    expect(twilio.refused).toHaveLength(2)
  })

  it.each<[Behaviour, number, number]>([
    [{ does: 'drop' }, 0, 1],
    [{ does: 'drop', accept: true }, 1, 0],
  ])('drops the connection: %o', async (behaviour, accepted, refused) => {
    twilio.next(behaviour)
    await expect(post(twilio, 'Messages', sms)).rejects.toThrow('fetch failed')
    expect([twilio.messages.length, twilio.refused.length]).toEqual([accepted, refused])
    expect([...twilio.messages, ...twilio.refused]).toMatchObject([{ behaviour: 'drop' }])
  })

  it('hangs until the caller goes, or it is closed', async () => {
    const gone = new AbortController()
    twilio.behave(({ number }) => {
      if (number === 1) gone.abort()
      return { does: 'hang', accept: number === 2 }
    })
    await expect(post(twilio, 'Messages', sms, { signal: gone.signal })).rejects.toThrow('aborted')
    const hanging = Promise.allSettled([post(twilio, 'Messages', sms)])
    await twilio.message()
    await twilio.close()
    expect(await hanging).toMatchObject([{ status: 'rejected', reason: { message: 'fetch failed' } }])
    expect(twilio.refused).toMatchObject([{ behaviour: 'hang' }])
    expect(twilio.refused[0]).not.toHaveProperty('status')
    expect(twilio.messages).toMatchObject([{ behaviour: 'hang' }])
  })

  it('answers late what it took at once', async () => {
    const order: string[] = []
    const until = twilio.message().then(() => order.push('taken'))
    twilio.next({ does: 'late', until })
    const answer = await post(twilio, 'Messages', sms)
    order.push('answered')
    expect(order).toEqual(['taken', 'answered'])
    expect(await json(answer)).toMatchObject({ sid: twilio.messages[0]?.sid })
  })

  it('follows a rule, after what was queued, for whoever has the right credentials', async () => {
    twilio.behave(({ resource }) => (resource === 'Calls' ? { does: 'fail' } : undefined))
    twilio.next({ does: 'throttle' })
    const statuses = []
    statuses.push((await post(twilio, 'Messages', sms, { headers: {} })).status)
    for (const form of [sms, sms]) statuses.push((await post(twilio, 'Messages', form)).status)
    statuses.push((await post(twilio, 'Calls', call)).status)
    twilio.behave()
    statuses.push((await post(twilio, 'Calls', call)).status)
    expect(statuses).toEqual([401, 429, 201, 500, 201])
  })

  it('notes a rule that throws', async () => {
    twilio.behave(() => {
      throw new Error('in the rule')
    })
    await expect(post(twilio, 'Messages', sms)).rejects.toThrow('fetch failed')
    expect(twilio.mistakes).toEqual(['The fake failed: Error: in the rule'])
  })
})
