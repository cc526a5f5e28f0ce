import { DEFAULT_PORT } from '../config/settings.ts'
import type { Playable } from '../graphiql/story/tab.ts'

/** What a sandbox says once it serves: where, as whom, what to try first, how to start over and how to stop. */
export function welcome(
  publicUrl: URL,
  organisation: string,
  { demo, administrator }: Playable,
  { embedded, serviceKey }: { readonly embedded: boolean; readonly serviceKey: string },
): string {
  const url = publicUrl.port === String(DEFAULT_PORT) ? '' : ` --url ${publicUrl.origin}`
  const afresh = embedded ? 'Start afresh: npx -y pnpm@10 start --fresh     ' : ''
  return `
Security Info is ready: a sandbox for ${organisation}, on this machine only.

  GraphiQL   ${publicUrl.origin}/graphql
  Inbox      ${publicUrl.origin}/dev/inbox     (texts, calls and mails: nothing leaves this machine)
  Keys       ${publicUrl.origin}/dev/security-key     (register a security key or passkey, and sign in with it)
  Sign in    ${demo.identifier}
  Password   ${demo.password}
  Helpdesk   ${administrator.identifier}     (an administrator; the codes for her phone are in the inbox)
  Password   ${administrator.password}

What to try first
  1. Open the address in a browser and run the tabs from left to right; they tell the story and fill themselves in.
  2. Have an authenticator app at hand: the third tab shows the QR code to scan. Codes that are sent are in the inbox.
  3. Without an app, watch the same story in a second terminal: npx -y pnpm@10 demo${url}
  4. An app password: make one (tab S39), and ask about it as a mail server does. This line asks you for it; 200 is yes:
     curl -i -u ${demo.identifier} -H "X-Service-Key: ${serviceKey}" "${publicUrl.origin}/check/basic?scope=imap"

${afresh}Stop: Ctrl+C (a red line from pnpm after "Stopped." means nothing)
`
}
