import type { Client, TestDatabase } from '@security-info/testing'
import {
  askAdministrator,
  beginGate,
  completeReset,
  newPassword,
  plainGate,
  type ResetAnswer,
  resendGate,
  startReset,
  textGate,
  unlock,
  verifyGate,
} from './resets.ts'

/** What a stranger knows, or says. */
export interface Said {
  readonly identifier: string
  readonly number: string
  readonly address: string
}

/** One answer, and what it took. */
export interface Seen {
  readonly step: string
  readonly answer: unknown
  readonly statements: readonly string[]
}

/** As data has a time, and as a sentence has it. */
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z|[A-Z][a-z]+ \d+, \d{4} at \d+:\d\d:\d\d [AP]M UTC/g

/** An answer without what is another each time: tokens, ids and nonces; times as distances, to the nearest 20 seconds. */
function masked(answer: unknown, now: Date): unknown {
  const text = JSON.stringify(answer, (name, value: unknown) =>
    (name === 'id' || name === 'nonce') && typeof value === 'string' ? `some ${name}` : value,
  )
  const distance = (time: string) =>
    `in ${Math.round((Date.parse(time.replace(' at ', ' ')) - now.getTime() + 5_000) / 20_000) * 20} s`
  return JSON.parse(text.replace(TIME, distance).replace(/sr_[\w-]{64}/g, 'some token'))
}

/** Everything that somebody can do in a reset who knows nothing, until it is closed to them. */
export async function walkAsStranger(
  database: TestDatabase,
  client: Client,
  said: Said,
): Promise<readonly Seen[]> {
  const seen: Seen[] = []
  const does = async (step: string, call: () => Promise<ResetAnswer>): Promise<ResetAnswer> => {
    const now = await database.clock.now()
    const from = database.statements.log.length
    const answer = await call()
    seen.push({ step, answer: masked(answer, now), statements: database.statements.log.slice(from) })
    return answer
  }
  const started = await does('start', () => startReset(client, said.identifier))
  const token = String(started.token)
  const prove = (step: string, gate: ResetAnswer, proof: object) =>
    does(step, () => verifyGate(client, { token, gateId: gate.gate?.id ?? 'none', proof }))

  await does('a quiz first', () => plainGate(client, token, 'quiz'))
  await does('complete', () => completeReset(client, { token, newPassword: newPassword() }))
  await does('unlock', () => unlock(client, { token }))
  const touch = await does('a key', () =>
    beginGate(client, { token, method: { key: {} } }, '... on KeyPrompt { nonce }'),
  )
  for (const time of [1, 2]) await prove(`an answer of a key, ${time}`, touch, { key: { answer: 'no' } })
  for (const way of ['number', 'tap']) {
    const badge = await does(`a badge by ${way}`, () => plainGate(client, token, 'badge', { way }))
    await prove(`a wrong badge by ${way}`, badge, { badge: { secret: 'no' } })
  }
  const text = await does('a text', () => textGate(client, token, said.number))
  await prove('a wrong code', text, { texting: { code: '000000' } })
  await prove('a code of another form', text, { texting: { code: '12345' } })
  const resend = () => resendGate(client, { token, gateId: text.gate?.id })
  await does('another text, too soon', resend)
  await database.clock.advance(31_000)
  await does('another text', resend)
  await does('a call instead', () => resendGate(client, { token, gateId: text.gate?.id, way: 'call' }))
  await prove('a wrong code again', text, { texting: { code: '000000' } })
  await does('a call', () => textGate(client, token, said.number, { way: 'call' }))
  await does('a fax', () => textGate(client, token, said.number, { way: 'fax' }))
  const letter = await does('a letter', () =>
    beginGate(client, { token, method: { mail: { address: said.address } } }),
  )
  await prove('a wrong code of a letter', letter, { mail: { code: '000000' } })
  for (const gate of [1, 2, 3]) {
    const pin = await does(`pin ${gate}`, () => plainGate(client, token, 'pin'))
    for (let guess = 1; guess <= 6; guess++) {
      await prove(`pin ${gate}, guess ${guess}`, pin, { pin: { code: '000000' } })
    }
  }
  await does('ask', () => askAdministrator(client, { token }))
  await does('ask again', () => askAdministrator(client, { token }))
  await does('complete at last', () => completeReset(client, { token, newPassword: newPassword() }))
  const again = await does('start again', () => startReset(client, said.identifier))
  await does('pin again', () => plainGate(client, String(again.token), 'pin'))
  await does('a text again', () => textGate(client, String(again.token), said.number))
  return seen
}
