import {
  createKeyRing,
  createSecurityInfo,
  generateKey,
  type Plugin,
  type SecurityInfo,
  type SecurityInfoOptions,
} from '@security-info/core'
import type { BenchDatabase } from './database.ts'

/** Two gateways on one database, with workers that really run: two processes in all but memory. */
export interface Nodes {
  readonly all: readonly [SecurityInfo, SecurityInfo]
  /** The one whose turn it is. */
  next(): { readonly node: SecurityInfo; readonly index: number }
  /** Failures that no request waited for. */
  readonly unexpected: readonly string[]
  stop(): Promise<void>
}

export const PUBLIC_URL = new URL('http://localhost:4000')

/**
 * @param plugins makes them anew for each node: a channel has connections of its own in each process
 * @param deliver where messages go whose channel has no provider
 */
export async function startNodes(
  database: BenchDatabase,
  plugins: () => readonly Plugin[],
  deliver?: SecurityInfoOptions['deliver'],
): Promise<Nodes> {
  const keyRing = createKeyRing(generateKey('bench'))
  const unexpected: string[] = []
  const pools = [database.open(), database.open()] as const
  const start = (pool: (typeof pools)[number]) =>
    createSecurityInfo({
      plugins: plugins(),
      database: pool,
      keyRing,
      organisation: { name: 'Example Works' },
      publicUrl: PUBLIC_URL,
      version: '0.0.0-bench',
      policy: {},
      ...(deliver && { deliver }),
      onUnexpected: (error) => void unexpected.push(String(error)),
    })
  const all = [start(pools[0]), start(pools[1])] as const
  await all[0].migrate()
  for (const node of all) await node.start()
  let turn = 0
  return {
    all,
    unexpected,
    next() {
      const index = turn++ % 2
      return { node: all[index === 0 ? 0 : 1], index }
    },
    async stop() {
      await Promise.all(all.map((node) => node.stop()))
      await Promise.all(pools.map((pool) => pool.close()))
    },
  }
}
