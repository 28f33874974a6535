import { html, type Html } from '../../../lib/html.ts'
import { standalone } from '../page/standalone.ts'

/** A page about boots. */
export function framed({ main, ...page }: { title: string; style: string; main: Html }): string {
  return standalone({ ...page, body: html`<div class="page">
<main>
${main}
</main>
</div>` })
}
