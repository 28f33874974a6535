import { html, type Html, styleElement } from '../../../lib/html.ts'
import { STYLE } from '../page/style.ts'

/** A page about boots: one file with nothing to load. `style`: what it has besides the style of all pages. */
export function framed({ title, style: own, main }: { title: string; style: string; main: Html }): string {
  const style = styleElement(`${STYLE}${own}`)
  return `${
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${`default-src 'none'; style-src ${style.policy}; base-uri 'none'; form-action 'none'`}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
${style.element}
</head>
<body>
<div class="page">
<main>
${main}
</main>
</div>
</body>
</html>`.markup
  }\n`
}
