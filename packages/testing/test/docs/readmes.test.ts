/** The code of the packages' READMEs: taken out, type-checked, and run. */
import { afterAll, describe, expect, it } from 'vitest'
import { type Extracted, extract } from './extract.ts'

const names = ['core', 'method-totp', 'testing']
const readmes = new Map<string, Extracted>()
for (const name of names) readmes.set(name, await extract(`packages/${name}/README.md`))
afterAll(() => Promise.all([...readmes.values()].map((readme) => readme.remove())))

function path(name: string, file: string): string {
  return readmes.get(name)?.path(file) ?? ''
}

describe.each(names)('The README of %s', (name) => {
  it('compiles strictly', async () => {
    expect(await readmes.get(name)?.compile()).toBe('')
  })
})

it('shows a gateway in one file that does what it says', async () => {
  const { answer } = (await import(path('core', 'gateway.ts'))) as { answer: unknown }
  expect(answer).toMatchObject({
    data: {
      signIn: {
        session: {
          state: 'SECURITY_INFO_REQUIRED',
          interrupt: { missing: ['TWO_FACTOR'], offers: [{ kind: 'totp' }] },
        },
      },
    },
  })
})

it('shows options that the authenticator app has', async () => {
  const { plugins } = (await import(path('method-totp', 'plugins.ts'))) as { plugins: unknown }
  expect(plugins).toMatchObject([{ id: 'totp' }])
})

await import(path('testing', 'test/sign-in.test.ts'))
await import(path('testing', 'test/providers.test.ts'))
