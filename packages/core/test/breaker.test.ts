import { describe, expect, it } from 'vitest'
import { createBreaker } from '../src/outbox/breaker.ts'

describe('A breaker', () => {
  const at = { now: 0 }
  const opened = () => {
    at.now = 0
    const breaker = createBreaker(() => at.now)
    for (let times = 0; times < 5; times++) {
      expect(breaker.allowed()).toBe('all')
      breaker.failed()
    }
    return breaker
  }

  it('M10: opens after 5 failures in a row, and not while one in between works', () => {
    const breaker = createBreaker(() => 0)
    for (let times = 0; times < 20; times++) {
      for (let failures = 0; failures < 4; failures++) breaker.failed()
      expect(breaker.openUntil()).toBeNull()
      breaker.worked()
    }
    for (let failures = 0; failures < 5; failures++) breaker.failed()
    expect(breaker.openUntil()).toBe(5_000)
    expect(breaker.allowed()).toBe('none')
  })

  it('M10: then one at a time may try, and the channel counts as down while it does', () => {
    const breaker = opened()
    at.now = 4_999
    expect(breaker.allowed()).toBe('none')
    expect(breaker.openUntil()).toBe(5_000)
    at.now = 5_000
    // Also where nothing waits: else nobody would ever write what could be tried.
    expect(breaker.openUntil()).toBeNull()
    expect(breaker.allowed()).toBe('one')
    expect(breaker.allowed()).toBe('none')
    expect(breaker.openUntil()).toBe(5_000)
    breaker.worked()
    expect([breaker.allowed(), breaker.openUntil()]).toEqual(['all', null])
  })

  it('M10: a try that fails doubles the pause, to a minute at most', () => {
    const breaker = opened()
    const pauses: number[] = []
    for (let times = 0; times < 6; times++) {
      at.now = breaker.openUntil() ?? at.now
      expect(breaker.allowed()).toBe('one')
      breaker.failed()
      pauses.push((breaker.openUntil() ?? 0) - at.now)
    }
    expect(pauses).toEqual([10_000, 20_000, 40_000, 60_000, 60_000, 60_000])
  })

  it('M10: what was under way when it opened lengthens nothing', () => {
    const breaker = opened()
    at.now = 1_000
    for (let times = 0; times < 20; times++) breaker.failed()
    expect(breaker.openUntil()).toBe(5_000)
  })

  it('M10: a try that had nothing to try with leaves the place to the next', () => {
    const breaker = opened()
    at.now = 5_000
    expect(breaker.allowed()).toBe('one')
    breaker.released()
    expect(breaker.openUntil()).toBeNull()
    expect(breaker.allowed()).toBe('one')
  })

  it('M10: starts anew with short pauses once it has worked', () => {
    const breaker = opened()
    at.now = 5_000
    breaker.allowed()
    breaker.failed()
    at.now = 15_000
    breaker.allowed()
    breaker.worked()
    for (let times = 0; times < 5; times++) breaker.failed()
    expect(breaker.openUntil()).toBe(20_000)
  })
})
