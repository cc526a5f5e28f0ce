/** GSM 03.38: what fits into seven bits, and what takes an escape before it. */
const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const escaped = '^{}\\[~]|€\f'

/** How many messages are billed for a text: one character outside the GSM alphabet makes all of them twice as long. */
export function segmentsOf(body: string): number {
  const lengths = Array.from(body, (character) => {
    if (basic.includes(character)) return 1
    return escaped.includes(character) ? 2 : Number.NaN
  })
  const septets = lengths.reduce((sum, length) => sum + length, 0)
  if (Number.isNaN(septets)) return body.length <= 70 ? 1 : Math.ceil(body.length / 67)
  return septets <= 160 ? 1 : Math.ceil(septets / 153)
}
