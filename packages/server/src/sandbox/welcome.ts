/** What a sandbox says once it serves: where, as whom, what to try first, how to start over and how to stop. */
export function welcome(
  publicUrl: URL,
  organisation: string,
  demo: { readonly identifier: string; readonly password: string },
): string {
  return `
Security Info is ready: a sandbox for ${organisation}, on this machine only.

  GraphiQL   ${publicUrl.origin}/graphql
  Sign in    ${demo.identifier}
  Password   ${demo.password}

What to try first
  1. Open the address in a browser and run the tabs from left to right; they tell the story and fill themselves in.
  2. Have an authenticator app at hand: the third tab shows the QR code to scan.
  3. Without an app, watch the same story in a second terminal: npx -y pnpm@10 demo

Start afresh: npx -y pnpm@10 start --fresh     Stop: Ctrl+C
`
}
