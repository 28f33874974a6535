import { html, type Html, styleElement } from '../../../lib/html.ts'
import { STYLE } from './style.ts'

/**
 * A page that is one file and opens from disk: no script, nothing fetched. `style`: what it has besides the style of all pages; `sources`: what its policy lets
 * in besides that, `img-src data:`; `head`: what stands in its head besides.
 */
export function standalone({ title, style: own = '', sources = [], head, body }: { title: string; style?: string; sources?: readonly string[]; head?: Html; body: Html }): string {
  const style = styleElement(`${STYLE}${own}`)
  const policy = ["default-src 'none'", `style-src ${style.policy}`, ...sources, "base-uri 'none'", "form-action 'none'"].join('; ')
  return `${
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
${head}${style.element}
</head>
<body>
${body}
</body>
</html>`.markup
  }\n`
}
