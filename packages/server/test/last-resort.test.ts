import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@security-info/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { endAll, start } from './support/process.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'security-info-last-resort-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))
afterEach(endAll)

describe('M19: what nobody handled', () => {
  it('M19: a rejected promise is logged without secrets, and the process goes on; an exception ends it in order', async () => {
    const port = await freePort()
    const script = new URL('support/troubled-process.ts', import.meta.url)
    const gateway = start(script, { cwd: folder, args: [join(folder, 'data'), String(port)] })
    await gateway.printed('Serving.')
    const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text()

    expect(await get('/rejects')).toBe('asked')
    await gateway.printed('A promise was rejected, and nobody handled it.')
    expect(gateway.output()).toContain('failed statement: select $1 from nowhere')
    expect(gateway.output()).not.toContain('hush-canary')
    expect(await get('/livez')).toBe('{"status":"live"}')

    expect(await get('/throws')).toBe('finished all the same')
    expect(await gateway.exit()).toBe(1)
    expect(gateway.output()).toContain('An exception was thrown, and nobody caught it.')
    expect(gateway.output()).toContain('nobody expects this')
    expect(gateway.output()).toContain('Stopped.')
  })
})
