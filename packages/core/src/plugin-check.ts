import { PLUGIN_API, type Plugin } from './contract/plugin.ts'
import { ConfigurationFault, type Fault } from './faults.ts'
import { en } from './i18n/en.ts'
import { messagesEn } from './i18n/messages-en.ts'
import { GUESS_CAP } from './lifecycle/budget.ts'

/** First words of core's own message codes, and `password`, which is core's own kind of proof. */
const RESERVED = new Set(Object.keys({ ...en, ...messagesEn }).map((code) => code.split('.')[0]))

/** What makes a plugin unfit to load, before any of its code runs. @throws ConfigurationFault with every fault. */
export function checkPlugins(plugins: readonly Plugin[]): void {
  const channels = new Set(plugins.flatMap((plugin) => plugin.channels ?? []).map((channel) => channel.id))
  const faults = plugins.flatMap((plugin, index) => [
    ...identityFaults(plugin, plugins.slice(0, index)),
    ...methodFaults(plugin, channels),
  ])
  if (faults.length > 0) throw new ConfigurationFault(faults)
}

function identityFaults(plugin: Plugin, before: readonly Plugin[]): readonly Fault[] {
  const where = (field: string) => `plugin "${plugin.id}", ${field}`
  return [
    ...(/^[a-z][A-Za-z0-9]{1,30}$/.test(plugin.id)
      ? []
      : [
          fault(
            where('id'),
            'it is not lower camel case',
            'Use 2 to 31 letters and digits, such as "totp" or "appPassword".',
          ),
        ]),
    ...(RESERVED.has(plugin.id)
      ? [fault(where('id'), 'core uses this word for codes of its own', 'Give the plugin another id.')]
      : []),
    ...(before.some((other) => other.id === plugin.id)
      ? [
          fault(
            where('id'),
            'another loaded plugin has the same id',
            'Load it once, or give one of them another id.',
          ),
        ]
      : []),
    ...(plugin.routes ?? []).flatMap(({ path }) =>
      path.startsWith('/') && path !== '/graphql' && !before.some((other) => hasRoute(other, path))
        ? []
        : [
            fault(
              where('routes'),
              `the path "${path}" is taken or not absolute`,
              'Give it a path of its own.',
            ),
          ],
    ),
    ...(plugin.channels ?? []).flatMap(({ id }) =>
      before.some((other) => other.channels?.some((channel) => channel.id === id))
        ? [fault(where('channels'), `the channel "${id}" is taken`, 'Load only one plugin that brings it.')]
        : [],
    ),
    ...(plugin.api === PLUGIN_API
      ? []
      : [
          fault(
            where('api'),
            `it was written against contract version ${plugin.api}, this core has ${PLUGIN_API}`,
            'Install matching versions of the plugin and @security-info/core.',
          ),
        ]),
    ...(plugin.messages && !plugin.messages.en
      ? [
          fault(
            where('messages.en'),
            'English texts are missing',
            'Add them: other languages fall back to English.',
          ),
        ]
      : []),
  ]
}

function hasRoute(plugin: Plugin, path: string): boolean {
  return plugin.routes?.some((route) => route.path === path) ?? false
}

/** Names that core gives every method's section of the policy. */
const OWN_OPTIONS = ['allowedFor', 'ways', 'needsAnother']

function methodFaults(plugin: Plugin, channels: ReadonlySet<string>): readonly Fault[] {
  const { method } = plugin
  if (!method) return []
  const where = (field: string) => `plugin "${plugin.id}", method.${field}`
  const ids = method.ways.map((way) => way.id)
  return [
    ...(plugin.policy
      ? [fault(`plugin "${plugin.id}", policy`, 'it has a method', 'Declare it as `method.policy`.')]
      : []),
    ...OWN_OPTIONS.filter((option) => option in (method.policy?.shape ?? {})).map((option) =>
      fault(where(`policy.${option}`), 'every method has this option already', 'Give yours another name.'),
    ),
    ...(ids.length === 0
      ? [fault(where('ways'), 'there is none', 'A method needs at least one way to prove.')]
      : []),
    ...(new Set(ids).size < ids.length
      ? [
          fault(
            where('ways'),
            `two ways have the same id (${ids.join(', ')})`,
            'Give each way an id of its own.',
          ),
        ]
      : []),
    ...method.ways.flatMap((way) =>
      way.channel !== undefined && !channels.has(way.channel)
        ? [
            fault(
              where(`ways.${way.id}.channel`),
              `no loaded plugin brings the channel "${way.channel}"`,
              `Load a plugin with that channel, or take the way out. Loaded channels: ${[...channels].join(', ') || 'none'}.`,
            ),
          ]
        : [],
    ),
    ...(Object.entries(method.limits) as [string, number][]).flatMap(([name, value]) =>
      Number.isInteger(value) && value >= 1
        ? []
        : [fault(where(`limits.${name}`), `it is ${value}`, 'Expected a whole number from 1.')],
    ),
    ...(method.limits.attempts > GUESS_CAP && method.ways.some((way) => way.guessable)
      ? [
          fault(
            where('limits.attempts'),
            `it is ${method.limits.attempts} for a proof that can be guessed`,
            `Expected at most ${GUESS_CAP}: then the person's budget closes.`,
          ),
        ]
      : []),
    ...['title', 'description', 'setup', 'prompt', ...ids.map((id) => `way.${id}`)].flatMap((key) =>
      (plugin.messages?.en as Record<string, string> | undefined)?.[key]
        ? []
        : [
            fault(
              `plugin "${plugin.id}", messages.en.${key}`,
              'it is missing',
              'Say it in English, for people.',
            ),
          ],
    ),
  ]
}

function fault(where: string, problem: string, fix: string): Fault {
  return { where, problem, fix }
}
