// Says what to do where the Node that came with the packages is missing (macOS) and the host's own is too old.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`Security Info needs Node 22.18 or newer; this is Node ${process.versions.node}.
On Linux and Windows a suitable Node comes with the packages: run \`npx -y pnpm@10 install\` and try again.
Elsewhere install Node 24 (LTS), or run: npx -y -p node@24 -p pnpm@10 -c 'pnpm start'`)
  process.exit(1)
}
