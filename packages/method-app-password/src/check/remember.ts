/** Longer texts are not what programs send, and not worth keeping. */
const LONGEST = 1024

/** Keeps the newest results of something pure that is asked for the same things again and again: by mail programs. */
export function remember<T>(most: number, work: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    const result = work(text)
    if (text.length > LONGEST) return result
    const [oldest] = known.size >= most ? known.keys() : []
    if (oldest !== undefined) known.delete(oldest)
    known.set(text, result)
    return result
  }
}
