import { describe, expect, it } from 'vitest'
import { createSlowHash } from '../src/crypto/slow-hash.ts'
import { createMetrics } from '../src/metrics.ts'

const refusalsIn = (settled: readonly PromiseSettledResult<unknown>[]) =>
  settled.filter((one) => one.status === 'rejected').map((one) => (one.reason as Error).message)

describe('Slow hashes', () => {
  it('H29: as much is under way as is done in about a second; whoever comes then is told to come again', async () => {
    const metrics = createMetrics()
    const slowHash = createSlowHash(metrics)
    const hashed = await slowHash.hash('right')
    const flood = Array.from({ length: 80 }, (_, at) =>
      slowHash.admit(`address ${at % 5}`, async () => slowHash.matches(hashed, 'wrong')),
    )
    const refusals = refusalsIn(await Promise.allSettled(flood))
    expect(refusals).toHaveLength(30)
    expect(refusals[0]).toContain('busier than it can be')
    expect(metrics.print()).toContain('security_info_hashes_refused_total 30')
    expect(await slowHash.admit('one', async () => slowHash.matches(hashed, 'right'))).toBe(true)
    await expect(slowHash.admit('one', async () => Promise.reject(new Error('broken')))).rejects.toThrow(
      'broken',
    )
    expect(hashed).toContain('$argon2id$v=19$m=19456,t=2,p=1$')
  })

  it('H29: one account or address has twenty places at most', async () => {
    const slowHash = createSlowHash(createMetrics())
    const flood = Array.from({ length: 30 }, () => slowHash.admit('greedy', () => slowHash.hash('one more')))
    const modest = slowHash.admit('modest', () => slowHash.hash('only one'))
    expect(refusalsIn(await Promise.allSettled(flood))).toHaveLength(10)
    await expect(modest).resolves.toBeDefined()
    await expect(slowHash.admit('greedy', () => slowHash.hash('again'))).resolves.toBeDefined()
  })

  it('H29: new hashes wait as well, but not without end', async () => {
    const slowHash = createSlowHash(createMetrics())
    const settled = await Promise.allSettled(
      Array.from({ length: 120 }, (_, at) => slowHash.hash(`word ${at}`)),
    )
    expect(refusalsIn(settled)).toHaveLength(120 - 2 - 100)
  })

  it('H29: what was paid for is compared, however many wait, and one that fails gives its place away', async () => {
    const slowHash = createSlowHash(createMetrics())
    const hashed = await slowHash.hash('right')
    const flood = Array.from({ length: 60 }, () => slowHash.matches(hashed, 'wrong'))
    const broken = Array.from({ length: 4 }, () => slowHash.matches('no hash at all', 'wrong'))
    const right = slowHash.matches(hashed, 'right')
    expect(refusalsIn(await Promise.allSettled(broken))).toHaveLength(4)
    expect(await right).toBe(true)
    expect(new Set(await Promise.all(flood))).toEqual(new Set([false]))
    expect(await slowHash.matches(hashed, 'right')).toBe(true)
  })
})
