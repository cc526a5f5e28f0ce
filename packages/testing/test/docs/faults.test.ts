/** "When the gateway doesn't start" in `docs/writing-a-method.md`: each row of its table is what core says. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  access,
  createKeyRing,
  createSecurityInfo,
  definePlugin,
  generateKey,
  type Plugin,
  parseOptions,
  type SchemaKit,
} from '@security-info/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { blank } from '../../src/conformance/blank.ts'
import { openTestDatabase, type TestDatabase } from '../../src/index.ts'

const page = readFileSync(join(import.meta.dirname, '../../../../docs/writing-a-method.md'), 'utf8')
const table = page.slice(page.indexOf('| it says | it means |'))
const rows = Array.from(table.matchAll(/^\| `([^`]+)` \|/gm), ([, says = '']) => says)

const good = blank()
const [way] = good.method?.ways ?? []
const bare = (change: object): Plugin => ({ ...definePlugin({ id: 'other', api: 1 }), ...change })
const method = (change: object): Plugin => ({ ...good, method: { ...good.method, ...change } }) as Plugin
const schema = (define: Plugin['schema']): Plugin => bare({ schema: define })

const sms = bare({ channels: [{ id: 'sms' }] })
/** A schema for codes that core sends. */
const sent = ({ codeProof, codeSent, details }: SchemaKit) => ({
  confirm: codeProof,
  proof: codeProof,
  setup: codeSent,
  prompt: codeSent,
  details: details<object>('BlankMethod', { description: 'Nothing.', fields: () => ({}) }),
})

/** What a plugin's author did, and the policy it met. */
const mistakes: readonly (() => { plugins: readonly Plugin[]; policy?: object })[] = [
  () => ({ plugins: [bare({ id: 'Other' })] }),
  () => ({ plugins: [bare({ id: 'policy' })] }),
  () => ({ plugins: [bare({ api: 2 })] }),
  () => ({ plugins: [{ ...good, messages: { en: {} } }] }),
  () => ({ plugins: [method({ ways: [{ ...way, channel: 'sms' }] })] }),
  () => ({ plugins: [method({ ways: [{ ...way, channel: 'sms' }] }), sms] }),
  () => ({
    plugins: [method({ ways: [{ ...way, channel: 'sms', usedFor: ['PASSWORD_RESET'] }], schema: sent }), sms],
  }),
  () => ({
    plugins: [method({ ways: [{ ...way, channel: 'sms', usedFor: ['TWO_FACTOR'] }], schema: sent }), sms],
  }),
  () => ({ plugins: [method({ policy: z.object({ ways: z.array(z.string()).default([]) }) })] }),
  () => ({ plugins: [method({ limits: { methods: 1, attempts: 0, ttlSeconds: 60 } })] }),
  () => ({
    plugins: [bare(parseOptions('other', z.strictObject({ codes: z.int().max(20) }), { codes: 50 }))],
  }),
  () => ({
    plugins: [
      schema(({ builder }) => {
        builder
          .objectRef<object>('Session')
          .implement({ fields: (t) => ({ id: t.id({ resolve: () => '' }) }) })
      }),
    ],
  }),
  () => ({
    plugins: [
      schema(({ builder }) => builder.queryField('secret', (t) => t.string({ resolve: () => '42' }))),
    ],
  }),
  () => ({ plugins: [good], policy: { methods: { other: {} } } }),
]

describe('A fault that the guide lists', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openTestDatabase('pglite')
  })
  afterAll(() => database.close())

  const keyRing = createKeyRing(generateKey('test'))
  const start = async (plugins: readonly Plugin[], policy: object = {}) => {
    const gateway = createSecurityInfo({
      plugins,
      policy: { twoFactor: 'off', ...policy },
      database,
      keyRing,
      organisation: { name: 'Test Organisation' },
      publicUrl: new URL('http://localhost:4000'),
      version: '0.0.0-test',
    })
    await gateway.migrate()
    try {
      await gateway.start()
    } finally {
      await gateway.stop()
    }
  }

  it.each(rows.map((says, index) => ({ says, mistake: mistakes[index] })))(
    '$says',
    async ({ says, mistake }) => {
      const attempt = async () => {
        const { plugins, policy } = mistake?.() ?? { plugins: [] }
        await start(plugins, policy)
      }
      await expect(attempt()).rejects.toThrow(says)
    },
  )

  it('has a mistake for each row', async () => {
    expect(rows).toHaveLength(mistakes.length)
    const allowed = schema(({ builder }) => {
      builder.queryField('secret', (t) => t.string({ extensions: access('public'), resolve: () => '42' }))
    })
    await expect(start([good, allowed])).resolves.toBeUndefined()
  })
})
