import { describe, expect, it } from 'vitest'
import { messageOf } from '../faults/f4/evidence.ts'
import { databaseTime } from '../support/database.ts'
import { figuresOf } from '../support/figures.ts'
import { randomFrom } from '../support/load.ts'
import { messageOfRef } from '../support/rows.ts'
import { table } from '../support/verdict.ts'

describe('Figures', () => {
  it('are times that were measured', () => {
    const operations = Array.from({ length: 200 }, (_, index) => ({ start: 0, end: index + 1 }))
    expect(figuresOf(operations)).toEqual({ count: 200, median: 100, p99: 198, longest: 200 })
    expect(figuresOf([])).toEqual({ count: 0, median: 0, p99: 0, longest: 0 })
  })

  it('follow the clock of the database', () => {
    const moves = [
      { at: 0, ahead: 0 },
      { at: 50, ahead: 1000 },
    ]
    expect([49, 50, 60].map((at) => databaseTime(moves, at))).toEqual([49, 1050, 1060])
  })

  it('come from the same storm for the same seed', () => {
    const [one, other] = [randomFrom(4), randomFrom(4)]
    const draws = Array.from({ length: 2000 }, one)
    expect(draws).toEqual(Array.from({ length: 2000 }, other))
    expect(Math.abs(draws.filter((draw) => draw < 0.3).length / 2000 - 0.3)).toBeLessThan(0.04)
  })

  it('name a message by the word that its provider has', () => {
    const [userId, id] = ['11111111-2222-4333-8444-555555555555', 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee']
    const ref = Buffer.from(`${userId}${id}`.replaceAll('-', ''), 'hex').toString('base64url')
    expect(messageOfRef(ref)).toBe(id)
    const parameters = new URLSearchParams({
      StatusCallback: `https://id.example.org/phone/status?ref=${ref}`,
    })
    expect(messageOf(parameters)).toBe(id)
  })

  it('stand in columns', () => {
    expect(table(['a', 'b'], [['long', 'x']])).toBe('a     b\n----  -\nlong  x')
  })
})
