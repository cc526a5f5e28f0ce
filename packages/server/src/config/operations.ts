import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ConfigurationFault, type Fault } from '@security-info/core'
import { z } from 'zod'
import type { Operations } from '../edge/operations.ts'

const OPTION = 'graphql.operations'
const SHA256 = /^[0-9a-f]{64}$/i

/**
 * Reads the file of registered documents, as Relay's compiler and the client preset of GraphQL Code Generator write it: an object of
 * texts by the SHA-256 that the client sends. Whether each text is a document of the API is checked when the gateway is made.
 * @throws ConfigurationFault that names every entry at fault
 */
export function readOperations(file: string, strict: boolean, configFile: string): Operations {
  const path = resolve(dirname(configFile), file)
  const entries = z.record(z.string(), z.unknown()).safeParse(readJson(path))
  if (!entries.success || Array.isArray(entries.data)) {
    throw fault(`${path} is no object`, 'Write it as { "<SHA-256>": "query ..." }.')
  }
  const faults: Fault[] = []
  const documents = new Map<string, string>()
  for (const [hash, text] of Object.entries(entries.data)) {
    const problem = problemOf(hash, text)
    if (problem) faults.push({ where: `${OPTION}: ${path}: ${hash.slice(0, 80)}`, ...problem })
    else documents.set(hash.toLowerCase(), String(text))
  }
  if (documents.size === 0 && faults.length === 0) {
    throw fault(
      `${path} has no documents`,
      'Generate it from the documents of your clients, or take the option out.',
    )
  }
  if (faults.length > 0) throw new ConfigurationFault(faults)
  return { documents, strict, source: path }
}

function problemOf(hash: string, text: unknown): Omit<Fault, 'where'> | undefined {
  if (!SHA256.test(hash)) {
    return {
      problem: 'it is no SHA-256 of 64 hexadecimal digits',
      fix: 'Have the tool that writes the file hash with SHA-256.',
    }
  }
  return typeof text === 'string'
    ? undefined
    : { problem: 'its document is no text', fix: 'Write the document as a string.' }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    const what = missing ? `${path} does not exist` : `${path} can't be read: ${(error as Error).message}`
    throw fault(
      what,
      'Generate it from the documents of your clients; the path counts from the configuration file.',
    )
  }
}

function fault(problem: string, fix: string): ConfigurationFault {
  return new ConfigurationFault([{ where: OPTION, problem, fix }])
}
