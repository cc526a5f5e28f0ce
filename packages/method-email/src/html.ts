import type { Body } from './letter.ts'

/** Escapes for text and for attributes in double or single quotes (H9). */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
}

const FONT = 'font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif'
/** Wide apart, but one word: what is copied out of it has no spaces. */
const CODE = 'font:bold 2rem/1.25 ui-monospace,Consolas,Menlo,monospace;letter-spacing:.25em'
const BUTTON =
  'display:inline-block;padding:.6em 1.2em;border:2px solid;border-radius:.4em;color:inherit;font-weight:bold'

/**
 * The body as HTML. It sets no colours, so that dark mode is the reader's own; it loads nothing, so that nobody learns that
 * it was read; and its links are those it was given.
 */
export function htmlOf({ language, title, paragraphs, code, link }: Body): string {
  const [first = [], ...rest] = paragraphs
  const parts = [
    paragraphOf(first),
    ...(code === undefined ? [] : [`<p style='${CODE}' dir="ltr">${escapeHtml(code)}</p>`]),
    ...rest.map(paragraphOf),
    ...(link ? [buttonOf(link)] : []),
  ]
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="format-detection" content="telephone=no">
<title>${escapeHtml(title)}</title>
</head>
<body>
<div lang="${escapeHtml(language)}" dir="auto" style='max-width:36em;margin:0 auto;padding:1em;${FONT}'>
${parts.join('\n')}
</div>
</body>
</html>
`
}

function paragraphOf(paragraph: readonly string[]): string {
  return `<p>${paragraph.map(escapeHtml).join('<br>')}</p>`
}

/** The address stands below the button as well: to be read before it is opened, and for who can't click. */
function buttonOf({ label, url }: { readonly label: string; readonly url: string }): string {
  const href = escapeHtml(url)
  return `<p><a href="${href}" style="${BUTTON}">${escapeHtml(label)}</a></p>
<p style="overflow-wrap:anywhere"><a href="${href}" style="color:inherit">${href}</a></p>`
}
