/** What a mail server asks for every login of a program: whether this is an app password of that person, for this. Gives the status. */
export type MailServer = (login: {
  readonly username: string
  readonly password: string
  readonly scope: string
}) => Promise<number>

/** A mail server, as far as the gateway at `origin` sees of it: `GET /check/basic`. */
export function createMailServer(origin: string, serviceKey: string): MailServer {
  return async ({ username, password, scope }) => {
    const pair = Buffer.from(`${username}:${password}`, 'utf8').toString('base64')
    const headers = {
      authorization: `Basic ${pair}`,
      'x-service-key': serviceKey,
      'x-client-name': 'Demo mail',
    }
    const response = await fetch(`${origin}/check/basic?scope=${scope}`, { headers })
    await response.body?.cancel()
    return response.status
  }
}
