import { ConfigurationFault, type Fault } from '../faults.ts'
import type { Host } from '../host.ts'
import { CONTACT_CHANNEL } from '../notices/notice.ts'
import { allowedFor, type Policy } from '../policy/document.ts'

/**
 * A method that policy allows needs its channel to work, and so do the administrators who are to be told of reports.
 * @throws ConfigurationFault for each one that can't send
 */
export function checkChannels(host: Host, policy: Policy): void {
  const faults = [...muteWays(host, policy), ...deafContacts(host)]
  if (faults.length > 0) throw new ConfigurationFault(faults)
}

function muteWays(host: Host, policy: Policy): readonly Fault[] {
  const mute = [...host.kinds.values()].flatMap((kind) =>
    kind.method.ways.flatMap((way) =>
      way.channel !== undefined &&
      host.channels.get(way.channel)?.deliver === undefined &&
      allowedFor(policy, kind.id, way).length > 0
        ? [{ kind: kind.id, way: way.id, channel: way.channel }]
        : [],
    ),
  )
  return mute.map(({ kind, way, channel }) => ({
    where: `policy.methods.${kind}, way "${way}"`,
    problem: `it is allowed, but the channel "${channel}" that carries its codes has no provider`,
    fix: `${configure(host, channel)}, or take the way out of policy.methods.${kind}.ways (or empty allowedFor).`,
  }))
}

function deafContacts({ securityContacts, channels }: Host): readonly Fault[] {
  if (securityContacts.length === 0 || channels.get(CONTACT_CHANNEL)?.deliver) return []
  return [
    {
      where: 'organisation.securityContacts',
      problem: `they are told by email, but the channel "${CONTACT_CHANNEL}" has no provider`,
      fix: `${configure({ channels }, CONTACT_CHANNEL)}, or take the contacts out.`,
    },
  ]
}

function configure({ channels }: Pick<Host, 'channels'>, id: string): string {
  const channel = channels.get(id)
  if (!channel) return `Load a plugin that brings the channel "${id}", and configure its provider`
  const { plugin, option } = channel
  return `Configure a provider${option ? `: methods.${plugin}.${option}` : ` for "${id}", in the plugin "${plugin}"`}`
}
