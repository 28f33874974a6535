/** An operator opens what the server shows, in a real browser, wide and narrow, in light and in dark. Screenshots are left in the folder that the first test names. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { chromium, type Browser } from 'playwright-core'
import { listen, type Listening } from '../../src/server/listen.ts'
import { openServerStage, raiseAlerts, type ServerStage } from '../server/stage.ts'

const BROWSER = '/usr/bin/chromium'
const SHOTS = join(tmpdir(), 'cc-ci-server-pages')
const SCREENS = { wide: { width: 1280, height: 800 }, narrow: { width: 380, height: 844 } } as const
/** Functions that run in the page; see there. */
const LOOK = readFileSync(join(import.meta.dirname, '../support/look-at-page.js'), 'utf8')

let browser: Browser
let stage: ServerStage
let listening: Listening
let address: string

before(async () => {
  assert.ok(existsSync(BROWSER), `this test needs ${BROWSER}; mend: apt-get install -y --no-install-recommends chromium`)
  rmSync(SHOTS, { recursive: true, force: true })
  mkdirSync(SHOTS, { recursive: true })
  stage = await openServerStage()
  listening = await listen(stage.context, { onMistake: (error) => assert.fail(String(error)) })
  address = `http://127.0.0.1:${stage.context.server.listen.port}`
  browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox', '--headless', '--disable-gpu', '--disable-background-networking'] })
})

after(async () => {
  await browser?.close()
  await listening?.close()
  stage?.[Symbol.dispose]()
})

const PAGES: Array<[name: string, path: string, prepare: () => Promise<void>]> = [
  ['calm', '/', async () => {}],
  ['runs', '/runs', async () => {}],
  ['report', '/runs/gues-1a2b3c/', async () => {}],
  ['with-alerts', '/', () => raiseAlerts(stage)],
  ['alerts', '/alerts', async () => {}],
]

for (const [name, path, prepare] of PAGES) {
  for (const screen of ['wide', 'narrow'] as const) {
    test(`${name}, ${screen}: its own policy lets it stand, nothing else is asked for, no sideways scrolling, every text readable in light and dark (screenshots in ${SHOTS})`, async () => {
      await prepare()
      const context = await browser.newContext({ viewport: SCREENS[screen] })
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('console', (message) => complaints.push(`console: ${message.text()}`))
      page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
      page.on('request', (request) => {
        if (request.url() !== `${address}${path}` && request.url() !== 'data:,') complaints.push(`asked for ${request.url()}`)
      })
      await page.goto(`${address}${path}`)
      const look = (which: string) => page.evaluate(`(${LOOK.trim()}).${which}()`)
      for (const scheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: scheme })
        await page.screenshot({ path: join(SHOTS, `${name}-${screen}-${scheme}.png`), fullPage: true })
        assert.deepEqual(await look('hardToRead'), [], scheme)
      }
      assert.deepEqual([await look('sideways'), await look('unnamedRegions'), complaints], [[], [], []])
      await context.close()
    })
  }
}

test('from the first page to the report of a run and to its data, by clicks', async () => {
  const page = await browser.newPage()
  await page.goto(address)
  await page.getByRole('link', { name: 'guestbook' }).first().click()
  assert.equal(await page.locator('h1').textContent(), 'guestbook: failed in upgrade')
  await page.getByRole('link', { name: 'results.json' }).click()
  assert.equal(page.url(), `${address}/runs/gues-1a2b3c/results.json`)
  assert.equal((JSON.parse((await page.locator('pre').textContent())!) as { verdict: string }).verdict, 'fail')
  await page.close()
})
