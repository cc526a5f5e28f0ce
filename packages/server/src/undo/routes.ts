import { localesOf } from '../edge/request-info.ts'
import type { EdgeRoute } from '../edge/routes.ts'
import { assetRoute, dataBlock, pagePart } from '../pages/answer.ts'
import { type UndoTexts, undoTexts } from './texts.ts'

/**
 * `/undo`, where the links of notices lead. The token is behind `#`, so it reaches no server, log or `Referer`; and nothing
 * happens before a person presses the button, because programs open links as well (H11).
 */
export function undoRoutes(): readonly EdgeRoute[] {
  return [
    {
      method: 'GET',
      path: '/undo',
      handle(request) {
        const locale = localesOf(request.headers.get('accept-language'))
          .map((tag) => tag.split('-')[0]?.toLowerCase() ?? '')
          .find((language) => Object.hasOwn(undoTexts, language))
        const language = locale ?? 'en'
        return pagePart(page(language, undoTexts[language] as UndoTexts), 'html')
      },
    },
    assetRoute('/undo/undo.js', 'undo/undo.js', 'js'),
    assetRoute('/undo/undo.css', 'undo/undo.css', 'css'),
  ]
}

function page(language: string, texts: UndoTexts): string {
  const [intro, ...points] = texts.happens
  return `<!doctype html>
<html lang="${language}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="robots" content="noindex">
  <title>${texts.title}</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/undo/undo.css">
</head>
<body>
  <main>
    <h1>${texts.title}</h1>
    <div id="ask" hidden>
      <p>${intro}</p>
      <ul>${points.map((point) => `<li>${point}</li>`).join('')}</ul>
      <button type="button" id="press">${texts.press}</button>
      <p>${texts.nothing}</p>
    </div>
    <div id="answer" role="status" tabindex="-1"></div>
    <noscript><p>${texts.noScript}</p></noscript>
  </main>
  ${dataBlock('texts', texts)}
  <script src="/undo/undo.js"></script>
</body>
</html>
`
}
