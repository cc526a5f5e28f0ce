/** A run of vitest within the run: what it says at the end, and what it leaves behind. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const repository = join(import.meta.dirname, '..', '..', '..')
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
const config = {
  test: {
    globals: true,
    globalSetup: [join(repository, 'packages/testing/src/global-setup.ts')],
    reporters: [join(repository, 'scripts/reporter.ts')],
  },
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'security-info-nested-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Runs the given test files; the first of them may write what it was provided with to `provided.json`. */
async function run(name: string, files: Readonly<Record<string, string>>) {
  const root = join(folder, name)
  await mkdir(root)
  await writeFile(join(root, 'vitest.config.mjs'), `export default ${JSON.stringify(config)}`)
  for (const [file, source] of Object.entries(files)) await writeFile(join(root, file), source)
  // Of this run, a nested one must know nothing.
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('VITEST')))
  const child = spawn(process.execPath, [vitest, 'run', '--root', root], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const [output] = await Promise.all([text(child.stdout), text(child.stderr)])
  const lines = output.trimEnd().split('\n')
  const failures = lines.filter((line) => line.startsWith('failed: '))
  return { root, code: await exited, failures, lastLine: lines.at(-1) }
}

describe('A run of tests', () => {
  it('ends with its outcome', async () => {
    const { code, lastLine } = await run('passing', {
      'a.test.js': `it('passes', () => {}); it.skip('is skipped', () => {}); it('passes too', () => {})`,
    })
    expect({ code, lastLine }).toEqual({ code: 0, lastLine: 'tests: 2 passed, 0 failed' })
  })

  it('counts as failed what has no test to show for it, exits with 1 and leaves nothing behind', async () => {
    const { root, code, failures, lastLine } = await run('failing', {
      'fails.test.js': `
        import { writeFileSync } from 'node:fs'
        import { join } from 'node:path'
        import { inject } from 'vitest'
        it('fails', () => {
          writeFileSync(join(import.meta.dirname, 'provided.json'), JSON.stringify(inject('securityInfoTestRun')))
          expect(1).toBe(2)
        })
        it('passes', () => {})`,
      'throws.test.js': `throw new Error('on loading')`,
      'hook.test.js': `describe('block', () => { afterAll(() => { throw new Error('in a hook') }); it('passes', () => {}) })`,
      'rejects.test.js': `it('passes', () => { void Promise.reject(new Error('unhandled')) })`,
    })
    expect({ code, lastLine }).toEqual({ code: 1, lastLine: 'tests: 3 passed, 4 failed' })
    expect(failures.map((line) => line.replace(/ \(\S+:\d+\)$/, '')).sort()).toEqual([
      'failed: fails.test.js > fails: expected 1 to be 2 // Object.is equality | - 2 | + 1',
      'failed: hook.test.js > block: in a hook',
      'failed: outside of any test: unhandled',
      'failed: throws.test.js: on loading',
    ])
    const provided: unknown = JSON.parse(await readFile(join(root, 'provided.json'), 'utf8'))
    const { directory, postgresUrl } = provided as { directory: string; postgresUrl: string }
    expect(existsSync(directory)).toBe(false)
    await expect(postgres(postgresUrl)`SELECT 1`).rejects.toThrow('ECONNREFUSED')
  })

  it('does not pass where there are no tests', async () => {
    const { code, lastLine } = await run('empty', {})
    expect({ code, lastLine }).toEqual({ code: 1, lastLine: 'tests: 0 passed, 1 failed' })
  })
})
