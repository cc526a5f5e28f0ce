import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigurationFault, generateKey } from '@security-info/core'
import { z } from 'zod'
import { generatePassword } from './password.ts'

/** The folder of the sandbox, below the folder it is started in. */
const DATA = '.data'
export const databaseDirectory = join(DATA, 'database')
const file = join(DATA, 'sandbox.json')

const shape = z.strictObject({
  keys: z.string(),
  demoPassword: z.string(),
  /** From here on missing in what older sandboxes wrote: made when it is first read. */
  administratorPassword: z.string().default(generatePassword),
  /** What a mail or file server of the organisation asks with, whether an app password is right. */
  serviceKey: z.string().default(() => randomBytes(32).toString('hex')),
})

/** What a sandbox keeps beside its database. In production all of it are secrets that live elsewhere. */
export type SandboxData = z.output<typeof shape>

/** Reads the file, or makes it with a new key and new passwords; only its owner may read it. */
export function sandboxData(): SandboxData {
  if (!existsSync(file)) {
    mkdirSync(DATA, { recursive: true, mode: 0o700 })
    return write(shape.parse({ keys: generateKey('sandbox'), demoPassword: generatePassword() }))
  }
  const { written, data } = readData()
  return Object.keys(data).every((name) => name in written) ? data : write(data)
}

function readData(): { readonly written: object; readonly data: SandboxData } {
  try {
    const written = JSON.parse(readFileSync(file, 'utf8')) as object
    return { written, data: shape.parse(written) }
  } catch {
    throw new ConfigurationFault([
      {
        where: file,
        problem: 'it is not what the sandbox wrote there',
        fix: 'Start afresh with `pnpm start --fresh`, which deletes what the sandbox has stored.',
      },
    ])
  }
}

function write(data: SandboxData): SandboxData {
  writeFileSync(file, `${JSON.stringify(data, undefined, 2)}\n`, { mode: 0o600 })
  return data
}

/** Deletes everything the sandbox has stored on this machine. The caller holds the database's lock. */
export function deleteSandboxData(): void {
  rmSync(databaseDirectory, { recursive: true, force: true })
  rmSync(file, { force: true })
}
