import { definePlugin, PLUGIN_API, type Plugin } from '@security-info/core'

/**
 * What is loaded beside the plugin under test: those of `others` that bring a channel it needs, and a plugin of the kit's
 * for channels that nobody brings, always with `email`, so that notices and their links arrive.
 */
export function company(plugin: Plugin, others: readonly Plugin[]): readonly Plugin[] {
  const needed = ['email', ...(plugin.method?.ways ?? []).flatMap((way) => way.channel ?? [])]
  const lacking = needed.filter((channel) => !brings(plugin, channel))
  const loaded = others.filter((other) => lacking.some((channel) => brings(other, channel)))
  const left = lacking.filter((channel) => !loaded.some((other) => brings(other, channel)))
  const channels = [...new Set(left)].map((id) => ({ id }))
  return channels.length === 0
    ? loaded
    : [...loaded, definePlugin({ id: 'kitPost', api: PLUGIN_API, channels })]
}

function brings(plugin: Plugin, channel: string): boolean {
  return plugin.channels?.some(({ id }) => id === channel) ?? false
}
