/** What can be told of a value without knowing it: its keys, types, how many are listed, and whether it is empty. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value === 'string') return value === '' ? 'empty text' : 'text'
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  const fields = Object.entries(value).filter(([, one]) => one !== undefined)
  return Object.fromEntries(fields.map(([key, one]) => [key, shapeOf(one)]))
}

/** What can be told of a masked number or address: how long it is, and what is hidden of it. */
export function patternOf(mask: string): string {
  return mask.replace(/\p{L}/gu, 'a').replace(/\p{N}/gu, '0')
}
