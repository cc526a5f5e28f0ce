import { z } from 'zod'
import { type Plugin, PURPOSES, type Purpose, type Way } from '../contract/plugin.ts'
import { ConfigurationFault, type Fault } from '../faults.ts'

/**
 * What an organisation demands. A version of it is one row of `policy_version`; it is parsed with the sections of the
 * plugins that are loaded, so an administrator can't set what nobody reads.
 */
const purpose = z.enum(PURPOSES as [Purpose, ...Purpose[]])

const base = {
  /**
   * `required`: everybody registers a second factor and proves it at each sign-in. `whenRegistered`: nobody is made to
   * register, who has one proves it. `off`: sign-in never asks; changing methods still does.
   */
  twoFactor: z.enum(['required', 'whenRegistered', 'off']).default('required'),
  registration: z
    .strictObject({
      /** How many different methods each person needs for each purpose. */
      required: z
        .strictObject({
          TWO_FACTOR: z.int().min(0).max(3).default(1),
          PASSWORD_RESET: z.int().min(0).max(3).default(0),
        })
        .prefault({}),
      /** How long registration of a second factor may be put off each time, and how often; then it is forced. */
      snooze: z
        .strictObject({ days: z.int().min(0).max(14).default(0), times: z.int().min(0).max(3).default(3) })
        .prefault({}),
      /** How often people look over their methods and confirm them; 0 is never. */
      reconfirmEveryDays: z.int().min(0).max(730).default(0),
      /** The organisation's own order of offers, best first; the rest follow by strength. */
      order: z.array(z.string()).default([]),
    })
    .prefault({}),
}

const recovery = {
  /** For how many days sign-in does not ask for the second factor again on a device; 0: it always asks. */
  rememberDevices: z.strictObject({ days: z.int().min(0).max(90).default(0) }).prefault({}),
  /** Who may set a forgotten password anew, and how many different methods they prove for it. */
  passwordReset: z
    .strictObject({
      enabled: z.boolean().default(true),
      /** Administrators always need two. */
      gates: z.union([z.literal(1), z.literal(2)], { error: 'it is neither 1 nor 2' }).default(2),
      /** Names of groups. Who is in an excluded one may not, whatever else; `include` empty: everybody else may. */
      include: z.array(z.string()).default([]),
      exclude: z.array(z.string()).default([]),
    })
    .prefault({}),
  /** Temporary access passes that administrators issue. */
  accessPass: z
    .strictObject({
      enabled: z.boolean().default(true),
      /** Lifetime in minutes where none is said, and the longest possible: 10 minutes to 30 days. */
      minutes: z.int().min(10).max(43_200).default(60),
      maxMinutes: z.int().min(10).max(43_200).default(43_200),
      /** Characters of a pass; each is worth five bits. */
      length: z.int().min(8).max(48).default(12),
    })
    .prefault({}),
}

/** What every method has in its section of the policy, beside what it declares itself. */
function everyMethod({ ways, needsAnother }: NonNullable<Plugin['method']>) {
  const ids = ways.map((way) => way.id)
  return {
    /** What the kind may be used for: narrows its manifest, never widens it. Empty: not allowed at all. */
    allowedFor: z.array(purpose).default([...PURPOSES]),
    /** The ways in which it may prove; the others are as if they did not exist. */
    ways: z.array(z.enum(ids as [string, ...string[]])).default(ids),
    /** Whether a person must have a method of another kind first. */
    needsAnother: z.boolean().default(needsAnother ?? false),
  }
}

export interface Policy {
  readonly rememberDevices: { readonly days: number }
  readonly passwordReset: {
    readonly enabled: boolean
    readonly gates: 1 | 2
    readonly include: readonly string[]
    readonly exclude: readonly string[]
  }
  readonly accessPass: {
    readonly enabled: boolean
    readonly minutes: number
    readonly maxMinutes: number
    readonly length: number
  }
  readonly twoFactor: 'required' | 'whenRegistered' | 'off'
  readonly registration: {
    readonly required: Readonly<Record<Purpose, number>>
    readonly snooze: { readonly days: number; readonly times: number }
    readonly reconfirmEveryDays: number
    readonly order: readonly string[]
  }
  /** By plugin id: what every method has, where it is one, and what its own section holds. */
  readonly methods: Readonly<
    Record<
      string,
      {
        readonly allowedFor?: readonly Purpose[]
        readonly ways?: readonly string[]
        readonly needsAnother?: boolean
        readonly [option: string]: unknown
      }
    >
  >
}

/** Parses a policy against the loaded plugins. @throws ConfigurationFault that names every option at fault. */
export function parsePolicy(raw: unknown, plugins: readonly Plugin[]): Policy {
  const sections = Object.fromEntries(
    plugins
      .filter((plugin) => plugin.method || plugin.policy)
      .map(({ id, method, policy }) => [
        id,
        z
          .strictObject({ ...(method && everyMethod(method)), ...method?.policy?.shape, ...policy?.shape })
          .prefault({}),
      ]),
  )
  const shape = z.strictObject({ ...base, ...recovery, methods: z.strictObject(sections).prefault({}) })
  const parsed = shape.safeParse(raw ?? {})
  if (!parsed.success) {
    throw new ConfigurationFault(
      parsed.error.issues.map((issue) => ({
        where: ['policy', ...issue.path].join('.'),
        problem: issue.message,
        fix: fixFor(issue, Object.keys(sections)),
      })),
    )
  }
  const policy = parsed.data as unknown as Policy
  const faults = contradictions(policy, plugins)
  if (faults.length > 0) throw new ConfigurationFault(faults)
  return policy
}

/** What a way may be used for under a policy. */
export function allowedFor(policy: Policy, kind: string, way: Way): readonly Purpose[] {
  const { allowedFor = PURPOSES, ways = [way.id] } = policy.methods[kind] ?? {}
  return ways.includes(way.id) ? way.usedFor.filter((purpose) => allowedFor.includes(purpose)) : []
}

/** How many different methods a person needs for a purpose. */
export function requiredFor(policy: Policy, purpose: Purpose): number {
  if (purpose === 'TWO_FACTOR' && policy.twoFactor !== 'required') return 0
  return policy.registration.required[purpose]
}

function fixFor(issue: z.core.$ZodIssue, ids: readonly string[]): string {
  if (issue.code === 'unrecognized_keys' && issue.path[0] === 'methods' && issue.path.length === 1) {
    return `Loaded are: ${ids.join(', ') || 'none'}. Load the plugin or take its section out.`
  }
  if (issue.code === 'unrecognized_keys' && issue.path.length === 0) {
    return `There are: ${Object.keys({ ...base, ...recovery, methods: {} }).join(', ')}.`
  }
  return 'Correct the option, or leave it out for its default.'
}

/** A policy nobody could meet would lock everybody out, so it stops the start. */
function contradictions(policy: Policy, plugins: readonly Plugin[]): readonly Fault[] {
  const unmet = PURPOSES.flatMap((purpose) => {
    const kinds = plugins.filter((plugin) =>
      plugin.method?.ways.some((way) => allowedFor(policy, plugin.id, way).includes(purpose)),
    )
    const needed = requiredFor(policy, purpose)
    if (kinds.length >= needed) return []
    return [
      {
        where: `policy.registration.required.${purpose}`,
        problem: `${needed} different methods are demanded, but ${kinds.length === 0 ? 'none' : `only ${kinds.map((plugin) => plugin.id).join(' and ')}`} may be used for it`,
        fix: 'Lower the number, allow more kinds under policy.methods, or load another plugin.',
      },
    ]
  })
  return [...unmet, ...accessPassFaults(policy), ...orderFaults(policy, plugins)]
}

function accessPassFaults({ accessPass: { minutes, maxMinutes } }: Policy): readonly Fault[] {
  if (minutes <= maxMinutes) return []
  return [
    {
      where: 'policy.accessPass.minutes',
      problem: `it is ${minutes}, more than maxMinutes (${maxMinutes})`,
      fix: 'Lower it, or raise maxMinutes.',
    },
  ]
}

function orderFaults({ registration }: Policy, plugins: readonly Plugin[]): readonly Fault[] {
  const unknown = registration.order.filter((kind) => !plugins.some((plugin) => plugin.id === kind))
  if (unknown.length === 0) return []
  return [
    {
      where: 'policy.registration.order',
      problem: `it names ${unknown.join(', ')}, which no loaded plugin has`,
      fix: `Use only: ${plugins.map((plugin) => plugin.id).join(', ')}.`,
    },
  ]
}
