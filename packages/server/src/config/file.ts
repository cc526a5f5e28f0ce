import { readFileSync } from 'node:fs'
import { ConfigurationFault, type Fault } from '@security-info/core'
import { z } from 'zod'
import { pluginKeys } from '../plugins.ts'
import { breachCheck } from './breach-check.ts'

/** Where the configuration is looked for, unless SECURITY_INFO_CONFIG names another file. */
export const CONFIG_FILE = 'security-info.config.json'

const seconds = z.int().min(60).max(2_592_000)

const shape = z.strictObject({
  organisation: z.strictObject({
    /** As people know it: on pages, in messages and in authenticator apps. */
    name: z.string().trim().min(1).max(100),
    /** Who is told, by email, when somebody reports that a change of their account was not theirs. */
    securityContacts: z.array(z.email()).max(20).default([]),
  }),
  /** Which methods are loaded, each with the options of its package. */
  methods: z.strictObject(Object.fromEntries(pluginKeys.map((key) => [key, z.looseObject({}).optional()]))),
  /** What new passwords are checked against, beside the local list of what is guessed first. */
  passwords: z.strictObject({ breachCheck: breachCheck.exactOptional() }).default({}),
  /** What the organisation demands; checked by core, with the sections of the loaded methods. */
  policy: z.looseObject({}).default({}),
  /** What clients may send to the API. */
  graphql: z
    .strictObject({
      /** A file of registered documents: `{ "<SHA-256>": "query ..." }`, from where this file is. */
      operations: z.string().min(1).exactOptional(),
      /** Whether documents that are not registered are refused. */
      strict: z.boolean().default(true),
    })
    .default({ strict: true }),
  telemetry: z
    .strictObject({
      /** Spans for an OpenTelemetry SDK that is loaded into the process. */
      traces: z.boolean().default(false),
    })
    .default({ traces: false }),
  session: z
    .strictObject({
      /** A session ends when it was not used for so long. */
      idleSeconds: seconds.exactOptional(),
      /** A session ends after so long, whatever happens. */
      maxSeconds: seconds.exactOptional(),
      /** A session that still owes a proof or registration ends after so long. */
      pendingSeconds: seconds.exactOptional(),
    })
    .default({}),
})

/** The configuration file, checked as far as the server knows what it means. */
export type FileConfig = z.output<typeof shape>

/** Reads and checks the file. @throws ConfigurationFault that names every option at fault */
export function readConfigFile(path: string): FileConfig {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'can’t be read'
    const fix = `Write it (packages/server/${CONFIG_FILE.replace('.json', '.example.json')} is one to begin with), or name another one in SECURITY_INFO_CONFIG.`
    throw new ConfigurationFault([{ where: 'configuration file', problem: `${path} ${why}`, fix }])
  }
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (error) {
    const problem = `it is not JSON: ${(error as Error).message}`
    throw new ConfigurationFault([{ where: path, problem, fix: 'Correct the syntax. JSON has no comments.' }])
  }
  return parseConfig(document, path)
}

/** Checks a configuration document; `where` names it in faults. @throws ConfigurationFault */
export function parseConfig(document: unknown, where: string): FileConfig {
  const parsed = shape.safeParse(document)
  if (parsed.success) return parsed.data
  throw new ConfigurationFault(parsed.error.issues.map((issue) => faultOf(issue, where)))
}

function faultOf(issue: z.core.$ZodIssue, file: string): Fault {
  const option = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    const known = option === 'methods' ? `Known methods: ${pluginKeys.join(', ')}. ` : ''
    return {
      where: `${file}: ${[option, issue.keys.join(', ')].filter(Boolean).join('.')}`,
      problem: 'there is no such option',
      fix: `${known}Correct the spelling or take it out.`,
    }
  }
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
  return {
    where: `${file}: ${option || 'the whole file'}`,
    problem: missing ? 'it is missing' : issue.message,
    fix: missing ? 'Add it.' : 'Correct the value, or leave an optional one out for its default.',
  }
}
