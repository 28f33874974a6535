/**
 * A maintainer opens the report of a run from disk, in a real browser, wide and narrow, in light and in dark. Screenshots of all of
 * it are left in the folder that the first test names.
 */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { after, before, test } from 'node:test'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import type { RunResults } from '../../src/domain/model/run.ts'
import { renderPage } from '../../src/domain/report/page.ts'
import { gapsSample, greenSample, infraSample, oldRecord, redUpgradeSample, type Sample } from '../support/sample-results.ts'

const BROWSER = '/usr/bin/chromium'
const SHOTS = join(tmpdir(), 'cc-ci-pages')

const SAMPLES: Record<string, Sample> = {
  green: greenSample(),
  'red-upgrade': redUpgradeSample(),
  'host-trouble': infraSample(),
  'data-not-looked-into': gapsSample(),
  'old-record': { results: oldRecord() as unknown as RunResults, evidence: redUpgradeSample().evidence },
}

const SCREENS = {
  wide: { width: 1280, height: 800 },
  narrow: { width: 380, height: 844 },
} as const

/** Functions that run in the page; see there. */
const LOOK = readFileSync(join(import.meta.dirname, '../support/look-at-page.js'), 'utf8')

let browser: Browser

before(async () => {
  assert.ok(existsSync(BROWSER), `this test needs ${BROWSER}; mend: apt-get install -y --no-install-recommends chromium`)
  rmSync(SHOTS, { recursive: true, force: true })
  mkdirSync(SHOTS, { recursive: true })
  for (const [name, { results, evidence }] of Object.entries(SAMPLES)) {
    const page = renderPage({ results, evidence: results.evidence.map((ref) => ({ ref, content: evidence[ref.path] ?? '' })) })
    writeFileSync(join(SHOTS, `${name}.html`), page)
  }
  browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox', '--headless', '--disable-gpu', '--disable-background-networking'] })
})

after(() => browser?.close())

interface Seen {
  page: Page
  context: BrowserContext
  /** Console messages, page errors and anything asked for beside the page itself. */
  complaints: string[]
}

async function openPage(name: string, screen: keyof typeof SCREENS): Promise<Seen> {
  const context = await browser.newContext({ viewport: SCREENS[screen] })
  const page = await context.newPage()
  const complaints: string[] = []
  const url = pathToFileURL(join(SHOTS, `${name}.html`)).href
  page.on('console', (message) => complaints.push(`console: ${message.text()}`))
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('request', (request) => {
    if (request.url() !== url && request.url() !== 'data:,') complaints.push(`asked for ${request.url()}`)
  })
  await page.goto(url)
  return { page, context, complaints }
}

type Look = 'openAll' | 'sideways' | 'hardToRead' | 'unnamedRegions' | 'focused'

function look(page: Page, which: Look): Promise<unknown> {
  return page.evaluate(`(${LOOK.trim()}).${which}()`)
}

for (const name of Object.keys(SAMPLES)) {
  for (const screen of ['wide', 'narrow'] as const) {
    test(`${name}, ${screen}: no complaint, nothing fetched, no sideways scrolling, every text readable in light and dark (screenshots in ${SHOTS})`, async () => {
      const { page, context, complaints } = await openPage(name, screen)
      for (const scheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: scheme })
        await page.screenshot({ path: join(SHOTS, `${name}-${screen}-${scheme}.png`), fullPage: true })
      }
      await look(page, 'openAll')
      for (const scheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: scheme })
        assert.deepEqual(await look(page, 'hardToRead'), [], scheme)
      }
      assert.deepEqual(await look(page, 'sideways'), [])
      assert.deepEqual(complaints, [])
      await context.close()
    })
  }
}

test('the first screen says what broke, why, whose doing it is, what to do, how to do it again, the level and what caps it', async () => {
  for (const [screen, wanted] of [
    ['wide', ['h1', '.what', '.answers > div:nth-child(1) dd', '.answers > div:nth-child(2) dd', '.answers > div:nth-child(3) dd', '.command', '#level', '.rungs', '.rungs + p']],
    ['narrow', ['h1', '.levelled', '.what', '.answers > div:nth-child(1) dd', '.answers > div:nth-child(2) dd', '.answers > div:nth-child(3) dd', '.command']],
  ] as const) {
    const { page, context } = await openPage('red-upgrade', screen)
    for (const selector of wanted) {
      const box = await page.locator(selector).first().boundingBox()
      assert.ok(box && box.y >= 0 && box.y + box.height <= SCREENS[screen].height, `${selector} on a ${screen} screen: ${JSON.stringify(box)}`)
    }
    await context.close()
  }
  const { page, context } = await openPage('red-upgrade', 'wide')
  assert.equal(await page.locator('h1').textContent(), 'guestbook: failed in upgrade')
  const region = page.getByRole('region', { name: 'What broke' })
  assert.deepEqual(await region.locator('h2, p, dt, dd').allTextContents(), [
    'What broke',
    'The service app starts and ends again and again.',
    'Why',
    'It ended 5 times, last with exit code 1, while everything else was calm. Its last line: “ERROR: relation "entries" does not exist at /app/migrations/0007_entries.py line 41”',
    'Whose doing',
    'This change: 1.1.0+2.1.0 works here, and this commit does not.',
    'What to do',
    'Mend what the last lines of app complain about; its whole log is in the evidence.',
    'The same again',
    'cc-ci run https://git.example/recipes/guestbook.git --ref 4f3c2b1a --base 1.1.0+2.1.0 --engine swarm',
    'What it wrote last',
    'migrating 0006 … done\nmigrating 0007 …\nERROR: relation "entries" does not exist at /app/migrations/0007_entries.py line 41',
  ])
  await context.close()
})

test('data that nobody looked into, and volumes in no backup, stand on the first screen of a green run', async () => {
  for (const screen of ['wide', 'narrow'] as const) {
    const { page, context } = await openPage('data-not-looked-into', screen)
    const gaps = page.getByRole('region', { name: 'Not proven by this run' })
    const box = await gaps.boundingBox()
    assert.ok(box && box.y + box.height <= SCREENS[screen].height, JSON.stringify(box))
    assert.deepEqual(await gaps.locator('h2, li').allTextContents(), ['Not proven by this run', 'Not looked into: the database of service db (cc-ci does not know the image example/graphdb)', 'In no backup: volume uploads'])
    await context.close()
  }
})

test('a screen reader finds landmarks, headings in order, named tables, and a word for every sign', async () => {
  const { page, context } = await openPage('red-upgrade', 'wide')
  for (const role of ['banner', 'main', 'contentinfo'] as const) assert.equal(await page.getByRole(role).count(), 1, role)
  assert.equal(await page.locator('html').getAttribute('lang'), 'en')
  assert.equal(await page.title(), 'guestbook: failed in upgrade. The service app starts and ends again and again.')
  const levels = await page.locator('h1, h2, h3').evaluateAll((all) => all.map((one) => Number(one.tagName[1])))
  assert.equal(levels.indexOf(1), 0)
  for (const [index, level] of levels.entries()) assert.ok(index === 0 || level <= levels[index - 1]! + 1, levels.join(' '))
  assert.deepEqual(await page.locator('svg:not([aria-hidden="true"]), img:not([alt])').count(), 0)
  const times = page.getByRole('table', { name: /in all, from left to right/ })
  assert.deepEqual(await times.getByRole('row', { name: /^upgrade/ }).locator('th, td').allTextContents(), ['upgrade', 'failed', '', '43 s'])
  assert.deepEqual(await look(page, 'unnamedRegions'), [])
  await context.close()
})

test('narrow: the outcome of a tier is still a word for those who listen', async () => {
  const { page, context } = await openPage('red-upgrade', 'narrow')
  const snapshot = await page.getByRole('table', { name: /in all/ }).ariaSnapshot()
  assert.match(snapshot, /row "upgrade failed 43 s"/)
  await context.close()
})

test('by keyboard: past the head to the tiers, and evidence opens', async () => {
  const { page, context } = await openPage('red-upgrade', 'wide')
  await page.keyboard.press('Tab')
  assert.equal(await look(page, 'focused'), 'Skip to the tiers and their evidence')
  assert.ok(((await page.locator('.skip').boundingBox())?.x ?? -1) >= 0, 'the link is seen once it has the focus')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  const closed = page.locator('details.tier:not([open]) > summary').first()
  await closed.focus()
  const tier = page.locator('details.tier').filter({ has: page.locator('h3', { hasText: (await closed.locator('h3').textContent()) ?? '' }) })
  await page.keyboard.press('Enter')
  assert.notEqual(await tier.getAttribute('open'), null)
  await context.close()
})

test('what broke is open with its log; what passed is folded away', async () => {
  const { page, context } = await openPage('red-upgrade', 'wide')
  assert.deepEqual(await page.locator('details.tier[open] h3').allTextContents(), ['upgrade'])
  assert.ok(await page.getByText('migrating 0007', { exact: false }).first().isVisible())
  assert.equal(await page.getByText('signed as', { exact: false }).first().isVisible(), false)
  await context.close()
})
